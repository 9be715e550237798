"""`opsmap report`: how requests were served, by service, department, neighbourhood or month."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer

from desktop.cli.desk import cell, desk_of, parse_day, tell
from desktop.domain.service_figures import Count, People
from desktop.operations.figure_groups import By
from desktop.operations.service_figures import FigureQuestion, service_figures
from desktop.operations.service_report import ReportQuestion, check_report, write_report


def report(
    context: typer.Context,
    by: Annotated[By, typer.Option("--by", help="What the rows are.")] = By.SERVICE,
    first: Annotated[str | None, typer.Option("--from", help="First day of opening; 90 days without it.")] = None,
    last: Annotated[str | None, typer.Option("--to", help="Last day of opening; today without it.")] = None,
    out: Annotated[Path | None, typer.Option(help="FILE.csv, .html or .pdf; without it they are told.")] = None,
    services: Annotated[str, typer.Option("--services", help="Service codes by comma; all without it.")] = "",
    layer: Annotated[str, typer.Option(help="The layer of areas that neighbourhoods are told by.")] = "",
    people: Annotated[People, typer.Option(help="Whose reports count.")] = People.ALL,
    count: Annotated[Count, typer.Option(help="Each report, or each incident once.")] = Count.REQUESTS,
    as_of: Annotated[
        str | None, typer.Option("--as-of", help="Day at whose end all is judged; now without it.")
    ] = None,
    ahead: Annotated[int, typer.Option(help="Weeks that the report foretells; 0 for none.", min=0, max=26)] = 8,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")] = False,
) -> None:
    """Tell how requests were served: time to close, answers, deadlines, backlog; a table, a page or a PDF."""
    question = FigureQuestion(
        by=by,
        first=parse_day(first, "--from"),
        last=parse_day(last, "--to"),
        services=tuple(code.strip() for code in services.split(",") if code.strip()),
        layer=layer,
        people=people,
        count=count,
        as_of=parse_day(as_of, "--as-of"),
    )
    with desk_of(context).work() as work:
        if out is not None:
            check_report(work, out)
            tell(write_report(work, ReportQuestion(question, ahead), out), as_json=as_json)
            return
        from desktop.reports.figure_csv import as_values

        found = service_figures(work, question)
        if as_json:
            print(json.dumps(as_values(found.asked, found.city, found.rows), ensure_ascii=False))
            return
        _print(found.asked.first, found.asked.last, as_values(found.asked, found.city, found.rows), str(by))


def _print(first: date, last: date, told: dict[str, Any], by: str) -> None:
    """A few of the figures, for people at a terminal."""
    names = ("requests", "open", "close_median_days", "close_within_7d", "on_time_share", "same_day_share")
    print("\t".join((f"{by} {first} to {last}", *names)))
    for row in (told["city"], *told[by]):
        print("\t".join((cell(row[by]), *(cell(_short(row[name])) for name in names))))


def _short(value: float | int | None) -> str:
    return "" if value is None else f"{value:.3g}" if isinstance(value, float) else str(value)
