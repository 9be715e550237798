"""Sheets and pages speak the user's language: the processes that make them load the translation themselves."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from functools import partial
from pathlib import Path

import pytest
from lxml import html

from data.store import Store
from desktop.domain.direction_words import CONTEXT as DIRECTIONS
from desktop.domain.translatable import texts_of
from desktop.operations import export, export_routes
from desktop.operations.painting import paint
from desktop.operations.plan_sheets import SHEETS
from desktop.operations.translating import user_language
from desktop.operations.work import Work
from desktop.reports.crew_calendar import CONTEXT as CALENDAR
from desktop.reports.map_page import CONTEXT as MAP
from desktop.reports.phone_page import CONTEXT as PAGE
from desktop.views.language import UNNAMED
from tests.desktop.operations.test_crew_directions import YARD, take_streets
from tests.desktop.reports.days import NOW, content, crew, found, keep, stop
from tests.desktop.reports.pdf import pdf_text
from tests.desktop.wide import listed, unmarked, wide, wide_language

TOLD = {
    UNNAMED: {"done": "erledigt", "route sheet": "Fahrtenblatt"},
    PAGE: {"Hand back": "Abgeben", "Not found": "Nicht gefunden"},
    DIRECTIONS: {"east": "Osten", "Start towards the {compass} on {street}": "Richtung {compass} auf {street}"},
    CALENDAR: {"Job {0}": "Auftrag {0}"},
}


def translation(folder: Path, told: Mapping[str, Mapping[str, str]]) -> Path:
    """A translation into German, made with the tool of Qt that translators use."""
    rows = [
        f"<context><name>{context}</name>"
        + "".join(f"<message><source>{a}</source><translation>{b}</translation></message>" for a, b in some.items())
        + "</context>"
        for context, some in told.items()
    ]
    source = folder / "opsmap_de.ts"
    source.write_text(f'<?xml version="1.0" encoding="utf-8"?><TS version="2.1" language="de">{"".join(rows)}</TS>')
    tool = Path(sys.executable).with_name("pyside6-lrelease")
    subprocess.run([str(tool), str(source), "-qm", str(folder / "opsmap_de.qm")], check=True, capture_output=True)
    return folder


def in_german(work: Work, folder: Path, plan: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """The files of a plan as a person has them whose environment is German; what this process read of it stays."""
    order = {"plan": plan, "crew": None, "printed_at": NOW.isoformat(), "translations": str(folder)}
    monkeypatch.setattr(export_routes, "user_language", partial(user_language, folder=folder))
    with monkeypatch.context() as german:
        for name in ("LANGUAGE", "LC_ALL", "LANG"):
            german.setenv(name, "de_DE.UTF-8")
        paint(work, SHEETS, order, folder / "sheets.pdf")
        export_routes.export_routes(work, plan_id=plan, folder=folder / "out", kinds=("pages", "calendars", "tables"))


def test_sheets_and_pages_speak_the_users_language(
    sqlite_store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With German in the environment and a German translation, paper, page and calendar have its words, decimal commas

    and days, and our words where it has none; the table of a crew stays plain.
    """
    work = found(sqlite_store)
    take_streets(work, tmp_path, {"Cooper Road": [YARD, (8.58, 53.54)]})
    day = content(crew("Tipper", stop(1, long=8.5795, lat=53.5402, leg_distance_m=1290.5)))
    in_german(work, translation(tmp_path, TOLD), keep(work, day), monkeypatch)
    said = pdf_text(tmp_path / "sheets.pdf")
    for words in ("erledigt", "Fahrtenblatt", "not found", "Osten, Cooper Road, 1,3 km"):
        assert words in said
    files = {path.suffix: path.read_text(encoding="utf-8") for path in (tmp_path / "out").iterdir()}
    page = files[".html"].replace("\\u00a0", "\u00a0")
    for words in (
        "Abgeben",
        "Nicht gefunden",
        "Other crew",
        "Richtung Osten",
        "1,3\u00a0km",
        "14 Okt. 2026",
        '<html lang="de">',
    ):
        assert words in page
    assert "Auftrag J1" in files[".ics"]
    assert ",1290.5," in files[".csv"]


def test_translators_see_what_files_ask_for() -> None:
    """Every text that a process of ours asks for stands in the list that translators' tool makes."""
    for context in (PAGE, DIRECTIONS, CALENDAR, MAP):
        assert len(texts_of(context)) >= 3
        assert set(texts_of(context)) <= listed()[context]


def test_a_map_page_has_no_unmarked_word(sqlite_store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Note, legend and status in wide letters; one request is told as one."""
    work = found(sqlite_store)
    monkeypatch.setattr(export, "user_language", wide_language)
    export.export_map(work, tmp_path / "a.html", export.RequestFilter())
    tree = html.fromstring((tmp_path / "a.html").read_text(encoding="utf-8"))
    data = json.loads(tree.xpath("//script[@id='opsmap-data']/text()")[0])
    told = [*tree.xpath("//h1/text()|//p/text()"), *(word for _, word in data["legend"]), *data["points"]["day"]]
    told += [one["word"] for one in data["statuses"]]
    assert len(told) > 8
    assert unmarked(told, ["Rivermouth"]) == []
    assert wide("3 located requests, as of 14 Oct 2026, 06:40.") in told
