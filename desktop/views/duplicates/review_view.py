"""The middle of Duplicates: one proposal with its reports, its place and its reasons, over what can be done with it."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from desktop.views.duplicates import acts
from desktop.views.duplicates.act_row import ActRow
from desktop.views.duplicates.proposals_pane import ProposalsPane, ProposalsStrip
from desktop.views.duplicates.reasons_pane import ReasonsPane
from desktop.views.duplicates.reliability import ReliabilityPopover
from desktop.views.duplicates.report_cards import ReportCards
from desktop.views.duplicates.scene_map import SceneMap
from desktop.views.duplicates.state import BulkState, ReliabilityState, ReviewState
from desktop.views.kit import Banner, Centred, ElidedWords, IconButton, LoadingCard, Rule, StateCard, Words
from desktop.views.kit.focus import NONE
from desktop.views.shell.splitter import PaneSplitter
from desktop.views.table_menus import open_menu

HEAD_PX = 40
PAD, GAP = 12, 8
LOWER_LEAST_PX = 208  # of map and reasons
CARDS_SHARE, MAP_SHARE = 0.36, 0.46
WAIT_MS = 300  # before it is said that something is being read
WORK, READING, NOTHING = range(3)


class ReviewHead(QWidget):
    """What the proposal is, which one of how many, and steps to its neighbours."""

    next_asked = Signal()
    previous_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("surface", "pane")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedHeight(HEAD_PX)
        self.title = ElidedWords("", step="heading")
        self.below = ElidedWords("", step="table", tone="secondary")
        self.below.setSizePolicy(self.below.sizePolicy().Policy.Ignored, self.below.sizePolicy().Policy.Fixed)
        self.place = Words("", step="table", tone="tertiary")
        self.previous = IconButton("chevron-left", "")
        self.next = IconButton("chevron-right", "")
        self.set_letters(on=True)
        self.previous.clicked.connect(self.previous_asked)
        self.next.clicked.connect(self.next_asked)
        row = QHBoxLayout(self)
        row.setContentsMargins(PAD, 0, PAD - 4, 0)
        row.setSpacing(GAP)
        row.addWidget(self.title)
        row.addWidget(self.below, 1)
        for part in (self.place, self.previous, self.next):
            row.addWidget(part)

    def set_letters(self, on: bool) -> None:
        """Whether the keys act, and are told."""
        self.previous.set_name(self.tr("Previous proposal"), "Shift+N" if on else "")
        self.next.set_name(self.tr("Next proposal"), "N" if on else "")

    def set_state(self, state: ReviewState) -> None:
        """Show which proposal it is."""
        self.title.setText(" ".join(state.title.split()))
        self.below.setText(" ".join(state.below.split()))
        self.place.setText(state.place)
        can = acts.possible(state)
        self.previous.setEnabled(acts.PREVIOUS in can)
        self.next.setEnabled(acts.NEXT in can)


class ReviewParts(PaneSplitter):
    """Cards over map and reasons, at the look's shares until a person drags a line; a double click takes that back."""

    def __init__(self, cards: ReportCards, map_: SceneMap, reasons: ReasonsPane) -> None:
        super().__init__(Qt.Orientation.Vertical)
        self._cards, self._dragged = cards, False
        self.ground = PaneSplitter(Qt.Orientation.Horizontal)
        self.ground.addWidget(map_)
        self.ground.addWidget(reasons)
        self.addWidget(cards)
        self.addWidget(self.ground)
        for splitter in (self, self.ground):
            splitter.splitterMoved.connect(self._keep)
            splitter.reset_asked.connect(self.reset)

    def reset(self) -> None:
        """Back to the usual sizes."""
        self._dragged = False
        self._share()

    def _keep(self) -> None:
        self._dragged = True

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if not self._dragged:
            self._share()

    def _share(self) -> None:
        """Cards whole where map and reasons keep their least; in a tall window both get more."""
        high, wide = self.height(), self.width()
        self._cards.resize(wide, self._cards.height())  # how high they usually are depends on how wide
        cards = min(max(self._cards.usual_height(), round(high * CARDS_SHARE)), high - LOWER_LEAST_PX)
        self.setSizes([max(1, cards), max(1, high - cards)])
        self.ground.setSizes([round(wide * MAP_SHARE), wide - round(wide * MAP_SHARE)])


