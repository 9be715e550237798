"""Puts the review into its workspace: panes, commands, and letters that act while something of it has the focus."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QKeySequence, QShortcut

from desktop.views.commands import review_commands
from desktop.views.duplicates import acts
from desktop.views.duplicates.review_view import ReviewView
from desktop.views.workspace import Workspace


class ReviewPlace(QObject):
    """Lives with the workspace. Keys of one letter or figure can be switched off, as in every workspace."""

    def __init__(self, place: Workspace, view: ReviewView) -> None:
        super().__init__(place)
        self._place, self._view = place, view
        place.set_left(view.proposals, view.strip)
        place.set_map(view)
        place.set_foot(view.acts.height())
        place.set_commands(review_commands(), keys=False)  # letters act within the workspace only
        place.command_asked.connect(view.carry_out)
        view.strip.asked.connect(self._open_list)
        view.list_wanted.connect(self._enter_list)
        view.cards_wanted.connect(self._enter_cards)
        self.letters = [self._shortcut(act.keys, act.id) for act in acts.every_act() if act.keys]
        self.letters += [self._shortcut(digit, digit) for digit in acts.DIGITS]

    def _shortcut(self, keys: str, name: str) -> QShortcut:
        made = QShortcut(QKeySequence(keys), self._place, context=Qt.ShortcutContext.WidgetWithChildrenShortcut)
        made.setObjectName(name)
        made.activated.connect(self._pressed)
        return made

    def set_letters(self, on: bool) -> None:
        """Whether keys of one letter or figure act."""
        for shortcut in self.letters:
            shortcut.setEnabled(on)
        self._view.set_letters(on)

    def _pressed(self) -> None:
        name = self.sender().objectName()
        if name in acts.DIGITS:
            self._view.focus_report(int(name) - 1)
        else:
            self._view.carry_out(name)

    def _open_list(self) -> None:
        self._place.toggle_pane("left")

    def _enter_list(self) -> None:
        self._place.enter_pane("left")

    def _enter_cards(self) -> None:
        self._place.close_pane("left")
        self._view.cards.enter()
