"""A judge of pairs that learns from staff: boosted trees over what is known when the later report arrives.

Confirmed pairs are the positives; every other candidate pair of the same time is taken as a negative, though staff
record only some duplicates; what staff rejected is a sure one. So the probability is that of a pair that staff would
confirm, a lower bound of that of a
duplicate (Elkan and Noto 2008, "Learning classifiers from only positive and unlabeled data"). The trees are gradient
boosted on histograms (Ke and others 2017, LightGBM; here scikit-learn's) and calibrated by isotonic regression on the
folds left out, which are stretches of time. What is kept are plain arrays, read by a kernel of ours: nothing of a store
is ever unpickled, and one new report is judged in microseconds.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from geo.duplicate_evidence import EVIDENCE, SLOT
from geo.duplicate_features import EVIDENCE_OF, FEATURES, pair_features
from geo.duplicate_index import CandidateIndex
from geo.errors import GeoError
from geo.report_order import Floats, Ints, Ints32

FORMAT = 2
FEWEST_LINKS = 100  # confirmed; with fewer the laws of the reports judge
REJECTED = 5.0  # times as much as a pair that nobody looked at, of which some are duplicates
BINS = 10
_SERVICES = FEATURES.index("service_pair")
_FOLDS = 5
_RATE_PRIOR = 20.0
_TREE_ARRAYS = ("feature", "value", "left", "right", "missing_left", "roots", "expected")
_KEPT = 0.8  # of confirmed pairs
_TREES, _LEAVES, _RATE = 200, 15, 0.05


@dataclass(frozen=True, slots=True, eq=False)
class DuplicateModel:
    """Trees as arrays [nodes], a calibration, the rates of pairs of services, and what they were learned from.

    `feature` is -1 at a leaf, whose `value` counts; else the left child is taken where the feature is at most the
    `value` or missing goes left. `roots` [trees] is where each tree begins. `expected` is the mean of the leaves below
    a node, weighted by the pairs that came to them in the fit. `service_pairs`: log rate at which staff
    confirm a candidate pair of two services (ids in rising order); `other_pairs` for services not met in training.
    """

    feature: NDArray[np.int16]
    value: Floats
    left: Ints32
    right: Ints32
    missing_left: NDArray[np.bool_]
    roots: Ints32
    expected: Floats
    start: float
    calibration: tuple[Floats, Floats]
    service_pairs: Mapping[tuple[int, int], float]
    other_pairs: float
    summary: Mapping[str, Any]

    @property
    def threshold(self) -> float:
        """The average score from which reports are grouped: four in five confirmed pairs, left out, had it."""
        return float(self.summary["threshold"])

    @property
    def affinity(self) -> dict[tuple[int, int], float]:
        """Services that staff linked, as going together."""
        return {(int(one), int(other)): 1.0 for one, other in self.summary["linked_services"]}

    def to_arrays(self) -> dict[str, NDArray[Any]]:
        """All of it as plain arrays, to be kept under a name."""
        trees = {name: np.asarray(getattr(self, name)) for name in _TREE_ARRAYS}
        told = {**self.summary, "start": self.start, "other_pairs": self.other_pairs}
        return {
            **trees,
            "told_raw": self.calibration[0],
            "told_share": self.calibration[1],
            "pair_services": np.array(list(self.service_pairs), dtype=np.int64).reshape(-1, 2),
            "pair_rates": np.array(list(self.service_pairs.values()), dtype=np.float64),
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
        start, other = told.pop("start"), told.pop("other_pairs")
        trees = {name: arrays[name] for name in _TREE_ARRAYS}
        calibration = arrays["told_raw"], arrays["told_share"]
        return cls(**trees, start=start, calibration=calibration, service_pairs=pairs, other_pairs=other, summary=told)

    @staticmethod
    def version_of(arrays: Mapping[str, NDArray[Any]]) -> int:
        """Which learning it was that `to_arrays` gave these, in any format."""
        return int(json.loads(bytes(np.asarray(arrays["summary"]).tolist()).decode()).get("version", 0))

    def scores(self, index: CandidateIndex, earlier: Ints32, later: Ints32) -> Floats:
        """The probability, for pairs of places in the index, that staff would confirm them."""
        return np.interp(self.raw(index, earlier, later), *self.calibration)

    def raw(self, index: CandidateIndex, earlier: Ints32, later: Ints32) -> Floats:
        """What the trees say of pairs before it is calibrated, as log odds."""
        return self._said(self._features(index, earlier, later))

    def told_of(self, features: Floats, one: Ints, other: Ints) -> Floats:
        """The probability for pairs of services (the caller's numbers) with FEATURES, but for that of the services."""
        ends = zip(np.minimum(one, other).tolist(), np.maximum(one, other).tolist(), strict=True)
        features[:, _SERVICES] = [self.service_pairs.get(pair, self.other_pairs) for pair in ends]
        return np.interp(self._said(features), *self.calibration)

    def _said(self, features: Floats) -> Floats:
        from geo.duplicate_judging_kernels import forest

        return np.asarray(forest(features, *self._trees, self.start))

    @property
    def base(self) -> float:
        """What the trees say of a pair of which nothing is known: `evidence` and this sum to what they say."""
        return self.start + float(self.expected[self.roots].sum())

    def evidence(self, index: CandidateIndex, earlier: Ints32, later: Ints32) -> Floats:
        """What each of EVIDENCE adds to what the trees say of pairs, [pairs, EVIDENCE]; with `base` they sum to it."""
        from geo.duplicate_judging_kernels import forest_parts

        slot = np.array([SLOT[EVIDENCE_OF[name]] for name in FEATURES], dtype=np.int64)
        features = self._features(index, earlier, later)
        return np.asarray(forest_parts(features, *self._trees, self.expected, slot, len(EVIDENCE)))

    @property
    def _trees(self) -> tuple[NDArray[np.int16], Floats, Ints32, Ints32, NDArray[np.bool_], Ints32]:
        return self.feature, self.value, self.left, self.right, self.missing_left, self.roots

    def _features(self, index: CandidateIndex, earlier: Ints32, later: Ints32) -> Floats:
        rates = _read_rates(index, earlier, later, self.service_pairs, self.other_pairs)
        return pair_features(index, earlier, later, rates)


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
    features = pair_features(index, earlier, later, np.zeros(len(same)))
    raw, fold = np.empty(len(same)), _folds(index.reports.t[later], same)
    for one in range(_FOLDS):
        inside = fold != one
        table = _rate_table(index, earlier, later, same, inside)
        features[:, _SERVICES] = _read_rates(index, earlier, later, *table)
        boosted = _boost(features[inside], same[inside], seed, weight[inside])
        raw[~inside] = boosted.decision_function(features[~inside])
    pairs, other = _rate_table(index, earlier, later, same, np.ones(len(same), dtype=bool))
    features[:, _SERVICES] = _read_rates(index, earlier, later, pairs, other)
    calibration = _calibration(raw, same)
    told = np.interp(raw, *calibration)
    summary = {
        "threshold": float(np.quantile(told[same], 1.0 - _KEPT)),
        "linked_services": sorted(index.settings.service_affinity),
        "format": FORMAT, "confirmed": int(same.sum()), "rejected": int(wrong.sum()), "pairs": len(same), "seed": seed,
        "trees": _TREES, "services": len(index.reports.services), "features": list(FEATURES), "version": version,
        "learned_at": learned_at, "reliability": _reliability(raw, same, fold),
    }  # fmt: skip
    return DuplicateModel(**_arrays(_boost(features, same, seed, weight)), calibration=calibration,
                          service_pairs=pairs, other_pairs=other, summary=summary)  # fmt: skip


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
) -> tuple[dict[tuple[int, int], float], float]:
    """Log rate of confirmed pairs by services, drawn to the mean of all where there are few; and that mean."""
    r = index.reports
    ends = np.sort(np.stack([r.service[earlier[inside]], r.service[later[inside]]]), axis=0)
    cells, at = np.unique(ends, axis=1, return_inverse=True)
    count, hits = np.bincount(at.ravel()), np.bincount(at.ravel(), same[inside])
    mean = float(same[inside].mean())
    rates = np.log((hits + _RATE_PRIOR * mean) / (count + _RATE_PRIOR))
    ids = r.services[cells]
    return {(int(a), int(b)): float(rate) for a, b, rate in zip(*ids, rates, strict=True)}, float(np.log(mean))


