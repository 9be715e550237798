"""Where the demo city lies, and one stream of random numbers for each concern."""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

CITY_NAME = "Rivermouth"
TIMEZONE = "Europe/Berlin"
CRS_EPSG = 25832
CENTRE_LONG, CENTRE_LAT = 8.5790, 53.5412
CITY_KM2 = 370.0
OSM_DECIMALS = 7  # what an OSM file keeps; everything drawn is rounded to it first, so that borders stay equal


@dataclass(frozen=True, slots=True)
class Streams:
    """One generator a concern: how many requests are drawn never moves a street."""

    terrain: np.random.Generator
    roads: np.random.Generator
    names: np.random.Generator
    areas: np.random.Generator
    people: np.random.Generator
    rates: np.random.Generator
    incidents: np.random.Generator
    times: np.random.Generator
    places: np.random.Generator
    texts: np.random.Generator
    answers: np.random.Generator
    reporters: np.random.Generator
    photos: np.random.Generator
    wording: np.random.Generator


def streams(seed: int) -> Streams:
    """Independent generators spawned from one seed (any whole number)."""
    names = [field.name for field in fields(Streams)]
    children = np.random.SeedSequence(seed % 2**64).spawn(len(names))
    return Streams(**{name: np.random.default_rng(child) for name, child in zip(names, children, strict=True)})


def one_stream(rng: np.random.Generator) -> Streams:
    """Every concern drawing from one generator, for what has no reproducible past."""
    return Streams(**{field.name: rng for field in fields(Streams)})


@lru_cache(maxsize=1)
def _projection() -> tuple[object, float, float]:
    import pyproj

    transformer = pyproj.Transformer.from_crs(4326, CRS_EPSG, always_xy=True)
    east, north = transformer.transform(CENTRE_LONG, CENTRE_LAT)
    return transformer, float(east), float(north)


def to_degrees(x_m: Floats, y_m: Floats) -> tuple[Floats, Floats]:
    """Longitude and latitude of metres east and north of the city's centre, in the city's projected CRS."""
    transformer, east, north = _projection()
    lon, lat = transformer.transform(x_m + east, y_m + north, direction="INVERSE")  # type: ignore[attr-defined]
    return np.asarray(lon, dtype=np.float64), np.asarray(lat, dtype=np.float64)


def to_metres(lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
    """Metres east and north of the city's centre of longitudes and latitudes."""
    transformer, east, north = _projection()
    x_m, y_m = transformer.transform(lon, lat)  # type: ignore[attr-defined]
    return np.asarray(x_m, dtype=np.float64) - east, np.asarray(y_m, dtype=np.float64) - north


def drawn(x_m: Floats, y_m: Floats) -> tuple[Floats, Floats]:
    """Longitude and latitude rounded as an OSM file keeps them."""
    lon, lat = to_degrees(x_m, y_m)
    return np.round(lon, OSM_DECIMALS), np.round(lat, OSM_DECIMALS)
