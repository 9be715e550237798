"""The workspaces of the window before their content comes: while a store opens, and when it holds no city."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.views.kit import Centred, LoadingCard, PaneHeader, StateCard
from desktop.views.workspace import Workspace

translate = QCoreApplication.translate

OPERATIONS, DUPLICATES, ASSIGNMENT, CREWS = "operations", "duplicates", "assignment", "crews"
NEIGHBOURHOODS, SERVICES = "neighbourhoods", "services"


def make_workspaces() -> list[Workspace]:
    """The workspaces in the order of the rail: the frame at once, nothing said that is not known yet."""
    made = [
        Workspace(OPERATIONS, translate("Places", "Operations"), "map-pinned"),
        Workspace(DUPLICATES, translate("Places", "Duplicates"), "copy"),
        Workspace(ASSIGNMENT, translate("Places", "Assignment"), "split"),
        Workspace(CREWS, translate("Places", "Crews"), "route"),
        Workspace(NEIGHBOURHOODS, translate("Places", "Neighbourhoods"), "hexagons"),
        Workspace(SERVICES, translate("Places", "Services"), "layers"),
    ]
    for place in made:
        _frame(place)
    return made


def show_opening(places: Iterable[Workspace], store_name: str) -> None:
    """Say in the middle of each workspace that its store is being read; for waits longer than 300 ms."""
    for place in places:
        card = LoadingCard(translate("Places", "Reading {0}").format(store_name))
        card.set_progress(None, translate("Places", "The map, the table and the search work as soon as it is open."))
        place.set_map(Centred(card, "app"))


def show_empty(places: Iterable[Workspace], told: str = "") -> None:
    """Say in every pane what is true without a city, and what comes next. `told`: why there is none."""
    for place in places:
        {
            OPERATIONS: lambda place: _operations(place, told),
            DUPLICATES: _duplicates,
            ASSIGNMENT: _assignment,
            CREWS: _crews,
            NEIGHBOURHOODS: _neighbourhoods,
            SERVICES: _services,
        }[place.key](place)


def make_pane(title: str, content: QWidget, *, note: str = "", surface: str = "pane") -> QWidget:
    """A pane: its head over its content."""
    made = QWidget()
    made.setProperty("surface", surface)
    made.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
    column = QVBoxLayout(made)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(0)
    column.addWidget(PaneHeader(title, note))
    column.addWidget(content, 1)
    return made


def empty(title: str, text: str, icon: str, surface: str = "pane") -> QWidget:
    """A pane's middle with one card."""
    return Centred(StateCard(title, text, icon=icon), surface)


def _titles(key: str) -> dict[str, str]:
    """What the panes of a workspace are called."""
    return {
        OPERATIONS: {
            "left": translate("Places", "Needs attention now"),
            "table": translate("Places", "Requests"),
            "right": translate("Places", "Request"),
        },
        DUPLICATES: {"left": translate("Places", "Proposed incidents")},
        ASSIGNMENT: {
            "left": translate("Places", "Rules"),
            "table": translate("Places", "Replay"),
            "right": translate("Places", "Explain"),
        },
        CREWS: {"table": translate("Places", "Crew"), "right": translate("Places", "Left out")},
        NEIGHBOURHOODS: {"left": translate("Places", "Question"), "table": translate("Places", "Cells")},
        SERVICES: {"map": translate("Places", "Catalogue")},
    }[key]


def _set(place: Workspace, side: str, content: QWidget) -> None:
    """Put content under the head of a pane."""
    surface = "sunken" if side == "left" else "pane"
    title = _titles(place.key).get(side)
    pane = make_pane(title, content, surface=surface) if title is not None else content
    {"left": place.set_left, "right": place.set_right, "map": place.set_map, "table": place.set_table}[side](pane)


def _frame(place: Workspace) -> None:
    """The panes with their heads and nothing in them."""
    titles = _titles(place.key)
    for side in ("left", "table", "right"):
        if side in titles:
            _set(place, side, QWidget())
    blank = QWidget()
    blank.setProperty("surface", "app")
    blank.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
    place.set_map(blank)


def _operations(place: Workspace, told: str) -> None:
    waiting = translate(
        "Places",
        "Once a city is open, requests that nobody answered, that are late or without a department stand here.",
    )
    _set(place, "left", empty(translate("Places", "Nothing to count yet"), waiting, "inbox", "sunken"))
    _set(place, "map", _no_map())
    ways = translate("Places", "Found your own, look around in a fictional one, or open a store that holds one.")
    card = StateCard(
        translate("Places", "No city is open"),
        f"{told} {ways}".strip(),
        icon="inbox",
        act=translate("Places", "New city…"),
        act_kind="primary",
    )
    card.setObjectName("city.new")
    card.acted.connect(place.forward)
    for name, text in (
        ("city.demo", translate("Places", "Make the demo city…")),
        ("store.open", translate("Places", "Open a store…")),
    ):
        other = card.add_act(text)
        other.setObjectName(name)
        other.clicked.connect(place.forward)
    _set(place, "table", Centred(card))
    choose = translate("Places", "Once a city is open, the request that you choose shows here.")
    _set(place, "right", empty(translate("Places", "No request to show"), choose, "mouse-pointer-2"))


def _duplicates(place: Workspace) -> None:
    waiting = translate("Places", "Once a city is open, reports that may be about one thing stand here.")
    _set(place, "left", empty(translate("Places", "Nothing proposed yet"), waiting, "copy", "sunken"))
    side = translate("Places", "Reports of one proposed incident show here side by side.")
    _set(place, "map", empty(translate("Places", "No city is open"), side, "copy", "app"))


def _assignment(place: Workspace) -> None:
    rules = translate("Places", "Once a city is open, the rules that give requests to departments stand here.")
    _set(place, "left", empty(translate("Places", "No rules yet"), rules, "split", "sunken"))
    _set(place, "map", _no_map())
    moves = translate("Places", "What a change of the rules would move is listed here before it is saved.")
    _set(place, "table", empty(translate("Places", "No city is open"), moves, "history"))
    why = translate("Places", "Why a request goes where it goes shows here, rule by rule.")
    _set(place, "right", empty(translate("Places", "Nothing to explain"), why, "circle-question-mark"))


def _crews(place: Workspace) -> None:
    _set(place, "map", _no_map())
    needs = translate("Places", "A plan needs a city with crews, their depots and its streets.")
    _set(place, "table", empty(translate("Places", "No city is open"), needs, "route"))
    left_out = translate("Places", "Once a day is planned, jobs that no crew takes stand here, each with its reason.")
    _set(place, "right", empty(translate("Places", "No plan yet"), left_out, "route"))


def _neighbourhoods(place: Workspace) -> None:
    ask = translate("Places", "Once a city is open, choose a service and a period to see where requests concentrate.")
    _set(place, "left", empty(translate("Places", "Nothing asked yet"), ask, "hexagons", "sunken"))
    _set(place, "map", _no_map())
    cells = translate("Places", "The cells of an answer are listed here, those that stand out first.")
    _set(place, "table", empty(translate("Places", "No city is open"), cells, "hexagons"))


def _services(place: Workspace) -> None:
    enter = translate("Places", "The catalogue is a city's own: its services enter with the first requests.")
    _set(place, "map", empty(translate("Places", "No city is open"), enter, "layers"))


def _no_map() -> QWidget:
    words = translate("Places", "It is drawn from the city's own streets and areas.")
    return empty(translate("Places", "No map yet"), words, "map", "app")
