"""`opsmap rules`: brought in after a replay, refused whole, taken along, tested, listed, rolled back."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from data.store import open_store
from desktop.domain.rule_expression import FACTS
from desktop.domain.rule_text import text_of
from desktop.domain.rules import Example, Rule
from desktop.operations.rule_files import read_rules
from desktop.operations.rule_sets import all_sets
from tests.desktop.cli.commands import run

GUIDE = Path(__file__).parents[3] / "docs" / "guide" / "assignment.md"
RULES = """\
[[rule]]
name = "Deep potholes"
services = ["pothole"]
answers = { deep = ["over 8 cm"] }
agency = "Parks"
queue = "Same day"
deadline_working_h = 4

[[rule]]
name = "Snow at night"
services = ["snow_ice"]
hours = "22:00-06:00"
season = "11-01..03-31"
agency_of = "Street sections"
"""


@pytest.fixture
def place(tmp_path: Path, demo_city: Path) -> Path:
    """A demo city of one's own."""
    return Path(shutil.copyfile(demo_city, tmp_path / "city.opsmap"))


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
    return done.stdout if code == 0 or done.stdout else done.stderr


def numbers(place: Path) -> list[int]:
    """The versions that the store has."""
    store = open_store(place)
    with store.read() as unit:
        found = [one.number for one in all_sets(unit)]
    store.close()
    return found


def test_rules_go_in_and_out(place: Path, file: Path, tmp_path: Path) -> None:
    """An import is replayed and saved from its day on; an export is the same text; a second import changes nothing."""
    told = json.loads(opsmap(place, "rules", "import", file, "--effective-from", "2026-10-01", "--note", "x", "--json"))
    assert (told["set"], told["rules"], told["effective_from"]) == (1, 2, "2026-10-01")
    assert told["replay"].keys() >= {"requests", "moved", "moves"}
    opsmap(place, "rules", "export", tmp_path / "out.toml")
    assert (tmp_path / "out.toml").read_text(encoding="utf-8") == RULES
    assert "nothing changed" in opsmap(place, "rules", "import", file)
    (row,) = json.loads(opsmap(place, "rules", "list", "--json"))["sets"]
    assert (row["set"], row["effective_from"], row["until"], row["saved_by"], row["note"]) == (
        1,
        "2026-10-01",
        None,
        "ana",
        "x",
    )


def test_the_guide_tells_of_every_field_and_fact(place: Path, file: Path) -> None:
    """The guide's example is kept by the demo city without a fault, and its tables name every field and every fact."""
    guide = GUIDE.read_text(encoding="utf-8")
    (text,) = re.findall(r"```toml\n(.*?)```", guide, re.DOTALL)
    file.write_text(text, encoding="utf-8")
    assert opsmap(place, "rules", "test", file) == "rules.toml: 4 rules, 0 faults, 0 warnings.\n"
    assert text_of(read_rules(file)) == text
    for name in {*Rule.model_fields, *Example.model_fields, *FACTS} - {"name", "service", "lat", "long", "rule"}:
        assert f"`{name}`" in guide, name
    for fact, meaning in FACTS.items():
        assert f"| `{fact}` | {meaning}" in guide


def test_a_bad_set_is_rolled_back(place: Path, file: Path) -> None:
    """After a rollback the older version holds from the first day of the bad one."""
    opsmap(place, "rules", "import", file, "--effective-from", "2026-01-01")
    file.write_text(RULES.replace('"Parks"', '"Water"'), encoding="utf-8")
    words = opsmap(place, "rules", "import", file, "--effective-from", "2026-05-01", "--without-replay")
    assert words.startswith("What they move was not looked at (--without-replay). Saved 2 rules as set 2")
    opsmap(place, "rules", "rollback", 1)
    days = [line.split("\t")[1] for line in opsmap(place, "rules", "list").splitlines()]
    assert days == ["2026-01-01..2026-05-01", "on no day", "2026-05-01.."]
    assert "There is no set 9 of rules; there are 1 to 3" in opsmap(place, "rules", "rollback", 9, code=2)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('"pothole"', '"potholes"', "Rule 1 ('Deep potholes'): No service has the code 'potholes'. Write pothole."),
        (
            '"22:00',
            '"25:00',
            "rules.toml: rule 2 ('Snow at night'), hours: '25:00-06:00' are no hours; write them like",
        ),
        ("[[rule]]", "[[rule]", "rules.toml is no TOML: Expected ']]'"),
        (
            'agency = "Parks"',
            'agency = "Parks"\nwhen = "agency == \'x\'"',
            "it asks for 'agency', which the rules are there",
        ),
    ],
)
def test_faults_are_told_and_nothing_is_saved(place: Path, file: Path, old: str, new: str, said: str) -> None:
    """Import and test leave with 2 and the sentence of each fault; the store has no version."""
    file.write_text(RULES.replace(old, new), encoding="utf-8")
    assert said in opsmap(place, "rules", "test", file, code=2)
    told = json.loads(opsmap(place, "rules", "test", file, "--json", code=2))
    assert told["refused"] == len(told["faults"]) >= 1
    assert said in told["faults"][0]["sentence"]
    assert said in opsmap(place, "rules", "import", file, code=2)
    assert numbers(place) == []


