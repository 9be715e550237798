"""Street files: lengths of real cities, unsorted ids, missing nodes, truncated files, one-ways and feet."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import osmium
import pytest

from data.connectors.streets import BaseMapShapes, StreetLines, read_street_lines
from data.errors import RefusedInput
from tests.shared import shared_file

NOT_DRIVEN = {"footway", "cycleway", "path", "steps", "pedestrian", "track", "service", "bridleway", "corridor"}


def length_km(lines: StreetLines, chosen: np.ndarray | None = None) -> float:
    """Great-circle length of the lines, or of those chosen: an oracle that knows nothing of projections."""
    lon, lat = np.radians(lines.lon), np.radians(lines.lat)
    a = np.sin(np.diff(lat) / 2) ** 2 + np.cos(lat[:-1]) * np.cos(lat[1:]) * np.sin(np.diff(lon) / 2) ** 2
    steps = 2 * 6371.0088 * np.arcsin(np.sqrt(a))
    steps[lines.offsets[1:-1] - 1] = 0
    total = np.concatenate([[0], np.cumsum(steps)])
    each = total[lines.offsets[1:] - 1] - total[lines.offsets[:-1]]
    return float(each.sum() if chosen is None else each[chosen].sum())


def write_osm(
    path: Path, nodes: dict[int, tuple[float, float]], ways: dict[int, tuple[list[int], dict[str, str]]]
) -> Path:
    """An OSM file with these nodes and ways, in the order given."""
    with osmium.SimpleWriter(str(path)) as writer:
        for node_id, location in nodes.items():
            writer.add_node(osmium.osm.mutable.Node(id=node_id, location=location))
        for way_id, (refs, tags) in ways.items():
            writer.add_way(osmium.osm.mutable.Way(id=way_id, nodes=refs, tags=tags))
    return path


def write_relations(path: Path, relations: list[tuple[dict[str, str], list[tuple[str, int, str]]]]) -> Path:
    """The square as four ways (11 to 14) that meet at its corners, with relations of tags and members."""
    with osmium.SimpleWriter(str(path)) as writer:
        for node_id, location in SQUARE.items():
            writer.add_node(osmium.osm.mutable.Node(id=node_id, location=location))
        for way_id, refs in {11: [9, 3], 12: [3, 7], 13: [7, 1], 14: [1, 9]}.items():
            writer.add_way(osmium.osm.mutable.Way(id=way_id, nodes=refs, tags={"highway": "residential"}))
        for at, (tags, members) in enumerate(relations, 1):
            writer.add_relation(
                osmium.osm.mutable.Relation(id=at, members=members, tags={"type": "restriction", **tags})
            )
    return path


SQUARE = {9: (8.0, 53.0), 3: (8.01, 53.0), 7: (8.01, 53.01), 1: (8.0, 53.01)}


def test_ids_need_not_ascend(tmp_path: Path) -> None:
    """Nodes in any order keep their places in the ways that name them."""
    ways = {5: ([9, 3, 7], {"highway": "residential", "name": "Windmill Lane", "oneway": "-1", "maxspeed": "30 mph"})}
    lines = read_street_lines(write_osm(tmp_path / "a.osm.pbf", SQUARE, ways))
    assert lines.node_id.tolist() == [9, 3, 7]
    assert lines.lon.tolist() == pytest.approx([8.0, 8.01, 8.01])
    assert (lines.name, lines.oneway.tolist()) == (["Windmill Lane"], [-1])
    assert lines.speed_kmh[0] == pytest.approx(48.28, abs=0.01)


def test_ways_with_missing_nodes_are_refused(tmp_path: Path) -> None:
    """An extract cut through its ways is refused with the count and what to do."""
    path = write_osm(tmp_path / "b.osm.pbf", SQUARE, {5: ([9, 3, 999], {"highway": "residential"})})
    with pytest.raises(
        RefusedInput, match="1 ways name 1 nodes that are not in the file; cut the extract with complete"
    ):
        read_street_lines(path)


def test_a_truncated_pbf_is_refused(tmp_path: Path) -> None:
    """Half a PBF gets one sentence."""
    whole = shared_file("osm/columbus.osm.pbf").read_bytes()
    path = tmp_path / "half.osm.pbf"
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(RefusedInput, match=r"half\.osm\.pbf is damaged or truncated"):
        read_street_lines(path)


def test_shapes_and_lines_survive_the_store(tmp_path: Path) -> None:
    """Arrays out and in again give the same streets and the same base map."""
    ways = {
        5: ([9, 3, 7], {"highway": "primary", "name": "Kings Way"}),
        6: ([9, 3, 7, 1, 9], {"natural": "water", "name": "Mill Pond"}),
    }
    lines = read_street_lines(write_osm(tmp_path / "c.osm.pbf", SQUARE, ways))
    again = StreetLines.from_arrays(lines.to_arrays())
    assert (again.name, again.highway, again.offsets.tolist()) == (["Kings Way"], ["primary"], [0, 3])
    assert lines.basemap is not None
    shapes = BaseMapShapes.from_arrays(lines.basemap.to_arrays())
    assert (shapes.kind, shapes.name, shapes.lon.tolist()) == (["water"], ["Mill Pond"], lines.basemap.lon.tolist())


@cache
def extract(name: str) -> StreetLines:
    """The streets of a real extract, read once."""
    return read_street_lines(shared_file(f"osm/{name}.osm.pbf"))


@pytest.mark.parametrize(("name", "km", "tolerance"), [("columbus", 1_856, 40), ("porto", 8_903, 150)])
def test_real_extracts_have_their_kilometres(name: str, km: float, tolerance: float) -> None:
    """The driven streets of two real extracts are as long as is known, up to which small classes count."""
    lines = extract(name)
    driven = np.array([highway not in NOT_DRIVEN for highway in lines.highway])
    service = np.array([highway in ("service", "track") for highway in lines.highway])
    assert length_km(lines, driven) <= km + tolerance
    assert length_km(lines, driven | service) >= km - tolerance


def test_a_shapefile_in_feet_tells_speeds_and_one_ways() -> None:
    """Syracuse: miles per hour become km/h, FT runs along and TF against the line, coordinates become degrees."""
    lines = read_street_lines(shared_file("streets/syracuse/streets.shp"))
    assert float(np.nanmedian(lines.speed_kmh)) == pytest.approx(48.28, abs=0.01)
    assert {int(value) for value in np.unique(lines.oneway)} == {-1, 0, 1}
    assert 42.9 < float(lines.lat.mean()) < 43.2


def test_lines_without_ids_meet_where_they_touch() -> None:
    """Whole Boston: streets that touch share a junction, so far fewer junctions than points of ends."""
    lines = read_street_lines(shared_file("streets/boston_streets.geojson"))
    ends = np.concatenate([lines.node_id[lines.offsets[:-1]], lines.node_id[lines.offsets[1:] - 1]])
    assert len(lines) == 10_761
    assert len(np.unique(ends)) < 0.75 * len(ends)
    assert length_km(lines) == pytest.approx(1_544, rel=0.005)


def test_a_bridge_does_not_meet_the_street_below(tmp_path: Path) -> None:
    """Three lines that end at one point, one of them a level higher: two share the junction, the bridge has its own."""
    geopandas = pytest.importorskip("geopandas")
    from shapely import LineString

    ends = [(8.01, 53.0), (8.0, 53.01), (7.99, 53.0)]
    frame = geopandas.GeoDataFrame(
        {"F_ZLEV": [0, 0, 1], "T_ZLEV": [0, 0, None]},
        geometry=[LineString([(8.0, 53.0), end]) for end in ends],
        crs=4326,
    )
    frame.to_file(tmp_path / "bridge.geojson")
    first = read_street_lines(tmp_path / "bridge.geojson").node_id[::2]
    assert first[0] == first[1] != first[2]


def test_turn_restrictions_are_read_and_the_rest_is_counted(tmp_path: Path) -> None:
    """no_ and only_ over a node become rows with their vehicles; over ways, at hours, without parts: counted."""
    via = [("w", 11, "from"), ("n", 3, "via"), ("w", 12, "to")]
    relations = [
        ({"restriction": "no_left_turn"}, via),
        ({"restriction": "only_straight_on", "except": "bus;hgv"}, via),
        ({"restriction:hgv": "no_right_turn"}, via),
        ({"restriction": "no_u_turn"}, [("w", 11, "from"), ("w", 12, "via"), ("w", 13, "to")]),
        ({"restriction:conditional": "no_left_turn @ (07:00-09:00)"}, via),
        ({"restriction": "no_left_turn"}, via[:2]),
        ({"restriction": "no_exit"}, [*via, ("w", 14, "to")]),
        ({"restriction": "maybe"}, via),
    ]
    turns = read_street_lines(write_relations(tmp_path / "t.osm.pbf", relations)).turns
    assert turns is not None
    rows = list(zip(turns.from_way, turns.via_node, turns.to_way, turns.only, turns.vehicles, strict=True))
    assert rows == [
        (11, 3, 12, False, 3), (11, 3, 12, True, 1), (11, 3, 12, False, 2), (11, 3, 12, False, 3), (11, 3, 14, False, 3)
    ]  # fmt: skip
    assert (turns.via_way, turns.conditional, turns.incomplete) == (1, 1, 1)


def test_closed_ways_tell_to_whom(tmp_path: Path) -> None:
    """The most particular key decides: closed to all, to lorries, to all but motor vehicles; private is open."""
    kinds = [
        ({"access": "no"}, 3),
        ({"access": "no", "motor_vehicle": "yes"}, 0),
        ({"hgv": "no"}, 2),
        ({"motor_vehicle": "no", "hgv": "yes"}, 1),
        ({"access": "private"}, 0),
        ({"junction": "roundabout"}, 0),
    ]
    ways = {at: ([9, 3, 7], {"highway": "residential", **tags}) for at, (tags, _) in enumerate(kinds, 1)}
    lines = read_street_lines(write_osm(tmp_path / "d.osm.pbf", SQUARE, ways))
    assert lines.shut_to.tolist() == [mask for _, mask in kinds]
    assert lines.roundabout.tolist() == [False] * 5 + [True]
    assert lines.oneway[-1] == 1


def test_real_restrictions_are_found() -> None:
    """Porto's 357 restrictions: each is a row or counted, those with two ways from or to are two rows."""
    turns = extract("porto").turns
    assert turns is not None
    assert (len(turns), turns.via_way, turns.conditional) == (349, 1, 0)
    assert int(turns.only.sum()) >= 70
