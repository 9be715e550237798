"""JSON of many makers, told apart by shape: GeoJSON, ArcGIS, SeeClickFix, Open311, and plain lists of objects."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from data.connectors.archives import open_member
from data.connectors.encodings import UTF8, marked_encoding, not_text
from data.connectors.mapping import RowMaker, Source
from data.connectors.projected import arcgis_crs, geojson_crs, in_degrees
from data.connectors.rows import RejectedRow, RequestRow
from data.errors import RefusedInput

Record = dict[str, Any]
_POINT_NAMES = ("lat", "long", "latitude", "longitude", "lng", "lon")
KINDS = ("geojson", "arcgis", "seeclickfix", "open311")


def load_json(path: Path, member: str, file: str, encoding: str | None = None) -> Any:
    """The value of a JSON file; RefusedInput with the place of the fault."""
    with open_member(path, member) as stream:
        content = stream.read()
    try:
        return json.loads(content.decode(encoding or marked_encoding(content[:4]) or UTF8))
    except UnicodeError as fault:
        raise not_text(path, member, file, encoding) from fault
    except RecursionError as fault:
        raise RefusedInput(f"{file} nests its values too deeply to be requests; is it another file?") from fault
    except json.JSONDecodeError as fault:
        raise RefusedInput(f"{file} is not whole JSON (line {fault.lineno}: {fault.msg}); export it again.") from fault


def kind_of(value: Any) -> str | None:
    """Which maker's JSON this is; None for none that we know."""
    if isinstance(value, dict):
        if value.get("type") == "FeatureCollection":
            return "geojson"
        features = value.get("features")
        if isinstance(features, list) and (not features or _has(features[0], "attributes")):
            return "arcgis"
        if isinstance(value.get("issues"), list):
            return "seeclickfix"
        return "open311" if _open311_list(value) is not None else None
    return "open311" if isinstance(value, list) else None


def _has(value: Any, name: str) -> bool:
    return isinstance(value, dict) and name in value


def read_json(value: Any, kind: str, source: Source, columns: Mapping[str, str]) -> Iterator[RequestRow | RejectedRow]:
    """Rows of a parsed JSON value. RefusedInput when it is not of the kind, or lacks what is needed."""
    headers, rows = json_table(value, kind, source.file)
    if not rows:
        return
    maker = RowMaker(headers, columns, source)
    for number, cells in enumerate(rows, 1):
        yield maker.read(number, cells)


def json_table(value: Any, kind: str, file: str) -> tuple[list[str], list[list[str]]]:
    """The names that records carry, and every record as texts in their order. RefusedInput as in read_json."""
    _refuse_error(value, file)
    records = list(_RECORDS[kind](value, file))
    headers = list(dict.fromkeys(name for record in records for name in record))
    return headers, [[_text(record.get(name)) for name in headers] for record in records]


def _refuse_error(value: Any, file: str) -> None:
    """An error body of a server is told in the server's words."""
    errors = value.get("errors", value.get("error")) if isinstance(value, dict) else value
    if (
        isinstance(errors, list)
        and errors
        and isinstance(errors[0], dict)
        and set(errors[0]) == {"code", "description"}
    ):
        raise RefusedInput(f"{file} is the server's refusal: {errors[0]['description']}.")
    if isinstance(value, dict) and isinstance(value.get("error"), dict):
        raise RefusedInput(f"{file} is the server's refusal: {value['error'].get('message', 'no reason given')}.")


def _objects(value: Any, file: str) -> list[Record]:
    if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
        raise RefusedInput(f"{file} is not a list of requests; is it another export?")
    return value


def _geojson(value: Any, file: str) -> Iterator[Record]:
    crs = geojson_crs(value, file)
    for feature in _objects(value.get("features") if isinstance(value, dict) else None, file):
        record = dict(_object(feature.get("properties")))
        if "id" in feature:
            record.setdefault("id", feature["id"])
        geometry = _object(feature.get("geometry"))
        at = geometry.get("coordinates")
        if geometry.get("type") == "Point" and isinstance(at, list) and len(at) >= 2:
            for name in [name for name in record if name.lower() in _POINT_NAMES]:
                del record[name]
            record["long"], record["lat"] = in_degrees(at[0], at[1], crs)
        yield record


def _arcgis(value: Any, file: str) -> Iterator[Record]:
    crs = arcgis_crs(value, file)
    for feature in _objects(value.get("features") if isinstance(value, dict) else None, file):
        record = dict(_object(feature.get("attributes")))
        geometry = _object(feature.get("geometry"))
        if "x" in geometry and "y" in geometry and not _has_point(record):
            for name in [name for name in record if name.lower() in _POINT_NAMES]:
                del record[name]
            record["long"], record["lat"] = in_degrees(geometry["x"], geometry["y"], crs)
        yield record


def _object(value: Any) -> Record:
    return value if isinstance(value, dict) else {}


def _has_point(record: Record) -> bool:
    return any(name.lower() in ("latitude", "lat") and value not in (None, "") for name, value in record.items())


def _seeclickfix(value: Any, file: str) -> Iterator[Record]:
    for issue in _objects(value.get("issues") if isinstance(value, dict) else None, file):
        kind = issue.get("request_type") or {}
        media = issue.get("media") or {}
        reporter = issue.get("reporter") or {}
        yield {
            "id": issue.get("id"),
            "service_code": kind.get("id") or issue.get("summary"),
            "service_name": kind.get("title") or issue.get("summary"),
            "agency": kind.get("organization"),
            "status": issue.get("status"),
            "summary": issue.get("summary"),
            "description": issue.get("description") or issue.get("summary"),
            "address": issue.get("address"),
            "lat": issue.get("lat"),
            "lng": issue.get("lng"),
            "created_at": issue.get("created_at"),
            "acknowledged_at": issue.get("acknowledged_at"),
            "closed_at": issue.get("closed_at"),
            "updated_at": issue.get("updated_at"),
            "media_url": media.get("image_full") if isinstance(media, dict) else None,
            "reporter_name": reporter.get("name") if isinstance(reporter, dict) else None,
            "rating": issue.get("rating"),
        }


def _open311_list(value: Any) -> list[Record] | None:
    """The requests of an Open311 answer: a list, or one object, under either of its wrappings."""
    if isinstance(value, list):
        return value
    for name in ("service_requests", "requests"):
        inner = value.get(name)
        if isinstance(inner, dict):
            inner = inner.get("request", inner)
        if inner is not None:
            return inner if isinstance(inner, list) else [inner]
    return [value] if "service_request_id" in value else None


def _open311(value: Any, file: str) -> Iterator[Record]:
    found = _open311_list(value) if isinstance(value, (list, dict)) else None
    for record in _objects(found, file):
        yield {name: item for name, item in record.items() if name not in ("notes", "extended_attributes")}


_RECORDS = {"geojson": _geojson, "arcgis": _arcgis, "seeclickfix": _seeclickfix, "open311": _open311}


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    return json.dumps(value, ensure_ascii=False) if isinstance(value, (dict, list)) else str(value)
