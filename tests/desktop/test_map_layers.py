"""Layers and assets in the whole window: read when first shown, kept as left, in step with the store."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from data.store import open_store
from desktop.app import Application
from desktop.controllers.map_layers import MapLayersController
from desktop.controllers.operations import OperationsController
from desktop.controllers.search import find_requests
from desktop.domain.clock import FixedClock
from desktop.map.bridge import WORLD
from desktop.map.layers import AREA_PREFIX, ASSET_PREFIX, MapLayer
from desktop.map.view import MapView
from desktop.operations.import_areas import AreaImport
from desktop.operations.import_assets import AssetImport, import_assets
from desktop.operations.work import Work
from desktop.views.asset_section import AssetSection
from tests.demo import MOMENT

WAIT_MS = 60_000
# Chromium starts with the first map of the process, on the thread of the window.
pytestmark = [pytest.mark.slow, pytest.mark.stalls]


@pytest.fixture
def app(open_city: Callable[[str, datetime], Application], location: str, qtbot: QtBot) -> Application:
    """The window on the city, its layers listed."""
    opened = open_city(location, MOMENT)
    qtbot.waitUntil(lambda: bool(map_of(opened).stack.layers), timeout=WAIT_MS)
    return opened


def map_of(app: Application) -> MapView:
    """The map of Operations."""
    assert app.content is not None
    return app.content.maps["operations"]


def layer(app: Application, label: str) -> MapLayer:
    """A layer by its name."""
    return next(one for one in map_of(app).stack.layers if one.label == label)


def show(app: Application, key: str, *, visible: bool = True) -> None:
    """What a click on the eye does in the page."""
    map_of(app).page.runJavaScript(f"opsmap.stack.show('{key}', {str(visible).lower()}); 1", WORLD)


def given(app: Application, message: str, key: str) -> str:
    """What the page was told of a layer; empty before it was."""
    return map_of(app).stack._given.get((message, key), "")


def desk_of(app: Application) -> OperationsController:
    """The controller of Operations."""
    found: OperationsController = app.window.workspaces["operations"].findChild(OperationsController)
    return found


def every_layer_of_the_store_is_listed(app: Application) -> None:
    """Requests, routes, hotspots and the base map, and by name each layer of areas and of assets."""
    assert app.content is not None
    with app.content.session.store.read() as unit:
        areas, assets = unit.areas.layers(), unit.assets.layers()
    keys = [one.key for one in map_of(app).stack.layers]
    assert keys[:3] == ["requests", "incidents", "routes"]
    assert keys[-2:] == ["cells", "tiles"]
    assert {f"{AREA_PREFIX}{one.id}" for one in areas} | {f"{ASSET_PREFIX}{one.id}" for one in assets} == set(
        keys[3:-2]
    )
    assert {one.label for one in map_of(app).stack.layers} >= {"Districts", "Neighbourhoods", "Hydrants"}


def a_layer_is_read_when_it_is_first_shown(qtbot: QtBot, app: Application) -> None:
    """Nothing of it before; then every area with its name; hidden and shown again it is not read a second time."""
    key = layer(app, "Districts").key
    assert given(app, "areas", key) == ""
    show(app, key)
    qtbot.waitUntil(lambda: given(app, "areas", key) != "", timeout=WAIT_MS)
    first = given(app, "areas", key)
    assert json.loads(first)["names"] == [f"District {number}" for number in range(1, 8)]
    with qtbot.waitSignals([map_of(app).layer_changed] * 2, timeout=WAIT_MS):
        show(app, key, visible=False)
        show(app, key)
    qtbot.wait(200)
    assert given(app, "areas", key) is first


def what_there_is_none_of_says_so(qtbot: QtBot, app: Application) -> None:
    """No plan of the day and no hotspots yet: the legend says which, in a sentence."""
    show(app, "routes")
    show(app, "cells")
    qtbot.waitUntil(lambda: layer(app, "Hotspots").note != "", timeout=WAIT_MS)
    qtbot.waitUntil(lambda: layer(app, "Crews, routes today").note != "", timeout=WAIT_MS)
    assert "13 October" in layer(app, "Crews, routes today").note


def areas_that_come_in_are_on_the_map(qtbot: QtBot, app: Application, tmp_path: Path) -> None:
    """A shown layer that is imported anew is drawn anew; a new layer is listed."""
    key = layer(app, "Districts").key
    show(app, key)
    qtbot.waitUntil(lambda: given(app, "areas", key) != "", timeout=WAIT_MS)
    ring = [[8.5, 53.5], [8.6, 53.5], [8.6, 53.6], [8.5, 53.5]]
    feature = {"type": "Feature", "properties": {"name": "One"}, "geometry": {"type": "Polygon", "coordinates": [ring]}}
    for name in ("Districts", "Wards"):
        path = tmp_path / f"{name}.geojson"
        path.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}), encoding="utf-8")
        assert app.content is not None
        with qtbot.waitSignal(app.runner.job_ended, timeout=WAIT_MS) as ended:
            app.content.session.act("import_areas", "Importing areas", {"wanted": AreaImport(path)})
        assert ended.args[0].state.name == "SUCCEEDED", ended.args[0].sentence
    qtbot.waitUntil(lambda: json.loads(given(app, "areas", key))["names"] == ["One"], timeout=WAIT_MS)
    qtbot.waitUntil(lambda: "Wards" in [one.label for one in map_of(app).stack.layers], timeout=WAIT_MS)
    assert map_of(app).stack.shows(key)


def assets_of_another_program_are_on_show(qtbot: QtBot, app: Application, location: str, tmp_path: Path) -> None:
    """What the command imports meanwhile is listed as soon as the log is looked at."""
    path = tmp_path / "bins.csv"
    path.write_text("id,lat,long\nB1,53.54,8.58\n", encoding="utf-8")
    elsewhere = open_store(location)
    import_assets(Work(elsewhere, "ben", FixedClock(MOMENT)), AssetImport(path, layer="Bins", icon="trash"))
    elsewhere.close()
    qtbot.waitUntil(lambda: "Bins" in [one.label for one in map_of(app).stack.layers], timeout=WAIT_MS)


def layers_stay_as_they_were_left(qtbot: QtBot, app: Application) -> None:
    """Eyes, opacity and order are in the settings by name when the window closes, and come back with the next one."""
    key = layer(app, "Neighbourhoods").key
    with qtbot.waitSignals([map_of(app).layer_changed] * 3, timeout=WAIT_MS):
        show(app, key)
        map_of(app).page.runJavaScript(
            f"opsmap.stack.fade('{key}', 0.4, true); opsmap.stack.move('{key}', 'requests'); 1", WORLD
        )
    choices = app.settings.settings.map_layers["operations"]
    assert (choices[0].name, choices[0].visible, choices[0].opacity) == ("areas:Neighbourhoods", True, 0.4)
    controller: MapLayersController = app.window.workspaces["operations"].findChild(MapLayersController)
    before = map_of(app).stack.layers
    controller._listed(controller._catalogue)  # type: ignore[arg-type] # as the next window would list them
    assert [(one.key, one.visible, one.opacity) for one in map_of(app).stack.layers] == [
        (one.key, one.visible, one.opacity) for one in before
    ]


def a_searched_asset_is_shown_with_its_requests(qtbot: QtBot, app: Application) -> None:
    """Its number finds it; its layer shows, the map goes there, and the card lists the open requests that name it."""
    assert app.content is not None
    store = app.content.session.store
    with store.read() as unit:
        rows = unit.requests.arrays(["id", "asset_id", "status"])
        at = int(np.flatnonzero((rows["asset_id"] > 0) & (rows["status"] != "closed"))[-1])
        asset = unit.assets.get(int(rows["asset_id"][at]))
    assert asset is not None
    found = find_requests(store, asset.asset_code).assets
    assert [one.id for one, _, _ in found] == [asset.id]
    app.window.search_asked.emit(asset.asset_code)
    app.window.found_chosen.emit(f"asset:{asset.id}")
    key = f"{ASSET_PREFIX}{asset.layer_id}"
    qtbot.waitUntil(lambda: map_of(app).stack.shows(key), timeout=WAIT_MS)
    told: list[object] = []

    def card() -> bool:
        script = "[...document.querySelectorAll('.asset-card .asset-number')].map((one) => one.textContent).join(' ')"
        map_of(app).page.runJavaScript(script, WORLD, told.append)
        return bool(told) and bool(told[-1])

    qtbot.waitUntil(card, timeout=WAIT_MS)
    with store.read() as unit:
        number = unit.requests.many([int(rows["id"][at])])[0].service_request_id
    assert number in str(told[-1]).split()
    west, south, east, north = map_of(app).bounds  # type: ignore[misc]
    assert west < asset.long < east
    assert south < asset.lat < north


def the_detail_names_an_asset_and_takes_it_off(qtbot: QtBot, app: Application) -> None:
    """Lights near a report are offered; choosing one is an act in the log and shows its number; so is taking it off."""
    assert app.content is not None
    store, desk = app.content.session.store, desk_of(app)
    with store.read() as unit:
        service = unit.services.by_code("street_light_out")
        assert service is not None
        rows = unit.requests.arrays(["id", "asset_id", "service_id", "placement"])
    fits = (rows["asset_id"] < 0) & (rows["service_id"] == service.id) & (rows["placement"] == "located")

    def section() -> AssetSection | None:
        found: AssetSection | None = desk.detail.findChild(AssetSection)
        return found

    for request_id in rows["id"][fits][-40:].tolist():
        desk.choose(request_id)
        qtbot.waitUntil(lambda wanted=request_id: shown(desk) == wanted, timeout=WAIT_MS)
        if section() is not None:
            break
    near = desk.detail._shown.asset.near  # type: ignore[union-attr]
    assert near
    with qtbot.waitSignal(app.runner.job_ended, timeout=WAIT_MS):
        section().named.emit(near[0].asset_id)  # type: ignore[union-attr]
    qtbot.waitUntil(lambda: named(desk) == near[0].code, timeout=WAIT_MS)
    with store.read() as unit:
        assert unit.assets.requests(near[0].asset_id)[0:1]
        assert unit.log.acts(1)[0].verb == "name asset"
    with qtbot.waitSignal(app.runner.job_ended, timeout=WAIT_MS):
        section().named.emit(None)  # type: ignore[union-attr]
    qtbot.waitUntil(lambda: named(desk) == "", timeout=WAIT_MS)


def shown(desk: OperationsController) -> int | None:
    """The request on the detail pane."""
    return None if desk.detail._shown is None else desk.detail._shown.request_id


def named(desk: OperationsController) -> str:
    """The number of the asset that the detail pane says the request names."""
    asset = desk.detail._shown.asset if desk.detail._shown is not None else None
    return "" if asset is None or asset.named is None else asset.named.code


# A window takes long to open: what does not disturb each other is gone through in one.


def test_layers_are_listed_read_and_kept(app: Application, qtbot: QtBot, tmp_path: Path) -> None:
    """Listed by name, read when shown, told where empty, and left as they were; each step proves its own."""
    every_layer_of_the_store_is_listed(app)
    what_there_is_none_of_says_so(qtbot, app)
    a_layer_is_read_when_it_is_first_shown(qtbot, app)
    layers_stay_as_they_were_left(qtbot, app)
    areas_that_come_in_are_on_the_map(qtbot, app, tmp_path)


def test_assets_are_found_named_and_followed(qtbot: QtBot, app: Application, location: str, tmp_path: Path) -> None:
    """From another program, by their number, and on the page of a request; each step proves its own."""
    assets_of_another_program_are_on_show(qtbot, app, location, tmp_path)
    a_searched_asset_is_shown_with_its_requests(qtbot, app)
    the_detail_names_an_asset_and_takes_it_off(qtbot, app)
