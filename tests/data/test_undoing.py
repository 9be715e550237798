"""What takes an act back, worked out from the log alone, on both databases."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import HealthCheck, given, settings

from data.checking import check
from data.errors import Conflict
from data.store import Store
from data.undoing import apply, compensation
from tests.data.city import NOON, found, small_city
from tests.data.test_log import STEPS, Player, State
from tests.soak import examples


def take_back(store: Store, act_id: int) -> None:
    """Write the compensation of an act."""
    with store.write("undo", actor="ana", at=NOON, undoes=act_id) as unit:  # type: ignore[arg-type]
        back = compensation(unit, act_id)
        assert (back.disturbed, back.lost) == ([], [])
        apply(unit, back)
        unit.commit()


@settings(max_examples=examples(20), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_random_acts_taken_back_in_turn_lead_through_every_earlier_state(
    any_store: Store, steps: list[tuple[str, Any]]
) -> None:
    """Created, changed, removed, returned: whatever the acts were, each compensation gives the state before it."""
    with any_store.read() as unit:
        empty, start = unit.city.get() is None, 1000 * any_store.head()
    if empty:
        with any_store.write("found", actor="ana", at=NOON) as writing:
            found(writing)
            writing.commit()
    player, acts = Player(any_store, start), list[int]()
    for step in steps:
        player.play(step)
        with any_store.read() as unit:
            acts.append(unit.log.acts(1)[0].id)
    for act_id, (_, before) in zip(acts[::-1], player.seen[-2::-1], strict=True):
        take_back(any_store, act_id)
        with any_store.read() as unit:
            present = unit.log.state_at("service_request", player.ids, unit.log.head())
        assert without_versions(present) == without_versions({key: before.get(key) for key in player.ids})
    assert check(any_store) == []


def without_versions(state: State) -> State:
    """Rows but for their versions, which go on counting."""
    return {key: row and {name: row[name] for name in row if name != "version"} for key, row in state.items()}


def test_an_entity_changed_twice_in_one_act_goes_back_to_the_first(any_store: Store) -> None:
    """Several blocks about one row are taken back together."""
    small_city(any_store, 3)
    with any_store.write("twice", actor="ana", at=NOON) as unit:
        unit.change("service_request", {1: {"priority": 60}, 2: {"priority": 61}})
        unit.change("service_request", {1: {"priority": 70, "description": "Other words"}})
        act_id = unit.commit()
    take_back(any_store, act_id)
    with any_store.read() as unit:
        one = unit.requests.get(1)  # type: ignore[arg-type]
        assert one is not None
        assert (one.priority, one.description) == (50, "Pothole number 0")
        assert unit.search.requests("other words") == []
    assert check(any_store) == []


def test_what_was_made_and_changed_in_one_act_is_gone(any_store: Store) -> None:
    """A row that an act made, changed, and hung others on goes with all of it."""
    small_city(any_store, 2)
    with any_store.write("make", actor="ana", at=NOON) as unit:
        (incident,) = unit.create(
            "incident", [{"parent_request_id": 1, "accepted_by": "ana", "score": 1.0, "request_count": 1}]
        )
        unit.change("service_request", {1: {"incident_id": incident}, 2: {"incident_id": incident}})
        unit.change("incident", {incident: {"request_count": 2}})
        act_id = unit.commit()
    take_back(any_store, act_id)
    with any_store.read() as unit:
        assert unit.incidents.all() == []
        assert unit.requests.get(1).incident_id is None  # type: ignore[union-attr, arg-type]
    assert check(any_store) == []


def test_json_and_bytes_come_back_as_they_were(any_store: Store) -> None:
    """A removed row with lists, bytes and dates is the same row again."""
    small_city(any_store, 1)
    with any_store.write("areas", actor="ana", at=NOON) as unit:
        layer = unit.create("area_layer", [{"name": "L", "position": 1, "service_codes": ["POT", "TREE"]}])[0]
        unit.create("area", [{"layer_id": layer, "name": "A", "geometry_wkb": shapely.to_wkb(shapely.box(0, 0, 1, 1))}])
        unit.commit()
    with any_store.read() as unit:
        before = (unit.areas.layers(), unit.areas.areas(layer))
    with any_store.write("remove", actor="ana", at=NOON) as unit:
        unit.remove("area_layer", [layer])
        act_id = unit.commit()
    take_back(any_store, act_id)
    with any_store.read() as unit:
        assert (unit.areas.layers(), unit.areas.areas(layer)) == before


def test_what_others_hung_on_it_is_a_conflict(any_store: Store) -> None:
    """A department made by an act and given to a service since stays, and so does the act."""
    small_city(any_store, 1)
    with any_store.write("make", actor="ana", at=NOON) as unit:
        agency = unit.create("agency", [{"name": "New"}])[0]
        act_id = unit.commit()
    with any_store.write("give", actor="ben", at=NOON) as unit:
        unit.change("service", {1: {"agency_id": agency}})
        unit.commit()
    with pytest.raises(Conflict, match="Service 1 was added since"):
        take_back(any_store, act_id)


def test_streets_are_not_in_the_log(any_store: Store) -> None:
    """Of arrays the log keeps the name only, and the compensation says so."""
    small_city(any_store, 1)
    with any_store.write("streets", actor="ana", at=NOON) as unit:
        unit.put_artifact("streets", {"lon": np.zeros(3)})
        act_id = unit.commit()
    with any_store.read() as unit:
        lost = compensation(unit, act_id).lost
    assert lost == ["streets or other large content, of which the log keeps the name only"]
