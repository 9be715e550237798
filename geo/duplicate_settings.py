"""What a search for duplicates is told, and what it answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from geo.errors import GeoError

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class DuplicateSettings:
    """How near is near, and from what score on reports belong together.

    `service_affinity` says for two services how readily one thing is reported under both (0 never, 1 as readily as
    under one); without an entry different services never go together. `repeats` is how many further reports a thing
    draws on average, `scatter_m` and `delay_h` how those scatter about it (standard deviation along an axis) and how
    late they come (mean).
    """

    radius_m: float = 60.0
    window_h: float = 14 * 24.0
    threshold: float = 0.5
    extent_m: float = 100.0  # no two members of a group are further apart
    span_h: float = 30 * 24.0  # nor from its first to its last report
    scatter_m: float = 14.0
    delay_h: float = 3 * 24.0
    repeats: float = 0.5
    closed_factor: float = 0.03  # odds that a report repeats one that was closed by then, against one still open
    same_asset_odds: float = 30.0  # times as likely when both name one asset: a number read off a post is seldom wrong
    other_asset_odds: float = 0.001  # and when they name two of one layer: nearly proof of two things
    text_weight: float = 1.0  # log odds between texts that say the same and texts of nothing in common, halved
    service_affinity: Mapping[tuple[int, int], float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        positive = ("radius_m", "window_h", "extent_m", "span_h", "scatter_m", "delay_h", "repeats", "closed_factor",
                    "same_asset_odds", "other_asset_odds")  # fmt: skip
        faults = [f"{name} must be more than 0" for name in positive if not getattr(self, name) > 0.0]
        if not 0.0 <= self.threshold <= 1.0:
            faults.append("threshold must be between 0 and 1")
        if any(not 0.0 <= factor <= 1.0 for factor in self.service_affinity.values()):
            faults.append("an affinity of services must be between 0 and 1")
        if faults:
            raise GeoError(f"The settings for duplicates cannot be used: {'; '.join(faults)}.")


@dataclass(frozen=True, slots=True)
class Groups:
    """For each report its group and how well it fits; both of shape [reports].

    `group` is the row of the group's earliest report (of equal times the lower row where the reports are alike in
    all), -1 for a report alone. `score` is the report's mean pair score with the others of its group, 0 alone.
    """

    group: Ints
    score: Floats


class Candidates(NamedTuple):
    """Reports that a new one may repeat, best first: their rows and scores from 0 to 1."""

    row: Ints
    score: Floats
