"""What is expected in the weeks ahead, by service: whole weeks of the city's calendar, foretold and judged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from data.errors import RefusedInput
from desktop.domain.backlog import Step, day_of, floor, midnights
from desktop.domain.clock import today
from desktop.domain.demand_records import Demand, DemandSet, Judged, Week, WeekAhead
from desktop.domain.service_figures import People
from desktop.operations.figure_columns import RECENT
from desktop.operations.work import Work

Ints = NDArray[np.int64]
AHEAD = 8
MOST_AHEAD = 26
MOST_WEEKS = 52 * 6  # that are read; what lies longer back says little of tomorrow


@dataclass(frozen=True, slots=True)
class DemandQuestion:
    """What is asked. No `services` are all; `most`: only so many, the busiest ones. `until`: the last day known."""

    services: tuple[str, ...] = ()
    ahead: int = AHEAD
    people: People = People.ALL
    most: int | None = None
    until: date | None = None


def expected_demand(work: Work, question: DemandQuestion) -> DemandSet:
    """Foretell the weeks after the last whole one. RefusedInput for an unknown service, and for too many weeks."""
    if not 1 <= question.ahead <= MOST_AHEAD:
        raise RefusedInput(f"Between 1 and {MOST_AHEAD} weeks can be foretold, not {question.ahead}.")
    city = work.city()
    zone = city.timezone
    names = _names(work, question.services)
    read = RECENT.of(work.store)
    opened, service = read.columns.requested_ms, read.columns.service_id
    if question.people is not People.ALL:
        mine = read.reports.staff == (question.people is People.STAFF)
        opened, service = opened[mine], service[mine]
    calendar = _calendar(work, question.until, zone, _last_of(read.columns.requested_ms))
    counts = _counts(opened, service, calendar.edges_ms, names)
    order = sorted(names, key=lambda key: (-int(counts[key][-52:].sum()), names[key].casefold()))[: question.most]
    told = []
    for done, key in enumerate(order):
        work.breathe(done / (len(order) + 1), f"Expecting {names[key]}")
        first = _first_of(opened[service == key])
        told.append(_demand(calendar, key, names[key], counts[key], first, question.ahead))
    first = _first_of(opened[np.isin(service, list(names))])
    whole = np.sum([np.zeros(MOST_WEEKS, dtype=np.int64), *counts.values()], axis=0)
    everything = _demand(calendar, None, city.name, whole, first, question.ahead)
    return DemandSet(calendar.mondays[-1] - timedelta(days=1), question.people, everything, tuple(told))


def _calendar(work: Work, until: date | None, zone: str, last_ms: int | None) -> _Calendar:
    """Whole weeks to the last one that is over; where nobody says until when, to that before the last request's.

    For a file that ended is no silence, and half a week no whole one.
    """
    last_day = until or today(work.clock, zone) - timedelta(days=1)
    if until is None and last_ms is not None:
        last_day = min(last_day, day_of(last_ms, zone))
    end = floor(Step.WEEK, last_day + timedelta(days=1))  # the Monday after the last whole week
    mondays = [end - timedelta(days=7 * back) for back in range(MOST_WEEKS, -1, -1)]
    return _Calendar(mondays, np.array(midnights(mondays, zone), dtype=np.int64), zone)


@dataclass(frozen=True, slots=True)
class _Calendar:
    """Whole weeks: their Mondays and midnights, with the end of the last one behind."""

    mondays: Sequence[date]
    edges_ms: Ints
    zone: str

    def first_whole(self, moment_ms: int) -> int:
        """The place of the first week after the one in which a moment lies, or of that week where it is its Monday."""
        day = day_of(moment_ms, self.zone)
        monday = floor(Step.WEEK, day)
        begin = monday if monday == day else monday + timedelta(days=7)
        return max(0, (begin - self.mondays[0]).days // 7)


def _names(work: Work, codes: Sequence[str]) -> dict[int, str]:
    with work.store.read() as unit:
        every = {one.service_code: one for one in unit.services.all()}
    unknown = [code for code in codes if code not in every]
    if unknown:
        raise RefusedInput(f"No service has the code '{unknown[0]}'; 'opsmap services list' names them.")
    return {int(every[code].id): every[code].service_name for code in (codes or every)}


def _counts(opened: Ints, service: NDArray[np.int32], edges: Ints, names: dict[int, str]) -> dict[int, Ints]:
    """Requests by service and week."""
    week = np.searchsorted(edges, opened, side="right") - 1
    inside = (week >= 0) & (week < len(edges) - 1)
    found = {}
    most = int(service.max(initial=0)) + 1
    table = np.bincount(
        service[inside].astype(np.int64) * (len(edges) - 1) + week[inside], minlength=most * (len(edges) - 1)
    ).reshape(most, -1)
    for key in names:
        found[key] = table[key] if key < most else np.zeros(len(edges) - 1, dtype=np.int64)
    return found


def _first_of(opened: Ints) -> int | None:
    return int(opened.min()) if len(opened) else None


def _last_of(opened: Ints) -> int | None:
    return int(opened.max()) if len(opened) else None


def _demand(calendar: _Calendar, key: int | None, name: str, counts: Ints, first_ms: int | None, ahead: int) -> Demand:
    from geo.demand import TooLittle, expect

    if first_ms is None:
        return Demand(key, name, (), (), "", 1.0, None, "It was never reported.")
    begin = calendar.first_whole(first_ms)
    weeks = _weeks(calendar, counts, begin)
    since = day_of(first_ms, calendar.zone).isoformat()
    try:
        found = expect(counts[begin:], ahead)
    except TooLittle as fault:
        return Demand(key, name, weeks, (), "", 1.0, None, f"{fault} The first report is of {since}.")
    trial = found.trial
    judged = None
    if trial is not None:
        judged = Judged(
            trial.origins, trial.weeks, trial.error, trial.error_last_week, trial.error_last_year, *trial.coverage
        )
    after = calendar.mondays[-1]
    coming = tuple(
        WeekAhead(after + timedelta(days=7 * at), float(found.middle[at]), *_ends(found.low[:, at], found.high[:, at]))
        for at in range(ahead)
    )
    return Demand(key, name, weeks, coming, found.model, found.widened, judged, "")


def _ends(low: NDArray[np.float64], high: NDArray[np.float64]) -> tuple[float, float, float, float]:
    return float(low[0]), float(high[0]), float(low[1]), float(high[1])


def _weeks(calendar: _Calendar, counts: Ints, begin: int) -> tuple[Week, ...]:
    edges = calendar.edges_ms.tolist()
    return tuple(
        Week(calendar.mondays[at], int(counts[at]), edges[at], edges[at + 1]) for at in range(begin, len(counts))
    )
