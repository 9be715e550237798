"""A raster of densities as pictures that the map lays under the cells, one for each look."""

from __future__ import annotations

import base64

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QBuffer, QIODevice
from PySide6.QtGui import QColor, QImage

from desktop.map.looks import look_of
from desktop.views.tokens import Scheme

NOTHING = 255
SCHEMES: tuple[Scheme, ...] = ("light", "dark")
STEPS = 7  # of the sequential ramp


def density_breaks(values: NDArray[np.float64], steps: int = STEPS) -> list[float]:
    """Edges of equal steps from 0 to the greatest value, the last but one in a thousand."""
    known = values[np.isfinite(values)]
    top = float(np.quantile(known, 0.999)) if len(known) else 0.0
    top = top if top > 0.0 else 1.0
    unit = 10.0 ** np.floor(np.log10(top / steps))
    width = next(width for width in unit * np.array([1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10, 15]) if width * steps >= top)
    return [float(width * at) for at in range(steps + 1)]


def step_of(values: NDArray[np.float64], breaks: list[float]) -> NDArray[np.uint8]:
    """The step of each value, the highest for all above the last edge; NOTHING for nan."""
    step = np.clip(np.searchsorted(breaks, np.nan_to_num(values), side="right") - 1, 0, len(breaks) - 2)
    return np.where(np.isfinite(values), step, NOTHING).astype(np.uint8)


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
