"""Streets of every kind of source: kilometres, one-ways and what is reached, against counts without our readers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import numpy as np
import osmium
import pyogrio
import pytest
from pyproj import Geod
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from desktop.operations.import_streets import CityStreets, StreetImport, build_streets
from geo.travel_profiles import CLASSES
from tests.shared import shared_file

GEOD = Geod(ellps="WGS84")
Line = tuple[
    np.ndarray, list[object], int
]  # degrees, a name for each point, and 1, -1 or 0: one-way along, against, no


def osm_lines(path: Path) -> Iterator[Line]:
    """Driven ways of an extract by osmium's own walk with locations, one-way as the wiki defines it."""
    for way in osmium.FileProcessor(str(path)).with_locations().with_filter(osmium.filter.KeyFilter("highway")):
        if not way.is_way() or len(way.nodes) < 2 or way.tags["highway"] not in CLASSES:
            continue
        tags = dict(way.tags)
        said = next((tags[key] for key in ("motor_vehicle", "vehicle", "access") if key in tags), "yes")
        car = tags.get("motorcar", said)
        lorry = tags.get("hgv", said)
        closed = {"no", "agricultural", "forestry"}
        if tags.get("area") == "yes" or (car in closed and lorry in closed):
            continue
        one = tags.get("oneway", "")
        implied = not one and (
            tags["highway"] in ("motorway", "motorway_link") or tags.get("junction") in ("roundabout", "circular")
        )
        way_of = 1 if one in ("yes", "true", "1") or implied else -1 if one in ("-1", "reverse") else 0
        yield np.array([(node.lon, node.lat) for node in way.nodes]), [node.ref for node in way.nodes], way_of


def layer_lines(path: Path, field: str, along: object, against: object) -> Iterator[Line]:
    """Lines of a layer by pyogrio alone; points within about 0.1 m are one, ends on one level that is."""
    frame = pyogrio.read_dataframe(path).to_crs(4326)
    levels = frame[["F_ZLEV", "T_ZLEV"]].to_numpy() if "F_ZLEV" in frame else np.zeros((len(frame), 2), dtype=int)
    directions = frame[field] if field else [None] * len(frame)
    for geometry, said, above in zip(frame.geometry, directions, levels.tolist(), strict=True):
        way_of = 1 if said == along and said is not None else -1 if said == against and said is not None else 0
        parts = list(getattr(geometry, "geoms", [geometry])) if geometry is not None else []
        for number, part in enumerate(parts):
            points = np.asarray(part.coords)[:, :2]
            names: list[object] = [(*point, 0) for point in np.round(points, 6).tolist()]
            if number == 0:
                names[0] = (*names[0][:2], above[0])  # type: ignore[index]
            if number == len(parts) - 1:
                names[-1] = (*names[-1][:2], above[1])  # type: ignore[index]
            if len(points) > 1:
                yield points, names, way_of


def counted(lines: list[Line]) -> tuple[float, float, float]:
    """Kilometres on the ellipsoid: of all lines, of one-ways, and of the largest part that all leads to all in."""
    km = [GEOD.line_length(points[:, 0], points[:, 1]) / 1000 for points, _, _ in lines]
    number: dict[object, int] = {}
    tail, head, step_km = [], [], []
    for points, names, way_of in lines:
        ids = [number.setdefault(name, len(number)) for name in names]
        lengths = GEOD.line_lengths(points[:, 0], points[:, 1]) / 1000
        for a, b, length in zip(ids[:-1], ids[1:], lengths, strict=True):
            for ends in ([(a, b)] if way_of >= 0 else []) + ([(b, a)] if way_of <= 0 else []):
                tail.append(ends[0])
                head.append(ends[1])
                step_km.append(length / (1 if way_of else 2))
    graph = coo_matrix((np.ones(len(tail)), (tail, head)), shape=(len(number),) * 2).tocsr()
    part = connected_components(graph, directed=True, connection="strong")[1]
    inside = part[tail] == part[head]
    by_part = np.bincount(part[tail][inside], weights=np.array(step_km)[inside])
    return sum(km), sum(length for length, line in zip(km, lines, strict=True) if line[2]), float(by_part.max())


SOURCES = {
    "columbus": "osm/columbus.osm.pbf",
    "columbus unsorted": "osm/columbus_unsorted.osm.pbf",
    "porto": "osm/porto.osm.pbf",
    "back bay": "osm/boston_backbay_fenway.osm",
    "boston": "streets/boston_streets.geojson",
    "cambridge": "streets/cambridge_centerlines.geojson",
    "syracuse": "streets/syracuse/streets.shp",
}
FIELDS = {"boston": ("", None, None), "cambridge": ("Direction", "1", "-1"), "syracuse": ("ONE_WAY", "FT", "TF")}


@cache
def streets_of(name: str) -> CityStreets:
    """The streets of a source as an import makes them; a large one is read once."""
    return build_streets(StreetImport(shared_file(SOURCES[name])), None)


@pytest.mark.slow
@pytest.mark.parametrize("name", SOURCES)
def test_kilometres_one_ways_and_reach_are_right(name: str) -> None:
    """Each source's figures are those of a plain count: 0.2 % for the projection, 1 % for what turns shut in."""
    path = shared_file(SOURCES[name])
    lines = list(osm_lines(path) if "osm/" in SOURCES[name] else layer_lines(path, *FIELDS[name]))
    km, oneway_km, reached_km = counted(lines)
    network = streets_of(name).network
    assert network.km == pytest.approx(km, rel=0.002)
    assert network.oneway_km == pytest.approx(oneway_km, rel=0.002, abs=0.01)
    assert network.km - network.unreachable_km == pytest.approx(reached_km, rel=0.01)


def test_restrictions_of_a_real_city_are_obeyed() -> None:
    """Porto: every relation over a node is placed or told, and no turn of the graph is among those forbidden."""
    streets = streets_of("porto")
    network, turns = streets.network, streets.lines.turns
    assert turns is not None
    kinds = Counter(turns.only.tolist())
    assert kinds[False] > 250
    assert len(turns) - network.unplaced_restrictions > 0.9 * len(turns)
    graph = network.graph()
    before = np.repeat(np.arange(len(graph.head)), np.diff(graph.turn_first))
    pairs = set(zip(before.tolist(), graph.turn.tolist(), strict=True))
    forbidden = list(zip(network.ban_before.tolist(), network.ban_after.tolist(), strict=True))
    assert len(forbidden) > 300
    assert not pairs & set(forbidden)
