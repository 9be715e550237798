"""Neighbourhoods: six statistics over one map; what is chosen is one choice, and every count opens its requests."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import geopandas
import numpy as np
import pytest
import shapely
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QWidget
from pytestqt.qtbot import QtBot

from data.records import SavedView
from data.store import Store, open_store
from desktop.app import Application
from desktop.controllers.answer_reads import figures_of
from desktop.controllers.city_span import span_of
from desktop.controllers.neighbourhoods import NeighbourhoodsController
from desktop.domain.clock import FixedClock
from desktop.domain.language import ENGLISH
from desktop.operations.export_statistic import ENDINGS
from desktop.operations.found_city import CityPlan, found_city
from desktop.operations.kept_answers import kept_answer
from desktop.operations.place_figures import CHOSEN, CITY
from desktop.operations.spatial_statistics import StatisticQuestion, ask_statistic
from desktop.operations.work import Work
from desktop.operations.zone_requests import ZonesOpened
from desktop.views.kit import Link
from desktop.views.neighbourhoods.cells_pane import CELLS, PLACES
from desktop.views.neighbourhoods.exposure_dialog import ExposureDialog
from desktop.views.neighbourhoods.method_dialog import MethodDialog
from tests.demo import MOMENT
from tests.desktop.test_city import WAIT_MS, show

pytestmark = [pytest.mark.slow, pytest.mark.stalls]


@pytest.fixture
def app(open_city: Callable[[str, datetime], Application], planned_city: Path, tmp_path: Path) -> Application:
    """The whole window on a copy of the demo city."""
    return open_city(str(shutil.copy(planned_city, tmp_path / "city.opsmap")), MOMENT)


@pytest.fixture
def desk(qtbot: QtBot, app: Application) -> NeighbourhoodsController:
    """Neighbourhoods before anything was asked."""
    show(qtbot, app, "neighbourhoods")
    made: NeighbourhoodsController = app.window.current().findChild(NeighbourhoodsController)
    return made


def ask(qtbot: QtBot, desk: NeighbourhoodsController) -> None:
    """Press the button and wait until the answer to what stands in the form is on show."""
    before = desk._shown
    QTest.mouseClick(desk.question.ask, Qt.MouseButton.LeftButton)
    assert not desk.question.ask.isEnabled()
    qtbot.waitUntil(
        lambda: desk._shown is not None and desk._shown is not before and desk.question.answers_form(),
        timeout=WAIT_MS,
    )
    qtbot.waitUntil(desk.question.ask.isEnabled, timeout=WAIT_MS)


def go(qtbot: QtBot, desk: NeighbourhoodsController, mode: str) -> None:
    """Choose a statistic over the map, as a hand does."""
    segment = desk.panes.modes.modes.findChild(QWidget, mode)
    QTest.mouseClick(segment, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: desk.mode == mode and mode in desk.shelf.known, timeout=WAIT_MS)


def kept(desk: NeighbourhoodsController, name: str) -> object:
    """What the map was told."""
    return desk._map._kept.get(name)


def opened(qtbot: QtBot, desk: NeighbourhoodsController, figure: Callable[[], None]) -> tuple[int, ...]:
    """The requests that a figure opens."""
    with qtbot.waitSignal(desk.requests_wanted, timeout=WAIT_MS) as wanted:
        figure()
    ids: tuple[int, ...] = wanted.args[0].request_ids
    assert wanted.args[0].about
    desk._workspace.window().show_workspace("neighbourhoods")  # it went where requests are shown
    return ids


def picture(qtbot: QtBot, app: Application, name: str) -> None:
    """A look at a step, where somebody wants to see it."""
    folder = os.environ.get("OPSMAP_TEST_PICTURES")
    if folder:
        qtbot.wait(1500)
        app.window.grab().save(str(Path(folder) / f"{name}.png"))


# steps of one window


def nothing_is_asked_by_itself(qtbot: QtBot, desk: NeighbourhoodsController) -> None:
    """Each statistic says what it would tell and has one act; what the form would count is told before."""
    for mode in ("moran", "emerging", "density", "rates", "compare", "gi_star"):
        go(qtbot, desk, mode)
        assert desk._shown is None
        assert desk.question.answer.title.text()
        assert desk.question.ask.isEnabled()
        assert not desk.question.foot.export.isEnabled()
    qtbot.waitUntil(lambda: "requests" in desk.question.form.counted.text(), timeout=WAIT_MS)
    desk.question.form.count.choose("incidents")
    desk.question.form.count.chosen.emit("incidents")
    qtbot.waitUntil(lambda: "incidents from" in desk.question.form.counted.text(), timeout=WAIT_MS)


def asking_keeps_the_focus(qtbot: QtBot, desk: NeighbourhoodsController) -> None:
    """Whoever asks by keys is at the button again when the answer is there, not at the window's first corner."""
    window, button = desk._workspace.window(), desk.question.ask
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow, timeout=WAIT_MS)
    button.setFocus()
    QTest.keyClick(button, Qt.Key.Key_Space)
    assert not button.isEnabled()
    assert window.focusWidget() is desk.question
    qtbot.waitUntil(button.isEnabled, timeout=WAIT_MS)
    assert button.hasFocus()


