"""Fills the workspaces once a store with a city is open: the second half of the composition root.

Imported beside the event loop after the first paint, for what it brings along is slow to load.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import desktop.operations.entry  # noqa: F401 - loaded here, so that the first act does not wait for it
from desktop.controllers.acts import ActsController
from desktop.controllers.search import SearchController
from desktop.controllers.services import ServicesController
from desktop.controllers.session import Session
from desktop.views.places import CREWS, NEIGHBOURHOODS, OPERATIONS, SERVICES

if TYPE_CHECKING:
    from desktop.app import Application

WARM = ("desktop.operations.entry",)


def fill_workspaces(app: Application) -> None:
    """Make the controllers of an open city and let them read it."""
    assert app.store is not None
    session = Session(app.store, app.runner, app.bus, app.clock, app.options.actor)
    app.kept.append(session)
    places = app.window.workspaces
    ActsController(app.window, session, app.runner, app.shell)
    SearchController(app.window, session)
    ServicesController(places[SERVICES], session)
    for key in (OPERATIONS, CREWS, NEIGHBOURHOODS):
        places[key].set_ready(True)
    session.reload()
    app.runner.warm_up(WARM, lanes=["write"])
