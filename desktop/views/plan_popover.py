"""What is planned, and how long it may be searched, before a day is planned anew."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from desktop.views import format as words
from desktop.views.kit import Button, Dropdown, Field, Words
from desktop.views.shell.popover import Popover

SECONDS = (5, 10, 30, 60)
DAYS_AHEAD = (0, 1, 3, 7)
DAYS_IN_VIEW = (1, 2, 3, 5, 7, 14)


@dataclass(frozen=True, slots=True)
class PlanChoice:
    """What is asked for; None is all of them."""

    service_code: str | None
    agency: str | None
    due_by: date | None
    days: int  # in view, the first one is planned
    seconds: float


class PlanPopover(Popover):
    """Services are (code, name). `picked` is how many requests were picked elsewhere; 0 for all that are open."""

    wanted = Signal(object)  # PlanChoice

    def __init__(
        self, anchor: QWidget, day: date, services: Sequence[tuple[str, str]], agencies: Sequence[str], picked: int
    ) -> None:
        super().__init__("", anchor, width=304)
        told = self.tr("{0} picked requests").format(words.count(picked)) if picked else self.tr("all open requests")
        self.set_title(self.tr("Plan {0}").format(words.short_date(day)), told)
        self.service = self._choice(self.tr("Service"), self.tr("Every service"), services)
        self.agency = self._choice(self.tr("Department"), self.tr("Every department"), [(one, one) for one in agencies])
        ends = [(day + timedelta(days=ahead), self._due(day, ahead)) for ahead in DAYS_AHEAD]
        self.due = self._choice(self.tr("Deadline"), self.tr("Any, the nearest first"), ends)
        spans = [(days, self._in_view(day, days)) for days in DAYS_IN_VIEW]
        self.days = self._choice(self.tr("Days in view"), "", spans)
        self.days.setToolTip(self.tr("With more days in view, what can wait for its deadline waits for its best day."))
        times = [(float(one), self.tr("{0} seconds").format(one)) for one in SECONDS]
        self.seconds = self._choice(self.tr("Search"), "", times)
        self.seconds.setCurrentIndex(1)
        note = self.tr('Areas, and anything else: filter in Operations, then "Plan what is shown in Crews".')
        self.body.addWidget(Words(note, step="caption", tone="tertiary", wrap=True))
        self.plan = self.add_act(Button(self.tr("Plan the day"), kind="primary", icon="route"))
        self.plan.clicked.connect(self._plan)
        self.first = self.service

    def _due(self, day: date, ahead: int) -> str:
        told = words.short_date(day + timedelta(days=ahead))
        return self.tr("By the end of the day") if ahead == 0 else self.tr("By {0}").format(told)

    def _in_view(self, day: date, days: int) -> str:
        if days == 1:
            return self.tr("This day alone")
        return self.tr("{0} days, to {1}").format(days, words.short_date(day + timedelta(days=days - 1)))

    def _choice(self, name: str, every: str, values: Sequence[tuple[object, str]]) -> Dropdown:
        made = Dropdown(name)
        if every:
            made.addItem(every, None)
        for value, told in values:
            made.addItem(told, value)
        self.body.addWidget(Field(name, made))
        return made

    def _plan(self) -> None:
        self.accept()
        found = (self.service.currentData(), self.agency.currentData(), self.due.currentData())
        self.wanted.emit(PlanChoice(*found, self.days.currentData(), self.seconds.currentData()))
