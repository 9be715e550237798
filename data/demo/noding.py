"""Lines that cross become a graph: shared junctions where they meet at one height, nothing where one passes over."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from data.demo.frame import Floats
from data.demo.roads import MEETS, Roads

Ints = NDArray[np.int64]
MERGE_M = 9.0  # crossings closer than this are one junction
SPLIT_M = 600.0  # long lines are searched in parts


@dataclass(slots=True)
class Sequences:
    """Every line as its row of nodes, one after the other. Junctions are shared, bends are not."""

    x: Floats  # of nodes
    y: Floats
    line: Ints  # of each place in a row
    node: Ints
    at_m: Floats  # distance along the line
    junction: NDArray[np.bool_]  # whether lines meet there
    end: NDArray[np.bool_]  # first or last of its row, where nothing meets


@dataclass(slots=True)
class _Segments:
    line: Ints
    start_m: Floats
    a: Floats  # [n, 2]
    b: Floats


def node_roads(roads: Roads) -> Sequences:
    """Find all crossings of the lines that meet at one height and thread every line through its own.

    Crossings are those of straight segments in the plane; those within MERGE_M of each other become one node at
    their mean place.
    """
    segments, vertices = _segments(roads)
    kind = np.asarray(roads.kind)
    one, other, points, at_one, at_other = _crossings(segments, kind)
    group, x, y = _merged(points)
    line = np.concatenate([segments.line[one], segments.line[other], vertices[0]])
    at_m = np.concatenate([at_one, at_other, vertices[1]])
    count = len(x)
    node = np.concatenate([group, group, count + np.arange(len(vertices[0]))])
    junction = np.concatenate([np.ones(2 * len(group), dtype=bool), np.zeros(len(vertices[0]), dtype=bool)])
    end = np.concatenate([np.zeros(2 * len(group), dtype=bool), vertices[3]])
    xs, ys = np.concatenate([x, vertices[2][:, 0]]), np.concatenate([y, vertices[2][:, 1]])
    order = np.lexsort((at_m, line))
    rows = Sequences(xs, ys, line[order], node[order], at_m[order], junction[order], end[order])
    return _threaded(rows)


def _segments(roads: Roads) -> tuple[_Segments, tuple[Ints, Floats, Floats, NDArray[np.bool_]]]:
    """Segments of at most SPLIT_M, and the vertices of all lines as line, distance, place, whether an end."""
    counts = np.array([len(points) for points in roads.points])
    place, line = np.vstack(roads.points), np.repeat(np.arange(len(counts)), counts)
    first = np.concatenate([[0], np.cumsum(counts)[:-1]])
    ends = np.zeros(len(place), dtype=bool)
    ends[first] = ends[first + counts - 1] = True
    step = np.concatenate([[0.0], np.hypot(*np.diff(place, axis=0).T)])
    step[first] = 0.0
    total = np.cumsum(step)
    along = total - total[first][line]
    start = np.flatnonzero(line[1:] == line[:-1])
    parts = (step[start + 1] // SPLIT_M).astype(np.int64) + 1
    source = np.repeat(start, parts)
    turn = np.arange(len(source)) - np.repeat(np.cumsum(parts) - parts, parts)
    share = np.column_stack([turn, turn + 1]) / np.repeat(parts, parts)[:, None]
    way = place[source + 1] - place[source]
    a, b = place[source] + way * share[:, :1], place[source] + way * share[:, 1:]
    segments = _Segments(line[source], along[source] + step[source + 1] * share[:, 0], a, b)
    return segments, (line, along, place, ends)


def _crossings(segments: _Segments, kind: NDArray[np.int64]) -> tuple[Ints, Ints, Floats, Floats, Floats]:
    """Pairs of segments of different lines that meet, the place, and its distance along both lines."""
    shapes = np.asarray(shapely.linestrings(np.stack([segments.a, segments.b], axis=1)))
    one, other = shapely.STRtree(shapes).query(shapes)
    lines = segments.line
    good = (lines[one] < lines[other]) & MEETS[kind[lines[one]], kind[lines[other]]]
    one, other = one[good], other[good]
    a, r = segments.a[one], segments.b[one] - segments.a[one]
    c, s = segments.a[other], segments.b[other] - segments.a[other]
    cross = r[:, 0] * s[:, 1] - r[:, 1] * s[:, 0]
    apart = c - a
    with np.errstate(divide="ignore", invalid="ignore"):
        t = (apart[:, 0] * s[:, 1] - apart[:, 1] * s[:, 0]) / cross
        u = (apart[:, 0] * r[:, 1] - apart[:, 1] * r[:, 0]) / cross
    hit = (np.abs(cross) > 1e-6) & (t >= 0) & (t <= 1) & (u >= 0) & (u <= 1)
    one, other, t, u = one[hit], other[hit], t[hit], u[hit]
    points = a[hit] + r[hit] * t[:, None]
    at_one = segments.start_m[one] + t * np.hypot(r[hit, 0], r[hit, 1])
    at_other = segments.start_m[other] + u * np.hypot(s[hit, 0], s[hit, 1])
    return one, other, points, at_one, at_other


def _merged(points: Floats) -> tuple[Ints, Floats, Floats]:
    """The node of every crossing, and the nodes' places."""
    places = np.asarray(shapely.points(points))
    tree = shapely.STRtree(places)
    one, other = tree.query(places, predicate="dwithin", distance=MERGE_M)
    _, group = np.unique(components(len(points), one, other), return_inverse=True)
    count = np.bincount(group)
    return group, np.bincount(group, points[:, 0]) / count, np.bincount(group, points[:, 1]) / count


def components(count: int, one: Ints, other: Ints) -> Ints:
    """Label of the connected part of each of `count` things joined in pairs: its smallest member.

    Labels are hooked to smaller ones and paths halved until nothing moves (Shiloach and Vishkin, 1982).
    """
    label = np.arange(count)
    while True:
        low = np.minimum(label[one], label[other])
        before = label.copy()
        np.minimum.at(label, label[one], low)
        np.minimum.at(label, label[other], low)
        while True:
            jumped = label[label]
            if np.array_equal(jumped, label):
                break
            label = jumped
        if np.array_equal(before, label):
            return label


def _threaded(rows: Sequences) -> Sequences:
    """Rows without bends too close to a junction, and without the same junction twice in a row."""
    count = len(rows.node)
    keep = np.ones(count, dtype=bool)
    same_line = rows.line[1:] == rows.line[:-1]
    repeated = same_line & (rows.node[1:] == rows.node[:-1])
    keep[1:][repeated] = False
    near = np.full(count, np.inf)
    where = np.where(rows.junction, np.arange(count), -1)
    before = np.maximum.accumulate(where)
    after = np.minimum.accumulate(np.where(rows.junction, np.arange(count), count)[::-1])[::-1]
    for at in (before, after):
        safe = np.clip(at, 0, count - 1)
        valid = (at >= 0) & (at < count) & (rows.line[safe] == rows.line)
        near = np.where(valid, np.minimum(near, np.abs(rows.at_m - rows.at_m[safe])), near)
    keep &= rows.junction | (near > 12.0) | np.isinf(near)
    return Sequences(
        rows.x, rows.y, rows.line[keep], rows.node[keep], rows.at_m[keep], rows.junction[keep], rows.end[keep]
    )
