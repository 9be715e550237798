"""Links of staff become decisions, and what is learned from them judges the next grouping; kept on both databases."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from benchmarks.inputs.second_law import make_second_law
from data.errors import RefusedInput
from data.store import Store, new_store, open_store
from desktop.domain.clock import FixedClock
from desktop.operations.duplicate_columns import read_columns
from desktop.operations.duplicates import group_duplicates, last_model
from desktop.operations.learn_duplicates import learn_duplicates
from desktop.operations.search_duplicates import learned_near, settings_for
from desktop.operations.set_city import set_city
from desktop.operations.work import Work
from tests.data.city import projected_city, request_row
from tests.few_trees import few_trees

NOW = datetime(2026, 10, 13, 12, tzinfo=UTC)
START = NOW - timedelta(days=400)
EAST_0, NORTH_0 = -71.0, 42.0  # of the planted city, 100 km and more from the small one's requests
M_PER_DEG = 111_320.0
COUNT = 4_000


def plant(store: Store) -> Work:
    """A small city and, far from its requests, those of the second law."""
    projected_city(store, 1)
    city = make_second_law(COUNT, 5)
    opened = [START + timedelta(seconds=float(t)) for t in city.requested_s]
    closed = [None if np.isnan(t) else START + timedelta(seconds=float(t)) for t in city.closed_s]
    with store.write("plant", actor="ana", at=NOW) as unit:
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
    return Work(store, "ana", FixedClock(NOW))


@pytest.fixture
def planted(any_store: Store) -> Work:
    """The planted city, once on each database: for what is written and read there."""
    return plant(any_store)


@pytest.fixture(scope="session")
def planted_city(shared_store: Callable[[str, Callable[[Path], None]], Path]) -> Path:
    """The planted city in a file."""

    def make(path: Path) -> None:
        with new_store(str(path)) as store:
            plant(store)

    return shared_store("planted", make)


@pytest.fixture
def work(planted_city: Path, tmp_path: Path) -> Iterator[Work]:
    """A copy of it: for what is learned and told, wherever it is kept."""
    store = open_store(shutil.copy(planted_city, tmp_path / "planted.opsmap"))
    yield Work(store, "ana", FixedClock(NOW))
    store.close()


@pytest.fixture(autouse=True)
def quick() -> Iterator[None]:
    """What is learned here is learned with few trees: how well they judge is proved where they are."""
    with few_trees(12, 6):
        yield


def links(folder: Path, count: int | None = None) -> Path:
    """The planted pairs, child and parent, of neighbouring reports of an incident."""
    incident = make_second_law(COUNT, 5).incident
    order = np.argsort(incident, kind="stable")
    same = incident[order][1:] == incident[order][:-1]
    pairs = np.stack([order[1:][same], order[:-1][same]], axis=1)[:count]
    path = folder / "links.csv"
    path.write_text("child,parent\n" + "".join(f"R{1_000 + a},R{1_000 + b}\n" for a, b in pairs), encoding="utf-8")
    return path


def test_links_are_kept_and_learned_from(planted: Work, tmp_path: Path) -> None:
    """Every link is a decision of staff once, however often it is told; the model is kept and read back as it was."""
    work, path = planted, links(tmp_path)
    count = len(path.read_text(encoding="utf-8").splitlines()) - 1
    told = learn_duplicates(work, pairs=path)
    assert told.counts["decisions"] == count
    assert told.counts["learned_from"] > 200
    again = learn_duplicates(work, pairs=path)
    assert again.counts["decisions"] == 0
    with work.store.read() as unit:
        assert len(unit.decisions.all()) == count
        assert all(one.same for one in unit.decisions.all())
        model = last_model(unit)
    assert model is not None
    assert model.summary["confirmed"] == told.counts["learned_from"]
    grouped = group_duplicates(work)
    assert grouped.counts["incidents"] > 200


def test_few_links_are_kept_but_not_learned_from(work: Work, tmp_path: Path) -> None:
    """The sentence says how many it takes; the decisions stand, and grouping goes by the reports' own laws."""
    told = learn_duplicates(work, pairs=links(tmp_path, 20))
    assert told.counts["decisions"] == 20
    assert told.counts["learned_from"] == 0
    assert "too few to learn from; 100 are needed" in told.sentence
    with work.store.read() as unit:
        assert last_model(unit) is None
    assert group_duplicates(work).counts["incidents"] > 200


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


