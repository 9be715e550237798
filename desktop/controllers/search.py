"""The search field: what is typed is looked up in the store and among the city's places, and listed under it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from data.records import Asset, ServiceRequest
from desktop.controllers.place_words import place_icon, place_words
from desktop.controllers.session import Session
from desktop.main_window import MainWindow
from desktop.operations.places import CityPlaces, kind_of
from desktop.views.format import count
from desktop.views.icons import service_icon
from desktop.views.shell.palette import Entry

if TYPE_CHECKING:
    from data.store import Store
    from geo.geocoding import FoundPlace

LISTED, PLACES_LISTED = 5, 5
FOUND_MOST = 5000
REQUEST_PREFIX = "request:"
ALL_PREFIX = "search:"
PLACE_PREFIX = "place:"
ASSET_PREFIX = "asset:"
WORDS_MOST = 70
SURE = 90.0  # a place that fits this well goes before requests that only mention the words


@dataclass(frozen=True, slots=True)
class FoundRequests:
    """The first requests that fit a text, how many fit, and whether the text is the number of one.

    `assets` are those of that number, each with its layer's name and icon.
    """

    text: str
    requests: Sequence[ServiceRequest]
    total: int
    exact: bool
    assets: Sequence[tuple[Asset, str, str]] = ()


class SearchController(QObject):
    """Answers the palette. What is chosen goes out: one request, all that were found, an asset or a place."""

    request_chosen = Signal(int)
    all_chosen = Signal(str)
    asset_chosen = Signal(int)
    place_chosen = Signal(object)  # FoundPlace

    def __init__(self, window: MainWindow, session: Session) -> None:
        super().__init__(window)
        self._window, self._session = window, session
        self._text = ""
        self._requests: FoundRequests | None = None
        self._places: Sequence[FoundPlace] | None = None
        window.palette_list.searchable = True
        window.search_asked.connect(self.search)
        window.found_chosen.connect(self._chosen)

    def search(self, text: str) -> None:
        """Look a text up beside the event loop."""
        if self._session.snapshot is None:
            self._window.palette_list.set_found(text, [])
            return
        self._text, self._requests, self._places = text, None, None
        run = self._session.runner.run_read
        requests = run(find_requests, self._session.store, text, on_result=self._found_requests)
        places = run(find_places, self._session.places, text, on_result=self._found_places)
        # A source that fails has answered too: the sentence of its failure stands elsewhere.
        none = FoundRequests(text, (), 0, False)
        requests.ended.connect(lambda handle: self._ended(handle, self._found_requests, none))
        places.ended.connect(lambda handle: self._ended(handle, self._found_places, (text, [])))

    def _ended(self, handle: Any, answer: Callable[[Any], None], nothing: object) -> None:
        if handle.state.value in ("failed", "broke"):
            answer(nothing)

    def _found_requests(self, found: FoundRequests) -> None:
        if found.text == self._text:
            self._requests = found
            self._show()

    def _found_places(self, answer: tuple[str, list[FoundPlace]]) -> None:
        text, places = answer
        if text == self._text:
            self._places = places
            self._show()

    def _show(self) -> None:
        """List both together, so that nothing moves; only while the index is being built do requests go ahead."""
        snapshot = self._session.snapshot
        if snapshot is None or self._requests is None or (self._places is None and self._session.places.ready):
            return
        requests = self._request_entries(self._requests, snapshot.names.services, snapshot.names.icons)
        requests = [*(asset_entry(*found) for found in self._requests.assets), *requests]
        places = self._place_entries()
        best = self._places[0].score if self._places else 0.0
        sure = best >= SURE and not self._requests.exact
        listed = [*places, *requests] if sure else [*requests, *places]
        self._window.palette_list.set_found(self._text, listed, whole=self._places is not None)

    def _request_entries(
        self, found: FoundRequests, services: Mapping[int, str], icons: Mapping[int, str]
    ) -> list[Entry]:
        entries = [entry_of(request, services, icons) for request in found.requests]
        if found.total > len(found.requests):
            told = self.tr("Show all {0} requests with “{1}”")
            shown = count(found.total) if found.total < FOUND_MOST else f"{count(found.total)}+"
            entries.append(Entry(f"{ALL_PREFIX}{found.text}", told.format(shown, found.text), icon="list-filter"))
        return entries

    def _place_entries(self) -> list[Entry]:
        words = place_words()
        return [
            Entry(f"{PLACE_PREFIX}{at}", place_text(place), kind_of(place, words), icon=place_icon(place))
            for at, place in enumerate(self._places or ())
        ]

    def _chosen(self, entry_id: str) -> None:
        if entry_id.startswith(REQUEST_PREFIX):
            self.request_chosen.emit(int(entry_id.removeprefix(REQUEST_PREFIX)))
        elif entry_id.startswith(ASSET_PREFIX):
            self.asset_chosen.emit(int(entry_id.removeprefix(ASSET_PREFIX)))
        elif entry_id.startswith(PLACE_PREFIX):
            at = int(entry_id.removeprefix(PLACE_PREFIX))
            if self._places is not None and at < len(self._places):
                self.place_chosen.emit(self._places[at])
        else:
            self.all_chosen.emit(entry_id.removeprefix(ALL_PREFIX))


def find_requests(store: Store, text: str) -> FoundRequests:
    """The first requests that fit a text, and the assets of that number; an id that fits exactly stands alone."""
    with store.read() as unit:
        layers = {layer.id: layer for layer in unit.assets.layers()}
        named = unit.assets.by_code(text.strip())[:LISTED] if layers else []
        assets = [(asset, layers[asset.layer_id].name, layers[asset.layer_id].icon) for asset in named]
        exact = [int(request.id) for request in unit.requests.find(text)]
        ids = exact or unit.search.requests(text, FOUND_MOST)
        return FoundRequests(text, unit.requests.many(ids[:LISTED]), len(ids), bool(exact), assets)


def find_places(places: CityPlaces, text: str) -> tuple[str, list[FoundPlace]]:
    """The text, and the places that fit it, the best first."""
    return text, places.find(text, PLACES_LISTED)


def place_text(place: FoundPlace) -> str:
    """A place with the part of town it is in."""
    return f"{place.name}, {place.within}"[:WORDS_MOST] if place.within else place.name[:WORDS_MOST]


def asset_entry(asset: Asset, layer: str, icon: str) -> Entry:
    """An asset as a row of the palette."""
    words = f"{asset.asset_code} {asset.name}".strip()
    return Entry(f"{ASSET_PREFIX}{asset.id}", words[:WORDS_MOST], layer, icon=service_icon(icon))


def entry_of(request: ServiceRequest, services: Mapping[int, str], icons: Mapping[int, str]) -> Entry:
    """A request as a row of the palette."""
    words = " ".join((request.address or request.description).split()) or request.service_request_id
    note = f"{request.service_request_id} · {services.get(request.service_id, '')}"  # its end gives way
    icon = service_icon(icons.get(request.service_id, ""))
    return Entry(f"{REQUEST_PREFIX}{request.id}", words[:WORDS_MOST], note, icon=icon)
