"""A drawing is put on what somebody else left: each area has what was changed of it, and nothing is lost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.area_layer import AreaShape, LayerOfAreas, area_shape, layer_of_areas
from geo.area_rebase import Both, counterparts, rebase, same_area
from tests.soak import examples

EPSG = 26986
COUNT = 5


def square(at: float, side: float = 0.01) -> shapely.Polygon:
    """A square whose west side is at a longitude."""
    return shapely.box(-71.0 + at, 42.0, -71.0 + at + side, 42.0 + side)


def begun() -> LayerOfAreas:
    """Five squares in a row."""
    ids = range(1, COUNT + 1)
    return layer_of_areas(list(ids), [f"D{n}" for n in ids], [7] * COUNT, [square(n * 0.02) for n in ids], EPSG)


Change = tuple[str, int]  # what, and which of several ways
changes = st.dictionaries(
    st.integers(1, COUNT),
    st.tuples(st.sampled_from(["name", "department", "ground", "gone"]), st.integers(1, 2)),
    max_size=COUNT,
)
new_ones = st.lists(st.integers(1, 3), max_size=2, unique=True)


def changed(area: AreaShape, change: Change) -> AreaShape | None:
    """An area after a change."""
    what, way = change
    if what == "name":
        return replace(area, name=f"{area.name} way {way}")
    if what == "department":
        return replace(area, agency_id=7 + way)
    return area.with_shape(square(area.id * 0.02, 0.01 + way * 0.001)) if what == "ground" else None


def made(base: LayerOfAreas, what: Mapping[int, Change], new: Sequence[int], first_id: int) -> LayerOfAreas:
    """A layer after changes to some of its areas, with new ones at its end."""
    found = [area if area.id not in what else changed(area, what[area.id]) for area in base.areas]
    kept = [area for area in found if area is not None]
    step = 1 if first_id > 0 else -1
    fresh = [area_shape(first_id + step * n, f"New {first_id} {n}", 7, square(1.0 + n * 0.02)) for n in new]
    return base.replaced({}, without=range(COUNT), added=[*kept, *fresh])


def saved(base: LayerOfAreas, layer: LayerOfAreas) -> LayerOfAreas:
    """As the store has it from a day on: what changed has another id."""
    before = {area.id: area for area in base.areas}
    areas = [
        area if area.id not in before or same_area(area, before[area.id]) else replace(area, id=area.id + 100)
        for area in layer.areas
    ]
    return layer.replaced({}, without=range(len(layer.areas)), added=areas)


def rows(layer: LayerOfAreas) -> set[tuple[str, int | None, bytes]]:
    """What the areas are, under whatever ids."""
    return {(area.name, area.agency_id, bytes(shapely.to_wkb(area.shape))) for area in layer.areas}


@given(changes, changes, new_ones, new_ones, st.booleans())
@settings(max_examples=examples(100), deadline=None)
def test_each_area_is_what_was_changed_of_it(
    theirs: dict[int, Change], mine: dict[int, Change], their_new: list[int], my_new: list[int], from_a_day: bool
) -> None:
    """What the drafter did not touch is as it stands, what only the drafter touched as it is drawn, and where both
    changed one area in different parts it has both; new ones of both are there, ids are unique, and what both changed
    in the same part is drawn and named."""
    base = begun()
    standing, drawn = made(base, theirs, their_new, 50), made(base, mine, my_new, -1)
    standing = saved(base, standing) if from_a_day else standing
    answer = rebase(base, standing, drawn)
    assert len(set(answer.layer.ids)) == len(answer.layer.ids)
    found = rows(answer.layer)
    expected: set[tuple[str, int | None, bytes]] = set()
    for old in base.areas:
        a, b = theirs.get(old.id), mine.get(old.id)
        one = old if a is None else changed(old, a)
        both = a is not None and b is not None and a[0] != b[0] and "gone" not in (a[0], b[0])
        area = (changed(one, b) if both and one is not None and b is not None else changed(old, b)) if b else one
        if area is not None:
            expected.add((area.name, area.agency_id, bytes(shapely.to_wkb(area.shape))))
    for layer in (standing, drawn):
        expected |= {row for row in rows(layer) if row[0].startswith("New")}
    assert found == expected
    clashes = {
        old.id
        for old in base.areas
        if old.id in theirs and old.id in mine and theirs[old.id] != mine[old.id]
        if theirs[old.id][0] == mine[old.id][0] or "gone" in (theirs[old.id][0], mine[old.id][0])
        if not theirs[old.id][0] == mine[old.id][0] == "gone"
    }
    assert len(answer.both) == len(clashes)


@given(changes, new_ones, st.booleans())
@settings(max_examples=60, deadline=None)
def test_who_drew_nothing_has_what_stands(theirs: dict[int, Change], new: list[int], from_a_day: bool) -> None:
    """Without a change of one's own the answer is what stands: the very areas, in its order. Where nothing changed
    meanwhile, it is the drawing."""
    base = begun()
    other = made(base, theirs, new, 50)
    standing = saved(base, other) if from_a_day else other
    answer = rebase(base, standing, base)
    assert all(a is b for a, b in zip(answer.layer.areas, standing.areas, strict=True))
    assert answer.both == ()
    drawn = made(base, theirs, new, -1)
    back = rebase(base, base, drawn)
    assert rows(back.layer) == rows(drawn)
    assert back.both == ()


def test_an_order_that_was_drawn_stays_and_what_came_in_goes_behind() -> None:
    """An older version that was taken up has its own order; who stands first has what several areas have."""
    base = begun()
    drawn = base.replaced({}, without=range(COUNT), added=list(reversed(base.areas)))
    standing = made(base, {2: ("name", 1)}, [1], 50)
    assert [area.name for area in rebase(base, standing, drawn).layer.areas] == [
        "D5", "D4", "D3", "D2 way 1", "D1", "New 50 1",
    ]  # fmt: skip


def test_a_border_and_a_name_of_one_area_meet_over_a_new_version() -> None:
    """One person saves another border from a day on, which gives the area another id; the name that was drawn goes to
    it. Two names for one area: the drawn one stays and is told."""
    base = begun()
    standing = saved(base, made(base, {2: ("ground", 1)}, [], 50))
    drawn = made(base, {2: ("name", 2)}, [], -1)
    assert counterparts(base, standing)[2].id == 102
    area = rebase(base, standing, drawn).layer.area(102)
    assert (area.name, area.shape) == ("D2 way 2", standing.area(102).shape)
    named = saved(base, made(base, {2: ("name", 1)}, [], 50))
    assert rebase(base, named, drawn).both == (Both("D2 way 2", "name"),)
