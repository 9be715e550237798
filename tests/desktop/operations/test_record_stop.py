"""What crews tell of their stops: kept with the plan, carried to the requests, undone as one; on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from data.errors import Conflict, RefusedInput
from data.records import Status
from data.store import Store
from desktop.domain.clock import FixedClock
from desktop.domain.crew_status import CrewState, StopKind
from desktop.operations.record_stop import StopMark, crews_status, record_stop
from desktop.operations.service_times import learn_service_times, measured_work, service_times
from desktop.operations.undo import undo
from desktop.operations.work import Work
from tests.desktop.operations.desk import NOW, later, make_desk, outbox_of, request, state

TUESDAY = date(2026, 10, 13)
CITY = ZoneInfo("America/New_York")


def stop(sequence: int, *ids: int, part: tuple[int, int] | None = None) -> dict[str, Any]:
    """A stop of the plan, an hour after the one before."""
    start = datetime(2026, 10, 13, 7 + sequence, tzinfo=CITY)
    times = {"arrival": start.isoformat(), "service_start": start.isoformat()}
    end = (start + timedelta(minutes=30)).isoformat()
    return {"sequence": sequence, "job": f"J{sequence}", "request_ids": list(ids), "departure": end, "part": part} | {
        **times,
        "leg_drive_s": 300,
    }


@pytest.fixture
def work(any_store: Store) -> Work:
    """A desk with an incident of requests 1 and 5, and a plan of four stops for Crew 1, on each database."""
    desk = make_desk(any_store)
    row = {"parent_request_id": 1, "accepted_by": "policy", "score": 0.9, "request_count": 2}
    stops = [stop(1, 1, 5), stop(2, 2), stop(3, 3, part=(1, 2)), {**stop(4), "request_ids": []}]
    content = {"crews": [{"crew": "Crew 1", "stops": stops}, {"crew": "Crew 2", "stops": []}]}
    with any_store.write("test", actor="ana", at=NOW) as unit:
        (incident,) = unit.create("incident", [row])
        unit.change_columns("service_request", [1, 5], {"incident_id": [incident] * 2, "incident_score": [1.0, 0.9]})
        unit.create("plan", [{"date": TUESDAY, "created_at": NOW, "content": content}])
        unit.commit()
    return desk


def told(work: Work) -> list[tuple[str, str, int | None]]:
    """Kind, job and part of everything that happened in the plan."""
    with work.store.read() as unit:
        return [(one.kind, one.job, one.part) for one in unit.stop_events.of_plan(1)]


def test_a_stop_that_is_done_closes_all_its_reports(work: Work) -> None:
    """Both reports of the incident are closed as fixed and answered, in one act with the mark; undo takes all back."""
    before = state(work.store)
    done = record_stop(work, mark=StopMark("Crew 1", StopKind.DONE, 1, by="Zoe"))
    assert [(request(work, n).status, request(work, n).outcome) for n in (1, 5)] == [(Status.CLOSED, "fixed")] * 2
    assert request(work, 5).status_notes == "A crew has dealt with Tree at 4 Elm Street."
    assert [(key, kind) for key, kind, _ in outbox_of(work)] == [(1, "close"), (5, "close")]
    assert told(work) == [("done", "J1", None)]
    assert done.sentence == "Crew 1, stop 1: done. Closed 2 requests."
    assert done.act_id is not None
    undo(work, act_id=done.act_id)
    after = state(work.store)
    assert after["stop_event"] == before["stop_event"] == []
    assert after["service_request"] == before["service_request"]


def test_not_found_is_an_outcome_of_its_own(work: Work) -> None:
    """Residents are told so, in the words of whoever marks it where there are some."""
    record_stop(work, mark=StopMark("Crew 1", StopKind.NOT_FOUND, job="J2", answer="We looked for {service} in vain."))
    assert (request(work, 2).outcome, request(work, 2).status_notes) == ("not_found", "We looked for Tree in vain.")


def test_another_crew_is_a_note_among_staff(work: Work) -> None:
    """The request stays open, nobody outside hears of it, and its next plan knows."""
    record_stop(work, mark=StopMark("Crew 1", StopKind.OTHER_CREW, 2, note="needs a winch <b>"))
    assert request(work, 2).status is Status.SUBMITTED
    assert outbox_of(work) == []
    with work.store.read() as unit:
        (note,) = unit.notes.of(2)
    assert (note.kind, note.text) == ("internal", "Crew 1: needs another crew. needs a winch <b>")


def test_work_that_began_is_said_once(work: Work) -> None:
    """Started sets the request in progress; started again is refused, done is still possible."""
    record_stop(work, mark=StopMark("Crew 1", StopKind.STARTED, 2))
    assert request(work, 2).status is Status.IN_PROGRESS
    with pytest.raises(RefusedInput, match=r"Stop 2 of Crew 1 was marked 'started' at 08:00; undo that first\."):
        record_stop(work, mark=StopMark("Crew 1", StopKind.STARTED, 2))
    record_stop(later(work, minutes=30), mark=StopMark("Crew 1", StopKind.DONE, 2))
    assert [kind for kind, _, _ in told(work)] == ["started", "done"]
    with pytest.raises(RefusedInput, match="was marked 'done' at 08:30"):
        record_stop(later(work, minutes=31), mark=StopMark("Crew 1", StopKind.NOT_FOUND, 2))


def test_a_part_that_is_done_closes_nothing_yet(work: Work) -> None:
    """The first of two parts leaves the request open with a note, and is kept with its part."""
    record_stop(work, mark=StopMark("Crew 1", StopKind.DONE, 3))
    assert request(work, 3).status is Status.SUBMITTED
    assert told(work) == [("done", "J3", 1)]


def test_marks_without_requests_are_acts_too(work: Work) -> None:
    """A place of a round, a whole crew, and a stop whose requests are closed already: kept, and undone."""
    record_stop(work, mark=StopMark("Crew 1", StopKind.ACKNOWLEDGED))
    done = record_stop(work, mark=StopMark("Crew 1", StopKind.DONE, 4))
    record_stop(work, mark=StopMark("Crew 2", StopKind.ACKNOWLEDGED))
    with work.store.write("test", actor="ana", at=NOW) as unit:
        unit.change("service_request", {2: {"status": "closed", "closed_at": NOW, "outcome": "fixed"}})
        unit.commit()
    closed = record_stop(work, mark=StopMark("Crew 1", StopKind.DONE, 2))
    assert closed.sentence == "Crew 1, stop 2: done. Request R1 is closed; reopen it first."
    assert [kind for kind, _, _ in told(work)] == ["acknowledged", "done", "acknowledged", "done"]
    assert done.act_id is not None
    undo(work, act_id=done.act_id)
    assert ("done", "J4", None) not in told(work)


def test_a_day_to_come_has_no_stops_to_tell_of(work: Work) -> None:
    """The evening before nothing has happened yet; nothing is kept."""
    before, early = state(work.store), replace(work, clock=FixedClock(NOW - timedelta(days=1)))
    with pytest.raises(RefusedInput, match="The plan is of 2026-10-13"):
        record_stop(early, mark=StopMark("Crew 1", StopKind.DONE, 1), plan_id=1)
    assert state(work.store) == before


@pytest.mark.parametrize(
    ("mark", "day", "sentence"),
    [
        (StopMark("Crew 9", StopKind.DONE, 1), None, "The plan of 2026-10-13 has no crew 'Crew 9'; it has Crew 1, "),
        (StopMark("Crew 1", StopKind.DONE, 9), None, "Crew 1 has no stop 9; it has 4 stops."),
        (StopMark("Crew 1", StopKind.DONE, job="X"), None, "Crew 1 has no job 'X'; it has 4 stops."),
        (StopMark("Crew 1", StopKind.DONE), None, "Say which stop of Crew 1 is done, by its number or its job."),
        (StopMark("Crew 1", StopKind.DONE, 1), date(2026, 10, 14), "There is no plan of 2026-10-14; make one"),
        (
            StopMark("Crew 1", StopKind.DONE, 1, at=NOW + timedelta(hours=1)),
            None,
            "2026-10-13 09:00 is still to come.",
        ),
        (StopMark("Crew 1", StopKind.DONE, 1, note="x" * 2001), None, "The note has 2,001 characters; 2,000 are "),
        (StopMark("Crew 1", StopKind.DONE, 1, answer="{nothing}"), None, "There is no placeholder {nothing}"),
    ],
)
def test_what_makes_no_sense_is_refused(work: Work, mark: StopMark, day: date | None, sentence: str) -> None:
    """One sentence, and nothing is kept."""
    before = state(work.store)
    with pytest.raises(RefusedInput) as refused:
        record_stop(work, mark=mark, day=day)
    assert str(refused.value).startswith(sentence)
    assert state(work.store) == before


def test_two_people_mark_one_stop(work: Work, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who comes second, having looked before the first one's mark, gets a conflict and changes nothing."""
    from desktop.operations import record_stop as module

    mark = StopMark("Crew 1", StopKind.DONE, 4, by="Abe")
    record_stop(work, mark=mark)
    monkeypatch.setattr(module, "_refuse_ended", lambda *_: None)  # as if it was looked at earlier
    with pytest.raises(Conflict, match=r"was marked 'done' at 08:00 by Abe meanwhile"):
        record_stop(work, mark=mark)
    assert len(told(work)) == 1


