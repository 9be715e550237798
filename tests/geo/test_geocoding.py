"""Places by their words and words by their place: a small city, shapely as oracle, and Boston's own streets."""

from __future__ import annotations

import re
import zipfile
from functools import cache
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.crs import shape_to_metres, to_degrees, to_metres
from geo.errors import GeoError
from geo.geocoding import FoundPlace, Gazetteer, build_gazetteer
from geo.place_names import fold, spell
from geo.place_queries import HouseNumber, meanings, read_number
from geo.reverse_geocoding import ADDRESS_CAP_M, NamedPlace
from tests.shared import shared_file
from tests.soak import examples

EPSG = 25832
EAST_M, NORTH_M = 466_000.0, 5_928_000.0
SIZE = 6  # streets each way
STEP_M = 100.0
ACROSS = ["Kings Way", "Tern Street", "Windmill Lane", "Saint Botolph Street", "North Mill Road", "Éclair Avenue"]
UP = ["Harbour Road", "First Street", "O'Brien Court", "Castle and Falcon Street", "Quay", "Mill Drive"]


def degrees(points: list[tuple[float, float]]) -> tuple[np.ndarray, np.ndarray]:
    """Longitude and latitude of metres from the small city's corner."""
    x_m, y_m = np.array(points).T
    return to_degrees(EAST_M + x_m, NORTH_M + y_m, EPSG)


@cache
def small_city() -> Gazetteer:
    """A grid of twelve streets, numbers 2, 4, 6 ... 20 on the north side of each street across; Abbey Close twice."""
    lines = [[(i * STEP_M, j * STEP_M) for i in range(SIZE)] for j in range(SIZE)]
    lines += [[(i * STEP_M, j * STEP_M) for j in range(SIZE)] for i in range(SIZE)]
    lines += [[(-3000.0, 0.0), (-2900.0, 0.0)], [(9000.0, 0.0), (9100.0, 0.0)]]
    names = [*ACROSS, *UP, "Abbey Close", "Abbey Close"]
    points = [point for line in lines for point in line]
    ids = {point: at for at, point in enumerate(dict.fromkeys(points))}
    lon, lat = degrees(points)
    plots = [(k * 25.0 + 12.0, j * STEP_M + 12.0) for j in range(SIZE) for k in range(10)]
    at_lon, at_lat = degrees(plots)
    west, east = degrees([(-2950.0, 40.0), (9050.0, 40.0)])
    hood = shapely.transform(
        shapely.box(-200.0, -200.0, 700.0, 250.0), lambda at: np.column_stack(degrees([tuple(p) for p in at]))
    )
    return build_gazetteer(
        lon,
        lat,
        np.cumsum([0, *map(len, lines)]),
        np.array([ids[point] for point in points]),
        names,
        crs_epsg=EPSG,
        address_lon=at_lon,
        address_lat=at_lat,
        address_number=[str(2 * (k + 1)) for _ in range(SIZE) for k in range(10)],
        address_street=[ACROSS[j] for j in range(SIZE) for _ in range(10)],
        places=[
            NamedPlace("Westwood", "suburb", float(west[0]), float(east[0])),
            NamedPlace("Eastwood", "suburb", float(west[1]), float(east[1])),
        ],
        hoods=[("Old Town", hood.wkb)],
    )


def metres_of(place: FoundPlace) -> tuple[float, float]:
    """Where a found place is, in metres from the corner."""
    x_m, y_m = to_metres([place.lon], [place.lat], EPSG)
    return float(x_m[0]) - EAST_M, float(y_m[0]) - NORTH_M


def first(text: str) -> FoundPlace:
    """The best result."""
    return small_city().find(text)[0]


# names


@given(st.text(max_size=40))
@settings(max_examples=examples(300))
def test_spelling_twice_changes_nothing(text: str) -> None:
    """Folding and spelling are idempotent for any text, of any script."""
    assert fold(fold(text)) == fold(text)
    assert spell(spell(text)) == spell(text)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Saint Botolph Street", "st. botolph ST"),
        ("North Mill Road", "N Mill Rd."),
        ("Éclair Avenue", "eclair ave"),
        ("O'Brien Court", "OBrien Ct"),
        ("First Street", "1st St"),
        ("Łódź Square", "lodz sq"),
    ],
)
def test_one_name_has_one_spelling(one: str, other: str) -> None:
    """Abbreviations, case, accents and signs do not part what is one name."""
    assert spell(one) == spell(other)


