"""Reports ordered by place, service and time: what finds near pairs, scores them and groups them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from geo.duplicate_settings import Candidates, DuplicateSettings, Groups
from geo.errors import GeoError

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Ints32 = NDArray[np.int32]

HOUR_S = 3600.0
_FAINT = 0.01  # a pair that scores less counts as nothing in an average
_MAX_CELLS_A_SIDE = 1 << 30


@dataclass(frozen=True, slots=True, eq=False)
class CandidateIndex:
    """Located reports in an order that depends on what they say and not on their rows: by cell, service, time, ...

    Built by `build_candidate_index`; every array but `keys`, `cell_blocks`, `starts` and `ahead` is by report.
    """

    settings: DuplicateSettings
    row: Ints  # where the report stands in the caller's columns
    row_count: int
    span_s: float  # time covered by the reports, the window at least
    x: Floats
    y: Floats
    t: Floats
    closed: Floats  # infinity while open
    text: list[str] | None
    services: Ints  # the distinct services; a report's is an index into them
    affinity: Floats  # [services, services]
    origin: tuple[float, float, int]  # corner of the grid, keys in a row of cells
    keys: Ints  # [cells] rising
    cell_blocks: Ints32  # [cells + 1] where each cell's blocks begin
    starts: Ints32  # [blocks + 1] where each block's reports begin
    block_service: Ints32  # [blocks]
    ahead: Ints32  # [blocks, 2, 2], see duplicate_kernels
    background: Floats
    asset: Ints | None = None  # what each report names, -1 for nothing
    asset_layer: Ints | None = None  # the layer of that

    @property
    def _reach(self) -> Floats:
        return np.array([self.settings.radius_m, self.settings.window_h * HOUR_S])

    def near_pairs(self) -> tuple[Ints32, Ints32]:
        """All pairs within radius and window whose services go together: (earlier, later) places in this index."""
        from geo.duplicate_kernels import near_pairs

        blocks = (self.block_service, self.starts, self.ahead)
        earlier, later = near_pairs(self.x, self.y, self.t, *blocks, self._reach, self.affinity)
        return earlier, later

    def scores(self, earlier: Ints32, later: Ints32) -> Floats:
        """The probability, for pairs of places in this index, that both reports are of one incident."""
        service = np.repeat(self.block_service, np.diff(self.starts))
        odds = self._log_odds(
            (self.x[earlier] - self.x[later]) ** 2 + (self.y[earlier] - self.y[later]) ** 2,
            self.t[later] - self.t[earlier],
            self.closed[earlier] < self.t[later],
            np.maximum(self.background[earlier], self.background[later]),
            self.affinity[service[earlier], service[later]],
        )
        if self.text is not None and len(odds):
            odds += self._text_odds([self.text[i] for i in earlier], [self.text[i] for i in later])
        if self.asset is not None and self.asset_layer is not None:
            odds += self._asset_odds(
                self.asset[earlier], self.asset[later], self.asset_layer[earlier], self.asset_layer[later]
            )
        return _probability(odds)

    def group(self, earlier: Ints32, later: Ints32, score: Floats) -> Groups:
        """Average linkage over scored pairs; the answer is by the caller's rows."""
        from geo.duplicate_kernels import average_link

        settings = self.settings
        some = score >= _FAINT
        earlier, later, score = earlier[some], later[some], score[some]
        node, pair = np.unique(np.concatenate([earlier, later]), return_inverse=True)
        u, v = pair[: len(score)].astype(np.int64), pair[len(score) :].astype(np.int64)
        at = np.column_stack([self.x[node], self.y[node], self.t[node]])
        limits = (settings.threshold, settings.extent_m, settings.span_h * HOUR_S)
        label = average_link(u.copy(), v.copy(), score.copy(), np.hstack([at, at]), *limits)
        return self._answer(node, label, u, v, score)

    def _answer(self, node: Ints, label: Ints, u: Ints, v: Ints, score: Floats) -> Groups:
        together = label[u] == label[v]
        total = np.zeros(len(node))
        for end in (u, v):
            total += np.bincount(end[together], score[together], len(node))
        size = np.bincount(label, minlength=len(node))[label]
        by_time = np.lexsort((node, self.t[node]))
        earliest = np.full(len(node), -1, dtype=np.int64)
        earliest[label[by_time[::-1]]] = by_time[::-1]  # of each label the last written is the earliest
        grouped = size > 1
        group, fit = np.full(self.row_count, -1, dtype=np.int64), np.zeros(self.row_count)
        rows = self.row[node[grouped]]
        group[rows] = self.row[node[earliest[label[grouped]]]]
        fit[rows] = np.minimum(total[grouped] / (size[grouped] - 1), 1.0)
        return Groups(group, fit)

    def candidates(
        self,
        x_m: float,
        y_m: float,
        requested_s: float,
        service: int,
        text: str = "",
        *,
        asset: int = -1,
        asset_layer: int = -1,
    ) -> Candidates:
        """The reports that a new one may repeat or be repeated by, best first; scores near 0 are left out."""
        from geo.duplicate_kernels import near_point

        place = int(np.searchsorted(self.services, service))
        own = place if place < len(self.services) and self.services[place] == service else -1
        if not (np.isfinite(x_m) and np.isfinite(y_m) and np.isfinite(requested_s)) or own < 0:
            return Candidates(np.zeros(0, dtype=np.int64), np.zeros(0))
        west, south, row_keys = self.origin
        col, line = (x_m - west) // self.settings.radius_m, (y_m - south) // self.settings.radius_m
        corner = np.array([int(line) * row_keys + int(col), row_keys])
        at = np.array([x_m, y_m, requested_s])
        found, background = near_point(
            at,
            own,
            self.keys,
            self.cell_blocks,
            corner,
            self.x,
            self.y,
            self.t,
            self.block_service,
            self.starts,
            self._reach,
            self.settings.scatter_m,
            self.affinity,
        )
        score = self._scores_of_new(found, at, own, background, text, (asset, asset_layer))
        order = np.lexsort((found, -score))
        order = order[score[order] >= _FAINT]
        return Candidates(self.row[found[order]], score[order])

    def _scores_of_new(
        self, found: Ints, at: Floats, own: int, background: float, text: str, named: tuple[int, int]
    ) -> Floats:
        service = self.block_service[np.searchsorted(self.starts, found, side="right") - 1]
        odds = self._log_odds(
            (self.x[found] - at[0]) ** 2 + (self.y[found] - at[1]) ** 2,
            np.abs(at[2] - self.t[found]),
            self.closed[found] < at[2],
            np.maximum(background, self.background[found]),
            self.affinity[own, service],
        )
        if self.text is not None and len(odds):
            odds += self._text_odds([text] * len(found), [self.text[i] for i in found])
        if self.asset is not None and self.asset_layer is not None:
            odds += self._asset_odds(named[0], self.asset[found], named[1], self.asset_layer[found])
        return _probability(odds)

    def _log_odds(
        self,
        squared_m2: Floats,
        delay_s: Floats,
        closed_before: NDArray[np.bool_],
        background: Floats,
        affinity: Floats,
    ) -> Floats:
        """Repeats at this distance and delay against what the place brings forth anyway (one more than seen)."""
        rule = self.settings
        mean_delay_s = rule.delay_h * HOUR_S
        odds = np.log(rule.repeats * self.span_s / mean_delay_s * affinity / (background + 1.0))
        odds -= delay_s / mean_delay_s + squared_m2 / (4.0 * rule.scatter_m**2)
        return np.asarray(odds + np.where(closed_before, np.log(rule.closed_factor), 0.0))

    def _asset_odds(self, one: int | Ints, other: Ints, layer: int | Ints, other_layer: Ints) -> Floats:
        """One asset speaks for one incident, two of a layer against it; of two layers, or unnamed, they say nothing."""
        rule = self.settings
        both = (np.asarray(one) >= 0) & (other >= 0) & (layer == other_layer)
        odds = np.where(one == other, np.log(rule.same_asset_odds), np.log(rule.other_asset_odds))
        return np.asarray(np.where(both, odds, 0.0))

    def _text_odds(self, ones: list[str], others: list[str]) -> Floats:
        """Agreeing texts speak for one incident, unlike ones against it; a missing text says nothing."""
        from rapidfuzz import fuzz, process

        alike = process.cpdist(ones, others, scorer=fuzz.token_set_ratio, dtype=np.float64) / 100.0
        both = np.array([bool(a) and bool(b) for a, b in zip(ones, others, strict=True)])
        return np.asarray(np.where(both, self.settings.text_weight * (2.0 * alike - 1.0), 0.0))


