"""Turns: matrix and ways against a plain search over states, restrictions, dead ends, sides, profiles and hours."""

from __future__ import annotations

import heapq
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.crs import to_metres
from geo.errors import GeoError
from geo.snapping import Snaps
from geo.streets import StreetNetwork
from geo.travel import Ways, matrix, snap, unreached, way
from geo.travel_profiles import CAR, LORRY, FlowShares, TravelProfile
from tests.geo.street_networks import EPSG, network_of, place, restrictions_of
from tests.soak import examples

State = tuple[int, bool]  # a line, and whether it is driven along its points


@dataclass
class Town:
    """Lines of two points each, what is forbidden on them, and the network made of them."""

    ends: list[tuple[int, int]]
    oneway: list[int]
    rules: list[tuple[int, int, int, bool]]
    network: StreetNetwork

    def states(self) -> list[State]:
        """Every direction in which a line may be driven."""
        return [(i, d) for i, way in enumerate(self.oneway) for d in (True, False) if way == 0 or d is (way == 1)]

    def tail(self, state: State) -> int:
        return self.ends[state[0]][0 if state[1] else 1]

    def head(self, state: State) -> int:
        return self.ends[state[0]][1 if state[1] else 0]

    def seconds(self, state: State) -> float:
        """The oracle's own reckoning: length over the usual speed of a residential street."""
        return max(0.1, float(self.network.edge_length_m[state[0]]) / (27 / 3.6))

    def may_follow(self, one: State, other: State) -> bool:
        """What the restrictions say of a turn, read one by one."""
        node = self.head(one)
        if self.tail(other) != node:
            return False
        placed = [rule for rule in self.rules if rule[0] == one[0] and rule[1] == node and self.placed(rule)]
        if any(not only and to == other[0] for _, _, to, only in placed):
            return False
        only = [to for _, _, to, only in placed if only]
        return not only or other[0] in only

    def placed(self, rule: tuple[int, int, int, bool]) -> bool:
        """Whether exactly one state drives up to the node, and one away from it."""
        states = self.states()
        return (
            sum(s[0] == rule[0] and self.head(s) == rule[1] for s in states) == 1
            and sum(s[0] == rule[2] and self.tail(s) == rule[1] for s in states) == 1
        )

    def after(self, one: State) -> list[tuple[State, float]]:
        """States that may follow one, and the wait before them."""
        others = [other for other in self.states() if self.may_follow(one, other)]
        on = [(other, 0.0) for other in others if other[0] != one[0]]
        return on or [(other, CAR.u_turn_s) for other in others if other == (one[0], not one[1])]


def oracle(town: Town, snaps: Snaps, a: int, b: int) -> float:
    """Seconds from place to place within lines, by a plain search over states."""
    line_a, line_b = int(snaps.edge[a]), int(snaps.edge[b])
    share = snaps.along_m / town.network.edge_length_m[snaps.edge]

    def before(state: State, at: int) -> float:
        return town.seconds(state) * float(share[at] if state[1] else 1 - share[at])

    best = np.inf
    queue: list[tuple[float, int, State]] = []
    entered: dict[State, float] = {}

    def enter(state: State, seconds: float) -> None:
        if seconds < entered.get(state, np.inf):
            entered[state] = seconds
            heapq.heappush(queue, (seconds, len(queue), state))

    for state in town.states():
        if state[0] != line_a:
            continue
        if line_a == line_b and before(state, b) >= before(state, a):
            best = min(best, before(state, b) - before(state, a))
        for other, wait in town.after(state):
            enter(other, town.seconds(state) - before(state, a) + wait)
    while queue:
        seconds, _, state = heapq.heappop(queue)
        if seconds > entered[state]:
            continue
        if state[0] == line_b:
            best = min(best, seconds + before(state, b))
        for other, wait in town.after(state):
            enter(other, seconds + town.seconds(state) + wait)
    return best


