"""The table under a person's hand: keys, clicks, columns, menus and sheets, with real widgets."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, replace
from datetime import date
from itertools import pairwise

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QFontMetricsF, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from data.records import ServiceRequest
from desktop.domain.attention import reports_per_request
from desktop.domain.request_filter import LINES, RequestFilter
from desktop.models.fields import RIGHT_ALIGNED, Field, Grouping, field_title
from desktop.models.request_table import RequestTableModel, Role
from desktop.views.columns_popover import ColumnsPopover
from desktop.views.filter_popover import CheckList, DayRange, FilterChoices, FilterPopover
from desktop.views.fonts import font
from desktop.views.kit import StateCard
from desktop.views.table_columns import NEVER_DROPPED, USUAL, WIDTHS, fitting, from_names, names_of, whole
from desktop.views.table_menus import RowFacts, export_menu, group_menu, row_menu, saved_menu
from desktop.views.table_pane import TablePane
from tests.desktop.models.test_request_table import NAMES, snapshot

CTRL, SHIFT, NONE = (
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.NoModifier,
)


def request_row(key: int, number: str) -> ServiceRequest:
    """A request as the store delivers it to the table."""
    usual = {field.name: None for field in fields(ServiceRequest)}
    told = {"id": key, "service_request_id": number, "address": "120 Badger Close", "description": ""}
    return ServiceRequest(**(usual | told))


@pytest.fixture
def pane(qtbot: QtBot) -> Iterator[TablePane]:
    """A table of 500 requests on show."""
    window, model, columns = QWidget(), RequestTableModel(), snapshot()
    made = TablePane(model, window)
    model.setParent(made)
    model.set_columns(columns, NAMES, reports_per_request(columns.incident_id))  # type: ignore[arg-type]
    window.resize(780, 640)
    made.resize(760, 380)
    window.show()
    qtbot.waitExposed(window)
    yield made
    window.close()
    window.deleteLater()


def press(pane: TablePane, row: int, field: Field, modifiers: Qt.KeyboardModifier = NONE) -> None:
    """A click into a cell."""
    table = pane.table
    rect = table.visualRect(table.model().index(row, field))
    QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, modifiers, rect.center())


def ticked(pane: TablePane) -> list[int]:
    """The rows that are ticked."""
    model = pane.table.requests()
    return [row for row in range(40) if model.is_ticked(row)]


def test_boxes_ctrl_and_shift_tick_and_a_click_only_chooses(qtbot: QtBot, pane: TablePane) -> None:
    """The box and Ctrl tick one, Shift a range, a plain click none; the bar counts and clears."""
    with qtbot.waitSignal(pane.table.chosen):
        press(pane, 1, Field.SERVICE)
    assert ticked(pane) == []
    press(pane, 2, Field.TICK)
    press(pane, 4, Field.ADDRESS, CTRL)
    assert ticked(pane) == [2, 4]
    press(pane, 7, Field.STATUS, SHIFT)
    assert ticked(pane) == [2, 4, 5, 6, 7]
    assert pane.selection_bar.isVisible()
    assert pane.selection_bar.told.text() == "5 selected"
    QTest.mouseClick(pane.selection_bar.clear, Qt.MouseButton.LeftButton)
    assert ticked(pane) == []
    assert pane.header.isVisible()


def test_keys_of_a_list(qtbot: QtBot, pane: TablePane) -> None:
    """J and K go on and back, X ticks, Ctrl A ticks all, Esc none, Space peeks, Enter opens; letters can be off."""
    table, model = pane.table, pane.table.requests()
    table.setFocus()
    for key in "jjjk":
        QTest.keyClick(table, key)
    assert table.currentIndex().row() == 1
    QTest.keyClick(table, Qt.Key.Key_X)
    assert ticked(pane) == [1]
    QTest.keyClick(table, Qt.Key.Key_Down, SHIFT)
    assert ticked(pane) == [1, 2]
    QTest.keyClick(table, Qt.Key.Key_A, CTRL)
    assert model.selected_count == 500
    QTest.keyClick(table, Qt.Key.Key_Escape)
    assert model.selected_count == 0
    for key, signal in ((Qt.Key.Key_Space, table.peeked), (Qt.Key.Key_Return, table.opened)):
        with qtbot.waitSignal(signal) as told:
            QTest.keyClick(table, key)
        assert told.args == [model.id_at(2)]
    table.letters = False
    QTest.keyClick(table, Qt.Key.Key_X)
    assert model.selected_count == 0


def test_the_act_of_an_empty_table_leads_the_keys_to_the_rows(qtbot: QtBot, pane: TablePane) -> None:
    """ "Show everything" by key: the card goes, and the next key moves in the table."""
    pane.window().activateWindow()
    qtbot.waitUntil(pane.window().isActiveWindow)
    other = QLineEdit(pane.window())
    other.show()
    card = StateCard("No request fits", act="Show everything")
    card.acted.connect(lambda: pane.show_card(None))
    pane.show_card(card)
    card.button.setFocus()
    QTest.keyClick(card.button, Qt.Key.Key_Space)
    assert pane.table.isVisible()
    assert pane.table.hasFocus()
    other.setFocus()
    pane.show_card(StateCard("No request fits", act="Show everything"))
    pane.show_card(None)
    assert other.hasFocus()


def test_the_box_in_the_head_ticks_all_and_orders_nothing(pane: TablePane) -> None:
    """One press ticks everything, another nothing; the order stays."""
    model, head = pane.table.requests(), pane.table.head
    order = model.shown_ids().tolist()
    at = QPoint(WIDTHS[Field.TICK] // 2, 10)
    QTest.mouseClick(head.viewport(), Qt.MouseButton.LeftButton, NONE, at)
    assert model.selected_count == 500
    QTest.mouseClick(head.viewport(), Qt.MouseButton.LeftButton, NONE, at)
    assert model.selected_count == 0
    assert model.shown_ids().tolist() == order


def test_a_group_folds_by_click_and_key(pane: TablePane) -> None:
    """A click on a header folds it; the right arrow opens it again."""
    model = pane.table.requests()
    model.group_by(Grouping.SERVICE)
    press(pane, 0, Field.SERVICE)
    assert model.group_figures(0)[3]
    pane.table.setCurrentIndex(model.index(0, Field.STATUS))
    QTest.keyClick(pane.table, Qt.Key.Key_Right)
    assert not model.group_figures(0)[3]


@pytest.mark.parametrize("room", range(300, 1600, 100))
def test_columns_give_way_in_their_order(room: int) -> None:
    """What is shown fits or cannot give way any more, keeps its order, and number, status and time left stay."""
    everything = [field for field in Field if field is not Field.TICK]
    shown = fitting(everything, room)
    assert [field for field in everything if field in shown] == list(shown)
    assert set(NEVER_DROPPED) - {Field.TICK} <= set(shown)
    need = WIDTHS[Field.TICK] + sum(WIDTHS[field] for field in shown)
    assert need <= room or set(shown) == set(NEVER_DROPPED) - {Field.TICK}


def test_the_usual_columns_fit_the_usual_pane() -> None:
    """At 1440 px none of the usual columns gives way."""
    assert fitting(USUAL, 750) == USUAL


@pytest.mark.parametrize(
    ("room", "least"),
    [(748, 116), (712, 140), (838, 164)],  # 1440 px; 1440 px with a dragged pane, without departments; 1280 px
)
def test_addresses_get_the_room_that_they_need(qtbot: QtBot, pane: TablePane, room: int, least: int) -> None:
    """Most addresses of a city are whole in the usual window, nine of ten where a column gave way; heads stay whole."""
    table = pane.table
    extra = pane.width() - table.viewport().width()
    pane.window().resize(room + extra + 40, 640)
    pane.resize(room + extra, 380)
    qtbot.waitUntil(lambda: table.viewport().width() == room, timeout=5000)
    assert table.columnWidth(Field.ADDRESS) >= least
    assert sum(table.columnWidth(field) for field in Field) == room
    assert table.columnWidth(Field.SERVICE) >= WIDTHS[Field.SERVICE]
    metrics = QFontMetricsF(font("table"))
    assert metrics.horizontalAdvance("120 Badger Close") + 16 <= table.columnWidth(Field.ADDRESS)


def test_services_are_whole_at_1440_px(qtbot: QtBot, pane: TablePane) -> None:
    """Short departments leave their room to names of services; sorted by department, its head has its arrow's room."""
    table, model = pane.table, pane.table.requests()
    extra = pane.width() - table.viewport().width()
    pane.window().resize(748 + extra + 40, 640)
    pane.resize(748 + extra, 380)
    qtbot.waitUntil(lambda: table.viewport().width() == 748, timeout=5000)
    columns = snapshot()
    names = replace(NAMES, services=dict.fromkeys(NAMES.services, "Pavement damage"))
    model.set_columns(columns, names, reports_per_request(columns.incident_id))  # type: ignore[arg-type]
    table._see_numbers()
    need = QFontMetricsF(font("table")).horizontalAdvance("Pavement damage") + 20 + 16
    assert table.columnWidth(Field.SERVICE) >= need > WIDTHS[Field.SERVICE]
    assert table.columnWidth(Field.ADDRESS) >= 122
    table.sortByColumn(Field.DEPARTMENT, Qt.SortOrder.AscendingOrder)
    assert table.columnWidth(Field.DEPARTMENT) == WIDTHS[Field.DEPARTMENT]


