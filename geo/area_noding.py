"""Lines and borders made to meet in common vertices, so that what is cut along them stays equal bit by bit.

A crossing is worked out once, from the border's edge in one direction, and put into the line and into every area whose
border passes there. Overlays of borders that already meet in vertices make no coordinates of their own.
Loads shapely: to be imported on first use only.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.area_layer import (
    NODE_M,
    AreaShape,
    Bools,
    Floats,
    Ints,
    LayerOfAreas,
    as_complex,
    box_of,
    grown,
    metre_scale,
)

_MOST_COMPARED = 2_000_000  # pairs of boxes compared one by one; above, a tree is faster


def edges_of(area: AreaShape) -> Floats:
    """[., 4] lon, lat, lon, lat of all edges of an area, ring after ring."""
    places = area.edge_places()
    return np.hstack([area.xy[places], area.xy[places + 1]])


def borders_of(areas: Iterable[AreaShape]) -> Floats:
    """[., 4] the edges of all areas."""
    return np.vstack([np.zeros((0, 4)), *(edges_of(area) for area in areas)])


def segments(line: Floats) -> Floats:
    """[n - 1, 4] the segments of a line [n, 2]."""
    return np.hstack([line[:-1], line[1:]])


def undirected(edges: Floats) -> Floats:
    """The edges [., 4], each from its western (then southern) end: the same for both areas beside it."""
    turned = (edges[:, 0] > edges[:, 2]) | ((edges[:, 0] == edges[:, 2]) & (edges[:, 1] > edges[:, 3]))
    return np.where(turned[:, None], edges[:, [2, 3, 0, 1]], edges)


def is_among(edges: Floats, others: Floats) -> Bools:
    """[n] which edges are also among others, in either direction, bit by bit."""
    edges, others = undirected(edges), undirected(others)
    found = holds(edges[:, :2], others[:, :2]) & holds(edges[:, 2:], others[:, 2:])
    maybe = np.flatnonzero(found)  # both ends are known; whether of one edge, few are left to be asked
    own = others[holds(others[:, :2], edges[maybe, :2])]
    known = {tuple(edge) for edge in own.tolist()}
    found[maybe] = [tuple(edge) in known for edge in edges[maybe].tolist()]
    return found


def holds(points: Floats, others: Floats) -> Bools:
    """[n] which points are also among others, bit by bit."""
    among: Bools = np.isin(as_complex(points), as_complex(others))
    return among


def along(points: Floats, edges: Floats, scale: Floats) -> tuple[Floats, Floats]:
    """Row by row: where on its edge (0 to 1) each point [n, 2] is nearest to, and the metres between them."""
    way, aside = (edges[:, 2:] - edges[:, :2]) * scale, (points - edges[:, :2]) * scale
    length2 = (way * way).sum(axis=1)
    part = np.clip((way * aside).sum(axis=1) / np.where(length2 > 0.0, length2, 1.0), 0.0, 1.0)
    gap = aside - part[:, None] * way
    return part, np.hypot(gap[:, 0], gap[:, 1])


def meeting_boxes(some: Floats, others: Floats) -> tuple[Ints, Ints]:
    """Pairs (place in some, place in others) of boxes [., 4] that meet."""
    if len(some) * len(others) <= _MOST_COMPARED:
        a, b = some[:, None, :], others[None, :, :]
        meet = (a[..., 0] <= b[..., 2]) & (a[..., 2] >= b[..., 0]) & (a[..., 1] <= b[..., 3]) & (a[..., 3] >= b[..., 1])
        one, other = np.nonzero(meet)
    else:
        one, other = shapely.STRtree(_boxes(others)).query(_boxes(some))
    return one.astype(np.int64), other.astype(np.int64)


def _boxes(bounds: Floats) -> NDArray[np.object_]:
    return np.asarray(shapely.box(*bounds.T), dtype=np.object_)


def edge_boxes(edges: Floats, by_m: float = NODE_M) -> Floats:
    """[., 4] the box of each edge [., 4], larger by metres on every side."""
    low, high = np.minimum(edges[:, :2], edges[:, 2:]), np.maximum(edges[:, :2], edges[:, 2:])
    if not len(edges):
        return np.zeros((0, 4))
    more = by_m / metre_scale(float(np.abs(edges[:, [1, 3]]).max()))
    return np.hstack([low - more, high + more])


def insert_points(layer: LayerOfAreas, points: Floats) -> LayerOfAreas:
    """The layer with points [n, 2] as vertices of every border that passes within NODE_M of them.

    A border that has a vertex there already stays as it is; areas that no point meets are the same objects.
    """
    if not len(points):
        return layer
    changed = {}
    for place in layer.near(grown(box_of(points), NODE_M)):
        area = with_points(layer.areas[place], points)
        if area is not layer.areas[place]:
            changed[place] = area
    return layer.replaced(changed) if changed else layer


def with_points(area: AreaShape, points: Floats) -> AreaShape:
    """The area with points [n, 2] as vertices where its border passes within NODE_M of them."""
    places = area.edge_places()
    edges = edges_of(area)
    point, edge = meeting_boxes(edge_boxes(np.hstack([points, points])), edge_boxes(edges, 0.0))
    scale = metre_scale(float(points[:, 1].mean()))
    part, away_m = along(points[point], edges[edge], scale)
    hit = (away_m <= NODE_M) & _clear_of_ends(points[point], edges[edge], scale)
    point, edge, part = point[hit], edge[hit], part[hit]
    order = np.lexsort((part, edge))
    point, edge = point[order], edge[order]
    fresh = np.ones(len(point), dtype=bool)
    step_m = np.hypot(*((points[point[1:]] - points[point[:-1]]) * scale).T)
    fresh[1:] = (edge[1:] != edge[:-1]) | (step_m > NODE_M)
    if not fresh.any():
        return area
    before = places[edge[fresh]] + 1
    xy = np.insert(area.xy, before, points[point[fresh]], axis=0)
    starts = area.ring_starts + np.searchsorted(before, area.ring_starts, side="right")
    return area.with_xy(xy, starts)


def _clear_of_ends(points: Floats, edges: Floats, scale: Floats) -> Bools:
    """[n] which points lie farther than NODE_M from both ends of their edge."""
    first, last = (points - edges[:, :2]) * scale, (points - edges[:, 2:]) * scale
    clear: Bools = (np.hypot(*first.T) > NODE_M) & (np.hypot(*last.T) > NODE_M)
    return clear


def node_line(edges: Floats, line: Floats) -> Floats:
    """A line [n, 2] with a vertex wherever it meets edges [., 4] of borders; nothing but the line changes.

    Its own vertices within NODE_M of a border's vertex become that vertex; where it passes within NODE_M of one, it
    goes through it. Put the result into the layer by `insert_points`.
    """
    box = grown(box_of(line), NODE_M)
    low, high = np.minimum(edges[:, :2], edges[:, 2:]), np.maximum(edges[:, :2], edges[:, 2:])
    edges = edges[(low <= box[2:]).all(axis=1) & (high >= box[:2]).all(axis=1)]
    line = without_repeats(_on_vertices(line, edges))
    pieces = segments(line)
    piece, edge = meeting_boxes(edge_boxes(pieces), edge_boxes(edges))
    where, part, at = _meetings(pieces, undirected(edges), piece, edge)
    order = np.lexsort((part, where))
    return without_repeats(np.insert(line, where[order] + 1, at[order], axis=0))


def without_repeats(line: Floats) -> Floats:
    """A line [n, 2] without vertices within NODE_M of the one before; both ends stay as they are."""
    if len(line) < 2:
        return line
    scale = metre_scale(float(line[:, 1].mean()))
    if (np.hypot(*(np.diff(line, axis=0) * scale).T) > NODE_M).all():
        return line
    kept = [0]
    for i in range(1, len(line)):
        if np.hypot(*((line[i] - line[kept[-1]]) * scale)) > NODE_M:
            kept.append(i)
    if kept[-1] != len(line) - 1 and len(kept) > 1:
        kept[-1] = len(line) - 1
    return line[kept]


def _on_vertices(line: Floats, edges: Floats) -> Floats:
    """The line with its vertices that lie within NODE_M of an edge's end moved onto it."""
    ends = np.vstack([edges[:, :2], edges[:, 2:]])
    point, end = meeting_boxes(edge_boxes(np.hstack([line, line])), np.hstack([ends, ends]))
    away_m = np.hypot(*((line[point] - ends[end]) * metre_scale(float(line[:, 1].mean()))).T)
    order = np.argsort(-away_m, kind="stable")  # the nearest is written last
    order = order[away_m[order] <= NODE_M]
    moved = line.copy()
    moved[point[order]] = ends[end[order]]
    return moved


