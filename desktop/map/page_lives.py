"""A page that ends, comes without its scripts or never comes is loaded again, but one that goes on so is left alone."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QElapsedTimer, QObject, QTimer, Signal
from PySide6.QtWebEngineCore import QWebEnginePage
from PySide6.QtWebEngineWidgets import QWebEngineView
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout

from desktop.map.bridge import WORLD, install_scripts
from desktop.map.scheme import INDEX
from desktop.views.kit import Centred, StateCard

RELOADS = 3  # in a row; a page that dies more often is left alone, and the map says so
CALM_MS = 60_000  # a page that stood this long died of something else than the one before
LATE_MS = 25_000  # no page takes this long, on a slow machine either: the engine has lost it


class PageLives(QObject):
    """Watches the page of a map. The card of one that is left alone stands in `column` beside the hidden view."""

    ended = Signal()  # the page is gone; whether it comes back is decided
    gave_up = Signal(str)  # after how many times, and how, for the log

    def __init__(self, page: QWebEnginePage, web: QWebEngineView, column: QVBoxLayout, parent: QObject) -> None:
        super().__init__(parent)
        self._page, self._web, self._column = page, web, column
        self._deaths = self._bare = 0
        self._stands = QElapsedTimer()
        self._card: Centred | None = None
        self._late = QTimer(self, interval=LATE_MS, singleShot=True)
        self._late.timeout.connect(self._never_came)
        page.renderProcessTerminated.connect(self._died)
        page.loadFinished.connect(self._loaded)

    @property
    def again(self) -> bool:
        """Whether a page stood here before."""
        return self._stands.isValid()

    def load(self) -> None:
        """Load the page, the first time or anew."""
        self._late.start()
        self._page.load(INDEX)

    def stands(self) -> None:
        """The page shows its map."""
        self._late.stop()
        self._bare = 0
        self._stands.start()

    def _died(self, status: QWebEnginePage.RenderProcessTerminationStatus, code: int) -> None:
        if self._stands.isValid() and self._stands.elapsed() > CALM_MS:
            self._deaths = 0
        self._deaths += 1
        comes_back = self._deaths <= RELOADS
        self.ended.emit()
        if not comes_back:
            self.gave_up.emit(f"the map's page ended {self._deaths} times ({status.name}, {code})")
        # Not from within the engine's own signal: it has yet to see that the process is gone.
        QTimer.singleShot(0, self, self.load if comes_back else self._stop)

    def _loaded(self, _whole: bool) -> None:
        self._page.runJavaScript("typeof opsmap", WORLD, self._has_scripts)

    def _has_scripts(self, kind: object) -> None:
        """Where a process follows another at once, the engine now and then forgets to give the new one our scripts."""
        if kind != "undefined":
            return
        install_scripts(self._page)
        self._try_again("came without its scripts")

    def _never_came(self) -> None:
        self._page.triggerAction(QWebEnginePage.WebAction.Stop)
        self.ended.emit()
        self._try_again("never came")

    def _try_again(self, how: str) -> None:
        self._bare += 1
        if self._bare <= RELOADS:
            self.load()
        else:
            self.gave_up.emit(f"the map's page {how} for the {self._bare}th time")
            self._stop()

    def _stop(self) -> None:
        """Leave the page alone and say so, with a way to start it again."""
        self._late.stop()
        self._card = stopped_card()
        self._card.card.acted.connect(self._start_again)  # type: ignore[attr-defined]  # a StateCard
        self._card.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)  # no window grows by it
        self._column.addWidget(self._card)
        self._web.hide()

    def _start_again(self) -> None:
        if self._card is not None:
            self._card.hide()
            self._card.deleteLater()
        self._card = None
        self._deaths = self._bare = 0
        self._web.show()
        QTimer.singleShot(0, self, self.load)


def stopped_card() -> Centred:
    """What stands in the place of a page that is left alone."""
    tr = QCoreApplication.translate
    return Centred(
        StateCard(
            tr("MapView", "The map has stopped"),
            tr("MapView", "Its page ended several times in a row. Lists and acts go on working; nothing is lost."),
            icon="map",
            act=tr("MapView", "Start it again"),
            error=True,
        )
    )
