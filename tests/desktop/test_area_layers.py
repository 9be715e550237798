"""Layers of areas in the real window: made, drawn in, taken along to a file and back, removed, repaired."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
import shapely
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from data.store import open_store
from desktop.app import Application
from desktop.controllers.area_edits import drop, rename
from desktop.controllers.assistant import Assistant
from desktop.map.area_editing import Spot
from desktop.views.assignment.layer_dialogs import NewLayerDialog, RemoveLayerDialog
from desktop.views.places import ASSIGNMENT
from desktop.views.shell.name_dialog import NameDialog
from desktop.views.shell.overlay import Dialog
from tests.demo import MOMENT
from tests.desktop.test_area_editor import LAYER, Desk, areas_of
from tests.desktop.test_assistant import settle
from tests.desktop.test_city import WAIT_MS
from tests.desktop.test_reach import faults_in, open_dialogs

pytestmark = [pytest.mark.slow, pytest.mark.stalls]
BOW = shapely.Polygon([(-71.0, 41.9), (-70.9, 42.1), (-70.9, 41.9), (-71.0, 42.1)])  # crosses itself


@pytest.fixture
def store(demo_city: Path, tmp_path: Path) -> Path:
    """A copy of the demo city."""
    return Path(shutil.copy(demo_city, tmp_path / "city.opsmap"))


@pytest.fixture
def desk(qtbot: QtBot, open_city: Callable[[str, datetime], Application], store: Path) -> Desk:
    """The areas of one layer under edit."""
    return Desk(qtbot, open_city(str(store), MOMENT))


def layers_of(store: Path) -> list[str]:
    """The names of the layers as another program sees them."""
    opened = open_store(str(store))
    with opened.read() as unit:
        found = [layer.name for layer in unit.areas.layers()]
    opened.close()
    return found


def dialog(desk: Desk) -> Dialog:
    """The dialog that comes up."""
    desk.wait(lambda: bool(open_dialogs(desk.app)))
    (found,) = open_dialogs(desk.app)
    return found


def press(button: object) -> None:
    """Click a button."""
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)  # type: ignore[call-overload]


def make_layer(desk: Desk, name: str) -> NewLayerDialog:
    """A new layer that names no departments."""
    desk.pane.new_layer_asked.emit()
    asked = dialog(desk)
    assert isinstance(asked, NewLayerDialog)
    QTest.keyClicks(asked.name, name)
    press(asked.make)
    return asked


def test_a_layer_is_made_drawn_in_taken_to_a_file_and_back_and_removed(
    desk: Desk, store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A taken name is refused in the dialog; the new layer is empty, and all of the boundary uncovered once that is
    wanted; an area with a hole is drawn, its hole filled with the button, and saved; exported to GeoPackage and
    imported again it is the same ground, and is taken up; it gets another name and back; removed it is gone, and
    undone it is back. Other days to replay over make another replay."""
    editor, pane = desk.editor, desk.pane
    asked = make_layer(desk, LAYER.upper())
    desk.wait(lambda: asked._field._fault.isVisible())
    assert faults_in(asked, "new layer") == []
    asked.name.setText("Precincts")
    press(asked.make)
    desk.wait(lambda: "draw its first area" in pane.told.text())
    desk.wait(lambda: editor.draft is not None and editor.draft.layer.name == "Precincts")
    assert pane.table.areas.lines == ()
    assert pane._empty.isVisibleTo(pane)
    desk.settle()
    assert editor.walk.found == ()  # it does not assign: what it leaves of the city is no gap
    assert pane.pieces.around.isVisibleTo(pane.pieces)
    pane.pieces.around.click()
    desk.settle()
    assert editor.draft is not None
    assert editor.draft.boundary is not None
    assert [found.enclosed for found in editor.walk.found] == [False]
    at = editor.draft.boundary.representative_point()
    corners = ((-4e-3, -4e-3), (4e-3, -4e-3), (4e-3, 4e-3), (-4e-3, 4e-3))
    desk.gesture("draw", *(Spot(at.x + dx, at.y + dy) for dx, dy in corners))
    (area,) = editor.draft.present.areas
    assert not pane._empty.isVisibleTo(pane)
    assert not pane.fill.isVisible()
    hole = [Spot(at.x + dx / 2, at.y + dy / 2) for dx, dy in corners]
    desk.gesture("hole", *hole, ids=(area.id,))
    assert not editor.draft.present.areas[0].shape.contains(at)
    assert pane.fill.isVisible()
    press(pane.fill)
    desk.wait(lambda: editor.draft is not None and editor.draft.present.areas[0].shape.contains(at))
    assert not pane.fill.isVisible()
    desk.settle()
    assert editor.replay is not None
    thirty = editor.replay
    desk.app.content.rules.place.replay.period._segments["7"].click()  # type: ignore[union-attr]
    assert not pane.save.seen.isEnabled()
    desk.wait(lambda: editor.replay is not None and editor.replay is not thirty)
    assert editor.replay.first > thirty.first
    assert editor.replay.seen == thirty.seen  # it is the same draft
    desk.save()
    desk.wait(lambda: len(areas_of(store, "Precincts")) == 1)
    desk.wait(lambda: editor.draft is not None and not editor.draft.is_changed)
    file = tmp_path / "again.gpkg"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(file), "GeoPackage (*.gpkg)"))
    pane.export_layer.trigger()
    desk.wait(file.exists)
    pane.import_asked.emit()
    (assistant,) = desk.app.window.findChildren(Assistant)
    assistant.open(file)
    settle(desk.qtbot, assistant)
    press(assistant.dialog.go)
    desk.wait(lambda: "again" in layers_of(store))
    settle(desk.qtbot, assistant)
    assert not assistant.dialog.close_button.isVisible()  # Done says it
    press(assistant.dialog.go)
    (first,), (second,) = areas_of(store, "Precincts"), areas_of(store, "again")
    one, other = shapely.from_wkb([first.geometry_wkb, second.geometry_wkb])
    assert shapely.equals_exact(one.normalize(), other.normalize(), 0.0)
    assert (first.name, first.agency_id) == (second.name, second.agency_id)
    desk.wait(lambda: editor.draft is not None and editor.draft.layer.name == "again")  # it is taken up
    pane.rename_layer.trigger()
    other = dialog(desk)
    assert isinstance(other, NameDialog)
    other.edit.setText("Once more")
    press(other.act)
    desk.wait(lambda: editor.draft is not None and editor.draft.layer.name == "Once more")
    desk.wait(lambda: "again is called Once more now" in pane.told.text())
    desk.app.window.asked.emit("undo")
    desk.wait(lambda: editor.draft is not None and editor.draft.layer.name == "again")
    pane.remove_layer.trigger()
    remove = dialog(desk)
    assert isinstance(remove, RemoveLayerDialog)
    assert "Its area goes with it" in remove.text.text()
    assert faults_in(remove, "remove layer") == []
    press(remove.remove)
    desk.wait(lambda: "again" not in layers_of(store))
    desk.wait(
        lambda: editor.draft is not None and editor.draft.layer.name != "again" and pane.layer.findText("again") < 0
    )
    desk.app.window.asked.emit("undo")
    desk.wait(lambda: "again" in layers_of(store))


