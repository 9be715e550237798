"""What the assistant shows, as frozen values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path


class Phase(Enum):
    """Where a step stands."""

    EMPTY = "empty"  # no file yet
    LOOKING = "looking"  # the file is being looked into
    SEEN = "seen"  # its preview is on show
    RUNNING = "running"  # it is being checked or imported
    DONE = "done"


@dataclass(frozen=True, slots=True)
class FieldChoice:
    """A field that a column may hold: its key, its words, whether it is needed, the column found for it."""

    key: str
    text: str
    needed: bool
    column: str


@dataclass(frozen=True, slots=True)
class StepState:
    """A step with its file: what was found in it, and what came of it."""

    phase: Phase = Phase.EMPTY
    path: Path | None = None
    seen: str = ""  # the file in a sentence
    columns: tuple[str, ...] = ()
    fields: tuple[FieldChoice, ...] = ()
    samples: Mapping[str, str] = field(default_factory=dict)  # the first value of each column
    told: str = ""  # what a check or the import came to
    fault: str = ""
    fraction: float | None = None
    can_undo: bool = False
    encoding: str = ""  # of the file's text; empty where nobody has to know it
    encodings: tuple[tuple[str, str], ...] = ()  # those that may be chosen: name, words
    crs: str | None = None  # the system that a person names for a layer that declares none; None where none is asked
    letters: str = ""  # words of the file by which the encoding is judged
