"""The requests behind the figures of an answer about where and when, looked up when somebody opens one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from data.errors import RefusedInput
from data.records import LayerId, Placement
from data.store import open_store
from desktop.domain.attention import PLACEMENT_CODES
from desktop.domain.clock import Clock
from desktop.operations.area_indexes import area_index
from desktop.operations.figure_columns import RECENT
from desktop.operations.figure_groups import layer_of
from desktop.operations.hotspots import period_ms
from desktop.operations.spatial_statistics import StatisticQuestion
from desktop.operations.work import Progress, ShouldStop, Work

if TYPE_CHECKING:
    from data.columns import Columns

GRIDS = ("hexagon", "square")
LATE, EARLY, BOTH = "late", "early", "both"


@dataclass(frozen=True, slots=True, eq=False)
class FittingRequests:
    """Rows of the columns that fit a question, in order of time; `counts` marks those that count (see `count`).

    `placeless`: how many more would fit, had they a place on the map.
    """

    columns: Columns
    row: np.ndarray
    early: np.ndarray
    counts: np.ndarray
    placeless: int = 0


@dataclass(frozen=True, slots=True)
class ZonesOpened:
    """A figure that somebody opens: of which zones (None: all) or else of which neighbourhood (`place`, its key).

    `period`: "late", "early" (of a comparison) or "both". `every`: all reports, not only those that count.
    """

    zones: tuple[int, ...] | None = None
    period: str = LATE
    every: bool = False
    place: int | None = None


@dataclass(frozen=True, slots=True)
class CountsNow:
    """What a question would count now: requests that fit, those that count, and those that have no place."""

    requests: int
    counted: int
    placeless: int = 0


def fitting(work: Work, question: StatisticQuestion) -> FittingRequests:
    """Which located requests fit a question about where and when; RefusedInput for a service that is not there."""
    from geo.zone_counts import first_reports

    columns = RECENT.of(work.store).columns
    located = columns.placement == PLACEMENT_CODES[Placement.LOCATED]
    fits = np.ones(len(located), dtype=bool)
    if question.service_code is not None:
        with work.store.read() as unit:
            service = unit.services.by_code(question.service_code)
        if service is None:
            raise RefusedInput(f"No service has the code '{question.service_code}'; choose another.")
        fits = columns.service_id == int(service.id)
    zone = work.city().timezone
    first, last = period_ms(question.first, question.last, zone)
    moment = columns.requested_ms
    late, early = (moment >= first) & (moment < last), np.zeros(len(moment), dtype=bool)
    if question.statistic == "compare":
        first, last = period_ms(question.before_first, question.before_last, zone)
        early = (moment >= first) & (moment < last)
    fits = fits & (late | early)
    row = np.flatnonzero(fits & located)
    row = row[np.argsort(moment[row], kind="stable")]
    counts = np.ones(len(row), dtype=bool)
    if question.count == "incidents":
        counts = first_reports(np.maximum(columns.incident_id[row], -1))
    return FittingRequests(columns, row, early[row], counts, int((fits & ~located).sum()))


def zone_requests(work: Work, question: StatisticQuestion, opened: ZonesOpened) -> tuple[int, ...]:
    """The ids behind a figure. `question.cell_m` is the width that the answer has, so that its cells are the same."""
    found = fitting(work, question)
    if opened.period != BOTH:
        found = _part(found, found.early == (opened.period == EARLY))
    if opened.place is not None:
        inside = _place_of(work, found) == opened.place
    elif opened.zones is None:
        inside = np.ones(len(found.row), dtype=bool)
    else:
        # The grid is that of all that counted: cells without a boundary lie where requests do.
        inside = np.isin(_zone_of(work, question, found), np.array(opened.zones, dtype=np.int64))
    if not opened.every:
        inside = inside & found.counts
    return tuple(np.sort(found.columns.id[found.row[inside]]).tolist())


def _part(found: FittingRequests, wanted: np.ndarray) -> FittingRequests:
    return FittingRequests(found.columns, found.row[wanted], found.early[wanted], found.counts[wanted])


def _zone_of(work: Work, question: StatisticQuestion, found: FittingRequests) -> np.ndarray:
    """The zone of each row, numbered as in the answer; -1 for none."""
    from geo.hotspots import HotspotSettings, lay_grid
    from geo.zones import Places

    city, columns = work.city(), found.columns
    assert city.crs_epsg is not None
    if question.zones not in GRIDS:
        return _area_of(work, question.zones, columns.lon[found.row], columns.lat[found.row])
    whole = fitting(work, question)
    counting = whole.row[whole.counts]
    laid = Places.of_degrees(columns.lon[counting], columns.lat[counting], city.crs_epsg)
    rule = HotspotSettings(question.cell_m, question.permutations, question.seed, question.weights, question.zones)
    zones, _ = lay_grid(laid.x_m, laid.y_m, city.crs_epsg, city.boundary_wkb, rule)
    return zones.zone_of(Places.of_degrees(columns.lon[found.row], columns.lat[found.row], city.crs_epsg))


def _area_of(work: Work, zones: str, lon: np.ndarray, lat: np.ndarray) -> np.ndarray:
    from geo.service_areas import build_area_index

    with work.store.read() as unit:
        layers = {str(one.id): one for one in unit.areas.layers()} | {one.name: one for one in unit.areas.layers()}
        areas = unit.areas.areas(LayerId(layers[zones].id))
    return build_area_index([one.geometry_wkb for one in areas]).locate(lon, lat).astype(np.int64)


def _place_of(work: Work, found: FittingRequests) -> np.ndarray:
    """The key of the neighbourhood in which each row lies, -1 for none."""
    with work.store.read() as unit:
        layer, areas = layer_of(unit, "")
        if layer is None:
            return np.full(len(found.row), -1)
        index = area_index(work, unit, layer.id, areas)
    inside = index.locate(found.columns.lon[found.row], found.columns.lat[found.row])
    return np.append([int(one.id) for one in areas], -1)[inside]


def rows_in_zones(work: Work, question: StatisticQuestion, zones: Sequence[int]) -> np.ndarray:
    """Which rows of the columns, of whatever service and time, lie in zones of the question's answer: a mask."""
    columns = RECENT.of(work.store).columns
    inside = np.zeros(len(columns), dtype=bool)
    row = np.flatnonzero(columns.placement == PLACEMENT_CODES[Placement.LOCATED])
    nothing = np.zeros(len(row), dtype=bool)
    zone = _zone_of(work, question, FittingRequests(columns, row, nothing, nothing))
    inside[row] = np.isin(zone, np.asarray(zones, dtype=np.int64))
    return inside


# what a worker runs


def read_zone_requests(
    location: str,
    clock: Clock,
    question: StatisticQuestion,
    opened: ZonesOpened,
    *,
    progress: Progress,
    should_stop: ShouldStop,
) -> tuple[int, ...]:
    """`zone_requests` of the store at a location."""
    store = open_store(location)
    try:
        return zone_requests(Work(store, "", clock, progress, should_stop), question, opened)
    finally:
        store.close()


def read_counts(
    location: str, clock: Clock, question: StatisticQuestion, *, progress: Progress, should_stop: ShouldStop
) -> CountsNow:
    """What a question would count in the store at a location, as it stands."""
    store = open_store(location)
    try:
        found = fitting(Work(store, "", clock, progress, should_stop), question)
    finally:
        store.close()
    return CountsNow(len(found.row), int(found.counts.sum()), found.placeless)
