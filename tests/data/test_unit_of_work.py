"""The only way to write, on both databases."""

# ruff: noqa: PT011, PT012 - a write and its commit belong into one block

from __future__ import annotations

import json
import threading
import zlib
from datetime import datetime, timedelta

import numpy as np
import pytest
from sqlalchemy import event as sa_event
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError, IntegrityError

from data import schema
from data.errors import Conflict, DataError, RefusedInput
from data.maintenance import check
from data.store import Store, open_store
from data.values import MISSING
from tests.data.city import NOON, found, request_row, service_row, small_city


def write(store: Store, verb: str = "test", actor: str = "ben"):
    return store.write(verb, actor=actor, at=NOON + timedelta(hours=1))


def payloads(store: Store) -> str:
    """Everything the log says, as text."""
    with store.read() as unit:
        rows = unit.connection.execute(text("SELECT payload FROM event")).scalars().all()
        acts = unit.connection.execute(text("SELECT verb, actor, summary FROM act")).all()
    return "\n".join(zlib.decompress(row).decode() for row in rows) + str(acts)


def test_nothing_stays_without_commit(any_store: Store) -> None:
    """Leaving the block without commit() leaves rows, acts and events as they were."""
    with write(any_store) as unit:
        found(unit)
        unit.create("service_request", [request_row(1)])
        assert unit.requests.count() == 1
    with any_store.read() as unit:
        assert unit.requests.count() == 0
        assert unit.city.get() is None
        assert unit.log.acts() == []
    assert any_store.head() == 0


def test_a_failure_inside_the_block_rolls_back(any_store: Store) -> None:
    """An exception, whatever it is, keeps nothing and reaches the caller unchanged."""
    for failure in (KeyError("ours"), KeyboardInterrupt(), OSError("another file")):
        with pytest.raises(type(failure)) as caught, write(any_store) as unit:
            found(unit)
            raise failure
        assert caught.value is failure
    assert any_store.head() == 0
    with write(any_store) as unit:  # the store still works
        found(unit)
        unit.commit()


def test_interrupted_between_chunks_keeps_nothing(any_store: Store) -> None:
    """Ctrl-C while rows stream in rolls the whole act back."""
    small_city(any_store, 3)
    head = any_store.head()

    def rows():
        for number in range(100, 12_000):
            if number == 11_000:
                raise KeyboardInterrupt
            yield request_row(number)

    with pytest.raises(KeyboardInterrupt), write(any_store) as unit:
        unit.create("service_request", rows())
        unit.commit()
    with any_store.read() as unit:
        assert unit.requests.count() == 3
        assert unit.search.requests("pothole 105") == []
    assert any_store.head() == head
    assert check(any_store) == []


def test_one_act_with_its_summary_and_events(any_store: Store) -> None:
    """A commit stores the act with verb, actor, time and summary, and returns its id."""
    small_city(any_store, 2)
    with write(any_store, "close", "cleo") as unit:
        promised = unit.act_id
        unit.change("service_request", {1: {"status": "closed", "closed_at": NOON}})
        unit.summary["closed"] = 1
        assert unit.commit() == promised
    with any_store.read() as unit:
        act = unit.log.acts(1)[0]
        assert (act.id, act.verb, act.actor, act.summary) == (promised, "close", "cleo", {"closed": 1})
        assert act.at == NOON + timedelta(hours=1)
        (event,) = unit.log.events(promised)
    assert event.before == {"status": "submitted", "closed_at": None}
    assert event.after == {"status": "closed", "closed_at": NOON}


def test_writing_after_commit_is_our_fault(any_store: Store) -> None:
    """A committed unit refuses more writing."""
    with write(any_store) as unit:
        found(unit)
        unit.commit()
        with pytest.raises(RuntimeError, match="committed"):
            unit.create("agency", [{"name": "Water"}])


