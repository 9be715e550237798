"""What is open around a point, as a resident may see it before they report; on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
import shapely

from data.errors import RefusedInput
from data.records import Status
from data.store import Store
from desktop.domain.clock import FixedClock
from desktop.domain.lifecycle import Outcome
from desktop.operations.decide_duplicates import accept_duplicates
from desktop.operations.duplicates import MODEL, group_duplicates
from desktop.operations.handle_requests import close
from desktop.operations.held_city import Held
from desktop.operations.nearby_incidents import NearbyIncident, UnknownService, nearby_incidents
from desktop.operations.search_duplicates import LAWS, last_laws
from desktop.operations.set_city import set_city
from desktop.operations.work import Work
from geo.duplicate_features import FEATURES
from geo.duplicate_model import FORMAT, DuplicateModel, ServiceRates
from geo.duplicate_settings import LearnedBounds
from geo.duplicate_trees import JudgingTrees
from tests.data.city import NOON, projected_city, request_row
from tests.desktop.operations.desk import ids

HERE = 43.0, -71.5
STEP = 1e-4  # of latitude: 11 m
FIRST = 100


@pytest.fixture
def work(any_store: Store) -> Work:
    """Around HERE: potholes A, B, C to the north, a closed D, staff's E, tree F, far G; nothing is grouped yet."""
    projected_city(any_store)

    def near(at: int, steps: float, **values: Any) -> dict[str, Any]:
        told = {"service_id": 1, "lat": HERE[0] + steps * STEP, "long": HERE[1], "extras": {}}
        return request_row(FIRST + at, **told, **values)

    rows = [
        near(0, 1, service_request_id="A", description="A deep pothole", due_at=NOON + timedelta(days=3)),
        near(1, 3, service_request_id="B", status="in_progress", due_at=NOON + timedelta(days=2)),
        near(2, 10, service_request_id="C"),
        near(3, 0, service_request_id="D", status="closed", closed_at=NOON + timedelta(days=1)),
        near(4, 0, service_request_id="E") | {"extras": {"source": "Employee Generated"}},
        near(5, 2, service_request_id="F") | {"service_id": 2},
        near(6, 40, service_request_id="G"),
    ]
    with any_store.write("import", actor="ana", at=NOON) as unit:
        unit.create("service_request", rows)
        unit.commit()
    return Work(any_store, "ana", FixedClock(NOON + timedelta(days=1)))


def numbered(found: list[NearbyIncident]) -> list[str]:
    """Which incidents, in order."""
    return [one.service_request_id for one in found]


def ids_of(work: Work, *numbers: str) -> list[Any]:
    """The ids of requests by their numbers."""
    with work.store.read() as unit:
        return ids(*(int(unit.requests.find(number)[0].id) for number in numbers))


def test_open_reports_of_residents_within_the_radius_the_nearest_first(work: Work) -> None:
    """What is closed, far, or was entered by staff is not told; a service leaves the others out; limits hold."""
    assert numbered(nearby_incidents(work, point=HERE)) == ["A", "F", "B", "C"]
    assert numbered(nearby_incidents(work, point=HERE, service_code="POT")) == ["A", "B", "C"]
    assert numbered(nearby_incidents(work, point=HERE, limit=1)) == ["A"]
    assert numbered(nearby_incidents(work, point=HERE, radius_m=30.0)) == ["A", "F"]
    assert numbered(nearby_incidents(work, point=HERE, radius_m=600.0)) == ["A", "F", "B", "C", "G"]
    first = nearby_incidents(work, point=HERE)[0]
    assert (first.description, first.service_code, first.reports) == ("A deep pothole", "POT", 1)
    assert first.distance_m == pytest.approx(11.1, abs=0.2)
    assert first.probability is None


def test_an_incident_is_one_line(work: Work) -> None:
    """It has its parent's number, the furthest status, the nearest report's distance, the earliest deadline."""
    a, b, c = ids_of(work, "A", "B", "C")
    accept_duplicates(work, groups=[[b, a, c]])
    found = nearby_incidents(work, point=HERE, service_code="POT")
    assert numbered(found) == ["B"]
    assert (found[0].status, found[0].reports) == (Status.IN_PROGRESS, 3)
    assert found[0].distance_m == pytest.approx(11.1, abs=0.2)
    assert found[0].requested_at == NOON + timedelta(minutes=FIRST)
    assert found[0].due_at == NOON + timedelta(days=2)


