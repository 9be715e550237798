"""Finding places by their words and back: Boston's requests, whose own addresses and coordinates say what is right.

Boston's streets carry no house numbers, so every other address of the requests is made known and the rest looked up.
The peer is what is usual without an index: rapidfuzz over all names that there are.
"""

from __future__ import annotations

import time
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyogrio
from numpy.typing import NDArray
from rapidfuzz import fuzz, process, utils

from benchmarks.inputs.boston import DEFAULT_POINT, EPSG, FOLDER
from benchmarks.inputs.running import options, timed
from benchmarks.report import Row, report
from data.connectors.streets import StreetLines, read_street_lines
from geo.crs import to_metres
from geo.geocoding import Gazetteer, build_gazetteer
from geo.place_names import spell
from geo.place_queries import split_address

PEER = "rapidfuzz over all names"
SURE = 85.0  # similarity from which the peer's best name counts as found
RIGHT_M = 100.0
Place = tuple[float, float] | None
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Asked:
    """Distinct texts of requests, and the median of the coordinates that came with each."""

    text: list[str]
    lon: Floats
    lat: Floats


def main() -> None:
    """Run and print."""
    chosen = options(__doc__, requests=2_000, quick=300)
    rows: list[Row] = []
    if (FOLDER / "streets" / "boston_streets.geojson").exists():
        lines = read_street_lines(FOLDER / "streets" / "boston_streets.geojson")
        addresses, crossings = read_asked()
        rows = city_rows(lines, addresses, crossings, chosen.requests)
    report("geocoding", rows, chosen.json)


def read_asked() -> tuple[Asked, Asked]:
    """Addresses and crossings of Boston's located requests."""
    with zipfile.ZipFile(FOLDER / "requests" / "boston_311_2011_jul_oct.zip") as file:
        rows = pd.read_csv(file.open(file.namelist()[0]), dtype=str).fillna("")
    default = (rows["latitude"] == DEFAULT_POINT[0]) & (rows["longitude"] == DEFAULT_POINT[1])
    rows = rows[~default & (rows["location"].str.strip() != "")]
    rows = rows.assign(lon=rows["longitude"].astype(float), lat=rows["latitude"].astype(float))
    places = rows.groupby("location", sort=True)[["lon", "lat"]].median().reset_index()
    crossing = places["location"].str.startswith("INTERSECTION")
    numbered = places["location"].str.match(r"^\d")
    return asked_of(places[numbered]), asked_of(places[crossing])


def asked_of(places: pd.DataFrame) -> Asked:
    """The rows of a frame as plain arrays."""
    return Asked(places["location"].tolist(), places["lon"].to_numpy(), places["lat"].to_numpy())


def city_rows(lines: StreetLines, addresses: Asked, crossings: Asked, count: int) -> list[Row]:
    """Index, crossings, addresses and the way back."""
    known = Asked(addresses.text[::2], addresses.lon[::2], addresses.lat[::2])
    rest = Asked(addresses.text[1::2], addresses.lon[1::2], addresses.lat[1::2])
    build_s, index = timed(lambda: build(lines, known))
    size = f"{len(lines):,} lines, {len(known.text):,} addresses"
    rows = [Row("building the index", size, build_s * 1e3, "ms", goal="<= 1000")]
    rows += looked_up("crossing", picked(crossings, count), ours(index), crossing_peer(index))
    rows += looked_up("address", picked(rest, count), ours(index), address_peer(known))
    rows.append(street_alone(index, picked(rest, count)))
    return [*rows, *way_back(index, picked(rest, count))]


def build(lines: StreetLines, known: Asked) -> Gazetteer:
    """Boston's index with the known half of the addresses."""
    pairs = [split_address(text.split("  ")[0].strip()) for text in known.text]
    usable = [at for at, pair in enumerate(pairs) if pair is not None]
    hoods = FOLDER / "polygons" / "boston_neighborhoods.geojson"
    _, _, wkb, values = pyogrio.raw.read(hoods, columns=["name"])
    return build_gazetteer(
        lines.lon, lines.lat, lines.offsets, lines.node_id, lines.name, crs_epsg=EPSG,
        address_lon=known.lon[usable], address_lat=known.lat[usable],
        address_number=[pair[0].words for at in usable if (pair := pairs[at])],
        address_street=[pair[1] for at in usable if (pair := pairs[at])],
        hoods=list(zip(map(str, values[0]), map(bytes, wkb), strict=True)),
    )  # fmt: skip


def picked(asked: Asked, count: int) -> Asked:
    """So many of them, the same in every run."""
    chosen = np.sort(np.random.default_rng(13).permutation(len(asked.text))[:count])
    return Asked([asked.text[at] for at in chosen], asked.lon[chosen], asked.lat[chosen])


