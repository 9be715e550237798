"""The day in the queue pane: what arrives, how the last days were acknowledged, and whether a rate is unusual."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import numpy as np
from PySide6.QtCore import QObject

from data.records import ServiceRequest
from data.store import Store
from desktop.controllers.filtering import Filtering
from desktop.controllers.session import Session, Snapshot
from desktop.controllers.storm_watch import StormWatch
from desktop.domain import attention
from desktop.domain.attention import DayShare, Moment, SameDay
from desktop.domain.backlog import Bins, Step
from desktop.domain.storms import Storm
from desktop.operations.notice_storms import notice_storms
from desktop.views import format as words
from desktop.views.arriving import MOST, Arrival
from desktop.views.day_bars import DayBar
from desktop.views.queue_pane import DayState, QueuePane
from desktop.views.queue_strip import QueueStrip

DAYS = 14
HOUR_MS, DAY_MS = 3_600_000, 24 * 3_600_000


@dataclass(frozen=True, slots=True)
class Today:
    """What the pane shows, read at one moment."""

    snapshot: Snapshot
    newest: tuple[ServiceRequest, ...]
    last_hour: int
    shares: tuple[DayShare, ...]
    storms: tuple[Storm, ...]
    working: tuple[datetime, datetime] | None  # when the city opens and closes; None on a day without work


class TodayController(QObject):
    """Reads the day anew when the city changed or a minute went by, beside the event loop."""

    def __init__(
        self,
        panes: tuple[QueuePane, QueueStrip],
        session: Session,
        filtering: Filtering,
        choose: Callable[[int], None],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        queue = panes[0]
        self._queue, self._session, self._filtering = queue, session, filtering
        self.storms = StormWatch(*panes, filtering, self)
        queue.arriving.chosen.connect(choose)
        queue.left.clicked.connect(self._show_left)
        session.minute_turned.connect(self.read)
        session.watch(self._loaded)

    def _loaded(self, _snapshot: Snapshot) -> None:
        self.read()

    def read(self) -> None:
        """Look at the day."""
        session = self._session
        session.runner.run_read(read_today, session.store, session.snapshot, session.clock.now(), on_result=self._show)

    def _show(self, today: Today) -> None:
        snapshot = self._session.snapshot
        if today.snapshot is not snapshot:
            return  # a later one is being read
        now, zone = self._session.clock.now(), snapshot.city.timezone
        note = self.tr("{0} in the last 60 min").format(words.count(today.last_hour))
        self._queue.arriving.set_state([_arrival(row, snapshot, zone) for row in today.newest], note)
        last = today.shares[-1]
        self._queue.set_day(
            DayState(
                days=tuple(self._bar(share) for share in today.shares),
                first=words.day(today.shares[0].day, last.day),
                left=last.arrived - last.acknowledged,
                missing=attention.missing_to(snapshot.settings.goal_share, SameDay(last.arrived, last.acknowledged)),
                time_left=self._time_left(today.working, now, zone),
                goal=snapshot.settings.goal_share,
            )
        )
        self.storms.show(today.storms, snapshot)

    def _bar(self, share: DayShare) -> DayBar:
        day = words.short_date(share.day)
        if share.share is None:
            return DayBar(None, self.tr("{0}: nothing arrived").format(day))
        told = self.tr("{0}: {1} of {2} on the same day, {3}").format(
            day, words.count(share.acknowledged), words.count(share.arrived), words.percent(share.share)
        )
        undated = self.tr(", {0} answered nobody knows when").format(words.count(share.undated))
        return DayBar(share.share, told + (undated if share.undated else ""))

    def _time_left(self, working: tuple[datetime, datetime] | None, now: datetime, zone: str) -> str:
        """How long the working day goes on."""
        if working is None:
            return self.tr("no working day")
        opens, closes = working
        if now < opens:
            return self.tr("begins at {0}").format(words.clock_time(opens, zone))
        left = int((closes - now).total_seconds() // 60)
        if left <= 0:
            return self.tr("over since {0}").format(words.clock_time(closes, zone))
        end = words.clock_time(closes, zone)
        hours, minutes = divmod(left, 60)
        if not hours:
            return self.tr("{0} min to {1}").format(minutes, end)
        return self.tr("{0} h {1:02} min to {2}").format(hours, minutes, end)

    def _show_left(self) -> None:
        """Today's requests that nobody answered yet."""
        since = {"opened_from_ms": self._session.moment().day_start_ms, "opened_to_ms": None, "as_of_ms": None}
        self._filtering.set(line="unacknowledged", **since)


def read_today(store: Store, snapshot: Snapshot, now: datetime) -> Today:
    """What arrived lately, with its words, and the figures of the last days."""
    columns, zone = snapshot.columns, snapshot.city.timezone
    moment = Moment.at(now, zone)
    times = columns.requested_ms
    recent = np.flatnonzero((times > moment.now_ms - DAY_MS) & (times <= moment.now_ms))
    newest = recent[np.lexsort((columns.id[recent], times[recent]))[::-1][:MOST]]
    with store.read() as unit:
        rows = {int(row.id): row for row in unit.requests.many(columns.id[newest].tolist())}
    day = now.astimezone(ZoneInfo(zone)).date()
    bins, calendar = Bins.ending(Step.DAY, day, DAYS, zone), snapshot.settings.calendar(zone)
    return Today(
        snapshot,
        tuple(rows[number] for number in columns.id[newest].tolist() if number in rows),
        int((times[recent] > moment.now_ms - HOUR_MS).sum()),
        attention.same_day_shares(columns, bins.days, bins.edges_ms, moment, snapshot.working.first_days_end),
        notice_storms(columns, snapshot.areas, now, zone),
        calendar.span(day) if calendar.works_on(day) else None,
    )


def _arrival(row: ServiceRequest, snapshot: Snapshot, zone: str) -> Arrival:
    service = snapshot.service(row.service_id)
    text = f"{service.service_name}, {row.address}" if row.address else service.service_name
    return Arrival(int(row.id), words.clock_time(row.requested_at.astimezone(UTC), zone), service.icon, text)
