"""The part of the periodic report that looks ahead: what is expected, and how well that would have done."""

from __future__ import annotations

from desktop.domain.demand_records import Demand, DemandSet
from desktop.domain.demand_words import model_words, why_not_words
from desktop.domain.language import span
from desktop.domain.translatable import QT_TRANSLATE_NOOP
from desktop.reports.chart_svg import weeks_chart
from desktop.reports.figure_words import NOTHING
from desktop.reports.report_blocks import Block, Heading, Prose, Table
from desktop.reports.report_telling import Telling

PAST_WEEKS = 78
MOST_SILENT = 12  # that are named
_HEAD = QT_TRANSLATE_NOOP("Report", "Expected next weeks")
_NOT_THE_CITY = QT_TRANSLATE_NOOP("Report", "Nothing is foretold for the city as a whole. {0}")
_CHART = QT_TRANSLATE_NOOP("Report", "Requests a week, past and expected")
_CAPTION = QT_TRANSLATE_NOOP(
    "Report",
    "Requests a week, past and expected, with 80 and 95 % intervals. Exponential smoothing of the logarithm ({0}); "
    "whole weeks until {1}; no chance is involved.",
)
_LAST = QT_TRANSLATE_NOOP("Report", "last whole week")
_UNTRIED = QT_TRANSLATE_NOOP(
    "Report", "The past is too short to try the same way on it: take the intervals with doubt."
)
_TRIED = QT_TRANSLATE_NOOP(
    "Report",
    "Tried on {0} weeks that are known by now, it was wrong by {1} requests a week on average; last week's number "
    "taken again would have been wrong by {2}. {3} of those weeks lay within the 80 % interval.",
)
_NO_BETTER = QT_TRANSLATE_NOOP("Report", "It is no better than that.")
_COLUMNS = (
    QT_TRANSLATE_NOOP("Report", "Service"),
    QT_TRANSLATE_NOOP("Report", "Last 4 weeks"),
    QT_TRANSLATE_NOOP("Report", "Next week"),
    "80\u00a0%",
    QT_TRANSLATE_NOOP("Report", "In 4 weeks"),
    "80\u00a0%",
    QT_TRANSLATE_NOOP("Report", "Error"),
    QT_TRANSLATE_NOOP("Report", "Naive"),
    QT_TRANSLATE_NOOP("Report", "Held 80\u00a0%"),
)
_HELD = QT_TRANSLATE_NOOP(
    "Report",
    "Requests a week. Error: by how many requests a week the same way missed weeks that are known by now; naive: the "
    "better of last week's number and the same week last year. Held: the share of those weeks within the 80 % "
    "interval; their spans overlap, so that one service's share may be 20 points off by chance.",
)
_SILENT = QT_TRANSLATE_NOOP("Report", "Not foretold: {0}")
_MORE = (QT_TRANSLATE_NOOP("Report", "And 1 more."), QT_TRANSLATE_NOOP("Report", "And {0} more."))


class DemandPart(Telling):
    """Expected next weeks."""

    def blocks(self) -> list[Block]:
        """Nothing where no weeks are asked for."""
        demand = self.content.demand
        if demand is None:
            return []
        city, blocks = demand.city, list[Block]([Heading(self.say(_HEAD))])
        if not city.ahead:
            blocks.append(Prose(self.say(_NOT_THE_CITY, why_not_words(city.why_not, self.language))))
        else:
            model = model_words(city.model, self.language)
            caption = self.say(_CAPTION, model, self.language.day(demand.last))
            told, last = self.say(_CHART), self.say(_LAST)
            blocks.append(weeks_chart(city, PAST_WEEKS, self.count, self.language.day, told, caption, last))
            blocks.append(Prose(self._judged(city)))
        return [*blocks, self._demand_table(demand), *self._unforetold(demand)]

    def _judged(self, demand: Demand) -> str:
        judged = demand.judged
        if judged is None:
            return self.say(_UNTRIED)
        number = self.speech.number
        errors = number(judged.error), number(judged.error_last_week)
        sentence = self.say(_TRIED, self.count(judged.weeks), *errors, self.percent(judged.inside_80))
        return sentence if judged.better else f"{sentence} {self.say(_NO_BETTER)}"

    def _demand_table(self, demand: DemandSet) -> Table:
        told = [one for one in (demand.city, *demand.services) if one.ahead]
        strong = (0,) if demand.city.ahead else ()
        return Table(self.words(_COLUMNS), tuple(map(self._row, told)), self.say(_HELD), strong=strong)

    def _row(self, one: Demand) -> tuple[str, ...]:
        last = self.count(sum(week.requests for week in one.weeks[-4:]) / 4)
        cells: list[str] = []
        for week in (one.ahead[0], one.ahead[min(3, len(one.ahead) - 1)]):
            cells += [self.count(week.middle), span(self.count(week.low_80), self.count(week.high_80))]
        return (one.name, last, *cells, *self._trial(one))

    def _trial(self, one: Demand) -> tuple[str, str, str]:
        judged = one.judged
        if judged is None:
            return (NOTHING,) * 3
        naive = [judged.error_last_week, *([] if judged.error_last_year is None else [judged.error_last_year])]
        return self.speech.number(judged.error), self.speech.number(min(naive)), self.percent(judged.inside_80)

    def _unforetold(self, demand: DemandSet) -> list[Block]:
        silent = [one for one in demand.services if not one.ahead]
        if not silent:
            return []
        told = [f"{one.name}: {why_not_words(one.why_not, self.language)}" for one in silent[:MOST_SILENT]]
        if len(silent) > MOST_SILENT:
            told.append(self.many(len(silent) - MOST_SILENT, *_MORE))
        return [Prose(self.say(_SILENT, " ".join(told)), quiet=True)]
