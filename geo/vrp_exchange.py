"""What a job would cost if another went: every single exchange of a plan tried at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from geo.vrp_draft import Draft, unloaded
from geo.vrp_insert import Gaps

MOST_CLOCKS = 40  # exchanges whose clock is run for one job, the least worth first


@dataclass(frozen=True, slots=True)
class Swap:
    """A crew could take a job if `gone` went, driving more_s longer."""

    crew: int
    gone: int
    more_s: float


class Exchanges:
    """A draft without each of its jobs in turn; the gaps of all are worked out once."""

    def __init__(self, draft: Draft) -> None:
        self._draft = draft
        self._gaps: Gaps | None = None
        self._rests: list[tuple[int, int, list[int]]] = []  # crew, the job that went, what is left
        self._prize = np.zeros(0)

    def cheapest(self, job: int, able: Sequence[int]) -> Swap | None:
        """The exchange that gives up least, then drives least; None where no single one makes room."""
        gaps = self._ready()
        if not len(gaps.crew):
            return None
        extra = self._draft.insertions.extra_s(job, gaps)
        fits = np.isfinite(extra) & np.isin(gaps.crew, np.array(able, dtype=np.int64))
        rows = np.flatnonzero(fits)
        rows = rows[np.lexsort((extra[rows], self._prize[gaps.source[rows]]))]
        for row in rows[:MOST_CLOCKS]:
            number, gone, rest = self._rests[int(gaps.source[row])]
            at = int(gaps.at[row])
            made = [*rest[:at], job, *rest[at:]]
            if self._draft.holds(number, made):
                before = self._draft.clock(number, self._draft.orders[number])
                after = self._draft.clock(number, made)
                assert before is not None
                assert after is not None
                return Swap(number, gone, after.drive_s - before.drive_s)
        return None

    def _ready(self) -> Gaps:
        if self._gaps is None:
            draft, jobs = self._draft, self._draft.problem.jobs
            told = []
            for number, order in enumerate(draft.orders):
                for at, gone in enumerate(order):
                    if gone >= 0 and self._may_go(number, gone):
                        rest = unloaded([*order[:at], *order[at + 1 :]])
                        told.append((len(self._rests), number, rest, draft.first_free(number, rest)))
                        self._rests.append((number, gone, rest))
            self._gaps = draft.insertions.gaps(told)
            self._prize = np.array([jobs[gone].prize_s for _, gone, _ in self._rests], dtype=float)
        return self._gaps

    def _may_go(self, number: int, job: int) -> bool:
        """Only what nothing else is tied to and nobody locked."""
        known = self._draft.problem.jobs[job]
        tied = known.crews_needed > 1 or known.with_job is not None or self._draft.tied.get(job)
        return not tied and job not in self._draft.locked[number] and known.locked_start_s is None
