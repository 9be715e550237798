"""Layers of square areas, for tests of zones."""

from __future__ import annotations

import numpy as np
import shapely

from geo.crs import shape_to_degrees
from geo.zones import Zones, area_zones

UTM = 32619


def squares(side: int = 4, gap_m: float = 0.0, width_m: float = 500.0) -> np.ndarray:
    """Side by side squares in metres, so far apart."""
    step = width_m + gap_m
    west, south = (values.ravel() * step for values in np.meshgrid(np.arange(side), np.arange(side)))
    west, south = west + 330_000, south + 4_690_000
    return np.asarray(shapely.box(west, south, west + width_m, south + width_m))


def layer_of(shapes_m: np.ndarray, **options: object) -> Zones:
    """Zones of shapes in metres, named by number."""
    wkb = [bytes(shapely.to_wkb(shape_to_degrees(shape, UTM))) for shape in shapes_m]
    return area_zones([f"Area {i}" for i in range(len(wkb))], wkb, UTM, **options)  # type: ignore[arg-type]
