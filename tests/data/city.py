"""A tiny city for tests: three services, two departments, one source, and requests on demand."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from data.store import Store
from data.unit_of_work import WriteUnit

NOON = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)


def request_row(number: int, **values: Any) -> dict[str, Any]:
    """A request named R<number>, located, submitted <number> minutes after noon."""
    row: dict[str, Any] = {
        "source_id": 1,
        "service_request_id": f"R{number}",
        "service_id": 1 + number % 3,
        "status": "submitted",
        "description": f"Pothole number {number}",
        "address": f"{number} Elm Street",
        "lat": 42.0 + number / 1000,
        "long": -71.0 - number / 1000,
        "placement": "located",
        "requested_at": NOON + timedelta(minutes=number),
        "row_digest": number.to_bytes(16, "big"),
    }
    return row | values


def found(unit: WriteUnit) -> None:
    """The city with its catalogue."""
    unit.create("city", [{"name": "Elmwood", "timezone": "America/New_York"}])
    unit.create("source", [{"name": "desk", "kind": "desk"}, {"name": "file", "kind": "csv"}])
    unit.create("agency", [{"name": "Streets"}, {"name": "Parks"}])
    unit.create("service", [service_row(code) for code in ("POT", "TREE", "LIGHT")])


def service_row(code: str, **values: Any) -> dict[str, Any]:
    """A service with a code."""
    return {"service_code": code, "service_name": code.title(), "skills": ["digging"], **values}


def small_city(store: Store, requests: int = 10, overrides: Mapping[int, Mapping[str, Any]] | None = None) -> list[int]:
    """Found the city and create requests in one act; returns their ids."""
    with store.write("found", actor="ana", at=NOON) as unit:
        found(unit)
        rows = (request_row(n, **(overrides or {}).get(n, {})) for n in range(requests))
        ids = unit.create("service_request", rows)
        unit.commit()
    return ids


def projected_city(store: Store, requests: int = 10) -> None:
    """The small city with a plane of metres, so that what is near can be told."""
    small_city(store, requests)
    with store.write("crs", actor="ana", at=NOON) as unit:
        unit.change("city", {1: {"crs_epsg": 32619}})
        unit.commit()
