"""Every command of the window as data: the menu, the command palette, the shortcuts and the key sheet read it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication

from desktop.views.duplicates import acts as review
from desktop.views.request_acts import DO_NOT_SEND, JOIN, LEAVE, SEND_AGAIN, every_act


@dataclass(frozen=True, slots=True)
class Command:
    """Something a person can ask for. `keys` is a portable key sequence; `group` is the heading it stands under."""

    id: str
    text: str
    keys: str = ""
    icon: str = ""
    group: str = ""


@dataclass(frozen=True, slots=True)
class Menu:
    """A menu of command ids and further menus; None is a line."""

    text: str
    entries: tuple[str | Menu | None, ...]
    icon: str = ""


@dataclass(frozen=True, slots=True)
class KeyLine:
    """A line of the key sheet that is no command: what a key does in lists, on the map, in time."""

    keys: tuple[str, ...]
    text: str
    group: str


WORKSPACE_PREFIX = "workspace."
THEME_PREFIX = "theme."
DENSITY_PREFIX = "density."
ACT_PREFIX = "act."
IMPORT_PREFIX = "import."
IMPORTED = ("requests", "areas", "streets", "addresses", "assets")

translate = QCoreApplication.translate


def is_single(keys: str) -> bool:
    """Whether a command's key is one letter or sign without Ctrl or Alt: such keys can be switched off."""
    return len(keys) == 1


def window_commands(workspaces: Sequence[tuple[str, str, str]] = ()) -> tuple[Command, ...]:
    """The commands of the window; workspaces are (key, title, icon) in the order of the rail."""
    switches = tuple(
        Command(f"{WORKSPACE_PREFIX}{key}", title, f"Ctrl+{number}", icon, translate("Commands", "Workspaces"))
        for number, (key, title, icon) in enumerate(workspaces, start=1)
    )
    store, window, look, help_ = (
        translate("Commands", "Store"),
        translate("Commands", "Window"),
        translate("Commands", "Look"),
        translate("Commands", "Help"),
    )
    acts, map_ = translate("Commands", "Acts"), translate("Commands", "Map and time")
    return (
        *switches,
        Command("store.open", translate("Commands", "Open another store…"), "Ctrl+O", "folder-open", store),
        Command("city.new", translate("Commands", "New city…"), "Ctrl+N", "plus", store),
        Command("city.demo", translate("Commands", "Make the demo city…"), "", "building", store),
        Command("import.requests", translate("Commands", "Import requests…"), "", "file-down", store),
        Command("import.areas", translate("Commands", "Import areas…"), "", "map", store),
        Command("import.streets", translate("Commands", "Import streets…"), "", "road", store),
        Command("import.assets", translate("Commands", "Import assets…"), "", "lightbulb", store),
        Command("import.addresses", translate("Commands", "Import addresses…"), "", "map-pin", store),
        Command("act.assign", translate("Commands", "Assign requests to departments"), "", "split", acts),
        Command("act.duplicates", translate("Commands", "Group duplicate reports"), "", "copy", acts),
        Command("act.send", translate("Commands", "Send waiting answers to their sources"), "", "mail", acts),
        Command("undo", translate("Commands", "Undo the last act"), "Ctrl+Z", "undo-2", acts),
        Command("redo", translate("Commands", "Do it again"), "Ctrl+Shift+Z", "redo-2", acts),
        Command("handover", translate("Commands", "Hand over to the next shift…"), "Ctrl+H", "arrow-right-left", acts),
        Command("print", translate("Commands", "Print or save this picture…"), "Ctrl+P", "printer", store),
        Command("palette", translate("Commands", "Any command"), "Ctrl+K", "search", window),
        Command("search", translate("Commands", "Search requests"), "Ctrl+F", "search", window),
        Command("pane.next", translate("Commands", "Next pane"), "F6", "panel-right", window),
        Command("pane.previous", translate("Commands", "Previous pane"), "Shift+F6", "panel-left", window),
        Command("panes.reset", translate("Commands", "Give panes their usual sizes"), "", "columns-3", window),
        Command("jobs", translate("Commands", "Jobs and messages"), "Ctrl+J", "layout-list", window),
        Command("map.back", translate("Commands", "Back to the map view before"), "Alt+Left", "arrow-left", map_),
        Command("map.forward", translate("Commands", "Forward to the next map view"), "Alt+Right", "arrow-right", map_),
        Command("map.bookmark", translate("Commands", "Bookmark this map view…"), "Ctrl+D", "bookmark", map_),
        Command("theme.light", translate("Commands", "Light"), "", "sun", look),
        Command("theme.dark", translate("Commands", "Dark"), "", "moon", look),
        Command("theme.system", translate("Commands", "As the system"), "", "monitor", look),
        Command("density.compact", translate("Commands", "Compact rows"), "", "rows-2", look),
        Command("density.comfortable", translate("Commands", "Comfortable rows"), "", "rows-2", look),
        Command("settings", translate("Commands", "Settings"), "Ctrl+,", "settings", window),
        Command("help", translate("Commands", "Help with this workspace"), "F1", "circle-question-mark", help_),
        Command("keys", translate("Commands", "Keys"), "?", "keyboard", help_),
        Command("about", translate("Commands", "About Opsmap"), "", "info", help_),
        Command("quit", translate("Commands", "Quit"), "Ctrl+Q", "log-out", window),
    )


