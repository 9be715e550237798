"""Which area a point lies in: a raster of the layer, with an exact test in the cells that a border crosses.

Inside or outside is decided on the rings as stored, in degrees (EPSG:4326), edges straight in longitude and latitude,
as shapely does. Areas are half-open: an area owns its western and southern border and not its eastern and northern
one. So where areas tile, every point of a shared edge or vertex belongs to exactly one of them (the area east of the
edge; above it where the edge runs west to east). Where areas overlap, the first in declared order wins.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from geo.crs import metres_a_degree
from geo.errors import GeoError

Floats = NDArray[np.float64]

# Few cells make many points meet a border, many cells fall out of the processor's cache and take time to make. For
# cities of 4,000 to 100,000 vertices this lies within some per cent of the best: 60 to 35 m in one of 20 km.
CELLS = 100_000
CELLS_A_VERTEX = 2
MAX_CELLS = 4_000_000
LEAST_CELL_M = 1.0  # a millionth of it is still far more than what a coordinate is rounded by
INDEX_FORMAT = 2  # counts up with every change of AreaIndex's arrays
_POLYGONS = (3, 6)  # shapely type ids of Polygon and MultiPolygon


@dataclass(frozen=True, slots=True, eq=False)
class AreaIndex:
    """A layer of areas, ready to decide a million points in some ten milliseconds. Built by `build_area_index`."""

    frame: Floats  # [4] west, south (degrees), cells a degree of longitude, cells a degree of latitude
    shape: NDArray[np.int64]  # [2] rows, columns
    cells: NDArray[np.int32]  # [rows * columns] the area, -1 for none, -2 - number of a list of members
    list_starts: NDArray[np.int32]  # [lists + 1]
    members: NDArray[np.int32]  # [. + 1, 2] 2 * area + parity to be tested, or -1 - area for the whole cell; in `near`
    near: NDArray[np.int32]  # 4 * edge + which of its ends go on to the right of the cell
    edges: Floats  # [., 4] lon, lat, lon, lat, pointing north
    edge_starts: NDArray[np.int64]  # [areas + 1]

    @property
    def area_count(self) -> int:
        """How many areas the layer has."""
        return len(self.edge_starts) - 1

    def locate(self, lon: ArrayLike, lat: ArrayLike) -> NDArray[np.int32]:
        """The first area (in declared order) around each point in degrees, -1 for none; shape [points]."""
        from geo.area_kernels import locate

        x, y = _points(lon, lat)
        found: NDArray[np.int32] = locate(x, y, *self._tables)
        return found

    def locate_one(self, lon: float, lat: float) -> int:
        """The first area around one point in degrees, -1 for none: in some microseconds, without any array."""
        from geo.area_kernels import locate_one

        return int(locate_one(float(lon), float(lat), *self._tables))  # else it would be compiled for whole numbers

    @property
    def _tables(self) -> tuple[Any, ...]:
        return self.frame, self.shape, self.cells, self.list_starts, self.members, self.near, self.edges

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
        return arrays | {"format": np.array([INDEX_FORMAT])}

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[np.generic]]) -> AreaIndex:
        """The index kept by `to_arrays`; GeoError where the arrays are not those of this version."""
        names = [item.name for item in fields(cls)]
        if (
            "format" not in arrays
            or int(arrays["format"][0]) != INDEX_FORMAT
            or any(name not in arrays for name in names)
        ):
            raise GeoError("The kept index of the areas is of another version.")
        return cls(**{name: arrays[name] for name in names})  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True, eq=False)
class AreaLayers:
    """Several layers side by side, so that each of many points is asked in those that concern it, in one call."""

    frames: Floats  # [layers, 4], as in AreaIndex
    shapes: NDArray[np.int64]  # [layers, 2]
    cell_starts: NDArray[np.int64]  # [layers]
    cells: NDArray[np.int32]
    list_starts: NDArray[np.int32]
    members: NDArray[np.int32]
    near: NDArray[np.int32]
    edges: Floats

    def locate(
        self, lon: ArrayLike, lat: ArrayLike, kind: ArrayLike, orders: Sequence[Sequence[int]]
    ) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """For each point in degrees the first layer that has an area around it, and the area; -1 for none.

        `orders` are the layers to ask, by kind of point and in order; `kind` says of which kind each point is, -1 of
        none. Departments that each have a layer: `kind` is the department and `orders` [[0], [1], ...].
        """
        from geo.area_kernels import locate_in_layers

        x, y = _points(lon, lat)
        kinds = np.atleast_1d(np.ascontiguousarray(kind, dtype=np.int32))
        if kinds.shape != x.shape or (len(kinds) and kinds.max() >= len(orders)):
            raise GeoError(f"Each of the {len(x)} points needs a kind, one of {len(orders)}.")
        order = np.array([layer for layers in orders for layer in layers], dtype=np.int32)
        if len(order) and not 0 <= order.min() <= order.max() < len(self.frames):
            raise GeoError(f"There are {len(self.frames)} layers, numbered from 0.")
        starts = np.cumsum([0, *(len(layers) for layers in orders)]).astype(np.int32)
        tables = (getattr(self, item.name) for item in fields(self))
        layer, area = locate_in_layers(x, y, kinds, starts, order, *tables)
        return layer, area


def join_layers(indexes: Sequence[AreaIndex]) -> AreaLayers:
    """Put the indexes of layers side by side; a copy of their arrays, much quicker than building them."""
    if not indexes:
        raise GeoError("There is no layer of areas; import one first.")
    # Each layer keeps the last, empty entries of its lists and members: numbers move by the whole of what is before.
    before = [
        np.cumsum([0, *(len(getattr(index, name)) for index in indexes)])
        for name in ("cells", "list_starts", "members", "near", "edges")
    ]
    cells, lists, members, near = [], [], [], []
    for index, (_, list_at, member_at, near_at, edge_at) in zip(indexes, zip(*before, strict=True), strict=False):
        cells.append(np.where(index.cells < -1, index.cells - np.int32(list_at), index.cells))
        lists.append(index.list_starts + np.int32(member_at))
        members.append(index.members + np.array([0, near_at], dtype=np.int32))
        near.append(index.near + np.int32(4 * edge_at))
    return AreaLayers(
        frames=np.stack([index.frame for index in indexes]),
        shapes=np.stack([index.shape for index in indexes]),
        cell_starts=before[0][:-1].astype(np.int64),
        cells=np.concatenate(cells),
        list_starts=np.concatenate(lists),
        members=np.concatenate(members),
        near=np.concatenate(near),
        edges=np.concatenate([index.edges for index in indexes]),
    )


def build_area_index(geometries_wkb: Sequence[bytes], *, cell_m: float | None = None) -> AreaIndex:
    """Index polygons and multipolygons (WKB, EPSG:4326) in declared order; `cell_m` is for tests.

    An empty geometry is kept and holds no point. Holes and parts count by the even-odd rule, so polygons should be
    valid (see areas_repair). GeoError for one that is unreadable, and naming every one that is no polygon or has a
    coordinate that is no number.
    """
    from geo import area_raster as raster

    points, ring_starts, ring_area, count = _rings(geometries_wkb)
    edges, beside = raster.join(points, ring_starts)
    # A ring has an edge less than points.
    ring_edges = ring_starts - np.arange(len(ring_starts))
    starts = ring_edges[np.searchsorted(ring_area, np.arange(count + 1))]
    frame, shape = _frame(points, cell_m)
    rows, span_starts, spans = raster.trace(edges, frame, shape)
    cells, linked, touching = raster.rasterise(starts, beside, rows, span_starts, spans, shape)
    list_starts, members, near = raster.gather(cells, linked, touching)
    return AreaIndex(frame, shape, cells, list_starts, members, near, edges, starts)


def _points(lon: ArrayLike, lat: ArrayLike) -> tuple[Floats, Floats]:
    x = np.atleast_1d(np.ascontiguousarray(lon, dtype=np.float64))
    y = np.atleast_1d(np.ascontiguousarray(lat, dtype=np.float64))
    if x.shape != y.shape or x.ndim != 1:
        raise GeoError(f"Longitudes and latitudes must be two lists of one length, not {x.shape} and {y.shape}.")
    return x, y


def _rings(geometries_wkb: Sequence[bytes]) -> tuple[Floats, NDArray[np.int64], NDArray[np.int64], int]:
    """The points of all rings [., 2], where each ring begins [rings + 1], its area, and how many areas there are."""
    import shapely

    areas = _polygons(geometries_wkb)
    parts, part_area = shapely.get_parts(areas, return_index=True)
    rings, ring_part = shapely.get_rings(parts, return_index=True)
    starts = np.concatenate([[0], np.cumsum(shapely.get_num_coordinates(rings))]).astype(np.int64)
    return shapely.get_coordinates(rings), starts, part_area[ring_part], len(areas)


def _polygons(geometries_wkb: Sequence[bytes]) -> NDArray[np.object_]:
    """The areas as shapely has them; GeoError naming every one that is none."""
    import shapely

    if not len(geometries_wkb):
        raise GeoError("The layer holds no area; import one first.")
    try:
        areas = np.asarray(shapely.from_wkb(np.array(geometries_wkb, dtype=object)), dtype=object)
    except shapely.GEOSException:
        areas = np.array([_read(wkb, place) for place, wkb in enumerate(geometries_wkb)], dtype=object)
    kinds = shapely.get_type_id(areas)
    points, of = shapely.get_coordinates(areas, return_index=True)
    broken = [] if np.isfinite(points).all() else np.unique(of[~np.isfinite(points).all(axis=1)]).tolist()
    faults = [f"geometry {at} is a {areas[at].geom_type}" for at in np.flatnonzero(~np.isin(kinds, _POLYGONS))]
    faults += [f"geometry {at} has a coordinate that is no number" for at in broken]
    if faults:
        raise GeoError(f"Areas must be polygons in degrees: {'; '.join(faults)}. Repair the layer first.")
    return areas


def _read(wkb: bytes, place: int) -> object:
    import shapely

    try:
        return shapely.from_wkb(wkb)
    except shapely.GEOSException as fault:
        raise GeoError(f"Geometry {place} cannot be read ({fault}); import the layer again.") from fault


def _frame(points: Floats, cell_m: float | None) -> tuple[Floats, NDArray[np.int64]]:
    """Corner and resolution of the raster, and its rows and columns."""
    if not len(points):
        return np.array([0.0, 0.0, 1.0, 1.0]), np.zeros(2, dtype=np.int64)
    west, east, south, north = points[:, 0].min(), points[:, 0].max(), points[:, 1].min(), points[:, 1].max()
    m_per_lon, m_per_lat = (float(scale[0]) for scale in metres_a_degree(np.array([(south + north) / 2.0])))
    m_per_lon = max(m_per_lon, 1.0)
    width_m, height_m = (east - west) * m_per_lon, (north - south) * m_per_lat
    wanted_m = float(np.sqrt(width_m * height_m / (CELLS + CELLS_A_VERTEX * len(points)))) if cell_m is None else cell_m
    size_m = max(
        wanted_m, LEAST_CELL_M, float(np.sqrt(width_m * height_m / MAX_CELLS)), max(width_m, height_m) / MAX_CELLS
    )
    per_x, per_y = m_per_lon / size_m, m_per_lat / size_m
    # Rows and columns by the very arithmetic that later finds a point's cell: no edge can fall off the raster.
    shape = np.array([int((north - south) * per_y) + 1, int((east - west) * per_x) + 1], dtype=np.int64)
    return np.array([west, south, per_x, per_y]), shape
