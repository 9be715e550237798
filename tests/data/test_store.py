"""Opening, making and recognising stores; what goes wrong is told in one sentence and touches nothing."""

# ruff: noqa: PT012, SIM117 - what fails stands in the block of its unit of work

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from sqlalchemy import text

from data.errors import Conflict, DataError, RefusedInput, StoreFailure
from data.maintenance import check
from data.opening import APPLICATION_ID
from data.store import Store, locate, open_store
from tests.data.city import NOON, found, request_row, small_city
from tests.postgres import Server


def refused(location: str | Path, *, create: bool = False) -> str:
    """The sentence with which opening is refused."""
    with pytest.raises(RefusedInput) as caught:
        open_store(location, create=create)
    sentence = str(caught.value)
    assert "\n" not in sentence
    return sentence


def fingerprint(folder: Path) -> dict[str, tuple[int, bytes]]:
    """Names, times and contents of every file of a folder."""
    return {p.name: (p.stat().st_mtime_ns, p.read_bytes()) for p in sorted(folder.iterdir()) if p.is_file()}


def test_a_store_is_made_once_and_opened_again(tmp_path: Path) -> None:
    """create=True makes a file where there is none and opens the one that is there; it stays one file at rest."""
    path = tmp_path / "city.opsmap"
    store = open_store(path, create=True)
    small_city(store, 2)
    identity = store.identity
    store.close()
    assert [p.name for p in tmp_path.iterdir()] == ["city.opsmap"]
    again = open_store(str(path), create=True)
    assert (again.identity, again.kind, again.location, again.head()) == (identity, "sqlite", str(path), 5)
    again.close()
    header = path.read_bytes()[:100]
    assert int.from_bytes(header[68:72], "big") == APPLICATION_ID


def test_the_file_is_tuned_for_one_writer_and_many_readers(sqlite_store: Store) -> None:
    """WAL, foreign keys, patience and durability are on in every connection."""
    with sqlite_store.read() as unit:
        said = {
            name: unit.connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "foreign_keys", "busy_timeout", "synchronous", "secure_delete")
        }
    assert said == {
        "journal_mode": "wal",
        "foreign_keys": 1,
        "busy_timeout": 15000,
        "synchronous": 2,
        "secure_delete": 1,
    }


def test_a_location_may_be_a_url(tmp_path: Path) -> None:
    """sqlite:/// names a file; other databases and nonsense are refused; a password is never shown."""
    path = tmp_path / "with space & ?#.opsmap"
    open_store(path, create=True).close()
    store = open_store(f"sqlite:///{tmp_path}/plain.opsmap", create=True)
    assert store.path == tmp_path / "plain.opsmap"
    store.close()
    assert "not mysql" in refused("mysql://root@localhost/x")
    assert "not sqlite" in refused("sqlite://")
    assert "cannot be read" in refused("post gres://??:x")
    url, shown = locate("postgresql://ana:secret@db.example.org/city")
    assert url.drivername == "postgresql+psycopg"
    assert "secret" not in shown
    assert sorted(p.name for p in tmp_path.iterdir()) == ["plain.opsmap", "with space & ?#.opsmap"]


def test_a_missing_store_is_refused_and_not_made(tmp_path: Path) -> None:
    """Without create the sentence says how to make one."""
    assert "opsmap init" in refused(tmp_path / "none.opsmap")
    assert "is a folder" in refused(tmp_path, create=True)
    assert "folder" in refused(tmp_path / "no" / "city.opsmap", create=True)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("content", [b"", b"hello", b"PK\x03\x04" * 100, b"SQLite format 3\0" + b"\0" * 20])
def test_a_file_that_is_no_store_is_refused_untouched(tmp_path: Path, content: bytes) -> None:
    """Text, archives, empty and cut files are not stores, also with create."""
    path = tmp_path / "file.opsmap"
    path.write_bytes(content)
    before = fingerprint(tmp_path)
    assert "not a store" in refused(path)
    assert "not a store" in refused(path, create=True)
    assert fingerprint(tmp_path) == before


def test_the_database_of_another_program_is_refused_untouched(tmp_path: Path) -> None:
    """An SQLite file without our mark is somebody else's."""
    path = tmp_path / "other.db"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE city (id INTEGER)")
    connection.close()
    before = fingerprint(tmp_path)
    assert "another program" in refused(path, create=True)
    assert fingerprint(tmp_path) == before


