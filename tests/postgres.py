"""A PostgreSQL server for one test session: made in a temporary folder, spoken to over a socket, gone afterwards."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import psycopg
import pytest

_SETTINGS = (
    "-c listen_addresses='' -c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_connections=40"
)


class Server:
    """A running server and its databases."""

    def __init__(self, sockets: Path) -> None:
        self._sockets = sockets
        self._numbers = count()

    def url(self, database: str) -> str:
        """The SQLAlchemy URL of a database."""
        return f"postgresql+psycopg://postgres@/{database}?host={self._sockets}"

    def create(self, name: str | None = None, template: str = "template1") -> str:
        """Make a database and return its name."""
        name = name or f"test_{next(self._numbers)}"
        self._tell(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        return name

    def drop(self, name: str) -> None:
        """Remove a database, whoever is connected."""
        self._tell(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def _tell(self, statement: str) -> None:
        with psycopg.connect(f"host={self._sockets} user=postgres dbname=postgres", autocommit=True) as connection:
            connection.execute(statement.encode())


@contextmanager
def start_server() -> Iterator[Server]:
    """Start a server; skip (or fail, with OPSMAP_REQUIRE_POSTGRES=1) where its programs are missing."""
    programs = _programs()
    if programs is None:
        _missing("PostgreSQL's server programs are not here (apt install postgresql postgis)")
    assert programs is not None
    if os.geteuid() == 0 and not _has_account():
        _missing("PostgreSQL refuses root, and there is no account 'postgres' to run it")
    folder = Path(tempfile.mkdtemp(prefix="opsmap-pg-", dir=_quickest_place()))
    try:
        if os.geteuid() == 0:
            shutil.chown(folder, "postgres", "postgres")
        _run(
            programs / "initdb",
            "-D",
            folder / "data",
            "-A",
            "trust",
            "-U",
            "postgres",
            "-E",
            "UTF8",
            "--no-locale",
            "-N",
        )
        options = f"{_SETTINGS} -k {folder}"
        _run(programs / "pg_ctl", "-D", folder / "data", "-w", "-l", folder / "log", "-o", options, "start")
        try:
            yield Server(folder)
        finally:
            _run(programs / "pg_ctl", "-D", folder / "data", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _quickest_place() -> str:
    """Memory where there is a gigabyte of it (a database is copied for each test), else the disk."""
    memory = Path("/dev/shm")
    return str(memory) if memory.is_dir() and shutil.disk_usage(memory).free > 2**30 else "/tmp"


def _programs() -> Path | None:
    """The folder of the newest server programs."""
    on_path = shutil.which("initdb")
    if on_path:
        return Path(on_path).resolve().parent
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    return found[-1].parent if found else None


def _has_account() -> bool:
    try:
        pwd.getpwnam("postgres")
    except KeyError:
        return False
    return shutil.which("runuser") is not None


def _run(*words: object) -> None:
    """Run a server program, as the account postgres when we are root."""
    command = [str(word) for word in words]
    if os.geteuid() == 0:
        command = ["runuser", "-u", "postgres", "--", *command]
    done = subprocess.run(
        command, cwd="/tmp", stdout=subprocess.PIPE, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL
    )
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)} failed:\n{done.stdout.decode(errors='replace')}")


def _missing(reason: str) -> None:
    if os.environ.get("OPSMAP_REQUIRE_POSTGRES") == "1":
        pytest.fail(reason)
    pytest.skip(reason)