def what_it_would_count_is_of_now(qtbot: QtBot, app: Application, desk: NeighbourhoodsController) -> None:
    """A period that ends before it begins is said in the window's days; what comes meanwhile is counted, unasked."""
    form = desk.question.form
    was = form.first.day()
    form.first.set_day(form.last.day() + timedelta(days=1))
    qtbot.waitUntil(lambda: "before it begins (14 Oct 2026)" in form.counted.text(), timeout=WAIT_MS)
    form.first.set_day(was)
    qtbot.waitUntil(lambda: "requests" in form.counted.text(), timeout=WAIT_MS)
    form.counted.setText("")
    desk._loaded(desk._session.snapshot)  # as it comes whenever requests change
    qtbot.waitUntil(lambda: "requests" in form.counted.text(), timeout=WAIT_MS)


def every_cell_of_the_map_is_a_row(qtbot: QtBot, app: Application, desk: NeighbourhoodsController) -> None:
    """A click on any cell chooses its row and its neighbourhood's; a row chosen by hand is ringed on the map."""
    desk.cells.show_table(CELLS)
    table = desk.cells.cells
    assert desk._shown is not None
    desk._draw(desk._shown, "")
    assert not desk._workspace.ready  # no picture without its cells
    qtbot.waitUntil(lambda: desk._workspace.ready, timeout=WAIT_MS)
    rows = table.model_.rowCount()
    assert rows == len(kept(desk, "cells")["classes"])  # type: ignore[index]
    for row in (0, rows // 2, rows - 1):
        cell = table.model_.key_at(row)
        desk._map.cell_clicked.emit(cell)
        assert table.currentIndex().row() == row
        assert table.viewport().rect().intersects(table.visualRect(table.currentIndex()))
        assert kept(desk, "chosen_cell") == {"index": cell}
        assert desk.panes.card.isVisible()
    table.setFocus()
    QTest.keyClick(table, Qt.Key.Key_Up)
    assert kept(desk, "chosen_cell") == {"index": table.model_.key_at(rows - 2)}
    place = desk._shown.kept.keys[table.model_.key_at(rows - 2)]  # type: ignore[union-attr]
    assert desk.choice.place == (CITY if place < 0 else place)
    picture(qtbot, app, "cell")


def counts_open_exactly_their_requests(qtbot: QtBot, desk: NeighbourhoodsController) -> None:
    """A cell's count, a count of the legend, of the result and of a neighbourhood each open so many requests."""
    assert desk._shown is not None
    assert desk._kinds is not None
    count = np.asarray(desk._shown.answer.columns["count"])
    cell = int(count.argmax())
    assert len(opened(qtbot, desk, lambda: desk.cells.cells.count_opened.emit(cell))) == count[cell]
    kind = int(desk._kinds.of[cell])
    zones = desk._kinds.zones_of(kind)
    assert len(opened(qtbot, desk, lambda: desk._map.cell_kind_clicked.emit(kind))) == count[list(zones)].sum()
    whole = opened(qtbot, desk, lambda: desk.open(ZonesOpened()))
    assert len(whole) == count.sum() == desk._shown.answer.method["counted"]
    qtbot.waitUntil(lambda: desk.places.rates is not None, timeout=WAIT_MS)
    assert desk.places.rates is not None
    row = max(desk.places.rates.rows, key=lambda one: one.count)
    ids = opened(qtbot, desk, lambda: desk.cells.places.count_opened.emit(row.key))
    assert len(ids) == row.count
    assert set(ids) <= set(whole)


def a_neighbourhood_marks_its_cells(qtbot: QtBot, app: Application, desk: NeighbourhoodsController) -> None:
    """Its row outlines it, marks the cells in it, narrows their table to them and asks its figures."""
    desk.cells.show_table(PLACES)
    assert desk.cells.places.model_.rowCount() > 3
    desk.cells.places.setFocus()
    desk.cells.places.selectRow(1)
    key = desk.cells.places.model_.state.rows[1].key
    assert desk.choice.place == key
    cells = [at for at, other in enumerate(desk._shown.kept.keys) if other == key]  # type: ignore[union-attr]
    assert kept(desk, "marked_cells") == {"indices": cells}
    assert desk.cells.cells.model_.rowCount() == len(cells)
    assert len(kept(desk, "shape")["ring"]) >= 3  # type: ignore[index]
    qtbot.waitUntil(
        lambda: (
            desk.figures.figures is not None
            and desk.figures.figures.here is not None
            and desk.figures.figures.here.key == key
        ),
        timeout=WAIT_MS,
    )
    picture(qtbot, app, "place")


def a_line_drawn_on_the_map_chooses_cells(qtbot: QtBot, desk: NeighbourhoodsController) -> None:
    """Those whose middles lie inside; the card sums them up, figures are theirs, and Esc chooses none again."""
    middles = desk._shown.kept.middles  # type: ignore[union-attr]
    west, south = np.quantile(middles, 0.25, axis=0)
    east, north = np.quantile(middles, 0.6, axis=0)
    desk._map.shape_drawn.emit(((west, south), (east, south), (east, north), (west, north)))
    held = ((middles > (west, south)) & (middles < (east, north))).all(axis=1)
    assert desk.choice.marked == tuple(np.flatnonzero(held).tolist())
    assert desk.cells.cells.model_.rowCount() == held.sum() > 5
    assert desk.panes.card.isVisible()
    place = desk.panes.figures.head.place
    qtbot.waitUntil(lambda: place.text() == f"{held.sum()} cells chosen", timeout=WAIT_MS)
    assert desk.figures.figures.here.key == CHOSEN  # type: ignore[union-attr]
    QTest.keyClick(desk.cells.cells, Qt.Key.Key_Escape)  # as on the map
    assert desk.choice.marked == ()
    assert desk.cells.cells.model_.rowCount() == len(held)
    assert not desk.panes.card.isVisible()
    assert desk.choice.place == CITY


def question_and_answer_are_told_apart(qtbot: QtBot, desk: NeighbourhoodsController) -> None:
    """A form that asks something else says so until it is put back; a stricter q is shown without asking anew."""
    assert desk.question.answer.title.text() == desk._workspace.subtitle
    was = desk.question.form.first.day()
    desk.question.form.first.set_day(was - timedelta(days=30))
    assert desk.question.differs.isVisible()
    desk.question.form.first.set_day(was)
    assert not desk.question.differs.isVisible()
    assert desk._kinds is not None
    told = int((desk._kinds.of != 3).sum())
    desk.question.form.cut.setCurrentIndex(2)
    assert int((desk._kinds.of != 3).sum()) <= told
    assert all(desk._kinds.zones_of(kind) == () for kind in (1, 2, 4, 5))
    desk.question.form.cut.setCurrentIndex(0)
    assert int((desk._kinds.of != 3).sum()) == told
    qtbot.waitUntil(lambda: desk.question.foot.holds.text() == "up to date", timeout=WAIT_MS)
    QTest.mouseClick(desk.question.foot.method, Qt.MouseButton.LeftButton)
    dialog = desk._workspace.window().findChild(MethodDialog)
    assert "Benjamini" in dialog.text_edit.toPlainText()
    assert f"Seed: {desk.question.form.seed.value()}" in dialog.text_edit.toPlainText()
    dialog.accept()


def what_cannot_be_tested_is_said(qtbot: QtBot, desk: NeighbourhoodsController) -> None:
    """Cells too wide to test: the sentence stands in the pane, and map, tables and figures stay on what was answered.

    One click puts the question of that answer back into the form.
    """
    before, figures, rates = desk._shown, desk.figures._question, desk.places.question
    asked = desk.question.question()
    desk.question.form.cell.setValue(5000)
    desk.question.form.first.set_day(asked.first + timedelta(days=30))  # type: ignore[operator]
    QTest.mouseClick(desk.question.ask, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(desk.question.fault.isVisible, timeout=WAIT_MS)
    assert "too few" in desk.question.fault.text()
    assert desk.question.differs.isVisible()
    assert desk._shown is before
    assert (desk.figures._question, desk.places.question) == (figures, rates)
    assert not desk.panes.figures.head.differs.isVisible()
    QTest.mouseClick(desk.question.take_back, Qt.MouseButton.LeftButton)
    assert desk.question.question() == asked
    assert not desk.question.fault.isVisible()
    assert not desk.question.take_back.isVisible()


def what_was_chosen_stays(qtbot: QtBot, desk: NeighbourhoodsController) -> None:
    """Rates need an exposure and a comparison two periods with requests: both are lent, and go when one goes on."""
    before = desk.question.question()
    go(qtbot, desk, "rates")
    assert desk.question.question().exposure == "km2"
    go(qtbot, desk, "compare")
    offered = desk.question.question()
    assert offered.before_first < offered.before_last < offered.first <= offered.last  # type: ignore[operator]
    first, last = span_of(desk._session)
    assert first <= offered.before_first  # type: ignore[operator]
    assert offered.last <= last  # type: ignore[operator]
    go(qtbot, desk, "gi_star")
    after = desk.question.question()
    assert replace(after, before_first=None, before_last=None) == replace(before, before_first=None, before_last=None)


def a_question_is_kept_under_a_name(qtbot: QtBot, desk: NeighbourhoodsController) -> None:
    """What stands in the form comes back by its name, statistic and all; nothing is asked by that."""
    go(qtbot, desk, "moran")
    desk.question.form.seed.setValue(4711)
    wanted, shown = desk.question.question(), desk._shown
    desk._workspace.command_asked.emit("explore.keep")
    qtbot.waitUntil(lambda: desk.kept.dialog is not None, timeout=WAIT_MS)
    dialog = desk.kept.dialog
    assert dialog is not None
    dialog.edit.setText("Outliers <b>& all")
    dialog.act.click()
    store = desk._session.store
    qtbot.waitUntil(lambda: len(kept_of(store)) == 1, timeout=WAIT_MS)
    desk.question.form.seed.setValue(1)
    go(qtbot, desk, "gi_star")
    QTest.mouseClick(desk.question.kept, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: desk.kept.menu is not None, timeout=WAIT_MS)
    assert desk.kept.menu is not None
    (line,) = (one for one in desk.kept.menu.actions() if one.text().startswith("Outliers"))
    assert line.text() == "Outliers <b>&& all"
    line.trigger()
    desk.kept.menu.close()
    assert desk.mode == "moran"
    assert desk.question.question() == wanted
    assert desk._shown is shown
    assert desk.question.differs.isVisible()
    desk.question.form.seed.setValue(1)


def kept_of(store: Store) -> list[SavedView]:
    """The questions that somebody keeps."""
    with store.read() as unit:
        return unit.saved_views.of("ana", "question")


def a_map_layer_is_an_exposure(qtbot: QtBot, app: Application, desk: NeighbourhoodsController, folder: Path) -> None:
    """Picked by hand: what cannot serve is said in the dialog, whoever leaves keeps none, and a column is asked by."""
    go(qtbot, desk, "gi_star")
    form, shapes = desk.question.form, desk._shown.answer.polygons_wkb  # type: ignore[union-attr]
    west, south, east, north = shapely.total_bounds(shapely.from_wkb(list(shapes)))
    middle = (south + north) / 2
    halves = [shapely.box(west, south, east, middle), shapely.box(west, middle, east, north)]
    columns = {"homes": [1.0, None], "people": [40_000.0, 60_000.0], "name": ["=a", "<b>"]}
    geopandas.GeoDataFrame(columns, geometry=halves, crs=4326).to_file(folder / "tracts.gpkg")
    geopandas.GeoDataFrame({"n": [1]}, geometry=[halves[0].centroid], crs=4326).to_file(folder / "points.geojson")
    before, pick = form.question(), form.exposure.findData("given")

    def choose(name: str) -> ExposureDialog:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(folder / name), ""))
            form.exposure.setCurrentIndex(pick)
            form.exposure.activated.emit(pick)
        assert desk.exposures.dialog is not None
        return desk.exposures.dialog

    choose("tracts.gpkg").accept()  # while it reads
    assert form.exposure.currentData() == ""
    dialog = choose("points.geojson")
    qtbot.waitUntil(dialog.fault.isVisible, timeout=WAIT_MS)
    assert "choose a layer of polygons" in dialog.fault.text()
    assert not dialog.use.isEnabled()
    dialog.accept()
    assert form.exposure.currentData() == ""
    dialog = choose("tracts.gpkg")
    qtbot.waitUntil(dialog.field.isVisible, timeout=WAIT_MS)
    assert [dialog.fields.itemText(at) for at in range(dialog.fields.count())] == ["homes", "people"]
    assert dialog.fields.currentText() == "people"  # the first that can serve
    picture(qtbot, app, "exposure")
    dialog.fields.setCurrentIndex(0)
    assert dialog.field.has_fault()
    assert not dialog.use.isEnabled()
    dialog.fields.setCurrentIndex(1)
    QTest.mouseClick(dialog.use, Qt.MouseButton.LeftButton)
    assert form.exposure.currentText().endswith("tracts.gpkg, people")
    ask(qtbot, desk)
    method = desk._shown.answer.method  # type: ignore[union-attr]
    assert "tracts.gpkg, people, shared out by area" in [one["value"] for one in method["parameters"]]
    qtbot.waitUntil(lambda: desk.places.rates is not None and desk.places.rates.exposure == "given", timeout=WAIT_MS)
    choose("points.geojson").accept()
    assert form.exposure.currentText().endswith("tracts.gpkg, people")  # the one before stays
    form.set_question(replace(form.question(), exposure_file="tracts.gpkg"))  # as a kept question names it
    QTest.mouseClick(desk.question.ask, Qt.MouseButton.LeftButton)
    assert "tracts.gpkg, which is not at hand; choose that file again" in desk.question.fault.text()
    form.set_question(before)


