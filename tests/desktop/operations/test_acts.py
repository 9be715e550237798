"""The acts on a small store: who is assigned and why, what stays as staff left it, what a cell is called."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from data.errors import RefusedInput
from data.store import Store
from desktop.domain.clock import FixedClock
from desktop.operations.assign import assign
from desktop.operations.duplicates import group_duplicates
from desktop.operations.explain_assignment import explain
from desktop.operations.export_statistic import export_statistic
from desktop.operations.hotspots import HotspotQuestion, find_hotspots, last_hotspots, places_of
from desktop.operations.import_streets import OSM_CREDIT, StreetImport, import_streets, streets_credit
from desktop.operations.work import Stopped, Work
from tests.data.city import request_row, small_city
from tests.soak import examples

NOW = datetime(2026, 10, 13, 12, tzinfo=UTC)
WEST = shapely.box(-71.02, 41.9, -71.0, 42.1)
EAST = shapely.box(-71.0, 41.9, -70.98, 42.1)


@pytest.fixture
def work(sqlite_store: Store) -> Work:
    """A city with ten requests, its departments' areas east and west of longitude -71, projected in UTM 19."""
    small_city(sqlite_store)
    with sqlite_store.write("areas", actor="ana", at=NOW) as unit:
        unit.change("city", {1: {"crs_epsg": 32619}})
        layer = unit.create("area_layer", [{"name": "Works", "position": 1, "assigns": True, "service_codes": []}])[0]
        unit.create(
            "area",
            [
                {"layer_id": layer, "name": "West", "agency_id": 1, "geometry_wkb": shapely.to_wkb(WEST)},
                {"layer_id": layer, "name": "East", "agency_id": 2, "geometry_wkb": shapely.to_wkb(EAST)},
            ],
        )
        unit.commit()
    return Work(sqlite_store, "ana", FixedClock(NOW))


def add(work: Work, rows: list[dict[str, object]]) -> list[int]:
    """More requests."""
    with work.store.write("import", actor="ana", at=NOW) as unit:
        ids = unit.create("service_request", rows)
        unit.commit()
    return ids


def column(work: Work, name: str, ids: list[int]) -> list[object]:
    """A column of some requests."""
    with work.store.read() as unit:
        return list(unit.requests.arrays([name], ids=ids)[name].tolist())


@settings(max_examples=examples(30), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.floats(-71.03, -70.97), st.floats(41.85, 42.15)), min_size=1, max_size=12))
def test_every_point_has_the_department_that_shapely_says(work: Work, places: list[tuple[float, float]]) -> None:
    """Inside one area its department, outside all none; on the shared border exactly one."""
    start = int(datetime.now(tz=UTC).timestamp() * 1e6)
    rows = [
        request_row(100 + at, lat=lat, long=lon, service_request_id=f"P{start}-{at}")
        for at, (lon, lat) in enumerate([*places, (-71.0, 42.0)])
    ]
    ids = add(work, rows)
    assign(work, request_ids=ids)
    got = column(work, "agency_id", ids)
    for (lon, lat), agency in zip(places, got, strict=False):
        point = shapely.Point(lon, lat)
        inside = [number for number, area in ((1, WEST), (2, EAST)) if area.contains(point)]
        if inside:
            assert agency == inside[0]
        elif not (WEST.intersects(point) or EAST.intersects(point)):
            assert not agency or agency < 0
    assert got[-1] in (1, 2)


def test_what_nothing_takes_has_a_reason(work: Work) -> None:
    """Outside of every area and without a point: no department, and a sentence that says why."""
    outside, missing = add(
        work,
        [
            request_row(20, lat=42.0, long=-70.9),
            request_row(21, lat=None, long=None, placement="missing"),
        ],
    )
    counts = assign(work).counts
    assert counts["unassigned"] >= 2
    assert column(work, "assigned_reason", [outside, missing]) == [
        "No service area covers its point. Nearest: East (Works), 6.6 km away.",
        "The request has no coordinates.",
    ]
    told = str(explain(work, "R20")["sentence"])
    assert told.count("Nearest: East (Works), 6.6 km away") == 1


def test_a_layer_for_a_service_goes_before_one_for_all(work: Work) -> None:
    """The earlier layer takes its own services; the rest falls to the next layer."""
    with work.store.write("areas", actor="ana", at=NOW) as unit:
        layer = unit.create(
            "area_layer", [{"name": "Trees", "position": 0, "assigns": True, "service_codes": ["TREE"]}]
        )
        whole = shapely.to_wkb(shapely.union_all([WEST, EAST]))
        unit.create("area", [{"layer_id": layer[0], "name": "All", "agency_id": 2, "geometry_wkb": whole}])
        unit.commit()
    pothole, tree = add(
        work,
        [
            request_row(30, service_id=1, lat=42.0, long=-71.01),
            request_row(31, service_id=2, lat=42.0, long=-71.01),
        ],
    )
    assign(work)
    assert column(work, "assigned_rule", [pothole, tree]) == ["Works", "Trees"]
    assert column(work, "agency_id", [pothole, tree]) == [1, 2]


def test_assigning_twice_writes_once(work: Work) -> None:
    """The second time nothing changes, and no act is in the log."""
    assign(work)
    with work.store.read() as unit:
        head = unit.log.head()
    assert assign(work).act_id is None
    with work.store.read() as unit:
        assert unit.log.head() == head


def test_a_stop_before_the_end_changes_nothing(work: Work) -> None:
    """Whoever stops an act finds the store as it was."""
    with pytest.raises(Stopped):
        assign(Work(work.store, "ana", FixedClock(NOW), should_stop=lambda: True))
    with work.store.read() as unit:
        assert unit.log.acts(1)[0].verb == "areas"


