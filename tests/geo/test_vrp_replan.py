"""Replans: what is done stays, locks hold, the bound is kept, the checker agrees, the difference adds up."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.errors import GeoError
from geo.progress import Stopped
from geo.vrp import Crew, Job, LeftOut, PlannedDay, Problem, Route, Travel, plan_day
from geo.vrp_check import check
from geo.vrp_replan import Replanned, Wish, faults_of, replan
from geo.vrp_replan_diff import KINDS, Difference, difference
from geo.vrp_replan_search import Search
from geo.vrp_replan_start import begin
from geo.vrp_rest import NOBODY, CrewNow, crew_from, rest_of_day, standing
from geo.vrp_schedule import timed
from tests.geo.crew_days import ruled_day, with_addresses, with_locks
from tests.soak import examples

H = 3600
QUICK = Wish(iterations=300, seconds=1.0)


def day(seed: int, jobs: int, crews: int) -> Problem:
    """A random day on a plane with skills, windows, loads and breaks."""
    rng = np.random.default_rng(seed)
    spots = rng.uniform(0, 9000, (jobs + 2, 2))
    metres = np.hypot(*(spots[:, None] - spots[None, :]).transpose(2, 0, 1)) * 1.3
    teams = tuple(
        Crew(f"Crew {n}", n % 2, n % 2, 7 * H, 15 * H, frozenset("ab"[: 1 + n % 2]), 14.0, 10 * H, 13 * H, 1800)
        for n in range(crews)
    )
    work = []
    for n in range(jobs):
        opens = int(rng.integers(7, 13)) * H if rng.random() < 0.2 else None
        work.append(
            Job(
                f"Job {n}",
                n + 2,
                int(rng.integers(10, 60)) * 60,
                int(rng.integers(1, 101)),
                frozenset({"b"}) if rng.random() < 0.3 else frozenset(),
                float(rng.integers(0, 3)),
                opens,
                None if opens is None else opens + 2 * H,
            )
        )
    return Problem(teams, tuple(work), (Travel(metres / 8.0, metres),))


def with_new(problem: Problem, seed: int, count: int) -> Problem:
    """The same day after urgent jobs came in, at places that are known."""
    rng = np.random.default_rng(seed)
    places = rng.integers(2, len(problem.jobs) + 2, count)
    new = tuple(Job(f"New {n}", int(place), 1200, 100) for n, place in enumerate(places))
    return replace(problem, jobs=problem.jobs + new)


def whole_orders(replanned: Replanned) -> dict[int, list[int]]:
    """The jobs of each crew that still works, all by their numbers in the whole day."""
    rest = replanned.rest
    return {
        rest.crews[n]: [rest.jobs[visit.job] for visit in route.visits] for n, route in enumerate(replanned.plan.routes)
    }


def crew_of(plan: PlannedDay) -> dict[int, int]:
    """The crew of each job of a plan."""
    return {visit.job: n for n, route in enumerate(plan.routes) for visit in route.visits}


@settings(max_examples=examples(15))
@given(
    st.integers(0, 10_000),
    st.integers(6, 40),
    st.integers(2, 5),
    st.integers(6 * 4, 15 * 4),
    st.sampled_from([0.0, 0.1, 0.3, 1.0]),
    st.integers(0, 4),
    st.booleans(),
)
def test_every_replan_holds_its_bound_and_adds_up(
    seed: int, jobs: int, crews: int, quarter: int, churn: float, new: int, someone_absent: bool
) -> None:
    """Random days and moments: nothing that is over moves, few jobs change crew, and the difference adds up."""
    problem = day(seed, jobs, crews)
    plan = plan_day(problem, seconds=None, iterations=80, seed=1)
    later, now_s = with_new(problem, seed, new), quarter * 900
    absent = frozenset({0}) if someone_absent else frozenset()
    now = standing(later, plan, now_s, absent=absent, late_s={1: (seed % 5) * 600})
    if not any(_can_work(later, n, state) for n, state in enumerate(now)):
        with pytest.raises(GeoError, match="No crew can go on"):
            replan(later, plan, now, QUICK)
        return
    replanned = replan(later, plan, now, replace(QUICK, max_churn=churn, seed=seed))
    had = crew_of(plan)
    behind = {job for crew in now for job in crew.behind}
    after = {job: crew for crew, order in whole_orders(replanned).items() for job in order}
    assert not behind & after.keys()
    assert check(replanned.rest.problem, replanned.plan) == []
    for n, route in enumerate(replanned.plan.routes):
        crew = replanned.rest.crews[n]
        for visit in route.visits[:1]:
            assert visit.arrival_s >= now[crew].free_s >= now_s
    counted = [job for job in had if job not in behind and had[job] in replanned.rest.crews]
    moved = [job for job in counted if job in after and after[job] != had[job]]
    assert len(moved) <= int(churn * len(counted) + 1e-9) == replanned.allowed
    assert {replanned.rest.jobs[job] for job in replanned.changed} == set(moved)
    _adds_up(later, plan, now, replanned, difference(later, plan, now, replanned))


def _can_work(problem: Problem, number: int, state: CrewNow) -> bool:
    crew = problem.crews[number]
    home_s = float(problem.travels[0].duration_s[state.place, crew.end])
    return not state.absent and state.free_s + home_s < crew.shift_end_s


def _adds_up(
    problem: Problem, plan: PlannedDay, now: tuple[CrewNow, ...], replanned: Replanned, told: Difference
) -> None:
    after = whole_orders(replanned)
    behind = {job for crew in now for job in crew.behind}
    assert sorted([*behind, *(job.job for job in told.jobs)]) == list(range(len(problem.jobs)))
    for crew in told.crews:
        assert crew.before - len(crew.lost) + len(crew.gained) == crew.after == len(after.get(crew.crew, []))
        mine = {visit.job for visit in plan.routes[crew.crew].visits}
        assert crew.before == len(mine - behind)
    assert all(job.why for job in told.jobs if job.kind != "same")
    if any(job.crews_needed > 1 for job in problem.jobs):
        return
    gained, lost = sum(len(crew.gained) for crew in told.crews), sum(len(crew.lost) for crew in told.crews)
    count = {kind: len(told.of_kind(kind)) for kind in KINDS}
    assert gained == count["moved"] + count["new"] + count["taken in"]
    assert lost == count["moved"] + count["left out"]


@settings(max_examples=examples(15))
@given(st.integers(0, 10_000), st.integers(8, 30), st.integers(2, 4), st.sampled_from([0.0, 0.2, 1.0]))
def test_locks_hold_exactly(seed: int, jobs: int, crews: int, churn: float) -> None:
    """A locked order begins its crew's rest, a locked crew is the job's crew, a locked time is its start."""
    rng = np.random.default_rng(seed)
    problem = day(seed, jobs, crews)
    plan = plan_day(problem, seconds=None, iterations=80, seed=1)
    now = standing(problem, plan, 9 * H)
    to_come = [[v.job for v in route.visits if v.job not in now[n].behind] for n, route in enumerate(plan.routes)]
    teams, work = list(problem.crews), list(problem.jobs)
    kept = tuple(to_come[0][: int(rng.integers(0, 3))])
    teams[0] = replace(teams[0], locked_jobs=kept, locked_whole=bool(rng.integers(0, 2)) and len(kept) > 1)
    other = crews - 1
    rest = [job for order in to_come for job in order if job not in kept]
    for job in rest[:2]:
        if work[job].skills <= teams[other].skills and not (teams[0].locked_whole and other == 0):
            work[job] = replace(work[job], locked_crew=other)
    timed_jobs = [v for v in plan.routes[other].visits if v.job in to_come[other][-1:] and v.service_start_s % 1 == 0]
    for visit in timed_jobs:
        work[visit.job] = replace(work[visit.job], locked_start_s=int(visit.service_start_s))
    locked = replace(problem, crews=tuple(teams), jobs=tuple(work))
    replanned = replan(locked, plan, now, replace(QUICK, max_churn=churn, seed=seed))
    assert faults_of(replanned) == []
    orders = whole_orders(replanned)
    broken = {replanned.rest.jobs[lock.job] for lock in replanned.plan.broken_locks}
    if not broken:
        assert orders[0][: len(kept)] == list(kept)
        assert not teams[0].locked_whole or orders[0] == list(kept)
        for job in rest[:2]:
            whom = locked.jobs[job].locked_crew
            assert whom is None or job in orders[whom]


@settings(max_examples=examples(25))
@given(st.integers(0, 100_000), st.integers(6, 16), st.integers(2, 5), st.sampled_from([0.0, 0.2, 1.0]), st.booleans())
def test_days_with_every_rule_keep_bound_and_locks(
    seed: int, jobs: int, crews: int, churn: float, same_addresses: bool
) -> None:
    """Reloads, breaks at a place, two crews, order, pairs, addresses, locks: a replan holds its bound there too."""
    problem = ruled_day(seed, jobs, crews)
    problem = with_addresses(problem, seed) if same_addresses else problem
    plan = plan_day(problem, seconds=None, iterations=30, seed=1)
    locked = with_locks(problem, seed) if seed % 2 else problem
    now = standing(locked, plan, 8 * H + 900 * (seed % 5), late_s={1: 600 * (seed % 3)})
    replanned = replan(locked, plan, now, Wish(iterations=60, max_churn=churn))
    assert faults_of(replanned) == []
    before = [{visit.job for visit in plan.routes[crew].visits} for crew in replanned.rest.crews]
    orders = list(whole_orders(replanned).values())
    new = {job for had, has in zip(before, orders, strict=True) for job in has if job not in had}
    untouched = {replanned.rest.jobs[job] for job in replanned.rest.untouched}
    assert len(new & untouched) <= replanned.allowed
    _adds_up(locked, plan, now, replanned, difference(locked, plan, now, replanned))


def test_a_locked_job_goes_to_the_crew_that_a_person_named_even_without_changes() -> None:
    """A lock to another crew is a person's own change: at 0 % it is made, and it is not counted."""
    problem = day(5, 24, 2)
    plan = plan_day(problem, seconds=None, iterations=80, seed=1)
    now = standing(problem, plan, 7 * H)
    mine = next(v.job for v in plan.routes[0].visits if v.job not in now[0].behind and not problem.jobs[v.job].skills)
    jobs = tuple(replace(job, locked_crew=1) if n == mine else job for n, job in enumerate(problem.jobs))
    replanned = replan(replace(problem, jobs=jobs), plan, now, replace(QUICK, max_churn=0.0))
    assert mine in whole_orders(replanned)[1]
    assert replanned.changed == ()


