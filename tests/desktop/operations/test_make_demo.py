"""The demo city in a store: one act, whole or not at all."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from data.errors import RefusedInput
from data.store import Store, open_store
from desktop.domain.answers import fault_of
from desktop.domain.clock import FixedClock
from desktop.domain.lifecycle import Outcome, Verb
from desktop.operations.found_city import CityPlan, found_city
from desktop.operations.make_demo import DEMO_TIMEZONE, DemoWish, go_on_living, made_before, make_demo
from desktop.operations.work import Stopped, Work
from tests.ground import shared_ground
from tests.soak import rounds

DAY = date(2026, 10, 13)
CLOCK = FixedClock(datetime(2026, 10, 13, 12, 0, tzinfo=UTC))


@pytest.fixture(scope="module", autouse=True)
def ground() -> Iterator[None]:
    """The ground of each seed is made once."""
    with shared_ground():
        yield


@pytest.fixture
def work(sqlite_store: Store) -> Work:
    """An act's circumstances over an empty store."""
    return Work(sqlite_store, "ana", CLOCK)


def test_the_store_holds_what_was_made(work: Work, tmp_path: Path) -> None:
    """Catalogue, areas, crews, streets, requests, answers, photos and the truth are all there, in one act."""
    changes, city = make_demo(work, DemoWish(800, 13, DAY, tmp_path / "truth.csv"))
    with work.store.read() as unit:
        assert unit.requests.count() == changes.counts["requests"] == len(city) == 800
        assert len(unit.services.all()) == 29
        assert all(service.mapped for service in unit.services.all())
        assert len(unit.crews.all()) == len(city.crews)
        rows = unit.roster.rows()
        assert len(rows.members) == len(rows.people or {}) == len(city.roster()["member"])
        assert [len(rows.vehicles), len(rows.rounds)] == [len(city.crews), 1]
        assert {depot.kind for depot in rows.depots} == {"depot", "dump"}
        assert {layer.name for layer in unit.areas.layers()} == {layer.name for layer in city.layers}
        assert unit.artifacts.names() == ["basemap", "network", "osm_addresses", "streets"]
        assert len(unit.requests.photo_ids()) > 0
        assert [act.verb for act in unit.log.acts()] == ["make demo city"]
        outcomes = {one.outcome for one in unit.requests.many(range(1, 801)) if one.closed_at is not None}
        assert outcomes <= set(Outcome)
        assert len(outcomes) > 1
        assert all(fault_of(template.text) == "" for template in unit.templates.all())
        assert {template.verb for template in unit.templates.all()} <= set(Verb)
        truth = list(csv.reader((tmp_path / "truth.csv").open(encoding="utf-8", newline="")))
        assert truth[0] == ["service_request_id", "incident_id"]
        assert len(truth) == 801
        assert all(len(unit.requests.find(row[0])) == 1 for row in truth[1:20])


@pytest.mark.parametrize(("hour", "told"), [(0, "00:00"), (1, "01:00"), (10, "10:00"), (20, "14:32")])
def test_a_city_of_today_holds_nothing_that_is_still_to_come(work: Work, hour: int, told: str) -> None:
    """Whatever the hour, the last of N requests falls on today and none after now; the same hour, the same city."""
    zone = ZoneInfo(DEMO_TIMEZONE)
    at = [FixedClock(datetime(2026, 10, 13, hour, minute, 20, tzinfo=zone)) for minute in (2, 58)]
    wish = DemoWish.of_today(at[0], 300, 13)
    assert wish == DemoWish.of_today(at[1], 300, 13)
    changes, city = make_demo(Work(work.store, "ana", at[0]), wish)
    assert changes.counts["told"] == told
    assert "still to come" not in changes.sentence
    with work.store.read() as unit:
        times = [one.requested_at.astimezone(ZoneInfo(city.timezone)) for one in unit.requests.many(range(1, 301))]
        closed = [one.closed_at for one in unit.requests.many(range(1, 301)) if one.closed_at is not None]
    assert len(times) == 300
    assert max(times).date() == DAY
    assert max(times) <= at[0].now()
    assert max(closed) <= at[0].now()


def test_a_day_that_was_named_is_always_told_whole(work: Work) -> None:
    """The same number, seed and day make the same city whenever it is made; that some is still to come is said."""
    changes, city = make_demo(Work(work.store, "ana", CLOCK), DemoWish(300, 13, DAY))
    assert city.now.astimezone(UTC) == datetime(2026, 10, 13, 12, 32, tzinfo=UTC)
    assert "told at 14:32 there, which is still to come" in changes.sentence


def test_a_second_city_is_refused(location: str) -> None:
    """A store that holds a city is left alone."""
    store = open_store(location)
    with pytest.raises(RefusedInput, match="already holds the city"):
        make_demo(Work(store, "ana", CLOCK), DemoWish(20, 13, DAY))
    store.close()


@pytest.mark.parametrize("after", [[6, 4, 1][at] for at in rounds(1, 3)])
def test_a_stop_leaves_nothing(work: Work, after: int) -> None:
    """Stopped at any step, the store is as empty as before."""
    asked = iter(range(1000))
    stopping = Work(work.store, "ana", CLOCK, should_stop=lambda: next(asked) >= after)
    with pytest.raises(Stopped):
        make_demo(stopping, DemoWish(12_000, 13, DAY))
    with work.store.read() as unit:
        assert unit.city.get() is None
        assert unit.requests.count() == 0
        assert unit.artifacts.names() == []


def test_the_city_goes_on_living(work: Work) -> None:
    """Live requests come in one act each until somebody stops them, and stay."""
    _, city = make_demo(work, DemoWish(50, 13, DAY))
    waited: list[float] = []
    living = Work(work.store, "ana", CLOCK, should_stop=lambda: len(waited) >= 3)
    with pytest.raises(Stopped, match="after 3 live requests"):
        go_on_living(living, city, every_s=1.5, wait=waited.append)
    assert waited == [1.5, 1.5, 1.5]
    with work.store.read() as unit:
        assert unit.requests.count() == 53
        assert [act.verb for act in unit.log.acts(3)] == ["receive request"] * 3


def test_a_demo_city_that_is_there_is_fed(work: Work) -> None:
    """Drawn once more from what its making noted, it goes on where the last feeding ended: numbers are never reused."""
    _, city = make_demo(work, DemoWish(50, 13, DAY, None, 36_000))
    for _ in range(2):
        known = made_before(work)
        assert known is not None
        assert (known.seed, known.now, len(known)) == (city.seed, city.now, 50)
        assert known.columns.requested_ms.tolist() == city.columns.requested_ms.tolist()
        waited: list[float] = []
        living = Work(work.store, "ana", CLOCK, should_stop=lambda waited=waited: len(waited) >= 2)
        with pytest.raises(Stopped, match="after 2 live requests"):
            go_on_living(living, known, wait=waited.append)
    with work.store.read() as unit:
        numbers = [int(one.service_request_id) for one in unit.requests.many(range(1, 55))]
    assert numbers == list(range(numbers[0], numbers[0] + 54))


def test_only_a_demo_city_is_fed(work: Work) -> None:
    """An empty store has none; a city that somebody founded is refused by its name."""
    assert made_before(work) is None
    found_city(work, CityPlan("Elmwood"))
    with pytest.raises(RefusedInput, match="holds Elmwood, which is no demo city"):
        made_before(work)
