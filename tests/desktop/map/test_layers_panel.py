"""The panel of layers in the real page: eyes, sliders and handles change what is seen, by mouse and keyboard."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
import shapely
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from desktop.domain.statistic_marks import GI_STAR
from desktop.map.area_shapes import area_layer_json
from desktop.map.assets import AssetSource
from desktop.map.cells import CellsShown
from desktop.map.layers import MapLayer
from desktop.map.view import MapView
from tests.desktop.map.desk import LAT, LON, WAIT_MS, Desk, colour_at

# Chromium starts with the first page of the process, on the thread of the window.
pytestmark = [pytest.mark.slow, pytest.mark.stalls]

AREAS, CELLS, ASSETS = "areas:1", "cells", "assets:1"
LAYERS = (
    MapLayer("requests", "Requests", main=True),
    MapLayer("incidents", "Incidents as one", main=True, mode=True),
    MapLayer(ASSETS, "Lights", icon="lightbulb", visible=False),
    MapLayer(AREAS, "Districts", hue=1),
    MapLayer(CELLS, "Hotspots", main=True),
    MapLayer("tiles", "Base map", main=True),
)
SIDE = 0.004
SQUARE = [
    (LON + 0.004, LAT - SIDE),
    (LON + 0.012, LAT - SIDE),
    (LON + 0.012, LAT + SIDE),
    (LON + 0.004, LAT + SIDE),
    (LON + 0.004, LAT - SIDE),
]
INSIDE = (LON + 0.0065, LAT + 0.002)  # in the square, beside its name and right of the panel


def open_map(desk: Desk) -> MapView:
    """A map wide enough for the panel, with a district and a hot cell on the same ground."""
    view = desk.open()
    view.resize(900, 640)
    view.set_layers(LAYERS)
    view.stack.give("areas", area_layer_json(AREAS, [shapely.to_wkb(shapely.Polygon(SQUARE))], ["Old Town"]), AREAS)
    view.cells.show(CellsShown([SQUARE], [0], [12.0], kinds=GI_STAR))
    desk.qtbot.waitUntil(lambda: rows(desk, view) == [one.key for one in LAYERS], timeout=WAIT_MS)
    desk.qtbot.waitUntil(lambda: desk.ask(view, "opsmap.map.getSize().x") == 900, timeout=WAIT_MS)
    return view


def rows(desk: Desk, view: MapView) -> list[str]:
    """Keys of the rows of the panel, from the top down."""
    told = desk.ask(view, "JSON.stringify([...document.querySelectorAll('.layer-row')].map((row) => row.dataset.key))")
    found: list[str] = json.loads(told)
    return found


def place_of(desk: Desk, view: MapView, key: str, part: str) -> QPoint:
    """The middle of a control of a layer's row."""
    script = f"""(() => {{
      const row = [...document.querySelectorAll('.layer-row')].find((one) => one.dataset.key === '{key}');
      const box = row.querySelector('{part}').getBoundingClientRect();
      return JSON.stringify([box.x + box.width / 2, box.y + box.height / 2]);
    }})()"""
    x, y = json.loads(desk.ask(view, script))
    return QPoint(round(x), round(y))


def web(view: MapView) -> QWidget:
    """What gets the events."""
    target = view.web.focusProxy() or view.web
    assert isinstance(target, QWidget)
    return target


def press(desk: Desk, view: MapView, key: str, part: str) -> None:
    """Click a control of a layer's row."""
    QTest.mouseClick(web(view), Qt.MouseButton.LeftButton, pos=place_of(desk, view, key, part))


def z_index(desk: Desk, view: MapView, key: str) -> int:
    """How far in front a layer's pane is."""
    script = f"Number(opsmap.map.getPane(opsmap.stack.layerOf('{key}').options.pane).style.zIndex)"
    return int(desk.ask(view, script))


