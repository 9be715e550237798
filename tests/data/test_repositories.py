"""The readers, on both databases: frozen records in a stated order."""

from __future__ import annotations

from dataclasses import FrozenInstanceError
from datetime import date, timedelta

import numpy as np
import pytest

from data.records import Placement, PointVerdict, Status
from data.store import Store
from data.values import MISSING
from data.viewport import located_within
from tests.data.city import NOON, request_row, service_row, small_city


def write(store: Store):
    return store.write("test", actor="ben", at=NOON)


def test_an_empty_store_answers_with_nothing(any_store: Store) -> None:
    """Every reader copes with an empty store."""
    with any_store.read() as unit:
        assert unit.city.get() is None
        for reader in (unit.people, unit.sources, unit.agencies, unit.services, unit.depots, unit.crews, unit.rules):
            assert reader.all() == []
        assert unit.points.all() == unit.decisions.all() == unit.incidents.all() == unit.plans.all() == []
        assert unit.outbox.all() == unit.areas.layers() == unit.areas.areas(1) == unit.artifacts.names() == []
        assert unit.requests.get(1) is unit.requests.reporter(1) is unit.incidents.get(1) is None
        assert unit.requests.many([1, 2]) == unit.requests.find("x") == unit.requests.answers(1) == []
        assert unit.requests.count() == unit.log.head() == 0
        assert unit.requests.ids_by_external(1) == {}
        assert unit.search.requests("elm") == []
        arrays = unit.requests.arrays(["id", "lat", "status", "closed_at"])
    assert {name: (len(a), a.dtype) for name, a in arrays.items()} == {
        "id": (0, np.int64),
        "lat": (0, np.float64),
        "status": (0, object),
        "closed_at": (0, np.int64),
    }


def test_records_are_frozen_and_outlive_the_unit(any_store: Store) -> None:
    """A record can be read after its unit is closed and cannot be changed."""
    small_city(any_store, 1)
    with any_store.read() as unit:
        request, service, city = unit.requests.get(1), unit.services.by_code("POT"), unit.city.get()
    assert request is not None
    assert service is not None
    assert city is not None
    assert (city.name, city.timezone, city.crs_epsg) == ("Elmwood", "America/New_York", None)
    assert (service.skills, service.priority, service.mapped) == (("digging",), 50, True)
    assert request.status is Status.SUBMITTED
    assert request.placement is Placement.LOCATED
    assert request.requested_at == NOON
    assert request.requested_at.tzinfo is not None
    with pytest.raises(FrozenInstanceError):
        request.status = Status.CLOSED  # type: ignore[misc]


def test_many_keeps_the_order_asked_for(any_store: Store) -> None:
    """many() answers in the order of the ids, leaving out those that are not there, beyond any list limit."""
    ids = small_city(any_store, 1200)
    wanted = [*ids[::-1], 99_999]
    with any_store.read() as unit:
        assert [r.id for r in unit.requests.many(wanted)] == ids[::-1]
        assert [r.id for r in unit.requests.many(np.array([3, 1]))] == [3, 1]  # type: ignore[arg-type]


def test_requests_are_found_by_their_source_and_id(any_store: Store) -> None:
    """ids_by_external is per source; find() answers for every source that uses the id."""
    small_city(any_store, 3)
    with write(any_store) as unit:
        (other,) = unit.create("service_request", [request_row(1, source_id=2)])
        unit.commit()
    with any_store.read() as unit:
        assert unit.requests.ids_by_external(1) == {f"R{n}": (n + 1, n.to_bytes(16, "big")) for n in range(3)}
        assert unit.requests.ids_by_external(2) == {"R1": (other, (1).to_bytes(16, "big"))}
        assert [r.id for r in unit.requests.find("R1")] == [2, other]
        assert unit.sources.by_name("file").id == 2  # type: ignore[union-attr]
        assert unit.sources.by_name("nobody") is None


