"""The draft of the day's plan in the window: edits with their clock at once, tries while a stop is dragged, saving."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QObject, Signal

from data.records import Plan
from data.store import Store
from desktop.controllers.plan_draft_files import PlanDraftFiles
from desktop.controllers.plan_words import fault_words, more_words, place_words, refusal_words
from desktop.controllers.session import Session
from desktop.domain.plan_draft import DayOrders, DraftRefused, DraftSteps, from_kept, kept_form
from desktop.operations.changes import Changes
from desktop.operations.plan_content import Lines
from desktop.operations.plan_edits import OpenedPlan, lines_between, open_plan, with_locks
from desktop.views.timeline_painting import BestPlace
from desktop.worker import Failed
from geo.vrp_places import Place, best_place, best_places
from geo.vrp_soft import Breach
from geo.vrp_soft_day import SoftDay, soft_day

SAVE, SOLVE, TRAVEL = "save_plan", "solve_around", "work_out_travel"
SEED = 13
Content = Mapping[str, Any]
Edit = Callable[[DayOrders], DayOrders]


@dataclass(frozen=True, slots=True, eq=False)
class Timed:
    """A state of the draft with its clock and content."""

    state: DayOrders
    day: SoftDay
    content: Content


@dataclass(frozen=True, slots=True, eq=False)
class Trial:
    """What an edit would make of the plan: the content, the crews that it touches, and what it costs in words."""

    timed: Timed
    touched: frozenset[int]
    words: str
    bad: bool


@dataclass(frozen=True, slots=True, eq=False)
class _Read:
    opened: OpenedPlan | None  # None where the travel times are missing
    kept: DayOrders | None
    timed: Timed | None


class PlanDrafting(QObject):
    """One draft at a time. `changed` tells the crews that look otherwise now, None for all of them."""

    changed = Signal(object)
    refused = Signal(str)
    trouble = Signal(str)  # why the plan cannot be edited; empty when it can
    best_found = Signal(object)  # dict of crew -> BestPlace
    saved = Signal()
    behind = Signal()  # saving was refused: somebody made a newer plan

    def __init__(self, parent: QObject, session: Session, files: PlanDraftFiles) -> None:
        super().__init__(parent)
        self._session, self._files = session, files
        self.plan: Plan | None = None
        self.opened: OpenedPlan | None = None
        self.steps: DraftSteps | None = None
        self._timed: Timed | None = None
        self._fetching: OpenedPlan | None = None  # whose ways are being read
        self._solve_later: tuple[float | None] | None = None  # seconds, asked for before the plan could be edited
        self._dragged: int | None = None  # the job whose best places are looked for

    # opening

    def begin(self, plan: Plan | None) -> None:
        """Edit this plan from now on, or none."""
        if plan is not None and self.plan is not None and plan.id == self.plan.id and self.opened is not None:
            return
        self.plan, self.opened, self.steps, self._timed = plan, None, None, None
        self._solve_later = None
        if plan is not None:
            self._open(plan)

    def _open(self, plan: Plan) -> None:
        handle = self._session.runner.run_read(
            _read, self._session.store, plan, self._files, on_result=lambda read: self._opened(plan, read)
        )
        handle.failed.connect(self.trouble)

    def _opened(self, plan: Plan, read: _Read) -> None:
        if self.plan is not plan:
            return  # another one is on show meanwhile
        if read.opened is None or read.timed is None:
            if TRAVEL not in self._session.busy:
                title = self.tr("Working out travel times")
                self._session.act(TRAVEL, title, {"plan_id": int(plan.id)}, ended=self._travel_there)
            return
        self.opened, self._timed = read.opened, read.timed
        self.steps = DraftSteps(read.opened.writer.orders())
        if read.kept is not None:
            self.steps.put(read.kept, self.tr("Kept draft"))
        self.trouble.emit("")
        self.changed.emit(None)
        self._fetch_lines()
        if self._solve_later is not None:
            self.solve(*self._solve_later)

    def _travel_there(self, changes: Changes | Failed | None) -> None:
        if isinstance(changes, Changes):
            if self.plan is not None and self.opened is None:
                self._open(self.plan)
        elif isinstance(changes, Failed):
            self.trouble.emit(changes.sentence)

    # what there is

    @property
    def is_open(self) -> bool:
        """Whether the plan on show can be edited."""
        return self._timed is not None

    @property
    def is_changed(self) -> bool:
        """Whether saving would change something."""
        return self.steps is not None and self.steps.is_changed

    @property
    def timed(self) -> Timed:
        """The present state."""
        assert self._timed is not None
        return self._timed

    @property
    def content(self) -> Content | None:
        """The present plan; None while it cannot be edited."""
        return None if self._timed is None else self._timed.content

    # edits

    def edit(self, label: str, change: Edit, *, by_hand: bool = True) -> bool:
        """One step; False where it is refused, which is told. By hand no lock to a time is broken."""
        if self._timed is None or self.steps is None:
            return False
        try:
            state = change(self._timed.state)
        except DraftRefused as refused:
            self.refused.emit(self._refusal(refused))
            return False
        broken = self._broken_lock(state) if by_hand else None
        if broken is not None:
            self.refused.emit(self._refusal(broken))
            return False
        self.steps.put(state, label)
        self._follow()
        return True

    def _broken_lock(self, state: DayOrders) -> DraftRefused | None:
        """The lock to a time that an edit by hand would break; solving keeps them all."""
        now = self.timed
        if not state.locks.time or state.locks != now.state.locks:
            return None
        known = {one.job for one in now.day.breaches if one.kind == "lock"}
        broken = (one for one in self._time(state).day.breaches if one.kind == "lock" and one.job not in known)
        found = next(broken, None)
        return None if found is None else DraftRefused("time", found.crew, found.job)

    def undo(self) -> None:
        """One step back."""
        if self.steps is not None and self.steps.undone is not None:
            self.steps.undo()
            self._follow()

    def redo(self) -> None:
        """One step forth again."""
        if self.steps is not None and self.steps.redone is not None:
            self.steps.redo()
            self._follow()

    def discard(self) -> None:
        """Back to the plan that it was begun from, as one step."""
        if self.steps is not None:
            self.steps.put(self.steps.start, self.tr("Draft discarded"))
            self._follow()

    def try_edit(self, change: Edit, about: int) -> Trial | None:
        """What an edit of a crew's day would make of the plan; None where it is refused."""
        if self._timed is None:
            return None
        try:
            state = change(self._timed.state)
        except DraftRefused as refused:
            return Trial(self._timed, frozenset(), self._refusal(refused), True)
        timed = self._time(state)
        before = self._timed.day
        touched = frozenset(at for at, route in enumerate(timed.day.routes) if route is not before.routes[at])
        known = {(one.kind, one.crew, one.job) for one in before.breaches}
        new = [one for one in timed.day.breaches if (one.kind, one.crew, one.job) not in known]
        more = sum(route.route.drive_s for route in timed.day.routes) - sum(r.route.drive_s for r in before.routes)
        back = timed.content["crews"][about]["return_at"][11:16]
        told = [more_words(more), self.tr("back {0}").format(back)] + [fault_words(_fault(one)) for one in new[:1]]
        return Trial(timed, touched, ", ".join(told), bool(new))

    def look_for_places(self, job: int) -> None:
        """Find where a job would fit each crew best, for `best_found`."""
        self._dragged = job
        day, state = self.timed.day, self.timed.state
        orders = [tuple(other for other in order if other != job) for order in day.orders]
        locked = [state.held(crew) for crew in range(len(orders))]
        self._session.runner.run_read(
            best_places, day.problem, orders, job, locked, day.begun, on_result=lambda found: self._found(job, found)
        )

    def stop_looking(self) -> None:
        """The stop is not dragged any more."""
        self._dragged = None

    def _found(self, job: int, places: list[Place | None]) -> None:
        if self._dragged == job:
            whole, orders = self.timed.state.locks.whole, self.timed.state.orders
            stops = {crew: [one for one in order if one != job] for crew, order in enumerate(orders)}
            self.best_found.emit(
                {
                    crew: BestPlace(
                        sum(one >= 0 for one in stops[crew][: place.at]), more_words(place.more_s), bool(place.breaches)
                    )
                    for crew, place in enumerate(places)
                    if place is not None and crew not in whole
                }
            )

    def place_for(self, job: int, crew: int) -> int:
        """The best place of a crew for a job that it has not."""
        day, first = self.timed.day, self.timed.state.held(crew)
        found = best_place(day.problem, crew, day.orders[crew], job, first, day.begun.get(crew))
        return len(day.orders[crew]) if found is None else found.at

    def best_crew(self, job: int) -> tuple[int, int]:
        """The crew and place that a job fits best."""
        day, locks = self.timed.day, self.timed.state.locks
        first = [self.timed.state.held(crew) for crew in range(len(day.orders))]
        places = [place for place in best_places(day.problem, day.orders, job, first, day.begun) if place is not None]
        free = [place for place in places if place.crew not in locks.whole]
        best = min(free, key=lambda place: (len(place.breaches), place.more_s), default=None)
        return (0, 0) if best is None else (best.crew, best.at)

    # saving and solving

    def save(self) -> None:
        """Save the draft as the newest plan of its day."""
        if self.plan is not None and self.is_changed and SAVE not in self._session.busy:
            arguments = {"plan_id": int(self.plan.id), "draft": kept_form(self.timed.state)}
            self._session.act(SAVE, self.tr("Saving the plan"), arguments, ended=self._saved)

    def solve(self, seconds: float | None) -> None:
        """Solve the day again around what is locked; the answer is one step of the draft."""
        if self.plan is not None and not self.is_open:
            self._solve_later = (seconds,)
        elif self.plan is not None and SOLVE not in self._session.busy:
            self._solve_later = None
            state = self.timed.state
            arguments = {"plan_id": int(self.plan.id), "draft": kept_form(state), "seconds": seconds, "seed": SEED}
            plan = self.plan
            self._session.act(
                SOLVE, self.tr("Solving around locks"), arguments, ended=lambda end: self._solved(plan, state, end)
            )

    def _saved(self, end: Changes | Failed | None) -> None:
        if isinstance(end, Changes):
            assert self.plan is not None
            self._files.forget(self.plan.date)
            self.saved.emit()
        elif isinstance(end, Failed):
            self.behind.emit()
            self.refused.emit(end.sentence)

    def _solved(self, plan: Plan, state: DayOrders, end: Changes | Failed | None) -> None:
        if isinstance(end, Failed):
            self.refused.emit(end.sentence)
        if not isinstance(end, Changes) or self.plan is not plan:
            return
        if self.timed.state != state:
            self.refused.emit(self.tr("The draft was changed while it was solved; the answer is not taken over."))
            return
        found = from_kept(kept_form(state) | {"orders": end.counts["orders"], "left_out": end.counts["left_out"]})
        self.edit(self.tr("Solved around locks"), lambda _: found, by_hand=False)
        if end.counts["broken_locks"]:
            self.refused.emit(" ".join(end.counts["broken_locks"]))

    # inside

    def _follow(self) -> None:
        """Show the present state, keep it, and fetch ways that are not known."""
        assert self.steps is not None
        assert self._timed is not None
        before = self._timed.day
        self._timed = self._time(self.steps.present)
        after = self._timed.day
        touched = {at for at, route in enumerate(after.routes) if route is not before.routes[at]}
        self._keep()
        self.changed.emit(frozenset(touched))
        self._fetch_lines()

    def _time(self, state: DayOrders) -> Timed:
        """A state's clock, worked out from the present one's."""
        assert self.opened is not None
        assert self._timed is not None
        now, day = self._timed, self._timed.day
        if state.locks != now.state.locks:
            problem = with_locks(self.opened.problem, state)
            changed = {job for job, _ in set(state.locks.time.items()) ^ set(now.state.locks.time.items())}
            touched = [crew for crew, order in enumerate(day.orders) if changed & set(order)]
            day = day.with_problem(problem, touched)
        if state.orders != day.orders:
            day = day.with_orders(state.orders)
        return Timed(state, day, self.opened.writer.content(state, day, (now.day, now.content)))

    def _keep(self) -> None:
        assert self.plan is not None
        try:
            if self.is_changed:
                self._files.save(self.plan.date, int(self.plan.id), self.timed.state)
            else:
                self._files.forget(self.plan.date)
        except OSError as fault:
            self.refused.emit(self.tr("The draft cannot be kept ({0}); save the plan.").format(fault.strerror))

    def _fetch_lines(self) -> None:
        assert self.opened is not None
        writer, opened = self.opened.writer, self.opened
        missing = writer.missing_lines(self.timed.day)
        if missing and self._fetching is not opened:  # the streets are read once for many edits
            self._fetching = opened
            self._session.runner.run_read(
                lines_between, self._session.store, writer.places, missing,
                on_result=lambda found: self._lines_there(opened, found),
            )  # fmt: skip

    def _lines_there(self, opened: OpenedPlan, found: Lines) -> None:
        self._fetching = None
        if opened is not self.opened or not found:
            return
        opened.writer.lines.update(found)
        now = self.timed
        crews = {at for at in range(len(now.day.routes)) if opened.writer.legs(at, now.day) & found.keys()}
        content = opened.writer.content(now.state, now.day, (now.day, now.content), crews)
        self._timed = Timed(now.state, now.day, content)
        self.changed.emit(frozenset(crews))
        self._fetch_lines()

    def _refusal(self, refused: DraftRefused) -> str:
        content = self.content
        assert content is not None
        crew = content["crews"][refused.crew]["crew"] if refused.crew >= 0 else ""
        job = place_words(self.opened.writer.facts[refused.job]) if self.opened and refused.job >= 0 else ""
        return refusal_words(refused, crew, job)


def _fault(breach: Breach) -> dict[str, Any]:
    return {"kind": breach.kind, "amount": breach.amount, "names": breach.names}


def _read(store: Store, plan: Plan, files: PlanDraftFiles) -> _Read:
    """The plan with its problem, its draft where one was kept, and the clock of it all."""
    opened = open_plan(store, int(plan.id))
    if opened is None:
        return _Read(None, None, None)
    kept = files.load(plan.date)
    state = opened.writer.orders()
    draft = None if kept is None or kept[0] != int(plan.id) or not _fits(kept[1], state) else kept[1]
    now = draft or state
    day = soft_day(with_locks(opened.problem, now), now.orders, opened.writer.begun)
    return _Read(opened, draft, Timed(now, day, opened.writer.content(now, day)))


def _fits(kept: DayOrders, standing: DayOrders) -> bool:
    """Whether a kept draft is about the crews and jobs of a plan."""

    def jobs(state: DayOrders) -> set[int]:
        return {job for order in state.orders for job in order if job >= 0} | set(state.left_out)

    same_day = len(kept.orders) == len(standing.orders) and kept.behind == standing.behind
    return same_day and jobs(kept) == jobs(standing)
