"""Street files: lengths of real cities, unsorted ids, missing nodes, truncated files, one-ways and feet."""

from __future__ import annotations

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


@pytest.mark.parametrize(("name", "km", "tolerance"), [("columbus", 1_856, 40), ("porto", 8_903, 150)])
def test_real_extracts_have_their_kilometres(name: str, km: float, tolerance: float) -> None:
    """The driven streets of two real extracts are as long as is known, up to which small classes count."""
    lines = read_street_lines(shared_file(f"osm/{name}.osm.pbf"))
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
