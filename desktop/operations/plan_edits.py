"""Plans edited by hand: opened with their rules and travel, saved as a new version, solved around what is locked."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from data.errors import Conflict, RefusedInput
from data.records import Plan
from data.store import Store
from desktop.domain.plan_draft import DayOrders, from_kept
from desktop.operations.changes import Changes
from desktop.operations.day_travel import Told, profile_of
from desktop.operations.import_streets import NETWORK
from desktop.operations.plan_begun import crews_now
from desktop.operations.plan_content import Lines, PlanWriter
from desktop.operations.plan_problem import keep_travel, kept_travel, problem_of, travel_anew, with_rules_of
from desktop.operations.plan_routes import search_seconds
from desktop.operations.replan_content import read_plan
from desktop.operations.work import Work

if TYPE_CHECKING:
    from geo.vrp import Job, Problem
    from geo.vrp_rest import Rest
    from geo.vrp_soft_day import SoftDay

SAVED = "edited"


@dataclass(frozen=True, slots=True, eq=False)
class OpenedPlan:
    """A plan with the rules and travel times that it was made from."""

    plan: Plan
    writer: PlanWriter

    @property
    def problem(self) -> Problem:
        """Crews, jobs and travel, as they were when the day was planned, without a person's locks."""
        return self.writer.problem


def open_plan(store: Store, plan_id: int) -> OpenedPlan | None:
    """The plan to be edited; None where its travel times have to be worked out first (`work_out_travel`)."""
    with store.read() as unit:
        plan = unit.plans.get(plan_id)
        travels = None if plan is None else kept_travel(unit, plan.content)
    if plan is None:
        raise RefusedInput("That plan is no longer there; look at the day again.")
    return None if travels is None else OpenedPlan(plan, PlanWriter(plan.content, problem_of(plan.content, travels)))


def work_out_travel(work: Work, *, plan_id: int) -> Changes:
    """Work out the travel times of a plan again and keep them. No act: they follow from the plan and the streets."""
    _ready(work, plan_id)
    sentence = "The travel times of the plan are there; it can be edited."
    return Changes(None, work.actor, "work out travel times", counts={"plan": plan_id}, sentence=sentence)


def save_plan(work: Work, *, plan_id: int, draft: Mapping[str, Any]) -> Changes:
    """Save a draft as the newest version of its day. Conflict where somebody made a newer one since it was begun.

    A draft may break rules: who saves it has decided so, and the plan names them.
    """
    opened, state = _ready(work, plan_id), from_kept(draft)
    content = edited_content(work.store, opened, state)
    broken = sum(len(crew["faults"]) + sum(len(stop["faults"]) for stop in crew["stops"]) for crew in content["crews"])
    content["origin"] = {"kind": SAVED, "by": work.actor, "from": plan_id}
    day = opened.plan.date
    with work.store.write("save plan", actor=work.actor, at=work.clock.now()) as unit:
        newest = unit.plans.latest(day)
        if newest is not None and int(newest.id) != plan_id and newest.created_at > opened.plan.created_at:
            raise Conflict(
                f"Somebody else made a newer plan of {day:%Y-%m-%d} meanwhile. The draft is kept; discard it to see "
                "the newer plan."
            )
        made = unit.create("plan", [{"date": day, "created_at": work.clock.now(), "content": content}])[0]
        counts = {"date": day.isoformat(), "plan": made, "served": served(content), "broken_rules": broken}
        unit.summary.update(counts)
        act_id = unit.commit()
    told = "no rule broken" if not broken else "1 rule broken" if broken == 1 else f"{broken} rules broken"
    sentence = f"The plan of {day:%Y-%m-%d} is saved: {counts['served']:,} jobs served, {told}."
    return Changes(act_id, work.actor, "save plan", frozenset({"plan"}), (), counts, sentence)


def solve_around(
    work: Work, *, plan_id: int, draft: Mapping[str, Any], seconds: float | None = None, seed: int = 1,
    iterations: int | None = None,
) -> Changes:  # fmt: skip
    """Solve the day again around what a draft locks; the answer is the next state of the draft, nothing is stored.

    counts["orders"] are the jobs by crew, counts["left_out"] the others. On a day that runs, what is over stays and
    crews go on from where they stand; GeoError where none of them can.
    """
    from geo.vrp import plan_day

    opened, state = _ready(work, plan_id), from_kept(draft)
    whole = with_locks(opened.problem, state)
    rest = _rest(opened, whole, state)
    problem = whole if rest is None else rest.problem
    work.breathe(0.2, f"Solving {len(problem.jobs):,} jobs around what is locked")
    planned = plan_day(
        problem,
        seconds=None if iterations else seconds or search_seconds(len(problem.jobs)),
        iterations=iterations,
        seed=seed,
        progress=lambda fraction, words: work.progress(None if fraction is None else 0.2 + 0.8 * fraction, words),
        should_stop=work.should_stop,
    )
    orders = [_order(problem, number, route.stops) for number, route in enumerate(planned.routes)]
    left_out = [left.job for left in planned.left_out]
    if rest is not None:
        orders, left_out = _of_day(rest, state, orders), [rest.jobs[job] for job in left_out]
    counts = {
        "orders": orders,
        "left_out": left_out,
        "seconds": round(planned.seconds, 2),
        "seed": seed,
        "cost": planned.cost,
        "broken_locks": [lock.detail for lock in planned.broken_locks],
    }
    done = len({stop for order in orders for stop in order if stop >= 0})
    sentence = f"Solved around what is locked: {done:,} of {done + len(left_out):,} jobs."
    if planned.broken_locks:
        sentence += f" {planned.broken_locks[0].detail}"
    return Changes(None, work.actor, "solve around locks", counts=counts, sentence=sentence)


