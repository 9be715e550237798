"""The search field: what is typed is looked up in the store and listed under it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from data.records import Asset, ServiceRequest
from desktop.controllers.session import Session
from desktop.main_window import MainWindow
from desktop.views.format import count
from desktop.views.icons import service_icon
from desktop.views.shell.palette import Entry

if TYPE_CHECKING:
    from data.store import Store

LISTED = 6
FOUND_MOST = 5000
REQUEST_PREFIX = "request:"
ALL_PREFIX = "search:"
ASSET_PREFIX = "asset:"
WORDS_MOST = 70
Found = tuple[str, list[ServiceRequest], int, list[tuple[Asset, str, str]]]  # an asset with its layer's name and icon


class SearchController(QObject):
    """Answers the palette. What is chosen goes out: one request, all that were found, or an asset."""

    request_chosen = Signal(int)
    all_chosen = Signal(str)
    asset_chosen = Signal(int)

    def __init__(self, window: MainWindow, session: Session) -> None:
        super().__init__(window)
        self._window, self._session = window, session
        window.search_asked.connect(self.search)
        window.found_chosen.connect(self._chosen)

    def search(self, text: str) -> None:
        """Look a text up beside the event loop."""
        snapshot = self._session.snapshot
        if snapshot is not None:
            self._session.runner.run_read(find_requests, self._session.store, text, on_result=self._found)

    def _found(self, answer: Found) -> None:
        snapshot = self._session.snapshot
        if snapshot is None:
            return
        text, requests, total, assets = answer
        entries = [asset_entry(asset, name, icon) for asset, name, icon in assets]
        entries += [entry_of(request, snapshot.names.services, snapshot.names.icons) for request in requests]
        if total > len(requests):
            told = self.tr("Show all {0} requests with “{1}”")
            shown = count(total) if total < FOUND_MOST else f"{count(total)}+"
            entries.append(Entry(f"{ALL_PREFIX}{text}", told.format(shown, text), icon="list-filter"))
        self._window.palette_list.set_found(text, entries)

    def _chosen(self, entry_id: str) -> None:
        if entry_id.startswith(REQUEST_PREFIX):
            self.request_chosen.emit(int(entry_id.removeprefix(REQUEST_PREFIX)))
        elif entry_id.startswith(ASSET_PREFIX):
            self.asset_chosen.emit(int(entry_id.removeprefix(ASSET_PREFIX)))
        else:
            self.all_chosen.emit(entry_id.removeprefix(ALL_PREFIX))


def find_requests(store: Store, text: str) -> Found:
    """The text, the first requests that fit it (an id that fits exactly comes first), how many fit, and assets."""
    with store.read() as unit:
        exact = [int(request.id) for request in unit.requests.find(text)]
        ids = exact or unit.search.requests(text, FOUND_MOST)
        layers = {layer.id: layer for layer in unit.assets.layers()}
        assets = unit.assets.by_code(text.strip())[:LISTED] if layers else []
        named = [(asset, layers[asset.layer_id].name, layers[asset.layer_id].icon) for asset in assets]
        return text, unit.requests.many(ids[:LISTED]), len(ids), named


def asset_entry(asset: Asset, layer: str, icon: str) -> Entry:
    """An asset as a row of the palette."""
    words = f"{asset.asset_code} {asset.name}".strip()
    return Entry(f"{ASSET_PREFIX}{asset.id}", words[:WORDS_MOST], layer, icon=service_icon(icon))


def entry_of(request: ServiceRequest, services: Mapping[int, str], icons: Mapping[int, str]) -> Entry:
    """A request as a row of the palette."""
    words = request.address or " ".join(request.description.split()) or request.service_request_id
    note = f"{services.get(request.service_id, '')} · {request.service_request_id}"
    icon = service_icon(icons.get(request.service_id, ""))
    return Entry(f"{REQUEST_PREFIX}{request.id}", words[:WORDS_MOST], note, icon=icon)