@pytest.mark.parametrize("sign", ["revision", "header", "both"])
def test_a_store_of_a_newer_version_is_refused_untouched(sqlite_location: str, tmp_path: Path, sign: str) -> None:
    """The sentence says which version made it and what to do; not a byte and no time of the file changes."""
    with sqlite3.connect(sqlite_location) as connection:
        connection.execute("UPDATE store_meta SET value = '9.7.1' WHERE key = 'shaped_by'")
        if sign in ("revision", "both"):
            connection.execute("UPDATE alembic_version SET version_num = '0815'")
        if sign in ("header", "both"):
            connection.execute("PRAGMA user_version = 99")
    connection.close()
    before = fingerprint(tmp_path)
    sentence = refused(sqlite_location)
    assert "made by Opsmap 9.7.1" in sentence
    assert "update Opsmap" in sentence
    assert fingerprint(tmp_path) == before


def test_a_damaged_store_is_a_failure_with_a_way_out(sqlite_location: str) -> None:
    """Pages overwritten with rubbish: the sentence speaks of damage and backups."""
    store = open_store(sqlite_location)
    small_city(store, 200)
    store.close()
    with open(sqlite_location, "r+b") as stream:
        stream.seek(4096)
        stream.write(b"\xff" * 4096 * 12)
    with pytest.raises(StoreFailure, match=r"damaged.*backup"):
        damaged = open_store(sqlite_location)
        try:
            with damaged.read() as unit:
                unit.requests.arrays(["id", "description"])
        finally:
            damaged.close()


