"""The real command in a process of its own, and disks that are as small as a test wants them."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.forked import run_module

COMMAND = (sys.executable, "-m", "desktop.cli.start")


def start(*arguments: object, stdout: int = subprocess.PIPE, env: Mapping[str, str] | None = None) -> subprocess.Popen:
    """The command, started; it hears Ctrl-C whatever the test's own parents ignore."""
    words = [*COMMAND, *(os.fsencode(word) if isinstance(word, Path) else str(word) for word in arguments)]
    return subprocess.Popen(
        words,
        stdout=stdout,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, **(env or {})},
        preexec_fn=_hears,
    )


def run(*arguments: object, env: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    """The command, run to its end."""
    return run_module("desktop.cli.start", *arguments, env=env)


def _hears() -> None:
    signal.signal(signal.SIGINT, signal.default_int_handler)


@contextmanager
def small_disk(place: Path, size: str) -> Iterator[Path]:
    """A file system of this size at a new folder; skips where this user may mount none."""
    place.mkdir()
    mount = shutil.which("mount")
    done = mount and subprocess.run([mount, "-t", "tmpfs", "-o", f"size={size}", "none", place], capture_output=True)
    if not done or done.returncode:
        pytest.skip("this user may not mount a small file system")
    try:
        yield place
    finally:
        subprocess.run(["umount", str(place)], check=True)


def fill(folder: Path) -> Path:
    """Use up every byte of a disk; returns the file that holds them."""
    file = folder / "filler"
    with file.open("wb", buffering=0) as stream:
        for size in (65536, 4096, 1):
            try:
                while stream.write(b"x" * size) == size:
                    pass
            except OSError:
                continue
    return file
