"""`opsmap import assets`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from desktop.cli.desk import desk_of, tell
from desktop.operations.import_assets import AssetImport, import_assets


def assets(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="Points: CSV, GeoJSON, GeoPackage or Shapefile.")],
    layer: Annotated[str | None, typer.Option(help="Name of the layer; the file's name without it.")] = None,
    icon: Annotated[str | None, typer.Option(help="Its glyph on the map; by the layer's name without it.")] = None,
    id_field: Annotated[str | None, typer.Option(help="Field of the asset's own number.")] = None,
    name_field: Annotated[str | None, typer.Option(help="Field of the asset's name.")] = None,
    services: Annotated[str | None, typer.Option(help="Service codes that name it, by comma; all without it.")] = None,
    crs: Annotated[str | None, typer.Option(help="EPSG:n of a file that declares none.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")] = False,
) -> None:
    """Bring a layer of lights, hydrants or signals in; importing a file again changes nothing."""
    codes = tuple(code.strip() for code in services.split(",") if code.strip()) if services else ()
    with desk_of(context).work() as work:
        tell(import_assets(work, AssetImport(file, layer, icon, id_field, name_field, codes, crs)), as_json=as_json)
