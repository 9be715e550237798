"""Searching for places in the window: listed with the requests, marked on the map, named where no address came."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from data.records import Placement
from data.store import open_store
from desktop.app import Application
from desktop.controllers.found_places import FoundPlaces
from desktop.controllers.operations import OperationsController
from desktop.controllers.request_details import named_place
from desktop.operations.places import CityPlaces
from desktop.views.shell.palette import Entry
from tests.demo import MOMENT, REQUESTS

WAIT_MS = 60_000
# Chromium starts with the first map of the process, on the thread of the window.
pytestmark = [pytest.mark.slow, pytest.mark.stalls]


@pytest.fixture
def app(open_city: Callable[[str, datetime], Application], location: str) -> Application:
    """The window on a copy of it."""
    return open_city(location, MOMENT)


def search(qtbot: QtBot, app: Application, text: str, prefix: str) -> list[Entry]:
    """Type into the search field; the rows once something of a kind is among them."""
    app.window.run("search")
    QTest.keyClicks(app.window.top_bar.search.edit, text)

    def found() -> list[Entry]:
        return [entry for entry in app.window.palette_list.entries() if entry.id.startswith(prefix)]

    qtbot.waitUntil(lambda: bool(found()), timeout=WAIT_MS)
    return app.window.palette_list.entries()


def a_place_is_listed_chosen_and_marked(qtbot: QtBot, app: Application) -> None:
    """A crossing comes first; choosing it moves the map there and marks it, Esc or another choice takes it away."""
    rows = search(qtbot, app, "Kings Way and Tern", "place:")
    assert (rows[0].text, rows[0].note, rows[0].icon) == ("Kings Way / Tern Street, Old Town", "Crossing", "signpost")
    app.window.palette_list.list.clicked.emit(app.window.palette_list.list.currentIndex())
    assert app.content is not None
    marks, view = app.content.findChild(FoundPlaces), app.content.maps["operations"]
    assert isinstance(marks, FoundPlaces)
    place = marks.found
    assert place is not None

    def shows_it() -> bool:
        assert view.bounds is not None
        west, south, east, north = view.bounds
        return west < place.lon < east and south < place.lat < north and east - west < 0.03

    qtbot.waitUntil(shows_it, timeout=WAIT_MS)
    view.escaped.emit()
    assert marks.found is None
    marks.show(place)
    app.content._search.request_chosen.emit(1)
    assert marks.found is None


def the_number_of_a_request_goes_first(qtbot: QtBot, app: Application) -> None:
    """A number that is a request's own stands above every place."""
    desk: OperationsController = app.window.workspaces["operations"].findChild(OperationsController)
    assert app.content is not None
    with app.content.session.store.read() as unit:
        number = unit.requests.many([desk.model.id_at(2)])[0].service_request_id
    assert search(qtbot, app, number, "request:")[0].id == f"request:{desk.model.id_at(2)}"


def where_one_points_is_told(qtbot: QtBot, app: Application) -> None:
    """A click where nothing is asks what is there; Esc forgets it, and an answer that is under way too."""
    assert app.content is not None
    view, told = app.content.maps["operations"], list[object]()
    view.set_here = told.append  # type: ignore[method-assign, assignment]
    view.background_clicked.emit(8.5844726, 53.5432705)
    qtbot.waitUntil(lambda: bool(told), timeout=WAIT_MS)
    assert told[0].name == "Corner of Kings Way and Tern Street"  # type: ignore[attr-defined]
    view.background_clicked.emit(8.5844726, 53.5432705)
    view.escaped.emit()
    assert told[-1] is None
    qtbot.waitUntil(lambda: not app.runner.busy(), timeout=WAIT_MS)
    assert told[-1] is None


def test_a_request_without_address_is_named_by_its_place(demo_city: Path) -> None:
    """Believable coordinates and no address: the place in words; a request that is not located gets none."""
    store = open_store(demo_city)
    places = CityPlaces(store)
    with store.read() as unit:
        requests = unit.requests.many(range(1, REQUESTS + 1))
    located = next(request for request in requests if request.placement is Placement.LOCATED)
    assert named_place(located, places)
    assert named_place(located, None) == ""
    for request in requests:
        if request.placement is not Placement.LOCATED:
            assert named_place(request, places) == ""
    store.close()


# A window takes long to open: what does not disturb each other is gone through in one.


def test_places_are_searched_shown_and_told(qtbot: QtBot, app: Application) -> None:
    """Listed, chosen and marked, after the number of a request, and told where one points; each its own step."""
    where_one_points_is_told(qtbot, app)
    the_number_of_a_request_goes_first(qtbot, app)
    app.window.top_bar.search.edit.clear()
    a_place_is_listed_chosen_and_marked(qtbot, app)
