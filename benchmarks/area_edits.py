"""How long an edit of a layer of areas takes, and a look-up under the mouse: the slowest of many, on real layers.

The peer checks a moved vertex as is usual without knowing where the edit was: an overlay of the whole layer by shapely.
The time of the thread counts, not what the system gave to other processes. Layers that are not here are left out.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Any

import numpy as np
import pyogrio
import shapely

from benchmarks.inputs.boston import FOLDER
from benchmarks.inputs.running import options
from benchmarks.inputs.synthetic_areas import make_areas
from benchmarks.report import Row, report
from geo.area_cuts import reshape, split
from geo.area_edits import draw, merge
from geo.area_knitting import knit
from geo.area_layer import AreaEditRefused, LayerOfAreas, layer_of_areas
from geo.area_pieces import gaps, overlaps
from geo.area_snapping import snap, snap_index
from geo.area_topology import topology
from geo.area_vertex_edits import insert_vertex, move_vertex, remove_vertex
from geo.areas_repair import repair_polygons

PEER = "shapely, whole layer"
REAL = (("detroit_neighborhoods_partial", 32617), ("boston_police_districts", 26986))
TRIES = 200


def main() -> None:
    """Run and print."""
    chosen = options(__doc__, requests=50_000, quick=10_000)
    rows: list[Row] = []
    for name, crs_epsg in REAL:
        path = FOLDER / "polygons" / f"{name}.geojson"
        if path.exists():
            wkb, _ = repair_polygons([bytes(one) for one in pyogrio.raw.read(path)[2]])
            rows += measure(name, layer_of(wkb, crs_epsg))
    invented = shapely.to_wkb(make_areas(40, 7, spacing_deg=0.0004 * 12_000 / chosen.requests))
    rows += measure("invented city", layer_of([bytes(one) for one in invented], 32617))
    report("area edits", rows, chosen.json)


def layer_of(wkb: Iterable[bytes], crs_epsg: int) -> LayerOfAreas:
    """A layer of polygons."""
    polygons = list(wkb)
    count = range(len(polygons))
    return layer_of_areas(list(count), [f"A{i}" for i in count], [None] * len(polygons), polygons, crs_epsg)


def measure(name: str, layer: LayerOfAreas) -> list[Row]:
    """Every act on one layer."""
    found = topology(layer)
    size = f"{name}, {len(layer.areas)} areas, {sum(len(area.xy) for area in layer.areas):,} vertices"
    places = np.random.default_rng(1).choice(found.vertices, TRIES)
    middles = [(a.shape.representative_point(), a.shape.bounds, a.id) for a in layer.areas[:40]]
    index = snap_index(layer)
    usual = float(np.median([taken(lambda at=at: move_vertex(layer, at, at + 1e-6), repeat=1) for at in places])) * 1e3
    whole_s = taken(lambda: overlay(layer), repeat=2)
    moves = slowest_ms(lambda at: move_vertex(layer, at, at + 1e-6), places)
    acts: list[tuple[str, Callable[[Any], Any], Iterable[Any]]] = [
        ("move a vertex, snapping", lambda at: move_vertex(layer, at, at + 1e-6, snap_m=5.0), places),
        ("insert a vertex", lambda at: insert_vertex(layer, at + 2e-5, within_m=50.0), places),
        ("remove a vertex", lambda at: remove_vertex(layer, at), places),
        ("split", lambda m: split(layer, m[2], [(m[1][0] - 1e-3, m[0].y), (m[1][2] + 1e-3, m[0].y)]), middles),
        ("draw", lambda m: draw(layer, [m[0].buffer(1e-3).exterior.coords], "", None, takes="ground"), middles),
        ("reshape", lambda m: reshape(layer, m[2], bulge(layer, m[2])), middles),
        ("merge with a neighbour", lambda m: merge(layer, [m[2], *found.neighbours(m[2])[:1]]), middles),
    ]
    rows = [
        Row("move a vertex, slowest", size, moves, "ms", goal="<= 30"),
        Row("check a moved vertex, usual", size, usual, "ms", PEER, whole_s * 1e3, usual / whole_s / 1e3, "<= 0.5"),
        Row(
            "look under the mouse, slowest",
            size,
            slowest_ms(lambda at: snap(index, at + 3e-5, 30.0), places),
            "ms",
            goal="<= 2",
        ),
        Row("index for it", size, taken(lambda: snap_index(layer)) * 1e3, "ms"),
    ]
    rows += [Row(f"{what}, slowest", size, slowest_ms(act, over), "ms") for what, act, over in acts]
    for what, act in (("topology", topology), ("overlaps", overlaps), ("gaps", gaps)):
        rows.append(Row(what, size, taken(lambda act=act: act(layer), repeat=2) * 1e3, "ms"))
    rows.append(Row("knit within 0.5 m", size, taken(lambda: knit(layer, 0.5), repeat=1) * 1e3, "ms"))
    return rows


def taken(call: Callable[[], Any], repeat: int = 3) -> float:
    """The least seconds of the thread that several calls take."""
    times = []
    for _ in range(repeat):
        started = time.thread_time()
        call()
        times.append(time.thread_time() - started)
    return min(times)


def slowest_ms(act: Callable[[Any], Any], over: Iterable[Any]) -> float:
    """The longest time of the thread that an act takes over many places; refusals take their time too."""
    longest = 0.0
    for item in over:
        started = time.thread_time()
        with suppress(AreaEditRefused):
            act(item)
        longest = max(longest, time.thread_time() - started)
    return longest * 1e3


def bulge(layer: LayerOfAreas, area_id: int) -> list[tuple[float, float]]:
    """A line that leads a tenth of an area's border some hundred metres aside."""
    ring = shapely.get_parts(layer.area(area_id).shape)[0].exterior
    one, other = ring.interpolate(0.3, normalized=True), ring.interpolate(0.4, normalized=True)
    aside = (-(other.y - one.y) * 0.2, (other.x - one.x) * 0.2)
    across = [
        (end.x + k * aside[0], end.y + k * aside[1]) for end, k in ((one, -0.1), (one, 1), (other, 1), (other, -0.1))
    ]
    return [(float(x), float(y)) for x, y in across]


def overlay(layer: LayerOfAreas) -> float:
    """What areas of a whole layer overlap, and that they are valid."""
    shapes = np.array([area.shape for area in layer.areas], dtype=object)
    one, other = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    common = shapely.intersection(shapes[one[one < other]], shapes[other[one < other]])
    return float(shapely.area(common).sum()) + shapely.is_valid(shapes).sum()


if __name__ == "__main__":
    main()
