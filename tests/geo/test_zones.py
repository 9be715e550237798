"""Tests of zones, who is next to whom, what is counted in them and what counts are held against."""

from __future__ import annotations

import json
from itertools import pairwise

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.crs import shape_to_degrees, shape_to_metres, to_degrees
from geo.errors import GeoError
from geo.exposure import check_exposure, line_km, shared_out, street_km
from geo.grids import make_grid
from geo.neighbours import among, islands, nearest, neighbour_sums, touching
from geo.zone_counts import count_by_zone, first_reports
from geo.zones import Places, area_zones, grid_zones
from tests.geo.plain_esda import KNN, Queen
from tests.geo.square_layers import UTM, layer_of, squares
from tests.geo.street_networks import EPSG, network_of
from tests.shared import shared_file
from tests.soak import examples


def test_areas_that_touch_are_neighbours_as_libpysal_says() -> None:
    """Queen contiguity of 168 real tracts is libpysal's, and gaps within the tolerance are no gaps."""
    tracts = json.loads(shared_file("spatialstats/bos-ecometric.geojson").read_text())["features"]
    shapes = np.array([shape_to_metres(shapely.geometry.shape(one["geometry"]), UTM) for one in tracts])
    starts, members = touching(shapes, 0.0)
    oracle = Queen(shapes.tolist(), silence_warnings=True)
    for zone in range(len(shapes)):
        assert members[starts[zone] : starts[zone + 1]].tolist() == sorted(oracle.neighbors[zone])
    apart = squares(gap_m=0.6)
    assert np.diff(touching(apart, 1.0)[0]).tolist() == np.diff(touching(squares(), 0.0)[0]).tolist()
    assert len(islands(touching(apart, 0.5)[0])) == 16


def test_the_nearest_are_libpysals() -> None:
    """The five nearest of random middles are libpysal's; where middles coincide none is its own neighbour."""
    at = np.random.default_rng(2).uniform(0, 1000, (60, 2))
    starts, members = nearest(at[:, 0], at[:, 1], 5)
    oracle = KNN(at, k=5, silence_warnings=True)
    assert all(members[starts[i] : starts[i + 1]].tolist() == sorted(oracle.neighbors[i]) for i in range(60))
    starts, members = nearest(np.zeros(9), np.zeros(9), 3)
    assert np.diff(starts).tolist() == [3] * 9
    assert not (members == np.repeat(np.arange(9), 3)).any()


def test_cells_and_areas_have_one_face() -> None:
    """A square grid and the same squares as areas put every point into the same zone and have the same extent."""
    none = np.zeros(0)
    town = shapely.to_wkb(shape_to_degrees(shapely.box(330_001, 4_690_001, 331_999, 4_691_999), UTM))
    grid = grid_zones(make_grid(none, none, kind="square", cell_m=500.0, crs_epsg=UTM, boundary_wkb=town), UTM)
    areas = layer_of(squares())
    low, high = [[329_900], [4_689_900]], [[332_100], [4_692_100]]
    places = Places.of_metres(*np.random.default_rng(3).uniform(low, high, (2, 500)), UTM)
    assert grid.zone_of(places).tolist() == areas.zone_of(places).tolist()
    assert (grid.zone_of(places) < 0).any()
    assert np.allclose(grid.km2, areas.km2, rtol=1e-6)
    assert np.allclose(grid.x_m, areas.x_m, atol=1e-3)
    assert grid.zone_of(Places(*(np.full(1, np.nan) for _ in range(4)))).tolist() == [-1]
    assert [len(grid.polygons_wkb()), areas.label(3), grid.label(3)] == [16, "Area 3", "cell 3"]


def test_islands_and_what_is_no_zone_are_said() -> None:
    """An area that touches none is named as an island; bad names, extents and numbers of nearest are refused."""
    zones = layer_of(np.append(squares(2), shapely.box(340_000, 4_690_000, 340_500, 4_690_500)))
    assert [zones.label(zone) for zone in zones.islands] == ["Area 4"]
    assert len(layer_of(squares(2), nearest_count=2).islands) == 0
    with pytest.raises(GeoError, match="each needs one"):
        area_zones(["A"], [], UTM)
    with pytest.raises(GeoError, match="no extent: Line"):
        area_zones(["Line"], [bytes(shapely.to_wkb(shapely.Polygon([(0, 1), (1, 1), (0, 1)])))], UTM)
    with pytest.raises(GeoError, match="choose fewer"):
        layer_of(squares(2), nearest_count=4)
    with pytest.raises(GeoError, match="0 or more metres"):
        layer_of(squares(2), snap_m=-1.0)


