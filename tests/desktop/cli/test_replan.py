"""`opsmap routes replan`: the day that runs is replanned from its kept plan, and says who changes and why."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from data.store import open_store
from desktop.cli.main import exit_code
from tests.conftest import DAY

Verb = Callable[..., Mapping[str, Any]]


@pytest.fixture
def city(planned_city: Path, tmp_path: Path) -> Path:
    """A city of its own whose day is planned."""
    return Path(shutil.copy(planned_city, tmp_path / "city.opsmap"))


@pytest.fixture
def run(city: Path, capsys: pytest.CaptureFixture[str]) -> Verb:
    """One verb on it, its JSON object."""

    def verb(*words: str) -> Mapping[str, Any]:
        capsys.readouterr()
        assert exit_code(["--store", str(city), *words, "--json"]) == 0
        found: Mapping[str, Any] = json.loads(capsys.readouterr().out)
        return found

    return verb


def latest(city: Path) -> Mapping[str, Any]:
    """The content of the day's newest plan."""
    store = open_store(str(city))
    with store.read() as unit:
        plan = unit.plans.latest(DAY)
    store.close()
    assert plan is not None
    return plan.content


def crews_of(content: Mapping[str, Any]) -> dict[str, str]:
    """The crew of each job of a plan."""
    return {stop["job"]: crew["crew"] for crew in content["crews"] for stop in crew["stops"]}


def test_what_is_done_stays_and_nobody_changes_at_nought(run: Verb, city: Path) -> None:
    """At 0 % each stop that is over is as it was, no job changes crew, and the difference adds up with the new plan."""
    before = latest(city)
    told = run("routes", "replan", "--date", f"{DAY}", "--at", "11:00", "--max-churn", "0", "--iterations", "200")
    after = latest(city)
    assert told["changed_crew"] == told["allowed"] == 0
    assert told["done_by"] == "clock"
    had, has = crews_of(before), crews_of(after)
    assert all(has[job] == had[job] for job in has.keys() & had.keys())
    for old, new in zip(before["crews"], after["crews"], strict=True):
        over = [stop for stop in old["stops"] if stop["departure"][11:16] <= "11:00"]
        assert new["stops"][: len(over)] == over
        assert [stop["sequence"] for stop in new["stops"]] == list(range(1, len(new["stops"]) + 1))
        starts = [stop["service_start"] for stop in new["stops"]]
        assert starts == sorted(starts)
    gone = had.keys() - has.keys() - {left["job"] for left in after["unassigned"]}
    assert len(gone) <= told["closed_meanwhile"]
    for crew in after["replan"]["crews"]:
        assert crew["before"] - len(crew["lost"]) + len(crew["gained"]) == crew["after"]
        assert crew["behind"] + crew["after"] == sum(1 for name in has.values() if name == crew["crew"])


def test_an_absent_crew_and_a_second_replan(run: Verb, city: Path) -> None:
    """An absent crew has nothing left to do, its jobs say so, and the replan can itself be replanned."""
    name = max(latest(city)["crews"], key=lambda crew: len(crew["stops"]))["crew"]
    words = ("routes", "replan", "--date", f"{DAY}", "--iterations", "200")
    told = run(*words, "--at", "09:00", "--absent", name)
    gone = [change for change in told["changes"] if change["crew_before"] == name]
    assert gone
    assert all(change["why"] == f"{name} is absent." for change in gone)
    mine = next(crew for crew in latest(city)["crews"] if crew["crew"] == name)
    assert all(stop["departure"][11:16] <= "09:00" for stop in mine["stops"])
    again = run(*words, "--at", "12:00", "--late", f"{latest(city)['crews'][0]['crew']}=20")
    assert again["changed_crew"] <= again["allowed"]
    assert again["plan_before"] == told["plan"]


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--at", "noon"], "is no time of day"),
        (["--at", "11:00", "--absent", "Nobody"], "The plan has no crew 'Nobody'"),
        (["--at", "11:00", "--late", "soon"], "is not CREW=MINUTES"),
        (["--at", "11:00", "--date", "2031-01-01"], "There is no plan of 2031-01-01"),
    ],
)
def test_what_cannot_be_is_said(city: Path, capsys: pytest.CaptureFixture[str], words: list[str], says: str) -> None:
    """A moment, crew or day that makes no sense is refused in one sentence."""
    day = [] if "--date" in words else ["--date", f"{DAY}"]
    assert exit_code(["--store", str(city), "routes", "replan", *day, *words]) == 2
    assert says in capsys.readouterr().err
