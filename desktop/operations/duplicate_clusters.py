"""What the last search for duplicates found, and what came since; proposals are read from it and how things stand."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from data.unit_of_work import ReadUnit, WriteUnit
from desktop.domain.lifecycle import OPEN
from desktop.domain.proposals import Member, Proposal, proposals_of

CLUSTERS = "duplicate clusters"  # artifact
ARRIVALS = "duplicate arrivals"  # artifact: what changed of those clusters by the requests that came since
KEEP = "search duplicates"  # the verb of the act that keeps them
_FORMAT = _ARRIVALS_FORMAT = 1
_OF_NONE = 0  # in place of the version of clusters
_OPEN = [status.value for status in OPEN]


@dataclass(frozen=True, slots=True, eq=False)
class Clusters:
    """Clusters as arrays, by request id.

    `request_id`, `cluster`, `score` [members], in order of cluster: who is in which, and how well each fits.
    `probability` [clusters]. `one`, `other` [pairs] with `pair_score`, and `evidence` [pairs, names]: what speaks for
    each, in log odds, under the names of `evidence_names`. `least`: the score from which reports were grouped.
    `newest_id`: the last request that was looked at. `model_version`: 0 where no model judged.
    """

    request_id: NDArray[np.int64]
    cluster: NDArray[np.int64]
    score: NDArray[np.float64]
    probability: NDArray[np.float64]
    one: NDArray[np.int64]
    other: NDArray[np.int64]
    pair_score: NDArray[np.float64]
    evidence: NDArray[np.float32]
    evidence_names: tuple[str, ...]
    least: float
    newest_id: int
    model_version: int

    def to_arrays(self) -> dict[str, np.ndarray]:
        """All of it as plain arrays, to be kept under a name."""
        arrays = {name: np.asarray(getattr(self, name)) for name in _ARRAYS}
        told = {"told": np.array([_FORMAT, self.newest_id, self.model_version]), "least": np.array([self.least])}
        return {**arrays, **told, "evidence_names": np.array(self.evidence_names, dtype="U24")}

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, np.ndarray]) -> Clusters | None:
        """What `to_arrays` gave; None for another version's, which the next search replaces."""
        told = arrays["told"].tolist()
        if told[0] != _FORMAT:
            return None
        names = tuple(str(name) for name in arrays["evidence_names"])
        least = float(arrays["least"][0])
        return cls(**{name: arrays[name] for name in _ARRAYS}, evidence_names=names, least=least,
                   newest_id=told[1], model_version=told[2])  # fmt: skip

    def pairs_within(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Where the pairs of each cluster begin and end, for pairs in order of cluster; shape [clusters] each."""
        at = np.searchsorted(self.request_id[self._by_id], self.one)
        cluster = self.cluster[self._by_id][at]
        return np.searchsorted(cluster, np.arange(len(self.probability))), np.searchsorted(
            cluster, np.arange(len(self.probability)), side="right"
        )

    def scores_among(self, keys: Collection[int]) -> dict[frozenset[int], float]:
        """The probability of each pair whose reports are both among some."""
        wanted = np.array(sorted(keys), dtype=np.int64)
        rows = np.flatnonzero(np.isin(self.one, wanted) & np.isin(self.other, wanted))
        return {
            frozenset((int(self.one[row]), int(self.other[row]))): float(self.pair_score[row]) for row in rows.tolist()
        }

    def numbers_of(self, keys: Collection[int] | NDArray[np.int64]) -> NDArray[np.int64]:
        """The clusters that hold any of some requests."""
        return np.unique(self.cluster[np.isin(self.request_id, np.asarray(list(keys), dtype=np.int64))])

    def mates(self, keys: Collection[int]) -> NDArray[np.int64]:
        """The requests of the clusters that hold any of some requests."""
        return self.request_id[np.isin(self.cluster, self.numbers_of(keys))]

    def without(self, numbers: NDArray[np.int64]) -> Clusters:
        """The other clusters, numbered anew."""
        if not len(numbers):
            return self
        kept = np.ones(len(self.probability), dtype=bool)
        kept[numbers] = False
        members = kept[self.cluster]
        gone = np.sort(self.request_id[~members])  # a request is in one cluster, and so is a pair
        left = gone[np.minimum(np.searchsorted(gone, self.one), len(gone) - 1)] != self.one
        pairs: dict[str, Any] = {name: getattr(self, name)[left] for name in _PAIRS}
        return replace(
            self,
            request_id=self.request_id[members],
            cluster=(np.cumsum(kept) - 1)[self.cluster[members]],
            score=self.score[members],
            probability=self.probability[kept],
            **pairs,
        )

    def none(self) -> Clusters:
        """None of them."""
        nothing: dict[str, Any] = {name: getattr(self, name)[:0] for name in _ARRAYS}
        return replace(self, **nothing)

    def joined(self, later: Clusters) -> Clusters:
        """These and later ones, which are of other requests, as of then."""
        arrays: dict[str, Any] = {n: np.concatenate([getattr(self, n), getattr(later, n)]) for n in _ARRAYS}
        arrays["cluster"] = np.concatenate([self.cluster, later.cluster + len(self.probability)])
        return replace(self, **arrays, newest_id=later.newest_id)

    @property
    def _by_id(self) -> NDArray[np.int64]:
        return np.argsort(self.request_id, kind="stable")


_PAIRS = ("one", "other", "pair_score", "evidence")
_ARRAYS = ("request_id", "cluster", "score", "probability", *_PAIRS)


@dataclass(frozen=True, slots=True, eq=False)
class Since:
    """What requests that came after a search changed: clusters of it (`replaced`, by number) gave way to `found`.

    Small beside the clusters of a large city, and so what is written whenever requests come.
    """

    replaced: NDArray[np.int64]
    found: Clusters

    def to_arrays(self, base_version: int) -> dict[str, np.ndarray]:
        """All of it as plain arrays, of the clusters of that version."""
        about = np.array([_ARRIVALS_FORMAT, base_version])
        return {**self.found.to_arrays(), "replaced": self.replaced, "about": about}

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, np.ndarray], base_version: int) -> Since | None:
        """What `to_arrays` gave; None for what is of other clusters."""
        found = Clusters.from_arrays(arrays)
        if found is None or arrays["about"].tolist() != [_ARRIVALS_FORMAT, base_version]:
            return None
        return cls(arrays["replaced"], found)


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """What is known of duplicates: a search's clusters with what came since, and the versions of the two."""

    base: Clusters
    since: Since | None
    clusters: Clusters  # both
    versions: tuple[int, int]


def versions_of(unit: ReadUnit) -> tuple[int, int]:
    """The versions of a search's clusters and of what came since; zeros for what is not there."""
    return unit.artifacts.version(CLUSTERS) or 0, unit.artifacts.version(ARRIVALS) or 0


def read_found(unit: ReadUnit, known: Found | None = None) -> Found | None:
    """What is known of duplicates, None before the first search; what is `known` is not read again."""
    versions = versions_of(unit)
    if known is not None and known.versions == versions:
        return known
    if known is not None and known.versions[0] == versions[0]:
        base: Clusters | None = known.base
    else:
        arrays = unit.artifacts.get(CLUSTERS)
        base = None if arrays is None else Clusters.from_arrays(arrays)
    if base is None:
        return None
    told = unit.artifacts.get(ARRIVALS)
    since = None if told is None else Since.from_arrays(told, versions[0])
    return Found(base, since, base if since is None else base.without(since.replaced).joined(since.found), versions)


def put_clusters(unit: WriteUnit, clusters: Clusters) -> None:
    """Keep what a search found; what came before it is in it."""
    unit.put_artifact(CLUSTERS, clusters.to_arrays())
    if unit.artifacts.version(ARRIVALS) is not None:
        unit.put_artifact(ARRIVALS, Since(np.zeros(0, dtype=np.int64), clusters.none()).to_arrays(_OF_NONE))


def put_since(unit: WriteUnit, since: Since) -> None:
    """Keep what came since the search that was kept last."""
    unit.put_artifact(ARRIVALS, since.to_arrays(unit.artifacts.version(CLUSTERS) or _OF_NONE))


def last_clusters(unit: ReadUnit) -> Clusters | None:
    """What the last search found, with what came since; None before the first."""
    found = read_found(unit)
    return None if found is None else found.clusters


@dataclass(frozen=True, slots=True, eq=False)
class Standing:
    """How the requests of the city stand, in order of id: `incident` below 0 where there is none."""

    id: NDArray[np.int64]
    requested_ms: NDArray[np.int64]
    incident: NDArray[np.int64]
    open: NDArray[np.bool_]


def read_standing(unit: ReadUnit, clusters: Clusters) -> Standing:
    """The requests of clusters as the store has them."""
    names = ["id", "requested_at", "incident_id", "status"]
    rows = unit.requests.arrays(names, ids=np.sort(clusters.request_id))
    return Standing(rows["id"], rows["requested_at"], rows["incident_id"], np.isin(rows["status"], _OPEN))


def read_proposals(
    unit: ReadUnit, clusters: Clusters, standing: Standing | None = None, *, with_ended: bool = False
) -> list[Proposal]:
    """What is left to decide, the most likely first. `with_ended`: also where every report was closed since."""
    now = standing or read_standing(unit, clusters)
    at = np.minimum(np.searchsorted(now.id, clusters.request_id), max(0, len(now.id) - 1))
    there = now.id[at] == clusters.request_id if len(now.id) else np.zeros(len(at), dtype=bool)
    if not there.any():
        return []
    candidates = _undecided(clusters, now.incident[at], now.open[at] | with_ended, there)
    begins = np.searchsorted(clusters.cluster, np.arange(len(clusters.probability) + 1))
    first, last = clusters.pairs_within()
    wanted = [slice(begins[number], begins[number + 1]) for number in candidates]
    known = sorted({int(key) for part in wanted for key in clusters.request_id[part]})
    apart = {frozenset((d.child_request_id, d.parent_request_id)) for d in unit.decisions.of(known) if not d.same}
    found: list[Proposal] = []
    for number, part in zip(candidates, wanted, strict=True):
        members = [_member(now, row, with_ended) for row in at[part][there[part]].tolist()]
        ends = range(first[number], last[number])
        pairs = {frozenset((int(clusters.one[k]), int(clusters.other[k]))): float(clusters.pair_score[k]) for k in ends}
        found += proposals_of(members, pairs, apart, clusters.least)
    return sorted(_with_heads(unit, found), key=lambda one: (-one.probability, one.parent))


def _with_heads(unit: ReadUnit, found: Sequence[Proposal]) -> list[Proposal]:
    """Proposals that know who leads the incident that stands: a further report does not take that over."""
    standing = unit.incidents.many(sorted({one.incident_id for one in found if one.incident_id is not None}))
    leads = {int(one.id): int(one.parent_request_id) for one in standing}
    heads = [None if one.incident_id is None else leads.get(one.incident_id) for one in found]
    return [replace(one, head=head if head in one.members else None) for one, head in zip(found, heads, strict=True)]


def _member(now: Standing, row: int, with_ended: bool) -> Member:
    incident = int(now.incident[row])
    return Member(
        int(now.id[row]), int(now.requested_ms[row]), incident if incident >= 0 else None,
        bool(now.open[row]) or with_ended,
    )  # fmt: skip


def _undecided(
    clusters: Clusters, incident: NDArray[np.int64], is_open: NDArray[np.bool_], there: NDArray[np.bool_]
) -> list[int]:
    """Clusters with an open report that are not all one incident."""
    count = len(clusters.probability)
    waiting = np.bincount(clusters.cluster, there & is_open, count) > 0
    loose = np.bincount(clusters.cluster, there & (incident < 0), count) > 0
    return np.flatnonzero(waiting & loose).tolist()
