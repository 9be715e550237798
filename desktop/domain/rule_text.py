"""Rules of assignment as text that people read, mail and keep: TOML, one [[rule]] after the other, then [[example]].

What is at its default is left out. Reading collects every fault as a sentence that names the rule and the field.
"""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

import tomli_w
from pydantic import BaseModel, ValidationError

from desktop.domain.rules import MOST_RULES, WEEKDAYS, Example, Rule, Rules

MOST_BYTES = 1_000_000
MOST_TOLD = 40
WIDTH = 110
_MOST_DOTS = 8  # the parser needs the square of a dotted name's length
_STRING_OR_COMMENT = re.compile(
    r'"{3}(?:\\.|[^\\])*?"{3,5}' r"|'{3}.*?'{3,5}" r'|"(?:\\.|[^"\\\n])*"' r"|'[^'\n]*'|#[^\n]*", re.DOTALL
)
_FORMS = {
    "services": '["POT", "TREE"]',
    "areas": '{ "Council districts" = ["District 1"] }',
    "weekdays": '["sat", "sun"]',
    "hours": '"22:00-06:00"',
    "season": '"11-01..03-31"',
    "answers": '{ depth = ["deep"] }',
    "sources": '["app"]',
    "words": '["hydrant"]',
    "priority": "a whole number from 0 to 100",
    "deadline_working_h": "a number of hours, like 4.5",
    "effective_from": "2026-10-13",
    "effective_to": "2026-10-13",
    "lat": "42.36",
    "long": "-71.06",
    "at": '"2026-10-13 22:30"',
}


class RuleTextFault(ValueError):
    """A text that holds no rules. `sentences` tell each fault: what, where, what to do."""

    def __init__(self, sentences: Sequence[str]) -> None:
        self.sentences = tuple(sentences)
        super().__init__("\n".join(self.sentences))


def text_of(rules: Rules) -> str:
    """Rules as TOML; rules_of makes the same ones of it."""
    parts = [("rule", one) for one in rules.rule] + [("example", one) for one in rules.example]
    return "\n".join(f"[[{kind}]]\n{''.join(_lines(one))}" for kind, one in parts)


def rules_of(text: str, name: str) -> Rules:
    """The rules in a text; `name` is what its faults call it. RuleTextFault tells all of them."""
    content = _parsed(text.removeprefix("\ufeff"), name)
    for kind in Rules.model_fields:
        if isinstance(parts := content.get(kind), list) and len(parts) > MOST_RULES:
            raise RuleTextFault([f"{name} has {len(parts):,} [[{kind}]]; {MOST_RULES} are the most, join some."])
    try:
        return Rules.model_validate(content)
    except ValidationError as wrong:
        faults = [_sentence(name, content, fault) for fault in wrong.errors(include_url=False, include_context=False)]
    if len(faults) > MOST_TOLD:
        faults[MOST_TOLD:] = [f"{name}: {len(faults) - MOST_TOLD:,} more faults follow; mend these first."]
    raise RuleTextFault(faults)


def field_words(field: str, fault: Mapping[str, Any]) -> str:
    """What is wrong with a field of a rule and what to write, of a fault that pydantic found; no full stop."""
    return _said(str(fault["type"]), field, fault)


def _lines(part: BaseModel) -> Iterator[str]:
    """The fields of a rule or an example that say something, a line each."""
    for field, about in type(part).model_fields.items():
        value = getattr(part, field)
        if about.is_required() or value != about.get_default(call_default_factory=True):
            yield f"{field} = {_value(value)}\n"


def _value(value: Any) -> str:
    if isinstance(value, Mapping):
        inner = ", ".join(f"{_key(key)} = {_value(one)}" for key, one in value.items())
        return f"{{ {inner} }}"
    if isinstance(value, tuple):
        return _array([_value(one) for one in value])
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    many_lines = isinstance(value, str) and "\n" in value and "\r" not in value  # it would make one line's end of two
    return tomli_w.dumps({"x": value}, multiline_strings=many_lines)[len("x = ") : -1]