def test_arrays_hold_whole_columns(any_store: Store) -> None:
    """arrays() gives each kind its dtype, marks what is missing, keeps to ids, source, service, knows its columns."""
    overrides = {1: {"lat": None, "long": None, "placement": "missing"}, 2: {"agency_id": 2, "closed_at": NOON}}
    small_city(any_store, 4, overrides)
    with any_store.read() as unit:
        names = ["id", "lat", "status", "agency_id", "closed_at", "placement", "extras", "requested_at"]
        rows = unit.requests.arrays(names)
        assert list(rows) == names
        assert rows["id"].tolist() == [1, 2, 3, 4]
        assert np.isnan(rows["lat"]).tolist() == [False, True, False, False]
        assert rows["agency_id"].tolist() == [MISSING, MISSING, 2, MISSING]
        noon_ms = round(NOON.timestamp() * 1000)
        assert rows["closed_at"].tolist() == [MISSING, MISSING, noon_ms, MISSING]
        assert rows["requested_at"].tolist() == [noon_ms + 60_000 * n for n in range(4)]
        assert (rows["placement"] == "missing").tolist() == [False, True, False, False]
        assert rows["extras"].tolist() == [{}] * 4
        assert {rows[n].dtype.kind for n in ("id", "agency_id", "closed_at")} == {"i"}
        assert unit.requests.arrays(["id"], ids=[4, 2, 2, 77])["id"].tolist() == [2, 4]
        assert unit.requests.arrays(["id"], ids=[])["id"].tolist() == []
        assert unit.requests.arrays(["id"], source_id=2)["id"].tolist() == []
        all_of = unit.requests.arrays(["id", "service_id"])
        for service in {*all_of["service_id"].tolist(), 77}:
            its = all_of["id"][all_of["service_id"] == service].tolist()
            assert unit.requests.arrays(["id"], service_id=service)["id"].tolist() == its
        assert unit.requests.reported_span() == (noon_ms, noon_ms + 180_000)
        assert unit.requests.reported_span(placement=Placement.MISSING) == (noon_ms + 60_000,) * 2
        assert unit.requests.reported_span(service_id=77) is None
        with pytest.raises(ValueError, match="no column colour"):
            unit.requests.arrays(["colour"])


def test_arrays_by_many_ids(any_store: Store) -> None:
    """More ids than one statement takes."""
    ids = small_city(any_store, 11_000)
    with any_store.read() as unit:
        assert unit.requests.arrays(["id"], ids=ids[::2])["id"].tolist() == ids[::2]


def test_areas_come_in_declared_order(any_store: Store) -> None:
    """Layers come by position, areas in the order in which they were made."""
    small_city(any_store, 0)
    point = bytes.fromhex("0101000000000000000000f03f0000000000000040")
    with write(any_store) as unit:
        b, a = unit.create(
            "area_layer", [{"name": n, "position": p, "service_codes": []} for n, p in (("b", 2), ("a", 1))]
        )
        unit.create("area", [{"layer_id": a, "name": n, "agency_id": 1, "geometry_wkb": point} for n in "zyx"])
        unit.commit()
    with any_store.read() as unit:
        assert [layer.name for layer in unit.areas.layers()] == ["a", "b"]
        assert [area.name for area in unit.areas.areas(a)] == ["z", "y", "x"]
        assert unit.areas.areas(b) == []


def test_crews_plans_points_and_people(any_store: Store) -> None:
    """Crews with skills and breaks, the newest plan of a day, the fullest suspect point first, people by name."""
    small_city(any_store, 0)
    crew = {
        "name": "Crew 1",
        "depot_id": 1,
        "shift_start_min": 420,
        "shift_end_min": 900,
        "skills": ["digging", "paving"],
    }
    point = {"lat": 42.0, "long": -71.0, "request_count": 5, "verdict": "suspected"}
    with write(any_store) as unit:
        unit.create("depot", [{"name": "Yard", "lat": 42.1, "long": -71.1}])
        unit.create("crew", [crew])
        plan = {"date": date(2026, 5, 4), "created_at": NOON, "content": {"n": 1}}
        unit.create("plan", [plan, {**plan, "created_at": NOON + timedelta(hours=1), "content": {"n": 2}}, plan])
        unit.create("suspect_point", [point, {**point, "lat": 43.0, "request_count": 50}])
        unit.create("person", [{"name": "Zoe"}, {"name": "Abe", "role": "planning"}])
        unit.commit()
    with any_store.read() as unit:
        (kept,) = unit.crews.all()
        assert (kept.skills, kept.capacity, kept.break_minutes) == (("digging", "paving"), None, 0)
        assert unit.plans.latest(date(2026, 5, 4)).content == {"n": 2}  # type: ignore[union-attr]
        assert unit.plans.latest(date(2026, 5, 5)) is None
        assert len(unit.plans.all()) == 3
        assert [p.request_count for p in unit.points.all()] == [50, 5]
        assert unit.points.all()[0].verdict is PointVerdict.SUSPECTED
        assert [(p.name, p.role) for p in unit.people.all()] == [("Abe", "planning"), ("Zoe", "operations")]
        assert unit.depots.all()[0].name == "Yard"


