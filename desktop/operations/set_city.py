"""Change what a city sets for itself."""

from __future__ import annotations

from collections.abc import Mapping

from data.errors import RefusedInput
from desktop.domain.city_settings import changed, settings_of
from desktop.operations.changes import Changes
from desktop.operations.work import Work


def set_city(work: Work, *, values: Mapping[str, str]) -> Changes:
    """Set some of the city's settings, as a person writes them; RefusedInput says which makes no sense."""
    city = work.city()
    try:
        settings = changed(settings_of(city), values)
    except ValueError as fault:
        raise RefusedInput(f"The setting cannot be kept: {fault}.") from fault
    with work.store.write("set city", actor=work.actor, at=work.clock.now()) as unit:
        differs = unit.change("city", {1: {"settings": settings.to_json()}})
        unit.summary.update(values)
        act_id = unit.commit() if differs else None
    sentence = f"Set {', '.join(values)}." if differs else "Nothing changed."
    counts = {"act": act_id, **settings.shown()}
    return Changes(act_id, work.actor, "set city", frozenset({"city"}), (), counts, sentence)
