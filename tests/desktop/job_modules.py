"""Loads what jobs load when they run, for the process that the tests' workers are forked from."""

import geopandas  # noqa: F401
import numba  # noqa: F401
import pandas  # noqa: F401
import pyvrp  # noqa: F401
import scipy.stats  # noqa: F401
import sklearn.neighbors  # noqa: F401

import desktop.operations.make_demo
import desktop.operations.spatial_answers  # noqa: F401
import geo.duplicates
import geo.hotspots
import geo.service_areas
import geo.vrp  # noqa: F401
from desktop.operations.entry import _operations

_operations()
