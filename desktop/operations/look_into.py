"""Look into a file that somebody wants to import, in a worker: large files take their time."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from data.connectors.areas import area_fields
from data.connectors.assets import TABLES, asset_fields
from data.connectors.line_layers import street_fields
from data.connectors.preview import LayerPreview, RequestPreview, look_into_requests, preview_layer, preview_table
from data.connectors.streets import OSM_ENDINGS
from desktop.operations.work import Progress, ShouldStop

GUESSES = {"areas": area_fields, "streets": street_fields, "assets": asset_fields}


def look_into(
    kind: str,
    path: Path,
    columns: Mapping[str, str],
    encoding: str | None = None,
    *,
    progress: Progress,
    should_stop: ShouldStop,
) -> RequestPreview | LayerPreview | None:
    """What is in a file of requests, areas, assets or streets; None for what needs no look. RefusedInput.

    encoding: of the text of requests; guessed where nobody named it.
    """
    progress(None, f"Looking into {path.name}")
    if kind == "requests":
        return look_into_requests(path, columns, encoding)
    if kind == "streets" and path.name.lower().endswith(OSM_ENDINGS):
        return None
    if kind == "assets" and path.suffix.lower() in TABLES:
        return preview_table(path, asset_fields)
    if kind == "addresses":
        return None
    return preview_layer(path, GUESSES[kind])