def test_what_staff_entered_is_not_told_of_an_incident_either(work: Work) -> None:
    """An incident whose parent staff entered is told by its first report of a resident, and counts only residents'."""
    e, b, a = ids_of(work, "E", "B", "A")
    accept_duplicates(work, groups=[[e, b, a]])
    found = nearby_incidents(work, point=HERE, service_code="POT")
    assert numbered(found) == ["A", "C"]
    assert found[0].reports == 2
    assert found[0].distance_m > 5.0


def test_after_a_search_the_likeliest_come_first(work: Work) -> None:
    """A probability for what the laws judge, more for words alike; none beyond their bounds."""
    set_city(work, values={"accept_from": "1.0"})  # nothing is accepted without a person
    group_duplicates(work)
    found = nearby_incidents(work, point=HERE, service_code="POT", radius_m=600.0)
    chances = {one.service_request_id: one.probability for one in found}
    assert chances["G"] is None
    assert numbered(found)[-1] == "G"
    near = [one.probability for one in found if one.probability is not None]
    assert len(near) == 2
    assert near == sorted(near, reverse=True)
    asked = nearby_incidents(work, point=HERE, service_code="POT", text="a deep pothole, very deep")
    said = {one.service_request_id: one.probability for one in asked}
    assert (said["A"] or 0.0) > (chances["A"] or 0.0)
    late = replace(work, clock=FixedClock(NOON + timedelta(days=90)))
    assert {one.probability for one in nearby_incidents(late, point=HERE, service_code="POT")} == {None}


def learned(told: float, **summary: Any) -> DuplicateModel:
    """A model that says the same of every pair."""
    leaf, nowhere = np.array([0.0, 0.5]), np.zeros(2, dtype=np.int32)  # a boosted tree and one that votes
    trees = JudgingTrees(
        feature=np.full(2, -1, dtype=np.int16), value=leaf, left=nowhere, right=nowhere,
        missing_left=np.zeros(2, dtype=bool), roots=np.arange(2, dtype=np.int32), expected=leaf, start=0.0, boosted=1,
    )  # fmt: skip
    about = {
        "threshold": 0.4, "linked_services": [], "format": FORMAT, "features": list(FEATURES), "confirmed": 100,
        "rejected": 0, "version": 1, "bounds": [],
    }  # fmt: skip
    calibration = np.array([-1.0, 1.0]), np.array([told, told])
    return DuplicateModel(trees, calibration, ServiceRates({}, {}, -3.0), {**about, **summary})


def test_what_staff_taught_judges_where_there_is_some(work: Work) -> None:
    """The model says how likely, within the same bounds; one that another version learned leaves it to the laws."""
    set_city(work, values={"accept_from": "1.0"})
    group_duplicates(work)

    def chances() -> dict[str, float | None]:
        found = nearby_incidents(work, point=HERE, service_code="POT", radius_m=600.0)
        return {one.service_request_id: one.probability for one in found}

    by_laws = chances()
    for model, expected in ((learned(0.77), 0.77), (learned(0.77, format=FORMAT - 1), None)):
        with work.store.write("learn duplicates", actor="ana", at=NOON) as unit:
            unit.put_artifact(MODEL, model.to_arrays())
            unit.commit()
        judged = {number: chance for number, chance in by_laws.items() if chance is not None}
        assert judged
        wanted = by_laws if expected is None else {**by_laws, **dict.fromkeys(judged, expected)}
        assert chances() == wanted


