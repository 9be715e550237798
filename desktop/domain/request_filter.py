"""What the table and the map of Operations show: one filter, as a value that can be kept under a name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from data.records import ASSIGNED_KINDS, Placement, Status
from desktop.domain import attention
from desktop.domain.attention import PLACEMENT_CODES, STATUS_CODES, Mask, Moment
from desktop.domain.backlog import NOT_YET, History
from desktop.domain.unassigned import Unassigned

ALL, OPEN = "all", "open"
LOOKED_UP = ("text", "area_ids", "shape", "ways")
WAYS = RECATEGORISED, MOVED, RETURNED = "recategorised", "moved", "returned"
NOBODY = -1  # as a department: nobody's
# Two departments' areas have the point, or a rule could not be decided.
DOUBTFUL_CODES = tuple(ASSIGNED_KINDS.index(kind) for kind in (Unassigned.OVERLAP, Unassigned.FAULT))


class Snapshot(attention.Snapshot, Protocol):
    """The columns of data.columns.Columns that a filter reads."""

    @property
    def id(self) -> NDArray[np.int64]: ...
    @property
    def lon(self) -> NDArray[np.float64]: ...
    @property
    def lat(self) -> NDArray[np.float64]: ...
    @property
    def placement(self) -> NDArray[np.uint8]: ...
    @property
    def service_id(self) -> NDArray[np.int32]: ...
    @property
    def assigned_kind(self) -> NDArray[np.uint8]: ...


Bounds = tuple[float, float, float, float]  # west, south, east, north
Ring = tuple[tuple[float, float], ...]  # lon, lat; not closed


@dataclass(frozen=True, slots=True)
class WentAbout:
    """How a request went about: `way` is one of WAYS, or empty for any; reported as one of some services, or as any."""

    way: str = ""
    reported_as: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        if self.way not in ("", *WAYS):
            raise ValueError(f"requests do not go {self.way!r}")


@dataclass(frozen=True, slots=True)
class RequestFilter:
    """Everything that must hold of a request that is shown; an empty field asks for nothing.

    `line` is a line of the queue. What only the store or geometry can tell (LOOKED_UP) is looked up apart and
    handed to `matching` as ids.
    """

    line: str = OPEN
    text: str = ""
    service_ids: tuple[int, ...] = ()
    agency_ids: tuple[int, ...] = ()  # NOBODY for requests without a department
    statuses: tuple[str, ...] = ()
    opened_from_ms: int | None = None  # counted
    opened_to_ms: int | None = None  # not counted
    as_of_ms: int | None = None  # the line as it stood at that moment; None for now
    area_ids: tuple[int, ...] = ()  # in one of these areas
    shape: Ring = ()  # drawn on the map
    ways: WentAbout | None = None  # how it went about
    in_view: bool = False
    kinds: tuple[str, ...] = ()  # of assignment: why nobody has it, or why it is doubtful (domain.unassigned)
    request_ids: tuple[int, ...] = ()  # these, which something else has counted
    about: str = ""  # what they are, in words

    def __post_init__(self) -> None:
        if self.line not in LINES:
            raise ValueError(f"the queue has no line {self.line!r}")
        unknown = set(self.statuses) - {status.value for status in Status}
        if unknown:
            raise ValueError(f"there is no status {sorted(unknown)[0]!r}")
        strange = set(self.kinds) - {kind.value for kind in Unassigned}
        if strange:
            raise ValueError(f"an assignment has no kind {sorted(strange)[0]!r}")

    def to_json(self) -> dict[str, Any]:
        """Plain values, without the fields that ask for nothing."""
        usual = RequestFilter()
        return {name: value for name, value in asdict(self).items() if value != getattr(usual, name)}

    @classmethod
    def from_json(cls, content: Mapping[str, Any]) -> RequestFilter:
        """The filter of to_json; fields that a later version added are left out. ValueError where it makes no sense."""
        known = {field.name for field in fields(cls)}
        values = {name: _tuples(value) for name, value in content.items() if name in known}
        if isinstance(values.get("ways"), Mapping):
            values["ways"] = WentAbout(**{name: _tuples(value) for name, value in values["ways"].items()})
        return cls(**values)


def _tuples(value: Any) -> Any:
    return tuple(_tuples(item) for item in value) if isinstance(value, list | tuple) else value


# The lines of the queue, each a mask over the snapshot.
LINES = (
    "unacknowledged",
    "overdue",
    "due_soon",
    "unassigned",
    "doubtful",
    "incidents",
    "awaiting",
    "unsent",
    "unlocated",
    OPEN,
    "today",
    "closed_today",
    ALL,
)


def line_masks(columns: Snapshot, moment: Moment, unsent: Sequence[int] = ()) -> dict[str, Mask]:
    """For each line of the queue, which requests are on it; `unsent` are those of which a message could not leave."""
    opened = attention.is_open(columns)
    return {
        "unacknowledged": attention.unacknowledged(columns),
        "overdue": attention.overdue(columns, moment),
        "due_soon": attention.due_soon(columns, moment),
        "unassigned": attention.without_department(columns),
        "doubtful": opened & np.isin(columns.assigned_kind, DOUBTFUL_CODES),
        "incidents": attention.in_incident(columns),
        "awaiting": attention.awaiting_answer(columns),
        "unsent": np.isin(columns.id, unsent) if len(unsent) else np.zeros(len(columns.id), dtype=bool),
        "unlocated": opened & ~_located(columns),
        OPEN: opened,
        "today": attention.arrived_today(columns, moment),
        "closed_today": attention.closed_today(columns, moment),
        ALL: np.ones(len(columns.id), dtype=bool),
    }


@dataclass(frozen=True, slots=True, eq=False)
class Queue:
    """The lines of the queue at a moment, how many requests each holds, and the day's answers. O(n): not while a hand
    waits."""

    moment: Moment
    masks: Mapping[str, Mask]
    counts: Mapping[str, int]
    same_day: attention.SameDay

    @classmethod
    def at(cls, columns: Snapshot, moment: Moment, unsent: Sequence[int] = ()) -> Queue:
        """The queue of a snapshot."""
        masks = line_masks(columns, moment, unsent)
        counts = {key: int(np.count_nonzero(mask)) for key, mask in masks.items()}
        return cls(moment, masks, counts, attention.same_day(columns, moment))


@dataclass(frozen=True, slots=True, eq=False)
class Standing:
    """A snapshot with the statuses of an earlier moment; department, incident and deadline are today's."""

    id: NDArray[np.int64]
    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    placement: NDArray[np.uint8]
    service_id: NDArray[np.int32]
    agency_id: NDArray[np.int32]
    incident_id: NDArray[np.int64]
    requested_ms: NDArray[np.int64]
    acknowledged_ms: NDArray[np.int64]
    closed_ms: NDArray[np.int64]
    due_ms: NDArray[np.int64]
    awaits_answer: NDArray[np.uint8]
    by_machine: NDArray[np.uint8]
    assigned_kind: NDArray[np.uint8]
    status: NDArray[np.uint8]  # NOT_YET where the request was still to come

    @classmethod
    def at(cls, columns: Snapshot, history: History, moment_ms: int) -> Standing:
        """How the requests stood."""
        kept = {field.name: getattr(columns, field.name) for field in fields(cls) if field.name != "status"}
        return cls(**kept, status=history.status_at(moment_ms))

    def line(self, name: str, moment: Moment, history: History) -> Mask:
        """A line of the queue as it was; the moment is the one of the statuses."""
        if name == OPEN:
            return history.open_at(moment.now_ms)
        return np.asarray(self.status != NOT_YET) if name == ALL else line_masks(self, moment)[name]


