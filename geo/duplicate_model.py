"""A judge of pairs that learns from staff: trees over what is known when the later report arrives.

Confirmed pairs are the positives; every other candidate pair of the same time is taken as a negative, though staff
record only some duplicates; what staff rejected is a sure one. So the probability is that of a pair that staff would
confirm, a lower bound of that of a duplicate (Elkan and Noto 2008, "Learning classifiers from only positive and
unlabeled data"). What the trees say (`duplicate_trees`) is lowered where the later report has a likelier candidate, for
a report repeats one thing, and calibrated by isotonic regression on the folds left out, which are stretches of time.
What is kept are plain arrays, read by a kernel of ours: nothing of a store is ever unpickled, and one new report is
judged in microseconds.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from geo.duplicate_evidence import EVIDENCE, SLOT
from geo.duplicate_features import EVIDENCE_OF, FEATURES, pair_features
from geo.duplicate_index import CandidateIndex
from geo.duplicate_settings import LearnedBounds, probability
from geo.duplicate_trees import BOOSTED, VOTING, JudgingTrees, fit_trees
from geo.errors import GeoError
from geo.report_order import Floats, Ints, Ints32

FORMAT = 4
FEWEST_LINKS = 100  # confirmed; with fewer the laws of the reports judge
REJECTED = 5.0  # times as much as a pair that nobody looked at, of which some are duplicates
BINS = 10
_SERVICES = slice(FEATURES.index("service_pair"), FEATURES.index("service_later") + 1)
_FOLDS = 5
_RATE_PRIOR = 20.0
_TOGETHER = 30  # pairs; a share of fewer is too uncertain to be told
_TILT, _BEYOND = 1e-3, 20.0  # of a probability; log odds beyond those met
_KEPT = 0.8  # of confirmed pairs
_RIVAL = 0.5  # of what the best other candidate of the later report is ahead by


class ServiceRates(NamedTuple):
    """Log rates at which staff confirm candidate pairs by their services.

    `pairs`: of two services (ids in rising order); `sides`: of pairs whose earlier report is of a service, and of those
    whose later one is; `other` for services not met in training.
    """

    pairs: Mapping[tuple[int, int], float]
    sides: Mapping[int, tuple[float, float]]
    other: float

    def of(self, earlier: int, later: int) -> tuple[float, float, float]:
        """What is known of the services together, of the earlier report's, of the later one's."""
        pair = self.pairs.get((min(earlier, later), max(earlier, later)), self.other)
        unknown = self.other, self.other
        return pair, self.sides.get(earlier, unknown)[0], self.sides.get(later, unknown)[1]


@dataclass(frozen=True, slots=True, eq=False)
class DuplicateModel:
    """Trees, a calibration of what they say, the rates of pairs of services, and what all were learned from."""

    trees: JudgingTrees
    calibration: tuple[Floats, Floats]
    rates: ServiceRates
    summary: Mapping[str, Any]

    @property
    def threshold(self) -> float:
        """The average score from which reports are grouped: four in five confirmed pairs, left out, had it."""
        return float(self.summary["threshold"])

    @property
    def affinity(self) -> dict[tuple[int, int], float]:
        """Services that staff linked, as going together."""
        return {(int(one), int(other)): 1.0 for one, other in self.summary["linked_services"]}

    @property
    def bounds(self) -> dict[int, LearnedBounds]:
        """The bounds of services within which it was learned."""
        told = self.summary["bounds"]
        return {int(service): LearnedBounds(*rest) for service, *rest in told}

    def to_arrays(self) -> dict[str, NDArray[Any]]:
        """All of it as plain arrays, to be kept under a name."""
        told = {**self.summary, "other_pairs": self.rates.other}
        return {
            **self.trees.to_arrays(),
            "told_raw": self.calibration[0],
            "told_share": self.calibration[1],
            "pair_services": np.array(list(self.rates.pairs), dtype=np.int64).reshape(-1, 2),
            "pair_rates": np.array(list(self.rates.pairs.values()), dtype=np.float64),
            "side_services": np.array(list(self.rates.sides), dtype=np.int64),
            "side_rates": np.array(list(self.rates.sides.values()), dtype=np.float64).reshape(-1, 2),
            "summary": np.frombuffer(json.dumps(told).encode(), dtype=np.uint8),
        }

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[Any]]) -> DuplicateModel:
        """A model as `to_arrays` gave it; GeoError for one of another format."""
        told = json.loads(bytes(np.asarray(arrays["summary"]).tolist()).decode())
        if told.get("format") != FORMAT or told.get("features") != list(FEATURES):
            raise GeoError("What was learned about duplicates was learned by another version; learn it anew.")
        pairs = {
            (int(a), int(b)): float(r) for (a, b), r in zip(arrays["pair_services"], arrays["pair_rates"], strict=True)
        }
        by_side = zip(arrays["side_services"], arrays["side_rates"], strict=True)
        sides = {int(a): (float(first), float(second)) for a, (first, second) in by_side}
        rates = ServiceRates(pairs, sides, told.pop("other_pairs"))
        calibration = arrays["told_raw"], arrays["told_share"]
        return cls(JudgingTrees.from_arrays(arrays), calibration, rates, told)

    @staticmethod
    def version_of(arrays: Mapping[str, NDArray[Any]]) -> int:
        """Which learning it was that `to_arrays` gave these, in any format."""
        return int(json.loads(bytes(np.asarray(arrays["summary"]).tolist()).decode()).get("version", 0))

    def scores(self, index: CandidateIndex, earlier: Ints32, later: Ints32) -> Floats:
        """The probability, for pairs of places in the index, that staff would confirm them.

        All near pairs of each later report belong in one call: it is known among them.
        """
        return np.interp(self.raw(index, earlier, later), *self.calibration)

    def raw(self, index: CandidateIndex, earlier: Ints32, later: Ints32) -> Floats:
        """What is said of pairs before it is calibrated, as log odds."""
        said = self.trees.said(self._features(index, earlier, later))
        return said - _behind(said, later)

    def told_of(self, features: Floats, earlier: Ints, later: Ints, place: Ints32) -> Floats:
        """The probability for pairs of services (the caller's numbers) with FEATURES, but for those of the services.

        Pairs with an equal `place` have their later report in common.
        """
        ends = zip(earlier.tolist(), later.tolist(), strict=True)
        features[:, _SERVICES] = np.array([self.rates.of(*pair) for pair in ends]).reshape(-1, 3)
        said = self.trees.said(features)
        return np.interp(said - _behind(said, place), *self.calibration)

    @property
    def base(self) -> float:
        """What is said of a pair of which nothing is known: `evidence` and this sum to `raw`."""
        return self.trees.base

    def evidence(self, index: CandidateIndex, earlier: Ints32, later: Ints32) -> Floats:
        """What each of EVIDENCE adds to `raw` of any pairs, [pairs, EVIDENCE]; with `base` they sum to it.

        A likelier candidate of the later report counts as `place`.
        """
        asked, earlier, later = _with_rivals(index, earlier, later)
        slot = np.array([SLOT[EVIDENCE_OF[name]] for name in FEATURES], dtype=np.int64)
        features = self._features(index, earlier, later)
        found = self.trees.parts(features, slot, len(EVIDENCE))
        found[:, SLOT["place"]] -= _behind(self.trees.said(features), later)
        return found[asked]

    def _features(self, index: CandidateIndex, earlier: Ints32, later: Ints32) -> Floats:
        return pair_features(index, earlier, later, _read_rates(index, earlier, later, self.rates))


def _behind(said: Floats, later: Ints32) -> Floats:
    """By how much each pair is lowered because its later report has a likelier candidate."""
    if not len(said):
        return np.zeros(0)
    best = np.full(int(later.max()) + 1, -np.inf)
    np.maximum.at(best, later, said)
    return _RIVAL * (best[later] - said)


def _with_rivals(index: CandidateIndex, earlier: Ints32, later: Ints32) -> tuple[Ints, Ints32, Ints32]:
    """Pairs with all others of their later reports, and where among these the given ones stand."""
    all_earlier, all_later = index.near_pairs()
    asked = np.zeros(len(index.row), dtype=bool)
    asked[later] = True
    rivals = asked[all_later]
    ends = [np.concatenate(pair).astype(np.int64) for pair in
            ((earlier, all_earlier[rivals]), (later, all_later[rivals]))]  # fmt: skip
    keys, place = np.unique(ends[0] * len(index.row) + ends[1], return_inverse=True)
    one, other = (side.astype(np.int32) for side in np.divmod(keys, len(index.row)))
    return place.ravel()[: len(earlier)], one, other


def is_among(index: CandidateIndex, earlier: Ints32, later: Ints32, pairs: ArrayLike) -> NDArray[np.bool_]:
    """Which pairs of places in the index are among pairs [links, 2] of the caller's rows, direction aside."""
    rows, links = np.stack([index.row[earlier], index.row[later]], axis=1), np.asarray(pairs).reshape(-1, 2)
    if not len(links):
        return np.zeros(len(rows), dtype=bool)
    found, wanted = (np.sort(ends.astype(np.int64), axis=1) @ [index.reports.row_count, 1] for ends in (rows, links))
    return np.isin(found, wanted)


def learn_model(
    index: CandidateIndex,
    confirmed: ArrayLike,
    rejected: ArrayLike | None = None,
    *,
    until_s: float = np.inf,
    seed: int = 0,
    version: int = 1,
    learned_at: str = "",
) -> DuplicateModel:
    """Learn from confirmed pairs [links, 2] of the caller's rows, direction aside, among reports before `until_s`.

    Rejected pairs count REJECTED times as much as those that nobody looked at; what is both is confirmed. Services that
    staff link go together as the index was told (`linked_services`); the model remembers which. `version`, `learned_at`
    are only told in the summary. GeoError where fewer than FEWEST_LINKS confirmed pairs are candidates: then the laws
    of the reports judge better.
    """
    earlier, later = index.near_pairs()
    known = index.reports.t[later] < until_s
    earlier, later = earlier[known], later[known]
    same = is_among(index, earlier, later, confirmed)
    if int(same.sum()) < FEWEST_LINKS:
        raise GeoError(f"{int(same.sum())} confirmed duplicates are too few to learn from; {FEWEST_LINKS} are needed.")
    wrong = is_among(index, earlier, later, [] if rejected is None else rejected) & ~same
    weight = np.where(wrong, REJECTED, 1.0)
    features = pair_features(index, earlier, later, np.zeros((len(same), 3)))
    raw, fold = np.empty(len(same)), _folds(index.reports.t[later], same)
    for one in range(_FOLDS):
        inside = fold != one
        table = _rate_table(index, earlier, later, same, inside)
        features[:, _SERVICES] = _read_rates(index, earlier, later, table)
        trees = fit_trees(features[inside], same[inside], weight[inside], seed)
        said = trees.said(features[~inside])
        raw[~inside] = said - _behind(said, later[~inside])
    rates = _rate_table(index, earlier, later, same, np.ones(len(same), dtype=bool))
    features[:, _SERVICES] = _read_rates(index, earlier, later, rates)
    calibration = _calibration(raw, same)
    told = np.interp(raw, *calibration)
    summary = {
        "threshold": float(np.quantile(told[same], 1.0 - _KEPT)),
        "linked_services": sorted(index.settings.service_affinity),
        "bounds": [[service, *one] for service, one in sorted((index.settings.learned_bounds or {}).items())],
        "format": FORMAT, "confirmed": int(same.sum()), "rejected": int(wrong.sum()), "pairs": len(same), "seed": seed,
        "trees": BOOSTED + VOTING, "services": len(index.reports.services), "features": list(FEATURES),
        "version": version, "learned_at": learned_at, "reliability": _reliability(raw, same, fold),
    }  # fmt: skip
    return DuplicateModel(fit_trees(features, same, weight, seed), calibration, rates, summary)


def _reliability(raw: Floats, same: NDArray[np.bool_], fold: Ints) -> list[dict[str, float | int]]:
    """Of pairs by what was told of them, in BINS steps: told on average, share confirmed, how many pairs.

    Trees and calibration of each stretch of time are of the other stretches, so that nothing judges itself.
    """
    told = np.empty(len(raw))
    for one in range(_FOLDS):
        inside = fold != one
        told[~inside] = np.interp(raw[~inside], *_calibration(raw[inside], same[inside]))
    step = np.minimum((told * BINS).astype(np.int64), BINS - 1)
    count = np.bincount(step, minlength=BINS)
    many = np.maximum(count, 1)
    mean, share = np.bincount(step, told, BINS) / many, np.bincount(step, same, BINS) / many
    return [
        {"told": round(float(a), 6), "confirmed": round(float(b), 6), "pairs": int(n)}
        for a, b, n in zip(mean, share, count, strict=True)
    ]


def linked_services(service: ArrayLike, confirmed: ArrayLike, least: int = 2) -> dict[tuple[int, int], float]:
    """Different services that confirmed pairs [links, 2] of rows link so often, as going together."""
    kinds = np.sort(np.asarray(service)[np.asarray(confirmed, dtype=np.int64).reshape(-1, 2)], axis=1)
    found, count = np.unique(kinds[kinds[:, 0] != kinds[:, 1]], axis=0, return_counts=True)
    return {(int(one), int(other)): 1.0 for one, other in found[count >= least]}


def _folds(t: Floats, same: NDArray[np.bool_]) -> Ints:
    """Stretches of time with as many confirmed pairs each."""
    edges = np.quantile(t[same], np.arange(1, _FOLDS) / _FOLDS)
    return np.searchsorted(edges, t, side="right")


def _rate_table(
    index: CandidateIndex, earlier: Ints32, later: Ints32, same: NDArray[np.bool_], inside: NDArray[np.bool_]
) -> ServiceRates:
    """The rates of some pairs, drawn to the mean of all where there are few."""
    r, hit = index.reports, same[inside]
    ends = np.stack([r.service[earlier[inside]], r.service[later[inside]]])
    cells, at = np.unique(np.sort(ends, axis=0), axis=1, return_inverse=True)
    mean = float(hit.mean())
    pairs = zip(*r.services[cells].tolist(), _drawn(at.ravel(), hit, mean, cells.shape[1]).tolist(), strict=True)
    of_earlier, of_later = (_drawn(end, hit, mean, len(r.services)).tolist() for end in ends)
    sides = dict(zip(r.services.tolist(), zip(of_earlier, of_later, strict=True), strict=True))
    return ServiceRates({(a, b): rate for a, b, rate in pairs}, sides, float(np.log(mean)))


def _drawn(cell: Ints | Ints32, hit: NDArray[np.bool_], mean: float, cells: int) -> Floats:
    """Log rate of hits in each cell, as if it had _RATE_PRIOR more at the mean rate."""
    count, hits = np.bincount(cell, minlength=cells), np.bincount(cell, hit, cells)
    return np.asarray(np.log((hits + _RATE_PRIOR * mean) / (count + _RATE_PRIOR)))


def _read_rates(index: CandidateIndex, earlier: Ints32, later: Ints32, rates: ServiceRates) -> Floats:
    """What the rates tell of pairs of places in the index, [pairs, 3]."""
    r, services = index.reports, index.reports.services.tolist()
    table = np.array([rates.of(one, other) for one in services for other in services]).reshape(-1, 3)
    return np.asarray(table[r.service[earlier].astype(np.int64) * len(services) + r.service[later]])


def _calibration(raw: Floats, same: NDArray[np.bool_]) -> tuple[Floats, Floats]:
    """Points of a rising line from what trees say of pairs they had not seen to the share that was confirmed.

    Pairs count _TOGETHER at a time, from the likeliest down: three of three confirmed are not yet certain. Where the
    share stays the same the line rises by next to nothing, so that what the trees hold likelier stays ahead.
    """
    from sklearn.isotonic import IsotonicRegression

    order = np.argsort(-raw, kind="stable")
    begins = np.arange(0, len(raw), _TOGETHER)
    count = np.diff(np.append(begins, len(raw)))
    said, share = (np.add.reduceat(values[order].astype(np.float64), begins) / count for values in (raw, same))
    fitted = IsotonicRegression(y_min=0.0, y_max=1.0, out_of_bounds="clip").fit(said, share, sample_weight=count)
    points = np.concatenate([[said.min() - _BEYOND], fitted.X_thresholds_, [said.max() + _BEYOND]])
    level = np.pad(np.asarray(fitted.y_thresholds_), 1, mode="edge")
    return points, (1.0 - _TILT) * level + _TILT * probability(points)
