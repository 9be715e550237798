"""Filters under names, one's own and those that are shared: listed in the queue, shown, saved, renamed, removed."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QObject, QPoint, Qt, QTimer, Signal
from PySide6.QtWidgets import QWidget

from data.records import SavedView
from data.store import Store
from desktop.controllers.filtering import Filtering
from desktop.controllers.session import Session, Snapshot
from desktop.controllers.table_tools import saved_content
from desktop.domain.request_filter import RequestFilter
from desktop.models.fields import Field, Grouping
from desktop.views.queue_pane import QueueLine
from desktop.views.save_view_popover import SaveViewPopover
from desktop.views.table_columns import from_names
from desktop.views.table_menus import open_menu, saved_menu
from desktop.views.table_pane import TablePane

KIND = "filter"
PREFIX = "saved:"


class SavedFilters(QObject):
    """Holds the saved filters of this person. `changed` tells that others are there."""

    changed = Signal()

    def __init__(self, session: Session, filtering: Filtering, pane: TablePane, parent: QObject) -> None:
        super().__init__(parent)
        self._session, self._filtering, self._pane = session, filtering, pane
        self._views: dict[str, SavedView] = {}
        self._filters: dict[str, RequestFilter] = {}
        self._used = ""

    def read(self) -> None:
        """Read them anew in the background."""
        self._session.runner.run_read(_views, self._session.store, self._session.actor, on_result=self._arrived)

    def lines(self, snapshot: Snapshot) -> tuple[QueueLine, ...]:
        """Their lines in the queue, with how many requests fit where that is known without looking it up."""
        lines = []
        for key, view in self._views.items():
            count = self._filtering.count(snapshot, self._filters[key])
            lines.append(
                QueueLine(key, view.name, "users" if view.shared else "bookmark", -1 if count is None else count)
            )
        return tuple(lines)

    def chosen(self) -> str | None:
        """The key of the one that is shown, as long as nothing of its filter was changed."""
        kept = self._filters.get(self._used)
        return self._used if kept is not None and kept == self._filtering.wanted else None

    def use(self, key: str) -> None:
        """Show one: its filter, columns, order and groups."""
        view = self._views.get(key)
        if view is None:
            return
        self._used = key
        _apply(self._pane, view.content)
        self._filtering.use(self._filters[key])

    # keeping

    def ask_name(self, anchor: QWidget) -> None:
        """Ask for the name of what is shown, and save it."""
        sheet = SaveViewPopover(anchor)
        sheet.saved.connect(self.save)
        _open(sheet)

    def save(self, name: str, shared: bool) -> None:
        """Save what is shown under a name; one's own of that name is replaced."""
        self._keep(name, shared, saved_content(self._pane, self._filtering.wanted))

    def open_menu(self, key: str, row: QWidget, at: QPoint) -> None:
        """What can be done with a saved filter."""
        view = self._views.get(key)
        if view is not None:
            choices = saved_menu(mine=view.owner == self._session.actor, shared=view.shared)
            open_menu(choices, row, at, lambda choice: self.carry_out(choice, key, row))

    def carry_out(self, choice: str, key: str, row: QWidget) -> None:
        """Do what a line of its menu says."""
        view = self._views.get(key)
        if view is None:
            return
        if choice == "use":
            self.use(key)
        elif choice == "share":
            self._keep(view.name, not view.shared, dict(view.content))
        elif choice == "replace":
            self._keep(view.name, view.shared, saved_content(self._pane, self._filtering.wanted))
        elif choice == "remove":
            self._session.act("remove_view", self.tr("Removing {0}").format(view.name), {"view_id": view.id})
        elif choice == "rename":
            sheet = SaveViewPopover(row, name=view.name, shared=view.shared, rename=True)
            sheet.saved.connect(lambda name, shared: self._rename(view, name, shared))
            _open(sheet)

    def _rename(self, view: SavedView, name: str, shared: bool) -> None:
        if name != view.name:
            arguments = {"view_id": view.id, "name": name}
            self._session.act("rename_view", self.tr("Renaming {0}").format(view.name), arguments)
        if shared != view.shared:
            self._keep(name, shared, dict(view.content))

    def _keep(self, name: str, shared: bool, content: dict[str, Any]) -> None:
        arguments = {"kind": KIND, "name": name, "content": content, "shared": shared, "replace": True}
        self._session.act("save_view", self.tr("Saving {0}").format(name), arguments)

    def _arrived(self, views: list[SavedView]) -> None:
        found = {f"{PREFIX}{view.id}": view for view in views}
        kept = {key: _filter(view) for key, view in found.items()}
        filters = {key: wanted for key, wanted in kept.items() if wanted is not None}
        views_now = {key: found[key] for key in filters}
        if views_now != self._views:
            self._views, self._filters = views_now, filters
            self.changed.emit()


def _filter(view: SavedView) -> RequestFilter | None:
    """The filter of a view; None where it makes no sense here, as one of a later version may."""
    try:
        return RequestFilter.from_json(view.content.get("filter", {}))
    except (ValueError, TypeError):
        return None


def _apply(pane: TablePane, content: Any) -> None:
    """Columns, order and groups of a kept view, as far as they are known."""
    table, model = pane.table, pane.table.requests()
    table.set_fields(from_names(map(str, content.get("columns", ()))))
    name, descending = content.get("order") or ("opened", True)
    if str(name).upper() in Field.__members__:
        order = Qt.SortOrder.DescendingOrder if descending else Qt.SortOrder.AscendingOrder
        table.sortByColumn(Field[str(name).upper()], order)
    group = content.get("group")
    wanted = Grouping(group) if group in tuple(Grouping) else None
    if wanted is not model.grouping:
        model.group_by(wanted)


def _views(store: Store, actor: str) -> list[SavedView]:
    with store.read() as unit:
        return unit.saved_views.of(actor, KIND)


def _open(sheet: SaveViewPopover) -> None:
    sheet.finished.connect(sheet.deleteLater)
    QTimer.singleShot(0, sheet, sheet.open)
