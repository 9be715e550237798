"""The kinds of zones that each statistic tells apart: word, hue and letter, in the order of the legend from below."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from PySide6.QtCore import QCoreApplication

from desktop.map.messages import CellKind
from desktop.views import format as words
from desktop.views.neighbourhoods.question import COMPARE, EMERGING, GI_STAR, MORAN, RATES
from desktop.views.neighbourhoods.state import KindLine, KindMark

NONE = "not significant"
GI_CLASSES = (
    "cold q<=0.01",
    "cold q<=0.05",
    "cold q<=0.10",
    NONE,
    "hot q<=0.10",
    "hot q<=0.05",
    "hot q<=0.01",
)
NOT_TESTED = "not tested"  # of zones without exposure
MORAN_CLASSES = ("low among low", "low among high", NONE, "high among low", "high among high")
COMPARE_CLASSES = ("fewer", NONE, "more")
PATTERNS = ("historical", "oscillating", "sporadic", "diminishing", "persistent", "intensifying", "consecutive", "new")
NO_PATTERN = "no pattern"
EMERGING_CLASSES = (
    *(f"{name} cold spot" for name in PATTERNS),
    NO_PATTERN,
    *(f"{name} hot spot" for name in PATTERNS),
)
STEP_CLASSES = ("cold", NONE, "hot")
RATE_STEPS = 6  # of the sequential ramp; its palest is the ground of zones that hold next to nothing
_STRENGTH = {"persistent": 2, "intensifying": 2, "new": 1, "consecutive": 1, "diminishing": 1}  # of the deepest hue


def tr(text: str) -> str:
    """The words of this file in the language of the window."""
    return QCoreApplication.translate("Kinds", text)


@dataclass(frozen=True, slots=True, eq=False)
class Kinds:
    """The kinds of an answer and the number of each zone's; `told` how much a kind stands out, 0 for not at all."""

    kinds: tuple[CellKind, ...]
    of: np.ndarray
    told: tuple[float, ...]

    def lines(self) -> tuple[KindLine, ...]:
        """For a legend: what is highest first, with counts."""
        counts = np.bincount(self.of, minlength=len(self.kinds))
        lines = [KindLine(kind.word, at, mark_of(kind), int(counts[at])) for at, kind in enumerate(self.kinds)]
        return tuple(reversed(lines))

    def words(self) -> tuple[str, ...]:
        """What each kind is called."""
        return tuple(kind.word for kind in self.kinds)

    def zones_of(self, kind: int) -> tuple[int, ...]:
        """The zones of a kind."""
        return tuple(np.flatnonzero(self.of == kind).tolist())

    def zones_at(self, side: int) -> tuple[int, ...]:
        """The zones of kinds on one side of a diverging ramp: 1 hot or more, -1 cold or fewer."""
        sides = np.array([np.sign(kind.step - 3) if kind.ramp == "diverging" else 0 for kind in self.kinds])
        return tuple(np.flatnonzero(sides[self.of] == side).tolist())

    @property
    def rank(self) -> np.ndarray:
        """How much each zone stands out."""
        return np.asarray(self.told, dtype=float)[self.of] if len(self.of) else np.zeros(0)


def mark_of(kind: CellKind) -> KindMark:
    """The mark of a kind, as panes draw it."""
    return KindMark(kind.ramp, kind.step, kind.dot, kind.sign)


def kinds_of(statistic: str, columns: Mapping[str, Any], cut_q: float = 0.10) -> Kinds:
    """The kinds of an answer. Gi* shows classes up to `cut_q` alone. ValueError for a class that has no name."""
    if statistic == RATES:
        return rate_kinds(np.asarray(columns["rate_smoothed"], dtype=float))
    kinds, names = {
        GI_STAR: (gi_kinds(), GI_CLASSES),
        MORAN: (moran_kinds(), MORAN_CLASSES),
        EMERGING: (emerging_kinds(), EMERGING_CLASSES),
        COMPARE: (compare_kinds(), COMPARE_CLASSES),
    }[statistic]
    told = np.asarray(columns["class"]).astype(str)
    if (told == NOT_TESTED).any():
        kinds, names = (CellKind(tr("Not tested: no exposure"), "none", 3, sign="×"), *kinds), (NOT_TESTED, *names)
    place = {name: at for at, name in enumerate(names)}
    of = np.array([class_index(name, place) for name in told.tolist()], dtype=np.int64)
    if statistic == GI_STAR:
        weak = [at for at, name in enumerate(names) if "<=" in name and float(name.split("<=")[1]) > cut_q + 1e-9]
        of[np.isin(of, weak)] = place[NONE]
    return Kinds(kinds, of, tuple(_told(kind) for kind in kinds))


def class_index(name: str, place: Mapping[str, int]) -> int:
    """The number of a class; ValueError for a name that is none."""
    if name not in place:
        raise ValueError(f"there is no class {name!r}")
    return place[name]


def _told(kind: CellKind) -> float:
    return 0.0 if kind.ramp == "none" else float(abs(kind.step - 3))


