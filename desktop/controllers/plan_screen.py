"""Which plan of the day is on show, and how: rows, figures, lists and the map follow the draft as it changes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from PySide6.QtCore import QObject

from desktop.controllers.plan_draft import PlanDrafting, Trial
from desktop.controllers.plan_reads import DayPlans, Marks
from desktop.controllers.plan_shown import (
    LocksShown,
    left_marks,
    left_of,
    locks_of,
    route_line,
    row_of,
    rows_of,
    stop_card,
)
from desktop.controllers.plan_words import (
    clock,
    detail_words,
    figures_told,
    place_words,
    stops_by_job,
    why_words,
)
from desktop.controllers.session import Session
from desktop.domain.plan_diff import Difference, PlanDiff, compare
from desktop.domain.plan_figures import PlanFigures, figures_of
from desktop.views import format as words
from desktop.views.compare_pane import ChangedStop, CompareState
from desktop.views.crews_right import CrewsRight
from desktop.views.crews_view import TimelinePane, TimelineState
from desktop.views.left_out_pane import LeftOutState
from desktop.views.plan_bar import COMPARE, DRAFT, REFERENCE, BarState, PlanBar
from desktop.views.timeline_rows import TimelineRow

Content = Mapping[str, Any]


class PlanScreen(QObject):
    """Shows the plans of one day. Rows of the timeline are crews, in a comparison two each."""

    def __init__(
        self,
        parent: QObject,
        session: Session,
        drafting: PlanDrafting,
        bar: PlanBar,
        timeline: TimelinePane,
        right: CrewsRight,
        map_view: Any,
    ) -> None:
        super().__init__(parent)
        self._session, self._drafting, self._bar = session, drafting, bar
        self._timeline, self._right, self._map = timeline, right, map_view
        self.plans: DayPlans | None = None
        self.mode = DRAFT
        self.covered = False  # the map shows something else
        self._busy = ""
        self._saving = self._on_map = False
        self._rows: tuple[TimelineRow, ...] = ()
        self._locks = LocksShown()
        self._ringed: tuple[int, int] | None = None  # crew and stop that the map rings
        self._diff: PlanDiff | None = None
        drafting.changed.connect(self._draft_changed)
        drafting.refused.connect(timeline.say)
        drafting.trouble.connect(self._trouble)
        right.compare.map_asked.connect(self._show_on_map)

    # what there is

    @property
    def content(self) -> Content | None:
        """The plan on show."""
        if self.plans is None or self.plans.newest is None:
            return None
        if self.mode == REFERENCE and self.plans.reference is not None:
            return self.plans.reference.content
        return self.present

    @property
    def present(self) -> Content | None:
        """The plan at work: the draft, or the newest while it cannot be edited."""
        if self._drafting.content is not None:
            return self._drafting.content
        return None if self.plans is None or self.plans.newest is None else self.plans.newest.content

    @property
    def runs(self) -> bool:
        """Whether the day is under way: some crew's shift began and not all have ended."""
        content = self.present
        if content is None or not content["crews"]:
            return False
        starts = [datetime.fromisoformat(crew["shift_start"]) for crew in content["crews"]]
        ends = [datetime.fromisoformat(crew["shift_end"]) for crew in content["crews"]]
        return min(starts) < self._session.clock.now() < max(ends)

    def local_now(self) -> datetime:
        """Now, in the zone of the plan."""
        now = self._local_now()
        assert now is not None
        return now

    @property
    def editable(self) -> bool:
        """Whether stops can be moved now."""
        return self.mode == DRAFT and self._drafting.is_open

    @property
    def is_behind(self) -> bool:
        """Whether the draft was begun from a plan that is not the newest of its day."""
        return self.plans is not None and self.plans.is_behind

    def crew_of(self, row: int) -> int:
        """The crew of a row."""
        return row // 2 if self.mode == COMPARE else row

    def row_of(self, crew: int) -> int:
        """The row in which the plan at work has a crew."""
        return 2 * crew + 1 if self.mode == COMPARE else crew

    def stop_at(self, row: int, stop: int) -> Mapping[str, Any] | None:
        """A stop of a row."""
        content = self.content
        if self.mode == COMPARE and row % 2 == 0 and self.plans is not None and self.plans.reference is not None:
            content = self.plans.reference.content
        crews, crew = content["crews"] if content is not None else (), self.crew_of(row)
        stops = crews[crew]["stops"] if 0 <= crew < len(crews) else ()
        return stops[stop] if 0 <= stop < len(stops) else None

    def job_at(self, number: int) -> Mapping[str, Any] | None:
        """A job that was left out or waits for a later day, counted from 1."""
        content = self.content or {}
        left = (*content.get("unassigned", ()), *content.get("can_wait", ()))
        return left[number - 1] if 0 < number <= len(left) else None

    def find(self, job: str) -> tuple[int | None, int, int | None]:
        """The row and place of a job, or its number among those left out."""
        content = self.content
        assert content is not None
        for crew, told in enumerate(content["crews"]):
            for at, stop in enumerate(told["stops"]):
                if stop["job"] == job:
                    return self.row_of(crew), at, None
        numbers = (number for number, left in enumerate(content["unassigned"], 1) if left["job"] == job)
        return None, -1, next(numbers, None)

    # showing

    def show_plans(self, plans: DayPlans) -> None:
        """Another day, or other plans of it."""
        same = self.plans is not None and plans.same_as(self.plans)
        if self.plans is None or self.plans.day != plans.day:
            self.mode = DRAFT
            self._timeline.choose(None)
        if not same:
            self._timeline.say("")
        self.plans = plans
        self._drafting.begin(plans.newest)
        if not same:
            self.show_all(plans.newest_day)

    def set_mode(self, mode: str) -> None:
        """Which of the day's plans is on show."""
        self.mode = mode
        self._timeline.choose(None)  # rows are others now
        self.show_all()
        if mode == COMPARE:
            self._right.show_compare(True, first=True)

    def set_busy(self, busy: str) -> None:
        """What runs: "plan", "solve" or nothing."""
        self._busy = busy
        self._timeline.set_planning(busy == "plan")
        self._show_bar()

    def set_saving(self, saving: bool) -> None:
        """While the draft is being saved it is not saved again."""
        self._saving = saving
        self._show_compare()

    def show_all(self, newest_day: Any = None) -> None:
        """Everything anew."""
        content = self.content
        if content is None:
            self._timeline.set_state(None, words.long_date(newest_day) if newest_day is not None else "")
            self._right.left_out.set_state(None)
            self._bar.set_figures((), straight_line=False)
        else:
            self._rows = self._all_rows(content)
            self._timeline.set_state(TimelineState(self._rows, self._local_now(), self.editable))
            self._show_left_out(content)
            self._show_figures(content)
        self._show_compare()
        self._show_bar()
        self._draw(content)

    def title(self) -> str:
        """What the top bar says: the day, its crews and jobs."""
        assert self.plans is not None
        day, content = words.long_date(self.plans.day), self.content
        if content is None:
            return self.tr("{0} · no plan yet").format(day)
        crews, jobs = len(content["crews"]), figures_of(content).jobs
        crews_told = self.tr("1 crew") if crews == 1 else self.tr("{0} crews").format(crews)
        jobs_told = self.tr("1 job") if jobs == 1 else self.tr("{0} jobs").format(words.count(jobs))
        return f"{day} · {crews_told}, {jobs_told}"

    def show_trial(self, trial: Trial) -> None:
        """While a stop is dragged: the touched rows and the figures as they would be."""
        content = trial.timed.content
        locks, marks = locks_of(content), self._marks
        rows = {crew: row_of(crew + 1, content["crews"][crew], marks, locks) for crew in trial.touched}
        self._timeline.timeline.show_trial(rows, trial.words, bad=trial.bad)
        self._show_figures(content)

    def end_trial(self) -> None:
        """The figures of the plan at work again."""
        if self.content is not None:
            self._show_figures(self.content)

    def ring(self, row: int, stop: int) -> None:
        """Ring a stop on the map; in a comparison, where the plan at work has it."""
        told = self.stop_at(row, stop)
        if self.mode == COMPARE and row % 2 == 0 and told is not None:
            found, at, number = self.find(told["job"])
            if found is None:
                self._map.routes.choose(None, left_out=number)
                return
            row, stop = found, at
        self._map.routes.choose(self.crew_of(row), stop)
        self._ringed = self.crew_of(row), stop
        self._show_card()

    def ring_left_out(self, number: int) -> None:
        """Ring a job without a crew."""
        self._ringed = None
        self._show_card()
        self._map.routes.choose(None, left_out=number)

    def _show_card(self) -> None:
        """The card of the ringed stop, as it is now."""
        content, card = self.content, None
        if content is not None and self._ringed is not None:
            crew, stop = self._ringed
            if 0 <= crew < len(content["crews"]) and 0 <= stop < len(content["crews"][crew]["stops"]):
                card = stop_card(crew + 1, content["crews"][crew], stop, locks_of(content))
        if not self.covered:
            self._map.routes.show_card(card)

    # inside

    @property
    def _marks(self) -> Marks:
        return {} if self.plans is None else self.plans.marks

    def _draft_changed(self, crews: frozenset[int] | None) -> None:
        if crews is None or self.mode != DRAFT:
            self.show_all()
            return
        content = self.present
        assert content is not None
        self._timeline.say("")
        locks, marks = locks_of(content), self._marks
        self._rows = tuple(
            row_of(at + 1, told, marks, locks) if at in crews or locks != self._locks else self._rows[at]
            for at, told in enumerate(content["crews"])
        )
        before, self._locks = self._locks, locks
        self._timeline.set_state(TimelineState(self._rows, self._local_now(), editable=True))
        self._show_left_out(content)
        self._show_figures(content)
        self._show_compare()
        self._show_bar()
        if self.covered:
            return
        for crew in crews if locks == before else range(len(content["crews"])):
            self._map.routes.change(route_line(crew + 1, content["crews"][crew], locks, self._changed_jobs(), marks))
        self._map.routes.show_left_out(left_marks(content))
        self._show_card()

    def _all_rows(self, content: Content) -> tuple[TimelineRow, ...]:
        rows = rows_of(content, self._marks)
        self._locks = locks_of(content)
        if self.mode != COMPARE or self.plans is None or self.plans.reference is None:
            return rows
        return _interleaved(rows_of(self.plans.reference.content, self._marks), rows, self._reference_name())

    def _local_now(self) -> datetime | None:
        content = self.content
        if content is None or not content["crews"]:
            return None
        zone = datetime.fromisoformat(content["crews"][0]["shift_start"]).tzinfo
        return self._session.clock.now().astimezone(zone)

    def _show_left_out(self, content: Content) -> None:
        proven = self.mode == REFERENCE or not self._drafting.is_changed
        state = LeftOutState(left_of(content), figures_of(content).jobs, proven, self.editable)
        self._right.left_out.set_state(state)

    def _show_figures(self, content: Content) -> None:
        plans, mine = self.plans, figures_of(content)
        assert plans is not None
        tips: list[tuple[str, PlanFigures]] = []
        than: PlanFigures | None = None
        if plans.day_before is not None:
            day, figures = plans.day_before
            tips.append((words.long_date(day), figures))
            than = figures
        if plans.reference is not None and content is not plans.reference.content:
            reference = figures_of(plans.reference.content)
            tips.insert(0, (self._reference_name(), reference))
            than = reference
        naive = content.get("without_optimisation")
        if naive:
            tips.append((self.tr("Without optimisation"), PlanFigures(**naive)))
            than = than or PlanFigures(**naive)
        told = figures_told(mine, than, tips)
        self._bar.set_figures(told, straight_line=bool(content["straight_line"]))

    def _show_bar(self) -> None:
        plans, steps = self.plans, self._drafting.steps
        has_plan = plans is not None and plans.newest is not None
        state = BarState(
            has_plan=has_plan,
            reference=self._reference_name() if has_plan else "",
            draft=self._draft_name() if has_plan else "",
            mode=self.mode,
            undo=None if steps is None else steps.undone,
            redo=None if steps is None else steps.redone,
            editable=self.editable,
            busy=self._busy,
            running=has_plan and self.runs,
        )
        self._bar.set_state(state)

    def _reference_name(self) -> str:
        plans = self.plans
        if plans is None or plans.reference is None:
            return ""
        if plans.printed_at is not None:
            return self.tr("Printed {0}").format(self._clock(plans.printed_at))
        return self.tr("Plan {0}").format(self._clock(plans.reference.created_at))

    def _draft_name(self) -> str:
        plans = self.plans
        if plans is None or plans.newest is None or self._drafting.is_changed:
            return self.tr("Draft")
        kind = (plans.newest.content.get("origin") or {}).get("kind", "")
        word = {"edited": self.tr("Edited {0}"), "replan": self.tr("Replan {0}")}.get(kind, self.tr("Plan {0}"))
        if plans.reference is plans.newest:
            return self.tr("Draft")  # it is named beside it already
        return word.format(self._clock(plans.newest.created_at))

    def _clock(self, moment: datetime) -> str:
        snapshot = self._session.snapshot
        assert snapshot is not None
        return words.clock_time(moment, snapshot.city.timezone)

    def _show_compare(self) -> None:
        plans, present = self.plans, self.present
        if plans is None or plans.reference is None or present is None:
            self._diff = None
            self._right.show_compare(False)
            return
        reference = plans.reference.content
        self._diff = PlanDiff(0, ()) if present is reference else compare(reference, present)
        changed = self._drafting.is_changed
        names = {one.job["job"]: place_words(one.job) for one in self._diff.differences}
        stops_now = stops_by_job(present)
        left = {job["job"]: detail_words(job, stops_now) for job in present["unassigned"]}
        self._right.compare.set_state(
            CompareState(
                against=self._reference_name(),
                untouched=self._diff.untouched,
                stops=tuple(_changed_stop(one, names, left) for one in self._diff.differences),
                changed=changed,
                broken=figures_of(present).broken,
                busy=self._saving,
                tip=self.tr("Untouched: the same crew, and an arrival within five minutes."),
            )
        )
        self._right.show_compare(changed or bool(self._diff.differences) or self.mode == COMPARE)

    def _changed_jobs(self) -> dict[str, str]:
        if not self._on_map or self._diff is None:
            return {}
        return {one.job["job"]: one.kind for one in self._diff.differences}

    def _show_on_map(self, on: bool) -> None:
        self._on_map = on
        self._draw(self.content)

    def _draw(self, content: Content | None) -> None:
        if self.covered:
            return
        crews = content["crews"] if content is not None else []
        locks = locks_of(content or {})
        changed = self._changed_jobs()
        self._map.routes.show(
            [
                route_line(number, crew, locks, changed, self._marks)
                for number, crew in enumerate(crews, 1)
                if crew["stops"]
            ]
        )
        self._map.routes.show_left_out(left_marks(content) if content is not None else [])
        chosen = self._timeline.timeline.chosen
        if chosen is not None and self.stop_at(*chosen) is not None:
            self.ring(*chosen)  # what is chosen on the timeline is so on the map
            return
        self._map.routes.choose(None)
        self._ringed = None
        self._show_card()

    def _trouble(self, why: str) -> None:
        self._timeline.say(self.tr("This plan cannot be edited. {0}").format(why) if why else "")


def _interleaved(before: tuple[TimelineRow, ...], after: tuple[TimelineRow, ...], name: str) -> tuple[TimelineRow, ...]:
    """Two rows a crew: the plan compared with, pale, over the one at work."""
    from dataclasses import replace

    found = []
    for old, new in zip(before, after, strict=False):
        pale = tuple(replace(stop, done=True, broken=False) for stop in old.stops)
        found += [replace(old, note=name, stops=pale, faults=()), new]
    return tuple(found)


def _changed_stop(one: Difference, names: Mapping[str, str], left: Mapping[str, str]) -> ChangedStop:
    before, after = one.before, one.after
    crews = [None if end is None else str(end.crew + 1) for end in (before, after)]
    times = [None if end is None else clock(end.arrival) for end in (before, after)]
    if crews[0] == crews[1]:
        crew = crews[0] or ""
    elif one.kind in ("new", "out"):
        crew = f"{crews[0] or '–'} › {crews[1] or '–'}"
    else:
        crew = f"{crews[0]} › {crews[1]}"
    arrival = f"{times[0] or '—'} › {times[1] or '—'}"
    return ChangedStop(one.job["job"], one.kind, place_words(one.job), why_words(one, names, left), crew, arrival)
