"""Expected weeks from a store: whole weeks of the city, each with its requests; a sentence where nothing is."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from data.errors import RefusedInput
from data.store import open_store
from desktop.domain.clock import FixedClock
from desktop.operations.demand import DemandQuestion, expected_demand
from desktop.operations.work import Work
from tests.demo import MOMENT

SEVEN = timedelta(days=7)


def test_weeks_hold_their_requests_and_new_services_are_said(location: str) -> None:
    """Weeks are counted as from single requests, begin on Monday and end before now; a new service gets a sentence."""
    store = open_store(location)
    work = Work(store, "ana", FixedClock(MOMENT))
    with store.write("new", actor="ana", at=MOMENT) as unit:
        fresh = {"service_code": "drone", "service_name": "Drone landing", "skills": []}
        service_id = unit.create("service", [fresh, {**fresh, "service_code": "never", "service_name": "Never"}])[0]
        some = unit.requests.arrays(["id"])["id"][-3:].tolist()
        unit.change("service_request", {int(key): {"service_id": service_id} for key in some})
        unit.commit()
    found = expected_demand(work, DemandQuestion(ahead=4))
    with store.read() as unit:
        city = unit.city.get()
        assert city is not None
        zone = ZoneInfo(city.timezone)
        opened = [each.requested_at for each in unit.requests.many(unit.requests.arrays(["id"])["id"].tolist())]
    assert found.last < MOMENT.date()
    assert found.last.weekday() == 6
    for week in found.city.weeks[-6:]:
        begin = datetime.combine(week.first, datetime.min.time(), zone)
        assert week.first.weekday() == 0
        assert datetime.fromtimestamp(week.from_ms / 1000, UTC) == begin
        inside = [moment for moment in opened if begin.date() <= moment.astimezone(zone).date() < week.first + SEVEN]
        assert week.requests == len(inside)
    ahead = found.city.ahead
    assert [week.first for week in ahead] == [found.last + timedelta(days=1 + 7 * at) for at in range(4)]
    assert all(week.low_95 <= week.low_80 <= week.middle <= week.high_80 <= week.high_95 for week in ahead)
    told = {one.name: one for one in found.services}
    assert "whole weeks are known" in told["Drone landing"].why_not
    assert told["Drone landing"].ahead == ()
    assert told["Never"].why_not == "It was never reported."
    later = expected_demand(work, DemandQuestion(services=("drone",), until=date(2031, 1, 5)))
    assert "Nothing came in the last" in later.city.why_not
    ended = expected_demand(replace(work, clock=FixedClock(MOMENT + timedelta(days=900))), DemandQuestion(ahead=4))
    assert (ended.last, ended.city.ahead) == (found.last, found.city.ahead)  # a file that ended is no silence
    for words, wrong in (("Between 1 and", DemandQuestion(ahead=99)), ("No service", DemandQuestion(services=("x",)))):
        with pytest.raises(RefusedInput, match=words):
            expected_demand(work, wrong)
    store.close()
