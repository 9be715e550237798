"""The method of an answer in words: what the data chose and why, and every line that it takes to work it out again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication

from desktop.controllers.city_words import CityWords
from desktop.operations.kept_answers import ALL_SERVICES
from desktop.operations.spatial_statistics import StatisticAnswer
from desktop.views import format as words
from desktop.views.neighbourhoods.question import COMPARE, DENSITY, EMERGING, GI_STAR, MORAN, RATES
from desktop.views.neighbourhoods.state import Chosen


def tr(text: str) -> str:
    """The words of this file in the language of the window."""
    return QCoreApplication.translate("Answers", text)


def chosen_of(method: Mapping[str, Any]) -> tuple[Chosen, ...]:
    """The parameters that the data chose, and why."""
    return tuple(
        Chosen(parameter_word(str(one["parameter"])), value_words(str(one["parameter"]), one["value"]), _why(one))
        for one in method.get("parameters", ())
        if one["reason"] not in ("given", "default", "edge", "contiguity")
    )


def parameter_word(name: str) -> str:
    """What a parameter is called."""
    return {
        "cell_m": tr("Width"),
        "bandwidth_m": tr("Bandwidth"),
        "neighbours": tr("Neighbours"),
        "weights": tr("Neighbours"),
        "permutations": tr("Permutations"),
        "step": tr("Step of time"),
        "steps": tr("Step of time"),
        "measure": tr("Measure"),
    }.get(name, name.replace("_", " "))


def value_words(name: str, value: Any) -> str:
    """A value with its unit."""
    if name.endswith("_m") and isinstance(value, int | float):
        return words.distance(float(value))
    if isinstance(value, bool) or not isinstance(value, int | float):
        return str(value)
    return words.count(int(value)) if float(value).is_integer() else words.number(value, 2)


def _why(one: Mapping[str, Any]) -> str:
    figures = dict(one.get("figures", {}))
    reasons: dict[str, Callable[[], str]] = {
        "requests_a_cell": lambda: tr("so that a cell holds {0} on average").format(figures.get("requests_a_cell", "")),
        "most_cells": lambda: tr("so that there are at most {0} cells").format(figures.get("most_cells", "")),
        "narrowest": lambda: tr("no narrower: a block is about so wide"),
        "widest": lambda: tr("no wider: a neighbourhood is about so wide, though cells hold few"),
        "edge": lambda: tr("cells that share an edge"),
        "contiguity": lambda: tr("areas that touch"),
        "reaches_classes": lambda: tr("enough to reach the strictest class"),
        "likelihood": lambda: tr("predicts left-out places best"),
        "by_exposure": lambda: tr("counts are held against what is expected at the exposure"),
    }
    found = reasons.get(str(one["reason"]))
    return str(one.get("why", "")) if found is None else found()


_LINES = (
    ("statistic", QT_TRANSLATE_NOOP("Answers", "Statistic")),
    ("service", QT_TRANSLATE_NOOP("Answers", "Service")),
    ("from", QT_TRANSLATE_NOOP("Answers", "From")),
    ("to", QT_TRANSLATE_NOOP("Answers", "To")),
    ("before_from", QT_TRANSLATE_NOOP("Answers", "Earlier period, from")),
    ("before_to", QT_TRANSLATE_NOOP("Answers", "Earlier period, to")),
    ("against", QT_TRANSLATE_NOOP("Answers", "Compared with")),
    ("counts", QT_TRANSLATE_NOOP("Answers", "Counts")),
    ("requests", QT_TRANSLATE_NOOP("Answers", "Requests")),
    ("counted", QT_TRANSLATE_NOOP("Answers", "Counted")),
    ("repeats", QT_TRANSLATE_NOOP("Answers", "Further reports of an incident, left out")),
    ("exposure", QT_TRANSLATE_NOOP("Answers", "Exposure")),
    ("zones", QT_TRANSLATE_NOOP("Answers", "Zones")),
    ("cell_m", QT_TRANSLATE_NOOP("Answers", "Width of a cell, m")),
    ("neighbours", QT_TRANSLATE_NOOP("Answers", "Neighbours")),
    ("islands", QT_TRANSLATE_NOOP("Answers", "Zones without neighbours")),
    ("step", QT_TRANSLATE_NOOP("Answers", "Step of time")),
    ("steps", QT_TRANSLATE_NOOP("Answers", "Steps")),
    ("days_left_out", QT_TRANSLATE_NOOP("Answers", "Days left out")),
    ("kernel", QT_TRANSLATE_NOOP("Answers", "Kernel")),
    ("edges", QT_TRANSLATE_NOOP("Answers", "Edges")),
    ("outside", QT_TRANSLATE_NOOP("Answers", "Outside the city, left out")),
    ("permutations", QT_TRANSLATE_NOOP("Answers", "Permutations")),
    ("seed", QT_TRANSLATE_NOOP("Answers", "Seed")),
    ("correction", QT_TRANSLATE_NOOP("Answers", "Correction")),
    ("dispersion", QT_TRANSLATE_NOOP("Answers", "Dispersion")),
    ("null_ratio", QT_TRANSLATE_NOOP("Answers", "Ratio without change")),
    ("rates_differ", QT_TRANSLATE_NOOP("Answers", "Rates differ beyond chance")),
    ("computed_at", QT_TRANSLATE_NOOP("Answers", "Computed at")),
    ("source", QT_TRANSLATE_NOOP("Answers", "Source")),
)


def statistic_name(statistic: str) -> str:
    """A statistic by its full name."""
    return {
        GI_STAR: tr("Getis-Ord Gi*"),
        MORAN: tr("Local Moran’s I"),
        EMERGING: tr("Emerging hot spots: Gi* in space and time, Mann-Kendall"),
        DENSITY: tr("Kernel density, edges corrected"),
        RATES: tr("Rates with empirical-Bayes smoothing"),
        COMPARE: tr("Two periods, exact test of the ratio of two Poisson rates"),
    }.get(statistic, statistic)


def method_text(answer: StatisticAnswer, city: CityWords) -> str:
    """The method whole, line by line, so that somebody else can work the answer out again."""
    method = dict(answer.method)
    method["statistic"] = statistic_name(str(method["statistic"]))
    if method["service"] != ALL_SERVICES:
        method["service"] = f"{city.services.get(method['service'], '')} ({method['service']})"
    told = [f"{tr(str(word))}: {_plain(method[key])}" for key, word in _LINES if method.get(key) not in (None, "", [])]
    for one in method.get("parameters", ()):
        name, value = str(one["parameter"]), one["value"]
        told.append(f"{parameter_word(name)}: {value_words(name, value)} ({_why(one)})")
    told += [str(note) for note in method.get("notes", ())]
    told.append(f"{tr('Zones in the answer')}: {words.count(len(answer.polygons_wkb))}")
    return "\n".join(told)


def _plain(value: Any) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value))
    return f"{value:.4g}" if isinstance(value, float) else str(value)
