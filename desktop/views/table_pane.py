"""The table of Operations under its header: how many are shown, and the filters that are on."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from desktop.models.request_table import RequestTableModel
from desktop.views import format as words
from desktop.views.kit import Centred, Chip, IconButton, PaneHeader, StateCard
from desktop.views.kit.layouts import clear_layout
from desktop.views.request_table import RequestTable


class TablePane(QWidget):
    """The table under its header: how many are shown of how many, and the filters that are on."""

    filter_dropped = Signal(str)
    in_view_wanted = Signal()
    export_wanted = Signal()
    act_wanted = Signal(str)  # the act of the empty or error card

    def __init__(self, model: RequestTableModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("surface", "pane")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self.header = PaneHeader(self.tr("Requests"))
        self._chips = QHBoxLayout()
        self._chips.setSpacing(6)
        chips = QWidget()
        chips.setLayout(self._chips)
        self._chips.setContentsMargins(0, 0, 0, 0)
        self.header.add(chips)
        export = IconButton("download", self.tr("Export what is shown"))
        export.clicked.connect(self.export_wanted)
        self.header.add(export)
        column.addWidget(self.header)
        self.table = RequestTable(model)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.table)
        column.addWidget(self._stack, 1)
        self._card: QWidget | None = None

    def set_counts(self, shown: int, total: int, note: str) -> None:
        """How many are shown of how many."""
        told = self.tr("{0} of {1}").format(words.count(shown), words.count(total))
        self.header.note.setText(f"{told} · {note}" if note else told)

    def set_filters(self, filters: tuple[tuple[str, str], ...], *, in_view: bool) -> None:
        """Chips of the filters that are on, and the one that can be added."""
        clear_layout(self._chips)
        for key, text in filters:
            chip = Chip(text)
            chip.setProperty("key", key)
            chip.clicked.connect(self._dropped)
            self._chips.addWidget(chip)
        if not in_view:
            add = Chip(self.tr("In map view"), icon="plus", removable=False)
            add.clicked.connect(self.in_view_wanted)
            self._chips.addWidget(add)

    def show_card(self, card: StateCard | None, act: str = "") -> None:
        """A designed empty, loading or error state instead of the table; None shows the table."""
        if self._card is not None:
            self._stack.removeWidget(self._card)
            self._card.deleteLater()
            self._card = None
        if card is None:
            self._stack.setCurrentIndex(0)
            return
        card.setProperty("act", act)
        card.acted.connect(self._acted)
        self._card = Centred(card)
        self._stack.addWidget(self._card)
        self._stack.setCurrentWidget(self._card)

    def _dropped(self) -> None:
        self.filter_dropped.emit(str(self.sender().property("key")))

    def _acted(self) -> None:
        self.act_wanted.emit(str(self.sender().property("act")))
