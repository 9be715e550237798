"""A replan knows what crews told: done, begun, not found and another crew's are so, the clock counts for the rest."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from datetime import time as day_time
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.records import PlanId, StopEvent
from data.store import Store
from desktop.domain.crew_status import StopKind
from desktop.domain.plan_draft import Locks, kept_form
from desktop.operations.plan_edits import open_plan, save_plan
from desktop.operations.plan_routes import PlanWish, plan_routes
from desktop.operations.record_stop import StopMark, record_stop
from desktop.operations.replan_marks import marks_of, where_told
from desktop.operations.replan_routes import ReplanWish, replan_routes
from desktop.operations.work import Work
from geo.vrp import Crew, Job, PlannedDay, Problem, Travel, plan_day
from geo.vrp_rest import standing
from tests.desktop.operations.desk import make_desk

DAY = date(2026, 10, 13)
CITY = ZoneInfo("America/New_York")
MIDNIGHT = datetime(2026, 10, 13, tzinfo=CITY)
CREWS = "crew,depot_lat,depot_long,shift_start,shift_end\nA,42.0,-71.0,06:00,14:00\nB,42.0,-71.0,06:00,14:00\n"
JOBS = "job,lat,long,service_minutes\n" + "".join(f"j{n},42.0{n},-71.0{n % 2},70\n" for n in range(8))


@pytest.fixture
def work(sqlite_store: Store, tmp_path: Path) -> Work:
    """A desk at 08:00 on the day, planned from files: two crews, eight jobs, more than one could do."""
    desk = make_desk(sqlite_store)
    (tmp_path / "crews.csv").write_text(CREWS)
    (tmp_path / "jobs.csv").write_text(JOBS)
    plan_routes(desk, PlanWish(DAY, iterations=60, crews=tmp_path / "crews.csv", jobs=tmp_path / "jobs.csv"))
    return desk


def latest(work: Work) -> dict[str, Any]:
    """The day's newest plan."""
    with work.store.read() as unit:
        plan = unit.plans.latest(DAY)
    assert plan is not None
    return dict(plan.content)


def stops(content: dict[str, Any], crew: int) -> list[dict[str, Any]]:
    """The stops of a crew."""
    return list(content["crews"][crew]["stops"])


def replanned(work: Work, at: day_time = day_time(8)) -> tuple[dict[str, Any], dict[str, Any], str]:
    """Figures, content and sentence of a replan."""
    changes, content = replan_routes(work, ReplanWish(DAY, at, iterations=100))
    return dict(changes.counts), content, changes.sentence


def mark(work: Work, crew: int, stop: dict[str, Any], kind: StopKind, at: str) -> None:
    """What a crew told of a stop, at HH:MM."""
    moment = datetime.combine(DAY, day_time.fromisoformat(at), CITY)
    name = latest(work)["crews"][crew]["crew"]
    record_stop(work, mark=StopMark(name, kind, job=stop["job"], at=moment), day=DAY)


def test_without_marks_the_clock_counts(work: Work) -> None:
    """Nobody told anything: what the clock has behind it is done, and the answer says so."""
    behind = sum(stop["service_start"][11:16] < "08:00" for crew in (0, 1) for stop in stops(latest(work), crew))
    counts, _, sentence = replanned(work)
    assert (counts["done_by"], counts["by_clock"]) == ("clock", counts["done"])
    assert counts["done"] >= behind > 0
    assert sum(counts["marked"].values()) == 0
    assert sentence.startswith(f"Of the stops {counts['by_clock']} are done or begun by the plan's clock.")


def test_what_is_marked_done_or_not_found_is_over(work: Work) -> None:
    """A stop far ahead of the clock that is marked stays with its crew, as it was, and nobody drives there again."""
    before = latest(work)
    last, other = stops(before, 0)[-1], stops(before, 1)[-1]
    mark(work, 0, last, StopKind.DONE, "07:50")
    mark(work, 1, other, StopKind.NOT_FOUND, "07:55")
    counts, after, sentence = replanned(work)
    for crew, stop in ((0, last), (1, other)):
        mine = [one for one in stops(after, crew) if one["job"] == stop["job"]]
        assert [one["arrival"] for one in mine] == [stop["arrival"]]
        assert stop["job"] not in [one["job"] for one in after["replan"]["jobs"]]
    assert counts["marked"] == {"done": 1, "not_found": 1, "started": 0, "other_crew": 0}
    assert (counts["done_by"], counts["done"]) == ("marks and clock", counts["by_clock"] + 2)
    assert sentence.startswith("Told by crews: 1 done, 1 not found. Of the other stops ")


def test_work_that_was_begun_is_not_over_before_that_is_told(work: Work) -> None:
    """The clock has the first stop long behind it; its crew is still there, so all that follows comes later."""
    before = latest(work)
    first = stops(before, 0)[0]
    mark(work, 0, first, StopKind.STARTED, "06:30")
    counts, after, _ = replanned(work)
    assert counts["marked"]["started"] == 1
    assert stops(after, 0)[0]["job"] == first["job"]
    mine = {job["job"] for job in after["replan"]["jobs"]}
    assert {stop["job"] for stop in stops(before, 0)[1:]} <= mine
    assert all(stop["service_start"][11:16] >= "08:00" for stop in stops(after, 0)[1:])