def _read_rates(
    index: CandidateIndex, earlier: Ints32, later: Ints32, pairs: Mapping[tuple[int, int], float], other: float
) -> Floats:
    r = index.reports
    table = np.full((len(r.services), len(r.services)), other)
    place = {service: at for at, service in enumerate(r.services.tolist())}
    for (one, two), rate in pairs.items():
        if one in place and two in place:
            table[place[one], place[two]] = table[place[two], place[one]] = rate
    return np.asarray(table[r.service[earlier], r.service[later]])


def _boost(features: Floats, same: NDArray[np.bool_], seed: int, weight: Floats | None = None) -> Any:
    from sklearn.ensemble import HistGradientBoostingClassifier
    from threadpoolctl import threadpool_limits

    made = HistGradientBoostingClassifier(
        max_iter=_TREES, learning_rate=_RATE, max_leaf_nodes=_LEAVES, l2_regularization=10.0, early_stopping=False,
        random_state=seed,
    )  # fmt: skip
    features = np.where(np.isnan(features).all(axis=0), 0.0, features)  # what nobody says: no tree can ask for it
    with threadpool_limits(1):  # threads that wait for each other on a busy machine take far longer than one
        return made.fit(features, same, sample_weight=weight)


def _arrays(boosted: Any) -> dict[str, Any]:
    """The trees of a classifier, one after the other; a test holds what the kernel reads against scikit-learn."""
    nodes = [predictors[0].nodes for predictors in boosted._predictors]
    roots = np.cumsum([0, *(len(tree) for tree in nodes[:-1])])
    tree = np.concatenate(nodes)
    shift = np.repeat(roots, [len(one) for one in nodes])
    leaf = tree["is_leaf"].astype(bool)
    children = ((tree[side] + shift).astype(np.int32) for side in ("left", "right"))
    left, right = (np.where(leaf, 0, child) for child in children)
    return {
        "feature": np.where(leaf, -1, tree["feature_idx"]).astype(np.int16),
        "value": np.where(leaf, tree["value"], tree["num_threshold"]),
        "left": left,
        "right": right,
        "missing_left": tree["missing_go_to_left"].astype(bool),
        "roots": roots.astype(np.int32),
        "expected": _expected(tree["value"], tree["count"].astype(np.float64), leaf, left, right),
        "start": float(np.ravel(boosted._baseline_prediction)[0]),
    }


def _expected(value: Floats, count: Floats, leaf: NDArray[np.bool_], left: Ints32, right: Ints32) -> Floats:
    """The mean of the leaves below each node, weighted by the pairs at them; children stand after their parents."""
    expected = value.astype(np.float64)
    for node in np.flatnonzero(~leaf)[::-1].tolist():
        below = [left[node], right[node]]
        expected[node] = np.average(expected[below], weights=count[below])
    return expected


def _calibration(raw: Floats, same: NDArray[np.bool_]) -> tuple[Floats, Floats]:
    """Points of a rising line from what trees say of pairs they had not seen to the share that was confirmed."""
    from sklearn.isotonic import IsotonicRegression

    fitted = IsotonicRegression(y_min=0.0, y_max=1.0, out_of_bounds="clip").fit(raw, same)
    return np.asarray(fitted.X_thresholds_), np.asarray(fitted.y_thresholds_)
