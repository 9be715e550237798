"""Charts as files: each kind opens in what reads it, tells its method, and takes no formula or markup from names."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from lxml import etree
from PySide6.QtGui import QImage
from PySide6.QtPdf import QPdfDocument
from pytestqt.qtbot import QtBot

from data.errors import RefusedInput, StoreFailure
from desktop.domain.figure_records import Curve
from desktop.reports.chart_files import PIXELS, whole_svg, write_chart
from desktop.reports.chart_svg import waiting_chart
from desktop.reports.report_blocks import Chart

HOSTILE = '=HYPERLINK("http://x") <script>alert(1)</script>'
METHOD = ["Kaplan-Meier, seed 7.", "Source: " + "long words " * 30]
ROWS = [["place", "days"], [HOSTILE, 1.5]]


def drawn() -> Chart:
    """A curve of three steps."""
    steps = np.array([0.0, 1.0, 4.0, 9.0])
    share = np.array([1.0, 0.6, 0.3, 0.1])
    curve = Curve(steps, share, share - 0.05, share + 0.05, np.array([12.0]))
    return waiting_chart([(HOSTILE, curve)], 30, lambda value: f"{value:.0%}", "still open", "", "days")


def test_a_drawing_holds_title_method_and_no_markup_of_others() -> None:
    """The SVG is well-formed, without scripts, and every line of the method stands inside its height."""
    svg, wide, high = whole_svg(drawn(), HOSTILE, METHOD)
    root = etree.fromstring(svg.encode())
    said = [text.text for text in root.iter("{*}text")]
    assert HOSTILE in said
    assert METHOD[0] in said
    assert not list(root.iter("{*}script"))
    lowest = max(float(text.get("y")) for text in root if text.tag.endswith("text"))
    assert lowest < high
    assert wide > drawn().width


def test_each_kind_is_what_its_ending_says(qtbot: QtBot, tmp_path: Path) -> None:
    """A picture of twice the size that is not blank, one page that has the words, a table without formulas."""
    for ending in ("svg", "png", "pdf", "csv"):
        write_chart(tmp_path / f"chart.{ending}", drawn(), HOSTILE, METHOD, ROWS)
    picture = QImage(str(tmp_path / "chart.png"))
    _, wide, high = whole_svg(drawn(), HOSTILE, METHOD)
    assert (picture.width(), picture.height()) == (round(wide * PIXELS), round(high * PIXELS))
    dots = np.frombuffer(picture.convertToFormat(QImage.Format.Format_Grayscale8).constBits(), dtype=np.uint8)
    assert 0.005 < (dots < 200).mean() < 0.5
    page = QPdfDocument()
    page.load(str(tmp_path / "chart.pdf"))
    assert page.pageCount() == 1
    assert "Kaplan-Meier" in page.getAllText(0).text()
    with (tmp_path / "chart.csv").open(newline="", encoding="utf-8") as stream:
        lines = list(csv.reader(stream))
    assert lines[0] == ["'" + HOSTILE]
    assert lines[-1] == ["'" + HOSTILE, "1.5"]


def test_what_cannot_be_written_is_said_and_leaves_nothing(tmp_path: Path) -> None:
    """Another ending and a folder that is not there are refused in a sentence; no half of a file stays."""
    with pytest.raises(RefusedInput, match="end it with one of"):
        write_chart(tmp_path / "chart.gif", drawn(), "t", METHOD, ROWS)
    with pytest.raises(StoreFailure, match="choose another folder"):
        write_chart(tmp_path / "none" / "chart.png", drawn(), "t", METHOD, ROWS)
    assert list(tmp_path.iterdir()) == []
