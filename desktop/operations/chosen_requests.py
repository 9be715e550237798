"""Which requests an act is about: those named, with the versions that were seen, and those it may not touch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import compress
from typing import Any

from data.errors import Conflict, RefusedInput
from data.records import City, RequestId, Status
from data.unit_of_work import ReadUnit, WriteUnit
from data.values import MISSING
from desktop.domain.act_words import words_of
from desktop.domain.city_settings import CitySettings
from desktop.domain.lifecycle import Verb, refusal
from desktop.domain.plain_text import amount
from desktop.operations.work import Work

Values = dict[str, list[Any]]
_READ = (
    "id", "service_request_id", "source_id", "service_id", "status", "version", "address", "due_at", "agency_id",
    "incident_id", "acknowledged_at", "acknowledged_by", "closed_at", "outcome", "scheduled_for", "reopened_count",
    "awaits_answer", "requested_at", "agency_trail", "reported_service_id", "queue",
)  # fmt: skip
_NULLABLE = ("due_at", "agency_id", "incident_id", "acknowledged_at", "closed_at", "reported_service_id")


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked of an act on requests.

    comment: words of a person, or template: the code of a text; both may hold placeholders where residents are told.
    expected: the versions that the person saw. include_incident: the other open reports of the same incidents too.
    first: the request that these repeat, by its number and its source.
    """

    verb: Verb
    request_ids: Sequence[RequestId]
    comment: str = ""
    template: str = ""
    expected: Mapping[RequestId, int] | None = None
    include_incident: bool = False
    contact: str = ""
    summary: Mapping[str, Any] = field(default_factory=dict)
    first: tuple[str, int] = ("", 0)


@dataclass(slots=True)
class Rows:
    """The requests that an act is about, a list a column; `refused` are those it may not touch, with the reason."""

    columns: Values
    refused: list[dict[str, Any]] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.columns["id"])

    def __getitem__(self, name: str) -> list[Any]:
        return self.columns[name]

    def keep(self, reasons: Sequence[str]) -> None:
        """Leave out the rows that have a reason against them, and remember it."""
        named = zip(self["id"], self["service_request_id"], reasons, strict=True)
        self.refused += [
            {"request_id": key, "service_request_id": name, "reason": f"Request {name} {reason}."}
            for key, name, reason in named
            if reason
        ]
        fits = [not reason for reason in reasons]
        self.columns = {name: list(compress(column, fits)) for name, column in self.columns.items()}


@dataclass(frozen=True, slots=True)
class Scene:
    """One act while it is written."""

    work: Work
    unit: WriteUnit
    city: City
    settings: CitySettings
    now: datetime
    rows: Rows


def chosen_rows(unit: WriteUnit, wish: Wish) -> Rows:
    """The named requests and, where asked, the open ones of their incidents that the act is allowed for."""
    named = sorted({int(key) for key in wish.request_ids})
    if not named:
        raise RefusedInput("No request is named; choose at least one.")
    rows = Rows(_read(unit, named))
    gone = sorted(set(named) - set(rows["id"]))
    rows.refused += [
        {"request_id": key, "service_request_id": "", "reason": "A request is no longer there."} for key in gone
    ]
    _expect(unit, rows, wish.expected or {})
    if wish.include_incident:
        incidents = sorted({key for key in rows["incident_id"] if key is not None})
        mates = read_requests(unit, sorted(set(unit.incidents.members_of(incidents)) - set(named)), wish.verb)
        rows.columns = {name: column + mates[name] for name, column in rows.columns.items()}
    return rows


def _read(unit: ReadUnit, ids: Sequence[int]) -> Values:
    arrays = unit.requests.arrays(_READ, ids=ids)
    found: Values = {name: values.tolist() for name, values in arrays.items()}
    for name in _NULLABLE:
        found[name] = [None if value == MISSING else value for value in found[name]]
    return found


def read_requests(unit: ReadUnit, ids: Sequence[int], verb: Verb) -> Rows:
    """Requests as rows, those apart that the act is not allowed for."""
    rows = Rows(_read(unit, ids))
    rows.keep([refusal(verb, Status(status)) for status in rows["status"]])
    return rows


def _expect(unit: ReadUnit, rows: Rows, expected: Mapping[RequestId, int]) -> None:
    """Conflict where a request is not the one that the person saw."""
    seen = {int(key): version for key, version in expected.items()}
    stale = [at for at, key in enumerate(rows["id"]) if seen.get(key, rows["version"][at]) != rows["version"][at]]
    if not stale:
        return
    last = unit.log.last_touch("service_request", rows["id"][stale[0]])
    by = f" by {last.actor} at {last.at:%Y-%m-%d %H:%M} UTC ({words_of(last.verb)})" if last else ""
    more = f", and {amount(len(stale) - 1)} more" if len(stale) > 1 else ""
    name = rows["service_request_id"][stale[0]]
    sentence = f"Request {name} was changed{by} meanwhile{more}; look at it again and repeat your act."
    raise Conflict(sentence, rows["id"][stale[0]])
