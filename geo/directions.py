"""Written directions from a way: where to turn, by which angle, into which street, and how far it goes on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from geo.crs import to_metres
from geo.snapping import RIGHT, Snaps
from geo.streets import Floats, StreetNetwork
from geo.travel import Way, way, way_piece
from geo.travel_profiles import CAR, TravelProfile

Kind = Literal[
    "depart", "continue", "keep left", "keep right", "slight left", "left", "sharp left", "slight right", "right",
    "sharp right", "u-turn", "roundabout", "arrive",
]  # fmt: skip
Side = Literal["left", "right", ""]

STRAIGHT_DEG = 30.0  # less than that is no turn
SLIGHT_DEG = 55.0
SHARP_DEG = 125.0
LOOK_M = 15.0  # headings are taken over that much of a street: its last metres bend for the crossing's sake
TRIVIAL_M = 15.0  # a straight piece shorter than that whose name comes back is not told


@dataclass(frozen=True, slots=True)
class Manoeuvre:
    """One line of directions: what to do where, the street that follows (empty: no name) and how far one stays on it.

    exit counts the exits of a roundabout, from 1. compass is the heading at the start ("NE"), side where the stop lies
    at the end. lon and lat are where it is done.
    """

    kind: Kind
    street: str
    metres: float
    seconds: float
    lon: float
    lat: float
    exit: int = 0
    compass: str = ""
    side: Side = ""


@dataclass(slots=True)
class _Stretch:
    """Pieces of a way that are one for the reader."""

    first: int
    last: int
    street: str
    round: bool


def directions(
    network: StreetNetwork, snaps: Snaps, start: int, end: int, *, profile: TravelProfile = CAR
) -> tuple[Manoeuvre, ...]:
    """The way from one place to another in words' stead; metres and seconds add up to those of the matrix.

    GeoError where none leads.
    """
    found = way(network, snaps, start, end, profile=profile)
    if not len(found.arc):
        lon, lat = _foot(network, snaps, end)
        return (Manoeuvre("arrive", "", 0.0, 0.0, lon, lat, side=""),)
    metres, seconds = _costs(network, found, profile)
    shapes = [_metres(network, found, at) for at in range(len(found.arc))]
    stretches = _stretches(network, found, shapes, metres)
    told: list[Manoeuvre] = []
    for at, stretch in enumerate(stretches):
        own = slice(stretch.first, stretch.last + 1)
        length_m, time_s = float(metres[own].sum()), float(seconds[own].sum())
        lon, lat = (float(values[0]) for values in way_piece(network, found, stretch.first))
        kind, exits = _kind(network, found, shapes, stretches, at)
        street = stretch.street
        if stretch.round:
            street = stretches[at + 1].street if at + 1 < len(stretches) else stretch.street
        compass = _compass(_heading(shapes[0], True)) if at == 0 else ""
        told.append(Manoeuvre(kind, street, length_m, time_s, lon, lat, exits, compass))
    lon, lat = (float(values[-1]) for values in way_piece(network, found, len(found.arc) - 1))
    told.append(Manoeuvre("arrive", told[-1].street, 0.0, 0.0, lon, lat, side=_side(found, snaps, end)))
    return tuple(_joined(told))


def _joined(told: list[Manoeuvre]) -> list[Manoeuvre]:
    """The street after a roundabout is told with it; one line holds both lengths."""
    lines: list[Manoeuvre] = []
    for one in told:
        before = lines[-1] if lines else None
        if before is not None and before.kind == "roundabout" and one.kind == "continue":
            both = (before.metres + one.metres, before.seconds + one.seconds)
            lines[-1] = Manoeuvre(before.kind, one.street, *both, before.lon, before.lat, before.exit, before.compass)
        else:
            lines.append(one)
    return lines


def _costs(network: StreetNetwork, found: Way, profile: TravelProfile) -> tuple[Floats, Floats]:
    graph, share = network.graph(profile), found.leave - found.enter
    return graph.length_m[found.arc] * share, graph.time_s[found.arc] * share + graph.u_turn_s * found.turned


def _metres(network: StreetNetwork, found: Way, at: int) -> tuple[Floats, Floats]:
    return to_metres(*way_piece(network, found, at), network.crs_epsg)


def _stretches(
    network: StreetNetwork, found: Way, shapes: list[tuple[Floats, Floats]], metres: Floats
) -> list[_Stretch]:
    """Pieces joined while street and roundabout stay and nothing turns; trivial ones belong to what is before."""
    stretches: list[_Stretch] = []
    for at, arc in enumerate(found.arc.tolist()):
        street, is_round = network.edge_name[arc >> 1], bool(network.roundabout[arc >> 1])
        last = stretches[-1] if stretches else None
        if last is not None and not found.turned[at] and last.round == is_round:
            turns = abs(_turn(shapes[at - 1], shapes[at])) >= STRAIGHT_DEG and _choice(network, found, at)
            if is_round or (last.street == street and not turns) or (metres[at] < 0.5 and at + 1 == len(found.arc)):
                last.last = at
                continue
        stretches.append(_Stretch(at, at, street, is_round))
    return _without_trivial(found, stretches, shapes, metres)


def _without_trivial(
    found: Way, stretches: list[_Stretch], shapes: list[tuple[Floats, Floats]], metres: Floats
) -> list[_Stretch]:
    """A short straight piece of another name between two of one (a bridge, a square's corner) is not told."""
    kept: list[_Stretch] = []
    at = 0
    while at < len(stretches):
        one = stretches[at]
        after = stretches[at + 1] if at + 1 < len(stretches) else None
        if kept and after is not None and not (one.round or kept[-1].round or after.round):
            short = metres[one.first : one.last + 1].sum() < TRIVIAL_M and kept[-1].street == after.street
            joints = (one.first, after.first)
            straight = all(abs(_turn(shapes[i - 1], shapes[i])) < STRAIGHT_DEG for i in joints)
            if short and straight and not found.turned[list(joints)].any():
                kept[-1].last = after.last
                at += 2
                continue
        kept.append(one)
        at += 1
    return kept


def _kind(
    network: StreetNetwork,
    found: Way,
    shapes: list[tuple[Floats, Floats]],
    stretches: list[_Stretch],
    at: int,
) -> tuple[Kind, int]:
    """What to do before a stretch, and the exit where it is a roundabout."""
    stretch = stretches[at]
    if at == 0:
        return "depart", 0
    if stretch.round:
        return "roundabout", _exit(network, found, stretch)
    if stretches[at - 1].round:
        return "continue", 0
    if found.turned[stretch.first]:
        return "u-turn", 0
    angle = _turn(shapes[stretch.first - 1], shapes[stretch.first])
    if abs(angle) < STRAIGHT_DEG:
        return _keep(network, found, shapes, stretch.first, angle), 0
    side = "right" if angle > 0 else "left"
    degree = "slight " if abs(angle) < SLIGHT_DEG else "sharp " if abs(angle) > SHARP_DEG else ""
    return f"{degree}{side}", 0  # type: ignore[return-value]


def _keep(network: StreetNetwork, found: Way, shapes: list[tuple[Floats, Floats]], at: int, angle: float) -> Kind:
    """Straight on, or which way to keep where another street goes on about straight too."""
    for arc in _others(network, found, at):
        other = _turn(shapes[at - 1], _arc_metres(network, arc))
        if abs(other) < STRAIGHT_DEG:
            return "keep right" if angle > other else "keep left"
    return "continue"


def _others(network: StreetNetwork, found: Way, at: int) -> list[int]:
    """Arcs that could have followed a piece instead of the one that does."""
    graph = network.graph()
    before, after = int(found.arc[at - 1]), int(found.arc[at])
    node = int(graph.head[before])
    out = graph.out[graph.out_first[node] : graph.out_first[node + 1]].tolist()
    return [arc for arc in out if arc >> 1 not in (before >> 1, after >> 1)]


def _choice(network: StreetNetwork, found: Way, at: int) -> bool:
    """Whether anything else could have followed: a bend of the street is no turn."""
    return bool(_others(network, found, at))


def _exit(network: StreetNetwork, found: Way, stretch: _Stretch) -> int:
    """Which exit of a roundabout is taken: ways out that are passed, and the one that is not."""
    graph = network.graph()
    exits = 0
    for arc in found.arc[stretch.first : stretch.last + 1].tolist():
        node = int(graph.head[arc])
        out = graph.out[graph.out_first[node] : graph.out_first[node + 1]]
        exits += bool(np.any(~network.roundabout[out >> 1]))
    return max(1, exits)


def _arc_metres(network: StreetNetwork, arc: int) -> tuple[Floats, Floats]:
    points = slice(int(network.edge_first[arc >> 1]), int(network.edge_last[arc >> 1]) + 1)
    x, y = to_metres(network.point_lon[points], network.point_lat[points], network.crs_epsg)
    return (x, y) if arc % 2 == 0 else (x[::-1], y[::-1])


def _turn(before: tuple[Floats, Floats], after: tuple[Floats, Floats]) -> float:
    """Degrees by which the heading changes, right positive, from -180 to 180."""
    change = _heading(after, True) - _heading(before, False)
    return float((change + 180.0) % 360.0 - 180.0)


def _heading(line: tuple[Floats, Floats], at_start: bool) -> float:
    """Degrees from north of the first or last metres of a line."""
    x, y = line if at_start else (line[0][::-1], line[1][::-1])
    along = np.concatenate([[0.0], np.cumsum(np.hypot(np.diff(x), np.diff(y)))])
    ahead = min(LOOK_M, float(along[-1]))
    run_x, run_y = np.interp(ahead, along, x) - x[0], np.interp(ahead, along, y) - y[0]
    sign = 1.0 if at_start else -1.0
    return float(np.degrees(np.arctan2(sign * run_x, sign * run_y)) % 360.0)


def _compass(heading_deg: float) -> str:
    return ("N", "NE", "E", "SE", "S", "SW", "W", "NW")[round(heading_deg / 45.0) % 8]


def _side(found: Way, snaps: Snaps, end: int) -> Side:
    """On which side of the driver the place lies."""
    side = int(snaps.side[end]) * (1 if found.arc[-1] % 2 == 0 else -1)
    return "" if side == 0 else "right" if side == RIGHT else "left"


def _foot(network: StreetNetwork, snaps: Snaps, place: int) -> tuple[float, float]:
    from geo.travel import path

    lon, lat = path(network, snaps, place, place)
    return float(lon[0]), float(lat[0])
