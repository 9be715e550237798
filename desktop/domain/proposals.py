"""What a person is asked about duplicates: clusters, less what is one incident already or was told apart."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

Pair = frozenset[int]


@dataclass(frozen=True, slots=True)
class Member:
    """A report of a cluster, as it stands."""

    request_id: int
    requested_ms: int
    incident_id: int | None
    open: bool


@dataclass(frozen=True, slots=True)
class Proposal:
    """Reports that may be one incident, the earliest first; those in `incident_id` are one already.

    probability: the mean over all pairs, of which one that scores next to nothing counts 0. `pairs`: by two ids.
    """

    parent: int
    members: tuple[int, ...]
    incident_id: int | None
    probability: float
    pairs: Mapping[Pair, float]
    standing: frozenset[int] = frozenset()  # the reports that are in the incident already
    head: int | None = None  # the parent of the standing incident, where it is among the reports

    @property
    def lead(self) -> int:
        """The report that leads the incident: who leads it already, else the earliest that is in it, else the first."""
        if self.head is not None:
            return self.head
        return next((key for key in self.members if key in self.standing), self.parent)

    @property
    def group(self) -> tuple[int, ...]:
        """All reports, the one that leads first."""
        return (self.lead, *(key for key in self.members if key != self.lead))

    def fit(self, request_id: int) -> float:
        """How well one report fits the others: its mean over their pairs."""
        others = [key for key in self.members if key != request_id]
        return sum(self.pairs.get(frozenset((request_id, other)), 0.0) for other in others) / max(1, len(others))

    @property
    def fresh(self) -> tuple[int, ...]:
        """The reports that are not in the standing incident yet."""
        return tuple(key for key in self.members if key not in self.standing)


def proposals_of(
    members: Sequence[Member], pairs: Mapping[Pair, float], apart: Collection[Pair], least: float
) -> Iterator[Proposal]:
    """The proposals that are left of one cluster: at least two reports, one of them open, none told apart.

    Reports of the largest standing incident come first and are not asked about again; reports of other incidents
    are somebody's word already. What is told apart makes several proposals of one; each scores at least `least`.
    """
    waiting = sorted(members, key=lambda one: (one.requested_ms, one.request_id))
    for standing in _standing(waiting):
        group = _compatible(standing, [one for one in waiting if one.incident_id is None], apart)
        waiting = [one for one in waiting if one not in group]
        if len(group) > len(standing):
            found = _proposal(group, pairs, standing[0].incident_id)
            if found is not None and found.probability >= least:
                yield found
    loose = [one for one in waiting if one.incident_id is None]
    while len(loose) > 1:
        group = _compatible(loose[:1], loose[1:], apart)
        loose = [one for one in loose if one not in group]
        found = _proposal(group, pairs, None)
        if found is not None and found.probability >= least:
            yield found


def _standing(members: Sequence[Member]) -> list[list[Member]]:
    """The incidents among them, the largest first."""
    groups: dict[int, list[Member]] = {}
    for one in members:
        if one.incident_id is not None:
            groups.setdefault(one.incident_id, []).append(one)
    return sorted(groups.values(), key=len, reverse=True)


def _compatible(first: Sequence[Member], rest: Sequence[Member], apart: Collection[Pair]) -> list[Member]:
    """Those that nobody told apart from any of the first, or of each other."""
    group = list(first)
    for one in rest:
        if not any(frozenset((one.request_id, other.request_id)) in apart for other in group):
            group.append(one)
    return group


def _proposal(group: Sequence[Member], pairs: Mapping[Pair, float], incident_id: int | None) -> Proposal | None:
    if len(group) < 2 or not any(one.open for one in group):
        return None
    ordered = sorted(group, key=lambda one: (one.requested_ms, one.request_id))
    keys = tuple(one.request_id for one in ordered)
    own = {pair: score for pair, score in pairs.items() if pair <= set(keys)}
    standing = frozenset(one.request_id for one in group if incident_id is not None and one.incident_id == incident_id)
    asked = len(keys) * (len(keys) - 1) / 2 - len(standing) * (len(standing) - 1) / 2
    told = sum(score for pair, score in own.items() if not pair <= standing)
    return Proposal(keys[0], keys, incident_id, told / asked, own, standing)
