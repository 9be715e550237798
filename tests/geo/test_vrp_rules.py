"""Every rule of a crew's day: kept by plans, caught by the checker when broken, told when it cannot be kept."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.vrp import Crew, Job, PlannedDay, Problem, Route, Travel, Visit, plan_day
from geo.vrp_check import check
from geo.vrp_problem import DAY_S
from geo.vrp_ties import one_crew
from tests.geo.crew_days import orders_of, ruled_day, with_addresses, with_locks
from tests.geo.crew_oracle import alone, best_cost, insertion_costs, least_cost, may
from tests.soak import examples

H = 3600
SEEDS = st.integers(0, 100_000)


def line(minutes: list[float]) -> Travel:
    """Places on a line, as minutes of driving from its start."""
    at = np.array(minutes) * 60.0
    seconds = np.abs(at[:, None] - at[None, :])
    return Travel(seconds, seconds * 8)


def planned(problem: Problem, **wish: Any) -> PlannedDay:
    """A plan of a few iterations."""
    return plan_day(problem, seconds=None, iterations=wish.pop("iterations", 60), **wish)


CREW = Crew("A", 0, 0, 8 * H, 16 * H)
JOB = Job("a", 1, 1800)


@settings(max_examples=examples(25), deadline=None)
@given(SEEDS, st.integers(1, 18), st.integers(1, 4), st.booleans(), st.booleans())
def test_every_ruled_day_has_a_plan_that_the_checker_passes(
    seed: int, jobs: int, crews: int, locks: bool, addresses: bool
) -> None:
    """Random days with every rule, locks and addresses: a plan comes back, and the checker finds nothing."""
    problem = ruled_day(seed, jobs, crews)
    problem = with_addresses(problem, seed) if addresses else problem
    problem = with_locks(problem, seed) if locks else problem
    plan = planned(problem, seed=seed, iterations=40)
    assert check(problem, plan) == []
    assert all(left.detail.endswith(".") for left in plan.left_out)


@settings(max_examples=examples(20), deadline=None)
@given(SEEDS, st.integers(1, 11), st.integers(1, 3))
def test_every_reason_is_proven_by_a_tester_of_its_own(seed: int, jobs: int, crews: int) -> None:
    """Inserting a left-out job at any place, with breaks and reloads anywhere, fails or costs more than it is worth."""
    problem = ruled_day(seed, jobs, crews)
    plan = planned(problem, seed=seed, iterations=40)
    served = {visit.job for route in plan.routes for visit in route.visits}
    partners = {n for members in one_crew(problem, partners=True) for n in members}
    for left in plan.left_out:
        job = problem.jobs[left.job]
        able = [n for n in range(crews) if may(problem, n, left.job)]
        assert left.reason != "skill" or len(able) < job.crews_needed or job.after or left.job in partners
        if job.crews_needed > 1 or left.job in partners or not set(job.after) <= served or job.after_same_crew:
            continue
        if left.reason in ("window", "shift") and not job.after:
            assert not any(alone(problem, n, left.job) for n in able)
        for number, cost in insertion_costs(problem, plan, left.job):
            roadside = problem.crews[number].break_place is None  # elsewhere the way to the break is ours to choose
            assert left.reason == "price"
            assert not roadside or cost > job.prize_s - 1


@settings(max_examples=examples(15), deadline=None)
@given(SEEDS, st.integers(2, 16), st.integers(1, 3))
def test_a_named_exchange_can_be_carried_out(seed: int, jobs: int, crews: int) -> None:
    """Where the price names a job that would have to go, the plan with the two exchanged passes the checker's rules."""
    problem = ruled_day(seed, jobs, crews)
    plan = planned(problem, seed=seed, iterations=40)
    for left in plan.left_out:
        if left.instead_of is None:
            continue
        assert left.crew is not None
        order = orders_of(plan)[left.crew]
        assert left.instead_of in order
        rest = [n for n in order if n != left.instead_of]
        ways = ([*rest[:at], left.job, *rest[at:]] for at in range(len(rest) + 1))
        assert any(least_cost(problem, left.crew, way, {}) is not None for way in ways)


