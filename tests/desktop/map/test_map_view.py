"""The live map in its real browser page: it draws, answers clicks, outlives its page, and reaches nothing outside."""

from __future__ import annotations

import json
import os
import signal
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QUrl
from PySide6.QtTest import QTest
from PySide6.QtWebEngineCore import QWebEngineScript
from PySide6.QtWidgets import QWidget

from desktop.domain.statistic_marks import GI_STAR
from desktop.map.cells import CellsShown
from desktop.map.scheme import INDEX
from desktop.map.view import MapView
from tests.desktop.map.desk import LAT, LON, SIZE, WAIT_MS, Desk, click, colour_at, place_px

# Chromium starts with the first page of the process, on the thread of the window.
pytestmark = [pytest.mark.slow, pytest.mark.stalls]


def test_points_are_drawn_and_a_click_names_one(desk: Desk) -> None:
    """Three requests far apart are three points; a click on one says which it is, one beside them where it was."""
    view = desk.open()
    lon = [LON - 0.006, LON, LON + 0.006]
    assert desk.draw(view, lon, [LAT] * 3) == [3, 0]
    with desk.qtbot.waitSignal(view.request_clicked, timeout=WAIT_MS) as clicked:
        click(view, lon[2], LAT)
    assert clicked.args == [3]
    with desk.qtbot.waitSignal(view.background_clicked, timeout=WAIT_MS) as beside:
        click(view, LON + 0.003, LAT + 0.002)
    assert beside.args == pytest.approx([LON + 0.003, LAT + 0.002], abs=1e-4)


def test_numbers_are_drawn_anew_whenever_a_font_came(desk: Desk) -> None:
    """A style sheet that arrives after the page was set up brings its font late: no number stays in another font."""
    view = desk.open()
    desk.draw(view, [LON] * 50, [LAT] * 50)
    spy = "window.forgotten = 0; const forget = opsmap.symbols.forget;"
    spy += "opsmap.symbols.forget = () => { window.forgotten += 1; forget(); };"
    face = 'const face = new FontFace("Late", "url(fonts/InterVariable.ttf)"); document.fonts.add(face); face.load(); 1'
    desk.ask(view, spy + face)
    desk.qtbot.waitUntil(lambda: desk.ask(view, "window.forgotten") > 0, timeout=WAIT_MS)


def test_what_lies_together_is_one_cluster_that_opens(desk: Desk) -> None:
    """Fifty requests at one point are one mark with its number; a click opens it around the place."""
    view = desk.open()
    assert desk.draw(view, [LON] * 50, [LAT] * 50) == [0, 1]
    with desk.qtbot.waitSignal(view.cluster_clicked, timeout=WAIT_MS) as clicked:
        click(view, LON, LAT)
    assert clicked.args == [50, True]


def test_a_filter_takes_points_away(desk: Desk) -> None:
    """What the filter drops is gone from the map; a filter of another length is refused."""
    view = desk.open()
    desk.draw(view, [LON, LON + 0.006], [LAT] * 2)
    with desk.qtbot.waitSignal(view.drawn, timeout=WAIT_MS) as drawn:
        view.set_filter(np.array([True, False]))
    assert drawn.args == [1, 0]
    with pytest.raises(ValueError, match="3 rows for 2 requests"):
        view.set_filter(np.array([True, False, True]))


def test_an_id_beyond_32_bits_comes_back_whole(desk: Desk) -> None:
    """Ids pass through JavaScript unharmed."""
    view, large = desk.open(), 2**52 + 1
    desk.draw(view, [LON], [LAT], id=np.array([large]))
    with desk.qtbot.waitSignal(view.request_clicked, timeout=WAIT_MS) as clicked:
        click(view, LON, LAT)
    assert clicked.args == [large]