@st.composite
def towns(draw: st.DrawFn) -> Town:
    """Junctions at random, streets between some of them, parallel ones too, one-ways, both kinds of restrictions."""
    count = draw(st.integers(4, 9))
    rng = np.random.default_rng(draw(st.integers(0, 2**31)))
    spot = rng.uniform(0, 800, (count, 2))
    ends = [(i, (i + 1) % count) for i in range(count - draw(st.integers(0, 1)))]
    ends += [tuple(rng.choice(count, 2, replace=False).tolist()) for _ in range(draw(st.integers(0, 8)))]
    oneway = draw(st.lists(st.sampled_from([0, 0, 0, 1, -1]), min_size=len(ends), max_size=len(ends)))
    rules = []
    for _ in range(draw(st.integers(0, 6))):
        line = draw(st.integers(0, len(ends) - 1))
        node = ends[line][draw(st.integers(0, 1))]
        to = draw(st.sampled_from([i for i, pair in enumerate(ends) if node in pair]))
        rules.append((line, node, to, draw(st.integers(0, 3)) == 0))
    lines = [[(a, *spot[a].tolist()), (b, *spot[b].tolist())] for a, b in ends]
    return Town(ends, oneway, rules, network_of(lines, oneway, restrictions=restrictions_of(rules)))


def places_in(town: Town, seed: int, count: int = 6) -> Snaps:
    """Places within reachable lines, and one at an end of a line."""
    rng = np.random.default_rng(seed)
    edge = rng.choice(np.flatnonzero(town.network.reachable), count)
    along = rng.uniform(0.01, 0.99, count) * town.network.edge_length_m[edge]
    return Snaps(edge, along, np.zeros(count), np.zeros(count, dtype=np.int8))


@settings(max_examples=examples(150), deadline=None)
@given(towns(), st.integers(0, 2**31))
def test_times_are_those_of_a_plain_search_over_states(town: Town, seed: int) -> None:
    """With one-ways, restrictions and dead ends, each entry of the matrix is what a textbook search finds."""
    if not town.network.reachable.any():
        return
    snaps = places_in(town, seed)
    duration_s, _ = matrix(town.network, snaps)
    for a in range(len(snaps.edge)):
        for b in range(len(snaps.edge)):
            if a != b:
                assert duration_s[a, b] == pytest.approx(oracle(town, snaps, a, b), abs=1e-6)


@settings(max_examples=examples(150), deadline=None)
@given(towns(), st.integers(0, 2**31))
def test_a_way_adds_up_to_its_entry_of_the_matrix_and_breaks_no_rule(town: Town, seed: int) -> None:
    """Each way, found one after the other, has the matrix's seconds and metres to the last bit and is as long as drawn.

    Every turn is allowed, and a way is the same where nothing was searched before it.
    """
    network = town.network
    if not network.reachable.any():
        return
    snaps = places_in(town, seed)
    duration_s, distance_m = matrix(network, snaps)
    ways = Ways(network, snaps)
    for a in range(len(snaps.edge)):
        for b in range(len(snaps.edge)):
            found = ways.way(a, b)
            assert np.array_equal(found.arc, way(network, snaps, a, b).arc)
            assert (found.seconds, found.metres) == (duration_s[a, b], distance_m[a, b])
            graph = network.graph()
            driven_s = (graph.time_s[found.arc] * (found.leave - found.enter)).sum()
            assert driven_s + CAR.u_turn_s * found.turned.sum() == pytest.approx(found.seconds, abs=1e-6)
            states = [(int(arc) >> 1, arc % 2 == 0) for arc in found.arc]
            for one, other in pairwise(states):
                assert other in [after for after, _ in town.after(one)]
            lon, lat = ways.path(a, b)
            x_m, y_m = to_metres(lon, lat, EPSG)
            assert np.hypot(np.diff(x_m), np.diff(y_m)).sum() == pytest.approx(found.metres, abs=0.01)


@settings(max_examples=examples(40), deadline=None)
@given(towns(), st.integers(0, 2**31))
def test_rows_and_columns_are_those_of_the_whole(town: Town, seed: int) -> None:
    """Some sources and some targets give the very part of the matrix of all."""
    if not town.network.reachable.any():
        return
    snaps = places_in(town, seed)
    whole = matrix(town.network, snaps)
    part = matrix(town.network, snaps, sources=np.array([4, 1]), targets=np.array([0, 1, 5]))
    for all_of, some in zip(whole, part, strict=True):
        assert np.array_equal(all_of[np.ix_([4, 1], [0, 1, 5])], some)


def cross(rules: list[tuple[int, int, int, bool]], vehicles: int = 3) -> StreetNetwork:
    """A crossing at node 0: south, east, north, west (lines 0 to 3), with a ring road around it (4 to 7)."""
    spots = [(1, 0, -500), (2, 500, 0), (3, 0, 500), (4, -500, 0)]
    arms = [[(0, 0, 0), spot] for spot in spots]
    ring = [[spots[i], spots[(i + 1) % 4]] for i in range(4)]
    return network_of(arms + ring, restrictions=restrictions_of(rules, vehicles))


