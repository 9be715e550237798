"""The process that draws the map dies: the map comes back where it was, with all that it showed."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import pytest
from PySide6.QtWebEngineCore import QWebEnginePage, QWebEngineScript
from pytestqt.qtbot import QtBot

from desktop.app import Application
from desktop.controllers.map_layers import MapLayersController
from desktop.map import page_lives
from desktop.map.layers import MapLayer
from desktop.map.view import TOOLS, MapView
from desktop.map.web_page import MapPage
from desktop.map.words import map_words
from desktop.views.kit import StateCard
from tests.demo import MOMENT, REQUESTS
from tests.desktop.map.desk import LAT, LON, Desk, click, desk_of
from tests.desktop.test_city import WAIT_MS, operations
from tests.soak import rounds

pytestmark = [pytest.mark.slow, pytest.mark.stalls]
DOT_DEG = 360 / (256 * 2**13)  # a dot of the screen at zoom 13
# All that a person sees of the map, as the page itself has it.
SEEN = """(() => {
  const { map, stack, names } = opsmap, requests = stack.layerOf("requests"), { lat, lng } = map.getCenter();
  if (requests.waiting()) return "";
  const ids = (points) => points.map(({ id }) => id).sort();
  return JSON.stringify({
    place: [lat, lng, map.getZoom()],
    layers: stack.list().map(({ key, visible, opacity }) => [key, visible, opacity]),
    areas: stack.areas().map(([layer]) => layer.inSight().length),
    points: ids(requests._content.points), total: requests._content.total,
    selection: ids(requests._selection.points),
    scheme: opsmap.look.scheme,
    names: names.placed.map(({ name }) => name),
    foot: document.documentElement.style.getPropertyValue("--foot"),
    credit: document.querySelector(".attribution")?.textContent,
    legend: document.querySelector(".legend").textContent,
    back: [...document.querySelectorAll(".tool")].map((tool) => tool.disabled),
  });
})()"""

AREAS = """(() => {
  const shown = opsmap.stack.areas().map(([layer]) => layer);
  return JSON.stringify({
    in_sight: shown.map((layer) => layer.inSight().length), held: shown.map((layer) => layer._areas.length),
    layers: opsmap.stack.list(), bounds: opsmap.map.getBounds(),
  });
})()"""


SIZED = "(({ map }) => JSON.stringify([map.getBounds().getWest(), map.getSize().x, map.getSize().y]))(opsmap)"


def kill(view: MapView) -> None:
    """End the process that draws the page, as a driver or the system would."""
    process = view.page.renderProcessPid()
    assert process > 0  # 0 would be the tests themselves
    os.kill(process, signal.SIGKILL)


def asked(qtbot: QtBot, view: MapView, script: str) -> Any:
    """What a script in the page comes to."""
    answers: list[Any] = []
    view.page.runJavaScript(script, 1, answers.append)
    qtbot.waitUntil(lambda: bool(answers), timeout=WAIT_MS)
    return answers[0]


def seen(qtbot: QtBot, view: MapView) -> dict[str, Any]:
    """What the map shows, once two looks at it are the same."""
    looks = ["", ""]

    def rests() -> bool:
        looks[:] = looks[1], asked(qtbot, view, SEEN)
        return looks[0] == looks[1] != ""

    qtbot.waitUntil(rests, timeout=WAIT_MS)
    return dict(json.loads(looks[1]))


def fits(qtbot: QtBot, view: MapView) -> bool:
    """Whether the page has the size of its widget and has told where it looks in it: it is fitted before it has one."""
    if view.bounds is None:
        return False
    west, *size = json.loads(asked(qtbot, view, SIZED))
    return size == [view.web.width(), view.web.height()] and view.bounds[0] == west


def arrange(qtbot: QtBot, app: Application, view: MapView) -> None:
    """A drawn filter, a request chosen inside it, a closer look, areas shown, the base map faded, the dark look."""
    desk = operations(app)
    desk.choose_filter("all")
    qtbot.waitUntil(lambda: desk.model.rowCount() == REQUESTS and fits(qtbot, view), timeout=WAIT_MS)
    assert app.content is not None
    assert app.content.session.snapshot is not None
    west, south, east, north = app.content.session.snapshot.bounds  # not the map's, which depend on when one looks
    lon, lat = (west + east) / 2, (south + north) / 2
    wide, high = (east - west) / 4, (north - south) / 4
    view.shape_drawn.emit(((lon - wide, lat - high), (lon + wide, lat - high), (lon + wide, lat + high), (lon, lat)))
    qtbot.waitUntil(lambda: 0 < desk.model.rowCount() < REQUESTS, timeout=WAIT_MS)
    desk.choose(desk.model.id_at(0))
    layers = view.stack.layers
    area = next(layer.key for layer in layers if layer.key.startswith("areas:"))
    asked(qtbot, view, f"opsmap.stack.show({area!r}, true); opsmap.stack.fade('tiles', 0.5, true); 1")
    view.set_view(lon + wide / 3, lat, 13)
    there = f"Math.abs(opsmap.map.getCenter().lng - {lon + wide / 3}) < {DOT_DEG} && opsmap.map.getZoom() === 13"
    qtbot.waitUntil(lambda: bool(asked(qtbot, view, there)), timeout=WAIT_MS)
    app.theme.choose("dark")

    def areas_show() -> None:
        drawn = json.loads(asked(qtbot, view, AREAS))
        assert drawn["in_sight"][0] > 0, (drawn, view.stack.layers, view.bounds)

    qtbot.waitUntil(areas_show, timeout=WAIT_MS)
    drawn = "opsmap.stack.layerOf('requests')._content.points.length > 3"
    qtbot.waitUntil(lambda: bool(asked(qtbot, view, drawn)), timeout=WAIT_MS)


def test_the_map_comes_back_as_it_was(
    qtbot: QtBot, open_city: Callable[[str, datetime], Application], location: str
) -> None:
    """Place, layers and their order and opacity, selection, drawn filter and its requests, names, look and credit."""
    app = open_city(location, MOMENT)
    assert app.content is not None
    view = app.content.maps["operations"]
    assert app.window.current().findChild(MapLayersController) is not None
    arrange(qtbot, app, view)
    shapes: list[str] = []
    before = seen(qtbot, view)
    assert before["selection"]
    assert len(before["points"]) > 3
    desk = operations(app)
    rows, chosen = desk.model.shown_ids().tolist(), desk.chosen()
    view.bridge.told.connect(lambda name, content: shapes.append(content) if name == "shape" else None)
    with qtbot.waitSignal(view.ready, timeout=WAIT_MS):
        kill(view)
    after = seen(qtbot, view)
    assert after.pop("place") == pytest.approx(before.pop("place"), abs=DOT_DEG)
    names = [set(look.pop("names")) for look in (before, after)]  # a dot's shift may leave one out
    assert len(names[0] ^ names[1]) <= len(names[0]) // 8
    assert after == before
    assert len(json.loads(shapes[-1])["ring"]) == 4
    assert (desk.model.shown_ids().tolist(), desk.chosen()) == (rows, chosen)


@pytest.fixture
def desk(qtbot: QtBot) -> Iterator[Desk]:
    """A map without the window around it; what it logs is the test's own doing."""
    with desk_of(qtbot) as made:
        yield made


