"""Rules before areas: what they take, promise and stop on; areas of the report's day; replay and explain."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import shapely

from data.errors import RefusedInput
from data.records import RequestId, ServiceId
from data.store import Store
from desktop.domain.clock import FixedClock
from desktop.domain.rules import Rule, Rules, content_of
from desktop.operations.assign import assign
from desktop.operations.explain_assignment import Supposed, explain, explain_place, explain_request
from desktop.operations.handle_requests import assign_to
from desktop.operations.recategorise import recategorise
from desktop.operations.replay_rules import Draft, replay
from desktop.operations.undo import undo
from desktop.operations.work import Work
from tests.data.city import request_row, small_city
from tests.desktop.operations.desk import ids, request

NOW = datetime(2026, 10, 13, 12, tzinfo=UTC)
WEST = shapely.box(-71.02, 41.9, -71.0, 42.1)
EAST = shapely.box(-71.0, 41.9, -70.98, 42.1)
PARK = shapely.box(-71.005, 41.99, -70.995, 42.01)


@pytest.fixture
def work(sqlite_store: Store) -> Work:
    """A city with one layer that names departments east and west, one of parks that names none, and no rules."""
    small_city(sqlite_store, 1)
    with sqlite_store.write("areas", actor="ana", at=NOW) as unit:
        unit.change("city", {1: {"crs_epsg": 32619}})
        works, parks = unit.create(
            "area_layer",
            [
                {"name": "Works", "position": 1, "assigns": True, "service_codes": []},
                {"name": "Parks", "position": 2, "assigns": False, "service_codes": []},
            ],
        )
        unit.create("area", [area(works, "West", WEST, 1), area(works, "East", EAST, 2), area(parks, "Common", PARK)])
        unit.commit()
    return Work(sqlite_store, "ana", FixedClock(NOW))


def area(layer: int, name: str, shape: Any, agency: int | None = None, **days: date) -> dict[str, object]:
    """A row of an area."""
    return {"layer_id": layer, "name": name, "agency_id": agency, "geometry_wkb": shapely.to_wkb(shape), **days}


def add(work: Work, *rows: dict[str, object]) -> list[int]:
    """More requests, at a point of the western area unless told otherwise."""
    with work.store.write("import", actor="ana", at=NOW) as unit:
        made = unit.create(
            "service_request",
            [
                request_row(100 + at, **{"lat": 42.05, "long": -71.01, "requested_at": NOW, "service_id": 1, **row})
                for at, row in enumerate(rows)
            ],
        )
        unit.commit()
    return made


def keep(work: Work, rules: Sequence[Rule], effective_from: date = date(2026, 1, 1)) -> None:
    """Save a set of rules, as it stands in the store."""
    with work.store.write("save rules", actor="ana", at=NOW) as unit:
        content = content_of(Rules(rule=tuple(rules)))
        unit.create(
            "rule_set",
            [{"content": content, "effective_from": effective_from, "saved_at": NOW, "saved_by": "ana"}],
        )
        unit.commit()


def names(work: Work) -> dict[str, str]:
    """Department names by key, and the codes of services."""
    with work.store.read() as unit:
        return {str(agency.id): agency.name for agency in unit.agencies.all()} | {
            f"service {service.id}": service.service_code for service in unit.services.all()
        }


def test_the_first_rule_that_fits_has_it_and_areas_come_last(work: Work) -> None:
    """A rule overrides the area, an earlier rule a later one; what no rule fits goes to the department of its area."""
    known = names(work)
    in_park, in_west = add(work, {"lat": 42.0, "long": -71.001}, {})
    keep(
        work,
        [
            Rule(name="Parks", areas={"Parks": ()}, agency=known["2"], queue="green", priority=90),
            Rule(name="Never", areas={"Parks": ("Common",)}, agency=known["1"]),
        ],
    )
    assign(work)
    first, second = request(work, in_park), request(work, in_west)
    assert (first.agency_id, first.assigned_rule, first.assigned_area) == (2, "Parks", "Common")
    assert (first.queue, first.priority) == ("green", 90)
    assert first.assigned_reason == "Rule 1, Parks. Its point is in Common (Parks)."
    assert (second.agency_id, second.assigned_rule, second.queue) == (1, "Works", "")


def test_the_department_of_the_area_a_point_lies_in(work: Work) -> None:
    """`agency_of` gives each request to the department that its own area names, outside of all areas to nobody."""
    west, east, outside = add(work, {}, {"long": -70.99}, {"long": -70.9})
    keep(work, [Rule(name="By area", agency_of="Works", queue="q")])
    assign(work)
    assert [request(work, key).agency_id for key in (west, east, outside)] == [1, 2, None]
    assert [request(work, key).assigned_area for key in (west, east, outside)] == ["West", "East", ""]
    assert request(work, outside).assigned_kind == "gap"


def test_a_rule_that_cannot_be_decided_stops_the_request(work: Work) -> None:
    """Nobody gets it, no later rule and no area is asked, and the reason names rule and fault; others go on."""
    known = names(work)
    bad, good = add(work, {"description": "x"}, {"description": "deep 12"})
    rules = [
        Rule(name="Depth", when='text.startsWith("deep") ? hour < 24 : double(text) > 3.0', agency=known["2"]),
        Rule(name="All", agency=known["1"]),
    ]
    keep(work, rules)
    assign(work)
    stopped = request(work, bad)
    assert (stopped.agency_id, stopped.assigned_kind, stopped.assigned_rule) == (None, "fault", "Depth")
    assert stopped.assigned_reason.startswith("Rule 1, Depth, stops here: it reads a number from text")
    assert request(work, good).agency_id == 2
    found = replay(work, Draft(Rules(rule=tuple(rules))), days=5)
    assert [(fault.rule, fault.request_id) for fault in found.faults] == [("Depth", bad)]


def test_answers_words_and_hours_are_asked(work: Work) -> None:
    """Conditions on answers, words of the text and the hour in the city's zone each turn a request away alone."""
    known = names(work)
    keys = add(
        work,
        {"description": "Live WIRE", "requested_at": datetime(2026, 10, 13, 2, 30, tzinfo=UTC)},  # 22:30 the day before
        {"description": "wire", "requested_at": datetime(2026, 10, 13, 12, 30, tzinfo=UTC)},
        {"description": "pole", "requested_at": datetime(2026, 10, 13, 2, 30, tzinfo=UTC)},
        {"description": "wire", "requested_at": datetime(2026, 10, 13, 2, 30, tzinfo=UTC)},
    )
    with work.store.write("answers", actor="ana", at=NOW) as unit:
        unit.attach_answers({"request_id": key, "code": "size", "value": "Big"} for key in keys[:3])
        unit.commit()
    rule = Rule(name="Night", words=("wire",), hours="22:00-06:00", answers={"size": ("big",)}, agency=known["2"])
    keep(work, [rule])
    assign(work)
    assert [request(work, key).assigned_rule for key in keys] == ["Night", "Works", "Works", "Works"]


