"""Texts for residents kept under a code: saved, removed, brought in and taken along, previewed for requests."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from data.errors import RefusedInput, one_line
from data.records import RequestId, ServiceId
from data.unit_of_work import ReadUnit, WriteUnit
from desktop.domain import answers
from desktop.domain.lifecycle import TRANSITIONS, Deed, Outcome, Verb
from desktop.operations.changes import Changes
from desktop.operations.chosen_requests import read_requests
from desktop.operations.handling import standing_columns
from desktop.operations.speaking import facts_of
from desktop.operations.work import Work

PREVIEWED = 50
_TELLING = tuple(verb.value for verb, row in TRANSITIONS.items() if row.tells)


@dataclass(frozen=True, slots=True)
class Draft:
    """A template as a person writes it. service_id None: for every service; verb empty: for any act that tells."""

    code: str
    name: str
    text: str
    service_id: ServiceId | None = None
    verb: str = ""

    def fault(self) -> str:
        """What is wrong with it, in a sentence; empty where nothing is."""
        if not self.code.strip() or not self.name.strip():
            return "A template needs a code and a name."
        if self.verb and self.verb not in _TELLING:
            return f"No act '{self.verb}' tells residents anything; use one of {', '.join(_TELLING)}, or none."
        fault = answers.fault_of(self.text)
        return f"{self.code}: {fault}" if fault else ""


@dataclass(frozen=True, slots=True)
class Preview:
    """What one resident would read."""

    request_id: RequestId
    service_request_id: str
    text: str


def save_template(work: Work, *, draft: Draft, expected: int | None = None) -> Changes:
    """Keep a text under its code, in place of the one that had it. RefusedInput says what is wrong with it.

    Conflict where the text is no longer the version `expected`.
    """
    return save_templates(work, drafts=[draft], expected={draft.code.strip(): expected} if expected else None)


def save_templates(work: Work, *, drafts: Sequence[Draft], expected: Mapping[str, int] | None = None) -> Changes:
    """Keep several texts, all or none."""
    faults = [fault for fault in (draft.fault() for draft in drafts) if fault]
    if faults:
        raise RefusedInput(faults[0])
    with work.store.write("save template", actor=work.actor, at=work.clock.now()) as unit:
        added, updated = _save(unit, drafts, expected or {})
        counts = {"templates": len(drafts), "added": added, "updated": updated}
        unit.summary.update(counts)
        act_id = unit.commit() if added or updated else None
    sentence = f"{added:,} templates added, {updated:,} updated, {len(drafts) - added - updated:,} unchanged."
    entities = frozenset({"answer_template"})
    return Changes(act_id, work.actor, "save template", entities, (), {"act": act_id, **counts}, sentence)


def _save(unit: WriteUnit, drafts: Sequence[Draft], expected: Mapping[str, int]) -> tuple[int, int]:
    known = {template.code: template for template in unit.templates.all()}
    rows = {draft.code.strip(): _row(draft) for draft in drafts}
    fresh = [row for code, row in rows.items() if code not in known]
    if fresh:
        unit.create("answer_template", fresh)
    changes = {known[code].id: row for code, row in rows.items() if code in known}
    versions = {known[code].id: version for code, version in expected.items() if code in known}
    return len(fresh), unit.change("answer_template", changes, expect_version=versions) if changes else 0


def _row(draft: Draft) -> dict[str, object]:
    text = answers.plain(draft.text).strip()
    service = None if draft.service_id is None else int(draft.service_id)
    row = {"code": draft.code.strip(), "name": draft.name.strip(), "text": text}
    return {**row, "service_id": service, "verb": draft.verb}


def remove_template(work: Work, *, code: str) -> Changes:
    """Forget a text; answers that were written with it stay. RefusedInput where there is none of this code."""
    with work.store.write("remove template", actor=work.actor, at=work.clock.now()) as unit:
        template = unit.templates.by_code(code)
        if template is None:
            raise RefusedInput(f"There is no template '{code}'.")
        unit.remove("answer_template", [template.id])
        unit.summary["code"] = code
        act_id = unit.commit()
    entities, counts = frozenset({"answer_template"}), {"act": act_id, "code": code}
    return Changes(act_id, work.actor, "remove template", entities, (), counts, f"Removed the template {code}.")


def previews(
    work: Work,
    *,
    text: str,
    request_ids: Sequence[RequestId],
    verb: Verb = Verb.ANSWER,
    outcome: Outcome | None = None,
    day: str | None = None,
    contact: str = "",
    limit: int = PREVIEWED,
) -> list[Preview]:
    """What residents would read if the act were done now, for the first `limit` requests it is allowed for.

    RefusedInput for a text with a placeholder nobody knows.
    """
    fault = answers.fault_of(text)
    if fault:
        raise RefusedInput(fault)
    now_ms = round(work.clock.now().timestamp() * 1000)
    city = work.city()
    with work.store.read() as unit:
        rows = read_requests(unit, [int(key) for key in request_ids], verb)
        rows.columns = {name: column[:limit] for name, column in rows.columns.items()}
        columns = rows.columns | standing_columns(rows, Deed(verb, now_ms, outcome=outcome, day=day))
        facts = facts_of(unit, city, columns, work.clock.now(), contact)
    found = zip(rows["id"], rows["service_request_id"], facts, strict=True)
    return [Preview(RequestId(key), number, answers.fill(text, one)) for key, number, one in found]


def templates_as_json(unit: ReadUnit) -> list[dict[str, str]]:
    """Every template with its service's code, as `opsmap templates export` writes them."""
    codes = {service.id: service.service_code for service in unit.services.all()}
    return [
        {
            "code": template.code,
            "name": template.name,
            "service_code": codes.get(template.service_id, "") if template.service_id is not None else "",
            "verb": template.verb,
            "text": template.text,
        }
        for template in unit.templates.all()
    ]


def read_drafts(unit: ReadUnit, path: Path) -> list[Draft]:
    """Templates from a JSON file as templates_as_json wrote it; RefusedInput names the entry that is none."""
    services = {service.service_code: service.id for service in unit.services.all()}
    try:
        content = json.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError) as fault:
        raise RefusedInput(f"{path} cannot be read as JSON: {one_line(fault)}.") from fault
    if not isinstance(content, list):
        raise RefusedInput(f"{path.name} is not a list of templates.")
    return [_draft(entry, f"{path.name}, entry {number}", services) for number, entry in enumerate(content, 1)]


def _draft(entry: Any, where: str, services: Mapping[str, ServiceId]) -> Draft:
    names = ("code", "name", "text", "service_code", "verb")
    if not isinstance(entry, dict) or not all(isinstance(entry.get(name, ""), str) for name in names):
        raise RefusedInput(f"{where} is not a template: it has code, name, text, service_code and verb, all texts.")
    service = entry.get("service_code", "")
    if service and service not in services:
        raise RefusedInput(f"{where}: no service has the code '{service}'.")
    code, name, text = (entry.get(key, "") for key in ("code", "name", "text"))
    return Draft(code, name or code, text, services.get(service), entry.get("verb", ""))
