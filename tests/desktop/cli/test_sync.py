"""`opsmap sources` and `opsmap sync` against a real server: lines, exit codes, keys, and a death while sending."""

from __future__ import annotations

import json
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from data.store import open_store
from desktop.domain.clock import FixedClock, SystemClock
from desktop.operations.handle_requests import acknowledge, start_work
from desktop.operations.push_messages import LEASE, push_messages
from desktop.operations.work import Work
from tests.desktop.cli.commands import run, start
from tests.desktop.operations.desk import ids, make_desk
from tests.open311_source import Fault, Source311, free_port, serving

KEY = "geheim-4711"
ENV = {"OPSMAP_KEY_LIVE": KEY, "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring"}
UTC_NOW = SystemClock().now


class Key:
    """The key of the tests."""

    def get(self, source: str, endpoint: str) -> str:
        """It."""
        return KEY


@pytest.fixture
def source() -> Iterator[Source311]:
    """A server that wants the key."""
    with serving(Source311(key=KEY)) as made:
        yield made


@pytest.fixture
def store(sqlite_location: str, source: Source311) -> Path:
    """A city whose residents wait to hear of two requests since a minute, one of them twice; no endpoint yet."""
    opened = open_store(sqlite_location)
    work = make_desk(opened)
    ago = Work(opened, "ana", FixedClock(UTC_NOW() - timedelta(minutes=1)))
    acknowledge(ago, request_ids=ids(1, 2))
    start_work(ago, request_ids=ids(1))
    assert work.store.head()
    opened.close()
    return Path(sqlite_location)


def opsmap(store: Path, *words: object) -> tuple[int, str, str]:
    """The command with the key in its environment: exit code, stdout, stderr."""
    done = run("--store", store, *words, env=ENV)
    return done.returncode, done.stdout, done.stderr


def states(store: Path) -> list[str]:
    """Of the messages, in order."""
    opened = open_store(str(store))
    with opened.read() as unit:
        found = [one.state for one in unit.outbox.all()]
    opened.close()
    return found


def test_a_source_is_set_listed_and_written_to(store: Path, source: Source311) -> None:
    """Set, list, sync: one line a source, exit 0, each request's words in order, the key nowhere but at the source."""
    code, out, err = opsmap(store, "sync", "--once")
    assert (code, "No source has an endpoint" in out, err) == (0, True, "")
    code, out, _ = opsmap(store, "sources", "set", "live", "--endpoint", source.address, "--jurisdiction", "elmwood")
    assert (code, out) == (
        0, "Set live. 3 messages were said before and will be sent; --forget-waiting keeps them here.\n",
    )  # fmt: skip
    code, out, _ = opsmap(store, "sources", "list")
    assert f"live\topen311\t{source.address}\tenvironment\t3\n" in out
    code, out, _ = opsmap(store, "sync", "--once")
    assert (code, out) == (0, "live: 3 sent, 0 refused, 0 waiting.\n")
    assert source.of("R0") == ["INVESTIGATING", "IN_PROGRESS"]
    assert {form["jurisdiction_id"] for form in source.heard} == {"elmwood"}
    assert {form["api_key"] for form in source.heard} == {KEY}
    assert KEY.encode() not in b"".join(file.read_bytes() for file in store.parent.rglob("*") if file.is_file())
    assert opsmap(store, "check")[0] == 0


def test_a_refusal_is_exit_1_and_can_be_tried_again(store: Path, source: Source311) -> None:
    """What is refused is told with the reason, in the list of messages too; --again sends it and what stood behind."""
    opsmap(store, "sources", "set", "live", "--endpoint", source.address)
    source.refuses["R0"] = "Bad request: \u202enot found"
    code, out, _ = opsmap(store, "sync", "live", "--once", "--json")
    told = json.loads(out)
    assert (code, told["sent"], told["refused"], told["waiting"]) == (1, 1, 1, 1)
    assert told["sources"][0]["reason"] == "“Bad request: not found” (400)"
    _, out, _ = opsmap(store, "outbox", "list", "--state", "failed")
    assert out.startswith("1\tfailed\tacknowledge\tR0\t")
    assert out.endswith("\t“Bad request: not found” (400)\n")
    source.refuses.clear()
    code, out, _ = opsmap(store, "sync", "--once", "--again")
    assert (code, out) == (0, "live: 2 sent, 0 refused, 0 waiting.\n")


