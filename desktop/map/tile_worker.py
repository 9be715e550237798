"""Draws tiles in a process of its own, where they hold nobody up, and keeps them in a file beside the store."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from desktop.views.tokens import Scheme

if TYPE_CHECKING:
    from PySide6.QtGui import QGuiApplication

    from desktop.map.tile_painter import TilePainter

LOOK = 2  # counts up when tiles are drawn differently, so that none of an earlier look is shown
_SCHEMA = """CREATE TABLE IF NOT EXISTS tiles (
    scheme TEXT, ratio INTEGER, zoom_level INTEGER, tile_column INTEGER, tile_row INTEGER, tile_data BLOB NOT NULL,
    PRIMARY KEY (scheme, ratio, zoom_level, tile_column, tile_row)) WITHOUT ROWID"""


@dataclass(frozen=True, slots=True)
class TileKey:
    """Which tile: theme, zoom, column, row from the north, and pixels per pixel."""

    scheme: Scheme
    zoom: int
    x: int
    y: int
    ratio: int


def draw_tiles(
    location: str,
    version: str,
    folder: str,
    wanted: Sequence[TileKey],
    progress: Callable[[float | None, str], None],
    should_stop: Callable[[], bool],
) -> list[bytes | None]:
    """PNGs of tiles, from the cache where they were drawn before; None for those not reached before a stop."""
    cache = _TileCache(Path(folder), version)
    try:
        made: list[bytes | None] = []
        for key in wanted:
            made.append(None if should_stop() else cache.get(key) or cache.keep(key, _drawn(location, version, key)))
        return made
    finally:
        cache.close()


def _drawn(location: str, version: str, key: TileKey) -> bytes:
    return _painter(location, version).png(key.scheme, key.zoom, key.x, key.y, key.ratio)


@lru_cache(maxsize=1)
def _painter(location: str, version: str) -> TilePainter:
    """The city of a store as it is now; `version` makes a new one when its streets have changed."""
    from data.store import open_store
    from desktop.map.basemap import base_map
    from desktop.map.tile_painter import TilePainter

    _application()
    store = open_store(location)
    try:
        with store.read() as unit:
            return TilePainter(base_map(unit.artifacts.get("streets"), unit.artifacts.get("basemap")))
    finally:
        store.close()


@lru_cache(maxsize=1)
def _application() -> QGuiApplication:
    """Lettering needs an application; it never shows anything."""
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from PySide6.QtGui import QGuiApplication

    from desktop.views.fonts import load_fonts

    application = QGuiApplication.instance() or QGuiApplication([])
    assert isinstance(application, QGuiApplication)
    load_fonts()
    return application


class _TileCache:
    """Tiles in one SQLite file a version of the streets; losing it costs only time, so nothing waits for the disk."""

    def __init__(self, folder: Path, version: str) -> None:
        self._connection: sqlite3.Connection | None = None
        path = folder / f"tiles-{LOOK}-{version}.sqlite"
        with suppress(OSError, sqlite3.Error):  # a folder that cannot be written: every tile is drawn when it is seen
            folder.mkdir(parents=True, exist_ok=True)
            for old in folder.glob("tiles-*.sqlite"):
                if old != path:
                    old.unlink()
            self._connection = sqlite3.connect(path)
            self._connection.execute("PRAGMA synchronous = OFF")
            self._connection.execute(_SCHEMA)

    def get(self, key: TileKey) -> bytes | None:
        """A tile drawn before."""
        if self._connection is None:
            return None
        query = (
            "SELECT tile_data FROM tiles "
            "WHERE scheme = ? AND ratio = ? AND zoom_level = ? AND tile_column = ? AND tile_row = ?"
        )
        with suppress(sqlite3.Error):
            row = self._connection.execute(query, (key.scheme, key.ratio, key.zoom, key.x, key.y)).fetchone()
            return None if row is None else bytes(row[0])
        return None

    def keep(self, key: TileKey, content: bytes) -> bytes:
        """Remember a tile, where there is room; returns it."""
        if self._connection is not None:
            values = (key.scheme, key.ratio, key.zoom, key.x, key.y, content)
            with suppress(sqlite3.Error):
                self._connection.execute("INSERT OR REPLACE INTO tiles VALUES (?, ?, ?, ?, ?, ?)", values)
                self._connection.commit()
        return content

    def close(self) -> None:
        """Let the file go."""
        if self._connection is not None:
            self._connection.close()
