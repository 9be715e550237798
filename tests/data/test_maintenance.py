"""Backup, restore, move and check, from and to both databases."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import text

from data import maintenance
from data.columns import build_columns, load_columns
from data.copying import copied_tables
from data.errors import DataError, RefusedInput
from data.maintenance import backup, check, move, restore
from data.store import Store, open_store
from tests.data.city import NOON, request_row, small_city
from tests.data.test_columns import same
from tests.data.test_unit_of_work import POINT


def full_city(store: Store) -> None:
    """A city with a row in every table, changes and removals in its log."""
    small_city(
        store, 30, {3: {"extras": {"ward": "ü"}, "closed_at": NOON, "lat": None, "long": None, "placement": "missing"}}
    )
    crew = {"name": "C", "depot_id": 1, "shift_start_min": 1, "shift_end_min": 2, "skills": ["a"], "capacity": 2.5}
    photo = {"request_id": 1, "media_type": "image/png", "width_px": 1, "height_px": 1, "content": bytes(range(256))}
    question = {"service_id": 1, "position": 1, "code": "a", "datatype": "string", "question": "?", "values": ["x"]}
    rules = {"content": {"rules": ["ä"]}, "effective_from": NOON.date(), "saved_at": NOON, "saved_by": "ben"}
    message = {"request_id": 1, "kind": "k", "payload": {"a": None}, "state": "held", "hold_until": NOON}
    with store.write("fill", actor="ben", at=NOON) as unit:
        unit.create("person", [{"name": "Zoe"}])
        unit.create("depot", [{"name": "Yard", "lat": 42.1, "long": -71.1}])
        unit.create("crew", [crew])
        unit.create("vehicle", [{"name": "Van 1", "kind": "van", "equipment": ["ladder"]}])
        unit.create("crew_shift", [{"crew_id": 1, "weekday": 2, "start_min": 1, "end_min": 2, "break_depot_id": 1}])
        unit.create("member", [{"code": "M1", "skills": ["a"]}])
        unit.attach_people([{"member_id": 1, "name": "Zoë"}])
        unit.create("crew_member", [{"crew_id": 1, "member_id": 1, "first_day": NOON.date()}])
        unit.create("absence", [{"member_id": 1, "first_day": NOON.date(), "last_day": NOON.date()}])
        unit.attach_reasons([{"absence_id": 1, "why": "training"}])
        place = {"name": "Bin 1", "lat": 42.1, "long": -71.1, "minutes": 5}
        weekly = {"name": "Bins", "skills": [], "rrule": "FREQ=WEEKLY", "first_day": NOON.date(), "places": [place]}
        unit.create("recurring_round", [weekly])
        unit.create("service_question", [question])
        (layer,) = unit.create("area_layer", [{"name": "L", "position": 1, "service_codes": [], "assigns": True}])
        unit.create("area", [{"layer_id": layer, "name": n, "agency_id": 1, "geometry_wkb": POINT} for n in "ab"])
        unit.create("rule_set", [rules])
        row = {"parent_request_id": 2, "accepted_by": "policy", "score": 0.75, "request_count": 2}
        (incident,) = unit.create("incident", [row])
        unit.change_columns("service_request", [2, 5], {"incident_id": [incident] * 2, "incident_score": [1.0, 0.5]})
        unit.create("duplicate_decision", [{"child_request_id": 5, "parent_request_id": 2, "same": True}])
        unit.create("suspect_point", [{"lat": 42.0, "long": -71.0, "request_count": 5, "verdict": "cleared"}])
        unit.create("plan", [{"date": NOON.date(), "created_at": NOON, "content": {"crews": [1.5, "ä"]}}])
        unit.create(
            "stop_event", [{"plan_id": 1, "crew": "C", "job": "R1", "request_id": 1, "at": NOON, "kind": "done"}]
        )
        unit.create("outbox", [message])
        unit.put_artifact("streets", {"lon": np.linspace(0, 1, 50)})
        unit.attach_reporters([{"request_id": 1, "name": "Bob"}])
        unit.attach_answers([{"request_id": 1, "code": "a", "value": "x"}])
        unit.attach_photos([photo])
        act = unit.commit()
    with store.write("tidy", actor="cleo", at=NOON + timedelta(hours=1), undoes=act) as unit:
        unit.remove("service_request", [30])
        unit.change("service_request", {4: {"description": "Café", "status": "closed"}})
        unit.commit()


def content(store: Store) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table."""
    with store.read() as unit:
        return {
            table.name: sorted((tuple(row) for row in unit.connection.execute(table.select())), key=repr)
            for table in copied_tables()
        }


