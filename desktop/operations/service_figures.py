"""The service figures of a period, of the city and by group: definitions from the domain, statistics from geo."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from data.errors import RefusedInput
from data.records import City
from data.unit_of_work import ReadUnit
from desktop.domain.attention import MISSING_MS
from desktop.domain.backlog import History
from desktop.domain.city_settings import settings_of
from desktop.domain.clock import today
from desktop.domain.figure_records import Asked, Curve, DaysApart, GroupFigures
from desktop.domain.service_figures import (
    DAY_MS,
    DAYS,
    FEW,
    MOST_UNTOLD,
    SHARES,
    Cases,
    Count,
    Definition,
    Lasting,
    Left,
    Parted,
    People,
    ShareName,
    TimeName,
    cases_of,
    lasting,
    same_day,
)
from desktop.domain.translatable import QT_TRANSLATE_NOOP
from desktop.domain.working_time import WorkingTime
from desktop.operations.figure_columns import RECENT, FigureColumns
from desktop.operations.figure_groups import By, Groups, Split, groups_by
from desktop.operations.recategorisation_figures import DAYS as USUAL_DAYS
from desktop.operations.recategorisation_figures import midnight_ms
from desktop.operations.work import Work

if TYPE_CHECKING:
    from geo.proportions import Difference
    from geo.survival import Curves, Estimates, LogRank

Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]
FALSE_DISCOVERY = 0.05
CONFIDENCE = 0.95
NO_ANSWERS = QT_TRANSLATE_NOOP("Report", "No time of a first answer is known: only what was closed counts as answered.")
NEVER_CHANGED = QT_TRANSLATE_NOOP(
    "Report", "No request is known to have been reopened or recategorised: files and feeds seldom tell it."
)
BEGINS_BEFORE = QT_TRANSLATE_NOOP("Report", "The period begins before the first request that is known.")
ENDED = QT_TRANSLATE_NOOP(
    "Report",
    "Nothing is known of the days before the moment that is looked at, as where a file ended: what was open then "
    "counts as open since. Judge it as of the last day that is known.",
)
ENDED_DAYS = 7  # without anything opened, answered or closed: the file ended, or the feed stands still


@dataclass(frozen=True, slots=True)
class FigureQuestion:
    """What is asked. Days are the city's, both counted; without them the last 90. No `services` are all, by code.

    as_of: the end of this day is the moment at which everything is looked at; None for now.
    """

    by: By = By.SERVICE
    first: date | None = None
    last: date | None = None
    services: tuple[str, ...] = ()
    layer: str = ""
    people: People = People.ALL
    count: Count = Count.REQUESTS
    as_of: date | None = None


@dataclass(frozen=True, slots=True, eq=False)
class ShareTable:
    """One share of all groups."""

    some: Split
    of: Split
    left_out: Mapping[Left, Split]
    told: Mask  # where it can be
    difference: Difference
    q: NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Told:
    """What is told of curves: medians in ms with the ends of their intervals, the shares still waiting after days."""

    medians: tuple[Ints, Ints, Ints]
    still: Mapping[int, Estimates]

    @classmethod
    def of(cls, curves: Curves) -> Told:
        """Of all groups at once."""
        return cls(curves.medians(CONFIDENCE), {days: curves.still(days * DAY_MS, CONFIDENCE) for days in DAYS})


@dataclass(frozen=True, slots=True, eq=False)
class TimeTable:
    """One time of all groups, and of the city."""

    curves: Curves
    told: Told  # of the groups
    city: Curves
    city_told: Told
    time_ms: Split  # of each case, aligned with `of`
    over: Split
    of: Split
    left_out: Mapping[Left, Split]
    ranks: LogRank
    q: NDArray[np.float64]


@dataclass(eq=False)
class FigureSet:
    """The figures of a question; groups are told when asked for. `None` as a group is the city."""

    asked: Asked
    definition: Definition
    groups: Groups
    opened: Split
    counted: Split
    left_out: Mapping[Left, Split]
    staff: Split
    shares: Mapping[ShareName, ShareTable]
    times: Mapping[TimeName, TimeTable]
    open: Split
    open_since: Split  # when each was opened, aligned
    city_open: tuple[Ints, Ints]  # the city's at `as_of`, and when each was opened; spans of time end earlier or later
    moments: Sequence[int]  # at which the backlog of each group is told; the city's last

    @cached_property
    def city(self) -> GroupFigures:
        """The whole city's."""
        return self.of(None)

    @cached_property
    def rows(self) -> tuple[GroupFigures, ...]:
        """Those of all groups in which anything was opened or is open."""
        some = (self.opened.counts > 0) | (self.open.counts > 0)
        return tuple(self.of(group) for group in np.flatnonzero(some).tolist())

    def of(self, group: int | None) -> GroupFigures:
        """The figures of a group by its place among the groups."""
        from desktop.operations.figure_telling import group_figures

        return group_figures(self, group)

    def place(self, key: int) -> int | None:
        """Where a service, a department or an area stands among the groups; None where it does not."""
        return self.groups.keys.index(key) if key in self.groups.keys else None

    def days_apart(self, name: TimeName, group: int, within_days: int = 90) -> DaysApart | None:
        """By how many days a group waits longer than the rest of the city, on average within a span of days."""
        from desktop.operations.figure_telling import days_apart

        return days_apart(self.times[name], group, within_days)

    def curve(self, name: TimeName, group: int | None = None) -> Curve:
        """The curve of a group or the city, to be drawn."""
        from desktop.operations.figure_telling import curve_of

        return curve_of(self.times[name], group)


