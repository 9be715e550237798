"""What a locked job cannot be without: those it waits for, its partners, its second crew, put in beside it."""

from __future__ import annotations

from geo.vrp_draft import Draft
from geo.vrp_problem import FOREVER_S


def tie_in(draft: Draft, job: int) -> str:
    """Make a planned job's ties hold, adding what is missing; returns why that cannot be, or nothing."""
    known = draft.problem.jobs[job]
    for other in known.after:
        why = _wait(draft, job, other)
        if why:
            return why
    if known.crews_needed > 1 and not _second_crew(draft, job):
        return "no second crew can be there at the same moment."
    for partner in _partners(draft, job):
        why = _beside(draft, job, partner)
        if why:
            return why
    return ""


def _partners(draft: Draft, job: int) -> list[int]:
    jobs = draft.problem.jobs
    own = [] if jobs[job].with_job is None else [jobs[job].with_job]
    return [*(n for n in own if n is not None), *(n for n, other in enumerate(jobs) if other.with_job == job)]


def _wait(draft: Draft, job: int, other: int) -> str:
    """`other` is done before `job` starts."""
    known, first = draft.problem.jobs[job], draft.problem.jobs[other]
    crews = draft.crew_of(job) if known.after_same_crew else None
    if other not in draft.served():
        if not _bring(draft, other, crews, before_s=int(min(draft.starts_s(job))) - first.service_s):
            return f"it waits for job {first.name}, which cannot be done before."
    elif crews is not None and draft.crew_of(other) != crews:
        return f"job {first.name} before it is on another crew."
    start = _whole(max(draft.starts_s(other)))
    draft.agree(other, (min(draft.bounds.get(other, (0, 0))[0], start), start))
    _, closes = draft.bounds.get(job, (0, FOREVER_S))
    opens = max(draft.bounds.get(job, (0, 0))[0], start + first.service_s)
    draft.agree(job, (opens, max(opens, closes)))
    return "" if _all_hold(draft) else f"it waits for job {first.name}, which is done too late."


def _bring(draft: Draft, job: int, crews: list[int] | None, before_s: int) -> bool:
    """Put a job in that a locked one needs, early enough if that can be, with all it needs itself."""
    kept = draft.snapshot()
    for latest in (before_s, FOREVER_S):
        if latest < 0:
            continue
        draft.restore(kept)
        for other in draft.problem.jobs[job].after:
            if other not in draft.served() and not _bring(draft, other, None, latest):
                break
        else:
            ready = [
                _whole(max(draft.starts_s(o))) + draft.problem.jobs[o].service_s for o in draft.problem.jobs[job].after
            ]
            opens = max(ready, default=0)
            draft.agree(job, (opens, max(opens, latest)))
            able = [n for n in draft.candidates(job) if crews is None or n in crews]
            two = draft.problem.jobs[job].crews_needed > 1
            put = draft.best_two(job, able) if two else draft.best(job, able)
            if put is not None:
                draft.accept(job, put)
                if not tie_in(draft, job):
                    return True
    draft.restore(kept)
    return False


def _second_crew(draft: Draft, job: int) -> bool:
    start = _whole(max(draft.starts_s(job)))
    draft.agree(job, (start, start))
    if not _all_hold(draft):
        return False
    if len(draft.crew_of(job)) > 1:
        return True
    put = draft.best(job, draft.candidates(job))
    if put is None:
        return False
    draft.accept(job, put)
    return True


def _beside(draft: Draft, job: int, partner: int) -> str:
    name = draft.problem.jobs[partner].name
    if partner in draft.served():
        same = draft.crew_of(partner) == draft.crew_of(job)
        return "" if same else f"its partner {name} is kept on another crew."
    if not _bring(draft, partner, draft.crew_of(job), FOREVER_S):
        return f"its partner {name} does not fit the same crew's day."
    return ""


def _all_hold(draft: Draft) -> bool:
    return all(draft.holds(n, order) for n, order in enumerate(draft.orders) if order)


def _whole(moment: float) -> int:
    return -int(-moment // 1)
