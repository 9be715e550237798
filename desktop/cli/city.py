"""`opsmap demo` and `opsmap init`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from data.columns import load_columns
from data.errors import NoStore, RefusedInput
from desktop.cli.desk import Desk, desk_of, parse_crs, parse_day, tell
from desktop.operations.found_city import CityWish, found_city, plan_of


def demo(
    context: typer.Context,
    requests: Annotated[int, typer.Option(min=1, help="How many requests.")] = 20_000,
    seed: Annotated[int, typer.Option(help="Same seed, same city.", min=0)] = 13,
    until: Annotated[
        str | None,
        typer.Option(
            help="The day of the last request, told until 14:32. Without it: today, until the last full hour."
        ),
    ] = None,
    truth: Annotated[
        Path | None, typer.Option(help="Write service_request_id,incident_id as planted to this CSV.")
    ] = None,
    live: Annotated[bool, typer.Option("--live", help="Then let new requests come in until Ctrl-C.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")] = False,
) -> None:
    """Make the fictional demo city in a store that holds none; --live feeds one that is there already."""
    from desktop.operations.make_demo import DemoWish, go_on_living, make_demo

    desk = desk_of(context)
    day = parse_day(until, "--until")
    today = DemoWish.of_today(desk.clock, requests, seed, truth)
    wish = today if day is None else DemoWish(requests, seed, day, truth)
    if live:
        _feed(desk, truth)
    with desk.founding() as work:
        changes, made = make_demo(work, wish)
    with desk.work() as work:
        load_columns(work.store)  # what the window would otherwise read when it first opens
        tell(changes, as_json=as_json)
        if live:
            go_on_living(work, made)


def _feed(desk: Desk, truth: Path | None) -> None:
    """Let new requests come into the demo city that is there already; returns where there is no city yet."""
    from desktop.operations.make_demo import go_on_living, made_before

    try:
        with desk.work() as work:
            known = made_before(work)
            if known is None:
                return
            if truth is not None:
                raise RefusedInput("--truth is written when the city is made; leave it away.")
            go_on_living(work, known)
    except NoStore:
        return


def init(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="The city's name.")],
    timezone: Annotated[str, typer.Option(help="IANA time zone of the city.")] = "UTC",
    crs: Annotated[str | None, typer.Option(help="Projected CRS in metres, EPSG:n.")] = None,
    boundary: Annotated[Path | None, typer.Option(help="A file with the city's polygon.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")] = False,
) -> None:
    """Found an empty city."""
    desk = desk_of(context)
    plan = plan_of(CityWish(name, timezone, parse_crs(crs), boundary))
    with desk.founding() as work:
        changes = found_city(work, plan)
    tell(changes, as_json=as_json)
