"""Edited plans: what is kept of a plan gives the same clock, drafts become versions, solving keeps what is locked."""

from __future__ import annotations

import shutil
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sqlalchemy import delete

from data.errors import Conflict, RefusedInput
from data.schema import artifact
from data.store import open_store
from desktop.domain.clock import FixedClock
from desktop.domain.plan_draft import DayOrders, kept_form
from desktop.operations.plan_content import PlanWriter
from desktop.operations.plan_edits import OpenedPlan, open_plan, save_plan, solve_around, with_locks, work_out_travel
from desktop.operations.plan_problem import problem_content, problem_of
from desktop.operations.undo import undo
from desktop.operations.work import Work
from geo.vrp import Crew, Job, Problem, Travel
from geo.vrp_soft_day import soft_day
from tests.demo import MOMENT

DAY = date(2026, 10, 13)


@pytest.fixture
def work(planned_city: Path, tmp_path: Path) -> Any:
    """A desk on a copy of the demo city with a plan of its day."""
    store = open_store(str(shutil.copy(planned_city, tmp_path / "city.opsmap")))
    desk = Work(store, "ana", FixedClock(MOMENT))
    yield desk
    store.close()


def opened(work: Work) -> OpenedPlan:
    """The newest plan of the day."""
    with work.store.read() as unit:
        plan = unit.plans.latest(DAY)
    assert plan is not None
    found = open_plan(work.store, int(plan.id))
    assert found is not None
    return found


def only(made: dict[str, Any], told: dict[str, Any]) -> dict[str, Any]:
    """What is made, as far as the other tells it; the stops are looked at one by one."""
    return {key: made[key] for key in told if key != "stops"}


def test_a_problem_comes_back_from_its_json() -> None:
    """Every field of crews and jobs, whatever is set, is the same after writing and reading."""
    crew = Crew(
        "A", 0, 1, 7, 900, frozenset("ab"), 3.5, 10, 60, 20, frozenset("c"), 2, (1, 2), 30, 4, 60, 3, 9, 0, (0,), True
    )
    job = Job(
        "J", 2, 60, 80, frozenset("b"), 1.5, equipment=frozenset("c"), windows=((1, 5), (8, 9)), crews_needed=2,
        allowed_crews=frozenset({0, 1}), forbidden_crews=frozenset({1}), address="x", deadline_day=3, locked_crew=0,
        locked_start_s=8,
    )  # fmt: skip
    other = Job("K", 1, 60, after=(2,), after_same_crew=True, with_job=2)
    travel = Travel(np.ones((3, 3)), np.ones((3, 3)))
    problem = Problem((crew, Crew("B", 0, 0, 0, 9)), (job, other, Job("L", 1, 60)), (travel,))
    told = {"problem": problem_content(problem, [1.0, 2.0, 3.0], [4.0, 5.0, 6.0])}
    back = problem_of(told, problem.travels)
    assert back.crews == problem.crews
    assert back.jobs == problem.jobs
    with pytest.raises(RefusedInput, match="earlier Opsmap"):
        problem_of({}, ())


def test_what_was_kept_tells_the_plan_as_it_was_made(work: Work) -> None:
    """The clock of the kept problem and travel gives the same content; no rule is broken; the form survives."""
    found = opened(work)
    state = found.writer.orders()
    day = soft_day(with_locks(found.problem, state), state.orders)
    assert day.breaches == ()
    made, told = found.writer.content(state, day), found.plan.content
    assert [crew["return_at"] for crew in made["crews"]] == [crew["return_at"] for crew in told["crews"]]
    for mine, theirs in zip(made["crews"], told["crews"], strict=True):
        assert only(mine, theirs) == {key: value for key, value in theirs.items() if key != "stops"}
        assert [only(*pair) for pair in zip(mine["stops"], theirs["stops"], strict=True)] == theirs["stops"]
    assert made["unassigned"] == told["unassigned"]


