"""Whether an edit may stand: changed areas are valid, and nobody gets ground that another one keeps.

Only the surroundings of the edit are looked at: outside its box nothing changed. Loads shapely: to be imported on
first use only.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from geo.area_layer import (
    AreaEdit,
    AreaEditRefused,
    AreaShape,
    Floats,
    LayerOfAreas,
    Point,
    place_words,
    polygons_in,
    square_metres,
)
from geo.areas_repair import LEAST_OVERLAP_M2

LEAST_GROUND_M2 = LEAST_OVERLAP_M2  # an area with less has no ground that anybody could stand on
_WHERE = re.compile(r"\[(?P<lon>\S+) (?P<lat>\S+)\]$")


def finished(
    before: LayerOfAreas, after: LayerOfAreas, box: Sequence[float] | Floats, advice: str, at: Iterable[Point] = ()
) -> AreaEdit:
    """The edit from one layer to the next, all of whose changes lie within a box (degrees).

    AreaEditRefused, ending in the advice what to do, where an area that changed is invalid or has no ground, or where
    areas overlap by more than LEAST_OVERLAP_M2 that did not overlap before.
    """
    known = {area.id: area for area in before.areas}
    added = [area for area in after.areas if area.id not in known]
    changed = [area for area in after.areas if area.id in known and not same_rings(area, known[area.id])]
    for area in (*changed, *added):
        check_shape(area, advice)
    kept = set(after.ids)
    was, now = _clipped(before, box), _clipped(after, box)
    _check_overlaps(after, {area.id for area in (*changed, *added)}, was, now, advice)
    ground_before, ground_after = (shapely.union_all(list(part.values())) for part in (was, now))
    return AreaEdit(
        layer=after,
        changed=tuple(area.id for area in changed),
        added=tuple(area.id for area in added),
        removed=tuple(area_id for area_id in before.ids if area_id not in kept),
        uncovered_m2=square_metres(shapely.difference(ground_before, ground_after)),
        covered_m2=square_metres(shapely.difference(ground_after, ground_before)),
        at=tuple(at),
    )


def same_rings(one: AreaShape, other: AreaShape) -> bool:
    """Whether two areas have the same rings, bit by bit."""
    return one is other or (
        np.array_equal(one.xy, other.xy)
        and np.array_equal(one.ring_starts, other.ring_starts)
        and np.array_equal(one.ring_parts, other.ring_parts)
    )


def check_shape(area: AreaShape, advice: str) -> None:
    """AreaEditRefused where an area's geometry is invalid or has no ground."""
    where = area.xy[0] if len(area.xy) else None
    if where is None or square_metres(area.shape) < LEAST_GROUND_M2:
        place = "" if where is None else f" at {place_words(where)}"
        raise AreaEditRefused(f"“{area.name}” would have no ground left{place}; {advice}.")
    if not area.shape.is_valid:
        found = _WHERE.search(shapely.is_valid_reason(area.shape))
        at = where if found is None else [float(found["lon"]), float(found["lat"])]
        raise AreaEditRefused(f"The border of “{area.name}” would cross itself at {place_words(at)}; {advice}.")


def _clipped(layer: LayerOfAreas, box: Sequence[float] | Floats) -> dict[int, BaseGeometry]:
    """What lies within a box of each area there, by id."""
    window = shapely.box(*box)
    parts = {}
    for place in layer.near(box):
        area, bounds = layer.areas[place], layer.bounds[place]
        within = (bounds[:2] >= box[:2]).all() and (bounds[2:] <= box[2:]).all()
        parts[area.id] = area.shape if within else polygons_in(shapely.intersection(area.shape, window))
    return parts


def _check_overlaps(
    layer: LayerOfAreas,
    touched: set[int],
    was: dict[int, BaseGeometry],
    now: dict[int, BaseGeometry],
    advice: str,
) -> None:
    ids = list(now)
    pairs = [(a, b) for i, a in enumerate(ids) for b in ids[i + 1 :] if a in touched or b in touched]
    if not pairs:
        return
    one, other = (np.array([now[pair[side]] for pair in pairs], dtype=object) for side in (0, 1))
    common = shapely.intersection(one, other)
    for k in np.flatnonzero(shapely.area(common) > 0.0):
        if square_metres(common[k]) <= LEAST_OVERLAP_M2:
            continue
        fresh = shapely.difference(polygons_in(common[k]), _overlapped(list(was.values())))
        if (size_m2 := square_metres(fresh)) > LEAST_OVERLAP_M2:
            first, second = (layer.area(area_id).name for area_id in pairs[k])
            at = fresh.representative_point()
            raise AreaEditRefused(
                f"“{first}” would overlap “{second}” by {size_m2:,.2f} m2 at {place_words((at.x, at.y))}; {advice}."
            )


def _overlapped(shapes: list[BaseGeometry]) -> BaseGeometry:
    """The ground that more than one of the shapes has."""
    pairs = [polygons_in(shapely.intersection(a, b)) for i, a in enumerate(shapes) for b in shapes[i + 1 :]]
    return shapely.union_all(pairs)
