"""`opsmap departments`: listed with their requests, closed once nothing gives them any, opened again."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tests.desktop.cli.test_replays import opsmap


@pytest.fixture
def place(tmp_path: Path, demo_city: Path) -> Path:
    """A demo city of one's own, with a department that has nothing: its area was replaced."""
    path = Path(shutil.copyfile(demo_city, tmp_path / "city.opsmap"))
    square = {"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]]]}
    layer = {"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {"name": "A"}}]}
    layer["features"][0]["geometry"] = square  # type: ignore[index]
    (tmp_path / "a.geojson").write_text(json.dumps(layer), encoding="utf-8")
    for agency in ("Old Works", "New Works"):
        opsmap(path, "import", "areas", tmp_path / "a.geojson", "--layer", "Once", "--agency", agency)
    return path


def rows(place: Path) -> dict[str, dict[str, object]]:
    """The departments by name."""
    found = json.loads(opsmap(place, "departments", "list", "--json"))["departments"]
    return {row["agency_responsible"]: row for row in found}


def test_a_department_is_closed_and_opened(place: Path) -> None:
    """It is named in any case, closed from the day on, listed as closed, and opened again."""
    assert rows(place)["Old Works"]["closed_on"] is None
    told = json.loads(opsmap(place, "departments", "close", "old works", "--on", "2026-12-01", "--json"))
    assert (told["agency"], told["closed_on"]) == ("Old Works", "2026-12-01")
    assert rows(place)["Old Works"] == {
        "agency_responsible": "Old Works",
        "open": 0,
        "requests": 0,
        "closed_on": "2026-12-01",
    }
    assert "Old Works\t0\t0\t2026-12-01\n" in opsmap(place, "departments", "list")
    assert opsmap(place, "departments", "reopen", "Old Works") == "Old Works is open again.\n"
    assert "Old Works is not closed." in opsmap(place, "departments", "reopen", "Old Works", code=2)


def test_a_department_with_open_requests_is_not_closed(place: Path) -> None:
    """How many it has and what to do is told, as are a name that nobody has and a day that is none."""
    opsmap(place, "assign")
    waiting = rows(place)["Parks"]["open"]
    assert waiting
    said = opsmap(place, "departments", "close", "Parks", code=2)
    assert f"{waiting:,} open requests have it (" in said
    assert "assign them to another department" in said
    assert "There is no department 'Parcs'; the departments are: " in opsmap(
        place, "departments", "close", "Parcs", code=2
    )
    assert "--on later is not a day" in opsmap(place, "departments", "close", "Parks", "--on", "later", code=2)
    assert rows(place)["Parks"]["closed_on"] is None
