"""A day's plan as files: JSON, CSV for stops and for what was left out, GeoJSON routes, GPX and CSV a crew."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from data.connectors.safe_csv import whole_file, write_csv

Content = Mapping[str, Any]
STOPS = ("crew", "sequence", "job", "arrival", "service_start", "departure")
CREW_STOPS = (*STOPS[1:], "address", "service", "description", "lat", "long", "leg_distance_m", "leg_drive_s")
UNASSIGNED = ("job", "reason", "detail")


def write_plan_files(folder: Path, content: Content) -> dict[str, Path]:
    """Write the files of a whole plan into a folder that exists; each appears whole or not at all."""
    made = {name: folder / name for name in ("plan.json", "stops.csv", "unassigned.csv")}
    with whole_file(made["plan.json"]) as stream:
        json.dump(content, stream, ensure_ascii=False, indent=1)
    stops = ((crew["crew"], *(stop[name] for name in STOPS[1:])) for crew in content["crews"] for stop in crew["stops"])
    write_csv(made["stops.csv"], STOPS, stops)
    left = ([job[name] for name in UNASSIGNED] for job in content["unassigned"])
    write_csv(made["unassigned.csv"], UNASSIGNED, left)
    return made


def write_geojson(path: Path, content: Content, numbers: Sequence[int]) -> None:
    """Write the ways and stops of crews as GeoJSON."""
    with whole_file(path) as stream:
        json.dump(routes_geojson(content, numbers), stream, ensure_ascii=False)


def write_gpx(path: Path, content: Content, crew: Mapping[str, Any]) -> None:
    """Write a crew's day for a navigation device."""
    with whole_file(path) as stream:
        stream.write(crew_gpx(content, crew))


def write_crew_csv(path: Path, crew: Mapping[str, Any]) -> None:
    """Write a crew's stops as a table with all that the plan says of each."""
    rows = ([*(stop[name] for name in CREW_STOPS), len(stop["request_ids"]), *_window(stop)] for stop in crew["stops"])
    write_csv(path, (*CREW_STOPS, "reports", "window_from", "window_to"), rows)


def _window(stop: Mapping[str, Any]) -> tuple[str | None, str | None]:
    early, late = stop["window"] or (None, None)
    return early, late


def file_name(number: int, crew: str) -> str:
    """A file name for a crew that is safe everywhere and stays unique by its number."""
    plain = re.sub(r"[^A-Za-z0-9]+", "-", crew).strip("-").lower()[:40]
    return f"crew-{number:02d}-{plain}" if plain else f"crew-{number:02d}"


def crew_line(crew: Mapping[str, Any]) -> list[list[float]]:
    """A crew's whole way, depot to depot, longitude first."""
    legs = [stop["leg_line"] for stop in crew["stops"]] + [crew["return_line"]]
    return [point for leg in legs for point in leg]


def routes_geojson(content: Content, numbers: Sequence[int]) -> dict[str, Any]:
    """A line a crew and a point a stop, with times as properties; crews by their place in the plan, from 1."""
    features: list[dict[str, Any]] = []
    for number in numbers:
        crew = content["crews"][number - 1]
        if not crew["stops"]:
            continue
        told = {"crew": crew["crew"], "number": number, "distance_m": crew["distance_m"], "drive_s": crew["drive_s"]}
        features.append(_feature("LineString", crew_line(crew), told))
        for stop in crew["stops"]:
            times = {name: stop[name] for name in STOPS[1:]}
            features.append(_feature("Point", [stop["long"], stop["lat"]], {"crew": crew["crew"], **times}))
    return {
        "type": "FeatureCollection",
        "date": content["date"],
        "straight_line": content["straight_line"],
        "solver": content["solver"],
        "features": features,
    }


def _feature(kind: str, coordinates: Any, properties: Mapping[str, Any]) -> dict[str, Any]:
    geometry = {"type": kind, "coordinates": coordinates}
    return {"type": "Feature", "geometry": geometry, "properties": dict(properties)}


def crew_gpx(content: Content, crew: Mapping[str, Any]) -> str:
    """A crew's day for a navigation device: the way as a track, the stops as waypoints with their times."""
    import gpxpy.gpx as gpx

    made = gpx.GPX()
    made.name = _plain(f"{crew['crew']}, {content['date']}")
    for stop in crew["stops"]:
        point = gpx.GPXWaypoint(stop["lat"], stop["long"], time=datetime.fromisoformat(stop["service_start"]))
        point.name = _plain(f"{stop['sequence']} {stop['job']}")
        point.description = _plain(", ".join(part for part in (stop["address"], stop["service"]) if part))
        made.waypoints.append(point)
    segment = gpx.GPXTrackSegment([gpx.GPXTrackPoint(lat, lon) for lon, lat in crew_line(crew)])
    track = gpx.GPXTrack(made.name)
    track.segments.append(segment)
    made.tracks.append(track)
    return str(made.to_xml())


def _plain(text: str) -> str:
    """Text that XML can hold."""
    return "".join(letter for letter in text if letter in "\t\n" or _is_xml(ord(letter)))


def _is_xml(code: int) -> bool:
    """Whether XML 1.0 allows a character (section 2.2): no control characters, no surrogates, no U+FFFE and U+FFFF."""
    return 0x20 <= code < 0xD800 or 0xE000 <= code < 0xFFFE or code > 0xFFFF