def service_figures(work: Work, question: FigureQuestion, groups: Groups | None = None) -> FigureSet:
    """Work the figures out, by `groups` in place of those of the question.

    RefusedInput for a period that ends before it begins or begins after it is looked at, an unknown service, and a
    layer that is not there.
    """
    city = work.city()
    first, last, definition = _definition(work, city, question)
    work.breathe(0.0, "Reading requests")
    read = RECENT.of(work.store)
    with work.store.read() as unit:
        chosen = _services(unit, question.services)
        if groups is None:
            groups = groups_by(work, unit, read, question.by, (first, last), city.timezone, question.layer)
    work.breathe(0.3, "Counting")
    scene = _scene(city, read, groups, np.array(sorted(chosen), dtype=np.int32), definition)
    asked = _asked(question, city, (first, last), definition, tuple(chosen.values()), groups.layer, len(read.columns))
    return _assemble(work, scene, asked)


def _asked(
    question: FigureQuestion,
    city: City,
    days: tuple[date, date],
    definition: Definition,
    services: tuple[str, ...],
    layer: str,
    requests: int,
) -> Asked:
    as_of = datetime.fromtimestamp(definition.as_of_ms / 1000, tz=UTC).astimezone(ZoneInfo(city.timezone))
    return Asked(
        by=str(question.by),
        first=days[0],
        last=days[1],
        as_of=as_of.isoformat(timespec="minutes"),
        people=question.people,
        count=question.count,
        services=services,
        layer=layer,
        city=city.name,
        requests=requests,
    )


def _definition(work: Work, city: City, question: FigureQuestion) -> tuple[date, date, Definition]:
    now = work.clock.now()
    last = question.last or today(work.clock, city.timezone)
    first = question.first or last - timedelta(days=USUAL_DAYS - 1)
    if date.max in (last, question.as_of):
        raise RefusedInput(f"No day comes after {date.max.isoformat()}; give an earlier one.")
    if last < first:
        raise RefusedInput(f"The period ends on {last.isoformat()}, before it begins on {first.isoformat()}.")
    as_of_ms = round(now.timestamp() * 1000)
    if question.as_of is not None:
        as_of_ms = min(as_of_ms, midnight_ms(question.as_of + timedelta(days=1), city.timezone))
    since = midnight_ms(first, city.timezone)
    if since >= as_of_ms:
        raise RefusedInput(f"The period begins on {first.isoformat()}, after the moment at which it is looked at.")
    until = midnight_ms(last + timedelta(days=1), city.timezone)
    return first, last, Definition(since, until, as_of_ms, question.people, question.count)


def _services(unit: ReadUnit, codes: Sequence[str]) -> dict[int, str]:
    """The services of codes, by id; RefusedInput for an unknown one."""
    found = {}
    for code in codes:
        service = unit.services.by_code(code)
        if service is None:
            raise RefusedInput(f"No service has the code '{code}'; 'opsmap services list' names them.")
        found[int(service.id)] = service.service_name
    return found


def _of_services(cases: Cases, read: FigureColumns, only: NDArray[np.int32]) -> Cases:
    service = read.columns.service_id
    excluded = {reason: rows[np.isin(service[rows], only)] for reason, rows in cases.excluded.items()}
    taken = cases.taken(np.isin(service[cases.row], only))
    return replace(taken, excluded={reason: rows for reason, rows in excluded.items() if len(rows)})


