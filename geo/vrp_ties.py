"""What routes must agree on: a common start for two crews, an order between jobs, one crew for several jobs.

After a first search each of these is fixed to what it nearly found - a moment, a split in time, a crew - so that the
next search can keep them without knowing them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from geo.vrp_draft import Draft
from geo.vrp_problem import FOREVER_S, Problem, Window
from geo.vrp_schedule import first_start, last_start, windows_within

Agreed = tuple[dict[int, Window], dict[int, int]]  # bounds of jobs, the crew that jobs are held on


def has_ties(problem: Problem) -> bool:
    """Whether anything must be agreed between routes."""
    return any(job.crews_needed > 1 or job.after or job.with_job is not None for job in problem.jobs)


def agree(draft: Draft, settled: Mapping[int, Window]) -> Agreed:
    """Moments, splits and crews for all that is tied, near what a draft that ignores ties does.

    What was settled with the locks stays as it is.
    """
    problem, starts = draft.problem, _starts(draft)
    bounds = dict(settled)
    followers = draft.followers
    for n in in_order(problem):
        job = problem.jobs[n]
        begins = [bounds[other][1] + problem.jobs[other].service_s for other in job.after]
        if n in settled or not (begins or n in followers or job.crews_needed > 1):
            continue
        bounds[n] = _bound(draft, n, max(begins, default=0), starts, followers.get(n, []))
    return bounds, _held(draft)


def _bound(draft: Draft, n: int, opens: int, starts: dict[int, list[int]], followers: list[int]) -> Window:
    """When a tied job may start: at one moment for two crews, early enough for those that follow."""
    job = draft.problem.jobs[n]
    windows = windows_within(draft.insertions.windows(n), (opens, FOREVER_S))
    wish = max(starts[n]) if n in starts else _middle(draft, n, windows)
    moment = first_start(windows, max(wish, opens))
    if moment == float("inf"):
        moment = last_start(windows, max(wish, opens))
    if abs(moment) == float("inf"):
        return opens, max(opens, FOREVER_S)
    moment = int(moment)
    if job.crews_needed > 1:
        return moment, moment
    if not followers:
        return opens, FOREVER_S
    later = min((min(starts[f]) for f in followers if f in starts), default=moment)
    return opens, max(moment, (moment + later - job.service_s) // 2)


def _middle(draft: Draft, n: int, windows: tuple[Window, ...]) -> int:
    """A moment in the middle of what windows and shifts leave."""
    crews = [draft.problem.crews[c] for c in draft.candidates(n)] or list(draft.problem.crews)
    first = min(crew.shift_start_s for crew in crews)
    last = (
        max(crew.shift_end_s for crew in crews if crew.day == min(c.day for c in crews))
        - draft.problem.jobs[n].service_s
    )
    opens = first_start(windows, first)
    closes = last_start(windows, last)
    if opens == float("inf") or closes < opens:
        return first
    return int(opens + (closes - opens) // 2)


def _starts(draft: Draft) -> dict[int, list[int]]:
    """When each job starts, rounded up, for every crew that does it."""
    found: dict[int, list[int]] = {}
    for number, order in enumerate(draft.orders):
        route = draft.clock(number, order)
        for visit in route.visits if route is not None else ():
            found.setdefault(visit.job, []).append(-int(-visit.service_start_s // 1))
    return found


def in_order(problem: Problem) -> Iterator[int]:
    """All jobs, each behind those it waits for."""
    done: set[int] = set()
    for n in range(len(problem.jobs)):
        ahead = [n]
        while ahead:
            waits = [other for other in problem.jobs[ahead[-1]].after if other not in done]
            if waits:
                ahead += waits
            else:
                job = ahead.pop()
                if job not in done:
                    done.add(job)
                    yield job


def one_crew(problem: Problem, *, partners: bool = False) -> list[list[int]]:
    """The sets of jobs that one crew does, two or more each; with `partners` only those done all or not at all."""
    root = list(range(len(problem.jobs)))

    def top(n: int) -> int:
        while root[n] != n:
            n = root[n]
        return n

    for n, job in enumerate(problem.jobs):
        same = [] if job.with_job is None else [job.with_job]
        for other in [*same, *(job.after if job.after_same_crew and not partners else ())]:
            root[top(n)] = top(other)
    sets: dict[int, list[int]] = {}
    for n in range(len(root)):
        sets.setdefault(top(n), []).append(n)
    return [members for members in sets.values() if len(members) > 1]


def _held(draft: Draft) -> dict[int, int]:
    """The crew that each set of jobs is held on: of those that may do all, the one that does most of it already."""
    held: dict[int, int] = {}
    for members in one_crew(draft.problem):
        able = [n for n in range(len(draft.problem.crews)) if draft.able[n, members].all()]
        locked = [c for m in members for c in (draft.problem.jobs[m].locked_crew,) if c in able]
        locked += [n for n in able if draft.locked[n] & set(members)]
        if not able:
            continue
        worth = {n: sum(draft.problem.jobs[m].prize_s for m in members if m in draft.orders[n]) for n in able}
        crew = locked[0] if locked else max(able, key=lambda n: (worth[n], -len(draft.orders[n]), -n))
        held.update(dict.fromkeys(members, crew))
    return held


def untied(draft: Draft) -> set[int]:
    """Jobs in a draft's orders whose ties do not hold."""
    problem, bad = draft.problem, set[int]()
    if not draft.ties:
        return bad
    served = draft.served()
    planned = {stop for order in draft.orders for stop in order if stop >= 0}
    for n in planned:
        job, starts = problem.jobs[n], draft.starts_s(n)
        if n not in served or not starts or max(starts) - min(starts) > 0.5:
            bad.add(n)
            continue
        for other in job.after:
            apart = job.after_same_crew and draft.crew_of(other) != draft.crew_of(n)
            if apart or other not in served or min(starts) + 1e-6 < _done_s(draft, other):
                bad.add(n)
        if job.with_job is not None and draft.crew_of(job.with_job) != draft.crew_of(n):
            bad.add(n)
    lonely = (job.with_job for n, job in enumerate(problem.jobs) if n not in planned and job.with_job in planned)
    return bad | {partner for partner in lonely if partner is not None}


def loosen(draft: Draft) -> None:
    """Bounds as wide as the draft's own times leave them, instead of as agreed before it was searched."""
    if not draft.ties:
        return
    kept = draft.snapshot()
    bounds: dict[int, Window] = {}
    for n in in_order(draft.problem):
        starts, job = draft.starts_s(n), draft.problem.jobs[n]
        if starts and job.crews_needed > 1:
            bounds[n] = draft.bounds.get(n, (-int(-max(starts) // 1),) * 2)
        elif starts:
            # On one crew the order itself keeps them apart.
            before = [other for other in job.after if draft.crew_of(other) != draft.crew_of(n)]
            behind = [
                f for f in draft.followers.get(n, ()) if draft.crew_of(f) and draft.crew_of(f) != draft.crew_of(n)
            ]
            opens = max((-int(-_done_s(draft, other) // 1) for other in before), default=0)
            later = min((min(draft.starts_s(f)) for f in behind), default=FOREVER_S + job.service_s)
            bounds[n] = opens, int(later) - job.service_s
    draft.restore((kept[0], bounds))
    if untied(draft) or not all(draft.holds(n, order) for n, order in enumerate(draft.orders) if order):
        draft.restore(kept)


def _done_s(draft: Draft, job: int) -> float:
    return max(draft.starts_s(job), default=float("inf")) + draft.problem.jobs[job].service_s
