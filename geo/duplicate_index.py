"""Reports in order with the laws of their city: what finds near pairs, scores them and groups them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike

from geo.duplicate_evidence import law_evidence
from geo.duplicate_grouping import group_pairs
from geo.duplicate_laws import BANDWIDTH_M, LATELY_S, DuplicateLaws, Lookup, learn_laws, log_rates, lookup
from geo.duplicate_particulars import (
    Particulars,
    compare,
    compared,
    odds_of,
    one_report,
    particulars,
    reader,
    tells,
    word_rarity,
)
from geo.duplicate_settings import Candidates, DuplicateSettings, Groups
from geo.errors import GeoError
from geo.report_order import HOUR_S, Flags, Floats, Ints, Ints32, OrderedReports, ReportColumns, Texts, order_reports
from geo.text_words import Rarity

_HARDLY = 0.01  # a candidate that scores less is not worth a look


@dataclass(frozen=True, eq=False)
class CandidateIndex:
    """Built by `build_candidate_index`. Pairs are places in `reports`, answers are the caller's rows."""

    settings: DuplicateSettings
    reports: OrderedReports
    laws: DuplicateLaws
    tables: Lookup
    log_background: Floats  # [reports]

    @property
    def row(self) -> Ints:
        """Where each report stands in the caller's columns."""
        return self.reports.row

    @property
    def _reach(self) -> Floats:
        return np.array([self.settings.radius_m, self.settings.window_h * HOUR_S])

    def near_pairs(self) -> tuple[Ints32, Ints32]:
        """All pairs within radius and window whose services go together: (earlier, later) places in this index."""
        from geo.duplicate_kernels import near_pairs

        r = self.reports
        blocks = (r.block_service, r.starts, r.ahead)
        earlier, later = near_pairs(r.x, r.y, r.t, *blocks, self._reach, self.laws.affinity)
        return earlier, later

    def scores(self, earlier: Ints32, later: Ints32) -> Floats:
        """The probability, for pairs of places in this index, that both reports are of one incident."""
        return _probability(self.log_odds(earlier, later))

    def log_odds(self, earlier: Ints32, later: Ints32) -> Floats:
        """What `scores` are the probabilities of."""
        from geo.duplicate_judging_kernels import pair_odds

        odds = np.asarray(pair_odds(earlier, later, *self.told, *self.tables, LATELY_S))
        for _, said in self.said(earlier, later):
            odds += said
        return odds

    def evidence(self, earlier: Ints32, later: Ints32) -> Floats:
        """What each of EVIDENCE adds to the log odds of pairs, [pairs, EVIDENCE]; see `duplicate_evidence`."""
        return law_evidence(self, earlier, later)

    @property
    def told(self) -> tuple[Floats, Floats, Floats, Floats, Ints32, Floats]:
        """The columns that the laws judge by."""
        r = self.reports
        return r.x, r.y, r.t, r.closed, r.service, self.log_background

    def said(self, earlier: Ints32, later: Ints32) -> Iterator[tuple[str, Floats]]:
        """Log odds of pairs by what is said beyond place, time and service, each with the evidence that it is."""
        if tells(self.reports):
            yield from odds_of(self.settings, compared(self, earlier, later))

    @cached_property
    def rarity(self) -> Rarity:
        """How much the words of the reports' texts tell."""
        return word_rarity(self.reports)

    def group(
        self,
        earlier: Ints32,
        later: Ints32,
        score: Floats,
        *,
        together: ArrayLike | None = None,
        apart: ArrayLike | None = None,
    ) -> Groups:
        """Average linkage over scored pairs, within what staff decided; see `duplicate_grouping.group_pairs`."""
        return group_pairs(self, earlier, later, score, together, apart)

    def candidates(
        self,
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
    ) -> Candidates:
        """The reports that a new one may repeat or be repeated by, best first; scores near 0 are left out."""
        from geo.duplicate_kernels import near_point

        r = self.reports
        place = int(np.searchsorted(r.services, service))
        own = place if place < len(r.services) and r.services[place] == service else -1
        if not (np.isfinite(x_m) and np.isfinite(y_m) and np.isfinite(requested_s)) or own < 0:
            return Candidates(np.zeros(0, dtype=np.int64), np.zeros(0))
        west, south, row_keys = r.origin
        col, line = (x_m - west) // self.settings.radius_m, (y_m - south) // self.settings.radius_m
        corner = np.array([int(line) * row_keys + int(col), row_keys])
        at = np.array([x_m, y_m, requested_s])
        grid = at, own, r.keys, r.cell_blocks, corner
        rest = r.block_service, r.starts, self._reach, BANDWIDTH_M, self.laws.affinity
        found, seen = near_point(*grid, r.x, r.y, r.t, *rest)
        odds = self._odds_of_new(found, at, own, seen)
        if tells(r) and len(found):
            told = particulars(r, found)
            before = int(np.count_nonzero((r.reporter == reporter) & (r.t < requested_s))) if reporter >= 0 else 0
            new = one_report(text, address, asset, asset_layer, staff, reporter, before, photo)
            odds += self._said_of_new(found, told.followed_by(new), r.t[found] <= requested_s)
        score = _probability(odds)
        order = np.lexsort((found, -score))
        order = order[score[order] >= _HARDLY]
        return Candidates(r.row[found[order]], score[order])

    def _said_of_new(self, found: Ints, told: Particulars, first: Flags) -> Floats:
        """Log odds by what the reports found and a new one, the last of `told`, say; `first`: found ones before it."""
        place, new = np.arange(len(found)), np.full(len(found), len(found))
        earlier, later = np.where(first, place, new), np.where(first, new, place)
        said = odds_of(self.settings, compare(told, earlier, later, self.rarity))
        return np.asarray(sum(odds for _, odds in said))

    def _odds_of_new(self, found: Ints, at: Floats, own: int, seen: float) -> Floats:
        """Log odds of the reports found and one more, which stands last in the columns that the kernel is given."""
        from geo.duplicate_judging_kernels import pair_odds

        r = self.reports
        background = log_rates(np.array([seen]), r.span_s)
        x, y, t = (np.append(values[found], one) for values, one in zip((r.x, r.y, r.t), at, strict=True))
        closed = np.append(r.closed[found], np.inf)
        service = np.append(r.service[found], np.int32(own)).astype(np.int32)
        place, new = np.arange(len(found), dtype=np.int32), np.full(len(found), len(found), dtype=np.int32)
        first = r.t[found] <= at[2]
        earlier, later = np.where(first, place, new), np.where(first, new, place)
        rates = np.append(self.log_background[found], background)
        return np.asarray(pair_odds(earlier, later, x, y, t, closed, service, rates, *self.tables, LATELY_S))


