"""Bad input through the command: one clear sentence, the exit code that the contract names, the store as it was."""

from __future__ import annotations

import gzip
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from data.store import open_store
from desktop.cli.main import exit_code
from tests.desktop.cli.commands import run
from tests.ground import shared_ground
from tests.shared import shared_file

OPSMAP = Path(sys.executable).parent / "opsmap"
GOOD = "id,type,status,lat,long,opened\n1,Pothole,open,42.35,-71.06,2026-10-01 10:00\n"
SQUARE = {"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]]]}


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """A city with one request."""
    path = tmp_path / "city.opsmap"
    assert exit_code(["--store", str(path), "init", "Elmwood", "--timezone", "America/New_York"]) == 0
    (tmp_path / "good.csv").write_text(GOOD, encoding="utf-8")
    assert exit_code(["--store", str(path), "import", "requests", str(tmp_path / "good.csv")]) == 0
    return path


def state(store: Path) -> tuple[int, int, list[str]]:
    """What the store holds: the log's head, its requests, its artifacts."""
    opened = open_store(str(store))
    with opened.read() as unit:
        found = unit.log.head(), unit.requests.count(), unit.artifacts.names()
    opened.close()
    return found


def csv_without_a_column(folder: Path) -> list[str]:
    """No column tells the service."""
    file = folder / "calls.csv"
    file.write_text("id,lat,long,opened\n7,42.3,-71.1,2026-10-01\n", encoding="utf-8")
    return ["import", "requests", str(file)]


def picture(folder: Path) -> list[str]:
    """Something else altogether."""
    file = folder / "holiday.png"
    file.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)))
    return ["import", "requests", str(file)]


def truncated_zip(folder: Path) -> list[str]:
    """An archive whose end is missing."""
    whole = folder / "whole.zip"
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("calls.csv", GOOD * 3000)
    file = folder / "calls.zip"
    file.write_bytes(whole.read_bytes()[:-60])
    return ["import", "requests", str(file)]


def truncated_gz(folder: Path) -> list[str]:
    """A compressed file that ends in its middle."""
    file = folder / "calls.csv.gz"
    file.write_bytes(gzip.compress((GOOD + GOOD[GOOD.index("\n") + 1 :] * 5000).encode())[:-200])
    return ["import", "requests", str(file)]


def not_utf8(folder: Path) -> list[str]:
    """Bytes that are no UTF-8, where UTF-8 was asked for."""
    file = folder / "latin.csv"
    file.write_bytes(GOOD.replace("Pothole", "Schlagl\xf6cher").encode("latin-1"))
    return ["import", "requests", str(file), "--encoding", "utf-8"]


def polygons_without_crs(folder: Path) -> list[str]:
    """Districts in feet that declare nothing."""
    file = folder / "districts.geojson"
    far = [[[x + 700_000, y + 3_000_000] for x, y in ring] for ring in SQUARE["coordinates"]]
    feature = {"type": "Feature", "properties": {"name": "A"}, "geometry": {"type": "Polygon", "coordinates": far}}
    file.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}), encoding="utf-8")
    return ["import", "areas", str(file)]


def assets_that_are_polygons(folder: Path) -> list[str]:
    """Areas where lights were expected."""
    file = folder / "lights.geojson"
    feature = {"type": "Feature", "properties": {"id": "A"}, "geometry": SQUARE}
    file.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}), encoding="utf-8")
    return ["import", "assets", str(file)]


def assets_without_numbers(folder: Path) -> list[str]:
    """Points that nothing tells apart."""
    file = folder / "lights.csv"
    file.write_text("colour,lat,long\nred,42.3,-71.1\n", encoding="utf-8")
    return ["import", "assets", str(file)]


def text_as_areas(folder: Path) -> list[str]:
    """A note where a map layer was expected."""
    file = folder / "notes.txt"
    file.write_text("The districts are on the wall.\n", encoding="utf-8")
    return ["import", "areas", str(file)]


def truncated_pbf(folder: Path) -> list[str]:
    """A map extract that was cut off while it was downloaded."""
    source = shared_file("osm/columbus.osm.pbf")
    file = folder / "columbus.osm.pbf"
    file.write_bytes(source.read_bytes()[:200_000])
    return ["import", "streets", str(file)]


