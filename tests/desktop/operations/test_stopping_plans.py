"""A plan, a replan and a solving around locks can be stopped in each of their parts, and keep nothing of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from datetime import time as day_time
from pathlib import Path

import pytest
from sqlalchemy import delete, func, select

from data.schema import artifact, event
from data.store import Store
from desktop.domain.plan_draft import kept_form
from desktop.operations.plan_edits import open_plan, solve_around
from desktop.operations.plan_routes import PlanWish, plan_routes
from desktop.operations.replan_routes import ReplanWish, replan_routes
from desktop.operations.work import Stopped as WorkStopped
from desktop.operations.work import Work
from geo.progress import Stopped
from tests.desktop.operations.one_street import day_on_one_street
from tests.stopping import Watch, stopped_everywhere

DAY = date(2026, 10, 13)
CREWS = (
    "crew,depot_lat,depot_long,shift_start,shift_end,vehicle\n"
    "A,53.54,8.5601,07:00,16:00,\nB,53.54,8.5601,07:00,16:00,lorry\n"
)
JOBS = "job,lat,long,service_minutes\n" + "".join(f"J{n},53.54,{8.561 + 0.0004 * n:.4f},55\n" for n in range(20))


@pytest.fixture
def work(sqlite_store: Store, tmp_path: Path) -> Work:
    """A city of one street, and a day with more jobs than its two crews can do."""
    return day_on_one_street(sqlite_store, tmp_path, CREWS, JOBS)


def acts(work: Work) -> int:
    """How many events the log holds."""
    with work.store.read() as unit:
        return int(unit.connection.execute(select(func.count()).select_from(event)).scalar_one())


def without_travel_times(work: Work) -> None:
    """As on a day of new places."""
    with work.store.exclusively() as connection:
        connection.execute(delete(artifact).where(artifact.c.name.like("%travel%")))
        connection.commit()


def test_each_part_of_a_day_s_planning_can_be_stopped(work: Work, tmp_path: Path) -> None:
    """From reading to keeping: each part that looks for the wish ends at once, and the log holds nothing of it.

    The full run at the beginning keeps one plan, and so do the replan's and the solving's.
    """
    files = {"crews": tmp_path / "crews.csv", "jobs": tmp_path / "jobs.csv"}
    told = (Stopped, WorkStopped)
    before = acts(work)

    def plan(watch: Watch) -> object:
        without_travel_times(work)
        return plan_routes(replace(work, should_stop=watch), PlanWish(DAY, iterations=20, **files))

    places = stopped_everywhere(plan, told)
    assert {
        "plan_routes.plan_routes", "travel_times.travel_times", "street_graph.build_graph", "snapping._tree",
        "travel.matrix", "vrp_search._solved", "vrp_reasons.reasons", "plan_routes._crew",
        "plan_routes._comparing",
    } <= places  # fmt: skip
    assert acts(work) == before + 1

    with work.store.read() as unit:
        first = unit.plans.latest(DAY)
    assert first is not None
    wish = ReplanWish(DAY, day_time(9), iterations=50, **files)
    places = stopped_everywhere(lambda watch: replan_routes(replace(work, should_stop=watch), wish), told)
    assert {"replan_routes.replan_routes", "vrp_replan._improve", "replan_content._crew"} <= places
    assert acts(work) == before + 2

    opened = open_plan(work.store, int(first.id))
    assert opened is not None
    draft = kept_form(opened.writer.orders())

    def solve(watch: Watch) -> object:
        return solve_around(replace(work, should_stop=watch), plan_id=int(first.id), draft=draft, iterations=20)

    assert {"plan_edits.solve_around", "vrp_search._solved"} <= stopped_everywhere(solve, told)
    assert acts(work) == before + 2
