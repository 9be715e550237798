"""Answers about where and when in the user's language: words, figures and days as the window has them, tables plain."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path

import numpy as np
import pandas
import pyogrio
import pytest
from lxml import etree, html
from PySide6.QtCore import QCoreApplication, QDate, QLocale, QTranslator

from data.store import Store
from desktop.domain.clock import FixedClock
from desktop.domain.language import ENGLISH, Language
from desktop.domain.plain_text import amount
from desktop.domain.statistic_marks import CONTEXT
from desktop.domain.statistic_method import care, chosen, method_lines, written
from desktop.domain.statistic_words import AnswerFacts, counted_words, things
from desktop.domain.translatable import texts_of
from desktop.operations import export_statistic
from desktop.operations.export_statistic import figure_of, write_answer
from desktop.operations.spatial_statistics import StatisticAnswer
from desktop.operations.translating import user_language
from desktop.operations.work import Work
from desktop.reports.statistic_svg import drawing_of, whole_svg
from desktop.views.language import language
from tests.data.city import small_city
from tests.desktop.reports.answers import answer_of
from tests.desktop.reports.test_language import translation

TOLD = {
    CONTEXT: {
        "Hot, q ≤ {0}": "Häufung, q ≤ {0}",
        "Not significant": "Nicht auffällig",
        "Hotspots (Getis-Ord Gi*)": "Häufungen (Getis-Ord Gi*)",
        "Statistic": "Statistik",
        "Zones": "Zonen",
        "{0} hexagons": "{0} Sechsecke",
        "{0}, {1} wide": "{0}, je {1} breit",
        "Width": "Breite",
        "as asked": "wie gefragt",
        "{0} incidents from {1} requests": "{0} Vorfälle aus {1} Anfragen",
        "since {0}": "seit {0}",
        "Method": "Verfahren",
        "p, permutation": "p, Permutation",
        "Smoothed rate {0}": "Geglättete Rate {0}",
        "per km²": "je km²",
    }
}


@contextmanager
def german_environment() -> Iterator[None]:
    """German for the processes that are started meanwhile, alone: this one keeps the locale that it read first."""
    assert QLocale().name() != "de_DE"
    with pytest.MonkeyPatch.context() as patch:
        for name in ("LANGUAGE", "LC_ALL", "LANG"):
            patch.setenv(name, "de_DE.UTF-8")
        yield


@contextmanager
def german_window(folder: Path) -> Iterator[Language]:
    """How a window in German says the same texts."""
    before, translator = QLocale(), QTranslator()
    QLocale.setDefault(QLocale(QLocale.Language.German, QLocale.Country.Germany))
    assert translator.load(str(folder / "opsmap_de.qm"))
    QCoreApplication.installTranslator(translator)
    try:
        yield language(CONTEXT)
    finally:
        QCoreApplication.removeTranslator(translator)
        QLocale.setDefault(before)


def precise(statistic: str) -> StatisticAnswer:
    """An answer some of whose figures have decimals."""
    answer = answer_of(statistic)
    parameters = [{**answer.method["parameters"][0], "value": 178.5}]
    return StatisticAnswer(
        answer.columns, answer.polygons_wkb, {**answer.method, "cell_m": 178.5, "parameters": parameters}
    )


def drawn(path: Path) -> list[str]:
    """The texts of a drawing."""
    return [text.text for text in etree.fromstring(path.read_bytes()).iter("{*}text")]


def the_drawing_speaks_german(work: Work, folder: Path) -> None:
    """Legend, title and method have German words and decimal commas, of classes and of values."""
    write_answer(work, precise("gi_star"), folder / "a.svg")
    texts = drawn(folder / "a.svg")
    assert "Häufung, q ≤ 0,01" in texts
    assert "Nicht auffällig" in texts
    assert "Zonen: 4 Sechsecke, je 178,5\u202fm breit" in texts
    assert "Breite: 178,5\u202fm (wie gefragt)" in texts
    assert any("seit 1 Juli 2026; 1\u2009104 Vorfälle aus 1\u2009871 Anfragen" in text for text in texts)
    assert "Seed: 20261013" in texts  # for which there is no translation
    assert "Statistik: Häufungen (Getis-Ord Gi*)" in texts
    with work.store.read() as unit:
        figure = figure_of(unit, precise("rates"), export_statistic.user_language(CONTEXT))
    assert {">Geglättete Rate je km²<", ">1,50–1,70<"} <= set(re.findall(">[^<>]+<", whole_svg(drawing_of(figure))[0]))


def the_page_speaks_german(work: Work, folder: Path) -> None:
    """Its method, its legend and what it says of a zone."""
    write_answer(work, precise("gi_star"), folder / "a.html")
    tree = html.fromstring((folder / "a.html").read_text(encoding="utf-8"))
    assert tree.xpath("//summary/text()") == ["Verfahren"]
    assert "Zonen: 4 Sechsecke, je 178,5\u202fm breit" in tree.xpath("//details//li/text()")
    cells = json.loads(tree.xpath("//script[@id='opsmap-data']/text()")[0])["cells"]
    assert cells["kinds"][0]["word"] == "Häufung, q ≤ 0,01"
    assert dict(zip(cells["words"], cells["zones"][0]["told"], strict=True))["p, Permutation"] == "0,001"


def tables_stay_plain(work: Work, folder: Path) -> None:
    """Names and figures of columns are what they are anywhere, commas of comments part no cell; only words change."""
    for statistic, plain in (("gi_star", ("gi_z", "p_sim", "class")), ("rates", ("rate_smoothed", "shown_as"))):
        answer = precise(statistic)
        for ending in ("csv", "geojson", "gpkg"):
            write_answer(work, answer, folder / f"b.{ending}")
        with (folder / "b.csv").open(newline="", encoding="utf-8") as stream:
            comments = [row for row in csv.reader(stream) if row and row[0].startswith("#")]
        assert all(len(row) == 1 for row in comments)
        assert any("Zonen: 4 Sechsecke; je 178.5 m breit" in row[0] for row in comments)
        table = pandas.read_csv(folder / "b.csv", comment="#")
        layer = pyogrio.read_dataframe(folder / "b.gpkg", layer="hotspots")
        features = json.loads((folder / "b.geojson").read_text(encoding="utf-8"))
        for name in plain:
            shown = np.array([one["properties"][name] for one in features["features"]], dtype=object)
            assert table[name].tolist()[:3] == layer[name].tolist()[:3] == shown.tolist()[:3]
            if name in answer.columns:
                assert table[name].tolist()[:3] == answer.columns[name].tolist()[:3]
        assert features["method"]["cell_m"] == 178.5
        assert "Zonen: 4 Sechsecke, je 178,5\u202fm breit" in features["method_text"]
    assert table["shown_as"].tolist() == ["3.35-4.25", "1.50-1.70", "1.90-2.45", "no exposure"]


def test_files_speak_the_users_language(sqlite_store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Drawing, picture, page and tables, one after the other."""
    small_city(sqlite_store)
    work = Work(sqlite_store, "ana", FixedClock(datetime(2026, 10, 13, 12, tzinfo=UTC)))
    asked = partial(user_language, folder=translation(tmp_path, TOLD))
    monkeypatch.setattr(export_statistic, "user_language", asked)
    with german_environment():
        the_drawing_speaks_german(work, tmp_path)
        the_page_speaks_german(work, tmp_path)
        tables_stay_plain(work, tmp_path)


