"""`opsmap services`: the catalogue leaves, is edited, and comes back; what is wrong with it is named."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from data.connectors.service_files import DATATYPES, FIELDS, read_services, write_services
from data.store import open_store
from desktop.cli.main import exit_code

CATALOGUE = [
    {
        "service_code": "pothole",
        "service_name": "Pothole",
        "group": "Streets",
        "description": "A hole in the road; =1+1 is no formula.",
        "agency_responsible": "Public works",
        "icon": "construction",
        "mapped": True,
        "deadline_working_h": 40.0,
        "service_minutes": 45.0,
        "priority": 70,
        "skills": ["asphalt", "traffic"],
        "questions": [
            {"code": "size", "datatype": "singlevaluelist", "question": "How large?", "required": True,
             "values": ["a hand", "a door"]},
            {"code": "note", "datatype": "text", "question": "Anything else?", "required": False, "values": []},
        ],
    },
    {
        "service_code": "-dash", "service_name": "-dash", "group": "", "description": "", "agency_responsible": "",
        "icon": "", "mapped": False, "deadline_working_h": None, "service_minutes": 30.0, "priority": 50,
        "skills": [], "questions": [],
    },
]  # fmt: skip


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """A city without services."""
    path = tmp_path / "city.opsmap"
    assert exit_code(["--store", str(path), "init", "Elmwood"]) == 0
    return path


def services(store: Path, *words: str) -> int:
    """Run the verb."""
    return exit_code(["--store", str(store), "services", *words])


@pytest.mark.parametrize("ending", ["json", "csv"])
def test_a_catalogue_comes_back_as_it_left(
    ending: str, store: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Imported, exported, imported into another city and exported again: the same file, and nothing changes twice."""
    given_file, first, second = (tmp_path / f"{name}.{ending}" for name in ("given", "first", "second"))
    write_services(given_file, CATALOGUE)
    other = tmp_path / "other.opsmap"
    assert exit_code(["--store", str(other), "init", "Oakwood"]) == 0
    assert services(store, "import", str(given_file)) == 0
    assert services(store, "export", str(first)) == 0
    assert services(other, "import", str(first)) == 0
    assert services(other, "export", str(second)) == 0
    assert first.read_bytes() == second.read_bytes()
    capsys.readouterr()
    assert services(store, "import", str(first), "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert {name: told[name] for name in ("read", "added", "updated", "unchanged")} == {
        "read": 2, "added": 0, "updated": 0, "unchanged": 2,
    }  # fmt: skip
    opened = open_store(str(store))
    with opened.read() as unit:
        pothole = unit.services.by_code("pothole")
        assert pothole is not None
        assert pothole.service_duration_s == 45 * 60
        assert pothole.description == "A hole in the road; =1+1 is no formula."
        assert [question.code for question in unit.services.questions(pothole.id)] == ["size", "note"]
        assert {agency.name for agency in unit.agencies.all()} == {"Public works"}
        assert unit.log.head() == opened.head()
    opened.close()
    assert exit_code(["--store", str(store), "check"]) == 0


