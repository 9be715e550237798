"""A map on a screen of high density, in a process of its own: prints what the page asked for and how fine it draws."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from itertools import pairwise

import numpy as np
from PySide6.QtCore import QBuffer, QByteArray, QCoreApplication, QIODevice, Qt, QTimer
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication

from desktop.jobs import JobRunner
from desktop.map.bridge import WORLD
from desktop.map.scheme import register_scheme
from desktop.map.view import MapView
from tests.desktop.map.city import NOW_MS, requests_at

LOOK = """JSON.stringify({
  ratio: window.devicePixelRatio,
  canvases: [...document.querySelectorAll('canvas.layer-canvas')].map((c) => c.width / parseFloat(c.style.width)),
  swatches: [...document.querySelectorAll('canvas.swatch')].map((c) => c.width / c.getBoundingClientRect().width),
  tile: document.querySelector('.leaflet-tile').naturalWidth / document.querySelector('.leaflet-tile').width,
})"""


SHARP = 200  # of 255 levels between a stripe and the next


class Stripes:
    """Tiles of one-pixel stripes at the size that is asked for."""

    closest = 18

    def __init__(self) -> None:
        self.ratios: set[int] = set()

    def fetch(
        self, theme: str, zoom: int, x: int, y: int, ratio: int, wanted: Callable[[], bool],
        done: Callable[[bytes | None], None],
    ) -> None:  # fmt: skip
        """One tile at once."""
        self.ratios.add(ratio)
        image = QImage(256 * ratio, 256 * ratio, QImage.Format.Format_RGB32)
        image.fill(QColor("white"))
        for column in range(0, image.width(), 2):
            for row in range(image.height()):
                image.setPixelColor(column, row, QColor("black"))
        content = QByteArray()
        buffer = QBuffer(content)
        buffer.open(QIODevice.OpenModeFlag.WriteOnly)
        image.save(buffer, "PNG")
        done(bytes(content.data()))


def main() -> int:
    """Show it, look, print."""
    QCoreApplication.setAttribute(Qt.ApplicationAttribute.AA_ShareOpenGLContexts)
    register_scheme()
    qt = QApplication(sys.argv[:1])
    runner, tiles, patience = JobRunner(), Stripes(), iter(range(80))
    view = MapView("light", tiles, runner.run_read)
    view.resize(900, 500)
    view.set_view(8.52, 53.52, 15)

    def told(content: str) -> None:
        picture = view.grab().toImage()
        row = [picture.pixelColor(x, 640).lightness() for x in range(900, 980)]
        steps = [abs(a - b) for a, b in pairwise(row)]
        if min(steps) <= SHARP and next(patience, None) is not None:  # tiles fade in
            QTimer.singleShot(250, view, look)
            return
        print(json.dumps({**json.loads(content), "asked": sorted(tiles.ratios), "sharp": min(steps)}))  # noqa: T201
        qt.quit()

    def look() -> None:
        view.page.runJavaScript(LOOK, WORLD, told)

    view.tiles_loaded.connect(lambda: QTimer.singleShot(0, view, look))
    view.set_columns(requests_at(np.array([8.525]), np.array([53.525])), now_ms=NOW_MS)
    view.show()
    qt.exec()
    view.close()
    view.deleteLater()
    QCoreApplication.sendPostedEvents(None, 52)
    runner.shut_down()
    return 0


if __name__ == "__main__":
    sys.exit(main())