class ReviewView(QWidget):
    """Shows a ReviewState and tells what is wanted. Acts on one report carry its request_id.

    The list of proposals, and its strip for a narrow window, belong to it but lie in the left pane of the workspace.
    """

    chosen = Signal(int)
    accept_asked = Signal()
    reject_asked = Signal()
    split_asked = Signal()
    keep_asked = Signal(int)
    take_out_asked = Signal(int)
    parent_asked = Signal(int)
    move_asked = Signal(int)
    next_asked = Signal()
    previous_asked = Signal()
    request_wanted = Signal(int)
    photo_wanted = Signal(int)
    focus_asked = Signal(int)  # the index of a report, from 0
    bulk_changed = Signal(float)
    bulk_asked = Signal()
    look_asked = Signal()
    reliability_wanted = Signal()
    again_asked = Signal()  # the reports as they are now
    list_wanted = Signal()  # Esc: one step back, to the list
    cards_wanted = Signal()  # Enter in the list

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Proposal"))
        self.setProperty(NONE, True)  # it holds the focus only until the next proposal is there
        self._state: ReviewState | None = None
        self._letters = True
        self._back: QWidget | None = None  # where the focus goes once an act is done
        self._held: QWidget = self  # what had it
        self.proposals, self.strip = ProposalsPane(), ProposalsStrip()
        self.head, self.cards = ReviewHead(), ReportCards()
        self.map, self.reasons, self.acts = SceneMap(), ReasonsPane(), ActRow()
        self.popover: ReliabilityPopover | None = None
        self._wait = QTimer(self)
        self._wait.setSingleShot(True)
        self._wait.setInterval(WAIT_MS)
        self._wait.timeout.connect(self._say_reading)
        self._lay_out()
        self._connect()
        self.set_state(None)

    def _lay_out(self) -> None:
        self.parts = ReviewParts(self.cards, self.map, self.reasons)
        self.band = Banner(" ", act=self.tr("Show them as they are"))
        work = QWidget()
        column = QVBoxLayout(work)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.band)
        column.addWidget(self.parts, 1)
        column.addWidget(Rule())
        column.addWidget(self.acts)
        self.loading = LoadingCard(" ")
        self.loading.bar.hide()
        self.nothing = StateCard(
            self.tr("No duplicates are proposed"), " ", icon="copy", act=self.tr("Look for duplicates")
        )
        self.stack = QStackedWidget()
        for page in (work, Centred(self.loading, "app"), Centred(self.nothing, "app")):
            self.stack.addWidget(page)
        self._head_line = Rule()
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self.head)
        whole.addWidget(self._head_line)
        whole.addWidget(self.stack, 1)

    def _connect(self) -> None:
        for mine, theirs in (
            (self.chosen, self.proposals.chosen),
            (self.bulk_changed, self.proposals.bulk_changed),
            (self.bulk_asked, self.proposals.bulk_asked),
            (self.cards_wanted, self.proposals.entered),
            (self.next_asked, self.head.next_asked),
            (self.previous_asked, self.head.previous_asked),
            (self.request_wanted, self.cards.request_wanted),
            (self.photo_wanted, self.cards.photo_wanted),
            (self.keep_asked, self.cards.keep_asked),
            (self.take_out_asked, self.cards.take_out_asked),
            (self.focus_asked, self.cards.focus_asked),
            (self.focus_asked, self.map.focus_asked),
            (self.reliability_wanted, self.reasons.reliability_wanted),
            (self.again_asked, self.band.acted),
            (self.look_asked, self.nothing.acted),
        ):
            theirs.connect(mine)
        self.acts.wanted.connect(self.carry_out)
        self.cards.menu_asked.connect(self._open_menu)

    # what it shows

    def set_state(self, state: ReviewState | None) -> None:
        """Show a proposal; None before anything was read. While one is being read, its name stands alone."""
        self._hold_focus()
        emptied = state is not None and not state.lines and (self._state is None or bool(self._state.lines))
        self._state = state
        self.proposals.set_state(state)
        self.strip.set_state(state)
        self._wait.stop()
        told = state is not None and bool(state.lines)
        self.head.setVisible(told)
        self._head_line.setVisible(told)
        if state is not None and told:
            self.head.set_state(state)
        if state is not None and told and state.cards:
            self._show_proposal(state)
        elif state is not None and not told:
            self._show_nothing(state)
        else:
            self._show_reading(state)
        self._give_focus_back()
        if emptied:
            self._focus_the_next_act()

    def set_letters(self, on: bool) -> None:
        """Whether keys of one letter act: those that do not are not shown either."""
        self._letters = on
        self.acts.set_letters(on)
        self.cards.set_letters(on)
        self.head.set_letters(on)

    def set_bulk(self, state: BulkState | None) -> None:
        """Show what "Accept many" would do."""
        self.proposals.set_bulk(state)

    def show_reliability(self, state: ReliabilityState) -> None:
        """Open the curve beside its button."""
        if self.popover is not None:
            return
        self.popover = ReliabilityPopover(self.reasons.reliability, self.parts.ground, state)
        self.popover.finished.connect(self._popover_closed)
        self.popover.open()

    def _popover_closed(self) -> None:
        if self.popover is not None:
            self.popover.deleteLater()
            self.popover = None

    def _show_proposal(self, state: ReviewState) -> None:
        self.band.text.setText(state.changed or " ")
        self.band.setAccessibleName(state.changed)
        self.band.setVisible(bool(state.changed))
        self.stack.setCurrentIndex(WORK)
        self.cards.set_state(state)
        self.map.set_scene(state.scene)
        self.reasons.set_state(state)
        self.acts.set_state(state)

    def _show_nothing(self, state: ReviewState) -> None:
        more = self.tr("Reports that may be about one thing on the ground are listed here for your decision.")
        self.nothing.text.setText(f"{state.nothing} {more}".strip())
        self.nothing.button.setEnabled(not state.busy)
        self.stack.setCurrentIndex(NOTHING)

    def _show_reading(self, state: ReviewState | None) -> None:
        title = self.tr("Reading what is proposed") if state is None else self.tr("Reading the reports")
        self.loading.title.setText(title)
        self.loading.setAccessibleName(title)
        self.loading.hide()  # what is read at once flickers nothing
        self.stack.setCurrentIndex(READING)
        self._wait.start()

    def _say_reading(self) -> None:
        self.loading.show()

    # the focus

    def _hold_focus(self) -> None:
        """An act may hide or disable what has the focus; it stays here, where the letters act."""
        focused = QApplication.focusWidget()
        if focused is not None and focused is not self and self.stack.isAncestorOf(focused):
            self._back = self.cards if self.cards.isAncestorOf(focused) else focused
            self._held = focused

    def _give_focus_back(self) -> None:
        if self._back is None:
            return
        focused = QApplication.focusWidget()
        lost = not self._held.isVisible() or not self._held.isEnabled() or focused is self
        if not lost:
            self._back = None
        elif self.stack.currentIndex() == WORK and self._back.isEnabled():
            if self._back is self.cards:
                self.cards.enter()
            else:
                self._back.setFocus(Qt.FocusReason.OtherFocusReason)
            self._back = None
        else:
            self.setFocus(Qt.FocusReason.OtherFocusReason)

    def _focus_the_next_act(self) -> None:
        """Nothing is left: the keys go to what comes next, from the list and from the acts, never from elsewhere."""
        focused = QApplication.focusWidget()
        if focused is not None and (focused is self or self.proposals.isAncestorOf(focused)):
            self._back = None
            self.nothing.button.setFocus(Qt.FocusReason.OtherFocusReason)

    # what is wanted

    def carry_out(self, command_id: str) -> None:
        """Ask for an act on the proposal, or on the report in focus; what cannot be done now is not asked for."""
        if self._state is not None and command_id in acts.possible(self._state):
            self._carry_out(command_id, self._state)

    def _carry_out(self, command_id: str, state: ReviewState) -> None:
        whole = {
            acts.ACCEPT: self.accept_asked,
            acts.REJECT: self.reject_asked,
            acts.SPLIT: self.split_asked,
            acts.NEXT: self.next_asked,
            acts.PREVIOUS: self.previous_asked,
            acts.LOOK: self.look_asked,
            acts.RELIABILITY: self.reliability_wanted,
        }
        one = {
            acts.KEEP: self.keep_asked,
            acts.TAKE_OUT: self.take_out_asked,
            acts.PARENT: self.parent_asked,
            acts.MOVE: self.move_asked,
            acts.ZOOM: self.photo_wanted,
            acts.OPEN: self.request_wanted,
        }
        card = acts.focused_card(state)
        if command_id in whole:
            whole[command_id].emit()
        elif command_id == acts.FOCUS:
            self.cards.enter((state.focused + 1) % len(state.cards))
        elif card is not None and command_id == acts.COPY:
            QGuiApplication.clipboard().setText(card.number)
        elif card is not None and command_id in one:
            one[command_id].emit(card.request_id)

    def focus_report(self, index: int) -> None:
        """Go to a report, from 0."""
        self.cards.enter(index)

    def _open_menu(self, index: int, at: QPoint) -> None:
        if self._state is not None:
            meant = replace(self._state, focused=index)  # the controller may not have answered yet
            choices = acts.card_menu(meant, letters=self._letters)
            open_menu(choices, self, at, lambda command: self._carry_out(command, meant))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.list_wanted.emit()
        else:
            super().keyPressEvent(event)
