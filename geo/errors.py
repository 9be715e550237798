"""What can go wrong in a computation over places, told in one sentence: what, where, what to do."""

from __future__ import annotations


class GeoError(ValueError):
    """The input cannot be computed with; the message names every fault found and what to do."""
