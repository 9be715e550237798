"""Disks without room or rights: the sentence says so, nobody is told that a sound store is damaged, nothing is lost."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from desktop.cli.main import exit_code
from tests.desktop.cli.commands import fill, run, small_disk

ROWS = "id,type,status,lat,long,opened\n" + "".join(
    f"{n},Pothole,open,{42.3 + n % 40 / 500},{-71.1 + n // 40 / 500},2026-10-01 10:00\n" for n in range(1600)
)


def founded(store: Path, folder: Path) -> Path:
    """A city with requests; returns the file they came from."""
    file = folder / "calls.csv"
    file.write_text(ROWS, encoding="utf-8")
    assert exit_code(["--store", str(store), "init", "Elmwood"]) == 0
    assert exit_code(["--store", str(store), "import", "requests", str(file)]) == 0
    return file


@pytest.mark.parametrize("verb", [["check"], ["points", "list"], ["import", "requests", "FILE"]])
def test_a_disk_without_a_byte_left(verb: list[str], tmp_path: Path) -> None:
    """Exit 1 and a sentence about the full disk, not about damage; with room again the store is sound."""
    with small_disk(tmp_path / "disk", "4m") as disk:
        store = disk / "city.opsmap"
        file = founded(store, tmp_path)
        filler = fill(disk)
        done = run("--store", store, *[str(file) if word == "FILE" else word for word in verb])
        assert done.returncode == 1, done.stderr
        assert "The disk is full" in done.stderr
        assert "Nothing in it is lost" in done.stderr
        assert "damaged" not in done.stderr
        assert "restore" not in done.stderr
        filler.unlink()
        assert run("--store", store, "check").returncode == 0


def test_a_disk_that_may_only_be_read(tmp_path: Path) -> None:
    """On a read-only mount the sentence names the folder and what to do; the store is sound when it may be written."""
    with small_disk(tmp_path / "disk", "4m") as disk:
        store = disk / "city.opsmap"
        founded(store, tmp_path)
        subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
        done = run("--store", store, "check")
        subprocess.run(["mount", "-o", "remount,rw", str(disk)], check=True)
        assert done.returncode == 1
        assert f"{disk} is read-only" in done.stderr
        assert "damaged" not in done.stderr
        assert len(done.stderr.strip().splitlines()) == 1
        assert run("--store", store, "check").returncode == 0


RULES = '[[rule]]\nname = "All"\nagency = "Streets"\nnote = "A long note."\n'


def ruled(store: Path, folder: Path) -> Path:
    """A city with requests, a department and rules; returns the file of rules."""
    founded(store, folder)
    square = '{"type": "Polygon", "coordinates": [[[-71.2, 42.2], [-71, 42.2], [-71, 42.4], [-71.2, 42.2]]]}'
    feature = f'{{"type": "Feature", "properties": {{"name": "West"}}, "geometry": {square}}}'
    areas, rules = folder / "areas.geojson", folder / "rules.toml"
    areas.write_text(f'{{"type": "FeatureCollection", "features": [{feature}]}}', encoding="utf-8")
    rules.write_text(RULES, encoding="utf-8")
    for words in (["import", "areas", str(areas), "--agency", "Streets"], ["rules", "import", str(rules)]):
        assert exit_code(["--store", str(store), *words]) == 0
    return rules


@pytest.mark.parametrize("full", [True, False])
def test_rules_on_a_disk_that_takes_nothing(full: bool, tmp_path: Path) -> None:
    """Rules are not saved and requests not assigned on a full or read-only disk; what was saved stays whole."""
    with small_disk(tmp_path / "disk", "4m") as disk:
        store = disk / "city.opsmap"
        rules = ruled(store, tmp_path)
        rules.write_text(RULES.replace("All", "Each"), encoding="utf-8")
        if full:
            fill(disk)
        else:
            subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
        tried = [run("--store", store, *words) for words in (["rules", "import", rules], ["assign"])]
        if not full:
            subprocess.run(["mount", "-o", "remount,rw", str(disk)], check=True)
        for done in tried:
            assert done.returncode == 1, done.stderr
            assert ("The disk is full" if full else f"{disk} is read-only") in done.stderr
            assert "Traceback" not in done.stderr
        (disk / "filler").unlink(missing_ok=True)
        assert run("--store", store, "check").returncode == 0
        assert len(run("--store", store, "rules", "list").stdout.splitlines()) == 1


def test_rules_that_do_not_fit_leave_the_file_as_it_was(tmp_path: Path) -> None:
    """An export onto a full disk says so, and the rules that were exported before stay whole."""
    store = tmp_path / "city.opsmap"
    ruled(store, tmp_path)
    with small_disk(tmp_path / "disk", "1m") as disk:
        (disk / "rules.toml").write_text("old", encoding="utf-8")
        fill(disk)
        done = run("--store", store, "rules", "export", disk / "rules.toml")
        assert done.returncode == 1, done.stderr
        assert "rules.toml could not be written (No space left on device)" in done.stderr
        assert (disk / "rules.toml").read_text(encoding="utf-8") == "old"
        assert sorted(path.name for path in disk.iterdir()) == ["filler", "rules.toml"]


@pytest.mark.parametrize("verb", [["export", "requests"], ["hotspots", "--permutations", "9", "--out"]])
@pytest.mark.parametrize("room", [0, 20_000, 110_000])
def test_a_geopackage_that_does_not_fit(verb: list[str], room: int, tmp_path: Path) -> None:
    """A GeoPackage on a disk without room for it: exit 1, one sentence, no file, whole or half."""
    store = tmp_path / "city.opsmap"
    founded(store, tmp_path)
    with small_disk(tmp_path / "disk", "4m") as disk:
        filler = fill(disk)
        os.truncate(filler, filler.stat().st_size - room)
        done = run("--store", store, *verb, disk / "out.gpkg")
        assert done.returncode == 1, done.stderr
        assert "out.gpkg could not be written" in done.stderr
        assert "Traceback" not in done.stderr
        assert [path.name for path in disk.iterdir()] == ["filler"]
    assert exit_code(["--store", str(store), "check"]) == 0


def test_an_answer_that_does_not_fit(tmp_path: Path) -> None:
    """A map, a page and a table of an answer, on a disk without room: exit 1, one sentence, no file, whole or half."""
    store = tmp_path / "city.opsmap"
    founded(store, tmp_path)
    with small_disk(tmp_path / "disk", "1m") as disk:
        fill(disk)
        for ending in ("png", "html", "csv"):
            done = run("--store", store, "hotspots", "--permutations", "9", "--out", disk / f"out.{ending}")
            assert done.returncode == 1, done.stderr
            assert f"out.{ending} could not be" in done.stderr
            assert "No space left on device" in done.stderr
            assert "The act itself is kept" in done.stderr
            assert [path.name for path in disk.iterdir()] == ["filler"]


def test_the_result_on_a_full_disk() -> None:
    """A result that cannot be written is told, with exit 1, and Python adds nothing of its own."""
    with open("/dev/full", "w") as full:
        from tests.desktop.cli.commands import start

        process = start("--help", stdout=full.fileno())
        _, err = process.communicate(timeout=60)
    assert process.returncode == 1
    assert err.strip().count("\n") == 0
    assert "could not be written" in err


def test_a_place_that_is_none() -> None:
    """A store in a folder that cannot be made is refused."""
    done = run("--store", "/proc/nowhere/deep/city.opsmap", "init", "Elmwood")
    assert done.returncode == 2
    assert "/proc/nowhere/deep cannot be made" in done.stderr
    assert "Traceback" not in done.stderr
