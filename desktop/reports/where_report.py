"""The part of the periodic report that shows where requests concentrate, and says what that does not tell."""

from __future__ import annotations

from desktop.domain.language import Forms
from desktop.domain.service_figures import People
from desktop.domain.translatable import QT_TRANSLATE_NOOP
from desktop.reports.report_blocks import Block, Heading, Prose
from desktop.reports.report_telling import Telling
from desktop.reports.statistic_svg import Drawing, map_chart

_HEAD = QT_TRANSLATE_NOOP("Report", "Where requests concentrate")
_NO_MAP = QT_TRANSLATE_NOOP("Report", "No map of hotspots: {0}")
# Why there is none, as operations and geo write it; {0} and {1} are what varies.
_WHY_NOT = Forms((
    QT_TRANSLATE_NOOP("Report", "it is of one service or of all, and this report is of several."),
    QT_TRANSLATE_NOOP(
        "Report", "No located request fits this service and period; widen the period or choose another."
    ),
    QT_TRANSLATE_NOOP("Report", "There are no located requests to test; choose another service or period."),
    QT_TRANSLATE_NOOP("Report", "{0} cells of {1} m are too few to test (at least {2}); choose narrower cells."),
    QT_TRANSLATE_NOOP("Report", "1 cell of {0} m is too few to test (at least {1}); choose narrower cells."),
    QT_TRANSLATE_NOOP("Report", "All {0} cells hold the same count; there is nothing to compare."),
))  # fmt: skip
_NOTHING = QT_TRANSLATE_NOOP("Report", "No cell stands out from chance. That is a result.")
_HOT = (
    QT_TRANSLATE_NOOP("Report", "1 of {1} cells is hot"),
    QT_TRANSLATE_NOOP("Report", "{0} of {1} cells are hot"),
)
_FOUND = QT_TRANSLATE_NOOP(
    "Report",
    "{0} and {1} cold: they and their neighbours hold more, or fewer, than chance lets expect. About one in ten of "
    "these may be false.",
)
_NO_WORSE = QT_TRANSLATE_NOOP(
    "Report",
    "A hot cell says that reports concentrate there, not that things are worse there: where more people live, pass by "
    "or are used to reporting, more is reported. A cold cell may be a place where nobody reports. The map is of "
    "counts, held against no number of people.",
)
_AWAY = (
    QT_TRANSLATE_NOOP("Report", "1 request of the period has no believable place and is not on it."),
    QT_TRANSLATE_NOOP("Report", "{0} requests of the period have no believable place and are not on it."),
)
_ALIKE = QT_TRANSLATE_NOOP("Report", "Unlike the figures, it counts residents' reports and staff's work orders alike.")


class WherePart(Telling):
    """The map of hotspots of the report's period."""

    def blocks(self) -> list[Block]:
        """Nothing where no map was asked for; a sentence where there can be none."""
        where = self.content.where
        if where is None:
            return []
        head = Heading(self.say(_HEAD))
        if where.drawing is None:
            return [head, Prose(self.say(_NO_MAP, _WHY_NOT.say(where.why_not, self.language)))]
        drawing = where.drawing
        chart = map_chart(drawing, " ".join(_sentence(line) for line in drawing.lines))
        return [head, Prose(self._found(drawing)), chart, Prose(self._not_told(where.located), care=True)]

    def _found(self, drawing: Drawing) -> str:
        counts = drawing.counts or ()
        hot, cold = (
            sum(count for mark, count in zip(drawing.marks, counts, strict=True) if mark.name.startswith(side))
            for side in ("hot", "cold")
        )
        if not hot and not cold:
            return self.say(_NOTHING)
        return self.say(_FOUND, self.many(hot, *_HOT, self.count(sum(counts))), self.count(cold))

    def _not_told(self, located: int) -> str:
        """Who is not on the map, and what it must not be read as."""
        told = [self.say(_NO_WORSE)]
        away = len(self.content.city.opened) - located
        if away > 0:
            told.append(self.many(away, *_AWAY))
        if self.content.asked.people is not People.ALL:
            told.append(self.say(_ALIKE))
        return " ".join(told)


def _sentence(line: str) -> str:
    return line if line.endswith(".") else f"{line}."
