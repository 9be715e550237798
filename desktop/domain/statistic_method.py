"""The method of an answer about where and when in words, for window and files: what repeats it, what warns of it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np

from desktop.domain.language import ENGLISH, NARROW_SPACE, Forms, Language
from desktop.domain.statistic_words import NAMES, AnswerFacts, service_words, source_words, subtitle
from desktop.domain.translatable import QT_TRANSLATE_NOOP

FEW = 5  # a zone that holds fewer says little by itself
MOST_NAMED = 3  # zones without a neighbour
WILD = 1.5  # dispersion beyond which counts vary more than chance makes them
SHUFFLED = ("gi_star", "moran")  # what draws by chance: the others need no seed
TESTED = ("gi_star", "moran", "emerging", "compare")
BY_ITSELF = ("given", "default", "edge", "contiguity")  # reasons with which the data have nothing to do
EXPOSURES = {
    "street_km": QT_TRANSLATE_NOOP("Statistics", "kilometres of street"),
    "km2": QT_TRANSLATE_NOOP("Statistics", "area, km²"),
    "given": QT_TRANSLATE_NOOP("Statistics", "values given by area"),
}
# Lines of the method that have a label alone, in their order, and parameters by the names that geo gives them.
LABELS = {
    "neighbours": QT_TRANSLATE_NOOP("Statistics", "Neighbours"),
    "islands": QT_TRANSLATE_NOOP("Statistics", "Zones without neighbours"),
    "weights": QT_TRANSLATE_NOOP("Statistics", "Weights"),
    "variance": QT_TRANSLATE_NOOP("Statistics", "Variance"),
    "step": QT_TRANSLATE_NOOP("Statistics", "Step of time"),
    "steps": QT_TRANSLATE_NOOP("Statistics", "Steps"),
    "days_left_out": QT_TRANSLATE_NOOP("Statistics", "Days left out, too few for a step"),
    "against": QT_TRANSLATE_NOOP("Statistics", "Compared with"),
    "null_ratio": QT_TRANSLATE_NOOP("Statistics", "Ratio without change"),
    "dispersion": QT_TRANSLATE_NOOP("Statistics", "Dispersion (1: as chance alone makes it)"),
    "rates_differ": QT_TRANSLATE_NOOP("Statistics", "Rates differ beyond chance"),
    "kernel": QT_TRANSLATE_NOOP("Statistics", "Kernel"),
    "edges": QT_TRANSLATE_NOOP("Statistics", "Edges"),
    "outside": QT_TRANSLATE_NOOP("Statistics", "Outside of the city, left out"),
}
PARAMETERS = LABELS | {
    "cell_m": QT_TRANSLATE_NOOP("Statistics", "Width"),
    "bandwidth_m": QT_TRANSLATE_NOOP("Statistics", "Bandwidth"),
    "measure": QT_TRANSLATE_NOOP("Statistics", "Measure"),
    "permutations": QT_TRANSLATE_NOOP("Statistics", "Permutations"),
    "seed": QT_TRANSLATE_NOOP("Statistics", "Seed"),
    "level": QT_TRANSLATE_NOOP("Statistics", "Level"),
    "confidence": QT_TRANSLATE_NOOP("Statistics", "Confidence"),
    "exposure from": QT_TRANSLATE_NOOP("Statistics", "Exposure from"),
    "weighting": QT_TRANSLATE_NOOP("Statistics", "Weighting"),
    "steps before": QT_TRANSLATE_NOOP("Statistics", "Steps before"),
    "compared with": QT_TRANSLATE_NOOP("Statistics", "Compared with"),
    "counts divided by": QT_TRANSLATE_NOOP("Statistics", "Counts divided by"),
}
# Why a parameter has its value, by the codes of geo.choices; {figures} are those of the choice.
REASONS = {
    "given": QT_TRANSLATE_NOOP("Statistics", "as asked"),
    "default": QT_TRANSLATE_NOOP("Statistics", "the default"),
    "requests_a_cell": QT_TRANSLATE_NOOP("Statistics", "so that a cell holds {requests_a_cell} on average"),
    "most_cells": QT_TRANSLATE_NOOP("Statistics", "so that there are at most {most_cells} cells"),
    "narrowest": QT_TRANSLATE_NOOP("Statistics", "no narrower: a block is about so wide"),
    "widest": QT_TRANSLATE_NOOP("Statistics", "no wider: a neighbourhood is about so wide, though cells hold few"),
    "edge": QT_TRANSLATE_NOOP("Statistics", "cells that share an edge"),
    "contiguity": QT_TRANSLATE_NOOP("Statistics", "areas that touch"),
    "reaches_classes": QT_TRANSLATE_NOOP("Statistics", "enough to reach the strictest class, p ≤ {strictest}"),
    "steps_and_counts": QT_TRANSLATE_NOOP(
        "Statistics", "the shortest step with {least_a_step} a step on average; {steps} steps"
    ),
    "fewest_steps": QT_TRANSLATE_NOOP(
        "Statistics", "the longest step that still gives {steps} steps, though bins hold few"
    ),
    "likelihood": QT_TRANSLATE_NOOP("Statistics", "predicts left-out places best, by likelihood cross-validation"),
    "likelihood_bound": QT_TRANSLATE_NOOP("Statistics", "the best within bounds; the data ask for one beyond"),
    "exposure_layer": QT_TRANSLATE_NOOP("Statistics", "evenly spread within each area; {outside} lie in no zone"),
    "bursts": QT_TRANSLATE_NOOP("Statistics", "the dispersion and a little more, for it is uncertain"),
    "bursts_unknown": QT_TRANSLATE_NOOP("Statistics", "too few zones hold enough to know of bursts"),
    "by_exposure": QT_TRANSLATE_NOOP("Statistics", "counts are held against what is expected at the exposure"),
}
# What methods say in words of their own: operations and geo write them, {0} and {1} are what varies.
_WRITTEN = (
    QT_TRANSLATE_NOOP("Statistics", "cell {0}"),
    QT_TRANSLATE_NOOP("Statistics", "cells that share an edge"),
    QT_TRANSLATE_NOOP("Statistics", "cells that share an edge, plus the cell itself"),
    QT_TRANSLATE_NOOP("Statistics", "cells within {0} steps over shared edges"),
    QT_TRANSLATE_NOOP("Statistics", "areas that meet in an edge or a corner, or within {0} m"),
    QT_TRANSLATE_NOOP("Statistics", "binary"),
    QT_TRANSLATE_NOOP("Statistics", "divides by {0}"),
    QT_TRANSLATE_NOOP("Statistics", "day"),
    QT_TRANSLATE_NOOP("Statistics", "week"),
    QT_TRANSLATE_NOOP("Statistics", "month"),
    QT_TRANSLATE_NOOP("Statistics", "quartic"),
    QT_TRANSLATE_NOOP("Statistics", "gaussian"),
    QT_TRANSLATE_NOOP("Statistics", "corrected by the share inside"),
    QT_TRANSLATE_NOOP("Statistics", "count"),
    QT_TRANSLATE_NOOP("Statistics", "rate"),
    QT_TRANSLATE_NOOP("Statistics", "smoothed"),
    QT_TRANSLATE_NOOP("Statistics", "excess"),
    QT_TRANSLATE_NOOP("Statistics", "Benjamini-Hochberg false discovery rate"),
    QT_TRANSLATE_NOOP("Statistics", "Benjamini-Hochberg false discovery rate over all cells, on p_tail"),
    QT_TRANSLATE_NOOP("Statistics", "row-standardised"),
    QT_TRANSLATE_NOOP("Statistics", "The first request of this service is of {0}, after the period began."),
    QT_TRANSLATE_NOOP(
        "Statistics",
        "The first request of this service is of {0}, after the period began; days before do not count.",
    ),
    QT_TRANSLATE_NOOP(
        "Statistics", "The first request that is known is of {0}, after the period began; days before do not count."
    ),
    QT_TRANSLATE_NOOP(
        "Statistics", "The last request that is known is of {0}, before the period ends; days after do not count."
    ),
)
_FORMS = Forms(_WRITTEN)
_CITY_CHANGE = QT_TRANSLATE_NOOP("Statistics", "the change of the whole city")
_NO_CHANGE = QT_TRANSLATE_NOOP("Statistics", "the same zone before")
_STATISTIC = QT_TRANSLATE_NOOP("Statistics", "Statistic")
_SERVICE = QT_TRANSLATE_NOOP("Statistics", "Service")
_PERIOD = QT_TRANSLATE_NOOP("Statistics", "Period")
_REPEATS = QT_TRANSLATE_NOOP("Statistics", "Further reports of an incident, left out")
_ZONES = QT_TRANSLATE_NOOP("Statistics", "Zones")
_HELD = QT_TRANSLATE_NOOP("Statistics", "Held against")
_CORRECTION = QT_TRANSLATE_NOOP("Statistics", "Correction")
_CARE = QT_TRANSLATE_NOOP("Statistics", "Read with care")
_COMPUTED = QT_TRANSLATE_NOOP("Statistics", "Computed")
_DATA = QT_TRANSLATE_NOOP("Statistics", "Data")
_SOURCE = QT_TRANSLATE_NOOP("Statistics", "Source of the method")
_NO_SEED = QT_TRANSLATE_NOOP("Statistics", "none, for nothing is drawn by chance")
_YES, _NO = QT_TRANSLATE_NOOP("Statistics", "yes"), QT_TRANSLATE_NOOP("Statistics", "no")
_WIDE = QT_TRANSLATE_NOOP("Statistics", "{0}, {1} wide")
_HEXAGONS = (QT_TRANSLATE_NOOP("Statistics", "1 hexagon"), QT_TRANSLATE_NOOP("Statistics", "{0} hexagons"))
_SQUARES = (QT_TRANSLATE_NOOP("Statistics", "1 square"), QT_TRANSLATE_NOOP("Statistics", "{0} squares"))
_AREAS = (QT_TRANSLATE_NOOP("Statistics", "1 area of {1}"), QT_TRANSLATE_NOOP("Statistics", "{0} areas of {1}"))
NO_EXPOSURE = QT_TRANSLATE_NOOP(
    "Statistics", "Counts follow how many people live and report somewhere; no exposure is used."
)
NO_TEST = QT_TRANSLATE_NOOP("Statistics", "This is no test: differences may be chance.")
REPORTED = QT_TRANSLATE_NOOP(
    "Statistics",
    "What is counted is what was reported. Where fewer people report, fewer requests are counted, not fewer things "
    "broken.",
)
OFTEN = QT_TRANSLATE_NOOP("Statistics", "One thing that many report counts often; incidents count it once.")
BURSTS = QT_TRANSLATE_NOOP(
    "Statistics", "Counts vary {0} times as much as single events by chance would, as in bursts; tests allow for that."
)
NO_BURSTS = QT_TRANSLATE_NOOP(
    "Statistics", "Too few zones hold enough to know how far reports come in bursts; some differences may be bursts."
)
ALONE = QT_TRANSLATE_NOOP("Statistics", "Without a neighbour, and so compared with nothing near: {0}.")
_UNUSED_DAYS = (
    QT_TRANSLATE_NOOP("Statistics", "The first day fills no step and is left out."),
    QT_TRANSLATE_NOOP("Statistics", "The first {0} days fill no step and are left out."),
)
_THIN = (
    QT_TRANSLATE_NOOP("Statistics", "1 of {1} zones holds under {2}."),
    QT_TRANSLATE_NOOP("Statistics", "{0} of {1} zones hold under {2}."),
)
_THIN_RATES = (
    QT_TRANSLATE_NOOP("Statistics", "1 of {1} zones holds under {2}; its rate is smoothed towards the mean."),
    QT_TRANSLATE_NOOP("Statistics", "{0} of {1} zones hold under {2}; their rates are smoothed towards the mean."),
)


@dataclass(frozen=True, slots=True)
class Choice:
    """A parameter: what it is called, its value, and why it has it."""

    name: str
    value: str
    why: str


def shuffled(method: Mapping[str, Any]) -> bool:
    """Whether anything was drawn by chance: else there are neither permutations nor a seed to tell."""
    return method["statistic"] in SHUFFLED and int(method.get("permutations") or 0) > 0


def method_lines(facts: AnswerFacts, language: Language = ENGLISH) -> tuple[str, ...]:
    """Everything that somebody needs to work the answer out again, and what it must not be read as."""
    method, say = facts.method, language.say
    code = str(method["service"])
    named = service_words(method, facts.service, language)
    lines = [
        _line(language, _STATISTIC, say(NAMES[facts.statistic])),
        _line(language, _SERVICE, f"{named} ({code})" if facts.service and facts.service != code else named),
        _line(language, _PERIOD, subtitle(facts, language)),
    ]
    if method.get("repeats"):
        lines.append(_line(language, _REPEATS, language.count(int(method["repeats"]))))
    lines.append(_line(language, _ZONES, _zones(facts, language)))
    if method.get("exposure"):
        lines.append(_line(language, _HELD, say(EXPOSURES.get(method["exposure"], method["exposure"]))))
    lines += [*_further(method, language), *_chance(facts, language)]
    lines.append(_line(language, _CARE, " ".join(care(facts, language))))
    lines.append(_line(language, _COMPUTED, language.utc(datetime.fromisoformat(method["computed_at"]))))
    if facts.sources:
        lines.append(_line(language, _DATA, source_words(facts.sources, language)))
    return (*lines, _line(language, _SOURCE, method["source"]))


def _line(language: Language, label: str, value: object) -> str:
    return f"{language.say(label)}: {value}"


def _zones(facts: AnswerFacts, language: Language) -> str:
    method, width = facts.method, facts.method.get("cell_m")
    kind = "square" if facts.statistic == "density" else method.get("zones", method.get("grid"))
    if kind in ("hexagon", "square"):
        told = language.many(facts.zones, *(_HEXAGONS if kind == "hexagon" else _SQUARES))
    else:
        told = language.many(facts.zones, *_AREAS, facts.layer or str(kind))
    return language.say(_WIDE, told, _value("cell_m", float(width), language)) if width else told


def _further(method: Mapping[str, Any], language: Language) -> list[str]:
    """Whatever else the method says, each parameter with why it has its value."""
    left = {str(one["parameter"]): one for one in method.get("parameters", ())}
    lines = []
    for key, label in LABELS.items():
        value = method.get(key)
        if value in (None, "", []) or (isinstance(value, float) and math.isnan(value)):
            continue
        if key == "days_left_out" and not value:
            continue
        why = _why_in_brackets(left.pop(key, None), language)
        lines.append(_line(language, label, _value(key, value, language) + why))
    for name, one in left.items():
        if name not in ("permutations", "seed"):
            told = _choice(one, language)
            lines.append(f"{told.name}: {told.value}{_why_in_brackets(one, language)}")
    return lines


def _chance(facts: AnswerFacts, language: Language) -> list[str]:
    """Shuffles with their seed where there are any, and what many tests were corrected by."""
    method = facts.method
    given = {str(one["parameter"]): one for one in method.get("parameters", ())}
    why = {name: _why_in_brackets(given.get(name), language) for name in ("permutations", "seed")}
    lines = [_line(language, PARAMETERS["seed"], language.say(_NO_SEED))]
    if shuffled(method):
        shuffles = language.count(int(method["permutations"])) + why["permutations"]
        lines = [_line(language, PARAMETERS["permutations"], shuffles)]
        lines.append(_line(language, PARAMETERS["seed"], f"{method['seed']}{why['seed']}"))
    if facts.statistic in TESTED:
        lines.append(_line(language, _CORRECTION, written(str(method["correction"]), language)))
    return lines


# what was chosen


def chosen(method: Mapping[str, Any], language: Language = ENGLISH) -> tuple[Choice, ...]:
    """The parameters that the data chose, and why."""
    given = method.get("parameters", ())
    return tuple(_choice(one, language) for one in given if one["reason"] not in BY_ITSELF)


def _choice(one: Mapping[str, Any], language: Language) -> Choice:
    name = str(one["parameter"])
    label = language.say(PARAMETERS[name]) if name in PARAMETERS else name.replace("_", " ").capitalize()
    return Choice(label, _value(name, one["value"], language), _why(one, language))


def _why(one: Mapping[str, Any], language: Language) -> str:
    reason = REASONS.get(str(one["reason"]))
    if reason is None:
        return written(str(one.get("why", "")), language)
    figures = {name: _value(name, value, language) for name, value in dict(one.get("figures", {})).items()}
    return language.translate(reason).format_map(figures)


def _why_in_brackets(one: Mapping[str, Any] | None, language: Language) -> str:
    if one is None:
        return ""
    why = _why(one, language)
    return f" ({why})" if why and why != _value(str(one["parameter"]), one["value"], language) else ""


def _value(name: str, value: Any, language: Language) -> str:
    """A value of the method, with its unit."""
    if name == "against":
        return language.say(_NO_CHANGE if value == "itself" else _CITY_CHANGE)
    if isinstance(value, list | tuple):
        return ", ".join(_value("", one, language) for one in value)
    if isinstance(value, bool):
        return language.say(_YES if value else _NO)
    if isinstance(value, int | float):
        told = language.figure(value)
        return f"{told}{NARROW_SPACE}m" if name.endswith("_m") else told
    return written(str(value), language)


def written(text: str, language: Language = ENGLISH) -> str:
    """What a method says in words of its own, in the language where it is a text that we wrote."""
    return _FORMS.say(text, language)


# what to read with care


def care(facts: AnswerFacts, language: Language = ENGLISH) -> tuple[str, ...]:
    """What is true of this answer and easily missed, a sentence each."""
    method, told = facts.method, []
    if not method.get("exposure"):
        told.append(language.say(NO_EXPOSURE))
    told += [written(str(note), language) for note in method.get("notes", ())]
    if facts.statistic not in TESTED:
        told.append(language.say(NO_TEST))
    if facts.statistic != "density":
        told += _care_of_zones(facts, language)
    dispersion = method.get("dispersion")
    if dispersion is not None and WILD < dispersion < math.inf:
        told.append(language.say(BURSTS, language.number(float(dispersion), 1)))
    elif dispersion is None and facts.statistic == "compare":
        told.append(language.say(NO_BURSTS))
    if method["counts"] == "requests" and facts.statistic in ("compare", "rates"):
        told.append(language.say(OFTEN))
    left_out = int(method.get("days_left_out") or 0)
    if left_out:
        told.append(language.many(left_out, *_UNUSED_DAYS))
    return (*told, language.say(REPORTED))


def _care_of_zones(facts: AnswerFacts, language: Language) -> list[str]:
    told = []
    few = int((np.asarray(facts.columns["count"]) < FEW).sum())
    if few:
        said = _THIN_RATES if facts.statistic == "rates" else _THIN
        told.append(language.many(few, *said, language.count(facts.zones), str(FEW)))
    islands: Sequence[Any] = facts.method.get("islands") or ()
    if islands:
        named = ", ".join(written(str(name), language) for name in islands[:MOST_NAMED])
        told.append(language.say(ALONE, named))
    return told
