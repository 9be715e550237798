"""What a report is made of, whatever it is written as: headings, prose, tables and drawings, in order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Heading:
    """The head of a part."""

    text: str


@dataclass(frozen=True, slots=True)
class Prose:
    """A paragraph. `care`: what must be known to read the figures rightly; `quiet`: method and sources."""

    text: str
    care: bool = False
    quiet: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells under columns; those of `left` are words, the others figures. `strong` rows are emphasised."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    caption: str
    left: tuple[int, ...] = (0,)
    strong: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Chart:
    """A drawing as SVG of a size in CSS pixels, what it shows in words, and how it was made."""

    svg: str
    width: float
    height: float
    told: str
    caption: str


Block = Heading | Prose | Table | Chart
_KINDS: Mapping[str, type] = {"heading": Heading, "prose": Prose, "table": Table, "chart": Chart}


@dataclass(frozen=True, slots=True)
class Report:
    """A whole report; `foot` stands below every page, beside its number as `page` says it."""

    title: str
    subtitle: str
    blocks: tuple[Block, ...]
    foot: str
    language: str = "en"
    page: str = "Page {0}"

    def to_json(self) -> dict[str, Any]:
        """Plain values, for another process."""
        names = {kind: name for name, kind in _KINDS.items()}
        told = asdict(self)
        told["blocks"] = [{"kind": names[type(block)], **asdict(block)} for block in self.blocks]
        return told

    @classmethod
    def from_json(cls, told: Mapping[str, Any]) -> Report:
        """The report of to_json."""
        blocks = tuple(
            _KINDS[block["kind"]](**{name: _tuples(value) for name, value in block.items() if name != "kind"})
            for block in told["blocks"]
        )
        rest = {name: _tuples(value) for name, value in told.items() if name != "blocks"}
        return cls(blocks=blocks, **rest)


def _tuples(value: Any) -> Any:
    if isinstance(value, str) or not isinstance(value, Sequence):
        return value
    return tuple(_tuples(item) for item in value)
