"""Crew days: every plan passes the checker, tampering is caught, reasons are proven by insertion, seeds repeat."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.errors import GeoError
from geo.progress import Stopped
from geo.vrp import Crew, Job, PlannedDay, Problem, Travel, plan_day
from geo.vrp_check import check
from geo.vrp_draft import Draft
from geo.vrp_exchange import Exchanges, Rests
from geo.vrp_model import Model
from geo.vrp_schedule import timed
from geo.vrp_words import more as _more
from tests.shared import shared_file
from tests.soak import examples

H = 3600


def day(seed: int, jobs: int, crews: int) -> Problem:
    """A small random day on a plane: skills, windows, loads and breaks."""
    rng = np.random.default_rng(seed)
    spots = rng.uniform(0, 8000, (jobs + 2, 2))
    metres = np.hypot(*(spots[:, None] - spots[None, :]).transpose(2, 0, 1)) * 1.3
    teams = tuple(
        Crew(f"Crew {n}", n % 2, n % 2, 7 * H, 12 * H, frozenset("ab"[: 1 + n % 2]), 8.0, 9 * H, 11 * H, 1200)
        for n in range(crews)
    )
    work = []
    for n in range(jobs):
        opens = int(rng.integers(6, 12)) * H if rng.random() < 0.3 else None
        skills = frozenset({"b"}) if rng.random() < 0.3 else frozenset({"z"}) if rng.random() < 0.05 else frozenset()
        work.append(
            Job(
                f"Job {n}",
                n + 2,
                int(rng.integers(10, 50)) * 60,
                int(rng.integers(0, 101)),
                skills,
                float(rng.integers(0, 4)),
                opens,
                None if opens is None else opens + H,
            )
        )
    return Problem(teams, tuple(work), (Travel(metres / 8.0, metres),))


def order_of(plan: PlannedDay) -> list[list[int]]:
    """The jobs of each route."""
    return [[visit.job for visit in route.visits] for route in plan.routes]


@settings(max_examples=examples(12))
@given(st.integers(0, 10_000), st.integers(1, 25), st.integers(1, 4))
def test_every_plan_holds_and_every_reason_is_proven(seed: int, jobs: int, crews: int) -> None:
    """Random days: the checker finds nothing, and inserting a left-out job fails as its reason says."""
    problem = day(seed, jobs, crews)
    plan = plan_day(problem, seconds=None, iterations=150, seed=seed)
    assert check(problem, plan) == []
    routes = order_of(plan)
    for left in plan.left_out:
        job = problem.jobs[left.job]
        able = [n for n, crew in enumerate(problem.crews) if job.skills <= crew.skills]
        if left.reason == "skill":
            assert not able
        elif left.reason in ("window", "shift"):
            assert all(timed(problem, problem.crews[n], [left.job]) is None for n in able)
        elif left.reason == "capacity":
            assert all(sum(problem.jobs[j].load for j in routes[n]) + job.load > 8 for n in able)
        else:
            assert left.reason == "price"
            for n in able:
                orders = [[*routes[n][:at], left.job, *routes[n][at:]] for at in range(len(routes[n]) + 1)]
                made = [timed(problem, problem.crews[n], order) for order in orders]
                drives = [one.drive_s for one in made if one is not None]
                heavy = sum(problem.jobs[j].load for j in routes[n]) + job.load > 8
                assert heavy or not drives or min(drives) - plan.routes[n].drive_s > job.prize_s
        assert left.detail.endswith(".")


def test_the_same_seed_and_iterations_give_the_same_plan() -> None:
    """Twice the same seed is the same plan."""
    problem = day(4, 30, 3)
    first, second = (plan_day(problem, seconds=None, iterations=200, seed=9) for _ in range(2))
    assert first.routes == second.routes


@pytest.mark.parametrize(
    "tampering", ["skill", "late", "window", "twice", "load", "no break", "short work", "early", "metres"]
)
def test_tampering_is_caught(tampering: str) -> None:
    """Each way of making a plan untrue is found by the checker."""
    problem = day(11, 18, 3)
    plan = plan_day(problem, seconds=None, iterations=150, seed=1)
    number = max(range(3), key=lambda n: len(plan.routes[n].visits))
    route = plan.routes[number]
    visits = list(route.visits)
    jobs, crews = list(problem.jobs), list(problem.crews)
    if tampering == "skill":
        jobs[visits[0].job] = replace(jobs[visits[0].job], skills=frozenset({"welding"}))
    elif tampering == "late":
        crews[number] = replace(crews[number], shift_end_s=int(route.return_s) - 60)
    elif tampering == "window":
        jobs[visits[0].job] = replace(
            jobs[visits[0].job], earliest_s=None, latest_s=int(visits[0].service_start_s) - 60
        )
    elif tampering == "twice":
        route = replace(route, stops=(*visits, visits[0]))
    elif tampering == "load":
        jobs[visits[0].job] = replace(jobs[visits[0].job], load=99.0)
    elif tampering == "no break":
        route = replace(route, break_start_s=None)
    elif tampering == "short work":
        visits[0] = replace(visits[0], departure_s=visits[0].service_start_s)
        route = replace(route, stops=tuple(visits))
    elif tampering == "early":
        visits[1] = replace(visits[1], arrival_s=visits[0].departure_s - 300)
        route = replace(route, stops=tuple(visits))
    else:
        route = replace(route, distance_m=route.distance_m - 500)
    routes = tuple(route if n == number else other for n, other in enumerate(plan.routes))
    assert check(replace(problem, jobs=tuple(jobs), crews=tuple(crews)), replace(plan, routes=routes))


def test_the_break_lies_in_its_window_and_pushes_what_follows() -> None:
    """A crew with a break from 9 to 11 pauses inside it, and a job whose window the pause would break is left out."""
    metres = np.array([[0.0, 800.0], [800.0, 0.0]])
    crew = Crew("A", 0, 0, 8 * H, 12 * H, break_start_s=9 * H, break_end_s=9 * H + 1800, break_s=1800)
    long = Job("long", 1, 90 * 60, earliest_s=8 * H, latest_s=8 * H + 600)
    plan = plan_day(Problem((crew,), (long,), (Travel(metres / 8, metres),)), seconds=None, iterations=20)
    assert [left.reason for left in plan.left_out] == ["window"] or plan.routes[0].break_start_s == 9 * H


def test_reasons_say_what_a_person_can_act_on() -> None:
    """Skill, reachability, window, shift and capacity are told apart, in words."""
    metres = np.array([[0.0, 4000.0, np.inf], [4000.0, 0.0, np.inf], [np.inf, np.inf, 0.0]])
    crew = Crew("A", 0, 0, 8 * H, 12 * H, capacity=5.0)
    jobs = (
        Job("skill", 1, 600, skills=frozenset({"tree"})),
        Job("island", 2, 600),
        Job("early", 1, 600, earliest_s=6 * H, latest_s=7 * H),
        Job("long", 1, 5 * H),
        Job("heavy", 1, 600, load=9.0),
    )
    plan = plan_day(Problem((crew,), jobs, (Travel(metres / 8, metres),)), seconds=None, iterations=20)
    assert [left.reason for left in plan.left_out] == ["skill", "unreachable", "window", "shift", "capacity"]
    assert plan.left_out[0].detail == "No crew today has the skill “tree”."
    assert plan.left_out[2].detail == "Open 06:00–07:00. The earliest any crew gets there is 08:08."


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"shift_end_s": 7 * H}, "the shift ends before it starts"),
        ({"break_s": 9000}, "does not fit its window"),
        ({"start": 99}, "outside the matrices"),
    ],
)
def test_a_crew_that_cannot_be_is_refused(change: dict[str, int], words: str) -> None:
    """The broken rule is named."""
    metres = np.zeros((2, 2))
    crew = replace(Crew("A", 0, 0, 8 * H, 12 * H, break_start_s=9 * H, break_end_s=10 * H, break_s=600), **change)
    with pytest.raises(GeoError, match=words):
        Problem((crew,), (), (Travel(metres, metres),))


def test_a_stop_is_looked_for_while_the_model_is_built() -> None:
    """Between crews, profiles and clients: whoever stops the planning does not wait for a large model."""
    problem = day(3, 30, 4)
    asked: list[None] = []
    Model(problem, {}, {}, [[] for _ in problem.crews], lambda: asked.append(None))
    assert len(asked) > len(problem.crews)

    def stopped() -> None:
        raise Stopped

    with pytest.raises(Stopped):
        Model(problem, {}, {}, [[] for _ in problem.crews], stopped)


@settings(max_examples=examples(20), deadline=None)
@given(st.integers(0, 10_000))
def test_exchanges_are_the_same_whatever_was_kept_of_earlier_ones(seed: int) -> None:
    """After a crew's order changed, kept gaps and gaps worked out anew lead to the same exchange for every job."""
    problem = day(seed, 24, 3)
    plan = plan_day(problem, seconds=None, iterations=10)
    draft, rests = Draft(problem, order_of(plan)), Rests()
    left = [job for job in range(len(problem.jobs)) if job not in draft.served()]
    for _ in range(2):
        kept, fresh = Exchanges(draft, lambda: None, rests), Exchanges(draft, lambda: None)
        for job in left:
            assert kept.cheapest(job, draft.candidates(job)) == fresh.cheapest(job, draft.candidates(job))
        longest = max(range(len(draft.orders)), key=lambda n: len(draft.orders[n]))
        draft.set(longest, draft.orders[longest][:-1])


