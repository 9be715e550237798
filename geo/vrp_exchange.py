"""What a job would cost if another went: every single exchange of a plan, those that give up least first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from geo.vrp_draft import Draft, unloaded
from geo.vrp_insert import Gaps

MOST_CLOCKS = 40  # exchanges whose clock is run for one job
CHUNK = 3000  # gaps looked at before going on to those that give up more
MOST_LOOKS = 12_000_000  # gaps looked at for a whole plan, some five seconds; the same for every run


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
        self._looks = 0

    @property
    def spent(self) -> bool:
        """Whether no more exchanges are looked at."""
        return self._looks >= MOST_LOOKS

    def cheapest(self, job: int, able: Sequence[int]) -> Swap | None:
        """The exchange that gives up least, then drives least; None where none that was looked at makes room."""
        gaps = self._ready()
        crews = np.zeros(len(self._draft.orders), dtype=bool)
        crews[list(able)] = True
        mine = np.flatnonzero(crews[gaps.crew])
        clocks = MOST_CLOCKS
        for begin in range(0, len(mine), CHUNK):
            rows = mine[begin : begin + CHUNK]
            if self.spent or clocks <= 0:
                return None
            self._looks += len(rows)
            extra = self._draft.insertions.extra_s(job, gaps.some(rows))
            fits = np.flatnonzero(np.isfinite(extra))
            fits = fits[np.lexsort((extra[fits], self._prize[gaps.source[rows[fits]]]))]
            for row in rows[fits][:clocks]:
                swap = self._try(job, gaps, int(row))
                if swap is not None:
                    return swap
            clocks -= len(fits)
        return None

    def _try(self, job: int, gaps: Gaps, row: int) -> Swap | None:
        draft, at = self._draft, int(gaps.at[row])
        number, gone, rest = self._rests[int(gaps.source[row])]
        made = [*rest[:at], job, *rest[at:]]
        if not draft.holds(number, made):
            return None
        before, after = draft.clock(number, draft.orders[number]), draft.clock(number, made)
        assert before is not None
        assert after is not None
        return Swap(number, gone, after.drive_s - before.drive_s)

    def _ready(self) -> Gaps:
        if self._gaps is None:
            draft, jobs = self._draft, self._draft.problem.jobs
            goes = [
                (jobs[s].prize_s, n, at) for n, order in enumerate(draft.orders) for at, s in enumerate(order) if s >= 0
            ]
            told = []
            for _, number, at in sorted(goes):
                order = draft.orders[number]
                if self._may_go(number, order[at]):
                    rest = unloaded([*order[:at], *order[at + 1 :]])
                    told.append((len(self._rests), number, rest, draft.first_free(number, rest)))
                    self._rests.append((number, order[at], rest))
            self._gaps = draft.insertions.gaps(told)
            self._prize = np.array([jobs[gone].prize_s for _, gone, _ in self._rests], dtype=float)
        return self._gaps

    def _may_go(self, number: int, job: int) -> bool:
        """Only what nothing else is tied to and nobody locked."""
        known = self._draft.problem.jobs[job]
        tied = known.crews_needed > 1 or known.with_job is not None or self._draft.tied.get(job)
        return not tied and job not in self._draft.locked[number] and known.locked_start_s is None