def test_an_undoing_act_names_what_it_undoes(any_store: Store) -> None:
    """`undoes` is stored with the compensating act."""
    small_city(any_store, 1)
    with any_store.write("undo", actor="ana", at=NOON, undoes=any_store_act(any_store)) as unit:
        unit.change("service_request", {1: {"priority": 1}})
        unit.commit()
    with any_store.read() as unit:
        assert unit.log.acts(1)[0].undoes == 1


def any_store_act(store: Store):
    with store.read() as unit:
        return unit.log.acts(1)[0].id


def test_times_without_a_zone_are_refused(any_store: Store) -> None:
    """Neither an act nor a column takes a naive time."""
    naive = datetime(2026, 1, 1)  # noqa: DTZ001
    with pytest.raises(ValueError, match="zone"), any_store.write("x", actor="a", at=naive):
        pass
    with pytest.raises(ValueError, match="zone"), write(any_store) as unit:
        found(unit)
        unit.create("service_request", [request_row(1, requested_at=naive)])


def test_ids_are_assigned_in_order_and_never_again(any_store: Store) -> None:
    """create() returns ids in the order of the rows; the id of a removed row is not given to another."""
    ids = small_city(any_store, 7)
    assert ids == sorted(ids)
    with any_store.read() as unit:
        assert [r.service_request_id for r in unit.requests.many(ids)] == [f"R{n}" for n in range(7)]
    with write(any_store) as unit:
        unit.remove("service_request", ids[-3:])
        unit.commit()
    with write(any_store) as unit:
        (fresh,) = unit.create("service_request", [request_row(50)])
        unit.commit()
    assert fresh > ids[-1]
    assert check(any_store) == []


def test_many_rows_arrive_in_chunks_from_an_iterator(any_store: Store) -> None:
    """create() takes any iterator, more rows than one chunk, and fills in defaults; the log holds a block a chunk."""
    with write(any_store) as unit:
        found(unit)
        ids = unit.create("service_request", (request_row(n) for n in range(6001)))
        act = unit.commit()
    assert len(ids) == 6001
    with any_store.read() as unit:
        assert unit.requests.count() == 6001
        blocks = [block for block in unit.log.blocks(act_id=act) if block.entity == "service_request"]
        assert [len(block.ids) for block in blocks] == [5000, 1001]
        request = unit.requests.get(ids[6000])
        assert request is not None
        assert (request.priority, request.extras, request.agency_id, request.version) == (50, {}, None, 1)
        assert unit.search.requests("pothole 6000") == [ids[6000]]


def test_rows_may_differ_in_what_they_leave_out(any_store: Store) -> None:
    """Rows of one call may name different columns; each gets defaults for its own gaps."""
    with write(any_store) as unit:
        found(unit)
        rows = [request_row(1, priority=9), request_row(2), request_row(3, extras={"ward": "7"}, agency_id=2)]
        unit.create("service_request", rows)
        unit.commit()
    with any_store.read() as unit:
        a, b, c = unit.requests.many([1, 2, 3])
    assert (a.priority, b.priority, c.priority) == (9, 50, 50)
    assert (a.extras, c.extras, b.agency_id, c.agency_id) == ({}, {"ward": "7"}, None, 2)


def test_columns_that_do_not_exist_or_are_missing_are_our_fault(any_store: Store) -> None:
    """Misspelt and missing columns, tables that are not domain tables: ValueError, nothing written."""
    with write(any_store) as unit:
        for entity, row in (
            ("agency", {"name": "Water", "colour": "blue"}),
            ("agency", {}),
            ("agencies", {"name": "Water"}),
            ("reporter", {"request_id": 1}),
            ("event", {}),
            ("store_meta", {"key": "identity"}),
        ):
            with pytest.raises(ValueError):
                unit.create(entity, [row])
        unit.create("agency", [{"name": "Water"}])
        for change in ({"colour": "blue"}, {"id": 3}, {"version": 7}):
            with pytest.raises(ValueError):
                unit.change("agency", {1: change})
        with pytest.raises(ValueError, match="bring ids"):
            unit.create("agency", [{"id": 7, "name": "a"}, {"name": "b"}])


