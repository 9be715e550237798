"""A draft of one layer of areas: what stands, what was drawn so far with its steps, and the file that keeps it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry

from data.errors import RefusedInput
from data.records import Area, AreaLayer
from data.store import Store
from desktop.controllers.area_draft_files import KEPT, DraftFiles, KeptDraft, base_kept, history_kept
from desktop.operations.edit_areas import DrawnArea, State, as_areas, layer_state
from desktop.operations.export_areas import holds
from desktop.operations.replay_rules import Draft
from geo.area_checks import same_rings
from geo.area_history import AreaHistory, Step, history_of
from geo.area_layer import AreaShape, LayerOfAreas, layer_of_areas
from geo.area_rebase import Both, rebase, same_area
from geo.errors import GeoError


@dataclass(frozen=True, slots=True, eq=False)
class AreaDraft:
    """The areas of a layer as they stand in the store, and the steps that lead from there to what is drawn."""

    layer: AreaLayer
    standing: LayerOfAreas
    stored: Mapping[int, bytes]  # WKB as it stands, by id: what was not touched is saved bit by bit as it was
    based_on: State
    history: AreaHistory
    boundary: BaseGeometry | None = None  # the city's, in degrees
    begun_from: LayerOfAreas | None = None  # where that is not what stands: the layer changed since

    @property
    def base(self) -> LayerOfAreas:
        """The areas from which the drawing was begun."""
        return self.standing if self.begun_from is None else self.begun_from

    @property
    def present(self) -> LayerOfAreas:
        """The areas as drawn so far."""
        return self.history.layer

    @property
    def is_changed(self) -> bool:
        """Whether saving would change anything."""
        return self.present.ids != self.standing.ids or bool(self.changed())

    def changed(self) -> frozenset[int]:
        """Ids of the areas that are new, or that differ in name, department or ground from what stands."""
        before = {area.id: area for area in self.standing.areas}
        return frozenset(area.id for area in self.present.areas if not _same(area, before.get(area.id)))

    def gone(self) -> tuple[AreaShape, ...]:
        """The areas that stand and are no longer drawn."""
        kept = set(self.present.ids)
        return tuple(area for area in self.standing.areas if area.id not in kept)

    def drawn(self) -> list[DrawnArea]:
        """The areas in the form in which they are replayed and saved."""
        before = {area.id: area for area in self.standing.areas}
        found = []
        for area in self.present.areas:
            old = before.get(area.id)
            same = old is not None and (area is old or same_rings(area, old))
            wkb = self.stored[area.id] if same else bytes(shapely.to_wkb(area.shape))
            found.append(DrawnArea(area.id if area.id > 0 else None, area.name, area.agency_id, wkb))
        return found

    def to_replay(self) -> Draft:
        """What a replay tries."""
        return Draft(drawn={self.layer.name: as_areas(self.drawn(), int(self.layer.id))})

    def kept(self) -> KeptDraft | None:
        """What its file keeps; None where it changes nothing."""
        return KeptDraft(self.layer.name, self.based_on, self.history, self.base) if self.is_changed else None

    def did(self, label: str, layer: LayerOfAreas) -> AreaDraft:
        """The draft after one more step."""
        return replace(self, history=self.history.did(label, layer))


class UnfitLayer(GeoError):
    """Polygons of a layer that cannot be edited as they are stored; repairing them helps."""


@dataclass(frozen=True, slots=True)
class Version:
    """How a layer was from a day on (None: since ever), until the next one's."""

    begins: date | None
    areas: int
    changed: int  # areas that begin or end on that day


@dataclass(frozen=True, slots=True, eq=False)
class Opened:
    """A draft that was begun or taken up again, and the versions of its layer. `behind`: the layer changed since."""

    draft: AreaDraft
    versions: tuple[Version, ...]
    behind: bool = False
    told: str = ""  # why a kept draft was not taken up


