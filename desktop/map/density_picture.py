"""A raster of densities as pictures that the map lays under the cells, one for each look."""

from __future__ import annotations

import base64

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QBuffer, QIODevice
from PySide6.QtGui import QColor, QImage

from desktop.domain.statistic_marks import step_of
from desktop.map.looks import look_of
from desktop.views.tokens import Scheme

NOTHING = 255
SCHEMES: tuple[Scheme, ...] = ("light", "dark")


def picture_steps(values: NDArray[np.float64], edges: NDArray[np.float64]) -> NDArray[np.uint8]:
    """The step of the ramp for each value, the highest for all above the last edge; NOTHING for nan."""
    return np.where(np.isfinite(values), step_of(values, edges), NOTHING).astype(np.uint8)


def density_pictures(steps: NDArray[np.uint8]) -> dict[str, str]:
    """A data address for each look, of steps [rows from north, columns from west]."""
    return {scheme: _picture(steps, look_of(scheme)["sequential"]) for scheme in SCHEMES}


def _picture(steps: NDArray[np.uint8], ramp: list[str]) -> str:
    rows, columns = steps.shape
    wide = -(-columns // 4) * 4  # lines of a picture begin at whole words
    held = np.full((rows, wide), NOTHING, dtype=np.uint8)
    held[:, :columns] = steps
    image = QImage(held.tobytes(), columns, rows, wide, QImage.Format.Format_Indexed8)
    image.setColorTable([*(QColor(hue).rgba() for hue in ramp), *([0] * (256 - len(ramp)))])
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.convertToFormat(QImage.Format.Format_ARGB32).save(buffer, "PNG")  # type: ignore[call-overload]
    return "data:image/png;base64," + base64.b64encode(buffer.data().data()).decode()
