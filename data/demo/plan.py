"""The whole ground plan of a seed: streets with names, shapes to draw, neighbourhoods, districts, yards and crews."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import shapely

from data.demo.areas import (
    DISTRICTS,
    Mosaic,
    bent,
    grown,
    in_reading_order,
    lay_mosaic,
    neighbourhoods,
)
from data.demo.buildings import Buildings, place_buildings
from data.demo.crews import DUMP_KM, DemoCrew, DemoDepot, place_depots, staff_crews
from data.demo.curves import Bend
from data.demo.frame import Floats, Streams, drawn, streams
from data.demo.layers import DemoLayer, department_layers, ground_layers, quarter_layers
from data.demo.names import quarter_names, square_names, street_names
from data.demo.network import ISLAND, Network, build_network
from data.demo.noding import Ints
from data.demo.roads import EXIT, avenue_lines, rule_roads
from data.demo.terrain import Terrain, shape_terrain

SQUARES = 130
MARGIN_M = 900.0  # how far water and rail are drawn past the city limits


@dataclass(frozen=True, slots=True)
class Shape:
    """Something drawn on the map: kind, name, vertices in metres from the centre; closed ones repeat the first."""

    kind: str
    name: str
    points: Floats

    @property
    def closed(self) -> bool:
        return bool((self.points[0] == self.points[-1]).all())


@dataclass(frozen=True, slots=True)
class DemoPlan:
    """The geography of a seed. It does not know of requests, so that their number never moves a street."""

    seed: int
    terrain: Terrain
    network: Network
    street_names: tuple[str, ...]
    shapes: tuple[Shape, ...]
    buildings: Buildings
    bend: Bend
    mosaic: Mosaic
    quarters: np.ndarray  # polygons of the neighbourhoods, longitude and latitude
    quarter_middles: Floats  # metres from the centre, [n, 2]
    quarter_names: tuple[str, ...]
    district_of_quarter: Ints
    piece_quarter: Ints  # neighbourhood of each piece of street
    boundary: shapely.Polygon  # longitude and latitude
    layers: tuple[DemoLayer, ...]
    depots: tuple[DemoDepot, ...]
    crews: tuple[DemoCrew, ...]
    dumps: tuple[DemoDepot, ...]

    def of_kind(self, *kinds: str) -> list[Shape]:
        """The shapes of some kinds, in order."""
        return [shape for shape in self.shapes if shape.kind in kinds]


def _unasked() -> None:
    """Nobody wants to stop."""


def make_streets(seed: int, breathe: Callable[[], None] = _unasked) -> DemoPlan:
    """The geography of a seed: the same bytes for the same seed. `breathe` is called between its steps."""
    random = streams(seed)
    terrain = shape_terrain(random.terrain, avenue_lines())
    bend = Bend.drawn(random.terrain)
    breathe()
    roads, borders = rule_roads(random.roads, terrain)
    breathe()
    network = build_network(random.roads, roads, terrain, bend)
    breathe()
    names = _name_streets(random, network)
    breathe()
    mosaic = lay_mosaic(terrain, borders)
    breathe()
    parts = neighbourhoods(mosaic)
    quarters, middles = bent(parts.polygons, bend), bend(parts.middles)
    district = in_reading_order(grown(random.areas, parts, DISTRICTS), parts, DISTRICTS)
    shapes = (*_shapes(terrain, bend), *_squares(random, network, terrain, bend))
    breathe()
    boundary = bent(np.array([shapely.coverage_union_all(parts.polygons)]), bend)[0]
    called = tuple(quarter_names(random.names, np.hypot(*middles.T)))
    depots = place_depots(network, names, ~network.bridge & (network.length_m > 60))
    dumps = place_depots(network, names, ~network.bridge & (network.length_m > 60), DUMP_KM, "Transfer station")
    breathe()
    layers = [
        *_ground_layers(shapes, boundary),
        *department_layers(random.areas, mosaic, bend),
        *quarter_layers(parts, called, district, bend, position=12),
    ]
    breathe()
    return DemoPlan(
        seed=seed,
        terrain=terrain,
        network=network,
        street_names=names,
        shapes=shapes,
        buildings=place_buildings(random.terrain, network, shapes),
        bend=bend,
        mosaic=mosaic,
        quarters=quarters,
        quarter_middles=middles,
        quarter_names=called,
        district_of_quarter=district,
        piece_quarter=_quarter_of_pieces(network, quarters),
        boundary=boundary,
        layers=tuple(layers),
        depots=tuple(depots),
        crews=tuple(staff_crews(random.people, depots)),
        dumps=tuple(dumps),
    )


def _ground_layers(shapes: tuple[Shape, ...], boundary: shapely.Polygon) -> list[DemoLayer]:
    port = [shape.points for shape in shapes if shape.kind in ("port", "dock")]
    parks = [(shape.name, shape.points) for shape in shapes if shape.kind in ("park", "square")]
    return ground_layers(port, parks, boundary)


def _name_streets(random: Streams, network: Network) -> tuple[str, ...]:
    count = len(network.street_keys)
    middle = (
        (network.x_m[network.a] + network.x_m[network.b]) / 2,
        (network.y_m[network.a] + network.y_m[network.b]) / 2,
    )
    length = np.bincount(network.street, network.length_m, count).astype(np.float64)
    centre, greatest = np.full(count, 1e9), np.full(count, 99.0)
    np.minimum.at(centre, network.street, np.hypot(*middle))
    np.minimum.at(greatest, network.street, network.highway)
    names = street_names(random.names, network.street_keys, length, centre, greatest)
    unnamed = set(network.street[network.kind >= EXIT].tolist())  # exits and connectors have no name
    return tuple("" if at in unnamed else name for at, name in enumerate(names))


def _quarter_of_pieces(network: Network, quarters: np.ndarray) -> Ints:
    """The neighbourhood that holds the middle of each piece; the nearest for one on the border."""
    x = (network.x_m[network.a] + network.x_m[network.b]) / 2
    y = (network.y_m[network.a] + network.y_m[network.b]) / 2
    tree = shapely.STRtree(quarters)
    points = np.asarray(shapely.points(np.column_stack(drawn(x, y))))
    found = np.full(len(points), -1, dtype=np.int64)
    inside = tree.query(points, predicate="intersects")
    found[inside[0][::-1]] = inside[1][::-1]
    outside = np.flatnonzero(found < 0)
    found[outside] = tree.nearest(points[outside])
    return found


def _shapes(terrain: Terrain, bend: Bend) -> list[Shape]:
    """Water, green and railways, bent like the streets; what leaves the city ends a little past its limits."""
    shapes = [Shape(patch.kind, patch.name, bend(_dense(patch.outline))) for patch in terrain.patches]
    around = terrain.border.buffer(MARGIN_M)
    water = [("river", "River Wend", outline) for outline in terrain.river_pieces]
    water.append(("canal", "Wend Cut", np.asarray(terrain.canal.exterior.coords)))
    for kind, name, outline in water:
        ground = shapely.make_valid(shapely.Polygon(outline))
        for part in shapely.get_parts(shapely.intersection(ground, around)):
            if part.geom_type == "Polygon" and part.area > 100:
                shapes.append(Shape(kind, name, bend(_dense(np.asarray(part.exterior.coords)))))
    lines = [("river_line", "River Wend", terrain.river_line), ("canal_line", "Wend Cut", terrain.canal_line)]
    lines += [("rail", name, line) for name, line in terrain.rails.items()]
    for kind, name, line in lines:
        for part in shapely.get_parts(shapely.intersection(shapely.LineString(line), around)):
            shapes.append(Shape(kind, name, bend(np.asarray(part.coords))))
    shapes.append(Shape(ISLAND, "Heron Island", bend(_dense(np.asarray(terrain.island.exterior.coords)))))
    return shapes


def _dense(outline: Floats) -> Floats:
    """No edge longer than 100 m, so that the outline bends."""
    return shapely.get_coordinates(shapely.segmentize(shapely.LineString(outline), 100.0))


def _squares(random: Streams, network: Network, terrain: Terrain, bend: Bend) -> list[Shape]:
    """Some blocks between streets are squares and small parks."""
    ends = np.stack([network.a, network.b], axis=1)
    lines = np.asarray(shapely.linestrings(np.stack([network.x_m[ends], network.y_m[ends]], axis=2)))
    blocks = shapely.get_parts(shapely.polygonize(lines))
    area, length = shapely.area(blocks), shapely.length(blocks)
    good = (area > 5500) & (area < 24000) & (area / length**2 > 0.047)
    busy = [Shape("", "", bend(line)) for line in (*terrain.freeways.values(), *terrain.rails.values())]
    avoid = shapely.union_all([shapely.LineString(shape.points).buffer(170) for shape in busy])
    avoid = shapely.union(avoid, shapely.transform(terrain.water, bend).buffer(5))
    shapely.prepare(avoid)
    blocks = blocks[good & ~shapely.intersects(avoid, blocks)]
    blocks = blocks[np.lexsort((shapely.get_y(shapely.centroid(blocks)), shapely.get_x(shapely.centroid(blocks))))]
    chosen = random.areas.choice(len(blocks), size=min(SQUARES, len(blocks)), replace=False)
    inner = [blocks[at].buffer(-9.0, join_style="mitre") for at in np.sort(chosen)]
    whole = [part for part in inner if part.geom_type == "Polygon" and part.area > 2000]
    names = square_names(random.names, len(whole))
    return [Shape("square", name, np.asarray(part.exterior.coords)) for name, part in zip(names, whole, strict=True)]