def test_asking_why_while_assignment_is_built_finishes_it(
    qtbot: QtBot, open_city: Callable[[str, datetime], Application], store: Path
) -> None:
    """Assignment is built in many steps; who needs it after the first few of them gets the rest at once, and once."""
    app = open_city(str(store), MOMENT)
    qtbot.waitUntil(lambda: app.content is not None and app.content.session.snapshot is not None, timeout=WAIT_MS)
    assert app.content is not None
    steps = app.content._steps(ASSIGNMENT)
    assert [next(steps) for _ in range(6)] == [None] * 6
    assert not hasattr(app.content, "rules")
    app.content.fill(ASSIGNMENT)
    rules = app.content.rules
    assert list(app.content._steps(ASSIGNMENT)) == []
    qtbot.waitUntil(lambda: rules.shelf is not None, timeout=WAIT_MS)
    assert app.content.areas.pane.isVisibleTo(rules.place.right) is False
    assert app.content.rules is rules


def test_polygons_that_cross_themselves_are_repaired_from_the_pane(desk: Desk, store: Path) -> None:
    """A layer that cannot be edited shows nothing of the one before, says why, and one act repairs it and tells what
    changed; then it can be edited."""
    editor, pane = desk.editor, desk.pane
    desk.drag(0.002, 0.001)
    opened = open_store(str(store))
    with opened.write("areas", actor="ben", at=MOMENT) as unit:
        layer = unit.create("area_layer", [{"name": "Crossed", "position": 9, "assigns": False, "service_codes": []}])[
            0
        ]
        unit.create("area", [{"layer_id": layer, "name": "Bow", "geometry_wkb": shapely.to_wkb(BOW)}])
        unit.commit()
    opened.close()
    desk.wait(lambda: pane.layer.findText("Crossed") >= 0)
    row = pane.layer.findText("Crossed")
    pane.layer.setCurrentIndex(row)
    pane.layer.activated.emit(row)
    desk.wait(pane.unfit.isVisible)
    assert "“Bow” is invalid" in pane.unfit.text.text()
    assert pane.table.areas.lines == ()
    assert not editor._map.editing.is_open
    assert not pane.save.isVisible()
    editor.do(drop)  # there is no draft that it could be done to
    press(pane.unfit.act)
    desk.wait(lambda: editor.draft is not None and editor.draft.layer.name == "Crossed")
    assert not pane.unfit.isVisible()
    assert "self-intersection at" in pane.told.text()
    assert editor.draft is not None
    assert editor.draft.present.areas[0].shape.is_valid
    assert not editor.draft.is_changed
    desk.qtbot.waitUntil(lambda: editor._map.editing.is_open, timeout=WAIT_MS)
    desk.take(LAYER)
    assert editor.draft.is_changed  # the draft of the other layer was kept


