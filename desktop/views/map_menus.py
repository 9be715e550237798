"""The menus of the map as data: what can be done at a place, and the bookmarks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication, QObject
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from data.records import SavedView
from desktop.views.commands import Command, Menu
from desktop.views.icons import keep_icon
from desktop.views.shell.menus import build_menu

COPY, HERE, MEASURE, BOOKMARK = "map.copy", "map.here", "map.measure", "map.bookmark"
GO, RENAME, REMOVE = "bookmark.go:", "bookmark.rename:", "bookmark.remove:"
LONGEST = 48  # letters of a name in a menu

translate = QCoreApplication.translate


@dataclass(frozen=True, slots=True)
class MapMenu:
    """Commands, and the ids of them in their order with the menus within; None is a line."""

    commands: tuple[Command, ...]
    entries: tuple[str | Menu | None, ...]


def place_words(lat: float, lon: float) -> str:
    """A place as other programs read it: latitude first, to the decimetre."""
    return f"{lat:.6f}, {lon:.6f}"


def place_menu(lat: float, lon: float, *, answers: bool) -> MapMenu:
    """What can be done at a place. `answers` says whether somebody knows what is there."""
    copy = Command(COPY, translate("MapMenus", "Copy {0}").format(place_words(lat, lon)), icon="copy")
    here = Command(HERE, translate("MapMenus", "What is here"), icon="map-pin")
    measure = Command(MEASURE, translate("MapMenus", "Measure from here"), icon="ruler")
    commands = (copy, *((here,) if answers else ()), measure, _save())
    entries = (COPY, *((HERE,) if answers else ()), None, MEASURE, BOOKMARK)
    return MapMenu(commands, entries)


def bookmark_menu(views: Sequence[SavedView], person: str) -> MapMenu:
    """A person's bookmarks, those that others share, and what can be done about one's own."""
    return named_menu(views, person, _save())


def named_menu(views: Sequence[SavedView], person: str, save: Command) -> MapMenu:
    """What a person keeps under names, what others share, and what can be done about one's own; first how to keep."""
    own = [view for view in views if view.owner == person]
    others = [view for view in views if view.owner != person]
    go = [Command(f"{GO}{view.id}", _label(view, person), icon="bookmark") for view in [*own, *others]]
    rename = [Command(f"{RENAME}{view.id}", _name(view)) for view in own]
    remove = [Command(f"{REMOVE}{view.id}", _name(view)) for view in own]
    entries: list[str | Menu | None] = [save.id]
    if go:
        entries += [None, *(command.id for command in go)]
    if own:
        entries += [
            None,
            Menu(translate("MapMenus", "Rename"), tuple(command.id for command in rename), "pencil"),
            Menu(translate("MapMenus", "Remove"), tuple(command.id for command in remove), "trash-2"),
        ]
    return MapMenu((save, *go, *rename, *remove), tuple(entries))


def make_menu(content: MapMenu, parent: QWidget) -> QMenu:
    """The menu on the screen; its actions carry their command's id as name."""
    keeper = QObject(parent)
    actions = {command.id: _action(command, keeper) for command in content.commands}
    menu = build_menu(content.entries, actions, parent)
    keeper.setParent(menu)  # the actions live as long as what shows them
    return menu


def _save() -> Command:
    return Command(BOOKMARK, translate("MapMenus", "Bookmark this view…"), "Ctrl+D", "plus")


def _label(view: SavedView, person: str) -> str:
    if view.owner != person:
        return translate("MapMenus", "{0} · from {1}").format(_name(view), view.owner)
    return translate("MapMenus", "{0} · shared").format(_name(view)) if view.shared else _name(view)


def _name(view: SavedView) -> str:
    return view.name if len(view.name) <= LONGEST else f"{view.name[: LONGEST - 1]}…"


def _action(command: Command, parent: QObject) -> QAction:
    """Names are words: an ampersand in them underlines nothing. The key stands beside it; the window hears it."""
    text = command.text.replace("&", "&&").replace("\t", " ")
    action = QAction(f"{text}\t{command.keys}" if command.keys else text, parent)
    action.setObjectName(command.id)
    if command.icon:
        keep_icon(action, command.icon)
    return action
