"""Which rule takes each of many reports, whole columns at once. `rule_trials` tells every step for one of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from desktop.domain.rule_expression import ExpressionFault, Facts, compiled
from desktop.domain.rules import DAY_MIN, WEEKDAYS, Condition, Rule, Rules, month_days, span_minutes

Places = NDArray[np.int64]
Mask = NDArray[np.bool_]
NOWHERE = -1
_HALF_HOUR_S = 1800


@dataclass(frozen=True, slots=True)
class AreaFacts:
    """What rules know of an area. `agency` is the name of its department, empty where it has none."""

    name: str
    agency: str


@dataclass(frozen=True, slots=True)
class ServiceFacts:
    """What rules know of a service."""

    code: str
    name: str
    group: str


@dataclass(frozen=True, slots=True)
class Words:
    """What one report says, for the conditions that read it."""

    text: str = ""
    address: str = ""
    answers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, eq=False)
class Reports:
    """Reports as rules see them, one row each. Times are in the city's zone.

    service, source, areas: places in `services`, `sources` and `layers[name]` (NOWHERE: in no area of the layer).
    day: proleptic ordinal of the date. minute: of the day. reported_ms: milliseconds since 1970.
    read: the words of rows (by their places), asked for only where a rule gets as far as needing them.
    """

    services: Sequence[ServiceFacts]
    sources: Sequence[str]
    layers: Mapping[str, Sequence[AreaFacts]]
    service: NDArray[np.int64]
    source: NDArray[np.int64]
    day: NDArray[np.int64]
    minute: NDArray[np.int64]
    reported_ms: NDArray[np.int64]
    areas: Mapping[str, NDArray[np.int64]]
    read: Callable[[Places], list[Words]]
    question_codes: frozenset[str] = frozenset()  # that some service asks; unanswered ones read as empty

    def __len__(self) -> int:
        return len(self.service)


@dataclass(frozen=True, slots=True, eq=False)
class Taken:
    """Which rule took each report (its place in the set), NOWHERE for none; `faults` stopped at a rule, with why."""

    rule: NDArray[np.int64]
    faults: Mapping[int, tuple[int, str]]  # row to rule and sentence


def take(rules: Rules, reports: Reports, *, rows: Places | None = None) -> Taken:
    """Go through the rules in order; the first that fits takes a report.

    A rule that cannot be decided for a report keeps it: no later rule is asked, nobody gets it, and the fault is told.
    """
    taken = np.full(len(reports), NOWHERE, dtype=np.int64)
    faults: dict[int, tuple[int, str]] = {}
    left = np.arange(len(reports), dtype=np.int64) if rows is None else rows
    for number, rule in enumerate(rules):
        if not len(left):
            break
        fits, broken = _fit(rule, reports, left)
        faults.update((row, (number, why)) for row, why in broken.items())
        taken[fits] = number
        gone = np.concatenate([fits, np.fromiter(broken, np.int64, len(broken))])
        left = np.setdiff1d(left, gone, assume_unique=True)
    return Taken(taken, faults)


# whole columns


def _fit(rule: Rule, reports: Reports, rows: Places) -> tuple[Places, dict[int, str]]:
    """The rows a rule takes, and those for which it could not be decided."""
    for condition in rule.asks:
        test = BY_COLUMNS.get(condition)
        if test is not None and len(rows):
            rows = rows[test(rule, reports, rows)]
    if not len(rows) or not (rule.words or rule.answers or rule.when.strip()):
        return rows, {}
    words = reports.read(rows)
    holds = np.array([says(rule, one) and answers_fit(rule, one) for one in words], dtype=bool)
    if not rule.when.strip():
        return rows[holds], {}
    return _by_expression(rule, reports, rows[holds], [one for one, held in zip(words, holds, strict=True) if held])


def _by_expression(rule: Rule, reports: Reports, rows: Places, words: Sequence[Words]) -> tuple[Places, dict[int, str]]:
    fits, faults = [], {}
    for row, one in zip(rows.tolist(), words, strict=True):
        try:
            if compiled(rule.when).holds(facts_of(reports, row, one)):
                fits.append(row)
        except ExpressionFault as fault:
            faults[row] = str(fault)
    return np.array(fits, dtype=np.int64), faults


def _by_days(rule: Rule, reports: Reports, rows: Places) -> Mask:
    return _within_days(rule, reports.day[rows])


def _within_days(rule: Rule, day: NDArray[np.int64]) -> Mask:
    first = rule.effective_from.toordinal() if rule.effective_from else 0
    last = rule.effective_to.toordinal() if rule.effective_to else date.max.toordinal()
    return (day >= first) & (day <= last)


def _by_service(rule: Rule, reports: Reports, rows: Places) -> Mask:
    wanted = [place for place, service in enumerate(reports.services) if service.code in rule.services]
    return np.isin(reports.service[rows], wanted)


def _by_source(rule: Rule, reports: Reports, rows: Places) -> Mask:
    wanted = [place for place, name in enumerate(reports.sources) if name in rule.sources]
    return np.isin(reports.source[rows], wanted)


def _by_area(rule: Rule, reports: Reports, rows: Places) -> Mask:
    holds = np.ones(len(rows), dtype=bool)
    for layer in rule.layers:
        areas, names = reports.layers.get(layer, ()), rule.areas.get(layer, ())
        of_agency = layer == rule.agency_of
        wanted = [
            place
            for place, area in enumerate(areas)
            if (not names or area.name in names) and (not of_agency or area.agency)
        ]
        holds &= np.isin(reports.areas[layer][rows], wanted) if layer in reports.areas else False
    return holds


def _by_weekday(rule: Rule, reports: Reports, rows: Places) -> Mask:
    wanted = [WEEKDAYS.index(day) for day in rule.weekdays]
    return np.isin((reports.day[rows] - 1) % 7, wanted)  # the first of January of year 1 was a Monday


def _by_hours(rule: Rule, reports: Reports, rows: Places) -> Mask:
    assert rule.hours is not None
    return _between(reports.minute[rows], *span_minutes(rule.hours), last_included=False)


def _by_season(rule: Rule, reports: Reports, rows: Places) -> Mask:
    assert rule.season is not None
    return _between(_month_day(reports.day[rows]), *month_days(rule.season), last_included=True)


def _between(values: NDArray[np.int64], start: int, end: int, *, last_included: bool) -> Mask:
    after, before = values >= start, (values <= end if last_included else values < end)
    return after & before if start <= end else after | before


def _month_day(ordinals: NDArray[np.int64]) -> NDArray[np.int64]:
    unique, place = np.unique(ordinals, return_inverse=True)
    days = [date.fromordinal(int(ordinal)) for ordinal in unique]
    return np.array([day.month * 100 + day.day for day in days], dtype=np.int64)[place]


BY_COLUMNS: Mapping[Condition, Callable[[Rule, Reports, Places], Mask]] = {
    Condition.DAYS: _by_days,
    Condition.SERVICE: _by_service,
    Condition.SOURCE: _by_source,
    Condition.AREA: _by_area,
    Condition.WEEKDAY: _by_weekday,
    Condition.HOURS: _by_hours,
    Condition.SEASON: _by_season,
}


# words


def says(rule: Rule, words: Words) -> bool:
    """Whether one of the rule's words is in the description."""
    text = words.text.casefold()
    return not rule.words or any(word.casefold() in text for word in rule.words)


