"""What is chosen in Neighbourhoods: a zone, some zones, or a neighbourhood; map, tables, card and figures follow."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from PySide6.QtCore import QObject

from desktop.controllers.answer_reads import ReadAnswer
from desktop.controllers.answer_tables import card_lines, marked_lines, title_of_zone
from desktop.controllers.place_figures import PlaceFiguresController
from desktop.domain.statistic_marks import Marked
from desktop.operations.kept_answers import NOWHERE, question_of
from desktop.operations.place_figures import CITY
from desktop.views import format as words
from desktop.views.neighbourhoods.cells_pane import CELLS, CellsPane
from desktop.views.neighbourhoods.map_cards import ZoneCard

NO_ZONE = -1


class ZoneChoice(QObject):
    """One choice for all. A zone brings its neighbourhood along; a neighbourhood marks its zones."""

    def __init__(
        self, panes: CellsPane, card: ZoneCard, map_view: Any, figures: PlaceFiguresController, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._panes, self._card, self._map, self._figures = panes, card, map_view, figures
        self._drawn = False  # figures are those of zones that somebody drew around
        self._read: ReadAnswer | None = None
        self._kinds: Marked | None = None
        self.zone, self.place = NO_ZONE, CITY
        self.marked: tuple[int, ...] = ()
        panes.cells.row_chosen.connect(self.choose)
        panes.places.row_chosen.connect(self.choose_place)
        for table in (panes.cells, panes.places):
            table.escaped.connect(self.clear)
        panes.whole_wanted.connect(self.clear)
        card.closed.connect(self.clear)
        map_view.cell_clicked.connect(self.choose)
        map_view.shape_drawn.connect(self.choose_within)
        map_view.escaped.connect(self.clear)

    def set_answer(self, read: ReadAnswer | None, kinds: Marked | None) -> None:
        """Another answer, or none: its zones are others, so that none of them is chosen."""
        self._read, self._kinds = read, kinds
        self.zone, self.marked = NO_ZONE, ()
        self._card.set_lines("", "", ())
        if self._drawn:
            self._map.set_shape(None)
            self._take_place(NOWHERE)
        elif self.place != CITY:
            self._mark(self._zones_in(self.place), narrow=False)

    def choose(self, zone: int) -> None:
        """Choose a zone: its row, its ring on the map, its card, and the figures of its neighbourhood."""
        if self._read is None or self._kinds is None or self._read.cells is None or not 0 <= zone < len(self._kinds.of):
            return
        if self.marked and zone not in self.marked:
            self._mark((), narrow=True)
        self.zone = zone
        self._panes.cells.choose(zone)
        self._map.cells.choose(zone)
        name = self._read.cells.names[zone]
        self._card.set_lines(
            title_of_zone(name), self._kinds.words()[self._kinds.of[zone]], card_lines(self._read.kept, zone)
        )
        self._take_place(self._read.kept.keys[zone])

    def choose_place(self, key: int) -> None:
        """Choose a neighbourhood: its outline and its zones on the map, and its figures."""
        self._drop_zone()
        self._take_place(key)
        outline = None if self._read is None else self._read.kept.outlines.get(key)
        self._map.set_shape(outline)
        self._mark(self._zones_in(key), narrow=True)

    def choose_within(self, ring: Sequence[tuple[float, float]]) -> None:
        """Choose the zones whose middles lie inside a ring."""
        if self._read is None or self._kinds is None:
            return
        zones = tuple(np.flatnonzero(inside(self._read.kept.middles, ring)).tolist())
        if zones:
            self._panes.show_table(CELLS)  # first: a table that takes the focus takes up a row, too
        self._drop_zone()
        self._map.set_shape(ring if zones else None)
        self._mark(zones, narrow=True)
        if not zones:
            self._card.set_lines("", "", ())
            return
        title = self.tr("{0} chosen on the map").format(words.count(len(zones)))
        self._card.set_lines(title, "", marked_lines(self._read.kept, zones))
        self._take_zones(self._read, zones)

    def clear(self) -> None:
        """Choose nothing: the figures are the city's."""
        self._drop_zone()
        self._map.set_shape(None)
        self._mark((), narrow=True)
        self._take_place(NOWHERE)

    def _drop_zone(self) -> None:
        self.zone = NO_ZONE
        self._panes.cells.choose(NO_ZONE)
        self._map.cells.choose(NO_ZONE)
        self._card.set_lines("", "", ())

    def _mark(self, zones: Sequence[int], *, narrow: bool) -> None:
        self.marked = tuple(zones)
        self._map.cells.mark(zones)
        if narrow:
            self._panes.narrow(set(zones) if zones else None)

    def _zones_in(self, key: int) -> tuple[int, ...]:
        keys = () if self._read is None else self._read.kept.keys
        return tuple(at for at, other in enumerate(keys) if other == key)

    def _take_place(self, key: int) -> None:
        self.place, self._drawn = CITY if key == NOWHERE else key, False
        self._panes.places.choose(self.place)
        self._figures.choose(self.place)

    def _take_zones(self, read: ReadAnswer, zones: tuple[int, ...]) -> None:
        """Figures of exactly these zones, wherever neighbourhoods part."""
        self.place, self._drawn = CITY, True
        self._panes.places.choose(CITY)
        method = read.answer.method
        several = self.tr("{0} cells chosen") if method.get("cell_m") else self.tr("{0} areas chosen")
        told = several.format(words.count(len(zones)))
        if len(zones) == 1 and read.cells is not None:
            told = title_of_zone(read.cells.names[zones[0]])
        self._figures.choose_zones(question_of(method, read.answer.columns), zones, told)


def inside(points: np.ndarray, ring: Sequence[tuple[float, float]]) -> np.ndarray:
    """Which points [n, 2] lie inside a ring: an odd number of its edges lies to their east."""
    corners = np.asarray(ring, dtype=float)
    odd = np.zeros(len(points), dtype=bool)
    for (ax, ay), (bx, by) in zip(corners, np.roll(corners, -1, axis=0), strict=True):
        if ay == by:
            continue
        crosses = (ay > points[:, 1]) != (by > points[:, 1])
        odd ^= crosses & (points[:, 0] < (bx - ax) * (points[:, 1] - ay) / (by - ay) + ax)
    return odd