def request_commands() -> tuple[Command, ...]:
    """The acts on requests, with the keys that act while a list, the map or a card has the focus."""
    group = translate("Commands", "Acts on requests")
    return tuple(
        Command(act.id, act.text if not act.asks else f"{act.text}…", act.keys, act.icon, group) for act in every_act()
    )


def incident_commands() -> tuple[Command, ...]:
    """The acts by hand on which reports are one incident."""
    group = translate("Commands", "Acts on requests")
    return (
        Command(JOIN, translate("Commands", "Make one incident of all that are ticked"), "", "copy", group),
        Command(LEAVE, translate("Commands", "Take out of its incident"), "", "split", group),
    )


def message_commands() -> tuple[Command, ...]:
    """What is decided about answers that could not be sent."""
    group = translate("Commands", "Acts on requests")
    return (
        Command(SEND_AGAIN, translate("Commands", "Send again what was not sent"), "", "refresh-cw", group),
        Command(DO_NOT_SEND, translate("Commands", "Do not send what was not sent"), "", "unplug", group),
    )


def review_commands() -> tuple[Command, ...]:
    """The acts of Duplicates; their letters act while a list or a card has the focus."""
    group = translate("Commands", "Proposed incidents")
    return tuple(Command(act.id, act.text, act.keys, act.icon, group) for act in review.every_act())


def window_menu(workspaces: Sequence[tuple[str, str, str]] = ()) -> tuple[str | Menu | None, ...]:
    """The menu behind the mark of the application, as data."""
    switches = tuple(f"{WORKSPACE_PREFIX}{key}" for key, _title, _icon in workspaces)
    look = ("theme.light", "theme.dark", "theme.system", None, "density.compact", "density.comfortable")
    return (
        "store.open",
        "city.new",
        "city.demo",
        Menu(translate("Commands", "Import"), tuple(f"{IMPORT_PREFIX}{kind}" for kind in IMPORTED), "file-down"),
        "print",
        None,
        "act.assign",
        "act.duplicates",
        "act.send",
        "handover",
        None,
        "undo",
        "redo",
        None,
        Menu(translate("Commands", "Workspaces"), switches, "layers"),
        Menu(translate("Commands", "Look"), look, "sun"),
        "panes.reset",
        "jobs",
        "settings",
        None,
        "help",
        "keys",
        "about",
        None,
        "quit",
    )


def key_lines(workspace: str = "") -> tuple[KeyLine, ...]:
    """What keys do in a workspace that are no commands. Letters may differ between workspaces."""
    if workspace == review.PLACE:
        return _review_lines()
    if workspace == "assignment":
        return _rule_lines()
    if workspace == "crews":
        return _crew_lines()
    lists, places = translate("Commands", "Lists, tables and cards"), translate("Commands", "Map and time")
    return (
        KeyLine(("J", "K"), translate("Commands", "Next, previous"), lists),
        KeyLine(("Space",), translate("Commands", "Peek"), lists),
        KeyLine(("Return",), translate("Commands", "Open"), lists),
        KeyLine(("Esc",), translate("Commands", "One step back"), lists),
        KeyLine(("/",), translate("Commands", "Filter"), lists),
        KeyLine(("X",), translate("Commands", "Tick or take out"), lists),
        KeyLine(("Ctrl+A",), translate("Commands", "Tick all that are shown"), lists),
        KeyLine(("+", "-", "0"), translate("Commands", "Zoom in, out, whole city"), places),
        KeyLine(("Left", "Right", "Up", "Down"), translate("Commands", "Move the map"), places),
        KeyLine(("Alt+Up", "Alt+Down"), translate("Commands", "A layer of the map up, down"), places),
        KeyLine(("[", "]"), translate("Commands", "Earlier, later in time"), places),
        KeyLine(("V",), translate("Commands", "Point and move"), places),
        KeyLine(("B", "F", "P"), translate("Commands", "Filter by a box, freely drawn, by corners"), places),
        KeyLine(("M",), translate("Commands", "Measure"), places),
        KeyLine(("Space",), translate("Commands", "Corner at the middle of the map"), places),
        KeyLine(("Return", "Backspace"), translate("Commands", "Close, take a corner back"), places),
    )


