"""Map layers as GeoPackage, written beside their place and put there when they are whole."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from data.errors import StoreFailure, one_line

if TYPE_CHECKING:
    import geopandas


def write_gpkg(path: Path, layers: Mapping[str, geopandas.GeoDataFrame]) -> None:
    """Write layers by name; the file appears complete or not at all.

    StoreFailure when it cannot be written. GDAL does not always tell that a disk is full, so the rows are counted.
    """
    import pyogrio

    with put_when_whole(path) as beside:
        for name, frame in layers.items():
            frame.to_file(beside, driver="GPKG", layer=name)
        for name, frame in layers.items():
            if pyogrio.read_info(beside, layer=name, force_feature_count=True)["features"] != len(frame):
                raise StoreFailure(f"{path} could not be written whole; make room or choose another folder.")


@contextmanager
def put_when_whole(path: Path) -> Iterator[Path]:
    """Where GDAL may write, for it writes in place: a file in a folder beside, put in its place at the end.

    StoreFailure, and nothing is left, when it cannot be written.
    """
    import pyogrio

    try:
        with tempfile.TemporaryDirectory(dir=path.parent, ignore_cleanup_errors=True) as folder:
            beside = Path(folder) / path.name
            yield beside
            beside.replace(path)
    except OSError as fault:
        raise StoreFailure(
            f"{path} could not be written ({fault.strerror}); make room or choose another folder."
        ) from fault
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError, RuntimeError) as fault:
        raise StoreFailure(
            f"{path} could not be written ({one_line(fault)}); make room or choose another folder."
        ) from fault
