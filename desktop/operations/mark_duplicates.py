"""Mark requests as reported before: they join the incident of the first report and are closed as duplicates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from data.errors import RefusedInput
from data.records import IncidentId, RequestId, ServiceRequest, Status
from data.unit_of_work import WriteUnit
from desktop.domain.lifecycle import Deed, Outcome, Verb
from desktop.operations.changes import Changes
from desktop.operations.chosen_requests import Scene, Values, Wish
from desktop.operations.handling import handle
from desktop.operations.work import Work

CERTAIN = 1.0  # the score of what a person says


def mark_duplicate(
    work: Work,
    *,
    request_ids: Sequence[RequestId],
    of: RequestId,
    comment: str = "",
    template: str = "",
    expected: Mapping[RequestId, int] | None = None,
) -> Changes:
    """Close requests as duplicates of another one, whose incident they join. The pairs are kept as staff's decisions.

    The incident is a person's from then on: the policy leaves it alone. RefusedInput where the other request is gone
    or archived.
    """
    with work.store.read() as unit:
        original = unit.requests.get(of)
    if original is None:
        raise RefusedInput("The request that was reported first is no longer there.")
    if original.status is Status.ARCHIVED:
        raise RefusedInput(f"Request {original.service_request_id} is archived; nothing joins it any more.")

    def other(scene: Scene) -> list[str]:
        return ["cannot be a duplicate of itself" if key == of else "" for key in scene.rows["id"]]

    emptied: list[int] = []

    def joined(scene: Scene) -> Values:
        emptied.extend(_leave(scene, of))
        incident = _join(scene, of)
        return {"incident_id": [incident] * len(scene.rows), "incident_score": [CERTAIN] * len(scene.rows)}

    summary = {"of": original.service_request_id, "outcome": Outcome.DUPLICATE.value}
    wish = Wish(Verb.DUPLICATE, request_ids, comment, template, expected, summary=summary)
    now_ms = round(work.clock.now().timestamp() * 1000)
    deed = Deed(Verb.DUPLICATE, now_ms, outcome=Outcome.DUPLICATE)
    return handle(work, wish, deed, more=joined, check=other, then=lambda scene: _dissolve(scene, emptied))


def _join(scene: Scene, of: RequestId) -> IncidentId:
    """Bring the rows of an act into the incident of a request; returns the incident."""
    unit, ids = scene.unit, [int(key) for key in scene.rows["id"]]
    original = unit.requests.get(of)
    assert original is not None
    if original.incident_id is None:
        incident = _found(scene, original)
    else:
        incident = original.incident_id
        members = set(unit.incidents.members(incident)) | set(ids)
        values = {
            "accepted_by": scene.work.actor,
            "request_count": len(members),
            "parent_request_id": _first(scene, of),
        }
        unit.change("incident", {incident: values})
    _decide(unit, ids, int(of))
    return incident


def _found(scene: Scene, original: ServiceRequest) -> IncidentId:
    row = {
        "parent_request_id": original.id,
        "accepted_by": scene.work.actor,
        "score": CERTAIN,
        "request_count": len(scene.rows) + 1,
    }
    incident = scene.unit.create("incident", [row])[0]
    scene.unit.change("service_request", {original.id: {"incident_id": incident, "incident_score": CERTAIN}})
    return IncidentId(incident)


def _first(scene: Scene, of: RequestId) -> int:
    """The first report of the incident that is joined: the one it had, unless that is among those that are closed."""
    original = scene.unit.requests.get(of)
    assert original is not None
    assert original.incident_id is not None
    incident = scene.unit.incidents.get(original.incident_id)
    assert incident is not None
    return int(of) if incident.parent_request_id in set(scene.rows["id"]) else incident.parent_request_id


def _leave(scene: Scene, of: RequestId) -> list[int]:
    """What the rows leave behind in incidents they were in; returns the incidents that have nobody left."""
    unit, leaving = scene.unit, set(scene.rows["id"])
    original = unit.requests.get(of)
    assert original is not None
    former = sorted({key for key in scene.rows["incident_id"] if key not in (original.incident_id, None)})
    emptied = []
    for incident in unit.incidents.many(former):
        left = [key for key in unit.incidents.members(incident.id) if key not in leaving]
        if len(left) > 1:
            parent = incident.parent_request_id if incident.parent_request_id in left else left[0]
            unit.change("incident", {incident.id: {"parent_request_id": parent, "request_count": len(left)}})
            continue
        emptied.append(int(incident.id))
        if left:  # one report alone is no incident of several
            unit.change("service_request", {left[0]: {"incident_id": None, "incident_score": None}})
    return emptied


def _dissolve(scene: Scene, emptied: Sequence[int]) -> None:
    if emptied:
        scene.unit.remove("incident", emptied)


def _decide(unit: WriteUnit, children: Sequence[int], parent: int) -> None:
    """Keep each pair as said by staff; a pair that was said to differ is corrected."""
    known = {(one.child_request_id, one.parent_request_id): one for one in unit.decisions.all()}
    fresh = [
        {"child_request_id": child, "parent_request_id": parent, "same": True}
        for child in children
        if (child, parent) not in known
    ]
    if fresh:
        unit.create("duplicate_decision", fresh)
    turned = [one.id for (child, of), one in known.items() if of == parent and child in set(children) and not one.same]
    if turned:
        unit.change("duplicate_decision", {key: {"same": True} for key in turned})
