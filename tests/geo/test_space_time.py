"""Tests of space-time cubes, trends and the 17 classes of emerging hot spots."""

from __future__ import annotations

import csv
import json
from datetime import date, timedelta

import numpy as np
import pymannkendall
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from geo.emerging import PATTERNS, EmergingSettings, cube_gi_star, emerging, pattern_name, patterns
from geo.errors import GeoError
from geo.gi_star import gi_star
from geo.mann_kendall import mann_kendall
from geo.space_time import choose_steps, days_since_epoch, given_steps, make_cube, make_steps
from geo.zones import area_zones
from tests.geo.test_hotspots import lattice
from tests.shared import shared_file
from tests.soak import examples


@settings(max_examples=examples(60))
@given(arrays(float, st.tuples(st.integers(1, 4), st.integers(4, 20)), elements=st.integers(-3, 3).map(float)))
def test_trends_are_pymannkendalls(series: np.ndarray) -> None:
    """Score, variance with ties, z, p, tau and Sen's slope equal pymannkendall's; constant series have no trend."""
    found = mann_kendall(series)
    for row, one in enumerate(series):
        theirs = pymannkendall.original_test(one)
        got = (found.score[row], found.variance[row], found.z[row], found.p[row], found.tau[row], found.slope[row])
        assert got == pytest.approx((theirs.s, theirs.var_s, theirs.z, theirs.p, theirs.Tau, theirs.slope), abs=1e-12)


def test_real_tracts_have_sfdeps_trends() -> None:
    """Tau and p of 168 tracts over ten years equal sfdep's to what it prints, Gi* standardised by step as it does.

    sfdep's rows are in the order of the sorted tracts, whatever its column of locations says. Its classes hang on nine
    shuffles, which reach no level, so that it calls all tracts without pattern.
    """
    features = json.loads(shared_file("spatialstats/bos-ecometric.geojson").read_text())["features"]
    names = [one["properties"][".region_id"] for one in features]
    wkb = [bytes(shapely.to_wkb(shapely.geometry.shape(one["geometry"]))) for one in features]
    zones = area_zones(names, wkb, 32619)
    with shared_file("spatialstats/bos-ecometric.csv").open(newline="") as stream:
        value = {(row[".region_id"], row["year"]): float(row["value"]) for row in csv.DictReader(stream)}
    years = sorted({year for _, year in value})
    cube = np.array([[value[name, year] for year in years] for name in names])
    found = emerging(cube, zones.starts, zones.members, EmergingSettings(window="step"))
    with shared_file("spatialstats/sfdep_ehsa_expected_k1_nsim9.csv").open(newline="") as stream:
        theirs = list(csv.DictReader(stream))
    order = np.argsort(names)
    assert found.trend.tau[order] == pytest.approx([float(row["tau"]) for row in theirs], abs=1e-7)
    assert found.trend.p[order] == pytest.approx([float(row["p_value"]) for row in theirs], abs=1e-6)
    assert len(theirs) == 168


def test_gi_star_of_a_bin_is_that_of_its_neighbourhood() -> None:
    """Over the whole cube, a bin's Gi* is that of a plain list of bins whose neighbours are written out."""
    starts, members, cells = lattice(60)
    cube = np.random.default_rng(1).poisson(3.0, (cells, 5)).astype(float)
    z, p = cube_gi_star(cube, starts, members, lags=2)
    near = []
    for zone in range(cells):
        around = [zone, *members[starts[zone] : starts[zone + 1]].tolist()]
        for step in range(5):
            bins = {other * 5 + back for other in around for back in range(max(0, step - 2), step + 1)}
            near.append(sorted(bins - {zone * 5 + step}))
    flat = gi_star(cube.ravel(), np.cumsum([0, *map(len, near)]), np.concatenate(near))
    assert np.allclose(z.ravel(), flat)
    assert ((p > 0) & (p <= 1)).all()


