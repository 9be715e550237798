"""What is chosen elsewhere, in the real page: rings, cards that say where and why, and motion that stops at once."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import pytest
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest

from desktop.domain.statistic_marks import GI_STAR
from desktop.map.cells import CellsShown
from desktop.map.looks import look_of
from tests.desktop.map.desk import LAT, LON, WAIT_MS, Desk, click, colour_at, place_px

pytestmark = [pytest.mark.slow, pytest.mark.stalls]
STEP = 0.0015
RING_LON = 15 * 360 / (256 * 2**15)  # 15 px at zoom 15
HEXAGON = [[(LON + dx, LAT + dy) for dx, dy in ((0.002, 0), (0, 0.002), (-0.002, 0), (0, -0.002), (0.002, 0))]]


@dataclass(frozen=True)
class Line:
    """A crew's way."""

    number: int
    name: str
    slot: int
    line: list[list[float]]
    stops: list[dict[str, Any]]
    depot: dict[str, Any] | None = None
    dumps: tuple[dict[str, Any], ...] = ()


def route() -> Line:
    """Two stops, west and east of the middle."""
    stops = [
        {"sequence": n + 1, "lon": LON + at, "lat": LAT, "time": "07:58–08:20", "what": "5 Wren Row, Graffiti"}
        for n, at in enumerate((-STEP, STEP))
    ]
    return Line(5, "Tipper 5", 0, [[LON - STEP, LAT], [LON + STEP, LAT]], stops)


def near(a: QColor, b: str) -> bool:
    """Whether two colours look alike."""
    other = QColor(b)
    return abs(a.red() - other.red()) + abs(a.green() - other.green()) + abs(a.blue() - other.blue()) < 90


def card(made: Desk, view: Any) -> str:
    """What the card beside the pointer says; empty while it is hidden."""
    script = "(() => { const c = document.querySelector('.hover-card'); return c.hidden ? '' : c.textContent; })()"
    return str(made.ask(view, script))


def point_at(view: Any, lon: float, lat: float) -> None:
    """The pointer comes to rest there."""
    target = view.web.focusProxy() or view.web
    QTest.mouseMove(target, place_px(view, lon + 0.01, lat))
    QTest.mouseMove(target, place_px(view, lon, lat))


def test_a_chosen_stop_and_a_job_left_out_wear_the_ring(desk: Desk) -> None:
    """The accent ring is around what is chosen, goes over to the next choice, and is nowhere without one."""
    view = desk.open("routes")
    accent = look_of("light")["colour"]["accent_default"]
    view.routes.show([route()])
    view.routes.show_left_out([(12, LON, LAT + 0.002, False, "1 Elm Row", "Price: full")])

    def ringed(lon: float, lat: float) -> bool:
        around = [colour_at(view, lon + RING_LON * share, lat) for share in (0.94, 0.97, 1.0, 1.03, 1.06)]
        return any(near(colour, accent) for colour in around)

    view.routes.choose(4, 1)
    desk.qtbot.waitUntil(lambda: ringed(LON + STEP, LAT), timeout=WAIT_MS)
    view.routes.choose(None, left_out=12)
    desk.qtbot.waitUntil(lambda: ringed(LON, LAT + 0.002) and not ringed(LON + STEP, LAT), timeout=WAIT_MS)
    view.routes.choose(None)
    desk.qtbot.waitUntil(lambda: not ringed(LON, LAT + 0.002), timeout=WAIT_MS)


