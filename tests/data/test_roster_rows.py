"""The roster in the store, on both databases: what it holds now and held once, and what its log never tells."""

from __future__ import annotations

import zlib
from datetime import date, timedelta

from data.schema import event
from data.store import Store
from data.undoing import apply, compensation
from tests.data.city import NOON, small_city

DAY = timedelta(days=1)
MONDAY = date(2026, 5, 4)


def staffed(store: Store) -> None:
    """A yard, a van, one crew of two, one of whom is away on Monday."""
    small_city(store, 2)
    with store.write("save roster", actor="ana", at=NOON) as unit:
        unit.create("depot", [{"name": "Yard", "lat": 42.1, "long": -71.1}])
        unit.create("vehicle", [{"name": "Van 1", "kind": "van", "equipment": ["ladder"], "capacity": 1.5}])
        hours = {"shift_start_min": 420, "shift_end_min": 900}
        unit.create("crew", [{"name": "Crew 1", "depot_id": 1, "skills": ["digging"], "vehicle_id": 1, **hours}])
        unit.create("member", [{"code": code, "skills": ["digging"]} for code in ("M1", "M2")])
        unit.attach_people([{"member_id": 1, "name": "Zoe Zebra", "phone": "555"}, {"member_id": 2, "name": "Abe"}])
        unit.create("crew_member", [{"crew_id": 1, "member_id": number} for number in (1, 2)])
        unit.create("absence", [{"member_id": 1, "first_day": MONDAY, "last_day": MONDAY}])
        unit.attach_reasons([{"absence_id": 1, "why": "at the dentist"}])
        unit.commit()


def test_the_roster_is_read_whole(any_store: Store) -> None:
    """Every part comes back as written, lists as tuples, names and reasons beside the records."""
    staffed(any_store)
    with any_store.read() as unit:
        rows = unit.roster.rows()
        assert unit.roster.began() == NOON
    assert rows.vehicles[0].equipment == ("ladder",)
    assert (rows.crews[0].vehicle_id, rows.crews[0].works_holidays, rows.depots[0].kind) == (1, False, "depot")
    assert [member.code for member in rows.members] == ["M1", "M2"]
    assert rows.people is not None
    assert rows.people[1].name == "Zoe Zebra"
    assert rows.reasons == {1: "at the dentist"}
    assert (rows.absences[0].first_day, rows.absences[0].cancelled) == (MONDAY, False)


def test_an_earlier_roster_is_told_by_the_log(any_store: Store) -> None:
    """What was changed, removed and added since is as it was at the moment asked about."""
    staffed(any_store)
    with any_store.write("save roster", actor="ana", at=NOON + DAY) as unit:
        unit.change("crew", {1: {"skills": ["paving"], "vehicle_id": None, "works_holidays": True}})
        unit.remove("vehicle", [1])
        unit.remove("member", [2])
        unit.create("member", [{"code": "M3", "skills": []}])
        unit.commit()
    with any_store.read() as unit:
        before, now = unit.roster.rows_at(NOON + DAY / 2), unit.roster.rows()
        assert unit.roster.rows_at(NOON - DAY).crews == ()
    assert (before.crews[0].skills, before.crews[0].vehicle_id, before.crews[0].works_holidays) == (
        ("digging",),
        1,
        False,
    )
    assert [vehicle.name for vehicle in before.vehicles] == ["Van 1"]
    assert [member.code for member in before.members] == ["M1", "M2"]
    assert [member.code for member in now.members] == ["M1", "M3"]
    assert len(before.memberships) == 2
    assert len(now.memberships) == 1


def test_names_and_reasons_never_enter_the_log(any_store: Store) -> None:
    """No event holds a name, a telephone or why somebody was away, not even of somebody who was removed."""
    staffed(any_store)
    with any_store.write("forget member", actor="ana", at=NOON + DAY) as unit:
        unit.remove("member", [1])
        unit.commit()
    with any_store.read() as unit:
        payloads = [zlib.decompress(row) for row in unit.connection.execute(event.select()).scalars("payload")]
        rows = unit.roster.rows()
    assert payloads
    assert not [text for text in payloads if b"Zebra" in text or b"555" in text or b"dentist" in text]
    assert rows.people is not None
    assert list(rows.people) == [2]
    assert rows.reasons == {}


def test_an_act_on_the_roster_is_taken_back(any_store: Store) -> None:
    """A new member with a name goes away again; a changed name is lost to the log, and that is said."""
    staffed(any_store)
    with any_store.write("save roster", actor="ana", at=NOON) as unit:
        (made,) = unit.create("member", [{"code": "M9", "skills": ["paving"]}])
        unit.attach_people([{"member_id": made, "name": "Cy"}])
        first = unit.commit()
    with any_store.write("undo", actor="ana", at=NOON, undoes=first) as unit:
        found = compensation(unit, first)
        assert found.lost == []
        apply(unit, found)
        unit.commit()
    with any_store.write("save roster", actor="ana", at=NOON) as unit:
        unit.attach_people([{"member_id": 1, "name": "Zoe Lion"}])
        second = unit.commit()
    with any_store.read() as unit:
        assert [member.code for member in unit.roster.rows().members] == ["M1", "M2"]
        assert compensation(unit, second).lost == ["names of people in the roster, which the log never holds"]


def test_stop_events_are_of_a_plan_and_of_requests(any_store: Store) -> None:
    """They come in order of time; those that measure work are found by kind."""
    staffed(any_store)
    row = {"plan_id": 1, "crew": "Crew 1", "job": "R1", "sequence": 1, "request_id": 1}
    with any_store.write("record stop", actor="ana", at=NOON) as unit:
        unit.create("plan", [{"date": MONDAY, "created_at": NOON, "content": {}}])
        unit.create("stop_event", [{**row, "kind": "done", "at": NOON + timedelta(minutes=30)}])
        unit.create("stop_event", [{**row, "kind": "started", "at": NOON}])
        unit.create("stop_event", [{"plan_id": 1, "crew": "Crew 1", "kind": "acknowledged", "at": NOON - DAY}])
        unit.commit()
    with any_store.read() as unit:
        assert [one.kind for one in unit.stop_events.of_plan(1)] == ["acknowledged", "started", "done"]
        assert [one.kind for one in unit.stop_events.of_requests([1, 2])] == ["started", "done"]
        assert [one.kind for one in unit.stop_events.measured()] == ["started", "done"]
        assert unit.stop_events.of_plan(2) == []


def test_a_crew_goes_with_all_that_hangs_on_it(any_store: Store) -> None:
    """Its shifts, members and absences are removed with events of their own; undo brings them back."""
    staffed(any_store)
    with any_store.write("save roster", actor="ana", at=NOON) as unit:
        unit.create("crew_shift", [{"crew_id": 1, "weekday": 0, "start_min": 400, "end_min": 800}])
        unit.commit()
    with any_store.write("remove crew", actor="ana", at=NOON) as unit:
        unit.remove("crew", [1])
        act = unit.commit()
    with any_store.read() as unit:
        gone = unit.roster.rows()
    assert (gone.crews, gone.shifts, gone.memberships) == ((), (), ())
    with any_store.write("undo", actor="ana", at=NOON, undoes=act) as unit:
        apply(unit, compensation(unit, act))
        unit.commit()
    with any_store.read() as unit:
        back = unit.roster.rows()
    assert [len(part) for part in (back.crews, back.shifts, back.memberships)] == [1, 1, 2]
