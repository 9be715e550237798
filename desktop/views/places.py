"""The workspaces of the window as they look before their content comes."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.views.kit import Centred, PaneHeader, StateCard
from desktop.views.workspace import Workspace

translate = QCoreApplication.translate

OPERATIONS, CREWS, NEIGHBOURHOODS, SERVICES = "operations", "crews", "neighbourhoods", "services"


def make_workspaces() -> list[Workspace]:
    """The four workspaces in the order of the rail, each pane saying what is true and what comes next."""
    return [_operations(), _crews(), _neighbourhoods(), _services()]


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


def _operations() -> Workspace:
    place = Workspace(OPERATIONS, translate("Places", "Operations"), "map-pinned")
    place.set_left(
        make_pane(
            translate("Places", "Needs attention now"),
            empty(
                translate("Places", "Nothing waits"),
                translate("Places", "Requests that nobody answered, that are late or without a department stand here."),
                "circle-check",
                "sunken",
            ),
            surface="sunken",
        )
    )
    place.set_map(_no_map())
    place.set_table(
        make_pane(
            translate("Places", "Requests"),
            empty(
                translate("Places", "No request in this store"),
                translate("Places", "Import a file of requests, or open a store that holds some."),
                "inbox",
            ),
        )
    )
    place.set_right(
        make_pane(
            translate("Places", "Request"),
            empty(
                translate("Places", "Nothing selected"),
                translate("Places", "Choose a request in the table or on the map."),
                "mouse-pointer-2",
            ),
        )
    )
    return place


def _crews() -> Workspace:
    place = Workspace(CREWS, translate("Places", "Crews"), "route")
    place.set_map(_no_map())
    place.set_table(
        make_pane(
            translate("Places", "Crew"),
            empty(
                translate("Places", "No plan for this day"),
                translate("Places", "A plan needs crews, their depots and the city's streets."),
                "route",
            ),
        )
    )
    place.set_right(
        make_pane(
            translate("Places", "Left out"),
            empty(
                translate("Places", "Nothing is left out"),
                translate("Places", "Jobs that no crew can take stand here, each with its reason."),
                "shield-check",
            ),
        )
    )
    return place


def _neighbourhoods() -> Workspace:
    place = Workspace(NEIGHBOURHOODS, translate("Places", "Neighbourhoods"), "hexagons")
    place.set_left(
        make_pane(
            translate("Places", "Question"),
            empty(
                translate("Places", "Nothing asked yet"),
                translate("Places", "Choose a service and a period; the map shows where its requests concentrate."),
                "hexagons",
                "sunken",
            ),
            surface="sunken",
        )
    )
    place.set_map(_no_map())
    place.set_table(
        make_pane(
            translate("Places", "Neighbourhoods"),
            empty(
                translate("Places", "No neighbourhoods in this store"),
                translate("Places", "Import a layer of areas with their names."),
                "map",
            ),
        )
    )
    place.set_right(
        make_pane(
            translate("Places", "Time to close"),
            empty(
                translate("Places", "No neighbourhood selected"),
                translate("Places", "Choose one in the table or on the map to compare it with the city."),
                "chart-line",
            ),
        )
    )
    return place


def _services() -> Workspace:
    place = Workspace(SERVICES, translate("Places", "Services"), "layers")
    place.set_map(
        make_pane(
            translate("Places", "Catalogue"),
            empty(
                translate("Places", "No service in this store"),
                translate("Places", "Services enter the catalogue with the first requests of an import."),
                "layers",
            ),
        )
    )
    place.set_right(
        make_pane(
            translate("Places", "Service"),
            empty(
                translate("Places", "No service selected"),
                translate("Places", "Choose one to see its department, deadline and questions."),
                "file-text",
            ),
        )
    )
    return place


def _no_map() -> QWidget:
    return empty(
        translate("Places", "No map yet"),
        translate("Places", "Import the city's streets and areas to draw it."),
        "map",
        "app",
    )
