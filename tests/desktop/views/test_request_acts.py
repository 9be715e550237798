"""Which acts are offered, as data: by the table of transitions, with one key each and icons that exist."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.records import Status
from desktop.domain import answers
from desktop.domain.answers import Facts
from desktop.domain.lifecycle import TRANSITIONS, Verb
from desktop.views.act_bar import act_choices
from desktop.views.commands import request_commands, window_commands
from desktop.views.icons import icon_names
from desktop.views.request_acts import every_act, offered, offered_for_many, title_of, verb_of


@pytest.mark.parametrize("status", list(Status))
def test_offered_is_what_the_table_allows(status: Status) -> None:
    """Buttons and menu together are all that the table allows from a status, each once; three buttons at most."""
    found = offered(status)
    verbs = [act.verb for act in (*found.shown, *found.more)]
    told = {Verb.ANSWER, Verb.COMMENT, Verb.HEAR, Verb.ARCHIVE}  # the composer, the source and the clock do these
    assert set(verbs) == {verb for verb, row in TRANSITIONS.items() if status in row.allowed} - told
    assert len(verbs) == len(set(verbs))
    assert len(found.shown) <= 3


def test_the_usual_next_step_comes_first() -> None:
    """Acknowledge what is submitted, start what is acknowledged, close what is in progress, reopen what is closed."""
    first = {status: offered(status).shown[0].verb for status in Status if offered(status).shown}
    assert first == {
        Status.SUBMITTED: Verb.ACKNOWLEDGE,
        Status.ACKNOWLEDGED: Verb.START,
        Status.SCHEDULED: Verb.START,
        Status.IN_PROGRESS: Verb.CLOSE,
        Status.CLOSED: Verb.REOPEN,
    }


@given(st.sets(st.sampled_from(Status)))
def test_many_are_offered_what_fits_one_of_them(statuses: set[Status]) -> None:
    """What is allowed for none of the ticked requests is not offered."""
    found = offered_for_many(statuses)
    assert all(TRANSITIONS[act.verb].allowed & statuses for act in (*found.shown, *found.more))


def test_commands_of_acts_have_keys_of_their_own() -> None:
    """No key stands twice, none is the window's, icons are bundled, and every command leads to its act."""
    commands = request_commands()
    keys = [command.keys for command in (*commands, *window_commands()) if command.keys]
    assert all(number == 1 for number in Counter(keys).values())
    assert all(command.icon in icon_names() for command in commands)
    assert [verb_of(command.id) for command in commands] == [act.verb for act in every_act()]
    assert verb_of("quit") is None


def test_menus_say_when_something_is_asked_first() -> None:
    """An ellipsis where a sheet comes: always for a date or words, for every act on many."""
    acts = [act for act in every_act() if not act.asks]
    assert not any(choice.text.endswith("…") for choice in act_choices(acts))
    assert all(choice.text.endswith("…") for choice in act_choices(acts, count=2))


@pytest.mark.parametrize("verb", [act.verb for act in every_act()])
def test_the_button_says_how_many(verb: Verb) -> None:
    """The last press names what happens, and to how many."""
    assert "12" in title_of(verb, 12)
    assert "{" not in title_of(verb, 1)


@given(st.text(), st.text(), st.text())
def test_pieces_are_the_filled_text(text: str, service: str, address: str) -> None:
    """Put together, the pieces are what is sent, whatever the template and the facts hold."""
    template = f"{text} {{service}} at {{address}} {text}"
    facts = Facts(service=service, address=address)
    assert "".join(piece for piece, _ in answers.pieces(template, facts)).strip() == answers.fill(template, facts)