def other_statistics_are_asked(qtbot: QtBot, app: Application, desk: NeighbourhoodsController) -> None:
    """Outliers, density and rates: each answer is drawn in kinds of its own and is there at once when come back to."""
    go(qtbot, desk, "moran")
    ask(qtbot, desk)
    assert {kind["sign"] for kind in kept(desk, "cells")["kinds"]} == {"HH", "HL", "", "LH", "LL", "×"}  # type: ignore[index]
    go(qtbot, desk, "density")
    ask(qtbot, desk)
    assert kept(desk, "density")["pictures"]["dark"].startswith("data:image/png")  # type: ignore[index]
    assert kept(desk, "cells")["rings"] == []  # type: ignore[index]
    picture(qtbot, app, "density")
    go(qtbot, desk, "rates")
    form = desk.question.form
    form.exposure.setCurrentIndex(form.exposure.findData("km2"))
    ask(qtbot, desk)
    assert kept(desk, "density") is None
    ramps = {kind["ramp"] for kind in kept(desk, "cells")["kinds"]}  # type: ignore[index]
    assert ramps == {"none", "sequential"}
    picture(qtbot, app, "rates")
    form.exposure.setCurrentIndex(0)
    stands = figures_of(desk.question.question())
    desk.figures.ask(replace(stands, services=("nothing",)))
    assert desk.panes.figures.head.differs.isVisible()
    desk._workspace.command_asked.emit("explore.show.moran")
    assert desk.mode == "moran"
    assert desk.figures._question == stands  # they follow an answer to what stands in the form
    assert not desk.panes.figures.head.differs.isVisible()
    assert desk._shown is not None
    assert desk._shown.answer.method["statistic"] == "moran"


