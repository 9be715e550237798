"""The assistant, clicked through: a city is founded and filled from files, and nothing bad is kept."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from data.store import open_store
from desktop.controllers.assistant import Assistant
from desktop.controllers.import_step import Kind
from desktop.domain.clock import FixedClock
from desktop.jobs import JobRunner
from desktop.main_window import MainWindow
from desktop.settings import Settings
from desktop.views.assistant.state import Phase
from desktop.views.places import make_workspaces

CLOCK = FixedClock(datetime(2026, 10, 13, 18, 32, tzinfo=UTC))


@pytest.fixture
def window(qtbot: QtBot) -> Iterator[MainWindow]:
    """The window with its empty frame."""
    made = MainWindow(Settings())
    made.add_workspaces(make_workspaces())
    made.resize(1440, 900)
    made.show()
    qtbot.waitExposed(made)
    yield made
    made.close()
    made.deleteLater()


@pytest.fixture
def runner() -> Iterator[JobRunner]:
    """Real worker processes."""
    made = JobRunner()
    yield made
    made.shut_down()
    made.deleteLater()


def square(west: float, south: float, side: float, **properties: str) -> dict[str, object]:
    """A feature: a square in degrees."""
    east, north = west + side, south + side
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Feature", "properties": properties, "geometry": {"type": "Polygon", "coordinates": [ring]}}


def write_layer(path: Path, *features: dict[str, object]) -> Path:
    """A GeoJSON file."""
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    return path


def settle(qtbot: QtBot, assistant: Assistant) -> None:
    """Wait until the step on show has done what it was asked."""
    qtbot.waitUntil(lambda: assistant.step.state.phase not in (Phase.LOOKING, Phase.RUNNING), timeout=60_000)  # type: ignore[union-attr]


def click(assistant: Assistant) -> None:
    """Press the primary act."""
    assert assistant.dialog.go.isEnabled()
    QTest.mouseClick(assistant.dialog.go, Qt.MouseButton.LeftButton)


def test_a_city_is_founded_and_filled(qtbot: QtBot, window: MainWindow, runner: JobRunner, tmp_path: Path) -> None:
    """Boundary, streets, areas with departments, and requests whose columns had to be named: all is in the store."""
    boundary = write_layer(tmp_path / "boundary.geojson", square(-71.2, 42.0, 0.2))
    line = {"type": "LineString", "coordinates": [[-71.19, 42.01], [-71.1, 42.1]]}
    street = {"type": "Feature", "properties": {"name": "Elm Street"}, "geometry": line}
    streets = write_layer(tmp_path / "streets.geojson", street)
    west, east = (
        square(-71.2, 42.0, 0.1, name="West", crew="Parks"),
        square(-71.1, 42.0, 0.1, name="East", crew="Works"),
    )
    areas = write_layer(tmp_path / "areas.geojson", west, east)
    requests = tmp_path / "requests.csv"
    requests.write_text("nr;wann;was;lat;lon\n1;2026-10-01 08:00;Pothole;42.05;-71.15\n2;;Pothole;42.05;-71.15\n")
    assistant = Assistant(window, runner, CLOCK, "ana")
    assistant.open()
    assert not assistant.dialog.go.isEnabled()
    QTest.keyClicks(assistant.city.name, "Elmwood")
    assistant.city.zone.setCurrentText("America/New_York")
    assistant.choose_boundary(boundary)
    assistant.choose_place(tmp_path / "elmwood")
    click(assistant)
    qtbot.waitUntil(lambda: assistant.step is not None, timeout=60_000)
    for path, naming in (
        (streets, {}),
        (areas, {"agency_field": "crew"}),
        (requests, {"service_request_id": "nr", "requested_at": "wann", "service_name": "was"}),
    ):
        assert assistant.step is not None
        assistant.step.choose(path)
        settle(qtbot, assistant)
        page = assistant.pages[assistant.steps.index(assistant.step)]
        for field, column in naming.items():
            combo = page.combos[field]
            combo.setCurrentIndex(combo.findData(column))
            combo.activated.emit(combo.currentIndex())
        click(assistant)
        settle(qtbot, assistant)
        assert assistant.step.state.phase is Phase.DONE, assistant.step.state
        if path is not requests:
            click(assistant)
    with qtbot.waitSignal(assistant.founded) as said:
        click(assistant)
    assert said.args == [str(tmp_path / "elmwood.opsmap")]
    store = open_store(str(tmp_path / "elmwood.opsmap"))
    with store.read() as unit:
        city = unit.city.get()
        assert city is not None
        assert (city.name, city.timezone, city.crs_epsg) == ("Elmwood", "America/New_York", 32619)
        assert city.boundary_wkb is not None
        assert [agency.name for agency in unit.agencies.all()] == ["Parks", "Works"]
        (request,) = unit.requests.find("1")
        assert request.requested_at == datetime(2026, 10, 1, 12, tzinfo=UTC)
        assert unit.requests.count() == 1
        assert "network" in unit.artifacts.names()
    store.close()


def test_what_cannot_be_read_is_said_and_nothing_is_made(
    qtbot: QtBot, window: MainWindow, runner: JobRunner, tmp_path: Path
) -> None:
    """An unknown time zone is told at its field; no file appears; corrected, the city is founded."""
    assistant = Assistant(window, runner, CLOCK, "ana")
    assistant.open()
    assistant.city.name.setText("Elmwood")
    assistant.city.zone.setCurrentText("Mars/Olympus")
    assistant.choose_place(tmp_path / "elmwood.opsmap")
    click(assistant)
    qtbot.waitUntil(lambda: "Mars/Olympus" in assistant.city.zone_field._fault.text(), timeout=60_000)
    assert list(tmp_path.glob("*.opsmap")) == []
    assistant.city.zone.setCurrentText("Europe/Paris")
    click(assistant)
    qtbot.waitUntil(lambda: assistant.step is not None, timeout=60_000)
    bad = tmp_path / "bad.geojson"
    bad.write_text("{", encoding="utf-8")
    assert assistant.step is not None
    assistant.step.choose(bad)
    settle(qtbot, assistant)
    assert "bad.geojson" in assistant.step.state.fault
    assert not assistant.dialog.go.isEnabled()
    QTest.keyClick(assistant.dialog, Qt.Key.Key_Escape)


def test_a_file_is_checked_imported_and_taken_back(
    qtbot: QtBot, window: MainWindow, runner: JobRunner, sqlite_location: str
) -> None:
    """Checking a file tells what would come of it and stores nothing; an import is taken back as easily."""
    from desktop.operations.found_city import CityPlan, found_city
    from desktop.operations.work import Work

    store = open_store(sqlite_location, create=True)
    found_city(Work(store, "ana", CLOCK), CityPlan("Elmwood"))
    file = Path(sqlite_location).with_name("requests.csv")
    file.write_text("id,opened,type\n1,2026-10-01,Pothole\n2,never,Pothole\n", encoding="utf-8")
    assistant = Assistant(window, runner, CLOCK, "ana", location=sqlite_location, kind="requests")
    assistant.open()
    assert assistant.step is not None
    assistant.step.choose(file)
    settle(qtbot, assistant)
    QTest.mouseClick(assistant.dialog.check, Qt.MouseButton.LeftButton)
    settle(qtbot, assistant)
    assert "1 added" in assistant.step.state.told
    assert "1 rejected" in assistant.step.state.told
    with store.read() as unit:
        assert unit.requests.count() == 0
    click(assistant)
    settle(qtbot, assistant)
    with store.read() as unit:
        assert unit.requests.count() == 1
    assistant.pages[0].undo.click()
    settle(qtbot, assistant)
    assert assistant.step.state.phase is Phase.SEEN, assistant.step.state
    with store.read() as unit:
        assert unit.requests.count() == 0
    store.close()
    QTest.keyClick(assistant.dialog, Qt.Key.Key_Escape)


def test_areas_without_a_name_are_told_what_to_do_in_the_dialog(
    qtbot: QtBot, window: MainWindow, runner: JobRunner, sqlite_location: str
) -> None:
    """No option of the command line: which field of the dialog is to be filled. Filled, the areas come in."""
    from desktop.operations.found_city import CityPlan, found_city
    from desktop.operations.work import Work

    found_city(Work(open_store(sqlite_location, create=True), "ana", CLOCK), CityPlan("Elmwood"))
    file = Path(sqlite_location).with_name("wards.geojson")
    write_layer(file, square(2.3, 48.8, 0.1, code="A"), square(2.4, 48.8, 0.1, code="B"))
    assistant = Assistant(window, runner, CLOCK, "ana", location=sqlite_location, kind="areas")
    assistant.open(file)
    settle(qtbot, assistant)
    click(assistant)
    settle(qtbot, assistant)
    assert assistant.step is not None
    fault = assistant.step.state.fault
    assert fault.endswith("choose above which column is the “Name of the area”.")
    assert "--" not in fault
    assistant.step.name("name_field", "code")
    click(assistant)
    settle(qtbot, assistant)
    assert assistant.imported is not None
    assert assistant.imported.counts["areas"] == 2
    assert not assistant.dialog.close_button.isVisible()
    QTest.keyClick(assistant.dialog, Qt.Key.Key_Escape)


def test_figures_and_sizes_are_the_windows(
    qtbot: QtBot, window: MainWindow, runner: JobRunner, sqlite_location: str
) -> None:
    """Thousands are parted by a thin space, as everywhere in the window; a small file has bytes, not 0.0 MB."""
    from desktop.operations.found_city import CityPlan, found_city
    from desktop.operations.work import Work

    store = open_store(sqlite_location, create=True)
    found_city(Work(store, "ana", CLOCK), CityPlan("Elmwood"))
    store.close()
    folder = Path(sqlite_location).parent
    file, places = folder / "requests.csv", folder / "addresses.csv"
    rows = "".join(f"{number},2026-10-01,Pothole\n" for number in range(1200))
    file.write_text(f"id,opened,type\n{rows}", encoding="utf-8")
    places.write_text("number,street,lat,long\n5,Elm Street,42.0,-71.0\n", encoding="utf-8")
    assistant = Assistant(window, runner, CLOCK, "ana", location=sqlite_location, kind="requests")
    assistant.open(file)
    settle(qtbot, assistant)
    assert assistant.step is not None
    QTest.mouseClick(assistant.dialog.check, Qt.MouseButton.LeftButton)
    settle(qtbot, assistant)
    assert "1\u2009200 added" in assistant.step.state.told
    QTest.keyClick(assistant.dialog, Qt.Key.Key_Escape)
    assistant = Assistant(window, runner, CLOCK, "ana", location=sqlite_location, kind="addresses")
    assistant.open(places)
    settle(qtbot, assistant)
    assert assistant.step is not None
    assert "addresses.csv: 47 bytes" in assistant.step.state.seen
    QTest.keyClick(assistant.dialog, Qt.Key.Key_Escape)


def test_letters_of_an_older_encoding_are_guessed_shown_and_chosen(
    qtbot: QtBot, window: MainWindow, runner: JobRunner, sqlite_location: str
) -> None:
    """A CSV in Windows-1252 previews with its words; another encoding shows others; what is imported is right."""
    from desktop.operations.found_city import CityPlan, found_city
    from desktop.operations.work import Work

    store = open_store(sqlite_location, create=True)
    found_city(Work(store, "ana", CLOCK), CityPlan("Elmwood"))
    file = Path(sqlite_location).with_name("requests.csv")
    rows = [f"{number},2026-10-01,Pothole,plain" for number in range(5000)]
    text = "\n".join(["id,opened,type,description", *rows, "9000,2026-10-01,Straße,Müll für 3 €"])
    file.write_bytes(text.encode("cp1252"))
    assistant = Assistant(window, runner, CLOCK, "ana", location=sqlite_location, kind="requests")
    assistant.open(file)
    settle(qtbot, assistant)
    step, page = assistant.step, assistant.pages[0]
    assert step is not None
    assert step.state.fault == ""
    assert page.encoding.isVisible()
    assert page.encoding.choice.currentData() == "cp1252"
    assert page.encoding.letters.text() == "Straße, Müll, für"
    assert "most likely Western (Windows-1252)" in step.state.seen

    def choose(name: str) -> None:
        at = page.encoding.choice.findData(name)
        page.encoding.choice.setCurrentIndex(at)
        page.encoding.choice.activated.emit(at)
        settle(qtbot, assistant)

    choose("cp1251")
    assert "Straße" not in page.encoding.letters.text()
    choose("utf-8-sig")
    assert "is not UTF-8 text" in step.state.fault
    assert "--encoding" not in step.state.fault
    assert not assistant.dialog.go.isEnabled()
    choose("cp1252")
    assert step.state.fault == ""
    click(assistant)
    settle(qtbot, assistant)
    assert step.state.phase is Phase.DONE, step.state
    with store.read() as unit:
        (request,) = unit.requests.find("9000")
        assert request.description == "Müll für 3 €"
        assert "Straße" in {service.service_name for service in unit.services.all()}
    store.close()
    QTest.keyClick(assistant.dialog, Qt.Key.Key_Escape)


@pytest.mark.parametrize("kind", ["addresses", "areas", "streets"])
def test_a_layer_in_metres_is_imported_once_its_system_is_named(
    qtbot: QtBot, window: MainWindow, runner: JobRunner, sqlite_location: str, kind: Kind
) -> None:
    """What is missing is said beside the field for it, in the window's own words; EPSG:n typed there lets it in."""
    from desktop.operations.found_city import CityPlan, found_city
    from desktop.operations.work import Work

    store = open_store(sqlite_location, create=True)
    found_city(Work(store, "ana", CLOCK), CityPlan("Elmwood"))
    west, south = 330_000.0, 4_690_000.0
    shapes = {
        "addresses": {"type": "Point", "coordinates": [west, south]},
        "areas": square(west, south, 500.0)["geometry"],
        "streets": {"type": "LineString", "coordinates": [[west, south], [west + 90, south + 90]]},
    }
    properties = {"number": "5", "street": "Elm Street", "name": "Elm"}
    feature = {"type": "Feature", "properties": properties, "geometry": shapes[kind]}
    file = write_layer(Path(sqlite_location).with_name("layer.geojson"), feature)
    assistant = Assistant(window, runner, CLOCK, "ana", location=sqlite_location, kind=kind)
    assistant.open(file)
    settle(qtbot, assistant)
    step, page = assistant.step, assistant.pages[0]
    assert step is not None
    click(assistant)
    settle(qtbot, assistant)
    assert "declares no coordinate system" in step.state.fault
    assert step.state.fault.endswith("name it below as EPSG:n.")
    assert page.crs.edit.isVisible()
    QTest.keyClicks(page.crs.edit, "EPSG:32619")
    assert step.state.fault == ""
    click(assistant)
    settle(qtbot, assistant)
    assert step.state.phase is Phase.DONE, step.state
    store.close()
    QTest.keyClick(assistant.dialog, Qt.Key.Key_Escape)
