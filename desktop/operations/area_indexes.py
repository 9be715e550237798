"""The index of each area layer: from memory, else the store, else made: anew when the layer's areas change."""

from __future__ import annotations

import logging
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from hashlib import blake2b
from threading import Lock
from typing import TYPE_CHECKING

from data.derived import SpoiltArrays, keep_derived, read_derived
from data.records import Area
from data.unit_of_work import ReadUnit
from desktop.operations.work import Work

if TYPE_CHECKING:
    from geo.service_areas import AreaIndex

PREFIX = "area index "  # artifact: and the layer's id and the digest of its areas
MOST = 24  # indexes in memory, of a few megabytes each
_LOG = logging.getLogger(__name__)


class RecentIndexes:
    """The indexes asked for last, by name. A name tells their very areas, so that none is ever out of date."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._indexes: OrderedDict[str, AreaIndex] = OrderedDict()
        self._spoilt: set[tuple[str, str]] = set()  # store and name of what cannot be read there

    def get(self, name: str) -> AreaIndex | None:
        """The index of a name, where it is in memory."""
        with self._lock:
            if name in self._indexes:
                self._indexes.move_to_end(name)
            return self._indexes.get(name)

    def put(self, name: str, index: AreaIndex) -> None:
        """Remember an index, and forget the one that was not asked for the longest."""
        with self._lock:
            self._indexes[name] = index
            while len(self._indexes) > MOST:
                self._indexes.popitem(last=False)

    def note_spoilt(self, location: str, name: str) -> None:
        """Remember that a store's copy must be replaced."""
        with self._lock:
            self._spoilt.add((location, name))

    def take_spoilt(self, location: str) -> set[str]:
        """The names of which a store's copy must be replaced, which is then up to the caller."""
        with self._lock:
            names = {name for place, name in self._spoilt if place == location}
            self._spoilt = {one for one in self._spoilt if one[0] != location}
            return names

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._indexes.clear()
            self._spoilt.clear()


RECENT = RecentIndexes()


def area_index(work: Work, unit: ReadUnit, layer_id: int, areas: Sequence[Area]) -> AreaIndex:
    """The index of some areas of a layer, in the order given; reads only (see `keep_area_indexes`).

    A copy in the store that has been damaged is told in the log and not used.
    """
    from geo.service_areas import build_area_index

    name = _name(layer_id, areas)
    index = RECENT.get(name)
    if index is None:
        index = _stored(work, unit, name)
        if index is None:
            index = build_area_index([area.geometry_wkb for area in areas])
        RECENT.put(name, index)
    return index


def keep_area_indexes(work: Work, layers: Iterable[tuple[int, Sequence[Area]]]) -> None:
    """Keep in the store what `area_index` had to make for these layers, and remove what is kept of any others.

    Without an act: an index changes nothing that anyone could see or undo.
    """
    names = {_name(layer_id, areas) for layer_id, areas in layers if areas}
    with work.store.read() as unit:
        kept = {name for name in unit.artifacts.names() if name.startswith(PREFIX)}
    missing = (names - kept) | (names & RECENT.take_spoilt(work.store.location))
    made = {name: index.to_arrays() for name in sorted(missing) if (index := RECENT.get(name)) is not None}
    if made or kept - names:
        keep_derived(work.store, made, kept - names)


def _stored(work: Work, unit: ReadUnit, name: str) -> AreaIndex | None:
    from geo.errors import GeoError
    from geo.service_areas import AreaIndex

    try:
        arrays = read_derived(unit, name)
        return None if arrays is None else AreaIndex.from_arrays(arrays)
    except (SpoiltArrays, GeoError) as fault:
        _LOG.warning("%s It is made anew from the areas.", fault)
        RECENT.note_spoilt(work.store.location, name)
        return None


def _name(layer_id: int, areas: Sequence[Area]) -> str:
    """The name of an index: the layer, and a digest of the areas' geometries in order and of the index's own form."""
    from geo.service_areas import INDEX_FORMAT

    digest = blake2b(str(INDEX_FORMAT).encode(), digest_size=16)
    for area in areas:
        digest.update(len(area.geometry_wkb).to_bytes(8, "little"))
        digest.update(area.geometry_wkb)
    return f"{PREFIX}{layer_id} {digest.hexdigest()}"
