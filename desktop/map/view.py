"""The live map as a widget: every workspace gives it content and hears what a person pointed at."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QColor
from PySide6.QtWebEngineWidgets import QWebEngineView
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.domain.working_time import WorkingTime
from desktop.map import asking
from desktop.map.area_editing import AreaEditing
from desktop.map.asking import Asker, RunRead
from desktop.map.bridge import Bridge
from desktop.map.cells import CellsOnMap, ToldCells
from desktop.map.found import PlaceMark, mark_json
from desktop.map.layers import INCIDENTS, LayerStack, MapLayer
from desktop.map.listening import Listening
from desktop.map.looks import look_of
from desktop.map.page_lives import PageLives
from desktop.map.requests import ColumnsSource, RequestSource
from desktop.map.routes import RoutesOnMap
from desktop.map.scheme import TileSource, closest_of
from desktop.map.symbols import icon_paths
from desktop.map.view_history import MapPlace
from desktop.map.viewport import RequestColumns, View
from desktop.map.web_page import MapPage, MapProfile
from desktop.map.words import map_words
from desktop.views.kit.focus import OWN
from desktop.views.tokens import ASSETS, Scheme

Kind = Literal["requests", "moves", "routes", "cells"]
Bounds = tuple[float, float, float, float]  # west, south, east, north
TOOLS: dict[Kind, list[str]] = {  # what is drawn on a map of requests filters them
    "requests": ["select", "box", "lasso", "polygon", "measure"],
    "moves": ["select", "measure"],
    "routes": ["select", "measure"],
    "cells": ["select", "box", "lasso", "measure"],
}
CLOSEST = 19  # zoom; what lies together there opens up instead


class MapView(QWidget):
    """A map. Everything set here survives a page that dies; questions run where `run_read` runs them."""

    ready = Signal()  # the page shows the map
    drawn = Signal(int, int)  # points and clusters that are on show now
    viewport_changed = Signal(object, float)  # Bounds, zoom
    request_clicked = Signal(object)  # id: an int of Python, for ids outgrow 32 bits
    cluster_clicked = Signal(int, bool)  # requests in it; whether they lie at one point
    shape_drawn = Signal(object)  # ring: ((lon, lat), ...), not closed
    moved = Signal(object, bool)  # MapPlace where the map came to rest; whether only its size changed
    menu_wanted = Signal(float, float, QPoint)  # lon, lat; where on the screen
    request_menu_wanted = Signal(object, QPoint)  # id; where on the screen
    wants = Signal(str, QPoint)  # "bookmarks", "back", "forward"; where on the screen a menu opens
    cell_clicked = Signal(int)
    later_cell_clicked = Signal(int)  # right of the line between two answers
    cell_kind_clicked = Signal(int)  # a count of the legend
    cells_drawn = Signal(int)  # how many are on show now
    stop_clicked = Signal(int, int)  # crew and stop, from 0
    left_out_clicked = Signal(int)
    background_clicked = Signal(float, float)  # lon, lat
    escaped = Signal()
    mark_closed = Signal(str)  # "found" or "here"
    hovered = Signal(object)  # id of a request, or None
    coordinates = Signal(float, float)  # lon, lat under the pointer
    scale = Signal(float)  # denominator at the middle of the map
    layer_toggled = Signal(str, bool)
    layer_changed = Signal()  # visibility, opacity or order: stack.layers as a person left them
    tiles_loaded = Signal()  # the base map of the view is complete
    console_error = Signal(str)

    def __init__(
        self,
        scheme: Scheme,
        tiles: TileSource | None,
        run_read: RunRead,
        parent: QWidget | None = None,
        *,
        kind: Kind = "requests",
    ) -> None:
        super().__init__(parent)
        self.console_errors: list[str] = []
        self.tools = TOOLS[kind]
        self.is_ready = self._was_set_up = False
        self._scheme, self._kind = scheme, kind
        self._setup: dict[str, Any] = {
            "tools": self.tools,
            "reduced_motion": False,
            "letters": True,
            "attribution": "",
            "tool": "select",
            "panel": {"open": True, "by_hand": False, "every": False},  # the card of layers
            "opened": None,  # a stack of requests
        }
        self._services: dict[str, dict[str, str]] = {}
        self._view: dict[str, float] = {"lon": 0.0, "lat": 20.0, "zoom": 3}
        self._fit: dict[str, float] | None = None  # asked for before the page was there
        self._placed = False  # whether anybody said where to look
        self._asked = 0  # how often
        self._tile_version = 0
        self._kept: dict[str, Any] = {}  # what a new page is told, by name, in order
        self._source: RequestSource | None = None
        self._selection: list[int] = []
        self._run_read, self._asker = run_read, Asker(run_read, self._say, self)
        self.stack = LayerStack(self, run_read)
        self.editing = AreaEditing(self)
        self.cells = CellsOnMap(self)
        self.routes = RoutesOnMap(self)
        self.bounds: Bounds | None = None
        self._ask_soon = QTimer(self, interval=0, singleShot=True)
        self._ask_soon.timeout.connect(self._ask)
        self._make_page(tiles)

    def _make_page(self, tiles: TileSource | None) -> None:
        """The page dies before its profile: children are deleted in the order in which they came."""
        self._listening = Listening(self)
        self.bridge = Bridge(self._listening.hear, self)
        self.profile = MapProfile(tiles)
        self.page = MapPage(self.profile, self.bridge, self)
        self.page.setBackgroundColor(QColor(look_of(self._scheme)["basemap"]["land"]))
        self.web = QWebEngineView(self)
        self.web.setPage(self.page)
        self.web.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        self.web.setAcceptDrops(False)
        self.setProperty(OWN, True)  # the page rings what has the focus in it
        self.profile.setParent(self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.web)
        self.setFocusProxy(self.web)
        self.page.logged.connect(self.logged)
        self._lives = PageLives(self.page, self.web, column, self)
        self._lives.ended.connect(self._ended)
        self._lives.gave_up.connect(self.logged)
        self._lives.load()

    # what it looks like

    def set_theme(self, scheme: Scheme) -> None:
        """Light or dark, at once."""
        if scheme != self._scheme:
            self._scheme = scheme
            look = look_of(scheme)
            self.page.setBackgroundColor(QColor(look["basemap"]["land"]))
            self._tell("look", look)

    def set_tiles(self, tiles: TileSource | None) -> None:
        """Another base map, or none."""
        self.profile.handler.tiles = tiles
        self._tile_version += 1  # the page remembers pictures by address
        self._tell("tiles", {"on": tiles is not None, "version": self._tile_version, "closest": closest_of(tiles)})

    def set_attribution(self, words: str) -> None:
        """Whose data the base map shows."""
        self._setup["attribution"] = words
        self._tell("attribution", {"words": words})

    def set_reduced_motion(self, reduced: bool) -> None:
        """Whether the map jumps instead of gliding, at once."""
        self._setup["reduced_motion"] = reduced
        self._tell("motion", {"reduced": reduced})

    def is_still(self) -> bool:
        """Whether motion is reduced."""
        return bool(self._setup["reduced_motion"])

    def set_letters(self, on: bool) -> None:
        """Whether single letters take up tools."""
        self._setup["letters"] = on
        self._tell("letters", {"on": on})

    def set_services(self, services: Mapping[int, tuple[str, str]]) -> None:
        """Name and icon of each service, by id."""
        self._services = {str(key): {"name": name, "icon": icon} for key, (name, icon) in services.items()}
        icons = icon_paths(ASSETS / "icons", (icon for _, icon in services.values()))
        self._tell("icons", {"icons": icons, "services": self._services})

    def set_layers(self, layers: Sequence[MapLayer]) -> None:
        """The layers of the map from the top down; what they hold is given to `stack`."""
        self.stack.set_layers(layers)

    # where it looks

    def set_view(self, lon: float, lat: float, zoom: float | None = None) -> None:
        """Go to a place; the zoom stays where none is given."""
        self._view |= {"lon": lon, "lat": lat} | ({} if zoom is None else {"zoom": zoom})
        self._fit = None
        self._placed = True
        self._asked += 1
        self._tell("view", {"lon": lon, "lat": lat, "zoom": zoom, "serial": self._asked})

    def bring_into_view(self, lon: float, lat: float, zoom: float) -> None:
        """Go to a place, no farther away than this zoom; where it is on show close enough, nothing moves."""
        west, south, east, north = self.bounds or (0.0, 0.0, 0.0, 0.0)
        if not (west < lon < east and south < lat < north) or self._view["zoom"] < zoom:
            self.set_view(lon, lat, max(zoom, self._view["zoom"]))

    def fit(self, bounds: Bounds) -> None:
        """Show a box and remember it as the whole city."""
        box = dict(zip(("west", "south", "east", "north"), map(float, bounds), strict=True))
        self.keep("home", box)
        self._fit = None if self.is_ready else box
        self._placed = True
        self._tell("fit", box)

    def look_at(self, bounds: Bounds) -> None:
        """Show a box; the whole city stays what it was."""
        box = dict(zip(("west", "south", "east", "north"), map(float, bounds), strict=True))
        self._fit = None if self.is_ready else box
        self._tell("fit", box)

    def zoom_by(self, steps: int) -> None:
        """Closer by some steps, or farther."""
        self._tell("zoom", {"by": steps})

    def go_home(self) -> None:
        """Show the whole city."""
        self._tell("go_home", {})

    def set_foot(self, height_px: int) -> None:
        """How much of the lower edge something covers; scale and legend stand above it."""
        foot = {"height": height_px}
        if foot != self._kept.get("foot"):
            self.keep("foot", foot)

    # requests

    def set_requests_source(self, source: RequestSource | None) -> None:
        """Where requests come from; None for no requests."""
        self._source = source
        self.refresh()

    def set_columns(self, columns: RequestColumns, *, now_ms: int, working: WorkingTime | None = None) -> None:
        """Show the requests of columns as of a moment, with the share of working time that is left.

        The filter starts anew: its length belongs to the columns.
        """
        if isinstance(self._source, ColumnsSource):
            self._source.set_columns(columns)
            self._source.set_now(now_ms)
        else:
            self._source = ColumnsSource(columns, now_ms=now_ms)
        self._source.set_working(working)
        self._run_read(self._source.prepare, on_result=_done)  # a page that is still to come finds it ready
        self.refresh()

    def set_now(self, now_ms: int, status: NDArray[np.uint8] | None = None) -> None:
        """Another moment: others are overdue then. With the statuses of then where those of the columns are not."""
        if isinstance(self._source, ColumnsSource):
            self._source.set_now(now_ms, status)
            self.refresh()

    def set_filter(self, mask: NDArray[np.bool_] | None) -> None:
        """Which rows of the columns are shown; None for all. ValueError for another length."""
        source = self._source
        if isinstance(source, ColumnsSource):
            if mask is not None and len(mask) != len(source.columns.id):
                raise ValueError(f"a filter of {len(mask)} rows for {len(source.columns.id)} requests")
            source.set_filter(mask)
            self.refresh()

    def set_folded(self, folded: bool) -> None:
        """Whether the open reports of an incident are one symbol with a count, or each by itself."""
        if isinstance(self._source, ColumnsSource):
            self._source.set_folded(folded)
            self.refresh()

    def set_selection(self, ids: Iterable[int]) -> None:
        """Ring these requests and show where the other reports of their incidents are."""
        self._selection = [int(key) for key in ids]
        self._show_selection()

    def patch_requests(self, ids: Iterable[int] = ()) -> None:
        """Some requests changed or came: look again, and ring the new ones for a moment."""
        self.refresh()
        self._tell("arrived", {"ids": [int(key) for key in ids]})

    def refresh(self) -> None:
        """Ask the source anew; however often in one turn of the event loop, once."""
        if self.is_ready:
            self._ask_soon.start()

    def show_card(self, request_id: int, title: str, lines: Sequence[str]) -> None:
        """More about the request under the pointer; nothing when the pointer has moved on."""
        self._tell("card", {"id": int(request_id), "title": title, "lines": list(lines)})

    def set_shape(self, ring: Iterable[tuple[float, float]] | None) -> None:
        """Outline an area that somebody drew, lon and lat; None for none."""
        shown = {"ring": [[float(lon), float(lat)] for lon, lat in ring or ()]}
        if shown != self._kept.get("shape", {"ring": []}):
            self.keep("shape", shown)

    # tools

    def measure_from(self, lon: float, lat: float) -> None:
        """Take up the tape at a place."""
        self._tell("measure", {"lon": lon, "lat": lat})

    def set_history(self, *, back: bool, forward: bool) -> None:
        """Whether there are views to go back and forward to."""
        self.keep("history", {"back": back, "forward": forward})

    def set_places(self, places: Sequence[Mapping[str, Any]]) -> None:
        """Names of the city and its parts as `messages.places_json` makes them; written above all symbols."""
        self.keep("places", list(places))

    def set_found(self, mark: PlaceMark | None) -> None:
        """A pin, or a length of street, on what was searched for, with its words; None for none."""
        self.keep("found", mark_json(mark))

    def set_here(self, mark: PlaceMark | None) -> None:
        """A dot where somebody pointed, with what is there; None for none."""
        self.keep("here", mark_json(mark))

    def clear(self) -> None:
        """Routes, cells and the selection away; requests, layers and the view stay."""
        self.routes.clear()
        self.cells.clear()
        self.set_selection(())

    # talking with the page

    def keep(self, name: str, content: Any) -> None:
        """Tell the page, and every page that follows it."""
        self.remember(name, content)
        self._tell(name, content)

    def remember(self, name: str, content: Any) -> None:
        """What the pages that follow are told; the one that stands knows it already."""
        self._kept[name] = content

    def forget(self, name: str) -> None:
        """A page that follows is not told this any more."""
        self._kept.pop(name, None)

    def _tell(self, name: str, content: Any) -> None:
        if self._was_set_up:  # what is said before is part of the setup or kept; after it the channel keeps the order
            self._say(name, content.text if isinstance(content, ToldCells) else json.dumps(content))

    def tell(self, name: str, content: Any) -> None:
        """Something for the page, unless there is none yet."""
        self._tell(name, content)

    def say(self, name: str, content: str) -> None:
        """The same, as JSON already."""
        if self._was_set_up:
            self._say(name, content)

    def _say(self, name: str, content: str) -> None:
        self.bridge.told.emit(name, content)

    def page_connected(self) -> None:
        """The page is there: tell it everything."""
        used = {service["icon"] for service in self._services.values()}
        setup = {
            **self._setup,
            "look": look_of(self._scheme),
            "words": map_words(self._kind),
            "icons": icon_paths(ASSETS / "icons", used),
            "services": self._services,
            "kind": self._kind,
            "view": self._view,
            "tiles": self.profile.handler.tiles is not None,
            "tile_version": self._tile_version,
            "closest": closest_of(self.profile.handler.tiles),
            "placed": self._placed and self._fit is None,
            "again": self._lives.again,
        }
        self._was_set_up = True
        self._asked = 0  # the page counts anew
        self._say("setup", json.dumps(setup))

    def page_built(self) -> None:
        """The page shows its map: bring back what it should show."""
        self.is_ready = True
        for name, content in self._kept.items():
            self._tell(name, content)
        self.stack.page_built()
        self.editing.page_built()
        if self._fit is not None:
            self._tell("fit", self._fit)
            self._fit = None
        self._show_selection()
        if self._source is not None and self._setup["opened"]:
            self._asker.ask("stack", asking.stack, self._source, *self._setup["opened"])
        self._tell("restored", {})
        self._lives.stands()
        self.ready.emit()

    def page_moved(self, view: Mapping[str, float]) -> None:
        """The page shows another part of the city."""
        self._view = {key: view[key] for key in ("lon", "lat", "zoom")}
        west, south, east, north = (view[side] for side in ("west", "south", "east", "north"))
        self.bounds = (west, south, east, north)

    def page_left(self, name: str, content: Any) -> None:
        """A person took up a tool or folded a card: a page that may follow begins with it."""
        self._setup[name] = content

    def page_rested(self, asked: int, *, same: bool) -> None:
        """The page stands still; on the way to a place asked for later, that is no place to come back to."""
        if asked == self._asked:
            self.moved.emit(MapPlace(**self._view), same)

    def on_screen(self, x: float, y: float) -> QPoint:
        """Where a px of the page is on the screen."""
        return self.web.mapToGlobal(QPoint(round(x), round(y)))

    def answer(self, question: Mapping[str, Any]) -> None:
        """The page wants to know what a view holds."""
        source, serial = self._source, int(question["serial"])
        if source is None:
            self._say("requests", asking.nothing(serial))
            return
        west, north, east, south = (float(question[side]) for side in ("west", "north", "east", "south"))
        view = View(west, north, east, south, int(question["zoom"]))
        self._asker.ask("requests", asking.what_a_view_holds, source, view, serial)

    def open_cluster(self, level: int, key: int, x: float, y: float, *, stacked: bool) -> None:
        """Look closer at a cluster, or open it where no zoom parts it."""
        if self._source is not None:
            if stacked or self._view["zoom"] >= CLOSEST:
                self._asker.ask("stack", asking.stack, self._source, level, key, x, y)
            else:
                self._asker.ask("fit", asking.extent, self._source, level, key)

    def layer_was_toggled(self, key: str, *, visible: bool) -> None:
        """A person showed or hid a layer on the map."""
        self.stack.toggled(key, visible=visible)
        if key == INCIDENTS:
            self.set_folded(visible)
        self.layer_toggled.emit(key, visible)

    def _show_selection(self) -> None:
        if self._source is not None and self.is_ready:
            self._asker.ask("selection", asking.chosen, self._source, list(self._selection))

    def _ask(self) -> None:
        if self.is_ready:
            self._tell("ask", {})
            self._show_selection()

    # when things go wrong

    def logged(self, message: str) -> None:
        """Something is wrong with the page; tests fail on it."""
        self.console_errors.append(message)
        self.console_error.emit(message)

    def _ended(self) -> None:
        """The page is gone: what it was told is told anew to the next."""
        self.is_ready = self._was_set_up = False
        self._asker.forget()


def _done(_nothing: None) -> None:
    """What was prepared is known to those who will use it."""