def test_only_what_differs_is_written_and_counted(any_store: Store) -> None:
    """change() and change_columns() count and record only rows and columns that really differ."""
    small_city(any_store, 4)
    head = any_store.head()
    with write(any_store) as unit:
        same = {"status": "submitted", "lat": 42.0, "extras": {}, "requested_at": NOON, "row_digest": bytes(16)}
        assert unit.change("service_request", {1: same}) == 0
        assert unit.change("service_request", {1: {**same, "priority": 51}, 2: {"address": "1 Elm Street"}}) == 1
        assert unit.change_columns("service_request", [1, 2, 3], {"priority": [51, 50, 70]}) == 1
        unit.commit()
    with any_store.read() as unit:
        assert [r.version for r in unit.requests.many([1, 2, 3])] == [2, 1, 2]
        events = [
            event for block in unit.log.blocks(after=head) for event in [(block.kind, list(block.columns), block.ids)]
        ]
    assert events == [("changed", ["priority"], [1]), ("changed", ["priority"], [3])]


def test_every_kind_of_value_round_trips(any_store: Store) -> None:
    """Every kind of value, and nothing, comes back as it went in, in rows and in events."""
    small_city(any_store, 1)
    rules = {"content": {"rule": [{"name": "ä"}]}, "effective_from": NOON.date(), "saved_at": NOON, "saved_by": "b"}
    next_day = NOON.date() + timedelta(days=1)
    layer = {"name": "L", "position": 1, "service_codes": ("A", "B")}
    with write(any_store) as unit:
        (rules_id,) = unit.create("rule_set", [rules])
        (layer_id,) = unit.create("area_layer", [layer])
        (area_id,) = unit.create(
            "area", [{"layer_id": layer_id, "name": "ä", "geometry_wkb": POINT, "effective_from": NOON.date()}]
        )
        unit.create("plan", [{"date": NOON.date(), "created_at": NOON, "content": {"crews": [1, 2.5, None]}}])
        unit.commit()
    with write(any_store) as unit:
        unit.change("rule_set", {rules_id: {"note": "two"}})
        unit.change("area_layer", {layer_id: {"assigns": True, "service_codes": []}})
        unit.change("area", {area_id: {"geometry_wkb": POINT_2, "effective_from": None, "effective_to": next_day}})
        unit.change("service_request", {1: {"extras": {"ward": "ü", "n": "1"}, "lat": np.float64(7.5), "long": -3}})
        act = unit.commit()
    with any_store.read() as unit:
        last = unit.rules.last()
        assert last is not None
        assert (last.content, last.effective_from) == (rules["content"], NOON.date())
        assert (last.saved_at, last.note) == (NOON, "two")
        assert unit.areas.layers()[0].assigns is True
        assert unit.areas.layers()[0].service_codes == ()
        assert unit.areas.areas(layer_id) == []
        (once,) = unit.areas.ever(layer_id)
        assert (once.geometry_wkb, once.effective_from, once.effective_to) == (POINT_2, None, next_day)
        assert unit.plans.latest(NOON.date()).content == {"crews": [1, 2.5, None]}  # type: ignore[union-attr]
        request = unit.requests.get(1)
        assert request is not None
        assert (request.extras, request.lat, request.long) == ({"ward": "ü", "n": "1"}, 7.5, -3.0)
        told = {event.entity: (event.before, event.after) for event in unit.log.events(act)}
    assert told["rule_set"] == ({"note": ""}, {"note": "two"})
    assert told["area_layer"] == (
        {"assigns": False, "service_codes": ["A", "B"]},
        {"assigns": True, "service_codes": []},
    )
    assert told["area"] == (
        {"geometry_wkb": POINT, "effective_from": NOON.date(), "effective_to": None},
        {"geometry_wkb": POINT_2, "effective_from": None, "effective_to": next_day},
    )
    assert told["service_request"][0]["extras"] == {}


POINT = bytes.fromhex("0101000000000000000000f03f0000000000000040")
POINT_2 = bytes.fromhex("010100000000000000000000400000000000000040")


