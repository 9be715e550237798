"""Where streets run, in the straight plan: avenues from the centre, rings, freeways, and a grid in each quarter."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from data.demo.curves import beside, distances_along, evenly, part_between
from data.demo.frame import Floats
from data.demo.terrain import BRIDGED_ISLAND_KM, Terrain, bank_roads

HIGHWAYS = ("motorway", "motorway_link", "primary", "secondary", "tertiary", "residential")
MOTORWAY, LINK, PRIMARY, SECONDARY, TERTIARY, RESIDENTIAL = range(6)
# What meets what at the same height. An exit meets its carriageway and the side road; nothing else meets a carriageway.
STREET, SIDE_ROAD, CARRIAGEWAY, EXIT, CONNECTOR = range(5)
MEETS = np.zeros((5, 5), dtype=bool)
for one, other in (
    (STREET, STREET),
    (STREET, SIDE_ROAD),
    (SIDE_ROAD, SIDE_ROAD),
    (SIDE_ROAD, EXIT),
    (EXIT, CARRIAGEWAY),
    (CONNECTOR, CARRIAGEWAY),
):
    MEETS[one, other] = MEETS[other, one] = True

RADIALS = {
    "Harbour Road": -5, "Kings Way": 28, "Quarry Road": 62, "Bridge Street": 97, "Abbey Road": 133,
    "Saltmarsh Road": 186, "Chapel Road": 218, "Granary Road": 252, "Tannery Road": 288,
}  # fmt: skip
PLAZA_M, INNER_M, OUTER_M, FAR_M = 170.0, 1700.0, 5000.0, 26000.0
# Quarters: first and last of the sectors between avenues, ring, turn in degrees (None: drawn near north),
# spacing of long and of cross streets.
QUARTERS = (
    (0, 8, 0, -24.0, 74.0, 92.0),
    (0, 1, 1, 17.0, 78.0, 118.0), (2, 3, 1, 4.0, 82.0, 110.0), (4, 4, 1, -38.0, 78.0, 118.0),
    (5, 6, 1, 31.0, 80.0, 112.0), (7, 8, 1, -16.0, 78.0, 122.0),
    (0, 2, 2, None, 84.0, 138.0), (3, 4, 2, None, 88.0, 134.0),
    (5, 6, 2, None, 84.0, 142.0), (7, 8, 2, None, 86.0, 138.0),
)  # fmt: skip
FREEWAY_HALF_M, CARRIAGEWAY_M, SIDE_ROAD_M = 77.0, 15.0, 80.0


@dataclass(slots=True)
class Roads:
    """Lines before they meet: one entry each in every list. `street` tells lines of one name from others."""

    points: list[Floats] = field(default_factory=list)
    kind: list[int] = field(default_factory=list)
    highway: list[int] = field(default_factory=list)
    oneway: list[int] = field(default_factory=list)  # 1 along the points, 0 both
    street: list[str] = field(default_factory=list)  # a name, or a key that a name is drawn for
    start_m: list[float] = field(default_factory=list)  # where on its street the line begins

    def add(
        self, points: Floats, highway: int, street: str, kind: int = STREET, oneway: int = 0, start_m: float = 0.0
    ) -> None:
        self.points.append(points if oneway >= 0 else points[::-1])
        self.kind.append(kind)
        self.highway.append(highway)
        self.oneway.append(abs(oneway))
        self.street.append(street)
        self.start_m.append(start_m)


def rule_roads(rng: np.random.Generator, terrain: Terrain) -> tuple[Roads, list[Floats]]:
    """All lines, and those of them (unclipped) that may part neighbourhoods."""
    roads, borders = Roads(), list[Floats]()
    ground = _Ground(terrain)
    for name, line in _avenues():
        borders.append(line)
        _add_clipped(roads, [line], ground.base, PRIMARY, [name])
    for name, line, highway in _rings():
        borders.append(line)
        _add_clipped(roads, [line], ground.base, highway, [name])
    _add_freeways(roads, terrain, ground, borders)
    for number, (line, away) in enumerate(bank_roads(terrain)):
        parts, _, _ = clip([line], shapely.difference(ground.base, away))
        for part, points in enumerate(parts):
            roads.add(points, TERTIARY, f"bank {number}.{part}")
    for number, quarter in enumerate(QUARTERS):
        _add_quarter(rng, roads, terrain, ground, number, quarter, borders)
    _add_island(roads, terrain)
    return roads, borders


@dataclass(slots=True)
class _Ground:
    """Where lines of a class may run. Polygons are prepared once."""

    terrain: Terrain
    base: shapely.Geometry = field(init=False)
    local: shapely.Geometry = field(init=False)
    collector: shapely.Geometry = field(init=False)
    arterial: shapely.Geometry = field(init=False)
    bridged: shapely.Geometry = field(init=False)
    side_road: shapely.Geometry = field(init=False)

    def __post_init__(self) -> None:
        t = self.terrain
        self.base = t.border.buffer(-30.0, join_style="mitre")
        river, canal = t.river.buffer(29.0), t.canal.buffer(23.0)
        soft = shapely.union_all([patch.polygon.buffer(9.0) for patch in t.of_kind("park")])
        hard = shapely.union_all(
            [patch.polygon.buffer(9.0) for patch in t.of_kind("cemetery", "lake", "stadium", "dock")]
        )
        port = shapely.union_all([patch.polygon for patch in t.of_kind("port", "industrial")])
        cut = [shapely.LineString(line).buffer(FREEWAY_HALF_M) for line in t.freeways.values()]
        rails = [shapely.LineString(line).buffer(20.0) for line in t.rails.values()]
        self.bridged = shapely.difference(self.base, hard)
        self.arterial = shapely.difference(self.bridged, river)
        self.collector = shapely.difference(self.arterial, soft)
        self.side_road = shapely.difference(self.collector, canal)
        self.local = shapely.difference(self.side_road, shapely.union_all([port, *cut, *rails]))


def _avenues() -> Iterator[tuple[str, Floats]]:
    for name, degrees in RADIALS.items():
        turn = np.radians(degrees)
        at = np.arange(PLAZA_M * 0.86, FAR_M, 500.0)
        yield name, np.column_stack([at * np.cos(turn), at * np.sin(turn)])


def avenue_lines() -> list[shapely.LineString]:
    """The avenues and rings, as far as they are ruled."""
    lines = [line for _, line in _avenues()] + [line for _, line, _ in _rings()]
    return [shapely.LineString(line) for line in lines]


def _circle(radius_m: float, first_deg: float = 0.0, last_deg: float = 360.0) -> Floats:
    """A ring, or a part of one: wider to the east and west than across, and not quite even."""
    count = max(12, round(radius_m * np.radians(last_deg - first_deg) / 120))
    angle = np.radians(np.linspace(first_deg, last_deg, count + 1))
    reach = radius_m * (1 + 0.10 * np.cos(2 * angle) + 0.045 * np.cos(3 * angle + 1) + 0.03 * np.cos(5 * angle + 2))
    if radius_m == INNER_M:  # over the bend of the river rather than along it
        reach *= 1 + 0.42 * np.exp(-(((angle - np.radians(98)) / np.radians(27)) ** 2))
    return np.column_stack([reach * np.cos(angle), reach * np.sin(angle)])


def _rings() -> Iterator[tuple[str, Floats, int]]:
    """The place in the middle, the inner ring and the outer ring in four named quarters."""
    yield "Market Place", _circle(PLAZA_M), SECONDARY
    quarters = (("East", -72, 28), ("North", 28, 133), ("West", 133, 218), ("South", 218, 288))
    for word, first, last in quarters:  # each a little longer than from avenue to avenue, so that it meets both
        yield f"Inner Ring {word}", _circle(INNER_M, first - 0.3, last + 0.3), PRIMARY
        yield f"Outer Ring {word}", _circle(OUTER_M, first - 0.1, last + 0.1), PRIMARY


def _sector(first: int, last: int, ring: int) -> BaseGeometry:
    """The polygon between two avenues and two rings; whole circles for the middle."""
    near, far = ((0.0, INNER_M), (INNER_M, OUTER_M), (OUTER_M, FAR_M))[ring]
    if ring == 0:
        return shapely.Polygon(_circle(far))
    angles = [*RADIALS.values(), -5 + 360]
    outer, inner = _circle(far, angles[first], angles[last + 1]), _circle(near, angles[first], angles[last + 1])
    return shapely.make_valid(shapely.Polygon(np.vstack([outer, inner[::-1]])))


def clip(lines: Sequence[Floats] | Floats, ground: shapely.Geometry) -> tuple[list[Floats], list[int], list[float]]:
    """The parts of lines inside a polygon, the line each comes from, and where on that line it begins (metres)."""
    if isinstance(lines, np.ndarray):
        whole = np.asarray(shapely.linestrings(lines))
    else:
        whole = np.array([shapely.LineString(line) for line in lines], dtype=object)
    if not len(whole):
        return [], [], []
    shapely.prepare(ground)
    inside = shapely.contains_properly(ground, whole)
    touched = np.flatnonzero(~inside & shapely.intersects(ground, whole))
    parts, index = shapely.get_parts(shapely.intersection(whole[touched], ground), return_index=True)
    source = np.concatenate([np.flatnonzero(inside), touched[index]]).astype(np.int64)
    pieces = np.concatenate([whole[inside], parts])
    good = (shapely.get_type_id(pieces) == 1) & (shapely.length(pieces) > 15.0)
    pieces, source = pieces[good], source[good]
    order = np.argsort(source, kind="stable")
    pieces, source = pieces[order], source[order]
    starts = shapely.line_locate_point(whole[source], shapely.get_point(pieces, 0))
    places, index = shapely.get_coordinates(pieces, return_index=True)
    points = np.split(places, np.flatnonzero(np.diff(index)) + 1) if len(pieces) else []
    return points, source.tolist(), np.asarray(starts).tolist()


def _add_clipped(
    roads: Roads,
    lines: Sequence[Floats] | Floats,
    ground: shapely.Geometry,
    highway: int,
    streets: Sequence[str],
    kind: int = STREET,
    oneway: Sequence[int] = (),
    starts_m: Sequence[float] = (),
) -> None:
    for points, source, start in zip(*clip(lines, ground), strict=True):
        roads.add(
            points, highway, streets[source], kind, oneway[source] if len(oneway) else 0,
            start + (starts_m[source] if len(starts_m) else 0.0),
        )  # fmt: skip


def _add_freeways(roads: Roads, terrain: Terrain, ground: _Ground, borders: list[Floats]) -> None:
    """Two carriageways and two one-way side roads each; traffic keeps to the right."""
    major = shapely.union_all(
        [shapely.LineString(p) for p, h in zip(roads.points, roads.highway, strict=True) if h <= 3]
    )
    for name, line in terrain.freeways.items():
        borders.append(line)
        _add_clipped(roads, [beside(line, -CARRIAGEWAY_M)], ground.base, MOTORWAY, [name], CARRIAGEWAY, [1])
        _add_clipped(roads, [beside(line, CARRIAGEWAY_M)], ground.base, MOTORWAY, [name], CARRIAGEWAY, [-1])
        for side, word in ((-1, "Right"), (1, "Left")):
            street = f"{name.removesuffix(' Freeway')} Service Road {word}"
            points = beside(line, side * SIDE_ROAD_M)
            _add_clipped(roads, [points], ground.side_road, TERTIARY, [street], SIDE_ROAD, [-side])
        _add_exits(roads, ground, name, line, major)
    _add_connectors(roads, terrain)


def _add_exits(roads: Roads, ground: _Ground, name: str, line: Floats, major: shapely.Geometry) -> None:
    """Four ramps around a crossing with an avenue or ring, or every 2 km or so."""
    shape = shapely.LineString(line)
    crossings = shapely.line_locate_point(shape, shapely.get_parts(shapely.intersection(shape, major)))
    inside = shapely.get_coordinates(shapely.intersection(shape, ground.base))[[0, -1]]
    low, high = np.asarray(shapely.line_locate_point(shape, shapely.points(inside))).tolist()
    taken: list[float] = []
    for at in [low + 480, high - 480, *sorted(crossings.tolist()), *np.arange(low, high, 700.0).tolist()]:
        if any(abs(at - other) < 1500.0 for other in taken) or not low + 450.0 < at < high - 450.0:
            continue
        ramps = [
            (sign, np.vstack([_off(line, at - a, side * CARRIAGEWAY_M), _off(line, at - b, side * SIDE_ROAD_M)]))
            for side, sign in ((-1, 1), (1, -1))
            for a, b in ((430.0, 190.0), (-430.0, -190.0))
        ]
        places = shapely.points(np.vstack([points for _, points in ramps]))
        if not shapely.contains(ground.side_road, places).all():
            continue
        taken.append(at)
        for number, (_, points) in enumerate(ramps):
            leaving = number in (0, 3)  # at the first ramp of either direction traffic leaves the freeway
            ends = _stretched(points, 3.0)
            roads.add(ends if leaving else ends[::-1], LINK, f"{name} exit", EXIT, 1)


def _off(line: Floats, at_m: float, side_m: float) -> Floats:
    """The point beside a line at a distance along it."""
    piece = part_between(line, at_m - 5.0, at_m + 5.0, 5.0)
    return np.asarray(beside(piece, side_m)[1])


def _stretched(points: Floats, by_m: float) -> Floats:
    """A two-point line longer at both ends."""
    unit = (points[1] - points[0]) / np.hypot(*(points[1] - points[0]))
    return np.vstack([points[0] - unit * by_m, points[1] + unit * by_m])


def _add_connectors(roads: Roads, terrain: Terrain) -> None:
    """Where two freeways cross, the four right turns."""
    names = list(terrain.freeways)
    for i, one in enumerate(names):
        for other in names[i + 1 :]:
            a, b = terrain.freeways[one], terrain.freeways[other]
            cross = shapely.intersection(shapely.LineString(a), shapely.LineString(b))
            for point in [part for part in shapely.get_parts(cross) if not part.is_empty]:
                s = float(shapely.line_locate_point(shapely.LineString(a), point))
                t = float(shapely.line_locate_point(shapely.LineString(b), point))
                for line, at, onto, to in ((a, s, b, t), (b, t, a, s)):
                    for way in (1, -1):
                        _add_right_turn(roads, line, at, way, onto, to)


def _add_right_turn(roads: Roads, line: Floats, at: float, way: int, onto: Floats, to: float) -> None:
    """From a carriageway before the crossing to the carriageway that leads away to the right."""
    start = _off(line, at - way * 420.0, -way * CARRIAGEWAY_M)
    ends = [(_off(onto, to + turn * 420.0, -turn * CARRIAGEWAY_M), turn) for turn in (1, -1)]
    heading = _off(line, at, 0.0) - _off(line, at - way * 50.0, 0.0)
    for end, _ in ends:
        step = end - start
        if heading[0] * step[1] - heading[1] * step[0] < 0:
            roads.add(_stretched(np.vstack([start, end]), 3.0), LINK, "connector", CONNECTOR, 1)


@dataclass(frozen=True, slots=True)
class _Ruler:
    """Offsets of one family of parallels: arterials and collectors, and the local streets between two of them."""

    major: Floats
    arterial: NDArray[np.bool_]
    local: tuple[Floats, ...]  # one array a gap between majors


def _ruler(rng: np.random.Generator, reach_m: float, spacing_m: float) -> _Ruler:
    steps = rng.uniform(0.88, 1.12, int(2 * reach_m / 620) + 4) * 620.0
    major = -reach_m + np.cumsum(steps)
    arterial = (np.arange(len(major)) + rng.integers(0, 2)) % 2 == 0
    local = []
    for low, high in itertools.pairwise(major):
        count = max(1, round((high - low) / spacing_m)) - 1
        even = low + (high - low) * (np.arange(count) + 1) / (count + 1)
        local.append(even + rng.uniform(-0.07, 0.07, count) * spacing_m)
    return _Ruler(major, arterial, tuple(local))


def _add_quarter(
    rng: np.random.Generator, roads: Roads, terrain: Terrain, ground: _Ground, number: int,
    quarter: tuple[int, int, int, float | None, float, float], borders: list[Floats],
) -> None:  # fmt: skip
    """The grid of one quarter: both families of parallels, turned together."""
    first, last, ring, degrees, long_m, cross_m = quarter
    turn = np.radians(rng.uniform(-7, 7) if degrees is None else degrees + rng.uniform(-3, 3))
    zone = _sector(first, last, ring).buffer(2.5)
    reach = 15000.0 if ring == 2 else FAR_M / 4
    rulers = (_ruler(rng, reach, long_m), _ruler(rng, reach, cross_m))
    basis = np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
    for family in (0, 1):
        own, crossing = rulers[family], rulers[1 - family]
        axes = basis if family == 0 else basis[::-1]
        key = f"{number}.{family}"
        _add_majors(rng, roads, terrain, ground, zone, own, axes, key, borders)
        lines, streets, oneway, starts = _locals(rng, own, crossing, axes, key, downtown=ring == 0)
        local = shapely.intersection(ground.local, zone)
        _add_clipped(roads, lines, local, RESIDENTIAL, streets, STREET, oneway, starts)


def _add_majors(
    rng: np.random.Generator, roads: Roads, terrain: Terrain, ground: _Ground, zone: shapely.Geometry, ruler: _Ruler,
    axes: Floats, key: str, borders: list[Floats],
) -> None:  # fmt: skip
    """Arterials, some of them over the river, and collectors, which end at it."""
    grounds = {
        name: shapely.intersection(place, zone)
        for name, place in (("bridged", ground.bridged), ("arterial", ground.arterial), ("collector", ground.collector))
    }
    reach = float(-ruler.major[0]) + 700.0
    shore, avenues = shapely.union(terrain.river, terrain.canal), shapely.multilinestrings(avenue_lines())
    ends = np.array([-reach, reach])[None, :, None] * axes[0] + ruler.major[:, None, None] * axes[1]
    chance = rng.random(len(ends))
    pieces, source, _ = clip(ends, zone)
    bridged = np.array(ruler.arterial & (chance < 0.62))
    for points, at in zip(pieces, source, strict=True):
        bridged[at] &= not _no_bridge(points, shore, avenues)
        if ruler.arterial[at]:
            borders.append(points)
    parts = (("bridged", bridged, SECONDARY), ("arterial", ruler.arterial & ~bridged, SECONDARY),
             ("collector", ~ruler.arterial, TERTIARY))  # fmt: skip
    for ground_name, chosen, highway in parts:
        streets = [f"{key}.m{at}" for at in np.flatnonzero(chosen)]
        _add_clipped(roads, ends[chosen], grounds[ground_name], highway, streets)


def _no_bridge(line: Floats, shore: shapely.Geometry, avenues: shapely.Geometry) -> bool:
    """Whether a line meets the island's water, runs along water rather than over it, or a great bridge is near."""
    parts = [
        part for part in shapely.get_parts(shapely.intersection(shapely.LineString(line), shore)) if part.length > 0
    ]
    low, high = (1000 * km for km in BRIDGED_ISLAND_KM)
    for part in parts:
        west, south, east, north = part.bounds
        by_island = west < high + 400 and east > low - 400 and south < 0
        if by_island or np.hypot(east - west, north - south) > 640 or part.distance(avenues) < 260:
            return True
    return False


