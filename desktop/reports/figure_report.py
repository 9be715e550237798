"""The periodic report: how requests were served, for people who decide and do not compute. Figures become blocks.

Each table and drawing says under it what was counted, what was left out, and how it was worked out.
"""

from __future__ import annotations

from desktop.domain.figure_records import Backlog, Share, Times
from desktop.domain.language import ENGLISH, Language
from desktop.domain.service_figures import ShareName, TimeName
from desktop.domain.translatable import QT_TRANSLATE_NOOP
from desktop.reports.demand_report import DemandPart
from desktop.reports.figure_words import NOTHING, SHARE_WORDS, Speech
from desktop.reports.promise_report import PromisePart
from desktop.reports.report_blocks import Block, Heading, Prose, Report, Table
from desktop.reports.report_telling import ReportContent, Telling
from desktop.reports.times_report import MonthsPart, PeoplePart, TimesPart
from desktop.reports.where_report import WherePart

_TITLE = QT_TRANSLATE_NOOP("Report", "{0}: how requests were served")
_PERIOD = QT_TRANSLATE_NOOP("Report", "Opened {0}, as it stood on {1}")
_FOOT = QT_TRANSLATE_NOOP("Report", "Opsmap, made on {0} from {1}.")
_PAGE = QT_TRANSLATE_NOOP("Report", "Page {0}")
_OPENED = (
    QT_TRANSLATE_NOOP("Report", "1 request was opened."),
    QT_TRANSLATE_NOOP("Report", "{0} requests were opened."),
)
_COUNTED = (
    QT_TRANSLATE_NOOP("Report", "1 counts here; left out are {1}."),
    QT_TRANSLATE_NOOP("Report", "{0} count here; left out are {1}."),
)
_STILL_OPEN = (
    QT_TRANSLATE_NOOP("Report", "1 of them is still open and counts as open."),
    QT_TRANSLATE_NOOP("Report", "{0} of them are still open and count as open."),
)
_NONE_OPEN = QT_TRANSLATE_NOOP("Report", "None of them is still open.")
_BACKLOG = QT_TRANSLATE_NOOP(
    "Report",
    "Whenever they were opened, {0} were open at the end: half of them for more than {1} days, the oldest for {2}.",
)
_CARE = QT_TRANSLATE_NOOP(
    "Report",
    "Read with care: these figures are about what was reported. Where fewer people report, fewer requests are counted, "
    "not fewer things broken. A difference is called clear only where it is hard to explain by chance.",
)
_NO_TIMES = QT_TRANSLATE_NOOP("Report", "Nothing can be told of how long they took.")
_FEWER_THAN_HALF = QT_TRANSLATE_NOOP("Report", "Fewer than half have been closed so far.")
_HALF = QT_TRANSLATE_NOOP("Report", "Half were closed within {0} (95 % interval in brackets).")
_COLUMNS = (
    QT_TRANSLATE_NOOP("Report", "Whole city"),
    QT_TRANSLATE_NOOP("Report", "Share (95\u00a0%)"),
    QT_TRANSLATE_NOOP("Report", "Requests"),
    QT_TRANSLATE_NOOP("Report", "Of"),
    QT_TRANSLATE_NOOP("Report", "Left out, and why"),
)
_WILSON = QT_TRANSLATE_NOOP("Report", "{0} Intervals: Wilson's.")
_UNTOLD = QT_TRANSLATE_NOOP(
    "Report", "Fixed is not told where more than a tenth of what was closed has no told outcome."
)
_HOW = QT_TRANSLATE_NOOP("Report", "How this was worked out")
_METHOD = (
    QT_TRANSLATE_NOOP(
        "Report",
        "A cohort is what was opened in the period, whatever became of it later. What is open stays in it as open; no "
        "figure is of closed requests alone, except where it says so. Times run by the calendar, day and night.",
    ),
    QT_TRANSLATE_NOOP(
        "Report",
        "A report that was closed as a repeat lasts until what it repeats is closed. What is not the city's to serve "
        "and what residents took back is left out and counted as left out. A request that is open again was never "
        "closed; its last closing counts.",
    ),
    QT_TRANSLATE_NOOP(
        "Report",
        "On time is judged by the deadline that a request had when it was opened, its own and not its incident's, even "
        "where it was changed later; only requests whose deadline has passed are judged, those closed early with them.",
    ),
    QT_TRANSLATE_NOOP(
        "Report",
        "Same day means by the midnight after the first working day on which a request could be read, by the city's "
        "hours, weekends and holidays.",
    ),
    QT_TRANSLATE_NOOP(
        "Report",
        "Comparisons are of one group with all others. Times are compared service by service, so that more slow "
        "services do not look like slow service. Other differences between places - what is reported, by whom, how "
        "hard it is - remain.",
    ),
)
_SOURCE = QT_TRANSLATE_NOOP("Report", "Source: {0}, {1} requests, read on {2}.")


