"""A question as the store keeps it under a name, and back; what makes no sense here is no question."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, fields
from datetime import date
from pathlib import PurePath
from typing import Any

from desktop.views.neighbourhoods.question import MODES, Question

DAYS = ("first", "last", "before_first", "before_last")
NUMBERS = {"cell_m": (0, 5000), "permutations": (99, 9999), "seed": (0, 99_999_999), "bandwidth_m": (0, 20_000)}
CHOICES = {
    "statistic": MODES,
    "count": ("requests", "incidents"),
    "exposure": ("", "km2", "street_km", "given"),
    "weights": ("edge", "two rings"),
    "against": ("itself", "city"),
    "step": ("", "day", "week", "month"),
    "kernel": ("quartic", "gaussian"),
}


def question_content(question: Question) -> dict[str, Any]:
    """As JSON takes it: days as ISO, values of an exposure as pairs; where a file lies is nobody's business."""
    content = asdict(question) | {"exposure_file": PurePath(question.exposure_file).name}
    content |= {name: None if content[name] is None else content[name].isoformat() for name in DAYS}
    return content | {"given": [list(pair) for pair in question.given]}


def question_kept(content: Mapping[str, Any]) -> Question | None:
    """The question of a kept content; None where a field is none that the form can hold, as one of a later version."""
    known = {field.name for field in fields(Question)}
    told = {name: value for name, value in content.items() if name in known}
    try:
        told |= {name: date.fromisoformat(told[name]) for name in DAYS if told.get(name) is not None}
        told["given"] = tuple((str(name), float(value)) for name, value in told.get("given", ()))
        question = Question(**told)
    except (TypeError, ValueError):
        return None
    return question if _makes_sense(question) else None


def _makes_sense(question: Question) -> bool:
    chosen = all(getattr(question, name) in choices for name, choices in CHOICES.items())
    within = all(
        isinstance(getattr(question, name), int) and low <= getattr(question, name) <= high
        for name, (low, high) in NUMBERS.items()
    )
    named = (question.service_code, question.zones, question.exposure_file, question.exposure_field)
    texts = all(isinstance(text, str) for text in named)
    given = bool(question.given or question.exposure_file) or question.exposure != "given"
    return chosen and within and texts and given and None not in (question.first, question.last)