def test_making_a_store_fails_cleanly(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the schema cannot be written, no file is left."""

    def full(connection: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("data.opening.upgrade", full)
    with pytest.raises(StoreFailure, match="No space left"):
        open_store(tmp_path / "city.opsmap", create=True)
    assert list(tmp_path.iterdir()) == []


def test_another_writer_is_waited_for_and_then_named(sqlite_location: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A writer who finds the store taken gives up with a sentence; readers are not disturbed."""
    monkeypatch.setattr("data.store.BUSY_S", 0.05)
    store, other = open_store(sqlite_location), open_store(sqlite_location)
    small_city(store, 2)
    with store.write("slow", actor="ana", at=NOON) as unit:
        unit.change("service_request", {1: {"priority": 1}})
        with other.read() as reading:
            assert reading.requests.get(1).priority == 50  # type: ignore[union-attr]
        with pytest.raises(StoreFailure, match="Someone else is writing"), other.write("x", actor="b", at=NOON):
            pass
        unit.commit()
    assert other.head() == store.head()
    store.close()
    other.close()


def test_a_read_only_store_says_so(sqlite_location: str) -> None:
    """Writing where only reading is allowed is a failure told in a sentence."""
    store = open_store(sqlite_location)
    with pytest.raises(StoreFailure, match="read-only"), store.write("x", actor="a", at=NOON) as unit:
        unit.connection.exec_driver_sql("PRAGMA query_only = ON")
        try:
            found(unit)
        finally:
            unit.connection.exec_driver_sql("PRAGMA query_only = OFF")
    store.close()


def test_no_room_left_is_told_as_such(sqlite_location: str) -> None:
    """When the file cannot grow SQLite says so; the sentence names the disk and what to do, the act is not kept."""
    store = open_store(sqlite_location)
    small_city(store, 5)
    with pytest.raises(StoreFailure, match=r"disk is full.*free some space"):
        with store.write("x", actor="a", at=NOON) as unit:
            unit.connection.exec_driver_sql("PRAGMA max_page_count = 200").fetchall()
            unit.create("service_request", (request_row(n, description="x" * 500) for n in range(100, 9000)))
            unit.commit()
    with store.read() as unit:
        assert unit.requests.count() == 5
    assert check(store) == []
    store.close()


FULL = """
    import resource, signal, sys
    from data.errors import StoreFailure
    from data.maintenance import backup, check, move
    from data.store import open_store
    from tests.data.city import NOON, request_row, small_city

    store = open_store(sys.argv[1])
    small_city(store, 50)
    head = store.head()
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, resource.RLIM_INFINITY))
    def grow(last=20_000):
        with store.write("grow", actor="ana", at=NOON) as unit:
            unit.create("service_request", (request_row(n, description="x" * 300) for n in range(100, last)))
            unit.commit()
    def make():
        open_store(sys.argv[1] + "2", create=True)
    for act in (grow, grow):
        try:
            act()
        except StoreFailure as failure:
            print(failure)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, resource.RLIM_INFINITY))
    for act in (make, lambda: backup(store, sys.argv[1] + "3"), lambda: move(store, sys.argv[1] + "4")):
        try:
            act()
        except StoreFailure as failure:
            print(failure)
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    with store.read() as unit:
        print(unit.requests.count(), store.head() == head, check(store))
    grow(200)
    print(check(store))
    store.close()
"""


def test_a_full_disk_leaves_the_store_as_it_was(sqlite_location: str, tmp_path: Path) -> None:
    """Files that may not grow: each act fails with one sentence, nothing half-made stays, and later the store works."""
    command = [sys.executable, "-c", textwrap.dedent(FULL), sqlite_location]
    root = Path(__file__).resolve().parents[2]
    done = subprocess.run(
        command, capture_output=True, text=True, cwd=root, env={**os.environ, "PYTHONPATH": str(root)}
    )
    assert done.returncode == 0, done.stderr
    *failures, kept, sound = done.stdout.splitlines()
    assert len(failures) == 5
    assert all(line.startswith(sqlite_location) and "written" in line for line in failures), failures
    assert kept == "50 True []"
    assert sound == "[]"
    assert {p.name for p in tmp_path.iterdir()} <= {"city.opsmap", "city.opsmap-cache"}


INTERRUPTED = """
    import os, signal, sys, threading
    from data.store import open_store
    from tests.data.city import NOON, request_row, small_city

    signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background job inherits that it is ignored
    store = open_store(sys.argv[1])
    small_city(store, 3)
    def rows():
        for n in range(100, 10**9):
            if n == 7_000:
                threading.Timer(0.05, os.kill, (os.getpid(), signal.SIGINT)).start()
            yield request_row(n)
    try:
        with store.write("import", actor="ana", at=NOON) as unit:
            unit.create("service_request", rows())
            unit.commit()
    except KeyboardInterrupt:
        print("interrupted")
    with store.read() as unit:
        print(unit.requests.count())
    store.close()
"""


def test_ctrl_c_inside_the_database_rolls_back(sqlite_location: str) -> None:
    """A real signal in the middle of a bulk write: KeyboardInterrupt comes through, nothing of the act is kept."""
    command = [sys.executable, "-c", textwrap.dedent(INTERRUPTED), sqlite_location]
    root = Path(__file__).resolve().parents[2]
    done = subprocess.run(command, capture_output=True, text=True, cwd=root, timeout=60, check=False)
    assert done.stdout.split() == ["interrupted", "3"], done.stderr
    store = open_store(sqlite_location)
    assert check(store) == []
    store.close()


def test_a_killed_writer_leaves_the_store_as_it_was(sqlite_location: str) -> None:
    """A process that dies in the middle of an act: the next one finds the store sound and without the act."""
    code = INTERRUPTED.replace("getpid(), signal.SIGINT", "getpid(), signal.SIGKILL")
    command = [sys.executable, "-c", textwrap.dedent(code), sqlite_location]
    root = Path(__file__).resolve().parents[2]
    assert subprocess.run(command, capture_output=True, cwd=root, timeout=60, check=False).returncode == -9
    store = open_store(sqlite_location)
    with store.read() as unit:
        assert unit.requests.count() == 3
    assert check(store) == []
    store.close()


ADDING = """
    import sys
    from data.store import open_store
    from tests.data.city import NOON
    store = open_store(sys.argv[1])
    with store.write("name an agency", actor="feed", at=NOON) as unit:
        unit.create("agency", [{"name": sys.argv[2]}])
        unit.commit()
    store.close()
"""


def test_opening_a_store_twice_in_a_process_keeps_its_locks(sqlite_location: str) -> None:
    """While one object has it open, another opens and closes: acts of other processes are seen and none is lost."""
    store = open_store(sqlite_location)
    root, head = Path(__file__).resolve().parents[2], store.head()
    open_store(sqlite_location).close()
    for number in range(2):
        command = [sys.executable, "-c", textwrap.dedent(ADDING), sqlite_location, f"Agency {number}"]
        subprocess.run(command, cwd=root, timeout=60, check=True)
        assert store.head() == head + 1 + 2 * number
        with store.write("name an agency", actor="ana", at=NOON) as unit:
            unit.create("agency", [{"name": f"Our agency {number}"}])
            unit.commit()
    store.close()
    again = open_store(sqlite_location)
    assert again.head() == head + 4
    assert check(again) == []
    again.close()


def test_an_empty_database_becomes_a_store_when_asked(empty_postgres_location: str) -> None:
    """On a server create=True makes the schema with PostGIS in place; without it nothing is made."""
    assert "There is no store" in refused(empty_postgres_location)
    store = open_store(empty_postgres_location, create=True)
    small_city(store, 2)
    with store.read() as unit:
        assert unit.connection.execute(text("SELECT ST_AsText(location) FROM service_request WHERE id = 1")).scalar()
    store.close()
    again = open_store(empty_postgres_location)
    assert again.kind == "postgresql"
    assert again.head() == 5
    again.close()


def test_a_database_of_another_program_is_refused(empty_postgres_location: str) -> None:
    """Tables that are not ours: refused, nothing made."""
    import psycopg

    with psycopg.connect(empty_postgres_location.replace("+psycopg", "")) as connection:
        connection.execute("CREATE TABLE invoices (id integer)")
    assert "another program" in refused(empty_postgres_location, create=True)


def test_a_newer_server_store_is_refused(postgres_location: str) -> None:
    """As with files: which version made it, and what to do."""
    store = open_store(postgres_location)
    with store.exclusively() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0815'"))
        connection.execute(text("UPDATE store_meta SET value = '9.7.1' WHERE key = 'shaped_by'"))
        connection.commit()
    store.close()
    assert "made by Opsmap 9.7.1" in refused(postgres_location)


def test_a_server_that_fails_is_told_in_a_sentence(postgres_server: Server, tmp_path: Path) -> None:
    """No server, no such database: what, where, what to do, and no password."""
    assert "createdb" in refused(postgres_server.url("nowhere"))
    with pytest.raises(StoreFailure, match="does not answer") as caught:
        open_store(f"postgresql+psycopg://ana:secret@/city?host={tmp_path}")
    assert "secret" not in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_lost_connection_is_told_and_the_store_recovers(postgres_store: Store) -> None:
    """A connection cut by the server fails the act at hand; the next one works."""
    small_city(postgres_store, 2)
    with pytest.raises(StoreFailure), postgres_store.write("x", actor="a", at=NOON) as unit:
        unit.change("service_request", {1: {"priority": 1}})
        cut = text(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE pid <> pg_backend_pid() AND datname = current_database()"
        )
        with postgres_store.exclusively() as other:
            other.execute(cut)
        unit.commit()
    with postgres_store.read() as unit:
        assert unit.requests.get(1).priority == 50  # type: ignore[union-attr]


def test_a_deadlock_is_a_conflict(postgres_store: Store) -> None:
    """Two acts that wait for each other: the server ends one, which is told that another was first."""
    import threading

    small_city(postgres_store, 2)
    gate, outcomes = threading.Barrier(2), list[str]()

    def act(first: int, second: int) -> None:
        try:
            with postgres_store.write("x", actor="a", at=NOON) as unit:
                unit.change("service_request", {first: {"priority": first}})
                gate.wait(10)
                unit.change("service_request", {second: {"priority": first}})
                unit.commit()
            outcomes.append("kept")
        except DataError as fault:
            outcomes.append(type(fault).__name__)

    threads = [threading.Thread(target=act, args=pair) for pair in ((1, 2), (2, 1))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(outcomes) == [Conflict.__name__, "kept"]
    assert check(postgres_store) == []


def test_units_on_several_threads(any_store: Store) -> None:
    """Readers on other threads have connections of their own."""
    import threading

    small_city(any_store, 20)
    counts: list[int] = []

    def count() -> None:
        with any_store.read() as unit:
            counts.append(unit.requests.count())

    threads = [threading.Thread(target=count) for _ in range(4)]
    with any_store.write("x", actor="a", at=NOON) as unit:
        unit.create("service_request", [request_row(99)])
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(10)
    assert counts == [20] * 4