def die(desk: Desk, view: MapView, *, at_once: bool = False) -> None:
    """One more death, and whatever comes of it; of a page that stands, unless it dies while it still loads."""
    if not at_once:
        desk.qtbot.waitUntil(lambda: not view.page.isLoading(), timeout=WAIT_MS)
        assert desk.ask(view, "typeof opsmap") == "object"
    with desk.qtbot.waitSignal(view.page.renderProcessTerminated, timeout=WAIT_MS):
        kill(view)


def test_a_page_that_dies_in_a_row_says_so_and_starts_again(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """After the last try a card stands in its place; its act brings the map back; calm days forget old deaths."""
    monkeypatch.setattr(page_lives, "RELOADS", 1)
    view = desk.open()
    desk.draw(view, [LON], [LAT])
    with desk.qtbot.waitSignal(view.ready, timeout=WAIT_MS):
        die(desk, view)
    die(desk, view)
    desk.qtbot.waitUntil(lambda: any(card.isVisible() for card in view.findChildren(StateCard)), timeout=WAIT_MS)
    (card,) = view.findChildren(StateCard)
    assert view.web.isHidden()
    with desk.qtbot.waitSignals([view.ready, view.drawn], timeout=WAIT_MS):
        card.button.click()
    assert view.web.isVisible()
    desk.qtbot.waitUntil(lambda: not view.findChildren(StateCard), timeout=WAIT_MS)
    monkeypatch.setattr(page_lives, "CALM_MS", -1)
    for _ in range(2):
        with desk.qtbot.waitSignal(view.ready, timeout=WAIT_MS):
            die(desk, view)


def test_pages_that_die_while_they_load(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """However soon a process ends after the one before, the map comes back."""
    monkeypatch.setattr(page_lives, "CALM_MS", -1)
    view = desk.open()
    for _ in rounds(short=1, whole=200):
        with desk.qtbot.waitSignal(view.ready, timeout=WAIT_MS):
            die(desk, view, at_once=True)


def without_scripts(view: MapView) -> None:
    """The next process is given a script that does nothing, as if the engine had forgotten ours."""
    view.page.scripts().clear()
    view.page.scripts().insert(QWebEngineScript())


def test_a_page_without_its_scripts_gets_them(desk: Desk) -> None:
    """A new process that the engine gave none of our scripts is given them, and shows the map."""
    view = desk.open()
    without_scripts(view)
    with desk.qtbot.waitSignal(view.ready, timeout=WAIT_MS):
        kill(view)
    assert view.console_errors == []


def test_a_page_that_never_gets_its_scripts_is_left_alone(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where scripts never arrive the card says that the map has stopped, instead of loading for ever."""
    view = desk.open()
    without_scripts(view)
    monkeypatch.setattr(page_lives, "install_scripts", lambda page: None)
    kill(view)
    desk.qtbot.waitUntil(lambda: any(card.isVisible() for card in view.findChildren(StateCard)), timeout=WAIT_MS)
    assert len(view.console_errors) == 1
    monkeypatch.undo()
    (card,) = view.findChildren(StateCard)
    with desk.qtbot.waitSignal(view.ready, timeout=WAIT_MS):
        card.button.click()


def test_a_page_that_never_comes_is_asked_for_again(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the engine loses a page that it was to load, neither loaded nor ended, the map still comes."""
    asked_for: list[object] = []

    def load(page: MapPage, url: object) -> None:
        asked_for.append(url)
        if len(asked_for) > 1:
            QWebEnginePage.load(page, url)

    monkeypatch.setattr(page_lives, "LATE_MS", 1_500)
    monkeypatch.setattr(MapPage, "load", load, raising=False)
    view = desk.open()
    assert view.is_ready
    assert len(asked_for) == 2
    desk.qtbot.wait(1_600)  # one that stands is not asked for again
    assert len(asked_for) == 2


def test_a_page_that_comes_back_moves_nothing(desk: Desk) -> None:
    """A chosen request that somebody moved beneath the card of layers is still there on the new page."""
    view = desk.open()
    view.resize(900, 640)  # the card is folded below 720 px
    view.set_reduced_motion(True)
    desk.draw(view, [LON], [LAT])
    view.set_selection([1])
    chosen = "opsmap.stack.layerOf('requests')._selection.points.length"
    desk.qtbot.waitUntil(lambda: desk.ask(view, chosen) == 1, timeout=WAIT_MS)
    desk.ask(view, "opsmap.map.panBy(opsmap.map.getSize().divideBy(2).subtract([60, 60]), { animate: false }); 1")
    desk.qtbot.waitUntil(lambda: view.bounds is not None and view.bounds[0] > LON - 0.003, timeout=WAIT_MS)
    under = "(({ bottom, right }) => bottom > 60 && right > 60)(opsmap.legend.box())"
    assert desk.ask(view, under) is True
    before = view.bounds
    with desk.qtbot.waitSignals([view.ready, view.drawn], timeout=WAIT_MS):
        kill(view)
    desk.qtbot.waitUntil(lambda: desk.ask(view, chosen) == 1, timeout=WAIT_MS)
    desk.qtbot.wait(100)
    assert view.bounds == pytest.approx(before, abs=DOT_DEG)


IN_HAND = "document.querySelector('.tool[aria-pressed=true]').getAttribute('aria-label')"
CARD = """(() => {
  const head = document.querySelector(".panel-head"), more = document.querySelector(".layer-more");
  return JSON.stringify([head.getAttribute("aria-expanded"), more && more.getAttribute("aria-expanded")]);
})()"""


def press(qtbot: QtBot, view: MapView, selector: str) -> None:
    """A click on something in the page."""
    asked(qtbot, view, f"document.querySelector({selector!r}).click(); 1")


@pytest.mark.parametrize("tool", TOOLS["requests"])
def test_the_tool_in_hand_stays_in_hand(desk: Desk, tool: str) -> None:
    """Whatever was taken up before the page ended is in hand on the next, and goes on drawing with its hint."""
    view = desk.open()
    name = map_words()["tool"][tool]
    press(desk.qtbot, view, f'.tool[aria-label="{name}"]')
    hint = desk.ask(view, "document.querySelector('.hint').textContent")
    assert desk.ask(view, IN_HAND) == name
    with desk.qtbot.waitSignal(view.ready, timeout=WAIT_MS):
        kill(view)
    assert desk.ask(view, IN_HAND) == name
    assert desk.ask(view, "document.querySelector('.hint').textContent") == hint
    assert desk.ask(view, "opsmap.map.dragging.enabled()") is (tool not in ("box", "lasso"))
    press(desk.qtbot, view, f'.tool[aria-label="{map_words()["tool"]["select"]}"]')
    with desk.qtbot.waitSignal(view.ready, timeout=WAIT_MS):
        kill(view)
    assert desk.ask(view, IN_HAND) == map_words()["tool"]["select"]
    assert view.console_errors == []


def test_the_card_of_layers_stays_as_it_was_folded(
    qtbot: QtBot, open_city: Callable[[str, datetime], Application], location: str
) -> None:
    """All layers listed, or the card folded away by hand, or opened in a narrow map: the next page shows it so."""
    app = open_city(location, MOMENT)
    assert app.content is not None
    view = app.content.maps["operations"]
    assert view.width() >= 720
    press(qtbot, view, ".layer-more")
    for wanted in (["true", "true"], ["false", None]):
        qtbot.waitUntil(lambda wanted=wanted: json.loads(asked(qtbot, view, CARD)) == wanted, timeout=WAIT_MS)
        with qtbot.waitSignal(view.ready, timeout=WAIT_MS):
            kill(view)
        assert json.loads(asked(qtbot, view, CARD)) == wanted
        press(qtbot, view, ".panel-head")


def test_a_card_opened_in_a_narrow_map_stays_open(desk: Desk) -> None:
    """Below 720 px the card is a button until a person opens it; the next page has it open too."""
    view = desk.open()
    view.set_layers([MapLayer("requests", "Requests", True), MapLayer("tiles", "Base map", True)])
    view.resize(640, 640)
    hidden = "document.querySelector('.panel').hidden"
    desk.qtbot.waitUntil(lambda: desk.ask(view, hidden) is True, timeout=WAIT_MS)
    press(desk.qtbot, view, ".panel-toggle")
    assert desk.ask(view, hidden) is False
    with desk.qtbot.waitSignal(view.ready, timeout=WAIT_MS):
        kill(view)
    desk.qtbot.wait(300)  # the page got its size
    assert desk.ask(view, hidden) is False


def test_an_opened_stack_stays_open(desk: Desk) -> None:
    """Requests of one point that were spread out are so on the next page; a stack that was shut stays shut."""
    view = desk.open()
    assert desk.draw(view, [LON] * 5, [LAT] * 5) == [0, 1]
    spread = "opsmap.stack.layerOf('requests')._stack?.points.map(({ id }) => id).sort().join() || ''"
    assert desk.ask(view, spread) == ""
    click(view, LON, LAT)
    desk.qtbot.waitUntil(lambda: desk.ask(view, spread) == "1,2,3,4,5", timeout=WAIT_MS)
    with desk.qtbot.waitSignals([view.ready, view.drawn], timeout=WAIT_MS):
        kill(view)
    desk.qtbot.waitUntil(lambda: desk.ask(view, spread) == "1,2,3,4,5", timeout=WAIT_MS)
    desk.settle(view)  # no click is heard before
    click(view, LON + 0.01, LAT + 0.004)
    desk.qtbot.waitUntil(lambda: desk.ask(view, spread) == "", timeout=WAIT_MS)
    with desk.qtbot.waitSignals([view.ready, view.drawn], timeout=WAIT_MS):
        kill(view)
    desk.qtbot.wait(300)
    assert desk.ask(view, spread) == ""
    assert view.console_errors == []