def _key(name: str) -> str:
    return tomli_w.dumps({name: 0})[: -len(" = 0\n")]


def _array(values: list[str]) -> str:
    whole = f"[{', '.join(values)}]"
    if len(whole) <= WIDTH:
        return whole
    return "[\n" + "".join(f"  {value},\n" for value in values) + "]"


def _parsed(text: str, name: str) -> dict[str, Any]:
    size = len(text.encode("utf-8", "replace"))
    if size > MOST_BYTES:
        raise RuleTextFault([f"{name} has {size:,} bytes; {MOST_BYTES:,} are the most, split what it holds."])
    bare = _STRING_OR_COMMENT.sub("", text)
    if any(part.count(".") > _MOST_DOTS for part in re.split(r"[\n=,\[\]{}]", bare)):
        raise RuleTextFault([f"{name} holds a name of more than {_MOST_DOTS} parts with dots; rules have none."])
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as fault:
        raise RuleTextFault([f"{name} is no TOML: {str(fault).rstrip('.')}; correct it there."]) from fault
    except (RecursionError, ValueError) as fault:  # brackets without end; a number of thousands of digits
        raise RuleTextFault([f"{name} is no TOML: it nests too deep or holds too long a number."]) from fault


def _sentence(name: str, content: Mapping[str, Any], fault: Any) -> str:
    """A fault of one field as a sentence: where it is, what it is, what to do."""
    place, kind = tuple(fault["loc"]), str(fault["type"])
    where, fields = _where(content, place), [part for part in place[2:] if isinstance(part, str) and part != "[key]"]
    field = str(fields[0]) if fields else ""
    if kind == "extra_forbidden":
        return f"{name}: {where if len(place) > 2 else 'it'} has no field '{_short(place[-1])}'{_meant(place)}."
    said = _said(kind, field, fault)
    of = f", {'.'.join(map(_short, fields))}" if fields else ""
    return f"{name}{f': {where}' if where else ''}{of}: {said}."


def _where(content: Mapping[str, Any], place: tuple[Any, ...]) -> str:
    if len(place) < 2 or not isinstance(place[1], int):
        return "".join(map(_short, place))
    try:
        part = content[place[0]][place[1]]
        called = part.get("name", part.get("service", ""))
    except (LookupError, AttributeError, TypeError):
        called = ""
    of = f" ('{_short(called)}')" if isinstance(called, str) and called else ""
    return f"{place[0]} {place[1] + 1}{of}"


def _meant(place: tuple[Any, ...]) -> str:
    parts: Mapping[str, type[BaseModel]] = {"rule": Rule, "example": Example}
    known = (parts.get(place[0], Rules) if len(place) > 1 else Rules).model_fields
    close = difflib.get_close_matches(str(place[-1])[:100], known, 1)
    return f"; write {close[0]}" if close else f"; it can have {', '.join(known)}"


def _said(kind: str, field: str, fault: Mapping[str, Any]) -> str:
    form, given = _FORMS.get(field, '"text"'), _short(fault["input"])
    if kind == "value_error":
        return str(fault["msg"]).removeprefix("Value error, ").rstrip(".")
    if kind == "missing":
        return f"it is missing; write {field} = {form}"
    if kind == "literal_error":
        return f"'{given}' is no weekday; use {', '.join(WEEKDAYS)}"
    if kind == "string_type":
        return f"{given} must be text in quotes"
    if kind == "too_long":
        return "it has too many entries; make several rules of it"
    if kind == "string_too_long":
        return f"{str(fault['msg'])[0].lower()}{str(fault['msg'])[1:]}; shorten it"
    if not field:
        return "it must be a part of its own that begins with [[rule]] or [[example]]"
    return f"{given} does not fit; write {form}"


def _short(value: Any) -> str:
    text = str(value) if isinstance(value, str | int | float) else repr(value)
    text = "".join(mark if mark.isprintable() else " " for mark in text[:80])
    return text if len(text) < 60 else f"{text[:57]}..."
