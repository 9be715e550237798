"""How others name where a request stands: Open311 (GeoReport v2) and SeeClickFix, both ways, as tables."""

from __future__ import annotations

from collections.abc import Mapping

from data.records import Status
from desktop.domain.lifecycle import ENDED, OPEN, OUTCOME_WORDS, Outcome

# GeoReport v2, GET Service Request: status is open or closed; status_notes explains.
TO_OPEN311: Mapping[Status, str] = {status: "closed" if status in ENDED else "open" for status in Status}
FROM_OPEN311: Mapping[str, Status] = {"open": Status.SUBMITTED, "closed": Status.CLOSED}
# SeeClickFix API v2, issues: status is Open, Acknowledged, Closed or Archived.
TO_SEECLICKFIX: Mapping[Status, str] = {
    Status.SUBMITTED: "open",
    Status.ACKNOWLEDGED: "acknowledged",
    Status.IN_PROGRESS: "acknowledged",
    Status.SCHEDULED: "acknowledged",
    Status.CLOSED: "closed",
    Status.ARCHIVED: "archived",
}
FROM_SEECLICKFIX: Mapping[str, Status] = {
    "open": Status.SUBMITTED,
    "acknowledged": Status.ACKNOWLEDGED,
    "closed": Status.CLOSED,
    "archived": Status.ARCHIVED,
}
_LATER = {status: place for place, status in enumerate(Status)}
_PHRASE = ": "


def taken_in(told: Status, present: Status) -> Status:
    """Where a request stands once another system told its word: the other knows fewer words than we do.

    Within open, and within ended, the further of the two stays; between open and ended the word told decides.
    """
    if (told in OPEN) != (present in OPEN):
        return told
    return max(told, present, key=_LATER.__getitem__)


def status_notes(outcome: Outcome | None, text: str) -> str:
    """What GeoReport's status_notes says: the outcome in words, then what was written."""
    return _PHRASE.join(part for part in (OUTCOME_WORDS[outcome] if outcome else "", text) if part)


def read_status_notes(notes: str) -> tuple[Outcome | None, str]:
    """The outcome and the text of status_notes; None where the notes do not begin with one of our words."""
    for outcome, words in OUTCOME_WORDS.items():
        if notes == words:
            return outcome, ""
        if notes.startswith(words + _PHRASE):
            return outcome, notes[len(words + _PHRASE) :]
    return None, notes
