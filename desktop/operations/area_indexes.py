"""Area indexes that are kept: building one takes longer than asking it."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Sequence
from typing import TYPE_CHECKING

from data.records import AreaLayer
from data.unit_of_work import ReadUnit

if TYPE_CHECKING:
    from geo.service_areas import AreaIndex

_MOST_KEPT = 32
_kept: OrderedDict[bytes, AreaIndex] = OrderedDict()


def area_index(unit: ReadUnit, layer: AreaLayer, geometries_wkb: Sequence[bytes]) -> AreaIndex:
    """The index of some areas of a layer, in this order."""
    from geo.service_areas import build_area_index

    digest = hashlib.blake2b(digest_size=16)
    for geometry in geometries_wkb:
        digest.update(len(geometry).to_bytes(8, "little") + geometry)
    key = digest.digest()
    if key not in _kept:
        _kept[key] = build_area_index(geometries_wkb)
        while len(_kept) > _MOST_KEPT:
            _kept.popitem(last=False)
    _kept.move_to_end(key)
    return _kept[key]
