"""Requests of an invented city with the incidents that were planted: what every law of such cities gives."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class PlantedRequests:
    """Columns of equal length, ordered by time; located requests only. `incident` is the truth."""

    x_m: NDArray[np.float64]
    y_m: NDArray[np.float64]
    requested_s: NDArray[np.float64]
    closed_s: NDArray[np.float64]  # nan: still open
    service: NDArray[np.int64]
    incident: NDArray[np.int64]