@settings(max_examples=examples(40))
@given(st.integers(1, 25), st.data())
def test_neighbours_among_some_are_theirs(zones: int, data: st.DataObject) -> None:
    """Leaving zones out leaves the pairs among the others, renumbered; sums are those of plain loops."""
    pairs = data.draw(st.sets(st.tuples(st.integers(0, zones - 1), st.integers(0, zones - 1))))
    near = {zone: sorted({b for a, b in pairs if a == zone != b}) for zone in range(zones)}
    starts = np.cumsum([0, *(len(near[zone]) for zone in range(zones))]).astype(np.int64)
    members = np.array([b for zone in range(zones) for b in near[zone]], dtype=np.int64)
    keep = np.array(data.draw(st.lists(st.booleans(), min_size=zones, max_size=zones)))
    kept = np.flatnonzero(keep).tolist()
    few_starts, few_members = among(starts, members, keep)
    got = [few_members[a:b].tolist() for a, b in pairwise(few_starts)]
    assert got == [[kept.index(b) for b in near[zone] if b in kept] for zone in kept]
    value = np.arange(1.0, zones + 1)
    assert neighbour_sums(value, starts, members).tolist() == [sum(value[near[zone]]) for zone in range(zones)]


@settings(max_examples=examples(60))
@given(st.lists(st.tuples(st.integers(-1, 3), st.integers(-1, 4)), max_size=40))
def test_an_incident_counts_once_where_it_was_first_told(reports: list[tuple[int, int]]) -> None:
    """Each incident counts once, in the zone of its first report; those without one each; nothing is lost unsaid."""
    zone, incident = (np.array([one[part] for one in reports], dtype=np.int64) for part in (0, 1))
    told, expected = set(), [0, 0, 0, 0]
    outside = repeats = 0
    for z, i in reports:
        if i in told:
            repeats += 1
            continue
        told |= {i} - {-1}
        if z < 0:
            outside += 1
        else:
            expected[z] += 1
    found = count_by_zone(zone, 4, incident)
    assert (found.count.tolist(), found.repeats, found.outside) == (expected, repeats, outside)
    assert found.count.sum() + found.repeats + found.outside == found.requests == len(reports)
    assert (found.zone == zone[found.row]).all()
    assert first_reports(incident)[found.row].all()
    assert count_by_zone(zone, 4).count.sum() == (zone >= 0).sum()
    with pytest.raises(GeoError, match="each needs one"):
        count_by_zone(zone, 4, np.zeros(len(zone) + 1, dtype=np.int64))


def test_streets_are_cut_at_borders() -> None:
    """A street across two areas counts where it lies, one along their border half in each, one outside in none."""
    network = network_of(
        [[(0, 0, 100), (1, 1000, 100)], [(2, 500, 200), (3, 500, 500)], [(4, 900, 700), (5, 900, 1300)]]
    )
    boxes = shapely.box(466_000 + np.array([0.0, 500.0]), 5_928_000, 466_000 + np.array([500.0, 1000.0]), 5_929_000)
    wkb = [bytes(shapely.to_wkb(shape_to_degrees(box, EPSG))) for box in boxes]
    found = street_km(network, area_zones(["West", "East"], wkb, EPSG))
    assert found.km == pytest.approx([0.5 + 0.15, 0.5 + 0.15 + 0.3], abs=1e-3)
    assert found.outside_km == pytest.approx(0.3, abs=2e-3)


