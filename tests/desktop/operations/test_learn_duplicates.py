"""Links of staff become decisions, and what is learned from them judges the next grouping; on both databases."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from benchmarks.inputs.second_law import make_second_law
from data.errors import RefusedInput
from data.store import Store
from desktop.domain.clock import FixedClock
from desktop.operations.duplicates import group_duplicates, last_model
from desktop.operations.learn_duplicates import learn_duplicates
from desktop.operations.work import Work
from tests.data.city import projected_city, request_row

NOW = datetime(2026, 10, 13, 12, tzinfo=UTC)
START = NOW - timedelta(days=400)
EAST_0, NORTH_0 = -71.0, 42.0  # of the planted city, 100 km and more from the small one's requests
M_PER_DEG = 111_320.0
COUNT = 6_000


@pytest.fixture
def work(any_store: Store) -> Work:
    """A small city and, far from its requests, those of the second law."""
    projected_city(any_store, 1)
    city = make_second_law(COUNT, 5)
    opened = [START + timedelta(seconds=float(t)) for t in city.requested_s]
    closed = [None if np.isnan(t) else START + timedelta(seconds=float(t)) for t in city.closed_s]
    with any_store.write("plant", actor="ana", at=NOW) as unit:
        rows = [
            request_row(
                1_000 + at, service_id=1 + int(city.service[at]) // 3 % 3, requested_at=opened[at],
                closed_at=closed[at], status="closed" if closed[at] else "submitted",
                lat=NORTH_0 + 1.0 + city.y_m[at] / M_PER_DEG,
                long=EAST_0 + city.x_m[at] / (M_PER_DEG * np.cos(np.radians(43.0))),
            )
            for at in range(COUNT)
        ]  # fmt: skip
        unit.create("service_request", rows)
        unit.commit()
    return Work(any_store, "ana", FixedClock(NOW))


def links(folder: Path, count: int | None = None) -> Path:
    """The planted pairs, child and parent, of neighbouring reports of an incident."""
    incident = make_second_law(COUNT, 5).incident
    order = np.argsort(incident, kind="stable")
    same = incident[order][1:] == incident[order][:-1]
    pairs = np.stack([order[1:][same], order[:-1][same]], axis=1)[:count]
    path = folder / "links.csv"
    path.write_text("child,parent\n" + "".join(f"R{1_000 + a},R{1_000 + b}\n" for a, b in pairs), encoding="utf-8")
    return path


def test_links_are_kept_and_learned_from(work: Work, tmp_path: Path) -> None:
    """Every link is a decision of staff once, however often it is told; the model is kept and read back as it was."""
    path = links(tmp_path)
    count = len(path.read_text(encoding="utf-8").splitlines()) - 1
    told = learn_duplicates(work, pairs=path)
    assert told.counts["decisions"] == count
    assert told.counts["learned_from"] > 300
    again = learn_duplicates(work, pairs=path)
    assert again.counts["decisions"] == 0
    with work.store.read() as unit:
        assert len(unit.decisions.all()) == count
        assert all(one.same for one in unit.decisions.all())
        model = last_model(unit)
    assert model is not None
    assert model.summary["confirmed"] == told.counts["learned_from"]
    grouped = group_duplicates(work)
    assert grouped.counts["incidents"] > 300


def test_few_links_are_kept_but_not_learned_from(work: Work, tmp_path: Path) -> None:
    """The sentence says how many it takes; the decisions stand, and grouping goes by the reports' own laws."""
    told = learn_duplicates(work, pairs=links(tmp_path, 20))
    assert told.counts["decisions"] == 20
    assert told.counts["learned_from"] == 0
    assert "too few to learn from; 100 are needed" in told.sentence
    with work.store.read() as unit:
        assert last_model(unit) is None
    assert group_duplicates(work).counts["incidents"] > 300


def test_links_to_requests_that_are_not_there_are_counted(work: Work, tmp_path: Path) -> None:
    """They are left out and told; a file without the columns is refused, and nothing is written."""
    path = tmp_path / "links.csv"
    path.write_text("child,parent\nR1001,R1002\nR1001,nobody\nR1003,R1003\n", encoding="utf-8")
    told = learn_duplicates(work, pairs=path)
    assert (told.counts["decisions"], told.counts["links_left_out"]) == (1, 2)
    head = work.store.head()
    path.write_text("a,b\nR1001,R1002\n", encoding="utf-8")
    with pytest.raises(RefusedInput, match="no column child"):
        learn_duplicates(work, pairs=path)
    assert work.store.head() == head
