"""Edits along a drawn line: split an area in two or more, or give a stretch of its border another course.

Each returns an `AreaEdit` with a new layer, or raises AreaEditRefused and leaves the layer as it was. Loads shapely: to
be imported on first use only.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.area_checks import finished
from geo.area_edits import Ring, snapped_line
from geo.area_ground import SPECK_M2, claim, distinct, faces
from geo.area_layer import (
    NODE_M,
    AreaEdit,
    AreaEditRefused,
    AreaShape,
    Floats,
    LayerOfAreas,
    area_shape,
    box_of,
    grown,
    joined,
    place_words,
    square_metres,
)
from geo.area_noding import (
    edges_of,
    holds,
    insert_points,
    is_among,
    node_line,
    segments,
    with_points,
)

_DRAW_ANEW = "draw the line elsewhere"


def split(layer: LayerOfAreas, area_id: int, line: Ring, *, names: Sequence[str] = (), snap_m: float = 0.0) -> AreaEdit:
    """Cut an area along a line (lon, lat) into two or more; neighbours get the cut's ends as vertices.

    The largest piece keeps the id, and so do parts that the line leaves alone; the others become areas of the same
    department at the end of the layer, largest first, called by `names` or else by the area's name and a number. A
    closed line within the area cuts a piece out of it. Refused: a line that crosses itself or that cuts nothing off.
    """
    place = layer.place(area_id)
    area = layer.areas[place]
    noded = node_line(edges_of(area), _line(layer, line, snap_m))
    cuts = _cutting(with_points(area, noded), noded)
    if not len(cuts):
        at = place_words(noded[0])
        raise AreaEditRefused(
            f"The line from {at} does not cut “{area.name}” in two; begin and end it outside the area or on its border."
        )
    room = insert_points(layer, distinct(cuts.reshape(-1, 2)))
    found = _inside(room.areas[place], faces(room.areas[place], cuts))
    cut_off = np.array([is_among(edges_of_polygon(face), cuts).any() for face in found])
    pieces = sorted(found[cut_off], key=lambda face: -face.area)
    whole = [pieces[0], *found[~cut_off]]
    kept = area.with_shape(joined(whole))
    fresh = [
        area_shape(layer.free_id() - k, names[k] if k < len(names) else f"{area.name} ({k + 2})", area.agency_id, piece)
        for k, piece in enumerate(pieces[1:])
    ]
    after = room.replaced({place: kept}, added=fresh)
    # Elsewhere the border only has vertices more: ground changes hands between the cut's pieces, and nowhere else.
    return finished(layer, after, grown(box_of(cuts.reshape(-1, 2)), NODE_M), _DRAW_ANEW)


def reshape(layer: LayerOfAreas, area_id: int, line: Ring, *, snap_m: float = 0.0) -> AreaEdit:
    """Let the border of an area follow a line (lon, lat) between the points where the line meets it.

    Where the line runs inside, the smaller piece that it cuts off goes to the neighbour along the old border, or to
    nobody where there is none; where it runs outside, the area gets what lies between, from all who had it. Refused: a
    line that crosses itself or meets the border less than twice; a stretch with more than one neighbour; an area that
    would lose all its ground.
    """
    place = layer.place(area_id)
    area = layer.areas[place]
    noded = node_line(edges_of(area), _line(layer, line, snap_m))
    meets = np.flatnonzero(holds(noded, with_points(area, noded).xy))
    if len(meets) < 2:
        raise AreaEditRefused(
            f"The line meets the border of “{area.name}” {('nowhere', 'only once')[len(meets)]}; "
            "begin and end it on the border or across it."
        )
    after, touched = layer, [noded]
    for start, end in pairwise(meets):
        after, piece = _follow(after, place, noded[start : end + 1])
        touched.append(shapely.get_coordinates(piece))
    if after is layer:
        raise AreaEditRefused(f"The border of “{area.name}” follows this line already; draw where it should run.")
    return finished(layer, after, grown(box_of(np.vstack(touched)), NODE_M), _DRAW_ANEW)


def edges_of_polygon(polygon: shapely.Polygon) -> Floats:
    """[., 4] the edges of a polygon's rings."""
    return np.vstack([segments(shapely.get_coordinates(ring)) for ring in shapely.get_rings(polygon)])


