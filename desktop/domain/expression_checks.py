"""What the text of an expression may hold, told from its words before the library sees it.

The words are cut as the grammar of CEL cuts them (https://github.com/google/cel-spec/blob/master/doc/langdef.md), for
what stands inside a text must be no name, and what stands outside must be no loop.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

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
KEYED = ("answers", "areas")  # facts that hold one value for each name
OUTCOMES = ("agency", "department", "queue", "priority", "deadline", "rule")
FUNCTIONS = frozenset({"size", "double", "int", "string"})
METHODS = frozenset({"contains", "startsWith", "endsWith", "matches", "size"})
LOOPS = frozenset({"all", "exists", "exists_one", "existsOne", "map", "filter"})
WORDS = frozenset({"in", "true", "false", "null"})
MOST_CHARACTERS = 1000
# The library reads and runs deep expressions by calling itself, each bracket some kilobytes of the stack.
MOST_NESTED = 24
MOST_CHOICES = 24  # of ?:
MOST_SUMS = 24  # each + may copy the description
MOST_PATTERN = 2000  # of _weight: each report builds a pattern anew, 10 microseconds a unit

_TOKEN = re.compile(
    r"(?P<string>"
    r'[bB]?[rR]"{3}.*?"{3}'
    r"|[bB]?[rR]'{3}.*?'{3}"
    r'|[bB]?[rR]"[^"\r\n]*"'
    r"|[bB]?[rR]'[^'\r\n]*'"
    r'|[bB]?"{3}(?:\\.|[^\\])*?"{3}'
    r"|[bB]?'{3}(?:\\.|[^\\])*?'{3}"
    r'|[bB]?"(?:\\.|[^"\\\r\n])*"'
    r"|[bB]?'(?:\\.|[^'\\\r\n])*'"
    r")"
    r"|(?P<comment>//[^\n]*)|(?P<name>[A-Za-z_]\w*)|(?P<number>\d[\w.]*)|(?P<mark>\S)",
    re.DOTALL | re.ASCII,
)
_PART = re.compile(r"\{\d*,?\d*\}|\\[pP]\{[^}]*\}|\\.|\[(?:\\.|[^\]])*\]|.", re.DOTALL)
_COUNTED = re.compile(r"\{(\d*),?(\d*)\}")
_CODED = re.compile(r"\\[xXuU0-7]")
_CLASS = re.compile(r"\\[wWdDsSpP]|\[:")


@dataclass(frozen=True, slots=True)
class Token:
    """A word of an expression: string, name, number or mark."""

    kind: str
    text: str


Tokens = Sequence[Token]


def tokens_of(text: str) -> list[Token]:
    """The words of an expression without its comments."""
    found = ((str(match.lastgroup), match.group()) for match in _TOKEN.finditer(text))
    return [Token(kind, word) for kind, word in found if kind != "comment"]


def faults_of(text: str) -> Iterator[str]:
    """What is wrong with an expression's size and names; its grammar is the library's to judge."""
    if len(text) > MOST_CHARACTERS:
        yield f"it has {len(text)} characters; {MOST_CHARACTERS} are the most"
        return
    tokens = tokens_of(text)
    yield from _too_much(tokens)
    for at, token in enumerate(tokens):
        if token.kind == "name" and token.text not in WORDS:
            yield from _of_name(tokens, at)
        elif token.kind == "mark" and token.text in "\"'`":
            yield f"the {token.text} has no partner; texts stand between two of \" or '"
        elif token.kind == "mark" and token.text == "." and _begins(tokens, at):
            yield "a '.' stands before a name; leave it out"


def keys_of(text: str, fact: str) -> tuple[str, ...]:
    """The names by which an expression asks a fact of KEYED, in order."""
    tokens = tokens_of(text)
    own = (at for at, token in enumerate(tokens) if token == Token("name", fact) and not _after_dot(tokens, at))
    return tuple(dict.fromkeys(key for key in (_key(tokens, at) for at in own) if key is not None))


def facts_in(text: str) -> tuple[str, ...]:
    """The facts that an expression asks, in order."""
    tokens = tokens_of(text)
    asked = (token.text for at, token in enumerate(tokens) if token.kind == "name" and not _after_dot(tokens, at))
    return tuple(dict.fromkeys(name for name in asked if name in FACTS))


def listed(names: Iterable[str]) -> str:
    """Names as a sentence offers them."""
    *most, last = sorted(names)
    return f"{', '.join(most)} or {last}" if most else last


def _of_name(tokens: Tokens, at: int) -> Iterator[str]:
    word, called = tokens[at].text, _text(tokens, at + 1) == "("
    if _after_dot(tokens, at):
        if called and word in LOOPS:
            yield f"'{word}' goes through a list; a rule may not loop, name what it asks"
        elif called and word not in METHODS:
            yield f"there is no function '{word}'; use {listed(METHODS)}"
        elif called and word == "matches":
            yield from _of_pattern(tokens, at)
        elif not called and not _is_key(tokens, at):
            yield f"nothing has a part '{word}'; only answers and areas have parts, each by its name"
    elif called and word == "has":
        yield "has() is always true; an answer that was not given is empty, ask answers.code != ''"
    elif called and word not in FUNCTIONS:
        yield f"there is no function '{word}'; use {listed(FUNCTIONS)}"
    elif not called and word in OUTCOMES:
        yield f"it asks for '{word}', which the rules are there to decide; ask for facts of the report"
    elif not called and word not in FACTS:
        yield f"there is no '{word}'; a rule can ask for {listed(FACTS)}"
    elif word in KEYED and _key(tokens, at) is None:
        yield f'name which of the {word} it asks, like {word}.name or {word}["name"], without a backslash'


def _of_pattern(tokens: Tokens, at: int) -> Iterator[str]:
    """A pattern has to stand in the text, so that its weight is known."""
    if at + 3 >= len(tokens) or tokens[at + 2].kind != "string" or tokens[at + 3].text != ")":
        yield "the pattern of matches() has to stand there as a text, like text.matches('tree.*wire')"
    elif _CODED.search(tokens[at + 2].text.replace("\\\\", "")):
        yield "the pattern of matches() writes a character by its number; write the character itself"


def _too_much(tokens: Tokens) -> Iterator[str]:
    if _nested(tokens) > MOST_NESTED:
        yield f"its brackets are nested more than {MOST_NESTED} deep; say it more simply, or as several rules"
    for mark, most in (("?", MOST_CHOICES), ("+", MOST_SUMS)):
        if sum(token == Token("mark", mark) for token in tokens) > most:
            yield f"it has more than {most} of '{mark}'; say it more simply, or as several rules"
    patterns = [
        tokens[at + 2].text
        for at, token in enumerate(tokens[:-2])
        if token == Token("name", "matches") and tokens[at + 2].kind == "string"
    ]
    if sum(map(_weight, patterns)) > MOST_PATTERN:
        yield "its patterns are too heavy to be tried on every report; shorten them, or repeat fewer parts"


def _weight(pattern: str) -> int:
    """How much work a pattern is to build: its parts, each as often as the repetitions around it say.

    A class of letters of all languages (\\w, \\d, \\pL) is hundreds of ranges; 60 was measured against a plain letter.
    """
    done, last, outer = 0, 0, list[int]()
    for part in _PART.findall(pattern.replace("\\\\", "\\")):
        if part == "(":
            outer.append(done + last)
            done = last = 0
        elif part == ")":
            inner, done = done + last, outer.pop() if outer else 0
            last = inner
        elif counted := _COUNTED.fullmatch(part):
            last *= max(*(int(number[:6] or 0) for number in counted.groups()), 1)
        else:
            done, last = done + last, len(part) + 60 * len(_CLASS.findall(part))
    return done + last + sum(outer)


def _nested(tokens: Tokens) -> int:
    depth = deepest = 0
    for token in tokens:
        if token.kind == "mark":
            depth += (token.text in "([{") - (token.text in ")]}")
            deepest = max(deepest, depth)
    return deepest


def _key(tokens: Tokens, at: int) -> str | None:
    """The name by which answers or areas are asked; None where it is worked out."""
    mark, key = _text(tokens, at + 1), tokens[at + 2] if at + 2 < len(tokens) else Token("mark", "")
    if mark == "." and key.kind == "name" and _text(tokens, at + 3) != "(":
        return key.text
    plain = key.kind == "string" and key.text[0] in "\"'" and key.text[:3] not in ('"""', "'''")
    if mark == "[" and plain and "\\" not in key.text and _text(tokens, at + 3) == "]":
        return key.text[1:-1]
    return None


def _is_key(tokens: Tokens, at: int) -> bool:
    return at > 1 and tokens[at - 2].text in KEYED and not _after_dot(tokens, at - 2)


def _after_dot(tokens: Tokens, at: int) -> bool:
    return at > 1 and tokens[at - 1] == Token("mark", ".")


def _begins(tokens: Tokens, at: int) -> bool:
    """Whether a dot follows nothing that could have a part."""
    follows = at > 0 and (tokens[at - 1].kind != "mark" or tokens[at - 1].text in ")]}")
    number = at + 1 < len(tokens) and tokens[at + 1].kind == "number"
    return not follows and not number


def _text(tokens: Tokens, at: int) -> str:
    return tokens[at].text if at < len(tokens) else ""
