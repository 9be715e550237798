"""A few requests as the judge of duplicates takes them: places and times from the snapshot of all, words on demand.

What a new report may repeat lies near it, so neither a table nor the snapshot is made into an index as a whole.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from data.columns import Columns
from data.records import Placement
from data.unit_of_work import ReadUnit
from desktop.domain.channels import entered_by_staff
from desktop.operations.duplicate_columns import MISSING_MS, person, photos_of, reporters_of

if TYPE_CHECKING:
    from geo.duplicate_features import ServiceTimes
    from geo.duplicate_model import DuplicateModel
    from geo.duplicate_particulars import Particulars
    from geo.duplicates import CandidateIndex, DuplicateSettings
    from geo.known_laws import KnownLaws

LOCATED = tuple(Placement).index(Placement.LOCATED)
_EQUATOR_M = 40_075_016.7  # of the sphere of Web Mercator
_WIDER = 1.02  # than told: the earth is no sphere, and a projection stretches a little


@dataclass(frozen=True, slots=True, eq=False)
class Ground:
    """What a new report is judged on: all requests of the city, the laws of its last search, and what staff taught."""

    columns: Columns
    epsg: int
    laws: KnownLaws
    model: DuplicateModel | None
    settings: DuplicateSettings

    @property
    def window_ms(self) -> int:
        """Within what time reports are compared."""
        return round(self.settings.window_h * 3_600_000)

    def around(self, at: np.ndarray) -> np.ndarray:
        """Where the requests stand in the columns that matter to what those at some places there score."""
        from geo.duplicate_arrivals import rows_around
        from geo.known_laws import AMONG_RIVALS, NEW

        steps = NEW if self.model is None else AMONG_RIVALS
        columns = self.columns
        lat = columns.lat[at]
        chosen = np.zeros(len(columns), dtype=bool)
        chosen[at] = True
        if np.isfinite(lat).any():
            stretch = 1.0 / np.cos(np.radians(min(float(np.nanmax(np.abs(lat))), 85.0)))
            reach = self.laws.reach_m(steps) * _WIDER * stretch / _EQUATOR_M
            goes = self.laws.matters(self.settings, steps)
            chosen[rows_around(columns.x, columns.y, self._kind, goes, at, reach)] = True
        return np.flatnonzero(chosen)

    def matters_to(self, service: int, others: np.ndarray) -> np.ndarray:
        """Which services' reports matter to what a new one of a service scores; none where no law knows that."""
        own, place = int(self.laws.place([service])[0]), self.laws.place(others)
        if own < 0:
            return np.zeros(len(others), dtype=bool)
        return np.asarray((place >= 0) & self.laws.matters(self.settings)[own, place])

    def _kind(self, rows: np.ndarray) -> np.ndarray:
        return np.asarray(self.laws.place(self.columns.service_id[rows]))

    def index(self, unit: ReadUnit, at: np.ndarray, asked: np.ndarray) -> tuple[CandidateIndex, np.ndarray]:
        """The requests at some places of the columns in an index, and their places, in the order of its rows.

        `asked` are the moments (ms) about which pairs are asked. Left out are those of services that came after the
        search: no law knows them.
        """
        from geo.crs import to_metres
        from geo.duplicates import build_candidate_index

        columns = self.columns
        at = at[self.laws.knows(columns.service_id[at])]
        there = columns.placement[at] == LOCATED
        x_m, y_m = to_metres(
            np.where(there, columns.lon[at], np.nan), np.where(there, columns.lat[at], np.nan), self.epsg
        )
        closed_ms, ids = columns.closed_ms[at], columns.id[at]
        index = build_candidate_index(
            x_m, y_m, columns.requested_ms[at] / 1000.0,
            np.where(closed_ms == MISSING_MS, np.nan, closed_ms / 1000.0),
            columns.service_id[at].astype(np.int64),
            Reading(unit, ids, "description"), self.settings, address=Reading(unit, ids, "address"),
            known=self.laws, times=None if self.model is None else self._times(asked),
            asked=self._about(columns.requested_ms[at], asked),
        )  # fmt: skip
        return index, at

    def _about(self, moments: np.ndarray, asked: np.ndarray) -> np.ndarray:
        """Which moments are so near to one that is asked about that reports of both are compared."""
        sought = np.sort(asked)
        after = np.minimum(np.searchsorted(sought, moments), len(sought) - 1)
        gaps = np.minimum(np.abs(sought[after] - moments), np.abs(sought[np.maximum(after - 1, 0)] - moments))
        return np.asarray(gaps <= self.window_ms)

    def _times(self, asked: np.ndarray) -> ServiceTimes:
        """When reports came in the whole city, about the moments that are asked about and a day before."""
        from geo.duplicate_features import DAY_S

        columns, window_ms = self.columns, self.window_ms
        since, until = int(asked.min()) - window_ms - round(DAY_S * 1000.0), int(asked.max()) + window_ms
        then = np.flatnonzero((columns.requested_ms >= since) & (columns.requested_ms <= until))
        then = then[columns.placement[then] == LOCATED]
        return self.laws.times(columns.service_id[then], columns.requested_ms[then] / 1000.0)