def test_the_page_may_fetch_and_run_nothing(desk: Desk) -> None:
    """Its policy is in force: scripts of the page, inline or not, and every fetch are stopped."""
    view = desk.open()
    main = QWebEngineScript.ScriptWorldId.MainWorld
    attack = """
    const probe = document.createElement('div');
    probe.innerHTML = '<img src=x onerror="document.title=\\'owned\\'">';
    document.body.append(probe);
    const script = document.createElement('script');
    script.textContent = 'document.title = "owned"';
    document.body.append(script);
    document.title
    """
    assert desk.ask(view, attack, main) != "owned"
    picture = "const i = new Image(); i.src = 'https://elsewhere.invalid/a.png'; document.body.append(i); 1"
    desk.ask(view, picture, main)
    fetched = "window.went = null; fetch('https://elsewhere.invalid/').then(() => went = 'yes', () => went = 'no'); 1"
    desk.ask(view, fetched, main)
    desk.qtbot.waitUntil(lambda: desk.ask(view, "window.went", main) is not None, timeout=WAIT_MS)
    assert desk.ask(view, "window.went", main) == "no"
    assert desk.ask(view, "document.title", main) != "owned"
    refusals = [line for line in view.console_errors if "Content Security Policy" in line]
    assert len(refusals) >= 3
    view.console_errors.clear()


def test_the_page_goes_nowhere_and_opens_nothing(desk: Desk) -> None:
    """Navigation away, new windows and dialogs are refused; the map stays."""
    view = desk.open()
    for script in ("location.href = 'https://elsewhere.invalid/'; 1", "window.open('https://elsewhere.invalid/'); 1"):
        desk.ask(view, script, QWebEngineScript.ScriptWorldId.MainWorld)
    desk.qtbot.waitUntil(lambda: len(view.page.refused) >= 1, timeout=WAIT_MS)
    assert view.page.url() == INDEX
    view.page.setUrl(QUrl("file:///etc/passwd"))
    desk.qtbot.wait(100)
    assert view.page.url() == INDEX
    view.console_errors.clear()


def test_only_our_own_world_reaches_python(desk: Desk) -> None:
    """A script in the page's own world finds no channel and no bridge; ours does."""
    view = desk.open()
    look = "typeof qt === 'undefined' ? 'none' : 'there'"
    assert desk.ask(view, look, QWebEngineScript.ScriptWorldId.MainWorld) == "none"
    assert desk.ask(view, look) == "there"


def test_what_the_page_should_not_say_is_told(desk: Desk) -> None:
    """A message in a form nobody expects is a fault that is noted, not a crash."""
    view = desk.open()
    view.bridge.say("request", json.dumps({"no": "id"}))
    view.bridge.say("unheard of", "1")
    assert len(view.console_errors) == 2
    view.console_errors.clear()


def test_a_page_that_dies_comes_back_with_everything(desk: Desk) -> None:
    """When the page's process ends, a new one shows the same requests at the same place."""
    view = desk.open()
    desk.draw(view, [LON], [LAT])
    with desk.qtbot.waitSignals([view.ready, view.drawn], timeout=WAIT_MS):
        os.kill(view.page.renderProcessPid(), signal.SIGKILL)
    desk.settle(view)  # no click is heard before
    with desk.qtbot.waitSignal(view.request_clicked, timeout=WAIT_MS) as clicked:
        click(view, LON, LAT)
    assert clicked.args == [1]
    view.console_errors.clear()


@dataclass(frozen=True)
class Way:
    """A crew's way on the map."""

    number: int
    slot: int
    line: list[list[float]]
    stops: list[dict[str, Any]]
    depot: dict[str, Any] | None = None
    dumps: tuple[dict[str, Any], ...] = ()


def test_routes_are_drawn_with_stops_that_answer(desk: Desk) -> None:
    """A crew's way is painted over the land, and a click on its second stop names crew and stop."""
    view = desk.open("routes")
    stops = [
        {"lon": lon, "lat": LAT, "sequence": number, "time": "08:00", "what": "Pothole"}
        for number, lon in enumerate((LON - 0.004, LON + 0.004), 1)
    ]
    land = colour_at(view, LON, LAT)
    view.routes.show([Way(1, 1, [[LON - 0.006, LAT], [LON + 0.006, LAT]], stops)])
    desk.qtbot.waitUntil(lambda: colour_at(view, LON, LAT) != land, timeout=WAIT_MS)
    with desk.qtbot.waitSignal(view.stop_clicked, timeout=WAIT_MS) as clicked:
        click(view, LON + 0.004, LAT)
    assert clicked.args == [0, 1]