def open_draft(store: Store, files: DraftFiles, layer_id: int) -> Opened:
    """The draft that was kept of a layer, or a new one. RefusedInput without the layer; UnfitLayer where it cannot be
    edited.
    """
    with store.read() as unit:
        layer, ever = _layer_of(unit, layer_id), unit.areas.ever(layer_id)
        standing, state = unit.areas.areas(layer_id), layer_state(unit, layer_id)
        city = unit.city.get()
    if city is None or city.crs_epsg is None:
        raise RefusedInput("The city has no projection yet; import requests or areas first.")
    try:
        shapes = as_layer(standing, city.crs_epsg)
    except GeoError as fault:
        raise UnfitLayer(str(fault)) from fault
    stored = {int(area.id): area.geometry_wkb for area in standing}
    boundary = None if city.boundary_wkb is None else shapely.from_wkb(city.boundary_wkb)
    draft = AreaDraft(layer, shapes, stored, state, history_of(shapes), boundary)
    versions = versions_of(ever)
    try:
        kept = files.load(layer_id)
        if kept is None:
            return Opened(draft, versions)
        history, based_on = history_kept(kept, shapes)
        base = None if based_on == state else base_kept(kept, shapes)
    except (ValueError, KeyError, TypeError, shapely.errors.ShapelyError) as fault:
        aside = files.set_aside(layer_id)
        return Opened(
            draft, versions, told=f"The kept draft cannot be read ({fault}). It is put aside as {aside.name}."
        )
    draft = replace(draft, history=history, based_on=based_on, begun_from=base)
    return Opened(draft, versions, behind=based_on != state)


def layer_as_of(store: Store, draft: AreaDraft, day: date | None) -> LayerOfAreas:
    """The areas of a draft's layer as they held on a day; None: on the days before the first change."""
    with store.read() as unit:
        ever = unit.areas.ever(draft.layer.id)
    if day is None:
        days = _days(ever)
        day = days[0] - timedelta(days=1) if days else date.min
    held = [area for area in ever if holds(area, day)]
    if not held:
        raise RefusedInput(f"No area of {draft.layer.name} holds on {day}; choose another day.")
    return as_layer(_with_standing_ids(held, draft.standing), draft.standing.crs_epsg)


def versions_of(ever: Sequence[Area]) -> tuple[Version, ...]:
    """The days on which a layer changed, the newest first, and how it was before all of them."""
    days = _days(ever)
    found = []
    for day in days:
        touched = sum((area.effective_from == day) or (area.effective_to == day) for area in ever)
        found.append(Version(day, sum(holds(area, day) for area in ever), touched))
    first = days[0] - timedelta(days=1) if days else date.max
    since_ever = sum(holds(area, first) for area in ever)
    if since_ever:
        found.insert(0, Version(None, since_ever, 0))
    return tuple(reversed(found))


def as_layer(areas: Sequence[Area], crs_epsg: int) -> LayerOfAreas:
    """Records as a layer that can be edited."""
    return layer_of_areas(
        [int(area.id) for area in areas],
        [area.name for area in areas],
        [None if area.agency_id is None else int(area.agency_id) for area in areas],
        [area.geometry_wkb for area in areas],
        crs_epsg,
    )


def _layer_of(unit: Any, layer_id: int) -> AreaLayer:
    layer: AreaLayer | None = next((one for one in unit.areas.layers() if one.id == layer_id), None)
    if layer is None:
        raise RefusedInput("That layer is no longer there; choose another one.")
    return layer


def _days(ever: Sequence[Area]) -> list[date]:
    return sorted({day for area in ever for day in (area.effective_from, area.effective_to) if day is not None})


def _with_standing_ids(held: Sequence[Area], standing: LayerOfAreas) -> list[Area]:
    """Areas of an older version under ids of those that stand: the same one, else one of its name, else a new id."""
    free = {area.id: area.name for area in standing.areas}
    ids: list[int | None] = []
    for area in held:
        ids.append(int(area.id) if free.pop(int(area.id), None) is not None else None)
    for at, area in enumerate(held):
        if ids[at] is None:
            ids[at] = next((key for key, name in free.items() if name == area.name), None)
            free.pop(ids[at], None)  # type: ignore[arg-type]
    return [
        replace(area, id=-1 - at if key is None else key)  # type: ignore[arg-type]
        for at, (area, key) in enumerate(zip(held, ids, strict=True))
    ]


def _same(area: AreaShape, old: AreaShape | None) -> bool:
    return old is not None and same_area(area, old)


def rebased(store: Store, draft: AreaDraft) -> tuple[AreaDraft, tuple[Both, ...]]:
    """What was drawn, on what stands now, and what both changed: that stays as it is drawn."""
    with store.read() as unit:
        standing, state = unit.areas.areas(draft.layer.id), layer_state(unit, int(draft.layer.id))
    shapes = as_layer(standing, draft.standing.crs_epsg)
    merged = rebase(draft.base, shapes, draft.present)
    history = AreaHistory((Step("", shapes), Step(KEPT, merged.layer)), at=1)
    stored = {int(area.id): area.geometry_wkb for area in standing}
    made = replace(draft, standing=shapes, stored=stored, based_on=state, history=history, begun_from=None)
    return made, merged.both