H, C, O = 1, -1, 0  # noqa: E741
CASES = {
    "no pattern": [([O] * 10, 0), ([H, O] * 5, 0), ([H] * 5 + [O] * 5, 1)],
    "new hot spot": [([O] * 9 + [H], 0), ([C] + [O] * 8 + [H], 1), ([H] * 0 + [O] * 5 + [C] * 4 + [H], 0)],
    "consecutive hot spot": [([O] * 8 + [H] * 2, 1), ([O] * 2 + [H] * 8, 0), ([C] + [O] * 5 + [H] * 4, 0)],
    "intensifying hot spot": [([H] * 10, 1), ([O] + [H] * 9, 1), ([H] * 4 + [C] + [H] * 5, 1)],
    "persistent hot spot": [([H] * 10, 0), ([H] * 4 + [O] + [H] * 5, 0)],
    "diminishing hot spot": [([H] * 10, -1), ([O] + [H] * 9, -1)],
    "sporadic hot spot": [([H, O] * 4 + [O, H], 0), ([H] * 4 + [O] * 2 + [H] * 4, 1)],
    "oscillating hot spot": [([H, C] * 4 + [O, H], 0), ([H, O, C] + [O] * 5 + [H] * 2, 1)],
    "historical hot spot": [([H] * 9 + [O], -1), ([H] * 9 + [O], 1)],
}


def test_every_class_is_given_as_published() -> None:
    """Hand-made histories of ten steps get the class that the published definition names, cold ones its mirror."""
    for name, histories in CASES.items():
        for history, direction in histories:
            one = np.array([history])
            assert pattern_name(int(patterns(one, np.array([direction]))[0])) == name, (name, history)
            cold = pattern_name(int(patterns(-one, np.array([-direction]))[0]))
            assert cold == name.replace("hot", "cold"), (name, history)
    assert pattern_name(int(patterns(np.array([[H] * 9 + [C]]), np.array([0]))[0])) == "new cold spot"
    assert len({pattern_name(code) for code in range(-8, 9)}) == 17
    assert len(PATTERNS) == 9


@settings(max_examples=examples(200))
@given(st.lists(st.sampled_from([H, C, O]), min_size=10, max_size=24), st.sampled_from([-1, 0, 1]))
def test_classes_say_what_is_so(history: list[int], direction: int) -> None:
    """Any history gets one class, hot now if it says so, not hot now if historical, and mirrored when turned over."""
    code = int(patterns(np.array([history]), np.array([direction]))[0])
    side, kind = np.sign(code), abs(code)
    if kind in (1, 2, 3, 4, 5, 6, 7):
        assert history[-1] == side
    if kind == 8:
        assert history[-1] == O or history[-1] == -side
    assert (kind in (3, 4, 5, 8)) == (kind != 0 and history.count(side) >= 0.9 * len(history) - 1e-9)
    assert int(patterns(-np.array([history]), np.array([-direction]))[0]) == -code


def test_planted_histories_are_found() -> None:
    """A corner hot from the 13th week on, one hot throughout and growing, and one that cooled are called so."""
    starts, members, cells = lattice(400)
    cube = np.random.default_rng(9).poisson(4.0, (cells, 16)).astype(float)
    new, growing, over = (np.append(members[starts[at] : starts[at + 1]], at) for at in (60, 200, 340))
    rng = np.random.default_rng(10)
    cube[new, 13:] += rng.poisson(45.0, (len(new), 3))
    cube[growing] += rng.poisson(np.linspace(25.0, 60.0, 16), (len(growing), 16))
    cube[over, :15] += rng.poisson(45.0, (len(over), 15))
    cube[over, 15] = 0.0
    classes = emerging(cube, starts, members, EmergingSettings(lags=0)).classes()
    assert [classes[at] for at in (60, 200, 340)] == [
        "consecutive hot spot",
        "intensifying hot spot",
        "historical hot spot",
    ]


