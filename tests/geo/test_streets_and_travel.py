"""Streets and travel: the graph against plain Dijkstra and known lengths, snapping, ways as long as the matrix says."""

from __future__ import annotations

import heapq

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.crs import to_metres
from geo.errors import GeoError
from geo.progress import Stopped
from geo.streets import StreetNetwork, build_network
from geo.travel import matrix, path, snap, straight_line_matrix
from tests.geo.street_networks import EPSG, grids, network_of, place
from tests.shared import shared_file
from tests.soak import examples


def plain_dijkstra(network: StreetNetwork, start: int) -> dict[int, float]:
    """The oracle: textbook Dijkstra over the edges, in seconds."""
    ways: dict[int, list[tuple[int, float]]] = {}
    for edge, seconds in enumerate(network.edge_length_m / (network.edge_speed_kmh / 3.6)):
        a, b = int(network.edge_start[edge]), int(network.edge_end[edge])
        if network.forward[edge]:
            ways.setdefault(a, []).append((b, max(0.1, seconds)))
        if network.backward[edge]:
            ways.setdefault(b, []).append((a, max(0.1, seconds)))
    best, heap = {start: 0.0}, [(0.0, start)]
    while heap:
        cost, node = heapq.heappop(heap)
        if cost > best[node]:
            continue
        for other, seconds in ways.get(node, []):
            if cost + seconds < best.get(other, np.inf):
                best[other] = cost + seconds
                heapq.heappush(heap, (cost + seconds, other))
    return best


@settings(max_examples=examples(40))
@given(grids(), st.integers(0, 2**31))
def test_the_matrix_is_what_plain_dijkstra_gives(network: StreetNetwork, seed: int) -> None:
    """Between junctions, times equal a textbook Dijkstra, and every way is as long as its entry says."""
    edges = np.flatnonzero(network.reachable)
    if not len(edges):
        return
    rng = np.random.default_rng(seed)
    chosen = rng.choice(edges, 6)
    points = network.edge_first[chosen]
    snaps = snap(network, network.point_lon[points], network.point_lat[points])
    duration_s, distance_m = matrix(network, snaps)
    starts = network.edge_start[chosen]
    for a in range(6):
        best = plain_dijkstra(network, int(starts[a]))
        for b in range(6):
            assert duration_s[a, b] == pytest.approx(best[int(starts[b])], abs=0.01)
            if a != b:
                lon, lat = path(network, snaps, a, b)
                x_m, y_m = to_metres(lon, lat, EPSG)
                assert np.hypot(np.diff(x_m), np.diff(y_m)).sum() == pytest.approx(distance_m[a, b], abs=0.01)


def test_one_ways_are_driven_around() -> None:
    """On a one-way square the way back is the long way round, and along the same edge too."""
    ring = [
        [(0, 0, 0), (1, 100, 0)],
        [(1, 100, 0), (2, 100, 100)],
        [(2, 100, 100), (3, 0, 100)],
        [(3, 0, 100), (0, 0, 0)],
    ]
    network = network_of(ring, [1, 1, 1, 1])
    lon, lat = np.concatenate([place(20, 0), place(80, 0)], axis=1)
    _, distance_m = matrix(network, snap(network, lon, lat))
    assert distance_m == pytest.approx(np.array([[0, 60], [340, 0]]), rel=1e-3)
    assert network.oneway_km == pytest.approx(0.4, rel=1e-3)


def test_what_cannot_be_reached_is_counted_and_not_snapped_to() -> None:
    """A dead-end one-way is outside the connected part: its length is told, and places there are not reached."""
    lines = [
        [(0, 0, 0), (1, 1000, 0)],
        [(1, 1000, 0), (2, 1000, 1000)],
        [(2, 1000, 1000), (0, 0, 0)],
        [(1, 1000, 0), (9, 5000, 0)],
    ]
    network = network_of(lines, [0, 0, 0, 1])
    assert network.unreachable_km == pytest.approx(4.0, rel=1e-3)
    snaps = snap(network, *place(4000, 10))
    assert snaps.unreachable.tolist() == [0]
    assert not np.isfinite(matrix(network, snaps)[0][0, 0]) or len(snaps.edge) == 1


