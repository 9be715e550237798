"""How each statistic is asked of geo, and its figures as columns. Loads what computes: to be imported on first use."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np

from data.errors import RefusedInput
from desktop.operations.exposure_files import CELL, CSV, by_name, from_layer, read_exposure_file
from desktop.operations.spatial_requests import Counted
from desktop.operations.spatial_statistics import Found, StatisticQuestion
from desktop.operations.work import Work
from geo.choices import BY_DEFAULT, GIVEN, Chosen
from geo.density import QUARTIC, QUARTIC_RADIUS, DensitySettings, density
from geo.density_bandwidth import choose_bandwidth
from geo.emerging import EmergingSettings, emerging
from geo.exposure import check_exposure, street_km
from geo.hotspots import (
    COUNT,
    EXCESS,
    HotspotSettings,
    lay_grid,
    rate_columns,
    refuse_untestable,
    shuffle_choices,
    zone_hotspots,
)
from geo.local_moran import local_moran
from geo.period_comparison import compare_periods
from geo.rates import LEVEL as CONFIDENCE
from geo.rates import rates
from geo.significance import SIGNIFICANT
from geo.space_time import choose_steps, given_steps, make_cube
from geo.zones import Places, Zones, area_zones

_LEVEL = Chosen("level", SIGNIFICANT, BY_DEFAULT)  # of the false discovery rate
_CONFIDENCE = Chosen("confidence", CONFIDENCE, BY_DEFAULT)


def answer(work: Work, question: StatisticQuestion, counted: Counted) -> Found:
    """Answer by the statistic that is asked for."""
    assert counted.city.crs_epsg is not None
    places = Places.of_degrees(counted.lon, counted.lat, counted.city.crs_epsg)
    if question.statistic == "density":
        return _density(work, question, counted, places)
    zones, chosen = _zones(question, counted, places)
    found = _STATISTICS[question.statistic](work, question, counted, zones, zones.zone_of(places))
    base = {"cell": np.arange(zones.zone_count), "name": np.array([zones.label(at) for at in range(zones.zone_count)])}
    told = {
        "neighbours": zones.neighbour_words,
        "cell_m": zones.cell_m,
        "islands": [zones.label(at) for at in zones.islands.tolist()],
        **found.told,
    }
    return Found({**base, **found.columns}, zones.polygons_wkb(), (*chosen, *found.chosen), found.extras, told)


def _zones(question: StatisticQuestion, counted: Counted, places: Places) -> tuple[Zones, tuple[Chosen, ...]]:
    crs_epsg = counted.city.crs_epsg
    assert crs_epsg is not None
    if counted.areas:
        names, wkb = [one.name for one in counted.areas], [one.geometry_wkb for one in counted.areas]
        return area_zones(names, wkb, crs_epsg), ()
    rule = _settings(question)
    zones, chosen = lay_grid(places.x_m, places.y_m, crs_epsg, counted.city.boundary_wkb, rule)
    return zones, (chosen,)


def _settings(question: StatisticQuestion) -> HotspotSettings:
    measure = question.measure or (COUNT if question.exposure is None else EXCESS)
    grid = question.zones if question.zones in ("hexagon", "square") else "hexagon"
    return HotspotSettings(
        question.cell_m, question.permutations, question.seed, question.weights, grid, question.variance, measure
    )


def _exposure(
    work: Work, question: StatisticQuestion, counted: Counted, zones: Zones
) -> tuple[np.ndarray | None, tuple[Chosen, ...]]:
    """The exposure by zone, None where none is asked for, and where it is from."""
    if question.exposure is None:
        return None, ()
    if question.exposure == "km2":
        return zones.km2, ()
    if question.exposure == "street_km":
        from geo.streets import StreetNetwork

        assert counted.streets is not None
        network = StreetNetwork.from_arrays(counted.streets)
        return street_km(network, zones, progress=work.progress, should_stop=work.should_stop).km, ()
    path, given = Path(question.exposure_file), question.exposure_by_area
    if question.exposure_file and not given:
        if path.suffix.lower() != CSV:
            found = from_layer(work, path, question.exposure_field or None, zones)
            figures = {"outside": round(found.outside, 1)}
            return found.value, (Chosen("exposure from", found.words, "exposure_layer", figures),)
        given = read_exposure_file(path)
    names = [zones.label(at) for at in range(zones.zone_count)]
    if not zones.name:
        _refuse_other_cells(names, [name for name, _ in given], path.name)
    told = ", ".join(part for part in (path.name, question.exposure_field) if part)
    source = (Chosen("exposure from", told, GIVEN),) if told else ()
    value = by_name(names, given, "area of the layer" if zones.name else "cell")
    return check_exposure(value, zones.zone_count), source


def _refuse_other_cells(names: list[str], given: list[str], file: str) -> None:
    """Values of cells are of these cells alone, in their order; those of areas say nothing of cells."""
    if given == names:
        return
    if given and all(name.startswith(CELL) for name in given):
        which = f"choose {file} again" if file else "give it anew"
        raise RefusedInput(f"The exposure is of the cells of another answer; {which}.")
    raise RefusedInput(
        f"{file or 'The exposure'} gives values by name, and cells have none; give a map layer of areas."
    )


def _count(zones: Zones, zone: np.ndarray) -> np.ndarray:
    return np.bincount(zone[zone >= 0], minlength=zones.zone_count)


def _gi_star(work: Work, question: StatisticQuestion, counted: Counted, zones: Zones, zone: np.ndarray) -> Found:
    exposure, source = _exposure(work, question, counted, zones)
    found = zone_hotspots(
        zones,
        _count(zones, zone),
        exposure,
        _settings(question),
        progress=work.progress,
        should_stop=work.should_stop,
    )
    return Found(found.columns(), (), (*found.chosen, *source), told={"dispersion": found.dispersion})


def _moran(work: Work, question: StatisticQuestion, counted: Counted, zones: Zones, zone: np.ndarray) -> Found:
    count = _count(zones, zone)
    exposure, source = _exposure(work, question, counted, zones)
    value, keep = count.astype(np.float64), np.ones(zones.zone_count, dtype=bool)
    if exposure is not None:
        # Without an exposure nothing is expected, and so nothing can be told apart.
        keep = check_exposure(exposure, zones.zone_count) > 0.0
    refuse_untestable(zones, count[keep], None if exposure is None else exposure[keep])
    if exposure is not None:
        due = rates(count, exposure).expected[keep]
        value[keep] = (count[keep] - due) / np.sqrt(due)
    found = local_moran(
        value,
        zones.starts,
        zones.members,
        question.permutations,
        question.seed,
        lambda share: work.breathe(0.2 + 0.7 * share, "Shuffling the zones"),
        keep,
    )
    columns = {
        "count": count,
        "moran_i": found.i,
        "p_tail": found.p_tail,
        "p_sim": found.p_sim,
        "q_fdr": found.q_fdr,
        "significant_fdr": found.significant_fdr,
        "class": np.array(found.classes()),
    }
    held = {} if exposure is None else {"exposure": exposure}
    weighting = Chosen("weighting", "row-standardised", BY_DEFAULT)
    chosen = (weighting, *shuffle_choices(zones, _settings(question)), _LEVEL, *source)
    return Found({**columns, **held}, (), chosen)


def _emerging(work: Work, question: StatisticQuestion, counted: Counted, zones: Zones, zone: np.ndarray) -> Found:
    if question.step is None:
        steps, chosen = choose_steps(counted.first, counted.last, counted.counted, zones.zone_count)
    else:
        steps, chosen = given_steps(counted.first, counted.last, question.step)
    cube = make_cube(zone, counted.day, zones.zone_count, steps)
    rule = EmergingSettings()
    found = emerging(
        cube.count,
        zones.starts,
        zones.members,
        rule,
        progress=work.progress,
        should_stop=work.should_stop,
    )
    columns = {
        "count": cube.count.sum(axis=1).astype(np.int64),
        "hot_steps": (found.side > 0).sum(axis=1),
        "cold_steps": (found.side < 0).sum(axis=1),
        "trend_tau": found.trend.tau,
        "trend_z": found.trend.z,
        "trend_p": found.trend.p,
        "gi_z_last": found.gi_z[:, -1],
        "class": np.array(found.classes()),
    }
    extras = {
        "edges": np.array(cube.steps.edges),
        "counts": cube.count.astype(np.int32),
        "side": found.side.astype(np.int8),
        "gi_z": found.gi_z.astype(np.float32),
    }
    told = {"steps": cube.steps.count, "step": chosen.value, "days_left_out": cube.steps.left_out_days}
    before, window = Chosen("steps before", rule.lags, BY_DEFAULT), Chosen("compared with", rule.window, BY_DEFAULT)
    return Found(columns, (), (chosen, before, window, _LEVEL), extras, told)


def _rates(work: Work, question: StatisticQuestion, counted: Counted, zones: Zones, zone: np.ndarray) -> Found:
    exposure, source = _exposure(work, question, counted, zones)
    if exposure is None:
        raise RefusedInput("Rates need an exposure; choose streets (street_km) or area (km2), or give one by area.")
    count = _count(zones, zone)
    of_all, nearby = rates(count, exposure), rates(count, exposure, (zones.starts, zones.members))
    columns = {"count": count, **rate_columns(of_all), "rate_smoothed_nearby": nearby.smoothed}
    return Found(columns, (), (_CONFIDENCE, *source), told={"rates_differ": of_all.differ})


def _compare(work: Work, question: StatisticQuestion, counted: Counted, zones: Zones, zone: np.ndarray) -> Found:
    assert counted.before is not None
    late_days = (counted.last - counted.first).days + 1
    early_days = (counted.before[1] - counted.before[0]).days + 1
    early, late = _count(zones, zone[counted.early]), _count(zones, zone[~counted.early])
    found = compare_periods(early, late, early_days, late_days, question.against)
    columns = {
        "before": early,
        "count": late,
        "expected": found.expected,
        "ratio": found.ratio,
        "ratio_low": found.ratio_low,
        "ratio_high": found.ratio_high,
        "p": found.p,
        "q_fdr": found.q_fdr,
        "class": np.array(found.classes()),
    }
    assert question.before_first is not None
    assert question.before_last is not None
    told = {
        "before_from": question.before_first.isoformat(),
        "before_to": question.before_last.isoformat(),
        "days": late_days,
        "before_days": early_days,
        "against": question.against,
        "null_ratio": found.null_ratio,
        "dispersion": None if np.isnan(found.dispersion) else found.dispersion,
    }
    why = "bursts_unknown" if np.isnan(found.dispersion) else "bursts"
    return Found(columns, (), (Chosen("counts divided by", found.allowed, why), _LEVEL, _CONFIDENCE), told=told)


_STATISTICS: dict[str, Callable[[Work, StatisticQuestion, Counted, Zones, np.ndarray], Found]] = {
    "gi_star": _gi_star,
    "moran": _moran,
    "emerging": _emerging,
    "rates": _rates,
    "compare": _compare,
}


def _density(work: Work, question: StatisticQuestion, counted: Counted, places: Places) -> Found:
    import shapely

    from geo.areas_repair import polygons_of
    from geo.crs import shape_to_metres

    crs_epsg = counted.city.crs_epsg
    assert crs_epsg is not None
    town = None
    if counted.city.boundary_wkb is not None:
        town = shape_to_metres(polygons_of(shapely.from_wkb(counted.city.boundary_wkb)), crs_epsg)
    kernel = DensitySettings(question.kernel, question.bandwidth_m).kernel
    width, chosen = question.bandwidth_m, Chosen("bandwidth_m", question.bandwidth_m or 0.0, GIVEN)
    if width is None:
        width, chosen = choose_bandwidth(places.x_m, places.y_m, town, kernel, should_stop=work.should_stop)
    # Cells for a map and a file: a third of a gaussian's width, where finer ones would show nothing more.
    node_m = width / (QUARTIC_RADIUS if kernel == QUARTIC else 1.0) / 3.0
    found = density(
        places.x_m,
        places.y_m,
        town,
        DensitySettings(kernel, width, node_m),
        progress=work.progress,
        should_stop=work.should_stop,
    )
    held = found.raster.inside
    per_km2 = found.per_km2[held]
    told = {"kernel": kernel, "cell_m": node_m, "outside": found.outside, "edges": "corrected by the share inside"}
    columns = {"cell": np.flatnonzero(held.ravel()), "per_km2": per_km2}
    return Found(columns, found.raster.polygons_wkb(crs_epsg), (chosen,), told=told)
