"""What the panes of the roster show, ready to show."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Values = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class WeekCell:
    """A crew on a day: the shift or a dash, who and what is missing beneath; `tone` is plain, quiet or warning."""

    first: str
    second: str = ""
    tone: str = "plain"
    tip: str = ""


@dataclass(frozen=True, slots=True)
class WeekRow:
    """A crew and its days."""

    crew: str
    vehicle: str
    cells: tuple[WeekCell, ...]


@dataclass(frozen=True, slots=True)
class WeekState:
    """A week: the heads of its days, the place of the day on show, and a row a crew."""

    days: tuple[str, ...]
    shown: int
    rows: tuple[WeekRow, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """A field of a form. kind: text, lines, skills, choice, choices, number, day or flag.

    `options` are value and words of a choice; a number's are least, most, decimals and what its least stands for.
    """

    key: str
    caption: str
    kind: str = "text"
    options: tuple[Any, ...] = ()
    hint: str = ""


@dataclass(frozen=True, slots=True)
class EntryLine:
    """An entry of the list: its key, what it is called, and a few words more."""

    key: str
    title: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class KindState:
    """All entries of one kind, with the form that fits them."""

    entries: tuple[EntryLine, ...]
    asked: tuple[Asked, ...]
    values: Mapping[str, Values]  # of each entry, by its key
    fresh: Values = field(default_factory=dict)  # of a new one
    on_map: bool = False  # whether a place of the map can be taken
    removable: bool = True