def between(network: StreetNetwork, *spots: tuple[float, float], profile: TravelProfile = CAR) -> np.ndarray:
    """Metres between spots."""
    lon, lat = np.concatenate([place(*spot) for spot in spots], axis=1)
    return matrix(network, snap(network, lon, lat, profile=profile), profile=profile)[1]


SOUTH, WEST = (0, -250), (-250, 0)


def test_a_forbidden_left_turn_is_driven_around() -> None:
    """From the south no left turn to the west: the way leads back and round; the other way stays short."""
    metres = between(cross([(0, 0, 3, False)]), SOUTH, WEST)
    assert metres[0, 1] == pytest.approx(250 + 500 * 2**0.5 + 250, abs=0.1)
    assert metres[1, 0] == pytest.approx(500, abs=0.1)


def test_only_straight_on_forbids_all_else() -> None:
    """Only straight on from the south: neither left nor right, and no other arm is concerned."""
    metres = between(cross([(0, 0, 2, True)]), SOUTH, WEST, (250, 0), (0, 250))
    round_m = 250 + 500 * 2**0.5 + 250
    assert metres[0] == pytest.approx([0, round_m, round_m, 500], abs=0.1)
    assert metres[1, 2] == pytest.approx(500, abs=0.1)


def test_a_restriction_holds_for_its_vehicles_alone() -> None:
    """Forbidden to lorries: a car turns left, a lorry drives around."""
    network = cross([(0, 0, 3, False)], vehicles=2)
    assert between(network, SOUTH, WEST)[0, 1] == pytest.approx(500, abs=0.1)
    assert between(network, SOUTH, WEST, profile=LORRY)[0, 1] > 1000


def test_nobody_turns_round_but_at_a_dead_end() -> None:
    """A one-way feeds a street between a dead end and a crossing: the way back leads over the dead end, and costs."""
    lines = [
        [(0, 0, 0), (1, 0, 300)],  # north from the foot
        [(1, 0, 300), (2, 100, 300)],  # a dead end to the east
        [(1, 0, 300), (3, -400, 300)],  # and on to the west
        [(3, -400, 300), (0, 0, 0)],
    ]
    network = network_of(lines, [1, 0, 1, 1], restrictions=restrictions_of([(0, 1, 2, False)]))
    lon, lat = np.concatenate([place(0, 100), place(-200, 300)], axis=1)
    snaps = snap(network, lon, lat)
    found = way(network, snaps, 0, 1)
    assert found.metres == pytest.approx(200 + 100 + 100 + 200, abs=0.1)
    assert found.turned.tolist() == [False, False, True, False]
    free = way(network, snaps, 0, 1, profile=replace(CAR, u_turn_s=0.0))
    assert found.seconds - free.seconds == pytest.approx(CAR.u_turn_s)


def test_a_turn_that_is_no_place_is_counted() -> None:
    """A restriction over a node that its ways do not meet at is told, and forbids nothing."""
    network = cross([(0, 2, 3, False)])
    assert network.unplaced_restrictions == 1
    assert not len(network.ban_before)


def test_streets_that_bans_shut_in_are_not_reached() -> None:
    """A spur that may never be turned into is no place to snap to; it counts as out of reach."""
    lines = [[(0, 0, 0), (1, 300, 0)], [(1, 300, 0), (2, 600, 0)], [(1, 300, 0), (3, 300, 200)]]
    network = network_of(lines, restrictions=restrictions_of([(0, 1, 2, False), (1, 1, 2, False)]))
    assert network.reachable.tolist() == [True, True, False]
    assert network.unreachable_km == pytest.approx(0.2, rel=1e-3)


def test_a_stop_is_told_its_side_and_can_be_served_from_it_alone() -> None:
    """North of an eastward line is left. Who keeps to its own side and drives on the right comes from the east."""
    ring = [[(0, 0, 0), (1, 400, 0)], [(1, 400, 0), (2, 400, 300)], [(2, 400, 300), (0, 0, 0)]]
    network = network_of([*ring, [(2, 400, 300), (3, 400, 500)]])  # without a dead end nobody could turn round
    lon, lat = np.concatenate([place(100, 10), place(200, 10), place(200, -10)], axis=1)
    snaps = snap(network, lon, lat)
    assert snaps.side.tolist() == [-1, -1, 1]
    both = matrix(network, snaps)[1]
    assert both[0, 1] == pytest.approx(100, abs=0.1)
    own = matrix(network, snaps, profile=replace(CAR, own_side=True))[1]
    assert own[1, 0] == pytest.approx(100, abs=0.1)
    assert own[0, 1] > 1000
    left = matrix(network, snaps, profile=replace(CAR, own_side=True, drives_left=True))[1]
    assert left[0, 1] == pytest.approx(100, abs=0.1)