@given(st.text(max_size=80))
@settings(max_examples=examples(200))
def test_any_text_is_answered(text: str) -> None:
    """Whatever is typed, the answer is a list in falling order with scores to 100, and never a fault."""
    found = small_city().find(text)
    scores = [place.score for place in found]
    assert all(score <= 100.1 for score in scores)
    assert all(later <= earlier + 0.1 for earlier, later in pairwise(scores))


@given(st.integers(1, 99_999), st.integers(0, 500), st.sampled_from(["", "a", "B", "1/2"]))
def test_house_numbers_are_read_back(low: int, more: int, letter: str) -> None:
    """Numbers with letters, and ranges in either order, are what was written."""
    assert read_number(f"{low}{letter}") == HouseNumber(low, low, letter.lower())
    assert read_number(f"{low + more} - {low}") == HouseNumber(low, low + more)


def test_a_street_may_have_and_in_its_name() -> None:
    """ "Castle and Falcon Street" is read as a crossing and as one name."""
    assert {meaning.form for meaning in meanings("Castle and Falcon Street")} == {"crossing", "name"}
    assert (first("castle and falcon street").kind, first("castle and falcon street").name) == (
        "street",
        "Castle and Falcon Street",
    )
    assert first("Castle & Falcon St / Kings Way").kind == "crossing"


# words to places


@pytest.mark.parametrize(
    "text", ["6 Tern Street", "6 tern", "Tern St 6", "TERN STREET, 6", "6 Tren Street", "6, Tern St"]
)
def test_an_address_is_found_in_any_order(text: str) -> None:
    """Number first or last, abbreviated, with an error, without its kind: the point of the address."""
    place = first(text)
    assert (place.kind, place.exactness, place.name) == ("address", "exact", "6 Tern Street")
    assert metres_of(place) == pytest.approx((62.0, 112.0), abs=0.01)
    assert place.within == "Old Town"


def test_a_number_between_two_known_ones_is_interpolated() -> None:
    """13 lies between 12 and 14, and says so; 99 is beyond what is known: the street only. 6B is 6, nearest known."""
    thirteen = first("13 Kings Way")
    assert (thirteen.exactness, thirteen.name) == ("interpolated", "13 Kings Way")
    assert metres_of(thirteen) == pytest.approx((149.5, 12.0), abs=0.5)
    beyond = first("99 Kings Way")
    assert (beyond.kind, beyond.exactness, beyond.name) == ("street", "street", "Kings Way")
    letter = first("6B Kings Way")
    assert (letter.name, letter.exactness) == ("6 Kings Way", "near")


@given(
    st.sampled_from(range(SIZE)), st.sampled_from(range(SIZE)), st.sampled_from([" / ", " and ", " & ", " at ", "/"])
)
def test_a_crossing_is_found_both_ways(across: int, up: int, sign: str) -> None:
    """Every crossing of the grid, from either street, by any sign."""
    for text in (f"{ACROSS[across]}{sign}{UP[up]}", f"{UP[up]}{sign}{ACROSS[across]}"):
        place = first(text)
        assert (place.kind, place.exactness) == ("crossing", "exact")
        assert metres_of(place) == pytest.approx((up * STEP_M, across * STEP_M), abs=0.01)


def test_nothing_is_invented() -> None:
    """Streets that do not cross make no crossing, and words of no place make no place."""
    assert not [place for place in small_city().find("Kings Way / Tern Street") if place.kind == "crossing"]
    assert small_city().find("Xyzzy Plugh") == []
    assert small_city().find("") == []


@settings(max_examples=examples(60))
@given(st.sampled_from(range(SIZE)), st.integers(0, SIZE - 1), st.integers(0, SIZE - 1))
def test_a_length_of_street_lies_on_its_street(across: int, a: int, b: int) -> None:
    """Between two crossings: the line lies on that street, and its metres are shapely's and the distance of the two."""
    for text in (f"{ACROSS[across]} from {UP[a]} to {UP[b]}", f"{ACROSS[across]} between {UP[a]} and {UP[b]}"):
        found = [place for place in small_city().find(text) if place.kind == "stretch"]
        if a == b:
            assert not found
            continue
        line = shape_to_metres(shapely.MultiLineString(found[0].lines), EPSG)
        street = shapely.LineString([(EAST_M, NORTH_M + across * STEP_M), (EAST_M + 500.0, NORTH_M + across * STEP_M)])
        assert street.buffer(0.01).covers(line)
        assert found[0].length_m == pytest.approx(line.length, abs=1e-6)
        assert found[0].length_m == pytest.approx(abs(a - b) * STEP_M, abs=0.02)


