"""How many requests a km2 there are around every place: kernel density on a raster, edges corrected, by FFT.

f(u) = sum over requests of K_h(u - x_i) / e(u), where e is the share of a kernel around u that lies inside the boundary
(Diggle 1985, Applied Statistics 34): where requests are equally dense, the map is equally dark up to the border. The
other form, 1 / e(x_i), keeps the sum of requests exactly, but is 31 % too pale along a straight border and 52 % in a
corner (logarithm of 2, and its square); it was not taken. Points are spread over the four nearest nodes of the raster
(linear binning, Wand 1994) and convolved by FFT (Silverman 1982): 750,000 points cost as much as 100.

It shows where reports are many. It tests nothing: whether a place stands out is for Gi*.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import pi
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from geo.choices import GIVEN, Chosen
from geo.crs import to_degrees
from geo.errors import GeoError
from geo.progress import Progress, ShouldStop, breathe, never, silent

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

QUARTIC, GAUSSIAN = "quartic", "gaussian"
KERNELS = (QUARTIC, GAUSSIAN)
# A quartic kernel of this radius is as smooth as a gaussian one of standard deviation 1 (canonical bandwidths in two
# dimensions, Marron and Nolan 1988): ratio of (R(K) / mu2(K)^2)^(1/6), R = 9 / (5 pi) and 1 / (4 pi), mu2 = 1/8 and 1.
QUARTIC_RADIUS = (64.0 * 9.0 / (5.0 * pi) * 4.0 * pi) ** (1.0 / 6.0)
NODES_A_BANDWIDTH = 5.0  # linear binning then errs by less than 1 %
MOST_NODES = 1_000_000
_REACH = 4.0  # of a gaussian, in standard deviations; what lies beyond is 0.03 %, and K is made to sum to 1 without it
_LEAST_INSIDE = 0.01  # in a thorn of the border a request must not weigh a hundred times


@dataclass(frozen=True, slots=True)
class DensitySettings:
    """`bandwidth_m`: standard deviation of the gaussian kernel or radius of the quartic one, None to learn it."""

    kernel: str = QUARTIC
    bandwidth_m: float | None = None
    node_m: float | None = None  # width of a raster cell, None for a fifth of the gaussian bandwidth

    def __post_init__(self) -> None:
        if self.kernel not in KERNELS:
            raise GeoError(f"There is no kernel '{self.kernel}'; choose {' or '.join(KERNELS)}.")
        for what, value in (("bandwidth", self.bandwidth_m), ("raster cell", self.node_m)):
            if value is not None and not (np.isfinite(value) and value > 0.0):
                raise GeoError(f"A {what} cannot be {value} m; choose a width in metres, or none.")


@dataclass(frozen=True, slots=True, eq=False)
class Raster:
    """Square cells in metres of the city's CRS: the south-west corner, the width, and which lie inside the boundary."""

    west_m: float
    south_m: float
    node_m: float
    inside: Bools  # [rows from south, columns from west] by the middle of each cell
    open: bool  # no boundary: the raster's own edge corrects nothing

    def middles(self) -> tuple[Floats, Floats]:
        """Eastings of the columns and northings of the rows."""
        rows, columns = self.inside.shape
        x_m = self.west_m + (np.arange(columns, dtype=np.float64) + 0.5) * self.node_m
        y_m = self.south_m + (np.arange(rows, dtype=np.float64) + 0.5) * self.node_m
        return x_m, y_m

    def polygons_wkb(self, crs_epsg: int) -> list[bytes]:
        """The cells inside the boundary as polygons in degrees, row by row from the south."""
        import shapely

        rows, columns = self.inside.shape
        east, north = np.meshgrid(
            self.west_m + np.arange(columns + 1) * self.node_m, self.south_m + np.arange(rows + 1) * self.node_m
        )
        corners = np.stack(to_degrees(east, north, crs_epsg), axis=2)
        around = [corners[:-1, :-1], corners[:-1, 1:], corners[1:, 1:], corners[1:, :-1]]
        rings = np.stack(around, axis=2)[self.inside]
        return [bytes(wkb) for wkb in shapely.to_wkb(shapely.polygons(rings))]


@dataclass(frozen=True, slots=True, eq=False)
class Density:
    """Requests a km2 on a raster [rows from south, columns from west], nan outside the boundary."""

    raster: Raster
    per_km2: Floats
    kernel: str
    bandwidth_m: float
    counted: int
    outside: int  # requests outside the boundary, left out
    chosen: tuple[Chosen, ...]


def density(
    x_m: ArrayLike,
    y_m: ArrayLike,
    boundary: BaseGeometry | None,
    settings: DensitySettings | None = None,
    *,
    progress: Progress = silent,
    should_stop: ShouldStop = never,
) -> Density:
    """Kernel density of points (metres) within a boundary (a polygon in the same metres; None: around the points).

    GeoError where no point lies inside, or for a bandwidth that is finer than a million raster cells can show.
    """
    from geo.density_bandwidth import choose_bandwidth

    rule = settings or DensitySettings()
    x, y = np.asarray(x_m, dtype=np.float64), np.asarray(y_m, dtype=np.float64)
    known = np.isfinite(x) & np.isfinite(y)
    x, y = x[known], y[known]
    if not len(x):
        raise GeoError("There are no located requests to show a density of; choose another service or period.")
    breathe(progress, should_stop, 0.0, "Choosing the bandwidth")
    if rule.bandwidth_m is None:
        bandwidth_m, chosen = choose_bandwidth(x, y, boundary, rule.kernel, should_stop=should_stop)
    else:
        bandwidth_m, chosen = rule.bandwidth_m, Chosen("bandwidth_m", rule.bandwidth_m, GIVEN)
    breathe(progress, should_stop, 0.7, "Spreading the requests")
    sigma_m = bandwidth_m / (QUARTIC_RADIUS if rule.kernel == QUARTIC else 1.0)
    raster = make_raster(x, y, boundary, rule.node_m or sigma_m / NODES_A_BANDWIDTH, bandwidth_m)
    per_km2, counted = spread(x, y, raster, rule.kernel, bandwidth_m)
    return Density(raster, per_km2, rule.kernel, bandwidth_m, counted, len(x) - counted, (chosen,))