def test_trips_to_unload_come_back_from_the_content() -> None:
    """An order with a trip in it is told as a halt between two stops, and read from there again."""
    metres = np.abs(np.arange(4.0)[:, None] - np.arange(4.0)[None, :]) * 1000
    crew = Crew("A", 0, 0, 25_200, 54_000, capacity=5.0, reloads=(3,), reload_s=600)
    jobs = (Job("J", 1, 60, load=3.0), Job("K", 2, 60, load=3.0))
    problem = Problem((crew,), jobs, (Travel(metres * 0.1, metres),))
    left = [{"job": job.name, "reason": "price", "detail": "", "request_ids": []} for job in jobs]
    told = {
        "date": "2026-10-13", "timezone": "Europe/Berlin", "unassigned": left,
        "crews": [{"crew": "A", "stops": [], "return_line": []}],
        "problem": problem_content(problem, [8.0, 8.1, 8.2, 8.3], [53.0] * 4),
    }  # fmt: skip
    state = DayOrders(((0, -1, 1),))
    made = PlanWriter(told, problem).content(state, soft_day(problem, state.orders))
    (row,) = made["crews"]
    assert [stop["job"] for stop in row["stops"]] == ["J", "K"]
    assert [(halt["kind"], halt["before"], halt["long"]) for halt in row["halts"]] == [("reload", 2, 8.3)]
    assert row["stops"][1]["leg_distance_m"] == 3000
    assert row["stops"][1]["leg_line"] == [[8.1, 53.0], [8.3, 53.0], [8.2, 53.0]]
    again = PlanWriter(made, problem)
    assert again.orders() == state
    assert (1, 2) not in again.lines
    assert state.index_of(0, 1) == 2
    assert state.move(0, 2, 0, state.place_of(0, 0, 2)).orders[0] == (1, 0, -1)


def test_a_draft_is_saved_as_a_version_that_can_be_undone(work: Work) -> None:
    """A moved stop, a job taken out and a lock are in the newest version, with who made it; undone, the plan before

    is the newest again. Whoever began before it is told.
    """
    found = opened(work)
    state = found.writer.orders()
    busy = [number for number, order in enumerate(state.orders) if len(order) > 1]
    moved, gone = state.orders[busy[0]][0], state.orders[busy[1]][0]
    edited = state.move(busy[0], 0, busy[1], 1).take_out(busy[1], 0).lock_crew(moved)
    changes = save_plan(work, plan_id=int(found.plan.id), draft=kept_form(edited))
    later = opened(work)
    assert later.writer.orders() == edited
    stops = later.plan.content["crews"][busy[1]]["stops"]
    assert stops[0]["job"] == found.problem.jobs[moved].name
    assert len(stops[0]["leg_line"]) > 2
    out = later.plan.content["unassigned"][-1]
    assert (out["job"], out["reason"]) == (found.problem.jobs[gone].name, "hand")
    with work.store.read() as unit:
        versions = unit.plans.versions(DAY)
    assert versions[-1].origin == {"kind": "edited", "by": "ana", "from": int(found.plan.id)}
    with work.store.write("touch", actor="bo", at=MOMENT) as unit:
        at = MOMENT + timedelta(hours=1)
        unit.create("plan", [{"date": DAY, "created_at": at, "content": found.plan.content}])
        unit.commit()
    with pytest.raises(Conflict, match="newer plan"):
        save_plan(work, plan_id=int(later.plan.id), draft=kept_form(edited))
    assert changes.act_id is not None
    undo(work, act_id=changes.act_id)
    with work.store.read() as unit:
        assert unit.plans.get(changes.counts["plan"]) is None


def test_travel_that_was_lost_is_worked_out_again(work: Work) -> None:
    """Without what was kept the plan does not open; worked out anew it does, with the same times."""
    found = opened(work)
    with work.store.exclusively() as connection:
        connection.execute(delete(artifact).where(artifact.c.name.like("plan travel %")))
        connection.commit()
    assert open_plan(work.store, int(found.plan.id)) is None
    work_out_travel(work, plan_id=int(found.plan.id))
    again = opened(work)
    assert np.array_equal(again.problem.travels[0].duration_s, found.problem.travels[0].duration_s)


def test_solving_around_tells_orders_and_stores_nothing(work: Work) -> None:
    """Every job is told once, and the plans of the day are those before."""
    found = opened(work)
    with work.store.read() as unit:
        before = unit.plans.versions(DAY)
    state = found.writer.orders()
    changes = solve_around(work, plan_id=int(found.plan.id), draft=kept_form(state), iterations=30)
    told = [job for order in changes.counts["orders"] for job in order if job >= 0] + list(changes.counts["left_out"])
    assert sorted(told) == list(range(len(found.problem.jobs)))
    with work.store.read() as unit:
        assert unit.plans.versions(DAY) == before
