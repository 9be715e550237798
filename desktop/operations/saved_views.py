"""Keep a filter or a place on the map under a name, for oneself or for everybody."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from data.errors import RefusedInput
from desktop.operations.changes import Changes
from desktop.operations.work import Work

KINDS = ("filter", "bookmark")
LONGEST = 200


def save_view(work: Work, *, kind: str, name: str, content: Mapping[str, Any], shared: bool) -> Changes:
    """Keep a view under a name; one's own of that kind and name is replaced. RefusedInput for a name that is none."""
    name = " ".join(name.split())
    if kind not in KINDS:
        raise RefusedInput(f"There is no view of the kind '{kind}'.")
    if not 0 < len(name) <= LONGEST:
        raise RefusedInput(f"A name has 1 to {LONGEST} characters.")
    values = {"content": dict(content), "shared": shared}
    with work.store.write("save view", actor=work.actor, at=work.clock.now()) as unit:
        mine = [view for view in unit.saved_views.of(work.actor, kind) if view.owner == work.actor]
        known = next((view.id for view in mine if view.name == name), None)
        if known is None:
            unit.create("saved_view", [{"kind": kind, "name": name, "owner": work.actor, **values}])
        else:
            unit.change("saved_view", {known: values})
        act = unit.commit()
    return Changes(act, work.actor, "save view", frozenset({"saved_view"}), (), {"name": name}, f"Saved “{name}”.")


def remove_view(work: Work, *, view_id: int) -> Changes:
    """Remove one's own view; RefusedInput for one that is not there or belongs to another person."""
    with work.store.write("remove view", actor=work.actor, at=work.clock.now()) as unit:
        view = unit.saved_views.get(view_id)
        if view is None or view.owner != work.actor:
            raise RefusedInput("The view is not there any more, or it belongs to another person.")
        unit.remove("saved_view", [view_id])
        act = unit.commit()
    told = f"Removed “{view.name}”."
    return Changes(act, work.actor, "remove view", frozenset({"saved_view"}), (), {"name": view.name}, told)
