"""Ctrl-C at any moment of a real command: exit 130 with a line that says what was kept, or the work was done."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from data.store import open_store
from desktop.cli.main import exit_code
from tests.desktop.cli.commands import run, start
from tests.shared import shared_file
from tests.soak import rounds

CROWD = "\n".join(f"{n},Pothole,open,{42.3 + n / 1e4},-71.06,2026-10-01 10:00" for n in range(60))


def held(store: Path) -> int:
    """The log's head."""
    opened = open_store(str(store))
    head = opened.head()
    opened.close()
    return head


def heard(*arguments: object) -> subprocess.Popen[str]:
    """The command, started, from the moment on in which it hears Ctrl-C; before, Python itself is still starting."""
    process = start(*arguments, env={"PYTHONPROFILEIMPORTTIME": "1"})  # tells on stderr how far the loading has come
    assert process.stderr is not None
    while "desktop.cli.interrupt" not in (line := process.stderr.readline()):
        assert line, "the program ended before it heard of Ctrl-C"
    process.stderr.readline()  # what is loaded next is loaded with Ctrl-C heard
    return process


def said(err: str) -> list[str]:
    """What the command itself said."""
    return [line for line in err.splitlines() if not line.startswith("import time:")]


@pytest.mark.slow
def test_at_any_moment(tmp_path: Path) -> None:
    """From the loading of the program on: 130 with one or two lines and nothing half done, or the result."""
    store = tmp_path / "city.opsmap"
    started = time.monotonic()
    assert run("--store", tmp_path / "other.opsmap", "init", "Elmwood").returncode == 0
    usual_s = time.monotonic() - started
    for number in rounds(6, 200):
        share = (
            2 * number + number // 6
        ) % 12  # from the beginning to the end and beyond, in steps that the soak halves
        process = heard("--store", store, "init", "Elmwood")
        time.sleep(usual_s * share / 10)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
        assert process.returncode in (0, 130), err
        assert "Traceback" not in err
        if process.returncode == 130:
            assert said(err)
            assert ("Nothing was kept" in err) is not store.exists(), err
        assert (out == "Founded Elmwood.\n") is store.exists()
        if store.exists():
            assert held(store) == 1
            store.unlink()
        assert [path.name for path in tmp_path.iterdir() if path.name.startswith("city")] == []


@pytest.mark.parametrize("delay_s", [0.0, 0.3, 3.0])
def test_a_benchmark_says_that_it_was_interrupted(delay_s: float) -> None:
    """A solver that needs no store ends with 130 and a line too."""
    process = heard("routes", "benchmark", shared_file("vrp/solomon/R101.txt"), "--seconds", "60")
    time.sleep(delay_s)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert out == ""
    assert said(err) == ["Interrupted. Nothing was kept; the store is as it was."]


def test_while_a_server_lets_one_wait(postgres_location: str) -> None:
    """Ctrl-C while the store's server has not answered yet: 130 and a line."""
    import psycopg

    name, _, rest = postgres_location.removeprefix("postgresql+psycopg://postgres@/").partition("?host=")
    with psycopg.connect(f"host={rest} user=postgres dbname={name}") as held_back:
        held_back.execute("LOCK TABLE alembic_version, city IN ACCESS EXCLUSIVE MODE")
        process = start("--store", postgres_location, "check")
        waiting = "SELECT 1 FROM pg_stat_activity WHERE datname = %s AND wait_event_type = 'Lock'"
        with psycopg.connect(f"host={rest} user=postgres dbname=postgres", autocommit=True) as looking:
            while looking.execute(waiting, [name]).fetchone() is None:
                assert process.poll() is None, "the check ended before it had to wait"
                time.sleep(0.02)
        process.send_signal(signal.SIGINT)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(1)
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "Traceback" not in err
    assert "Interrupted" in err


