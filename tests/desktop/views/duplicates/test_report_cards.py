"""The reports of a proposal side by side."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from desktop.views.duplicates.card import CardView
from desktop.views.duplicates.report_cards import NARROWEST, ReportCards
from desktop.views.duplicates.state import ReportCard, ReviewState
from desktop.views.shell.tab_order import stops_of
from tests.desktop.views.duplicates.made_up import CARDS, STATE, with_card

MakeCards = Callable[..., ReportCards]
HOSTILE = "<b>9</b>\u202e & <img src=x>" * 20


@pytest.fixture
def make_cards(qtbot: QtBot, look: object) -> MakeCards:
    """Makes the cards of a state in a size, inside a window that does not grow."""
    hosts: list[QWidget] = []

    def make(state: ReviewState = STATE, width: int = 1136, height: int = 436) -> ReportCards:
        host = QWidget()
        hosts.append(host)
        qtbot.addWidget(host)
        host.resize(width, height)
        cards = ReportCards(host)
        cards.resize(width, height)
        cards.set_state(state)
        host.show()
        host.activateWindow()
        qtbot.waitUntil(host.isActiveWindow, timeout=5000)
        return cards

    return make


def pills(cards: ReportCards) -> list[str]:
    """What the pills say."""
    return [view.head.pill.accessibleName() for view in cards.shown()]


def whole(widget: QWidget) -> bool:
    """Whether a widget can be seen from edge to edge."""
    return widget.isVisible() and widget.visibleRegion().boundingRect() == widget.rect()


def test_each_card_says_how_sure_it_is(make_cards: MakeCards) -> None:
    """The parent, two sure ones, and one below 0.8 in amber; one taken out says so instead."""
    cards = make_cards()
    assert pills(cards) == ["parent", "p 0.98", "p 0.96", "p 0.71"]
    assert [view.head.pill._tint for view in cards.shown()] == ["accent", "neutral", "neutral", "warning"]
    cards.set_state(with_card(3, kept=False))
    assert pills(cards)[3] == "taken out"
    cards.set_state(with_card(1, joined=True))
    assert [view.head.joined.isVisible() for view in cards.shown()] == [False, True, False, False]


@pytest.mark.parametrize(("probability", "told", "tint"), [(0.797, "p 0.80", "neutral"), (0.794, "p 0.79", "warning")])
def test_what_is_shown_as_080_is_not_doubtful(make_cards: MakeCards, probability: float, told: str, tint: str) -> None:
    """The figure that a person sees decides about its colour, as the guide says it: less than 0.80."""
    pill = make_cards(with_card(3, probability=probability)).cards[3].head.pill
    assert (pill.accessibleName(), pill._tint) == (told, tint)


def test_the_parent_is_neither_kept_nor_taken_out(make_cards: MakeCards) -> None:
    """Its foot says what it is; a report that was taken out has the way back alone."""
    cards = make_cards(with_card(2, kept=False))
    feet = [
        [button.text() for button in (view.parent_note, view.keep, view.take_out) if button.isVisible()]
        for view in cards.shown()
    ]
    assert feet == [["Is the parent"], ["Keep", "Take out"], ["Keep"], ["Keep", "Take out"]]


def test_a_card_tells_its_own_report(qtbot: QtBot, make_cards: MakeCards) -> None:
    """Whichever card has the focus, a press acts on the report that was pressed."""
    view = make_cards().cards[1]
    heard: list[tuple[str, int]] = []
    owner = view.window().findChild(ReportCards)
    owner.keep_asked.connect(lambda key: heard.append(("keep", key)))
    owner.take_out_asked.connect(lambda key: heard.append(("out", key)))
    owner.request_wanted.connect(lambda key: heard.append(("open", key)))
    owner.photo_wanted.connect(lambda key: heard.append(("photo", key)))
    for control in (view.keep, view.take_out, view.head.link, view.photo):
        QTest.mouseClick(control, Qt.MouseButton.LeftButton)
    assert heard == [("keep", 502), ("out", 502), ("open", 502), ("photo", 502)]


def test_a_report_without_a_photo_says_why(make_cards: MakeCards) -> None:
    """Its words stand in the place of the photo, as large as the others' photos, and cannot be pressed."""
    cards = make_cards()
    photos = [view.photo for view in cards.shown()]
    assert photos[2].accessibleName() == "Phoned in, no photo"
    assert [photo.isEnabled() for photo in photos] == [True, True, False, True]
    assert len({photo.height() for photo in photos}) == 1


def test_facts_stand_beside_each_other(make_cards: MakeCards) -> None:
    """However long one report's words are, the same fact is at the same height on every card."""
    cards = make_cards(with_card(1, text="A long story. " * 40))
    for at in range(len(CARDS[0].facts)):
        assert len({view.facts[at].mapTo(cards, QPoint(0, 0)).y() for view in cards.shown()}) == 1