def test_the_exchange_that_is_named_passes_the_checker() -> None:
    """A crew with room for one of two jobs keeps the urgent one; planned the other way round it is a valid plan."""
    jobs = (
        replace(JOB, name="urgent", service_s=5 * H, priority=90),
        replace(JOB, name="other", service_s=5 * H, priority=20),
    )
    problem = Problem((CREW,), jobs, (line([0, 30]),))
    plan = planned(problem)
    (left,) = plan.left_out
    assert (left.job, left.reason, left.crew, left.instead_of, left.more_s) == (1, "price", 0, 0, 0.0)
    assert left.detail == "Fits A if job urgent goes, with no more driving."
    (stop,) = plan.routes[0].stops
    changed = replace(plan.routes[0], stops=(replace(stop, job=1),))
    cost = plan.cost + jobs[0].prize_s - jobs[1].prize_s
    assert check(problem, replace(plan, routes=(changed,), left_out=(replace(left, job=0),), cost=cost)) == []


@settings(max_examples=examples(12), deadline=None)
@given(SEEDS, st.integers(1, 5), st.integers(1, 2))
def test_tiny_days_are_planned_as_well_as_trying_everything(seed: int, jobs: int, crews: int) -> None:
    """Without ties, the plan serves at a cost within a tenth of the brute force's, and never below it."""
    made = ruled_day(seed, jobs, crews)
    work = tuple(replace(job, crews_needed=1, after=(), after_same_crew=False, with_job=None) for job in made.jobs)
    problem = Problem(tuple(replace(crew, break_place=None) for crew in made.crews), work, made.travels)
    plan = planned(problem, seed=seed, iterations=200)
    best = best_cost(problem)
    assert best - 2 <= plan.cost
    assert plan.cost <= best * 1.1 + 600


@settings(max_examples=examples(15), deadline=None)
@given(SEEDS, st.integers(1, 4))
def test_a_lock_told_broken_could_not_be_kept(seed: int, jobs: int) -> None:
    """With nothing but one crew and its locks: a lock is given up only where no order of the locked jobs keeps it."""
    made = ruled_day(seed, jobs, 1)
    work = [replace(job, crews_needed=1, after=(), after_same_crew=False, with_job=None) for job in made.jobs]
    rng = np.random.default_rng(seed)
    n = int(rng.integers(0, jobs))
    work[n] = replace(work[n], locked_crew=0)
    plan = planned(replace(made, jobs=tuple(work)), seed=seed, iterations=40)
    held = may(made, 0, n) and least_cost(replace(made, jobs=tuple(work)), 0, [n], {}) is not None
    assert (not plan.broken_locks) == held
    assert all(lock.detail.endswith(".") and f"{work[n].name} " in lock.detail for lock in plan.broken_locks)
    assert held == (n in orders_of(plan)[0])


# What each rule does, one by one


def test_a_full_vehicle_unloads_on_its_way_and_the_dump_is_a_stop() -> None:
    """Four loads of two where four fit: one reload at the dump, its time counted; without a dump two are left out."""
    crew = replace(CREW, capacity=4.0, reloads=(2,), reload_s=600)
    jobs = tuple(replace(JOB, name=str(n), load=2.0) for n in range(4))
    plan = planned(Problem((crew,), jobs, (line([0, 10, 12]),)))
    assert [stop.kind for stop in plan.routes[0].stops] == ["job", "job", "reload", "job", "job"]
    reload = plan.routes[0].stops[2]
    assert (reload.place, reload.departure_s - reload.service_start_s) == (2, 600)
    bare = planned(Problem((replace(crew, reloads=()),), jobs, (line([0, 10, 12]),)))
    assert [left.reason for left in bare.left_out] == ["capacity", "capacity"]
    none = planned(Problem((replace(crew, max_reloads=0),), jobs, (line([0, 10, 12]),)))
    assert len(none.left_out) == 2


