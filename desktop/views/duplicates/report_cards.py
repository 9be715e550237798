"""The reports of a proposal side by side: cards of one height whose facts stand beside each other."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QPoint, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QScrollArea, QWidget

from desktop.views.duplicates.acts import possible
from desktop.views.duplicates.card import CardView
from desktop.views.duplicates.card_parts import FACT_PX, LOW_FACT_PX
from desktop.views.duplicates.state import ReviewState

MARGIN, GAP = 12, 12
NARROWEST, WIDEST = 240, 380  # px of a card
BAR_PX = 10
ASPECT = 2.15  # of a photo


MOST_LINES, USUAL_LINES, FEWEST_LINES = 6, 3, 2  # of words
LEAST_PHOTO = 0.5  # of its full height
USUAL_CARDS, USUAL_FACTS = 4, 6
AT_ONCE = 8  # cards that are made in one turn of the event loop


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
        self._more = QTimer(self)
        self._more.setSingleShot(True)
        self._more.timeout.connect(self._make_more)

    def shown(self) -> list[CardView]:
        """The cards on show."""
        return self.cards[: len(self._state.cards)] if self._state is not None else []

    def set_state(self, state: ReviewState) -> None:
        """Show the reports of a proposal; a focus that was on a card goes to the one that is meant now."""
        before, self._state = self._state, state
        inside = self.isAncestorOf(QApplication.focusWidget() or self)
        self._make(max(AT_ONCE, state.focused + 1))
        for at, view in enumerate(self.cards):
            if at < len(state.cards):
                self._fill(at)
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

    def usual_height(self) -> int:
        """What it takes to show four cards whole: the same for every proposal, so that nothing moves with the next."""
        width = min(320, max(NARROWEST, (self.width() - 2 * MARGIN - (USUAL_CARDS - 1) * GAP) // USUAL_CARDS))
        return CardView.height_of(_photo_px(width), FEWEST_LINES, USUAL_FACTS) + 2 * MARGIN

    def _make(self, number: int) -> None:
        """Have so many cards at least, if there are as many reports; the rest is made while the first ones are read."""
        assert self._state is not None
        for _ in range(len(self.cards), min(number, len(self._state.cards))):
            self._add()
        if len(self.cards) < len(self._state.cards):
            self._more.start()

    def _make_more(self) -> None:
        before = len(self.cards)
        self._make(before + AT_ONCE)
        for at in range(before, len(self.cards)):
            self._fill(at)
            self.cards[at].show()
        self._fit()

    def _fill(self, at: int) -> None:
        assert self._state is not None
        can = possible(replace(self._state, focused=at))
        self.cards[at].set_card(self._state.cards[at], can, current=at == self._state.focused)

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
        number = len(self._state.cards) if self._state is not None else 0
        return 2 * MARGIN + number * NARROWEST + max(0, number - 1) * GAP

    def _card_width(self) -> int:
        number = max(1, len(self._state.cards) if self._state is not None else 0)
        each = (self.width() - 2 * MARGIN - (number - 1) * GAP) // number
        return min(WIDEST, max(NARROWEST, each))

    def _shares(self, width: int, high: int) -> tuple[int, int, int]:
        """Photo in px, lines of words, px of a fact: words are cut first, then the photo gives way, then the air."""
        full = _photo_px(width)
        wanted = max((view.lines_wanted(width) for view in self.shown()), default=0)
        for most in (MOST_LINES, 4, USUAL_LINES):
            if CardView.height_of(full, min(wanted, most), self._facts) <= high:
                return full, min(wanted, most), FACT_PX
        for most, row_px in ((USUAL_LINES, FACT_PX), (FEWEST_LINES, FACT_PX), (FEWEST_LINES, LOW_FACT_PX)):
            lines = min(wanted, most)
            photo = high - CardView.height_of(0, lines, self._facts, row_px)
            if photo >= full * LEAST_PHOTO:
                return min(full, photo), lines, row_px
        return round(full * LEAST_PHOTO), min(wanted, FEWEST_LINES), LOW_FACT_PX

    def _fit(self) -> None:
        """Cards of one height; where the facts have no room, their middles scroll."""
        width, high = self._card_width(), self.height() - 2 * MARGIN - (BAR_PX if self._scrolls() else 0)
        shares = self._shares(width, high)
        natural = CardView.height_of(shares[0], shares[1], self._facts, shares[2])
        for view in self.shown():
            view.set_shares(*shares, scrolls=natural > high)
            view.setFixedSize(width, max(0, min(high, natural)))


def _photo_px(width: int) -> int:
    """The full height of a photo in a card of this width."""
    return round((width - 20) / ASPECT)