def test_change_columns_takes_any_order_and_numpy(any_store: Store) -> None:
    """Ids may come unsorted and as numpy arrays; values follow their id. An id twice is our fault."""
    small_city(any_store, 6)
    with write(any_store) as unit:
        ids = np.array([5, 1, 3])
        columns = {"priority": np.array([55, 51, 53]), "agency_id": [1, None, 2], "incident_score": [0.5, np.nan, None]}
        assert unit.change_columns("service_request", ids, columns) == 3
        with pytest.raises(ValueError, match="twice"):
            unit.change_columns("service_request", [2, 2], {"priority": [1, 2]})
        with pytest.raises(ValueError, match="as long as"):
            unit.change_columns("service_request", [2, 3], {"priority": [1]})
        assert unit.change_columns("service_request", [], {"priority": []}) == 0
        unit.commit()
    with any_store.read() as unit:
        arrays = unit.requests.arrays(["id", "priority", "agency_id", "incident_score"])
    assert arrays["priority"].tolist() == [51, 50, 53, 50, 55, 50]
    assert arrays["agency_id"].tolist() == [MISSING, MISSING, 2, MISSING, 1, MISSING]
    assert np.nan_to_num(arrays["incident_score"], nan=-1).tolist() == [-1, -1, -1, -1, 0.5, -1]


def test_a_stale_version_is_a_conflict_that_says_who(any_store: Store) -> None:
    """An expected version that is no longer true changes nothing and names who was first."""
    small_city(any_store, 2)
    with write(any_store, actor="cleo") as unit:
        unit.change("service_request", {1: {"status": "closed"}}, expect_version={1: 1})
        unit.commit()
    with pytest.raises(Conflict, match="Service request 1 was changed by cleo"), write(any_store) as unit:
        unit.change(
            "service_request", {2: {"status": "closed"}, 1: {"status": "archived"}}, expect_version={1: 1, 2: 1}
        )
        unit.commit()
    with any_store.read() as unit:
        assert [r.status for r in unit.requests.many([1, 2])] == ["closed", "submitted"]


def test_changing_what_is_gone_is_a_conflict(any_store: Store) -> None:
    """A row that somebody removed cannot be changed in silence."""
    small_city(any_store, 2)
    with pytest.raises(Conflict, match="no longer there"), write(any_store) as unit:
        unit.change("service_request", {77: {"status": "closed"}})
    with pytest.raises(Conflict, match="no longer there"), write(any_store) as unit:
        unit.change_columns("service_request", [1, 77], {"status": ["closed", "closed"]})


def test_a_name_taken_is_a_conflict_and_other_breaches_are_ours(any_store: Store) -> None:
    """Two rows of one name: Conflict. A reference to nothing: the database's own error, for it is a bug."""
    small_city(any_store, 1)
    with pytest.raises(Conflict, match="same name"), write(any_store) as unit:
        unit.create("agency", [{"name": "Parks"}])
    with pytest.raises(IntegrityError), write(any_store) as unit:
        unit.create("service_request", [request_row(5, service_id=999)])
        unit.commit()
    with pytest.raises(IntegrityError), write(any_store) as unit:
        unit.create("service_request", [request_row(5, lat=None)])


def test_texts_no_database_takes_are_cleaned_and_long_names_refused(any_store: Store) -> None:
    """NUL and half surrogates are left out of texts; a name over its length is refused in one sentence."""
    with write(any_store) as unit:
        found(unit)
        unit.create("service_request", [request_row(1, description="a\0b\ud800c")])
        unit.commit()
    with any_store.read() as unit:
        assert unit.requests.get(1).description == "ab?c"  # type: ignore[union-attr]
    with pytest.raises(RefusedInput, match="has 201 characters; shorten it to 200"), write(any_store) as unit:
        unit.create("agency", [{"name": "x" * 201}])


