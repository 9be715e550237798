"""The request table: ids and a row cache over the numpy snapshot; rows are fetched when they are painted."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from enum import IntEnum
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal

from data.records import Placement, ServiceRequest, Status
from desktop.domain.attention import MISSING_MS
from desktop.domain.plain_text import readable
from desktop.models.arranging import Arrangement, Content, Names, TextOrder, arrange
from desktop.models.fields import RIGHT_ALIGNED, TEXTS, TIMES, Field, Grouping, field_title, placement_word, status_word
from desktop.models.group_rows import GroupRows, group_name
from desktop.models.row_cache import RowCache
from desktop.models.ticks import Ticks

if TYPE_CHECKING:
    from data.columns import Columns

__all__ = ["Field", "Grouping", "Names", "RequestTableModel", "Role"]

AT_ONCE = 60_000  # requests; more are arranged in a thread
Index = QModelIndex | QPersistentModelIndex
RunRead = Callable[..., Any]


class Role(IntEnum):
    """What delegates ask for beside the text."""

    REQUEST_ID = Qt.ItemDataRole.UserRole + 1
    STATUS = Qt.ItemDataRole.UserRole + 2
    ICON = Qt.ItemDataRole.UserRole + 3
    REQUESTED_MS = Qt.ItemDataRole.UserRole + 4
    DUE_MS = Qt.ItemDataRole.UserRole + 5
    REPORTS = Qt.ItemDataRole.UserRole + 6
    LOADED = Qt.ItemDataRole.UserRole + 7
    TIME_MS = Qt.ItemDataRole.UserRole + 8  # of the column; None where there is none
    TICKED = Qt.ItemDataRole.UserRole + 9
    GROUP = Qt.ItemDataRole.UserRole + 10  # the number of the group that a header row opens; None for a request


class RequestTableModel(QAbstractTableModel):
    """All requests, in an order and a filter of its own; `rows_wanted` asks for the records it must paint.

    With `run_read`, many rows are filtered and ordered in a thread: what was shown stays until the answer is there.
    Every answer ends in a reset, announced by `arranged` with its cause: content, filter, order, group or fold.
    """

    rows_wanted = Signal(object)  # list[int], request ids
    text_order_wanted = Signal(int)  # a Field whose order the store alone knows
    arranged = Signal(str)
    selection_changed = Signal(int)  # how many requests are ticked

    def __init__(self, parent: QObject | None = None, run_read: RunRead | None = None) -> None:
        super().__init__(parent)
        self._run_read, self._serial = run_read, 0
        self._wanted_content: Content | None = None
        self._shown: Arrangement | None = None
        self._groups = GroupRows()
        self._texts: dict[Field, TextOrder] = {}
        self._ticks = Ticks()
        self._cache = RowCache(self)
        self._cache.wanted.connect(self.rows_wanted)
        self._sorted_by, self._descending, self._grouping = Field.OPENED, True, None

    _sorted_by: Field
    _descending: bool
    _grouping: Grouping | None

    # what it shows

    def set_columns(
        self,
        columns: Columns,
        names: Names,
        reports: NDArray[np.int64],
        mask: NDArray[np.bool_] | None = None,
        *,
        now_ms: int = 0,
        zone: str = "UTC",
    ) -> None:
        """Show a new snapshot through a mask over it, None for all. `reports` are those of each request's incident.

        Texts read before stay on show until they are read anew.
        """
        self._cache.age()
        self._wanted_content = Content(
            columns,
            names,
            reports,
            mask,
            self._sorted_by,
            self._descending,
            self._grouping,
            self._texts.get(self._sorted_by),
            now_ms,
            zone,
        )
        self._arrange("content")
        self._want_text()

    def set_filter(self, mask: NDArray[np.bool_] | None, statuses: NDArray[np.uint8] | None = None) -> None:
        """Show only the rows of a mask over the snapshot; None shows all. `statuses` are those of another moment."""
        content = self._wanted_content
        if content is None:
            return
        if mask is not None and _same(mask, content.mask) and _same(statuses, content.statuses):
            return
        self._wanted_content = replace(content, mask=mask, statuses=statuses)
        self._arrange("filter")

    def set_now(self, now_ms: int) -> None:
        """A later moment: groups count other requests as overdue."""
        if self._wanted_content is not None and self._grouping is not None:
            self._wanted_content = replace(self._wanted_content, now_ms=now_ms)
            self._arrange("content")

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Order by a column; rows without a value come last."""
        self._sorted_by, self._descending = Field(column), order is Qt.SortOrder.DescendingOrder
        if self._wanted_content is None:
            return
        self._wanted_content = replace(
            self._wanted_content,
            field=self._sorted_by,
            descending=self._descending,
            text=self._texts.get(self._sorted_by),
        )
        self._arrange("order")
        self._want_text()

    def group_by(self, grouping: Grouping | None) -> None:
        """Gather rows under headers; None lets them stand alone."""
        self._grouping = grouping
        if self._wanted_content is not None:
            self._wanted_content = replace(self._wanted_content, grouping=grouping)
            self._arrange("group")

    def set_text_order(self, field: int, order: TextOrder) -> None:
        """Deliver the order of a text that was asked for."""
        wanted = Field(field)
        self._texts = {wanted: order}  # the last one only: each is as long as the city
        if self._wanted_content is not None and self._wanted_content.field is wanted:
            self._wanted_content = replace(self._wanted_content, text=order)
            self._arrange("order")

    def set_rows(self, rows: Iterable[ServiceRequest]) -> None:
        """Deliver records that were asked for."""
        self._cache.take(rows)
        self._all_changed()

    # what others read

    @property
    def settled(self) -> bool:
        """Whether what is shown is what was asked for."""
        return self._shown is None or self._shown.content is self._wanted_content

    @property
    def order(self) -> tuple[Field, bool]:
        """The column that decides the order, and whether it descends."""
        return self._sorted_by, self._descending

    @property
    def grouping(self) -> Grouping | None:
        """What rows are gathered under."""
        return self._grouping

    @property
    def request_count(self) -> int:
        """How many requests fit the filter, those of folded groups too."""
        return 0 if self._shown is None else len(self._shown.order)

    def request_at(self, row: int) -> int | None:
        """The request id of a row; None for the header of a group."""
        place = self._place(row)
        return None if place is None else int(self._columns.id[place])

    def id_at(self, row: int) -> int:
        """The request id of a row that is no header of a group."""
        found = self.request_at(row)
        if found is None:
            raise IndexError(f"row {row} is no request")
        return found

    def row_of(self, request_id: int) -> int | None:
        """The row of a request; None when the filter or a folded group hides it."""
        member = self._member(request_id)
        return None if member is None else self._groups.row_of(member)

    def fits(self, request_id: int) -> bool:
        """Whether a request fits the filter, in a folded group too."""
        return self._member(request_id) is not None

    def step_from(self, row: int, by: int) -> int | None:
        """The next row in a direction that is a request; None where there is none."""
        step = 1 if by > 0 else -1
        row += by
        while 0 <= row < self.rowCount():
            if self._groups.header_at(row) is None:
                return row
            row += step
        return None

    def shown_ids(self) -> NDArray[np.int64]:
        """The ids shown, in order, those of folded groups too."""
        return np.empty(0, dtype=np.int64) if self._shown is None else self._columns.id[self._shown.order]

    # groups

    def fold(self, group: int) -> None:
        """Fold a group, or open it again."""
        self.beginResetModel()
        self._groups.fold(group)
        self.endResetModel()
        self.arranged.emit("fold")

    def unfold_for(self, request_id: int) -> None:
        """Open the group that hides a request."""
        member = self._member(request_id)
        if member is not None and self._groups.row_of(member) is None:
            self.fold(self._groups.of_member(member))

    def fold_all(self, *, folded: bool) -> None:
        """Fold all groups, or open them."""
        self.beginResetModel()
        self._groups.fold_all(folded=folded)
        self.endResetModel()
        self.arranged.emit("fold")

    def group_figures(self, group: int) -> tuple[str, int, int, bool]:
        """Of a group: its name, how many requests, how many of them overdue, and whether it is folded."""
        shown = self._shown
        assert shown is not None
        assert shown.content.grouping is not None
        name = readable(group_name(shown.content.grouping, int(shown.keys[group]), shown.content.names))
        count = int(shown.starts[group + 1] - shown.starts[group])
        return name, count, int(shown.late[group]), self._groups.folded(group)

    # ticks

    def selected_ids(self) -> NDArray[np.int64]:
        """The ids of the ticked requests, in the order shown."""
        if self._shown is None:
            return np.empty(0, dtype=np.int64)
        return self._columns.id[self._ticks.held_of(self._shown.order)]

    @property
    def selected_count(self) -> int:
        """How many requests are ticked."""
        return self._ticks.count

    def tick(self, request_ids: Iterable[int], *, on: bool = True) -> None:
        """Tick requests that are shown, or take their ticks away."""
        found = [at for at in map(self._at, request_ids) if at is not None]
        self._set_ticks(np.array(found, dtype=np.int32), on=on)

    def tick_rows(self, first: int, last: int, *, on: bool = True) -> None:
        """Tick every request from one row to another, in either direction; a header stands for its group."""
        if self._shown is not None:
            low, high = self._groups.span(min(first, last), max(first, last))
            self._set_ticks(self._shown.order[low:high], on=on)

    def toggle_row(self, row: int) -> None:
        """Tick a row, or take its tick away; a header does so for its group."""
        self.tick_rows(row, row, on=not self.is_ticked(row))

    def tick_all(self) -> None:
        """Tick every request that is shown."""
        if self._shown is not None:
            self._set_ticks(self._shown.order, on=True)

    def clear_ticks(self) -> None:
        """Tick nothing."""
        if self._ticks.count:
            self._ticks.clear()
            self._ticks_changed()

    def is_ticked(self, row: int) -> bool:
        """Whether a request is ticked, or all of a group."""
        place = self._place(row)
        if place is not None:
            return self._ticks.holds(place)
        if self._shown is None:
            return False
        low, high = self._groups.span(row, row)
        members = self._shown.order[low:high]
        return self._ticks.count > 0 and len(self._ticks.held_of(members)) == len(members) > 0

    # Qt's side

    def rowCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else self._groups.rows

    def columnCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(Field)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return "" if section == Field.TICK else field_title(Field(section))
        if role == Qt.ItemDataRole.TextAlignmentRole and section in RIGHT_ALIGNED:
            return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        return field_title(Field(section)) if role == Qt.ItemDataRole.AccessibleTextRole else None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or self._shown is None or index.row() >= self._groups.rows:
            return None
        field = Field(index.column())
        if role == Role.TICKED:
            return self.is_ticked(index.row())
        if role == Qt.ItemDataRole.CheckStateRole and field is Field.TICK:
            return Qt.CheckState.Checked if self.is_ticked(index.row()) else Qt.CheckState.Unchecked
        group = self._groups.header_at(index.row())
        if group is not None:
            return self._header(group, role)
        at = int(self._shown.order[self._groups.member_at(index.row())])
        if role == Qt.ItemDataRole.AccessibleTextRole and field is Field.STATUS:
            return status_word(tuple(Status)[int(self._status[at])])
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return self._text(at, field)
        return self._value(at, role, field)

    # inside

    @property
    def _columns(self) -> Columns:
        assert self._shown is not None
        return self._shown.content.columns

    def _at(self, request_id: int) -> int | None:
        """Where a request stands in the snapshot on show."""
        if self._shown is None:
            return None
        ids = self._columns.id
        at = int(np.searchsorted(ids, request_id))
        return at if at < len(ids) and ids[at] == request_id else None

    def _member(self, request_id: int) -> int | None:
        """Where a request stands in the order shown; None when the filter hides it."""
        at = self._at(request_id)
        if at is None or self._shown is None:
            return None
        found = np.flatnonzero(self._shown.order == at)
        return int(found[0]) if found.size else None

    def _place(self, row: int) -> int | None:
        """The position of a row's request; None for a header."""
        if self._shown is None or self._groups.header_at(row) is not None:
            return None
        return int(self._shown.order[self._groups.member_at(row)])

    def _set_ticks(self, at: NDArray[np.int32], *, on: bool) -> None:
        self._ticks.set(at, on=on)
        self._ticks_changed()

    def _ticks_changed(self) -> None:
        self._all_changed()
        self.selection_changed.emit(self._ticks.count)

    def _all_changed(self) -> None:
        if self._groups.rows:
            self.dataChanged.emit(self.index(0, 0), self.index(self.rowCount() - 1, self.columnCount() - 1))

    def _arrange(self, cause: str) -> None:
        """Bring what is shown to what is wanted: at once, or in a thread."""
        content = self._wanted_content
        assert content is not None
        self._serial += 1
        if self._run_read is None or len(content.columns.id) <= AT_ONCE:
            self._arranged((self._serial, cause, arrange(content)))
        else:
            self._run_read(_arranged, self._serial, cause, content, on_result=self._arranged)

    def _arranged(self, answer: tuple[int, str, Arrangement]) -> None:
        serial, cause, arrangement = answer
        if serial != self._serial:  # overtaken
            return
        before = self._ticks.count
        kept = self._shown.keys[self._groups.folds] if self._shown is not None and len(self._shown.keys) else ()
        same = self._shown is not None and self._shown.content.grouping is arrangement.content.grouping
        self.beginResetModel()
        self._shown = arrangement
        self._ticks.follow(arrangement.content.columns, arrangement.order)
        self._groups.show(arrangement, kept if same else ())
        self.endResetModel()
        self.arranged.emit(cause)
        if self._ticks.count != before:
            self.selection_changed.emit(self._ticks.count)

    def _want_text(self) -> None:
        """Ask for the order of the text that decides, where it is not known as of this snapshot."""
        content = self._wanted_content
        if content is None or self._sorted_by not in TEXTS:
            return
        if content.text is None or content.text.sequence != content.columns.sequence:
            self.text_order_wanted.emit(int(self._sorted_by))

    def _header(self, group: int, role: int) -> Any:
        if role == Role.GROUP:
            return group
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            name, count, late, _folded = self.group_figures(group)
            told = self.tr("{0}: 1 request") if count == 1 else self.tr("{0}: {1} requests")
            told += self.tr(", {2} overdue") if late else ""
            return told.format(name, count, late)
        return None

    def _text(self, at: int, field: Field) -> str | None:
        columns = self._columns
        names = self._names
        if field is Field.STATUS:
            return str(tuple(Status)[int(self._status[at])].value)
        if field is Field.SERVICE:
            return readable(names.services.get(int(columns.service_id[at]), ""))
        if field is Field.DEPARTMENT:
            return readable(names.agencies.get(int(columns.agency_id[at]), ""))
        if field is Field.PRIORITY:
            return str(int(columns.priority[at]))
        if field is Field.REPORTS:
            return str(int(self._reports[at]))
        if field is Field.PLACEMENT:
            return placement_word(tuple(Placement)[int(columns.placement[at])])
        if field in TEXTS:
            row = self._cache.row(int(columns.id[at]))
            return "" if row is None else readable(self._row_text(row, field))
        return None  # times are painted by their delegates

    def _row_text(self, row: ServiceRequest, field: Field) -> str:
        if field is Field.SOURCE:
            return self._names.sources.get(int(row.source_id), "")
        if field is Field.DESCRIPTION:
            return next((line for line in row.description.splitlines() if line.strip()), "")
        if field is Field.AREA:
            return row.assigned_area
        return row.service_request_id if field is Field.REQUEST else row.address

    @property
    def _names(self) -> Names:
        assert self._shown is not None
        return self._shown.content.names

    @property
    def _reports(self) -> NDArray[np.int64]:
        assert self._shown is not None
        return self._shown.content.reports

    def _value(self, at: int, role: int, field: Field) -> Any:
        columns = self._columns
        if role == Role.REQUEST_ID:
            return int(columns.id[at])
        if role == Role.STATUS:
            return tuple(Status)[int(self._status[at])]
        if role == Role.ICON:
            return self._names.icons.get(int(columns.service_id[at]), "")
        if role == Role.REQUESTED_MS:
            return int(columns.requested_ms[at])
        if role == Role.DUE_MS:
            return _known(columns.due_ms[at])
        if role == Role.TIME_MS and field in TIMES:
            return _known(getattr(columns, TIMES[field])[at])
        if role == Role.REPORTS:
            return int(self._reports[at])
        if role == Role.LOADED:
            return int(columns.id[at]) in self._cache
        return None

    @property
    def _status(self) -> NDArray[np.uint8]:
        assert self._shown is not None
        return self._shown.content.status


def _known(moment_ms: Any) -> int | None:
    return None if int(moment_ms) == MISSING_MS else int(moment_ms)


def _arranged(serial: int, cause: str, content: Content) -> tuple[int, str, Arrangement]:
    return serial, cause, arrange(content)


def _same(one: NDArray[Any] | None, other: NDArray[Any] | None) -> bool:
    return one is other or (one is not None and other is not None and np.array_equal(one, other))
