"""The steps of an editing session, to go back and forth in: versions of a layer that share what did not change."""

from __future__ import annotations

from dataclasses import dataclass, replace

from geo.area_layer import LayerOfAreas
from geo.errors import GeoError

MOST_STEPS = 200
MOST_BYTES = 256 * 2**20


@dataclass(frozen=True, slots=True)
class Step:
    """A version of the layer and what led to it, in words for the person who edits."""

    label: str
    layer: LayerOfAreas


@dataclass(frozen=True, slots=True)
class AreaHistory:
    """A persistent list of versions: every method returns a new history and leaves this one as it is.

    The oldest versions are forgotten beyond `most_steps`, or where the coordinates of all versions, each area that they
    share counted once, take more than `most_bytes`. The present version is always kept.
    """

    steps: tuple[Step, ...]
    at: int = 0
    most_steps: int = MOST_STEPS
    most_bytes: int = MOST_BYTES

    @property
    def layer(self) -> LayerOfAreas:
        """The present version."""
        return self.steps[self.at].layer

    @property
    def undo_label(self) -> str | None:
        """What undo would take back; None where there is nothing."""
        return self.steps[self.at].label if self.at else None

    @property
    def redo_label(self) -> str | None:
        """What redo would do again; None where there is nothing."""
        return self.steps[self.at + 1].label if self.at + 1 < len(self.steps) else None

    def did(self, label: str, layer: LayerOfAreas) -> AreaHistory:
        """The history after one more edit; what was undone before it is forgotten."""
        steps = (*self.steps[: self.at + 1], Step(label, layer))
        steps = steps[-max(1, self.most_steps) :]
        while len(steps) > 1 and held_bytes(steps) > self.most_bytes:
            steps = steps[1:]
        return replace(self, steps=steps, at=len(steps) - 1)

    def undo(self) -> AreaHistory:
        """One step back: the very layer that was before. GeoError where there is none."""
        if not self.at:
            raise GeoError("Nothing is left to undo.")
        return replace(self, at=self.at - 1)

    def redo(self) -> AreaHistory:
        """One step forth. GeoError where nothing was undone."""
        if self.redo_label is None:
            raise GeoError("Nothing was undone that could be done again.")
        return replace(self, at=self.at + 1)


def history_of(layer: LayerOfAreas, label: str = "", *, most_steps: int = MOST_STEPS) -> AreaHistory:
    """A history that begins with a layer."""
    return AreaHistory((Step(label, layer),), most_steps=most_steps)


def held_bytes(steps: tuple[Step, ...]) -> int:
    """Bytes of the coordinates that versions hold, in arrays and in shapely, each distinct area counted once."""
    areas = {id(area): area for step in steps for area in step.layer.areas}
    return sum(2 * area.xy.nbytes for area in areas.values())