def make_raster(x_m: Floats, y_m: Floats, boundary: BaseGeometry | None, node_m: float, margin_m: float) -> Raster:
    """Raster cells over the boundary, or without one over all points and a margin around them."""
    if boundary is not None:
        west, south, east, north = boundary.bounds
    else:
        west, south = float(x_m.min()) - margin_m, float(y_m.min()) - margin_m
        east, north = float(x_m.max()) + margin_m, float(y_m.max()) + margin_m
    columns, rows = int((east - west) / node_m) + 1, int((north - south) / node_m) + 1
    if columns * rows > MOST_NODES:
        raise GeoError(
            f"{columns * rows:,} raster cells of {node_m:.3g} m are too many for this city (at most {MOST_NODES:,}); "
            "choose a wider bandwidth or raster cell."
        )
    return Raster(west, south, node_m, _inside(boundary, west, south, node_m, (rows, columns)), boundary is None)


def spread(x_m: Floats, y_m: Floats, raster: Raster, kernel: str, bandwidth_m: float) -> tuple[Floats, int]:
    """Points a km2 on the raster, edges corrected, and how many points lay inside; GeoError where none does."""
    weight, counted = binned(x_m, y_m, raster)
    if not counted:
        raise GeoError("No located request lies inside the city's boundary; check the boundary.")
    mass = kernel_mass(kernel, bandwidth_m / raster.node_m)
    # What the transform leaves of a 0 may lie a little under it.
    per_node = np.maximum(convolve(weight, mass), 0.0) / share_inside(raster, mass)
    return np.where(raster.inside, per_node / (raster.node_m / 1000.0) ** 2, np.nan), counted


def share_inside(raster: Raster, mass: Floats) -> Floats:
    """The share of a kernel around each node that lies inside the boundary."""
    if raster.open:
        return np.ones(raster.inside.shape)
    return np.maximum(convolve(raster.inside.astype(np.float64), mass), _LEAST_INSIDE)


def binned(x_m: Floats, y_m: Floats, raster: Raster) -> tuple[Floats, int]:
    """Points shared out over the four nearest nodes inside the boundary, and how many points were.

    A point belongs to the city when the raster cell it lies in does, or one of its nodes.
    """
    rows, columns = raster.inside.shape
    along = (x_m - raster.west_m) / raster.node_m - 0.5
    up = (y_m - raster.south_m) / raster.node_m - 0.5
    near = (along > -1.0) & (along < columns) & (up > -1.0) & (up < rows)
    along, up = np.clip(along[near], 0.0, columns - 1.0), np.clip(up[near], 0.0, rows - 1.0)
    column, row = (
        np.minimum(along.astype(np.int64), max(columns - 2, 0)),
        np.minimum(up.astype(np.int64), max(rows - 2, 0)),
    )
    east, north = along - column, up - row
    inside = raster.inside.ravel()
    shares = []
    for by_row, by_column, part in (
        (0, 0, (1.0 - east) * (1.0 - north)),
        (0, 1, east * (1.0 - north)),
        (1, 0, (1.0 - east) * north),
        (1, 1, east * north),
    ):
        node = np.minimum(row + by_row, rows - 1) * columns + np.minimum(column + by_column, columns - 1)
        shares.append((node, np.where(inside[node], part, 0.0)))
    total = np.sum([part for _, part in shares], axis=0)
    counted = total > 0.0
    scale = np.divide(1.0, total, out=np.zeros_like(total), where=counted)
    weight = np.zeros(rows * columns)
    for node, part in shares:
        weight += np.bincount(node, part * scale, minlength=rows * columns)
    return weight.reshape(rows, columns), int(counted.sum())


def kernel_mass(kernel: str, bandwidth_nodes: float) -> Floats:
    """The kernel's mass on nodes around 0, summing to 1; gaussian by its standard deviation, quartic by its radius."""
    reach = int(np.ceil(bandwidth_nodes * (_REACH if kernel == GAUSSIAN else 1.0)))
    at = np.arange(-reach, reach + 1) / bandwidth_nodes
    if kernel == GAUSSIAN:
        one = np.exp(-0.5 * at**2)
        mass = np.outer(one, one)
    else:
        mass = np.maximum(1.0 - at[:, None] ** 2 - at**2, 0.0) ** 2  # Silverman 1986, equation 4.5
    return np.asarray(mass / mass.sum())


def convolve(values: Floats, mass: Floats) -> Floats:
    """The convolution, of the shape of the values."""
    from scipy.signal import oaconvolve

    return np.asarray(oaconvolve(values, mass, mode="same"))


def _inside(boundary: BaseGeometry | None, west: float, south: float, node_m: float, shape: tuple[int, int]) -> Bools:
    if boundary is None:
        return np.ones(shape, dtype=bool)
    import shapely

    x = west + (np.arange(shape[1]) + 0.5) * node_m
    y = south + (np.arange(shape[0]) + 0.5) * node_m
    shapely.prepare(boundary)
    return np.asarray(shapely.contains_xy(boundary, *np.meshgrid(x, y)))
