"""What an answer about where and when is called, in window and files: statistic, period, counts, columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from desktop.domain.act_words import headed
from desktop.domain.language import ENGLISH, Language
from desktop.domain.statistic_marks import BY_VALUE
from desktop.domain.translatable import QT_TRANSLATE_NOOP

ALL_SERVICES = "all services"
MOST_SOURCES = 5
NAMES = {
    "gi_star": QT_TRANSLATE_NOOP("Statistics", "Hotspots (Getis-Ord Gi*)"),
    "moran": QT_TRANSLATE_NOOP("Statistics", "Outliers (local Moran's I)"),
    "emerging": QT_TRANSLATE_NOOP("Statistics", "Emerging hot spots (Gi* in space and time, Mann-Kendall)"),
    "rates": QT_TRANSLATE_NOOP("Statistics", "Rates (empirical-Bayes smoothed)"),
    "compare": QT_TRANSLATE_NOOP("Statistics", "Two periods compared (exact test of two Poisson rates)"),
    "density": QT_TRANSLATE_NOOP("Statistics", "Density (kernel, edges corrected)"),
}
SHORT_NAMES = {
    "gi_star": "Gi*",
    "moran": QT_TRANSLATE_NOOP("Statistics", "Local Moran"),
    "emerging": QT_TRANSLATE_NOOP("Statistics", "Emerging hot spots"),
    "rates": QT_TRANSLATE_NOOP("Statistics", "Rates, smoothed"),
    "compare": QT_TRANSLATE_NOOP("Statistics", "Two periods"),
    "density": QT_TRANSLATE_NOOP("Statistics", "Density"),
}
PER = {
    "street_km": QT_TRANSLATE_NOOP("Statistics", "per km of street"),
    "km2": QT_TRANSLATE_NOOP("Statistics", "per km²"),
    "given": QT_TRANSLATE_NOOP("Statistics", "per unit of exposure"),
}
# What the columns of an answer are called where people read them.
COLUMNS = {
    "before": QT_TRANSLATE_NOOP("Statistics", "Before"),
    "expected": QT_TRANSLATE_NOOP("Statistics", "Expected"),
    "exposure": QT_TRANSLATE_NOOP("Statistics", "Exposure"),
    "rate_by_exposure": QT_TRANSLATE_NOOP("Statistics", "Rate"),
    "rate_smoothed": QT_TRANSLATE_NOOP("Statistics", "Smoothed rate"),
    "ratio": QT_TRANSLATE_NOOP("Statistics", "Ratio"),
    "gi_z": "Gi*",
    "moran_i": "Moran's I",
    "hot_steps": QT_TRANSLATE_NOOP("Statistics", "Hot steps"),
    "cold_steps": QT_TRANSLATE_NOOP("Statistics", "Cold steps"),
    "trend_tau": QT_TRANSLATE_NOOP("Statistics", "Trend, tau"),
    "trend_p": QT_TRANSLATE_NOOP("Statistics", "p of trend"),
    "p_sim": QT_TRANSLATE_NOOP("Statistics", "p, permutation"),
    "q_fdr": QT_TRANSLATE_NOOP("Statistics", "q after FDR"),
    "per_km2": QT_TRANSLATE_NOOP("Statistics", "Per km²"),
}
NEW = QT_TRANSLATE_NOOP("Statistics", "new")  # a ratio to nothing before
CLASS = QT_TRANSLATE_NOOP("Statistics", "Class")
ZONES = QT_TRANSLATE_NOOP("Statistics", "Zones")
METHOD = QT_TRANSLATE_NOOP("Statistics", "Method")
NORTH = QT_TRANSLATE_NOOP("Statistics", "N ↑")
DASHED = QT_TRANSLATE_NOOP("Statistics", "Dashed: the city's boundary.")
_CELL = QT_TRANSLATE_NOOP("Statistics", "cell {0}")
_AND_MORE = QT_TRANSLATE_NOOP("Statistics", "{0} and {1} more")
_ALL_SERVICES = QT_TRANSLATE_NOOP("Statistics", "all services")
_RATE = QT_TRANSLATE_NOOP("Statistics", "Smoothed rate {0}")
_AGAINST = QT_TRANSLATE_NOOP("Statistics", "{0} against {1}")
_SINCE = QT_TRANSLATE_NOOP("Statistics", "since {0}")
_UNTIL = QT_TRANSLATE_NOOP("Statistics", "until {0}")
_ALL_TIME = QT_TRANSLATE_NOOP("Statistics", "all time")
_REQUESTS = (QT_TRANSLATE_NOOP("Statistics", "1 request"), QT_TRANSLATE_NOOP("Statistics", "{0} requests"))
_FROM_ONE = QT_TRANSLATE_NOOP("Statistics", "1 incident from 1 request")
_FROM_MANY = (
    QT_TRANSLATE_NOOP("Statistics", "1 incident from {1} requests"),
    QT_TRANSLATE_NOOP("Statistics", "{0} incidents from {1} requests"),
)
_THINGS = {
    "requests": (QT_TRANSLATE_NOOP("Statistics", "request"), QT_TRANSLATE_NOOP("Statistics", "requests")),
    "incidents": (QT_TRANSLATE_NOOP("Statistics", "incident"), QT_TRANSLATE_NOOP("Statistics", "incidents")),
}


@dataclass(frozen=True, slots=True)
class AnswerFacts:
    """What words about an answer are made from. `columns` are by zone, of `zones` zones.

    `service`, `layer`: the names of its service and of the layer whose areas the zones are, empty where it has none.
    `sources`: where the requests came from, by name.
    """

    method: Mapping[str, Any]
    columns: Mapping[str, Any]
    zones: int
    service: str = ""
    layer: str = ""
    sources: Sequence[str] = ()

    @property
    def statistic(self) -> str:
        """Which of the six it is."""
        return str(self.method["statistic"])


def title(facts: AnswerFacts, city: str, language: Language = ENGLISH) -> str:
    """Boston: Hotspots (Getis-Ord Gi*), Street Light Outages."""
    head = f"{city}: " if city else ""
    return f"{head}{language.say(NAMES[facts.statistic])}, {service_words(facts.method, facts.service, language)}"


def subtitle(facts: AnswerFacts, language: Language = ENGLISH) -> str:
    """The period, both of a comparison, and what was counted."""
    method = facts.method
    counted = counted_words(int(method["counted"]), int(method["requests"]), method["counts"], language)
    return f"{periods(method, language)}; {counted}"


def heading(method: Mapping[str, Any], service: str, language: Language = ENGLISH) -> str:
    """Street Light Outages · 15 Jul – 13 Oct 2026."""
    return f"{headed(service_words(method, service, language))} · {periods(method, language)}"


def service_words(method: Mapping[str, Any], name: str, language: Language = ENGLISH) -> str:
    """A service by its name, or else its code; all of them within a sentence."""
    code = str(method["service"])
    return language.say(_ALL_SERVICES) if code == ALL_SERVICES else name or code


def periods(method: Mapping[str, Any], language: Language = ENGLISH) -> str:
    """From when to when; of a comparison, both."""
    told = period_words(method.get("from"), method.get("to"), language)
    if not method.get("before_to"):
        return told
    return language.say(_AGAINST, told, period_words(method.get("before_from"), method["before_to"], language))


def period_words(first: str | None, last: str | None, language: Language = ENGLISH) -> str:
    """15 Jul – 13 Oct 2026, of days as a method keeps them; open ends in words."""
    start, end = (date.fromisoformat(day) if day else None for day in (first, last))
    if start and end:
        return language.days(start, end)
    if start:
        return language.say(_SINCE, language.day(start))
    return language.say(_UNTIL, language.day(end)) if end else language.say(_ALL_TIME)


def counted_words(counted: int, requests: int, counts: str, language: Language = ENGLISH) -> str:
    """1 104 incidents from 1 871 requests."""
    if counts != "incidents":
        return language.many(requests, *_REQUESTS)
    if requests == 1:
        return language.say(_FROM_ONE)
    return language.many(counted, *_FROM_MANY, language.count(requests))


def things(counts: str, number: int, language: Language = ENGLISH) -> str:
    """What is counted, so many of them, without their number."""
    one, more = _THINGS[counts]
    return language.say(one if number == 1 else more)


def count_word(counts: str, language: Language = ENGLISH) -> str:
    """What heads a column of counts."""
    return headed(language.say(_THINGS[counts][1]))


def per_words(exposure: str | None, language: Language = ENGLISH) -> str:
    """By what a rate is told."""
    return language.say(PER.get(str(exposure), PER["km2"]))


def legend_head(method: Mapping[str, Any], language: Language = ENGLISH) -> str:
    """What stands over a legend: the value that classes part, or that they are classes."""
    statistic = str(method["statistic"])
    if statistic not in BY_VALUE:
        return language.say(CLASS)
    if statistic == "density":
        return language.say(COLUMNS["per_km2"])
    return language.say(_RATE, per_words(method.get("exposure"), language))


def figure_word(value: float, language: Language = ENGLISH) -> str:
    """A figure of a zone; a ratio to nothing before is new, and what is not known is empty."""
    if np.isposinf(value):
        return language.say(NEW)
    return language.figure(value) if np.isfinite(value) else ""


def ratio_notes(ratio: NDArray[np.float64]) -> NDArray[np.object_]:
    """What a file says beside a ratio that it cannot write: a plain word, for programs."""
    told = np.full(len(ratio), "", dtype=object)
    told[np.isposinf(ratio)] = "new: nothing before"
    told[np.isnan(ratio)] = "nothing in either period"
    return told


def cell_words(cell: int, language: Language = ENGLISH) -> str:
    """A cell by its number in the answer's columns, within a sentence."""
    return language.say(_CELL, language.count(cell))


def source_words(names: Sequence[str], language: Language = ENGLISH) -> str:
    """Where the requests came from; of many, the first."""
    told, more = ", ".join(names[:MOST_SOURCES]), len(names) - MOST_SOURCES
    return language.say(_AND_MORE, told, language.count(more)) if more > 0 else told
