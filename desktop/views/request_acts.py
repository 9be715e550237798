"""The acts on requests as data: their words and keys, and which are offered for which statuses."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication

from data.records import Status
from desktop.domain.lifecycle import TRANSITIONS, Verb
from desktop.views import format as words

translate = QCoreApplication.translate
REQUEST_PREFIX = "request."
JOIN, LEAVE = "incident.join", "incident.leave"  # acts on which reports are one incident, at any place
SEND_AGAIN, DO_NOT_SEND = "message.again", "message.drop"  # acts on answers that could not be sent
SHOWN = 3  # the primary act and up to two more


@dataclass(frozen=True, slots=True)
class Act:
    """An act as a button says it. `asks`: a sheet comes before it, even for one request."""

    verb: Verb
    text: str
    keys: str = ""
    icon: str = ""
    asks: bool = True

    @property
    def id(self) -> str:
        """The command's id."""
        return f"{REQUEST_PREFIX}{self.verb.name.lower()}"


@dataclass(frozen=True, slots=True)
class Offered:
    """What can be done now: buttons, the first one primary, and what waits in the menu."""

    shown: tuple[Act, ...] = ()
    more: tuple[Act, ...] = ()


# What usually comes next, by status; the rest of what is allowed follows in the order of every_act.
_NEXT = {
    Status.SUBMITTED: (Verb.ACKNOWLEDGE, Verb.RECATEGORISE, Verb.CLOSE),
    Status.ACKNOWLEDGED: (Verb.START, Verb.RECATEGORISE, Verb.CLOSE),
    Status.SCHEDULED: (Verb.START, Verb.SCHEDULE, Verb.CLOSE),
    Status.IN_PROGRESS: (Verb.CLOSE, Verb.SCHEDULE, Verb.RECATEGORISE),
    Status.CLOSED: (Verb.REOPEN,),
}
_MANY = (Verb.ACKNOWLEDGE, Verb.CLOSE)


def every_act() -> tuple[Act, ...]:
    """Every act that a person chooses for requests."""
    return (
        Act(Verb.ACKNOWLEDGE, translate("Acts", "Acknowledge"), "A", "circle-check", asks=False),
        Act(Verb.START, translate("Acts", "Start work"), "W", "hard-hat", asks=False),
        Act(Verb.SCHEDULE, translate("Acts", "Schedule"), "S", "calendar"),
        Act(Verb.RECATEGORISE, translate("Acts", "Recategorise"), "R", "layers"),
        Act(Verb.ASSIGN, translate("Acts", "Assign"), "", "users"),
        Act(Verb.CLOSE, translate("Acts", "Close"), "C", "check"),
        Act(Verb.DUPLICATE, translate("Acts", "Reported before"), "", "copy"),
        Act(Verb.REFER, translate("Acts", "Refer elsewhere"), "", "external-link"),
        Act(Verb.REOPEN, translate("Acts", "Reopen"), "", "refresh-cw"),
        Act(Verb.ANSWER, translate("Acts", "Answer"), "", "message-square-text"),
        Act(Verb.COMMENT, translate("Acts", "Note among staff"), "", "sticky-note"),
    )


def act_of(verb: Verb) -> Act:
    """An act in the house's words."""
    return next(act for act in every_act() if act.verb is verb)


def verb_of(command_id: str) -> Verb | None:
    """The act of a command; None for another command."""
    return next((act.verb for act in every_act() if act.id == command_id), None)


def allowed(statuses: Collection[Status]) -> tuple[Act, ...]:
    """What the table of transitions allows for at least one of some requests."""
    return tuple(act for act in every_act() if TRANSITIONS[act.verb].allowed & set(statuses))


def offered(status: Status) -> Offered:
    """What can be done with one request; its page has a composer for answers and notes."""
    told = (Verb.ANSWER, Verb.COMMENT)
    return _parted([act for act in allowed([status]) if act.verb not in told], _NEXT.get(status, ()))


def offered_for_many(statuses: Collection[Status]) -> Offered:
    """What can be done with all that are ticked."""
    return _parted(allowed(statuses), _MANY)


def _parted(acts: Collection[Act], first: Collection[Verb]) -> Offered:
    by_verb = {act.verb: act for act in acts}
    shown = tuple(by_verb[verb] for verb in first if verb in by_verb)[:SHOWN]
    return Offered(shown, tuple(act for act in acts if act not in shown))


def title_of(verb: Verb, count: int) -> str:
    """What a sheet's button says: the act and how many requests it is about."""
    one = count == 1
    told = {
        Verb.ACKNOWLEDGE: (translate("Acts", "Acknowledge"), translate("Acts", "Acknowledge {0} requests")),
        Verb.START: (translate("Acts", "Start work"), translate("Acts", "Start work on {0} requests")),
        Verb.SCHEDULE: (translate("Acts", "Schedule"), translate("Acts", "Schedule {0} requests")),
        Verb.RECATEGORISE: (translate("Acts", "Recategorise"), translate("Acts", "Recategorise {0} requests")),
        Verb.ASSIGN: (translate("Acts", "Assign"), translate("Acts", "Assign {0} requests")),
        Verb.CLOSE: (translate("Acts", "Close request"), translate("Acts", "Close {0} requests")),
        Verb.DUPLICATE: (translate("Acts", "Close as reported before"),
                         translate("Acts", "Close {0} as reported before")),
        Verb.REFER: (translate("Acts", "Refer and close"), translate("Acts", "Refer {0} requests and close them")),
        Verb.REOPEN: (translate("Acts", "Reopen"), translate("Acts", "Reopen {0} requests")),
        Verb.ANSWER: (translate("Acts", "Send answer"), translate("Acts", "Answer {0} requests")),
        Verb.COMMENT: (translate("Acts", "Keep note"), translate("Acts", "Keep note with {0} requests")),
    }[verb]  # fmt: skip
    return told[0] if one else told[1].format(words.count(count))


def leaving_of(verb: Verb) -> str:
    """What the button says that leaves everything as it is."""
    return {
        Verb.CLOSE: translate("Acts", "Keep open"),
        Verb.DUPLICATE: translate("Acts", "Keep open"),
        Verb.REFER: translate("Acts", "Keep open"),
        Verb.REOPEN: translate("Acts", "Keep closed"),
    }.get(verb, translate("Acts", "Cancel"))


def under_way(verb: Verb) -> str:
    """What the job is called while it runs."""
    return {
        Verb.ACKNOWLEDGE: translate("Acts", "Acknowledging"),
        Verb.START: translate("Acts", "Starting work"),
        Verb.SCHEDULE: translate("Acts", "Scheduling"),
        Verb.RECATEGORISE: translate("Acts", "Recategorising"),
        Verb.ASSIGN: translate("Acts", "Assigning"),
        Verb.CLOSE: translate("Acts", "Closing"),
        Verb.DUPLICATE: translate("Acts", "Joining reports"),
        Verb.REFER: translate("Acts", "Referring"),
        Verb.REOPEN: translate("Acts", "Reopening"),
        Verb.ANSWER: translate("Acts", "Answering"),
        Verb.COMMENT: translate("Acts", "Keeping the note"),
    }[verb]
