"""A draft of a day's plan: who does what in which order, what is locked, and every step back and forth. No clock."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

MOST_STEPS = 200
Order = tuple[int, ...]


class DraftRefused(ValueError):
    """An edit that a lock or the plan forbids. `why` is a word for the reason, `crew` and `job` what holds it."""

    def __init__(self, why: str, crew: int = -1, job: int = -1) -> None:
        super().__init__(f"{why}: crew {crew}, job {job}")
        self.why, self.crew, self.job = why, crew, job


@dataclass(frozen=True, slots=True)
class Locks:
    """What a person fixed. Jobs and crews by number; `first` is how many first stops of a crew keep their order."""

    crew: frozenset[int] = frozenset()  # jobs that stay with their crew
    time: Mapping[int, int] = field(default_factory=dict)  # job -> second at which its service starts
    first: Mapping[int, int] = field(default_factory=dict)  # crew -> stops
    whole: frozenset[int] = frozenset()  # crews of which nothing moves

    def of_job(self, job: int) -> frozenset[str]:
        """How a job is locked: "crew", "time"."""
        found = {"crew"} if job in self.crew else set()
        return frozenset(found | ({"time"} if job in self.time else set()))


NO_LOCKS = Locks()


@dataclass(frozen=True, slots=True)
class DayOrders:
    """Jobs by crew in their order (-1 - r: unloading at the crew's place r), those left out, and the locks."""

    orders: tuple[Order, ...]
    left_out: Order = ()
    locks: Locks = NO_LOCKS
    behind: Mapping[int, int] = field(default_factory=dict)  # crew -> first stops that are over on a running day

    def held(self, crew: int) -> int:
        """How many first stops of a crew stay where they are: locked, or over."""
        return max(self.locks.first.get(crew, 0), self.behind.get(crew, 0))

    def crews_of(self, job: int) -> tuple[int, ...]:
        """The crews that do a job."""
        return tuple(number for number, order in enumerate(self.orders) if job in order)

    def locked(self, crew: int, at: int) -> frozenset[str]:
        """How a stop is locked: "crew", "time", "order", "whole"."""
        found = set(self.locks.of_job(self.orders[crew][at]))
        if at < self.locks.first.get(crew, 0):
            found.add("order")
        if crew in self.locks.whole:
            found.add("whole")
        return frozenset(found)

    def index_of(self, crew: int, stop: int) -> int:
        """Where the n-th job of a crew stands in its order, trips to unload counted."""
        return [at for at, job in enumerate(self.orders[crew]) if job >= 0][stop]

    def place_of(self, crew: int, stop: int, without: int | None = None) -> int:
        """The place in a crew's order before its n-th job, one job of the crew (an index of the order) left out."""
        others = [job for at, job in enumerate(self.orders[crew]) if at != without]
        jobs = [at for at, job in enumerate(others) if job >= 0]
        return jobs[stop] if stop < len(jobs) else len(others)

    # acts on stops; a stop is a crew and a place in its order, both from 0

    def move(self, crew: int, at: int, to: int, place: int) -> DayOrders:
        """Take a stop to a place of a crew's order, counted without the stop. DraftRefused where a lock holds."""
        if (crew, at) == (to, place):
            return self
        job = self.orders[crew][at]
        self._may_leave(crew, at)
        if to != crew:
            if job in self.locks.crew:
                raise DraftRefused("crew", crew, job)
            if job < 0:
                raise DraftRefused("unloading", crew)
            if job in self.orders[to]:
                raise DraftRefused("twice", to, job)
        rest = self._without(crew, at)
        rest._may_enter(to, place)
        return rest._with(to, place, job)

    def take_out(self, crew: int, at: int) -> DayOrders:
        """Leave the stop's job out, for every crew that does it; a trip to unload is dropped."""
        job = self.orders[crew][at]
        if job < 0:
            self._may_leave(crew, at)
            return self._without(crew, at)
        made = self
        for number in self.crews_of(job):
            place = made.orders[number].index(job)
            made._may_leave(number, place)
            if job in self.locks.crew or job in self.locks.time:
                raise DraftRefused("crew" if job in self.locks.crew else "time", number, job)
            made = made._without(number, place)
        return replace(made, left_out=(*made.left_out, job))

    def put_in(self, job: int, crew: int, place: int) -> DayOrders:
        """Give a job that was left out, or one more crew to one that needs two, a place in a crew's order."""
        if job in self.orders[crew]:
            raise DraftRefused("twice", crew, job)
        self._may_enter(crew, place)
        made = self._with(crew, place, job)
        return replace(made, left_out=tuple(other for other in self.left_out if other != job))

    def reverse(self, crew: int) -> DayOrders:
        """Drive a crew's stops the other way round, those behind the locked ones."""
        self._may_change(crew)
        first = self.held(crew)
        order = self.orders[crew]
        return self._put(crew, order[:first] + order[first:][::-1])

    # locks

    def lock_crew(self, job: int, on: bool = True) -> DayOrders:
        """A job stays with its crew, or may leave it."""
        kept = self.locks.crew | {job} if on else self.locks.crew - {job}
        return replace(self, locks=replace(self.locks, crew=frozenset(kept)))

    def lock_time(self, job: int, start_s: int | None) -> DayOrders:
        """A job's service starts then; None: whenever it fits."""
        kept = {other: second for other, second in self.locks.time.items() if other != job}
        return replace(self, locks=replace(self.locks, time=kept | ({} if start_s is None else {job: start_s})))

    def lock_first(self, crew: int, stops: int) -> DayOrders:
        """So many first stops of a crew keep their place and order."""
        kept = {other: number for other, number in self.locks.first.items() if other != crew}
        return replace(self, locks=replace(self.locks, first=kept | ({crew: stops} if stops else {})))

    def lock_whole(self, crew: int, on: bool = True) -> DayOrders:
        """Nothing of a crew's day moves, or it may."""
        kept = self.locks.whole | {crew} if on else self.locks.whole - {crew}
        return replace(self, locks=replace(self.locks, whole=frozenset(kept)))

    def unlock(self, crew: int, at: int) -> DayOrders:
        """Take every lock of a stop away; the order is free from it on."""
        job = self.orders[crew][at]
        first = self.locks.first.get(crew, 0)
        return self.lock_crew(job, False).lock_time(job, None).lock_first(crew, min(first, at))

    def _may_change(self, crew: int) -> None:
        if crew in self.locks.whole:
            raise DraftRefused("whole", crew)

    def _may_leave(self, crew: int, at: int) -> None:
        self._may_change(crew)
        if at < self.behind.get(crew, 0):
            raise DraftRefused("over", crew, self.orders[crew][at])
        if at < self.locks.first.get(crew, 0):
            raise DraftRefused("order", crew, self.orders[crew][at])

    def _may_enter(self, crew: int, place: int) -> None:
        self._may_change(crew)
        if place < self.behind.get(crew, 0):
            raise DraftRefused("over", crew)
        if place < self.locks.first.get(crew, 0):
            raise DraftRefused("order", crew)
        if not 0 <= place <= len(self.orders[crew]):
            raise DraftRefused("place", crew)

    def _put(self, crew: int, order: Order) -> DayOrders:
        return replace(self, orders=(*self.orders[:crew], order, *self.orders[crew + 1 :]))

    def _without(self, crew: int, at: int) -> DayOrders:
        order = self.orders[crew]
        return self._put(crew, order[:at] + order[at + 1 :])

    def _with(self, crew: int, place: int, job: int) -> DayOrders:
        order = self.orders[crew]
        return self._put(crew, (*order[:place], job, *order[place:]))


@dataclass(frozen=True, slots=True)
class Step:
    """A state and the words of the edit that led to it."""

    label: str
    state: DayOrders


class DraftSteps:
    """The states of a draft: what it was begun from, the present one, and the steps to both sides."""

    def __init__(self, start: DayOrders) -> None:
        self.start = start
        self._steps = [Step("", start)]
        self._at = 0

    @property
    def present(self) -> DayOrders:
        """The draft as it is."""
        return self._steps[self._at].state

    @property
    def is_changed(self) -> bool:
        """Whether it differs from what it was begun from."""
        return self.present != self.start

    @property
    def undone(self) -> str | None:
        """What an undo would take back; None where there is nothing."""
        return self._steps[self._at].label if self._at else None

    @property
    def redone(self) -> str | None:
        """What a redo would do again; None where there is nothing."""
        return self._steps[self._at + 1].label if self._at + 1 < len(self._steps) else None

    def put(self, state: DayOrders, label: str) -> None:
        """The next state, as one step; the same state is none."""
        if state != self.present:
            self._steps = [*self._steps[: self._at + 1], Step(label, state)][-MOST_STEPS:]
            self._at = len(self._steps) - 1

    def undo(self) -> None:
        """One step back."""
        self._at = max(0, self._at - 1)

    def redo(self) -> None:
        """One step forth again."""
        self._at = min(len(self._steps) - 1, self._at + 1)


def kept_form(state: DayOrders) -> dict[str, Any]:
    """A state as plain JSON."""
    locks = state.locks
    return {
        "orders": [list(order) for order in state.orders],
        "left_out": list(state.left_out),
        "locks": {
            "crew": sorted(locks.crew),
            "time": sorted([job, second] for job, second in locks.time.items()),
            "first": sorted([crew, stops] for crew, stops in locks.first.items()),
            "whole": sorted(locks.whole),
        },
        "behind": sorted([crew, stops] for crew, stops in state.behind.items()),
    }


def from_kept(kept: Mapping[str, Any]) -> DayOrders:
    """The state of plain JSON; KeyError, TypeError or ValueError for anything else."""
    locks = kept["locks"]
    if not isinstance(locks, Mapping):
        raise TypeError("locks are not told by name")
    return DayOrders(
        tuple(tuple(int(job) for job in order) for order in _rows(kept["orders"])),
        tuple(int(job) for job in _rows(kept["left_out"])),
        Locks(
            frozenset(int(job) for job in _rows(locks["crew"])),
            {int(job): int(second) for job, second in _rows(locks["time"])},
            {int(crew): int(stops) for crew, stops in _rows(locks["first"])},
            frozenset(int(crew) for crew in _rows(locks["whole"])),
        ),
        {int(crew): int(stops) for crew, stops in _rows(kept.get("behind", []))},
    )


def _rows(value: object) -> list[Any]:
    if not isinstance(value, list):
        raise TypeError("a list is missing")
    return value