def test_overtime_is_worked_only_where_it_is_worth_its_price() -> None:
    """An hour too much: urgent work is done in overtime, work not worth the price is not, without it neither."""
    long = replace(JOB, service_s=8 * H)
    for priority, price, served in ((50, 2, True), (1, 2, False), (50, 60, False)):
        crew = replace(CREW, overtime_s=H, overtime_price=price)
        plan = planned(Problem((crew,), (replace(long, priority=priority),), (line([0, 10]),)))
        assert bool(plan.routes[0].visits) == served
        assert plan.routes[0].overtime_s == (1200.0 if served else 0.0)
    assert planned(Problem((CREW,), (long,), (line([0, 10]),))).left_out[0].reason == "shift"


def test_a_break_at_a_place_is_driven_to() -> None:
    """The break lies at its place as a stop of its own, inside its window, and its ways are counted."""
    crew = replace(CREW, break_s=1800, break_start_s=11 * H, break_end_s=13 * H, break_place=2)
    plan = planned(
        Problem((crew,), tuple(replace(JOB, name=str(n), service_s=2 * H) for n in range(3)), (line([0, 10, 15]),))
    )
    (halt,) = [stop for stop in plan.routes[0].stops if stop.kind == "break"]
    assert not plan.left_out
    assert (halt.place, plan.routes[0].break_start_s) == (2, halt.service_start_s)
    assert 11 * H <= halt.service_start_s <= 13 * H - 1800


def test_no_crew_makes_more_stops_than_it_may() -> None:
    """Two of three jobs, and the reason says that the stops are used up."""
    plan = planned(
        Problem((replace(CREW, max_stops=2),), tuple(replace(JOB, name=str(n)) for n in range(3)), (line([0, 9]),))
    )
    assert len(plan.routes[0].visits) == 2
    assert plan.left_out[0].reason == "capacity"
    assert plan.left_out[0].detail == "Every able crew already makes the most stops it may (A: 2)."


def test_crews_drive_by_their_own_travel_times() -> None:
    """The same place is ten minutes for the van and thirty for the truck."""
    fast, slow = line([0, 10]), line([0, 30])
    for travel, arrives in ((0, 8 * H + 600), (1, 8 * H + 1800)):
        plan = planned(Problem((replace(CREW, travel=travel),), (JOB,), (fast, slow)))
        assert plan.routes[0].visits[0].arrival_s == arrives


def test_a_crew_may_end_where_it_did_not_start() -> None:
    """The way home leads to the end place."""
    plan = planned(Problem((replace(CREW, end=2),), (JOB,), (line([0, 10, 25]),)))
    assert (plan.routes[0].drive_s, plan.routes[0].return_s) == (25 * 60, 8 * H + 25 * 60 + 1800)


def test_two_crews_meet_at_the_same_moment() -> None:
    """A job for two is started by both at once although one comes from farther away and both have other work."""
    far = replace(CREW, name="B", start=2, end=2)
    jobs = (
        replace(JOB, name="two", crews_needed=2),
        replace(JOB, name="x", location=0),
        replace(JOB, name="y", location=2),
    )
    plan = planned(Problem((CREW, far), jobs, (line([0, 10, 50]),)))
    assert not plan.left_out
    starts = [visit.service_start_s for route in plan.routes for visit in route.visits if visit.job == 0]
    assert len(starts) == 2
    assert starts[0] == starts[1]


def test_a_job_for_two_without_a_second_crew_says_so() -> None:
    """One able crew is a skill that is missing; two that never work at once are a window."""
    two = replace(JOB, crews_needed=2)
    (left,) = planned(Problem((CREW,), (two,), (line([0, 10]),))).left_out
    assert (left.reason, left.detail) == ("skill", "It needs two crews at once; only A can do it today.")
    late = replace(CREW, name="B", shift_start_s=17 * H, shift_end_s=20 * H)
    (left,) = planned(Problem((CREW, late), (two,), (line([0, 10]),))).left_out
    assert left.reason in ("window", "shift")


