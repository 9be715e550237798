"""The walk through overlaps and gaps goes on to the next piece by itself."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
import shapely
from PySide6.QtCore import QObject, Signal
from pytestqt.qtbot import QtBot

from desktop.controllers.area_edits import mend
from desktop.controllers.area_faults import Pieces, find_pieces
from desktop.controllers.area_walk import AreaWalk
from desktop.views.assignment.area_pieces import PiecesPage
from geo.area_history import history_of
from geo.area_layer import layer_of_areas
from tests.desktop.test_area_gestures import E, draft

pytestmark = pytest.mark.usefixtures("look")


class Trials(QObject):
    """What was found."""

    found = Signal()
    pieces: Pieces | None = None
    whole = False

    def look_around(self, whole: bool) -> None:
        """Nobody asks."""


class Map:
    """Where it was sent."""

    def __init__(self) -> None:
        self.went: list[tuple[float, ...]] = []

    def look_at(self, box: tuple[float, ...]) -> None:
        """Go."""
        self.went.append(box)


def test_once_a_piece_is_given_the_map_goes_to_the_next_and_stays_there(qtbot: QtBot) -> None:
    """Of three overlaps the first is given away: the second is at hand and on the map. The search after the edit, which
    finds another one before it, keeps it at hand."""
    squares = [shapely.box(n * E, 0, (n + 1.1 - 0.02 * n) * E, E) for n in range(4)]
    layer = layer_of_areas([1, 2, 3, 4], list("ABCD"), [1] * 4, squares, 32631)
    begun = replace(draft(), standing=layer, history=history_of(layer))
    trials, where, page = Trials(), Map(), PiecesPage()
    qtbot.addWidget(page)
    trials.pieces = find_pieces(layer)
    assert len(trials.pieces.found) == 3
    second = trials.pieces.found[1].piece.polygon
    any_trials: Any = trials
    walk = AreaWalk(page, where, any_trials, page)
    walk.show(begun)
    walk.go(0)
    first = trials.pieces.found[0].piece
    page.give_asked.emit(0, first.areas[0])
    assert walk.now == 0
    assert walk.found[walk.now].piece.polygon is second
    assert shapely.box(*where.went[-1]).contains(second)
    after = find_pieces(mend(first, first.areas[0], is_gap=False)(begun).draft.present)
    trials.pieces = replace(after, found=(after.found[1], after.found[0]))
    trials.found.emit()
    assert walk.found[walk.now].piece.polygon.equals(second)
    assert walk.now == 1