def build_candidate_index(
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
) -> CandidateIndex:
    """Order reports by place so that near ones are found at once, and learn their laws; see `group_duplicates`."""
    rule = settings or DuplicateSettings()
    x, y, t, closed = (np.asarray(values, dtype=np.float64) for values in (x_m, y_m, requested_s, closed_s))
    kind = np.asarray(service, dtype=np.int64)
    assets, layers = _named(asset, asset_layer, len(kind))
    told = ReportColumns(
        x, y, t, closed, kind,
        text=_texts(text, len(kind)),
        address=_texts(address, len(kind)),
        asset=assets,
        asset_layer=layers,
        staff=None if staff is None else np.asarray(staff, dtype=bool),
        reporter=None if reporter is None else np.asarray(reporter, dtype=np.int64),
        photo=None if photo is None else np.asarray(photo, dtype=np.int64).reshape(len(kind), -1),
    )  # fmt: skip
    window_s = rule.window_h * HOUR_S
    reports = order_reports(told, rule.radius_m, window_s, BANDWIDTH_M)
    laws = learn_laws(reports, rule.radius_m, window_s)
    laws = replace(laws, affinity=_affinity(laws.affinity, reports.services, rule))
    return CandidateIndex(rule, reports, laws, lookup(laws), log_rates(reports.background, reports.span_s))


def _texts(texts: Sequence[str] | Texts | None, count: int) -> Texts | None:
    if texts is not None and not callable(texts) and len(texts) != count:
        raise GeoError(f"The columns of the reports differ in length: {count}, {len(texts)}.")
    return None if texts is None else reader(texts)


def _named(asset: ArrayLike | None, layer: ArrayLike | None, count: int) -> tuple[Ints | None, Ints | None]:
    """Assets and their layers as whole numbers."""
    if asset is None:
        return None, None
    if layer is None:
        raise GeoError("Reports name assets but not the layers of these; give both.")
    assets, layers = (np.asarray(values, dtype=np.int64) for values in (asset, layer))
    if assets.shape != (count,) or layers.shape != (count,):
        raise GeoError(f"{count} reports, {len(assets)} assets and {len(layers)} layers do not belong together.")
    return assets, layers


def _affinity(learned: Floats, services: Ints, rule: DuplicateSettings) -> Floats:
    """How readily two services go together, both ways: what was set rules over what was learned."""
    table = learned.copy()
    place = {service: i for i, service in enumerate(services.tolist())}
    for (one, other), factor in rule.service_affinity.items():
        if one in place and other in place and one != other:
            table[place[one], place[other]] = table[place[other], place[one]] = factor
    return table


def _probability(log_odds: Floats) -> Floats:
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(log_odds, -700.0, 700.0))))
