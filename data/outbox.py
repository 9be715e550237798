"""Messages on their way to residents: held for a while, then sent, failed, or withdrawn. Each step is an event."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

from data.bulk import bulk_for, in_chunks
from data.errors import DataError, RefusedInput, one_line
from data.repositories.work import OutboxMessage, Waiting
from data.schema import epoch_ms, outbox
from data.unit_of_work import ReadUnit, WriteUnit

HELD, SENDING, SENT, WITHDRAWN, FAILED = "held", "sending", "sent", "withdrawn", "failed"
AT_ONCE = 5000  # messages that leave in one act
_REASONS = "reasons"  # of an act's summary: why messages could not leave, by id


class Sender(Protocol):
    """Carries messages out. What it could not carry it names; it raises DataError where it cannot carry any."""

    def send(self, messages: Sequence[OutboxMessage]) -> Mapping[int, str]:
        """Send messages; returns why some could not leave, by their id."""
        ...


def queue(unit: WriteUnit, messages: Sequence[Mapping[str, object]], hold_until: datetime) -> list[int]:
    """Add messages (source_id, request_id, kind, payload) to the act; they leave after `hold_until` at the earliest."""
    rows = [{**message, "state": HELD, "hold_until": hold_until} for message in messages]
    return unit.create("outbox", rows) if rows else []


def states(unit: WriteUnit, ids: Sequence[int]) -> dict[int, str]:
    """The state of messages, held fast until the act ends: nobody sends meanwhile what is about to be withdrawn."""
    bulk, found = bulk_for(unit.connection), dict[int, str]()
    for part in in_chunks(sorted(ids)):
        found.update((row[0], row[1]) for row in bulk.read(outbox, ["id", "state"], part, lock=True))
    return found


def withdraw(unit: WriteUnit, ids: Sequence[int]) -> None:
    """Messages that have not left stay."""
    if ids:
        unit.change_columns("outbox", ids, {"state": [WITHDRAWN] * len(ids)})


def hold_again(unit: WriteUnit, ids: Sequence[int], hold_until: datetime) -> None:
    """Withdrawn messages wait to leave once more."""
    if ids:
        columns: dict[str, list[object]] = {"state": [HELD] * len(ids), "hold_until": [hold_until] * len(ids)}
        unit.change_columns("outbox", ids, columns)


def send_due(
    unit: WriteUnit, sender: Sender, now: datetime, *, again: bool = False, without: Sequence[int] = ()
) -> tuple[int, dict[int, str]]:
    """Send what is due in this act; returns how many left, and why others could not, by id.

    A message is marked after it was sent: one that was sent in an act that could not be kept is sent again. `without`:
    sources whose messages leave another way.
    """
    due = unit.outbox.due(now, AT_ONCE, failed=again, without=without)
    free = states(unit, [message.id for message in due])
    due = [message for message in due if free.get(message.id) == message.state]
    if not due:
        return 0, {}
    failed = dict(sender.send(due))
    columns: dict[str, list[object]] = {
        "state": [FAILED if message.id in failed else SENT for message in due],
        "attempts": [message.attempts + 1 for message in due],
    }
    unit.change_columns("outbox", [message.id for message in due], columns)
    _give_reasons(unit, failed)
    return len(due) - len(failed), failed


# over a network: taken in one act, sent in none, settled in another


@dataclass(frozen=True, slots=True)
class Settled:
    """What came of a message that was taken; `why` says what kept it from leaving."""

    state: str
    hold_until: datetime
    attempts: int
    why: str = ""


def in_turn(waiting: Sequence[Waiting], now: datetime) -> list[Waiting]:
    """What may leave now: a request's messages in their order, none before an earlier one that has not left."""
    found, stuck = list[Waiting](), set[int]()
    for one in waiting:
        of = -one.id if one.request_id is None else one.request_id
        if of in stuck:
            continue
        if one.state == FAILED or one.hold_until > now:
            stuck.add(of)
        else:
            found.append(one)
    return found


