"""The Crews workspace: the newest plan on map, timeline and list; planning runs in the background."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal

from data.records import Plan
from data.store import Store
from desktop.controllers.session import Session, Snapshot
from desktop.domain.clock import today
from desktop.operations.changes import Changes
from desktop.operations.plan_routes import PlanWish
from desktop.views import format as words
from desktop.views.crew_timeline import TimelineRow, TimelineStop
from desktop.views.crews_view import LeftOut, LeftOutPane, PlanBar, PlanFigures, PlanState, TimelinePane
from desktop.views.workspace import Workspace

SOLVE_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class RouteLine:
    """A crew's way for the map: colour slot from 0, the line, the numbered stops, the depot."""

    number: int
    slot: int
    line: list[list[float]]
    stops: list[dict[str, Any]]
    depot: Mapping[str, Any]


class CrewsController(QObject):
    """Shows the newest plan; asks for a new one."""

    sheets_wanted = Signal(object)  # the plan's content

    def __init__(self, workspace: Workspace, session: Session, map_view: Any) -> None:
        super().__init__(workspace)
        self._workspace, self._session, self._map = workspace, session, map_view
        self._content: Mapping[str, Any] | None = None
        self._placed = False
        self.bar, self.timeline, self.left_out = PlanBar(), TimelinePane(), LeftOutPane()
        workspace.set_head(self.bar)
        workspace.set_map(map_view)
        workspace.set_table(self.timeline)
        workspace.set_right(self.left_out)
        self.bar.plan_wanted.connect(self.plan)
        self.timeline.plan_wanted.connect(self.plan)
        self.bar.sheets_wanted.connect(self._sheets)
        self.timeline.stop_chosen.connect(self.choose)
        map_view.stop_clicked.connect(self.choose)
        session.watch(self._loaded)
        session.bus.changed.connect(self._changed)

    def plan(self) -> None:
        """Plan today for the store's crews and open requests."""
        snapshot = self._session.snapshot
        if snapshot is not None:
            day = today(self._session.clock, snapshot.city.timezone)
            wish = PlanWish(day=day, seconds=SOLVE_SECONDS, seed=13)
            self._session.act("plan_routes", self.tr("Planning the day"), {"wish": wish})

    def choose(self, crew: int, stop: int) -> None:
        """Mark a stop on the timeline and the map."""
        self.timeline.timeline.choose(crew, stop)
        if self._content is not None and 0 <= stop < len(self._content["crews"][crew]["stops"]):
            place = self._content["crews"][crew]["stops"][stop]
            self._map.set_view(place["long"], place["lat"], 15)

    def _loaded(self, snapshot: Snapshot) -> None:
        if not self._placed:
            self._placed = True
            self._map.fit(snapshot.bounds)
        self._read()

    def _changed(self, changes: Changes, initiator: object) -> None:
        if "plan" in changes.entities:
            self._read()

    def _read(self) -> None:
        self._session.runner.run_read(newest_plan, self._session.store, on_result=self._show)

    def _sheets(self) -> None:
        if self._content is not None:
            self.sheets_wanted.emit(self._content)

    def _show(self, plan: Plan | None) -> None:
        self._content = plan.content if plan is not None else None
        state = self._state(plan.content) if plan is not None else None
        self.bar.set_state(state)
        self.timeline.set_state(state)
        self.left_out.set_state(state.left_out if state else (), state.jobs if state else 0)
        self._draw(plan.content if plan is not None else None)
        self._workspace.set_subtitle(state.title if state else self.tr("no plan yet"))
        self._workspace.set_ready(True)

    def _state(self, content: Mapping[str, Any]) -> PlanState:
        crews, left = content["crews"], content["unassigned"]
        served = sum(len(crew["stops"]) for crew in crews)
        jobs = served + len(left)
        total = {key: sum(crew[key] for crew in crews) for key in ("drive_s", "work_s", "wait_s", "distance_m")}
        solver = content["solver"]
        figures = PlanFigures(
            (
                (
                    self.tr("Served"),
                    self.tr("{0} of {1}").format(served, jobs),
                    words.percent(served / max(1, jobs), 0),
                ),
                (self.tr("Drive"), words.hours(total["drive_s"]), ""),
                (self.tr("Work"), words.hours(total["work_s"]), ""),
                (self.tr("Wait"), words.hours(total["wait_s"]), ""),
                (self.tr("Distance"), words.distance(total["distance_m"]), ""),
            )
        )
        day = datetime.fromisoformat(content["date"]).date()
        title = self.tr("{0} · {1} crews, {2} jobs").format(words.long_date(day), len(crews), jobs)
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
        what = ", ".join(part for part in (stop["address"] or stop["job"], stop["service"]) if part)
        return TimelineStop(
            sequence=stop["sequence"],
            arrival=datetime.fromisoformat(stop["arrival"]),
            service_start=start,
            departure=end,
            window=None if window is None else _window(window),
            words=f"{stop['sequence']}: {what}, {start:%H:%M}–{end:%H:%M}",
        )

    def _left(self, number: int, job: Mapping[str, Any]) -> LeftOut:
        what = ", ".join(part for part in (job.get("address") or job["job"], job.get("service", "")) if part)
        return LeftOut(number, what, self.reason_word(job["reason"]), job["detail"])

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
        crews = content["crews"] if content is not None else []
        self._map.set_routes([route_line(number, crew) for number, crew in enumerate(crews, 1) if crew["stops"]])
        left = content["unassigned"] if content is not None else []
        self._map.set_left_out([(number, job["long"], job["lat"]) for number, job in enumerate(left, 1)])


def route_line(number: int, crew: Mapping[str, Any]) -> RouteLine:
    """A crew's day as one line with its stops."""
    legs = [stop["leg_line"] for stop in crew["stops"]] + [crew["return_line"]]
    line = [point for leg in legs for point in leg]
    stops = [
        {
            "sequence": stop["sequence"],
            "lon": stop["long"],
            "lat": stop["lat"],
            "time": datetime.fromisoformat(stop["service_start"]).strftime("%H:%M"),
        }
        for stop in crew["stops"]
    ]
    return RouteLine(number, crew["colour_slot"] - 1, line, stops, crew["depot"])


def newest_plan(store: Store) -> Plan | None:
    """The plan made last, whatever its day."""
    with store.read() as unit:
        plans = unit.plans.all()
    return max(plans, key=lambda plan: (plan.created_at, plan.id), default=None)


def _window(window: list[str | None]) -> tuple[datetime | None, datetime | None]:
    first, last = (datetime.fromisoformat(end) if end else None for end in window)
    return first, last


def _local(now: datetime, like: str) -> datetime:
    return now.astimezone(datetime.fromisoformat(like).tzinfo)


def sheets_path(folder: Path, content: Mapping[str, Any]) -> Path:
    """Where the sheets of a plan are written unless a person says otherwise."""
    return folder / f"route-sheets-{content['date']}.pdf"
