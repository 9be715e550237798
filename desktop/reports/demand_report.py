"""The part of the periodic report that looks ahead: what is expected, and how well that would have done."""

from __future__ import annotations

from desktop.domain.demand_records import Demand, DemandSet
from desktop.reports.chart_svg import weeks_chart
from desktop.reports.figure_words import NOTHING
from desktop.reports.report_blocks import Block, Heading, Prose, Table
from desktop.reports.report_telling import Telling

PAST_WEEKS = 78


class DemandPart(Telling):
    """Expected next weeks."""

    def blocks(self) -> list[Block]:
        """Nothing where no weeks are asked for."""
        demand = self.content.demand
        if demand is None:
            return []
        blocks: list[Block] = [Heading(self.tr("Expected next weeks"))]
        city = demand.city
        if not city.ahead:
            blocks.append(Prose(self.say("Nothing is foretold for the city as a whole. %1", city.why_not)))
        else:
            caption = self.say(
                "Requests a week, past and expected, with 80 and 95 % intervals. Exponential smoothing of the "
                "logarithm (%1); whole weeks until %2; no chance is involved.",
                self.tr(city.model),
                demand.last.isoformat(),
            )
            told = self.tr("Requests a week, past and expected")
            blocks.append(weeks_chart(city, PAST_WEEKS, self.count, told, caption, self.tr("last whole week")))
            blocks.append(Prose(self._judged(city)))
        return [*blocks, self._demand_table(demand), *self._unforetold(demand)]

    def _judged(self, demand: Demand) -> str:
        judged = demand.judged
        if judged is None:
            return self.tr("The past is too short to try the same way on it: take the intervals with doubt.")
        number = self.speech.number
        sentence = self.say(
            "Tried on %1 weeks that are known by now, it was wrong by %2 requests a week on average; last week's "
            "number taken again would have been wrong by %3. %4 of those weeks lay within the 80 % interval.",
            self.count(judged.weeks),
            number(judged.error),
            number(judged.error_last_week),
            self.percent(judged.inside_80),
        )
        return sentence if judged.better else sentence + " " + self.tr("It is no better than that.")

    def _demand_table(self, demand: DemandSet) -> Table:
        heads = (
            "Service",
            "Last 4 weeks",
            "Next week",
            "80 %",
            "In 4 weeks",
            "80 %",
            "Error",
            "Naive",
            "Held 80\u00a0%",
        )
        rows = []
        for one in [demand.city, *(each for each in demand.services if each.ahead)]:
            if not one.ahead:
                continue
            last = self.count(sum(week.requests for week in one.weeks[-4:]) / 4)
            first, later = one.ahead[0], one.ahead[min(3, len(one.ahead) - 1)]
            cells: list[str] = []
            for week in (first, later):
                cells += [self.count(week.middle), f"{self.count(week.low_80)}–{self.count(week.high_80)}"]
            judged = one.judged
            naive = NOTHING
            if judged:
                ways = [
                    judged.error_last_week,
                    *([judged.error_last_year] if judged.error_last_year is not None else []),
                ]
                naive = self.speech.number(min(ways))
            trial = (
                (self.speech.number(judged.error), naive, self.percent(judged.inside_80)) if judged else (NOTHING,) * 3
            )
            rows.append((one.name, last, *cells, *trial))
        caption = self.tr(
            "Requests a week. Error: by how many requests a week the same way missed weeks that are known by now; "
            "naive: the better of last week's number and the same week last year. Held: the share of those weeks "
            "within the 80 % interval; their spans overlap, so that one service's share may be 20 points off by chance."
        )
        return Table(tuple(map(self.tr, heads)), tuple(rows), caption, strong=(0,) if demand.city.ahead else ())

    def _unforetold(self, demand: DemandSet) -> list[Block]:
        silent = [one for one in demand.services if not one.ahead]
        if not silent:
            return []
        told = " ".join(f"{one.name}: {one.why_not}" for one in silent[:12])
        more = self.say(" And %1 more.", str(len(silent) - 12)) if len(silent) > 12 else ""
        return [Prose(self.say("Not foretold: %1", told) + more, quiet=True)]
