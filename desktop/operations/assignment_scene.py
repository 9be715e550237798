"""What rules and areas are asked about: requests with their facts, and the areas of each layer day by day."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from data.records import Area, AreaLayer, City, Placement, Service
from data.repositories.arrays import Arrays
from data.unit_of_work import ReadUnit
from desktop.domain.rule_matching import NOWHERE, AreaFacts, Reports, ServiceFacts, Words, local_days_minutes
from desktop.operations.area_indexes import area_index
from desktop.operations.work import Work

if TYPE_CHECKING:
    from geo.service_areas import AreaIndex

DECIDES = ("id", "source_id", "service_id", "placement", "lat", "long", "requested_at")
LOCATES = ("placement", "lat", "long")
Places = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Layer:
    """A layer with every area it ever had, in declared order; `first` and `after` are ordinals of days."""

    layer: AreaLayer
    areas: Sequence[Area]
    first: NDArray[np.int64]
    after: NDArray[np.int64]

    @classmethod
    def of(cls, layer: AreaLayer, areas: Sequence[Area]) -> Layer:
        """The layer with the days on which each area holds."""
        first = [area.effective_from.toordinal() if area.effective_from else 0 for area in areas]
        after = [area.effective_to.toordinal() if area.effective_to else date.max.toordinal() + 1 for area in areas]
        return cls(layer, areas, np.array(first, dtype=np.int64), np.array(after, dtype=np.int64))

    @property
    def departments_may_overlap(self) -> bool:
        """Whether an area's box reaches into that of another department's; where none does, no point lies in both."""
        import shapely

        named = [area for area in self.areas if area.agency_id is not None]
        agency = np.array([area.agency_id for area in named], dtype=np.int64)
        west, south, east, north = shapely.bounds(shapely.from_wkb([area.geometry_wkb for area in named])).T
        return any(
            (
                (agency[at + 1 :] != agency[at])
                & (west[at + 1 :] < east[at])
                & (west[at] < east[at + 1 :])
                & (south[at + 1 :] < north[at])
                & (south[at] < north[at + 1 :])
            ).any()
            for at in range(len(named))
        )

    def on(self, day: int) -> Places:
        """The places of the areas that hold on a day."""
        return np.flatnonzero((self.first <= day) & (day < self.after))

    def spans(self, days: NDArray[np.int64]) -> Iterable[tuple[Places, Places]]:
        """The rows whose days fall between two changes of the layer, and the areas that hold then."""
        edges = np.unique(np.concatenate([self.first, self.after]))
        span = np.searchsorted(edges, days, side="right")
        for one in np.unique(span):
            rows = np.flatnonzero(span == one)
            yield rows, self.on(int(days[rows[0]]))


@dataclass(frozen=True, slots=True, eq=False)
class AssignmentScene:
    """The catalogue by name, the layers, and how to read what requests say."""

    work: Work
    unit: ReadUnit
    city: City
    services: Sequence[Service]
    agencies: Mapping[int, str]
    closed: Mapping[str, date]  # departments that take nothing more from a day on
    sources: Mapping[int, str]
    layers: Mapping[str, Layer]
    question_codes: frozenset[str]
    asked: dict[tuple[int, tuple[int, ...]], Sequence[Area]] = field(default_factory=dict)  # areas of indexes, in order

    @classmethod
    def read(
        cls, work: Work, unit: ReadUnit, city: City, *, drawn: Mapping[str, Sequence[Area]] | None = None
    ) -> AssignmentScene:
        """The scene of a store; `drawn` are areas that stand in for those of a layer, on every day."""
        services, agencies = unit.services.all(), unit.agencies.all()
        codes = {question.code for service in services for question in unit.services.questions(service.id)}
        layers = {
            layer.name: Layer.of(layer, (drawn or {}).get(layer.name) or unit.areas.ever(layer.id))
            for layer in unit.areas.layers()
        }
        return cls(
            work=work,
            unit=unit,
            city=city,
            services=services,
            agencies={agency.id: agency.name for agency in agencies},
            closed={agency.name: agency.closed_on for agency in agencies if agency.closed_on},
            sources={source.id: source.name for source in unit.sources.all()},
            layers=layers,
            question_codes=frozenset(codes),
        )

    def agency_id(self, name: str) -> int | None:
        """The key of a department, None where there is none of this name."""
        return next((key for key, one in self.agencies.items() if one == name), None)

    def reports(
        self,
        rows: Arrays,
        asked: Iterable[str],
        read: Callable[[Places], list[Words]] | None = None,
    ) -> Reports:
        """Requests (columns of DECIDES) as rules see them, located in the layers that are asked for.

        `read` tells what rows say where they are not in the store.
        """
        day, minute = local_days_minutes(rows["requested_at"], self.city.timezone)
        sources = list(self.sources)
        layers = {name: self.layers[name] for name in dict.fromkeys(asked) if name in self.layers}
        return Reports(
            services=[ServiceFacts(one.service_code, one.service_name, one.group) for one in self.services],
            sources=[self.sources[key] for key in sources],
            layers={name: self.area_facts(name) for name in layers},
            service=_places(rows["service_id"], [service.id for service in self.services]),
            source=_places(rows["source_id"], sources),
            day=day,
            minute=minute,
            reported_ms=rows["requested_at"],
            areas={name: self.locate(name, rows, day) for name in layers},
            read=read or (lambda places: self.said(rows["id"][places])),
            question_codes=self.question_codes,
        )

    def area_facts(self, layer: str) -> list[AreaFacts]:
        """What rules know of the areas a layer ever had."""
        return [
            AreaFacts(area.name, self.agencies.get(area.agency_id, "") if area.agency_id else "")
            for area in self.layers[layer].areas
        ]

    def locate(
        self, name: str, rows: Arrays, day: NDArray[np.int64], *, naming: bool = False, last: bool = False
    ) -> Places:
        """The area of a layer around each request on its day, NOWHERE for none or no point.

        naming: among areas that name a department only. Where areas overlap it is the first in declared order, or the
        last.
        """
        layer = self.layers[name]
        found = np.full(len(day), NOWHERE, dtype=np.int64)
        pointed = np.isin(rows["placement"], [Placement.LOCATED.value, Placement.OUT_OF_TOWN.value])
        at = np.flatnonzero(pointed & np.isfinite(rows["lat"]) & np.isfinite(rows["long"]))
        names = np.array([area.agency_id is not None for area in layer.areas], dtype=bool)
        for span, holding in layer.spans(day[at]):
            order = holding[names[holding]] if naming else holding
            order = order[::-1] if last else order
            if len(order):
                index = self._index(layer, order, keep=not last)
                hit = index.locate(rows["long"][at[span]], rows["lat"][at[span]])
                found[at[span]] = np.where(hit >= 0, order[hit], NOWHERE)
        return found

    def nearest(
        self, name: str, wanted: Places, lon: NDArray[np.float64], lat: NDArray[np.float64]
    ) -> tuple[Places, NDArray[np.float64]]:
        """The nearest of some areas of a layer to each point (degrees), by place, and the metres to its border."""
        which, distance_m = self._index(self.layers[name], wanted, keep=False).nearest(lon, lat)
        return wanted[which], distance_m

    def _index(self, layer: Layer, order: Places, *, keep: bool) -> AreaIndex:
        """The index of some areas of a layer; those to be kept in the store are noted."""
        areas = [layer.areas[place] for place in order]
        if keep:
            self.asked[(int(layer.layer.id), tuple(order.tolist()))] = areas
        return area_index(self.work, self.unit, int(layer.layer.id), areas)

    def said(self, ids: NDArray[np.int64]) -> list[Words]:
        """What requests say, in the order of their keys here."""
        rows = self.unit.requests.arrays(["id", "description", "address"], ids=ids)
        answers = self.unit.requests.answers_of(ids)
        read = zip(rows["id"].tolist(), rows["description"], rows["address"], strict=True)
        said = {key: Words(text, address, answers.get(key, {})) for key, text, address in read}
        return [said[key] for key in ids.tolist()]


def _places(keys: NDArray[np.int64], known: Sequence[int]) -> Places:
    """Where keys stand among known ones; NOWHERE for strangers."""
    if not known:
        return np.full(len(keys), NOWHERE, dtype=np.int64)
    order = np.argsort(known)
    ordered = np.asarray(known, dtype=np.int64)[order]
    at = np.minimum(np.searchsorted(ordered, keys), len(ordered) - 1)
    return np.where(ordered[at] == keys, order[at], NOWHERE)


def two_digits(distance_m: float) -> float:
    """A distance rounded to two digits: what the eye takes in, and few enough values to share an outcome."""
    return float(f"{distance_m:.2g}")


def metres(distance_m: float) -> str:
    """A distance as people say it."""
    return f"{distance_m:.0f} m" if distance_m < 1000 else f"{distance_m / 1000:.1f} km"
