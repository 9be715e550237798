"""Tests of where requests concentrate."""

from __future__ import annotations

import csv
import json
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.stats import binom, false_discovery_control, nbinom, norm, pearson3
from scipy.stats import skew as skewness

from geo.errors import GeoError
from geo.gi_star import excess, gi_star, permutation_p
from geo.grids import make_grid
from geo.hotspots import HotspotSettings, hotspots, zone_hotspots
from geo.neighbours import among, neighbour_sums
from geo.progress import Stopped
from geo.significance import class_name, classify, false_discovery, sum_skewness, tail_p, two_sided
from geo.zones import Zones, grid_zones
from tests.geo.plain_esda import G_Local, peer, weights
from tests.geo.square_layers import layer_of, squares
from tests.shared import shared_file
from tests.soak import examples

UTM = 32617


def reference() -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The 256 points of Getis and Ord with their values: coordinates [256, 2] and values."""
    with shared_file("spatialstats/getisord_xyz.csv").open(newline="") as stream:
        rows = [[float(row[name]) for name in ("x", "y", "val")] for row in csv.DictReader(stream)]
    table = np.array(rows)
    return table[:, :2], table[:, 2]


def within(at: NDArray[np.float64], distance: float) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Neighbours at most so far, the point itself left out."""
    near = np.hypot(*(at[:, None] - at).transpose(2, 0, 1)) <= distance
    np.fill_diagonal(near, False)
    return np.concatenate([[0], np.cumsum(near.sum(axis=1))]), np.nonzero(near)[1]


def lattice(cells: int = 900) -> tuple[NDArray[np.int64], NDArray[np.int64], int]:
    """Neighbours of a compact hexagon grid of about so many cells."""
    side = int(np.sqrt(cells)) * 1000
    at = np.arange(500, side, 250.0)
    x, y = (values.ravel() for values in np.meshgrid(at, at))
    grid = make_grid(x, y, kind="hexagon", cell_m=1000.0, crs_epsg=UTM, boundary_wkb=None)
    return *grid.neighbours(), grid.cell_count


def test_published_values_are_met() -> None:
    """Gi and Gi* of Getis and Ord's example equal the published figures, with both variances."""
    published = json.loads(shared_file("spatialstats/spdep_localG_expected.json").read_text())
    at, value = reference()
    place = 120 - 1  # "n-136 (n=256 -> 120)", counted from 1
    for distance, expected in published["Gi"].items():
        assert gi_star(value, *within(at, float(distance)), include_self=False)[place] == pytest.approx(
            expected, abs=1e-6
        )
    near = within(at, 30.0)
    assert gi_star(value, *near)[place] == pytest.approx(published["Gi_star_30"], abs=1e-5)
    assert gi_star(value, *near, variance="n-1")[place] == pytest.approx(
        published["Gi_star_30_GetisOrd1996_p267"], abs=1e-6
    )


def test_esdas_example_is_met() -> None:
    """The seven binary figures that esda's own tests expect come out here too."""
    expected = json.loads(shared_file("spatialstats/esda_getisord_expected.json").read_text())
    near = within(np.array(expected["points"], dtype=float), 15.0)
    value = np.array(expected["y"], dtype=float)
    assert gi_star(value, *near, include_self=False)[0] == pytest.approx(expected["G_Local_binary"]["Zs[0]"], abs=1e-7)
    assert gi_star(value, *near)[0] == pytest.approx(expected["Gi_star_binary"]["Zs[0]"], abs=1e-7)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_gi_star_is_esdas(seed: int) -> None:
    """On random counts over hexagons, Gi* and its p-values (theirs are one-sided) are esda's to 1e-9."""
    starts, members, cells = lattice(400)
    value = np.random.default_rng(seed).negative_binomial(0.8, 0.1, cells).astype(float)
    oracle = peer(G_Local, value, weights(starts, members), transform="B", star=True, permutations=0)
    z = gi_star(value, starts, members)
    assert np.allclose(z, oracle.Zs, atol=1e-9, rtol=0)
    assert np.allclose(two_sided(z), 2 * oracle.p_norm, atol=1e-9, rtol=0)


@settings(max_examples=examples(100))
@given(st.lists(st.floats(0, 1), min_size=1, max_size=60))
def test_false_discovery_is_scipys(p: list[float]) -> None:
    """The q-values are those of scipy's Benjamini-Hochberg."""
    assert np.allclose(false_discovery(np.array(p)), false_discovery_control(p, method="bh"), atol=1e-12, rtol=1e-12)


