"""The numpy snapshot: always equal to what the store says."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import fields
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

from data.columns import MISSING, Columns, build_columns, load_columns, refresh_columns
from data.records import Placement, Status
from data.store import Store, open_store
from tests.data.city import NOON, found, request_row, small_city
from tests.data.test_log import STEPS, Player
from tests.soak import examples

NAMES = [field.name for field in fields(Columns)]


def same(a: Columns, b: Columns) -> bool:
    """Whether two snapshots agree in every array, dtypes included."""
    pairs = [(np.asarray(getattr(a, name)), np.asarray(getattr(b, name))) for name in NAMES]
    return all(x.dtype == y.dtype and np.array_equal(x, y, equal_nan=x.dtype.kind == "f") for x, y in pairs)


def rebuilt(store: Store) -> Columns:
    with store.read() as unit:
        return build_columns(unit)


def edit(store: Store, **values: Any) -> None:
    with store.write("edit", actor="ben", at=NOON) as unit:
        unit.change("service_request", {1: values})
        unit.commit()


def test_the_snapshot_says_what_the_rows_say(any_store: Store) -> None:
    """Every column, coded by the order of the enums, missing values marked, unlocated requests without a map point."""
    overrides = {
        1: {"lat": None, "long": None, "placement": "missing", "status": "closed", "closed_at": NOON, "priority": 100},
        2: {"placement": "placeholder", "agency_id": 2, "due_at": NOON + timedelta(days=1)},
        3: {"lat": 999.0, "long": 0.0, "placement": "invalid"},
    }
    small_city(any_store, 4, overrides)
    columns = load_columns(any_store)
    noon_ms = round(NOON.timestamp() * 1000)
    assert len(columns) == 4
    assert columns.sequence == any_store.head()
    assert columns.id.tolist() == [1, 2, 3, 4]
    assert [tuple(Status)[code] for code in columns.status] == ["submitted", "closed", "submitted", "submitted"]
    assert [tuple(Placement)[code] for code in columns.placement] == ["located", "missing", "placeholder", "invalid"]
    assert np.isnan(columns.x).tolist() == np.isnan(columns.y).tolist() == [False, True, True, True]
    assert np.isnan(columns.lat).tolist() == [False, True, False, False]
    assert columns.agency_id.tolist() == [-1, -1, 2, -1]
    assert columns.incident_id.tolist() == [-1] * 4
    assert columns.closed_ms.tolist() == [MISSING, noon_ms, MISSING, MISSING]
    assert columns.due_ms.tolist() == [MISSING, MISSING, noon_ms + 86_400_000, MISSING]
    assert columns.requested_ms.tolist() == [noon_ms + 60_000 * n for n in range(4)]
    assert columns.priority.tolist() == [50, 100, 50, 50]
    with pytest.raises(ValueError, match="read-only"):
        columns.status[0] = 1


def test_map_points_are_web_mercator(sqlite_store: Store) -> None:
    """x and y run from 0 to 1 from the north-west corner, as slippy tiles number a known place."""
    small_city(sqlite_store, 2, {0: {"lat": 0.0, "long": 0.0}, 1: {"lat": 42.3601, "long": -71.0589}})
    columns = load_columns(sqlite_store)
    assert columns.x.tolist() == pytest.approx([0.5, (180 - 71.0589) / 360], abs=1e-12)
    # Boston at zoom 10: OpenStreetMap's tile 309/378
    assert columns.y[0] == pytest.approx(0.5, abs=1e-12)
    assert (int(columns.x[1] * 1024), int(columns.y[1] * 1024)) == (309, 378)


def test_positions_of_ids(sqlite_store: Store) -> None:
    """positions() finds ids in the arrays and says -1 for strangers."""
    small_city(sqlite_store, 5)
    columns = load_columns(sqlite_store)
    assert columns.positions([5, 1, 99, 0]).tolist() == [4, 0, -1, -1]


@settings(max_examples=examples(20), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_patched_equals_rebuilt(any_store: Store, steps: list[tuple[str, Any]]) -> None:
    """After any acts the snapshot patched from the log, in memory and on disk, equals the one read anew."""
    with any_store.read() as unit:
        empty, start = unit.city.get() is None, 1000 * any_store.head()
    if empty:
        with any_store.write("found", actor="ana", at=NOON) as writing:
            found(writing)
            writing.commit()
    kept = load_columns(any_store)
    player = Player(any_store, start)
    for step in steps:
        player.play(step)
        fresh = rebuilt(any_store)
        kept = refresh_columns(any_store, kept)
        assert same(kept, fresh)
    assert same(load_columns(any_store), fresh)
    assert same(load_columns(any_store), fresh)  # as saved


def test_nothing_new_means_the_same_object(any_store: Store) -> None:
    """Refreshing without events costs nothing."""
    small_city(any_store, 2)
    columns = load_columns(any_store)
    assert refresh_columns(any_store, columns) is columns


def test_many_changes_are_read_anew(sqlite_store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Past a share of the requests the snapshot is rebuilt, with the same result."""
    import data.columns

    small_city(sqlite_store, 30)
    kept = load_columns(sqlite_store)
    monkeypatch.setattr(data.columns, "_PATCHED_AT_MOST", 3)
    with sqlite_store.write("edit", actor="ben", at=NOON) as unit:
        unit.change_columns("service_request", range(1, 11), {"priority": list(range(10))})
        unit.commit()
    called: list[int] = []
    real = data.columns.build_columns
    monkeypatch.setattr(data.columns, "build_columns", lambda unit: called.append(1) or real(unit))
    assert same(refresh_columns(sqlite_store, kept), rebuilt(sqlite_store))
    assert called == [1]


