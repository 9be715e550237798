"""The catalogue of services taken along as a file, and brought back."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from data.connectors.service_files import QuestionRow, ServiceRow, check_ending, read_services, write_services
from data.connectors.values import storable
from data.records import Service, ServiceQuestion
from data.unit_of_work import ReadUnit, WriteUnit
from desktop.domain.service_icons import icon_for
from desktop.operations.changes import Changes
from desktop.operations.outputs import check_output
from desktop.operations.work import Work

SAME = ("service_name", "group", "description", "mapped", "icon", "deadline_working_h", "skills")


def export_services(work: Work, path: Path) -> Changes:
    """Write every service with its questions as JSON or CSV, by the ending. RefusedInput for another ending."""
    check_ending(path)
    check_output(work.store, path)
    work.city()
    with work.store.read() as unit:
        told = _told(unit)
    write_services(path, told)
    counts = {"services": len(told), "file": str(path)}
    words = f"{len(told):,} services in {path}."
    return Changes(None, work.actor, "export services", counts=counts, sentence=words)


def import_services(work: Work, path: Path) -> Changes:
    """Bring a file of services in as one act: read = added + updated + unchanged.

    A service is known by its code; what the file does not say of it stays, its questions are replaced together.
    Services that the file does not name stay. One that the file describes is mapped unless it says otherwise.
    """
    work.city()
    rows = read_services(path)
    work.breathe(None, f"{len(rows):,} services read")
    with work.store.write("import services", actor=work.actor, at=work.clock.now()) as unit:
        agencies = _agencies(unit, rows)
        known = {service.service_code: service for service in unit.services.all()}
        added = [row for row in rows if row.service_code not in known]
        ids = unit.create("service", [_fresh(row, agencies) for row in added]) if added else []
        changed = _update(unit, rows, known, agencies)
        for row, service_id in zip(added, ids, strict=True):
            _ask(unit, service_id, row.questions or ())
        changed |= _update_questions(unit, rows, known)
        counts = {"read": len(rows), "added": len(added), "updated": len(changed)}
        counts["unchanged"] = len(rows) - len(added) - len(changed)
        unit.summary.update(counts, file=storable(path.name))
        act_id = unit.commit() if added or changed else None
    words = (
        f"{path.name}: {counts['added']:,} services added, {counts['updated']:,} updated, "
        f"{counts['unchanged']:,} unchanged."
    )
    entities = frozenset({"service", "service_question", "agency"})
    return Changes(act_id, work.actor, "import services", entities, (), {**counts, "file": str(path)}, words)


def _told(unit: ReadUnit) -> list[dict[str, Any]]:
    agencies = {agency.id: agency.name for agency in unit.agencies.all()}
    return [
        {
            "service_code": service.service_code,
            "service_name": service.service_name,
            "group": service.group,
            "description": service.description,
            "agency_responsible": "" if service.agency_id is None else agencies[service.agency_id],
            "icon": service.icon,
            "mapped": service.mapped,
            "deadline_working_h": service.deadline_working_h,
            "service_minutes": service.service_duration_s / 60,
            "priority": service.priority,
            "skills": list(service.skills),
            "questions": [_question(question) for question in unit.services.questions(service.id)],
        }
        for service in unit.services.all()
    ]


def _question(question: ServiceQuestion | QuestionRow) -> dict[str, Any]:
    return {
        "code": question.code,
        "datatype": question.datatype,
        "question": question.question,
        "required": question.required,
        "values": list(question.values),
    }


def _agencies(unit: WriteUnit, rows: list[ServiceRow]) -> dict[str, int]:
    """Ids of the departments by name; unseen ones are created."""
    known: dict[str, int] = {agency.name: agency.id for agency in unit.agencies.all()}
    named = (str(row.given.get("agency_responsible") or "") for row in rows)
    fresh = list(dict.fromkeys(name for name in named if name and name not in known))
    if fresh:
        known.update(zip(fresh, unit.create("agency", [{"name": name} for name in fresh]), strict=True))
    return known


def _columns(given: Mapping[str, Any], agencies: Mapping[str, int]) -> dict[str, Any]:
    """What a file says, as columns of the table."""
    columns: dict[str, Any] = {name: given[name] for name in SAME if name in given}
    if "agency_responsible" in given:
        columns["agency_id"] = agencies.get(given["agency_responsible"])
    if "service_minutes" in given:
        columns["service_duration_s"] = round(given["service_minutes"] * 60)
    if "priority" in given:
        columns["priority"] = round(given["priority"])
    return {"mapped": True, **columns}


def _fresh(row: ServiceRow, agencies: Mapping[str, int]) -> dict[str, Any]:
    columns = _columns(row.given, agencies)
    name = columns.get("service_name") or row.service_code
    icon = columns.get("icon") or icon_for(name)
    return {"skills": [], **columns, "service_code": row.service_code, "service_name": name, "icon": icon}


def _update(
    unit: WriteUnit, rows: list[ServiceRow], known: Mapping[str, Service], agencies: Mapping[str, int]
) -> set[int]:
    """Change the services that differ; returns their ids."""
    changes: dict[int, dict[str, object]] = {}
    for row in rows:
        service = known.get(row.service_code)
        if service is None:
            continue
        columns = _columns(row.given, agencies)
        if not columns.get("service_name", "x"):
            del columns["service_name"]  # an empty cell takes no name away
        differs = {name: value for name, value in columns.items() if value != _plain(getattr(service, name))}
        if differs:
            changes[service.id] = differs
    if changes:
        unit.change("service", changes)
    return set(changes)


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def _update_questions(unit: WriteUnit, rows: list[ServiceRow], known: Mapping[str, Service]) -> set[int]:
    """Replace the questions that differ; returns the ids of their services."""
    changed: set[int] = set()
    for row in rows:
        service = known.get(row.service_code)
        if service is None or row.questions is None:
            continue
        standing = unit.services.questions(service.id)
        if [_question(question) for question in standing] == [_question(question) for question in row.questions]:
            continue
        unit.remove("service_question", [question.id for question in standing])
        _ask(unit, service.id, row.questions)
        changed.add(int(service.id))
    return changed


def _ask(unit: WriteUnit, service_id: int, questions: tuple[QuestionRow, ...]) -> None:
    if questions:
        asked = [
            {"service_id": service_id, "position": at, **_question(question)}
            for at, question in enumerate(questions, 1)
        ]
        unit.create("service_question", asked)