def test_permutations_meet_the_exact_distribution() -> None:
    """On nine cells, where all shuffles can be listed, p_sim is the exact two-sided p within its sampling error."""
    starts = np.array([0, 3, 5, 8, 10, 12, 14, 16, 17, 18])
    members = np.array([1, 2, 3, 0, 2, 0, 1, 4, 0, 5, 2, 6, 3, 7, 4, 8, 5, 6])
    value = np.array([9.0, 7.0, 8.0, 1.0, 0.0, 2.0, 1.0, 4.0, 3.0])
    shuffles = 9_999
    p = permutation_p(value, starts, members, shuffles, seed=4)
    for cell in range(9):
        own = members[starts[cell] : starts[cell + 1]]
        others = np.delete(value, cell)
        sums = np.array([others[list(chosen)].sum() for chosen in combinations(range(8), len(own))])
        tail = min((sums >= value[own].sum()).mean(), (sums <= value[own].sum()).mean())
        error = 5 * np.sqrt(tail * (1 - tail) / shuffles) + 2 / shuffles
        assert p[cell] == pytest.approx(min(1.0, 2 * tail), abs=2 * error)


def test_permutations_agree_with_plain_shuffles() -> None:
    """On a grid with a hot corner, p_sim is that of plain numpy shuffles of all other cells, within sampling error."""
    starts, members, cells = lattice(100)
    rng = np.random.default_rng(8)
    value = rng.poisson(5.0, cells).astype(float)
    value[members[starts[40] : starts[41]]] += 6.0
    p = permutation_p(value, starts, members, 999, seed=1)
    for cell in range(0, cells, 7):
        own = members[starts[cell] : starts[cell + 1]]
        others = np.delete(value, cell)
        sums = np.array([rng.permutation(others)[: len(own)].sum() for _ in range(2_000)])
        tail = min((sums >= value[own].sum()).mean(), (sums <= value[own].sum()).mean())
        assert p[cell] == pytest.approx(min(1.0, 2 * tail), abs=0.012 + 10 * np.sqrt(tail * (1 - tail) / 999))


def test_permutations_repeat_with_their_seed() -> None:
    """The same seed gives the same p-values, another seed others; the least is 2 / (shuffles + 1)."""
    starts, members, cells = lattice(100)
    value = np.zeros(cells)
    value[:15] = 50.0
    first = permutation_p(value, starts, members, 99, seed=1)
    assert np.array_equal(first, permutation_p(value, starts, members, 99, seed=1))
    assert not np.array_equal(first, permutation_p(value, starts, members, 99, seed=2))
    assert first.min() == pytest.approx(0.02)


def city(seed: int = 1) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """8,000 requests over 10 by 10 km, 1,500 of them within some 400 m of one corner."""
    rng = np.random.default_rng(seed)
    x = np.concatenate([rng.uniform(300_000, 310_000, 6_500), rng.normal(304_000, 400, 1_500)])
    y = np.concatenate([rng.uniform(4_690_000, 4_700_000, 6_500), rng.normal(4_696_000, 400, 1_500)])
    return x, y


@pytest.mark.parametrize("grid", ["hexagon", "square"])
def test_a_planted_hotspot_is_found_where_it_is(grid: str) -> None:
    """The planted corner's cells are hot at q of 0.01, hardly any far from it is, and every request is counted."""
    x, y = city()
    found = hotspots(x, y, UTM, None, HotspotSettings(grid=grid, cell_m=400.0))
    middle_x, middle_y = found.zones.x_m, found.zones.y_m
    away_m = np.hypot(middle_x - 304_000, middle_y - 4_696_000)
    assert found.count.sum() == len(x)
    assert (found.level[away_m < 500] == 3).all()
    assert (np.abs(found.level[away_m > 2_500]) >= 2).sum() <= 3
    assert (found.count == 0).any()


def test_answer_is_whole_and_repeats() -> None:
    """All columns are of one length, the same seed gives the same answer, and significance is q of 0.05 and less."""
    one, other = (hotspots(*city(), UTM, None, HotspotSettings(seed=5)) for _ in range(2))
    columns = one.columns()
    assert {len(values) for values in columns.values()} == {len(one.zones.polygons_wkb())} == {one.zones.zone_count}
    assert all(np.array_equal(values, other.columns()[name]) for name, values in columns.items())
    assert columns["significant_fdr"].tolist() == ((one.tested.q_fdr <= 0.05) & (one.tested.p_sim <= 0.05)).tolist()
    assert np.allclose(one.tested.p_norm, 2 * norm.sf(np.abs(one.tested.gi_z)))
    assert columns["rate"] == pytest.approx(one.count / one.zones.km2, abs=1e-3)


