"""From the cells of one file to request rows: the columns are found once, then each row is read the same way."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from data.connectors.aliases import CONSTANT, find_columns
from data.connectors.rows import RejectedRow, RequestRow
from data.connectors.values import given, parse_number, parse_point, parse_status, parse_time, storable
from data.errors import RefusedInput

TIMES = ("requested_at", "acknowledged_at", "closed_at", "updated_at", "due_at")
# Characters of names and ids that the store keeps; a code that is missing is the name.
LONGEST = {"service_request_id": 200, "service_code": 120, "service_name": 120, "agency_name": 200}


class Unreadable(ValueError):
    """One row cannot be read; the message is the reason."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where rows come from, for the sentences about them."""

    file: str
    timezone: str


class RowMaker:
    """Reads rows of one header."""

    def __init__(self, headers: Sequence[str], named: Mapping[str, str], source: Source) -> None:
        self._headers = [storable(header) for header in headers]
        self._source = source
        found = find_columns(self._headers, named, source.file)
        _refuse_twice(found, self._headers, source.file)
        self._constant = {field: header[1:] for field, header in found.items() if header.startswith(CONSTANT)}
        place = {header: at for at, header in enumerate(self._headers)}
        self._at = {field: place[header] for field, header in found.items() if not header.startswith(CONSTANT)}
        used = {at for field, at in self._at.items() if field != "point"}
        told_apart = enumerate(_told_apart(self._headers))
        self._extras = [(at, header) for at, header in told_apart if at not in used and header]

    @property
    def width(self) -> int:
        """How many cells a row has."""
        return len(self._headers)

    def row(self, number: int, cells: Sequence[str], answers: tuple[tuple[str, str], ...] = ()) -> RequestRow:
        """One request; Unreadable with the reason when it cannot be one."""
        if len(cells) != self.width:
            raise Unreadable(f"{len(cells)} cells where the header has {self.width}; mend its separators or quotes")
        texts = [given(storable(cell)) for cell in cells]
        requested = self._time(texts, "requested_at")
        if requested is None:
            raise Unreadable(f"no {self._name('requested_at')}; fill it in")
        service = self._text(texts, "service_name")
        code = self._text(texts, "service_code") or service
        if not code:
            raise Unreadable(f"no {self._name('service_name')}; fill it in")
        for field, most in LONGEST.items():
            self._check_length(field, self._text(texts, field), most)
        closed = self._time(texts, "closed_at")
        said = self._text(texts, "status")
        lat, long = self._point(texts)
        digest = self._digest(texts)
        return RequestRow(
            row_number=number,
            service_request_id=self._text(texts, "service_request_id") or digest.hex(),
            service_code=code,
            service_name=service or code,
            agency_name=self._text(texts, "agency_name"),
            status=parse_status(said, closed is not None),
            status_notes=self._notes(texts, said),
            description=self._text(texts, "description"),
            address=self._text(texts, "address"),
            lat=lat,
            long=long,
            requested_at=requested,
            acknowledged_at=self._time(texts, "acknowledged_at"),
            closed_at=closed,
            updated_at=self._time(texts, "updated_at"),
            due_at=self._time(texts, "due_at"),
            media_url=self._text(texts, "media_url"),
            reporter_name=self._text(texts, "reporter_name"),
            reporter_email=self._text(texts, "reporter_email"),
            reporter_phone=self._text(texts, "reporter_phone"),
            answers=answers,
            extras={header: texts[at] for at, header in self._extras if texts[at]},
            row_digest=digest,
        )

    def read(
        self, number: int, cells: Sequence[str], answers: tuple[tuple[str, str], ...] = ()
    ) -> RequestRow | RejectedRow:
        """One request, or the row with the reason why it is none."""
        try:
            return self.row(number, cells, answers)
        except Unreadable as fault:
            return RejectedRow(number, str(fault), storable(",".join(cells))[:2000])

    def _name(self, field: str) -> str:
        at = self._at.get(field)
        return f"{field.replace('_', ' ')} (column {self._headers[at]})" if at is not None else field

    def _text(self, texts: Sequence[str], field: str) -> str:
        at = self._at.get(field)
        return texts[at] if at is not None else self._constant.get(field, "")

    def _check_length(self, field: str, text: str, most: int) -> None:
        if len(text) > most:
            raise Unreadable(f"{self._name(field)} has {len(text):,} characters, more than {most}; shorten it")

    def _time(self, texts: Sequence[str], field: str) -> datetime | None:
        text = self._text(texts, field)
        if not text:
            return None
        try:
            return parse_time(text, self._source.timezone)
        except (ValueError, OverflowError, OSError) as fault:
            raise Unreadable(
                f"'{text[:40]}' in {self._name(field)} is not a time; write it as 2026-10-13 14:30"
            ) from fault

    def _notes(self, texts: Sequence[str], said: str) -> str:
        """The source's own notes; its word for the status where it says more than ours."""
        notes = self._text(texts, "status_notes")
        plain = said.lower() in ("", "open", "closed", "submitted", "acknowledged", "archived")
        return notes if plain or said in notes else f"{said}: {notes}" if notes else said

    def _point(self, texts: Sequence[str]) -> tuple[float | None, float | None]:
        lat, long = self._number(texts, "lat"), self._number(texts, "long")
        if lat is None and long is None:
            point = parse_point(self._text(texts, "point"))
            if point is not None:
                return point
        return lat, long

    def _number(self, texts: Sequence[str], field: str) -> float | None:
        text = self._text(texts, field)
        try:
            return parse_number(text)
        except ValueError as fault:
            raise Unreadable(
                f"'{text[:40]}' in {self._name(field)} is not a number; write degrees, as 42.3601, or leave it empty"
            ) from fault

    def _digest(self, texts: Sequence[str]) -> bytes:
        """16 bytes of the row's content; the order of the columns and the file's name do not matter."""
        pairs = sorted(zip(self._headers, texts, strict=True))
        content = "\x1f".join(f"{header}\x1e{text}" for header, text in pairs if text)
        return hashlib.blake2b(content.encode("utf-8"), digest_size=16).digest()


def _refuse_twice(found: Mapping[str, str], headers: Sequence[str], file: str) -> None:
    """RefusedInput where a field's column is there twice: which of the two is meant is not ours to guess."""
    twice = next((header for header in found.values() if headers.count(header) > 1), None)
    if twice is not None:
        raise RefusedInput(f"{file} has the column '{twice}' {headers.count(twice)} times; rename all but one of them.")


def _told_apart(headers: Sequence[str]) -> list[str]:
    """The headers, those that repeat an earlier one numbered from 2."""
    seen: Counter[str] = Counter()
    names = []
    for header in headers:
        seen[header] += 1
        names.append(f"{header} ({seen[header]})" if header and seen[header] > 1 else header)
    return names
