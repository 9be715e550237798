"""Streets and base map shapes from OSM extracts and line layers, as plain arrays."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from data.connectors.packing import pack_texts, unpack_texts
from data.errors import RefusedInput

OSM_ENDINGS = (".osm.pbf", ".pbf", ".osm", ".osm.gz", ".osm.bz2")
Arrays = dict[str, NDArray[np.generic]]


@dataclass(frozen=True, slots=True, eq=False)
class BaseMapShapes:
    """What the base map draws beneath the streets: rings and lines by class, and places to name.

    offsets delimit the points of each shape; a ring that is a hole has hole=True and follows its outer ring.
    """

    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    offsets: NDArray[np.int64]
    hole: NDArray[np.bool_]
    kind: list[str]  # water, waterway, park, cemetery, building, rail
    name: list[str]
    place_lon: NDArray[np.float64]
    place_lat: NDArray[np.float64]
    place_kind: list[str]
    place_name: list[str]

    def to_arrays(self) -> Arrays:
        """Plain arrays for the store."""
        return {
            "lon": self.lon,
            "lat": self.lat,
            "offsets": self.offsets,
            "hole": self.hole,
            "place_lon": self.place_lon,
            "place_lat": self.place_lat,
            **pack_texts("kind", self.kind),
            **pack_texts("name", self.name),
            **pack_texts("place_kind", self.place_kind),
            **pack_texts("place_name", self.place_name),
        }

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[np.generic]]) -> BaseMapShapes:
        """The shapes from what to_arrays gave."""
        plain = {name: arrays[name] for name in ("lon", "lat", "offsets", "hole", "place_lon", "place_lat")}
        texts = {name: unpack_texts(name, arrays) for name in ("kind", "name", "place_kind", "place_name")}
        return cls(**plain, **texts)  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True, eq=False)
class AddressPoints:
    """Where house numbers are: degrees, the number as written ("27", "27A", "60-82"), and its street's name."""

    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    number: list[str]
    street: list[str]

    def __len__(self) -> int:
        return len(self.number)

    def to_arrays(self) -> Arrays:
        """Plain arrays for the store."""
        return {
            "lon": self.lon,
            "lat": self.lat,
            **pack_texts("number", self.number),
            **pack_texts("street", self.street),
        }

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[np.generic]]) -> AddressPoints:
        """The addresses from what to_arrays gave."""
        texts = {name: unpack_texts(name, arrays) for name in ("number", "street")}
        return cls(lon=arrays["lon"], lat=arrays["lat"], **texts)  # type: ignore[arg-type]


CAR, LORRY = 1, 2  # bits of the masks that tell which vehicles something holds for


@dataclass(frozen=True, slots=True, eq=False)
class TurnRules:
    """Forbidden turns as read, one row each: from a way over a node to a way; only: every other turn is forbidden.

    The counts are of what was read and cannot be obeyed: over a way instead of a node, at certain hours alone, and with
    parts that are missing.
    """

    from_way: NDArray[np.int64]
    via_node: NDArray[np.int64]
    to_way: NDArray[np.int64]
    only: NDArray[np.bool_]
    vehicles: NDArray[np.uint8]
    via_way: int = 0
    conditional: int = 0
    incomplete: int = 0

    def __len__(self) -> int:
        return len(self.from_way)


@dataclass(frozen=True, slots=True, eq=False)
class StreetLines:
    """Street lines as read. Equal node ids are one junction; oneway is 1 along, -1 against, 0 both; nan: no speed.

    shut_to is a mask of vehicles that may not drive there.
    """

    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    offsets: NDArray[np.int64]
    node_id: NDArray[np.int64]
    name: list[str]
    highway: list[str]
    oneway: NDArray[np.int8]
    speed_kmh: NDArray[np.float32]
    layer: NDArray[np.int8]
    way_id: NDArray[np.int64]
    shut_to: NDArray[np.uint8]
    roundabout: NDArray[np.bool_]
    turns: TurnRules | None = None
    basemap: BaseMapShapes | None = None
    addresses: AddressPoints | None = None

    def __len__(self) -> int:
        return len(self.offsets) - 1

    def to_arrays(self) -> Arrays:
        """Plain arrays for the store, without the base map, the addresses and the turns."""
        return {
            "lon": self.lon,
            "lat": self.lat,
            "offsets": self.offsets,
            "node_id": self.node_id,
            "oneway": self.oneway,
            "speed_kmh": self.speed_kmh,
            "layer": self.layer,
            "way_id": self.way_id,
            "shut_to": self.shut_to,
            "roundabout": self.roundabout,
            **pack_texts("name", self.name),
            **pack_texts("highway", self.highway),
        }

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[np.generic]]) -> StreetLines:
        """The lines from what to_arrays gave, or an earlier version, which knew no closed streets and roundabouts."""
        names = ("lon", "lat", "offsets", "node_id", "oneway", "speed_kmh", "layer", "way_id")
        plain = {name: arrays[name] for name in names}
        count = len(arrays["offsets"]) - 1
        plain["shut_to"] = arrays.get("shut_to", np.zeros(count, dtype=np.uint8))
        plain["roundabout"] = arrays.get("roundabout", np.zeros(count, dtype=np.bool_))
        return cls(**plain, name=unpack_texts("name", arrays), highway=unpack_texts("highway", arrays))  # type: ignore[arg-type]


def read_street_lines(
    path: Path,
    *,
    name_field: str | None = None,
    oneway_field: str | None = None,
    speed_field: str | None = None,
    crs: str | None = None,
) -> StreetLines:
    """Read an OSM extract or a line layer; all else is for line layers where guessing is not enough.

    RefusedInput for a file that cannot be read, ways that name missing nodes, or a layer without lines.
    """
    if not path.exists():
        raise RefusedInput(f"There is no file {path}; correct its name.")
    if path.name.lower().endswith(OSM_ENDINGS):
        from data.connectors.osm import read_osm

        return read_osm(path)
    from data.connectors.line_layers import read_line_layer

    return read_line_layer(path, name_field, oneway_field, speed_field, crs)


def speed_of(text: str) -> float:
    """km/h of an OSM maxspeed ('50', '30 mph'); nan for what is none."""
    number = text.split()[0] if text.split() else ""
    try:
        value = float(number)
    except ValueError:
        return math.nan
    if not 0 < value < 200:
        return math.nan
    return value * 1.609344 if "mph" in text else value
