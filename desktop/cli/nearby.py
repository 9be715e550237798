"""`opsmap nearby` and `opsmap serve`: what is open near a point, told once or by an endpoint."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from typing import Annotated

import typer

from desktop.cli.desk import FAILED, desk_of
from desktop.cli.places import AsJson
from desktop.domain.lifecycle import STATUS_WORDS
from desktop.operations.nearby_incidents import LIMIT, RADIUS_M, NearbyIncident, nearby_incidents

PORT = 8311


def nearby(
    context: typer.Context,
    lat: Annotated[float, typer.Argument(help="Latitude in degrees.")],
    long: Annotated[float, typer.Argument(help="Longitude in degrees.")],
    service: Annotated[str, typer.Option(help="Code of the service that would be reported; else all are told.")] = "",
    text: Annotated[str, typer.Option(help="What would be reported, in words.")] = "",
    radius_m: Annotated[float, typer.Option(help="How far around the point.")] = RADIUS_M,
    limit: Annotated[int, typer.Option(help="How many at most.")] = LIMIT,
    as_json: AsJson = False,
) -> None:
    """List open incidents near a point, the likeliest first, as residents may be asked "is it this?"."""
    with desk_of(context).work() as work:
        found = nearby_incidents(
            work, point=(lat, long), service_code=service.strip(), text=text, radius_m=radius_m, limit=limit
        )
    if as_json:
        rows = [asdict(one) for one in found]
        for row in rows:
            row["requested_at"] = row["requested_at"].isoformat()
            row["due_at"] = None if row["due_at"] is None else row["due_at"].isoformat()
        print(json.dumps({"asked": {"lat": lat, "long": long}, "found": rows}, ensure_ascii=False))
        return
    for one in found:
        print(_line(one))
    if not found:
        print("Nothing is open there.")


def serve(
    context: typer.Context,
    host: Annotated[
        str, typer.Option(help="Address to listen on; 0.0.0.0 for every one of this machine.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port to listen on; 0 for a free one.")] = PORT,
) -> None:
    """Answer other programs (GET /open311/v2/nearby.json) until Ctrl-C."""
    from desktop.endpoint.serving import listen
    from desktop.endpoint.serving import serve as answer

    with desk_of(context).work() as work:
        work.city()  # without one there is nothing to answer
        try:
            on = listen(host, port)
        except OSError as fault:
            print(
                f"{host}:{port} cannot be listened on ({fault.strerror or fault}); name another --port.",
                file=sys.stderr,
            )
            raise typer.Exit(FAILED) from fault
        with on:
            shown = f"[{host}]" if ":" in host else host
            print(f"http://{shown}:{on.getsockname()[1]}/open311/v2/nearby.json answers until Ctrl-C.", flush=True)
            work.breathe(None, "Waiting")  # Ctrl-C before that ends it, too
            answer(work, on)


def _line(one: NearbyIncident) -> str:
    chance = "-" if one.probability is None else f"{one.probability:.2f}"
    words = " ".join(one.description.split())
    where = f"{one.distance_m:.0f} m\t{STATUS_WORDS[one.status]}\t{one.reports}"
    return f"{chance}\t{one.service_request_id}\t{one.service_name}\t{where}\t{one.address}\t{words}"
