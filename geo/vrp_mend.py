"""From what the search found to what holds: drop what clock, loads, ties or locks forbid, and fill what is free."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from geo.vrp_draft import Draft, Put, unloaded
from geo.vrp_reloads import with_reloads
from geo.vrp_schedule import Order
from geo.vrp_ties import one_crew, untied

Breathe = Callable[[], None]


def mend(draft: Draft, *, ties: bool = True) -> None:
    """Take out what cannot be, the least worth first; locked jobs stay as long as anything else can go."""
    for number in range(len(draft.orders)):
        draft.set(number, _mended(draft, number))
    while ties:
        bad = untied(draft)
        if not bad:
            return
        draft.remove(bad)


def _mended(draft: Draft, number: int) -> list[int]:
    problem, crew = draft.problem, draft.problem.crews[number]
    order = [stop for stop in dict.fromkeys(draft.orders[number]) if stop < 0 or draft.able[number, stop]]
    order = _with_repeats(draft.orders[number], order)
    while order and not draft.holds(number, order):
        again = with_reloads(problem, crew, [stop for stop in order if stop >= 0])
        if again is not None and draft.holds(number, again):
            return again
        loose = [at for at, stop in enumerate(order) if stop >= 0 and stop not in draft.locked[number]]
        loose = loose or [at for at, stop in enumerate(order) if stop >= 0][-1:]
        ends = sorted((problem.jobs[order[at]].prize_s, at) for at in loose)
        shorter = ((at, unloaded([*order[:at], *order[at + 1 :]])) for _, at in ends)
        mends = next((rest for _, rest in shorter if draft.holds(number, rest)), None)
        at = ends[0][1]
        order = mends if mends is not None else unloaded([*order[:at], *order[at + 1 :]])
    return order


def _with_repeats(order: Order, once: Sequence[int]) -> list[int]:
    """The order with each job once and every reload."""
    keep, seen = set(once), set()
    made: list[int] = []
    for stop in order:
        if stop in keep and (stop < 0 or stop not in seen):
            seen.add(stop)
            made.append(stop)
    return made


def insertion(draft: Draft, job: int, without: frozenset[int] = frozenset()) -> Put | None:
    """The cheapest way found to add a job that nothing else is tied to backwards; None when it cannot be added."""
    known = draft.problem.jobs[job]
    crews = draft.candidates(job, without)
    served = draft.served() if known.after else set()
    if not set(known.after) <= served:
        return None
    for other in known.after:
        _settle_before(draft, other, job)
        if known.after_same_crew:
            crews = [n for n in crews if n in draft.crew_of(other)]
    if not crews:
        return None
    return draft.best_two(job, crews) if known.crews_needed > 1 else draft.best(job, crews)


def _settle_before(draft: Draft, other: int, job: int) -> None:
    """The one that is waited for stays no later than it is, and the job may start once it is done."""
    start = max(draft.starts_s(other))
    whole = -int(-start // 1)
    begins, ends = draft.bounds.get(other, (0, whole))
    if ends > whole or other not in draft.bounds:
        draft.agree(other, (min(begins, whole), whole))
    done = whole + draft.problem.jobs[other].service_s
    begins, ends = draft.bounds.get(job, (0, 2**40))
    if begins != done and begins != ends:
        draft.agree(job, (max(done, 0), max(ends, done)))


def together_on_one(draft: Draft, members: Sequence[int]) -> Put | None:
    """The cheapest way found to add jobs that one crew must do together."""
    best: Put | None = None
    able = [n for n in range(len(draft.orders)) if draft.able[n, list(members)].all()]
    kept = draft.snapshot()
    for number in able:
        cost = 0.0
        for job in members:
            put = insertion(draft, job, frozenset(range(len(draft.orders))) - {number})
            if put is None:
                break
            cost += put.cost_s
            draft.accept(job, put)
        else:
            if best is None or cost < best.cost_s:
                best = Put(cost, {number: list(draft.orders[number])}, bounds=dict(draft.bounds))
        draft.restore(kept)
    return best


def fill(draft: Draft, breathe: Breathe) -> None:
    """Insert what still fits and is worth its way, the most urgent first, until nothing more does."""
    jobs = draft.problem.jobs
    sets = {member: members for members in one_crew(draft.problem, partners=True) for member in members}
    added = True
    while added:
        added = False
        served = draft.served()
        for job in sorted((n for n in range(len(jobs)) if n not in served), key=lambda n: (-jobs[n].prize_s, n)):
            breathe()
            if job in draft.served():
                continue
            added |= _add(draft, job, sets.get(job))
        added &= any(job.after for job in jobs)  # only those that wait can have become possible


def _add(draft: Draft, job: int, members: list[int] | None) -> bool:
    served = draft.served()
    group = [job] if members is None else _behind([m for m in members if m not in served], draft)
    alone = len(group) == 1 and draft.problem.jobs[job].with_job is None
    kept = draft.snapshot() if draft.ties else None
    put = insertion(draft, job) if alone else together_on_one(draft, group)
    if put is None or put.cost_s > sum(draft.problem.jobs[one].prize_s for one in group):
        return False
    draft.accept(job, put)
    if kept is not None and untied(draft):
        draft.restore(kept)
        return False
    return True


def _behind(group: list[int], draft: Draft) -> list[int]:
    """A set of jobs, each behind those of it that it waits for."""
    left, made = list(group), list[int]()
    while left:
        ready = [n for n in left if not set(draft.problem.jobs[n].after) & set(left)]
        made += ready
        left = [n for n in left if n not in ready]
    return made


def keep_locks(draft: Draft, skeleton: Draft) -> None:
    """Put locked jobs back where other work pushed them out; where that fails, begin again from the locks alone."""
    for number, keep in enumerate(draft.locked):
        for job in sorted(keep - set(draft.orders[number])):
            _force(draft, number, job)
    loose = [n for n, job in enumerate(draft.problem.jobs) if job.locked_start_s is not None]
    for job in (n for n in loose if n not in draft.served()):
        put = insertion(draft, job)
        if put is not None:
            draft.accept(job, put)
            continue
        home = next((n for n, order in enumerate(skeleton.orders) if job in order), None)
        if home is not None:
            _force(draft, home, job)
    mend(draft)
    if not locks_hold(draft):
        draft.restore(skeleton.snapshot())


def _force(draft: Draft, number: int, job: int) -> None:
    """Make room for a locked job by taking out the least worth, as long as that can help."""
    problem = draft.problem
    while True:
        for other in draft.crew_of(job) if problem.jobs[job].crews_needed == 1 else ():
            draft.set(other, unloaded([stop for stop in draft.orders[other] if stop != job]))
        put = draft.best(job, [number])
        if put is not None:
            draft.accept(job, put)
            return
        loose = [s for s in draft.orders[number] if s >= 0 and s not in draft.locked[number]]
        loose = [s for s in loose if problem.jobs[s].locked_start_s is None]
        if not loose:
            return
        draft.remove([min(loose, key=lambda s: (problem.jobs[s].prize_s, s))])


def locks_hold(draft: Draft) -> bool:
    """Whether every lock of a problem whose locks were settled is kept."""
    problem = draft.problem
    for number, crew in enumerate(problem.crews):
        order = [stop for stop in draft.orders[number] if stop >= 0]
        front = list(crew.locked_jobs)
        if order[: len(front)] != front or (crew.locked_whole and len(order) != len(front)):
            return False
        if not draft.locked[number] <= set(order):
            return False
    planned = {stop for order in draft.orders for stop in order}
    return all(n in planned for n, job in enumerate(problem.jobs) if job.locked_start_s is not None)
