"""Alembic's migrations, run when a store is opened; no alembic.ini is needed.

Opening a store only compares its revision with REVISIONS; Alembic itself is imported when there is something to do.
"""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection

# Oldest first. The count is also SQLite's user_version, so that a newer file is recognised by its header.
REVISIONS = ("0001", "0002", "0003", "0004", "0005", "0006", "0007", "0008")
HEAD = REVISIONS[-1]


def upgrade(connection: Connection) -> None:
    """Bring the schema to HEAD inside the connection's transaction."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
