"""What crews told of their stops by a moment, as a replan needs it: what is over, what runs, how late each crew is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import TYPE_CHECKING

from data.records import StopEvent
from data.unit_of_work import ReadUnit
from desktop.domain.crew_status import StopKind

if TYPE_CHECKING:
    from geo.vrp import Crew, Job, PlannedDay
    from geo.vrp_rest import CrewNow

OVER = (StopKind.DONE, StopKind.NOT_FOUND)


@dataclass(frozen=True, slots=True)
class Marks:
    """What was told, by the numbers of crews and jobs. `elsewhere` are the crews that said another one is needed.

    late_s is what a crew's last mark says; below nought it is early. `last` is the job of that mark. `before_turn` are
    the jobs that crews began though others before them are neither told nor over by the clock, and when they are free.
    """

    done: frozenset[int] = frozenset()
    not_found: frozenset[int] = frozenset()
    started: frozenset[int] = frozenset()
    elsewhere: Mapping[int, frozenset[int]] = field(default_factory=dict)
    late_s: Mapping[int, int] = field(default_factory=dict)
    last: Mapping[int, int] = field(default_factory=dict)
    before_turn: Mapping[int, tuple[int, int]] = field(default_factory=dict)

    @property
    def over(self) -> frozenset[int]:
        """The jobs to which nobody drives any more."""
        return self.done | self.not_found

    def counts(self) -> dict[str, int]:
        """How many of each."""
        kinds = {"done": self.done, "not_found": self.not_found, "started": self.started, "other_crew": self.elsewhere}
        return {name: len(jobs) for name, jobs in kinds.items()}


def events_by(unit: ReadUnit, day: date, now: datetime) -> list[StopEvent]:
    """All that was told of the day's stops by a moment, whichever version of the plan it was told of."""
    told = [one for plan in unit.plans.versions(day) for one in unit.stop_events.of_plan(plan.id) if one.job]
    return sorted((one for one in told if one.at <= now), key=lambda one: (one.at, one.id))


def marks_of(
    events: Sequence[StopEvent],
    crews: Sequence[Crew],
    jobs: Sequence[Job],
    planned: PlannedDay,
    moments: tuple[datetime, datetime],
) -> Marks:
    """The marks of the stops that a plan has, the last one of each; `moments` are midnight and now."""
    midnight, now = (moment.timestamp() for moment in moments)
    number = {job.name: at for at, job in enumerate(jobs)}
    crew_number = {crew.name: at for at, crew in enumerate(crews)}
    last: dict[tuple[int, int], StopEvent] = {}
    for event in events:
        if event.crew in crew_number and event.job in number:
            key = crew_number[event.crew], number[event.job]
            last.pop(key, None)  # so that what was told last comes last
            last[key] = event
    of: dict[StopKind, set[int]] = {kind: set() for kind in StopKind}
    elsewhere: dict[int, set[int]] = {}
    for (crew, job), event in last.items():
        kind = StopKind(event.kind)
        of[kind].add(job)
        if kind is StopKind.OTHER_CREW:
            elsewhere.setdefault(job, set()).add(crew)
    over = of[StopKind.DONE] | of[StopKind.NOT_FOUND]
    late: dict[int, int] = {}
    latest: dict[int, int] = {}
    before_turn: dict[int, tuple[int, int]] = {}
    for (crew, job), event in last.items():
        visits = planned.routes[crew].visits
        at = next((at for at, one in enumerate(visits) if one.job == job), None)
        if at is None:
            continue
        latest[crew], visit, kind = job, visits[at], StopKind(event.kind)
        late.pop(crew, None), before_turn.pop(crew, None)
        at_s = event.at.timestamp() - midnight
        if not any(one.departure_s > now - midnight and one.job not in over for one in visits[:at]):
            late[crew] = _late_s(kind, at_s, now - midnight, visit.service_start_s, visit.departure_s)
        elif kind is StopKind.STARTED:
            before_turn[crew] = job, round(max(now - midnight, at_s + visit.departure_s - visit.service_start_s))
    left = {job: frozenset(told) for job, told in elsewhere.items() if job not in over and _still(planned, job, told)}
    return Marks(
        frozenset(of[StopKind.DONE]),
        frozenset(of[StopKind.NOT_FOUND] - of[StopKind.DONE]),
        frozenset(of[StopKind.STARTED] - over),
        left,
        late,
        latest,
        before_turn,
    )


def _still(planned: PlannedDay, job: int, crews: set[int]) -> bool:
    """Whether one of the crews that said so still has the job; an earlier replan may have given it away."""
    return any(visit.job == job for crew in crews for visit in planned.routes[crew].visits)


def _late_s(kind: StopKind, at_s: float, now_s: float, starts_s: float, leaves_s: float) -> int:
    """How late a crew is by what it told last of a stop.

    Work that was begun is not over before that is told, and a crew that was early is on its way to the next stop, no
    farther: nobody knows more.
    """
    if kind is StopKind.STARTED:
        return round(now_s - min(now_s - (at_s - starts_s), leaves_s - 1))
    if at_s >= leaves_s:
        return round(at_s - leaves_s)
    return round(now_s - max(now_s, leaves_s))


def without_elsewhere(planned: PlannedDay, marks: Marks, crews: Sequence[Crew]) -> PlannedDay:
    """The plan without the stops that need another crew: they are to be given to one."""
    from geo.vrp import LeftOut

    if not marks.elsewhere:
        return planned
    routes = tuple(
        replace(route, stops=tuple(stop for stop in route.stops if stop.job not in marks.elsewhere))
        for route in planned.routes
    )
    left = tuple(
        LeftOut(job, "skill", f"Needs another crew than {', '.join(sorted(crews[crew].name for crew in told))}.")
        for job, told in sorted(marks.elsewhere.items())
    )
    known = {one.job for one in left}
    return replace(planned, routes=routes, left_out=(*(one for one in planned.left_out if one.job not in known), *left))


def forbidden(jobs: Sequence[Job], marks: Marks) -> tuple[Job, ...]:
    """The jobs, none of them for a crew that said another one is needed."""
    return tuple(
        replace(job, forbidden_crews=job.forbidden_crews | marks.elsewhere.get(at, frozenset()))
        for at, job in enumerate(jobs)
    )


def where_told(now: Sequence[CrewNow], marks: Marks, jobs: Sequence[Job]) -> tuple[CrewNow, ...]:
    """Where crews stand: those bound for nowhere, or at a stop before its turn, at the one of which they told last."""

    def told(crew: int, state: CrewNow) -> CrewNow:
        if crew in marks.before_turn and not state.absent:
            job, free_s = marks.before_turn[crew]
            return replace(state, place=jobs[job].location, free_s=free_s, running=None, done=(*state.done, job))
        if crew in marks.last and state.running is None:
            return replace(state, place=jobs[marks.last[crew]].location)
        return state

    return tuple(told(crew, state) for crew, state in enumerate(now))
