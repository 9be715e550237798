"""What a person decides about messages that do not leave: they are sent again, or not at all."""

from __future__ import annotations

from collections.abc import Sequence

from data import outbox
from data.connectors.open311_updates import Patience
from data.errors import RefusedInput
from data.records import ActId, RequestId
from data.repositories.work import OutboxMessage
from data.unit_of_work import ReadUnit
from desktop.domain.source_settings import settings_of
from desktop.operations.changes import Changes
from desktop.operations.push_messages import Keys, push_messages
from desktop.operations.work import Work

AGAIN, NOT_AT_ALL = "send again", "do not send"
_NOTHING = "No message of these requests waits to be sent again."


def send_again(
    work: Work, *, request_ids: Sequence[RequestId], keys: Keys, patience: Patience | None = None
) -> Changes:
    """Send messages of requests that were refused, or that keep failing, to their source once more, at once.

    RefusedInput where there is no such message. Those of a source without an endpoint wait for `opsmap outbox send`.
    """
    _requeue(work, request_ids)
    with work.store.read() as unit:
        sources = {int(one.source_id) for one in unit.requests.many([int(key) for key in request_ids])}
        listening = {int(one.id) for one in unit.sources.all() if settings_of(one).endpoint}
    if not sources & listening:
        return _told(work, request_ids, None, "The message waits to be sent; its source has no endpoint of its own.")
    done = push_messages(work, keys=keys, source_ids=sorted(sources & listening), patience=patience)
    with work.store.read() as unit:
        why = outbox.reasons(unit, [one.id for one in unit.outbox.in_trouble([int(key) for key in request_ids])])
    if why:
        return _told(work, request_ids, None, f"The source did not take it: {next(iter(why.values()))}.")
    return _told(work, request_ids, done.act_id, "Sent.")


def _told(work: Work, request_ids: Sequence[RequestId], act_id: ActId | None, sentence: str) -> Changes:
    return Changes(act_id, work.actor, AGAIN, frozenset({"outbox"}), tuple(request_ids), {"act": act_id}, sentence)


def requeue_all(work: Work, *, source_ids: Sequence[int]) -> int:
    """Let every refused message of sources leave with the next sending; returns how many."""
    with work.store.write(AGAIN, actor=work.actor, at=work.clock.now()) as unit:
        failed = [one.id for one in unit.outbox.waiting(source_ids) if one.state == outbox.FAILED]
        if failed:
            outbox.hold_again(unit, failed, work.clock.now())
            unit.summary.update(messages=len(failed))
            unit.commit()
    return len(failed)


def do_not_send(work: Work, *, request_ids: Sequence[RequestId]) -> Changes:
    """Give up messages of requests that were refused, or that keep failing; those behind them may leave.

    RefusedInput where there is none. What was said stays in the history.
    """
    with work.store.write(NOT_AT_ALL, actor=work.actor, at=work.clock.now()) as unit:
        ids = [one.id for one in _in_trouble(unit, request_ids)]
        held = outbox.states(unit, ids)
        outbox.withdraw(unit, [key for key in ids if held[key] in (outbox.HELD, outbox.FAILED)])
        unit.summary.update(messages=len(ids))
        act_id = unit.commit()
    sentence = "The message is not sent." if len(ids) == 1 else f"{len(ids):,} messages are not sent."
    counts = {"act": act_id, "messages": len(ids)}
    return Changes(act_id, work.actor, NOT_AT_ALL, frozenset({"outbox"}), tuple(request_ids), counts, sentence)


def _requeue(work: Work, request_ids: Sequence[RequestId]) -> None:
    with work.store.write(AGAIN, actor=work.actor, at=work.clock.now()) as unit:
        ids = [one.id for one in _in_trouble(unit, request_ids)]
        held = outbox.states(unit, ids)
        ids = [key for key in ids if held[key] in (outbox.HELD, outbox.FAILED)]
        outbox.hold_again(unit, ids, work.clock.now())
        unit.summary.update(messages=len(ids))
        unit.commit()


def _in_trouble(unit: ReadUnit, request_ids: Sequence[RequestId]) -> list[OutboxMessage]:
    found = unit.outbox.in_trouble([int(key) for key in request_ids])
    if not found:
        raise RefusedInput(_NOTHING)
    return found