def test_a_job_waits_for_another_crew_to_be_done() -> None:
    """The second starts no sooner than the first is done elsewhere; with the first left out it is left out with it."""
    first = replace(JOB, name="dig", service_s=2 * H, skills=frozenset({"dig"}), priority=100)
    second = replace(JOB, name="pave", location=2, after=(0,), skills=frozenset({"pave"}), priority=100)
    crews = (replace(CREW, skills=frozenset({"dig"})), replace(CREW, name="B", skills=frozenset({"pave"})))
    plan = planned(Problem(crews, (first, second), (line([0, 10, 12]),)))
    assert not plan.left_out
    assert plan.routes[1].visits[0].service_start_s >= plan.routes[0].visits[0].departure_s
    alone_one = planned(Problem(crews[1:], (first, second), (line([0, 10, 12]),)))
    assert [left.reason for left in alone_one.left_out] == ["skill", "skill"]
    assert alone_one.left_out[1].detail.startswith(
        "Waits for job dig, which is left out too: No crew today has the skill"
    )


def test_a_pair_is_done_by_one_crew_or_not_at_all() -> None:
    """Jobs at the ends of town go to one crew although two would drive less; with no room for both, neither is done."""
    crews = (CREW, replace(CREW, name="B", start=3, end=3))
    pair = (JOB, replace(JOB, name="b", location=2, with_job=0))
    plan = planned(Problem(crews, pair, (line([0, 1, 99, 100]),)))
    assert sorted(len(route.visits) for route in plan.routes) == [0, 2]
    short = tuple(replace(crew, shift_end_s=9 * H + 1800) for crew in crews)
    plan = planned(Problem(short, pair, (line([0, 1, 99, 100]),)))
    assert [left.reason for left in plan.left_out] == ["shift", "shift"]


def test_jobs_of_one_address_are_one_stop_unless_that_cannot_be() -> None:
    """Together in one run although another crew has room; apart, with the reason, where no crew has both skills."""
    jobs = tuple(replace(JOB, name=str(n), address="1 Elm St", service_s=2 * H) for n in range(3))
    crews = (CREW, replace(CREW, name="B"))
    plan = planned(Problem(crews, jobs, (line([0, 10]),)))
    assert sorted(len(route.visits) for route in plan.routes) == [0, 3]
    skilled = (replace(CREW, skills=frozenset({"a"})), replace(CREW, name="B", skills=frozenset({"b"})))
    mixed = (replace(jobs[0], skills=frozenset({"a"})), replace(jobs[1], skills=frozenset({"b"})))
    plan = planned(Problem(skilled, mixed, (line([0, 10]),)))
    assert not plan.left_out
    assert [one.jobs for one in plan.apart] == [(0, 1)]
    assert plan.apart[0].detail.endswith("no single crew can do all of it in one day.")


