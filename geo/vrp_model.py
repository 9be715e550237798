"""A problem in PyVRP's terms, and its routes read back.

Crews are vehicle types; what a crew may not do, and what a later day makes a job lose, stands on the edges of its
profile; breaks are shorter shifts and windows; several windows are a group of which one client is visited; two crews
at once are two clients; a locked order is folded into the crew's start.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from geo.vrp_insert import trip_rooms
from geo.vrp_problem import Crew, Job, Problem, Window
from geo.vrp_schedule import NEVER, Bounds, Order, departures, stretch, windows_within

FAR_S = 4 * 86_400  # stands for "no way leads there" in whole seconds
LOAD_SCALE = 100
STOP_UNIT, CLASS_UNIT = 100, 1000  # so that penalties outweigh what a job is worth
MOST_MATRIX_BYTES = 1_000_000_000  # past this, profiles give way to loads that only able crews can carry
MOST_DIMENSIONS = 12


class Model:
    """PyVRP's data, and the meaning of its numbers."""

    def __init__(
        self,
        problem: Problem,
        bounds: Bounds,
        held: Mapping[int, int],
        heads: Sequence[Order],
        breathe: Callable[[], None] = lambda: None,
    ) -> None:
        """Windows are narrowed by `bounds`, jobs held on crews, locked orders (`heads`) come first.

        `breathe` is called between parts: for a thousand jobs it takes half a second.
        """
        import pyvrp

        self._breathe = breathe
        self._pyvrp, self._problem, self._bounds, self._held = pyvrp, problem, bounds, held
        self._heads = [list(head) for head in heads]
        self._crews = [n for n, crew in enumerate(problem.crews) if not crew.locked_whole]
        done = [job for head in heads for job in head if job >= 0]
        self._wanted = [n for n, job in enumerate(problem.jobs) if job.crews_needed > done.count(n)]
        self._halves = {n: problem.jobs[n].crews_needed - done.count(n) for n in self._wanted}
        self._unable = {n: self._cannot(n) for n in self._crews}
        self._meets = self._breaks()
        self._loads = any(job.load for job in problem.jobs)
        self._stops = any(crew.max_stops is not None for crew in problem.crews)
        self._most = max((job.prize_s for job in problem.jobs), default=0)
        self._starts = {n: self._start(n) for n in self._crews}
        self._depots = self._places()
        self._classes: list[frozenset[int]] = []
        self._profiles = self._profiled()
        self._profile_of = [self._profiles.index(self._key(number)) for number in self._crews]
        self.constant = 0  # prizes of windows that nobody can collect beside another
        self._job_of: list[int] = []
        clients, groups = self._clients()
        self.solvable = bool(clients) and bool(self._crews)
        if self.solvable:
            self.data = self._data(clients, groups)

    def _data(self, clients: list[Any], groups: list[Any]) -> Any:
        pyvrp, rows = self._pyvrp, self._rows()
        self._forbidden = 1 + max(self._prize(n) for n in self._wanted)
        depots = [pyvrp.Depot(len(self._wanted) + at, service_duration=s) for at, (_, s) in enumerate(self._depots)]
        self._breathe()
        times = [self._drive(travel, rows) for travel in range(len(self._problem.travels))]
        costs: Any = [self._costs(times[key[0]], key) for key in self._profiles]
        durations: Any = [times[key[0]] for key in self._profiles]
        kinds = [self._vehicle(number) for number in self._crews]
        places = [pyvrp.Location(0, 0) for _ in rows]
        least = self._least()
        few = [kinds[self._profile_of.index(at)].replace(profile=n) for n, at in enumerate(least)]
        near: Any = ([costs[at] for at in least], [durations[at] for at in least])
        self._near = pyvrp.ProblemData(places, clients, depots, few, *near, groups)
        self._breathe()
        return pyvrp.ProblemData(places, clients, depots, kinds, costs, durations, groups)

    def neighbours(self) -> Any:
        """Which clients PyVRP tries beside which: as it works them out of its data, without profiles that add nothing.

        Of 1,000 jobs and eight profiles that takes an eighth of a quarter of a second.
        """
        from pyvrp.search import compute_neighbours

        return compute_neighbours(self._near)

    def _least(self) -> list[int]:
        """The profiles that are dearer than no other everywhere: neighbours go by the least over all of them."""
        extra = [self._extra(key) for key in self._profiles]
        order = sorted(range(len(extra)), key=lambda at: (float(extra[at].sum()), at))
        least: list[int] = []
        for at in order:
            same = (n for n in least if self._profiles[n][0] == self._profiles[at][0])
            if not any((extra[n] <= extra[at]).all() for n in same):
                least.append(at)
        return sorted(least)

    def empty(self) -> list[list[int]]:
        """The locked orders alone."""
        return [list(head) for head in self._heads]

    def orders(self, solution: Any) -> list[list[int]]:
        """The orders of a solution, one a crew, the locked ones in front."""
        found = [list(head) for head in self._heads]
        for route in solution.routes():
            number = self._crews[route.vehicle_type()]
            for act in list(route.schedule())[1:-1]:
                found[number].append(self._job_of[act.idx] if act.is_client() else self._reload(number, act.idx))
        return [_tidy(order, len(head)) for order, head in zip(found, self._heads, strict=True)]

    def _reload(self, number: int, depot: int) -> int:
        return -1 - self._problem.crews[number].reloads.index(self._depots[depot][0])

    def solution(self, orders: Sequence[Order]) -> Any:
        """Orders as a solution to begin with; only what the model holds is taken along."""
        clients: dict[int, list[int]] = {}
        for client, job in enumerate(self._job_of):
            clients.setdefault(job, []).append(client)
        routes = []
        for kind, number in enumerate(self._crews):
            order = orders[number][len(self._heads[number]) :]
            acts = [act for stop in order for act in self._act(number, stop, clients)]
            if acts:
                routes.append(self._pyvrp.Route(self.data, acts, kind))
        return self._pyvrp.Solution(self.data, routes)

    def _act(self, number: int, stop: int, clients: dict[int, list[int]]) -> list[Any]:
        kinds = self._pyvrp.ActivityType
        if stop < 0:
            crew = self._problem.crews[number]
            return [self._pyvrp.Activity(kinds.DEPOT, self._depots.index((crew.reloads[-1 - stop], crew.reload_s)))]
        free = clients.get(stop, [])
        if not free:
            return []
        client = free.pop(0)
        if self._halves[stop] == 1:
            free.clear()
        return [self._pyvrp.Activity(kinds.CLIENT, client)]

    # Crews

    def _cannot(self, number: int) -> frozenset[int]:
        """The jobs that a crew may not do, or that are held on another."""
        jobs = self._problem.jobs
        self._breathe()
        return frozenset(
            n
            for n in self._wanted
            if not self._problem.may_do(number, jobs[n])
            or self._held.get(n, number) != number
            or (jobs[n].locked_crew not in (None, number) and jobs[n].crews_needed == 1)
            or n in self._heads[number]
        )

    def _start(self, number: int) -> tuple[int, int, int, float, int]:
        """Where and when a crew is free after its locked order, its break to come, the load it has, its stops."""
        crew, head = self._problem.crews[number], self._heads[number]
        if not head:
            return crew.start, crew.shift_start_s, crew.break_s, 0.0, 0
        way = stretch(self._problem, crew, head, self._bounds)
        before, behind, _ = departures(self._problem, crew, way)
        rested = before[-1] == NEVER or before[-1] + crew.break_s > crew.break_window()[1]
        free = min(behind[-1] if rested else before[-1], float(crew.latest_return_s))
        load = (crew.capacity or 0.0) - trip_rooms(self._problem, crew, head)[-1] if crew.capacity is not None else 0.0
        stops = sum(stop >= 0 for stop in head)
        return way.places[-2], int(np.ceil(free)), 0 if rested else crew.break_s, load, stops

    def _places(self) -> list[tuple[int, int]]:
        """Depots as (place, seconds there), starts, ends and reloads."""
        found: dict[tuple[int, int], None] = {}
        for number in self._crews:
            crew = self._problem.crews[number]
            found[self._starts[number][0], 0] = None
            found[crew.end, 0] = None
            found.update(dict.fromkeys((place, crew.reload_s) for place in crew.reloads))
        return list(found)

    def _vehicle(self, number: int) -> Any:
        crew = self._problem.crews[number]
        place, free, pause, load, stops = self._starts[number]
        latest = max(free, crew.latest_return_s - pause)
        extra: dict[str, Any] = {}
        if crew.overtime_s:
            shift = max(0, crew.shift_end_s - pause - free)
            extra = {"shift_duration": shift, "max_overtime": min(crew.overtime_s, latest - free - shift)}
            extra |= {"unit_overtime_cost": crew.overtime_price, "start_late": free}
        capacity, begun = self._capacities(number, load, stops)
        reloads = [self._depots.index((place, crew.reload_s)) for place in crew.reloads] if self._fills(crew) else []
        if crew.max_reloads is not None:
            extra["max_reloads"] = crew.max_reloads - sum(stop < 0 for stop in self._heads[number])
        return self._pyvrp.VehicleType(
            1,
            capacity=capacity,
            start_depot=self._depots.index((place, 0)),
            end_depot=self._depots.index((crew.end, 0)),
            tw_early=free,
            tw_late=latest,
            profile=self._profiles.index(self._key(number)),
            initial_load=begun,
            reload_depots=reloads,
            **extra,
        )

    def _fills(self, crew: Crew) -> bool:
        """Whether the most stops can fill the vehicle: PyVRP counts stops by trip and would reload to make more."""
        heaviest = sorted((self._problem.jobs[n].load for n in self._wanted), reverse=True)[: crew.max_stops]
        return crew.capacity is not None and sum(heaviest) > crew.capacity

    def _capacities(self, number: int, load: float, stops: int) -> tuple[list[int], list[int]]:
        """What a crew holds in each dimension - cargo, stops, classes of jobs - and what it holds already."""
        crew, jobs = self._problem.crews[number], self._problem.jobs
        capacity, begun = [], []
        if self._loads:
            most = 1 + sum(_load(jobs[n].load) for n in self._wanted)
            capacity.append(most if crew.capacity is None else int(crew.capacity * LOAD_SCALE + 1e-6))
            begun.append(_load(load))
        if self._stops:
            most = 2 * len(self._wanted) + stops
            capacity.append(STOP_UNIT * (most if crew.max_stops is None else max(crew.max_stops, stops)))
            begun.append(STOP_UNIT * stops)
        for able in self._classes:
            capacity.append(2 * CLASS_UNIT * len(self._wanted) if number in able else 0)
            begun.append(0)
        return capacity, begun

    # Profiles

    def _key(self, number: int) -> tuple[int, int, frozenset[int]]:
        day = self._problem.crews[number].day
        return (self._problem.crews[number].travel, day, frozenset() if self._classes else self._unable[number])

    def _profiled(self) -> list[tuple[int, int, frozenset[int]]]:
        """The profiles, or where their matrices would fill the memory, fewer of them and classes of jobs."""
        profiles = list(dict.fromkeys(self._key(number) for number in self._crews))
        size = (len(self._wanted) + len(self._depots)) ** 2 * 8
        if len(profiles) * size * 2 <= MOST_MATRIX_BYTES or len(profiles) < 2:
            return profiles
        worth: dict[frozenset[int], int] = {}
        for job in self._wanted:
            able = frozenset(n for n in self._crews if job not in self._unable[n])
            if len(able) < len(self._crews):
                worth[able] = worth.get(able, 0) + self._problem.jobs[job].prize_s
        self._classes = sorted(worth, key=lambda able: (-worth[able], sorted(able)))[:MOST_DIMENSIONS]
        return list(dict.fromkeys(self._key(number) for number in self._crews))

    def _rows(self) -> np.ndarray:
        return np.array([self._problem.jobs[n].location for n in self._wanted] + [place for place, _ in self._depots])

    def _drive(self, travel: int, rows: np.ndarray) -> np.ndarray:
        drive = self._problem.travels[travel].duration_s[np.ix_(rows, rows)]
        self._breathe()
        whole = np.ceil(np.where(np.isfinite(drive), drive, FAR_S)).astype(np.int64)
        np.fill_diagonal(whole, 0)
        return whole

    def _costs(self, drive: np.ndarray, key: tuple[int, int, frozenset[int]]) -> np.ndarray:
        """Driving costs of one profile: what it cannot do costs more to enter than it is worth."""
        self._breathe()
        extra = self._extra(key)
        if not extra.any():
            return drive
        costs = drive.copy()
        costs[:, : len(extra)] += extra[None, :]
        np.fill_diagonal(costs, 0)
        return costs

    def _extra(self, key: tuple[int, int, frozenset[int]]) -> np.ndarray:
        """What it costs one profile to enter each job besides the way."""
        _, day, unable = key
        jobs, forbidden = self._problem.jobs, self._forbidden
        return np.array([forbidden if n in unable else jobs[n].lost_s(day) // self._halves[n] for n in self._wanted])

    # Jobs

    def _prize(self, n: int) -> int:
        """What a job is worth to the search; a lock on it counts for more than any job."""
        job = self._problem.jobs[n]
        locked = job.locked_crew is not None or job.locked_start_s is not None
        return (job.prize_s + (self._most if locked else 0)) // self._halves[n]

    def _clients(self) -> tuple[list[Any], list[Any]]:
        clients: list[Any] = []
        groups: list[Any] = []
        for row, n in enumerate(self._wanted):
            if row % 100 == 0:
                self._breathe()
            windows = self._windows(self._problem.jobs[n], n)
            for _ in range(self._halves[n]):
                group = len(groups) if len(windows) > 1 else None
                first = len(clients)
                clients += [self._client(row, n, window, group) for window in windows]
                self._job_of += [n] * len(windows)
                if group is not None:
                    groups.append(self._pyvrp.ClientGroup(list(range(first, len(clients))), required=False))
                    self.constant += self._prize(n) * (len(windows) - 1)
        return clients, groups

    def _client(self, row: int, n: int, window: Window, group: int | None) -> Any:
        job = self._problem.jobs[n]
        able = None if not self._classes else frozenset(c for c in self._crews if n not in self._unable[c])
        pickup = [_load(job.load)] if self._loads else []
        pickup += [STOP_UNIT] if self._stops else []
        pickup += [CLASS_UNIT * (able == one) for one in self._classes]
        return self._pyvrp.Client(
            row,
            pickup=pickup,
            service_duration=job.service_s,
            tw_early=window[0],
            tw_late=window[1],
            prize=self._prize(n),
            required=False,
            group=group,
        )

    def _windows(self, job: Job, n: int) -> list[Window]:
        """The windows that meet a shift, each closed earlier by the break that may come before it."""
        lock = job.locked_start_s
        held = windows_within(job.windows_s, None if lock is None else (lock, lock))
        held = windows_within(held, self._bounds.get(n))
        shifts = [(self._starts[c][1], self._problem.crews[c].latest_return_s) for c in self._crews]
        met = [w for w in held if any(w[0] <= closes and opens <= w[1] for opens, closes in shifts)]
        return [self._earlier(window, job) for window in met]

    def _earlier(self, window: Window, job: Job) -> Window:
        bounded = job.windows or job.latest_s is not None
        if not bounded:
            return window
        shorter = max((b for opens, closes, b in self._meets if opens < window[1] and window[0] < closes), default=0)
        return window[0], max(window[0], window[1] - shorter)

    def _breaks(self) -> list[tuple[int, int, int]]:
        """Break windows of crews, as (opens, shift's end, seconds)."""
        crews: list[Crew] = [self._problem.crews[n] for n in self._crews]
        return list({(crew.break_window()[0], crew.latest_return_s, crew.break_s) for crew in crews if crew.break_s})


def _load(amount: float) -> int:
    return int(np.ceil(round(amount * LOAD_SCALE, 6)))


def _tidy(order: list[int], head: int) -> list[int]:
    """Without reloads that unload nothing: two in a row, or one at the end."""
    kept = [stop for at, stop in enumerate(order) if at < head or stop >= 0 or at == 0 or order[at - 1] >= 0]
    while len(kept) > head and kept[-1] < 0:
        kept.pop()
    return kept
