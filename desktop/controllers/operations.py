"""The Operations workspace: queue, map, table and detail share one selection and one filter."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import numpy as np
from PySide6.QtCore import QObject, QTimer, Signal

from data.records import ServiceRequest, Status
from data.store import Store
from desktop.controllers.filtering import Filtering
from desktop.controllers.photos import PagePhotos
from desktop.controllers.request_details import deadline_later, read_detail
from desktop.controllers.saved_filters import PREFIX, SavedFilters
from desktop.controllers.session import LOCATED, Bounds, Session, Snapshot
from desktop.controllers.table_tools import TableTools
from desktop.domain.attention import Mask
from desktop.domain.request_filter import Ring
from desktop.models.fields import status_word
from desktop.models.request_table import RequestTableModel
from desktop.operations.places import CityPlaces
from desktop.views import format as words
from desktop.views.kit import StateCard
from desktop.views.queue_pane import QueueLine, QueuePane, QueueState
from desktop.views.queue_strip import QueueStrip
from desktop.views.request_detail import RequestDetail, RequestPane
from desktop.views.table_pane import TablePane
from desktop.views.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Line:
    """A filter of the queue: its key, its mark, whether it presses."""

    key: str
    symbol: str
    urgent: bool


SUSPECTED = "suspected"  # a line that leads to the review of duplicates, where these are decided about
ATTENTION = (
    Line("unacknowledged", "submitted", True),
    Line("overdue", "overdue", True),
    Line("due_soon", "clock", False),
    Line("unassigned", "map-pin-off", False),
    Line("doubtful", "split", True),
    Line(SUSPECTED, "copy", False),
    Line("awaiting", "message-square-text", False),
    Line("unsent", "unplug", True),
    Line("unlocated", "map-pin-x", False),
)
IMPORT = "import.requests"  # a command of the window
VIEWS = (
    Line("open", "inbox", False),
    Line("today", "sun", False),
    Line("incidents", "rows-2", False),
    Line("closed_today", "closed", False),
    Line("all", "layers", False),
)


STATUS_PREFIX = "status:"
CLOSE_ZOOM = 16
PATIENCE_MS = 100  # a detail that comes sooner needs no loading mark


class OperationsController(QObject):
    """Connects the panes. The chosen request and the filter live here and nowhere else."""

    review_wanted = Signal()
    export_wanted = Signal(object, object)  # ids in order; names of the columns, None for every one
    plan_wanted = Signal(object)  # ids of requests that the crews should do

    def __init__(self, workspace: Workspace, session: Session, map_view: Any) -> None:
        super().__init__(workspace)
        self._workspace, self._session, self._map = workspace, session, map_view
        self._snapshot: Snapshot | None = None
        self.filtering = Filtering(session, self.words_of, self)
        self._chosen: int | None = None
        self._serial = 0
        self._read: Any = None  # the read of the detail that is under way
        self._patience = QTimer(self, singleShot=True, interval=PATIENCE_MS)
        self._mask: Mask | None = None  # what the table shows
        self._proposed = 0  # requests that are suspected to repeat others
        self.model = RequestTableModel(self, session.runner.run_read)
        self.queue, self.strip = QueuePane(), QueueStrip()
        self.rows, self.detail = TablePane(self.model), RequestPane()
        self.photos = PagePhotos(self.detail, session.runner)
        self.tools = TableTools(self.rows, session, self.filtering, self)
        self.saved = SavedFilters(session, self.filtering, self.rows, self)
        workspace.set_left(self.queue, self.strip)
        workspace.set_map(map_view)
        workspace.set_table(self.rows)
        workspace.set_right(self.detail)
        self._connect()

    def _connect(self) -> None:
        self.queue.chosen.connect(self.choose_filter)
        self.strip.chosen.connect(self.choose_filter)
        self.strip.pane_wanted.connect(lambda: self._workspace.toggle_pane("left"))
        self.queue.act_wanted.connect(self._workspace.wants)
        self.rows.table.chosen.connect(self.choose)
        self.rows.filter_dropped.connect(self.filtering.drop)
        self.rows.in_view_wanted.connect(self._only_in_view)
        self.rows.act_wanted.connect(self._act_of_card)
        self.rows.table.opened.connect(self.open_detail)
        self.rows.table.peeked.connect(self._peek)
        self.tools.opened.connect(self.open_detail)
        self.tools.shown_on_map.connect(self._show_on_map)
        self.tools.export_wanted.connect(self.export_wanted)
        self.tools.plan_wanted.connect(self.plan_wanted)
        self.queue.save_wanted.connect(self.saved.ask_name)
        self.queue.saved_menu_wanted.connect(self.saved.open_menu)
        self.saved.changed.connect(self.refresh)
        self.detail.opened.connect(self.choose)
        self.detail.stepped.connect(self.step)
        self.detail.all_wanted.connect(lambda: self.filtering.drop("everything"))
        self.detail.again_wanted.connect(self._read_again)
        self._patience.timeout.connect(self._show_loading)
        self.detail.asset_named.connect(self._name_asset)
        self.model.rows_wanted.connect(self._fetch)
        self._map.request_clicked.connect(self.choose)
        self._map.request_clicked.connect(lambda: self._workspace.open_pane("right"))
        self._map.viewport_changed.connect(self._viewport)
        self._map.shape_drawn.connect(self._draw)
        self.filtering.changed.connect(self.refresh)
        self._session.watch(self._loaded)
        self._session.minute_turned.connect(self._minute_turned)

    # what is shown

    def _loaded(self, snapshot: Snapshot) -> None:
        first = self._snapshot is None
        self._snapshot = snapshot
        self.rows.table.cells.timezone, self.rows.table.cells.working = snapshot.city.timezone, snapshot.working
        with self.rows.table.held_still():
            self.filtering.look_again()
            mapped, shown = self.filtering.masks(snapshot)
            now_ms = self._session.moment().now_ms
            self.model.set_columns(
                snapshot.columns,
                snapshot.names,
                snapshot.reports,
                shown,
                now_ms=now_ms,
                zone=snapshot.city.timezone,
            )
            self._show_through(snapshot, mapped, shown)
        self.saved.read()
        if first:
            self._map.fit(snapshot.bounds)
        if self._chosen is not None:
            self._read_detail(self._chosen)
        self._workspace.set_ready(True)

    def _minute_turned(self) -> None:
        """Time left, what is overdue and what is due soon follow the clock."""
        with self.rows.table.held_still():
            self.model.set_now(self._session.moment().now_ms)
            self.refresh()
        self.rows.table.viewport().update()
        self._tick_deadline()

    def _tick_deadline(self) -> None:
        """The detail's clock goes on; where the deadline passes just then, its page is read anew."""
        shown, snapshot = self.detail.shown(), self._snapshot
        if snapshot is None or shown is None or shown.deadline is None:
            return
        later = deadline_later(shown.deadline, self._session.clock.now(), snapshot.working)
        self.detail.set_deadline(later)
        if later.late and shown.status != "overdue":
            self._read_detail(shown.request_id)

    def set_proposed(self, requests: int) -> None:
        """How many requests are suspected to repeat others."""
        if requests != self._proposed:
            self._proposed = requests
            self.refresh()

    def refresh(self) -> None:
        """Count and filter anew."""
        if self._snapshot is not None:
            self._show_through(self._snapshot, *self.filtering.masks(self._snapshot))

    def _show_through(self, snapshot: Snapshot, mapped: Mask, shown: Mask) -> None:
        """Counts, and what fits on the map and in the table."""
        queue = self._session.queue
        assert queue is not None
        counts, today = {**queue.counts, SUSPECTED: self._proposed}, queue.same_day
        state = QueueState(
            tuple(self._line(line, counts[line.key]) for line in ATTENTION),
            tuple(self._line(line, counts[line.key]) for line in VIEWS),
            self.saved.chosen() or self.filtering.wanted.line,
            today.arrived,
            today.acknowledged,
            snapshot.settings.goal_share,
            self.saved.lines(snapshot),
        )
        self.queue.set_state(state)
        self.strip.set_state(state)
        self._workspace.set_badge(counts["unacknowledged"])
        told = self.tr("{0} open · {1} arrived today")
        self._workspace.set_subtitle(told.format(words.count(counts["open"]), words.count(today.arrived)))
        self._apply(mapped, shown)

    def _line(self, line: Line, count: int) -> QueueLine:
        return QueueLine(line.key, self.words_of(line.key), line.symbol, count, line.urgent and count > 0)

    def words_of(self, key: str) -> str:
        """What a filter is called."""
        if key.startswith(STATUS_PREFIX):
            return status_word(Status(key.removeprefix(STATUS_PREFIX)))
        return {
            "unacknowledged": self.tr("Not acknowledged"),
            "overdue": self.tr("Overdue"),
            "due_soon": self.tr("Due within 24 hours"),
            "unassigned": self.tr("No department"),
            "doubtful": self.tr("Department in doubt"),
            SUSPECTED: self.tr("Suspected duplicates"),
            "incidents": self.tr("Several reports"),
            "awaiting": self.tr("Waiting for our answer"),
            "unsent": self.tr("Answer not sent"),
            "unlocated": self.tr("Not on the map"),
            "open": self.tr("All open"),
            "today": self.tr("Arrived today"),
            "closed_today": self.tr("Closed today"),
            "all": self.tr("Everything"),
        }[key]

    def _apply(self, mapped: Mask, shown: Mask) -> None:
        """Show what fits on the map and in the table."""
        snapshot = self._snapshot
        assert snapshot is not None
        moment, standing = self.filtering.moment(), self.filtering.standing
        status = None if standing is None else standing.status
        self.rows.table.cells.now = datetime.fromtimestamp(moment.now_ms / 1000, UTC)
        self._map.set_now(moment.now_ms, status)
        self._map.set_filter(mapped)
        self._map.set_shape(self.filtering.wanted.shape)
        self.model.set_filter(shown, status)
        self.rows.set_filters(self.filtering.chips(snapshot), in_view=self.filtering.wanted.in_view)
        count = int(np.count_nonzero(shown))
        self.rows.set_counts(count, len(snapshot.columns), "")
        self._show_emptiness(count, len(snapshot.columns))
        self.rows.table.show_request(self._chosen)
        self._mask = shown
        self._tell_hidden()

    def _tell_hidden(self) -> None:
        """The page says when the filters hide its request; one that only just came is not hidden by them."""
        hidden = False
        if self._chosen is not None and self._mask is not None and self._snapshot is not None:
            at = int(self._snapshot.columns.positions([self._chosen])[0])
            hidden = 0 <= at < len(self._mask) and not self._mask[at]
        self.detail.set_hidden(hidden)

    def _show_emptiness(self, shown: int, total: int) -> None:
        if shown:
            self.rows.show_card(None)
        elif not total:
            text = self.tr("Import a file of requests; they show on the map and here as soon as they are read.")
            act = self.tr("Import requests…")
            self.rows.show_card(StateCard(self.tr("No requests yet"), text, icon="inbox", act=act), IMPORT)
        else:
            text = self.tr("{0} are in the city. These filters exclude them all.").format(words.count(total))
            act = self.tr("Show everything")
            self.rows.show_card(StateCard(self.tr("No request fits"), text, icon="funnel-x", act=act), "everything")

    # what a person does

    def choose_filter(self, key: str) -> None:
        """Show one line of the queue, or a filter under a name."""
        if key == SUSPECTED:
            self.review_wanted.emit()
        elif key.startswith(PREFIX):
            self.saved.use(key)
        else:
            self.filtering.set(line=key, as_of_ms=None)  # its count counts what is now

    def _act_of_card(self, act: str) -> None:
        if act == IMPORT:
            self._workspace.wants.emit(act)
        else:
            self.filtering.drop(act)

    def search(self, text: str) -> None:
        """Show the requests whose texts hold all the words; empty shows all again."""
        self.filtering.search(text)

    def _draw(self, ring: Ring) -> None:
        """The outline is there at once, the requests in it as soon as they are looked up."""
        self._map.set_shape(ring)
        self.filtering.draw(ring)

    def _only_in_view(self) -> None:
        self.filtering.set(in_view=True)

    def _viewport(self, bounds: Bounds, zoom: float) -> None:
        self.filtering.moved(tuple(bounds))  # type: ignore[arg-type]

    def choose(self, request_id: int) -> None:
        """Choose a request for table, map and detail at once."""
        if self._snapshot is None:
            return
        self._chosen = request_id
        self.rows.table.show_request(request_id)
        self._map.set_selection([request_id])
        self._tell_hidden()
        self._read_detail(request_id)

    def chosen(self) -> int | None:
        """The request that map, table and detail show."""
        return self._chosen

    def _read_detail(self, request_id: int) -> None:
        self._serial += 1
        shown = self.detail.shown()
        if (shown is None or shown.request_id != request_id) and not self._patience.isActive():
            self._patience.start()
        self._read = self._session.runner.run_read(
            _detail,
            self._session.store,
            self._snapshot,
            request_id,
            self._session.clock.now(),
            self._serial,
            self._session.places,
            on_result=self._show,
        )
        self._read.ended.connect(self._read_ended)

    def _read_again(self) -> None:
        if self._chosen is not None:
            self._read_detail(self._chosen)

    def _show_loading(self) -> None:
        """The read takes its time: what stands in the pane is another request's."""
        snapshot = self._snapshot
        if snapshot is not None and self._chosen is not None:
            at = int(snapshot.columns.positions([self._chosen])[0])
            known = snapshot.names.services.get(int(snapshot.columns.service_id[at]), "") if at >= 0 else ""
            self.detail.set_loading(known or self.tr("A new request"))

    def _read_ended(self, handle: Any) -> None:
        """A read that brought nothing: say so where the request would stand."""
        if handle is self._read and handle.state.value in ("failed", "broke"):
            self._patience.stop()
            self.detail.set_failed()

    def step(self, by: int) -> None:
        """Choose the next or the previous request."""
        row = self.model.row_of(self._chosen) if self._chosen is not None else None
        at = self.model.step_from(-1, 1) if row is None else self.model.step_from(row, by)
        if at is not None:
            self.choose(self.model.id_at(at))

    def _name_asset(self, request_id: int, asset_id: int | None) -> None:
        title = self.tr("Naming the asset") if asset_id is not None else self.tr("Taking the asset off")
        self._session.act("name_asset", title, {"request_id": request_id, "asset_id": asset_id})

    def open_detail(self, request_id: int) -> None:
        """Choose a request and go to its page."""
        self.choose(request_id)
        self._workspace.enter_pane("right")

    def _peek(self, request_id: int) -> None:
        """Show its page where the window folded it away; the hand stays in the table."""
        if request_id != self._chosen:
            self.choose(request_id)
        self._workspace.open_pane("right")

    def _show_on_map(self, request_id: int) -> None:
        snapshot = self._snapshot
        if snapshot is None:
            return
        self.choose(request_id)
        at = int(snapshot.columns.positions([request_id])[0])
        if at >= 0 and int(snapshot.columns.placement[at]) == LOCATED:
            self._map.set_view(float(snapshot.columns.lon[at]), float(snapshot.columns.lat[at]), CLOSE_ZOOM)

    def _show(self, answer: tuple[int, RequestDetail | None]) -> None:
        serial, detail = answer
        if serial == self._serial:  # a later choice overtook this one
            self._patience.stop()
            self.detail.set_state(detail)

    def _fetch(self, ids: list[int]) -> None:
        self._session.runner.run_read(_rows, self._session.store, ids, on_result=self.model.set_rows)


def _rows(store: Store, ids: list[int]) -> list[ServiceRequest]:
    with store.read() as unit:
        return unit.requests.many(ids)


def _detail(
    store: Store, snapshot: Snapshot, request_id: int, now: Any, serial: int, places: CityPlaces
) -> tuple[int, RequestDetail | None]:
    return serial, read_detail(store, snapshot, request_id, now, places)
