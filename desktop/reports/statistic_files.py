"""An answer about where and when as GeoJSON, GeoPackage or CSV: every zone that took part, zeros too, and how."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from data.connectors.safe_csv import safe_cell, whole_file
from desktop.domain.plain_text import readable
from desktop.domain.statistic_words import ratio_notes
from desktop.reports.layer_files import write_gpkg
from desktop.reports.statistic_figure import StatisticFigure

LAYER = "hotspots"


def write_geojson(path: Path, figure: StatisticFigure) -> None:
    """A collection with the method as a member of its own; what is not a number is null."""
    import shapely

    shapes = shapely.to_geojson(shapely.from_wkb(list(figure.polygons_wkb))).tolist()
    plain = {name: _plain(values) for name, values in _columns(figure).items()}
    with whole_file(path) as stream:
        told = {"title": figure.title, "method": dict(figure.method), "method_text": list(figure.lines)}
        head = json.dumps({"type": "FeatureCollection", **told, **_steps(figure)}, ensure_ascii=False)
        stream.write(head[:-1] + ', "features": [\n')
        for at, shape in enumerate(shapes):
            properties = json.dumps({name: values[at] for name, values in plain.items()}, ensure_ascii=False)
            feature = f'{{"type": "Feature", "geometry": {shape}, "properties": {properties}}}'
            stream.write((",\n" if at else "") + feature)
        stream.write("\n]}\n")


def write_geopackage(path: Path, figure: StatisticFigure) -> None:
    """A layer of zones, named hotspots whatever the statistic is, and one of the method, without geometry."""
    import geopandas
    import pandas
    import shapely

    shapes = shapely.from_wkb(list(figure.polygons_wkb))
    zones = geopandas.GeoDataFrame(_columns(figure), geometry=shapes, crs=4326)
    named = [("title", figure.title), *((name, str(value)) for name, value in figure.method.items())]
    named += [("text", line) for line in figure.lines]
    told = pandas.DataFrame(named, columns=["key", "value"])
    note = geopandas.GeoDataFrame(told, geometry=[None] * len(told), crs=4326)
    write_gpkg(path, {LAYER: zones, "method": note})


def write_table(path: Path, figure: StatisticFigure) -> None:
    """A table for spreadsheets: lines of the method, each behind a #, then a row for each zone with its middle."""
    import shapely

    middle = shapely.point_on_surface(shapely.from_wkb(list(figure.polygons_wkb)))
    columns = _columns(figure) | {
        "longitude": shapely.get_x(middle).round(6),
        "latitude": shapely.get_y(middle).round(6),
    }
    with whole_file(path) as stream:
        out = csv.writer(stream, lineterminator="\n", quoting=csv.QUOTE_NONNUMERIC)  # a # in a name begins no comment
        stream.writelines(f"# {_comment(line)}\n" for line in (figure.title, figure.subtitle, *figure.lines))
        out.writerow(columns)
        out.writerows(_rows(columns))


def _comment(line: str) -> str:
    """A line that is one cell whoever reads it: no comma, no quote, no break."""
    return " ".join(readable(line).split()).replace(",", ";").replace('"', "'")


def _rows(columns: dict[str, Any]) -> Iterator[list[object]]:
    plain = [_plain(values) for values in columns.values()]
    for row in zip(*plain, strict=True):
        yield [safe_cell(readable(value) if isinstance(value, str) else value) for value in row]


def _columns(figure: StatisticFigure) -> dict[str, Any]:
    """The answer's columns, each zone's neighbourhood, and of values without classes the span they are shown in."""
    columns = {**figure.columns, "place": np.array(list(figure.places), dtype=object)}
    if "ratio" in columns:
        columns["ratio_note"] = ratio_notes(np.asarray(columns["ratio"], dtype=np.float64))
    if "class" not in columns:
        names = np.array([mark.name for mark in figure.marked.marks], dtype=object)
        columns["shown_as"] = names[figure.marked.of]
    return columns


def _steps(figure: StatisticFigure) -> dict[str, Any]:
    """What each zone held in each step of time, where there are steps."""
    if "counts" not in figure.extras:
        return {}
    names = [name for name in ("edges", "counts", "side") if name in figure.extras]
    return {"steps": {name: np.asarray(figure.extras[name]).tolist() for name in names}}


def _plain(values: Any) -> list[Any]:
    """A column as plain values; what is not a number is None."""
    return [
        None if isinstance(value, float) and not np.isfinite(value) else value for value in np.asarray(values).tolist()
    ]
