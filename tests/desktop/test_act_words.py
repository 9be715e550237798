"""Every act of the log has its words, and the window says them in its language."""

from __future__ import annotations

import ast
import importlib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QCoreApplication, QTranslator
from pytestqt.qtbot import QtBot

import desktop.operations
from desktop.domain.act_words import ACT_WORDS, words_of
from desktop.domain.lifecycle import Verb
from desktop.operations.saved_views import WORDS
from desktop.views.format import act_in_words, told

NOW = datetime(2026, 10, 13, 14, 0, tzinfo=UTC)


class Shouting(QTranslator):
    """A language whose words for acts are ours in capitals."""

    def translate(self, context: str, text: str, disambiguation: str | None = None, n: int = -1) -> str:  # type: ignore[override]
        """Only what is an act."""
        return text.upper() if context == "Acts" else ""

    def isEmpty(self) -> bool:
        """It holds words."""
        return False


@pytest.fixture
def shouting(qtbot: QtBot) -> Iterator[None]:
    """The window in that language."""
    translator = Shouting()
    QCoreApplication.installTranslator(translator)
    yield
    QCoreApplication.removeTranslator(translator)


def written_verbs() -> set[str]:
    """The verbs that operations write into the log, as their source says; those of a variable by their constants."""
    found = {verb.value for verb in Verb}
    for path in Path(desktop.operations.__path__[0]).glob("*.py"):
        module = importlib.import_module(f"desktop.operations.{path.stem}")
        tree = ast.parse(path.read_text(encoding="utf-8"))
        assigned: dict[str, list[ast.expr]] = {}
        for node in ast.walk(tree):
            if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
                assigned.setdefault(node.targets[0].id, []).append(node.value)
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("store.write"):
                found |= _verbs(node.args[0], module, assigned)
    return found


def _verbs(value: ast.expr, module: Any, assigned: dict[str, list[ast.expr]]) -> set[str]:
    if isinstance(value, ast.Constant):
        return {str(value.value)}
    if isinstance(value, ast.IfExp):
        return _verbs(value.body, module, assigned) | _verbs(value.orelse, module, assigned)
    if isinstance(value, ast.JoinedStr):
        assert ast.unparse(value) == "f'save {kind}'", ast.unparse(value)
        return {f"save {kind}" for kind in WORDS}
    if isinstance(value, ast.Name):
        constant = getattr(module, value.id, None)
        if isinstance(constant, str):
            return {constant}
        return set().union(*(_verbs(each, module, assigned) for each in assigned[value.id]))
    assert ast.unparse(value) in ("deed.verb.value", "Verb.ARCHIVE.value"), ast.unparse(value)
    return set()


def test_every_verb_of_the_log_has_words() -> None:
    """Whatever an operation writes is in the table, and nothing else is."""
    assert written_verbs() == set(ACT_WORDS)


@pytest.mark.parametrize("verb", sorted(ACT_WORDS))
def test_a_sentence_about_an_act_is_wholly_in_the_windows_language(shouting: None, verb: str) -> None:
    """In a conflict and in a refused undo the act is named as the window names it."""
    words = words_of(verb)
    conflict = f"Request R1 was changed by ben at 2026-10-13 12:01 UTC ({words}) since; nothing was undone."
    assert (
        told(conflict, NOW, "UTC")
        == f"Request R1 was changed by ben at 12:01 ({words.upper()}) since; nothing was undone."
    )
    named = words[:1].upper() + words[1:]
    assert told(f"'{named}' cannot be undone.", NOW, "UTC") == f"'{words.upper()}' cannot be undone."
    assert act_in_words(verb) == words.upper()


def test_other_words_stay_as_they_were_written(shouting: None) -> None:
    """Quotes and brackets of a resident, a file or a place are not taken for acts."""
    for sentence in ("Request 5 (closed) is far.", "'Closed' is no department.", "Elm Street (assigned)"):
        assert told(sentence, NOW, "UTC") == sentence
