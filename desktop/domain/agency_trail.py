"""The departments that a request had before its present one: their keys in order, parted by spaces."""

from __future__ import annotations

MOST_CHARACTERS = 400  # what went through more hands than that keeps the last ones


def moved(trail: str, left: int) -> str:
    """The trail of a request that leaves a department."""
    longer = f"{trail} {left}".strip()
    while len(longer) > MOST_CHARACTERS:
        longer = longer.partition(" ")[2]
    return longer


def moves(trail: str) -> int:
    """How often a request went from one department to another."""
    return len(trail.split())


def returns(trail: str, present: int | None) -> int:
    """How often a request came back to a department that it had left."""
    stops = trail.split() + ([] if present is None else [str(present)])
    return len(stops) - len(set(stops))
