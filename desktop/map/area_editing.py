"""Areas that are edited on the map: what the page shows of a draft, and what a person's hand did there.

The page tells gestures; the draft is the window's. Rings go to the page in steps so fine that a corner comes back as
the very one it was, told by its area, ring and number.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Literal, get_args

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QObject, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence

from desktop.map.messages import mercator

if TYPE_CHECKING:
    from desktop.map.view import MapView

STEPS = 2**36  # across the world, under a millimetre; the page counts the same
MOST_POINTS = 2000  # of a line that somebody draws
Act = Literal[
    "move", "edge", "insert", "remove", "nudge", "draw", "hole", "fill", "split", "reshape", "undo", "redo", "select"
]  # fmt: skip
ACTS: tuple[Act, ...] = get_args(Act)
Place = tuple[float, float]  # lon, lat


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a gesture was: in degrees, and on which corner (area, ring, number in it) or on an edge."""

    lon: float
    lat: float
    corner: tuple[int, int, int] | None = None
    on_edge: bool = False


@dataclass(frozen=True, slots=True)
class Gesture:
    """What a hand did. `ids`: the chosen areas; `metres`: how far keys move a corner, east and north."""

    act: Act
    version: int
    points: tuple[Spot, ...]
    ids: tuple[int, ...]
    metres: tuple[float, float]


@dataclass(frozen=True, slots=True)
class Mark:
    """A piece of ground to show: an overlap or a gap, and whether it is the one at hand."""

    rings: tuple[tuple[Place, ...], ...]  # the outer one, then its holes
    kind: Literal["overlap", "gap"]
    now: bool


class AreaEditing(QObject):
    """One layer of areas under edit on one map. A page that dies is given everything again."""

    gestured = Signal(object)  # Gesture

    def __init__(self, view: MapView) -> None:
        super().__init__(view)
        self._view = view
        self._areas: dict[int, str] | None = None  # as JSON, by id, in order; None while nothing is edited
        self._marks: dict[str, Any] = {"selected": [], "pieces": []}
        self.version, self._fixed = 0, False
        view.installEventFilter(self)

    @property
    def is_open(self) -> bool:
        """Whether areas are on show for editing."""
        return self._areas is not None

    def open(self, areas: Mapping[int, str], version: int, *, fixed: bool = False) -> None:
        """Show areas, packed, in their order; `fixed`: only to look at."""
        self._areas, self.version, self._fixed = dict(areas), version, fixed
        self._tell(areas, whole=True)

    def change(
        self,
        changed: Mapping[int, str],
        order: Sequence[int],
        version: int,
        *,
        at: Place | None = None,
        done: bool = False,
    ) -> None:
        """Answer a gesture: the areas it changed, all in order, the corner at hand; `done`: the tool goes down."""
        if self._areas is None:
            return
        known = self._areas | dict(changed)
        self._areas, self.version = {key: known[key] for key in order}, version
        self._tell(changed, at=at, done=done)

    def refuse(self, sentence: str) -> None:
        """Answer a gesture that changed nothing, and why."""
        self._view.tell("edit_refused", {"sentence": sentence, "version": self.version})

    def mark(self, selected: Sequence[int], pieces: Sequence[Mark]) -> None:
        """Which areas are chosen, and which pieces of ground show."""
        told = [{"rings": [_world(ring) for ring in one.rings], "kind": one.kind, "now": one.now} for one in pieces]
        self._marks = {"selected": list(selected), "pieces": told}
        if self.is_open:
            self._view.tell("edit_marks", self._marks)

    def close(self) -> None:
        """Nothing is edited any more."""
        if self.is_open:
            self._areas = None
            self._view.tell("edit_closed", {})

    def page_built(self) -> None:
        """A page is there: it knows nothing yet."""
        if self._areas is not None:
            self._tell(self._areas, whole=True)
            self._view.tell("edit_marks", self._marks)

    def hear(self, content: Mapping[str, Any]) -> None:
        """A gesture as the page says it; ValueError, KeyError or TypeError for anything else."""
        gesture = gesture_of(content)
        if self.is_open:
            self.gestured.emit(gesture)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """While areas are edited, undo and redo on the map are the page's to tell, not the window's to do."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and self.is_open:
            keys = QKeySequence.StandardKey
            if event.matches(keys.Undo) or event.matches(keys.Redo):
                event.accept()
                return True
        return False

    def _tell(
        self, areas: Mapping[int, str], *, whole: bool = False, at: Place | None = None, done: bool = False
    ) -> None:
        assert self._areas is not None
        head: dict[str, Any] = {"version": self.version, "fixed": self._fixed, "whole": whole, "done": done}
        head |= {"order": list(self._areas), "at": None if at is None else _steps(np.array([at]))[0].tolist()}
        self._view.say("edit", f'{json.dumps(head)[:-1]},"changed":[{",".join(areas.values())}]}}')


def packed(
    area_id: int, name: str, hue: int, xy: NDArray[np.float64], ring_starts: NDArray[np.int64], at: Place
) -> str:
    """An area for the page, as JSON: closed rings in degrees become steps from corner to corner, `at` has the name."""
    rings = [_packed(xy[one : end - 1]) for one, end in pairwise(ring_starts.tolist())]
    x, y = _steps(np.array([at]))[0].tolist()
    told = {"id": area_id, "name": name, "hue": hue, "x": x, "y": y, "rings": rings}
    return json.dumps(told, separators=(",", ":"))


def gesture_of(content: Mapping[str, Any]) -> Gesture:
    """What the page said, checked."""
    act = ACTS[ACTS.index(content["act"])]
    points = tuple(_spot(point) for point in content["points"])
    if len(points) > MOST_POINTS:
        raise ValueError(f"a line has at most {MOST_POINTS} points")
    east, north = (float(way) for way in content["metres"])
    if not (math.isfinite(east) and math.isfinite(north)):
        raise ValueError("metres are finite")
    if act in ("move", "insert", "remove", "nudge", "fill") and not points:
        raise ValueError(f"{act} needs a place")
    if act == "edge" and len(points) not in (2, 4):
        raise ValueError("an edge has two ends, and the way it goes a beginning and an end")
    return Gesture(act, int(content["version"]), points, tuple(int(key) for key in content["ids"]), (east, north))


def _spot(point: Mapping[str, Any]) -> Spot:
    lon, lat, on = float(point["lon"]), float(point["lat"]), point["on"]
    if not (math.isfinite(lon) and abs(lat) <= 90):
        raise ValueError("a place lies on the earth")
    if on is None or on == "edge":
        return Spot(lon, lat, None, on_edge=on == "edge")
    area, ring, number = (int(part) for part in on)
    return Spot(lon, lat, (area, ring, number))


def _steps(lon_lat: NDArray[np.float64]) -> NDArray[np.int64]:
    return np.rint(np.column_stack(mercator(lon_lat[:, 0], lon_lat[:, 1])) * STEPS).astype(np.int64)


def _packed(ring: NDArray[np.float64]) -> list[int]:
    steps: list[int] = np.diff(_steps(ring), axis=0, prepend=0).ravel().tolist()
    return steps


def _world(ring: Sequence[Place]) -> list[float]:
    points = np.array(ring, dtype=np.float64).reshape(-1, 2)
    flat: list[float] = np.column_stack(mercator(points[:, 0], points[:, 1])).ravel().tolist()
    return flat
