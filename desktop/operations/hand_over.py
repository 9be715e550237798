"""The hand-over for the next shift: what happened since this one began, what waits, and what is worth knowing.

Figures come from the definitions in desktop.domain over the snapshot, deeds from the log. Nothing is written.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from data import outbox
from data.columns import Columns, load_columns
from data.errors import RefusedInput
from data.records import City
from data.unit_of_work import ReadUnit
from desktop.domain import attention, storms
from desktop.domain.attention import Mask, Moment, SameDay
from desktop.domain.city_settings import settings_of
from desktop.domain.shifts import Shift, shift_until
from desktop.operations.city_areas import CityAreas, read_areas
from desktop.operations.incident_policy import POLICY
from desktop.operations.notice_storms import notice_storms
from desktop.operations.send_messages import SEND
from desktop.operations.undo import UNDO, undone_among
from desktop.operations.work import Work

LINES_MOST = 15  # requests listed by name under each heading
NOTES_MOST, HELD_MOST = 25, 12


@dataclass(frozen=True, slots=True)
class Line:
    """A request worth naming, with the time that puts it there: its deadline, or when it came."""

    request_id: int
    number: str
    service: str
    address: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Waiting:
    """A line of the queue: how many wait on it, and the most urgent of them."""

    key: str  # unacknowledged, overdue, due_next, awaiting
    count: int
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class StormTold:
    """An unusual rate as of now; no area for one all over the city."""

    service: str
    area: str
    count: int
    hours: int
    usual: float


@dataclass(frozen=True, slots=True)
class Deed:
    """What a person did in the shift, acts that were undone left out."""

    verb: str
    acts: int
    requests: int


@dataclass(frozen=True, slots=True)
class Person:
    """A staff member, or a program that acts, by the name in the log."""

    name: str
    deeds: tuple[Deed, ...]
    undone: int  # acts of theirs that were taken back


@dataclass(frozen=True, slots=True)
class Said:
    """A note among staff, or a message to a resident that has not left."""

    request_id: int
    number: str
    at: datetime  # when it was written; of a message, until when it is held
    author: str
    text: str


@dataclass(frozen=True, slots=True)
class HandOver:
    """Everything the page tells."""

    city: str
    timezone: str
    shift: Shift
    came_in: int
    acknowledged: int
    by_machine: int  # of the acknowledged, those that no person answered
    closed: int
    today: SameDay
    goal: float
    missing: int  # more acknowledgements that reach the day's goal
    waits: tuple[Waiting, ...]
    storms: tuple[StormTold, ...]
    people: tuple[Person, ...]
    notes: tuple[Said, ...]  # the newest first
    notes_count: int
    held: tuple[Said, ...]
    held_count: int
    failed_count: int  # messages that could not leave

    def to_json(self) -> dict[str, Any]:
        """Plain values; times are ISO 8601 in the city's zone."""
        zone = ZoneInfo(self.timezone)
        content = {**asdict(self), **asdict(self.shift), "due_next_until": self.shift.next_end}
        for name in ("shift", "next_end"):
            del content[name]
        content |= {f"{one.key}_count": one.count for one in self.waits}
        found: dict[str, Any] = _plain(content, zone)
        return found


def _plain(value: Any, zone: ZoneInfo) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(zone).isoformat(timespec="seconds")
    if isinstance(value, dict):
        return {key: _plain(item, zone) for key, item in value.items()}
    return [_plain(item, zone) for item in value] if isinstance(value, tuple | list) else value


def hand_over(
    work: Work, *, since: datetime | None = None, hours: float | None = None, columns: Columns | None = None
) -> HandOver:
    """What the next shift must know. The shift began at `since`, `hours` ago, or when the city last opened.

    `columns` are a snapshot that is on show; without it the store's own is read. RefusedInput for a shift to come.
    """
    city, now = work.city(), work.clock.now()
    settings = settings_of(city)
    if hours is not None:
        since = now - timedelta(hours=hours)
    shift = shift_until(settings.calendar(city.timezone), now, since)
    if shift.since >= shift.until:
        raise RefusedInput(
            f"The shift would begin at {shift.since:%Y-%m-%d %H:%M} UTC, which is to come; name a past time."
        )
    columns = load_columns(work.store) if columns is None else columns
    with work.store.read() as unit:
        return _computed(unit, city, shift, columns, settings.goal_share)


