"""Save a layer of areas as it was drawn: what changed begins on a day, what was so before stays with its days."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date
from typing import Any

from data.errors import Conflict, RefusedInput
from data.records import Area
from data.unit_of_work import WriteUnit
from desktop.operations.changes import Changes
from desktop.operations.replay_rules import Draft, seen_token
from desktop.operations.work import Work

State = tuple[int, int]
LONGEST_NAME = 200  # letters of a name that is given; one that a file brought stays


@dataclass(frozen=True, slots=True)
class DrawnArea:
    """One area of a draft, in its order. `id` None is a new one; geometry is WKB in EPSG:4326."""

    id: int | None
    name: str
    agency_id: int | None
    geometry_wkb: bytes


def layer_state(unit: Any, layer_id: int) -> State:
    """Two numbers that change when any area of a layer does: what a draft was drawn from."""
    return next(((newest, total) for layer, newest, total in unit.areas.states() if layer == layer_id), (0, 0))


def save_areas(
    work: Work,
    *,
    layer_id: int,
    areas: Sequence[DrawnArea],
    effective_from: date | None,
    based_on: State,
    seen: str,
) -> Changes:
    """Put the areas of a draft in force: from a day on, or for all days (None).

    Areas that stay as they were are not touched. RefusedInput for a layer that would assign with an area that names no
    department or has no ground, and where the replay of this very draft (`seen`) was not looked at; Conflict where the
    layer changed since the draft was begun.
    """
    with work.store.write("save areas", actor=work.actor, at=work.clock.now()) as unit:
        layer = next((one for one in unit.areas.layers() if one.id == layer_id), None)
        if layer is None:
            raise RefusedInput("That layer is no longer there; look at the list of layers again.")
        if layer_state(unit, layer_id) != tuple(based_on):
            raise Conflict(f"Somebody else changed {layer.name} since this draft was begun; compare and save again.")
        standing = {int(area.id): area for area in unit.areas.areas(layer_id)}
        _check(areas, layer.name, {area.name for area in standing.values()}, assigns=layer.assigns)
        draft = Draft(drawn={layer.name: as_areas(areas, layer_id)})
        if seen != seen_token(unit, draft):
            raise RefusedInput(f"Look first at what would move: replay this draft of {layer.name}, then save it.")
        counts = store_areas(unit, layer_id, areas, standing, effective_from)
        unit.summary.update(layer=layer.name, **counts)
        act_id = unit.commit()
    sentence = f"{layer.name}: {counts['changed']} changed, {counts['new']} new, {counts['gone']} gone"
    sentence += "." if effective_from is None else f", from {effective_from.isoformat()} on."
    return Changes(act_id, work.actor, "save areas", frozenset({"area", "area_layer"}), (), counts, sentence)


def as_areas(areas: Sequence[DrawnArea], layer_id: int) -> list[Area]:
    """A draft as areas of its layer, on every day; new ones have keys below zero."""
    return [
        Area(area.id or -1 - at, layer_id, area.name, area.agency_id, area.geometry_wkb, position=at)  # type: ignore[arg-type]
        for at, area in enumerate(areas)
    ]


def _check(areas: Sequence[DrawnArea], layer: str, known: Set[str], *, assigns: bool) -> None:
    import shapely

    if not areas:
        raise RefusedInput(f"{layer} would have no area left; remove the layer instead, or keep one.")
    empty = [area.name for area in areas if shapely.from_wkb(area.geometry_wkb).is_empty]
    if empty:
        raise RefusedInput(f"{', '.join(empty)} has no ground; draw it, or remove it.")
    nameless = next((at for at, area in enumerate(areas, 1) if not area.name.strip()), None)
    if nameless is not None:
        raise RefusedInput(f"Area {nameless} of {layer} has no name; give it one.")
    long = next((area.name for area in areas if len(area.name.strip()) > LONGEST_NAME and area.name not in known), None)
    if long is not None:
        raise RefusedInput(f"“{long[:20]}…” has more than {LONGEST_NAME} letters; give the area a shorter name.")
    without = [area.name for area in areas if area.agency_id is None]
    if assigns and without:
        names = ", ".join(without[:5]) + (f" and {len(without) - 5} more" if len(without) > 5 else "")
        raise RefusedInput(f"{layer} assigns, and {names} names no department; choose one.")


def store_areas(
    unit: WriteUnit,
    layer_id: int,
    areas: Sequence[DrawnArea],
    standing: Mapping[int, Area],
    begins: date | None,
) -> dict[str, int]:
    """Write what differs from the areas that stand (by key), inside an act; returns how many changed, are new, gone.

    A row that begins on the very day is changed in place: it held on no day before.
    """
    fresh: list[dict[str, Any]] = []
    in_place: dict[int, dict[str, Any]] = {}
    replaced, kept = set[int](), set[int]()
    for position, area in enumerate(areas):
        row = {"name": area.name.strip(), "agency_id": area.agency_id, "geometry_wkb": area.geometry_wkb}
        old = standing.get(area.id) if area.id is not None else None
        if old is None:
            fresh.append(row | {"position": position})
        elif _is(old, row):
            kept.add(int(old.id))
            in_place[int(old.id)] = {"position": position}
        elif begins is None or old.effective_from == begins:
            replaced.add(int(old.id))
            in_place[int(old.id)] = row | {"position": position}
        else:
            replaced.add(int(old.id))
            fresh.append(row | {"position": position})
    gone = [area for key, area in standing.items() if key not in kept and key not in replaced]
    places = {key: place for place, key in enumerate(standing)}  # on days before, the order stays what it was
    _end(unit, [*gone, *(standing[key] for key in replaced if key not in in_place)], begins, places)
    unit.change("area", in_place)
    unit.create("area", ({"layer_id": layer_id, "effective_from": begins, **row} for row in fresh))
    new = sum(area.id is None or area.id not in standing for area in areas)
    return {"changed": len(replaced), "new": new, "gone": len(gone)}


def _is(area: Area, row: Mapping[str, Any]) -> bool:
    return (area.name, area.agency_id, area.geometry_wkb) == (row["name"], row["agency_id"], row["geometry_wkb"])


def _end(unit: WriteUnit, areas: Sequence[Area], begins: date | None, places: Mapping[int, int]) -> None:
    """Let areas hold no longer from a day on; those that would have held on no day are removed."""
    late = next((area for area in areas if begins and area.effective_from and area.effective_from > begins), None)
    if late is not None:
        raise RefusedInput(
            f"{late.name} changes on {late.effective_from} already; put this draft in force on that day or later."
        )
    never = [int(area.id) for area in areas if begins is None or area.effective_from == begins]
    unit.remove("area", never)
    ended = [int(area.id) for area in areas if int(area.id) not in never]
    unit.change("area", {key: {"effective_to": begins, "position": places[key]} for key in ended})
