"""Where requests concentrate more than chance explains: Getis-Ord Gi* by zone, with the false discovery rate held.

Gi* (see gi_star) compares the sum over a zone and its neighbours with what that many zones would hold if all zones'
values were shuffled. All p-values are two-sided, for cold is asked as well as hot: `p_norm` from the normal
distribution of Gi*, `p_tail` from a tail that allows for skew counts, `p_sim` from shuffles of all other zones' values.
The false discovery rate over all zones is held on `p_tail` (Benjamini and Hochberg 1995): a finite number of shuffles
cannot tell p-values small enough for thousands of zones apart, and the normal distribution promises too much. A class
must also be borne out by the shuffles: one of q <= 0.01 has p_sim <= 0.01, so a class that this number of shuffles
cannot reach is never given.

What is compared is the count, the rate by an exposure, the smoothed rate (see rates), or the excess over what is
expected at the exposure. Shuffled rates are not alike: raw ones vary most where the exposure is least, smoothed ones
where it is largest. With exposures that cluster, half of all cities without any hotspot would get one of smoothed
rates. A rate is therefore called hot or cold only where the excess is so too.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from geo.choices import BY_DEFAULT, GIVEN, Chosen
from geo.errors import GeoError
from geo.exposure import check_exposure
from geo.gi_star import Excess, excess, gi_star, gi_tail_p, permutation_p
from geo.grids import HEXAGON, SQUARE, cell_choice, make_grid
from geo.neighbours import among
from geo.progress import Progress, ShouldStop, breathe, never, silent
from geo.rates import Rates, rates
from geo.significance import LEVELS, NOT_TESTED, class_name, classify, false_discovery, to_all, two_sided
from geo.zones import AREAS, Zones, grid_zones

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

FEWEST_CELLS = 30  # Ord and Getis 1995 advise against the normal distribution for fewer
MOST_PERMUTATIONS = 99_999  # more take memory and time, and tell nothing
PERMUTATIONS = 999
COUNT, RATE, SMOOTHED, EXCESS = "count", "rate", "smoothed", "excess"
MEASURES = (COUNT, RATE, SMOOTHED, EXCESS)
_WHY = {COUNT: BY_DEFAULT, EXCESS: "by_exposure"}
_RINGS = {"edge": 1, "two rings": 2}


@dataclass(frozen=True, slots=True)
class HotspotSettings:
    """How zones are laid and tested.

    `grid`: "hexagon" or "square". `cell_m`: width, None to choose by the number of requests. `weights`: "edge" (cells
    sharing an edge, and the cell itself) or "two rings"; always binary. These three are of grids alone. `variance`: "n"
    divides by the number of cells, "n-1" by one less. `permutations` 0 leaves `p_sim` out. `measure`: what is compared.
    """

    cell_m: float | None = None
    permutations: int = PERMUTATIONS
    seed: int = 1
    weights: str = "edge"
    grid: str = HEXAGON
    variance: str = "n"
    measure: str = COUNT

    def __post_init__(self) -> None:
        faults = []
        if self.weights not in _RINGS:
            faults.append(f"there are no weights '{self.weights}' (choose {' or '.join(_RINGS)})")
        if self.variance not in ("n", "n-1"):
            faults.append(f"there is no variance '{self.variance}' (choose n or n-1)")
        if self.measure not in MEASURES:
            faults.append(f"there is no measure '{self.measure}' (choose one of {', '.join(MEASURES)})")
        if self.permutations < 0:
            faults.append("the number of permutations cannot be negative")
        if self.permutations > MOST_PERMUTATIONS:
            faults.append(f"{self.permutations:,} permutations are too many (at most {MOST_PERMUTATIONS:,})")
        if self.seed < 0:
            faults.append("the seed cannot be negative")
        if faults:
            raise GeoError(f"The hotspots cannot be tested: {'; '.join(faults)}.")


@dataclass(frozen=True, slots=True, eq=False)
class Tested:
    """Gi* of zones and what follows from it; z and all p are nan for zones that were not tested, their level is 0."""

    gi_z: Floats
    p_norm: Floats
    p_tail: Floats
    p_sim: Floats  # nan without permutations
    q_fdr: Floats
    level: Ints  # 3, 2, 1 hot at q of .01, .05, .10; 0 not significant; -1, -2, -3 cold


@dataclass(frozen=True, slots=True, eq=False)
class Hotspots:
    """Every zone that took part, zeros too; arrays are by zone, in their order."""

    zones: Zones
    count: Ints
    tested: Tested
    chosen: tuple[Chosen, ...]
    rates: Rates | None = None  # with an exposure
    dispersion: float | None = None  # of the excess

    @property
    def level(self) -> Ints:
        """Classes as numbers; see `Tested`."""
        return self.tested.level

    @property
    def density(self) -> Floats:
        """Counted per km2 of each zone."""
        return np.asarray(self.count / self.zones.km2)

    @property
    def significant_fdr(self) -> Bools:
        """Whether a zone is hot or cold at a false discovery rate of 5 %."""
        return np.asarray(np.abs(self.level) >= 2)

    def classes(self) -> list[str]:
        """Each zone's class in words."""
        out = np.isnan(self.tested.gi_z).tolist()
        return [NOT_TESTED if left else class_name(one) for left, one in zip(out, self.level.tolist(), strict=True)]

    def columns(self) -> dict[str, NDArray[np.generic]]:
        """The figures as columns, ready for a file."""
        told = self.tested
        columns: dict[str, NDArray[np.generic]] = {
            "cell": np.arange(len(self.count)),
            "count": self.count,
            "rate": np.round(self.density, 3),
            "gi_z": told.gi_z,
            "p_norm": told.p_norm,
            "p_tail": told.p_tail,
            "p_sim": told.p_sim,
            "q_fdr": told.q_fdr,
            "significant_fdr": self.significant_fdr,
            "class": np.array(self.classes()),
        }
        return columns | ({} if self.rates is None else rate_columns(self.rates))


