"""The middle of Duplicates as a whole, and in its workspace."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QContextMenuEvent, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from desktop.views.commands import review_commands
from desktop.views.duplicates import acts
from desktop.views.duplicates.place import ReviewPlace
from desktop.views.duplicates.review_view import NOTHING, READING, WORK, ReviewView
from desktop.views.duplicates.state import ReviewState
from desktop.views.kit import Button, Toast, ToastStack, Words
from desktop.views.table_menus import Choices
from desktop.views.theme import Theme
from desktop.views.workspace import Workspace
from tests.desktop.test_reach import nameless, pale
from tests.desktop.views.duplicates.made_up import BULK, CARDS, LINES, RELIABILITY, STATE, with_card
from tests.desktop.views.test_tokens import SCHEMES

SIZES = [(1440, 900), (1280, 720), (2560, 1440), (1024, 640)]  # of the window
RAIL, TOP_BAR, STATUS_BAR = 48, 44, 24
SIGNALS = {
    acts.ACCEPT: "accept_asked", acts.REJECT: "reject_asked", acts.SPLIT: "split_asked", acts.NEXT: "next_asked",
    acts.PREVIOUS: "previous_asked", acts.KEEP: "keep_asked", acts.TAKE_OUT: "take_out_asked",
    acts.PARENT: "parent_asked", acts.MOVE: "move_asked", acts.ZOOM: "photo_wanted", acts.OPEN: "request_wanted",
    acts.RELIABILITY: "reliability_wanted", acts.LOOK: "look_asked",
}  # fmt: skip


class Desk:
    """The workspace on show, and everything that its view asked for."""

    def __init__(self, qtbot: QtBot, width: int, height: int) -> None:
        self.window = QWidget()
        qtbot.addWidget(self.window)
        self.window.resize(width, height)
        self.workspace = Workspace("duplicates", "Duplicates", "copy", parent=self.window)
        self.workspace.setGeometry(RAIL, TOP_BAR, width - RAIL, height - TOP_BAR - STATUS_BAR)
        self.view = ReviewView()
        self.place = ReviewPlace(self.workspace, self.view)
        self.asked: list[tuple[object, ...]] = []
        for name in (*SIGNALS.values(), "chosen", "focus_asked", "again_asked", "bulk_asked", "bulk_changed"):
            getattr(self.view, name).connect(self._hear(name))

    def _hear(self, name: str) -> Callable[..., None]:
        return lambda *values: self.asked.append((name, *values))

    def key(self, key: Qt.Key) -> None:
        """Press a key where the focus is."""
        focused = QApplication.focusWidget()
        assert focused is not None
        QTest.keyClick(focused, key)


@pytest.fixture
def make_desk(qtbot: QtBot, look: object) -> Callable[..., Desk]:
    """Makes the workspace in a size, the proposal on show."""
    made: list[Desk] = []

    def make(state: ReviewState | None = STATE, size: tuple[int, int] = SIZES[0]) -> Desk:
        desk = Desk(qtbot, *size)
        made.append(desk)
        desk.view.set_state(state)
        desk.view.set_bulk(BULK)
        desk.window.show()
        desk.window.activateWindow()
        qtbot.waitUntil(desk.window.isActiveWindow, timeout=5000)
        qtbot.wait(20)
        return desk

    return make


MakeDesk = Callable[..., Desk]


@pytest.mark.parametrize("command", [command.id for command in review_commands()])
def test_every_command_is_asked_for(make_desk: MakeDesk, command: str) -> None:
    """From the palette or a menu, each act arrives at its signal, those on one report with its request."""
    desk = make_desk()
    desk.workspace.command_asked.emit(command)
    one = {acts.KEEP, acts.TAKE_OUT, acts.PARENT, acts.MOVE, acts.ZOOM, acts.OPEN}
    assert desk.asked == [(SIGNALS[command], *((504,) if command in one else ()))]


def test_what_cannot_be_done_is_not_asked_for(make_desk: MakeDesk) -> None:
    """While an act is under way, no key and no command starts a second one."""
    desk = make_desk(replace(STATE, busy=True))
    desk.view.cards.enter()
    for letter in (Qt.Key.Key_A, Qt.Key.Key_J, Qt.Key.Key_S, Qt.Key.Key_X, Qt.Key.Key_P):
        desk.key(letter)
    for command in (acts.ACCEPT, acts.REJECT, "unknown"):
        desk.view.carry_out(command)
    assert desk.asked == []
    assert not any(button.isEnabled() for button in (desk.view.acts.accept, desk.view.acts.reject))


def test_letters_act_from_the_list_and_from_a_card(make_desk: MakeDesk) -> None:
    """Every act with a letter is reached by it from both, and figures go to their report."""
    desk = make_desk()
    for enter in (desk.view.proposals.list.setFocus, desk.view.cards.enter):
        for letter, command in (("A", acts.ACCEPT), ("J", acts.REJECT), ("N", acts.NEXT), ("X", acts.TAKE_OUT)):
            desk.asked.clear()
            enter()
            desk.key(Qt.Key(ord(letter)))
            assert [heard[0] for heard in desk.asked] == [SIGNALS[command]]
    desk.asked.clear()
    desk.view.proposals.list.setFocus()
    desk.key(Qt.Key.Key_2)
    assert desk.asked == [("focus_asked", 1)]
    assert QApplication.focusWidget() is desk.view.cards.cards[1].head
    desk.key(Qt.Key.Key_9)
    assert desk.asked == [("focus_asked", 1)]


def test_letters_can_be_switched_off(make_desk: MakeDesk) -> None:
    """Then no letter and no figure acts; arrows, Enter and the buttons do as before."""
    desk = make_desk()
    desk.place.set_letters(False)
    desk.view.cards.enter()
    for key in (Qt.Key.Key_A, Qt.Key.Key_J, Qt.Key.Key_2, Qt.Key.Key_N):
        desk.key(key)
    assert desk.asked == []
    desk.key(Qt.Key.Key_Return)
    assert desk.asked == [("request_wanted", 504)]
    desk.place.set_letters(True)
    desk.key(Qt.Key.Key_A)
    assert desk.asked[-1] == ("accept_asked",)


def test_keys_that_are_switched_off_are_not_shown(make_desk: MakeDesk) -> None:
    """No cap on a button or in a menu, no key in a tip; a card made later has none either; back on, all are there."""
    desk = make_desk(with_card(2, kept=False))
    row, cards = desk.view.acts, desk.view.cards

    def caps() -> list[str]:
        buttons = (*row.hints.values(), row.reject, row.split, row.accept)
        shown = [button for view in cards.shown() for button in (view.keep, view.take_out)]
        told = [button._keys for button in (*buttons, *shown)]
        return [*told, *(choice.keys for choice in row.in_menu())]

    whole = caps()
    assert "A" in whole
    assert "K" in whole
    desk.place.set_letters(False)
    desk.view.set_state(replace(STATE, cards=CARDS * 3))
    assert set(caps()) == {""}
    assert "N" not in desk.view.head.next.toolTip().split()
    assert not any(choice.keys for choice in acts.card_menu(STATE, letters=False) if choice is not None)
    desk.place.set_letters(True)
    desk.view.set_state(with_card(2, kept=False))
    assert caps() == whole


def test_the_keys_go_to_what_comes_next_when_nothing_is_left(make_desk: MakeDesk) -> None:
    """From the list or an act the focus goes to "Look for duplicates"; from elsewhere it is not pulled away."""
    desk = make_desk()
    elsewhere = QLineEdit(desk.window)
    elsewhere.show()
    for start in (desk.view.proposals.list, desk.view.acts.reject, desk.view.cards.cards[1].head):
        desk.view.set_state(STATE)
        start.setFocus()
        desk.view.set_state(replace(STATE, busy=True))
        desk.view.set_state(ReviewState(()))
        assert QApplication.focusWidget() is desk.view.nothing.button
    desk.view.set_state(STATE)
    elsewhere.setFocus()
    desk.view.set_state(ReviewState(()))
    assert QApplication.focusWidget() is elsewhere


def test_a_list_that_folds_away_leaves_the_keys_in_the_workspace(qtbot: QtBot, make_desk: MakeDesk) -> None:
    """The window becomes narrow while the list has the focus: it goes to the proposal, where letters act."""
    desk = make_desk()
    desk.view.proposals.list.setFocus()
    desk.window.resize(1280, 720)
    desk.workspace.resize(1280 - RAIL, 720 - TOP_BAR - STATUS_BAR)
    qtbot.waitUntil(lambda: desk.workspace.folded("left"), timeout=5000)
    focused = QApplication.focusWidget()
    assert focused is not None
    assert desk.view.isAncestorOf(focused)
    desk.key(Qt.Key.Key_A)
    assert desk.asked[-1] == ("accept_asked",)


def test_enter_and_escape_go_between_list_and_reports(make_desk: MakeDesk) -> None:
    """From the list to the report in focus and back, in a narrow window through the drawer."""
    for size in (SIZES[0], SIZES[1]):
        desk = make_desk(STATE, size)
        desk.workspace.enter_pane("left")
        assert QApplication.focusWidget() is desk.view.proposals.list
        desk.key(Qt.Key.Key_Return)
        assert QApplication.focusWidget() is desk.view.cards.cards[3].head
        desk.key(Qt.Key.Key_Escape)
        assert QApplication.focusWidget() is desk.view.proposals.list
    assert desk.workspace.folded("left")


def test_buttons_of_the_row_ask(make_desk: MakeDesk) -> None:
    """Each button asks what it says; the one that goes to the next report goes round."""
    desk = make_desk()
    row = desk.view.acts
    for button in (row.accept, row.reject, row.split, row.hints[acts.PARENT], row.hints[acts.FOCUS]):
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert desk.asked == [
        ("accept_asked",), ("reject_asked",), ("split_asked",), ("parent_asked", 504), ("focus_asked", 0),
    ]  # fmt: skip
    assert (row.accept.text(), row.split.text()) == ("Accept 4 as one incident", "Split off 4")


def test_the_row_keeps_what_decides(make_desk: MakeDesk) -> None:
    """In the smallest window hints go into a menu that offers them with their keys; the decision stays whole."""
    desk = make_desk(replace(STATE, accept="Add 4 reports to the standing incident"), SIZES[3])
    row = desk.view.acts
    assert row.more.isVisible()
    hidden = [choice.id for choice in row.in_menu()]
    shown = [key for key, button in row.hints.items() if button.isVisible()]
    assert hidden
    assert shown + hidden == list(row.hints)
    assert all(button.visibleRegion().boundingRect() == button.rect() for button in (row.accept, row.split, row.reject))


def test_the_menu_of_a_card_acts_on_that_card(make_desk: MakeDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Opened on a report that was not in focus, its acts mean it, also before the state follows."""
    opened: list[tuple[Choices, Callable[[str], None]]] = []

    def record(choices: Choices, _parent: QWidget, _at: QPoint, chosen: Callable[[str], None]) -> None:
        opened.append((choices, chosen))

    monkeypatch.setattr("desktop.views.duplicates.review_view.open_menu", record)  # offscreen nothing can pop up
    desk = make_desk()
    view = desk.view.cards.cards[1]
    where = view.mapToGlobal(QPoint(9, 9))
    QApplication.sendEvent(view, QContextMenuEvent(QContextMenuEvent.Reason.Mouse, QPoint(9, 9), where))
    ((choices, chosen),) = opened
    assert choices == acts.card_menu(replace(STATE, focused=1))
    chosen(acts.TAKE_OUT)
    chosen(acts.COPY)
    assert desk.asked == [("focus_asked", 1), ("take_out_asked", 502)]
    assert QGuiApplication.clipboard().text() == "185122"