@dataclass(frozen=True, slots=True, eq=False)
class _Scene:
    """What is counted, in order of groups, and by what."""

    read: FigureColumns
    groups: Groups
    cases: Cases
    group: Ints  # of each case, ascending
    day_ends_ms: Ints  # of each case, the first working day's
    only: NDArray[np.int32]  # services; empty for all
    definition: Definition

    @property
    def count(self) -> int:
        """How many groups there are."""
        return len(self.groups.keys)

    def split(self, rows: Ints) -> Split:
        """Rows of the columns as ids by group."""
        return Split.of(self.read.columns.id[rows], self.groups.of(rows), self.count)

    def alike(self, by: str) -> Ints:
        """Numbers of what may be compared: who reported, and the service where groups are not services."""
        stratum = self.read.reports.staff[self.cases.row].astype(np.int64)
        if by == By.SERVICE:
            return stratum
        stratum += 2 * self.read.columns.service_id[self.cases.row].astype(np.int64)
        return np.unique(stratum, return_inverse=True)[1]


def _scene(city: City, read: FigureColumns, groups: Groups, only: NDArray[np.int32], definition: Definition) -> _Scene:
    cases = cases_of(read.reports, definition)
    if len(only):
        cases = _of_services(cases, read, only)
    groups = groups.known(len(read.columns))
    group = groups.of(cases.row)
    order = np.argsort(group.astype(np.int32), kind="stable")
    cases = cases.taken(order)
    ends = WorkingTime(settings_of(city).calendar(city.timezone)).first_days_end(cases.opened_ms)
    return _Scene(read, groups, cases, group[order], ends, only, definition)


def _assemble(work: Work, scene: _Scene, asked: Asked) -> FigureSet:
    cases, read, definition = scene.cases, scene.read, scene.definition
    shares = _shares(scene)
    work.breathe(0.6, "Following times")
    alike = scene.alike(asked.by)
    told = {name: lasting(cases, name, definition.as_of_ms) for name in TimeName}
    times = {name: _times(cases.id, one, scene.group, scene.count, alike) for name, one in told.items()}
    opened = np.concatenate([cases.row, *cases.excluded.values()])
    backlog, since, moments, whole = _backlog(read, scene.groups, scene.only, definition)
    return FigureSet(
        asked=replace(asked, notes=(*_notes(read, cases, shares), *_beyond(read, definition))),
        definition=definition,
        groups=scene.groups,
        opened=scene.split(opened),
        counted=Split.ordered(cases.id, scene.group, scene.count),
        left_out={reason: scene.split(rows) for reason, rows in cases.excluded.items()},
        staff=scene.split(opened[read.reports.staff[opened]]),
        shares=shares,
        times=times,
        open=backlog,
        open_since=since,
        city_open=whole,
        moments=moments,
    )


def _shares(scene: _Scene) -> dict[ShareName, ShareTable]:
    cases, as_of = scene.cases, scene.definition.as_of_ms
    parts = {name: share(cases, as_of) for name, share in SHARES.items()}
    parts[ShareName.SAME_DAY] = same_day(cases, as_of, scene.day_ends_ms)
    shares = {name: _share(cases.id, part, scene.group, scene.count) for name, part in parts.items()}
    return shares | {ShareName.RECATEGORISED: _recategorised(scene.read, scene.groups, scene.only, scene.definition)}


def _notes(read: FigureColumns, cases: Cases, shares: Mapping[ShareName, ShareTable]) -> tuple[str, ...]:
    """What the sources seem not to tell, so that a figure is not read as if they did."""
    notes = []
    if len(cases) and not (read.reports.acknowledged_ms[cases.row] != MISSING_MS).any():
        notes.append(NO_ANSWERS)
    if not len(shares[ShareName.REOPENED].some.ids) and not len(shares[ShareName.RECATEGORISED].some.ids):
        notes.append(NEVER_CHANGED)
    return tuple(notes)


def _beyond(read: FigureColumns, definition: Definition) -> tuple[str, ...]:
    """Days of which nothing is known are not quiet ones: before the first request, and after a file's end."""
    opened, reports = read.columns.requested_ms, read.reports
    if not len(opened):
        return ()
    notes = []
    if definition.first_ms < int(opened.min()) - DAY_MS:
        notes.append(BEGINS_BEFORE)
    last_ms = max(int(times.max()) for times in (opened, reports.acknowledged_ms, reports.closed_ms))
    if definition.as_of_ms > last_ms + ENDED_DAYS * DAY_MS:
        notes.append(ENDED)
    return tuple(notes)


def _share(ids: Ints, part: Parted, group: Ints, count: int) -> ShareTable:
    def split(mask: Mask) -> Split:
        return Split.ordered(ids[mask], group[mask], count)

    left_out = {reason: split(mask) for reason, mask in part.left_out if mask.any()}
    return share_table(split(part.some), split(part.of), left_out)


