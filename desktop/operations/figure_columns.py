"""What service figures are worked out from: the snapshot's columns, and the little beside them that the store tells."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from data.columns import Columns, load_columns, refresh_columns
from data.store import Store
from data.unit_of_work import ReadUnit
from data.values import MISSING
from desktop.domain.channels import CHANNEL_COLUMNS, is_staff
from desktop.domain.recategorisation import Ways
from desktop.domain.service_figures import OUTCOME_CODES, UNTOLD, Reports
from desktop.operations.recategorisation_figures import ways_among

MOST_STORES = 2


@dataclass(frozen=True, slots=True, eq=False)
class FigureColumns:
    """Every request of a store as of one event: the snapshot, the reports as the definitions read them, their ways."""

    columns: Columns
    reports: Reports
    ways: Ways
    promised: Mapping[int, int]  # deadlines that somebody changed later, as they were at first


class RecentColumns:
    """The columns read last, by store; brought up when asked again after something happened."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._kept: OrderedDict[str, FigureColumns] = OrderedDict()

    def of(self, store: Store) -> FigureColumns:
        """The columns of a store as of now."""
        with self._lock:  # what two questions at a time need is read once
            key = f"{store.location} {store.identity}"
            known = self._kept.get(key)
            columns = load_columns(store) if known is None else refresh_columns(store, known.columns)
            if known is None or columns.sequence != known.columns.sequence:
                with store.read() as unit:
                    known = read_figure_columns(unit, columns, known)
            self._kept[key] = known
            self._kept.move_to_end(key)
            while len(self._kept) > MOST_STORES:
                self._kept.popitem(last=False)
            return known

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._kept.clear()


RECENT = RecentColumns()


def read_figure_columns(unit: ReadUnit, columns: Columns, known: FigureColumns | None = None) -> FigureColumns:
    """The reports of a snapshot. What few requests have is read for those alone; the log, since what is known."""
    after = 0 if known is None or known.columns.sequence > columns.sequence else known.columns.sequence
    promised = unit.log.first_values("service_request", "due_at", after)
    if known is not None and after:
        promised |= known.promised
    usual = unit.requests.usual_outcome()
    rare = unit.requests.out_of_the_usual(usual)
    outcome = np.full(len(columns), OUTCOME_CODES.get(usual, UNTOLD), dtype=np.uint8)
    codes = np.array([OUTCOME_CODES.get(str(name), UNTOLD) for name in rare["outcome"]], dtype=np.uint8)
    _set(columns, outcome, rare["id"], codes)
    again = np.zeros(len(columns), dtype=bool)
    _set(columns, again, rare["id"], rare["reopened_count"] > 0)
    reports = Reports(
        id=columns.id,
        status=columns.status,
        requested_ms=columns.requested_ms,
        acknowledged_ms=columns.acknowledged_ms,
        closed_ms=columns.closed_ms,
        due_ms=_first_deadlines(columns, rare, promised),
        person_ms=_times(columns, unit.notes.first_by_people()),
        by_machine=columns.by_machine != 0,
        outcome=outcome,
        incident_id=columns.incident_id,
        reopened=again,
        staff=_among(columns, entered_by_staff(unit)),
    )
    ways = ways_among(unit, columns.id, columns.service_id, columns.agency_id)
    return FigureColumns(columns, reports, ways, promised)


def entered_by_staff(unit: ReadUnit) -> NDArray[np.int64]:
    """Ids, ascending, of the requests that the city's own people entered."""
    by_staff = [told for told in unit.requests.extra_values(CHANNEL_COLUMNS) if is_staff(told)]
    return unit.requests.ids_by_extra(CHANNEL_COLUMNS, by_staff) if by_staff else np.zeros(0, dtype=np.int64)


def _first_deadlines(
    columns: Columns, rare: Mapping[str, np.ndarray], promised: Mapping[int, int]
) -> NDArray[np.int64]:
    """The deadline that each request had when it was opened.

    Its own, not the earlier one of its incident; and where somebody changed it later, by another service, a rule or a
    file that came again, the one before: a promise is judged by what was promised.
    """
    due = columns.due_ms.copy()
    own = rare["own_due_at"] != MISSING
    _set(columns, due, rare["id"][own], rare["own_due_at"][own])
    ids, first = (np.array(list(part), dtype=np.int64) for part in (promised, promised.values()))
    _set(columns, due, ids, first)
    return due


def _times(columns: Columns, told: Mapping[int, int]) -> NDArray[np.int64]:
    found = np.full(len(columns), MISSING, dtype=np.int64)
    _set(columns, found, np.array(list(told), dtype=np.int64), np.array(list(told.values()), dtype=np.int64))
    return found


def _among(columns: Columns, ids: NDArray[np.int64]) -> NDArray[np.bool_]:
    found = np.zeros(len(columns), dtype=bool)
    _set(columns, found, ids, np.ones(len(ids), dtype=bool))
    return found


def _set(columns: Columns, target: np.ndarray, ids: np.ndarray, values: np.ndarray) -> None:
    """Set what requests have; those that the snapshot does not know came later."""
    at = columns.positions(ids)
    target[at[at >= 0]] = values[at >= 0]
