"""`opsmap move`, `backup`, `restore` and `check`."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from data.checking import check
from data.maintenance import backup, move, restore
from desktop.cli.desk import DONE, FAILED, desk_of, tell_counts

AsJson = Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")]


def move_city(
    context: typer.Context, store: Annotated[str, typer.Argument(help="Where the city goes.")], as_json: AsJson = False
) -> None:
    """Carry the whole city, with its log, into another store."""
    with desk_of(context).store() as here:
        counts = move(here, store)
    tell_counts(counts, f"Moved the city to {store}.", as_json=as_json)


def backup_city(
    context: typer.Context, file: Annotated[Path, typer.Argument(help="The backup.")], as_json: AsJson = False
) -> None:
    """Write a backup that restore reads."""
    with desk_of(context).store() as here:
        backup(here, file)
    tell_counts({"file": str(file), "bytes": file.stat().st_size}, f"Backed up to {file}.", as_json=as_json)


def restore_city(
    context: typer.Context, file: Annotated[Path, typer.Argument(help="A backup.")], as_json: AsJson = False
) -> None:
    """Bring a backup back into a store that holds no city."""
    location = desk_of(context).location
    restore(file, location)
    tell_counts({"file": str(file), "store": location}, f"Restored {file} into {location}.", as_json=as_json)


def check_city(context: typer.Context, as_json: AsJson = False) -> int:
    """Verify the store; exit 1 and say what is wrong."""
    with desk_of(context).store() as here:
        problems = check(here)
    if as_json:
        print(json.dumps({"store": here.location, "problems": problems}))
    elif not problems:
        print(f"{here.location} is sound.")
    for problem in problems:
        print(problem, file=sys.stderr)
    return FAILED if problems else DONE
