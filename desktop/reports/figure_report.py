"""The periodic report: how requests were served, for people who decide and do not compute. Figures become blocks.

Each table and drawing says under it what was counted, what was left out, and how it was worked out.
"""

from __future__ import annotations

from collections.abc import Sequence

from desktop.domain.figure_records import GroupFigures, Times, Verdict
from desktop.domain.service_figures import DAYS, FEW, ShareName, TimeName
from desktop.reports.chart_svg import (
    Measured,
    Place,
    Spot,
    funnel_chart,
    interval_chart,
    place_map,
    waiting_chart,
)
from desktop.reports.demand_report import DemandPart
from desktop.reports.figure_words import NOTHING, SHARE_WORDS, Speech
from desktop.reports.report_blocks import Block, Chart, Heading, Prose, Report, Table
from desktop.reports.report_telling import ReportContent, Telling
from desktop.reports.where_report import WherePart

MOST_ROWS = 60  # of a drawing of intervals
CURVE_DAYS = 90


def figure_report(content: ReportContent, speech: Speech | None = None) -> Report:
    """The report in its order: what matters, how long it took, promises, what comes, how it was worked out."""
    speech = speech or Speech()
    told = _Parts(content, speech)
    parts = (
        told.summary(),
        told.times(),
        told.promises(),
        told.people(),
        told.months(),
        WherePart(content, speech).blocks(),
        DemandPart(content, speech).blocks(),
        told.method(),
    )
    asked = content.asked
    title = told.say("%1: how requests were served", asked.city)
    period = told.say(
        "Opened from %1 to %2, as it stood on %3", told.day(asked.first), told.day(asked.last), told.as_of
    )
    foot = told.say("Opsmap, made on %1 from %2.", content.made_at, content.source)
    return Report(title, period, tuple(block for part in parts for block in part), foot)


