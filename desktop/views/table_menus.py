"""The menus of the table as data: what can be done with a row, how rows are grouped, what an export holds."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication, QPoint, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QWidget

from desktop.models.fields import Grouping, grouping_title
from desktop.views import format as words
from desktop.views.icons import icon

translate = QCoreApplication.translate
GROUP_PREFIX = "group."


@dataclass(frozen=True, slots=True)
class Choice:
    """A line of a menu."""

    id: str
    text: str
    keys: str = ""
    icon: str = ""
    enabled: bool = True
    checked: bool | None = None  # None: nothing to tick


@dataclass(frozen=True, slots=True)
class RowFacts:
    """What the menu of a row must know."""

    service: str
    department: str  # empty: nobody's
    ticked: bool
    located: bool
    selected: int  # how many requests are ticked
    acts: tuple[Choice, ...] = ()  # on it, or on all that are ticked where it is one of them


Choices = Sequence[Choice | None]


def row_menu(row: RowFacts) -> tuple[Choice | None, ...]:
    """What can be done with one request; None for a line."""
    department = row.department or translate("TableMenu", "no department")
    tick = translate("TableMenu", "Take the tick away") if row.ticked else translate("TableMenu", "Tick")
    marked: tuple[Choice | None, ...] = ()
    if row.selected:
        told = translate("TableMenu", "Export {0} selected…").format(words.count(row.selected))
        marked = (
            None,
            Choice("export.selected", told, icon="download"),
            Choice(
                "plan.selected",
                translate("TableMenu", "Plan {0} selected in Crews").format(words.count(row.selected)),
                icon="route",
            ),
            Choice("tick.none", translate("TableMenu", "Clear the selection"), "Esc", "x"),
        )
    return (
        Choice("open", translate("TableMenu", "Open"), "Return", "panel-right"),
        Choice("map", translate("TableMenu", "Show on the map"), icon="map-pin", enabled=row.located),
        *((None, *row.acts) if row.acts else ()),
        None,
        Choice("tick", tick, "X"),
        Choice("tick.all", translate("TableMenu", "Tick all that are shown"), "Ctrl+A"),
        None,
        Choice("only.service", translate("TableMenu", "Only {0}").format(row.service), icon="funnel"),
        Choice("only.department", translate("TableMenu", "Only {0}").format(department), icon="funnel"),
        Choice("only.status", translate("TableMenu", "Only this status"), icon="funnel"),
        None,
        Choice("copy.number", translate("TableMenu", "Copy the number"), icon="copy"),
        Choice("copy.address", translate("TableMenu", "Copy the address"), icon="copy"),
        *marked,
    )


def group_menu(grouping: Grouping | None) -> tuple[Choice | None, ...]:
    """How rows can be gathered."""
    folds: tuple[Choice | None, ...] = ()
    if grouping is not None:
        folds = (
            None,
            Choice("fold.all", translate("TableMenu", "Fold all"), icon="chevron-right"),
            Choice("fold.none", translate("TableMenu", "Open all"), icon="chevron-down"),
        )
    return (
        Choice(GROUP_PREFIX, translate("TableMenu", "No groups"), checked=grouping is None),
        None,
        *(Choice(GROUP_PREFIX + each, grouping_title(each), checked=each is grouping) for each in Grouping),
        *folds,
    )


def export_menu(shown: int, selected: int) -> tuple[Choice | None, ...]:
    """What can be written to a file, or planned."""
    return (
        Choice(
            "export.shown",
            translate("TableMenu", "{0} requests as shown…").format(words.count(shown)),
            icon="download",
            enabled=shown > 0,
        ),
        Choice(
            "export.selected",
            translate("TableMenu", "{0} selected, as shown…").format(words.count(selected)),
            icon="download",
            enabled=selected > 0,
        ),
        None,
        Choice(
            "export.whole",
            translate("TableMenu", "{0} requests with every column…").format(words.count(shown)),
            icon="download",
            enabled=shown > 0,
        ),
        None,
        Choice(
            "plan.shown",
            translate("TableMenu", "Plan what is shown in Crews"),
            icon="route",
            enabled=shown > 0,
        ),
    )


def saved_menu(*, mine: bool, shared: bool) -> tuple[Choice | None, ...]:
    """What can be done with a saved filter; others' can be used only."""
    share = translate("TableMenu", "Keep it to myself") if shared else translate("TableMenu", "Share with everybody")
    return (
        Choice("use", translate("TableMenu", "Show"), icon="list-filter"),
        None,
        Choice("rename", translate("TableMenu", "Rename…"), icon="pencil", enabled=mine),
        Choice("share", share, icon="users", enabled=mine),
        Choice("replace", translate("TableMenu", "Replace by what is shown"), icon="refresh-cw", enabled=mine),
        Choice("remove", translate("TableMenu", "Remove"), icon="trash-2", enabled=mine),
    )


def open_menu(choices: Choices, parent: QWidget, at: QPoint, chosen: Callable[[str], None]) -> QMenu:
    """Show a menu; `chosen` hears the id of the line. Texts of residents and staff keep their ampersands."""
    menu = QMenu(parent)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    for choice in choices:
        if choice is None:
            menu.addSeparator()
            continue
        action = QAction(" ".join(choice.text.split())[:80].replace("&", "&&"), menu)
        action.setObjectName(choice.id)
        action.setEnabled(choice.enabled)
        if choice.keys:
            action.setShortcut(QKeySequence(choice.keys))
        if choice.checked is not None:
            action.setCheckable(True)
            action.setChecked(choice.checked)
        elif choice.icon:
            action.setIcon(icon(choice.icon))
        menu.addAction(action)
    menu.triggered.connect(lambda action: chosen(action.objectName()))
    menu.popup(at)
    return menu
