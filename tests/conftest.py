"""Stores for tests: a fresh SQLite file or a fresh PostgreSQL database, each copied from a template."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from data.store import Store, open_store
from tests.postgres import Server, start_server


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty store in a file, to be copied."""
    path = tmp_path_factory.mktemp("template") / "empty.opsmap"
    open_store(path, create=True).close()
    return path


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Server]:
    """A PostgreSQL server of our own for the whole session; skips with a reason where there is none."""
    with start_server() as server:
        open_store(server.url(server.create("opsmap_template")), create=True).close()
        yield server


@pytest.fixture
def sqlite_location(tmp_path: Path, sqlite_template: Path) -> str:
    """The location of a fresh empty store in a file."""
    return str(shutil.copyfile(sqlite_template, tmp_path / "city.opsmap"))


@pytest.fixture
def postgres_location(postgres_server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The location of a fresh empty store on the server."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    name = postgres_server.create(template="opsmap_template")
    yield postgres_server.url(name)
    postgres_server.drop(name)


@pytest.fixture
def empty_postgres_location(postgres_server: Server) -> Iterator[str]:
    """The location of a database that holds nothing yet."""
    name = postgres_server.create()
    yield postgres_server.url(name)
    postgres_server.drop(name)


@pytest.fixture(params=["sqlite", "postgresql"])
def store_location(request: pytest.FixtureRequest) -> str:
    """The location of a fresh empty store, once on each database."""
    wanted = "sqlite_location" if request.param == "sqlite" else "postgres_location"
    return str(request.getfixturevalue(wanted))


@pytest.fixture
def any_store(store_location: str) -> Iterator[Store]:
    """A fresh empty store, once on each database: what contract tests run against."""
    store = open_store(store_location)
    yield store
    store.close()


@pytest.fixture
def sqlite_store(sqlite_location: str) -> Iterator[Store]:
    """A fresh empty store in a file."""
    store = open_store(sqlite_location)
    yield store
    store.close()


@pytest.fixture
def postgres_store(postgres_location: str) -> Iterator[Store]:
    """A fresh empty store on the server."""
    store = open_store(postgres_location)
    yield store
    store.close()
