"""What directions say: one sentence for each manoeuvre, for route sheets and phone pages."""

from __future__ import annotations

from collections.abc import Mapping

from desktop.domain.language import ENGLISH, Language
from desktop.domain.translatable import QT_TRANSLATE_NOOP

NO_BREAK = "\u00a0"  # a space at which no line ends
CONTEXT = "Directions"
# By kind of manoeuvre, without and with a street. "{street}" stays where it stands best in a language.
DIRECTION_WORDS: Mapping[str, tuple[str, str]] = {
    "depart": (
        QT_TRANSLATE_NOOP("Directions", "Start towards the {compass}"),
        QT_TRANSLATE_NOOP("Directions", "Start towards the {compass} on {street}"),
    ),
    "continue": (
        QT_TRANSLATE_NOOP("Directions", "Continue straight on"),
        QT_TRANSLATE_NOOP("Directions", "Continue on {street}"),
    ),
    "keep left": (
        QT_TRANSLATE_NOOP("Directions", "Keep left"),
        QT_TRANSLATE_NOOP("Directions", "Keep left onto {street}"),
    ),
    "keep right": (
        QT_TRANSLATE_NOOP("Directions", "Keep right"),
        QT_TRANSLATE_NOOP("Directions", "Keep right onto {street}"),
    ),
    "slight left": (
        QT_TRANSLATE_NOOP("Directions", "Bear left"),
        QT_TRANSLATE_NOOP("Directions", "Bear left onto {street}"),
    ),
    "left": (
        QT_TRANSLATE_NOOP("Directions", "Turn left"),
        QT_TRANSLATE_NOOP("Directions", "Turn left onto {street}"),
    ),
    "sharp left": (
        QT_TRANSLATE_NOOP("Directions", "Turn sharp left"),
        QT_TRANSLATE_NOOP("Directions", "Turn sharp left onto {street}"),
    ),
    "slight right": (
        QT_TRANSLATE_NOOP("Directions", "Bear right"),
        QT_TRANSLATE_NOOP("Directions", "Bear right onto {street}"),
    ),
    "right": (
        QT_TRANSLATE_NOOP("Directions", "Turn right"),
        QT_TRANSLATE_NOOP("Directions", "Turn right onto {street}"),
    ),
    "sharp right": (
        QT_TRANSLATE_NOOP("Directions", "Turn sharp right"),
        QT_TRANSLATE_NOOP("Directions", "Turn sharp right onto {street}"),
    ),
    "u-turn": (
        QT_TRANSLATE_NOOP("Directions", "Turn round"),
        QT_TRANSLATE_NOOP("Directions", "Turn round on {street}"),
    ),
    "roundabout": (
        QT_TRANSLATE_NOOP("Directions", "At the roundabout take exit {exit}"),
        QT_TRANSLATE_NOOP("Directions", "At the roundabout take exit {exit} onto {street}"),
    ),
    "arrive": (
        QT_TRANSLATE_NOOP("Directions", "You are there"),
        QT_TRANSLATE_NOOP("Directions", "You are there, on {street}"),
    ),
    "arrive left": (
        QT_TRANSLATE_NOOP("Directions", "The stop is on the left"),
        QT_TRANSLATE_NOOP("Directions", "The stop is on the left of {street}"),
    ),
    "arrive right": (
        QT_TRANSLATE_NOOP("Directions", "The stop is on the right"),
        QT_TRANSLATE_NOOP("Directions", "The stop is on the right of {street}"),
    ),
}
COMPASS_WORDS: Mapping[str, str] = {
    "N": QT_TRANSLATE_NOOP("Directions", "north"),
    "NE": QT_TRANSLATE_NOOP("Directions", "north-east"),
    "E": QT_TRANSLATE_NOOP("Directions", "east"),
    "SE": QT_TRANSLATE_NOOP("Directions", "south-east"),
    "S": QT_TRANSLATE_NOOP("Directions", "south"),
    "SW": QT_TRANSLATE_NOOP("Directions", "south-west"),
    "W": QT_TRANSLATE_NOOP("Directions", "west"),
    "NW": QT_TRANSLATE_NOOP("Directions", "north-west"),
}
UNREACHED_WORDS: Mapping[str, str] = {
    "island": QT_TRANSLATE_NOOP("Directions", "the street there, {metres} m away, is not connected with the others"),
    "too far": QT_TRANSLATE_NOOP("Directions", "the nearest street is {metres} m away"),
}


def direction_words(
    kind: str,
    street: str = "",
    *,
    exit_number: int = 0,
    compass: str = "",
    side: str = "",
    language: Language = ENGLISH,
) -> str:
    """The sentence of a manoeuvre, without a full stop. A street's name is plain text, never a pattern."""
    plain, named = DIRECTION_WORDS[f"{kind} {side}".strip() if kind == "arrive" else kind]
    pattern = language.say(named if street else plain)
    heading = language.say(COMPASS_WORDS[compass]) if compass else ""
    # One pass, so that braces in a name stay what they are.
    return pattern.format(street=street, exit=exit_number, compass=heading)


def unreached_words(why: str, nearest_m: float, *, language: Language = ENGLISH) -> str:
    """Why no street reaches a place."""
    return language.say(UNREACHED_WORDS[why]).format(metres=round(nearest_m))


def distance_words(metres: float, language: Language = ENGLISH) -> str:
    """A distance as drivers read it: by 10 m below a kilometre, by 100 m above. No line ends before the unit."""
    if metres < 995:
        return f"{max(10, round(metres / 10) * 10):d}{NO_BREAK}m" if metres >= 1 else ""
    return f"{language.number(metres / 1000, 1)}{NO_BREAK}km"
