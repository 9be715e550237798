"""The reports of a proposal side by side: cards of one height whose facts stand beside each other.

A proposal may have hundreds of reports; only those in sight, and the one that acts mean, have a card.
"""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QPoint, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QApplication, QScrollArea, QWidget

from desktop.views.duplicates.acts import possible
from desktop.views.duplicates.card import CardView
from desktop.views.duplicates.card_parts import FACT_PX, LOW_FACT_PX
from desktop.views.duplicates.quoted_text import lines_wanted
from desktop.views.duplicates.state import ReviewState

MARGIN, GAP = 12, 12
NARROWEST, WIDEST = 240, 380  # px of a card
BAR_PX = 10
ASPECT = 2.15  # of a photo

MOST_LINES, USUAL_LINES, FEWEST_LINES = 6, 3, 2  # of words
LEAST_PHOTO_PX = 40  # of its height, however wide the card
USUAL_CARDS, USUAL_FACTS = 4, 6
AT_ONCE = 5  # cards that are made in one turn of the event loop


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
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._page = QWidget()
        self.setWidget(self._page)
        self.cards: dict[int, CardView] = {}  # by the index of their report
        self._spare: list[CardView] = []
        self._state: ReviewState | None = None
        self._facts, self._letters = 0, True
        self._texts: tuple[int, tuple[str, ...]] = (0, ())
        self._lines = 0  # that the longest of the texts takes
        self._shared = ((0, 0, FACT_PX), False, QSize(NARROWEST, 0))  # of each card's height, and its size
        self._more = QTimer(self, singleShot=True)
        self._more.timeout.connect(self._make_more)
        self.horizontalScrollBar().valueChanged.connect(self._scrolled)

    def shown(self) -> list[CardView]:
        """The cards that there are, in the order of their reports."""
        return [self.cards[at] for at in sorted(self.cards)]

    def set_state(self, state: ReviewState) -> None:
        """Show the reports of a proposal; a focus that was on a card goes to the one that is meant now."""
        before, self._state = self._state, state
        inside = self.isAncestorOf(QApplication.focusWidget() or self)
        self._facts = max((len(card.facts) for card in state.cards), default=0)
        for at in self.cards:
            if at < len(state.cards):
                self._fill(at)
        self._fit()
        moved = before is None or (before.chosen, before.focused) != (state.chosen, state.focused)
        if moved and 0 <= state.focused < len(state.cards):
            self._bring_into_sight(state.focused)
            if inside:
                self.cards[state.focused].head.setFocus(Qt.FocusReason.OtherFocusReason)
        self._retire()

    def set_letters(self, on: bool) -> None:
        """Whether the keys of the cards act, and are shown."""
        self._letters = on
        if self._state is not None:
            self.set_state(self._state)

    def enter(self, index: int | None = None) -> None:
        """Put the focus on a report, or on the one that is meant already."""
        if self._state is None or not self._state.cards:
            return
        at = self._state.focused if index is None else index
        if not 0 <= at < len(self._state.cards):
            return
        self._bring_into_sight(at)
        self.cards[at].head.setFocus(Qt.FocusReason.ShortcutFocusReason)
        if at != self._state.focused:
            self.focus_asked.emit(at)

    def usual_height(self) -> int:
        """What it takes to show four cards whole: the same for every proposal, so that nothing moves with the next."""
        width = min(320, max(NARROWEST, (self.width() - 2 * MARGIN - (USUAL_CARDS - 1) * GAP) // USUAL_CARDS))
        return CardView.height_of(_photo_px(width), FEWEST_LINES, USUAL_FACTS) + 2 * MARGIN

    # which cards there are

    def _wanted(self) -> set[int]:
        """Reports that need a card: those in sight with one on either side, the one that is meant, the one in focus."""
        assert self._state is not None
        each, left = self._card_width() + GAP, self.horizontalScrollBar().value()
        first, last = (left - MARGIN) // each - 1, (left + self.width() - MARGIN) // each + 1
        wanted = {*range(first, last + 1), self._state.focused}
        wanted |= {at for at, view in self.cards.items() if view.isAncestorOf(QApplication.focusWidget() or self)}
        return {at for at in wanted if 0 <= at < len(self._state.cards)}

    def _provide(self, most: int = AT_ONCE) -> None:
        """Have the cards that are needed; of new ones so many now, the others in the next turns."""
        assert self._state is not None
        missing = sorted(self._wanted() - self.cards.keys(), key=lambda at: (at != self._focused(), at))
        self._retire()
        for at in missing:
            if not self._spare and most == 0:
                self._more.start()
                return
            most -= not self._spare
            self._give(at)

    def _focused(self) -> int:
        return 0 if self._state is None else self._state.focused

    def _give(self, at: int) -> None:
        """A card for a report."""
        view = self._spare.pop() if self._spare else self._made()
        self.cards[at] = view
        self._fill(at)
        self._place(at)
        view.show()

    def _retire(self) -> None:
        """Cards that nobody needs any more wait for another report."""
        wanted = self._wanted()
        for at in [at for at in self.cards if at not in wanted]:
            view = self.cards.pop(at)
            view.hide()
            self._spare.append(view)

    def _make_more(self) -> None:
        if self._state is not None:
            self._provide()

    def _scrolled(self) -> None:
        if self._state is not None:
            self._provide()

    def _fill(self, at: int) -> None:
        assert self._state is not None
        can = possible(replace(self._state, focused=at))
        current = at == self._state.focused
        self.cards[at].set_card(at + 1, self._state.cards[at], can, current=current, letters=self._letters)

    def _made(self) -> CardView:
        view = CardView(self._page)
        view.opened.connect(self.request_wanted)
        view.photo_wanted.connect(self.photo_wanted)
        view.keep_asked.connect(self.keep_asked)
        view.take_out_asked.connect(self.take_out_asked)
        view.focus_wanted.connect(self._pressed)
        view.step_asked.connect(self._step)
        view.menu_asked.connect(self._menu)
        return view

    def _pressed(self, number: int) -> None:
        self.enter(number - 1)

    def _step(self, by: int) -> None:
        if self._state is not None:
            self.enter(self._state.focused + by)

    def _menu(self, number: int, at: QPoint) -> None:
        self.enter(number - 1)
        self.menu_asked.emit(number - 1, at)

    def _bring_into_sight(self, at: int) -> None:
        if at not in self.cards:
            self._give(at)
        self.ensureWidgetVisible(self.cards[at], MARGIN, 0)

    # sizes

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def minimumSizeHint(self) -> QSize:
        return QSize(320, 240)

    def _number(self) -> int:
        return len(self._state.cards) if self._state is not None else 0

    def _width_of(self, each: int) -> int:
        """Px of all cards where each has so many."""
        return 2 * MARGIN + self._number() * each + max(0, self._number() - 1) * GAP

    def _scrolls(self) -> bool:
        return self._width_of(NARROWEST) > self.width()

    def _card_width(self) -> int:
        number = max(1, self._number())
        each = (self.width() - 2 * MARGIN - (number - 1) * GAP) // number
        return min(WIDEST, max(NARROWEST, each))

    def _longest(self, width: int) -> int:
        """How many lines the longest of the texts takes; laid out anew only where a text or the width is another."""
        assert self._state is not None
        texts = (width, tuple(card.text for card in self._state.cards))
        if texts != self._texts:
            self._texts = texts
            self._lines = 0
            for text in texts[1]:
                if self._lines < MOST_LINES:  # no more are ever shown
                    self._lines = max(self._lines, lines_wanted(text, CardView.text_width(width), MOST_LINES))
        return self._lines

    def _shares(self, width: int, high: int) -> tuple[int, int, int]:
        """Photo in px, lines of words, px of a fact: words are cut first, then the photo gives way, then the air."""
        full, wanted = _photo_px(width), self._longest(width)
        for most in (MOST_LINES, 4, USUAL_LINES):
            if CardView.height_of(full, min(wanted, most), self._facts) <= high:
                return full, min(wanted, most), FACT_PX
        for most, row_px in ((USUAL_LINES, FACT_PX), (FEWEST_LINES, FACT_PX), (FEWEST_LINES, LOW_FACT_PX)):
            lines = min(wanted, most)
            photo = high - CardView.height_of(0, lines, self._facts, row_px)
            if photo >= LEAST_PHOTO_PX:
                return min(full, photo), lines, row_px
        return LEAST_PHOTO_PX, min(wanted, FEWEST_LINES), LOW_FACT_PX

    def _fit(self) -> None:
        """Cards of one height; where the facts have no room, their middles scroll."""
        if self._state is None:
            return
        width, high = self._card_width(), self.height() - 2 * MARGIN - (BAR_PX if self._scrolls() else 0)
        shares = self._shares(width, high)
        natural = CardView.height_of(shares[0], shares[1], self._facts, shares[2])
        self._shared = (shares, natural > high, QSize(width, max(0, min(high, natural))))
        self._page.resize(self._width_of(width), self._shared[2].height() + 2 * MARGIN)
        for at in self.cards:
            if at < self._number():
                self._place(at)
        self._provide()

    def _place(self, at: int) -> None:
        """Where a card stands, and how its height is shared."""
        shares, scrolls, size = self._shared
        self.cards[at].set_shares(*shares, scrolls=scrolls)
        self.cards[at].setFixedSize(size)
        self.cards[at].move(MARGIN + at * (size.width() + GAP), MARGIN)


def _photo_px(width: int) -> int:
    """The full height of a photo in a card of this width."""
    return round((width - 20) / ASPECT)
