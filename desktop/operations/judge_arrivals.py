"""Requests that came since the last search for duplicates are judged as it would judge them, without another search."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from data.columns import Columns, load_columns
from data.errors import RefusedInput
from data.records import City
from data.unit_of_work import ReadUnit, WriteUnit
from desktop.domain.city_settings import settings_of
from desktop.operations.changes import Changes
from desktop.operations.duplicate_clusters import (
    Clusters,
    Found,
    Since,
    put_since,
    read_found,
    read_proposals,
    versions_of,
)
from desktop.operations.duplicate_columns import MISSING_MS
from desktop.operations.duplicates import GROUP, last_model
from desktop.operations.incident_policy import POLICY, record_policy, scope_of
from desktop.operations.incidents import incidents_of
from desktop.operations.reports_around import LOCATED, Ground, Telling
from desktop.operations.search_duplicates import (
    Said,
    clusters_of,
    evidence_of,
    last_laws,
    said_about,
    settings_for,
    version_of,
)
from desktop.operations.work import Work

if TYPE_CHECKING:
    from geo.duplicates import Groups

JUDGE = "judge arrivals"
MOST = 5_000  # new requests; for more a search takes hardly longer, and sees all
NEVER = "Nobody has looked for duplicates yet; 'opsmap duplicates' does."
DUE = "look for duplicates anew: 'opsmap duplicates'."


@dataclass(frozen=True, slots=True)
class Verdict:
    """The requests whose clusters may be other ones than before, and the clusters that they are in now."""

    keys: tuple[int, ...]
    clusters: Clusters


def judge_arrivals(work: Work, *, most: int = MOST) -> Changes:
    """Judge the located requests that came since the last search or judgement; the policy accepts as in a search.

    What staff decided holds. Where nobody searched yet, more than `most` came, or staff taught something since, nothing
    is judged: the sentence says that a search is due, and `search_due` among the counts. The acts are the policy's.
    """
    city, columns = work.city(), load_columns(work.store, save_patched=False)
    work.breathe(0.1, "Reading what is known of duplicates")
    with work.store.read() as unit:
        found = read_found(unit)
        if found is None:
            return _told(work, None, _counts(0, search_due=True), NEVER)
        new = np.flatnonzero((columns.id > found.clusters.newest_id) & (columns.placement == LOCATED))
        if not len(new):
            return _told(work, None, _counts(0), "")
        ground = None if len(new) > most else ground_of(unit, city, columns, found.clusters)
        if ground is None:
            return _told(work, None, _counts(len(new), search_due=True), f"{_requests(len(new))} came; {DUE}")
        work.breathe(0.3, f"Judging {_requests(len(new))}")
        verdict = verdict_on(work, unit, ground, found.clusters, new)
    work.breathe(0.8, "Storing what was found")
    return _keep(work, city, found, verdict, columns.id[new])


def ground_of(unit: ReadUnit, city: City, columns: Columns, clusters: Clusters) -> Ground | None:
    """What is judged on; None where what judges now is not what judged in the last search."""
    try:
        laws, model = last_laws(unit), last_model(unit)
    except RefusedInput:  # another version learned it: the search that is due says what to do
        return None
    if laws is None or city.crs_epsg is None or version_of(model) != clusters.model_version:
        return None
    return Ground(columns, city.crs_epsg, laws, model, settings_for(unit, city, model, clusters.least))


def verdict_on(work: Work, unit: ReadUnit, ground: Ground, clusters: Clusters, new: np.ndarray) -> Verdict:
    """First whether the new reports repeat any; then those that may, grouped anew with all that they touch."""
    from geo.duplicate_arrivals import score_pairs

    columns = ground.columns
    index, at = ground.index(unit, ground.around(new), columns.requested_ms[new])
    telling = Telling(unit, columns, columns.id[at], work.store.identity)
    scored = score_pairs(index, np.isin(at, new), telling, ground.model)
    strong = columns.id[at[scored.rows_from(ground.settings.threshold)]]
    touched, said = _touched(unit, clusters, {*strong.tolist(), *_decided(unit, columns.id[new])})
    known = np.array(sorted(touched), dtype=np.int64)
    keys = known[columns.positions(known) >= 0].tolist()  # others were removed since the search
    if not keys:
        return Verdict((), clusters.none())
    work.breathe(0.6, "Grouping what belongs together")
    return Verdict(tuple(keys), _grouped(work, unit, ground, keys, said))


def _decided(unit: ReadUnit, ids: np.ndarray) -> set[int]:
    """Those of some requests that a person brought together with another one already."""
    said = said_about(unit, ids.tolist())
    return {key for pair in said.together for key in pair} & set(ids.tolist())


def _touched(unit: ReadUnit, clusters: Clusters, keys: set[int]) -> tuple[set[int], Said]:
    """Requests with all of their clusters and all that staff said belongs to them; and what staff said of these."""
    while True:
        said = said_about(unit, keys)
        more = {*clusters.mates(keys).tolist(), *(key for pair in said.together for key in pair)}
        if more <= keys:
            return keys, said
        keys |= more


def _grouped(work: Work, unit: ReadUnit, ground: Ground, keys: list[int], said: Said) -> Clusters:
    """The clusters of some requests among each other, by all that matters to their scores."""
    from geo.duplicate_arrivals import group_anew, score_pairs

    columns, model = ground.columns, ground.model
    own = columns.positions(keys)
    index, at = ground.index(unit, ground.around(own), columns.requested_ms[own])
    ids, chosen = columns.id[at], np.isin(at, own)
    scored = score_pairs(index, chosen, Telling(unit, columns, ids, work.store.identity), model, both=True)
    groups: Groups = group_anew(scored, _rows(ids, said.together), _rows(ids, said.apart))
    evidence = evidence_of(scored.index, groups, columns.closed_ms[at] == MISSING_MS, model)
    return clusters_of(ids, groups, evidence, ground.settings.threshold, 0, model)


def _rows(ids: np.ndarray, pairs: Collection[tuple[int, int]]) -> np.ndarray:
    """Pairs of ids as rows; those of which one is not here are left out."""
    wanted = np.array(list(pairs), dtype=np.int64).reshape(-1, 2)
    if not len(ids):
        return wanted[:0]
    at = np.minimum(np.searchsorted(ids, wanted), len(ids) - 1)
    return np.asarray(at[(ids[at] == wanted).all(axis=1)])


def _keep(work: Work, city: City, found: Found, verdict: Verdict, new: np.ndarray) -> Changes:
    """First what the policy accepts, then the clusters: whatever ends this between the two, it is judged once more."""
    now, entities = work.clock.now(), {"artifact"}
    with work.store.write(GROUP, actor=POLICY, at=now) as unit:
        if not _as_read(unit, found, verdict):
            return _told(work, None, _counts(0), "")
        record_policy(unit, scope_of(unit, verdict.keys), verdict.clusters, settings_of(city).accept_from)
        counts = _outcome(unit, verdict, new)
        if unit.wrote:
            unit.summary.update(counts)
            unit.commit()
            entities |= {"incident", "service_request"}
    with work.store.write(JUDGE, actor=POLICY, at=now) as unit:
        if not _as_read(unit, found, verdict):
            return _told(work, None, _counts(0), "")
        put_since(unit, _since(found, verdict, int(new[-1])))
        unit.summary.update(counts)
        act_id = unit.commit()
    return Changes(act_id, POLICY, JUDGE, frozenset(entities), None, counts, _sentence(counts))


def _as_read(unit: ReadUnit, found: Found, verdict: Verdict) -> bool:
    """Whether nobody searched or judged meanwhile, and all requests are there; else it is judged the next time."""
    there = len(unit.requests.arrays(["id"], ids=verdict.keys)["id"]) if verdict.keys else 0
    return versions_of(unit) == found.versions and there == len(verdict.keys)


def _since(found: Found, verdict: Verdict, newest_id: int) -> Since:
    """What came since the search, with these."""
    from dataclasses import replace

    base, keys = found.base, verdict.keys
    before = Since(np.zeros(0, dtype=np.int64), base.none()) if found.since is None else found.since
    gone = np.union1d(before.replaced, base.numbers_of(keys))
    kept = before.found.without(before.found.numbers_of(keys))
    return Since(gone, kept.joined(replace(verdict.clusters, newest_id=newest_id)))


def _outcome(unit: WriteUnit, verdict: Verdict, new: np.ndarray) -> dict[str, Any]:
    """How many of the new ones are in an incident now, and how many proposals they are in."""
    mine = set(new.tolist())
    joined = sum(number is not None for number in incidents_of(unit, mine & set(verdict.keys)).values())
    proposals = read_proposals(unit, verdict.clusters)
    return _counts(len(new), len(new), joined, sum(not mine.isdisjoint(one.fresh) for one in proposals))


def _counts(
    arrived: int, judged: int = 0, joined: int = 0, proposed: int = 0, *, search_due: bool = False
) -> dict[str, Any]:
    return {"arrived": arrived, "judged": judged, "joined": joined, "proposed": proposed, "search_due": search_due}


def _told(work: Work, act_id: Any, counts: dict[str, Any], sentence: str) -> Changes:
    return Changes(act_id, work.actor, JUDGE, frozenset(), (), counts, sentence)


def _sentence(counts: dict[str, Any]) -> str:
    joined, proposed = counts["joined"], counts["proposed"]
    told = f"{_requests(counts['judged'])} judged: {joined:,} in incidents"
    return f"{told}, {proposed:,} proposed {'incident waits' if proposed == 1 else 'incidents wait'} for a decision."


def _requests(count: int) -> str:
    return "1 new request" if count == 1 else f"{count:,} new requests"
