"""Acts on requests through the command: from a list to a closed request, undone, answered from a text, sent."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from desktop.cli.main import exit_code

Say = Callable[..., tuple[int, Any, str]]
CALLS = """id,type,lat,long,opened,status
C1,Pothole,42.1,-71.1,2026-10-01T08:00:00Z,open
C2,Graffiti,42.2,-71.2,2026-10-02T08:00:00Z,open
C3,Pothole,42.1,-71.1,2026-10-03T08:00:00Z,open
"""


@pytest.fixture
def say(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Say:
    """Runs a verb on a city with three requests; exit code, JSON (or text) of stdout, stderr."""
    store = str(tmp_path / "city.opsmap")
    file = tmp_path / "calls.csv"
    file.write_text(CALLS, encoding="utf-8")

    def verb(*words: str, person: str = "ana", plain: bool = False) -> tuple[int, Any, str]:
        capsys.readouterr()
        code = exit_code(["--store", store, "--as", person, *words, *(() if plain else ("--json",))])
        told = capsys.readouterr()
        return code, told.out if plain or not told.out.strip() else json.loads(told.out), told.err

    assert verb("init", "Elmwood", "--timezone", "America/New_York")[0] == 0
    assert verb("import", "requests", str(file), "--source", "calls")[0] == 0
    return verb


def test_a_request_lives_through_the_command(say: Say) -> None:
    """List, acknowledge, schedule, close, reopen, undo; history names the person."""
    code, listed, _ = say("requests", "list", "--open")
    assert [row["service_request_id"] for row in listed["requests"]] == ["C3", "C2", "C1"]
    assert (code, listed["matching"]) == (0, 3)
    assert say("requests", "acknowledge", "C1", "C2")[1]["requests"] == 2
    assert say("requests", "schedule", "C1", "--date", "2099-01-05")[0] == 0
    assert say("requests", "start", "C1")[0] == 0
    assert say("requests", "close", "C1", "--outcome", "fixed", "--comment", "Filled.", person="ben")[0] == 0
    shown = say("requests", "show", "C1")[1]
    assert (shown["status"], shown["outcome"], shown["status_notes"]) == ("closed", "fixed", "Filled.")
    assert shown["history"][-1]["actor"] == "ben"
    assert shown["notes"][-1]["text"] == "Filled."
    code, told, _ = say("undo", "--dry-run", person="ben")
    assert (code, told["allowed"], told["verb"]) == (0, True, "close")
    assert say("undo", person="ben")[0] == 0
    assert say("requests", "show", "C1")[1]["status"] == "in_progress"
    assert say("undo", person="cleo")[0] == 2


def test_what_is_refused_exits_with_two_and_changes_nothing(say: Say) -> None:
    """Unknown numbers, outcomes, departments and services, an act that is not allowed, a missing comment."""
    for words in (
        ("requests", "acknowledge", "C9"),
        ("requests", "close", "C1", "--outcome", "gone", "--comment", "x"),
        ("requests", "close", "C1"),
        ("requests", "reopen", "C1", "--comment", "x"),
        ("requests", "assign", "C1", "--to", "Nobody"),
        ("requests", "recategorise", "C1", "--to", "NONE", "--why", "So"),
        ("requests", "duplicate", "C1", "--to", "C1"),
        ("requests", "schedule", "C1", "--date", "soon"),
        ("requests", "show", "C9"),
        ("requests", "acknowledge", "C1", "--source", "elsewhere"),
        ("undo", "99"),
        ("templates", "remove", "D-9"),
        ("city", "settings", "--set", "hold_s=long"),
        ("city", "settings", "--set", "hold_s"),
    ):
        code, _, err = say(*words, plain=True)
        assert (words, code) == (words, 2)
        assert err.strip()
    assert say("requests", "show", "C1")[1]["version"] == 1


def test_some_refused_is_done_and_told(say: Say) -> None:
    """Those that may are acted upon; those that may not are in the JSON with the reason."""
    say("requests", "acknowledge", "C1")
    code, told, _ = say("requests", "acknowledge", "C1", "C2")
    assert (code, told["requests"]) == (0, 1)
    assert told["refused"][0]["reason"] == "Request C1 is acknowledged already."
    code, told, _ = say("requests", "acknowledge", "C1")
    assert (code, told["requests"], told["act"]) == (2, 0, None)


def test_duplicates_departments_and_services(say: Say) -> None:
    """A duplicate joins; a service is changed; a comment stays inside; archiving needs quiet days."""
    assert say("requests", "duplicate", "C3", "--to", "C1")[0] == 0
    assert say("requests", "show", "C3")[1]["outcome"] == "duplicate"
    assert say("requests", "recategorise", "C2", "--to", "Pothole", "--why", "A hole")[0] == 0
    assert say("requests", "show", "C2")[1]["service_code"] == "Pothole"
    assert say("requests", "comment", "C1", "--comment", "Ask Ben")[1]["told"] == 0
    assert say("requests", "comment", "C1", "--comment", "Hello?", "--kind", "reporter")[0] == 0
    assert say("requests", "show", "C1")[1]["awaits_answer"] is True
    assert say("requests", "refer", "C1", "--to", "the railway")[0] == 0
    assert say("requests", "archive")[1]["requests"] == 0


def test_texts_settings_and_messages(say: Say, tmp_path: Path) -> None:
    """Texts come in from a file and are used; settings are shown and set; a file takes what is due."""
    file = tmp_path / "texts.json"
    file.write_text(json.dumps([{"code": "D-1", "name": "Got it", "text": "Thanks for {service}."}]), encoding="utf-8")
    assert say("templates", "import", str(file))[1]["added"] == 1
    assert say("templates", "export", str(tmp_path / "out.json"))[1]["templates"] == 1
    assert say("templates", "list")[1]["templates"][0]["code"] == "D-1"
    assert say("requests", "acknowledge", "C1", "--template", "D-1")[0] == 0
    assert say("requests", "show", "C1")[1]["status_notes"] == "Thanks for Pothole."
    assert say("city", "settings", "--set", "hold_s=0", "--set", "weekdays=0,1,2,3,4,5")[1]["hold_s"] == 0
    assert say("city", "settings")[1]["weekdays"] == [0, 1, 2, 3, 4, 5]
    assert say("outbox", "list")[1] == {"messages": [], "states": {}}  # a file cannot be told anything
    assert say("outbox", "send", "--to", str(tmp_path / "out.jsonl"))[1]["sent"] == 0


def test_no_line_of_the_list_speaks_to_the_terminal(say: Say) -> None:
    """Control characters of a comment are not printed."""
    say("requests", "comment", "C1", "--comment", "a\x1b[31mred\tb")
    out = say("requests", "show", "C1", plain=True)[1]
    assert "\x1b" not in out


def test_another_service_asks_its_questions(say: Say, tmp_path: Path) -> None:
    """Answers, reason and who tells are given with the act; what is missing is named; the request tells its way."""
    size = {"code": "size", "datatype": "number", "question": "How wide?", "required": True}
    file = tmp_path / "services.json"
    file.write_text(json.dumps([{"service_code": "Pothole", "questions": [size]}]), encoding="utf-8")
    assert say("services", "import", str(file))[0] == 0
    turn = ("requests", "recategorise", "C2", "--to", "Pothole", "--why", "A hole")
    code, _, told = say(*turn)
    assert (code, "size (How wide?)" in told) == (2, True)
    code, _, told = say(*turn, "--answer", "size")
    assert (code, "write CODE=VALUE" in told) == (2, True)
    assert say(*turn, "--answer", "size=wide")[0] == 2
    assert say("requests", "show", "C2")[1]["reported_as"] == ""
    assert say(*turn, "--answer", "size=0.5", "--tell", "machine", "--comment", "Now {service}.")[0] == 0
    shown = say("requests", "show", "C2")[1]
    assert (shown["reported_as"], shown["moves"], shown["acknowledged_by"]) == ("Graffiti", 0, "machine")
    said = {(note["kind"], note["text"], note["by_machine"]) for note in shown["notes"]}
    assert said == {("internal", "A hole", False), ("answer", "Now Pothole.", True)}
    assert say("undo")[0] == 0
    assert say(*turn, "--unanswered-ok", "--tell", "silent")[0] == 0
    assert say("requests", "show", "C2")[1]["status"] == "submitted"


def test_figures_of_services_name_their_requests(say: Say) -> None:
    """Shares of a period by service as reported, with the requests; as a table for a reader."""
    say("requests", "recategorise", "C2", "--to", "Pothole", "--why", "A hole")
    code, told, _ = say("services", "figures", "--from", "2026-10-01", "--to", "2026-10-31")
    (row,) = (row for row in told["services"] if row["service_code"] == "Graffiti")
    assert (code, row["reported"], row["recategorised"], row["recategorised_share"]) == (0, 1, 1, 1.0)
    assert (len(row["recategorised_ids"]), row["to"]) == (1, [{"service_code": "Pothole", "requests": 1}])
    assert say("services", "figures", "--from", "2026-10-31", "--to", "2026-10-01")[0] == 2
    out = say("services", "figures", "--from", "2026-10-01", "--to", "2026-10-31", plain=True)[1]
    assert "Graffiti\t1\t1 (100.0 %)\t0 (0.0 %)\t0 (0.0 %)\tPothole" in out


def test_contacts_are_named_by_their_key(say: Say) -> None:
    """A contact of the city's list stands for its key; anything else is said as it is written."""
    assert say("city", "settings", "--set", "contact.rail=Railway, 555-0100")[0] == 0
    assert say("requests", "refer", "C1", "--to", "rail")[0] == 0
    assert say("requests", "show", "C1")[1]["status_notes"].endswith("Please contact Railway, 555-0100.")
    assert say("requests", "refer", "C2", "--to", "the harbour", "--outcome", "out_of_scope")[0] == 0
    assert say("requests", "show", "C2")[1]["status_notes"].endswith("Please contact the harbour.")