def test_before_anything_is_read_the_frame_stands(qtbot: QtBot, make_desk: MakeDesk) -> None:
    """Nothing is said for 300 ms; after that, that it is being read. A quick answer shows no card at all."""
    desk = make_desk(None)
    desk.view.set_state(None)
    assert desk.view.stack.currentIndex() == READING
    assert not desk.view.loading.isVisible()
    qtbot.waitUntil(desk.view.loading.isVisible, timeout=2000)
    desk.view.set_state(replace(STATE, cards=()))
    assert desk.view.head.title.text() == STATE.title
    assert not desk.view.loading.isVisible()
    desk.view.set_state(STATE)
    assert desk.view.stack.currentIndex() == WORK
    qtbot.wait(350)
    assert not desk.view.loading.isVisible()


def test_nothing_proposed_says_what_comes_next(make_desk: MakeDesk) -> None:
    """What is true, and one act; not while that is under way."""
    desk = make_desk(ReviewState((), nothing="Looked at 14:02: 318 open reports, all apart."))
    assert desk.view.stack.currentIndex() == NOTHING
    assert "318 open reports" in desk.view.nothing.text.text()
    assert not desk.view.head.isVisible()
    desk.view.nothing.button.click()
    assert desk.asked == [("look_asked",)]
    desk.view.set_state(ReviewState((), busy=True))
    assert not desk.view.nothing.button.isEnabled()


