"""Reports in order with the laws of their city: what finds near pairs, scores them and groups them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from geo.duplicate_evidence import law_evidence
from geo.duplicate_features import DAY_S, RUSH_S, ServiceTimes, came_before, last_at_point, seen_before, service_times
from geo.duplicate_grouping import group_pairs
from geo.duplicate_laws import BANDWIDTH_M, LATELY_S, DuplicateLaws, Lookup, learn_laws, log_rates, lookup
from geo.duplicate_new_report import Said, candidates_of
from geo.duplicate_particulars import (
    compared,
    odds_of,
    reader,
    tells,
    word_rarity,
)
from geo.duplicate_settings import Candidates, DuplicateSettings, Groups, affinity_of, probability
from geo.errors import GeoError
from geo.report_order import HOUR_S, Flags, Floats, Ints, Ints32, OrderedReports, ReportColumns, Texts, order_reports
from geo.text_words import Rarity

if TYPE_CHECKING:
    from geo.duplicate_model import DuplicateModel
    from geo.known_laws import KnownLaws


@dataclass(frozen=True, eq=False)
class CandidateIndex:
    """Built by `build_candidate_index`. Pairs are places in `reports`, answers are the caller's rows."""

    settings: DuplicateSettings
    reports: OrderedReports
    laws: DuplicateLaws
    tables: Lookup
    log_background: Floats  # [reports]
    known_rarity: Rarity | None = None  # of words in the whole city, where these are only some of its reports
    known_times: ServiceTimes | None = None  # likewise, of what came about the time that is asked about
    asked: Flags | None = None  # [reports] those that pairs are asked about; None for all

    @property
    def row(self) -> Ints:
        """Where each report stands in the caller's columns."""
        return self.reports.row

    @property
    def reach(self) -> Floats:
        """Radius in metres and window in seconds."""
        return np.array([self.settings.radius_m, self.settings.window_h * HOUR_S])

    def near_pairs(self) -> tuple[Ints32, Ints32]:
        """All pairs within radius and window whose services go together: (earlier, later) places in this index."""
        from geo.duplicate_kernels import near_pairs

        r = self.reports
        blocks = (r.block_service, r.starts, r.ahead)
        earlier, later = near_pairs(r.x, r.y, r.t, *blocks, self.reach, self.laws.affinity)
        near = self.within_bounds(earlier, later) if self.is_narrowed else slice(None)
        return earlier[near], later[near]

    @property
    def is_narrowed(self) -> bool:
        """Whether any service has bounds of its own."""
        return bool(self.settings.by_service or self.settings.learned_bounds)

    def told_by(self, settings: DuplicateSettings) -> CandidateIndex:
        """The same reports under settings that differ in bounds and odds alone."""
        return replace(self, settings=settings)

    def within_bounds(self, earlier: Ints32 | Ints, later: Ints32 | Ints) -> Flags:
        """Which pairs are within the bounds of both of their services."""
        r = self.reports
        one, other = r.service[earlier], r.service[later]
        apart_m = np.hypot(r.x[earlier] - r.x[later], r.y[earlier] - r.y[later])
        return self.bounded(one, other, apart_m, r.t[later] - r.t[earlier])

    def bounded(self, one: Ints32, other: Ints32 | int, apart_m: Floats, delay_s: Floats) -> Flags:
        """The same for pairs of services by their places among them, so far apart and so late."""
        radius_m, window_s = self.bounds
        near = apart_m <= np.minimum(radius_m[one], radius_m[other])
        return np.asarray(near & (delay_s <= np.minimum(window_s[one], window_s[other])))

    @cached_property
    def bounds(self) -> tuple[Floats, Floats]:
        """Radius in metres and window in seconds of each service, never above those of all."""
        rule, services = self.settings, self.reports.services.tolist()
        own = {**{service: one[:2] for service, one in (rule.learned_bounds or {}).items()}, **rule.by_service}
        told = [own.get(service, (np.inf, np.inf)) for service in services]
        table = np.minimum(np.array(told).reshape(-1, 2), [rule.radius_m, rule.window_h])
        return table[:, 0], table[:, 1] * HOUR_S

    def scores(self, earlier: Ints32, later: Ints32) -> Floats:
        """The probability, for pairs of places in this index, that both reports are of one incident."""
        return probability(self.log_odds(earlier, later))

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
    def seen_before(self) -> Floats:
        """What had been reported at the place of each report long before it."""
        return seen_before(self)

    @cached_property
    def times(self) -> ServiceTimes:
        """When the reports of each service came."""
        return service_times(self.reports) if self.known_times is None else self.known_times

    @cached_property
    def rush(self) -> Floats:
        """What was going on in the city just before each report."""
        return came_before(self.times, self.reports.service, self.reports.t, RUSH_S)

    @cached_property
    def city_day(self) -> Floats:
        """What was going on in the city in the day before each report."""
        return came_before(self.times, self.reports.service, self.reports.t, DAY_S)

    @cached_property
    def last_at_point(self) -> Floats:
        """How long before each report another was made at its very point."""
        return last_at_point(self)

    @cached_property
    def reporters(self) -> Ints:
        """Whoever made a report, for each that is known, in order."""
        told = self.reports.reporter
        return np.zeros(0, dtype=np.int64) if told is None else np.sort(told[told >= 0])

    @cached_property
    def rarity(self) -> Rarity:
        """How much the words of the reports' texts tell."""
        return word_rarity(self.reports) if self.known_rarity is None else self.known_rarity

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
        model: DuplicateModel | None = None,
    ) -> Candidates:
        """The reports that a new one may repeat or be repeated by, best first; scores near 0 are left out.

        With a `model` its scores count; see `duplicate_new_report`.
        """
        said = Said(text, address, asset, asset_layer, staff, reporter, tuple(photo))
        return candidates_of(self, np.array([x_m, y_m, requested_s]), service, said, model)


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
    known: KnownLaws | None = None,
    times: ServiceTimes | None = None,
    asked: ArrayLike | None = None,
) -> CandidateIndex:
    """Order reports by place so that near ones are found at once, and learn their laws; see `group_duplicates`.

    With laws that are `known` nothing is learned: the reports may be the few around one place, and the bounds and odds
    of those laws hold but for what the settings tell. Then a model has to be told the `times` of the city, by the
    services of those laws. What lies about a report is worked out of those `asked` about alone, where some are: pairs
    of others then score nothing that is right.
    """
    rule = settings or DuplicateSettings()
    if known is not None:
        rule = known.ruling(rule)
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
    some = None if asked is None else np.asarray(asked, dtype=bool)
    reports = order_reports(told, rule.radius_m, window_s, BANDWIDTH_M, some)
    if known is not None:
        reports, laws = known.placed(reports), known.laws
    else:
        laws = learn_laws(reports, rule.radius_m, window_s)
    laws = replace(laws, affinity=affinity_of(laws.affinity, reports.services, rule))
    rates = log_rates(reports.background, reports.span_s)
    rare = None if known is None else known.rarity
    return CandidateIndex(
        rule, reports, laws, lookup(laws), rates, rare, times, None if some is None else some[reports.row]
    )


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