def test_promises_come_and_go_with_their_rule(work: Work) -> None:
    """A rule's deadline and priority are the request's; when the rule no longer takes it, the service's come back."""
    known = names(work)
    with work.store.write("services", actor="ana", at=NOW) as unit:
        unit.change("service", {1: {"deadline_working_h": 10.0, "priority": 40}})
        unit.commit()
    (key,) = add(work, {"priority": 40, "due_at": NOW + timedelta(days=9)})
    keep(work, [Rule(name="Fast", agency=known["1"], priority=95, deadline_working_h=1)])
    assign(work)
    fast = request(work, key)
    assert (fast.priority, fast.due_at) == (95, NOW + timedelta(hours=1))  # 08:00 in the city, its day begins
    keep(work, [])
    assign(work)
    slow = request(work, key)
    assert slow.priority == 40
    assert slow.due_at == NOW + timedelta(hours=10)
    assert assign(work).act_id is None


def test_without_promising_rules_deadlines_stay_as_they_came(work: Work) -> None:
    """A deadline that a file brought is not touched by rules that promise nothing."""
    due = NOW + timedelta(days=9)
    (key,) = add(work, {"priority": 7, "due_at": due})
    keep(work, [Rule(name="All", agency=names(work)["2"])])
    assign(work)
    assert (request(work, key).priority, request(work, key).due_at) == (7, due)


