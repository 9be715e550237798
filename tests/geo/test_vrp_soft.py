"""The tolerant clock: as the strict one where nothing is broken, and every broken rule named; naive plans; places."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.vrp import Crew, Job, Problem, Travel
from geo.vrp_check import check
from geo.vrp_naive import naive_plan
from geo.vrp_places import best_place, extra_drive_s
from geo.vrp_schedule import timed
from geo.vrp_soft import Breach, day_ends_s, soft_route, soft_walk
from geo.vrp_soft_day import SoftDay, soft_day
from tests.geo.test_vrp import day
from tests.soak import examples

H = 3600


def line(*jobs: Job, crew: Crew | None = None, crews: int = 1) -> Problem:
    """Places 1 km apart on a line, ten minutes each; the crews start at place 0 at 8:00 and end at 12:00."""
    spots = np.arange(12.0) * 1000
    metres = np.abs(spots[:, None] - spots[None, :])
    team = crew or Crew("Crew", 0, 0, 8 * H, 12 * H)
    teams = tuple(replace(team, name=f"{team.name} {n}") for n in range(crews))
    return Problem(teams, jobs, (Travel(metres * 0.6, metres),))


def kinds(day_: SoftDay) -> list[tuple[str, int]]:
    """What is broken and at which job."""
    return [(breach.kind, breach.job) for breach in day_.breaches]


def random_orders(problem: Problem, seed: int) -> list[list[int]]:
    """Every job to some crew in some order, a few left out."""
    rng = np.random.default_rng(seed)
    orders: list[list[int]] = [[] for _ in problem.crews]
    for job in rng.permutation(len(problem.jobs)):
        if rng.random() < 0.85:
            orders[int(rng.integers(len(orders)))].append(int(job))
    return orders


@settings(max_examples=examples(60))
@given(st.integers(0, 10_000), st.integers(1, 9), st.integers(1, 4))
def test_the_tolerant_clock_is_the_strict_one_where_nothing_is_broken(seed: int, jobs: int, crews: int) -> None:
    """Random orders: late or over the shift exactly where the strict clock finds no route, else the same day."""
    problem = day(seed, jobs, crews)
    for number, order in enumerate(random_orders(problem, seed)):
        if not order:
            continue
        strict, made = timed(problem, problem.crews[number], order), soft_route(problem, number, order)
        walk = soft_walk(problem, problem.crews[number], order, {})
        of_time = [breach for breach in made.breaches if breach.kind in ("late", "shift", "break", "unreachable")]
        assert (strict is None) == bool(of_time)
        if strict is not None:
            assert made.route == strict
            assert abs(day_ends_s(problem.crews[number], walk) - day_ends_s(problem.crews[number], strict)) < 1e-6
            assert abs(walk.drive_s - strict.drive_s) < 1e-6
        assert [visit.job for visit in made.route.visits] == order


@settings(max_examples=examples(60))
@given(st.integers(0, 10_000), st.integers(1, 12), st.integers(1, 4))
def test_the_checker_agrees_about_what_is_broken(seed: int, jobs: int, crews: int) -> None:
    """Random orders: the independent checker finds a fault exactly where a breach is named."""
    problem = day(seed, jobs, crews)
    made = soft_day(problem, random_orders(problem, seed))
    faults = check(problem, made.as_plan())
    assert bool(faults) == bool(made.breaches), (faults, made.breaches)


@settings(max_examples=examples(40))
@given(st.integers(0, 10_000), st.integers(2, 12), st.integers(2, 4))
def test_an_edit_tells_what_a_day_timed_anew_tells(seed: int, jobs: int, crews: int) -> None:
    """Only touched crews are timed again, and the day is as if all had been."""
    problem = day(seed, jobs, crews)
    before = soft_day(problem, random_orders(problem, seed))
    edited = random_orders(problem, seed + 1)
    edited[0] = list(before.orders[0])
    anew = soft_day(problem, edited)
    quick = before.with_orders(edited)
    assert quick.routes == anew.routes
    assert quick.ties == anew.ties
    assert quick.routes[0] is before.routes[0]


def test_lateness_is_named_in_seconds_and_the_day_goes_on() -> None:
    """A window that closed at 8:05 is 5 min late at the place ten minutes away, the next stop follows; an empty crew

    has nothing to be late for.
    """
    jobs = (Job("A", 1, 600, latest_s=8 * H + 300), Job("B", 2, 600))
    made = soft_day(line(*jobs, crews=2), [[0, 1], []])
    assert made.breaches == (Breach("late", 0, 0, 300.0),)
    first, second = made.routes[0].route.visits
    assert (first.service_start_s, second.arrival_s) == (8 * H + 600, 8 * H + 600 + 600 + 600)


def test_the_end_of_the_shift_counts_allowed_overtime() -> None:
    """An hour past the end is 60 min too much, with half an hour of overtime 30."""
    long = Job("A", 1, 4 * H + 2400)
    assert soft_day(line(long), [[0]]).breaches == (Breach("shift", 0, amount=3600.0),)
    crew = Crew("Crew", 0, 0, 8 * H, 12 * H, overtime_s=1800)
    assert soft_day(line(long, crew=crew), [[0]]).breaches == (Breach("shift", 0, amount=1800.0),)


def test_what_a_crew_lacks_is_named() -> None:
    """Skill, equipment, load, number of stops, forbidden crews, a broken lock: each by its name, with the job."""
    crew = Crew("Crew", 0, 0, 8 * H, 12 * H, frozenset("a"), 5.0, max_stops=2)
    jobs = (
        Job("A", 1, 60, skills=frozenset("ab"), load=3.0),
        Job("B", 1, 60, equipment=frozenset({"crane"}), load=3.0),
        Job("C", 1, 60, forbidden_crews=frozenset({0}), locked_start_s=8 * H),
    )
    made = soft_day(line(*jobs, crew=crew, crews=2), [[0, 1, 2], []])
    assert kinds(made) == [
        ("lock", 2), ("capacity", 1), ("skill", 0), ("equipment", 1), ("crew", 2), ("stops", -1),
    ]  # fmt: skip
    named = {breach.kind: breach for breach in made.breaches}
    assert named["skill"].names == ("b",)
    assert named["capacity"].amount == 1.0


def test_a_trip_to_unload_makes_room() -> None:
    """Loads of 3 and 3 on a vehicle of 5 hold with an unloading between them, which takes its way and time."""
    crew = Crew("Crew", 0, 0, 8 * H, 12 * H, capacity=5.0, reloads=(0,), reload_s=300, max_reloads=1)
    problem = line(Job("A", 1, 60, load=3.0), Job("B", 1, 60, load=3.0), crew=crew)
    assert kinds(soft_day(problem, [[0, 1]])) == [("capacity", 1)]
    route = soft_walk(problem, problem.crews[0], [0, -1, 1], {})
    assert [stop.kind for stop in route.stops] == ["job", "reload", "job"]
    assert route.return_s == 8 * H + 4 * 600 + 60 + 300 + 60


def test_ways_that_lead_nowhere_are_named_and_take_no_time() -> None:
    """An island: unreachable on the way there and home, the clock stays finite."""
    problem = line(Job("A", 1, 60))
    drive = problem.travels[0].duration_s.copy()
    drive[0, 1] = drive[1, 0] = np.inf
    made = soft_day(replace(problem, travels=(Travel(drive, problem.travels[0].distance_m),)), [[0]])
    assert kinds(made) == [("unreachable", 0), ("unreachable", 0)]
    assert made.routes[0].route.return_s == 8 * H + 60


def test_two_crews_wait_for_each_other() -> None:
    """A job for two starts when the later one is there; with one crew alone, that is named."""
    problem = line(Job("A", 1, 600, crews_needed=2), Job("B", 3, 600), crews=2)
    made = soft_day(problem, [[0], [1, 0]])
    assert made.breaches == ()
    starts = {visit.service_start_s for route in made.routes for visit in route.route.visits if visit.job == 0}
    assert starts == {8 * H + 1800 + 600 + 1200.0}
    assert kinds(soft_day(problem, [[0], [1]])) == [("two_crews", 0)]


def test_what_comes_after_waits_or_is_named() -> None:
    """A job after another waits for the other crew; in the wrong order of one crew it cannot, and that is named."""
    problem = line(Job("A", 5, 600), Job("B", 1, 600, after=(0,)), crews=2)
    made = soft_day(problem, [[0], [1]])
    assert made.breaches == ()
    assert made.routes[1].route.visits[0].service_start_s == made.routes[0].route.visits[0].departure_s
    assert ("after", 1) in kinds(soft_day(problem, [[1, 0], []]))
    assert ("after", 1) in kinds(soft_day(problem, [[1], []]))


@settings(max_examples=examples(25))
@given(st.integers(0, 10_000), st.integers(1, 25), st.integers(1, 4))
def test_the_plan_without_optimisation_holds(seed: int, jobs: int, crews: int) -> None:
    """Random days: the checker finds nothing, and every crew has its jobs in the order of their turns."""
    problem = day(seed, jobs, crews)
    turns = [int(job) for job in np.random.default_rng(seed).permutation(jobs)]
    plan = naive_plan(problem, turns)
    assert check(problem, plan) == []
    told = {job: turn for turn, job in enumerate(turns)}
    for route in plan.routes:
        order = [told[visit.job] for visit in route.visits]
        assert order == sorted(order)


def test_without_optimisation_the_nearest_crew_takes_the_next_job() -> None:
    """Crews at both ends of a line take what is nearest to where they then are; who cannot is passed over."""
    problem = line(Job("A", 2, 60), Job("B", 8, 60), Job("C", 3, 60), Job("D", 4, 60, skills=frozenset("x")), crews=2)
    far = replace(problem.crews[1], start=11, end=11, skills=frozenset("x"))
    plan = naive_plan(replace(problem, crews=(problem.crews[0], far)), [1, 0, 2, 3])
    assert [[visit.job for visit in route.visits] for route in plan.routes] == [[0, 2], [1, 3]]


@settings(max_examples=examples(25))
@given(st.integers(0, 10_000), st.integers(2, 9))
def test_the_extra_way_of_a_place_is_what_the_walk_drives_more(seed: int, jobs: int) -> None:
    """Every gap: the difference of two walks is the told extra driving, and the best place is one of them."""
    problem = day(seed, jobs, 1)
    order = list(range(jobs - 1))
    before = soft_route(problem, 0, order).route.drive_s
    told = extra_drive_s(problem, 0, order, jobs - 1)
    for at, more in enumerate(told):
        made = soft_route(problem, 0, [*order[:at], jobs - 1, *order[at:]])
        assert abs(made.route.drive_s - before - more) < 1e-6
    best = best_place(problem, 0, order, jobs - 1)
    assert best is not None
    assert abs(best.more_s - told[best.at]) < 1e-6
