"""The window: rail, top bar, status bar and the stack of workspaces. No business rule; it shows and it asks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAction, QCloseEvent, QKeySequence, QResizeEvent
from PySide6.QtWidgets import QGridLayout, QMenu, QStackedWidget, QWidget

from desktop.settings import Settings
from desktop.views.commands import (
    DENSITY_PREFIX,
    THEME_PREFIX,
    WORKSPACE_PREFIX,
    Command,
    is_single,
    window_commands,
    window_menu,
)
from desktop.views.icons import keep_icon
from desktop.views.kit import FocusRing, Toast, ToastStack
from desktop.views.kit.focus import NONE
from desktop.views.shell.mark import app_icon
from desktop.views.shell.menus import build_menu
from desktop.views.shell.overlay import dialog_open, next_dialog
from desktop.views.shell.palette import Palette
from desktop.views.shell.rail import Rail
from desktop.views.shell.status_bar import StatusBar
from desktop.views.shell.tab_order import following
from desktop.views.shell.top_bar import TopBar
from desktop.views.theme import theme
from desktop.views.workspace import Workspace

SMALLEST = QSize(1024, 640)


class MainWindow(QWidget):
    """The frame. Commands that it cannot carry out itself go out by `asked`."""

    asked = Signal(str)  # the id of a command
    search_asked = Signal(str)
    found_chosen = Signal(str)  # the id of an entry that the search found
    workspace_shown = Signal(str)
    closing = Signal()

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self.setObjectName("window")
        self.setProperty("surface", "pane")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setWindowTitle("Opsmap")
        self.setWindowIcon(app_icon())
        self.setMinimumSize(SMALLEST)
        self.resize(settings.window_width, settings.window_height)
        self.settings = settings
        self.rail, self.top_bar, self.status_bar, self.stack = Rail(), TopBar(), StatusBar(), QStackedWidget()
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(0)
        grid.addWidget(self.rail, 0, 0, 3, 1)
        grid.addWidget(self.top_bar, 0, 1)
        grid.addWidget(self.stack, 1, 1)
        grid.addWidget(self.status_bar, 2, 1)
        grid.setRowStretch(1, 1)
        self.workspaces: dict[str, Workspace] = {}
        self.actions_by_id: dict[str, QAction] = {}
        self.toasts = ToastStack(self)
        self.palette_list = Palette(self)
        self._ring = FocusRing(self)
        self._connect()
        self.stack.setProperty(NONE, True)
        self.stack.setFocus()  # so that no ring stands anywhere before the first key

    def _connect(self) -> None:
        self.rail.chosen.connect(self.show_workspace)
        self.rail.menu_asked.connect(self.open_menu)
        self.rail.jobs_asked.connect(self._ask_jobs)
        self.rail.settings_asked.connect(self._ask_settings)
        self.status_bar.jobs_asked.connect(self._ask_jobs)
        self.top_bar.person_asked.connect(self._ask_settings)
        field = self.top_bar.search
        self.palette_list.attach(field)
        self.palette_list.chosen.connect(self.run)
        self.palette_list.search_asked.connect(self.search_asked)

    # workspaces

    def add_workspaces(self, workspaces: list[Workspace]) -> None:
        """Fill the rail and the stack, make the actions, and show the workspace of the last run."""
        for number, workspace in enumerate(workspaces, start=1):
            self.workspaces[workspace.key] = workspace
            self.stack.addWidget(workspace)
            button = self.rail.add(workspace.key, workspace.icon, workspace.title, f"Ctrl+{number}")
            button.set_badge(workspace.badge)
            workspace.badge_changed.connect(button.set_badge)
            workspace.subtitle_changed.connect(self._retitle)
            workspace.note_changed.connect(self._retitle)
            workspace.foot_changed.connect(self._lift_toasts)
            workspace.wants.connect(self.run)
            workspace.restore_sizes(self.settings.panes.get(workspace.key, {}))
        self._make_actions()
        self.show_workspace(
            self.settings.workspace if self.settings.workspace in self.workspaces else workspaces[0].key
        )

    def current(self) -> Workspace:
        """The workspace on show."""
        widget = self.stack.currentWidget()
        assert isinstance(widget, Workspace)
        return widget

    def show_workspace(self, key: str) -> None:
        """Bring a workspace to the front."""
        held = self.stack.isAncestorOf(self.focusWidget() or self)
        self.stack.setCurrentWidget(self.workspaces[key])
        if held:  # Qt would pass it on to the rail, where no letter acts
            self.current().enter()
        self.rail.buttons[key].setChecked(True)
        self._retitle()
        self._lift_toasts()
        self.workspace_shown.emit(key)

    def _retitle(self) -> None:
        if self.stack.count():
            shown = self.current()
            self.top_bar.set_workspace(shown.title, shown.subtitle)
            self.status_bar.set_note(shown.note)

    def _lift_toasts(self) -> None:
        if self.stack.count():
            self.toasts.set_foot(self.current().foot_px)

    # commands

    def places(self) -> list[tuple[str, str, str]]:
        """Key, title and icon of each workspace."""
        return [(place.key, place.title, place.icon) for place in self.workspaces.values()]

    def commands(self) -> tuple[Command, ...]:
        """Every command that can be asked for now."""
        own = self.current().commands() if self.stack.count() else ()
        return (*own, *window_commands(self.places()))

    def _make_actions(self) -> None:
        for command in window_commands(self.places()):
            action = QAction(command.text, self)
            action.setObjectName(command.id)
            if command.keys:
                action.setShortcut(QKeySequence(command.keys))
            action.setCheckable(command.id.startswith((THEME_PREFIX, DENSITY_PREFIX)))
            if command.icon and not action.isCheckable():  # a menu shows an icon or a tick, never both
                keep_icon(action, command.icon)
            action.triggered.connect(self._triggered)
            self.actions_by_id[command.id] = action
            self.addAction(action)

    def set_single_letters(self, on: bool) -> None:
        """Whether keys of one letter or sign act."""
        for command in window_commands(self.places()):
            if is_single(command.keys):
                self.actions_by_id[command.id].setShortcut(QKeySequence(command.keys if on else ""))
        for place in self.workspaces.values():
            place.set_single_letters(on)

    def _triggered(self) -> None:
        if not dialog_open(self):
            self.run(self.sender().objectName())

    def run(self, command_id: str) -> None:
        """Carry out a command of the window, or hand it on."""
        own: Mapping[str, Callable[[], None]] = {
            "palette": self.palette_list.open_commands,
            "search": self.palette_list.open_search,
            "pane.next": lambda: self.current().focus_pane(1),
            "pane.previous": lambda: self.current().focus_pane(-1),
            "panes.reset": lambda: self.current().reset_sizes(),
            "quit": self._quit,
        }
        if command_id.startswith(WORKSPACE_PREFIX):
            self.show_workspace(command_id.removeprefix(WORKSPACE_PREFIX))
        elif command_id in own:
            own[command_id]()
        elif command_id in self.actions_by_id:
            self.asked.emit(command_id)
        elif ":" in command_id:
            self.found_chosen.emit(command_id)
        else:
            self.current().command_asked.emit(command_id)

    def menu(self) -> QMenu:
        """The menu of the application, made anew so that its ticks are right."""
        ticked = {THEME_PREFIX + theme().choice, DENSITY_PREFIX + self.settings.density}
        for command_id, action in self.actions_by_id.items():
            if action.isCheckable():
                action.setChecked(command_id in ticked)
        return build_menu(window_menu(self.places()), self.actions_by_id, self)

    def open_menu(self) -> None:
        """Open the menu under the mark."""
        mark = self.rail.mark
        menu = self.menu()
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(mark.mapToGlobal(mark.rect().bottomLeft()))

    def _quit(self) -> None:
        self.close()

    def _ask_jobs(self) -> None:
        self.asked.emit("jobs")

    def _ask_settings(self) -> None:
        self.asked.emit("settings")

    # what others tell it

    def set_now(self, now: datetime, zone: str) -> None:
        """The city's day and time."""
        self.top_bar.set_now(now, zone)

    def tell(self, toast: Toast) -> Toast:
        """Show a toast."""
        return self.toasts.show_toast(toast)

    def keep(self, settings: Settings) -> None:
        """Write what the person arranged into the settings."""
        settings.maximised = self.isMaximized()
        if not settings.maximised:
            settings.window_width, settings.window_height = self.width(), self.height()
        if self.stack.count():
            settings.workspace = self.current().key
        settings.panes = {key: dict(place.sizes()) for key, place in self.workspaces.items() if place.sizes()}

    def focusNextPrevChild(self, next: bool) -> bool:
        """The tab key goes from pane to pane in the look's order; it stays within a dialog."""
        dialog = next_dialog(self)
        panes: list[QWidget] = [self.rail, self.top_bar, *self.current().panes(), self.status_bar, self.toasts]
        if dialog is not None:
            panes = [dialog]
        target = following(panes, self.focusWidget(), 1 if next else -1)
        if target is None:
            return super().focusNextPrevChild(next)
        target.setFocus(Qt.FocusReason.TabFocusReason if next else Qt.FocusReason.BacktabFocusReason)
        return True

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.palette_list.place()

    def closeEvent(self, event: QCloseEvent) -> None:
        self.closing.emit()
        super().closeEvent(event)
