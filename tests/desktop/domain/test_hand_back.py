"""What a crew hands back survives being read out, and nothing that was misread passes for it."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.errors import RefusedInput
from desktop.domain.hand_back import (
    LETTERS,
    STATES,
    HandBack,
    HandedStop,
    SheetMark,
    StopState,
    _polymod,
    read_code,
    read_file,
    write_code,
)

MIDNIGHT = datetime(2026, 10, 14, 4, tzinfo=UTC)
marks = st.builds(
    SheetMark, st.integers(0, 1023), st.integers(1, 5_000_000), st.integers(1, 900), st.integers(0, 2**15 - 1)
)


@st.composite
def handed(draw: st.DrawFn) -> HandBack:
    """Any day of up to 60 stops, each touched one with its minute."""
    states = draw(st.lists(st.sampled_from(STATES), max_size=60))
    minutes = draw(st.lists(st.integers(0, 1439), min_size=len(states), max_size=len(states)))
    stops = (
        HandedStop(at, state, None if state is StopState.OPEN else MIDNIGHT + timedelta(minutes=minute))
        for at, (state, minute) in enumerate(zip(states, minutes, strict=True), 1)
    )
    return HandBack(draw(marks), tuple(stops))


@given(handed())
def test_a_code_with_times_says_what_was_written(day: HandBack) -> None:
    """Mark, states and minutes come back from the letters, also typed small and without gaps."""
    code = write_code(day, MIDNIGHT)
    assert read_code(code, MIDNIGHT) == day
    assert read_code(code.lower().replace(" ", ""), MIDNIGHT) == day


@given(handed())
def test_a_code_without_times_is_short(day: HandBack) -> None:
    """Without times the states come back, in two bits each behind at most 24 letters of mark and check."""
    code = write_code(day)
    read = read_code(code, MIDNIGHT)
    assert (read.mark, [stop.state for stop in read.stops]) == (day.mark, [stop.state for stop in day.stops])
    assert all(stop.at is None for stop in read.stops)
    assert len(code.replace(" ", "")) <= 24 + -(-2 * len(day.stops) // 5)


@settings(max_examples=40)
@given(handed(), st.booleans())
def test_every_single_changed_letter_is_told(day: HandBack, timed: bool) -> None:
    """Each letter replaced by each other one is refused, everywhere in the code."""
    code = write_code(day, MIDNIGHT if timed else None).replace(" ", "")
    for at, letter in enumerate(code):
        for other in LETTERS:
            if other != letter:
                with pytest.raises(RefusedInput):
                    read_code(code[:at] + other + code[at + 1 :], MIDNIGHT)


@given(handed(), st.data())
def test_swapped_and_lost_letters_are_told(day: HandBack, data: st.DataObject) -> None:
    """Two neighbours the wrong way round, a letter left out, and a letter too many are refused."""
    code = write_code(day, MIDNIGHT).replace(" ", "")
    at = data.draw(st.integers(0, len(code) - 2))
    swapped = code[:at] + code[at + 1] + code[at] + code[at + 2 :]
    wrong = [code[:at] + code[at + 1 :], code[:at] + data.draw(st.sampled_from(LETTERS)) + code[at:]]
    for text in [swapped, *wrong] if swapped != code else wrong:
        with pytest.raises(RefusedInput):
            read_code(text, MIDNIGHT)


@given(st.text(max_size=80))
def test_any_text_is_a_code_or_a_sentence(text: str) -> None:
    """Whatever is pasted is refused in a sentence, never with a traceback."""
    with pytest.raises(RefusedInput):
        read_code(text, MIDNIGHT)


def test_letters_that_look_alike_are_one() -> None:
    """O is read as 0, I and L as 1; hyphens and a scanner's scheme do not matter."""
    day = HandBack(SheetMark(0, 1, 1, 0), (HandedStop(1, StopState.OPEN),) * 1)
    code = write_code(day)
    typed = "opsmap:" + code.replace("0", "o").replace("1", "l").replace(" ", "-")
    assert typed.upper() != code
    assert read_code(typed) == day


def test_the_check_is_that_of_the_standard() -> None:
    """The check passes the valid strings of BIP 350: our polynomial and constant are its."""
    alphabet = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
    for valid in ("a1lqfn3a", "abcdef1l7aum6echk45nj3s0wdvt2fg8x9yrzpqzd3ryx", "?1v759aa"):
        prefix, _, data = valid.rpartition("1")
        spread = [ord(sign) >> 5 for sign in prefix] + [0] + [ord(sign) & 31 for sign in prefix]
        assert _polymod(spread + [alphabet.index(sign) for sign in data]) == 0x2BC830A3


def _file(day: HandBack) -> dict[str, object]:
    rows = [{"sequence": stop.sequence, "state": stop.state.value, "note": stop.note} for stop in day.stops]
    return {"opsmap": "hand-back", "version": 1, "code": write_code(day, MIDNIGHT), "stops": rows}


def test_a_file_is_believed_only_with_its_code() -> None:
    """A file gives notes too; one whose states were changed by hand, or that is something else, is refused."""
    at = MIDNIGHT + timedelta(hours=8)
    day = HandBack(SheetMark(5, 42, 3, 9), (HandedStop(1, StopState.DONE, at, "two sofas"), HandedStop(2, STATES[0])))
    told = _file(day)
    assert read_file(json.dumps(told), MIDNIGHT) == day
    changed = told | {"stops": [{"sequence": 1, "state": "not_found", "note": ""}, {"sequence": 2, "state": "open"}]}
    for wrong in (changed, told | {"stops": []}, told | {"version": 9}, told | {"opsmap": 1}, [told]):
        with pytest.raises(RefusedInput):
            read_file(json.dumps(wrong), MIDNIGHT)
    for text in ("", "{", "[" * 100_000, "null", "7", "x" * 1_000_001):
        with pytest.raises(RefusedInput):
            read_file(text, MIDNIGHT)
