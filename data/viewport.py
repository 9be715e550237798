"""Located requests inside bounds of longitude and latitude: plain columns on SQLite, PostGIS on PostgreSQL.

The live map asks the numpy snapshot (data/columns.py); this is for readers that have only the store.
"""

from __future__ import annotations

from sqlalchemy import Connection, text


def located_within(connection: Connection, west: float, south: float, east: float, north: float) -> list[int]:
    """Ids of located requests in the closed box, ascending."""
    box = {"west": west, "south": south, "east": east, "north": north}
    return list(connection.execute(_QUERY[connection.dialect.name], box).scalars())


_QUERY = {
    "sqlite": text(
        "SELECT id FROM service_request WHERE placement = 'located' "
        "AND long BETWEEN :west AND :east AND lat BETWEEN :south AND :north ORDER BY id"
    ),
    "postgresql": text(
        "SELECT id FROM service_request "
        "WHERE location && ST_MakeEnvelope(:west, :south, :east, :north, 4326) ORDER BY id"
    ),
}