@settings(max_examples=examples(60))
@given(st.sampled_from(range(SIZE)), st.integers(1, 19), st.integers(1, 19))
def test_a_range_of_numbers_is_a_length_of_street(across: int, low: int, high: int) -> None:
    """Between two numbers: as long as shapely measures between their feet on the street; exact when both are known."""
    low, high = sorted((low + 1, high + 1))
    found = [p for p in small_city().find(f"{ACROSS[across]} {low}-{high}") if p.kind == "stretch"]
    if low == high:
        return
    place = found[0]
    street = shapely.LineString([(0.0, across * STEP_M), (500.0, across * STEP_M)])
    feet = [
        street.project(shapely.Point((number / 2 - 1) * 25.0 + 12.0, across * STEP_M + 12.0)) for number in (low, high)
    ]
    assert place.length_m == pytest.approx(abs(feet[1] - feet[0]), abs=0.05)
    assert place.exactness == ("exact" if low % 2 == high % 2 == 0 else "interpolated")


def test_the_part_of_town_decides_between_streets_of_one_name() -> None:
    """Two streets called Abbey Close: the one in the part of town that is named comes first."""
    both = small_city().find("Abbey Close")
    assert [place.name for place in both[:2]] == ["Abbey Close", "Abbey Close"]
    assert metres_of(first("Abbey Close, Westwood"))[0] < 0 < metres_of(first("Abbey Close, Eastwood"))[0]


def test_parts_of_town_and_streets_are_found_by_name() -> None:
    """A neighbourhood has its outline, a street its lines and its metres."""
    town = first("old twon")
    assert (town.kind, town.name, len(town.lines)) == ("place", "Old Town", 1)
    street = first("windmill")
    assert (street.kind, street.exactness) == ("street", "exact")
    assert street.length_m == pytest.approx(500.0, abs=0.05)


def test_a_street_goes_on_behind_a_square() -> None:
    """A street that is parted by a gap is one street: a way over the gap has two lines and the metres of both."""
    lines = [
        [(0.0, 0.0), (100.0, 0.0)],
        [(160.0, 0.0), (300.0, 0.0)],
        [(0.0, -50.0), (0.0, 50.0)],
        [(300.0, 0.0), (300.0, 90.0)],
    ]
    lines[2].insert(1, (0.0, 0.0))
    points = [point for line in lines for point in line]
    ids = {point: at for at, point in enumerate(dict.fromkeys(points))}
    lon, lat = degrees(points)
    city = build_gazetteer(
        lon, lat, np.cumsum([0, *map(len, lines)]), np.array([ids[p] for p in points]),
        ["Mill Lane", "Mill Lane", "A Street", "B Street"], crs_epsg=EPSG,
    )  # fmt: skip
    place = city.find("Mill Lane from A Street to B Street")[0]
    assert len(place.lines) == 2
    assert place.length_m == pytest.approx(240.0, abs=0.05)


# places to words


@settings(max_examples=examples(150))
@given(st.floats(-150, 650), st.floats(-150, 650))
def test_the_way_back_is_the_nearest_as_shapely_says(x_m: float, y_m: float) -> None:
    """The nearest address within its cap, else the nearest street, at shapely's distance."""
    city, point = small_city(), shapely.Point(x_m, y_m)
    lon, lat = degrees([(x_m, y_m)])
    here = city.where(float(lon[0]), float(lat[0]))
    houses = [shapely.Point(k * 25.0 + 12.0, j * STEP_M + 12.0) for j in range(SIZE) for k in range(10)]
    nearest = min(point.distance(house) for house in houses)
    reach = (SIZE - 1) * STEP_M
    lines = {ACROSS[j]: shapely.LineString([(0, j * STEP_M), (reach, j * STEP_M)]) for j in range(SIZE)}
    lines |= {UP[i]: shapely.LineString([(i * STEP_M, 0), (i * STEP_M, reach)]) for i in range(SIZE)}
    street_m = min(point.distance(line) for line in lines.values())
    if here.relation == "address":
        assert here.distance_m == pytest.approx(nearest, abs=0.05)
    elif here.relation in ("between", "street"):
        assert nearest > ADDRESS_CAP_M - 0.05
        assert here.distance_m == pytest.approx(street_m, abs=0.05)
        assert point.distance(lines[here.street]) == pytest.approx(street_m, abs=0.05)
    else:
        assert here.relation == "crossing"
        assert point.distance(lines[here.street]) < 15.1
        assert point.distance(lines[here.a]) < 32.0


