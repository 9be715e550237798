"""Several days ahead: what is due goes first, what can wait does, and the kept plan is of the first day alone."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.store import Store
from desktop.domain.roster_entries import checked
from desktop.operations.day_jobs import Day, Selection, read_day
from desktop.operations.day_problem import DayPlaces, first_day, problem_of
from desktop.operations.day_records import DayCrew, DayJob
from desktop.operations.edit_roster import save_roster
from desktop.operations.plan_edits import open_plan
from desktop.operations.plan_problem import problem_of as kept_problem
from desktop.operations.plan_routes import PlanWish, plan_routes
from desktop.operations.work import Work
from geo.vrp import Travel
from tests.desktop.operations.desk import NOW, make_desk
from tests.desktop.operations.test_edit_roster import ROSTER, TUESDAY

SHIFTS = [{"weekdays": ["tue", "wed", "fri"], "start": "07:00", "end": "10:00"}]
ONE = Selection(limit=3)


@pytest.fixture
def work(sqlite_store: Store) -> Work:
    """A desk whose one crew drives three hours on Tuesday, Wednesday and Friday, with jobs of two hours."""
    desk = make_desk(sqlite_store)
    crew = {**ROSTER["crew"][0], "shifts": SHIFTS}
    save_roster(desk, entries=checked(ROSTER | {"crew": [crew]}, "test"))
    due = {
        2: datetime(2026, 10, 13, 23, tzinfo=UTC),
        3: datetime(2026, 10, 15, 4, tzinfo=UTC),  # midnight between Wednesday and Thursday in the city
        4: datetime(2026, 10, 16, 23, tzinfo=UTC),
    }
    with desk.store.write("test", actor="ana", at=NOW) as unit:
        unit.change("service", {key: {"service_duration_s": 7200, "skills": []} for key in (1, 2, 3)})
        unit.change("service_request", {key: {"due_at": moment} for key, moment in due.items()})
        unit.remove("recurring_round", [1])
        unit.commit()
    return desk


def planned(work: Work, days: int, **more: Any) -> tuple[dict[str, Any], dict[str, Any], str]:
    """Figures, content and sentence of a plan."""
    changes, content = plan_routes(work, PlanWish(TUESDAY, iterations=60, days=days, selection=ONE, **more))
    return dict(changes.counts), content, changes.sentence


def test_what_can_wait_waits_for_a_day_within_its_deadline(work: Work) -> None:
    """Due today is done today, the others on the days until they are due; one day alone leaves them out."""
    counts, content, sentence = planned(work, 4)
    assert [stop["request_ids"] for stop in content["crews"][0]["stops"]] == [[2]]
    waits = {one["job"]: (one["day"], one["due"], one["request_ids"]) for one in content["can_wait"]}
    assert waits == {
        "R2": ("2026-10-14", "2026-10-15T00:00:00-04:00", [3]),
        "R3": ("2026-10-16", "2026-10-16T19:00:00-04:00", [4]),
    }
    assert (counts["jobs"], counts["served"], counts["can_wait"], counts["unassigned"]) == (3, 1, 2, 0)
    assert "2 can wait for one of the 3 days after." in sentence
    counts, content, sentence = planned(work, 1)
    assert (counts["served"], counts["can_wait"], counts["unassigned"]) == (1, 0, 2)
    assert content["can_wait"] == []
    assert "can wait" not in sentence


def test_the_kept_plan_is_of_the_first_day(work: Work) -> None:
    """It opens to be edited with its own crew and jobs alone; what waits is not among them."""
    counts, content, _ = planned(work, 4)
    assert [crew["crew"] for crew in content["crews"]] == ["Crew 1"]
    opened = open_plan(work.store, counts["plan"])
    assert opened is not None
    assert [job.name for job in opened.problem.jobs] == ["R1"]
    assert opened.writer.orders().orders == ((0,),)


def test_rounds_take_up_the_crews_of_their_own_day(work: Work) -> None:
    """The places of Friday's round are Friday's: not today's, not waiting, and what else waits makes room for them."""
    place = {"name": "Bin 1", "lat": 42.0, "long": -71.0, "minutes": 150}
    rule = {"name": "Bins", "rrule": "FREQ=WEEKLY;BYDAY=FR", "first_day": TUESDAY, "priority": 100, "places": [place]}
    save_roster(work, entries=checked({"round": [rule]}, "test"))
    counts, content, _ = planned(work, 4)
    assert "Bins" not in str(content["can_wait"]) + str(content["crews"]) + str(content["unassigned"])
    assert counts["jobs"] == counts["served"] + counts["can_wait"] + counts["unassigned"]
    assert all(one["day"] != "2026-10-16" for one in content["can_wait"])


def test_the_limit_counts_rounds_too(work: Work) -> None:
    """Places of today's rounds come first, requests fill up what is left."""
    place = {"name": "Bin 1", "lat": 42.0, "long": -71.0}
    rule = {"name": "Bins", "rrule": "FREQ=WEEKLY;BYDAY=TU", "first_day": TUESDAY, "places": [place, place]}
    save_roster(work, entries=checked({"round": [rule]}, "test"))
    with work.store.read() as unit:
        found = {
            limit: read_day(unit, work.city(), TUESDAY, Selection(limit=limit), None, None).jobs for limit in (1, 3)
        }
    assert [job.service for job in found[1]] == ["Bins"]
    assert [job.request_ids for job in found[3]] == [(2,), (), ()]