def an_answer_goes_along(qtbot: QtBot, desk: NeighbourhoodsController, folder: Path) -> None:
    """Export writes the answer of the statistic on show as the kind that was chosen, with its method."""
    asked: list[str] = []

    def choose(_parent: object, _title: str, name: str, kinds: str) -> tuple[str, str]:
        asked[:] = [name, kinds]
        return str(folder / "mine"), "Table (*.csv)"

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(QFileDialog, "getSaveFileName", choose)
        QTest.mouseClick(desk.question.foot.export, Qt.MouseButton.LeftButton)
        qtbot.waitUntil((folder / "mine.csv").exists, timeout=WAIT_MS)
    method = desk._shown.answer.method  # type: ignore[union-attr]
    assert asked[0] == f"outliers-{method['from']}-{method['to']}.png"
    assert all(f"*{ending})" in asked[1] for ending in ENDINGS)
    text = (folder / "mine.csv").read_text(encoding="utf-8")
    assert "# Statistic: " in text
    assert text.count("\n") > len(desk._shown.kept.answer.polygons_wkb)


def a_report_goes_along(qtbot: QtBot, desk: NeighbourhoodsController, folder: Path) -> None:
    """Beside it, Report writes how the requests of the form's period were served, as the kind that was chosen."""
    asked: list[str] = []

    def choose(_parent: object, _title: str, name: str, kinds: str) -> tuple[str, str]:
        asked[:] = [name, kinds]
        return str(folder / "served"), "Page (*.html)"

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(QFileDialog, "getSaveFileName", choose)
        QTest.mouseClick(desk.question.foot.report, Qt.MouseButton.LeftButton)
        qtbot.waitUntil((folder / "served.html").exists, timeout=WAIT_MS)
    stands = desk.question.question()
    assert asked[0] == f"report-{stands.first}-{stands.last}.html"
    assert all(f"*{ending})" in asked[1] for ending in (".html", ".pdf"))
    text = (folder / "served.html").read_text(encoding="utf-8")
    form = desk.question.question()
    assert ENGLISH.days(form.first, form.last) in text
    assert "each incident once" in text


