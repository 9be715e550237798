"""Views of the maps: back and forward, bookmarks, and what can be done at a place."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QMetaMethod, QObject, QPoint, Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMenu

from data.records import SavedView
from data.store import Store
from desktop.controllers.session import Session
from desktop.controllers.shell import ShellController
from desktop.main_window import MainWindow
from desktop.map.view import MapView
from desktop.map.view_history import MapPlace, ViewHistory
from desktop.views import map_menus
from desktop.views.map_menus import MapMenu, bookmark_menu, make_menu, place_menu, place_words
from desktop.views.shell.name_dialog import NameDialog

KIND = "bookmark"


class MapViews(QObject):
    """Keeps a history for each map, named after its workspace; bookmarks are the person's, on every map."""

    what_is_here = Signal(float, float)  # lon, lat

    def __init__(self, window: MainWindow, session: Session, shell: ShellController) -> None:
        super().__init__(window)
        self._window, self._session, self._shell = window, session, shell
        self._maps: dict[str, MapView] = {}
        self._histories: dict[str, ViewHistory] = {}
        self._bookmarks: list[SavedView] = []  # as the last menu showed them
        self._menu_at = QPoint()
        self._pointed = (0.0, 0.0)  # lon, lat of the last menu at a place
        self.menu: QMenu | None = None
        window.asked.connect(self.carry_out)
        shell.letters_changed.connect(self._letters)

    def attach(self, view: MapView) -> None:
        """Follow a map."""
        key = view.objectName()
        self._maps[key], self._histories[key] = view, ViewHistory()
        view.set_letters(self._window.settings.single_letters)
        view.moved.connect(self._moved)
        view.menu_wanted.connect(self._place_menu)
        view.wants.connect(self._wanted)

    def history(self, key: str) -> ViewHistory:
        """The history of a workspace's map."""
        return self._histories[key]

    def carry_out(self, command_id: str) -> None:
        """A command of the window that is about the map on show; others are not for us."""
        view = self._maps.get(self._window.current().key)
        if view is None:
            return
        acts: dict[str, Callable[[], None]] = {
            "map.back": partial(self._step, view, ViewHistory.back),
            "map.forward": partial(self._step, view, ViewHistory.forward),
            map_menus.BOOKMARK: self._read_names,
            map_menus.COPY: self._copy,
            map_menus.MEASURE: lambda: view.measure_from(*self._pointed),
            map_menus.HERE: lambda: self.what_is_here.emit(*self._pointed),
        }
        if command_id in acts:
            acts[command_id]()
        elif command_id.startswith(map_menus.GO):
            self._with_bookmark(command_id, map_menus.GO, self._go)
        elif command_id.startswith(map_menus.RENAME):
            self._with_bookmark(command_id, map_menus.RENAME, self._ask_new_name)
        elif command_id.startswith(map_menus.REMOVE):
            view_id = int(command_id.removeprefix(map_menus.REMOVE))
            self._session.act("remove_view", self.tr("Removing a bookmark"), {"view_id": view_id})

    # back and forward

    def _moved(self, place: MapPlace, same: bool) -> None:
        view = self.sender()
        assert isinstance(view, MapView)
        self._histories[view.objectName()].visit(place, same=same)
        self._show_ways(view)

    def _step(self, view: MapView, way: Callable[[ViewHistory], MapPlace | None]) -> None:
        place = way(self._histories[view.objectName()])
        if place is not None:
            view.set_view(place.lon, place.lat, place.zoom)
            self._show_ways(view)

    def _show_ways(self, view: MapView) -> None:
        history = self._histories[view.objectName()]
        view.set_history(back=history.can_go_back, forward=history.can_go_forward)

    def _letters(self, on: bool) -> None:
        for view in self._maps.values():
            view.set_letters(on)

    # menus

    def _wanted(self, what: str, at: QPoint) -> None:
        if what != "bookmarks":
            self.carry_out(f"map.{what}")
            return
        self._menu_at = at
        self._read(self._bookmark_menu)

    def _bookmark_menu(self, views: list[SavedView]) -> None:
        self._bookmarks = views
        self._open(bookmark_menu(views, self._session.actor), self._menu_at)

    def _place_menu(self, lon: float, lat: float, at: QPoint) -> None:
        self._pointed = (lon, lat)
        answers = self.isSignalConnected(QMetaMethod.fromSignal(self.what_is_here))
        self._open(place_menu(lat, lon, answers=answers), at)

    def _open(self, content: MapMenu, at: QPoint) -> None:
        self.menu = make_menu(content, self._window)
        self.menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.menu.triggered.connect(self._chosen)
        self.menu.popup(at)

    def _chosen(self, action: QObject) -> None:
        self.carry_out(action.objectName())

    def _copy(self) -> None:
        lon, lat = self._pointed
        QGuiApplication.clipboard().setText(place_words(lat, lon))
        self._shell.tell(self.tr("Copied {0}.").format(place_words(lat, lon)))

    # bookmarks

    def _read(self, then: Callable[[list[SavedView]], None]) -> None:
        self._session.runner.run_read(_bookmarks, self._session.store, self._session.actor, on_result=then)

    def _read_names(self) -> None:
        self._read(self._ask_name)

    def _ask_name(self, views: list[SavedView]) -> None:
        dialog = NameDialog(
            self.tr("Bookmark this view"),
            self.tr("The place and how close the map looks are kept. Other maps can show it too."),
            self.tr("Save bookmark"),
            taken=[view.name for view in views if view.owner == self._session.actor],
            share=True,
            parent=self._window,
        )
        dialog.named.connect(self._save)
        self._show(dialog)

    def _save(self, name: str, shared: bool) -> None:
        place = self._histories[self._window.current().key].here
        if place is None:
            return
        content = {"lon": place.lon, "lat": place.lat, "zoom": place.zoom}
        arguments = {"kind": KIND, "name": name, "content": content, "shared": shared}
        self._session.act("save_view", self.tr("Saving a bookmark"), arguments)

    def _with_bookmark(self, command_id: str, prefix: str, act: Callable[[SavedView], None]) -> None:
        view_id = int(command_id.removeprefix(prefix))
        found = next((view for view in self._bookmarks if view.id == view_id), None)
        if found is not None:
            act(found)

    def _go(self, bookmark: SavedView) -> None:
        lon, lat, zoom = (float(bookmark.content[name]) for name in ("lon", "lat", "zoom"))
        self._maps[self._window.current().key].set_view(lon, lat, zoom)

    def _ask_new_name(self, bookmark: SavedView) -> None:
        taken = [view.name for view in self._bookmarks if view.owner == self._session.actor and view.id != bookmark.id]
        dialog = NameDialog(
            self.tr("Rename a bookmark"), "", self.tr("Rename"), taken=taken, name=bookmark.name, share=False,
            parent=self._window,
        )  # fmt: skip
        dialog.named.connect(partial(self._rename, bookmark.id))
        self._show(dialog)

    def _rename(self, view_id: int, name: str, _shared: bool) -> None:
        self._session.act("rename_view", self.tr("Renaming a bookmark"), {"view_id": view_id, "name": name})

    def _show(self, dialog: NameDialog) -> None:
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()


def _bookmarks(store: Store, person: str) -> list[SavedView]:
    with store.read() as unit:
        return unit.saved_views.of(person, KIND)