def test_the_layer_that_holds_a_draft_is_opened_and_marked_and_the_map_goes_to_one_elsewhere(
    desk: Desk, store: Path
) -> None:
    """As in a window that opens: the layer that was drawn in comes first, though another one assigns before it; it has
    a pen in the menu as long as its draft is there. A layer of which the map shows nothing is gone to."""
    editor, pane = desk.editor, desk.pane
    snapshot = editor._session.snapshot
    assert snapshot is not None
    first = next(one.name for one in snapshot.layers if one.assigns)
    other = next(one for one in snapshot.layers if one.name != first)
    desk.take(other.name)
    row = pane.layer.findText(other.name)
    assert pane.layer.itemIcon(row).isNull()
    assert editor.draft is not None
    editor.do(rename(editor.draft.present.areas[0].id, "Drawn in"))
    desk.wait(lambda: not pane.layer.itemIcon(row).isNull())
    told = pane.layer.itemData(row, Qt.ItemDataRole.AccessibleTextRole)
    assert told == f"{other.name}, with a draft that is not saved"
    editor.end()
    editor.draft, editor._layer_id = None, None
    editor.begin()
    desk.wait(lambda: editor.draft is not None)
    assert editor.draft is not None
    assert (editor.draft.layer.name, editor.draft.is_changed) == (other.name, True)
    editor.do(drop)
    desk.wait(lambda: pane.layer.itemIcon(row).isNull())
    far = shapely.box(-69.0, 43.0, -68.9, 43.1)
    opened = open_store(str(store))
    with opened.write("areas", actor="ben", at=MOMENT) as unit:
        (layer,) = unit.create("area_layer", [{"name": "Far", "position": 9, "assigns": False, "service_codes": []}])
        unit.create("area", [{"layer_id": layer, "name": "Far off", "geometry_wkb": shapely.to_wkb(far)}])
        unit.commit()
    opened.close()
    desk.wait(lambda: pane.layer.findText("Far") >= 0)
    desk.take("Far")
    desk.wait(lambda: editor._map.bounds is not None and editor._map.bounds[2] > -69.0)