class _Parts(Telling):
    """The parts of one report."""

    # what matters

    def summary(self) -> list[Block]:
        city = self.content.city
        closing, backlog = city.times[TimeName.CLOSE], city.backlog
        sentences = [self.many(len(city.opened), "1 request was opened.", "%1 requests were opened.")]
        if len(city.opened) != len(city.counted):
            left = self.speech.left_out({reason: len(ids) for reason, ids in city.left_out.items()})
            one, more = "1 counts here; left out are %2.", "%1 count here; left out are %2."
            sentences.append(self.many(len(city.counted), one, more, left))
        sentences.append(self._median(closing))
        if len(closing.waiting):
            one, more = "1 of them is still open and counts as open.", "%1 of them are still open and count as open."
            sentences.append(self.many(len(closing.waiting), one, more))
        elif len(closing.of):
            sentences.append(self.tr("None of them is still open."))
        if backlog.median_days is not None and backlog.oldest_days is not None:
            sentences.append(
                self.say(
                    "Whenever they were opened, %1 were open at the end: half of them for more than %2 days, the "
                    "oldest for %3.",
                    self.count(len(backlog.open)),
                    self.speech.number(backlog.median_days),
                    self.speech.number(backlog.oldest_days),
                )
            )
        care = self.tr(
            "Read with care: these figures are about what was reported. Where fewer people report, fewer requests are "
            "counted, not fewer things broken. A difference is called clear only where it is hard to explain by chance."
        )
        care = " ".join([care, *map(self.tr, self.content.asked.notes)])
        table = [self._city_table()] if self._counts_any else []
        return [Prose(" ".join(sentences)), Prose(care, care=True), *table]

    @property
    def _counts_any(self) -> bool:
        """Whether anything that was opened counts; else every table would be one of dashes."""
        return bool(len(self.content.city.counted))

    def _median(self, closing: Times) -> str:
        value = closing.median_days
        if not len(closing.of):
            return self.tr("Nothing can be told of how long they took.")
        if value.value is None:
            return self.tr("Fewer than half have been closed so far.")
        return self.say("Half were closed within %1 (95 % interval in brackets).", self.speech.median(closing))

    def _city_table(self) -> Table:
        rows = []
        for name, share in self.content.city.shares.items():
            left = self.speech.left_out({reason: len(ids) for reason, ids in share.left_out.items()})
            some = self.count(len(share.some)) if share.share.value is not None else NOTHING
            rows.append((self.tr(SHARE_WORDS[name]), self.speech.share(share), some, self.count(len(share.of)), left))
        columns = ("Whole city", "Share (95\u00a0%)", "Requests", "Of", "Left out, and why")
        caption = self.say("%1 Intervals: Wilson's.", self.cohort)
        if any(share.share.value is None and len(share.of) for share in self.content.city.shares.values()):
            caption += " " + self.tr(
                "Fixed is not told where more than a tenth of what was closed has no told outcome."
            )
        return Table(tuple(map(self.tr, columns)), tuple(rows), caption, left=(0, 4))

    # how long it took

    def times(self) -> list[Block]:
        content = self.content
        if not self._counts_any:
            nothing = "Nothing that was opened in this period counts, so that neither times nor promises can be told."
            return [Prose(self.tr(nothing))]
        head = Heading(self.tr("Time to close"))
        if not len(content.city.times[TimeName.CLOSE].of):
            return [head, Prose(self.tr("Nothing was opened in this period that could be followed."))]
        curve = waiting_chart(
            [(content.asked.city, content.curve)],
            CURVE_DAYS,
            self.percent,
            self.tr("Share of requests still open by days since they were opened"),
            self.say("Share still open, with its 95 % band. Kaplan-Meier. %1", self.cohort),
            self.tr("days since opened"),
        )
        rows = [content.city, *content.groups]
        return [head, curve, self._times_table(rows), *self._slower(), *self._map()]

    def _times_table(self, rows: Sequence[GroupFigures]) -> Table:
        heads = [self.by, self.tr("Requests"), self.tr("Still open"), self.tr("Median (95\u00a0%)")]
        heads += [self.say("in\u00a0%1\u00a0d", str(days)) for days in DAYS]
        told = []
        for row in rows:
            closing = row.times[TimeName.CLOSE]
            shares = [self.speech.within(closing.within[days]) for days in DAYS]
            verdict = self.speech.verdict(closing.verdict, speed=True)
            cells = (self.count(len(row.counted)), self.count(len(closing.waiting)), self.speech.median(closing))
            told.append((row.name, *cells, *shares, self.speech.pace(closing), verdict))
        heads += [self.tr("Pace"), self.tr("Against the rest")]
        caption = self.say(
            "%1 Still-open requests count as open (Kaplan-Meier; log-log intervals). %2: nobody was followed for so "
            "long. Pace: how many were closed for each one that would have been at the pace of the rest%3; below 1 "
            "is slower. Against the rest: log-rank test, false discovery rate 5 %; %4 are too few to tell.",
            self.cohort,
            NOTHING,
            "" if self.content.asked.by == "service" else self.tr(", service by service"),
            self.speech.few(),
        )
        return Table(tuple(heads), tuple(told), caption, left=(0, len(heads) - 1), strong=(0,))

    def _slower(self) -> list[Block]:
        """What differs, in words; or that nothing clearly does."""
        if self.content.asked.by in ("month", "week") or len(self.content.groups) < 2:
            return []
        told = [(row.name, row.times[TimeName.CLOSE].verdict) for row in self.content.groups]
        slow, quick = (
            [name for name, verdict in told if verdict is which] for which in (Verdict.LOWER, Verdict.HIGHER)
        )
        if not slow and not quick:
            return [Prose(self.tr("No clear difference: what is seen here can well be chance."))]
        sentences = []
        for names, words in (
            (slow, "Clearly slower than the rest: %1."),
            (quick, "Clearly quicker than the rest: %1."),
        ):
            if names:
                sentences.append(self.say(words, ", ".join(names)))
        if self.content.asked.by != "service":
            sentences.append(
                self.tr(
                    "Compared service by service, residents' reports and staff's work orders apart; the medians "
                    "above mix them, so that a place with much of what is quick by nature can have a short one and "
                    "still be slow."
                )
            )
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
        words = {Verdict.LOWER: "slower", Verdict.HIGHER: "quicker", Verdict.UNCLEAR: "no clear difference"}
        words |= {Verdict.TOO_FEW: "too few to tell"}
        caption = self.say(
            "Time to close against the rest, service by service: log-rank test, false discovery rate 5 %. Outlined "
            "places do not differ clearly. North is up. %1",
            self.cohort,
        )
        named = {verdict: self.tr(told) for verdict, told in words.items()}
        return [place_map(places, named, self.tr("Map of places that are slower or quicker than the rest"), caption)]

    # promises

    def promises(self) -> list[Block]:
        if not self._counts_any:
            return []
        names = (ShareName.ON_TIME, ShareName.SAME_DAY, ShareName.FIXED, ShareName.REOPENED, ShareName.RECATEGORISED)
        short = ("On time (95\u00a0%)", "Difference, points", "Same day", "Fixed", "Reopened", "Recategorised")
        heads = (self.by, *map(self.tr, short), self.tr("On time, against the rest"))
        rows = []
        for row in [self.content.city, *self.content.groups]:
            kept = row.shares[ShareName.ON_TIME]
            others = [self.share(row, name) for name in names[1:]]
            verdict = self.speech.verdict(kept.verdict)
            rows.append((row.name, self.speech.share(kept), self.speech.difference(kept), *others, verdict))
        caption = self.say(
            "%1 On time: of the requests whose deadline has passed, closed or not, those closed by the deadline that "
            "they had when they were opened. Same day: answered, by a person or a machine, by the end of the first "
            "working day. Recategorised is told by what was reported first. Differences from the rest of the city: "
            "Newcombe's intervals; false discovery rate 5 %; not adjusted for what is reported where.",
            self.cohort,
        )
        table = Table(heads, tuple(rows), caption, left=(0, len(heads) - 1), strong=(0,))
        return [Heading(self.tr("Promises")), table, *self._intervals(), *self._funnel()]

    def _intervals(self) -> list[Chart]:
        city = self.content.city.shares[ShareName.ON_TIME].share.value
        rows = [
            Measured(row.name, kept.share, kept.verdict in (Verdict.HIGHER, Verdict.LOWER), self.speech.share(kept))
            for row in self._placed[:MOST_ROWS]
            if (kept := row.shares[ShareName.ON_TIME]).share.value is not None
        ]
        if city is None or len(rows) < 2:
            return []
        caption = self.say("On time, with 95 % intervals; filled marks differ clearly from the rest. %1", self.cohort)
        return [
            interval_chart(
                rows, city, self.percent, self.say("Share on time by %1", self.by), caption, self.content.asked.city
            )
        ]

    @property
    def _placed(self) -> list[GroupFigures]:
        """The groups without what belongs to none."""
        return [row for row in self.content.groups if row.key != -1]

    def _funnel(self) -> list[Chart]:
        city = self.content.city.shares[ShareName.ON_TIME].share.value
        kept = [(row, row.shares[ShareName.ON_TIME]) for row in self._placed]
        spots = [
            Spot(row.name, len(one.of), one.share.value, one.verdict in (Verdict.HIGHER, Verdict.LOWER))
            for row, one in kept
            if one.share.value is not None and len(one.of) >= FEW
        ]
        if city is None or len(spots) < 8:
            return []
        caption = self.say(
            "Each mark is one %1. Within the grey funnel lies what chance alone makes of places that are all alike: "
            "the fewer requests, the wider. %2 Limits: 95 %, binomial.",
            self.by.lower(),
            self.cohort,
        )
        limits = self.content.limits
        told, axis = self.tr("Share on time by number of requests"), self.tr("requests whose deadline has passed")
        return [funnel_chart(spots, city, lambda of: limits(city, of), self.percent, told, caption, axis)]

    # who reported

    def people(self) -> list[Block]:
        content = self.content
        if content.residents is None or content.staff is None or not content.resident_curve or not content.staff_curve:
            return []
        named = [(self.tr("Residents"), content.residents), (self.tr("Staff"), content.staff)]
        chart = waiting_chart(
            [(self.tr("Residents"), content.resident_curve), (self.tr("Staff"), content.staff_curve)],
            CURVE_DAYS,
            self.percent,
            self.tr("Share still open, of residents' reports and of staff's work orders"),
            self.say("Share still open by who reported, with 95 % bands. Kaplan-Meier. %1", self.cohort),
            self.tr("days since opened"),
        )
        heads = (
            "Who reported",
            "Opened",
            "Median (95\u00a0%)",
            "in\u00a07\u00a0d",
            "in\u00a030\u00a0d",
            "On time",
            "Same day",
        )
        rows = []
        for name, row in named:
            closing = row.times[TimeName.CLOSE]
            cells = [
                self.count(len(row.opened) - sum(len(ids) for why, ids in row.left_out.items() if _other(str(why))))
            ]
            cells += [self.speech.median(closing), *(self.speech.within(closing.within[days]) for days in (7, 30))]
            rows.append((name, *cells, self.share(row, ShareName.ON_TIME), self.share(row, ShareName.SAME_DAY)))
        words = self.tr(
            "What the city's own people enter is often entered when the work is done or about to be. It is told "
            "apart here, for figures of both together look better than what residents live to see."
        )
        table = Table(tuple(map(self.tr, heads)), tuple(rows), self.cohort)
        return [Heading(self.tr("Residents and staff")), Prose(words), chart, table]

    # by month

    def months(self) -> list[Block]:
        if len(self.content.months) < 2 or not self._counts_any:
            return []
        table = self._times_table([self.content.city, *self.content.months])
        words = self.tr("By the month in which they were opened. Younger months have been followed for a shorter time.")
        heads = (self.tr("Month"), *table.columns[1:-2])
        rows = tuple(row[:-2] for row in table.rows)
        return [Heading(self.tr("Month by month")), Prose(words), Table(heads, rows, self.cohort, strong=(0,))]

    # how

    def method(self) -> list[Block]:
        paragraphs = (
            "A cohort is what was opened in the period, whatever became of it later. What is open stays in it as "
            "open; no figure is of closed requests alone, except where it says so. Times run by the calendar, day "
            "and night.",
            "A report that was closed as a repeat lasts until what it repeats is closed. What is not the city's to "
            "serve and what residents took back is left out and counted as left out. A request that is open again "
            "was never closed; its last closing counts.",
            "On time is judged by the deadline that a request had when it was opened, its own and not its "
            "incident's, even where it was changed later; only requests whose deadline has passed are judged, those "
            "closed early with them.",
            "Same day means by the midnight after the first working day on which a request could be read, by the "
            "city's hours, weekends and holidays.",
            "Comparisons are of one group with all others. Times are compared service by service, so that more slow "
            "services do not look like slow service. Other differences between places - what is reported, by whom, "
            "how hard it is - remain.",
        )
        source = self.say(
            "Source: %1, %2 requests, read on %3.", self.content.source, self.count(self.content.asked.requests),
            self.content.made_at,
        )  # fmt: skip
        told = [Prose(self.tr(paragraph), quiet=True) for paragraph in paragraphs]
        return [Heading(self.tr("How this was worked out")), *told, Prose(source, quiet=True)]


def _other(why: str) -> bool:
    return why.startswith("entered by")
