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


# What is measured where staff decided (see `duplicate_odds`), in the order of duplicate_particulars.said_by_kind.
ODDS = ("staff_odds", "same_asset_odds", "other_asset_odds", "text_weight", "same_reporter_odds", "same_photo_odds")


class LearnedBounds(NamedTuple):
    """How near and soon reports of a service repeat, and the pairs that tell it: confirmed by staff, or beyond chance.

    See `duplicate_bounds`.
    """

    radius_m: float
    window_h: float
    pairs: int
    by_staff: bool


@dataclass(frozen=True, slots=True)
class DuplicateSettings:
    """How near is near, and from what score on reports belong together; what is likely is learned from the reports.

    `service_affinity` says for two services how readily one thing is reported under both (0 never, 1 as readily as
    under one), whatever the reports say; of services without an entry the reports decide. `by_service` narrows radius
    and window for some services; of two services in a pair the narrower bounds hold, and never wider ones than all's.
    `learned_bounds` does so for services that have none there: what is set always rules. None: nobody told them yet,
    and those of laws that are known hold (see `known_laws`).
    """

    radius_m: float = 80.0
    window_h: float = 21 * 24.0
    threshold: float = 0.4  # on an average over all pairs of a group, which the late ones lower
    extent_m: float = 150.0  # no two members of a group are further apart
    span_h: float = 60 * 24.0  # nor from its first to its last report
    same_asset_odds: float = 30.0  # times as likely when both name one asset: a number read off a post is seldom wrong
    other_asset_odds: float = 0.001  # and when they name two of one layer: nearly proof of two things
    staff_odds: float = 0.05  # where both were made by the city's own people, who seldom write a thing down twice
    text_weight: float = 1.0  # of the log odds by which texts speak: 0 for cities whose texts say nothing
    # Log odds by what two addresses have in common (geo.address_reading): another street, a crossing on the street, the
    # same street, a neighbouring number, the same. Fitted to Boston's links of July to September 2011 beside all else
    # that the laws weigh (logistic regression, a weight for each kind of evidence); October had no part in it.
    # The other odds are stated: a prior, which `duplicate_odds` moves by what a city's own staff decide.
    address_log_odds: tuple[float, float, float, float, float] = (-1.1, 0.0, -0.1, 0.8, 0.3)
    same_reporter_odds: float = 20.0  # one resident near and soon again: to repeat or to add; less for a busy one
    same_photo_odds: float = 50.0  # pictures alike to the eye are one picture, sent twice
    photo_bits: int = 10  # of 64 in which pictures alike may differ (dHash: Krawetz 2013, "Kind of like that")
    service_affinity: Mapping[tuple[int, int], float] = field(default_factory=dict)
    by_service: Mapping[int, tuple[float, float]] = field(default_factory=dict)  # radius_m, window_h below those of all
    learned_bounds: Mapping[int, LearnedBounds] | None = None

    def __post_init__(self) -> None:
        positive = ("radius_m", "window_h", "extent_m", "span_h", "same_asset_odds", "other_asset_odds", "staff_odds",
                    "same_reporter_odds", "same_photo_odds")  # fmt: skip
        faults = [f"{name} must be more than 0" for name in positive if not getattr(self, name) > 0.0]
        if not 0.0 <= self.threshold <= 1.0:
            faults.append("threshold must be between 0 and 1")
        if not all(np.isfinite((*self.address_log_odds, self.text_weight))):
            faults.append("address_log_odds and text_weight must be numbers")
        if any(not 0.0 <= factor <= 1.0 for factor in self.service_affinity.values()):
            faults.append("an affinity of services must be between 0 and 1")
        if not all(bound > 0.0 for bounds in self.by_service.values() for bound in bounds):
            faults.append("the radius and the window of a service must be more than 0")
        if faults:
            raise GeoError(f"The settings for duplicates cannot be used: {'; '.join(faults)}.")


class ScoredPairs(NamedTuple):
    """Pairs of rows with the probability that they are of one incident; the earlier report is `row_one`."""

    row_one: Ints
    row_other: Ints
    probability: Floats


@dataclass(frozen=True, slots=True)
class Groups:
    """For each report its group and how well it fits; both of shape [reports].

    `group` is the row of the group's earliest report (of equal times the lower row where the reports are alike in
    all), -1 for a report alone; a report without place or time names a group only of such. `score` is the report's
    mean pair score with the others of its group, 0 alone. `pairs` are the pairs within groups that scored more than
    next to nothing, each once; what staff confirmed is certain.
    """

    group: Ints
    score: Floats
    pairs: ScoredPairs


class Candidates(NamedTuple):
    """Reports that a new one may repeat, best first: their rows and scores from 0 to 1."""

    row: Ints
    score: Floats


def probability(log_odds: Floats) -> Floats:
    """The probability that log odds tell."""
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(log_odds, -700.0, 700.0))))


def affinity_of(learned: Floats, services: Ints, rule: DuplicateSettings) -> Floats:
    """How readily two services go together, both ways: what was set rules over what was learned."""
    table = learned.copy()
    place = {service: i for i, service in enumerate(services.tolist())}
    for (one, other), factor in rule.service_affinity.items():
        if one in place and other in place and one != other:
            table[place[one], place[other]] = table[place[other], place[one]] = factor
    return table
