"""Questions about where and when, of a small store: counted right, kept with their method, refused with a reason."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import geopandas
import numpy as np
import pytest
import shapely

from data.errors import RefusedInput
from data.store import Store
from desktop.domain.clock import FixedClock
from desktop.domain.statistic_marks import marked
from desktop.operations.kept_answers import question_of as kept_question
from desktop.operations.spatial_requests import local_days
from desktop.operations.spatial_statistics import (
    BY_EXPOSURE,
    STATISTICS,
    StatisticQuestion,
    ask_statistic,
    last_answer,
    question_of,
    requests_behind,
)
from desktop.operations.work import Work
from geo.errors import GeoError
from tests.data.city import request_row, small_city

NOW = datetime(2026, 10, 13, 12, tzinfo=UTC)
FIRST = date(2026, 6, 1)


@pytest.fixture
def work(sqlite_store: Store) -> Work:
    """A city of 36 areas in a 7 by 7 km layer, 1,200 requests over 19 weeks, a third of them in one corner lately."""
    small_city(sqlite_store)
    boxes = [shapely.box(-71.0 + i * 0.014, 42.0 + j * 0.01, -71.0 + (i + 1) * 0.014, 42.0 + (j + 1) * 0.01)
             for j in range(6) for i in range(6)]  # fmt: skip
    with sqlite_store.write("areas", actor="ana", at=NOW) as unit:
        unit.change("city", {1: {"crs_epsg": 32619}})
        layer = unit.create("area_layer", [{"name": "Blocks", "position": 1, "assigns": False, "service_codes": []}])[0]
        unit.create(
            "area",
            [
                {"layer_id": layer, "name": f"Block {i}", "geometry_wkb": shapely.to_wkb(box)}
                for i, box in enumerate(boxes)
            ],
        )
        rng = np.random.default_rng(4)
        rows = []
        for at in range(1_200):
            crowd = at % 3 == 0
            day = rng.integers(100, 130) if crowd else rng.integers(0, 130)
            lon = rng.uniform(-70.97, -70.94) if crowd else rng.uniform(-71.0, -70.916)
            lat = rng.uniform(42.02, 42.04) if crowd else rng.uniform(42.0, 42.06)
            told = datetime(2026, 6, 1, 12, tzinfo=UTC) + timedelta(days=int(day))
            rows.append(request_row(5_000 + at, lat=lat, long=lon, requested_at=told))
        unit.create("service_request", rows)
        unit.commit()
    return Work(sqlite_store, "ana", FixedClock(NOW))


QUESTION = StatisticQuestion(
    first=date(2026, 8, 15),
    last=date(2026, 10, 8),
    zones="Blocks",
    exposure="km2",
    permutations=99,
    before_first=FIRST,
    before_last=date(2026, 8, 14),
)


def test_every_statistic_answers_and_is_kept(work: Work) -> None:
    """Each question counts every request once, keeps what it answered with method and parameters, and repeats."""
    for statistic in STATISTICS:
        asked = replace(QUESTION, statistic=statistic, exposure="km2" if statistic in BY_EXPOSURE else None)
        if statistic == "emerging":
            asked = replace(asked, first=FIRST, step="week")
        changes, answer = ask_statistic(work, asked)
        assert {len(values) for values in answer.columns.values()} == {len(answer.polygons_wkb)}
        if statistic not in ("compare", "density", "emerging"):
            assert answer.columns["count"].sum() == answer.method["counted"] == changes.counts["requests"]
        with work.store.read() as unit:
            kept = last_answer(unit, statistic)
        assert kept is not None
        assert kept.method == answer.method
        assert kept.polygons_wkb == answer.polygons_wkb
        assert list(kept.extras) == list(answer.extras)
        drawn = statistic in ("gi_star", "moran")
        assert (answer.method["permutations"], answer.method["seed"]) == ((99, 1) if drawn else (0, None))
        assert ("correction" in answer.method) == (statistic not in ("rates", "density"))
        assert answer.method["parameters"]
        again = ask_statistic(work, asked)[1]
        for name, values in answer.columns.items():
            assert np.array_equal(values, again.columns[name], equal_nan=values.dtype.kind == "f")


def test_the_crowded_corner_is_told(work: Work) -> None:
    """What was planted comes out: hot against the area, more than before in nearly those blocks alone, and dense."""
    _, hot = ask_statistic(work, QUESTION)
    _, change = ask_statistic(work, replace(QUESTION, statistic="compare", exposure=None, against="city"))
    middle = shapely.centroid(shapely.from_wkb(list(hot.polygons_wkb)))
    inside = (shapely.get_x(middle) > -70.972) & (shapely.get_x(middle) < -70.94)
    inside &= (shapely.get_y(middle) > 42.02) & (shapely.get_y(middle) < 42.04)
    assert inside.sum() >= 4
    assert set(change.columns["class"][inside]) == {"more"}
    assert hot.columns["gi_z"][inside].min() > np.median(hot.columns["gi_z"][~inside])
    assert hot.method["parameters"][2]["reason"] == "by_exposure"
    _, dense = ask_statistic(work, replace(QUESTION, statistic="density", exposure=None))
    where = shapely.centroid(shapely.from_wkb(dense.polygons_wkb[int(dense.columns["per_km2"].argmax())]))
    assert -70.972 < where.x < -70.938
    assert 42.018 < where.y < 42.042


def test_every_number_opens_its_requests(work: Work) -> None:
    """The requests behind each zone are as many as its count says, in areas and cells; the question comes back."""
    for asked in (QUESTION, replace(QUESTION, zones="square", exposure=None, cell_m=900.0)):
        _, answer = ask_statistic(work, asked)
        method = json.loads(json.dumps(answer.method))
        assert question_of(method) == asked
        with work.store.read() as unit:
            behind = [requests_behind(unit, work.city(), method, polygon) for polygon in answer.polygons_wkb]
        assert [len(ids) for ids in behind] == answer.columns["count"].tolist()
        assert len({one for ids in behind for one in ids}) == answer.method["counted"]


def test_incidents_count_once(work: Work) -> None:
    """Five reports of one incident count once, and what was left out is told."""
    with work.store.write("group", actor="ana", at=NOW) as unit:
        ids = unit.create(
            "service_request",
            [request_row(9_000 + i, lat=42.005, long=-70.993, requested_at=NOW - timedelta(days=20)) for i in range(5)],
        )
        incident = unit.create(
            "incident", [{"parent_request_id": ids[0], "accepted_by": "ana", "score": 1.0, "request_count": 5}]
        )[0]
        unit.change("service_request", {one: {"incident_id": incident} for one in ids})
        unit.commit()
    by_requests, by_incidents = (
        ask_statistic(work, replace(QUESTION, count=count))[1] for count in ("requests", "incidents")
    )
    assert by_requests.columns["count"][0] - by_incidents.columns["count"][0] == 4
    assert by_incidents.method["repeats"] == 4


def test_what_cannot_be_answered_is_refused(work: Work) -> None:
    """Unknown words and layers, no streets, missing values and overlapping periods are said; nothing is kept."""
    for wrong, said in (
        ({"statistic": "magic"}, "no statistic 'magic'"),
        ({"count": "people"}, "no count 'people'"),
        ({"exposure": "money"}, "no exposure 'money'"),
        ({"zones": "Wards"}, "'Blocks'"),
        ({"service_code": "nothing"}, "No service has the code"),
        ({"exposure": "street_km"}, "import them first"),
        ({"exposure": "given"}, "lacks Block 0"),
        ({"exposure": "given", "exposure_by_area": (("Block 0", 1.0),)}, "lacks Block 1, .* and 30 more"),
        ({"exposure": "given", "exposure_by_area": (("Elsewhere", 1.0),)}, "has Elsewhere, and no .* choose the layer"),
        ({"statistic": "rates", "exposure": None}, "need an exposure"),
        ({"statistic": "compare", "exposure": None, "before_last": date(2026, 9, 1)}, "overlap"),
        ({"statistic": "compare", "exposure": None, "before_first": None}, "both periods"),
        ({"statistic": "compare"}, "takes no exposure"),
        ({"statistic": "density"}, "takes no exposure"),
        ({"statistic": "emerging"}, "takes no exposure"),
        ({"statistic": "moran", "measure": "rate"}, "Only gi_star"),
        ({"first": date(2030, 1, 1), "last": None}, "No located request"),
    ):
        with pytest.raises(RefusedInput, match=said):
            ask_statistic(work, replace(QUESTION, **wrong))  # type: ignore[arg-type]
    plain = replace(QUESTION, exposure=None)
    with pytest.raises(GeoError, match="in the earlier period"):
        ask_statistic(
            work, replace(plain, statistic="compare", before_first=date(2020, 1, 1), before_last=date(2020, 2, 1))
        )
    with pytest.raises(GeoError, match="too few"):
        ask_statistic(work, replace(plain, statistic="emerging", step="month"))
    with pytest.raises(GeoError, match="cells of 4000 m are too few"):
        ask_statistic(work, replace(plain, statistic="moran", zones="square", cell_m=4_000.0))
    with work.store.read() as unit:
        assert last_answer(unit, "gi_star") is None


def test_residents_of_a_map_file_are_what_counts_are_held_against(work: Work, tmp_path: Path) -> None:
    """Tracts like the blocks give each its own residents, as a table by name does; cells get their share of them."""
    with work.store.read() as unit:
        areas = unit.areas.areas(unit.areas.layers()[0].id)
    people = [100.0 + 7 * at for at in range(len(areas))]
    shapes = [shapely.from_wkb(area.geometry_wkb) for area in areas]
    tracts, table = tmp_path / "tracts.gpkg", tmp_path / "people.csv"
    geopandas.GeoDataFrame({"people": people}, geometry=shapes, crs=4326).to_crs(32619).to_file(tracts)
    table.write_text("area,value\n" + "".join(f"{a.name},{n}\n" for a, n in zip(areas, people, strict=True)))
    asked = replace(QUESTION, statistic="rates", exposure="given")
    by_map, by_table = (ask_statistic(work, replace(asked, exposure_file=str(file)))[1] for file in (tracts, table))
    assert by_map.columns["exposure"] == pytest.approx(people, rel=1e-3)
    assert by_table.columns["exposure"].tolist() == people
    for answer, said in ((by_map, "tracts.gpkg, people, shared out by area"), (by_table, "people.csv")):
        assert said in [one["value"] for one in answer.method["parameters"]]
        assert str(tmp_path) not in json.dumps(answer.method)
    in_cells = replace(asked, statistic="moran", zones="square", cell_m=900.0, exposure_file=str(tracts))
    _, cells = ask_statistic(work, in_cells)
    assert cells.columns["exposure"].sum() == pytest.approx(sum(people), rel=1e-3)
    # What is kept can be asked again without the file.
    tracts.unlink()
    _, again = ask_statistic(work, kept_question(cells.method, cells.columns))
    for name in ("moran_i", "p_sim"):
        assert np.array_equal(again.columns[name], cells.columns[name], equal_nan=True)
    assert (np.isnan(cells.columns["moran_i"]) == (cells.columns["exposure"] == 0.0)).all()
    assert "tracts.gpkg" in [one["value"] for one in again.method["parameters"]]
    wider = replace(kept_question(cells.method, cells.columns), cell_m=1_100.0)
    with pytest.raises(RefusedInput, match=r"cells of another answer; choose tracts.gpkg again"):
        ask_statistic(work, wider)
    with pytest.raises(RefusedInput, match="by name, and cells have none"):
        ask_statistic(work, replace(in_cells, exposure_file="", exposure_by_area=(("Block 0", 1.0),)))
    with pytest.raises(RefusedInput, match="by name, and cells have none"):
        ask_statistic(work, replace(in_cells, exposure_file=str(table)))
    table.write_text("area,value\nBlock 0,1\nBlock 0,2\n")
    with pytest.raises(RefusedInput, match="names Block 0 more than once"):
        ask_statistic(work, replace(asked, exposure_file=str(table)))


def test_outliers_leave_out_what_has_no_exposure(work: Work) -> None:
    """A block without residents is "not tested", whatever it counts; without shuffles nothing is told of a seed."""
    people = tuple((f"Block {at}", 0.0 if at == 14 else 50.0 + at) for at in range(36))
    asked = replace(QUESTION, statistic="moran", exposure="given", exposure_by_area=people, permutations=0)
    _, answer = ask_statistic(work, asked)
    told = answer.columns["class"].tolist()
    assert [at for at, name in enumerate(told) if name == "not tested"] == [14]
    assert np.isnan([answer.columns[name][14] for name in ("moran_i", "p_tail", "q_fdr")]).all()
    assert np.isfinite(np.delete(answer.columns["moran_i"], 14)).all()
    assert answer.columns["count"][14] > 0
    assert (answer.method["permutations"], answer.method["seed"]) == (0, None)
    assert marked("moran", answer.columns).legend()[-1].mark.word == "Not tested: no exposure"


def test_days_of_which_nothing_is_known_are_no_quiet_days(work: Work) -> None:
    """Days to come, and before the first request, make no rate fall and no step empty; the answer says so."""
    with work.store.read() as unit:
        begun = datetime.fromtimestamp(unit.requests.arrays(["requested_at"])["requested_at"].min() / 1000, tz=UTC)
    known = replace(QUESTION, exposure=None, statistic="compare", before_first=begun.date())
    beyond = replace(known, last=date(2027, 12, 31), before_first=date(2019, 1, 1))
    _, told = ask_statistic(work, known)
    _, far = ask_statistic(work, beyond)
    assert np.array_equal(far.columns["ratio"], told.columns["ratio"], equal_nan=True)
    assert not told.method["notes"]
    first, last = far.method["notes"]
    assert f"first request that is known is of {begun.date()}" in first
    assert "last request that is known is of 2026-10-08" in last
    steps = replace(known, statistic="emerging", first=date.min, last=date.max, step="week")
    _, weeks = ask_statistic(work, steps)
    assert weeks.extras["edges"][-1] == date(2026, 10, 9).toordinal() - date(1970, 1, 1).toordinal()
    assert len(weeks.method["notes"]) == 2
    # Before the last request it is the clock that ends what is known.
    early = replace(work, clock=FixedClock(datetime(2026, 10, 1, 12, tzinfo=UTC)))
    assert "of 2026-10-01" in ask_statistic(early, beyond)[1].method["notes"][1]


def test_days_are_those_of_the_city() -> None:
    """Each moment's day is that of its own wall clock, also in the nights when clocks change."""
    zone = "America/New_York"
    moments = np.arange(1_762_000_000_000, 1_762_400_000_000, 1_234_567)
    days = local_days(moments, zone)
    for moment, day in zip(moments[::7].tolist(), days[::7].tolist(), strict=True):
        told = datetime.fromtimestamp(moment / 1000, tz=ZoneInfo(zone)).date()
        assert date(1970, 1, 1) + timedelta(days=day) == told
