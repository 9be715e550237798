"""New requests get their department while the window is open: together, quietly, and an import can still be undone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import shapely
from pytestqt.qtbot import QtBot

from data.store import Store, open_store
from desktop.change_bus import ChangeBus
from desktop.controllers.assign_watch import AssignWatch
from desktop.controllers.session import Session
from desktop.domain.clock import FixedClock
from desktop.jobs import JobRunner
from desktop.operations.assign import assign
from desktop.operations.assign_arrivals import MOST, arrivals, assign_arrivals
from desktop.operations.handle_requests import assign_to
from desktop.operations.import_requests import RequestImport, import_requests
from desktop.operations.undo import describe_undo, undo
from desktop.operations.work import Work
from tests.data.city import NOON, projected_city, request_row

WAIT_MS = 30_000
LATER = NOON + timedelta(days=1)
HERE = shapely.box(-72, 42, -71, 44)


def found(store: Store, *, assigned: bool = True) -> Work:
    """A city with one area that names a department, its requests assigned."""
    projected_city(store)
    with store.write("areas", actor="ana", at=NOON) as unit:
        layer = unit.create("area_layer", [{"name": "All", "position": 1, "assigns": True, "service_codes": []}])[0]
        row = {"layer_id": layer, "name": "Here", "agency_id": 1, "geometry_wkb": shapely.to_wkb(HERE)}
        unit.create("area", [row])
        unit.commit()
    work = Work(store, "ana", FixedClock(LATER))
    if assigned:
        assign(work)
    return work


def come(store: Store, *numbers: int) -> list[int]:
    """Requests from elsewhere, the last one outside of every area."""
    with store.write("receive request", actor="demo", at=LATER) as unit:
        rows = [request_row(number, service_id=1, lat=43.0, long=-71.5) for number in numbers[:-1]]
        made = unit.create("service_request", [*rows, request_row(numbers[-1], service_id=1, lat=10.0, long=10.0)])
        unit.commit()
    return made


def departments(store: Store, ids: list[int]) -> list[int | None]:
    """Whose they are."""
    with store.read() as unit:
        return [request.agency_id for request in unit.requests.many(ids)]


@pytest.fixture
def room(qtbot: QtBot, sqlite_location: str) -> Iterator[tuple[Store, JobRunner, Callable[[Callable[[], bool]], None]]]:
    """A window's session without the window."""
    store = open_store(sqlite_location)
    found(store)
    runner, bus = JobRunner(), ChangeBus()
    runner.wrote.connect(bus.publish)
    session = Session(store, runner, bus, FixedClock(LATER), "ana")
    watch = AssignWatch(session, runner, session)
    told: list[Any] = []
    watch.failed.connect(told.append)
    session.reload()
    qtbot.waitUntil(lambda: session.snapshot is not None, timeout=WAIT_MS)
    yield store, runner, lambda holds: qtbot.waitUntil(holds, timeout=WAIT_MS)
    assert told == []
    session.deleteLater()
    runner.shut_down()
    store.close()


def test_what_comes_is_assigned_by_itself(room: tuple[Store, JobRunner, Callable[[Callable[[], bool]], None]]) -> None:
    """Two get their department, the third its reason; the act is the policy's, and it is made once."""
    store, _, wait = room
    ids = come(store, 900, 901, 902)
    wait(lambda: departments(store, ids) == [1, 1, None])
    with store.read() as unit:
        assert unit.requests.many(ids)[2].assigned_kind == "gap"
        acts = [(act.verb, act.actor) for act in unit.log.acts(2)]
    assert acts[0] == ("assign", "policy")
    assert acts[1][0] == "receive request"


def test_the_first_time_is_a_persons(sqlite_store: Store) -> None:
    """Where nothing was ever assigned nothing is assigned by itself."""
    work = found(sqlite_store, assigned=False)
    come(sqlite_store, 900, 901)
    assert assign_arrivals(work).act_id is None


def test_too_many_are_left_to_a_person(sqlite_store: Store) -> None:
    """More than it takes at once wait, and none of them is touched."""
    work = found(sqlite_store)
    ids = come(sqlite_store, *range(900, 905))
    assert assign_arrivals(work, most=4).counts["waiting"] == 5
    assert departments(sqlite_store, ids) == [None] * 5
    assert MOST >= 5
    assert assign_arrivals(work).counts["requests"] == 5


def test_an_import_that_was_assigned_can_be_undone(sqlite_store: Store, tmp_path: Path) -> None:
    """What rules and areas said does not stand in its way; what a person gave away does."""
    from data.columns import load_columns

    work = found(sqlite_store)
    path = tmp_path / "more.csv"
    path.write_text(
        "service_request_id,service_code,lat,long,requested_datetime,status\n"
        "N1,S1,43.0,-71.5,2026-10-01T10:00:00Z,open\nN2,S1,43.0,-71.5,2026-10-01T10:00:00Z,open\n"
    )
    done = import_requests(work, RequestImport(path))
    assert done.act_id is not None
    assert len(arrivals(load_columns(sqlite_store))) == 2
    assign_arrivals(work)
    assert describe_undo(work, done.act_id).allowed
    with sqlite_store.read() as unit:
        key = unit.requests.find("N1")[0].id
    given = assign_to(work, request_ids=[key], agency_id=2)  # type: ignore[arg-type]
    assert not describe_undo(work, done.act_id).allowed
    assert given.act_id is not None
    undo(work, act_id=given.act_id)
    undo(work, act_id=done.act_id)
    with sqlite_store.read() as unit:
        assert unit.requests.find("N1") == []
