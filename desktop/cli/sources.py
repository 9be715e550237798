"""`opsmap sources`: where requests come from, and where what becomes of them is told."""

from __future__ import annotations

import getpass
import json
import os
import sys
from typing import Annotated, Any

import typer

from data.connectors.source_keys import SourceKeys, variable_of
from data.errors import RefusedInput
from desktop.cli.desk import desk_of, tell
from desktop.domain.source_settings import settings_of
from desktop.operations.set_source import set_source

AsJson = Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")]
Name = Annotated[str, typer.Argument(metavar="NAME", help="The source, as 'opsmap sources list' calls it.")]
app = typer.Typer(help="Where requests come from, and where what becomes of them is told.", no_args_is_help=True)


@app.command("list")
def list_sources(context: typer.Context, as_json: AsJson = False) -> None:
    """List sources: name, kind, endpoint, where its key is, messages that have not left."""
    keys = SourceKeys.of(os.environ)
    rows: list[dict[str, Any]] = []
    with desk_of(context).store() as store, store.read() as unit:
        for source in unit.sources.all():
            settings = settings_of(source)
            key = keys.where(source.name, settings.endpoint) if settings.endpoint else ""
            waiting = len(unit.outbox.waiting([source.id]))
            rows.append({"name": source.name, "kind": source.kind, **settings.shown(), "key": key, "waiting": waiting})
    if as_json:
        print(json.dumps({"sources": rows}, ensure_ascii=False))
        return
    for row in rows:
        told = (row["name"], row["kind"], row["endpoint"] or "-", row["key"] or "no key", row["waiting"])
        print("\t".join(map(str, told)))


@app.command("set")
def set_one(
    context: typer.Context,
    name: Name,
    endpoint: Annotated[
        str | None, typer.Option(help="URL before /servicerequestupdates; empty: nothing is sent there any more.")
    ] = None,
    jurisdiction: Annotated[str | None, typer.Option(help="jurisdiction_id, where it serves several.")] = None,
    accepts_duplicate: Annotated[
        bool | None, typer.Option("--accepts-duplicate/--no-accepts-duplicate", help="Whether it knows DUPLICATE.")
    ] = None,
    parent_field: Annotated[
        str | None, typer.Option(help="Field in which it takes the number of the report that another repeats.")
    ] = None,
    statuses: Annotated[
        str | None, typer.Option(help="The statuses it knows besides OPEN and CLOSED, separated by commas.")
    ] = None,
    form: Annotated[str | None, typer.Option("--format", help="xml or json.")] = None,
    forget_waiting: Annotated[
        bool, typer.Option("--forget-waiting", help="What was said before and has not left is never sent.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Say where a source takes service request updates (Open311, as FixMyStreet speaks it) and what it knows."""
    values: dict[str, Any] = {
        "endpoint": endpoint,
        "jurisdiction": jurisdiction,
        "accepts_duplicate": accepts_duplicate,
        "parent_field": parent_field,
        "statuses": None if statuses is None else [part for part in statuses.split(",") if part.strip()],
        "form": form,
    }
    told = {field: value for field, value in values.items() if value is not None}
    if not told and not forget_waiting:
        raise RefusedInput("Nothing is to be set; name an option, such as --endpoint URL.")
    with desk_of(context).work() as work:
        work.city()
        tell(set_source(work, name=name, values=told, forget_waiting=forget_waiting), as_json=as_json)


@app.command("key")
def keep_key(
    context: typer.Context,
    name: Name,
    forget: Annotated[bool, typer.Option("--forget", help="Take the key out of the keyring.")] = False,
) -> None:
    """Keep a source's key in this computer's keyring; it is asked for, or read from stdin, and never shown."""
    with desk_of(context).store() as store, store.read() as unit:
        source = unit.sources.by_name(name)
    if source is None:
        raise RefusedInput(f"There is no source '{name}'; 'opsmap sources list' shows them.")
    endpoint = settings_of(source).endpoint
    if not endpoint:
        raise RefusedInput(f"{name} has no endpoint; set one first, for a key is kept for its host.")
    key = "" if forget else _asked(name)
    if not forget and not key:
        raise RefusedInput(f"No key was given; {variable_of(name)} may hold one instead.")
    SourceKeys().keep(name, endpoint, key)
    print(f"The key of {name} was forgotten." if forget else f"The key of {name} is in the keyring.")


def _asked(name: str) -> str:
    if sys.stdin.isatty():
        return getpass.getpass(f"Key of {name}: ").strip()
    return sys.stdin.readline().strip()
