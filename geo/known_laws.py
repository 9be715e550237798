"""The laws of a whole city, kept: one new report is judged by them among its neighbours alone.

What a pair scores depends on the two reports, on the other reports of their services within the radius of either, on
the laws, on how rare words are in the city, and on the time that all reports cover; for a model also on what comes in
about then in the whole city, and on all other pairs of the later report. So an index of the reports within two radii of
a place, built with laws that were learned from the whole city, tells of a new report there what the index of the whole
city tells. A new one that is in the index itself may be the earlier of a pair, whose later report has other candidates:
what is around those a model has to know as well, and the index to hold what lies within three radii. Only of a cell in
which more than a hundred reports of one service lie does either index look at a part, and not at the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from geo.duplicate_features import ServiceTimes, times_of
from geo.duplicate_laws import DuplicateLaws
from geo.duplicate_settings import ODDS, DuplicateSettings, LearnedBounds, affinity_of
from geo.errors import GeoError
from geo.report_order import Flags, Floats, Ints, OrderedReports
from geo.text_words import Rarity

if TYPE_CHECKING:
    from geo.duplicate_index import CandidateIndex
    from geo.duplicate_model import DuplicateModel

_FORMAT = 3
_MOST_COUNTED = 1 << 16
NEW = 2  # steps: to the neighbours of its neighbours
AMONG_RIVALS = 3  # and to theirs: to a model what came in later tells of its other candidates, too
_TABLES = tuple(field.name for field in fields(DuplicateLaws) if field.name != "pairs")


@dataclass(frozen=True, slots=True, eq=False)
class KnownLaws:
    """`services` [services], rising, are the caller's numbers of those that the tables of `laws` are by.

    `radius_m` and `window_h` are the bounds within which the laws were learned; `bounds` those of services, and `odds`
    [ODDS] what is said beyond place, time and service tells, as the search used them.
    """

    laws: DuplicateLaws
    services: Ints
    span_s: float
    radius_m: float
    window_h: float
    rarity: Rarity
    bounds: Mapping[int, LearnedBounds]
    odds: Floats

    @classmethod
    def of(cls, index: CandidateIndex) -> KnownLaws:
        """The laws that an index learned."""
        r, rule = index.reports, index.settings
        odds = np.array([getattr(rule, name) for name in ODDS], dtype=np.float64)
        bounds = rule.learned_bounds or {}
        return cls(index.laws, r.services, r.span_s, rule.radius_m, rule.window_h, index.rarity, bounds, odds)

    def ruling(self, rule: DuplicateSettings) -> DuplicateSettings:
        """Settings with the odds, and with the bounds that were learned unless others are told, as a model's are."""
        bounds = self.bounds if rule.learned_bounds is None else rule.learned_bounds
        return replace(rule, learned_bounds=bounds, **dict(zip(ODDS, self.odds.tolist(), strict=True)))

    def to_arrays(self) -> dict[str, NDArray[Any]]:
        """All of it as plain arrays, to be kept under a name."""
        told = np.array([_FORMAT, self.laws.pairs, self.span_s, self.radius_m, self.window_h, self.rarity.unseen])
        tables = {name: getattr(self.laws, name) for name in _TABLES}
        words = {"word": self.rarity.word, "word_weight": self.rarity.weight, "canned": self.rarity.canned}
        own = {
            "bound_services": np.array(list(self.bounds), dtype=np.int64),
            "bounds": np.array(list(self.bounds.values()), dtype=np.float64).reshape(-1, 4),
            "odds": self.odds,
        }
        return {**tables, **words, **own, "services": self.services, "told": told}

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[Any]]) -> KnownLaws | None:
        """What `to_arrays` gave; None for another version's, which the next search replaces."""
        told = arrays["told"].tolist()
        if told[0] != _FORMAT:
            return None
        laws = DuplicateLaws(**{name: arrays[name] for name in _TABLES}, pairs=told[1])
        rarity = Rarity(arrays["word"], arrays["word_weight"], told[5], arrays["canned"])
        span_s, radius_m, window_h = told[2:5]
        rows = zip(arrays["bound_services"].tolist(), arrays["bounds"].tolist(), strict=True)
        bounds = {service: LearnedBounds(a, b, int(pairs), bool(staff)) for service, (a, b, pairs, staff) in rows}
        return cls(laws, arrays["services"], span_s, radius_m, window_h, rarity, bounds, arrays["odds"])

    def reach_m(self, steps: int = NEW) -> float:
        """How far from a place reports can matter to what one there scores: from neighbour to neighbour, so often."""
        return steps * self.radius_m

    def knows(self, service: ArrayLike) -> Flags:
        """Which services were there when the laws were learned."""
        return np.isin(np.asarray(service), self.services)

    def place(self, service: ArrayLike) -> Ints:
        """The place of each service among those that the laws know; -1 for others."""
        kind = np.asarray(service)
        if not len(self.services) or int(self.services[-1]) >= _MOST_COUNTED or int(self.services[0]) < 0:
            at = np.minimum(np.searchsorted(self.services, kind), max(0, len(self.services) - 1))
            return np.where(self.knows(kind), at, -1)
        table = np.full(int(self.services[-1]) + 2, -1, dtype=np.int64)
        table[self.services] = np.arange(len(self.services))
        return np.asarray(table[np.where((kind >= 0) & (kind < len(table)), kind, -1)])

    def matters(self, settings: DuplicateSettings, steps: int = NEW) -> Flags:
        """Whose reports matter to what one of a service scores: services that go with one that goes with its own."""
        goes = (affinity_of(self.laws.affinity, self.services, settings) > 0.0).astype(np.float64)
        return np.asarray(np.linalg.matrix_power(goes, steps) > 0.0)

    def times(self, service: ArrayLike, t: ArrayLike) -> ServiceTimes:
        """When reports came, by the services that the laws know; others are left out."""
        kind, when = np.asarray(service, dtype=np.int64), np.asarray(t, dtype=np.float64)
        known = self.knows(kind)
        return times_of(np.searchsorted(self.services, kind[known]), when[known], len(self.services))

    def placed(self, reports: OrderedReports) -> OrderedReports:
        """Some reports as if they were ordered among all. GeoError for a service that the laws do not know."""
        if not self.knows(reports.services).all():
            raise GeoError("A service is not among those that the laws were learned from; search for duplicates anew.")
        place = np.searchsorted(self.services, reports.services).astype(np.int32)
        return replace(
            reports,
            span_s=self.span_s,
            services=self.services,
            service=place[reports.service],
            block_service=place[reports.block_service],
        )


def judge_new(
    index: CandidateIndex,
    x_m: float,
    y_m: float,
    requested_s: float,
    service: int,
    text: str,
    model: DuplicateModel | None = None,
) -> Floats:
    """For each row of the index the probability that a new report repeats it, nan where nothing judges that.

    Judged is within the bounds of both services, and services that go together; next to nothing is told as 0.
    """
    found = index.candidates(x_m, y_m, requested_s, service, text, model=model)
    r = index.reports
    score = np.full(r.row_count, np.nan)
    own = np.flatnonzero(r.services == service)
    if len(own):
        near = index.bounded(r.service, int(own[0]), np.hypot(r.x - x_m, r.y - y_m), np.abs(r.t - requested_s))
        near &= index.laws.affinity[own[0], r.service] > 0.0
        score[r.row[near]] = 0.0
    score[found.row] = found.score
    return score