def _line(layer: LayerOfAreas, line: Ring, snap_m: float) -> Floats:
    points = snapped_line(layer, line, snap_m)
    if len(points) < 2:
        raise AreaEditRefused("A line needs two points; draw one more.")
    if not shapely.LineString(points).is_simple:
        raise AreaEditRefused(f"The line from {place_words(points[0])} crosses itself; draw it without a loop.")
    return points


def _cutting(area: AreaShape, noded: Floats) -> Floats:
    """[., 4] those segments of a line, noded with the area, that part one piece of it from another."""
    inner = _inner(area, segments(noded))
    if not len(inner):
        return inner
    parting = np.zeros(len(inner), dtype=np.int64)
    for face in _inside(area, faces(area, inner)):
        parting += is_among(inner, edges_of_polygon(face))
    parts: Floats = inner[parting == 2]
    return parts


def _inner(area: AreaShape, pieces: Floats) -> Floats:
    """Those segments [., 4], noded with the area, that run inside it and not along its border."""
    middle = (pieces[:, :2] + pieces[:, 2:]) / 2.0
    inside = shapely.contains_xy(area.shape, middle[:, 0], middle[:, 1])
    inner: Floats = pieces[inside & ~is_among(pieces, edges_of(area))]
    return inner


def _inside(area: AreaShape, found: NDArray[np.object_]) -> NDArray[np.object_]:
    """Those faces that are the area's ground and not a hole of it."""
    return found[shapely.contains(area.shape, shapely.point_on_surface(found))]


def _follow(layer: LayerOfAreas, place: int, stretch: Floats) -> tuple[LayerOfAreas, shapely.Geometry]:
    """The layer with the border of an area (by place) led along a line that meets it at its two ends, and the piece."""
    before, layer = layer, insert_points(layer, stretch[[0, -1]])
    area, pieces = layer.areas[place], segments(stretch)
    if not holds(stretch[[0, -1]], area.xy).all():
        raise AreaEditRefused(
            f"The line comes back over ground at {place_words(stretch[0])} that it has cut off; draw it in two steps."
        )
    if is_among(pieces, edges_of(area)).all():
        return before, shapely.MultiPolygon()
    middle = (stretch[0] + stretch[1]) / 2.0
    leads_in = bool(shapely.contains_xy(area.shape, *middle))
    found = faces(area, pieces)
    inside = shapely.contains(area.shape, shapely.point_on_surface(found)) == leads_in
    beside = [face for face in found[inside] if is_among(edges_of_polygon(face), pieces).any()]
    if len(beside) < (2 if leads_in else 1):
        raise AreaEditRefused(
            f"The line from {place_words(stretch[0])} does not join two points of one ring of “{area.name}”; "
            "begin and end it on the same border."
        )
    piece = min(beside, key=lambda face: face.area)
    if square_metres(piece) <= SPECK_M2:
        return before, shapely.MultiPolygon()
    if leads_in:
        owner = _neighbour(layer, place, piece, pieces)
        return claim(layer, piece, owner=owner, losers=[place], advice=_DRAW_ANEW), piece
    others = [other for other in layer.near(grown(piece.bounds, NODE_M)) if other != place]
    return claim(layer, piece, owner=place, losers=others, advice="remove it first, or draw around it"), piece


def _neighbour(layer: LayerOfAreas, place: int, piece: shapely.Polygon, cut: Floats) -> int | None:
    """The one area (by place) along the old border of a piece that is cut off; None where nobody is."""
    edges = edges_of_polygon(piece)
    old = edges[~is_among(edges, cut)]
    near = [other for other in layer.near(grown(piece.bounds, NODE_M)) if other != place]
    beside = [other for other in near if is_among(old, edges_of(layer.areas[other])).any()]
    if len(beside) > 1:
        names = " and ".join(f"“{layer.areas[other].name}”" for other in beside)
        raise AreaEditRefused(
            f"The old border at {place_words(old[0])} runs along {names}; reshape the border with one at a time."
        )
    return beside[0] if beside else None
