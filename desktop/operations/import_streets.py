"""Bring the city's streets in: what the crews drive on and what the base map draws."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from data.connectors.values import storable
from data.unit_of_work import ReadUnit, WriteUnit
from desktop.operations.changes import Changes
from desktop.operations.work import Work

if TYPE_CHECKING:
    from data.connectors.streets import StreetLines
    from geo.streets import StreetNetwork

STREETS = "streets"  # artifact: the lines as read, for the base map
NETWORK = "network"  # artifact: the drivable graph built from them
BASEMAP = "basemap"  # artifact: water, parks, buildings, rail, labels
OSM_ADDRESSES = "osm_addresses"  # artifact: house numbers of the extract; those of a file of its own go before them
CREDIT = "credit"  # artifact: whom a picture of these streets must name
OSM_CREDIT = "© OpenStreetMap contributors"


@dataclass(frozen=True, slots=True)
class StreetImport:
    """What to read; all but the path only for line layers, where guessing is not enough."""

    path: Path
    name_field: str | None = None
    oneway_field: str | None = None
    speed_field: str | None = None
    crs: str | None = None


@dataclass(frozen=True, slots=True, eq=False)
class CityStreets:
    """Streets as read, and the drivable graph built from them."""

    lines: StreetLines
    network: StreetNetwork
    crs_epsg: int


def import_streets(work: Work, wanted: StreetImport) -> Changes:
    """Read an OSM extract or a line layer, build the drivable graph, and keep both; replaces earlier streets.

    Counts tell nodes, edges, km and the km that cannot be reached from the largest strongly connected part.
    """
    from data.connectors.streets import OSM_ENDINGS

    city = work.city()
    work.breathe(0.0, f"Reading {wanted.path.name}")
    streets = build_streets(wanted, city.crs_epsg)
    work.breathe(0.8, "Storing the streets")
    with work.store.write("import streets", actor=work.actor, at=work.clock.now()) as unit:
        if city.crs_epsg is None:
            unit.change("city", {1: {"crs_epsg": streets.crs_epsg}})
        counts = {"file": storable(wanted.path.name), **put_streets(unit, streets)}
        if wanted.path.name.lower().endswith(OSM_ENDINGS):  # stays with the base map, which a line layer has not
            unit.put_artifact(CREDIT, {"utf8": np.frombuffer(OSM_CREDIT.encode(), dtype=np.uint8)})
        unit.summary.update(counts)
        act_id = unit.commit()
    return Changes(act_id, work.actor, "import streets", frozenset({"streets"}), (), counts, _sentence(counts))


def build_streets(wanted: StreetImport, crs_epsg: int | None) -> CityStreets:
    """The file's lines and their graph; RefusedInput or GeoError for a file that holds none that can be used."""
    from data.connectors.streets import read_street_lines
    from geo.streets import build_network
    from geo.turns import TurnRestrictions

    lines = read_street_lines(
        wanted.path,
        name_field=wanted.name_field,
        oneway_field=wanted.oneway_field,
        speed_field=wanted.speed_field,
        crs=wanted.crs,
    )
    epsg = crs_epsg or _epsg_of(lines.lon, lines.lat)
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
        way_id=lines.way_id,
        shut_to=lines.shut_to,
        roundabout=lines.roundabout,
        restrictions=None
        if lines.turns is None
        else TurnRestrictions(
            lines.turns.from_way, lines.turns.via_node, lines.turns.to_way, lines.turns.only, lines.turns.vehicles
        ),
    )
    return CityStreets(lines, network, epsg)


def put_streets(unit: WriteUnit, streets: CityStreets) -> dict[str, object]:
    """Keep the lines, the graph, the base map and the house numbers; returns the figures a person sees."""
    network, turns = streets.network, streets.lines.turns
    unit.put_artifact(STREETS, streets.lines.to_arrays())
    unit.put_artifact(NETWORK, network.to_arrays())
    if streets.lines.basemap is not None:
        unit.put_artifact(BASEMAP, streets.lines.basemap.to_arrays())
    addresses = streets.lines.addresses
    if addresses is not None:  # a line layer says nothing about them: earlier ones stay
        unit.put_artifact(OSM_ADDRESSES, addresses.to_arrays())
    return {
        "nodes": network.node_count,
        "edges": network.edge_count,
        "km": round(network.km, 1),
        "oneway_km": round(network.oneway_km, 1),
        "unreachable_km": round(network.unreachable_km, 1),
        "components": network.component_count,
        # Forbidden turns that are obeyed; over a way or at certain hours alone; without a place on driven streets.
        "turn_restrictions": 0 if turns is None else len(turns) - network.unplaced_restrictions,
        "turns_not_obeyed": 0 if turns is None else turns.via_way + turns.conditional,
        "turns_without_place": network.unplaced_restrictions + (0 if turns is None else turns.incomplete),
        "addresses": 0 if addresses is None else len(addresses),
    }


def streets_credit(unit: ReadUnit) -> str:
    """Whom a map of the city's streets must name, as their licence asks; empty where nobody."""
    arrays = unit.artifacts.get(CREDIT)
    return "" if arrays is None else bytes(arrays["utf8"]).decode()


def _epsg_of(lon: np.ndarray, lat: np.ndarray) -> int:
    from geo.crs import utm_epsg

    return utm_epsg(float(np.median(lon)), float(np.median(lat)))


def _sentence(counts: dict[str, object]) -> str:
    told = (
        f"{counts['file']}: {counts['km']:,} km of streets, {counts['oneway_km']:,} km of them one way, "
        f"{counts['nodes']:,} junctions; {counts['unreachable_km']:,} km cannot be reached from the rest."
    )
    if counts["turn_restrictions"] or counts["turns_not_obeyed"]:
        told += (
            f" {counts['turn_restrictions']:,} forbidden turns are obeyed, {counts['turns_not_obeyed']:,} are not: "
            "they hold over a whole street or at certain hours."
        )
    return told
