"""Cells on the map: an answer, or two parted by a line that a person moves, or a raster of densities beneath."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

from desktop.domain.statistic_marks import Mark
from desktop.map.messages import Shape, cells_json

if TYPE_CHECKING:
    from desktop.map.view import MapView


@dataclass(frozen=True, slots=True, eq=False)
class CellsShown:
    """Cells as WKB or rings in degrees: the number of each one's kind, its value, further lines of its card.

    `kinds`: in the order of the legend. `value_word`: what the value is.
    """

    shapes: Sequence[Shape] = ()
    classes: Sequence[int] = ()
    values: Sequence[float] = ()
    lines: Sequence[Sequence[tuple[str, str]]] | None = None
    kinds: Sequence[Mark] = ()
    title: str = ""
    subtitle: str = ""
    note: str = ""
    value_word: str = ""
    names: Sequence[str] = ()  # of the cells, for their cards; without, they are numbered
    form: str = "hexagon"  # of the marks in the legend; "square", or "area" for shapes of any kind

    def told(self) -> dict[str, Any]:
        """As the page takes it. ValueError where lengths or classes do not fit."""
        words: dict[str, Any] = {
            "title": self.title,
            "subtitle": self.subtitle,
            "note": self.note,
            "value_word": self.value_word,
            "form": self.form,
        }
        words |= {"names": [str(name) for name in self.names]}
        return cells_json(self.shapes, self.classes, self.values, self.lines, self.kinds) | words


class ToldCells(dict[str, Any]):
    """Cells as the page takes them, and the JSON of that: thousands take longer to write than a frame lasts."""

    def __init__(self, told: Mapping[str, Any]) -> None:
        super().__init__(told)
        self.text = json.dumps(told)


def told_later(cells: CellsShown, titles: tuple[str, str]) -> ToldCells:
    """What stands right of the line, and what its two sides are called."""
    return ToldCells({"cells": cells.told(), "titles": list(titles)})


@dataclass(frozen=True, slots=True)
class DensityShown:
    """A raster: a picture for each look (data addresses), its box in degrees, its kinds in the order of the legend."""

    pictures: Mapping[str, str]
    west: float
    south: float
    east: float
    north: float
    kinds: Sequence[Mark]
    title: str = ""
    subtitle: str = ""
    note: str = ""


class CellsOnMap:
    """What a map shows of cells; it survives a page that dies."""

    def __init__(self, view: MapView) -> None:
        self._view = view

    def show(self, cells: CellsShown) -> None:
        """Show an answer; the cell that was chosen was one of the answer before."""
        self.show_told(ToldCells(cells.told()))

    def show_told(self, told: ToldCells) -> None:
        """The same of what was written down already, beside the event loop."""
        for name in ("chosen_cell", "cell_kinds", "marked_cells"):
            self._view.forget(name)
        self._view.keep("cells", told)

    def show_later(self, cells: CellsShown | None, titles: tuple[str, str] = ("", "")) -> None:
        """Right of the line show these, with what the two sides are called; None takes the line away."""
        self.show_later_told(None if cells is None else told_later(cells, titles))

    def show_later_told(self, told: ToldCells | None) -> None:
        """The same of what `told_later` wrote down already, beside the event loop."""
        self._view.keep("later_cells", told)

    def recolour(self, cells: CellsShown, *, own_lines: bool = False) -> None:
        """The cells on show at another moment: kinds, values and lines of these; their shapes are not looked at.

        `own_lines`: their cards say again what they said when they were shown.
        """
        told = replace(cells, shapes=[()] * len(cells.classes)).told()
        del told["rings"]
        if own_lines:
            told["lines"] = None
        self._view.keep("cell_kinds", told)

    def mark(self, indices: Sequence[int]) -> None:
        """Border some cells, as those of what is chosen elsewhere."""
        self._view.keep("marked_cells", {"indices": [int(index) for index in indices]})

    def show_density(self, density: DensityShown | None) -> None:
        """Show a raster beneath the cells, or none."""
        self._view.keep("density", None if density is None else asdict(density))

    def clear(self) -> None:
        """Nothing of all this."""
        self.show(CellsShown())
        self.show_later(None)
        self.show_density(None)

    def choose(self, index: int) -> None:
        """Outline a cell; -1 for none."""
        self._view.keep("chosen_cell", {"index": int(index)})
