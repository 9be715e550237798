"""A draft of a replanned day is that plan until something is moved: what is over stays, crews go on from there."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest

from data.records import Plan
from data.store import open_store
from desktop.domain.clock import FixedClock
from desktop.domain.plan_draft import DraftRefused, kept_form
from desktop.operations.plan_edits import OpenedPlan, open_plan, save_plan, solve_around, with_locks
from desktop.operations.replan_routes import ReplanWish, replan_routes
from desktop.operations.undo import undo
from desktop.operations.work import Work
from geo.errors import GeoError
from geo.vrp_soft_day import soft_day
from tests.demo import MOMENT
from tests.soak import rounds

DAY = date(2026, 10, 13)
LATER = MOMENT + timedelta(hours=1)


@pytest.fixture
def work(planned_city: Path, tmp_path: Path) -> Iterator[Work]:
    """A desk on a copy of the demo city with a plan of its day, which says that it was printed."""
    store = open_store(str(shutil.copy(planned_city, tmp_path / "city.opsmap")))
    desk = Work(store, "ana", FixedClock(MOMENT))
    with store.write("printed", actor="ana", at=MOMENT) as unit:
        plan = unit.plans.latest(DAY)
        assert plan is not None
        unit.change("plan", {int(plan.id): {"content": {**plan.content, "printed_at": MOMENT.isoformat()}}})
        unit.commit()
    yield desk
    store.close()


def replanned(work: Work, at: time, **wish: Any) -> OpenedPlan:
    """The day replanned from a moment on, opened as a draft at once: its travel times were kept."""
    changes, _ = replan_routes(work, ReplanWish(DAY, at, iterations=60, max_churn=0.5, **wish))
    found = open_plan(work.store, changes.counts["plan"])
    assert found is not None
    return found


def content_of(found: OpenedPlan) -> dict[str, Any]:
    """What the draft tells before anything is moved."""
    state = found.writer.orders()
    day = soft_day(with_locks(found.problem, state), state.orders, found.writer.begun)
    assert found.writer.missing_lines(day) == set()
    return found.writer.content(state, day)


def told(crew: Mapping[str, Any]) -> list[Any]:
    """All times of a crew's day, and its ways."""
    keys = ("job", "arrival", "service_start", "departure", "leg_distance_m", "leg_drive_s", "leg_line")
    stops = [[stop[key] for key in keys] for stop in crew["stops"]]
    return [crew["crew"], stops, crew["halts"], crew["break"], crew["return_at"], crew["return_line"]]


MOMENTS = [time(7, 5), time(11, 47), time(14, 30), time(8, 40), time(10, 0), time(12, 20)]


@pytest.mark.slow
@pytest.mark.parametrize("at", [MOMENTS[at] for at in rounds(3, 6)])
def test_opening_a_replanned_plan_changes_no_time(work: Work, at: time) -> None:
    """Whenever the day is replanned, and replanned again with crews late and absent, a draft tells the same day."""
    first = replanned(work, at)
    busy = max(first.plan.content["crews"], key=lambda crew: len(crew["stops"]))["crew"]
    other = first.plan.content["crews"][-1]["crew"]
    again = replanned(
        work, (datetime.combine(DAY, at) + timedelta(minutes=35)).time(), late_min={busy: 25}, absent=(other,)
    )
    for found in (first, again):
        assert "printed_at" not in found.plan.content
        made = content_of(found)
        for mine, theirs in zip(made["crews"], found.plan.content["crews"], strict=True):
            assert told(mine) == told(theirs)
            assert abs(mine["drive_s"] - theirs["drive_s"]) <= 1
            assert abs(mine["distance_m"] - theirs["distance_m"]) <= 1


def test_a_crew_without_anything_to_do_is_back(work: Work) -> None:
    """Gone before its first stop a crew is told as one that never drove out; gone later, it is home from where it

    stood, and its way home counts; both are undone together with the plan that tells it.
    """
    crew = max(plan_of(work).content["crews"], key=lambda one: len(one["stops"]))["crew"]
    changes, content = replan_routes(work, ReplanWish(DAY, time(6, 0), iterations=60, absent=(crew,)))
    told_of = next(one for one in content["crews"] if one["crew"] == crew)
    assert (told_of["stops"], told_of["drive_s"], told_of["distance_m"]) == ([], 0, 0)
    assert told_of["return_at"] == told_of["shift_start"]
    assert content["origin"]["kind"] == "replan"
    assert changes.act_id is not None
    undo(work, act_id=changes.act_id)
    assert "replan" not in plan_of(work).content
    _, content = replan_routes(work, ReplanWish(DAY, time(9, 30), iterations=60, absent=(crew,)))
    told_of = next(one for one in content["crews"] if one["crew"] == crew)
    legs_s = sum(stop["leg_drive_s"] for stop in told_of["stops"])
    assert told_of["stops"]
    assert told_of["return_at"] > told_of["stops"][-1]["departure"]
    assert told_of["return_at"] < told_of["shift_end"]
    assert told_of["drive_s"] > legs_s


