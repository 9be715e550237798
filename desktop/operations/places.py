"""Looking places up in a city and saying what is at a point: the index of its names, built when it is first asked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from threading import Lock
from typing import TYPE_CHECKING, Any

from data.errors import RefusedInput
from data.store import Store
from data.unit_of_work import ReadUnit
from desktop.operations.city_areas import neighbourhoods
from desktop.operations.import_addresses import ADDRESSES
from desktop.operations.import_streets import BASEMAP, OSM_ADDRESSES, STREETS

if TYPE_CHECKING:
    from data.connectors.streets import BaseMapShapes
    from geo.geocoding import FoundPlace, Gazetteer
    from geo.reverse_geocoding import NamedPlace, PlaceHere

SHAPED = ("water", "park", "cemetery", "building")  # named outlines of the base map; its lines are found as streets are
State = tuple[object, ...]
KILOMETRE_M = 1000.0


class CityPlaces:
    """The index of a store, shared by whoever asks; built anew when streets, addresses or areas are other ones.

    May be asked from several threads at once: one builds, the others wait for it.
    """

    def __init__(self, store: Store) -> None:
        self._store, self._lock = store, Lock()
        self._state: State | None = None
        self._index: Gazetteer | None = None

    @property
    def ready(self) -> bool:
        """Whether an index is there, so that an answer takes no time."""
        return self._index is not None

    def index(self) -> Gazetteer | None:
        """The index as of now; None for a city of which no place is known."""
        with self._lock, self._store.read() as unit:
            state = _state(unit)
            if state != self._state:
                self._index = build_index(unit)
                self._state = state
            return self._index

    def find(self, text: str, limit: int = 8) -> list[FoundPlace]:
        """Places that fit a text, the best first."""
        index = self.index()
        return [] if index is None else index.find(text, limit=limit)

    def where(self, lat: float, long: float) -> PlaceHere | None:
        """What is at a point; None for a city of which no place is known."""
        index = self.index()
        return None if index is None else index.where(long, lat)


def places_of(store: Store) -> Gazetteer:
    """The index of a store's city; RefusedInput where nothing has a name yet."""
    with store.read() as unit:
        index = build_index(unit)
    if index is None:
        raise RefusedInput(
            f"No place is known in {store.location}; bring the streets in with 'opsmap import streets FILE'."
        )
    return index


def build_index(unit: ReadUnit) -> Gazetteer | None:
    """Index what the store holds: streets, addresses (a file's before the extract's), areas and named shapes."""
    import numpy as np

    from data.connectors.streets import AddressPoints, BaseMapShapes, StreetLines
    from geo.geocoding import build_gazetteer, hood_place

    city = unit.city.get()
    if city is None or city.crs_epsg is None:
        return None
    streets, shapes = unit.artifacts.get(STREETS), unit.artifacts.get(BASEMAP)
    points = unit.artifacts.get(ADDRESSES) or unit.artifacts.get(OSM_ADDRESSES)
    layers = [(layer, unit.areas.areas(layer.id)) for layer in unit.areas.layers()]
    if streets is None and points is None and not any(areas for _, areas in layers):
        return None
    lines = None if streets is None else StreetLines.from_arrays(streets)
    addresses = AddressPoints(np.zeros(0), np.zeros(0), [], []) if points is None else AddressPoints.from_arrays(points)
    hoods = neighbourhoods(layers)
    places = [] if shapes is None else list(_named_shapes(BaseMapShapes.from_arrays(shapes)))
    for layer, areas in layers:
        places += [hood_place(a.name, a.geometry_wkb, layer.name) for a in areas if areas is not hoods]
    nothing, none = np.zeros(0), np.zeros(0, dtype=np.int64)
    return build_gazetteer(
        nothing if lines is None else lines.lon,
        nothing if lines is None else lines.lat,
        np.zeros(1, dtype=np.int64) if lines is None else lines.offsets,
        none if lines is None else lines.node_id,
        [] if lines is None else lines.name,
        crs_epsg=city.crs_epsg,
        address_lon=addresses.lon,
        address_lat=addresses.lat,
        address_number=addresses.number,
        address_street=addresses.street,
        places=places,
        hoods=[(area.name, area.geometry_wkb) for area in hoods],
    )


def _state(unit: ReadUnit) -> State:
    """What the index is made of, by version."""
    names = (STREETS, BASEMAP, ADDRESSES, OSM_ADDRESSES)
    return (*(unit.artifacts.version(name) for name in names), *unit.areas.states())


def _named_shapes(shapes: BaseMapShapes) -> Iterator[NamedPlace]:
    """The base map's own places: points with a name, and outlines with one."""
    import numpy as np
    import shapely

    from geo.reverse_geocoding import NamedPlace

    for name, kind, lon, lat in zip(
        shapes.place_name, shapes.place_kind, shapes.place_lon.tolist(), shapes.place_lat.tolist(), strict=True
    ):
        yield NamedPlace(name, kind, lon, lat)
    for at, (name, kind) in enumerate(zip(shapes.name, shapes.kind, strict=True)):
        first, last = shapes.offsets[at], shapes.offsets[at + 1]
        if name and kind in SHAPED and not shapes.hole[at] and last - first >= 4:
            ring = np.column_stack([shapes.lon[first:last], shapes.lat[first:last]])
            inside = shapely.point_on_surface(shapely.make_valid(shapely.Polygon(ring)))
            yield NamedPlace(name, kind, float(inside.x), float(inside.y), (tuple(map(tuple, ring.tolist())),))