def build_candidate_index(
    x_m: ArrayLike,
    y_m: ArrayLike,
    requested_s: ArrayLike,
    closed_s: ArrayLike,
    service: ArrayLike,
    text: Sequence[str] | None = None,
    settings: DuplicateSettings | None = None,
    *,
    asset: ArrayLike | None = None,
    asset_layer: ArrayLike | None = None,
) -> CandidateIndex:
    """Order reports by place so that near ones are found at once; arguments as of `group_duplicates`."""
    from geo.duplicate_kernels import backgrounds

    rule = settings or DuplicateSettings()
    x, y, t, closed = (np.asarray(values, dtype=np.float64) for values in (x_m, y_m, requested_s, closed_s))
    kind = np.asarray(service, dtype=np.int64)
    _check_lengths(x, y, t, closed, kind, text)
    row = np.flatnonzero(np.isfinite(x) & np.isfinite(y) & np.isfinite(t))
    services, own = np.unique(kind[row], return_inverse=True)
    keys, origin = _cells(x[row], y[row], rule.radius_m)
    closed = np.where(np.isnan(closed), np.inf, np.maximum(closed, t))  # closed before it came: a slip of the clock
    columns = [closed[row], y[row], x[row], t[row], own, keys]
    if text is not None:
        words = np.array([text[i] for i in row.tolist()], dtype=np.str_)
        columns.insert(0, np.unique(words, return_inverse=True)[1])
    named = _named(asset, asset_layer, len(kind))
    if named is not None:
        columns.insert(0, named[0][row])
    order = np.lexsort(columns)
    row, own, keys = row[order], own[order], keys[order]
    things = None if named is None else [values[row] for values in named]
    x, y, t, closed = x[row], y[row], t[row], closed[row]
    cells, cell_blocks, starts, ahead = _blocks(keys, own, origin[2])
    block_service = own[starts[:-1]].astype(np.int32)
    reach = np.array([rule.radius_m, rule.window_h * HOUR_S])
    return CandidateIndex(
        settings=rule,
        row=row,
        row_count=len(kind),
        span_s=_covered_s(t, rule.window_h * HOUR_S),
        x=x,
        y=y,
        t=t,
        closed=closed,
        text=None if text is None else [text[i] for i in row.tolist()],
        services=services,
        affinity=_affinities(services, rule),
        origin=origin,
        keys=cells,
        cell_blocks=cell_blocks,
        starts=starts,
        block_service=block_service,
        ahead=ahead,
        background=backgrounds(x, y, t, block_service, starts, ahead, reach, rule.scatter_m),
        asset=None if things is None else things[0],
        asset_layer=None if things is None else things[1],
    )


