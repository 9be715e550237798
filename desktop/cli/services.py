"""`opsmap services`: the catalogue taken along, edited, and brought back."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from desktop.cli.desk import desk_of, tell
from desktop.operations.service_catalogue import export_services, import_services

AsJson = Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")]


def export_catalogue(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="FILE.json or .csv.")],
    as_json: AsJson = False,
) -> None:
    """Write every service with its department, deadline, skills and questions."""
    with desk_of(context).work() as work:
        tell(export_services(work, file), as_json=as_json)


def import_catalogue(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="FILE.json or .csv, as export writes it; what it leaves out stays.")],
    as_json: AsJson = False,
) -> None:
    """Bring services in: known codes are changed, new ones added; services the file does not name stay."""
    with desk_of(context).work() as work:
        tell(import_services(work, file), as_json=as_json)
