"""Tests of degrees to metres and back."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Geod
from pyproj.aoi import AreaOfInterest
from pyproj.database import query_utm_crs_info

from geo.crs import to_degrees, to_metres, utm_epsg
from geo.errors import GeoError
from tests.soak import examples

FINE_LON = st.integers(-179_990_000, 179_990_000).map(lambda micro: micro / 1e6)
FINE_LAT = st.integers(-79_900_000, 83_900_000).map(lambda micro: micro / 1e6)


@pytest.mark.parametrize(
    ("lon", "lat", "epsg"),
    [
        (-83.05, 42.33, 32617),
        (-71.06, 42.36, 32619),
        (5.3, 60.4, 32632),
        (15.6, 78.2, 32633),
        (151.2, -33.9, 32756),
        (180.0, 0.0, 32660),
    ],
)
def test_known_cities_get_their_zone(lon: float, lat: float, epsg: int) -> None:
    """Detroit, Boston, Bergen (wider zone), Longyearbyen, Sydney and the date line get the zone on the map."""
    assert utm_epsg(lon, lat) == epsg


@settings(max_examples=examples(40))
@given(FINE_LON, FINE_LAT)
def test_zone_is_one_that_pyproj_lists(lon: float, lat: float) -> None:
    """Every zone chosen is among those that PROJ's own database lists for the place."""
    around = AreaOfInterest(lon, lat, lon, lat)
    listed = {int(info.code) for info in query_utm_crs_info(datum_name="WGS 84", area_of_interest=around)}
    assert utm_epsg(lon, lat) in listed


@settings(max_examples=examples(40))
@given(FINE_LON, FINE_LAT)
def test_there_and_back_is_the_same_place(lon: float, lat: float) -> None:
    """Degrees survive the way to metres and back to a micrometre or so."""
    epsg = utm_epsg(lon, lat)
    back = to_degrees(*to_metres(np.array([lon]), np.array([lat]), epsg), epsg)
    assert np.allclose(back, [[lon], [lat]], atol=1e-10)


def test_feet_become_metres() -> None:
    """In Boston's state plane (feet) a kilometre measured on the ellipsoid is a thousand of what comes back."""
    lon, lat, _ = Geod(ellps="GRS80").fwd(-71.06, 42.36, 40.0, 1000.0)
    x, y = to_metres([-71.06, lon], [42.36, lat], 2249)
    assert np.hypot(*np.diff([x, y])[:, 0]) == pytest.approx(1000.0, rel=1e-4)


def test_no_place_stays_no_place() -> None:
    """Missing and impossible coordinates come back as nan, never as infinity."""
    x, y = to_metres([np.nan, -71.0], [42.0, np.nan], 32619)
    assert np.isnan(x).tolist() == np.isnan(y).tolist() == [True, True]


@pytest.mark.parametrize("epsg", [4326, 999999])
def test_unusable_crs_is_refused(epsg: int) -> None:
    """A CRS in degrees and an unknown code are refused in a sentence that names them."""
    with pytest.raises(GeoError, match=f"EPSG:{epsg}"):
        to_metres([0.0], [0.0], epsg)


@pytest.mark.parametrize(("lon", "lat"), [(np.nan, 0.0), (200.0, 0.0), (0.0, 85.0), (0.0, np.nan)])
def test_no_zone_for_what_is_no_place(lon: float, lat: float) -> None:
    """Places where UTM is not defined are refused."""
    with pytest.raises(GeoError):
        utm_epsg(lon, lat)
