"""Say where a source takes what becomes of its requests, and in which words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from data import outbox
from data.errors import RefusedInput
from data.unit_of_work import WriteUnit
from desktop.domain.source_settings import changed, settings_of
from desktop.operations.changes import Changes
from desktop.operations.work import Work

VERB = "set source"


def set_source(work: Work, *, name: str, values: Mapping[str, Any], forget_waiting: bool = False) -> Changes:
    """Set some of a source's settings; `forget_waiting` withdraws what was said before and has not left.

    RefusedInput for a source that is not there, and for what makes no sense.
    """
    with work.store.write(VERB, actor=work.actor, at=work.clock.now()) as unit:
        source = unit.sources.by_name(name)
        if source is None:
            raise RefusedInput(f"There is no source '{name}'; 'opsmap sources list' shows them.")
        try:
            settings = changed(settings_of(source), values)
        except ValueError as fault:
            raise RefusedInput(f"The source cannot be set so: {fault}.") from fault
        differs = unit.change("source", {int(source.id): {"settings": settings.to_json() or None}})
        forgotten = _forget(unit, int(source.id)) if forget_waiting else 0
        waiting = len(unit.outbox.waiting([int(source.id)]))
        unit.summary.update(source=name, forgotten=forgotten)
        act_id = unit.commit() if differs or forgotten else None
    words = [f"Set {name}." if differs else "Nothing changed."]
    if forgotten:
        words.append(f"{_messages(forgotten)} not sent any more.")
    elif waiting and settings.endpoint and "endpoint" in values:
        words.append(f"{_messages(waiting)} said before and will be sent; --forget-waiting keeps them here.")
    counts = {"act": act_id, "source": name, **settings.shown(), "waiting": waiting, "forgotten": forgotten}
    entities = frozenset({"source", "outbox"})
    return Changes(act_id, work.actor, VERB, entities, (), counts, " ".join(words))


def _forget(unit: WriteUnit, source_id: int) -> int:
    ids = [one.id for one in unit.outbox.waiting([source_id])]
    free = [key for key, state in outbox.states(unit, ids).items() if state != outbox.SENDING]
    outbox.withdraw(unit, free)
    return len(free)


def _messages(count: int) -> str:
    return "1 message was" if count == 1 else f"{count:,} messages were"
