"""What Neighbourhoods shows of an answer, in words and marks."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass

from desktop.domain.statistic_marks import LegendLine
from desktop.domain.statistic_method import Choice
from desktop.views.neighbourhoods.question import Question


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a sentence. `opens` is what its requests are known by; None for plain words."""

    text: str
    opens: Hashable | None = None


Sentence = tuple[Piece, ...]


@dataclass(frozen=True, slots=True, eq=False)
class AnswerState:
    """An answer. `kinds` are the lines of its legend; `care` are the sentences that a reader must not miss."""

    title: str
    question: Question
    counted: str
    result: tuple[Sentence, ...]
    care: tuple[str, ...]
    chosen: tuple[Choice, ...]
    method: str
    kinds: tuple[LegendLine, ...]
    computed: str


@dataclass(frozen=True, slots=True)
class EmptyState:
    """A statistic that nobody asked for yet: what it would tell."""

    title: str
    tells: str
    act: str


def plain(sentence: Sentence) -> str:
    """A sentence without its links."""
    return "".join(piece.text for piece in sentence)


def with_links(template: str, *pieces: Piece | str) -> Sentence:
    """A translated sentence with {0}, {1} in it, filled with pieces; the order is the language's."""
    told: list[Piece] = []
    rest = template
    while rest:
        start = rest.find("{")
        end = rest.find("}", start)
        if start < 0 or end < 0:
            told.append(Piece(rest))
            break
        if start:
            told.append(Piece(rest[:start]))
        piece = pieces[int(rest[start + 1 : end])]
        told.append(piece if isinstance(piece, Piece) else Piece(piece))
        rest = rest[end + 1 :]
    return tuple(told)
