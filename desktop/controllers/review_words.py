"""The review of duplicates in words: lines, reasons, and how often pairs as likely were right."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from data.records import DuplicateDecision, ServiceRequest
from desktop.domain.lifecycle import OPEN
from desktop.views import format as words
from desktop.views.duplicates.state import ReasonLine, ReliabilityBin, ReliabilityState

if TYPE_CHECKING:
    from desktop.controllers.review_reads import Case

translate = QCoreApplication.translate
ENOUGH = 20  # decisions in a bin of the reliability before a sentence is made of them
ENOUGH_INCIDENTS = 5  # that they are about
_BINS = 10
_LEAST_WEIGHT = 0.05  # log odds; less says nothing
_WORD = re.compile(r"[^\W\d_]{4,}")
_MOST_WORDS = 4
_MOST_NUMBERS = 5
_EVERYDAY = 0.02  # of the texts


@dataclass(frozen=True, slots=True)
class Ground:
    """How the reports of a proposal lie: how many, how far apart, how long between first and last."""

    count: int
    nearest_m: float
    widest_m: float
    span_s: float


def line_words(ground: Ground) -> str:
    """4 reports · 31 m · 35 min."""
    parts = (
        translate("Review", "{0} reports").format(ground.count),
        words.distance(ground.widest_m),
        words.elapsed(ground.span_s),
    )
    return " · ".join(parts)


def bulk_words(incidents: int, reports: int, wrong: float) -> str:
    """What accepting many means: how many, and how many of a hundred such are wrong."""
    what = translate("Review", "Accepts 1 incident") if incidents == 1 else translate("Review", "Accepts {0} incidents")
    of = translate("Review", "1 report") if reports == 1 else translate("Review", "{0} reports")
    doubt = {
        0: translate("Review", "Of 100 such, fewer than 1 is wrong."),
        1: translate("Review", "Of 100 such, about 1 is wrong."),
    }.get(round(wrong), translate("Review", "Of 100 such, about {0} are wrong."))
    parts = what.format(words.count(incidents)), of.format(words.count(reports)), doubt.format(round(wrong))
    return "{}, {}. {}".format(*parts)


def verdict(probability: float) -> str:
    """What a probability means."""
    if probability >= 0.95:
        return translate("Review", "Very likely one thing on the ground.")
    if probability >= 0.8:
        return translate("Review", "Likely one thing on the ground.")
    if probability >= 0.6:
        return translate("Review", "Rather one thing on the ground than several.")
    return translate("Review", "It may be one thing on the ground, or several.")


def reliability(decisions: Sequence[DuplicateDecision]) -> ReliabilityState:
    """Of pairs that were proposed with each probability, how many staff confirmed."""
    told = [(_bin(one.score), one.same, int(one.parent_request_id)) for one in decisions if one.score is not None]
    decided, accepted = Counter(at for at, *_ in told), Counter(at for at, same, _ in told if same)
    incidents = Counter(at for at, _ in {(at, parent) for at, _, parent in told})
    bins = tuple(
        ReliabilityBin(at / _BINS, (at + 1) / _BINS, decided[at], accepted[at], incidents[at]) for at in range(_BINS)
    )
    if not told:
        sentence = translate("Review", "Nobody has decided about a proposal yet.")
    else:
        one = translate("Review", "1 pair of reports was decided about, {1} confirmed.")
        many = translate("Review", "{0} pairs of reports were decided about, {1} of them confirmed.")
        sentence = (one if len(told) == 1 else many).format(words.count(len(told)), words.count(sum(accepted.values())))
    return ReliabilityState(bins, sentence)


def _bin(probability: float) -> int:
    return min(int(probability * _BINS), _BINS - 1)


def track_record(probability: float, found: ReliabilityState) -> str:
    """Of 100 pairs of reports that were as likely, so many were right; honest where too few were decided.

    Decisions are kept as pairs, so pairs are what can be counted: an incident of four reports is three of them. One
    large incident tells nothing of others.
    """
    here = found.bins[_bin(probability)]
    if here.decided < ENOUGH or here.incidents < ENOUGH_INCIDENTS:
        return translate("Review", "Too few pairs as likely as this were decided to say how many are right.")
    share = round(100 * here.accepted / here.decided)
    return translate("Review", "Of 100 pairs of reports as likely as this, {0} were right.").format(share)


def model_words(version: int, learned_from: int) -> str:
    """Which judge is at work."""
    if not version:
        return translate("Review", "by how reports repeat in this city")
    return translate("Review", "model {0}, trained on {1} of your decisions").format(version, words.count(learned_from))


def words_of(text: str) -> set[str]:
    """The words of several letters in a text, in small letters."""
    return {found.casefold() for found in _WORD.findall(text)}


def everyday_words(texts: Sequence[str]) -> frozenset[str]:
    """Words that so many of a city's texts use that sharing them says nothing, whatever the language."""
    used = Counter(word for text in texts for word in words_of(text))
    return frozenset(word for word, count in used.items() if count > _EVERYDAY * len(texts))