def test_reports_that_changed_meanwhile_are_told(make_desk: MakeDesk) -> None:
    """A band says what happened and offers the reports as they are; nothing is decided on the old ones."""
    desk = make_desk()
    assert not desk.view.band.isVisible()
    desk.view.set_state(replace(STATE, changed="Report 2 was closed a minute ago."))
    assert desk.view.band.isVisible()
    assert desk.view.band.text.text() == "Report 2 was closed a minute ago."
    assert not desk.view.acts.accept.isEnabled()
    desk.view.band.act.click()
    assert desk.asked == [("again_asked",)]
    desk.view.set_state(STATE)
    assert not desk.view.band.isVisible()


def test_the_focus_comes_back_after_an_act(make_desk: MakeDesk) -> None:
    """Accept is pressed: while the next proposal is read the letters still act, and then the focus is on Accept."""
    desk = make_desk()
    for part, back in (
        (desk.view.acts.accept, desk.view.acts.accept),
        (desk.view.cards.cards[3].take_out, desk.view.cards.cards[0].head),
    ):
        desk.view.set_state(STATE)
        part.setFocus()
        desk.view.set_state(replace(STATE, busy=True))
        desk.view.set_state(replace(STATE, chosen=72, cards=()))
        focused = QApplication.focusWidget()
        assert focused is not None
        assert desk.workspace.isAncestorOf(focused)
        desk.view.set_state(replace(STATE, chosen=72, cards=CARDS[:2], focused=0))
        assert QApplication.focusWidget() is back


