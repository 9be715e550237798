"""What a crew hands back after its day: the sheet it is of, and what became of each stop, as a code or a file.

The code is read out, typed or scanned. Its letters are Crockford's base 32 (I and L are 1, O is 0), its check the six
letters of Bech32m (BIP 350), which tell every change of up to four letters in codes of up to 90, and of one in any.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from data.errors import RefusedInput

LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
SCHEME = "OPSMAP:"  # how a scanned code begins
VERSION = 1
GROUP = 4
LONGEST_FILE, LONGEST_NOTE = 1_000_000, 1000
MOST_STOPS = 2000
_LIKE = str.maketrans({"I": "1", "L": "1", "O": "0", "-": None, "–": None, ".": None})
_GENERATOR = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
_FINAL = 0x2BC830A3
_CHECK = 6


class StopState(StrEnum):
    """What became of a stop. The order is that of the code's two bits."""

    OPEN = "open"
    DONE = "done"
    NOT_FOUND = "not_found"
    OTHER_CREW = "other_crew"


STATES = tuple(StopState)


@dataclass(frozen=True, slots=True)
class SheetMark:
    """Which sheet: tags of the city and of the crew's jobs in order, the plan and the crew's place in it, from 1."""

    city: int  # 10 bits
    plan: int
    crew: int
    jobs: int  # 15 bits


@dataclass(frozen=True, slots=True)
class HandedStop:
    """What became of the stop of a sequence; `at` is unknown in a code that was read out."""

    sequence: int
    state: StopState
    at: datetime | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class HandBack:
    """A crew's day as it was handed back. Stops that are still open are there too."""

    mark: SheetMark
    stops: tuple[HandedStop, ...]


def city_tag(city: str) -> int:
    """Ten bits that tell cities apart."""
    return _digest([city]) >> 54


def jobs_tag(date: str, crew: str, jobs: Sequence[str]) -> int:
    """Fifteen bits that tell a crew's stops in their order from other ones."""
    return _digest([date, crew, *jobs]) >> 49


def sheet_mark(city: str, plan_id: int, number: int, content: Mapping[str, Any]) -> SheetMark:
    """The mark of a crew's sheet; `number` is the crew's place in the plan's content, from 1."""
    crew = content["crews"][number - 1]
    jobs = [stop["job"] for stop in crew["stops"]]
    return SheetMark(city_tag(city), plan_id, number, jobs_tag(content["date"], crew["crew"], jobs))


def _digest(parts: Iterable[str]) -> int:
    text = json.dumps(list(parts), ensure_ascii=True).encode()
    return int.from_bytes(hashlib.blake2b(text, digest_size=8).digest(), "big")


# writing


def head_of(mark: SheetMark, stops: int) -> list[int]:
    """The symbols of a code up to the states, for a code without times; the first one's last bit says "with times"."""
    city = [mark.city >> 5, mark.city & 31]
    jobs = [mark.jobs >> 10, mark.jobs >> 5 & 31, mark.jobs & 31]
    return [VERSION << 1, *city, *_number(mark.plan), *_number(mark.crew), *jobs, *_number(stops)]


def write_code(handed: HandBack, midnight: datetime | None = None) -> str:
    """The code in groups of four letters; with the minutes since the day's midnight of each stop that is not open."""
    symbols = head_of(handed.mark, len(handed.stops))
    symbols += _packed([STATES.index(stop.state) for stop in handed.stops])
    if midnight is not None:
        symbols[0] |= 1
        symbols += _times(handed.stops, midnight)
    return grouped("".join(LETTERS[symbol] for symbol in [*symbols, *_check_of(symbols)]))


def grouped(letters: str) -> str:
    """In groups of four, as it is read out."""
    return " ".join(letters[at : at + GROUP] for at in range(0, len(letters), GROUP))


def _number(value: int) -> list[int]:
    """A whole number in symbols of four bits, the lowest first; the fifth bit says that more follow."""
    symbols = [value & 15]
    while value := value >> 4:
        symbols[-1] |= 16
        symbols.append(value & 15)
    return symbols


def _packed(states: Sequence[int]) -> list[int]:
    bits = "".join(f"{state:02b}" for state in states)
    return [int(bits[at : at + 5].ljust(5, "0"), 2) for at in range(0, len(bits), 5)]


def _times(stops: Sequence[HandedStop], midnight: datetime) -> list[int]:
    """Minutes from each touched stop to the next, the first from midnight; back in time folds into odd numbers."""
    symbols, last = list[int](), 0
    for stop in stops:
        if stop.state is not StopState.OPEN and stop.at is not None:
            minute = round((stop.at - midnight) / timedelta(minutes=1))
            step = minute - last
            symbols += _number(2 * step if step >= 0 else -2 * step - 1)
            last = minute
    return symbols


def _check_of(symbols: Sequence[int]) -> list[int]:
    left = _polymod([*symbols, *[0] * _CHECK]) ^ _FINAL
    return [left >> 5 * (_CHECK - 1 - at) & 31 for at in range(_CHECK)]


def _polymod(symbols: Iterable[int]) -> int:
    left = 1
    for symbol in symbols:
        top = left >> 25
        left = (left & 0x1FFFFFF) << 5 ^ symbol
        for bit, generator in enumerate(_GENERATOR):
            if top >> bit & 1:
                left ^= generator
    return left


# reading


