"""Texts for residents: kept under a code, used by acts, previewed, taken along; hostile ones stay texts."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from data.errors import Conflict, RefusedInput
from data.outbox import FileSender
from data.records import ServiceId
from data.store import Store
from desktop.domain.lifecycle import Outcome, Verb
from desktop.operations.handle_requests import acknowledge, close, schedule
from desktop.operations.send_messages import send_messages
from desktop.operations.set_city import set_city
from desktop.operations.templates import (
    Draft,
    previews,
    read_drafts,
    remove_template,
    save_template,
    save_templates,
    templates_as_json,
)
from desktop.operations.undo import undo
from desktop.operations.work import Work
from tests.desktop.operations.desk import ids, later, make_desk, request

HOSTILE = "<script>alert('{address}')</script> =1+1 \u202eevil"


@pytest.fixture
def work(any_store: Store) -> Work:
    """Ana's desk."""
    return make_desk(any_store)


def test_a_text_is_kept_under_its_code(work: Work) -> None:
    """Saved, saved anew, seen by version, removed."""
    save_template(work, draft=Draft("A", "Received", "Thank you for {service}."))
    assert save_template(work, draft=Draft("A", "Received", "Thank you for {service}.")).act_id is None
    changes = save_template(work, draft=Draft(" A ", "Received", "Thanks for {service}."), expected=1)
    assert (changes.counts["added"], changes.counts["updated"]) == (0, 1)
    with pytest.raises(Conflict, match="Answer template 1 was changed by ana"):
        save_template(work, draft=Draft("A", "Received", "Hello"), expected=1)
    with work.store.read() as unit:
        assert [(one.code, one.text) for one in unit.templates.all()] == [("A", "Thanks for {service}.")]
    remove_template(work, code="A")
    with pytest.raises(RefusedInput, match="no template 'A'"):
        remove_template(work, code="A")


@pytest.mark.parametrize(
    ("draft", "reason"),
    [
        (Draft("A", "x", "Dear {name}"), r"A: There is no placeholder \{name\}"),
        (Draft("A", "x", " "), "The text is empty"),
        (Draft("", "x", "y"), "needs a code and a name"),
        (Draft("A", "x", "y", verb="assign to"), "No act 'assign to' tells residents anything"),
    ],
)
def test_what_cannot_be_used_is_refused_at_saving(work: Work, draft: Draft, reason: str) -> None:
    """And the good one beside it is not kept either."""
    with pytest.raises(RefusedInput, match=reason):
        save_templates(work, drafts=[Draft("GOOD", "Good", "Hello"), draft])
    with work.store.read() as unit:
        assert unit.templates.all() == []


def test_an_act_speaks_in_a_templates_words(work: Work) -> None:
    """Filled for each request; a template of another act, or of another service, is refused or leaves requests out."""
    save_template(work, draft=Draft("R", "Received", "{service}, {request}, {department}.", verb="acknowledge"))
    save_template(work, draft=Draft("P", "Holes", "Filled: {address}.", service_id=ServiceId(1)))
    acknowledge(work, request_ids=ids(1, 2), template="R")
    assert request(work, 2).status_notes == "Tree, R1, the city."
    with pytest.raises(RefusedInput, match="is for 'acknowledge', not for 'close'"):
        close(work, request_ids=ids(1), outcome=Outcome.FIXED, template="R")
    changes = close(work, request_ids=ids(1, 2), outcome=Outcome.FIXED, template="P")
    assert changes.counts["requests"] == 1
    assert "is of another service than the template P" in changes.counts["refused"][0]["reason"]
    with pytest.raises(RefusedInput, match="no template 'X'"):
        acknowledge(work, request_ids=ids(3), template="X")


def test_a_preview_is_what_the_act_then_says(work: Work) -> None:
    """For every request that may be acted upon, the same words, and nothing is written by looking."""
    text = "{outcome}: {service} at {address} by {due}, {date}, {department}."
    head = work.store.head()
    found = previews(work, text=text, request_ids=ids(1, 2, 3), verb=Verb.CLOSE, outcome=Outcome.NO_ACTION)
    assert work.store.head() == head
    close(work, request_ids=ids(1, 2, 3), outcome=Outcome.NO_ACTION, comment=text)
    assert [one.text for one in found] == [request(work, one.request_id).status_notes for one in found]
    assert previews(work, text=text, request_ids=ids(1), verb=Verb.CLOSE, outcome=Outcome.FIXED) == []
    assert len(previews(work, text="{service}", request_ids=ids(*range(1, 9)), limit=5)) == 5


