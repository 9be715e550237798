"""Neighbourhoods: a cell is one choice, question and answer are told apart, and what stands out comes first."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from data.store import open_store
from desktop.app import Application
from desktop.controllers.neighbourhoods import NeighbourhoodsController
from desktop.domain.clock import FixedClock
from desktop.operations.found_city import CityPlan, found_city
from desktop.operations.hotspots import last_hotspots
from desktop.operations.work import Work
from desktop.views.cells_pane import CLASS, CellModel, Cells
from tests.demo import MOMENT
from tests.desktop.test_city import WAIT_MS, show

pytestmark = [pytest.mark.slow, pytest.mark.stalls]


@pytest.fixture
def app(open_city: Callable[[str, datetime], Application], planned_city: Path, tmp_path: Path) -> Application:
    """The whole window on a copy of the demo city."""
    return open_city(str(shutil.copy(planned_city, tmp_path / "city.opsmap")), MOMENT)


@pytest.fixture
def desk(qtbot: QtBot, app: Application) -> NeighbourhoodsController:
    """Neighbourhoods with the answer to the question that the form begins with."""
    show(qtbot, app, "neighbourhoods")
    made: NeighbourhoodsController = app.window.current().findChild(NeighbourhoodsController)
    ask(qtbot, app, made)
    return made


def ask(qtbot: QtBot, app: Application, desk: NeighbourhoodsController) -> None:
    """Press the button and wait until the answer is on show."""
    before = desk._shown
    with qtbot.waitSignal(app.runner.job_ended, timeout=WAIT_MS):
        QTest.mouseClick(desk.question.ask, Qt.MouseButton.LeftButton)
        assert not desk.question.ask.isEnabled()
    qtbot.waitUntil(lambda: desk._shown is not None and not desk.question.differs.isVisible(), timeout=WAIT_MS)
    assert desk.question.ask.isEnabled()
    assert before is None or desk._shown is not None


def every_cell_of_the_map_is_a_row(qtbot: QtBot, app: Application, desk: NeighbourhoodsController) -> None:
    """A click on any cell chooses its row and brings it into view; a row chosen by hand is ringed on the map."""
    assert app.content is not None
    view = app.content.maps["neighbourhoods"]
    rows = desk.cells.model.rowCount()
    assert rows == len(view._kept["cells"]["classes"])
    for row in (0, rows // 2, rows - 1):
        cell = desk.cells.model.cell_at(row)
        view.cell_clicked.emit(cell)
        assert desk.cells.table.currentIndex().row() == row
        shown = desk.cells.table.visualRect(desk.cells.table.currentIndex())
        assert desk.cells.table.viewport().rect().intersects(shown)
        assert view._kept["chosen_cell"] == {"index": cell}
    desk.cells.table.setFocus()
    QTest.keyClick(desk.cells.table, Qt.Key.Key_Up)
    assert view._kept["chosen_cell"] == {"index": desk.cells.model.cell_at(rows - 2)}


def a_new_answer_starts_without_a_choice(qtbot: QtBot, app: Application, desk: NeighbourhoodsController) -> None:
    """Another grid: no row stays selected and no cell ringed."""
    assert app.content is not None
    desk.choose(0)
    desk.question.cell.setValue(900)
    ask(qtbot, app, desk)
    qtbot.waitUntil(lambda: not desk.cells.table.currentIndex().isValid(), timeout=WAIT_MS)
    assert app.content.maps["neighbourhoods"]._kept["chosen_cell"] == {"index": -1}


def question_and_answer_are_told_apart(desk: NeighbourhoodsController) -> None:
    """The answer carries its own title; a form that asks something else says so until it is put back."""
    assert desk.question.title.text() == desk._workspace.subtitle
    was = desk.question.first.day()
    desk.question.first.set_day(was - timedelta(days=30))
    assert desk.question.differs.isVisible()
    desk.question.first.set_day(was)
    assert not desk.question.differs.isVisible()


def a_kept_answer_puts_its_question_into_the_form(
    qtbot: QtBot, app: Application, open_city: Callable[[str, datetime], Application], desk: NeighbourhoodsController
) -> None:
    """Whoever opens the city later sees what was asked, not another period beside it."""
    location = app.options.store
    with app.store.read() as unit:  # type: ignore[union-attr]
        kept = last_hotspots(unit)
    assert kept is not None
    later = open_city(location, MOMENT + timedelta(days=1))
    show(qtbot, later, "neighbourhoods")
    again: NeighbourhoodsController = later.window.current().findChild(NeighbourhoodsController)
    qtbot.waitUntil(lambda: again.question.title.text() != "", timeout=WAIT_MS)
    assert again.question.first.day().isoformat() == kept.method["from"]
    assert again.question.last.day().isoformat() == kept.method["to"]
    assert not again.question.differs.isVisible()


def test_a_city_without_requests_asks_about_today(
    qtbot: QtBot, open_city: Callable[[str, datetime], Application], tmp_path: Path
) -> None:
    """The period ends today, not in 1970."""
    path = tmp_path / "empty.opsmap"
    store = open_store(path, create=True)
    found_city(Work(store, "ana", FixedClock(MOMENT)), CityPlan("Leer", "Europe/Berlin"))
    store.close()
    opened = open_city(str(path), MOMENT)
    show(qtbot, opened, "neighbourhoods")
    desk: NeighbourhoodsController = opened.window.current().findChild(NeighbourhoodsController)
    assert desk.question.last.day() == date(2026, 10, 13)


def test_what_is_least_likely_chance_comes_first() -> None:
    """By class, then by Gi*: a cell that is not significant never stands before one that is, whatever its z."""
    cells = Cells(
        place=("", "Old Town", "", ""),
        count=np.array([4, 0, 9, 2]),
        gi_z=np.array([9.0, 2.0, 3.0, -5.0]),
        p_sim=np.array([1.0, 0.002, 0.001, 0.01]),
        kind=np.array([3, 6, 6, 1]),
        words=("c1", "c5", "c10", "none", "h10", "h5", "h1"),
    )
    model = CellModel()
    model.set_cells(cells)
    assert [model.cell_at(row) for row in range(4)] == [2, 1, 3, 0]
    assert "neighbours" in str(model.index(1, CLASS).data())
    assert model.index(0, CLASS).data() == "h1"
    assert model.index(1, 1).data() == "Old Town · cell 2"


# A window takes long to open: what does not disturb each other is gone through in one.


def test_cells_are_chosen_asked_about_and_kept(
    qtbot: QtBot, app: Application, desk: NeighbourhoodsController, open_city: Callable[[str, datetime], Application]
) -> None:
    """One choice for map and table, question and answer told apart, and another grid; each step proves its own."""
    every_cell_of_the_map_is_a_row(qtbot, app, desk)
    question_and_answer_are_told_apart(desk)
    a_kept_answer_puts_its_question_into_the_form(qtbot, app, open_city, desk)
    a_new_answer_starts_without_a_choice(qtbot, app, desk)
