"""`opsmap requests`: requests listed, shown and acted upon."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Annotated

import typer

from data.errors import RefusedInput
from data.records import AgencyId, RequestId, ServiceId
from data.unit_of_work import ReadUnit
from desktop.cli.desk import REFUSED, cell, desk_of, parse_day, tell
from desktop.domain.city_settings import settings_of
from desktop.domain.lifecycle import PERSON, Outcome
from desktop.operations import handle_requests as acts
from desktop.operations.archive import archive_quiet
from desktop.operations.changes import Changes
from desktop.operations.export import RequestFilter, filtered_ids
from desktop.operations.find_requests import as_values, find_requests, told_of
from desktop.operations.mark_duplicates import mark_duplicate
from desktop.operations.recategorise import recategorise as recategorise_requests
from desktop.operations.work import Work

Numbers = Annotated[list[str], typer.Argument(metavar="ID...", help="The requests' numbers.")]
Words = Annotated[str, typer.Option("--comment", help="What is said; placeholders such as {service} are filled.")]
Template = Annotated[str, typer.Option("--template", help="A text by its code, in place of a comment.")]
SourceName = Annotated[str | None, typer.Option("--source", help="Where a number is known in several sources.")]
Mates = Annotated[bool, typer.Option("--incident", help="The other open reports of the same incidents too.")]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")]

app = typer.Typer(help="Look at requests and act on them, one or many at once.", no_args_is_help=True)


@app.command("list")
def list_requests(
    context: typer.Context,
    service: Annotated[str | None, typer.Option(help="Only this service code.")] = None,
    agency: Annotated[str | None, typer.Option(help="Only this department.")] = None,
    status: Annotated[str | None, typer.Option(help="Only this status.")] = None,
    open_only: Annotated[bool, typer.Option("--open", help="Only what is open.")] = False,
    limit: Annotated[int, typer.Option(min=1, help="How many at most, the newest first.")] = 50,
    as_json: AsJson = False,
) -> None:
    """List requests, the newest first."""
    with desk_of(context).work() as work:
        city = work.city()
        with work.store.read() as unit:
            chosen = RequestFilter(service_code=service, agency=agency, status=status, open_only=open_only)
            ids = filtered_ids(unit, chosen, city.timezone)
            rows = as_values(unit, unit.requests.many(ids[::-1][:limit].tolist()), city.timezone)
    if as_json:
        print(json.dumps({"requests": rows, "matching": len(ids)}, ensure_ascii=False))
        return
    for row in rows:
        print("\t".join(cell(row[name]) for name in ("service_request_id", "status", "service_name", "address")))


@app.command()
def show(context: typer.Context, number: str, source: SourceName = None, as_json: AsJson = False) -> None:
    """Show one request, what was said about it and what was done to it."""
    with desk_of(context).work() as work:
        city = work.city()
        with work.store.read() as unit:
            request = unit.requests.get(find_requests(unit, [number], source)[0])
            assert request is not None
            told = told_of(unit, request, city.timezone)
    if as_json:
        print(json.dumps(told, ensure_ascii=False))
        return
    for name, value in told.items():
        if name not in ("notes", "history") and value not in (None, ""):
            print(f"{name}\t{cell(value)}")
    for note in told["notes"]:
        print(f"{note['at']}\t{cell(note['author'])}\t{note['kind']}\t{cell(note['text'])}")
    for event in told["history"]:
        print(f"{event['at']}\t{cell(event['actor'])}\tact {event['act']}\t{cell(event['verb'])}")


@app.command()
def acknowledge(
    context: typer.Context,
    numbers: Numbers,
    comment: Words = "",
    template: Template = "",
    source: SourceName = None,
    incident: Mates = False,
    machine: Annotated[bool, typer.Option("--machine", help="Counted as an answer that no person gave.")] = False,
    as_json: AsJson = False,
) -> None:
    """Tell residents that their requests were read."""

    def act(work: Work, ids: list[RequestId]) -> Changes:
        return acts.acknowledge(
            work,
            request_ids=ids,
            comment=comment,
            template=template,
            include_incident=incident,
            by_machine=machine,
        )

    _act(context, numbers, source, act, as_json=as_json)


@app.command()
def comment(
    context: typer.Context,
    numbers: Numbers,
    comment: Words = "",
    template: Template = "",
    kind: Annotated[str, typer.Option(help="internal, answer, or reporter: what the resident said.")] = "internal",
    source: SourceName = None,
    incident: Mates = False,
    as_json: AsJson = False,
) -> None:
    """Write a note among staff, an answer to residents, or what a resident said."""

    def act(work: Work, ids: list[RequestId]) -> Changes:
        return acts.comment(
            work, request_ids=ids, text=comment, template=template, kind=kind, include_incident=incident
        )

    _act(context, numbers, source, act, as_json=as_json)


@app.command()
def start(
    context: typer.Context,
    numbers: Numbers,
    comment: Words = "",
    template: Template = "",
    source: SourceName = None,
    incident: Mates = False,
    as_json: AsJson = False,
) -> None:
    """Say that a crew is at it."""

    def act(work: Work, ids: list[RequestId]) -> Changes:
        return acts.start_work(work, request_ids=ids, comment=comment, template=template, include_incident=incident)

    _act(context, numbers, source, act, as_json=as_json)


@app.command()
def schedule(
    context: typer.Context,
    numbers: Numbers,
    date: Annotated[str, typer.Option("--date", help="The day, YYYY-MM-DD.")],
    comment: Words = "",
    template: Template = "",
    source: SourceName = None,
    incident: Mates = False,
    as_json: AsJson = False,
) -> None:
    """Plan requests for a day."""
    day = parse_day(date, "--date")
    assert day is not None

    def act(work: Work, ids: list[RequestId]) -> Changes:
        return acts.schedule(
            work, request_ids=ids, day=day, comment=comment, template=template, include_incident=incident
        )

    _act(context, numbers, source, act, as_json=as_json)


@app.command()
def assign(
    context: typer.Context,
    numbers: Numbers,
    to: Annotated[str, typer.Option("--to", help="The department's name.")],
    comment: Words = "",
    source: SourceName = None,
    incident: Mates = False,
    as_json: AsJson = False,
) -> None:
    """Give requests to a department by hand."""

    def act(work: Work, ids: list[RequestId]) -> Changes:
        with work.store.read() as unit:
            agency = _agency(unit, to)
        return acts.assign_to(work, request_ids=ids, agency_id=agency, comment=comment, include_incident=incident)

    _act(context, numbers, source, act, as_json=as_json)


@app.command()
def recategorise(
    context: typer.Context,
    numbers: Numbers,
    to: Annotated[str, typer.Option("--to", help="The service's code.")],
    why: Annotated[str, typer.Option("--why", help="Why it is another one; kept among staff.")],
    answer: Annotated[
        list[str] | None, typer.Option("--answer", metavar="CODE=VALUE", help="To a question of it; once for each.")
    ] = None,
    unanswered_ok: Annotated[
        bool, typer.Option("--unanswered-ok", help="Required questions without an answer are asked later.")
    ] = False,
    tell_by: Annotated[
        str, typer.Option("--tell", help="Who tells the resident: person, machine, or silent for nobody.")
    ] = PERSON,
    comment: Words = "",
    template: Template = "",
    source: SourceName = None,
    incident: Mates = False,
    as_json: AsJson = False,
) -> None:
    """Change the service, and with it questions, answers, deadline, priority and department."""
    answers = _answers(answer or [])

    def act(work: Work, ids: list[RequestId]) -> Changes:
        with work.store.read() as unit:
            service = _service(unit, to)
        return recategorise_requests(
            work,
            request_ids=ids,
            service_id=service,
            why=why,
            answers=answers,
            unanswered_ok=unanswered_ok,
            tell=tell_by,
            comment=comment,
            template=template,
            include_incident=incident,
        )

    _act(context, numbers, source, act, as_json=as_json)


@app.command()
def duplicate(
    context: typer.Context,
    numbers: Numbers,
    to: Annotated[str, typer.Option("--to", help="The number of the request that was reported first.")],
    comment: Words = "",
    template: Template = "",
    source: SourceName = None,
    as_json: AsJson = False,
) -> None:
    """Close requests as duplicates of another one, whose incident they join."""

    def act(work: Work, ids: list[RequestId]) -> Changes:
        with work.store.read() as unit:
            first = find_requests(unit, [to], source)[0]
        return mark_duplicate(work, request_ids=ids, of=first, comment=comment, template=template)

    _act(context, numbers, source, act, as_json=as_json)


@app.command()
def close(
    context: typer.Context,
    numbers: Numbers,
    outcome: Annotated[str, typer.Option("--outcome", help=f"One of {', '.join(Outcome)}.")] = Outcome.FIXED.value,
    comment: Words = "",
    template: Template = "",
    source: SourceName = None,
    incident: Mates = False,
    as_json: AsJson = False,
) -> None:
    """End requests with an outcome and a word to the residents."""
    ended = _outcome(outcome)

    def act(work: Work, ids: list[RequestId]) -> Changes:
        return acts.close(
            work, request_ids=ids, outcome=ended, comment=comment, template=template, include_incident=incident
        )

    _act(context, numbers, source, act, as_json=as_json)


@app.command()
def reopen(
    context: typer.Context,
    numbers: Numbers,
    comment: Words = "",
    template: Template = "",
    source: SourceName = None,
    as_json: AsJson = False,
) -> None:
    """Take closed requests up again."""

    def act(work: Work, ids: list[RequestId]) -> Changes:
        return acts.reopen(work, request_ids=ids, comment=comment, template=template)

    _act(context, numbers, source, act, as_json=as_json)


@app.command()
def refer(
    context: typer.Context,
    numbers: Numbers,
    to: Annotated[str, typer.Option("--to", help="Whom the resident should contact, or the key of a contact.")],
    outcome: Annotated[str, typer.Option("--outcome", help="outside_jurisdiction or out_of_scope.")] = (
        Outcome.OUTSIDE_JURISDICTION.value
    ),
    comment: Words = "",
    template: Template = "",
    source: SourceName = None,
    incident: Mates = False,
    as_json: AsJson = False,
) -> None:
    """End requests that are not the city's duty, and say whom to contact."""
    ended = _outcome(outcome)

    def act(work: Work, ids: list[RequestId]) -> Changes:
        return acts.refer(
            work,
            request_ids=ids,
            contact=settings_of(work.city()).contacts.get(to, to),
            outcome=ended,
            comment=comment,
            template=template,
            include_incident=incident,
        )

    _act(context, numbers, source, act, as_json=as_json)