def _meetings(pieces: Floats, edges: Floats, piece: Ints, edge: Ints) -> tuple[Ints, Floats, Floats]:
    """Where candidate pairs meet: the piece of line, how far along it (0 to 1), and the place [., 2].

    Ends of edges on a piece count as they are. Other crossings are worked out from the edge, so that both copies of a
    shared one give the same bits; a piece that ends on an edge needs none.
    """
    s, e = pieces[piece], edges[edge]
    scale = metre_scale(float(pieces[:, 1].mean()))
    ends = [along(e[:, side], s, scale) for side in (slice(0, 2), slice(2, 4))]
    tips = [along(s[:, side], e, scale) for side in (slice(0, 2), slice(2, 4))]
    touching = np.any([away_m <= NODE_M for _, away_m in (*ends, *tips)], axis=0)
    crossing, on_piece, on_edge = _crossings(s, e, scale)
    crossing &= ~touching
    found: list[tuple[Ints, Floats, Floats]] = []
    for (part, away_m), side in zip(ends, (slice(0, 2), slice(2, 4)), strict=True):
        hit = away_m <= NODE_M
        found.append((piece[hit], part[hit], e[hit][:, side]))
    at = e[:, :2] + on_edge[:, None] * (e[:, 2:] - e[:, :2])
    found.append((piece[crossing], on_piece[crossing], at[crossing]))
    where, part, points = (np.concatenate([item[k] for item in found]) for k in range(3))
    return where, part, points


def _crossings(s: Floats, e: Floats, scale: Floats) -> tuple[NDArray[np.bool_], Floats, Floats]:
    """Row by row: whether two segments cross, and where along each (0 to 1)."""
    way, along_edge, offset = (
        (s[:, 2:] - s[:, :2]) * scale,
        (e[:, 2:] - e[:, :2]) * scale,
        (e[:, :2] - s[:, :2]) * scale,
    )
    turn = way[:, 0] * along_edge[:, 1] - way[:, 1] * along_edge[:, 0]
    safe = np.where(turn == 0.0, 1.0, turn)
    on_piece = (offset[:, 0] * along_edge[:, 1] - offset[:, 1] * along_edge[:, 0]) / safe
    on_edge = (offset[:, 0] * way[:, 1] - offset[:, 1] * way[:, 0]) / safe
    inside = (on_piece > 0.0) & (on_piece < 1.0) & (on_edge > 0.0) & (on_edge < 1.0)
    return inside & (turn != 0.0), on_piece, on_edge
