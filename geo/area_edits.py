"""Edits of whole areas: draw, merge and remove. Loads shapely: to be imported on first use only.

Each returns an `AreaEdit` with a new layer, or raises AreaEditRefused and leaves the layer as it was.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import Literal

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from geo.area_checks import LEAST_GROUND_M2, finished
from geo.area_ground import box_around, claim, enclosed, noded_ground, noded_rings, settled, with_new_vertices
from geo.area_layer import (
    NODE_M,
    AreaEdit,
    AreaEditRefused,
    Floats,
    LayerOfAreas,
    area_shape,
    box_of,
    checked_points,
    grown,
    place_words,
    polygons_in,
    square_metres,
)
from geo.area_noding import without_repeats
from geo.area_snapping import snap, snap_index

Ring = Sequence[Sequence[float]] | Floats

_DRAW_AROUND = "remove it first, or draw around it"


def draw(
    layer: LayerOfAreas,
    rings: Sequence[Ring],
    name: str,
    agency_id: int | None,
    *,
    takes: Literal["ground", "gap"],
    snap_m: float = 0.0,
) -> AreaEdit:
    """A new area from drawn rings (lon, lat; closed or not). A ring within another is a hole, one beside it a part.

    Drawn vertices within `snap_m` metres of a vertex, else of an edge, are put on it. `takes` "ground": the new area is
    cut out of those that are there; "gap": it gets only what none has. Refused: a ring with less than three corners or
    that crosses itself; nothing left to take; an area that would lose all its ground.
    """
    ground, drawn = drawn_ground(layer, rings, snap_m)
    near = layer.near(grown(ground.bounds, NODE_M))
    room, ground = noded_ground(layer, ground, near)
    if takes == "ground":
        room = claim(room, ground, owner=None, losers=near, advice=_DRAW_AROUND)
    else:
        ground = _free(room, ground, near)
    fresh = area_shape(layer.free_id(), name, agency_id, ground)
    after = with_new_vertices(room.replaced({}, added=[fresh]), [ground], _all_vertices(room, near))
    return finished(layer, after, box_around([ground, *drawn]), "draw it elsewhere")


def merge(layer: LayerOfAreas, area_ids: Sequence[int]) -> AreaEdit:
    """Unite areas; the first keeps its id, name and department, the others go. Apart, they become one of several parts.

    Refused: less than two areas. Vertices on the common border go with it; those where it ended stay.
    """
    places = [layer.place(area_id) for area_id in dict.fromkeys(area_ids)]
    if len(places) < 2:
        raise AreaEditRefused("Merging needs two areas or more; choose another one too.")
    areas = [layer.areas[place] for place in places]
    known = np.vstack([area.xy for area in areas])
    united = settled(shapely.union_all([area.shape for area in areas]), known)
    after = layer.replaced({places[0]: areas[0].with_shape(united)}, without=places[1:])
    after = with_new_vertices(after, [united], known)
    return finished(layer, after, _where_they_meet(layer, places), "mend their borders first")


def _where_they_meet(layer: LayerOfAreas, places: list[int]) -> Floats:
    """[4] the box in which areas (by place) have anything in common: elsewhere a union changes nothing."""
    common = [
        np.concatenate([np.maximum(a[:2], b[:2]), np.minimum(a[2:], b[2:])])
        for a, b in combinations(layer.bounds[places], 2)
    ]
    boxes = [box for box in common if (box[:2] <= box[2:]).all()] or [layer.bounds[places[0]]]
    return grown(box_of(np.vstack(boxes).reshape(-1, 2)), NODE_M)


def remove(layer: LayerOfAreas, area_id: int) -> AreaEdit:
    """Take an area out of the layer; its ground is left to nobody (`AreaEdit.uncovered_m2`)."""
    place = layer.place(area_id)
    shape = layer.areas[place].shape
    box = np.zeros(4) if shape.is_empty else box_around([shape])
    return finished(layer, layer.replaced({}, without=[place]), box, "keep it")


def snapped_line(layer: LayerOfAreas, line: Ring, snap_m: float) -> Floats:
    """A drawn line [n, 2] with its vertices put on vertices, else edges, within metres, and none repeated."""
    points = checked_points(line)
    if snap_m > 0.0 and len(points):
        index = snap_index(layer, grown(box_of(points), snap_m))
        hits = [snap(index, point, snap_m) for point in points]
        points = np.array([point if hit is None else hit.at for point, hit in zip(points, hits, strict=True)])
    return without_repeats(points)


def drawn_ground(
    layer: LayerOfAreas, rings: Sequence[Ring], snap_m: float
) -> tuple[BaseGeometry, list[shapely.Polygon]]:
    """What drawn rings enclose, and each ring by itself; AreaEditRefused where that is no ground."""
    drawn = [_drawn(layer, ring, snap_m) for ring in rings]
    ground = _one_ground(layer, drawn)
    if square_metres(ground) < LEAST_GROUND_M2:
        raise AreaEditRefused("The rings enclose no ground; draw three corners or more that do not lie on one line.")
    return ground, drawn


def _drawn(layer: LayerOfAreas, ring: Ring, snap_m: float) -> shapely.Polygon:
    """One ring as a polygon without holes."""
    corners = snapped_line(layer, ring, snap_m)
    if len(corners) > 1 and (corners[0] != corners[-1]).any():
        corners = without_repeats(np.vstack([corners, corners[:1]]))
    if len(corners) < 4:
        raise AreaEditRefused("A ring needs three corners; draw one more.")
    polygon = shapely.Polygon(corners)
    if not polygon.is_valid:
        raise AreaEditRefused(
            f"The ring crosses itself near {place_words(_crossing(polygon))}; draw it without a loop."
        )
    return polygon


def _one_ground(layer: LayerOfAreas, drawn: list[shapely.Polygon]) -> BaseGeometry:
    """What an odd number of rings enclose. They meet first: a hole's side along its shell's is none of either."""
    if not drawn:
        return shapely.MultiPolygon()
    near = [layer.areas[place] for place in layer.near(box_around(drawn))]
    rings = noded_rings(near, [shapely.get_coordinates(polygon) for polygon in drawn])
    ground: BaseGeometry = shapely.MultiPolygon()
    for ring, polygon in zip(rings, drawn, strict=True):
        ground = polygons_in(shapely.symmetric_difference(ground, enclosed([ring], polygon)))
    return ground


def _crossing(polygon: shapely.Polygon) -> Sequence[float]:
    """Where an invalid ring meets itself first."""
    words = shapely.is_valid_reason(polygon).partition("[")[2].rstrip("]").split()
    return [float(word) for word in words] if len(words) == 2 else polygon.exterior.coords[0]


def _free(layer: LayerOfAreas, ground: BaseGeometry, near: list[int]) -> BaseGeometry:
    """What of the ground none of the areas near has."""
    taken = shapely.union_all([layer.areas[place].shape for place in near])
    free = settled(
        shapely.difference(ground, taken), np.vstack([shapely.get_coordinates(ground), _all_vertices(layer, near)])
    )
    if square_metres(free) < LEAST_GROUND_M2:
        at = ground.representative_point()
        raise AreaEditRefused(
            f"Areas have all the ground at {place_words((at.x, at.y))}; draw over a gap, or cut the area out of others."
        )
    return free


def _all_vertices(layer: LayerOfAreas, places: list[int]) -> Floats:
    return np.vstack([np.zeros((0, 2)), *(layer.areas[place].xy for place in places)])
