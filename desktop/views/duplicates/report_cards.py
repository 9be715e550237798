"""The reports of a proposal side by side: cards of one height whose facts stand beside each other."""

from __future__ import annotations

from dataclasses import dataclass, replace

from PySide6.QtCore import QPoint, QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QScrollArea, QWidget

from desktop.views.duplicates.acts import possible
from desktop.views.duplicates.card import CardView
from desktop.views.duplicates.state import ReviewState

MARGIN, GAP = 12, 12
NARROWEST, WIDEST = 240, 380  # px of a card
BAR_PX = 10
ASPECT = 2.15  # of a photo


@dataclass(frozen=True, slots=True)
class Plan:
    """How a card shares its height: the photo's share of its full height, and the lines of words at most."""

    photo: float
    lines: int


# In a low pane words are cut and the photo gives way before the facts must be scrolled to.
PLANS = (Plan(1.0, 6), Plan(1.0, 4), Plan(1.0, 3), Plan(0.8, 3), Plan(0.8, 2), Plan(0.6, 2))


class ReportCards(QScrollArea):
    """Scrolls sideways where not all fit. `focus_asked` tells the index, from 0, of the report that is meant."""

    request_wanted = Signal(int)
    photo_wanted = Signal(int)
    keep_asked = Signal(int)
    take_out_asked = Signal(int)
    focus_asked = Signal(int)
    menu_asked = Signal(int, QPoint)  # index and where

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("surface", "app")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName(self.tr("Reports of the proposal"))
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # the cards take it
        self.setWidgetResizable(True)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        page = QWidget()
        self._row = QHBoxLayout(page)
        self._row.setContentsMargins(MARGIN, MARGIN, MARGIN, MARGIN)
        self._row.setSpacing(GAP)
        self._row.addStretch(1)
        self.setWidget(page)
        self.cards: list[CardView] = []
        self._state: ReviewState | None = None
        self._facts = 0

    def shown(self) -> list[CardView]:
        """The cards on show."""
        return self.cards[: len(self._state.cards)] if self._state is not None else []

    def set_state(self, state: ReviewState) -> None:
        """Show the reports of a proposal; a focus that was on a card goes to the one that is meant now."""
        before, self._state = self._state, state
        inside = self.isAncestorOf(QApplication.focusWidget() or self)
        while len(self.cards) < len(state.cards):
            self._add()
        for at, view in enumerate(self.cards):
            if at < len(state.cards):
                can = possible(replace(state, focused=at))
                view.set_card(state.cards[at], can, current=at == state.focused)
            view.setVisible(at < len(state.cards))
        self._facts = max((len(card.facts) for card in state.cards), default=0)
        self._fit()
        moved = before is None or (before.chosen, before.focused) != (state.chosen, state.focused)
        if moved and 0 <= state.focused < len(state.cards):
            self._bring_into_sight(state.focused)
            if inside:
                self.cards[state.focused].head.setFocus(Qt.FocusReason.OtherFocusReason)

    def enter(self, index: int | None = None) -> None:
        """Put the focus on a report, or on the one that is meant already."""
        cards = self.shown()
        if self._state is None or not cards:
            return
        at = self._state.focused if index is None else index
        if not 0 <= at < len(cards):
            return
        cards[at].head.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._bring_into_sight(at)
        if at != self._state.focused:
            self.focus_asked.emit(at)

    def natural_height(self) -> int:
        """What it takes to show the cards whole."""
        photo, lines = self._shares(PLANS[0], self._card_width())
        return CardView.height_of(photo, lines, self._facts) + 2 * MARGIN + (BAR_PX if self._scrolls() else 0)

    def _add(self) -> None:
        view = CardView(len(self.cards) + 1)
        view.opened.connect(self.request_wanted)
        view.photo_wanted.connect(self.photo_wanted)
        view.keep_asked.connect(self.keep_asked)
        view.take_out_asked.connect(self.take_out_asked)
        view.focus_wanted.connect(self._pressed)
        view.step_asked.connect(self._step)
        view.menu_asked.connect(self._menu)
        self.cards.append(view)
        self._row.insertWidget(self._row.count() - 1, view, 0, Qt.AlignmentFlag.AlignTop)

    def _pressed(self, number: int) -> None:
        self.enter(number - 1)

    def _step(self, by: int) -> None:
        if self._state is not None:
            self.enter(self._state.focused + by)

    def _menu(self, number: int, at: QPoint) -> None:
        self.enter(number - 1)
        self.menu_asked.emit(number - 1, at)

    def _bring_into_sight(self, at: int) -> None:
        self._row.activate()  # a card that is new has no place yet
        self.ensureWidgetVisible(self.cards[at], MARGIN, 0)

    # sizes

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def minimumSizeHint(self) -> QSize:
        return QSize(320, 240)

    def _scrolls(self) -> bool:
        return self._least_width() > self.width()

    def _least_width(self) -> int:
        number = len(self.shown())
        return 2 * MARGIN + number * NARROWEST + max(0, number - 1) * GAP

    def _card_width(self) -> int:
        number = max(1, len(self.shown()))
        each = (self.width() - 2 * MARGIN - (number - 1) * GAP) // number
        return min(WIDEST, max(NARROWEST, each))

    def _shares(self, plan: Plan, width: int) -> tuple[int, int]:
        """Photo in px and lines of words."""
        wanted = max((view.lines_wanted(width) for view in self.shown()), default=0)
        return round((width - 20) / ASPECT * plan.photo), min(wanted, plan.lines)

    def _fit(self) -> None:
        """Take the first plan whose cards are shown whole; where none is, their middles scroll."""
        width, high = self._card_width(), self.height() - 2 * MARGIN - (BAR_PX if self._scrolls() else 0)
        made = [self._shares(plan, width) for plan in PLANS]
        fits = (one for one in made if CardView.height_of(*one, self._facts) <= high)
        photo, lines = next(fits, made[-1])
        natural = CardView.height_of(photo, lines, self._facts)
        for view in self.shown():
            view.set_shares(photo, lines)
            view.setFixedSize(width, min(high, natural))
