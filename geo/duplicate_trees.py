"""The trees by which pairs are judged: boosted ones and those of a random forest, in plain arrays read by our kernel.

Boosted trees (Ke and others 2017, LightGBM; here scikit-learn's) split where it helps most, and of few confirmed pairs
learn some by heart; extremely randomised ones (Geurts, Ernst and Wehenkel 2006, "Extremely randomized trees") split at
random and average that out. The mean of both, as log odds, was better on later months than either.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from geo.report_order import Flags, Floats, Ints, Ints32

BOOSTED, VOTING = 200, 100  # trees of each kind
MISSING = -1.0  # to the voting trees; below all that a feature with missing values can say

_LEAVES, _RATE = 8, 0.05
_VOTING_LEAVES, _FEWEST_AT_A_LEAF, _ASKED = 256, 10, 0.8
_SURE = 1e-4  # no vote is more certain than that
_ENOUGH = 100_000  # pairs for one voting tree; of more each sees a part
_ARRAYS = ("feature", "value", "left", "right", "missing_left", "roots", "expected")


@dataclass(frozen=True, slots=True, eq=False)
class JudgingTrees:
    """Trees as arrays [nodes], the boosted ones first.

    `feature` is -1 at a leaf, whose `value` counts: log odds of a boosted tree, of a voting one its share of the
    probability. Else the left child is taken where the feature is at most the `value` or missing goes left. `roots`
    [trees] is where each tree begins, `boosted` how many are boosted, `start` what is added to these. `expected` is the
    mean of the leaves below a node, weighted by the pairs that came to them in the fit.
    """

    feature: NDArray[np.int16]
    value: Floats
    left: Ints32
    right: Ints32
    missing_left: Flags
    roots: Ints32
    expected: Floats
    start: float
    boosted: int

    def to_arrays(self) -> dict[str, NDArray[Any]]:
        """All of it as plain arrays."""
        told = {name: np.asarray(getattr(self, name)) for name in _ARRAYS}
        return {**told, "trees_told": np.array([self.start, self.boosted])}

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[Any]]) -> JudgingTrees:
        """What `to_arrays` gave."""
        start, boosted = arrays["trees_told"].tolist()
        return cls(**{name: arrays[name] for name in _ARRAYS}, start=start, boosted=int(boosted))

    def said(self, features: Floats) -> Floats:
        """What the trees say of rows of features, as log odds."""
        from geo.duplicate_judging_kernels import forest

        sums, votes = (forest(features, *self._nodes, roots, 0.0) for roots in self._kinds)
        return np.asarray((self.start + sums + _log_odds(votes)) / 2.0)

    @property
    def base(self) -> float:
        """What they say of a row of which nothing is known; this and `parts` sum to what they say."""
        sums, votes = (float(self.expected[roots].sum()) for roots in self._kinds)
        return float((self.start + sums + _log_odds(np.array(votes))) / 2.0)

    def parts(self, features: Floats, slot: Ints, slots: int) -> Floats:
        """What each kind of evidence adds, [rows, slots]; `slot` [features] names the evidence that each is of.

        What a vote adds to a probability is told as its share of what all votes add to the log odds.
        """
        from geo.duplicate_judging_kernels import forest_parts

        sums, votes = (forest_parts(features, *self._nodes, roots, self.expected, slot, slots) for roots in self._kinds)
        mean = float(self.expected[self._kinds[1]].sum())
        probability = votes.sum(axis=1)
        odds = _log_odds(mean + probability) - _log_odds(np.array(mean))
        flat = np.abs(probability) < 1e-12  # all that they add cancels out: nothing to share
        scale = np.where(flat, 0.0, odds / np.where(flat, 1.0, probability))
        return np.asarray((sums + votes * scale[:, None]) / 2.0)

    @property
    def _nodes(self) -> tuple[NDArray[np.int16], Floats, Ints32, Ints32, Flags]:
        return self.feature, self.value, self.left, self.right, self.missing_left

    @property
    def _kinds(self) -> tuple[Ints32, Ints32]:
        return self.roots[: self.boosted], self.roots[self.boosted :]


def fit_trees(features: Floats, same: Flags, weight: Floats, seed: int) -> JudgingTrees:
    """Learn from rows of features which pairs are the `same`; the weights are of the rows."""
    features = np.where(np.isnan(features).all(axis=0), 0.0, features)  # what nobody says: no tree can ask for it
    boosted = fit_boosted(features, same, weight, seed)
    voting = fit_voting(features, same, weight, seed)
    trees = [*_of_boosted(boosted), *_of_voting(voting)]
    sizes = [len(tree["feature"]) for tree in trees]
    roots = np.cumsum([0, *sizes[:-1]])
    all_of = {name: np.concatenate([tree[name] for tree in trees]) for name in trees[0]}
    shift = np.where(all_of["feature"] < 0, 0, np.repeat(roots, sizes))
    return JudgingTrees(
        feature=all_of["feature"].astype(np.int16),
        value=all_of["value"].astype(np.float64),
        left=(all_of["left"] + shift).astype(np.int32),
        right=(all_of["right"] + shift).astype(np.int32),
        missing_left=all_of["missing_left"].astype(bool),
        roots=roots.astype(np.int32),
        expected=all_of["expected"].astype(np.float64),
        start=float(np.ravel(boosted._baseline_prediction)[0]),
        boosted=BOOSTED,
    )


def fit_boosted(features: Floats, same: Flags, weight: Floats, seed: int) -> Any:
    """scikit-learn's classifier of boosted trees; it bins far faster where no weights are told."""
    from sklearn.ensemble import HistGradientBoostingClassifier
    from threadpoolctl import threadpool_limits

    made = HistGradientBoostingClassifier(
        max_iter=BOOSTED, learning_rate=_RATE, max_leaf_nodes=_LEAVES, l2_regularization=10.0, early_stopping=False,
        random_state=seed,
    )  # fmt: skip
    with threadpool_limits(1):  # threads that wait for each other on a busy machine take far longer than one
        return made.fit(features, same, sample_weight=None if (weight == 1.0).all() else weight)


