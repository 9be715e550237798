"""The city's own base map as a source of tiles: asked for one by one, drawn in batches in another process."""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from PySide6.QtCore import QObject, QTimer

from desktop.job import Job, JobHandle
from desktop.map.tile_worker import TileKey, draw_tiles
from desktop.views.tokens import Scheme

BATCH = 6  # few, so that a page that moved on soon gets what it sees now
REMEMBERED = 600

Done = Callable[[bytes | None], None]
StartJob = Callable[[Job], JobHandle]


@dataclass(frozen=True, slots=True)
class _Asked:
    key: TileKey
    wanted: Callable[[], bool]
    done: Done


class CityTiles(QObject):
    """Tiles of the streets in a store. `version` names the state of the streets; another state is another source."""

    closest = 18

    def __init__(
        self, location: str, version: str, folder: Path, start: StartJob, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._location, self._version, self._folder, self._start = location, version, folder, start
        self._waiting: deque[_Asked] = deque()
        self._known: OrderedDict[TileKey, bytes] = OrderedDict()
        self._busy = False
        self._soon = QTimer(self, interval=0, singleShot=True)
        self._soon.timeout.connect(self._next)

    def fetch(self, theme: str, zoom: int, x: int, y: int, ratio: int, wanted: Callable[[], bool], done: Done) -> None:
        """Answer from what is known, else when it is drawn."""
        key = TileKey(cast(Scheme, theme), zoom, x, y, ratio)
        if key in self._known:
            self._known.move_to_end(key)
            done(self._known[key])
            return
        self._waiting.append(_Asked(key, wanted, done))
        self._soon.start()

    def _next(self) -> None:
        """Send the next batch, without what nobody waits for any more."""
        if self._busy:
            return
        batch: list[_Asked] = []
        while self._waiting and len(batch) < BATCH:
            asked = self._waiting.popleft()
            if asked.wanted():
                batch.append(asked)
        if not batch:
            return
        self._busy = True
        arguments = {
            "location": self._location,
            "version": self._version,
            "folder": str(self._folder),
            "wanted": [asked.key for asked in batch],
        }
        handle = self._start(Job("Base map", draw_tiles, arguments))
        handle.succeeded.connect(lambda tiles: self._drawn(batch, tiles))
        handle.failed.connect(lambda _sentence: self._drawn(batch, [None] * len(batch)))
        handle.ended.connect(self._go_on)

    def _drawn(self, batch: list[_Asked], tiles: list[bytes | None]) -> None:
        for asked, content in zip(batch, tiles, strict=True):
            if content is not None:
                self._known[asked.key] = content
            asked.done(content)
        while len(self._known) > REMEMBERED:
            self._known.popitem(last=False)

    def _go_on(self, _handle: object) -> None:
        self._busy = False
        self._soon.start()