def test_a_source_that_is_away_is_exit_1(store: Path) -> None:
    """Nobody there: nothing is lost, everything waits."""
    opsmap(store, "sources", "set", "live", "--endpoint", f"http://127.0.0.1:{free_port()}")
    code, out, _ = opsmap(store, "sync", "--once")
    assert (code, out) == (1, "live: 0 sent, 0 refused, 3 waiting; nobody answers there.\n")


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("sync", "nobody", "--once"), "There is no source 'nobody'"),
        (("sync", "live", "--once"), "live has no endpoint"),
        (("sync", "live", "--once", "--again"), "no source 'live' with an endpoint"),
        (("sources", "set", "nobody", "--endpoint", "https://x.example"), "There is no source 'nobody'"),
        (("sources", "set", "live"), "Nothing is to be set"),
        (("sources", "set", "live", "--endpoint", "http://x.example"), "with https"),
        (("sources", "set", "live", "--statuses", "GONE"), "no status GONE"),
        (("sources", "key", "nobody"), "There is no source 'nobody'"),
        (("sources", "key", "live"), "has no endpoint"),
    ],
)
def test_what_makes_no_sense_is_exit_2(store: Path, words: tuple[str, ...], why: str) -> None:
    """A sentence on stderr, nothing on stdout, nothing changed."""
    before = states(store)
    code, out, err = opsmap(store, *words)
    assert (code, out) == (2, "")
    assert why in err
    assert states(store) == before


def dies_while_sending(store: Path, source: Source311) -> None:
    """Kill the command after the source took its message and before it hears so."""
    source.faults += [Fault(takes=True, slow_s=10)]
    process: subprocess.Popen[str] = start("--store", store, "sync", "--once", env=ENV)
    until = time.monotonic() + 60
    while not source.taken and time.monotonic() < until:
        time.sleep(0.02)
    process.kill()
    process.communicate(timeout=30)
    assert process.returncode == -signal.SIGKILL


def test_killed_between_sending_and_marking_it_is_repeated_under_its_number(store: Path, source: Source311) -> None:
    """The store is sound; nobody repeats it while it may be under way; later the repeat is known at the source."""
    opsmap(store, "sources", "set", "live", "--endpoint", source.address)
    dies_while_sending(store, source)
    assert states(store) == ["sending"] * 3
    assert opsmap(store, "check")[0] == 0
    code, out, _ = opsmap(store, "sync", "--once")
    assert (code, out) == (0, "live: 0 sent, 0 refused, 3 waiting.\n")
    assert len(source.heard) == 1
    opened = open_store(str(store))
    push_messages(Work(opened, "ana", FixedClock(UTC_NOW() + LEASE)), keys=Key())
    opened.close()
    assert states(store) == ["sent"] * 3
    assert source.heard[0]["update_id"] == source.heard[1]["update_id"]
    assert len(source.heard) == 4
    assert len(source.taken) == 3
    assert source.of("R0") == ["INVESTIGATING", "IN_PROGRESS"]
    assert opsmap(store, "check")[0] == 0


def test_two_at_once_send_nothing_twice(store: Path, source: Source311) -> None:
    """Two commands at the same time: every message is said by one of them, once."""
    opsmap(store, "sources", "set", "live", "--endpoint", source.address)
    source.faults += [Fault(takes=True, slow_s=0.5)] * 3
    both = [start("--store", store, "sync", "--once", env=ENV) for _ in range(2)]
    for process in both:
        process.communicate(timeout=120)
        assert process.returncode == 0
    assert states(store) == ["sent"] * 3
    assert len(source.heard) == len(source.taken) == 3


def test_nobodys_act_waits_for_a_server(store: Path, source: Source311) -> None:
    """While a source thinks about its answer, another person's act is written and lasts."""
    opsmap(store, "sources", "set", "live", "--endpoint", source.address)
    answered = threading.Event()
    source.faults += [Fault(until=answered, takes=True)]
    process = start("--store", store, "sync", "--once", env=ENV)
    until = time.monotonic() + 60
    while not source.heard and time.monotonic() < until:
        time.sleep(0.02)
    opened = open_store(str(store))
    assert acknowledge(Work(opened, "ben"), request_ids=ids(5)).act_id is not None
    opened.close()
    assert process.poll() is None
    assert len(source.heard) == 1
    answered.set()
    process.communicate(timeout=120)
    assert states(store) == ["sent"] * 3 + ["held"]


def test_ctrl_c_ends_going_on_between_two_rounds(store: Path, source: Source311) -> None:
    """Without --once it goes on: what comes later is sent too, until Ctrl-C, exit 130, what was sent stays sent."""
    opsmap(store, "sources", "set", "live", "--endpoint", source.address)
    process = start("--store", store, "sync", "--every", "1", env=ENV)
    assert process.stdout is not None
    assert process.stdout.readline() == "live: 3 sent, 0 refused, 0 waiting.\n"
    opened = open_store(str(store))
    acknowledge(Work(opened, "ana", FixedClock(UTC_NOW() - timedelta(minutes=1))), request_ids=ids(3))
    opened.close()
    while process.stdout.readline() == "live: 0 sent, 0 refused, 0 waiting.\n":
        pass
    assert len(source.taken) == 4
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "What was sent stays sent" in err
    assert states(store) == ["sent"] * 4
