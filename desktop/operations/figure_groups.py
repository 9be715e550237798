"""By what service figures are told: services, departments, neighbourhoods, months or weeks; which report is whose."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from data.errors import RefusedInput
from data.records import Area, AreaLayer, Placement
from data.unit_of_work import ReadUnit
from desktop.domain.attention import PLACEMENT_CODES
from desktop.domain.backlog import Step, floor, midnights, shifted
from desktop.domain.translatable import QT_TRANSLATE_NOOP
from desktop.operations.area_indexes import area_index
from desktop.operations.city_areas import neighbourhoods
from desktop.operations.figure_columns import FigureColumns
from desktop.operations.work import Work

Ints = NDArray[np.int64]
MOST_SPANS = 400  # months or weeks


class By(StrEnum):
    """What the rows of a table of figures are."""

    SERVICE = "service"
    AGENCY = "agency"
    NEIGHBOURHOOD = "neighbourhood"
    MONTH = "month"
    WEEK = "week"


# What belongs to no group; tables for programs have it as it is.
ABSENT = {
    By.SERVICE: QT_TRANSLATE_NOOP("Report", "no service"),
    By.AGENCY: QT_TRANSLATE_NOOP("Report", "no department"),
    By.NEIGHBOURHOOD: QT_TRANSLATE_NOOP("Report", "outside of all, or not located"),
}


class NoAreas(RefusedInput):
    """Neighbourhoods are asked for, and the city has none."""


@dataclass(frozen=True, slots=True, eq=False)
class Groups:
    """The groups in order, the one of what belongs to none last. `of` numbers the group of rows of the columns.

    `of_ways` does the same by what requests were reported as, or by the first department they were of.
    """

    keys: tuple[int, ...]
    names: tuple[str, ...]
    of: Callable[[Ints], Ints]
    of_ways: Callable[[Ints], Ints]  # of the ways of requests: by what they were first
    ends_ms: tuple[int, ...] = ()  # of spans of time, when each is over
    layer: str = ""

    def known(self, count: int) -> Groups:
        """The same, worked out once for all of `count` rows, for it is asked several times."""
        every = np.arange(count)
        codes = self.of(every)
        first = codes if self.of_ways is self.of else self.of_ways(every)
        return replace(self, of=lambda rows: codes[rows], of_ways=lambda rows: first[rows])


def groups_by(
    work: Work, unit: ReadUnit, read: FigureColumns, by: By, days: tuple[date, date], zone: str, layer: str = ""
) -> Groups:
    """The groups of a question. RefusedInput for an area layer that is not there, and for too many months; NoAreas."""
    columns, ways = read.columns, read.ways
    if by is By.SERVICE:
        named = {int(one.id): one.service_name for one in unit.services.all()}
        return _coded(named, ABSENT[by], columns.service_id, ways.reported_as)
    if by is By.AGENCY:
        named = {int(one.id): one.name for one in unit.agencies.all()}
        return _coded(named, ABSENT[by], columns.agency_id, ways.first_agency)
    if by is By.NEIGHBOURHOOD:
        return _by_area(work, unit, read, layer, days[1])
    return _by_span(read, Step.MONTH if by is By.MONTH else Step.WEEK, days, zone)


def _coded(named: dict[int, str], absent: str, present: NDArray[np.int32], first: Ints) -> Groups:
    ordered = sorted(named, key=lambda key: (named[key].casefold(), key))
    place = {key: at for at, key in enumerate(ordered)}
    sorted_keys = np.array(sorted(place), dtype=np.int64)
    codes = np.array([place[key] for key in sorted(place)], dtype=np.int64)

    def numbered(values: NDArray[np.signedinteger]) -> Ints:
        if not len(sorted_keys):
            return np.zeros(len(values), dtype=np.int64)
        at = np.minimum(np.searchsorted(sorted_keys, values), len(sorted_keys) - 1)
        return np.where(sorted_keys[at] == values, codes[at], len(ordered))

    return Groups(
        (*ordered, -1),
        (*(named[key] for key in ordered), absent),
        lambda rows: numbered(present[rows]),
        lambda rows: numbered(first[rows]),
    )


def layer_of(unit: ReadUnit, name: str) -> tuple[AreaLayer | None, list[Area]]:
    """The layer that neighbourhoods are told by: the one named, else the one with most areas that assigns nothing."""
    layers = [(layer, unit.areas.areas(layer.id)) for layer in unit.areas.layers()]
    if name:
        found = next((pair for pair in layers if pair[0].name == name), None)
        if found is None:
            known = ", ".join(layer.name for layer, _ in layers) or "none yet"
            raise RefusedInput(f"There is no layer of areas called '{name}'; there are {known}.")
        return found
    areas = neighbourhoods(layers)
    return next((pair for pair in layers if areas and pair[0].id == areas[0].layer_id), (None, []))


def _by_area(work: Work, unit: ReadUnit, read: FigureColumns, name: str, on: date) -> Groups:
    layer, areas = layer_of(unit, name)
    areas = [
        one
        for one in areas
        if (one.effective_from is None or one.effective_from <= on)
        and (one.effective_to is None or one.effective_to > on)
    ]
    if layer is None or not areas:
        raise NoAreas("The city has no areas yet; bring neighbourhoods in with 'opsmap import areas FILE'.")
    index, columns = area_index(work, unit, layer.id, areas), read.columns
    order = sorted(range(len(areas)), key=lambda at: (areas[at].name.casefold(), at))
    place = np.append(np.argsort(order), len(areas))

    def located(rows: Ints) -> Ints:
        found = np.full(len(rows), len(areas), dtype=np.int64)
        on_map = columns.placement[rows] == PLACEMENT_CODES[Placement.LOCATED]
        inside = index.locate(columns.lon[rows[on_map]], columns.lat[rows[on_map]])
        found[on_map] = np.where(inside < 0, len(areas), inside)
        return place[found]

    keys = (*(int(areas[at].id) for at in order), -1)
    names = (*(areas[at].name for at in order), ABSENT[By.NEIGHBOURHOOD])
    return Groups(keys, names, located, located, layer=layer.name)


def _by_span(read: FigureColumns, step: Step, days: tuple[date, date], zone: str) -> Groups:
    starts = [floor(step, days[0])]
    while (after := shifted(step, starts[-1], 1)) <= days[1]:
        starts.append(after)
        if len(starts) > MOST_SPANS:
            raise RefusedInput(
                f"The period has more than {MOST_SPANS} {step}s; name a shorter one with --from and --to."
            )
    edges = np.array(midnights([*starts, after], zone), dtype=np.int64)
    names = [f"{day:%Y-%m}" if step is Step.MONTH else f"{day:%G-W%V}" for day in starts]

    def opened(rows: Ints) -> Ints:
        at = np.searchsorted(edges, read.columns.requested_ms[rows], side="right") - 1
        return np.where((at >= 0) & (at < len(starts)), at, len(starts))

    keys = (*(day.toordinal() for day in starts), -1)
    return Groups(keys, (*names, ""), opened, opened, ends_ms=tuple(edges[1:].tolist()))


@dataclass(frozen=True, slots=True, eq=False)
class Split:
    """Ids in parts: those of group g are ids[starts[g]:starts[g + 1]]."""

    ids: Ints
    starts: Ints

    @classmethod
    def of(cls, ids: Ints, group: Ints, groups: int) -> Split:
        """Ids by their group; they keep their order within it."""
        order = np.argsort(group.astype(np.int32), kind="stable")
        return cls.ordered(ids[order], group[order], groups)

    @classmethod
    def ordered(cls, ids: Ints, group: Ints, groups: int) -> Split:
        """The same of what is in order of groups already."""
        return cls(ids, np.searchsorted(group, np.arange(groups + 1)))

    @property
    def counts(self) -> Ints:
        """How many there are in each part."""
        return np.diff(self.starts)

    def part(self, group: int | None) -> Ints:
        """The ids of one group; of all without one."""
        return self.ids if group is None else self.ids[self.starts[group] : self.starts[group + 1]]

    def ascending(self, group: int | None) -> Ints:
        """The same in order."""
        return np.sort(self.part(group)) if group is None else self.part(group)
