"""The definitions of the service figures: hand-worked cases, and what must hold of any city."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.records import Status
from desktop.domain.attention import MISSING_MS, STATUS_CODES
from desktop.domain.backlog import NEVER_MS
from desktop.domain.lifecycle import Outcome
from desktop.domain.service_figures import (
    OUTCOME_CODES,
    UNTOLD,
    Cases,
    Count,
    Definition,
    Left,
    People,
    Reports,
    TimeName,
    cases_of,
    fixed,
    lasting,
    on_time,
    reopened,
    same_day,
)
from tests.soak import examples

WEEK = Definition(first_ms=0, until_ms=1000, as_of_ms=2000)
DUPLICATE = Outcome.DUPLICATE


def reports(*rows: dict) -> Reports:
    """Reports of a city; what a row leaves out is as of one that was opened at 10 and nobody touched."""
    usual = {
        "status": Status.SUBMITTED, "opened": 10, "answered": None, "closed": None, "due": None, "person": None,
        "machine": False, "outcome": "", "incident": -1, "reopened": False, "staff": False,
    }  # fmt: skip
    whole = [usual | row for row in rows]

    def times(name: str) -> np.ndarray:
        return np.array([MISSING_MS if row[name] is None else row[name] for row in whole], dtype=np.int64)

    return Reports(
        id=np.arange(1, len(whole) + 1),
        status=np.array([STATUS_CODES[row["status"]] for row in whole], dtype=np.uint8),
        requested_ms=times("opened"),
        acknowledged_ms=times("answered"),
        closed_ms=times("closed"),
        due_ms=times("due"),
        person_ms=times("person"),
        by_machine=np.array([row["machine"] for row in whole], dtype=bool),
        outcome=np.array([OUTCOME_CODES.get(row["outcome"], UNTOLD) for row in whole], dtype=np.uint8),
        incident_id=np.array([row["incident"] for row in whole], dtype=np.int64),
        reopened=np.array([row["reopened"] for row in whole], dtype=bool),
        staff=np.array([row["staff"] for row in whole], dtype=bool),
    )


def closed(at: int | None, outcome: str = Outcome.FIXED, **more: object) -> dict:
    return {"status": Status.CLOSED, "closed": at, "outcome": outcome, **more}


def left_out(cases: Cases, city: Reports) -> dict[Left, list[int]]:
    return {reason: city.id[rows].tolist() for reason, rows in cases.excluded.items()}


def test_what_counts_and_what_is_left_out_with_its_reason() -> None:
    """Other periods, referrals, what was taken back, lost repeats and staff are left out, each told once."""
    city = reports(
        closed(20), {}, closed(20, Outcome.OUTSIDE_JURISDICTION), closed(20, Outcome.WITHDRAWN), closed(20, DUPLICATE),
        {"staff": True}, {"opened": 1000}, {"opened": -1},
    )  # fmt: skip
    cases = cases_of(city, WEEK)
    assert cases.id.tolist() == [1, 2, 6]
    assert left_out(cases, city) == {Left.NOT_OURS: [3], Left.WITHDRAWN: [4], Left.LOST_REPEATS: [5]}
    residents = cases_of(city, replace(WEEK, people=People.RESIDENTS))
    assert residents.id.tolist() == [1, 2]
    assert left_out(residents, city)[Left.STAFF] == [6]
    assert cases_of(city, replace(WEEK, people=People.STAFF)).id.tolist() == [6]
    with pytest.raises(ValueError, match="ends after it begins"):
        Definition(5, 5, 5)


def test_a_repeat_is_served_when_what_it_repeats_is() -> None:
    """Closing a report as a repeat ends nothing: it stays open with its incident, and is fixed when that is."""
    still = reports(closed(20, DUPLICATE, incident=7), {"incident": 7})
    cases = cases_of(still, WEEK)
    assert cases.left_ms.tolist() == [NEVER_MS, NEVER_MS]
    assert cases.answered_ms[0] == 20  # the resident was told, though
    done = reports(
        closed(20, DUPLICATE, incident=7), closed(90, incident=7), closed(30, DUPLICATE, opened=15, incident=8)
    )
    cases = cases_of(done, WEEK)
    assert cases.left_ms.tolist() == [90, 90, 30]  # of incident 8 only repeats are known
    assert cases.fixed.tolist() == [True, True, False]
    once = cases_of(done, replace(WEEK, count=Count.INCIDENTS))
    assert once.id.tolist() == [1, 3]
    assert once.left_ms.tolist() == [90, 30]
    assert left_out(once, done) == {Left.REPEATS: [2]}


def test_a_moment_of_the_past_knows_nothing_later() -> None:
    """As of a moment, what was closed, answered or opened later is open, unanswered or not there."""
    city = reports(closed(500, answered=300, due=400), {"opened": 350}, closed(100, answered=50, due=40))
    cases = cases_of(city, replace(WEEK, as_of_ms=200))
    assert cases.id.tolist() == [1, 3]
    assert cases.left_ms.tolist() == [NEVER_MS, 100]
    assert cases.answered_ms.tolist() == [NEVER_MS, 50]
    assert not cases.fixed[0]


def test_on_time_waits_for_the_deadline_of_all() -> None:
    """Early closings are not counted ahead of the late ones that share their deadline; open past it is late."""
    city = reports(closed(20, due=3000), closed(30, due=30), closed(31, due=30), {"due": 30}, {}, closed(None, due=30))
    part = on_time(cases_of(city, WEEK), WEEK.as_of_ms)
    assert part.of.tolist() == [False, True, True, True, False, False]
    assert part.some.tolist() == [False, True, False, False, False, False]
    told = {reason: np.flatnonzero(mask).tolist() for reason, mask in part.left_out}
    assert told == {Left.NO_DEADLINE: [4], Left.NOT_DUE: [0], Left.UNDATED: [5]}


def test_answers_of_machines_and_people() -> None:
    """A machine's answer is one, but not a person's; a closing answers; nobody knows when is told."""
    city = reports(
        {"status": Status.ACKNOWLEDGED, "answered": 12, "machine": True, "person": 40},
        {"status": Status.ACKNOWLEDGED, "answered": 12, "machine": True},
        {"status": Status.ACKNOWLEDGED, "answered": 12},
        {"status": Status.IN_PROGRESS},
        closed(25),
        {},
    )
    cases = cases_of(city, WEEK)
    assert cases.answered_ms.tolist() == [12, 12, 12, MISSING_MS, 25, NEVER_MS]
    assert cases.person_ms.tolist() == [40, NEVER_MS, 12, MISSING_MS, 25, NEVER_MS]
    ends = np.full(6, 20)
    part = same_day(cases, WEEK.as_of_ms, ends)
    assert part.some.tolist() == [True, True, True, False, False, False]
    assert part.of.all()
    assert not same_day(cases, 19, ends).of.any()


def test_reopened_fixed_and_times() -> None:
    """Reopened is told of what was ever closed; fixed of all whose end is told; times of what is dated."""
    city = reports(closed(30), closed(40, "", reopened=True), {"reopened": True}, {}, closed(None))
    cases = cases_of(city, WEEK)
    again = reopened(cases, 0)
    assert (again.some.tolist(), again.of.tolist()) == (
        [False, True, True, False, False],
        [True, True, True, False, True],
    )
    good = fixed(cases, 0)
    assert (good.some.sum(), good.of.sum()) == (2, 4)
    told = lasting(cases, TimeName.CLOSE, WEEK.as_of_ms)
    assert told.known.tolist() == [True, True, True, True, False]
    assert told.time_ms.tolist() == [20, 30, 1990, 1990]
    assert told.over.tolist() == [True, True, False, False]


ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "opened": st.integers(0, 60),
            "status": st.sampled_from([Status.SUBMITTED, Status.ACKNOWLEDGED, Status.CLOSED]),
            "closed": st.integers(0, 120),
            "answered": st.none() | st.integers(0, 90),
            "due": st.none() | st.integers(0, 120),
            "outcome": st.sampled_from(["", *Outcome]),
            "incident": st.integers(-1, 3),
            "machine": st.booleans(),
            "reopened": st.booleans(),
            "staff": st.booleans(),
        }
    ),
    min_size=1,
    max_size=12,
)


def clean(rows: list[dict]) -> list[dict]:
    """Only what ended has an end."""
    ended = [row["status"] is Status.CLOSED for row in rows]
    return [row | ({} if over else {"closed": None, "outcome": ""}) for row, over in zip(rows, ended, strict=True)]


@settings(max_examples=examples(60))
@given(ROWS, st.sampled_from(list(Count)), st.integers(0, 130), st.randoms(use_true_random=False))
def test_laws_of_any_city(rows: list[dict], count: Count, as_of: int, random: object) -> None:
    """Every report of the period is counted or left out once; order tells nothing; numerators lie in denominators."""
    definition = Definition(0, 61, as_of, count=count)
    whole = clean(rows)
    city = reports(*whole)
    cases = cases_of(city, definition)
    parts = [cases.row.tolist(), *(part.tolist() for part in cases.excluded.values())]
    there = [at for at, row in enumerate(whole) if row["opened"] <= as_of]
    assert sorted(at for part in parts for at in part) == there
    assert (cases.left_ms[cases.left_ms != MISSING_MS] >= cases.opened_ms[cases.left_ms != MISSING_MS]).all()
    assert ((cases.left_ms <= as_of) | (cases.left_ms == NEVER_MS)).all()
    for part in (fixed(cases, as_of), on_time(cases, as_of), reopened(cases, as_of)):
        assert not (part.some & ~part.of).any()
    order = list(range(len(whole)))
    random.shuffle(order)  # type: ignore[attr-defined]
    mixed = reports(*(whole[at] for at in order))
    again = cases_of(replace(mixed, id=city.id[order]), definition)
    assert sorted(again.id.tolist()) == sorted(cases.id.tolist())
    assert int(fixed(again, as_of).some.sum()) == int(fixed(cases, as_of).some.sum())


@settings(max_examples=examples(60))
@given(ROWS)
def test_one_more_open_request_never_flatters(rows: list[dict]) -> None:
    """An open request that is counted too raises neither the share fixed nor the share on time."""
    before = cases_of(reports(*clean(rows)), WEEK)
    after = cases_of(reports(*clean(rows), {"due": 50}), WEEK)
    for share in (fixed, on_time):
        one, other = (share(cases, WEEK.as_of_ms) for cases in (before, after))
        assert other.of.sum() == one.of.sum() + 1
        assert other.some.sum() == one.some.sum()
