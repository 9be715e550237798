"""The catalogue of services as a file that people edit: JSON, or CSV with one line a service."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from data.connectors.csv_rows import peek_csv
from data.connectors.json_rows import load_json
from data.connectors.safe_csv import unsafe_text, whole_file, write_csv
from data.connectors.values import storable
from data.errors import RefusedInput

ENDINGS = (".json", ".csv")
TEXTS = ("service_name", "group", "description", "agency_responsible", "icon")
FIELDS = (
    "service_code", *TEXTS, "mapped", "deadline_working_h", "service_minutes", "priority", "skills", "questions",
)  # fmt: skip
LONGEST = {"service_code": 120, "service_name": 200, "group": 120, "agency_responsible": 200, "icon": 40, "code": 120}
DATATYPES = ("string", "number", "datetime", "text", "singlevaluelist", "multivaluelist")
_BOTH = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
_MOST = 1_000_000  # services are hundreds; a file of more is another one


@dataclass(frozen=True, slots=True)
class QuestionRow:
    """What a service asks; `values` are the choices of a list."""

    code: str
    datatype: str
    question: str
    required: bool = False
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ServiceRow:
    """One service as a file tells it: `given` holds only what the file says of it."""

    service_code: str
    given: Mapping[str, Any]
    questions: tuple[QuestionRow, ...] | None  # None: the file says nothing of them


def write_services(path: Path, services: Sequence[Mapping[str, Any]]) -> None:
    """Write services (all of FIELDS, questions as plain objects) by the file's ending; whole or not at all."""
    if path.suffix.lower() == ".csv":
        write_csv(path, FIELDS, ([_cell(service[name]) for name in FIELDS] for service in services))
        return
    with whole_file(path) as stream:
        json.dump({"services": list(services)}, stream, ensure_ascii=False, indent=2)
        stream.write("\n")


def read_services(path: Path) -> list[ServiceRow]:
    """Read what write_services wrote, or a person; RefusedInput names the service and what is wrong with it."""
    check_ending(path)
    records = _csv_records(path) if path.suffix.lower() == ".csv" else _json_records(path)
    rows = [_row(record, f"{path.name}, service {at}") for at, record in enumerate(records, 1)]
    if not rows:
        raise RefusedInput(f"{path.name} holds no services; export the catalogue to see what it looks like.")
    codes = [row.service_code for row in rows]
    twice = next((code for code in codes if codes.count(code) > 1), None) if len(set(codes)) < len(codes) else None
    if twice is not None:
        raise RefusedInput(f"{path.name} names the service '{twice}' twice; codes must differ.")
    return rows


def check_ending(path: Path) -> None:
    """RefusedInput for a file whose ending does not tell its kind."""
    if path.suffix.lower() not in ENDINGS:
        raise RefusedInput(f"{path.name} does not tell its kind; end it with one of {', '.join(ENDINGS)}.")


def _cell(value: Any) -> object:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        plain = all(isinstance(item, str) for item in value)
        return ";".join(value) if plain else json.dumps(value, ensure_ascii=False)
    return value


def _csv_records(path: Path) -> Iterator[dict[str, Any]]:
    if not path.is_file():
        raise RefusedInput(f"There is no file {path}; correct its name.")
    headers, lines = peek_csv(path, "", path.name, None, _MOST)
    for number, cells in enumerate(lines, 2):
        if len(cells) != len(headers):
            raise RefusedInput(f"{path.name} row {number} has {len(cells)} cells where the header has {len(headers)}.")
        record: dict[str, Any] = dict(zip(headers, map(unsafe_text, cells), strict=True))
        for name, split in (("skills", _skills), ("questions", _questions)):
            if name in record:
                record[name] = split(record[name], f"{path.name} row {number}")
        yield record


def _skills(text: str, where: str) -> list[str]:
    return [skill.strip() for skill in text.split(";") if skill.strip()]


def _questions(text: str, where: str) -> Any:
    if not text.strip():
        return []
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as fault:
        raise RefusedInput(f"{where}: questions are not a list in JSON; export the catalogue to see one.") from fault


