"""The request table model over a small snapshot."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from desktop.domain.attention import MISSING_MS, reports_per_request
from desktop.models.request_table import Field, Names, RequestTableModel, Role

NAMES = Names({1: "Pothole", 2: "Graffiti"}, {7: "Streets"}, {1: "construction", 2: "spray-can"})


def snapshot(count: int = 500, seed: int = 3) -> SimpleNamespace:
    """Columns as the store's snapshot has them, with some deadlines missing."""
    rng = np.random.default_rng(seed)
    requested = rng.integers(1_700_000_000_000, 1_750_000_000_000, count)
    due = requested + rng.integers(0, 10**9, count)
    due[::5] = MISSING_MS
    return SimpleNamespace(
        id=np.arange(10, 10 + count),
        status=rng.integers(0, 6, count).astype(np.uint8),
        service_id=rng.integers(1, 3, count).astype(np.int32),
        agency_id=np.where(rng.random(count) < 0.3, -1, 7).astype(np.int32),
        incident_id=np.where(rng.random(count) < 0.8, -1, rng.integers(0, 20, count)),
        requested_ms=requested,
        due_ms=due,
        acknowledged_ms=np.where(rng.random(count) < 0.4, MISSING_MS, requested + 10**6),
        closed_ms=np.where(rng.random(count) < 0.6, MISSING_MS, requested + 10**8),
        priority=rng.integers(0, 101, count).astype(np.uint8),
        placement=rng.integers(0, 6, count).astype(np.uint8),
    )


@pytest.fixture
def model(qtbot: QtBot) -> RequestTableModel:
    made = RequestTableModel()
    columns = snapshot()
    made.set_columns(columns, NAMES, reports_per_request(columns.incident_id))
    return made


def test_the_model_keeps_qts_contract(model: RequestTableModel, qtmodeltester: ModelTester) -> None:
    """Qt's own model checker finds no fault."""
    qtmodeltester.check(model)


def test_a_status_is_heard_as_it_is_called(model: RequestTableModel) -> None:
    """A screen reader says the words of the legend, not those of the store."""
    texts = {model.data(model.index(row, Field.STATUS), Qt.ItemDataRole.AccessibleTextRole) for row in range(100)}
    assert texts <= {"Submitted", "Acknowledged", "In progress", "Scheduled", "Closed", "Archived"}
    assert len(texts) > 1


@pytest.mark.parametrize("descending", [False, True])
def test_time_left_sorts_by_deadline_with_absent_ones_last(model: RequestTableModel, descending: bool) -> None:
    """Sorting by time left orders by deadline both ways, and a request without one never comes first."""
    model.sort(Field.TIME_LEFT, Qt.SortOrder.DescendingOrder if descending else Qt.SortOrder.AscendingOrder)
    due = [model.data(model.index(row, 0), Role.DUE_MS) for row in range(model.rowCount())]
    known = [value for value in due if value is not None]
    assert known == sorted(known, reverse=descending)
    assert due[len(known) :] == [None] * (len(due) - len(known))


def test_sorting_by_service_is_alphabetical(model: RequestTableModel) -> None:
    """The service column sorts by the name a person reads, not by its key."""
    model.sort(Field.SERVICE, Qt.SortOrder.AscendingOrder)
    names = [model.data(model.index(row, Field.SERVICE)) for row in range(model.rowCount())]
    assert names == sorted(names)


def test_a_filter_shows_exactly_its_rows(model: RequestTableModel) -> None:
    """A mask keeps its rows and no other, and a hidden request has no row."""
    columns = snapshot()
    mask = columns.status == 0
    model.set_filter(mask)
    assert set(model.shown_ids()) == set(columns.id[mask])
    hidden = int(columns.id[~mask][0])
    assert model.row_of(hidden) is None
    shown = int(columns.id[mask][4])
    assert model.id_at(model.row_of(shown) or 0) == shown


def test_painting_asks_for_the_rows_it_lacks_once(model: RequestTableModel, qtbot: QtBot) -> None:
    """Reading unloaded rows asks for just those records, together, and not again while they are under way."""
    with qtbot.waitSignal(model.rows_wanted, timeout=1000) as asked:
        for row in range(5):
            model.data(model.index(row, Field.ADDRESS))
    assert asked.args == [sorted(model.id_at(row) for row in range(5))]
    with qtbot.assertNotEmitted(model.rows_wanted, wait=60):
        model.data(model.index(0, Field.ADDRESS))
