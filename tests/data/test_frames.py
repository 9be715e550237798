"""GeoDataFrames made from records."""

from __future__ import annotations

from datetime import timedelta

import pandas as pd

from data.frames import areas_frame, requests_frame
from data.store import Store
from tests.data.city import NOON, small_city
from tests.data.test_unit_of_work import POINT


def test_requests_as_a_frame(any_store: Store) -> None:
    """Index by id, names for keys, UTC times, a point for located requests and none for others, EPSG:4326."""
    overrides = {
        1: {"lat": None, "long": None, "placement": "missing"},
        2: {"placement": "placeholder", "agency_id": 2, "closed_at": NOON + timedelta(hours=1)},
    }
    small_city(any_store, 4, overrides)
    with any_store.read() as unit:
        frame = requests_frame(unit)
        part = requests_frame(unit, [3, 1])
    assert frame.index.tolist() == [1, 2, 3, 4]
    assert part.index.tolist() == [1, 3]
    assert frame.crs.to_epsg() == 4326
    assert frame.geometry.isna().tolist() == [False, True, True, False]
    assert (frame.geometry.loc[4].x, frame.geometry.loc[4].y) == (-71.003, 42.003)
    assert frame["service_code"].tolist() == ["POT", "TREE", "LIGHT", "POT"]
    assert frame["agency_responsible"].tolist() == ["", "", "Parks", ""]
    assert frame["incident_id"].isna().all()
    assert frame["requested_at"].loc[1] == pd.Timestamp(NOON)
    assert frame["closed_at"].isna().tolist() == [True, True, False, True]


def test_no_requests_are_an_empty_frame(any_store: Store) -> None:
    """An empty city gives a frame of the same columns and CRS."""
    small_city(any_store, 0)
    with any_store.read() as unit:
        frame = requests_frame(unit)
    assert len(frame) == 0
    assert frame.crs.to_epsg() == 4326
    assert "service_code" in frame.columns


def test_areas_as_a_frame(any_store: Store) -> None:
    """Areas in their declared order with the name of their department."""
    small_city(any_store, 0)
    with any_store.write("areas", actor="ana", at=NOON) as unit:
        (layer,) = unit.create("area_layer", [{"name": "L", "position": 1, "service_codes": []}])
        rows = [
            {"layer_id": layer, "name": n, "agency_id": a, "geometry_wkb": POINT} for n, a in (("z", 1), ("a", None))
        ]
        unit.create("area", rows)
        unit.commit()
    with any_store.read() as unit:
        frame = areas_frame(unit, layer)
        assert len(areas_frame(unit, 99)) == 0
    assert frame["name"].tolist() == ["z", "a"]
    assert frame["agency_responsible"].tolist() == ["Streets", ""]
    assert frame.crs.to_epsg() == 4326