def _json_records(path: Path) -> list[Any]:
    if not path.is_file():
        raise RefusedInput(f"There is no file {path}; correct its name.")
    value = load_json(path, "", path.name)
    records = value.get("services") if isinstance(value, dict) else value
    if not isinstance(records, list) or not all(isinstance(record, dict) for record in records):
        raise RefusedInput(f"{path.name} is not a list of services; export the catalogue to see what it looks like.")
    return records


def _row(record: Mapping[str, Any], where: str) -> ServiceRow:
    strange = sorted(set(record) - set(FIELDS))
    if strange:
        raise RefusedInput(f"{where} has the field '{strange[0]}'; a service has {', '.join(FIELDS)}.")
    code = _text(record, "service_code", where)
    if not code:
        raise RefusedInput(f"{where} has no service_code; fill it in.")
    where = f"{where} ({code[:40]})"
    given: dict[str, Any] = {name: _text(record, name, where) for name in TEXTS if name in record}
    if "mapped" in record:
        given["mapped"] = _both(record["mapped"], "mapped", where)
    if "deadline_working_h" in record:
        given["deadline_working_h"] = _number(record, "deadline_working_h", 0, 100_000, where)
    for name, least, most in (("service_minutes", 0, 100_000), ("priority", 0, 100)):
        if record.get(name) not in (None, ""):
            given[name] = _number(record, name, least, most, where)
    if "skills" in record:
        given["skills"] = [_item(skill, "skills", where) for skill in _list(record["skills"], "skills", where)]
    asked = record.get("questions")
    questions = None if asked is None else tuple(_question(q, where) for q in _list(asked, "questions", where))
    if questions and len({question.code for question in questions}) < len(questions):
        raise RefusedInput(f"{where} asks two questions with the same code; codes must differ.")
    return ServiceRow(code, given, questions)


def _question(value: Any, where: str) -> QuestionRow:
    if not isinstance(value, dict):
        raise RefusedInput(f"{where}: a question is an object with code, datatype, question, required and values.")
    code, datatype = _text(value, "code", where), _text(value, "datatype", where) or "string"
    if not code:
        raise RefusedInput(f"{where} has a question without a code; fill it in.")
    if datatype not in DATATYPES:
        raise RefusedInput(f"{where}: '{datatype[:40]}' is no datatype; use one of {', '.join(DATATYPES)}.")
    choices = tuple(_item(choice, "values", where) for choice in _list(value.get("values", []), "values", where))
    required = _both(value.get("required", False), "required", where)
    return QuestionRow(code, datatype, _text(value, "question", where) or code, required, choices)


def _text(record: Mapping[str, Any], name: str, where: str) -> str:
    value = record.get(name)
    text = "" if value is None else _item(value, name, where)
    most = LONGEST.get(name)
    if most is not None and len(text) > most:
        raise RefusedInput(f"{where}: {name} has {len(text)} characters; shorten it to {most}.")
    return text


def _item(value: Any, name: str, where: str) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise RefusedInput(f"{where}: {name} is not a text; export the catalogue to see one.")
    return storable(str(value).strip())


def _list(value: Any, name: str, where: str) -> list[Any]:
    if not isinstance(value, list):
        raise RefusedInput(f"{where}: {name} is not a list; export the catalogue to see one.")
    return value


def _both(value: Any, name: str, where: str) -> bool:
    found = value if isinstance(value, bool) else _BOTH.get(str(value).strip().lower())
    if found is None:
        raise RefusedInput(f"{where}: {name} '{str(value)[:40]}' is neither yes nor no; write one of them.")
    return found


def _number(record: Mapping[str, Any], name: str, least: float, most: float, where: str) -> float | None:
    value = record[name]
    if value in (None, ""):
        return None
    try:
        number = float(value)
    except (TypeError, ValueError) as fault:
        raise RefusedInput(f"{where}: {name} '{str(value)[:40]}' is not a number; write one, as 24 or 1.5.") from fault
    if isinstance(value, bool) or not (math.isfinite(number) and least <= number <= most):
        raise RefusedInput(f"{where}: {name} {str(value)[:40]} is not between {least:g} and {most:g}.")
    return number
