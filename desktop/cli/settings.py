"""`opsmap city settings`."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from desktop.cli.desk import desk_of, parse_pairs, tell
from desktop.domain.city_settings import settings_of
from desktop.operations.set_city import set_city


def settings(
    context: typer.Context,
    values: Annotated[
        list[str] | None, typer.Option("--set", help="name=value, as often as needed: opens=07:30, hold_s=60.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")] = False,
) -> None:
    """Show or change working hours, holidays, how long messages wait and acts can be undone, words for residents."""
    with desk_of(context).work() as work:
        if values:
            tell(set_city(work, values=parse_pairs(values, "--set", "name=value")), as_json=as_json)
            return
        found = settings_of(work.city()).shown()
    if as_json:
        print(json.dumps(found))
        return
    for name, value in found.items():
        print(f"{name}\t{', '.join(map(str, value)) if isinstance(value, list) else value}")
