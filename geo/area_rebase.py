"""Two people changed one layer of areas: what one of them drew, put on what the other one left, area by area."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal, TypeVar

from geo.area_checks import same_rings
from geo.area_layer import AreaShape, LayerOfAreas

T = TypeVar("T")
What = Literal["name", "department", "ground", "presence"]


@dataclass(frozen=True, slots=True)
class Both:
    """What both changed, each in another way: the drawn one stays. `name` is the area's as it is drawn, or was."""

    name: str
    what: What


@dataclass(frozen=True, slots=True, eq=False)
class Rebased:
    """The drawn layer on what stands, with the ids of what stands; new areas have ids below zero."""

    layer: LayerOfAreas
    both: tuple[Both, ...]


def rebase(base: LayerOfAreas, standing: LayerOfAreas, drawn: LayerOfAreas) -> Rebased:
    """Merge three ways: `drawn` was begun from `base`, `standing` is what has become of `base` meanwhile.

    Name, department and ground of each area are taken from who changed them; from `drawn` where both did.
    """
    now = counterparts(base, standing)
    ours = {area.id: area for area in drawn.areas}
    free = min(standing.free_id(), drawn.free_id())
    merged: dict[int, AreaShape] = {}  # by the id of what stands
    alone: dict[int, AreaShape] = {}  # drawn areas that nothing stands for, by the drawn id
    both: list[Both] = []
    for old in base.areas:
        theirs, mine = now.get(old.id), ours.pop(old.id, None)
        if mine is None or theirs is None:
            kept = _one_sided(old, theirs, mine, both)
            if kept is None:
                continue
            if theirs is None:
                alone[kept.id], free = replace(kept, id=free), free - 1
        else:
            merged[theirs.id] = _merged(old, theirs, mine, both)
    matched = {area.id for area in now.values()}
    fresh = [area for area in standing.areas if area.id not in matched]
    for area in ours.values():
        twin = next((one for one in fresh if same_area(one, area)), None)
        if twin is None:
            alone[area.id], free = replace(area, id=free), free - 1
    merged |= {area.id: area for area in fresh}
    areas = _in_order(base, standing, drawn, now, merged, alone)
    return Rebased(standing.replaced({}, without=range(len(standing.areas)), added=areas), tuple(both))


def counterparts(base: LayerOfAreas, standing: LayerOfAreas) -> dict[int, AreaShape]:
    """What stands for each area of `base`, by its id: the same id, else the same ground, else the same name."""
    by_id = {area.id: area for area in standing.areas}
    found = {area.id: by_id.pop(area.id) for area in base.areas if area.id in by_id}
    for same in (_same_ground, _same_name):
        for area in base.areas:
            if area.id in found:
                continue
            twins = [one for one in by_id.values() if same(one, area)]
            twin = next((one for one in twins if one.name == area.name), twins[0] if twins else None)
            if twin is not None:
                found[area.id] = by_id.pop(twin.id)
    return found


def same_area(one: AreaShape, other: AreaShape) -> bool:
    """Whether two areas have the same name, department and ground, under whatever ids."""
    return one is other or ((one.name, one.agency_id) == (other.name, other.agency_id) and same_rings(one, other))


def _same_ground(one: AreaShape, other: AreaShape) -> bool:
    return bool(len(one.xy)) and same_rings(one, other)


def _same_name(one: AreaShape, other: AreaShape) -> bool:
    return one.name == other.name


def _one_sided(old: AreaShape, theirs: AreaShape | None, mine: AreaShape | None, both: list[Both]) -> AreaShape | None:
    """What is left of an area that one of the two took out, or both."""
    other = theirs if mine is None else mine
    if other is not None and not same_area(old, other):
        both.append(Both(other.name, "presence"))
    return mine if mine is not None and not same_area(old, mine) else None


def _merged(old: AreaShape, theirs: AreaShape, mine: AreaShape, both: list[Both]) -> AreaShape:
    """Of each part the one that was changed; the very area that stands where nothing of it was drawn."""
    if same_area(old, mine) or same_area(theirs, mine):
        return theirs
    name = _part(old.name, theirs.name, mine.name)
    agency_id = _part(old.agency_id, theirs.agency_id, mine.agency_id)
    shaped = theirs if same_rings(old, mine) else mine
    if old.name not in (mine.name, theirs.name) and mine.name != theirs.name:
        both.append(Both(name, "name"))
    if old.agency_id not in (mine.agency_id, theirs.agency_id) and mine.agency_id != theirs.agency_id:
        both.append(Both(name, "department"))
    if shaped is mine and not same_rings(old, theirs) and not same_rings(theirs, mine):
        both.append(Both(name, "ground"))
    return replace(shaped, id=theirs.id, name=name, agency_id=agency_id)


def _part(old: T, theirs: T, mine: T) -> T:
    return theirs if mine == old else mine


def _in_order(
    base: LayerOfAreas,
    standing: LayerOfAreas,
    drawn: LayerOfAreas,
    now: dict[int, AreaShape],
    merged: dict[int, AreaShape],
    alone: dict[int, AreaShape],
) -> list[AreaShape]:
    """As they stand, with the drawn ones after them; as they are drawn, where the drawing changed their order."""
    kept = [key for key in drawn.ids if key in set(base.ids)]
    if kept == [key for key in base.ids if key in set(kept)]:
        return [*_some(standing.ids, merged), *_some(drawn.ids, alone)]
    keys = [(now[key].id if key in now else None, key) for key in drawn.ids]
    first = [merged[one] if one in merged else alone[key] for one, key in keys if one in merged or key in alone]
    used = {area.id for area in first}
    return [*first, *(area for area in _some(standing.ids, merged) if area.id not in used)]


def _some(keys: Sequence[int], areas: dict[int, AreaShape]) -> Iterator[AreaShape]:
    return (areas[key] for key in keys if key in areas)
