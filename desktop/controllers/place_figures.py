"""The right pane of Neighbourhoods: service figures of the chosen place and what is expected, asked for in a worker."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtCore import QObject, Signal

from desktop.controllers.chart_saving import ChartSaving
from desktop.controllers.figure_words import (
    ahead_section,
    close_section,
    head_words,
    opened_words,
    promise_section,
    waiting_section,
)
from desktop.controllers.session import Session
from desktop.domain.demand_records import Demand, DemandSet
from desktop.domain.request_filter import ALL, RequestFilter
from desktop.job import Job, JobHandle
from desktop.jobs import JobRunner
from desktop.operations.place_figures import (
    CHOSEN,
    CITY,
    ChosenZones,
    Opened,
    PlaceFigures,
    read_demand,
    read_figure_ids,
    read_place_figures,
)
from desktop.operations.service_figures import FigureQuestion
from desktop.operations.spatial_statistics import StatisticQuestion
from desktop.views.neighbourhoods.figures_pane import FiguresPane, FiguresState, Section
from desktop.views.workspace import Workspace

CHARTS = "desktop.views.charts.plot"
FIGURES, AHEAD = "figures", "ahead"  # parts of the workspace


class PlaceFiguresController(QObject):
    """Asks for the figures of a question and a place; the newest question alone is answered."""

    requests_wanted = Signal(object)  # RequestFilter
    answered = Signal(object)  # PlaceFigures

    def __init__(self, workspace: Workspace, pane: FiguresPane, session: Session, runner: JobRunner) -> None:
        super().__init__(workspace)
        self._pane, self._session, self._runner = pane, session, runner
        self._workspace = workspace
        for part in (FIGURES, AHEAD):
            workspace.await_part(part)
        self._question: FigureQuestion | None = None
        self._key = CITY
        self._chosen: ChosenZones | None = None
        self._running: dict[str, JobHandle] = {}
        self._figures: PlaceFigures | None = None
        self._demand: Demand | None = None
        self._of_city = False  # what is expected, though services were asked for
        self._why_not = ""
        self._sections: dict[str, tuple[object, str, Section]] = {}  # what each tells, and why it cannot
        self._arriving: set[str] = set()  # parts of the workspace, until the pane shows them
        pane.filled.connect(self._arrived)
        self._map: tuple[FigureQuestion, str] | None = None
        pane.opened.connect(self._open)
        pane.chart_saved.connect(self._save)
        self.saving = ChartSaving(session, pane, self)
        session.runner.run_read(importlib.import_module, CHARTS, on_result=self._charts_loaded)

    def _charts_loaded(self, _module: Any) -> None:
        self._pane.put_charts()

    @property
    def figures(self) -> PlaceFigures | None:
        """The figures on show."""
        return self._figures

    @property
    def asked(self) -> bool:
        """Whether any figures were asked for."""
        return self._question is not None

    def ask(self, question: FigureQuestion, key: int = CITY, chosen: ChosenZones | None = None) -> None:
        """Work out the figures of a place, and what is expected where the services or the days are others."""
        other = question != self._question
        self._question, self._key, self._chosen = question, key, chosen
        wanted = {"question": question, "key": key, "chosen": chosen}
        self._start("figures", read_place_figures, wanted, self._told)
        if other:
            self._demand = None
            ahead = {"services": question.services, "people": question.people, "until": question.last}
            self._start("demand", read_demand, ahead, self._foretold)
        self._show()

    def are_of(self, question: FigureQuestion) -> bool:
        """Whether the figures on show, or on their way, are those of a question; those that failed are of none."""
        return self._question == question and not self._why_not

    def map_shows(self, question: FigureQuestion | None, title: str = "") -> None:
        """What the answer on the map is of, so that it is said where figures are of something else."""
        self._map = None if question is None else (question, title)
        self._show()

    def choose(self, key: int) -> None:
        """Another place, or the city."""
        if self._question is not None and key != self._key:
            self.ask(self._question, key)

    def choose_zones(self, question: StatisticQuestion, zones: tuple[int, ...], name: str) -> None:
        """Zones of an answer that somebody drew around, as one place of this name."""
        if self._question is not None:
            self.ask(self._question, CHOSEN, ChosenZones(question, zones, name))

    def choose_named(self, name: str) -> None:
        """The place of a name; the city for a name that no place has."""
        places = () if self._figures is None else self._figures.places
        self.choose(next((line.key for line in places if name and line.name == name), CITY))

    def refresh(self) -> None:
        """The store changed: the same question anew."""
        question, self._question = self._question, None
        if question is not None:
            self.ask(question, self._key, self._chosen)

    def _start(self, name: str, function: Any, arguments: dict[str, Any], told: Any) -> None:
        running = self._running.pop(name, None)
        if running is not None:
            running.cancel()
        kwargs = {"location": self._session.store.location, "clock": self._session.clock, **arguments}
        handle = self._runner.start(Job(self.tr("Reading service figures"), function, kwargs, quiet=True, answers=True))
        handle.succeeded.connect(told)
        handle.failed.connect(self._failed)
        handle.ended.connect(lambda *_: self._running.pop(name, None) if self._running.get(name) is handle else None)
        self._running[name] = handle

    def _told(self, figures: PlaceFigures) -> None:
        self._figures, self._why_not = figures, ""
        self._arriving.add(FIGURES)
        self._show()
        self.answered.emit(figures)

    def _foretold(self, demand: DemandSet) -> None:
        assert self._question is not None
        alone = len(self._question.services) == 1 and bool(demand.services)
        self._demand = demand.services[0] if alone else demand.city
        self._of_city = bool(self._question.services) and not alone
        self._arriving.add(AHEAD)
        self._show()

    def _failed(self, sentence: str) -> None:
        self._why_not = sentence
        self._arriving |= {FIGURES, AHEAD}
        self._show()

    def _arrived(self) -> None:
        for part in tuple(self._arriving):
            self._arriving.discard(part)
            self._workspace.part_arrived(part)

    def _show(self) -> None:
        figures = None if self._why_not else self._figures
        close = self._section("close", figures, close_section)
        promise = self._section("promise", figures, promise_section)
        wider = self._key != CITY or self._of_city
        ahead = self._section("ahead wider" if wider else "ahead", self._demand, partial(ahead_section, wider=wider))
        if figures is None:
            self._pane.set_state(FiguresState("", close, ahead, promise))
            return
        place = "" if figures.here is None else figures.here.name
        self._pane.set_state(FiguresState(place, close, ahead, promise, head_words(figures.asked), self._differs()))

    def _section(self, key: str, told: Any, words: Callable[[Any], Section]) -> Section:
        """A part of the pane: the one before where it tells the same."""
        kept = self._sections.get(key)
        if kept is None or kept[0] is not told or kept[1] != self._why_not:
            made = waiting_section(self._why_not) if told is None else words(told)
            kept = self._sections[key] = (told, self._why_not, made)
        return kept[2]

    def _differs(self) -> str:
        """Says so where the map's answer is of another period, other services or another count."""
        if self._map is None or self._question is None or self._map[0] == self._question:
            return ""
        return self.tr("The map answers another question: {0}.").format(self._map[1])

    def _save(self, which: str) -> None:
        if self._figures is None:
            return
        if which == "close":
            self.saving.save_close(self._figures)
        elif self._demand is not None:
            self.saving.save_ahead(self._demand, self._figures.asked)

    def _open(self, opened: Opened) -> None:
        if self._question is None:
            return
        about = opened_words(opened, self._figures)

        def show(ids: tuple[int, ...]) -> None:
            if ids:
                self.requests_wanted.emit(RequestFilter(line=ALL, request_ids=ids, about=about))

        wanted = {"question": self._question, "opened": opened, "chosen": self._chosen}
        self._start("ids", read_figure_ids, wanted, show)