def close_reports(number: int, **values: object) -> dict[str, object]:
    """A report of the same service a few metres and minutes from the others."""
    return request_row(
        number,
        service_id=1,
        lat=42.05 + number * 1e-6,
        long=-71.005,
        requested_at=NOW - timedelta(minutes=number),
        **values,
    )


def test_reports_of_one_place_and_hour_become_an_incident(work: Work) -> None:
    """Three alike are one incident with its first report as parent; one that is not on the map is left alone."""
    ids = add(work, [*(close_reports(40 + at) for at in range(3)), close_reports(43, placement="placeholder")])
    assert group_duplicates(work).counts["grouped"] == 3
    incident = column(work, "incident_id", ids)
    assert len(set(incident[:3])) == 1
    assert incident[3] not in incident[:3]
    with work.store.read() as unit:
        standing = {i.id: i for i in unit.incidents.all()}
        assert standing[incident[0]].request_count == 3


def test_what_a_person_accepted_stays(work: Work) -> None:
    """An incident of staff keeps its reports, whatever the policy finds beside it."""
    ids = add(work, [close_reports(50 + at) for at in range(4)])
    with work.store.write("accept", actor="ana", at=NOW) as unit:
        row = {"parent_request_id": ids[0], "accepted_by": "ana", "score": 1.0, "request_count": 2}
        hand = unit.create("incident", [row])[0]
        unit.change("service_request", {key: {"incident_id": hand} for key in ids[:2]})
        unit.commit()
    group_duplicates(work)
    got = column(work, "incident_id", ids)
    assert got[:2] == [hand, hand]
    assert got[2] == got[3] != hand


def test_grouping_again_keeps_the_numbers(work: Work) -> None:
    """The same reports keep the same incident when the act runs again."""
    ids = add(work, [close_reports(60 + at) for at in range(3)])
    group_duplicates(work)
    before = column(work, "incident_id", ids)
    group_duplicates(work)
    assert column(work, "incident_id", ids) == before


def test_a_threshold_that_is_no_share_is_refused(work: Work) -> None:
    """The score runs from 0 to 1."""
    with pytest.raises(RefusedInput, match="not between 0 and 1"):
        group_duplicates(work, threshold=1.5)


def many(count: int) -> list[dict[str, object]]:
    """Requests crowded in one corner of the two areas and thin elsewhere."""
    rows = []
    for at in range(count):
        crowd = at % 3 == 0
        lat = 42.04 + (at % 7) * 4e-3 if crowd else 41.92 + (at % 31) * 0.005
        lon = -71.01 + (at % 5) * 1.5e-3 if crowd else -71.018 + (at % 23) * 0.0015
        rows.append(request_row(1000 + at, lat=lat, long=lon))
    return rows


def test_hotspots_are_kept_with_their_method(work: Work, tmp_path: Path) -> None:
    """The answer is in the store with seed and method; cells know the area they are in; a file holds every cell."""
    add(work, many(600))
    changes, answer = find_hotspots(work, HotspotQuestion(cell_m=800.0, permutations=99, seed=7))
    with work.store.read() as unit:
        kept = last_hotspots(unit)
        assert kept is not None
        assert dict(kept.method) == dict(answer.method)
        assert kept.polygons_wkb == answer.polygons_wkb
        places = places_of(unit, answer.polygons_wkb)
    assert len(places) == changes.counts["cells"]
    for wkb, place in zip(answer.polygons_wkb, places, strict=True):
        middle = shapely.from_wkb(wkb).centroid
        expected = {name for name, area in (("West", WEST), ("East", EAST)) if area.intersects(middle)} or {""}
        assert place in expected
    assert changes.counts["hot"] > 0
    export_statistic(work, path=tmp_path / "cells.geojson")
    assert '"seed": 7' in (tmp_path / "cells.geojson").read_text(encoding="utf-8")


def test_hotspots_need_requests(work: Work, tmp_path: Path) -> None:
    """A service nobody knows and a period without requests are refused; nothing to export is said."""
    with pytest.raises(RefusedInput, match="No service has the code"):
        find_hotspots(work, HotspotQuestion(service_code="nothing"))
    with pytest.raises(RefusedInput, match="widen the period"):
        find_hotspots(work, HotspotQuestion(first=NOW.date() + timedelta(days=400)))
    with pytest.raises(RefusedInput, match="find them first"):
        export_statistic(work, path=tmp_path / "cells.geojson")


OSM = """<?xml version="1.0"?>
<osm version="0.6" generator="hand">
 <node id="1" lat="42.00" lon="-71.00"/><node id="2" lat="42.01" lon="-71.00"/><node id="3" lat="42.01" lon="-70.99"/>
 <way id="1"><nd ref="1"/><nd ref="2"/><nd ref="3"/><tag k="highway" v="residential"/><tag k="name" v="Elm"/></way>
</osm>"""
LINES = """{"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {"name": "Elm"},
 "geometry": {"type": "LineString", "coordinates": [[-71.0, 42.0], [-71.0, 42.01]]}}]}"""


def test_maps_name_whose_streets_they_show(work: Work, tmp_path: Path) -> None:
    """A city's own layer needs no credit; streets of OpenStreetMap do, and so does the base map that stays of them."""
    (tmp_path / "elm.osm").write_text(OSM, encoding="utf-8")
    (tmp_path / "elm.geojson").write_text(LINES, encoding="utf-8")
    for name, credit in (("elm.geojson", ""), ("elm.osm", OSM_CREDIT), ("elm.geojson", OSM_CREDIT)):
        import_streets(work, StreetImport(tmp_path / name))
        with work.store.read() as unit:
            assert streets_credit(unit) == credit
