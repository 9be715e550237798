"""The one object that the page can reach, in a world of its own: two ways of saying a name and JSON."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QFile, QIODevice, QObject, Signal, Slot
from PySide6.QtWebEngineCore import QWebEnginePage, QWebEngineScript

from desktop.map.scheme import PAGE

WORLD = QWebEngineScript.ScriptWorldId.ApplicationWorld
SCRIPTS = (
    "vendor/leaflet/leaflet.js",
    "js/base.js",
    "js/symbols.js",
    "js/canvas_layer.js",
    "js/request_points.js",
    "js/requests.js",
    "js/routes.js",
    "js/stop_card.js",
    "js/cells.js",
    "js/swipe.js",
    "js/density.js",
    "js/areas.js",
    "js/card.js",
    "js/assets.js",
    "js/place_names.js",
    "js/layer_stack.js",
    "js/found.js",
    "js/legend.js",
    "js/layers_panel.js",
    "js/drawing.js",
    "js/measure.js",
    "js/area_draft.js",
    "js/area_paint.js",
    "js/area_editor.js",
    "js/furniture.js",
    "js/app.js",
)


class Bridge(QObject):
    """Small on purpose: the channel offers every slot and signal of what it registers, `deleteLater` too."""

    told = Signal(str, str)  # to the page: a name and JSON

    def __init__(self, heard: Callable[[str, Any], None], parent: QObject) -> None:
        super().__init__(parent)
        self._heard = heard

    @Slot(str, str)
    def say(self, name: str, content: str) -> None:
        """The page says something."""
        self._heard(name, json.loads(content))


def install_scripts(page: QWebEnginePage) -> None:
    """Put our scripts into the isolated world; they run in this order whenever the page has loaded.

    Done again, it hands them to the process that the page has now.
    """
    page.scripts().clear()
    page.scripts().insert(_script("qwebchannel.js", _channel_source()))
    for name in SCRIPTS:
        page.scripts().insert(_script(name, (PAGE / name).read_text(encoding="utf-8")))


def _script(name: str, source: str) -> QWebEngineScript:
    script = QWebEngineScript()
    script.setName(name)
    script.setSourceCode(source)
    script.setWorldId(WORLD)
    script.setInjectionPoint(QWebEngineScript.InjectionPoint.DocumentReady)
    script.setRunsOnSubFrames(False)
    return script


def _channel_source() -> str:
    file = QFile(":/qtwebchannel/qwebchannel.js")
    if not file.open(QIODevice.OpenModeFlag.ReadOnly):
        raise RuntimeError("Qt's web channel script is missing from its resources")
    try:
        return bytes(file.readAll().data()).decode()
    finally:
        file.close()
