"""`opsmap hotspots`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from data.errors import RefusedInput
from desktop.cli.desk import desk_of, parse_day, tell
from desktop.operations.hotspots import HotspotQuestion, find_hotspots
from desktop.operations.outputs import after, check_output

ENDINGS = (".geojson", ".gpkg", ".html")


def hotspots(
    context: typer.Context,
    out: Annotated[Path | None, typer.Option(help="FILE.geojson, .gpkg or .html.")] = None,
    service: Annotated[str | None, typer.Option(help="Only this service code.")] = None,
    first: Annotated[str | None, typer.Option("--from", help="First day.")] = None,
    last: Annotated[str | None, typer.Option("--to", help="Last day.")] = None,
    cell_m: Annotated[float | None, typer.Option(help="Width of a cell in metres.", min=1.0)] = None,
    permutations: Annotated[int, typer.Option(help="Conditional permutations.", min=0)] = 999,
    seed: Annotated[int, typer.Option(help="Same seed, same p-values.", min=0)] = 1,
    grid: Annotated[str, typer.Option(help="hexagon or square.")] = "hexagon",
    variance: Annotated[str, typer.Option(help="n or n-1: what the variance divides by.")] = "n",
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")] = False,
) -> None:
    """Test where requests concentrate: Gi* by cell, with the false discovery rate held."""
    if out is not None and out.suffix.lower() not in ENDINGS:
        raise RefusedInput(f"{out.name} does not tell its kind; end it with one of {', '.join(ENDINGS)}.")
    question = HotspotQuestion(
        service_code=service,
        first=parse_day(first, "--from"),
        last=parse_day(last, "--to"),
        cell_m=cell_m,
        permutations=permutations,
        seed=seed,
        grid=grid,
        variance=variance,
    )
    with desk_of(context).work() as work:
        if out is not None:
            check_output(work.store, out)
        changes, answer = find_hotspots(work, question)
        if out is not None:
            from desktop.reports.hotspot_files import write_hotspots

            with after(changes):
                write_hotspots(out, answer.columns, answer.polygons_wkb, answer.method)
        tell(changes, as_json=as_json)
