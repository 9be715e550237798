"""Layers of areas as wholes: make an empty one to draw in, remove one, and repair polygons that cannot be edited."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from data.connectors.values import storable
from data.errors import RefusedInput
from data.records import AreaLayer
from data.unit_of_work import ReadUnit
from desktop.domain.clock import today
from desktop.domain.rule_faults import Catalogue, faults
from desktop.operations.changes import Changes
from desktop.operations.rule_sets import RuleSet, all_sets, catalogue_of
from desktop.operations.work import Work
from geo.errors import GeoError

LONGEST = 200  # letters of a name
MOST_NAMED = 3


@dataclass(frozen=True, slots=True)
class LayerRemoval:
    """What removing a layer would mean. `rules`: of sets that hold today or later; they have to be changed first."""

    layer_id: int
    name: str
    areas: int  # that it ever had
    former: int  # of these, such as hold no longer or are drawn otherwise from some day on
    assigns: bool
    rules: tuple[str, ...]
    earlier: int  # sets of former days that name it

    @property
    def refusal(self) -> str:
        """Why it cannot be removed; empty where it can."""
        return self.refused("remove")

    def refused(self, act: str) -> str:
        """Why it cannot go under this name any more, with what is to be done before the act; empty where it can."""
        if not self.rules:
            return ""
        one = len(self.rules) == 1
        asks, it = ("The rule", "asks") if one else ("The rules", "ask")
        return (
            f"{asks} {_named(self.rules)} {it} for {self.name}; change {'it' if one else 'them'} first, then {act} it."
        )


def make_area_layer(work: Work, *, name: str, assigns: bool, service_codes: Sequence[str] = ()) -> Changes:
    """A new layer without areas, after all others; `service_codes` empty: for every service.

    RefusedInput for a name that is empty, too long or taken, and for services nobody knows.
    """
    name = storable(" ".join(name.split()))
    with work.store.write("make area layer", actor=work.actor, at=work.clock.now()) as unit:
        layers = unit.areas.layers()
        known = {service.service_code for service in unit.services.all()}
        _check_name(name, [layer.name for layer in layers])
        strangers = [code for code in service_codes if code not in known]
        if strangers:
            raise RefusedInput(f"No service has the code {', '.join(strangers)}; choose among those that there are.")
        values = {"name": name, "assigns": assigns, "service_codes": list(service_codes) if assigns else []}
        position = 1 + max((layer.position for layer in layers), default=0)
        (layer_id,) = unit.create("area_layer", [values | {"position": position}])
        unit.summary.update(layer=name)
        act_id = unit.commit()
    counts = {"layer": name, "layer_id": int(layer_id)}
    told = f"{name} is there; draw its first area."
    return Changes(act_id, work.actor, "make area layer", frozenset({"area_layer"}), (), counts, told)


def remove_area_layer(work: Work, *, layer_id: int) -> Changes:
    """Remove a layer with all areas that it ever had. RefusedInput while rules that hold today or later ask for it."""
    day = today(work.clock, work.city().timezone)
    with work.store.write("remove area layer", actor=work.actor, at=work.clock.now()) as unit:
        removal = removal_of(unit, layer_id, catalogue_of(unit, day))
        if removal.refusal:
            raise RefusedInput(removal.refusal)
        unit.remove("area", [int(area.id) for area in unit.areas.ever(layer_id)])
        unit.remove("area_layer", [layer_id])
        unit.summary.update(layer=removal.name, areas=removal.areas)
        act_id = unit.commit()
    counts = {"layer": removal.name, "areas": removal.areas}
    told = f"{removal.name} is removed, with {removal.areas:,} area{'' if removal.areas == 1 else 's'}."
    if removal.assigns:
        told += " What it assigned stays where it is until it is assigned anew."
    entities = frozenset({"area", "area_layer"})
    return Changes(act_id, work.actor, "remove area layer", entities, (), counts, told)


def rename_area_layer(work: Work, *, layer_id: int, name: str) -> Changes:
    """Another name for a layer. RefusedInput for a name as in `make_area_layer`, and while rules that hold today or
    later ask for the layer by the one that it has.
    """
    name = storable(" ".join(name.split()))
    day = today(work.clock, work.city().timezone)
    with work.store.write("rename area layer", actor=work.actor, at=work.clock.now()) as unit:
        removal = removal_of(unit, layer_id, catalogue_of(unit, day))
        _check_name(name, [layer.name for layer in unit.areas.layers() if layer.id != layer_id])
        if name == removal.name:
            raise RefusedInput(f"The layer is called {name} already; write another name.")
        if removal.rules:
            raise RefusedInput(removal.refused("rename"))
        unit.change("area_layer", {layer_id: {"name": name}})
        unit.summary.update(layer=name, before=removal.name)
        act_id = unit.commit()
    told = f"{removal.name} is called {name} now."
    return Changes(act_id, work.actor, "rename area layer", frozenset({"area_layer"}), (), {"layer": name}, told)


def describe_removal(work: Work, layer_id: int) -> LayerRemoval:
    """What removing a layer would mean; RefusedInput where it is not there."""
    day = today(work.clock, work.city().timezone)
    with work.store.read() as unit:
        return removal_of(unit, layer_id, catalogue_of(unit, day))


def removal_of(unit: ReadUnit, layer_id: int, catalogue: Catalogue) -> LayerRemoval:
    """What removing a layer would mean, as of the catalogue's day."""
    layer = _layer(unit, layer_id)
    without = {name: areas for name, areas in catalogue.layers.items() if name != layer.name}
    less = replace(catalogue, layers=without, ending={k: v for k, v in catalogue.ending.items() if k != layer.name})
    rules: dict[str, None] = {}
    earlier = 0
    for one in all_sets(unit):
        names = _broken(one, catalogue, less)
        if names and one.holds and (one.until is None or one.until > catalogue.today):
            rules |= dict.fromkeys(names)
        elif names and one.holds:
            earlier += 1
    count, present = len(unit.areas.ever(layer_id)), len(unit.areas.areas(layer_id))
    return LayerRemoval(layer_id, layer.name, count, count - present, layer.assigns, tuple(rules), earlier)