def test_on_a_street_between_two_others() -> None:
    """South of the houses of Kings Way, 250 m along: between the streets on both sides; at 40 m beyond: a distance."""
    lon, lat = degrees([(250.0, -30.0), (450.0, -36.0), (250.0, -200.0), (20_000.0, 20_000.0)])
    city = small_city()
    here = city.where(float(lon[0]), float(lat[0]))
    assert (here.relation, here.street, {here.a, here.b}) == (
        "between",
        "Kings Way",
        {"O'Brien Court", "Castle and Falcon Street"},
    )
    assert here.within == "Old Town"
    beside = city.where(float(lon[1]), float(lat[1]))
    assert (beside.relation, beside.street) == ("street", "Kings Way")
    assert beside.distance_m == pytest.approx(36.0, abs=0.05)
    assert city.where(float(lon[3]), float(lat[3])).relation == "nowhere"
    with pytest.raises(GeoError, match="no place on earth"):
        city.where(8.5, 95.0)


def test_a_city_without_anything_answers() -> None:
    """No street, no address, no place: nothing is found, and nowhere is nowhere."""
    none = np.zeros(0)
    city = build_gazetteer(none, none, np.zeros(1, dtype=np.int64), np.zeros(0, dtype=np.int64), [], crs_epsg=EPSG)
    assert city.find("Kings Way and Tern St") == []
    assert city.where(8.5, 53.5).relation == "nowhere"


# real cities


@cache
def boston() -> Gazetteer:
    """All of Boston's streets."""
    from data.connectors.streets import read_street_lines

    lines = read_street_lines(shared_file("streets/boston_streets.geojson"))
    return build_gazetteer(lines.lon, lines.lat, lines.offsets, lines.node_id, lines.name, crs_epsg=26986)


@pytest.mark.slow
def test_boston_finds_the_crossings_that_its_residents_named() -> None:
    """Of 400 crossings of real requests four in five are found, half of them within 10 m of the request's own point."""
    path = shared_file("requests/boston_311_2011_jul_oct.zip")
    with zipfile.ZipFile(path) as file:
        rows = pd.read_csv(file.open(file.namelist()[0]), dtype=str).fillna("")
    rows = rows[rows["location"].str.startswith("INTERSECTION") & (rows["latitude"] != "42.3594")]
    rows = rows.drop_duplicates("location").sample(400, random_state=13)
    found = [boston().find(re.split(r"\s{2,}", text)[0], limit=1) for text in rows["location"]]
    hits = [at for at, places in enumerate(found) if places and places[0].kind == "crossing"]
    assert len(hits) >= 320
    x_m, y_m = to_metres([found[at][0].lon for at in hits], [found[at][0].lat for at in hits], 26986)
    own = rows.iloc[hits]
    own_x, own_y = to_metres(own["longitude"].astype(float), own["latitude"].astype(float), 26986)
    assert np.median(np.hypot(x_m - own_x, y_m - own_y)) < 10.0


def test_back_bay_knows_its_streets_and_its_one_address() -> None:
    """An OSM extract: Dartmouth crosses Boylston, lengths between crossings agree, 665 Boylston Street is there."""
    from data.connectors.streets import read_street_lines

    lines = read_street_lines(shared_file("osm/boston_backbay_fenway.osm"))
    assert lines.addresses is not None
    city = build_gazetteer(
        lines.lon, lines.lat, lines.offsets, lines.node_id, lines.name, crs_epsg=26986,
        address_lon=lines.addresses.lon, address_lat=lines.addresses.lat,
        address_number=lines.addresses.number, address_street=lines.addresses.street,
    )  # fmt: skip
    assert city.find("boylston & dartmouth")[0].name == "Boylston Street / Dartmouth Street"
    whole, left, right = (
        city.find(f"Newbury St from {a} to {b}")[0]
        for a, b in (("Clarendon", "Fairfield"), ("Clarendon", "Exeter"), ("Exeter", "Fairfield"))
    )
    assert whole.length_m == pytest.approx((left.length_m or 0) + (right.length_m or 0), rel=0.01)
    line = shape_to_metres(shapely.MultiLineString(whole.lines), 26986)
    assert whole.length_m == pytest.approx(line.length, abs=1e-6)
    place = city.find("665 Boylston St")[0]
    assert (place.exactness, round(place.lat, 4), round(place.lon, 4)) == ("exact", 42.3498, -71.0786)
