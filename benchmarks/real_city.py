"""One real city all the way: Boston, July to October 2011, through the command, with what it should reach.

Needs the real data (../shared/data, or the folder in OPSMAP_SHARED_DATA). `--out FOLDER` keeps what it makes.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
import zipfile
from pathlib import Path
from typing import Any

from benchmarks.report import Row, report

ROOT = Path(__file__).resolve().parents[1]
DATA = Path(os.environ.get("OPSMAP_SHARED_DATA", ROOT.parent / "shared" / "data"))
OPSMAP = Path(sys.executable).parent / "opsmap"
REQUESTS = DATA / "requests" / "boston_311_2011_jul_oct.zip"
LINKS = DATA / "requests" / "boston_311_2011_jul_oct_duplicates.csv"
MORNING = "2011-10-12"
LOOKED_AT = {"end": "2011-10-31T23:59-04:00", "planned-day": f"{MORNING}T07:00-04:00"}  # the end of the file; the plan
DEPARTMENT = "PWDx"
CREWS = """crew,depot_lat,depot_long,shift_start,shift_end,skills,capacity,break_start,break_end,break_minutes
Streets 1,42.3389,-71.0649,07:00,15:30,,,11:00,13:00,30
Streets 2,42.3389,-71.0649,07:00,15:30,,,11:00,13:00,30
Streets 3,42.3389,-71.0649,07:00,15:30,,,11:00,13:00,30
Streets 4,42.3389,-71.0649,07:00,15:30,,,11:00,13:00,30
Streets 5,42.2785,-71.1200,07:00,15:30,,,11:00,13:00,30
Streets 6,42.2785,-71.1200,07:00,15:30,,,11:00,13:00,30
Streets 7,42.2785,-71.1200,07:00,15:30,,,11:00,13:00,30
Streets 8,42.2785,-71.1200,07:00,15:30,,,11:00,13:00,30
"""
# The same day for eight crews from two yards inside the smaller map.
NEAR_CREWS = CREWS.replace("42.3389,-71.0649", "42.3453,-71.0945").replace("42.2785,-71.1200", "42.3496,-71.0760")
LIMIT = 160


class City:
    """A store in a folder, driven through the command as a user would."""

    def __init__(self, folder: Path, name: str) -> None:
        self.folder, self.store = folder, folder / f"{name}.opsmap"
        self.seconds: dict[str, float] = {}

    def run(self, label: str, *verb: str) -> dict[str, Any]:
        """One verb; its JSON, its wall seconds kept under the label."""
        started = time.perf_counter()
        done = subprocess.run(
            [str(OPSMAP), "--store", str(self.store), *verb, "--json"], stdout=subprocess.PIPE, text=True, check=True
        )
        self.seconds[label] = time.perf_counter() - started
        found: dict[str, Any] = json.loads(done.stdout)
        return found


def main() -> None:
    """Run the city and tell what came of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--quick", action="store_true", help="no pictures, a short solve, one import run")
    parser.add_argument("--requests", type=int, help="taken for the sake of uniformity; the city has 41,827")
    parser.add_argument("--out", type=Path)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = arguments.out or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        rows = whole_city(folder, quick=arguments.quick) + two_districts(folder, quick=arguments.quick)
    report("real_city", rows, arguments.json)


def whole_city(folder: Path, *, quick: bool) -> list[Row]:
    """Boston from the boundary to the pictures."""
    city = City(folder, "boston")
    boundary = DATA / "polygons" / "boston_boundary_invalid.geojson"
    city.run(
        "init", "init", "Boston", "--timezone", "America/New_York", "--crs", "EPSG:26986", "--boundary", str(boundary)
    )
    rows = [*imports(city, quick=quick), *assignment(city), *duplicates(city)]
    hot = city.run("hotspots", "hotspots", "--out", str(folder / "hotspots.geojson"))
    rows.append(Row("hotspot cells, hot after FDR", f"{hot['cells']} cells", hot["hot"], "cells"))
    streets = city.run("streets", "import", "streets", str(DATA / "streets" / "boston_streets.geojson"))
    rows.append(Row("streets imported", f"{streets['edges']} edges", streets["km"], "km"))
    rows.append(
        Row("streets that cannot be reached", f"{streets['components']} parts", streets["unreachable_km"], "km")
    )
    rows += routes(city, folder, "Boston", quick=quick)
    page = folder / "boston.html"
    city.run("export map", "export", "map", str(page))
    rows.append(
        Row("exported map, addresses outside the page", _size(page), float(outside_links(page)), "links", goal="<= 0")
    )
    if not quick:
        rows.append(Row("pictures of the window", "", float(pictures(city, folder)), "files", goal=">= 4"))
    return rows


