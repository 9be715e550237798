"""`opsmap assign`."""

from __future__ import annotations

from dataclasses import astuple
from pathlib import Path
from typing import Annotated

import typer

from desktop.cli.desk import desk_of, tell, tell_counts
from desktop.operations.assign import assign, assignments
from desktop.operations.explain_assignment import explain
from desktop.operations.outputs import after, check_output

HEADER = ["service_request_id", "agency_responsible", "area", "rule", "reason"]


def assign_requests(
    context: typer.Context,
    out: Annotated[Path | None, typer.Option(help="CSV with one line for every request.")] = None,
    request: Annotated[str | None, typer.Option("--explain", help="Say why one request is assigned as it is.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")] = False,
) -> None:
    """Assign every request to the department whose service area covers it."""
    with desk_of(context).work() as work:
        if request is not None:
            found = explain(work, request)
            tell_counts(found, str(found["sentence"]), as_json=as_json)
            return
        if out is not None:
            check_output(work.store, out)
        changes = assign(work)
        if out is not None:
            from data.connectors.safe_csv import write_csv

            with after(changes), work.store.read() as unit:
                write_csv(out, HEADER, (astuple(line) for line in assignments(unit)))
        tell(changes, as_json=as_json)
