"""Reports that came after a search, judged as a search would: the pairs they are in, and what is grouped anew by them.

They stand in an index as all others do, one of the reports around them built with the laws of the last search
(`known_laws`): so a pair scores what it would score in a search by the same laws or the same model.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from geo.duplicate_index import CandidateIndex
from geo.duplicate_model import DuplicateModel
from geo.duplicate_particulars import Particulars, telling_photos
from geo.duplicate_settings import Groups
from geo.report_order import Flags, Floats, Ints, Ints32

Kinds = Callable[[Ints], Ints]
Telling = Callable[[Ints], Particulars]  # what some rows of the caller's say; words and addresses the index reads
_SAID: dict[str, Any] = {"asset": -1, "asset_layer": -1, "staff": False, "reporter": -1, "reported_before": 0,
                         "photo": -1}  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class Scored:
    """Pairs of places in an index, and their probabilities; the index knows what their reports say."""

    index: CandidateIndex
    earlier: Ints32
    later: Ints32
    score: Floats

    def rows_from(self, least: float) -> Ints:
        """The caller's rows that a pair of at least this probability joins to another."""
        strong = self.score >= least
        places = np.union1d(self.earlier[strong], self.later[strong])
        return np.unique(self.index.row[places])


def rows_around(x: Floats, y: Floats, kind: Kinds, goes: Flags, rows: ArrayLike, reach: float) -> Ints:
    """Rows within `reach` of any of some rows, of kinds that go with its own; and a few that are a little further.

    `kind` tells those of rows, from 0 on, below 0 for what goes with none; `goes` [kinds, kinds]. Rows without a place
    are near nothing. Found by cells as wide as the reach, in any one unit: each row is looked at once.
    """
    some = np.asarray(rows, dtype=np.int64)
    own = kind(some)
    placed = np.isfinite(x[some]) & np.isfinite(y[some]) & (own >= 0)
    some, own = some[placed], own[placed]
    if not len(some):
        return some
    corner = float(x[some].min()) - 2.5 * reach, float(y[some].min()) - 2.5 * reach
    cols, lines = (int((float(v[some].max()) - low) / reach) + 3 for v, low in zip((x, y), corner, strict=True))
    col, line = _cells(x[some], corner[0], reach, cols), _cells(y[some], corner[1], reach, lines)
    boxed = np.flatnonzero((x > corner[0]) & (x < corner[0] + cols * reach))
    kept, of_col = _marked(_cells(x[boxed], corner[0], reach, cols), col, cols)
    near = boxed[kept]
    kept, of_line = _marked(_cells(y[near], corner[1], reach, lines), line, lines)
    near, cells = near[kept], of_line * cols + of_col[kept]
    about = np.add.outer(line * cols + col, [d * cols + e for d in (-1, 0, 1) for e in (-1, 0, 1)])
    wanted = np.zeros(lines * cols, dtype=bool)
    wanted[about] = True
    hit = wanted[cells]
    near, cells = near[hit], cells[hit]
    keys = np.unique(np.concatenate([_keys(about[own == one], goes[one]) for one in np.unique(own).tolist()]))
    kinds = kind(near)
    found = kinds + cells * len(goes)
    at = np.minimum(np.searchsorted(keys, found), len(keys) - 1)
    return np.asarray(near[(keys[at] == found) & (kinds >= 0)])


def _keys(cells: Ints, with_them: Flags) -> Ints:
    """Cells and the kinds that are wanted in them, as one number each."""
    return np.add.outer(np.unique(cells) * len(with_them), np.flatnonzero(with_them)).ravel()


def _cells(values: Floats, begin: float, reach: float, count: int) -> Ints:
    """The strip of each value, from 0 to `count` less one, in which those lie that are beyond or nowhere, too."""
    strips = values - begin
    strips *= 1.0 / reach
    np.fmin(np.fmax(strips, 0.0, out=strips), count - 1.0, out=strips)
    return strips.astype(np.int64)


def _marked(strips: Ints, own: Ints, count: int) -> tuple[Ints, Ints]:
    """Where values lie in the strips of some or in one beside them, and in which."""
    mark = np.zeros(count + 1, dtype=bool)
    for beside in (-1, 0, 1):
        mark[own + beside] = True
    at = np.flatnonzero(mark[strips])
    return at, strips[at]


def score_pairs(
    index: CandidateIndex, chosen: Flags, telling: Telling, model: DuplicateModel | None = None, *, both: bool = False
) -> Scored:
    """The near pairs of which one report is `chosen` [the caller's rows], or `both` are, with their probabilities.

    Only what the reports of those pairs say is read, and where `both` are, of all that are `chosen`: so the evidence of
    any pair of them can be told.
    """
    earlier, later = index.near_pairs()
    flag = chosen[index.row]
    wanted = flag[earlier] & flag[later] if both else flag[earlier] | flag[later]
    needed = wanted
    if model is not None:  # it looks at all near pairs of a later report at once
        asked = flag.copy() if both else np.zeros(len(flag), dtype=bool)
        asked[later[wanted]] = True
        needed = asked[later]
    one, other, kept = earlier[needed], later[needed], wanted[needed]
    asked = chosen.copy() if both else np.zeros(index.reports.row_count, dtype=bool)
    for side in (one, other):
        asked[index.row[side]] = True
    told = knowing(index, asked, telling)
    score = told.scores(one, other) if model is None else model.scores(told, one, other)
    return Scored(told, one[kept], other[kept], score[kept])


def knowing(index: CandidateIndex, chosen: Flags, telling: Telling) -> CandidateIndex:
    """The index where the reports `chosen` [the caller's rows] say what they do; of the others nobody asks."""
    r = index.reports
    places = np.flatnonzero(chosen[r.row])
    said = telling(r.row[places])
    columns: dict[str, Any] = {}
    for name, nothing in _SAID.items():
        values = getattr(said, name) if name != "photo" or said.photo is None else telling_photos(said.photo)
        columns[name] = None if values is None else _spread(values, places, len(r.row), nothing)
    return replace(index, reports=replace(r, **columns))


def _spread(values: NDArray[Any], places: Ints, count: int, nothing: Any) -> NDArray[Any]:
    column = np.full((count, *values.shape[1:]), nothing, dtype=values.dtype)
    column[places] = values
    return column


def group_anew(scored: Scored, together: ArrayLike, apart: ArrayLike) -> Groups:
    """Groups of reports of which all pairs among them were scored, within what staff decided; by the caller's rows."""
    return scored.index.group(scored.earlier, scored.later, scored.score, together=together, apart=apart)
