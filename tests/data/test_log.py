"""The log: compact blocks that can be taken back and brought forward."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from data import log
from data.store import Store
from data.unit_of_work import WriteUnit
from tests.data.city import NOON, found, request_row, small_city
from tests.soak import examples

IDS = st.lists(st.integers(1, 10**12), unique=True, min_size=1).map(sorted)
TEXTS = st.text(max_size=8).map(lambda text: text.encode("utf-8", "replace").decode())


@given(IDS)
def test_ids_survive_packing(ids: list[int]) -> None:
    """Packing ascending ids into numbers and ranges and unpacking them gives the same ids, in no more items."""
    packed = log.pack_ids(ids)
    assert log.unpack_ids(packed) == ids
    assert len(packed) <= len(ids)


@given(st.data())
def test_blocks_survive_writing(data: st.DataObject) -> None:
    """A block of any columns (texts, numbers, bytes, nothing) reads back exactly, whichever form its columns take."""
    ids = data.draw(IDS)
    size = {"min_size": len(ids), "max_size": len(ids)}
    floats = st.floats(allow_nan=False)
    columns: dict[str, log.Pair] = {
        name: (data.draw(st.lists(values, **size)), data.draw(st.lists(values, **size)))
        for name, values in (
            ("description", TEXTS),
            ("agency_id", st.none() | st.integers(1, 3)),
            ("lat", st.none() | floats),
            ("row_digest", st.binary(min_size=16, max_size=16)),
        )
    }
    row = log.encode("service_request", "changed", ids, columns, {"why": "test"})
    assert (row["first_id"], row["last_id"], row["entity_count"]) == (ids[0], ids[-1], len(ids))
    block = log.decode(7, 3, "service_request", "changed", row["payload"])
    assert (block.sequence, block.act_id, block.ids, block.note) == (7, 3, ids, {"why": "test"})
    assert {name: (list(a), list(b)) for name, (a, b) in block.columns.items()} == columns
    assert log.decode_ids(row["payload"]) == ids


CHANGES = st.fixed_dictionaries(
    {},
    optional={
        "status": st.sampled_from(["submitted", "acknowledged", "closed"]),
        "description": TEXTS,
        "priority": st.integers(0, 3),
        "agency_id": st.sampled_from([None, 1, 2]),
        "incident_score": st.none() | st.floats(0, 1),
        "closed_at": st.none() | st.integers(0, 5).map(lambda hours: NOON + timedelta(hours=hours)),
        "extras": st.dictionaries(st.sampled_from("ab"), TEXTS, max_size=2),
        "row_digest": st.binary(min_size=16, max_size=16),
    },
)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("create"), st.integers(1, 4)),
        st.tuples(st.just("change"), st.dictionaries(st.integers(0, 9), CHANGES, max_size=4)),
        st.tuples(st.just("columns"), st.lists(st.integers(0, 9), unique=True, max_size=6)),
        st.tuples(st.just("remove"), st.lists(st.integers(0, 9), unique=True, max_size=2)),
        st.tuples(st.just("return"), st.integers(0, 9)),
    ),
    min_size=1,
    max_size=8,
)
State = dict[int, dict[str, Any] | None]


class Player:
    """Plays random steps on a store, an act each, and remembers the rows as they were after each act."""

    def __init__(self, store: Store, start: int) -> None:
        self.store, self.next = store, start
        self.ids: list[int] = []
        self.gone: dict[int, dict[str, Any]] = {}
        self.seen: list[tuple[int, State]] = [(store.head(), {})]

    def play(self, step: tuple[str, Any]) -> None:
        """One act."""
        with self.store.write(step[0], actor="hypothesis", at=NOON) as unit:
            getattr(self, f"_{step[0]}")(unit, step[1])
            unit.commit()
        with self.store.read() as unit:
            self.seen.append((unit.log.head(), unit.log.state_at("service_request", self.ids, unit.log.head())))

    def _alive(self, places: Any) -> list[int]:
        alive = [number for number in self.ids if number not in self.gone]
        return sorted({alive[place % len(alive)] for place in places}) if alive else []

    def _create(self, unit: WriteUnit, count: int) -> None:
        rows = [request_row(self.next + n) for n in range(count)]
        self.next += count
        self.ids += unit.create("service_request", rows)

    def _change(self, unit: WriteUnit, changes: dict[int, dict[str, Any]]) -> None:
        unit.change("service_request", {i: c for place, c in changes.items() for i in self._alive([place])})

    def _columns(self, unit: WriteUnit, places: list[int]) -> None:
        ids = self._alive(places)
        values = {"priority": [n % 3 for n in range(len(ids))], "status_notes": ["seen"] * len(ids)}
        unit.change_columns("service_request", ids, values)

    def _remove(self, unit: WriteUnit, places: list[int]) -> None:
        ids = self._alive(places)
        self.gone |= {number: {} for number in ids}
        unit.remove("service_request", ids)

    def _return(self, unit: WriteUnit, place: int) -> None:
        """Undo of a removal: the row comes back under its id."""
        if self.gone:
            number = sorted(self.gone)[place % len(self.gone)]
            del self.gone[number]
            unit.create("service_request", [{**request_row(self.next), "id": number}])
            self.next += 1


@settings(max_examples=examples(25), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_history_plays_backwards_and_forwards(any_store: Store, steps: list[tuple[str, Any]]) -> None:
    """Every earlier state is the present one taken back, and playing on from it gives the present one."""
    with any_store.read() as unit:
        empty, start = unit.city.get() is None, 1000 * any_store.head()
    if empty:
        with any_store.write("found", actor="ana", at=NOON) as writing:
            found(writing)
            writing.commit()
    player = Player(any_store, start)
    for step in steps:
        player.play(step)
    with any_store.read() as unit:
        present = player.seen[-1][1]
        for sequence, state in player.seen:
            whole: State = {number: state.get(number) for number in player.ids}
            assert unit.log.state_at("service_request", player.ids, sequence) == whole
            _play_on(unit.log.blocks(after=sequence, entity="service_request"), whole, player)
            assert whole == present


def _play_on(blocks: Any, state: State, player: Player) -> None:
    """Bring a state forward; a creation takes its row from what was seen after it."""
    for block in blocks:
        if block.kind == "created":
            after = next(seen for sequence, seen in player.seen if sequence >= block.sequence)
            state.update((number, dict(after[number] or {})) for number in block.ids if number in state)
        else:
            log.bring_forward(state, [block])


def test_history_of_one_request(any_store: Store) -> None:
    """history() tells creation with the first state, block changes, single changes and attachments in order."""
    small_city(any_store, 5)
    with any_store.write("assign", actor="ben", at=NOON + timedelta(hours=1)) as unit:
        unit.change_columns("service_request", [1, 2, 4], {"agency_id": [1, 2, 1]})
        unit.commit()
    with any_store.write("edit", actor="cleo", at=NOON + timedelta(hours=2)) as unit:
        unit.change("service_request", {2: {"agency_id": None, "status": "closed", "description": "tree"}})
        unit.attach_answers([{"request_id": 2, "code": "size", "value": "big"}])
        unit.commit()
    with any_store.read() as unit:
        created, assigned, edited, attached = unit.requests.history(2)
        assert len(unit.requests.history(3)) == 1
        assert unit.requests.history(99) == []
    assert (created.verb, created.actor, created.before) == ("found", "ana", {})
    assert created.after["description"] == "Pothole number 1"
    assert created.after["requested_at"] == NOON + timedelta(minutes=1)
    assert created.after["agency_id"] is None
    assert (assigned.verb, assigned.before, assigned.after) == ("assign", {"agency_id": None}, {"agency_id": 2})
    assert edited.before == {"agency_id": 2, "status": "submitted", "description": "Pothole number 1"}
    assert edited.after == {"agency_id": None, "status": "closed", "description": "tree"}
    assert (attached.before, attached.after) == ({}, {"what": "answer"})
    assert [e.sequence for e in (created, assigned, edited, attached)] == sorted(
        e.sequence for e in (created, assigned, edited, attached)
    )


def test_events_of_an_act_can_be_undone(any_store: Store) -> None:
    """The events of an act hold all that a compensating act needs."""
    small_city(any_store, 3)
    with any_store.read() as unit:
        before = unit.requests.many([1, 2, 3])
    with any_store.write("close", actor="ben", at=NOON) as unit:
        unit.change_columns("service_request", [1, 2, 3], {"status": ["closed"] * 3, "closed_at": [NOON] * 3})
        act = unit.commit()
    with any_store.write("undo", actor="ben", at=NOON, undoes=act) as unit:
        unit.change("service_request", {e.entity_id: e.before for e in unit.log.events(act)})
        unit.commit()
    with any_store.read() as unit:
        after = unit.requests.many([1, 2, 3])
    assert [(r.status, r.closed_at, r.version) for r in after] == [
        (r.status, r.closed_at, r.version + 2) for r in before
    ]


def test_touched_names_what_later_events_name(any_store: Store) -> None:
    """touched() and touched_count() say which requests an event after a sequence names."""
    small_city(any_store, 4)
    head = any_store.head()
    with any_store.write("edit", actor="ben", at=NOON) as unit:
        unit.change("service_request", {1: {"priority": 1}, 4: {"priority": 1}, 2: {"status": "closed"}})
        unit.change("agency", {1: {"name": "Roads"}})
        unit.commit()
    with any_store.read() as unit:
        assert unit.log.touched("service_request", head) == {1, 2, 4}
        assert unit.log.touched_count("service_request", head) == 3
        assert unit.log.touched("service_request", unit.log.head()) == set()
        assert unit.log.touched_count("service_request", unit.log.head()) == 0
        assert unit.log.last_touch("service_request", 2).verb == "edit"  # type: ignore[union-attr]
        assert unit.log.last_touch("service_request", 3).verb == "found"  # type: ignore[union-attr]
