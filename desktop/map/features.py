"""What a view of the map holds: requests drawn one by one, and clusters; as columns for the page."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Statuses = NDArray[np.uint8]

MISSING = -(2**63)  # the moment that is none, as in data.columns
PLAIN, SOON, OVERDUE, CLOSED = 0, 1, 2, 3  # what a point says about its deadline


@dataclass(frozen=True, slots=True, eq=False)
class Points:
    """Requests drawn one by one. An open incident is one point that stands for `stands_for` requests of the view."""

    id: Ints
    x: Floats
    y: Floats
    status: NDArray[np.uint8]
    deadline: NDArray[np.uint8]  # PLAIN, SOON, OVERDUE, CLOSED
    service_id: NDArray[np.int32]
    share_left: Floats  # of the working time from opening to deadline, 0 to 1; -1 without a deadline
    due_ms: Ints
    reports: Ints  # in the whole incident; 1 without one
    stands_for: Ints

    @classmethod
    def none(cls) -> Points:
        """No points."""
        return cls(*(np.zeros(0, dtype=np.int64) for _ in fields(cls)))  # type: ignore[arg-type]

    def to_json(self) -> dict[str, list[Any]]:
        """Column by column, for the page; times in seconds, 0 without a deadline."""
        return {
            "id": self.id.tolist(),
            "x": np.round(self.x, 10).tolist(),
            "y": np.round(self.y, 10).tolist(),
            "status": self.status.tolist(),
            "deadline": self.deadline.tolist(),
            "service": self.service_id.tolist(),
            "share": np.round(self.share_left, 3).tolist(),
            "due": np.where(self.due_ms == MISSING, 0, self.due_ms // 1000).tolist(),
            "reports": self.reports.tolist(),
        }


@dataclass(frozen=True, slots=True, eq=False)
class Clusters:
    """Cells that hold too much to be drawn one by one."""

    level: Ints
    key: Ints  # of the cell, unique within its level
    x: Floats
    y: Floats
    count: Ints
    open: Ints
    overdue: Ints
    stacked: Bools  # all at one exact point: no zoom parts them

    @classmethod
    def none(cls) -> Clusters:
        """No clusters."""
        return cls(*(np.zeros(0, dtype=np.int64) for _ in fields(cls)))  # type: ignore[arg-type]

    def to_json(self) -> dict[str, list[Any]]:
        """Column by column, for the page."""
        return {
            "level": self.level.tolist(),
            "key": self.key.tolist(),
            "x": np.round(self.x, 10).tolist(),
            "y": np.round(self.y, 10).tolist(),
            "count": self.count.tolist(),
            "open": self.open.tolist(),
            "overdue": self.overdue.tolist(),
            "stacked": self.stacked.tolist(),
        }


@dataclass(frozen=True, slots=True, eq=False)
class Answer:
    """Points and clusters of the cells that a view touches; `total` counts their requests."""

    points: Points
    clusters: Clusters
    total: int

    def to_json(self) -> dict[str, Any]:
        """For the page."""
        return {
            "points": self.points.to_json(),
            "clusters": self.clusters.to_json(),
            "total": self.total,
        }


def together(a: Clusters, b: Clusters) -> Clusters:
    """Both, one after the other."""
    return Clusters(*(np.concatenate([getattr(a, f.name), getattr(b, f.name)]) for f in fields(Clusters)))