def test_the_focus_of_another_pane_stays_there(make_desk: MakeDesk) -> None:
    """A person who moves through the list is not pulled into the reports that come."""
    desk = make_desk()
    desk.view.proposals.list.setFocus()
    desk.view.set_state(replace(STATE, chosen=72, cards=()))
    desk.view.set_state(replace(STATE, chosen=72))
    assert QApplication.focusWidget() is desk.view.proposals.list


def test_map_and_cards_show_one_focus(make_desk: MakeDesk) -> None:
    """A disc that is pressed asks for the same report as its card would."""
    desk = make_desk()
    disc = desk.view.map.discs()[2]
    QTest.mouseClick(desk.view.map, Qt.MouseButton.LeftButton, pos=disc.toPoint())
    assert desk.asked == [("focus_asked", 1)]


def test_the_curve_opens_once(make_desk: MakeDesk) -> None:
    """Beside its button, and again after it was closed."""
    desk = make_desk()
    desk.view.show_reliability(RELIABILITY)
    first = desk.view.popover
    desk.view.show_reliability(RELIABILITY)
    assert desk.view.popover is first
    assert first is not None
    first.accept()
    assert desk.view.popover is None
    desk.view.show_reliability(RELIABILITY)
    assert desk.view.popover is not None
    desk.view.popover.accept()


@pytest.mark.parametrize("size", SIZES)
def test_the_curve_hides_neither_a_card_nor_an_act(make_desk: MakeDesk, size: tuple[int, int]) -> None:
    """In each window it lies on the map and the reasons alone, with all that it says inside its card."""
    desk = make_desk(STATE, size)
    desk.view.show_reliability(RELIABILITY)
    sheet = desk.view.popover
    assert sheet is not None
    cards, row = (
        part.rect().translated(part.mapTo(desk.window, QPoint(0, 0))) for part in (desk.view.cards, desk.view.acts)
    )
    assert desk.window.rect().contains(sheet.card.geometry())
    assert not sheet.card.geometry().intersects(cards)
    assert not sheet.card.geometry().intersects(row)
    assert all(word.height() >= word.heightForWidth(word.width()) for word in sheet.card.findChildren(Words))
    sheet.accept()