def test_too_late(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C that an act hears only when it is committed: the result is told, then that it was too late; exit 130."""
    store, script = tmp_path / "city.opsmap", tmp_path / "late.py"
    script.write_text(
        "import os, signal, sys\n"
        "from data.unit_of_work import WriteUnit\n"
        "commit = WriteUnit.commit\n"
        "def late(unit):\n"
        "    os.kill(os.getpid(), signal.SIGINT)\n"
        "    return commit(unit)\n"
        "WriteUnit.commit = late\n"
        "from desktop.cli.start import run\n"
        "run()\n",
        encoding="utf-8",
    )
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, [os.getcwd(), os.environ.get("PYTHONPATH")]))}
    done = subprocess.run(
        [sys.executable, str(script), "--store", str(store), "init", "Elmwood"],
        capture_output=True,
        text=True,
        env=env,
        timeout=60,
    )
    assert done.returncode == 130
    assert done.stdout == "Founded Elmwood.\n"
    assert "Stopping" in done.stderr
    assert "too late" in done.stderr
    assert held(store) == 1


def test_while_code_is_made(tmp_path: Path) -> None:
    """Ctrl-C inside `exec`, of which libraries make their classes, ends with 130 like any other."""
    (tmp_path / "made.py").write_text(
        "import desktop.cli.main, os, signal\n"
        "def made():\n"
        "    exec('os.kill(os.getpid(), signal.SIGINT)\\nfor n in range(1000): pass', globals())\n"
        "    return 0\n"
        "desktop.cli.main.exit_code = made\n"
        "from desktop.cli.start import run\n"
        "run()\n",
        encoding="utf-8",
    )
    paths = filter(None, [str(tmp_path), os.getcwd(), os.environ.get("PYTHONPATH")])
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(paths)}
    done = subprocess.run([sys.executable, "-m", "made"], capture_output=True, text=True, env=env, timeout=60)
    assert (done.returncode, done.stderr) == (130, "Interrupted. Nothing was kept; the store is as it was.\n")


def test_a_second_time_ends_an_act_at_once_and_says_what_stays(tmp_path: Path) -> None:
    """Two Ctrl-C in an import: 130, nothing of it was kept, and the store is sound."""
    store, file = tmp_path / "city.opsmap", tmp_path / "many.csv"
    assert exit_code(["--store", str(store), "init", "Elmwood"]) == 0
    rows = "".join(f"{n},Pothole,open,42.35,-71.06,2026-10-01 10:00\n" for n in range(200_000))
    file.write_text("id,type,status,lat,long,opened\n" + rows, encoding="utf-8")
    process = start("--store", store, "import", "requests", file)
    assert process.stderr is not None
    assert "rows read" in process.stderr.readline()
    for _ in range(2):
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "othing" in err
    assert "kept" in err
    assert "Traceback" not in err
    assert held(store) == 1
    assert exit_code(["--store", str(store), "check"]) == 0


def test_between_two_acts_of_one_command(tmp_path: Path) -> None:
    """Ctrl-C in the second of two files: 130, and the line says that the first stays, as it does."""
    store, first, second = tmp_path / "city.opsmap", tmp_path / "first.csv", tmp_path / "second.csv"
    assert exit_code(["--store", str(store), "init", "Elmwood"]) == 0
    header = "id,type,status,lat,long,opened\n"
    first.write_text(f"{header}{CROWD}\n", encoding="utf-8")
    rows = "".join(f"{n},Pothole,open,42.35,-71.06,2026-10-01 10:00\n" for n in range(200_000))
    second.write_text(header + rows, encoding="utf-8")
    process = start("--store", store, "import", "requests", first, second)
    while held(store) == 1:
        assert process.poll() is None, "the import ended before it could be stopped"
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "taken before that stays" in err
    assert held(store) > 1
    assert exit_code(["--store", str(store), "check"]) == 0


def test_a_file_whose_name_is_no_text(tmp_path: Path) -> None:
    """A name of bytes that are no UTF-8 is imported and told, as JSON too, and refused like any other name."""
    store = tmp_path / "city.opsmap"
    assert exit_code(["--store", str(store), "init", "Elmwood"]) == 0
    file = Path(os.fsdecode(os.fsencode(tmp_path) + b"/calls\xff.csv"))
    file.write_text(f"id,type,status,lat,long,opened\n{CROWD}\n", encoding="utf-8")
    for options in ([], ["--json"]):
        done = run("--store", store, "import", "requests", file, *options)
        assert done.returncode == 0, done.stderr
        assert "calls\\udcff" in done.stdout
    file.unlink()
    done = run("--store", store, "import", "requests", file)
    assert done.returncode == 2
    assert "There is no file" in done.stderr


@pytest.mark.parametrize("verb", [["hotspots"], ["export", "requests"]])
def test_the_last_day_of_the_calendar(verb: list[str], tmp_path: Path) -> None:
    """A period that ends with the calendar is a period without end."""
    store, file = tmp_path / "city.opsmap", tmp_path / "calls.csv"
    assert exit_code(["--store", str(store), "init", "Elmwood", "--timezone", "Pacific/Auckland"]) == 0
    rows = CROWD.replace("-71.06", "174.{0}")
    file.write_text(
        "id,type,status,lat,long,opened\n"
        + "\n".join(line.format(60 + n % 7) for n, line in enumerate(rows.splitlines()))
        + "\n",
        encoding="utf-8",
    )
    assert exit_code(["--store", str(store), "import", "requests", str(file)]) == 0
    words = [*verb, *([str(tmp_path / "out.csv")] if verb[0] == "export" else [])]
    period = ["--from", "0001-01-01", "--to", "9999-12-31"]
    assert exit_code(["--store", str(store), *words, *period]) in (0, 2)  # cells may be too few to test, in a sentence
    if verb[0] == "export":
        assert len((tmp_path / "out.csv").read_text(encoding="utf-8").splitlines()) == 61
