"""What is wrong with a layer of areas: ground that several have, or none, piece by piece, the largest first."""

from __future__ import annotations

from dataclasses import dataclass, replace

import shapely
from shapely.geometry.base import BaseGeometry

from desktop.map.area_editing import Mark
from geo.area_layer import LayerOfAreas
from geo.area_pieces import Piece, gaps, overlaps, uncovered


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
    """All overlaps and gaps of a layer. `left_out`: slivers along the boundary that are not told one by one."""

    found: tuple[Found, ...]
    has_boundary: bool = False
    left_out: int = 0
    left_out_m2: float = 0.0

    def without(self, row: int) -> Pieces:
        """What is left once one was mended."""
        return replace(self, found=(*self.found[:row], *self.found[row + 1 :]))


def find_pieces(layer: LayerOfAreas, boundary: BaseGeometry | None = None) -> Pieces:
    """All overlaps, all gaps that areas enclose, and all that they leave of the city's boundary.

    Two drawings of one line never meet, and a city's boundary is not its layers': slivers along it are only counted.
    """
    found = [Found(piece, False) for piece in overlaps(layer)]
    found += [Found(piece, True) for piece in gaps(layer, boundary)]
    around = () if boundary is None else uncovered(layer, boundary)
    found += [Found(piece, True, enclosed=False) for piece in around if not piece.sliver]
    slivers = [piece.area_m2 for piece in around if piece.sliver]
    largest_first = tuple(sorted(found, key=lambda one: -one.piece.area_m2))
    return Pieces(largest_first, boundary is not None, len(slivers), sum(slivers))
