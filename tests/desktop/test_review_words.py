"""The review of duplicates in words and on its small map: frames that fit the tiles, figures that say what is known."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Geod

from data.records import DuplicateDecision, RequestId
from desktop.controllers.review_cards import compared
from desktop.controllers.review_reads import local_metres
from desktop.controllers.review_scene import ACROSS, DOWN, TILE_PX, ZOOM, frame_of
from desktop.controllers.review_words import (
    ENOUGH,
    bulk_words,
    common_words,
    everyday_words,
    reliability,
    spans_of,
    track_record,
)

LATITUDES, STEPS = st.floats(-65.0, 65.0), st.floats(-0.002, 0.002)


@given(lat=LATITUDES, lon=st.floats(-179.0, 179.0), east=STEPS, north=STEPS)
def test_local_metres_are_metres(lat: float, lon: float, east: float, north: float) -> None:
    """Distances within a few hundred metres agree with the geodesic on the ellipsoid to one part in a hundred."""
    x, y = local_metres(np.array([lon, lon + east]), np.array([lat, lat + north]), lat)
    apart = math.hypot(x[1] - x[0], y[1] - y[0])
    geodesic = Geod(ellps="WGS84").inv(lon, lat, lon + east, lat + north)[2]
    assert apart == pytest.approx(geodesic, rel=0.01, abs=0.05)


@given(lat=LATITUDES, lon=st.floats(-179.0, 179.0), east=STEPS, north=STEPS)
def test_the_small_maps_tiles_hold_the_reports_where_the_web_has_them(
    lat: float, lon: float, east: float, north: float
) -> None:
    """Both reports lie on the picture, at the pixel that the slippy-map formula gives for them."""
    lons, lats = [lon, lon + east], [lat, lat + north]
    frame = frame_of(lons, lats)
    x, y = local_metres(np.array(lons), np.array(lats), frame.near_lat)
    for at in range(2):
        column = (x[at] - frame.west_m) / frame.metres_per_px
        row = (frame.north_m - y[at]) / frame.metres_per_px
        turned = math.asinh(math.tan(math.radians(lats[at])))
        tile_x = (lons[at] + 180.0) / 360.0 * 2**ZOOM - frame.column
        tile_y = (1.0 - turned / math.pi) / 2.0 * 2**ZOOM - frame.row
        assert (column, row) == pytest.approx((tile_x * TILE_PX, tile_y * TILE_PX), abs=0.01)
        assert 0 <= column <= ACROSS * TILE_PX
        assert 0 <= row <= DOWN * TILE_PX


def decision(number: int, score: float | None, *, same: bool) -> DuplicateDecision:
    """What was said of a pair that was shown with a probability."""
    return DuplicateDecision(number, RequestId(number), RequestId(number + 1), same, score)


def test_a_track_record_is_told_only_of_enough_decisions() -> None:
    """Shares count the decisions of the same tenth; pairs that nobody was shown count nowhere; few say nothing."""
    told = [decision(at, 0.93, same=at % 4 != 0) for at in range(ENOUGH)]
    told += [decision(90, None, same=True), decision(91, 0.31, same=True), decision(92, 1.0, same=False)]
    found = reliability(told)
    assert (found.bins[9].decided, found.bins[9].accepted) == (ENOUGH + 1, 15)
    assert sum(one.decided for one in found.bins) == ENOUGH + 2
    assert track_record(0.95, found) == "Of 100 pairs of reports as likely as this, 71 were right."
    assert track_record(0.35, found).startswith("Too few pairs")
    large = [DuplicateDecision(at, RequestId(at), RequestId(1), same=True, score=0.93) for at in range(2, 62)]
    assert track_record(0.95, reliability(large)).startswith("Too few pairs")  # one incident of sixty
    assert found.words == "22 pairs of reports were decided about, 16 of them confirmed."
    assert reliability(told[:1]).words == "1 pair of reports was decided about, 0 confirmed."


def test_words_in_common_are_rare_ones() -> None:
    """What most texts of a city say is not marked; what two of the reports share is, in any script and case."""
    city = ["The street light does not work"] * 60 + ["Ein Sofa am Kanal"]
    everyday = everyday_words(city)
    assert "street" in everyday
    assert "sofa" not in everyday
    texts = ["A SOFA by the street light", "sofa, street full of rubbish", "Диван und Sofa"]
    assert common_words(texts, everyday) == ["sofa"]
    assert spans_of(texts[0], ["sofa"]) == ((2, 6),)


@pytest.mark.parametrize(
    ("address", "parents", "told"),
    [
        ("27 Windmill Lane", "27 Windmill Lane", "same"),
        ("25 Windmill Lane", "27 Windmill Lane", "next door"),
        ("2 Windmill Lane", "27 Windmill Lane", "same street"),
        ("Windmill Lane / Alder St", "27 Windmill Lane", "crossing"),
        ("9 Elm Row", "27 Windmill Lane", "other street"),
        ("", "27 Windmill Lane", ""),
        ("Windmühlweg 25", "Windmühlweg 27", "next door"),
    ],
)
def test_addresses_are_compared_with_the_parents(address: str, parents: str, told: str) -> None:
    """Number before or after the street, crossings and nothing at all."""
    assert compared([address, parents, address], parents) == [told, "same", told]


@pytest.mark.parametrize(
    ("incidents", "reports", "wrong", "told"),
    [
        (1, 1, 0.2, "Accepts 1 incident, 1 report. Of 100 such, fewer than 1 is wrong."),
        (59, 132, 1.2, "Accepts 59 incidents, 132 reports. Of 100 such, about 1 is wrong."),
        (3, 8, 2.9, "Accepts 3 incidents, 8 reports. Of 100 such, about 3 are wrong."),
    ],
)
def test_accepting_many_is_told_in_the_right_number(incidents: int, reports: int, wrong: float, told: str) -> None:
    """One is one, and what rounds to none is not said to be none."""
    assert bulk_words(incidents, reports, wrong) == told
