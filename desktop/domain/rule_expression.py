"""What a rule's `when` may say: the Common Expression Language (https://cel.dev), held to facts of one request.

CEL is evaluated by the `cel` library (bindings of cel-rust). The language ends on its own: it has no assignment, and
its loops (the macros all, exists, map and filter) are refused here, so the work is bounded by the length of the text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from desktop.domain.expression_checks import FACTS, facts_in, faults_of, keys_of

__all__ = ["FACTS", "Expression", "ExpressionFault", "Facts", "asked_answers", "asked_layers", "compiled"]

Facts = Mapping[str, Any]


class ExpressionFault(ValueError):
    """Why an expression cannot be used, or could not be decided for a request; a sentence.

    always: it is so for every request, whatever it says.
    """

    def __init__(self, sentence: str, *, always: bool = False) -> None:
        super().__init__(sentence)
        self.always = always


@dataclass(frozen=True, slots=True)
class Expression:
    """A compiled expression."""

    text: str
    asks: tuple[str, ...]  # the facts; handing over the others would take longer than the asking
    _run: Callable[[dict[str, Any]], Any]

    @property
    def constant(self) -> bool:
        """Whether it asks nothing, and so says the same of every request."""
        return not self.asks

    def holds(self, facts: Facts) -> bool:
        """Whether it is true of a request; ExpressionFault where it cannot be decided, or says something else."""
        found = _guarded(lambda: self._run({name: facts[name] for name in self.asks}), _in_words)
        if not isinstance(found, bool):
            raise ExpressionFault(f"it says {_shown(found)}, which is neither true nor false", always=True)
        return found


@lru_cache(maxsize=512)
def compiled(text: str) -> Expression:
    """An expression ready to be asked; ExpressionFault for one that is wrong, loops, or calls what is not there."""
    import cel

    fault = next(faults_of(text), None)
    if fault is not None:
        raise ExpressionFault(fault, always=True)
    program = _guarded(lambda: cel.compile(text), _where, always=True)
    return Expression(text, facts_in(text), program.execute)


def asked_answers(text: str) -> tuple[str, ...]:
    """The codes of the questions an expression asks for."""
    return keys_of(text, "answers")


def asked_layers(text: str) -> tuple[str, ...]:
    """The layers an expression asks for."""
    return keys_of(text, "areas")


def _guarded(run: Callable[[], Any], words: Callable[[BaseException], str], *, always: bool = False) -> Any:
    """What the library says; its failures, also those of its Rust side, as ExpressionFault."""
    try:
        return run()
    except (ValueError, TypeError, RuntimeError, LookupError, ArithmeticError, MemoryError) as fault:
        raise ExpressionFault(words(fault), always=always or isinstance(fault, TypeError)) from fault
    except BaseException as fault:
        if type(fault).__module__ != "pyo3_runtime":  # a panic: no Exception, so that nobody forgets it
            raise
        raise ExpressionFault("the library of expressions cannot work it out; write it differently") from fault


def _where(fault: BaseException) -> str:
    """A fault of grammar from what the library says of it: the place, without its echo of the whole text."""
    found = re.search(r"<input>:\d+:(\d+): (?:Syntax error: )?([^\n]*)", str(fault))
    if found is None:
        return "it cannot be read as an expression"
    what = re.sub(r"mismatched input '<EOF>'.*", "it ends too early", found.group(2))
    what = re.sub(r" expecting .*", "", what)
    if "Error(" in what or "Expr" in what:  # the library speaks of its own insides
        what = "it cannot be read from there on"
    return f"at character {found.group(1)}: {what[:120]}"


_SAID = (
    (r"Function '(?:double|int)' error", "it reads a number from text that is none"),
    (r"Function 'matches' error", "a pattern of matches() is wrong or too large"),
    (r"Arithmetic overflow", "its numbers become too large"),
    (r"index out of bounds", "it asks for a place that its list does not have"),
)


def _in_words(fault: BaseException) -> str:
    if isinstance(fault, KeyError):
        return f"it has no {_shown(fault.args[0] if fault.args else '')}"
    if isinstance(fault, TypeError):
        return "it compares or adds things of different kinds; use double(...), int(...) or string(...)"
    if isinstance(fault, ZeroDivisionError):
        return "it divides by zero"
    said = str(fault).split(". Check ")[0].split("\n")[0]
    undefined = re.search(r"Undefined variable or function: '(\w+)'", said)
    if undefined:
        return f"{undefined.group(1)}() is not for what it is given there"
    return next((words for clue, words in _SAID if re.search(clue, said)), said[:160])


def _shown(value: Any) -> str:
    text = value if isinstance(value, str) else repr(value)
    return f"'{text[:60]}'"
