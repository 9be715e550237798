"""What stands behind an answer about where and when: its requests, its question, the neighbourhoods beside it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import geopandas
import numpy as np
import pytest
import shapely
from scipy.stats import binomtest, false_discovery_control
from shapely.geometry import Point, Polygon

from data.errors import RefusedInput
from data.store import Store, open_store
from desktop.domain.clock import FixedClock
from desktop.operations.exposure_files import read_exposure_file
from desktop.operations.figure_groups import layer_of
from desktop.operations.hotspots import HotspotQuestion, find_hotspots
from desktop.operations.kept_answers import NOWHERE, kept_answer, question_of, read_kept
from desktop.operations.place_rates import against_the_rest, place_rates
from desktop.operations.spatial_statistics import StatisticQuestion, ask_statistic
from desktop.operations.unkept_answers import read_unkept
from desktop.operations.work import Work
from desktop.operations.zone_requests import ZonesOpened, fitting, read_counts, zone_requests
from geo.bursts import burst_dispersion
from geo.rates import rates
from tests.demo import DAY, MOMENT
from tests.soak import rounds

QUESTION = StatisticQuestion(
    first=DAY - timedelta(days=120), last=DAY, count="incidents", permutations=99, exposure="km2"
)


@pytest.fixture(scope="module")
def work(demo_city: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Work]:
    """A copy of the demo city in which answers are kept."""
    store = open_store(shutil.copy(demo_city, tmp_path_factory.mktemp("zones") / "city.opsmap"))
    yield Work(store, "ana", FixedClock(MOMENT))
    store.close()


def layer_number(store: Store) -> str:
    """The layer of neighbourhoods."""
    with store.read() as unit:
        layer, _ = layer_of(unit, "")
    assert layer is not None
    return str(layer.id)


def silent(*_: object) -> bool:
    """Nobody listens and nobody stops it."""
    return False


def test_neighbourhoods_are_held_against_a_map_layer(work: Work, tmp_path: Path) -> None:
    """Tracts that are the neighbourhoods give each its own number, to a thousandth, though drawn in metres."""
    with work.store.read() as unit:
        _, areas = layer_of(unit, "")
    shapes = [shapely.from_wkb(area.geometry_wkb) for area in areas]
    people = [1_000.0 + 50 * at for at in range(len(areas))]
    file = tmp_path / "tracts.gpkg"
    frame = geopandas.GeoDataFrame({"people": people, "homes": people}, geometry=shapes, crs=4326)
    frame.to_crs(work.city().crs_epsg).to_file(file)
    asked = replace(QUESTION, statistic="rates", exposure="given", exposure_file=str(file), exposure_field="people")
    found = place_rates(work, asked)
    assert [row.exposure for row in found.rows] == pytest.approx(people, rel=1e-3)
    assert found.exposure == "given"


def test_a_count_opens_exactly_its_requests(work: Work) -> None:
    """In cells, in areas and in both periods of a comparison: each zone opens as many as it counts, and none twice."""
    before = {"before_first": DAY - timedelta(days=260), "before_last": DAY - timedelta(days=121)}
    for asked in (
        QUESTION,
        replace(QUESTION, statistic="moran", zones="square", exposure=None, count="requests"),
        replace(QUESTION, statistic="rates", zones=layer_number(work.store)),
        replace(QUESTION, statistic="compare", exposure=None, **before),  # type: ignore[arg-type]
    ):
        _, answer = ask_statistic(work, asked)
        again = question_of(answer.method, answer.columns)
        count = np.asarray(answer.columns["count"])
        period = "late" if asked.statistic == "compare" else "both"
        busiest = np.argsort(-count)[:2].tolist()
        for zone in busiest:
            assert len(zone_requests(work, again, ZonesOpened((zone,), period))) == count[zone]
        together = zone_requests(work, again, ZonesOpened(tuple(busiest), period))
        assert len(set(together)) == len(together) == count[busiest].sum()
        if asked.statistic == "compare":
            early = np.asarray(answer.columns["before"])
            zone = int(early.argmax())
            assert len(zone_requests(work, again, ZonesOpened((zone,), "early"))) == early[zone]
        now = read_counts(work.store.location, work.clock, again, progress=silent, should_stop=silent)  # type: ignore[arg-type]
        assert (now.requests, now.counted) == (answer.method["requests"], answer.method["counted"])


def test_an_incident_opens_its_first_report_or_all(work: Work) -> None:
    """What counts are the first reports; every report is what fits the question."""
    every = zone_requests(work, QUESTION, ZonesOpened(every=True))
    counting = zone_requests(work, QUESTION, ZonesOpened())
    found = fitting(work, QUESTION)
    assert set(counting) <= set(every)
    assert (len(every), len(counting)) == (len(found.row), int(found.counts.sum()))


def test_questions_come_back_from_what_is_kept(work: Work) -> None:
    """Asked again as its method tells it, a question gets the same answer: cells, counts and p-values."""
    _, first = ask_statistic(work, replace(QUESTION, weights="two rings", seed=5))
    asked = question_of(first.method, first.columns)
    assert (asked.weights, asked.seed, asked.exposure) == ("two rings", 5, "km2")
    again = read_unkept(work.store.location, work.clock, asked, progress=silent, should_stop=silent)  # type: ignore[arg-type]
    for name in ("count", "gi_z", "p_sim"):
        assert np.array_equal(again.columns[name], first.columns[name], equal_nan=True)
    given = replace(QUESTION, statistic="rates", zones=layer_number(work.store), exposure="given")
    with work.store.read() as unit:
        _, areas = layer_of(unit, "")
    values = tuple((area.name, 10.0 + at) for at, area in enumerate(areas))
    _, kept = ask_statistic(work, replace(given, exposure_by_area=values))
    assert dict(question_of(kept.method, kept.columns).exposure_by_area) == dict(values)


def test_the_newest_answer_of_gi_star_is_the_one_on_show(work: Work) -> None:
    """What the verb found and what the window asked are both kept; the one asked last is shown, whatever clocks say."""
    find_hotspots(replace(work, clock=FixedClock(MOMENT + timedelta(hours=1))), HotspotQuestion(permutations=99))
    with work.store.read() as unit:
        plain = kept_answer(unit, "gi_star")
    assert plain is not None
    assert plain.method["counts"] == "requests"
    later = replace(work, clock=FixedClock(MOMENT + timedelta(hours=2)))
    ask_statistic(later, QUESTION)
    kept = read_kept(work.store, "gi_star")
    assert kept is not None
    assert kept.answer.method["counts"] == "incidents"
    assert kept.seconds is not None
    assert read_kept(work.store, "emerging") is None
    behind = replace(work, clock=FixedClock(MOMENT))
    ask_statistic(behind, replace(QUESTION, count="requests"))
    newest = read_kept(work.store, "gi_star")
    assert newest is not None
    assert newest.answer.method["counts"] == "requests"
    ask_statistic(later, QUESTION)
    find_hotspots(behind, HotspotQuestion(permutations=99))
    newest = read_kept(work.store, "gi_star")
    assert newest is not None
    assert "question" not in newest.answer.method
    ask_statistic(later, QUESTION)
    with work.store.read() as unit:
        _, areas = layer_of(unit, "")
    shapes = {int(area.id): shapely.from_wkb(area.geometry_wkb) for area in areas}
    for zone in range(0, len(kept.keys), 7):
        middle, key = Point(kept.middles[zone]), kept.keys[zone]
        held = [other for other, shape in shapes.items() if shape.intersects(middle)]
        assert key in held if held else key == NOWHERE
    key, outline = next(iter(kept.outlines.items()))
    assert Polygon(outline).area <= shapes[key].area * 1.001


PLACES = 40


def test_neighbourhoods_are_told_apart_as_scipy_does(work: Work) -> None:
    """Counts are of points in areas, the rate of the city is the whole, verdicts are exact tests with their FDR."""
    found = place_rates(work, QUESTION)
    count = np.array([row.count for row in found.rows])
    exposure = np.array([row.exposure for row in found.rows])
    assert found.city == pytest.approx(count.sum() / exposure.sum())
    for row in found.rows[::6]:
        assert len(zone_requests(work, QUESTION, ZonesOpened(place=row.key))) == row.count
    q, side = against_the_rest(count, exposure)
    total, whole = int(count.sum()), exposure.sum()
    p = []
    for one, extent in zip(count.tolist(), exposure.tolist(), strict=True):
        tails = [binomtest(one, total, extent / whole, alternative).pvalue for alternative in ("less", "greater")]
        p.append(min(1.0, 2.0 * min(tails)))
    assert q == pytest.approx(false_discovery_control(p), abs=1e-9)
    assert (np.sign(count - total * exposure / whole) == side)[side != 0].all()
    assert all((row.q is not None and row.q <= 0.05) == (row.side != 0) for row in found.rows)


def test_bursts_are_allowed_for_where_neighbourhoods_stand_beside_each_other(work: Work) -> None:
    """Verdicts and intervals are those of counts divided by the dispersion that is told, and wider than without it."""
    found = place_rates(work, replace(QUESTION, count="requests"))
    assert found.dispersion is not None
    assert found.dispersion > 1.2
    count = np.array([row.count for row in found.rows])
    exposure = np.array([row.exposure for row in found.rows])
    q, side = against_the_rest(count, exposure, found.dispersion)
    assert [row.q for row in found.rows] == pytest.approx(q.tolist())
    assert [row.side for row in found.rows] == side.tolist()
    plain = rates(count, exposure)
    wide, narrow = (np.array([row.high - row.low for row in found.rows]), plain.smoothed_high - plain.smoothed_low)  # type: ignore[operator]
    assert np.median(wide / narrow) > 1.05


def test_random_cities_with_bursts_have_no_place_above_or_below() -> None:
    """Where all places report alike, in bursts of three, one city in twenty at most has one told apart."""
    falsely, rashly, cities = 0, 0, rounds(40, 200)
    for seed in cities:
        rng = np.random.default_rng(seed)
        exposure = rng.uniform(0.5, 1.5, PLACES)
        zone = np.repeat(np.arange(PLACES), rng.poisson(40.0 * exposure))
        zone, hour = np.repeat(zone, 3), np.repeat(rng.integers(0, 2_400, len(zone)), 3)
        count = np.bincount(zone, minlength=PLACES)
        falsely += against_the_rest(count, exposure, burst_dispersion(zone, hour, PLACES))[1].any()
        rashly += against_the_rest(count, exposure)[1].any()
    assert falsely / len(cities) <= 0.05 + 2 * np.sqrt(0.05 * 0.95 / len(cities))
    assert rashly / len(cities) > 0.5  # what single reports would have it


def test_what_cannot_be_compared_is_said(work: Work, tmp_path: Path) -> None:
    """A period without requests, a place without a value, a file without its columns: one sentence each."""
    empty = replace(QUESTION, first=DAY + timedelta(days=400), last=DAY + timedelta(days=401))
    with pytest.raises(RefusedInput, match="widen the period"):
        place_rates(work, empty)
    with pytest.raises(RefusedInput, match="has Nowhere, and no neighbourhood is called so"):
        place_rates(work, replace(QUESTION, exposure="given", exposure_by_area=(("Nowhere", 3.0),)))
    with pytest.raises(RefusedInput, match="choose another"):
        fitting(work, replace(QUESTION, service_code="no such"))
    file = tmp_path / "people.csv"
    for content, told in (
        ("a,b\n1,2\n", "columns area and value"),
        ("area,value\n", "no area"),
        ("area,value\nx,y\n", "number"),
    ):
        file.write_text(content, encoding="utf-8")
        with pytest.raises(RefusedInput, match=told):
            read_exposure_file(file)
    file.write_text("area,value\nOld Town,1200\n", encoding="utf-8")
    assert read_exposure_file(file) == (("Old Town", 1200.0),)
