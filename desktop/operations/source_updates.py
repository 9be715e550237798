"""A message of the outbox as the update that its source takes, under a number that stays the same."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime

from data.connectors.open311_updates import Update
from data.records import Status
from data.repositories.work import OutboxMessage
from desktop.domain.answer_words import FIRST, Own, said
from desktop.domain.source_settings import SourceSettings
from desktop.domain.update_status import word_of
from desktop.operations.speaking import TOLD_DUPLICATE


def update_of(message: OutboxMessage, at: datetime, settings: SourceSettings, own: Own) -> Update | None:
    """What a source is told by a message of an act `at`; None where it has no word for that."""
    if message.kind == TOLD_DUPLICATE and not settings.accepts_duplicate:
        return None
    told = message.payload
    parent = str(told.get("duplicate_of", ""))
    stands, outcome = Status(str(told["stands"])), str(told.get("outcome", ""))
    return Update(
        update_id=update_id(message, at),
        service_request_id=str(told["service_request_id"]),
        status=word_of(stands, outcome, repeats=bool(parent), takes=settings.takes()),
        description=str(told.get("text", "")) or _words(parent, own),
        updated_at=at,
        parent=parent,
    )


def update_id(message: OutboxMessage, at: datetime) -> str:
    """The message's number for its source: the same at every attempt, from a copy of the store too.

    What is said is part of it. A store brought back from a backup counts its messages on from there; another message
    under a number that was used before would be taken for a repeat. Letters and figures only, as adapters want it.
    """
    content = [message.id, message.kind, round(at.timestamp() * 1000), _plain(message.payload)]
    digest = hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
    return f"{message.id}_{digest[:16]}"


def _plain(payload: Mapping[str, object]) -> dict[str, object]:
    return {str(name): value for name, value in payload.items()}


def _words(parent: str, own: Own) -> str:
    """What stands where an act said nothing to residents: sources take no update without words."""
    return said(own, "repeats").replace(FIRST, parent) if parent else said(own, "apart")