def test_few_shuffles_reach_no_strict_class() -> None:
    """With 39 shuffles no p_sim is under 0.05, so no class under that is given; with none, the normal p decides."""
    few = hotspots(*city(), UTM, None, HotspotSettings(permutations=39))
    none = hotspots(*city(), UTM, None, HotspotSettings(permutations=0))
    assert set(np.abs(few.level)) <= {0, 1, 2}
    assert np.isnan(none.tested.p_sim).all()
    assert 3 in none.level


def test_classes_are_named_by_side_and_q() -> None:
    """Classes from cold to hot carry the names that the legend shows."""
    q = np.array([0.005, 0.03, 0.08, 0.5, 0.08, 0.03, 0.005])
    z = np.array([-9.0, -4.0, -3.0, 0.1, 3.0, 4.0, 9.0])
    level = classify(z, q, np.full(7, 0.002))
    assert [class_name(one) for one in level.tolist()] == [
        "cold q<=0.01",
        "cold q<=0.05",
        "cold q<=0.10",
        "not significant",
        "hot q<=0.10",
        "hot q<=0.05",
        "hot q<=0.01",
    ]


def test_what_cannot_be_tested_is_said() -> None:
    """No points, too few cells, equal counts and impossible settings are each refused in a sentence."""
    with pytest.raises(GeoError, match="no located requests"):
        hotspots([], [], UTM, None)
    with pytest.raises(GeoError, match="too few"):
        hotspots([300_000.0], [4_690_000.0], UTM, None)
    starts, members, cells = lattice(100)
    with pytest.raises(GeoError, match="same count"):
        gi_star(np.full(cells, 3.0), starts, members)
    with pytest.raises(GeoError, match=r"weights 'queen'.*variance 'm'"):
        HotspotSettings(weights="queen", variance="m")
    few = layer_of(squares(3))
    with pytest.raises(GeoError, match="9 areas are too few"):
        zone_hotspots(few, np.arange(9))
    with pytest.raises(GeoError, match="needs an exposure"):
        zone_hotspots(few, np.arange(9), settings=HotspotSettings(measure="rate"))
    with pytest.raises(GeoError, match="no more than chance"):
        zone_hotspots(layer_of(squares(6)), np.tile([4, 5], 18), np.ones(36), HotspotSettings(measure="smoothed"))
    even = layer_of(squares(6))
    with pytest.raises(GeoError, match="36 areas hold the same count"):
        zone_hotspots(even, np.full(36, 5))
    with pytest.raises(GeoError, match="36 areas hold the same rate"):
        zone_hotspots(even, np.arange(36) + 1, np.arange(36) + 1.0, HotspotSettings(measure="excess"))
    # The same count at exposures that differ is no sameness.
    assert zone_hotspots(even, np.full(36, 5), np.arange(36) + 1.0, HotspotSettings(measure="excess")).level.any()
    with pytest.raises(Stopped):
        hotspots(*city(), UTM, None, should_stop=lambda: True)


def test_a_cell_without_neighbours_counts_itself() -> None:
    """An island's Gi* is its own standard score; a cell that neighbours all others cannot vary and gets 0."""
    value = np.array([5.0, 1.0, 0.0, 2.0])
    z = gi_star(value, np.array([0, 0, 3, 4, 5]), np.array([0, 2, 3, 1, 1]))
    assert z[0] == pytest.approx((5.0 - 2.0) / value.std())
    assert z[1] == 0.0


@pytest.mark.parametrize("measure", ["count", "rate", "smoothed", "excess"])
def test_risk_and_not_exposure_makes_a_hotspot(measure: str) -> None:
    """Where people are many but report alike only counts are hot; where they report thrice as much all rates are."""
    zones = open_zones()
    away_m = np.hypot(zones.x_m - 305_000, zones.y_m - 4_695_000)
    crowd, risky = away_m < 1_300, np.hypot(zones.x_m - 302_500, zones.y_m - 4_692_500) < 1_300
    exposure = np.where(crowd, 2_000.0, 400.0)
    count = np.random.default_rng(6).poisson(exposure * np.where(risky, 0.15, 0.05))
    found = zone_hotspots(zones, count, exposure, HotspotSettings(measure=measure))
    assert ((found.level[crowd] >= 2).mean() > 0.9) == (measure == "count")
    assert measure == "count" or (found.level[risky] >= 2).mean() > 0.9
    assert found.columns()["expected"].sum() == pytest.approx(count.sum())
    assert {one.parameter: one.value for one in found.chosen}["measure"] == measure


