"""Rates of recategorisation: every share against counting by hand, and every number has its requests."""

from __future__ import annotations

from collections import Counter

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from desktop.domain.agency_trail import departments
from desktop.domain.recategorisation import MOST, Rate, Ways, by_department, by_service, whole

NONE = -1
ROWS = st.lists(
    st.tuples(
        st.integers(1, 4),  # service
        st.one_of(st.just(NONE), st.integers(1, 4)),  # reported as, once recategorised
        st.one_of(st.just(NONE), st.integers(1, 3)),  # department
        st.lists(st.integers(1, 3), max_size=4).map(lambda ids: " ".join(map(str, ids))),
    ),
    max_size=30,
)
Row = tuple[int, int, int, str]


def ways_of(rows: list[Row]) -> Ways:
    """The rows as columns; ids count from 1."""
    columns = {
        "id": np.arange(1, len(rows) + 1),
        "service_id": np.array([row[0] for row in rows], dtype=np.int64),
        "reported_service_id": np.array([row[1] for row in rows], dtype=np.int64),
        "agency_id": np.array([row[2] for row in rows], dtype=np.int64),
        "agency_trail": np.array([row[3] for row in rows], dtype=object),
    }
    return Ways.of(columns, NONE)


def met(row: Row) -> list[int]:
    """The departments of a row, in order."""
    return departments(row[3], None if row[2] == NONE else row[2])


def agrees(rate: Rate, rows: dict[int, Row]) -> None:
    """What a rate says of some rows, counted one by one."""
    changed = {key: row for key, row in rows.items() if row[1] not in (NONE, row[0])}
    moved = {key for key, row in rows.items() if len(met(row)) > 1}
    assert rate.reported.tolist() == sorted(rows)
    assert rate.recategorised.tolist() == sorted(changed)
    assert set(rate.moved.tolist()) == moved
    assert set(rate.returned.tolist()) == {key for key, row in rows.items() if len(set(met(row))) < len(met(row))}
    became = Counter(row[0] for row in changed.values())
    assert dict(rate.to).items() <= became.items()
    assert [count for _, count in rate.to] == sorted(became.values(), reverse=True)[:MOST]
    assert rate.share == (len(changed) / len(rows) if rows else None)
    assert rate.moved_share == (len(moved) / len(rows) if rows else None)


@given(ROWS)
def test_rates_are_what_counting_finds(rows: list[Row]) -> None:
    """The city, each service as reported, each first department: the same requests as one by one."""
    ways, numbered = ways_of(rows), dict(enumerate(rows, 1))
    agrees(whole(ways), numbered)
    first = {key: row[0] if row[1] == NONE else row[1] for key, row in numbered.items()}
    found = by_service(ways)
    assert set(found) == set(first.values())
    for service, rate in found.items():
        agrees(rate, {key: row for key, row in numbered.items() if first[key] == service})
    found = by_department(ways, NONE)
    assert set(found) == {met(row)[0] for row in rows if met(row)}
    for agency, rate in found.items():
        agrees(rate, {key: row for key, row in numbered.items() if met(row)[:1] == [agency]})


def test_nothing_reported_has_no_share() -> None:
    """No request is no hundred per cent of anything."""
    rate = whole(ways_of([]))
    assert (rate.share, rate.moved_share, rate.returned_share) == (None, None, None)
