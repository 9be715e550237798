"""The web page of a map: it goes nowhere, opens nothing, runs no script of its own, and what it logs is kept."""

from __future__ import annotations

from PySide6.QtCore import QObject, QUrl, Signal
from PySide6.QtWebChannel import QWebChannel
from PySide6.QtWebEngineCore import QWebEnginePage, QWebEngineProfile, QWebEngineSettings

from desktop.map.bridge import WORLD, Bridge, install_scripts
from desktop.map.scheme import INDEX, NothingElse, SchemeHandler, TileSource

# Scripts stay enabled, for Chromium draws no canvas where they are not; the policy of the page lets it run none.
_OFF = (
    QWebEngineSettings.WebAttribute.JavascriptCanOpenWindows,
    QWebEngineSettings.WebAttribute.JavascriptCanAccessClipboard,
    QWebEngineSettings.WebAttribute.LocalStorageEnabled,
    QWebEngineSettings.WebAttribute.PluginsEnabled,
    QWebEngineSettings.WebAttribute.PdfViewerEnabled,
    QWebEngineSettings.WebAttribute.ErrorPageEnabled,
    QWebEngineSettings.WebAttribute.FullScreenSupportEnabled,
    QWebEngineSettings.WebAttribute.ScreenCaptureEnabled,
    QWebEngineSettings.WebAttribute.WebGLEnabled,
    QWebEngineSettings.WebAttribute.DnsPrefetchEnabled,
    QWebEngineSettings.WebAttribute.HyperlinkAuditingEnabled,
    QWebEngineSettings.WebAttribute.AutoLoadIconsForPage,
    QWebEngineSettings.WebAttribute.LocalContentCanAccessRemoteUrls,
    QWebEngineSettings.WebAttribute.LocalContentCanAccessFileUrls,
)


class MapProfile(QWebEngineProfile):
    """Off the record; serves the private scheme and blocks everything else."""

    def __init__(self, tiles: TileSource | None) -> None:
        super().__init__()  # without a name: nothing is ever written to disk
        self.handler = SchemeHandler(tiles, self)
        self.gate = NothingElse(self)
        self.installUrlSchemeHandler(INDEX.scheme().encode(), self.handler)
        self.setUrlRequestInterceptor(self.gate)
        self.setHttpCacheType(QWebEngineProfile.HttpCacheType.NoCache)
        self.setPersistentCookiesPolicy(QWebEngineProfile.PersistentCookiesPolicy.NoPersistentCookies)
        self.setSpellCheckEnabled(False)


class MapPage(QWebEnginePage):
    """Shows the map's page and refuses every other."""

    logged = Signal(str)  # an error or a warning that the page wrote to its console

    def __init__(self, profile: QWebEngineProfile, bridge: Bridge, parent: QObject) -> None:
        super().__init__(profile, parent)
        for attribute in _OFF:
            self.settings().setAttribute(attribute, False)
        self.settings().setAttribute(QWebEngineSettings.WebAttribute.FocusOnNavigationEnabled, False)
        self.refused: list[str] = []
        self._channel = QWebChannel(self)
        self._channel.registerObject("bridge", bridge)
        self.setWebChannel(self._channel, WORLD)
        install_scripts(self)

    def acceptNavigationRequest(self, url: QUrl | str, type: QWebEnginePage.NavigationType, isMainFrame: bool) -> bool:
        """Only the map's own page, and only as the page itself."""
        if isMainFrame and url == INDEX:
            return True
        self.refused.append(QUrl(url).toString())
        return False

    def createWindow(self, type: QWebEnginePage.WebWindowType) -> QWebEnginePage | None:  # type: ignore[override]
        """No page opens another."""
        self.refused.append("window")
        return None

    def javaScriptConsoleMessage(
        self, level: QWebEnginePage.JavaScriptConsoleMessageLevel, message: str, line: int, source: str
    ) -> None:
        """Keep what is worse than a note."""
        if level != QWebEnginePage.JavaScriptConsoleMessageLevel.InfoMessageLevel:
            self.logged.emit(f"{source}:{line}: {message}")

    def javaScriptAlert(self, origin: QUrl | str, message: str) -> None:
        """Nothing on the map speaks in dialogs."""
        self.refused.append("dialog")

    def javaScriptConfirm(self, origin: QUrl | str, message: str) -> bool:
        """Nothing on the map speaks in dialogs."""
        self.refused.append("dialog")
        return False
