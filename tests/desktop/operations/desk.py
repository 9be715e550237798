"""A desk for tests of acts: a small city whose requests come from a system that listens, and one that does not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import shapely
from sqlalchemy import text

from data.records import RequestId, ServiceRequest
from data.schema import LOG_TABLES, metadata
from data.store import Store
from data.values import table_of
from desktop.domain.clock import FixedClock
from desktop.operations.work import Work
from tests.data.city import found, request_row

NOW = datetime(2026, 10, 13, 12, tzinfo=UTC)  # a Tuesday, 08:00 in the city
LISTENS, DEAF = 3, 2  # sources: an Open311 server, a file
EVERYWHERE = shapely.box(-72, 41, -70, 43)


def make_desk(store: Store, requests: int = 8) -> Work:
    """A city with requests of every third service, every fourth from a file; ids count from 1."""
    with store.write("found", actor="ana", at=NOW - timedelta(days=2)) as unit:
        found(unit)
        unit.create("source", [{"name": "live", "kind": "open311"}])
        unit.change("city", {1: {"crs_epsg": 32619}})
        unit.change("service", {1: {"deadline_working_h": 10.0}, 2: {"deadline_working_h": 3.0, "priority": 80}})
        rows = (
            request_row(number, source_id=DEAF if number % 4 == 3 else LISTENS, priority=50)
            for number in range(requests)
        )
        unit.create("service_request", rows)
        unit.create("service_question", [question_row(2, "size", "number"), question_row(3, "size", "string")])
        told = [(1, "size", "2"), (1, "colour", "red"), (3, "size", "large")]
        unit.attach_answers([{"request_id": key, "code": code, "value": value} for key, code, value in told])
        unit.commit()
    return Work(store, "ana", FixedClock(NOW))


def question_row(service_id: int, code: str, datatype: str, *values: str, required: bool = False) -> dict[str, Any]:
    """A question of a service."""
    return {
        "service_id": service_id,
        "position": 1,
        "code": code,
        "datatype": datatype,
        "question": f"What is the {code}?",
        "required": required,
        "values": list(values),
    }


def later(work: Work, actor: str | None = None, **ahead: float) -> Work:
    """The same desk some time later, perhaps with somebody else at it."""
    return replace(work, actor=actor or work.actor, clock=FixedClock(work.clock.now() + timedelta(**ahead)))


def ids(*numbers: int) -> list[RequestId]:
    """Typed ids."""
    return [RequestId(number) for number in numbers]


def request(work: Work, number: int) -> ServiceRequest:
    """One request as it is."""
    with work.store.read() as unit:
        one = unit.requests.get(RequestId(number))
    assert one is not None
    return one


def outbox_of(work: Work) -> list[tuple[int | None, str, str]]:
    """Request, kind and state of every message."""
    with work.store.read() as unit:
        return [(one.request_id, one.kind, one.state) for one in unit.outbox.all()]


APART = ("outbox", "artifact", "answer_before")


def state(store: Store, *, without: tuple[str, ...] = APART) -> Mapping[str, list[Any]]:
    """Every row of every table but the log's, what it keeps beside it, and the outbox, versions left out."""
    tables: dict[str, list[Any]] = {}
    with store.read() as unit:
        for table in metadata.sorted_tables:
            if table.name in (*LOG_TABLES, *without, "store_meta"):
                continue
            names = [column.name for column in table_of(table.name).columns if column.name != "version"]
            listed = ", ".join(f'"{name}"' for name in names)
            key = ", ".join(f'"{column.name}"' for column in table.primary_key.columns)
            rows = unit.connection.execute(text(f'SELECT {listed} FROM "{table.name}" ORDER BY {key}'))
            tables[table.name] = [repr(tuple(row)) for row in rows]
    return tables
