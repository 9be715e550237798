"""The service figures, defined once: what is counted, from when to when, and what counts for each.

A figure is about a cohort: what was opened in a period, whatever became of it later, as it stood at one moment
(`as_of`). What is open then stays in it as open, for figures of closed requests alone flatter whoever closes the easy
ones. What does not count is left out with a reason and can be counted itself. ADR 0024 gives the reasons.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from data.records import Status
from desktop.domain.attention import MISSING_MS, STATUS_CODES, Mask
from desktop.domain.backlog import NEVER_MS
from desktop.domain.lifecycle import ENDED, REFERRALS, Outcome
from desktop.domain.translatable import QT_TRANSLATE_NOOP

Ints = NDArray[np.int64]
DAY_MS = 86_400_000
DAYS = (1, 7, 30, 90)  # within which closed
MOST_UNTOLD = 0.1  # of the closed without a told outcome; with more, nothing is said about how many were fixed
FEW = 20  # with fewer cases nothing is said about a difference
UNTOLD = 0  # the code of an outcome that nobody told; the others follow in the order of the list
OUTCOME_CODES = {str(outcome): code for code, outcome in enumerate(Outcome, start=1)}
_NOT_OURS = tuple(OUTCOME_CODES[outcome] for outcome in REFERRALS)
_ENDED_CODES = tuple(STATUS_CODES[status] for status in ENDED)


class People(StrEnum):
    """Whose reports are counted."""

    ALL = "all"
    RESIDENTS = "residents"
    STAFF = "staff"  # work orders that the city's own people entered


class Count(StrEnum):
    """What is counted."""

    REQUESTS = "requests"  # each report; one closed as a repeat lasts as long as what it repeats
    INCIDENTS = "incidents"  # reports of one thing once, from the first one's opening to the last one's closing


class Left(StrEnum):
    """Why something is not in a figure, as tables for programs have it and reports say it."""

    STAFF = QT_TRANSLATE_NOOP("Report", "entered by staff")
    RESIDENTS = QT_TRANSLATE_NOOP("Report", "entered by residents")
    REPEATS = QT_TRANSLATE_NOOP("Report", "further reports of an incident that is counted once")
    LOST_REPEATS = QT_TRANSLATE_NOOP("Report", "closed as repeats of a report that is not known")
    NOT_OURS = QT_TRANSLATE_NOOP("Report", "not the city's to serve")
    WITHDRAWN = QT_TRANSLATE_NOOP("Report", "taken back by the resident")
    NO_OUTCOME = QT_TRANSLATE_NOOP("Report", "closed, and nobody told how")
    NO_DEADLINE = QT_TRANSLATE_NOOP("Report", "without a deadline")
    NOT_DUE = QT_TRANSLATE_NOOP("Report", "deadline still ahead")
    DAY_RUNS = QT_TRANSLATE_NOOP("Report", "the first working day is not over")
    UNDATED = QT_TRANSLATE_NOOP("Report", "closed at a time that is not known")
    UNDATED_ANSWER = QT_TRANSLATE_NOOP("Report", "answered at a time that is not known")
    NEVER_CLOSED = QT_TRANSLATE_NOOP("Report", "never closed so far")


@dataclass(frozen=True, slots=True)
class Definition:
    """What is asked: opened from `first_ms` and before `until_ms`, as it stood at `as_of_ms`."""

    first_ms: int
    until_ms: int
    as_of_ms: int
    people: People = People.ALL
    count: Count = Count.REQUESTS

    def __post_init__(self) -> None:
        if self.until_ms <= self.first_ms:
            raise ValueError("a period ends after it begins")


@dataclass(frozen=True, slots=True, eq=False)
class Reports:
    """Every request of the city, a column each, as the store has it; MISSING_MS for times that are not known.

    due_ms is the deadline of its day: its own one, not its incident's, as it was before anybody changed it.
    person_ms is when a person first wrote to the resident of a request that a machine acknowledged.
    """

    id: Ints
    status: NDArray[np.uint8]
    requested_ms: Ints
    acknowledged_ms: Ints
    closed_ms: Ints
    due_ms: Ints
    person_ms: Ints
    by_machine: Mask
    outcome: NDArray[np.uint8]  # OUTCOME_CODES
    incident_id: Ints  # negative where there is none
    reopened: Mask
    staff: Mask


@dataclass(frozen=True, slots=True, eq=False)
class Cases:
    """What is counted, a column each; `row` is the place among the reports.

    Times are NEVER_MS where it has not happened by then, and MISSING_MS where it has and nobody knows when.
    """

    row: Ints
    id: Ints
    opened_ms: Ints
    left_ms: Ints
    answered_ms: Ints  # by whomever; a closing answers too
    person_ms: Ints  # by a person
    due_ms: Ints
    fixed: Mask
    untold: Mask  # ended, and nobody told how
    reopened: Mask
    excluded: Mapping[Left, Ints]  # rows of the period that are not counted, by reason

    def __len__(self) -> int:
        return len(self.row)

    def taken(self, at: NDArray[np.int64] | Mask) -> Cases:
        """Some of the cases, or all in another order."""
        names = [field.name for field in fields(self) if field.name != "excluded"]
        return replace(self, **{name: getattr(self, name)[at] for name in names})


@dataclass(frozen=True, slots=True, eq=False)
class _Stand:
    """How each report stood at a moment."""

    ended: Mask
    left_ms: Ints
    outcome: NDArray[np.uint8]


def cases_of(reports: Reports, definition: Definition) -> Cases:
    """What a definition counts, in order of id; O(n log n) in the reports of incidents, O(n) else."""
    own = _standing(reports, definition.as_of_ms)
    lost = own.ended & (own.outcome == OUTCOME_CODES[Outcome.DUPLICATE]) & (reports.incident_id < 0)
    stand, lead = _settled(reports, own, as_one=definition.count is Count.INCIDENTS)
    inside = (reports.requested_ms >= definition.first_ms) & (reports.requested_ms < definition.until_ms)
    rows = np.flatnonzero(inside & (reports.requested_ms <= definition.as_of_ms))
    reasons: list[tuple[Left, Mask]] = [
        (Left.REPEATS, ~lead[rows]),
        (Left.STAFF, reports.staff[rows] & (definition.people is People.RESIDENTS)),
        (Left.RESIDENTS, ~reports.staff[rows] & (definition.people is People.STAFF)),
        (Left.LOST_REPEATS, lost[rows]),
        (Left.NOT_OURS, np.isin(stand.outcome[rows], _NOT_OURS)),
        (Left.WITHDRAWN, stand.outcome[rows] == OUTCOME_CODES[Outcome.WITHDRAWN]),
    ]
    counted, excluded = np.ones(len(rows), dtype=bool), {}
    for reason, mask in reasons:
        if (counted & mask).any():
            excluded[reason] = rows[counted & mask]
            counted &= ~mask
    return _cases(reports, own, stand, rows[counted], definition.as_of_ms, excluded)


def _standing(reports: Reports, as_of_ms: int) -> _Stand:
    closed, opened = reports.closed_ms, reports.requested_ms
    over = np.zeros(len(closed), dtype=bool)
    for code in _ENDED_CODES:
        over |= reports.status == code
    dated = closed >= opened  # MISSING_MS is before every opening
    ended = over & ~(dated & (closed > as_of_ms))
    left = np.where(ended, np.where(dated, closed, MISSING_MS), NEVER_MS)
    return _Stand(ended, left, np.where(ended, reports.outcome, np.uint8(UNTOLD)))


def _settled(reports: Reports, own: _Stand, *, as_one: bool) -> tuple[_Stand, Mask]:
    """How each report stands in the light of its incident, and whether it is the one that is counted.

    The resident whose report was closed as a repeat is served when what it repeats is: it leaves then, and as that did.
    As one, all reports of an incident stand as the incident does, and the first of them is counted.
    """
    lead = np.ones(len(reports.id), dtype=bool)
    at = np.flatnonzero(reports.incident_id >= 0)
    if not len(at):
        return own, lead
    keys, which = np.unique(reports.incident_id[at], return_inverse=True)
    repeats = own.ended[at] & (own.outcome[at] == OUTCOME_CODES[Outcome.DUPLICATE])
    mains = np.bincount(which[~repeats], minlength=len(keys))[which] > 0
    speaks = ~repeats | ~mains  # where all are repeats of each other, all speak
    end = np.full(len(keys), MISSING_MS)
    np.maximum.at(end, which[speaks], own.left_ms[at][speaks])
    outcome = _outcome_of(own.outcome[at][speaks], which[speaks], len(keys))
    first = _first_of(reports, at, which, len(keys))
    follows = repeats & mains & (end[which] >= reports.requested_ms[at])
    if as_one:
        lead[at] = False
        lead[at[first]] = True
        follows = np.ones(len(at), dtype=bool)
    left, ended, outcomes = own.left_ms.copy(), own.ended.copy(), own.outcome.copy()
    told = at[follows]
    left[told] = end[which][follows]
    ended[told] = left[told] != NEVER_MS
    outcomes[told] = np.where(ended[told], outcome[which][follows], UNTOLD)
    return _Stand(ended, left, outcomes), lead


def _outcome_of(outcomes: NDArray[np.uint8], which: Ints, count: int) -> NDArray[np.uint8]:
    """The outcome of each incident: fixed where any report was, for `fixed` has the lowest code; else the next."""
    found = np.full(count, 255, dtype=np.uint8)
    told = outcomes != UNTOLD
    np.minimum.at(found, which[told], outcomes[told])
    return np.where(found == 255, np.uint8(UNTOLD), found)


def _first_of(reports: Reports, at: Ints, which: Ints, count: int) -> Ints:
    """For each incident the place in `at` of the report that was opened first."""
    order = np.lexsort((reports.id[at], reports.requested_ms[at], which))
    return order[np.searchsorted(which[order], np.arange(count))]


def _cases(
    reports: Reports, own: _Stand, stand: _Stand, rows: Ints, as_of_ms: int, excluded: Mapping[Left, Ints]
) -> Cases:
    answered, person = _answers(reports, own, rows, as_of_ms)
    ended = stand.ended[rows]
    return Cases(
        row=rows,
        id=reports.id[rows],
        opened_ms=reports.requested_ms[rows],
        left_ms=stand.left_ms[rows],
        answered_ms=answered,
        person_ms=person,
        due_ms=reports.due_ms[rows],
        fixed=ended & (stand.outcome[rows] == OUTCOME_CODES[Outcome.FIXED]),
        untold=ended & (stand.outcome[rows] == UNTOLD),
        reopened=reports.reopened[rows],
        excluded=excluded,
    )


def _answers(reports: Reports, own: _Stand, rows: Ints, as_of_ms: int) -> tuple[Ints, Ints]:
    """When each was first answered, by whomever and by a person. Its own closing is an answer; a repeat's too."""
    told, closed = reports.acknowledged_ms[rows], own.left_ms[rows]
    closed_known = np.where(closed == MISSING_MS, NEVER_MS, closed)
    acknowledged = np.where((told == MISSING_MS) | (told > as_of_ms), NEVER_MS, told)
    first = np.maximum(np.minimum(acknowledged, closed_known), reports.requested_ms[rows])
    status = reports.status[rows]
    # Somebody answered, nobody knows when. One that ended after `as_of` may have had its first answer with that.
    untimed = (first == NEVER_MS) & (told == MISSING_MS) & (status != STATUS_CODES[Status.SUBMITTED])
    untimed &= ~np.isin(status, _ENDED_CODES) | (closed == MISSING_MS)
    wrote = reports.person_ms[rows]
    wrote = np.where((wrote == MISSING_MS) | (wrote > as_of_ms), NEVER_MS, wrote)
    by_person = np.where(reports.by_machine[rows], np.minimum(wrote, closed_known), first)
    person = np.maximum(by_person, reports.requested_ms[rows])
    return np.where(untimed, MISSING_MS, first), np.where(untimed, MISSING_MS, person)


