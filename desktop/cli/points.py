"""`opsmap points`: suspect points listed, confirmed, cleared."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Annotated

import typer

from desktop.cli.desk import desk_of, tell
from desktop.operations.judge_points import decide_point

PointId = Annotated[int, typer.Argument(help="The point's number in 'opsmap points list'.")]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")]


def list_points(context: typer.Context, as_json: AsJson = False) -> None:
    """List the points that hold improbably many records."""
    with desk_of(context).store() as store, store.read() as unit:
        found = unit.points.all()
    if as_json:
        print(json.dumps({"points": [asdict(point) for point in found]}))
        return
    for point in found:
        print(f"{point.id}\t{point.lat:.6f} {point.long:.6f}\t{point.request_count:,} requests\t{point.verdict}")


def confirm(context: typer.Context, point: PointId, as_json: AsJson = False) -> None:
    """Say that a point stands for 'not located'."""
    with desk_of(context).work() as work:
        tell(decide_point(work, point_id=point, placeholder=True), as_json=as_json)


def clear(context: typer.Context, point: PointId, as_json: AsJson = False) -> None:
    """Say that a point is a real place, such as a stadium."""
    with desk_of(context).work() as work:
        tell(decide_point(work, point_id=point, placeholder=False), as_json=as_json)
