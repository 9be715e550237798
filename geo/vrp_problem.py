"""A planning problem: crews, jobs, locks and travel; times are seconds after midnight of the first day."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from geo.errors import GeoError

Floats = NDArray[np.float64] | NDArray[np.float32]
Window = tuple[int, int]
SECONDS_A_PRIORITY = 600  # what a point of priority is worth: ten minutes of driving
DAY_S = 86_400
# What a job's worth loses with each day: a little for waiting, much for passing its deadline, never all of it.
WAITING_SHARE_A_DAY = 0.01
LATE_SHARE_A_DAY = 0.10
MOST_LOST_SHARE = 0.90


@dataclass(frozen=True, slots=True, eq=False)
class Travel:
    """Seconds and metres between all places, [n, n]; infinity where no way leads. One a kind of vehicle."""

    duration_s: Floats
    distance_m: Floats

    def __post_init__(self) -> None:
        size = self.duration_s.shape
        if len(size) != 2 or size[0] != size[1] or self.distance_m.shape != size:
            raise GeoError("The day cannot be planned: the matrices of seconds and metres are not square and alike.")
        if not (bool((self.duration_s >= 0).all()) and bool((self.distance_m >= 0).all())):
            raise GeoError("The day cannot be planned: a travel time or distance is negative or not a number.")


@dataclass(frozen=True, slots=True)
class Crew:
    """A crew's day. Places are rows of the matrices; None means no limit; a later day's shift lies n x 24 h later.

    A break of break_s lies inside break_start_s to break_end_s: at `break_place`, or without one wherever the crew
    stands. What was collected is dropped at a place of `reloads` in reload_s, or at the end. Past shift_end_s the crew
    works at most overtime_s, each second costing overtime_price seconds of driving. locked_jobs are its first stops in
    this order; with locked_whole they are all of them.
    """

    name: str
    start: int
    end: int
    shift_start_s: int
    shift_end_s: int
    skills: frozenset[str] = frozenset()
    capacity: float | None = None
    break_start_s: int | None = None
    break_end_s: int | None = None
    break_s: int = 0
    equipment: frozenset[str] = frozenset()
    break_place: int | None = None
    reloads: tuple[int, ...] = ()
    reload_s: int = 0
    max_reloads: int | None = None
    overtime_s: int = 0
    overtime_price: int = 2
    max_stops: int | None = None
    travel: int = 0
    locked_jobs: tuple[int, ...] = ()
    locked_whole: bool = False

    def faults(self) -> Iterator[str]:
        """The rules that this crew breaks, in words."""
        if self.shift_end_s <= self.shift_start_s:
            yield f"crew {self.name}: the shift ends before it starts"
        if self.capacity is not None and not self.capacity >= 0:
            yield f"crew {self.name}: the capacity is negative"
        if min(self.reload_s, self.overtime_s, self.overtime_price, self.max_reloads or 0, self.max_stops or 0) < 0:
            yield f"crew {self.name}: reloads, overtime, its price and the number of stops cannot be negative"
        if self.reloads and self.capacity is None:
            yield f"crew {self.name}: it has places to unload and no capacity that could fill up"
        if len(set(self.locked_jobs)) < len(self.locked_jobs):
            yield f"crew {self.name}: a job is locked twice in its order"
        if self.break_s < 0:
            yield f"crew {self.name}: the break is negative"
        if self.break_s > 0:
            opens, closes = self.break_window()
            if closes - opens < self.break_s:
                yield f"crew {self.name}: the break of {self.break_s // 60} min does not fit its window"

    def break_window(self) -> Window:
        """When the break may lie; the shift where the crew names no window."""
        opens = self.shift_start_s if self.break_start_s is None else self.break_start_s
        closes = self.shift_end_s + self.overtime_s if self.break_end_s is None else self.break_end_s
        return opens, closes

    @property
    def day(self) -> int:
        """The day of its shift: 0 is the first."""
        return self.shift_start_s // DAY_S

    @property
    def latest_return_s(self) -> int:
        """The end of the shift with all the overtime that is allowed."""
        return self.shift_end_s + self.overtime_s

    def places(self) -> Iterator[int]:
        """Every place the crew's own day names."""
        yield from (self.start, self.end, *self.reloads)
        if self.break_place is not None:
            yield self.break_place

    def days_later(self, days: int, name: str) -> Crew:
        """The same crew on a later day, under a name of its own and without locks."""
        shift = days * DAY_S
        return replace(
            self,
            name=name,
            shift_start_s=self.shift_start_s + shift,
            shift_end_s=self.shift_end_s + shift,
            break_start_s=None if self.break_start_s is None else self.break_start_s + shift,
            break_end_s=None if self.break_end_s is None else self.break_end_s + shift,
            locked_jobs=(),
            locked_whole=False,
        )