def test_incidents_and_their_members(any_store: Store) -> None:
    """An incident knows its requests in order of id."""
    small_city(any_store, 5)
    row = {"parent_request_id": 2, "accepted_by": "policy", "score": 0.75, "request_count": 2}
    with write(any_store) as unit:
        (incident,) = unit.create("incident", [row])
        unit.change_columns("service_request", [4, 2], {"incident_id": [incident] * 2, "incident_score": [0.75, 1.0]})
        unit.commit()
    with any_store.read() as unit:
        assert unit.incidents.members(incident) == [2, 4]
        assert unit.incidents.get(incident) == unit.incidents.all()[0] == unit.incidents.many([incident])[0]
        assert unit.requests.get(4).incident_score == 0.75  # type: ignore[union-attr]


def test_a_reading_unit_sees_one_picture(any_store: Store) -> None:
    """What others commit while a unit is open does not appear in it."""
    small_city(any_store, 2)
    with any_store.read() as unit:
        assert unit.requests.count() == 2
        with write(any_store) as writing:
            writing.create("service_request", [request_row(9)])
            writing.commit()
        assert unit.requests.count() == 2
        assert unit.log.head() == any_store.head() - 1
    with any_store.read() as unit:
        assert unit.requests.count() == 3


def test_search_finds_every_word_in_any_column(any_store: Store) -> None:
    """All words must occur, in any case and accents, the last may be unfinished; the newest come first."""
    texts = {
        0: {"description": "Pothole in front of the café", "address": "12 Élm-Street", "service_request_id": "A-100"},
        1: {"description": "POTHOLE again; watch out", "address": "O'Neil Sq. 4/6", "service_request_id": "A-101"},
        2: {"description": "Fallen tree (über the path)", "address": "Elm Street", "service_request_id": "B-100"},
        3: {"description": "Яма на дороге", "address": "Улица ΑΘΗΝΑ", "service_request_id": "C_200"},
    }
    small_city(any_store, 4, texts)
    expected = {
        "pothole": [2, 1],
        "potho": [2, 1],
        "hole": [],
        "elm": [3, 1],
        "ELM pothole": [1],
        "cafe": [1],
        "CAFÉ": [1],
        "uber": [3],
        "street 12": [1],
        "100": [3, 1],
        "a 101": [2],
        "A-101": [2],
        "o'neil": [2],
        "4/6": [2],
        "watch again": [2],
        "watch xyz": [],
        "": [],
        "  -- ' \" % * : & | ! ( ) \\ ": [],
        "elm* OR tree": [],
        "NOT tree": [],
        "яма УЛИЦА": [4],
        "αθηνα": [4],
        "c 200": [4],
    }
    with any_store.read() as unit:
        assert {question: unit.search.requests(question, 10) for question in expected} == expected
        assert unit.search.requests("elm", 1) == [3]


def test_search_follows_changes_and_removals(any_store: Store) -> None:
    """Changed texts are found by their new words only, removed requests by none; other changes leave search alone."""
    small_city(any_store, 4)
    with write(any_store) as unit:
        unit.change("service_request", {1: {"description": "Graffiti"}, 2: {"status": "closed"}})
        unit.change_columns("service_request", [3, 4], {"address": ["9 Oak Road", "10 Oak Road"]})
        unit.commit()
    with write(any_store) as unit:
        unit.remove("service_request", [4])
        unit.commit()
    with any_store.read() as unit:
        assert unit.search.requests("pothole", 9) == [3, 2]
        assert unit.search.requests("graff", 9) == [1]
        assert unit.search.requests("elm", 9) == [2, 1]
        assert unit.search.requests("oak", 9) == [3]


def test_a_viewport_holds_located_requests_only(any_store: Store) -> None:
    """The box is closed, and what is not located is never in it."""
    overrides = {3: {"placement": "placeholder"}, 5: {"lat": None, "long": None, "placement": "missing"}}
    small_city(any_store, 8, overrides)
    with any_store.read() as unit:
        assert located_within(unit.connection, -71.006, 42.001, -71.001, 42.006) == [2, 3, 5, 7]
        assert located_within(unit.connection, 10, 10, 11, 11) == []


