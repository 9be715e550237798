"""Data and geo do not know each other: what the one hands out, the other accepts."""

from __future__ import annotations

from pathlib import Path

import shapely

from data.frames import areas_frame, requests_frame
from data.store import open_store
from geo.validate import check_areas, check_requests
from tests.data.city import NOON, small_city


def test_frames_of_the_store_pass_the_door_of_geo(tmp_path: Path) -> None:
    """Requests (located, unlocated, none at all) and areas read from a store are frames that geo computes with."""
    store = open_store(str(tmp_path / "city.opsmap"), create=True)
    try:
        small_city(store, 5, {1: {"lat": None, "long": None, "placement": "missing"}})
        with store.write("areas", actor="ana", at=NOON) as unit:
            (layer,) = unit.create("area_layer", [{"name": "L", "position": 1, "service_codes": []}])
            square = shapely.to_wkb(shapely.box(-71.1, 42.0, -71.0, 42.1))
            unit.create("area", [{"layer_id": layer, "name": "a", "agency_id": None, "geometry_wkb": square}])
            unit.commit()
        with store.read() as unit:
            check_requests(requests_frame(unit))
            check_requests(requests_frame(unit, []))
            check_areas(areas_frame(unit, layer))
            check_areas(areas_frame(unit, 99))
    finally:
        store.close()
