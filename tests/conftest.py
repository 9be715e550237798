"""Stores for tests: a fresh SQLite file or a fresh PostgreSQL database, each copied from a template."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from filelock import FileLock

from data.store import Store, open_store
from tests.demo import DAY, MOMENT, REQUESTS, SEED
from tests.ground import shared_ground
from tests.postgres import Server, start_server


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files with slow tests come first: at the end of a run the quick ones keep every process busy."""
    slow = {item.path for item in items if item.get_closest_marker("slow") is not None}
    items.sort(key=lambda item: item.path not in slow)


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


@pytest.fixture(scope="session")
def shared_store(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, Callable[[Path], None]], Path]:
    """Makes a store once for all processes of a test run and gives its place; tests work on copies."""
    base = tmp_path_factory.getbasetemp()
    folder = base.parent if base.name.startswith("popen-") else base

    def made(name: str, make: Callable[[Path], None]) -> Path:
        path = folder / f"{name}.opsmap"
        with FileLock(folder / f"{name}.lock"):
            if not path.exists():
                making = folder / f"{name}-making.opsmap"
                make(making)
                making.rename(path)
        return path

    return made


@pytest.fixture(scope="session")
def demo_city(shared_store: Callable[[str, Callable[[Path], None]], Path]) -> Path:
    """A demo city of REQUESTS requests to 13 October 2026; a test works on a copy."""

    def make(path: Path) -> None:
        from desktop.domain.clock import FixedClock
        from desktop.operations.make_demo import DemoWish, make_demo
        from desktop.operations.work import Work

        store = open_store(path, create=True)
        with shared_ground():
            make_demo(Work(store, "ana", FixedClock(MOMENT)), DemoWish(REQUESTS, SEED, DAY))
        store.close()

    return shared_store("demo", make)


@pytest.fixture
def location(demo_city: Path, tmp_path: Path) -> str:
    """A copy of the demo city for one test."""
    return str(shutil.copy(demo_city, tmp_path / "city.opsmap"))


@pytest.fixture(scope="session")
def planned_city(demo_city: Path, shared_store: Callable[[str, Callable[[Path], None]], Path]) -> Path:
    """The demo city with a plan for its day; a test works on a copy."""

    def make(path: Path) -> None:
        from desktop.domain.clock import FixedClock
        from desktop.operations.plan_routes import PlanWish, plan_routes
        from desktop.operations.work import Work

        store = open_store(shutil.copy(demo_city, path))
        plan_routes(Work(store, "ana", FixedClock(MOMENT)), PlanWish(DAY, iterations=20))
        store.close()

    return shared_store("planned", make)