def test_window_and_files_have_the_same_words(qapp: QCoreApplication, tmp_path: Path) -> None:
    """Every text of the statistics, the decimal mark, the days and with them the whole method, here and there."""
    folder = translation(tmp_path, TOLD)
    with german_environment():
        of_files = user_language(CONTEXT, folder=folder)
    assert of_files.say("Zones") == "Zonen"
    with german_window(folder) as shown:
        assert len(texts_of(CONTEXT)) > 100
        for text in texts_of(CONTEXT):
            assert of_files.translate(text) == shown.translate(text)
        for statistic in ("gi_star", "emerging", "rates", "compare"):
            answer = precise(statistic)
            facts = AnswerFacts(answer.method, answer.columns, 4, "", "", ("City's feed",))
            assert method_lines(facts, of_files) == method_lines(facts, shown) != method_lines(facts)


@pytest.mark.parametrize("code", ["de_DE", "en_GB", "en_US", "fr_FR", "es_ES", "pl_PL", "C"])
def test_days_are_those_of_the_locale(qapp: QCoreApplication, code: str) -> None:
    """A day as Qt writes it, in every month, and the months of English as Qt has them without a locale."""
    before = QLocale()
    QLocale.setDefault(QLocale(code) if code != "C" else QLocale.c())
    try:
        here = language()
        for month in range(1, 13):
            assert here.day(date(2026, month, 13)) == QLocale().toString(QDate(2026, month, 13), "d MMM yyyy")
            assert here.day(date(2026, month, 13), 2026) == QLocale().toString(QDate(2026, month, 13), "d MMM")
        assert code != "C" or here.months == ENGLISH.months
        assert here.decimal == QLocale().decimalPoint()
    finally:
        QLocale.setDefault(before)


