"""The storms of the queue pane: told one at a time, opened, and acted upon as a whole by the acts that there are."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QObject, Signal

from desktop.controllers.filtering import Filtering
from desktop.controllers.session import Snapshot
from desktop.domain import attention, storms
from desktop.domain.lifecycle import Verb
from desktop.domain.request_filter import ALL, RequestFilter
from desktop.domain.storms import NOWHERE, Storm
from desktop.views import format as words
from desktop.views.queue_pane import QueueLine, QueuePane
from desktop.views.queue_strip import QueueStrip
from desktop.views.storm_card import StormCard, StormSheet, StormState


class StormWatch(QObject):
    """Keeps the storm on show while it lasts, whatever others begin or end."""

    act_wanted = Signal(object, object)  # a Verb, ids of requests

    def __init__(self, queue: QueuePane, strip: QueueStrip, filtering: Filtering, parent: QObject) -> None:
        super().__init__(parent)
        self._card, self._strip, self._filtering = queue.storm, strip, filtering
        self._storms: tuple[Storm, ...] = ()
        self._snapshot: Snapshot | None = None
        self._at = 0
        self._sheet: StormSheet | None = None  # open beside the strip
        self._listen(self._card)
        strip.storm_wanted.connect(self._open_sheet)

    def _listen(self, card: StormCard) -> None:
        card.shown.connect(self._show_requests)
        card.acknowledge_wanted.connect(self._acknowledge)
        card.answer_wanted.connect(self._answer)
        card.next_wanted.connect(self._next)

    def _open_sheet(self) -> None:
        """The strip has no room for the card: it comes beside it."""
        anchor = self._strip.storm
        if anchor is None or self.storm is None:
            return
        self._sheet = StormSheet(anchor)
        self._listen(self._sheet.storm)
        self._sheet.finished.connect(self._sheet.deleteLater)
        self._sheet.finished.connect(self._sheet_closed)
        self._tell()
        self._sheet.open()

    def _sheet_closed(self) -> None:
        self._sheet = None

    def show(self, found: tuple[Storm, ...], snapshot: Snapshot) -> None:
        """Tell of these storms, the least likely first."""
        kept = self.storm
        places = [(storm.service_id, storm.area_id) for storm in found]
        same = kept is not None and (kept.service_id, kept.area_id) in places
        self._at = places.index((kept.service_id, kept.area_id)) if kept is not None and same else 0
        self._storms, self._snapshot = found, snapshot
        self._tell()

    @property
    def storm(self) -> Storm | None:
        """The one on show."""
        return self._storms[self._at] if self._storms else None

    def _tell(self) -> None:
        storm, snapshot = self.storm, self._snapshot
        if storm is None or snapshot is None:
            self._set_cards(None)
            self._strip.set_storm(None)
            return
        service = snapshot.service(storm.service_id)
        text = self.tr("Unusual: {0} of {1}").format(words.count(storm.count), service.service_name)
        usual = words.number(storm.usual, 0 if storm.usual >= 10 else 1)
        note = self.tr("in {0} h, usually {1}").format(storms.HOURS, usual)
        if storm.area_id != NOWHERE:
            note = self.tr("{0}: {1}").format(snapshot.areas.names.get(storm.area_id, ""), note)
        waiting, more = len(self._waiting()), len(self._storms) - 1
        if more:
            note += self.tr(" · {0} of {1}").format(self._at + 1, more + 1)
        self._set_cards(StormState(text, note, service.icon, waiting, more))
        self._strip.set_storm(QueueLine("storm", f"{text}, {note}", "zap", storm.count, urgent=True))

    def _set_cards(self, state: StormState | None) -> None:
        self._card.set_state(state)
        if self._sheet is not None:
            self._sheet.set_state(state)

    def _next(self) -> None:
        self._at = (self._at + 1) % max(1, len(self._storms))
        self._tell()

    def _show_requests(self) -> None:
        """Exactly the requests of the storm, and what more comes of it."""
        storm = self.storm
        if storm is not None:
            areas = () if storm.area_id == NOWHERE else (storm.area_id,)
            services, after = (storm.service_id,), storm.since_ms + 1
            self._filtering.use(RequestFilter(ALL, service_ids=services, area_ids=areas, opened_from_ms=after))

    def _waiting(self) -> list[int]:
        """Those that nobody acknowledged yet."""
        storm, snapshot = self.storm, self._snapshot
        if storm is None or snapshot is None:
            return []
        at = snapshot.columns.positions(storm.request_ids)
        at = at[at >= 0]
        found: list[int] = snapshot.columns.id[at[np.take(attention.unacknowledged(snapshot.columns), at)]].tolist()
        return found

    def _acknowledge(self) -> None:
        self.act_wanted.emit(Verb.ACKNOWLEDGE, self._waiting())

    def _answer(self) -> None:
        if self.storm is not None:
            self.act_wanted.emit(Verb.ANSWER, list(self.storm.request_ids))
