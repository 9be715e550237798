"""A job that is too big for a shift is done in parts, one a day: how many, how long each is, which one is next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

# Of a shift without its break: what is left to work at one place after driving there and back and some slack.
WORK_SHARE = 0.85
_MINUTE = 60


@dataclass(frozen=True, slots=True)
class Part:
    """Part `number` of `count`, of this length."""

    number: int
    count: int
    service_s: int


def longest_work_s(shifts: Sequence[tuple[int, int, int]]) -> int:
    """What a crew can work at one place in a day: of the longest of shifts (start, end, break, in seconds)."""
    return max((int((end - start - pause) * WORK_SHARE) for start, end, pause in shifts), default=0)


def next_part(service_s: int, longest_s: int, done: Sequence[tuple[int, int]] = ()) -> Part | None:
    """The part that is next, all parts alike; None for a job that fits into one day and was not begun in parts.

    `done` are the parts that were finished, in order, each as (number, count): a part of n is an n-th of what was left
    when it was planned. What is left is divided anew, for the shift may be another one.
    """
    left, number = float(service_s), 0
    for part, count in done:
        ahead = max(1, count - part + 1)
        left -= left / ahead
        number = part
    if longest_s <= 0 or (not done and left <= longest_s):
        return None
    if left < _MINUTE:
        return Part(number + 1, number + 1, _MINUTE)  # somebody said that more is to do
    ahead = ceil(left / longest_s)
    return Part(number + 1, number + ahead, ceil(left / ahead / _MINUTE) * _MINUTE)
