"""What all parts of the periodic report share: what it tells of, and how its sentences and captions are made."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import numpy as np
from numpy.typing import NDArray

from desktop.domain.demand_records import DemandSet
from desktop.domain.figure_records import Asked, Curve, GroupFigures
from desktop.domain.service_figures import Count, People, ShareName
from desktop.domain.translatable import QT_TRANSLATE_NOOP
from desktop.reports.figure_words import NOTHING, Speech
from desktop.reports.statistic_svg import Drawing

# The head of the first column by what the rows are, and what one of them is called within a sentence.
BY = {
    "service": (QT_TRANSLATE_NOOP("Report", "Service"), QT_TRANSLATE_NOOP("Report", "service")),
    "agency": (QT_TRANSLATE_NOOP("Report", "Department"), QT_TRANSLATE_NOOP("Report", "department")),
    "neighbourhood": (QT_TRANSLATE_NOOP("Report", "Neighbourhood"), QT_TRANSLATE_NOOP("Report", "neighbourhood")),
    "month": (QT_TRANSLATE_NOOP("Report", "Month"), QT_TRANSLATE_NOOP("Report", "month")),
    "week": (QT_TRANSLATE_NOOP("Report", "Week from"), QT_TRANSLATE_NOOP("Report", "week")),
}
_WHAT = {
    Count.INCIDENTS: QT_TRANSLATE_NOOP("Report", "each incident once"),
    Count.REQUESTS: QT_TRANSLATE_NOOP("Report", "each report"),
}
_WHO = {
    People.ALL: QT_TRANSLATE_NOOP("Report", "residents' reports and staff's work orders"),
    People.RESIDENTS: QT_TRANSLATE_NOOP("Report", "residents' reports alone"),
    People.STAFF: QT_TRANSLATE_NOOP("Report", "staff's work orders alone"),
}
_ALL_SERVICES = QT_TRANSLATE_NOOP("Report", "all services")
_COHORT = QT_TRANSLATE_NOOP("Report", "Opened {0}, as of {1}; {2}; {3}; {4}.")
_AREAS = QT_TRANSLATE_NOOP("Report", "Areas: {0}.")
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
    made_at: datetime
    limits: Limits  # of chance around a share
    shapes: Sequence[Shape] = ()  # of the areas that the groups are
    where: ConcentrationMap | None = None


class Telling:
    """Whoever writes a part of one report."""

    def __init__(self, content: ReportContent, speech: Speech) -> None:
        self.content, self.speech, self.language = content, speech, speech.language
        self.say, self.many = self.language.say, self.language.many
        self.count, self.percent = speech.count, speech.percent
        # Whether anything that was opened counts; else every table would be one of dashes.
        self.counts_any = bool(len(content.city.counted))
        self.as_of = self.language.moment(datetime.fromisoformat(content.asked.as_of))

    def words(self, texts: Sequence[str]) -> tuple[str, ...]:
        """Texts without values, such as the heads of a table."""
        return tuple(map(self.say, texts))

    @property
    def cohort(self) -> str:
        """What every caption says: period, moment, who and what."""
        asked, say = self.content.asked, self.say
        services = ", ".join(asked.services) or say(_ALL_SERVICES)
        period = self.language.days(asked.first, asked.last)
        told = say(_COHORT, period, self.as_of, services, say(_WHO[asked.people]), say(_WHAT[asked.count]))
        return f"{told} {say(_AREAS, asked.layer)}" if asked.layer else told

    @property
    def by(self) -> str:
        """The head of the first column."""
        return self.say(BY[self.content.asked.by][0])

    @property
    def one(self) -> str:
        """What a row is called within a sentence."""
        return self.say(BY[self.content.asked.by][1])

    def name(self, row: GroupFigures) -> str:
        """What a row of the report's own kind is called: a span of time by its days, the rest by what people named."""
        if row.key == -1:
            return self.say(row.name) if row.name else row.name
        if row.key is not None and self.content.asked.by == "month":
            return self.month(row)
        if row.key is not None and self.content.asked.by == "week":
            return self.language.day(date.fromordinal(row.key))
        return row.name

    def month(self, row: GroupFigures) -> str:
        """What a month is called; the city keeps its name."""
        return row.name if row.key is None else self.language.month(date.fromordinal(row.key))

    def share(self, row: GroupFigures, name: ShareName) -> str:
        """A share in percent."""
        value = row.shares[name].share.value
        return NOTHING if value is None else self.percent(value)
