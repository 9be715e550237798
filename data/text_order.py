"""The order of requests by a text that the snapshot does not hold: sorted by the database, which holds nobody up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import ColumnElement, func, select

from data.schema import service_request, source
from data.unit_of_work import ReadUnit

_FETCH = 20_000
_COMPARED = 120  # characters of a description; what follows decides no order
TEXT_FIELDS = ("service_request_id", "address", "source", "assigned_area", "description")


@dataclass(frozen=True, slots=True, eq=False)
class IdsByText:
    """Ids ordered by a text without regard to the case of Latin letters; those without one are the last `absent`."""

    sequence: int
    ids: NDArray[np.int64]
    absent: int


def ids_by_text(unit: ReadUnit, field: str) -> IdsByText:
    """Every request in the order of one of TEXT_FIELDS; ValueError for another name."""
    if field not in TEXT_FIELDS:
        raise ValueError(f"requests are not ordered by {field}")
    text = _text(field)
    query, empty = select(service_request.c.id), select(func.count()).select_from(service_request)
    if field == "source":
        query = query.join(source, source.c.id == service_request.c.source_id)
        absent = 0
    else:
        absent = int(unit.connection.execute(empty.where(service_request.c[field] == "")).scalar_one())
    found = unit.connection.execute(query.order_by(text, service_request.c.id).execution_options(yield_per=_FETCH))
    parts = [np.array(part, dtype=np.int64) for part in found.scalars().partitions(_FETCH)]
    ids = np.concatenate([np.empty(0, dtype=np.int64), *parts])
    return IdsByText(unit.log.head(), np.concatenate([ids[absent:], ids[:absent]]), absent)  # no text sorts first


def _text(field: str) -> ColumnElement[Any]:
    if field == "source":
        return func.lower(source.c.name)
    column = service_request.c[field]
    return func.lower(func.substr(column, 1, _COMPARED) if field == "description" else column)
