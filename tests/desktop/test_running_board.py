"""The board on a day that runs: stops are marked, the rest is planned anew, and requests of Operations are planned."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from data.store import open_store
from desktop.app import Application
from desktop.controllers.crews import CrewsController
from desktop.controllers.operations import OperationsController
from desktop.views.plan_bar import DRAFT
from tests.demo import MOMENT
from tests.desktop.test_city import WAIT_MS, show

pytestmark = [pytest.mark.slow, pytest.mark.stalls]
LATE_MORNING = MOMENT - timedelta(hours=3, minutes=28)
LEFT = Qt.MouseButton.LeftButton


def made_before(place: str, moment: datetime) -> None:
    """The day was planned before it began."""
    store = open_store(place)
    with store.write("plan earlier", actor="ana", at=moment) as unit:
        plan = unit.plans.latest(date(2026, 10, 13))
        assert plan is not None
        unit.change("plan", {int(plan.id): {"created_at": moment}})
        unit.commit()
    store.close()


def test_a_running_day_is_marked_replanned_and_given_more(
    qtbot: QtBot, open_city: Callable[[str, datetime], Application], planned_city: Path, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    """A key marks the chosen stop, pale with its mark on timeline and map, and undo takes that back; nothing is pale

    by the clock. "Replan the rest" makes a plan that is a draft at once, with the very same times. "Plan what is shown
    in Crews" asks in Crews about the picked requests, and plans those alone.
    """
    monkeypatch.setattr("desktop.controllers.crews.REPLAN_SECONDS", 1.0)
    place = str(shutil.copy(planned_city, tmp_path / "city.opsmap"))
    made_before(place, LATE_MORNING - timedelta(hours=6))
    app = open_city(place, LATE_MORNING)
    show(qtbot, app, "crews")
    crews: CrewsController = app.window.current().findChild(CrewsController)
    qtbot.waitUntil(lambda: crews.screen.editable, timeout=WAIT_MS)
    timeline, screen = crews.timeline.timeline, crews.screen

    # marks
    assert screen.runs
    assert not any(stop.done for row in timeline.frame.rows for stop in row.stops)
    row = next(number for number, crew in enumerate(timeline.frame.rows) if len(crew.stops) > 1)
    crews.choose(row, 0)
    timeline.setFocus()
    QTest.keyClick(timeline, Qt.Key.Key_D)
    qtbot.waitUntil(lambda: timeline.frame.rows[row].stops[0].mark == "done", timeout=WAIT_MS)
    assert [stop.done for stop in timeline.frame.rows[row].stops[:2]] == [True, False]
    on_map = crews._map._kept["routes"]
    assert [stop["mark"] for route in on_map for stop in route["stops"] if stop["mark"]] == ["done"]
    assert crews._map._kept["chosen_stop"] == {"crew": row, "stop": 0, "left_out": None}  # as on the timeline
    app.window.asked.emit("undo")
    qtbot.waitUntil(lambda: not timeline.frame.rows[row].stops[0].done, timeout=WAIT_MS)
    menu = crews.hand.menu(row, 0)
    assert menu is not None
    next(act for act in menu.actions() if act.text().startswith("Not found")).trigger()
    qtbot.waitUntil(lambda: timeline.frame.rows[row].stops[0].mark == "not_found", timeout=WAIT_MS)
    on_map = crews._map._kept["routes"]
    assert [stop["mark"] for route in on_map for stop in route["stops"] if stop["mark"]] == ["not_found"]

    # around a crew that is gone or late: what its menu asks for
    asked: list[tuple[tuple[str, ...], dict[str, int]]] = []
    with monkeypatch.context() as quiet:
        quiet.setattr(
            type(app.content.session),
            "act",
            lambda _, name, title, about: asked.append((about["wish"].absent, dict(about["wish"].late_min))),
        )
        for word in ("without this crew", "30 min late"):
            menu = crews.hand.menu(row, -1)
            assert menu is not None
            next(act for act in menu.actions() if word in act.text()).trigger()
            menu.deleteLater()
    name = timeline.frame.rows[row].name
    assert asked == [((name,), {}), ((), {name: 30})]

    # the rest of the day
    assert crews.bar.plan.text() == "Replan the rest"
    QTest.mouseClick(crews.bar.plan, LEFT)
    qtbot.waitUntil(lambda: "replan" in (screen.present or {}), timeout=WAIT_MS)
    qtbot.waitUntil(lambda: screen.editable, timeout=WAIT_MS)
    plan = crews.drafting.plan
    assert plan is not None
    drafted = crews.drafting.content
    assert drafted is not None
    for mine, theirs in zip(drafted["crews"], plan.content["crews"], strict=True):
        keys = ("job", "arrival", "service_start", "departure")
        assert [[stop[key] for key in keys] for stop in mine["stops"]] == [
            [stop[key] for key in keys] for stop in theirs["stops"]
        ]
    assert not crews.drafting.is_changed
    assert crews.bar.modes._segments[DRAFT].text().startswith("Replan ")

    # undo takes the replan back, not the mark before it; redo brings it again
    app.window.asked.emit("undo")
    qtbot.waitUntil(lambda: "replan" not in (screen.present or {"replan": 1}), timeout=WAIT_MS)
    assert timeline.frame.rows[row].stops[0].mark == "not_found"
    app.window.asked.emit("redo")
    qtbot.waitUntil(lambda: "replan" in (screen.present or {}) and screen.editable, timeout=WAIT_MS)

    # what is shown in Operations
    app.window.show_workspace("operations")
    operations = app.window.current().findChild(OperationsController)
    ids = tuple(int(number) for number in plan.content["unassigned"][0]["request_ids"])
    operations.model.tick(ids)
    operations.tools.carry_out("plan.selected")
    assert app.window.current().key == "crews"
    assert crews.popover is not None
    assert crews.popover.isVisible()
    crews.popover.seconds.setCurrentIndex(0)
    crews.popover.days.setCurrentIndex(1)
    QTest.mouseClick(crews.popover.plan, LEFT)
    qtbot.waitUntil(lambda: "replan" not in (screen.present or {"replan": 1}), timeout=WAIT_MS)
    content = screen.present
    assert content is not None
    assert content["days"] == 2
    told = [
        *(stop for crew in content["crews"] for stop in crew["stops"]),
        *content["unassigned"],
        *content["can_wait"],
    ]
    assert {int(number) for stop in told for number in stop["request_ids"]} == set(ids)
