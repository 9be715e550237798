"""Order, groups and ticks of the table against plain Python over the same rows."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from desktop.domain.attention import MISSING_MS, reports_per_request
from desktop.jobs import JobRunner
from desktop.models.arranging import Content, Names, TextOrder, arrange, sorted_by
from desktop.models.fields import TEXTS, Field, Grouping
from desktop.models.request_table import RequestTableModel, Role
from tests.desktop.models.test_request_table import NAMES, snapshot

ZONE = "America/New_York"
NOW_MS = 1_740_000_000_000


@dataclass(eq=False)
class Rows:
    """The snapshot of the other tests as a thing that can be looked positions up in."""

    id: np.ndarray
    sequence: int = 1

    def positions(self, ids: object) -> np.ndarray:
        """Where ids stand; -1 for those that are not there."""
        known = {int(key): at for at, key in enumerate(self.id)}
        return np.array([known.get(int(key), -1) for key in np.asarray(ids)], dtype=np.int64)


def content(count: int = 300, seed: int = 5) -> Content:
    """Rows with every status, many without deadline or department."""
    columns = snapshot(count, seed)
    reports = reports_per_request(columns.incident_id)
    return Content(columns, NAMES, reports, now_ms=NOW_MS, zone=ZONE)  # type: ignore[arg-type]


NUMBERS = st.integers(-(2**62), 2**62) | st.integers(0, 5) | st.integers(0, 10**12)


@given(st.lists(st.tuples(NUMBERS, st.booleans()), max_size=60), st.booleans())
def test_numbers_sort_as_python_sorts_them(rows: list[tuple[int, bool]], descending: bool) -> None:
    """The sort is stable and right for small and for enormous ranges, both ways, with absent ones last."""
    keys, absent = (np.array([row[part] for row in rows], dtype=kind) for part, kind in ((0, np.int64), (1, bool)))
    found = sorted_by(keys, descending=descending, absent=absent).tolist()
    present = [at for at in range(len(rows)) if not rows[at][1]]
    wanted = sorted(present, key=lambda at: -rows[at][0] if descending else rows[at][0])
    assert found == [*wanted, *(at for at in range(len(rows)) if rows[at][1])]


@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize("field", [field for field in Field if field not in TEXTS and field is not Field.TICK])
def test_every_column_orders_by_what_it_shows(field: Field, descending: bool) -> None:
    """Each column's order is that of its values, and rows without one come last either way."""
    wanted = replace(content(), field=field, descending=descending)
    columns = wanted.columns
    values = {
        Field.STATUS: columns.status.tolist(),
        Field.SERVICE: [NAMES.services[key] for key in columns.service_id.tolist()],
        Field.DEPARTMENT: [NAMES.agencies.get(key) for key in columns.agency_id.tolist()],
        Field.PRIORITY: columns.priority.tolist(),
        Field.REPORTS: wanted.reports.tolist(),
        Field.PLACEMENT: columns.placement.tolist(),
        Field.OPENED: columns.requested_ms.tolist(),
        Field.TIME_LEFT: columns.due_ms.tolist(),
        Field.ACKNOWLEDGED: columns.acknowledged_ms.tolist(),
        Field.CLOSED: columns.closed_ms.tolist(),
    }[field]
    shown = [values[at] for at in arrange(wanted).order.tolist()]
    known = [value for value in shown if value not in (None, MISSING_MS)]
    assert known == sorted(known, reverse=descending)
    assert shown[len(known) :] == [value for value in shown if value in (None, MISSING_MS)]
    assert Counter(shown) == Counter(values)


@pytest.mark.parametrize("grouping", list(Grouping))
def test_groups_hold_what_they_are_named_after(grouping: Grouping) -> None:
    """Every row is in the one group of its value, in the order asked for, and the overdue ones are counted."""
    wanted = replace(content(), grouping=grouping, mask=np.arange(300) % 3 > 0)
    found = arrange(wanted)
    columns, order = wanted.columns, found.order.tolist()
    assert sorted(order) == [at for at in range(300) if at % 3]
    for number, key in enumerate(found.keys.tolist()):
        members = order[found.starts[number] : found.starts[number + 1]]
        assert members
        day = [datetime.fromtimestamp(columns.requested_ms[at] / 1000, UTC) for at in members]
        held = {
            Grouping.SERVICE: columns.service_id[members].tolist(),
            Grouping.STATUS: columns.status[members].tolist(),
            Grouping.DEPARTMENT: columns.agency_id[members].tolist(),
            Grouping.INCIDENT: columns.incident_id[members].tolist(),
            Grouping.DAY: [at.astimezone(ZoneInfo(ZONE)).date().toordinal() for at in day],
        }[grouping]
        assert set(held) == {key}
        opened = columns.requested_ms[members].tolist()
        assert opened == sorted(opened, reverse=True)
        late = [at for at in members if columns.status[at] < 4 and MISSING_MS != columns.due_ms[at] < NOW_MS]
        assert found.late[number] == len(late)


