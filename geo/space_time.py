"""A space-time cube: what was counted in each zone in each step of time.

Steps run back from the last day, so that the latest is whole and a part of a step at the beginning is left out. A month
ends on the same day of the month as the period does.
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from geo.choices import GIVEN, Chosen
from geo.errors import GeoError

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

DAY, WEEK, MONTH = "day", "week", "month"
UNITS = (DAY, WEEK, MONTH)
FEWEST_STEPS = 10  # as in the published analysis: with fewer, 90 % of the steps and a trend mean nothing
MOST_STEPS = 400
LEAST_A_STEP = 2.0  # in a zone on average: some 28 in a cell, its six neighbours and two steps
_EPOCH = date(1970, 1, 1)


@dataclass(frozen=True, slots=True)
class Steps:
    """Steps of time: `edges` are days since 1970-01-01, [steps + 1], each step from its edge up to the next."""

    unit: str
    length: int  # of that unit
    edges: tuple[int, ...]
    left_out_days: int = 0  # at the beginning: part of a step, and steps before the first request

    @property
    def count(self) -> int:
        """How many steps there are."""
        return len(self.edges) - 1

    def starts(self) -> tuple[date, ...]:
        """The first day of each step."""
        return tuple(_EPOCH + timedelta(days=day) for day in self.edges[:-1])


@dataclass(frozen=True, slots=True, eq=False)
class Cube:
    """Counts [zones, steps], the steps, and what was left out."""

    count: Floats
    steps: Steps
    outside: int  # requests in no zone
    before: int  # requests before the first step


def days_since_epoch(day: date) -> int:
    """The number of a day, as `Steps` and cubes count them."""
    return (day - _EPOCH).days


def make_steps(first: date, last: date, unit: str, length: int = 1) -> Steps:
    """Steps of `length` units from last (counted) back to first; GeoError for fewer than 10 or more than 400."""
    if unit not in UNITS or length < 1:
        raise GeoError(f"A step cannot be {length} {unit}; choose a number of {', '.join(UNITS)}.")
    if last < first:
        raise GeoError(f"The period ends ({last}) before it begins ({first}).")
    end = last + timedelta(days=1)
    edges = [days_since_epoch(end)]
    for back in range(1, MOST_STEPS + 2):
        edge = _back(end, unit, back * length)
        if edge < first:
            break
        edges.append(days_since_epoch(edge))
    edges.reverse()
    steps = Steps(unit, length, tuple(edges), edges[0] - days_since_epoch(first))
    if steps.count > MOST_STEPS:
        raise GeoError(f"More than {MOST_STEPS} steps of {length} {unit} cannot be told apart; choose longer ones.")
    _refuse_few(steps)
    return steps


def choose_steps(first: date, last: date, requests: int, zones: int) -> tuple[Steps, Chosen]:
    """Weeks, or months where weeks hold too few; days only where the period has not ten weeks, for they have weekdays.

    GeoError where the period has not even ten days.
    """
    for unit, by_count in ((WEEK, True), (MONTH, True), (MONTH, False), (WEEK, False), (DAY, False)):
        try:
            steps = make_steps(first, last, unit)
        except GeoError:
            continue
        average = requests / max(zones, 1) / steps.count
        figures = {"least_a_step": LEAST_A_STEP, "steps": steps.count, "average": round(average, 2)}
        if not by_count or average >= LEAST_A_STEP:
            return steps, Chosen("step", unit, "steps_and_counts" if by_count else "fewest_steps", figures)
    if (last - first).days + 1 >= FEWEST_STEPS:
        raise GeoError(f"From {first} to {last} there are more than {MOST_STEPS} months; choose a shorter period.")
    raise GeoError(f"From {first} to {last} there are not {FEWEST_STEPS} days; choose a longer period.")


def given_steps(first: date, last: date, unit: str, length: int = 1) -> tuple[Steps, Chosen]:
    """Steps as asked, and that they were."""
    steps = make_steps(first, last, unit, length)
    return steps, Chosen("step", unit if length == 1 else f"{length} {unit}s", GIVEN, {"steps": steps.count})


def make_cube(zone_of: Ints, day: Ints, zone_count: int, steps: Steps) -> Cube:
    """Count by zone (-1 for none) and day (since 1970-01-01, in the city's zone).

    Steps before the first request, when a service was not yet, are left out. GeoError where fewer than ten remain, and
    where no request fits.
    """
    step = np.searchsorted(np.asarray(steps.edges), day, side="right") - 1
    within = (zone_of >= 0) & (step >= 0) & (step < steps.count)
    if not within.any():
        raise GeoError("No located request falls into this period; choose another service or period.")
    count = np.bincount(zone_of[within] * steps.count + step[within], minlength=zone_count * steps.count)
    table = count.reshape(zone_count, steps.count).astype(np.float64)
    begun = int(np.flatnonzero(table.sum(axis=0) > 0.0)[0])
    kept = Steps(
        steps.unit, steps.length, steps.edges[begun:], steps.left_out_days + steps.edges[begun] - steps.edges[0]
    )
    if begun:
        _refuse_few(kept, since=f"There was no request before {kept.starts()[0]}: ")
    return Cube(np.ascontiguousarray(table[:, begun:]), kept, int((zone_of < 0).sum()), int((step < 0).sum()))


def _refuse_few(steps: Steps, since: str = "") -> None:
    if steps.count < FEWEST_STEPS:
        raise GeoError(
            f"{since}{steps.count} steps of {steps.length} {steps.unit} are too few (at least {FEWEST_STEPS}); "
            "choose a longer period or shorter steps."
        )


def _back(end: date, unit: str, count: int) -> date:
    """So many units before a day; a month before the 31st is the last day that the month has."""
    if unit != MONTH:
        return end - timedelta(days=count * (7 if unit == WEEK else 1))
    months = end.year * 12 + end.month - 1 - count
    year, month = divmod(months, 12)
    return date(year, month + 1, min(end.day, monthrange(year, month + 1)[1]))
