"""How urgent a job is, 0 to 100: what its service is worth, its deadline in working time, reports, a storm."""

from __future__ import annotations

from dataclasses import dataclass
from math import log2

NEAR_DAYS = 3.0  # working days before the deadline from which on it counts
AT_DEADLINE, OVERDUE = 20, 30  # points at the deadline, and as soon as it has passed
A_DAY_LATE, MOST_LATE = 1, 10
A_DOUBLING, MOST_REPORTS = 5, 15  # for twice as many reports of one thing
IN_STORM = 10


@dataclass(frozen=True, slots=True)
class Urgency:
    """The points of a job and where they are from; together they may be beyond 100, `priority` is not."""

    own: int
    deadline: int
    reports: int
    storm: int

    @property
    def priority(self) -> int:
        """0 to 100."""
        return max(0, min(100, self.own + self.deadline + self.reports + self.storm))


def urgency(own: int, working_days_left: float | None, reports: int = 1, *, storm: bool = False) -> Urgency:
    """What a job's urgency is made of.

    own: the priority of its service, or the one that a rule gave it. working_days_left: to the deadline, negative past
    it, in the city's working days; None without one. reports: of the same incident.
    """
    told = min(MOST_REPORTS, round(A_DOUBLING * log2(max(1, reports))))
    return Urgency(own, deadline_points(working_days_left), told, IN_STORM if storm else 0)


def deadline_points(working_days_left: float | None) -> int:
    """None far from it, rising evenly to AT_DEADLINE; OVERDUE at once after it, and more with each day."""
    if working_days_left is None or working_days_left >= NEAR_DAYS:
        return 0
    if working_days_left >= 0:
        return round(AT_DEADLINE * (1 - working_days_left / NEAR_DAYS))
    return OVERDUE + min(MOST_LATE, int(-working_days_left * A_DAY_LATE))