def test_what_was_told_what_waits_and_dumps_have_marks_of_their_own(desk: Desk) -> None:
    """The legend names each kind that is on show and no other; none of them is drawn like another."""
    view = desk.open("routes")
    words = (
        "(() => { const box = document.createElement('div'); opsmap.legends.routes(box);"
        " return [...box.querySelectorAll('.legend-word')].map((word) => word.textContent).join(', '); })()"
    )
    marks = ["done", "not_found", "other_crew"]
    stops = [{"sequence": n, "lon": LON + n * STEP, "lat": LAT, "mark": mark} for n, mark in enumerate(marks)]
    base = {"name": "Yard", "lat": LAT - STEP, "long": LON}
    view.routes.show([replace(route(), stops=stops, dumps=(base,))])
    view.routes.show_left_out([(1, LON, LAT + STEP, True, "1 Elm Row", "Meant for tomorrow")])
    told = ["Done", "Not found", "Needs another crew", "Can wait for a later day", "Dump"]
    desk.qtbot.waitUntil(lambda: desk.ask(view, words) == ", ".join(told), timeout=WAIT_MS)
    view.routes.show([replace(route(), depot=base)])
    view.routes.show_left_out([(1, LON, LAT + STEP, False, "1 Elm Row", "Price: full")])
    told = ["Planned stop, in order", "Left out", "Depot"]
    desk.qtbot.waitUntil(lambda: desk.ask(view, words) == ", ".join(told), timeout=WAIT_MS)
    drawn = desk.ask(
        view,
        "(() => { const drawn = (draw) => { const canvas = document.createElement('canvas');"
        " const ctx = canvas.getContext('2d'); ctx.translate(40, 40); draw(ctx); return canvas.toDataURL(); };"
        " const marks = Object.keys(opsmap.words.marks);"
        " const seen = marks.map((mark) => drawn((c) => opsmap.drawMark(c, mark, 9, '#000')));"
        " for (const kind of ['depot', 'dump']) seen.push(drawn((c) => opsmap.drawBase(c, kind, 9)));"
        " seen.push(drawn((c) => opsmap.drawWaits(c, 9))); return new Set(seen).size; })()",
    )
    assert drawn == 6


def test_cards_say_where_what_and_why(desk: Desk) -> None:
    """A stop names its crew, its place and its time; a job left out its place and its reason, as plain text."""
    view = desk.open("routes")
    view.routes.show([route()])
    view.routes.show_left_out([(12, LON, LAT + 0.002, False, "1 Elm <b>Row</b>", "Price: Fits Tow 38 if job 7 goes.")])
    desk.qtbot.waitUntil(lambda: (point_at(view, LON + STEP, LAT), "Tipper 5" in card(desk, view))[1], timeout=WAIT_MS)
    assert "5 Wren Row, Graffiti" in card(desk, view)
    assert "07:58–08:20" in card(desk, view)
    desk.qtbot.waitUntil(lambda: (point_at(view, LON, LAT + 0.002), "12" in card(desk, view))[1], timeout=WAIT_MS)
    assert "1 Elm <b>Row</b>" in card(desk, view)
    assert "Fits Tow 38" in card(desk, view)


def test_a_new_answer_forgets_ring_and_card_of_the_last(desk: Desk) -> None:
    """Cells of another grid: the card under the pointer goes, and no cell of the new grid is chosen."""
    view = desk.open("cells")
    view.cells.show(CellsShown(HEXAGON, [0], [3], kinds=GI_STAR))
    desk.qtbot.waitUntil(lambda: bool(desk.ask(view, "Boolean(opsmap.cells)")), timeout=WAIT_MS)
    with desk.qtbot.waitSignal(view.cell_clicked, timeout=WAIT_MS) as clicked:
        click(view, LON, LAT)
    assert clicked.args == [0]
    view.cells.choose(0)
    desk.qtbot.waitUntil(lambda: (point_at(view, LON, LAT), card(desk, view) != "")[1], timeout=WAIT_MS)
    desk.settle(view)  # a move of the pointer that is still to come would open the next card
    view.cells.show(CellsShown(HEXAGON, [6], [5], kinds=GI_STAR))
    desk.qtbot.waitUntil(lambda: card(desk, view) == "", timeout=WAIT_MS)
    assert "chosen_cell" not in view._kept


def test_less_motion_acts_at_once(desk: Desk) -> None:
    """The open page stands still as soon as it is chosen, and moves again when it is chosen back."""
    view = desk.open()
    still = "document.documentElement.classList.contains('still')"
    before = desk.ask(view, still)
    view.set_reduced_motion(True)
    desk.qtbot.waitUntil(lambda: desk.ask(view, f"{still} && opsmap.reducedMotion && !opsmap.map.options.inertia"))
    view.set_reduced_motion(False)
    desk.qtbot.waitUntil(lambda: desk.ask(view, still) == before)
