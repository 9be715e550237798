"""Who drives out on a day, what is missing, and every fault that a roster can have."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from data.records import AgencyId, Crew, CrewId, Depot, MemberId, VehicleId
from data.roster_records import (
    Absence,
    CrewMember,
    CrewShift,
    Member,
    RecurringRound,
    RosterRows,
    Vehicle,
)
from desktop.domain.deadlines import WorkingCalendar
from desktop.domain.roster_day import CrewDay, crews_on
from desktop.domain.roster_faults import roster_faults

TUESDAY = date(2026, 10, 13)
SATURDAY = TUESDAY + timedelta(days=4)
CALENDAR = WorkingCalendar("UTC", holidays=frozenset({date(2026, 12, 25)}))
YARD, TIP = Depot(1, "Yard", 42.0, -71.0), Depot(2, "Tip", 42.1, -71.1, "dump")
VAN = Vehicle(VehicleId(1), "Van 1", "van", 1.5, ("ladder",), None)
PLACE = {"name": "Bin 1", "lat": 42.0, "long": -71.0, "minutes": 5}
BINS = RecurringRound(1, "Bins", None, (), "FREQ=WEEKLY", TUESDAY, None, None, 50, (PLACE,), False)


def crew(number: int = 1, **values: Any) -> Crew:
    """A crew from the yard, seven to four, meant to cut trees."""
    usual: dict[str, Any] = {"break_start_min": None, "break_end_min": None, "break_minutes": 0, "capacity": None}
    usual |= {"depot_id": 1, "agency_id": AgencyId(1), "skills": ("tree",)}
    usual |= {"shift_start_min": 420, "shift_end_min": 960}
    return Crew(id=CrewId(number), name=f"Crew {number}", **(usual | values))


def shift(weekday: int, start: int = 420, end: int = 960, *, number: int = 1, **values: Any) -> CrewShift:
    """A shift of a crew without a break."""
    usual: dict[str, Any] = {"break_start_min": None, "break_end_min": None, "break_minutes": 0, "max_stops": None}
    usual |= {"break_depot_id": None, "overtime_min": 0, "overtime_price": 2}
    return CrewShift(weekday + 1, CrewId(number), weekday, start, end, **(usual | values))


def member(number: int, *skills: str, left_on: date | None = None) -> Member:
    """A member with skills."""
    return Member(MemberId(number), f"M{number}", skills, left_on)


def within(number: int, crew_number: int = 1, first: date | None = None, last: date | None = None) -> CrewMember:
    """That a member is in a crew."""
    return CrewMember(number * 10 + crew_number, CrewId(crew_number), MemberId(number), first, last)


def away(first: date = TUESDAY, last: date = TUESDAY, *, cancelled: bool = False, **who: Any) -> Absence:
    """Somebody or something that is not there."""
    nobody: dict[str, Any] = {"member_id": None, "crew_id": None, "vehicle_id": None}
    return Absence(1, **(nobody | who), first_day=first, last_day=last, cancelled=cancelled)


TWO = RosterRows(
    depots=(YARD, TIP),
    vehicles=(VAN,),
    crews=(crew(vehicle_id=VehicleId(1)),),
    members=(member(1, "tree"), member(2, "grass")),
    memberships=(within(1), within(2)),
)


def on(rows: RosterRows, day: date = TUESDAY) -> CrewDay:
    """The first crew on a day."""
    return crews_on(rows, day, CALENDAR, {AgencyId(1): "Parks"})[0]


def faults(rows: RosterRows) -> list[str]:
    """The sentences of all faults."""
    return [fault.sentence for fault in roster_faults(rows, CALENDAR, TUESDAY)]


def test_a_crew_can_do_what_those_present_can() -> None:
    """Skills of its members, the equipment of its vehicle and its department; nothing is missing."""
    found = on(TWO)
    assert found.drives
    assert found.skills == {"tree", "grass", "ladder", "Parks"}
    assert (found.vehicle, found.start, found.end, found.missing) == (VAN, YARD, YARD, ())


def test_a_skill_that_is_away_is_missing_and_told() -> None:
    """Who alone has it is absent: the skill is gone, and the sentence counts the absent without naming them."""
    found = on(replace(TWO, absences=(away(member_id=MemberId(1)),)))
    assert found.skills == {"grass", "ladder", "Parks"}
    assert found.missing == ("Crew 1 has nobody with `tree` on 2026-10-13: 1 absent.",)
    assert [one.code for one in found.away] == ["M1"]
    assert on(replace(TWO, absences=(away(member_id=MemberId(1), cancelled=True),))).missing == ()
    assert on(replace(TWO, absences=(away(member_id=MemberId(1)),)), TUESDAY + timedelta(days=1)).missing == ()


def test_a_crew_without_members_can_do_what_it_is_meant_to() -> None:
    """Crews of a city that keeps no members go on as before."""
    found = on(replace(TWO, memberships=()))
    assert found.skills == {"tree", "ladder", "Parks"}


@pytest.mark.parametrize(
    ("rows", "day", "why"),
    [
        (replace(TWO, shifts=(shift(0), shift(2))), TUESDAY, "Crew 1 has no shift on Tuesdays."),
        (TWO, SATURDAY, "Crew 1 has no shift on Saturdays."),
        (TWO, date(2026, 12, 25), "Crew 1 does not work on 2026-12-25, a holiday."),
        (replace(TWO, absences=(away(crew_id=CrewId(1)),)), TUESDAY, "Crew 1 is absent on 2026-10-13."),
        (
            replace(TWO, absences=(away(vehicle_id=VehicleId(1)),)),
            TUESDAY,
            "Crew 1 has no vehicle on 2026-10-13: Van 1 is absent.",
        ),
        (
            replace(TWO, absences=(away(member_id=MemberId(1)),), memberships=(within(1),)),
            TUESDAY,
            "Crew 1 has nobody on 2026-10-13: 1 absent.",
        ),
        (replace(TWO, depots=()), TUESDAY, "Crew 1 has no depot to start from."),
    ],
)
def test_why_a_crew_does_not_drive(rows: RosterRows, day: date, why: str) -> None:
    """Each cause in a sentence, and then nothing else is called missing."""
    found = on(rows, day)
    assert (found.why, found.drives, found.missing) == (why, False, ())


def test_holidays_and_shifts_are_the_crews_own() -> None:
    """A crew for holidays works on one; a shift on a Saturday counts though the city rests."""
    rows = replace(TWO, crews=(crew(works_holidays=True),), shifts=(shift(5, 300, 700), shift(4)))
    assert on(rows, date(2026, 12, 25)).drives
    found = on(rows, SATURDAY).shift
    assert found is not None
    assert (found.start_min, found.end_min) == (300, 700)


def test_who_is_lent_is_in_no_other_crew() -> None:
    """For the days of the loan a member counts for that crew alone, and comes back by itself."""
    rows = replace(
        TWO, crews=(crew(1), crew(2)), memberships=(within(1), within(2), within(1, 2, TUESDAY, TUESDAY)), vehicles=()
    )
    first, second = crews_on(rows, TUESDAY, CALENDAR, {})
    assert ([one.code for one in first.present], [one.code for one in second.present]) == (["M2"], ["M1"])
    assert [one.code for one in crews_on(rows, SATURDAY - timedelta(days=1), CALENDAR, {})[0].present] == ["M1", "M2"]
    assert faults(rows) == []


def test_who_left_is_not_there() -> None:
    """From the day on which a member left, the crew does without."""
    rows = replace(TWO, members=(member(1, "tree", left_on=TUESDAY), member(2, "grass")))
    assert on(rows, TUESDAY - timedelta(days=1)).missing == ()
    assert on(rows).missing == ("Crew 1 has nobody with `tree` on 2026-10-13: nobody of its members ever has it.",)
    assert faults(rows) == ["Crew 1 is meant for `tree`, which nobody has any more."]


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        (replace(TWO, depots=(TIP,)), "Crew 1 has no depot; say where it starts."),
        (replace(TWO, crews=(crew(depot_id=2),)), "Crew 1 starts at Tip, which is a dump; it needs a depot."),
        (
            replace(TWO, shifts=(shift(0, 960, 420),)),
            "Crew 1: the shift on Mondays ends at 07:00, before it starts at 16:00; an end after midnight is written "
            "as 31:00.",
        ),
        (
            replace(TWO, crews=(crew(shift_start_min=960, shift_end_min=960),)),
            "Crew 1: the shift ends at 16:00, before it starts at 16:00; an end after midnight is written as 40:00.",
        ),
        (
            replace(TWO, shifts=(shift(0, break_minutes=60, break_start_min=700, break_end_min=730),)),
            "Crew 1: the break of 60 min on Mondays does not fit between 11:40 and 12:10 within the shift.",
        ),
        (
            replace(TWO, shifts=(shift(0, max_stops=0),)),
            "Crew 1: at most 0 stops on Mondays are none; leave it empty where there is no limit.",
        ),
        (
            replace(TWO, crews=(crew(1), crew(2)), memberships=(within(1), within(1, 2))),
            "Member M1 is in two crews on one day: Crew 1 and Crew 2; end one of them, or lend the member with a first "
            "and a last day.",
        ),
        (
            replace(
                TWO,
                crews=(crew(1), crew(2)),
                memberships=(within(1, 1, TUESDAY, SATURDAY), within(1, 2, SATURDAY, SATURDAY), within(2)),
            ),
            "Member M1 is in two crews on one day from 2026-10-17 on: Crew 1 and Crew 2; end one of them, or lend the "
            "member with a first and a last day.",
        ),
        (
            replace(TWO, crews=(crew(1, vehicle_id=VehicleId(1)), crew(2, vehicle_id=VehicleId(1)))),
            "Van 1 is used twice on Mondays, by Crew 1 and Crew 2; give one of them another.",
        ),
        (
            replace(TWO, absences=(away(SATURDAY, TUESDAY, member_id=MemberId(1)),)),
            "An absence ends on 2026-10-13, before its first day 2026-10-17; exchange the two.",
        ),
        (replace(TWO, vehicles=(replace(VAN, kind="bus"),)), "Van 1 is a 'bus'; a vehicle is one of car, van, lorry."),
        (replace(TWO, rounds=(replace(BINS, places=()),)), "Round Bins has no places; name one at least."),
        (
            replace(TWO, rounds=(replace(BINS, earliest_min=600, latest_min=500),)),
            "Round Bins: its window closes before it opens.",
        ),
        (replace(TWO, rounds=(replace(BINS, skills=("x",)),)), "Round Bins needs `x`, which nobody has."),
    ],
)
def test_each_fault_is_one_sentence(rows: RosterRows, sentence: str) -> None:
    """What is wrong, where, and what to do; the roster it was made from has none."""
    assert faults(TWO) == []
    assert sentence in faults(rows)


def test_two_shifts_may_share_a_vehicle_one_after_the_other() -> None:
    """Early and late shift are no double use; neither are crews that never work on one day."""
    crews = (crew(1, vehicle_id=VehicleId(1)), crew(2, vehicle_id=VehicleId(1)))
    late = replace(TWO, crews=crews, shifts=(shift(0, 300, 720), shift(0, 720, 1200, number=2)))
    other = replace(TWO, crews=crews, shifts=(shift(0), shift(1, number=2)), memberships=(within(1), within(1, 2)))
    assert faults(replace(late, memberships=())) == []
    assert [one for one in faults(other) if "twice" in one or "two crews" in one] == []