def answers_fit(rule: Rule, words: Words) -> bool:
    """Whether every question the rule names was answered as it wants."""
    return all(_answered(words, code, wanted) for code, wanted in rule.answers.items())


def _answered(words: Words, code: str, wanted: Sequence[str]) -> bool:
    given = words.answers.get(code, "").strip().casefold()
    return bool(given) if not wanted else given in {one.casefold() for one in wanted}


def facts_of(reports: Reports, row: int, words: Words) -> Facts:
    """What an expression may ask of one report (rule_expression.FACTS)."""
    service = reports.services[int(reports.service[row])]
    day = int(reports.day[row])
    return {
        "service": service.code,
        "group": service.group,
        "source": reports.sources[int(reports.source[row])] if reports.source[row] >= 0 else "",
        "text": words.text,
        "address": words.address,
        "answers": dict.fromkeys(reports.question_codes, "") | dict(words.answers),
        "areas": {layer: area_name(reports, layer, row) for layer in reports.areas},
        "weekday": WEEKDAYS[(day - 1) % 7],
        "hour": int(reports.minute[row]) // 60,
        "month": date.fromordinal(day).month,
        "reported": datetime.fromtimestamp(int(reports.reported_ms[row]) / 1000, tz=UTC),
    }


def area_name(reports: Reports, layer: str, row: int) -> str:
    """The name of the area of a layer that a report lies in; empty outside of all."""
    place = int(reports.areas[layer][row]) if layer in reports.areas else NOWHERE
    return reports.layers[layer][place].name if place >= 0 else ""


def area_of(reports: Reports, layer: str, row: int) -> AreaFacts | None:
    """The area of a layer that a report lies in."""
    place = int(reports.areas[layer][row]) if layer in reports.areas else NOWHERE
    return reports.layers[layer][place] if place >= 0 else None


def local_days_minutes(times_ms: NDArray[np.int64], timezone: str) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Local day (ordinal) and minute of the day of moments given as milliseconds since 1970.

    The zone's offset is looked up once for each half hour that occurs; within one in which it changes (St. John's
    changed at one minute past the hour), once for each second.
    """
    zone = ZoneInfo(timezone)
    times_s = times_ms // 1000
    halves, place = np.unique(times_s // _HALF_HOUR_S, return_inverse=True)
    first, last = (_offsets_s(halves * _HALF_HOUR_S + ahead_s, zone) for ahead_s in (0, _HALF_HOUR_S - 1))
    offsets_s = first[place]
    changing = np.flatnonzero((first != last)[place])
    if len(changing):
        seconds, at = np.unique(times_s[changing], return_inverse=True)
        offsets_s[changing] = _offsets_s(seconds, zone)[at]
    minutes = (times_s + offsets_s) // 60
    return minutes // DAY_MIN + date(1970, 1, 1).toordinal(), minutes % DAY_MIN


def _offsets_s(moments_s: NDArray[np.int64], zone: ZoneInfo) -> NDArray[np.int64]:
    offsets: list[Any] = [datetime.fromtimestamp(moment, tz=zone).utcoffset() for moment in moments_s.tolist()]
    return np.array([int(offset.total_seconds()) for offset in offsets], dtype=np.int64)