def test_none_may_change_and_none_does() -> None:
    """With 0 % each job that is served has the crew it had, though an urgent job came and a crew is late."""
    problem = day(8, 40, 4)
    plan = plan_day(problem, seconds=None, iterations=200, seed=1)
    later = with_new(problem, 8, 3)
    now = standing(later, plan, 9 * H, late_s={2: 2400})
    replanned = replan(later, plan, now, replace(QUICK, max_churn=0.0, iterations=2000))
    had = crew_of(plan)
    for crew, order in whole_orders(replanned).items():
        assert all(had.get(job, crew) == crew for job in order)


def test_changes_that_are_allowed_are_used_when_they_pay() -> None:
    """With every change allowed the rest costs no more than with none, and less where a crew is absent."""
    problem = day(3, 60, 5)
    plan = plan_day(problem, seconds=None, iterations=200, seed=1)
    now = standing(problem, plan, 9 * H, late_s={1: 5400, 3: 5400})
    costs = [
        replan(problem, plan, now, replace(QUICK, max_churn=churn, iterations=3000)).plan.cost for churn in (0.0, 1.0)
    ]
    assert costs[1] < costs[0]


@pytest.mark.parametrize("seed", range(4))
def test_overtime_is_priced_as_the_plan_tells_it(seed: int) -> None:
    """What the bounded search says its best orders cost is what their clocks cost, overtime and changes counted."""
    known = day(seed, 60, 5)
    teams = tuple(
        replace(crew, shift_end_s=12 * H, overtime_s=2 * H, overtime_price=n, break_s=1800 * (n % 2))
        for n, crew in enumerate(known.crews)
    )
    problem = replace(known, crews=teams)
    plan = plan_day(problem, seconds=None, iterations=80, seed=1)
    start = begin(rest_of_day(problem, plan, standing(problem, plan, 8 * H, absent=frozenset({4}))))
    assert start is not None
    search = Search(start, allowed=8, price_s=120.0)
    search.fill()
    search.run(800, 0.0, 1.0, seed)
    routes = []
    for crew, order in zip(start.clocked.crews, search.best_orders(), strict=True):
        route = timed(start.clocked, crew, start.merged.whole(order))
        assert route is not None
        routes.append(route)
    served = {job for order in search.best_orders() for job in order}
    changed = [job for n, order in enumerate(search.best_orders()) for job in order if start.home[job] not in (-1, n)]
    left = sum(job.prize_s for n, job in enumerate(start.problem.jobs) if n not in served)
    worked = sum(crew.overtime_price * one.overtime_s for crew, one in zip(start.clocked.crews, routes, strict=True))
    assert worked > 0
    told = sum(one.drive_s for one in routes) + worked + left + 120.0 * len(changed)
    assert search.best_cost() == pytest.approx(told, abs=1.0)