def plan_of(work: Work) -> Plan:
    """The newest plan of the day."""
    with work.store.read() as unit:
        found = unit.plans.latest(DAY)
    assert found is not None
    return found


def test_what_is_over_cannot_be_moved_and_the_rest_goes_on_from_there(work: Work) -> None:
    """A stop behind refuses; one ahead moves, and those behind keep their times; saved, it opens the same again."""
    found = replanned(work, time(10, 0))
    state = found.writer.orders()
    crew = next(n for n, count in state.behind.items() if 0 < count < len(state.orders[n]) - 1)
    over = state.behind[crew]
    for act in (
        lambda: state.move(crew, 0, crew, over),
        lambda: state.move(crew, len(state.orders[crew]) - 1, crew, 0),
        lambda: state.take_out(crew, 0),
    ):
        with pytest.raises(DraftRefused) as refused:
            act()
        assert refused.value.why == "over"
    edited = state.reverse(crew)
    assert edited.orders[crew][:over] == state.orders[crew][:over]
    assert edited.orders[crew][over:] == state.orders[crew][over:][::-1]
    later = replace(work, clock=FixedClock(LATER))
    changes = save_plan(later, plan_id=int(found.plan.id), draft=kept_form(edited))
    saved = open_plan(work.store, changes.counts["plan"])
    assert saved is not None
    before, after = (one.plan.content["crews"][crew]["stops"] for one in (found, saved))
    behind = found.plan.content["standing"][crew]["stops"]
    times = [[stop["arrival"] for stop in stops[:behind]] for stops in (before, after)]
    assert times[0] == times[1]
    assert after[behind]["arrival"] >= found.plan.content["standing"][crew]["free_at"]
    assert [told(mine) for mine in content_of(saved)["crews"]] == [told(one) for one in saved.plan.content["crews"]]


def test_solving_around_goes_on_from_where_crews_stand(work: Work) -> None:
    """What is over stays as it was, nothing ahead breaks a rule or begins before its crew is free, an absent crew gets

    nothing; and when no crew can go on, a sentence says so.
    """
    absent = replanned(work, time(8, 40)).plan.content["crews"][0]["crew"]
    found = replanned(work, time(12, 20), absent=(absent,))
    state, day = found.writer.orders(), int(found.plan.id)
    counts = solve_around(work, plan_id=day, draft=kept_form(state), iterations=40).counts
    orders = counts["orders"]
    assert [order[: state.behind[n]] for n, order in enumerate(orders)] == [
        list(order[: state.behind[n]]) for n, order in enumerate(state.orders)
    ]
    assert len(orders[0]) == state.behind[0]
    told = sorted([*(job for order in orders for job in order if job >= 0), *counts["left_out"]])
    assert told == sorted([*(job for order in state.orders for job in order if job >= 0), *state.left_out])
    solved = soft_day(found.problem, orders, found.writer.begun)
    assert solved.breaches == ()
    for order, soft, now in zip(orders, solved.routes, found.plan.content["standing"], strict=True):
        ahead = soft.route.stops[now["stops"] + now["halts"] :]
        assert len(order) >= now["stops"]
        assert all(stop.arrival_s >= found.writer.second(now["free_at"]) for stop in ahead)
    everybody = [crew["crew"] for crew in found.plan.content["crews"]]
    over = {**found.plan.content, "replan": {**found.plan.content["replan"], "absent": everybody}}
    with work.store.write("all are home", actor="ana", at=MOMENT) as unit:
        unit.change("plan", {day: {"content": over}})
        unit.commit()
    with pytest.raises(GeoError, match="No crew can go on today: all are absent or at the end of their shift"):
        solve_around(work, plan_id=day, draft=kept_form(state), iterations=40)


def test_a_saved_draft_does_not_say_that_it_was_printed(work: Work) -> None:
    """It is another version: nobody has printed it."""
    with work.store.read() as unit:
        plan = unit.plans.latest(DAY)
    assert plan is not None
    found = open_plan(work.store, int(plan.id))
    assert found is not None
    assert "printed_at" in plan.content
    state = found.writer.orders()
    crew = next(n for n, order in enumerate(state.orders) if len(order) > 1)
    later = replace(work, clock=FixedClock(LATER))
    save_plan(later, plan_id=int(plan.id), draft=kept_form(state.take_out(crew, 0)))
    with work.store.read() as unit:
        newest = unit.plans.latest(DAY)
    assert newest is not None
    assert newest.id != plan.id
    assert "printed_at" not in newest.content
