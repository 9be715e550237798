"""A base map from a real server on this computer: it shows, is kept, and nothing else is ever asked."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QBuffer, QByteArray, QCoreApplication, QEvent, QIODevice
from PySide6.QtGui import QColor, QImage
from PySide6.QtWebEngineCore import QWebEngineScript
from pytestqt.qtbot import QtBot

from desktop.map.tile_address import tile_address
from desktop.map.web_tiles import WebTiles
from tests.desktop.map.desk import LAT, LON, WAIT_MS, ZOOM, Desk, colour_at

GREEN = QColor("#33AA44")


def tile(kind: str = "PNG") -> bytes:
    """A green tile."""
    image = QImage(256, 256, QImage.Format.Format_RGB32)
    image.fill(GREEN)
    content = QByteArray()
    buffer = QBuffer(content)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, kind)
    return bytes(content.data())


class Server:
    """Serves tiles as a test wishes, and remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.heard: list[dict[str, str]] = []
        self.answers: dict[str, tuple[int, dict[str, str], bytes]] = {}
        self.usual: tuple[int, dict[str, str], bytes] = (200, {"Cache-Control": "max-age=3600"}, tile())
        told = self

        class Answer(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                told.asked.append(self.path)
                told.heard.append(dict(self.headers.items()))
                status, headers, content = told.answers.get(self.path.split("/")[1], told.usual)
                self.send_response(status)
                for name, value in {"Content-Length": str(len(content)), **headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *_args: Any) -> None:
                """Nothing on the console."""

        # A connection that is held ready and asks nothing must not keep the others waiting.
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
        self._http.daemon_threads = False  # they are waited for
        self.root = f"http://127.0.0.1:{self._http.server_port}"
        self._thread = threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.02})
        self._thread.start()

    def stop(self) -> None:
        """Stop and leave no thread behind."""
        self._http.shutdown()
        self._thread.join()
        self._http.server_close()


@pytest.fixture
def server() -> Iterator[Server]:
    """A server of tiles on this computer."""
    made = Server()
    yield made
    made.stop()


@pytest.fixture
def other() -> Iterator[Server]:
    """Another host: the same computer, another port."""
    made = Server()
    yield made
    made.stop()


class Source:
    """A source of tiles with a test's patience."""

    def __init__(self, qtbot: QtBot, folder: Path, address: str) -> None:
        self._qtbot = qtbot
        self.tiles = WebTiles(tile_address(address, "© Somebody"), folder)
        self.told: list[str] = []
        self.tiles.failed.connect(self.told.append)

    def fetch(self, x: int = 1, ratio: int = 1) -> bytes | None:
        """One tile, waited for."""
        got: list[bytes | None] = []
        self.tiles.fetch("light", 9, x, 7, ratio, lambda: True, got.append)
        self._qtbot.waitUntil(lambda: bool(got), timeout=WAIT_MS)
        return got[0]

    def close(self) -> None:
        """Let go of it, and now: the server waits for the end of each connection, which Qt keeps for two minutes."""
        self.tiles.close()
        self.tiles.deleteLater()
        QCoreApplication.sendPostedEvents(self.tiles, QEvent.Type.DeferredDelete)


@pytest.fixture
def source(qtbot: QtBot, tmp_path: Path, server: Server) -> Iterator[Source]:
    """The source on the server."""
    made = Source(qtbot, tmp_path, server.root + "/map/{z}/{x}/{y}{r}.png?key=s3cret")
    yield made
    made.close()


def test_tiles_come_as_they_are_and_are_kept(qtbot: QtBot, source: Source, server: Server, tmp_path: Path) -> None:
    """The server is asked once for a tile, without cookie or referrer; the next window finds it on disk."""
    server.usual = (200, {"Cache-Control": "max-age=3600", "Set-Cookie": "who=ana"}, tile())
    assert source.fetch() == tile()
    assert source.fetch(ratio=2) == tile()
    assert server.asked == ["/map/9/1/7.png?key=s3cret", "/map/9/1/7@2x.png?key=s3cret"]
    assert not any({"Cookie", "Referer", "Authorization"} & set(headers) for headers in server.heard)
    later = Source(qtbot, tmp_path, server.root + "/map/{z}/{x}/{y}{r}.png?key=s3cret")
    assert later.fetch() == tile()
    later.close()
    assert len(server.asked) == 2


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_redirect_to_another_host_is_refused(source: Source, server: Server, other: Server, status: int) -> None:
    """The other host is never asked; the person is told once, without the key."""
    server.usual = (status, {"Location": f"{other.root}/map/9/1/7.png"}, b"")
    assert source.fetch() is None
    assert source.fetch(2) is None
    assert other.asked == []
    assert len(source.told) == 1
    assert "127.0.0.1" in source.told[0]
    assert "s3cret" not in source.told[0]


