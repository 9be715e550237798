"""What staff decide about duplicates: accept, reject, join by hand, take out. Every decision is kept as pairs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from itertools import combinations, product
from typing import Any

from data import outbox
from data.errors import Conflict, RefusedInput
from data.records import ActId, RequestId, ServiceRequest, Status
from data.unit_of_work import WriteUnit
from desktop.domain.city_settings import settings_of
from desktop.domain.plain_text import amount
from desktop.operations.changes import Changes
from desktop.operations.duplicate_clusters import Clusters, last_clusters
from desktop.operations.incidents import Pair, decide, incidents_of, join, lead, leave
from desktop.operations.speaking import TOLD_DUPLICATE, listening, message
from desktop.operations.work import Work

ACCEPT, REJECT, SPLIT = "accept duplicates", "reject duplicates", "split duplicates"
JOIN, TAKE_OUT = "join incident", "take out of incident"
VERBS = (ACCEPT, REJECT, SPLIT, JOIN, TAKE_OUT)
_ENTITIES = frozenset({"incident", "service_request", "duplicate_decision", "outbox"})
Group = Sequence[RequestId]


def accept_duplicates(work: Work, *, groups: Sequence[Group], apart: Sequence[RequestId] = ()) -> Changes:
    """Make each group one incident; its first request is the parent. Those `apart` are said to differ from all of them.

    What is counted are the reports that become part of an incident by it, not those that were in one already.
    A group of which a report is gone, archived or in another incident by now is left out; where that is the only one,
    it is a Conflict that says why. RefusedInput for a group of one, for a report in two groups, and where one is to be
    kept and apart.
    """
    if not groups or any(len(set(group)) < 2 for group in groups):
        raise RefusedInput("An incident needs two reports; choose at least two.")
    others = {int(key) for key in apart}
    _refuse_twice(work, groups)
    if others & {int(key) for group in groups for key in group}:
        raise RefusedInput("A report cannot be in the incident and apart from it; leave it out of one of the two.")
    refused: list[str] = []
    done: list[int] = []
    joined = 0
    with work.store.write(ACCEPT, actor=work.actor, at=work.clock.now()) as unit:
        if len(unit.requests.many(sorted(others))) < len(others):
            raise Conflict("A request is no longer there; look at the proposal again.")
        shown = _shown(last_clusters(unit), {int(key) for group in groups for key in (*group, *apart)})
        for at, group in enumerate(groups):
            work.breathe(at / len(groups), f"Accepting {_incidents(len(groups))}")
            keys = [int(key) for key in dict.fromkeys(group)]
            why = _against(unit, keys)
            if why:
                refused.append(why)
                continue
            joined += _accept(work, unit, keys, shown)
            done += keys
        if not done:
            raise Conflict(refused[0])
        decide(unit, product(sorted(others), done), same=False, score=shown)
        counts = {"incidents": len(groups) - len(refused), "requests": joined, "refused": len(refused)}
        unit.summary.update(counts)
        act_id = unit.commit()
    sentence = f"Accepted {_incidents(counts['incidents'])}, {_reports(joined)}."
    if refused:
        sentence += f" {len(refused):,} left out: {refused[0]}"
    return _changes(work, ACCEPT, act_id, [*done, *others], counts, sentence)


def _refuse_twice(work: Work, groups: Sequence[Group]) -> None:
    """RefusedInput for a report that is to be in two incidents."""
    count = Counter(key for group in groups for key in set(group))
    twice = next((key for key, times in count.items() if times > 1), None)
    if twice is not None:
        with work.store.read() as unit:
            known = unit.requests.get(twice)
        number = known.service_request_id if known is not None else str(twice)
        raise RefusedInput(f"Request {number} is in two of the groups; a report is of one incident. Name it once.")


def reject_duplicates(work: Work, *, request_ids: Sequence[RequestId], standing: Collection[RequestId] = ()) -> Changes:
    """Say that no two of these reports are about one thing; those that are `standing` in one incident stay in it."""
    keys, known = sorted({int(key) for key in request_ids}), {int(key) for key in standing}
    if len(keys) < 2:
        raise RefusedInput("Two reports are needed to tell apart; choose at least two.")
    with work.store.write(REJECT, actor=work.actor, at=work.clock.now()) as unit:
        _all_there(unit, keys)
        shown = _shown(last_clusters(unit), set(keys))
        pairs = [pair for pair in combinations(keys, 2) if not set(pair) <= known]
        count = decide(unit, ((later, earlier) for earlier, later in pairs), same=False, score=shown)
        counts = {"requests": len(keys), "decisions": count}
        unit.summary.update(counts)
        act_id = unit.commit()
    return _changes(work, REJECT, act_id, keys, counts, f"{amount(len(keys))} are kept apart.")


def split_duplicates(work: Work, *, request_ids: Sequence[RequestId], apart: Sequence[RequestId]) -> Changes:
    """Say that some reports are about another thing than the rest; each of the two parts stays proposed."""
    stay, go = sorted({int(key) for key in request_ids} - {int(key) for key in apart}), sorted(map(int, set(apart)))
    if not stay or not go:
        raise RefusedInput("Nothing is left on one side; choose what to split off, and from what.")
    with work.store.write(SPLIT, actor=work.actor, at=work.clock.now()) as unit:
        _all_there(unit, [*stay, *go])
        shown = _shown(last_clusters(unit), {*stay, *go})
        counts = {"requests": len(go), "decisions": decide(unit, product(go, stay), same=False, score=shown)}
        unit.summary.update(counts)
        act_id = unit.commit()
    return _changes(work, SPLIT, act_id, [*stay, *go], counts, f"Split {amount(len(go))} off.")


def join_incident(
    work: Work, *, request_ids: Sequence[RequestId], of: RequestId, apart: Collection[RequestId] = ()
) -> Changes:
    """Bring requests into the incident of another one by hand, wherever they lie; they leave the one they were in.

    Those `apart`, which they were proposed with, are said to differ from them, unless they are in that incident too.
    RefusedInput for a request that is gone or archived.
    """
    keys = [int(key) for key in dict.fromkeys(request_ids) if key != of]
    if not keys:
        raise RefusedInput("An incident needs two reports; choose at least two.")
    with work.store.write(JOIN, actor=work.actor, at=work.clock.now()) as unit:
        requests = _all_there(unit, [int(of), *keys])
        shown = _shown(last_clusters(unit), {int(of), *keys, *map(int, apart)})
        left = _mates(unit, keys)
        incident = join(unit, work.actor, int(of), keys)
        members = unit.incidents.members(incident)
        decide(unit, ((key, int(of)) for key in keys), same=True, score=shown)
        left += product(keys, sorted({int(one.id) for one in unit.requests.many(sorted(set(apart) - set(keys)))}))
        decide(unit, [pair for pair in left if pair[1] not in members], same=False, score=shown)
        _tell_sources(work, unit, requests[0], requests[1:])
        counts = {"requests": len(keys), "reports": len(members)}
        unit.summary.update(counts, of=requests[0].service_request_id)
        act_id = unit.commit()
    sentence = f"One incident of {len(members):,} reports with request {requests[0].service_request_id}."
    return _changes(work, JOIN, act_id, [int(of), *keys], counts, sentence)


def take_out(work: Work, *, request_ids: Sequence[RequestId]) -> Changes:
    """Take requests out of their incidents at any time; they are said to differ from the reports that stay.

    RefusedInput where none of them is in an incident.
    """
    with work.store.write(TAKE_OUT, actor=work.actor, at=work.clock.now()) as unit:
        incident_of = incidents_of(unit, request_ids)
        keys = [key for key, incident in incident_of.items() if incident is not None]
        if not keys:
            raise RefusedInput("None of these requests is in an incident; there is nothing to take out.")
        left = _mates(unit, keys)
        whole = {incident_of[key] for key in keys} - {incident_of.get(stays) for _, stays in left}
        together = [pair for pair in combinations(sorted(keys), 2) if incident_of[pair[0]] == incident_of[pair[1]]]
        left += [(later, earlier) for earlier, later in together if incident_of[earlier] in whole]
        stays = {incident_of[key] for key in keys}
        leave(unit, keys)
        _take_back_word(work, unit, _alone(unit, [*keys, *(mate for pair in left for mate in pair)]))
        _become_persons(unit, work.actor, [number for number in stays if number is not None])
        decide(unit, left, same=False)
        counts = {"requests": len(keys)}
        unit.summary.update(counts)
        act_id = unit.commit()
    return _changes(work, TAKE_OUT, act_id, keys, counts, f"Took {amount(len(keys))} out of the incident.")


def _accept(work: Work, unit: WriteUnit, keys: Sequence[int], shown: Mapping[frozenset[int], float]) -> int:
    """Make requests one incident; the pairs with the parent are kept, and sources hear of them. How many joined it."""
    parent, others = keys[0], keys[1:]
    incident_of = incidents_of(unit, keys)
    standing = next((key for key in keys if incident_of[key] is not None), parent)
    fresh = [key for key in keys if incident_of[key] is None]
    incident = join(unit, work.actor, standing, [key for key in keys if key != standing], score=_fits(keys, shown))
    lead(unit, incident, parent)
    decide(unit, ((key, parent) for key in others), same=True, score=shown)
    requests = {request.id: request for request in unit.requests.many(keys)}
    told = [requests[RequestId(key)] for key in fresh if key != parent]
    _tell_sources(work, unit, requests[RequestId(parent)], told)
    return len(fresh)


def _fits(keys: Sequence[int], shown: Mapping[frozenset[int], float]) -> dict[int, float]:
    """How well each report fits the others, where a search told; what it did not look at is a person's word alone."""
    found = {}
    for key in keys:
        told = [shown[pair] for pair in (frozenset((key, other)) for other in keys if other != key) if pair in shown]
        if told:
            found[key] = sum(told) / (len(keys) - 1)
    return found