def alike(a: Store, b: Store) -> None:
    """Both stores hold the same city: rows, log, search and snapshot; only their identities differ."""
    assert content(a) == content(b)
    assert check(b) == []
    with a.read() as one, b.read() as other:
        for question in ("cafe", "pothole", "elm 7", "R29"):
            assert one.search.requests(question) == other.search.requests(question)
        assert one.requests.history(4) == other.requests.history(4)
        assert same(build_columns(one), build_columns(other))
    assert a.identity != b.identity


def still_works(store: Store) -> None:
    """New rows get new ids, and the log goes on."""
    head = store.head()
    with store.write("more", actor="ana", at=NOON) as unit:
        (fresh,) = unit.create("service_request", [request_row(500)])
        unit.attach_photos([{"request_id": 1, "media_type": "a", "width_px": 1, "height_px": 1, "content": b""}])
        unit.create("agency", [{"name": "Water"}])
        act = unit.commit()
    assert fresh == 31  # 30 was removed and is not used again
    assert (act, store.head()) == (4, head + 3)
    assert check(store) == []


@pytest.fixture
def target(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[str], str]:
    """Locations to bring a city to: a file that is not there yet, an empty store, an empty database."""

    def location(kind: str) -> str:
        if kind == "new file":
            return str(tmp_path / "target.opsmap")
        if kind == "empty store":
            open_store(tmp_path / "empty.opsmap", create=True).close()
            return str(tmp_path / "empty.opsmap")
        return str(request.getfixturevalue("empty_postgres_location"))

    return location


TARGETS = ["new file", "empty store", "empty database"]


@pytest.mark.parametrize("kind", TARGETS)
def test_a_city_moves_whole(any_store: Store, target: Callable[[str], str], kind: str) -> None:
    """From either database into either: every row, id, event, word and answer; the old store stays as it was."""
    full_city(any_store)
    before = content(any_store)
    seen: list[str] = []
    location = target(kind)
    counts = move(any_store, location, progress=lambda table, rows: seen.append(table))
    assert counts["service_request"] == 29
    assert "service_request" in seen
    assert content(any_store) == before
    moved = open_store(location)
    alike(any_store, moved)
    still_works(moved)
    moved.close()


@pytest.mark.parametrize("kind", TARGETS)
def test_a_backup_restores_whole(any_store: Store, tmp_path: Path, target: Callable[[str], str], kind: str) -> None:
    """A backup of either database is one file that restores into either; it is not changed by that."""
    full_city(any_store)
    file = tmp_path / "backup.opsmap"
    backup(any_store, file)
    before = file.read_bytes()
    location = target(kind)
    assert restore(file, location)["service_request"] == 29
    assert file.read_bytes() == before
    assert sorted(p.name for p in tmp_path.glob("*backup*")) == ["backup.opsmap"]
    restored = open_store(location)
    alike(any_store, restored)
    still_works(restored)
    restored.close()


