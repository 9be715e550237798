"""Find requests by the numbers that people know, and show them as plain values."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from data.errors import RefusedInput
from data.records import Event, RequestId, ServiceRequest
from data.unit_of_work import ReadUnit
from desktop.domain.agency_trail import moves, returns

_SHOWN = (
    "service_request_id", "status", "outcome", "address", "description", "requested_at", "acknowledged_at",
    "acknowledged_by", "closed_at", "due_at", "scheduled_for", "reopened_count", "awaits_answer", "status_notes",
    "assigned_reason", "incident_id", "version",
)  # fmt: skip


def find_requests(unit: ReadUnit, numbers: Sequence[str], source: str | None = None) -> list[RequestId]:
    """Ids of requests by their sources' numbers, in order; RefusedInput where none or several have a number.

    Spaces around a number are none of it; zeros are, for sources write them.
    """
    sources = {one.id: one.name for one in unit.sources.all()}
    if source is not None and source not in sources.values():
        raise RefusedInput(f"There is no source '{source}'; there are {', '.join(sorted(sources.values()))}.")
    found = []
    for number in (told.strip() for told in numbers):
        hits = [one for one in unit.requests.find(number) if source in (None, sources[one.source_id])]
        if not hits:
            raise RefusedInput(f"No request has the number {number}.")
        if len(hits) > 1:
            names = ", ".join(sorted(sources[one.source_id] for one in hits))
            raise RefusedInput(f"Several sources have a request {number} ({names}); name one with --source.")
        found.append(hits[0].id)
    return found


def as_values(unit: ReadUnit, requests: Sequence[ServiceRequest], timezone: str) -> list[dict[str, Any]]:
    """Requests as JSON-ready values, names in place of keys, times in the city's zone."""
    services = {service.id: service for service in unit.services.all()}
    agencies = {agency.id: agency.name for agency in unit.agencies.all()}
    sources = {source.id: source.name for source in unit.sources.all()}
    zone = ZoneInfo(timezone)
    return [
        {
            **{name: plain_value(getattr(request, name), zone) for name in _SHOWN},
            "service_code": services[request.service_id].service_code,
            "service_name": services[request.service_id].service_name,
            "agency_responsible": agencies.get(request.agency_id, "") if request.agency_id is not None else "",
            "source": sources[request.source_id],
        }
        for request in requests
    ]


def told_of(unit: ReadUnit, request: ServiceRequest, timezone: str) -> dict[str, Any]:
    """One request with what was said about it and what was done to it; the residents' own data is not among it."""
    zone = ZoneInfo(timezone)
    notes = [
        {
            "at": plain_value(note.at, zone),
            "author": note.author,
            "kind": note.kind,
            "text": note.text,
            "by_machine": note.by_machine,
        }
        for note in unit.notes.of(request.id)
    ]
    history = {event.act_id: _history(event, zone) for event in unit.requests.history(request.id)}
    return {
        **as_values(unit, [request], timezone)[0],
        **_way_of(unit, request),
        "notes": notes,
        "history": list(history.values()),
    }


def _way_of(unit: ReadUnit, request: ServiceRequest) -> dict[str, Any]:
    """What it was reported as, where it is of another service now, and how it went between departments."""
    services = {one.id: one.service_code for one in unit.services.all()}
    reported = request.reported_service_id
    return {
        "reported_as": "" if reported is None else services[reported],
        "moves": moves(request.agency_trail, request.agency_id),
        "returns": returns(request.agency_trail, request.agency_id),
    }


def _history(event: Event, zone: ZoneInfo) -> dict[str, Any]:
    return {"act": event.act_id, "verb": event.verb, "actor": event.actor, "at": plain_value(event.at, zone)}


def plain_value(value: Any, zone: ZoneInfo) -> Any:
    """A value as JSON takes it, times in a zone."""
    if isinstance(value, datetime):
        return value.astimezone(zone).isoformat(timespec="seconds")
    return value.isoformat() if isinstance(value, date) else value
