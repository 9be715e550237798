"""The ground the city stands on, in the straight plan: river, island, canal, lakes, parks, rail, freeways, border."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import shapely
from shapely import Polygon
from shapely.geometry.base import BaseGeometry

from data.demo.curves import beside, blob, evenly, smooth_line
from data.demo.frame import CITY_KM2, Floats

RIVER_NAME, CANAL_NAME, ISLAND_NAME = "River Wend", "Wend Cut", "Heron Island"
RIVER_KM = [
    (-20, 5.2), (-15, 4.4), (-11, 5.3), (-7.6, 3.6), (-4.6, 1.5), (-1.9, 1.9), (0.6, 1.0), (2.0, -1.2), (4.0, -3.3),
    (7.6, -4.2), (11.2, -6.6), (15, -7.6), (20, -9.0),
]  # fmt: skip
CANAL_KM = [(0.9, 0.7), (2.3, 1.7), (2.9, 4.0), (5.0, 6.6), (6.2, 9.0), (6.6, 13.0)]
FREEWAYS_KM = {
    "Southern Freeway": [(-19, -4.6), (-9, -3.7), (-3.2, -2.6), (1.2, -3.1), (5.4, -1.5), (10, 1.2), (19, 3.6)],
    "Cathedral Freeway": [(-5.4, 14), (-4.4, 6.6), (-3.0, 2.6), (-2.6, -1.0), (-3.4, -5.2), (-2.2, -14)],
    "Orchard Freeway": [(4.2, 14), (6.0, 6.4), (8.8, 1.4), (10.4, -2.4), (10.4, -6.4), (9.2, -14)],
}
RAIL_KM = {
    "Wend Valley Line": [
        (-20, 0.4),
        (-8, -0.3),
        (-3.4, -1.2),
        (-0.6, -1.5),
        (1.0, -0.6),
        (4.2, 1.0),
        (9, 4.0),
        (20, 7),
    ],
    "Harbour Branch": [(-0.9, -1.5), (2.2, -3.6), (5.0, -5.6), (8.2, -6.0), (10.2, -7.4)],
}
BRIDGED_ISLAND_KM = (5.2, 7.2)  # no street crosses the river between these (x of the plan)
PARK_NAMES = [
    "Castle Park", "Orchard Common", "Bishop's Wood", "Long Meadow", "Mill Park", "Saltmarsh Green", "Priory Gardens",
    "Foundry Park", "Heron Fields", "Kings Common", "Alder Wood", "Quarry Park", "Lock Meadows", "Westmoor Heath",
    "Tern Park", "Beacon Hill Park", "Osier Park", "Weavers Green", "Ferry Park", "Hazel Wood",
]  # fmt: skip
LAKE_NAMES = [
    "Quarry Lake",
    "Swan Mere",
    "Long Mere",
    "Mill Pond",
    "Alder Mere",
    "Gravel Lake",
    "Reed Mere",
    "North Mere",
]
CEMETERY_NAMES = [
    "Eastbank Cemetery", "Old Cemetery", "Moor Cemetery", "Hill Cemetery", "Ashgrove Cemetery", "Field Cemetery",
]  # fmt: skip


INDUSTRY_NAMES = ["Foundry Works", "Rolling Mill", "Valley Goods Yard", "Paper Works", "Gasworks Estate", "Brick Works"]


@dataclass(frozen=True, slots=True)
class Patch:
    """A named piece of ground of one kind: park, lake, cemetery, port, dock, stadium, yard."""

    kind: str
    name: str
    outline: Floats  # closed, [n, 2]

    @property
    def polygon(self) -> Polygon:
        return Polygon(self.outline)


@dataclass(frozen=True, slots=True)
class Terrain:
    """Everything that streets have to respect. Plan metres; `border` encloses the city."""

    border: Polygon
    river_line: Floats
    river_pieces: tuple[Floats, ...]  # closed outlines that together are the water; they overlap by some metres
    river: Polygon  # bank to bank, the island included
    island: Polygon
    canal_line: Floats
    canal: Polygon
    freeways: dict[str, Floats]
    rails: dict[str, Floats]
    patches: tuple[Patch, ...]
    water: BaseGeometry = field(repr=False)  # river without the island, canal, lakes, docks

    def of_kind(self, *kinds: str) -> list[Patch]:
        """The patches of some kinds, in order."""
        return [patch for patch in self.patches if patch.kind in kinds]


def shape_terrain(rng: np.random.Generator, avenues: list[shapely.LineString]) -> Terrain:
    """The same main lines for every seed, with other parks, lakes, island and border.

    avenues: the greatest streets, which lakes and cemeteries leave alone.
    """
    border = _border(rng)
    line = smooth_line(RIVER_KM, 60.0)
    left, right, pieces, island = _river(rng, line)
    river = _largest(shapely.make_valid(Polygon(np.vstack([left, right[::-1]]))))
    canal_line = smooth_line(CANAL_KM, 60.0)
    canal = shapely.LineString(canal_line).buffer(27.0, cap_style="flat")
    freeways = {name: smooth_line(points, 60.0) for name, points in FREEWAYS_KM.items()}
    rails = {name: smooth_line(points, 60.0) for name, points in RAIL_KM.items()}
    taken = [river.buffer(120), canal.buffer(60), *(shapely.LineString(way).buffer(140) for way in freeways.values())]
    port, docks = _port(line, right, river)
    patches = [port, *docks, _stadium()]
    taken += [port.polygon.buffer(60), patches[-1].polygon.buffer(60), shapely.Point(0, 0).buffer(500)]
    patches += _industry(rng, rails["Wend Valley Line"], taken)
    taken += [shapely.LineString(way).buffer(50) for way in rails.values()]
    patches += _blobs(rng, border, taken, [line.buffer(60) for line in avenues])
    wet = [canal, *(patch.polygon for patch in patches if patch.kind in ("lake", "dock"))]
    water = shapely.union_all([shapely.difference(river, island), *wet])
    return Terrain(border, line, pieces, river, island, canal_line, canal, freeways, rails, tuple(patches), water)


def _border(rng: np.random.Generator) -> Polygon:
    """An irregular outline around the centre, of the city's area."""
    angle = np.linspace(0, 2 * np.pi, 120, endpoint=False)
    reach = 1 / np.sqrt((np.cos(angle) / 13.4) ** 2 + (np.sin(angle) / 8.9) ** 2)
    for waves in (2, 3, 4, 7, 11, 17):
        reach *= 1 + 0.10 / waves * rng.normal() * np.cos(waves * angle + rng.uniform(0, 2 * np.pi))
    outline = np.column_stack([reach * np.cos(angle), reach * np.sin(angle)]) * 1000
    # City limits are ruled lines with corners: keep every other vertex on a coarse lattice.
    outline = np.round(outline / 180) * 180
    polygon = _largest(shapely.make_valid(Polygon(outline)))
    factor = np.sqrt(CITY_KM2 * 1e6 / polygon.area)
    return Polygon(np.asarray(polygon.exterior.coords) * factor)


