"""`opsmap outbox`: messages to residents, listed and sent."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Annotated

import typer

from data.outbox import FAILED, HELD, FileSender, as_line, reasons
from desktop.cli.desk import desk_of, tell
from desktop.operations.send_messages import send_messages

AsJson = Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")]
app = typer.Typer(help="Messages to residents on their way.", no_args_is_help=True)


@app.command("list")
def list_messages(
    context: typer.Context,
    state: Annotated[str, typer.Option(help="Only held, sending, sent, withdrawn or failed.")] = "",
    limit: Annotated[int, typer.Option(min=1, help="How many at most, the newest first.")] = 50,
    as_json: AsJson = False,
) -> None:
    """List messages, the newest first."""
    with desk_of(context).store() as store, store.read() as unit:
        found = unit.outbox.all()
        chosen = [message for message in reversed(found) if state in ("", message.state)][:limit]
        why = reasons(unit, [message.id for message in chosen if message.state in (HELD, FAILED) and message.attempts])
    states = Counter(message.state for message in found)
    if as_json:
        rows = [{**as_line(message), "state": message.state, "reason": why.get(message.id, "")} for message in chosen]
        print(json.dumps({"messages": rows, "states": states}, ensure_ascii=False))
        return
    for message in chosen:
        line = as_line(message)
        text = "".join(sign if sign.isprintable() else " " for sign in str(line["text"]))
        told = f"\t{why[message.id]}" if message.id in why else ""
        print(f"{message.id}\t{message.state}\t{message.kind}\t{line['service_request_id']}\t{text}{told}")


@app.command("send")
def send(
    context: typer.Context,
    to: Annotated[Path, typer.Option("--to", help="FILE: one JSON object a line is added at its end.")],
    again: Annotated[bool, typer.Option("--again", help="Try those that failed once more.")] = False,
    as_json: AsJson = False,
) -> None:
    """Write what has been held long enough to a file, but for sources with an endpoint: 'opsmap sync' sends there."""
    with desk_of(context).work() as work:
        work.city()
        tell(send_messages(work, sender=FileSender(to), again=again), as_json=as_json)