def test_a_lorry_keeps_off_its_closed_streets() -> None:
    """A short cut of a forbidden class is driven by a car and not by a lorry, which has no doors on it either."""
    lines = [[(0, 0, 0), (1, 400, 0)], [(0, 0, 0), (2, 200, 300), (1, 400, 0)]]
    network = network_of(lines, highway=["residential", "unclassified"])
    lorry = replace(LORRY, forbidden=frozenset({"residential"}))
    assert between(network, (0, 0), (400, 0))[0, 1] == pytest.approx(400, abs=0.1)
    assert between(network, (0, 0), (400, 0), profile=lorry)[0, 1] > 700
    assert snap(network, *place(200, 5), profile=lorry, cap_m=100).edge.tolist() == [-1]


def test_hours_slow_the_way_by_the_mean_of_their_shares() -> None:
    """Half the free flow in one hour and all of it in the next: between the two a way takes 1.5 times as long."""
    network = network_of([[(0, 0, 0), (1, 900, 0)]])
    shares = FlowShares(minor=(1.0,) * 8 + (0.5,) + (1.0,) * 15)
    snaps = snap(network, *np.concatenate([place(100, 0), place(800, 0)], axis=1))
    free = matrix(network, snaps, profile=TravelProfile(shares=shares))[0][0, 1]
    for start_h, end_h, times in ((8, 9, 2.0), (8, 10, 1.5), (8.5, 9, 2.0), (32, 33, None), (9, 33, 1 + 1 / 24)):
        if times is None:
            with pytest.raises(GeoError, match="hours begin between 0 and 24"):
                TravelProfile(shares=shares).during(start_h, end_h)
            continue
        slow = matrix(network, snaps, profile=TravelProfile(shares=shares).during(start_h, end_h))[0][0, 1]
        assert slow == pytest.approx(free * times)


def test_vehicles_with_other_times_have_other_digests() -> None:
    """What changes a time or a turn changes the digest; a name does not, nor a top speed that no street allows."""
    network = network_of([[(0, 0, 0), (1, 100, 0)], [(1, 100, 0), (2, 900, 0)]])
    slow = replace(CAR, most_kmh=5.0)
    others = [
        CAR, LORRY, slow, CAR.during(8, 16), CAR.during(8, 17), replace(CAR, own_side=True), replace(CAR, u_turn_s=5.0),
    ]  # fmt: skip
    assert len({network.digest(profile) for profile in others}) == len(others)
    assert network.digest(replace(CAR, name="my car")) == network.digest(replace(CAR, most_kmh=300.0))
    assert network.digest(replace(CAR, most_kmh=300.0)) == network.digest(CAR)


@pytest.mark.parametrize(
    ("broken", "words"),
    [
        ({"most_kmh": 0.0}, "top speeds"),
        ({"forbidden": frozenset({"canal"})}, "'canal' is no class"),
        ({"u_turn_s": -1.0}, "0 s"),
    ],
)
def test_a_profile_that_makes_no_sense_names_its_rule(broken: dict[str, object], words: str) -> None:
    """Each broken rule is told."""
    with pytest.raises(GeoError, match=words):
        replace(CAR, **broken)


def test_what_no_street_reaches_is_listed_with_its_reason() -> None:
    """A place beside a street that is cut off is on an island, one far from all is too far; metres are told."""
    lines = [[(0, 0, 0), (1, 400, 0)], [(7, 5000, 0), (8, 5200, 0)]]
    network = network_of(lines)
    lon, lat = np.concatenate([place(100, 10), place(5100, 20), place(100, 2000)], axis=1)
    found = unreached(network, snap(network, lon, lat), lon, lat)
    assert [(one.place, one.why) for one in found] == [(1, "island"), (2, "too far")]
    assert [one.nearest_m for one in found] == pytest.approx([20, 2000], abs=0.1)
