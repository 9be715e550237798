"""The open city, shared by the workspaces: its catalogue, the snapshot of all requests, and the way to run an act."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, QTimer, Signal

from data.columns import Columns, load_columns, refresh_columns
from data.records import Agency, AreaLayer, City, Placement, Service
from data.store import Store
from data.unit_of_work import ReadUnit
from desktop.domain.attention import MISSING_MS, Moment, is_open, reports_per_request
from desktop.domain.city_settings import CitySettings, settings_of
from desktop.domain.clock import Clock
from desktop.domain.request_filter import Queue
from desktop.domain.working_time import WorkingTime
from desktop.models.request_table import Names
from desktop.operations.changes import Changes
from desktop.operations.city_areas import CityAreas, read_areas
from desktop.operations.import_streets import BASEMAP, STREETS, streets_credit
from desktop.operations.places import CityPlaces
from desktop.worker import Failed

Bounds = tuple[float, float, float, float]  # west, south, east, north
FOLLOW_MS = 400  # a look at the log's head costs about a millisecond
LOCATED = tuple(Placement).index(Placement.LOCATED)
# Hears what came of an act: what it changed, why the world refused it, or None where it broke or was stopped.
Ended = Callable[[Changes | Failed | None], None]

if TYPE_CHECKING:
    from desktop.change_bus import ChangeBus


class Runner(Protocol):
    """The part of desktop.jobs.JobRunner that controllers use."""

    read_failed: Any  # a signal with a sentence

    def run_read(
        self, function: Callable[..., Any], *args: Any, on_result: Callable[[Any], None] | None = None, **kwargs: Any
    ) -> Any:
        """Read in a thread; the result is delivered on the GUI thread, or never."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class Snapshot:
    """The city as the window shows it, read at one moment."""

    city: City
    settings: CitySettings
    services: tuple[Service, ...]
    agencies: tuple[Agency, ...]
    layers: tuple[AreaLayer, ...]
    areas: CityAreas  # the parts of town that are named
    columns: Columns
    names: Names
    streets: str | None  # the state of the streets; None without any
    credit: str  # whom a map of them must name
    reports: NDArray[np.int64]  # of each request's incident
    bounds: Bounds  # of nearly all located requests
    head: int  # the log's last number when it was read
    working: WorkingTime  # the city's
    unsent: tuple[int, ...] = ()  # requests of which a message could not be sent

    def service(self, service_id: int) -> Service:
        """A service of the catalogue."""
        return next(service for service in self.services if service.id == service_id)


def read_snapshot(store: Store, known: Snapshot | None = None) -> Snapshot | None:
    """Everything the window needs; None for a store without a city. What is `known` is brought up from the log."""
    with store.read() as unit:
        city = unit.city.get()
        if city is None:
            return None
        services, agencies = tuple(unit.services.all()), tuple(unit.agencies.all())
        layers = tuple(unit.areas.layers())
        areas = read_areas(unit, None if known is None else known.areas)
        sources = {int(source.id): source.name for source in unit.sources.all()}
        streets, credit, head = _streets_state(unit), streets_credit(unit), unit.log.head()
        unsent = _unsent(unit, known)
    names = Names(
        {service.id: service.service_name for service in services},
        {agency.id: agency.name for agency in agencies},
        {service.id: service.icon for service in services},
        sources,
    )
    columns = load_columns(store) if known is None else refresh_columns(store, known.columns)
    reports, bounds = _reports_of(columns, known), _bounds_of(columns, known)
    settings = settings_of(city)
    working = _working_of(city, settings, columns, known)
    return Snapshot(
        city, settings, services, agencies, layers, areas, columns, names, streets, credit, reports, bounds, head,
        working, unsent,
    )  # fmt: skip


def _unsent(unit: ReadUnit, known: Snapshot | None) -> tuple[int, ...]:
    """Requests of which a message could not be sent; those known while no message changed."""
    if known is not None and "outbox" not in unit.log.entities_after(known.head):
        return known.unsent
    return tuple(unit.outbox.failed_requests())


def _working_of(city: City, settings: CitySettings, columns: Columns, known: Snapshot | None) -> WorkingTime:
    """The city's working time, counted for all open promises here, so that nobody who paints has to."""
    same = known is not None and (known.settings, known.city.timezone) == (settings, city.timezone)
    working = known.working if known is not None and same else WorkingTime(settings.calendar(city.timezone))
    promised = is_open(columns) & (columns.due_ms != MISSING_MS) & (columns.requested_ms != MISSING_MS)
    if promised.any():
        working.between(columns.requested_ms[promised].min(), columns.due_ms[promised].max())
    return working


def _read_city(store: Store, known: Snapshot | None, clock: Clock) -> tuple[Snapshot, Queue] | None:
    snapshot = read_snapshot(store, known)
    return None if snapshot is None else _queue_of(snapshot, clock)


def _queue_of(snapshot: Snapshot, clock: Clock) -> tuple[Snapshot, Queue]:
    return snapshot, Queue.at(snapshot.columns, Moment.at(clock.now(), snapshot.city.timezone), snapshot.unsent)


