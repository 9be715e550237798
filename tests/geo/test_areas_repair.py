"""Tests of repairing areas and measuring how they cover a city."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Geod

from geo.areas_repair import measure_coverage, repair_polygons
from geo.crs import utm_epsg
from geo.errors import GeoError
from geo.service_areas import build_area_index
from tests.geo.areas import as_wkb, layer
from tests.soak import examples

GEOD = Geod(ellps="WGS84")
CORNER = st.tuples(st.integers(0, 6), st.integers(0, 6))


def geodesic_km2(shape: shapely.Geometry) -> float:
    """Area on the ellipsoid, free of any projection."""
    return abs(GEOD.geometry_area_perimeter(shapely.orient_polygons(shape))[0]) / 1e6


def test_bostons_invalid_neighbourhoods_are_repaired_with_reasons() -> None:
    """Four of Boston's 26 neighbourhoods are repaired, each told with the place; the rest keep their bytes."""
    before = as_wkb(layer("boston_neighborhoods"))
    after, repairs = repair_polygons(before)
    assert len(repairs) == 4
    assert all("self-intersection at 42." in repair.reason for repair in repairs)
    assert shapely.is_valid(shapely.from_wkb(after)).all()
    changed = {place for place, (one, other) in enumerate(zip(before, after, strict=True)) if one != other}
    assert changed == {repair.index for repair in repairs}
    assert measure_coverage(after, None, 26986).overlaps[0][2] < 1e-4


def test_bostons_boundary_is_repaired_to_the_citys_size() -> None:
    """Boston's invalid boundary becomes a valid polygon of the area that its file states (in square feet)."""
    after, repairs = repair_polygons(as_wkb(layer("boston_boundary_invalid")))
    assert len(repairs) == 1
    assert geodesic_km2(shapely.from_wkb(after[0])) == pytest.approx(1346516231.4 * 0.3048006096**2 / 1e6, rel=1e-3)


def test_new_havens_overlapping_pairs_are_told() -> None:
    """New Haven's layer is valid, and 33 pairs of its neighbourhoods overlap by 0.009 km2 in all."""
    after, repairs = repair_polygons(as_wkb(layer("new_haven_neighborhoods")))
    coverage = measure_coverage(after, None, 32618)
    assert repairs == []
    assert len(coverage.overlaps) == 33
    assert sum(km2 for _, _, km2 in coverage.overlaps) == pytest.approx(0.00912, abs=1e-4)
    assert coverage.gap_km2 is None


def test_detroits_neighbourhoods_leave_more_than_half_uncovered() -> None:
    """Detroit's 92 neighbourhoods cover 44 % of the city within its boundary; its zip areas overlap nowhere."""
    boundary = as_wkb(layer("detroit_boundary"))[0]
    coverage = measure_coverage(as_wkb(layer("detroit_neighborhoods_partial")), boundary, 32617)
    assert coverage.boundary_km2 == pytest.approx(370.2, abs=0.5)
    assert coverage.gap_km2 is not None
    assert 1 - coverage.gap_km2 / 370.2 == pytest.approx(0.44, abs=0.005)
    zips = measure_coverage(as_wkb(layer("detroit_zipcodes")), boundary, 32617)
    union = shapely.union_all(layer("detroit_zipcodes"))
    uncovered = shapely.difference(shapely.from_wkb(boundary), union)
    assert zips.gap_km2 == pytest.approx(geodesic_km2(uncovered), rel=2e-3)
    assert zips.overlaps == []


def test_sizes_are_those_of_the_ellipsoid() -> None:
    """Overlap and gap of plain rectangles agree with the ellipsoid within the scale of UTM."""
    west, east = shapely.box(-71.10, 42.30, -71.05, 42.35), shapely.box(-71.06, 42.30, -71.02, 42.35)
    boundary = shapely.box(-71.10, 42.30, -71.00, 42.35)
    coverage = measure_coverage(as_wkb([west, east]), as_wkb([boundary])[0], utm_epsg(-71.0, 42.3))
    assert [pair[:2] for pair in coverage.overlaps] == [(0, 1)]
    assert coverage.overlaps[0][2] == pytest.approx(geodesic_km2(shapely.box(-71.06, 42.30, -71.05, 42.35)), rel=2e-3)
    assert coverage.gap_km2 == pytest.approx(geodesic_km2(shapely.box(-71.02, 42.30, -71.00, 42.35)), rel=2e-3)


@settings(max_examples=examples(60))
@given(st.lists(CORNER, min_size=4, max_size=9))
def test_any_ring_becomes_areas_or_is_told(corners: list[tuple[int, int]]) -> None:
    """Whatever a ring crosses, the result is a valid polygon, unchanged where it was one, and usable in an index."""
    ring = shapely.Polygon(corners)
    around = shapely.box(10, 10, 11, 11)
    after, repairs = repair_polygons(as_wkb([ring, around]))
    shape = shapely.from_wkb(after[0])
    assert shape.geom_type in ("Polygon", "MultiPolygon")
    assert shape.is_valid
    assert [repair.index for repair in repairs] == ([] if ring.is_valid else [0])
    if ring.is_valid:
        assert after[0] == as_wkb([ring])[0]
    assert build_area_index(after).locate([10.5], [10.5]).tolist() == [1]


def test_what_is_no_area_is_kept_empty_with_its_reason() -> None:
    """Lines, points, empties, heights and broken numbers are each told; a collection keeps its polygon."""
    square = shapely.box(0, 0, 1, 1)
    shapes = [
        shapely.LineString([(0, 0), (1, 1)]),
        shapely.GeometryCollection([square, shapely.Point(3, 3)]),
        shapely.Polygon(),
        shapely.Polygon([(0, 0), (1, 0), (np.inf, 1)]),
        shapely.Polygon([(0, 0, 5), (1, 0, 5), (1, 1, 5)]),
        shapely.Polygon([(0, 0), (1, 0), (2, 0)]),
    ]
    after, repairs = repair_polygons(as_wkb(shapes))
    assert [repair.reason for repair in repairs[:5]] == [
        "it is a LineString, not a polygon; nothing of it has an area",
        "it is a GeometryCollection, not a polygon",
        "it is empty; nothing of it has an area",
        "a coordinate is not a number; nothing of it has an area",
        "it has heights",
    ]
    assert repairs[5].reason.endswith("nothing of it has an area")
    assert [shapely.from_wkb(wkb).area for wkb in after] == [0, 1, 0, 0, 0.5, 0]
    assert not shapely.has_z(shapely.from_wkb(after)).any()


def test_a_layer_without_any_area_is_refused() -> None:
    """A layer of points is refused as a whole; so are bytes that are no geometry; an empty list is fine."""
    with pytest.raises(GeoError, match="None of the 2 geometries"):
        repair_polygons(as_wkb([shapely.Point(0, 0), shapely.Point(1, 1)]))
    with pytest.raises(GeoError, match="Geometry 0 of the layer cannot be read"):
        repair_polygons([b"nothing"])
    assert repair_polygons([]) == ([], [])