def _crew_lines() -> tuple[KeyLine, ...]:
    stops, places = translate("Commands", "Timeline and jobs left out"), translate("Commands", "Map")
    return (
        KeyLine(
            ("Left", "Right", "Up", "Down"),
            translate("Commands", "Stop before, after, of the crew above, below"),
            stops,
        ),
        KeyLine(("Return",), translate("Commands", "Open the request"), stops),
        KeyLine(("Alt+Left", "Alt+Right"), translate("Commands", "The stop one place earlier, later"), stops),
        KeyLine(("Alt+Up", "Alt+Down"), translate("Commands", "The stop to the crew above, below"), stops),
        KeyLine(("L", "Shift+L"), translate("Commands", "Lock the stop to its crew, to its time"), stops),
        KeyLine(("Del",), translate("Commands", "Take the stop out"), stops),
        KeyLine(("Ins",), translate("Commands", "Put the job in where it fits best"), stops),
        KeyLine(("Ctrl+Z", "Ctrl+Shift+Z"), translate("Commands", "Back, forth in the draft"), stops),
        KeyLine(("+", "-", "0"), translate("Commands", "Zoom in, out, whole city"), places),
        KeyLine(("Left", "Right", "Up", "Down"), translate("Commands", "Move the map"), places),
        KeyLine(("M",), translate("Commands", "Measure"), places),
    )


def _rule_lines() -> tuple[KeyLine, ...]:
    rules, places = translate("Commands", "Rules"), translate("Commands", "Map")
    areas = translate("Commands", "Map while areas are edited")
    return (
        KeyLine(("Return",), translate("Commands", "The form of the rule"), rules),
        KeyLine(("Alt+Up", "Alt+Down"), translate("Commands", "The rule one place up, down"), rules),
        KeyLine(("Ctrl+Ins",), translate("Commands", "The rule once more"), rules),
        KeyLine(("Del",), translate("Commands", "Remove the rule from the draft"), rules),
        KeyLine(("Ctrl+Z", "Ctrl+Shift+Z"), translate("Commands", "Back, forth in the draft, from the list"), rules),
        KeyLine(("+", "-", "0"), translate("Commands", "Zoom in, out, whole city"), places),
        KeyLine(("Left", "Right", "Up", "Down"), translate("Commands", "Move the map"), places),
        KeyLine(("M",), translate("Commands", "Measure"), places),
        KeyLine(("J", "K"), translate("Commands", "Next, previous corner of the chosen area"), areas),
        KeyLine(
            ("Left", "Right", "Up", "Down"),
            translate("Commands", "Move the corner or edge by 1 m, with Shift by 10"),
            areas,
        ),
        KeyLine(("Shift+J", "Shift+K"), translate("Commands", "Its next, previous ring, such as a hole"), areas),
        KeyLine(("L",), translate("Commands", "The edge to the next corner instead, or the corner again"), areas),
        KeyLine(("Del", "Shift+Del"), translate("Commands", "Take the corner out, fill the hole it is of"), areas),
        KeyLine(("D", "H"), translate("Commands", "Draw an area, or a hole in the chosen one"), areas),
        KeyLine(("S", "E"), translate("Commands", "Split the chosen area, let its border follow a line"), areas),
        KeyLine(("Space",), translate("Commands", "Point of the line at the middle of the map"), areas),
        KeyLine(("Return", "Backspace"), translate("Commands", "End the line, take a point back"), areas),
        KeyLine(("Ctrl+Z", "Ctrl+Shift+Z"), translate("Commands", "Undo, redo in the draft"), areas),
        KeyLine(("Esc",), translate("Commands", "One step back"), areas),
    )


def _review_lines() -> tuple[KeyLine, ...]:
    cards, places = translate("Commands", "Reports and list"), translate("Commands", "Small map")
    return (
        KeyLine(("1–9",), translate("Commands", "First to ninth report"), cards),
        KeyLine(("Left", "Right"), translate("Commands", "Report before, after"), cards),
        KeyLine(("Up", "Down"), translate("Commands", "Proposal before, after, in the list"), cards),
        KeyLine(("Return",), translate("Commands", "Open the report, go from the list to the reports"), cards),
        KeyLine(("Esc",), translate("Commands", "One step back, from the reports to the list"), cards),
        KeyLine(("+", "-", "0"), translate("Commands", "Zoom in, out, all reports"), places),
        KeyLine(("Left", "Right", "Up", "Down"), translate("Commands", "Move the map"), places),
    )
