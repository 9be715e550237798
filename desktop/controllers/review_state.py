"""What the review of duplicates shows, made of the proposals as they stand and of one proposal's reports."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from PySide6.QtCore import QCoreApplication

from desktop.controllers.review_cards import Draft
from desktop.controllers.review_reads import Book, Case
from desktop.controllers.review_words import (
    bulk_words,
    line_words,
    model_words,
    reasons,
    reliability,
    track_record,
    verdict,
)
from desktop.controllers.session import Snapshot
from desktop.domain.lifecycle import OPEN
from desktop.domain.proposals import Proposal
from desktop.views import format as words
from desktop.views.duplicates.state import BulkState, ProposalLine, ReviewState, as_shown

translate = QCoreApplication.translate


def subtitle(book: Book) -> str:
    """12 proposed · 31 accepted today · 2 rejected, and how many requests no search has seen."""
    told = translate("Review", "{0} proposed · {1} accepted today · {2} rejected").format(
        words.count(len(book.proposals)), words.count(book.accepted_today), words.count(book.rejected_today)
    )
    since = translate("Review", "{0} new requests not looked at").format(words.count(book.since))
    return f"{told} · {since}" if book.since and book.clusters is not None else told


def lines_of(book: Book, snapshot: Snapshot) -> tuple[ProposalLine, ...]:
    """The lines of the list, of which there may be thousands."""
    icons = {int(service.id): service.icon for service in snapshot.services}
    return tuple(_line(book, icons, one) for one in book.proposals)


def list_state(book: Book, lines: tuple[ProposalLine, ...], chosen: int | None, *, busy: bool) -> ReviewState:
    """The list, and what is true where it is empty."""
    return ReviewState(lines, chosen, busy=busy, nothing=_nothing(book))


def head_state(state: ReviewState, book: Book, proposal: Proposal) -> ReviewState:
    """What is told of a proposal before its reports are read."""
    place = [one.parent for one in book.proposals].index(proposal.parent) + 1
    return replace(
        state,
        title=_title(book, proposal),
        place=translate("Review", "{0} of {1}").format(words.count(place), words.count(len(state.lines))),
        probability=proposal.probability,
    )


def case_state(state: ReviewState, book: Book, case: Case, snapshot: Snapshot, now: datetime) -> ReviewState:
    """The same with what its reports say together."""
    names = {int(service.id): service.service_name for service in snapshot.services}
    probability, ground = state.probability, book.grounds[case.proposal.parent]
    return replace(
        state,
        below=_below(book, case, now, snapshot.city.timezone),
        verdict=verdict(as_shown(probability)),
        evidence=track_record(probability, reliability(book.decisions)),
        reasons=reasons(case, ground, names),
        model=model_words(book.model_version, book.learned_from),
    )


def accept_words(case: Case, draft: Draft) -> str:
    """Joining an incident that stands is told as that; empty for the usual words."""
    if not case.proposal.standing:
        return ""
    count = sum(key not in draft.out for key in case.proposal.fresh)
    one, many = translate("Review", "Join 1 to the incident"), translate("Review", "Join {0} to the incident")
    return one if count == 1 else many.format(count)


def bulk_state(
    proposals: Sequence[Proposal], chosen: Sequence[Proposal], least: float, *, busy: bool
) -> BulkState | None:
    """What "Accept many" would do with the `chosen`; None without proposals."""
    if not proposals:
        return None
    if not chosen:
        nobody = translate("Review", "None is that likely.")
        return BulkState(least, nobody, translate("Review", "Accept many"), False)
    reports = sum(len(one.fresh) for one in chosen)
    wrong = sum(1 - one.probability for one in chosen) / len(chosen) * 100
    one, many = translate("Review", "Accept 1 incident"), translate("Review", "Accept {0} incidents")
    button = one if len(chosen) == 1 else many.format(words.count(len(chosen)))
    return BulkState(least, bulk_words(len(chosen), reports, wrong), button, not busy)


def _line(book: Book, icons: Mapping[int, str], one: Proposal) -> ProposalLine:
    icon = icons[int(book.parents[one.parent].service_id)]
    below, pressing = line_words(book.grounds[one.parent]), one.parent in book.pressing
    return ProposalLine(one.parent, icon, _title(book, one), below, one.probability, pressing)


def _title(book: Book, one: Proposal) -> str:
    parent = book.parents[one.parent]
    return parent.address or parent.service_request_id


def _below(book: Book, case: Case, now: datetime, timezone: str) -> str:
    """4 reports, 35 min, 31 m across · one crew stop, one deadline: Wed 14 Oct, 10:47 (the earliest)."""
    ground = book.grounds[case.proposal.parent]
    told = translate("Review", "{0} reports, {1}, {2} across").format(
        ground.count, words.elapsed(ground.span_s), words.distance(ground.widest_m)
    )
    due = [one.due_at for one in case.requests if one.due_at is not None and one.status in OPEN]
    if not due:
        return told
    when = words.deadline(min(due), now, timezone)
    return translate("Review", "{0} · one crew stop, one deadline: {1} (the earliest)").format(told, when)


def _nothing(book: Book) -> str:
    """What is true while nothing is proposed."""
    if book.clusters is None:
        return translate("Review", "Nobody has looked for duplicates yet.")
    if book.since:
        return translate("Review", "{0} new requests were not looked at yet.").format(words.count(book.since))
    return translate("Review", "Every open report is decided about or alone.")
