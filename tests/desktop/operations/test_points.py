"""Suspect points: what staff decided stays, and the count beside it is the count of today."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from data.records import PointVerdict
from data.store import Store
from desktop.operations.changes import Changes
from desktop.operations.found_city import CityPlan, found_city
from desktop.operations.hotspots import HotspotQuestion, find_hotspots
from desktop.operations.import_requests import RequestImport, import_requests
from desktop.operations.judge_points import decide_point
from desktop.operations.work import Work

CROWDED = (42.3601, -71.0501)


@pytest.fixture
def work(sqlite_store: Store) -> Work:
    """An act in a city of one's own."""
    work = Work(sqlite_store, "ana")
    found_city(work, CityPlan("Elmwood"))
    return work


def bring(work: Work, folder: Path, crowd: int) -> Changes:
    """400 requests, the first `crowd` of which are at one point."""
    rows = [
        (n, *CROWDED) if n < crowd else (n, round(42.3 + n % 20 / 300, 6), round(-71.1 + n // 20 / 300, 6))
        for n in range(400)
    ]
    file = folder / "calls.csv"
    lines = "".join(f"{n},Pothole,2026-10-01,{lat},{long}\n" for n, lat, long in rows)
    file.write_text("id,type,opened,lat,long\n" + lines, encoding="utf-8")
    return import_requests(work, RequestImport(file))


@pytest.mark.parametrize("placeholder", [True, False])
def test_a_decided_point_counts_what_is_there_now(work: Work, tmp_path: Path, placeholder: bool) -> None:
    """395 of 400 move away from a decided point: the decision stays, the list says 5."""
    bring(work, tmp_path, 300)
    with work.store.read() as unit:
        (point,) = unit.points.all()
    assert (point.request_count, point.verdict) == (300, PointVerdict.SUSPECTED)
    assert decide_point(work, point_id=point.id, placeholder=placeholder).counts["requests"] == 300
    bring(work, tmp_path, 5)
    with work.store.read() as unit:
        (after,) = unit.points.all()
        rows = unit.requests.arrays(["lat", "long"])
    assert after.request_count == np.count_nonzero((rows["lat"] == CROWDED[0]) & (rows["long"] == CROWDED[1])) == 5
    assert after.verdict is (PointVerdict.CONFIRMED if placeholder else PointVerdict.CLEARED)


def test_the_figures_of_hotspots_are_those_of_the_cells(work: Work, tmp_path: Path) -> None:
    """hot and cold count the classes, significant what significant_fdr marks; both are told in the sentence."""
    rng = np.random.default_rng(7)
    spread = rng.uniform((42.30, -71.10), (42.40, -70.98), (3000, 2))
    dense = rng.normal((42.36, -71.05), 0.004, (1500, 2))
    file = tmp_path / "calls.csv"
    lines = "".join(f"{n},Litter,2026-10-01,{lat},{long}\n" for n, (lat, long) in enumerate([*spread, *dense]))
    file.write_text("id,type,opened,lat,long\n" + lines, encoding="utf-8")
    import_requests(work, RequestImport(file))
    changes, answer = find_hotspots(work, HotspotQuestion(permutations=199))
    names, marked = answer.columns["class"].tolist(), answer.columns["significant_fdr"].tolist()
    counts = changes.counts
    assert counts["hot"] == sum(name.startswith("hot") for name in names) > 0
    assert counts["cold"] == sum(name.startswith("cold") for name in names)
    assert counts["significant"] == sum(marked)
    hot = [name.startswith("hot") for name in names]
    assert counts["significant_hot"] == sum(mark and is_hot for mark, is_hot in zip(marked, hot, strict=True))
    assert counts["significant_hot"] + counts["significant_cold"] == counts["significant"]
    assert f"{counts['significant_hot']:,} and {counts['significant_cold']:,} of them at q<=0.05" in changes.sentence
