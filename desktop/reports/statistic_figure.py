"""An answer about where and when as every file shows it: words, kinds with colours, zones with their places."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from desktop.domain.act_words import headed
from desktop.domain.language import ENGLISH, Language
from desktop.domain.statistic_marks import OUTLINE, VALUE, Mark, Marked
from desktop.domain.statistic_words import COLUMNS, cell_words, count_word, figure_word

TOKENS = Path(__file__).parents[1] / "views" / "assets" / "tokens.json"
INK, PALE = "#14181D", "#FFFFFF"
# What is told of a zone where a pointer rests on it, beside its count.
TOLD = (
    "before",
    "expected",
    "exposure",
    "rate_by_exposure",
    "rate_smoothed",
    "ratio",
    "gi_z",
    "moran_i",
    "hot_steps",
    "cold_steps",
    "trend_tau",
    "p_sim",
    "q_fdr",
    "per_km2",
)


@dataclass(frozen=True, slots=True, eq=False)
class StatisticFigure:
    """All that is written of an answer. Columns, polygons (degrees), `places` and `marked.of` are by zone.

    `places`: the neighbourhood in which the middle of a zone lies, empty outside of all. `lines`: the method.
    """

    title: str
    subtitle: str
    lines: tuple[str, ...]
    method: Mapping[str, Any]
    columns: Mapping[str, Any]
    polygons_wkb: Sequence[bytes]
    marked: Marked
    places: Sequence[str]
    boundary_wkb: bytes | None = None
    extras: Mapping[str, Any] = field(default_factory=dict)
    language: Language = ENGLISH

    @property
    def statistic(self) -> str:
        """The statistic's name."""
        return str(self.method["statistic"])

    @property
    def value(self) -> NDArray[np.float64]:
        """What each zone is shown by."""
        return np.asarray(self.columns[VALUE[self.statistic]], dtype=np.float64)

    def zone_name(self, at: int) -> str:
        """Cell 1 207, Orchard Park; of an area its name."""
        own, place = self._own_name(at), self.places[at]
        return f"{own}, {place}" if place and place != own else own

    def _own_name(self, at: int) -> str:
        cell = int(self.columns["cell"][at])
        told = str(self.columns["name"][at]) if "name" in self.columns else f"cell {cell}"
        return headed(cell_words(cell, self.language)) if told == f"cell {cell}" else told

    def told_columns(self) -> list[tuple[str, str]]:
        """The columns of which a zone is told: their names and words."""
        counts = [("count", count_word(str(self.method["counts"]), self.language))] if "count" in self.columns else []
        further = [(name, self.language.say(COLUMNS[name])) for name in TOLD if name in self.columns]
        return counts + further

    def told(self, at: int) -> list[tuple[str, str]]:
        """What is said of a zone: name and figure."""
        figures = [(word, self.columns[name][at]) for name, word in self.told_columns()]
        told = [(word, figure_word(value.item(), self.language)) for word, value in figures]
        return [(word, figure) for word, figure in told if figure]


@lru_cache(maxsize=1)
def ramps() -> Mapping[str, Sequence[str]]:
    """The look's ramps for paper and light pages."""
    told = json.loads(TOKENS.read_text(encoding="utf-8"))["ramps"]
    return {name: tuple(told[name]["light"]) for name in ("diverging", "sequential")}


def colour(mark: Mark) -> str | None:
    """The fill of a kind; None where it is an outline."""
    return None if mark.ramp == OUTLINE else ramps()[mark.ramp][mark.step]


def ink_on(fill: str | None) -> str:
    """What is read on a fill: dark or light, by its relative luminance (WCAG 2)."""
    if fill is None:
        return INK
    parts = [int(fill[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    luminance = float(np.dot((0.2126, 0.7152, 0.0722), linear))
    return PALE if luminance < 0.18 else INK
