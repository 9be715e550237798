"""Curves of the plan: smooth lines through points, offsets beside them, blobs, and the bend that nothing escapes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from data.demo.frame import Floats


def smooth_line(points_km: Sequence[tuple[float, float]], step_m: float) -> Floats:
    """A Catmull-Rom curve through points (km) as vertices [n, 2] in metres, about `step_m` apart."""
    p = np.array(points_km, dtype=np.float64) * 1000.0
    p = np.vstack([2 * p[0] - p[1], p, 2 * p[-1] - p[-2]])
    parts = []
    for a, b, c, d in zip(p[:-3], p[1:-2], p[2:-1], p[3:], strict=True):
        t = np.linspace(0.0, 1.0, 60, endpoint=False)[:, None]
        parts.append(0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3))
    return evenly(np.vstack([*parts, p[-2:-1]]), step_m)


def evenly(line: Floats, step_m: float) -> Floats:
    """The same line with vertices at equal distances, close to `step_m`."""
    along = distances_along(line)
    count = max(2, 1 + round(along[-1] / step_m))
    at = np.linspace(0.0, along[-1], count)
    return np.column_stack([np.interp(at, along, line[:, 0]), np.interp(at, along, line[:, 1])])


def distances_along(line: Floats) -> Floats:
    """Metres from the first vertex to each vertex."""
    steps = np.hypot(np.diff(line[:, 0]), np.diff(line[:, 1]))
    return np.concatenate([[0.0], np.cumsum(steps)])


def left_normals(line: Floats) -> Floats:
    """Unit vectors to the left at each vertex."""
    along = np.gradient(line, axis=0)
    along /= np.hypot(along[:, 0], along[:, 1])[:, None]
    return np.column_stack([-along[:, 1], along[:, 0]])


def beside(line: Floats, offset_m: float | Floats) -> Floats:
    """The line moved to its left by an offset (negative: to its right), one for all or one a vertex."""
    return line + left_normals(line) * np.broadcast_to(np.asarray(offset_m, dtype=np.float64), len(line))[:, None]


def part_between(line: Floats, start_m: float, end_m: float, step_m: float = 60.0) -> Floats:
    """The part of a line between two distances along it."""
    along = distances_along(line)
    at = np.linspace(start_m, end_m, max(2, 1 + round(abs(end_m - start_m) / step_m)))
    return np.column_stack([np.interp(at, along, line[:, 0]), np.interp(at, along, line[:, 1])])


def blob(rng: np.random.Generator, x_m: float, y_m: float, radius_m: float, wobble: float = 0.16) -> Floats:
    """A closed smooth outline [n, 2] around a point, as parks and lakes have it."""
    angle = np.linspace(0.0, 2 * np.pi, max(16, int(radius_m / 9)), endpoint=False)
    reach = np.ones_like(angle)
    for waves in (2, 3, 5):
        reach += wobble / waves * rng.normal() * np.cos(waves * angle + rng.uniform(0, 2 * np.pi))
    reach = radius_m * np.clip(reach, 0.5, 1.6)
    stretch, turn = rng.uniform(0.7, 1.0), rng.uniform(0, np.pi)
    x, y = reach * np.cos(angle), reach * np.sin(angle) * stretch
    outline = np.column_stack([x_m + x * np.cos(turn) - y * np.sin(turn), y_m + x * np.sin(turn) + y * np.cos(turn)])
    return np.vstack([outline, outline[:1]])


@dataclass(frozen=True, slots=True)
class Bend:
    """A smooth one-to-one shift of the whole plan: what was ruled straight bends as built streets do."""

    wave: Floats  # [k, 2] radians a metre
    phase: Floats  # [k, 2]
    reach_m: Floats  # [k, 2]

    @classmethod
    def drawn(cls, rng: np.random.Generator) -> Bend:
        """Three scales, each with a slope under 0.1, so that the sum stays one-to-one."""
        length = np.concatenate([rng.uniform(5500, 8000, 3), rng.uniform(2400, 3400, 3), rng.uniform(550, 800, 2)])
        turn = rng.uniform(0, 2 * np.pi, len(length))
        wave = (2 * np.pi / length)[:, None] * np.column_stack([np.cos(turn), np.sin(turn)])
        slope = np.concatenate([np.full(3, 0.045), np.full(3, 0.03), np.full(2, 0.03)])
        reach = (slope * length / (2 * np.pi))[:, None] * rng.uniform(0.6, 1.0, (len(length), 2))
        return cls(wave, rng.uniform(0, 2 * np.pi, (len(length), 2)), reach)

    def __call__(self, points: Floats) -> Floats:
        """Points [n, 2] after the shift."""
        moved = np.array(points, dtype=np.float64)
        for wave, phase, reach in zip(self.wave, self.phase, self.reach_m, strict=True):
            at = points @ wave
            moved += np.column_stack([reach[0] * np.sin(at + phase[0]), reach[1] * np.sin(at + phase[1])])
        return moved
