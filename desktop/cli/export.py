"""`opsmap export requests`, `opsmap export map` and `opsmap export areas`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from data.errors import RefusedInput
from desktop.cli.desk import desk_of, parse_day, tell
from desktop.operations.export import RequestFilter, export_map, export_requests
from desktop.operations.export_areas import export_areas

Service = Annotated[str | None, typer.Option(help="Only this service code.")]
Agency = Annotated[str | None, typer.Option(help="Only this department.")]
StatusName = Annotated[str | None, typer.Option(help="Only this status.")]
OpenOnly = Annotated[bool, typer.Option("--open", help="Only what is open.")]
First = Annotated[str | None, typer.Option("--from", help="First day.")]
Last = Annotated[str | None, typer.Option("--to", help="Last day.")]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")]


def requests(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="FILE.csv, .geojson, .gpkg, or .html for a map page.")],
    service: Service = None,
    agency: Agency = None,
    status: StatusName = None,
    open_only: OpenOnly = False,
    first: First = None,
    last: Last = None,
    as_json: AsJson = False,
) -> None:
    """Write requests: every one that fits, unlocated and closed too."""
    with desk_of(context).work() as work:
        chosen = _filter(service, agency, status, open_only, (first, last))
        act = export_map if file.suffix.lower() in (".html", ".htm") else export_requests
        tell(act(work, file, chosen), as_json=as_json)


def map_page(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="FILE.html: one page that opens with no network.")],
    service: Service = None,
    agency: Agency = None,
    status: StatusName = None,
    open_only: OpenOnly = False,
    first: First = None,
    last: Last = None,
    as_json: AsJson = False,
) -> None:
    """Write a map page to share: located requests over the city's streets."""
    if file.suffix.lower() not in (".html", ".htm"):
        raise RefusedInput(f"{file.name} is not a page; end it with .html, or use 'opsmap export requests'.")
    with desk_of(context).work() as work:
        tell(export_map(work, file, _filter(service, agency, status, open_only, (first, last))), as_json=as_json)


def areas(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="FILE.gpkg, .geojson, or .zip for a Shapefile.")],
    layer: Annotated[str, typer.Option(help="Name of the layer.")],
    day: Annotated[str | None, typer.Option("--on", help="As it held on this day; as last drawn without it.")] = None,
    as_json: AsJson = False,
) -> None:
    """Write a layer of areas, with departments and the days on which each holds."""
    with desk_of(context).work() as work:
        tell(export_areas(work, path=file, layer=layer, day=parse_day(day, "--on")), as_json=as_json)


def _filter(
    service: str | None, agency: str | None, status: str | None, open_only: bool, days: tuple[str | None, str | None]
) -> RequestFilter:
    first, last = (parse_day(day, option) for day, option in zip(days, ("--from", "--to"), strict=True))
    return RequestFilter(service, agency, status, open_only, first, last)
