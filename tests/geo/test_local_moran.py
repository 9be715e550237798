"""Tests of local Moran's I."""

from __future__ import annotations

import numpy as np
import pytest

from geo.errors import GeoError
from geo.gi_star import permutation_p
from geo.local_moran import local_moran
from geo.neighbours import among
from tests.geo.plain_esda import G_Local, Moran_Local, peer, weights
from tests.geo.test_hotspots import lattice
from tests.soak import rounds


@pytest.mark.parametrize("seed", rounds(2, 40))
def test_it_is_esdas(seed: int) -> None:
    """I and quadrants are esda's to 1e-9; p_sim of Moran and of Gi* is theirs, doubled, within sampling error."""
    starts, members, cells = lattice(300)
    value = np.random.default_rng(seed).gamma(0.7, 10.0, cells)
    value[members[starts[70] : starts[71]]] += 20.0
    near = weights(starts, members)
    oracle = peer(Moran_Local, value, near, permutations=999, seed=seed)
    found = local_moran(value, starts, members, 9_999, seed)
    assert np.allclose(found.i, oracle.Is, atol=1e-9, rtol=0)
    assert found.quadrant.tolist() == oracle.q.tolist()
    gi = peer(G_Local, value, near, transform="B", star=True, permutations=999, n_jobs=1, seed=seed)
    for own, theirs in (
        (found.p_sim, oracle.p_sim),
        (permutation_p(value, starts, members, 9_999, seed), np.asarray(gi.p_sim)),
    ):
        tail = np.clip(own / 2, 1e-4, 0.5)
        error = 2 * np.sqrt(tail * (1 - tail) * (1 / 999 + 1 / 9_999))
        assert (np.abs(own - np.minimum(1.0, 2 * theirs)) <= 5 * error + 4 / 1_000).all()


def test_zones_left_out_are_not_tested_and_nobodys_neighbours() -> None:
    """They have no figure and a class of their own; the others are as if the zones were not there, island and all."""
    starts, members, cells = lattice(400)
    rng = np.random.default_rng(8)
    value, keep = rng.poisson(9.0, cells).astype(float), rng.random(cells) > 0.2
    lone = 200
    keep[members[starts[lone] : starts[lone + 1]]], keep[lone] = False, True
    found = local_moran(value, starts, members, 99, keep=keep)
    again = local_moran(value[keep], *among(starts, members, keep), 99)
    for name in ("i", "p_tail", "p_sim", "q_fdr", "quadrant"):
        assert np.array_equal(getattr(found, name)[keep], getattr(again, name), equal_nan=True)
    told = np.array(found.classes())
    assert set(told[~keep]) == {"not tested"}
    assert "not tested" not in told[keep]
    assert np.isnan(found.i[~keep]).all()
    assert not found.significant_fdr[~keep].any()
    assert told[lone] == "not significant"
    value[~keep] = 1e6  # whatever they hold
    assert np.array_equal(local_moran(value, starts, members, 99, keep=keep).i, found.i, equal_nan=True)


def test_clusters_and_outliers_are_told_apart() -> None:
    """A hot corner is high among high, a single high cell among low ones an outlier, and an island is not tested."""
    starts, members, cells = lattice(400)
    rng = np.random.default_rng(3)
    value = rng.poisson(20.0, cells).astype(float)
    hot, lone = members[starts[200] : starts[201]], 60
    value[np.append(hot, 200)] = 80.0
    value[members[starts[lone] : starts[lone + 1]]] = 1.0
    value[lone] = 60.0
    classes = local_moran(value, starts, members).classes()
    assert classes[200] == "high among high"
    assert classes[lone] == "high among low"
    alone = local_moran(np.append(value, 5.0), np.append(starts, starts[-1]), members)
    assert (alone.i[-1], alone.classes()[-1]) == (0.0, "not significant")
    assert np.isnan([alone.p_tail[-1], alone.p_sim[-1], alone.q_fdr[-1]]).all()
    with pytest.raises(GeoError, match="same value"):
        local_moran(np.ones(cells), starts, members)
