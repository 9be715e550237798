"""The files that keep drafts of areas: what is drawn, with the steps that led there, as versioned JSON."""

from __future__ import annotations

import base64
import hashlib
import json
import os
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import shapely

from desktop.operations.edit_areas import State
from geo.area_checks import same_rings
from geo.area_history import AreaHistory, Step
from geo.area_layer import AreaShape, LayerOfAreas, layer_of_areas
from geo.errors import GeoError

FORMAT = 2
ONE_STEP = 1  # the format before, which kept what was drawn and not how
MOST_STEPS = 30  # that are kept; the window itself goes back further
MOST_BYTES = 4 * 2**20  # of areas that only former steps have: the file is written after every step
KEPT = "Kept draft"
Rows = dict[
    int, tuple[AreaShape, str]
]  # areas in the file as text, by id(): the area is held, so that it stays its own


@dataclass(frozen=True, slots=True, eq=False)
class KeptDraft:
    """What a file keeps: the layer's name, the state it was drawn from with its areas, and the steps."""

    layer: str
    based_on: State
    history: AreaHistory
    base: LayerOfAreas


class DraftFiles:
    """Drafts of areas of one store, each a file beside the settings: nothing is lost when the window closes."""

    def __init__(self, folder: Path, identity: str) -> None:
        self._folder, self._identity = folder, identity
        self._rows: Rows = {}

    def path(self, layer_id: int) -> Path:
        """The file of a layer's draft."""
        name = hashlib.blake2b(f"{self._identity} {layer_id}".encode(), digest_size=10).hexdigest()
        return self._folder / f"{name}.json"

    def drafted(self, layer_ids: Iterable[int]) -> list[int]:
        """The layers of which a draft is kept, the one that was drawn in last first."""
        written = {}
        for layer_id in layer_ids:
            with suppress(FileNotFoundError):
                written[layer_id] = self.path(layer_id).stat().st_mtime_ns
        return sorted(written, key=lambda layer_id: -written[layer_id])

    def save(self, layer_id: int, kept: KeptDraft | None) -> None:
        """Keep a draft whole, or forget it (None). OSError where the folder cannot be written."""
        path = self.path(layer_id)
        if kept is None:
            path.unlink(missing_ok=True)
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        beside = path.with_suffix(".new")
        beside.write_text(text_of(kept, self._rows), encoding="utf-8")
        os.replace(beside, path)

    def load(self, layer_id: int) -> dict[str, Any] | None:
        """What was kept, or None. ValueError where it cannot be read."""
        try:
            kept = json.loads(self.path(layer_id).read_text(encoding="utf-8"))
        except FileNotFoundError:
            return None
        if not isinstance(kept, dict) or kept.get("format") not in (ONE_STEP, FORMAT):
            raise ValueError("it was written by another version of Opsmap")
        return kept

    def set_aside(self, layer_id: int) -> Path:
        """Rename a file that cannot be read, so that the next draft does not write over it."""
        path = self.path(layer_id)
        aside = path.with_suffix(".unread")
        path.replace(aside)
        return aside


def text_of(kept: KeptDraft, rows: Rows) -> str:
    """A draft as JSON: each distinct area once, and steps as a label with the places of their areas.

    `rows` has the text of areas that were written before, and afterwards just of those that this draft has: of a step
    only what it changed is put into text.
    """
    history, before = _bounded(kept.history), dict(rows)
    rows.clear()
    for area in (area for layer in (*(step.layer for step in history.steps), kept.base) for area in layer.areas):
        if id(area) not in rows:
            rows[id(area)] = before.get(id(area)) or (area, _row(area))
    steps = [(step.label, [id(area) for area in step.layer.areas]) for step in history.steps]
    places = {key: place for place, key in enumerate(rows)}
    told = {
        "format": FORMAT,
        "layer": kept.layer,
        "based_on": list(kept.based_on),
        "at": history.at,
        "base": [places[id(area)] for area in kept.base.areas],
        "steps": [{"label": label, "areas": [places[key] for key in keys]} for label, keys in steps],
    }
    return f'{json.dumps(told)[:-1]}, "areas": [{", ".join(text for _, text in rows.values())}]}}'


