"""`opsmap import requests` and `opsmap import streets`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from data.columns import load_columns
from data.connectors.preview import check_requests
from data.errors import DataError, RefusedInput, StoreFailure
from desktop.cli.desk import desk_of, parse_pairs, tell
from desktop.operations.changes import Changes
from desktop.operations.import_requests import RequestImport, import_requests
from desktop.operations.import_streets import StreetImport, import_streets
from desktop.operations.judge_arrivals import judge_arrivals

SUMMED = ("read", "added", "updated", "unchanged", "rejected", "unlocated", "placeholder", "kept")


def requests(
    context: typer.Context,
    files: Annotated[list[Path], typer.Argument(help="CSV, JSON, GeoJSON or XML, also inside .zip or .gz.")],
    format: Annotated[str, typer.Option(help="auto, csv, geojson, arcgis, seeclickfix or open311.")] = "auto",
    column: Annotated[list[str] | None, typer.Option(help="field=Column, or field==VALUE for every row.")] = None,
    source: Annotated[str | None, typer.Option(help="Name of the source; ids are unique within it.")] = None,
    timezone: Annotated[str | None, typer.Option(help="Zone of times without one; the city's by default.")] = None,
    encoding: Annotated[str | None, typer.Option(help="Encoding of a text file that is not UTF-8.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Tell what would happen, store nothing.")] = False,
    rejects: Annotated[Path | None, typer.Option(help="Where rows that cannot be read go.")] = None,
    judge: Annotated[
        bool, typer.Option("--judge/--no-judge", help="Judge what came new, where duplicates were looked for before.")
    ] = True,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")] = False,
) -> None:
    """Bring service requests in; importing a file again changes nothing."""
    if rejects is not None and len(files) > 1:
        raise RefusedInput("--rejects takes one file's rows; import the files one by one to name each.")
    columns = parse_pairs(column or [], "--column")
    wanted = [RequestImport(path, format, columns, source, timezone, encoding, dry_run, rejects) for path in files]
    if len(files) > 1:
        for path in files:  # what can be refused is refused before the first is kept
            check_requests(path, columns, format=format, encoding=encoding)
    done: list[Changes] = []
    judged: Changes | None = None
    with desk_of(context).work() as work:
        try:
            for each in wanted:
                done.append(import_requests(work, each))
                if not as_json:
                    print(done[-1].sentence)
            if judge and not dry_run and any(changes.counts["added"] for changes in done):
                judged = judge_arrivals(work)
                if judged.sentence and not as_json:
                    print(judged.sentence)
        except DataError as fault:
            raise fault if not done or dry_run else _told_what_stays(fault, done) from fault
        finally:
            if as_json and done:
                print(json.dumps(_together(done) | _of_judging(judged), ensure_ascii=False))
        if not dry_run:
            load_columns(work.store)  # what the window would otherwise read when it next opens


def _of_judging(judged: Changes | None) -> dict[str, Any]:
    """What the object of an import tells of it; nothing where nothing was to be judged."""
    return {} if judged is None else {"duplicates": dict(judged.counts)}


def _told_what_stays(fault: DataError, done: list[Changes]) -> StoreFailure:
    """The fault of one file of several, with what was kept before it."""
    names = ", ".join(Path(str(changes.counts["file"])).name for changes in done)
    return StoreFailure(f"{fault} What was imported before it stays: {names}.")


def _together(done: list[Changes]) -> dict[str, Any]:
    """One object for all files; a single file's own counts where there is one."""
    if len(done) == 1:
        return dict(done[0].counts)
    total: dict[str, Any] = {name: sum(changes.counts[name] for changes in done) for name in SUMMED}
    return {**total, "files": [dict(changes.counts) for changes in done]}


def streets(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help=".osm.pbf, .osm, or a line layer.")],
    name_field: Annotated[str | None, typer.Option(help="Field of the street's name.")] = None,
    oneway_field: Annotated[str | None, typer.Option(help="Field that tells one-way streets.")] = None,
    speed_field: Annotated[str | None, typer.Option(help="Field of the speed.")] = None,
    crs: Annotated[str | None, typer.Option(help="EPSG:n of a line layer that declares none.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")] = False,
) -> None:
    """Bring the city's streets in: what crews drive on and what the map draws."""
    with desk_of(context).work() as work:
        wanted = StreetImport(file, name_field, oneway_field, speed_field, crs)
        tell(import_streets(work, wanted), as_json=as_json)
