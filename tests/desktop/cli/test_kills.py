"""An import killed at any moment: the store is sound, holds all of the file or nothing of it, and takes it again."""

from __future__ import annotations

import random
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from data.store import open_store
from desktop.cli.main import exit_code
from tests.soak import rounds

OPSMAP = Path(sys.executable).parent / "opsmap"
ROWS = 12_000


def held(store: Path) -> tuple[int, int]:
    """Requests and the log's head."""
    opened = open_store(str(store))
    with opened.read() as unit:
        found = unit.requests.count(), unit.log.head()
    opened.close()
    return found


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file of requests, some of them unlocated, some at one point."""
    path = tmp_path_factory.mktemp("kills") / "calls.csv"
    rows = (
        f"{n},Pothole,open,{42.3 + n % 97 / 1000},{-71.0 - n % 89 / 1000},2026-10-01 10:00\n"
        if n % 11
        else f"{n},Litter,closed,,,2026-10-02 10:00\n"
        for n in range(ROWS)
    )
    path.write_text("id,type,status,lat,long,opened\n" + "".join(rows), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A city without requests."""
    path = tmp_path_factory.mktemp("kills") / "city.opsmap"
    assert exit_code(["--store", str(path), "init", "Elmwood", "--timezone", "America/New_York"]) == 0
    return path


@pytest.fixture(scope="module")
def usual_s(founded: Path, file: Path, tmp_path_factory: pytest.TempPathFactory) -> float:
    """How long the import takes when it is left alone."""
    store = tmp_path_factory.mktemp("kills") / "whole.opsmap"
    shutil.copy(founded, store)
    started = time.monotonic()
    subprocess.run([OPSMAP, "--store", store, "import", "requests", file], check=True, capture_output=True)
    return time.monotonic() - started


@pytest.mark.slow
@pytest.mark.parametrize("seed", rounds(3, 120))
def test_a_killed_import_is_whole_or_absent(
    seed: int, founded: Path, file: Path, usual_s: float, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """SIGKILL at a random moment, then check, then the same import again: all requests once, and a sound log."""
    store = tmp_path / "city.opsmap"
    shutil.copy(founded, store)
    before = held(store)
    command = [str(OPSMAP), "--store", str(store), "import", "requests", str(file)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    time.sleep(random.Random(seed).uniform(0.25, 1.05) * usual_s)
    process.kill()
    process.wait(30)
    after = held(store)
    assert after == before or after[0] == ROWS
    assert exit_code(["--store", str(store), "check"]) == 0
    assert exit_code(["--store", str(store), "import", "requests", str(file)]) == 0
    assert held(store)[0] == ROWS
    assert exit_code(["--store", str(store), "check"]) == 0