def test_cells_are_drawn_by_class_and_answer(desk: Desk) -> None:
    """Hot, plain and cold cells have different colours, and a click names the cell."""
    view = desk.open("cells")
    side = 0.003
    rings = [
        [(w, LAT - side), (w + side, LAT - side), (w + side, LAT + side), (w, LAT + side), (w, LAT - side)]
        for w in (LON - 0.006, LON - 0.001, LON + 0.004)
    ]
    view.cells.show(CellsShown(rings, [6, 3, 0], [-4.0, 0.1, 5.0], kinds=GI_STAR))
    middles = [LON - 0.0045, LON + 0.0005, LON + 0.0055]
    beside = LAT + 0.001  # the certain ones have a dot in their middle

    def three_colours() -> bool:
        return len({colour_at(view, lon, beside).name() for lon in middles}) == 3

    desk.qtbot.waitUntil(three_colours, timeout=WAIT_MS)
    cold, hot = colour_at(view, middles[0], beside), colour_at(view, middles[2], beside)
    assert cold.blue() > cold.red()
    assert hot.red() > hot.blue()
    with desk.qtbot.waitSignal(view.cell_clicked, timeout=WAIT_MS) as clicked:
        click(view, middles[0], LAT)
    assert clicked.args == [0]
    with pytest.raises(ValueError, match="do not belong together"):
        view.cells.show(CellsShown(rings, [0, 3], [0.0], kinds=GI_STAR))


def test_dark_is_dark_at_once(desk: Desk) -> None:
    """The land changes with the theme and back."""
    view = desk.open()
    light = colour_at(view, LON, LAT)
    view.set_theme("dark")
    desk.qtbot.waitUntil(lambda: colour_at(view, LON, LAT).lightness() < light.lightness() - 80, timeout=WAIT_MS)


def test_words_of_residents_are_only_words(desk: Desk) -> None:
    """A title and lines full of markup are on the card as they were written, and make no element."""
    view = desk.open()
    hostile = "<img src=x onerror=alert(1)></script><b>bold"
    desk.draw(view, [LON], [LAT])
    target = view.web.focusProxy() or view.web
    assert isinstance(target, QWidget)
    with desk.qtbot.waitSignal(view.hovered, timeout=WAIT_MS) as hovered:
        QTest.mouseMove(target, place_px(view, LON, LAT) + QPoint(30, 30))
        QTest.mouseMove(target, place_px(view, LON, LAT))
    assert hovered.args == [1]
    view.show_card(1, hostile, [hostile])
    desk.qtbot.waitUntil(lambda: hostile in str(desk.ask(view, "document.body.textContent")), timeout=WAIT_MS)
    assert desk.ask(view, "document.querySelectorAll('img[src=x], b').length") == 0


def test_the_whole_city_stays_in_view_when_the_window_grows(desk: Desk) -> None:
    """A box that is fitted before the widget has its size is seen whole afterwards; until a person moves the map."""
    view = MapView("light", None, desk.runner.run_read)
    desk.views.append(view)
    view.resize(90, 40)
    box = (8.4, 53.45, 8.7, 53.6)
    view.fit(box)
    view.show()
    with desk.qtbot.waitSignal(view.ready, timeout=WAIT_MS):
        pass

    def seen_whole() -> bool:
        if view.bounds is None:
            return False
        west, south, east, north = view.bounds
        wide = (east - west) / (box[2] - box[0])
        return west < box[0] and south < box[1] and east > box[2] and north > box[3] and wide < 2.5

    view.resize(*SIZE)
    desk.qtbot.waitUntil(seen_whole, timeout=WAIT_MS)
    view.resize(1280, 900)
    desk.qtbot.waitUntil(seen_whole, timeout=WAIT_MS)
    view.zoom_by(2)
    desk.qtbot.waitUntil(lambda: not seen_whole(), timeout=WAIT_MS)
    view.resize(*SIZE)
    desk.qtbot.wait(300)
    assert not seen_whole()
