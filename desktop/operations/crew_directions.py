"""The written way of a crew: from the yard to its first stop, and from each stop to the next, as sentences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from data.records import City
from data.unit_of_work import ReadUnit
from desktop.domain.direction_words import Translate, direction_words, distance_words
from desktop.domain.plain_text import readable
from desktop.operations.import_streets import NETWORK
from desktop.operations.travel_times import city_profile

if TYPE_CHECKING:
    from geo.directions import Manoeuvre
    from geo.streets import StreetNetwork

# What a driver sees before the words of a manoeuvre.
ARROWS: Mapping[str, str] = {
    "depart": "↑", "continue": "↑", "keep left": "↖", "slight left": "↖", "left": "↰", "sharp left": "↙",
    "keep right": "↗", "slight right": "↗", "right": "↱", "sharp right": "↘", "u-turn": "↶", "roundabout": "↻",
    "arrive": "●",
}  # fmt: skip
Lines = dict[int, tuple[str, ...]]  # by the sequence of the stop to which they lead


class CrewDirections:
    """Writes the ways of crews along the city's streets; nothing where the plan was made without them."""

    def __init__(
        self, unit: ReadUnit, city: City, content: Mapping[str, Any], translate: Translate = lambda text: text
    ) -> None:
        self._city, self._translate = city, translate
        arrays = None if content["straight_line"] else unit.artifacts.get(NETWORK)
        self._network: StreetNetwork | None = None
        if arrays is not None:
            from geo.streets import StreetNetwork

            self._network = StreetNetwork.from_arrays(arrays)

    def of(self, crew: Mapping[str, Any]) -> Lines:
        """The sentences of each leg of a crew's day. A leg that the streets of today do not lead has none."""
        if self._network is None or not crew["stops"]:
            return {}
        from geo.directions import directions
        from geo.errors import GeoError
        from geo.snapping import snap

        profile = city_profile(self._city)
        places = [crew["depot"], *crew["stops"]]
        lon, lat = (np.array([place[name] for place in places]) for name in ("long", "lat"))
        found: Lines = {}
        try:
            snaps = snap(self._network, lon, lat, profile=profile)
        except GeoError:
            return {}
        for start, end in pairwise(range(len(places))):
            if snaps.edge[start] < 0 or snaps.edge[end] < 0:
                continue
            try:
                told = directions(self._network, snaps, start, end, profile=profile)
            except GeoError:
                continue
            found[crew["stops"][end - 1]["sequence"]] = sentences(told, self._translate)
        return found


def sentences(told: Sequence[Manoeuvre], translate: Translate) -> tuple[str, ...]:
    """Each manoeuvre with how far one stays on the street that follows."""
    return tuple(_sentence(one, translate) for one in told)


def _sentence(one: Manoeuvre, translate: Translate) -> str:
    words = direction_words(
        one.kind,
        " ".join(readable(one.street).split()),
        exit_number=one.exit,
        compass=one.compass,
        side=one.side,
        translate=translate,
    )
    far = distance_words(one.metres)
    return f"{ARROWS[one.kind]} {words}, {far}" if far else f"{ARROWS[one.kind]} {words}"