def test_steps_end_with_the_period() -> None:
    """Weeks and months run back from the last day, whole; what is left at the beginning is told."""
    weeks = make_steps(date(2026, 1, 1), date(2026, 3, 31), "week")
    assert (weeks.count, weeks.left_out_days) == (12, 6)
    assert weeks.starts()[-1] == date(2026, 3, 25)
    months = make_steps(date(2025, 1, 1), date(2026, 3, 30), "month")
    assert months.starts()[-2:] == (date(2026, 1, 31), date(2026, 2, 28))
    assert set(np.diff(make_steps(date(2025, 1, 1), date(2026, 3, 31), "month").edges)) == {28, 30, 31}
    assert make_steps(date(2026, 1, 1), date(2026, 1, 20), "day", 2).count == 10


def test_the_step_is_chosen_from_the_data() -> None:
    """Weeks where they hold two a zone, else months, else what is long enough; days only of a short period."""
    ask = [(date(2025, 1, 1), date(2026, 6, 30)), (date(2026, 1, 1), date(2026, 1, 30))]
    assert choose_steps(*ask[0], 100_000, 100)[1].value == "week"
    assert choose_steps(*ask[0], 5_000, 100)[1].reason == "steps_and_counts"
    assert [choose_steps(*ask[0], few, 100)[1].value for few in (5_000, 100)] == ["month", "month"]
    assert choose_steps(*ask[1], 100_000, 100)[1].value == "day"
    assert "though bins hold few" in choose_steps(*ask[0], 100, 100)[1].words()
    assert given_steps(*ask[0], "week", 2)[1].value == "2 weeks"
    with pytest.raises(GeoError, match="not 10 days"):
        choose_steps(date(2026, 1, 1), date(2026, 1, 5), 100, 10)


@settings(max_examples=examples(40))
@given(st.lists(st.tuples(st.integers(-1, 4), st.integers(-20, 100)), min_size=1, max_size=60))
def test_a_cube_counts_every_request_once(requests: list[tuple[int, int]]) -> None:
    """Each request is in its bin, outside the zones or the steps, and steps before the first request are dropped."""
    first = date(2026, 1, 1)
    steps = make_steps(first, first + timedelta(days=79), "day", 2)
    zone, day = (np.array([one[part] for one in requests]) for part in (0, 1))
    inside = [(z, d // 2) for z, d in requests if z >= 0 and 0 <= d < 80]
    if not inside or min(d for _, d in inside) > 30:
        with pytest.raises(GeoError, match=r"No located request|There was no request before"):
            make_cube(zone, day + days_since_epoch(first), 5, steps)
        return
    cube = make_cube(zone, day + days_since_epoch(first), 5, steps)
    begun = min(d for _, d in inside)
    assert (cube.steps.count, cube.steps.left_out_days) == (40 - begun, 2 * begun)
    assert cube.count.shape == (5, 40 - begun)
    for z, d in set(inside):
        assert cube.count[z, d - begun] == inside.count((z, d))
    assert cube.count.sum() == len(inside)
    assert cube.outside == (zone < 0).sum()


def test_what_has_no_history_is_said() -> None:
    """Few zones, few steps, constant counts, a period without requests and impossible settings are refused."""
    starts, members, cells = lattice(100)
    first, last = date(2026, 1, 1), date(2026, 3, 31)
    for ask, said in (
        (lambda: emerging(np.ones((cells, 12)), starts, members), "hold the same"),
        (lambda: emerging(np.ones((9, 12)), starts[:10], members), "9 zones are too few"),
        (lambda: mann_kendall(np.ones((2, 3))), "3 steps are too few"),
        (lambda: mann_kendall(np.full((2, 9), np.nan)), "a number for every step"),
        (lambda: make_steps(first, last, "month"), "3 steps of 1 month are too few"),
        (lambda: make_steps(last, first, "day"), "ends .* before it begins"),
        (lambda: make_steps(first, last, "hour"), "cannot be 1 hour"),
        (lambda: make_steps(date(1990, 1, 1), last, "day"), "cannot be told apart"),
        (
            lambda: make_cube(np.zeros(1, dtype=int), np.zeros(1, dtype=int), 5, make_steps(first, last, "week")),
            "No loc",
        ),
        (lambda: EmergingSettings(window="year"), "choose cube or step"),
        (lambda: EmergingSettings(lags=-1), "cannot be negative"),
    ):
        with pytest.raises(GeoError, match=said):
            ask()