def test_dates_are_in_the_citys_language(work: Work) -> None:
    """Deadline and planned day are written as the city writes them, in the note and in what the resident gets."""
    set_city(work, values={"language": "de"})
    due = datetime(2026, 10, 16, 13, 30, tzinfo=UTC)
    with work.store.write("promise", actor="ana", at=work.clock.now()) as unit:
        unit.change("service_request", {1: {"due_at": due}})
        unit.commit()
    schedule(work, request_ids=ids(1), day=date(2026, 10, 15), comment="Bis {due}: {date}")
    with work.store.read() as unit:
        told = unit.outbox.all()[-1].payload["text"]
    assert told == request(work, 1).status_notes
    assert told == "Bis Freitag, 16. Oktober 2026, 09:30: Donnerstag, 15. Oktober 2026"


GERMAN = {
    "usual.acknowledge": "Danke für {service} ({address}). Wir sehen bis {due} nach.",
    "outcome.fixed": "Behoben",
    "instead.due": "zu einem noch offenen Tag",
    "instead.contact": "Bürgertelefon",
    "instead.department": "Stadt",
    "correction": "Unsere Nachricht zu {request} war ein Irrtum: Die Meldung ist [standing].",
    "status.acknowledged": "bestätigt",
}


def test_no_word_is_english_where_the_city_set_its_own(work: Work, tmp_path: Path) -> None:
    """The usual words of an act, an outcome, what stands for what is missing, and a correction are the city's."""
    set_city(work, values={"language": "de"} | {f"words.{key}": text for key, text in GERMAN.items()})
    acknowledge(work, request_ids=ids(1))
    done = close(work, request_ids=ids(1), outcome=Outcome.FIXED, comment="{outcome}. {department}, {contact}.")
    soon = later(work, minutes=2)
    send_messages(soon, sender=FileSender(tmp_path / "out.jsonl"))
    assert done.act_id is not None
    undo(soon, act_id=done.act_id)
    with work.store.read() as unit:
        told = [one.payload["text"] for one in unit.outbox.all()]
    assert told == [
        "Danke für Pot (0 Elm Street). Wir sehen bis zu einem noch offenen Tag nach.",
        "Behoben. Stadt, Bürgertelefon.",
        "Unsere Nachricht zu R0 war ein Irrtum: Die Meldung ist bestätigt.",
    ]
    set_city(soon, values={f"words.{key}": "" for key in GERMAN})
    (again,) = previews(soon, text="{outcome}, {due}", request_ids=ids(2), outcome=Outcome.FIXED, verb=Verb.CLOSE)
    assert again.text == "Fixed, a day still to be set"


def test_a_deadline_that_has_passed_is_no_promise(work: Work) -> None:
    """The usual answer to an overdue request names no day of the past; the one to a request in time names its day."""
    now = work.clock.now()
    with work.store.write("promise", actor="ana", at=now) as unit:
        unit.change("service_request", {1: {"due_at": now - timedelta(days=2)}, 2: {"due_at": now + timedelta(days=2)}})
        unit.commit()
    acknowledge(work, request_ids=ids(1, 2))
    assert request(work, 1).status_notes.endswith("We look at it by a day still to be set.")
    assert f"{(now + timedelta(days=2)).year}" in request(work, 2).status_notes


def test_hostile_words_stay_words(work: Work) -> None:
    """Markup, formulas and turned writing in a text or an address are said as they are or left out, never run."""
    with work.store.write("edit", actor="ana", at=work.clock.now()) as unit:
        unit.change("service_request", {1: {"address": "{due} ${7*7} <img src=x>\n\u202e"}})
        unit.commit()
    save_template(work, draft=Draft("H", "Hostile", HOSTILE))
    acknowledge(work, request_ids=ids(1), template="H")
    assert request(work, 1).status_notes == "<script>alert('{due} ${7*7} <img src=x>')</script> =1+1 evil"


def test_templates_travel(work: Work, tmp_path: Path) -> None:
    """Exported as JSON and brought in again they are the same; a broken file is refused by its entry."""
    save_templates(work, drafts=[Draft("A", "One", "{service}"), Draft("B", "Two", "{due}", ServiceId(2), "schedule")])
    file = tmp_path / "t.json"
    with work.store.read() as unit:
        rows = templates_as_json(unit)
        file.write_text(json.dumps(rows), encoding="utf-8")
        drafts = read_drafts(unit, file)
        assert rows[1]["service_code"] == "TREE"
    assert save_templates(work, drafts=drafts).act_id is None
    for content, reason in (
        ("{", "cannot be read as JSON"),
        ("{}", "is not a list"),
        ('[{"code": 1}]', "entry 1 is not a template"),
        ('[{"code": "A", "service_code": "X"}]', "no service has the code 'X'"),
    ):
        file.write_text(content, encoding="utf-8")
        with work.store.read() as unit, pytest.raises(RefusedInput, match=reason):
            read_drafts(unit, file)
