"""Nothing of a request is cut or left out without a way to it; dates are picked in the look's calendar."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest
from PySide6.QtCore import QPoint, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QCalendarWidget, QLabel, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from desktop.domain.statistic_marks import Mark
from desktop.views.kit import DateField, Dropdown, Link
from desktop.views.left_out_pane import LeftOut, LeftOutPane, LeftOutState
from desktop.views.neighbourhoods.class_mark import MARK_PX, paint_mark
from desktop.views.places import make_workspaces, show_empty
from desktop.views.request_detail import HistoryLine, ReportLine, RequestDetail, RequestPane
from desktop.views.theme import Theme
from tests.desktop.views.test_tokens import contrast

QUESTION = "Does it block the whole pavement, so that a wheelchair has to use the road?"
DETAIL = RequestDetail(1, "4711", "Pothole", "", "submitted", "Submitted", "5 Wren Row", "", "", "", "", None)


@pytest.fixture
def pane(qtbot: QtBot, look: Theme) -> Iterator[RequestPane]:
    """The detail as narrow as the look allows."""
    made = RequestPane()
    host = show_in_a_host(qtbot, made, 900)
    yield made
    host.close()


def show_in_a_host(qtbot: QtBot, pane: QWidget, height: int) -> QWidget:
    """A pane inside a window, as wide as the right pane is at least."""
    host = QWidget()
    qtbot.addWidget(host)
    pane.setParent(host)
    pane.resize(344, height)
    host.resize(344, height)
    host.show()
    return host


def whole(label: QLabel) -> bool:
    """Whether a label has room for all its words."""
    needed = label.heightForWidth(label.width()) if label.wordWrap() else label.sizeHint().height()
    return label.height() >= needed and (label.wordWrap() or label.width() >= label.sizeHint().width())


def label_of(pane: RequestPane, text: str) -> QLabel:
    """The label that says something."""
    return next(label for label in pane.findChildren(QLabel) if label.text() == text)


def test_questions_and_dates_of_a_request_are_never_cut(qtbot: QtBot, pane: RequestPane) -> None:
    """A long question wraps over its answer; the widest time of the history has its room."""
    history = (HistoryLine("29 May 2025", "Assigned", "ana", ("Department: none → Streets and bridges",)),)
    pane.set_state(replace(DETAIL, answers=((QUESTION, "yes"),), history=history))
    qtbot.waitUntil(lambda: label_of(pane, QUESTION).height() > 16)
    for text in (QUESTION, "yes", "29 May 2025", "Department: none → Streets and bridges"):
        assert whole(label_of(pane, text)), text


@pytest.mark.parametrize("length", [80, 50_000])
def test_a_word_without_an_end_leaves_the_page_in_its_pane(qtbot: QtBot, pane: RequestPane, length: int) -> None:
    """The address of a page in description, place, answer, number and history: all acts and steps stay in sight."""
    word = ("https://maps.example.org/42.3594" * (length // 30))[:length]
    history = (HistoryLine("09:47", "Recategorised", "ana", (f"Description: none → {word[:300]}",)),)
    texts = {"title": word, "description": word, "place": word[:300], "service_request_id": word[:200]}
    pane.set_state(replace(DETAIL, answers=((word, word),), history=history, **texts))
    page = pane._scroll.widget()
    assert page is not None
    qtbot.waitUntil(lambda: page.width() > 0)
    assert page.minimumSizeHint().width() <= pane.width()
    acts = [button for button in page.findChildren(QAbstractButton) if button.isVisible()]
    assert len(acts) > 4
    for button in acts:
        assert button.mapTo(pane, button.rect().topRight()).x() < pane.width(), button.accessibleName()
    told = next(label.text() for label in page.findChildren(QLabel) if label.text().startswith("“"))
    assert ("more letters, which an export holds." in told) == (length > 4000)


def test_what_a_resident_wrote_turns_no_words_around(pane: RequestPane) -> None:
    """Signs of direction and control characters leave quotes and names where they stand."""
    pane.set_state(replace(DETAIL, description="\u202eevil\u202c \x07bell", service="\u202ereversed"))
    told = {label.text() for label in pane.findChildren(QLabel)}
    assert "“evil  bell”" in told
    assert "reversed" in told


def test_all_reports_of_a_big_incident_are_reached(qtbot: QtBot, pane: RequestPane) -> None:
    """Eight at once, then a link that says how many more and shows them; every one opens its request."""
    reports = tuple(ReportLine(n, f"R-{n}", "x", "8 Oct") for n in range(12))
    pane.set_state(replace(DETAIL, reports=reports))
    more = next(link for link in pane.findChildren(Link) if link.text() == "And 4 more")
    links = [link for link in pane.findChildren(Link) if link.text().startswith("R-")]
    assert sum(link.isVisible() for link in links) == 8
    assert more.isVisible()
    QTest.mouseClick(more, Qt.MouseButton.LeftButton)
    shown = [link for link in links if link.isVisible()]
    assert not more.isVisible()
    assert [link.text() for link in shown] == [f"R-{n}" for n in range(12)]
    with qtbot.waitSignal(pane.opened) as opened:
        QTest.mouseClick(shown[11], Qt.MouseButton.LeftButton)
    assert opened.args == [11]


def test_an_unassigned_request_is_sent_to_what_exists(qtbot: QtBot, pane: RequestPane) -> None:
    """The sentence names the button as it is written, not a menu that is not there."""
    pane.set_state(DETAIL)
    words = " ".join(label.text() for label in pane.findChildren(QLabel))
    assert "“Assign to departments” in the left pane" in words
    assert "menu Acts" not in words


def test_no_job_left_out_is_silently_missing(qtbot: QtBot, look: Theme) -> None:
    """250 given, 250 there; a number of three figures fits its square, and no plan is not an empty list."""
    made = LeftOutPane()
    host = show_in_a_host(qtbot, made, 600)
    assert host.isVisible()
    assert "every job" not in made.header.note.text()
    assert not made.list.isVisible()
    jobs = tuple(LeftOut(n, "5 Wren Row", "Price", "It is full.") for n in range(1, 251))
    made.set_state(LeftOutState(jobs, 400))
    assert made.list.model().rowCount() == 250
    assert "250" in made.header.note.text()
    made.set_state(LeftOutState((), 400))
    assert not made.list.isVisible()
    assert "Every job of the day has its crew." in [label.text() for label in made.findChildren(QLabel)]


@pytest.mark.qt_log_ignore("^This plugin does not support (propagateSizeHints|raise|grabbing the keyboard)")
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_calendar_is_of_the_look(qtbot: QtBot, look: Theme, scheme: str) -> None:
    """Seven whole names of days, no weekend in another colour, and arrows that can be seen."""
    look.choose(scheme)  # type: ignore[arg-type]
    try:
        field = DateField("Day")
        qtbot.addWidget(field)
        field.set_day(date(2026, 10, 13))
        calendar = field.calendarWidget()
        for day in Qt.DayOfWeek:
            assert calendar.weekdayTextFormat(day).foreground().color() == look.colour("text.primary")
        for name in ("qt_calendar_prevmonth", "qt_calendar_nextmonth"):
            button = calendar.findChild(QToolButton, name)
            assert button is not None
            assert button.accessibleName()
            image = button.icon().pixmap(16, 16).toImage()
            ink = max((image.pixelColor(x, y) for x in range(16) for y in range(16)), key=QColor.alpha)
            assert abs(ink.lightness() - look.colour("surface.raised").lightness()) > 60
        assert calendar.minimumWidth() / 7 > 34
        other = DateField("Day")
        qtbot.addWidget(other)
        other.resize(160, 28)
        other.show()
        qtbot.mousePress(other, Qt.MouseButton.LeftButton, pos=QPoint(other.width() - 8, 14))
        popup = other.findChild(QCalendarWidget)
        assert popup is not None
        assert popup.isVisible()
        assert popup.minimumWidth() == calendar.minimumWidth()  # dressed, though nobody asked for it before
        popup.window().close()
    finally:
        look.choose("light")


def test_a_set_day_tells_nobody_and_a_picked_one_does(qtbot: QtBot, look: Theme) -> None:
    """Only a person's choice goes out."""
    field = DateField("Day")
    qtbot.addWidget(field)
    picked: list[date] = []
    field.picked.connect(picked.append)
    field.set_day(date(2026, 10, 13))
    assert picked == []
    field.stepUp()
    assert len(picked) == 1


