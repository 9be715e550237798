"""How service figures are said: numbers, shares and intervals as readers of a report expect them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from desktop.domain.figure_records import Interval, Share, Times, Verdict
from desktop.domain.language import EN_DASH, ENGLISH, MINUS, NARROW_SPACE, Language
from desktop.domain.service_figures import FEW, Left, ShareName
from desktop.domain.translatable import QT_TRANSLATE_NOOP

CONTEXT = "Report"  # of all words of the periodic report
NOTHING = "—"
SHARE_WORDS = {
    ShareName.FIXED: QT_TRANSLATE_NOOP("Report", "Fixed"),
    ShareName.SAME_DAY: QT_TRANSLATE_NOOP("Report", "Answered the same working day"),
    ShareName.ON_TIME: QT_TRANSLATE_NOOP("Report", "On time, by the deadline of its day"),
    ShareName.REOPENED: QT_TRANSLATE_NOOP("Report", "Reopened"),
    ShareName.RECATEGORISED: QT_TRANSLATE_NOOP("Report", "Recategorised"),
}
VERDICT_WORDS = {
    Verdict.HIGHER: QT_TRANSLATE_NOOP("Report", "higher"),
    Verdict.LOWER: QT_TRANSLATE_NOOP("Report", "lower"),
    Verdict.UNCLEAR: QT_TRANSLATE_NOOP("Report", "no clear difference"),
    Verdict.TOO_FEW: QT_TRANSLATE_NOOP("Report", "too few to tell"),
}
SPEED_WORDS = VERDICT_WORDS | {
    Verdict.LOWER: QT_TRANSLATE_NOOP("Report", "slower"),
    Verdict.HIGHER: QT_TRANSLATE_NOOP("Report", "quicker"),
}
_NOT_REACHED = QT_TRANSLATE_NOOP("Report", "not reached")
_HALF_OPEN = QT_TRANSLATE_NOOP("Report", "more than half still open")
_FEWER = QT_TRANSLATE_NOOP("Report", "fewer than {0}")
_APART = QT_TRANSLATE_NOOP("Report", "{0} ({1} to {2})")
_DAYS, _HOURS, _MINUTES = (
    QT_TRANSLATE_NOOP("Report", "{0} d"),
    QT_TRANSLATE_NOOP("Report", "{0} h"),
    QT_TRANSLATE_NOOP("Report", "{0} min"),
)


@dataclass(frozen=True, slots=True)
class Speech:
    """How a report speaks in a language."""

    language: Language = ENGLISH

    def count(self, value: float) -> str:
        """12 345."""
        return self.language.count(round(value))

    def number(self, value: float) -> str:
        """As many decimals as its size is worth."""
        if 0 < abs(value) < 0.01:
            return f"<{NARROW_SPACE}{self.language.number(0.01, 2)}"
        return self.language.number(value, 0 if abs(value) >= 100 else 1 if abs(value) >= 1 else 2)

    def percent(self, share: float) -> str:
        """12 %, 3.4 % below ten."""
        value = share * 100
        close = 0 < abs(value) < 9.95 or 99.05 < value < 100
        return self.language.percent(share, 1 if close else 0)

    def span(self, low: float | None, high: float | None, told: Callable[[float], str]) -> str:
        """12–15; an end that is not reached is told so."""
        if low is None and high is None:
            return NOTHING
        not_reached = self.language.say(_NOT_REACHED)
        return EN_DASH.join(("?" if low is None else told(low), not_reached if high is None else told(high)))

    def share(self, share: Share) -> str:
        """63 % (58–67)."""
        value = share.share
        if value.value is None:
            return NOTHING
        return f"{self.percent(value.value)} ({self.bounds(value)})"

    def bounds(self, value: Interval) -> str:
        """The ends of a share's interval, in percent without the sign."""
        number = self.language.number
        return self.span(value.low, value.high, lambda end: number(end * 100, 0 if 10 <= end * 100 <= 99 else 1))

    def within(self, value: Interval) -> str:
        """A share of a time."""
        return NOTHING if value.value is None else self.percent(value.value)

    def median(self, times: Times) -> str:
        """4.2 d (3.6–5.0); hours below a day, minutes below an hour."""
        value = times.median_days
        if not len(times.of):
            return NOTHING
        if value.value is None:
            return self.language.say(_HALF_OPEN)
        factor, unit = 1.0, _DAYS
        if value.value < 1:
            factor, unit = (24.0, _HOURS) if value.value >= 1 / 24 else (1440.0, _MINUTES)
        told = self.language.say(unit, self.number(value.value * factor)).replace(" ", NARROW_SPACE)
        return f"{told} ({self.span(value.low, value.high, lambda end: self.number(end * factor))})"

    def difference(self, share: Share) -> str:
        """+21 (+17 to +29), in percentage points."""
        apart = share.difference
        if apart.value is None or apart.low is None or apart.high is None:
            return NOTHING
        return self.language.say(_APART, *(self.points(end) for end in (apart.value, apart.low, apart.high)))

    def points(self, value: float) -> str:
        """+2.1."""
        rounded = round(value * 100, 1)
        return f"{MINUS if rounded < 0 else '+'}{self.language.number(abs(rounded), 1)}"

    def verdict(self, verdict: Verdict | None, *, speed: bool = False) -> str:
        """In words."""
        return "" if verdict is None else self.language.say((SPEED_WORDS if speed else VERDICT_WORDS)[verdict])

    def left_out(self, left_out: Mapping[Left, int]) -> str:
        """48 not the city's to serve, 12 taken back by the resident."""
        return ", ".join(f"{self.count(many)} {self.language.say(str(reason))}" for reason, many in left_out.items())

    def pace(self, times: Times) -> str:
        """0.94, of the pace of the rest."""
        return NOTHING if times.pace is None else self.language.number(times.pace, 2)

    def few(self) -> str:
        """How few are too few."""
        return self.language.say(_FEWER, str(FEW))
