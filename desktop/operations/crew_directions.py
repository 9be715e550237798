"""The written way of a crew: from the yard to its first stop, and from each stop to the next, as sentences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from data.records import City
from data.unit_of_work import ReadUnit
from desktop.domain.direction_words import COMPASS_WORDS, direction_words, distance_words
from desktop.domain.language import ENGLISH, Language
from desktop.domain.plain_text import readable
from desktop.operations.day_travel import profile_of
from desktop.operations.import_streets import NETWORK

if TYPE_CHECKING:
    from geo.directions import Manoeuvre
    from geo.snapping import Snaps
    from geo.streets import StreetNetwork
    from geo.travel_profiles import TravelProfile

# What a driver sees before the words of a manoeuvre.
ARROWS: Mapping[str, str] = {
    "depart": "↑", "continue": "↑", "keep left": "↖", "slight left": "↖", "left": "↰", "sharp left": "↙",
    "keep right": "↗", "slight right": "↗", "right": "↱", "sharp right": "↘", "u-turn": "↶", "roundabout": "↻",
    "arrive": "●",
}  # fmt: skip
Lines = dict[int, tuple[str, ...]]  # by the sequence of the stop to which they lead


class CrewDirections:
    """Writes the ways of crews along the city's streets; nothing where the plan was made without them."""

    def __init__(self, unit: ReadUnit, city: City, content: Mapping[str, Any], language: Language = ENGLISH) -> None:
        self._city, self._language = city, language
        arrays = None if content["straight_line"] else unit.artifacts.get(NETWORK)
        self._network: StreetNetwork | None = None
        if arrays is not None:
            from geo.streets import StreetNetwork

            self._network = StreetNetwork.from_arrays(arrays)

    def of(self, crew: Mapping[str, Any], *, short: bool = False) -> Lines:
        """The lines of each leg of a crew's day, sentences or short ones; none of a leg that no street leads today."""
        if self._network is None or not crew["stops"]:
            return {}
        from geo.errors import GeoError
        from geo.snapping import snap

        profile = profile_of(self._city, crew.get("profile"))
        places, leads_to = _places(crew)
        lon, lat = (np.array([place[name] for place in places]) for name in ("long", "lat"))
        try:
            snaps = snap(self._network, lon, lat, profile=profile)
        except GeoError:
            return {}
        found: dict[int, list[tuple[str, ...] | None]] = {}
        for end, sequence in enumerate(leads_to, 1):
            found.setdefault(sequence, []).append(self._leg(snaps, end - 1, end, profile, short))
        return {key: sum((leg or () for leg in legs), ()) for key, legs in found.items() if None not in legs}

    def _leg(self, snaps: Snaps, start: int, end: int, profile: TravelProfile, short: bool) -> tuple[str, ...] | None:
        """The lines from a place to the next one; None where no street leads."""
        from geo.directions import directions
        from geo.errors import GeoError

        assert self._network is not None
        if snaps.edge[start] < 0 or snaps.edge[end] < 0:
            return None
        try:
            told = directions(self._network, snaps, start, end, profile=profile)
        except GeoError:
            return None
        return lines_of(told, self._language, short=short)


def _places(crew: Mapping[str, Any]) -> tuple[list[Mapping[str, Any]], list[int]]:
    """Where a crew is in order, dumps and breaks between stops too, and to which stop each leg leads."""
    places, leads_to = [crew["depot"]], list[int]()
    for stop in crew["stops"]:
        halts = [halt for halt in crew.get("halts", ()) if halt["before"] == stop["sequence"]]
        places += [*halts, stop]
        leads_to += [stop["sequence"]] * (len(halts) + 1)
    return places, leads_to


def lines_of(told: Sequence[Manoeuvre], language: Language, *, short: bool = False) -> tuple[str, ...]:
    """Each manoeuvre with its arrow and how far one stays on the street that follows."""
    write = _short if short else _sentence
    lines = ((one, write(one, language), distance_words(one.metres, language)) for one in told)
    return tuple(f"{ARROWS[one.kind]} {', '.join(part for part in (words, far) if part)}" for one, words, far in lines)


def _sentence(one: Manoeuvre, language: Language) -> str:
    return direction_words(
        one.kind,
        _street(one),
        exit_number=one.exit,
        compass=one.compass,
        side=one.side,
        language=language,
    )


def _short(one: Manoeuvre, language: Language) -> str:
    """Where the arrow says what to do, the street alone; on paper there is no room for more."""
    street = _street(one)
    if one.kind == "arrive":
        return direction_words(one.kind, side=one.side, language=language)
    if one.kind == "depart" and street:
        return f"{language.say(COMPASS_WORDS[one.compass])}, {street}"
    if one.kind == "roundabout" and street:
        return f"{one.exit}, {street}"
    return street or _sentence(one, language)


def _street(one: Manoeuvre) -> str:
    return " ".join(readable(one.street).split())
