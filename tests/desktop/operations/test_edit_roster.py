"""The roster changed through the log on both databases: acts, faults, undo, conflicts, files, history."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from data.errors import Conflict, RefusedInput
from data.store import Store
from desktop.domain.roster_entries import AbsenceEntry, CrewEntry, MemberEntry, RosterEntries, checked
from desktop.operations.edit_roster import (
    absence_of,
    cancel_absence,
    enter_absence,
    forget_member,
    remove_from_roster,
    save_roster,
)
from desktop.operations.roster import roster_of_day, roster_told
from desktop.operations.roster_files import export_roster, import_roster
from desktop.operations.undo import undo
from desktop.operations.work import Work
from tests.desktop.operations.desk import later, make_desk, state

TUESDAY = date(2026, 10, 13)
ROSTER: dict[str, Any] = {
    "depot": [
        {"name": "Yard", "lat": 42.0, "long": -71.0},
        {"name": "Tip", "lat": 42.1, "long": -71.1, "kind": "dump", "empty_min": 15},
    ],
    "vehicle": [{"name": "Van 1", "kind": "van", "capacity": 1.5, "equipment": ["ladder"], "max_speed_kmh": 90}],
    "member": [
        {"code": "M1", "name": "Zoe", "phone": "555", "skills": ["tree"]},
        {"code": "M2", "skills": ["tree", "grass"]},
    ],
    "crew": [
        {
            "name": "Crew 1",
            "start": "Yard",
            "department": "Parks",
            "vehicle": "Van 1",
            "skills": ["tree"],
            "shifts": [
                {"weekdays": ["mon", "tue"], "start": "06:30", "end": "14:30", "break_minutes": 30, "max_stops": 20},
                {"weekdays": ["sat"], "start": "08:00", "end": "12:00", "overtime_min": 60, "break_at": ""},
            ],
            "members": [{"code": "M1"}, {"code": "M2", "first_day": date(2026, 1, 1)}],
        }
    ],
    "absence": [{"member": "M2", "first_day": TUESDAY, "last_day": TUESDAY, "why": "training"}],
    "round": [
        {
            "name": "Bins",
            "rrule": "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU",
            "first_day": TUESDAY,
            "from": "07:00",
            "to": "10:00",
            "places": [{"name": "Bin 1", "lat": 42.0, "long": -71.0, "minutes": 5}],
        }
    ],
}


def entries(**changed: Any) -> RosterEntries:
    """The roster above, some of it replaced."""
    return checked(ROSTER | changed, "test")


@pytest.fixture
def work(any_store: Store) -> Work:
    """A desk with the roster, on each database."""
    desk = make_desk(any_store)
    save_roster(desk, entries=entries())
    return desk


def told(work: Work, day: date = TUESDAY) -> dict[str, Any]:
    """The roster of a day as plain values."""
    with work.store.read() as unit:
        return roster_told(unit, work.city(), day)


def test_a_roster_is_saved_as_one_act_and_once(work: Work) -> None:
    """All entries in one act; the same again changes nothing and is no act."""
    again = save_roster(work, entries=entries())
    assert (again.act_id, again.counts["unchanged"], again.counts["added"]) == (None, 8, 0)
    (crew,) = told(work)["crews"]
    assert (crew["shift"], crew["vehicle"], crew["max_stops"]) == (["06:30", "14:30"], "Van 1", 20)
    assert (crew["present"], crew["absent"]) == (["Zoe (M1)"], ["M2"])
    assert crew["skills"] == ["Parks", "ladder", "tree"]
    assert told(work)["rounds"] == ["Bins"]
    assert told(work, TUESDAY + timedelta(days=1))["missing"] == ["Crew 1 has no shift on Wednesdays."]


def test_what_an_entry_leaves_out_stays(work: Work) -> None:
    """Another skill for a crew leaves its shifts, members and vehicle; other entries are not touched."""
    changes = save_roster(work, entries=RosterEntries(crew=(CrewEntry(name="Crew 1", skills=("tree", "grass")),)))
    assert changes.counts["updated"] == 1
    (crew,) = told(work)["crews"]
    assert (crew["shift"], crew["vehicle"]) == (["06:30", "14:30"], "Van 1")
    assert crew["missing"] == ["Crew 1 has nobody with `grass` on 2026-10-13: 1 absent."]


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"crew": [{"name": "Crew 9"}]}, "Crew 9 has no depot; say where it starts."),
        (
            {"crew": [{"name": "Crew 9", "start": "Nowhere"}]},
            "Crew 9 names the depot 'Nowhere', which is not there; there are: Tip, Yard.",
        ),
        (
            {"crew": [{"name": "Crew 9", "start": "Yard", "from": "16:00", "to": "08:00"}]},
            "Crew 9: the shift ends at 08:00, before it starts at 16:00; an end after midnight is written as 32:00.",
        ),
        (
            {"crew": [{"name": "Crew 9", "start": "Yard", "members": [{"code": "M1"}]}]},
            "Member M1 is in two crews on one day: Crew 1 and Crew 9; end one of them, or lend the member with a first "
            "and a last day.",
        ),
        (
            {"crew": [{"name": "Crew 9", "start": "Yard", "vehicle": "Van 1"}]},
            "Van 1 is used twice on Mondays, by Crew 1 and Crew 9; give one of them another.",
        ),
        (
            {"crew": [{"name": "Crew 9", "start": "Yard", "members": [{"code": "M9"}]}]},
            "Crew 9 names the member 'M9', who is not there; enter them first.",
        ),
        (
            {"absence": [{"member": "M1", "crew": "Crew 1", "first_day": TUESDAY, "last_day": TUESDAY}]},
            "An absence is of one member, one crew or one vehicle; name just one of them.",
        ),
        (
            {"round": [{"name": "Odd", "rrule": "FREQ=HOURLY", "first_day": TUESDAY}]},
            "Round Odd: its rule needs FREQ=DAILY, WEEKLY, MONTHLY, YEARLY, as in FREQ=WEEKLY;INTERVAL=2;BYDAY=MO. And "
            "1 more.",
        ),
        (
            {"crew": [{"name": "Crew 9", "start": "Yard"}, {"name": "Crew 9", "start": "Tip"}]},
            "The crew 'Crew 9' stands there twice; join the two.",
        ),
    ],
)
def test_bad_entries_are_refused_whole(work: Work, changed: dict[str, Any], sentence: str) -> None:
    """One sentence says what is wrong, and nothing of the act is kept."""
    before = state(work.store)
    with pytest.raises(RefusedInput) as refused:
        save_roster(work, entries=entries(**({"absence": []} | changed)))
    assert str(refused.value) == sentence
    assert state(work.store) == before


def test_a_skill_that_nobody_has_any_more_is_told_and_kept(work: Work) -> None:
    """People leave: that is no fault of what was entered, but it is said."""
    gone = [MemberEntry(code=code, left_on=TUESDAY) for code in ("M1", "M2")]
    changes = save_roster(work, entries=RosterEntries(member=tuple(gone)))
    assert changes.sentence.endswith("Crew 1 is meant for `tree`, which nobody has any more.")
    assert told(work)["crews"][0]["why"] == "Crew 1 has nobody on 2026-10-13."


def test_an_act_is_undone_and_redone(work: Work) -> None:
    """Undo brings every row back as it was, redo what was done, also where rows went."""
    before = state(work.store)
    wanted = entries(crew=[{"name": "Crew 1", "start": "Tip", "shifts": [], "members": []}], depot=[], absence=[])
    with pytest.raises(RefusedInput, match="which is a dump"):
        save_roster(work, entries=wanted)
    wanted = RosterEntries(crew=(CrewEntry(name="Crew 1", shifts=(), members=(), works_holidays=True),))
    done = save_roster(work, entries=wanted)
    after = state(work.store)
    assert done.act_id is not None
    undone = undo(work, act_id=done.act_id)
    assert state(work.store) == before
    assert undone.act_id is not None
    undo(work, act_id=undone.act_id)
    assert state(work.store) == after


def test_somebody_elses_change_is_a_conflict(work: Work) -> None:
    """A form that was opened before another person saved the crew says who was first."""
    with work.store.read() as unit:
        version = unit.roster.rows().crews[0].version
    crew = CrewEntry(name="Crew 1", skills=("tree", "grass"))
    save_roster(later(work, "ben", minutes=1), entries=RosterEntries(crew=(crew,)))
    with pytest.raises(Conflict, match="was changed by ben"):
        save_roster(
            work,
            entries=RosterEntries(crew=(CrewEntry(name="Crew 1", skills=()),)),
            expected={("crew", "Crew 1"): version},
        )


def test_a_crew_gets_another_name(work: Work) -> None:
    """Renamed in place: members and shifts stay; a name that is taken is refused."""
    crew = RosterEntries(crew=(CrewEntry(name="Oak"),))
    save_roster(work, entries=crew, renamed={("crew", "Oak"): "Crew 1"})
    assert [one["crew"] for one in told(work)["crews"]] == ["Oak"]
    assert told(work)["crews"][0]["present"] == ["Zoe (M1)"]
    save_roster(work, entries=RosterEntries(crew=(CrewEntry(name="Elm", start="Yard"),)))
    with pytest.raises(RefusedInput, match="There is a crew 'Elm' already"):
        save_roster(work, entries=RosterEntries(crew=(CrewEntry(name="Elm"),)), renamed={("crew", "Elm"): "Oak"})


def test_absences_come_and_go(work: Work) -> None:
    """An absence takes a crew off its day, cancelling brings it back, undo takes that back with its reason."""
    absent = AbsenceEntry(crew="Crew 1", first_day=TUESDAY, last_day=TUESDAY, why="parade")
    said = enter_absence(work, absence=absent)
    assert said.sentence == "Crew 1 is absent on 2026-10-13."
    assert told(work)["crews"][0]["why"] == "Crew 1 is absent on 2026-10-13."
    with work.store.read() as unit:
        number = absence_of(unit.roster.rows(), "Crew 1", "crew", TUESDAY)
    cancelled = cancel_absence(work, absence_id=number)
    assert told(work)["crews"][0]["drives"]
    with pytest.raises(RefusedInput, match="no such absence"):
        cancel_absence(work, absence_id=number)
    assert cancelled.act_id is not None
    undo(work, act_id=cancelled.act_id)
    with work.store.read() as unit:
        assert (unit.roster.rows().reasons or {})[number] == "parade"
    assert not told(work)["crews"][0]["drives"]


def test_what_is_needed_cannot_be_taken_off(work: Work) -> None:
    """Depots and vehicles in use stay, with who needs them; a crew goes, and undo brings it back whole."""
    with pytest.raises(RefusedInput, match="Yard cannot be taken off: Crew 1 starts or ends there"):
        remove_from_roster(work, kind="depot", name="Yard")
    with pytest.raises(RefusedInput, match="Van 1 cannot be taken off: Crew 1 drives it"):
        remove_from_roster(work, kind="vehicle", name="Van 1")
    with pytest.raises(RefusedInput, match="leaves on a day"):
        remove_from_roster(work, kind="member", name="M1")
    with pytest.raises(RefusedInput, match="There is no crew 'X'; there are: Crew 1"):
        remove_from_roster(work, kind="crew", name="X")
    before = state(work.store)
    done = remove_from_roster(work, kind="crew", name="Crew 1")
    remove_from_roster(later(work, minutes=1), kind="round", name="Bins")
    assert done.act_id is not None
    undo(work, act_id=done.act_id)
    assert state(work.store)["crew_member"] == before["crew_member"]


def test_a_past_day_keeps_its_roster(work: Work) -> None:
    """What is changed on Wednesday does not reach Tuesday, not even what was taken off."""
    tuesday = told(work)["crews"]
    tomorrow = later(work, days=1)
    save_roster(
        tomorrow,
        entries=RosterEntries(
            crew=(CrewEntry(name="Crew 1", vehicle="", shifts=(), members=()),),
            member=(MemberEntry(code="M1", skills=()),),
        ),
    )
    assert told(tomorrow)["crews"] == tuesday
    assert told(tomorrow, TUESDAY + timedelta(days=1))["crews"][0]["vehicle"] == ""
    remove_from_roster(tomorrow, kind="crew", name="Crew 1")
    with work.store.read() as unit:
        assert len(roster_of_day(unit, work.city(), TUESDAY).crews) == 1
        assert roster_of_day(unit, work.city(), TUESDAY + timedelta(days=1)).crews == ()
        before = roster_of_day(unit, work.city(), TUESDAY - timedelta(days=300))
    assert [crew.crew.name for crew in before.crews] == ["Crew 1"]  # before there was any: as it was first


def test_a_member_is_forgotten(work: Work) -> None:
    """Nothing personal is left, and the crew goes on without."""
    forget_member(work, code="M1")
    with work.store.read() as unit:
        rows = unit.roster.rows()
    assert [one.code for one in rows.members] == ["M2"]
    assert rows.people == {}
    assert len(rows.memberships) == 1


def test_a_file_holds_the_whole_roster(work: Work, tmp_path: Path) -> None:
    """What is exported is taken without a change, and makes the same roster in another city."""
    path = tmp_path / "roster.toml"
    told_of = export_roster(work, path)
    assert told_of.counts["crew"] == 1
    assert import_roster(work, path).act_id is None
    before = state(work.store)
    remove_from_roster(work, kind="crew", name="Crew 1")
    import_roster(work, path)
    again = state(work.store)
    assert [len(again[name]) for name in ("crew", "crew_shift", "crew_member")] == [
        len(before[name]) for name in ("crew", "crew_shift", "crew_member")
    ]
    export_roster(work, tmp_path / "plain.toml", names=False)
    plain = (tmp_path / "plain.toml").read_text()
    assert "Zoe" not in plain
    assert "training" not in plain
    assert "M1" in plain


def test_bad_files_are_told(work: Work, tmp_path: Path) -> None:
    """Neither a file that is not there, nor one that is no text, no TOML, or no roster, changes anything."""
    path = tmp_path / "roster.toml"
    with pytest.raises(RefusedInput, match="cannot be read"):
        import_roster(work, path)
    for content, sentence in (
        (b"\xff\xfe", "is not text in UTF-8"),
        (b"[[crew", "is no TOML"),
        (b"", "names nothing of a roster"),
        (b"[[crew]]\nname = 'A'\nto = 'noon'", "roster.toml: crew 'A', to: a time is written as 07:30."),
        (b"crews = 1", "there is no such field"),
    ):
        path.write_bytes(content)
        with pytest.raises(RefusedInput, match=sentence.replace(".", r"\.")):
            import_roster(work, path)
