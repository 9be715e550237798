"""What the review of duplicates reads in the background: proposals, decisions, and the reports of one proposal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import combinations
from zoneinfo import ZoneInfo

import numpy as np

from data.errors import RefusedInput
from data.records import DuplicateDecision, ServiceRequest, Status
from data.store import Store
from data.unit_of_work import ReadUnit
from desktop.controllers.photos import SMALL, picture_of
from desktop.controllers.review_words import Ground, common_words, everyday_words, spans_of
from desktop.controllers.session import Snapshot
from desktop.domain import attention
from desktop.domain.channels import CHANNEL_COLUMNS
from desktop.domain.proposals import Proposal
from desktop.operations.decide_duplicates import ACCEPT, REJECT
from desktop.operations.duplicate_clusters import Clusters, Found, Standing, read_found, read_proposals
from desktop.operations.duplicates import last_model
from desktop.views.duplicates.quoted_text import LONGEST
from geo.address_reading import read_addresses

RADIUS_M = 6_378_137.0  # of the sphere of Web Mercator
_STATUSES = tuple(Status)  # the codes of the columns follow their order
_TEXTS = 2_000  # that are looked through for everyday words


@dataclass(frozen=True, slots=True)
class Book:
    """The proposals as they stand, with the parents' reports, and what staff decided before."""

    proposals: tuple[Proposal, ...]
    parents: Mapping[int, ServiceRequest]
    grounds: Mapping[int, Ground]  # by the parent: where and when its reports lie
    pressing: frozenset[int]  # parents of those with an open report that is overdue or due soon
    found: Found | None  # None before the first search
    decisions: tuple[DuplicateDecision, ...]
    accepted_today: int
    rejected_today: int
    since: int  # located requests that came after the last search and were not judged
    learned_from: int  # confirmed pairs behind the model; 0 without one
    model_version: int
    everyday: frozenset[str]  # words that sharing says nothing
    last_act: int  # of the log, when this was read

    @property
    def clusters(self) -> Clusters | None:
        """What is known of duplicates, as arrays."""
        return None if self.found is None else self.found.clusters

    @property
    def requests(self) -> int:
        """How many distinct requests wait for a decision."""
        return len({key for one in self.proposals for key in one.fresh})


@dataclass(frozen=True, slots=True)
class Case:
    """One proposal with its reports, in the order of its members."""

    proposal: Proposal
    requests: tuple[ServiceRequest, ...]
    photos: Mapping[int, object]  # QImage by request
    channels: Mapping[int, str]
    reporters: Mapping[int, int]  # the same number for the same person; absent where nobody is known
    evidence: Mapping[str, float]  # mean log odds of the pairs that are asked about
    fits: Mapping[int, float]  # how well each report fits the others
    shared: tuple[str, ...]  # words that several of them use and few others, those most share first
    common: Mapping[int, tuple[tuple[int, int], ...]]  # where each text has them


def read_book(store: Store, snapshot: Snapshot, now: datetime, known: Book | None = None) -> Book:
    """The proposals of the store as of the snapshot; clusters that are `known` need not be read again."""
    columns = snapshot.columns
    standing = Standing(columns.id, columns.requested_ms, columns.incident_id, attention.is_open(columns))
    with store.read() as unit:
        last_act = next((int(act.id) for act in unit.log.acts(1)), 0)
        told = read_found(unit, None if known is None else known.found)
        found = [] if told is None else read_proposals(unit, told.clusters, standing)
        parents = {int(one.id): one for one in unit.requests.many([one.parent for one in found])}
        decisions = tuple(unit.decisions.all())
        accepted, rejected = _today(unit, now, snapshot.city.timezone)
        model, learned_from = _model(unit)
        everyday = known.everyday if known is not None and _same_search(known, told) else _everyday(unit, columns.id)
    found = [one for one in found if one.parent in parents]
    newest = 0 if told is None else told.clusters.newest_id
    since = int(np.count_nonzero((columns.id > newest) & np.isfinite(columns.lat)))
    grounds = {one.parent: ground_of(snapshot, one) for one in found}
    return Book(
        proposals=tuple(found),
        parents=parents,
        grounds=grounds,
        pressing=pressing_of(snapshot, found, now),
        found=told,
        decisions=decisions,
        accepted_today=accepted,
        rejected_today=rejected,
        since=since,
        learned_from=learned_from,
        model_version=model,
        everyday=everyday,
        last_act=last_act,
    )


def pressing_of(snapshot: Snapshot, proposals: Sequence[Proposal], now: datetime) -> frozenset[int]:
    """The parents of proposals with an open report that is overdue or due soon, as the queue counts it."""
    columns, moment = snapshot.columns, attention.Moment.at(now, snapshot.city.timezone)
    due = set(columns.id[attention.overdue(columns, moment) | attention.due_soon(columns, moment)].tolist())
    return frozenset(one.parent for one in proposals if not due.isdisjoint(one.members))


def _same_search(known: Book, found: Found | None) -> bool:
    if known.found is None or found is None:
        return known.found is found
    return known.found.base is found.base


