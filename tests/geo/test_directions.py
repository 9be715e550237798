"""Directions: turns by their angles, names, roundabouts, dead ends, the side of the stop; nothing lost on the way."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.directions import directions
from geo.streets import StreetNetwork
from geo.travel import matrix, snap
from tests.geo.street_networks import grids, network_of, place, restrictions_of
from tests.soak import examples

Line = list[tuple[int, float, float]]


def kinds(network: StreetNetwork, start: tuple[float, float], end: tuple[float, float]) -> list[tuple[str, str]]:
    """Kind and street of each line of the directions between two spots."""
    lon, lat = np.concatenate([place(*start), place(*end)], axis=1)
    return [(one.kind, one.street) for one in directions(network, snap(network, lon, lat), 0, 1)]


@pytest.mark.parametrize(
    ("bearing_deg", "kind"),
    [
        (45, "slight right"),
        (90, "right"),
        (150, "sharp right"),
        (-45, "slight left"),
        (-90, "left"),
        (-150, "sharp left"),
    ],
)
def test_a_turn_is_named_by_its_angle(bearing_deg: float, kind: str) -> None:
    """From the south at a crossing, a street at each bearing gets the turn that a driver would call it."""
    x, y = 200 * np.sin(np.radians(bearing_deg)), 200 * np.cos(np.radians(bearing_deg))
    lines: list[Line] = [[(0, 0, -200), (1, 0, 0)], [(1, 0, 0), (2, x, y)], [(1, 0, 0), (3, 0, 200)]]
    told = kinds(network_of(lines), (0, -100), (x / 2, y / 2))
    assert told == [("depart", "Street 0"), (kind, "Street 1"), ("arrive", "Street 1")]


def test_a_name_that_changes_is_told_and_a_bend_is_not() -> None:
    """Straight on into another name continues; a street that bends without a crossing turns nowhere."""
    lines: list[Line] = [[(0, 0, 0), (1, 200, 0)], [(1, 200, 0), (2, 400, 0), (3, 400, 200)]]
    told = kinds(network_of(lines), (50, 0), (400, 100))
    assert told == [("depart", "Street 0"), ("continue", "Street 1"), ("arrive", "Street 1")]


def test_a_fork_says_which_way_to_keep() -> None:
    """Two streets go on about straight: the directions say on which side one keeps."""
    lines: list[Line] = [[(0, 0, 0), (1, 0, 300)], [(1, 0, 300), (2, 40, 600)], [(1, 0, 300), (3, -40, 600)]]
    network = network_of(lines)
    assert kinds(network, (0, 100), (20, 450))[1] == ("keep right", "Street 1")
    assert kinds(network, (0, 100), (-20, 450))[1] == ("keep left", "Street 2")


def ring() -> StreetNetwork:
    """A roundabout, driven against the clock, with arms to south, east, north and west (lines 0 to 3)."""
    spots = [(10, 0, -30), (11, 30, 0), (12, 0, 30), (13, -30, 0)]
    far = [(20, 0, -300), (21, 300, 0), (22, 0, 300), (23, -300, 0)]
    arms: list[Line] = [[spots[i], far[i]] for i in range(4)]
    arcs: list[Line] = [[spots[i], spots[(i + 1) % 4]] for i in range(4)]
    return network_of(arms + arcs, [0] * 4 + [1] * 4, roundabout=np.array([False] * 4 + [True] * 4))


@pytest.mark.parametrize(("end", "number"), [((200, 0), 1), ((0, 200), 2), ((-200, 0), 3)])
def test_a_roundabout_counts_its_exits(end: tuple[float, float], number: int) -> None:
    """From the south: the first exit leads east, the second north, the third west; the street behind it is named."""
    network = ring()
    lon, lat = np.concatenate([place(0, -200), place(*end)], axis=1)
    told = directions(network, snap(network, lon, lat), 0, 1)
    assert [one.kind for one in told] == ["depart", "roundabout", "arrive"]
    assert (told[1].exit, told[1].street) == (number, f"Street {number}")
    assert told[0].compass == "N"


def test_turning_round_is_told_where_the_street_ends() -> None:
    """A left turn that is forbidden leads into the dead end and back: there the driver turns round."""
    lines: list[Line] = [
        [(0, 0, 0), (1, 0, 300)],
        [(1, 0, 300), (2, 100, 300)],
        [(1, 0, 300), (3, -400, 300)],
        [(3, -400, 300), (0, 0, 0)],
    ]
    network = network_of(lines, [1, 0, 1, 1], restrictions=restrictions_of([(0, 1, 2, False)]))
    told = kinds(network, (0, 100), (-200, 300))
    assert [kind for kind, _ in told] == ["depart", "right", "u-turn", "continue", "arrive"]


def test_a_trivial_piece_is_not_told() -> None:
    """Ten metres of another name in the middle of a street, straight on, are no line of their own."""
    lines: list[Line] = [[(0, 0, 0), (1, 200, 0)], [(1, 200, 0), (2, 210, 0)], [(2, 210, 0), (3, 400, 0)]]
    network = network_of(lines, names=["Long Street", "Bridge", "Long Street"])
    assert kinds(network, (50, 0), (350, 0)) == [("depart", "Long Street"), ("arrive", "Long Street")]


def test_the_side_of_the_stop_is_the_drivers() -> None:
    """North of the street is left when driving east, and right when driving west."""
    network = network_of([[(0, 0, 0), (1, 400, 0)]])
    lon, lat = np.concatenate([place(50, 5), place(200, 8), place(350, -5)], axis=1)
    snaps = snap(network, lon, lat)
    assert directions(network, snaps, 0, 1)[-1].side == "left"
    assert directions(network, snaps, 2, 1)[-1].side == "right"


@settings(max_examples=examples(40), deadline=None)
@given(grids(), st.integers(0, 2**31))
def test_lines_add_up_to_the_way(network: StreetNetwork, seed: int) -> None:
    """Whatever is joined, metres and seconds of all lines are those of the matrix; the last line arrives."""
    edges = np.flatnonzero(network.reachable)
    if not len(edges):
        return
    rng = np.random.default_rng(seed)
    points = network.edge_first[rng.choice(edges, 4)]
    shift = rng.uniform(-3e-4, 3e-4, (2, 4))
    snaps = snap(network, network.point_lon[points] + shift[0], network.point_lat[points] + shift[1])
    duration_s, distance_m = matrix(network, snaps)
    for a in range(4):
        for b in range(4):
            if a != b and not len(snaps.unreachable):
                told = directions(network, snaps, a, b)
                assert sum(one.metres for one in told) == pytest.approx(distance_m[a, b], abs=0.01)
                assert sum(one.seconds for one in told) == pytest.approx(duration_s[a, b], abs=0.01)
                assert told[-1].kind == "arrive"
