"""Addresses as numbers that can be compared by the million: street, house number, and the street that crosses it."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from hashlib import blake2b
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from geo.place_names import spell
from geo.place_queries import meanings

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

OTHER_STREET, CROSSING_STREET, SAME_STREET, NEIGHBOUR, SAME_PLACE = range(5)
NEIGHBOURS = 4  # numbers apart on one side of a street


class Addresses(NamedTuple):
    """Arrays [addresses]; -1 for what an address does not say."""

    street: Ints
    number: Ints
    crossing: Ints

    def at(self, chosen: Ints) -> Addresses:
        """Some of them."""
        return Addresses(self.street[chosen], self.number[chosen], self.crossing[chosen])


def read_addresses(texts: Iterable[str]) -> Addresses:
    """The parts of each address."""
    told = np.array([_read(text) for text in texts], dtype=np.int64).reshape(-1, 3)
    return Addresses(told[:, 0], told[:, 1], told[:, 2])


def agreement(one: Addresses, other: Addresses) -> Floats:
    """How two addresses agree, OTHER_STREET to SAME_PLACE; nan where one is missing or says too little.

    Neighbours are on one side of a street (both numbers even or both odd), NEIGHBOURS apart at most. Of two crossings
    that share a street, and of a crossing and an address on one of its streets, it is CROSSING_STREET.
    """
    same = one.street == other.street
    crossings = (one.crossing >= 0).astype(np.int8) + (other.crossing >= 0)
    numbers = (one.number >= 0).astype(np.int8) + (other.number >= 0)
    apart = np.abs(one.number - other.number)
    on_street = np.select(
        [~same, numbers == 1, apart == 0, (apart <= NEIGHBOURS) & (apart % 2 == 0)],
        [OTHER_STREET, np.nan, SAME_PLACE, NEIGHBOUR], SAME_STREET,
    )  # fmt: skip
    shared = same | (one.street == other.crossing) | (one.crossing == other.street)
    both = shared | (one.crossing == other.crossing)
    found = np.select(
        [crossings == 0, crossings == 1, same & (one.crossing == other.crossing)],
        [on_street, np.where(shared, CROSSING_STREET, OTHER_STREET), SAME_PLACE],
        np.where(both, CROSSING_STREET, OTHER_STREET),
    )
    return np.where((one.street >= 0) & (other.street >= 0), found, np.nan)


@lru_cache(maxsize=1 << 16)
def _read(text: str) -> tuple[int, int, int]:
    """Keys of street and crossing street (a crossing's in rising order), and the lower house number."""
    read = meanings(text)
    if not read:
        return -1, -1, -1
    first = read[0]
    if first.form == "crossing":
        low, high = sorted((_key(first.first), _key(first.second)))
        return low, -1, high
    return _key(first.first), -1 if first.number is None else first.number.low, -1


@lru_cache(maxsize=1 << 16)
def _key(name: str) -> int:
    """A number that stands for a name in any spelling; two names share one once in 2 ** 63."""
    return int.from_bytes(blake2b(spell(name).encode(), digest_size=8).digest(), "big") >> 1