def test_the_status_of_crews_follows_their_marks(work: Work) -> None:
    """From the marks of the store: at a stop, under way, and a crew without stops done."""
    record_stop(work, mark=StopMark("Crew 1", StopKind.STARTED, 1))
    with work.store.read() as unit:
        (plan,) = unit.plans.all()
        found = crews_status(unit, plan, NOW)
    assert (found["Crew 1"].state, found["Crew 1"].at) == (CrewState.AT_STOP, 1)
    assert found["Crew 2"].state is CrewState.DONE


def measure(work: Work, minutes: list[int], request_id: int = 2) -> None:
    """Stops of one request's service that took so long."""
    with work.store.write("test", actor="ana", at=NOW) as unit:
        for number, took in enumerate(minutes):
            row = {"plan_id": 1, "crew": "Crew 1", "job": f"M{number}", "request_id": request_id}
            unit.create("stop_event", [{**row, "kind": "started", "at": NOW}])
            unit.create("stop_event", [{**row, "kind": "done", "at": NOW + timedelta(minutes=took)}])
        unit.commit()


def test_service_times_are_offered_and_taken_when_asked(work: Work) -> None:
    """Eight stops of ten minutes against thirty stated offer twenty; nothing changes before somebody takes it."""
    measure(work, [10] * 8)
    with work.store.read() as unit:
        (offer,) = service_times(unit)
        assert unit.services.all()[1].service_duration_s == 1800
    assert (offer.measured, offer.offered_s, offer.worth) == (8, 1200, True)
    taken = learn_service_times(work, service_codes=["TREE"])
    assert taken.counts["changed"] == 1
    with work.store.read() as unit:
        assert unit.services.all()[1].service_duration_s == 1200
        (again,) = service_times(unit)
    assert (again.stated_s, again.offered_s, again.worth) == (1800, 1200, False)  # not shrunk towards itself
    assert taken.act_id is not None
    undo(work, act_id=taken.act_id)
    with work.store.read() as unit:
        assert unit.services.all()[1].service_duration_s == 1800


def test_what_is_no_whole_work_is_not_measured(work: Work) -> None:
    """Parts, rounds, stops without a beginning and those not found teach nothing; too few are refused."""
    record_stop(work, mark=StopMark("Crew 1", StopKind.STARTED, 3))
    record_stop(later(work, minutes=9), mark=StopMark("Crew 1", StopKind.DONE, 3))
    record_stop(work, mark=StopMark("Crew 1", StopKind.STARTED, 4))
    record_stop(later(work, minutes=9), mark=StopMark("Crew 1", StopKind.DONE, 4))
    record_stop(work, mark=StopMark("Crew 1", StopKind.DONE, 2))
    record_stop(work, mark=StopMark("Crew 1", StopKind.STARTED, 1))
    with work.store.read() as unit:
        assert measured_work(unit) == {}
    record_stop(later(work, minutes=7), mark=StopMark("Crew 1", StopKind.DONE, 1))
    with work.store.read() as unit:
        assert measured_work(unit) == {1: [420.0]}
    with pytest.raises(RefusedInput, match="Too few stops of 'TREE' were measured yet"):
        learn_service_times(work, service_codes=["TREE"])
