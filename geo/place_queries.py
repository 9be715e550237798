"""What a person typed, read in every way that it can be meant: address, crossing, length of street, or a name."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

Form = Literal["address", "crossing", "stretch", "range", "name"]
LONGEST = 200  # letters; what is longer is no place

_NUMBER = r"\d{1,6}(?:\s*1/2|[a-z])?"
_NUMBERS = rf"{_NUMBER}(?:\s*[-–—]\s*{_NUMBER})?"
_LEADING = re.compile(rf"^(?P<number>{_NUMBERS})[\s,]+(?P<street>\S.*)$", re.IGNORECASE)
_TRAILING = re.compile(rf"^(?P<street>.*\D.*?)[\s,]+(?P<number>{_NUMBERS})$", re.IGNORECASE)
_HALVES = re.compile(rf"^(?P<low>{_NUMBER})\s*[-–—]\s*(?P<high>{_NUMBER})$", re.IGNORECASE)
_HOUSE = re.compile(r"^(?P<number>\d{1,6})\s*(?P<letter>[a-z]|1/2)?$", re.IGNORECASE)
# How a length of street is asked for, and what parts its two ends.
_BETWEEN = (
    (re.compile(r"^(.+?),?\s+between\s+(.+)$", re.IGNORECASE), re.compile(r"\s+and\s+|\s*[&/]\s*", re.IGNORECASE)),
    (re.compile(r"^(.+?),?\s+from\s+(.+)$", re.IGNORECASE), re.compile(r"\s+(?:to|until|till)\s+", re.IGNORECASE)),
)
_CROSSING = re.compile(r"\s*[/&@+\\]\s*|\s+(?:and|at|x|und|corner of)\s+", re.IGNORECASE)
_PREAMBLE = re.compile(r"^(?:the\s+)?(?:intersection|corner|crossing|junction)(?:\s+of)?\s+", re.IGNORECASE)
_UNIT = re.compile(r"(?:\b(?:apt|apartment|unit|suite|ste|floor|fl)\b\.?|#)\s*[\w-]+\s*$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class HouseNumber:
    """A house number, or a range of them on one plot; `letter` is what follows it ("a", "1/2")."""

    low: int
    high: int
    letter: str = ""

    @property
    def words(self) -> str:
        """As it is written."""
        return f"{self.low}{self.letter}" if self.high == self.low else f"{self.low}–{self.high}"


@dataclass(frozen=True, slots=True)
class Meaning:
    """One way to read a text: `first` is the street or name, `second` and `third` are what crosses it."""

    form: Form
    first: str
    second: str = ""
    third: str = ""
    number: HouseNumber | None = None
    around: str = ""  # the part of town that was named after it


def read_number(text: str) -> HouseNumber | None:
    """'27', '27A', '27 1/2' or '60-82'; None for what is no house number. '82-60' is read as '60-82'."""
    halves = _HALVES.match(text.strip())
    if halves is not None:
        low, high = read_number(halves["low"]), read_number(halves["high"])
        if low is None or high is None:
            return None
        return HouseNumber(min(low.low, high.low), max(low.low, high.low))
    house = _HOUSE.match(text.strip())
    if house is None:
        return None
    return HouseNumber(int(house["number"]), int(house["number"]), (house["letter"] or "").lower())


def split_address(text: str) -> tuple[HouseNumber, str] | None:
    """Number and street of '27 Windmill Lane' or 'Windmill Lane 27'; None for a text without both."""
    for pattern in (_LEADING, _TRAILING):
        match = pattern.match(text)
        number = read_number(match["number"]) if match is not None else None
        if match is not None and number is not None:
            return number, match["street"].strip(" ,")
    return None


def meanings(text: str) -> list[Meaning]:
    """Every way to read a text, the most particular first; none for an empty one.

    What follows a comma, or two blanks as in many exports, names the part of town.
    """
    parts = [part.strip() for part in re.split(r",|\s{2,}|\n", text[:LONGEST].strip()) if part.strip()]
    if not parts:
        return []
    whole = " ".join(parts)
    found = _between(whole)
    first, around = parts[0], " ".join(parts[1:])
    if len(parts) > 1 and any(read_number(part) is not None for part in parts[:2]):  # "27, Windmill Lane", or after it
        first, around = f"{first} {parts[1]}", " ".join(parts[2:])
    head = _UNIT.sub("", first).strip() or first
    found += _crossings(head, around)
    found += _addresses(head, around)
    found.append(Meaning("name", head, around=around))
    if around:
        found.append(Meaning("name", whole))
    return list(dict.fromkeys(found))


def _between(text: str) -> list[Meaning]:
    found = []
    for whole, sign in _BETWEEN:
        match = whole.match(text)
        if match is not None:
            found += [Meaning("stretch", match[1], a, b) for a, b in _halves(match[2], sign)]
    return found


def _halves(text: str, sign: re.Pattern[str]) -> list[tuple[str, str]]:
    """Every way to part a text at a sign: a street may have "and" in its own name."""
    pairs = [(text[: at.start()].strip(), text[at.end() :].strip()) for at in sign.finditer(text)]
    return [(first, second) for first, second in pairs if first and second]


def _crossings(text: str, around: str) -> list[Meaning]:
    halves = _halves(_PREAMBLE.sub("", text), _CROSSING)
    return [Meaning("crossing", a, b, around=around) for a, b in halves if not (a.isdigit() and b.isdigit())]


def _addresses(text: str, around: str) -> list[Meaning]:
    pair = split_address(text)
    if pair is None:
        return []
    number, street = pair
    found = [Meaning("address", street, number=number, around=around)]
    if number.high > number.low:
        found.append(Meaning("range", street, number=number, around=around))
    return found