@pytest.mark.qt_log_ignore("^This plugin does not support (propagateSizeHints|raise|grabbing the keyboard)")
def test_long_lists_of_choices_scroll_in_rows_of_the_look(qtbot: QtBot, look: Theme) -> None:
    """Rows of at least 24 px that can be hit, and no list as high as the screen."""
    made = Dropdown("Service")
    qtbot.addWidget(made)
    made.addItems([f"Service {n}" for n in range(30)])
    made.show()
    made.showPopup()
    view = made.view()
    qtbot.waitUntil(view.isVisible)
    assert view.visualRect(view.model().index(0, 0)).height() >= 24
    assert view.window().height() < 30 * 24
    made.hidePopup()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_legend_of_cells_is_drawn_as_the_map_draws_them(look: Theme, scheme: str) -> None:
    """A hexagon with a dot for the strongest class that stands out from its hue by 3 to 1, and no square's corner."""
    look.choose(scheme)  # type: ignore[arg-type]
    try:
        image = QImage(MARK_PX, MARK_PX, QImage.Format.Format_RGB32)
        image.fill(look.colour("surface.pane"))
        painter = QPainter(image)
        paint_mark(painter, QRectF(image.rect()), Mark("", "diverging", 6, dot=True))
        painter.end()
        hue = QColor(look.tokens.diverging[6])
        assert contrast(image.pixelColor(8, 8).name(), hue.name()) >= 3
        assert image.pixelColor(QPoint(8, 3)).name() == hue.name()
        assert image.pixelColor(QPoint(2, 2)).name() != hue.name()
    finally:
        look.choose("light")


def test_what_is_said_without_a_city_is_true(qtbot: QtBot, look: Theme) -> None:
    """No tick, no “nothing waits”, no claim that every job has its crew: nothing is known yet."""
    places = make_workspaces()
    for place in places:
        qtbot.addWidget(place)
    show_empty(places)
    words = " ".join(label.text() for place in places for label in place.findChildren(QLabel))
    assert "Nothing waits" not in words
    assert "Nothing is left out" not in words
    assert "No neighbourhoods" not in words
