"""The Neighbourhoods workspace: a question becomes an answer on the map and in tables, kept until the next is asked."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

from PySide6.QtCore import QEvent, QObject, QPoint, QTimer, Signal
from PySide6.QtWidgets import QWidget

from desktop.controllers.answer_jobs import AnswerJobs
from desktop.controllers.answer_reads import ReadAnswer, figures_of, from_answer, to_statistic
from desktop.controllers.answer_requests import AnswerRequests
from desktop.controllers.answer_shelf import AnswerShelf
from desktop.controllers.answer_words import act_words, answer_state, empty_state, title_of
from desktop.controllers.city_span import days_of, span_of, words_of
from desktop.controllers.city_words import CityWords
from desktop.controllers.counts_now import CountsNowWatch
from desktop.controllers.emerging_play import EmergingPlay
from desktop.controllers.exploring_commands import ASK, KEEP, KEPT, METHOD, NOTHING, SHOW_PREFIX, exploring_commands
from desktop.controllers.exposure_choice import ExposureChoice
from desktop.controllers.file_names import answer_stem, figures_stem
from desktop.controllers.kept_questions import KeptQuestions
from desktop.controllers.period_swipe import PeriodSwipe
from desktop.controllers.place_figures import PlaceFiguresController
from desktop.controllers.place_table import PlaceTable
from desktop.controllers.session import Session, Snapshot
from desktop.controllers.zone_choice import ZoneChoice
from desktop.domain.statistic_marks import CONTEXT, WIDEST_Q, Marked, marked
from desktop.jobs import JobRunner
from desktop.operations.changes import Changes
from desktop.operations.figure_groups import By
from desktop.operations.zone_requests import ZonesOpened
from desktop.views.kit import enable_keeping_focus
from desktop.views.language import language
from desktop.views.neighbourhoods.map_cards import SWIPE
from desktop.views.neighbourhoods.method_dialog import MethodDialog
from desktop.views.neighbourhoods.panes import NeighbourhoodPanes
from desktop.views.neighbourhoods.question import (
    COMPARE,
    DENSITY,
    EMERGING,
    FIELDS,
    GI_STAR,
    Question,
    form_of,
    with_fields_of,
)
from desktop.views.neighbourhoods.question_form import Offer
from desktop.views.neighbourhoods.state import AnswerState
from desktop.views.workspace import Workspace
from desktop.worker import Failed

LOOK_BACK_DAYS = 90
OPERATION = "ask_statistic"
VERBS = ("ask statistic", "find hotspots")
COUNTED, CELLS_DRAWN = "counted", "cells drawn"  # parts of the workspace


class NeighbourhoodsController(QObject):
    """Asks in the background, shows the answer that the store keeps; never asks by itself."""

    export_wanted = Signal(str, str)  # statistic, the stem of a file's name
    report_wanted = Signal(object, str)  # FigureQuestion, the stem of a file's name
    requests_wanted = Signal(object)  # RequestFilter

    def __init__(
        self, workspace: Workspace, panes: NeighbourhoodPanes, session: Session, map_view: Any, runner: JobRunner
    ) -> None:
        super().__init__(workspace)
        self._workspace, self._session, self._map, self.panes = workspace, session, map_view, panes
        self.question, self.cells, self.strip = panes.question, panes.cells, panes.strip
        self.mode = GI_STAR
        self._placed = self._outdated = False
        workspace.installEventFilter(self)
        self._visited: set[str] = set()
        self._shown: ReadAnswer | None = None
        self._kinds: Marked | None = None
        self._asking: Question | None = None  # what was asked last, or brought into the form to be asked
        workspace.await_part(COUNTED)
        self._parts(runner)
        self._connect()
        self._take_mode()
        QTimer.singleShot(0, self, partial(session.watch, self._loaded))  # once what was built is on show
        session.bus.changed.connect(self._changed)

    def _parts(self, runner: JobRunner) -> None:
        panes, session = self.panes, self._session
        self.jobs = AnswerJobs(session, runner, self)
        self.counts = CountsNowWatch(panes.question, self.jobs, self)
        self.shelf = AnswerShelf(session, self._told, self)
        self.kept = KeptQuestions(session, self._workspace.window, self.question.question, self)
        self.figures = PlaceFiguresController(self._workspace, panes.figures, session, runner)
        self.choice = ZoneChoice(panes.cells, panes.card, self._map, self.figures, self)
        self.requests = AnswerRequests(self.jobs, self)
        self.places = PlaceTable(panes.cells, self.jobs, self)
        self.play = EmergingPlay(panes.play, self._map, self._workspace, self._map.is_still)
        self.swipe = PeriodSwipe(self._map, panes.card, self.requests, self.jobs, self._swipe_failed, self)
        self.exposures = ExposureChoice(panes.question, runner, self)

    def _connect(self) -> None:
        panes = self.panes
        panes.question.asked.connect(self.ask)
        self.counts.counted.connect(lambda: self._workspace.part_arrived(COUNTED))
        panes.question.form.cut_changed.connect(self._cut)
        panes.question.answer.opened.connect(self.open)
        panes.question.foot.export_wanted.connect(self._export)
        panes.question.foot.report_wanted.connect(self._report)
        panes.question.taken_back.connect(self._take_back)
        panes.question.kept.clicked.connect(self._open_kept)
        self.kept.wanted.connect(self._use_question)
        self.kept.refused.connect(self._say_fault)
        panes.question.foot.method_wanted.connect(self._show_method)
        panes.strip.ask.clicked.connect(panes.question.send)
        panes.strip.asked.connect(lambda: self._workspace.toggle_pane("left"))
        panes.strip.kind_chosen.connect(self._choose_kind)
        panes.cells.asked.connect(panes.question.send)
        panes.cells.cells.count_opened.connect(lambda zone: self.open(ZonesOpened((zone,))))
        panes.cells.places.count_opened.connect(self._open_place)
        panes.card.opened.connect(lambda opened: None if self.swipe.on_show else self.open(opened))
        panes.modes.mode_chosen.connect(self.set_mode)
        panes.modes.view_chosen.connect(self._set_view)
        self._map.cell_kind_clicked.connect(self._open_kind)
        self._map.cells_drawn.connect(self._cells_drawn)
        for source in (self.requests.wanted, self.figures.requests_wanted):
            source.connect(self.requests_wanted)
        self.requests.none_left.connect(self._say_fault)
        self._session.busy_changed.connect(self._busy)
        self._workspace.command_asked.connect(self._carry_out)

    # asking

    def ask(self, question: Question) -> None:
        """Work out an answer and keep it; before there is any, figures and neighbourhoods are of the question."""
        self._asking = question
        self._visited.add(question.statistic)
        title = act_words(question.statistic)[1].rstrip("…")
        ended = partial(self._ended, question)
        self._session.act(OPERATION, title, {"question": to_statistic(question)}, ended=ended)
        if self._shown is None:
            self._ask_places(question)

    def _ended(self, question: Question, came: Changes | Failed | None) -> None:
        """Figures and neighbourhoods follow once there is an answer: what has none leaves everything as it was."""
        if isinstance(came, Failed):
            self._say_fault(came.sentence)
        elif came is not None:
            self._ask_places(question)

    def _say_fault(self, sentence: str) -> None:
        """In the pane of the question, which opens for it where it is folded."""
        self.question.set_fault(sentence)
        if self._workspace.isVisible():
            self._workspace.open_pane("left")

    def _export(self) -> None:
        if self._shown is not None:
            self.export_wanted.emit(self.mode, answer_stem(self._shown.answer.method, self._city()))

    def _report(self) -> None:
        """Whoever wants a report gets it of what stands in the form, asked or not."""
        asked = figures_of(self.question.question())
        snapshot = self._session.snapshot
        if snapshot is not None and not snapshot.layers:
            asked = replace(asked, by=By.SERVICE)  # a city without areas has no neighbourhoods to tell apart
        self.report_wanted.emit(asked, figures_stem(self.tr("report"), asked, self._city()))

    def _take_back(self) -> None:
        """The form asks again what the answer on show answers; figures and neighbourhoods are of that, too."""
        if self._shown is not None:
            self.question.set_fault("")
            self._take_question(self._shown)

    def _ask_places(self, question: Question) -> None:
        if not self.figures.are_of(figures_of(question)):
            self.figures.ask(figures_of(question), self.choice.place)
        self.places.ask(to_statistic(replace(question, statistic="rates")))

    def _busy(self, operations: frozenset[str]) -> None:
        asking = OPERATION in operations
        self.question.set_asking(asking=asking)
        for button, keeper in ((self.strip.ask, self.strip), (self.cells.card.button, self.cells)):
            enable_keeping_focus(button, keeper, enabled=not asking)

    # modes

    def set_mode(self, mode: str) -> None:
        """Show the kept answer of a statistic at once, or what it would tell."""
        if mode != self.mode:
            self.mode = mode
            self._take_mode()
            self.shelf.show(mode)

    def _take_mode(self) -> None:
        self.panes.modes.set_mode(self.mode, parted=False)
        snapshot, service = self._session.snapshot, self.question.question().service_code
        self.question.form.set_days(None if snapshot is None else days_of(snapshot, service))
        self.question.set_mode(self.mode, *act_words(self.mode))
        self._workspace.set_commands(exploring_commands(self.mode))
        self.question.set_fault("")

    def _carry_out(self, command: str) -> None:
        acts = {ASK: self.question.send, METHOD: self._show_method, NOTHING: self.choice.clear}
        acts |= {KEEP: self.kept.ask_name, KEPT: self._open_kept}
        if command == ASK and not self.question.ask.isEnabled():
            return
        if command in acts:
            acts[command]()
        elif command.startswith(SHOW_PREFIX):
            self.set_mode(command.removeprefix(SHOW_PREFIX))

    def _open_kept(self) -> None:
        """Under its button; in a narrow window the pane of that is away, and the menu at the workspace's corner."""
        button = self.question.kept
        by: QWidget = button if button.isVisible() else self.strip if self.strip.isVisible() else self._workspace
        self.kept.open_menu(by.mapToGlobal(QPoint(0, by.height() if by is button else 0)))

    def _told(self, statistic: str, read: ReadAnswer | None) -> None:
        if statistic == self.mode:
            self._show(read)

    def _use_question(self, question: Question) -> None:
        """A kept question comes into the form; it is asked by the button, as any."""
        self._asking = question
        self._visited.add(question.statistic)
        self.set_mode(question.statistic)
        self.question.set_fault("")
        self.question.form.set_question(question)
        self._workspace.open_pane("left")

    def _loaded(self, snapshot: Snapshot) -> None:
        services = ((one.service_code, one.service_name) for one in snapshot.services)
        layers = ((str(layer.id), layer.name) for layer in snapshot.layers)
        offer = Offer(
            tuple(sorted(services, key=lambda pair: pair[1].casefold())), tuple(layers), snapshot.streets is not None
        )
        self.question.form.set_offer(offer)
        if self._placed:
            self._outdated = True
            if self._workspace.isVisible():
                self._refresh()
            return
        self._placed = True
        self._map.fit(snapshot.bounds)
        last = span_of(self._session)[1]
        self.question.form.set_question(Question(first=last - timedelta(days=LOOK_BACK_DAYS), last=last))
        self._busy(self._session.busy)
        self.shelf.show(self.mode)  # what was asked last tells whose figures are asked for first

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """What changed while nobody looked is read when somebody does."""
        if event.type() == QEvent.Type.Show and self._outdated:
            self._refresh()
        return False

    def _refresh(self) -> None:
        self._outdated = False
        self.counts.count_soon()
        self.figures.refresh()
        self.places.refresh()
        self.counts.check(None if self._shown is None else self._shown.answer)
        self.shelf.outdate()
        self.shelf.reread(self.mode)

    def _changed(self, changes: Changes, _initiator: object) -> None:
        if changes.verb in VERBS:
            statistic = str(changes.counts.get("statistic", GI_STAR))
            self.shelf.forget(statistic)
            if statistic == self.mode:
                self.shelf.show(statistic)

    # showing

    def _show(self, read: ReadAnswer | None) -> None:
        first = self._shown is None and read is not None
        same = read is not None and self._shown is not None and read.answer.method == self._shown.answer.method
        if not same:
            self.swipe.hide()
        self._shown = read
        if read is None:
            self._show_empty()
            if not self.figures.asked:
                self._ask_places(self.question.question())
        elif not same:
            if first and self._asking is None:
                self._take_question(read)
            elif self._asking is None or self._asking.statistic != self.mode:
                self._take_fields(read)
            self._show_answer(read)
        self._workspace.set_ready(True)

    def _take_question(self, read: ReadAnswer) -> None:
        """Whoever opens the city sees what was asked."""
        self._visited.add(self.mode)
        self.question.form.set_question(from_answer(read.answer, span_of(self._session), as_asked=True))
        self._ask_places(self.question.question())

    def _take_fields(self, read: ReadAnswer) -> None:
        """Whoever comes to a statistic for the first time finds its own fields as they were asked; others stay."""
        if self.mode not in self._visited:
            kept = from_answer(read.answer, span_of(self._session), as_asked=True)
            seen = {field for mode in self._visited for field in FIELDS[mode]}
            self.question.form.set_question(with_fields_of(self.question.question(), kept, seen))
        self._visited.add(self.mode)

    def _show_empty(self) -> None:
        self._kinds = None
        self.counts.check(None)
        self.figures.map_shows(None)
        self.panes.modes.set_mode(self.mode, parted=False)
        self.question.set_empty(empty_state(self.mode))
        self.strip.set_kinds(())
        self.cells.set_empty(empty_state(self.mode))
        self._map.cells.clear()
        self.choice.set_answer(None, None)
        self.play.set_answer(None, None)
        self._workspace.set_subtitle(self.tr("choose a service and a period, then ask"))

    def _show_answer(self, read: ReadAnswer) -> None:
        self._kinds = read.kinds
        state = self._state(read, read.kinds)
        self.panes.modes.set_mode(self.mode, parted=self.mode == COMPARE)
        self.question.set_answer(state)
        self.strip.set_kinds(state.kinds, form_of(state.question.zones))
        self._workspace.set_subtitle(state.title)
        self.figures.map_shows(figures_of(state.question), state.title)
        if self.question.answers_form() and not self.figures.are_of(figures_of(self.question.question())):
            self._ask_places(self.question.question())  # another statistic was asked of another period since
        self._draw(read, state.title)
        self.choice.set_answer(read, self._kinds)
        self.play.set_answer(read if self.mode == EMERGING else None, read.shown)
        self.counts.check(read.answer)
        if self.mode == COMPARE and self.panes.modes.views.choice() == SWIPE:
            self._set_view(SWIPE)  # who looks at both periods does so at those of the next answer
        if self.mode == GI_STAR and self.question.form.cut_q() < WIDEST_Q:
            self._cut()

    def _state(self, read: ReadAnswer, kinds: Marked | None) -> AnswerState:
        question = from_answer(read.answer, span_of(self._session))
        return answer_state(read.kept, kinds, question, self._city())

    def _draw(self, read: ReadAnswer, title: str) -> None:
        """Zones in the table and on the map, or the surface of a density beneath none."""
        cells = self._map.cells
        if read.told is None or read.cells is None:
            self.cells.set_empty(replace(empty_state(DENSITY), title=self.tr("A density has no cells to list")))
            cells.clear()
            cells.show_density(read.density)
            return
        self.cells.set_cells(title, read.cells)
        cells.show_density(None)
        self._workspace.await_part(CELLS_DRAWN)
        cells.show_told(read.told)

    def _cells_drawn(self, count: int) -> None:
        if self._shown is None or self._shown.told is None or count == len(self._shown.told["rings"]):
            self._workspace.part_arrived(CELLS_DRAWN)

    def _set_view(self, view: str) -> None:
        """Of a comparison: its difference, or both periods parted by a line."""
        if self._shown is None or self._shown.told is None:
            return
        if view == SWIPE:
            self.choice.set_answer(None, None)
            names = () if self._shown.cells is None else self._shown.cells.names
            self.swipe.show(self._shown.answer, title_of(self._shown.answer.method, self._city()), names)
        else:
            self.swipe.hide()
            self._map.cells.show_told(self._shown.told)
            self.choice.set_answer(self._shown, self._kinds)

    def _swipe_failed(self, sentence: str) -> None:
        self.panes.modes.set_mode(self.mode, parted=True)
        self.panes.modes.views.choose("difference")
        self._say_fault(sentence)
        self._set_view("difference")

    def _cut(self) -> None:
        """Gi* is shown up to another q."""
        read = self._shown
        if read is None or read.shown is None or read.cells is None or self.mode != GI_STAR:
            return
        kinds = self._kinds = marked(self.mode, read.answer.columns, language(CONTEXT), self.question.form.cut_q())
        state = self._state(read, kinds)
        self.question.set_answer(state)
        self.strip.set_kinds(state.kinds, form_of(state.question.zones))
        self.cells.set_cells(state.title, replace(read.cells, kind=kinds.of, rank=kinds.rank))
        self._map.cells.recolour(replace(read.shown, classes=kinds.of.tolist()), own_lines=True)
        self.choice.set_answer(read, kinds)
        self.counts.check(read.answer)

    def _show_method(self) -> None:
        if self._shown is None:
            return
        state = self._state(self._shown, self._kinds)
        MethodDialog(state.title, state.method, self._workspace.window()).open()

    # numbers that open their requests

    def open(self, opened: object) -> None:
        """Open a figure of the answer on show."""
        assert isinstance(opened, ZonesOpened)
        if self._shown is not None:
            answer = self._shown.answer
            self.requests.open(answer, opened, title_of(answer.method, self._city()))

    def _open_kind(self, kind: int) -> None:
        """A count of the legend; of a step of time, the zones that are of its kind then."""
        if self._kinds is None or self.swipe.on_show:
            return
        zones = self._kinds.zones_of(kind) if self.play.state.whole else self.play.zones_of(kind)
        if zones:
            self.open(ZonesOpened(zones))

    def _open_place(self, key: int) -> None:
        if self.places.question is not None:
            self.requests.open_place(self.places.question, key, self.places.name_of(key))

    def _choose_kind(self, kind: int) -> None:
        found = self.cells.cells.model_.first_of(kind)
        if found is not None:
            self.choice.choose(found)

    # the city

    def _city(self) -> CityWords:
        return words_of(self._session)