@pytest.mark.parametrize("size", [(1136, 436), (1184, 352), (2200, 460)])
def test_every_fact_is_in_sight(qtbot: QtBot, make_cards: MakeCards, size: tuple[int, int]) -> None:
    """In the windows of the look, four cards show all their facts and acts without scrolling."""
    cards = make_cards(STATE, *size)
    parts = [part for view in cards.shown() for part in (*view.facts, view.photo, view.head.link)]
    qtbot.waitUntil(lambda: all(whole(part) for part in parts), timeout=5000)
    assert all(view.keep.isHidden() or whole(view.keep) for view in cards.shown())
    assert all(view.body.verticalScrollBar().maximum() == 0 for view in cards.shown())


def test_two_wide_cards_show_every_fact_in_a_low_window(qtbot: QtBot, make_cards: MakeCards) -> None:
    """The photo of a wide card gives way as far as that of a narrow one, before anything scrolls."""
    cards = make_cards(replace(STATE, cards=CARDS[:2], focused=1), 1184, 330)
    qtbot.waitUntil(lambda: all(whole(fact) for view in cards.shown() for fact in view.facts), timeout=5000)
    assert all(view.body.verticalScrollBar().maximum() == 0 for view in cards.shown())


def test_in_a_low_pane_the_middle_scrolls_with_the_keys(qtbot: QtBot, make_cards: MakeCards) -> None:
    """Head and acts of a card stay; the arrow keys bring the last fact into sight."""
    cards = make_cards(STATE, 1136, 240)
    view = cards.cards[3]
    qtbot.waitUntil(lambda: view.body.verticalScrollBar().maximum() > 0, timeout=5000)
    assert whole(view.head.link)
    assert whole(view.keep)
    assert not whole(view.facts[-1])
    cards.enter()
    for _ in range(6):
        QTest.keyClick(view.head, Qt.Key.Key_Down)
    qtbot.waitUntil(lambda: whole(view.facts[-1]), timeout=5000)


def many(number: int) -> tuple[ReportCard, ...]:
    """So many reports, numbered from 0."""
    return tuple(replace(CARDS[1], request_id=600 + at, number=str(at)) for at in range(number))


def seen(cards: ReportCards) -> list[str]:
    """The numbers on the cards that can be seen, at least in part, from the left."""
    views = [view for view in cards.shown() if not view.visibleRegion().isEmpty()]
    assert [view.x() for view in views] == sorted(view.x() for view in views)
    return [view.head.link.text() for view in views]


def test_many_reports_scroll_sideways_to_the_one_in_focus(qtbot: QtBot, make_cards: MakeCards) -> None:
    """Twelve cards keep their least width; the one that is meant is brought into sight."""
    cards = make_cards(replace(STATE, cards=many(12), focused=0))
    assert {view.width() for view in cards.shown()} == {NARROWEST}
    cards.set_state(replace(STATE, cards=many(12), focused=11))
    qtbot.waitUntil(lambda: whole(cards.cards[11].head), timeout=5000)
    cards.set_state(STATE)
    assert sorted(cards.cards) == [0, 1, 2, 3]
    assert all(view.isVisible() for view in cards.shown())