def test_removal_keeps_the_last_state_in_the_log_and_takes_dependents_along(any_store: Store) -> None:
    """Rows that the database would cascade are removed with events of their own; personal rows are simply gone."""
    small_city(any_store, 3)
    with write(any_store) as unit:
        (layer,) = unit.create("area_layer", [{"name": "L", "position": 1, "service_codes": []}])
        areas = unit.create("area", [{"layer_id": layer, "name": n, "geometry_wkb": POINT} for n in "ab"])
        unit.create("duplicate_decision", [{"child_request_id": 1, "parent_request_id": 2, "same": True}])
        unit.attach_reporters([{"request_id": 1, "name": "Bob", "email": "bob@example.org"}])
        unit.commit()
    with write(any_store) as unit:
        unit.remove("area_layer", [layer])
        unit.remove("service_request", [1])
        act = unit.commit()
    with any_store.read() as unit:
        assert unit.areas.layers() == []
        assert unit.requests.get(1) is None
        assert unit.requests.reporter(1) is None
        assert unit.decisions.all() == []
        assert unit.search.requests("pothole 0") == []
        gone = {(e.entity, e.entity_id): e.before for e in unit.log.events(act) if not e.after}
    assert set(gone) == {
        ("area_layer", layer),
        *(("area", a) for a in areas),
        ("duplicate_decision", 1),
        ("service_request", 1),
    }
    assert gone["area", areas[0]]["geometry_wkb"] == POINT
    assert gone["service_request", 1]["service_request_id"] == "R0"
    assert check(any_store) == []


def test_personal_fields_never_reach_the_log(any_store: Store) -> None:
    """Reporters, answers and photos are stored, can be forgotten, and appear in no act and no event."""
    small_city(any_store, 2)
    secret = "Bertha-Maria Quux"
    with write(any_store) as unit:
        unit.attach_reporters(
            [{"request_id": 1, "name": secret, "email": f"{secret}@example.org", "phone": "555-0199"}]
        )
        unit.attach_answers([{"request_id": 1, "code": "who", "value": secret}])
        photo = {"media_type": "image/png", "width_px": 1, "height_px": 1, "content": secret.encode()}
        unit.attach_photos([{"request_id": 1, **photo}, {"request_id": 2, **photo}])
        act = unit.commit()
    with any_store.read() as unit:
        reporter = unit.requests.reporter(1)
        assert reporter is not None
        assert reporter.name == secret
        assert [answer.value for answer in unit.requests.answers(1)] == [secret]
        assert [photo.content for photo in unit.requests.photos(2)] == [secret.encode()]
        assert unit.requests.photo_ids().tolist() == [1, 2]
        assert [(e.entity_id, e.after) for e in unit.log.events(act)][:1] == [(1, {"what": "reporter"})]
    with write(any_store) as unit:
        unit.attach_answers([{"request_id": 1, "code": "where", "value": "here"}])
        unit.detach("reporter", [1])
        unit.detach("photo", [1, 2])
        unit.commit()
    with any_store.read() as unit:
        assert unit.requests.reporter(1) is None
        assert [answer.code for answer in unit.requests.answers(1)] == ["where"]
        assert unit.requests.photos(1) == []
    told = payloads(any_store)
    assert "Quux" not in told
    assert "555-0199" not in told


def test_arrays_are_kept_under_a_name(any_store: Store) -> None:
    """put_artifact replaces, tells the log name and size only, does nothing for equal arrays and refuses objects."""
    arrays = {"lon": np.linspace(0, 1, 1000), "name": np.array(["Elm", "Öl"]), "empty": np.empty(0, dtype=np.int32)}
    with write(any_store) as unit:
        unit.put_artifact("streets", arrays)
        unit.put_artifact("streets", arrays)
        unit.commit()
    with any_store.read() as unit:
        assert unit.artifacts.names() == ["streets"]
        assert unit.artifacts.get("none") is None
        back = unit.artifacts.get("streets")
        assert back is not None
        assert all(np.array_equal(back[name], arrays[name]) for name in arrays)
    assert any_store.head() == 1
    with write(any_store) as unit:
        unit.put_artifact("streets", {"lon": np.zeros(2)})
        unit.commit()
    with any_store.read() as unit:
        assert list(unit.artifacts.get("streets") or {}) == ["lon"]
        assert unit.artifacts.version("streets") == 2
        notes = [dict(block.note) for block in unit.log.blocks(entity="artifact")]
    assert [note["name"] for note in notes] == ["streets", "streets"]
    with pytest.raises(ValueError, match="objects"), write(any_store) as unit:
        unit.put_artifact("bad", {"x": np.array([None, "a"], dtype=object)})


