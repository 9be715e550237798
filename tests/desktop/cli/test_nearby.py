"""`opsmap nearby`: what it prints, and how it exits."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from data.store import new_store
from desktop.cli.main import exit_code
from tests.data.city import NOON, projected_city, request_row


@pytest.fixture
def city(tmp_path: Path) -> str:
    """A city with two open potholes by one point, one of them with a text of several lines."""
    place = str(tmp_path / "city.opsmap")
    near = {"service_id": 1, "long": -71.5, "extras": {}}
    rows = [request_row(100, lat=43.0001, description="deep\nhole", **near), request_row(101, lat=43.0, **near)]
    with new_store(place) as store:
        projected_city(store)
        with store.write("import", actor="ana", at=NOON) as unit:
            unit.create("service_request", rows)
            unit.commit()
    return place


def test_lines_and_json(city: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A line an incident, the nearest first, or one object; west needs no dashes."""
    capsys.readouterr()
    assert exit_code(["--store", city, "nearby", "43", "-71.5", "--service", "POT", "--text", "a hole"]) == 0
    first, second = capsys.readouterr().out.splitlines()
    assert first.split("\t")[:4] == ["-", "R101", "Pot", "0 m"]
    assert second.endswith("deep hole")
    assert exit_code(["--store", city, "nearby", "43", "-71.5", "--limit", "1", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["asked"] == {"lat": 43.0, "long": -71.5}
    assert [one["service_request_id"] for one in told["found"]] == ["R101"]
    assert told["found"][0]["status"] == "submitted"


def test_nothing_near_and_nonsense(city: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing open is an answer; what cannot be asked exits 2 with a sentence."""
    capsys.readouterr()
    assert exit_code(["--store", city, "nearby", "43.5", "-71.5"]) == 0
    assert "Nothing is open there" in capsys.readouterr().out
    for words in (["95", "8"], ["nan", "8"], ["43", "-71.5", "--service", "NONE"], ["43", "-71.5", "--radius-m", "0"]):
        assert exit_code(["--store", city, "nearby", *words]) == 2
        assert capsys.readouterr().err.strip()
