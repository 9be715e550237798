"""How an answer came to its parameters: each with its value and why, as data that a screen can word."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

GIVEN = "given"
BY_DEFAULT = "default"
REASONS = {
    GIVEN: "as asked",
    BY_DEFAULT: "the default",
    "requests_a_cell": "so that a cell holds {requests_a_cell:g} on average",
    "most_cells": "so that there are at most {most_cells:,} cells",
    "narrowest": "no narrower: a block is about so wide",
    "widest": "no wider: a neighbourhood is about so wide, though cells hold few",
    "edge": "cells that share an edge",
    "contiguity": "areas that touch",
    "reaches_classes": "enough to reach the strictest class, p <= {strictest}",
    "steps_and_counts": "the shortest step with {least_a_step:g} a step on average; {steps} steps",
    "fewest_steps": "the longest step that still gives {steps} steps, though bins hold few",
    "likelihood": "predicts left-out places best (likelihood cross-validation)",
    "likelihood_bound": "the best within bounds; the data ask for one beyond",
    "exposure_layer": "evenly spread within each area; {outside:,.0f} lie in no zone",
    "bursts": "the dispersion and a little more, for it is uncertain",
    "bursts_unknown": "too few zones hold enough to know of bursts",
    "by_exposure": "counts are held against what is expected at the exposure",
}


@dataclass(frozen=True, slots=True)
class Chosen:
    """A parameter, its value, the code of the reason (see REASONS), and the figures the reason speaks of."""

    parameter: str
    value: float | int | str
    reason: str
    figures: Mapping[str, float | int | str] = field(default_factory=dict)

    def words(self) -> str:
        """The reason in words."""
        return REASONS[self.reason].format_map(dict(self.figures))

    def plain(self) -> dict[str, object]:
        """For a file."""
        return {
            "parameter": self.parameter,
            "value": self.value,
            "reason": self.reason,
            "why": self.words(),
            "figures": dict(self.figures),
        }
