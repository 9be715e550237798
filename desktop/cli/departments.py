"""`opsmap departments`: listed, closed from a day on, opened again."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from desktop.cli.desk import cell, desk_of, parse_day, tell
from desktop.domain.clock import today
from desktop.operations.close_agency import agencies_told, agency_named, close_agency, reopen_agency

AsJson = Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")]
Name = Annotated[str, typer.Argument(help="The department, as 'list' writes it.")]
app = typer.Typer(help="The departments that requests go to.", no_args_is_help=True)


@app.command("list")
def list_departments(context: typer.Context, as_json: AsJson = False) -> None:
    """List the departments with their requests, open and all, and the day from which one takes nothing more."""
    with desk_of(context).work() as work:
        work.city()
        with work.store.read() as unit:
            found = agencies_told(unit)
    if as_json:
        print(json.dumps({"departments": found}, ensure_ascii=False))
        return
    print("\t".join(("department", "open", "all time", "closed from")))
    for row in found:
        print("\t".join(map(cell, (row["agency_responsible"], row["open"], row["requests"], row["closed_on"]))))


@app.command("close")
def close(
    context: typer.Context,
    name: Name,
    on: Annotated[
        str | None, typer.Option("--on", help="The first day on which it takes nothing more; today unless told.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Let a department take nothing more from a day on; what still gives it requests is named."""
    day = parse_day(on, "--on")
    with desk_of(context).work() as work:
        city = work.city()
        with work.store.read() as unit:
            agency = agency_named(unit, name)
        tell(close_agency(work, agency.id, day or today(work.clock, city.timezone)), as_json=as_json)


@app.command("reopen")
def reopen(context: typer.Context, name: Name, as_json: AsJson = False) -> None:
    """Let a department that was closed take requests again."""
    with desk_of(context).work() as work:
        work.city()
        with work.store.read() as unit:
            agency = agency_named(unit, name)
        tell(reopen_agency(work, agency.id), as_json=as_json)
