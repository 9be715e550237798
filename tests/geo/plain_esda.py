"""The oracle esda, imported without compiling: for some hundred zones numpy takes less time than its compiler."""

from __future__ import annotations

import warnings
from typing import Any

import numba
import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    _was, numba.config.DISABLE_JIT = numba.config.DISABLE_JIT, True  # read where functions are decorated
    try:
        import esda.crand
        from esda.getisord import G_Local
        from esda.moran import Moran_Local
        from esda.smoothing import Empirical_Bayes, Spatial_Empirical_Bayes
        from libpysal.weights import KNN, Queen, W
    finally:
        numba.config.DISABLE_JIT = _was

esda.crand.boolean = np.bool_  # numba's own type, which plain numpy does not know

__all__ = [
    "KNN",
    "Empirical_Bayes",
    "G_Local",
    "Moran_Local",
    "Queen",
    "Spatial_Empirical_Bayes",
    "W",
    "peer",
    "weights",
]


def weights(starts: Ints, members: Ints) -> Any:
    """Neighbours as the oracle wants them."""
    near = {i: members[starts[i] : starts[i + 1]].tolist() for i in range(len(starts) - 1)}
    made = W(near, silence_warnings=True)
    made.id_order = list(range(len(near)))
    return made


def peer(kind: Any, *given: Any, **options: Any) -> Any:
    """Call an oracle without its warnings."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return kind(*given, **options)
