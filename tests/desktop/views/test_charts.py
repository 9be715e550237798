"""Charts: what they read out, how far they reach, and that every part of a chart comes onto paper."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from desktop.views.charts.chart import Band, Chart, Line, Mark
from desktop.views.charts.plot import Plot
from desktop.views.theme import theme

pytestmark = pytest.mark.stalls  # the library is loaded on the first use

DAYS = np.array([0.0, 1.0, 3.0, 7.0])
OPEN = np.array([100.0, 60.0, 40.0, 10.0])


def curves() -> Chart:
    """Stairs with a band and open cases, and a second line to their right."""
    place = Line("Orchard Park", DAYS, OPEN, stepped=True, band=Band(OPEN - 5, OPEN + 5), ticks=np.array([5.0]))
    city = Line("Whole city", DAYS, OPEN + 20, tone="ink", dashed=True, stepped=True)
    return Chart("Time to close", (place, city), "days", (Mark(2, "deadline", "danger"),), 0, 130, "about it")


@pytest.fixture
def plot(qtbot: QtBot) -> Plot:
    """A plot on show that says plain numbers."""
    made = Plot(lambda x: f"day {x:g}", lambda y: f"{y:g}")
    qtbot.addWidget(made)
    made.resize(400, 240)
    made.set_chart(curves())
    made.show()
    qtbot.waitExposed(made)
    return made


def test_stairs_hold_their_value_and_slopes_take_the_nearest() -> None:
    """Between two steps the earlier value holds; on a slope the nearer point is told; outside nothing is."""
    stairs = Line("", DAYS, OPEN, stepped=True)
    assert stairs.at(2.9) == pytest.approx((60, np.nan, np.nan), nan_ok=True)
    assert stairs.at(7.0) == pytest.approx((10, np.nan, np.nan), nan_ok=True)
    slope = Line("", DAYS, OPEN, band=Band(OPEN - 1, OPEN + 1))
    assert slope.at(2.1) == (40, 39, 41)
    assert slope.at(-0.1) is None
    assert slope.at(7.1) is None
    assert Line("", np.zeros(0), np.zeros(0)).at(0) is None


def test_a_chart_reaches_as_far_as_its_lines_and_bands() -> None:
    """Both ends of all lines, the least and greatest of bands, room above; one value alone still has a height."""
    chart = Chart("", (Line("", DAYS, OPEN, band=Band(OPEN - 30, OPEN + 50)), Line("", DAYS + 3, OPEN)), y_from=None)
    assert chart.reach() == (0, 10)
    low, high = chart.heights()
    assert (low, high) == (-20, pytest.approx(150 + 0.06 * 170))
    assert Chart("", (Line("", DAYS, np.full(4, 5.0)),), y_from=5).heights() == (5, 6)
    assert Chart("", ()).reach() == (0, 1)
    unknown = Chart("", (Line("", DAYS, np.full(4, np.nan)),))
    assert unknown.heights() == (0, pytest.approx(1.06))


def test_an_axis_goes_at_least_so_far() -> None:
    """What is over within hours is shown along days that people count by; a longer line is not cut."""
    hours = Line("", np.array([0.0, 0.3]), np.array([1.0, 0.0]))
    assert Chart("", (hours,), x_to_least=7.0).reach() == (0.0, 7.0)
    assert Chart("", (hours,), x_to_least=0.2).reach() == (0.0, 0.3)


def test_values_are_read_by_keys_and_pointer(qtbot: QtBot, plot: Plot) -> None:
    """Keys go from value to value, a look closer keeps to what is seen, Enter opens; the pointer reads the nearest."""
    plot.setFocus()
    QTest.keyClick(plot, Qt.Key.Key_Right)
    assert plot.reading() == "day 0\nOrchard Park  100  (95–105)\nWhole city  120"
    for _ in range(5):
        QTest.keyClick(plot, Qt.Key.Key_Right)
    assert plot.reading().startswith("day 7\n")
    with qtbot.waitSignal(plot.opened) as opened:
        QTest.keyClick(plot, Qt.Key.Key_Return)
    assert opened.args == [7]
    QTest.keyClick(plot, Qt.Key.Key_Plus)
    (left, right), _ = plot.view.viewRange()
    assert (left, right) == (3.5, 7)
    QTest.keyClick(plot, Qt.Key.Key_Left)
    assert plot.reading().startswith("day 7\n")  # day 3 is out of sight
    QTest.keyClick(plot, Qt.Key.Key_0)
    assert plot.view.viewRange()[0] == [0, 7]
    place = plot.mapFromScene(plot.view.mapViewToScene(QPointF(3.2, 50)))
    QTest.mouseMove(plot.viewport(), QPoint(place))
    qtbot.waitUntil(lambda: plot.reading().startswith("day 3\n"))


def ink(picture: QImage, colour: QColor, tolerance: int = 24) -> int:
    """How many dots are of about a colour."""
    raw = np.frombuffer(picture.convertToFormat(QImage.Format.Format_RGB32).constBits(), dtype=np.uint8)
    dots = raw.reshape(picture.height(), picture.width(), 4)[..., :3].astype(int)
    wanted = np.array([colour.blue(), colour.green(), colour.red()])
    return int((np.abs(dots - wanted).max(axis=2) <= tolerance).sum())


def test_a_chart_comes_onto_paper_whole(plot: Plot) -> None:
    """Both lines, the deadline and the words are drawn in the colours of the look, and the reading is not."""
    plot.read_at(3)
    picture = QImage(800, 480, QImage.Format.Format_RGB32)
    picture.fill(QColor("white"))
    painter = QPainter(picture)
    plot.paint(painter, QRectF(0, 0, 800, 480))
    painter.end()
    for name in ("accent.default", "text.primary", "danger.text"):
        assert ink(picture, theme().colour(name)) > 40, name
    assert plot.reading().startswith("day 3")


def test_another_look_draws_anew(plot: Plot) -> None:
    """Dark follows light at once: lines and their ground are then in the colours of the dark look."""
    before = theme().colour("accent.default")
    light = plot.grab().toImage().pixelColor(1, 1)
    theme().choose("dark")
    after = theme().colour("accent.default")
    drawn = plot.grab().toImage()
    theme().choose("light")
    assert before != after
    assert ink(drawn, after) > 40
    assert drawn.pixelColor(1, 1).lightness() < light.lightness() - 100  # the ground too, which the library keeps