def repair_area_layer(work: Work, *, layer_id: int) -> Changes:
    """Make the polygons of a layer valid, of all days, telling which and what was wrong.

    RefusedInput where nothing is wrong, or where nothing of the layer has ground.
    """
    from geo.areas_repair import repair_polygons

    with work.store.write("repair areas", actor=work.actor, at=work.clock.now()) as unit:
        layer = _layer(unit, layer_id)
        areas = unit.areas.ever(layer_id)
        try:
            polygons, repairs = repair_polygons([area.geometry_wkb for area in areas])
        except GeoError as fault:
            raise RefusedInput(f"{layer.name} cannot be repaired: {fault}") from fault
        if not repairs:
            raise RefusedInput(f"The polygons of {layer.name} are valid; there is nothing to repair.")
        mended = {int(areas[one.index].id): {"geometry_wkb": polygons[one.index]} for one in repairs}
        unit.change("area", mended)
        unit.summary.update(layer=layer.name, repaired=len(repairs))
        act_id = unit.commit()
    told = [f"“{areas[one.index].name}”: {one.reason}" for one in repairs]
    counts: dict[str, Any] = {"layer": layer.name, "repaired": len(repairs), "repairs": told}
    more = f", and {len(told) - MOST_NAMED:,} more" if len(told) > MOST_NAMED else ""
    sentence = f"{layer.name}: {len(repairs):,} repaired ({'; '.join(told[:MOST_NAMED])}{more})."
    return Changes(act_id, work.actor, "repair areas", frozenset({"area"}), (), counts, sentence)


def _layer(unit: ReadUnit, layer_id: int) -> AreaLayer:
    layer = next((one for one in unit.areas.layers() if one.id == layer_id), None)
    if layer is None:
        raise RefusedInput("That layer is no longer there; look at the list of layers again.")
    return layer


def _check_name(name: str, taken: Sequence[str]) -> None:
    if not name:
        raise RefusedInput("A layer needs a name; write one.")
    if len(name) > LONGEST:
        raise RefusedInput(f"A layer's name has at most {LONGEST} letters; write a shorter one.")
    same = next((other for other in taken if other.casefold() == name.casefold()), None)
    if same is not None:
        raise RefusedInput(f"A layer is called {same} already; choose another name.")


def _broken(one: RuleSet, catalogue: Catalogue, less: Catalogue) -> list[str]:
    """The rules of a set that could be saved with a catalogue and not with a smaller one, by name."""
    known = {fault for fault in faults(one.rules, catalogue) if fault.refuses}
    return [
        fault.name for fault in faults(one.rules, less) if fault.refuses and fault.part == "rule" and fault not in known
    ]


def _named(names: Sequence[str]) -> str:
    few = [f"“{name}”" for name in names[:MOST_NAMED]]
    more = len(names) - MOST_NAMED
    return ", ".join(few) + (f" and {more:,} more" if more > 0 else "")
