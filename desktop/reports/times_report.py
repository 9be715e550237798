"""The parts of the periodic report about how long requests took: by group, by who reported, and by month."""

from __future__ import annotations

from collections.abc import Sequence

from desktop.domain.figure_records import GroupFigures, Verdict
from desktop.domain.service_figures import DAYS, Left, ShareName, TimeName
from desktop.domain.translatable import QT_TRANSLATE_NOOP
from desktop.reports.chart_svg import Place, place_map, waiting_chart
from desktop.reports.figure_words import NOTHING, SPEED_WORDS
from desktop.reports.report_blocks import Block, Chart, Heading, Prose, Table
from desktop.reports.report_telling import Telling

CURVE_DAYS = 90
SPANS = ("month", "week")
_HEAD = QT_TRANSLATE_NOOP("Report", "Time to close")
_NONE = QT_TRANSLATE_NOOP("Report", "Nothing was opened in this period that could be followed.")
_NOTHING = QT_TRANSLATE_NOOP(
    "Report", "Nothing that was opened in this period counts, so that neither times nor promises can be told."
)
_CURVE = QT_TRANSLATE_NOOP("Report", "Share of requests still open by days since they were opened")
_CURVE_CAPTION = QT_TRANSLATE_NOOP("Report", "Share still open, with its 95 % band. Kaplan-Meier. {0}")
_AXIS = QT_TRANSLATE_NOOP("Report", "days since opened")
_REQUESTS = QT_TRANSLATE_NOOP("Report", "Requests")
_OPEN = QT_TRANSLATE_NOOP("Report", "Still open")
_MEDIAN = QT_TRANSLATE_NOOP("Report", "Median (95\u00a0%)")
_WITHIN = QT_TRANSLATE_NOOP("Report", "in\u00a0{0}\u00a0d")
_PACE = QT_TRANSLATE_NOOP("Report", "Pace")
_AGAINST = QT_TRANSLATE_NOOP("Report", "Against the rest")
_TABLE = QT_TRANSLATE_NOOP(
    "Report",
    "{0} Still-open requests count as open (Kaplan-Meier; log-log intervals). {1}: nobody was followed for so long. "
    "Pace: how many were closed for each one that would have been at the pace of the rest; below 1 is slower. Against "
    "the rest: log-rank test, false discovery rate 5 %; {2} are too few to tell.",
)
_TABLE_ALIKE = QT_TRANSLATE_NOOP(
    "Report",
    "{0} Still-open requests count as open (Kaplan-Meier; log-log intervals). {1}: nobody was followed for so long. "
    "Pace: how many were closed for each one that would have been at the pace of the rest, service by service; below 1 "
    "is slower. Against the rest: log-rank test, false discovery rate 5 %; {2} are too few to tell.",
)
_NO_DIFFERENCE = QT_TRANSLATE_NOOP("Report", "No clear difference: what is seen here can well be chance.")
_SLOWER = QT_TRANSLATE_NOOP("Report", "Clearly slower than the rest: {0}.")
_QUICKER = QT_TRANSLATE_NOOP("Report", "Clearly quicker than the rest: {0}.")
_COMPARED = QT_TRANSLATE_NOOP(
    "Report",
    "Compared service by service, residents' reports and staff's work orders apart; the medians above mix them, so "
    "that a place with much of what is quick by nature can have a short one and still be slow.",
)
_MAP = QT_TRANSLATE_NOOP("Report", "Map of places that are slower or quicker than the rest")
_MAP_CAPTION = QT_TRANSLATE_NOOP(
    "Report",
    "Time to close against the rest, service by service: log-rank test, false discovery rate 5 %. Outlined places do "
    "not differ clearly. North is up. {0}",
)
_PEOPLE = QT_TRANSLATE_NOOP("Report", "Residents and staff")
_RESIDENTS = QT_TRANSLATE_NOOP("Report", "Residents")
_STAFF = QT_TRANSLATE_NOOP("Report", "Staff")
_PEOPLE_CURVE = QT_TRANSLATE_NOOP("Report", "Share still open, of residents' reports and of staff's work orders")
_PEOPLE_CAPTION = QT_TRANSLATE_NOOP("Report", "Share still open by who reported, with 95 % bands. Kaplan-Meier. {0}")
_REPORTED_BY = QT_TRANSLATE_NOOP("Report", "Who reported")
_OPENED = QT_TRANSLATE_NOOP("Report", "Opened")
_ON_TIME = QT_TRANSLATE_NOOP("Report", "On time")
_SAME_DAY = QT_TRANSLATE_NOOP("Report", "Same day")
_APART = QT_TRANSLATE_NOOP(
    "Report",
    "What the city's own people enter is often entered when the work is done or about to be. It is told apart here, "
    "for figures of both together look better than what residents live to see.",
)
_MONTHS = QT_TRANSLATE_NOOP("Report", "Month by month")
_MONTH = QT_TRANSLATE_NOOP("Report", "Month")
_YOUNGER = QT_TRANSLATE_NOOP(
    "Report",
    "By the month in which they were opened. Younger months have been followed for a shorter time.",
)


