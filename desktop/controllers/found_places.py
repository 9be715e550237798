"""Shows on the map what was searched for, and what is where a person points."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from desktop.controllers.place_words import place_words
from desktop.controllers.session import Session
from desktop.map.found import PlaceMark
from desktop.map.view import MapView
from desktop.operations.places import CityPlaces, PlaceWords, note_of, sentence_of

if TYPE_CHECKING:
    from geo.geocoding import FoundPlace

ROOM_ABOVE = 0.35  # of the height of what is shown, for its words
CLOSE_BY = 17  # zoom at which a pin and the numbers around it can be read
Told = tuple[int, PlaceMark | None]


class FoundPlaces(QObject):
    """Holds the two marks of a map: the place found, until Esc or another search, and the place pointed at."""

    def __init__(self, session: Session, view: MapView, parent: QObject) -> None:
        super().__init__(parent)
        self._session, self._map = session, view
        self._serial = 0
        self.found: FoundPlace | None = None
        view.escaped.connect(self.clear)
        view.mark_closed.connect(self._closed)
        view.background_clicked.connect(self._point)

    def show(self, place: FoundPlace) -> None:
        """Move the map to a place and mark it; Esc is heard there from now on."""
        self.found = place
        self._forget_here()
        outline = place.kind == "place" and bool(place.lines)
        words = place_words()
        mark = PlaceMark(place.name, note_of(place, words), place.lon, place.lat, place.lines, outline)
        self._map.set_found(mark)
        if place.lines:
            west, south, east, north = place.bounds
            self._map.look_at((west, south, east, north + ROOM_ABOVE * (north - south)))
        else:
            self._map.set_view(place.lon, place.lat, CLOSE_BY)
        self._map.setFocus()

    def clear(self) -> None:
        """Take both marks away."""
        self._forget_here()
        if self.found is not None:
            self.found = None
            self._map.set_found(None)

    def _closed(self, which: str) -> None:
        if which == "here":
            self._forget_here()
        else:
            self.clear()

    def _forget_here(self) -> None:
        self._serial += 1  # an answer that is under way comes too late
        self._map.set_here(None)

    def _point(self, lon: float, lat: float) -> None:
        """Ask what is at a place of the map where nothing else is."""
        self._serial += 1
        self._session.runner.run_read(
            mark_at, self._session.places, lon, lat, place_words(), self._serial, on_result=self._pointed
        )

    def _pointed(self, answer: Told) -> None:
        serial, mark = answer
        if serial == self._serial and mark is not None:
            self._map.set_here(mark)


def mark_at(places: CityPlaces, lon: float, lat: float, words: PlaceWords, serial: int) -> Told:
    """A mark that tells what is at a place; None for a city of which no place is known, or off the earth."""
    if not (abs(lon) <= 180.0 and abs(lat) <= 90.0):  # the map goes on beyond the date line
        return serial, None
    here = places.where(lat, lon)
    if here is None:
        return serial, None
    within = "" if here.relation == "area" else here.within
    return serial, PlaceMark(sentence_of(here, words), within, lon, lat)
