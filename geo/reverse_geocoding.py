"""From points to words, offline: the address, crossing or stretch of street at a place, and the part of town."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Literal

import numpy as np

from geo.address_index import AddressIndex
from geo.crs import to_metres
from geo.errors import GeoError
from geo.street_index import Line, StreetIndex

if TYPE_CHECKING:
    from scipy.spatial import cKDTree
    from shapely import STRtree

ADDRESS_CAP_M = 40.0  # farther from its front door than this, a point is not "at" an address
CROSSING_CAP_M = 15.0  # this close to the middle of a crossing, a point is on it
ON_STREET_M = 35.0  # half a wide street and a front garden
STREET_CAP_M = 500.0
HOOD_CAP_M = 2500.0  # a neighbourhood that is known as a point only reaches no farther
GROUNDS = ("park", "cemetery", "water")
HOODS = ("suburb", "quarter", "neighbourhood", "village", "town", "hamlet")


@dataclass(frozen=True, slots=True)
class PlaceHere:
    """What is at a point. `relation` says which of the fields hold.

    address: `street` and `number`. crossing: `street` and `a`. between: on `street` between `a` and `b`, either empty
    at a dead end. street: `distance_m` beside `street`. area: in the park or neighbourhood `within`. nowhere: nothing
    is near.
    """

    relation: Literal["address", "crossing", "between", "street", "area", "nowhere"]
    street: str = ""
    number: str = ""
    a: str = ""
    b: str = ""
    within: str = ""
    distance_m: float = 0.0
    lon: float | None = None  # of the address, the crossing or the place on the street
    lat: float | None = None


@dataclass(frozen=True, slots=True)
class NamedPlace:
    """A place with a name of its own: a point in degrees, and its outline where one is known."""

    name: str
    sort: str
    lon: float
    lat: float
    outline: tuple[Line, ...] = field(default=(), repr=False)


@dataclass(frozen=True, eq=False)
class Surroundings:
    """What lies around any point of a city."""

    streets: StreetIndex
    addresses: AddressIndex
    places: tuple[NamedPlace, ...]
    hoods: tuple[tuple[str, bytes], ...]  # neighbourhoods: name, polygon as WKB in degrees

    def where(self, lon: float, lat: float) -> PlaceHere:
        """What is at a place in degrees, by the first that holds.

        The nearest address; the crossing or the stretch of street; the park or water around it; the nearest street with
        its distance; the neighbourhood. On a crossing only an address at the door goes before.
        GeoError for what is no place on earth.
        """
        if not (abs(lon) <= 180.0 and abs(lat) <= 90.0):
            raise GeoError(
                f"{lat} {lon} is no place on earth; give latitude (-90 to 90), then longitude (-180 to 180)."
            )
        x, y = to_metres([lon], [lat], self.streets.crs_epsg)
        x_m, y_m = float(x[0]), float(y[0])
        within = self.hood_at(lon, lat)
        if not np.isfinite([x_m, y_m]).all():
            return PlaceHere("nowhere")
        here = self._address_at(x_m, y_m)
        if here is None or here.distance_m > CROSSING_CAP_M:
            on_street = self._street_at(x_m, y_m)
            here = on_street if here is None or (on_street and on_street.relation == "crossing") else here
        if here is None or here.relation == "street":
            ground = self._ground_at(lon, lat)
            if ground:
                return PlaceHere("area", within=ground)
        if here is None:
            return PlaceHere("area" if within else "nowhere", within=within)
        return replace(here, within=within)

    def _address_at(self, x_m: float, y_m: float) -> PlaceHere | None:
        if not len(self.addresses):
            return None
        distance_m, at = self.addresses.tree.query([x_m, y_m], distance_upper_bound=ADDRESS_CAP_M)
        if not np.isfinite(distance_m):
            return None
        street = self.streets.name[int(self.addresses.street[at])]
        number = self.addresses.number(int(at)).words
        place = float(self.addresses.lon[at]), float(self.addresses.lat[at])
        return PlaceHere("address", street, number, distance_m=float(distance_m), lon=place[0], lat=place[1])

    def _street_at(self, x_m: float, y_m: float) -> PlaceHere | None:
        nearest = self.streets.nearest(x_m, y_m)
        if nearest is None or nearest[1].distance_m > STREET_CAP_M:
            return None
        street, spot = nearest
        name, (lon, lat) = self.streets.name[street], self.streets.at_spot(spot)
        if spot.distance_m > ON_STREET_M:
            return PlaceHere("street", name, distance_m=spot.distance_m, lon=lon, lat=lat)
        ends = [self.streets.next_crossing(street, spot, ahead=ahead) for ahead in (False, True)]
        close = min((end for end in ends if end is not None), key=lambda end: end[2], default=None)
        if close is not None and close[2] <= CROSSING_CAP_M and spot.distance_m <= CROSSING_CAP_M:
            lon, lat = self.streets.at_node(close[0])
            return PlaceHere("crossing", name, a=self.streets.name[close[1]], lon=lon, lat=lat)
        a, b = ("" if end is None else self.streets.name[end[1]] for end in ends)
        return PlaceHere("between", name, a=a, b=b, distance_m=spot.distance_m, lon=lon, lat=lat)

    def hood_at(self, lon: float, lat: float) -> str:
        """The neighbourhood around a place: the polygon that holds it, else the nearest named point; empty for none."""
        import shapely

        inside = self._hood_tree.query(shapely.Point(lon, lat), predicate="intersects")
        if len(inside):
            return self.hoods[int(inside.min())][0]
        tree, names = self._hood_points
        x_m, y_m = to_metres([lon], [lat], self.streets.crs_epsg)
        if self.hoods or not names or not np.isfinite(x_m[0]):
            return ""
        distance_m, at = tree.query([x_m[0], y_m[0]], distance_upper_bound=HOOD_CAP_M)
        return names[at] if np.isfinite(distance_m) else ""

    def _ground_at(self, lon: float, lat: float) -> str:
        """The named park, cemetery or water that holds a place; empty for none."""
        import shapely

        tree, names = self._grounds
        inside = tree.query(shapely.Point(lon, lat), predicate="intersects")
        return names[int(inside.min())] if len(inside) else ""

    @cached_property
    def _grounds(self) -> tuple[STRtree, list[str]]:
        import shapely

        places = [place for place in self.places if place.sort in GROUNDS and place.outline]
        shapes = [shapely.make_valid(shapely.Polygon(place.outline[0])) for place in places]
        return shapely.STRtree(shapes), [place.name for place in places]

    @cached_property
    def _hood_tree(self) -> STRtree:
        import shapely

        return shapely.STRtree(shapely.from_wkb([wkb for _, wkb in self.hoods]))

    @cached_property
    def _hood_points(self) -> tuple[cKDTree, list[str]]:
        from scipy.spatial import cKDTree

        places = [place for place in self.places if place.sort in HOODS]
        x_m, y_m = to_metres([p.lon for p in places], [p.lat for p in places], self.streets.crs_epsg)
        return cKDTree(np.column_stack([x_m, y_m]).reshape(-1, 2)), [place.name for place in places]
