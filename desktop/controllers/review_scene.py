"""The small map of a proposal: tiles of the city's own base map put together, with the reports in the same frame."""

from __future__ import annotations

import math
from collections.abc import Sequence, Set
from dataclasses import dataclass
from functools import partial
from itertools import product

import numpy as np
from PySide6.QtCore import QObject, QPoint, QTimer, Signal
from PySide6.QtGui import QImage, QPainter

from desktop.controllers.review_cards import Draft, position_error_m
from desktop.controllers.review_reads import RADIUS_M, Case, local_metres
from desktop.map.tiles import CityTiles
from desktop.views.duplicates.state import Scene, SceneReport

TILE_PX = 256
ACROSS, DOWN = 5, 4  # tiles
ZOOM = 17  # at which the lettering of the tiles is about as large as in the map
SOON_MS = 60  # several tiles that come at once are shown at once


@dataclass(frozen=True, slots=True)
class Frame:
    """Which tiles show a proposal, and where the upper left corner of the first lies, in local metres."""

    column: int
    row: int
    west_m: float
    north_m: float
    metres_per_px: float
    near_lat: float


def frame_of(lon: Sequence[float], lat: Sequence[float]) -> Frame:
    """The tiles around some points."""
    near_lat = float(np.mean(lat))
    x, y = local_metres(np.array(lon), np.array(lat), near_lat)
    half_m = math.pi * RADIUS_M * math.cos(math.radians(near_lat))
    tile_m = 2 * half_m / 2**ZOOM
    column = math.floor(((float(x.min()) + float(x.max())) / 2 + half_m) / tile_m - ACROSS / 2 + 0.5)
    row = math.floor((half_m - (float(y.min()) + float(y.max())) / 2) / tile_m - DOWN / 2 + 0.5)
    return Frame(column, row, column * tile_m - half_m, half_m - row * tile_m, tile_m / TILE_PX, near_lat)


class SceneMaker(QObject):
    """Puts the picture of a proposal's place together; `ready` tells when tiles are there, `whole` when all are."""

    ready = Signal()
    whole = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._frame: Frame | None = None
        self._serial = 0
        self.image: QImage | None = None
        self._ratio = 1
        self._missing = 0  # tiles
        self._soon = QTimer(self, singleShot=True, interval=SOON_MS)
        self._soon.timeout.connect(self.ready)

    def ask(self, frame: Frame | None, tiles: CityTiles | None, scheme: str, ratio: int) -> None:
        """Begin a picture; the tiles of an earlier one are not waited for."""
        self._serial += 1
        self._frame, self.image, self._ratio = frame, None, ratio
        self._missing = 0 if frame is None or tiles is None else ACROSS * DOWN
        if frame is None or tiles is None:
            self.whole.emit()
            return
        serial = self._serial
        self.image = QImage(ACROSS * TILE_PX * ratio, DOWN * TILE_PX * ratio, QImage.Format.Format_RGB32)
        self.image.fill(0xFFECEAE4 if scheme == "light" else 0xFF16191E)

        def wanted() -> bool:
            return serial == self._serial

        for at in product(range(ACROSS), range(DOWN)):
            place = (frame.column + at[0], frame.row + at[1])
            tiles.fetch(scheme, ZOOM, *place, ratio, wanted, partial(self._arrived, serial, at))

    def _arrived(self, serial: int, at: tuple[int, int], content: bytes | None) -> None:
        if serial != self._serial or self.image is None:
            return
        self._missing -= 1
        if content is not None:
            self._paint(at, QImage.fromData(content))
        if not self._missing:
            self.ready.emit()
            self.whole.emit()
        elif content is not None:
            self._soon.start()

    def _paint(self, at: tuple[int, int], tile: QImage) -> None:
        assert self.image is not None
        side = TILE_PX * self._ratio
        painter = QPainter(self.image)
        painter.drawImage(QPoint(at[0] * side, at[1] * side), tile)
        painter.end()

    def scene(
        self, case: Case, draft: Draft, attribution: str, radius_m: float, doubtful: Set[int] = frozenset()
    ) -> Scene | None:
        """The reports on the picture as it is now, `doubtful` ones marked; None where none of them has a place."""
        frame = self._frame
        if frame is None:
            return None
        placed = [(at, one) for at, one in enumerate(case.requests, start=1) if one.lat is not None]
        x, y = local_metres(
            np.array([one.long for _, one in placed], dtype=np.float64),
            np.array([one.lat for _, one in placed], dtype=np.float64),
            frame.near_lat,
        )
        reports = tuple(
            SceneReport(
                number=at,
                x_m=float(east),
                y_m=float(north),
                error_m=position_error_m(case.channels[int(one.id)], one.address),
                kept=int(one.id) not in draft.out,
                focused=at - 1 == draft.focused,
                doubtful=int(one.id) in doubtful,
            )
            for (at, one), east, north in zip(placed, x, y, strict=True)
        )
        around = next((at for at, one in placed if one.id == draft.parent), 1)
        picture = None if self.image is None else self.image.copy()
        return Scene(
            reports, radius_m, picture, frame.west_m, frame.north_m, frame.metres_per_px / self._ratio, attribution,
            around,
        )  # fmt: skip
