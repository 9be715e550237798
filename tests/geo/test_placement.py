"""Tests of whether coordinates can be believed."""

from __future__ import annotations

import zipfile

import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from pyproj import Geod

from data.records import Placement
from geo import placement
from geo.errors import GeoError
from geo.placement import SuspectPoint, judge, suspect_points
from tests.geo.areas import layer
from tests.shared import shared_file
from tests.soak import examples

TOWN = shapely.to_wkb(shapely.box(-83.2, 42.3, -83.0, 42.4))
GEOD = Geod(ellps="WGS84")


def test_codes_are_those_of_the_records() -> None:
    """The codes stand in the order of the records' placements, which geo may not import."""
    for code, name in enumerate(Placement):
        assert getattr(placement, name.name) == code


@pytest.mark.parametrize(
    ("lon", "lat", "expected"),
    [
        (-83.1, 42.35, placement.LOCATED),
        (np.nan, 42.35, placement.MISSING),
        (-83.1, np.nan, placement.MISSING),
        (0.0, 0.0, placement.MISSING),
        (42.35, -83.1, placement.SWAPPED),
        (np.inf, 42.35, placement.INVALID),
        (-83.1, 95.0, placement.INVALID),
        (-283.1, 42.35, placement.INVALID),
        (-84.0, 42.35, placement.OUT_OF_TOWN),
        (-83.1, 0.0, placement.OUT_OF_TOWN),
        (83.1, 42.35, placement.OUT_OF_TOWN),
    ],
)
def test_each_kind_of_point_gets_its_name(lon: float, lat: float, expected: int) -> None:
    """Found, missing, exchanged, impossible and strange coordinates are told apart."""
    assert judge([lon], [lat], TOWN, 32617).tolist() == [expected]


def test_exchanged_in_the_east_is_told_though_no_latitude() -> None:
    """East of 90 degrees an exchanged point has an impossible latitude and is still known as exchanged."""
    sydney = shapely.to_wkb(shapely.box(151.0, -34.0, 151.3, -33.7))
    assert judge([-33.9], [151.2], sydney, 32756).tolist() == [placement.SWAPPED]


@settings(max_examples=examples(100))
@given(st.floats(-200, 200), st.floats(-100, 100))
def test_without_boundary_nothing_is_out_of_town(lon: float, lat: float) -> None:
    """Without a boundary every place on earth is located, and nothing is exchanged or out of town."""
    on_earth = abs(lon) <= 180 and abs(lat) <= 90
    expected = placement.LOCATED if on_earth else placement.INVALID
    assert judge([lon], [lat], None, None).tolist() == [placement.MISSING if lon == lat == 0 else expected]


@pytest.mark.parametrize("azimuth", [0.0, 90.0, 180.0, 270.0])
def test_tolerance_is_kept_in_metres(azimuth: float) -> None:
    """195 m outside the boundary is still in town, 206 m is not, measured on the ellipsoid, with or without a CRS."""
    start = {0.0: (-83.1, 42.4), 90.0: (-83.0, 42.35), 180.0: (-83.1, 42.3), 270.0: (-83.2, 42.35)}[azimuth]
    for epsg in (32617, None):
        for distance_m, expected in ((195.0, placement.LOCATED), (206.0, placement.OUT_OF_TOWN)):
            lon, lat, _ = GEOD.fwd(*start, azimuth, distance_m)
            assert judge([lon], [lat], TOWN, epsg).tolist() == [expected]


def test_boundary_must_be_a_polygon() -> None:
    """A boundary that is a line is refused in a sentence."""
    with pytest.raises(GeoError, match="boundary is not a polygon"):
        judge([0.0], [1.0], shapely.to_wkb(shapely.LineString([(0, 0), (1, 1)])), 32631)


def boston() -> pd.DataFrame:
    """Coordinates of Boston's requests."""
    with zipfile.ZipFile(shared_file("requests/boston_311_2011_jul_oct.zip")) as file:
        return pd.read_csv(file.open(file.namelist()[0]), usecols=["latitude", "longitude"])


def test_boston_lies_within_its_invalid_boundary() -> None:
    """All of Boston's points lie in town, though the boundary file is invalid; exchanged, all are called exchanged."""
    rows = boston()
    boundary = shapely.to_wkb(layer("boston_boundary_invalid")[0])
    assert set(judge(rows["longitude"], rows["latitude"], boundary, 26986)) == {placement.LOCATED}
    assert set(judge(rows["latitude"], rows["longitude"], boundary, 26986)) == {placement.SWAPPED}


def test_boston_has_its_default_point_and_hardly_another() -> None:
    """The point that stands for 'not located' on 8 % of Boston's rows is found, and ordinary hot addresses are not."""
    rows = boston()
    found = suspect_points(rows["longitude"], rows["latitude"])
    assert found[0] == SuspectPoint(42.3594, -71.0587, 3395)
    assert len(found) <= 3


def city(
    count: int, decimals: int, hot: int, exponent: float, planted: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """A city with a fifth of its requests on hot corners (busy by rank ** -exponent) and a share at one point."""
    rng = np.random.default_rng([count, decimals, hot])
    lon, lat = rng.normal(-83.0, 0.08, count).round(decimals), rng.normal(42.3, 0.06, count).round(decimals)
    weight = np.arange(1, hot + 1.0) ** -exponent
    corner = rng.choice(hot, count // 5, p=weight / weight.sum())
    lon[: count // 5], lat[: count // 5] = lon[-hot:][corner], lat[-hot:][corner]
    first = count // 5
    lon[first : first + int(planted * count)], lat[first : first + int(planted * count)] = -83.0, 42.0
    return lon, lat


@pytest.mark.parametrize("count", [20_000, 750_000])
@pytest.mark.parametrize("decimals", [3, 4, 6])
@pytest.mark.parametrize(("hot", "exponent"), [(300, 0.0), (30, 0.0), (2000, 0.5), (1000, 1.0)])
def test_default_point_is_found_in_a_city_of_any_size(count: int, decimals: int, hot: int, exponent: float) -> None:
    """The planted 8 % is found at 20,000 and 750,000 requests, few or many decimals, with at most one corner beside."""
    found = suspect_points(*city(count, decimals, hot, exponent, planted=0.08))
    assert (found[0].lat, found[0].long) == (42.0, -83.0)
    assert len(found) <= 2
    assert len(suspect_points(*city(count, decimals, hot, exponent, planted=0.0))) <= 1


def test_several_default_points_are_all_found() -> None:
    """Eight default points do not hide one another."""
    lon, lat = city(50_000, 4, 300, 0.3, planted=0.0)
    planted = [(-83.0 - i, 42.0) for i in range(8) for _ in range(1500)]
    found = suspect_points(np.append(lon, [p[0] for p in planted]), np.append(lat, [p[1] for p in planted]))
    assert {(point.long, point.lat) for point in found} >= set(planted)


@settings(max_examples=examples(60))
@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), max_size=29))
def test_few_records_raise_no_suspicion(points: list[tuple[int, int]]) -> None:
    """Fewer than thirty records are never suspicious, wherever they lie."""
    assert suspect_points([p[0] for p in points], [p[1] for p in points]) == []


def test_small_files_are_judged_too() -> None:
    """A default point among few others is found; a file with one point only has nothing to hold it against."""
    assert suspect_points([1.0] * 100 + [2.0], [1.0] * 100 + [2.0]) == [SuspectPoint(1.0, 1.0, 100)]
    assert suspect_points([1.0] * 100, [1.0] * 100) == []
    assert suspect_points([np.nan] * 100 + [1.0], [1.0] * 101) == []