def test_history_keeps_the_department_of_its_day(work: Work) -> None:
    """A report is assigned by the areas and the rules of its own day, however late that happens."""
    with work.store.write("redraw", actor="ana", at=NOW) as unit:
        layer = unit.areas.layers()[0].id
        old = next(one for one in unit.areas.areas(layer) if one.name == "West")
        unit.change("area", {int(old.id): {"effective_to": date(2026, 10, 10)}})
        unit.create("area", [area(layer, "West", WEST, 2, effective_from=date(2026, 10, 10))])
        unit.commit()
    before, after, ruled = add(
        work,
        {"requested_at": datetime(2026, 10, 10, 3, tzinfo=UTC)},  # still the 9th in the city
        {"requested_at": datetime(2026, 10, 10, 5, tzinfo=UTC)},
        {"requested_at": datetime(2026, 10, 12, 5, tzinfo=UTC)},
    )
    keep(work, [Rule(name="All", agency=names(work)["1"], queue="r")], date(2026, 10, 12))
    assign(work)
    assert [request(work, key).agency_id for key in (before, after, ruled)] == [1, 2, 1]
    assert [request(work, key).queue for key in (before, after, ruled)] == ["", "", "r"]


def test_two_departments_areas_over_one_point_are_marked(work: Work) -> None:
    """The first in declared order has it, as always; that another department's area has the point too is told."""
    with work.store.write("overlap", actor="ana", at=NOW) as unit:
        layer = unit.areas.layers()[0].id
        unit.create("area", [area(layer, "Strip", shapely.box(-71.012, 41.9, -70.99, 42.1), 2)])
        unit.commit()
    in_both, same_department, alone = add(work, {"long": -71.01}, {"long": -70.995}, {"long": -71.015})
    assign(work)
    both = request(work, in_both)
    assert (both.agency_id, both.assigned_kind) == (1, "overlap")
    assert "It is also in Strip of" in both.assigned_reason
    assert [request(work, key).assigned_kind for key in (same_department, alone)] == ["", ""]


def test_a_closed_department_gets_nothing_from_its_last_day_on(work: Work) -> None:
    """A rule that names it stops on reports from that day on, with the sentence; earlier ones go there."""
    with work.store.write("close", actor="ana", at=NOW) as unit:
        unit.change("agency", {2: {"closed_on": date(2026, 10, 13)}})
        unit.commit()
    early, late = add(work, {"requested_at": NOW - timedelta(days=1)}, {})
    keep(work, [Rule(name="All", agency=names(work)["2"])])
    assign(work)
    assert request(work, early).agency_id == 2
    assert (request(work, late).agency_id, request(work, late).assigned_kind) == (None, "fault")
    assert "is closed since 2026-10-13" in request(work, late).assigned_reason


def test_outside_the_city_only_rules_with_an_area_are_asked(work: Work) -> None:
    """A rule for all requests of a service does not reach beyond the city; one for an area there does."""
    known = names(work)
    out = {"placement": "out_of_town", "long": -70.99}
    (key,) = add(work, out)
    keep(work, [Rule(name="All", agency=known["1"])])
    assign(work)
    assert (request(work, key).agency_id, request(work, key).assigned_kind) == (None, "outside")
    keep(work, [Rule(name="All", agency=known["1"]), Rule(name="There", areas={"Works": ("East",)}, agency=known["2"])])
    assign(work)
    assert (request(work, key).agency_id, request(work, key).assigned_reason[:6]) == (2, "Rule 2")


def test_what_a_person_gave_away_stays_and_its_trail_is_kept(work: Work) -> None:
    """No rule takes back what was given by hand; departments left behind are counted, and undone with the act."""
    known = names(work)
    by_hand, moved = add(work, {}, {})
    assign(work)
    assign_to(work, request_ids=ids(by_hand), agency_id=request(work, moved).agency_id or 1)
    keep(work, [Rule(name="All", agency=known["2"])])
    act = assign(work).act_id
    assert request(work, by_hand).assigned_rule == "by hand"
    assert (request(work, moved).agency_id, request(work, moved).agency_trail) == (2, "1")
    assert act is not None
    undo(work, act_id=act)
    assert (request(work, moved).agency_id, request(work, moved).agency_trail) == (1, "")


