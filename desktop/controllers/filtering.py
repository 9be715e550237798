"""The filter of Operations as it stands: what is asked for, what had to be looked up for it, and its chips."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal

from data.store import Store
from desktop.controllers.assignment_words import kind_words
from desktop.controllers.session import Session, Snapshot
from desktop.domain import request_filter
from desktop.domain.attention import Mask, Moment
from desktop.domain.backlog import History
from desktop.domain.request_filter import (
    ALL,
    LOOKED_UP,
    MOVED,
    RECATEGORISED,
    RETURNED,
    Bounds,
    RequestFilter,
    Ring,
    Standing,
    WentAbout,
    matching,
)
from desktop.operations.recategorisation_figures import requests_by_way
from desktop.views import format as words

FOUND_MOST = 5000


class Filtering(QObject):
    """Holds the one filter. `changed` says that other requests fit; look-ups end a little later and say so again."""

    changed = Signal()

    def __init__(self, session: Session, words_of: Callable[[str], str], parent: QObject) -> None:
        super().__init__(parent)
        self._session, self.words_of = session, words_of
        self.wanted = RequestFilter()
        self.standing: Standing | None = None  # how the requests stood, where another moment is asked for
        self.bounds: Bounds | None = None  # what the map shows
        self._found: dict[str, NDArray[np.int64]] = {}
        self._serials = dict.fromkeys(LOOKED_UP, 0)
        self._history: tuple[Snapshot | None, History | None] = (None, None)

    # what a person does

    def set(self, **values: Any) -> None:
        """Change fields of the filter."""
        self.use(replace(self.wanted, **values))

    def use(self, wanted: RequestFilter) -> None:
        """Put another filter in place of this one."""
        before, self.wanted = self.wanted, wanted
        asked = [self._look_up(field) for field in LOOKED_UP if getattr(before, field) != getattr(wanted, field)]
        if not any(asked):  # else nothing moves before the answer is there
            self.changed.emit()

    def search(self, text: str) -> None:
        """Only requests whose texts hold all the words, of every line of the queue; empty asks for nothing."""
        self.set(text=text.strip(), line=ALL if text.strip() else self.wanted.line)

    def draw(self, ring: Iterable[tuple[float, float]]) -> None:
        """Only requests inside a ring drawn on the map, lon and lat."""
        self.set(shape=tuple((float(lon), float(lat)) for lon, lat in ring))

    def drop(self, chip: str) -> None:
        """Take a chip's condition off; "everything" takes all off."""
        if chip == "everything":
            self.use(RequestFilter(line=ALL))
            return
        usual = RequestFilter(line=ALL)
        self.set(**{field: getattr(usual, field) for field in FIELDS[chip]})

    def moved(self, bounds: Bounds) -> None:
        """The map shows another part of the city."""
        self.bounds = bounds
        if self.wanted.in_view:
            self.changed.emit()

    def look_again(self) -> None:
        """The city changed: what was looked up may be others by now."""
        for field in LOOKED_UP:
            if getattr(self.wanted, field):
                self._look_up(field)

    def know(self, snapshot: Snapshot, history: History) -> None:
        """What the times of a snapshot tell."""
        self._history = (snapshot, history)

    # what others read

    def masks(self, snapshot: Snapshot) -> tuple[Mask, Mask]:
        """What the map and what the table show, as of the moment asked for."""
        moment = self.moment()
        columns, line = snapshot.columns, self._line(self.wanted.line)
        self.standing = None
        if self.wanted.as_of_ms is not None:
            history = self._history_of(snapshot)
            self.standing = Standing.at(columns, history, moment.now_ms)
            line = self.standing.line(self.wanted.line, moment, history)
        mapped = matching(self.standing or columns, line, self.wanted, self._found)
        if not self.wanted.in_view or self.bounds is None:
            return mapped, mapped
        return mapped, mapped & request_filter.inside(snapshot.columns, self.bounds)

    def moment(self) -> Moment:
        """The moment of which the requests are shown: the one asked for, or now."""
        as_of, now = self.wanted.as_of_ms, self._session.moment()
        if as_of is None or self._session.snapshot is None:
            return now
        at = datetime.fromtimestamp(min(as_of, now.now_ms) / 1000, UTC)
        return Moment.at(at, self._session.snapshot.city.timezone)

    def count(self, snapshot: Snapshot, wanted: RequestFilter) -> int | None:
        """How many requests fit a filter; None where that must be looked up."""
        if any(getattr(wanted, field) for field in LOOKED_UP):
            return None
        mask = matching(snapshot.columns, self._line(wanted.line), wanted, {})
        if wanted.in_view and self.bounds is not None:
            mask = mask & request_filter.inside(snapshot.columns, self.bounds)
        return int(np.count_nonzero(mask))

    def chips(self, snapshot: Snapshot) -> tuple[tuple[str, str], ...]:
        """Key and words of every condition that is on, the queue's line first."""
        wanted = self.wanted
        chips = [] if wanted.line == ALL else [("line", self.words_of(wanted.line))]
        if wanted.text:
            chips.append(("text", f"“{wanted.text}”"))
        if wanted.service_ids:
            chips.append(("services", self._listed([snapshot.names.services.get(i, "") for i in wanted.service_ids])))
        if wanted.agency_ids:
            nobody = self.tr("No department")
            names = [snapshot.names.agencies.get(i, nobody) for i in wanted.agency_ids]
            chips.append(("agencies", self._listed(names)))
        if wanted.area_ids:
            elsewhere = self.tr("an area that is gone")
            chips.append(("areas", self._listed([snapshot.areas.names.get(i, elsewhere) for i in wanted.area_ids])))
        if wanted.statuses:
            chips.append(("statuses", self._listed([self.words_of(f"status:{name}") for name in wanted.statuses])))
        if wanted.opened_from_ms is not None or wanted.opened_to_ms is not None:
            chips.append(("opened", self._opened(snapshot)))
        if wanted.as_of_ms is not None:
            told = words.as_of(wanted.as_of_ms, self._session.clock.now(), snapshot.city.timezone)
            chips.append(("as_of", told))
        if wanted.shape:
            chips.append(("shape", self.tr("In the drawn area")))
        if wanted.kinds:
            chips.append(("kinds", self._listed([kind_words(kind) for kind in wanted.kinds])))
        if wanted.request_ids:
            chips.append(("requests", wanted.about or self.tr("{0} requests").format(len(wanted.request_ids))))
        if wanted.ways is not None:
            chips += self._ways(snapshot, wanted.ways)
        if wanted.in_view:
            chips.append(("view", self.tr("In map view")))
        return tuple(chips)

    # inside

    def _line(self, name: str) -> Mask:
        """A line of the queue as of now."""
        queue = self._session.queue
        assert queue is not None
        return queue.masks[name]

    def _history_of(self, snapshot: Snapshot) -> History:
        """What the times tell; usually made beside the event loop by then."""
        of, history = self._history
        if of is not snapshot or history is None:
            history = History.of(snapshot.columns)
            self.know(snapshot, history)
        return history

    def _opened(self, snapshot: Snapshot) -> str:
        """When the requests asked for were opened, in words; the end is not counted."""
        now, zone = self._session.clock.now(), snapshot.city.timezone
        first, end = self.wanted.opened_from_ms, self.wanted.opened_to_ms
        if first is None:
            return self.tr("Opened before {0}").format(words.moment_of_day(end or 0, now, zone))
        if end is None:
            return self.tr("Opened since {0}").format(words.moment_of_day(first, now, zone))
        return self.tr("Opened {0}").format(words.period(first, end, now, zone))

    def _ways(self, snapshot: Snapshot, ways: WentAbout) -> list[tuple[str, str]]:
        """How requests went about: one condition of two parts, dropped together."""
        told = {
            RECATEGORISED: self.tr("Recategorised"),
            MOVED: self.tr("Moved between departments"),
            RETURNED: self.tr("Came back to a department"),
        }
        names = [snapshot.names.services.get(i, "") for i in ways.reported_as]
        parts = [told[ways.way]] if ways.way else []
        if names:
            parts.append(self.tr("reported as {0}").format(self._listed(names)))
        return [("ways", ", ".join(parts))]

    def _listed(self, names: list[str]) -> str:
        return names[0] if len(names) == 1 else self.tr("{0} and {1} more").format(names[0], len(names) - 1)

    def _look_up(self, field: str) -> bool:
        """Ask for the ids of a field; a later question overtakes an earlier one. False where nothing is asked for."""
        self._serials[field] += 1
        value = getattr(self.wanted, field)
        if not value:
            self._found.pop(field, None)
            return False
        run, serial = self._session.runner.run_read, self._serials[field]
        snapshot = self._session.snapshot
        if field in ("text", "ways"):
            find = _found_by_text if field == "text" else _went_about
            run(find, self._session.store, value, serial, on_result=self._looked_up)
        else:
            assert snapshot is not None
            look = _inside_ring if field == "shape" else _inside_areas
            run(look, snapshot, value, serial, on_result=self._looked_up)
        return True

    def _looked_up(self, answer: tuple[str, int, NDArray[np.int64]]) -> None:
        field, serial, ids = answer
        if serial == self._serials[field]:
            self._found[field] = ids
            self.changed.emit()


