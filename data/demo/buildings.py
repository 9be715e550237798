"""House numbers along streets, and houses in the middle of the city: enough to look lived in,
few enough to stay light."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import shapely

from data.demo.frame import Floats
from data.demo.network import Network
from data.demo.noding import Ints
from data.demo.roads import SECONDARY

PLOT_M = 9.0  # one house number on each side of the street
CENTRE_M = 1650.0
SETBACK_M, NEAREST_CORNER_M = 8.5, 22.0


class _Drawn(Protocol):
    @property
    def kind(self) -> str: ...
    @property
    def points(self) -> Floats: ...


@dataclass(frozen=True, slots=True)
class Buildings:
    """Footprints in metres from the centre, [n, 4, 2], with the street and number each belongs to."""

    corners: Floats
    street: Ints
    number: Ints


def house_number(at_m: Floats, side: Ints) -> Ints:
    """The number at a distance along a street: odd on the left (side 1), even on the right (side -1)."""
    return np.asarray(2 * np.floor(np.maximum(at_m, 0.0) / PLOT_M).astype(np.int64) + np.where(side > 0, 1, 2))


def plot_middle_m(number: Ints) -> Floats:
    """Where along the street the middle of a numbered plot lies."""
    return np.asarray(((number - 1) // 2 + 0.5) * PLOT_M, dtype=np.float64)


def place_buildings(rng: np.random.Generator, network: Network, shapes: Sequence[_Drawn]) -> Buildings:
    """A house on every second plot of the central streets, clear of corners, water and parks."""
    a = np.column_stack([network.x_m[network.a], network.y_m[network.a]])
    step = np.column_stack([network.x_m[network.b], network.y_m[network.b]]) - a
    near = np.hypot(*(a + step / 2).T) < CENTRE_M
    fit = np.flatnonzero(near & (network.highway >= SECONDARY) & ~network.bridge & (network.length_m > 55.0))
    slots = np.maximum(0, ((network.length_m[fit] - 2 * NEAREST_CORNER_M) // (2 * PLOT_M)).astype(np.int64) + 1)
    piece = np.repeat(fit, 2 * slots)
    order = np.concatenate([np.arange(2 * n) for n in slots]) if len(slots) else np.zeros(0, dtype=np.int64)
    side = np.where(order % 2 == 0, 1, -1)
    along = NEAREST_CORNER_M + (order // 2) * 2 * PLOT_M
    unit = step[piece] / network.length_m[piece][:, None]
    left = np.column_stack([-unit[:, 1], unit[:, 0]]) * side[:, None]
    half = rng.uniform(5.8, 8.2, len(piece))
    depth = rng.uniform(9.5, 13.5, len(piece))
    built = rng.random(len(piece)) < 0.9
    front = a[piece] + unit * along[:, None] + left * SETBACK_M
    wide, deep = unit * half[:, None], left * depth[:, None]
    corners = np.stack([front - wide, front + wide, front + wide + deep, front - wide + deep], axis=1)
    built &= ~_over(corners, shapes)
    number = house_number(network.at_m[piece] + along, side)
    return Buildings(np.round(corners[built], 2), network.street[piece][built], number[built])


def _over(corners: Floats, shapes: Sequence[_Drawn]) -> np.ndarray:
    """Which footprints lie on water, green or the railway."""
    closed = [shape for shape in shapes if (shape.points[0] == shape.points[-1]).all() and shape.kind != "island"]
    ground = shapely.union_all([shapely.make_valid(shapely.Polygon(shape.points)) for shape in closed])
    rails = [shapely.LineString(shape.points).buffer(12) for shape in shapes if shape.kind == "rail"]
    taken = shapely.union_all([ground, *rails])
    shapely.prepare(taken)
    return np.asarray(shapely.intersects(taken, shapely.polygons(corners)))
