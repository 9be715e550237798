"""What a person does with the table of Operations: columns, groups, conditions, menus, files."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from PySide6.QtCore import QObject, QPoint, QTimer, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from data.records import Status
from data.store import Store
from data.text_order import ids_by_text
from desktop.controllers.assignment_words import kind_words
from desktop.controllers.filtering import Filtering
from desktop.controllers.session import LOCATED, Session, Snapshot
from desktop.domain.request_filter import LINES, NOBODY, RequestFilter
from desktop.domain.unassigned import Unassigned
from desktop.models.arranging import TextOrder
from desktop.models.fields import Field, Grouping, status_word
from desktop.models.request_table import RequestTableModel
from desktop.views.act_bar import act_choices, incident_choices
from desktop.views.columns_popover import ColumnsPopover
from desktop.views.filter_popover import FilterChoices, FilterPopover
from desktop.views.request_acts import JOIN, LEAVE, REQUEST_PREFIX, offered, offered_for_many
from desktop.views.shell.popover import Popover
from desktop.views.table_columns import names_of
from desktop.views.table_menus import (
    GROUP_PREFIX,
    Choice,
    RowFacts,
    export_menu,
    group_menu,
    open_menu,
    row_menu,
)
from desktop.views.table_pane import TablePane

STORED = {  # what the store calls the texts that it orders
    Field.REQUEST: "service_request_id",
    Field.ADDRESS: "address",
    Field.SOURCE: "source",
    Field.AREA: "assigned_area",
    Field.DESCRIPTION: "description",
}
EXPORTED = {
    Field.STATUS: "status",
    Field.REQUEST: "service_request_id",
    Field.SERVICE: "service_name",
    Field.ADDRESS: "address",
    Field.OPENED: "requested_datetime",
    Field.TIME_LEFT: "expected_datetime",
    Field.DEPARTMENT: "agency_responsible",
    Field.SOURCE: "source",
    Field.PRIORITY: "priority",
    Field.REPORTS: "incident_reports",
    Field.PLACEMENT: "placement",
    Field.ACKNOWLEDGED: "acknowledged_at",
    Field.CLOSED: "closed_at",
    Field.AREA: "assigned_area",
    Field.DESCRIPTION: "description",
}


class TableTools(QObject):
    """Opens the sheets and menus of the table, and hands what was chosen on to model, filter and map."""

    opened = Signal(int)  # a request, to be looked at closely
    shown_on_map = Signal(int)
    act_wanted = Signal(str, int)  # a command, and the request whose row it was
    export_wanted = Signal(object, object)  # ids in order; names of the columns, None for every one
    plan_wanted = Signal(object)  # ids of requests that the crews should do

    def __init__(self, pane: TablePane, session: Session, filtering: Filtering, parent: QObject) -> None:
        super().__init__(parent)
        self._pane, self._session, self._filtering = pane, session, filtering
        self._model: RequestTableModel = pane.table.requests()
        self._reading: int | None = None  # the field whose order is being read
        self._outdated = False
        pane.filter_edited.connect(self.edit_filter)
        pane.columns_wanted.connect(self.choose_columns)
        pane.group_wanted.connect(self.choose_group)
        pane.export_wanted.connect(self.choose_export)
        pane.table.menu_wanted.connect(self.open_row_menu)
        pane.table.head.menu_wanted.connect(lambda _at: self.choose_columns(pane.columns_icon))
        self._model.text_order_wanted.connect(self._read_order)

    # sheets

    def edit_filter(self, kind: str, anchor: QWidget) -> None:
        """Open the sheet of conditions at one kind."""
        snapshot = self._session.snapshot
        if snapshot is None:
            return
        sheet = FilterPopover(anchor, self._choices(snapshot), self._filtering.wanted, kind)
        sheet.changed.connect(lambda values: self._filtering.set(**values))
        self._open(sheet)

    def choose_columns(self, anchor: QWidget) -> None:
        """Open the list of columns."""
        table = self._pane.table
        where = anchor if anchor.isVisible() else self._pane.columns
        sheet = ColumnsPopover(where if where.isVisible() else self._pane.header, table.fields(), table.dropped())
        sheet.fields_chosen.connect(table.set_fields)
        self._open(sheet)

    def choose_group(self, anchor: QWidget) -> None:
        """Open the menu of groupings."""
        open_menu(group_menu(self._model.grouping), anchor, _under(anchor), self.carry_out)

    def choose_export(self, anchor: QWidget) -> None:
        """Open the menu of what can be written to a file."""
        choices = export_menu(self._model.request_count, self._model.selected_count)
        open_menu(choices, anchor, _under(anchor), self.carry_out)

    def open_row_menu(self, at: QPoint) -> None:
        """Open the menu of the current row."""
        facts = self.row_facts()
        if facts is not None:
            open_menu(row_menu(facts), self._pane.table, at, self.carry_out)

    def row_facts(self) -> RowFacts | None:
        """What the menu of the current row must know; None for the header of a group."""
        at = self._position()
        snapshot = self._session.snapshot
        if at is None or snapshot is None:
            return None
        columns, names = snapshot.columns, snapshot.names
        return RowFacts(
            names.services.get(int(columns.service_id[at]), ""),
            names.agencies.get(int(columns.agency_id[at]), ""),
            self._model.is_ticked(self._pane.table.currentIndex().row()),
            int(columns.placement[at]) == LOCATED,
            self._model.selected_count,
            self._acts(at),
        )

    def _acts(self, at: int) -> tuple[Choice, ...]:
        """What can be done with the row's request, or with all that are ticked where it is one of them."""
        snapshot = self._session.snapshot
        assert snapshot is not None
        status, inside = tuple(Status)[int(snapshot.columns.status[at])], bool(snapshot.columns.incident_id[at] >= 0)
        if not self._model.is_ticked(self._pane.table.currentIndex().row()) or self._model.selected_count < 2:
            found = offered(status)
            return (*act_choices((*found.shown, *found.more)), *incident_choices(1, in_incident=inside))
        ticked = snapshot.columns.positions(self._model.selected_ids())
        many = offered_for_many([tuple(Status)[int(code)] for code in np.unique(snapshot.columns.status[ticked])])
        inside = bool((snapshot.columns.incident_id[ticked] >= 0).any())  # the act is about all that are ticked
        count = self._model.selected_count
        return (*act_choices((*many.shown, *many.more), count), *incident_choices(count, in_incident=inside))

    # choices

    def carry_out(self, choice: str) -> None:
        """Do what a line of a menu says."""
        if choice.startswith(GROUP_PREFIX):
            name = choice.removeprefix(GROUP_PREFIX)
            self._model.group_by(Grouping(name) if name else None)
        elif choice.startswith("export."):
            self._export(choice.removeprefix("export."))
        elif choice.startswith("plan."):
            ids = self._model.selected_ids() if choice == "plan.selected" else self._model.shown_ids()
            self.plan_wanted.emit(tuple(int(number) for number in ids))
        elif choice.startswith("fold."):
            self._model.fold_all(folded=choice == "fold.all")
        elif choice == "tick.all":
            self._model.tick_all()
        elif choice == "tick.none":
            self._model.clear_ticks()
        else:
            self._on_row(choice)

    def _on_row(self, choice: str) -> None:
        row, at, snapshot = self._pane.table.currentIndex().row(), self._position(), self._session.snapshot
        if at is None or snapshot is None:
            return
        request, columns = int(snapshot.columns.id[at]), snapshot.columns
        if choice == "tick":
            self._model.toggle_row(row)
        elif choice == "open":
            self.opened.emit(request)
        elif choice == "map":
            self.shown_on_map.emit(request)
        elif choice.startswith(REQUEST_PREFIX) or choice in (JOIN, LEAVE):
            self.act_wanted.emit(choice, request)
        elif choice.startswith("copy."):
            field = Field.REQUEST if choice == "copy.number" else Field.ADDRESS
            QGuiApplication.clipboard().setText(str(self._model.index(row, field).data() or ""))
        elif choice == "only.service":
            self._filtering.set(service_ids=(int(columns.service_id[at]),))
        elif choice == "only.department":
            agency = int(columns.agency_id[at])
            self._filtering.set(agency_ids=(agency if agency >= 0 else NOBODY,))
        elif choice == "only.status":
            self._filtering.set(statuses=(tuple(Status)[int(columns.status[at])].value,))

    def _export(self, what: str) -> None:
        ids = self._model.selected_ids() if what == "selected" else self._model.shown_ids()
        columns = None if what == "whole" else exported(self._pane.table.fields())
        if len(ids):
            self.export_wanted.emit(np.array(ids), columns)

    # orders that the store alone knows

    def _read_order(self, field: int) -> None:
        if self._reading == field:
            self._outdated = True
            return
        self._reading, self._outdated = field, False
        self._session.runner.run_read(_text_order, self._session.store, field, on_result=self._order_read)

    def _order_read(self, answer: tuple[int, TextOrder]) -> None:
        field, order = answer
        if self._reading == field:
            self._reading = None
        self._model.set_text_order(field, order)
        if self._outdated and self._model.order[0] == field:
            self._read_order(field)

    # inside

    def _position(self) -> int | None:
        """Where the current row's request stands in the newest snapshot."""
        index, snapshot = self._pane.table.currentIndex(), self._session.snapshot
        request = self._model.request_at(index.row()) if index.isValid() else None
        if request is None or snapshot is None:
            return None
        at = int(snapshot.columns.positions(np.array([request]))[0])
        return at if at >= 0 else None

    def _choices(self, snapshot: Snapshot) -> FilterChoices:
        names, now = snapshot.names, self._session.clock.now()
        zone = snapshot.city.timezone
        return FilterChoices(
            lines=tuple((key, self._filtering.words_of(key)) for key in LINES),
            services=_by_name(names.services),
            agencies=((NOBODY, self.tr("No department")), *_by_name(names.agencies)),
            statuses=tuple((status.value, status_word(status)) for status in Status),
            zone=zone,
            today=now.astimezone(ZoneInfo(zone)).date(),
            kinds=tuple((kind.value, kind_words(kind)) for kind in Unassigned),
        )

    def _open(self, sheet: Popover) -> None:
        sheet.finished.connect(sheet.deleteLater)
        # After the press that asked for it is over: a press beside the sheet would put it away.
        QTimer.singleShot(0, sheet, sheet.open)


def exported(fields: Sequence[Field]) -> tuple[str, ...]:
    """What the columns of the table are called in files."""
    return tuple(EXPORTED[field] for field in fields)


def saved_content(pane: TablePane, wanted: RequestFilter) -> dict[str, Any]:
    """Filter, columns, order and groups, as they are kept under a name."""
    model = pane.table.requests()
    field, descending = model.order
    grouping = model.grouping
    return {
        "filter": wanted.to_json(),
        "columns": names_of(pane.table.fields()),
        "order": [field.name.lower(), descending],
        "group": None if grouping is None else grouping.value,
    }


def _by_name(names: Any) -> tuple[tuple[int, str], ...]:
    return tuple(sorted(names.items(), key=lambda entry: (entry[1].casefold(), entry[0])))


def _under(anchor: QWidget) -> QPoint:
    return anchor.mapToGlobal(QPoint(0, anchor.height() + 4))


def _text_order(store: Store, field: int) -> tuple[int, TextOrder]:
    with store.read() as unit:
        found = ids_by_text(unit, STORED[Field(field)])
    return field, TextOrder(found.sequence, found.ids, found.absent)
