"""Where things happen: along streets, more in some neighbourhoods than in others, over and over at hot corners."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from data.demo.catalogue import PARK_SERVICES, SERVICES
from data.demo.frame import Floats
from data.demo.network import Network
from data.demo.noding import Ints
from data.demo.plan import DemoPlan, Shape
from data.demo.roads import PRIMARY, RESIDENTIAL, SECONDARY, TERTIARY

PLACES = ("homes", "roads", "main", "centre", "crossings", "back", "green", "low")
HOT_CORNERS, HOT_SHARE, HOT_REACH_M = 140, 0.232, 26.0
STADIUM_SHARE = 0.05  # of incidents of the services below
STADIUM_SERVICES = ("overflowing_bin", "litter", "road_obstruction", "blocked_bike_lane")
_AT_HOME = ("missed_collection", "bulky_waste")  # never at a hot corner
_PARK_SHARE = {"playground": 0.85, "dog_fouling": 0.32, "litter": 0.2, "overflowing_bin": 0.2}

Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Fabric:
    """What the ground plan means for requests: weights of pieces of street, hot corners, parks, how people report."""

    chance: dict[str, Floats]  # by kind of place, cumulative over pieces
    corner: Ints  # node of each hot corner
    corner_piece: Ints  # [corners, 4] pieces that meet there
    corner_chance: dict[str, tuple[Ints, Floats]]  # by kind of place: corners, cumulative chance
    app_share: Floats  # of each neighbourhood's reports
    parks: tuple[Shape, ...]
    park_chance: Floats
    stadium: Shape
    crossing: Ints  # [nodes, 2] streets that meet, -1 for none


@dataclass(frozen=True, slots=True)
class Sites:
    """True places of incidents. Metres from the centre; `park` and `stadium` say when no street is meant."""

    x_m: Floats
    y_m: Floats
    piece: Ints
    along_m: Floats
    side: Ints
    park: Ints  # -1: on a street
    stadium: Flags
    hot: Flags


def weave_fabric(rng: np.random.Generator, plan: DemoPlan) -> Fabric:
    """Rates of the neighbourhoods and pieces, and the corners that come up again and again."""
    weights, app_share = _piece_weights(rng, plan)
    chance = {place: _cumulative(weights[place]) for place in PLACES}
    corner, pieces, corner_chance = _hot_corners(rng, plan.network, weights)
    parks = tuple(plan.of_kind("park", "square"))
    size = np.array([_area_m2(park.points) ** 0.6 for park in parks])
    return Fabric(
        chance, corner, pieces, corner_chance, app_share, parks, _cumulative(size), plan.of_kind("stadium")[0],
        _crossings(plan),
    )  # fmt: skip


def _cumulative(weights: Floats) -> Floats:
    total = np.cumsum(weights)
    return np.asarray(total / total[-1])


def _area_m2(points: Floats) -> float:
    x, y = points.T
    return float(abs(np.dot(x[:-1], y[1:]) - np.dot(x[1:], y[:-1])) / 2)


def _piece_weights(rng: np.random.Generator, plan: DemoPlan) -> tuple[dict[str, Floats], Floats]:
    """Weight of every piece for each kind of place, and the share of reports by app in each neighbourhood."""
    network, quarter = plan.network, plan.piece_quarter
    away_km = np.hypot(*plan.quarter_middles.T) / 1000
    dense = (0.35 + 1.7 * np.exp(-away_km / 4.2)) * np.exp(0.30 * rng.normal(size=len(away_km)))
    hardship = _patchy(rng, plan.quarter_middles) + 0.5 * _near_works(plan)
    leafy = np.exp(0.35 * rng.normal(size=len(away_km)) + 0.06 * away_km)
    app_share = np.clip(0.5 - 0.16 * hardship + 0.08 * rng.normal(size=len(away_km)), 0.16, 0.78)
    built = network.length_m * (network.highway >= PRIMARY) * ~network.bridge
    by_class = np.zeros((len(PLACES), 6))
    by_class[:, [PRIMARY, SECONDARY, TERTIARY, RESIDENTIAL]] = (
        (0.4, 0.6, 0.9, 1.0), (2.0, 1.6, 1.2, 0.6), (3.0, 2.1, 1.0, 0.15), (1.6, 1.3, 1.1, 0.8),
        (3.4, 2.4, 1.0, 0.2), (0.3, 0.6, 0.9, 1.0), (0.6, 0.7, 0.9, 1.0), (1.0, 1.0, 1.0, 1.0),
    )  # fmt: skip
    hard, low = np.exp(0.75 * hardship), _near_water(plan)
    quarters = {
        "homes": dense, "roads": 0.4 + dense * 0.6, "main": 0.5 + dense * 0.5, "centre": dense**2 * np.sqrt(hard),
        "crossings": 0.3 + dense, "back": dense * hard**1.5, "green": leafy * (0.5 + 0.5 * dense),
        "low": 0.5 + dense,
    }  # fmt: skip
    weights = {
        place: built * by_class[at][network.highway] * quarters[place][quarter] for at, place in enumerate(PLACES)
    }
    weights["low"] = weights["low"] * low
    return weights, app_share


def _patchy(rng: np.random.Generator, middles: Floats) -> Floats:
    """A smooth field over the city, mean 0 and spread 1: neighbours are alike."""
    value = np.zeros(len(middles))
    for _ in range(9):
        turn, length = rng.uniform(0, 2 * np.pi), rng.uniform(6000, 16000)
        wave = middles @ np.array([np.cos(turn), np.sin(turn)]) * 2 * np.pi / length
        value += rng.normal() * np.sin(wave + rng.uniform(0, 2 * np.pi))
    value += 0.5 * rng.normal(size=len(middles))
    return np.asarray((value - value.mean()) / value.std())


def _near_works(plan: DemoPlan) -> Floats:
    """1 beside works and harbour, falling to 0 over two kilometres."""
    places = np.array([shape.points.mean(axis=0) for shape in plan.of_kind("industrial", "port")])
    away = np.hypot(*(plan.quarter_middles[:, None, :] - places[None, :, :]).transpose(2, 0, 1)).min(axis=1)
    return np.asarray(np.exp(-((away / 1600) ** 2)))


def _near_water(plan: DemoPlan) -> Floats:
    """Weight of pieces for floods: high within 500 m of the river or canal."""
    network = plan.network
    middle = np.column_stack([network.x_m[network.a], network.y_m[network.a]])
    line = np.vstack([shape.points for shape in plan.of_kind("river_line", "canal_line")])
    closest = line[cKDTree(line).query(middle)[1]]
    nearest = np.hypot(middle[:, 0] - closest[:, 0], middle[:, 1] - closest[:, 1])
    return np.asarray(0.25 + 4 * np.exp(-((nearest / 520) ** 2)))


def _hot_corners(
    rng: np.random.Generator, network: Network, weights: dict[str, Floats]
) -> tuple[Ints, Ints, dict[str, tuple[Ints, Floats]]]:
    """Junctions that draw incidents of one kind of place, a few of them far more than the rest."""
    ends = np.concatenate([network.a, network.b])
    pieces = np.concatenate([np.arange(len(network.a))] * 2)
    order = np.argsort(ends, kind="stable")
    first = np.searchsorted(ends[order], np.arange(len(network.x_m)))
    degree = np.bincount(ends, minlength=len(network.x_m))
    corner, chance = list[int](), dict[str, tuple[Ints, Floats]]()
    shares = {"back": 0.3, "centre": 0.22, "roads": 0.14, "crossings": 0.12, "main": 0.08, "homes": 0.07, "green": 0.05}
    for place, share in {**shares, "low": 0.02}.items():
        weight = np.bincount(network.a, weights[place], len(degree)) * (degree >= 3)
        weight[corner] = 0.0
        count = max(3, round(HOT_CORNERS * share))
        chosen = rng.choice(len(degree), size=count, replace=False, p=weight / weight.sum())
        rank = 1.0 / (np.arange(count) + 4.0) ** 0.7
        chance[place] = (len(corner) + np.arange(count), _cumulative(rank.astype(np.float64)))
        corner += chosen.tolist()
    nodes = np.array(corner, dtype=np.int64)
    slots = first[nodes][:, None] + np.arange(4)[None, :] % np.minimum(degree[nodes], 4)[:, None]
    return nodes, pieces[order][slots], chance


def _crossings(plan: DemoPlan) -> Ints:
    """The two greatest named streets that meet at each node; -1 where fewer do."""
    network = plan.network
    named = np.array([bool(name) for name in plan.street_names])[network.street]
    node = np.concatenate([network.a[named], network.b[named]])
    street = np.concatenate([network.street[named]] * 2)
    highway = np.concatenate([network.highway[named]] * 2)
    order = np.lexsort((street, highway, node))
    node, street = node[order], street[order]
    found = np.full((len(network.x_m), 2), -1, dtype=np.int64)
    start = np.flatnonzero(np.diff(node, prepend=-1))
    found[node[start], 0] = street[start]
    other = np.flatnonzero((street != found[node, 0]) & (found[node, 0] >= 0))
    found[node[other[::-1]], 1] = street[other[::-1]]
    return found


def place_incidents(rng: np.random.Generator, plan: DemoPlan, fabric: Fabric, service: Ints) -> Sites:
    """A true place for every incident, by what its service looks for."""
    count, network = len(service), plan.network
    piece, along = np.zeros(count, dtype=np.int64), np.zeros(count)
    hot = np.zeros(count, dtype=bool)
    pick, share, chance = rng.random(count), rng.random(count), rng.random(count)
    place_of = np.array([PLACES.index(item.place) if item.place in PLACES else -1 for item in SERVICES])
    settled = np.isin(service, [at for at, item in enumerate(SERVICES) if item.code in _AT_HOME])
    for at, place in enumerate(PLACES):
        own = np.flatnonzero((place_of[service] == at) | ((place_of[service] < 0) & (place == "green")))
        piece[own] = np.searchsorted(fabric.chance[place], pick[own], side="right").clip(0, len(network.a) - 1)
        along[own] = share[own] * network.length_m[piece[own]]
        warm = own[(chance[own] < HOT_SHARE) & ~settled[own]]
        piece[warm], along[warm] = _at_corner(fabric, network, place, pick[warm], share[warm])
        hot[warm] = True
    crossing = (place_of[service] == PLACES.index("crossings")) & ~hot
    along[crossing] = np.where(share[crossing] < 0.5, 4.0, network.length_m[piece[crossing]] - 4.0)
    side = np.where(rng.random(count) < 0.5, 1, -1)
    away = np.where(np.isin(place_of[service], (1, 2, 7)), rng.uniform(0, 3.5, count), rng.uniform(5.0, 9.0, count))
    x, y = beside_piece(network, piece, along, side * away)
    park = _in_parks(rng, fabric, service, hot)
    stadium = _at_stadium(rng, service) & (park < 0) & ~hot
    x, y = _onto_ground(rng, fabric, park, stadium, x, y)
    return Sites(x, y, piece, along, side, park, stadium, hot & (park < 0) & ~stadium)


def _at_corner(fabric: Fabric, network: Network, place: str, pick: Floats, share: Floats) -> tuple[Ints, Floats]:
    """A place within HOT_REACH_M of a hot corner."""
    corners, chance = fabric.corner_chance[place]
    at = corners[np.searchsorted(chance, pick, side="right").clip(0, len(corners) - 1)]
    piece = fabric.corner_piece[at, (share * 4096).astype(np.int64) % 4]
    reach = np.minimum(HOT_REACH_M * share, network.length_m[piece] * 0.5)
    along = np.where(network.a[piece] == fabric.corner[at], reach, network.length_m[piece] - reach)
    return piece, along


def beside_piece(network: Network, piece: Ints, along_m: Floats, left_m: Floats) -> tuple[Floats, Floats]:
    """Places at a distance along pieces (beyond their ends too), moved to the left."""
    x, y = network.x_m[network.a[piece]], network.y_m[network.a[piece]]
    dx = (network.x_m[network.b[piece]] - x) / network.length_m[piece]
    dy = (network.y_m[network.b[piece]] - y) / network.length_m[piece]
    return x + dx * along_m - dy * left_m, y + dy * along_m + dx * left_m


def _in_parks(rng: np.random.Generator, fabric: Fabric, service: Ints, hot: Flags) -> Ints:
    """The park of incidents that happen in one, else -1."""
    share = np.array([_PARK_SHARE.get(item.code, 0.22) * (item.code in PARK_SERVICES) for item in SERVICES])
    inside = (rng.random(len(service)) < share[service]) & ~hot
    park = np.searchsorted(fabric.park_chance, rng.random(len(service)), side="right")
    return np.where(inside, np.minimum(park, len(fabric.parks) - 1), -1)


def _at_stadium(rng: np.random.Generator, service: Ints) -> Flags:
    fit = np.isin(service, [at for at, item in enumerate(SERVICES) if item.code in STADIUM_SERVICES])
    return np.asarray(fit & (rng.random(len(service)) < STADIUM_SHARE))


def _onto_ground(
    rng: np.random.Generator, fabric: Fabric, park: Ints, stadium: Flags, x: Floats, y: Floats
) -> tuple[Floats, Floats]:
    """Places inside parks and around the stadium instead of on streets."""
    turn, reach = rng.random(len(park)), np.sqrt(rng.random(len(park)))
    for at, shape in enumerate(fabric.parks):
        own = np.flatnonzero(park == at)
        middle = shape.points[:-1].mean(axis=0)
        rim = shape.points[(turn[own] * (len(shape.points) - 1)).astype(np.int64)]
        x[own] = middle[0] + (rim[:, 0] - middle[0]) * reach[own] * 0.95
        y[own] = middle[1] + (rim[:, 1] - middle[1]) * reach[own] * 0.95
    ground = np.flatnonzero(stadium)
    middle = fabric.stadium.points[:-1].mean(axis=0)
    angle = turn[ground] * 2 * np.pi
    x[ground] = middle[0] + np.cos(angle) * (95 + 70 * reach[ground])
    y[ground] = middle[1] + np.sin(angle) * (75 + 70 * reach[ground])
    return x, y
