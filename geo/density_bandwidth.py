"""The bandwidth that predicts best: likelihood cross-validation on a raster.

Habbema et al. 1974; Loader 1999, section 5.3. Left out is not one request but all in the same raster cell: reports come
in bursts from one address, and leaving out one of two at the same place would call the narrowest kernel the best
(the likelihood has no bound there; Silverman 1986, section 3.4.4). Sheather and Jones' rule was not taken: it is of one
dimension and of smooth densities, while a city's requests lie along streets. The search is by a gaussian kernel, which
is nowhere 0; a quartic kernel gets the radius that is as smooth (Marron and Nolan 1988).
"""

from __future__ import annotations

from math import log
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from geo.choices import Chosen
from geo.density import GAUSSIAN, QUARTIC, QUARTIC_RADIUS, Raster, convolve, kernel_mass, make_raster, share_inside
from geo.errors import GeoError
from geo.progress import ShouldStop, breathe, never, silent

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

Floats = NDArray[np.float64]

NARROWEST_M = 50.0  # finer than the width of a block, addresses are not trusted
_SEARCH_NODES = 40_000  # of the raster searched on
_NARROWEST_NODES = 1.5  # a kernel must reach over more than the cell that is left out
_WIDEST_SHARE = 0.125  # of the longer side of the city
_FEWEST_PLACES = 10
_STEPS = 12


def choose_bandwidth(
    x_m: Floats, y_m: Floats, boundary: BaseGeometry | None, kernel: str, *, should_stop: ShouldStop = never
) -> tuple[float, Chosen]:
    """The bandwidth of the kernel in metres, rounded to 5 m, and why. GeoError where all points are at one place."""
    extent_m = _extent_m(x_m, y_m, boundary)
    raster = make_raster(x_m, y_m, boundary, (extent_m[0] * extent_m[1] / _SEARCH_NODES) ** 0.5, 0.0)
    weight = counted_by_cell(x_m, y_m, raster)
    if np.count_nonzero(weight) < _FEWEST_PLACES:
        raise GeoError("The requests lie at too few places for a density; choose a longer period or a bandwidth.")
    low = max(NARROWEST_M, _NARROWEST_NODES * raster.node_m)
    high = max(low * 1.5, _WIDEST_SHARE * max(extent_m))
    sigma_m = _best(weight, raster, log(low), log(high), should_stop)
    reason = "likelihood" if low * 1.05 < sigma_m < high / 1.05 else "likelihood_bound"
    wide = QUARTIC_RADIUS if kernel == QUARTIC else 1.0
    bandwidth_m = max(5.0, round(sigma_m * wide / 5.0) * 5.0)
    figures = {"gaussian_m": round(sigma_m, 1), "least_m": round(low, 1), "most_m": round(high, 1)}
    return bandwidth_m, Chosen("bandwidth_m", bandwidth_m, reason, figures)


def counted_by_cell(x_m: Floats, y_m: Floats, raster: Raster) -> Floats:
    """How many points lie in each raster cell inside the boundary: whole points, so that they can be left out."""
    rows, columns = raster.inside.shape
    column = np.floor((x_m - raster.west_m) / raster.node_m)
    row = np.floor((y_m - raster.south_m) / raster.node_m)
    within = (column >= 0) & (column < columns) & (row >= 0) & (row < rows)
    at = (row[within] * columns + column[within]).astype(np.int64)
    return np.asarray(np.bincount(at, minlength=rows * columns).reshape(rows, columns) * raster.inside)


def left_out_likelihood(weight: Floats, raster: Raster, sigma_m: float) -> float:
    """Mean log density at each request of all requests outside its raster cell, edges corrected, per km2."""
    mass = kernel_mass(GAUSSIAN, sigma_m / raster.node_m)
    own = mass[mass.shape[0] // 2, mass.shape[1] // 2]
    others = (convolve(weight, mass) - weight * own) / share_inside(raster, mass)
    held = weight > 0.0
    total = weight.sum()
    # A floor of one request spread over the whole city: one place far from all must not decide alone.
    floor = 1.0 / (total * max(raster.inside.sum(), 1))
    predicted = np.maximum(others[held] / np.maximum(total - weight[held], 1.0), floor)
    return float((weight[held] * np.log(predicted / (raster.node_m / 1000.0) ** 2)).sum() / total)


def _best(weight: Floats, raster: Raster, low: float, high: float, should_stop: ShouldStop) -> float:
    """Golden section on the logarithm of the bandwidth, around the best of a coarse walk: there may be two hills."""
    tried: dict[float, float] = {}

    def score(at: float) -> float:
        breathe(silent, should_stop, None, "Choosing the bandwidth")
        return tried.setdefault(at, left_out_likelihood(weight, raster, float(np.exp(at))))

    walk = np.linspace(low, high, 7)
    best = int(np.argmax([score(float(at)) for at in walk]))
    left, right = float(walk[max(best - 1, 0)]), float(walk[min(best + 1, 6)])
    golden = (5.0**0.5 - 1.0) / 2.0
    for _ in range(_STEPS):
        one, other = right - golden * (right - left), left + golden * (right - left)
        left, right = (left, other) if score(one) >= score(other) else (one, right)
    return float(np.exp(max(tried, key=lambda at: tried[at])))


def _extent_m(x_m: Floats, y_m: Floats, boundary: BaseGeometry | None) -> tuple[float, float]:
    if boundary is not None:
        west, south, east, north = boundary.bounds
    else:
        west, south, east, north = float(x_m.min()), float(y_m.min()), float(x_m.max()), float(y_m.max())
    return max(east - west, 100.0), max(north - south, 100.0)
