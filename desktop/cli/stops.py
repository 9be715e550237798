"""`opsmap routes mark` and `opsmap routes status`: what happened at the stops of a plan, and where crews stand."""

from __future__ import annotations

import json
from datetime import date, datetime, time
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from data.errors import RefusedInput
from desktop.cli.desk import cell, desk_of, parse_day, tell
from desktop.domain.clock import today
from desktop.domain.crew_status import StopKind
from desktop.operations.record_stop import StopMark, crews_status, plan_of_day, record_stop

AsJson = Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")]
Day = Annotated[str | None, typer.Option("--date", help="The day of the plan; today without it.")]


def mark(
    context: typer.Context,
    crew: Annotated[str, typer.Argument(help="The crew, as the plan names it.")],
    kind: Annotated[str, typer.Argument(help="acknowledged, started, done, not_found or other_crew.")],
    stop: Annotated[int | None, typer.Option("--stop", help="The number of the stop.", min=1)] = None,
    job: Annotated[str, typer.Option("--job", help="Instead of its number: the job.")] = "",
    day: Day = None,
    at: Annotated[str, typer.Option("--at", help="When it was, HH:MM in the city; now unless told.")] = "",
    note: Annotated[str, typer.Option("--note", help="For staff.")] = "",
    answer: Annotated[str, typer.Option("--answer", help="To residents, instead of the city's usual words.")] = "",
    by: Annotated[str, typer.Option("--by", help="Who of the crew says so.")] = "",
    as_json: AsJson = False,
) -> None:
    """Mark a stop of a plan; done and not found close its requests and answer their reporters."""
    if kind not in list(StopKind):
        raise RefusedInput(f"A stop is not marked '{kind}'; use one of {', '.join(StopKind)}.")
    desk = desk_of(context)
    with desk.work() as work:
        zone = work.city().timezone
        chosen = parse_day(day, "--date") or today(desk.clock, zone)
        told = StopMark(crew, StopKind(kind), stop, job, _moment(at, chosen, zone), note, answer, by)
        tell(record_stop(work, mark=told, day=chosen), as_json=as_json)


def status(context: typer.Context, day: Day = None, as_json: AsJson = False) -> None:
    """Tell where each crew of a day's plan stands: acknowledged, under way, at a stop, done, and how late."""
    desk = desk_of(context)
    with desk.work() as work:
        chosen = parse_day(day, "--date") or today(desk.clock, work.city().timezone)
        with work.store.read() as unit:
            plan = plan_of_day(unit, chosen)
            found = crews_status(unit, plan, desk.clock.now())
    rows = [
        {
            "crew": name,
            "state": one.state.value,
            "ended": one.ended,
            "stops": one.stops,
            "at": one.at,
            "late_min": one.late_min,
        }
        for name, one in found.items()
    ]
    if as_json:
        print(json.dumps({"plan": int(plan.id), "day": chosen.isoformat(), "crews": rows}, ensure_ascii=False))
        return
    print("\t".join(("crew", "stops", "status")))
    for name, one in found.items():
        print("\t".join((cell(name), f"{one.ended}/{one.stops}", one.words)))


def _moment(text: str, day: date, timezone: str) -> datetime | None:
    """A time of the day on the city's clocks."""
    if not text:
        return None
    try:
        return datetime.combine(day, time.fromisoformat(text), ZoneInfo(timezone))
    except ValueError as fault:
        raise RefusedInput(f"--at {text} is not a time; write it as 10:30.") from fault
