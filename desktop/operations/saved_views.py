"""Filters, bookmarks of the map and questions under names: kept, renamed, removed. One's own, or shared with all."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from data.errors import Conflict, RefusedInput
from data.records import SavedView
from data.unit_of_work import ReadUnit
from desktop.operations.changes import Changes
from desktop.operations.work import Work

FILTER, BOOKMARK, QUESTION = "filter", "bookmark", "question"
WORDS = {FILTER: "filter", BOOKMARK: "bookmark", QUESTION: "question"}
LONGEST = 200
RANGES = {"lon": (-540.0, 540.0), "lat": (-90.0, 90.0), "zoom": (0.0, 24.0)}


def save_view(
    work: Work, *, kind: str, name: str, content: Mapping[str, Any], shared: bool = False, replace: bool = False
) -> Changes:
    """Keep a filter, a bookmark or a question under a name.

    Where the actor has one of that name it is replaced if that is wished, else RefusedInput.
    """
    _check_content(kind, content)
    name = _name(name)
    with work.store.write(f"save {kind}", actor=work.actor, at=work.clock.now()) as unit:
        standing = _standing(unit, work.actor, kind, name) if replace else None
        values = {"name": name, "shared": shared, "content": dict(content)}
        if standing is not None:
            unit.change("saved_view", {standing.id: values})
        else:
            _refuse_taken(unit, work.actor, kind, name)
            unit.create("saved_view", [{"kind": kind, "owner": work.actor, **values}])
        unit.summary[kind] = name
        act_id = unit.commit()
    return _changes(work, act_id, f"save {kind}", f"Saved the {WORDS[kind]} “{name}”.")


def rename_view(work: Work, *, view_id: int, name: str) -> Changes:
    """Give a filter, a bookmark or a question of the actor's another name."""
    name = _name(name)
    with work.store.write("rename view", actor=work.actor, at=work.clock.now()) as unit:
        view = _own(unit, work.actor, view_id)
        _refuse_taken(unit, work.actor, view.kind, name, but=view_id)
        unit.change("saved_view", {view_id: {"name": name}})
        act_id = unit.commit()
    return _changes(work, act_id, f"rename {view.kind}", f"“{view.name}” is called “{name}” now.")


def remove_view(work: Work, *, view_id: int) -> Changes:
    """Forget a filter, a bookmark or a question of the actor's."""
    with work.store.write("remove view", actor=work.actor, at=work.clock.now()) as unit:
        view = _own(unit, work.actor, view_id)
        unit.remove("saved_view", [view_id])
        unit.summary[view.kind] = view.name
        act_id = unit.commit()
    return _changes(work, act_id, f"remove {view.kind}", f"Removed the {WORDS[view.kind]} “{view.name}”.")


def _changes(work: Work, act_id: Any, verb: str, sentence: str) -> Changes:
    return Changes(act_id, work.actor, verb, frozenset({"saved_view"}), (), {}, sentence)


def _name(name: str) -> str:
    """A name without needless blanks; RefusedInput for none, a long one, or one over several lines."""
    name = " ".join(name.split())
    if not name:
        raise RefusedInput("A name is missing; write one.")
    if len(name) > LONGEST:
        raise RefusedInput(f"The name has {len(name)} letters; {LONGEST} are the most.")
    if any(not letter.isprintable() for letter in name):
        raise RefusedInput("The name holds signs that cannot be seen; write it anew.")
    return name


def _standing(unit: ReadUnit, owner: str, kind: str, name: str) -> SavedView | None:
    """What the owner keeps under a name, whatever the case."""
    mine = (view for view in unit.saved_views.of(owner, kind) if view.owner == owner)
    return next((view for view in mine if view.name.casefold() == name.casefold()), None)


def _refuse_taken(unit: ReadUnit, owner: str, kind: str, name: str, *, but: int | None = None) -> None:
    view = _standing(unit, owner, kind, name)
    if view is not None and view.id != but:
        raise RefusedInput(f"You have a {WORDS[kind]} “{view.name}” already; choose another name.")


def _own(unit: ReadUnit, actor: str, view_id: int) -> SavedView:
    view = unit.saved_views.get(view_id)
    if view is None:
        raise Conflict("Somebody removed it meanwhile; look at the list again.")
    if view.owner != actor:
        raise RefusedInput(f"“{view.name}” belongs to {view.owner}; only {view.owner} can change it.")
    return view


def _check_content(kind: str, content: Mapping[str, Any]) -> None:
    if kind not in WORDS:
        raise RefusedInput(f"'{kind}' is not kept under a name; {FILTER}, {BOOKMARK} and {QUESTION} are.")
    if kind != BOOKMARK:
        return
    for field, (least, most) in RANGES.items():
        value = content.get(field)
        if not isinstance(value, int | float) or not math.isfinite(value) or not least <= value <= most:
            raise RefusedInput(f"A bookmark needs {field} between {least:g} and {most:g}, not {value!r}.")
