"""Published instances: explicit matrices and prizes against a brute force."""

from __future__ import annotations

from itertools import permutations
from pathlib import Path

import numpy as np
import pytest

from data.connectors.vrp_files import read_instance
from geo.vrp_benchmark import distance_of, solve_instance


def explicit(way: np.ndarray, prizes: list[int] | None) -> str:
    """A VRPLIB file with a full matrix, one vehicle that carries everything, and perhaps prizes."""
    size = len(way)
    rows = "\n".join(" ".join(f"{value:.1f}" for value in row) for row in way)
    demands = "\n".join(f"{n + 1} {int(n > 0)}" for n in range(size))
    head = f"NAME : made\nTYPE : CVRP\nDIMENSION : {size}\nVEHICLES : 1\nCAPACITY : {size}\n"
    form = "EDGE_WEIGHT_TYPE : EXPLICIT\nEDGE_WEIGHT_FORMAT : FULL_MATRIX\n"
    worth = "" if prizes is None else "PRIZE_SECTION\n" + "\n".join(f"{n + 1} {p}" for n, p in enumerate(prizes)) + "\n"
    return f"{head}{form}EDGE_WEIGHT_SECTION\n{rows}\nDEMAND_SECTION\n{demands}\n{worth}DEPOT_SECTION\n1\n-1\nEOF\n"


@pytest.mark.parametrize("prizes", [None, [0, 9, 300, 4, 250, 7]])
def test_explicit_matrices_and_prizes_reach_the_best_of_all_orders(tmp_path: Path, prizes: list[int] | None) -> None:
    """Ways that differ there and back: the cost is that of the best order, with prizes of the best set in order."""
    way = np.random.default_rng(3).integers(5, 90, (6, 6)).astype(float)
    np.fill_diagonal(way, 0)
    file = tmp_path / "made.vrp"
    file.write_text(explicit(way, prizes))
    instance = read_instance(file)
    solved = solve_instance(instance, seconds=None, iterations=300)
    worth = instance.prize
    least = range(5, 6) if prizes is None else range(6)
    best = min(
        (distance_of(instance, [order]) if order else 0) + int(worth.sum() - worth[list(order)].sum())
        for count in least
        for order in permutations(range(1, 6), count)
    )
    assert solved.feasible
    assert solved.cost == best / 10
    assert len({customer for route in solved.routes for customer in route}) == sum(map(len, solved.routes))
