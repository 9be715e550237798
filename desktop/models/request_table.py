"""The request table: ids and a row cache over the numpy snapshot; rows are fetched when they are painted."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, QTimer, Signal

from data.records import ServiceRequest, Status
from desktop.domain.attention import MISSING_MS

if TYPE_CHECKING:
    from data.columns import Columns

CACHE_ROWS = 4000
Index = QModelIndex | QPersistentModelIndex


class Field(IntEnum):
    """The table's columns, in order."""

    STATUS = 0
    REQUEST = 1
    SERVICE = 2
    ADDRESS = 3
    OPENED = 4
    TIME_LEFT = 5
    DEPARTMENT = 6


class Role(IntEnum):
    """What delegates ask for beside the text."""

    REQUEST_ID = Qt.ItemDataRole.UserRole + 1
    STATUS = Qt.ItemDataRole.UserRole + 2
    ICON = Qt.ItemDataRole.UserRole + 3
    REQUESTED_MS = Qt.ItemDataRole.UserRole + 4
    DUE_MS = Qt.ItemDataRole.UserRole + 5
    REPORTS = Qt.ItemDataRole.UserRole + 6
    LOADED = Qt.ItemDataRole.UserRole + 7


@dataclass(frozen=True, slots=True)
class Names:
    """What ids are called."""

    services: Mapping[int, str]
    agencies: Mapping[int, str]
    icons: Mapping[int, str]


