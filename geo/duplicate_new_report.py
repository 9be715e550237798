"""One new report against all others: which it may repeat, by the laws of the city or by what was learned from staff."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from geo.duplicate_features import AT_POINT_M, DAY_S, RUSH_S, Seen, came_before, features_of, last_of
from geo.duplicate_laws import BANDWIDTH_M, LATELY_S, log_rates
from geo.duplicate_particulars import COMPARED, compare, odds_of, one_report, particulars, tells
from geo.duplicate_settings import Candidates, probability
from geo.report_order import Floats, Ints, Ints32

if TYPE_CHECKING:
    from geo.duplicate_index import CandidateIndex
    from geo.duplicate_model import DuplicateModel

_HARDLY = 0.01  # a candidate that scores less is not worth a look


@dataclass(frozen=True, slots=True)
class Said:
    """What a new report says beyond place, time and service; -1 and nothing for what it does not."""

    text: str = ""
    address: str = ""
    asset: int = -1
    asset_layer: int = -1
    staff: bool = False
    reporter: int = -1
    photo: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class _Near:
    """The reports near a new one, by their places in the index, and the new one behind them in local columns."""

    index: CandidateIndex
    found: Ints
    at: Floats  # x, y, t of the new one
    service: int
    around: float  # other reports of the service at its place, not about its time
    before: float  # those of them that came before it
    earlier: Ints32  # of each pair, local places
    later: Ints32

    def with_new(self, values: Floats, new: float) -> Floats:
        """A column of the index for the reports found and the new one."""
        return np.append(values[self.found], new)


def candidates_of(
    index: CandidateIndex, at: Floats, service: int, said: Said, model: DuplicateModel | None
) -> Candidates:
    """Candidates for a report at `at` (x, y in metres, seconds), best first.

    A model judges pairs in which the new report is the later one just as in a search over all; of a report that came
    after it, it knows no other pairs.
    """
    r = index.reports
    place = int(np.searchsorted(r.services, service))
    known = place < len(r.services) and r.services[place] == service
    if not np.isfinite(at).all() or not known:
        return Candidates(np.zeros(0, dtype=np.int64), np.zeros(0))
    near = _near(index, at, place)
    compared = _compared(near, said)
    score = probability(_log_odds(near, compared)) if model is None else _learned(near, compared, model)
    order = np.lexsort((near.found, -score))
    order = order[score[order] >= _HARDLY]
    return Candidates(r.row[near.found[order]], score[order])


def _near(index: CandidateIndex, at: Floats, own: int) -> _Near:
    from geo.duplicate_kernels import near_point

    r = index.reports
    west, south, row_keys = r.origin
    col, line = (at[0] - west) // index.settings.radius_m, (at[1] - south) // index.settings.radius_m
    grid = at, own, r.keys, r.cell_blocks, np.array([int(line) * row_keys + int(col), row_keys])
    rest = r.block_service, r.starts, index.reach, BANDWIDTH_M, index.laws.affinity
    found, around, before = near_point(*grid, r.x, r.y, r.t, *rest)
    if index.is_narrowed:
        apart_m, delay_s = np.hypot(r.x[found] - at[0], r.y[found] - at[1]), np.abs(r.t[found] - at[2])
        found = found[index.bounded(r.service[found], own, apart_m, delay_s)]
    first = r.t[found] <= at[2]
    place, new = np.arange(len(found), dtype=np.int32), np.full(len(found), len(found), dtype=np.int32)
    return _Near(index, found, at, own, around, before, np.where(first, place, new), np.where(first, new, place))


def _compared(near: _Near, said: Said) -> Floats:
    """COMPARED of the new report's pairs."""
    r = near.index.reports
    if not tells(r) or not len(near.found):
        return np.full((len(near.found), len(COMPARED)), np.nan)
    ends = np.searchsorted(near.index.reporters, [said.reporter, said.reporter + 1])
    told = (said.text, said.address, said.asset, said.asset_layer, said.staff, said.reporter)
    new = one_report(*told, int(ends[1] - ends[0]) if said.reporter >= 0 else 0, said.photo)
    told_by_all = particulars(r, near.found).followed_by(new)
    return compare(told_by_all, near.earlier.astype(np.int64), near.later.astype(np.int64), near.index.rarity)


def _log_odds(near: _Near, compared: Floats) -> Floats:
    """By the laws of the city."""
    from geo.duplicate_judging_kernels import pair_odds

    index, r = near.index, near.index.reports
    x, y, t = (near.with_new(values, one) for values, one in zip((r.x, r.y, r.t), near.at, strict=True))
    service = np.append(r.service[near.found], np.int32(near.service)).astype(np.int32)
    rates = near.with_new(index.log_background, float(log_rates(np.array([near.around]), r.span_s)[0]))
    columns = x, y, t, near.with_new(r.closed, np.inf), service, rates
    odds = np.asarray(pair_odds(near.earlier, near.later, *columns, *index.tables, LATELY_S))
    if tells(r):
        for _, added in odds_of(index.settings, compared):
            odds += added
    return odds


def _learned(near: _Near, compared: Floats, model: DuplicateModel) -> Floats:
    """By what staff decided."""
    index, r = near.index, near.index.reports
    x, y, t = (near.with_new(values, one) for values, one in zip((r.x, r.y, r.t), near.at, strict=True))
    own = np.array([near.service]), near.at[2:]
    rush, day = (float(came_before(index.times, *own, span_s)[0]) for span_s in (RUSH_S, DAY_S))
    mine = (near.later == len(near.found)) & (np.hypot(x[:-1] - x[-1], y[:-1] - y[-1]) < AT_POINT_M)
    last = last_of(1, np.zeros(int(mine.sum()), dtype=np.int32), t[-1] - t[:-1][mine])
    seen = Seen(
        x, y, t, near.with_new(r.closed, np.inf), near.with_new(index.seen_before, near.before),
        near.with_new(index.rush, rush), near.with_new(index.city_day, day),
        near.with_new(index.last_at_point, float(last[0])),
    )  # fmt: skip
    features = features_of(seen, near.earlier, near.later, np.zeros((len(near.found), 3)), compared)
    kind = r.services[np.append(r.service[near.found], near.service)]
    return model.told_of(features, kind[near.earlier], kind[near.later], near.later)
