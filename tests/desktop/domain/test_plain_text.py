"""Text of anybody, made fit to be seen: it turns nothing around, and any word of it can be broken."""

from __future__ import annotations

import re
import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from desktop.domain.plain_text import TURNING, breakable, readable, shortened, typeset

ADDRESS = "https://maps.example.org/place/42.3594,-71.0587,17z/data=!3m1!4b1!4m5!3m4?hl=en&entry=ttu"


@given(st.text())
def test_readable_text_turns_nothing_and_keeps_every_other_letter(text: str) -> None:
    """No sign of direction and no control character is left; letters stay, in their order."""
    kept = readable(text)
    assert not set(kept) & TURNING
    assert all(sign in "\n\t" or unicodedata.category(sign) != "Cc" for sign in kept)
    plain = [sign for sign in text if sign not in TURNING and unicodedata.category(sign) not in ("Cc", "Cs")]
    assert [sign for sign in kept if unicodedata.category(sign) != "Cc" and sign != " "] == [
        sign for sign in plain if sign != " "
    ]


@given(st.text(st.sampled_from("ab/\u00fc \n")))
def test_a_long_word_can_be_broken_and_nothing_else_changes(text: str) -> None:
    """Places to break stand inside long words only; without them it is the text as it was."""
    broken = breakable(text)
    assert broken.replace("\u200b", "") == text
    assert max((len(part) for part in re.split(r"[\s\u200b]", broken)), default=0) < 25


def test_the_address_of_a_page_is_broken_and_words_are_not() -> None:
    """What residents paste; a sentence stays as it was written."""
    assert "\u200b" in breakable(f"See {ADDRESS}")
    assert breakable("Someone left a sofa on the pavement.") == "Someone left a sofa on the pavement."


def test_what_is_shortened_says_so() -> None:
    """A text that fits stays; a longer one ends in dots."""
    assert shortened("Pothole", 7) == "Pothole"
    assert shortened("Pothole here", 8) == "Pothole…"


def test_words_get_the_hyphen_of_words() -> None:
    """Every hyphen, and nothing else: signs of less have a letter of their own."""
    assert typeset("pick-up −3 h 05, 60–82") == "pick\u2010up −3 h 05, 60–82"
