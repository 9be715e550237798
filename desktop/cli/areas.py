"""`opsmap import areas`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from data.errors import RefusedInput
from desktop.cli.desk import desk_of, parse_day, tell
from desktop.operations.import_areas import AreaImport, import_areas


def areas(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="A polygon layer.")],
    layer: Annotated[str | None, typer.Option(help="Name of the layer; the file's name without it.")] = None,
    name_field: Annotated[str | None, typer.Option(help="Field of the area's name.")] = None,
    agency_field: Annotated[str | None, typer.Option(help="Field that names each area's department.")] = None,
    agency: Annotated[str | None, typer.Option(help="One department for all areas.")] = None,
    services: Annotated[str | None, typer.Option(help="Service codes it serves, by comma; all without it.")] = None,
    crs: Annotated[str | None, typer.Option(help="EPSG:n of a file that declares none.")] = None,
    effective_from: Annotated[
        str | None, typer.Option(help="Day from which it holds; the layer's areas before it stay for earlier days.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")] = False,
) -> None:
    """Bring a layer of areas in: repaired, measured, and assigning where it names departments."""
    if agency and agency_field:
        raise RefusedInput("--agency and --agency-field exclude each other; give one.")
    codes = tuple(code.strip() for code in services.split(",") if code.strip()) if services else ()
    wanted = AreaImport(
        file, layer, name_field, agency_field, agency, codes, crs, parse_day(effective_from, "--effective-from")
    )
    with desk_of(context).work() as work:
        tell(import_areas(work, wanted), as_json=as_json)
