"""The figures of a place as the window asks for them: those of the definition, and the ids behind each."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
import shapely

from data.columns import load_columns
from data.errors import RefusedInput
from data.records import Placement, RequestId
from data.store import Store, open_store
from desktop.domain.attention import PLACEMENT_CODES
from desktop.domain.clock import FixedClock
from desktop.domain.figure_records import Verdict
from desktop.domain.lifecycle import Outcome
from desktop.domain.service_figures import Left, ShareName, TimeName
from desktop.operations import handle_requests
from desktop.operations.figure_groups import By
from desktop.operations.kept_answers import question_of
from desktop.operations.place_figures import (
    CHOSEN,
    CITY,
    ChosenZones,
    Opened,
    figure_ids,
    place_figures,
    read_demand,
    read_figure_ids,
)
from desktop.operations.service_figures import FigureQuestion, service_figures
from desktop.operations.spatial_statistics import StatisticQuestion, work_out
from desktop.operations.work import Work
from tests.demo import DAY, MOMENT

QUESTION = FigureQuestion(By.NEIGHBOURHOOD, DAY - timedelta(days=300), DAY)


@pytest.fixture(scope="module")
def store(demo_city: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A copy of the demo city that no test changes."""
    opened = open_store(shutil.copy(demo_city, tmp_path_factory.mktemp("place") / "city.opsmap"))
    yield opened
    opened.close()


def test_a_place_stands_beside_the_city(store: Store) -> None:
    """Counts, medians and shares are those of the definition, and the curve ends where its open cases say."""
    work = Work(store, "ana", FixedClock(MOMENT))
    whole = service_figures(work, QUESTION)
    busiest = max(whole.rows, key=lambda row: len(row.counted))
    assert busiest.key is not None
    found = place_figures(work, QUESTION, busiest.key)
    assert found.here is not None
    assert (found.here.name, found.here.key) == (busiest.name, busiest.key)
    assert found.here.of == len(busiest.times[TimeName.CLOSE].of)
    assert found.here.median_days == busiest.times[TimeName.CLOSE].median_days
    assert found.city.of == len(whole.city.times[TimeName.CLOSE].of)
    shares = {one.name: one for one in found.shares}
    assert set(shares) == set(ShareName)
    for name, one in shares.items():
        assert one.here == busiest.shares[name].share
        assert one.difference == busiest.shares[name].difference
        assert one.verdict in set(Verdict)
    assert sum(line.counted for line in found.places) == len(whole.city.counted)


def test_every_figure_opens_its_requests(store: Store) -> None:
    """The ids behind a figure are as many as it says, of the place alone, and those within days were closed by then."""
    work = Work(store, "ana", FixedClock(MOMENT))
    whole = service_figures(work, QUESTION)
    place = max(whole.rows, key=lambda row: len(row.counted))
    assert place.key is not None
    counted = set(figure_ids(work, QUESTION, Opened(place.key, "of")))
    waiting = set(figure_ids(work, QUESTION, Opened(place.key, "waiting")))
    within = {days: set(figure_ids(work, QUESTION, Opened(place.key, "within", days=days))) for days in (1, 7, 30)}
    assert counted == set(place.times[TimeName.CLOSE].of.tolist())
    assert within[1] <= within[7] <= within[30] < counted
    assert not waiting & within[30]
    on_time = figure_ids(work, QUESTION, Opened(place.key, "some", ShareName.ON_TIME))
    assert len(on_time) == len(place.shares[ShareName.ON_TIME].some)
    of_city = read_figure_ids(
        store.location, work.clock, QUESTION, Opened(CITY, "of"), progress=work.progress, should_stop=work.should_stop
    )
    assert counted < set(of_city)


def test_what_a_curve_leaves_out_opens(store: Store) -> None:
    """All that was opened is what is counted and what is left out; each reason opens as many as it says."""
    work = Work(store, "ana", FixedClock(MOMENT))
    found = place_figures(work, QUESTION).city
    ids = {what: set(figure_ids(work, QUESTION, Opened(CITY, what))) for what in ("of", "opened")}
    left = [set(figure_ids(work, QUESTION, Opened(CITY, "left", left=reason))) for reason in found.left_out]
    assert [len(part) for part in left] == list(found.left_out.values())
    assert Left.NOT_OURS in found.left_out
    assert ids["opened"] == ids["of"].union(*left)
    assert len(ids["opened"]) == found.opened == found.of + sum(found.left_out.values())