def test_what_leaves_the_city_waits_in_the_outbox_of_its_act(any_store: Store) -> None:
    """A message is queued with the id of the act that is being written."""
    small_city(any_store, 1)
    message = {"request_id": 1, "kind": "status", "payload": {"status": "closed"}, "state": "held", "hold_until": NOON}
    with write(any_store) as unit:
        (key,) = unit.create("outbox", [message])
        act = unit.commit()
    with write(any_store) as unit:
        unit.change("outbox", {key: {"state": "sent", "attempts": 1}})
        unit.commit()
    with any_store.read() as unit:
        (kept,) = unit.outbox.all()
    assert (kept.act_id, kept.state, kept.attempts, kept.payload) == (act, "sent", 1, {"status": "closed"})


@pytest.mark.parametrize("statement", ["UPDATE {0} SET {1} = {1}", "DELETE FROM {0}"])
@pytest.mark.parametrize(("table", "column"), [("act", "actor"), ("event", "kind")])
def test_the_log_is_append_only(any_store: Store, statement: str, table: str, column: str) -> None:
    """The database itself refuses to change or delete acts and events."""
    small_city(any_store, 1)
    before = payloads(any_store)
    with pytest.raises((DatabaseError, DataError), match="append-only"), any_store.exclusively() as connection:
        connection.execute(text(statement.format(table, column)))
        connection.commit()
    assert payloads(any_store) == before


def test_no_domain_row_is_written_without_an_event(any_store: Store) -> None:
    """Watching every statement: each domain table that is written is named by an event of the same act."""
    watched: list[str] = []

    def note(connection, cursor, statement, parameters, context, executemany):
        words = statement.replace('"', "").replace("INTO ", "").replace("FROM ", "", 1).split()
        if words[0] in ("INSERT", "UPDATE", "DELETE"):
            watched.append(words[1])

    sa_event.listen(any_store._engine, "before_cursor_execute", note)
    domain = set(schema.metadata.tables) - {"act", "event", "store_meta"}
    acts = [
        lambda unit: found(unit),
        lambda unit: unit.create("service_request", [request_row(n) for n in range(4)]),
        lambda unit: unit.change("service_request", {1: {"status": "closed", "description": "tree"}}),
        lambda unit: unit.change_columns("service_request", [1, 2, 3], {"priority": [1, 2, 3]}),
        lambda unit: unit.attach_reporters([{"request_id": 1, "name": "B"}]),
        lambda unit: unit.attach_answers([{"request_id": 1, "code": "a", "value": "b"}]),
        lambda unit: unit.put_artifact("x", {"a": np.zeros(1)}),
        lambda unit: unit.create("duplicate_decision", [{"child_request_id": 1, "parent_request_id": 2, "same": True}]),
        lambda unit: unit.detach("answer", [1]),
        lambda unit: unit.remove("service_request", [1, 2]),
        lambda unit: unit.remove("agency", [2]),
    ]
    for number, act in enumerate(acts):
        watched.clear()
        head = any_store.head()
        with write(any_store) as unit:
            act(unit)
            unit.commit()
        written = {name for name in watched if name in domain}
        assert written, f"the statements of act {number} were not seen"
        with any_store.read() as unit:
            named = {block.entity for block in unit.log.blocks(after=head)}
        private = {"reporter", "answer", "answer_before", "photo"}
        assert written - private <= named
        assert not written & private or "service_request" in named


