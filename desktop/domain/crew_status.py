"""How a crew's day goes: worked out from its plan, from what was told of its stops, and from the time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from data.records import StopEvent

LATE_MIN = 5  # less is within what a plan can promise


class StopKind(StrEnum):
    """What can be told of a stop; ACKNOWLEDGED of a whole crew."""

    ACKNOWLEDGED = "acknowledged"
    STARTED = "started"
    DONE = "done"
    NOT_FOUND = "not_found"
    OTHER_CREW = "other_crew"


ENDED = frozenset({StopKind.DONE, StopKind.NOT_FOUND, StopKind.OTHER_CREW})


class CrewState(StrEnum):
    """Where a crew stands."""

    PLANNED = "planned"  # nobody said that they saw the plan
    ACKNOWLEDGED = "acknowledged"
    UNDER_WAY = "under_way"
    AT_STOP = "at_stop"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class CrewStatus:
    """Where a crew stands, how many stops are behind it, which one it is at or bound for, and how late it is."""

    state: CrewState
    stops: int
    ended: int
    at: int | None  # the sequence of the stop it is at or bound for
    late_min: int  # 0 while it is within LATE_MIN of its plan

    @property
    def words(self) -> str:
        """In a few words: at stop 3, 12 min late."""
        told = {
            CrewState.PLANNED: "not acknowledged",
            CrewState.ACKNOWLEDGED: "acknowledged",
            CrewState.UNDER_WAY: f"under way to stop {self.at}",
            CrewState.AT_STOP: f"at stop {self.at}",
            CrewState.DONE: "done",
        }[self.state]
        return f"{told}, {self.late_min} min late" if self.late_min else told


def crew_status(crew: Mapping[str, Any], events: Sequence[StopEvent], now: datetime) -> CrewStatus:
    """The status of a crew of a plan's content. `events` are those of this crew, in order of time."""
    stops = crew["stops"]
    last = {one.job: one for one in events if one.job}
    ended = [stop for stop in stops if _kind(last, stop) in ENDED]
    at = next((stop for stop in stops if _kind(last, stop) is StopKind.STARTED), None)
    ahead = next((stop for stop in stops if _kind(last, stop) is None), None)
    late = _late_min(at, ahead, last, now)
    if at is not None:
        return CrewStatus(CrewState.AT_STOP, len(stops), len(ended), at["sequence"], late)
    if ahead is None:
        return CrewStatus(CrewState.DONE, len(stops), len(ended), None, 0)
    if ended:
        return CrewStatus(CrewState.UNDER_WAY, len(stops), len(ended), ahead["sequence"], late)
    seen = any(one.kind == StopKind.ACKNOWLEDGED for one in events)
    state = CrewState.ACKNOWLEDGED if seen else CrewState.PLANNED
    if seen and now >= _leaves(stops[0]):
        state = CrewState.UNDER_WAY
    return CrewStatus(state, len(stops), 0, ahead["sequence"], late)


def _kind(last: Mapping[str, StopEvent], stop: Mapping[str, Any]) -> StopKind | None:
    event = last.get(str(stop["job"]))
    return StopKind(event.kind) if event is not None else None


def _leaves(stop: Mapping[str, Any]) -> datetime:
    """When a crew has to set out for a stop."""
    arrival = datetime.fromisoformat(stop["arrival"])
    return datetime.fromtimestamp(arrival.timestamp() - float(stop["leg_drive_s"]), tz=arrival.tzinfo)


def _late_min(
    at: Mapping[str, Any] | None, ahead: Mapping[str, Any] | None, last: Mapping[str, StopEvent], now: datetime
) -> int:
    """By how much what should have happened by now has not: work begun late, not ended, or not begun."""
    if at is not None:
        started = last[str(at["job"])].at - datetime.fromisoformat(at["service_start"])
        over = now - datetime.fromisoformat(at["departure"])
        minutes = max(started, over).total_seconds() / 60
    elif ahead is not None:
        minutes = (now - datetime.fromisoformat(ahead["service_start"])).total_seconds() / 60
    else:
        return 0
    return int(minutes) if minutes >= LATE_MIN else 0
