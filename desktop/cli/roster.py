"""`opsmap roster`: who drives out on a day, absences, and the whole roster taken along and brought back."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from data.errors import RefusedInput
from desktop.cli.desk import cell, desk_of, parse_day, tell
from desktop.domain.clock import today
from desktop.domain.roster_entries import AbsenceEntry, RosterTextFault, checked
from desktop.operations.edit_roster import absence_of, cancel_absence, enter_absence, forget_member, remove_from_roster
from desktop.operations.roster import roster_told
from desktop.operations.roster_files import export_roster, import_roster

AsJson = Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")]
WithoutNames = Annotated[bool, typer.Option("--without-names", help="Leave out all that is personal.")]
app = typer.Typer(help="The crews with members, vehicles, shifts and absences.", no_args_is_help=True)


@app.command("show")
def show(
    context: typer.Context,
    day: Annotated[str | None, typer.Option("--date", help="The day; today in the city's zone without it.")] = None,
    without_names: WithoutNames = False,
    as_json: AsJson = False,
) -> None:
    """Tell which crews drive out on a day, with whom, in what, for how long, and what is missing."""
    desk = desk_of(context)
    with desk.work() as work:
        city = work.city()
        chosen = parse_day(day, "--date") or today(desk.clock, city.timezone)
        with work.store.read() as unit:
            told = roster_told(unit, city, chosen, names=not without_names)
    if as_json:
        print(json.dumps(told, ensure_ascii=False))
        return
    print("\t".join(("crew", "shift", "vehicle", "present", "absent", "skills", "missing")))
    for crew in told["crews"]:
        print("\t".join(map(cell, _line(crew))))
    for sentence in told["faults"]:
        print(cell(sentence))


def _line(crew: dict[str, Any]) -> tuple[str, ...]:
    shift = "-".join(crew["shift"]) if crew["drives"] and crew["shift"] else ""
    lists = (", ".join(crew[name]) for name in ("present", "absent", "skills"))
    return crew["crew"], shift, crew["vehicle"], *lists, " ".join((crew["why"], *crew["missing"])).strip()


@app.command("import")
def bring_in(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="FILE.toml, as export writes it; what it does not name stays.")],
    as_json: AsJson = False,
) -> None:
    """Bring in depots, vehicles, members, crews, absences and rounds as one act."""
    with desk_of(context).work() as work:
        tell(import_roster(work, file), as_json=as_json)


@app.command("export")
def take_along(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="FILE.toml")],
    without_names: WithoutNames = False,
    as_json: AsJson = False,
) -> None:
    """Write the whole roster as text."""
    with desk_of(context).work() as work:
        tell(export_roster(work, file, names=not without_names), as_json=as_json)


@app.command("absent")
def absent(
    context: typer.Context,
    who: Annotated[str, typer.Argument(help="A member's number, or the name of a crew or vehicle.")],
    first: Annotated[str | None, typer.Option("--from", help="The first day; today without it.")] = None,
    last: Annotated[str | None, typer.Option("--to", help="The last day; the first one without it.")] = None,
    why: Annotated[str, typer.Option("--why", help="For those who plan; kept out of the log.")] = "",
    kind: Annotated[str, typer.Option("--kind", help="member, crew or vehicle.")] = "member",
    cancel: Annotated[bool, typer.Option("--cancel", help="They are there after all.")] = False,
    as_json: AsJson = False,
) -> None:
    """Say that a member, a crew or a vehicle is not there from day to day, or cancel that."""
    if kind not in ("member", "crew", "vehicle"):
        raise RefusedInput(f"--kind {kind} is none of member, crew, vehicle.")
    desk = desk_of(context)
    with desk.work() as work:
        begins = parse_day(first, "--from") or today(desk.clock, work.city().timezone)
        ends = parse_day(last, "--to") or begins
        if cancel:
            with work.store.read() as unit:
                number = absence_of(unit.roster.rows(), who, kind, begins)
            tell(cancel_absence(work, absence_id=number), as_json=as_json)
            return
        values = {"first_day": begins, "last_day": ends, "why": why, kind: who}
        tell(enter_absence(work, absence=_absence(values)), as_json=as_json)


def _absence(values: dict[str, Any]) -> AbsenceEntry:
    try:
        return checked({"absence": [values]}, "roster absent").absence[0]
    except RosterTextFault as fault:
        raise RefusedInput(str(fault)) from fault


@app.command("remove")
def remove(
    context: typer.Context,
    kind: Annotated[str, typer.Argument(help="depot, vehicle, crew or round.")],
    name: Annotated[str, typer.Argument(help="Its name.")],
    as_json: AsJson = False,
) -> None:
    """Take a depot, vehicle, crew or round off the roster."""
    with desk_of(context).work() as work:
        tell(remove_from_roster(work, kind=kind, name=name), as_json=as_json)


@app.command("forget")
def forget(
    context: typer.Context,
    code: Annotated[str, typer.Argument(help="The member's number.")],
    as_json: AsJson = False,
) -> None:
    """Let go of everything about a member; it cannot be undone."""
    with desk_of(context).work() as work:
        tell(forget_member(work, code=code), as_json=as_json)
