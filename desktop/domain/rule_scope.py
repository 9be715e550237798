"""What a rule takes, as sets that can be compared: whether an earlier rule leaves nothing for a later one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from desktop.domain.rules import DAY_MIN, WEEKDAYS, Rule, month_days, span_minutes

Agencies = Mapping[str, str]  # areas of a layer, each with its department, empty where it has none
_LEAP_YEAR = 2024
_MOST_DAYS = 1500  # that are looked at one by one: four years hold every day of a year


@dataclass(frozen=True, slots=True)
class Scope:
    """The conditions of a rule; None asks nothing. Numbers are sets of bits: weekdays, minutes, days of a leap year."""

    first: int
    last: int
    services: frozenset[str] | None
    sources: frozenset[str] | None
    areas: Mapping[str, frozenset[str]]
    weekdays: int
    minutes: int
    month_days: int
    words: tuple[str, ...]
    answers: Mapping[str, frozenset[str] | None]  # None: any answer
    when: str

    def covers(self, other: Scope) -> bool:
        """Whether it takes everything that the other would take."""
        return (
            self.first <= other.first
            and self.last >= other.last
            and _within(other.services, self.services)
            and _within(other.sources, self.sources)
            and not other.weekdays & ~self.weekdays
            and not other.minutes & ~self.minutes
            and not other.month_days & ~self.month_days
            and self.when in ("", other.when)
            and all(layer in other.areas and other.areas[layer] <= areas for layer, areas in self.areas.items())
            and all(code in other.answers and _within(other.answers[code], w) for code, w in self.answers.items())
            and (not self.words or (bool(other.words) and all(self._says(word) for word in other.words)))
        )

    @property
    def holds_on_a_day(self) -> bool:
        """Whether weekdays and season leave a day between its first and its last."""
        if self.last - self.first > _MOST_DAYS:
            return True
        return any(self._holds(date.fromordinal(day)) for day in range(self.first, self.last + 1))

    def _holds(self, day: date) -> bool:
        return bool(self.weekdays >> day.weekday() & 1 and self.month_days >> _place(day.month, day.day) & 1)

    def _says(self, word: str) -> bool:
        """Whether any text that holds the word holds one of its own."""
        return any(own in word for own in self.words)


def scope_of(rule: Rule, layers: Mapping[str, Agencies]) -> Scope:
    """What a rule takes, given the areas of each layer."""
    return Scope(
        first=rule.effective_from.toordinal() if rule.effective_from else date.min.toordinal(),
        last=rule.effective_to.toordinal() if rule.effective_to else date.max.toordinal(),
        services=frozenset(rule.services) or None,
        sources=frozenset(rule.sources) or None,
        areas={layer: _areas(rule, layer, layers.get(layer, {})) for layer in rule.layers},
        weekdays=sum(1 << WEEKDAYS.index(day) for day in set(rule.weekdays)) or (1 << 7) - 1,
        minutes=_minutes(rule.hours),
        month_days=_month_days(rule.season),
        words=tuple(word.casefold() for word in rule.words),
        answers={code: frozenset(one.casefold() for one in wanted) or None for code, wanted in rule.answers.items()},
        when=rule.when.strip(),
    )


def _within(inner: frozenset[str] | None, outer: frozenset[str] | None) -> bool:
    return outer is None or (inner is not None and inner <= outer)


def _areas(rule: Rule, layer: str, agencies: Agencies) -> frozenset[str]:
    wanted = rule.areas.get(layer) or tuple(agencies)
    return frozenset(area for area in wanted if layer != rule.agency_of or agencies.get(area))


def _minutes(hours: str | None) -> int:
    return _bits(*span_minutes(hours), DAY_MIN) if hours else (1 << DAY_MIN) - 1


def _month_days(season: str | None) -> int:
    if season is None:
        return (1 << 366) - 1
    first, last = (_place(day // 100, day % 100) for day in month_days(season))
    return _bits(first, last + 1, 366)


def _bits(start: int, end: int, size: int) -> int:
    """The bits from start up to before the end, around the end of the size where the end comes first."""
    below_end, from_start = (1 << end) - 1, ((1 << size) - 1) & ~((1 << start) - 1)
    return below_end & from_start if start < end else below_end | from_start


def _place(month: int, day: int) -> int:
    """Where a day stands in a leap year, the first being 0."""
    return (date(_LEAP_YEAR, month, 1) + timedelta(days=day - 1) - date(_LEAP_YEAR, 1, 1)).days
