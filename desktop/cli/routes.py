"""`opsmap routes plan` and `opsmap routes benchmark`."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path
from typing import Annotated, Any

import typer

from data.errors import RefusedInput, StoreFailure
from desktop.cli.desk import desk_of, parse_day, tell_counts
from desktop.domain.clock import today
from desktop.operations.day_jobs import Selection
from desktop.operations.outputs import after
from desktop.operations.plan_routes import PlanWish, plan_routes
from desktop.operations.work import Work


def plan(
    context: typer.Context,
    day: Annotated[str | None, typer.Option("--date", help="The day; today in the city's zone without it.")] = None,
    seconds: Annotated[float, typer.Option(help="How long the solver may take.", min=0.1)] = 10.0,
    seed: Annotated[int, typer.Option(help="Seed of the solver.", min=0)] = 1,
    iterations: Annotated[
        int | None, typer.Option(help="Instead of seconds: the same seed and number give the same plan.", min=1)
    ] = None,
    out: Annotated[Path | None, typer.Option(help="Folder for plan.json, CSVs, GeoJSON, GPX, PDF.")] = None,
    crews: Annotated[Path | None, typer.Option(help="CSV of crews instead of the store's.")] = None,
    jobs: Annotated[Path | None, typer.Option(help="CSV of jobs instead of the store's open requests.")] = None,
    services: Annotated[str | None, typer.Option(help="Only these service codes, by comma.")] = None,
    agency: Annotated[str | None, typer.Option(help="Only requests of this department.")] = None,
    limit: Annotated[int | None, typer.Option(help="At most so many jobs, nearest deadline first.", min=1)] = None,
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
        wish = PlanWish(chosen, seconds, seed, iterations, selection, crews, jobs)
        changes, content = plan_routes(work, wish)
        if out is not None:
            with after(changes):
                write_plan(work, out, content)
        tell_counts(changes.counts, changes.sentence, as_json=as_json)


def write_plan(work: Work, folder: Path, content: dict[str, Any]) -> None:
    """Every file of a plan; the sheets are painted in a process of their own, for the command loads no Qt."""
    from desktop.operations.plan_sheets import print_sheets
    from desktop.reports.plan_files import write_plan_files

    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as fault:
        raise StoreFailure(f"The folder {folder} cannot be made ({fault.strerror}); choose another.") from fault
    try:
        write_plan_files(folder, content)
        print_sheets(work, content, folder / "route_sheets.pdf")
    finally:
        with suppress(OSError):
            folder.rmdir()  # an empty one says nothing; one with files stays


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
