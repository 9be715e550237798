"""The life of a request as one table: which act is allowed when, what it leads to, who is told, what can be undone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from data.records import Status

PERSON, MACHINE = "person", "machine"  # who acknowledged


class Verb(StrEnum):
    """The acts on a request, as the log names them."""

    ACKNOWLEDGE = "acknowledge"
    COMMENT = "comment"  # among staff
    ANSWER = "answer"  # to the resident
    HEAR = "hear"  # what the resident said
    START = "start work"
    SCHEDULE = "schedule"
    ASSIGN = "assign to"
    RECATEGORISE = "recategorise"
    DUPLICATE = "mark duplicate"
    CLOSE = "close"
    REOPEN = "reopen"
    REFER = "refer"
    ARCHIVE = "archive"


class Outcome(StrEnum):
    """How a request ended."""

    FIXED = "fixed"
    NOT_FOUND = "not_found"
    OTHER_DEPARTMENT = "other_department"
    OUT_OF_SCOPE = "out_of_scope"
    OUTSIDE_JURISDICTION = "outside_jurisdiction"
    DUPLICATE = "duplicate"
    NO_ACTION = "no_action"
    NOT_ENOUGH_TOLD = "not_enough_told"
    WITHDRAWN = "withdrawn"


# What residents read; also how an Open311 status note begins.
OUTCOME_WORDS: Mapping[Outcome, str] = {
    Outcome.FIXED: "Fixed",
    Outcome.NOT_FOUND: "Not found",
    Outcome.OTHER_DEPARTMENT: "Passed to another department",
    Outcome.OUT_OF_SCOPE: "Not a service of the city",
    Outcome.OUTSIDE_JURISDICTION: "Not the city's to decide",
    Outcome.DUPLICATE: "Reported before",
    Outcome.NO_ACTION: "No action needed",
    Outcome.NOT_ENOUGH_TOLD: "Not enough was told",
    Outcome.WITHDRAWN: "Taken back by the resident",
}
REFERRALS = (Outcome.OUTSIDE_JURISDICTION, Outcome.OUT_OF_SCOPE)

OPEN = frozenset({Status.SUBMITTED, Status.ACKNOWLEDGED, Status.IN_PROGRESS, Status.SCHEDULED})
ENDED = frozenset({Status.CLOSED, Status.ARCHIVED})
STATUS_WORDS: Mapping[Status, str] = {
    Status.SUBMITTED: "not acknowledged yet",
    Status.ACKNOWLEDGED: "acknowledged",
    Status.IN_PROGRESS: "in progress",
    Status.SCHEDULED: "scheduled",
    Status.CLOSED: "closed",
    Status.ARCHIVED: "archived",
}
_ONWARD = (Status.SUBMITTED, Status.ACKNOWLEDGED, Status.SCHEDULED, Status.IN_PROGRESS)


def furthest(statuses: Iterable[Status]) -> Status:
    """What an incident's status is: that of its open report with which most has happened. ValueError without one."""
    return max((status for status in statuses if status in OPEN), key=_ONWARD.index)


class Comment(StrEnum):
    """Whether an act wants words."""

    REQUIRED = "required"  # a person writes or picks them
    USUAL = "usual"  # the act's own words are said where nobody writes any
    OPTIONAL = "optional"


@dataclass(frozen=True, slots=True)
class Transition:
    """One row of the table. `becomes` None leaves the status; `usual` are words with placeholders (answers.py)."""

    allowed: frozenset[Status]
    becomes: Status | None
    comment: Comment
    tells: bool  # residents get a message
    undoable: bool = True
    usual: str = ""
    acknowledges: bool = False  # what it tells is an answer to a request that had none


_SERVED = frozenset(Status) - {Status.ARCHIVED}

