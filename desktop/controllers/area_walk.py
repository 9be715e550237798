"""The walk through the overlaps and gaps of a draft of areas: on the map one by one, each mended in one act."""

from __future__ import annotations

from typing import Any

import numpy as np
from PySide6.QtCore import QObject, Signal
from shapely import Polygon

from desktop.controllers.area_draft import AreaDraft
from desktop.controllers.area_edits import mend
from desktop.controllers.area_faults import Found
from desktop.controllers.area_trials import AreaTrials
from desktop.controllers.area_words import left_out_words, piece_lines
from desktop.map.area_editing import Mark
from desktop.views.assignment.area_pieces import PiecesPage
from geo.area_layer import LayerOfAreas, grown

MOST_MARKS = 300  # pieces on the map
PIECE_ROOM_M = 30.0


def go_to_area(map_view: Any, layer: LayerOfAreas, area_id: int) -> None:
    """Go to an area of which the map does not show all."""
    west, south, east, north = (float(side) for side in layer.bounds[layer.place(area_id)])
    seen = map_view.bounds
    if seen is None or not (seen[0] <= west and seen[1] <= south and east <= seen[2] and north <= seen[3]):
        map_view.look_at((west, south, east, north))


def go_to_layer(map_view: Any, layer: LayerOfAreas) -> None:
    """Go to a layer of which the map shows nothing."""
    held = layer.bounds[~np.isnan(layer.bounds).any(axis=1)]
    if map_view.bounds is not None and len(held) and not layer.near(map_view.bounds):
        map_view.look_at(tuple(float(side) for side in (*held[:, :2].min(axis=0), *held[:, 2:].max(axis=0))))


class AreaWalk(QObject):
    """The piece at hand lives here and nowhere else."""

    moved = Signal()  # other marks are to show on the map
    mended = Signal(object)  # Edit

    def __init__(self, page: PiecesPage, map_view: Any, trials: AreaTrials, parent: QObject) -> None:
        super().__init__(parent)
        self._page, self._map, self._trials = page, map_view, trials
        self._draft: AreaDraft | None = None
        self.now = -1  # the piece at hand
        self._gone_to: Polygon | None = None  # of the next piece, once one was mended
        page.chosen.connect(self.go)
        page.give_asked.connect(self._mend)
        page.around_asked.connect(trials.look_around)
        trials.found.connect(self._found)

    @property
    def found(self) -> tuple[Found, ...]:
        """Overlaps and gaps, the largest first; none until they are known."""
        return () if self._trials.pieces is None else self._trials.pieces.found

    def forget(self) -> None:
        """Another layer: no piece is at hand."""
        self.now, self._gone_to = -1, None

    def show(self, draft: AreaDraft) -> None:
        """Show the pieces that are known of a draft."""
        self._draft = draft
        pieces = self._trials.pieces
        if pieces is None:
            self._page.set_around(offered=False, on=False)
            self._page.set_lines(None, self.now)
            return
        names = {area.id: area.name for area in draft.present.areas}
        self._page.set_around(offered=pieces.within or self._trials.whole, on=self._trials.whole)
        self._page.set_lines(piece_lines(pieces.found, names), self.now, left_out_words(pieces))

    def marks(self) -> list[Mark]:
        """The pieces for the map, the one at hand always."""
        shown = (pair for pair in enumerate(self.found) if pair[0] < MOST_MARKS or pair[0] == self.now)
        return [found.mark(now=at == self.now) for at, found in shown]

    def go(self, row: int) -> None:
        """Walk the map to an overlap or a gap."""
        if 0 <= row < len(self.found):
            self.now = row
            bounds = self.found[row].piece.polygon.bounds
            self._map.look_at(tuple(float(side) for side in grown(bounds, PIECE_ROOM_M)))
            self._again()

    def _found(self) -> None:
        """After an edit: the piece that was gone to is at hand still, wherever it is in the list now."""
        same = (row for row, found in enumerate(self.found) if found.piece.polygon.equals(self._gone_to))
        if self._gone_to is not None:
            self.now = next(same, self.now)
        self._gone_to = None
        self.now = min(self.now, len(self.found) - 1)
        self._again()

    def _mend(self, row: int, area_id: int) -> None:
        if self._trials.pieces is None or not 0 <= row < len(self.found):
            return
        found = self.found[row]
        self.mended.emit(mend(found.piece, area_id, is_gap=found.is_gap))
        self._trials.pieces = self._trials.pieces.without(row)
        self.now = min(row, len(self.found) - 1)
        self.go(self.now)
        self._gone_to = self.found[self.now].piece.polygon if self.now >= 0 else None
        self._again()

    def _again(self) -> None:
        if self._draft is not None:
            self.show(self._draft)
        self.moved.emit()
