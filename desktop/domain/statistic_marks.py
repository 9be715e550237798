"""How the zones of an answer about where and when are told apart: word, step of a ramp, dot, sign. For every output.

Shape says it, colour repeats it: what is not significant is an outline, the surest have a dot, patterns have letters.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from desktop.domain.act_words import QT_TRANSLATE_NOOP

Floats = NDArray[np.float64]
Ramp = Literal["diverging", "sequential", "none"]
CONTEXT = "Statistics"
OUTLINE = "none"
RAMP_STEPS = 7
VALUE_CLASSES = 5
# What each statistic's zones are told by: the column that is shown, and of those without classes its breaks.
VALUE = {
    "gi_star": "gi_z",
    "moran": "moran_i",
    "emerging": "trend_z",
    "rates": "rate_smoothed",
    "compare": "ratio",
    "density": "per_km2",
}
BY_VALUE = ("rates", "density")


@dataclass(frozen=True, slots=True)
class Mark:
    """How zones of a kind are drawn and called. `step` of the ramp: 0 to 6; `name`: the class as columns have it."""

    name: str
    word: str
    ramp: Ramp
    step: int = 3
    dot: bool = False
    sign: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Marked:
    """The kinds of an answer, the highest first as in a legend, and the number of each zone's kind."""

    marks: tuple[Mark, ...]
    of: NDArray[np.int64]

    def counts(self) -> tuple[int, ...]:
        """How many zones are of each kind."""
        return tuple(np.bincount(self.of, minlength=len(self.marks)).tolist())


def _mark(name: str, word: str, step: int = 3, sign: str = "", *, dot: bool = False) -> Mark:
    return Mark(name, word, "diverging" if step != 3 else "none", step, dot, sign)


GI_STAR = (
    _mark("hot q<=0.01", QT_TRANSLATE_NOOP("Statistics", "Hot, q ≤ 0.01"), 6, dot=True),
    _mark("hot q<=0.05", QT_TRANSLATE_NOOP("Statistics", "Hot, q ≤ 0.05"), 5),
    _mark("hot q<=0.10", QT_TRANSLATE_NOOP("Statistics", "Hot, q ≤ 0.10"), 4),
    _mark("not significant", QT_TRANSLATE_NOOP("Statistics", "Not significant")),
    _mark("cold q<=0.10", QT_TRANSLATE_NOOP("Statistics", "Cold, q ≤ 0.10"), 2),
    _mark("cold q<=0.05", QT_TRANSLATE_NOOP("Statistics", "Cold, q ≤ 0.05"), 1),
    _mark("cold q<=0.01", QT_TRANSLATE_NOOP("Statistics", "Cold, q ≤ 0.01"), 0, dot=True),
    _mark("not tested", QT_TRANSLATE_NOOP("Statistics", "Not tested, no exposure"), sign="×"),
)
MORAN = (
    _mark("high among high", QT_TRANSLATE_NOOP("Statistics", "High among high"), 6, "HH"),
    _mark("high among low", QT_TRANSLATE_NOOP("Statistics", "High among low"), 4, "HL"),
    _mark("not significant", QT_TRANSLATE_NOOP("Statistics", "Not significant")),
    _mark("low among high", QT_TRANSLATE_NOOP("Statistics", "Low among high"), 2, "LH"),
    _mark("low among low", QT_TRANSLATE_NOOP("Statistics", "Low among low"), 0, "LL"),
)
COMPARE = (
    _mark("more", QT_TRANSLATE_NOOP("Statistics", "More than expected"), 5, "+"),
    _mark("not significant", QT_TRANSLATE_NOOP("Statistics", "No clear change")),
    _mark("fewer", QT_TRANSLATE_NOOP("Statistics", "Fewer than expected"), 1, "−"),
)
# Of each pattern: how far from the middle of the ramp, its letter, and its words hot and cold.
_PATTERNS = (
    ("new", 2, "N", QT_TRANSLATE_NOOP("Statistics", "New hot spot"), QT_TRANSLATE_NOOP("Statistics", "New cold spot")),
    ("consecutive", 2, "C", QT_TRANSLATE_NOOP("Statistics", "Consecutive hot spot"),
     QT_TRANSLATE_NOOP("Statistics", "Consecutive cold spot")),
    ("intensifying", 3, "I", QT_TRANSLATE_NOOP("Statistics", "Intensifying hot spot"),
     QT_TRANSLATE_NOOP("Statistics", "Intensifying cold spot")),
    ("persistent", 3, "P", QT_TRANSLATE_NOOP("Statistics", "Persistent hot spot"),
     QT_TRANSLATE_NOOP("Statistics", "Persistent cold spot")),
    ("diminishing", 2, "D", QT_TRANSLATE_NOOP("Statistics", "Diminishing hot spot"),
     QT_TRANSLATE_NOOP("Statistics", "Diminishing cold spot")),
    ("sporadic", 1, "S", QT_TRANSLATE_NOOP("Statistics", "Sporadic hot spot"),
     QT_TRANSLATE_NOOP("Statistics", "Sporadic cold spot")),
    ("oscillating", 1, "O", QT_TRANSLATE_NOOP("Statistics", "Oscillating hot spot"),
     QT_TRANSLATE_NOOP("Statistics", "Oscillating cold spot")),
    ("historical", 1, "H", QT_TRANSLATE_NOOP("Statistics", "Historical hot spot"),
     QT_TRANSLATE_NOOP("Statistics", "Historical cold spot")),
)  # fmt: skip
EMERGING = (
    *(_mark(f"{name} hot spot", hot, 3 + far, sign) for name, far, sign, hot, _ in _PATTERNS),
    _mark("no pattern", QT_TRANSLATE_NOOP("Statistics", "No pattern")),
    *(_mark(f"{name} cold spot", cold, 3 - far, sign) for name, far, sign, _, cold in reversed(_PATTERNS)),
)
CLASSES = {"gi_star": GI_STAR, "moran": MORAN, "emerging": EMERGING, "compare": COMPARE}
NO_VALUE = QT_TRANSLATE_NOOP("Statistics", "No exposure")