def test_recategorising_asks_the_rules(work: Work) -> None:
    """The new service's rule gives department, queue, priority and deadline in the one act."""
    known = names(work)
    (key,) = add(work, {})
    rule = Rule(name="Lights", services=(known["service 2"],), agency=known["2"], queue="n", priority=9)
    keep(work, [rule])
    recategorise(
        work, request_ids=ids(key), service_id=ServiceId(2), why="It is a light.", tell="silent", unanswered_ok=True
    )
    one = request(work, key)
    assert (one.agency_id, one.queue, one.priority, one.assigned_rule) == (2, "n", 9, "Lights")


def test_replay_tells_what_would_move_and_changes_nothing(work: Work) -> None:
    """Flows add up to the requests of the period, moves name both departments, and the store is as it was."""
    known = names(work)
    inside = add(work, *({} for _ in range(4)), {"long": -70.99}, {"requested_at": NOW - timedelta(days=40)})
    assign(work)
    with work.store.read() as unit:
        head = unit.log.head()
    found = replay(work, Draft(Rules(rule=(Rule(name="All", agency=known["2"]),))), days=30)
    assert (found.requests, found.moved) == (5, 4)
    assert sum(found.flows.values()) == found.requests
    assert found.flows[(known["1"], known["2"])] == found.moved
    assert {move.request_id for move in found.moves} >= set(inside[:4])
    assert found.took == {"All": 5}
    with work.store.read() as unit:
        assert unit.log.head() == head


def test_replay_of_areas_and_its_token(work: Work) -> None:
    """Areas of a draft stand in for the layer's; the token changes with draft and store, and with nothing else."""
    (key,) = add(work, {})
    with work.store.read() as unit:
        areas = unit.areas.areas(unit.areas.layers()[0].id)
    swapped = [
        type(one)(one.id, one.layer_id, one.name, 3 - int(one.agency_id or 0), one.geometry_wkb) for one in areas
    ]
    draft = Draft(drawn={"Works": swapped})
    found = replay(work, draft)
    assert key in {move.request_id for move in found.moves}
    assert replay(work, draft).seen == found.seen
    assert replay(work, Draft(drawn={"Works": areas})).seen != found.seen
    keep(work, [])
    assert replay(work, draft).seen != found.seen
    with pytest.raises(RefusedInput, match="before it begins"):
        replay(work, draft, first=date(2026, 10, 2), last=date(2026, 10, 1))


def test_explain_tells_every_rule_and_how_close_it_came(work: Work) -> None:
    """The rule that took it, those before with what stood in the way (in metres), those after as not asked."""
    known = names(work)
    (key,) = add(work, {"lat": 42.0, "long": -71.0055})
    keep(
        work,
        [
            Rule(name="Lights", services=(known["service 2"],), agency=known["1"]),
            Rule(name="Inside a park", services=(known["service 1"],), areas={"Parks": ()}, agency=known["2"]),
            Rule(name="West", areas={"Works": ("West",)}, agency=known["1"]),
            Rule(name="Rest", agency=known["2"]),
        ],
    )
    assign(work)
    told = explain_request(work, RequestId(key))
    assert [line.state for line in told.rules] == ["no", "no", "took", "not asked"]
    assert told.rules[1].near_miss
    assert told.rules[1].sentence == "The service fits. The point is 41 m outside Common (Parks)."
    assert told.rules[2].sentence == "Its point is in Works: West."
    assert told.agency == known["1"]
    supposed = Supposed(42.0, -71.0, known["service 1"], at=NOW)
    assert explain_place(work, supposed).agency == known["2"]
    assert explain(work, request(work, key).service_request_id)["rule"] == "West"
    with pytest.raises(RefusedInput, match="No service has the code nothing"):
        explain_place(work, Supposed(42.0, -71.0, "nothing"))


def test_replay_takes_whole_days_of_the_city(work: Work) -> None:
    """The first and last minute of the period are in, in the city's zone; the minutes beside them are not."""
    times = [  # midnight in the city is 04:00 UTC in October
        datetime(2026, 10, 11, 3, 59, tzinfo=UTC),
        datetime(2026, 10, 11, 4, 0, tzinfo=UTC),
        datetime(2026, 10, 13, 3, 59, tzinfo=UTC),
        datetime(2026, 10, 13, 4, 0, tzinfo=UTC),
    ]
    add(work, *({"requested_at": at} for at in times))
    assert replay(work, Draft(Rules()), first=date(2026, 10, 11), last=date(2026, 10, 12)).requests == 2
