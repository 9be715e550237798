"""A raster in metres laid out in web mercator keeps its values where they are."""

from __future__ import annotations

import numpy as np
from pyproj import Transformer

from geo.web_raster import web_raster

EPSG = 25832


def test_each_place_keeps_its_value() -> None:
    """Looked up by EPSG:3857 coordinates worked out by pyproj, a pixel has the value of the cell that holds it."""
    x, y = np.meshgrid(460_000.0 + 250.0 * np.arange(30), 5_930_000.0 + 250.0 * np.arange(20))
    values = np.arange(x.size, dtype=float)
    keep = np.random.default_rng(3).random(x.size) > 0.2  # a boundary leaves cells out
    made = web_raster(x.ravel()[keep], y.ravel()[keep], values[keep], 250.0, EPSG)
    to_web = Transformer.from_crs(EPSG, 3857, always_xy=True)
    web = Transformer.from_crs(4326, 3857, always_xy=True)
    (west, east), (south, north) = web.transform([made.west, made.east], [made.south, made.north])
    rows, columns = made.values.shape
    at_x, at_y = to_web.transform(x.ravel(), y.ravel())
    column = ((np.array(at_x) - west) / (east - west) * columns).astype(int)
    row = ((north - np.array(at_y)) / (north - south) * rows).astype(int)
    found = made.values[row, column]
    assert np.array_equal(found[keep], values[keep])
    assert np.isnan(found[~keep]).all()
    assert np.isnan(made.values).any()


def test_one_cell_is_a_raster_too() -> None:
    """A single cell fills the middle of its box."""
    made = web_raster(np.array([460_000.0]), np.array([5_930_000.0]), np.array([7.0]), 500.0, EPSG)
    assert made.west < made.east
    assert made.south < made.north
    assert np.nanmax(made.values) == 7.0