def test_hundreds_of_reports_take_as_few_cards_as_are_seen(qtbot: QtBot, make_cards: MakeCards) -> None:
    """Wherever it is scrolled to, by the bar or by a figure, each card there is its report's; all are of one height."""
    cards = make_cards(replace(STATE, cards=many(600), focused=0))
    bar = cards.horizontalScrollBar()
    assert bar.maximum() > 590 * NARROWEST
    for at in (0, 100, 599, 3, 300):
        cards.set_state(replace(STATE, cards=many(600), focused=at))
        qtbot.waitUntil(lambda at=at: str(at) in seen(cards) and len(seen(cards)) >= 4, timeout=5000)
        first = int(seen(cards)[0])
        assert seen(cards) == [str(number) for number in range(first, first + len(seen(cards)))]
    bar.setValue(bar.maximum() // 2)
    qtbot.waitUntil(lambda: len(seen(cards)) >= 4, timeout=5000)
    assert 250 < int(seen(cards)[0]) < 350
    assert len({view.height() for view in cards.shown()}) == 1
    assert len(cards.findChildren(CardView)) < 20


def test_a_card_of_another_report_tells_that_report(qtbot: QtBot, make_cards: MakeCards) -> None:
    """A card that is used again acts on the report that it shows now, and says its number."""
    cards = make_cards(replace(STATE, cards=many(60), focused=0))
    cards.enter(59)
    view = cards.cards[59]
    assert QApplication.focusWidget() is view.head
    assert view.head.place.accessibleName() == "60"
    with qtbot.waitSignal(cards.take_out_asked, timeout=1000) as heard:
        view.take_out.click()
    assert heard.args == [659]
    with qtbot.waitSignal(cards.focus_asked, timeout=1000) as heard:
        QTest.mouseClick(cards.cards[58], Qt.MouseButton.LeftButton, pos=QPoint(5, 60))
    assert heard.args == [58]


def test_the_card_with_the_focus_stays_while_others_scroll_by(qtbot: QtBot, make_cards: MakeCards) -> None:
    """Scrolled out of sight it still has the keys, and the next arrow goes on from it."""
    cards = make_cards(replace(STATE, cards=many(60), focused=1))
    cards.enter()
    head = cards.cards[1].head
    cards.horizontalScrollBar().setValue(cards.horizontalScrollBar().maximum())
    qtbot.waitUntil(lambda: "59" in seen(cards), timeout=5000)
    assert QApplication.focusWidget() is head
    QTest.keyClick(head, Qt.Key.Key_Right)
    assert QApplication.focusWidget() is cards.cards[2].head
    qtbot.waitUntil(lambda: whole(cards.cards[2].head), timeout=5000)


def test_the_tab_key_stops_in_one_card(make_cards: MakeCards) -> None:
    """Only the card in focus is on the tab key's way: from its head through its link, photo and acts."""
    cards = make_cards()
    view = cards.cards[3]
    assert stops_of(cards) == [view.head, view.head.link, view.photo, view.keep, view.take_out]
    cards.set_state(replace(STATE, focused=0))
    assert stops_of(cards) == [cards.cards[0].head, cards.cards[0].head.link, cards.cards[0].photo]


def test_arrows_go_from_report_to_report(qtbot: QtBot, make_cards: MakeCards) -> None:
    """The focus moves and is asked for; at either end nothing happens."""
    cards = make_cards(replace(STATE, focused=2))
    asked: list[int] = []
    cards.focus_asked.connect(asked.append)
    cards.enter()
    QTest.keyClick(cards.cards[2].head, Qt.Key.Key_Right)
    assert asked == [3]
    assert QApplication.focusWidget() is cards.cards[3].head
    cards.set_state(STATE)
    QTest.keyClick(cards.cards[3].head, Qt.Key.Key_Right)
    assert asked == [3]


def test_the_focus_of_the_keyboard_follows_the_state(qtbot: QtBot, make_cards: MakeCards) -> None:
    """It goes to the report that is meant next, but is never pulled out of another pane."""
    cards = make_cards()
    elsewhere = QWidget(cards.window())
    elsewhere.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    elsewhere.show()
    elsewhere.setFocus()
    cards.set_state(replace(STATE, focused=1))
    assert QApplication.focusWidget() is elsewhere
    cards.enter()
    cards.set_state(replace(STATE, focused=0))
    assert QApplication.focusWidget() is cards.cards[0].head


def test_a_card_that_is_pressed_is_meant(make_cards: MakeCards) -> None:
    """By a press on its ground, and by its menu, which tells the card and the place."""
    cards = make_cards()
    asked: list[int] = []
    menus: list[tuple[int, QPoint]] = []
    cards.focus_asked.connect(asked.append)
    cards.menu_asked.connect(lambda at, where: menus.append((at, where)))
    QTest.mouseClick(cards.cards[1], Qt.MouseButton.LeftButton, pos=QPoint(5, 60))
    view = cards.cards[2]
    where = view.mapToGlobal(QPoint(9, 9))
    QApplication.sendEvent(view, QContextMenuEvent(QContextMenuEvent.Reason.Mouse, QPoint(9, 9), where))
    assert asked == [1, 2]
    assert menus == [(2, where)]


def test_what_a_source_wrote_is_only_letters(make_cards: MakeCards) -> None:
    """A number, a fact and a text of markup are painted as they are, never read; nothing widens its card."""
    fact = replace(CARDS[1].facts[1], value=HOSTILE, remark=HOSTILE)
    cards = make_cards(with_card(1, number=HOSTILE, text=HOSTILE, facts=(fact,), no_photo=HOSTILE, photo=None))
    view = cards.cards[1]
    view.grab()
    assert view.width() == cards.cards[0].width()
    assert whole(view.head.pill)
    assert all(label.textFormat() is Qt.TextFormat.PlainText for label in view.findChildren(QLabel))
    for part in (view.head.link, view.facts[0], view.text, view.photo):
        assert "<img" not in part.toolTip()
        assert "&lt;img" in part.toolTip()


def test_a_card_says_everything_to_a_screen_reader(make_cards: MakeCards) -> None:
    """With the focus come its number, what it is, what was written, and how its facts compare."""
    spoken = make_cards(with_card(3, kept=False, joined=True)).cards[3].head.accessibleName()
    assert spoken.startswith("Report 4, 185124, taken out, already in the incident. Pavement blocked")
    assert "Service: Pavement damage differs" in spoken


def test_the_height_of_a_card_is_what_it_takes(qtbot: QtBot, make_cards: MakeCards) -> None:
    """The sum that shares the height agrees with what the layout wants."""
    view = make_cards(STATE, 1136, 700).cards[0]
    inside = view.body.widget().layout()
    assert inside is not None
    inside.activate()
    wanted = view.height() - view.body.height() + inside.minimumSize().height()
    assert view.height() == wanted == CardView.height_of(view.photo.height(), 2, 6)