def test_a_stop_begun_before_its_turn_stays(work: Work) -> None:
    """A crew at its last stop keeps it, and what it passed over is still to be done by somebody."""
    before = latest(work)
    last, passed = stops(before, 0)[-1], stops(before, 0)[2:-1]
    mark(work, 0, last, StopKind.STARTED, "07:55")
    counts, after, _ = replanned(work)
    assert counts["marked"]["started"] == 1
    assert last["job"] in [one["job"] for one in stops(after, 0)]
    served = {one["job"] for crew in (0, 1) for one in stops(after, crew)}
    assert {stop["job"] for stop in passed} <= served | {one["job"] for one in after["unassigned"]}
    assert passed


def test_another_crew_gets_what_needs_one(work: Work) -> None:
    """The crew that said so does not get it again, neither now nor in the replan after."""
    stop = stops(latest(work), 0)[0]
    mark(work, 0, stop, StopKind.OTHER_CREW, "07:00")
    counts, after, _ = replanned(work)
    assert counts["marked"]["other_crew"] == 1
    assert stop["job"] not in [one["job"] for one in stops(after, 0)]
    assert stop["job"] in [one["job"] for one in stops(after, 1)]
    counts, again, _ = replanned(work, day_time(8, 5))
    assert counts["marked"]["other_crew"] == 0  # the other crew has it by now
    assert stop["job"] not in [one["job"] for one in stops(again, 0)]


def test_marks_of_an_earlier_version_and_of_later_are_as_they_should_be(work: Work) -> None:
    """What was told of the plan before counts for the one after it; what is told after the moment does not yet."""
    stop = stops(latest(work), 0)[-1]
    mark(work, 0, stop, StopKind.DONE, "07:50")
    assert replanned(work, day_time(7, 30))[0]["done_by"] == "clock"
    assert replanned(work)[0]["marked"]["done"] == 1


def test_what_a_person_locked_holds(work: Work) -> None:
    """A time that was locked when the plan was edited is kept to the second, and is still locked afterwards."""
    with work.store.read() as unit:
        plan = unit.plans.latest(DAY)
    assert plan is not None
    opened = open_plan(work.store, int(plan.id))
    assert opened is not None
    state = opened.writer.orders()
    job = state.orders[0][-1]
    draft = kept_form(replace(state, locks=Locks(crew=frozenset({job}), time={job: 45_000})))
    save_plan(work, plan_id=int(plan.id), draft=draft)
    _, after, _ = replanned(work)
    has = {stop["job"]: (crew, stop["service_start"][11:16]) for crew in (0, 1) for stop in stops(after, crew)}
    assert has[opened.problem.jobs[job].name] == (0, "12:30")
    assert after["locks"] == draft["locks"]


@cache
def day() -> tuple[Problem, PlannedDay]:
    """A crew with four stops."""
    seconds = np.abs(np.subtract.outer(np.arange(5), np.arange(5))) * 600.0
    crew = Crew("A", 0, 0, 21_600, 50_400)
    problem = Problem((crew,), tuple(Job(f"j{n}", n, 1200) for n in range(1, 5)), (Travel(seconds, seconds),))
    return problem, plan_day(problem, iterations=20)


@given(st.integers(0, 3), st.sampled_from(StopKind), st.integers(21_600, 43_200), st.integers(0, 7200))
def test_a_crew_is_where_its_last_mark_says(stop: int, kind: StopKind, at_s: int, passed_s: int) -> None:
    """Begun is where it is, ended is behind it, and what nobody told of is never over before the clock says so."""
    problem, plan = day()
    if kind is StopKind.ACKNOWLEDGED:
        return
    order = [visit.job for visit in plan.routes[0].visits]
    now_s = at_s + passed_s
    at, now = (datetime.fromtimestamp(MIDNIGHT.timestamp() + second, CITY) for second in (at_s, now_s))
    name = problem.jobs[order[stop]].name
    event = StopEvent(1, PlanId(1), "A", name, stop + 1, None, None, None, at, kind.value, "", "")
    marks = marks_of([event], problem.crews, problem.jobs, plan, (MIDNIGHT, now))
    (state,) = where_told(standing(problem, plan, now_s, late_s=marks.late_s, done=marks.over), marks, problem.jobs)
    skipped = {visit.job for visit in plan.routes[0].visits[:stop] if visit.departure_s > now_s}
    assert not skipped & set(state.done)
    assert state.free_s >= now_s
    if kind is StopKind.OTHER_CREW:
        assert marks.elsewhere == {order[stop]: {0}}
    elif kind is StopKind.STARTED and skipped:
        assert (state.place, state.running) == (problem.jobs[order[stop]].location, None)
        assert order[stop] in state.done
    elif kind is StopKind.STARTED:
        assert (state.running, state.done) == (order[stop], tuple(order[:stop]))
    elif not skipped:
        assert state.done[: stop + 1] == tuple(order[: stop + 1])
        assert passed_s or order[stop + 1 : stop + 2] == ([] if state.running is None else [state.running])
