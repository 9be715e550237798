"""Time in Operations: a card over the map shows how the backlog came about, and sets the moment on show.

The right edge of the brush says as of when; at the end of the bars that is now. Pulling the left edge asks, beside
that, only for requests opened since then.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from desktop.controllers.filtering import Filtering
from desktop.controllers.session import Session, Snapshot
from desktop.domain import backlog
from desktop.domain.backlog import Backlog, Bins, History, Step
from desktop.settings import SettingsFile
from desktop.views import format as words
from desktop.views.time_slider import TimeCard, TimeState

STEP_MS, STILL_STEP_MS = 100, 1000
STILL_STEPS = 12  # with reduced motion, playing jumps so many times from end to end
WIDTHS = {Step.DAY: 30, Step.WEEK: 12, Step.MONTH: 12}  # bars under the brush at first
MUCH = {Step.DAY: 7, Step.WEEK: 4, Step.MONTH: 12}
NO_MOMENT = {"as_of_ms": None, "opened_from_ms": None, "opened_to_ms": None}


class TimeSliderController(QObject):
    """Holds where the brush is. The filter is the truth of what is shown; the brush follows when others change it."""

    def __init__(
        self, place: QWidget, map_view: Any, session: Session, filtering: Filtering, settings: SettingsFile
    ) -> None:
        super().__init__(place)
        self._map, self._session, self._filtering, self._file = map_view, session, filtering, settings
        self._backlog: Backlog | None = None
        self._step = Step.DAY
        self._bins: Bins | None = None
        self._end = date.min  # the edge under the right handle, as the day that begins there
        self._width = WIDTHS[Step.DAY]
        self._filtered = self._setting = False
        self.playing = False
        self._is_drawn = True
        self._tick = QTimer(self)
        self._tick.setSingleShot(True)
        self._tick.timeout.connect(self._ticked)
        self.card = TimeCard(map_view)
        self.card.set_folded(settings.settings.time_folded)
        self._connect(place)

    def _connect(self, place: QWidget) -> None:
        card = self.card
        card.stepped.connect(self.step)
        card.play_wanted.connect(self.toggle)
        card.now_wanted.connect(self.back_to_now)
        card.next_step_wanted.connect(self._next_step)
        card.fold_wanted.connect(self._fold)
        card.gone.connect(self.pause)
        card.placed.connect(self._map.set_foot)
        card.bars.range_wanted.connect(self._dragged)
        card.bars.pan_wanted.connect(self._pan)
        card.bars.step_wanted.connect(self._change_step)
        self._map.drawn.connect(self._drawn)
        for keys, way, much in (("[", -1, False), ("]", 1, False), ("{", -1, True), ("}", 1, True)):
            shortcut = QShortcut(QKeySequence(keys), place)
            shortcut.activated.connect(lambda way=way, much=much: self.step(way, much))
        self._filtering.changed.connect(self._follow)
        self._session.minute_turned.connect(self._minute_turned)
        self._session.watch(self._loaded)

    # the city

    def _loaded(self, snapshot: Snapshot) -> None:
        self._session.runner.run_read(_backlog_of, snapshot, on_result=self._counted)

    def _counted(self, answer: tuple[Snapshot, Backlog, History]) -> None:
        snapshot, counted, history = answer
        if snapshot is self._session.snapshot:  # an earlier one may be counted later
            self._backlog = counted
            self._filtering.know(snapshot, history)
            if self._bins is None:
                self._end = self._last_edge()
            self._look_at(self._bins.days[-2] if self._bins is not None else self._today())
            self._follow()

    def _minute_turned(self) -> None:
        """After midnight there is one more bar, and now is at its end."""
        bins = self._bins
        if bins is not None and self._filtering.wanted.as_of_ms is None and self._end != self._last_edge():
            self._end = self._last_edge()
            self._look_at(self._today())
        self._show()

    def _zone(self) -> str:
        assert self._session.snapshot is not None
        return self._session.snapshot.city.timezone

    def _now_ms(self) -> int:
        return self._session.moment().now_ms

    def _today(self) -> date:
        return backlog.day_of(self._now_ms(), self._zone())

    def _first_day(self) -> date:
        """The day of the first request, or today."""
        first = None if self._backlog is None else self._backlog.first_ms
        return self._today() if first is None else min(self._today(), backlog.day_of(first, self._zone()))

    def _last_edge(self) -> date:
        """The edge after the bar of today."""
        return backlog.shifted(self._step, backlog.floor(self._step, self._today()), 1)

    # the window of bars

    def _look_at(self, last: date) -> None:
        """Show the bars that end with the one of a day, as far as there is a history."""
        first, today = self._first_day(), self._today()
        count = backlog.bars_for(self._step, first, today)
        earliest = backlog.shifted(self._step, backlog.floor(self._step, first), count - 1)
        last = min(max(last, earliest), today)
        self._bins = Bins.ending(self._step, last, count, self._zone())

    def _pan(self, bars: int) -> None:
        if self._bins is not None:
            self._look_at(backlog.shifted(self._step, self._bins.days[-2], bars))
            self._show()

    def _edge(self, day: date) -> int:
        """The number of the edge where a bar begins, counted from the window's first."""
        assert self._bins is not None
        return backlog.bars_since(self._step, self._bins.days[0], day) - 1

    def _reveal(self) -> None:
        """Move the window along when the brush leaves it."""
        assert self._bins is not None
        last = self._edge(self._end)
        beyond = max(0, last - len(self._bins)) or min(0, last - self._width)
        if beyond:
            self._look_at(backlog.shifted(self._step, self._bins.days[-2], beyond))

    def _next_step(self) -> None:
        steps = backlog.steps_for(self._first_day(), self._today())
        self._use_step(steps[(steps.index(self._step) + 1) % len(steps)] if self._step in steps else steps[0])

    def _change_step(self, longer: int) -> None:
        steps = backlog.steps_for(self._first_day(), self._today())
        at = steps.index(self._step) + longer if self._step in steps else 0
        if 0 <= at < len(steps):
            self._use_step(steps[at])

    def _use_step(self, step: Step) -> None:
        """Days, weeks or months a bar; the brush stays about where it is."""
        if self._bins is None or step is self._step:
            return
        held = self._end - timedelta(days=1)
        self._step, self._width = step, WIDTHS[step]
        self._end = backlog.shifted(step, backlog.floor(step, min(held, self._today())), 1)
        self._look_at(self._end - timedelta(days=1) if self._filtering.wanted.as_of_ms is not None else self._today())
        self._reveal()
        self._show()

    # what a person does

    def step(self, way: int, much: bool = False) -> None:
        """Earlier (-1) or later (1) by a bar, or by several."""
        if self._bins is not None:
            self.pause()
            self._go(backlog.shifted(self._step, self._end, way * (MUCH[self._step] if much else 1)))

    def back_to_now(self) -> None:
        """Show the city as it is, whenever its requests were opened."""
        self.pause()
        self._filtering.set(**NO_MOMENT)

    def _dragged(self, first: int, last: int, grip: str) -> None:
        if self._bins is None:
            return
        self.pause()
        self._width = last - first
        if grip == "left":
            self._filtered = True
        self._go(backlog.shifted(self._step, self._bins.days[0], last))

    def _go(self, end: date) -> None:
        """Put the right edge of the brush somewhere and show the city as of then."""
        earliest = backlog.shifted(self._step, backlog.floor(self._step, self._first_day()), 1)
        self._end = min(max(end, earliest), self._last_edge())
        self._reveal()
        zone, begin = self._zone(), backlog.shifted(self._step, self._end, -self._width)
        wanted: dict[str, int | None] = dict(NO_MOMENT)
        if self._end < self._last_edge():
            (wanted["as_of_ms"],) = backlog.midnights([self._end], zone)
        if self._filtered:
            (wanted["opened_from_ms"],) = backlog.midnights([begin], zone)
            wanted["opened_to_ms"] = wanted["as_of_ms"]
        self._set(wanted)
        self._show()

    def _set(self, wanted: dict[str, int | None]) -> None:
        present = self._filtering.wanted
        if any(getattr(present, field) != value for field, value in wanted.items()):
            self._setting = True
            self._is_drawn = not self._map.is_ready
            self._filtering.set(**wanted)
            self._setting = False

    def _follow(self) -> None:
        """Put the brush where the filter is: a chip was taken off, or a view opened."""
        if self._setting or self._bins is None:
            return
        wanted = self._filtering.wanted
        self._filtered = wanted.opened_from_ms is not None
        at = self._last_edge()
        if wanted.as_of_ms is not None:
            last = min(backlog.day_of(wanted.as_of_ms - 1, self._zone()), self._today())
            at = backlog.shifted(self._step, backlog.floor(self._step, last), 1)
        if at != self._end:
            self.pause()
            self._end = at
            self._reveal()
        self._show()

    def _fold(self, folded: bool) -> None:
        self._file.settings.time_folded = folded
        self._file.save()
        self.card.set_folded(folded)

    # playing

    def toggle(self) -> None:
        """Play on from the moment shown, or from the first bar when that is now; or stop."""
        if self.playing:
            self.pause()
            return
        if self._bins is None:
            return
        self.playing = True
        if self._end >= self._last_edge():
            self._go(backlog.shifted(self._step, self._bins.days[0], max(1, min(self._width, len(self._bins) // 2))))
        else:
            self._show()
        self._start_tick()

    def pause(self) -> None:
        """Stay at the moment shown."""
        if self.playing:
            self.playing = False
            self._tick.stop()
            self._show()

    def _start_tick(self) -> None:
        self._tick.start(STILL_STEP_MS if self._file.settings.reduced_motion else STEP_MS)

    def _ticked(self) -> None:
        if self._is_drawn:
            self._play_on()

    def _drawn(self) -> None:
        """The map shows the last step: only now may the next one come."""
        self._is_drawn = True
        if self.playing and not self._tick.isActive():
            self._tick.start(0)

    def _play_on(self) -> None:
        assert self._bins is not None
        bars = max(1, len(self._bins) // STILL_STEPS) if self._file.settings.reduced_motion else 1
        self._go(backlog.shifted(self._step, self._end, bars))
        if self._end >= self._last_edge():
            self.pause()
        else:
            self._start_tick()

    # what is shown

    def _show(self) -> None:
        if self._bins is not None and self._backlog is not None:
            self.card.set_state(self.state())

    def state(self) -> TimeState:
        """What the card shows."""
        bins, past = self._bins, self._filtering.wanted.as_of_ms
        assert bins is not None
        assert self._backlog is not None
        edges, zone, now = np.array(bins.edges_ms), self._zone(), self._session.clock.now()
        begin = backlog.shifted(self._step, self._end, -self._width)
        (begin_ms,) = backlog.midnights([begin], zone)
        end_ms = self._now_ms() + 1 if past is None else past
        until_ms = backlog.NEVER_MS if past is None else past  # now counts what is open, whatever the clock says
        before, after = self._backlog.at(np.array([begin_ms, until_ms])).tolist()
        last = self._edge(self._end)
        return TimeState(
            opened=tuple(self._backlog.opened(edges).tolist()),
            closed=tuple(self._backlog.closed(edges).tolist()),
            backlog=tuple(self._backlog.at(np.minimum(edges[1:], self._now_ms() + 1)).tolist()),
            names=self._names(bins, now),
            ticks=_ticks(bins, self._today()),
            first=last - self._width,
            last=last,
            range=words.period(begin_ms, end_ms, now, zone),
            open_count=after,
            change=after - before,
            step=self._step_words(),
            filtered=self._filtered,
            past=past is not None,
            playing=self.playing,
            whole=len(backlog.steps_for(self._first_day(), self._today())) == 1,
        )

    def _names(self, bins: Bins, now: datetime) -> tuple[str, ...]:
        if self._step is Step.DAY:
            return tuple(words.short_date(day) for day in bins.days[:-1])
        pairs = zip(bins.edges_ms, bins.edges_ms[1:], strict=False)
        return tuple(words.period(first, end, now, self._zone()) for first, end in pairs)

    def _step_words(self) -> str:
        return {Step.DAY: self.tr("by day"), Step.WEEK: self.tr("by week"), Step.MONTH: self.tr("by month")}[self._step]


def _ticks(bins: Bins, today: date) -> tuple[tuple[int, str], ...]:
    """Where the axis says something: the first day, then months, quarters or years."""
    ticks = [(0, words.day(bins.days[0], today))] if bins.step is Step.DAY else []
    every = {Step.DAY: 1, Step.WEEK: 3, Step.MONTH: 12}[bins.step]
    for at, day in enumerate(bins.days[:-1]):
        earlier = bins.days[at - 1] if at else day
        if (day.month, day.year) != (earlier.month, earlier.year) and (day.month - 1) % every == 0:
            ticks.append((at, words.month(day)))
    return tuple(ticks)


def _backlog_of(snapshot: Snapshot) -> tuple[Snapshot, Backlog, History]:
    return snapshot, Backlog.of(snapshot.columns), History.of(snapshot.columns)
