"""Which requests a person ticked: one bit a row of the snapshot, so that everything is ticked as quickly as one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from data.columns import Columns


class Ticks:
    """Positions in one snapshot. What is not shown is never ticked: an act reaches nothing that nobody sees."""

    def __init__(self) -> None:
        self._columns: Columns | None = None
        self._on: NDArray[np.bool_] = np.empty(0, dtype=bool)
        self.count = 0

    def follow(self, columns: Columns, order: NDArray[np.int32]) -> None:
        """Another snapshot or another filter: those that are still shown stay ticked."""
        if self.count == 0:
            self._on = np.empty(0, dtype=bool)
        elif self._columns is not columns:
            assert self._columns is not None
            found = columns.positions(self._columns.id[self._on])
            self._on = np.zeros(len(columns.id), dtype=bool)
            self._on[found[found >= 0]] = True
        self._columns = columns
        if self.count:
            shown = np.zeros(len(columns.id), dtype=bool)
            shown[order] = True
            self._on &= shown
            self.count = int(self._on.sum())

    def holds(self, at: int) -> bool:
        """Whether a position is ticked."""
        return self.count > 0 and bool(self._on[at])

    def held_of(self, order: NDArray[np.int32]) -> NDArray[np.int32]:
        """The ticked positions of an order, in its order."""
        return order[self._on[order]] if self.count else order[:0]

    def set(self, at: Any, *, on: bool) -> None:
        """Tick positions, or take their ticks away."""
        if self._columns is None:
            return
        if not len(self._on):
            self._on = np.zeros(len(self._columns.id), dtype=bool)
        self._on[at] = on
        self.count = int(self._on.sum())

    def clear(self) -> None:
        """Nothing is ticked."""
        self._on = np.empty(0, dtype=bool)
        self.count = 0