def test_long_numbers_are_read_whole(qtbot: QtBot, pane: TablePane) -> None:
    """Numbers of twelve figures widen their column, others give way for it; a width that a hand gave stays."""
    table, model = pane.table, pane.table.requests()
    assert table.columnWidth(Field.REQUEST) == WIDTHS[Field.REQUEST]
    numbers = {model.id_at(row): f"1010067890{row:02}" for row in range(12)}
    model.set_rows([request_row(key, number) for key, number in numbers.items()])
    need = QFontMetricsF(font("table")).horizontalAdvance("101006789000") + 16
    assert need <= table.columnWidth(Field.REQUEST) <= need + 12
    shown = [field for field in Field if not table.isColumnHidden(field)]
    assert sum(table.columnWidth(field) for field in shown) == table.viewport().width()
    table.setColumnWidth(Field.REQUEST, 60)
    model.set_rows([request_row(model.id_at(0), "WWWWWWWWWWWW")])
    assert table.columnWidth(Field.REQUEST) == 60


def test_chosen_columns_are_kept_by_name() -> None:
    """Names survive, unknown ones of a later version are left out, and what never drops comes back."""
    chosen = whole([Field.SOURCE, Field.STATUS, Field.REQUEST, Field.TIME_LEFT])
    assert from_names(names_of(chosen)) == chosen
    assert from_names(["weather"]) == USUAL
    assert set(NEVER_DROPPED) - {Field.TICK} <= set(whole([Field.SOURCE]))


