"""Which reports are about the same thing: near pairs, their odds, and groups bounded in space and time.

Pairs come from a grid and a time window. A pair's score is the probability that the later report repeats the earlier
one: the rate at which a thing on the ground is reported again (falling off with distance and delay) against the rate at
which the place brings forth reports of that service anyway. Both are learned from the reports themselves
(`duplicate_laws`), as the stochastic declustering of Zhuang, Ogata and Vere-Jones (2002, "Stochastic declustering of
space-time earthquake occurrences") does for earthquakes; it is what keeps a corner with a new pothole every month from
becoming one pothole.
Groups form by average linkage (Sokal and Michener 1958) and never grow beyond stated bounds.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from geo.duplicate_index import CandidateIndex, build_candidate_index
from geo.duplicate_model import DuplicateModel
from geo.duplicate_settings import Candidates, DuplicateSettings, Groups, ScoredPairs
from geo.progress import Progress, ShouldStop, breathe, never, silent
from geo.report_order import Texts

__all__ = [
    "CandidateIndex",
    "Candidates",
    "DuplicateSettings",
    "Groups",
    "PairEvaluation",
    "ScoredPairs",
    "build_candidate_index",
    "candidates",
    "evaluate_pairs",
    "group_duplicates",
]


class PairEvaluation(NamedTuple):
    """How groups agree with known links. Precision is a lower bound: staff record only some duplicates."""

    pair_recall: float
    pair_precision_lower_bound: float


def group_duplicates(
    x_m: ArrayLike,
    y_m: ArrayLike,
    requested_s: ArrayLike,
    closed_s: ArrayLike,
    service: ArrayLike,
    text: Sequence[str] | Texts | None = None,
    settings: DuplicateSettings | None = None,
    *,
    address: Sequence[str] | Texts | None = None,
    asset: ArrayLike | None = None,
    asset_layer: ArrayLike | None = None,
    staff: ArrayLike | None = None,
    reporter: ArrayLike | None = None,
    photo: ArrayLike | None = None,
    model: DuplicateModel | None = None,
    together: ArrayLike | None = None,
    apart: ArrayLike | None = None,
    progress: Progress = silent,
    should_stop: ShouldStop = never,
) -> Groups:
    """Group the reports of one incident. All columns have the shape [reports].

    `x_m`, `y_m`: metres in a projected CRS; `requested_s`, `closed_s`: seconds since any epoch, nan in `closed_s` for
    a report still open; `service`: any integers; `asset`, `asset_layer`: what each report names, whole numbers,
    -1 for nothing; `staff`: whether the city's own people made it; `reporter`: a number for whoever made it, -1
    unknown; `photo` [reports] or [reports, photos]: 64 bits of how each looks (dHash), -1 for none. `text`, `address`:
    the words of each, or what reads those of some rows, so that only near reports' texts are read. With a `model` its
    scores count, and `settings` bring its threshold and the services that it links. `together`, `apart` [pairs, 2]:
    rows that staff confirmed to be of one incident, which always are in one group, and rejected, which never are (see
    `duplicate_grouping`). A report without place or time stays alone unless it was confirmed. The same reports in
    another order give the same groups. GeoError when the columns differ in length; Stopped when should_stop says so.
    """
    breathe(progress, should_stop, 0.0, "Ordering the reports by place")
    index = build_candidate_index(
        x_m, y_m, requested_s, closed_s, service, text, settings,
        address=address, asset=asset, asset_layer=asset_layer, staff=staff, reporter=reporter, photo=photo,
    )  # fmt: skip
    breathe(progress, should_stop, 0.4, "Comparing near reports")
    earlier, later = index.near_pairs()
    score = index.scores(earlier, later) if model is None else model.scores(index, earlier, later)
    breathe(progress, should_stop, 0.7, f"Grouping by {len(score):,} near pairs")
    return index.group(earlier, later, score, together=together, apart=apart)


def candidates(
    index: CandidateIndex,
    x_m: float,
    y_m: float,
    requested_s: float,
    service: int,
    text: str = "",
    *,
    address: str = "",
    asset: int = -1,
    asset_layer: int = -1,
    staff: bool = False,
    reporter: int = -1,
    photo: Sequence[int] = (),
    model: DuplicateModel | None = None,
) -> Candidates:
    """The reports in the index that one new report may repeat, best first; those of a score near 0 are left out.

    With a `model` its scores count.
    """
    return index.candidates(
        x_m, y_m, requested_s, service, text, address=address, asset=asset, asset_layer=asset_layer, staff=staff,
        reporter=reporter, photo=photo, model=model,
    )  # fmt: skip


def evaluate_pairs(group: ArrayLike, pairs: ArrayLike) -> PairEvaluation:
    """How groups (-1: alone) agree with known links [links, 2] of rows, direction and repetition aside.

    Recall is the share of the links whose ends share a group; the precision's lower bound is the share of all pairs
    within groups that are among the links. Without links or without groups the figure is 0.
    """
    groups = np.asarray(group, dtype=np.int64)
    links = np.sort(np.asarray(pairs, dtype=np.int64).reshape(-1, 2), axis=1)
    links = np.unique(links[links[:, 0] != links[:, 1]], axis=0)
    hits = int(np.count_nonzero((groups[links[:, 0]] >= 0) & (groups[links[:, 0]] == groups[links[:, 1]])))
    size = np.unique(groups[groups >= 0], return_counts=True)[1]
    within = int((size * (size - 1) // 2).sum())
    return PairEvaluation(hits / len(links) if len(links) else 0.0, hits / within if within else 0.0)