def _reports_of(columns: Columns, known: Snapshot | None) -> NDArray[np.int64]:
    """The reports of each request's incident; those known already where no incident changed."""
    incidents = columns.incident_id
    if known is not None and len(known.columns) <= len(columns):
        before = len(known.columns)
        if (incidents[before:] < 0).all() and np.array_equal(incidents[:before], known.columns.incident_id):
            return np.concatenate([known.reports, np.ones(len(columns) - before, dtype=np.int64)])
    return reports_per_request(incidents)


def _bounds_of(columns: Columns, known: Snapshot | None) -> Bounds:
    """Where nearly all requests lie; a few more do not move that."""
    few = known is not None and abs(len(columns) - len(known.columns)) <= len(known.columns) // 100
    return known.bounds if known is not None and few else bounds_of(columns)


def bounds_of(columns: Columns) -> Bounds:
    """West, south, east, north of 98 of 100 located requests each way; the inhabited earth without any."""
    located = columns.placement == LOCATED
    if not located.any():
        return (-180.0, -60.0, 180.0, 75.0)
    west, east = np.percentile(columns.lon[located], (1, 99))
    south, north = np.percentile(columns.lat[located], (1, 99))
    return (float(west), float(south), float(east), float(north))


def _streets_state(unit: ReadUnit) -> str | None:
    """A name that changes whenever the streets or the base map are imported anew."""
    versions = [unit.artifacts.version(name) for name in (STREETS, BASEMAP)]
    return None if versions == [None, None] else "-".join(str(version or 0) for version in versions)


class Session(QObject):
    """Holds the snapshot and says when a newer one is there. Acts go to a worker; changes come back on the bus.

    The log is looked at more than twice a second, so that what a command or another person does is on show soon after.
    """

    loaded = Signal(object)  # Snapshot
    minute_turned = Signal()  # deadlines drew nearer
    act_wanted = Signal(str, str, object, object)  # operation, title, arguments, Ended or None
    act_failed = Signal()
    busy_changed = Signal(object)  # names of the operations that wait or run

    def __init__(self, store: Store, runner: Runner, bus: ChangeBus, clock: Clock, actor: str) -> None:
        super().__init__()
        self.store, self.runner, self.bus, self.clock, self.actor = store, runner, bus, clock, actor
        self.places = CityPlaces(store)
        self.snapshot: Snapshot | None = None
        self.queue: Queue | None = None  # of the snapshot, as of the minute
        self.busy: frozenset[str] = frozenset()
        self._reading = self._outdated = False
        self._minute = clock.now().minute
        self._follow = QTimer(self, interval=FOLLOW_MS, singleShot=True)
        self._follow.timeout.connect(self._look)
        bus.changed.connect(self._changed)

    def reload(self) -> None:
        """Read the city anew in the background; asked for while it is being read, once more after that."""
        if self._reading:
            self._outdated = True
            return
        self._reading, self._outdated = True, False
        handle = self.runner.run_read(_read_city, self.store, self.snapshot, self.clock, on_result=self._loaded)
        handle.ended.connect(self._read_ended)

    def watch(self, slot: Callable[[Snapshot], None]) -> None:
        """Connect a screen to the snapshot; one that is built later hears of the present one at once."""
        self.loaded.connect(slot)
        if self.snapshot is not None:
            slot(self.snapshot)

    def moment(self) -> Moment:
        """Now, in the city."""
        assert self.snapshot is not None
        return Moment.at(self.clock.now(), self.snapshot.city.timezone)

    def act(
        self, operation: str, title: str, arguments: Mapping[str, Any] | None = None, *, ended: Ended | None = None
    ) -> None:
        """Ask for an operation by name; the window shows its progress and its end.

        Who gives `ended` says themselves, where the person is looking, that nothing was done and why.
        """
        self.act_wanted.emit(operation, title, dict(arguments or {}), ended)

    def set_busy(self, operations: frozenset[str]) -> None:
        """Which operations wait or run now; a button that starts one rests meanwhile."""
        self.busy = operations
        self.busy_changed.emit(operations)

    def _read_ended(self) -> None:
        self._reading = False
        if self._outdated:
            self.reload()
        else:
            self._follow.start()

    def _look(self) -> None:
        """See whether somebody else changed the city, and whether a minute went by."""
        minute = self.clock.now().minute
        if minute != self._minute and self.snapshot is not None:
            self._minute = minute
            self.runner.run_read(_queue_of, self.snapshot, self.clock, on_result=self._turned)
        handle = self.runner.run_read(self.store.head)
        handle.succeeded.connect(self._seen)
        handle.failed.connect(self.runner.read_failed)

    def _seen(self, head: int) -> None:
        if self._reading:
            return
        if self.snapshot is not None and head != self.snapshot.head:
            self.reload()
        else:
            self._follow.start()

    def _loaded(self, city: tuple[Snapshot, Queue] | None) -> None:
        self.snapshot, self.queue = city or (None, None)
        if self.snapshot is not None:
            self.loaded.emit(self.snapshot)

    def _turned(self, city: tuple[Snapshot, Queue]) -> None:
        snapshot, queue = city
        if snapshot is self.snapshot:  # a newer one brings a queue of its own
            self.queue = queue
            self.minute_turned.emit()

    def _changed(self, changes: Changes, initiator: object) -> None:
        if changes.entities - {"artifact", "plan"}:
            self.reload()
