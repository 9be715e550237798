"""A layer of areas as GeoPackage, GeoJSON or Shapefile, such as our own import reads again."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

from data.errors import RefusedInput
from desktop.reports.layer_files import put_when_whole, write_gpkg

if TYPE_CHECKING:
    import geopandas

ENDINGS = (".gpkg", ".geojson", ".zip")


def write_areas(path: Path, layer: str, frame: geopandas.GeoDataFrame) -> None:
    """Write areas (EPSG:4326) by the file's ending; `.zip` holds a Shapefile, whose five files belong together.

    RefusedInput for another ending, StoreFailure when it cannot be written. The file appears whole or not at all.
    """
    ending = path.suffix.lower()
    if ending == ".gpkg":
        write_gpkg(path, {layer: frame})
    elif ending in (".geojson", ".zip"):
        with put_when_whole(path) as beside:
            if ending == ".zip":
                _shapefile(beside, frame)
            else:
                frame.to_file(beside, driver="GeoJSON", COORDINATE_PRECISION=15)
    else:
        raise RefusedInput(f"{path.name} does not tell its kind; end it with one of {', '.join(ENDINGS)}.")


def _shapefile(beside: Path, frame: geopandas.GeoDataFrame) -> None:
    """A Shapefile in a zip archive; its parts stand beside it until they are in."""
    made = beside.with_suffix(".shp")
    frame.to_file(made, driver="ESRI Shapefile", encoding="utf-8")
    parts = sorted(part for part in made.parent.glob(f"{made.stem}.*") if part != beside)
    with zipfile.ZipFile(beside, "w", zipfile.ZIP_DEFLATED) as archive:
        for part in parts:
            archive.write(part, part.name)