def _covered_s(t: Floats, window_s: float) -> float:
    """Seconds that the reports cover, `window_s` at least. Silence counts up to a window: no stray date rules."""
    if not len(t):
        return window_s
    return max(float(np.minimum(np.diff(np.sort(t)), window_s).sum()), window_s)


def _named(asset: ArrayLike | None, layer: ArrayLike | None, count: int) -> tuple[Ints, Ints] | None:
    """Assets and their layers as whole numbers; None where no report names one, so that nothing is weighed."""
    if asset is None:
        return None
    if layer is None:
        raise GeoError("Reports name assets but not the layers of these; give both.")
    assets, layers = (np.asarray(values, dtype=np.int64) for values in (asset, layer))
    if assets.shape != (count,) or layers.shape != (count,):
        raise GeoError(f"{count} reports, {len(assets)} assets and {len(layers)} layers do not belong together.")
    return (assets, layers) if (assets >= 0).any() else None


def _check_lengths(x: Floats, y: Floats, t: Floats, closed: Floats, kind: Ints, text: Sequence[str] | None) -> None:
    shapes = {values.shape for values in (x, y, t, closed, kind)} | ({(len(text),)} if text is not None else set())
    if len(shapes) != 1 or x.ndim != 1:
        raise GeoError(f"The columns of the reports differ in length: {', '.join(map(str, sorted(shapes)))}.")


def _cells(x: Floats, y: Floats, radius_m: float) -> tuple[Ints, tuple[float, float, int]]:
    """The key of each report's cell (row by row, one empty column between rows), and the grid's origin."""
    if not len(x):
        return np.zeros(0, dtype=np.int64), (0.0, 0.0, 2)
    west, south = float(x.min()), float(y.min())
    col, line = (x - west) // radius_m, (y - south) // radius_m
    if max(col.max(), line.max()) > _MAX_CELLS_A_SIDE:
        raise GeoError("The reports lie too far apart to be on one earth; check the city's CRS.")
    row_keys = int(col.max()) + 3
    return (line * row_keys + col).astype(np.int64), (west, south, row_keys)


def _blocks(keys: Ints, own: Ints, row_keys: int) -> tuple[Ints, Ints32, Ints32, Ints32]:
    """Cells, where each one's blocks begin, where each block's reports begin, and the blocks ahead of each block."""
    fresh = np.ones(len(keys), dtype=bool)
    fresh[1:] = (keys[1:] != keys[:-1]) | (own[1:] != own[:-1])
    starts = np.append(np.flatnonzero(fresh), len(keys)).astype(np.int32)
    cell_of_block = keys[starts[:-1]]
    cells = np.unique(cell_of_block)
    cell_blocks = np.append(np.searchsorted(cell_of_block, cells), len(cell_of_block)).astype(np.int32)
    ahead = np.empty((len(cell_of_block), 2, 2), dtype=np.int32)
    ahead[:, 0, 0] = np.arange(len(cell_of_block))
    ahead[:, 0, 1] = np.searchsorted(cell_of_block, cell_of_block + 1, side="right")
    ahead[:, 1, 0] = np.searchsorted(cell_of_block, cell_of_block + row_keys - 1, side="left")
    ahead[:, 1, 1] = np.searchsorted(cell_of_block, cell_of_block + row_keys + 1, side="right")
    return cells, cell_blocks, starts, ahead


def _affinities(services: Ints, rule: DuplicateSettings) -> Floats:
    """How readily two services go together, both ways; 1 on the diagonal."""
    table = np.eye(len(services))
    place = {service: i for i, service in enumerate(services.tolist())}
    for (one, other), factor in rule.service_affinity.items():
        if one in place and other in place and one != other:
            table[place[one], place[other]] = table[place[other], place[one]] = factor
    return table


def _probability(log_odds: Floats) -> Floats:
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(log_odds, -700.0, 700.0))))
