"""What the demo city's staff did with each request: outcomes, who answered, planned days, notes.

Nothing is drawn anew: all follows from a request's number, so that a seed's city is the same in every other respect.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np

from data.demo.catalogue import ENDINGS, NOT_FOUND, NOT_FOUND_OUTCOMES, SERVICES
from data.demo.city_time import EPOCH
from data.demo.frame import TIMEZONE, Floats
from data.demo.requests import CLOSED, SCHEDULED, SUBMITTED, RequestColumns

NOT_FOUND_SHARE = 0.05  # of closed requests
NOTE_DAYS = 21  # older conversations are not kept
_STAFF = ("Silja Osierwick", "Ivo Kettlespoke", "Hedla Fernlatch", "Tormo Plovergarth")
_INTERNAL = (
    "Called back, nobody answered.",
    "Crew knows the place from last year.",
    "Owner of the plot asked; waits for a letter.",
    "Photo is clear, no need to look first.",
    "Second report from the same house.",
    "Needs two people and the small lorry.",
)
_AGAIN = (
    "It is still there. When does somebody come?",
    "Thank you. It has become worse since yesterday.",
    "I can show your crew the place, I am in after four.",
    "Is there any news?",
    "Sorry, I gave the wrong house number, it is next door.",
)


@dataclass(frozen=True, slots=True)
class DemoNote:
    """Something said about a request: its place in the chunk, when, by whom, of which kind."""

    at: int
    at_ms: int
    author: str
    kind: str
    text: str


class DeskWork:
    """The desk's part in some consecutive requests."""

    def __init__(self, columns: RequestColumns, first: int, count: int) -> None:
        self._columns, self._part = columns, slice(first, first + count)
        self._number = np.arange(first, first + count) + 1
        self._status = columns.status[self._part]
        self._answered = self._status != SUBMITTED
        self._zone = ZoneInfo(TIMEZONE)
        self._last_day = int(columns.requested_day[-1])

    def outcomes(self, draw: Floats) -> list[str]:
        """How closed requests ended, in agreement with their notes."""
        found = []
        for kind, stands, share in zip(self._services(), self._status.tolist(), draw.tolist(), strict=True):
            at = int(share * 9973)
            if stands != CLOSED:
                found.append("")
            elif share < NOT_FOUND_SHARE:
                found.append(NOT_FOUND_OUTCOMES[at % len(NOT_FOUND)])
            else:
                ending = ENDINGS[SERVICES[kind].code]
                found.append("no_action" if ending[at % len(ending)].startswith("Inspected") else "fixed")
        return found

    def acknowledged_by(self) -> list[str]:
        """A machine answered one in twelve."""
        machine = self._every(12, 5)
        return ["" if not yes else "machine" if auto else "person" for yes, auto in _pairs(self._answered, machine)]

    def scheduled_for(self) -> list[date | None]:
        """The day of what is planned: that of its deadline, or the next after the last day told."""
        tomorrow = EPOCH + timedelta(days=self._last_day + 1)
        due = self._columns.due_ms[self._part].tolist()
        return [
            max(self._local(ms).date(), tomorrow) if stands == SCHEDULED else None
            for ms, stands in zip(due, self._status.tolist(), strict=True)
        ]

    def reopened(self) -> list[int]:
        """One in fifty of those in hand was closed once before."""
        again = self._every(50, 7) & self._in_hand()
        return [int(yes) for yes in again]

    def awaiting(self) -> list[bool]:
        """Of one in fifteen in hand the resident wrote last."""
        return [bool(yes) for yes in self._every(15, 4) & self._in_hand()]

    def notes(self, addresses: Sequence[str], endings: Sequence[object]) -> list[DemoNote]:
        """What was said in the last weeks: answers, a few words among staff, and residents who wrote again."""
        columns, found = self._columns, list[DemoNote]()
        recent = self._answered & (columns.requested_day[self._part] > self._last_day - NOTE_DAYS)
        aside, again = self._every(9, 2), self._every(15, 4) & self._in_hand()
        for at in np.flatnonzero(recent | again).tolist():
            number = int(self._number[at])
            found.append(self._answer(at, columns.acknowledged_ms[self._part][at], self._received(at, addresses[at])))
            if aside[at]:
                at_ms = int(columns.acknowledged_ms[self._part][at]) + 1000
                text = _INTERNAL[number // 9 % len(_INTERNAL)]
                found.append(DemoNote(at, at_ms, _STAFF[(number + 1) % len(_STAFF)], "internal", text))
            if self._status[at] == CLOSED:
                found.append(self._answer(at, columns.closed_ms[self._part][at], str(endings[at])))
            if again[at]:
                at_ms = int(columns.updated_ms[self._part][at]) + 2000
                found.append(DemoNote(at, at_ms, "resident", "reporter", _AGAIN[number // 15 % len(_AGAIN)]))
        return found

    def _answer(self, at: int, at_ms: int, text: str) -> DemoNote:
        return DemoNote(at, int(at_ms), _STAFF[int(self._number[at]) % len(_STAFF)], "answer", text)

    def _received(self, at: int, address: str) -> str:
        service = SERVICES[int(self._columns.service[self._part][at])].name
        due = self._local(int(self._columns.due_ms[self._part][at]))
        where = address or "the place you told us of"
        return f"Thank you for reporting {service} at {where}. We look at it by {due:%H:%M} on {due:%Y-%m-%d}."

    def _every(self, step: int, rest: int) -> np.ndarray:
        """Every so-manieth request, spread over time and services."""
        return np.asarray((self._number * 7919 // 13) % step == rest % step)

    def _in_hand(self) -> np.ndarray:
        return np.asarray(self._answered & (self._status != CLOSED))

    def _services(self) -> list[int]:
        found: list[int] = self._columns.service[self._part].tolist()
        return found

    def _local(self, ms: int) -> datetime:
        return datetime.fromtimestamp(ms / 1000, tz=self._zone)


def _pairs(one: np.ndarray, two: np.ndarray) -> zip[tuple[bool, bool]]:
    return zip(one.tolist(), two.tolist(), strict=True)
