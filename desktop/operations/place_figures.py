"""The service figures of one place beside the city's, as a screen asks for them from a worker process.

Ids stay in the worker until a figure is opened: those of 750,000 requests, counted many times over, would take longer
to hand over than to count.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from data.store import open_store
from desktop.domain.clock import Clock
from desktop.domain.demand_records import DemandSet
from desktop.domain.figure_records import Asked, Curve, GroupFigures, Interval, Verdict
from desktop.domain.service_figures import Left, People, ShareName, TimeName
from desktop.operations.demand import DemandQuestion, expected_demand
from desktop.operations.figure_columns import RECENT
from desktop.operations.figure_groups import Groups, NoAreas
from desktop.operations.service_figures import FigureQuestion, FigureSet, service_figures
from desktop.operations.spatial_statistics import StatisticQuestion
from desktop.operations.work import Progress, ShouldStop, Work
from desktop.operations.zone_requests import rows_in_zones

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from data.store import Store

CITY = -2  # the key of the whole city; -1 is what lies in no neighbourhood
CHOSEN = -3  # the key of zones that somebody chose


@dataclass(frozen=True, slots=True)
class ChosenZones:
    """Zones of the answer to a question, chosen by hand, and what they are called together."""

    question: StatisticQuestion
    zones: tuple[int, ...]
    name: str


@dataclass(frozen=True, slots=True)
class Opened:
    """A figure that somebody opens: of which place, and which of its requests.

    `what`: "within" (closed within `days`), "of" (all that are counted), "waiting", "opened" (counted or not), "left"
    (out, for the reason `left`), or "some" of the share `share`.
    """

    key: int
    what: str
    share: ShareName | None = None
    days: int = 0
    left: Left | None = None


@dataclass(frozen=True, slots=True, eq=False)
class PlaceTimes:
    """Time to close in one place: of those `opened`, the ones that are not `left_out`."""

    name: str
    key: int
    curve: Curve
    median_days: Interval
    within: Mapping[int, Interval]
    waiting: int
    of: int
    opened: int
    left_out: Mapping[Left, int]


@dataclass(frozen=True, slots=True, eq=False)
class PlaceShare:
    """One part of the service promise here and in the whole city; the difference is from the rest of the city."""

    name: ShareName
    here: Interval | None
    city: Interval
    difference: Interval
    verdict: Verdict | None


@dataclass(frozen=True, slots=True)
class PlaceLine:
    """A neighbourhood, with how many of its requests are counted."""

    key: int
    name: str
    counted: int


@dataclass(frozen=True, slots=True, eq=False)
class PlaceFigures:
    """The figures of a place; `here` is None for the city alone."""

    asked: Asked
    here: PlaceTimes | None
    city: PlaceTimes
    shares: tuple[PlaceShare, ...]
    places: tuple[PlaceLine, ...]


class _LastAnswer:
    """The figures worked out last in this process; true until something happens in the store."""

    def __init__(self) -> None:
        self._key: tuple[object, ...] | None = None
        self._found: FigureSet | None = None

    def of(self, work: Work, question: FigureQuestion, chosen: ChosenZones | None = None) -> FigureSet:
        """The figures of a question, worked out or still known: by neighbourhood, or of chosen zones and the rest."""
        day = work.clock.now().date()
        key = (work.store.location, RECENT.of(work.store).columns.sequence, question, chosen, day)
        if self._found is None or key != self._key:
            groups = None if chosen is None else _in_and_out(work, chosen)
            try:
                self._found = service_figures(work, question, groups)
            except NoAreas:  # the whole city has its figures all the same
                self._found = service_figures(work, question, _undivided())
            self._key = key
        return self._found


_LAST, _LAST_CHOSEN = _LastAnswer(), _LastAnswer()


def _undivided() -> Groups:
    """One group of all, that is no place."""

    def of(rows: NDArray[np.int64]) -> NDArray[np.int64]:
        return 0 * rows

    return Groups((-1,), ("",), of, of)


def _in_and_out(work: Work, chosen: ChosenZones) -> Groups:
    """Two groups: what lies in the chosen zones, and all else."""
    outside = (~rows_in_zones(work, chosen.question, chosen.zones)).astype("int64")

    def of(rows: NDArray[np.int64]) -> NDArray[np.int64]:
        return outside[rows]

    return Groups((CHOSEN, -1), (chosen.name, ""), of, of)


def _found_of(work: Work, question: FigureQuestion, chosen: ChosenZones | None) -> FigureSet:
    return (_LAST if chosen is None else _LAST_CHOSEN).of(work, question, chosen)


def place_figures(
    work: Work, question: FigureQuestion, key: int = CITY, chosen: ChosenZones | None = None
) -> PlaceFigures:
    """What is told of a place, or of chosen zones as the place CHOSEN; one that is not among the areas is the city.

    RefusedInput as in `service_figures`.
    """
    found = _found_of(work, question, chosen)
    group = None if key == CITY else found.place(key)
    here = None if group is None else found.of(group)
    city = found.city
    counts = found.counted.counts
    return PlaceFigures(
        asked=found.asked,
        here=None if here is None or group is None else _times(found, here, group),
        city=_times(found, city, None),
        shares=tuple(_share(name, here, city) for name in found.shares),
        places=tuple(
            PlaceLine(place, name, int(count))
            for place, name, count in zip(found.groups.keys, found.groups.names, counts, strict=True)
        ),
    )


def figure_ids(
    work: Work, question: FigureQuestion, opened: Opened, chosen: ChosenZones | None = None
) -> tuple[int, ...]:
    """The requests behind a figure, by id."""
    found = _found_of(work, question, chosen)
    group = None if opened.key == CITY else found.place(opened.key)
    figures = found.of(group)
    if opened.share is not None:
        ids = figures.shares[opened.share].some
    else:
        times = figures.times[TimeName.CLOSE]
        whole = {"of": times.of, "waiting": times.waiting, "opened": figures.opened}
        if opened.left is not None:
            ids = _left_out(figures)[opened.left]
        else:
            ids = whole[opened.what] if opened.what in whole else times.within_ids[opened.days]
    return tuple(ids.tolist())


def _left_out(figures: GroupFigures) -> dict[Left, NDArray[np.int64]]:
    """What the time to close leaves out of all that was opened, by reason."""
    return {**figures.left_out, **figures.times[TimeName.CLOSE].left_out}


def _times(found: FigureSet, figures: GroupFigures, group: int | None) -> PlaceTimes:
    times = figures.times[TimeName.CLOSE]
    return PlaceTimes(
        name=figures.name,
        key=CITY if figures.key is None else figures.key,
        curve=found.curve(TimeName.CLOSE, group),
        median_days=times.median_days,
        within=times.within,
        waiting=len(times.waiting),
        of=len(times.of),
        opened=len(figures.opened),
        left_out={reason: len(ids) for reason, ids in _left_out(figures).items() if len(ids)},
    )


def _share(name: ShareName, here: GroupFigures | None, city: GroupFigures) -> PlaceShare:
    nothing = Interval(None)
    if here is None:
        return PlaceShare(name, None, city.shares[name].share, nothing, None)
    share = here.shares[name]
    return PlaceShare(name, share.share, city.shares[name].share, share.difference, share.verdict)


# what a worker runs


def read_place_figures(
    location: str,
    clock: Clock,
    question: FigureQuestion,
    key: int,
    chosen: ChosenZones | None = None,
    *,
    progress: Progress,
    should_stop: ShouldStop,
) -> PlaceFigures:
    """`place_figures` of the store at a location."""
    store = open_store(location)
    try:
        return place_figures(_reading(store, clock, progress, should_stop), question, key, chosen)
    finally:
        store.close()


def read_figure_ids(
    location: str,
    clock: Clock,
    question: FigureQuestion,
    opened: Opened,
    chosen: ChosenZones | None = None,
    *,
    progress: Progress,
    should_stop: ShouldStop,
) -> tuple[int, ...]:
    """`figure_ids` of the store at a location."""
    store = open_store(location)
    try:
        return figure_ids(_reading(store, clock, progress, should_stop), question, opened, chosen)
    finally:
        store.close()


def read_demand(
    location: str,
    clock: Clock,
    services: tuple[str, ...],
    people: People,
    until: date | None,
    *,
    progress: Progress,
    should_stop: ShouldStop,
) -> DemandSet:
    """`expected_demand` of the store at a location, by the weeks before the end of a period."""
    store = open_store(location)
    try:
        question = DemandQuestion(services=services, people=people, until=until, most=len(services))
        return expected_demand(_reading(store, clock, progress, should_stop), question)
    finally:
        store.close()


def _reading(store: Store, clock: Clock, progress: Progress, should_stop: ShouldStop) -> Work:
    return Work(store, "", clock, progress, should_stop)