def test_what_can_wait_waits_and_what_is_due_is_done_today() -> None:
    """One job a day for three days: the one due today today, the one due tomorrow tomorrow, the patient one last."""
    days = (CREW, CREW.days_later(1, "A, day 2"), CREW.days_later(2, "A, day 3"))
    jobs = tuple(replace(JOB, name=str(day), service_s=5 * H, deadline_day=day, location=1) for day in (2, 0, 1))
    plan = planned(Problem(days, jobs, (line([0, 10]),)), iterations=300)
    assert orders_of(plan) == [[1], [2], [0]]
    assert [round(route.visits[0].service_start_s) // DAY_S for route in plan.routes] == [0, 1, 2]


def test_a_window_of_each_day_is_met_on_one_of_them() -> None:
    """Open for an hour on both days: what does not fit today is done tomorrow in its window."""
    days = (CREW, CREW.days_later(1, "A, day 2"))
    windows = ((9 * H, 10 * H), (9 * H + DAY_S, 10 * H + DAY_S))
    jobs = tuple(replace(JOB, name=str(n), service_s=2 * H, windows=windows) for n in range(3))
    plan = planned(Problem(days, jobs, (line([0, 10]),)), iterations=300)
    assert len(plan.left_out) == 1
    assert sorted(len(route.visits) for route in plan.routes) == [1, 1]
    assert plan.left_out[0].reason == "price"


def test_locks_hold_against_every_advantage() -> None:
    """Order, crew and time are kept although the opposite drives less; a locked day takes nothing more."""
    crews = (
        replace(CREW, locked_jobs=(2, 0)),
        replace(CREW, name="B"),
        replace(CREW, name="C", locked_jobs=(5,), locked_whole=True),
    )
    jobs = tuple(replace(JOB, name=str(n), location=1 + n) for n in range(6))
    jobs = (*jobs[:3], replace(jobs[3], locked_crew=1), replace(jobs[4], locked_start_s=11 * H + 60), jobs[5])
    plan = planned(Problem(crews, jobs, (line([0, 5, 10, 20, 30, 35, 40]),)))
    orders = orders_of(plan)
    assert not plan.broken_locks
    assert orders[0][:2] == [2, 0]
    assert 3 in orders[1]
    assert orders[2] == [5]
    assert [v.service_start_s for route in plan.routes for v in route.visits if v.job == 4] == [11 * H + 60]


@pytest.mark.parametrize(
    ("crew", "job", "kind", "words"),
    [
        ({"locked_jobs": (0,)}, {"skills": frozenset({"z"})}, "order", "lacks the skill or equipment."),
        ({"locked_jobs": (0,)}, {"latest_s": 8 * H}, "order", "it is reached at 08:10 and its window has closed."),
        ({"locked_jobs": (0,)}, {"service_s": 9 * H}, "order", "would not be back by the end of its shift"),
        ({}, {"locked_crew": 0, "service_s": 9 * H}, "crew", "it does not fit the crew's day."),
        ({"locked_whole": True}, {"locked_crew": 0}, "crew", "the crew's whole day is locked without it."),
        ({}, {"locked_start_s": 7 * H}, "time", "cannot start at 07:00: no crew that may do it can be there then."),
        ({}, {"locked_start_s": 12 * H, "latest_s": 9 * H}, "time", "that is outside its window."),
    ],
)
def test_a_lock_that_cannot_hold_is_named(crew: dict[str, Any], job: dict[str, Any], kind: str, words: str) -> None:
    """The plan says which lock, and why, in one sentence."""
    plan = planned(Problem((replace(CREW, **crew),), (replace(JOB, **job),), (line([0, 10]),)))
    assert [lock.kind for lock in plan.broken_locks] == [kind]
    assert words in plan.broken_locks[0].detail


def test_a_locked_job_brings_what_it_waits_for() -> None:
    """A job locked to nine that waits for another: the other is done before, by whoever can."""
    jobs = (replace(JOB, name="first", priority=1), replace(JOB, name="then", after=(0,), locked_start_s=9 * H))
    plan = planned(Problem((CREW, replace(CREW, name="B")), jobs, (line([0, 10]),)))
    assert not plan.left_out
    assert not plan.broken_locks
    done = [v.departure_s for route in plan.routes for v in route.visits if v.job == 0]
    assert done[0] <= 9 * H


# The checker: for each rule a plan with that rule broken is caught


def _stops(plan: PlannedDay, crew: int, change: Callable[[tuple[Visit, ...]], tuple[Visit, ...]]) -> PlannedDay:
    routes = list(plan.routes)
    routes[crew] = replace(routes[crew], stops=change(routes[crew].stops))
    return replace(plan, routes=tuple(routes))


def _route(plan: PlannedDay, crew: int, **change: Any) -> PlannedDay:
    return replace(plan, routes=tuple(replace(r, **change) if n == crew else r for n, r in enumerate(plan.routes)))


def _crew(problem: Problem, number: int, **change: Any) -> Problem:
    return replace(
        problem, crews=tuple(replace(c, **change) if n == number else c for n, c in enumerate(problem.crews))
    )


def _job(problem: Problem, number: int, **change: Any) -> Problem:
    return replace(problem, jobs=tuple(replace(j, **change) if n == number else j for n, j in enumerate(problem.jobs)))


def rich() -> tuple[Problem, PlannedDay]:
    """Two crews; A unloads and pauses at the yard, both meet at job 0, B's job 3 waits for A's job 1."""
    crews = (
        replace(CREW, capacity=4.0, reloads=(3,), reload_s=600, break_s=1800, break_place=3, overtime_s=H),
        replace(CREW, name="B", equipment=frozenset({"lift"}), travel=1),
    )
    jobs = (
        replace(JOB, name="two", crews_needed=2),
        replace(JOB, name="dig", load=3.0, locked_crew=0),
        replace(JOB, name="haul", load=3.0, with_job=1),
        replace(JOB, name="pave", location=2, after=(1,), equipment=frozenset({"lift"})),
    )
    problem = Problem(crews, jobs, (line([0, 10, 20, 30]), line([0, 12, 24, 36])))
    plan = planned(problem, iterations=200)
    assert not plan.left_out
    assert [stop.kind for stop in plan.routes[0].stops].count("reload") == 1
    assert check(problem, plan) == []
    return problem, plan


def _first(plan: PlannedDay, kind: str) -> int:
    return next(at for at, stop in enumerate(plan.routes[0].stops) if stop.kind == kind)


def _without(stops: tuple[Visit, ...], kind: str) -> tuple[Visit, ...]:
    return tuple(stop for stop in stops if stop.kind != kind)


def _with(stops: tuple[Visit, ...], at: int, **change: Any) -> tuple[Visit, ...]:
    return (*stops[:at], replace(stops[at], **change), *stops[at + 1 :])


def _at(plan: PlannedDay, crew: int, job: int) -> int:
    return next(at for at, stop in enumerate(plan.routes[crew].stops) if stop.job == job)


Mutation = Callable[[Problem, PlannedDay], tuple[Problem, PlannedDay]]
MUTATIONS: dict[str, tuple[Mutation, str]] = {
    "equipment": (lambda p, n: (_crew(p, 1, equipment=frozenset()), n), "has no lift for pave"),
    "forbidden": (lambda p, n: (_job(p, 3, forbidden_crews=frozenset({1})), n), "may not do pave"),
    "allowed": (lambda p, n: (_job(p, 3, allowed_crews=frozenset({0})), n), "may not do pave"),
    "several windows": (
        lambda p, n: (_job(p, 3, windows=((0, 10), (15 * H, 15 * H))), n),
        "is served between its windows",
    ),
    "too heavy": (lambda p, n: (_job(p, 1, load=4.5), n), "carries 4.5 where 4 fit"),
    "no reload": (lambda p, n: (p, _stops(n, 0, lambda s: _without(s, "reload"))), "carries 6 where 4 fit"),
    "reload elsewhere": (lambda p, n: (_crew(p, 0, reloads=(2,)), n), "reloads where it cannot"),
    "fast reload": (lambda p, n: (_crew(p, 0, reload_s=1200), n), "reloads too fast"),
    "reloads": (lambda p, n: (_crew(p, 0, max_reloads=0), n), "reloads 1 times where 0 are allowed"),
    "stops": (lambda p, n: (_crew(p, 0, max_stops=2), n), "makes 3 stops where 2 are allowed"),
    "break elsewhere": (lambda p, n: (_crew(p, 0, break_place=2), n), "break is at another place"),
    "no break stop": (lambda p, n: (p, _stops(n, 0, lambda s: _without(s, "break"))), "has 0 breaks at a place"),
    "no break": (lambda p, n: (p, _route(n, 0, break_start_s=None)), "has no break"),
    "short break": (lambda p, n: (_crew(p, 0, break_s=3000), n), "break is too short"),
    "break too late": (lambda p, n: (_crew(p, 0, break_end_s=8 * H + 1800), n), "break lies outside its window"),
    "break unasked": (lambda p, n: (_crew(p, 0, break_s=0), n), "has a break that it has no right to"),
    "travel": (lambda p, n: (_crew(p, 1, travel=0), n), "is not that of the streets"),
    "too fast": (lambda p, n: (_crew(p, 0, travel=1), n), "before it can be"),
    "end": (lambda p, n: (p, _route(n, 1, return_s=n.routes[1].return_s - 300)), "is back before it can be"),
    "shift": (lambda p, n: (_crew(p, 1, shift_end_s=9 * H), n), "is back after the shift ends"),
    "overtime told": (lambda p, n: (p, _route(n, 0, overtime_s=900.0)), "overtime is not what it works"),
    "overtime hidden": (
        lambda p, n: (_crew(p, 0, shift_end_s=int(n.routes[0].return_s) - 600), n),
        "overtime is not what",
    ),
    "one crew comes": (
        lambda p, n: (p, _stops(n, 1, lambda s: tuple(stop for stop in s if stop.job != 0))),
        "job two is told 1 times",
    ),
    "one crew twice": (
        lambda p, n: (p, _stops(_stops(n, 1, lambda s: s[1:]), 0, lambda s: (*s, s[_at(n, 0, 0)]))),
        "job two needs 2 crews and 1 come",
    ),
    "not at once": (
        lambda p, n: (
            p,
            _stops(n, 1, lambda s: _with(s, _at(n, 1, 0), service_start_s=s[_at(n, 1, 0)].service_start_s + 300)),
        ),
        "do not start at once",
    ),
    "before": (lambda p, n: (_job(p, 1, service_s=7 * H), n), "before the work is done"),
    "waits": (lambda p, n: (_job(_job(p, 3, after=()), 1, after=(3,)), n), "starts before pave is done"),
    "same crew": (lambda p, n: (_job(p, 3, after_same_crew=True), n), "dig and pave are not done by the same crew"),
    "pair": (lambda p, n: (_job(p, 2, with_job=3), n), "pave and haul are not done by the same crew"),
    "locked crew": (lambda p, n: (_job(p, 1, locked_crew=1), n), "locked to B and not done by it"),
    "locked time": (lambda p, n: (_job(p, 1, locked_start_s=15 * H), n), "does not start when it is locked to"),
    "locked order": (lambda p, n: (_crew(p, 0, locked_jobs=(3,)), n), "A's locked order does not hold"),
    "locked day": (
        lambda p, n: (_crew(p, 1, locked_jobs=tuple(orders_of(n)[1][:1]), locked_whole=True), n),
        "holds other work",
    ),
    "cost": (lambda p, n: (p, replace(n, cost=n.cost - 60)), "the plan costs"),
    "worth by day": (lambda p, n: (_crew(p, 0, overtime_price=2), replace(n, cost=n.cost + 300)), "the plan costs"),
    "place": (lambda p, n: (_job(p, 3, location=1), n), "does pave at another place"),
    "kind": (lambda p, n: (p, _stops(n, 0, lambda s: _with(s, _first(n, "reload"), kind="nap"))), "no known kind"),
    "distance": (lambda p, n: (p, _route(n, 1, distance_m=n.routes[1].distance_m - 100)), "distance is not the sum"),
    "driving": (lambda p, n: (p, _route(n, 1, drive_s=n.routes[1].drive_s - 100)), "driving time is not the sum"),
    "empty and driving": (
        lambda p, n: (p, replace(n, routes=(n.routes[0], Route(drive_s=60.0)))),
        "makes no stop and drives",
    ),
    "address": (
        lambda p, n: (_job(_job(p, 1, address="1 Elm"), 3, address="1 Elm", location=1), n),
        "the jobs at 1 Elm are not one stop",
    ),
}


@pytest.mark.parametrize("rule", MUTATIONS)
def test_a_plan_with_this_rule_broken_is_caught(rule: str) -> None:
    """The checker names the fault, and the untouched plan has none."""
    change, words = MUTATIONS[rule]
    faults = check(*change(*rich()))
    assert any(words in fault for fault in faults), faults
