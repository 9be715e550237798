"""The roster in the window: the week, forms that save and say what is wrong, places taken from the map."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from data.roster_records import RosterRows
from desktop.app import Application
from desktop.controllers.crews import CrewsController
from desktop.views.plan_bar import PLAN, ROSTER
from desktop.views.roster.roster_pane import RosterPane
from desktop.views.roster.week_table import CELL
from tests.demo import DAY, MOMENT
from tests.desktop.test_city import WAIT_MS, show

pytestmark = [pytest.mark.slow, pytest.mark.stalls]


@pytest.fixture
def app(open_city: Callable[[str, datetime], Application], planned_city: Path, tmp_path: Path) -> Application:
    """The whole window on a copy of the planned city."""
    return open_city(str(shutil.copy(planned_city, tmp_path / "city.opsmap")), MOMENT)


@pytest.fixture
def crews(qtbot: QtBot, app: Application) -> CrewsController:
    """The roster on show in Crews."""
    show(qtbot, app, "crews")
    made: CrewsController = app.window.current().findChild(CrewsController)
    qtbot.waitUntil(lambda: made.roster.week.model().rowCount() > 0, timeout=WAIT_MS)
    made.show_page(ROSTER)
    return made


def rows(crews: CrewsController) -> RosterRows:
    """The roster of the store."""
    with crews._session.store.read() as unit:
        return unit.roster.rows()


def kind(crews: CrewsController, name: str) -> RosterPane:
    """The pane with the entries of a kind."""
    pane = crews.roster.pane
    pane.set_kind(name)
    pane.kind_chosen.emit(name)
    return pane


def the_week_shows_shifts_and_who_is_missing(crews: CrewsController) -> None:
    """Seven days from Monday on; a crew with somebody absent tells it on that day."""
    model = crews.roster.week.model()
    assert model.columnCount() == 8
    absent = next(one for one in rows(crews).absences if one.first_day <= DAY <= one.last_day)
    crew_id = next(one.crew_id for one in rows(crews).memberships if one.member_id == absent.member_id)
    at = next(number for number, crew in enumerate(rows(crews).crews) if crew.id == crew_id)
    cell = model.index(at, 1 + DAY.weekday()).data(CELL)
    assert cell.first == "07:00–16:00"
    assert "of" in cell.second or "no " in cell.second
    saturday = model.index(at, 6).data(CELL)
    assert saturday.tip == f"{rows(crews).crews[at].name} has no shift on Saturdays."


def a_row_of_the_week_is_the_form_of_its_crew(qtbot: QtBot, crews: CrewsController) -> None:
    """Choosing a crew in the table shows it in the form, whatever was there before."""
    pane = kind(crews, "vehicle")
    crews.roster.week.selectRow(4)
    assert (pane.kind(), pane.key) == ("crew", rows(crews).crews[4].name)
    assert pane.form.values()["vehicle"] == rows(crews).vehicles[4].name


def a_form_that_was_not_touched_changes_nothing(qtbot: QtBot, crews: CrewsController) -> None:
    """Saving each kind of entry as it is shown keeps every row as it was."""
    before = rows(crews)
    for name in ("crew", "member", "vehicle", "depot", "round"):
        pane = kind(crews, name)
        with qtbot.waitSignal(crews._session.act_wanted):
            pane.save.click()
        qtbot.waitUntil(lambda: not crews._session.busy, timeout=WAIT_MS)
        assert pane.fault.text() == ""
    assert rows(crews) == before


def a_crew_is_changed_and_undone_from_the_form(qtbot: QtBot, crews: CrewsController) -> None:
    """Another shift is in the week after saving, and the crew stays chosen."""
    pane = kind(crews, "crew")
    pane.choose("Tipper 5")
    pane.form.set_values({**pane.form.values(), "shifts": "mon-sat 06:00-14:00 break 30"})
    pane.save.click()
    model = crews.roster.week.model()
    at = next(number for number, crew in enumerate(rows(crews).crews) if crew.name == "Tipper 5")
    qtbot.waitUntil(lambda: model.index(at, 6).data(CELL).first == "06:00–14:00", timeout=WAIT_MS)
    assert pane.key == "Tipper 5"
    assert len([one for one in rows(crews).shifts if one.crew_id == rows(crews).crews[at].id]) == 6


def test_what_is_wrong_is_said_over_the_button(qtbot: QtBot, crews: CrewsController) -> None:
    """A line that cannot be read, and a roster that could not be: the sentence stands there, the form stays."""
    pane = kind(crews, "crew")
    pane.choose("Tipper 5")
    pane.form.set_values({**pane.form.values(), "shifts": "moonday 6-14"})
    pane.save.click()
    assert "is no weekday" in pane.fault.text()
    pane.form.set_values({**pane.form.values(), "shifts": "", "vehicle": rows(crews).vehicles[0].name})
    pane.save.click()
    qtbot.waitUntil(lambda: "is used twice on Mondays" in pane.fault.text(), timeout=WAIT_MS)
    assert pane.form.values()["vehicle"] == rows(crews).vehicles[0].name


def a_dump_is_placed_by_a_click_on_the_map(qtbot: QtBot, crews: CrewsController) -> None:
    """The next click goes into the form, later ones do not; the dump is kept and drawn."""
    pane = kind(crews, "depot")
    pane.new.click()
    pane.form.set_values({"name": "New tip", "kind": "dump", "empty_min": 5})
    pane.pick.click()
    view = crews._map
    view.background_clicked.emit(-71.05, 42.35)
    view.background_clicked.emit(-70.0, 42.0)
    assert (pane.form.values()["lat"], pane.form.values()["long"]) == (42.35, -71.05)
    pane.save.click()
    qtbot.waitUntil(lambda: "New tip" in {one.name for one in rows(crews).depots}, timeout=WAIT_MS)
    qtbot.waitUntil(lambda: "New tip" in str(view._kept["routes"]), timeout=WAIT_MS)
    made = next(one for one in rows(crews).depots if one.name == "New tip")
    assert (made.kind, made.empty_min) == ("dump", 5)


def an_absence_is_entered_and_cancelled(qtbot: QtBot, crews: CrewsController) -> None:
    """It is in the week at once, and gone from it once cancelled."""
    pane = kind(crews, "absence")
    pane.new.click()
    day = DAY + timedelta(days=1)
    pane.form.set_values({"who": "crew:Tipper 5", "first_day": day, "last_day": day, "why": "parade"})
    pane.save.click()
    model = crews.roster.week.model()
    at = next(number for number, crew in enumerate(rows(crews).crews) if crew.name == "Tipper 5")
    qtbot.waitUntil(lambda: model.index(at, 3).data(CELL).second == "absent", timeout=WAIT_MS)
    number = next(one.id for one in rows(crews).absences if one.crew_id == rows(crews).crews[at].id)
    pane.choose(str(number))
    pane.remove.click()
    qtbot.waitUntil(lambda: model.index(at, 3).data(CELL).second != "absent", timeout=WAIT_MS)


def the_plan_comes_back(crews: CrewsController) -> None:
    """Going back to the plan shows its routes and what was left out again."""
    crews.show_page(PLAN)
    assert crews._stacks[0].currentWidget() is crews.timeline
    assert crews._stacks[1].currentWidget() is crews.right


# A window takes long to open: what does not disturb each other is gone through in one.


def test_the_roster_is_read_and_written(crews: CrewsController, qtbot: QtBot) -> None:
    """The week, every kind of entry, and the way back to the plan; each step proves its own."""
    the_week_shows_shifts_and_who_is_missing(crews)
    a_form_that_was_not_touched_changes_nothing(qtbot, crews)
    a_row_of_the_week_is_the_form_of_its_crew(qtbot, crews)
    a_crew_is_changed_and_undone_from_the_form(qtbot, crews)
    a_dump_is_placed_by_a_click_on_the_map(qtbot, crews)
    an_absence_is_entered_and_cancelled(qtbot, crews)
    the_plan_comes_back(crews)
