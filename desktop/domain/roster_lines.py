"""Parts of a roster entry as lines that people type: shifts, members who are lent, places of a round."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from desktop.domain.roster_entries import WEEKDAYS

_SPAN = re.compile(r"(\d{1,2}:\d\d)-(\d{1,2}:\d\d)")
_DAYS = re.compile(r"(\d{4}-\d\d-\d\d)\.\.(\d{4}-\d\d-\d\d)")
SHIFT_HINT = "mon-fri 07:00-16:00 break 30 11:30-13:00 overtime 60 x2 stops 20"


def shift_lines(shifts: Sequence[Mapping[str, Any]]) -> str:
    """Shifts as roster files have them, a line each; shifts_of reads them again."""
    return "\n".join(" ".join(_shift_words(shift)) for shift in shifts)


def shifts_of(text: str) -> list[dict[str, Any]]:
    """The shifts of lines; ValueError names the line and what stands there."""
    return [_shift(line) for line in _lines(text)]


def lent_lines(members: Sequence[Mapping[str, Any]]) -> str:
    """Members for some days, a line each: M104 2026-10-13..2026-10-15."""
    return "\n".join(f"{one['code']} {one['first_day']}..{one['last_day']}" for one in members)


def lent_of(text: str) -> list[dict[str, Any]]:
    """The members of lines; ValueError names the line."""
    return [_lent(line) for line in _lines(text)]


def place_lines(places: Sequence[Mapping[str, Any]]) -> str:
    """Places of a round, a line each: name; latitude, longitude; minutes; load."""
    return "\n".join(_place_words(place) for place in places)


def places_of(text: str) -> list[dict[str, Any]]:
    """The places of lines; ValueError names the line."""
    return [_place(line) for line in _lines(text)]


def _lines(text: str) -> Iterator[str]:
    return (line.strip() for line in text.splitlines() if line.strip())


def _shift_words(shift: Mapping[str, Any]) -> Iterator[str]:
    yield from _weekday_words(shift["weekdays"])
    yield f"{shift['start']}-{shift['end']}"
    if shift.get("break_minutes"):
        yield f"break {shift['break_minutes']}"
        if shift.get("break_from") and shift.get("break_to"):
            yield f"{shift['break_from']}-{shift['break_to']}"
    if shift.get("overtime_min"):
        yield f"overtime {shift['overtime_min']} x{shift.get('overtime_price', 2)}"
    if shift.get("max_stops") is not None:
        yield f"stops {shift['max_stops']}"
    if shift.get("break_at"):
        yield f"break at {shift['break_at']}"


def _weekday_words(weekdays: Sequence[str]) -> Iterator[str]:
    """mon-fri where days follow each other, else each by itself."""
    numbers = sorted(WEEKDAYS.index(day) for day in weekdays)
    if len(numbers) > 2 and numbers[-1] - numbers[0] == len(numbers) - 1:
        yield f"{WEEKDAYS[numbers[0]]}-{WEEKDAYS[numbers[-1]]}"
        return
    yield from (WEEKDAYS[number] for number in numbers)


def _shift(line: str) -> dict[str, Any]:
    text, _, place = line.partition("break at ")
    words = text.lower().split()
    found: dict[str, Any] = {"weekdays": []}
    if place.strip():
        found["break_at"] = place.strip()
    while words and _SPAN.fullmatch(words[0]) is None:
        found["weekdays"] += _weekdays(words.pop(0), line)
    if not words or not found["weekdays"]:
        raise ValueError(f"the shift '{line[:60]}' is not like '{SHIFT_HINT}'")
    found["start"], found["end"] = _span(words.pop(0))
    _rest(found, words, line)
    return found


def _rest(found: dict[str, Any], words: list[str], line: str) -> None:
    """What stands behind the hours."""
    names = {"break": "break_minutes", "overtime": "overtime_min", "stops": "max_stops"}
    while words:
        word = words.pop(0)
        if word in names and words and words[0].isdigit():
            found[names[word]] = int(words.pop(0))
        elif _SPAN.fullmatch(word) and "break_minutes" in found:
            found["break_from"], found["break_to"] = _span(word)
        elif word[:1] == "x" and word[1:].isdigit():
            found["overtime_price"] = int(word[1:])
        else:
            raise ValueError(f"'{word[:20]}' in the shift '{line[:60]}' cannot be read; write it like '{SHIFT_HINT}'")


def _weekdays(word: str, line: str) -> list[str]:
    first, dash, last = word.strip(",").partition("-")
    if first not in WEEKDAYS or (dash and last not in WEEKDAYS):
        raise ValueError(f"'{word[:20]}' in '{line[:60]}' is no weekday; write mon, tue, ... or mon-fri")
    if not dash:
        return [first]
    begin, end = WEEKDAYS.index(first), WEEKDAYS.index(last)
    return list(WEEKDAYS[begin : end + 1]) if begin <= end else [*WEEKDAYS[begin:], *WEEKDAYS[: end + 1]]


def _span(word: str) -> tuple[str, str]:
    found = _SPAN.fullmatch(word)
    assert found is not None
    return found[1], found[2]


def _lent(line: str) -> dict[str, Any]:
    code, _, days = line.rpartition(" ")
    found = _DAYS.fullmatch(days)
    try:
        if found is None or not code.strip():
            raise ValueError
        return {
            "code": code.strip(),
            "first_day": date.fromisoformat(found[1]),
            "last_day": date.fromisoformat(found[2]),
        }
    except ValueError as fault:
        raise ValueError(f"'{line[:60]}' is not like 'M104 2026-10-13..2026-10-15'") from fault


def _place_words(place: Mapping[str, Any]) -> str:
    words = f"{place['name']}; {place['lat']:.6f}, {place['long']:.6f}; {place.get('minutes', 10):g}"
    return f"{words}; {place['load']:g}" if place.get("load") else words


def _place(line: str) -> dict[str, Any]:
    parts = [part.strip() for part in line.split(";")]
    try:
        lat, long = (float(number) for number in parts[1].split(","))
        rest = [float(number) for number in parts[2:4]]
    except (IndexError, ValueError) as fault:
        raise ValueError(f"'{line[:60]}' is not like 'Bin 4; 42.3601, -71.0589; 10'") from fault
    return {"name": parts[0], "lat": lat, "long": long, **dict(zip(("minutes", "load"), rest, strict=False))}