def _locals(
    rng: np.random.Generator, own: _Ruler, crossing: _Ruler, axes: Floats, key: str, *, downtown: bool
) -> tuple[Floats, list[str], list[int], list[float]]:
    """Local streets from one cross major to the next; some step sideways and take another name, some are missing."""
    low, high = crossing.major[:-1], crossing.major[1:]
    lines, streets, oneway, starts = list[Floats](), list[str](), list[int](), list[float]()
    for gap, offsets in enumerate(own.local):
        spacing = (own.major[gap + 1] - own.major[gap]) / (len(offsets) + 1)
        for number, offset in enumerate(offsets.tolist()):
            shift, side, missing = rng.random((3, len(low)))
            steps = shift < (0.06 if downtown else 0.34)
            steps[0] = False
            last = np.maximum.accumulate(np.where(steps, np.arange(len(low)), 0))
            across = offset + np.where(last > 0, (side[last] - 0.5) * 0.45 * spacing, 0.0)
            kept = np.flatnonzero(missing >= (0.01 if downtown else 0.06))
            along = np.stack([low[kept] - 3, high[kept] + 3], axis=1)
            lines.append(along[:, :, None] * axes[0] + across[kept][:, None, None] * axes[1])
            streets += [f"{key}.{gap}.{number}.{run}" for run in np.cumsum(steps)[kept].tolist()]
            oneway += [(1 if number % 2 else -1) if downtown and number % 3 else 0] * len(kept)
            starts += (low[kept] - low[last[kept]]).tolist()
    return np.concatenate(lines), streets, oneway, starts


def _add_island(roads: Roads, terrain: Terrain) -> None:
    """A small grid on the island, which no bridge reaches: there is a ferry for people only."""
    ground = terrain.island.buffer(-22.0)
    axis = terrain.island.minimum_rotated_rectangle
    corner = shapely.get_coordinates(axis)[:3]
    sides = sorted((corner[1] - corner[0], corner[2] - corner[1]), key=lambda side: float(np.hypot(*side)))
    short, long = (side / np.hypot(*side) for side in sides)
    middle = np.asarray(terrain.island.centroid.coords)[0]
    lines = [
        np.vstack([middle + k * 70 * short - 900 * long, middle + k * 70 * short + 900 * long]) for k in (-1, 0, 1)
    ]
    lines += [
        np.vstack([middle + k * 95 * long - 300 * short, middle + k * 95 * long + 300 * short]) for k in range(-6, 7)
    ]
    _add_clipped(roads, lines, ground, RESIDENTIAL, [f"island {number}" for number in range(len(lines))])
    ring = evenly(np.asarray(ground.buffer(-4).exterior.coords), 60.0)
    roads.add(ring, RESIDENTIAL, "island shore")


def length_m(points: Floats) -> float:
    """Metres of a line."""
    return float(distances_along(points)[-1])