def marked(statistic: str, columns: Mapping[str, Any]) -> Marked:
    """The kinds of an answer and each zone's. KeyError for a statistic or class that nobody knows."""
    if statistic in BY_VALUE:
        value = np.asarray(columns[VALUE[statistic]], dtype=np.float64)
        return by_value(value, even_breaks if statistic == "density" else breaks)
    marks = CLASSES[statistic]
    place = {mark.name: at for at, mark in enumerate(marks)}
    return Marked(marks, np.array([place[str(name)] for name in columns["class"]], dtype=np.int64))


def by_value(value: Floats, edges_of: Callable[[Floats], Floats]) -> Marked:
    """Classes of values parted at round numbers; an outline where no value is known."""
    known = np.isfinite(value)
    if not known.any():
        return Marked((Mark("", NO_VALUE, "none"),), np.zeros(len(value), dtype=np.int64))
    edges = edges_of(value[known])
    told = _edge_words(edges)
    spans = [f"{low}–{high}" if low != high else low for low, high in pairwise(told)]
    last = len(spans) - 1
    steps = [3] if not last else np.linspace(1, RAMP_STEPS - 1, len(spans)).round().astype(int).tolist()
    marks = [Mark(span, span, "sequential", step) for span, step in zip(spans, steps, strict=True)][::-1]
    of = np.full(len(value), len(marks), dtype=np.int64)
    of[known] = last - np.clip(np.searchsorted(edges, value[known], side="right") - 1, 0, last)
    if not known.all():
        marks.append(Mark("", NO_VALUE, "none"))
    return Marked(tuple(marks), of)


def breaks(value: Floats, classes: int = VALUE_CLASSES) -> Floats:
    """Edges of classes at round numbers near the quantiles, ascending and distinct; two where all values are alike."""
    low, high = float(value.min()), float(value.max())
    if high <= low:
        return np.array([low, high])
    unit = 10.0 ** np.floor(np.log10((high - low) / classes) - 1)
    inner = np.unique(np.round(np.quantile(value, np.arange(1, classes) / classes) / unit) * unit)
    bottom, top = np.floor(low / unit) * unit, np.ceil(high / unit) * unit
    return np.concatenate([[bottom], inner[(inner > low) & (inner < high)], [top]])


def even_breaks(value: Floats, classes: int = RAMP_STEPS - 1) -> Floats:
    """Edges from 0 in even round steps, at most so many classes: a surface is read by its height."""
    top = float(value.max())
    if top <= 0.0:
        return np.array([0.0, 0.0])
    power = 10.0 ** np.floor(np.log10(top / classes))
    enough = top / classes * (1 - 1e-12)
    step = next(power * unit for unit in (1.0, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 10.0) if power * unit >= enough)
    return np.asarray(np.arange(np.ceil(top / step - 1e-9) + 1.0) * step)


def _edge_words(edges: Floats) -> list[str]:
    """The edges, with no more decimals than they have."""
    decimals = next((n for n in range(7) if np.allclose(np.round(edges, n), edges, rtol=1e-9, atol=1e-12)), 6)
    return [f"{edge:,.{decimals}f}".replace(",", "\u2009").replace("-", "−") for edge in edges.tolist()]