class RequestTableModel(QAbstractTableModel):
    """All requests, in an order and a filter of its own; `rows_wanted` asks for the records it must paint."""

    rows_wanted = Signal(object)  # list[int], request ids

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._columns: Columns | None = None
        self._names = Names({}, {}, {})
        self._reports: NDArray[np.int64] = np.empty(0, dtype=np.int64)
        self._mask: NDArray[np.bool_] | None = None
        self._statuses: NDArray[np.uint8] | None = None  # of an earlier moment
        self._sort: tuple[int, Qt.SortOrder] = (int(Field.OPENED), Qt.SortOrder.DescendingOrder)
        self._order: NDArray[np.int64] = np.empty(0, dtype=np.int64)
        self._cache: OrderedDict[int, ServiceRequest] = OrderedDict()
        self._stale: set[int] = set()  # read before the snapshot changed
        self._wanted: set[int] = set()
        self._asked: set[int] = set()
        self._ask = QTimer(self)
        self._ask.setSingleShot(True)
        self._ask.setInterval(15)
        self._ask.timeout.connect(self._emit_wanted)
        self._titles = (
            self.tr("Status"),
            self.tr("Request"),
            self.tr("Service"),
            self.tr("Address"),
            self.tr("Opened"),
            self.tr("Time left"),
            self.tr("Department"),
        )

    # what it shows

    def set_columns(
        self,
        columns: Columns,
        names: Names,
        reports: NDArray[np.int64],
        mask: NDArray[np.bool_] | None = None,
    ) -> None:
        """Show a new snapshot through a mask over it, None for all. `reports` are those of each request's incident.

        Texts read before stay on show until they are read anew.
        """
        self.beginResetModel()
        self._columns, self._names, self._reports, self._mask = columns, names, reports, mask
        self._statuses = None
        self._stale = set(self._cache)
        self._asked.clear()
        self._order = self._ordered()
        self.endResetModel()

    def set_filter(self, mask: NDArray[np.bool_] | None, statuses: NDArray[np.uint8] | None = None) -> None:
        """Show only the rows of a mask over the snapshot; None shows all. `statuses` are those of another moment."""
        if mask is not None and _same(mask, self._mask) and _same(statuses, self._statuses):
            return
        self.beginResetModel()
        self._mask, self._statuses = mask, statuses
        self._order = self._ordered()
        self.endResetModel()

    def set_rows(self, rows: Iterable[ServiceRequest]) -> None:
        """Deliver records that were asked for."""
        arrived = {int(row.id): row for row in rows}
        self._cache.update(arrived)
        self._asked.difference_update(arrived)
        self._stale.difference_update(arrived)
        while len(self._cache) > CACHE_ROWS:
            self._cache.popitem(last=False)
        if self._order.size:
            self.dataChanged.emit(self.index(0, 0), self.index(self.rowCount() - 1, self.columnCount() - 1))

    def id_at(self, row: int) -> int:
        """The request id of a row."""
        assert self._columns is not None
        return int(self._columns.id[self._order[row]])

    def row_of(self, request_id: int) -> int | None:
        """The row of a request; None when the filter hides it."""
        if self._columns is None:
            return None
        at = int(np.searchsorted(self._columns.id, request_id))
        if at >= len(self._columns.id) or self._columns.id[at] != request_id:
            return None
        found = np.flatnonzero(self._order == at)
        return int(found[0]) if found.size else None

    def shown_ids(self) -> NDArray[np.int64]:
        """The ids shown, in order."""
        return self._columns.id[self._order] if self._columns is not None else np.empty(0, dtype=np.int64)

    # Qt's side

    def rowCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else int(self._order.size)

    def columnCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(Field)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return self._titles[section]
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or self._columns is None or index.row() >= self._order.size:
            return None
        at = int(self._order[index.row()])
        if role == Qt.ItemDataRole.DisplayRole:
            return self._text(at, Field(index.column()))
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self._text(at, Field(index.column()))
        return self._value(at, role)

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Order by a column; rows without a value come last."""
        self._sort = (column, order)
        self.layoutAboutToBeChanged.emit()
        kept = [(index, self.id_at(index.row()), index.column()) for index in self.persistentIndexList()]
        self._order = self._ordered()
        for index, request_id, field in kept:
            row = self.row_of(request_id)
            self.changePersistentIndex(index, QModelIndex() if row is None else self.index(row, field))
        self.layoutChanged.emit()

    # inside

    def _text(self, at: int, field: Field) -> str | None:
        columns = self._columns
        assert columns is not None
        if field is Field.STATUS:
            return str(tuple(Status)[int(self._status()[at])].value)
        if field is Field.SERVICE:
            return self._names.services.get(int(columns.service_id[at]), "")
        if field is Field.DEPARTMENT:
            return self._names.agencies.get(int(columns.agency_id[at]), "")
        if field in (Field.REQUEST, Field.ADDRESS):
            row = self._row(int(columns.id[at]))
            if row is None:
                return ""
            return row.service_request_id if field is Field.REQUEST else row.address
        return None  # times are painted by their delegates

    def _value(self, at: int, role: int) -> Any:
        columns = self._columns
        assert columns is not None
        if role == Role.REQUEST_ID:
            return int(columns.id[at])
        if role == Role.STATUS:
            return tuple(Status)[int(self._status()[at])]
        if role == Role.ICON:
            return self._names.icons.get(int(columns.service_id[at]), "")
        if role == Role.REQUESTED_MS:
            return int(columns.requested_ms[at])
        if role == Role.DUE_MS:
            due = int(columns.due_ms[at])
            return None if due == MISSING_MS else due
        if role == Role.REPORTS:
            return int(self._reports[at])
        if role == Role.LOADED:
            return int(columns.id[at]) in self._cache
        return None

    def _status(self) -> NDArray[np.uint8]:
        assert self._columns is not None
        return self._columns.status if self._statuses is None else self._statuses

    def _row(self, request_id: int) -> ServiceRequest | None:
        row = self._cache.get(request_id)
        if row is not None:
            self._cache.move_to_end(request_id)
        if (row is None or request_id in self._stale) and request_id not in self._asked:
            self._wanted.add(request_id)
            if not self._ask.isActive():
                self._ask.start()
        return row

    def _emit_wanted(self) -> None:
        wanted, self._wanted = sorted(self._wanted), set()
        self._asked.update(wanted)
        if wanted:
            self.rows_wanted.emit(wanted)

    def _ordered(self) -> NDArray[np.int64]:
        """Positions in the snapshot, filtered and ordered."""
        columns = self._columns
        if columns is None:
            return np.empty(0, dtype=np.int64)
        at = np.arange(len(columns.id)) if self._mask is None else np.flatnonzero(self._mask)
        keys, absent = self._keys(Field(self._sort[0]), at)
        if self._sort[1] is Qt.SortOrder.DescendingOrder:
            keys = -keys
        order = np.argsort(keys, kind="stable")
        if absent is not None:
            order = np.concatenate([order[~absent[order]], order[absent[order]]])
        return at[order]

    def _keys(self, field: Field, at: NDArray[np.int64]) -> tuple[NDArray[np.signedinteger], NDArray[np.bool_] | None]:
        """Sort keys of the rows, and which rows have no value."""
        columns = self._columns
        assert columns is not None
        if field is Field.STATUS:
            return self._status()[at].astype(np.int16), None
        if field is Field.SERVICE:
            return _rank(columns.service_id[at], self._names.services), None
        if field is Field.DEPARTMENT:
            agency = columns.agency_id[at]
            return _rank(agency, self._names.agencies), agency < 0
        if field is Field.TIME_LEFT:
            due = columns.due_ms[at]
            missing = due == MISSING_MS
            return np.where(missing, 0, due), missing
        if field is Field.OPENED:
            return columns.requested_ms[at], None
        return columns.id[at], None  # request and address keep the order of arrival


def _same(one: NDArray[Any] | None, other: NDArray[Any] | None) -> bool:
    return one is other or (one is not None and other is not None and np.array_equal(one, other))


def _rank(ids: NDArray[np.int32], names: Mapping[int, str]) -> NDArray[np.int16]:
    """The alphabetical place of each id's name."""
    ordered: Sequence[int] = sorted(names, key=lambda key: names[key].casefold())
    # 16 bits, which numpy sorts by radix. The last rank is for ids that nobody named, as -1.
    ranks = np.full(max(names, default=-1) + 2, len(names), dtype=np.int16)
    for rank, key in enumerate(ordered):
        ranks[key] = rank
    return ranks[np.where((ids >= 0) & (ids < len(ranks) - 1), ids, len(ranks) - 1)]