def common_words(texts: Sequence[str], everyday: Set[str] = frozenset()) -> list[str]:
    """Words of several letters that at least two of some texts use, those most texts share first."""
    used = Counter(word for text in texts for word in words_of(text) - everyday)
    shared = [word for word, count in used.items() if count > 1]
    return sorted(shared, key=lambda word: (-used[word], word))


def spans_of(text: str, shared: Sequence[str]) -> tuple[tuple[int, int], ...]:
    """Where a text has one of some words: first and end letter."""
    wanted = set(shared)
    return tuple(found.span() for found in _WORD.finditer(text) if found[0].casefold() in wanted)


def reasons(case: Case, ground: Ground, service_names: Mapping[int, str]) -> tuple[ReasonLine, ...]:
    """What speaks for and against, the strongest first, each as a sentence with its weight."""
    tell = {
        "distance": lambda: _distance(ground),
        "delay": lambda: translate("Review", "Opened within {0}").format(words.elapsed(ground.span_s)),
        "state": lambda: _state(case),
        "services": lambda: _services(case, service_names),
        "place": lambda: _place(case.evidence["place"]),
        "text": lambda: _text(case),
        "address": lambda: translate("Review", "Addresses: {0}").format(_addresses(case)),
        "asset": lambda: translate("Review", "What asset they name"),
        "staff": lambda: translate("Review", "Entered by the city’s own people, who seldom enter a thing twice"),
        "reporter": lambda: translate("Review", "The same person reported more than one of them"),
        "photo": lambda: translate("Review", "Photos look alike") if case.evidence["photo"] > 0 else translate(
            "Review", "Photos differ"
        ),
    }  # fmt: skip
    strong = [(name, weight) for name, weight in case.evidence.items() if abs(weight) >= _LEAST_WEIGHT]
    told = [ReasonLine(tell[name](), weight) for name, weight in strong if name in tell]
    return tuple(sorted(told, key=lambda line: -line.weight))


def _distance(ground: Ground) -> str:
    if ground.count == 2 or round(ground.nearest_m) == round(ground.widest_m):
        return translate("Review", "Reports {0} apart").format(words.distance(ground.widest_m))
    low, high = words.distance(ground.nearest_m), words.distance(ground.widest_m)
    return translate("Review", "Reports {0} to {1} apart").format(low, high)


def _state(case: Case) -> str:
    if all(one.status in OPEN for one in case.requests):
        return translate("Review", "All still open")
    before = _closed_before(case.requests)
    if before:
        return translate("Review", "Closed before the next one came: {0}").format(_numbers(before))
    return translate("Review", "Open while the others came")


def _closed_before(requests: Sequence[ServiceRequest]) -> list[int]:
    """Numbers of the reports that were closed before the next one was made."""
    return [
        at
        for at, (one, following) in enumerate(pairwise(requests), start=1)
        if one.closed_at is not None and one.closed_at < following.requested_at
    ]


def _services(case: Case, names: Mapping[int, str]) -> str:
    first = case.requests[0].service_id
    others = [at for at, one in enumerate(case.requests, start=1) if one.service_id != first]
    if not others:
        name = names.get(int(first), "")
        return translate("Review", "How often {0} is reported again").format(name)
    if len(others) == 1:
        return translate("Review", "Report {0} is of another service").format(others[0])
    return translate("Review", "Reports {0} are of other services").format(_numbers(others))


def _numbers(reports: Sequence[int]) -> str:
    """Reports by their numbers, the first ones of many."""
    told = ", ".join(str(number) for number in reports[:_MOST_NUMBERS])
    more = len(reports) - _MOST_NUMBERS
    return told if more <= 0 else translate("Review", "{0} and {1} more").format(told, words.count(more))


def _place(weight: float) -> str:
    """How many such reports fall there anyway: the weight is less the logarithm of their number."""
    expected = math.exp(-weight)
    if expected < 0.095:
        return translate("Review", "Hardly any such report is expected here by chance")
    return translate("Review", "{0} such reports are expected here by chance").format(words.number(expected, 1))


def _text(case: Case) -> str:
    if not case.shared:
        return translate("Review", "No words in common")
    return translate("Review", "Words in common: {0}").format(", ".join(case.shared[:_MOST_WORDS]))


def _addresses(case: Case) -> str:
    told = list(dict.fromkeys(one.address for one in case.requests if one.address))
    return " · ".join(told[:3])
