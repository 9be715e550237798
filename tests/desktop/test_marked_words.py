"""What the window says is marked for translators: a walk through its workspaces while it speaks in wide letters."""

from __future__ import annotations

import calendar
import re
import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QModelIndex, Qt
from PySide6.QtGui import QTextDocument
from PySide6.QtWidgets import QAbstractButton, QComboBox, QHeaderView, QLabel, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from data.store import Store
from desktop.app import Application
from desktop.domain.roster_words import CONTEXT, roster_sentence
from desktop.domain.translatable import texts_of
from desktop.map.words import map_words
from tests.demo import MOMENT
from tests.desktop.test_city import show
from tests.desktop.wide import WideTranslator, unmarked, wide_language

pytestmark = [pytest.mark.slow, pytest.mark.stalls]
# Keys, names of days and months as the locale of the test has them, and names of programs and forms.
PLAIN = {*calendar.day_name, *calendar.day_abbr, *calendar.month_name, *calendar.month_abbr, "Opsmap", "EPSG"}
KEYS = re.compile(
    r"(?:^| {3})(?:(?:Ctrl|Shift|Alt) )*(?:[A-Z]\d?|\d|Esc|Space|Backspace|[^\w\s])$"
)  # at the end of a tip
# Those that fill quickest; what crews and services show is mostly what people named.
WALK = ("operations", "duplicates", "assignment", "neighbourhoods")


@contextmanager
def wide_words() -> Iterator[None]:
    """Meanwhile the process speaks in wide letters."""
    translator = WideTranslator()
    QCoreApplication.installTranslator(translator)
    try:
        yield
    finally:
        QCoreApplication.removeTranslator(translator)


def texts_of_widget(widget: QWidget) -> Iterator[str]:
    """What a person can read of a widget, hear of it, or see while the pointer rests on it; not what a table holds."""
    yield from (widget.toolTip(), widget.accessibleName(), widget.accessibleDescription())
    match widget:
        case QLabel() | QAbstractButton():
            yield widget.text()
        case QLineEdit():
            yield widget.placeholderText()
        case QComboBox():
            yield from (widget.itemText(at) for at in range(min(20, widget.count())))
        case QHeaderView() if widget.orientation() == Qt.Orientation.Horizontal and widget.model() is not None:
            for at in range(widget.model().columnCount(QModelIndex())):
                yield str(widget.model().headerData(at, widget.orientation()) or "")


def plain(text: str) -> str:
    """The text without its mark-up."""
    if "<" not in text:
        return text
    document = QTextDocument()
    document.setHtml(text)
    return document.toPlainText()


def named(store: Store) -> set[str]:
    """What people named or wrote that stands on a first view: of the city, its services, areas, crews and requests."""
    with store.read() as unit:
        city = unit.city.get()
        assert city is not None
        layers = unit.areas.layers()
        rows = unit.requests.arrays(["address", "service_request_id"])
        services = [text for one in unit.services.all() for text in (one.service_name, one.group, one.description)]
        areas = [area.name for layer in layers for area in unit.areas.areas(layer.id)]
        others = [one.name for one in (*layers, *unit.agencies.all(), *unit.sources.all())]
    addresses = {str(text) for text in rows["address"].tolist() if text}
    return {city.name, "ana", "AN", "city.opsmap", *services, *areas, *others, *addresses}


def words_of(widgets: Iterable[QWidget]) -> list[str]:
    """The texts of widgets, each once."""
    return list(dict.fromkeys(KEYS.sub("", plain(text)) for one in widgets for text in texts_of_widget(one)))


def test_every_word_of_the_first_views_is_marked(
    qtbot: QtBot, open_city: Callable[[str, datetime], Application], planned_city: Path, tmp_path: Path
) -> None:
    """Labels, buttons, heads, tips and what a screen reader hears in four workspaces, and the words of the map."""
    with wide_words():
        app = open_city(str(shutil.copy(planned_city, tmp_path / "city.opsmap")), MOMENT)
        for key in WALK:
            show(qtbot, app, key)
        texts = words_of(app.window.findChildren(QWidget))
        assert app.content is not None
        data = {*PLAIN, *named(app.content.session.store)}
        assert len(texts) > 250
        assert unmarked(texts, data) == []
        words = [word for kind in ("requests", "cells") for word in strings(map_words(kind))]
        assert len(words) > 80
        assert unmarked(words, PLAIN) == []


def strings(value: object) -> Iterator[str]:
    """All texts of nested plain values."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for one in value.values():
            yield from strings(one)


def test_a_crew_that_stays_is_said_in_the_language(qapp: QCoreApplication) -> None:
    """Each sentence that the roster writes has its words; names stay, with blanks or of our own words."""
    spoken, name = wide_language(CONTEXT), "Lights 2 has no shift"
    for sentence in texts_of(CONTEXT):
        written = sentence.format(name, "2026-10-15", "2026-10-15", "1")
        said = roster_sentence(written, spoken)
        assert unmarked([said], [name]) == []
        assert "2026-10-15" not in said
        assert name in said
    assert roster_sentence("Somebody is ill.", spoken) == "Somebody is ill."