# shares


class ShareName(StrEnum):
    """The shares."""

    FIXED = "fixed"
    SAME_DAY = "same_day"
    ON_TIME = "on_time"
    REOPENED = "reopened"
    RECATEGORISED = "recategorised"


@dataclass(frozen=True, slots=True, eq=False)
class Parted:
    """The cases of a share: those that count for it, of those it is about; the rest by reason."""

    some: Mask
    of: Mask
    left_out: tuple[tuple[Left, Mask], ...]


def fixed(cases: Cases, as_of_ms: int) -> Parted:
    """Of all, open ones too, those that ended as fixed. What ended without a told outcome is left out."""
    return Parted(cases.fixed, ~cases.untold, ((Left.NO_OUTCOME, cases.untold),))


def same_day(cases: Cases, as_of_ms: int, day_ends_ms: Ints) -> Parted:
    """Of those whose first working day is over, the ones that somebody or a machine answered by its end.

    `day_ends_ms` is the midnight after the first working day on which each could be read (WorkingTime.first_days_end).
    Those answered nobody knows when count as not answered that day.
    """
    over = day_ends_ms <= as_of_ms
    some = over & (cases.answered_ms != MISSING_MS) & (cases.answered_ms < day_ends_ms)
    return Parted(some, over, ((Left.DAY_RUNS, ~over),))


