"""House numbers by street: known points, and what lies between two known numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from geo.crs import to_degrees, to_metres
from geo.place_names import spell
from geo.place_queries import HouseNumber, read_number
from geo.street_index import StreetIndex

if TYPE_CHECKING:
    from scipy.spatial import cKDTree

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Exactness = Literal["exact", "near", "interpolated", "street"]

BETWEEN_M = 600.0  # two known numbers farther apart tell too little about those between them
STRAIGHT = 1.15  # a way at most this much longer than the straight line is taken for straight
ANY_STREET_M = 1000.0  # an address farther from every street of its name is on one of another town


@dataclass(frozen=True, eq=False)
class AddressIndex:
    """Address points ordered by street and number."""

    lon: Floats
    lat: Floats
    x_m: Floats
    y_m: Floats
    street: Ints
    low: Ints
    high: Ints
    letter: tuple[str, ...]
    first: Ints  # of each street

    def __len__(self) -> int:
        return len(self.lon)

    def on(self, street: int) -> range:
        """The addresses of a street, by number."""
        return range(int(self.first[street]), int(self.first[street + 1]))

    def number(self, at: int) -> HouseNumber:
        """The house number of an address."""
        return HouseNumber(int(self.low[at]), int(self.high[at]), self.letter[at])

    @cached_property
    def tree(self) -> cKDTree:
        """The points, in metres."""
        from scipy.spatial import cKDTree

        return cKDTree(np.column_stack([self.x_m, self.y_m]))

    def known(self, street: int, wanted: HouseNumber) -> tuple[int, Exactness] | None:
        """The address of a number: its own point, else the plot whose numbers hold it, else the same without letter."""
        span = self.on(street)
        held = [at for at in span if self.low[at] <= wanted.low and wanted.high <= self.high[at]]
        for at in held:
            if self.number(at) == wanted:
                return at, "exact"
        if wanted.high == wanted.low and not wanted.letter:
            for at in held:
                if self.high[at] > self.low[at] and (wanted.low - self.low[at]) % 2 == 0:
                    return at, "exact"
        for at in held:
            if self.low[at] == wanted.low:
                return at, "near"
        return None

    def between(self, streets: StreetIndex, street: int, number: int) -> tuple[float, float] | None:
        """Longitude and latitude of a number from the nearest known below and above it, on its side where possible.

        On a straight stretch on the line between their points, on a bent one along the street. None where the number
        is outside of those known, or they are more than BETWEEN_M apart: nothing is guessed beyond what is known.
        """
        span = np.array(self.on(street), dtype=np.int64)
        for chosen in (span[self.low[span] % 2 == number % 2], span):
            below, above = chosen[self.high[chosen] < number], chosen[self.low[chosen] > number]
            if not len(below) or not len(above):
                continue
            a, b = int(below[np.argmax(self.high[below])]), int(above[np.argmin(self.low[above])])
            apart_m = float(np.hypot(self.x_m[b] - self.x_m[a], self.y_m[b] - self.y_m[a]))
            if apart_m <= BETWEEN_M:
                share = (number - self.high[a]) / (self.low[b] - self.high[a])
                return self._part_way(streets, street, a, b, float(share), apart_m)
        return None

    def _part_way(
        self, streets: StreetIndex, street: int, a: int, b: int, share: float, apart_m: float
    ) -> tuple[float, float]:
        spots = [streets.project(street, float(self.x_m[at]), float(self.y_m[at])) for at in (a, b)]
        way = streets.walk(street, spots[0], spots[1]) if spots[0] is not None and spots[1] is not None else None
        if way is None or len(way[0]) > 1 or apart_m * STRAIGHT >= way[1]:
            return (
                float(self.lon[a] + share * (self.lon[b] - self.lon[a])),
                float(self.lat[a] + share * (self.lat[b] - self.lat[a])),
            )
        return _along(np.array(way[0][0]), share, streets.crs_epsg)


def _along(line: Floats, share: float, crs_epsg: int) -> tuple[float, float]:
    """The place at a share of a line's length."""
    x_m, y_m = to_metres(line[:, 0], line[:, 1], crs_epsg)
    along = np.concatenate([[0.0], np.cumsum(np.hypot(np.diff(x_m), np.diff(y_m)))])
    lon, lat = to_degrees(
        [np.interp(share * along[-1], along, x_m)], [np.interp(share * along[-1], along, y_m)], crs_epsg
    )
    return float(lon[0]), float(lat[0])


def build_address_index(
    streets: StreetIndex, lon: Floats, lat: Floats, number: Sequence[str], street: Sequence[str]
) -> AddressIndex:
    """Addresses given as arrays, each on the nearest street of its name.

    What has no number that can be read, no street of its name within ANY_STREET_M, or no place on earth is left out.
    """
    numbers = {text: read_number(text) for text in set(number)}
    names = {text: streets.by_name.get(spell(text), []) for text in set(street)}
    lon, lat = np.asarray(lon, dtype=np.float64), np.asarray(lat, dtype=np.float64)
    x_m, y_m = to_metres(lon, lat, streets.crs_epsg)
    usable = np.array(
        [bool(numbers[n]) and bool(names[s]) for n, s in zip(number, street, strict=True)], dtype=bool
    ) & np.isfinite(x_m)  # fmt: skip
    kept = np.flatnonzero(usable)
    of_street = np.array([names[street[at]][0] for at in kept.tolist()], dtype=np.int64)
    _choose_nearest(streets, of_street, kept, x_m, y_m, [names[street[at]] for at in kept.tolist()])
    kept, of_street = kept[of_street >= 0], of_street[of_street >= 0]
    read = [numbers[number[at]] for at in kept.tolist()]
    low = np.array([found.low for found in read if found], dtype=np.int64)
    high = np.array([found.high for found in read if found], dtype=np.int64)
    letters = [found.letter for found in read if found]
    order = np.lexsort((kept, low, of_street))
    first = np.searchsorted(of_street[order], np.arange(len(streets) + 1)).astype(np.int64)
    chosen = kept[order]
    return AddressIndex(
        lon[chosen], lat[chosen], x_m[chosen], y_m[chosen], of_street[order], low[order], high[order],
        tuple(letters[at] for at in order.tolist()), first,
    )  # fmt: skip


def _choose_nearest(
    streets: StreetIndex, of_street: Ints, kept: Ints, x_m: Floats, y_m: Floats, choices: Sequence[list[int]]
) -> None:
    """Of several streets of a name, the one with the nearest point; -1 where that is too far away."""
    from scipy.spatial import cKDTree

    unsure = [at for at, streets_of_name in enumerate(choices) if len(streets_of_name) > 1]
    if not unsure:
        return
    names = {name: at for at, name in enumerate(streets.by_name)}
    key = np.array([names[spelled] for spelled in streets.spelled], dtype=np.float64)
    far = 1e7  # more metres than any city is wide: only points of the same name are near in the third direction
    of_point = streets.line_street[streets.line_of]
    tree = cKDTree(np.column_stack([streets.x_m, streets.y_m, key[of_point] * far]))
    place = kept[unsure]
    wanted = np.column_stack([x_m[place], y_m[place], key[of_street[unsure]] * far])
    distance, nearest = tree.query(wanted, distance_upper_bound=ANY_STREET_M)
    found = np.where(np.isfinite(distance), of_point[np.minimum(nearest, len(of_point) - 1)], -1)
    of_street[unsure] = found