@pytest.mark.parametrize("kind", ["hexagon", "square"])
def test_no_street_is_lost_between_cells(kind: str) -> None:
    """Random streets over a grid: kilometres by cell sum to all, and are those of points sampled along them."""
    rng = np.random.default_rng(4)
    town = shapely.box(300_000, 4_690_000, 303_000, 4_693_000)
    wkb = shapely.to_wkb(shape_to_degrees(town, UTM))
    none = np.zeros(0)
    zones = grid_zones(make_grid(none, none, kind=kind, cell_m=400.0, crs_epsg=UTM, boundary_wkb=wkb), UTM)
    ends = rng.uniform([300_000, 4_690_000], [303_000, 4_693_000], (60, 2, 2))
    found = line_km(np.asarray(shapely.linestrings(ends)), zones)
    assert found.km.sum() == pytest.approx(np.hypot(*(ends[:, 1] - ends[:, 0]).T).sum() / 1000, rel=1e-9)
    share = (np.arange(4000) + 0.5) / 4000
    points = ends[:, 0, None] + share[:, None] * (ends[:, 1] - ends[:, 0])[:, None]
    length = np.repeat(np.hypot(*(ends[:, 1] - ends[:, 0]).T) / 4000 / 1000, 4000)
    cell = zones.zone_of(Places.of_metres(*points.reshape(-1, 2).T, UTM))
    assert np.allclose(found.km, np.bincount(cell, length, zones.zone_count), atol=0.003)


@pytest.mark.parametrize("kind", ["hexagon", "square"])
def test_what_areas_hold_is_shared_out_by_ground(kind: str) -> None:
    """Random tracts over a grid: residents by cell are those of people strewn evenly over each tract, and all."""
    rng = np.random.default_rng(6)
    town = shapely.box(300_000, 4_690_000, 303_000, 4_693_000)
    wkb = shapely.to_wkb(shape_to_degrees(town, UTM))
    none = np.zeros(0)
    zones = grid_zones(make_grid(none, none, kind=kind, cell_m=600.0, crs_epsg=UTM, boundary_wkb=wkb), UTM)
    seeds = rng.uniform([300_000, 4_690_000], [303_000, 4_693_000], (25, 2))
    tracts = np.array(shapely.voronoi_polygons(shapely.multipoints(seeds), extend_to=town).geoms)
    tracts = shapely.intersection(tracts, town)
    residents = rng.uniform(0.0, 900.0, len(tracts))
    found = shared_out(residents, tracts, zones)
    assert found.value.sum() == pytest.approx(residents.sum())
    assert found.outside == pytest.approx(0.0, abs=1e-6)
    even = (np.arange(500) + 0.5) * 6.0
    people = np.stack(np.meshgrid(300_000 + even, 4_690_000 + even), axis=-1).reshape(-1, 2)
    tract = shapely.STRtree(tracts).query(shapely.points(people), predicate="within")[1]
    weight = (residents / np.bincount(tract, minlength=len(tracts)))[tract]
    strewn = np.bincount(zones.zone_of(Places.of_metres(*people.T, UTM)), weight, zones.zone_count)
    assert np.allclose(found.value, strewn, atol=0.02 * residents.sum() / zones.zone_count)
    away = shared_out(residents, shapely.transform(tracts, lambda at: at + 9_000), zones)
    assert (away.value.sum(), away.outside) == (0.0, pytest.approx(residents.sum()))


def test_areas_beyond_the_system_are_said() -> None:
    """Areas on the other side of the earth, which the city's system cannot measure, are refused in a sentence."""
    far = shapely.to_wkb(shapely.box(21.0, 0.0, 22.0, 1.0))
    with pytest.raises(GeoError, match="measures nothing"):
        area_zones(["Far"], [far], UTM)


def test_an_exposure_that_does_not_fit_is_refused() -> None:
    """One number for each zone, none negative, one positive: anything else is said in a sentence."""
    assert check_exposure([1, 0, 2], 3).tolist() == [1, 0, 2]
    for wrong, said in (([1], "1 of 3"), ([1, -1, np.nan], "of 2 zones is negative"), ([0, 0, 0], "0 in all zones")):
        with pytest.raises(GeoError, match=said):
            check_exposure(wrong, 3)


def test_places_go_both_ways() -> None:
    """Points given in metres are the points given in degrees."""
    lon, lat = to_degrees([330_500.0], [4_690_500.0], UTM)
    one, other = Places.of_degrees(lon, lat, UTM), Places.of_metres([330_500.0], [4_690_500.0], UTM)
    assert one.x_m == pytest.approx(other.x_m, abs=1e-6)
    assert one.lat == pytest.approx(other.lat, abs=1e-12)
