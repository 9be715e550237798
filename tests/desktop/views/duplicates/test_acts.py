"""The acts of Duplicates, what is possible when, and the menu of a card, as data."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from PySide6.QtGui import QKeySequence

import desktop
from desktop.views.commands import is_single, key_lines, review_commands, window_commands
from desktop.views.duplicates import acts
from desktop.views.duplicates.acts import (
    accept_words,
    card_menu,
    every_act,
    possible,
    split_numbers,
    split_words,
)
from desktop.views.duplicates.state import ReviewState
from desktop.views.icons import icon_names
from tests.desktop.views.duplicates.made_up import CARDS, LINES, STATE, with_card


def test_every_act_has_a_key_of_its_own_and_a_bundled_icon() -> None:
    """No id and no key stands twice, none is a key of the window, and each icon is a file."""
    commands = review_commands()
    keys = [command.keys for command in commands if command.keys]
    others = {command.keys for command in window_commands()}
    assert max(Counter(command.id for command in commands).values()) == 1
    assert max(Counter(keys).values()) == 1
    assert not set(keys) & (others | set(acts.DIGITS))
    assert all(not QKeySequence(key).isEmpty() for key in keys)
    assert all(command.icon in icon_names() for command in commands)
    assert {key for key in keys if is_single(key)} == set("AJSNKXPMZO")


def test_the_guide_tells_every_key() -> None:
    """The page that F1 opens names each act's key as it is."""
    page = (Path(desktop.__file__).parent.parent / "docs" / "guide" / f"{acts.PLACE}.md").read_text(encoding="utf-8")
    assert all(f"`{act.keys.replace('+', ' ')}`" in page for act in every_act() if act.keys)


def test_the_key_sheet_tells_no_letter_of_another_workspace() -> None:
    """In Duplicates J and K are acts; lines of lists and the large map, which use them otherwise, are left out."""
    here = {key for line in key_lines(acts.PLACE) for key in line.keys}
    elsewhere = {key for line in key_lines("operations") for key in line.keys}
    assert not here & {command.keys for command in review_commands()}
    assert {"J", "K", "X", "M", "P"} <= elsewhere


def test_a_report_of_the_standing_incident_is_not_asked_about() -> None:
    """Take out and split off would do nothing with it; it can be made the parent and moved."""
    state = with_card(STATE.focused, joined=True)
    can = possible(state)
    assert {acts.PARENT, acts.MOVE} <= can
    assert not can & {acts.TAKE_OUT, acts.KEEP, acts.SPLIT}
    assert split_numbers(state) == ()


def test_one_report_in_focus_decides_what_can_be_done_with_it() -> None:
    """The parent is neither taken out nor made the parent; a report taken out can only be kept; no photo, no zoom."""
    parent = possible(replace(STATE, focused=0))
    other = possible(STATE)
    out = possible(with_card(3, kept=False))
    phoned = possible(replace(STATE, focused=2))
    report = {acts.KEEP, acts.TAKE_OUT, acts.PARENT}
    assert parent & report == set()
    assert other & report == report
    assert out & report == {acts.KEEP}
    assert acts.ZOOM in other
    assert acts.ZOOM not in phoned


@pytest.mark.parametrize("changes", [{"busy": True}, {"changed": "Report 2 was closed a minute ago."}])
def test_nothing_is_decided_on_what_is_no_longer_true(changes: dict[str, object]) -> None:
    """While an act is under way or the reports are others by now, a person can look and go on, and decide nothing."""
    can = possible(replace(STATE, **changes))  # type: ignore[arg-type]
    decides = {acts.ACCEPT, acts.REJECT, acts.SPLIT, acts.KEEP, acts.TAKE_OUT, acts.PARENT, acts.MOVE}
    assert not can & decides
    assert {acts.NEXT, acts.OPEN, acts.ZOOM} <= can


def test_an_incident_needs_two_reports() -> None:
    """With all others taken out, the one that is left cannot be accepted as an incident."""
    cards = (CARDS[0], *(replace(card, kept=False) for card in CARDS[1:]))
    assert acts.ACCEPT not in possible(replace(STATE, cards=cards))
    assert acts.ACCEPT in possible(STATE)


def test_what_is_split_off_is_named() -> None:
    """Those taken out, by number; without any the report in focus, unless it is the parent; many are counted."""
    assert split_words(STATE) == "Split off 4"
    assert split_words(with_card(1, kept=False)) == "Split off 2"
    assert split_numbers(replace(STATE, focused=0)) == ()
    assert acts.SPLIT not in possible(replace(STATE, focused=0))
    cards = tuple(replace(CARDS[1], kept=False) for _ in range(4))
    assert split_words(replace(STATE, cards=(CARDS[0], *cards))) == "Split off 4 reports"


def test_the_primary_act_counts_what_is_kept() -> None:
    """A report taken out no longer counts; the controller's own words win."""
    assert accept_words(STATE) == "Accept 4 as one incident"
    assert accept_words(with_card(2, kept=False)) == "Accept 3 as one incident"
    assert accept_words(replace(STATE, accept="Add 1 to incident 88")) == "Add 1 to incident 88"


def test_without_proposals_one_act_is_left() -> None:
    """Nothing proposed: one can look for duplicates, not while that is under way; nothing before the first reading."""
    assert possible(ReviewState(())) == {acts.LOOK}
    assert possible(ReviewState((), busy=True)) == set()
    assert possible(None) == set()
    assert acts.NEXT not in possible(replace(STATE, lines=LINES[:1]))


def test_the_menu_of_a_card_offers_the_acts_on_its_report() -> None:
    """Acts in the order of their weight with their keys; what cannot be done is grey; no line at an end or twice."""
    menu = card_menu(replace(STATE, focused=0))
    ids = [choice.id for choice in menu if choice is not None]
    grey = {choice.id for choice in menu if choice is not None and not choice.enabled}
    assert ids == [
        acts.OPEN, acts.ZOOM, acts.KEEP, acts.TAKE_OUT, acts.PARENT, acts.MOVE, acts.SPLIT, acts.COPY,
    ]  # fmt: skip
    assert grey == {acts.KEEP, acts.TAKE_OUT, acts.PARENT, acts.SPLIT}
    keys = {act.id: act.keys for act in every_act()}
    assert all(choice.keys == keys[choice.id] for choice in menu if choice is not None and choice.id in keys)
    assert menu[0] is not None
    assert menu[-1] is not None
    assert all(one is not None or other is not None for one, other in pairwise(menu))
    assert card_menu(ReviewState(LINES)) == ()
