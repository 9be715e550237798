"""The words about places in the language of the window, and the icon of each kind."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from desktop.operations.places import PlaceWords

if TYPE_CHECKING:
    from geo.geocoding import FoundPlace

translate = QCoreApplication.translate
KIND_ICONS = {"address": "map-pin", "crossing": "signpost", "stretch": "ruler", "street": "road"}
SORT_ICONS = {"park": "trees", "water": "waves", "cemetery": "flower-2", "building": "building"}
OTHER_ICON = "map-pinned"


def place_icon(place: FoundPlace) -> str:
    """The icon of a found place."""
    return KIND_ICONS.get(place.kind) or SORT_ICONS.get(place.sort, OTHER_ICON)


def place_words() -> PlaceWords:
    """Every word about places."""
    return PlaceWords(
        address=translate("Place", "Address"),
        crossing=translate("Place", "Crossing"),
        stretch=translate("Place", "{0} of street"),
        street=translate("Place", "Street"),
        place=translate("Place", "Place"),
        interpolated=translate("Place", "between known numbers"),
        near=translate("Place", "nearest known"),
        number_unknown=translate("Place", "number not known"),
        metres=translate("Place", "{0} m"),
        kilometres=translate("Place", "{0} km"),
        beside=translate("Place", "{0} from {1}"),
        corner=translate("Place", "Corner of {0} and {1}"),
        between=translate("Place", "On {0} between {1} and {2}"),
        to_its_end=translate("Place", "On {0}, from {1} to its end"),
        on=translate("Place", "On {0}"),
        within=translate("Place", "In {0}"),
        nowhere=translate("Place", "Nothing with a name is near"),
        sorts={
            "park": translate("Place", "Park"),
            "water": translate("Place", "Water"),
            "cemetery": translate("Place", "Cemetery"),
            "building": translate("Place", "Building"),
            "neighbourhood": translate("Place", "Neighbourhood"),
            "suburb": translate("Place", "Suburb"),
            "quarter": translate("Place", "Quarter"),
            "village": translate("Place", "Village"),
            "town": translate("Place", "Town"),
            "city": translate("Place", "City"),
            "hamlet": translate("Place", "Hamlet"),
        },
    )