def rate_columns(found: Rates) -> dict[str, NDArray[np.generic]]:
    """Rates as columns, ready for a file."""
    return {
        "exposure": found.exposure,
        "expected": found.expected,
        "rate_by_exposure": found.rate,
        "rate_low": found.low,
        "rate_high": found.high,
        "rate_smoothed": found.smoothed,
        "smoothed_low": found.smoothed_low,
        "smoothed_high": found.smoothed_high,
    }


def hotspots(
    x_m: ArrayLike,
    y_m: ArrayLike,
    crs_epsg: int,
    boundary_wkb: bytes | None,
    settings: HotspotSettings | None = None,
    *,
    progress: Progress = silent,
    should_stop: ShouldStop = never,
) -> Hotspots:
    """Count points (metres in the projected CRS) by cell and test every cell; the same seed, the same answer.

    The grid and its default width are those of `grids.make_grid`. GeoError where there are no points, fewer than 30
    cells, or the same count in all cells; Stopped when should_stop says so.
    """
    rule = settings or HotspotSettings()
    x, y = np.asarray(x_m, dtype=np.float64), np.asarray(y_m, dtype=np.float64)
    known = np.isfinite(x) & np.isfinite(y)
    x, y = x[known], y[known]
    breathe(progress, should_stop, 0.0, "Laying the cells")
    zones, chosen = lay_grid(x, y, crs_epsg, boundary_wkb, rule)
    assert zones.grid is not None
    count = np.bincount(zones.grid.assign(x, y), minlength=zones.zone_count)
    found = zone_hotspots(zones, count, None, rule, progress=progress, should_stop=should_stop)
    return Hotspots(zones, count, found.tested, (chosen, *found.chosen))


def lay_grid(
    x_m: Floats, y_m: Floats, crs_epsg: int, boundary_wkb: bytes | None, rule: HotspotSettings
) -> tuple[Zones, Chosen]:
    """The cells as the settings ask for them, over located points in metres, and how their width was chosen."""
    if not len(x_m):
        raise GeoError("There are no located requests to test; choose another service or period.")
    grid = make_grid(x_m, y_m, kind=rule.grid, cell_m=rule.cell_m, crs_epsg=crs_epsg, boundary_wkb=boundary_wkb)
    chosen = cell_choice(grid, len(x_m), given=rule.cell_m is not None)
    return grid_zones(grid, crs_epsg, _RINGS[rule.weights]), chosen


def zone_hotspots(
    zones: Zones,
    count: Ints,
    exposure: ArrayLike | None = None,
    settings: HotspotSettings | None = None,
    *,
    progress: Progress = silent,
    should_stop: ShouldStop = never,
) -> Hotspots:
    """Test counts by zone; zones whose exposure is 0 are left out.

    GeoError for a measure that needs an exposure and has none, fewer than 30 zones, or values that are all the same.
    """
    rule = settings or HotspotSettings()
    if exposure is None and rule.measure != COUNT:
        raise GeoError(f"The measure '{rule.measure}' needs an exposure; give one by zone, or compare counts.")
    keep = np.ones(zones.zone_count, dtype=bool)
    found = None
    if exposure is not None:
        keep = check_exposure(exposure, zones.zone_count) > 0.0
        found = rates(count, np.asarray(exposure, dtype=np.float64))
    refuse_untestable(zones, count[keep], None if rule.measure == COUNT or found is None else found.exposure[keep])
    starts, members = among(zones.starts, zones.members, keep) if not keep.all() else (zones.starts, zones.members)
    breathe(progress, should_stop, 0.2, f"Shuffling {len(starts) - 1:,} zones {rule.permutations:,} times")

    def tell(share: float) -> None:
        breathe(progress, should_stop, 0.2 + 0.7 * share, "Shuffling the zones")

    bound: Excess | None = None
    if rule.measure == EXCESS:
        assert found is not None
        tested, bound = _test_excess(count[keep], found.exposure[keep], starts, members, rule, tell)
    else:
        value = _measured(rule, count, found)[keep]
        if found is not None and rule.measure != COUNT:
            bound = excess(count[keep], found.exposure[keep], starts, members)
        tested = _test_values(value, starts, members, rule, bound, tell)
    dispersion = None if bound is None else bound.dispersion
    return Hotspots(zones, count, _spread(tested, keep), _choices(zones, rule), found, dispersion)


