"""Neighbourhoods beside each other: counts, rates by an exposure, and which differ from the rest of the city.

Rates are smoothed (geo.rates). Whether one differs is an exact test of two Poisson rates, the neighbourhood's and that
of all others together (Przyborowski and Wilenski 1940: given the sum, its count is binomial with its share of the
exposure), the false discovery rate held over all neighbourhoods. Tests and intervals allow for reports in bursts, as
far as they swell and ebb within the period (geo.bursts).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from data.errors import RefusedInput
from data.store import open_store
from desktop.domain.clock import Clock
from desktop.operations.exposure_files import CELL, by_name, from_layer
from desktop.operations.figure_groups import layer_of
from desktop.operations.import_streets import NETWORK
from desktop.operations.spatial_statistics import StatisticQuestion
from desktop.operations.work import Progress, ShouldStop, Work
from desktop.operations.zone_requests import GRIDS, fitting

if TYPE_CHECKING:
    from geo.zones import Zones

LEVEL = 0.05  # of the false discovery rate
NO_AREAS = "The city has no areas yet; bring neighbourhoods in with 'opsmap import areas FILE'."


@dataclass(frozen=True, slots=True)
class PlaceRate:
    """A neighbourhood; rates per unit of exposure, None where it has none. `side`: 1 above the rest, -1 below, 0."""

    key: int
    name: str
    count: int
    exposure: float
    rate: float | None
    smoothed: float | None
    low: float | None
    high: float | None
    q: float | None
    side: int


@dataclass(frozen=True, slots=True)
class PlaceRates:
    """All neighbourhoods, the city's rate over them, what it is by, and what was counted outside of all."""

    layer: str
    exposure: str
    rows: tuple[PlaceRate, ...]
    city: float
    outside: int
    counts: str  # requests or incidents
    dispersion: float | None  # how many times as much counts vary as single reports would; None where unknown, then 1


def place_rates(work: Work, question: StatisticQuestion) -> PlaceRates:
    """Rates of the neighbourhoods by the question's exposure, by their area without one.

    RefusedInput without areas, without streets where they are asked for, or where nothing fits.
    """
    from geo.bursts import burst_dispersion
    from geo.rates import rates
    from geo.zones import area_zones

    city = work.city()
    if question.zones in GRIDS and any(name.startswith(CELL) for name, _ in question.exposure_by_area):
        question = replace(question, exposure=None)  # what cells hold says nothing of areas
    with work.store.read() as unit:
        layer, areas = layer_of(unit, "")
    if layer is None or not areas:
        raise RefusedInput(NO_AREAS)
    found = fitting(work, question)
    row = found.row[found.counts & ~found.early]
    if not len(row) or city.crs_epsg is None:
        raise RefusedInput("No located request fits this service and period; widen the period or choose another.")
    zones = area_zones([one.name for one in areas], [one.geometry_wkb for one in areas], city.crs_epsg)
    inside = _locate(zones, found.columns.lon[row], found.columns.lat[row], city.crs_epsg)
    count = np.bincount(inside[inside >= 0], minlength=zones.zone_count).astype(np.int64)
    exposure = _exposure(work, question, zones)
    dispersion = burst_dispersion(inside, found.columns.requested_ms[row], zones.zone_count)
    allowed = float(np.nan_to_num(dispersion, nan=1.0))
    told = rates(count / allowed, exposure / allowed)  # so many events, at the same rates
    q, side = against_the_rest(count, exposure, allowed)
    rows = tuple(
        PlaceRate(
            key=int(area.id),
            name=area.name,
            count=int(count[at]),
            exposure=float(exposure[at]),
            rate=_known(told.rate[at]),
            smoothed=_known(told.smoothed[at]),
            low=_known(told.smoothed_low[at]),
            high=_known(told.smoothed_high[at]),
            q=_known(q[at]),
            side=int(side[at]),
        )
        for at, area in enumerate(areas)
    )
    known = exposure > 0.0
    return PlaceRates(
        layer.name,
        question.exposure or "km2",
        rows,
        float(count[known].sum() / exposure[known].sum()),
        int((inside < 0).sum()),
        question.count,
        _known(dispersion),
    )


def against_the_rest(count: np.ndarray, exposure: np.ndarray, dispersion: float = 1.0) -> tuple[np.ndarray, np.ndarray]:
    """q-values of each place against all others together, nan without exposure; side 1 above, -1 below, 0 unclear.

    `dispersion`: how many times as much counts vary as single reports would; they are divided by it, in the incomplete
    beta functions that are the binomial's tails.
    """
    from scipy.special import betainc

    from geo.significance import false_discovery

    known = exposure > 0.0
    total = int(count[known].sum())
    share = np.where(known, exposure / exposure[known].sum(), 0.5)
    seen, rest = count / dispersion, (total - count) / dispersion
    at_most = np.where(rest > 0.0, betainc(np.where(rest > 0.0, rest, 1.0), seen + 1.0, 1.0 - share), 1.0)
    at_least = np.where(seen > 0.0, betainc(np.where(seen > 0.0, seen, 1.0), rest + 1.0, share), 1.0)
    p = np.where(known, np.minimum(1.0, 2.0 * np.minimum(at_most, at_least)), np.nan)
    q = false_discovery(p)
    side = np.where(q <= LEVEL, np.sign(count - total * share), 0.0).astype(np.int64)
    return q, side


def _locate(zones: Zones, lon: np.ndarray, lat: np.ndarray, crs_epsg: int) -> np.ndarray:
    from geo.zones import Places

    return zones.zone_of(Places.of_degrees(lon, lat, crs_epsg))


def _exposure(work: Work, question: StatisticQuestion, zones: Zones) -> np.ndarray:
    if question.exposure == "street_km":
        from geo.exposure import street_km
        from geo.streets import StreetNetwork

        with work.store.read() as unit:
            streets = unit.artifacts.get(NETWORK)
        if streets is None:
            raise RefusedInput("Street kilometres need streets; import them first, or choose area in km².")
        network = StreetNetwork.from_arrays(streets)
        return street_km(network, zones, progress=work.progress, should_stop=work.should_stop).km
    if question.exposure == "given" and question.exposure_file and not question.exposure_by_area:
        return from_layer(work, Path(question.exposure_file), question.exposure_field or None, zones).value
    if question.exposure == "given":
        return by_name(zones.name, question.exposure_by_area, "neighbourhood")
    return np.asarray(zones.km2, dtype=np.float64)


def _known(value: float) -> float | None:
    return None if np.isnan(value) else float(value)


def read_place_rates(
    location: str, clock: Clock, question: StatisticQuestion, *, progress: Progress, should_stop: ShouldStop
) -> PlaceRates:
    """`place_rates` of the store at a location; what a worker runs."""
    store = open_store(location)
    try:
        return place_rates(Work(store, "", clock, progress, should_stop), question)
    finally:
        store.close()