FIELDS = {
    "line": ("line",),
    "text": ("text",),
    "services": ("service_ids",),
    "agencies": ("agency_ids",),
    "areas": ("area_ids",),
    "statuses": ("statuses",),
    "opened": ("opened_from_ms", "opened_to_ms"),
    "as_of": ("as_of_ms",),
    "shape": ("shape",),
    "kinds": ("kinds",),
    "requests": ("request_ids", "about"),
    "ways": ("ways",),
    "view": ("in_view",),
}


def _day(moment_ms: int, zone: str) -> date:
    return datetime.fromtimestamp(moment_ms / 1000, tz=UTC).astimezone(ZoneInfo(zone)).date()


def _found_by_text(store: Store, text: str, serial: int) -> tuple[str, int, NDArray[np.int64]]:
    with store.read() as unit:
        exact = [int(request.id) for request in unit.requests.find(text)]
        return "text", serial, np.array(exact or unit.search.requests(text, FOUND_MOST), dtype=np.int64)


def _went_about(store: Store, ways: WentAbout, serial: int) -> tuple[str, int, NDArray[np.int64]]:
    with store.read() as unit:
        return "ways", serial, requests_by_way(unit, ways.way, ways.reported_as)


def _inside_areas(snapshot: Snapshot, area_ids: tuple[int, ...], serial: int) -> tuple[str, int, NDArray[np.int64]]:
    """The requests in some areas of the city."""
    return "area_ids", serial, snapshot.areas.requests_in(snapshot.columns, area_ids)


def _inside_ring(snapshot: Snapshot, ring: Ring, serial: int) -> tuple[str, int, NDArray[np.int64]]:
    """The located requests inside a ring; shapely lets go of the interpreter while it looks."""
    import shapely

    columns = snapshot.columns
    lon, lat = np.array(ring).T
    box = request_filter.inside(columns, (lon.min(), lat.min(), lon.max(), lat.max()))
    area = shapely.Polygon(np.column_stack([lon, lat]))
    shapely.prepare(area)
    within = shapely.contains_xy(area, columns.lon[box], columns.lat[box])
    return "shape", serial, columns.id[box][within]
