"""What another service changes: department, deadline and priority, from what to what, and why the department."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from desktop.views.kit import Caption, Words
from desktop.views.kit.layouts import clear_layout


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """One fact before and after, in words."""

    name: str
    before: str
    after: str


class ServiceChanges(QWidget):
    """The facts as rows; what stays is said once and quietly."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        self._caption = Caption("")
        column.addWidget(self._caption)
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(12)
        self._grid.setVerticalSpacing(3)
        self._grid.setColumnStretch(1, 1)
        column.addLayout(self._grid)
        self.reason = Words("", step="caption", tone="tertiary", weight=450, wrap=True)
        column.addWidget(self.reason)
        self.set_state((), "", many=False)

    def set_state(self, changes: Sequence[ChangeLine], reason: str, *, many: bool) -> None:
        """Show these; of many requests they are those of the first."""
        whole = self.tr("What changes, of the first") if many else self.tr("What changes")
        self._caption.setText(whole)
        clear_layout(self._grid)
        for row, line in enumerate(changes):
            same = line.before == line.after
            told = self.tr("{0}, as before") if same else self.tr("{1} → {0}")
            self._grid.addWidget(Words(line.name, step="table", tone="tertiary"), row, 0)
            value = Words(
                told.format(line.after, line.before),
                step="table",
                tone="secondary" if same else "primary",
                weight=None if same else 500,
                wrap=True,
            )
            self._grid.addWidget(value, row, 1)
        self.reason.setText(reason if changes else self.tr("Choose a service; what changes with it shows here."))
