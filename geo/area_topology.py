"""Which vertices and edges the areas of a layer share, bit by bit. Loads shapely: to be imported on first use only.

A layer whose neighbours were drawn apart shares little until it is knit (`area_knitting`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from geo.area_layer import Bools, Floats, Ints, LayerOfAreas
from geo.area_noding import edges_of, undirected


@dataclass(frozen=True, slots=True, eq=False)
class Topology:
    """The distinct vertices and edges of a layer and the areas that have them. Built by `topology`.

    The areas of vertex i are `vertex_areas[vertex_starts[i] : vertex_starts[i + 1]]`, by their place in the layer; of
    edges likewise.
    """

    ids: tuple[int, ...]
    vertices: Floats  # [vertices, 2] lon, lat, in the order of longitude, then latitude
    vertex_starts: Ints
    vertex_areas: Ints
    edges: Floats  # [edges, 4] lon, lat, lon, lat, each from its western end
    edge_starts: Ints
    edge_areas: Ints

    def shared_vertices(self) -> Bools:
        """[vertices] which vertices more than one area has."""
        shared: Bools = np.diff(self.vertex_starts) > 1
        return shared

    def shared_edges(self) -> Bools:
        """[edges] which edges more than one area has."""
        shared: Bools = np.diff(self.edge_starts) > 1
        return shared

    def areas_at(self, vertex: Sequence[float]) -> tuple[int, ...]:
        """Ids of the areas that have a vertex at these very coordinates."""
        row = _row(self.vertices, np.asarray(vertex, dtype=np.float64))
        return self._owners(self.vertex_starts, self.vertex_areas, row)

    def areas_along(self, one: Sequence[float], other: Sequence[float]) -> tuple[int, ...]:
        """Ids of the areas that have an edge between these very coordinates, in either direction."""
        edge = undirected(np.array([[*one, *other]], dtype=np.float64))[0]
        return self._owners(self.edge_starts, self.edge_areas, _row(self.edges, edge))

    def neighbours(self, area_id: int) -> tuple[int, ...]:
        """Ids of the areas that share an edge with an area, in declared order."""
        edge = np.repeat(np.arange(len(self.edges)), np.diff(self.edge_starts))
        own = edge[self.edge_areas == self.ids.index(area_id)]
        beside = np.unique(self.edge_areas[np.isin(edge, own)])
        return tuple(self.ids[place] for place in beside if self.ids[place] != area_id)

    def _owners(self, starts: Ints, areas: Ints, row: int) -> tuple[int, ...]:
        return () if row < 0 else tuple(self.ids[place] for place in areas[starts[row] : starts[row + 1]])


def topology(layer: LayerOfAreas) -> Topology:
    """The distinct vertices and edges of a layer: equal is what has equal coordinates, bit by bit."""
    edges = [undirected(edges_of(area)) for area in layer.areas]
    points = [area.xy[area.edge_places()] for area in layer.areas]
    vertices, vertex_starts, vertex_areas = _grouped(points, 2)
    borders, edge_starts, edge_areas = _grouped(edges, 4)
    return Topology(layer.ids, vertices, vertex_starts, vertex_areas, borders, edge_starts, edge_areas)


def _grouped(by_area: list[Floats], width: int) -> tuple[Floats, Ints, Ints]:
    """The distinct rows in order, where the owners of each begin, and the owners."""
    rows = np.vstack([np.zeros((0, width)), *by_area])
    owner = np.repeat(np.arange(len(by_area)), [len(part) for part in by_area])
    order = np.lexsort((owner, *rows.T[::-1]))
    rows, owner = rows[order], owner[order]
    first = np.ones(len(rows), dtype=bool)
    first[1:] = (rows[1:] != rows[:-1]).any(axis=1)
    fresh = first.copy()
    fresh[1:] |= owner[1:] != owner[:-1]  # an area that has a vertex twice has it once
    starts = np.append(np.flatnonzero(first[fresh]), fresh.sum())
    return rows[first], starts.astype(np.int64), owner[fresh].astype(np.int64)


def _row(rows: Floats, wanted: Floats) -> int:
    """The place of a row among rows in lexicographic order; -1 where it is not there."""
    low, high = 0, len(rows)
    for column in range(rows.shape[1]):
        part = rows[low:high, column]
        low, high = (
            low + int(np.searchsorted(part, wanted[column])),
            low + int(np.searchsorted(part, wanted[column], side="right")),
        )
    return low if low < high else -1
