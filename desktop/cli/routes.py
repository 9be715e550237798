"""`opsmap routes`: plan a day, take it along, solve a benchmark."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from data.errors import RefusedInput
from desktop.cli.desk import desk_of, parse_day, tell, tell_counts
from desktop.domain.clock import today
from desktop.operations.day_jobs import Selection
from desktop.operations.export_routes import KINDS, export_routes, plan_of_day
from desktop.operations.outputs import after
from desktop.operations.plan_routes import MOST_DAYS, PlanWish, plan_routes


def plan(
    context: typer.Context,
    day: Annotated[str | None, typer.Option("--date", help="The day; today in the city's zone without it.")] = None,
    seconds: Annotated[float, typer.Option(help="How long the solver may take.", min=0.1)] = 10.0,
    seed: Annotated[int, typer.Option(help="Seed of the solver.", min=0)] = 1,
    iterations: Annotated[
        int | None, typer.Option(help="Instead of seconds: the same seed and number give the same plan.", min=1)
    ] = None,
    out: Annotated[Path | None, typer.Option(help="Folder for sheets, pages, GPX, calendars, CSV, GeoJSON.")] = None,
    crews: Annotated[Path | None, typer.Option(help="CSV of crews instead of the store's.")] = None,
    jobs: Annotated[Path | None, typer.Option(help="CSV of jobs instead of the store's open requests.")] = None,
    services: Annotated[str | None, typer.Option(help="Only these service codes, by comma.")] = None,
    agency: Annotated[str | None, typer.Option(help="Only requests of this department.")] = None,
    limit: Annotated[int | None, typer.Option(help="At most so many jobs, nearest deadline first.", min=1)] = None,
    days: Annotated[
        int, typer.Option(help="Look so many days ahead: what can wait for its deadline does.", min=1, max=MOST_DAYS)
    ] = 1,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")] = False,
) -> None:
    """Plan the crews' day along the city's streets, checked, with a reason for every job left out."""
    codes = tuple(code.strip() for code in services.split(",") if code.strip()) if services else ()
    selection = Selection(codes, (agency,) if agency else (), limit)
    if out is not None and out.exists() and not out.is_dir():
        raise RefusedInput(f"{out} is a file; name a folder for the plan.")
    desk = desk_of(context)
    with desk.work() as work:
        chosen = parse_day(day, "--date") or today(desk.clock, work.city().timezone)
        wish = PlanWish(chosen, seconds, seed, iterations, selection, crews, jobs, days)
        changes, _ = plan_routes(work, wish)
        if out is not None:
            with after(changes):
                export_routes(work, plan_id=changes.counts["plan"], folder=out)
        tell_counts(changes.counts, changes.sentence, as_json=as_json)


def export(
    context: typer.Context,
    out: Annotated[Path, typer.Option(help="Folder for the files.")],
    day: Annotated[str | None, typer.Option("--date", help="The day; today in the city's zone without it.")] = None,
    crew: Annotated[str | None, typer.Option(help="Only this crew.")] = None,
    kinds: Annotated[str | None, typer.Option("--only", help=f"Of these files, by comma: {', '.join(KINDS)}.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")] = False,
) -> None:
    """Take a plan along: sheets as PDF, a page a phone opens without network, GPX, iCalendar, CSV, GeoJSON."""
    chosen = KINDS if kinds is None else tuple(kind.strip() for kind in kinds.split(",") if kind.strip())
    desk = desk_of(context)
    with desk.work() as work:
        wanted = parse_day(day, "--date") or today(desk.clock, work.city().timezone)
        with work.store.read() as unit:
            plan_id = plan_of_day(unit, wanted)
        tell(export_routes(work, plan_id=plan_id, folder=out, crew=crew, kinds=chosen), as_json=as_json)


def benchmark(
    file: Annotated[Path, typer.Argument(help="Solomon or Homberger text, or VRPLIB with explicit matrices.")],
    seconds: Annotated[float, typer.Option(help="How long the solver may take.", min=0.1)] = 10.0,
    seed: Annotated[int, typer.Option(help="Seed of the solver.", min=0)] = 1,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")] = False,
) -> None:
    """Solve a published instance for distance and check the answer; needs no store."""
    from data.connectors.vrp_files import read_instance
    from geo.vrp_benchmark import solve_instance

    solved = solve_instance(read_instance(file), seconds=seconds, seed=seed)
    result = {
        "instance": solved.name,
        "cost": solved.cost,
        "routes": solved.routes,
        "feasible": solved.feasible,
        "seconds": round(solved.seconds, 2),
    }
    if as_json:
        print(json.dumps(result))
        return
    state = "feasible" if solved.feasible else "not feasible"
    print(f"{solved.name}: {solved.cost:.1f} with {len(solved.routes)} routes, {state}, {solved.seconds:.1f} s")
