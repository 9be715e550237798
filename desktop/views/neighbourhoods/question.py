"""What the question of Neighbourhoods holds, and which of its fields each statistic asks for."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import PurePath

GI_STAR, MORAN, EMERGING = "gi_star", "moran", "emerging"
DENSITY, RATES, COMPARE = "density", "rates", "compare"
MODES = (GI_STAR, MORAN, EMERGING, DENSITY, RATES, COMPARE)

# What a statistic does not ask for is neither shown nor told apart.
FIELDS = {
    GI_STAR: frozenset({"exposure", "zones", "neighbours", "permutations", "seed", "q"}),
    MORAN: frozenset({"exposure", "zones", "neighbours", "permutations", "seed"}),
    EMERGING: frozenset({"zones", "neighbours", "step"}),
    DENSITY: frozenset({"kernel", "bandwidth"}),
    RATES: frozenset({"exposure", "zones", "neighbours"}),
    COMPARE: frozenset({"zones", "before", "against"}),
}
GRIDS = ("hexagon", "square")


def form_of(zones: str) -> str:
    """How zones are drawn in a legend: as their grid, or as areas."""
    return zones if zones in GRIDS else "area"


@dataclass(frozen=True, slots=True)
class Question:
    """What a person asks. An empty service means all; a width or bandwidth of 0 is chosen from the data.

    `zones`: "hexagon", "square" or the number of a layer of areas. `given`: the values of an exposure by area, where
    `exposure` is "given", with the name of the file that they are from in `exposure_file`; or else that is the path of
    a map layer and `exposure_field` its column. `step`: empty for one chosen from the data.
    """

    statistic: str = GI_STAR
    service_code: str = ""
    first: date | None = None
    last: date | None = None
    count: str = "requests"
    exposure: str = ""
    given: tuple[tuple[str, float], ...] = ()
    zones: str = "hexagon"
    cell_m: int = 0
    weights: str = "edge"
    permutations: int = 999
    seed: int = 1
    before_first: date | None = None
    before_last: date | None = None
    against: str = "itself"
    step: str = ""
    kernel: str = "quartic"
    bandwidth_m: int = 0
    exposure_file: str = ""
    exposure_field: str = ""

    def asks_the_same(self, other: Question) -> bool:
        """Whether another question has the same answer; a width that is left to the data agrees with any."""
        return self._told(other) == other._told(self)

    def _told(self, other: Question) -> tuple[object, ...]:
        asks = FIELDS[self.statistic]
        wide = 0 if 0 in (self.cell_m, other.cell_m) or self.zones not in GRIDS else self.cell_m
        smooth = 0 if 0 in (self.bandwidth_m, other.bandwidth_m) else self.bandwidth_m
        step = "" if "" in (self.step, other.step) else self.step
        of_field = {
            "exposure": (self.exposure, self._given(other) if self.exposure == "given" else ()),
            "zones": (self.zones, wide),
            "neighbours": self.weights if self.zones in GRIDS else "",
            "permutations": self.permutations,
            "seed": self.seed,
            "before": (self.before_first, self.before_last),
            "against": self.against,
            "step": step,
            "kernel": self.kernel,
            "bandwidth": smooth,
        }
        always = (self.statistic, self.service_code, self.first, self.last, self.count)
        return (*always, *(value for name, value in of_field.items() if name in asks))

    def _given(self, other: Question) -> tuple[object, ...]:
        """Values where both have them; of a map layer an answer has the values, and a form the file."""
        if self.given and other.given:
            return self.given
        return (PurePath(self.exposure_file).name, self.exposure_field)

    def lacks_file(self) -> bool:
        """Whether only the name of its map layer is known: a kept question does not say where a file lies."""
        known = self.given or PurePath(self.exposure_file).is_absolute()
        return self.exposure == "given" and not known

    def counts_the_same(self, other: Question) -> bool:
        """Whether the same requests are counted."""
        mine, theirs = ((one.service_code, one.first, one.last, one.count, *one.earlier()) for one in (self, other))
        return mine == theirs

    def earlier(self) -> tuple[date | None, date | None]:
        """The period before, where the statistic compares."""
        return (self.before_first, self.before_last) if self.statistic == COMPARE else (None, None)


def period_before(first: date, last: date) -> tuple[date, date]:
    """As many days, right before."""
    days = (last - first).days + 1
    return first - timedelta(days=days), first - timedelta(days=1)


def same_days_last_year(first: date, last: date) -> tuple[date, date]:
    """The same days of the year before: 52 weeks, so that weekdays stay weekdays."""
    year = timedelta(weeks=52)
    return first - year, last - year


@dataclass(frozen=True, slots=True)
class Periods:
    """A period and an earlier one to compare it with, by their first and last days."""

    first: date
    last: date
    before_first: date
    before_last: date


WEEK_DAYS = 7


def periods_offered(first: date, last: date, data: tuple[date, date] | None) -> Periods:
    """A first offer to compare: as many days right before; where those would begin before the data, halves.

    `data`: the days of the first and the last request, None for nobody knows. Halves are as long as each other and,
    from two weeks on, hold each weekday as often; days that are left over are the first ones.
    """
    before = period_before(first, last)
    if data is None or before[0] >= data[0]:
        return Periods(first, last, *before)
    start, end = max(first, data[0]), min(last, data[1])
    days = ((end - start).days + 1) // 2
    if days < 1:  # a single day, or no day with data: nothing to part
        return Periods(first, last, *before)
    if days >= WEEK_DAYS:
        days -= days % WEEK_DAYS
    half = timedelta(days=days)
    late = end - half + timedelta(days=1)
    return Periods(late, end, late - half, late - timedelta(days=1))


_HELD_BY = {
    "exposure": ("exposure", "given", "exposure_file", "exposure_field"),
    "zones": ("zones", "cell_m"),
    "neighbours": ("weights",),
    "permutations": ("permutations",),
    "seed": ("seed",),
    "q": (),
    "before": ("before_first", "before_last"),
    "against": ("against",),
    "step": ("step",),
    "kernel": ("kernel",),
    "bandwidth": ("bandwidth_m",),
}


def with_fields_of(question: Question, kept: Question, seen: Collection[str] = ()) -> Question:
    """A question with the fields of a kept one that a person has not `seen` yet; what they chose stays, and the period.

    An earlier period is taken only along with the period that it was compared with.
    """
    same_period = (kept.first, kept.last) == (question.first, question.last)
    fields = FIELDS[kept.statistic] - set(seen) - (set() if same_period else {"before"})
    names = [name for asked in fields for name in _HELD_BY[asked]]
    return replace(question, **{name: getattr(kept, name) for name in names})


def of_mode(question: Question, mode: str) -> Question:
    """The same for another statistic."""
    return replace(question, statistic=mode)
