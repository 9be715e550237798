"""Tested cells as GeoJSON, GeoPackage or a page, with the method, parameters, seed and date written in the file."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from data.connectors.safe_csv import whole_file
from data.errors import RefusedInput
from desktop.reports.layer_files import write_gpkg

ENDINGS = (".geojson", ".gpkg", ".html")


def write_hotspots(
    path: Path,
    columns: Mapping[str, Any],
    polygons_wkb: Sequence[bytes],
    method: Mapping[str, Any],
    *,
    city_name: str = "",
) -> None:
    """Write every cell that took part, zeros too, by the file's ending; whole or not at all."""
    ending = path.suffix.lower()
    if ending == ".geojson":
        _write_geojson(path, columns, polygons_wkb, method)
    elif ending == ".gpkg":
        _write_gpkg(path, columns, polygons_wkb, method)
    elif ending == ".html":
        from desktop.reports.map_page import Cells, MapPage, write_map_page

        title = f"{city_name}, hotspots" if city_name else "Hotspots"
        cells = Cells(
            tuple(polygons_wkb), tuple(str(name) for name in columns["class"]), tuple(map(int, columns["count"]))
        )
        write_map_page(path, MapPage(title, method_words(method), cells=cells))
    else:
        raise RefusedInput(f"{path.name} does not tell its kind; end it with one of {', '.join(ENDINGS)}.")


def method_words(method: Mapping[str, Any]) -> str:
    """The method in one line."""
    period = f"{method.get('from') or 'the beginning'} to {method.get('to') or 'the end'}"
    return (
        f"{method['statistic']}, {method['grid']} cells of {method['cell_m']} m, {method['neighbours']}, "
        f"variance {method['variance']}, {method['permutations']} permutations, seed {method['seed']}, "
        f"{method['correction']}. {method['service']}, {period}, {method['requests']} requests. "
        f"Computed {method['computed_at']}."
    )


def _write_geojson(
    path: Path, columns: Mapping[str, Any], polygons_wkb: Sequence[bytes], method: Mapping[str, Any]
) -> None:
    import shapely

    shapes = [json.loads(text) for text in shapely.to_geojson(shapely.from_wkb(list(polygons_wkb)))]
    plain = {name: _plain(values) for name, values in columns.items()}
    with whole_file(path) as stream:
        head = json.dumps({"type": "FeatureCollection", "method": dict(method)}, ensure_ascii=False)
        stream.write(head[:-1] + ', "features": [\n')
        for at, shape in enumerate(shapes):
            told = {name: values[at] for name, values in plain.items()}
            feature = {"type": "Feature", "geometry": shape, "properties": told}
            stream.write((",\n" if at else "") + json.dumps(feature, ensure_ascii=False))
        stream.write("\n]}\n")


def _plain(values: Any) -> list[Any]:
    """A column as JSON values; what is not a number is null."""
    return [
        None if isinstance(value, float) and not np.isfinite(value) else value for value in np.asarray(values).tolist()
    ]


def _write_gpkg(
    path: Path, columns: Mapping[str, Any], polygons_wkb: Sequence[bytes], method: Mapping[str, Any]
) -> None:
    import geopandas
    import pandas
    import shapely

    cells = geopandas.GeoDataFrame(dict(columns), geometry=shapely.from_wkb(list(polygons_wkb)), crs=4326)
    told = pandas.DataFrame({"key": list(method), "value": [str(value) for value in method.values()]})
    note = geopandas.GeoDataFrame(told, geometry=[None] * len(told), crs=4326)
    write_gpkg(path, {"hotspots": cells, "method": note})