def _river(rng: np.random.Generator, line: Floats) -> tuple[Floats, Floats, tuple[Floats, ...], Polygon]:
    """Left and right bank, the pieces of water around the island, and the island."""
    at = np.arange(len(line)) * 60.0
    half = 165 + 45 * np.sin(at / 2100 + rng.uniform(0, 6)) + 22 * np.sin(at / 700 + rng.uniform(0, 6))
    half += np.clip((at - at[-1] * 0.55) / at[-1], 0, 1) * 170
    middle = int(np.argmin(np.abs(line[:, 0] - 6300)))
    first, last = middle - 13, middle + 13
    bump = np.zeros_like(at)
    bump[first : last + 1] = np.sin(np.linspace(0, np.pi, last - first + 1)) ** 0.7 * rng.uniform(165, 190)
    half = half + 1.15 * np.convolve(bump, np.ones(5) / 5, mode="same")
    left, right = beside(line, half), beside(line, -half)
    shore_left, shore_right = beside(line, bump), beside(line, -bump)
    inner = slice(first, last + 1)
    island = Polygon(np.vstack([shore_left[inner], shore_right[inner][::-1]])).buffer(0)
    pieces = (
        np.vstack([left[: first + 1], line[first : first + 1], right[: first + 1][::-1]]),
        np.vstack([left[first - 1 : last + 2], shore_left[first - 1 : last + 2][::-1]]),
        np.vstack([shore_right[first - 1 : last + 2], right[first - 1 : last + 2][::-1]]),
        np.vstack([left[last:], right[last:][::-1], line[last : last + 1]]),
    )
    return left, right, tuple(np.vstack([piece, piece[:1]]) for piece in pieces), island


