"""What a reader of requests delivers: rows that could be read, and rows that could not, with the reason."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from data.records import Status


@dataclass(frozen=True, slots=True)
class RequestRow:
    """One request as a file tells it. Times are aware UTC; `extras` holds the columns nobody asked for."""

    row_number: int
    service_request_id: str
    service_code: str
    service_name: str
    agency_name: str
    status: Status
    status_notes: str
    description: str
    address: str
    lat: float | None
    long: float | None
    requested_at: datetime
    acknowledged_at: datetime | None
    closed_at: datetime | None
    updated_at: datetime | None
    due_at: datetime | None
    media_url: str
    reporter_name: str
    reporter_email: str
    reporter_phone: str
    answers: tuple[tuple[str, str], ...]
    extras: Mapping[str, str]
    row_digest: bytes


@dataclass(frozen=True, slots=True)
class RejectedRow:
    """A row that could not be read: its number in the file, one reason, and what it held."""

    row_number: int
    reason: str
    raw: str