def take(unit: WriteUnit, ids: Sequence[int], now: datetime, until: datetime) -> list[OutboxMessage]:
    """Take messages to send them; nobody else sends or withdraws them before `until`. Those not free are left out.

    What somebody took and never settled is free again when their time is over: it may have arrived.
    """
    states(unit, ids)  # held fast before they are judged
    free = [one for one in unit.outbox.many(sorted(ids)) if one.state in (HELD, SENDING) and one.hold_until <= now]
    columns: dict[str, list[object]] = {
        "state": [SENDING] * len(free),
        "hold_until": [until] * len(free),
        "attempts": [one.attempts + 1 for one in free],
    }
    if free:
        unit.change_columns("outbox", [one.id for one in free], columns)
    return free


def settle(unit: WriteUnit, results: Mapping[int, Settled], until: datetime) -> int:
    """Keep what came of messages that were taken `until`; returns how many still were ours."""
    states(unit, sorted(results))
    taken = [one for one in unit.outbox.many(sorted(results)) if one.state == SENDING]
    ours = [one.id for one in taken if epoch_ms(one.hold_until) == epoch_ms(until)]  # a store keeps milliseconds
    if not ours:
        return 0
    columns: dict[str, list[object]] = {
        "state": [results[key].state for key in ours],
        "hold_until": [results[key].hold_until for key in ours],
        "attempts": [results[key].attempts for key in ours],
    }
    unit.change_columns("outbox", ours, columns)
    _give_reasons(unit, {key: results[key].why for key in ours if results[key].why})
    return len(ours)


def put_off(unit: WriteUnit, ids: Sequence[int], until: datetime) -> None:
    """Messages that are held leave later: their source wants to be left alone."""
    held = [key for key, state in states(unit, ids).items() if state == HELD]
    if held:
        unit.change_columns("outbox", held, {"hold_until": [until] * len(held)})


def _give_reasons(unit: WriteUnit, why: Mapping[int, str]) -> None:
    """The act tells why; the row has no room for it, and the next attempt may have another reason."""
    if why:
        unit.summary[_REASONS] = {str(key): reason for key, reason in why.items()}


def reasons(unit: ReadUnit, ids: Sequence[int]) -> dict[int, str]:
    """Why messages have not left, as the last act on each told; one without a reason is left out."""
    found: dict[int, str] = {}
    for key in ids:
        act = unit.log.last_touch("outbox", key)
        why = act.summary.get(_REASONS, {}).get(str(key), "") if act is not None else ""
        if why:
            found[key] = str(why)
    return found


def as_line(message: OutboxMessage) -> dict[str, Any]:
    """A message as one flat JSON object."""
    return {
        "id": message.id,
        "act": message.act_id,
        "kind": message.kind,
        "hold_until": message.hold_until.isoformat(),
        **message.payload,
    }


class FileSender:
    """Writes messages to the end of a file, one JSON object a line; what a later line cannot be written leaves none."""

    def __init__(self, path: Path) -> None:
        """RefusedInput for a folder that is not there."""
        if not path.parent.is_dir():
            raise RefusedInput(f"The folder {path.parent} is not there; make it or name another file.")
        self._path = path

    def send(self, messages: Sequence[OutboxMessage]) -> Mapping[int, str]:
        """All or none; DataError says why none."""
        lines = "".join(json.dumps(as_line(message), ensure_ascii=False) + "\n" for message in messages)
        before = self._path.stat().st_size if self._path.exists() else 0
        try:
            with self._path.open("a", encoding="utf-8") as stream:
                stream.write(lines)
        except OSError as fault:
            with suppress(OSError), self._path.open("r+", encoding="utf-8") as stream:
                stream.truncate(before)
            raise DataError(f"{self._path} cannot be written: {one_line(fault)}. The messages wait.") from fault
        return {}