def what_another_program_asks_comes_on_show(qtbot: QtBot, app: Application, desk: NeighbourhoodsController) -> None:
    """The map and Export tell the same answer, also when `opsmap hotspots` asked meanwhile; the form stays."""
    before = desk.question.question()
    store = open_store(str(app.options.store))
    question = StatisticQuestion(
        statistic="moran", first=MOMENT.date() - timedelta(days=200), last=MOMENT.date(), seed=77, permutations=99
    )
    ask_statistic(Work(store, "ben", FixedClock(MOMENT - timedelta(days=1))), question)
    store.close()
    qtbot.waitUntil(lambda: desk._shown.answer.method["seed"] == 77, timeout=WAIT_MS)  # type: ignore[union-attr]
    assert desk.question.question() == before
    assert desk.question.differs.isVisible()


def time_is_played_through(qtbot: QtBot, app: Application, desk: NeighbourhoodsController) -> None:
    """Each step shows what was hot and cold in it and opens that; brackets move, the end holds, all comes back."""
    go(qtbot, desk, "emerging")
    form = desk.question.form
    form.step.setCurrentIndex(form.step.findData("week"))
    ask(qtbot, desk)
    play, bar = desk.play, desk.panes.play
    assert bar.isVisible()
    assert play.state.whole
    side = np.asarray(desk._shown.answer.extras["side"])  # type: ignore[union-attr]
    bar.moved.emit(1)
    assert play.state.at == 0
    bar.step_wanted.emit(3)
    assert [1 - kind for kind in kept(desk, "cell_kinds")["classes"]] == side[:, 3].tolist()  # type: ignore[index]
    picture(qtbot, app, "emerging")
    bar.play_wanted.emit()
    assert play.state.playing
    assert play.state.at == 4
    play.show_step(side.shape[1] - 1)
    play._ticked()
    assert not play.state.playing
    bar.whole_wanted.emit()
    assert play.state.whole
    assert kept(desk, "cell_kinds")["kinds"] == kept(desk, "cells")["kinds"]  # type: ignore[index]