def test_an_eye_hides_and_shows(desk: Desk) -> None:
    """A click on the eye takes the layer's pixels away and says so; another brings them back; the button is pressed."""
    view = open_map(desk)
    view.stack.change(CELLS, visible=False)
    desk.qtbot.waitUntil(lambda: not desk.ask(view, "Boolean(opsmap.stack.layerOf('cells')._map)"), timeout=WAIT_MS)
    desk.qtbot.wait(100)
    shown = colour_at(view, *INSIDE)
    with desk.qtbot.waitSignals([view.layer_toggled, view.layer_changed], timeout=WAIT_MS):
        press(desk, view, AREAS, ".layer-eye")
    assert not view.stack.shows(AREAS)
    desk.qtbot.waitUntil(lambda: colour_at(view, *INSIDE) != shown, timeout=WAIT_MS)
    script = "document.querySelector('[data-key=\"areas:1\"] .layer-eye').getAttribute('aria-pressed')"
    assert desk.ask(view, script) == "false"
    assert desk.ask(view, "document.activeElement.className") == "layer-eye"
    web(view).setFocus()
    with desk.qtbot.waitSignal(view.layer_toggled, timeout=WAIT_MS) as toggled:
        QTest.keyClick(web(view), Qt.Key.Key_Space)
    assert toggled.args == [AREAS, True]
    desk.qtbot.waitUntil(lambda: colour_at(view, *INSIDE) == shown, timeout=WAIT_MS)


def test_a_click_in_the_panel_is_none_on_the_map(desk: Desk) -> None:
    """What lies under the panel hears nothing of the clicks in it, even where a click replaces the button."""
    view = open_map(desk)
    heard: list[Any] = []
    view.background_clicked.connect(lambda *place: heard.append(place))
    press(desk, view, AREAS, ".layer-eye")
    press(desk, view, AREAS, ".layer-fade")
    desk.qtbot.waitUntil(
        lambda: desk.ask(view, "document.querySelectorAll('.layer-range').length") == 1, timeout=WAIT_MS
    )
    assert heard == []


def hot(colour: QColor) -> bool:
    """Whether a pixel is of a hot cell."""
    return colour.red() - colour.blue() > 60


def test_a_slider_fades(desk: Desk) -> None:
    """The slider comes out on demand, the keyboard moves it, and the cell lets the land through."""
    view = open_map(desk)
    desk.qtbot.waitUntil(lambda: hot(colour_at(view, *INSIDE)), timeout=WAIT_MS)
    full = colour_at(view, *INSIDE)
    press(desk, view, CELLS, ".layer-fade")
    desk.qtbot.waitUntil(
        lambda: desk.ask(view, "document.querySelectorAll('.layer-range').length") == 1, timeout=WAIT_MS
    )
    desk.ask(view, "document.querySelector('.layer-range').focus(); 1")
    with desk.qtbot.waitSignal(view.layer_changed, timeout=WAIT_MS):
        QTest.keyClick(web(view), Qt.Key.Key_Home)
    cells = view.stack.layer(CELLS)
    assert cells is not None
    assert cells.opacity == pytest.approx(0.1)
    desk.qtbot.waitUntil(lambda: colour_at(view, *INSIDE).lightness() > full.lightness() + 30, timeout=WAIT_MS)


