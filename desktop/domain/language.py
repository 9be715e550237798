"""How a person's language says figures and days, without Qt: window, files and verbs have them from here."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime

THIN_SPACE = "\u2009"
NARROW_SPACE = "\u202f"  # does not break: between a figure and its unit
MINUS = "\u2212"
EN_DASH = "\u2013"
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
# Figures and days as an operation or a file format writes them, standing alone in a sentence.
_THOUSANDS = re.compile(r"(?<![\w.,])\d{1,3}(?:,\d{3})+(?:\.\d+)?(?![\w,]|\.\w)")
_GAP = re.compile(r"\\\{\d\\\}")  # {0} in an escaped pattern
_ISO_DAY = re.compile(r"(?<![\w./-])\d{4}-\d\d-\d\d(?![\w/-]|\.\w)")


def count(value: int) -> str:
    """4 318: thousands parted by a thin space, minus as U+2212."""
    text = f"{abs(value):,}".replace(",", THIN_SPACE)
    return f"{MINUS}{text}" if value < 0 else text


def number(value: float, decimals: int, decimal_mark: str) -> str:
    """A figure with fixed decimals."""
    rounded = round(value, decimals)
    whole, _, part = f"{abs(rounded):,.{decimals}f}".partition(".")
    text = whole.replace(",", THIN_SPACE) + (decimal_mark + part if part else "")
    return f"{MINUS}{text}" if rounded < 0 else text


def span(low: str, high: str) -> str:
    """A range, with an en dash."""
    return f"{low}{EN_DASH}{high}"


@dataclass(frozen=True, slots=True)
class Language:
    """What words need of a person's language: the translation of texts, the decimal mark, the short names of months.

    Without more it is English as the code has it.
    """

    translate: Callable[[str], str] = str
    decimal: str = "."
    months: tuple[str, ...] = MONTHS
    code: str = "en"  # of the language that texts are in, BCP 47

    def say(self, text: str, *values: str) -> str:
        """A translated text; {0}, {1} are filled where the language puts them."""
        told = self.translate(text)
        return told.format(*values) if values else told

    def many(self, value: int, one: str, more: str, *values: str) -> str:
        """A count in words: `one` for 1, else `more`, where {0} is the count; `values` are {1}, {2}."""
        return self.say(one if value == 1 else more, count(value), *values)

    def count(self, value: int) -> str:
        """4 318."""
        return count(value)

    def number(self, value: float, decimals: int = 1) -> str:
        """A figure with fixed decimals."""
        return number(value, decimals, self.decimal)

    def figure(self, value: float) -> str:
        """A figure of any size: whole from a thousand on, else with four digits."""
        if isinstance(value, int):
            return count(value)
        if abs(value) >= 1000:
            return self.number(value, 0)
        return f"{value:.4g}".replace("-", MINUS).replace(".", self.decimal)

    def percent(self, share: float, decimals: int = 0) -> str:
        """A share of 0 to 1 as 92 %."""
        return f"{self.number(share * 100, decimals)}{NARROW_SPACE}%"

    def day(self, value: date, year: int | None = None) -> str:
        """13 Oct 2026; without the year where it is `year`."""
        told = f"{value.day} {self.months[value.month - 1]}"
        return told if value.year == year else f"{told} {value.year}"

    def month(self, value: date) -> str:
        """Oct 2026."""
        return f"{self.months[value.month - 1]} {value.year}"

    def moment(self, value: datetime) -> str:
        """13 Oct 2026, 14:32, by the clock that the moment has."""
        return f"{self.day(value.date())}, {value:%H:%M}"

    def utc(self, value: datetime) -> str:
        """13 Oct 2026, 14:32 UTC, of an aware moment: what holds wherever a file is read."""
        return f"{self.moment(value.astimezone(UTC))} UTC"

    def days(self, first: date, last: date) -> str:
        """15 Jul – 13 Oct 2026: a period, both days in it; a single day once."""
        if first == last:
            return self.day(last)
        return span(f"{self.day(first, last.year)} ", f" {self.day(last)}")

    def figured(self, sentence: str) -> str:
        """An operation's sentence with its figures and days as the language has them."""
        parted = _THOUSANDS.sub(lambda found: self._parted(found[0]), sentence)
        return _ISO_DAY.sub(lambda found: self._day(found[0]), parted)

    def _parted(self, written: str) -> str:
        whole, dot, part = written.partition(".")
        return whole.replace(",", THIN_SPACE) + (self.decimal + part if dot else "")

    def _day(self, written: str) -> str:
        try:
            return self.day(date.fromisoformat(written))
        except ValueError:
            return written  # somebody's words that only look like a day


ENGLISH = Language()


class Forms:
    """Sentences that other layers write, where {0} and {1} stand for what varies: told in a language by their form.

    `filled` is the pattern of what varies: a word, or more where names with blanks stand for it.
    """

    def __init__(self, texts: Iterable[str], filled: str = r"\S+") -> None:
        self._forms = [(text.partition("{")[0], _pattern(text, filled), text) for text in texts]

    def say(self, written: str, language: Language) -> str:
        """The sentence in the language where it is of one of the forms, else as it was written; figures of both."""
        for head, pattern, text in self._forms:
            found = pattern.fullmatch(written) if written.startswith(head) else None
            if found:
                return language.say(text, *map(language.figured, found.groups()))
        return language.figured(written)


def _pattern(text: str, filled: str) -> re.Pattern[str]:
    return re.compile(_GAP.sub(lambda _: f"({filled})", re.escape(text)))
