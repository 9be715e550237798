"""Finding the service area of every request: how fast beside geopandas, and whether the areas are the right ones."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pyogrio
import shapely
from numpy.typing import NDArray

from benchmarks.inputs.boston import FOLDER, read_boston
from benchmarks.inputs.running import options, timed
from benchmarks.inputs.synthetic_areas import make_areas, make_points
from benchmarks.report import Row, report
from geo.service_areas import AreaIndex, build_area_index

PEER = "geopandas.sjoin"


def main() -> None:
    """Run and print."""
    chosen = options(__doc__, requests=1_000_000, quick=100_000)
    build_area_index(as_wkb(make_areas(3, 0))).locate([0.0], [0.0])  # compiled code may not yet be on disk
    rows: list[Row] = []
    for count in (200, 70):
        rows += layer_rows(f"{count} areas", make_areas(count, 1), *make_points(chosen.requests, 1))
    report("assignment", rows + boston_rows(), chosen.json)


def layer_rows(name: str, areas: NDArray[np.object_], lon: NDArray[np.float64], lat: NDArray[np.float64]) -> list[Row]:
    """Time of index and points on one layer, and points on which shapely disagrees."""
    wkb = as_wkb(areas)
    size = f"{len(lon):,} points, {name} of {shapely.get_num_coordinates(areas).mean():.0f} vertices"
    build_s, index = timed(lambda: build_area_index(wkb))
    seconds, found = timed(lambda: index.locate(lon, lat))
    peer_s, joined = timed(lambda: sjoin(areas, lon, lat), repeat=1)
    ns, peer_ns = seconds / len(lon) * 1e9, peer_s / len(lon) * 1e9
    return [
        Row("one of many points", size, ns, "ns", PEER, peer_ns, ns / peer_ns, "<= 0.05"),
        Row("points on which it disagrees", size, float(np.count_nonzero(found != joined)), "points", goal="<= 0"),
        Row("building the index", size, build_s * 1e3, "ms"),
        Row("a single point", size, one_point_us(index, lon, lat), "µs"),
    ]


def one_point_us(index: AreaIndex, lon: NDArray[np.float64], lat: NDArray[np.float64]) -> float:
    """Microseconds for a call with one point."""

    def ask() -> None:
        for i in range(1_000):
            index.locate(lon[i : i + 1], lat[i : i + 1])

    return timed(ask)[0] * 1e3


def sjoin(areas: NDArray[np.object_], lon: NDArray[np.float64], lat: NDArray[np.float64]) -> NDArray[np.int64]:
    """The peer: the first area around each point, -1 for none."""
    points = gpd.GeoDataFrame(geometry=gpd.points_from_xy(lon, lat), crs="EPSG:4326")
    layer = gpd.GeoDataFrame(geometry=areas, crs="EPSG:4326")
    joined = gpd.sjoin(points, layer, predicate="within")["index_right"]
    found = np.full(len(lon), len(areas))
    np.minimum.at(found, joined.index.to_numpy(), joined.to_numpy())
    return np.where(found == len(areas), -1, found)


def boston_rows() -> list[Row]:
    """Boston's police districts against the district that each request names itself."""
    city = read_boston()
    if city is None:
        return []
    path = FOLDER / "polygons" / "boston_police_districts.geojson"
    _, _, wkb, values = pyogrio.raw.read(path, columns=["DISTRICT"])
    named = np.append(values[0], "none")[build_area_index(list(wkb)).locate(city.lon, city.lat)]
    rows = layer_rows("police districts", np.asarray(shapely.from_wkb(wkb), dtype=object), city.lon, city.lat)
    size = f"Boston, {len(city.lon):,} located requests"
    agree = float((named == city.police_district).mean())
    return [*rows, Row("agreement with the requests' own district", size, agree, "share", goal=">= 0.995")]


def as_wkb(areas: NDArray[np.object_]) -> list[bytes]:
    """The areas as they are stored."""
    return [bytes(wkb) for wkb in shapely.to_wkb(areas)]


if __name__ == "__main__":
    main()