def test_bounds_that_were_learned_hold(work: Work) -> None:
    """Those that the search kept for the laws, those of what staff taught where that judges; what is set over both."""
    set_city(work, values={"accept_from": "1.0"})
    group_duplicates(work)
    close_m = LearnedBounds(20.0, 500.0, 60, by_staff=True)

    def judged() -> set[str]:
        found = nearby_incidents(work, point=HERE, service_code="POT", radius_m=100.0)
        return {one.service_request_id for one in found if one.probability is not None}

    def keep(name: str, arrays: dict[str, Any]) -> None:
        with work.store.write("learn", actor="ana", at=NOON) as unit:
            unit.put_artifact(name, arrays)
            unit.commit()

    assert judged() == {"A", "B"}
    with work.store.read() as unit:
        laws = last_laws(unit)
    assert laws is not None
    keep(LAWS, replace(laws, bounds={1: close_m}).to_arrays())
    assert judged() == {"A"}
    keep(MODEL, learned(0.77).to_arrays())  # learned within no narrower ones
    assert judged() == {"A", "B"}
    keep(MODEL, learned(0.77, bounds=[[1, *close_m]], version=2).to_arrays())
    assert judged() == {"A"}
    set_city(work, values={"near.POT": "70,9"})
    assert judged() == {"A", "B"}


def test_an_incident_says_where_it_is(work: Work) -> None:
    """The parent's place, where that has one on the map; else that of the nearest report."""
    a, b = ids_of(work, "A", "B")
    accept_duplicates(work, groups=[[b, a]])
    first = nearby_incidents(work, point=HERE, service_code="POT")[0]
    assert (first.service_request_id, first.lat, first.long) == ("B", HERE[0] + 3 * STEP, HERE[1])
    with work.store.write("judge", actor="ana", at=NOON) as unit:
        unit.change("service_request", {b: {"placement": "placeholder"}})
        unit.commit()
    first = nearby_incidents(work, point=HERE, service_code="POT")[0]
    assert (first.service_request_id, first.lat, first.long) == ("B", HERE[0] + STEP, HERE[1])


def test_what_is_held_between_questions_is_never_old(work: Work) -> None:
    """After each change - a search, an incident, a report closed, one that came - held answers are those read anew."""
    held = Held()

    def same() -> list[NearbyIncident]:
        asked: dict[str, Any] = {"point": HERE, "service_code": "POT", "text": "a deep pothole"}
        found = nearby_incidents(work, **asked, held=held)
        assert found == nearby_incidents(work, **asked)
        return found

    answers = [same()]
    a, b, c = ids_of(work, "A", "B", "C")
    group_duplicates(work)
    answers.append(same())
    accept_duplicates(work, groups=[[a, c]])
    answers.append(same())
    close(work, request_ids=[b], outcome=Outcome.NO_ACTION, comment="Gone.")
    answers.append(same())
    with work.store.write("receive request", actor="ana", at=NOON) as unit:
        unit.create("service_request", [request_row(300, service_id=1, lat=HERE[0], long=HERE[1], extras={})])
        unit.commit()
    answers.append(same())
    assert all(one != other for one, other in pairwise(answers))


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"point": None}, "no point"),
        ({"point": (float("nan"), 0.0)}, "no place on earth"),
        ({"point": (43.0, 181.0)}, "no place on earth"),
        ({"radius_m": float("inf")}, "radius"),
        ({"radius_m": 0.0}, "radius"),
        ({"limit": 0}, "limit"),
        ({"limit": 51}, "limit"),
        ({"service_code": "pot\n"}, "no service"),
    ],
)
def test_nonsense_is_refused_in_a_sentence(work: Work, asked: dict[str, Any], words: str) -> None:
    """No point, no place on earth, bounds, and a code that no service has."""
    with pytest.raises(RefusedInput, match=words) as refused:
        nearby_incidents(work, **{"point": HERE, **asked})
    assert "\n" not in str(refused.value)
    assert isinstance(refused.value, UnknownService) == ("service_code" in asked)


def test_a_point_outside_the_city_is_refused(work: Work) -> None:
    """The boundary decides, where the city has one; a point on earth far from everything has nothing near."""
    assert nearby_incidents(work, point=(-80.0, 179.9)) == []
    with work.store.write("boundary", actor="ana", at=NOON) as unit:
        unit.change("city", {1: {"boundary_wkb": shapely.to_wkb(shapely.box(-72, 42.5, -71, 43.5))}})
        unit.commit()
    assert nearby_incidents(work, point=HERE)
    with pytest.raises(RefusedInput, match="outside Elmwood"):
        nearby_incidents(work, point=(44.0, -71.5))
