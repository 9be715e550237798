"""The figures of recategorisation from a store, on both databases: the period, the requests behind each number."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from data.columns import load_columns
from data.errors import RefusedInput
from data.records import AgencyId, ServiceId
from data.schema import WENT_ABOUT
from data.store import Store
from desktop.domain.request_filter import MOVED, RECATEGORISED, RETURNED
from desktop.operations.handle_requests import assign_to
from desktop.operations.recategorisation_figures import (
    as_values,
    recategorisation_figures,
    requests_by_way,
    ways_among,
    ways_of,
)
from desktop.operations.recategorise import recategorise
from desktop.operations.work import Work
from tests.desktop.operations.desk import ids, make_desk

DAY = date(2026, 5, 4)  # on which the desk's requests were reported


@pytest.fixture
def work(any_store: Store) -> Work:
    """Requests 1 and 4 were holes and are trees; 1 went to a department and back, 3 to another."""
    made = make_desk(any_store)
    recategorise(made, request_ids=ids(1, 4), service_id=ServiceId(2), why="Trees", tell="silent")
    for agency in (1, 2, 1):
        assign_to(made, request_ids=ids(1), agency_id=AgencyId(agency))
    for agency in (2, 1):
        assign_to(made, request_ids=ids(3), agency_id=AgencyId(agency))
    return made


def test_figures_tell_service_and_department(work: Work) -> None:
    """Shares by what was reported and by the first department, with where it went and which requests those are."""
    told = as_values(work, recategorisation_figures(work, first=DAY, last=DAY))
    pot = next(row for row in told["services"] if row["service_code"] == "POT")
    assert (pot["reported"], pot["recategorised"], pot["recategorised_share"]) == (3, 2, 2 / 3)
    assert (pot["recategorised_ids"], pot["to"]) == ([1, 4], [{"service_code": "TREE", "requests": 2}])
    assert (pot["moved_ids"], pot["returned_ids"]) == ([1], [1])
    assert told["city"]["moved_ids"] == [1, 3]
    first = {row["agency_responsible"]: row["moved_ids"] for row in told["departments"]}
    assert first == {"Streets": [1], "Parks": [3]}


def test_a_period_holds_its_last_day_whole(work: Work) -> None:
    """Days are the city's; the usual period ends today; one that ends before it begins is refused."""
    with work.store.write("late", actor="ana", at=work.clock.now()) as unit:
        unit.change("service_request", {8: {"requested_at": datetime(2026, 5, 5, 3, 30, tzinfo=UTC)}})  # 23:30 there
        unit.commit()
    assert len(recategorisation_figures(work, first=DAY, last=DAY).city.reported) == 8
    assert len(recategorisation_figures(work, last=date(2026, 5, 3)).city.reported) == 0
    assert recategorisation_figures(work).first == date(2026, 7, 16)
    with pytest.raises(RefusedInput, match="before it begins"):
        recategorisation_figures(work, first=date(2026, 5, 5), last=DAY)


def test_a_filter_finds_the_requests_of_a_number(work: Work) -> None:
    """The same requests as the figure's, of one service as it was reported or of all."""
    with work.store.read() as unit:
        assert requests_by_way(unit, RECATEGORISED, ()).tolist() == [1, 4]
        assert requests_by_way(unit, MOVED, ()).tolist() == [1, 3]
        assert requests_by_way(unit, MOVED, (3,)).tolist() == [3]
        assert requests_by_way(unit, RETURNED, (1,)).tolist() == [1]
        assert requests_by_way(unit, "", (1,)).tolist() == [1, 4, 7]
        with pytest.raises(ValueError, match="sideways"):
            requests_by_way(unit, "sideways", ())


def test_a_snapshot_needs_only_those_that_went_anywhere(work: Work) -> None:
    """What a snapshot and the few rows of the store tell is what all rows of the store tell."""
    columns = load_columns(work.store)
    with work.store.read() as unit:
        assert unit.requests.went_about(["id"])["id"].tolist() == [1, 3, 4]
        found = ways_among(unit, columns.id[1:], columns.service_id[1:], columns.agency_id[1:])
        wanted = ways_of(unit, columns.id[1:])
    for name in ("id", "service_id", "reported_as", "recategorised", "first_agency", "moves", "returns"):
        assert getattr(found, name).tolist() == getattr(wanted, name).tolist(), name


def test_the_few_are_found_by_their_index(work: Work) -> None:
    """The databases' own plan names the index, so that a look does not read every request."""
    with work.store.read() as unit:
        if work.store.kind != "sqlite":
            unit.connection.exec_driver_sql("SET enable_seqscan = off")  # eight rows are not worth an index
        explain = "EXPLAIN QUERY PLAN" if work.store.kind == "sqlite" else "EXPLAIN"
        sql = f"{explain} SELECT agency_trail FROM service_request WHERE ({WENT_ABOUT}) ORDER BY id"
        plan = str(unit.connection.exec_driver_sql(sql).all())
    assert "ix_service_request_went_about" in plan