def gi_kinds() -> tuple[CellKind, ...]:
    """The classes of Gi*, cold to hot."""
    said = (
        tr("Cold, q ≤ 0.01"),
        tr("Cold, q ≤ 0.05"),
        tr("Cold, q ≤ 0.10"),
        tr("Not significant"),
        tr("Hot, q ≤ 0.10"),
        tr("Hot, q ≤ 0.05"),
        tr("Hot, q ≤ 0.01"),
    )
    return tuple(
        CellKind(word, "none" if step == 3 else "diverging", step, dot=step in (0, 6)) for step, word in enumerate(said)
    )


def moran_kinds() -> tuple[CellKind, ...]:
    """The quadrants of local Moran, those that are significant: alike deep, unlike pale, each with its letters."""
    return (
        CellKind(tr("Low among low"), "diverging", 0, sign=tr("LL")),
        CellKind(tr("Low among high"), "diverging", 2, sign=tr("LH")),
        CellKind(tr("Not significant"), "none", 3),
        CellKind(tr("High among low"), "diverging", 4, sign=tr("HL")),
        CellKind(tr("High among high"), "diverging", 6, sign=tr("HH")),
    )


def compare_kinds() -> tuple[CellKind, ...]:
    """Fewer, more, or not told apart, at a false discovery rate of 5 %."""
    return (
        CellKind(tr("Fewer than expected"), "diverging", 1, sign="−"),
        CellKind(tr("No clear change"), "none", 3),
        CellKind(tr("More than expected"), "diverging", 5, sign="+"),
    )


def step_kinds() -> tuple[CellKind, ...]:
    """A step of time: hot, cold or neither."""
    return (
        CellKind(tr("Cold in this step"), "diverging", 1, sign="−"),
        CellKind(tr("Not significant"), "none", 3),
        CellKind(tr("Hot in this step"), "diverging", 5, sign="+"),
    )


def emerging_kinds() -> tuple[CellKind, ...]:
    """The 17 classes of emerging hot spots, each side with the letter of its pattern."""
    said = _pattern_words()
    cold = [CellKind(said[name][1], "diverging", 2 - _STRENGTH.get(name, 0), sign=said[name][2]) for name in PATTERNS]
    hot = [CellKind(said[name][0], "diverging", 4 + _STRENGTH.get(name, 0), sign=said[name][2]) for name in PATTERNS]
    return (*cold, CellKind(tr("No pattern"), "none", 3), *hot)


def _pattern_words() -> Mapping[str, tuple[str, str, str]]:
    """Of each pattern: hot, cold, its letter."""
    return {
        "new": (tr("New hot spot"), tr("New cold spot"), tr("N")),
        "consecutive": (tr("Consecutive hot spot"), tr("Consecutive cold spot"), tr("C")),
        "intensifying": (tr("Intensifying hot spot"), tr("Intensifying cold spot"), tr("I")),
        "persistent": (tr("Persistent hot spot"), tr("Persistent cold spot"), tr("P")),
        "diminishing": (tr("Diminishing hot spot"), tr("Diminishing cold spot"), tr("D")),
        "sporadic": (tr("Sporadic hot spot"), tr("Sporadic cold spot"), tr("S")),
        "oscillating": (tr("Oscillating hot spot"), tr("Oscillating cold spot"), tr("O")),
        "historical": (tr("Historical hot spot"), tr("Historical cold spot"), tr("H")),
    }


def rate_kinds(rate: np.ndarray) -> Kinds:
    """Rates in classes that hold about as many zones each, parted at round numbers; an outline without exposure."""
    known = np.isfinite(rate)
    edges = rate_breaks(rate[known])
    decimals = decimals_for(edges)
    told = [words.number(edge, decimals) for edge in edges]
    spans = [words.span(low, high) for low, high in pairwise(told)]
    steps = np.linspace(1, RATE_STEPS, len(spans)).round().astype(int).tolist() if len(spans) > 1 else [3]
    kinds = (
        CellKind(tr("No exposure"), "none"),
        *(CellKind(span, "sequential", step) for span, step in zip(spans, steps, strict=True)),
    )
    of = np.zeros(len(rate), dtype=np.int64)
    of[known] = 1 + np.clip(np.searchsorted(edges, rate[known], side="right") - 1, 0, max(0, len(spans) - 1))
    return Kinds(kinds, of, tuple(float(at) for at in range(len(kinds))))


def rate_breaks(rate: np.ndarray, classes: int = 5) -> np.ndarray:
    """Edges of classes from the least to the greatest, ascending and distinct; two where all rates are the same."""
    if not len(rate):
        return np.array([0.0, 1.0])
    low, high = float(rate.min()), float(rate.max())
    if high <= low:
        return np.array([low, high])
    unit = 10.0 ** np.floor(np.log10((high - low) / classes) - 1)
    inner = np.unique(np.round(np.quantile(rate, np.arange(1, classes) / classes) / unit) * unit)
    inner = inner[(inner > low) & (inner < high)]
    return np.concatenate([[np.floor(low / unit) * unit], inner, [np.ceil(high / unit) * unit]])


def decimals_for(edges: np.ndarray) -> int:
    """The fewest decimals that say edges as they are, at most four."""
    return next((at for at in range(4) if np.allclose(np.round(edges, at), edges, rtol=0.0, atol=1e-9)), 4)
