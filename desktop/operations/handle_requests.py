"""The acts on requests, one function each: many requests at once, one act in the log, nothing half done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from data.errors import RefusedInput
from data.records import AgencyId, RequestId
from desktop.domain.agency_trail import appended_all
from desktop.domain.clock import today
from desktop.domain.lifecycle import MACHINE, PERSON, REFERRALS, Deed, Outcome, Verb
from desktop.operations.assign import BY_HAND
from desktop.operations.changes import Changes
from desktop.operations.chosen_requests import Scene, Values, Wish
from desktop.operations.handling import handle
from desktop.operations.work import Work

Expected = Mapping[RequestId, int] | None
NOTES = {"internal": Verb.COMMENT, "answer": Verb.ANSWER, "reporter": Verb.HEAR}


def acknowledge(
    work: Work,
    *,
    request_ids: Sequence[RequestId],
    comment: str = "",
    template: str = "",
    expected: Expected = None,
    include_incident: bool = False,
    by_machine: bool = False,
) -> Changes:
    """Tell residents that their requests were read. `by_machine`: no person did; figures count such answers apart."""
    wish = Wish(Verb.ACKNOWLEDGE, request_ids, comment, template, expected, include_incident)
    return handle(work, wish, Deed(Verb.ACKNOWLEDGE, _ms(work), by=MACHINE if by_machine else PERSON))


def comment(
    work: Work,
    *,
    request_ids: Sequence[RequestId],
    text: str = "",
    kind: str = "internal",
    template: str = "",
    expected: Expected = None,
    include_incident: bool = False,
) -> Changes:
    """Write a note among staff (`internal`), to the resident (`answer`), or what the resident said (`reporter`)."""
    if kind not in NOTES:
        raise RefusedInput(f"There is no kind of comment '{kind}'; use one of {', '.join(NOTES)}.")
    wish = Wish(NOTES[kind], request_ids, text, template, expected, include_incident)
    return handle(work, wish, Deed(NOTES[kind], _ms(work)))


def start_work(
    work: Work,
    *,
    request_ids: Sequence[RequestId],
    comment: str = "",
    template: str = "",
    expected: Expected = None,
    include_incident: bool = False,
) -> Changes:
    """Say that a crew is at it."""
    wish = Wish(Verb.START, request_ids, comment, template, expected, include_incident)
    return handle(work, wish, Deed(Verb.START, _ms(work)))


def schedule(
    work: Work,
    *,
    request_ids: Sequence[RequestId],
    day: date,
    comment: str = "",
    template: str = "",
    expected: Expected = None,
    include_incident: bool = False,
) -> Changes:
    """Plan requests for a day; RefusedInput for one that is over."""
    if day < today(work.clock, work.city().timezone):
        raise RefusedInput(f"{day.isoformat()} is over; choose a day to come.")
    summary = {"day": day.isoformat()}
    wish = Wish(Verb.SCHEDULE, request_ids, comment, template, expected, include_incident, summary=summary)
    return handle(work, wish, Deed(Verb.SCHEDULE, _ms(work), day=day.isoformat()))


def assign_to(
    work: Work,
    *,
    request_ids: Sequence[RequestId],
    agency_id: AgencyId,
    comment: str = "",
    expected: Expected = None,
    include_incident: bool = False,
) -> Changes:
    """Give requests to a department by hand: no rule or area takes them back."""
    with work.store.read() as unit:
        name = next((agency.name for agency in unit.agencies.all() if agency.id == agency_id), None)
    if name is None:
        raise RefusedInput(f"There is no department {agency_id}.")

    def given(scene: Scene) -> Values:
        rows, count = scene.rows, len(scene.rows)
        kept = zip(rows["queue"], rows["agency_id"], strict=True)
        return {
            "agency_id": [agency_id] * count,
            "agency_trail": appended_all(rows["agency_trail"], rows["agency_id"], [agency_id] * count),
            "queue": [queue if former == agency_id else "" for queue, former in kept],  # queues are within departments
            "assigned_kind": [""] * count,
            "assigned_area": [""] * count,
            "assigned_rule": [BY_HAND] * count,
            "assigned_reason": [f"{work.actor} gave it to {name}."] * count,
        }

    summary = {"agency": name}
    wish = Wish(Verb.ASSIGN, request_ids, comment, "", expected, include_incident, summary=summary)
    return handle(work, wish, Deed(Verb.ASSIGN, _ms(work)), more=given)


def close(
    work: Work,
    *,
    request_ids: Sequence[RequestId],
    outcome: Outcome,
    comment: str = "",
    template: str = "",
    expected: Expected = None,
    include_incident: bool = False,
) -> Changes:
    """End requests with an outcome and a word to the residents. RefusedInput for the outcome of another act."""
    if outcome is Outcome.DUPLICATE:
        raise RefusedInput("Say of which request it is a duplicate; 'mark duplicate' closes it.")
    summary = {"outcome": outcome.value}
    wish = Wish(Verb.CLOSE, request_ids, comment, template, expected, include_incident, summary=summary)
    return handle(work, wish, Deed(Verb.CLOSE, _ms(work), outcome=outcome))


def reopen(
    work: Work,
    *,
    request_ids: Sequence[RequestId],
    comment: str = "",
    template: str = "",
    expected: Expected = None,
) -> Changes:
    """Take closed requests up again."""
    wish = Wish(Verb.REOPEN, request_ids, comment, template, expected)
    return handle(work, wish, Deed(Verb.REOPEN, _ms(work)))


def refer(
    work: Work,
    *,
    request_ids: Sequence[RequestId],
    contact: str,
    outcome: Outcome = Outcome.OUTSIDE_JURISDICTION,
    comment: str = "",
    template: str = "",
    expected: Expected = None,
    include_incident: bool = False,
) -> Changes:
    """End requests that are not the city's duty, and tell residents whom to turn to (`contact`)."""
    if not contact.strip():
        raise RefusedInput("Say whom the resident should contact.")
    if outcome not in REFERRALS:
        raise RefusedInput(f"A referral ends as {' or '.join(REFERRALS)}, not as {outcome.value}.")
    summary = {"outcome": outcome.value, "contact": contact.strip()}
    wish = Wish(
        Verb.REFER, request_ids, comment, template, expected, include_incident, contact=contact.strip(), summary=summary
    )
    return handle(work, wish, Deed(Verb.REFER, _ms(work), outcome=outcome))


def _ms(work: Work) -> int:
    return round(work.clock.now().timestamp() * 1000)
