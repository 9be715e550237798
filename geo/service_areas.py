"""Which area a point lies in: a raster of the layer, with an exact test in the cells that a border crosses.

Inside or outside is decided on the rings as stored, in degrees (EPSG:4326), edges straight in longitude and latitude,
as shapely does. Areas are half-open: an area owns its western and southern border and not its eastern and northern
one. So where areas tile, every point of a shared edge or vertex belongs to exactly one of them (the area east of the
edge; above it where the edge runs west to east). Where areas overlap, the first in declared order wins.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import ArrayLike, NDArray

from geo.crs import metres_a_degree
from geo.errors import GeoError

Floats = NDArray[np.float64]

CELL_M = 40.0  # between 25 and 50 m the index is small and few cells hold a border
MAX_CELLS = 4_000_000  # a layer larger than a city gets larger cells
_FORMAT = 1
_POLYGONS = (3, 6)  # shapely type ids of Polygon and MultiPolygon


@dataclass(frozen=True, slots=True, eq=False)
class AreaIndex:
    """A layer of areas, ready to decide a million points in some ten milliseconds. Built by `build_area_index`."""

    frame: Floats  # [4] west, south (degrees), cells a degree of longitude, cells a degree of latitude
    shape: NDArray[np.int64]  # [2] rows, columns
    cells: NDArray[np.int32]  # [rows * columns] the area, -1 for none, -2 - number of a candidate list
    list_starts: NDArray[np.int32]
    list_members: NDArray[np.int32]  # area to be tested, or -1 - area for one that covers the whole cell
    area_row: NDArray[np.int32]  # [areas] first raster row
    area_slab: NDArray[np.int64]  # [areas] where its rows begin in slab_pointers
    slab_pointers: NDArray[np.int64]
    slabs: Floats  # [., 4] lon, lat, lon, lat of the edges by area and row, pointing north
    edges: Floats  # [., 4] all edges once, by area, horizontal ones too
    edge_starts: NDArray[np.int64]  # [areas + 1]

    @property
    def area_count(self) -> int:
        """How many areas the layer has."""
        return len(self.area_row)

    def locate(self, lon: ArrayLike, lat: ArrayLike) -> NDArray[np.int32]:
        """The first area (in declared order) around each point in degrees, -1 for none; shape [points]."""
        from geo.area_kernels import locate

        x, y = _points(lon, lat)
        found: NDArray[np.int32] = locate(
            x,
            y,
            self.frame,
            self.shape,
            self.cells,
            self.list_starts,
            self.list_members,
            self.area_row,
            self.area_slab,
            self.slab_pointers,
            self.slabs,
        )
        return found

    def nearest(self, lon: ArrayLike, lat: ArrayLike) -> tuple[NDArray[np.int32], Floats]:
        """The area of each point or else the nearest one, and the metres to its border (0 inside).

        For explanations: it looks at every edge for every point outside. A point without coordinates gets -1 and nan.
        """
        from geo.area_kernels import nearest

        x, y = _points(lon, lat)
        area = self.locate(x, y)
        distance_m = np.zeros(len(x))
        outside = np.flatnonzero(area < 0)
        scale = metres_a_degree(y[outside])
        area[outside], distance_m[outside] = nearest(x[outside], y[outside], *scale, self.edges, self.edge_starts)
        return area, distance_m

    def to_arrays(self) -> dict[str, NDArray[np.generic]]:
        """Plain arrays, for a cache; `from_arrays` is the way back."""
        arrays: dict[str, NDArray[np.generic]] = {item.name: getattr(self, item.name) for item in fields(self)}
        return arrays | {"format": np.array([_FORMAT])}

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[np.generic]]) -> AreaIndex:
        """The index kept by `to_arrays`; GeoError where the arrays are not those of this version."""
        names = [item.name for item in fields(cls)]
        if "format" not in arrays or int(arrays["format"][0]) != _FORMAT or any(name not in arrays for name in names):
            raise GeoError("The kept index of the areas is of another version; build it again from the areas.")
        return cls(**{name: arrays[name] for name in names})  # type: ignore[arg-type]


def build_area_index(geometries_wkb: Sequence[bytes], *, cell_m: float = CELL_M) -> AreaIndex:
    """Index polygons and multipolygons (WKB, EPSG:4326) in declared order.

    An empty geometry is kept and holds no point. Holes and parts count by the even-odd rule, so polygons should be
    valid (see areas_repair). GeoError for one that is unreadable, and naming every one that is no polygon or has a
    coordinate that is no number.
    """
    edges, starts = _edges(geometries_wkb)
    frame, shape = _frame(edges, cell_m)
    upward = edges.copy()
    flip = upward[:, 1] > upward[:, 3]
    upward[flip] = upward[flip][:, [2, 3, 0, 1]]  # one direction for both neighbours: the same arithmetic decides
    pieces = [_rasterise(upward[starts[a] : starts[a + 1]], frame, shape, a) for a in range(len(starts) - 1)]
    return _assemble(pieces, frame, shape, edges, starts)


def _points(lon: ArrayLike, lat: ArrayLike) -> tuple[Floats, Floats]:
    x = np.atleast_1d(np.ascontiguousarray(lon, dtype=np.float64))
    y = np.atleast_1d(np.ascontiguousarray(lat, dtype=np.float64))
    if x.shape != y.shape or x.ndim != 1:
        raise GeoError(f"Longitudes and latitudes must be two lists of one length, not {x.shape} and {y.shape}.")
    return x, y


def _edges(geometries_wkb: Sequence[bytes]) -> tuple[Floats, NDArray[np.int64]]:
    """All edges [., 4] by area, and where each area's begin."""
    import shapely

    areas = np.array([_read(wkb, place) for place, wkb in enumerate(geometries_wkb)], dtype=object)
    if not len(areas):
        raise GeoError("The layer holds no area; import one first.")
    faults = [
        f"geometry {place} is a {area.geom_type}"
        for place, area in enumerate(areas)
        if shapely.get_type_id(area) not in _POLYGONS
    ]
    faults += [
        f"geometry {place} has a coordinate that is no number"
        for place, area in enumerate(areas)
        if not np.isfinite(shapely.get_coordinates(area)).all()
    ]
    if faults:
        raise GeoError(f"Areas must be polygons in degrees: {'; '.join(faults)}. Repair the layer first.")
    parts, part_area = shapely.get_parts(areas, return_index=True)
    rings, ring_part = shapely.get_rings(parts, return_index=True)
    points, point_ring = shapely.get_coordinates(rings, return_index=True)
    joined = np.flatnonzero(point_ring[1:] == point_ring[:-1])
    area = part_area[ring_part[point_ring[joined]]] if len(joined) else np.zeros(0, dtype=np.int64)
    starts = np.searchsorted(area, np.arange(len(areas) + 1)).astype(np.int64)
    return np.hstack([points[joined], points[joined + 1]]), starts


