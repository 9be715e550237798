"""The search field: what is typed is looked up in the store and listed under it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from data.records import ServiceRequest
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
WORDS_MOST = 70


class SearchController(QObject):
    """Answers the palette. What is chosen goes out: one request, or all that were found."""

    request_chosen = Signal(int)
    all_chosen = Signal(str)

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

    def _found(self, answer: tuple[str, list[ServiceRequest], int]) -> None:
        snapshot = self._session.snapshot
        if snapshot is None:
            return
        text, requests, total = answer
        entries = [entry_of(request, snapshot.names.services, snapshot.names.icons) for request in requests]
        if total > len(requests):
            told = self.tr("Show all {0} requests with “{1}”")
            shown = count(total) if total < FOUND_MOST else f"{count(total)}+"
            entries.append(Entry(f"{ALL_PREFIX}{text}", told.format(shown, text), icon="list-filter"))
        self._window.palette_list.set_found(text, entries)

    def _chosen(self, entry_id: str) -> None:
        if entry_id.startswith(REQUEST_PREFIX):
            self.request_chosen.emit(int(entry_id.removeprefix(REQUEST_PREFIX)))
        else:
            self.all_chosen.emit(entry_id.removeprefix(ALL_PREFIX))


def find_requests(store: Store, text: str) -> tuple[str, list[ServiceRequest], int]:
    """The text, the first requests that fit it (an id that fits exactly comes first), and how many fit."""
    with store.read() as unit:
        exact = [int(request.id) for request in unit.requests.find(text)]
        ids = exact or unit.search.requests(text, FOUND_MOST)
        return text, unit.requests.many(ids[:LISTED]), len(ids)


def entry_of(request: ServiceRequest, services: Mapping[int, str], icons: Mapping[int, str]) -> Entry:
    """A request as a row of the palette."""
    words = request.address or " ".join(request.description.split()) or request.service_request_id
    note = f"{services.get(request.service_id, '')} · {request.service_request_id}"
    icon = service_icon(icons.get(request.service_id, ""))
    return Entry(f"{REQUEST_PREFIX}{request.id}", words[:WORDS_MOST], note, icon=icon)
