"""Areas that are redrawn: what held before keeps its days, what is refused is told, and one act takes all back."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
import shapely

from data.errors import Conflict, RefusedInput
from data.store import Store
from desktop.domain.clock import FixedClock
from desktop.operations.assign import assign
from desktop.operations.edit_areas import DrawnArea, as_areas, layer_state, save_areas
from desktop.operations.export_areas import holds
from desktop.operations.replay_rules import Draft, replay
from desktop.operations.undo import undo
from desktop.operations.work import Work
from tests.data.city import request_row, small_city
from tests.desktop.operations.desk import request

NOW = datetime(2026, 10, 13, 12, tzinfo=UTC)
DAY = date(2026, 10, 12)
WEST, EAST = shapely.box(-71.02, 41.9, -71.0, 42.1), shapely.box(-71.0, 41.9, -70.98, 42.1)
NOTHING = shapely.to_wkb(shapely.Polygon())
NARROW, WIDE = shapely.box(-71.02, 41.9, -71.01, 42.1), shapely.box(-71.01, 41.9, -70.98, 42.1)


@pytest.fixture
def work(sqlite_store: Store) -> Work:
    """A city with two areas of two departments."""
    small_city(sqlite_store, 1)
    with sqlite_store.write("areas", actor="ana", at=NOW) as unit:
        layer = unit.create("area_layer", [{"name": "Works", "position": 1, "assigns": True, "service_codes": []}])[0]
        shapes = (("West", 1, WEST), ("East", 2, EAST))
        unit.create(
            "area",
            [
                {"layer_id": layer, "name": name, "agency_id": agency, "geometry_wkb": shapely.to_wkb(shape)}
                for name, agency, shape in shapes
            ],
        )
        unit.commit()
    return Work(sqlite_store, "ana", FixedClock(NOW))


def drawn(work: Work) -> list[DrawnArea]:
    """A draft as it begins: the areas as they stand."""
    with work.store.read() as unit:
        areas = unit.areas.areas(layer_of(work))
    return [DrawnArea(area.id, area.name, area.agency_id, area.geometry_wkb) for area in areas]


def layer_of(work: Work) -> int:
    """The key of the only layer."""
    with work.store.read() as unit:
        return int(unit.areas.layers()[0].id)


def save(work: Work, areas: list[DrawnArea], day: date | None = DAY, seen: str | None = None) -> int | None:
    """Replay and save a draft."""
    layer = layer_of(work)
    with work.store.read() as unit:
        state = layer_state(unit, layer)
    token = replay(work, Draft(drawn={"Works": as_areas(areas, layer)})).seen if seen is None else seen
    done = save_areas(work, layer_id=layer, areas=areas, effective_from=day, based_on=state, seen=token)
    return done.act_id


def border_moved(work: Work) -> list[DrawnArea]:
    """The border between both, moved west."""
    west, east = drawn(work)
    return [
        replace(west, geometry_wkb=shapely.to_wkb(NARROW)),
        replace(east, geometry_wkb=shapely.to_wkb(WIDE)),
    ]


def test_a_border_holds_from_its_day_on_and_can_be_taken_back(work: Work) -> None:
    """Reports of earlier days stay with their department when all is assigned anew, later ones go to the new one."""
    with work.store.write("import", actor="ana", at=NOW) as unit:
        times = (datetime(2026, 10, 11, 12, tzinfo=UTC), datetime(2026, 10, 12, 12, tzinfo=UTC))
        rows = [request_row(50 + at, lat=42.0, long=-71.005, requested_at=when) for at, when in enumerate(times)]
        before, after = unit.create("service_request", rows)
        unit.commit()
    assign(work)
    act = save(work, border_moved(work))
    assign(work)
    assert [request(work, key).agency_id for key in (before, after)] == [1, 2]
    with work.store.read() as unit:
        spans = [(area.name, area.effective_from, area.effective_to) for area in unit.areas.ever(layer_of(work))]
    assert sorted(spans, key=str) == sorted(
        [("West", None, DAY), ("West", DAY, None), ("East", None, DAY), ("East", DAY, None)], key=str
    )
    assert act is not None
    undone = undo(work, act_id=act)  # type: ignore[arg-type]
    assert undone.sentence.startswith("Undid 'areas redrawn' of Works")
    assign(work)
    assert request(work, after).agency_id == 1


def test_what_did_not_change_is_not_touched(work: Work) -> None:
    """A draft with one area renamed leaves the other's row, and its versions, alone."""
    west, east = drawn(work)
    save(work, [replace(west, name="Far west"), east])
    with work.store.read() as unit:
        rows = unit.areas.areas(layer_of(work))
    assert [(area.name, area.effective_from) for area in rows] == [("Far west", DAY), ("East", None)]


