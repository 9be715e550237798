"""What is wrong with a layer of areas: ground that several have, or none, piece by piece, the largest first."""

from __future__ import annotations

from dataclasses import dataclass, replace

import shapely
from shapely.geometry.base import BaseGeometry

from data.records import AreaLayer
from desktop.map.area_editing import Mark
from geo.area_layer import LayerOfAreas
from geo.area_pieces import Piece, gaps, overlaps, uncovered

MOST_OF_CITY = 0.5  # that a layer for some services covers where it is meant to cover all


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """A piece of ground that several areas have, or none. `enclosed`: areas lie all around it."""

    piece: Piece
    is_gap: bool
    enclosed: bool = True

    def mark(self, *, now: bool) -> Mark:
        """The piece for the map."""
        polygon = self.piece.polygon
        rings = tuple(
            tuple((float(x), float(y)) for x, y in shapely.get_coordinates(ring))
            for ring in (polygon.exterior, *polygon.interiors)
        )
        return Mark(rings, "gap" if self.is_gap else "overlap", now)


@dataclass(frozen=True, slots=True, eq=False)
class Pieces:
    """All overlaps and gaps of a layer. `left_out`: slivers along the boundary that are not told one by one.

    `within`: only gaps that areas enclose, though there is a boundary.
    """

    found: tuple[Found, ...]
    has_boundary: bool = False
    left_out: int = 0
    left_out_m2: float = 0.0
    within: bool = False

    def without(self, row: int) -> Pieces:
        """What is left once one was mended."""
        return replace(self, found=(*self.found[:row], *self.found[row + 1 :]))


def is_for_the_city(record: AreaLayer, layer: LayerOfAreas, boundary: BaseGeometry) -> bool:
    """Whether what a layer leaves of the city is a gap: one that assigns, for every service or half of the city.

    Parks, or beats of one service in a part of town, leave most of it on purpose.
    """
    if not record.assigns or not record.service_codes:
        return record.assigns
    held = shapely.union_all([area.shape for area in layer.areas]).intersection(boundary)
    return bool(held.area >= MOST_OF_CITY * boundary.area)


def find_pieces(layer: LayerOfAreas, boundary: BaseGeometry | None = None, *, within: bool = False) -> Pieces:
    """All overlaps, all gaps that areas enclose, and, unless `within`, all that they leave of the city's boundary.

    Two drawings of one line never meet, and a city's boundary is not its layers': slivers along it are only counted.
    """
    found = [Found(piece, False) for piece in overlaps(layer)]
    found += [Found(piece, True) for piece in gaps(layer, boundary)]
    around = () if boundary is None or within else uncovered(layer, boundary)
    found += [Found(piece, True, enclosed=False) for piece in around if not piece.sliver]
    slivers = [piece.area_m2 for piece in around if piece.sliver]
    largest_first = tuple(sorted(found, key=lambda one: -one.piece.area_m2))
    return Pieces(largest_first, boundary is not None, len(slivers), sum(slivers), within)