def _measured(rule: HotspotSettings, count: Ints, found: Rates | None) -> Floats:
    if rule.measure == COUNT or found is None:
        return count.astype(np.float64)
    if rule.measure == SMOOTHED and not found.differ:
        raise GeoError("Rates differ between zones no more than chance explains; once smoothed they are all the same.")
    return found.smoothed if rule.measure == SMOOTHED else found.rate


def _test_values(
    value: Floats,
    starts: Ints,
    members: Ints,
    rule: HotspotSettings,
    bound: Excess | None,
    tell: Callable[[float], None],
) -> Tested:
    z = gi_star(value, starts, members, variance=rule.variance)
    p_tail = gi_tail_p(z, value, starts)
    if bound is not None:
        p_tail = np.where(z * bound.z > 0.0, np.maximum(p_tail, bound.p), 1.0)
    p_sim = _permuted(value, starts, members, rule, tell)
    q = false_discovery(p_tail)
    return Tested(z, two_sided(z), p_tail, p_sim, q, classify(z, q, p_sim))


def _test_excess(
    count: Ints, exposure: Floats, starts: Ints, members: Ints, rule: HotspotSettings, tell: Callable[[float], None]
) -> tuple[Tested, Excess]:
    found = excess(count, exposure, starts, members)
    p_sim = _permuted(found.residual, starts, members, rule, tell, np.sqrt(found.expected))
    q = false_discovery(found.p)
    tested = Tested(found.z, two_sided(found.z), found.p, p_sim, q, classify(found.z, q, p_sim))
    return tested, found


def _permuted(
    value: Floats,
    starts: Ints,
    members: Ints,
    rule: HotspotSettings,
    tell: Callable[[float], None],
    scale: Floats | None = None,
) -> Floats:
    if rule.permutations == 0:
        return np.full(len(value), np.nan)
    return permutation_p(value, starts, members, rule.permutations, rule.seed, tell, scale)


def _spread(tested: Tested, keep: Bools) -> Tested:
    """Back to all zones: nan, and level 0, for those that were left out."""
    if keep.all():
        return tested
    told = (tested.gi_z, tested.p_norm, tested.p_tail, tested.p_sim, tested.q_fdr)
    z, p_norm, p_tail, p_sim, q = (to_all(part, keep) for part in told)
    return Tested(z, p_norm, p_tail, p_sim, q, to_all(tested.level, keep, 0))


def _choices(zones: Zones, rule: HotspotSettings) -> tuple[Chosen, ...]:
    near, *shuffles = shuffle_choices(zones, rule)
    return (
        near,
        shuffles[0],
        Chosen("measure", rule.measure, _WHY.get(rule.measure, GIVEN)),
        Chosen("variance", rule.variance, BY_DEFAULT if rule.variance == "n" else GIVEN),
        shuffles[1],
    )


def shuffle_choices(zones: Zones, rule: HotspotSettings) -> tuple[Chosen, ...]:
    """Neighbours, shuffles and seed, and why: of whatever is tested against its neighbours by shuffling."""
    near = "contiguity" if zones.kind == AREAS else "edge" if rule.weights == "edge" else GIVEN
    shuffles = ("reaches_classes", {"strictest": LEVELS[0]}) if rule.permutations == PERMUTATIONS else (GIVEN, {})
    return (
        Chosen("neighbours", zones.neighbour_words, near),
        Chosen("permutations", rule.permutations, *shuffles),
        Chosen("seed", rule.seed, BY_DEFAULT if rule.seed == 1 else GIVEN),
    )


def refuse_untestable(zones: Zones, count: Ints, exposure: Floats | None = None) -> None:
    """GeoError for fewer zones than a test needs, and for counts, or rates by the exposure, that are all the same."""
    cells = zones.kind in (HEXAGON, SQUARE)
    one, many = ("cell", "cells") if cells else ("area", "areas")
    if len(count) < FEWEST_CELLS:
        wide = f" of {zones.cell_m:g} m" if cells else ""
        told = f"1 {one}{wide} is" if len(count) == 1 else f"{len(count)} {many}{wide} are"
        remedy = "narrower cells" if cells else "a layer of smaller areas, or cells"
        raise GeoError(f"{told} too few to test (at least {FEWEST_CELLS}); choose {remedy}.")
    value = count if exposure is None else count / exposure
    if (value == value[0]).all():
        held = "count" if exposure is None else "rate"
        raise GeoError(f"All {len(count):,} {many} hold the same {held}; there is nothing to compare.")
