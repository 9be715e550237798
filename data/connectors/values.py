"""Single values of a file made into values of ours: text that any store can hold, times, points, statuses."""

from __future__ import annotations

import json
import math
import re
from datetime import UTC, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from data.records import Status

_NUMBER = r"[-+]?\d+(?:\.\d+)?"
_PAIR = re.compile(rf"\(?\s*({_NUMBER})\s*,\s*({_NUMBER})\s*\)?\s*$")
_COMMA = re.compile(r"[-+]?\d{1,3},\d+$")
_WKT = re.compile(rf"POINT\s*\(\s*({_NUMBER})\s+({_NUMBER})\s*\)", re.IGNORECASE)
_SLASHED = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})(?:[ ,]+(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?\s*([AaPp][Mm])?)?$")
_DOTTED = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})(?:[ ,]+(\d{1,2}):(\d{2})(?::(\d{2}))?)?$")
_EPOCH = re.compile(r"-?\d{10,13}(?:\.0)?$")
NONE_WORDS = frozenset({"", "null", "none", "nan", "n/a", "na"})
_STATUS: tuple[tuple[str, Status], ...] = (
    ("archiv", Status.ARCHIVED),
    ("clos", Status.CLOSED),
    ("complet", Status.CLOSED),
    ("resolv", Status.CLOSED),
    ("done", Status.CLOSED),
    ("cancel", Status.CLOSED),
    ("fixed", Status.CLOSED),
    ("schedul", Status.SCHEDULED),
    ("in progress", Status.IN_PROGRESS),
    ("in_progress", Status.IN_PROGRESS),
    ("started", Status.IN_PROGRESS),
    ("assigned", Status.ACKNOWLEDGED),
    ("acknowledg", Status.ACKNOWLEDGED),
    ("open", Status.SUBMITTED),
    ("new", Status.SUBMITTED),
    ("submitted", Status.SUBMITTED),
    ("pending", Status.SUBMITTED),
)


def storable(text: str) -> str:
    """Text that SQLite and PostgreSQL both hold: NUL becomes U+2400, a lone surrogate U+FFFD; nothing else changes."""
    if text.isascii():
        return text.replace("\x00", "\u2400") if "\x00" in text else text
    text = text.replace("\x00", "\u2400")
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return "".join("\ufffd" if "\ud800" <= letter <= "\udfff" else letter for letter in text)
    return text


def given(text: str | None) -> str:
    """The value without blanks around it; empty for the words that mean nothing."""
    if text is None:
        return ""
    stripped = text.strip()
    return "" if len(stripped) < 5 and stripped.lower() in NONE_WORDS else stripped


def parse_number(text: str) -> float | None:
    """A coordinate, its decimals after a point or a comma; None for none. ValueError for something else.

    What is no finite number says nothing of a place, as an empty cell does.
    """
    if not text:
        return None
    value = float(text.replace(",", ".") if _COMMA.match(text) else text)
    return value if math.isfinite(value) else None


def parse_point(text: str) -> tuple[float, float] | None:
    """Latitude and longitude from WKT, JSON, or '(lat, long)' at the end of a text; None where there is none."""
    wkt = _WKT.search(text)
    if wkt is not None:
        return _finite(float(wkt[2]), float(wkt[1]))
    if text.startswith("{"):
        return _json_point(text)
    pair = _PAIR.search(text)
    return _finite(float(pair[1]), float(pair[2])) if pair is not None else None


def _finite(lat: float, long: float) -> tuple[float, float] | None:
    return (lat, long) if math.isfinite(lat) and math.isfinite(long) else None


def _json_point(text: str) -> tuple[float, float] | None:
    try:
        value = json.loads(text.replace("'", '"').replace("False", "false").replace("True", "true"))
        if "coordinates" in value:
            return _finite(float(value["coordinates"][1]), float(value["coordinates"][0]))
        return _finite(float(value["latitude"]), float(value["longitude"]))
    except (ValueError, KeyError, TypeError, IndexError, RecursionError):
        return None


@lru_cache(maxsize=200_000)
def parse_time(text: str, timezone: str) -> datetime:
    """An aware UTC time. A time without a zone is the city's; a repeated hour means the first, a skipped one moves on.

    ISO 8601, m/d/Y, d.m.Y and milliseconds or seconds since 1970. ValueError for anything else.
    """
    if _EPOCH.match(text):
        value = float(text)
        return datetime.fromtimestamp(value / 1000 if abs(value) > 1e11 else value, tz=UTC)
    slashed = _SLASHED.match(text)
    if slashed is not None:
        return _local(_slashed(slashed), timezone)
    dotted = _DOTTED.match(text)
    if dotted is not None:
        day, month, year, hour, minute, second = (int(part or 0) for part in dotted.groups())
        return _local(datetime(year, month, day, hour, minute, second), timezone)  # noqa: DTZ001 - given its zone next
    return _local(datetime.fromisoformat(text), timezone)


def _slashed(match: re.Match[str]) -> datetime:
    month, day, year, hour, minute, second = (int(part or 0) for part in match.groups()[:6])
    half = (match[7] or "").lower()
    if half:
        if not 1 <= hour <= 12:
            raise ValueError("an hour of twelve is 1 to 12")
        hour = hour % 12 + (12 if half == "pm" else 0)
    return datetime(year, month, day, hour, minute, second)  # noqa: DTZ001 - given its zone by the caller


def _local(moment: datetime, timezone: str) -> datetime:
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=ZoneInfo(timezone))
    return moment.astimezone(UTC)


@lru_cache(maxsize=4096)
def parse_status(text: str, closed: bool) -> Status:
    """The status a word means; without one, closed when there is a closing time, else submitted."""
    lowered = text.lower()
    for part, status in _STATUS:
        if part in lowered:
            return status
    return Status.CLOSED if closed else Status.SUBMITTED
