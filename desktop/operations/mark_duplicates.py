"""Mark requests as reported before: they join the incident of the first report and are closed as duplicates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from data.errors import RefusedInput
from data.records import RequestId, Status
from desktop.domain.lifecycle import Deed, Outcome, Verb
from desktop.operations.changes import Changes
from desktop.operations.chosen_requests import Scene, Wish
from desktop.operations.handling import handle
from desktop.operations.incidents import decide, join, lead
from desktop.operations.work import Work


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

    summary = {"of": original.service_request_id, "outcome": Outcome.DUPLICATE.value}
    first = (original.service_request_id, int(original.source_id))
    wish = Wish(Verb.DUPLICATE, request_ids, comment, template, expected, summary=summary, first=first)
    now_ms = round(work.clock.now().timestamp() * 1000)
    deed = Deed(Verb.DUPLICATE, now_ms, outcome=Outcome.DUPLICATE)
    return handle(work, wish, deed, check=other, then=lambda scene: _joined(scene, int(of)))


def _joined(scene: Scene, of: int) -> None:
    """Bring the closed reports into the incident of the first one, as a decision of the person who acts."""
    unit, closed = scene.unit, [int(key) for key in scene.rows["id"]]
    incident = join(unit, scene.work.actor, of, closed)
    standing = unit.incidents.get(incident)
    if standing is not None and standing.parent_request_id in closed:
        lead(unit, incident, of)
    decide(unit, [(key, of) for key in closed], same=True)