def test_one_is_said_as_one() -> None:
    """Counts of one have words of their own, whatever is counted."""
    assert counted_words(1, 1, "requests") == "1 request"
    assert counted_words(2, 2, "requests") == "2 requests"
    assert counted_words(1, 1, "incidents") == "1 incident from 1 request"
    assert counted_words(1, 3, "incidents") == "1 incident from 3 requests"
    assert counted_words(2, 1871, "incidents") == "2 incidents from 1\u2009871 requests"
    assert f"{amount(1)} in {amount(1, 'group')}" == "1 request in 1 group"
    assert f"{amount(1200)} in {amount(0, 'group')}" == "1,200 requests in 0 groups"
    assert [things("requests", number) for number in (0, 1, 2)] == ["requests", "request", "requests"]
    answer = answer_of("compare")
    method = {**answer.method, "days_left_out": 1, "counts": "requests"}
    few = {"count": np.array([9, 9, 9, 2])}
    said = care(AnswerFacts(method, few, 4))
    assert "1 of 4 zones holds under 5." in said
    assert "The first day fills no step and is left out." in said
    assert "2 of 4 zones hold under 5." in care(
        AnswerFacts(method, answer.columns | {"count": np.array([9, 9, 1, 2])}, 4)
    )
    one = method_lines(AnswerFacts({**method, "cell_m": None, "zones": "3"}, few, 1, layer="Wards"))
    assert "Zones: 1 area of Wards" in one


def test_what_a_method_says_of_itself_is_translated_where_it_is_ours() -> None:
    """Texts of operations by their form, with days and figures of the language; a stranger's text stays as it is."""
    spoken = Language(lambda text: f"<{text}>", ",", tuple("abcdefghijkl"))
    note = "The first request of this service is of 2026-08-01, after the period began."
    assert written(note, spoken) == "<The first request of this service is of 1 h 2026, after the period began.>"
    assert written("cell 12", spoken) == "<cell 12>"
    assert written("cell phone tower {0} of 1,200", ENGLISH) == "cell phone tower {0} of 1\u2009200"
    assert written("cell phone shop", spoken) == "cell phone shop"
    assert written("Elm {0} {x}", spoken) == "Elm {0} {x}"
    width = {"parameter": "cell_m", "value": 178.5, "reason": "requests_a_cell", "figures": {"requests_a_cell": 2.5}}
    (told,) = chosen({"parameters": [width]}, Language(decimal=","))
    assert (told.name, told.value, told.why) == ("Width", "178,5\u202fm", "so that a cell holds 2,5 on average")
