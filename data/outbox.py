"""Messages on their way to residents: held for a while, then sent, failed, or withdrawn. Each step is an event."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

from data.bulk import bulk_for, in_chunks
from data.errors import DataError, RefusedInput, one_line
from data.repositories.work import OutboxMessage
from data.schema import outbox
from data.unit_of_work import WriteUnit

HELD, SENT, WITHDRAWN, FAILED = "held", "sent", "withdrawn", "failed"
AT_ONCE = 5000  # messages that leave in one act


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


def send_due(unit: WriteUnit, sender: Sender, now: datetime, *, again: bool = False) -> tuple[int, dict[int, str]]:
    """Send what is due in this act; returns how many left, and why others could not, by id.

    A message is marked after it was sent: one that was sent in an act that could not be kept is sent again.
    """
    due = unit.outbox.due(now, AT_ONCE, failed=again)
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
    return len(due) - len(failed), failed


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
