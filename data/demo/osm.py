"""The plan as an OpenStreetMap extract, read later by the same import as any other."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from data.demo.frame import CENTRE_LAT, CENTRE_LONG, CITY_NAME, Floats, drawn
from data.demo.network import SPEED_KMH
from data.demo.plan import DemoPlan
from data.demo.roads import HIGHWAYS, LINK, MOTORWAY, SECONDARY

SHAPE_TAGS: Mapping[str, Mapping[str, str]] = {
    "river": {"natural": "water", "water": "river"},
    "canal": {"natural": "water", "water": "canal"},
    "lake": {"natural": "water", "water": "lake"},
    "dock": {"natural": "water", "water": "basin"},
    "river_line": {"waterway": "river"},
    "canal_line": {"waterway": "canal"},
    "rail": {"railway": "rail", "gauge": "1435"},
    "park": {"leisure": "park"},
    "square": {"leisure": "park"},
    "cemetery": {"landuse": "cemetery"},
    "stadium": {"leisure": "stadium"},
    "port": {"landuse": "industrial", "industrial": "port"},
    "industrial": {"landuse": "industrial"},
    "island": {"place": "islet"},
}


def write_osm(plan: DemoPlan, path: Path) -> None:
    """Write nodes, then ways, with ascending ids, into .osm.pbf (or .osm, by the name); an older file is replaced."""
    import osmium

    header = osmium.io.Header()
    header.set("generator", "opsmap demo")
    header.add_box(_box(plan))
    writer = osmium.SimpleWriter(str(path), header=header, overwrite=True)
    try:
        _Extract(plan, writer).write()
    finally:
        writer.close()


def _box(plan: DemoPlan) -> Any:
    import osmium

    return osmium.osm.Box(*plan.boundary.bounds)


class _Extract:
    """Collects everything first: an extract holds all its nodes before its first way."""

    def __init__(self, plan: DemoPlan, writer: Any) -> None:
        self.plan, self.writer = plan, writer
        self.lon, self.lat = list[Floats](), list[Floats]()
        self.count = 0
        self.node_tags: dict[int, dict[str, str]] = {}
        self.ways: list[tuple[list[int], dict[str, str]]] = []

    def write(self) -> None:
        self._streets()
        self._shapes()
        self._buildings()
        self._limits()
        self._places()
        self._flush()

    def _add_nodes(self, x_m: Floats, y_m: Floats) -> list[int]:
        lon, lat = drawn(x_m, y_m)
        return self._add_degrees(lon, lat)

    def _add_degrees(self, lon: Floats, lat: Floats) -> list[int]:
        self.lon.append(lon)
        self.lat.append(lat)
        first, self.count = self.count + 1, self.count + len(lon)
        return list(range(first, first + len(lon)))

    def _streets(self) -> None:
        network = self.plan.network
        ids = np.array(self._add_nodes(network.x_m, network.y_m))
        first = np.flatnonzero(np.diff(network.way, prepend=-1))
        last = np.append(first[1:], len(network.way)) - 1
        a, b = ids[network.a].tolist(), ids[network.b].tolist()
        for start, end in zip(first.tolist(), last.tolist(), strict=True):
            self.ways.append(([*a[start : end + 1], b[end]], self._street_tags(start)))
        self._signals(ids)

    def _street_tags(self, piece: int) -> dict[str, str]:
        network = self.plan.network
        highway = int(network.highway[piece])
        tags = {"highway": HIGHWAYS[highway], "maxspeed": str(SPEED_KMH[highway])}
        name = self.plan.street_names[network.street[piece]]
        if name:
            tags["name"] = name
        if network.oneway[piece]:
            tags["oneway"] = "yes"
        if network.bridge[piece]:
            tags |= {"bridge": "yes", "layer": "1"}
        if highway == MOTORWAY:
            tags["lanes"] = "3"
        return tags

    def _signals(self, ids: np.ndarray) -> None:
        """Signals where two of the larger streets cross."""
        network = self.plan.network
        major = (network.highway > LINK) & (network.highway <= SECONDARY)
        ends = np.concatenate([network.a[major], network.b[major]])
        streets = np.concatenate([network.street[major], network.street[major]])
        pairs = np.unique(np.column_stack([ends, streets]), axis=0)
        node, count = np.unique(pairs[:, 0], return_counts=True)
        for at in ids[node[count > 1]].tolist():
            self.node_tags[at] = {"highway": "traffic_signals"}

    def _shapes(self) -> None:
        for shape in self.plan.shapes:
            nodes = self._add_nodes(*(shape.points[:-1] if shape.closed else shape.points).T)
            self.ways.append(
                (nodes + nodes[:1] if shape.closed else nodes, {**SHAPE_TAGS[shape.kind], "name": shape.name})
            )

    def _buildings(self) -> None:
        buildings = self.plan.buildings
        corners = buildings.corners.reshape(-1, 2)
        nodes = self._add_nodes(corners[:, 0], corners[:, 1])
        for at, (street, number) in enumerate(zip(buildings.street.tolist(), buildings.number.tolist(), strict=True)):
            ring = nodes[4 * at : 4 * at + 4]
            tags = {"building": "yes", "addr:housenumber": str(number), "addr:street": self.plan.street_names[street]}
            self.ways.append(([*ring, ring[0]], tags))

    def _limits(self) -> None:
        ring = np.asarray(self.plan.boundary.exterior.coords)[:-1]
        nodes = self._add_degrees(ring[:, 0], ring[:, 1])
        self.ways.append(([*nodes, nodes[0]], {"boundary": "administrative", "admin_level": "8", "name": CITY_NAME}))

    def _places(self) -> None:
        city = self._add_degrees(np.array([CENTRE_LONG]), np.array([CENTRE_LAT]))[0]
        self.node_tags[city] = {"place": "city", "name": CITY_NAME}
        middles = self.plan.quarter_middles
        nodes = self._add_nodes(middles[:, 0], middles[:, 1])
        nearest = np.argsort(np.argsort(np.hypot(*middles.T), kind="stable"))
        for at, name in enumerate(self.plan.quarter_names):
            self.node_tags[nodes[at]] = {"place": "suburb" if nearest[at] % 4 == 0 else "neighbourhood", "name": name}

    def _flush(self) -> None:
        from osmium.osm.mutable import Node, Way

        places = zip(np.concatenate(self.lon).tolist(), np.concatenate(self.lat).tolist(), strict=True)
        for at, place in enumerate(places, 1):
            self.writer.add_node(Node(id=at, version=1, location=place, tags=self.node_tags.get(at, {})))
        for at, (nodes, tags) in enumerate(self.ways, 1):
            self.writer.add_way(Way(id=at, version=1, nodes=nodes, tags=tags))
