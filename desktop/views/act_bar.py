"""The acts of one request as buttons: the primary one, as many more as there is room for, and the rest in a menu."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QPoint, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from desktop.views.commands import incident_commands
from desktop.views.kit import Button, IconButton
from desktop.views.request_acts import JOIN, LEAVE, Act, Offered
from desktop.views.table_menus import Choice, open_menu

GAP = 6


def act_choices(acts: Iterable[Act], count: int = 1) -> tuple[Choice, ...]:
    """Acts as lines of a menu; an ellipsis where a sheet comes first."""
    return tuple(
        Choice(act.id, f"{act.text}…" if act.asks or count > 1 else act.text, act.keys, act.icon) for act in acts
    )


def incident_choices(ticked: int, *, in_incident: bool = True) -> tuple[Choice, ...]:
    """What can be done by hand about the incidents of requests, as lines of a menu."""
    shown = {JOIN: ticked > 1, LEAVE: in_incident}
    return tuple(Choice(one.id, one.text, one.keys, one.icon) for one in incident_commands() if shown[one.id])


class ActBar(QWidget):
    """`wanted` tells the command of the act that was chosen."""

    wanted = Signal(str)

    def __init__(self, offered: Offered, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._offered = offered
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 4, 0, 2)
        row.setSpacing(GAP)
        self.buttons: list[Button] = []
        for number, act in enumerate(offered.shown):
            button = Button(act.text, kind="default" if number else "primary", keys=act.keys, small=True)
            button.setProperty("command", act.id)
            button.clicked.connect(self._pressed)
            self.buttons.append(button)
            row.addWidget(button)
        self.more = IconButton("ellipsis", self.tr("More acts"), framed=True)
        self.more.clicked.connect(self._open_menu)
        row.addWidget(self.more)
        row.addStretch(1)
        self._fit()

    def in_menu(self) -> tuple[Act, ...]:
        """What waits in the menu now: also the buttons that have no room."""
        hidden = [act for act, button in zip(self._offered.shown, self.buttons, strict=True) if button.isHidden()]
        return (*hidden, *self._offered.more)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        left = self.width() - self.more.width()
        for number, button in enumerate(self.buttons):
            left -= button.sizeHint().width() + GAP
            button.setVisible(left >= 0 or number == 0)
        self.more.setVisible(bool(self.in_menu()))

    def _pressed(self) -> None:
        self.wanted.emit(str(self.sender().property("command")))

    def _open_menu(self) -> None:
        at = self.more.mapToGlobal(QPoint(0, self.more.height() + 4))
        open_menu(act_choices(self.in_menu()), self, at, self.wanted.emit)
