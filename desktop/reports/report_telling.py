"""What all parts of the periodic report share: what it tells of, and how its sentences and captions are made."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from desktop.domain.demand_records import DemandSet
from desktop.domain.figure_records import Asked, Curve, GroupFigures
from desktop.domain.service_figures import Count, People, ShareName
from desktop.reports.figure_words import NOTHING, Speech
from desktop.reports.statistic_svg import Drawing

Limits = Callable[[float, NDArray[np.float64]], tuple[NDArray[np.float64], NDArray[np.float64]]]


@dataclass(frozen=True, slots=True)
class Shape:
    """An area as it is drawn: rings of points in some plane, y upwards."""

    key: int
    name: str
    rings: tuple[tuple[tuple[float, float], ...], ...]


@dataclass(frozen=True, slots=True, eq=False)
class ConcentrationMap:
    """Where requests of the period concentrate: the drawing of Gi*, or in a sentence why there is none.

    `located`: how many of the period's requests have a place, the others are on no map.
    """

    drawing: Drawing | None
    located: int = 0
    why_not: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class ReportContent:
    """All that a report tells."""

    asked: Asked
    city: GroupFigures
    curve: Curve
    groups: Sequence[GroupFigures]
    residents: GroupFigures | None  # None where one of the two entered nothing
    staff: GroupFigures | None
    resident_curve: Curve | None
    staff_curve: Curve | None
    months: Sequence[GroupFigures]
    demand: DemandSet | None
    source: str
    made_at: str
    limits: Limits  # of chance around a share
    shapes: Sequence[Shape] = ()  # of the areas that the groups are
    where: ConcentrationMap | None = None


class Telling:
    """Whoever writes a part of one report."""

    def __init__(self, content: ReportContent, speech: Speech) -> None:
        self.content, self.speech, self.tr = content, speech, speech.tr
        self.day, self.count, self.percent = speech.day, speech.count, speech.percent
        self.as_of = content.asked.as_of.replace("T", " ")[:16]

    def say(self, sentence: str, *values: str) -> str:
        """A translated sentence with its values."""
        told = self.tr(sentence)
        for at, value in enumerate(values, 1):
            told = told.replace(f"%{at}", value)
        return told

    def many(self, value: int, one: str, more: str, *values: str) -> str:
        """A count in words: `one` for 1, else `more`; %1 is the count in both, `values` are %2, %3."""
        return self.say(one if value == 1 else more, self.count(value), *values)

    @property
    def cohort(self) -> str:
        """What every caption says: period, moment, who and what."""
        asked = self.content.asked
        what = self.tr("each incident once" if asked.count is Count.INCIDENTS else "each report")
        who = {
            People.ALL: self.tr("residents' reports and staff's work orders"),
            People.RESIDENTS: self.tr("residents' reports alone"),
            People.STAFF: self.tr("staff's work orders alone"),
        }[asked.people]
        services = ", ".join(asked.services) or self.tr("all services")
        span = f"{asked.first.isoformat()} – {asked.last.isoformat()}"
        told = self.say("Opened %1, as of %2; %3; %4; %5.", span, self.as_of, services, who, what)
        return told + (" " + self.say("Areas: %1.", asked.layer) if asked.layer else "")

    @property
    def by(self) -> str:
        """The head of the first column."""
        return self.tr({"agency": "department"}.get(self.content.asked.by, self.content.asked.by)).capitalize()

    def share(self, row: GroupFigures, name: ShareName) -> str:
        """A share in percent."""
        value = row.shares[name].share.value
        return NOTHING if value is None else self.percent(value)