def imports(city: City, *, quick: bool) -> list[Row]:
    """The requests, beside geopandas reading the same file and writing a GeoPackage."""
    peer = statistics.median(geopandas_seconds(city.folder) for _ in range(1 if quick else 3))
    found = city.run("import", "import", "requests", str(REQUESTS))
    again = city.run("import again", "import", "requests", str(REQUESTS))
    seconds = city.seconds["import"]
    size = f"{found['read']:,} rows"
    peer_words = "geopandas: read, write GeoPackage"
    return [
        Row("import with log and indexes", size, seconds, "s", peer_words, peer, seconds / peer, "<= 6"),
        Row("added", size, found["added"], "requests"),
        Row("at placeholder points", size, found["placeholder"], "requests"),
        Row("otherwise not located", size, found["unlocated"], "requests"),
        Row("added or updated by the second import", size, again["added"] + again["updated"], "requests", goal="<= 0"),
    ]


def geopandas_seconds(folder: Path) -> float:
    """A process of its own that reads the file and writes a GeoPackage, start of Python included as for the command."""
    out = folder / "peer.gpkg"
    out.unlink(missing_ok=True)
    code = (
        "import geopandas, pandas, sys\n"
        "frame = pandas.read_csv(sys.argv[1])\n"
        "points = geopandas.points_from_xy(frame.longitude, frame.latitude)\n"
        "geopandas.GeoDataFrame(frame, geometry=points, crs=4326).to_file(sys.argv[2], driver='GPKG')\n"
    )
    started = time.perf_counter()
    subprocess.run([sys.executable, "-c", code, str(REQUESTS), str(out)], check=True)
    return time.perf_counter() - started


def assignment(city: City) -> list[Row]:
    """Police districts against the label that each request carries itself."""
    layer = DATA / "polygons" / "boston_police_districts.geojson"
    city.run(
        "areas", "import", "areas", str(layer), "--layer", "Police districts", "--agency-field", district_field(layer)
    )
    out = city.folder / "assignments.csv"
    city.run("assign", "assign", "--out", str(out))
    labels = {row["case_enquiry_id"]: row["police_district"] for row in boston_rows()}
    with out.open(newline="", encoding="utf-8") as stream:
        found = [(row["service_request_id"], row["agency_responsible"]) for row in csv.DictReader(stream)]
    placed = [(labels[key], agency) for key, agency in found if agency and labels.get(key)]
    share = sum(label == agency for label, agency in placed) / len(placed)
    what = "assigned as the requests' own police district"
    return [Row(what, f"{len(placed):,} located rows", share, "share", goal=">= 0.995")]


def duplicates(city: City) -> list[Row]:
    """Incidents against the links that staff recorded."""
    out = city.folder / "duplicates.csv"
    found = city.run("duplicates", "duplicates", "--out", str(out), "--evaluate", str(LINKS))
    size = f"{found['pairs']:,} links"
    return [
        Row("duplicates, pair recall", size, found["pair_recall"], "share"),
        Row("duplicates, pair precision at least", size, found["pair_precision_lower_bound"], "share"),
        Row("duplicates, time of the act", f"{found['requests']:,} requests", found["seconds"], "s"),
    ]


