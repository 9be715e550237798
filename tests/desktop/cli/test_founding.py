"""Founding a city: one of several at once, in a system that can be measured, with what was wrong told."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pytest

from data.errors import RefusedInput, StoreFailure
from data.store import new_store, open_store
from desktop.cli.main import exit_code
from tests.desktop.cli.commands import run, start
from tests.shared import shared_file
from tests.soak import rounds


def city_of(store: Path) -> str:
    """The name of the city in a store."""
    opened = open_store(str(store))
    with opened.read() as unit:
        city = unit.city.get()
    opened.close()
    assert city is not None
    return city.name


@pytest.mark.slow
@pytest.mark.parametrize("verb", [["init", "City {0}"], ["demo", "--requests", "40", "--seed", "{0}"]])
def test_of_several_at_once_one_founds_the_city(verb: list[str], tmp_path: Path) -> None:
    """Of commands that found a city in one place at one time, one does; the rest are refused, and it stays whole."""
    store = tmp_path / "city.opsmap"
    at_once = 3 if verb[0] == "init" else len(rounds(2, 4))
    several = [start("--store", store, *(word.format(n) for word in verb)) for n in range(at_once)]
    told = [process.communicate(timeout=300) for process in several]
    codes = [process.returncode for process in several]
    assert sorted(codes) == [0, *[2] * (at_once - 1)], told
    winner = codes.index(0)
    if verb[0] == "init":
        assert city_of(store) == f"City {winner}"
    for code, (_, err) in zip(codes, told, strict=True):
        assert "Traceback" not in err
        assert code == 0 or "city.opsmap" in err
    assert exit_code(["--store", str(store), "check"]) == 0
    left = {path.name for path in tmp_path.iterdir()}
    assert left <= {"city.opsmap", "city.opsmap-cache", "city.opsmap-wal", "city.opsmap-shm"}


def test_of_several_at_once_on_a_server_one_founds_the_city(empty_postgres_location: str) -> None:
    """The same where the store is a database: one city, the others refused in a sentence."""
    several = [start("--store", empty_postgres_location, "init", f"City {n}") for n in range(3)]
    told = [process.communicate(timeout=120) for process in several]
    assert sorted(process.returncode for process in several) == [0, 2, 2], told
    assert not any("Traceback" in err for _, err in told)


def test_a_store_appears_with_its_content_or_not_at_all(tmp_path: Path) -> None:
    """While it is filled a new store is not at its place; a block that fails leaves nothing, one that ends all."""
    path = tmp_path / "city.opsmap"

    def fail() -> None:
        with new_store(path) as store:
            assert not path.exists()
            assert store.location == str(path)
            raise StoreFailure("nothing came of it")

    with pytest.raises(StoreFailure):
        fail()
    assert list(tmp_path.iterdir()) == []
    with new_store(path) as store:
        identity = store.identity
    assert [file.name for file in tmp_path.iterdir()] == ["city.opsmap"]
    assert open_store(path).identity == identity


def test_what_somebody_else_put_there_is_left(tmp_path: Path) -> None:
    """A store that has appeared meanwhile is not replaced, and what was made beside it goes."""
    path = tmp_path / "city.opsmap"
    with pytest.raises(RefusedInput, match="meanwhile"), new_store(path), new_store(path) as other:
        identity = other.identity
    found = open_store(path)
    assert found.identity == identity
    found.close()
    assert {file.name for file in tmp_path.iterdir()} <= {"city.opsmap", "city.opsmap-wal", "city.opsmap-shm"}


def test_what_a_killed_command_left_goes(tmp_path: Path) -> None:
    """The half-made file of a process that no longer runs is removed by the next; one of a running process stays."""
    dead = start("--help")
    dead.communicate(timeout=60)
    (tmp_path / f"city.opsmap-new-{dead.pid}").write_bytes(b"half")
    (tmp_path / "city.opsmap-new-1").write_bytes(b"of a process that runs")
    with new_store(tmp_path / "city.opsmap"):
        pass
    assert {file.name for file in tmp_path.iterdir()} == {"city.opsmap", "city.opsmap-new-1"}


@pytest.mark.parametrize(
    "wish",
    [
        ["Elmwood", "--crs", "EPSG:4326"],
        ["Elmwood", "--crs", "EPSG:0"],
        ["Elmwood", "--crs", "EPSG:999999999999999999"],
        ["Elmwood", "--crs", "EPSG:5773"],  # heights
        ["Elmwood", "--timezone", "America"],
        ["Elmwood", "--timezone", "Mars/Olympus"],
        [""],
        ["  "],
        ["E" * 201],
    ],
)
def test_a_city_that_could_not_work_is_refused(
    wish: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """No name, no zone, or a system without metres: exit 2, one sentence, no file."""
    assert exit_code(["--store", str(tmp_path / "city.opsmap"), "init", *wish]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert len(told.err.strip().splitlines()) == 1
    assert list(tmp_path.iterdir()) == []


def test_a_boundary_that_was_repaired_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """An invalid boundary is repaired, and both the sentence and the figures say so; a valid one is not mentioned."""
    bow = {"type": "Polygon", "coordinates": [[[-71, 42], [-70, 43], [-70, 42], [-71, 43], [-71, 42]]]}
    file = tmp_path / "bow.geojson"
    file.write_text(json.dumps({"type": "Feature", "properties": {}, "geometry": bow}), encoding="utf-8")
    assert exit_code(["--store", str(tmp_path / "one.opsmap"), "init", "Bow", "--boundary", str(file)]) == 0
    assert "repaired: self-intersection at 42.5" in capsys.readouterr().out
    whole = shared_file("polygons/detroit_boundary.geojson")
    assert exit_code(["--store", str(tmp_path / "two.opsmap"), "init", "D", "--boundary", str(whole), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["boundary_repairs"] == []
    bad = shared_file("polygons/boston_boundary_invalid.geojson")
    assert exit_code(["--store", str(tmp_path / "three.opsmap"), "init", "B", "--boundary", str(bad), "--json"]) == 0
    assert len(json.loads(capsys.readouterr().out)["boundary_repairs"]) == 1


@pytest.mark.parametrize("day", ["0001-01-01", "1899-12-31", "2201-01-01", "9999-12-31"])
def test_a_demo_city_out_of_time(day: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A last day at the end of the calendar is refused; nothing is made."""
    assert exit_code(["--store", str(tmp_path / "demo.opsmap"), "demo", "--until", day]) == 2
    assert "choose a day" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_a_backup_of_something_else_is_named_by_its_own_name(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What is wrong with a backup is told of the file that a person named, not of a copy of it."""
    backup, store = tmp_path / "backup.opsmap", tmp_path / "city.opsmap"
    assert exit_code(["--store", str(backup), "init", "Elmwood"]) == 0
    with sqlite3.connect(backup) as raw:
        raw.execute("UPDATE alembic_version SET version_num = '9999_of_tomorrow'")
    raw.close()
    content = bytearray(backup.read_bytes())
    for name, change in (("newer", lambda: None), ("cut", lambda: content.__delitem__(slice(20_000, None)))):
        change()
        backup.write_bytes(content)
        capsys.readouterr()
        assert exit_code(["--store", str(store), "restore", str(backup)]) in (1, 2), name
        told = capsys.readouterr().err
        assert "opsmap-restore-" not in told
        assert str(backup) in told
        assert [path.name for path in tmp_path.iterdir()] == ["backup.opsmap"]


def test_check_of_a_damaged_store_does_not_send_one_to_check(tmp_path: Path) -> None:
    """Pages overwritten: exit 1, damage is told, and the way out is a backup."""
    store = tmp_path / "city.opsmap"
    assert exit_code(["--store", str(store), "init", "Elmwood"]) == 0
    content = bytearray(store.read_bytes())
    content[4096:60_000] = b"\x5a" * (60_000 - 4096)
    store.write_bytes(content)
    done = run("--store", store, "check")
    assert done.returncode == 1
    assert "damaged" in done.stderr
    assert "opsmap check" not in done.stderr
    assert "Traceback" not in done.stderr
