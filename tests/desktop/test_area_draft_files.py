"""The file of a draft of areas keeps the steps, and nothing that a hand put into it is taken up unseen."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely

from desktop.controllers.area_draft import AreaDraft
from desktop.controllers.area_draft_files import (
    KEPT,
    MOST_BYTES,
    MOST_STEPS,
    DraftFiles,
    base_kept,
    history_kept,
    text_of,
)
from desktop.controllers.area_edits import merge_areas, remove_area, rename, run_edit, undo
from geo.area_history import AreaHistory
from geo.area_layer import LayerOfAreas, area_shape
from geo.area_vertex_edits import move_vertex
from geo.errors import GeoError
from tests.desktop.test_area_gestures import E, draft


def content(of: AreaDraft) -> dict[str, Any]:
    """What the file says, as it is read again."""
    kept = of.kept()
    assert kept is not None
    found: dict[str, Any] = json.loads(text_of(kept, {}))
    return found


def told(history: AreaHistory) -> list[tuple[str, list[tuple[int, str, int | None, bytes]]]]:
    """All steps with all that they hold."""
    return [(step.label, _bits(step.layer)) for step in history.steps]


def _bits(layer: LayerOfAreas) -> list[tuple[int, str, int | None, bytes]]:
    return [(area.id, area.name, area.agency_id, bytes(shapely.to_wkb(area.shape))) for area in layer.areas]


def test_steps_come_back_bit_by_bit_with_those_that_were_undone(tmp_path: Path) -> None:
    """After four edits and an undo the next run has the same steps under the same names, stands at the same one, and
    holds the areas that were not touched once; a draft that changes nothing has no file."""
    files, first = DraftFiles(tmp_path, "city"), draft()
    at = first
    for edit in (rename(2, "Ost"), merge_areas([1, 3]), remove_area(2), undo):
        at = run_edit(at, edit, files).draft
    kept = files.load(1)
    assert kept is not None
    history, based_on = history_kept(kept, first.standing)
    assert told(history) == told(at.history)
    assert (history.at, based_on) == (at.history.at, at.based_on)
    assert history.steps[0].layer is first.standing
    assert history.redo_label == "Remove “Ost”"
    assert len(kept["areas"]) == 5  # three as they stand, one renamed, one merged
    assert history.undo().layer.area(1) is first.standing.area(1)
    run_edit(run_edit(at, undo, files).draft, undo, files)
    assert files.load(1) is None


def test_many_and_large_steps_are_forgotten_from_the_first_on() -> None:
    """So many steps as are kept, the newest, behind what stands; of steps with much ground that only they have fewer;
    the drawing itself is always whole."""
    first = many = draft()
    for number in range(MOST_STEPS + 20):
        many = rename(2, f"East {number}")(many).draft
    history, _ = history_kept(content(many), first.standing)
    assert len(history.steps) == MOST_STEPS + 1
    base = base_kept(content(many), first.standing)
    assert base is not None
    assert _bits(base) == _bits(first.standing)  # what it was begun from is not forgotten with the steps
    assert [step.label for step in history.steps[:3]] == ["", KEPT, f"Rename to “East {21}”"]
    assert _bits(history.layer) == _bits(many.present)
    turn = np.linspace(0, 2 * np.pi, MOST_BYTES // 16 // 3, endpoint=False)  # a third of what former steps may hold
    ring = shapely.Polygon(np.column_stack([np.cos(turn), np.sin(turn)]) * E + 5 * E)
    layer = first.standing.replaced({}, added=[area_shape(-1, "Round", None, ring)])
    large = replace(first, history=first.history.did("Round", layer))
    for _ in range(5):
        corner = large.present.area(-1).xy[0]
        moved = move_vertex(large.present, corner, (corner[0] + 1e-6, corner[1]))
        large = large.did("Move a corner", moved.layer)
    history, _ = history_kept(content(large), first.standing)
    assert [step.label for step in history.steps] == ["", KEPT, "Move a corner", "Move a corner"]
    assert _bits(history.layer) == _bits(large.present)


def test_a_draft_of_the_format_before_is_taken_up_as_one_step() -> None:
    """What was drawn with an older Opsmap is there, with one undo to what stands."""
    first = draft()
    drawn = rename(2, "Ost")(first).draft
    kept = content(drawn)
    areas = [kept["areas"][place] for place in kept["steps"][-1]["areas"]]
    history, _ = history_kept({"format": 1, "based_on": [0, 0], "areas": areas}, first.standing)
    assert _bits(history.layer) == _bits(drawn.present)
    assert history.undo_label == KEPT
    assert history.undo().layer is first.standing


@pytest.mark.parametrize(
    "wrong",
    [
        {"at": 7},
        {"at": -1},
        {"areas": []},
        {"steps": [{"label": "", "areas": [0, 99]}]},
        {"steps": [{"label": "", "areas": [-1]}]},
        {"steps": [{"label": "", "areas": [0, 0]}]},
        {"steps": [{"label": ""}]},
        {"steps": []},
        {"based_on": None},
    ],
)
def test_what_is_no_draft_is_refused(wrong: dict[str, Any]) -> None:
    """Steps that name areas which are not there, or one twice, and a place beyond the steps are not taken up."""
    first = draft()
    kept = content(rename(2, "Ost")(first).draft) | wrong
    with pytest.raises((ValueError, KeyError, TypeError, GeoError)):
        history_kept(kept | ({"at": 0} if "steps" in wrong else {}), first.standing)


def test_what_a_draft_was_begun_from_is_known_in_older_files_as_long_as_its_first_step_is() -> None:
    """A file without the areas that it was begun from has them in its first step; where that was forgotten, or the file
    kept no steps, nobody knows them."""
    first = draft()
    kept = content(rename(2, "Ost")(first).draft)
    del kept["base"]
    found = base_kept(kept, first.standing)
    assert found is not None
    assert _bits(found) == _bits(first.standing)
    kept["steps"] = kept["steps"][1:]
    assert base_kept(kept, first.standing) is None
    assert base_kept({"format": 1, "based_on": [0, 0], "areas": kept["areas"]}, first.standing) is None
