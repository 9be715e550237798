"""A city of one street of 660 m, and the files of a day in it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from data.store import Store
from desktop.operations.import_streets import StreetImport, import_streets
from desktop.operations.work import Work
from tests.desktop.reports.days import found

Line = Sequence[tuple[float, float]]  # longitudes and latitudes


def take_streets(work: Work, folder: Path, lines: Mapping[str, Line]) -> None:
    """Import residential streets by their names."""
    features = [
        {
            "type": "Feature",
            "properties": {"name": name, "highway": "residential"},
            "geometry": {"type": "LineString", "coordinates": line},
        }
        for name, line in lines.items()
    ]
    path = folder / "streets.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    import_streets(work, StreetImport(path))


def day_on_one_street(store: Store, folder: Path, crews: str, jobs: str) -> Work:
    """The city with its street, and `crews.csv` and `jobs.csv` in the folder."""
    made = found(store)
    take_streets(made, folder, {"Cooper Road": [(8.56, 53.54), (8.57, 53.54)]})
    (folder / "crews.csv").write_text(crews)
    (folder / "jobs.csv").write_text(jobs)
    return made
