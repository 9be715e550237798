"""What a rule's `when` may say: the Common Expression Language (https://cel.dev), held to facts of one request.

CEL is evaluated by the `cel` library (bindings of cel-rust). The language ends on its own: it has no assignment, and
its loops (the macros all, exists, map and filter) are refused here, so the work is bounded by the length of the text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

FACTS: Mapping[str, str] = {  # what an expression may ask, and what it is
    "service": "the service code",
    "group": "the group of the service",
    "source": "the source's name",
    "text": "the description",
    "address": "the address as written",
    "answers": "answers by question code, empty where none was given",
    "areas": "the area in each layer, empty outside of it",
    "weekday": "mon to sun",
    "hour": "0 to 23, in the city's zone",
    "month": "1 to 12",
    "reported": "the moment of the report",
}
OUTCOMES = ("agency", "department", "queue", "priority", "deadline", "rule")
FUNCTIONS = frozenset({"size", "double", "int", "string", "has"})
METHODS = frozenset({"contains", "startsWith", "endsWith", "matches", "size"})
LOOPS = frozenset({"all", "exists", "exists_one", "map", "filter"})
_WORDS = frozenset({"in", "true", "false", "null"})
MOST_CHARACTERS = 1000

_TOKEN = re.compile(
    r"""(?P<string>[bBrR]*(?:\"{3}.*?\"{3}|'{3}.*?'{3}|"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'))"""
    r"|(?P<comment>//[^\n]*)|(?P<name>[A-Za-z_]\w*)|(?P<number>\d[\w.]*)|(?P<mark>\S)",
    re.DOTALL | re.ASCII,
)

Facts = Mapping[str, Any]


class ExpressionFault(ValueError):
    """Why an expression cannot be used, or could not be decided for a request; a sentence."""


@dataclass(frozen=True, slots=True)
class Expression:
    """A compiled expression."""

    text: str
    _run: Callable[[dict[str, Any]], Any]

    def holds(self, facts: Facts) -> bool:
        """Whether it is true of a request; ExpressionFault where it cannot be decided, or says something else."""
        try:
            found = self._run(dict(facts))
        except (ValueError, TypeError, RuntimeError, LookupError, ArithmeticError) as fault:
            raise ExpressionFault(_in_words(fault)) from fault
        if not isinstance(found, bool):
            raise ExpressionFault(f"it says {_shown(found)}, which is neither true nor false")
        return found


@lru_cache(maxsize=512)
def compiled(text: str) -> Expression:
    """An expression ready to be asked; ExpressionFault for one that is wrong, loops, or calls what is not there."""
    import cel

    if len(text) > MOST_CHARACTERS:
        raise ExpressionFault(f"it has {len(text)} characters; {MOST_CHARACTERS} are the most")
    fault = next(_faults(list(_tokens(text))), None)
    if fault is not None:
        raise ExpressionFault(fault)
    try:
        program = cel.compile(text)
    except ValueError as wrong:
        raise ExpressionFault(_where(str(wrong))) from wrong
    return Expression(text, program.execute)


def asked_answers(text: str) -> tuple[str, ...]:
    """The codes of the questions an expression asks for, as far as they stand in it by name."""
    return _keys(text, "answers")


def asked_layers(text: str) -> tuple[str, ...]:
    """The layers an expression asks for, as far as they stand in it by name."""
    return _keys(text, "areas")


Tokens = Sequence[tuple[str, str]]


def _tokens(text: str) -> Iterator[tuple[str, str]]:
    for found in _TOKEN.finditer(text):
        kind = str(found.lastgroup)
        if kind != "comment":
            yield kind, found.group()


def _faults(tokens: Tokens) -> Iterator[str]:
    """What is wrong with the names of an expression; its grammar is the library's to judge."""
    for at, (kind, word) in enumerate(tokens):
        if kind != "name" or word in _WORDS:
            continue
        called = at + 1 < len(tokens) and tokens[at + 1][1] == "("
        if _after_dot(tokens, at):
            if called and word in LOOPS:
                yield f"'{word}' goes through a list; a rule may not loop, name what it asks"
            elif called and word not in METHODS:
                yield f"there is no function '{word}'; use {_listed(METHODS)}"
        elif called and word not in FUNCTIONS:
            yield f"there is no function '{word}'; use {_listed(FUNCTIONS)}"
        elif not called and word in OUTCOMES:
            yield f"it asks for '{word}', which the rules are there to decide; ask for facts of the report"
        elif not called and word not in FACTS:
            yield f"there is no '{word}'; a rule can ask for {_listed(FACTS)}"


def _after_dot(tokens: Tokens, at: int) -> bool:
    return at > 0 and tokens[at - 1][1] == "." and at > 1


def _keys(text: str, name: str) -> tuple[str, ...]:
    tokens = list(_tokens(text))
    found = []
    for at, (kind, word) in enumerate(tokens[:-2]):
        if kind == "name" and word == name and not _after_dot(tokens, at):
            mark, (next_kind, key) = tokens[at + 1][1], tokens[at + 2]
            if mark == "." and next_kind == "name":
                found.append(key)
            elif mark == "[" and next_kind == "string" and key[0] in "\"'":
                found.append(key[1:-1])
    return tuple(dict.fromkeys(found))


def _listed(names: Any) -> str:
    *most, last = sorted(names)
    return f"{', '.join(most)} or {last}"


def _where(said: str) -> str:
    """A fault of grammar from what the library says of it: the place, without its echo of the whole text."""
    found = re.search(r"<input>:\d+:(\d+): (?:Syntax error: )?([^\n]*)", said)
    if found is None:
        return "it cannot be read as an expression"
    what = re.sub(r"mismatched input '<EOF>'.*", "it ends too early", found.group(2))
    what = re.sub(r" expecting \{.*", "", what)
    return f"at character {found.group(1)}: {what[:120]}"


def _in_words(fault: Exception) -> str:
    if isinstance(fault, KeyError):
        return f"it has no {_shown(fault.args[0] if fault.args else '')}"
    if isinstance(fault, TypeError):
        return "it compares or adds things of different kinds; use double(...), int(...) or string(...)"
    if isinstance(fault, ZeroDivisionError):
        return "it divides by zero"
    said = str(fault).split(". Check ")[0].split("\n")[0]
    number = re.search(r"Function '(?:double|int)' error", said)
    return "it reads a number from text that is none" if number else said[:160]


def _shown(value: Any) -> str:
    text = value if isinstance(value, str) else repr(value)
    return f"'{text[:60]}'"
