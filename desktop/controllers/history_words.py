"""The history of a request in words: each act once, with what it changed from what to what."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from PySide6.QtCore import QCoreApplication

from data.records import Event, Placement, Status
from desktop.domain.act_words import headed
from desktop.models.fields import status_word
from desktop.models.request_table import Names
from desktop.views import format as words
from desktop.views.format import act_in_words

translate = QCoreApplication.translate


@dataclass(frozen=True, slots=True)
class Told:
    """One act on the request: when, what, by whom, and its changes as sentences."""

    at: datetime
    what: str
    who: str
    changes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Speaker:
    """Puts values into words: names of the city, statuses, times of its zone as of now."""

    names: Names
    placements: Mapping[Placement, str]
    now: datetime
    zone: str

    def tell(self, events: Iterable[Event]) -> list[Told]:
        """Every act on one request, oldest first; what it did in several steps is told as one."""
        return list(self.by_act(events).values())

    def by_act(self, events: Iterable[Event]) -> dict[int, Told]:
        """The same by the act's id."""
        acts: dict[int, list[Event]] = {}
        for event in events:
            acts.setdefault(int(event.act_id), []).append(event)
        return {act_id: self._act(steps) for act_id, steps in acts.items()}

    def _act(self, steps: list[Event]) -> Told:
        before: dict[str, Any] = {}
        after: dict[str, Any] = {}
        for step in steps:
            before = {**step.before, **before}
            after |= step.after
        first, created = steps[0], not steps[0].before
        what = _verb(first.verb, created=created)
        changes = () if created else tuple(self._changes(before, after))
        return Told(first.at, what, first.actor, changes)

    def _changes(self, before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterable[str]:
        for name, title in _titles().items():
            if name in after and before.get(name) != after[name]:
                old, new = self._value(name, before.get(name)), self._value(name, after[name])
                yield translate("History", "{0}: {1} → {2}").format(title, old, new)
        if "incident_id" in after and before.get("incident_id") != after["incident_id"]:
            yield _incident(before.get("incident_id"), after["incident_id"])

    def _value(self, name: str, value: Any) -> str:
        nothing = translate("History", "none")
        if value is None or value == "":
            return nothing
        if name == "status":
            return status_word(Status(value))
        if name == "placement":
            return self.placements[Placement(value)] or translate("History", "on the map")
        if name == "agency_id":
            return self.names.agencies.get(int(value), nothing)
        if name == "service_id":
            return self.names.services.get(int(value), nothing)
        return self._plain(value)

    def _plain(self, value: Any) -> str:
        if isinstance(value, datetime):
            return words.moment(value, self.now, self.zone)
        return words.short_date(value) if isinstance(value, date) else str(value)


def _titles() -> dict[str, str]:
    """The columns whose change is told, and what they are called."""
    return {
        "status": translate("History", "Status"),
        "service_id": translate("History", "Service"),
        "agency_id": translate("History", "Department"),
        "due_at": translate("History", "Deadline"),
        "scheduled_for": translate("History", "Scheduled for"),
        "placement": translate("History", "Place"),
        "priority": translate("History", "Priority"),
    }


def _verb(verb: str, *, created: bool) -> str:
    if created:
        imported = verb.startswith("import")
        return translate("History", "Imported") if imported else translate("History", "Came into the store")
    return headed(act_in_words(verb))


def _incident(before: object, after: object) -> str:
    if after is None:
        return translate("History", "No longer one incident with other reports")
    if before is None:
        return translate("History", "Now one incident with other reports")
    return translate("History", "Moved to another incident")