def test_a_redirect_on_the_same_host_is_followed(source: Source, server: Server) -> None:
    """A server may move its tiles within itself."""
    server.answers["map"] = (302, {"Location": "/moved/9/1/7.png"}, b"")
    assert source.fetch() == tile()
    assert source.told == []


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ((200, {}, b"<html>no tile</html>"), "no pictures"),
        ((200, {}, b"<svg xmlns='http://www.w3.org/2000/svg'/>"), "no pictures"),
        ((401, {"WWW-Authenticate": 'Basic realm="x"'}, b""), "password"),
        ((403, {}, b""), "key may be wrong"),
        ((500, {}, b""), "fault"),
    ],
)
def test_a_server_that_fails_is_told_of_once(source: Source, server: Server, answer: Any, reason: str) -> None:
    """Nothing is shown for the tiles, and one sentence names the host and what is safe."""
    server.usual = answer
    assert [source.fetch(x) for x in range(3)] == [None] * 3
    assert len(source.told) == 1
    assert reason in source.told[0]
    assert "still show" in source.told[0]
    assert "s3cret" not in source.told[0]


def test_a_tile_that_is_not_there_is_nothing(source: Source, server: Server) -> None:
    """Outside of what a server covers it has no tiles; nobody needs to be told."""
    server.usual = (404, {}, b"")
    assert source.fetch() is None
    assert source.told == []


def test_nobody_there(qtbot: QtBot, tmp_path: Path, server: Server) -> None:
    """A server that is gone is told of in a sentence."""
    gone = Server()
    gone.stop()
    lone = Source(qtbot, tmp_path, gone.root + "/{z}/{x}/{y}")
    assert lone.fetch() is None
    assert "nobody answers" in lone.told[0]
    lone.close()


def test_what_the_page_no_longer_wants_is_not_asked_for(source: Source, server: Server) -> None:
    """A page that moved on costs the server nothing."""
    source.tiles.fetch("light", 9, 5, 5, 1, lambda: False, lambda _content: None)
    assert source.fetch() == tile()
    assert [path for path in server.asked if "/5/5" in path] == []


@pytest.mark.slow
@pytest.mark.stalls
@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_the_map_shows_it_and_reaches_nobody_itself(desk: Desk, source: Source, server: Server, kind: str) -> None:
    """The tiles stand on the map with their attribution as text; the page itself may not even ask that server."""
    server.usual = (200, {}, tile(kind))
    view = desk.open()
    view.set_attribution("© <b>Somebody</b>")
    with desk.qtbot.waitSignal(view.tiles_loaded, timeout=WAIT_MS):
        view.set_tiles(source.tiles)

    def green() -> bool:
        seen = colour_at(view, LON + 0.001, LAT - 0.001)
        return abs(seen.hue() - GREEN.hue()) < 6 and abs(seen.saturation() - GREEN.saturation()) < 25

    desk.qtbot.waitUntil(green, timeout=WAIT_MS)
    assert {path.split("/")[2] for path in server.asked} == {str(ZOOM)}
    assert desk.ask(view, "document.querySelector('.attribution').textContent") == "© <b>Somebody</b>"
    main, before = QWebEngineScript.ScriptWorldId.MainWorld, len(server.asked)
    attack = f"""
    const i = new Image(); i.src = '{server.root}/direct/1.png'; document.body.append(i);
    fetch('{server.root}/direct/2').then(() => window.went = 'yes', () => window.went = 'no'); 1
    """
    desk.ask(view, attack, main)
    desk.qtbot.waitUntil(lambda: desk.ask(view, "window.went", main) == "no", timeout=WAIT_MS)
    assert not [path for path in server.asked[before:] if "direct" in path]
    view.console_errors.clear()