def ways_without_nodes(folder: Path) -> list[str]:
    """A way whose nodes are not in the file."""
    file = folder / "holes.osm"
    file.write_text(
        '<osm version="0.6"><node id="1" lat="42.0" lon="-71.0"/>'
        '<way id="5"><nd ref="1"/><nd ref="2"/><tag k="highway" v="residential"/></way></osm>',
        encoding="utf-8",
    )
    return ["import", "streets", str(file)]


def missing_file(folder: Path) -> list[str]:
    """A name that is no file."""
    return ["import", "requests", str(folder / "nowhere.csv")]


CASES = (
    csv_without_a_column,
    picture,
    truncated_zip,
    truncated_gz,
    not_utf8,
    polygons_without_crs,
    assets_that_are_polygons,
    assets_without_numbers,
    text_as_areas,
    truncated_pbf,
    ways_without_nodes,
    missing_file,
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.__name__)
def test_refused_in_one_sentence(
    case: Callable[[Path], list[str]], store: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit 2, one line that names the file and says what to do, nothing on stdout, the store as it was."""
    arguments = case(tmp_path)
    before = state(store)
    capsys.readouterr()
    assert exit_code(["--store", str(store), *arguments]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    lines = [line for line in told.err.splitlines() if "%" not in line and not line.strip().startswith("Reading")]
    assert len(lines) == 1, told.err
    assert Path(arguments[2]).name in lines[0]
    assert "Traceback" not in told.err
    assert "prefixing" not in told.err  # a library's advice to programmers
    assert lines[0].rstrip().endswith(".")
    assert state(store) == before


def test_a_column_that_cannot_be_found_is_asked_for_by_name(
    store: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The sentence names the field that is missing and the option that supplies it, and following it works."""
    assert exit_code(["--store", str(store), *csv_without_a_column(tmp_path)]) == 2
    told = capsys.readouterr().err
    assert "service" in told
    assert "--column" in told
    file = str(tmp_path / "calls.csv")
    assert exit_code(["--store", str(store), "import", "requests", file, "--column", "service==Pothole"]) == 0


def test_a_newer_store_is_left_alone(store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A store that a later version made is not opened, not migrated, not changed in any byte."""
    with sqlite3.connect(store) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999_of_tomorrow'")
    connection.close()
    before = store.read_bytes()
    assert exit_code(["--store", str(store), "assign"]) in (1, 2)
    told = capsys.readouterr().err
    assert "newer" in told
    assert len(told.strip().splitlines()) == 1
    assert store.read_bytes() == before


def test_not_a_store(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Any other file named as a store is refused and left alone."""
    file = tmp_path / "notes.txt"
    file.write_text("buy milk", encoding="utf-8")
    assert exit_code(["--store", str(file), "assign"]) in (1, 2)
    assert "Traceback" not in capsys.readouterr().err
    assert file.read_text(encoding="utf-8") == "buy milk"


@pytest.fixture
def tiny_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 2 MB; skips where this user may mount none."""
    place = tmp_path / "disk"
    place.mkdir()
    mount = shutil.which("mount")
    done = mount and subprocess.run([mount, "-t", "tmpfs", "-o", "size=2m", "none", str(place)], capture_output=True)
    if not done or done.returncode:
        pytest.skip("this user may not mount a small file system")
    yield place
    subprocess.run(["umount", str(place)], check=True)


def test_a_full_disk(tiny_disk: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Exit 1, one sentence; the store is sound and holds what it held before."""
    store = tiny_disk / "city.opsmap"
    assert exit_code(["--store", str(store), "init", "Elmwood"]) == 0
    file = tmp_path / "many.csv"
    row = ",Pothole,open,42.35,-71.06,2026-10-01 10:00," + "x" * 300 + "\n"
    text = "id,type,status,lat,long,opened,description\n" + "".join(f"{n}{row}" for n in range(20_000))
    file.write_text(text, encoding="utf-8")
    before = state(store)
    capsys.readouterr()
    assert exit_code(["--store", str(store), "import", "requests", str(file)]) == 1
    told = capsys.readouterr().err
    assert "The disk is full" in told
    assert "Traceback" not in told
    assert state(store) == before
    assert exit_code(["--store", str(store), "check"]) == 0


def test_a_failed_demo_leaves_no_file(tiny_disk: Path) -> None:
    """A store that was created for a city that did not fit is gone again."""
    store = tiny_disk / "demo.opsmap"
    with shared_ground():
        assert exit_code(["--store", str(store), "demo", "--requests", "5000"]) == 1
    assert [path.name for path in tiny_disk.iterdir()] == []


@pytest.mark.slow
def test_ctrl_c_in_mid_import(store: Path, tmp_path: Path) -> None:
    """A real signal to a real command: exit 130, one sentence, the store as it was."""
    file = tmp_path / "long.csv"
    rows = "".join(f"{n},Pothole,open,42.35,-71.06,2026-10-01 10:00\n" for n in range(300_000))
    file.write_text("id,type,status,lat,long,opened\n" + rows, encoding="utf-8")
    before = state(store)
    command = [str(OPSMAP), "--store", str(store), "import", "requests", str(file)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, preexec_fn=_hears)
    assert process.stderr is not None
    first = process.stderr.readline()  # it tells of its first rows: the write is under way
    assert "rows read" in first
    time.sleep(0.3)
    os.kill(process.pid, signal.SIGINT)
    out, err = process.communicate(timeout=30)
    assert process.returncode == 130
    assert out == ""
    assert "Traceback" not in err
    assert state(store) == before
    assert exit_code(["--store", str(store), "check"]) == 0


def _hears() -> None:
    """A shell's background job would inherit that Ctrl-C is ignored."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


def test_nobody_is_asked_for_a_store_that_is_not_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """An act on a store that does not exist names it and says how to make one; nothing is created."""
    assert exit_code(["--store", str(tmp_path / "no.opsmap"), "assign"]) == 2
    told = capsys.readouterr().err
    assert "no.opsmap" in told
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "words",
    [
        ["foo"],
        ["--bogus", "check"],
        [],
        ["points"],
        ["import", "requests"],
        ["demo", "--requests", "many"],
        ["hotspots", "--cell-m", "0"],
        ["report", "--by", "planet"],
    ],
)
def test_wrong_usage_says_how_it_is_used(words: list[str]) -> None:
    """A verb, option or value that does not exist exits with 2 and the usage, without a traceback."""
    done = run(*words)
    assert done.returncode == 2
    assert "Usage: " in done.stderr
    assert "Traceback" not in done.stderr
    assert "Value error" not in done.stderr  # a library's word, not ours
    assert done.stdout == ""


def test_usage_names_the_program_that_is_installed() -> None:
    """Started as it is installed, the program says its own name."""
    done = subprocess.run([str(OPSMAP), "foo"], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "Usage: opsmap" in done.stderr


@pytest.mark.parametrize(
    "words",
    [
        ["assign", "--out"],
        ["duplicates", "--out"],
        ["hotspots", "--out"],
        ["export", "requests"],
        ["export", "map"],
        ["import", "requests", "{good}", "--rejects"],
    ],
)
def test_no_result_is_written_over_the_store(store: Path, tmp_path: Path, words: list[str]) -> None:
    """A result named like the store, through a link too, is refused, and the store is as it was."""
    suffix = {"hotspots": ".geojson", "export": ".html" if "map" in words else ".csv"}.get(words[0], ".csv")
    link = tmp_path / f"link{suffix}"
    link.symlink_to(store)
    before = state(store)
    given = [word.format(good=tmp_path / "good.csv") for word in words]
    for target in [link, *([store] if words[0] in ("assign", "duplicates", "import") else [])]:
        assert exit_code(["--store", str(store), *given, str(target)]) == 2
    assert state(store) == before
    assert exit_code(["--store", str(store), "check"]) == 0


def test_a_statistic_that_cannot_be_asked_is_refused(
    store: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """An unknown statistic or layer, a bad exposure, a kind of file that is none: each a sentence, nothing kept."""
    wrong = tmp_path / "people.csv"
    wrong.write_text("area,value\nWest,many\n", encoding="utf-8")
    before = state(store)
    for words, said in (
        (["--statistic", "magic"], "no statistic 'magic'"),
        (["--zones", "Nowhere"], "no zones 'Nowhere'"),
        (["--exposure", str(wrong)], "columns area and value"),
        (["--exposure", str(tmp_path / "none.csv")], "cannot be read"),
        (["--statistic", "moran", "--out", str(tmp_path / "moran.shp")], ".svg, .png, .pdf"),
        (["--measure", "smoothed"], "needs an exposure"),
        (["--step", "week"], "--step is of --statistic emerging"),
        (["--statistic", "compare", "--seed", "4"], "--seed is of --statistic gi_star or moran"),
        (["--statistic", "density", "--exposure", "km2"], "takes no exposure"),
        (["--exposure", "km2", "--exposure-field", "people"], "is of a map layer"),
        (["--statistic", "compare", "--from", "2026-01-01"], "both periods"),
    ):
        assert exit_code(["--store", str(store), "hotspots", *words]) == 2
        assert said in capsys.readouterr().err
    assert state(store) == before


def test_rejects_do_not_replace_the_file_they_come_from(store: Path, tmp_path: Path) -> None:
    """--rejects that names the input is refused; the input stays."""
    good = tmp_path / "good.csv"
    assert exit_code(["--store", str(store), "import", "requests", str(good), "--rejects", str(good)]) == 2
    assert good.read_text(encoding="utf-8") == GOOD


def test_a_row_that_cannot_be_kept_is_rejected_alone(
    store: Path, tmp_path: Path, capsys: pytest.CaptureFixture
) -> None:  # type: ignore[type-arg]
    """A name too long for the store costs its row, told with the column; the others are imported and counted."""
    file = tmp_path / "long.csv"
    rows = [f"2,{'x' * 300},open,42.35,-71.06,2026-10-02", "3,Pothole,open,,,2026-10-02"]
    file.write_text("\n".join(["id,type,status,lat,long,opened", *rows]) + "\n", encoding="utf-8")
    capsys.readouterr()
    words = ["import", "requests", str(file), "--source", "good", "--rejects", str(tmp_path / "bad.csv"), "--json"]
    assert exit_code(["--store", str(store), *words]) == 0
    counts = json.loads(capsys.readouterr().out)
    assert {name: counts[name] for name in ("read", "added", "rejected", "unlocated")} == {
        "read": 2,
        "added": 1,
        "rejected": 1,
        "unlocated": 1,
    }
    assert "column type) has 300 characters" in (tmp_path / "bad.csv").read_text(encoding="utf-8")
    (tmp_path / "more.csv").write_text(GOOD.replace("\n1,", "\n9,"), encoding="utf-8")
    words = ["import", "requests", str(tmp_path / "more.csv"), "--source", "good", "--json"]
    assert exit_code(["--store", str(store), *words]) == 0
    assert json.loads(capsys.readouterr().out)["unlocated"] == 0  # those of an earlier file are not this file's


def test_one_bad_file_of_several_keeps_none(store: Path, tmp_path: Path) -> None:
    """A file that lacks a column is refused before the files beside it are imported."""
    (tmp_path / "more.csv").write_text(GOOD.replace("\n1,", "\n9,"), encoding="utf-8")
    (tmp_path / "odd.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    before = state(store)
    words = ["import", "requests", str(tmp_path / "more.csv"), str(tmp_path / "odd.csv")]
    assert exit_code(["--store", str(store), *words]) == 2
    assert state(store) == before


def test_what_is_kept_is_said_when_a_later_file_breaks(
    store: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture,  # type: ignore[type-arg]
) -> None:
    """A fault deep inside a second file exits with 1, names what stays, and tells its figures."""
    (tmp_path / "more.csv").write_text(GOOD.replace("\n1,", "\n9,"), encoding="utf-8")
    bad = tmp_path / "deep.csv"
    bad.write_bytes(GOOD.encode() + b"2,Pothole,open,42,-71,2026-10-01\n" * 9000 + b"3,\xff\xfe,open,,,2026-10-01\n")
    capsys.readouterr()
    words = ["import", "requests", str(tmp_path / "more.csv"), str(bad), "--json"]
    assert exit_code(["--store", str(store), *words]) == 1
    said = capsys.readouterr()
    assert json.loads(said.out)["added"] == 1
    assert "stays: more.csv" in said.err