def test_services_with_their_questions(any_store: Store) -> None:
    """Questions come in their order and leave with their service."""
    with write(any_store) as unit:
        (service,) = unit.create("service", [service_row("GRAFFITI")])
        question = {"service_id": service, "datatype": "string", "question": "?", "values": ["a", "b"]}
        unit.create(
            "service_question", [{**question, "position": 2, "code": "b"}, {**question, "position": 1, "code": "a"}]
        )
        unit.commit()
    with any_store.read() as unit:
        assert [q.code for q in unit.services.questions(service)] == ["a", "b"]
        assert unit.services.questions(service)[0].values == ("a", "b")
    with write(any_store) as unit:
        unit.remove("service", [service])
        unit.commit()
    with any_store.read() as unit:
        assert unit.services.questions(service) == []
    assert check(any_store) == []


def test_payloads_are_compact(any_store: Store) -> None:
    """A creation of thousands names a range; a change of thousands to one value is told in some hundred bytes."""
    with write(any_store) as unit:
        found(unit)
        ids = unit.create("service_request", (request_row(n) for n in range(3000)))
        unit.change_columns("service_request", ids, {"status": ["closed"] * len(ids)})
        unit.commit()
    with any_store.read() as unit:
        sizes = unit.connection.execute(
            text("SELECT kind, length(payload) FROM event WHERE entity = 'service_request' ORDER BY sequence")
        ).all()
    assert [kind for kind, _ in sizes] == ["created", "changed"]
    assert all(size < 300 for _, size in sizes)
    assert json.loads(payloads(any_store).splitlines()[-2])["ids"] == [[ids[0], ids[-1]]]


def test_two_writers_at_a_row_meet_in_order(any_store: Store) -> None:
    """The second of two writers sees the first one's version and conflicts; the log stays without gaps."""
    small_city(any_store, 1)
    ready, outcome = threading.Event(), []

    def second() -> None:
        other = open_store(any_store._engine.url.render_as_string(hide_password=False))
        try:
            ready.set()
            with other.write("second", actor="dora", at=NOON) as unit:
                unit.change("service_request", {1: {"priority": 2}}, expect_version={1: 1})
                unit.commit()
        except Conflict as conflict:
            outcome.append(str(conflict))
        finally:
            other.close()

    thread = threading.Thread(target=second)
    with write(any_store, "first", "cleo") as unit:
        unit.change("service_request", {1: {"priority": 1}}, expect_version={1: 1})
        thread.start()
        assert ready.wait(10)
        unit.commit()
    thread.join(20)
    assert not thread.is_alive()
    assert "changed by cleo" in outcome[0]
    assert check(any_store) == []


def test_writers_on_a_server_keep_the_log_in_order_of_commits(postgres_store: Store) -> None:
    """On PostgreSQL two acts overlap; the one that commits first comes first in the log, without gaps."""
    small_city(postgres_store, 2)
    with write(postgres_store, "slow") as slow:
        slow.change("service_request", {1: {"priority": 1}})
        with write(postgres_store, "quick") as quick:
            quick.change("service_request", {2: {"priority": 1}})
            quick.create("service_request", [request_row(9)])
            quick.commit()
        slow.create("service_request", [request_row(10)])
        slow.commit()
    with postgres_store.read() as unit:
        verbs = [unit.log.act(block.act_id).verb for block in unit.log.blocks()]  # type: ignore[union-attr]
    assert verbs[-4:] == ["quick", "quick", "slow", "slow"]
    assert check(postgres_store) == []


def test_nothing_outside_data_reaches_past_the_unit_of_work() -> None:
    """The application never touches a connection of the store: its rows are written through the primitives alone."""
    import re
    from pathlib import Path

    desktop = Path(__file__).resolve().parents[2] / "desktop"
    schema_import = r"from data\.schema import (?!epoch_ms|from_epoch_ms)"
    past = re.compile(rf"\.exclusively\(|\bunit\.connection\b|\bstore\._|{schema_import}|from data\.bulk")
    strangers = [path.name for path in desktop.rglob("*.py") if past.search(path.read_text(encoding="utf-8"))]
    assert strangers == []