def two_periods_are_parted_by_a_line(qtbot: QtBot, app: Application, desk: NeighbourhoodsController) -> None:
    """A comparison opens counts of both periods, and shows Gi* of each beside the other, named by its days."""
    go(qtbot, desk, "compare")
    QTest.mouseClick(desk.question.form.quick[0], Qt.MouseButton.LeftButton)
    assert desk.question.form.before_last.day() == desk.question.form.first.day() - timedelta(days=1)
    ask(qtbot, desk)
    before = np.asarray(desk._shown.answer.columns["before"])  # type: ignore[union-attr]
    ids = opened(qtbot, desk, lambda: desk.open(ZonesOpened(None, "early")))
    assert len(ids) == before.sum() > 0
    picture(qtbot, app, "compare")
    segment = desk.panes.modes.views.findChild(QWidget, "swipe")
    QTest.mouseClick(segment, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: kept(desk, "later_cells") is not None, timeout=WAIT_MS)
    titles = kept(desk, "later_cells")["titles"]  # type: ignore[index]
    assert len(titles) == 2
    assert titles[0] != titles[1]
    picture(qtbot, app, "swipe")
    cells_of_both_sides_are_chosen(qtbot, desk)
    who_swipes_goes_on(qtbot, desk)
    QTest.mouseClick(desk.panes.modes.views.findChild(QWidget, "difference"), Qt.MouseButton.LeftButton)
    assert kept(desk, "later_cells") is None
    assert len(kept(desk, "cells")["classes"]) == len(before)  # type: ignore[index]


