"""What the review of duplicates reads: the day's decisions are counted whole, and what was undone is not among them."""

from __future__ import annotations

from datetime import datetime, timedelta

from data.store import Store
from desktop.controllers.review_reads import _today
from desktop.operations.decide_duplicates import REJECT, accept_duplicates, reject_duplicates
from desktop.operations.undo import undo
from tests.desktop.operations.desk import ids, make_desk

MANY = 230  # decisions of a busy day


def today(store: Store, now: datetime) -> tuple[int, int]:
    """Accepted and rejected on the day of a moment, in a city on UTC."""
    with store.read() as unit:
        return _today(unit, now, "UTC")


def test_the_whole_day_is_counted(any_store: Store) -> None:
    """The first acceptance of the morning counts after hundreds of rejections; yesterday's do not count."""
    desk = make_desk(any_store)
    now = desk.clock.now()
    accept_duplicates(desk, groups=[ids(1, 2), ids(3, 4)])
    for number in range(MANY):
        with any_store.write(REJECT, actor="ben", at=now) as unit:
            unit.change("service_request", {5: {"address": f"{number} Elm Row"}})
            unit.commit()
    assert today(any_store, now) == (2, MANY)
    assert today(any_store, now + timedelta(days=1)) == (0, 0)


def test_what_was_undone_does_not_count_and_what_was_done_again_does(any_store: Store) -> None:
    """Accept and reject, undo the first, undo that: the figures follow each step."""
    desk = make_desk(any_store)
    now = desk.clock.now()
    accepted = accept_duplicates(desk, groups=[ids(1, 2)])
    reject_duplicates(desk, request_ids=ids(3, 4))
    assert accepted.act_id is not None
    assert today(any_store, now) == (1, 1)
    undone = undo(desk, act_id=accepted.act_id)
    assert undone.act_id is not None
    assert today(any_store, now) == (0, 1)
    undo(desk, act_id=undone.act_id)
    assert today(any_store, now) == (1, 1)
