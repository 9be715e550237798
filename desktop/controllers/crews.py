"""The Crews workspace: a day's plan on map, timeline and list; planning runs in the background."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QStackedWidget, QWidget

from data.records import Plan
from data.store import Store
from desktop.controllers.roster import RosterController
from desktop.controllers.session import Session, Snapshot
from desktop.domain.clock import today
from desktop.operations.changes import Changes
from desktop.operations.plan_routes import PlanWish
from desktop.views import format as words
from desktop.views.commands import Command
from desktop.views.crew_timeline import TimelineRow, TimelineStop
from desktop.views.crews_view import PlanState, TimelinePane
from desktop.views.left_out_pane import LeftOut, LeftOutPane
from desktop.views.plan_bar import ROSTER, PlanBar, PlanFigure
from desktop.views.workspace import Workspace

SOLVE_SECONDS: float | None = None  # by the number of jobs, see search_seconds
CLOSE = 14  # zoom at which a chosen stop is looked at
OPERATION = "plan_routes"
PLAN, BEFORE, AFTER = "crews.plan", "crews.day_before", "crews.day_after"


@dataclass(frozen=True, slots=True)
class RouteLine:
    """A crew's way for the map: name, colour slot from 0, the line, the numbered stops, the depot."""

    number: int
    name: str
    slot: int
    line: list[list[float]]
    stops: list[dict[str, Any]]
    depot: Mapping[str, Any]


