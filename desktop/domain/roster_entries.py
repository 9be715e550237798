"""The roster as people write it: in the forms of the window and in TOML, by names instead of ids.

What is at its default is left out of the text. Reading collects every fault as a sentence that names entry and field.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Annotated, Any, Literal

import tomli_w
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

MOST_BYTES = 2_000_000
MOST_TOLD = 20
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_CLOCK = re.compile(r"([0-4]?\d):([0-5]\d)")
_LONGEST = 200


def minutes_of(text: str) -> int:
    """Minutes after midnight of 07:30, or of 25:00 on the next day; ValueError for anything else."""
    found = _CLOCK.fullmatch(text.strip())
    if found is None:
        raise ValueError("a time is written as 07:30")
    return int(found[1]) * 60 + int(found[2])


def _clock(text: str) -> str:
    minutes = minutes_of(text)
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def _name(text: str) -> str:
    return " ".join(text.split())


def _skills(listed: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for one in listed if (name := _name(one))))


Name = Annotated[str, AfterValidator(_name), Field(min_length=1, max_length=_LONGEST)]
Text = Annotated[str, AfterValidator(_name), Field(max_length=_LONGEST)]
Clock = Annotated[str, AfterValidator(_clock)]
Skills = Annotated[tuple[str, ...], AfterValidator(_skills), Field(max_length=100)]


class _Entry(BaseModel):
    """One thing of the roster."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_max_length=2000)


class DepotEntry(_Entry):
    """Where crews start, or where vehicles empty."""

    name: Name
    lat: float = Field(ge=-90, le=90)
    long: float = Field(ge=-180, le=180)
    kind: Literal["depot", "dump"] = "depot"
    empty_min: int = 10


class VehicleEntry(_Entry):
    """What a crew drives."""

    name: Name
    kind: Literal["car", "van", "lorry"] = "van"
    capacity: float | None = None
    equipment: Skills = ()
    max_speed_kmh: float | None = None


class MemberEntry(_Entry):
    """Somebody who drives out. Name and phone are kept apart from all else."""

    code: Annotated[str, AfterValidator(_name), Field(min_length=1, max_length=40)]
    name: Text = ""
    phone: Text = ""
    skills: Skills = ()
    left_on: date | None = None


