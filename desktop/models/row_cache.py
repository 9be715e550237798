"""The records that the table paints: kept while they are of use, asked for when they are not there."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable

from PySide6.QtCore import QObject, QTimer, Signal

from data.records import ServiceRequest

MOST = 4000
PAUSE_MS = 15  # what is painted at once is asked for at once


class RowCache(QObject):
    """Records by request id. `wanted` asks for those that are missing or were read before the snapshot changed."""

    wanted = Signal(object)  # list[int], request ids

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._rows: OrderedDict[int, ServiceRequest] = OrderedDict()
        self._stale: set[int] = set()
        self._missing: set[int] = set()
        self._asked: set[int] = set()
        self._pause = QTimer(self, singleShot=True, interval=PAUSE_MS)
        self._pause.timeout.connect(self._ask)

    def __contains__(self, request_id: int) -> bool:
        return request_id in self._rows

    def age(self) -> None:
        """The snapshot changed: what is here stays on show until it is read anew."""
        self._stale = set(self._rows)
        self._asked.clear()

    def take(self, rows: Iterable[ServiceRequest]) -> None:
        """Keep records that were asked for."""
        arrived = {int(row.id): row for row in rows}
        self._rows.update(arrived)
        self._asked.difference_update(arrived)
        self._stale.difference_update(arrived)
        while len(self._rows) > MOST:
            self._rows.popitem(last=False)

    def row(self, request_id: int) -> ServiceRequest | None:
        """A record; None where it is not here yet, and then it is asked for."""
        row = self._rows.get(request_id)
        if row is not None:
            self._rows.move_to_end(request_id)
        if (row is None or request_id in self._stale) and request_id not in self._asked:
            self._missing.add(request_id)
            if not self._pause.isActive():
                self._pause.start()
        return row

    def _ask(self) -> None:
        missing, self._missing = sorted(self._missing), set()
        self._asked.update(missing)
        if missing:
            self.wanted.emit(missing)
