"""How service figures are said: numbers, shares and intervals as readers of a report expect them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from desktop.domain.figure_records import Interval, Share, Times, Verdict
from desktop.domain.service_figures import FEW, Left, ShareName

THIN, DASH, NOTHING = "\u2009", "–", "—"
SHARE_WORDS = {
    ShareName.FIXED: "Fixed",
    ShareName.SAME_DAY: "Answered the same working day",
    ShareName.ON_TIME: "On time, by the deadline of its day",
    ShareName.REOPENED: "Reopened",
    ShareName.RECATEGORISED: "Recategorised",
}
VERDICT_WORDS = {
    Verdict.HIGHER: "higher",
    Verdict.LOWER: "lower",
    Verdict.UNCLEAR: "no clear difference",
    Verdict.TOO_FEW: "too few to tell",
}
SPEED_WORDS = VERDICT_WORDS | {Verdict.HIGHER: "quicker", Verdict.LOWER: "slower"}


@dataclass(frozen=True, slots=True)
class Speech:
    """How a report speaks; the window gives its own language."""

    tr: Callable[[str], str] = str

    def count(self, value: float) -> str:
        """12 345."""
        return f"{value:,.0f}".replace(",", THIN)

    def number(self, value: float) -> str:
        """As many decimals as its size is worth."""
        if 0 < abs(value) < 0.01:
            return "<\u202f0.01"
        return f"{value:,.{0 if abs(value) >= 100 else 1 if abs(value) >= 1 else 2}f}".replace(",", THIN)

    def percent(self, share: float) -> str:
        """12 %, 3.4 % below ten."""
        value = share * 100
        close = 0 < abs(value) < 9.95 or 99.05 < value < 100
        return f"{value:.{1 if close else 0}f}\u202f%".replace("-", "−")

    def day(self, value: date) -> str:
        """13 October 2026."""
        return f"{value.day} {value:%B %Y}"

    def span(self, low: float | None, high: float | None, told: Callable[[float], str]) -> str:
        """12–15; an end that is not reached is told so."""
        if low is None and high is None:
            return NOTHING
        ends = ("?" if low is None else told(low), self.tr("not reached") if high is None else told(high))
        return DASH.join(ends)

    def share(self, share: Share) -> str:
        """63 % (58–67)."""
        value = share.share
        if value.value is None:
            return NOTHING
        return f"{self.percent(value.value)} ({self.bounds(value)})"

    def bounds(self, value: Interval) -> str:
        """The ends of a share's interval, in percent without the sign."""
        return self.span(value.low, value.high, lambda end: f"{end * 100:.{0 if 10 <= end * 100 <= 99 else 1}f}")

    def within(self, value: Interval) -> str:
        """A share of a time."""
        return NOTHING if value.value is None else self.percent(value.value)

    def median(self, times: Times) -> str:
        """4.2 (3.6–5.0) d; hours below a day, minutes below an hour."""
        value = times.median_days
        if not len(times.of):
            return NOTHING
        if value.value is None:
            return self.tr("more than half still open")
        factor, unit = (1.0, "d") if value.value >= 1 else (24.0, "h") if value.value >= 1 / 24 else (1440.0, "min")
        return (
            f"{self.number(value.value * factor)}\u202f{unit} "
            f"({self.span(value.low, value.high, lambda end: self.number(end * factor))})"
        )

    def difference(self, share: Share) -> str:
        """+21 (+17 to +29), in percentage points."""
        apart = share.difference
        if apart.value is None or apart.low is None or apart.high is None:
            return NOTHING
        low, high = (self.points(end) for end in (apart.low, apart.high))
        return f"{self.points(apart.value)} ({low} {self.tr('to')} {high})"

    def points(self, value: float) -> str:
        """+2.1."""
        return f"{value * 100:+.1f}".replace("-", "−")

    def verdict(self, verdict: Verdict | None, *, speed: bool = False) -> str:
        """In words."""
        return "" if verdict is None else self.tr((SPEED_WORDS if speed else VERDICT_WORDS)[verdict])

    def left_out(self, left_out: dict[Left, int]) -> str:
        """48 not the city's to serve, 12 taken back by the resident."""
        return ", ".join(f"{self.count(many)} {self.tr(str(reason))}" for reason, many in left_out.items())

    def pace(self, times: Times) -> str:
        """0.94, of the pace of the rest."""
        return NOTHING if times.pace is None else f"{times.pace:.2f}"

    def few(self) -> str:
        """How few are too few."""
        return self.tr("fewer than %1").replace("%1", str(FEW))
