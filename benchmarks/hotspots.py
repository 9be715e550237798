"""Gi* hotspots over a city: how fast beside esda, how equal to it, and how often pure chance is called a hotspot."""

from __future__ import annotations

import warnings
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from benchmarks.inputs.running import options, timed
from benchmarks.inputs.synthetic_requests import make_requests
from benchmarks.report import Row, report
from geo.crs import to_degrees
from geo.gi_star import gi_star, permutation_p
from geo.grids import make_grid
from geo.hotspots import HotspotSettings, hotspots
from geo.significance import false_discovery, two_sided

EPSG = 32617
EAST_M, NORTH_M = 310_000.0, 4_680_000.0
SHUFFLES = 999
CELL_M = 300.0


def main() -> None:
    """Run and print."""
    chosen = options(__doc__, requests=190_000, quick=20_000)
    city = make_requests(chosen.requests, 1)
    x, y = city.x_m + EAST_M, city.y_m + NORTH_M
    lon, lat = to_degrees([x.min(), x.max()], [y.min(), y.max()], EPSG)
    boundary = bytes(shapely.to_wkb(shapely.box(lon[0], lat[0], lon[1], lat[1])))
    hotspots(x, y, EPSG, boundary, HotspotSettings(cell_m=1_000.0))  # compiled code may not yet be on disk
    rows = whole_rows(x, y, boundary) + kernel_rows(x, y, boundary, with_peer_shuffles=not chosen.quick)
    report("hotspots", rows + chance_rows(40 if chosen.quick else 400), chosen.json)


def whole_rows(x: NDArray[np.float64], y: NDArray[np.float64], boundary: bytes) -> list[Row]:
    """Everything that the verb asks for."""
    settings = HotspotSettings(permutations=SHUFFLES, cell_m=CELL_M)
    seconds, found = timed(lambda: hotspots(x, y, EPSG, boundary, settings))
    size = f"{len(x):,} requests, {found.zones.zone_count:,} hexagons"
    return [Row("grid, counts, Gi*, 999 shuffles, classes, polygons", size, seconds, "s")]


def kernel_rows(
    x: NDArray[np.float64], y: NDArray[np.float64], boundary: bytes, *, with_peer_shuffles: bool
) -> list[Row]:
    """Each step beside its peer."""
    grid = make_grid(x, y, kind="hexagon", cell_m=CELL_M, crs_epsg=EPSG, boundary_wkb=boundary)
    cell_s, cell = timed(lambda: grid.assign(x, y))
    join_s, _ = timed(lambda: join(x, y, grid.polygons_wkb(EPSG)), repeat=1)
    count = np.bincount(cell, minlength=grid.cell_count).astype(float)
    starts, members = grid.neighbours()
    gi_s, z = timed(lambda: gi_star(count, starts, members))
    weights = esda_weights(starts, members)
    esda_s, oracle = timed(lambda: esda_gi_star(count, weights, 0))
    shuffle_s, _ = timed(lambda: permutation_p(count, starts, members, SHUFFLES, 1))
    points, size = f"{len(x):,} requests", f"{grid.cell_count:,} hexagons"
    cell_ns, join_ns = cell_s / len(x) * 1e9, join_s / len(x) * 1e9
    rows = [
        Row("cell of a point", points, cell_ns, "ns", "geopandas.sjoin", join_ns, cell_ns / join_ns, "<= 0.2"),
        Row("Gi*", size, gi_s * 1e3, "ms", "esda", esda_s * 1e3, gi_s / esda_s, "<= 0.2"),
        Row("largest difference of Gi* from esda", size, float(np.abs(oracle.Zs - z).max()), "z", goal="<= 1e-9"),
    ]
    if not with_peer_shuffles:  # the peer compiles for half a minute
        return [*rows, Row("999 shuffles", size, shuffle_s * 1e3, "ms")]
    esda_gi_star(count, weights, 9)
    warm_s, _ = timed(lambda: esda_gi_star(count, weights, SHUFFLES), repeat=2)
    ratio = shuffle_s / (warm_s - esda_s)
    rows.append(
        Row("999 shuffles", size, shuffle_s * 1e3, "ms", "esda, warm", (warm_s - esda_s) * 1e3, ratio, "<= 0.5")
    )
    return rows


def chance_rows(cities: int) -> list[Row]:
    """The share of purely random cities (20 requests a cell) in which any cell is called significant."""
    at = np.arange(500.0, 32_000.0, 250.0)
    x, y = (values.ravel() for values in np.meshgrid(at, at))
    grid = make_grid(x, y, kind="hexagon", cell_m=1_000.0, crs_epsg=EPSG, boundary_wkb=None)
    starts, members = grid.neighbours()
    rng, even = np.random.default_rng(1), np.full(grid.cell_count, 1.0 / grid.cell_count)
    falsely = 0
    for _ in range(cities):
        count = rng.multinomial(20 * grid.cell_count, even).astype(float)
        falsely += bool((false_discovery(two_sided(gi_star(count, starts, members))) <= 0.05).any())
    size = f"{cities} random cities of {grid.cell_count:,} hexagons"
    # Two standard errors of a share of 5 %.
    limit = 0.05 + 2 * np.sqrt(0.05 * 0.95 / cities)
    return [Row("cities with a false discovery", size, falsely / cities, "share", goal=f"<= {limit:.3f}")]


def esda_gi_star(count: NDArray[np.float64], weights: Any, shuffles: int) -> Any:
    """The peer."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from esda.getisord import G_Local

        return G_Local(count, weights, transform="B", star=True, permutations=shuffles, seed=1)


def esda_weights(starts: NDArray[np.int64], members: NDArray[np.int64]) -> Any:
    """The neighbours as the peer wants them; not counted in its time."""
    from libpysal.weights import W

    return W({i: members[starts[i] : starts[i + 1]].tolist() for i in range(len(starts) - 1)}, silence_warnings=True)


def join(x: NDArray[np.float64], y: NDArray[np.float64], polygons_wkb: list[bytes]) -> Any:
    """The peer that finds cells as polygons."""
    lon, lat = to_degrees(x, y, EPSG)
    points = gpd.GeoDataFrame(geometry=gpd.points_from_xy(lon, lat), crs="EPSG:4326")
    return gpd.sjoin(points, gpd.GeoDataFrame(geometry=shapely.from_wkb(polygons_wkb), crs="EPSG:4326"))


if __name__ == "__main__":
    main()
