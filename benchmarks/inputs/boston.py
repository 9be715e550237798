"""Boston's requests of 2011 and what its staff wrote about them, as columns; None where the real data is absent."""

from __future__ import annotations

import os
import zipfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.crs import to_metres

FOLDER = Path(os.environ.get("OPSMAP_SHARED_DATA", Path(__file__).resolve().parents[3] / "shared" / "data"))
EPSG = 26986
DEFAULT_POINT = ("42.3594", "-71.0587")


@dataclass(frozen=True, slots=True)
class Boston:
    """Located requests only; `pairs` are rows of the links that staff recorded."""

    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    x_m: NDArray[np.float64]
    y_m: NDArray[np.float64]
    requested_s: NDArray[np.float64]
    closed_s: NDArray[np.float64]
    service: NDArray[np.int64]
    police_district: NDArray[np.object_]
    staff: NDArray[np.bool_]  # entered by employees
    address: list[str]
    description: list[str]  # the form's own title, as the store has it
    pairs: NDArray[np.int64]


def read_boston() -> Boston | None:
    """The columns, or None where the folder of real data is not there."""
    path = FOLDER / "requests" / "boston_311_2011_jul_oct.zip"
    if not path.exists():
        return None
    with zipfile.ZipFile(path) as file:
        rows = pd.read_csv(file.open(file.namelist()[0]), dtype=str)
    default = (rows["latitude"] == DEFAULT_POINT[0]) & (rows["longitude"] == DEFAULT_POINT[1])
    rows = rows[~default].reset_index(drop=True)
    lon, lat = (rows[name].astype(float).to_numpy() for name in ("longitude", "latitude"))
    place = {key: i for i, key in enumerate(rows["case_enquiry_id"])}
    links = pd.read_csv(path.with_name("boston_311_2011_jul_oct_duplicates.csv"), dtype=str)
    ends = zip(links["child"], links["parent"], strict=True)
    return Boston(
        lon,
        lat,
        *to_metres(lon, lat, EPSG),
        _seconds(rows["open_dt"]),
        _seconds(rows["closed_dt"]),
        pd.factorize(rows["type"])[0],
        rows["police_district"].to_numpy(dtype=object),
        (rows["source"] == "Employee Generated").to_numpy(),
        rows["location"].fillna("").tolist(),
        rows["case_title"].fillna("").tolist(),
        np.array([(place[a], place[b]) for a, b in ends if a in place and b in place]),
    )


def _seconds(column: pd.Series[str]) -> NDArray[np.float64]:
    times = pd.to_datetime(column).to_numpy("datetime64[s]")
    return np.where(np.isnat(times), np.nan, times.astype("int64"))