def test_rejected_pairs_are_learned_from_and_stay_apart(work: Work, tmp_path: Path) -> None:
    """What staff rejected is counted in learning, and no grouping puts it together again; learnings are numbered."""
    group_duplicates(work)
    with work.store.read() as unit:
        rows = unit.requests.arrays(["id", "incident_id", "service_request_id"])
    number = np.array([int(told[1:]) - 1_000 for told in rows["service_request_id"]])
    truth = np.where(number >= 0, make_second_law(COUNT, 5).incident[number], -1)
    pairs = []
    for one in np.unique(rows["incident_id"][rows["incident_id"] >= 0]).tolist():
        members = np.flatnonzero(rows["incident_id"] == one)
        strangers = members[truth[members] != truth[members[0]]]
        pairs += [(int(rows["id"][members[0]]), int(rows["id"][other])) for other in strangers[:1]]
    assert len(pairs) > 3
    with work.store.write("reject", actor="ana", at=NOW) as unit:
        told = [{"child_request_id": one, "parent_request_id": other, "same": False} for one, other in pairs]
        unit.create("duplicate_decision", told)
        unit.commit()
    told_once = learn_duplicates(work, pairs=links(tmp_path))
    assert told_once.counts["learned_from_rejected"] > 3
    assert "rejected pairs" in told_once.sentence
    learn_duplicates(work)
    group_duplicates(work)
    with work.store.read() as unit:
        model = last_model(unit)
        rows = unit.requests.arrays(["id", "incident_id"])
        wrong = {(one.child_request_id, one.parent_request_id) for one in unit.decisions.all() if not one.same}
    assert model is not None
    assert model.summary["version"] == 2
    assert model.summary["learned_at"] == NOW.isoformat(timespec="seconds")
    own = dict(zip(rows["id"].tolist(), rows["incident_id"].tolist(), strict=True))
    for one, other in wrong:
        assert own[one] != own[other] or own[one] < 0


def test_texts_addresses_and_reporters_are_read_from_the_store(planted: Work) -> None:
    """Of rows that are asked for, in their order; who reported is a number, the same for one person only."""
    work = planted
    people = {1_010: "Ana@example.org", 1_011: " ana@example.org", 1_012: "bo@example.org", 1_013: ""}
    with work.store.read() as unit:
        rows = unit.requests.arrays(["id", "service_request_id"])
    ids = dict(zip(rows["service_request_id"].tolist(), rows["id"].tolist(), strict=True))
    with work.store.write("tell", actor="ana", at=NOW) as unit:
        unit.change("service_request", {ids["R1011"]: {"description": "deep hole", "address": "1 Elm St"}})
        unit.attach_reporters(
            [
                {"request_id": ids[f"R{number}"], "name": "x", "email": email, "phone": "" if email else "555 01-99"}
                for number, email in people.items()
            ]
        )
        unit.commit()
    with work.store.read() as unit:
        told = read_columns(unit, work.city(), store=work.store)
    row = {number: int(np.searchsorted(told.ids, ids[f"R{number}"])) for number in people}
    asked = np.array([row[1_012], row[1_011]])
    assert list(told.text(asked))[1] == "deep hole"
    assert list(told.address(asked))[1] == "1 Elm St"
    assert told.reporter is not None
    person = told.reporter[[row[number] for number in people]]
    assert person[0] == person[1] >= 0
    assert len(set(person.tolist())) == 3
    assert told.reporter[row[1_013] + 1] == -1


def test_bounds_that_were_learned_are_told_unless_the_city_set_others(work: Work, tmp_path: Path) -> None:
    """From near and soon links a service learns narrow bounds, which hold in the search; what is set replaces them."""
    city = make_second_law(COUNT, 5)
    path = links(tmp_path)
    head, *lines = path.read_text(encoding="utf-8").splitlines()
    rows = np.array([[int(key[1:]) - 1_000 for key in line.split(",")] for line in lines])
    one, other = rows.T
    near = np.hypot(city.x_m[one] - city.x_m[other], city.y_m[one] - city.y_m[other]) < 20.0
    near &= np.abs(city.requested_s[one] - city.requested_s[other]) < 4 * 86_400
    path.write_text("\n".join([head, *(line for line, kept in zip(lines, near, strict=True) if kept)]) + "\n")
    learn_duplicates(work, pairs=path)
    group_duplicates(work)
    with work.store.read() as unit:
        told = learned_near(unit, work.city())
        model = last_model(unit)
    assert model is not None
    assert len(told) > 1
    assert {one["from"] for one in told.values()} == {"staff"}
    assert all(float(one["metres"]) <= 25.1 and float(one["days"]) <= 5.01 for one in told.values())
    code = sorted(told)[0]
    set_city(work, values={f"near.{code}": "60,9"})
    with work.store.read() as unit:
        assert set(learned_near(unit, work.city())) == set(told) - {code}
        rule = settings_for(unit, work.city(), model, None)
    service = next(iter(rule.by_service))
    assert rule.by_service[service] == (60.0, 9 * 24.0)