def _read(wkb: bytes, place: int) -> object:
    import shapely

    try:
        return shapely.from_wkb(wkb)
    except shapely.GEOSException as fault:
        raise GeoError(f"Geometry {place} cannot be read ({fault}); import the layer again.") from fault


def _frame(edges: Floats, cell_m: float) -> tuple[Floats, NDArray[np.int64]]:
    """Corner and resolution of the raster, and its rows and columns."""
    if not len(edges):
        return np.array([0.0, 0.0, 1.0, 1.0]), np.zeros(2, dtype=np.int64)
    west, south = edges[:, [0, 2]].min(), edges[:, [1, 3]].min()
    east, north = edges[:, [0, 2]].max(), edges[:, [1, 3]].max()
    m_per_lon, m_per_lat = (float(scale[0]) for scale in metres_a_degree(np.array([(south + north) / 2.0])))
    width_m, height_m = (east - west) * max(m_per_lon, 1.0), (north - south) * m_per_lat
    size_m = max(cell_m, float(np.sqrt(width_m * height_m / MAX_CELLS)), max(width_m, height_m) / MAX_CELLS)
    per_x, per_y = max(m_per_lon, 1.0) / size_m, m_per_lat / size_m
    # Rows and columns by the very arithmetic that later finds a point's cell: no edge can fall off the raster.
    shape = np.array([int((north - south) * per_y) + 1, int((east - west) * per_x) + 1], dtype=np.int64)
    return np.array([west, south, per_x, per_y]), shape