# in words

SORTS: Mapping[str, str] = {
    "park": "Park",
    "water": "Water",
    "cemetery": "Cemetery",
    "building": "Building",
    "neighbourhood": "Neighbourhood",
    "suburb": "Suburb",
    "quarter": "Quarter",
    "village": "Village",
    "town": "Town",
    "city": "City",
    "hamlet": "Hamlet",
}


@dataclass(frozen=True, slots=True)
class PlaceWords:
    """The words about places; the window gives them in its own language."""

    address: str = "Address"
    crossing: str = "Crossing"
    stretch: str = "{0} of street"
    street: str = "Street"
    place: str = "Place"
    interpolated: str = "between known numbers"
    near: str = "nearest known"
    number_unknown: str = "number not known"
    metres: str = "{0} m"
    kilometres: str = "{0} km"
    beside: str = "{0} from {1}"
    corner: str = "Corner of {0} and {1}"
    between: str = "On {0} between {1} and {2}"
    to_its_end: str = "On {0}, from {1} to its end"
    on: str = "On {0}"
    within: str = "In {0}"
    nowhere: str = "Nothing with a name is near"
    sorts: Mapping[str, str] = field(default_factory=lambda: SORTS)


ENGLISH = PlaceWords()
AT_DOOR_M = 15.0  # nearer than this, the distance to an address is not worth a word


def note_of(place: FoundPlace, words: PlaceWords = ENGLISH) -> str:
    """What a found place is, how exactly it is known, and in which part of town it lies."""
    told = kind_of(place, words)
    return f"{told} · {place.within}" if place.within else told


def kind_of(place: FoundPlace, words: PlaceWords = ENGLISH) -> str:
    """What a found place is, or the doubt about it."""
    length = "" if place.length_m is None else metres_words(place.length_m, words)
    kind = {
        "address": words.address,
        "crossing": words.crossing,
        "stretch": words.stretch.format(length),
        "street": words.street,
        "place": words.sorts.get(place.sort, place.sort) or words.place,
    }[place.kind]
    doubt = {
        "exact": "",
        "interpolated": words.interpolated,
        "near": words.near,
        "street": words.number_unknown,
    }[place.exactness]
    return f"{kind}, {doubt}" if doubt else kind


def sentence_of(here: PlaceHere, words: PlaceWords = ENGLISH) -> str:
    """What is at a point, without the part of town."""
    if here.relation == "address":
        name = f"{here.number} {here.street}"
        return name if here.distance_m < AT_DOOR_M else words.beside.format(metres_words(here.distance_m, words), name)
    if here.relation == "crossing":
        return words.corner.format(here.street, here.a)
    if here.relation == "between":
        return _on_street(here, words)
    if here.relation == "street":
        return words.beside.format(metres_words(here.distance_m, words), here.street)
    return words.within.format(here.within) if here.relation == "area" else words.nowhere


def _on_street(here: PlaceHere, words: PlaceWords) -> str:
    if here.a and here.b and here.a != here.b:
        return words.between.format(here.street, here.a, here.b)
    end = here.a or here.b
    return (
        words.to_its_end.format(here.street, end) if end and not (here.a and here.b) else words.on.format(here.street)
    )


def metres_words(length_m: float, words: PlaceWords = ENGLISH) -> str:
    """A length as people say it: whole metres, from a kilometre on with one decimal."""
    if length_m < KILOMETRE_M:
        return words.metres.format(round(length_m))
    return words.kilometres.format(f"{length_m / KILOMETRE_M:.1f}")


def found_json(place: FoundPlace) -> dict[str, Any]:
    """A found place as plain values; lines are longitude and latitude."""
    return {
        "kind": place.kind,
        "exactness": place.exactness,
        "score": round(place.score, 1),
        "name": place.name,
        "within": place.within,
        "lat": round(place.lat, 7),
        "long": round(place.lon, 7),
        "length_m": None if place.length_m is None else round(place.length_m, 1),
        "sort": place.sort,
        "lines": [[[round(lon, 7), round(lat, 7)] for lon, lat in line] for line in place.lines],
    }


def here_json(here: PlaceHere) -> dict[str, Any]:
    """What is at a point as plain values, and in words."""
    return {
        "relation": here.relation,
        "place": sentence_of(here),
        "street": here.street,
        "number": here.number,
        "between": [name for name in (here.a, here.b) if name],
        "within": here.within,
        "distance_m": round(here.distance_m, 1),
        "lat": None if here.lat is None else round(here.lat, 7),
        "long": None if here.lon is None else round(here.lon, 7),
    }