@dataclass(frozen=True, slots=True)
class Reading:
    """Reads a text of some requests when it is asked for."""

    unit: ReadUnit
    ids: np.ndarray
    column: str

    def __call__(self, rows: np.ndarray) -> Sequence[str]:
        wanted = self.ids[rows]
        told = self.unit.requests.arrays(["id", self.column], ids=wanted)
        known = dict(zip(told["id"].tolist(), told[self.column].tolist(), strict=True))
        return [known.get(key) or "" for key in wanted.tolist()]  # what was removed since says nothing


@dataclass(frozen=True, slots=True)
class Telling:
    """What some requests say beyond place, time, service and words, read when it is asked for.

    `key` is the store's, by which persons become numbers.
    """

    unit: ReadUnit
    columns: Columns
    ids: np.ndarray
    key: str

    def __call__(self, rows: np.ndarray) -> Particulars:
        from geo.duplicate_particulars import Particulars

        wanted = self.ids[rows]
        ids, back = np.unique(wanted, return_inverse=True)
        said = _said(self.unit, ids) | self._persons(ids)
        return Particulars(**{name: None if values is None else values[back] for name, values in said.items()})

    def _persons(self, ids: np.ndarray) -> dict[str, np.ndarray | None]:
        """Who made each, and how many they had made before: counted in the whole city where one person made two."""
        who = reporters_of(self.unit, ids, self.key, ids.tolist())
        if who is None:
            return {"reporter": None, "reported_before": None}
        known, count = np.unique(who[who >= 0], return_counts=True)
        again = known[count > 1]
        before = np.zeros(len(ids), dtype=np.int64)
        if len(again):
            some = ids[np.isin(who, again)]
            contacts = {(email, phone) for _, email, phone in self.unit.requests.contacts(some.tolist())}
            made = self._made(contacts)
            rows = np.flatnonzero(np.isin(who, again))
            when = self.columns.requested_ms[self.columns.positions(ids[rows])]
            before[rows] = [np.searchsorted(made[one], at) for one, at in zip(who[rows].tolist(), when, strict=True)]
        return {"reporter": who, "reported_before": before}

    def _made(self, contacts: set[tuple[str, str]]) -> dict[int, np.ndarray]:
        """When the persons of these contacts made their reports, rising."""
        told = self.unit.requests.contacts_like(contacts)
        made = np.array([(request, person(email, phone, self.key)) for request, email, phone in told], dtype=np.int64)
        at = self.columns.positions(made[:, 0])
        made, at = made[at >= 0], at[at >= 0]
        when = self.columns.requested_ms[at]
        return {who: np.sort(when[made[:, 1] == who]) for who in np.unique(made[:, 1]).tolist()}


def _said(unit: ReadUnit, ids: np.ndarray) -> dict[str, Any]:
    """The assets that requests name, whether staff entered them, and how their photos look; ids ascending."""
    rows = unit.requests.arrays(["id", "asset_id", "extras"], ids=ids)
    at = np.searchsorted(ids, rows["id"])
    asset, layer, staff = np.full(len(ids), -1), np.full(len(ids), -1), np.zeros(len(ids), dtype=bool)
    asset[at] = np.where(rows["asset_id"] == MISSING_MS, -1, rows["asset_id"])
    layers = {int(one.id): one.layer_id for one in unit.assets.many(np.unique(asset[asset >= 0]).tolist())}
    layer[asset >= 0] = [layers[key] for key in asset[asset >= 0].tolist()]
    staff[at] = [entered_by_staff(extras or {}) for extras in rows["extras"]]
    return {"asset": asset, "asset_layer": layer, "staff": staff, "photo": photos_of(unit, ids, ids.tolist())}
