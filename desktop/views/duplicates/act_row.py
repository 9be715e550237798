"""The acts on the proposal at the foot: those on one report at the left with their keys, the decision at the right."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from desktop.views.duplicates import acts
from desktop.views.duplicates.state import ReviewState
from desktop.views.kit import Button, IconButton
from desktop.views.table_menus import Choice, open_menu

HEIGHT, PAD, GAP = 52, 12, 8


class ActRow(QWidget):
    """`wanted` tells the command of an act."""

    wanted = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._letters = True
        self.setProperty("surface", "pane")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName(self.tr("Acts on the proposal"))
        self.setFixedHeight(HEIGHT)
        self.hints = {
            acts.MOVE: self._button(acts.MOVE, self.tr("Move to…"), hint=True),
            acts.PARENT: self._button(acts.PARENT, self.tr("Make parent"), hint=True),
            acts.FOCUS: self._button(acts.FOCUS, self.tr("Focus report"), hint=True),
            acts.ZOOM: self._button(acts.ZOOM, self.tr("Zoom photo"), hint=True),
            acts.NEXT: self._button(acts.NEXT, self.tr("Next"), hint=True),
        }
        self.more = IconButton("ellipsis", self.tr("More acts"), framed=True)
        self.more.clicked.connect(self._open_menu)
        self.reject = self._button(acts.REJECT, self.tr("Reject"))
        self.split = self._button(acts.SPLIT, self.tr("Split off"))
        self.accept = self._button(acts.ACCEPT, self.tr("Accept"))
        self.accept.set_kind("primary")
        row = QHBoxLayout(self)
        row.setContentsMargins(PAD - 10, 0, PAD, 0)  # what is quiet has no frame: its key stands on the edge
        row.setSpacing(GAP)
        hints = QHBoxLayout()
        hints.setSpacing(0)
        for button in self.hints.values():
            hints.addWidget(button)
        row.addLayout(hints)
        row.addWidget(self.more)
        row.addStretch(1)
        for button in (self.reject, self.split, self.accept):
            row.addWidget(button)

    def _button(self, command_id: str, text: str, *, hint: bool = False) -> Button:
        keys = "1–9" if command_id == acts.FOCUS else acts.act_of(command_id).keys
        button = Button(text, kind="quiet" if hint else "default", keys=keys, small=hint, keys_first=hint)
        button.setProperty("command", command_id)
        button.setProperty("keys", keys)
        button.clicked.connect(self._pressed)
        return button

    def set_state(self, state: ReviewState) -> None:
        """Say what would be done, and offer what can be."""
        can = acts.possible(state)
        for button, text in ((self.accept, acts.accept_words(state)), (self.split, acts.split_words(state))):
            button.setText(text)
            button.setAccessibleName(text)
            button.updateGeometry()
        for button in (*self.hints.values(), self.reject, self.split, self.accept):
            button.setEnabled(str(button.property("command")) in can)
        last = min(9, len(state.cards))
        self.hints[acts.FOCUS].setProperty("keys", f"1–{last}" if last > 1 else "1")
        self._show_keys()

    def set_letters(self, on: bool) -> None:
        """Whether the keys act, and are shown."""
        self._letters = on
        self._show_keys()

    def _show_keys(self) -> None:
        for button in (*self.hints.values(), self.reject, self.split, self.accept):
            button.set_keys(str(button.property("keys")) if self._letters else "")
        self._fit()

    def in_menu(self) -> tuple[Choice, ...]:
        """Acts that have no room."""
        hidden = [(key, button) for key, button in self.hints.items() if button.isHidden()]
        return tuple(
            Choice(key, button.text(), self._key_of(key), enabled=button.isEnabled()) for key, button in hidden
        )

    def _key_of(self, command_id: str) -> str:
        return acts.act_of(command_id).keys if self._letters and command_id != acts.FOCUS else ""

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """In a narrow window the hints go into a menu, the last ones first; what decides always stands."""
        decides = sum(button.sizeHint().width() + GAP for button in (self.reject, self.split, self.accept))
        room = self.width() - 2 * PAD - decides - self.more.width() - GAP
        for button in self.hints.values():
            room -= button.sizeHint().width()
            button.setVisible(room >= 0)
        self.more.setVisible(room < 0)

    def _pressed(self) -> None:
        self.wanted.emit(str(self.sender().property("command")))

    def _open_menu(self) -> None:
        at = self.more.mapToGlobal(QPoint(0, self.more.height() + 4))
        open_menu(self.in_menu(), self, at, self.wanted.emit)
