"""What speaks for and against two reports being of one incident, and how much: log odds by the kind of evidence."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from geo.duplicate_laws import LATELY_S
from geo.report_order import HOUR_S, Floats, Ints32

if TYPE_CHECKING:
    from geo.duplicate_index import CandidateIndex

EVIDENCE = (
    "distance", "delay", "state", "services", "place", "text", "address", "asset", "staff", "reporter", "photo",
)  # fmt: skip
SLOT = {name: at for at, name in enumerate(EVIDENCE)}


def law_evidence(index: CandidateIndex, earlier: Ints32, later: Ints32) -> Floats:
    """What each of EVIDENCE adds to the log odds of pairs of places in the index, [pairs, EVIDENCE]; they sum to them.

    Natural logarithms. `distance` and `delay` are against a report that falls anywhere within the radius and the window
    alike, `place` is less the logarithm of the reports that the place brings forth there by chance; `services` tells
    how often the earlier report's service is reported again, and how readily under the later one's.
    """
    from geo.duplicate_judging_kernels import pair_parts

    parts = pair_parts(earlier, later, *index.told, *index.tables, LATELY_S)
    found = np.zeros((len(earlier), len(EVIDENCE)))
    found[:, : parts.shape[1]] = parts
    log_area = np.log(np.pi * index.settings.radius_m**2)
    log_window = np.log(index.settings.window_h * HOUR_S)
    found[:, SLOT["distance"]] += log_area
    found[:, SLOT["delay"]] += log_window
    found[:, SLOT["place"]] -= log_area + log_window
    for name, odds in index.said(earlier, later):
        found[:, SLOT[name]] += odds
    return found
