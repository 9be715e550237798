"""Which part of town a request lies in."""

from __future__ import annotations

import numpy as np
import shapely

from data.columns import build_columns
from data.store import open_store
from desktop.domain.storms import NOWHERE
from desktop.operations.city_areas import read_areas

LOCATED = 0


def test_requests_are_in_the_neighbourhoods_that_hold_their_points(location: str) -> None:
    """Every request's area is what asking each polygon in turn says; those off the map are nowhere."""
    store = open_store(location)
    with store.read() as unit:
        columns, areas = build_columns(unit), read_areas(unit)
        layer = next(layer for layer in unit.areas.layers() if layer.name == "Neighbourhoods")
        shapes = [(int(area.id), shapely.from_wkb(area.geometry_wkb)) for area in unit.areas.areas(layer.id)]
        assert read_areas(unit, areas) is areas  # nothing changed
    store.close()
    found = areas.of_requests(columns, np.arange(len(columns)))
    for at in range(0, len(columns), 7):
        point = shapely.Point(columns.lon[at], columns.lat[at])
        holding = [key for key, shape in shapes if columns.placement[at] == LOCATED and shape.intersects(point)]
        assert int(found[at]) == (holding[0] if holding else NOWHERE)
    assert len(areas.names) == len(shapes)
    chosen = [shapes[3][0], shapes[9][0]]
    assert areas.requests_in(columns, chosen).tolist() == columns.id[np.isin(found, chosen)].tolist()
    assert not len(areas.requests_in(columns, [10**9]))