@given(st.permutations(range(8)), st.integers(0, 8), st.booleans())
def test_a_text_orders_as_the_store_said(ids: list[int], absent: int, descending: bool) -> None:
    """Ids in the store's order, those without the text last both ways, those that came since behind them."""
    columns = Rows(np.arange(10))
    text = TextOrder(1, np.array(ids, dtype=np.int64), absent)
    made = Content(columns, Names({}, {}, {}), np.ones(10), None, Field.ADDRESS, descending, None, text)  # type: ignore[arg-type]
    split = 8 - absent
    first = ids[:split][::-1] if descending else ids[:split]
    assert arrange(made).order.tolist() == [*first, *ids[split:], 8, 9]


@pytest.fixture
def grouped(qtbot: QtBot) -> RequestTableModel:
    """A model grouped by service."""
    made = RequestTableModel()
    made.set_columns(snapshot(), NAMES, content(500, 3).reports, now_ms=NOW_MS, zone=ZONE)  # type: ignore[arg-type]
    made.group_by(Grouping.SERVICE)
    return made


def test_the_grouped_model_keeps_qts_contract(grouped: RequestTableModel, qtmodeltester: ModelTester) -> None:
    """Qt's own model checker finds no fault with headers among rows."""
    grouped.fold(0)
    qtmodeltester.check(grouped)


def test_headers_open_and_fold_their_groups(grouped: RequestTableModel) -> None:
    """Two services, two headers; a folded group's requests have no row, the others keep theirs."""
    heads = [row for row in range(grouped.rowCount()) if grouped.index(row, 0).data(Role.GROUP) is not None]
    name, count, _late, folded = grouped.group_figures(0)
    assert (name, folded, heads) == ("Graffiti", False, [0, count + 1])
    inside, other = grouped.id_at(1), grouped.id_at(count + 2)
    grouped.fold(0)
    assert grouped.rowCount() == 500 + 2 - count
    assert grouped.row_of(inside) is None
    assert grouped.row_of(other) == 2
    assert len(grouped.shown_ids()) == 500
    grouped.fold(0)
    assert all(grouped.row_of(grouped.id_at(row)) == row for row in range(502) if row not in heads)
    assert grouped.step_from(count, 1) == count + 2


def test_a_fold_outlives_another_order(grouped: RequestTableModel) -> None:
    """What was folded stays folded when rows are ordered anew."""
    grouped.fold(1)
    grouped.sort(Field.TIME_LEFT, Qt.SortOrder.AscendingOrder)
    assert [grouped.group_figures(number)[3] for number in (0, 1)] == [False, True]


def test_a_header_ticks_its_group(grouped: RequestTableModel) -> None:
    """The box of a header ticks all its requests, folded or not, and none else."""
    count = grouped.group_figures(0)[1]
    grouped.fold(0)
    grouped.toggle_row(0)
    columns = snapshot()
    assert set(grouped.selected_ids()) == set(columns.id[columns.service_id == 2])
    assert grouped.selected_count == count
    grouped.toggle_row(0)
    assert grouped.selected_count == 0


def test_everything_ticked_is_what_is_shown(qtbot: QtBot) -> None:
    """All are ticked in their order; a filter unticks what it hides, for an act reaches only what is seen."""
    model, columns = RequestTableModel(), snapshot()
    model.set_columns(columns, NAMES, reports_per_request(columns.incident_id))  # type: ignore[arg-type]
    with qtbot.waitSignal(model.selection_changed) as told:
        model.tick_all()
    assert told.args == [500]
    assert model.selected_ids().tolist() == model.shown_ids().tolist()
    model.set_filter(columns.status == 0)
    assert model.selected_ids().tolist() == model.shown_ids().tolist()
    model.set_filter(None)
    assert set(model.selected_ids()) == set(columns.id[columns.status == 0])
    model.tick_rows(10, 3, on=False)
    assert not {model.id_at(row) for row in range(3, 11)} & set(model.selected_ids().tolist())


def test_many_rows_are_arranged_beside_the_event_loop(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was shown stays until the answer is there; of several wishes the last one counts."""
    monkeypatch.setattr("desktop.models.request_table.AT_ONCE", 10)
    runner, columns = JobRunner(), snapshot()
    model = RequestTableModel(run_read=runner.run_read)
    model.set_columns(columns, NAMES, reports_per_request(columns.incident_id))  # type: ignore[arg-type]
    qtbot.waitUntil(lambda: model.settled and model.rowCount() == 500)
    model.set_filter(columns.status == 1)
    model.set_filter(columns.status == 2)
    assert model.rowCount() == 500
    assert not model.settled
    qtbot.waitUntil(lambda: model.settled)
    assert set(model.shown_ids()) == set(columns.id[columns.status == 2])
    runner.shut_down()
    runner.deleteLater()