def test_services_by_code_and_order(any_store: Store) -> None:
    """Services come in order of id, one is found by its exact code."""
    small_city(any_store, 0)
    with write(any_store) as unit:
        unit.create("service", [service_row("A", mapped=False, agency_id=1, deadline_working_h=16.5, group="Roads")])
        unit.commit()
    with any_store.read() as unit:
        assert [s.service_code for s in unit.services.all()] == ["POT", "TREE", "LIGHT", "A"]
        service = unit.services.by_code("A")
        assert service is not None
        assert (service.mapped, service.agency_id, service.deadline_working_h, service.group) == (
            False,
            1,
            16.5,
            "Roads",
        )
        assert unit.services.by_code("a") is None


def test_what_the_desk_keeps_is_read_back(any_store: Store) -> None:
    """Notes come oldest first, templates by code, and a person sees their own views and those that others share."""
    (request_id, *_) = small_city(any_store, 2)
    with write(any_store) as unit:
        later = NOON + timedelta(hours=1)
        said = [("second", later, "answer"), ("first", NOON, "internal")]
        unit.create(
            "note", [{"request_id": request_id, "at": at, "author": "ben", "kind": k, "text": t} for t, at, k in said]
        )
        unit.create("answer_template", [{"code": code, "name": code, "text": "Thank you."} for code in ("D-2", "D-1")])
        views = [("mine", "ben", False), ("hers", "ana", False), ("ours", "ana", True)]
        unit.create(
            "saved_view",
            [{"kind": "filter", "name": n, "owner": o, "shared": s, "content": {"line": n}} for n, o, s in views],
        )
        unit.commit()
    with any_store.read() as unit:
        assert [(note.text, note.kind) for note in unit.notes.of(request_id)] == [
            ("first", "internal"),
            ("second", "answer"),
        ]
        assert [template.code for template in unit.templates.all()] == ["D-1", "D-2"]
        assert [view.name for view in unit.saved_views.of("ben", "filter")] == ["mine", "ours"]
        assert unit.saved_views.of("ben", "bookmark") == []
        assert unit.saved_views.of("ana", "filter")[0].content == {"line": "hers"}


def test_assets_belong_to_layers_and_requests_name_them(any_store: Store) -> None:
    """An asset is found by layer, id and the city's own number; the request that names it keeps the name."""
    (request_id, *_) = small_city(any_store, 1)
    with write(any_store) as unit:
        (layer,) = unit.create("asset_layer", [{"name": "Hydrants", "icon": "fire", "service_codes": ["POT"]}])
        row = {"layer_id": layer, "name": "", "lat": 42.0, "long": -71.0, "attributes": {"kind": "wet"}}
        first, second = unit.create("asset", [row | {"asset_code": code} for code in ("H-1", "H-2")])
        unit.change("service_request", {request_id: {"asset_id": second}})
        unit.commit()
    with any_store.read() as unit:
        assert [(layer.name, layer.service_codes) for layer in unit.assets.layers()] == [("Hydrants", ("POT",))]
        assert [asset.id for asset in unit.assets.of_layer(layer)] == [first, second]
        assert [asset.id for asset in unit.assets.by_code("H-2")] == [second]
        assert unit.assets.get(second).attributes == {"kind": "wet"}  # type: ignore[union-attr]
        assert unit.requests.get(request_id).asset_id == second  # type: ignore[union-attr]


def test_requests_by_what_a_further_column_says(any_store: Store) -> None:
    """The first column that a request has counts; values come once; quotes in a header or a value are plain."""
    small_city(any_store, 5)
    odd = 'o\'dd "one"'
    told = (
        {"source": "desk"},
        {"source": "app", "ORIGIN": "desk"},
        {"ORIGIN": odd},
        {"else": "desk"},
        {"source": "app"},
    )
    with any_store.write("tell", actor="ana", at=NOON) as unit:
        unit.change("service_request", {key: {"extras": extras} for key, extras in enumerate(told, start=1)})
        unit.commit()
    with any_store.read() as unit:
        headers = ["source", "ORIGIN"]
        assert unit.requests.extra_values(headers) == ["app", "desk", odd]
        assert unit.requests.ids_by_extra(headers, ["app"]).tolist() == [2, 5]
        assert unit.requests.ids_by_extra(headers, ["desk", odd]).tolist() == [1, 3]
        assert unit.requests.ids_by_extra(["else"], ["desk"]).tolist() == [4]
        assert unit.requests.extra_values([odd]) == []
