"""The part of the periodic report about promises: deadlines, answers, what was fixed, reopened or recategorised."""

from __future__ import annotations

from desktop.domain.figure_records import GroupFigures, Verdict
from desktop.domain.service_figures import FEW, ShareName
from desktop.domain.translatable import QT_TRANSLATE_NOOP
from desktop.reports.chart_svg import Measured, Spot, funnel_chart, interval_chart
from desktop.reports.report_blocks import Block, Chart, Heading, Table
from desktop.reports.report_telling import Telling

MOST_ROWS = 60  # of a drawing of intervals
FEWEST_SPOTS = 8  # with fewer marks a funnel shows nothing
CLEAR = (Verdict.HIGHER, Verdict.LOWER)
OTHERS = (ShareName.SAME_DAY, ShareName.FIXED, ShareName.REOPENED, ShareName.RECATEGORISED)
_HEAD = QT_TRANSLATE_NOOP("Report", "Promises")
_COLUMNS = (
    QT_TRANSLATE_NOOP("Report", "On time (95\u00a0%)"),
    QT_TRANSLATE_NOOP("Report", "Difference, points"),
    QT_TRANSLATE_NOOP("Report", "Same day"),
    QT_TRANSLATE_NOOP("Report", "Fixed"),
    QT_TRANSLATE_NOOP("Report", "Reopened"),
    QT_TRANSLATE_NOOP("Report", "Recategorised"),
    QT_TRANSLATE_NOOP("Report", "On time, against the rest"),
)
_CAPTION = QT_TRANSLATE_NOOP(
    "Report",
    "{0} On time: of the requests whose deadline has passed, closed or not, those closed by the deadline that they had "
    "when they were opened. Same day: answered, by a person or a machine, by the end of the first working day. "
    "Recategorised is told by what was reported first. Differences from the rest of the city: Newcombe's intervals; "
    "false discovery rate 5 %; not adjusted for what is reported where.",
)
_INTERVALS = QT_TRANSLATE_NOOP("Report", "Share on time by {0}")
_INTERVALS_CAPTION = QT_TRANSLATE_NOOP(
    "Report", "On time, with 95 % intervals; filled marks differ clearly from the rest. {0}"
)
_FUNNEL = QT_TRANSLATE_NOOP("Report", "Share on time by number of requests")
_FUNNEL_AXIS = QT_TRANSLATE_NOOP("Report", "requests whose deadline has passed")
_FUNNEL_CAPTION = QT_TRANSLATE_NOOP(
    "Report",
    "Each mark is one {0}. Within the grey funnel lies what chance alone makes of places that are all alike: the fewer "
    "requests, the wider. {1} Limits: 95 %, binomial.",
)


class PromisePart(Telling):
    """What was promised, and how much of it was kept, group by group."""

    def blocks(self) -> list[Block]:
        """A table, the shares on time with their intervals, and whether chance alone explains them."""
        if not self.counts_any:
            return []
        rows = tuple(map(self._row, (self.content.city, *self.content.groups)))
        heads = (self.by, *self.words(_COLUMNS))
        table = Table(heads, rows, self.say(_CAPTION, self.cohort), left=(0, len(heads) - 1), strong=(0,))
        return [Heading(self.say(_HEAD)), table, *self._intervals(), *self._funnel()]

    def _row(self, row: GroupFigures) -> tuple[str, ...]:
        kept = row.shares[ShareName.ON_TIME]
        others = (self.share(row, name) for name in OTHERS)
        verdict = self.speech.verdict(kept.verdict)
        return (self.name(row), self.speech.share(kept), self.speech.difference(kept), *others, verdict)

    @property
    def _placed(self) -> list[GroupFigures]:
        """The groups without what belongs to none."""
        return [row for row in self.content.groups if row.key != -1]

    def _intervals(self) -> list[Chart]:
        city = self.content.city.shares[ShareName.ON_TIME].share.value
        rows = [
            Measured(self.name(row), kept.share, kept.verdict in CLEAR, self.speech.share(kept))
            for row in self._placed[:MOST_ROWS]
            if (kept := row.shares[ShareName.ON_TIME]).share.value is not None
        ]
        if city is None or len(rows) < 2:
            return []
        told, caption = self.say(_INTERVALS, self.one), self.say(_INTERVALS_CAPTION, self.cohort)
        return [interval_chart(rows, city, self.percent, told, caption, self.content.asked.city)]

    def _funnel(self) -> list[Chart]:
        city = self.content.city.shares[ShareName.ON_TIME].share.value
        kept = [(row, row.shares[ShareName.ON_TIME]) for row in self._placed]
        spots = [
            Spot(self.name(row), len(one.of), one.share.value, one.verdict in CLEAR)
            for row, one in kept
            if one.share.value is not None and len(one.of) >= FEW
        ]
        if city is None or len(spots) < FEWEST_SPOTS:
            return []
        caption, limits = self.say(_FUNNEL_CAPTION, self.one, self.cohort), self.content.limits
        told, axis = self.say(_FUNNEL), self.say(_FUNNEL_AXIS)
        return [funnel_chart(spots, city, lambda of: limits(city, of), self.count, self.percent, told, caption, axis)]
