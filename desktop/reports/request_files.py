"""Requests as files that our own import reads again: CSV, GeoJSON, GeoPackage; streamed, whole or absent."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from data.connectors.safe_csv import whole_file, write_csv
from data.errors import RefusedInput
from desktop.reports.layer_files import write_gpkg

ENDINGS = (".csv", ".geojson", ".gpkg")
Row = Mapping[str, Any]


def write_requests(path: Path, columns: Sequence[str], rows: Iterable[Row]) -> int:
    """Write rows by the file's ending; returns how many. Every row has `lat` and `long`, None where unlocated."""
    count, ending = _Count(rows), path.suffix.lower()
    if ending == ".csv":
        write_csv(path, columns, ([row[name] for name in columns] for row in count))
    elif ending == ".geojson":
        _write_geojson(path, columns, count)
    elif ending == ".gpkg":
        _write_gpkg(path, columns, count)
    else:
        raise RefusedInput(f"{path.name} does not tell its kind; end it with one of {', '.join(ENDINGS)}.")
    return count.seen


class _Count:
    """Counts what passes."""

    def __init__(self, rows: Iterable[Row]) -> None:
        self._rows, self.seen = rows, 0

    def __iter__(self) -> Iterator[Row]:
        for row in self._rows:
            self.seen += 1
            yield row


def _write_geojson(path: Path, columns: Sequence[str], rows: Iterable[Row]) -> None:
    with whole_file(path) as stream:
        stream.write('{"type": "FeatureCollection", "features": [\n')
        for number, row in enumerate(rows):
            point = (
                None
                if row["lat"] is None or row["long"] is None
                else {"type": "Point", "coordinates": [row["long"], row["lat"]]}
            )
            feature = {"type": "Feature", "geometry": point, "properties": {name: row[name] for name in columns}}
            stream.write((",\n" if number else "") + json.dumps(feature, ensure_ascii=False, allow_nan=False))
        stream.write("\n]}\n")


def _write_gpkg(path: Path, columns: Sequence[str], rows: Iterable[Row]) -> None:
    import geopandas
    import pandas
    import shapely

    frame = pandas.DataFrame([dict(row) for row in rows], columns=list(dict.fromkeys([*columns, "lat", "long"])))
    points = np.asarray(shapely.points(frame["long"].astype(float), frame["lat"].astype(float)))
    points[frame["lat"].isna().to_numpy()] = None
    made = geopandas.GeoDataFrame(frame[list(columns)], geometry=points, crs=4326)
    write_gpkg(path, {"requests": made})
