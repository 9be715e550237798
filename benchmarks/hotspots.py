"""Statistics over zones: how fast beside their peers, how equal to them, how often pure chance is called a finding."""

from __future__ import annotations

import warnings
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from benchmarks.inputs.chance import chance_rows, power_rows
from benchmarks.inputs.running import options, timed
from benchmarks.inputs.synthetic_requests import make_requests
from benchmarks.report import Row, report
from geo.crs import to_degrees
from geo.density import GAUSSIAN, DensitySettings, density
from geo.gi_star import gi_star, permutation_p
from geo.grids import make_grid
from geo.hotspots import HotspotSettings, hotspots, zone_hotspots
from geo.local_moran import local_moran
from geo.mann_kendall import mann_kendall
from geo.zone_counts import count_by_zone
from geo.zones import Places, Zones, grid_zones

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

EPSG = 32617
EAST_M, NORTH_M = 310_000.0, 4_680_000.0
SHUFFLES = 999
CELL_M = 300.0
STEPS = 24
PEER_POINTS = 50  # scipy's density takes 3 ms for each


def main() -> None:
    """Run and print."""
    chosen = options(__doc__, requests=750_000, quick=20_000)
    city = make_requests(chosen.requests, 1)
    x, y = city.x_m + EAST_M, city.y_m + NORTH_M
    lon, lat = to_degrees([x.min(), x.max()], [y.min(), y.max()], EPSG)
    boundary = bytes(shapely.to_wkb(shapely.box(lon[0], lat[0], lon[1], lat[1])))
    hotspots(x[:5_000], y[:5_000], EPSG, boundary, HotspotSettings(cell_m=1_000.0))  # compiled code may not be on disk
    mann_kendall(np.ones((1, STEPS)))
    grid = make_grid(x, y, kind="hexagon", cell_m=CELL_M, crs_epsg=EPSG, boundary_wkb=boundary)
    zones = grid_zones(grid, EPSG)
    rows = whole_rows(x, y, city.incident, zones, boundary)
    rows += kernel_rows(x, y, zones, with_peer_shuffles=not chosen.quick)
    rows += [*trend_rows(zones.zone_count), *density_rows(x, y)]
    cities = 40 if chosen.quick else 200
    report("hotspots", rows + chance_rows(cities) + power_rows(cities // 10), chosen.json)


def whole_rows(x: Floats, y: Floats, incident: Ints, zones: Zones, boundary: bytes) -> list[Row]:
    """Everything that the verb asks for; and counts of incidents with all statistics that a screen shows at once."""
    settings = HotspotSettings(permutations=SHUFFLES, cell_m=CELL_M)
    seconds, found = timed(lambda: hotspots(x, y, EPSG, boundary, settings).zones.polygons_wkb())
    size = f"{len(x):,} requests, {len(found):,} hexagons"
    exposure = np.random.default_rng(1).gamma(2.0, 50.0, zones.zone_count)
    at = Places.of_metres(x, y, EPSG)

    def act() -> None:
        count = count_by_zone(zones.zone_of(at), zones.zone_count, incident).count
        zone_hotspots(zones, count, exposure, HotspotSettings(permutations=SHUFFLES, measure="excess"))
        local_moran(count.astype(float), zones.starts, zones.members, SHUFFLES)

    act_s, _ = timed(act)
    return [
        Row("grid, counts, Gi*, 999 shuffles, classes, polygons", size, seconds, "s", goal="<= 2"),
        Row("counts of incidents, Gi*, local Moran, FDR, empirical Bayes", size, act_s, "s", goal="<= 2"),
    ]


def kernel_rows(x: Floats, y: Floats, zones: Zones, *, with_peer_shuffles: bool) -> list[Row]:
    """Each step beside its peer."""
    assert zones.grid is not None
    grid = zones.grid
    cell_s, cell = timed(lambda: grid.assign(x, y))
    some = slice(0, 200_000)
    join_s, _ = timed(lambda: join(x[some], y[some], zones.polygons_wkb()), repeat=1)
    count = np.bincount(cell, minlength=zones.zone_count).astype(float)
    gi_s, z = timed(lambda: gi_star(count, zones.starts, zones.members))
    weights = esda_weights(zones.starts, zones.members)
    esda_s, oracle = timed(lambda: esda_gi_star(count, weights, 0))
    shuffle_s, _ = timed(lambda: permutation_p(count, zones.starts, zones.members, SHUFFLES, 1))
    points, size = f"{len(x):,} requests", f"{zones.zone_count:,} hexagons"
    cell_ns, join_ns = cell_s / len(x) * 1e9, join_s / len(x[some]) * 1e9
    rows = [
        Row("cell of a point", points, cell_ns, "ns", "geopandas.sjoin", join_ns, cell_ns / join_ns, "<= 0.2"),
        Row("Gi*", size, gi_s * 1e3, "ms", "esda", esda_s * 1e3, gi_s / esda_s, "<= 0.2"),
        Row("largest difference of Gi* from esda", size, float(np.abs(oracle.Zs - z).max()), "z", goal="<= 1e-9"),
    ]
    if not with_peer_shuffles:  # the peer compiles for half a minute
        return [*rows, Row("Gi*, 999 permutations", size, (gi_s + shuffle_s) * 1e3, "ms")]
    esda_gi_star(count, weights, 9)
    warm_s, _ = timed(lambda: esda_gi_star(count, weights, SHUFFLES), repeat=2)
    own_ms, faster = (gi_s + shuffle_s) * 1e3, warm_s / (gi_s + shuffle_s)
    rows.append(
        Row("Gi*, 999 permutations: times as fast", size, own_ms, "ms", "esda, warm", warm_s * 1e3, faster, ">= 4")
    )
    return rows


def trend_rows(zones: int) -> list[Row]:
    """Mann-Kendall with Sen's slope of many zones at once."""
    import pymannkendall

    series = np.random.default_rng(1).poisson(2.0, (zones, STEPS)).astype(float)
    own_s, found = timed(lambda: mann_kendall(series))
    some = min(zones, 300)
    peer_s, theirs = timed(lambda: [pymannkendall.original_test(one) for one in series[:some]], repeat=2)
    off = max(abs(found.z[at] - one.z) for at, one in enumerate(theirs))
    own_us, peer_us = own_s / zones * 1e6, peer_s / some * 1e6
    size = f"{zones:,} series of {STEPS}"
    return [
        Row("Mann-Kendall: times as fast", size, own_us, "us", "pymannkendall", peer_us, peer_us / own_us, ">= 50"),
        Row("largest difference of Mann-Kendall's z", f"{some} series", float(off), "z", goal="<= 1e-9"),
    ]


def density_rows(x: Floats, y: Floats) -> list[Row]:
    """Density of all points on a raster, by raster cell, beside scipy's at some places; and the bandwidth learned."""
    from scipy.stats import gaussian_kde

    town = shapely.box(x.min(), y.min(), x.max(), y.max())
    learn_s, learned = timed(lambda: density(x, y, town), repeat=1)
    width_m = float(np.sqrt(x.std() * y.std()) * len(x) ** (-1 / 6))
    own_s, found = timed(lambda: density(x, y, None, DensitySettings(GAUSSIAN, width_m)))
    peer = gaussian_kde(np.stack([x, y]))
    peer.set_bandwidth(width_m / float(np.sqrt(x.std() * y.std())))
    columns, rows = found.raster.middles()
    at = np.random.default_rng(1).integers(0, [[len(columns)], [len(rows)]], (2, PEER_POINTS))
    places = np.stack([columns[at[0]], rows[at[1]]])
    peer_s, theirs = timed(lambda: peer(places) * len(x) * 1e6, repeat=1)
    off = float(np.abs(theirs - found.per_km2[at[1], at[0]]).max() / found.per_km2.max())
    nodes = found.per_km2.size
    own_us, peer_us = own_s / nodes * 1e6, peer_s / PEER_POINTS * 1e6
    points = f"{len(x):,} requests"
    return [
        Row(
            "density, a raster cell: times as fast",
            points,
            own_us,
            "us",
            "scipy gaussian_kde",
            peer_us,
            peer_us / own_us,
            ">= 50",
        ),
        Row("largest difference of densities, of the peak", f"{PEER_POINTS} places", off, "share", goal="<= 0.02"),
        Row("density, bandwidth learned", f"{points}, {learned.per_km2.size:,} raster cells", learn_s, "s"),
    ]


def esda_gi_star(count: Floats, weights: Any, shuffles: int) -> Any:
    """The peer."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from esda.getisord import G_Local

        return G_Local(count, weights, transform="B", star=True, permutations=shuffles, n_jobs=1, seed=1)


def esda_weights(starts: Ints, members: Ints) -> Any:
    """The neighbours as the peer wants them; not counted in its time."""
    from libpysal.weights import W

    return W({i: members[starts[i] : starts[i + 1]].tolist() for i in range(len(starts) - 1)}, silence_warnings=True)


def join(x: Floats, y: Floats, polygons_wkb: list[bytes]) -> Any:
    """The peer that finds cells as polygons."""
    lon, lat = to_degrees(x, y, EPSG)
    points = gpd.GeoDataFrame(geometry=gpd.points_from_xy(lon, lat), crs="EPSG:4326")
    return gpd.sjoin(points, gpd.GeoDataFrame(geometry=shapely.from_wkb(polygons_wkb), crs="EPSG:4326"))


if __name__ == "__main__":
    main()
