"""Drafts of days' plans of one store, each a file beside the settings: nothing is lost when the window closes."""

from __future__ import annotations

import hashlib
import json
import os
from datetime import date
from pathlib import Path
from typing import Any

from desktop.domain.plan_draft import DayOrders, from_kept, kept_form

FORMAT = 1


class PlanDraftFiles:
    """One draft a day: the plan that it was begun from, and its state."""

    def __init__(self, folder: Path, identity: str) -> None:
        self._folder, self._identity = folder, identity

    def path(self, day: date) -> Path:
        """The file of a day's draft."""
        name = hashlib.blake2b(f"{self._identity} {day}".encode(), digest_size=10).hexdigest()
        return self._folder / f"{name}.json"

    def save(self, day: date, plan_id: int, state: DayOrders) -> None:
        """Keep a draft. OSError where the folder cannot be written."""
        path = self.path(day)
        path.parent.mkdir(parents=True, exist_ok=True)
        beside = path.with_suffix(".new")
        content: dict[str, Any] = {"format": FORMAT, "plan": plan_id, "state": kept_form(state)}
        beside.write_text(json.dumps(content), encoding="utf-8")
        os.replace(beside, path)

    def forget(self, day: date) -> None:
        """Keep no draft of a day."""
        self.path(day).unlink(missing_ok=True)

    def plan_of(self, day: date) -> int | None:
        """The plan that a day's draft was begun from; None without a draft that can be read."""
        found = self.load(day)
        return None if found is None else found[0]

    def load(self, day: date) -> tuple[int, DayOrders] | None:
        """The draft of a day. One that cannot be read is put aside, and there is none."""
        path = self.path(day)
        try:
            kept = json.loads(path.read_text(encoding="utf-8"))
            if kept["format"] != FORMAT:
                raise ValueError("it was written by another version of Opsmap")
            return int(kept["plan"]), from_kept(kept["state"])
        except FileNotFoundError:
            return None
        except (ValueError, KeyError, TypeError, IndexError):
            path.replace(path.with_suffix(".unread"))
            return None