def test_a_backup_is_taken_while_others_write(sqlite_location: str, tmp_path: Path) -> None:
    """What is not committed yet is not in the backup."""
    store, other = open_store(sqlite_location), open_store(sqlite_location)
    small_city(store, 3)
    with other.write("slow", actor="a", at=NOON) as unit:
        unit.create("service_request", [request_row(9)])
        backup(store, tmp_path / "b.opsmap")
        unit.commit()
    kept = open_store(tmp_path / "b.opsmap")
    with kept.read() as reading:
        assert reading.requests.count() == 3
    for each in (store, other, kept):
        each.close()


def test_nothing_is_overwritten(any_store: Store, tmp_path: Path) -> None:
    """A backup over a file, a restore or move over a city, and a move onto itself are refused, nothing touched."""
    full_city(any_store)
    file = tmp_path / "b.opsmap"
    backup(any_store, file)
    before = content(any_store)
    own = any_store._engine.url.render_as_string(hide_password=False)
    with pytest.raises(RefusedInput, match="there already"):
        backup(any_store, file)
    with pytest.raises(RefusedInput, match="holds a city already"):
        restore(file, own)
    with pytest.raises(RefusedInput, match=r"store itself|holds a city already"):
        move(any_store, own)
    assert content(any_store) == before


def test_what_is_no_backup_is_refused(tmp_path: Path, sqlite_store: Store) -> None:
    """A missing file, rubbish, a store in use, a folder that is not there: one sentence each, nothing made."""
    rubbish = tmp_path / "rubbish"
    rubbish.write_bytes(b"no")
    small_city(sqlite_store, 1)
    target = str(tmp_path / "new.opsmap")
    for file, words in (
        (rubbish, "not a store"),
        (tmp_path / "none", "no backup"),
        (Path(sqlite_store.location), "in use"),
    ):
        with pytest.raises(RefusedInput, match=words):
            restore(file, target)
    with pytest.raises(RefusedInput, match="folder"):
        backup(sqlite_store, tmp_path / "no" / "b.opsmap")
    backup(sqlite_store, tmp_path / "b.opsmap")
    with pytest.raises(RefusedInput, match="folder"):
        restore(tmp_path / "b.opsmap", str(tmp_path / "no" / "x.opsmap"))
    left = {p.name for p in tmp_path.iterdir() if not p.name.startswith("city.opsmap")}
    assert left == {"rubbish", "b.opsmap"}


def test_a_copy_that_breaks_leaves_no_target(
    any_store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, empty_postgres_location: str
) -> None:
    """A failure in the middle of a move leaves no half city: a new file is gone, a database stays empty."""
    full_city(any_store)

    def broken(source: object, target: object, progress: object = None) -> dict[str, int]:
        real(source, target)  # type: ignore[arg-type]
        raise KeyboardInterrupt

    real = maintenance.copy_city
    monkeypatch.setattr(maintenance, "copy_city", broken)
    for location in (str(tmp_path / "t.opsmap"), empty_postgres_location):
        with pytest.raises(KeyboardInterrupt):
            move(any_store, location)
    assert not list(tmp_path.glob("t.opsmap*"))
    store = open_store(empty_postgres_location)
    assert store.head() == 0
    store.close()


def test_a_restored_store_is_another_one(sqlite_store: Store, tmp_path: Path) -> None:
    """A snapshot kept for the store that was backed up is not believed for the restored one."""
    small_city(sqlite_store, 3)
    backup(sqlite_store, tmp_path / "b.opsmap")
    restore(tmp_path / "b.opsmap", str(tmp_path / "r.opsmap"))
    load_columns(sqlite_store)
    restored = open_store(tmp_path / "r.opsmap")
    restored.cache_folder.mkdir()
    (restored.cache_folder / "columns.bin").write_bytes((sqlite_store.cache_folder / "columns.bin").read_bytes())
    assert restored.identity != sqlite_store.identity
    assert same(load_columns(restored), load_columns(sqlite_store))
    assert (restored.cache_folder / "columns.bin").read_bytes() != (
        sqlite_store.cache_folder / "columns.bin"
    ).read_bytes()
    restored.close()


