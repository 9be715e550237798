"""The examples of a set of rules, each run as a request that might come: all of them at once, by rules and layers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import numpy as np

from data.records import City, Placement
from data.repositories.arrays import Arrays
from data.unit_of_work import ReadUnit
from desktop.domain.rule_examples import Reached, expect
from desktop.domain.rule_matching import NOWHERE, Words
from desktop.domain.rules import Example, Rules
from desktop.domain.unassigned import Unassigned
from desktop.operations.assignment_scene import AssignmentScene
from desktop.operations.deciding import Outcome, RuleBook, decide
from desktop.operations.work import Work

NOON = time(12)


def try_examples(work: Work, unit: ReadUnit, city: City, rules: Rules, first_day: date) -> list[tuple[int, str]]:
    """The number of each example that does not get what it expects, and a sentence.

    first_day: the day of examples that name none. Services and sources have to be there (rule_faults).
    """
    examples = rules.example
    if not examples:
        return []
    scene = AssignmentScene.read(work, unit, city)
    words = [Words(one.text, "", one.answers) for one in examples]
    rows = _rows(scene, examples, first_day)
    decided = decide(scene, rows, RuleBook.only(rules), read=lambda places: [words[place] for place in places.tolist()])
    found = [_reached(scene, rules, decided.of(row)) for row in range(len(examples))]
    told = ((number, expect(one, got)) for number, (one, got) in enumerate(zip(examples, found, strict=True), 1))
    return [(number, sentence) for number, sentence in told if sentence]


def _rows(scene: AssignmentScene, examples: Sequence[Example], first_day: date) -> Arrays:
    """The examples as columns of `assignment_scene.DECIDES`."""
    services = {service.service_code: int(service.id) for service in scene.services}
    sources = {name: key for key, name in scene.sources.items()}
    placement = np.empty(len(examples), dtype=object)
    placement[:] = Placement.LOCATED.value
    return {
        "id": np.zeros(len(examples), dtype=np.int64),
        "source_id": np.array([sources.get(one.source, NOWHERE) for one in examples], dtype=np.int64),
        "service_id": np.array([services[one.service] for one in examples], dtype=np.int64),
        "placement": placement,
        "lat": np.array([one.lat for one in examples]),
        "long": np.array([one.long for one in examples]),
        "requested_at": np.array([_moment_ms(one, scene.city.timezone, first_day) for one in examples]),
    }


def _moment_ms(example: Example, timezone: str, first_day: date) -> int:
    local = datetime.fromisoformat(example.at) if example.at else datetime.combine(first_day, NOON)
    return round(local.replace(tzinfo=ZoneInfo(timezone)).timestamp() * 1000)


def _reached(scene: AssignmentScene, rules: Rules, outcome: Outcome) -> Reached:
    """What an example got. A layer that gives it to its department is no rule."""
    if outcome.kind == Unassigned.FAULT:
        return Reached("", outcome.rule, outcome.reason.rstrip("."))
    by_rule = any(rule.name == outcome.rule for rule in rules)
    agency = "" if outcome.agency_id is None else scene.agencies[outcome.agency_id]
    return Reached(agency, outcome.rule if by_rule else "")