def _rest(opened: OpenedPlan, problem: Problem, state: DayOrders) -> Rest | None:
    """What is left of a day that runs, from where its crews stand; None for a day that has not begun."""
    from geo.vrp_rest import rest_of_day

    content, writer = opened.plan.content, opened.writer
    if not writer.begun:
        return None
    midnight = datetime.fromtimestamp(writer.moments.midnight_s, tz=writer.moments.zone)
    planned = read_plan(content, problem.crews, problem.jobs, midnight)
    told = {stop for order in state.orders for stop in order} | set(state.left_out)
    gone = tuple(job for job in range(len(problem.jobs)) if job not in told)
    return rest_of_day(problem, planned, crews_now(content, writer.begun, midnight, gone))


def _of_day(rest: Rest, state: DayOrders, orders: Sequence[Sequence[int]]) -> list[list[int]]:
    """Orders of the rest of a day behind what is over, in the numbers of the whole day."""
    found = [list(order[: state.behind.get(number, 0)]) for number, order in enumerate(state.orders)]
    for crew, order in zip(rest.crews, orders, strict=True):
        found[crew] += [rest.jobs[stop] if stop >= 0 else stop for stop in order]
    return found


def _order(problem: Problem, number: int, stops: Collection[Any]) -> list[int]:
    """A route's stops as an order: jobs, and trips to unload as -1 - place."""
    reloads = problem.crews[number].reloads
    found = []
    for stop in stops:
        if stop.kind == "job":
            found.append(stop.job)
        elif stop.kind == "reload":
            found.append(-1 - reloads.index(stop.place))
    return found


def with_locks(problem: Problem, state: DayOrders) -> Problem:
    """The problem with what a draft locks, as the solver keeps it."""
    locks = state.locks
    keeps = {job: state.crews_of(job)[0] for job in locks.crew if state.crews_of(job)}
    jobs = [_unlocked(job) for job in problem.jobs]
    for job in keeps.keys() | locks.time.keys():
        jobs[job] = replace(jobs[job], locked_crew=keeps.get(job), locked_start_s=locks.time.get(job))
    crews = [replace(crew, locked_jobs=(), locked_whole=False) for crew in problem.crews]
    for number in locks.first.keys() | locks.whole | state.behind.keys():
        whole, order = number in locks.whole, state.orders[number]
        held = tuple(job for job in (order if whole else order[: state.held(number)]) if job >= 0)
        crews[number] = replace(crews[number], locked_jobs=held, locked_whole=whole)
    return replace(problem, jobs=tuple(jobs), crews=tuple(crews))


def _unlocked(job: Job) -> Job:
    free = job.locked_crew is None and job.locked_start_s is None
    return job if free else replace(job, locked_crew=None, locked_start_s=None)


def edited_content(store: Store, opened: OpenedPlan, state: DayOrders) -> dict[str, Any]:
    """The whole content of a draft, its ways along the streets."""
    from geo.vrp_soft_day import soft_day

    problem = with_locks(opened.problem, state)
    day = soft_day(problem, state.orders, opened.writer.begun)
    missing = opened.writer.missing_lines(day)
    for profile, legs in _by_profile(opened, day, missing):
        opened.writer.lines.update(lines_between(store, opened.writer.places, legs, profile))
    content = opened.writer.content(state, day)
    return content | {"problem": with_rules_of(content, problem)}  # a replan keeps the locks too


def _by_profile(
    opened: OpenedPlan, day: SoftDay, missing: Collection[tuple[int, int]]
) -> Iterator[tuple[Told | None, set[tuple[int, int]]]]:
    """The legs of which no way is known, by how the crew drives that makes them."""
    left = set(missing)
    for crew, soft, told in zip(opened.problem.crews, day.routes, opened.writer.base["crews"], strict=True):
        places = [crew.start, *(stop.place for stop in soft.route.stops), crew.end]
        legs = left & set(pairwise(places))
        left -= legs
        if legs:
            yield told.get("profile"), legs


def lines_between(
    store: Store, places: list[list[float]], legs: Collection[tuple[int, int]], told: Told | None = None
) -> Lines:
    """The ways along the streets between places of a plan by a profile; nothing without streets."""
    from geo.streets import StreetNetwork
    from geo.travel import Ways, snap

    if not legs:
        return {}
    with store.read() as unit:
        city, arrays = unit.city.get(), unit.artifacts.get(NETWORK)
    if arrays is None or city is None:
        return {}
    profile = profile_of(city, told)
    network = StreetNetwork.from_arrays(arrays)
    used = sorted({place for leg in legs for place in leg})
    at = {place: number for number, place in enumerate(used)}
    lon, lat = np.array([places[place] for place in used]).T
    ways = Ways(network, snap(network, lon, lat, profile=profile), profile=profile)
    found: Lines = {}
    for start, end in legs:
        xs, ys = ways.path(at[start], at[end])
        found[start, end] = [[round(float(x), 6), round(float(y), 6)] for x, y in zip(xs, ys, strict=True)]
    return found


def served(content: Mapping[str, Any]) -> int:
    """How many jobs a plan serves; one for two crews counts once."""
    return len({stop["job"] for crew in content["crews"] for stop in crew["stops"]})


def _ready(work: Work, plan_id: int) -> OpenedPlan:
    """The plan with its travel times, worked out where they are missing."""
    opened = open_plan(work.store, plan_id)
    if opened is not None:
        return opened
    city = work.city()
    with work.store.read() as unit:
        plan = unit.plans.get(plan_id)
    assert plan is not None
    work.breathe(0.0, "Working out the travel times of the plan")
    travels = travel_anew(work, city, plan.content)
    keep_travel(work.store, plan.content, travels)
    return OpenedPlan(plan, PlanWriter(plan.content, problem_of(plan.content, travels)))
