"""All routes of a plan that is edited by hand: their clocks, what ties them to each other, and what they break."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from geo.vrp_cost import plan_cost
from geo.vrp_plan import LeftOut, PlannedDay
from geo.vrp_problem import Problem
from geo.vrp_soft import SLACK_S, Begun, Breach, Order, SoftRoute, soft_route

ROUNDS = 6  # jobs that wait for each other across crews settle within as many links


@dataclass(frozen=True, slots=True, eq=False)
class SoftDay:
    """Orders with their timed routes, and every rule that is broken; by crew what of its day is over."""

    problem: Problem
    orders: tuple[tuple[int, ...], ...]
    routes: tuple[SoftRoute, ...]
    ties: tuple[Breach, ...] = ()
    begun: Mapping[int, Begun] = field(default_factory=dict)

    @property
    def breaches(self) -> tuple[Breach, ...]:
        """What the plan breaks, crew by crew."""
        return (*(breach for route in self.routes for breach in route.breaches), *self.ties)

    def with_orders(self, orders: Sequence[Order]) -> SoftDay:
        """The same day in other orders; only the crews whose order differs are timed anew, and those tied to them."""
        held = tuple(tuple(order) for order in orders)
        touched = {at for at, order in enumerate(held) if order != self.orders[at]}
        tied = [job for job, known in enumerate(self.problem.jobs) if known.crews_needed > 1 or known.after]
        if tied:
            touched |= _crews_of(held, tied) | _crews_of(self.orders, tied)
        routes = list(self.routes)
        for crew in touched:
            routes[crew] = soft_route(self.problem, crew, held[crew], None, self.begun.get(crew))
        return _settled(replace(self, orders=held, routes=tuple(routes)))

    def with_problem(self, problem: Problem, touched: Sequence[int]) -> SoftDay:
        """The same orders under other locks of the crews that are named."""
        routes = list(self.routes)
        for crew in touched:
            routes[crew] = soft_route(problem, crew, self.orders[crew], None, self.begun.get(crew))
        return _settled(replace(self, problem=problem, routes=tuple(routes)))

    def as_plan(self) -> PlannedDay:
        """The plan in the form that the checker reads; jobs in no order are left out without a reason."""
        served = {job for order in self.orders for job in order}
        left = tuple(LeftOut(job, "hand", "") for job in range(len(self.problem.jobs)) if job not in served)
        routes = tuple(route.route for route in self.routes)
        return PlannedDay(routes, left, plan_cost(self.problem, routes, [one.job for one in left]), 0, 0.0)


def soft_day(problem: Problem, orders: Sequence[Order], begun: Mapping[int, Begun] | None = None) -> SoftDay:
    """Every crew's clock, whatever it breaks; what has begun keeps its times."""
    held, known = tuple(tuple(order) for order in orders), begun or {}
    routes = tuple(soft_route(problem, crew, order, None, known.get(crew)) for crew, order in enumerate(held))
    return _settled(SoftDay(problem, held, routes, begun=known))


def _crews_of(orders: Sequence[Order], jobs: Sequence[int]) -> set[int]:
    wanted = set(jobs)
    return {crew for crew, order in enumerate(orders) if not wanted.isdisjoint(order)}


def _settled(day: SoftDay) -> SoftDay:
    """Crews wait for each other where jobs are tied; what cannot be kept is named."""
    waits: dict[int, float] = {}
    for _ in range(ROUNDS):
        needed = _waits(day)
        if all(waits.get(job, 0.0) >= second - SLACK_S / 2 for job, second in needed.items()):
            break
        waits = {job: max(second, waits.get(job, 0.0)) for job, second in needed.items()} | {
            job: second for job, second in waits.items() if job not in needed
        }
        routes = list(day.routes)
        for crew in _crews_of(day.orders, list(waits)):
            routes[crew] = soft_route(day.problem, crew, day.orders[crew], waits, day.begun.get(crew))
        day = replace(day, routes=tuple(routes))
    return replace(day, ties=tuple(_ties(day)))


def _spans(day: SoftDay) -> dict[int, list[tuple[int, float, float]]]:
    """Crew, start and end of service of every job that is served."""
    found: dict[int, list[tuple[int, float, float]]] = {}
    for crew, route in enumerate(day.routes):
        for visit in route.route.visits:
            found.setdefault(visit.job, []).append((crew, visit.service_start_s, visit.departure_s))
    return found


def _waits(day: SoftDay) -> dict[int, float]:
    """The moments before which tied jobs cannot start, as the routes now stand."""
    jobs = day.problem.jobs
    if not any(job.crews_needed > 1 or job.after for job in jobs):
        return {}
    spans, waits = _spans(day), {}
    for number, told in spans.items():
        job, second = jobs[number], 0.0
        if job.crews_needed > 1 and len(told) > 1:
            second = max(start for _, start, _ in told)
        for other in job.after:
            second = max([second, *(end for _, _, end in spans.get(other, ()))])
        if second > min(start for _, start, _ in told) + SLACK_S / 2:
            waits[number] = second
    return waits


def _ties(day: SoftDay) -> Iterator[Breach]:
    """Jobs for two crews, jobs after others, and jobs that only go together, where that does not hold."""
    jobs, spans = day.problem.jobs, _spans(day)
    for number, told in spans.items():
        job, (crew, start, _) = jobs[number], told[0]
        starts = [begin for _, begin, _ in told]
        if len(told) < job.crews_needed or max(starts) - min(starts) > SLACK_S:
            yield Breach("two_crews", crew, number, max(starts) - min(starts))
        elif len(told) > job.crews_needed:
            yield Breach("crew", told[-1][0], number)
        for other in job.after:
            done = spans.get(other, ())
            late = max((end for _, _, end in done), default=float("inf")) - start
            elsewhere = job.after_same_crew and bool(done) and {one[0] for one in done} != {one[0] for one in told}
            if late > SLACK_S or elsewhere:
                yield Breach("after", crew, number, late if done else 0.0, (jobs[other].name,))
        pair = job.with_job
        if pair is not None and not {one[0] for one in spans.get(pair, ())} & {one[0] for one in told}:
            yield Breach("pair", crew, number, names=(jobs[pair].name,))