class ShiftEntry(_Entry):
    """What is worked on some weekdays."""

    weekdays: tuple[Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"], ...] = Field(min_length=1)
    start: Clock
    end: Clock
    break_from: Clock | None = None
    break_to: Clock | None = None
    break_minutes: int = 0
    break_at: Text = ""
    overtime_min: int = 0
    overtime_price: int = 2
    max_stops: int | None = None


class MembershipEntry(_Entry):
    """Who is in a crew; with a last day, lent to it."""

    code: Name
    first_day: date | None = None
    last_day: date | None = None


class CrewEntry(_Entry):
    """A crew. The hours are its usual ones, which stand where it has no shifts."""

    name: Name
    start: Text = ""
    end: Text = ""
    department: Text = ""
    vehicle: Text = ""
    skills: Skills = ()
    capacity: float | None = None
    works_holidays: bool = False
    from_: Clock = Field(default="07:00", alias="from")
    to: Clock = "16:00"
    break_from: Clock | None = None
    break_to: Clock | None = None
    break_minutes: int = 0
    shifts: tuple[ShiftEntry, ...] = Field(default=(), max_length=7)
    members: tuple[MembershipEntry, ...] = Field(default=(), max_length=200)

    model_config = ConfigDict(frozen=True, extra="forbid", str_max_length=2000, populate_by_name=True)


class AbsenceEntry(_Entry):
    """That a member, a crew or a vehicle is not there."""

    member: Text = ""
    crew: Text = ""
    vehicle: Text = ""
    first_day: date
    last_day: date
    why: Text = ""


class PlaceEntry(_Entry):
    """A place of a round."""

    name: Name
    lat: float = Field(ge=-90, le=90)
    long: float = Field(ge=-180, le=180)
    minutes: float = 10.0
    load: float = 0.0


class RoundEntry(_Entry):
    """Places that are visited again and again."""

    name: Name
    rrule: Text
    first_day: date
    department: Text = ""
    skills: Skills = ()
    from_: Clock | None = Field(default=None, alias="from")
    to: Clock | None = None
    priority: int = 50
    paused: bool = False
    places: tuple[PlaceEntry, ...] = ()

    model_config = ConfigDict(frozen=True, extra="forbid", str_max_length=2000, populate_by_name=True)


class RosterEntries(_Entry):
    """A roster, or some of it; what it does not name stays as it is."""

    depot: tuple[DepotEntry, ...] = Field(default=(), max_length=2000)
    vehicle: tuple[VehicleEntry, ...] = Field(default=(), max_length=5000)
    member: tuple[MemberEntry, ...] = Field(default=(), max_length=20_000)
    crew: tuple[CrewEntry, ...] = Field(default=(), max_length=5000)
    absence: tuple[AbsenceEntry, ...] = Field(default=(), max_length=50_000)
    round: tuple[RoundEntry, ...] = Field(default=(), max_length=2000)

    def __len__(self) -> int:
        return sum(len(getattr(self, kind)) for kind in type(self).model_fields)


class RosterTextFault(ValueError):
    """A text that holds no roster. `sentences` tell each fault: what, where, what to do."""

    def __init__(self, sentences: Sequence[str]) -> None:
        self.sentences = tuple(sentences)
        super().__init__("\n".join(self.sentences))


def text_of(entries: RosterEntries) -> str:
    """A roster as TOML; entries_of makes the same one of it."""
    content = {kind: [_plain(one) for one in getattr(entries, kind)] for kind in RosterEntries.model_fields}
    return tomli_w.dumps({kind: listed for kind, listed in content.items() if listed})


def entries_of(text: str, name: str) -> RosterEntries:
    """The roster in a text; `name` is what its faults call it. RosterTextFault tells all of them."""
    try:
        content = tomllib.loads(text.removeprefix("\ufeff"))
    except (tomllib.TOMLDecodeError, RecursionError, ValueError) as fault:
        raise RosterTextFault([f"{name} is no TOML: {str(fault).rstrip('.')[:200]}; correct it there."]) from fault
    return checked(content, name)


def checked(content: Mapping[str, Any], name: str) -> RosterEntries:
    """Plain values as entries. RosterTextFault tells all faults."""
    try:
        return RosterEntries.model_validate(content)
    except ValidationError as wrong:
        listed = wrong.errors(include_url=False, include_context=False)
    told = [_sentence(name, content, fault) for fault in listed[:MOST_TOLD]]
    if len(listed) > MOST_TOLD:
        told.append(f"{name}: {len(listed) - MOST_TOLD:,} more faults follow; mend these first.")
    raise RosterTextFault(told)


def _plain(entry: BaseModel) -> dict[str, Any]:
    return entry.model_dump(by_alias=True, exclude_defaults=True)


_WORDS: Mapping[str, str] = {
    "extra_forbidden": "there is no such field; see what 'opsmap roster export' writes",
    "missing": "it is missing; write it",
    "literal_error": "it is none of the words that stand there",
    "date_from_datetime_parsing": "it is not a day; write it as 2026-10-13",
    "date_type": "it is not a day; write it as 2026-10-13",
    "too_long": "it is too long; shorten it",
    "string_too_short": "it is empty; write it",
    "too_short": "it is empty; write it",
    "tuple_type": "it is no list; write each as [[...]]",
    "float_parsing": "it is not a number",
    "float_type": "it is not a number",
    "int_parsing": "it is not a whole number",
    "int_type": "it is not a whole number",
    "int_from_float": "it is not a whole number",
    "string_too_long": "it is too long",
}


def _sentence(name: str, content: Mapping[str, Any], fault: Any) -> str:
    """A fault of one field: where it is, what it is, what to do."""
    place, kind = tuple(fault["loc"]), str(fault["type"])
    said = _WORDS.get(kind, str(fault["msg"]).removeprefix("Value error, "))
    if kind == "literal_error":
        said = f"{str(fault['msg'])[0].lower()}{str(fault['msg'])[1:]}"
    if "parsing" in kind and "date" in kind:
        said = _WORDS["date_type"]
    return f"{name}: {', '.join(_where(content, place))}: {said.rstrip('.')}."


def _where(content: Any, place: Sequence[Any]) -> Iterator[str]:
    """The entry by its name where it has one, then the field."""
    kind = str(place[0])[:40]
    if len(place) < 2:
        yield f"'{kind}'"
        return
    listed = content.get(kind)
    entry = listed[place[1]] if isinstance(listed, Sequence) and isinstance(place[1], int) else {}
    named = (entry.get("name") or entry.get("code")) if isinstance(entry, Mapping) else None
    yield f"{kind} '{str(named)[:60]}'" if named else f"{kind} {int(place[1]) + 1}"
    for part in place[2:]:
        yield str(part + 1) if isinstance(part, int) else str(part)[:40]
