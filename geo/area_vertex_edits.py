"""Edits of single vertices and edges: in all areas that have them, so that neighbours keep their common border.

Each returns an `AreaEdit` with a new layer, or raises AreaEditRefused and leaves the layer as it was. Loads shapely: to
be imported on first use only.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from geo.area_checks import finished
from geo.area_layer import (
    NODE_M,
    AreaEdit,
    AreaEditRefused,
    AreaShape,
    Floats,
    Ints,
    LayerOfAreas,
    Point,
    box_of,
    checked_points,
    grown,
    metre_scale,
    place_words,
)
from geo.area_noding import insert_points
from geo.area_snapping import nearest_edge, snap, snap_index

_LESS_FAR = "move it less far, or move what is in the way first"


def move_vertex(layer: LayerOfAreas, at: Sequence[float], to: Sequence[float], *, snap_m: float = 0.0) -> AreaEdit:
    """Move a vertex (stored coordinates, as `snap` tells them) to a place in degrees, in all areas that have it.

    Within `snap_m` metres the place becomes that of another vertex, which the moved one then is, or a point of an edge,
    whose areas get it as a vertex. An area whose border passes there without this vertex stays (knit the layer first);
    the ground that this opens is told in `AreaEdit.uncovered_m2`. Refused: no vertex there; an area would cross itself,
    turn inside out, lose its ground or overlap another.
    """
    return _moved(layer, [at], [to], snap_m)


def move_edge(
    layer: LayerOfAreas, edge: Sequence[Sequence[float]], by: Sequence[float], *, snap_m: float = 0.0
) -> AreaEdit:
    """Move both ends of an edge by degrees (lon, lat), in all areas that have them; snapping as in `move_vertex`.

    Refused as there, and where no area has this edge.
    """
    ends = checked_points(edge)
    if len(ends) != 2:
        raise AreaEditRefused("An edge has two ends; click on a border between two corners.")
    if not any(_has_edge(layer.areas[place], ends) for place in layer.near(box_of(ends))):
        raise AreaEditRefused(
            f"No border has an edge at {place_words(ends[0])}; click on a border between two corners."
        )
    return _moved(layer, ends, checked_points(ends + np.asarray(by, dtype=np.float64)), snap_m)


def insert_vertex(layer: LayerOfAreas, at: Sequence[float], *, within_m: float) -> AreaEdit:
    """A new vertex on the nearest edge within metres of a place in degrees, in all areas whose border passes there.

    It lies on the edge, so that nothing moves by more than the rounding of coordinates; `AreaEdit.at` tells where.
    Refused: no edge within metres, or it has a vertex at this very point.
    """
    point = checked_points([at])[0]
    box = grown([*point, *point], within_m)
    hit = nearest_edge(snap_index(layer, box), point, within_m)
    if hit is None or hit.edge is None:
        raise AreaEditRefused(f"No border passes within {within_m:g} m of {place_words(point)}; point at a border.")
    after = insert_points(layer, np.array([hit.at]))
    if after is layer:
        raise AreaEditRefused(f"The border has a corner at {place_words(hit.at)} already; point between two corners.")
    return finished(layer, after, grown(box_of(np.array(hit.edge)), NODE_M), "point elsewhere", [hit.at])


def remove_vertex(layer: LayerOfAreas, at: Sequence[float]) -> AreaEdit:
    """Take a vertex out of all areas that have it; the border runs straight between its neighbours.

    Refused: no vertex there; more than two borders meet in it; an area would be left with two corners, cross itself or
    overlap another.
    """
    point = checked_points([at])[0]
    holders = _holders(layer, point)
    beside = np.unique(np.vstack([_beside(layer.areas[place], places) for place, places in holders.items()]), axis=0)
    if len(beside) > 2:
        names = ", ".join(f"“{layer.areas[place].name}”" for place in holders)
        raise AreaEditRefused(
            f"{len(beside)} borders meet at {place_words(point)} ({names}); move this corner instead, or merge areas."
        )
    after = layer.replaced({place: _without(layer.areas[place], point) for place in holders})
    box = grown(box_of(np.vstack([beside, point])), NODE_M)
    return finished(layer, after, box, "keep this corner, or move it")


def _moved(
    layer: LayerOfAreas, old: Sequence[Sequence[float]] | Floats, new: Sequence[Sequence[float]] | Floats, snap_m: float
) -> AreaEdit:
    """Vertices moved to places, first snapped, in all areas that have them."""
    old, new = checked_points(old), checked_points(new)
    dragged = [_pair(point) for point in old]
    targets = _snapped(layer, new, dragged, snap_m) if snap_m > 0.0 else new
    room = insert_points(layer, targets) if snap_m > 0.0 else layer
    touched = [old, targets]
    changed: dict[int, AreaShape] = {}
    for point in old:
        for place, places in _holders(room, point).items():
            touched.append(_beside(room.areas[place], places))
            changed[place] = room.areas[place]
    for place, area in changed.items():
        changed[place] = _with_moves(area, old, targets)
    box = grown(box_of(np.vstack(touched)), NODE_M)
    return finished(layer, room.replaced(changed), box, _LESS_FAR, [_pair(point) for point in targets])


def _snapped(layer: LayerOfAreas, points: Floats, dragged: list[Point], snap_m: float) -> Floats:
    index = snap_index(layer, grown(box_of(points), snap_m))
    hits = [snap(index, point, snap_m, without=dragged) for point in points]
    return np.array([point if hit is None else hit.at for point, hit in zip(points, hits, strict=True)])


def _holders(layer: LayerOfAreas, point: Floats) -> dict[int, Ints]:
    """The areas (by place) that have a vertex, and its places in their xy; AreaEditRefused where none has."""
    found = {}
    for place in layer.near([*point, *point]):
        xy = layer.areas[place].xy
        places = np.flatnonzero((xy[:, 0] == point[0]) & (xy[:, 1] == point[1]))
        if len(places):
            found[place] = places
    if not found:
        raise AreaEditRefused(f"No border has a corner at {place_words(point)}; click on a corner.")
    return found


def _beside(area: AreaShape, places: Iterable[int]) -> Floats:
    """[., 2] the vertices before and after those at places in xy, around each ring."""
    beside = []
    for place in places:
        ring = int(np.searchsorted(area.ring_starts, place, side="right")) - 1
        start, count = area.ring_starts[ring], area.ring_starts[ring + 1] - area.ring_starts[ring] - 1
        beside += [area.xy[start + (place - start + step) % count] for step in (-1, 1)]
    return np.array(beside)


def _with_moves(area: AreaShape, old: Floats, new: Floats) -> AreaShape:
    """The area with vertices moved; what falls together becomes one vertex."""
    xy = area.xy.copy()
    for one, other in zip(old, new, strict=True):
        xy[(area.xy == one).all(axis=1)] = other
    rings = []
    for ring, (start, end) in zip(
        area.rings(), zip(area.ring_starts[:-1], area.ring_starts[1:], strict=True), strict=True
    ):
        moved = _single(xy[start:end])
        if len(moved) > 3 and np.sign(_turn(moved)) != np.sign(_turn(ring)):
            raise AreaEditRefused(f"“{area.name}” would turn inside out at {place_words(new[0])}; {_LESS_FAR}.")
        rings.append(moved)
    return area.with_rings(rings)


def _without(area: AreaShape, point: Floats) -> AreaShape:
    rings = []
    for ring in area.rings():
        kept = ring[:-1][(ring[:-1] != point).any(axis=1)]
        rings.append(ring if len(kept) == len(ring) - 1 else np.vstack([kept, kept[:1]]))
    return area.with_rings(rings)


def _single(ring: Floats) -> Floats:
    """A closed ring without a vertex that repeats the one before."""
    fresh = np.ones(len(ring), dtype=bool)
    fresh[1:] = (ring[1:] != ring[:-1]).any(axis=1)
    return ring[fresh]


def _turn(ring: Floats) -> float:
    """Twice the signed area of a closed ring in square metres; positive where it runs counter-clockwise."""
    flat = (ring - ring[0]) * metre_scale(float(ring[0, 1]))
    return float((flat[:-1, 0] * flat[1:, 1] - flat[1:, 0] * flat[:-1, 1]).sum())


def _has_edge(area: AreaShape, ends: Floats) -> bool:
    places = area.edge_places()
    edges = np.hstack([area.xy[places], area.xy[places + 1]])
    one, other = np.concatenate([ends[0], ends[1]]), np.concatenate([ends[1], ends[0]])
    return bool(((edges == one).all(axis=1) | (edges == other).all(axis=1)).any())


def _pair(point: Floats) -> Point:
    return float(point[0]), float(point[1])
