"""What the pane of areas shows, ready in words."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class AreaLine:
    """One area of the list. `agency` 0 for none; `note` says that it changed."""

    id: int
    name: str
    agency: int
    note: str = ""


@dataclass(frozen=True, slots=True)
class PieceLine:
    """An overlap or a gap. `areas`: who may get it, the ids with their names."""

    what: str
    size: str
    sliver: bool
    is_gap: bool
    areas: tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True)
class VersionLine:
    """How the layer was from a day on."""

    title: str
    note: str


@dataclass(frozen=True, slots=True)
class AreasState:
    """The layer under edit."""

    layer: int
    services: str
    lines: tuple[AreaLine, ...]
    agencies: tuple[tuple[int, str], ...]
    versions: tuple[VersionLine, ...]
    title: str
    assigns: bool = True
    can_undo: bool = False
    can_redo: bool = False
    undo_words: str = ""
    redo_words: str = ""
    is_changed: bool = False
    fixed: int = -1  # the version that is on show instead of the draft
    busy: bool = False
    holes: int = 0  # of the one chosen area
