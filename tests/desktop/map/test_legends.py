"""The legend of an answer is the same on the map, in its page that needs no network, and in its drawing."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from lxml import etree, html

from data.store import Store
from desktop.controllers.answer_reads import density_shown
from desktop.controllers.answer_tables import cells_of, shown_of
from desktop.domain.statistic_marks import marked
from desktop.map.view import MapView
from desktop.operations.export_statistic import figure_of
from desktop.operations.kept_answers import facts_of, with_places
from desktop.operations.spatial_statistics import STATISTICS, StatisticAnswer
from desktop.reports.statistic_figure import StatisticFigure, colour
from desktop.reports.statistic_page import write_statistic_page
from desktop.reports.statistic_svg import EDGE, LEGEND_WIDE, drawing_of, whole_svg
from tests.data.city import small_city
from tests.desktop.map.desk import WAIT_MS, Desk
from tests.desktop.reports.answers import answer_of

pytestmark = [pytest.mark.slow, pytest.mark.stalls]
Lines = list[tuple[str, str]]  # words and counts, from the top down
CRS_EPSG = 32619  # of the zones
ROWS = (
    "JSON.stringify([...document.querySelectorAll('.legend .legend-row')].map((row) => "
    "[row.querySelector('.legend-word').textContent, row.querySelector('.legend-value')?.textContent || '']))"
)


def on_the_map(desk: Desk, view: MapView, store: Store, answer: StatisticAnswer) -> Lines:
    """What the page of the map lists once it was told an answer as Neighbourhoods tells it."""
    statistic = str(answer.method["statistic"])
    kinds = marked(statistic, answer.columns)
    view.cells.clear()
    if statistic == "density":
        view.cells.show_density(replace(density_shown(answer, kinds, CRS_EPSG), title=statistic))
    else:
        with store.read() as unit:
            kept = replace(with_places(unit, answer), facts=facts_of(unit, answer))
        view.cells.show(shown_of(kept, kinds, cells_of(kept, kinds), statistic, "", ""))
    title = "document.querySelector('.legend .legend-title')?.textContent || ''"
    desk.qtbot.waitUntil(lambda: desk.ask(view, title) == statistic, timeout=WAIT_MS)
    return [(word, count) for word, count in json.loads(desk.ask(view, ROWS))]


def in_the_page(figure: StatisticFigure, path: Path) -> Lines:
    """What the page that needs no network lists."""
    write_statistic_page(path, figure, None, "")
    (data,) = html.fromstring(path.read_text(encoding="utf-8")).xpath("//script[@id='opsmap-data']/text()")
    cells = json.loads(data)["cells"]
    fills = [cells["kinds"][kind]["fill"] for kind, _ in cells["legend"]]
    assert fills == [colour(line.mark) for line in figure.marked.legend()]
    return [(cells["kinds"][kind]["word"], count) for kind, count in cells["legend"]]


def in_the_drawing(figure: StatisticFigure) -> Lines:
    """What the drawing lists: texts of the legend's size right of the map, words at its left, counts at its right."""
    svg, wide, _ = whole_svg(drawing_of(figure))
    left = wide - EDGE - LEGEND_WIDE + 24
    rows: dict[float, list[str]] = {}
    for text in etree.fromstring(svg.encode()).iter("{*}text"):
        x, y = float(text.get("x")), float(text.get("y"))
        if text.get("font-size") == "12" and (x == pytest.approx(left, abs=0.1) or text.get("text-anchor") == "end"):
            rows.setdefault(y, []).append(text.text)
    return [(words[0], words[1] if len(words) > 1 else "") for _, words in sorted(rows.items())]


def test_a_legend_is_the_same_wherever_an_answer_is_shown(desk: Desk, sqlite_store: Store, tmp_path: Path) -> None:
    """Of every statistic: the same words in the same order with the same counts, zeros and what is absent alike."""
    small_city(sqlite_store)
    view = desk.open("cells")
    view.resize(900, 900)
    for statistic in STATISTICS:
        answer = answer_of(statistic)
        with sqlite_store.read() as unit:
            figure = figure_of(unit, answer)
        shown = on_the_map(desk, view, sqlite_store, answer)
        assert shown == in_the_page(figure, tmp_path / "a.html") == in_the_drawing(figure), statistic
        assert len(shown) > 2
        counts = [int(count) for _, count in shown if count]
        assert sum(counts) == (0 if statistic == "density" else 4)
    all_tested = answer_of("gi_star")
    all_tested.columns["class"][3] = "not significant"  # type: ignore[index]
    told = on_the_map(desk, view, sqlite_store, all_tested)
    assert [count for _, count in told] == ["1", "0", "0", "2", "0", "1", "0"]  # of a scale every step, and no more
    assert np.all(np.asarray(all_tested.columns["class"]) != "not tested")
