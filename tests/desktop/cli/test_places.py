"""`opsmap find`, `opsmap where`, `opsmap import addresses`: what they print, and how they exit."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from desktop.cli.main import exit_code


@pytest.fixture
def city(location: str) -> str:
    """The demo city."""
    return location


def test_find_prints_places_and_json(city: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A line a place, or one object; the quotes of a shell make no difference."""
    capsys.readouterr()
    assert exit_code(["--store", city, "find", "Kings", "Way", "/", "Tern", "St"]) == 0
    assert "Kings Way / Tern Street\tCrossing" in capsys.readouterr().out
    assert exit_code(["--store", city, "find", "Kings Way / Tern St", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["query"] == "Kings Way / Tern St"
    assert (told["found"][0]["kind"], told["found"][0]["exactness"]) == ("crossing", "exact")


def test_where_is_the_way_back(city: str, capsys: pytest.CaptureFixture[str]) -> None:
    """The point of an address leads to that address."""
    capsys.readouterr()
    assert exit_code(["--store", city, "find", "1 Kings Way", "--json"]) == 0
    place = json.loads(capsys.readouterr().out)["found"][0]
    assert exit_code(["--store", city, "where", str(place["lat"]), str(place["long"]), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["street"] == "Kings Way" if place["kind"] == "address" else told["relation"] != "nowhere"


def test_nothing_found_and_nonsense(city: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing fits or is near: 1, with an object all the same; no place on earth, no city: 2. West needs no dashes."""
    capsys.readouterr()
    assert exit_code(["--store", city, "find", "xyzzy", "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["found"] == []
    assert exit_code(["--store", city, "where", "42.36", "-71.06", "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["relation"] == "nowhere"
    assert exit_code(["--store", city, "where", "95", "8"]) == 2
    assert "no place on earth" in capsys.readouterr().err
    empty = str(tmp_path / "empty.opsmap")
    assert exit_code(["--store", empty, "init", "Nowhere"]) == 0
    assert exit_code(["--store", empty, "find", "Kings Way"]) == 2
    assert "import streets" in capsys.readouterr().err


def test_addresses_of_ones_own(city: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A list is imported, found, and imported again without a change; a bad one is refused."""
    path = tmp_path / "own.csv"
    path.write_text("house,road,lat,long\n4711,Kings Way,53.54327,8.58447\n", encoding="utf-8")
    capsys.readouterr()
    assert exit_code(["--store", city, "import", "addresses", str(path), "--column", "number=house", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["addresses"] == 1
    assert exit_code(["--store", city, "find", "4711 Kings Way"]) == 0
    assert capsys.readouterr().out.startswith("53.543270 8.584470\t4711 Kings Way\tAddress")
    assert exit_code(["--store", city, "import", "addresses", str(path), "--column", "number=house", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["changed"] is False
    assert exit_code(["--store", city, "import", "addresses", str(tmp_path / "none.csv")]) == 2
