"""What a person does to a draft of areas, as functions from one draft to the next. Run beside the event loop."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from PySide6.QtCore import QCoreApplication

from desktop.controllers.area_draft import AreaDraft
from desktop.controllers.area_draft_files import DraftFiles
from desktop.map.area_editing import Gesture, Place, Spot, packed
from desktop.operations.edit_areas import LONGEST_NAME
from desktop.views import format as words
from geo.area_cuts import reshape, split
from geo.area_edits import draw, merge, remove
from geo.area_holes import cut_hole, fill_holes, holes_of
from geo.area_knitting import Knit, knit
from geo.area_layer import AreaEdit, AreaEditRefused, AreaShape, LayerOfAreas, metre_scale
from geo.area_pieces import Piece, fill_gap, give_overlap
from geo.area_snapping import snap
from geo.area_vertex_edits import insert_vertex, move_edge, move_vertex, remove_vertex

translate = QCoreApplication.translate
LARGE_M2 = 1e6  # is told in square kilometres
TOLD_M2 = 1.0  # ground that is left to nobody
ON_EDGE_M = 1.0  # a place on an edge of the map's projection lies so far from the stored one at most
Takes = Literal["ground", "gap"]


@dataclass(frozen=True, slots=True, eq=False)
class Edited:
    """A draft after an edit, and what the map and the panes are told of it."""

    draft: AreaDraft
    at: Place | None = None  # the corner at hand
    done: bool = False  # a drawn line was used
    told: str = ""
    select: tuple[int, ...] | None = None
    shapes: dict[int, str] | None = None  # areas that changed, packed for the page


Edit = Callable[[AreaDraft], Edited]


def run_edit(draft: AreaDraft, edit: Edit, files: DraftFiles) -> Edited:
    """Do an edit, keep the draft in its file, and pack what changed. GeoError where it is refused."""
    edited = edit(draft)
    try:
        files.save(int(edited.draft.layer.id), edited.draft.kept())
    except OSError as fault:
        told = translate("Areas", "The draft is not kept on disk ({0}); save it before you close the window.")
        edited = replace(edited, told=f"{edited.told} {told.format(fault.strerror)}".strip())
    known = {id(area) for area in draft.present.areas}
    shapes = pack(area for area in edited.draft.present.areas if id(area) not in known)
    return replace(edited, shapes=shapes)


def pack(areas: Iterable[AreaShape]) -> dict[int, str]:
    """Areas for the page, by id."""
    return {area.id: _packed(area) for area in areas}


def _packed(area: AreaShape) -> str:
    at = area.shape.representative_point()
    place = (0.0, 0.0) if at.is_empty else (at.x, at.y)
    return packed(area.id, area.name, abs(area.id), area.xy, area.ring_starts, place)


# what the hand does on the map


def gesture_edit(gesture: Gesture, *, takes: Takes, agency_id: int | None) -> Edit:
    """The edit that a gesture means."""
    made: dict[str, Edit] = {
        "move": lambda draft: _move(draft, gesture),
        "edge": lambda draft: _move_edge(draft, gesture),
        "insert": lambda draft: _insert(draft, gesture),
        "remove": lambda draft: _remove_corner(draft, gesture),
        "nudge": lambda draft: _nudge(draft, gesture),
        "draw": lambda draft: _draw(draft, gesture, takes, agency_id),
        "hole": lambda draft: _hole(draft, gesture),
        "fill": lambda draft: _fill(draft, gesture),
        "split": lambda draft: _split(draft, gesture),
        "reshape": lambda draft: _reshape(draft, gesture),
        "undo": undo,
        "redo": redo,
    }
    return made[gesture.act]


def undo(draft: AreaDraft) -> Edited:
    """One step back."""
    label = draft.history.undo_label
    if label is None:
        refused = translate("Areas", "No step of the draft is left; once more takes back what was saved last.")
        raise AreaEditRefused(refused)
    told = translate("Areas", "Took back: {0}").format(label) if label else ""
    return Edited(replace(draft, history=draft.history.undo()), told=told)


def redo(draft: AreaDraft) -> Edited:
    """One step forth."""
    return Edited(replace(draft, history=draft.history.redo()))


def _move(draft: AreaDraft, gesture: Gesture) -> Edited:
    start, end = gesture.points[0], gesture.points[-1]
    layer = draft.present
    edit = move_vertex(layer, exact(layer, start), exact(layer, end), snap_m=ON_EDGE_M if end.on_edge else 0.0)
    return Edited(draft.did(translate("Areas", "Move a corner"), edit.layer), at=edit.at[0], told=ground_words(edit))


def _move_edge(draft: AreaDraft, gesture: Gesture) -> Edited:
    """Both ends go the way that keys tell in metres, or the hand from one place to another."""
    ends = [exact(draft.present, spot) for spot in gesture.points[:2]]
    east, north = np.array(gesture.metres) / metre_scale(ends[0][1])
    if len(gesture.points) > 2:
        start, end = gesture.points[2:]
        east, north = end.lon - start.lon, end.lat - start.lat
    edit = move_edge(draft.present, ends, (float(east), float(north)))
    return Edited(draft.did(translate("Areas", "Move an edge"), edit.layer), at=edit.at[0], told=ground_words(edit))


def _insert(draft: AreaDraft, gesture: Gesture) -> Edited:
    start = gesture.points[0]
    edit = insert_vertex(draft.present, (start.lon, start.lat), within_m=ON_EDGE_M)
    at = edit.at[0]
    if len(gesture.points) > 1:
        end = gesture.points[-1]
        to = exact(draft.present, end)
        edit = move_vertex(edit.layer, at, to, snap_m=ON_EDGE_M if end.on_edge else 0.0)
        at = edit.at[0]
    return Edited(draft.did(translate("Areas", "New corner"), edit.layer), at=at)


def _remove_corner(draft: AreaDraft, gesture: Gesture) -> Edited:
    edit = remove_vertex(draft.present, exact(draft.present, gesture.points[0]))
    return Edited(draft.did(translate("Areas", "Take out a corner"), edit.layer), told=ground_words(edit))


def _nudge(draft: AreaDraft, gesture: Gesture) -> Edited:
    start = exact(draft.present, gesture.points[0])
    lon, lat = np.array(start) + np.array(gesture.metres) / metre_scale(start[1])
    edit = move_vertex(draft.present, start, (float(lon), float(lat)))
    return Edited(draft.did(translate("Areas", "Move a corner"), edit.layer), at=edit.at[0], told=ground_words(edit))


def _draw(draft: AreaDraft, gesture: Gesture, takes: Takes, agency_id: int | None) -> Edited:
    layer = draft.present
    name = free_name(layer, translate("Areas", "New area"))
    edit = draw(layer, [[exact(layer, spot) for spot in gesture.points]], name, agency_id, takes=takes)
    label = translate("Areas", "Draw “{0}”").format(name)
    return Edited(draft.did(label, edit.layer), done=True, told=ground_words(edit), select=edit.added)


def _hole(draft: AreaDraft, gesture: Gesture) -> Edited:
    ring = [exact(draft.present, spot) for spot in gesture.points]
    area = draft.present.area(_one(gesture))
    edit = cut_hole(draft.present, area.id, ring)
    label = translate("Areas", "Hole in “{0}”").format(area.name)
    return Edited(draft.did(label, edit.layer), done=True, told=ground_words(edit))


def _fill(draft: AreaDraft, gesture: Gesture) -> Edited:
    """The gesture tells every area that has the corner: meant is the one in whose hole it is."""
    for area_id, ring, _ in (spot.corner for spot in gesture.points if spot.corner is not None):
        if ring in holes_of(draft.present.area(area_id)):
            return fill(area_id, ring)(draft)
    raise AreaEditRefused(translate("Areas", "That corner is of no hole; choose one of the hole’s own."))


def _split(draft: AreaDraft, gesture: Gesture) -> Edited:
    area = draft.present.area(_one(gesture))
    edit = split(draft.present, area.id, [exact(draft.present, spot) for spot in gesture.points])
    label = translate("Areas", "Split “{0}”").format(area.name)
    return Edited(draft.did(label, edit.layer), done=True, told=ground_words(edit), select=(area.id, *edit.added)[:2])


def _reshape(draft: AreaDraft, gesture: Gesture) -> Edited:
    area = draft.present.area(_one(gesture))
    edit = reshape(draft.present, area.id, [exact(draft.present, spot) for spot in gesture.points])
    return Edited(
        draft.did(translate("Areas", "New border of “{0}”").format(area.name), edit.layer),
        done=True,
        told=ground_words(edit),
    )


def _one(gesture: Gesture) -> int:
    if len(gesture.ids) != 1:
        raise AreaEditRefused(translate("Areas", "Choose the one area that the line is for, then draw it."))
    return gesture.ids[0]


def exact(layer: LayerOfAreas, spot: Spot) -> Place:
    """A place in the very coordinates that are stored, where it is on a corner or an edge."""
    if spot.corner is not None:
        area_id, ring, number = spot.corner
        area = layer.area(area_id)
        if not (0 <= ring < len(area.ring_starts) - 1):
            raise AreaEditRefused(translate("Areas", "That corner is no longer there; point again."))
        at = int(area.ring_starts[ring]) + number
        if not (number >= 0 and at < area.ring_starts[ring + 1]):
            raise AreaEditRefused(translate("Areas", "That corner is no longer there; point again."))
        return float(area.xy[at, 0]), float(area.xy[at, 1])
    if spot.on_edge:
        hit = snap(layer, (spot.lon, spot.lat), ON_EDGE_M)
        if hit is not None:
            return hit.at
    return spot.lon, spot.lat


# what the pane does


def rename(area_id: int, name: str) -> Edit:
    """Another name for an area."""

    def edit(draft: AreaDraft) -> Edited:
        if not name.strip():
            raise AreaEditRefused(translate("Areas", "An area needs a name; write one."))
        if len(name.strip()) > LONGEST_NAME:
            told = translate("Areas", "An area's name has at most {0} letters; write a shorter one.")
            raise AreaEditRefused(told.format(LONGEST_NAME))
        same = any(area.name == name.strip() for area in draft.present.areas if area.id != area_id)
        told = translate("Areas", "Another area is called “{0}” too: rules that name it mean both.")
        made = _replaced(draft, area_id, translate("Areas", "Rename to “{0}”").format(name), name=name.strip())
        return replace(made, told=told.format(name.strip())) if same else made

    return edit


def give_to(area_id: int, agency_id: int | None) -> Edit:
    """Another department for an area."""
    return lambda draft: _replaced(draft, area_id, translate("Areas", "Another department"), agency_id=agency_id)


def _replaced(draft: AreaDraft, area_id: int, label: str, **values: object) -> Edited:
    layer = draft.present
    place = layer.place(area_id)
    area = replace(layer.areas[place], **values)  # type: ignore[arg-type]
    return Edited(draft.did(label, layer.replaced({place: area})))


def merge_areas(ids: Sequence[int]) -> Edit:
    """Unite areas; the first keeps its name and department."""

    def edit(draft: AreaDraft) -> Edited:
        made = merge(draft.present, ids)
        name = draft.present.area(ids[0]).name
        return Edited(draft.did(translate("Areas", "Merge into “{0}”").format(name), made.layer), select=(ids[0],))

    return edit


def remove_area(area_id: int) -> Edit:
    """Take an area out; its ground is left to nobody."""

    def edit(draft: AreaDraft) -> Edited:
        name = draft.present.area(area_id).name
        label, made = translate("Areas", "Remove “{0}”").format(name), remove(draft.present, area_id)
        return Edited(draft.did(label, made.layer), told=ground_words(made), select=())

    return edit


def fill(area_id: int, ring: int | None = None) -> Edit:
    """Give an area the free ground in one of its holes, by the number of its ring, or in all of them."""

    def edit(draft: AreaDraft) -> Edited:
        made = fill_holes(draft.present, area_id, ring)
        label = translate("Areas", "Fill holes of “{0}”").format(draft.present.area(area_id).name)
        return Edited(draft.did(label, made.layer))

    return edit


def mend(piece: Piece, to: int, *, is_gap: bool) -> Edit:
    """Give a piece of ground to one area."""

    def edit(draft: AreaDraft) -> Edited:
        made = (fill_gap if is_gap else give_overlap)(draft.present, piece, to)
        label = translate("Areas", "Fill a gap") if is_gap else translate("Areas", "Part an overlap")
        return Edited(draft.did(label, made.layer))

    return edit


def knit_borders(within_m: float) -> Edit:
    """Join borders that run within metres of each other."""

    def edit(draft: AreaDraft) -> Edited:
        made = knit(draft.present, within_m)
        told = knit_words(made)
        if not made.changed:
            return Edited(draft, told=told)
        return Edited(draft.did(translate("Areas", "Knit borders"), made.layer), told=told)

    return edit


def knit_words(made: Knit) -> str:
    """What knitting moved."""
    if not made.changed:
        told = translate("Areas", "No borders run so close to each other without being one.")
    else:
        said = translate("Areas", "Knit {0} areas: {1} corners moved, {2} new, by {3} m at most.")
        told = said.format(len(made.changed), len(made.moves), len(made.insertions), f"{made.largest_m:.2f}")
    if made.left:
        told += " " + translate("Areas", "{0} places are left as they were.").format(len(made.left))
    return told


def take_version(layer: LayerOfAreas, label: str) -> Edit:
    """Go on from an older version."""
    return lambda draft: Edited(draft.did(label, layer), select=())


def drop(draft: AreaDraft) -> Edited:
    """Back to what stands, as a step that can be taken back."""
    return Edited(draft.did(translate("Areas", "Drop the draft"), draft.standing), select=())


def ground_words(edit: AreaEdit) -> str:
    """How much ground an edit left to nobody; empty where that is none."""
    if edit.uncovered_m2 < TOLD_M2:
        return ""
    if edit.uncovered_m2 >= LARGE_M2:
        return translate("Areas", "About {0} km² belong to no area now.").format(
            words.number(edit.uncovered_m2 / 1e6, 1)
        )
    rounded = float(f"{edit.uncovered_m2:.2g}")  # it is worked out by the scale of the place; the list of gaps is exact
    return translate("Areas", "About {0} m² belong to no area now.").format(words.number(rounded, 0))


def free_name(layer: LayerOfAreas, wanted: str) -> str:
    """A name that no area of the layer has."""
    names = {area.name for area in layer.areas}
    return next(name for n in range(1, len(names) + 2) if (name := wanted if n == 1 else f"{wanted} {n}") not in names)
