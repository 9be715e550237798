"""What editing areas reads and works out beside the event loop."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from data.store import Store
from desktop.controllers.area_draft import AreaDraft, Opened, UnfitLayer, layer_as_of, open_draft, rebased
from desktop.controllers.area_draft_files import DraftFiles
from desktop.controllers.area_edits import Edit, Edited, pack
from desktop.controllers.area_faults import Pieces, find_pieces, is_for_the_city
from desktop.controllers.area_words import both_words
from desktop.controllers.rule_reads import run_replay
from desktop.domain.clock import Clock
from desktop.operations.replay_rules import Replay
from geo.area_layer import LayerOfAreas

Shapes = dict[int, str]  # areas for the page, by id


@dataclass(frozen=True, slots=True)
class Unfit:
    """A layer that cannot be edited before its polygons are repaired, and why."""

    layer_id: int
    sentence: str


def open_and_pack(store: Store, files: DraftFiles, layer_id: int) -> tuple[Opened, Shapes] | Unfit:
    """A draft with its areas for the page, or why there can be none yet."""
    try:
        opened = open_draft(store, files, layer_id)
    except UnfitLayer as fault:
        return Unfit(layer_id, str(fault))
    return opened, pack(opened.draft.present.areas)


def go_on(store: Store) -> Edit:
    """The edit that puts a draft on what stands now."""

    def edit(draft: AreaDraft) -> Edited:
        made, both = rebased(store, draft)
        return Edited(made, told=both_words(both), select=())

    return edit


def version_and_pack(store: Store, draft: AreaDraft, day: date | None, row: int) -> tuple[int, LayerOfAreas, Shapes]:
    """The layer as of a day, under the row of its version."""
    layer = layer_as_of(store, draft, day)
    return row, layer, pack(layer.areas)


def pieces_of(draft: AreaDraft, whole: bool) -> tuple[LayerOfAreas, bool, Pieces]:
    """The overlaps and gaps of a draft, with its layer, and what it leaves of the city where it is meant for it, or
    `whole` asks for it.
    """
    boundary = draft.boundary
    around = boundary is None or whole or is_for_the_city(draft.layer, draft.present, boundary)
    return draft.present, whole, find_pieces(draft.present, boundary, within=not around)


def replay_of(
    store: Store, clock: Clock, draft: AreaDraft, stopped: Callable[[], bool], days: int
) -> tuple[AreaDraft, int, Replay]:
    """What a draft would move of the last days' requests, with the draft and the days."""
    return draft, days, run_replay(store, clock, draft.to_replay(), stopped, days)
