"""Decisions about duplicates by the command, as a script makes them."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from data.store import open_store
from desktop.cli.main import exit_code
from tests.ground import shared_ground

Verb = Callable[..., Mapping[str, Any]]


@pytest.fixture(scope="module")
def searched(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A demo city of 3,000 requests after a search that accepted nothing by itself."""
    store = tmp_path_factory.mktemp("searched") / "city.opsmap"
    for words in (
        ("demo", "--requests", "3000", "--until", "2026-10-13"),
        ("city", "settings", "--set", "accept_from=1"),
        ("duplicates",),
    ):
        with shared_ground():
            assert exit_code(["--store", str(store), *words]) == 0
    return store


@pytest.fixture
def city(searched: Path, tmp_path: Path) -> Path:
    """A city of one's own."""
    return Path(shutil.copy(searched, tmp_path / "city.opsmap"))


@pytest.fixture
def run(city: Path, capsys: pytest.CaptureFixture[str]) -> Verb:
    """One verb of `opsmap incidents`, its JSON object."""

    def verb(*words: str) -> Mapping[str, Any]:
        capsys.readouterr()
        assert exit_code(["--store", str(city), "incidents", *words, "--json"]) == 0
        found: Mapping[str, Any] = json.loads(capsys.readouterr().out)
        return found

    return verb


def test_proposals_are_listed_accepted_rejected_and_taken_apart(run: Verb) -> None:
    """Each decision takes its proposal off the list, the likeliest stand first, and counts tell what was done."""
    before = run("proposed", "--limit", "1000")
    likely = [row["probability"] for row in before["proposals"]]
    assert likely == sorted(likely, reverse=True)
    assert before["matching"] == len(likely) > 5
    first, second, third = (row["requests"] for row in before["proposals"][:3])
    assert run("accept", *first)["incidents"] == 1
    assert run("reject", *second)["requests"] == len(second)
    assert run("join", *third, "--of", first[0])["reports"] == len(first) + len(third)
    left = run("proposed", "--limit", "1000")
    assert left["matching"] == before["matching"] - 3
    assert run("take-out", *third)["requests"] == len(third)


def test_all_that_is_likely_is_accepted_at_once(run: Verb) -> None:
    """With --least exactly the proposals at least so likely become incidents."""
    before = run("proposed", "--limit", "1000")
    count = sum(row["probability"] >= 0.9 for row in before["proposals"])
    assert count
    assert run("accept", "--least", "0.9")["incidents"] == count
    assert run("proposed", "--limit", "1000")["matching"] == before["matching"] - count


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("accept",), "Name the reports of one incident"),
        (("accept", "100001", "--least", "0.5"), "Name the reports of one incident"),
        (("accept", "100001", "100001"), "needs two reports"),
        (("reject", "100001"), "Two reports are needed"),
        (("join", "no-such", "--of", "100001"), "no-such"),
        (("split", "100001", "--apart", "100001"), "Nothing is left on one side"),
    ],
)
def test_what_makes_no_sense_is_told_and_changes_nothing(
    city: Path, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], told: str
) -> None:
    """Exit 2 and one sentence; the proposals stay as they are."""
    assert exit_code(["--store", str(city), "incidents", *words]) == 2
    assert told in capsys.readouterr().err


def test_spaces_around_a_number_are_none_of_it(run: Verb, city: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Numbers that were copied with spaces are found; zeros belong to a number and are left as they are."""
    first, second = run("proposed")["proposals"][0]["requests"][:2]
    assert run("accept", f"  {first}", f"{second}\t")["incidents"] == 1
    assert run("take-out", f" {second} ")["requests"] == 1
    capsys.readouterr()
    assert exit_code(["--store", str(city), "incidents", "accept", f"0{first}", second]) == 2
    assert f"No request has the number 0{first}." in capsys.readouterr().err


CALLS = "id,type,lat,long,opened,status\n"


def test_an_import_judges_what_it_brought(city: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A second report of each of some is judged and told, once; not without a search, nor where nobody wants it."""

    def told(*words: str) -> Mapping[str, Any]:
        capsys.readouterr()
        assert exit_code(["--store", str(city), *words, "--json"]) == 0
        found: Mapping[str, Any] = json.loads(capsys.readouterr().out)
        return found

    def calls(name: str) -> Path:
        path = tmp_path / name
        rows = "".join(f"{name}{at},{row}\n" for at, row in enumerate(_latest(city)))
        path.write_text(CALLS + rows, encoding="utf-8")
        return path

    before = told("incidents", "proposed", "--limit", "1000")["matching"]
    first = calls("a.csv")
    judged = told("import", "requests", str(first))["duplicates"]
    assert (judged["arrived"], judged["judged"], judged["search_due"]) == (5, 5, False)
    assert judged["proposed"] > 0
    assert told("incidents", "proposed", "--limit", "1000")["matching"] > before
    assert "duplicates" not in told("import", "requests", str(first))
    assert "duplicates" not in told("import", "requests", str(calls("b.csv")), "--no-judge")
    assert told("import", "requests", str(calls("c.csv")))["duplicates"]["judged"] == 10
    assert exit_code(["--store", str(city), "import", "requests", str(calls("d.csv"))]) == 0
    assert "5 new requests judged: 0 in incidents" in capsys.readouterr().out


def _latest(city: Path) -> list[str]:
    """The service, place and time of the last open requests, as rows of a file."""
    store = open_store(str(city))
    with store.read() as unit:
        rows = unit.requests.arrays(["id", "placement", "status"])
        open_ones = rows["id"][(rows["placement"] == "located") & (rows["status"] != "closed")][-5:]
        codes = {int(one.id): one.service_code for one in unit.services.all()}
        found = [
            f"{codes[int(one.service_id)]},{one.lat},{one.long},{one.requested_at.isoformat()},open"
            for one in unit.requests.many(open_ones.tolist())
        ]
    store.close()
    return found
