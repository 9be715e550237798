"""The Crews workspace: the plans of a day on map, timeline and lists, with one choice, and the draft between them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal

from desktop.controllers.plan_draft import SAVE, SOLVE, PlanDrafting
from desktop.controllers.plan_draft_files import PlanDraftFiles
from desktop.controllers.plan_hand import GONE, PlanHand
from desktop.controllers.plan_reads import DayPlans, plans_of
from desktop.controllers.plan_screen import PlanScreen
from desktop.controllers.plan_shown import RouteLine
from desktop.controllers.roster import RosterController
from desktop.controllers.session import Session, Snapshot
from desktop.domain.clock import today
from desktop.domain.crew_status import StopKind
from desktop.operations.changes import Changes
from desktop.operations.day_jobs import Selection
from desktop.operations.plan_routes import PlanWish
from desktop.operations.record_stop import StopMark
from desktop.operations.replan_routes import ReplanWish
from desktop.views import format as words
from desktop.views.commands import Command
from desktop.views.crews_panes import CrewsPanes
from desktop.views.plan_bar import DRAFT, ROSTER
from desktop.views.plan_bar import PLAN as PLAN_PAGE
from desktop.views.plan_popover import PlanChoice, PlanPopover
from desktop.views.workspace import Workspace

SOLVE_SECONDS: float | None = None  # by the number of jobs, see search_seconds
CLOSE = 14  # zoom at which a chosen stop is looked at
OPERATION, REPLAN, MARK = "plan_routes", "replan_routes", "record_stop"
REPLAN_SECONDS = 5.0
PLAN, PLAN_ANEW, BEFORE, AFTER = "crews.plan", "crews.plan_anew", "crews.day_before", "crews.day_after"
UNDO, REDO, KEEP = "crews.undo", "crews.redo", "crews.save"


class CrewsController(QObject):
    """Shows the plans of a day and asks for new ones. The chosen stop or job is one for map, timeline and lists."""

    sheets_wanted = Signal(object)  # the plan on show
    request_wanted = Signal(object)  # the id of a request whose page is asked for

    def __init__(
        self,
        workspace: Workspace,
        session: Session,
        map_view: Any,
        files: PlanDraftFiles,
        panes: CrewsPanes,
        roster: RosterController,
    ) -> None:
        super().__init__(workspace)
        self._workspace, self._session, self._map, self._files = workspace, session, map_view, files
        self.day: date | None = None
        self.popover: PlanPopover | None = None
        self._picked: tuple[int, ...] = ()  # requests that were picked in Operations
        self._asked = False  # to plan or solve, once the day is read
        self.bar, self.timeline, self.right = panes.bar, panes.timeline, panes.right
        self.left_out = self.right.left_out
        self.drafting = PlanDrafting(self, session, files)
        self.screen = PlanScreen(self, session, self.drafting, self.bar, self.timeline, self.right, map_view)
        self.hand = PlanHand(self, self.drafting, self.screen, self.timeline, self.left_out)
        self.roster, self._stacks = roster, panes.stacks
        workspace.set_commands(self._commands())
        self._connect()

    def _commands(self) -> tuple[Command, ...]:
        group = self._workspace.title
        return (
            Command(PLAN, self.tr("Plan the day, or solve it around what is locked"), "Ctrl+R", "route", group),
            Command(PLAN_ANEW, self.tr("Plan the day anew"), "Ctrl+Shift+R", "route", group),
            Command(KEEP, self.tr("Save the draft as plan"), "Ctrl+Return", "check", group),
            Command(UNDO, self.tr("One step back in the draft"), "", "undo-2", group),
            Command(REDO, self.tr("One step forth in the draft"), "", "redo-2", group),
            Command(BEFORE, self.tr("The day before"), "Alt+PgUp", "chevron-left", group),
            Command(AFTER, self.tr("The day after"), "Alt+PgDown", "chevron-right", group),
        )

    def _connect(self) -> None:
        bar, drafting = self.bar, self.drafting
        for signal, slot in (
            (bar.plan_wanted, self.plan_or_solve),
            (bar.choices_wanted, self.choose_plan),
            (bar.sheets_wanted, self._sheets),
            (bar.day_chosen, self.show_day),
            (bar.page_chosen, self.show_page),
            (self.roster.places_changed, self._draw_places),
            (bar.pane_wanted, self._enter_pane),
            (bar.undo_asked, drafting.undo),
            (bar.redo_asked, drafting.redo),
            (bar.mode_chosen, self.screen.set_mode),
            (self.timeline.plan_wanted, self.plan),
            (self.timeline.stop_chosen, self.choose),
            (self.timeline.stop_opened, self._open_stop),
            (self.left_out.list.chosen, self.choose_left_out),
            (self.left_out.list.opened, self._open_left_out),
            (self.right.compare.chosen, self.choose_job),
            (self.right.compare.save_asked, drafting.save),
            (self.right.compare.discard_asked, self._discard),
            (self._map.stop_clicked, self._stop_clicked),
            (self._map.left_out_clicked, self._left_out_clicked),
            (self.hand.open_asked, self._open_stop),
            (self.hand.moved_to, self._mark_stop),
            (self.hand.mark_wanted, self.tell_of_stop),
            (self.hand.replan_wanted, self.replan_about),
            (drafting.saved, self._read),
            (drafting.behind, self._read),
            (self._workspace.command_asked, self._carry_out),
            (self._session.busy_changed, self._busy),
            (self._session.bus.changed, self._changed),
        ):
            signal.connect(slot)
        self._session.watch(self._loaded)

    # what a person does

    def plan_or_solve(self) -> None:
        """Plan a day without a plan; else solve it again around what is locked. It waits for the day to be read."""
        plans = self.screen.plans
        if plans is None or plans.day != self.day:
            self._asked = True
        elif plans.newest is None:
            self.plan()
        elif self.screen.runs:
            if self._may_replan():
                self.replan()
        else:
            self.drafting.solve(SOLVE_SECONDS)

    def replan_about(self, crew: int, late_min: int) -> None:
        """Replan the rest of the day around a crew that is gone, or so many minutes behind its plan."""
        content = self.screen.present
        if self._may_replan() and content is not None:
            name = content["crews"][crew]["crew"]
            gone = late_min == GONE
            self.replan((name,) if gone else (), {} if gone else {name: late_min})

    def _may_replan(self) -> bool:
        """A draft is saved first, which is told: a replan goes on from what is saved."""
        if self.drafting.is_changed:
            told = self.tr(
                "The day runs: save the draft first, then the rest of the day is planned from where crews are."
            )
            self.timeline.say(told)
        return not self.drafting.is_changed

    def replan(self, absent: tuple[str, ...] = (), late_min: Mapping[str, int] | None = None) -> None:
        """Plan the rest of the running day from now on: what is done stays, locks hold, few jobs change crew."""
        if self.day is not None and REPLAN not in self._session.busy:
            now = self.screen.local_now()
            at = now.time().replace(second=0, microsecond=0)
            wish = ReplanWish(self.day, at, seconds=REPLAN_SECONDS, seed=13, absent=absent, late_min=late_min or {})
            title = self.tr("Replanning the rest of {0}").format(words.short_date(self.day))
            self._session.act(REPLAN, title, {"wish": wish})

    def tell_of_stop(self, row: int, at: int, kind: str) -> None:
        """What happened at a stop: done, not found, or it needs another crew. An act, which can be undone."""
        stop, plan = self.screen.stop_at(row, at), self.drafting.plan
        if stop is not None and plan is not None:
            content = self.screen.content
            assert content is not None
            crew = content["crews"][self.screen.crew_of(row)]["crew"]
            mark = StopMark(crew, StopKind(kind), job=stop["job"])
            self._session.act(
                MARK, self.tr("Recording what happened at a stop"), {"mark": mark, "plan_id": int(plan.id)}
            )

    def choose_plan(self, request_ids: tuple[int, ...] = ()) -> None:
        """Ask what is planned: all open requests or those picked elsewhere, of which service, department, deadline."""
        snapshot = self._session.snapshot
        if snapshot is None:
            return
        self._picked = request_ids
        services = [(service.service_code, service.service_name) for service in snapshot.services]
        agencies = [agency.name for agency in snapshot.agencies]
        day = self.day or self._today()
        self.popover = PlanPopover(self.bar.choices, day, services, agencies, len(request_ids))
        self.popover.wanted.connect(self._plan_chosen)
        self.popover.finished.connect(self.popover.deleteLater)
        self.popover.open()

    def _plan_chosen(self, choice: PlanChoice) -> None:
        codes = () if choice.service_code is None else (choice.service_code,)
        agencies = () if choice.agency is None else (choice.agency,)
        chosen = Selection(codes, agencies, request_ids=self._picked, due_by=choice.due_by)
        self.plan(chosen, choice.seconds, choice.days)

    def plan(self, selection: Selection | None = None, seconds: float | None = None, days: int = 1) -> None:
        """Plan the day on show anew, for the store's crews and the open requests, all or those selected.

        With several days in view, what can wait for its deadline does.
        """
        if self.day is not None and OPERATION not in self._session.busy:
            chosen = selection or Selection()
            wish = PlanWish(day=self.day, seconds=seconds or SOLVE_SECONDS, seed=13, selection=chosen, days=days)
            title = self.tr("Planning {0}").format(words.short_date(self.day))
            self._session.act(OPERATION, title, {"wish": wish})

    def show_day(self, day: date) -> None:
        """Go to the plans of a day, and to the roster of its week."""
        self.day = day
        self.bar.set_day(day, self._today())
        self._read()
        self.roster.show_day(day)

    def show_page(self, page: str) -> None:
        """Show the plan, or the roster."""
        self.bar.show_page(page)
        for stack in self._stacks:
            stack.setCurrentIndex(1 if page == ROSTER else 0)
        self.screen.covered = page == ROSTER
        if page == ROSTER:
            self._draw_places(self.roster.places)
        else:
            self.screen.show_all()

    def choose(self, row: int, stop: int) -> None:
        """Choose a stop: its block on the timeline, its ring and its crew's way on the map, which shows its place."""
        self._mark_stop(row, stop)
        if (place := self.screen.stop_at(row, stop)) is not None:
            self._map.bring_into_view(place["long"], place["lat"], CLOSE)

    def choose_job(self, job: str) -> None:
        """Choose a job wherever it is in the plan on show."""
        row, stop, number = self.screen.find(job)
        if row is not None:
            self.choose(row, stop)
        elif number is not None:
            self.choose_left_out(number)

    def choose_left_out(self, number: int) -> None:
        """Choose a job without a crew: its line and its ring on the map, which shows its place."""
        self._mark_left_out(number)
        if (job := self.screen.job_at(number)) is not None:
            self._map.bring_into_view(job["long"], job["lat"], CLOSE)

    def _stop_clicked(self, crew: int, stop: int) -> None:
        """Chosen on the map, which stays where it is."""
        self._mark_stop(self.screen.row_of(crew), stop)

    def _left_out_clicked(self, number: int) -> None:
        self._workspace.open_pane("right")
        self.right.show_left_out()
        self._mark_left_out(number)

    def _mark_stop(self, row: int, stop: int) -> None:
        self.left_out.list.choose(None)
        self.timeline.choose(row, stop)
        self.screen.ring(row, stop)

    def _mark_left_out(self, number: int) -> None:
        self.timeline.choose(None)
        self.left_out.list.choose(number)
        self.screen.ring_left_out(number)

    def _enter_pane(self, side: str) -> None:
        if side == "right":
            self.right.show_left_out()
        self._workspace.enter_pane(side)

    def _open_stop(self, row: int, stop: int) -> None:
        self._open(self.screen.stop_at(row, stop))

    def _open_left_out(self, number: int) -> None:
        self._open(self.screen.job_at(number))

    def _open(self, job: Mapping[str, Any] | None) -> None:
        """The page of the job's first request; jobs of a file have none."""
        ids = job.get("request_ids", ()) if job is not None else ()
        if ids:
            self.request_wanted.emit(int(ids[0]))

    def _discard(self) -> None:
        """Back to the plan that is saved; undo brings the draft again."""
        self.drafting.discard()
        self.screen.set_mode(DRAFT)
        self._read()  # somebody may have made a newer plan meanwhile

    def _carry_out(self, command_id: str) -> None:
        acts = {
            PLAN: self.plan_or_solve,
            PLAN_ANEW: self.plan,
            KEEP: self.drafting.save,
            UNDO: self.drafting.undo,
            REDO: self.drafting.redo,
        }
        if command_id in acts:
            if self.screen.covered:
                self.show_page(PLAN_PAGE)  # what is asked for is seen
            acts[command_id]()
        elif command_id in (BEFORE, AFTER) and self.day is not None:
            self.show_day(self.day + timedelta(days=1 if command_id == AFTER else -1))

    # what is shown

    @property
    def _content(self) -> Mapping[str, Any] | None:
        return self.screen.content

    def _today(self) -> date:
        snapshot = self._session.snapshot
        assert snapshot is not None
        return today(self._session.clock, snapshot.city.timezone)

    def _busy(self, operations: frozenset[str]) -> None:
        running = {OPERATION: "plan", REPLAN: "plan", SOLVE: "solve"}
        self.screen.set_busy(next((word for name, word in running.items() if name in operations), ""))
        self.screen.set_saving(SAVE in operations)

    def _loaded(self, snapshot: Snapshot) -> None:
        if self.day is None:
            self._map.fit(snapshot.bounds)
            self.day = self._today()
            self._busy(self._session.busy)
        self.show_day(self.day)

    def _changed(self, changes: Changes, initiator: object) -> None:
        if {"plan", "stop_event"} & changes.entities and self.day is not None:
            self._read()

    def _read(self) -> None:
        assert self.day is not None
        store, base = self._session.store, self._files.plan_of(self.day)
        self._session.runner.run_read(plans_of, store, self.day, base, on_result=self._show)

    def _sheets(self) -> None:
        if self.screen.plans is not None and self.screen.plans.newest is not None:
            self.sheets_wanted.emit(self.screen.plans.newest)

    def _draw_places(self, places: tuple[Mapping[str, Any], ...]) -> None:
        """Depots and dumps in place of the routes, while the roster is on show."""
        if self.screen.covered:
            self._map.routes.choose(None)
            self._map.routes.show_card(None)
            self._map.routes.show_left_out(())
            self._map.routes.show([_place_line(number, place) for number, place in enumerate(places, 1)])

    def _show(self, plans: DayPlans) -> None:
        if plans.day != self.day:
            return  # another day was asked for meanwhile
        self.screen.show_plans(plans)
        self._workspace.set_subtitle(self.screen.title())
        self._workspace.set_ready(True)
        if self._asked:
            self._asked = False
            self.plan_or_solve()


def _place_line(number: int, place: Mapping[str, Any]) -> RouteLine:
    """A depot or a dump alone, as the map knows it."""
    is_dump = place["kind"] == "dump"
    return RouteLine(number, place["name"], 0, [], [], None if is_dump else place, (place,) if is_dump else ())


def sheets_path(folder: Path, content: Mapping[str, Any]) -> Path:
    """Where the sheets of a plan are written unless a person says otherwise."""
    return folder / f"route-sheets-{content['date']}.pdf"