def test_what_a_file_does_not_say_stays(store: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A file of two columns changes those alone; services that it does not name stay, an imported one is mapped."""
    whole, part, out = tmp_path / "whole.json", tmp_path / "part.csv", tmp_path / "out.json"
    write_services(whole, CATALOGUE)
    assert services(store, "import", str(whole)) == 0
    part.write_text("service_code,priority\n-dash,90\n", encoding="utf-8")
    assert services(store, "import", str(part)) == 0
    assert services(store, "export", str(out)) == 0
    found = {service["service_code"]: service for service in json.loads(out.read_text(encoding="utf-8"))["services"]}
    assert found["pothole"] == CATALOGUE[0]
    assert found["-dash"] == {**CATALOGUE[1], "priority": 90, "mapped": True}


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.json", '{"services": [{"service_name": "x"}]}', "no service_code"),
        ("a.json", '[{"service_code": "x"}, {"service_code": "x"}]', "twice"),
        ("a.json", '[{"service_code": "x", "priority": 101}]', "not between 0 and 100"),
        ("a.json", '[{"service_code": "x", "priority": 1e999}]', "not between 0 and 100"),
        ("a.json", '[{"service_code": "x", "priorty": 1}]', "field 'priorty'"),
        ("a.json", '[{"service_code": "x", "skills": "dig"}]', "not a list"),
        ("a.json", '[{"service_code": "x", "questions": [{"code": "q", "datatype": "colour"}]}]', "no datatype"),
        ("a.json", '[{"service_code": "x", "questions": [{"code": "q"}, {"code": "q"}]}]', "two questions"),
        ("a.json", '[{"service_code": "' + "x" * 121 + '"}]', "121 characters"),
        ("a.json", '{"issues": []}', "not a list of services"),
        ("a.json", "[", "not whole JSON"),
        ("a.csv", "service_code,questions\nx,{\n", "not a list in JSON"),
        ("a.csv", "service_code,priority\nx\n", "1 cells"),
        ("a.csv", "service_code,mapped\nx,perhaps\n", "neither yes nor no"),
        ("a.xlsx", "PK", "does not tell its kind"),
    ],
)
def test_a_catalogue_that_is_wrong(
    name: str, content: str, words: str, store: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit 2 with a sentence that names the file and the fault; nothing is stored."""
    file = tmp_path / name
    file.write_text(content, encoding="utf-8")
    capsys.readouterr()
    assert services(store, "import", str(file)) == 2
    told = capsys.readouterr().err
    assert name in told
    assert words in told
    assert len([line for line in told.splitlines() if line.strip()]) == 1
    opened = open_store(str(store))
    assert opened.head() == 1
    opened.close()


def test_no_formula_in_the_file(store: Path, tmp_path: Path) -> None:
    """What would be a formula in a spreadsheet is text in the CSV."""
    file, out = tmp_path / "given.json", tmp_path / "out.csv"
    write_services(file, [{**CATALOGUE[1], "service_name": "=cmd|x"}])
    assert services(store, "import", str(file)) == 0
    assert services(store, "export", str(out)) == 0
    with out.open(newline="", encoding="utf-8") as stream:
        cells = [cell for row in csv.DictReader(stream) for cell in row.values()]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))]


WORDS = st.text(st.characters(codec="utf-8", exclude_characters="\x00'", exclude_categories=["C", "Z"]), max_size=12)
QUESTION = st.fixed_dictionaries(
    {
        "code": WORDS.filter(bool),
        "datatype": st.sampled_from(DATATYPES),
        "question": WORDS.filter(bool),
        "required": st.booleans(),
        "values": st.lists(WORDS.filter(bool), max_size=3),
    }
)
SERVICE = st.fixed_dictionaries(
    {
        **dict.fromkeys(("service_name", "group", "description", "agency_responsible", "icon"), WORDS),
        "service_code": WORDS.filter(bool),
        "mapped": st.booleans(),
        "deadline_working_h": st.none() | st.floats(0, 1000),
        "service_minutes": st.integers(0, 600).map(float),
        "priority": st.integers(0, 100),
        "skills": st.lists(WORDS.filter(lambda word: bool(word) and ";" not in word), max_size=3),
        "questions": st.lists(QUESTION, max_size=2, unique_by=lambda question: question["code"]),
    }
)


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(SERVICE, min_size=1, max_size=3, unique_by=lambda service: service["service_code"]))
def test_either_file_says_the_same(tmp_path: Path, catalogue: list[dict[str, Any]]) -> None:
    """Whatever the catalogue, JSON and CSV are read back as what was written."""
    paths = tmp_path / "a.json", tmp_path / "a.csv"
    for path in paths:
        write_services(path, [{name: service[name] for name in FIELDS} for service in catalogue])
    one, other = (read_services(path) for path in paths)
    assert one == other
    assert [row.given["service_name"] for row in one] == [service["service_name"] for service in catalogue]
    assert [row.given["priority"] for row in one] == [service["priority"] for service in catalogue]


def test_services_are_listed_by_code(store: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Each service in one line with department and deadline, and the same as JSON: what other verbs take as CODE."""
    file = tmp_path / "given.json"
    write_services(file, CATALOGUE)
    assert services(store, "import", str(file)) == 0
    capsys.readouterr()
    assert services(store, "list") == 0
    lines = capsys.readouterr().out.splitlines()
    assert "pothole\tPothole\tPublic works\t40\tyes" in lines
    assert "-dash\t-dash\t\t\tno" in lines
    assert services(store, "list", "--json") == 0
    told = json.loads(capsys.readouterr().out)["services"]
    assert [one["service_code"] for one in told if one["mapped"]] == ["pothole"]
