"""Groups of scored pairs by average linkage, within bounds, and within what staff decided about pairs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from geo.duplicate_settings import DuplicateSettings, Groups, ScoredPairs
from geo.errors import GeoError
from geo.report_order import HOUR_S, Flags, Floats, Ints, Ints32, OrderedReports

if TYPE_CHECKING:
    from geo.duplicate_index import CandidateIndex

_FAINT = 0.03  # a pair that scores less counts as nothing in an average


@dataclass(frozen=True, slots=True, eq=False)
class _Members:
    """The reports that may be grouped, in the index's order, those without place or time last; arrays are [members]."""

    row: Ints
    t: Floats  # infinity where it is not in the index
    box: Floats  # [members, 6] x, y, t low, then high; nan where it is not in the index
    leader: Ints  # the first member of those that staff confirmed together; itself for others


@dataclass(frozen=True, slots=True, eq=False)
class _Edges:
    """Scored pairs of members, and pairs of members that staff decided about."""

    one: Ints
    other: Ints
    score: Floats
    together: Ints  # [pairs, 2]
    apart: Ints


def group_pairs(
    index: CandidateIndex,
    earlier: Ints32,
    later: Ints32,
    score: Floats,
    together: ArrayLike | None = None,
    apart: ArrayLike | None = None,
) -> Groups:
    """Average linkage over scored pairs of places in the index; the answer is by the caller's rows.

    `together`, `apart` [pairs, 2]: rows that staff confirmed and rejected, direction and repetition aside. Confirmed
    reports are one from the start, however far apart and whether or not they have a place; others join them within
    the bounds or within what staff already spanned. Rejected ones never meet in a group, unless confirmed pairs lead
    from one to the other: what was confirmed wins. GeoError for rows that are not there.
    """
    some = score >= _FAINT
    confirmed, rejected = (_decided(pairs, index.reports.row_count) for pairs in (together, apart))
    members, edges = _gather(index.reports, earlier[some], later[some], score[some], confirmed, rejected)
    return _answer(index.reports.row_count, members, edges, _link(members, edges, index.settings))


def _decided(pairs: ArrayLike | None, row_count: int) -> Ints:
    """Pairs of different rows, the lower first, each once, in order."""
    found = np.zeros((0, 2), np.int64) if pairs is None else np.asarray(pairs, dtype=np.int64).reshape(-1, 2)
    if len(found) and not (found.min() >= 0 and found.max() < row_count):
        raise GeoError(f"Staff decided about reports that are not among the {row_count:,} that are grouped.")
    found = np.sort(found[found[:, 0] != found[:, 1]], axis=1)
    return np.unique(found, axis=0) if len(found) else found


def _gather(
    r: OrderedReports, earlier: Ints32, later: Ints32, score: Floats, confirmed: Ints, rejected: Ints
) -> tuple[_Members, _Edges]:
    """All that is in a pair of any kind, and the pairs by its places among these."""
    place = np.full(r.row_count if len(confirmed) or len(rejected) else 0, -1, dtype=np.int64)
    if len(place):
        place[r.row] = np.arange(len(r.row))
    homeless = np.unique(confirmed[place[confirmed] < 0]) if len(confirmed) else np.zeros(0, dtype=np.int64)
    if len(homeless):
        place[homeless] = len(r.row) + np.arange(len(homeless))
    rejected = rejected[(place[rejected] >= 0).all(axis=1)] if len(rejected) else rejected
    decided = place[np.concatenate([confirmed, rejected])]
    taken = np.zeros(len(r.row) + len(homeless), dtype=bool)
    taken[earlier] = taken[later] = taken[decided] = True
    chosen, at = np.flatnonzero(taken), np.cumsum(taken) - 1
    inside = chosen[: len(chosen) - len(homeless)]
    box = np.full((len(chosen), 6), np.nan)  # from x, y, t to x, y, t: a report is a point
    for side, values in enumerate((r.x, r.y, r.t)):
        box[: len(inside), side] = box[: len(inside), side + 3] = values[inside]
    edges = _Edges(at[earlier], at[later], score, *np.split(at[decided], [len(confirmed)]))
    t = np.where(np.isnan(box[:, 2]), np.inf, box[:, 2])
    row = np.concatenate([r.row[inside], homeless])
    return _Members(row, t, box, _leaders(len(chosen), edges.together)), edges