def test_the_keyboard_changes_the_order(desk: Desk) -> None:
    """Alt+Down and Alt+Up move a layer past its neighbour: rows, panes and what covers what; the focus goes along."""
    view = open_map(desk)
    assert z_index(desk, view, AREAS) > z_index(desk, view, CELLS)
    desk.ask(view, "document.querySelector('[data-key=\"areas:1\"] .layer-grip').focus(); 1")
    web(view).setFocus()
    with desk.qtbot.waitSignal(view.layer_changed, timeout=WAIT_MS):
        QTest.keyClick(web(view), Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    keys = [layer.key for layer in view.stack.layers]
    assert keys == ["requests", "incidents", ASSETS, CELLS, AREAS, "tiles"] == rows(desk, view)
    assert z_index(desk, view, AREAS) < z_index(desk, view, CELLS)
    assert desk.ask(view, "document.activeElement.closest('.layer-row').dataset.key") == AREAS
    assert "Districts" in str(desk.ask(view, "document.querySelector('.spoken').textContent"))
    with desk.qtbot.waitSignal(view.layer_changed, timeout=WAIT_MS):
        QTest.keyClick(web(view), Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    assert [layer.key for layer in view.stack.layers] == [layer.key for layer in LAYERS]


def test_the_incidents_go_with_the_requests(desk: Desk) -> None:
    """Dragged by its handle below the hotspots, the layer of requests takes its way of showing along."""
    view = open_map(desk)
    start, end = place_of(desk, view, "requests", ".layer-grip"), place_of(desk, view, "tiles", ".layer-grip")
    target = web(view)
    QTest.mousePress(target, Qt.MouseButton.LeftButton, pos=start)
    with desk.qtbot.waitSignal(view.layer_changed, timeout=WAIT_MS):
        for y in range(start.y(), end.y() - 4, 6):
            QTest.mouseMove(target, QPoint(start.x(), y))
            desk.qtbot.wait(10)
        QTest.mouseRelease(target, Qt.MouseButton.LeftButton, pos=QPoint(start.x(), end.y() - 8))
    assert [layer.key for layer in view.stack.layers] == [ASSETS, AREAS, CELLS, "requests", "incidents", "tiles"]
    assert z_index(desk, view, "requests") < z_index(desk, view, CELLS)


def test_incidents_come_apart_on_the_map(desk: Desk) -> None:
    """Three reports of one incident are one symbol; with its eye closed, they are three."""
    view = open_map(desk)
    lon, same = [LON - 0.001, LON, LON + 0.001], np.array([5, 5, 5])
    assert desk.draw(view, lon, [LAT + 0.004] * 3, incident_id=same) == [1, 0]
    apart = desk.qtbot.waitSignal(view.drawn, timeout=WAIT_MS, check_params_cb=lambda *told: told == (3, 0))
    with apart:  # what was asked before may be drawn once more
        press(desk, view, "incidents", ".layer-eye")


def test_names_of_areas_do_not_collide(desk: Desk) -> None:
    """Two layers with an area on the same ground: the upper layer's name stands, the other one gives way."""
    view = open_map(desk)
    view.set_layers((*LAYERS[:4], MapLayer("areas:2", "Wards", hue=2), *LAYERS[4:]))
    wkb = shapely.to_wkb(shapely.Polygon(SQUARE))
    view.stack.give("areas", area_layer_json("areas:2", [wkb], ["Ward 4"]), "areas:2")
    script = "JSON.stringify(opsmap.stack.all().at(-1).placed)"
    desk.qtbot.waitUntil(lambda: desk.ask(view, script) == '["Old Town"]', timeout=WAIT_MS)
    view.stack.change(AREAS, visible=False)
    desk.qtbot.waitUntil(lambda: desk.ask(view, script) == '["Ward 4"]', timeout=WAIT_MS)


def test_assets_are_asked_for_and_open_a_card(desk: Desk) -> None:
    """A shown layer asks for what the view holds; a click names the asset, and its card says texts as they are."""
    view = open_map(desk)
    hostile = "<img src=x onerror=alert(1)>{0}"
    view.stack.give_assets(ASSETS, AssetSource(np.array([41, 42]), np.array([LON, 9.9]), np.array([LAT + 0.004, 50.0])))
    with desk.qtbot.waitSignal(view.stack.assets_drawn, timeout=WAIT_MS) as drawn:
        press(desk, view, ASSETS, ".layer-eye")
    assert drawn.args == [ASSETS, 1, 0]
    point = f"opsmap.map.latLngToContainerPoint([{LAT + 0.004}, {LON}])"
    x, y = (float(desk.ask(view, f"{point}.{axis}")) for axis in "xy")
    place = QPoint(round(x), round(y))
    with desk.qtbot.waitSignal(view.stack.asset_hovered, timeout=WAIT_MS):
        QTest.mouseMove(web(view), place + QPoint(40, 40))
        QTest.mouseMove(web(view), place)
    with desk.qtbot.waitSignal(view.stack.asset_clicked, timeout=WAIT_MS) as clicked:
        QTest.mouseClick(web(view), Qt.MouseButton.LeftButton, pos=place)
    assert clicked.args == [41]
    view.stack.show_asset(
        {
            "key": ASSETS, "id": 41, "x": 0.5236, "y": 0.32, "title": hostile, "lines": [hostile],
            "rows": [[hostile, hostile]], "requests_title": "1 open request",
            "requests": [{"id": 2**40, "number": "R7", "words": hostile}],
        }
    )  # fmt: skip
    desk.qtbot.waitUntil(
        lambda: desk.ask(view, "document.querySelectorAll('.asset-request').length") == 1, timeout=WAIT_MS
    )
    assert desk.ask(view, "document.querySelectorAll('.asset-card img').length") == 0
    assert str(desk.ask(view, "document.querySelector('.asset-card').textContent")).count(hostile) == 5
    with desk.qtbot.waitSignal(view.request_clicked, timeout=WAIT_MS) as chosen:
        desk.ask(view, "document.querySelector('.asset-request').click(); 1")
    assert chosen.args == [2**40]


def test_a_page_that_dies_comes_back_with_its_layers(desk: Desk) -> None:
    """Order, eyes and what the layers hold are the same on the new page."""
    import os
    import signal

    view = open_map(desk)
    press(desk, view, CELLS, ".layer-eye")
    desk.qtbot.waitUntil(lambda: not view.stack.shows(CELLS), timeout=WAIT_MS)
    with desk.qtbot.waitSignal(view.ready, timeout=WAIT_MS):
        os.kill(view.page.renderProcessPid(), signal.SIGKILL)
    desk.qtbot.waitUntil(lambda: rows(desk, view) == [one.key for one in LAYERS], timeout=WAIT_MS)
    desk.qtbot.waitUntil(
        lambda: desk.ask(view, "opsmap.stack.layerOf('areas:1').inSight().length") == 1, timeout=WAIT_MS
    )
    assert desk.ask(view, "opsmap.stack.find('cells').visible") is False
    view.console_errors.clear()


def test_many_layers_wait_behind_a_line(desk: Desk) -> None:
    """Of more than a handful, those that are hidden and not of the usual ones are listed on demand."""
    view = open_map(desk)
    more = tuple(MapLayer(f"areas:{at}", f"Wards {at}", visible=False) for at in range(5, 15))
    view.set_layers((*LAYERS, *more))
    desk.qtbot.waitUntil(
        lambda: desk.ask(view, "document.querySelectorAll('.layer-more').length") == 1, timeout=WAIT_MS
    )
    shown = [layer.key for layer in LAYERS if layer.main or layer.visible]
    assert rows(desk, view) == shown
    desk.ask(view, "document.querySelector('.layer-more').click(); 1")
    assert len(rows(desk, view)) == len(LAYERS) + 10


def test_a_narrow_map_folds_the_panel(desk: Desk) -> None:
    """Below 720 px a button stands for the panel; it opens it, and the focus is in it."""
    view = open_map(desk)
    view.resize(560, 640)
    desk.qtbot.waitUntil(lambda: desk.ask(view, "document.querySelector('.panel').hidden") is True, timeout=WAIT_MS)
    desk.ask(view, "document.querySelector('.panel-toggle').click(); 1")
    assert desk.ask(view, "document.querySelector('.panel').hidden") is False
    assert desk.ask(view, "document.activeElement.className") == "panel-head"


def test_two_layers_of_one_key_are_refused(desk: Desk) -> None:
    """A key names one layer."""
    view = desk.open()
    with pytest.raises(ValueError, match="same key"):
        view.set_layers((LAYERS[0], LAYERS[0]))
