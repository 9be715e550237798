"""Holes of areas: cut into one, or given back to it. Loads shapely: to be imported on first use only.

Each edit returns an `AreaEdit` with a new layer, or raises AreaEditRefused and leaves the layer as it was.
"""

from __future__ import annotations

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from geo.area_checks import LEAST_GROUND_M2, finished
from geo.area_edits import Ring, drawn_ground
from geo.area_ground import box_around, claim, settled
from geo.area_layer import (
    NODE_M,
    AreaEdit,
    AreaEditRefused,
    AreaShape,
    LayerOfAreas,
    grown,
    joined,
    place_words,
    polygons_in,
    square_metres,
)


def cut_hole(layer: LayerOfAreas, area_id: int, ring: Ring, *, snap_m: float = 0.0) -> AreaEdit:
    """Take the ground within a drawn ring (lon, lat; closed or not) out of an area; it is left to nobody.

    Refused: a ring with less than three corners or that crosses itself; one that leaves the area, or takes all of it.
    """
    place = layer.place(area_id)
    area = layer.areas[place]
    ground, drawn = drawn_ground(layer, [ring], snap_m)
    outside = polygons_in(shapely.difference(ground, area.shape))
    if square_metres(outside) > LEAST_GROUND_M2:
        at = outside.representative_point()
        raise AreaEditRefused(
            f"The ring leaves “{area.name}” at {place_words((at.x, at.y))}; draw the hole inside the area."
        )
    after = claim(layer, ground, owner=None, losers=[place], advice="draw the hole smaller")
    return finished(layer, after, box_around([ground, *drawn]), "draw the hole elsewhere")


def fill_holes(layer: LayerOfAreas, area_id: int, ring: int | None = None) -> AreaEdit:
    """Give an area the free ground in one of its holes (the number of its ring), or in all of them.

    What other areas have in a hole stays theirs. Refused: the area has no such hole; nothing in it is free.
    """
    place = layer.place(area_id)
    area = layer.areas[place]
    wanted = holes_of(area) if ring is None else tuple(number for number in holes_of(area) if number == ring)
    if not wanted:
        raise AreaEditRefused(f"“{area.name}” has no such hole; point at a corner of one.")
    holes = joined([shapely.Polygon(area.rings()[number]) for number in wanted])
    free = _free(layer, place, holes)
    if square_metres(free) <= LEAST_GROUND_M2:
        at = shapely.get_coordinates(holes)[0]
        raise AreaEditRefused(
            f"Other areas have all the ground in the hole at {place_words(at)}; remove or merge them first."
        )
    after = claim(layer, free, owner=place, losers=(), advice="draw the border there by hand")
    return finished(layer, after, box_around([holes]), "draw the border there by hand")


def holes_of(area: AreaShape) -> tuple[int, ...]:
    """The numbers of an area's rings that are holes: those that are not the first of their polygon."""
    follows = np.zeros(len(area.ring_parts), dtype=bool)
    follows[1:] = area.ring_parts[1:] == area.ring_parts[:-1]
    return tuple(np.flatnonzero(follows).tolist())


def _free(layer: LayerOfAreas, own: int, holes: BaseGeometry) -> BaseGeometry:
    """What no area has of the ground in holes of one (by place); a part of its own may lie there too."""
    near = layer.near(grown(holes.bounds, NODE_M))
    taken = shapely.union_all([layer.areas[place].shape for place in near])
    known = np.vstack([layer.areas[own].xy, *(layer.areas[place].xy for place in near)])
    return settled(shapely.difference(holes, taken), known)
