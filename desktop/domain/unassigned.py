"""Why nobody has a request, or why its department should be looked at."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from data.records import Placement


class Unassigned(StrEnum):
    """What is kept with a request in `assigned_kind`; empty where a department has it and nothing is doubtful."""

    UNLOCATED = "unlocated"
    OUTSIDE = "outside"  # of the city
    GAP = "gap"  # some layer serves it, but no area of it has the point
    NO_RULE = "no rule"  # no rule and no layer is for its service
    UNKNOWN_SERVICE = "unknown service"  # one that only an import has named, and nothing takes it
    FAULT = "fault"  # a rule could not be decided
    OVERLAP = "overlap"  # a department has it, and another one's area has its point too


UNLOCATED_REASONS: Mapping[str, str] = {
    Placement.MISSING.value: "The request has no coordinates.",
    Placement.INVALID.value: "Its coordinates are not a place on earth.",
    Placement.SWAPPED.value: "Its latitude and longitude look exchanged.",
    Placement.OUT_OF_TOWN.value: "It lies outside the city.",
    Placement.PLACEHOLDER.value: "Its point stands for 'not located'.",
}
NO_LAYERS = "No area layer names a department; import one with 'opsmap import areas FILE --agency-field FIELD'."
NO_AREA = "No service area covers its point."
NO_SERVICE = "No rule and no area layer is for its service."
