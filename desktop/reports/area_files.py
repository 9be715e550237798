"""A layer of areas as GeoPackage, GeoJSON or Shapefile, such as our own import reads again."""

from __future__ import annotations

import tempfile
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

from data.errors import RefusedInput, StoreFailure, one_line
from desktop.reports.layer_files import write_gpkg

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
        _beside(path, frame, shapefile=ending == ".zip")
    else:
        raise RefusedInput(f"{path.name} does not tell its kind; end it with one of {', '.join(ENDINGS)}.")


def _beside(path: Path, frame: geopandas.GeoDataFrame, *, shapefile: bool) -> None:
    import pyogrio

    try:
        with tempfile.TemporaryDirectory(dir=path.parent, ignore_cleanup_errors=True) as folder:
            whole = Path(folder) / path.name
            if shapefile:
                made = Path(folder) / f"{path.stem}.shp"
                frame.to_file(made, driver="ESRI Shapefile", encoding="utf-8")
                with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
                    for part in sorted(made.parent.glob(f"{made.stem}.*")):
                        if part != whole:
                            archive.write(part, part.name)
            else:
                frame.to_file(whole, driver="GeoJSON", COORDINATE_PRECISION=15)
            whole.replace(path)
    except OSError as fault:
        raise StoreFailure(
            f"{path} could not be written ({fault.strerror}); make room or choose another folder."
        ) from fault
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError, RuntimeError) as fault:
        raise StoreFailure(
            f"{path} could not be written ({one_line(fault)}); make room or choose another folder."
        ) from fault
