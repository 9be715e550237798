"""Sheets and pages speak the user's language: the processes that make them load the translation themselves."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from functools import partial
from pathlib import Path

import pytest

from data.store import Store
from desktop.domain.direction_words import CONTEXT as DIRECTIONS
from desktop.domain.direction_words import all_words
from desktop.operations import export_routes
from desktop.operations.painting import paint
from desktop.operations.plan_sheets import SHEETS
from desktop.operations.translating import Translations
from desktop.reports.phone_page import CONTEXT as PAGE
from tests.desktop.reports.days import NOW, content, crew, found, keep, stop
from tests.desktop.reports.pdf import pdf_text

TOLD = {
    "RouteSheet": {"done": "erledigt", "route sheet": "Fahrtenblatt"},
    PAGE: {"Hand back": "Abgeben", "Not found": "Nicht gefunden"},
    DIRECTIONS: {"north": "Norden"},
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


def test_sheets_and_pages_speak_the_users_language(
    sqlite_store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With German in the environment and a German translation, paper and page have its words, and ours where it has

    none; directions ask for no word that is not translated with them.
    """
    folder, work = translation(tmp_path, TOLD), found(sqlite_store)
    plan = keep(work, content(crew("Tipper", stop(1))))
    order = {"plan": plan, "crew": None, "printed_at": NOW.isoformat(), "translations": str(folder)}
    monkeypatch.setattr(export_routes, "Translations", partial(Translations, folder=folder))
    with monkeypatch.context() as german:  # for the processes alone: what this one has read of its locale stays
        for name in ("LANGUAGE", "LC_ALL", "LANG"):
            german.setenv(name, "de_DE.UTF-8")
        paint(work, SHEETS, order, tmp_path / "sheets.pdf")
        export_routes.export_routes(work, plan_id=plan, folder=tmp_path / "out", kinds=("pages",))
        told = Translations({DIRECTIONS: all_words()}, folder).of(DIRECTIONS)
    said = pdf_text(tmp_path / "sheets.pdf")
    assert "erledigt" in said
    assert "Fahrtenblatt" in said
    assert "not found" in said
    (page,) = (tmp_path / "out").iterdir()
    text = page.read_text(encoding="utf-8")
    assert "Abgeben" in text
    assert "Nicht gefunden" in text
    assert "Other crew" in text
    assert (told("north"), told("Turn left")) == ("Norden", "Turn left")
    assert Translations({DIRECTIONS: ["north"]}, tmp_path / "out").of(DIRECTIONS)("north") == "north"
