"""The open city, shared by the workspaces: its catalogue, the snapshot of all requests, and the way to run an act."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from PySide6.QtCore import QObject, Signal

from data.columns import Columns, load_columns
from data.records import Agency, AreaLayer, City, Service
from data.store import Store
from data.unit_of_work import ReadUnit
from desktop.domain.attention import Moment
from desktop.domain.clock import Clock
from desktop.models.request_table import Names
from desktop.operations.changes import Changes
from desktop.operations.import_streets import BASEMAP, STREETS, streets_credit

if TYPE_CHECKING:
    from desktop.change_bus import ChangeBus


class Runner(Protocol):
    """The part of desktop.jobs.JobRunner that controllers use."""

    def run_read(
        self, function: Callable[..., Any], *args: Any, on_result: Callable[[Any], None], **kwargs: Any
    ) -> Any:
        """Read in a thread; the result is delivered on the GUI thread, or never."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class Snapshot:
    """The city as the window shows it, read at one moment."""

    city: City
    services: tuple[Service, ...]
    agencies: tuple[Agency, ...]
    layers: tuple[AreaLayer, ...]
    columns: Columns
    names: Names
    streets: str | None  # the state of the streets; None without any
    credit: str  # whom a map of them must name

    def service(self, service_id: int) -> Service:
        """A service of the catalogue."""
        return next(service for service in self.services if service.id == service_id)


def read_snapshot(store: Store) -> Snapshot | None:
    """Everything the window needs to start; None for a store without a city."""
    with store.read() as unit:
        city = unit.city.get()
        if city is None:
            return None
        services, agencies = tuple(unit.services.all()), tuple(unit.agencies.all())
        layers = tuple(unit.areas.layers())
        streets, credit = _streets_state(unit), streets_credit(unit)
    names = Names(
        {service.id: service.service_name for service in services},
        {agency.id: agency.name for agency in agencies},
        {service.id: service.icon for service in services},
    )
    return Snapshot(city, services, agencies, layers, load_columns(store), names, streets, credit)


def _streets_state(unit: ReadUnit) -> str | None:
    """A name that changes whenever the streets or the base map are imported anew."""
    versions = [unit.artifacts.version(name) for name in (STREETS, BASEMAP)]
    return None if versions == [None, None] else "-".join(str(version or 0) for version in versions)


class Session(QObject):
    """Holds the snapshot and says when a newer one is there. Acts go to a worker; changes come back on the bus."""

    loaded = Signal(object)  # Snapshot
    act_wanted = Signal(str, str, object)  # operation, title, arguments

    def __init__(self, store: Store, runner: Runner, bus: ChangeBus, clock: Clock, actor: str) -> None:
        super().__init__()
        self.store, self.runner, self.bus, self.clock, self.actor = store, runner, bus, clock, actor
        self.snapshot: Snapshot | None = None
        bus.changed.connect(self._changed)

    def reload(self) -> None:
        """Read the city anew in the background."""
        self.runner.run_read(read_snapshot, self.store, on_result=self._loaded)

    def watch(self, slot: Callable[[Snapshot], None]) -> None:
        """Connect a screen to the snapshot; one that is built later hears of the present one at once."""
        self.loaded.connect(slot)
        if self.snapshot is not None:
            slot(self.snapshot)

    def moment(self) -> Moment:
        """Now, in the city."""
        assert self.snapshot is not None
        return Moment.at(self.clock.now(), self.snapshot.city.timezone)

    def act(self, operation: str, title: str, arguments: Mapping[str, Any] | None = None) -> None:
        """Ask for an operation by name; the window shows its progress and its end."""
        self.act_wanted.emit(operation, title, dict(arguments or {}))

    def _loaded(self, snapshot: Snapshot | None) -> None:
        self.snapshot = snapshot
        if snapshot is not None:
            self.loaded.emit(snapshot)

    def _changed(self, changes: Changes, initiator: object) -> None:
        if changes.entities - {"artifact", "plan"}:
            self.reload()
