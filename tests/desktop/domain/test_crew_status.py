"""How a crew's day goes, from its plan, its stops and the time."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from data.records import PlanId, StopEvent
from desktop.domain.crew_status import CrewState, crew_status

EIGHT = datetime.fromisoformat("2026-10-13T08:00:00+00:00")


def at(minutes: int) -> datetime:
    """So many minutes past eight."""
    return EIGHT + timedelta(minutes=minutes)


def stop(sequence: int, start: int, end: int) -> dict[str, Any]:
    """A stop of a plan, ten minutes' drive from the one before."""
    times = {"arrival": at(start).isoformat(), "service_start": at(start).isoformat()}
    return {"sequence": sequence, "job": f"R{sequence}", **times, "departure": at(end).isoformat(), "leg_drive_s": 600}


CREW = {"stops": [stop(1, 10, 40), stop(2, 50, 80)]}


def told(kind: str, minutes: int, job: str = "") -> StopEvent:
    """Something that a crew said."""
    return StopEvent(1, PlanId(1), "Crew 1", job, None, None, None, None, at(minutes), kind, "", "")


@pytest.mark.parametrize(
    ("events", "now", "state", "words"),
    [
        ([], -30, CrewState.PLANNED, "not acknowledged"),
        ([told("acknowledged", -20)], -10, CrewState.ACKNOWLEDGED, "acknowledged"),
        ([told("acknowledged", -20)], 5, CrewState.UNDER_WAY, "under way to stop 1"),
        ([], 25, CrewState.PLANNED, "not acknowledged, 15 min late"),
        ([told("started", 12, "R1")], 20, CrewState.AT_STOP, "at stop 1"),
        ([told("started", 17, "R1")], 20, CrewState.AT_STOP, "at stop 1, 7 min late"),
        ([told("started", 12, "R1")], 60, CrewState.AT_STOP, "at stop 1, 20 min late"),
        ([told("started", 12, "R1"), told("done", 40, "R1")], 45, CrewState.UNDER_WAY, "under way to stop 2"),
        ([told("not_found", 12, "R1")], 70, CrewState.UNDER_WAY, "under way to stop 2, 20 min late"),
        ([told("done", 40, "R1"), told("other_crew", 55, "R2")], 300, CrewState.DONE, "done"),
        ([told("done", 55, "R2")], 20, CrewState.UNDER_WAY, "under way to stop 1, 10 min late"),
    ],
)
def test_where_a_crew_stands(events: list[StopEvent], now: int, state: CrewState, words: str) -> None:
    """State, the stop it is about, and lateness against the plan; within five minutes nobody is late."""
    found = crew_status(CREW, events, at(now))
    assert (found.state, found.words) == (state, words)
    assert found.stops == 2


def test_a_crew_without_stops_is_done() -> None:
    """Nothing to do is nothing to be late for."""
    assert crew_status({"stops": []}, [], at(0)).state is CrewState.DONE
