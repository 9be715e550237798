"""From words to places, offline: addresses, crossings, lengths of street, streets, places by name."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from geo.address_index import AddressIndex, Exactness, build_address_index
from geo.crs import to_metres
from geo.name_matching import EXACT, NameIndex
from geo.place_names import spell
from geo.place_queries import HouseNumber, Meaning, meanings
from geo.reverse_geocoding import NamedPlace, PlaceHere, Surroundings
from geo.street_index import Line, LonLat, Spot, StreetIndex, build_street_index

if TYPE_CHECKING:
    pass

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Kind = Literal["address", "crossing", "stretch", "street", "place"]

SAME_PLACE_M = 1500.0  # one name twice this close is one place: a river's pieces, a park with a point and an outline
LOSS: dict[Exactness, float] = {"exact": 0.0, "interpolated": 2.0, "near": 3.0, "street": 16.0}
PARTICULAR = 80.0  # an address or crossing of this score makes loose likenesses of names uninteresting
FAR_BEHIND = 20.0  # what fits this much worse than the best is left out
STREETS_OF_A_NAME = 8
# "Tern" may be a street, a lane and a close: which of them is told by the number, or by what crosses.
STREETS_TRIED = 40
STREETS_WITHOUT_NUMBER = 3
LIKELY = 8.0  # a number that is not known is worked out only on streets that fit nearly as well as the best
NEARLY_TRIED = 4


@dataclass(frozen=True, slots=True)
class FoundPlace:
    """A place that fits what was asked. Nothing is invented: `exactness` says how much of it is known.

    exact: the thing itself. interpolated: between two known house numbers. near: the same number without its letter, or
    streets that come close but share no junction. street: only the street is known, not the number on it. `score` runs
    from 0 to 100; `lon` and `lat` are degrees, `lines` too; `length_m` is planar in the city's CRS, and counts every
    carriageway of a whole street. `sort` is what a place is in its own right (park, suburb, ...).
    """

    kind: Kind
    exactness: Exactness
    score: float
    name: str
    lon: float
    lat: float
    within: str = ""
    lines: tuple[Line, ...] = field(default=(), repr=False)
    length_m: float | None = None
    sort: str = ""

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """West, south, east, north in degrees."""
        points = [(self.lon, self.lat), *(point for line in self.lines for point in line)]
        lon, lat = zip(*points, strict=True)
        return min(lon), min(lat), max(lon), max(lat)


@dataclass(frozen=True, eq=False)
class Gazetteer:
    """Everything of a city that has a name, ready to be looked up."""

    streets: StreetIndex
    addresses: AddressIndex
    places: tuple[NamedPlace, ...]
    around: Surroundings = field(repr=False)
    street_names: NameIndex = field(repr=False)
    place_names: NameIndex = field(repr=False)
    places_by_name: dict[str, list[int]] = field(repr=False)

    # words to places

    def find(self, text: str, *, limit: int = 8) -> list[FoundPlace]:
        """Places that fit a text, the best first; none where nothing does.

        Understood: an address (number first or last), two streets that cross, a street between two others or between
        two house numbers, the name of a street, a neighbourhood, a park. Typing errors, abbreviations, case and accents
        do not matter. A part of town after a comma decides between streets of one name.
        """
        found: list[FoundPlace] = []
        for meaning in meanings(text):
            found += self._as(meaning, loosely=not found or max(place.score for place in found) < PARTICULAR)
        ranked = sorted(found, key=lambda place: (-round(place.score, 1), _ORDER[place.kind], -(place.length_m or 0.0)))
        near_best = [place for place in ranked if place.score >= ranked[0].score - FAR_BEHIND]
        return [self._with_part_of_town(place) for place in _distinct(near_best)[:limit]]

    def _as(self, meaning: Meaning, *, loosely: bool) -> Iterable[FoundPlace]:
        if meaning.form == "address":
            return self._addresses(meaning)
        if meaning.form == "range":
            return self._ranges(meaning)
        if meaning.form == "crossing":
            return self._crossings(meaning)
        if meaning.form == "stretch":
            return self._stretches(meaning)
        found = [*self._named_streets(meaning), *self._named_places(meaning)]
        return found if loosely else [place for place in found if place.score >= 95.0]

    def _streets(self, text: str, around: str, limit: int = STREETS_OF_A_NAME) -> list[tuple[int, float]]:
        """Streets of a name with their scores. Where a part of town is named, streets far from it lose."""
        centre = self._centre_of(around) if around else None
        found: list[tuple[int, float]] = []
        matches = self.street_names.match(text, limit=limit)
        for spelled, score in matches:
            if score < matches[0][1] - FAR_BEHIND:
                break
            for street in self.streets.by_name[spelled]:
                loss = 0.0 if centre is None else min(12.0, 3.0 * self._km_from(street, centre))
                found.append((street, score - loss))
        return found

    def _addresses(self, meaning: Meaning) -> list[FoundPlace]:
        number = meaning.number
        assert number is not None
        found = []
        streets = self._streets(meaning.first, meaning.around, STREETS_TRIED)
        best = max((score for _, score in streets), default=0.0)
        for street, score in streets:
            known = self.addresses.known(street, number)
            if known is not None:
                at, exactness = known
                name = self.addresses.number(at).words if exactness == "near" else number.words
                place = float(self.addresses.lon[at]), float(self.addresses.lat[at])
                found.append(self._address(street, name, place, exactness, score))
            elif number.low == number.high and score >= best - LIKELY:
                found.append(self._unknown_number(street, number, score))
        unknown = [place for place in found if place.exactness == "street"][STREETS_WITHOUT_NUMBER:]
        return [place for place in found if place not in unknown]

    def _unknown_number(self, street: int, number: HouseNumber, score: float) -> FoundPlace:
        """A number that is not known: between two that are, or the street alone."""
        place = self.addresses.between(self.streets, street, number.low)
        if place is not None:
            return self._address(street, number.words, place, "interpolated", score)
        return self._street(street, score - LOSS["street"], "street")

    def _address(self, street: int, number: str, at: LonLat, exactness: Exactness, score: float) -> FoundPlace:
        return FoundPlace(
            "address", exactness, score - LOSS[exactness], f"{number} {self.streets.name[street]}", at[0], at[1]
        )

    def _ranges(self, meaning: Meaning) -> list[FoundPlace]:
        """The length of street between two house numbers; the street alone where either is unknown."""
        number = meaning.number
        assert number is not None
        found = []
        for street, score in self._streets(meaning.first, meaning.around, STREETS_TRIED):
            ends = [self._spot_of(street, low) for low in (number.low, number.high)]
            exactness: Exactness = "exact" if all(end and end[1] for end in ends) else "interpolated"
            way = self.streets.walk(street, ends[0][0], ends[1][0]) if ends[0] and ends[1] else None
            if way is None:
                found.append(self._street(street, score - LOSS["street"], "street"))
            else:
                name = f"{self.streets.name[street]} {number.words}"
                found.append(self._stretch(name, way, exactness, score - 1.0 - LOSS[exactness]))
        return found

    def _spot_of(self, street: int, number: int) -> tuple[Spot, bool] | None:
        """Where on the street a number is, and whether its own point is known."""
        known = self.addresses.known(street, HouseNumber(number, number))
        if known is not None:
            at = float(self.addresses.x_m[known[0]]), float(self.addresses.y_m[known[0]])
            spot = self.streets.project(street, *at)
            return None if spot is None else (spot, True)
        place = self.addresses.between(self.streets, street, number)
        if place is None:
            return None
        x_m, y_m = to_metres([place[0]], [place[1]], self.streets.crs_epsg)
        spot = self.streets.project(street, float(x_m[0]), float(y_m[0]))
        return None if spot is None else (spot, False)

    def _crossings(self, meaning: Meaning) -> list[FoundPlace]:
        """Where two streets share a junction, and those that come close where their names fit better."""
        ones, others = (
            dict(reversed(self._streets(text, meaning.around, STREETS_TRIED)))
            for text in (meaning.first, meaning.second)
        )
        found: list[FoundPlace] = []
        for a in ones:
            for b in self.streets.meets(a) & others.keys():
                if self.streets.spelled[a] != self.streets.spelled[b]:
                    found += self._crossing(a, b, _together(ones[a], others[b]))
        best = max((place.score for place in found), default=0.0)
        pairs = [(_together(ones[a], others[b]), a, b) for a in ones for b in others]
        better = [pair for pair in pairs if pair[0] - LOSS["near"] > best and len({*pair[1:]}) == 2]
        better.sort(key=lambda pair: -pair[0])
        nearly = [self._near_crossing(a, b, score) for score, a, b in better[:NEARLY_TRIED]]
        return [*found, *(place for place in nearly if place is not None)]

    def _crossing(self, a: int, b: int, score: float) -> list[FoundPlace]:
        name = f"{self.streets.name[a]} / {self.streets.name[b]}"
        groups = self.streets.crossings(a, b)
        middles = [_middle([self.streets.at_node(node) for node in nodes]) for nodes in groups]
        return [FoundPlace("crossing", "exact", score, name, lon, lat) for lon, lat in middles]

    def _near_crossing(self, a: int, b: int, score: float) -> FoundPlace | None:
        nearly = self.streets.nearly(a, b)
        if nearly is None:
            return None
        lon, lat = _middle([(float(self.streets.lon[at]), float(self.streets.lat[at])) for at in nearly])
        name = f"{self.streets.name[a]} / {self.streets.name[b]}"
        return FoundPlace("crossing", "near", score - LOSS["near"], name, lon, lat)

    def _stretches(self, meaning: Meaning) -> list[FoundPlace]:
        """A street between two others that cross it, the shortest way along it."""
        found = []
        for street, score in self._streets(meaning.first, meaning.around, STREETS_TRIED):
            froms, tos = (list(self._crossing_nodes(street, text)) for text in (meaning.second, meaning.third))
            for a, a_score, a_nodes in froms:
                for b, b_score, b_nodes in tos:
                    way = self.streets.walk(street, a_nodes, b_nodes) if a != b else None
                    if way is not None:
                        names = self.streets.name
                        name = f"{names[street]}, {names[a]} – {names[b]}"
                        total = _together(score, a_score, b_score)
                        found.append(self._stretch(name, way, "exact", total))
        return found

    def _crossing_nodes(self, street: int, text: str) -> Iterable[tuple[int, float, list[int]]]:
        met = self.streets.meets(street)
        for other, score in self._streets(text, "", STREETS_TRIED):
            groups = self.streets.crossings(street, other) if other in met else []
            if groups:
                yield other, score, [node for group in groups for node in group]

    def _stretch(
        self, name: str, way: tuple[tuple[Line, ...], float], exactness: Exactness, score: float
    ) -> FoundPlace:
        lines, length_m = way
        lon, lat = self._half_way(max(lines, key=self.streets.metres))
        return FoundPlace("stretch", exactness, score, name, lon, lat, lines=lines, length_m=length_m)

    def _half_way(self, line: Line) -> LonLat:
        degrees = np.array(line)
        x_m, y_m = to_metres(degrees[:, 0], degrees[:, 1], self.streets.crs_epsg)
        along = np.concatenate([[0.0], np.cumsum(np.hypot(np.diff(x_m), np.diff(y_m)))])
        lon, lat = (np.interp(along[-1] / 2, along, degrees[:, axis]) for axis in (0, 1))
        return float(lon), float(lat)

    def _named_streets(self, meaning: Meaning) -> list[FoundPlace]:
        return [
            self._street(street, score, "exact") for street, score in self._streets(meaning.first, meaning.around)
        ]  # fmt: skip

    def _street(self, street: int, score: float, exactness: Exactness) -> FoundPlace:
        """A whole street, marked on itself at the point nearest to its middle."""
        streets = self.streets
        points = streets.points(street)
        if len(points):
            away = np.hypot(
                streets.x_m[points] - streets.x_m[points].mean(), streets.y_m[points] - streets.y_m[points].mean()
            )
            at = points[int(np.argmin(away))]
            place = float(streets.lon[at]), float(streets.lat[at])
        else:
            span = self.addresses.on(street)
            middle = span[len(span) // 2]
            place = float(self.addresses.lon[middle]), float(self.addresses.lat[middle])
        length_m = float(streets.length_m[street]) or None
        return FoundPlace(
            "street", exactness, score, streets.name[street], *place, lines=streets.shape(street), length_m=length_m
        )

    def _named_places(self, meaning: Meaning) -> list[FoundPlace]:
        found = []
        for spelled, score in self.place_names.match(meaning.first):
            for at in self.places_by_name[spelled]:
                place = self.places[at]
                found.append(
                    FoundPlace(
                        "place",
                        "exact",
                        score + (0.05 if place.outline else 0.0),
                        place.name,
                        place.lon,
                        place.lat,
                        lines=place.outline,
                        sort=place.sort,
                    )
                )
        return found

    def _centre_of(self, around: str) -> tuple[float, float] | None:
        """Metres of the part of town that a text names, codes and states after it left out; None for an unknown one."""
        words = [word for word in spell(around).split() if not word.isdigit()]
        for end in range(len(words), 0, -1):
            matches = self.place_names.match(" ".join(words[:end]), limit=1)
            if matches and matches[0][1] >= (EXACT if end < len(words) else PARTICULAR):
                place = self.places[self.places_by_name[matches[0][0]][0]]
                x_m, y_m = to_metres([place.lon], [place.lat], self.streets.crs_epsg)
                return float(x_m[0]), float(y_m[0])
        return None

    def _km_from(self, street: int, centre: tuple[float, float]) -> float:
        points = self.streets.points(street)
        if not len(points):
            return 0.0
        away = np.hypot(self.streets.x_m[points] - centre[0], self.streets.y_m[points] - centre[1])
        return float(away.min() / 1000.0)

    def where(self, lon: float, lat: float) -> PlaceHere:
        """What is at a place in degrees; see `Surroundings.where`."""
        return self.around.where(lon, lat)

    def _with_part_of_town(self, place: FoundPlace) -> FoundPlace:
        """The result with the neighbourhood around it, unless that is what it is."""
        within = self.around.hood_at(place.lon, place.lat)
        return place if within == place.name else replace(place, within=within)


_ORDER: dict[Kind, int] = {"address": 0, "stretch": 1, "crossing": 2, "place": 3, "street": 4}


def _together(*scores: float) -> float:
    """One score for several names that must all fit: the worst, less a part of what the others lack."""
    return min(scores) - 0.2 * (100.0 * len(scores) - sum(scores))


def _middle(points: Sequence[LonLat]) -> LonLat:
    lon, lat = zip(*points, strict=True)
    return sum(lon) / len(lon), sum(lat) / len(lat)


def _distinct(ranked: Sequence[FoundPlace]) -> list[FoundPlace]:
    """Results without those that name the same thing at the same place again."""
    kept: list[FoundPlace] = []
    for place in ranked:
        if not any(_same(place, other) for other in kept):
            kept.append(place)
    return kept


def _same(a: FoundPlace, b: FoundPlace) -> bool:
    if a.kind != b.kind or spell(a.name) != spell(b.name):
        return False
    north_m = (a.lat - b.lat) * 111_000.0
    east_m = (a.lon - b.lon) * 111_000.0 * float(np.cos(np.radians(a.lat)))
    return float(np.hypot(north_m, east_m)) < (SAME_PLACE_M if a.kind == "place" else 1.0)


def build_gazetteer(
    lon: Floats,
    lat: Floats,
    offsets: Ints,
    node_id: Ints,
    name: Sequence[str],
    *,
    crs_epsg: int,
    address_lon: Floats | None = None,
    address_lat: Floats | None = None,
    address_number: Sequence[str] = (),
    address_street: Sequence[str] = (),
    places: Sequence[NamedPlace] = (),
    hoods: Sequence[tuple[str, bytes]] = (),
) -> Gazetteer:
    """Index a city: street lines (points in degrees, line offsets, junction ids, a name a line), addresses, places.

    `hoods` are the polygons (WKB, degrees) that say in which part of town a place is; they are found by name too.
    GeoError for a CRS that is unknown or not projected.
    """
    streets = build_street_index(
        lon, lat, offsets, node_id, name, crs_epsg=crs_epsg, more=dict.fromkeys(address_street)
    )
    nothing = np.zeros(0)
    addresses = build_address_index(
        streets,
        nothing if address_lon is None else address_lon,
        nothing if address_lat is None else address_lat,
        address_number,
        address_street,
    )
    known = (*(hood_place(*hood) for hood in hoods), *places)
    by_name: dict[str, list[int]] = {}
    for at, place in enumerate(known):
        by_name.setdefault(spell(place.name), []).append(at)
    by_name.pop("", None)
    reachable = [
        key for key, ids in streets.by_name.items() if any(streets.length_m[i] > 0 or len(addresses.on(i)) for i in ids)
    ]
    around = Surroundings(streets, addresses, known, tuple(hoods))
    return Gazetteer(streets, addresses, known, around, NameIndex(reachable), NameIndex(list(by_name)), by_name)


def hood_place(name: str, wkb: bytes, sort: str = "neighbourhood") -> NamedPlace:
    """A named polygon as a place: a point inside it, and its outer rings."""
    import shapely

    shape = shapely.from_wkb(wkb)
    point = shape.representative_point()
    parts = shapely.get_parts(shape)
    outline = tuple(tuple(map(tuple, np.asarray(part.exterior.coords)[:, :2].tolist())) for part in parts)
    return NamedPlace(name, sort, float(point.x), float(point.y), outline)
