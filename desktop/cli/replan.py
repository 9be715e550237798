"""`opsmap routes replan`."""

from __future__ import annotations

from datetime import time as day_time
from pathlib import Path
from typing import Annotated

import typer

from data.errors import RefusedInput
from desktop.cli.desk import desk_of, parse_day, tell_counts
from desktop.domain.clock import today
from desktop.operations.export_routes import export_routes
from desktop.operations.outputs import after
from desktop.operations.replan_routes import ReplanWish, replan_routes


def replan(
    context: typer.Context,
    at: Annotated[str, typer.Option("--at", help="The moment, HH:MM in the city's zone.")],
    day: Annotated[str | None, typer.Option("--date", help="The day; today in the city's zone without it.")] = None,
    seconds: Annotated[float, typer.Option(help="How long it may take, travel times apart.", min=0.1)] = 5.0,
    max_churn: Annotated[
        float, typer.Option(help="At most so many per cent of the untouched jobs change crew.", min=0, max=100)
    ] = 10.0,
    absent: Annotated[list[str] | None, typer.Option(help="A crew that is gone for the day; may be repeated.")] = None,
    late: Annotated[list[str] | None, typer.Option(help="CREW=MINUTES behind its plan; may be repeated.")] = None,
    crews: Annotated[Path | None, typer.Option(help="CSV of crews that the plan was made with.")] = None,
    jobs: Annotated[Path | None, typer.Option(help="CSV of jobs; those the plan does not name are new.")] = None,
    seed: Annotated[int, typer.Option(help="Seed of the search.", min=0)] = 1,
    iterations: Annotated[
        int | None, typer.Option(help="Instead of seconds: the same seed and number give the same plan.", min=1)
    ] = None,
    out: Annotated[Path | None, typer.Option(help="Folder for sheets, pages, GPX, calendars, CSV, GeoJSON.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")] = False,
) -> None:
    """Replan the rest of a running day: what is done stays, few jobs change crew, and each change says why."""
    if out is not None and out.exists() and not out.is_dir():
        raise RefusedInput(f"{out} is a file; name a folder for the plan.")
    desk = desk_of(context)
    with desk.work() as work:
        chosen = parse_day(day, "--date") or today(desk.clock, work.city().timezone)
        wish = ReplanWish(
            day=chosen,
            at=_moment(at),
            seconds=seconds,
            max_churn=max_churn / 100,
            seed=seed,
            iterations=iterations,
            absent=tuple(absent or ()),
            late_min=dict(_late(told) for told in late or ()),
            crews=crews,
            jobs=jobs,
        )
        changes, _ = replan_routes(work, wish)
        if out is not None:
            with after(changes):
                export_routes(work, plan_id=changes.counts["plan"], folder=out)
        told = [_line(change) for change in changes.counts.get("changes", ()) if change["kind"] != "later"]
        tell_counts(changes.counts, "\n".join([changes.sentence, *told]), as_json=as_json)


def _moment(text: str) -> day_time:
    try:
        return day_time.fromisoformat(text)
    except ValueError as fault:
        raise RefusedInput(f"--at '{text[:20]}' is no time of day; write it as 13:30.") from fault


def _late(told: str) -> tuple[str, int]:
    crew, _, minutes = told.rpartition("=")
    if not crew or not minutes.isdigit():
        raise RefusedInput(f"--late '{told[:40]}' is not CREW=MINUTES, as in 'Crew 4=30'.")
    return crew, int(minutes)


def _line(change: dict[str, str | None]) -> str:
    """One job that changed, for a person."""
    where = " -> ".join(change[name] or "nobody" for name in ("crew_before", "crew_after"))
    return f"{change['job']}: {change['kind']}, {where}. {change['why']}"
