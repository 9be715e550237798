"""How often the page of a map may come back: a few times in a row, and anew once it has stood for a while."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QElapsedTimer
from PySide6.QtWidgets import QWidget

from desktop.views.kit import Centred, StateCard

RELOADS = 3  # in a row; a page that dies more often is left alone, and the map says so
CALM_MS = 60_000  # a page that stood this long died of something else than the one before


class PageLives:
    """Counts the deaths of a page."""

    def __init__(self) -> None:
        self.deaths = 0
        self._stands = QElapsedTimer()

    def stands(self) -> None:
        """The page shows its map."""
        self._stands.start()

    def comes_back(self) -> bool:
        """The page ended; whether it is loaded again."""
        if self._stands.isValid() and self._stands.elapsed() > CALM_MS:
            self.deaths = 0
        self.deaths += 1
        return self.deaths <= RELOADS


def stopped_card(parent: QWidget) -> Centred:
    """What stands in the place of a page that is left alone."""
    tr = QCoreApplication.translate
    return Centred(
        StateCard(
            tr("MapView", "The map has stopped"),
            tr("MapView", "Its page ended several times in a row. Lists and acts go on working; nothing is lost."),
            icon="map",
            act=tr("MapView", "Start it again"),
            error=True,
        ),
        parent=parent,
    )
