"""`opsmap incidents`: what is proposed, and decisions about it, one or many at once."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from data.errors import RefusedInput
from data.records import RequestId
from data.unit_of_work import ReadUnit
from desktop.cli.desk import desk_of, tell
from desktop.cli.requests import AsJson, Numbers, SourceName
from desktop.domain.proposals import Proposal
from desktop.operations import decide_duplicates as acts
from desktop.operations.duplicate_clusters import last_clusters, read_proposals
from desktop.operations.find_requests import find_requests
from desktop.operations.work import Work

app = typer.Typer(help="Proposed incidents, and decisions about duplicates.", no_args_is_help=True)
Others = Annotated[str, typer.Option("--apart", help="Numbers of reports that differ from them, parted by commas.")]


@app.command("proposed")
def proposed(
    context: typer.Context,
    least: Annotated[float, typer.Option(min=0.0, max=1.0, help="Only what is at least so likely.")] = 0.0,
    limit: Annotated[int, typer.Option(min=1, help="How many at most, the most likely first.")] = 50,
    as_json: AsJson = False,
) -> None:
    """List what the last search proposes and nobody decided about."""
    with desk_of(context).work() as work, work.store.read() as unit:
        found = [one for one in _proposals(unit) if one.probability >= least]
        numbers = {int(r.id): r.service_request_id for r in unit.requests.many(sorted(_members(found[:limit])))}
    rows = [
        {
            "probability": round(one.probability, 4),
            "requests": [numbers[key] for key in one.members],
            "in_incident": [numbers[key] for key in one.members if key in one.standing],
        }
        for one in found[:limit]
    ]
    if as_json:
        print(json.dumps({"proposals": rows, "matching": len(found)}, ensure_ascii=False))
        return
    for row in rows:
        print(f"{row['probability']:.2f}\t{' '.join(row['requests'])}")  # type: ignore[arg-type]


@app.command()
def accept(
    context: typer.Context,
    numbers: Annotated[list[str] | None, typer.Argument(metavar="[ID...]", help="Reports of one incident.")] = None,
    apart: Others = "",
    least: Annotated[
        float | None, typer.Option(min=0.0, max=1.0, help="Instead of reports: every proposal at least so likely.")
    ] = None,
    source: SourceName = None,
    as_json: AsJson = False,
) -> None:
    """Make reports one incident, the first of them its parent; or accept all that is as likely as you say."""
    with desk_of(context).work() as work:
        with work.store.read() as unit:
            groups = _groups(unit, numbers or [], least, source)
            others = find_requests(unit, _split(apart), source) if apart else []
        tell(acts.accept_duplicates(work, groups=groups, apart=others), as_json=as_json)


@app.command()
def reject(context: typer.Context, numbers: Numbers, source: SourceName = None, as_json: AsJson = False) -> None:
    """Say that no two of these reports are about one thing."""
    with desk_of(context).work() as work:
        tell(acts.reject_duplicates(work, request_ids=_found(work, numbers, source)), as_json=as_json)


@app.command()
def split(
    context: typer.Context, numbers: Numbers, apart: Others, source: SourceName = None, as_json: AsJson = False
) -> None:
    """Say that some reports are about another thing than the rest; both parts stay proposed."""
    with desk_of(context).work() as work:
        others = _found(work, _split(apart), source)
        tell(acts.split_duplicates(work, request_ids=_found(work, numbers, source), apart=others), as_json=as_json)


@app.command()
def join(
    context: typer.Context,
    numbers: Numbers,
    of: Annotated[str, typer.Option("--of", help="The number of the request whose incident they join.")],
    source: SourceName = None,
    as_json: AsJson = False,
) -> None:
    """Bring reports into the incident of another one, wherever they lie."""
    with desk_of(context).work() as work:
        first = _found(work, [of], source)[0]
        tell(acts.join_incident(work, request_ids=_found(work, numbers, source), of=first), as_json=as_json)


@app.command("take-out")
def take_out(context: typer.Context, numbers: Numbers, source: SourceName = None, as_json: AsJson = False) -> None:
    """Take reports out of their incidents."""
    with desk_of(context).work() as work:
        tell(acts.take_out(work, request_ids=_found(work, numbers, source)), as_json=as_json)


def _groups(unit: ReadUnit, numbers: list[str], least: float | None, source: str | None) -> list[list[RequestId]]:
    if (least is None) == (not numbers):
        raise RefusedInput("Name the reports of one incident, or a probability with --least.")
    if least is None:
        return [find_requests(unit, numbers, source)]
    found = [one for one in _proposals(unit) if one.probability >= least]
    if not found:
        raise RefusedInput(f"Nothing that is proposed is as likely as {least}.")
    return [[RequestId(key) for key in one.group] for one in found]


def _proposals(unit: ReadUnit) -> list[Proposal]:
    clusters = last_clusters(unit)
    if clusters is None:
        raise RefusedInput("Nobody has looked for duplicates yet; use 'opsmap duplicates'.")
    return read_proposals(unit, clusters)


def _members(proposals: list[Proposal]) -> set[int]:
    return {key for one in proposals for key in one.members}


def _found(work: Work, numbers: list[str], source: str | None) -> list[RequestId]:
    with work.store.read() as unit:
        return find_requests(unit, numbers, source)


def _split(numbers: str) -> list[str]:
    return [part.strip() for part in numbers.split(",") if part.strip()]
