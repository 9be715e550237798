"""Words of directions: every kind has its sentence, names are plain text, distances are as drivers read them."""

from __future__ import annotations

from typing import get_args

import pytest

from desktop.domain.direction_words import (
    COMPASS_WORDS,
    UNREACHED_WORDS,
    direction_words,
    distance_words,
    unreached_words,
)
from desktop.domain.language import Language
from geo.directions import Kind


def test_every_manoeuvre_has_words() -> None:
    """What geo can say, a person can read: with and without a street, no pattern left over."""
    for kind in get_args(Kind):
        for street in ("", "Mill Lane"):
            said = direction_words(kind, street, exit_number=2, compass="NE")
            assert said
            assert "{" not in said
            assert street in said
    assert set(COMPASS_WORDS) == {"N", "NE", "E", "SE", "S", "SW", "W", "NW"}
    assert set(UNREACHED_WORDS) == {"island", "too far"}


def test_a_name_with_braces_stays_what_it_is() -> None:
    """A street's name is never read as a pattern."""
    assert direction_words("left", "{exit} & <b>{0}</b>") == "Turn left onto {exit} & <b>{0}</b>"


def test_words_are_translated_before_they_are_filled() -> None:
    """A translator sees the pattern, not the name."""
    seen: list[str] = []

    def translate(text: str) -> str:
        seen.append(text)
        return "Links in {street}" if text.startswith("Turn left") else text

    assert direction_words("left", "Mill Lane", language=Language(translate)) == "Links in Mill Lane"
    assert seen == ["Turn left onto {street}"]


@pytest.mark.parametrize(
    ("metres", "said"),
    [
        (0.2, ""),
        (3, "10\u00a0m"),
        (44, "40\u00a0m"),
        (994, "990\u00a0m"),
        (996, "1.0\u00a0km"),
        (12_340, "12.3\u00a0km"),
    ],
)
def test_distances_are_round(metres: float, said: str) -> None:
    """Tens of metres below a kilometre, tenths of a kilometre above; with the decimal mark of a language."""
    assert distance_words(metres) == said
    assert distance_words(metres, Language(decimal=",")) == said.replace(".", ",")


def test_what_is_not_reached_is_said_with_its_metres() -> None:
    """Why and how far."""
    assert unreached_words("too far", 1234.4) == "the nearest street is 1234 m away"
    assert "not connected" in unreached_words("island", 20.0)
