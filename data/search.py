"""Full-text search over requests: FTS5 on SQLite, a generated tsvector on PostgreSQL, one behaviour.

Words of description, address and service_request_id are matched without case and accents; every word of the question
must occur, the last one may be unfinished. The newest requests come first. SQLite's index has no triggers: they
would cost 35 microseconds a row; the unit of work feeds it in blocks instead.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Protocol

from sqlalchemy import Connection, text
from sqlalchemy.exc import OperationalError

TEXT_COLUMNS = ("description", "address", "service_request_id")
_WORD = re.compile(r"[^\W_]+")
_LISTED = ", ".join(TEXT_COLUMNS)


class TextIndex(Protocol):
    """The index of requests' texts. The three feeding calls do nothing where the database keeps it itself."""

    def added(self, ids: Sequence[int]) -> None:
        """These requests have been inserted, or their new texts are in the table."""

    def leaving(self, ids: Sequence[int]) -> None:
        """These requests are about to be deleted or to change their texts."""

    def find(self, question: str, limit: int) -> list[int]:
        """Ids of requests that hold every word, newest id first. A question without a word finds nothing."""


def text_index(connection: Connection) -> TextIndex:
    """The index in the database of a connection."""
    return SqliteText(connection) if connection.dialect.name == "sqlite" else PostgresText(connection)


def words_of(question: str) -> list[str]:
    """The words of a question, lower case."""
    return _WORD.findall(question.lower())


class SqliteText:
    """FTS5 over the content of service_request."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def added(self, ids: Sequence[int]) -> None:
        where, values = _these(ids)
        self._connection.exec_driver_sql(
            f"INSERT INTO request_text (rowid, {_LISTED}) SELECT id, {_LISTED} FROM service_request WHERE {where}",  # noqa: S608
            values,
        )

    def leaving(self, ids: Sequence[int]) -> None:
        where, values = _these(ids)
        self._connection.exec_driver_sql(
            f"INSERT INTO request_text (request_text, rowid, {_LISTED}) "  # noqa: S608
            f"SELECT 'delete', id, {_LISTED} FROM service_request WHERE {where}",
            values,
        )

    def find(self, question: str, limit: int) -> list[int]:
        words = words_of(question)
        if not words:
            return []
        match = " ".join(f'"{word}"' for word in words) + "*"
        sql = text("SELECT rowid FROM request_text WHERE request_text MATCH :match ORDER BY rowid DESC LIMIT :limit")
        try:
            return list(self._connection.execute(sql, {"match": match, "limit": limit}).scalars())
        except OperationalError as fault:
            if "phrase queries are not supported" not in str(fault):
                raise
            return []  # letters younger than SQLite's Unicode fall apart into several words that no text holds


def _these(ids: Sequence[int]) -> tuple[str, tuple[object, ...]]:
    """A condition on id: a range where the ids fill one, else a list."""
    first, last = min(ids), max(ids)
    if last - first + 1 == len(ids):
        return "id BETWEEN ? AND ?", (first, last)
    return "id IN (SELECT value FROM json_each(?))", (json.dumps(list(ids)),)


class PostgresText:
    """The generated column `search` of service_request, with its GIN index."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def added(self, ids: Sequence[int]) -> None:
        """The column is generated."""

    def leaving(self, ids: Sequence[int]) -> None:
        """The column is generated."""

    def find(self, question: str, limit: int) -> list[int]:
        words = words_of(question)
        if not words:
            return []
        places = {f"word_{at}": word for at, word in enumerate(words)}
        match = " || ' & ' || ".join(f"quote_literal(opsmap_fold(:{place}))" for place in places)
        sql = text(
            f"SELECT id FROM service_request WHERE search @@ to_tsquery('simple', {match} || ':*') "  # noqa: S608
            "ORDER BY id DESC LIMIT :limit"
        )
        return list(self._connection.execute(sql, {**places, "limit": limit}).scalars())
