"""The part of the periodic report that shows where requests concentrate, and says what that does not tell."""

from __future__ import annotations

from desktop.domain.service_figures import People
from desktop.reports.report_blocks import Block, Heading, Prose
from desktop.reports.report_telling import Telling
from desktop.reports.statistic_svg import Drawing, map_chart


class WherePart(Telling):
    """The map of hotspots of the report's period."""

    def blocks(self) -> list[Block]:
        """Nothing where no map was asked for; a sentence where there can be none."""
        where = self.content.where
        if where is None:
            return []
        head = Heading(self.tr("Where requests concentrate"))
        if where.drawing is None:
            return [head, Prose(self.say("No map of hotspots: %1", where.why_not))]
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
            return self.tr("No cell stands out from chance. That is a result.")
        told = self.many(hot, "1 of %2 cells is hot", "%1 of %2 cells are hot", self.count(sum(counts)))
        return self.say(
            "%1 and %2 cold: they and their neighbours hold more, or fewer, than chance lets expect. About one in ten "
            "of these may be false.",
            told,
            self.count(cold),
        )

    def _not_told(self, located: int) -> str:
        """Who is not on the map, and what it must not be read as."""
        told = [
            self.tr(
                "A hot cell says that reports concentrate there, not that things are worse there: where more people "
                "live, pass by or are used to reporting, more is reported. A cold cell may be a place where nobody "
                "reports. The map is of counts, held against no number of people."
            )
        ]
        away = len(self.content.city.opened) - located
        if away > 0:
            one = "1 request of the period has no believable place and is not on it."
            told.append(self.many(away, one, "%1 requests of the period have no believable place and are not on it."))
        if self.content.asked.people is not People.ALL:
            told.append(self.tr("Unlike the figures, it counts residents' reports and staff's work orders alike."))
        return " ".join(told)


def _sentence(line: str) -> str:
    return line if line.endswith(".") else f"{line}."
