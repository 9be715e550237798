"""A day from files with every rule: places once each, one address one stop, and a plan that tells its halts."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from data.errors import RefusedInput
from data.store import Store
from desktop.operations import day_problem
from desktop.operations.day_jobs import Day, DayCrew, DayJob, file_crews, file_jobs
from desktop.operations.day_problem import DayPlaces, problem_of
from desktop.operations.plan_routes import PlanWish, plan_routes, search_seconds
from geo.travel import straight_line_matrix
from geo.vrp import Travel
from tests.desktop.operations.desk import make_desk

CREWS = (
    "crew,depot_lat,depot_long,shift_start,shift_end,capacity,break_start,break_end,break_minutes,"
    "break_lat,break_long,reload_lat,reload_long,reload_minutes,overtime_minutes,end_lat,end_long\n"
    "A,42.00,-71.00,08:00,16:00,4,11:00,13:00,30,42.01,-71.00,42.02,-71.00,10,30,42.00,-71.01\n"
    "B,42.00,-71.00,08:00,16:00,,,,,,,,,,,,\n"
)
JOBS = (
    "job,lat,long,service_minutes,load,crews,after,with,address\n"
    "dig,42.010,-71.010,60,3,,,,\nhaul,42.012,-71.010,60,3,,dig,,\n"
    "lift,42.005,-71.005,30,0,2,,,\nbin,42.0201,-71.02,20,0,,,,1 Elm St\ncan,42.0202,-71.02,20,0,,,,1 elm  st\n"
)
CREW = DayCrew("A", "yard", 42.0, -71.0, 28_800, 57_600, frozenset(), None, None, None, 0)
JOB = DayJob("J", 42.0, -71.0, 600, 50, frozenset(), 0.0, None, None)


def test_a_day_of_files_is_planned_with_its_halts(sqlite_store: Store, tmp_path: Path) -> None:
    """Reload and break are halts with moments and places, two crews both have the stop, the address is one run."""
    (tmp_path / "crews.csv").write_text(CREWS)
    (tmp_path / "jobs.csv").write_text(JOBS)
    wish = PlanWish(date(2026, 10, 13), iterations=80, crews=tmp_path / "crews.csv", jobs=tmp_path / "jobs.csv")
    changes, content = plan_routes(make_desk(sqlite_store), wish)
    assert (content["version"], changes.counts["jobs"], changes.counts["served"]) == (2, 5, 5)
    by_crew = {crew["crew"]: [stop["job"] for stop in crew["stops"]] for crew in content["crews"]}
    assert all("lift" in jobs for jobs in by_crew.values())
    elm = next(jobs for jobs in by_crew.values() if "bin" in jobs)
    assert abs(elm.index("bin") - elm.index("can")) == 1
    first = content["crews"][0]
    assert first["end"] == {"lat": 42.0, "long": -71.01}
    for halt in first["halts"]:
        assert halt["kind"] in ("reload", "break")
        assert 1 <= halt["before"] <= len(first["stops"]) + 1
        assert halt["arrival"] <= halt["start"] < halt["departure"]
    assert {halt["kind"] for halt in first["halts"]} >= ({"break"} if first["stops"] else set())


def test_larger_days_are_searched_longer(sqlite_store: Store, tmp_path: Path) -> None:
    """2 s up to 300 jobs, 10 s for 1,000, 40 s from 5,000 on, ever longer between.

    What travel times took beyond their share is taken off, down to a half.
    """
    assert [search_seconds(jobs) for jobs in (1, 300, 1000, 5000, 9000)] == [2.0, 2.0, 10.0, 40.0, 40.0]
    assert 2.0 < search_seconds(400) < search_seconds(900) < 10.0
    assert [search_seconds(300, gone_s) for gone_s in (2.4, 2.9, 60.0)] == pytest.approx([2.0, 1.5, 1.0])
    assert [search_seconds(1000, gone_s) for gone_s in (7.5, 9.5, 60.0)] == pytest.approx([10.0, 8.0, 5.0])
    (tmp_path / "crews.csv").write_text(CREWS)
    (tmp_path / "jobs.csv").write_text(JOBS)
    wish = PlanWish(date(2026, 10, 13), crews=tmp_path / "crews.csv", jobs=tmp_path / "jobs.csv")
    _, content = plan_routes(make_desk(sqlite_store), wish)
    assert 0.95 <= content["solver"]["seconds"] < 6  # half of the two seconds where the machine is busy


def test_one_address_is_one_place_and_far_namesakes_are_not() -> None:
    """Reports pinned metres apart share a place and an address; a street of that name across town does not."""
    near, far = (
        replace(JOB, name="K", lat=42.0005, address="1 Elm St"),
        replace(JOB, name="L", lat=42.3, address="1 Elm St"),
    )
    places = DayPlaces(Day((CREW,), (replace(JOB, address="1 ELM st"), near, far), 3))
    assert places.jobs[0] == places.jobs[1] != places.jobs[2]
    assert places.addresses == ["1 elm st", "1 elm st", ""]
    assert len(places.lat) == 2  # the depot is where the first job is


def test_a_tie_to_a_job_that_is_not_there_is_told() -> None:
    """The job and the name that it gives are in the sentence."""
    places = DayPlaces(Day((CREW,), (replace(JOB, after=("ghost",)),), 1))
    with pytest.raises(RefusedInput, match="Job J is tied to a job ghost that is not planned"):
        problem_of(places, (Travel(*straight_line_matrix(places.lon, places.lat)),))


def test_a_day_that_no_machine_can_hold_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    """Past the most places the person is told how many there are and what to do."""
    monkeypatch.setattr(day_problem, "MOST_PLACES", 3)
    jobs = tuple(replace(JOB, name=str(n), lat=42.0 + n / 100) for n in range(1, 5))
    with pytest.raises(RefusedInput, match="The day has 5 places and at most 3"):
        DayPlaces(Day((CREW,), jobs, 4))


def test_files_give_what_they_say(tmp_path: Path) -> None:
    """Crews and jobs of the files carry their rules."""
    (tmp_path / "crews.csv").write_text(CREWS)
    (tmp_path / "jobs.csv").write_text(JOBS)
    crew, jobs = file_crews(tmp_path / "crews.csv")[0], file_jobs(tmp_path / "jobs.csv")
    assert (crew.reload_places, crew.break_place, crew.overtime_s) == (((42.02, -71.0),), (42.01, -71.0), 1800)
    assert (jobs[1].after, jobs[2].crews_needed, jobs[3].address) == (("dig",), 2, "1 Elm St")


def test_what_the_roster_says_reaches_the_solver() -> None:
    """The price of overtime, and which crews a job may not be given to, as numbers of the problem."""
    crews = (replace(CREW, overtime_s=600, overtime_price=5), replace(CREW, name="B"))
    places = DayPlaces(Day(crews, (replace(JOB, forbidden_crews=frozenset({"B", "gone"})),), 1))
    seconds = np.zeros((len(places.lat), len(places.lat)))
    problem = problem_of(places, (Travel(seconds, seconds),))
    assert [(crew.overtime_s, crew.overtime_price) for crew in problem.crews] == [(600, 5), (0, 2)]
    assert problem.jobs[0].forbidden_crews == {1}