def test_overtime_dearer_than_the_job_is_not_worked() -> None:
    """A job that fits only into overtime is done where that costs less than the job is worth, and left out else."""
    metres = np.array([[0.0, 800.0], [800.0, 0.0]])
    crew = Crew("A", 0, 0, 8 * H, 9 * H, overtime_s=2 * H, overtime_price=1)
    job = Job("late", 1, 90 * 60, 10)
    idle = PlannedDay((Route(return_s=8.0 * H),), (LeftOut(0, "price", "It came in."),), job.prize_s, 0, 0.0)
    for price, done in ((1, True), (30, False)):
        problem = Problem((replace(crew, overtime_price=price),), (job,), (Travel(metres / 8.0, metres),))
        replanned = replan(problem, idle, standing(problem, idle, 8 * H), QUICK)
        assert bool(replanned.plan.routes[0].stops) is done


def test_the_same_seed_and_iterations_give_the_same_replan() -> None:
    """Twice the same seed is the same rest of the day."""
    problem = day(4, 30, 3)
    plan = plan_day(problem, seconds=None, iterations=80, seed=1)
    now = standing(problem, plan, 10 * H)
    first, second = (replan(problem, plan, now, QUICK).plan.routes for _ in range(2))
    assert first == second


def test_where_crews_stand_by_the_clock() -> None:
    """A stop that is over is done, one that its crew has left for is running, an absent crew's running stop is free."""
    metres = np.array([[0.0, 800.0, 1600.0], [800.0, 0.0, 800.0], [1600.0, 800.0, 0.0]])
    crew = Crew("A", 0, 0, 8 * H, 12 * H)
    problem = Problem((crew,), (Job("near", 1, 1800), Job("far", 2, 1800)), (Travel(metres / 8, metres),))
    plan = plan_day(problem, seconds=None, iterations=50)
    first = plan.routes[0].visits[0]
    assert standing(problem, plan, 8 * H - 60)[0].behind == ()
    here = standing(problem, plan, 8 * H + 60)[0]
    assert (here.done, here.running, here.place) == ((), first.job, problem.jobs[first.job].location)
    assert here.free_s >= first.departure_s
    assert standing(problem, plan, 8 * H + 60, absent=frozenset({0}))[0].behind == ()
    assert standing(problem, plan, int(first.departure_s) - 60, done=frozenset({first.job}))[0].done == (first.job,)
    over = standing(problem, plan, 11 * H + 3000)[0]
    assert over.done == tuple(visit.job for visit in plan.routes[0].visits)
    late = standing(problem, plan, int(first.departure_s) + 60, late_s={0: 600})[0]
    assert late.running == first.job


