"""Crews drive by their own travel times: planned, kept, worked out anew and replanned; and what no street reaches."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from datetime import time as day_time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import delete

from data.errors import RefusedInput
from data.schema import artifact
from data.store import Store
from desktop.operations.day_problem import DayPlaces
from desktop.operations.day_records import DayCrew
from desktop.operations.day_travel import MOST_PROFILES, kept_profiles, numbered, profile_of, profiles_of
from desktop.operations.plan_edits import open_plan, work_out_travel
from desktop.operations.plan_routes import PlanWish, plan_routes
from desktop.operations.replan_routes import ReplanWish, replan_routes
from desktop.operations.travel_times import travel_times
from desktop.operations.work import Work
from geo.travel_profiles import CAR, LORRY, FlowShares
from tests.desktop.operations.one_street import day_on_one_street

DAY = date(2026, 10, 13)
CREW = DayCrew("A", "yard", 53.54, 8.56, 25_200, 57_600, frozenset(), None, None, None, 0)
CREWS = (
    "crew,depot_lat,depot_long,shift_start,shift_end,vehicle,max_speed\n"
    "Slow,53.54,8.5601,07:00,16:00,car,9\nUsual,53.54,8.5601,07:00,16:00,,\nTipper,53.54,8.5601,06:30,15:30,lorry,\n"
)
JOBS = (
    "job,lat,long,service_minutes,locked_crew,locked_start\n"
    "one,53.54,8.5699,10,Slow,\ntwo,53.54,8.5698,10,Usual,09:15\nthree,53.54,8.5697,10,Tipper,\n"
    "far,53.9,9.5,10,,\n"
)


@pytest.fixture
def work(sqlite_store: Store, tmp_path: Path) -> Work:
    """A city of one street of 660 m, and a day of three crews at its one end with a job each at the other."""
    return day_on_one_street(sqlite_store, tmp_path, CREWS, JOBS)


def plan(work: Work, folder: Path) -> tuple[int, dict[str, Any]]:
    """The day of the files, planned."""
    wish = PlanWish(DAY, iterations=30, crews=folder / "crews.csv", jobs=folder / "jobs.csv")
    changes, content = plan_routes(work, wish)
    return changes.counts["plan"], content


def legs(content: dict[str, Any]) -> dict[str, int]:
    """How long each crew drives to its first stop."""
    return {crew["crew"]: crew["stops"][0]["leg_drive_s"] for crew in content["crews"]}


def test_each_crew_drives_as_its_vehicle_does(work: Work, tmp_path: Path) -> None:
    """The same street takes 9 km/h three times as long as a car, a lorry 27/22 times; profiles are told."""
    _, content = plan(work, tmp_path)
    drives = legs(content)
    assert drives["Slow"] / drives["Usual"] == pytest.approx(3.0, rel=0.03)
    assert drives["Tipper"] / drives["Usual"] == pytest.approx(27 / 22, rel=0.03)
    assert [crew["profile"] for crew in content["crews"]] == [
        {"vehicle": "car", "most_kmh": 9.0, "hours": [7, 16]},
        {"vehicle": "car", "most_kmh": None, "hours": [7, 16]},
        {"vehicle": "lorry", "most_kmh": None, "hours": [6, 16]},
    ]
    assert [crew.get("travel", 0) for crew in content["problem"]["crews"]] == [0, 1, 2]


def test_locks_of_a_file_hold(work: Work, tmp_path: Path) -> None:
    """Each job is with the crew of its lock and starts at the locked time; a crew that is not there is a sentence."""
    _, content = plan(work, tmp_path)
    has = {crew["crew"]: [stop["job"] for stop in crew["stops"]] for crew in content["crews"]}
    assert has == {"Slow": ["one"], "Usual": ["two"], "Tipper": ["three"]}
    assert content["crews"][1]["stops"][0]["service_start"][11:16] == "09:15"
    (tmp_path / "jobs.csv").write_text(JOBS.replace("Tipper", "Nobody"))
    with pytest.raises(RefusedInput, match="Job three is locked to a crew Nobody that does not drive out"):
        plan(work, tmp_path)


def test_what_no_street_reaches_says_how_far(work: Work, tmp_path: Path) -> None:
    """The nearest street with its metres, for a job and for the depot of the only crews."""
    _, content = plan(work, tmp_path)
    (left,) = content["unassigned"]
    assert left["reason"] == "unreachable"
    assert left["detail"].startswith("No street leads there: the nearest street is ")
    assert 70_000 < int(left["detail"].split()[-3]) < 80_000
    (tmp_path / "crews.csv").write_text(CREWS.replace("53.54,8.5601", "53.6,8.5601"))
    _, content = plan(work, tmp_path)
    details = {one["job"]: one["detail"] for one in content["unassigned"]}
    assert details["one"].startswith("No street leads to where Slow begins: the nearest street is 6")


def test_a_kept_plan_drives_the_same_again(work: Work, tmp_path: Path) -> None:
    """Travel that is kept, and travel worked out anew where that is lost, has one matrix a profile with equal times."""
    plan_id, _ = plan(work, tmp_path)
    kept = open_plan(work.store, plan_id)
    assert kept is not None
    with work.store.exclusively() as connection:
        connection.execute(delete(artifact).where(artifact.c.name.like("%travel%")))
        connection.commit()
    assert open_plan(work.store, plan_id) is None
    work_out_travel(work, plan_id=plan_id)
    anew = open_plan(work.store, plan_id)
    assert anew is not None
    assert len(anew.problem.travels) == len(kept.problem.travels) == 3
    for was, now in zip(kept.problem.travels, anew.problem.travels, strict=True):
        assert np.array_equal(was.duration_s, now.duration_s)


def test_a_replan_drives_the_same(work: Work, tmp_path: Path) -> None:
    """The rest of the day is planned by the same vehicles; a new job of a file comes in with all that it says."""
    _, before = plan(work, tmp_path)
    (tmp_path / "more.csv").write_text(JOBS + "new,53.54,8.5690,10,Slow,\nnext,53.54,8.5691,10,Usual,14:00\n")
    wish = ReplanWish(DAY, day_time(6), iterations=50, jobs=tmp_path / "more.csv")
    _, after = replan_routes(work, wish)
    has = {stop["job"]: (crew, stop) for crew in after["crews"] for stop in crew["stops"]}
    assert has["new"][0]["crew"] == "Slow"
    assert has["next"][1]["service_start"][11:16] == "14:00"
    assert has["three"][1]["leg_drive_s"] == legs(before)["Tipper"]
    assert [crew["profile"] for crew in after["crews"]] == [crew["profile"] for crew in before["crews"]]


hours = st.tuples(st.integers(0, 23 * 60), st.integers(1, 20 * 60))
crew_days = st.builds(
    lambda kind, cap, shift: replace(
        CREW,
        vehicle_kind=kind,
        max_speed_kmh=cap,
        shift_start_s=shift[0] * 60,
        shift_end_s=sum(shift) * 60,
    ),
    st.sampled_from(["", "car", "van", "lorry"]),
    st.sampled_from([None, 50.0]),
    hours,
)


@given(st.lists(crew_days, min_size=1, max_size=30))
def test_profiles_cover_shifts_and_are_few(crews: list[DayCrew]) -> None:
    """Whatever the shifts: each profile is one that can be driven, a crew's own comes back, and few of them differ."""
    told = profiles_of(found_city(), crews)
    different, own = numbered(told)
    assert [different[at] for at in own] == told
    assert len(different) <= max(MOST_PROFILES, 6)  # three vehicles, two top speeds
    rows = {"crews": [{"profile": one} for one in told]}
    assert kept_profiles(rows, own) == different
    city = found_city()
    for crew, one in zip(crews, told, strict=True):
        profile = profile_of(city, one)
        assert profile.name == (crew.vehicle_kind or "car")
        assert profile.hours is not None
        assert profile.hours[1] - profile.hours[0] <= 24
        if profile.hours[1] - profile.hours[0] < 24:
            assert profile.hours[0] * 3600 <= crew.shift_start_s
            assert profile.hours[1] * 3600 >= crew.shift_end_s


