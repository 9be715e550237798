"""The roster in Crews: the week as a table, entries as forms, depots and dumps on the map."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from PySide6.QtCore import QObject, Signal

from data.store import Store
from desktop.controllers.roster_forms import (
    ABSENCE,
    CREW,
    MEMBER,
    NAMED,
    PLACE,
    ROUND,
    VEHICLE,
    RosterBook,
    entries_of_form,
)
from desktop.controllers.roster_week import week_state
from desktop.controllers.session import Session
from desktop.domain.clock import today
from desktop.domain.roster_lines import place_lines
from desktop.operations.changes import Changes
from desktop.operations.edit_roster import ENTITIES
from desktop.operations.roster import DayRoster, calendar_of, departments_of, roster_of_day
from desktop.views.roster.roster_pane import RosterPane
from desktop.views.roster.week_table import WeekTable
from desktop.worker import Failed

SAVE, REMOVE, CANCEL = "save_roster", "remove_from_roster", "cancel_absence"


@dataclass(frozen=True, slots=True)
class RosterRead:
    """What is read at once: the days of a week, its holidays, and the book of forms."""

    day: date
    days: tuple[DayRoster, ...]
    holidays: frozenset[date]
    book: RosterBook


def read_roster(store: Store, day: date, now_day: date) -> RosterRead | None:
    """The week of a day, from Monday on, and the roster as it stands; None without a city."""
    with store.read() as unit:
        city = unit.city.get()
        if city is None:
            return None
        monday = day - timedelta(days=day.weekday())
        week = [monday + timedelta(days=ahead) for ahead in range(7)]
        days = tuple(roster_of_day(unit, city, one) for one in week)
        departments = {int(key): name for key, name in departments_of(unit).items()}
        calendar = calendar_of(city)
        book = RosterBook.of(unit.roster.rows(), departments, now_day)
        return RosterRead(day, days, frozenset(one for one in week if one in calendar.holidays), book)


class RosterController(QObject):
    """Shows the week of the day on show, and carries out what a person asks of an entry."""

    places_changed = Signal(object)  # depots and dumps: name, lat, long, kind

    def __init__(self, parent: QObject, session: Session, map_view: Any) -> None:
        super().__init__(parent)
        self._session, self._map = session, map_view
        self._read: RosterRead | None = None
        self._day: date | None = None
        self._picking = False
        self._wanted: str | None = None  # the entry to be shown once the roster was read anew
        self.week = WeekTable()
        self.pane = RosterPane(
            (
                (CREW, self.tr("Crews")),
                (MEMBER, self.tr("Members")),
                (VEHICLE, self.tr("Vehicles")),
                (PLACE, self.tr("Depots and dumps")),
                (ABSENCE, self.tr("Absences")),
                (ROUND, self.tr("Rounds")),
            )
        )
        self.week.chosen.connect(self._crew_chosen)
        self.pane.kind_chosen.connect(self._show_kind)
        self.pane.save_asked.connect(self._save)
        self.pane.remove_asked.connect(self._remove)
        self.pane.place_asked.connect(self._pick)
        map_view.background_clicked.connect(self._pointed)
        session.bus.changed.connect(self._changed)

    @property
    def places(self) -> tuple[dict[str, Any], ...]:
        """Depots and dumps, for the map."""
        rows = () if self._read is None else self._read.book.rows.depots
        return tuple({"name": one.name, "lat": one.lat, "long": one.long, "kind": one.kind} for one in rows)

    def show_day(self, day: date) -> None:
        """Go to the week of a day."""
        self._day = day
        now_day = today(self._session.clock, self._timezone())
        self._session.runner.run_read(read_roster, self._session.store, day, now_day, on_result=self._show)

    def _timezone(self) -> str:
        snapshot = self._session.snapshot
        assert snapshot is not None
        return snapshot.city.timezone

    # what is shown

    def _show(self, found: RosterRead | None) -> None:
        if found is None or found.day != self._day:
            return
        self._read = found
        self.week.set_state(week_state(found.days, found.day, found.holidays))
        self._show_kind(self.pane.kind())
        self.places_changed.emit(self.places)

    def _show_kind(self, kind: str) -> None:
        if self._read is not None:
            self.pane.set_kind(kind)
            self.pane.set_state(self._read.book.state(kind), self._wanted)
            self._wanted = None

    def _crew_chosen(self, crew: str) -> None:
        self.pane.set_kind(CREW)
        self._wanted = crew
        self._show_kind(CREW)

    def _changed(self, changes: Changes, initiator: object) -> None:
        if self._day is not None and ENTITIES & changes.entities:
            self.show_day(self._day)

    # what a person does

    def _save(self, kind: str, key: str, values: Mapping[str, Any]) -> None:
        if self._read is None:
            return
        book = self._read.book
        try:
            entries = entries_of_form(book, kind, key, values)
        except ValueError as fault:
            self.pane.set_fault(_sentence(str(fault)))
            return
        arguments: dict[str, Any] = {"entries": entries}
        name = str(values.get(NAMED.get(kind, "name"), ""))
        if key and kind != ABSENCE:
            arguments |= {"renamed": {(kind, name): key}, "expected": {(kind, name): book.versions[kind, key]}}
        self._wanted = name if kind != ABSENCE else None
        self._session.act(SAVE, self.tr("Saving the roster"), arguments, ended=self._ended)

    def _remove(self, kind: str, key: str) -> None:
        if not key:
            return
        if kind == ABSENCE:
            arguments = {"absence_id": int(key)}
            self._session.act(CANCEL, self.tr("Cancelling the absence"), arguments, ended=self._ended)
        else:
            arguments = {"kind": kind, "name": key}  # type: ignore[dict-item]
            self._session.act(REMOVE, self.tr("Taking it off the roster"), arguments, ended=self._ended)

    def _ended(self, answer: Changes | Failed | None) -> None:
        """Why nothing was done stands over the button; what was saved comes back with the change."""
        self.pane.set_fault(answer.sentence if isinstance(answer, Failed) else "")

    def _pick(self, wanted: bool) -> None:
        self._picking = wanted

    def _pointed(self, lon: float, lat: float) -> None:
        """A place of the map goes into the form where one was asked for."""
        if not self._picking:
            return
        if self.pane.kind() == PLACE:
            self.pane.take_place({"lat": round(lat, 6), "long": round(lon, 6)})
            return
        lines = str(self.pane.form.values().get("places", "")).rstrip()
        number = len(lines.splitlines()) + 1
        place = {"name": self.tr("Place {0}").format(number), "lat": lat, "long": lon}
        self.pane.take_place({"places": f"{lines}\n{place_lines([place])}".strip()})


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:] + ("" if text.endswith(".") else ".")
