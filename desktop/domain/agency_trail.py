"""Which departments a request went through: their ids parted by spaces, in order, the present one apart."""

from __future__ import annotations

from collections.abc import Iterable


def appended(trail: str, former: int | None, present: int | None) -> str:
    """The trail once a request is of another department; the same one where it had none before, or has the same."""
    if former is None or former == present:
        return trail
    return f"{trail} {former}" if trail else str(former)


def appended_all(trails: Iterable[str], former: Iterable[int | None], present: Iterable[int | None]) -> list[str]:
    """The same of whole columns."""
    return [appended(*one) for one in zip(trails, former, present, strict=True)]


def departments(trail: str, present: int | None) -> list[int]:
    """All departments it was of, in order, the present one last. One that let go of it and took it again counts once.

    ValueError for what is no trail.
    """
    ids = [int(key) for key in trail.split()]
    whole = ids if present is None else [*ids, int(present)]
    return [key for at, key in enumerate(whole) if at == 0 or key != whole[at - 1]]


def moves(trail: str, present: int | None) -> int:
    """How often it went from one department to another."""
    return max(0, len(departments(trail, present)) - 1)


def returns(trail: str, present: int | None) -> int:
    """How often it came back to a department that it had left."""
    whole = departments(trail, present)
    return len(whole) - len(set(whole))