def ours(index: Gazetteer) -> Callable[[str], Place]:
    """The place that is found first; a street without the number does not count as found."""

    def find(text: str) -> Place:
        best = index.find(text, limit=1)
        return (best[0].lon, best[0].lat) if best and best[0].exactness != "street" else None

    return find


def crossing_peer(index: Gazetteer) -> Callable[[str], Place]:
    """The most similar of the names "A & B" of all crossings."""
    names, places = list[str](), list[tuple[float, float]]()
    streets = index.streets
    for street in range(len(streets)):
        for other in sorted(streets.meets(street)):
            for nodes in streets.crossings(street, other):
                names.append(f"{streets.name[street]} & {streets.name[other]}")
                places.append(streets.at_node(nodes[0]))
    return scan(names, places)


def address_peer(known: Asked) -> Callable[[str], Place]:
    """The most similar of the known addresses."""
    places = list(zip(known.lon.tolist(), known.lat.tolist(), strict=True))
    return scan([text.split("  ")[0].strip() for text in known.text], places)


def scan(names: Sequence[str], places: Sequence[tuple[float, float]]) -> Callable[[str], Place]:
    """rapidfuzz's own lower-casing and its best of one; nothing else."""
    plain = [utils.default_process(name) for name in names]

    def find(text: str) -> Place:
        head = text.split("  ")[0].removeprefix("INTERSECTION of ").strip()
        best = process.extractOne(utils.default_process(head), plain, scorer=fuzz.ratio, score_cutoff=SURE)
        return None if best is None else places[best[2]]

    return find


def looked_up(what: str, asked: Asked, find: Callable[[str], Place], peer: Callable[[str], Place]) -> list[Row]:
    """Time, share and error of both."""
    find(asked.text[0]), peer(asked.text[0])
    ms, share, right, error = measured(asked, find)
    peer_ms, peer_share, peer_right, peer_error = measured(asked, peer)
    size = f"Boston, {len(asked.text):,} texts"
    return [
        Row(f"{what}: one lookup", size, ms, "ms", PEER, peer_ms, ms / peer_ms),
        Row(f"{what}: found", size, share, "share", PEER, peer_share, share / peer_share),
        Row(
            f"{what}: found within {RIGHT_M:.0f} m", size, right, "share", PEER, peer_right, right / peer_right, ">= 1"
        ),
        Row(f"{what}: median error", size, error, "m", PEER, peer_error, error / peer_error),
    ]


def measured(asked: Asked, find: Callable[[str], Place]) -> tuple[float, float, float, float]:
    """Milliseconds a lookup, share found, share found within RIGHT_M, median error in metres of what was found."""
    started = time.perf_counter()
    found = [find(text) for text in asked.text]
    ms = (time.perf_counter() - started) / len(found) * 1e3
    hits = [at for at, place in enumerate(found) if place is not None]
    x_m, y_m = to_metres([found[at][0] for at in hits], [found[at][1] for at in hits], EPSG)  # type: ignore[index]
    right_x, right_y = to_metres(asked.lon[hits], asked.lat[hits], EPSG)
    error = np.hypot(x_m - right_x, y_m - right_y)
    right = float((error <= RIGHT_M).sum() / len(found))
    return ms, len(hits) / len(found), right, float(np.median(error))


def street_alone(index: Gazetteer, asked: Asked) -> Row:
    """How often the number is outside of those known, and only its street is told."""
    alone = [
        bool(found) and found[0].exactness == "street" for text in asked.text for found in [index.find(text, limit=1)]
    ]
    size = f"Boston, {len(asked.text):,} texts"
    return Row("address: outside the known numbers, its street told", size, float(np.mean(alone)), "share")


def way_back(index: Gazetteer, asked: Asked) -> list[Row]:
    """How long a point takes, and how often a street that is named is the one of the request's own address."""
    index.where(asked.lon[0], asked.lat[0])
    started = time.perf_counter()
    here = [index.where(lon, lat) for lon, lat in zip(asked.lon.tolist(), asked.lat.tolist(), strict=True)]
    ms = (time.perf_counter() - started) / len(here) * 1e3
    own = [split_address(text.split("  ")[0].strip()) for text in asked.text]
    same = [
        spell(pair[1]) in (spell(place.street), spell(place.a))
        for pair, place in zip(own, here, strict=True)
        if pair is not None
    ]
    size = f"Boston, {len(here):,} points"
    return [
        Row("way back: one point", size, ms, "ms"),
        Row("way back: the street of the request's own address", size, float(np.mean(same)), "share", goal=">= 0.8"),
    ]


if __name__ == "__main__":
    main()
