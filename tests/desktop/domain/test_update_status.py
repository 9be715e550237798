"""Where requests stand in the words of the extension, and what is said to those who know fewer."""

from __future__ import annotations

from itertools import product

import pytest

from data.records import Status
from desktop.domain.lifecycle import ENDED, Outcome
from desktop.domain.source_settings import SourceSettings
from desktop.domain.update_status import KNOWN, word_of

USUAL = SourceSettings().takes()
# Open311-adapter, perllib/Open311/Endpoint/Role/mySociety.pm, status_extended_upper.
ADAPTER = frozenset({
    "OPEN", "CLOSED", "FIXED", "IN_PROGRESS", "ACTION_SCHEDULED", "INVESTIGATING", "DUPLICATE", "REOPEN", "FOR_TRIAGE",
    "NOT_COUNCILS_RESPONSIBILITY", "NO_FURTHER_ACTION", "INTERNAL_REFERRAL",
})  # fmt: skip


@pytest.mark.parametrize(
    ("stands", "outcome", "word"),
    [
        (Status.SUBMITTED, "", "OPEN"),
        (Status.ACKNOWLEDGED, "", "INVESTIGATING"),
        (Status.IN_PROGRESS, "", "IN_PROGRESS"),
        (Status.SCHEDULED, "", "ACTION_SCHEDULED"),
        (Status.CLOSED, "", "CLOSED"),
        (Status.CLOSED, "fixed", "FIXED"),
        (Status.CLOSED, "out_of_scope", "NOT_COUNCILS_RESPONSIBILITY"),
        (Status.CLOSED, "outside_jurisdiction", "NOT_COUNCILS_RESPONSIBILITY"),
        (Status.CLOSED, "other_department", "INTERNAL_REFERRAL"),
        (Status.CLOSED, "not_found", "NO_FURTHER_ACTION"),
        (Status.ARCHIVED, "duplicate", "DUPLICATE"),
    ],
)
def test_what_mysociety_would_read(stands: Status, outcome: str, word: str) -> None:
    """Each standing has the word that FixMyStreet shows as its own state."""
    assert word_of(stands, outcome, repeats=False, takes=USUAL) == word


@pytest.mark.parametrize("takes", [USUAL, frozenset[str](), frozenset({"NO_FURTHER_ACTION"}), KNOWN])
def test_every_standing_has_a_word_that_the_source_knows(takes: frozenset[str]) -> None:
    """Whatever a source knows, it hears one of its words, and never that an ended request is open or the reverse."""
    opened = {"OPEN", "ACKNOWLEDGED", "INVESTIGATING", "IN_PROGRESS", "ACTION_SCHEDULED"}
    for stands, outcome in product(Status, ("", *(one.value for one in Outcome))):
        word = word_of(stands, outcome, repeats=False, takes=takes)
        assert word in takes | {"OPEN", "CLOSED"}
        assert (word in opened) == (stands not in ENDED)


def test_without_settings_an_adapter_knows_all_that_is_said() -> None:
    """The usual words are those of Open311-adapter, so that its schema refuses none."""
    assert USUAL <= ADAPTER


def test_a_repeated_report_is_a_duplicate_wherever_it_stands() -> None:
    """Told which one it repeats, it is DUPLICATE; to a source without that word CLOSED."""
    assert word_of(Status.ACKNOWLEDGED, "", repeats=True, takes=USUAL) == "DUPLICATE"
    assert word_of(Status.ACKNOWLEDGED, "", repeats=True, takes=frozenset()) == "CLOSED"
    assert "DUPLICATE" not in SourceSettings(accepts_duplicate=False, statuses=("DUPLICATE",)).takes()
