"""The Neighbourhoods workspace: a question becomes tested cells on the map and in the table."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from PySide6.QtCore import QObject, Signal

from data.store import Store
from desktop.controllers.place_figures import PlaceFiguresController
from desktop.controllers.session import Session, Snapshot
from desktop.jobs import JobRunner
from desktop.map.cells import CellsShown
from desktop.operations.changes import Changes
from desktop.operations.figure_groups import By
from desktop.operations.hotspots import HotspotAnswer, HotspotQuestion, last_hotspots, places_of
from desktop.operations.service_figures import FigureQuestion
from desktop.views import format as words
from desktop.views.cells_pane import Cells, CellsPane
from desktop.views.neighbourhoods.figures_pane import FiguresPane
from desktop.views.neighbourhoods_view import HotspotState, Question, QuestionPane, QuestionStrip
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
LOOK_BACK_DAYS = 90
OPERATION = "find_hotspots"


class NeighbourhoodsController(QObject):
    """Asks in the background, shows the answer that the store keeps. A cell is one choice for map and table."""

    export_wanted = Signal()
    requests_wanted = Signal(object)  # RequestFilter

    def __init__(self, workspace: Workspace, session: Session, map_view: Any, runner: JobRunner) -> None:
        super().__init__(workspace)
        self._workspace, self._session, self._map = workspace, session, map_view
        self._placed = False
        self._shown: dict[str, Any] | None = None  # the method of the answer on show
        self._chosen = -1
        self.question, self.cells, self.strip = QuestionPane(), CellsPane(), QuestionStrip()
        pane = FiguresPane()
        self.figures = PlaceFiguresController(workspace, pane, session, runner)
        self.figures.requests_wanted.connect(self.requests_wanted)
        workspace.set_right(pane)
        workspace.set_left(self.question, self.strip)
        workspace.set_map(map_view)
        workspace.set_table(self.cells)
        self.question.asked.connect(self.ask)
        self.strip.ask.clicked.connect(self.question.send)
        self.cells.find_wanted.connect(self.question.send)
        self.strip.asked.connect(self._toggle_question)
        self.strip.class_chosen.connect(self._choose_class)
        self.cells.export_wanted.connect(self.export_wanted)
        self.cells.cell_chosen.connect(self.choose)
        map_view.cell_clicked.connect(self.choose)
        session.busy_changed.connect(self._busy)
        session.watch(self._loaded)
        session.bus.changed.connect(self._changed)

    def ask(self, question: Question) -> None:
        """Find the hotspots of a service and period."""
        wanted = HotspotQuestion(
            service_code=question.service_code or None,
            first=question.first,
            last=question.last,
            cell_m=float(question.cell_m) or None,
            permutations=question.permutations,
            seed=question.seed,
        )
        self._session.act(OPERATION, self.tr("Finding hotspots"), {"question": wanted})
        self._ask_figures(question)

    def _ask_figures(self, question: Question) -> None:
        services = (question.service_code,) if question.service_code else ()
        wanted = FigureQuestion(By.NEIGHBOURHOOD, question.first, question.last, services)
        self.figures.ask(wanted)

    def choose(self, cell: int) -> None:
        """Choose a cell: its row in the table and its ring on the map."""
        self._chosen = cell
        self.cells.choose(cell)
        self._map.cells.choose(cell)
        self.figures.choose_named(self.cells.model.place_of(cell))

    def _choose_class(self, kind: int) -> None:
        found = self.cells.model.first_of(kind)
        if found is not None:
            self.choose(found)

    def _toggle_question(self) -> None:
        self._workspace.toggle_pane("left")

    def _busy(self, operations: frozenset[str]) -> None:
        self.question.set_asking(OPERATION in operations)
        self.strip.ask.setEnabled(OPERATION not in operations)
        self.cells.card.button.setEnabled(OPERATION not in operations)

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
            last = self._span()[1]
            self.question.set_question(Question("", last - timedelta(days=LOOK_BACK_DAYS), last, 0, 999, 1))
            self._busy(self._session.busy)
            self._ask_figures(self.question.question())
        else:
            self.figures.refresh()
        self._read()

    def _changed(self, changes: Changes, initiator: object) -> None:
        if changes.verb == "find hotspots":
            self._read()

    def _read(self) -> None:
        self._session.runner.run_read(_last, self._session.store, on_result=self._show)

    def _show(self, read: tuple[HotspotAnswer, list[str]] | None) -> None:
        if read is not None:
            answer, places = read
            self._show_answer(self._state(answer, places), answer)
        else:
            self._workspace.set_subtitle(self.tr("choose a service and a period, then find hotspots"))
        self._workspace.set_ready(True)

    def _show_answer(self, state: HotspotState, answer: HotspotAnswer) -> None:
        """A new answer starts with no cell chosen; the one on show read again keeps what is chosen."""
        first, method = self._shown is None, dict(answer.method)
        if method != self._shown:
            self._shown, self._chosen = method, -1
            self._draw(answer)
        if first:
            self.question.set_question(state.question)
            self._ask_figures(self.question.question())
        self.question.set_state(state)
        self.strip.set_classes(state.classes)
        self.cells.set_cells(state.title, state.cells)
        self.cells.choose(self._chosen)
        self._map.cells.choose(self._chosen)
        self._workspace.set_subtitle(state.title)

    def _draw(self, answer: HotspotAnswer) -> None:
        classes = [class_index(name) for name in answer.columns["class"]]
        counts = [int(value) for value in answer.columns["count"]]
        self._map.cells.show(CellsShown(list(answer.polygons_wkb), classes, counts))

    def _state(self, answer: HotspotAnswer, places: Sequence[str]) -> HotspotState:
        columns, method = answer.columns, answer.method
        classes = np.array([class_index(name) for name in columns["class"]])
        count = np.asarray(columns["count"])
        cells = Cells(
            place=tuple(places),
            count=count,
            gi_z=np.asarray(columns["gi_z"], dtype=float),
            p_sim=np.asarray(columns["p_sim"], dtype=float),
            kind=classes,
            words=tuple(self.class_word(index) for index in range(len(CLASSES))),
        )
        care = self.tr("Read with care: counts follow how many people live and report there; no exposure is used yet.")
        return HotspotState(
            title=self._title(method),
            question=self._question(method),
            result=self._result(classes, count),
            care=care,
            method=self._method(method),
            classes=tuple((self.class_word(i), i, int((classes == i).sum())) for i in reversed(range(len(CLASSES)))),
            cells=cells,
        )

    def _result(self, classes: np.ndarray, count: np.ndarray) -> str:
        """The answer in a sentence or two."""
        hot, cold = classes > 3, classes < 3
        if not hot.any():
            return self.tr("No cell stands out from chance. That is a result.")
        share = float(count[hot].sum() / max(1, count.sum()))
        told = self.tr("{0} hot cells hold {1} of {2} requests ({3}) on {4} of the cells. {5} cells are cold.")
        result = told.format(
            words.count(int(hot.sum())),
            words.count(int(count[hot].sum())),
            words.count(int(count.sum())),
            words.percent(share, 0),
            words.percent(float(hot.mean()), 0),
            words.count(int(cold.sum())),
        )
        if (count[hot] == 0).any():
            result += " " + self.tr("A cell is judged together with its neighbours; a hot one may hold none itself.")
        return result

    def _question(self, method: Any) -> Question:
        """The question as the form would ask it; open ends are those of the requests."""
        first, last = self._span()
        service = "" if method["service"] == "all services" else method["service"]
        first = date.fromisoformat(method["from"]) if method["from"] else first
        last = date.fromisoformat(method["to"]) if method["to"] else last
        return Question(service, first, last, round(method["cell_m"]), method["permutations"], method["seed"])

    def _span(self) -> tuple[date, date]:
        """The days of the first and the last request; today twice in a city without any."""
        snapshot = self._session.snapshot
        assert snapshot is not None
        zone, columns = ZoneInfo(snapshot.city.timezone), snapshot.columns
        if not len(columns):
            now = self._session.clock.now().astimezone(zone).date()
            return now, now
        ends = (int(columns.requested_ms.min()), int(columns.requested_ms.max()))
        first, last = (datetime.fromtimestamp(end / 1000, tz=UTC).astimezone(zone).date() for end in ends)
        return first, last

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
