"""`opsmap find`, `opsmap where` and `opsmap import addresses`."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from desktop.cli.desk import FAILED, desk_of, parse_pairs, tell
from desktop.operations.import_addresses import AddressImport, import_addresses
from desktop.operations.places import found_json, here_json, note_of, places_of, sentence_of

AsJson = Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")]
# A longitude west of Greenwich begins like an option.


def find(
    context: typer.Context,
    text: Annotated[list[str], typer.Argument(help="An address, a crossing, a length of street, a street, a place.")],
    limit: Annotated[int, typer.Option(min=1, max=100, help="How many places at most.")] = 8,
    as_json: AsJson = False,
) -> None:
    """Look a place up by its words, the best fit first; exit 1 where nothing fits."""
    wanted = " ".join(text)
    with desk_of(context).store() as store:
        found = places_of(store).find(wanted, limit=limit)
    if as_json:
        print(json.dumps({"query": wanted, "found": [found_json(place) for place in found]}, ensure_ascii=False))
    for place in () if as_json else found:
        print(f"{place.lat:.6f} {place.lon:.6f}\t{place.name}\t{note_of(place)}")
    if not found:
        print(f"No place fits '{wanted}'; try fewer words, or the street alone.", file=sys.stderr)
        raise typer.Exit(FAILED)


def where(
    context: typer.Context,
    lat: Annotated[float, typer.Argument(help="Latitude in degrees.")],
    long: Annotated[float, typer.Argument(help="Longitude in degrees.")],
    as_json: AsJson = False,
) -> None:
    """Say what is at a point: address, crossing, length of street or neighbourhood; exit 1 where nothing is near."""
    with desk_of(context).store() as store:
        here = places_of(store).where(long, lat)
    if as_json:
        print(json.dumps({"asked": {"lat": lat, "long": long}, **here_json(here)}, ensure_ascii=False))
    elif here.relation != "nowhere":
        within = f", {here.within}" if here.within and here.relation != "area" else ""
        print(f"{sentence_of(here)}{within}")
    if here.relation == "nowhere":
        print(f"{sentence_of(here)} {lat} {long}.", file=sys.stderr)
        raise typer.Exit(FAILED)


def addresses(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="CSV (also in .zip or .gz), GeoJSON or any other layer of points.")],
    column: Annotated[list[str] | None, typer.Option(help="field=Column: number, street, address, lat, long.")] = None,
    crs: Annotated[str | None, typer.Option(help="EPSG:n of a file that declares none.")] = None,
    as_json: AsJson = False,
) -> None:
    """Bring the city's house numbers in, in place of earlier ones; importing a file again changes nothing."""
    with desk_of(context).work() as work:
        wanted = AddressImport(file, parse_pairs(column or [], "--column"), crs)
        tell(import_addresses(work, wanted), as_json=as_json)
