"""The Neighbourhoods workspace: a question becomes tested cells on the map and in the table."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from PySide6.QtCore import QObject, Signal

from data.store import Store
from desktop.controllers.session import Session, Snapshot
from desktop.operations.changes import Changes
from desktop.operations.hotspots import HotspotAnswer, HotspotQuestion, last_hotspots, places_of
from desktop.views import format as words
from desktop.views.neighbourhoods_view import CellRow, CellsPane, HotspotState, Question, QuestionPane
from desktop.views.workspace import Workspace

# The classes as the kernel names them, in the order of the diverging ramp: cold to hot.
CLASSES = (
    "cold q<=0.01",
    "cold q<=0.05",
    "cold q<=0.10",
    "not significant",
    "hot q<=0.10",
    "hot q<=0.05",
    "hot q<=0.01",
)
ROWS = 60


class NeighbourhoodsController(QObject):
    """Asks in the background, shows the answer that the store keeps."""

    export_wanted = Signal()

    def __init__(self, workspace: Workspace, session: Session, map_view: Any) -> None:
        super().__init__(workspace)
        self._workspace, self._session, self._map = workspace, session, map_view
        self._placed = False
        self.question, self.cells = QuestionPane(), CellsPane()
        workspace.set_left(self.question)
        workspace.set_map(map_view)
        workspace.set_table(self.cells)
        self.question.asked.connect(self.ask)
        self.cells.export_wanted.connect(self.export_wanted)
        self.cells.cell_chosen.connect(map_view.set_chosen_cell)
        session.watch(self._loaded)
        session.bus.changed.connect(self._changed)

    def ask(self, question: Question) -> None:
        """Find the hotspots of a service and period."""
        wanted = HotspotQuestion(
            service_code=question.service_code or None,
            first=None if question.first is None else date(*question.first),
            last=None if question.last is None else date(*question.last),
            cell_m=float(question.cell_m) or None,
            permutations=question.permutations,
            seed=question.seed,
        )
        self._session.act("find_hotspots", self.tr("Finding hotspots"), {"question": wanted})

    def _loaded(self, snapshot: Snapshot) -> None:
        self.question.set_services(
            tuple(
                sorted(
                    ((s.service_code, s.service_name) for s in snapshot.services), key=lambda pair: pair[1].casefold()
                )
            )
        )
        if not self._placed:
            self._placed = True
            self._map.fit(snapshot.bounds)
            self.question.set_period(*_period(snapshot))
        self._read()

    def _changed(self, changes: Changes, initiator: object) -> None:
        if changes.verb == "find hotspots":
            self._read()

    def _read(self) -> None:
        self._session.runner.run_read(_last, self._session.store, on_result=self._show)

    def _show(self, read: tuple[HotspotAnswer, list[str]] | None) -> None:
        if read is not None:
            answer, places = read
            self._draw(answer)
            state = self._state(answer, places)
            self.question.set_state(state)
            self.cells.set_state(state)
            self._workspace.set_subtitle(state.title)
        else:
            self._workspace.set_subtitle(self.tr("choose a service and a period, then find hotspots"))
        self._workspace.set_ready(True)

    def _draw(self, answer: HotspotAnswer) -> None:
        classes = [class_index(name) for name in answer.columns["class"]]
        self._map.set_cells(list(answer.polygons_wkb), classes, [int(value) for value in answer.columns["count"]])

    def _state(self, answer: HotspotAnswer, places: Sequence[str]) -> HotspotState:
        columns, method = answer.columns, answer.method
        classes = np.array([class_index(name) for name in columns["class"]])
        count = np.asarray(columns["count"])
        hot, cold = classes > 3, classes < 3
        share = float(count[hot].sum() / max(1, count.sum()))
        area = float(hot.mean()) if len(hot) else 0.0
        result = self.tr(
            "{0} hot cells hold {1} of {2} requests ({3} %) on {4} % of the cells. {5} cells are cold."
        ).format(
            words.count(int(hot.sum())),
            words.count(int(count[hot].sum())),
            words.count(int(count.sum())),
            round(share * 100),
            round(area * 100),
            words.count(int(cold.sum())),
        )
        if not hot.any():
            result = self.tr("No cell stands out from chance. That is a result.")
        care = self.tr("Read with care: counts follow how many people live and report there; no exposure is used yet.")
        return HotspotState(
            title=self._title(method),
            result=result,
            care=care,
            method=self._method(method),
            classes=tuple((self.class_word(i), i, int((classes == i).sum())) for i in reversed(range(len(CLASSES)))),
            rows=self._rows(columns, classes, places),
        )

    def _rows(self, columns: Any, classes: np.ndarray, places: Sequence[str]) -> tuple[CellRow, ...]:
        z = np.asarray(columns["gi_z"], dtype=float)
        strongest = np.argsort(-np.abs(z), kind="stable")[:ROWS]
        return tuple(
            CellRow(
                cell=int(at),
                place=self._place(int(at), places[at]),
                count=int(columns["count"][at]),
                gi_z=float(z[at]),
                p_sim=float(columns["p_sim"][at]),
                class_word=self.class_word(int(classes[at])),
                hot=bool(classes[at] > 3),
            )
            for at in strongest.tolist()
        )

    def _place(self, cell: int, area: str) -> str:
        told = self.tr("cell {0}").format(words.count(cell + 1))
        return f"{area} · {told}" if area else told.capitalize()

    def class_word(self, index: int) -> str:
        """What a class is called."""
        return (
            self.tr("Cold, q ≤ 0.01"),
            self.tr("Cold, q ≤ 0.05"),
            self.tr("Cold, q ≤ 0.10"),
            self.tr("Not significant"),
            self.tr("Hot, q ≤ 0.10"),
            self.tr("Hot, q ≤ 0.05"),
            self.tr("Hot, q ≤ 0.01"),
        )[index]

    def _title(self, method: Any) -> str:
        names = {service.service_code: service.service_name for service in self._services()}
        service = names.get(method["service"], self.tr("All services"))
        period = self._period(method["from"], method["to"])
        return f"{service} · {period}"

    def _period(self, first: str | None, last: str | None) -> str:
        """In words: from when to when."""
        start, end = (None if day is None else words.short_date(date.fromisoformat(day)) for day in (first, last))
        if start and end:
            return words.span(start, end)
        if start:
            return self.tr("since {0}").format(start)
        return self.tr("until {0}").format(end) if end else self.tr("all time")

    def _services(self) -> Sequence[Any]:
        snapshot = self._session.snapshot
        return snapshot.services if snapshot is not None else ()

    def _method(self, method: Any) -> tuple[str, ...]:
        return (
            self.tr("Gi*, hexagons of {0}, {1}.").format(words.distance(method["cell_m"]), method["neighbours"]),
            self.tr("{0} permutations, seed {1}; false discovery rate over all cells.").format(
                method["permutations"], method["seed"]
            ),
        )


def class_index(name: str) -> int:
    """The place of a class on the diverging ramp; ValueError for a name that is none."""
    return CLASSES.index(str(name))


def _last(store: Store) -> tuple[HotspotAnswer, list[str]] | None:
    with store.read() as unit:
        answer = last_hotspots(unit)
        return None if answer is None else (answer, places_of(unit, answer.polygons_wkb))


def _period(snapshot: Snapshot) -> tuple[tuple[int, int, int], tuple[int, int, int]]:
    """The last ninety days that hold requests."""
    columns = snapshot.columns
    last_ms = int(columns.requested_ms.max()) if len(columns) else 0
    zone = ZoneInfo(snapshot.city.timezone)
    last = datetime.fromtimestamp(last_ms / 1000, tz=UTC).astimezone(zone).date()
    first = date.fromordinal(max(1, last.toordinal() - 90))
    return (first.year, first.month, first.day), (last.year, last.month, last.day)