def test_a_sound_store_has_nothing_to_say(any_store: Store) -> None:
    """check() is silent about a city with everything in it."""
    full_city(any_store)
    assert check(any_store) == []
    assert check(any_store) == []


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        ("UPDATE service_request SET version = 9 WHERE id = 2", "service_request 2 has version 9, the log tells of 2"),
        ("DELETE FROM suspect_point", "The log says suspect_point 1 exists; it is not there"),
        ("INSERT INTO agency (id, name, version) VALUES (99, 'X', 1)", "agency 99 has no creation in the log"),
        ("UPDATE service_request SET incident_id = NULL WHERE id = 2", "The parent of incident 1"),
        ("UPDATE service_request SET status = 'archived' WHERE id = 7", "disagrees about status"),
        ("UPDATE service_request SET placement = 'bogus' WHERE id = 2", "service_request 2 has the placement 'bogus'"),
        ("UPDATE service_request SET status = 'lost' WHERE id = 7", "service_request 7 has the status 'lost'"),
        ("UPDATE suspect_point SET verdict = '' WHERE id = 1", "suspect_point 1 has the verdict ''"),
        ("UPDATE service_request SET lat = 1e308 * 1e308 WHERE id = 5", "a coordinate that is not a number"),
    ],
)
def test_a_change_behind_the_logs_back_is_found(any_store: Store, damage: str, words: str) -> None:
    """Rows that were written without the log are named."""
    full_city(any_store)
    load_columns(any_store)
    with any_store.exclusively() as connection:
        if any_store.kind == "postgresql":
            damage = damage.replace("1e308 * 1e308", "'Infinity'")
        connection.execute(text(damage))
        connection.commit()
    assert any(words in problem for problem in check(any_store)), check(any_store)


SQLITE_DAMAGE = [
    ("UPDATE service_request SET description = 'new words' WHERE id = 3", "text index"),
    ("UPDATE service_request SET description = '' WHERE id = 3", "text index"),
    ("UPDATE service_request SET description = description || ' zebra' WHERE id = 3", "text index"),
    ("DELETE FROM event WHERE sequence = 3", "misses event 3"),
    ("UPDATE event SET payload = x'00' WHERE sequence = 5", "Event 5 of the log cannot be read"),
    ("UPDATE service_request SET agency_id = 77 WHERE id = 3", "names a row of agency that is not there"),
]


@pytest.mark.parametrize(("damage", "words"), SQLITE_DAMAGE)
def test_damage_inside_a_file_is_found(sqlite_store: Store, damage: str, words: str) -> None:
    """A text index out of step, a gap or rubbish in the log, a reference to nothing."""
    full_city(sqlite_store)
    with sqlite_store.exclusively() as connection:
        for table in ("act", "event"):
            for verb in ("update", "delete"):
                connection.exec_driver_sql(f"DROP TRIGGER {table}_keeps_{verb}")
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql("PRAGMA foreign_keys = OFF")
        connection.exec_driver_sql("BEGIN")
        connection.execute(text(damage))
        connection.commit()
        connection.exec_driver_sql("ROLLBACK")
        connection.exec_driver_sql("PRAGMA foreign_keys = ON")
    problems = check(sqlite_store)
    assert any(words in problem for problem in problems), problems


def test_damaged_pages_are_found(sqlite_location: str) -> None:
    """A flipped page is told by opening, reading or check(), as a known failure."""
    store = open_store(sqlite_location)
    full_city(store)
    store.close()
    with open(sqlite_location, "r+b") as stream:
        size = stream.seek(0, 2)
        stream.seek(size // 2 // 4096 * 4096)
        stream.write(b"\xa5" * 4096 * 3)
    try:
        store = open_store(sqlite_location)
        problems = check(store)
        store.close()
    except DataError as failure:
        problems = [str(failure)]
    assert problems
    assert any("damaged" in problem for problem in problems)