def ground_of(snapshot: Snapshot, proposal: Proposal) -> Ground:
    """How far apart the reports of a proposal lie, and how long between first and last."""
    columns = snapshot.columns
    at = columns.positions(list(proposal.members))
    at = at[at >= 0]
    x, y = local_metres(columns.lon[at], columns.lat[at], float(columns.lat[at].mean()) if len(at) else 0.0)
    apart = [float(np.hypot(x[i] - x[j], y[i] - y[j])) for i, j in combinations(range(len(at)), 2)]
    times = columns.requested_ms[at]
    return Ground(
        len(proposal.members),
        min(apart, default=0.0),
        max(apart, default=0.0),
        float(np.ptp(times)) / 1000 if len(times) else 0.0,
    )


def local_metres(lon: np.ndarray, lat: np.ndarray, near_lat: float) -> tuple[np.ndarray, np.ndarray]:
    """Metres east and north, true around a latitude (spherical Mercator times its cosine).

    It is the frame of the base map's tiles, so that a picture of them and the reports lie together; only points of
    the same `near_lat` can be compared.
    """
    local_radius_m = RADIUS_M * np.cos(np.radians(near_lat))
    north = np.log(np.tan(np.pi / 4 + np.radians(lat) / 2))
    return local_radius_m * np.radians(lon), local_radius_m * north


def _today(unit: ReadUnit, now: datetime, timezone: str) -> tuple[int, int]:
    """Incidents accepted and proposals rejected since the city's midnight; what was undone does not count.

    An act that undoes one of the day is later than that, so the day's acts hold it too; so does one that undoes that.
    """
    zone = ZoneInfo(timezone)
    midnight = now.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
    accepted = rejected = 0
    undone: set[int] = set()
    for act in reversed(unit.log.acts_between(midnight, now + timedelta(seconds=1))):
        if int(act.id) in undone:
            continue
        if act.undoes is not None:
            undone.add(int(act.undoes))
        accepted += int(act.summary.get("incidents", 0)) if act.verb == ACCEPT else 0
        rejected += act.verb == REJECT
    return accepted, rejected


def _everyday(unit: ReadUnit, ids: np.ndarray) -> frozenset[str]:
    """Words that everybody uses here, from a part of the texts spread over all."""
    some = ids[:: max(1, len(ids) // _TEXTS)]
    return everyday_words([text for text in unit.requests.arrays(["description"], ids=some)["description"] if text])


def _model(unit: ReadUnit) -> tuple[int, int]:
    """The version of what was learned and how many confirmed pairs it rests on; zeros without one that can be read."""
    try:
        model = last_model(unit)
    except RefusedInput:  # another version's: the next search says what to do
        return 0, 0
    return (0, 0) if model is None else (int(model.summary.get("version", 1)), int(model.summary["confirmed"]))


def read_case(store: Store, book: Book, proposal: Proposal) -> Case | None:
    """The reports of a proposal; None when one of them is gone."""
    with store.read() as unit:
        requests = tuple(unit.requests.many(list(proposal.members)))
        if len(requests) < len(proposal.members):
            return None
        photos = {int(one.id): found for one in requests if (found := _photo(unit, one)) is not None}
        people = [unit.requests.reporter(one.id) for one in requests]
    known: dict[str, int] = {}
    reporters = {}
    for one, person in zip(requests, people, strict=True):
        name = "" if person is None else (person.email or person.phone or person.name).strip().casefold()
        if name:
            reporters[int(one.id)] = known.setdefault(name, len(known))
    channels = {int(one.id): _channel(one) for one in requests}
    read_addresses([one.address for one in requests])  # kept there, so that comparing them costs the window nothing
    shared = common_words([one.description[:LONGEST] for one in requests], book.everyday)
    return Case(
        proposal,
        requests,
        photos,
        channels,
        reporters,
        evidence_of(book.clusters, proposal),
        {key: proposal.fit(key) for key in proposal.members},
        tuple(shared),
        {int(one.id): spans_of(one.description[:LONGEST], shared) for one in requests},
    )


def _photo(unit: ReadUnit, request: ServiceRequest) -> object | None:
    """The first photo of a request, small; None without one that is a picture."""
    for photo in unit.requests.photos(request.id):
        picture = picture_of(photo.content, SMALL)
        if not picture.isNull():
            return picture
    return None


def _channel(request: ServiceRequest) -> str:
    return next((request.extras[name] for name in CHANNEL_COLUMNS if request.extras.get(name)), "")


def changed_status(snapshot: Snapshot, requests: Sequence[ServiceRequest]) -> bool:
    """Whether one of some requests that were read is gone, or has another status by now."""
    at = snapshot.columns.positions([int(one.id) for one in requests])
    if (at < 0).any():
        return True
    read = [_STATUSES.index(one.status) for one in requests]
    return bool((snapshot.columns.status[at] != read).any())


def evidence_of(clusters: Clusters | None, proposal: Proposal) -> dict[str, float]:
    """What speaks for a proposal: each kind of evidence as the mean over the pairs that a person is asked about."""
    if clusters is None:
        return {}
    members = np.array(proposal.members)
    rows = np.flatnonzero(np.isin(clusters.one, members) & np.isin(clusters.other, members))
    asked = [
        row for row in rows.tolist() if not {int(clusters.one[row]), int(clusters.other[row])} <= proposal.standing
    ]
    if not asked:
        return {}
    mean = clusters.evidence[asked].astype(np.float64).mean(axis=0)
    return dict(zip(clusters.evidence_names, mean.tolist(), strict=True))