def _computed(unit: ReadUnit, city: City, shift: Shift, columns: Columns, goal: float) -> HandOver:
    since_ms, now_ms = _ms(shift.since), _ms(shift.until)
    acknowledged = attention.acknowledged_between(columns, since_ms, now_ms)
    today = attention.same_day(columns, Moment.at(shift.until, city.timezone))
    notes = unit.notes.internal_between(shift.since, shift.until)
    states = unit.outbox.counts()
    return HandOver(
        city.name,
        city.timezone,
        shift,
        came_in=_count(attention.arrived_between(columns, since_ms, now_ms)),
        acknowledged=_count(acknowledged),
        by_machine=_count(acknowledged & (columns.by_machine != 0)),
        closed=_count(attention.closed_between(columns, since_ms, now_ms)),
        today=today,
        goal=goal,
        missing=attention.missing_to(goal, today),
        waits=_waits(unit, city, shift, columns),
        storms=_storms(unit, city, shift, columns),
        people=_people(unit, shift),
        notes=_notes(unit, notes[::-1][:NOTES_MOST]),
        notes_count=len(notes),
        held=_held(unit),
        held_count=states.get(outbox.HELD, 0),
        failed_count=states.get(outbox.FAILED, 0),
    )


def _count(mask: Mask) -> int:
    return int(np.count_nonzero(mask))


def _ms(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)


# what waits


def _waits(unit: ReadUnit, city: City, shift: Shift, columns: Columns) -> tuple[Waiting, ...]:
    """Each line of the queue that the next shift takes over, the most urgent requests first."""
    moment = Moment.at(shift.until, city.timezone, soon=shift.next_end - shift.until)
    came, due = columns.requested_ms, columns.due_ms
    services = {service.id: service.service_name for service in unit.services.all()}
    return tuple(
        Waiting(key, _count(mask), _lines(unit, columns, mask, order, services))
        for key, mask, order in (
            ("unacknowledged", attention.unacknowledged(columns), came),
            ("overdue", attention.overdue(columns, moment), due),
            ("due_next", attention.due_soon(columns, moment), due),
            ("awaiting", attention.awaiting_answer(columns), came),
        )
    )


def _lines(
    unit: ReadUnit, columns: Columns, mask: Mask, order: NDArray[np.int64], services: dict[Any, str]
) -> tuple[Line, ...]:
    at = np.flatnonzero(mask)
    at = at[np.lexsort((columns.id[at], order[at]))][:LINES_MOST]
    times = {int(columns.id[one]): int(order[one]) for one in at.tolist()}
    return tuple(
        Line(
            int(row.id),
            row.service_request_id,
            services.get(row.service_id, ""),
            row.address,
            datetime.fromtimestamp(times[int(row.id)] / 1000, UTC),
        )
        for row in unit.requests.many(columns.id[at].tolist())
    )


def _storms(unit: ReadUnit, city: City, shift: Shift, columns: Columns) -> tuple[StormTold, ...]:
    areas: CityAreas = read_areas(unit)
    services = {int(service.id): service.service_name for service in unit.services.all()}
    return tuple(
        StormTold(
            services.get(one.service_id, ""), areas.names.get(one.area_id, ""), one.count, storms.HOURS, one.usual
        )
        for one in notice_storms(columns, areas, shift.until, city.timezone)
    )


# what was done and said


def _people(unit: ReadUnit, shift: Shift) -> tuple[Person, ...]:
    """Who did what, by name; an undo shows as what it left standing, and the policy is nobody.

    Acts on requests tell in the log how many they were on, for a note changes none; of others, the events say it.
    """
    acts = unit.log.acts_between(shift.since, shift.until)
    undone = undone_among(acts)
    silent = (UNDO, SEND)  # sending is no deed
    standing = [act for act in acts if act.verb not in silent and act.actor != POLICY and act.id not in undone]
    reached = unit.log.requests_of([act.id for act in standing])
    taken_back = Counter(act.actor for act in acts if act.verb != UNDO and act.id in undone)
    done: dict[str, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    for act in standing:
        done[act.actor][act.verb].append(int(act.summary.get("requests", reached.get(act.id, 0))))
    return tuple(
        Person(
            name,
            tuple(Deed(verb, len(counts), sum(counts)) for verb, counts in sorted(done[name].items())),
            taken_back[name],
        )
        for name in sorted({*done, *taken_back}, key=lambda name: (name.casefold(), name))
    )


def _notes(unit: ReadUnit, notes: Sequence[Any]) -> tuple[Said, ...]:
    numbers = _numbers(unit, [note.request_id for note in notes])
    return tuple(
        Said(int(one.request_id), numbers.get(int(one.request_id), ""), one.at, one.author, one.text) for one in notes
    )


def _held(unit: ReadUnit) -> tuple[Said, ...]:
    """The messages that leave next."""
    messages = unit.outbox.held(HELD_MOST)
    numbers = _numbers(unit, [one.request_id for one in messages if one.request_id is not None])
    return tuple(
        Said(
            int(one.request_id or 0),
            numbers.get(int(one.request_id or 0), ""),
            one.hold_until,
            "",
            str(one.payload.get("text", "")),
        )
        for one in messages
    )


def _numbers(unit: ReadUnit, ids: Sequence[int]) -> dict[int, str]:
    return {int(row.id): row.service_request_id for row in unit.requests.many(sorted({int(key) for key in ids}))}