def matching(columns: Snapshot, line: Mask, wanted: RequestFilter, found: Mapping[str, NDArray[np.int64]]) -> Mask:
    """The requests of a line that fit the rest of the filter, the map's view apart.

    `found` holds, by field, the ids that were looked up elsewhere.
    """
    mask = line
    if wanted.service_ids:
        mask = mask & np.isin(columns.service_id, wanted.service_ids)
    if wanted.agency_ids:
        mask = mask & np.isin(columns.agency_id, wanted.agency_ids)
    if wanted.statuses:
        mask = mask & np.isin(columns.status, [STATUS_CODES[Status(status)] for status in wanted.statuses])
    if wanted.opened_from_ms is not None:
        mask = mask & (columns.requested_ms >= wanted.opened_from_ms)
    if wanted.opened_to_ms is not None:
        mask = mask & (columns.requested_ms < wanted.opened_to_ms)
    if wanted.kinds:
        mask = mask & np.isin(columns.assigned_kind, [ASSIGNED_KINDS.index(kind) for kind in wanted.kinds])
    if wanted.request_ids:
        mask = mask & np.isin(columns.id, wanted.request_ids)
    for ids in found.values():
        mask = mask & np.isin(columns.id, ids)
    return mask


def inside(columns: Snapshot, bounds: Bounds) -> Mask:
    """Which requests lie in a box on the map."""
    west, south, east, north = bounds
    lon, lat = columns.lon, columns.lat
    within: Mask = _located(columns) & (lon >= west) & (lon <= east) & (lat >= south) & (lat <= north)
    return within


def _located(columns: Snapshot) -> Mask:
    return np.asarray(columns.placement == PLACEMENT_CODES[Placement.LOCATED])