class CrewsController(QObject):
    """Shows the plan of a day; asks for a new one. The chosen stop or job is one for map, timeline and list."""

    sheets_wanted = Signal(object)  # the plan on show
    request_wanted = Signal(object)  # the id of a request whose page is asked for

    def __init__(self, workspace: Workspace, session: Session, map_view: Any) -> None:
        super().__init__(workspace)
        self._workspace, self._session, self._map = workspace, session, map_view
        self._content: Mapping[str, Any] | None = None
        self._plan: Plan | None = None
        self._shown: tuple[date, int] | None = None  # day and plan
        self.day: date | None = None
        self.bar, self.timeline, self.left_out = PlanBar(), TimelinePane(), LeftOutPane()
        workspace.set_head(self.bar)
        workspace.set_map(map_view)
        self.roster = RosterController(self, session, map_view)
        self._tables, self._panes = _pages(self.timeline, self.roster.week), _pages(self.left_out, self.roster.pane)
        workspace.set_table(self._tables)
        workspace.set_right(self._panes)
        keys = Command(PLAN, self.tr("Plan the day"), "Ctrl+R", "route", workspace.title)
        workspace.set_commands((keys, *self._day_commands()))
        self._connect()

    def _day_commands(self) -> tuple[Command, ...]:
        group = self._workspace.title
        return (
            Command(BEFORE, self.tr("The day before"), "Alt+PgUp", "chevron-left", group),
            Command(AFTER, self.tr("The day after"), "Alt+PgDown", "chevron-right", group),
        )

    def _connect(self) -> None:
        self.bar.plan_wanted.connect(self.plan)
        self.bar.sheets_wanted.connect(self._sheets)
        self.bar.day_chosen.connect(self.show_day)
        self.bar.pane_wanted.connect(self._workspace.enter_pane)
        self.bar.page_chosen.connect(self.show_page)
        self.roster.places_changed.connect(self._draw_places)
        self.timeline.plan_wanted.connect(self.plan)
        self.timeline.stop_chosen.connect(self.choose)
        self.timeline.stop_opened.connect(self._open_stop)
        self.left_out.list.chosen.connect(self.choose_left_out)
        self.left_out.list.opened.connect(self._open_left_out)
        self._map.stop_clicked.connect(self._stop_clicked)
        self._map.left_out_clicked.connect(self._left_out_clicked)
        self._workspace.command_asked.connect(self._carry_out)
        self._session.busy_changed.connect(self._busy)
        self._session.watch(self._loaded)
        self._session.bus.changed.connect(self._changed)

    # what a person does

    def plan(self) -> None:
        """Plan the day on show for the store's crews and open requests."""
        if self.day is not None and OPERATION not in self._session.busy:
            wish = PlanWish(day=self.day, seconds=SOLVE_SECONDS, seed=13)
            title = self.tr("Planning {0}").format(words.short_date(self.day))
            self._session.act(OPERATION, title, {"wish": wish})

    def show_day(self, day: date) -> None:
        """Go to the plan of a day, and to the roster of its week."""
        self.day = day
        self.bar.set_day(day, self._today())
        self._read()
        self.roster.show_day(day)

    def show_page(self, page: str) -> None:
        """Show the plan, or the roster."""
        self.bar.page.choose(page)
        for stack in (self._tables, self._panes):
            stack.setCurrentIndex(1 if page == ROSTER else 0)
        if page == ROSTER:
            self._draw_places(self.roster.places)
        else:
            self._draw(self._content)

    def choose(self, crew: int, stop: int) -> None:
        """Choose a stop: its block on the timeline, its ring and its crew's way on the map, which shows its place."""
        self._mark_stop(crew, stop)
        if (place := self._stop_at(crew, stop)) is not None:
            self._map.bring_into_view(place["long"], place["lat"], CLOSE)

    def choose_left_out(self, number: int) -> None:
        """Choose a job without a crew: its line and its ring on the map, which shows its place."""
        self._mark_left_out(number)
        if (job := self._job_at(number)) is not None:
            self._map.bring_into_view(job["long"], job["lat"], CLOSE)

    def _stop_clicked(self, crew: int, stop: int) -> None:
        """Chosen on the map, which stays where it is."""
        self._mark_stop(crew, stop)

    def _left_out_clicked(self, number: int) -> None:
        self._workspace.open_pane("right")
        self._mark_left_out(number)

    def _mark_stop(self, crew: int, stop: int) -> None:
        self.left_out.list.choose(None)
        self.timeline.choose(crew, stop)
        self._map.set_chosen_stop(crew, stop)

    def _mark_left_out(self, number: int) -> None:
        self.timeline.choose(None)
        self.left_out.list.choose(number)
        self._map.set_chosen_stop(None, left_out=number)

    def _open_stop(self, crew: int, stop: int) -> None:
        self._open(self._stop_at(crew, stop))

    def _open_left_out(self, number: int) -> None:
        self._open(self._job_at(number))

    def _open(self, job: Mapping[str, Any] | None) -> None:
        """The page of the job's first request; jobs of a file have none."""
        ids = job.get("request_ids", ()) if job is not None else ()
        if ids:
            self.request_wanted.emit(int(ids[0]))

    def _stop_at(self, crew: int, stop: int) -> Mapping[str, Any] | None:
        crews = self._content["crews"] if self._content is not None else ()
        stops = crews[crew]["stops"] if 0 <= crew < len(crews) else ()
        return stops[stop] if 0 <= stop < len(stops) else None

    def _job_at(self, number: int) -> Mapping[str, Any] | None:
        left = self._content["unassigned"] if self._content is not None else ()
        return left[number - 1] if 0 < number <= len(left) else None

    def _carry_out(self, command_id: str) -> None:
        if command_id == PLAN:
            self.plan()
        elif command_id in (BEFORE, AFTER) and self.day is not None:
            self.show_day(self.day + timedelta(days=1 if command_id == AFTER else -1))

    # what is shown

    def _today(self) -> date:
        snapshot = self._session.snapshot
        assert snapshot is not None
        return today(self._session.clock, snapshot.city.timezone)

    def _busy(self, operations: frozenset[str]) -> None:
        self.bar.set_planning(OPERATION in operations)

    def _loaded(self, snapshot: Snapshot) -> None:
        if self.day is None:
            self._map.fit(snapshot.bounds)
            self.day = self._today()
            self._busy(self._session.busy)
        self.show_day(self.day)

    def _changed(self, changes: Changes, initiator: object) -> None:
        if "plan" in changes.entities and self.day is not None:
            self._read()

    def _read(self) -> None:
        self._session.runner.run_read(plan_of, self._session.store, self.day, on_result=self._show)

    def _sheets(self) -> None:
        if self._plan is not None:
            self.sheets_wanted.emit(self._plan)

    def _show(self, answer: tuple[date, Plan | None, date | None]) -> None:
        day, plan, newest = answer
        if day != self.day:
            return  # another day was asked for meanwhile
        self._plan = plan
        shown = None if plan is None else (day, int(plan.id))
        if shown is None or shown != self._shown:
            self._show_plan(plan, newest)
        self._shown = shown
        self._workspace.set_ready(True)

    def _show_plan(self, plan: Plan | None, newest: date | None) -> None:
        self._content = plan.content if plan is not None else None
        state = self._state(plan.content) if plan is not None else None
        self.bar.set_figures(state.figures if state else (), straight_line=state is not None and state.straight_line)
        self.timeline.set_state(state, words.long_date(newest) if newest is not None else "")
        self.left_out.set_state(state.left_out if state else None, state.jobs if state else 0)
        self._draw(plan.content if plan is not None else None)
        assert self.day is not None
        no_plan = self.tr("{0} · no plan yet").format(words.long_date(self.day))
        self._workspace.set_subtitle(state.title if state else no_plan)

    def _state(self, content: Mapping[str, Any]) -> PlanState:
        crews, left = content["crews"], content["unassigned"]
        served = sum(len(crew["stops"]) for crew in crews)
        jobs = served + len(left)
        total = {key: sum(crew[key] for crew in crews) for key in ("drive_s", "work_s", "wait_s", "distance_m")}
        solver = content["solver"]
        told = self.tr("{0} of {1}").format(words.count(served), words.count(jobs))
        figures = (
            PlanFigure(self.tr("Served"), told, words.percent(served / max(1, jobs), 0), "table"),
            PlanFigure(self.tr("Left out"), words.count(len(left)), "", "right"),
            PlanFigure(self.tr("Drive"), words.hours(total["drive_s"])),
            PlanFigure(self.tr("Work"), words.hours(total["work_s"])),
            PlanFigure(self.tr("Wait"), words.hours(total["wait_s"])),
            PlanFigure(self.tr("Distance"), words.distance(total["distance_m"])),
        )
        day = datetime.fromisoformat(content["date"]).date()
        crews_told = self.tr("1 crew") if len(crews) == 1 else self.tr("{0} crews").format(len(crews))
        jobs_told = self.tr("1 job") if jobs == 1 else self.tr("{0} jobs").format(words.count(jobs))
        title = f"{words.long_date(day)} · {crews_told}, {jobs_told}"
        now = self._session.clock.now()
        return PlanState(
            title=title,
            figures=figures,
            rows=tuple(self._row(number, crew) for number, crew in enumerate(crews, 1)),
            left_out=tuple(self._left(number, job) for number, job in enumerate(left, 1)),
            jobs=jobs,
            now=_local(now, crews[0]["shift_start"]) if crews else None,
            solved=self.tr("Solved in {0} s, seed {1}").format(words.number(solver["seconds"], 1), solver["seed"]),
            straight_line=bool(content["straight_line"]),
        )

    def _row(self, number: int, crew: Mapping[str, Any]) -> TimelineRow:
        pause = crew["break"]
        back = datetime.fromisoformat(crew["return_at"])
        stops = len(crew["stops"])
        told = self.tr("{0} stop, back {1}") if stops == 1 else self.tr("{0} stops, back {1}")
        note = told.format(stops, f"{back:%H:%M}")
        return TimelineRow(
            number=number,
            name=crew["crew"],
            note=note if crew["stops"] else self.tr("no stops"),
            slot=crew["colour_slot"] - 1,
            start=datetime.fromisoformat(crew["shift_start"]),
            end=datetime.fromisoformat(crew["shift_end"]),
            back=back,
            pause=(datetime.fromisoformat(pause["start"]), datetime.fromisoformat(pause["end"])) if pause else None,
            stops=tuple(self._stop(stop) for stop in crew["stops"]),
        )

    def _stop(self, stop: Mapping[str, Any]) -> TimelineStop:
        start, end = (datetime.fromisoformat(stop[key]) for key in ("service_start", "departure"))
        window = stop["window"]
        what = place_words(stop)
        return TimelineStop(
            sequence=stop["sequence"],
            arrival=datetime.fromisoformat(stop["arrival"]),
            service_start=start,
            departure=end,
            window=None if window is None else _window(window),
            words=f"{stop['sequence']}: {what}, {start:%H:%M}–{end:%H:%M}",
        )

    def _left(self, number: int, job: Mapping[str, Any]) -> LeftOut:
        return LeftOut(number, place_words(job), self.reason_word(job["reason"]), job["detail"])

    def reason_word(self, reason: str) -> str:
        """What a reason is called."""
        return {
            "skill": self.tr("Skill"),
            "unreachable": self.tr("Not reachable"),
            "window": self.tr("Time window"),
            "capacity": self.tr("Capacity"),
            "shift": self.tr("Shift"),
            "price": self.tr("Price"),
        }.get(reason, reason)

    def _draw(self, content: Mapping[str, Any] | None) -> None:
        if self._tables.currentIndex():
            return  # the roster is on show
        crews = content["crews"] if content is not None else []
        self._map.set_routes([route_line(number, crew) for number, crew in enumerate(crews, 1) if crew["stops"]])
        left = content["unassigned"] if content is not None else []
        self._map.set_chosen_stop(None)
        self._map.set_left_out([self._mark(number, job) for number, job in enumerate(left, 1)])

    def _draw_places(self, places: tuple[Mapping[str, Any], ...]) -> None:
        """Depots and dumps in place of the routes, while the roster is on show."""
        if self._tables.currentIndex():
            self._map.set_chosen_stop(None)
            self._map.set_left_out(())
            self._map.set_routes(
                [RouteLine(number, place["name"], 0, [], [], place) for number, place in enumerate(places, 1)]
            )

    def _mark(self, number: int, job: Mapping[str, Any]) -> tuple[Any, ...]:
        """A job without a crew as the map knows it: its place, what it is and why."""
        why = f"{self.reason_word(job['reason'])}: {job['detail']}"
        return number, job["long"], job["lat"], place_words(job), why