def folder(file: Path) -> Path:
    """The folder of the file."""
    return file.parent


def binary(file: Path) -> Path:
    """A picture under the name of rules."""
    file.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)))
    return file


def huge(file: Path) -> Path:
    """Fifty megabytes, of which the disk has none."""
    file.write_bytes(b"")
    os.truncate(file, 50_000_000)
    return file


def other_text(file: Path) -> Path:
    """A table that is no TOML."""
    file.write_text("service,department\npothole,Parks\n", encoding="utf-8")
    return file


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (folder, "cannot be read (Is a directory); name a file of rules."),
        (binary, "rules.toml is not text in UTF-8 (byte 1); save it as UTF-8."),
        (huge, "rules.toml has more than 1,000,000 bytes; split what it holds."),
        (other_text, "rules.toml is no TOML: "),
    ],
)
def test_what_is_no_file_of_rules(place: Path, file: Path, make: Callable[[Path], Path], said: str) -> None:
    """Every verb that reads rules says in one line what is wrong with the file, and keeps nothing."""
    wrong = make(file)
    for words in (("rules", "test", wrong), ("rules", "import", wrong), ("assign", "--replay", "--rules", wrong)):
        told = opsmap(place, *words, code=2)
        assert said in told
        assert told.count("\n") == 1
    assert numbers(place) == []


def test_rules_that_a_later_import_of_areas_breaks_are_told(place: Path, file: Path, tmp_path: Path) -> None:
    """Once an area that a rule names is renamed, import and assignment say so, and exported rules are refused."""
    port = '\n[[rule]]\nname = "Port"\nareas = { "Port area" = ["Port"] }\nagency = "Parks"\n'
    areas = tmp_path / "areas.geojson"
    opsmap(place, "export", "areas", areas, "--layer", "Port area")
    layer = json.loads(areas.read_text(encoding="utf-8"))
    name = layer["features"][0]["properties"]["name"]
    file.write_text(RULES + port.replace('["Port"]', json.dumps([name])), encoding="utf-8")
    opsmap(place, "rules", "import", file)
    layer["features"][0]["properties"]["name"] = "Docks"
    areas.write_text(json.dumps(layer), encoding="utf-8")
    said = f"Rule 3 ('Port'): The layer Port area has no area '{name}'. There are Docks."
    told = opsmap(place, "import", "areas", areas, "--layer", "Port area", "--agency-field", "agency")
    assert f"Rules no longer fit what is there: {said}" in told
    assert said in opsmap(place, "assign")
    assert json.loads(opsmap(place, "assign", "--json"))["broken_rules"] == [said]
    opsmap(place, "rules", "export", tmp_path / "out.toml")
    assert said in opsmap(place, "rules", "test", tmp_path / "out.toml", code=2)


def test_a_set_that_stops_is_not_saved(place: Path, file: Path) -> None:
    """Rules that cannot be decided for a request of the last days are refused with the request."""
    stopping = '\n[[rule]]\nname = "Stops"\nwhen = "double(text) > 1.0"\nagency = "Parks"\n'
    file.write_text(RULES + stopping, encoding="utf-8")
    tested = json.loads(opsmap(place, "rules", "test", file, "--json"))
    assert (tested["refused"], tested["warnings"]) == (0, 1)
    said = opsmap(place, "rules", "import", file, code=2)
    assert "Rule 'Stops' stops request " in said
    assert "These rules were not saved; mend them first." in said
    assert numbers(place) == []


def test_without_a_city_nothing_is_done(tmp_path: Path, file: Path) -> None:
    """A store that is not there is refused, and none is made."""
    for words in (("import", file), ("test", file), ("export", tmp_path / "x.toml"), ("list",), ("rollback", 1)):
        opsmap(tmp_path / "no.opsmap", "rules", *words, code=2)
    assert not (tmp_path / "no.opsmap").exists()


def test_no_window_is_loaded() -> None:
    """The verbs of rules never load Qt."""
    code = "import sys, desktop.cli.rules; print([name for name in sys.modules if name.startswith('PySide6')])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"
