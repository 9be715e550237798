"""`opsmap assign --replay` and `--explain`: what rules of a file would move, and each rule that was asked."""

from __future__ import annotations

import csv
import json
import shutil
from collections import Counter
from hashlib import sha256
from pathlib import Path

import pytest

from data.store import open_store
from tests.desktop.cli.commands import run

RULES = """\
[[rule]]
name = "Potholes"
services = ["pothole"]
agency = "Parks"

[[rule]]
name = "Dumps in the port"
services = ["illegal_dumping"]
areas = { "Port area" = [] }
agency = "Sanitation"
"""


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory, demo_city: Path) -> Path:
    """A demo city whose requests are assigned, for this module."""
    path = Path(shutil.copyfile(demo_city, tmp_path_factory.mktemp("replays") / "city.opsmap"))
    opsmap(path, "assign")
    return path


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A file of rules."""
    path = tmp_path / "rules.toml"
    path.write_text(RULES, encoding="utf-8")
    return path


def opsmap(place: Path, *words: object, code: int = 0) -> str:
    """What the command says on stdout, or on stderr where it was refused."""
    done = run("--store", place, "--as", "ana", *words)
    assert done.returncode == code, done.stderr
    return done.stdout if code == 0 else done.stderr


def content(place: Path) -> dict[str, object]:
    """All that acts change, and the digest of what is kept beside it."""
    store = open_store(place)
    with store.read() as unit:
        names = unit.artifacts.names()
        found = {"head": unit.log.head(), "artifacts": names, "rules": [one.id for one in unit.rules.all()]}
        rows = unit.requests.arrays(["id", "agency_id", "assigned_rule", "priority", "due_at"])
    store.close()
    return found | {"requests": sha256(repr([rows[name].tolist() for name in rows]).encode()).hexdigest()}


def test_a_replay_tells_the_moves_and_writes_nothing(place: Path, file: Path, tmp_path: Path) -> None:
    """Table, CSV and JSON tell the same moves, which are those that the rules' import and an assignment then make."""
    before, out = content(place), tmp_path / "moves.csv"
    told = json.loads(opsmap(place, "assign", "--replay", "--rules", file, "--out", out, "--json"))
    table = opsmap(place, "assign", "--replay", "--rules", file)
    assert content(place) == before
    with out.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert list(rows[0]) == ["service_request_id", "from", "to", "because"]
    flows = Counter((row["from"], row["to"]) for row in rows)
    assert flows == {(one["from"], one["to"]): one["requests"] for one in told["moves"]}
    assert len(rows) == told["moved"] == sum(one["requests"] for one in told["services"]) > 0
    assert all(row["because"].startswith("Rule ") for row in rows)
    assert table.splitlines()[0] == "from\tto\trequests"
    for one in told["moves"]:
        assert f"{one['from'] or 'nobody'}\t{one['to'] or 'nobody'}\t{one['requests']}\n" in table
    for one in told["services"]:
        assert f"{one['service']}\t\t{one['requests']}\n" in table
    assert_assigned_so(Path(shutil.copyfile(place, tmp_path / "own.opsmap")), file, rows)


def assert_assigned_so(place: Path, file: Path, moves: list[dict[str, str]]) -> None:
    """The department of each move, once the rules hold for all days and are carried out."""
    opsmap(place, "rules", "import", file, "--effective-from", "2020-01-01")
    opsmap(place, "assign", "--out", place.with_suffix(".csv"))
    with place.with_suffix(".csv").open(encoding="utf-8", newline="") as stream:
        owner = {row["service_request_id"]: row["agency_responsible"] for row in csv.DictReader(stream)}
    assert {row["service_request_id"]: row["to"] for row in moves}.items() <= owner.items()


def test_the_days_of_a_replay(place: Path, file: Path) -> None:
    """Only requests of the named days, both included, take part."""
    whole = json.loads(opsmap(place, "assign", "--replay", "--rules", file, "--json"))
    day = whole["to"]
    one = json.loads(opsmap(place, "assign", "--replay", "--rules", file, "--from", day, "--to", day, "--json"))
    assert (one["from"], one["to"]) == (day, day)
    assert 0 < one["requests"] < whole["requests"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--replay"], "--replay needs --rules FILE.toml"),
        (["--rules", "FILE"], "--rules belongs to --replay; add it"),
        (["--from", "2026-10-01"], "--from belongs to --replay; add it"),
        (["--replay", "--rules", "FILE", "--explain", "1"], "--explain and --replay exclude each other"),
        (["--explain", "1", "--out", "x.csv"], "--explain writes no file"),
        (["--replay", "--rules", "FILE", "--from", "soon"], "--from soon is not a day"),
        (["--replay", "--rules", "FILE", "--from", "2026-10-09", "--to", "2026-10-01"], "before it begins"),
        (["--replay", "--rules", "FILE", "--out", "FILE"], "is what is being read"),
        (["--replay", "--rules", "nowhere.toml"], "No such file"),
    ],
)
def test_options_that_do_not_go_together(place: Path, file: Path, words: list[str], said: str) -> None:
    """Each is refused with what to do, and no assignment is made instead."""
    before = content(place)
    assert said in opsmap(place, "assign", *[file if word == "FILE" else word for word in words], code=2)
    assert content(place) == before
    assert file.read_text(encoding="utf-8") == RULES


def test_rules_that_could_not_be_saved_are_not_replayed(place: Path, file: Path) -> None:
    """A name that is not there is told as an import tells it."""
    file.write_text(RULES.replace('"Sanitation"', '"sanitatoin"'), encoding="utf-8")
    said = opsmap(place, "assign", "--replay", "--rules", file, code=2)
    assert said == "Rule 2 ('Dumps in the port'): No department has the name 'sanitatoin'. Write Sanitation.\n"


def test_a_rule_that_stops_is_told_beside_the_table(place: Path, file: Path) -> None:
    """A replay is a look: rules that stop a request are told with the request, and the moves as well."""
    file.write_text(RULES + '\n[[rule]]\nname = "Stops"\nwhen = "double(text) > 1.0"\nagency = "Parks"\n')
    done = run("--store", place, "assign", "--replay", "--rules", file, "--json")
    assert done.returncode == 0, done.stderr
    (stop,) = json.loads(done.stdout)["stops"]
    assert stop.startswith("Rule 'Stops' stops request ")
    assert stop in done.stderr


def test_an_explanation_names_the_rules_in_order(place: Path, file: Path, tmp_path: Path) -> None:
    """Each rule that was asked stands on a line with what it said; those behind the one that took it do not."""
    own = Path(shutil.copyfile(place, tmp_path / "own.opsmap"))
    opsmap(own, "rules", "import", file, "--effective-from", "2020-01-01")
    opsmap(own, "assign", "--out", tmp_path / "a.csv")
    with (tmp_path / "a.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    first = next(row["service_request_id"] for row in rows if row["rule"] == "Potholes")
    other = next(
        row["service_request_id"]
        for row in rows
        if row["area"] and row["rule"] not in ("Potholes", "Dumps in the port")
    )
    lines = [line.split("\t") for line in opsmap(own, "assign", "--explain", first).splitlines()]
    assert lines[0][0].startswith("Parks: Rule 1, Potholes.")
    assert [line[:3] for line in lines[1:]] == [["1", "Potholes", "took"]]
    lines = [line.split("\t") for line in opsmap(own, "assign", "--explain", other).splitlines()]
    assert [line[:2] for line in lines[1:]] == [["1", "Potholes"], ["2", "Dumps in the port"]]
