"""The private scheme that serves the map's page, its fonts and the base map's tiles; and nothing else gets through."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

import shiboken6
from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QObject, QUrl
from PySide6.QtWebEngineCore import (
    QWebEngineUrlRequestInfo,
    QWebEngineUrlRequestInterceptor,
    QWebEngineUrlRequestJob,
    QWebEngineUrlScheme,
    QWebEngineUrlSchemeHandler,
)

from desktop.views.tokens import ASSETS

SCHEME = b"opsmap"
HOST = "map"
INDEX = QUrl(f"{SCHEME.decode()}://{HOST}/index.html")
PAGE = Path(__file__).parent / "page"
# The page runs no script of its own: ours live in an isolated world, which the policy of the page does not touch.
POLICY = (
    "default-src 'none'; script-src 'none'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_TYPES = {".html": b"text/html", ".css": b"text/css", ".png": b"image/png", ".ttf": b"font/ttf"}
_TILE = re.compile(r"^/tiles/(light|dark)/(\d{1,2})/(\d{1,7})/(\d{1,7})(@2x)?\.png$")


def register_scheme() -> None:
    """Make the scheme known; before the QApplication is made. Doing it twice does no harm."""
    if QWebEngineUrlScheme.schemeByName(QByteArray(SCHEME)).name() == QByteArray(SCHEME):
        return
    scheme = QWebEngineUrlScheme(QByteArray(SCHEME))
    scheme.setSyntax(QWebEngineUrlScheme.Syntax.Host)
    scheme.setFlags(QWebEngineUrlScheme.Flag.SecureScheme | QWebEngineUrlScheme.Flag.CorsEnabled)
    QWebEngineUrlScheme.registerScheme(scheme)


class TileSource(Protocol):
    """Where tiles come from, up to a closest zoom; beyond it the page enlarges them.

    `done` is called once on the GUI thread, at once or later, with PNG bytes or None.
    """

    closest: int

    def fetch(
        self,
        theme: str,
        zoom: int,
        x: int,
        y: int,
        ratio: int,
        wanted: Callable[[], bool],
        done: Callable[[bytes | None], None],
    ) -> None:
        """Ask for a tile; `wanted` says whether the page still waits for it."""
        ...


def closest_of(tiles: TileSource | None) -> int:
    """Up to which zoom there are tiles; what no source says means nothing."""
    return 18 if tiles is None else tiles.closest


def served_files() -> dict[str, Path]:
    """Every file that the scheme serves, by path. A list, so that no path can lead elsewhere."""
    files = {f"/{path.relative_to(PAGE).as_posix()}": path for path in PAGE.rglob("*") if path.suffix in _TYPES}
    return files | {f"/fonts/{path.name}": path for path in (ASSETS / "fonts").glob("*.ttf")}


class SchemeHandler(QWebEngineUrlSchemeHandler):
    """Answers the page's requests: files at once, tiles when their source has them."""

    def __init__(self, tiles: TileSource | None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.tiles = tiles
        self._files = served_files()

    def requestStarted(self, job: QWebEngineUrlRequestJob) -> None:
        """Answer one request."""
        url = job.requestUrl()
        if url.host() != HOST or job.requestMethod() != QByteArray(b"GET"):
            job.fail(QWebEngineUrlRequestJob.Error.RequestDenied)
            return
        if tile := _TILE.match(url.path()):
            self._tile(job, tile)
            return
        file = self._files.get(url.path())
        if file is None:
            job.fail(QWebEngineUrlRequestJob.Error.UrlNotFound)
            return
        _reply(job, _TYPES[file.suffix], file.read_bytes())

    def _tile(self, job: QWebEngineUrlRequestJob, tile: re.Match[str]) -> None:
        theme, zoom, x, y = tile[1], int(tile[2]), int(tile[3]), int(tile[4])
        if self.tiles is None or zoom > 22 or max(x, y) >= 2**zoom:
            job.fail(QWebEngineUrlRequestJob.Error.UrlNotFound)
            return

        def wanted() -> bool:
            return shiboken6.isValid(job)

        def done(content: bytes | None) -> None:
            if not wanted():  # the page moved on
                return
            if content is None:
                job.fail(QWebEngineUrlRequestJob.Error.UrlNotFound)
            else:
                _reply(job, _type_of(content), content)

        self.tiles.fetch(theme, zoom, x, y, 2 if tile[5] else 1, wanted, done)


def _type_of(content: bytes) -> bytes:
    """The kind of a picture by its first bytes; tiles from elsewhere come in several."""
    return (
        b"image/jpeg"
        if content.startswith(b"\xff\xd8")
        else b"image/webp"
        if content[8:12] == b"WEBP"
        else b"image/png"
    )


def _reply(job: QWebEngineUrlRequestJob, media_type: bytes, content: bytes) -> None:
    buffer = QBuffer(job)
    buffer.setData(QByteArray(content))
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    if media_type == _TYPES[".html"]:
        policy = {QByteArray(b"Content-Security-Policy"): [QByteArray(POLICY.encode())]}
        job.setAdditionalResponseHeaders(policy)  # type: ignore[arg-type]  # many values a name; the stub knows one
    job.reply(QByteArray(media_type), buffer)


class NothingElse(QWebEngineUrlRequestInterceptor):
    """Blocks every request that is not the page's own: a map never tells anyone where the city looks."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.blocked: list[str] = []

    def interceptRequest(self, info: QWebEngineUrlRequestInfo) -> None:
        """Let through the private scheme and inline images."""
        url = info.requestUrl()
        own = url.scheme() == SCHEME.decode() and url.host() == HOST
        if not own and url.scheme() != "data":
            self.blocked = [*self.blocked[-99:], url.toString()]
            info.block(True)