def test_a_day_without_jobs_is_a_plan() -> None:
    """Nobody drives when there is nothing to do; without crews there is a sentence."""
    metres = np.zeros((1, 1))
    plan = plan_day(Problem((Crew("A", 0, 0, 8 * H, 12 * H),), (), (Travel(metres, metres),)))
    assert [route.visits for route in plan.routes] == [()]
    with pytest.raises(GeoError, match="no crew"):
        Problem((), (), (Travel(metres, metres),))


def test_a_published_instance_is_solved_near_the_best_known() -> None:
    """C101 for distance: feasible, and within two percent of the best known in a few hundred iterations."""
    import json

    from data.connectors.vrp_files import read_instance
    from geo.vrp_benchmark import solve_instance

    known = json.loads(shared_file("vrp/BKS.json").read_text())["C101_distance"]["best_known_cost"]
    solved = solve_instance(read_instance(shared_file("vrp/solomon/C101.txt")), seconds=None, iterations=300)
    assert solved.feasible
    assert 0.995 * known <= solved.cost <= 1.02 * known  # truncated distances are a little shorter
    assert sorted(number for route in solved.routes for number in route) == list(range(1, 101))


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (1080.0, "18 min more driving"),
        (-60.0, "1 min less driving"),
        (12.0, "less than a minute more driving"),
        (-12.0, "no more driving"),
        (0.0, "no more driving"),
        (3900.0, "1 h 05 more driving"),
    ],
)
def test_a_detour_is_told_in_words(seconds: float, words: str) -> None:
    """Never "-0 min": what an exchange costs or saves on the road, as a person would say it."""
    assert _more(seconds) == words
