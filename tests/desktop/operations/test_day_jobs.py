"""What a day's plan is made of: the crews of the roster of that day, and jobs with urgency, parts and rounds."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from data.errors import RefusedInput
from data.store import Store
from desktop.domain.roster_entries import checked
from desktop.operations.day_jobs import Day, Selection, read_day
from desktop.operations.edit_roster import save_roster
from desktop.operations.work import Work
from tests.desktop.operations.desk import NOW, make_desk
from tests.desktop.operations.test_edit_roster import ROSTER, TUESDAY


@pytest.fixture
def work(any_store: Store) -> Work:
    """A desk with a roster that ends elsewhere and empties at the tip, on each database."""
    desk = make_desk(any_store)
    shift = {"weekdays": ["tue"], "start": "06:30", "end": "14:30", "break_minutes": 30, "break_at": "Yard"}
    crew = {**ROSTER["crew"][0], "end": "Tip", "skills": ["tree"], "shifts": [{**shift, "overtime_min": 45}]}
    save_roster(desk, entries=checked(ROSTER | {"crew": [crew]}, "test"))
    return desk


def read(work: Work, day: date = TUESDAY, selection: Selection | None = None) -> Day:
    """A day of the store."""
    with work.store.read() as unit:
        return read_day(unit, work.city(), day, selection or Selection(), None, None)


def test_crews_are_those_of_the_roster(work: Work) -> None:
    """Shift, ends, dump, overtime, break place and vehicle reach the plan; skills are of who is there."""
    day = read(work)
    (crew,) = day.crews
    assert (crew.shift_start_s, crew.shift_end_s, crew.overtime_s) == (23_400, 52_200, 2_700)
    assert (crew.end, crew.end_name) == ((42.1, -71.1), "Tip")
    assert (crew.reload_places, crew.reload_names) == (((42.1, -71.1),), ("Tip",))
    assert (crew.reload_s, crew.capacity, crew.equipment) == (900, 1.5, {"ladder"})
    assert crew.break_place == (42.0, -71.0)
    assert (crew.vehicle_kind, crew.max_speed_kmh) == ("van", 90)
    assert crew.skills == {"tree", "ladder", "Parks"}
    assert day.missing == ()


def test_a_day_without_crews_says_why(work: Work) -> None:
    """No shift that day is a sentence, and so is a city without crews."""
    with pytest.raises(RefusedInput, match=r"No crew drives out on 2026-10-14: Crew 1 has no shift on Wednesdays\."):
        read(work, TUESDAY + timedelta(days=1))
    with work.store.write("test", actor="ana", at=NOW) as unit:
        unit.remove("crew", [1])
        unit.commit()
    with pytest.raises(RefusedInput, match="The city has no crews"):
        read(work)


def test_rounds_are_jobs_on_their_days(work: Work) -> None:
    """Every other Tuesday, within the window of the round; a plan of one service leaves them out."""
    (bin_job,) = [job for job in read(work).jobs if job.service == "Bins"]
    assert (bin_job.name, bin_job.service_s, bin_job.earliest_s, bin_job.latest_s) == ("Bins 1", 300, 25_200, 36_000)
    assert not [job for job in read(work, TUESDAY + timedelta(days=7)).jobs if job.service == "Bins"]
    assert [job for job in read(work, TUESDAY + timedelta(days=14)).jobs if job.service == "Bins"]
    assert not [job for job in read(work, selection=Selection(("POT",))).jobs if job.service == "Bins"]


def change(work: Work, entity: str, changes: dict[int, dict[str, Any]]) -> None:
    """Rows of the store set to what a test needs."""
    with work.store.write("test", actor="ana", at=NOW) as unit:
        unit.change(entity, changes)
        unit.commit()


def test_urgency_counts_deadline_reports_and_rules(work: Work) -> None:
    """Overdue and twice reported stands above the service's own priority; a rule's priority replaces that one."""
    row = {"parent_request_id": 1, "accepted_by": "policy", "score": 0.9, "request_count": 2}
    with work.store.write("test", actor="ana", at=NOW) as unit:
        (incident,) = unit.create("incident", [row])
        unit.change("service_request", {1: {"due_at": NOW - timedelta(days=8)}, 2: {"priority": 90}})
        unit.change_columns("service_request", [1, 4], {"incident_id": [incident] * 2, "incident_score": [1.0, 0.9]})
        unit.commit()
    jobs = {job.request_ids: job for job in read(work).jobs}
    assert jobs[1, 4].priority == 50 + 30 + 6 + 5  # six working days late, two reports
    assert jobs[(2,)].priority == 90
    assert jobs[(3,)].priority == 50


def test_a_big_job_is_planned_in_parts(work: Work) -> None:
    """Twenty hours are parts of one day each; what was done of them is behind, the next part is another length."""
    change(work, "service", {3: {"service_duration_s": 20 * 3600}})
    job = next(job for job in read(work).jobs if job.request_ids == (3,))
    assert (job.part, job.service_s, job.name) == ((1, 4), 18_000, "R2 part 1 of 4")
    event = {"crew": "Crew 1", "job": job.name, "request_id": 3, "at": NOW, "kind": "done", "part": 1, "parts": 4}
    with work.store.write("test", actor="ana", at=NOW) as unit:
        unit.create("plan", [{"date": TUESDAY, "created_at": NOW, "content": {}}])
        unit.create("stop_event", [{"plan_id": 1, **event}])
        unit.commit()
    job = next(job for job in read(work).jobs if job.request_ids == (3,))
    assert (job.part, job.service_s) == ((2, 4), 18_000)
    change(work, "service", {3: {"service_duration_s": 1800}})
    fits = [job for job in read(work).jobs if job.request_ids == (6,)]
    assert [(one.part, one.service_s) for one in fits] == [(None, 1800)]


def test_who_could_not_do_it_is_not_asked_again(work: Work) -> None:
    """A crew that said it needs another one is named in the job."""
    event = {"plan_id": 1, "crew": "Crew 1", "job": "R2", "request_id": 3, "at": NOW, "kind": "other_crew"}
    with work.store.write("test", actor="ana", at=NOW) as unit:
        unit.create("plan", [{"date": TUESDAY, "created_at": NOW, "content": {}}])
        unit.create("stop_event", [event])
        unit.commit()
    forbidden = {job.request_ids: job.forbidden_crews for job in read(work).jobs}
    assert forbidden[(3,)] == {"Crew 1"}
    assert forbidden[(2,)] == frozenset()


def test_requests_of_a_storm_are_more_urgent(work: Work) -> None:
    """Of a service that came at an unusual rate, requests gain what others do not."""
    calm = {job.request_ids: job.priority for job in read(work).jobs}
    with work.store.read() as unit:
        (like,) = unit.requests.many([3])
    start = NOW - timedelta(hours=2)
    row = {
        "source_id": 1, "service_id": 3, "status": "submitted", "lat": 42.0, "long": -71.0, "placement": "located",
        "extras": {}, "row_digest": bytes(16),
    }  # fmt: skip
    with work.store.write("test", actor="ana", at=NOW) as unit:
        made = unit.create(
            "service_request",
            [{**row, "service_request_id": f"S{n}", "requested_at": start + timedelta(minutes=n)} for n in range(20)],
        )
        unit.commit()
    jobs = {job.request_ids: job.priority for job in read(work).jobs}
    assert jobs[(made[0],)] == 60
    assert jobs[(int(like.id),)] == calm[(int(like.id),)]


def test_an_absence_changes_the_plan_of_its_day(work: Work) -> None:
    """What is missing comes with the day, for plan and window."""
    absence = [{"member": "M1", "first_day": TUESDAY, "last_day": TUESDAY}, *ROSTER["absence"]]
    member = [{"code": "M3", "skills": ["grass"]}]
    crew = [{"name": "Crew 1", "members": [{"code": code} for code in ("M1", "M2", "M3")]}]
    save_roster(work, entries=checked({"member": member, "crew": crew, "absence": absence}, "test"))
    day = read(replace(work))
    assert day.missing == ("Crew 1 has nobody with `tree` on 2026-10-13: 2 absent.",)
    assert day.crews[0].skills == {"grass", "ladder", "Parks"}