class TimesPart(Telling):
    """How long it took to close, group by group."""

    def blocks(self) -> list[Block]:
        """The city's curve, a table, what differs, and where."""
        if not self.counts_any:
            return [Prose(self.say(_NOTHING))]
        content, head = self.content, Heading(self.say(_HEAD))
        if not len(content.city.times[TimeName.CLOSE].of):
            return [head, Prose(self.say(_NONE))]
        caption = self.say(_CURVE_CAPTION, self.cohort)
        curves = [(content.asked.city, content.curve)]
        curve = waiting_chart(curves, CURVE_DAYS, self.percent, self.say(_CURVE), caption, self.say(_AXIS))
        return [head, curve, self._table(), *self._slower(), *self._map()]

    def _table(self) -> Table:
        groups = [(self.name(row), row) for row in (self.content.city, *self.content.groups)]
        heads = (self.by, *times_heads(self), self.say(_PACE), self.say(_AGAINST))
        told = []
        for name, row in groups:
            closing = row.times[TimeName.CLOSE]
            verdict = self.speech.verdict(closing.verdict, speed=True)
            told.append((name, *times_cells(self, row), self.speech.pace(closing), verdict))
        text = _TABLE if self.content.asked.by == "service" else _TABLE_ALIKE
        caption = self.say(text, self.cohort, NOTHING, self.speech.few())
        return Table(heads, tuple(told), caption, left=(0, len(heads) - 1), strong=(0,))

    def _slower(self) -> list[Block]:
        """What differs, in words; or that nothing clearly does."""
        if self.content.asked.by in SPANS or len(self.content.groups) < 2:
            return []
        sentences = []
        for text, which in ((_SLOWER, Verdict.LOWER), (_QUICKER, Verdict.HIGHER)):
            rows = (row for row in self.content.groups if row.times[TimeName.CLOSE].verdict is which)
            if names := [self.name(row) for row in rows]:
                sentences.append(self.say(text, ", ".join(names)))
        if not sentences:
            return [Prose(self.say(_NO_DIFFERENCE))]
        if self.content.asked.by != "service":
            sentences.append(self.say(_COMPARED))
        return [Prose(" ".join(sentences))]

    def _map(self) -> list[Chart]:
        """Where it is clearly slower or quicker, if places are told."""
        if not self.content.shapes:
            return []
        verdicts = {row.key: row.times[TimeName.CLOSE] for row in self.content.groups}
        places = [
            Place(shape.name, shape.rings, verdicts[shape.key].verdict, self.speech.pace(verdicts[shape.key]))
            for shape in self.content.shapes
            if shape.key in verdicts
        ]
        kinds = (Verdict.LOWER, Verdict.HIGHER, Verdict.UNCLEAR, Verdict.TOO_FEW)
        named = {verdict: self.say(SPEED_WORDS[verdict]) for verdict in kinds}
        return [place_map(places, named, self.say(_MAP), self.say(_MAP_CAPTION, self.cohort))]


class PeoplePart(Telling):
    """Residents' reports and staff's work orders apart."""

    def blocks(self) -> list[Block]:
        """Nothing where one of the two entered nothing."""
        content = self.content
        both = ((_RESIDENTS, content.residents, content.resident_curve), (_STAFF, content.staff, content.staff_curve))
        named = [(self.say(who), row, curve) for who, row, curve in both if row is not None and curve is not None]
        if len(named) < len(both):
            return []
        caption, curves = self.say(_PEOPLE_CAPTION, self.cohort), [(name, curve) for name, _, curve in named]
        chart = waiting_chart(curves, CURVE_DAYS, self.percent, self.say(_PEOPLE_CURVE), caption, self.say(_AXIS))
        within = (self.say(_WITHIN, str(days)) for days in (7, 30))
        heads = (*self.words((_REPORTED_BY, _OPENED, _MEDIAN)), *within, *self.words((_ON_TIME, _SAME_DAY)))
        table = Table(heads, tuple(self._row(name, row) for name, row, _ in named), self.cohort)
        return [Heading(self.say(_PEOPLE)), Prose(self.say(_APART)), chart, table]

    def _row(self, name: str, row: GroupFigures) -> tuple[str, ...]:
        closing = row.times[TimeName.CLOSE]
        others = sum(len(ids) for why, ids in row.left_out.items() if why in (Left.STAFF, Left.RESIDENTS))
        within = (self.speech.within(closing.within[days]) for days in (7, 30))
        shares = (self.share(row, share) for share in (ShareName.ON_TIME, ShareName.SAME_DAY))
        return (name, self.count(len(row.opened) - others), self.speech.median(closing), *within, *shares)


class MonthsPart(Telling):
    """The same by the month of opening."""

    def blocks(self) -> list[Block]:
        """Nothing where there is one month only."""
        if len(self.content.months) < 2 or not self.counts_any:
            return []
        rows = tuple((self.month(row), *times_cells(self, row)) for row in (self.content.city, *self.content.months))
        table = Table((self.say(_MONTH), *times_heads(self)), rows, self.cohort, strong=(0,))
        return [Heading(self.say(_MONTHS)), Prose(self.say(_YOUNGER)), table]


def times_heads(telling: Telling) -> Sequence[str]:
    """The heads of times_cells."""
    within = (telling.say(_WITHIN, str(days)) for days in DAYS)
    return (*telling.words((_REQUESTS, _OPEN, _MEDIAN)), *within)


def times_cells(telling: Telling, row: GroupFigures) -> Sequence[str]:
    """How many, how many of them still open, the median, and the shares that were closed within some days."""
    closing, speech = row.times[TimeName.CLOSE], telling.speech
    counts = telling.count(len(row.counted)), telling.count(len(closing.waiting))
    return (*counts, speech.median(closing), *(speech.within(closing.within[days]) for days in DAYS))