@dataclass(frozen=True, slots=True)
class Job:
    """Work at a place. Windows bound the start of service; without any it is any time in a shift.

    One window is earliest_s to latest_s, several are `windows`. Jobs are named by their place in the problem's list,
    crews likewise: `after` are jobs that must be done before this one starts (by the same crew with after_same_crew);
    `with_job` is one that the same crew must do too, both or neither. Jobs of one `address` are one stop unless that
    cannot be. `deadline_day` is the day after whose end its worth falls; None never does.
    """

    name: str
    location: int
    service_s: int
    priority: int = 50
    skills: frozenset[str] = frozenset()
    load: float = 0.0  # collected here, dropped at a reload or at the end
    earliest_s: int | None = None
    latest_s: int | None = None
    equipment: frozenset[str] = frozenset()
    windows: tuple[Window, ...] = ()
    crews_needed: int = 1  # 2: two crews, the same start of service
    after: tuple[int, ...] = ()
    after_same_crew: bool = False
    with_job: int | None = None
    allowed_crews: frozenset[int] | None = None
    forbidden_crews: frozenset[int] = frozenset()
    address: str = ""
    deadline_day: int | None = None
    locked_crew: int | None = None
    locked_start_s: int | None = None
    worth_s: int | None = None  # instead of what the priority says

    def faults(self) -> Iterator[str]:
        """The rules that this job breaks, in words."""
        if self.service_s < 0 or not self.load >= 0:
            yield f"job {self.name}: service time and load cannot be negative"
        if not 0 <= self.priority <= 100:
            yield f"job {self.name}: the priority {self.priority} is not between 0 and 100"
        if self.windows and not (self.earliest_s is None and self.latest_s is None):
            yield f"job {self.name}: it has one window and several; name either"
        if any(closes < opens for opens, closes in self.windows_s):
            yield f"job {self.name}: the window closes before it opens"
        if self.worth_s is not None and self.worth_s < 0:
            yield f"job {self.name}: its worth is negative"
        if self.crews_needed not in (1, 2):
            yield f"job {self.name}: {self.crews_needed} crews at once are not planned; one or two are"
        if self.allowed_crews is not None and not self.allowed_crews - self.forbidden_crews:
            yield f"job {self.name}: no crew is allowed to do it"

    @property
    def windows_s(self) -> tuple[Window, ...]:
        """Every window as two numbers, in order of time."""
        if self.windows:
            return tuple(sorted(self.windows))
        return (
            (0 if self.earliest_s is None else self.earliest_s, FOREVER_S if self.latest_s is None else self.latest_s),
        )

    @property
    def prize_s(self) -> int:
        """Seconds of driving that serving it is worth; a job of priority 0 is still worth a little."""
        return max(1, self.priority) * SECONDS_A_PRIORITY if self.worth_s is None else self.worth_s

    def lost_s(self, day: int) -> int:
        """What its worth has lost when it is done on this day: by waiting, and by each day past its deadline."""
        late = 0 if self.deadline_day is None else max(0, day - max(self.deadline_day, 0))
        share = WAITING_SHARE_A_DAY * day + LATE_SHARE_A_DAY * late
        return round(self.prize_s * min(MOST_LOST_SHARE, share))


FOREVER_S = 60 * DAY_S  # past every horizon