@dataclass(frozen=True, slots=True)
class _Piece:
    """One area on the raster."""

    cell: NDArray[np.int32]
    area: NDArray[np.int32]
    state: NDArray[np.uint8]
    first_row: int
    pointers: NDArray[np.int64]
    slabs: Floats


def _rasterise(upward: Floats, frame: Floats, shape: NDArray[np.int64], area: int) -> _Piece:
    from geo import area_kernels as kernels

    if not len(upward):
        none = np.zeros(0, dtype=np.int32)
        return _Piece(none, none, none.astype(np.uint8), 0, np.zeros(1, dtype=np.int64), np.zeros((0, 4)))
    cols = ((upward[:, [0, 2]] - frame[0]) * frame[2]).astype(np.int32)
    rows = ((upward[:, [1, 3]] - frame[1]) * frame[3]).astype(np.int32)
    first_row, first_col = int(rows.min()), int(cols.min())
    state = np.zeros((int(rows.max()) - first_row + 1, int(cols.max()) - first_col + 1), dtype=np.uint8)
    slanted = upward[:, 1] < upward[:, 3]  # a ray along a horizontal edge never crosses it
    slab_rows = rows[slanted] - first_row
    slabs, pointers = _slabs(upward[slanted], slab_rows, state.shape[0])
    kernels.mark_border(state, upward, frame, first_row, first_col)
    kernels.fill_inside(state, slabs, pointers, frame, first_row, first_col)
    row, col = np.nonzero(state)
    cell = ((row + first_row) * shape[1] + col + first_col).astype(np.int32)
    return _Piece(cell, np.full(len(cell), area, dtype=np.int32), state[row, col], first_row, pointers, slabs)


def _slabs(upward: Floats, rows: NDArray[np.int32], row_count: int) -> tuple[Floats, NDArray[np.int64]]:
    """The edges row by row, an edge once for every row it passes, and where each row begins."""
    passes = rows[:, 1] - rows[:, 0] + 1
    edge = np.repeat(np.arange(len(rows)), passes)
    row = rows[edge, 0] + np.arange(len(edge)) - np.repeat(np.cumsum(passes) - passes, passes)
    pointers = np.concatenate([[0], np.cumsum(np.bincount(row, minlength=row_count))]).astype(np.int64)
    return np.ascontiguousarray(upward[edge[np.argsort(row, kind="stable")]]), pointers


def _assemble(
    pieces: list[_Piece], frame: Floats, shape: NDArray[np.int64], edges: Floats, starts: NDArray[np.int64]
) -> AreaIndex:
    from geo.area_kernels import assemble

    cell, area, state = (np.concatenate([getattr(p, name) for p in pieces]) for name in ("cell", "area", "state"))
    cells, list_starts, list_members = assemble(cell, area, state, int(shape[0] * shape[1]))
    slab_before = np.cumsum([0, *(len(piece.slabs) for piece in pieces)])
    row_before = np.cumsum([0, *(len(piece.pointers) for piece in pieces)])
    return AreaIndex(
        frame=frame,
        shape=shape,
        cells=cells,
        list_starts=list_starts,
        list_members=list_members,
        area_row=np.array([piece.first_row for piece in pieces], dtype=np.int32),
        area_slab=row_before[:-1].astype(np.int64),
        slab_pointers=np.concatenate([p.pointers + at for p, at in zip(pieces, slab_before, strict=False)]),
        slabs=np.concatenate([piece.slabs for piece in pieces]),
        edges=edges,
        edge_starts=starts,
    )