class _Symbols:
    """The symbols of a code, taken from the front."""

    def __init__(self, symbols: Sequence[int]) -> None:
        self._symbols, self._at = symbols, 0

    def take(self) -> int:
        if self._at >= len(self._symbols):
            raise RefusedInput("The code ends too early; read all its letters once more.")
        self._at += 1
        return self._symbols[self._at - 1]

    def bits(self, symbols: int) -> int:
        value = 0
        for _ in range(symbols):
            value = value << 5 | self.take()
        return value

    def number(self) -> int:
        value = shift = 0
        while True:
            symbol = self.take()
            value |= (symbol & 15) << shift
            shift += 4
            if symbol < 16:
                return value
            if shift > 40:
                raise RefusedInput("The code names a number that no sheet has.")

    @property
    def spent(self) -> bool:
        return self._at == len(self._symbols)


def read_code(text: str, midnight: datetime | None = None) -> HandBack:
    """What a code says; RefusedInput where a letter is wrong or missing. Times need the midnight of the plan's day."""
    symbols = _symbols_of(text)
    if len(symbols) <= _CHECK or _polymod(symbols) != _FINAL:
        raise RefusedInput("The code does not add up: a letter is wrong or missing. Read it once more.")
    taken = _Symbols(symbols[:-_CHECK])
    first = taken.take()
    if first >> 1 != VERSION:
        raise RefusedInput("The code was made by another version of Opsmap; take the file instead.")
    mark = SheetMark(taken.bits(2), taken.number(), taken.number(), taken.bits(3))
    states = _states(taken, taken.number())
    moments = _moments(taken, states, midnight) if first & 1 else [None] * len(states)
    if not taken.spent:
        raise RefusedInput("The code has more letters than its stops need.")
    stops = zip(states, moments, strict=True)
    return HandBack(mark, tuple(HandedStop(at, state, moment) for at, (state, moment) in enumerate(stops, 1)))


def _symbols_of(text: str) -> list[int]:
    letters = "".join(text.split()).upper().removeprefix(SCHEME).translate(_LIKE)
    strange = next((letter for letter in letters if letter not in LETTERS), None)
    if strange is not None:
        shown = strange if strange.isprintable() else "an unprintable sign"
        raise RefusedInput(f"No code has the letter {shown}; codes have figures and letters without U.")
    return [LETTERS.index(letter) for letter in letters]


def _states(taken: _Symbols, count: int) -> list[StopState]:
    if count > MOST_STOPS:
        raise RefusedInput("The code names more stops than a sheet has.")
    symbols = -(-2 * count // 5)
    bits = "".join(f"{taken.take():05b}" for _ in range(symbols))
    if "1" in bits[2 * count :]:
        raise RefusedInput("The code has more letters than its stops need.")
    return [STATES[int(bits[2 * at : 2 * at + 2], 2)] for at in range(count)]


def _moments(taken: _Symbols, states: Sequence[StopState], midnight: datetime | None) -> list[datetime | None]:
    found, minute = list[datetime | None](), 0
    for state in states:
        if state is StopState.OPEN:
            found.append(None)
            continue
        step = taken.number()
        minute += step // 2 if step % 2 == 0 else -(step + 1) // 2
        found.append(None if midnight is None else _after(midnight, minute))
    return found


def _after(midnight: datetime, minutes: int) -> datetime:
    if not 0 <= minutes < 3 * 24 * 60:
        raise RefusedInput("The code names a time outside the day of its plan.")
    return datetime.fromtimestamp(midnight.timestamp() + 60 * minutes, tz=UTC)


def read_file(text: str, midnight: datetime | None = None) -> HandBack:
    """What a file of the phone's page says; RefusedInput where it is none, or its words and its code disagree."""
    told = _object_of(text)
    coded = read_code(str(told.get("code", "")), midnight)
    notes, rows = dict[int, str](), told.get("stops")
    if not isinstance(rows, list) or len(rows) != len(coded.stops):
        raise RefusedInput("The file's stops are not those of its code; save it on the phone once more.")
    for stop, row in zip(coded.stops, rows, strict=True):
        if not isinstance(row, dict) or (row.get("sequence"), row.get("state")) != (stop.sequence, stop.state.value):
            raise RefusedInput(f"Stop {stop.sequence} of the file disagrees with its code; it was changed by hand.")
        notes[stop.sequence] = _note_of(row.get("note", ""), stop.sequence)
    stops = (HandedStop(stop.sequence, stop.state, stop.at, notes[stop.sequence]) for stop in coded.stops)
    return HandBack(coded.mark, tuple(stops))


def _object_of(text: str) -> dict[str, Any]:
    if len(text) > LONGEST_FILE:
        raise RefusedInput("The file is too long to come from a crew's page.")
    try:
        told = json.loads(text)
    except (ValueError, RecursionError) as fault:
        raise RefusedInput("The file is not one that a crew's page saved.") from fault
    if not isinstance(told, dict) or told.get("opsmap") != "hand-back":
        raise RefusedInput("The file is not one that a crew's page saved.")
    if told.get("version") != VERSION:
        raise RefusedInput("The file was made by another version of Opsmap.")
    return told


def _note_of(value: Any, sequence: int) -> str:
    if not isinstance(value, str) or len(value) > LONGEST_NOTE:
        raise RefusedInput(f"The note of stop {sequence} is not text of at most {LONGEST_NOTE:,} letters.")
    return value.strip()