def test_hours_that_slow_streets_alike_are_put_together() -> None:
    """Shifts from 6 and from 7 share the hours of both; day and night do not, nor do two vehicles."""
    early, usual, night = (
        replace(CREW, shift_start_s=begins * 3600, shift_end_s=ends * 3600)
        for begins, ends in ((6, 15), (7, 16), (20, 28))
    )
    lorry = replace(usual, vehicle_kind="lorry")
    told = profiles_of(found_city(), [early, usual, night, lorry, early])
    assert [one["hours"] for one in told] == [[6, 16], [6, 16], [20, 28], [7, 16], [6, 16]]
    shares = FlowShares()
    for own, one in zip(((6, 15), (7, 16)), told, strict=False):
        for alone, shared in zip(shares.slowing(*own), shares.slowing(*one["hours"]), strict=True):
            assert shared == pytest.approx(alone, rel=0.02)


def test_a_top_speed_that_no_street_allows_needs_no_times_of_its_own(
    work: Work, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A car and a van on a street of 27 km/h drive by one matrix, worked out once."""
    asked: list[str] = []

    def counted(*args: Any, **kwargs: Any) -> Any:
        asked.append(kwargs["profile"].name)
        return travel_times(*args, **kwargs)

    monkeypatch.setattr("desktop.operations.day_travel.travel_times", counted)
    (tmp_path / "crews.csv").write_text(CREWS.replace("15:30,lorry", "16:00,van").replace("06:30", "07:00"))
    _, content = plan(work, tmp_path)
    assert asked == ["car", "car"]  # one of them at 9 km/h
    assert legs(content)["Usual"] == pytest.approx(legs(content)["Tipper"], abs=2)


def found_city() -> Any:
    """A city as far as profiles ask for one."""
    from data.records import City

    return City("A", "UTC", None, None)


def test_a_plan_of_an_earlier_version_drives_as_it_did() -> None:
    """Without a profile it is a car at free flow; with one the vehicle's own top speed caps the usual one."""
    assert profile_of(found_city(), None) == CAR
    lorry = profile_of(found_city(), {"vehicle": "lorry", "most_kmh": 50.0, "hours": [7, 15]})
    assert (lorry.most_kmh, lorry.forbidden, lorry.hours) == (50.0, LORRY.forbidden, (7.0, 15.0))
    assert profile_of(found_city(), {"vehicle": "lorry", "most_kmh": 90.0, "hours": [7, 15]}).most_kmh == 70.0


def test_more_matrices_leave_room_for_fewer_places(monkeypatch: pytest.MonkeyPatch) -> None:
    """Four matrices hold half the places of one."""
    from desktop.operations import day_problem
    from desktop.operations.day_jobs import Day
    from desktop.operations.day_records import DayJob

    monkeypatch.setattr(day_problem, "MOST_PLACES", 4)
    jobs = tuple(DayJob(str(n), 53.0 + n, 8.0, 60, 50, frozenset(), 0.0, None, None) for n in range(3))
    DayPlaces(Day((CREW,), jobs, 3))
    with pytest.raises(RefusedInput, match="has 4 places and at most 2"):
        DayPlaces(Day((CREW,), jobs, 3), matrices=4)