def test_a_window_of_a_file_opens_every_day(work: Work, tmp_path: Path) -> None:
    """Two jobs at the same hour far apart: one today, one tomorrow at that hour; the kept plan has the plain window."""
    head = "crew,depot_lat,depot_long,shift_start,shift_end\n"
    (tmp_path / "crews.csv").write_text(f"{head}A,42.0,-71.0,08:00,16:00\n")
    jobs = "job,lat,long,service_minutes,earliest,latest\nj,42.0,-71.0,30,09:00,09:05\nk,42.2,-71.0,30,09:00,09:05\n"
    (tmp_path / "jobs.csv").write_text(jobs)
    counts, content, _ = planned(work, 2, crews=tmp_path / "crews.csv", jobs=tmp_path / "jobs.csv")
    assert (counts["served"], counts["can_wait"]) == (1, 1)
    assert content["can_wait"][0]["day"] == "2026-10-14"
    (stop,) = content["crews"][0]["stops"]
    assert stop["window"] == ["2026-10-13T09:00:00-04:00", "2026-10-13T09:05:00-04:00"]
    (kept,) = kept_problem(content, (Travel(np.zeros((3, 3)), np.zeros((3, 3))),)).jobs
    assert (kept.earliest_s, kept.latest_s, kept.windows) == (32_400, 32_700, ())


@st.composite
def days(draw: st.DrawFn) -> tuple[Day, Day]:
    """A day with crews on later ones, and the same without those."""
    names = draw(st.lists(st.sampled_from("ABCD"), min_size=1, max_size=3, unique=True))
    crews = [DayCrew(name, "yard", 42.0, -71.0, 28_800, 57_600, frozenset(), None, None, None, 0) for name in names]
    later = [
        DayCrew(name, "yard", 42.1, -71.0, 28_800, 57_600, frozenset(), None, 40_000, 44_000, 600, day=day)
        for day in draw(st.lists(st.integers(1, 3), unique=True, max_size=3))
        for name in draw(st.lists(st.sampled_from("ABCD"), min_size=1, unique=True))
    ]
    jobs = []
    for number in range(draw(st.integers(1, 5))):
        opens = draw(st.none() | st.integers(0, 80_000))
        closes = draw(st.none() | st.integers(80_000, 86_000))
        only = draw(st.sampled_from([None, 0]))  # places of rounds, which no crew gave back
        jobs.append(
            DayJob(
                str(number), 42.0, -71.0 - number / 50, 600, 50, frozenset(), 0.0, opens, closes,
                after=tuple(map(str, range(draw(st.integers(0, number))))),
                forbidden_crews=draw(st.frozensets(st.sampled_from("ABCD"))) if only is None else frozenset(),
                day=only,
                locked_crew=draw(st.sampled_from(["", names[0]])),
            )
        )  # fmt: skip
    return Day((*crews, *later), tuple(jobs), 0), Day(tuple(crews), tuple(jobs), 0)


@given(days())
def test_the_first_day_of_several_is_the_day_alone(both: tuple[Day, Day]) -> None:
    """Taken out of several days, the first day's crews and jobs are those of a plan that looked at no other day."""
    several, alone = both
    problems = []
    for day in (several, alone):
        places = DayPlaces(day)
        zeros = np.zeros((len(places.lat), len(places.lat)))
        problems.append(problem_of(places, (Travel(zeros, zeros),)))
    taken = first_day(problems[0], several, range(len(several.jobs)))
    names = [place[:2] for place in (DayPlaces(several).jobs, DayPlaces(alone).jobs)]
    assert len(names[0]) == len(names[1])
    assert [crew.name for crew in taken.crews] == [crew.name for crew in problems[1].crews]
    for mine, other in zip(taken.jobs, problems[1].jobs, strict=True):
        assert (mine.earliest_s, mine.latest_s, mine.windows) == (other.earliest_s, other.latest_s, ())
        assert (mine.after, mine.locked_crew) == (other.after, other.locked_crew)
        assert (mine.allowed_crews, mine.forbidden_crews) == (other.allowed_crews, other.forbidden_crews)


@given(st.integers(-3, 9), st.integers(0, 23 * 60 + 59))
def test_deadlines_are_days_of_the_city(ahead: int, minute: int) -> None:
    """Whatever the minute, the deadline's day is the city's, also where UTC is a day further."""
    from zoneinfo import ZoneInfo

    from desktop.operations.making_jobs import JobMaking

    zone = ZoneInfo("America/New_York")
    making = object.__new__(JobMaking)
    making.zone, making.at = zone, datetime(2026, 10, 29, 7, tzinfo=zone)
    day = date(2026, 10, 29) + timedelta(days=ahead)
    due = datetime(day.year, day.month, day.day, minute // 60, minute % 60, 30, tzinfo=zone)
    assert making._deadline_day(due.astimezone(UTC)) == ahead
    assert making._deadline_day(None) is None
