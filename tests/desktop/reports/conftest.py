"""A browser without network, for pages that are to open anywhere."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QUrl
from PySide6.QtWebEngineCore import QWebEnginePage, QWebEngineProfile, QWebEngineUrlRequestInterceptor
from pytestqt.qtbot import QtBot


class Blocked(QWebEngineUrlRequestInterceptor):
    """Counts what a page wants from elsewhere, and lets none of it through."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[str] = []

    def interceptRequest(self, info: object) -> None:
        """Only the file itself, inline pictures and what the page saves pass."""
        url = info.requestUrl()  # type: ignore[attr-defined]
        if url.scheme() not in ("file", "data", "blob"):
            self.asked.append(url.toString())
            info.block(True)  # type: ignore[attr-defined]


class WatchedPage(QWebEnginePage):
    """Keeps what the page writes to its console."""

    def __init__(self, profile: QWebEngineProfile) -> None:
        super().__init__(profile)
        self.said: list[str] = []

    def javaScriptConsoleMessage(self, level: object, message: str, line: int, source: str) -> None:
        """Keep it."""
        self.said.append(message)


class Browser:
    """One page in a profile of its own, as anybody might open a file."""

    def __init__(self, qtbot: QtBot, folder: Path) -> None:
        self.qtbot, self.gate, self.profile = qtbot, Blocked(), QWebEngineProfile("crew")
        self.profile.setPersistentStoragePath(str(folder / "storage"))
        self.profile.setUrlRequestInterceptor(self.gate)
        self.page = WatchedPage(self.profile)

    def open(self, path: Path) -> None:
        """Load a file and wait for it."""
        with self.qtbot.waitSignal(self.page.loadFinished, timeout=30_000) as loaded:
            self.page.load(QUrl.fromLocalFile(str(path)))
        assert loaded.args == [True]

    def run(self, script: str) -> Any:
        """What a script gives, through JSON."""
        answers: list[str] = []
        self.page.runJavaScript(f"JSON.stringify((() => {{ {script} }})() ?? null)", answers.append)
        self.qtbot.waitUntil(lambda: bool(answers), timeout=10_000)
        return json.loads(answers[0])


@pytest.fixture
def browse(qtbot: QtBot, tmp_path: Path) -> Iterator[Callable[[], Browser]]:
    """Makes a browser; what one kept, the next one of the test finds."""
    made: list[Browser] = []

    def make() -> Browser:
        made.append(Browser(qtbot, tmp_path))
        return made[-1]

    yield make
    for browser in made:
        browser.page.deleteLater()
    qtbot.wait(50)
    for browser in made:
        browser.profile.deleteLater()