def test_two_drafts_of_one_day_make_one_version(work: Work) -> None:
    """What is redrawn on the day it began is changed in place: no area holds on no day."""
    save(work, border_moved(work))
    west, east = drawn(work)
    save(work, [replace(west, name="W"), east])
    with work.store.read() as unit:
        assert len(unit.areas.ever(layer_of(work))) == 4


def test_for_all_days_replaces(work: Work) -> None:
    """Without a day the draft holds for every report, and removed areas are gone."""
    west, _ = drawn(work)
    save(work, [replace(west, geometry_wkb=shapely.to_wkb(WEST.union(EAST)))], None)
    with work.store.read() as unit:
        (only,) = unit.areas.ever(layer_of(work))
    assert (only.name, only.effective_from, only.effective_to) == ("West", None, None)


def test_order_is_kept_where_areas_overlap(work: Work) -> None:
    """An area that is redrawn stays where it stood in the order, so an overlap goes to whom it went."""
    west, east = drawn(work)
    over = shapely.to_wkb(shapely.box(-71.02, 41.9, -70.99, 42.1))
    save(work, [replace(west, geometry_wkb=over), east], None)
    west, east = drawn(work)
    save(work, [replace(west, name="First"), east])
    with work.store.read() as unit:
        assert [area.name for area in unit.areas.areas(layer_of(work))] == ["First", "East"]


def test_order_is_kept_on_the_days_before(work: Work) -> None:
    """An area that ends keeps its place among those that it stood with, also where places were not counted: where they
    overlapped, the first still has the point on a day before.
    """
    layer = layer_of(work)
    with work.store.write("areas", actor="ana", at=NOW) as unit:
        row = {"layer_id": layer, "name": "All", "agency_id": 1, "geometry_wkb": shapely.to_wkb(WEST.union(EAST))}
        unit.create("area", [row])
        unit.commit()
    west, east, both = drawn(work)
    save(work, [west, east, replace(both, geometry_wkb=shapely.to_wkb(WIDE))])
    with work.store.read() as unit:
        ever = unit.areas.ever(layer)
    assert [area.name for area in ever if holds(area, date(2026, 10, 1))] == ["West", "East", "All"]
    assert [area.name for area in drawn(work)] == ["West", "East", "All"]


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (lambda west, east: [replace(west, agency_id=None), east], "West names no department"),
        (
            lambda west, east: [replace(west, geometry_wkb=shapely.to_wkb(shapely.Polygon())), east],
            "West has no ground",
        ),
        (lambda west, east: [replace(west, name=" "), east], "Area 1 of Works has no name"),
        (lambda west, east: [replace(west, name="x" * 201), east], "more than 200 letters; give the area a shorter"),
        (lambda west, east: [], "would have no area left"),
    ],
)
def test_what_cannot_be_is_refused(work: Work, spoil: object, sentence: str) -> None:
    """One sentence each, and nothing is written."""
    areas = spoil(*drawn(work))  # type: ignore[operator]
    with work.store.read() as unit:
        head = unit.log.head()
    with pytest.raises(RefusedInput, match=sentence):
        save(work, areas, seen="" if not areas else None)
    with work.store.read() as unit:
        assert unit.log.head() == head


def test_a_draft_that_was_not_replayed_or_is_old_is_refused(work: Work) -> None:
    """Saving asks for the replay of this very draft; a layer that changed since is a conflict."""
    areas = border_moved(work)
    with pytest.raises(RefusedInput, match="Look first at what would move"):
        save(work, areas, seen="other")
    with work.store.read() as unit:
        state = layer_state(unit, layer_of(work))
    save(work, areas)
    with pytest.raises(Conflict, match="since this draft was begun"):
        save_areas(work, layer_id=layer_of(work), areas=areas, effective_from=DAY, based_on=state, seen="")


def test_a_day_before_the_last_change_is_refused(work: Work) -> None:
    """History is not cut twice: the sentence names the day on which the area changes already."""
    save(work, border_moved(work), date(2026, 11, 1))
    west, east = drawn(work)
    with pytest.raises(RefusedInput, match="changes on 2026-11-01 already"):
        save(work, [replace(west, name="W"), east], date(2026, 10, 20))
