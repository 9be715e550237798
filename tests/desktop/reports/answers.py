"""Answers about where and when for tests of screens and files: four zones of each statistic, with all columns."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely

from desktop.operations.spatial_statistics import StatisticAnswer

HOSTILE = '=HYPERLINK("http://x.example"),# </script><script>alert(1)</script>'
CLASSES = {
    "gi_star": ["hot q<=0.01", "not significant", "cold q<=0.05", "not tested"],
    "moran": ["high among high", "not significant", "low among high", "low among low"],
    "emerging": ["new hot spot", "no pattern", "historical cold spot", "persistent hot spot"],
    "compare": ["more", "not significant", "fewer", "not significant"],
}
VALUE = np.array([4.25, 1.5, -2.0, np.nan])
SHARE = np.array([0.001, 0.5, 0.031, np.nan])
STEPS = np.array([3, 0, 1, 2])
# The columns of each statistic beside cell, name, count and class.
COLUMNS: dict[str, dict[str, Any]] = {
    "gi_star": {"gi_z": VALUE, "p_sim": SHARE, "q_fdr": SHARE},
    "moran": {"moran_i": VALUE, "p_sim": SHARE, "q_fdr": SHARE},
    "emerging": {"trend_z": VALUE, "trend_tau": VALUE / 5, "trend_p": SHARE, "hot_steps": STEPS, "cold_steps": STEPS},
    "rates": {
        "exposure": np.array([2.5, 1.0, 3.0, 0.0]),
        "rate_by_exposure": np.abs(VALUE),
        "rate_smoothed": np.abs(VALUE),
        "smoothed_low": np.abs(VALUE) / 2,
        "smoothed_high": np.abs(VALUE) * 2,
    },
    "compare": {"before": np.array([12, 3, 19, 2]), "expected": VALUE + 5, "ratio": VALUE, "q_fdr": SHARE},
    "density": {"per_km2": np.array([9.0, 1.5, 0.0, 30.0])},
}


def answer_of(statistic: str) -> StatisticAnswer:
    """Four zones, one of them with a hole, one of two parts, one with a hostile name, one without a value."""
    ring = shapely.box(-71.0, 42.0, -70.98, 42.02).difference(shapely.box(-70.995, 42.005, -70.985, 42.015))
    parts = shapely.union_all([shapely.box(-70.98, 42.0, -70.97, 42.02), shapely.box(-70.965, 42.0, -70.96, 42.01)])
    shapes = [ring, parts, shapely.box(-71.0, 42.02, -70.98, 42.04), shapely.box(-70.98, 42.02, -70.96, 42.04)]
    columns = {
        "cell": np.arange(4),
        "name": np.array(["North", HOSTILE, "cell 2", "cell 3"]),
        "count": np.array([38, 0, 7, 2]),
        **COLUMNS[statistic],
    }
    if statistic in CLASSES:
        columns["class"] = np.array(CLASSES[statistic])
    method = {
        "statistic": statistic, "zones": "hexagon", "counts": "incidents", "exposure": "km2", "permutations": 99,
        "seed": 20261013, "service": "all services", "from": "2026-07-01", "to": None, "requests": 1871,
        "counted": 1104, "repeats": 767, "correction": "Benjamini-Hochberg", "notes": [HOSTILE], "cell_m": 178.0,
        "parameters": [{"parameter": "cell_m", "value": 178.0, "reason": "given", "why": "as asked", "figures": {}}],
        "computed_at": "2026-10-13T12:00:00+00:00", "source": "Getis and Ord 1992",
    }  # fmt: skip
    return StatisticAnswer(columns, tuple(shapely.to_wkb(shape) for shape in shapes), method)
