"""Answers about where and when as files: each kind opens in another's reader, tells its method, and takes no markup."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pandas
import pyogrio
import pytest
import shapely
from lxml import etree, html
from PySide6.QtGui import QImage

from data.errors import RefusedInput, StoreFailure
from data.store import Store
from desktop.domain.clock import FixedClock
from desktop.domain.statistic_marks import by_value, marked
from desktop.operations.export_statistic import DRAWN, ENDINGS, export_statistic, figure_of, write_answer
from desktop.operations.spatial_statistics import STATISTICS
from desktop.operations.work import Work
from desktop.reports.statistic_svg import Drawing, drawing_of, map_chart, whole_svg
from geo.emerging import PATTERNS, pattern_name
from geo.local_moran import QUADRANTS
from geo.significance import NOT_SIGNIFICANT, NOT_TESTED, class_name
from tests.data.city import small_city
from tests.desktop.reports.answers import HOSTILE, answer_of
from tests.desktop.reports.conftest import Browser
from tests.desktop.reports.pdf import pdf_text

NOW = datetime(2026, 10, 13, 12, tzinfo=UTC)


@pytest.fixture
def work(sqlite_store: Store) -> Work:
    """A city without streets."""
    small_city(sqlite_store)
    return Work(sqlite_store, "ana", FixedClock(NOW))


@pytest.mark.parametrize("statistic", STATISTICS)
def test_tables_open_in_other_readers(work: Work, tmp_path: Path, statistic: str) -> None:
    """GeoJSON, GeoPackage and CSV hold every zone with its place and shape, and the method; no formula."""
    answer = answer_of(statistic)
    for ending in ("geojson", "gpkg", "csv", "html"):
        write_answer(work, answer, tmp_path / f"a.{ending}")
    told = json.loads((tmp_path / "a.geojson").read_text(encoding="utf-8"), parse_constant=pytest.fail)
    assert told["method"] == {**answer.method}
    assert any("1\u2009104 incidents from 1\u2009871 requests" in line for line in told["method_text"])
    frame = pyogrio.read_dataframe(tmp_path / "a.geojson")
    layer = pyogrio.read_dataframe(tmp_path / "a.gpkg", layer="hotspots")
    for read in (frame, layer):
        assert read["name"].tolist() == answer.columns["name"].tolist()
        same = shapely.equals(shapely.normalize(read.geometry.values), shapely.from_wkb(list(answer.polygons_wkb)))
        assert same.all()
    note = pyogrio.read_dataframe(tmp_path / "a.gpkg", layer="method")
    assert dict(zip(note["key"], note["value"], strict=True))["seed"] == "20261013"
    with (tmp_path / "a.csv").open(newline="", encoding="utf-8") as stream:
        lines = list(csv.reader(stream))
    assert not [cell for row in lines for cell in row if cell.startswith(("=", "+", "@"))]
    table = pandas.read_csv(tmp_path / "a.csv", comment="#")
    assert table["name"].tolist() == ["North", "'" + HOSTILE, "cell 2", "cell 3"]
    for at, wkb in enumerate(answer.polygons_wkb):
        point = shapely.Point(float(table["longitude"][at]), float(table["latitude"][at]))
        assert shapely.from_wkb(wkb).contains(point)
    said = "\n".join(row[0] for row in lines if row[0].startswith("#"))
    assert "# Computed: 13 Oct 2026; 12:00 UTC" in said  # no comma: it would part cells
    assert "Getis and Ord 1992" in said


def test_a_ratio_to_nothing_is_new_in_every_file(work: Work, tmp_path: Path) -> None:
    """No figure can be written where nothing was counted before: a column says so, and pictures and pages "new"."""
    answer = answer_of("compare")
    ratio = np.array([np.inf, 2.0, 0.0, np.nan])
    answer = replace(answer, columns={**answer.columns, "ratio": ratio})
    notes = ["new: nothing before", "", "", "nothing in either period"]
    for ending in (".csv", ".geojson", ".gpkg", ".html"):
        write_answer(work, answer, tmp_path / f"a{ending}")
    table = pandas.read_csv(tmp_path / "a.csv", comment="#", keep_default_na=False)
    assert table["ratio_note"].tolist() == notes
    assert table["ratio"].tolist() == ["", "2.0", "0.0", ""]
    features = json.loads((tmp_path / "a.geojson").read_text(encoding="utf-8"))["features"]
    assert [one["properties"]["ratio_note"] for one in features] == notes
    assert pyogrio.read_dataframe(tmp_path / "a.gpkg", layer="hotspots")["ratio_note"].tolist() == notes
    assert '"new"' in (tmp_path / "a.html").read_text(encoding="utf-8")
    with work.store.read() as unit:
        figure = figure_of(unit, answer)
    assert [dict(figure.told(at)).get("Ratio") for at in range(4)] == ["new", "2", "0", None]


@pytest.mark.parametrize("statistic", STATISTICS)
def test_a_drawing_is_whole_and_takes_no_markup(work: Work, statistic: str) -> None:
    """The SVG is well-formed without scripts, holes stay holes, counts of the legend add up, the method is inside."""
    with work.store.read() as unit:
        figure = figure_of(unit, answer_of(statistic))
    drawing = Drawing.from_json(json.loads(json.dumps(drawing_of(figure, "© somebody").to_json())))
    svg, wide, high = whole_svg(drawing)
    root = etree.fromstring(svg.encode())
    assert not list(root.iter("{*}script"))
    assert not [name for node in root.iter() for name in node.attrib if name.startswith("on") or "href" in name]
    assert (drawing.counts is None) == (statistic == "density")  # whose cells nobody asked about
    assert drawing.counts is None or sum(drawing.counts) == 4
    texts = list(root.iter("{*}text"))
    assert max(float(text.get("y")) for text in texts) < high
    assert all(0 <= float(text.get("x")) <= wide for text in texts)
    assert "13 Oct 2026, 12:00 UTC" in svg
    if statistic != "density":  # whose zones of a kind are drawn together
        paths = [path for path in root.iter("{*}path") if len(path)]
        by_title = {path[0].text.split(";")[0]: path.get("d").count("M") for path in paths}
        assert sorted(by_title.values()) == [1, 1, 2, 2]
        assert by_title["North"] == 2
        assert by_title[HOSTILE] == 2
    chart = map_chart(drawing, "caption")
    etree.fromstring(chart.svg.encode())


def test_pictures_and_documents_open(work: Work, tmp_path: Path) -> None:
    """Painted by a process of its own: a picture that is not blank and carries the method, a page with its words."""
    answer = answer_of("gi_star")
    for ending in DRAWN:
        write_answer(work, answer, tmp_path / f"a{ending}")
    picture = QImage(str(tmp_path / "a.png"))
    assert "seed: 20261013" in picture.text("Description").lower()
    grey = picture.convertToFormat(QImage.Format.Format_Grayscale8)
    dots = np.frombuffer(grey.constBits(), dtype=np.uint8)
    assert 0.02 < (dots < 200).mean() < 0.6
    words = pdf_text(tmp_path / "a.pdf")
    for said in ("Seed: 20261013", "Getis and Ord 1992", "Hot, q ≤ 0.01", "Benjamini-Hochberg"):
        assert said in words
    root = etree.fromstring((tmp_path / "a.svg").read_bytes())
    assert any(text.text == "Seed: 20261013" for text in root.iter("{*}text"))
    assert {one.name for one in tmp_path.iterdir()} >= {"a.png", "a.pdf", "a.svg"}
    assert not list(tmp_path.glob(".*"))


def test_a_page_needs_no_network(work: Work, tmp_path: Path, browse: Callable[[], Browser]) -> None:
    """Nothing is fetched or run that a name brought; legend, zone under the pointer and method are there."""
    write_answer(work, answer_of("gi_star"), tmp_path / "a.html")
    text = (tmp_path / "a.html").read_text(encoding="utf-8")
    tree = html.fromstring(text)
    assert not tree.xpath("//script[@src] | //link[@href] | //img[@src] | //iframe")
    assert not tree.xpath("//@*[starts-with(., 'http') or starts-with(., '//')]")
    browser = browse()
    browser.open(tmp_path / "a.html")
    assert browser.gate.asked == []
    assert [line for line in browser.page.said if "rror" in line] == []
    legend = browser.run("return document.getElementById('opsmap-legend').innerText")
    assert "Hot, q ≤ 0.01" in legend
    assert "Seed: 20261013" in browser.run("return document.querySelector('details').textContent")
    name = re.findall(r"map_[0-9a-f]{32}", text)[0]
    point = "{latlng: {lat: 42.01, lng: -70.975}}"
    shown = browser.run(f"{name}.fire('click', {point}); return document.querySelector('.leaflet-tooltip').innerText")
    assert shown.startswith(HOSTILE.split("<")[0])
    browser.run(f"{name}.fire('click', {{latlng: {{lat: 42.01, lng: -70.99}}}})")  # in the hole of a zone
    shown = "return document.querySelectorAll('.leaflet-tooltip').length"
    browser.qtbot.waitUntil(lambda: browser.run(shown) == 0, timeout=5_000)  # it fades


def test_what_cannot_be_written_is_said(work: Work, tmp_path: Path) -> None:
    """Another ending, a folder that is not there, no answer, no such statistic: a sentence, and no file of any kind."""
    for path, statistic, said in (
        (tmp_path / "a.gif", "gi_star", "end it with one of"),
        (tmp_path / "none" / "a.png", "gi_star", "is not there; make it"),
        (tmp_path / "a.png", "moran", "Nobody asked for moran yet"),
        (tmp_path / "a.png", "gi_star", "find them first"),
        (tmp_path / "a.png", "magic", "no statistic 'magic'"),
    ):
        with pytest.raises(RefusedInput, match=said):
            export_statistic(work, path=path, statistic=statistic)
    for ending in ENDINGS:
        with pytest.raises(StoreFailure):
            write_answer(work, answer_of("gi_star"), tmp_path / "none" / f"a{ending}")
    assert [one for one in tmp_path.iterdir() if one.name.startswith(("a", "."))] == []


def test_every_class_has_its_mark() -> None:
    """Whatever class geo can tell is drawn, each with a word of its own; those of opposite sides by opposite steps."""
    classes = {
        "gi_star": [*(class_name(level) for level in range(-3, 4)), NOT_TESTED],
        "moran": [*QUADRANTS.values(), NOT_SIGNIFICANT, NOT_TESTED],
        "compare": ["more", "fewer", NOT_SIGNIFICANT],
        "emerging": [pattern_name(code) for code in range(1 - len(PATTERNS), len(PATTERNS))],
    }
    for statistic, names in classes.items():
        found = marked(statistic, {"class": np.array(names)})
        assert found.counts() == (1,) * len(names)
        assert len({mark.word for mark in found.marks}) == len(names)
        steps = [mark.step for mark in found.marks]
        assert sorted(steps) == sorted(6 - step for step in steps)  # no side is drawn stronger
        drawn = [(mark.ramp, mark.step, mark.sign) for mark in found.marks]
        assert len(set(drawn)) == len(drawn)
    with pytest.raises(ValueError, match="no class 'magic'"):
        marked("moran", {"class": ["magic"]})


def test_values_fall_into_the_span_that_says_so() -> None:
    """Each value lies within the words of its class, for seeded values of very different size; all alike is one."""
    rng = np.random.default_rng(5)
    for scale in (1e-3, 1.0, 4e4):
        value = rng.gamma(1.5, scale, 300)
        for found in (by_value(value), marked("density", {"per_km2": value})):
            for at, one in zip(found.of.tolist(), value.tolist(), strict=True):
                word = found.marks[at].word.replace("\u2009", "").replace("≥ ", "")
                low, high = ([float(end) for end in word.split("–")] + [np.inf])[:2]
                assert low <= one <= high
    assert by_value(np.array([2.0, 2.0])).counts() == (2, 0)
    assert by_value(np.array([2.0, 2.0])).legend()[-1].count == 2  # where all are known, nothing is said of the unknown
    assert by_value(np.array([np.nan])).marks[0].ramp == "none"
