"""PyVRP's search: stopped by seconds, iterations or a person, telling the cost of each better plan.

PyVRP: Wouda, Lan and Kool 2024, doi 10.1287/ijoc.2023.0055.
"""

from __future__ import annotations

import time
import warnings
from collections.abc import Sequence
from typing import Any

from geo.progress import Progress, ShouldStop, Stopped
from geo.vrp_model import Model
from geo.vrp_schedule import Order

# The first penalties of PyVRP are made for metres; with seconds of lateness they freeze the search.
MAX_PENALTY = 1000
HISTORY_LENGTH = 20
ASK_EVERY_S = 0.02  # how often a person's wish to stop is looked for
TELL_EVERY_S = 0.2


class Spent:
    """What a plan may take: seconds or iterations, over one or more searches; a person may stop it at any time."""

    def __init__(
        self, seconds: float | None, iterations: int | None, should_stop: ShouldStop, progress: Progress
    ) -> None:
        self._seconds, self._iterations = seconds, iterations
        self._should_stop, self._progress = should_stop, progress
        self._begin = time.perf_counter()
        self._asked = self._told = self._begin
        self._share = 1.0
        self.count = 0
        self.cost = 0
        self.improvements: list[tuple[float, int]] = []

    def until(self, share: float) -> Spent:
        """The next search ends when this share of the whole is spent."""
        self._share = share
        return self

    def elapsed_s(self) -> float:
        """Seconds since the planning began."""
        return time.perf_counter() - self._begin

    def found(self, cost: int) -> None:
        """A better plan."""
        self.cost = cost
        self.improvements.append((round(self.elapsed_s(), 3), cost))

    def __call__(self, best_cost: float) -> bool:
        self.count += 1
        now = time.perf_counter()
        if now - self._told >= TELL_EVERY_S:
            self._told = now
            words = f"Best plan so far costs {self.cost:,}" if self.improvements else "Looking for a first plan"
            self._progress(self._fraction(), words)
        if now - self._asked >= ASK_EVERY_S:
            self._asked = now
            self.breathe()
        return self._fraction() >= self._share

    def say(self, words: str) -> None:
        """What is done once the search is over."""
        self._progress(1.0, words)
        self.breathe()

    def breathe(self) -> None:
        """Stopped where a person wants it."""
        if self._should_stop():
            raise Stopped("The planning was stopped.")

    def _fraction(self) -> float:
        if self._iterations is not None:
            return max(0, self.count - 1) / self._iterations
        return self.elapsed_s() / self._seconds if self._seconds else 1.0


def search(model: Model, spent: Spent, seed: int, begin: Sequence[Order] | None = None) -> list[list[int]]:
    """The best orders found, one a crew; `begin` is a plan to start from."""
    import pyvrp

    if not model.solvable:
        return model.empty()

    class Best(pyvrp.IteratedLocalSearchCallbacks):
        def on_best(self, best: Any) -> None:
            cost = int(best.distance_cost()) + int(best.duration_cost()) + int(best.uncollected_prizes())
            spent.found(cost - model.constant)

    parameters = pyvrp.SolveParams(
        ils=pyvrp.IteratedLocalSearchParams(history_length=HISTORY_LENGTH, callbacks=Best()),
        penalty=pyvrp.PenaltyParams(max_penalty=MAX_PENALTY),
    )
    initial = None if begin is None else model.solution(begin)
    spent.breathe()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a penalty at its bound is what the bound is for
        best = _solved(model, spent, parameters, seed, initial)
    return model.orders(best)


def _solved(model: Model, spent: Spent, parameters: Any, seed: int, initial: Any) -> Any:
    """What pyvrp.solve does, with a person's wish to stop looked for between its parts."""
    import pyvrp
    from pyvrp.search import LocalSearch, PerturbationManager

    data, rng = model.data, pyvrp.RandomNumberGenerator(seed=seed)
    neighbours = model.neighbours()
    spent.breathe()
    local = LocalSearch(data, rng, neighbours, PerturbationManager(parameters.perturbation))
    spent.breathe()
    for operator in parameters.operators:
        if operator.supports(data):
            local.add_operator(operator(data))
    penalties = pyvrp.PenaltyManager(parameters.penalty.midpoint_penalties(data), parameters.penalty)
    if initial is None:  # from nothing at all it is hard to begin
        random = pyvrp.Solution.make_random(data, rng)
        initial = local(random, penalties.max_cost_evaluator(), exhaustive=True)
    stoppable: Any = _Stoppable(local, spent)
    return pyvrp.IteratedLocalSearch(data, penalties, stoppable, initial, parameters.ils).run(spent, False, False).best


class _Stoppable:
    """A local search that looks for a person's wish to stop before each descent; there may be two in one iteration."""

    def __init__(self, local: Any, spent: Spent) -> None:
        self._local, self._spent = local, spent

    def __call__(self, solution: Any, cost: Any, exhaustive: bool = False) -> Any:
        self._spent.breathe()
        return self._local(solution, cost, exhaustive)