def test_a_dragged_head_and_the_sheet_tell_the_same_order(qtbot: QtBot, pane: TablePane) -> None:
    """Dragging a title, moving a line of the sheet and going back to the usual columns all change one choice."""
    table = pane.table
    with qtbot.waitSignal(table.fields_changed):
        table.head.moveSection(table.head.visualIndex(Field.DEPARTMENT), 2)
    assert table.fields().index(Field.DEPARTMENT) == 1
    sheet = ColumnsPopover(pane.header, table.fields(), ())
    sheet.fields_chosen.connect(table.set_fields)
    sheet.list.setCurrentRow(1)
    QTest.keyClick(sheet.list, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    assert table.fields()[2] is Field.DEPARTMENT
    last = sheet.list.item(sheet.list.count() - 1)
    last.setCheckState(Qt.CheckState.Checked)
    assert table.fields()[-1] is Field.DESCRIPTION
    QTest.mouseClick(sheet.reset, Qt.MouseButton.LeftButton)
    assert table.fields() == USUAL
    sheet.deleteLater()


def test_menus_as_data() -> None:
    """Menus offer what can be done and nothing that cannot."""
    plain = RowFacts("Pothole", "", ticked=False, located=False, selected=0)
    entries = {entry.id: entry for entry in row_menu(plain) if entry is not None}
    assert not entries["map"].enabled
    assert entries["only.department"].text == "Only no department"
    assert "export.selected" not in entries
    marked = row_menu(RowFacts("Pothole", "Streets", ticked=True, located=True, selected=12))
    assert any(entry is not None and entry.text == "Export 12 selected…" for entry in marked)
    assert [entry.id for entry in group_menu(Grouping.DAY) if entry is not None and entry.checked] == ["group.day"]
    assert [entry.enabled for entry in export_menu(5, 0) if entry is not None] == [True, False, True, True]
    others = [entry.id for entry in saved_menu(mine=False, shared=True) if entry is not None and entry.enabled]
    assert others == ["use"]


def test_conditions_act_as_they_are_chosen(qtbot: QtBot, pane: TablePane) -> None:
    """Ticks, days and words of the sheet come out as fields of the filter; a day ends at the city's midnight."""
    choices = FilterChoices(
        tuple((line, line) for line in LINES),
        tuple((number, f"Service {number}") for number in range(1, 14)),
        ((-1, "Nobody"), (7, "Streets")),
        (("closed", "Closed"),),
        "America/New_York",
        date(2026, 11, 1),
    )
    sheet = FilterPopover(pane.header, choices, RequestFilter(service_ids=(2,)))
    told: list[dict[str, object]] = []
    sheet.changed.connect(told.append)
    services, departments = sheet.pages.widget(1), sheet.pages.widget(2)
    assert isinstance(services, CheckList)
    assert isinstance(departments, CheckList)
    services.narrow.edit.setText("13")
    services.narrow.changed.emit("13")
    assert [services.list.item(row).isHidden() for row in (0, 12)] == [True, False]
    services.list.item(12).setCheckState(Qt.CheckState.Checked)
    departments.list.item(0).setCheckState(Qt.CheckState.Checked)
    days = sheet.pages.widget(5)
    assert isinstance(days, DayRange)
    days._put(date(2026, 11, 1), date(2026, 11, 1))
    days._edited()
    assert told[0] == {"service_ids": (2, 13)}
    assert told[1] == {"agency_ids": (-1,)}
    first, last = told[2]["opened_from_ms"], told[2]["opened_to_ms"]
    assert last - first == 25 * 3_600_000  # type: ignore[operator] # the clocks went back that day
    sheet.deleteLater()


def ink(image: QImage, rect: QRect) -> list[int]:
    """The columns of a stretch of the head in which something dark is drawn."""
    darkest = [
        min(image.pixelColor(x, y).lightness() for y in range(rect.top() + 6, rect.bottom() - 4))
        for x in range(rect.left(), rect.right())
    ]
    return [rect.left() + x for x, light in enumerate(darkest) if light < 150]


def test_heads_stand_over_their_figures_and_the_arrow_beside_the_words(qtbot: QtBot, pane: TablePane) -> None:
    """Each title whole in its usual width with the arrow; right over figures, left over words; the arrow apart."""
    table = pane.table
    pane.window().resize(2600, 640)
    pane.resize(2580, 380)
    table.set_fields(tuple(field for field in Field if field is not Field.TICK))
    metrics = QFontMetricsF(table.head.font())
    for field in table.fields():
        table.sortByColumn(field, Qt.SortOrder.AscendingOrder)
        title = metrics.horizontalAdvance(field_title(field))
        assert title + 16 + 16 <= WIDTHS[field], field
        rect = QRect(table.head.sectionViewportPosition(field), 0, table.head.sectionSize(field), table.head.height())
        drawn = ink(table.head.grab().toImage(), rect)
        right = field in RIGHT_ALIGNED
        assert abs(drawn[-1] - (rect.right() - 8) if right else drawn[0] - (rect.left() + 8)) <= 6, field
        between = max(after - before for before, after in pairwise(drawn))
        assert between >= 4, field
        assert abs(drawn[-1] - drawn[0] - (title + 16)) <= 8, field


def test_a_chosen_row_out_of_view_is_told_and_shown(qtbot: QtBot, pane: TablePane) -> None:
    """Scrolled away, or in a folded group: a link beside the count brings the row back; in view nothing is said."""
    table, model = pane.table, pane.table.requests()
    chosen = model.id_at(2)
    table.show_request(chosen)
    assert not pane.away.isVisible()

    def in_view() -> bool:
        row = model.row_of(chosen)
        return row is not None and table.viewport().rect().contains(table.visualRect(model.index(row, 0)).center())

    table.verticalScrollBar().setValue(4000)
    assert pane.away.isVisible()
    assert not in_view()
    QTest.mouseClick(pane.away, Qt.MouseButton.LeftButton)
    assert in_view()
    assert not pane.away.isVisible()
    model.group_by(Grouping.SERVICE)
    model.fold_all(folded=True)
    assert pane.away.isVisible()
    QTest.mouseClick(pane.away, Qt.MouseButton.LeftButton)
    assert in_view()
    assert table.currentIndex().data(Role.REQUEST_ID) == chosen
    model.set_filter(np.zeros(500, dtype=bool))
    assert not pane.away.isVisible()