def _leaders(count: int, together: Ints) -> Ints:
    """The first member of each one's confirmed set."""
    if not len(together):
        return np.arange(count)
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components

    graph = coo_matrix((np.ones(len(together), dtype=np.int8), together.T), shape=(count, count))
    label = connected_components(graph, directed=False)[1]
    first = np.unique(label, return_index=True)[1]
    return np.asarray(first[label], dtype=np.int64)


def _link(members: _Members, edges: _Edges, rule: DuplicateSettings) -> Ints:
    """A label for each member; confirmed sets are one node of the linkage each, rejected pairs weigh without end."""
    from geo.duplicate_kernels import average_link

    limits = rule.threshold, rule.extent_m, rule.span_h * HOUR_S
    if not len(edges.together) and not len(edges.apart):
        one = np.ones(len(members.row), dtype=np.int64)
        linked = average_link(edges.one.copy(), edges.other.copy(), edges.score.copy(), members.box, one, *limits)
        return np.asarray(linked)
    node = np.unique(members.leader, return_inverse=True)[1].ravel()
    box = np.full((int(node.max()) + 1, 6), np.nan)
    for widen, side in ((np.fmin, slice(0, 3)), (np.fmax, slice(3, 6))):
        part = box[:, side]
        widen.at(part, node, members.box[:, side])
    ends = np.concatenate([np.column_stack([edges.one, edges.other]), edges.apart])
    weight = np.concatenate([edges.score, np.full(len(edges.apart), -np.inf)])
    ends = np.sort(node[ends], axis=1)
    parted = ends[:, 0] != ends[:, 1]
    joined, at = np.unique(ends[parted] @ [len(box), 1], return_inverse=True)
    u, v = (np.ascontiguousarray(side) for side in np.divmod(joined, len(box)))
    total = np.asarray(np.bincount(at.ravel(), weight[parted], len(joined)), dtype=np.float64)
    return np.asarray(average_link(u, v, total, box, np.bincount(node), *limits))[node]


def _answer(row_count: int, members: _Members, edges: _Edges, label: Ints) -> Groups:
    inside = label[edges.one] == label[edges.other]
    one, other, score = edges.one[inside], edges.other[inside], edges.score[inside]
    total, by_staff = _mates_scores(members, edges, one, other, score, len(label))
    size = np.bincount(label, minlength=len(label))[label]
    grouped = np.flatnonzero(size > 1)
    by_time = grouped[np.argsort(members.t[grouped], kind="stable")]
    earliest = np.full(len(label), -1, dtype=np.int64)
    earliest[label[by_time[::-1]]] = by_time[::-1]  # of each label the last written is the earliest
    group, fit = np.full(row_count, -1, dtype=np.int64), np.zeros(row_count)
    rows = members.row[grouped]
    group[rows] = members.row[earliest[label[grouped]]]
    fit[rows] = np.minimum(total[grouped] / (size[grouped] - 1), 1.0)
    told = score if by_staff is None else np.where(by_staff, 1.0, score)
    return Groups(group, fit, _pairs_within(members, one, other, told, edges.together))


def _mates_scores(
    members: _Members, edges: _Edges, one: Ints, other: Ints, score: Floats, count: int
) -> tuple[Floats, Flags | None]:
    """The sum of each member's scores with those of its group, and which pairs staff confirmed (None: none at all)."""
    if not len(edges.together):
        return np.asarray(np.bincount(one, score, count) + np.bincount(other, score, count), dtype=np.float64), None
    by_staff = members.leader[one] == members.leader[other]
    total = (np.bincount(members.leader)[members.leader] - 1).astype(np.float64)
    for end in (one, other):
        total += np.bincount(end[~by_staff], score[~by_staff], count)
    return total, by_staff


def _pairs_within(members: _Members, one: Ints, other: Ints, probability: Floats, together: Ints) -> ScoredPairs:
    """The scored pairs of the groups, and those that were confirmed without a score."""
    if len(together):
        known = _keys(members, np.column_stack([one, other]))
        fresh = together[~np.isin(_keys(members, together), known)]
        late = members.t[fresh[:, 0]] > members.t[fresh[:, 1]]
        fresh = np.where(late[:, None], fresh[:, ::-1], fresh)
        one, other = np.concatenate([one, fresh[:, 0]]), np.concatenate([other, fresh[:, 1]])
        probability = np.concatenate([probability, np.ones(len(fresh))])
    return ScoredPairs(members.row[one], members.row[other], probability)


def _keys(members: _Members, pairs: Ints) -> Ints:
    return np.asarray(np.sort(pairs, axis=1) @ [len(members.row), 1], dtype=np.int64)
