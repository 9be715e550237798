"""Plans, replans and travel times can be stopped in each of their parts, and end at once."""

from __future__ import annotations

import numpy as np
import pytest

from geo.progress import Stopped
from geo.snapping import snap
from geo.travel import matrix
from geo.vrp import plan_day
from geo.vrp_replan import Wish, replan
from geo.vrp_rest import standing
from tests.geo.crew_days import ruled_day, with_addresses, with_locks
from tests.geo.street_networks import network_of, place
from tests.geo.test_vrp_replan import day
from tests.stopping import Watch, stopped_everywhere

H = 3600


@pytest.mark.parametrize("seed", [2, 5])
def test_a_plan_with_every_rule_stops_in_each_part(seed: int) -> None:
    """Locks, model, search, insertion, exchanges, reasons and checker: none swallows the wish or goes on after it."""
    problem = with_locks(with_addresses(ruled_day(seed, 24, 4), seed), seed)

    def run(watch: Watch) -> object:
        return plan_day(problem, seconds=None, iterations=40, seed=1, should_stop=watch)

    places = stopped_everywhere(run, Stopped)
    parts = {"vrp_locks.orders", "vrp_model._cannot", "vrp_search._solved", "vrp_mend.fill", "vrp_reasons.reasons"}
    assert parts | {"vrp.plan_day", "vrp._draft"} <= places


def test_a_plan_without_rules_stops_while_it_exchanges() -> None:
    """Trades and moves of single jobs look for the wish too."""
    problem = day(3, 40, 3)
    places = stopped_everywhere(
        lambda watch: plan_day(problem, seconds=None, iterations=40, seed=1, should_stop=watch), Stopped
    )
    assert {"vrp_exchange.trade", "vrp_exchange.move", "vrp_exchange._ready"} <= places


@pytest.mark.slow  # the first to compile the search
@pytest.mark.parametrize("ruled", [False, True])
def test_a_replan_stops_in_each_part(ruled: bool) -> None:
    """By the bounded search, and by the planner on a day with rules between jobs."""
    problem = ruled_day(2, 20, 4) if ruled else day(3, 40, 4)
    plan = plan_day(problem, seconds=None, iterations=60, seed=1)
    now = standing(problem, plan, 8 * H, absent=frozenset({1}))
    places = stopped_everywhere(
        lambda watch: replan(problem, plan, now, Wish(iterations=300), should_stop=watch), Stopped
    )
    assert {"vrp_replan.replan", "vrp_reasons.reasons"} <= places
    assert ("vrp_search._solved" if ruled else "vrp_replan._improve") in places


def test_travel_times_stop_in_each_part() -> None:
    """While streets are put into a tree, and between rows of a matrix."""

    def run(watch: Watch) -> object:
        network = network_of([[(0, 0, 0), (1, 100, 0)], [(1, 100, 0), (2, 100, 90)], [(2, 100, 90), (0, 0, 0)]])
        lon, lat = np.concatenate([place(10, 0), place(100, 50)], axis=1)
        return matrix(network, snap(network, lon, lat, should_stop=watch), should_stop=watch)

    assert stopped_everywhere(run, Stopped) == {"snapping._tree", "travel.matrix"}