def routes(city: City, folder: Path, name: str, *, quick: bool, crews: str = CREWS) -> list[Row]:
    """The public-works requests open on one October morning, eight crews from two depots."""
    file = folder / "crews.csv"
    file.write_text(crews, encoding="utf-8")
    out = folder / f"plan-{name.lower().replace(' ', '-')}"
    found = city.run(
        f"routes {name}", "routes", "plan", "--date", MORNING, "--seconds", "5" if quick else "20", "--seed", "13",
        "--crews", str(file), "--services", ",".join(public_works()), "--limit", str(LIMIT), "--out", str(out),
    )  # fmt: skip
    size = f"{found['jobs']} jobs, {found['crews']} crews"
    return [
        Row(f"{name}, jobs served", size, found["served"], "jobs"),
        Row(f"{name}, left out with a reason", size, found["unassigned"], "jobs"),
        Row(f"{name}, way driven", size, found["distance_km"], "km"),
    ]


def two_districts(folder: Path, *, quick: bool) -> list[Row]:
    """Back Bay and Fenway, where one-ways and speeds are known; requests elsewhere are out of town."""
    city = City(folder, "back-bay-fenway")
    extract = DATA / "osm" / "boston_backbay_fenway.osm"
    boundary = folder / "back-bay-fenway.geojson"
    boundary.write_text(json.dumps(box_of(extract)), encoding="utf-8")
    city.run(
        "init", "init", "Back Bay and Fenway", "--timezone", "America/New_York", "--crs", "EPSG:26986",
        "--boundary", str(boundary),
    )  # fmt: skip
    city.run("import", "import", "requests", str(REQUESTS))
    streets = city.run("streets", "import", "streets", str(extract))
    rows = [Row("Back Bay and Fenway, streets", f"{streets['edges']} edges", streets["km"], "km")]
    rows.append(Row("Back Bay and Fenway, one-way", f"{streets['edges']} edges", streets["oneway_km"], "km"))
    return rows + routes(city, folder, "Back Bay and Fenway", quick=quick, crews=NEAR_CREWS)


def box_of(extract: Path) -> dict[str, Any]:
    """The rectangle that holds every node of an extract, as GeoJSON."""
    text = extract.read_text(encoding="utf-8")
    found = re.findall(r'<node id="\d+"[^>]*? lat="([-.\d]+)" lon="([-.\d]+)"', text)
    lat, lon = [float(pair[0]) for pair in found], [float(pair[1]) for pair in found]
    west, south, east, north = min(lon), min(lat), max(lon), max(lat)
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Feature", "properties": {}, "geometry": {"type": "Polygon", "coordinates": [ring]}}


def boston_rows() -> list[dict[str, str]]:
    """The requests as their file has them."""
    with zipfile.ZipFile(REQUESTS) as archive, archive.open(archive.namelist()[0]) as stream:
        return list(csv.DictReader(io.TextIOWrapper(stream, "utf-8", newline="")))


def public_works() -> list[str]:
    """The types that the public works department handles, those with a comma in their name left out."""
    return sorted({row["type"] for row in boston_rows() if row["department"] == DEPARTMENT and "," not in row["type"]})


def district_field(layer: Path) -> str:
    """The field whose values are the districts' short names."""
    properties = json.loads(layer.read_text(encoding="utf-8"))["features"][0]["properties"]
    return next(name for name in properties if name.upper() == "DISTRICT")


def outside_links(page: Path) -> int:
    """How many addresses outside the page a browser would fetch."""
    text = page.read_text(encoding="utf-8")
    return len(
        re.findall(
            r"""<(?:script|img|iframe|link)[^>]*(?:src|href)=["'](?:https?:)?//|@import|url\(["']?https?:""", text
        )
    )


def pictures(city: City, folder: Path) -> int:
    """Pictures of the window over this city."""
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    shots = folder / "pictures"
    for name, moment in LOOKED_AT.items():
        window = [sys.executable, "-m", "desktop", "--store", str(city.store), "--pictures", str(shots / name)]
        subprocess.run([*window, "--at", moment], env=environment, check=True, cwd=ROOT)
    return len(list(shots.glob("*/*.png")))


def _size(path: Path) -> str:
    return f"{path.stat().st_size / 1e6:.1f} MB"


if __name__ == "__main__":
    main()
