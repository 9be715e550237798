"""Cells on the map: kinds of their own, two answers parted by a line, a raster beneath them."""

from __future__ import annotations

import base64
import json

import pytest
from PySide6.QtCore import QBuffer, QIODevice
from PySide6.QtGui import QColor, QImage

from desktop.domain.statistic_marks import Mark
from desktop.map.cells import CellsShown, DensityShown
from tests.desktop.map.desk import LAT, LON, Desk, click, colour_at
from tests.desktop.test_city import WAIT_MS

pytestmark = [pytest.mark.slow, pytest.mark.stalls]
SIDE = 0.006
KINDS = (
    Mark("New", "diverging", 6, sign="N"),
    Mark("No pattern", "none"),
    Mark("Cold", "diverging", 0),
    Mark("Not there", "none", always=False),
)


def square(west: float) -> list[tuple[float, float]]:
    """A ring around the middle's latitude."""
    east = west + SIDE
    return [(west, LAT - SIDE), (east, LAT - SIDE), (east, LAT + SIDE), (west, LAT + SIDE), (west, LAT - SIDE)]


def picture(colour: str) -> str:
    """A data address of a picture of one colour."""
    made = QImage(4, 4, QImage.Format.Format_RGB32)
    made.fill(QColor(colour))
    held = QBuffer()
    held.open(QIODevice.OpenModeFlag.WriteOnly)
    made.save(held, "PNG")
    return "data:image/png;base64," + base64.b64encode(held.data().data()).decode()


def test_cells_have_kinds_of_their_own_and_two_answers_a_line(desk: Desk) -> None:
    """Words, order and letters of kinds stand in the legend; left of the line the earlier answer is seen and answers to
    clicks, right of it the later one; the line moves by keys, outlives its page, and goes."""
    view = desk.open("cells")
    west = LON - SIDE / 2
    with desk.qtbot.waitSignal(view.cells_drawn) as drawn:  # a picture waits for that
        two = [square(west), square(west - 2 * SIDE)]
        view.cells.show(CellsShown(two, [0, 1], [4, 0], kinds=KINDS, title="Emerging"))
    assert drawn.args == [2]
    legend = "document.querySelector('.legend').textContent"
    desk.qtbot.waitUntil(lambda: "NewN" in desk.ask(view, legend).replace(" ", "") or "New" in desk.ask(view, legend))
    words = desk.ask(view, legend)
    assert words.index("Emerging") < words.index("New") < words.index("No pattern") < words.index("Cold")
    assert "Not there" not in words
    beside = LON + SIDE / 4, LAT + SIDE / 2  # right of the middle
    left = LON - SIDE / 4, LAT + SIDE / 2
    hot = colour_at(view, *beside)
    assert hot.red() > hot.blue()
    view.cells.show_later(CellsShown([square(west)], [2], [9], kinds=KINDS), ("2025", "2026"))

    def parted() -> bool:
        cold, kept = colour_at(view, *beside), colour_at(view, *left)
        return cold.blue() > cold.red() and kept.red() > kept.blue()

    desk.qtbot.waitUntil(parted, timeout=WAIT_MS)
    press = "document.querySelector('.swipe').dispatchEvent(new KeyboardEvent('keydown', {{ key: '{}' }})); 1"
    desk.ask(view, press.format("End"))
    desk.qtbot.waitUntil(lambda: colour_at(view, *beside).red() > colour_at(view, *beside).blue(), timeout=WAIT_MS)
    with desk.qtbot.waitSignal(view.cell_clicked, timeout=WAIT_MS) as clicked:
        click(view, *left)
    assert clicked.args == [0]
    desk.ask(view, press.format("Home"))
    desk.qtbot.waitUntil(lambda: colour_at(view, *left).blue() > colour_at(view, *left).red(), timeout=WAIT_MS)
    with desk.qtbot.waitSignal(view.later_cell_clicked, timeout=WAIT_MS) as clicked:
        click(view, *left)
    assert clicked.args == [0]
    named = "[...document.querySelectorAll('.swipe-name')].map((name) => name.textContent).join()"
    assert desk.ask(view, named) == "2025,2026"
    view.cells.show_later(None)
    desk.qtbot.waitUntil(lambda: desk.ask(view, named) == "", timeout=WAIT_MS)
    with pytest.raises(ValueError, match="from 0 to 3"):
        view.cells.show(CellsShown([square(west)], [4], [1], kinds=KINDS))


def test_a_raster_lies_beneath_and_follows_the_look(desk: Desk) -> None:
    """Its picture covers its box, the dark look has its own, the legend goes from high to low, and it goes away."""
    view = desk.open("cells")
    land = colour_at(view, LON, LAT)
    box = {"west": LON - SIDE, "south": LAT - SIDE, "east": LON + SIDE, "north": LAT + SIDE}
    steps = (Mark("5 to 9", "sequential", 1), Mark("0 to 5", "sequential", 0))
    pictures = {"light": picture("#ff0000"), "dark": picture("#0000ff")}
    view.cells.show_density(DensityShown(pictures, kinds=steps, title="Density", **box))
    desk.qtbot.waitUntil(
        lambda: colour_at(view, LON, LAT).red() > colour_at(view, LON, LAT).blue() + 100, timeout=WAIT_MS
    )
    words = json.loads(desk.ask(view, "JSON.stringify(document.querySelector('.legend').textContent)"))
    assert words.index("Density") < words.index("5 to 9") < words.index("0 to 5")
    view.set_theme("dark")
    desk.qtbot.waitUntil(
        lambda: colour_at(view, LON, LAT).blue() > colour_at(view, LON, LAT).red() + 100, timeout=WAIT_MS
    )
    view.set_theme("light")
    view.cells.show_density(None)
    desk.qtbot.waitUntil(lambda: colour_at(view, LON, LAT) == land, timeout=WAIT_MS)
