"""Rules of assignment as a department writes them: ordered, the first that fits takes the request.

A rule fits when each of its conditions holds. What the conditions cannot say stands in `when`, an expression of the
Common Expression Language (see rule_expression). Names, not keys, stand in rules: people read and mail them as text.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
WEEKDAYS: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MOST_RULES = 500
MOST_VALUES = 1000  # that one condition lists
DAY_MIN = 24 * 60
_DAYS_IN_MONTH = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


class Condition(StrEnum):
    """What a rule can ask, in the order in which it is asked."""

    DAYS = "days"  # its first and last day
    SERVICE = "service"
    SOURCE = "source"
    AREA = "area"
    WEEKDAY = "weekday"
    HOURS = "hours"
    SEASON = "season"
    TEXT = "text"
    ANSWER = "answer"
    WHEN = "when"


def _line(text: str) -> str:
    """Text of one line, without space around it."""
    if any(not mark.isprintable() for mark in text):
        raise ValueError("must be one line without control characters")
    return text.strip()


def _named(text: str) -> str:
    if not text:
        raise ValueError("must not be empty")
    return text


def _hours(text: str) -> str:
    _minutes(text)
    return text


def _season(text: str) -> str:
    _month_days(text)
    return text


def _number(value: Any) -> Any:
    """A number is no yes or no, which would count as 1 and 0."""
    if isinstance(value, bool):
        raise ValueError(f"must be a number, not {str(value).lower()}")
    return value


def _day(value: Any) -> Any:
    """A day, not the seconds since 1970 that a number would be taken for."""
    if isinstance(value, datetime) or not isinstance(value, date | str | None):
        raise ValueError("must be a day, like 2026-10-13")
    return value


def _at(value: Any) -> Any:
    """Day and time as one text, also where a file holds them as a moment."""
    return value.isoformat(" ", "minutes") if isinstance(value, datetime) and value.tzinfo is None else value


def _local_moment(text: str) -> str:
    day, _, clock = text.strip().partition(" ")
    try:
        if text and not (date.fromisoformat(day) and len(day) == 10 and _clock_minutes(clock) < DAY_MIN):
            raise ValueError
    except ValueError:
        raise ValueError(f"'{text}' is no day and time; write them like 2026-10-13 22:30") from None
    return text.strip()


def _keys_differ(value: Any) -> Any:
    """Names that differ only in the space around them would be one, and one of them lost."""
    if isinstance(value, Mapping):
        names = [key.strip() if isinstance(key, str) else key for key in value]
        twice = next((name for name in names if names.count(name) > 1), None)
        if twice is not None:
            raise ValueError(f"names '{twice}' twice")
    return value


Line = Annotated[str, AfterValidator(_line), Field(max_length=200)]
Name = Annotated[Line, AfterValidator(_named)]
Names = Annotated[tuple[Name, ...], Field(max_length=MOST_VALUES)]
NamesByName = Annotated[Mapping[Name, Names], BeforeValidator(_keys_differ), Field(max_length=MOST_VALUES)]
Answer = Annotated[str, Field(max_length=4000)]
Hours = Annotated[float, BeforeValidator(_number), Field(gt=0, le=10_000, allow_inf_nan=False)]
Day = Annotated[date, BeforeValidator(_day)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Rule(_Part):
    """One rule. Empty conditions ask nothing; of several values one has to fit."""

    name: Name
    services: Names = ()  # service codes
    areas: NamesByName = Field(default_factory=dict)  # layer to names of its areas; none: any area of it
    weekdays: tuple[Weekday, ...] = ()
    hours: Annotated[str, AfterValidator(_hours)] | None = None  # "22:00-06:00", the end not included
    season: Annotated[str, AfterValidator(_season)] | None = None  # "11-01..03-31", both days included
    answers: NamesByName = Field(default_factory=dict)  # code of a question to answers
    sources: Names = ()
    words: Names = ()  # one of them is in the description, whatever the case
    when: Annotated[str, Field(max_length=1000)] = ""  # CEL
    agency: Line = ""  # the department that gets it, or
    agency_of: Line = ""  # a layer: the department of the area of it that the point lies in
    queue: Annotated[Line, Field(max_length=80)] = ""
    priority: Annotated[int, BeforeValidator(_number), Field(ge=0, le=100)] | None = None
    deadline_working_h: Hours | None = None
    effective_from: Day | None = None  # the first day of reports it takes
    effective_to: Day | None = None  # the last day
    note: Annotated[str, Field(max_length=2000)] = ""

    @model_validator(mode="after")
    def _is_whole(self) -> Rule:
        if bool(self.agency) == bool(self.agency_of):
            raise ValueError("names either a department (agency) or the layer whose areas name it (agency_of)")
        if self.effective_from and self.effective_to and self.effective_to < self.effective_from:
            raise ValueError(f"ends on {self.effective_to}, before it begins on {self.effective_from}")
        return self

    @property
    def layers(self) -> tuple[str, ...]:
        """The layers it asks, those of conditions first."""
        return tuple(dict.fromkeys([*self.areas, *([self.agency_of] if self.agency_of else [])]))

    @property
    def asks(self) -> tuple[Condition, ...]:
        """Its conditions, in the order in which they are asked."""
        given = {
            Condition.DAYS: self.effective_from or self.effective_to,
            Condition.SERVICE: self.services,
            Condition.SOURCE: self.sources,
            Condition.AREA: self.layers,
            Condition.WEEKDAY: self.weekdays,
            Condition.HOURS: self.hours,
            Condition.SEASON: self.season,
            Condition.TEXT: self.words,
            Condition.ANSWER: self.answers,
            Condition.WHEN: self.when.strip(),
        }
        return tuple(condition for condition in Condition if given[condition])


class Example(_Part):
    """A request as it might come, and the department it has to reach: tried whenever rules are saved."""

    service: Name
    lat: Annotated[float, BeforeValidator(_number), Field(ge=-90, le=90)]
    long: Annotated[float, BeforeValidator(_number), Field(ge=-180, le=180)]
    at: Annotated[str, BeforeValidator(_at), AfterValidator(_local_moment)] = (
        ""  # local time, "2026-10-13 22:30"; empty: noon of the first day of the rules
    )
    source: Line = ""
    text: Annotated[str, Field(max_length=4000)] = ""
    answers: Annotated[Mapping[Name, Answer], BeforeValidator(_keys_differ)] = Field(default_factory=dict)
    agency: Line = ""  # empty: no department may take it
    rule: Line = ""  # empty: whichever rule it is


class Rules(_Part):
    """All rules in their order, with the examples that they have to keep to."""

    rule: Annotated[tuple[Rule, ...], Field(max_length=MOST_RULES)] = ()
    example: Annotated[tuple[Example, ...], Field(max_length=MOST_RULES)] = ()

    @model_validator(mode="after")
    def _names_are_unique(self) -> Rules:
        seen: dict[str, int] = {}
        for number, rule in enumerate(self.rule, 1):
            if rule.name in seen:
                raise ValueError(f"rules {seen[rule.name]} and {number} are both called '{rule.name}'; rename one")
            seen[rule.name] = number
        return self

    def __iter__(self) -> Iterator[Rule]:  # type: ignore[override]
        return iter(self.rule)

    def __len__(self) -> int:
        return len(self.rule)


NO_RULES = Rules()


def content_of(rules: Rules) -> dict[str, Any]:
    """Rules as plain values for the store: what they leave open is left out."""
    return rules.model_dump(mode="json", exclude_defaults=True)


def span_minutes(hours: str) -> tuple[int, int]:
    """First minute and the minute after the last of a time of day; the end is smaller where it passes midnight."""
    return _minutes(hours)


def month_days(season: str) -> tuple[int, int]:
    """First and last day of a season as month * 100 + day; the end is smaller where it passes New Year."""
    return _month_days(season)


def _minutes(text: str) -> tuple[int, int]:
    try:
        start, end = (_clock_minutes(part) for part in text.split("-"))
    except ValueError:
        raise ValueError(f"'{text}' are no hours; write them like 22:00-06:00") from None
    if start in (end, DAY_MIN):
        raise ValueError(f"'{text}' holds no minute; write hours like 22:00-06:00")
    return start, end


def _clock_minutes(text: str) -> int:
    hour, minute = text.strip().split(":")
    if len(minute) != 2 or not (hour + minute).isascii() or not (hour + minute).isdigit():
        raise ValueError
    found = int(hour) * 60 + int(minute)
    if int(minute) > 59 or found > DAY_MIN:
        raise ValueError
    return found


def _month_days(text: str) -> tuple[int, int]:
    try:
        start, end = (_month_day(part) for part in text.split(".."))
    except ValueError:
        raise ValueError(f"'{text}' is no season; write its first and last day like 11-01..03-31") from None
    return start, end


def _month_day(text: str) -> int:
    month, day = text.strip().split("-")
    if not (month + day).isascii() or not (month + day).isdigit():
        raise ValueError
    if not 1 <= int(month) <= 12 or not 1 <= int(day) <= _DAYS_IN_MONTH[int(month) - 1]:
        raise ValueError
    return int(month) * 100 + int(day)