def _against(unit: WriteUnit, keys: Sequence[int]) -> str:
    """Why requests cannot become one incident any more; empty where they can."""
    requests = unit.requests.many(keys)
    if len(requests) < len(keys):
        return "A request is no longer there; look at the proposal again."
    archived = next((one for one in requests if one.status is Status.ARCHIVED and one.incident_id is None), None)
    if archived is not None:
        return f"Request {archived.service_request_id} is archived; take it out."
    homes = {request.incident_id for request in requests if request.incident_id is not None}
    if len(homes) > 1:
        return f"Request {requests[-1].service_request_id} and others are in different incidents by now; look again."
    if homes and all(request.incident_id is not None for request in requests):
        return f"Request {requests[0].service_request_id} and the others are one incident already."
    return ""


def _all_there(unit: WriteUnit, keys: Sequence[int]) -> list[ServiceRequest]:
    requests = unit.requests.many(keys)
    if len(requests) < len(keys):
        raise RefusedInput("A request is no longer there; look at the list again.")
    archived = next((one for one in requests if one.status is Status.ARCHIVED and one.incident_id is None), None)
    if archived is not None:
        raise RefusedInput(f"Request {archived.service_request_id} is archived; nothing is decided about it any more.")
    return requests


def _mates(unit: WriteUnit, keys: Sequence[int]) -> list[Pair]:
    """Pairs of requests with the reports that stay in the incidents they leave."""
    leaving, found = set(keys), list[Pair]()
    for key, incident in incidents_of(unit, keys).items():
        if incident is not None:
            found += [(key, stays) for stays in unit.incidents.members(incident) if stays not in leaving]
    return found