def figure_report(content: ReportContent, language: Language = ENGLISH) -> Report:
    """The report in its order: what matters, how long it took, promises, what comes, how it was worked out."""
    speech, asked = Speech(language), content.asked
    order = (_Summary, TimesPart, PromisePart, PeoplePart, MonthsPart, WherePart, DemandPart, _Method)
    told = [part(content, speech) for part in order]
    blocks = tuple(block for part in told for block in part.blocks())
    period = language.say(_PERIOD, language.days(asked.first, asked.last), told[0].as_of)
    foot = language.say(_FOOT, language.utc(content.made_at), content.source)
    title = language.say(_TITLE, asked.city)
    return Report(title, period, blocks, foot, language.code, page=language.say(_PAGE))


class _Summary(Telling):
    """What matters."""

    def blocks(self) -> list[Block]:
        """How many, how long, what is still open; what to read with care; the city's shares."""
        city = self.content.city
        closing = city.times[TimeName.CLOSE]
        sentences = [self.many(len(city.opened), *_OPENED)]
        if len(city.opened) != len(city.counted):
            left = self.speech.left_out({reason: len(ids) for reason, ids in city.left_out.items()})
            sentences.append(self.many(len(city.counted), *_COUNTED, left))
        sentences.append(self._median(closing))
        waiting = len(closing.waiting)
        if len(closing.of):
            sentences.append(self.many(waiting, *_STILL_OPEN) if waiting else self.say(_NONE_OPEN))
        sentences += self._backlog(city.backlog)
        care = " ".join([self.say(_CARE), *map(self.say, self.content.asked.notes)])
        table = [self._city_table()] if self.counts_any else []
        return [Prose(" ".join(sentences)), Prose(care, care=True), *table]

    def _backlog(self, backlog: Backlog) -> list[str]:
        if backlog.median_days is None or backlog.oldest_days is None:
            return []
        days = (self.speech.number(each) for each in (backlog.median_days, backlog.oldest_days))
        return [self.say(_BACKLOG, self.count(len(backlog.open)), *days)]

    def _median(self, closing: Times) -> str:
        if not len(closing.of):
            return self.say(_NO_TIMES)
        if closing.median_days.value is None:
            return self.say(_FEWER_THAN_HALF)
        return self.say(_HALF, self.speech.median(closing))

    def _city_table(self) -> Table:
        shares = self.content.city.shares
        caption = self.say(_WILSON, self.cohort)
        if any(share.share.value is None and len(share.of) for share in shares.values()):
            caption = f"{caption} {self.say(_UNTOLD)}"
        rows = tuple(self._city_row(name, share) for name, share in shares.items())
        return Table(self.words(_COLUMNS), rows, caption, left=(0, 4))

    def _city_row(self, name: ShareName, share: Share) -> tuple[str, ...]:
        left = self.speech.left_out({reason: len(ids) for reason, ids in share.left_out.items()})
        some = NOTHING if share.share.value is None else self.count(len(share.some))
        return (self.say(SHARE_WORDS[name]), self.speech.share(share), some, self.count(len(share.of)), left)


class _Method(Telling):
    """How it was worked out."""

    def blocks(self) -> list[Block]:
        """What counts for what, and where the requests came from."""
        content = self.content
        requests, read = self.count(content.asked.requests), self.language.utc(content.made_at)
        told = (*self.words(_METHOD), self.say(_SOURCE, content.source, requests, read))
        return [Heading(self.say(_HOW)), *(Prose(text, quiet=True) for text in told)]
