"""`opsmap handover`."""

from __future__ import annotations

import math
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from data.errors import RefusedInput
from desktop.cli.desk import desk_of, tell_counts
from desktop.operations.hand_over import HandOver, hand_over
from desktop.operations.outputs import check_output
from desktop.operations.translating import user_language
from desktop.operations.work import Work

Out = Annotated[Path | None, typer.Option(help="FILE.html: the page, to be read or printed with no network.")]
Since = Annotated[
    str | None,
    typer.Option(help="When the shift began: 22:00 (the last one) or 2026-10-13T22:00. Else when the city opened."),
]


def handover(
    context: typer.Context,
    out: Annotated[
        Path | None, typer.Option(help="FILE.html: the page, to be read or printed with no network.")
    ] = None,
    since: Annotated[
        str | None,
        typer.Option(help="When the shift began: 08:00 today, or 2026-10-13T22:00. Else when the city opened."),
    ] = None,
    hours: Annotated[float | None, typer.Option(help="How long the shift was.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")] = False,
) -> None:
    """What the next shift must know: what came in, was done and waits, storms, notes, held messages."""
    from desktop.domain.act_words import CONTEXT as ACTS
    from desktop.reports.hand_over_page import CONTEXT, Speech, write_page

    if since is not None and hours is not None:
        raise RefusedInput("--since and --hours say the same; give one of them.")
    if hours is not None and not (math.isfinite(hours) and 0 < hours <= 8784):
        raise RefusedInput(f"--hours {hours:g} is no shift; give hours between 0 and 8784.")
    if out is not None and out.suffix.lower() not in (".html", ".htm"):
        raise RefusedInput(f"{out.name} is not a page; end it with .html.")
    with desk_of(context).work() as work:
        if out is not None:
            check_output(work.store, out)
        told = hand_over(work, since=_moment(work, since), hours=hours)
        if out is not None:
            write_page(out, told, Speech(user_language(CONTEXT, ACTS)))
    place = {} if out is None else {"file": str(out)}
    tell_counts(told.to_json() | place, _sentence(told, out), as_json=as_json)


def _moment(work: Work, text: str | None) -> datetime | None:
    """A moment as people write it, in the city's zone where it names none."""
    if text is None:
        return None
    zone = ZoneInfo(work.city().timezone)
    now = work.clock.now().astimezone(zone)
    try:
        if len(text) <= len("08:00:00") and ":" in text:
            clock = time.fromisoformat(text)
            day = now.date() if clock <= now.time() else now.date() - timedelta(days=1)  # last night
            moment = datetime.combine(day, clock)
        else:
            moment = datetime.fromisoformat(text)
    except ValueError as fault:
        raise RefusedInput(f"--since {text} is not a time; write it as 08:00 or 2026-10-13T22:00.") from fault
    return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)


def _sentence(told: HandOver, out: Path | None) -> str:
    waits = {one.key: one.count for one in told.waits}
    words = (
        f"{told.came_in:,} came in, {told.acknowledged:,} were acknowledged, {told.closed:,} closed. "
        f"Not acknowledged: {waits['unacknowledged']:,}, overdue: {waits['overdue']:,}, "
        f"due in the next shift: {waits['due_next']:,}, waiting for an answer: {waits['awaiting']:,}."
    )
    return words if out is None else f"{words} The page is {out}."
