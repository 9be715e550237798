"""Files damaged at random: every one is read, or refused in a sentence; nothing else ever comes out of a connector."""

from __future__ import annotations

import gzip
import io
import json
import random
import warnings
import zipfile
from collections.abc import Callable
from pathlib import Path

import osmium
import pytest

from data.connectors.areas import read_areas
from data.connectors.crews import read_crews_csv, read_jobs_csv
from data.connectors.requests import open_requests
from data.connectors.streets import read_street_lines
from data.errors import RefusedInput
from tests.soak import rounds

CSV = "service_request_id,service_name,requested_datetime,lat,long,description\n" + "".join(
    f'{n},Pothole,2026-10-0{1 + n % 9}T08:0{n % 9}:00Z,42.3{n},-71.0{n},"a ""quoted"", text {n}"\n' for n in range(20)
)
REPORTS = [
    {"service_request_id": str(n), "service_name": "Litter", "requested_datetime": "2026-10-01T08:00:00Z", "lat": 42.3}
    for n in range(5)
]
XML = "<service_requests>" + "".join(
    f"<request><service_request_id>{n}</service_request_id><service_name>Litter</service_name>"
    f"<requested_datetime>2026-10-01T08:00:00Z</requested_datetime><lat>42.3</lat><long>-71</long></request>"
    for n in range(5)
)
XML += "</service_requests>"
POINTS = {
    "type": "FeatureCollection",
    "features": [
        {"type": "Feature", "properties": row, "geometry": {"type": "Point", "coordinates": [-71.0, 42.3]}}
        for row in REPORTS
    ],
}
AREAS = {
    "type": "FeatureCollection",
    "features": [
        {
            "type": "Feature",
            "properties": {"name": f"Area {n}"},
            "geometry": {"type": "Polygon", "coordinates": [[[n, 0], [n + 1, 0], [n + 1, 1], [n, 1], [n, 0]]]},
        }
        for n in range(4)
    ],
}
OSM = (
    '<osm version="0.6">'
    + "".join(f'<node id="{n}" lat="{42 + n / 1000}" lon="{-71 + n / 900}"/>' for n in range(1, 9))
    + '<way id="1">'
    + "".join(f'<nd ref="{n}"/>' for n in range(1, 9))
    + '<tag k="highway" v="residential"/><tag k="name" v="Elm"/></way></osm>'
)
NASTY = (b"\x00", b"\xff\xfe", b'"', b"<", b"\n", b"\xed\xa0\x80", b"1e999", b"-", b"[" * 99)
CREWS = "crew,depot_lat,depot_long,shift_start,shift_end,skills\nA,42.3,-71.0,07:00,15:00,dig;lift\n"
JOBS = "job,lat,long,service_minutes,priority,skills,earliest,latest\n1,42.3,-71.0,20,2,dig,08:00,12:00\n"


def zipped(name: str, content: bytes) -> bytes:
    """A zip archive with one member."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return stream.getvalue()


def pbf(folder: Path) -> bytes:
    """The small extract as PBF."""
    (folder / "small.osm").write_text(OSM, encoding="utf-8")
    writer = osmium.SimpleWriter(str(folder / "small.osm.pbf"), overwrite=True)
    for thing in osmium.FileProcessor(str(folder / "small.osm")):
        writer.add(thing)
    writer.close()
    return (folder / "small.osm.pbf").read_bytes()


def read_requests(path: Path) -> None:
    """Read all of it."""
    for _good, _bad in open_requests(path, timezone="America/New_York").chunks(7):
        pass


def damaged(content: bytes, rng: random.Random) -> bytes:
    """The bytes with one to four faults: flipped, cut, doubled, put in, taken out."""
    data = bytearray(content)
    for _ in range(rng.randint(1, 4)):
        at = rng.randrange(len(data)) if data else 0
        size = rng.choice((1, 2, 7, 60))
        fault = rng.randrange(6)
        if fault == 0 and data:
            data[at] ^= 1 << rng.randrange(8)
        elif fault == 1:
            del data[at:]
        elif fault == 2:
            data[at:at] = data[at : at + size]
        elif fault == 3:
            data[at:at] = bytes(rng.randrange(256) for _ in range(size))
        elif fault == 4:
            del data[at : at + size]
        else:
            data[at:at] = rng.choice(NASTY)
    return bytes(data)


SAMPLES: dict[str, tuple[Callable[[Path], object], Callable[[Path], bytes]]] = {
    "calls.csv": (read_requests, lambda _: CSV.encode()),
    "calls.json": (read_requests, lambda _: json.dumps({"issues": REPORTS}).encode()),
    "open311.json": (read_requests, lambda _: json.dumps(REPORTS).encode()),
    "open311.xml": (read_requests, lambda _: XML.encode()),
    "points.geojson": (read_requests, lambda _: json.dumps(POINTS).encode()),
    "calls.csv.gz": (read_requests, lambda _: gzip.compress(CSV.encode())),
    "calls.zip": (read_requests, lambda _: zipped("calls.csv", CSV.encode())),
    "areas.geojson": (read_areas, lambda _: json.dumps(AREAS).encode()),
    "streets.osm": (read_street_lines, lambda _: OSM.encode()),
    "streets.osm.pbf": (read_street_lines, pbf),
    "crews.csv": (read_crews_csv, lambda _: CREWS.encode()),
    "jobs.csv": (read_jobs_csv, lambda _: JOBS.encode()),
}


@pytest.mark.parametrize("name", SAMPLES)
def test_a_damaged_file_is_read_or_refused(name: str, tmp_path: Path) -> None:
    """The whole file is read; each damaged one is too, or it is refused with one sentence that names it."""
    read, content = SAMPLES[name]
    whole = content(tmp_path)
    path = tmp_path / f"input-{name}"
    path.write_bytes(whole)
    read(path)
    refused = 0
    for seed in rounds(60, 3000):
        path.write_bytes(damaged(whole, random.Random(f"{name}{seed}")))
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # what GDAL remarks about a broken layer
                read(path)
        except RefusedInput as refusal:
            refused += 1
            told = str(refusal)
            assert path.name in told, f"seed {seed}: {told}"
            assert "\n" not in told, f"seed {seed}: {told}"
    assert refused > 0
