"""What the timeline of the crews shows, as data, and where it lies."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from PySide6.QtCore import QRectF

LABEL_PX = 196
HEAD_PX = 28
ROW_PX = 36
RIGHT_PX = 12

Window = tuple[datetime | None, datetime | None]


@dataclass(frozen=True, slots=True)
class TimelineStop:
    """A block of work, its wait before it, and its window if it has one."""

    sequence: int
    arrival: datetime
    service_start: datetime
    departure: datetime
    window: Window | None
    words: str
    done: bool = False  # nobody goes there any more; shown pale
    mark: str = ""  # what was told of it: done, not_found, other_crew, started
    broken: bool = False  # a rule is broken here
    locked: frozenset[str] = frozenset()  # crew, time, order


@dataclass(frozen=True, slots=True)
class TimelineRow:
    """A crew's day."""

    number: int
    name: str
    note: str
    slot: int  # categorical colour, from 0
    start: datetime
    end: datetime
    back: datetime
    pause: tuple[datetime, datetime] | None
    stops: tuple[TimelineStop, ...]
    locked: bool = False  # nothing of it moves
    reloads: tuple[tuple[datetime, datetime], ...] = ()  # trips to unload
    faults: tuple[str, ...] = ()  # rules that the crew's day breaks, in words
    stands: tuple[tuple[datetime, datetime], ...] = ()  # neither drives, works, waits nor rests

    @property
    def over(self) -> bool:
        """Whether the crew is back after its shift."""
        return bool(self.stops) and self.back > self.end


@dataclass(slots=True)
class Frame:
    """Which rows there are, and where times and crews lie in a width."""

    rows: tuple[TimelineRow, ...] = ()
    width: int = 900
    opens: datetime | None = None
    closes: datetime | None = None
    _seconds: float = field(default=1.0)

    def set_rows(self, rows: Sequence[TimelineRow], *, keep_hours: bool = False) -> None:
        """Lay out these rows. While a stop is dragged the hours stay, unless a day would not fit into them."""
        self.rows = tuple(rows)
        if not rows:
            self.opens = self.closes = None
            return
        opens = min(row.start for row in rows).replace(minute=0, second=0)
        closes = max(max(row.end, row.back) for row in rows).replace(minute=0, second=0) + timedelta(hours=1)
        if keep_hours and self.opens is not None and self.closes is not None:
            opens, closes = min(opens, self.opens), max(closes, self.closes)
        self.opens, self.closes = opens, closes
        self._seconds = (closes - opens).total_seconds()

    def x(self, moment: datetime) -> float:
        """Where a moment lies across."""
        assert self.opens is not None
        share = (moment - self.opens).total_seconds() / self._seconds
        return LABEL_PX + share * (self.width - LABEL_PX - RIGHT_PX)

    def block(self, crew: int, start: datetime, end: datetime) -> QRectF:
        """A span of a crew's day."""
        left, right = self.x(start), self.x(end)
        return QRectF(left, crew * ROW_PX + 8, max(2.0, right - left), ROW_PX - 16)

    def stop_block(self, crew: int, at: int) -> QRectF:
        """The work at a stop."""
        stop = self.rows[crew].stops[at]
        return self.block(crew, stop.service_start, stop.departure)

    def row_rect(self, crew: int) -> QRectF:
        """The row of a crew."""
        return QRectF(0, crew * ROW_PX, self.width, ROW_PX)

    def hours(self) -> Iterator[tuple[float, datetime]]:
        """Every full hour and where it lies."""
        moment, closes = self.opens, self.closes
        while moment is not None and closes is not None and moment <= closes:
            yield self.x(moment), moment
            moment += timedelta(hours=1)

    def shows(self, moment: datetime | None) -> bool:
        """Whether a moment lies within the hours."""
        if moment is None or self.opens is None or self.closes is None:
            return False
        return self.opens <= moment <= self.closes

    def crew_at(self, y: float) -> int | None:
        """The crew of a height."""
        crew = int(y // ROW_PX)
        return crew if 0 <= crew < len(self.rows) else None

    def stop_at(self, crew: int, x: float, y: float) -> int | None:
        """The stop at a point of a crew's row."""
        for at in range(len(self.rows[crew].stops)):
            if self.stop_block(crew, at).adjusted(-1, -4, 1, 4).contains(x, y):
                return at
        return None

    def place_at(self, crew: int, x: float, without: int | None = None) -> int:
        """The place in a crew's order that a point stands for, counted without a stop."""
        centres = (self.stop_block(crew, at).center().x() for at in range(len(self.rows[crew].stops)) if at != without)
        return sum(centre < x for centre in centres)

    def gap_x(self, crew: int, place: int, without: int | None = None) -> float:
        """Where a place of a crew's order lies: behind the stop before it."""
        row = self.rows[crew]
        others = [at for at in range(len(row.stops)) if at != without]
        if not others:
            return self.x(row.start)
        if place <= 0:
            return self.stop_block(crew, others[0]).left() - 4
        left = self.stop_block(crew, others[min(place, len(others)) - 1]).right()
        right = self.stop_block(crew, others[place]).left() if place < len(others) else left + 8
        return (left + right) / 2
