"""A plan made by hand, for what leaves the door: every kind of stop that there is."""

from __future__ import annotations

import io
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from PIL import Image

from data.store import Store
from data.unit_of_work import WriteUnit
from desktop.domain.clock import FixedClock
from desktop.operations.work import Work

CITY, ZONE, DAY = "Rivermouth", "Europe/Berlin", date(2026, 10, 14)
NOW = datetime(2026, 10, 14, 4, 40, tzinfo=UTC)  # 06:40 there


def found(store: Store, name: str = CITY) -> Work:
    """A city with a service, a department and its crew, three reports, two of them one incident, and what was asked."""
    with store.write("found", actor="ana", at=NOW) as unit:
        unit.create("city", [{"name": name, "timezone": ZONE}])
        agency = unit.create("agency", [{"name": "Sanitation"}])[0]
        _reports(unit, agency, _service(unit, agency))
        depot = unit.create("depot", [{"name": "Cooper Road", "lat": 53.54, "long": 8.56}])[0]
        whose = {"name": "Tipper", "depot_id": depot, "agency_id": agency, "skills": [], "capacity": None}
        unit.create("crew", [{**whose, "shift_start_min": 420, "shift_end_min": 960, "break_minutes": 0}])
        unit.commit()
    return Work(store, "ana", FixedClock(NOW))


def _service(unit: WriteUnit, agency: int) -> int:
    shared = {"agency_id": agency, "skills": ["loader", "Sanitation"], "service_duration_s": 1500}
    service = unit.create("service", [{"service_code": "dump", "service_name": "Illegal dumping", **shared}])[0]
    asked = [("what", "What was left there?"), ("phone", "Your telephone"), ("reach", "How do we get in?")]
    shape = {"service_id": service, "datatype": "string", "required": False, "values": []}
    rows = ({"position": at, "code": code, "question": text} for at, (code, text) in enumerate(asked))
    unit.create("service_question", [row | shape for row in rows])
    return service


def _reports(unit: WriteUnit, agency: int, service: int) -> None:
    source = unit.create("source", [{"name": "live", "kind": "open311"}])[0]
    came = datetime(2026, 10, 13, 8, tzinfo=UTC)
    row = {"source_id": source, "service_id": service, "agency_id": agency, "lat": 53.55, "long": 8.57}
    row |= {"status": "acknowledged", "placement": "located", "requested_at": came, "row_digest": b""}
    ids = unit.create("service_request", [{"service_request_id": str(number), **row} for number in (1, 2, 3)])
    parent = {"parent_request_id": ids[0], "accepted_by": "ana", "score": 1.0, "request_count": 2}
    incident = unit.create("incident", [parent])[0]
    unit.change("service_request", {key: {"incident_id": incident} for key in ids[:2]})
    told = [("what", "sofa;tyres"), ("phone", "555 0142 777"), ("reach", "call 0471 555 0142"), ("stray", "secret")]
    answers = [{"request_id": ids[0], "code": code, "value": value} for code, value in told]
    unit.attach_answers([*answers, {"request_id": ids[1], "code": "what", "value": "tyres"}])
    size = {"media_type": "image/png", "width_px": 40, "height_px": 30}
    unit.attach_photos([{"request_id": ids[1], **size, "content": png()}])


def png(colour: str = "#6b8a5a") -> bytes:
    """A small photo."""
    stream = io.BytesIO()
    Image.new("RGB", (40, 30), colour).save(stream, "PNG")
    return stream.getvalue()


def stop(sequence: int, **told: Any) -> dict[str, Any]:
    """A stop of a plan; what is not told is ordinary."""
    minute = 7 * 60 + 10 + 8 * sequence
    ordinary = {
        "sequence": sequence,
        "job": f"J{sequence}",
        "request_ids": [],
        "lat": 53.54 + 0.002 * sequence,
        "long": 8.56 + 0.003 * (sequence % 7),
        "address": f"{sequence} Windmill Lane",
        "service": "Illegal dumping",
        "description": "Sofa, 6 bags. Blocks the bus stop.",
        "arrival": at(minute - 2),
        "service_start": at(minute),
        "departure": at(minute + 5),
        "window": None,
        "leg_distance_m": 700,
        "leg_drive_s": 120,
        "leg_line": [[8.56, 53.54], [8.56 + 0.003 * (sequence % 7), 53.54 + 0.002 * sequence]],
    }
    return ordinary | told


def at(minute: int) -> str:
    """A minute of the day as the plan writes it."""
    return f"2026-10-14T{minute // 60:02d}:{minute % 60:02d}:00+02:00"


def crew(name: str, *stops: Mapping[str, Any], **told: Any) -> dict[str, Any]:
    """A crew of a plan with its stops."""
    ordinary = {
        "crew": name,
        "colour_slot": 1,
        "depot": {"name": "yard Cooper Road", "lat": 53.54, "long": 8.56},
        "shift_start": at(420),
        "shift_end": at(960),
        "skills": [],
        "break": {"start": at(690), "end": at(720)},
        "distance_m": 38_000,
        "drive_s": 7500,
        "work_s": 16800,
        "wait_s": 0,
        "return_at": at(900),
        "stops": list(stops),
        "return_line": [[8.563, 53.542], [8.56, 53.54]],
    }
    return ordinary | told


def content(*crews: Mapping[str, Any]) -> dict[str, Any]:
    """A plan's content of these crews."""
    return {
        "version": 1,
        "date": DAY.isoformat(),
        "timezone": ZONE,
        "straight_line": False,
        "streets": "streets of Rivermouth",
        "crews": list(crews),
        "unassigned": [],
        "solver": {"seed": 1, "iterations": 1, "seconds": 0.1, "cost": 1},
    }


def keep(work: Work, told: Mapping[str, Any]) -> int:
    """Put a plan into the store; returns its number."""
    with work.store.write("plan routes", actor="ana", at=NOW) as unit:
        made = unit.create("plan", [{"date": DAY, "created_at": NOW, "content": told}])[0]
        unit.commit()
    return int(made)
