"""Answers to residents: placeholders are filled once, in plain text, whatever a request brings along."""

from __future__ import annotations

import unicodedata
from dataclasses import fields
from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desktop.domain.answers import LONGEST, PLACEHOLDERS, Facts, fault_of, fill
from desktop.domain.day_words import day_words, moment_words
from tests.soak import examples

HOSTILE = (
    "<script>alert(1)</script>", "${7*7}", "{due}", "{{address}}", "=cmd|'/C calc'!A0", "\u202eevil\u202c", "a\0b",
    "\ud800", "🔥" * 4000, "%s %(x)s", "\x1b[31mred", "{0.__class__}", "line\nbreak",
)  # fmt: skip


def test_every_placeholder_is_filled() -> None:
    """Each one stands for its fact."""
    facts = Facts(**{field.name: f"<{field.name}>" for field in fields(Facts)})
    for name in PLACEHOLDERS:
        assert fill(f"a {{{name}}} b", facts) == f"a <{name}> b"


def test_what_is_missing_is_said_in_words() -> None:
    """Without facts the sentence still reads."""
    text = fill("We were at {address} and will be back by {due}.", Facts())
    assert text == "We were at the place you told us of and will be back by a day still to be set."


@settings(max_examples=examples(100))
@given(value=st.one_of(st.sampled_from(HOSTILE), st.text()), name=st.sampled_from(PLACEHOLDERS))
def test_a_fact_is_never_read_as_a_placeholder(value: str, name: str) -> None:
    """Whatever stands in a request is said as it is, once, without signs that steer a screen."""
    marked = fill(f"[{{{name}}}]", Facts(**{name: value}))
    other = next(one for one in PLACEHOLDERS if one != name)
    assert marked == fill(f"[{{{name}}}]", Facts(**{name: value, other: "FILLED"}))
    assert not any(unicodedata.category(sign) in ("Cc", "Cs", "Co") for sign in marked)
    assert not set(marked) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "empty"),
        ("   \n", "empty"),
        ("x" * (LONGEST + 1), "shorten it"),
        ("Dear {name}", "no placeholder {name}"),
        ("{}", "no placeholder {}"),
        ("{due.__class__}", "no placeholder {due.__class__}"),
        ("{ due }", "no placeholder"),
    ],
)
def test_a_text_that_cannot_be_used_says_why(text: str, reason: str) -> None:
    """Unknown placeholders, emptiness and length are refused in a sentence."""
    assert reason in fault_of(text)


def test_lone_braces_are_plain_text() -> None:
    """A brace that opens nothing is a brace."""
    text = "A } and a { here, {due}"
    assert fault_of(text) == ""
    assert fill(text, Facts(due="noon")) == "A } and a { here, noon"


def test_times_are_the_citys() -> None:
    """A moment is told in the city's zone, the day by its name."""
    moment = datetime(2026, 10, 13, 23, 30, tzinfo=UTC)
    assert moment_words(moment, "Europe/Berlin") == "Wednesday 14 October 2026, 01:30"
    assert moment_words(moment, "America/Detroit") == "Tuesday 13 October 2026, 19:30"
    assert day_words(date(2026, 2, 1)) == "Sunday 1 February 2026"
