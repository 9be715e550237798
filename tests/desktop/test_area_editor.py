"""Editing areas in the real window: gestures are steps of a draft, that is replayed, seen, saved and looked back on."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
import shapely
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from data.records import Area
from data.store import open_store
from desktop.app import Application
from desktop.controllers.area_draft import open_draft
from desktop.controllers.area_draft_files import DraftFiles
from desktop.controllers.area_editor import AreaEditorController
from desktop.controllers.area_edits import drop, give_to, remove_area, rename, undo
from desktop.controllers.area_faults import find_pieces
from desktop.controllers.undoing import Undoing
from desktop.domain.clock import FixedClock
from desktop.map.area_editing import Gesture, Spot
from desktop.operations.edit_areas import DrawnArea, State, as_areas, layer_state, save_areas
from desktop.operations.replay_rules import Draft, replay
from desktop.operations.work import Work
from desktop.views.assignment.place import AREAS, EXPLAIN
from desktop.views.kit import Button
from desktop.views.tokens import Scheme
from geo.area_topology import topology
from tests.demo import MOMENT
from tests.desktop.test_city import WAIT_MS, show
from tests.desktop.test_reach import faults_in

pytestmark = [pytest.mark.slow, pytest.mark.stalls]
LAYER = "Collection areas"


@pytest.fixture
def store(demo_city: Path, tmp_path: Path) -> Path:
    """A copy of the demo city."""
    return Path(shutil.copy(demo_city, tmp_path / "city.opsmap"))


def areas_of(store: Path, name: str = LAYER) -> list[Area]:
    """The areas of a layer as another program sees them, with those that held once."""
    opened = open_store(str(store))
    with opened.read() as unit:
        layer = next(one for one in unit.areas.layers() if one.name == name)
        found = unit.areas.ever(layer.id)
    opened.close()
    return found


def state_of(store: Path, name: str = LAYER) -> State:
    """What a draft of the layer would be based on now."""
    opened = open_store(str(store))
    with opened.read() as unit:
        found = layer_state(unit, next(one.id for one in unit.areas.layers() if one.name == name))
    opened.close()
    return found


class Desk:
    """The workspace as a person uses it."""

    def __init__(self, qtbot: QtBot, app: Application) -> None:
        self.qtbot, self.app = qtbot, app
        show(qtbot, app, "assignment")
        assert app.content is not None
        self.editor: AreaEditorController = app.content.areas
        self.pane = self.editor.pane
        app.content.rules.place.right.show_page(AREAS)
        self.take(LAYER)

    def wait(self, condition: Callable[[], bool]) -> None:
        """Until it holds."""
        self.qtbot.waitUntil(condition, timeout=WAIT_MS)

    def take(self, name: str) -> None:
        """Choose a layer."""
        at = self.pane.layer.findText(name)
        self.pane.layer.setCurrentIndex(at)
        self.pane.layer.activated.emit(at)
        self.wait(lambda: self.editor.draft is not None and self.editor.draft.layer.name == name)

    def settle(self) -> None:
        """Until edits, the search for overlaps and the replay are done."""
        draft = self.editor
        self.wait(lambda: draft._running is None and not draft._waiting and draft.trials.pieces is not None)
        self.wait(lambda: draft.draft is not None and draft.trials.checked is draft.draft.present)
        self.wait(lambda: draft.replay is not None or not (draft.draft and draft.draft.is_changed))

    def drag(self, lon_by: float, lat_by: float) -> tuple[float, float]:
        """Move a corner that two areas share, as the page tells it; where it was."""
        assert self.editor.draft is not None
        layer = self.editor.draft.present
        rows = {tuple(xy): 0 for area in layer.areas for xy in area.xy}
        for area in layer.areas:
            for xy in {tuple(xy) for xy in area.xy}:
                rows[xy] += 1
        lon, lat = next(xy for xy, count in rows.items() if count == 2)
        corner = (float(lon), float(lat))
        area = next(one for one in layer.areas if (one.xy == corner).all(axis=1).any())
        at = int((area.xy == corner).all(axis=1).argmax())
        ring = max(r for r in range(len(area.ring_starts) - 1) if area.ring_starts[r] <= at)
        start = Spot(corner[0], corner[1], (area.id, ring, at - int(area.ring_starts[ring])))
        self.gesture("move", start, Spot(corner[0] + lon_by, corner[1] + lat_by))
        return corner

    def gesture(self, act: str, *points: Spot, ids: tuple[int, ...] = ()) -> None:
        """A gesture of the page, and all that follows from it."""
        version = self.editor._version
        self.editor._map.editing.gestured.emit(Gesture(act, version, points, ids, (0.0, 0.0)))  # type: ignore[arg-type]
        self.wait(lambda: self.editor._running is None)

    def start_over(self) -> None:
        """Back to the areas that are saved, all of them in the list and none chosen."""
        self.settle()
        if self.editor.draft is not None and self.editor.draft.is_changed:
            self.editor.do(drop)
            self.wait(lambda: self.editor.draft is not None and not self.editor.draft.is_changed)
        self.editor.choose(())
        self.pane.show_page("list")
        self.settle()

    def save(self) -> None:
        """Tick that it was seen, and save."""
        self.settle()
        self.pane.save.seen.setChecked(True)
        assert self.pane.save.save.isEnabled()
        with self.qtbot.waitSignal(self.app.runner.job_ended, timeout=WAIT_MS):
            QTest.mouseClick(self.pane.save.save, Qt.MouseButton.LeftButton)


@pytest.fixture
def desk(qtbot: QtBot, open_city: Callable[[str, datetime], Application], store: Path) -> Desk:
    """The areas of one layer under edit."""
    return Desk(qtbot, open_city(str(store), MOMENT))


def test_a_shared_corner_moves_in_both_is_replayed_seen_and_saved_from_a_day_on(desk: Desk, store: Path) -> None:
    """Both areas have the corner where it went; the replay is that of the draft; saving waits for the tick, and what
    held before holds until the day."""
    before = areas_of(store)
    corner = desk.drag(0.004, 0.003)
    draft = desk.editor.draft
    assert draft is not None
    changed = [area for area in draft.present.areas if area.id in draft.changed()]
    assert len(changed) == 2
    assert all((area.xy != corner).any(axis=1).all() for area in changed)
    snapshot = desk.editor._session.snapshot
    assert snapshot is not None
    other = next(int(one.id) for one in snapshot.agencies if one.id != changed[0].agency_id)
    desk.editor.do(give_to(changed[0].id, other))
    desk.wait(lambda: desk.editor._running is None)
    draft = desk.editor.draft
    assert draft is not None
    changed = [area for area in draft.present.areas if area.id in draft.changed()]
    assert len(changed) == 2
    desk.settle()
    shown = desk.editor.replay
    assert shown is not None
    opened = open_store(str(store))
    told = replay(Work(opened, "ben", FixedClock(MOMENT)), draft.to_replay())
    opened.close()
    assert (shown.moves, shown.flows, shown.seen) == (told.moves, told.flows, told.seen)
    assert shown.moved > 0
    assert desk.app.content is not None
    assert desk.app.content.rules.replay is shown
    assert not desk.pane.save.save.isEnabled()
    day = MOMENT.date() + timedelta(days=10)
    desk.pane.save.day.set_day(day)
    desk.save()
    desk.wait(lambda: len(areas_of(store)) == len(before) + 2)
    ended = {area.id: area for area in areas_of(store) if area.effective_to == day}
    assert set(ended) == {area.id for area in changed}
    fresh = [area for area in areas_of(store) if area.effective_from == day]
    assert {area.geometry_wkb for area in fresh} == {bytes(shapely.to_wkb(area.shape)) for area in changed}
    desk.wait(lambda: desk.editor.draft is not None and not desk.editor.draft.is_changed)
    assert not desk.pane.save.isVisible()


def undo_in_the_pane_takes_back_the_draft_and_nothing_of_the_store(desk: Desk) -> None:
    """Ctrl Z in the pane and on the map undoes the step of the draft, the redo brings the very same layer back."""
    assert desk.editor.draft is not None
    first = desk.editor.draft.present
    desk.drag(0.002, 0.0)
    moved = desk.editor.draft.present
    desk.pane.table.setFocus()
    QTest.keyClick(desk.pane.table, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    desk.wait(lambda: desk.editor.draft is not None and desk.editor.draft.present is first)
    QTest.keyClick(
        desk.pane.table, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    )
    desk.wait(lambda: desk.editor.draft is not None and desk.editor.draft.present is moved)
    view = desk.editor._map
    view.setFocus()
    desk.wait(lambda: view.editing.is_open)
    page = view.web.focusProxy() or view.web
    QTest.keyClick(page, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    desk.wait(lambda: desk.editor.draft is not None and desk.editor.draft.present is first)


def undo_after_saving_takes_back_the_save(desk: Desk, store: Path, on_map: bool) -> None:
    """Once saved the draft has no step of its own: Ctrl Z in the pane, and on the map, is the one that the message of
    the save offers, and Ctrl Shift Z saves it again."""
    before = {area.id: area.geometry_wkb for area in areas_of(store)}
    desk.drag(0.002, 0.0)
    desk.save()
    desk.wait(lambda: desk.editor.draft is not None and not desk.editor.draft.is_changed)
    assert {area.id: area.geometry_wkb for area in areas_of(store)} != before

    def press(act: str) -> None:
        shift = Qt.KeyboardModifier.ShiftModifier if act == "redo" else Qt.KeyboardModifier.NoModifier
        if on_map:
            desk.editor._map.editing.gestured.emit(Gesture(act, 0, (), (), (0.0, 0.0)))  # type: ignore[arg-type]
        else:
            desk.pane.table.setFocus()
            QTest.keyClick(desk.pane.table, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier | shift)

    undoing: Undoing = desk.app.window.findChild(Undoing)
    press("undo")
    desk.wait(lambda: {area.id: area.geometry_wkb for area in areas_of(store)} == before)
    desk.wait(lambda: bool(undoing._undone))  # the store has it before the window has heard of it
    desk.settle()
    press("redo")
    desk.wait(lambda: {area.id: area.geometry_wkb for area in areas_of(store)} != before)
    desk.wait(lambda: not undoing._undone)


def a_refusal_is_said_and_changes_nothing(desk: Desk) -> None:
    """A corner that would run through other areas is refused in one sentence, in the pane, and the draft stays."""
    assert desk.editor.draft is not None
    first = desk.editor.draft.present
    desk.drag(0.5, 0.5)
    assert desk.editor.draft.present is first
    assert desk.pane.banner.isVisible()
    assert desk.pane.banner.text.text().endswith(".")
    stale = Gesture("remove", -1, (Spot(0.0, 0.0),), (), (0.0, 0.0))
    desk.editor._map.editing.gestured.emit(stale)
    assert "changed meanwhile" in desk.pane.banner.text.text()


def a_draft_is_there_again_after_the_window_closed(desk: Desk, store: Path, tmp_path: Path) -> None:
    """What was drawn is in a file beside the settings after each step; the next run takes it up with its steps, the
    first of which leads to what stands. A file that cannot be read is put aside and told."""
    desk.drag(0.002, 0.001)
    desk.drag(0.001, 0.002)
    assert desk.editor.draft is not None
    drawn = desk.editor.draft.drawn()
    layer_id = int(desk.editor.draft.layer.id)
    opened = open_store(str(store))
    files = DraftFiles(tmp_path / "area-drafts", opened.identity)
    again = open_draft(opened, files, layer_id)
    assert again.draft.drawn() == drawn
    assert not again.behind
    assert not open_draft(opened, DraftFiles(tmp_path / "elsewhere", opened.identity), layer_id).draft.is_changed
    assert [step.label for step in again.draft.history.steps] == ["", "Move a corner", "Move a corner"]
    assert again.draft.history.undo().undo().layer is again.draft.standing
    files.path(layer_id).write_text("{", encoding="utf-8")
    broken = open_draft(opened, files, layer_id)
    opened.close()
    assert not broken.draft.is_changed
    assert "cannot be read" in broken.told
    assert files.path(layer_id).with_suffix(".unread").read_text(encoding="utf-8") == "{"


def names_departments_merging_and_removing(desk: Desk) -> None:
    """What is written in the list is a step of the draft; two chosen areas merge into the first; one is removed; what
    has no department is said before saving."""
    editor, table = desk.editor, desk.pane.table
    first, second = (line.id for line in table.areas.lines[:2])
    table.areas.setData(table.areas.index(0, 0), "Harbour side")
    desk.wait(lambda: editor.draft is not None and editor.draft.present.area(first).name == "Harbour side")
    table.areas.setData(table.areas.index(1, 1), 0)
    desk.wait(lambda: editor.draft is not None and editor.draft.present.area(second).agency_id is None)
    assert table.areas.lines[1].name in desk.pane.save.faults.text()
    assert editor.draft is not None
    neighbours = _neighbours(editor)
    editor.choose(neighbours)
    count = len(editor.draft.present.areas)
    QTest.mouseClick(desk.pane.merge, Qt.MouseButton.LeftButton)
    desk.wait(lambda: editor.draft is not None and len(editor.draft.present.areas) == count - 1)
    assert editor.chosen == neighbours[:1]
    table.setFocus()
    QTest.keyClick(table, Qt.Key.Key_Delete)
    desk.wait(lambda: editor.draft is not None and len(editor.draft.present.areas) == count - 2)


def _neighbours(editor: AreaEditorController) -> tuple[int, int]:
    assert editor.draft is not None
    shared = topology(editor.draft.present)
    one = next(key for key in shared.ids if shared.neighbours(key))
    return one, shared.neighbours(one)[0]


def an_area_is_drawn_and_split_by_gestures(desk: Desk) -> None:
    """A drawn ring is a new area that takes ground from the others, and a department; a line across splits it."""
    editor = desk.editor
    assert editor.draft is not None
    area = editor.draft.present.areas[0]
    at = area.shape.representative_point()
    editor.choose((area.id,))
    ring = [(at.x + dx, at.y + dy) for dx, dy in ((-1e-3, -1e-3), (1e-3, -1e-3), (1e-3, 1e-3), (-1e-3, 1e-3))]
    desk.gesture("draw", *(Spot(*xy) for xy in ring))
    drawn = editor.draft.present.area(editor.chosen[0])
    assert drawn.id < 0
    assert drawn.agency_id == area.agency_id
    assert not editor.draft.present.area(area.id).shape.contains(at)
    desk.gesture("split", Spot(at.x - 2e-3, at.y), Spot(at.x + 2e-3, at.y), ids=(drawn.id,))
    assert len(editor.chosen) == 2
    desk.gesture("split", Spot(at.x - 2e-3, at.y), Spot(at.x + 2e-3, at.y), ids=())
    assert "Choose the one area" in desk.pane.banner.text.text()


def gaps_are_listed_walked_through_and_filled(desk: Desk) -> None:
    """An area cut out of the middle leaves a gap; Next walks the map to it, one click fills it from a neighbour."""
    editor = desk.editor
    assert editor.draft is not None
    area = editor.draft.present.areas[0]
    at = area.shape.representative_point()
    ring = [(at.x + dx, at.y + dy) for dx, dy in ((-1e-3, -1e-3), (1e-3, -1e-3), (1e-3, 1e-3), (-1e-3, 1e-3))]
    desk.settle()
    known = len(editor.walk.found)
    desk.gesture("draw", *(Spot(*xy) for xy in ring))
    editor._remove()
    desk.wait(lambda: "m² belong to no area now" in desk.pane.told.text())
    desk.settle()
    desk.wait(lambda: len(editor.walk.found) == known + 1)
    desk.pane.show_page("pieces")
    pieces = desk.pane.pieces
    row = next(at for at, line in enumerate(pieces.model.lines) if line.is_gap and line.areas[0][0] == area.id)
    for _ in range(row + 1):
        QTest.mouseClick(pieces.after, Qt.MouseButton.LeftButton)
    assert editor.walk.now == row
    lon, lat = editor.walk.found[row].piece.at
    view = editor._map
    desk.wait(lambda: view.bounds[0] < lon < view.bounds[2] and view.bounds[1] < lat < view.bounds[3])
    fill = next(button for button in pieces.findChildren(Button) if button.property("area") == area.id)
    QTest.mouseClick(fill, Qt.MouseButton.LeftButton)
    desk.wait(lambda: editor.draft is not None and editor.draft.present.area(area.id).shape.contains(at))
    desk.settle()
    assert len(find_pieces(editor.draft.present, editor.draft.boundary).found) == known


def knitting_tells_what_it_moved(desk: Desk) -> None:
    """Borders of one layer that are one already are told to be; the step is none."""
    draft = desk.editor.draft
    desk.pane.show_page("pieces")
    desk.pane.pieces.knit_asked.emit(0.01)
    desk.wait(lambda: bool(desk.pane.told.text()))
    assert desk.editor.draft is not None
    assert draft is not None
    knit = desk.editor.draft.present is not draft.present
    assert ("Knit" in desk.pane.told.text()) == knit


def test_versions_are_shown_and_taken_up_again(qtbot: QtBot, desk: Desk, store: Path) -> None:
    """After a change from a day on, the layer can be seen as it was; a draft from there saves what was before."""
    editor = desk.editor
    first = [area.geometry_wkb for area in areas_of(store)]
    desk.drag(0.004, 0.003)
    desk.save()
    desk.wait(lambda: len(editor._versions) == 2)
    desk.pane.show_page("versions")
    desk.pane.versions.list.setCurrentRow(1)
    desk.wait(lambda: editor._fixed_layer is not None)
    assert [bytes(shapely.to_wkb(area.shape)) for area in editor._fixed_layer.areas] == first  # type: ignore[union-attr]
    assert not desk.pane.undo.isEnabled()
    assert editor.draft is not None
    editor.do(rename(editor.draft.present.ids[0], "Renamed"))  # what is done to the draft brings it back on the map
    desk.wait(lambda: editor._fixed_layer is None and editor._fixed < 0)
    editor.do(undo)
    desk.wait(lambda: editor.draft is not None and not editor.draft.is_changed)
    desk.pane.versions.list.setCurrentRow(1)
    desk.wait(lambda: editor._fixed_layer is not None)
    QTest.mouseClick(desk.pane.versions.take, Qt.MouseButton.LeftButton)
    desk.wait(lambda: editor.draft is not None and editor.draft.is_changed)
    desk.settle()
    assert editor.draft is not None
    assert [area.geometry_wkb for area in editor.draft.drawn()] == first
    assert {area.id for area in editor.draft.drawn()} == {area.id for area in areas_of(store) if not area.effective_to}


def save_elsewhere(store: Path, change: Callable[[list[DrawnArea]], None], begins: date | None) -> None:
    """Another person changes areas of the layer and saves them."""
    opened = open_store(str(store))
    with opened.read() as unit:
        layer_id = next(int(one.id) for one in unit.areas.layers() if one.name == LAYER)
    other = open_draft(opened, DraftFiles(store.parent / "other", "x"), layer_id).draft
    rows = other.drawn()
    change(rows)
    work = Work(opened, "ben", FixedClock(MOMENT))
    tried = replay(work, Draft(drawn={LAYER: as_areas(rows, layer_id)}))
    save_areas(work, layer_id=layer_id, areas=rows, effective_from=begins, based_on=other.based_on, seen=tried.seen)
    opened.close()


def renamed(rows: list[DrawnArea]) -> None:
    """The last area gets another name."""
    rows[-1] = replace(rows[-1], name="Renamed")


def test_what_somebody_else_saved_is_told_and_the_draft_can_go_on(desk: Desk, store: Path) -> None:
    """While a draft is open another person saves: a band says so, saving is a conflict, and one act puts the draft on
    what stands now. What the other one renamed from today on keeps that name, what was removed here is gone, and the
    rest is as it was; so it is once saved."""
    editor = desk.editor
    assert editor.draft is not None
    first, *others, last = editor.draft.present.areas
    editor.do(remove_area(first.id))
    desk.settle()
    save_elsewhere(store, renamed, MOMENT.date())
    desk.wait(desk.pane.behind.isVisible)
    old = editor.draft.based_on
    desk.pane.behind.acted.emit()
    desk.wait(lambda: editor.draft is not None and editor.draft.based_on != old)
    assert not desk.pane.behind.isVisible()
    assert [area.name for area in editor.draft.present.areas] == [*(area.name for area in others), "Renamed"]
    assert [area.name for area in editor.draft.gone()] == [first.name]
    assert editor.draft.changed() == frozenset()
    desk.save()
    desk.wait(lambda: editor.draft is not None and not editor.draft.is_changed)
    standing = {area.name for area in areas_of(store) if area.effective_to is None}
    assert standing == {*(area.name for area in others), "Renamed"}
    assert last.name not in standing


def test_what_both_renamed_is_told_after_a_restart_too(desk: Desk, store: Path, tmp_path: Path) -> None:
    """What a draft was begun from is in its file: taken up again after somebody saved, it goes on from what stands, and
    the one name that both wrote is as it was drawn, and told."""
    editor = desk.editor
    assert editor.draft is not None
    last = editor.draft.present.areas[-1]
    editor.do(rename(last.id, "Mine"))
    desk.settle()
    save_elsewhere(store, renamed, MOMENT.date())
    desk.wait(desk.pane.behind.isVisible)
    editor.draft = None  # as in a window that opens
    desk.take(LAYER)
    assert editor.draft is not None
    assert desk.pane.behind.isVisible()
    desk.pane.behind.acted.emit()
    desk.wait(lambda: not desk.pane.behind.isVisible())
    assert editor.draft.present.areas[-1].name == "Mine"
    assert len(editor.draft.present.areas) == len(editor.draft.standing.areas)
    assert "the name of “Mine”" in desk.pane.told.text()


def leaving_gives_the_replay_back_and_keeps_the_draft(desk: Desk) -> None:
    """Explain brings the rules' own replay and the map's clicks back; the draft is there when areas are shown again."""
    desk.drag(0.002, 0.001)
    desk.settle()
    assert desk.app.content is not None
    rules = desk.app.content.rules
    rules.place.right.show_page(EXPLAIN)
    desk.wait(lambda: rules.seen is not None and rules.replay is not desk.editor.replay)
    assert not desk.editor._map.editing.is_open
    assert rules.place.ask.isVisible()
    rules.place.right.show_page(AREAS)
    desk.wait(lambda: desk.editor._map.editing.is_open)
    assert desk.editor.draft is not None
    assert desk.editor.draft.is_changed
    desk.wait(lambda: desk.app.content is not None and desk.app.content.rules.replay is desk.editor.replay)


def a_hand_on_the_map_moves_the_border_of_both(desk: Desk) -> None:
    """A drag in the map's page moves the corner in both areas of the draft, and Ctrl Z there brings it back."""
    editor, view = desk.editor, desk.editor._map
    desk.settle()
    assert editor.draft is not None
    first = editor.draft.present
    shared = topology(first)
    corners = shared.vertices[shared.shared_vertices()]
    lon, lat = (float(part) for part in corners[len(corners) // 2])
    view.set_view(lon, lat, 18)
    desk.wait(lambda: view.bounds is not None and view.bounds[0] < lon < view.bounds[2] and view._view["zoom"] == 18)
    desk.qtbot.wait(300)  # the glide is over
    page = view.web.focusProxy() or view.web
    start = QPoint(view.web.width() // 2, view.web.height() // 2)
    end = start + QPoint(12, 9)
    QTest.mouseMove(page, start)
    QTest.mousePress(page, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.AltModifier, start)
    QTest.mouseMove(page, end)
    QTest.mouseRelease(page, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.AltModifier, end)
    desk.wait(lambda: editor.draft is not None and editor.draft.present is not first)
    owners = shared.areas_at((lon, lat))
    assert len(owners) > 1
    assert editor.draft.changed() == set(owners)
    QTest.keyClick(page, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    desk.wait(lambda: editor.draft is not None and editor.draft.present is first)


def every_control_of_the_pane_has_a_name_and_stands_out(desk: Desk, scheme: Scheme) -> None:
    """The list, the overlaps and gaps and the versions: a screen reader can name all, and words stand out."""
    desk.drag(0.002, 0.001)
    desk.settle()
    desk.app.theme.choose(scheme)
    faults = []
    for page in ("list", "pieces", "versions"):
        desk.pane.show_page(page)
        faults += faults_in(desk.pane, f"{scheme} {page}")
    desk.app.theme.choose("light")
    assert faults == []


def today_is_the_day_that_is_offered(desk: Desk) -> None:
    """A draft would hold from the city's day on unless somebody says otherwise, or for all days."""
    assert desk.pane.save.begins() == date(MOMENT.year, MOMENT.month, MOMENT.day)
    desk.pane.save.when.setCurrentIndex(1)
    assert desk.pane.save.begins() is None


# A window takes long to open: what does not disturb each other is gone through in one.


def test_a_draft_is_kept_and_taken_back(desk: Desk, store: Path, tmp_path: Path) -> None:
    """What is drawn is kept, undone, refused and given up; each step proves its own."""
    today_is_the_day_that_is_offered(desk)
    desk.pane.save.when.setCurrentIndex(0)
    a_draft_is_there_again_after_the_window_closed(desk, store, tmp_path)
    desk.start_over()
    undo_in_the_pane_takes_back_the_draft_and_nothing_of_the_store(desk)
    desk.start_over()
    a_refusal_is_said_and_changes_nothing(desk)
    desk.start_over()
    leaving_gives_the_replay_back_and_keeps_the_draft(desk)
    desk.start_over()
    knitting_tells_what_it_moved(desk)


def test_areas_are_named_merged_drawn_split_and_filled(desk: Desk) -> None:
    """Every act of the pane on areas, and all of it reached and read in both looks; each step proves its own."""
    a_hand_on_the_map_moves_the_border_of_both(desk)
    desk.start_over()
    names_departments_merging_and_removing(desk)
    desk.start_over()
    an_area_is_drawn_and_split_by_gestures(desk)
    desk.start_over()
    gaps_are_listed_walked_through_and_filled(desk)
    desk.start_over()
    every_control_of_the_pane_has_a_name_and_stands_out(desk, "light")
    desk.start_over()
    every_control_of_the_pane_has_a_name_and_stands_out(desk, "dark")


def test_undoing_a_save_from_the_pane_and_from_the_map(desk: Desk, store: Path) -> None:
    """Both ways to undo what was saved lead to the same, one after the other in one window."""
    undo_after_saving_takes_back_the_save(desk, store, on_map=False)
    desk.wait(lambda: desk.editor.draft is not None and desk.editor.draft.based_on == state_of(store))
    desk.settle()
    undo_after_saving_takes_back_the_save(desk, store, on_map=True)
