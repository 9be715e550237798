"""Where areas overlap and where they leave gaps, piece by piece, and the one act that mends a piece.

Overlays are worked out on the stored rings, in degrees; square metres are those of the city's projected CRS. Loads
shapely: to be imported on first use only.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from geo.area_checks import finished
from geo.area_ground import box_around, claim
from geo.area_layer import (
    NODE_M,
    AreaEdit,
    AreaEditRefused,
    LayerOfAreas,
    Point,
    grown,
    place_words,
    polygons_in,
    square_metres,
)
from geo.areas_repair import LEAST_OVERLAP_M2, polygons_of
from geo.crs import shape_to_metres

SLIVER_M = 2.0  # narrower is more likely two drawings of one border than ground that somebody meant
# Pieces lie on a grid of a ten-thousandth of a millimetre, where overlays of overlays grow no spikes from rounding
# (snap rounding, Hobby 1999); it is far under NODE_M, so that a mend finds the borders' own vertices again.
_GRID = 1e-12
_STALE = "look for overlaps and gaps anew"


@dataclass(frozen=True, slots=True, eq=False)
class Piece:
    """One connected piece of ground that several areas have, or none."""

    polygon: shapely.Polygon  # degrees
    areas: tuple[int, ...]  # ids: those that overlap here, or those that border the gap; in declared order
    area_m2: float
    width_m: float  # of a strip with this area and perimeter: twice the one by the other
    sliver: bool
    at: Point  # a place inside


def overlaps(
    layer: LayerOfAreas, *, least_m2: float = LEAST_OVERLAP_M2, sliver_m: float = SLIVER_M
) -> tuple[Piece, ...]:
    """The pieces that more than one area has, largest first; no ground is in two pieces.

    Pieces up to `least_m2` square metres are not told, for they are the rounding of coordinates. A piece is a sliver
    where its width is under `sliver_m` metres.
    """
    found = [(shape, frozenset(pair)) for pair, shape in pairs_overlapping(layer).items()]
    return _pieces(layer, ((shape, sorted(places)) for shape, places in _apart(found)), least_m2, sliver_m)


def gaps(
    layer: LayerOfAreas,
    boundary: BaseGeometry | None = None,
    *,
    least_m2: float = LEAST_OVERLAP_M2,
    sliver_m: float = SLIVER_M,
) -> tuple[Piece, ...]:
    """The pieces that areas enclose and none has, largest first.

    A piece tells the areas that it touches. Least size and slivers as in `overlaps`. With a boundary (degrees) without
    those of which no more than a sliver is its: an enclave that another town has is nobody's gap.
    """
    union = shapely.union_all([area.shape for area in layer.areas])
    holes = [shapely.Polygon(ring) for part in shapely.get_parts(union) for ring in part.interiors]
    # A hole's ring may be the rim of an island with gaps of its own around it: what areas have is taken out.
    free = [polygons_in(shapely.difference(hole, union, grid_size=_GRID)) for hole in holes]
    pieces = _pieces(layer, _beside(layer, free), least_m2, sliver_m)
    if boundary is None:
        return pieces
    town = polygons_of(boundary)
    return tuple(piece for piece in pieces if _is_wider(town.intersection(piece.polygon), layer.crs_epsg, sliver_m))


def _is_wider(shape: BaseGeometry, crs_epsg: int, width_m: float) -> bool:
    parts = (shape_to_metres(part, crs_epsg) for part in shapely.get_parts(polygons_in(shape)))
    return any(2.0 * part.area > width_m * part.length for part in parts)


def uncovered(
    layer: LayerOfAreas,
    boundary: BaseGeometry,
    *,
    least_m2: float = LEAST_OVERLAP_M2,
    sliver_m: float = SLIVER_M,
) -> tuple[Piece, ...]:
    """The pieces of a boundary (degrees) that no area has, largest first, but for the `gaps` that areas enclose.

    A piece tells the areas that it touches; one that lies apart tells none. Least size and slivers as in `overlaps`.
    """
    union = shapely.union_all([area.shape for area in layer.areas])
    filled = shapely.union_all([shapely.Polygon(part.exterior) for part in shapely.get_parts(polygons_in(union))])
    rest = polygons_in(shapely.difference(polygons_of(boundary), filled, grid_size=_GRID))
    return _pieces(layer, _beside(layer, [rest]), least_m2, sliver_m)


def _beside(layer: LayerOfAreas, free: Iterable[BaseGeometry]) -> Iterable[tuple[BaseGeometry, list[int]]]:
    """The parts of ground that no area has, each with the places of the areas that it touches."""
    tree = shapely.STRtree(np.array([area.shape for area in layer.areas], dtype=object))
    for part in (part for shape in free for part in shapely.get_parts(shape)):
        yield part, sorted(tree.query(part, "dwithin", distance=_reach(part)).tolist())


def pairs_overlapping(layer: LayerOfAreas) -> dict[tuple[int, int], BaseGeometry]:
    """The ground that two areas have in common, by their places in the layer, for all pairs that have any."""
    shapes = np.array([area.shape for area in layer.areas], dtype=object)
    one, other = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    one, other = one[one < other], other[one < other]
    common = shapely.intersection(shapes[one], shapes[other], grid_size=_GRID)
    rows = np.flatnonzero(shapely.area(common) > 0.0)
    return {(int(one[row]), int(other[row])): polygons_in(common[row]) for row in rows}


def give_overlap(layer: LayerOfAreas, piece: Piece, to: int) -> AreaEdit:
    """Leave a piece that areas overlap in to one of them (its id); the others give it up.

    Refused: the area is none of them; the areas do not overlap there any more; one would lose all its ground.
    """
    if to not in piece.areas:
        raise AreaEditRefused(f"Area {to} has no part in the overlap at {place_words(piece.at)}; choose one that has.")
    places = [layer.place(area_id) for area_id in piece.areas]
    for place in places:
        missing = polygons_in(shapely.difference(piece.polygon, layer.areas[place].shape))
        if square_metres(missing) > LEAST_OVERLAP_M2:
            name = layer.areas[place].name
            raise AreaEditRefused(f"“{name}” does not overlap at {place_words(piece.at)} any more; {_STALE}.")
    advice = "give the piece to that area, or remove it first"
    losers = [place for place in places if layer.areas[place].id != to]
    after = claim(layer, piece.polygon, owner=None, losers=losers, advice=advice)
    return finished(layer, after, box_around([piece.polygon]), advice)


def fill_gap(layer: LayerOfAreas, piece: Piece, to: int) -> AreaEdit:
    """Give a piece that no area has to an area (its id), near or far; no other area changes its ground.

    Refused: an area has ground there by now.
    """
    owner = layer.place(to)
    for place in layer.near(grown(piece.polygon.bounds, NODE_M)):
        taken = polygons_in(shapely.intersection(piece.polygon, layer.areas[place].shape))
        if square_metres(taken) > LEAST_OVERLAP_M2:
            name = layer.areas[place].name
            raise AreaEditRefused(f"“{name}” has the ground at {place_words(piece.at)} by now; {_STALE}.")
    after = claim(layer, piece.polygon, owner=owner, losers=(), advice=_STALE)
    return finished(layer, after, box_around([piece.polygon]), "draw the border there by hand")


def _apart(found: list[tuple[BaseGeometry, frozenset[int]]]) -> list[tuple[BaseGeometry, frozenset[int]]]:
    """Overlaps of pairs, taken apart so that ground of three areas is in one piece, of three."""
    apart: list[tuple[BaseGeometry, frozenset[int]]] = []
    for shape, pair in found:
        rest, kept = shape, []
        for other, places in apart:
            both = (
                polygons_in(shapely.intersection(rest, other, grid_size=_GRID))
                if pair & places
                else shapely.MultiPolygon()
            )
            if both.area <= 0.0:
                kept.append((other, places))
                continue
            kept += [(polygons_in(shapely.difference(other, both, grid_size=_GRID)), places), (both, places | pair)]
            rest = polygons_in(shapely.difference(rest, both, grid_size=_GRID))
        apart = [*kept, (rest, pair)]
    return apart


def _pieces(
    layer: LayerOfAreas, found: Iterable[tuple[BaseGeometry, list[int]]], least_m2: float, sliver_m: float
) -> tuple[Piece, ...]:
    pieces = []
    for shape, places in found:
        for part in shapely.get_parts(shape):
            if square_metres(part) <= 0.5 * least_m2:  # spares projecting what is nothing but rounding
                continue
            flat = shape_to_metres(part, layer.crs_epsg)
            if flat.area > least_m2:
                width_m = 2.0 * flat.area / flat.length
                ids = tuple(layer.areas[place].id for place in places)
                pieces.append(Piece(part, ids, flat.area, width_m, width_m < sliver_m, _inside(part)))
    return tuple(sorted(pieces, key=lambda piece: (-piece.area_m2, piece.at)))


def _inside(part: shapely.Polygon) -> Point:
    """A place well inside a piece, also where its outline ends in a hair of no width."""
    at, width = part.representative_point(), part.area / part.length
    if at.distance(part.boundary) < 0.01 * width:
        circle = shapely.maximum_inscribed_circle(part, tolerance=0.1 * width)
        at = shapely.get_point(circle, 0)
    return at.x, at.y


def _reach(part: BaseGeometry) -> float:
    """NODE_M in degrees of latitude: how far an area may lie from a gap that it borders."""
    box = grown(part.bounds, NODE_M)
    return float(box[3] - part.bounds[3])