def test_parallel_streets_keep_the_quicker() -> None:
    """Two streets between the same junctions: the shorter one counts."""
    network = network_of([[(0, 0, 0), (5, 50, 200), (1, 100, 0)], [(0, 0, 0), (1, 100, 0)]])
    lon, lat = np.concatenate([place(0, 0), place(100, 0)], axis=1)
    assert matrix(network, snap(network, lon, lat))[1][0, 1] == pytest.approx(100, rel=1e-3)


@pytest.mark.parametrize("far_m", [1_000.0, 60_000.0, 200_000.0])
def test_streets_of_any_length_are_searched_alike(far_m: float) -> None:
    """A street of metres, one of hours and a way around: seconds add up, though the queue has longer steps then."""
    network = network_of(
        [
            [(0, 0, 0), (1, 5, 0)],
            [(1, 5, 0), (2, far_m, 0)],
            [(1, 5, 0), (3, far_m / 2, 300), (2, far_m, 0)],
            [(2, far_m, 0), (4, far_m + 5, 0)],
        ]
    )
    lon, lat = np.concatenate([place(x, 0) for x in (0, 5, far_m, far_m + 5)], axis=1)
    seconds, metres = matrix(network, snap(network, lon, lat))
    along = np.concatenate([[0.0], np.cumsum(network.edge_length_m[[0, 1, 3]])])
    drive_s = np.concatenate([[0.0], np.cumsum(network.graph().time_s[[0, 2, 6]])])
    assert np.allclose(metres, np.abs(along[:, None] - along[None, :]), rtol=1e-9)
    assert np.allclose(seconds, np.abs(drive_s[:, None] - drive_s[None, :]), rtol=1e-9)


def test_a_stop_is_obeyed() -> None:
    """A person who stops gets no matrix."""
    network = network_of([[(0, 0, 0), (1, 100, 0)]])
    with pytest.raises(Stopped):
        matrix(network, snap(network, *place(10, 0)), should_stop=lambda: True)


def test_no_streets_are_refused() -> None:
    """Lines that nobody drives on get a sentence."""
    with pytest.raises(GeoError, match="can be driven"):
        build_network(
            np.array([8.0, 8.1]), np.array([53.0, 53.1]), np.array([0, 2]), np.array([1, 2]), ["x"], ["footway"],
            np.zeros(1, dtype=np.int8), np.zeros(1, dtype=np.float32), crs_epsg=EPSG,
        )  # fmt: skip


def test_a_network_survives_the_store() -> None:
    """Arrays out and in again give the same network."""
    network = network_of([[(0, 0, 0), (1, 100, 0)], [(1, 100, 0), (2, 100, 90)]])
    again = StreetNetwork.from_arrays(network.to_arrays())
    assert again.edge_name == network.edge_name
    assert again.km == network.km
    assert np.array_equal(again.graph().turn, network.graph().turn)


def test_without_streets_lines_are_straight_times_a_detour() -> None:
    """3 and 4 kilometres at a right angle: 5 km of line are 6.5 km of way."""
    _, distance_m = straight_line_matrix([0, 3000], [0, 4000])
    assert distance_m[0, 1] == pytest.approx(6500)


@pytest.mark.parametrize(
    ("name", "epsg", "km", "components"),
    [("osm/columbus.osm.pbf", 32617, 1_856, None), ("streets/boston_streets.geojson", 26986, 1_544, 73)],
)
def test_real_cities_have_their_kilometres(name: str, epsg: int, km: float, components: int | None) -> None:
    """Two real cities: length as known within half a percent, Boston in 73 parts with 1,040 km in the largest."""
    from data.connectors.streets import read_street_lines

    lines = read_street_lines(shared_file(name))
    network = build_network(
        lines.lon,
        lines.lat,
        lines.offsets,
        lines.node_id,
        lines.name,
        lines.highway,
        lines.oneway,
        lines.speed_kmh,
        crs_epsg=epsg,
    )
    assert network.km == pytest.approx(km, rel=0.005)
    if components is not None:
        assert network.component_count == components
        assert network.km - network.unreachable_km == pytest.approx(1_040, rel=0.005)
