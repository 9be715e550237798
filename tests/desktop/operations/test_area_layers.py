"""Layers of areas are made, removed and repaired in one act each, and each act is taken back whole."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
import shapely

from data.errors import Conflict, RefusedInput
from data.store import Store
from desktop.domain.clock import FixedClock
from desktop.domain.rules import Rule, Rules
from desktop.operations.area_layers import (
    describe_removal,
    make_area_layer,
    remove_area_layer,
    rename_area_layer,
    repair_area_layer,
)
from desktop.operations.assign import assign
from desktop.operations.rule_sets import save_rules
from desktop.operations.undo import last_undoable, undo
from desktop.operations.work import Work
from tests.data.city import small_city

NOW = datetime(2026, 10, 13, 12, tzinfo=UTC)
WEST = shapely.box(-71.02, 41.9, -71.0, 42.1)
BOW = shapely.Polygon([(-71.0, 41.9), (-70.9, 42.1), (-70.9, 41.9), (-71.0, 42.1)])  # crosses itself


@pytest.fixture
def work(sqlite_store: Store) -> Work:
    """A city with a layer of two areas that held one after the other."""
    small_city(sqlite_store, 4)
    with sqlite_store.write("areas", actor="ana", at=NOW) as unit:
        layer = unit.create("area_layer", [{"name": "Works", "position": 1, "assigns": True, "service_codes": []}])[0]
        day, row = date(2026, 10, 1), {"layer_id": layer, "name": "West", "agency_id": 1}
        unit.create("area", [row | {"geometry_wkb": shapely.to_wkb(WEST), "effective_to": day}])
        unit.create("area", [row | {"geometry_wkb": shapely.to_wkb(BOW), "effective_from": day}])
        unit.commit()
    return Work(sqlite_store, "ana", FixedClock(NOW))


def stored(work: Work) -> list[tuple[str, list[tuple[int, str, bytes]]]]:
    """All layers with all areas that they ever had."""
    with work.store.read() as unit:
        layers = unit.areas.layers()
        ever = [(layer.name, unit.areas.ever(layer.id)) for layer in layers]
    return [(name, [(int(area.id), area.name, area.geometry_wkb) for area in areas]) for name, areas in ever]


def rules(*given: Rule) -> Rules:
    """A set of rules."""
    return Rules(rule=given)


def test_an_empty_layer_is_made_behind_the_others_assigns_nothing_yet_and_is_taken_back(work: Work) -> None:
    """Name, services and whether it assigns are kept; all can be assigned with it; undo takes it away, but not areas
    that were drawn in it since."""
    made = make_area_layer(work, name="  New   districts ", assigns=True, service_codes=[])
    with work.store.read() as unit:
        layer = unit.areas.layers()[-1]
    assert (layer.name, layer.position, layer.assigns, layer.service_codes) == ("New districts", 2, True, ())
    assert assign(work).act_id is not None
    assert made.act_id is not None
    undo(work, act_id=made.act_id)
    assert [name for name, _ in stored(work)] == ["Works"]
    again = make_area_layer(work, name="Districts", assigns=False, service_codes=["nothing of this is kept"][:0])
    assert again.act_id is not None
    with work.store.write("draw", actor="ben", at=NOW) as unit:
        row = {"layer_id": again.counts["layer_id"], "name": "A", "geometry_wkb": shapely.to_wkb(WEST)}
        unit.create("area", [row])
        unit.commit()
    with pytest.raises(Conflict, match="was added since"):
        undo(work, act_id=again.act_id)


@pytest.mark.parametrize(
    ("name", "codes", "said"),
    [
        ("  ", [], "needs a name"),
        ("x" * 201, [], "at most 200 letters"),
        ("WORKS", [], "called Works already"),
        ("Other", ["nobody knows"], "No service has the code nobody knows"),
    ],
)
def test_a_layer_that_cannot_be_is_refused_and_nothing_is_stored(
    work: Work, name: str, codes: list[str], said: str
) -> None:
    """An empty, long or taken name, and services that are not there, are told in a sentence."""
    before = stored(work)
    with pytest.raises(RefusedInput, match=said):
        make_area_layer(work, name=name, assigns=True, service_codes=codes)
    assert stored(work) == before


def test_a_layer_goes_with_all_its_areas_and_comes_back_under_the_same_keys(work: Work) -> None:
    """What removing means is told beforehand; undo brings layer and areas of all days back, bit by bit."""
    before = stored(work)
    with work.store.read() as unit:
        layer_id = int(unit.areas.layers()[0].id)
    told = describe_removal(work, layer_id)
    assert (told.areas, told.former, told.assigns, told.rules, told.refusal) == (2, 1, True, (), "")
    done = remove_area_layer(work, layer_id=layer_id)
    assert "2 areas" in done.sentence
    assert stored(work) == []
    assert done.act_id == last_undoable(work)
    assert done.act_id is not None
    undo(work, act_id=done.act_id)
    assert stored(work) == before
    with pytest.raises(RefusedInput, match="no longer there"):
        remove_area_layer(work, layer_id=layer_id + 1)


def test_a_layer_that_rules_ask_for_stays(work: Work) -> None:
    """Rules that hold today or later keep it, each named once, also where an expression alone asks; those of former
    days are only counted."""
    with work.store.read() as unit:
        layer_id = int(unit.areas.layers()[0].id)
        agency = unit.agencies.all()[0].name
    asking = rules(
        Rule(name="In the west", areas={"Works": ["West"]}, agency=agency),
        Rule(name="By expression", when="areas.Works == 'West'", agency=agency),
        Rule(name="Anything", agency=agency),
    )
    save_rules(work, rules=asking, based_on=None, without_replay=True, effective_from=date(2026, 1, 1))
    told = describe_removal(work, layer_id)
    assert told.rules == ("In the west", "By expression")
    with pytest.raises(RefusedInput, match="The rules “In the west”, “By expression” ask for Works; change them first"):
        remove_area_layer(work, layer_id=layer_id)
    free = rules(Rule(name="Anything", agency=agency))
    save_rules(work, rules=free, based_on=1, without_replay=True, effective_from=date(2026, 12, 1))
    assert describe_removal(work, layer_id).rules == told.rules  # the first set holds until December
    save_rules(work, rules=free, based_on=2, without_replay=True, effective_from=NOW.date())
    told = describe_removal(work, layer_id)
    assert (told.rules, told.earlier) == ((), 1)
    remove_area_layer(work, layer_id=layer_id)
    assert stored(work) == []


def test_a_layer_gets_another_name_and_back_unless_rules_ask_for_it(work: Work) -> None:
    """One act, undone as any; a name that is empty, taken or its own is refused, and a layer that rules name keeps its
    name, in the sentence that names them."""
    with work.store.read() as unit:
        layer_id = int(unit.areas.layers()[0].id)
        agency = unit.agencies.all()[0].name
    before = stored(work)
    made = make_area_layer(work, name="Other", assigns=False)
    for name, said in (("", "needs a name"), ("OTHER", "called Other already"), ("Works", "called Works already")):
        with pytest.raises(RefusedInput, match=said):
            rename_area_layer(work, layer_id=layer_id, name=name)
    assert made.act_id is not None
    undo(work, act_id=made.act_id)
    done = rename_area_layer(work, layer_id=layer_id, name="  Public   works ")
    assert done.sentence == "Works is called Public works now."
    assert [name for name, _ in stored(work)] == ["Public works"]
    assert done.act_id == last_undoable(work)
    assert done.act_id is not None
    undo(work, act_id=done.act_id)
    assert stored(work) == before
    asking = rules(Rule(name="In the west", areas={"Works": ["West"]}, agency=agency))
    save_rules(work, rules=asking, based_on=None, without_replay=True, effective_from=date(2026, 1, 1))
    with pytest.raises(RefusedInput, match="“In the west” asks for Works; change it first, then rename it"):
        rename_area_layer(work, layer_id=layer_id, name="Public works")


def test_polygons_that_cannot_be_edited_are_repaired_in_one_act(work: Work) -> None:
    """Only the polygon that crosses itself changes, into the ground that shapely's own repair gives; the sentence names
    it with the reason; a second time nothing is left to do; undo brings the crossing back."""
    before = stored(work)
    with work.store.read() as unit:
        layer_id = int(unit.areas.layers()[0].id)
    done = repair_area_layer(work, layer_id=layer_id)
    assert done.counts["repaired"] == 1
    assert "“West”: self-intersection at" in done.sentence
    (_, (first, second)), *_ = stored(work)
    assert first == before[0][1][0]
    assert shapely.from_wkb(second[2]).equals(shapely.make_valid(BOW, method="structure"))
    with pytest.raises(RefusedInput, match="nothing to repair"):
        repair_area_layer(work, layer_id=layer_id)
    assert done.act_id is not None
    undo(work, act_id=done.act_id)
    assert stored(work) == before
