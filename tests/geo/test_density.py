"""Tests of kernel density on a raster."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from sklearn.neighbors import KernelDensity

from geo.density import GAUSSIAN, QUARTIC, Density, DensitySettings, density, kernel_mass
from geo.density_bandwidth import choose_bandwidth, counted_by_cell, left_out_likelihood
from geo.errors import GeoError
from geo.progress import Stopped
from tests.soak import rounds

TOWN = shapely.box(0, 0, 10_000, 8_000)


def points(seed: int = 1, count: int = 3_000) -> tuple[np.ndarray, np.ndarray]:
    """Half of them around one corner of a town of 10 by 8 km, half anywhere in it."""
    rng = np.random.default_rng(seed)
    x = np.concatenate([rng.normal(3_000, 400, count // 2), rng.uniform(0, 10_000, count // 2)])
    y = np.concatenate([rng.normal(6_000, 400, count // 2), rng.uniform(0, 8_000, count // 2)])
    return x, y


def at_some(found: Density) -> tuple[np.ndarray, np.ndarray]:
    """Places [., 2] in metres and the density there."""
    x_m, y_m = np.meshgrid(*found.raster.middles())
    return np.column_stack([x_m.ravel(), y_m.ravel()])[::53], found.per_km2.ravel()[::53]


def test_without_a_border_it_is_scikit_learns() -> None:
    """The gaussian density is scikit-learn's exact one, within 1 % of its peak where linear binning makes it differ."""
    x, y = points()
    at, found = at_some(density(x, y, None, DensitySettings(GAUSSIAN, 300.0)))
    exact = np.exp(KernelDensity(bandwidth=300.0).fit(np.column_stack([x, y])).score_samples(at)) * len(x) * 1e6
    assert np.abs(found - exact).max() < 0.01 * exact.max()


@pytest.mark.parametrize("kernel", [QUARTIC, GAUSSIAN])
def test_borders_are_corrected(kernel: str) -> None:
    """Inside a ragged border the density is the plain sum over points, divided by the share of the kernel inside."""
    ragged = TOWN.difference(shapely.box(4_000, 3_000, 7_000, 8_100)).difference(shapely.Point(0, 0).buffer(2_000))
    x, y = points(2, 600)
    width = 600.0 if kernel == GAUSSIAN else 1_500.0
    result = density(x, y, ragged, DensitySettings(kernel, width, 60.0))
    inside = shapely.contains_xy(ragged, x, y)
    assert abs(result.counted - inside.sum()) <= 3  # those within a raster cell of the border
    assert result.counted + result.outside == len(x)

    def weight(places: np.ndarray, to: np.ndarray) -> np.ndarray:
        away2 = ((places[:, None] - to) ** 2).sum(axis=2) / width**2
        return np.exp(-away2 / 2) if kernel == GAUSSIAN else np.maximum(1 - away2, 0) ** 2

    at, found = at_some(result)
    at, found = at[~np.isnan(found)], found[~np.isnan(found)]
    nodes = np.column_stack(
        [values.ravel() for values in np.meshgrid(np.arange(-4_000, 14_000, 60.0), np.arange(-4_000, 12_000, 60.0))]
    )
    held = shapely.contains_xy(ragged, *nodes.T)
    share = weight(at, nodes[held]).sum(axis=1) / weight(np.zeros((1, 2)), nodes - 5_000).sum()
    scale = 1 / (2 * np.pi * width**2) if kernel == GAUSSIAN else 3 / (np.pi * width**2)
    exact = weight(at, np.column_stack([x, y])[inside]).sum(axis=1) * scale / share * 1e6
    assert np.abs(found - exact).max() < 0.03 * exact.max()


def test_an_even_town_is_even_up_to_its_border() -> None:
    """Where points lie evenly, the density along the border and in the corners is that of the middle, within 10 %."""
    at = np.arange(25.0, 10_000.0, 50.0)
    x, y = (values.ravel() for values in np.meshgrid(at, at[at < 8_000]))
    found = density(x, y, TOWN, DensitySettings(QUARTIC, 1_000.0))
    assert np.nanmin(found.per_km2) > 0.9 * 400
    assert np.nanmax(found.per_km2) < 1.1 * 400


@pytest.mark.parametrize("seed", rounds(2, 30))
def test_the_bandwidth_chosen_predicts_well(seed: int) -> None:
    """A second draw from the same town is predicted as well as by the best of a range of bandwidths, within 1 %."""
    x, y = points(seed, 6_000)
    chosen, why = choose_bandwidth(x, y, TOWN, GAUSSIAN)
    new = np.column_stack(points(seed + 1_000, 6_000))
    new = new[shapely.contains_xy(TOWN, *new.T)]

    def predicts(width: float) -> float:
        found = density(x, y, TOWN, DensitySettings(GAUSSIAN, width, 40.0))
        column, row = (new // 40.0).astype(int).T
        return float(np.log(np.maximum(found.per_km2[row, column], 1e-3)).mean())

    assert predicts(chosen) > max(predicts(width) for width in (80.0, 120.0, 180.0, 270.0, 400.0, 600.0)) - 0.02
    assert why.reason == "likelihood"


def test_bursts_at_one_address_do_not_make_it_narrow() -> None:
    """Reporting every place twenty times leaves the bandwidth nearly as it was: coincident reports are left out too."""
    x, y = points(3, 3_000)
    once, _ = choose_bandwidth(x, y, TOWN, QUARTIC)
    often, _ = choose_bandwidth(np.repeat(x, 20), np.repeat(y, 20), TOWN, QUARTIC)
    assert 0.6 * once <= often <= once * 1.01


def test_the_likelihood_is_that_of_a_plain_loop() -> None:
    """Leaving out each cell in turn and summing the kernel over all others gives the same likelihood."""
    from geo.density import make_raster

    x, y = points(4, 120)
    raster = make_raster(x, y, TOWN, 500.0, 0.0)
    weight = counted_by_cell(x, y, raster)
    mass = kernel_mass(GAUSSIAN, 900.0 / 500.0)
    reach, held = mass.shape[0] // 2, np.argwhere(weight > 0)
    total, told = weight.sum(), 0.0
    for row, column in held:
        others = share = 0.0
        for i, j in np.argwhere(raster.inside):
            if max(abs(i - row), abs(j - column)) <= reach:
                part = mass[i - row + reach, j - column + reach]
                share += part
                others += part * weight[i, j] * ((i, j) != (row, column))
        told += weight[row, column] * np.log(others / share / (total - weight[row, column]) / 0.25)
    assert left_out_likelihood(weight, raster, 900.0) == pytest.approx(told / total)


def test_what_cannot_be_shown_is_said() -> None:
    """No points, none inside, few places, no kernel, no width and too fine a raster are refused; stop stops."""
    x, y = points(5, 100)
    for given, said in (
        (lambda: density([], [], TOWN), "no located requests"),
        (lambda: density(x + 1e6, y, TOWN, DensitySettings(QUARTIC, 500.0)), "inside the city's boundary"),
        (lambda: density(np.full(50, 5.0), np.full(50, 5.0), TOWN), "too few places"),
        (lambda: DensitySettings("box"), "no kernel 'box'"),
        (lambda: DensitySettings(bandwidth_m=0.0), "bandwidth cannot be 0.0 m"),
        (lambda: density(x, y, TOWN, DensitySettings(GAUSSIAN, 5.0)), "wider bandwidth"),
    ):
        with pytest.raises(GeoError, match=said):
            given()
    with pytest.raises(Stopped):
        density(x, y, TOWN, should_stop=lambda: True)