@app.command()
def archive(context: typer.Context, as_json: AsJson = False) -> None:
    """Archive what has been closed and quiet for the city's number of days. This cannot be undone."""
    with desk_of(context).work() as work:
        tell(archive_quiet(work), as_json=as_json)


def _act(
    context: typer.Context,
    numbers: list[str],
    source: str | None,
    act: Callable[[Work, list[RequestId]], Changes],
    *,
    as_json: bool,
) -> None:
    """Find the requests and act; exit 2 where no request could be acted upon."""
    with desk_of(context).work() as work:
        work.city()
        with work.store.read() as unit:
            ids = find_requests(unit, numbers, source)
        changes = act(work, ids)
    if changes.act_id is not None:
        tell(changes, as_json=as_json)
        return
    if as_json:
        tell(changes, as_json=True)
        raise typer.Exit(REFUSED)
    raise RefusedInput(changes.sentence)


def _agency(unit: ReadUnit, name: str) -> AgencyId:
    found = next((agency.id for agency in unit.agencies.all() if agency.name == name), None)
    if found is None:
        raise RefusedInput(f"There is no department '{name}'.")
    return found


def _service(unit: ReadUnit, code: str) -> ServiceId:
    found = unit.services.by_code(code)
    if found is None:
        raise RefusedInput(f"No service has the code '{code}'; 'opsmap services list' names them.")
    return found.id


def _answers(pairs: list[str]) -> dict[str, str]:
    found = {}
    for pair in pairs:
        code, parted, value = pair.partition("=")
        if not parted or not code.strip():
            raise RefusedInput(f"'{pair[:40]}' is no answer; write CODE=VALUE.")
        found[code.strip()] = value
    return found


def _outcome(name: str) -> Outcome:
    if name not in tuple(Outcome):
        raise RefusedInput(f"There is no outcome '{name}'; use one of {', '.join(Outcome)}.")
    return Outcome(name)
