"""Reports in order with the laws of their city: what finds near pairs, scores them and groups them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from geo.duplicate_evidence import law_evidence
from geo.duplicate_grouping import group_pairs
from geo.duplicate_laws import BANDWIDTH_M, LATELY_S, DuplicateLaws, Lookup, learn_laws, log_rates, lookup
from geo.duplicate_settings import Candidates, DuplicateSettings, Groups
from geo.errors import GeoError
from geo.report_order import HOUR_S, Flags, Floats, Ints, Ints32, OrderedReports, ReportColumns, order_reports

if TYPE_CHECKING:
    from geo.known_laws import KnownLaws

_HARDLY = 0.01  # a candidate that scores less is not worth a look


@dataclass(frozen=True, slots=True, eq=False)
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
        r = self.reports
        if r.text is not None and len(earlier):
            yield "text", self._text_odds([r.text[i] for i in earlier], [r.text[i] for i in later])
        if r.asset is not None and r.asset_layer is not None:
            assets = r.asset[earlier], r.asset[later], r.asset_layer[earlier], r.asset_layer[later]
            yield "asset", self._asset_odds(*assets)
        if r.staff is not None:
            yield "staff", self._staff_odds(r.staff[earlier], r.staff[later])

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
        asset: int = -1,
        asset_layer: int = -1,
        staff: bool = False,
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
        if r.text is not None and len(odds):
            odds += self._text_odds([text] * len(found), [r.text[i] for i in found])
        if r.asset is not None and r.asset_layer is not None:
            odds += self._asset_odds(asset, r.asset[found], asset_layer, r.asset_layer[found])
        if r.staff is not None:
            odds += self._staff_odds(staff, r.staff[found])
        score = _probability(odds)
        order = np.lexsort((found, -score))
        order = order[score[order] >= _HARDLY]
        return Candidates(r.row[found[order]], score[order])

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

    def _asset_odds(self, one: int | Ints, other: Ints, layer: int | Ints, other_layer: Ints) -> Floats:
        """One asset speaks for one incident, two of a layer against it; of two layers, or unnamed, they say nothing."""
        rule = self.settings
        both = (np.asarray(one) >= 0) & (other >= 0) & (layer == other_layer)
        odds = np.where(one == other, np.log(rule.same_asset_odds), np.log(rule.other_asset_odds))
        return np.asarray(np.where(both, odds, 0.0))

    def _staff_odds(self, one: bool | Flags, other: Flags) -> Floats:
        return np.asarray(np.where(one & other, np.log(self.settings.staff_odds), 0.0))

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
    staff: ArrayLike | None = None,
    known: KnownLaws | None = None,
) -> CandidateIndex:
    """Order reports by place so that near ones are found at once, and learn their laws; see `group_duplicates`.

    With laws that are `known` nothing is learned: the reports may be the few around one place.
    """
    rule = settings or DuplicateSettings()
    x, y, t, closed = (np.asarray(values, dtype=np.float64) for values in (x_m, y_m, requested_s, closed_s))
    kind = np.asarray(service, dtype=np.int64)
    flags = None if staff is None else np.asarray(staff, dtype=bool)
    told = ReportColumns(x, y, t, closed, kind, text, *_named(asset, asset_layer, len(kind)), flags)
    window_s = rule.window_h * HOUR_S
    reports = order_reports(told, rule.radius_m, window_s, BANDWIDTH_M)
    if known is not None:
        reports, laws = known.placed(reports), known.laws
    else:
        laws = learn_laws(reports, rule.radius_m, window_s)
    laws = replace(laws, affinity=_affinity(laws.affinity, reports.services, rule))
    return CandidateIndex(rule, reports, laws, lookup(laws), log_rates(reports.background, reports.span_s))


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
