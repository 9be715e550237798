"""Ground given from areas to another: overlays along borders that meet in common vertices beforehand.

Loads shapely: to be imported on first use only.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.spatial import cKDTree
from shapely.geometry.base import BaseGeometry

from geo.area_layer import (
    NODE_M,
    AreaEditRefused,
    AreaShape,
    Floats,
    LayerOfAreas,
    as_complex,
    box_of,
    grown,
    joined,
    metre_scale,
    place_words,
    polygons_in,
    square_metres,
)
from geo.area_noding import (
    borders_of,
    edge_boxes,
    edges_of,
    holds,
    insert_points,
    meeting_boxes,
    node_line,
    segments,
    undirected,
    without_repeats,
)

SPECK_M2 = 1e-4  # pieces and holes of less are the rounding of an overlay


def noded_ground(layer: LayerOfAreas, ground: BaseGeometry, places: Iterable[int]) -> tuple[LayerOfAreas, BaseGeometry]:
    """The layer and the ground with common vertices wherever the ground's rings meet borders of areas (by place).

    Crossings become vertices of every border of the layer that passes there. AreaEditRefused where the ground is too
    thin to be told from its own rounding.
    """
    rings = [shapely.get_coordinates(ring) for ring in shapely.get_rings(shapely.get_parts(ground))]
    noded = enclosed(noded_rings([layer.areas[place] for place in places], rings), ground)
    if noded.is_empty:
        at = shapely.get_coordinates(ground)[0]
        raise AreaEditRefused(
            f"The piece at {place_words(at)} is too thin to be cut out; draw it wider, or knit the borders."
        )
    return insert_points(layer, shapely.get_coordinates(noded)), noded


def noded_rings(areas: list[AreaShape], rings: list[Floats]) -> list[Floats]:
    """Closed rings with vertices where they meet borders of areas, and then where they meet each other or themselves.

    In this order, for the borders' vertices count and not the rings'. A ring that snapped to one border there and back
    goes to and fro along it.
    """
    borders = borders_of(areas)
    noded = [_closed(without_repeats(ring)) for ring in _unified([_closed(node_line(borders, ring)) for ring in rings])]
    own = np.vstack([np.zeros((0, 4)), *(segments(ring) for ring in noded)])
    return [_closed(node_line(own, ring)) for ring in noded]


def _unified(rings: list[Floats]) -> list[Floats]:
    """Rings whose vertices within NODE_M of each other are one: areas may hold a place in two roundings."""
    points = np.vstack([np.zeros((0, 2)), *rings])
    if not len(points):
        return rings
    pairs = cKDTree(points * metre_scale(float(points[0, 1]))).query_pairs(NODE_M, output_type="ndarray")
    for one, other in pairs[np.lexsort(pairs.T[::-1])]:
        points[other] = points[one]
    return np.split(points, np.cumsum([len(ring) for ring in rings])[:-1])


def enclosed(rings: list[Floats], ground: BaseGeometry) -> BaseGeometry:
    """What noded rings enclose of the ground; edges that are gone to and fro enclose nothing."""
    edges, times = np.unique(undirected(np.vstack([segments(ring) for ring in rings])), axis=0, return_counts=True)
    found = _polygons_between(edges[times % 2 == 1])
    inside = shapely.contains(ground, shapely.point_on_surface(found)) if len(found) else np.zeros(0, dtype=bool)
    return polygons_in(shapely.union_all(found[inside])) if inside.any() else shapely.MultiPolygon()


def claim(
    layer: LayerOfAreas, ground: BaseGeometry, *, owner: int | None, losers: Iterable[int], advice: str
) -> LayerOfAreas:
    """The layer with ground taken from some areas (by place) and added to another, or to none.

    Coordinates are those of the borders and of the ground, and what the overlay makes beyond them is put into the
    neighbours too. AreaEditRefused, ending in the advice, where an area would lose all its ground.
    """
    losers = list(losers)
    near = layer.near(grown(ground.bounds, NODE_M))
    layer, ground = noded_ground(layer, ground, near)
    known = np.vstack([shapely.get_coordinates(ground), *(layer.areas[place].xy for place in near)])
    changed: dict[int, BaseGeometry] = {}
    for place in losers:
        shape = layer.areas[place].shape
        if square_metres(polygons_in(shapely.intersection(shape, ground))) > SPECK_M2:
            changed[place] = settled(shapely.difference(shape, ground), known)
            if changed[place].is_empty:
                raise AreaEditRefused(f"“{layer.areas[place].name}” would have no ground left; {advice}.")
    if owner is not None:
        shape = layer.areas[owner].shape
        if square_metres(polygons_in(shapely.difference(ground, shape))) > SPECK_M2:
            changed[owner] = settled(shapely.union(shape, ground), known)
    after = layer.replaced({place: layer.areas[place].with_shape(shape) for place, shape in changed.items()})
    return with_new_vertices(after, [*changed.values()], known)


def with_new_vertices(layer: LayerOfAreas, shapes: Iterable[BaseGeometry], known: Floats) -> LayerOfAreas:
    """The layer with those vertices of shapes that are not known yet in every border that passes there."""
    points = np.vstack([np.zeros((0, 2)), *(shapely.get_coordinates(shape) for shape in shapes)])
    return insert_points(layer, points[~holds(points, known)])


def settled(shape: BaseGeometry, known: Floats) -> BaseGeometry:
    """What an overlay gave, as polygons: no specks, no specks of holes, rounded vertices put back on known ones."""
    parts = []
    for part in shapely.get_parts(polygons_in(shape)):
        if square_metres(part) > SPECK_M2:
            holes = [ring for ring in part.interiors if square_metres(shapely.Polygon(ring)) > SPECK_M2]
            parts.append(shapely.Polygon(part.exterior, holes))
    made = joined(parts)
    stray = ~holds(shapely.get_coordinates(made), known)
    return _put_back(made, known) if stray.any() else made


def _put_back(shape: BaseGeometry, known: Floats) -> BaseGeometry:
    """The shape with vertices that lie within NODE_M of a known one, but not on it, moved there."""
    dots = np.hstack([known, known])

    def nearest(points: Floats) -> Floats:
        rows = np.flatnonzero(~holds(points, known))
        stray, dot = meeting_boxes(edge_boxes(np.hstack([points[rows], points[rows]])), dots)
        moved = points.copy()
        moved[rows[stray]] = known[dot]
        return moved

    moved = shapely.transform(shape, nearest)
    return moved if moved.is_valid else shape


def faces(area: AreaShape, cuts: Floats) -> NDArray[np.object_]:
    """The polygons between an area's border and cuts [., 4] that meet it in common vertices; holes are faces too."""
    return _polygons_between(np.unique(undirected(np.vstack([edges_of(area), cuts])), axis=0))


def _polygons_between(edges: Floats) -> NDArray[np.object_]:
    """The polygons that edges [., 4], which meet in common vertices, have between them."""
    lines = np.asarray(shapely.linestrings(edges.reshape(-1, 2, 2)), dtype=np.object_)
    return np.asarray(shapely.get_parts(shapely.polygonize(lines)), dtype=np.object_)


def box_around(shapes: Iterable[BaseGeometry]) -> Floats:
    """[4] the box in degrees around geometries, larger by NODE_M."""
    return grown(box_of(np.vstack([shapely.get_coordinates(shape) for shape in shapes])), NODE_M)


def distinct(points: Floats) -> Floats:
    """Points [n, 2] without repeats, in any order."""
    _, first = np.unique(as_complex(points), return_index=True)
    return points[first]


def _closed(ring: Floats) -> Floats:
    """A ring whose end is its beginning, after one of them was put on a vertex."""
    return ring if (ring[0] == ring[-1]).all() else np.vstack([ring[:-1], ring[:1]])