def _become_persons(unit: WriteUnit, actor: str, incidents: Sequence[int]) -> None:
    """What a person took apart is theirs: the policy leaves it alone."""
    standing = unit.incidents.many(sorted(incidents))
    if standing:
        unit.change("incident", {int(one.id): {"accepted_by": actor} for one in standing})


def _tell_sources(work: Work, unit: WriteUnit, parent: ServiceRequest, children: Sequence[ServiceRequest]) -> None:
    """Queue the word that reports repeat another one, for sources that hear of what becomes of their requests."""
    heard = listening(unit)
    messages = [
        message(
            int(one.id), one.source_id, TOLD_DUPLICATE, "",
            (one.service_request_id, one.status.value, one.outcome), parent.service_request_id,
        )
        for one in children
        if one.source_id in heard and one.source_id == parent.source_id  # a source knows its own numbers only
    ]  # fmt: skip
    city = unit.city.get()
    if messages and city is not None:
        outbox.queue(unit, messages, work.clock.now() + settings_of(city).hold)


def _alone(unit: WriteUnit, keys: Collection[int]) -> list[int]:
    """Those of some requests that are in no incident now."""
    return sorted(key for key, incident in incidents_of(unit, sorted(set(keys))).items() if incident is None)


def _take_back_word(work: Work, unit: WriteUnit, keys: Sequence[int]) -> None:
    """Sources that heard that reports repeat another one hear that they do not; what has not left yet stays."""
    last = {one.request_id: one for one in unit.outbox.told(keys, TOLD_DUPLICATE) if one.request_id is not None}
    repeats = {key: one for key, one in last.items() if one.payload.get("duplicate_of")}
    free = outbox.states(unit, [one.id for one in repeats.values()])
    waiting = {one.id for one in repeats.values() if free[one.id] in (outbox.HELD, outbox.FAILED)}
    outbox.withdraw(unit, sorted(waiting))
    heard = unit.requests.many(sorted(key for key, one in repeats.items() if one.id not in waiting))
    messages = [
        message(int(one.id), one.source_id, TOLD_DUPLICATE, "", (one.service_request_id, one.status.value, one.outcome))
        for one in heard
    ]
    city = unit.city.get()
    if messages and city is not None:
        outbox.queue(unit, messages, work.clock.now() + settings_of(city).hold)


def _shown(clusters: Clusters | None, keys: set[int]) -> dict[frozenset[int], float]:
    """The probabilities of pairs that were on show."""
    return {} if clusters is None else clusters.scores_among(keys)


def _reports(count: int) -> str:
    return "1 report" if count == 1 else f"{count:,} reports"


def _incidents(count: int) -> str:
    return "1 incident" if count == 1 else f"{count:,} incidents"


def _changes(
    work: Work, verb: str, act_id: ActId, keys: Sequence[int], counts: Mapping[str, Any], sentence: str
) -> Changes:
    about = tuple(RequestId(key) for key in sorted(set(keys)))
    return Changes(act_id, work.actor, verb, _ENTITIES, about, {"act": act_id, **counts}, sentence)
