"""What counts are held against: people, parcels, or the kilometres of street in each zone."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from geo.errors import GeoError
from geo.neighbours import SNAP_M
from geo.progress import Progress, ShouldStop, breathe, never, silent
from geo.streets import StreetNetwork
from geo.zones import Zones

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

_PIECES_A_BREATH = 20_000


@dataclass(frozen=True, slots=True, eq=False)
class StreetKm:
    """Kilometres of street by zone, and those in no zone."""

    km: Floats  # [zones]
    outside_km: float


def street_km(
    network: StreetNetwork, zones: Zones, *, progress: Progress = silent, should_stop: ShouldStop = never
) -> StreetKm:
    """Kilometres of street in each zone, streets cut at the borders; one along a border counts half on either side.

    Where zones overlap a street counts in each of them.
    """
    import shapely

    points, edge = _vertices(network, zones.crs_epsg)
    lines = np.asarray(shapely.linestrings(points, indices=edge), dtype=object)
    return line_km(lines, zones, progress, should_stop)


def line_km(
    lines_m: NDArray[np.object_], zones: Zones, progress: Progress = silent, should_stop: ShouldStop = never
) -> StreetKm:
    """The same for any lines, shapely in metres of the zones' CRS."""
    import shapely

    shapes, exact = zones.shapes_m(), zones.grid is not None
    length_m = np.asarray(shapely.length(lines_m))
    # Streets and borders of layers are drawn apart by a little: within a band around a border, a street is on it.
    bands = None if exact else shapely.buffer(shapely.boundary(shapes), SNAP_M)
    tree = shapely.STRtree(lines_m)
    zone, line = tree.query(shapes if exact else shapely.buffer(shapes, -SNAP_M), predicate="contains")
    km = np.zeros(zones.zone_count) + np.bincount(zone, length_m[line] / 1000.0, minlength=zones.zone_count)
    whole = zone * len(lines_m) + line
    zone, line = tree.query(shapes if exact else shapely.buffer(shapes, 2.0 * SNAP_M), predicate="intersects")
    cut = ~np.isin(zone * len(lines_m) + line, whole)
    zone, line = zone[cut], line[cut]
    for first in range(0, len(line), _PIECES_A_BREATH):
        breathe(progress, should_stop, first / len(line), "Measuring the streets")
        at, of = zone[first : first + _PIECES_A_BREATH], line[first : first + _PIECES_A_BREATH]
        part_m = _parts_m(lines_m[of], shapes[at], None if bands is None else bands[at])
        km += np.bincount(at, part_m / 1000.0, minlength=zones.zone_count)
    return StreetKm(km, max(0.0, float(length_m.sum() / 1000.0 - km.sum())))


def _parts_m(lines_m: NDArray[np.object_], shapes: NDArray[np.object_], bands: NDArray[np.object_] | None) -> Floats:
    """Metres of each line in its shape, what lies in the shape's band counting half wherever it lies."""
    import shapely

    inside = shapely.intersection(lines_m, shapes)
    length_m = np.asarray(shapely.length(inside))
    if bands is None:
        return length_m
    own = np.asarray(shapely.length(shapely.intersection(inside, bands)))
    return np.asarray(length_m - own + shapely.length(shapely.intersection(lines_m, bands)) / 2.0)


@dataclass(frozen=True, slots=True)
class SharedOut:
    """What areas hold, by zone, and what lies in no zone."""

    value: Floats  # [zones]
    outside: float


def shared_out(
    value: Floats,
    areas_m: NDArray[np.object_],
    zones: Zones,
    *,
    progress: Progress = silent,
    should_stop: ShouldStop = never,
) -> SharedOut:
    """What areas hold, such as the residents of census tracts, by zone: each area's value by the share of its ground.

    Areal weighting (Goodchild and Lam 1980, Geo-Processing 1): within an area all is taken to be evenly spread.
    areas_m: valid shapely polygons in metres of the zones' CRS. Where zones overlap, what lies there counts in each.
    """
    import shapely

    shapes, ground = zones.shapes_m(), np.asarray(shapely.area(areas_m))
    zone, area = shapely.STRtree(areas_m).query(shapes, predicate="intersects")
    held = np.zeros(zones.zone_count)
    for first in range(0, len(zone), _PIECES_A_BREATH):
        breathe(progress, should_stop, first / len(zone), "Sharing out the exposure")
        at, of = zone[first : first + _PIECES_A_BREATH], area[first : first + _PIECES_A_BREATH]
        common = np.asarray(shapely.area(shapely.intersection(shapes[at], areas_m[of])))
        share = np.divide(common, ground[of], out=np.zeros(len(of)), where=ground[of] > 0.0)
        held += np.bincount(at, share * value[of], minlength=zones.zone_count)
    # What rounding leaves of areas that only meet a zone is no exposure.
    held = np.where(held > 1e-9 * value.sum() / max(len(held), 1), held, 0.0)
    return SharedOut(held, max(0.0, float(value.sum() - held.sum())))


def check_exposure(exposure: ArrayLike, zone_count: int, what: str = "exposure") -> Floats:
    """An exposure by zone as an array; GeoError unless there is one number for each zone, none negative, some positive.

    0 means that the zone is left out: nobody there could report.
    """
    values = np.asarray(exposure, dtype=np.float64)
    if values.shape != (zone_count,):
        raise GeoError(f"The {what} is given for {values.size} of {zone_count} zones; give one number for each.")
    wrong = int((~np.isfinite(values) | (values < 0.0)).sum())
    if wrong:
        raise GeoError(f"The {what} of {wrong} zones is negative or no number; correct it, or give 0.")
    if not (values > 0.0).any():
        raise GeoError(f"The {what} is 0 in all zones; rates need one that is not.")
    return values


def _vertices(network: StreetNetwork, crs_epsg: int) -> tuple[Floats, NDArray[np.int64]]:
    """Points of all edges in metres [., 2] and the edge of each."""
    from geo.crs import to_metres

    size = network.edge_last - network.edge_first + 1
    edge = np.repeat(np.arange(len(size)), size)
    at = np.arange(len(edge)) - np.repeat(np.cumsum(size) - size, size) + network.edge_first[edge]
    return np.column_stack(to_metres(network.point_lon[at], network.point_lat[at], crs_epsg)), edge