def who_swipes_goes_on(qtbot: QtBot, desk: NeighbourhoodsController) -> None:
    """Another comparison asked while both periods are on show is seen so too, and the choice over the map says it."""
    form, was = desk.question.form, kept(desk, "later_cells")
    city = 1 - form.against.currentIndex()
    form.against.setCurrentIndex(city)
    ask(qtbot, desk)
    assert desk.panes.modes.views.choice() == "swipe"
    qtbot.waitUntil(
        lambda: kept(desk, "later_cells") is not None and kept(desk, "later_cells") is not was, timeout=WAIT_MS
    )
    form.against.setCurrentIndex(1 - city)


def cells_of_both_sides_are_chosen(qtbot: QtBot, desk: NeighbourhoodsController) -> None:
    """Beside each other, a click on either side brings the card of that period; its count opens that many requests."""
    for side, clicked in (("earlier", desk._map.cell_clicked), ("later", desk._map.later_cell_clicked)):
        count = np.asarray(desk.swipe._found[side].columns["count"])
        cell = int(count.argmax())
        clicked.emit(cell)
        assert desk.panes.card.isVisible()
        assert kept(desk, "chosen_cell") == {"index": cell}
        (link,) = desk.panes.card.findChildren(Link)
        assert len(opened(qtbot, desk, link.click)) == count[cell]
        desk._map.escaped.emit()
        assert not desk.panes.card.isVisible()
        qtbot.waitUntil(lambda: not desk.panes.card.findChildren(Link), timeout=WAIT_MS)


