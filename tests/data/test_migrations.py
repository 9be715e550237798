"""The migrations and the schema say the same, on both databases."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect

import data.migrations
from data.migrations import HEAD, REVISIONS
from data.schema import metadata
from data.store import Store

NEXT = "9999"  # a revision that comes after all of ours
# What only a migration makes: search and places, each database in its own way.
ADDED = {
    "search",
    "location",
    "geometry",
    "ix_service_request_search",
    "ix_service_request_location",
    "ix_area_geometry",
}


def ours(item: Any, name: str | None, kind: str, reflected: bool, compared: Any) -> bool:
    """Whether an object of the database is compared with the schema."""
    if kind == "table":
        return name in metadata.tables
    return not (reflected and name in ADDED)


@pytest.mark.filterwarnings("ignore:Did not recognize type 'geometry'")
def test_migrations_lead_to_the_schema(any_store: Store) -> None:
    """After all migrations nothing differs from data.schema: tables, columns, types, indexes, constraints."""
    with any_store.read() as unit:
        context = MigrationContext.configure(unit.connection, opts={"include_object": ours, "compare_type": True})
        assert compare_metadata(context, metadata) == []
        tables = set(inspect(unit.connection).get_table_names())
    assert set(metadata.tables) <= tables


def test_the_list_of_revisions_is_alembics() -> None:
    """REVISIONS, which opening a store compares with, is Alembic's own history, oldest first."""
    config = Config()
    config.set_main_option("script_location", str(Path(data.migrations.__file__).parent))
    config.set_main_option("path_separator", "os")
    script = ScriptDirectory.from_config(config)
    assert tuple(revision.revision for revision in script.walk_revisions())[::-1] == REVISIONS
    assert script.get_current_head() == HEAD


def test_an_opened_store_is_at_the_head(any_store: Store) -> None:
    """Opening leaves the store at the newest revision, and remembers who shaped it."""
    with any_store.read() as unit:
        sql = unit.connection.exec_driver_sql
        assert sql("SELECT version_num FROM alembic_version").scalars().all() == [HEAD]
        assert {"identity", "made_by", "shaped_by"} == set(sql("SELECT key FROM store_meta").scalars())
        if any_store.kind == "sqlite":
            assert sql("PRAGMA user_version").scalar() == len(REVISIONS)


def test_an_older_store_is_brought_up_to_date(sqlite_location: str, monkeypatch: Any) -> None:
    """A store behind the head is upgraded when opened, its header with it, its content untouched."""
    from data.store import open_store
    from tests.data.city import small_city

    store = open_store(sqlite_location)
    small_city(store, 3)
    identity = store.identity
    store.close()
    steps: list[str] = []

    def upgrade(connection: Any) -> None:
        steps.append("upgraded")
        connection.exec_driver_sql(f"UPDATE alembic_version SET version_num = '{NEXT}'")

    monkeypatch.setattr("data.opening.REVISIONS", (*REVISIONS, NEXT))
    monkeypatch.setattr("data.opening.HEAD", NEXT)
    monkeypatch.setattr("data.opening.upgrade", upgrade)
    for _ in range(2):
        store = open_store(sqlite_location)
        with store.read() as unit:
            assert unit.connection.exec_driver_sql("PRAGMA user_version").scalar() == len(REVISIONS) + 1
            assert unit.requests.count() == 3
        assert store.identity == identity
        store.close()
    assert steps == ["upgraded"]


def test_an_upgrade_that_fails_leaves_the_store_as_it_was(sqlite_location: str, monkeypatch: Any) -> None:
    """A migration that breaks in the middle is rolled back whole; the old version still opens the store."""
    from data.store import open_store
    from tests.data.city import small_city

    store = open_store(sqlite_location)
    small_city(store, 3)
    store.close()

    def upgrade(connection: Any) -> None:
        connection.exec_driver_sql("ALTER TABLE city ADD COLUMN mayor TEXT")
        connection.exec_driver_sql("DELETE FROM reporter")
        raise RuntimeError("broken migration")

    with monkeypatch.context() as patch:
        patch.setattr("data.opening.REVISIONS", (*REVISIONS, NEXT))
        patch.setattr("data.opening.HEAD", NEXT)
        patch.setattr("data.opening.upgrade", upgrade)
        with pytest.raises(RuntimeError, match="broken"):
            open_store(sqlite_location)
    store = open_store(sqlite_location)
    with store.read() as unit:
        assert unit.requests.count() == 3
        assert "mayor" not in {column["name"] for column in inspect(unit.connection).get_columns("city")}
    store.close()


def test_a_store_of_the_first_schema_opens_with_all_it_holds(tmp_path: Path) -> None:
    """A file made under the first schema is upgraded in place: its rows stay, new columns have their defaults."""
    from contextlib import closing
    from sqlite3 import connect

    from alembic import command
    from sqlalchemy import create_engine

    from data.checking import check
    from data.opening import APPLICATION_ID
    from data.store import open_store

    path = tmp_path / "old.opsmap"
    engine = create_engine(f"sqlite:///{path}")
    config = Config()
    config.set_main_option("script_location", str(Path(data.migrations.__file__).parent))
    config.set_main_option("path_separator", "os")
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        connection.exec_driver_sql(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.exec_driver_sql("PRAGMA user_version = 1")
    engine.dispose()
    with closing(connect(path)) as old:
        old.executescript(
            """INSERT INTO store_meta VALUES ('identity', 'x'), ('made_by', '0.1.0'), ('shaped_by', '0.1.0');
            INSERT INTO city (id, name, timezone, version) VALUES (1, 'Elmwood', 'UTC', 1);
            """
        )
    store = open_store(str(path))
    with store.read() as unit:
        city = unit.city.get()
        assert city is not None
        assert (city.name, city.settings) == ("Elmwood", None)
        assert unit.connection.exec_driver_sql("PRAGMA user_version").scalar() == len(REVISIONS)
        context = MigrationContext.configure(unit.connection, opts={"include_object": ours, "compare_type": True})
        assert compare_metadata(context, metadata) == []
    assert [fault for fault in check(store) if "city" not in fault] == []
    store.close()
