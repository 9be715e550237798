"""Service figures of one group as frozen records, taken out of the tables of all groups."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from desktop.domain.figure_records import Backlog, Curve, DaysApart, GroupFigures, Interval, Share, Times, Verdict
from desktop.domain.service_figures import DAY_MS, DAYS, MOST_UNTOLD, Left, ShareName, TimeName

if TYPE_CHECKING:
    from desktop.operations.figure_groups import Split
    from desktop.operations.service_figures import FigureSet, ShareTable, TimeTable, Told

FALSE_DISCOVERY = 0.05
CONFIDENCE = 0.95
NOTHING = Interval(None, None, None)


def group_figures(found: FigureSet, group: int | None) -> GroupFigures:
    """The figures of a group by its place, or of the city."""
    return GroupFigures(
        key=None if group is None else found.groups.keys[group],
        name=found.asked.city if group is None else found.groups.names[group],
        opened=found.opened.ascending(group),
        counted=found.counted.ascending(group),
        left_out=parts(found.left_out, group),
        staff=found.staff.ascending(group),
        shares={name: _share(name, table, group) for name, table in found.shares.items()},
        times={name: _times(name, table, group) for name, table in found.times.items()},
        backlog=_backlog(found, group),
    )


def parts(splits: Mapping[Left, Split], group: int | None) -> dict[Left, NDArray[np.int64]]:
    """What of each reason is a group's; reasons that it has none of are left out."""
    found = {reason: split.ascending(group) for reason, split in splits.items()}
    return {reason: ids for reason, ids in found.items() if len(ids)}


def _share(name: ShareName, table: ShareTable, group: int | None) -> Share:
    from geo.proportions import wilson

    some, of = table.some.ascending(group), table.of.ascending(group)
    interval, difference, q = NOTHING, NOTHING, None
    untold = len(table.left_out[Left.NO_OUTCOME].part(group)) if Left.NO_OUTCOME in table.left_out else 0
    told = untold <= MOST_UNTOLD * (len(some) + untold)
    if len(of) and told:
        low, high = wilson([len(some)], [len(of)], CONFIDENCE)
        interval = Interval(len(some) / len(of), float(low[0]), float(high[0]))
    if group is not None and told:
        apart = table.difference
        difference = Interval(*(number(values[group]) for values in (apart.value, apart.low, apart.high)))
        q = number(table.q[group])
    verdict = None if group is None or not told else verdict_of(difference.value, q)
    return Share(name, interval, some, of, parts(table.left_out, group), difference, q, verdict)


def verdict_of(value: float | None, q: float | None) -> Verdict:
    """A difference is told where false discoveries among all that are told are held at 5 %."""
    if value is None or q is None:
        return Verdict.TOO_FEW
    if q > FALSE_DISCOVERY:
        return Verdict.UNCLEAR
    return Verdict.HIGHER if value > 0 else Verdict.LOWER


def number(value: float) -> float | None:
    """A float, None for nan."""
    return float(value) if np.isfinite(value) else None


def _times(name: TimeName, table: TimeTable, group: int | None) -> Times:
    told, at = (table.city_told, 0) if group is None else (table.told, group)
    of, time = table.of.part(group), table.time_ms.part(group)
    over = table.over.part(group) > 0
    z = None if group is None else number(table.ranks.z[group])
    q = None if group is None else number(table.q[group])
    verdict = None if group is None else verdict_of(z, q)
    ordered = np.sort if group is None else np.asarray  # groups are in order already
    return Times(
        name=name,
        median_days=median(told, at),
        within={days: within(told, at, days) for days in DAYS},
        within_ids={days: ordered(of[over & (time <= days * DAY_MS)]) for days in DAYS},
        of=ordered(of),
        waiting=ordered(of[~over]),
        left_out=parts(table.left_out, group),
        pace=None if group is None else _pace(table, group),
        q=q,
        verdict=verdict,
    )


def _pace(table: TimeTable, group: int) -> float | None:
    expected = float(table.ranks.expected[group])
    return float(table.ranks.observed[group]) / expected if expected > 0 else None


def median(told: Told, group: int) -> Interval:
    """The median of a group in days; None where it, or an end of its interval, is not reached."""
    ends = (int(values[group]) for values in told.medians)
    return Interval(*(None if end < 0 else end / DAY_MS for end in ends))


def within(told: Told, group: int, days: int) -> Interval:
    """The share of a group that was over within some days."""
    still = told.still[days]
    high, low = number(still.low[group]), number(still.high[group])
    value = number(still.value[group])
    return Interval(*(None if each is None else 1.0 - each for each in (value, low, high)))


def _backlog(found: FigureSet, group: int | None) -> Backlog:
    if group is None:
        ids, since, moment = *found.city_open, found.definition.as_of_ms
    else:
        ids, since, moment = found.open.part(group), found.open_since.part(group), found.moments[group]
    if not len(ids):
        return Backlog(ids, None, None, None)
    days = (moment - since) / DAY_MS
    half, ninth = np.quantile(days, [0.5, 0.9])
    return Backlog(np.sort(ids), float(half), float(ninth), float(days.max()))


def days_apart(table: TimeTable, group: int, within_days: int) -> DaysApart | None:
    """The difference of restricted means from the rest; None where one of the two has nothing.

    Unlike the verdict it does not compare service by service: it says what residents of a place live to see.
    """
    from geo.survival import kaplan_meier, mean_difference, restricted_mean

    mine = np.zeros(len(table.of.ids), dtype=np.int64)
    mine[table.of.starts[group] : table.of.starts[group + 1]] = 1
    if not 0 < mine.sum() < len(mine):
        return None
    time, over = table.time_ms.ids, table.over.ids
    longest = [int(time[mine == part].max()) for part in (1, 0)]
    until = min(within_days * DAY_MS, *longest)
    if until <= 0:
        return None
    both = kaplan_meier(time, over, mine, 2)
    means = [restricted_mean(both, part, until) for part in (1, 0)]
    told = (each / DAY_MS for each in mean_difference(means[0], means[1], CONFIDENCE))
    return DaysApart(Interval(*told), until / DAY_MS)


def curve_of(table: TimeTable, group: int | None) -> Curve:
    """The curve of a group, or of the city, to be drawn."""
    curves, at = (table.city, 0) if group is None else (table.curves, group)
    steps = curves.step(at)
    low, high = curves.band(at, CONFIDENCE)
    waiting = np.sort(table.time_ms.part(group)[table.over.part(group) == 0])
    return Curve(
        days=np.r_[0.0, curves.time[steps] / DAY_MS],
        share=np.r_[1.0, curves.survival[steps]],
        low=np.r_[1.0, low],
        high=np.r_[1.0, high],
        waiting_days=waiting / DAY_MS,
    )
