"""`opsmap services`: the catalogue taken along, edited, and brought back; how often it was chosen wrongly."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from desktop.cli.desk import cell, desk_of, parse_day, tell
from desktop.domain.request_filter import WAYS
from desktop.operations.recategorisation_figures import as_values, recategorisation_figures
from desktop.operations.service_catalogue import export_services, import_services
from desktop.operations.service_times import learn_service_times, offers_told, service_times

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


def list_services(context: typer.Context, as_json: AsJson = False) -> None:
    """List the services by code: name, department, working hours to the deadline, and whether it is mapped yet."""
    with desk_of(context).work() as work:
        work.city()
        with work.store.read() as unit:
            agencies = {agency.id: agency.name for agency in unit.agencies.all()}
            found = [
                {
                    "service_code": one.service_code,
                    "service_name": one.service_name,
                    "agency_responsible": agencies.get(one.agency_id, "") if one.agency_id is not None else "",
                    "deadline_working_h": one.deadline_working_h,
                    "mapped": one.mapped,
                }
                for one in unit.services.all()
            ]
    if as_json:
        print(json.dumps({"services": found}, ensure_ascii=False))
        return
    print("\t".join(("service", "name", "department", "working hours", "mapped")))
    for row in found:
        hours = "" if row["deadline_working_h"] is None else f"{row['deadline_working_h']:g}"
        mapped = "yes" if row["mapped"] else "no"
        told = (row["service_code"], row["service_name"], row["agency_responsible"], hours, mapped)
        print("\t".join(map(cell, told)))


def figures(
    context: typer.Context,
    first: Annotated[str | None, typer.Option("--from", help="The first day, YYYY-MM-DD; 90 days without it.")] = None,
    last: Annotated[str | None, typer.Option("--to", help="The last day; today without it.")] = None,
    as_json: AsJson = False,
) -> None:
    """Tell how often requests were recategorised, moved between departments and came back, by service."""
    with desk_of(context).work() as work:
        found = recategorisation_figures(work, first=parse_day(first, "--from"), last=parse_day(last, "--to"))
        told = as_values(work, found)
    if as_json:
        print(json.dumps(told, ensure_ascii=False))
        return
    print("\t".join(("", "reported", "recategorised", "moved", "returned", "most to")))
    rows = [("all", told["city"])]
    rows += [(row["service_code"], row) for row in told["services"]]
    rows += [(row["agency_responsible"], row) for row in told["departments"]]
    for name, row in rows:
        shares = (f"{row[key]} ({(row[f'{key}_share'] or 0) * 100:.1f} %)" for key in WAYS)
        most = row["to"][0]["service_code"] if row["to"] else ""
        print("\t".join((cell(name), str(row["reported"]), *shares, cell(most))))


def times(
    context: typer.Context,
    take: Annotated[str, typer.Option("--take", help="Service codes by comma whose measured times are taken.")] = "",
    as_json: AsJson = False,
) -> None:
    """Tell how long work takes by what crews marked, beside what the catalogue states; --take changes the catalogue."""
    codes = [code.strip() for code in take.split(",") if code.strip()]
    with desk_of(context).work() as work:
        work.city()
        if codes:
            tell(learn_service_times(work, service_codes=codes), as_json=as_json)
            return
        with work.store.read() as unit:
            told = offers_told(service_times(unit))
    if as_json:
        print(json.dumps({"services": told}, ensure_ascii=False))
        return
    print("\t".join(("service", "measured", "stated min", "now min", "median min", "offered min")))
    for row in told:
        named = (row[key] for key in ("measured", "stated_min", "now_min", "median_min", "offered_min"))
        print("\t".join((cell(row["service_code"]), *map(cell, named))))