def fit_voting(features: Floats, same: Flags, weight: Floats, seed: int) -> Any:
    """scikit-learn's forest of extremely randomised trees."""
    from sklearn.ensemble import ExtraTreesClassifier

    part = {"bootstrap": True, "max_samples": _ENOUGH} if len(features) > _ENOUGH else {}
    made = ExtraTreesClassifier(
        VOTING, max_features=_ASKED, min_samples_leaf=_FEWEST_AT_A_LEAF, max_leaf_nodes=_VOTING_LEAVES,
        random_state=seed, **part,
    )  # fmt: skip
    return made.fit(np.nan_to_num(features, nan=MISSING), same, sample_weight=weight)


def _log_odds(probability: Floats) -> Floats:
    return np.asarray(np.log((probability + _SURE) / (1.0 - probability + _SURE)))


def _of_boosted(made: Any) -> list[dict[str, NDArray[Any]]]:
    """The nodes of each tree; children are counted from its root."""
    return [_boosted_tree(predictors[0].nodes) for predictors in made._predictors]


def _boosted_tree(tree: NDArray[Any]) -> dict[str, NDArray[Any]]:
    leaf = tree["is_leaf"].astype(bool)
    left, right = (np.where(leaf, 0, tree[side]).astype(np.int64) for side in ("left", "right"))
    return {
        "feature": np.where(leaf, -1, tree["feature_idx"].astype(np.int64)),
        "value": np.where(leaf, tree["value"], tree["num_threshold"]),
        "left": left,
        "right": right,
        "missing_left": tree["missing_go_to_left"].astype(bool),
        "expected": _expected(tree["value"], tree["count"].astype(np.float64), leaf, left, right),
    }


def _of_voting(made: Any) -> list[dict[str, NDArray[Any]]]:
    """The same of the voting trees: each votes with the share of pairs at its leaf."""
    found = []
    for one in made.estimators_:
        tree = one.tree_
        leaf = tree.children_left < 0
        share = tree.value[:, 0, 1] / tree.value[:, 0].sum(axis=1) / len(made.estimators_)
        left, right = (np.where(leaf, 0, side) for side in (tree.children_left, tree.children_right))
        found.append({
            "feature": np.where(leaf, -1, tree.feature), "value": np.where(leaf, share, tree.threshold),
            "left": left, "right": right, "missing_left": np.ones(len(leaf), dtype=bool), "expected": share,
        })  # fmt: skip
    return found


def _expected(value: Floats, count: Floats, leaf: Flags, left: Ints, right: Ints) -> Floats:
    """The mean of the leaves below each node, weighted by the pairs at them; children stand after their parents."""
    expected = value.astype(np.float64)
    for node in np.flatnonzero(~leaf)[::-1].tolist():
        below = [left[node], right[node]]
        expected[node] = np.average(expected[below], weights=count[below])
    return expected
