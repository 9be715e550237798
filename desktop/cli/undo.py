"""`opsmap undo`."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Annotated

import typer

from data.errors import RefusedInput
from data.records import ActId
from desktop.cli.desk import desk_of, tell
from desktop.operations.undo import describe_undo, last_undoable
from desktop.operations.undo import undo as take_back


def undo(
    context: typer.Context,
    act: Annotated[int | None, typer.Argument(help="The act's number; your last one without it.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would happen, change nothing.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")] = False,
) -> None:
    """Undo an act: what it changed goes back, messages are withdrawn or corrected. Undoing an undo does it again."""
    with desk_of(context).work() as work:
        work.city()
        act_id = ActId(act) if act is not None else last_undoable(work)
        if act_id is None:
            raise RefusedInput(f"{work.actor} has done nothing that can be undone.")
        if not dry_run:
            tell(take_back(work, act_id=act_id), as_json=as_json)
            return
        plan = describe_undo(work, act_id)
        print(json.dumps(asdict(plan), ensure_ascii=False, default=str) if as_json else plan.sentence)
