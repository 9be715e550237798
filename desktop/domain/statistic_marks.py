"""The kinds of zones that each statistic tells apart: word, step of a ramp, dot, letter, order. For screen and files.

Shape says it, colour repeats it: what is not significant is an outline, the surest have a dot, patterns have letters.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from desktop.domain.language import ENGLISH, MINUS, THIN_SPACE, Language, span
from desktop.domain.translatable import QT_TRANSLATE_NOOP

Floats = NDArray[np.float64]
Ramp = Literal["diverging", "sequential", "none"]
CONTEXT = "Statistics"
OUTLINE: Ramp = "none"
RAMP_STEPS = 7
MIDDLE = 3  # of the diverging ramp
VALUE_CLASSES = 5
MOST_DECIMALS = 6
WIDEST_Q = 0.10  # of a class of Gi*
NONE = "not significant"
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
    """How zones of a kind are called and drawn: a step of a ramp (0 to 6), "none" for an outline only.

    `dot`: the surest of their side. `sign`: a letter in the zone, so that the kind does not hang on its hue alone.
    `name`: the class as columns have it. `always`: a legend lists it where no zone is of it, too, for it is a step of a
    scale; other kinds are listed where there are any.
    """

    word: str
    ramp: Ramp
    step: int = MIDDLE
    dot: bool = False
    sign: str = ""
    name: str = ""
    always: bool = True


@dataclass(frozen=True, slots=True)
class LegendLine:
    """A line of a legend: a kind by its number, its mark, how many zones are of it; None where they are not counted."""

    kind: int
    mark: Mark
    count: int | None


def legend(marks: Sequence[Mark], counts: Sequence[int] | None) -> tuple[LegendLine, ...]:
    """What every legend lists, in this order. `counts`: of the zones of each kind; None where none are told."""
    if counts is None:
        return tuple(LegendLine(at, mark, None) for at, mark in enumerate(marks))
    held = enumerate(zip(marks, counts, strict=True))
    return tuple(LegendLine(at, mark, count) for at, (mark, count) in held if count or mark.always)


@dataclass(frozen=True, slots=True, eq=False)
class Marked:
    """The kinds of an answer, the highest first as in a legend, and the number of each zone's kind.

    `counted`: whether zones are counted by kind; the cells of a surface are not, for nobody asked about them.
    """

    marks: tuple[Mark, ...]
    of: NDArray[np.int64]
    counted: bool = True

    def counts(self) -> tuple[int, ...] | None:
        """How many zones are of each kind."""
        return tuple(np.bincount(self.of, minlength=len(self.marks)).tolist()) if self.counted else None

    def legend(self) -> tuple[LegendLine, ...]:
        """What a legend lists."""
        return legend(self.marks, self.counts())

    def words(self) -> tuple[str, ...]:
        """What each kind is called."""
        return tuple(mark.word for mark in self.marks)

    def zones_of(self, kind: int) -> tuple[int, ...]:
        """The zones of a kind."""
        return tuple(np.flatnonzero(self.of == kind).tolist())

    def zones_named(self, name: str) -> tuple[int, ...]:
        """The zones of a class by its name in the columns."""
        return tuple(zone for at, mark in enumerate(self.marks) if mark.name == name for zone in self.zones_of(at))

    def zones_at(self, side: int) -> tuple[int, ...]:
        """The zones of kinds on one side of a diverging ramp: 1 hot or more, -1 cold or fewer."""
        sides = np.array([np.sign(mark.step - MIDDLE) if mark.ramp == "diverging" else 0 for mark in self.marks])
        return tuple(np.flatnonzero(sides[self.of] == side).tolist())

    @property
    def rank(self) -> Floats:
        """How much each zone stands out, 0 for not at all; of values, whether there is one."""
        return np.array([_rank(mark) for mark in self.marks], dtype=np.float64)[self.of]


def _rank(mark: Mark) -> int:
    return abs(mark.step - MIDDLE) if mark.ramp == "diverging" else int(mark.ramp != OUTLINE)


def _mark(name: str, word: str, step: int = MIDDLE, sign: str = "", *, dot: bool = False, always: bool = True) -> Mark:
    return Mark(word, OUTLINE if step == MIDDLE else "diverging", step, dot, sign, name, always)


GI_STAR = (
    _mark("hot q<=0.01", QT_TRANSLATE_NOOP("Statistics", "Hot, q ≤ {0}"), 6, dot=True),
    _mark("hot q<=0.05", QT_TRANSLATE_NOOP("Statistics", "Hot, q ≤ {0}"), 5),
    _mark("hot q<=0.10", QT_TRANSLATE_NOOP("Statistics", "Hot, q ≤ {0}"), 4),
    _mark("not significant", QT_TRANSLATE_NOOP("Statistics", "Not significant")),
    _mark("cold q<=0.10", QT_TRANSLATE_NOOP("Statistics", "Cold, q ≤ {0}"), 2),
    _mark("cold q<=0.05", QT_TRANSLATE_NOOP("Statistics", "Cold, q ≤ {0}"), 1),
    _mark("cold q<=0.01", QT_TRANSLATE_NOOP("Statistics", "Cold, q ≤ {0}"), 0, dot=True),
    _mark("not tested", QT_TRANSLATE_NOOP("Statistics", "Not tested: no exposure"), sign="×", always=False),
)
MORAN = (
    _mark(
        "high among high", QT_TRANSLATE_NOOP("Statistics", "High among high"), 6, QT_TRANSLATE_NOOP("Statistics", "HH")
    ),
    _mark(
        "high among low", QT_TRANSLATE_NOOP("Statistics", "High among low"), 4, QT_TRANSLATE_NOOP("Statistics", "HL")
    ),
    _mark("not significant", QT_TRANSLATE_NOOP("Statistics", "Not significant")),
    _mark(
        "low among high", QT_TRANSLATE_NOOP("Statistics", "Low among high"), 2, QT_TRANSLATE_NOOP("Statistics", "LH")
    ),
    _mark("low among low", QT_TRANSLATE_NOOP("Statistics", "Low among low"), 0, QT_TRANSLATE_NOOP("Statistics", "LL")),
    _mark("not tested", QT_TRANSLATE_NOOP("Statistics", "Not tested: no exposure"), sign="×", always=False),
)
COMPARE = (
    _mark("more", QT_TRANSLATE_NOOP("Statistics", "More than expected"), 5, "+"),
    _mark("not significant", QT_TRANSLATE_NOOP("Statistics", "No clear change")),
    _mark("fewer", QT_TRANSLATE_NOOP("Statistics", "Fewer than expected"), 1, "−"),
)
# Of each pattern: how far from the middle of the ramp; its letter, and its words hot and cold.
_FAR = {
    "new": 2,
    "consecutive": 2,
    "intensifying": 3,
    "persistent": 3,
    "diminishing": 2,
    "sporadic": 1,
    "oscillating": 1,
    "historical": 1,
}
_PATTERNS = {
    "new": (
        QT_TRANSLATE_NOOP("Statistics", "N"),
        QT_TRANSLATE_NOOP("Statistics", "New hot spot"),
        QT_TRANSLATE_NOOP("Statistics", "New cold spot"),
    ),
    "consecutive": (
        QT_TRANSLATE_NOOP("Statistics", "C"),
        QT_TRANSLATE_NOOP("Statistics", "Consecutive hot spot"),
        QT_TRANSLATE_NOOP("Statistics", "Consecutive cold spot"),
    ),
    "intensifying": (
        QT_TRANSLATE_NOOP("Statistics", "I"),
        QT_TRANSLATE_NOOP("Statistics", "Intensifying hot spot"),
        QT_TRANSLATE_NOOP("Statistics", "Intensifying cold spot"),
    ),
    "persistent": (
        QT_TRANSLATE_NOOP("Statistics", "P"),
        QT_TRANSLATE_NOOP("Statistics", "Persistent hot spot"),
        QT_TRANSLATE_NOOP("Statistics", "Persistent cold spot"),
    ),
    "diminishing": (
        QT_TRANSLATE_NOOP("Statistics", "D"),
        QT_TRANSLATE_NOOP("Statistics", "Diminishing hot spot"),
        QT_TRANSLATE_NOOP("Statistics", "Diminishing cold spot"),
    ),
    "sporadic": (
        QT_TRANSLATE_NOOP("Statistics", "S"),
        QT_TRANSLATE_NOOP("Statistics", "Sporadic hot spot"),
        QT_TRANSLATE_NOOP("Statistics", "Sporadic cold spot"),
    ),
    "oscillating": (
        QT_TRANSLATE_NOOP("Statistics", "O"),
        QT_TRANSLATE_NOOP("Statistics", "Oscillating hot spot"),
        QT_TRANSLATE_NOOP("Statistics", "Oscillating cold spot"),
    ),
    "historical": (
        QT_TRANSLATE_NOOP("Statistics", "H"),
        QT_TRANSLATE_NOOP("Statistics", "Historical hot spot"),
        QT_TRANSLATE_NOOP("Statistics", "Historical cold spot"),
    ),
}
EMERGING = (
    *(
        _mark(f"{name} hot spot", hot, MIDDLE + _FAR[name], sign, always=False)
        for name, (sign, hot, _) in _PATTERNS.items()
    ),
    _mark("no pattern", QT_TRANSLATE_NOOP("Statistics", "No pattern"), always=False),
    *(
        _mark(f"{name} cold spot", cold, MIDDLE - _FAR[name], sign, always=False)
        for name, (sign, _, cold) in reversed(_PATTERNS.items())
    ),
)
CLASSES = {"gi_star": GI_STAR, "moran": MORAN, "emerging": EMERGING, "compare": COMPARE}
# Of a single step of time: what was hot or cold in it.
STEP = (
    _mark("hot", QT_TRANSLATE_NOOP("Statistics", "Hot in this step"), 5, "+"),
    _mark(NONE, QT_TRANSLATE_NOOP("Statistics", "Not significant")),
    _mark("cold", QT_TRANSLATE_NOOP("Statistics", "Cold in this step"), 1, "−"),
)
NO_VALUE = Mark(QT_TRANSLATE_NOOP("Statistics", "No exposure"), OUTLINE, name="no exposure", always=False)


def in_words(marks: Sequence[Mark], language: Language) -> tuple[Mark, ...]:
    """Marks as a language calls them; a class up to a q has it in its word."""
    made = []
    for mark in marks:
        q = [language.number(_q_of(mark.name), 2)] if "<=" in mark.name else []
        made.append(replace(mark, word=language.say(mark.word, *q), sign=language.say(mark.sign) if mark.sign else ""))
    return tuple(made)


def _q_of(name: str) -> float:
    return float(name.split("<=")[1])


def marked(statistic: str, columns: Mapping[str, Any], language: Language = ENGLISH, cut_q: float = WIDEST_Q) -> Marked:
    """The kinds of an answer and each zone's; Gi* shows classes up to `cut_q` alone.

    KeyError for another statistic, ValueError for a class that has no name.
    """
    if statistic == "density":
        return _surface(np.asarray(columns[VALUE[statistic]], dtype=np.float64), language)
    if statistic in BY_VALUE:
        return by_value(np.asarray(columns[VALUE[statistic]], dtype=np.float64), language)
    marks = CLASSES[statistic]
    place = {mark.name: at for at, mark in enumerate(marks)}
    told = np.asarray(columns["class"]).astype(str).tolist()
    if unknown := sorted(set(told) - set(place)):
        raise ValueError(f"there is no class {unknown[0]!r}")
    of = np.array([place[name] for name in told], dtype=np.int64)
    if statistic == "gi_star":
        of[np.isin(of, [place[name] for name in place if _weaker(name, cut_q)])] = place[NONE]
    return Marked(in_words(marks, language), of)


def _weaker(name: str, cut_q: float) -> bool:
    return "<=" in name and _q_of(name) > cut_q + 1e-9


def by_value(value: Floats, language: Language = ENGLISH) -> Marked:
    """Classes of values that hold about as many each, parted at round numbers; an outline where no value is known."""
    known = np.isfinite(value)
    nothing = in_words((NO_VALUE,), language)
    if not known.any():
        return Marked(nothing, np.zeros(len(value), dtype=np.int64))
    edges = breaks(value[known])
    marks = _spans(edges, language)
    last = len(marks) - 1
    steps = [MIDDLE] if not last else np.linspace(1, RAMP_STEPS - 1, len(marks)).round().astype(int).tolist()
    of = np.full(len(value), len(marks), dtype=np.int64)
    of[known] = last - np.clip(np.searchsorted(edges, value[known], side="right") - 1, 0, last)
    drawn = [replace(mark, step=step) for mark, step in zip(marks, steps, strict=True)]
    return Marked((*reversed(drawn), *nothing), of)


def breaks(value: Floats, classes: int = VALUE_CLASSES) -> Floats:
    """Edges of classes at round numbers near the quantiles, ascending and distinct; two where all values are alike."""
    low, high = float(value.min()), float(value.max())
    if high <= low:
        return np.full(2, float(f"{low:.3g}"))
    unit = 10.0 ** np.floor(np.log10((high - low) / classes) - 1)
    inner = np.unique(np.round(np.quantile(value, np.arange(1, classes) / classes) / unit) * unit)
    bottom, top = np.floor(low / unit) * unit, np.ceil(high / unit) * unit
    return np.concatenate([[bottom], inner[(inner > low) & (inner < high)], [top]])


def _surface(value: Floats, language: Language) -> Marked:
    """A density in equal steps, all of the ramp, for a surface is read by its height."""
    edges = density_edges(value)
    marks = [replace(mark, step=step) for step, mark in enumerate(_spans(edges, language))]
    last, low = marks[-1], edges[-2:-1]
    marks[-1] = replace(last, word=f"≥ {_told(low, language)[0]}", name=f">= {_plain(_told(low, ENGLISH)[0])}")
    return Marked(tuple(reversed(marks)), len(marks) - 1 - step_of(value, edges).astype(np.int64), counted=False)


def density_edges(value: Floats, steps: int = RAMP_STEPS) -> Floats:
    """Edges of equal round steps from 0; all but one value in a thousand lie below the last, for one may be far off."""
    known = value[np.isfinite(value)]
    top = float(np.quantile(known, 0.999)) if len(known) else 0.0
    top = top if top > 0.0 else 1.0
    unit = 10.0 ** np.floor(np.log10(top / steps))
    width = next(width for width in unit * np.array([1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10, 15]) if width * steps >= top)
    return np.asarray(width * np.arange(steps + 1))


def step_of(value: Floats, edges: Floats) -> NDArray[np.int64]:
    """The step of each value from the lowest, the highest for all above the last edge; of nan the lowest."""
    return np.clip(np.searchsorted(edges, np.nan_to_num(value), side="right") - 1, 0, len(edges) - 2)


def _spans(edges: Floats, language: Language) -> list[Mark]:
    """A mark for each class from the lowest, its word as the language writes figures, its name as files do."""
    words, names = _told(edges, language), [_plain(word) for word in _told(edges, ENGLISH)]
    return [
        Mark(span(low, high) if low != high else low, "sequential", name=f"{first}-{last}" if first != last else first)
        for (low, high), (first, last) in zip(pairwise(words), pairwise(names), strict=True)
    ]


def _plain(figure: str) -> str:
    return figure.replace(THIN_SPACE, "").replace(MINUS, "-")


def _told(edges: Floats, language: Language) -> list[str]:
    """The edges, with no more decimals than they have."""
    enough = (n for n in range(MOST_DECIMALS + 1) if np.allclose(np.round(edges, n), edges, rtol=1e-9, atol=1e-12))
    decimals = next(enough, MOST_DECIMALS)
    return [language.number(edge, decimals) for edge in edges.tolist()]