def on_time(cases: Cases, as_of_ms: int) -> Parted:
    """Of those whose deadline has passed, the ones that left by it.

    One that left early is judged with the others of its deadline and not before: else those that can only have been in
    time would be counted ahead of those that are late.
    """
    promised = cases.due_ms != MISSING_MS
    passed = promised & (cases.due_ms <= as_of_ms)
    undated = passed & (cases.left_ms == MISSING_MS)
    of = passed & ~undated
    ahead = promised & ~passed
    reasons = ((Left.NO_DEADLINE, ~promised), (Left.NOT_DUE, ahead), (Left.UNDATED, undated))
    return Parted(of & (cases.left_ms <= cases.due_ms), of, reasons)


def reopened(cases: Cases, as_of_ms: int) -> Parted:
    """Of those that were ever closed, the ones that were opened again."""
    closed = (cases.left_ms != NEVER_MS) | cases.reopened
    return Parted(cases.reopened & closed, closed, ((Left.NEVER_CLOSED, ~closed),))


SHARES: Mapping[ShareName, Callable[[Cases, int], Parted]] = {
    ShareName.FIXED: fixed,
    ShareName.ON_TIME: on_time,
    ShareName.REOPENED: reopened,
}


# times


class TimeName(StrEnum):
    """The times that are followed from the opening."""

    CLOSE = "close"
    RESPONSE = "response"  # by whomever
    PERSON = "response_by_people"


@dataclass(frozen=True, slots=True, eq=False)
class Lasting:
    """How long each case took, or has been waiting: those of `known`, in their order."""

    known: Mask
    time_ms: Ints
    over: Mask
    left_out: tuple[tuple[Left, Mask], ...]


def lasting(cases: Cases, name: TimeName, as_of_ms: int) -> Lasting:
    """Milliseconds of the calendar from the opening until it happened, or until `as_of` where it has not."""
    ends = {TimeName.CLOSE: cases.left_ms, TimeName.RESPONSE: cases.answered_ms, TimeName.PERSON: cases.person_ms}[name]
    unknown = ends == MISSING_MS
    over = ~unknown & (ends != NEVER_MS)
    time = np.where(over, ends, as_of_ms) - cases.opened_ms
    reason = Left.UNDATED if name is TimeName.CLOSE else Left.UNDATED_ANSWER
    return Lasting(~unknown, np.maximum(time, 0)[~unknown], over[~unknown], ((reason, unknown),))