def history_kept(kept: Mapping[str, Any], standing: LayerOfAreas) -> tuple[AreaHistory, State]:
    """The steps that a file keeps, before them what stands, and the state that was drawn from.

    ValueError, KeyError, TypeError or GeoError for what is no draft.
    """
    newest, total = (int(part) for part in kept["based_on"])
    rows = _areas(kept["areas"], standing)
    steps = [{"label": "", "areas": range(len(rows))}] if kept["format"] == ONE_STEP else kept["steps"]
    at = int(kept.get("at", 0))
    if not rows or not 0 <= at < len(steps):
        raise GeoError("no area is in it" if not rows else "its steps are not whole")
    layers = [_layer([rows[_place(place, rows)] for place in step["areas"]], standing) for step in steps]
    made = [Step(str(step["label"]), layer) for step, layer in zip(steps, layers, strict=True)]
    if _is_same(made[0].layer, standing):
        made[0] = Step("", standing)
    else:  # steps before it were forgotten, or the layer changed since
        made = [Step("", standing), Step(KEPT, made[0].layer), *made[1:]]
        at += 1
    return AreaHistory(tuple(made), at=at), (newest, total)


def base_kept(kept: Mapping[str, Any], standing: LayerOfAreas) -> LayerOfAreas | None:
    """The areas that a kept draft was begun from; None in a file that does not have them any more.

    Errors as of `history_kept`.
    """
    places = kept.get("base")
    if places is None:  # written before files had it: the first step, where it was not forgotten
        first = kept["steps"][0] if kept["format"] == FORMAT else {"label": KEPT}
        places = None if first["label"] else first["areas"]
    if places is None:
        return None
    rows = _areas(kept["areas"], standing)
    return _layer([rows[_place(place, rows)] for place in places], standing)


def _bounded(history: AreaHistory) -> AreaHistory:
    """The last steps, and those that were undone, as long as what only they hold is little. The present one always."""
    steps, at = list(history.steps), history.at
    present = {id(area) for area in steps[at].layer.areas}

    def extra() -> int:
        some = {id(area): area for step in steps for area in step.layer.areas if id(area) not in present}
        return sum(area.xy.nbytes for area in some.values())

    while len(steps) > 1 and (len(steps) > MOST_STEPS or extra() > MOST_BYTES):
        if at:
            steps, at = steps[1:], at - 1
        else:
            steps = steps[:-1]
    return AreaHistory(tuple(steps), at=at)


def _row(area: AreaShape) -> str:
    wkb = base64.b64encode(shapely.to_wkb(area.shape)).decode()
    return json.dumps({"id": area.id, "name": area.name, "agency": area.agency_id, "wkb": wkb})


def _areas(rows: Sequence[Mapping[str, Any]], standing: LayerOfAreas) -> list[AreaShape]:
    """The areas of a file; those that are as they stand are the very ones that stand."""
    known = {area.id: area for area in standing.areas}
    checked = layer_of_areas(
        range(len(rows)),  # an area may be in it several times, as it was at several steps
        [str(row["name"]) for row in rows],
        [None if row["agency"] is None else int(row["agency"]) for row in rows],
        [base64.b64decode(row["wkb"], validate=True) for row in rows],
        standing.crs_epsg,
    )
    found = []
    for area, row in zip(checked.areas, rows, strict=True):
        old = known.get(int(row["id"]))
        same = old is not None and (old.name, old.agency_id) == (area.name, area.agency_id) and same_rings(area, old)
        found.append(old if same and old is not None else replace(area, id=int(row["id"])))
    return found


def _place(place: Any, rows: Sequence[AreaShape]) -> int:
    if not isinstance(place, int) or not 0 <= place < len(rows):
        raise GeoError("its steps are not whole")
    return place


def _layer(areas: Sequence[AreaShape], standing: LayerOfAreas) -> LayerOfAreas:
    if len({area.id for area in areas}) < len(areas):
        raise GeoError("an area is in it twice")
    return standing.replaced({}, without=range(len(standing.areas)), added=areas)


def _is_same(one: LayerOfAreas, other: LayerOfAreas) -> bool:
    return len(one.areas) == len(other.areas) and all(a is b for a, b in zip(one.areas, other.areas, strict=True))
