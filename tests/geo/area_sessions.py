"""Random edits of a layer, as a person in a hurry would make them, for the tests of area edits."""

from __future__ import annotations

from collections.abc import Callable
from typing import NoReturn

import numpy as np
import shapely

from geo.area_cuts import reshape, split
from geo.area_edits import draw, merge
from geo.area_layer import AreaEdit, AreaEditRefused, LayerOfAreas, Point
from geo.area_topology import topology
from geo.area_vertex_edits import insert_vertex, move_edge, move_vertex, remove_vertex
from tests.geo.tilings import SIZE, SOUTH, WEST

Edit = Callable[[LayerOfAreas, np.random.Generator], AreaEdit]


def inner_vertices(layer: LayerOfAreas) -> list[Point]:
    """Vertices away from the rim of all ground, in a fixed order."""
    vertices = topology(layer).vertices
    rim = shapely.union_all([area.shape for area in layer.areas]).boundary
    inside = shapely.distance(shapely.points(vertices), rim) > 1e-9
    return [(x, y) for x, y in vertices[inside].tolist()]


def _nothing() -> NoReturn:
    raise AreaEditRefused("There is nothing to take hold of.")


def _place(rng: np.random.Generator) -> np.ndarray:
    return np.array([WEST, SOUTH]) + SIZE * rng.uniform(0.02, 0.98, 2)


def _step(rng: np.random.Generator) -> np.ndarray:
    return rng.normal(0, SIZE * rng.choice([0.003, 0.03, 0.1]), 2)


def _some_area(layer: LayerOfAreas, rng: np.random.Generator) -> int:
    return int(rng.choice(layer.ids))


def moves_a_vertex(layer: LayerOfAreas, rng: np.random.Generator) -> AreaEdit:
    """Drag a vertex away from the rim, in half of the cases with snapping."""
    inner = inner_vertices(layer)
    at = np.array(inner[rng.integers(len(inner))]) if inner else _nothing()
    return move_vertex(layer, at, at + _step(rng), snap_m=float(rng.choice([0.0, 80.0])))


def moves_an_edge(layer: LayerOfAreas, rng: np.random.Generator) -> AreaEdit:
    """Drag an edge whose ends are away from the rim."""
    inner = set(inner_vertices(layer))
    edges = [edge for edge in topology(layer).edges.reshape(-1, 2, 2).tolist() if {*map(tuple, edge)} <= inner]
    return move_edge(layer, edges[rng.integers(len(edges))], _step(rng)) if edges else _nothing()


def inserts_a_vertex(layer: LayerOfAreas, rng: np.random.Generator) -> AreaEdit:
    """Click near a border."""
    return insert_vertex(layer, _place(rng), within_m=200.0)


def removes_a_vertex(layer: LayerOfAreas, rng: np.random.Generator) -> AreaEdit:
    """Take a vertex away from the rim out."""
    inner = inner_vertices(layer)
    return remove_vertex(layer, inner[rng.integers(len(inner))]) if inner else _nothing()


def splits(layer: LayerOfAreas, rng: np.random.Generator) -> AreaEdit:
    """A line of two to four points somewhere across an area, in half of the cases with snapping."""
    area = layer.area(_some_area(layer, rng))
    west, south, east, north = area.shape.bounds
    line = rng.uniform([west, south], [east, north], (rng.integers(2, 5), 2))
    line[[0, -1]] += (line[[0, -1]] - line.mean(axis=0)) * 2
    return split(layer, area.id, line, snap_m=float(rng.choice([0.0, 60.0])))


def merges(layer: LayerOfAreas, rng: np.random.Generator) -> AreaEdit:
    """Two neighbours become one."""
    first = _some_area(layer, rng)
    beside = topology(layer).neighbours(first)
    return merge(layer, [first, int(rng.choice(beside))]) if beside else _nothing()


def reshapes(layer: LayerOfAreas, rng: np.random.Generator) -> AreaEdit:
    """A line from one point of an area's ring to another, by way of one or two points somewhere near."""
    area = layer.area(_some_area(layer, rng))
    ring = area.shape.exterior if area.shape.geom_type == "Polygon" else area.shape.geoms[0].exterior
    start, length = rng.random(), rng.uniform(0.05, 0.3)
    ends = [ring.interpolate((start + more) % 1.0, normalized=True) for more in (0.0, length)]
    one, other = (np.array([end.x, end.y]) for end in ends)
    between = [one + (other - one) * part + _step(rng) for part in (0.3, 0.7)]
    return reshape(layer, area.id, [one, *between, other], snap_m=float(rng.choice([1.0, 60.0])))


def draws(layer: LayerOfAreas, rng: np.random.Generator) -> AreaEdit:
    """A ring of three to six corners, cut out of what is there; in some cases with a hole."""
    middle, count = _place(rng), int(rng.integers(3, 7))
    turn = np.sort(rng.uniform(0, 2 * np.pi, count))
    round_ = np.column_stack([np.cos(turn), np.sin(turn)]) * SIZE * rng.choice([0.02, 0.1])
    rings = [middle + round_] + ([middle + round_ * 0.4] if rng.random() < 0.3 else [])
    inside = shapely.box(WEST, SOUTH, WEST + SIZE, SOUTH + SIZE)
    rings = [
        np.clip(ring, [inside.bounds[0], inside.bounds[1]], [inside.bounds[2], inside.bounds[3]]) for ring in rings
    ]
    return draw(layer, rings, "drawn", None, takes="ground", snap_m=float(rng.choice([0.0, 60.0])))


EDITS: tuple[Edit, ...] = (
    moves_a_vertex,
    moves_an_edge,
    inserts_a_vertex,
    removes_a_vertex,
    splits,
    merges,
    reshapes,
    draws,
)
