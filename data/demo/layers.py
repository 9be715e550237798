"""Area layers of the demo city: what departments serve, Parks and port look after, districts, neighbourhoods."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import shapely

from data.demo.areas import Mosaic, bent, grown, in_reading_order
from data.demo.catalogue import DEPARTMENT_LAYERS, PARK_SERVICES, PORT, SERVICES
from data.demo.curves import Bend
from data.demo.frame import Floats, drawn
from data.demo.noding import Ints


@dataclass(frozen=True, slots=True)
class DemoArea:
    """One polygon of a layer: WKB in longitude and latitude, and the department it names, if any."""

    name: str
    agency: str | None
    geometry_wkb: bytes


@dataclass(frozen=True, slots=True)
class DemoLayer:
    """A layer of areas, in the order in which layers assign."""

    name: str
    position: int
    assigns: bool
    service_codes: tuple[str, ...]  # empty: every service
    areas: tuple[DemoArea, ...]


def department_layers(rng: np.random.Generator, mosaic: Mosaic, bend: Bend) -> list[DemoLayer]:
    """A layer a department, each with borders of its own that tile the city."""
    layers = []
    for position, (agency, (layer, word, count)) in enumerate(DEPARTMENT_LAYERS.items(), 3):
        group = in_reading_order(grown(rng, mosaic, count), mosaic, count)
        polygons = bent(mosaic.joined(group, count), bend)
        areas = tuple(DemoArea(f"{word} {at}", agency, wkb) for at, wkb in enumerate(as_wkb(polygons), 1))
        codes = tuple(service.code for service in SERVICES if service.agency == agency)
        layers.append(DemoLayer(layer, position, True, codes, areas))
    return layers


def ground_layers(
    port: Sequence[Floats], parks: Sequence[tuple[str, Floats]], city: shapely.Polygon
) -> list[DemoLayer]:
    """The harbour, where the port authority does everything, and the parks, where Parks does its own services.

    Outlines are metres from the centre; they come before the departments' layers.
    """
    harbour = shapely.intersection(shapely.union_all([_polygon(outline) for outline in port]), city)
    grounds = tuple(
        DemoArea(name, "Parks", wkb)
        for (name, _), wkb in zip(parks, as_wkb(_polygon(outline) for _, outline in parks), strict=True)
    )
    return [
        DemoLayer("Port area", 1, True, (), (DemoArea("Port area", PORT, as_wkb([harbour])[0]),)),
        DemoLayer("Park grounds", 2, True, PARK_SERVICES, grounds),
    ]


def _polygon(outline: Floats) -> shapely.Geometry:
    return shapely.make_valid(shapely.Polygon(np.column_stack(drawn(outline[:, 0], outline[:, 1]))))


def quarter_layers(parts: Mosaic, names: Sequence[str], district: Ints, bend: Bend, position: int) -> list[DemoLayer]:
    """Districts and neighbourhoods, which name no department."""
    count = int(district.max()) + 1
    districts = as_wkb(bent(parts.joined(district, count), bend))
    numbered = tuple(DemoArea(f"District {at}", None, wkb) for at, wkb in enumerate(districts, 1))
    named = tuple(
        DemoArea(name, None, wkb) for name, wkb in zip(names, as_wkb(bent(parts.polygons, bend)), strict=True)
    )
    return [
        DemoLayer("Districts", position, False, (), numbered),
        DemoLayer("Neighbourhoods", position + 1, False, (), named),
    ]


def as_wkb(polygons: Iterable[shapely.Geometry]) -> list[bytes]:
    """Little-endian WKB, the same bytes everywhere."""
    return [bytes(shapely.to_wkb(polygon, byte_order=1)) for polygon in polygons]
