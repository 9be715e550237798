"""The laws of a whole city, kept: one new report is judged by them among its neighbours alone.

What a pair scores depends on the two reports, on the other reports of their services within the radius of either, on
the laws, on how rare words are in the city, and on the time that all reports cover. So an index of the reports within
two radii of a place, built with laws that were learned from the whole city, tells of a new report there what the index
of the whole city tells. Only of a cell in which more than a hundred reports of one service lie does either index look
at a part, and not at the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from geo.duplicate_laws import DuplicateLaws
from geo.duplicate_settings import ODDS, DuplicateSettings, LearnedBounds
from geo.errors import GeoError
from geo.report_order import Flags, Floats, Ints, OrderedReports
from geo.text_words import Rarity

if TYPE_CHECKING:
    from geo.duplicate_index import CandidateIndex

_FORMAT = 3
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
        return cls(
            index.laws, r.services, r.span_s, rule.radius_m, rule.window_h, index.rarity, rule.learned_bounds, odds
        )

    def ruling(self, rule: DuplicateSettings) -> DuplicateSettings:
        """Settings with the bounds that were learned, under those that are set, and the odds."""
        return replace(rule, learned_bounds=self.bounds, **dict(zip(ODDS, self.odds.tolist(), strict=True)))

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

    @property
    def reach_m(self) -> float:
        """How far from a place reports can matter to what a new one there scores: the neighbours of its neighbours."""
        return 2.0 * self.radius_m

    def knows(self, service: ArrayLike) -> Flags:
        """Which services were there when the laws were learned."""
        return np.isin(np.asarray(service), self.services)

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


def judge_new(index: CandidateIndex, x_m: float, y_m: float, requested_s: float, service: int, text: str) -> Floats:
    """For each row of the index the probability that a new report repeats it, nan where the laws do not judge.

    They judge within the bounds of both services, and services that go together; next to nothing is told as 0.
    """
    found = index.candidates(x_m, y_m, requested_s, service, text)
    r = index.reports
    score = np.full(r.row_count, np.nan)
    own = np.flatnonzero(r.services == service)
    if len(own):
        near = index.bounded(r.service, int(own[0]), np.hypot(r.x - x_m, r.y - y_m), np.abs(r.t - requested_s))
        near &= index.laws.affinity[own[0], r.service] > 0.0
        score[r.row[near]] = 0.0
    score[found.row] = found.score
    return score
