"""Fills the workspaces once a store with a city is open: the second half of the composition root.

Imported beside the event loop after the first paint, for what it brings along is slow to load. The workspace on show is
filled at once, the others when they are first shown: each map is a page of its own.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, Literal

from PySide6.QtCore import QObject, QTimer

import desktop.operations.entry  # noqa: F401 - loaded here, so that the first act does not wait for it
from desktop.controllers.acts import ActsController
from desktop.controllers.area_draft_files import DraftFiles
from desktop.controllers.area_editor import AreaEditorController
from desktop.controllers.arrival_watch import ArrivalWatch
from desktop.controllers.assign_watch import AssignWatch
from desktop.controllers.assignment import AssignmentController
from desktop.controllers.base_maps import BaseMaps
from desktop.controllers.crew_sheets import CrewSheets
from desktop.controllers.crews import CrewsController
from desktop.controllers.duplicates import DuplicatesController
from desktop.controllers.found_places import FoundPlaces
from desktop.controllers.hand_over import HandOverController
from desktop.controllers.incident_acts import IncidentActs
from desktop.controllers.map_layer_reads import read_place_names
from desktop.controllers.map_layers import MapLayersController
from desktop.controllers.map_views import MapViews
from desktop.controllers.neighbourhoods import NeighbourhoodsController
from desktop.controllers.operations import OperationsController
from desktop.controllers.plan_draft_files import PlanDraftFiles
from desktop.controllers.proposal_desk import ProposalDesk
from desktop.controllers.request_acts import RequestActs
from desktop.controllers.roster import RosterController
from desktop.controllers.rule_draft import RuleDrafts
from desktop.controllers.search import SearchController
from desktop.controllers.services import ServicesController
from desktop.controllers.session import Session, Snapshot
from desktop.controllers.time_slider import TimeSliderController
from desktop.controllers.today import TodayController
from desktop.controllers.unsent_acts import UnsentActs
from desktop.domain.request_filter import RequestFilter
from desktop.jobs import Lane
from desktop.map.tiles import CityTiles
from desktop.map.view import MapView
from desktop.views.assignment.place import AssignmentPlace, panes_in_steps
from desktop.views.crews_panes import crews_panes
from desktop.views.duplicates.review_view import ReviewView
from desktop.views.neighbourhoods.panes import panes_in_steps as panes_of_neighbourhoods
from desktop.views.places import ASSIGNMENT, CREWS, DUPLICATES, NEIGHBOURHOODS, OPERATIONS, SERVICES
from desktop.views.table_columns import from_names, names_of
from desktop.views.workspace import Workspace

if TYPE_CHECKING:
    from desktop.app import Application
    from desktop.controllers.review_reads import Book

WARM: dict[Lane, tuple[str, ...]] = {  # what the first job of a process will need
    "write": ("desktop.operations.entry",),
    "draw": ("desktop.map.tile_painter", "desktop.map.basemap", "data.store", "data.connectors.streets"),
}
WARM_CREWS: dict[Lane, tuple[str, ...]] = {"write": ("geo.vrp", "geo.travel_kernels")}  # before the first plan
MAP, TILES = "map", "tiles"
SETTLED_MS = 2000  # after a workspace was built. What it brought stays, and need not be searched for garbage again:
# a search of everything holds the window for 0.2 s, in the middle of whatever a person does (gc.freeze, gc in CPython).
RINGED = 200  # of the requests that came, so many are ringed for a moment


class Content(QObject):
    """The controllers of an open city."""

    def __init__(self, app: Application) -> None:
        super().__init__(app.window)
        assert app.store is not None
        assert app.summary is not None
        self._app = app
        self.session = Session(app.store, app.runner, app.bus, app.clock, app.options.actor)
        self.session.setParent(self)
        self.maps: dict[str, MapView] = {}
        self._at_rest = False  # what was built is not searched for garbage
        self._newest: int | None = None  # the last request that the map was told of
        self._scales: dict[str, float] = {}  # of each workspace's map
        self._tiles: CityTiles | None = None
        self._places: list[dict[str, Any]] = []  # that the base map names
        self._streets: str | None = None  # the state that the tiles show
        self._waiting: dict[str, Callable[[Workspace], Iterator[None]]] = {
            OPERATIONS: self._operations,
            DUPLICATES: self._duplicates,
            ASSIGNMENT: self._assignment,
            CREWS: self._crews,
            NEIGHBOURHOODS: self._neighbourhoods,
            SERVICES: self._services,
        }
        self._begun: dict[str, Iterator[None]] = {}
        self._proposals = ProposalDesk(self.session)
        self._proposals.changed.connect(self._count_proposals)
        if app.options.pictures is None:  # a picture changes nothing
            arrivals = ArrivalWatch(self.session, self._proposals, app.runner, self)
            assigning = AssignWatch(self.session, app.runner, self)
            for watch in (arrivals, assigning):
                watch.failed.connect(app.shell.keep_message)
        self._review: DuplicatesController | None = None
        self._base_maps = BaseMaps(app.settings.settings, app.store.cache_folder, app.shell, self)
        self._base_maps.changed.connect(self._show_tiles)
        self._acts = ActsController(app.window, self.session, app.runner, app.shell, app.options.keys)
        self._search = SearchController(app.window, self.session)
        self.map_views = MapViews(app.window, self.session, app.shell)
        app.theme.changed.connect(self._new_look)
        app.shell.motion_changed.connect(self._new_motion)
        self.session.watch(self._new_streets)
        self.session.watch(self._count_requests)
        app.window.workspace_shown.connect(self._fill_next)
        app.window.workspace_shown.connect(self._show_scale)
        self.fill(OPERATIONS)  # what is searched for is shown there
        self.fill(app.window.current().key)
        self.session.reload()
        QTimer.singleShot(SETTLED_MS, self, self._rest)

    def _rest(self) -> None:
        gc.freeze()
        self._at_rest = True

    def _fill_next(self, key: str) -> None:
        """Once the switch is painted, and in steps: building a workspace takes as long again."""
        steps = self._steps(key)
        QTimer.singleShot(0, self, lambda: self._step_on(steps))

    def _step_on(self, steps: Iterator[None]) -> None:
        if next(steps, steps) is None:
            QTimer.singleShot(0, self, lambda: self._step_on(steps))
        else:  # it is built
            QTimer.singleShot(SETTLED_MS, self, self._rest)

    def fill(self, key: str) -> None:
        """Build a workspace when it is first shown."""
        for _ in self._steps(key):
            pass

    def _steps(self, key: str) -> Iterator[None]:
        """The steps of building a workspace, what is left of them where it is begun; none when it is built already."""
        build = self._waiting.pop(key, None)
        if build is not None:
            self._begun[key] = self._built(key, build)
        return self._begun.get(key, iter(()))

    def _built(self, key: str, build: Callable[[Workspace], Iterator[None]]) -> Iterator[None]:
        place = self._app.window.workspaces[key]
        place.set_ready(False)
        yield from build(place)

    def close(self) -> None:
        """Nobody hears the maps any more: a page may still say something while the window around it goes."""
        for view in self.maps.values():
            view.blockSignals(True)
        if self._at_rest:
            gc.unfreeze()  # what was kept from being searched can go with the window

    # the workspaces

    def _operations(self, place: Workspace) -> Iterator[None]:
        view = self._map(place, "requests")
        yield
        self.session.watch(self._feed_requests)  # the map knows the columns before a filter comes
        controller = self._requests = OperationsController(place, self.session, view)
        layers = MapLayersController(place, self.session, view, self._app.settings.settings, OPERATIONS)
        TimeSliderController(place, view, self.session, controller.filtering, self._app.settings)
        panes = (controller.queue, controller.strip)
        today = TodayController(panes, self.session, controller.filtering, controller.choose, controller)
        IncidentActs(controller, place, self._app.window, self.session)
        UnsentActs(controller, place, self._app.window, self.session)
        acts = RequestActs(controller, place, self._app.window, self.session, self._app.shell)
        today.storms.act_wanted.connect(acts.begin)
        acts.set_letters(self._app.settings.settings.single_letters)
        self._app.shell.letters_changed.connect(acts.set_letters)
        view.request_menu_wanted.connect(acts.open_map_menu)
        controller.export_wanted.connect(self._acts.export_requests)
        controller.plan_wanted.connect(self._plan_these)
        controller.review_wanted.connect(lambda: self._app.window.show_workspace(DUPLICATES))
        self._proposals.changed.connect(lambda book: controller.set_proposed(book.requests))
        self._app.shell.request_wanted.connect(self._show_operations)
        self._app.shell.request_wanted.connect(controller.open_detail)
        controller.detail.asset_opened.connect(layers.go_to_asset)
        controller.detail.why_wanted.connect(self._explain)
        self._search.asset_chosen.connect(self._show_operations)
        self._search.asset_chosen.connect(layers.go_to_asset)
        self._arrange_table(controller)
        self._search.request_chosen.connect(self._show_operations)
        self._search.request_chosen.connect(controller.choose)
        self._search.all_chosen.connect(self._show_operations)
        self._search.all_chosen.connect(controller.search)
        found = FoundPlaces(self.session, view, self)
        self._search.place_chosen.connect(self._show_operations)
        self._search.place_chosen.connect(found.show)
        self._search.request_chosen.connect(found.clear)
        self._search.all_chosen.connect(found.clear)
        hand_over = HandOverController(self._app.window, self.session, self._app.shell)
        for wanted in (hand_over.request_wanted, hand_over.line_wanted):
            wanted.connect(self._show_operations)
        hand_over.request_wanted.connect(controller.choose)
        hand_over.line_wanted.connect(controller.choose_filter)

    def _arrange_table(self, controller: OperationsController) -> None:
        """Columns as they were chosen last, and single letters as the settings say."""
        table, settings = controller.rows.table, self._app.settings.settings
        table.letters = settings.single_letters
        self._app.shell.letters_changed.connect(lambda on: setattr(table, "letters", on))
        if settings.table_columns:
            table.set_fields(from_names(settings.table_columns))
        table.fields_changed.connect(lambda: setattr(settings, "table_columns", names_of(table.fields())))

    def _duplicates(self, place: Workspace) -> Iterator[None]:
        yield
        view = ReviewView()
        yield
        review = DuplicatesController(place, self.session, self._proposals, view)
        review.request_wanted.connect(self._open_request)
        review.set_letters(self._app.settings.settings.single_letters)
        self._app.shell.letters_changed.connect(review.set_letters)
        self._review = review
        self._show_tiles()

    def _count_proposals(self, book: Book) -> None:
        self._app.window.workspaces[DUPLICATES].set_badge(len(book.proposals))

    def _assignment(self, place: Workspace) -> Iterator[None]:
        yield
        view = self._map(place, "moves")
        yield
        panes = AssignmentPlace(place, view, (yield from panes_in_steps()))
        yield from panes.put_in_steps()
        yield
        kept = RuleDrafts(self._app.settings, self.session.store.identity)
        controller = AssignmentController(place, panes, self.session, view, kept)
        yield
        layers = MapLayersController(place, self.session, view, self._app.settings.settings, ASSIGNMENT)
        controller.layers_asked.connect(layers.ask_for)
        controller.request_wanted.connect(self._open_request)
        controller.filter_wanted.connect(self._show_operations)
        controller.filter_wanted.connect(self._requests.filtering.use)
        yield
        files = DraftFiles(self._app.settings.path.parent / "area-drafts", self.session.store.identity)
        self.areas = areas = AreaEditorController(controller.replays, self.session, view, files)
        areas.import_wanted.connect(self._import_areas)
        areas.export_wanted.connect(self._acts.export_areas)
        areas.act_wanted.connect(self._app.window.asked)
        self.rules = controller
        self._app.window.workspace_shown.connect(lambda key: controller.shown() if key == ASSIGNMENT else None)

    def _import_areas(self) -> None:
        """From the pane of areas: it takes up what came in."""
        made = self._acts.open_import("areas")

        def over() -> None:
            if made.imported is not None:
                self.areas.layers.take_up_named(str(made.imported.counts["layer"]))

        made.over.connect(over)

    def _explain(self, request_id: int) -> None:
        """Why a request goes where it goes, in Assignment."""
        self._app.window.show_workspace(ASSIGNMENT)
        self.fill(ASSIGNMENT)
        self.rules.explaining.explain(request_id)

    def _crews(self, place: Workspace) -> Iterator[None]:
        view = self._map(place, "routes")
        yield
        drafts = PlanDraftFiles(self._app.settings.path.parent / "plan-drafts", self.session.store.identity)
        roster = RosterController(place, self.session, view)
        yield
        panes = yield from crews_panes(place, view, roster.week, roster.pane)
        controller = CrewsController(place, self.session, view, drafts, panes, roster)
        yield
        self.sheets = CrewSheets(controller.bar.sheets, self.session)
        controller.sheets_wanted.connect(self.sheets.open)
        controller.request_wanted.connect(self._open_request)
        self.warm(WARM_CREWS)

    def _plan_these(self, ids: tuple[int, ...]) -> None:
        """Requests that were picked in Operations: Crews comes to the front and asks how they are planned."""
        self._app.window.show_workspace(CREWS)
        self.fill(CREWS)
        crews = self._app.window.workspaces[CREWS].findChild(CrewsController)
        assert crews is not None
        crews.choose_plan(ids)

    def _neighbourhoods(self, place: Workspace) -> Iterator[None]:
        view = self._map(place, "cells")
        yield
        panes = yield from panes_of_neighbourhoods(place, view)
        yield
        controller = NeighbourhoodsController(place, panes, self.session, view, self._app.runner)
        controller.requests_wanted.connect(self._show_requests)
        controller.export_wanted.connect(self._acts.export_statistic)
        controller.report_wanted.connect(self._acts.write_report)

    def _open_request(self, request_id: int) -> None:
        """As if the search had found it: Operations comes to the front with its page."""
        self._search.request_chosen.emit(request_id)

    def _show_requests(self, wanted: RequestFilter) -> None:
        """Those of a filter, in Operations."""
        self._show_operations()
        operations = self._app.window.workspaces[OPERATIONS].findChild(OperationsController)
        assert operations is not None
        operations.filtering.use(wanted)

    def _services(self, place: Workspace) -> Iterator[None]:
        yield
        services = ServicesController(place, self.session)
        services.requests_wanted.connect(self._show_requests)

    def warm(self, modules: dict[Lane, tuple[str, ...]]) -> None:
        """Let workers load what their next job will need."""
        for lane, names in modules.items():
            self._app.runner.warm_up(names, lanes=[lane])

    # maps

    def _map(self, place: Workspace, kind: Literal["requests", "moves", "routes", "cells"]) -> MapView:
        app = self._app
        snapshot = self.session.snapshot
        tiles, credit = self._base_maps.instead_of(self._tiles, "" if snapshot is None else snapshot.credit)
        view = MapView(app.theme.tokens.scheme, tiles, app.runner.run_read, kind=kind)
        view.set_reduced_motion(app.settings.settings.reduced_motion)
        view.setObjectName(place.key)
        view.set_attribution(credit)
        self._show_places(view)
        view.scale.connect(self._scaled)
        view.coordinates.connect(self._pointed)
        view.console_error.connect(app.faults.note)
        place.await_part(MAP)
        arrives = {"requests": view.drawn, "routes": view.moved}  # drawn, or at least where it should be
        arrives.get(kind, view.ready).connect(self._drawn)
        view.tiles_loaded.connect(self._tiles_shown)
        self._await_tiles(place.key)
        self.maps[place.key] = view
        self.map_views.attach(view)
        return view

    def _drawn(self) -> None:
        self._app.window.workspaces[self.sender().objectName()].part_arrived(MAP)

    def _feed_requests(self, snapshot: Snapshot) -> None:
        services = {int(service.id): (service.service_name, service.icon) for service in snapshot.services}
        self.maps[OPERATIONS].set_services(services)
        view, columns = self.maps[OPERATIONS], snapshot.columns
        view.set_columns(columns, now_ms=self.session.moment().now_ms, working=snapshot.working)
        newest = int(columns.id[-1]) if len(columns) else 0  # ids ascend
        if self._newest is not None and newest > self._newest:
            view.patch_requests(columns.id[columns.id > self._newest][-RINGED:].tolist())
        self._newest = newest

    def _new_streets(self, snapshot: Snapshot) -> None:
        """The base map of every workspace follows the streets of the store."""
        if snapshot.streets == self._streets:
            return
        self._streets, store = snapshot.streets, self.session.store
        if self._tiles is not None:
            self._tiles.deleteLater()
        self._tiles = None
        if snapshot.streets is not None:
            self._tiles = CityTiles(
                store.location, snapshot.streets, store.cache_folder, self._app.runner.draw, parent=self
            )
        self._app.runner.run_read(read_place_names, store, on_result=self._name_places)
        self._show_tiles()

    def _name_places(self, places: list[dict[str, Any]]) -> None:
        self._places = places
        for view in self.maps.values():
            self._show_places(view)

    def _show_places(self, view: MapView) -> None:
        """On the city's own base map; one from elsewhere has its names in its pictures."""
        view.set_places(self._places if self._base_maps.own else ())

    def _show_tiles(self) -> None:
        snapshot = self.session.snapshot
        tiles, credit = self._base_maps.instead_of(self._tiles, "" if snapshot is None else snapshot.credit)
        if self._review is not None:
            own = self._tiles if self._base_maps.own else None
            self._review.set_tiles(own, "" if snapshot is None or own is None else snapshot.credit)
        for key, view in self.maps.items():
            self._await_tiles(key)
            view.set_tiles(tiles)
            view.set_attribution(credit)
            self._show_places(view)

    def _await_tiles(self, key: str) -> None:
        """A workspace is whole when its base map is."""
        if self._tiles is not None:
            self._app.window.workspaces[key].await_part(TILES)

    def _tiles_shown(self) -> None:
        self._app.window.workspaces[self.sender().objectName()].part_arrived(TILES)

    def _new_look(self) -> None:
        for key, view in self.maps.items():
            self._await_tiles(key)
            view.set_theme(self._app.theme.tokens.scheme)

    def _new_motion(self, reduced: bool) -> None:
        for view in self.maps.values():
            view.set_reduced_motion(reduced)

    def _count_requests(self, snapshot: Snapshot) -> None:
        self._app.shell.show_requests(len(snapshot.columns))

    def _scaled(self, denominator: float) -> None:
        key = self.sender().objectName()
        self._scales[key] = denominator
        if key == self._app.window.current().key:
            self._show_scale(key)

    def _show_scale(self, key: str) -> None:
        self._app.shell.show_scale(self._scales.get(key))

    def _pointed(self, lon: float, lat: float) -> None:
        self._app.shell.show_place(lat, lon)

    def _show_operations(self) -> None:
        self._app.window.show_workspace(OPERATIONS)


def fill_workspaces(app: Application) -> Content:
    """Make the controllers of an open city and let them read it."""
    content = Content(app)
    content.warm(WARM)
    return content