def share_table(some: Split, of: Split, left_out: Mapping[Left, Split]) -> ShareTable:
    """A share of groups, each compared with the rest of the city; q over the groups that have enough cases."""
    from geo.proportions import newcombe
    from geo.significance import false_discovery

    k, n = some.counts, of.counts
    untold = left_out[Left.NO_OUTCOME].counts if Left.NO_OUTCOME in left_out else np.zeros(len(n), dtype=np.int64)
    told = untold <= MOST_UNTOLD * (k + untold)
    difference = newcombe(k, n, k.sum() - k, n.sum() - n, CONFIDENCE)
    enough = (n >= FEW) & (n.sum() - n >= FEW) & told & (untold.sum() <= MOST_UNTOLD * (k.sum() + untold.sum()))
    q = false_discovery(np.where(enough, difference.p, np.nan))
    return ShareTable(some, of, left_out, told, difference, q)


def _recategorised(read: FigureColumns, groups: Groups, only: NDArray[np.int32], definition: Definition) -> ShareTable:
    """By what requests were first (domain.recategorisation): all reports of the period, whatever became of them."""
    ways, reports = read.ways, read.reports
    inside = (reports.requested_ms >= definition.first_ms) & (reports.requested_ms < definition.until_ms)
    rows = np.flatnonzero(inside & (reports.requested_ms <= definition.as_of_ms))
    if definition.people is not People.ALL:
        rows = rows[reports.staff[rows] == (definition.people is People.STAFF)]
    if len(only):
        rows = rows[np.isin(ways.reported_as[rows], only)]
    changed, count = rows[ways.recategorised[rows]], len(groups.keys)
    some, of = (Split.of(ways.id[part], groups.of_ways(part), count) for part in (changed, rows))
    return share_table(some, of, {})


def _times(ids: Ints, told: Lasting, group: Ints, count: int, alike: Ints) -> TimeTable:
    """Curves of groups and city; each group against the rest of what is alike, for some services are slow by nature."""
    from geo.significance import false_discovery
    from geo.survival import kaplan_meier, log_rank_against_rest

    mine, known = group[told.known], ids[told.known]
    ranks = log_rank_against_rest(told.time_ms, told.over, mine, count, alike[told.known])
    curves = kaplan_meier(told.time_ms, told.over, mine, count)
    city, enough = kaplan_meier(told.time_ms, told.over), curves.count >= FEW
    return TimeTable(
        curves=curves,
        told=Told.of(curves),
        city=city,
        city_told=Told.of(city),
        time_ms=Split.ordered(told.time_ms, mine, count),
        over=Split.ordered(told.over.astype(np.int64), mine, count),
        of=Split.ordered(known, mine, count),
        left_out={reason: Split.ordered(ids[mask], group[mask], count) for reason, mask in told.left_out if mask.any()},
        ranks=ranks,
        q=false_discovery(np.where(enough, ranks.p, np.nan)),
    )


def _backlog(
    read: FigureColumns, groups: Groups, only: NDArray[np.int32], definition: Definition
) -> tuple[Split, Split, tuple[int, ...], tuple[Ints, Ints]]:
    """What is open, with its openings: of groups at `as_of`, of spans of time at the end of each; the city's last."""
    history, count, as_of = History.of(read.columns), len(groups.keys), definition.as_of_ms
    wanted = np.ones(len(read.columns), dtype=bool)
    if len(only):
        wanted &= np.isin(read.columns.service_id, only)
    if definition.people is not People.ALL:
        wanted &= read.reports.staff == (definition.people is People.STAFF)
    rows = np.flatnonzero(wanted & history.open_at(as_of))
    whole = (read.columns.id[rows], read.columns.requested_ms[rows])
    ends = [min(end, as_of) for end in groups.ends_ms]
    if not ends:
        at = groups.of(rows)
        return Split.of(whole[0], at, count), Split.of(whole[1], at, count), (as_of,) * (count + 1), whole
    spans = [np.flatnonzero(wanted & history.open_at(end)) for end in ends]
    return *_spans(read, spans, count), (*ends, as_of, as_of), whole


def _spans(read: FigureColumns, spans: Sequence[Ints], count: int) -> tuple[Split, Split]:
    rows = np.concatenate([np.zeros(0, dtype=np.int64), *spans])
    starts = np.cumsum([0, *(len(span) for span in spans)])
    starts = np.append(starts, np.full(count + 1 - len(starts), starts[-1]))
    return Split(read.columns.id[rows], starts), Split(read.columns.requested_ms[rows], starts)
