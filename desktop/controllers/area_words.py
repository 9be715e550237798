"""A draft of areas in the words that its pane shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QCoreApplication

from data.records import Agency, AreaLayer, Service
from desktop.controllers.area_draft import AreaDraft, Version
from desktop.controllers.area_faults import Found, Pieces
from desktop.views import format as words
from desktop.views.assignment.area_state import AreaLine, AreasState, PieceLine, VersionLine
from geo.area_holes import holes_of
from geo.area_layer import LayerOfAreas
from geo.area_pieces import SLIVER_M
from geo.area_rebase import Both

translate = QCoreApplication.translate
NOBODY = 0
MOST_NAMED = 3


def areas_state(
    draft: AreaDraft,
    shown: LayerOfAreas,
    versions: Sequence[Version],
    agencies: Sequence[Agency],
    services: Sequence[Service],
    *,
    chosen: Sequence[int],
    fixed: int,
    busy: bool,
) -> AreasState:
    """The pane's state: `shown` is the draft's layer, or the version that is looked at."""
    changed = draft.changed() if fixed < 0 else frozenset()
    note = translate("Areas", "Changed, not saved")
    nobody = translate("Areas", "No department")
    lines = tuple(
        AreaLine(area.id, area.name, area.agency_id or NOBODY, note if area.id in changed else "")
        for area in shown.areas
    )
    undo, redo = draft.history.undo_label, draft.history.redo_label
    return AreasState(
        layer=int(draft.layer.id),
        services=services_words(draft.layer, services),
        lines=lines,
        agencies=((NOBODY, nobody), *((int(one.id), one.name) for one in agencies)),
        versions=version_lines(versions),
        title=draft_words(len(changed), len(draft.gone()), len(shown.areas)),
        assigns=draft.layer.assigns,
        can_undo=undo is not None,
        can_redo=redo is not None,
        undo_words=translate("Areas", "Undo: {0}").format(undo) if undo else translate("Areas", "Undo in the draft"),
        redo_words=translate("Areas", "Redo: {0}").format(redo) if redo else translate("Areas", "Redo"),
        is_changed=draft.is_changed,
        fixed=fixed,
        busy=busy,
        holes=len(holes_of(shown.area(chosen[0]))) if len(chosen) == 1 and chosen[0] in shown.ids else 0,
    )


def draft_words(changed: int, gone: int, count: int) -> str:
    """How far the draft is from what stands."""
    told = count_words(count)
    if changed:
        told += translate("Areas", " · {0} changed").format(words.count(changed))
    if gone:
        told += translate("Areas", " · {0} gone").format(words.count(gone))
    return told


def count_words(count: int) -> str:
    """How many areas there are."""
    return translate("Areas", "1 area") if count == 1 else translate("Areas", "{0} areas").format(words.count(count))


def services_words(layer: AreaLayer, services: Sequence[Service]) -> str:
    """Which services the layer is for."""
    if not layer.assigns:
        return translate("Areas", "Names parts of town; assigns nothing.")
    names = {one.service_code: one.service_name for one in services}
    some = [names.get(code, code) for code in layer.service_codes]
    if not some:
        return translate("Areas", "Assigns every service.")
    more = len(some) - MOST_NAMED
    told = ", ".join(some[:MOST_NAMED]) + (translate("Areas", " and {0} more").format(more) if more > 0 else "")
    return translate("Areas", "Assigns {0}.").format(told)


def piece_lines(found: Sequence[Found], names: Mapping[int, str]) -> tuple[PieceLine, ...]:
    """Overlaps and gaps for their list."""
    lines = []
    for one in found:
        areas = tuple((key, names[key]) for key in one.piece.areas if key in names)
        joined = (" · " if one.is_gap else " × ").join(name for _, name in areas)
        what = _gap_words(one, joined) if one.is_gap else joined
        what += translate("Areas", " (sliver)") if one.piece.sliver else ""
        size = words.number(one.piece.area_m2, 0 if one.piece.area_m2 >= 100 else 1)
        lines.append(PieceLine(what, size, one.piece.sliver, one.is_gap, areas))
    return tuple(lines)


def _gap_words(one: Found, joined: str) -> str:
    if one.enclosed:
        return translate("Areas", "Gap: {0}").format(joined)
    return translate("Areas", "Uncovered: {0}").format(joined) if joined else translate("Areas", "Uncovered, apart")


def left_out_words(pieces: Pieces) -> str:
    """What the list of pieces says besides them: which slivers are not in it, or that there is no boundary."""
    if not pieces.has_boundary:
        return translate("Areas", "The city has no boundary: gaps are those that areas enclose.")
    if pieces.within:
        return translate("Areas", "What the layer leaves of the city is not listed: it is not meant for all of it.")
    if not pieces.left_out:
        return ""
    told = translate("Areas", "Left out along the city’s boundary: {0} slivers under {1} m wide, {2} m² in all.")
    if pieces.left_out == 1:
        told = translate("Areas", "Left out along the city’s boundary: {0} sliver under {1} m wide, {2} m².")
    size = words.number(pieces.left_out_m2, 0)
    return told.format(words.count(pieces.left_out), words.number(SLIVER_M, 0), size)


def version_lines(versions: Sequence[Version]) -> tuple[VersionLine, ...]:
    """The days on which a layer changed."""
    lines = []
    for version in versions:
        title = translate("Areas", "From the beginning")
        if version.begins is not None:
            title = translate("Areas", "From {0}").format(words.short_date(version.begins) + f" {version.begins.year}")
        note = count_words(version.areas)
        if version.changed:
            one, many = translate("Areas", ", 1 begins or ends"), translate("Areas", ", {0} begin or end")
            note += one if version.changed == 1 else many.format(words.count(version.changed))
        lines.append(VersionLine(title, note))
    return tuple(lines)


def fault_words(draft: AreaDraft) -> str:
    """What stands in the way of saving; empty where nothing does."""
    without = [area.name for area in draft.present.areas if area.agency_id is None]
    if not draft.present.areas:
        return translate("Areas", "No area is left; keep one.")
    if draft.layer.assigns and without:
        named = ", ".join(without[:MOST_NAMED])
        more = len(without) - MOST_NAMED
        named += translate("Areas", " and {0} more").format(more) if more > 0 else ""
        return translate("Areas", "No department: {0}. Choose one for each.").format(named)
    return ""


def both_words(both: Sequence[Both]) -> str:
    """What two people changed, each in another way; empty where there is nothing."""
    if not both:
        return ""
    said = {
        "name": translate("Areas", "the name of “{0}”"),
        "department": translate("Areas", "the department of “{0}”"),
        "ground": translate("Areas", "the border of “{0}”"),
        "presence": translate("Areas", "“{0}”, which one of you took out"),
    }
    named = ", ".join(said[one.what].format(one.name) for one in both[:MOST_NAMED])
    more = len(both) - MOST_NAMED
    named += translate("Areas", " and {0} more").format(more) if more > 0 else ""
    return translate("Areas", "Both of you changed {0}. It is as you drew it; look whether that is meant.").format(
        named
    )
