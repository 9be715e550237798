"""The menu, the palette and the keys as data."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

from PySide6.QtGui import QKeySequence

from desktop.views.commands import Command, Menu, key_lines, window_commands, window_menu
from desktop.views.duplicates import acts as review
from desktop.views.icons import icon_names
from desktop.views.kit.painting import key_label
from desktop.views.shell.palette import matching

PLACES = [("operations", "Operations", "map-pinned"), ("crews", "Crews", "route")]


def ids_of(entries: tuple[str | Menu | None, ...]) -> list[str]:
    """Every command id of a menu, inner menus too."""
    found: list[str] = []
    for entry in entries:
        if isinstance(entry, Menu):
            found += ids_of(entry.entries)
        elif entry is not None:
            found.append(entry)
    return found


def test_commands_have_one_id_and_one_key_each() -> None:
    """No two commands share an id or a key, and every key is one that Qt understands."""
    commands = window_commands(PLACES)
    assert all(number == 1 for number in Counter(command.id for command in commands).values())
    keys = [command.keys for command in commands if command.keys]
    assert all(number == 1 for number in Counter(keys).values())
    assert all(not QKeySequence(key).isEmpty() for key in keys)


def test_workspaces_are_numbered() -> None:
    """Ctrl 1, Ctrl 2 and so on, in the order of the rail."""
    commands = {command.id: command.keys for command in window_commands(PLACES)}
    assert commands["workspace.operations"] == "Ctrl+1"
    assert commands["workspace.crews"] == "Ctrl+2"


def test_the_menu_names_existing_commands() -> None:
    """Every entry of the menu is a command, none stands twice, and it neither begins nor ends with a line."""
    menu = window_menu(PLACES)
    named = ids_of(menu)
    assert set(named) <= {command.id for command in window_commands(PLACES)}
    assert len(named) == len(set(named))
    assert menu[0] is not None
    assert menu[-1] is not None
    assert all(one is not None or other is not None for one, other in pairwise(menu))


def test_commands_are_written_as_the_look_asks() -> None:
    """Sentence case, no exclamation mark, bundled icons, and the product's words."""
    for command in window_commands(PLACES):
        assert command.text[0].isupper()
        assert "!" not in command.text
        assert not {"issue", "ticket"} & set(command.text.casefold().split())
        assert not command.icon or command.icon in icon_names()


def test_the_palette_finds_by_every_word() -> None:
    """All words typed must be there, in any order; what begins with them comes first."""
    commands = (
        Command("a", "Open another store…", group="Store"),
        Command("b", "Store settings", group="Window"),
        Command("c", "Quit", group="Window"),
    )
    assert [entry.id for entry in matching(commands, "store")] == ["b", "a"]
    assert [entry.id for entry in matching(commands, "store open")] == ["a"]
    assert [entry.id for entry in matching(commands, "")] == ["a", "b", "c"]
    assert matching(commands, "zebra") == []


def test_keys_are_written_on_caps() -> None:
    """Key names are short, signs are drawn as signs."""
    assert key_label("Ctrl+Return") == "Ctrl ↵"
    assert key_label("?") == "?"
    assert key_label("Alt+Left") == "Alt ←"
    assert key_label("+") == "+"
    assert all(line.keys and line.text for line in key_lines())


def test_every_line_of_the_key_sheet_begins_alike() -> None:
    """Commands and keys of a list stand side by side: all begin with a capital letter."""
    texts = [line.text for line in (*key_lines(), *key_lines(review.PLACE))]
    assert texts
    assert [text for text in texts if text[0] != text[0].upper()] == []
