"""A base map from elsewhere as a source of tiles: the window asks the one host that the person named, the page nobody.

Redirects lead nowhere else, cookies and passwords are neither kept nor sent, and no message holds more than the host,
for an address may hold a key. What comes is kept on disk as long as the server allows.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QObject, QUrl, Signal
from PySide6.QtNetwork import QNetworkAccessManager, QNetworkDiskCache, QNetworkReply, QNetworkRequest

from desktop.map.tile_address import CLOSEST, TileAddress

AT_ONCE = 6
PATIENCE_MS = 10_000
LARGEST = 4 * 2**20  # bytes of a tile
KEPT_MOST = 300 * 2**20  # bytes on disk
PICTURES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"RIFF")  # PNG, JPEG, WebP

Done = Callable[[bytes | None], None]


@dataclass(frozen=True, slots=True)
class _Asked:
    url: QUrl
    wanted: Callable[[], bool]
    done: Done


class WebTiles(QObject):
    """Tiles of one server. `failed` says once, in a sentence, that it does not answer as it should."""

    failed = Signal(str)

    def __init__(self, address: TileAddress, folder: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.address = address
        self.closest = min(CLOSEST, address.closest)
        self._waiting: deque[_Asked] = deque()
        self._running: dict[QNetworkReply, _Asked] = {}
        self._told = self._closed = False
        self._net = QNetworkAccessManager(self)
        self._net.setTransferTimeout(PATIENCE_MS)
        self._net.setRedirectPolicy(QNetworkRequest.RedirectPolicy.SameOriginRedirectPolicy)
        cache = QNetworkDiskCache(self._net)
        cache.setCacheDirectory(str(folder))
        cache.setMaximumCacheSize(KEPT_MOST)
        self._net.setCache(cache)
        self._net.finished.connect(self._finished)

    def fetch(self, theme: str, zoom: int, x: int, y: int, ratio: int, wanted: Callable[[], bool], done: Done) -> None:
        """Ask for a tile; both themes show the same."""
        self._waiting.append(_Asked(QUrl(self.address.url(zoom, x, y, ratio)), wanted, done))
        self._next()

    def close(self) -> None:
        """Ask no more, and deliver nothing of what is under way."""
        self._closed = True
        self._waiting.clear()
        running, self._running = list(self._running), {}
        for reply in running:
            reply.abort()

    def _next(self) -> None:
        """The newest first: it is what the page sees now."""
        while self._waiting and len(self._running) < AT_ONCE and not self._closed:
            asked = self._waiting.pop()
            if asked.wanted():
                reply = self._net.get(_request(asked.url))
                self._running[reply] = asked
                reply.downloadProgress.connect(self._measure)

    def _measure(self, received: int, _total: int) -> None:
        reply = self.sender()
        if received > LARGEST and isinstance(reply, QNetworkReply):
            reply.abort()

    def _finished(self, reply: QNetworkReply) -> None:
        asked = self._running.pop(reply, None)
        reply.deleteLater()
        if asked is None:
            return
        content = self._content(reply)
        asked.done(content)
        self._next()

    def _content(self, reply: QNetworkReply) -> bytes | None:
        """The picture, or None, once with a sentence. A tile that the server does not have is no failure."""
        error, kinds = reply.error(), QNetworkReply.NetworkError
        if error == kinds.ContentNotFoundError:
            return None
        if error != kinds.NoError:
            self._tell(_reason(error))
            return None
        content = bytes(reply.readAll().data())
        if content and not content.startswith(PICTURES):
            self._tell(QCoreApplication.translate("WebTiles", "it sends no pictures"))
            return None
        return content or None

    def _tell(self, reason: str) -> None:
        if not self._told:
            self._told = True
            sentence = QCoreApplication.translate(
                "WebTiles", "The base map of {0} does not come ({1}). Requests and areas still show."
            )
            self.failed.emit(sentence.format(self.address.host, reason))


def _request(url: QUrl) -> QNetworkRequest:
    request = QNetworkRequest(url)
    manual, attributes = QNetworkRequest.LoadControl.Manual, QNetworkRequest.Attribute
    for attribute in (
        attributes.CookieLoadControlAttribute,
        attributes.CookieSaveControlAttribute,
        attributes.AuthenticationReuseAttribute,
    ):
        request.setAttribute(attribute, manual.value)
    request.setAttribute(attributes.CacheLoadControlAttribute, QNetworkRequest.CacheLoadControl.PreferCache.value)
    request.setHeader(QNetworkRequest.KnownHeaders.UserAgentHeader, "Opsmap (desktop map of service requests)")
    return request


def _reason(error: QNetworkReply.NetworkError) -> str:
    """What went wrong, in words of ours: those of the library repeat the address."""
    kinds, tr = QNetworkReply.NetworkError, QCoreApplication.translate
    return {
        kinds.ConnectionRefusedError: tr("WebTiles", "nobody answers there"),
        kinds.HostNotFoundError: tr("WebTiles", "the host is not known"),
        kinds.TimeoutError: tr("WebTiles", "no answer in time"),
        kinds.OperationCanceledError: tr("WebTiles", "no answer in time"),
        kinds.SslHandshakeFailedError: tr("WebTiles", "its certificate is not valid"),
        kinds.InsecureRedirectError: tr("WebTiles", "it points to another host"),
        kinds.AuthenticationRequiredError: tr("WebTiles", "it asks for a password"),
        kinds.ContentAccessDenied: tr("WebTiles", "it refuses; the key may be wrong"),
    }.get(error, tr("WebTiles", "it answers with a fault"))
