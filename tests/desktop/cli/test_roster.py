"""`opsmap roster`, `routes mark|status` and `services times`: the real command on a planned city."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from data.store import open_store
from tests.demo import DAY
from tests.desktop.cli.test_replays import opsmap

ON = ("--date", DAY.isoformat())
AHEAD = "2037-10-13"  # a Tuesday: what is entered today does not reach the roster of a past day


@pytest.fixture
def place(tmp_path: Path, planned_city: Path) -> Path:
    """A planned demo city of one's own."""
    return Path(shutil.copyfile(planned_city, tmp_path / "city.opsmap"))


def crew(place: Path, name: str) -> dict[str, Any]:
    """One crew of the roster of a day to come."""
    told = json.loads(opsmap(place, "roster", "show", "--date", AHEAD, "--json"))
    found: dict[str, Any] = next(one for one in told["crews"] if one["crew"] == name)
    return found


def test_an_absence_is_entered_told_and_cancelled(place: Path) -> None:
    """It takes the crew off the day with its reason told nowhere; cancelled, the crew is back."""
    days = ("--from", AHEAD)
    said = opsmap(place, "roster", "absent", "Tipper 5", *days, "--kind", "crew", "--why", "parade")
    assert said == f"Tipper 5 is absent on {AHEAD}.\n"
    assert crew(place, "Tipper 5")["why"] == f"Tipper 5 is absent on {AHEAD}."
    assert f"Tipper 5 is absent on {AHEAD}." in opsmap(place, "roster", "show", "--date", AHEAD)
    opsmap(place, "roster", "absent", "Tipper 5", *days, "--kind", "crew", "--cancel")
    assert crew(place, "Tipper 5")["drives"]
    assert "is not absent on" in opsmap(
        place, "roster", "absent", "Tipper 5", *days, "--kind", "crew", "--cancel", code=2
    )
    assert "--kind lorry is none of" in opsmap(place, "roster", "absent", "X", "--kind", "lorry", code=2)
    assert "it is too long; shorten it" in opsmap(place, "roster", "absent", "X" * 300, code=2)


def test_a_roster_goes_out_and_comes_back(place: Path, tmp_path: Path) -> None:
    """A file without a change is no act; with one it is, and undo takes it back; names can be left out."""
    file = tmp_path / "roster.toml"
    opsmap(place, "roster", "export", file)
    assert json.loads(opsmap(place, "roster", "import", file, "--json"))["act"] is None
    file.write_text('[[crew]]\nname = "Tipper 5"\nskills = ["loader", "flying"]\n', encoding="utf-8")
    told = opsmap(place, "roster", "import", file)
    assert told.startswith("Crew Tipper 5 is changed. Tipper 5 is meant for `flying`, which nobody has")
    assert crew(place, "Tipper 5")["missing"]
    opsmap(place, "undo")
    assert not crew(place, "Tipper 5")["missing"]
    present = crew(place, "Tipper 5")["present"]
    plain = opsmap(place, "roster", "show", "--date", AHEAD, "--without-names")
    assert present[0] not in plain
    assert present[0].partition("(")[2].rstrip(")") in plain
    file.write_text('[[crew]]\nname = "New"\n', encoding="utf-8")
    assert opsmap(place, "roster", "import", file, code=2) == "New has no depot; say where it starts.\n"
    assert "cannot be taken off" in opsmap(place, "roster", "remove", "vehicle", "Lorry 5", code=2)


def test_a_stop_is_marked_and_its_requests_follow(place: Path) -> None:
    """Done closes every request of the stop; the status of the crew follows; the same again is refused."""
    store = open_store(place)
    with store.read() as unit:
        plan = unit.plans.latest(DAY)
    assert plan is not None
    route = next(one for one in plan.content["crews"] if one["stops"] and one["stops"][0]["request_ids"])
    stop = route["stops"][0]
    words = ("routes", "mark", route["crew"], "done", "--stop", 1, *ON, "--at", "08:00")
    told = json.loads(opsmap(place, *words, "--by", "Zoe", "--json"))
    assert (told["marked"], told["requests"]) == ("done", len(stop["request_ids"]))
    with store.read() as unit:
        found = unit.requests.many(stop["request_ids"])
    store.close()
    assert {one.status.value for one in found} == {"closed"}
    status = json.loads(opsmap(place, "routes", "status", *ON, "--json"))["crews"]
    assert next(one for one in status if one["crew"] == route["crew"])["ended"] == 1
    assert route["crew"] in opsmap(place, "routes", "status", *ON)
    assert "was marked 'done' at 08:00 by Zoe; undo that first." in opsmap(place, *words, code=2)
    assert "A stop is not marked 'eaten'" in opsmap(place, "routes", "mark", route["crew"], "eaten", code=2)
    assert "--at noon is not a time" in opsmap(place, *words[:-1], "noon", code=2)


def test_service_times_wait_for_stops(place: Path) -> None:
    """Without measured stops nothing is offered, and nothing can be taken."""
    assert json.loads(opsmap(place, "services", "times", "--json")) == {"services": []}
    assert "Too few stops of 'POT'" in opsmap(place, "services", "times", "--take", "POT", code=2)
