"""Morton codes: one number for a cell of a square grid, such that cells of coarser grids are runs of codes."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]


def morton(across: Ints, down: Ints) -> Ints:
    """Two numbers of up to 31 bits with their bits interleaved."""
    return (_spread(across) | (_spread(down) << 1)).astype(np.int64)


def unmorton(code: Ints) -> tuple[Ints, Ints]:
    """The two numbers of morton()."""
    return _gathered(code), _gathered(code >> 1)


_STEPS = ((16, 0x0000FFFF0000FFFF), (8, 0x00FF00FF00FF00FF), (4, 0x0F0F0F0F0F0F0F0F), (2, 0x3333333333333333))
_EVEN = 0x5555555555555555


def _spread(values: Ints) -> Ints:
    spread = values.astype(np.int64)
    for by, mask in (*_STEPS, (1, _EVEN)):
        spread = (spread | (spread << by)) & mask
    return spread


def _gathered(values: Ints) -> Ints:
    gathered = values & _EVEN
    for by, mask in zip((1, 2, 4, 8, 16), (*(mask for _, mask in reversed(_STEPS)), 0x00000000FFFFFFFF), strict=True):
        gathered = (gathered | (gathered >> by)) & mask
    return gathered