TRANSITIONS: Mapping[Verb, Transition] = {
    Verb.ACKNOWLEDGE: Transition(
        frozenset({Status.SUBMITTED}), Status.ACKNOWLEDGED, Comment.USUAL, tells=True,
        usual="Thank you for reporting {service} at {address}. We look at it by {due}.",
    ),
    Verb.COMMENT: Transition(frozenset(Status), None, Comment.REQUIRED, tells=False),
    Verb.ANSWER: Transition(_SERVED, None, Comment.REQUIRED, tells=True),
    Verb.HEAR: Transition(_SERVED, None, Comment.REQUIRED, tells=False),
    Verb.START: Transition(
        OPEN - {Status.IN_PROGRESS}, Status.IN_PROGRESS, Comment.USUAL, tells=True,
        usual="Work on {service} at {address} has begun.",
    ),
    Verb.SCHEDULE: Transition(
        OPEN, Status.SCHEDULED, Comment.USUAL, tells=True,
        usual="{service} at {address} is planned for {date}.",
    ),
    Verb.ASSIGN: Transition(OPEN, None, Comment.OPTIONAL, tells=False),
    Verb.RECATEGORISE: Transition(
        OPEN, None, Comment.USUAL, tells=True,
        usual="We have passed your report on to {department} as {service}.", acknowledges=True,
    ),
    Verb.DUPLICATE: Transition(
        OPEN, Status.CLOSED, Comment.USUAL, tells=True,
        usual="{service} at {address} was reported before. We deal with both reports together.",
    ),
    Verb.CLOSE: Transition(OPEN, Status.CLOSED, Comment.REQUIRED, tells=True),
    Verb.REOPEN: Transition(frozenset({Status.CLOSED}), Status.ACKNOWLEDGED, Comment.REQUIRED, tells=True),
    Verb.REFER: Transition(
        OPEN, Status.CLOSED, Comment.USUAL, tells=True,
        usual="{service} at {address} is not for the city to deal with. Please contact {contact}.",
    ),
    Verb.ARCHIVE: Transition(
        frozenset({Status.CLOSED}), Status.ARCHIVED, Comment.OPTIONAL, tells=False, undoable=False
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Standing:
    """Where one request stands. Times are milliseconds since 1970, None where there is none."""

    status: Status = Status.SUBMITTED
    acknowledged_ms: int | None = None
    acknowledged_by: str = ""
    closed_ms: int | None = None
    outcome: str = ""
    scheduled_for: str | None = None  # ISO day
    reopened_count: int = 0
    awaits_answer: bool = False


@dataclass(frozen=True, slots=True)
class Deed:
    """One act at one moment, with what it needs besides words."""

    verb: Verb
    at_ms: int
    by: str = PERSON
    outcome: Outcome | None = None  # of closing acts
    day: str | None = None  # of scheduling, ISO
    silent: bool = False  # residents are not told what they would be told else

    def __post_init__(self) -> None:
        ends = TRANSITIONS[self.verb].becomes is Status.CLOSED
        if ends != (self.outcome is not None):
            raise ValueError(f"{self.verb} {'needs' if ends else 'has no'} outcome")
        if (self.verb is Verb.SCHEDULE) != (self.day is not None):
            raise ValueError(f"{self.verb} {'needs' if self.verb is Verb.SCHEDULE else 'has no'} day")


def refusal(verb: Verb, status: Status) -> str:
    """Why an act is not allowed, as the end of a sentence about the request; empty where it is."""
    if status in TRANSITIONS[verb].allowed:
        return ""
    if status is Status.ARCHIVED:
        return "is archived; only comments among staff can be added"
    if verb is Verb.REOPEN:
        return "is open already"
    if status is Status.CLOSED:
        return "is closed; reopen it first"
    if verb is Verb.ARCHIVE:
        return "is not closed"
    return f"is {STATUS_WORDS[status]} already"


def after(deed: Deed, standing: Standing) -> Standing:
    """Where a request stands after an act; ValueError where the act is not allowed."""
    if refusal(deed.verb, standing.status):
        raise ValueError(f"{deed.verb} is not allowed for a request that is {standing.status}")
    row = TRANSITIONS[deed.verb]
    becomes, tells = row.becomes, row.tells and not deed.silent
    if tells and row.acknowledges and standing.status is Status.SUBMITTED:
        becomes = Status.ACKNOWLEDGED
    found = standing if becomes is None else replace(standing, status=becomes)
    if becomes not in (None, Status.SUBMITTED) and standing.acknowledged_ms is None:
        found = replace(found, acknowledged_ms=deed.at_ms, acknowledged_by=deed.by)
    if becomes is Status.CLOSED:
        found = replace(found, closed_ms=deed.at_ms, outcome=str(deed.outcome))
    if deed.verb is Verb.REOPEN:
        count = standing.reopened_count + 1
        found = replace(found, closed_ms=None, outcome="", scheduled_for=None, reopened_count=count)
    if deed.verb is Verb.SCHEDULE:
        found = replace(found, scheduled_for=deed.day)
    if tells or deed.verb is Verb.HEAR:
        found = replace(found, awaits_answer=deed.verb is Verb.HEAR)
    return found


def faults(standing: Standing) -> list[str]:
    """What cannot be true of a request that lived by the table; empty for a legal one."""
    ended = standing.status in ENDED
    answered = standing.acknowledged_ms is not None
    rules = {
        "an ended request has its closing time, and only an ended one": ended == (standing.closed_ms is not None),
        "an ended request has its outcome, and only an ended one": ended == (standing.outcome != ""),
        "an outcome is one of the list": standing.outcome == "" or standing.outcome in tuple(Outcome),
        "only a request nobody answered is merely submitted": answered == (standing.status is not Status.SUBMITTED),
        "who acknowledged is known when somebody did": answered == (standing.acknowledged_by in (PERSON, MACHINE)),
        "a scheduled request has its day": standing.status is not Status.SCHEDULED or bool(standing.scheduled_for),
        "nothing is closed before it is acknowledged": (standing.closed_ms or 2**62) >= (standing.acknowledged_ms or 0),
        "nothing is reopened less than never": standing.reopened_count >= 0,
    }
    return [rule for rule, holds in rules.items() if not holds]