@dataclass(frozen=True, slots=True, eq=False)
class Problem:
    """Crews, jobs, and one or more matrices of travel over the same places."""

    crews: tuple[Crew, ...]
    jobs: tuple[Job, ...]
    travels: tuple[Travel, ...] = field()

    def __post_init__(self) -> None:
        faults = [fault for crew in self.crews for fault in crew.faults()]
        faults += [fault for job in self.jobs for fault in job.faults()]
        if not self.crews:
            faults.append("there is no crew to plan for")
        names = Counter(crew.name for crew in self.crews)
        faults += [f"two crews are called {name}" for name in sorted(name for name, n in names.items() if n > 1)]
        faults += self._place_faults()
        faults += self._link_faults() or self._circle_faults()
        if faults:
            more = f"; and {len(faults) - 5} more" if len(faults) > 5 else ""
            raise GeoError(f"The day cannot be planned: {'; '.join(faults[:5])}{more}.")

    def travel_of(self, crew: Crew) -> Travel:
        """The matrices this crew drives by."""
        return self.travels[crew.travel]

    def may_do(self, number: int, job: Job) -> bool:
        """Whether a crew has the skills and equipment for a job, and is allowed to do it."""
        crew = self.crews[number]
        allowed = job.allowed_crews is None or number in job.allowed_crews
        return (
            allowed
            and number not in job.forbidden_crews
            and job.skills <= crew.skills
            and job.equipment <= crew.equipment
        )

    def _place_faults(self) -> list[str]:
        if not self.travels:
            return ["there are no travel times"]
        shapes = {travel.duration_s.shape for travel in self.travels}
        if len(shapes) > 1:
            return ["the matrices of different vehicles name different places"]
        faults = [
            f"crew {c.name}: there is no travel {c.travel}" for c in self.crews if not 0 <= c.travel < len(self.travels)
        ]
        size = len(self.travels[0].duration_s)
        for crew in self.crews:
            if any(not 0 <= place < size for place in crew.places()):
                faults.append(f"crew {crew.name} names a place outside the matrices; it needs a depot")
        faults += [f"job {j.name} names a place outside the matrices" for j in self.jobs if not 0 <= j.location < size]
        return faults

    def _link_faults(self) -> list[str]:
        jobs, crews = range(len(self.jobs)), range(len(self.crews))
        faults = []
        for at, job in enumerate(self.jobs):
            linked = {*job.after, *(() if job.with_job is None else (job.with_job,))}
            if at in linked:
                faults.append(f"job {job.name} waits for or goes with itself")
            elif any(other not in jobs for other in linked):
                faults.append(f"job {job.name} is tied to a job that is not there")
            elif job.crews_needed > 1 and (job.with_job is not None or (job.after and job.after_same_crew)):
                faults.append(f"job {job.name} needs two crews and is tied to one")
            elif any(self.jobs[other].crews_needed > 1 for other in self._same_crew(job)):
                faults.append(f"job {job.name} is tied to the one crew of a job that needs two")
            named = {*(job.allowed_crews or ()), *job.forbidden_crews}
            named |= set() if job.locked_crew is None else {job.locked_crew}
            if any(crew not in crews for crew in named):
                faults.append(f"job {job.name} names a crew that is not there")
        faults += self._address_faults()
        locked = Counter(job for crew in self.crews for job in crew.locked_jobs)
        for job_index, count in sorted(locked.items()):
            if job_index not in jobs:
                faults.append(f"a crew's locked order names a job that is not there ({job_index})")
            elif count > self.jobs[job_index].crews_needed:
                faults.append(f"job {self.jobs[job_index].name} is locked to {count} crews")
        return faults

    @staticmethod
    def _same_crew(job: Job) -> tuple[int, ...]:
        """The jobs that one crew must do with this one."""
        return (*(job.after if job.after_same_crew else ()), *(() if job.with_job is None else (job.with_job,)))

    def _address_faults(self) -> list[str]:
        """One address is one place, or travel within it would be lost."""
        place: dict[str, int] = {}
        apart = [
            job for job in self.jobs if job.address and place.setdefault(job.address, job.location) != job.location
        ]
        return [f"job {job.name} shares an address and not a place with another" for job in apart]

    def _circle_faults(self) -> list[str]:
        """Jobs that wait for one another in a circle."""
        waits = {at: set(job.after) for at, job in enumerate(self.jobs) if job.after}
        while True:
            free = [at for at, others in waits.items() if not others & waits.keys()]
            if not free:
                break
            for at in free:
                del waits[at]
        if not waits:
            return []
        return [f"jobs {', '.join(self.jobs[at].name for at in sorted(waits)[:4])} wait for one another"]
