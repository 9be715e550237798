"""`opsmap routes hand-back`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from data.errors import RefusedInput
from desktop.cli.desk import cell, desk_of, tell, tell_counts
from desktop.domain.hand_back import LONGEST_FILE
from desktop.operations import hand_back as operation


def hand_back(
    context: typer.Context,
    handed: Annotated[list[str], typer.Argument(metavar="FILE|CODE", help="The file of a crew's page, or its code.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would change, change nothing.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")] = False,
) -> None:
    """Record what a crew hands back: stops, reports closed and answered, notes. Twice the same is nothing new."""
    text = _text_of(handed)
    with desk_of(context).work() as work:
        if not dry_run:
            tell(operation.hand_back(work, text=text), as_json=as_json)
            return
        told, zone = operation.read_hand_back(work, text), ZoneInfo(work.city().timezone)
    tell_counts(told.to_json(), told.sentence, as_json=as_json)
    if not as_json:
        for line in told.lines:
            told_at = f"{line.at.astimezone(zone):%H:%M}" if line.at is not None else ""
            print("\t".join(map(cell, (line.sequence, line.where, line.state, told_at, line.fate, line.note))))


def _text_of(handed: list[str]) -> str:
    """The words of a code, or of the file that is named."""
    path = Path(handed[0])
    if len(handed) > 1 or not (path.suffix.lower() == ".json" or path.is_file()):
        return " ".join(handed)
    try:
        if path.stat().st_size > LONGEST_FILE:
            raise RefusedInput(f"{path} is too long to come from a crew's page.")
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as fault:
        raise RefusedInput(f"{path} cannot be read; name the file that the crew's page saved.") from fault
