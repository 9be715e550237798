"""Where a request stands in the words of mySociety's extension of Open311, and what stands in for a word not known.

The words are those of Open311-adapter (Endpoint/Role/mySociety.pm, status_extended_upper) and of FixMyStreet
(Open311.pm); ACKNOWLEDGED is taken by sources of other makes.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from data.records import Status
from desktop.domain.lifecycle import Outcome

OPEN, CLOSED, DUPLICATE, ACKNOWLEDGED = "OPEN", "CLOSED", "DUPLICATE", "ACKNOWLEDGED"
# Each word, and what is said instead to a source that does not know it. Everybody knows OPEN and CLOSED.
_INSTEAD: Mapping[str, tuple[str, ...]] = {
    OPEN: (),
    ACKNOWLEDGED: ("INVESTIGATING", OPEN),
    "INVESTIGATING": (OPEN,),
    "IN_PROGRESS": (OPEN,),
    "ACTION_SCHEDULED": ("IN_PROGRESS", OPEN),
    CLOSED: (),
    "FIXED": (CLOSED,),
    "NO_FURTHER_ACTION": (CLOSED,),
    "NOT_COUNCILS_RESPONSIBILITY": ("NO_FURTHER_ACTION", CLOSED),
    "INTERNAL_REFERRAL": (CLOSED,),
    DUPLICATE: (CLOSED,),
}
KNOWN = frozenset(_INSTEAD)
SPOKEN = tuple(word for word in _INSTEAD if word not in (ACKNOWLEDGED, DUPLICATE))  # by mySociety's own
_STANDS: Mapping[Status, str] = {
    Status.SUBMITTED: OPEN,
    Status.ACKNOWLEDGED: ACKNOWLEDGED,
    Status.IN_PROGRESS: "IN_PROGRESS",
    Status.SCHEDULED: "ACTION_SCHEDULED",
}
_ENDED: Mapping[Outcome, str] = {
    Outcome.FIXED: "FIXED",
    Outcome.NOT_FOUND: "NO_FURTHER_ACTION",
    Outcome.OTHER_DEPARTMENT: "INTERNAL_REFERRAL",
    Outcome.OUT_OF_SCOPE: "NOT_COUNCILS_RESPONSIBILITY",
    Outcome.OUTSIDE_JURISDICTION: "NOT_COUNCILS_RESPONSIBILITY",
    Outcome.DUPLICATE: DUPLICATE,
    Outcome.NO_ACTION: "NO_FURTHER_ACTION",
    Outcome.NOT_ENOUGH_TOLD: "NO_FURTHER_ACTION",
    Outcome.WITHDRAWN: "NO_FURTHER_ACTION",
}


def word_of(stands: Status, outcome: str, *, repeats: bool, takes: Collection[str]) -> str:
    """The word for a request that stands so, from those a source takes. `repeats`: it is told which one it repeats."""
    if repeats:
        wanted = DUPLICATE
    elif stands in _STANDS:
        wanted = _STANDS[stands]
    else:
        wanted = _ENDED[Outcome(outcome)] if outcome else CLOSED
    return next(word for word in (wanted, *_INSTEAD[wanted]) if word in takes or word in (OPEN, CLOSED))