def test_an_absent_crew_has_no_jobs_and_what_it_had_is_not_counted() -> None:
    """Jobs of an absent crew go to others or are left out, though no change is allowed."""
    problem = day(2, 24, 3)
    plan = plan_day(problem, seconds=None, iterations=80, seed=1)
    now = standing(problem, plan, 7 * H - 600, absent=frozenset({0}))
    rest = rest_of_day(problem, plan, now)
    assert rest.crews == (1, 2)
    of_absent = [job for job, crew in crew_of(plan).items() if crew == 0]
    assert all(rest.home[rest.jobs.index(job)] == NOBODY for job in of_absent)
    replanned = replan(problem, plan, now, replace(QUICK, max_churn=0.0))
    assert 0 not in whole_orders(replanned)
    told = difference(problem, plan, now, replanned)
    assert {job.why for job in told.jobs if job.crew_before == 0} == {"Crew 0 is absent."}


def test_a_crew_that_works_past_all_its_overtime_is_a_crew_all_the_same() -> None:
    """A draft can tell its day: from where it stands it has no time left, and no rule of crews is broken."""
    crew = Crew("A", 0, 0, 8 * H, 9 * H, overtime_s=600)
    rest = crew_from(crew, CrewNow(0, 9 * H + 1800))
    assert (rest.shift_start_s, rest.latest_return_s) == (9 * H + 1800, 9 * H + 1801)


def test_nobody_left_is_said() -> None:
    """When every crew is absent, a sentence says so."""
    problem = day(2, 10, 2)
    plan = plan_day(problem, seconds=None, iterations=50, seed=1)
    with pytest.raises(GeoError, match="No crew can go on"):
        replan(problem, plan, standing(problem, plan, 9 * H, absent=frozenset({0, 1})))


def test_a_person_stops_it() -> None:
    """should_stop ends the search without a result."""
    problem = day(2, 20, 2)
    plan = plan_day(problem, seconds=None, iterations=50, seed=1)
    with pytest.raises(Stopped):
        replan(problem, plan, standing(problem, plan, 9 * H), should_stop=lambda: True)