def _pages(*widgets: QWidget) -> QStackedWidget:
    stack = QStackedWidget()
    for widget in widgets:
        stack.addWidget(widget)
    stack.setAccessibleName(widgets[0].accessibleName())
    return stack


def route_line(number: int, crew: Mapping[str, Any]) -> RouteLine:
    """A crew's day as one line with its stops."""
    legs = [stop["leg_line"] for stop in crew["stops"]] + [crew["return_line"]]
    line = [point for leg in legs for point in leg]
    stops = [
        {
            "sequence": stop["sequence"],
            "lon": stop["long"],
            "lat": stop["lat"],
            "time": words.span(
                *(f"{datetime.fromisoformat(stop[key]):%H:%M}" for key in ("service_start", "departure"))
            ),
            "what": place_words(stop),
        }
        for stop in crew["stops"]
    ]
    return RouteLine(number, crew["crew"], crew["colour_slot"] - 1, line, stops, crew["depot"])


def place_words(job: Mapping[str, Any]) -> str:
    """Where and what: its address or its name, and its service."""
    return ", ".join(part for part in (job.get("address") or job["job"], job.get("service", "")) if part)


def plan_of(store: Store, day: date) -> tuple[date, Plan | None, date | None]:
    """The day, its newest plan, and the day of the plan that was made last."""
    with store.read() as unit:
        return day, unit.plans.latest(day), unit.plans.newest_day()


def _window(window: list[str | None]) -> tuple[datetime | None, datetime | None]:
    first, last = (datetime.fromisoformat(end) if end else None for end in window)
    return first, last


def _local(now: datetime, like: str) -> datetime:
    return now.astimezone(datetime.fromisoformat(like).tzinfo)


def sheets_path(folder: Path, content: Mapping[str, Any]) -> Path:
    """Where the sheets of a plan are written unless a person says otherwise."""
    return folder / f"route-sheets-{content['date']}.pdf"
