"""What the hand does to the draft: drags, keys and the menu of a stop become edits; tries are shown while dragging."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, QPoint, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu

from desktop.controllers.plan_draft import Edit, PlanDrafting
from desktop.controllers.plan_screen import PlanScreen
from desktop.domain.plan_draft import DayOrders
from desktop.views.crews_view import TimelinePane
from desktop.views.left_out_pane import LeftOutPane
from desktop.views.shell.menus import build_menu

NOBODY = -1
GONE = -1  # minutes that a crew is late which does not come back today
LATE_MIN = (15, 30, 60)


class PlanHand(QObject):
    """A stop is a crew and a place in its order, both from 0; a job of the list is its number from 1."""

    moved_to = Signal(int, int)  # where the chosen stop is now
    open_asked = Signal(int, int)
    mark_wanted = Signal(int, int, str)  # a row and a stop, and what is told of it
    replan_wanted = Signal(int, int)  # around a crew that is so many minutes late, or GONE

    def __init__(
        self, parent: QObject, drafting: PlanDrafting, screen: PlanScreen, pane: TimelinePane, left_out: LeftOutPane
    ) -> None:
        super().__init__(parent)
        self._drafting, self._screen, self._pane, self._left_out = drafting, screen, pane, left_out
        self._dragged: tuple[int, int] | None = None
        timeline = pane.timeline
        timeline.drag_began.connect(self._began)
        timeline.hovered.connect(self._hovered)
        timeline.dropped.connect(self._dropped)
        timeline.drag_ended.connect(self._ended)
        timeline.step_asked.connect(self.step)
        timeline.take_out_asked.connect(self.take_out)
        timeline.lock_asked.connect(self.lock)
        timeline.mark_asked.connect(self.mark_wanted)
        timeline.menu_asked.connect(self._menu)
        drafting.best_found.connect(timeline.show_best)
        for place in (timeline, left_out.list):
            place.undo_asked.connect(drafting.undo)
            place.redo_asked.connect(drafting.redo)
        left_out.list.put_in_asked.connect(self.put_in_best)

    # edits

    def move(self, crew: int, at: int, to: int, place: int) -> None:
        """A stop to a crew and place, and the choice with it."""
        label = self.tr("stop moved") if crew == to else self.tr("stop to another crew")
        if self._drafting.edit(label, lambda state: _moved(state, crew, at, to, place)):
            self.moved_to.emit(to, place)

    def step(self, crew: int, at: int, crews: int, places: int) -> None:
        """A stop one place earlier or later, or to the best place of the crew above or below."""
        state = self._drafting.timed.state
        if not crews:
            place = at + places
            if 0 <= place < _jobs(state, crew):
                self.move(crew, at, crew, place)
            return
        to = crew + crews
        if 0 <= to < len(state.orders):
            job = state.orders[crew][state.index_of(crew, at)]
            self.move(crew, at, to, _stops_before(state, to, self._drafting.place_for(job, to)))

    def take_out(self, crew: int, at: int) -> None:
        """Leave a stop's job out."""
        label = self.tr("stop taken out")
        if self._drafting.edit(label, lambda state: state.take_out(crew, state.index_of(crew, at))):
            left = _jobs(self._drafting.timed.state, crew)
            if left:
                self.moved_to.emit(crew, min(at, left - 1))

    def put_in(self, number: int, crew: int, place: int) -> None:
        """A job of the list to a crew and place."""
        job = self._drafting.timed.state.left_out[number - 1]
        label = self.tr("job put in")
        if self._drafting.edit(label, lambda state: state.put_in(job, crew, state.place_of(crew, place))):
            self.moved_to.emit(crew, place)

    def put_in_best(self, number: int) -> None:
        """A job of the list to where it fits best of all."""
        if self._drafting.is_open:
            state = self._drafting.timed.state
            crew, place = self._drafting.best_crew(state.left_out[number - 1])
            self.put_in(number, crew, _stops_before(state, crew, place))

    def lock(self, crew: int, at: int, kind: str) -> None:
        """Lock a stop to its crew or time, the order up to it, or the whole crew; what is locked so is unlocked."""
        state = self._drafting.timed.state
        if kind == "whole":
            on = crew not in state.locks.whole
            self._drafting.edit(self.tr("lock of a crew"), lambda now: now.lock_whole(crew, on))
            return
        at = state.index_of(crew, at)
        job, locked = state.orders[crew][at], kind in state.locked(crew, at)
        start = self._drafting.timed.day.routes[crew].route
        visit = next(stop for stop in start.visits if stop.job == job)
        changes: dict[str, Edit] = {
            "crew": lambda now: now.lock_crew(job, not locked),
            "time": lambda now: now.lock_time(job, None if locked else round(visit.service_start_s)),
            "order": lambda now: now.lock_first(crew, at if locked else at + 1),
        }
        self._drafting.edit(self.tr("lock of a stop"), changes[kind])

    def unlock(self, crew: int, at: int) -> None:
        """Take every lock of a stop away."""
        self._drafting.edit(self.tr("stop unlocked"), lambda state: state.unlock(crew, state.index_of(crew, at)))

    def reverse(self, crew: int) -> None:
        """A crew's stops the other way round."""
        self._drafting.edit(self.tr("order reversed"), lambda state: state.reverse(crew))

    # dragging

    def _began(self, crew: int, at: int) -> None:
        self._dragged = crew, at
        state = self._drafting.timed.state
        job = state.left_out[at - 1] if crew == NOBODY else state.orders[crew][state.index_of(crew, at)]
        self._drafting.look_for_places(job)

    def _change(self, to: int, place: int) -> Edit:
        assert self._dragged is not None
        crew, at = self._dragged
        if crew == NOBODY:
            job = self._drafting.timed.state.left_out[at - 1]
            return lambda state: state.put_in(job, to, state.place_of(to, place))
        return lambda state: _moved(state, crew, at, to, place)

    def _hovered(self, to: int, place: int) -> None:
        if self._dragged is None or to == NOBODY:
            self._screen.end_trial()
            return
        trial = self._drafting.try_edit(self._change(to, place), to)
        if trial is not None:
            self._screen.show_trial(trial)

    def _dropped(self, to: int, place: int) -> None:
        assert self._dragged is not None
        crew, at = self._dragged
        if crew == NOBODY:
            self.put_in(at, to, place)
        else:
            self.move(crew, at, to, place)

    def _ended(self) -> None:
        self._dragged = None
        self._drafting.stop_looking()
        self._screen.end_trial()

    # the menu

    def _menu(self, row: int, at: int, where: QPoint) -> None:
        menu = self.menu(row, at)
        if menu is not None:
            menu.popup(where)

    def menu(self, row: int, at: int) -> QMenu | None:
        """What can be done with a stop, or with a crew (at below 0); None where nothing can."""
        if not self._screen.editable:
            return None
        crew = self._screen.crew_of(row)
        state = self._drafting.timed.state
        told = self._crew_acts(state, crew)
        entries: list[str | None] = list(told)
        if "absent" in told:
            entries.insert(entries.index("absent"), None)
        if at >= 0:
            stop, marks = self._stop_acts(state, crew, at), self._mark_acts(row, at)
            entries = [*list(stop)[:2], None, *marks, None, *list(stop)[2:], None, *entries]
            told = stop | marks | told
        actions = {}
        for key, (text, act) in told.items():
            actions[key] = QAction(text, self._pane)
            actions[key].triggered.connect(act)
        menu = build_menu(entries, actions, self._pane)
        menu.aboutToHide.connect(menu.deleteLater)
        for action in actions.values():
            action.setParent(menu)
        return menu

    def _stop_acts(self, state: DayOrders, crew: int, at: int) -> dict[str, tuple[str, partial[None]]]:
        locked = state.locked(crew, state.index_of(crew, at))
        found = {
            "open": (self.tr("Open request") + "\t⏎", partial(self.open_asked.emit, crew, at)),
            "out": (self.tr("Take out") + "\tDel", partial(self.take_out, crew, at)),
        }
        names = {
            "crew": (self.tr("Lock to this crew"), self.tr("May leave this crew"), "\tL"),
            "time": (self.tr("Lock to this time"), self.tr("May change its time"), "\tShift+L"),
            "order": (self.tr("Lock the order up to here"), self.tr("Free the order from here"), ""),
        }
        for kind, (on, off, keys) in names.items():
            found[kind] = ((off if kind in locked else on) + keys, partial(self.lock, crew, at, kind))
        if locked - {"whole"}:
            found["unlock"] = (self.tr("Unlock"), partial(self.unlock, crew, at))
        return found

    def _mark_acts(self, row: int, at: int) -> dict[str, tuple[str, partial[None]]]:
        names = {
            "done": self.tr("Done") + "\tD",
            "not_found": self.tr("Not found") + "\tN",
            "other_crew": self.tr("Needs another crew") + "\tO",
        }
        return {kind: (text, partial(self.mark_wanted.emit, row, at, kind)) for kind, text in names.items()}

    def _crew_acts(self, state: DayOrders, crew: int) -> dict[str, tuple[str, partial[None]]]:
        whole = crew in state.locks.whole
        text = self.tr("Unlock the crew's day") if whole else self.tr("Lock the crew's whole day")
        found = {
            "whole": (text, partial(self.lock, crew, -1, "whole")),
            "reverse": (self.tr("Drive the other way round"), partial(self.reverse, crew)),
        }
        if self._screen.runs:
            text = self.tr("Replan the rest without this crew")
            found["absent"] = (text, partial(self.replan_wanted.emit, crew, GONE))
            for minutes in LATE_MIN:
                text = self.tr("Replan the rest, this crew {0} min late").format(minutes)
                found[f"late {minutes}"] = (text, partial(self.replan_wanted.emit, crew, minutes))
        return found


def _jobs(state: DayOrders, crew: int) -> int:
    return sum(job >= 0 for job in state.orders[crew])


def _stops_before(state: DayOrders, crew: int, place: int) -> int:
    """How many jobs come before a place of a crew's order."""
    return sum(job >= 0 for job in state.orders[crew][:place])


def _moved(state: DayOrders, crew: int, at: int, to: int, place: int) -> DayOrders:
    """A crew's job to a place of another, both counted in jobs alone."""
    index = state.index_of(crew, at)
    return state.move(crew, index, to, state.place_of(to, place, index if crew == to else None))
