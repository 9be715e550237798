"""OSM extracts through osmium: drivable ways and what the base map shows, whatever the order of the ids."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import osmium

from data.connectors.osm_turns import entities, read_turns, shut_to
from data.connectors.shapes import AddressCollector, LineCollector, ShapeCollector
from data.connectors.streets import StreetLines, speed_of
from data.errors import RefusedInput, one_line

_YES, _AGAINST = ("yes", "true", "1"), ("-1", "reverse")
_IMPLIED_ONEWAY = ("motorway", "motorway_link")
_PLACES = ("city", "town", "village", "suburb", "quarter", "neighbourhood", "hamlet")
_GREEN = ("park", "garden", "golf_course", "nature_reserve", "pitch", "playground")
_NUMBER, _STREET = "addr:housenumber", "addr:street"
_GREEN_LAND = ("grass", "forest", "meadow", "recreation_ground", "village_green")


def read_osm(path: Path) -> StreetLines:
    """Streets, base map shapes and house numbers. RefusedInput for a damaged file, or ways that name missing nodes."""
    try:
        nodes = _node_places(path)
        return _read_ways(path, nodes)
    except RefusedInput:
        raise
    except (RuntimeError, OSError, ValueError, osmium.InvalidLocationError) as fault:
        raise RefusedInput(
            f"{path.name} is damaged or truncated ({one_line(fault)}); download or cut the extract again."
        ) from fault


def _node_places(path: Path) -> dict[int, tuple[float, float]]:
    """Longitude and latitude of every node. A dictionary, for ids need not ascend."""
    places: dict[int, tuple[float, float]] = {}
    for node in entities(path, osmium.osm.NODE):
        if node.location.valid():
            places[node.id] = (node.location.lon, node.location.lat)
    return places


def _read_ways(path: Path, nodes: dict[int, tuple[float, float]]) -> StreetLines:
    streets, shapes, addresses = LineCollector(), ShapeCollector(), AddressCollector()
    rings: dict[int, list[int]] = {}
    missing_nodes, broken = 0, 0
    relations = _multipolygons(path)
    needed = {member for members, _ in relations for member, _ in members}
    for way in entities(path, osmium.osm.WAY):
        refs = [node.ref for node in way.nodes]
        if way.id in needed:
            rings[way.id] = refs
        absent = sum(ref not in nodes for ref in refs)
        missing_nodes += absent
        broken += absent > 0
        if absent or len(refs) < 2:
            continue
        tags = dict(way.tags)
        if _NUMBER in tags:
            _add_address(addresses, refs, tags, nodes)
        if "highway" in tags and tags.get("area") != "yes":
            _add_street(streets, way.id, refs, tags, nodes)
        else:
            _add_shape(shapes, refs, tags, nodes)
    if missing_nodes:
        raise RefusedInput(
            f"{path.name}: {broken:,} ways name {missing_nodes:,} nodes that are not in the file; cut the extract with "
            "complete ways."
        )
    for members, tags in relations:
        _add_relation(shapes, members, tags, rings, nodes)
    for node in entities(path, osmium.osm.NODE, "place"):
        if node.tags.get("place") in _PLACES and "name" in node.tags:
            shapes.place(node.location.lon, node.location.lat, node.tags["place"], node.tags["name"])
    for node in entities(path, osmium.osm.NODE, _NUMBER):
        addresses.add(node.location.lon, node.location.lat, node.tags[_NUMBER], node.tags.get(_STREET, ""))
    if not len(streets):
        raise RefusedInput(f"{path.name} holds no streets; choose an extract of the city.")
    return streets.lines(shapes.shapes(), addresses.addresses(), read_turns(path))


def _add_street(
    streets: LineCollector, way_id: int, refs: list[int], tags: dict[str, str], nodes: dict[int, tuple[float, float]]
) -> None:
    said, highway = tags.get("oneway", ""), tags["highway"]
    oneway = 1 if said in _YES else -1 if said in _AGAINST else 0
    roundabout = tags.get("junction") in ("roundabout", "circular")
    if not said and (highway in _IMPLIED_ONEWAY or roundabout):
        oneway = 1
    layer = tags.get("layer", "1" if "bridge" in tags else "0")
    streets.add(
        [nodes[ref] for ref in refs],
        refs,
        name=tags.get("name", tags.get("ref", "")),
        highway=highway,
        oneway=oneway,
        speed_kmh=speed_of(tags.get("maxspeed", "")),
        layer=int(layer) if layer.lstrip("-").isdigit() and len(layer) < 4 else 0,
        way_id=way_id,
        shut_to=shut_to(tags),
        roundabout=roundabout,
    )


def _add_address(
    addresses: AddressCollector, refs: list[int], tags: dict[str, str], nodes: dict[int, tuple[float, float]]
) -> None:
    """The house number of a building, in the middle of its corners."""
    corners = refs[:-1] if refs[0] == refs[-1] else refs
    lon, lat = (sum(nodes[ref][axis] for ref in corners) / len(corners) for axis in (0, 1))
    addresses.add(lon, lat, tags[_NUMBER], tags.get(_STREET, ""))


def kind_of(tags: dict[str, str]) -> tuple[str, bool] | None:
    """The base map class of tags, and whether it is an area; None for what is not drawn."""
    natural, landuse, leisure = tags.get("natural"), tags.get("landuse"), tags.get("leisure")
    if natural in ("water", "bay") or landuse in ("basin", "reservoir") or tags.get("waterway") == "riverbank":
        return "water", True
    if tags.get("waterway") in ("river", "stream", "canal"):
        return "waterway", False
    if landuse == "cemetery" or tags.get("amenity") == "grave_yard":
        return "cemetery", True
    if leisure in _GREEN or landuse in _GREEN_LAND or natural == "wood":
        return "park", True
    if "building" in tags:
        return "building", True
    if tags.get("railway") in ("rail", "light_rail", "tram", "subway") and tags.get("tunnel") != "yes":
        return "rail", False
    return None


def _add_shape(
    shapes: ShapeCollector, refs: list[int], tags: dict[str, str], nodes: dict[int, tuple[float, float]]
) -> None:
    found = kind_of(tags)
    if found is None:
        return
    kind, area = found
    if area and (refs[0] != refs[-1] or len(refs) < 4):
        return
    shapes.add([nodes[ref] for ref in refs], kind, tags.get("name", ""))


def _multipolygons(path: Path) -> list[tuple[list[tuple[int, str]], dict[str, str]]]:
    """Members (way, role) and tags of the multipolygons that the base map draws."""
    found = []
    for relation in entities(path, osmium.osm.RELATION):
        tags = dict(relation.tags)
        if tags.get("type") == "multipolygon" and kind_of(tags) is not None:
            members = [(member.ref, member.role) for member in relation.members if member.type == "w"]
            found.append((members, tags))
    return found


def _add_relation(
    shapes: ShapeCollector,
    members: list[tuple[int, str]],
    tags: dict[str, str],
    rings: dict[int, list[int]],
    nodes: dict[int, tuple[float, float]],
) -> None:
    found = kind_of(tags)
    assert found is not None
    for hole in (False, True):
        ways = [rings[ref] for ref, role in members if (role == "inner") is hole and ref in rings]
        for ring in joined(ways):
            if all(ref in nodes for ref in ring):
                shapes.add([nodes[ref] for ref in ring], found[0], "" if hole else tags.get("name", ""), hole=hole)


def joined(ways: Iterable[list[int]]) -> list[list[int]]:
    """Closed rings from ways that share end nodes; what does not close (a relation cut at the edge) is left out."""
    left = [list(way) for way in ways if len(way) > 1]
    rings: list[list[int]] = []
    while left:
        ring = left.pop()
        while ring[0] != ring[-1]:
            at = next((i for i, way in enumerate(left) if ring[-1] in (way[0], way[-1])), None)
            if at is None:
                break
            way = left.pop(at)
            ring += (way if way[0] == ring[-1] else way[::-1])[1:]
        if ring[0] == ring[-1] and len(ring) >= 4:
            rings.append(ring)
    return rings