def a_kept_answer_puts_its_question_into_the_form(
    qtbot: QtBot, app: Application, open_city: Callable[[str, datetime], Application]
) -> None:
    """Whoever opens the city later sees what was asked, not another period beside it."""
    location = app.options.store
    with app.store.read() as unit:  # type: ignore[union-attr]
        answer = kept_answer(unit, "gi_star")
    assert answer is not None
    later = open_city(location, MOMENT + timedelta(days=1))
    show(qtbot, later, "neighbourhoods")
    again: NeighbourhoodsController = later.window.current().findChild(NeighbourhoodsController)
    qtbot.waitUntil(lambda: again._shown is not None, timeout=WAIT_MS)
    asked = again.question.question()
    assert (asked.first.isoformat(), asked.last.isoformat()) == (answer.method["from"], answer.method["to"])  # type: ignore[union-attr]
    assert asked.count == answer.method["counts"] == "incidents"
    assert not again.question.differs.isVisible()


def test_statistics_are_asked_chosen_played_and_kept(
    qtbot: QtBot,
    app: Application,
    desk: NeighbourhoodsController,
    open_city: Callable[[str, datetime], Application],
    tmp_path: Path,
) -> None:
    """One window goes through all of Neighbourhoods; each step says what it proves."""
    nothing_is_asked_by_itself(qtbot, desk)
    desk.question.form.permutations.setValue(199)
    ask(qtbot, desk)
    asking_keeps_the_focus(qtbot, desk)
    what_it_would_count_is_of_now(qtbot, app, desk)
    every_cell_of_the_map_is_a_row(qtbot, app, desk)
    counts_open_exactly_their_requests(qtbot, desk)
    a_neighbourhood_marks_its_cells(qtbot, app, desk)
    a_line_drawn_on_the_map_chooses_cells(qtbot, desk)
    question_and_answer_are_told_apart(qtbot, desk)
    what_cannot_be_tested_is_said(qtbot, desk)
    what_was_chosen_stays(qtbot, desk)
    a_map_layer_is_an_exposure(qtbot, app, desk, tmp_path)
    other_statistics_are_asked(qtbot, app, desk)
    an_answer_goes_along(qtbot, desk, tmp_path)
    a_report_goes_along(qtbot, desk, tmp_path)
    a_question_is_kept_under_a_name(qtbot, desk)
    what_another_program_asks_comes_on_show(qtbot, app, desk)
    time_is_played_through(qtbot, app, desk)
    two_periods_are_parted_by_a_line(qtbot, app, desk)
    a_kept_answer_puts_its_question_into_the_form(qtbot, app, open_city)


def test_a_city_without_requests_asks_about_today(
    qtbot: QtBot, open_city: Callable[[str, datetime], Application], tmp_path: Path
) -> None:
    """The period ends today, not in 1970."""
    path = tmp_path / "empty.opsmap"
    store = open_store(path, create=True)
    found_city(Work(store, "ana", FixedClock(MOMENT)), CityPlan("Leer", "Europe/Berlin"))
    store.close()
    opened_city = open_city(str(path), MOMENT)
    show(qtbot, opened_city, "neighbourhoods")
    desk: NeighbourhoodsController = opened_city.window.current().findChild(NeighbourhoodsController)
    assert desk.question.form.last.day() == date(2026, 10, 13)
