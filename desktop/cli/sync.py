"""`opsmap sync`: bring what was said to the sources that take it."""

from __future__ import annotations

import os
import sys
import time
from typing import Annotated

import typer

from data.connectors.source_keys import SourceKeys
from data.errors import RefusedInput
from desktop.cli.desk import FAILED, desk_of, tell_counts
from desktop.domain.source_settings import settings_of
from desktop.operations.work import Stopped, Work

EVERY_S = 60.0


def sync(
    context: typer.Context,
    source: Annotated[str, typer.Argument(metavar="[SOURCE]", help="Only this one; else all with an endpoint.")] = "",
    once: Annotated[bool, typer.Option("--once", help="End when everything that is due was tried.")] = False,
    again: Annotated[bool, typer.Option("--again", help="Try what was refused once more, first.")] = False,
    every: Annotated[float, typer.Option(min=1.0, help="Seconds between two rounds, without --once.")] = EVERY_S,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object on stdout, each round.")] = False,
) -> None:
    """Send messages that were held long enough to their sources' endpoints. Reading feeds is not there yet.

    Each source gets one line: sent, refused, waiting. Exit code 1 where one refused a message or did not answer.
    Without --once it goes on until Ctrl-C.
    """
    keys = SourceKeys.of(os.environ)
    with desk_of(context).work() as work:
        work.city()
        if again:
            _again(work, source)
        good = _round(work, source, keys, as_json=as_json)
        while not once:
            _rest(work, every)
            good = _round(work, source, keys, as_json=as_json)
    if not good:
        raise typer.Exit(FAILED)


def _round(work: Work, source: str, keys: SourceKeys, *, as_json: bool) -> bool:
    """Whether every source took all that it was given."""
    from desktop.operations.push_messages import push_messages

    changes = push_messages(work, keys=keys, source=source)
    tell_counts(changes.counts, changes.sentence, as_json=as_json)
    sys.stdout.flush()  # whoever reads along reads each round when it is over
    return all(one["reached"] and not one["refused"] for one in changes.counts["sources"])


def _again(work: Work, name: str) -> None:
    from desktop.operations.resend_messages import requeue_all

    with work.store.read() as unit:
        known = [one for one in unit.sources.all() if settings_of(one).endpoint and name in ("", one.name)]
    if name and not known:
        raise RefusedInput(f"There is no source '{name}' with an endpoint; 'opsmap sources list' shows them.")
    requeue_all(work, source_ids=[int(one.id) for one in known])


def _rest(work: Work, seconds: float) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if work.should_stop():
            raise Stopped("Stopped. What was sent stays sent; the rest waits.")
        time.sleep(min(0.2, max(0.0, until - time.monotonic())))
