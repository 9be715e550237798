"""Open a file of requests, whatever its format, and read it in pieces."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from data.connectors.archives import members, open_member
from data.connectors.csv_rows import read_csv
from data.connectors.encodings import check_encoding, decoded_start, encoding_of, marked_encoding
from data.connectors.json_rows import KINDS, kind_of, load_json, read_json
from data.connectors.mapping import Source
from data.connectors.open311_xml import read_xml
from data.connectors.rows import RejectedRow, RequestRow
from data.errors import RefusedInput

__all__ = ["FORMATS", "RejectedRow", "RequestFile", "RequestRow", "open_requests"]

FORMATS = ("auto", "csv", *KINDS)
_TEXT_START = 512


@dataclass(frozen=True, slots=True)
class RequestFile:
    """A file that was looked at and can be read. `total_hint` is how many rows to expect, where that is known."""

    path: Path
    parts: tuple[tuple[str, str], ...]  # member, format
    source: Source
    columns: Mapping[str, str] = field(default_factory=dict)
    encoding: str | None = None
    total_hint: int | None = None

    @property
    def kind(self) -> str:
        """The format of its first part."""
        return self.parts[0][1]

    def chunks(self, size: int = 5000) -> Iterator[tuple[list[RequestRow], list[RejectedRow]]]:
        """Rows that could be read, and rows that could not, in the order of the file."""
        rows = self._rows()
        while part := list(islice(rows, size)):
            good = [row for row in part if isinstance(row, RequestRow)]
            yield good, [row for row in part if isinstance(row, RejectedRow)]

    def _rows(self) -> Iterator[RequestRow | RejectedRow]:
        for member, kind in self.parts:
            source = Source(member or self.source.file, self.source.timezone)
            if kind == "csv":
                encoding = self.encoding or encoding_of(self.path, member)
                yield from read_csv(self.path, member, source, self.columns, encoding)
            elif kind == "xml":
                yield from read_xml(self.path, member, source, self.columns)
            else:
                value = load_json(self.path, member, source.file, self.encoding)
                yield from read_json(value, kind, source, self.columns)


def open_requests(
    path: Path,
    *,
    format: str = "auto",
    columns: Mapping[str, str] | None = None,
    timezone: str = "UTC",
    encoding: str | None = None,
) -> RequestFile:
    """Look at a file and find out how to read it. RefusedInput says what it is not, or what it lacks."""
    if format not in FORMATS:
        raise RefusedInput(f"There is no format '{format}'; use one of {', '.join(FORMATS)}.")
    if encoding is not None:
        check_encoding(encoding)
    check_zone(timezone)
    parts = tuple((member, _format(path, member, format, encoding)) for member in members(path))
    source = Source(path.name, timezone)
    return RequestFile(path, parts, source, dict(columns or {}), encoding, _expected_rows(path, parts))


def check_zone(name: str) -> None:
    """RefusedInput for what is no time zone."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as fault:
        raise RefusedInput(f"'{name}' is not a time zone; use an IANA name such as America/Detroit.") from fault


def _format(path: Path, member: str, wanted: str, encoding: str | None) -> str:
    """The format of one part, by its first bytes."""
    with open_member(path, member) as stream:
        start = stream.read(_TEXT_START)
    file = member or path.name
    known = encoding or marked_encoding(start)
    text = decoded_start(start, known).lstrip()
    if text.startswith("<") or (text.startswith("HTTP/") and "<?xml" in text):  # a recorded answer with its head
        return "xml"
    if wanted != "auto":
        return wanted
    if text.startswith(("{", "[")):
        found = kind_of(load_json(path, member, file, encoding))
        if found is None:
            raise RefusedInput(f"{file} is JSON, but of none of these: {', '.join(KINDS)}; name it with --format.")
        return found
    if "\x00" in text or start.startswith((b"\x89PNG", b"%PDF", b"\xff\xd8", b"SQLite")):
        raise RefusedInput(f"{file} is not a file of requests; it takes CSV, JSON, GeoJSON or XML, also zipped.")
    return "csv"


def _expected_rows(path: Path, parts: tuple[tuple[str, str], ...]) -> int | None:
    """How many rows a CSV holds at most: its lines."""
    if any(kind != "csv" for _, kind in parts):
        return None
    lines = 0
    for member, _ in parts:
        with open_member(path, member) as stream:
            while block := stream.read(1 << 20):
                lines += block.count(b"\n")
    return max(1, lines - len(parts))
