"""`opsmap assign`: requests to departments, why one goes where it goes, and what other rules would move."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import astuple
from pathlib import Path
from typing import Annotated, Any

import typer

from data.errors import RefusedInput
from desktop.cli.desk import cell, desk_of, parse_day, tell, tell_counts
from desktop.cli.replays import MOVES_HEADER, counted_whole, moves, refuse_faults, remarks, table
from desktop.operations.assign import assignments
from desktop.operations.assign_all import assign_all
from desktop.operations.explain_assignment import NOT_ASKED, explain
from desktop.operations.outputs import after, check_output
from desktop.operations.rule_files import read_rules
from desktop.operations.rule_sets import faults_in, recent_replay
from desktop.operations.work import Work

HEADER = ["service_request_id", "agency_responsible", "area", "rule", "reason"]


def assign_requests(
    context: typer.Context,
    out: Annotated[
        Path | None, typer.Option(help="CSV with one line for every request; of a replay, for every move.")
    ] = None,
    request: Annotated[
        str | None, typer.Option("--explain", help="Say why one request is assigned as it is, rule by rule.")
    ] = None,
    replay: Annotated[
        bool, typer.Option("--replay", help="Tell what the rules of --rules would move; the store stays as it is.")
    ] = False,
    rules: Annotated[Path | None, typer.Option(help="FILE.toml to replay.")] = None,
    first: Annotated[
        str | None, typer.Option("--from", help="The first day of a replay, YYYY-MM-DD; 30 days without it.")
    ] = None,
    last: Annotated[
        str | None, typer.Option("--to", help="The last day of a replay; that of the newest request without it.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")] = False,
) -> None:
    """Assign every request to the department whose rules or service area take it."""
    of_replay = {"--rules": rules, "--from": first, "--to": last}
    _check_options(replay, request, out, [name for name, value in of_replay.items() if value is not None])
    with desk_of(context).work() as work:
        if request is not None:
            found = explain(work, request)
            tell_counts(found, _explained(found), as_json=as_json)
        elif rules is not None:
            _replay(work, rules, first, last, out, as_json=as_json)
        else:
            _assign(work, out, as_json=as_json)


def _check_options(replay: bool, request: str | None, out: Path | None, of_replay: list[str]) -> None:
    """RefusedInput where options do not go together: one that is passed over in silence may have been the point."""
    if replay and request is not None:
        raise RefusedInput("--explain and --replay exclude each other; give one.")
    if replay and "--rules" not in of_replay:
        raise RefusedInput("--replay needs --rules FILE.toml: the rules that are to be tried.")
    if of_replay and not replay:
        raise RefusedInput(f"{of_replay[0]} belongs to --replay; add it, or leave {of_replay[0]} away.")
    if request is not None and out is not None:
        raise RefusedInput("--explain writes no file; leave --out away.")


def _assign(work: Work, out: Path | None, *, as_json: bool) -> None:
    if out is not None:
        check_output(work.store, out)
    changes = assign_all(work)
    if out is not None:
        from data.connectors.safe_csv import write_csv

        with after(changes), work.store.read() as unit:
            write_csv(out, HEADER, (astuple(line) for line in assignments(unit)))
    tell(changes, as_json=as_json)


def _replay(work: Work, file: Path, first: str | None, last: str | None, out: Path | None, *, as_json: bool) -> None:
    """Try the rules of a file; what `rules import` refuses is refused here, for it could not come to pass."""
    first_day, last_day = parse_day(first, "--from"), parse_day(last, "--to")
    if out is not None:
        check_output(work.store, out, file)
    rules = read_rules(file)
    refuse_faults(faults_in(work, rules))
    seen = recent_replay(work, rules, first=first_day, last=last_day)
    if out is not None:
        from data.connectors.safe_csv import write_csv

        write_csv(out, MOVES_HEADER, moves(seen))
    print(remarks(seen), file=sys.stderr)
    tell_counts(counted_whole(seen), table(seen), as_json=as_json)


def _explained(found: Mapping[str, Any]) -> str:
    """The sentence, then each rule that was asked, in order."""
    asked = [rule for rule in found["rules"] if rule["state"] != NOT_ASKED]
    lines = ["\t".join(cell(rule[name]) for name in ("number", "name", "state", "why")) for rule in asked]
    return "\n".join([str(found["sentence"]), *lines])