def test_excess_meets_the_exact_tail() -> None:
    """Where counts are Poisson p and z are those of scipy's exact binomial, in bursts of its negative binomial."""
    starts, members, cells = lattice(200)
    rng = np.random.default_rng(7)
    exposure = rng.gamma(2.0, 5.0, cells) + 1.0
    for count in (np.round(exposure).astype(int), rng.negative_binomial(exposure, 0.3)):
        found = excess(count, exposure, starts, members)
        seen, due = (neighbour_sums(one.astype(float), starts, members) + one for one in (count, found.expected))
        if found.dispersion == 1.0:
            law = binom(count.sum(), due / count.sum())
        else:
            law = nbinom(due / (found.dispersion - 1.0), 1.0 / found.dispersion)
            assert 2.5 < found.dispersion < 4.5  # 1 / 0.3 beyond exposure's own
        assert np.allclose(found.p, np.minimum(1, 2 * np.minimum(law.cdf(seen), law.sf(seen - 1))), rtol=1e-8)
        # Of counts in bursts too the total is known, which the law of a single sum leaves out.
        known = 1.0 if found.dispersion == 1.0 else np.sqrt(1.0 - due / count.sum())
        assert np.allclose(found.z, (seen - due) / (law.std() * known), rtol=1e-9)


def test_zones_without_exposure_are_left_out() -> None:
    """A zone whose exposure is 0 is not tested and no neighbour; the others are tested as if it were not there."""
    zones = open_zones()
    rng = np.random.default_rng(8)
    count, exposure = rng.poisson(5.0, zones.zone_count), rng.gamma(5.0, 1.0, zones.zone_count)
    exposure[::5] = 0.0
    found = zone_hotspots(zones, count, exposure, HotspotSettings(measure="rate", permutations=0))
    assert np.isnan(found.tested.gi_z).tolist() == (exposure == 0.0).tolist()
    assert found.classes()[0] == "not tested"
    keep = exposure > 0
    rate = count[keep] / exposure[keep]
    assert np.allclose(found.tested.gi_z[keep], gi_star(rate, *among(zones.starts, zones.members, keep)))


def test_tails_are_scipys() -> None:
    """Skew tails are scipy's Pearson III, and the skewness of a sum is that of all sums that can be listed."""
    z = np.linspace(-3.0, 6.0, 40)
    for skew in (-1.2, -0.3, 0.0, 0.3, 1.2):
        law = pearson3(skew)
        assert np.allclose(
            tail_p(z, np.full(40, skew)), np.minimum(1, 2 * np.minimum(law.cdf(z), law.sf(z))), atol=1e-9
        )
    value = np.array([0.0, 0.0, 1.0, 4.0, 9.0, 2.0])
    for size in (1, 2, 4):
        sums = [sum(drawn) for drawn in combinations(value, size)]
        assert sum_skewness(value, np.array([float(size)]))[0] == pytest.approx(skewness(sums))
        others = [sum(drawn) for drawn in combinations(value[1:], size)]
        assert sum_skewness(value, np.full(6, float(size)), without_own=True)[0] == pytest.approx(skewness(others))


def test_parameters_say_why() -> None:
    """Each parameter is told with its value and reason: chosen from the data, by default, or as asked."""
    by_default = {one.parameter: one for one in hotspots(*city(), UTM, None).chosen}
    asked = {one.parameter: one for one in hotspots(*city(), UTM, None, HotspotSettings(500.0, 99, 7)).chosen}
    assert by_default["cell_m"].reason == "requests_a_cell"
    assert "20 on average" in by_default["cell_m"].words()
    assert by_default["permutations"].words() == "enough to reach the strictest class, p <= 0.01"
    assert {asked[name].reason for name in ("cell_m", "permutations", "seed")} == {"given"}
    assert all(one.words() and one.plain()["why"] for one in by_default.values())


def open_zones() -> Zones:
    """Some 600 hexagons of 500 m over 10 by 10 km."""
    at = np.arange(300_000.0, 310_000.0, 200.0)
    x, y = (values.ravel() for values in np.meshgrid(at, at + 4_390_000))
    return grid_zones(make_grid(x, y, kind="hexagon", cell_m=500.0, crs_epsg=UTM, boundary_wkb=None), UTM)
