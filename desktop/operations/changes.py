"""What an operation changed, and who did it: each screen decides for itself whether to refresh."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from data.records import ActId


@dataclass(frozen=True, slots=True)
class Changes:
    """The outcome of one act.

    `entities` are table names; `request_ids` None means many. `counts` is the result a person sees, JSON-ready.
    `sentence` tells it in words.
    """

    act_id: ActId | None
    actor: str
    verb: str
    entities: frozenset[str] = frozenset()
    request_ids: tuple[int, ...] | None = None
    counts: Mapping[str, Any] = field(default_factory=dict)
    sentence: str = ""
