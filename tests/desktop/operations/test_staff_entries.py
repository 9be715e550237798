"""Entries of the city's own people are seldom the same thing twice: the grouping reads how each request came."""

from __future__ import annotations

from datetime import timedelta

import pytest

from data.store import Store
from desktop.domain.clock import FixedClock
from desktop.operations.duplicates import group_duplicates, grouped_requests
from desktop.operations.work import Work
from tests.data.city import NOON, projected_city, request_row


@pytest.fixture
def work(any_store: Store) -> Work:
    """A city with ten requests, none near another."""
    projected_city(any_store)
    return Work(any_store, "ana", FixedClock(NOON))


def test_two_entries_of_employees_are_two_incidents(work: Work) -> None:
    """Two employees' entries a street's width and some hours apart stay apart; the same two by residents are one."""

    def pair(first: int, north: float, channel: str) -> list[dict[str, object]]:
        return [
            request_row(
                first + at, service_id=3, lat=north + 0.0002 * at, long=-71.5, extras={"source": channel},
                requested_at=NOON + timedelta(hours=30 * at),
            )
            for at in range(2)
        ]  # fmt: skip

    with work.store.write("import", actor="ana", at=NOON) as unit:
        staff = unit.create("service_request", pair(200, 43.0, "Employee Generated"))
        residents = unit.create("service_request", pair(300, 44.0, "Citizens Connect App"))
        unit.commit()
    group_duplicates(work)
    with work.store.read() as unit:
        named = {line.service_request_id: line.incident_id for line in grouped_requests(unit)}
        ours, theirs = ([named[r.service_request_id] for r in unit.requests.many(ids)] for ids in (staff, residents))
    assert theirs == [residents[0]] * 2
    assert ours == staff