def _port(line: Floats, right: Floats, river: Polygon) -> tuple[Patch, list[Patch]]:
    """Harbour ground on the right bank downstream, with docks cut into it."""
    run = np.flatnonzero((line[:, 0] > 4600) & (line[:, 0] < 9300))
    strip = shapely.LineString(line[run]).buffer(-1050, single_sided=True)
    ground = _largest(shapely.difference(shapely.make_valid(strip), river.buffer(2)))
    docks = []
    for share, name in zip((0.2, 0.45, 0.72), ("Timber Dock", "Coal Dock", "Grain Dock"), strict=True):
        at = int(run[int(share * len(run))])
        span = slice(at, at + 3)
        outer, end = beside(right, 40)[span], beside(right, -300)[span]
        docks.append(Patch("dock", name, np.vstack([outer, end[::-1], outer[:1]])))
    return Patch("port", "Rivermouth Harbour", np.asarray(ground.exterior.coords)), docks


def _largest(geometry: shapely.Geometry) -> Polygon:
    """The largest polygon of a repaired shape."""
    parts = [part for part in shapely.get_parts(geometry).tolist() if isinstance(part, Polygon)]
    return max(parts, key=lambda part: part.area)


def _industry(rng: np.random.Generator, rail: Floats, taken: list[Polygon]) -> list[Patch]:
    """Works beside the railway, where few streets are."""
    found: list[Patch] = []
    for name in INDUSTRY_NAMES:
        for _ in range(60):
            at, side = int(rng.integers(20, len(rail) - 20)), rng.choice([-1.0, 1.0])
            span = rail[at : at + int(rng.integers(9, 16))]
            near, far = beside(span, side * 24), beside(span, side * rng.uniform(260, 480))
            outline = np.vstack([near, far[::-1], near[:1]])
            polygon = Polygon(outline)
            central = polygon.distance(shapely.Point(0, 0)) < 2200
            if polygon.is_valid and not central and not any(polygon.intersects(other) for other in taken):
                found.append(Patch("industrial", name, outline))
                taken.append(polygon.buffer(300))
                break
    return found


def _stadium() -> Patch:
    angle = np.linspace(0, 2 * np.pi, 40)
    return Patch(
        "stadium", "Riverside Stadium", np.column_stack([-5600 + 130 * np.cos(angle), 380 + 95 * np.sin(angle)])
    )


def _blobs(rng: np.random.Generator, border: Polygon, taken: list[Polygon], avenues: list[Polygon]) -> list[Patch]:
    """Parks, lakes and cemeteries, none over another or over what is taken; an avenue passes through parks only."""
    found: list[Patch] = [Patch("park", PARK_NAMES[0], blob(rng, -1150.0, -450.0, 330.0))]
    blocked = [*taken, found[0].polygon.buffer(120)]
    inside = border.buffer(-250)
    avenues_kept = False
    wanted = [("park", name, (260, 760)) for name in PARK_NAMES[1:]]
    wanted += [("lake", name, (130, 420)) for name in LAKE_NAMES]
    wanted += [("cemetery", name, (170, 330)) for name in CEMETERY_NAMES]
    for kind, name, (smallest, largest) in wanted:
        if kind != "park" and not avenues_kept:
            blocked, avenues_kept = [*blocked, *avenues], True
        for _ in range(200):
            x, y = rng.uniform(-13000, 13000), rng.uniform(-9000, 9000)
            outline = blob(rng, x, y, rng.uniform(smallest, largest), 0.3 if kind == "lake" else 0.16)
            polygon = Polygon(outline)
            dense = kind != "park" and np.hypot(x, y) < 4200
            if inside.contains(polygon) and not dense and not any(polygon.intersects(other) for other in blocked):
                found.append(Patch(kind, name, outline))
                blocked.append(polygon.buffer(120))
                break
    return found


def bank_roads(terrain: Terrain) -> list[tuple[Floats, shapely.Geometry]]:
    """Lines along the water and around parks, cemeteries and lakes, each with the ground it has to leave out."""
    docks = shapely.union_all([patch.polygon.buffer(14.0) for patch in terrain.of_kind("dock")])
    rings = [(terrain.river.buffer(32.0), docks), (terrain.canal.buffer(26.0), terrain.river.buffer(29.0))]
    nothing = shapely.Polygon()
    patches = terrain.of_kind("park", "cemetery", "lake", "stadium")
    rings += [(patch.polygon.buffer(12.0), nothing) for patch in patches]
    outlines = [shapely.get_coordinates(shapely.get_exterior_ring(ring.simplify(4.0))) for ring, _ in rings]
    return [(evenly(outline, 70.0), away) for outline, (_, away) in zip(outlines, rings, strict=True)]
