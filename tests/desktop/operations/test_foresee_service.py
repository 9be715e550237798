"""What is foreseen of another service is what the act then does, and nothing is written to foresee it."""

from __future__ import annotations

import pytest
import shapely

from data.errors import RefusedInput
from data.records import ServiceId
from data.store import Store
from desktop.operations.foresee_service import Asked, Standing, foresee
from desktop.operations.recategorise import recategorise
from desktop.operations.work import Work
from tests.desktop.operations.desk import EVERYWHERE, ids, make_desk, question_row, request, state

TREE = ServiceId(2)


@pytest.fixture
def work(any_store: Store) -> Work:
    """Ana's desk; trees are the second department's wherever they stand, and their height must be told."""
    made = make_desk(any_store)
    with any_store.write("areas", actor="ana", at=made.clock.now()) as unit:
        layer = unit.create("area_layer", [{"name": "T", "position": 1, "assigns": True, "service_codes": ["TREE"]}])[0]
        wkb = shapely.to_wkb(EVERYWHERE)
        unit.create("area", [{"layer_id": layer, "name": "All", "agency_id": 2, "geometry_wkb": wkb}])
        unit.create("service_question", [question_row(TREE, "height", "number", required=True)])
        unit.commit()
    return made


def test_the_act_does_what_was_foreseen(work: Work) -> None:
    """Department with its reason, deadline, priority and the words to the resident, before and after the act."""
    before = state(work.store)
    seen = foresee(work, request_ids=ids(1), service_id=TREE)
    assert state(work.store) == before
    assert seen is not None
    assert seen.before == Standing(None, None, 50)
    recategorise(work, request_ids=ids(1), service_id=TREE, why="So", answers={"height": "3"})
    one = request(work, 1)
    assert seen.after == Standing(one.agency_id, one.due_at, one.priority)
    assert (seen.reason, seen.after.agency_id) == (one.assigned_reason, 2)
    assert one.status_notes == f"We have passed your report on to {seen.facts.department} as {seen.facts.service}."


def test_what_is_asked_is_told_with_what_is_known(work: Work) -> None:
    """A former answer that fits is filled in where all requests share it; how many still lack one is counted."""
    (height, size) = _asked(work, 1)
    assert (height.question.code, height.answer, height.open) == ("height", "", 1)
    assert (size.question.code, size.answer, size.open) == ("size", "2", 0)
    (_, size) = _asked(work, 1, 4)  # the other one was never asked
    assert (size.answer, size.open) == ("", 1)
    (_, size) = _asked(work, 3)  # "large" is no number
    assert (size.answer, size.open) == ("", 1)


def test_what_is_not_there_cannot_be_foreseen(work: Work) -> None:
    """A request that is gone gives nothing, a service that is none a sentence."""
    assert foresee(work, request_ids=ids(99), service_id=TREE) is None
    with pytest.raises(RefusedInput, match="no service 77"):
        foresee(work, request_ids=ids(1), service_id=ServiceId(77))


def _asked(work: Work, *numbers: int) -> tuple[Asked, ...]:
    seen = foresee(work, request_ids=ids(*numbers), service_id=TREE)
    assert seen is not None
    return tuple(sorted(seen.asked, key=lambda one: one.question.code))
