"""Finding the service area of every request: how fast beside its peers, and whether the areas are the right ones.

Medians of several calls, ours and the peers' in turn. Compiling (once on a machine, then on disk) is not counted.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median

import numpy as np
import pyogrio
import shapely
from numpy.typing import NDArray

from benchmarks.inputs.area_peers import ABSENT, LOOP, SEDONA, SJOIN, TREE, Peers
from benchmarks.inputs.boston import FOLDER, read_boston
from benchmarks.inputs.running import options
from benchmarks.inputs.synthetic_areas import make_areas, make_points
from benchmarks.report import Row, report
from geo.service_areas import AreaIndex, AreaLayers, build_area_index, join_layers

Floats = NDArray[np.float64]
Areas = NDArray[np.object_]
MANY = 1_000_000  # from here on the full goals hold; the fewer points, the more it is the making that counts
TIMES = 5
DEPARTMENTS, AREAS_EACH = 10, 7
WITH_BUILD = "the same with the index built for it"


def main() -> None:
    """Run and print."""
    chosen = options(__doc__, requests=1_000_000, quick=100_000)
    compile_all()
    lon, lat = make_points(chosen.requests, 1)
    rows = layer_rows("200 areas", make_areas(200, 1, 0.00012), lon, lat)
    rows += department_rows(lon, lat)
    report("assignment", rows + boston_rows(), chosen.json)


def compile_all() -> None:
    """Ask each way once: the compiled code may not yet be on disk."""
    index = build_area_index(as_wkb(make_areas(3, 0)))
    index.locate([0.0], [0.0])
    index.locate_one(0.0, 0.0)
    join_layers([index]).locate([0.0], [0.0], [0], [[0]])


@dataclass(frozen=True, slots=True)
class Race:
    """Median nanoseconds a point by way, and the points on which the peers find another area than we do."""

    cached_ns: float
    built_ns: float
    peer_ns: dict[str, float]
    differing: int


def race(ask: Callable[[], NDArray[np.int32]], build: Callable[[], object], peers: Peers) -> Race:
    """Time building, asking and the peers in turn, several times."""
    ways = peers.ways()
    cached: list[float] = []
    built: list[float] = []
    taken: dict[str, list[float]] = {name: [] for name in ways}
    differing = 0
    found = ask()
    for _ in range(TIMES):
        build_s = seconds(build)
        cached.append(seconds(ask))
        built.append(build_s + cached[-1])
        for name, (ready, way) in ways.items():
            ready()
            started = time.perf_counter()
            other = way()
            taken[name].append(time.perf_counter() - started)
            differing = max(differing, int(np.count_nonzero(other != found)))
    ns = 1e9 / len(peers.lon)
    return Race(median(cached) * ns, median(built) * ns, {k: median(v) * ns for k, v in taken.items()}, differing)


def race_rows(size: str, held: Race, sjoin_goal: str, loop_goal: str) -> list[Row]:
    """The rows of one race."""
    rows = []
    for name, goal in ((SJOIN, sjoin_goal), (TREE, ""), (LOOP, ""), (SEDONA, "")):
        peer_ns = held.peer_ns.get(name)
        ratio = None if peer_ns is None else held.cached_ns / peer_ns
        peer = ABSENT if peer_ns is None else name
        rows.append(Row("one of many points, index at hand", size, held.cached_ns, "ns", peer, peer_ns, ratio, goal))
    loop_ns = held.peer_ns[LOOP]
    rows.append(Row(WITH_BUILD, size, held.built_ns, "ns", LOOP, loop_ns, held.built_ns / loop_ns, loop_goal))
    rows.append(Row("points on which a peer disagrees", size, float(held.differing), "points", goal="<= 0"))
    return rows


def layer_rows(name: str, areas: Areas, lon: Floats, lat: Floats) -> list[Row]:
    """One layer: many points, the index, a single point."""
    wkb = as_wkb(areas)
    size = f"{len(lon):,} points, {name} of {shapely.get_num_coordinates(areas).mean():.0f} vertices"
    index = build_area_index(wkb)
    held = race(lambda: index.locate(lon, lat), lambda: build_area_index(wkb), Peers(areas, lon, lat))
    goals = ("<= 0.02", "<= 0.5") if len(lon) >= MANY else ("<= 0.05", "")
    rows = race_rows(size, held, *goals)
    build_ms = median(seconds(lambda: build_area_index(wkb)) for _ in range(TIMES)) * 1e3
    megabytes = sum(array.nbytes for array in index.to_arrays().values()) / 1e6
    return [
        *rows,
        Row("building the index", size, build_ms, "ms"),
        Row("the index as it is stored", size, megabytes, "MB"),
        Row("a single point", size, one_point_us(index, lon, lat), "µs", goal="<= 20"),
        Row("a single point, as arrays of one", size, one_point_us(index, lon, lat, arrays=True), "µs", goal="<= 20"),
    ]


def department_rows(lon: Floats, lat: Floats) -> list[Row]:
    """Departments with a layer each: a point belongs to an area of its own department."""
    layers = [make_areas(AREAS_EACH, number, 0.00065) for number in range(DEPARTMENTS)]
    areas = np.concatenate(layers)
    owner = np.repeat(np.arange(DEPARTMENTS), AREAS_EACH)
    wants = np.random.default_rng(1).integers(0, DEPARTMENTS, len(lon))
    wkb = [as_wkb(layer) for layer in layers]
    joined = build_layers(wkb)
    orders = [[number] for number in range(DEPARTMENTS)]

    def ask() -> NDArray[np.int32]:
        layer, area = joined.locate(lon, lat, wants, orders)
        return np.where(area < 0, area, layer * AREAS_EACH + area)

    held = race(ask, lambda: build_layers(wkb), Peers(areas, lon, lat, owner, wants))
    vertices = shapely.get_num_coordinates(areas).mean()
    size = f"{len(lon):,} points, {DEPARTMENTS} departments of {AREAS_EACH} areas of {vertices:.0f} vertices"
    build_ms = median(seconds(lambda: build_layers(wkb)) for _ in range(TIMES)) * 1e3
    goals = ("<= 0.01", "<= 0.5") if len(lon) >= MANY else ("<= 0.05", "")
    return [*race_rows(size, held, *goals), Row("building all indexes", size, build_ms, "ms")]


def build_layers(wkb: Sequence[list[bytes]]) -> AreaLayers:
    """The indexes of all layers, side by side."""
    return join_layers([build_area_index(layer) for layer in wkb])


def boston_rows() -> list[Row]:
    """Boston's police districts against the district that each request names itself."""
    city = read_boston()
    if city is None:
        return []
    path = FOLDER / "polygons" / "boston_police_districts.geojson"
    _, _, wkb, values = pyogrio.raw.read(path, columns=["DISTRICT"])
    named = np.append(values[0], "none")[build_area_index(list(wkb)).locate(city.lon, city.lat)]
    rows = layer_rows("police districts", np.asarray(shapely.from_wkb(wkb), dtype=object), city.lon, city.lat)
    size = f"Boston, {len(city.lon):,} located requests"
    agree = float((named == city.police_district).mean())
    return [*rows, Row("agreement with the requests' own district", size, agree, "share", goal=">= 0.995")]


def one_point_us(index: AreaIndex, lon: Floats, lat: Floats, *, arrays: bool = False) -> float:
    """Microseconds of a call with one point, as a median of runs of a thousand."""
    count = min(1_000, len(lon))
    x, y = lon[:count].tolist(), lat[:count].tolist()

    def ask() -> None:
        for i in range(count):
            if arrays:
                index.locate(lon[i : i + 1], lat[i : i + 1])
            else:
                index.locate_one(x[i], y[i])

    return median(seconds(ask) for _ in range(TIMES)) / count * 1e6


def seconds(call: Callable[[], object]) -> float:
    """How long a call takes."""
    started = time.perf_counter()
    call()
    return time.perf_counter() - started


def as_wkb(areas: Areas) -> list[bytes]:
    """The areas as they are stored."""
    return [bytes(wkb) for wkb in shapely.to_wkb(areas)]


if __name__ == "__main__":
    main()