def test_the_row_of_acts_stays_free_of_toasts(make_desk: MakeDesk) -> None:
    """What tells of an act stands over the acts, whatever is on show, so that the next one can be pressed at once."""
    desk = make_desk()
    assert desk.workspace.foot_px == desk.view.acts.height()
    toasts = ToastStack(desk.window)
    toasts.set_foot(desk.workspace.foot_px)
    toasts.show_toast(Toast("Accepted 1 incident, 4 reports.", act="Undo", keys="Ctrl+Z"))
    row = desk.view.acts.rect().translated(desk.view.acts.mapTo(desk.window, QPoint(0, 0)))
    (toast,) = toasts.toasts()
    assert not toast.rect().translated(toast.mapTo(desk.window, QPoint(0, 0))).intersects(row)


@pytest.mark.parametrize("size", SIZES)
def test_everything_fits(make_desk: MakeDesk, size: tuple[int, int]) -> None:
    """In each window of the look, cards, map, reasons and acts share the view without a cut or an overlap."""
    desk = make_desk(STATE, size)
    view = desk.view
    parts = [view.head, view.cards, view.map, view.reasons, view.acts]
    boxes = [part.rect().translated(part.mapTo(view, QPoint(0, 0))) for part in parts]
    assert all(view.rect().contains(box) for box in boxes)
    assert all(not one.intersects(other) for at, one in enumerate(boxes) for other in boxes[at + 1 :])
    assert view.width() <= size[0]
    buttons = [button for button in view.acts.findChildren(Button) if button.isVisible()]
    assert all(button.width() >= button.sizeHint().width() for button in buttons)


def test_the_next_proposal_moves_no_pane(make_desk: MakeDesk) -> None:
    """Two reports or four, short words or long: cards, map and reasons keep their places."""
    desk = make_desk()
    places = [desk.view.map.mapTo(desk.view, QPoint(0, 0))]
    for state in (replace(STATE, cards=CARDS[:2], focused=0), with_card(0, text="A long story. " * 50)):
        desk.view.set_state(state)
        QApplication.sendPostedEvents()
        places.append(desk.view.map.mapTo(desk.view, QPoint(0, 0)))
    assert len(set(map(QPoint.toTuple, places))) == 1


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize(
    "state",
    [STATE, with_card(3, kept=False, joined=True), replace(STATE, changed="Closed meanwhile."), ReviewState(())],
    ids=["proposal", "taken out", "changed", "nothing"],
)
def test_everything_has_a_name_and_stands_out(
    make_desk: MakeDesk, look: Theme, scheme: str, state: ReviewState
) -> None:
    """In both looks every control has a name, and words reach 4.5 to 1."""
    look.choose(scheme)  # type: ignore[arg-type]
    try:
        desk = make_desk(state)
        assert nameless(desk.window) + pale(desk.window) == []
        for control in (desk.view.map, desk.view.proposals.list, *(view.head for view in desk.view.cards.shown())):
            assert control.accessibleName()
    finally:
        look.choose("light")


def test_words_from_outside_are_never_read_as_markup(make_desk: MakeDesk) -> None:
    """Titles, sentences and names of a city stand as they were written."""
    wild = "<b>27</b> & <img src=x>\u202e lane"
    line = replace(LINES[0], title=wild, below=wild)
    state = replace(STATE, lines=(line,), title=wild, below=wild, verdict=wild, evidence=wild, model=wild, changed=wild)
    desk = make_desk(state)
    desk.window.grab()
    assert desk.view.head.title.text() == wild.replace("\u202e", "")
    assert all(label.textFormat() is Qt.TextFormat.PlainText for label in desk.window.findChildren(Words))
    assert all("<img" not in widget.toolTip() for widget in desk.window.findChildren(QWidget))