def test_figures_of_chosen_zones_are_of_what_lies_in_them(store: Store) -> None:
    """Of drawn cells exactly the located requests inside their outlines are told, and the rest of the city beside."""
    work = Work(store, "ana", FixedClock(MOMENT))
    answer = work_out(work, StatisticQuestion(first=QUESTION.first, last=QUESTION.last, cell_m=900, permutations=99))
    zones = tuple(np.argsort(-np.asarray(answer.columns["count"]))[:7].tolist())
    chosen = ChosenZones(question_of(answer.method, answer.columns), zones, "7 cells chosen")
    found = place_figures(work, QUESTION, CHOSEN, chosen)
    assert found.here is not None
    assert (found.here.name, found.here.key) == ("7 cells chosen", CHOSEN)
    assert found.city.opened == place_figures(work, QUESTION).city.opened
    shape = shapely.unary_union(shapely.from_wkb([answer.polygons_wkb[zone] for zone in zones]))
    columns = load_columns(store)
    point = shapely.points(np.nan_to_num(columns.lon), np.nan_to_num(columns.lat))  # those without lie far away
    doubtful = shapely.distance(point, shape.boundary) < 1e-5  # a metre
    located = columns.placement == PLACEMENT_CODES[Placement.LOCATED]
    inside = set(columns.id[shapely.covers(shape, point) & located & ~doubtful].tolist())
    ids = set(figure_ids(work, QUESTION, Opened(CHOSEN, "opened"), chosen))
    unsure = set(columns.id[doubtful].tolist())
    every = set(figure_ids(work, QUESTION, Opened(CITY, "opened")))
    assert len(ids) > 20
    assert ids - unsure == inside & every


def test_what_happens_is_seen_by_the_next_answer(demo_city: Path, tmp_path: Path) -> None:
    """The answer that a process keeps is given up when the store moves on: a closed request waits no more."""
    opened = open_store(shutil.copy(demo_city, tmp_path / "city.opsmap"))
    work = Work(opened, "ana", FixedClock(MOMENT))
    waiting = figure_ids(work, QUESTION, Opened(CITY, "waiting"))
    handle_requests.close(work, request_ids=[RequestId(waiting[0])], outcome=Outcome.FIXED, comment="Done.")
    assert set(figure_ids(work, QUESTION, Opened(CITY, "waiting"))) == set(waiting[1:])
    opened.close()


def test_a_city_without_areas_has_its_figures(demo_city: Path, tmp_path: Path) -> None:
    """Where no neighbourhoods are told apart the whole city is told as ever, and opens what it counts."""
    opened = open_store(shutil.copy(demo_city, tmp_path / "city.opsmap"))
    work = Work(opened, "ana", FixedClock(MOMENT))
    before = place_figures(work, QUESTION).city
    with sqlite3.connect(tmp_path / "city.opsmap") as bare:
        bare.execute("DELETE FROM area")
        bare.execute("DELETE FROM area_layer")
    bare.close()
    other = FigureQuestion(By.NEIGHBOURHOOD, QUESTION.first, QUESTION.last, count=QUESTION.count, as_of=DAY)
    found = place_figures(work, other)
    opened.close()
    assert found.here is None
    assert (found.city.of, found.city.opened) == (before.of, before.opened) != (0, 0)
    assert len(found.shares) == len(ShareName)


def test_what_is_not_there_is_said(store: Store) -> None:
    """A place that is no area shows the city alone; a period turned round is refused with its days."""
    work = Work(store, "ana", FixedClock(MOMENT))
    assert place_figures(work, QUESTION, 987654).here is None
    with pytest.raises(RefusedInput, match="before it begins"):
        place_figures(work, FigureQuestion(By.NEIGHBOURHOOD, DAY, DAY - timedelta(days=1)))
    silent = {"progress": work.progress, "should_stop": work.should_stop}
    city = read_demand(store.location, work.clock, (), QUESTION.people, DAY, **silent)
    assert (city.city.key, city.services) == (None, ())