def file_of(store: Store) -> Path:
    return store.cache_folder / "columns.bin"


def test_a_fresh_file_is_believed_and_lies_beside_the_store(
    sqlite_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """city.opsmap keeps its snapshot in city.opsmap-cache/; a fresh one is loaded without reading a single row."""
    small_city(sqlite_store, 3)
    first = load_columns(sqlite_store)
    assert file_of(sqlite_store) == Path(sqlite_store.location).parent / "city.opsmap-cache" / "columns.bin"
    assert [p.name for p in sqlite_store.cache_folder.iterdir()] == ["columns.bin"]
    monkeypatch.setattr("data.columns._fetch", None)
    assert same(load_columns(sqlite_store), first)


@pytest.mark.parametrize("damage", ["flip", "cut", "empty", "text", "header", "old form"])
def test_a_damaged_file_is_made_anew(sqlite_store: Store, damage: str) -> None:
    """Whatever happened to the file, the snapshot is right and the file is replaced."""
    small_city(sqlite_store, 40)
    good = load_columns(sqlite_store)
    file = file_of(sqlite_store)
    content = bytearray(file.read_bytes())
    if damage == "flip":
        content[-9] ^= 0xFF
    elif damage == "header":
        content[30] ^= 0xFF
    elif damage == "old form":
        content = bytearray(bytes(content).replace(b'"placement"', b'"plasement"'))
    file.write_bytes({"cut": content[:-1], "empty": b"", "text": b"hello"}.get(damage, content))
    assert same(load_columns(sqlite_store), good)
    assert same(load_columns(sqlite_store), good)
    assert len(file.read_bytes()) > 1000


def test_the_file_of_another_history_is_not_believed(sqlite_location: str, tmp_path: Path) -> None:
    """A store put back and led on differently, with a log as long as before, gets its own snapshot."""
    store = open_store(sqlite_location)
    small_city(store, 3)
    store.close()
    older = Path(sqlite_location).read_bytes()
    store = open_store(sqlite_location)
    edit(store, priority=1)
    load_columns(store)
    store.close()
    Path(sqlite_location).write_bytes(older)
    store = open_store(sqlite_location)
    edit(store, status="closed")
    assert same(load_columns(store), rebuilt(store))
    assert load_columns(store).priority[0] == 50
    store.close()


def test_a_cache_that_cannot_be_written_costs_only_time(sqlite_store: Store) -> None:
    """With a file where the folder should be, the snapshot is read anew each time."""
    small_city(sqlite_store, 3)
    sqlite_store.cache_folder.write_text("in the way")
    assert same(load_columns(sqlite_store), rebuilt(sqlite_store))


def test_the_cache_of_a_server_is_the_users(postgres_store: Store, tmp_path: Path) -> None:
    """A PostgreSQL store keeps its snapshot in the user's cache under its identity."""
    small_city(postgres_store, 3)
    load_columns(postgres_store)
    assert file_of(postgres_store) == tmp_path / "cache" / "opsmap" / postgres_store.identity / "columns.bin"
    assert file_of(postgres_store).exists()


def test_an_empty_store_has_an_empty_snapshot(any_store: Store) -> None:
    """No requests: arrays of length zero, saved and loaded like any other."""
    assert len(load_columns(any_store)) == 0
    assert len(load_columns(any_store)) == 0
    assert load_columns(any_store).positions([1]).tolist() == [-1]


def test_the_first_requests_of_a_city(any_store: Store) -> None:
    """A snapshot that was made of a city without requests is brought up to its first ones."""
    empty = load_columns(any_store)
    small_city(any_store, 5)
    assert same(refresh_columns(any_store, empty), rebuilt(any_store))
    assert same(load_columns(any_store), rebuilt(any_store))


def test_first_paint_imports_stay_light() -> None:
    """Loading a snapshot needs numpy and SQLAlchemy, none of the heavy packages, and not Alembic or psycopg."""
    heavy = ("pandas", "scipy", "numba", "geopandas", "shapely", "sklearn", "pyproj", "alembic", "psycopg", "PySide6")
    code = f"import sys, data.columns, data.store; print([name for name in {heavy!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_another_city_at_the_same_place_is_not_confused(sqlite_location: str, sqlite_template: Path) -> None:
    """A store deleted and made anew has another identity; the old snapshot is not taken for its own."""
    store = open_store(sqlite_location)
    small_city(store, 3)
    load_columns(store)
    store.close()
    Path(sqlite_location).unlink()
    store = open_store(sqlite_location, create=True)
    with store.write("found", actor="ana", at=NOON) as unit:
        found(unit)
        unit.create("service_request", [request_row(77, status="closed")])
        unit.commit()
    assert load_columns(store).status.tolist() == [4]
    store.close()
