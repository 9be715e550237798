"""The menus of the map as data, and the dialog that asks for a name."""

from __future__ import annotations

from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from data.records import SavedView
from desktop.views.commands import Menu, window_commands
from desktop.views.icons import icon_names
from desktop.views.map_menus import MapMenu, bookmark_menu, make_menu, place_menu
from desktop.views.shell.name_dialog import NameDialog

PLACE = {"lon": 8.5, "lat": 53.5, "zoom": 14}
HARBOUR = SavedView(1, "bookmark", "Harbour & <b>docks</b>", "ana", False, PLACE)
MARKET = SavedView(2, "bookmark", "Market", "ana", True, PLACE)
BENS = SavedView(3, "bookmark", "Ben's", "ben", True, PLACE)


def ids(content: MapMenu) -> list[str | None]:
    """The ids of a menu in order, None for a line, menus within laid open."""
    found: list[str | None] = []
    for entry in content.entries:
        found += list(entry.entries) if isinstance(entry, Menu) else [entry]  # type: ignore[arg-type]
    return found


def texts(content: MapMenu) -> dict[str, str]:
    """The words of each command."""
    return {command.id: command.text for command in content.commands}


def test_a_place_can_be_copied_measured_from_and_kept() -> None:
    """The menu names the place latitude first; asking what is there stands in it only where somebody answers."""
    silent, answering = place_menu(53.5, -8.25, answers=False), place_menu(53.5, -8.25, answers=True)
    assert ids(silent) == ["map.copy", None, "map.measure", "map.bookmark"]
    assert ids(answering) == ["map.copy", "map.here", None, "map.measure", "map.bookmark"]
    assert texts(silent)["map.copy"] == "Copy 53.500000, -8.250000"


def test_one_s_own_bookmarks_come_first_and_only_they_can_be_changed() -> None:
    """Others' say whose they are; renaming and removing offer one's own."""
    menu = bookmark_menu([BENS, HARBOUR, MARKET], "ana")
    assert ids(menu) == [
        "map.bookmark", None, "bookmark.go:1", "bookmark.go:2", "bookmark.go:3", None,
        "bookmark.rename:1", "bookmark.rename:2", "bookmark.remove:1", "bookmark.remove:2",
    ]  # fmt: skip
    assert texts(menu)["bookmark.go:3"] == "Ben's · from ben"
    assert texts(menu)["bookmark.go:2"] == "Market · shared"
    assert ids(bookmark_menu([], "ana")) == ["map.bookmark"]
    assert "bookmark.remove:3" not in texts(bookmark_menu([BENS], "ana"))


def test_every_entry_is_a_command_with_a_bundled_icon() -> None:
    """Nothing in a menu is without its command, and the key beside an entry is the window's."""
    keys = {command.id: command.keys for command in window_commands()}
    for menu in (place_menu(1, 2, answers=True), bookmark_menu([HARBOUR, BENS], "ana")):
        commands = {command.id: command for command in menu.commands}
        assert {entry for entry in ids(menu) if entry is not None} == set(commands)
        assert all(not command.icon or command.icon in icon_names() for command in commands.values())
        assert all(command.keys == keys[command.id] for command in commands.values() if command.keys)


def test_names_are_only_words_in_the_menu(qtbot: QtBot) -> None:
    """An ampersand is an ampersand, a long name gives way, and each action carries its command."""
    parent = QWidget()
    qtbot.addWidget(parent)
    endless = SavedView(4, "bookmark", "x" * 200, "ana", False, PLACE)
    menu = make_menu(bookmark_menu([HARBOUR, endless], "ana"), parent)
    shown = {action.objectName(): action.text() for action in menu.actions() if action.objectName()}
    assert shown["bookmark.go:1"] == "Harbour && <b>docks</b>"
    assert len(shown["bookmark.go:4"]) == 48
    assert shown["map.bookmark"].endswith("\tCtrl+D")


def test_a_name_is_asked_for_until_it_is_one(qtbot: QtBot) -> None:
    """Empty and taken names are told under the field; a free one is said once and closes the dialog."""
    window = QWidget()
    qtbot.addWidget(window)
    window.show()
    dialog = NameDialog("Bookmark this view", "", "Save", taken=["Harbour"], share=True, parent=window)
    named: list[tuple[str, bool]] = []
    dialog.named.connect(lambda name, shared: named.append((name, shared)))
    dialog.open()
    for typed, fault in (("  ", "missing"), ("harbour", "choose another")):
        dialog.edit.setText(typed)
        dialog.act.click()
        assert fault in dialog.edit.accessibleDescription()
    dialog.edit.clear()
    QTest.keyClicks(dialog.edit, " Old  Town ")
    assert dialog.edit.accessibleDescription() == ""
    dialog.shared.setChecked(True)
    QTest.keyClick(dialog.edit, "\r")
    assert named == [("Old Town", True)]
    assert dialog.isHidden()
