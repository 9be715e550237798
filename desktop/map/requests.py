"""The requests of the open city as the map asks for them: columns, a filter and a moment, replaced as wholes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Any, Protocol

import numpy as np

from desktop.domain.working_time import WorkingTime
from desktop.map.features import Answer, Bools, Ints, Points, Statuses
from desktop.map.viewport import Content, RequestColumns, View, ViewportIndex

MAX_LINES = 60  # reports of an incident that the selection points to


@dataclass(frozen=True, slots=True, eq=False)
class Chosen:
    """The selected requests that are on the map, and where the other reports of their incidents are."""

    points: Points
    reports: tuple[tuple[int, int, float, float], ...]  # (index into points, id, x, y)

    def to_json(self) -> dict[str, Any]:
        """For the page."""
        return {"points": self.points.to_json(), "reports": [list(report) for report in self.reports]}


class RequestSource(Protocol):
    """What a map needs to draw requests. Called in threads; each call sees one consistent picture."""

    @property
    def now_ms(self) -> int: ...
    def query(self, view: View) -> Answer: ...
    def members(self, level: int, key: int) -> Points: ...
    def bounds_of(self, level: int, key: int) -> tuple[float, float, float, float]: ...
    def chosen(self, ids: Sequence[int]) -> Chosen: ...


class ColumnsSource:
    """A RequestSource over columns. The setters are cheap; the next question pays for what changed."""

    def __init__(self, columns: RequestColumns, *, now_ms: int, mask: Bools | None = None) -> None:
        self._wanted: tuple[RequestColumns, Bools | None, int, Statuses | None] = (columns, mask, now_ms, None)
        self._folded = True
        self._working: WorkingTime | None = None
        self._index: ViewportIndex | None = None
        self._content: Content | None = None
        self._making = Lock()

    def set_columns(self, columns: RequestColumns, mask: Bools | None = None) -> None:
        """Newer columns; the filter starts anew, for its length belongs to the columns."""
        self._wanted = (columns, mask, self._wanted[2], None)

    def set_filter(self, mask: Bools | None) -> None:
        """Which rows of the columns are shown; None for all."""
        self._wanted = (self._wanted[0], mask, *self._wanted[2:])

    def set_now(self, now_ms: int, status: Statuses | None = None) -> None:
        """The moment that decides what is overdue, and the statuses of then; None for those of the columns."""
        self._wanted = (*self._wanted[:2], now_ms, status)

    def set_working(self, working: WorkingTime | None) -> None:
        """The working hours in which promises run out; without them no share of time is drawn."""
        self._working = working

    def set_folded(self, folded: bool) -> None:
        """Whether the open reports of an incident are one symbol."""
        self._folded = folded

    @property
    def columns(self) -> RequestColumns:
        """The columns last given."""
        return self._wanted[0]

    @property
    def now_ms(self) -> int:
        """The moment that decides what is overdue."""
        return self._wanted[2]

    def content(self) -> Content:
        """The picture as of now. Of threads that ask at once, one makes it and the others wait for it."""
        with self._making:
            (columns, mask, now_ms, status), folded, working = self._wanted, self._folded, self._working
            content = self._content
            if content is None or not content.made_of(columns, mask, now_ms, status, folded, working):
                content = self._content = Content(self._index_of(columns), mask, now_ms, status, folded, working)
            return content

    def prepare(self) -> None:
        """Sort the columns, before anybody asks; in a thread."""
        with self._making:
            self._index_of(self._wanted[0])

    def _index_of(self, columns: RequestColumns) -> ViewportIndex:
        index = self._index
        if index is None or index.columns is not columns:
            index = self._index = ViewportIndex(columns, index)
        return index

    def query(self, view: View) -> Answer:
        """What to draw in a view."""
        return self.content().query(view)

    def members(self, level: int, key: int) -> Points:
        """The requests of a cluster."""
        return self.content().members(level, key)

    def bounds_of(self, level: int, key: int) -> tuple[float, float, float, float]:
        """The box of the requests of a cluster, in web mercator."""
        return self.content().bounds_of(level, key)

    def inside(self, view: View) -> Ints:
        """Ids of the shown requests in a box."""
        return self.content().inside(view)

    def chosen(self, ids: Sequence[int]) -> Chosen:
        """Requests by id whatever the filter, and the other reports of their incidents."""
        content = self.content()
        index, columns = content.index, content.columns
        rows = index.rows_of(np.asarray(ids, dtype=np.int64))
        incidents = columns.incident_id[rows]
        reports = []
        for at, (row, incident) in enumerate(zip(rows.tolist(), incidents.tolist(), strict=True)):
            if incident >= 0:
                others = index.located_in(incident)[:MAX_LINES]
                reports += [
                    (at, int(columns.id[other]), float(columns.x[other]), float(columns.y[other]))
                    for other in others.tolist()
                    if other != row
                ]
        return Chosen(content.points_of(rows), tuple(reports))
