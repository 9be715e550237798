"""Problems: each broken rule is named in a sentence; later days and worth are what they say."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from geo.errors import GeoError
from geo.vrp_problem import DAY_S, Crew, Job, Problem, Travel

H = 3600
CREW = Crew("A", 0, 0, 8 * H, 12 * H)
JOB = Job("one", 1, 600)


def flat(places: int = 3) -> Travel:
    """Places ten minutes apart."""
    metres = np.full((places, places), 4800.0)
    np.fill_diagonal(metres, 0)
    return Travel(metres / 8, metres)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"capacity": -1.0}, "crew A: the capacity is negative"),
        ({"overtime_s": -1}, "cannot be negative"),
        ({"max_stops": -2}, "cannot be negative"),
        ({"reloads": (1,)}, "places to unload and no capacity"),
        ({"reloads": (9,), "capacity": 3.0}, "crew A names a place outside the matrices"),
        ({"start": -1}, "it needs a depot"),
        ({"break_place": 9, "break_s": 600}, "crew A names a place outside the matrices"),
        ({"travel": 1}, "crew A: there is no travel 1"),
        ({"locked_jobs": (0, 0)}, "a job is locked twice"),
        ({"locked_jobs": (7,)}, "locked order names a job that is not there"),
    ],
)
def test_a_crew_that_breaks_a_rule_is_refused_in_a_sentence(change: dict[str, Any], words: str) -> None:
    """Every rule of a crew is named where it is broken."""
    with pytest.raises(GeoError, match=words):
        Problem((replace(CREW, **change),), (JOB,), (flat(),))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"load": -1.0}, "service time and load cannot be negative"),
        ({"priority": 101}, "not between 0 and 100"),
        ({"earliest_s": 9 * H, "latest_s": 8 * H}, "the window closes before it opens"),
        ({"windows": ((9 * H, 8 * H),)}, "the window closes before it opens"),
        ({"windows": ((8 * H, 9 * H),), "latest_s": 9 * H}, "one window and several"),
        ({"crews_needed": 3}, "3 crews at once are not planned"),
        ({"after": (0,)}, "waits for or goes with itself"),
        ({"with_job": 5}, "tied to a job that is not there"),
        ({"allowed_crews": frozenset({0}), "forbidden_crews": frozenset({0})}, "no crew is allowed"),
        ({"locked_crew": 4}, "names a crew that is not there"),
        ({"location": 3}, "job one names a place outside the matrices"),
    ],
)
def test_a_job_that_breaks_a_rule_is_refused_in_a_sentence(change: dict[str, Any], words: str) -> None:
    """Every rule of a job is named where it is broken."""
    with pytest.raises(GeoError, match=words):
        Problem((CREW,), (replace(JOB, **change),), (flat(),))


def test_jobs_that_wait_for_one_another_are_refused() -> None:
    """A circle of precedence is named; a chain is not one."""
    jobs = [replace(JOB, name=name) for name in "abc"]
    chain = (jobs[0], replace(jobs[1], after=(0,)), replace(jobs[2], after=(1,)))
    Problem((CREW,), chain, (flat(),))
    with pytest.raises(GeoError, match="a, b, c wait for one another"):
        Problem((CREW,), (replace(jobs[0], after=(2,)), *chain[1:]), (flat(),))


def test_two_crews_at_once_are_not_tied_to_one_crew() -> None:
    """A job for two crews can neither be a pair with another nor follow it on the same crew."""
    other = replace(JOB, name="other")
    for change, words in (
        ({"crews_needed": 2, "with_job": 0}, "needs two crews and is tied to one"),
        ({"crews_needed": 2, "after": (0,), "after_same_crew": True}, "needs two crews and is tied to one"),
    ):
        with pytest.raises(GeoError, match=words):
            Problem((CREW,), (other, replace(JOB, **change)), (flat(),))
    with pytest.raises(GeoError, match="the one crew of a job that needs two"):
        Problem((CREW,), (replace(other, crews_needed=2), replace(JOB, with_job=0)), (flat(),))


def test_a_job_cannot_be_locked_to_more_crews_than_it_needs() -> None:
    """Two locked orders may share a job only where two crews are needed."""
    crews = (replace(CREW, locked_jobs=(0,)), replace(CREW, name="B", locked_jobs=(0,)))
    with pytest.raises(GeoError, match="job one is locked to 2 crews"):
        Problem(crews, (JOB,), (flat(),))
    Problem(crews, (replace(JOB, crews_needed=2),), (flat(),))


@pytest.mark.parametrize(
    ("travels", "words"),
    [
        (lambda: (Travel(np.zeros((2, 3)), np.zeros((2, 3))),), "not square"),
        (lambda: (flat(3), flat(4)), "name different places"),
        (lambda: (Travel(np.zeros((3, 3)) - 1, np.zeros((3, 3))),), "negative or not a number"),
        (lambda: (Travel(np.zeros((3, 3)) * np.nan, np.zeros((3, 3))),), "negative or not a number"),
        (lambda: (), "no travel times"),
    ],
)
def test_matrices_must_be_alike_and_hold_times(travels: Callable[[], tuple[Travel, ...]], words: str) -> None:
    """Not square, of different places, negative, not a number, or none: each is a sentence."""
    with pytest.raises(GeoError, match=words):
        Problem((CREW,), (JOB,), travels())


def test_many_faults_are_told_in_short() -> None:
    """A file full of faults is a sentence, not a page."""
    jobs = tuple(Job(f"j{n}", 1, -1) for n in range(5000))
    with pytest.raises(GeoError, match="and 4995 more") as told:
        Problem((CREW,), jobs, (flat(),))
    assert len(str(told.value)) < 600


def test_a_crew_of_a_later_day_is_the_same_crew_a_day_later() -> None:
    """Shift and break lie 24 hours later, locks do not go along, and the day is told."""
    crew = replace(CREW, break_s=600, break_start_s=9 * H, break_end_s=11 * H, locked_jobs=(0,), locked_whole=True)
    later = crew.days_later(2, "A, in two days")
    assert (later.day, later.shift_start_s, later.break_window()) == (2, 8 * H + 2 * DAY_S, (57 * H, 59 * H))
    assert later.locked_jobs == ()
    assert not later.locked_whole


def test_worth_falls_a_little_by_waiting_and_more_past_the_deadline() -> None:
    """A day of waiting costs a hundredth, each day past the deadline a tenth more, and something is always left."""
    job = replace(JOB, priority=50, deadline_day=1)
    assert [job.lost_s(day) for day in range(4)] == [0, 300, 3600, 6900]
    assert replace(job, deadline_day=-3).lost_s(0) == 0
    assert job.lost_s(40) < job.prize_s
