"""Updates written to a source over real HTTP: what it takes, refuses, and how its silence is borne."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from data.connectors.open311_answers import told
from data.connectors.open311_updates import Answer, Patience, Place, Update, UpdateWriter, Verdict
from tests.open311_source import Fault, Source311, free_port, serving

AT = datetime(2026, 10, 13, 12, 0, 7, 900_000, tzinfo=UTC)
QUICK = Patience(connect_s=2, answer_s=2, attempts=3, pause_s=0.01, longest_pause_s=1.5)
HOSTILE = "<b>No</b> \u202egnihton\u202c\x07 =cmd() " + "x" * 5000


@pytest.fixture(scope="module")
def server() -> Iterator[Source311]:
    """One server for all."""
    with serving(Source311()) as source:
        yield source


@pytest.fixture
def source(server: Source311) -> Source311:
    """The server with nothing heard yet."""
    for each in (server.heard, server.taken, server.faults, server.refuses, server.paths):
        each.clear()
    server.strict = False
    return server


def said(number: int = 1, *, parent: str = "", status: str = "OPEN") -> Update:
    """An update of one request."""
    return Update(f"{number}_ab", f"R{number}", status, "Done & dusted, café", AT, parent)


def post(
    source: Source311, update: Update, *, form: str = "xml", parent_field: str = "", key: str = "geheim"
) -> tuple[Answer, list[float]]:
    """The answer, and how long was waited in between."""
    waited: list[float] = []
    place = Place(source.address, "elmwood", form, parent_field, key)
    with UpdateWriter(place, patience=QUICK, sleep=waited.append) as writer:
        return writer.post(update), waited


@pytest.mark.parametrize("form", ["xml", "json"])
def test_an_update_arrives_field_by_field(source: Source311, form: str) -> None:
    """The source hears exactly the extension's fields, in UTF-8 and UTC, at the address of the wanted form."""
    answer, waited = post(source, said(status="FIXED"), form=form)
    assert (answer, waited) == (Answer(Verdict.TAKEN), [])
    assert source.paths == [f"/open311/v2/servicerequestupdates.{form}"]
    assert source.heard == [
        {
            "jurisdiction_id": "elmwood",
            "service_request_id": "R1",
            "update_id": "1_ab",
            "updated_datetime": "2026-10-13T12:00:07Z",
            "status": "FIXED",
            "description": "Done & dusted, café",
            "api_key": "geheim",
        }
    ]


def test_the_parent_goes_only_where_its_field_is_named(source: Source311) -> None:
    """An adapter that refuses fields it does not know is told none; one with a field hears the number there."""
    source.strict = True
    assert post(source, said(1, parent="R9", status="DUPLICATE"))[0].verdict is Verdict.TAKEN
    refused = post(source, said(2, parent="R9"), parent_field="parent_service_request_id")[0]
    assert refused == Answer(Verdict.REFUSED, "“found unexpected entries: parent_service_request_id” (400)")
    source.strict = False
    assert post(source, said(3, parent="R9"), parent_field="attribute[parent]")[0].verdict is Verdict.TAKEN
    assert source.taken[-1]["attribute[parent]"] == "R9"


@pytest.mark.parametrize("form", ["xml", "json"])
def test_a_refusal_is_not_repeated_and_keeps_the_servers_sentence(source: Source311, form: str) -> None:
    """A 400 is said once; its sentence is kept without control signs or turning of direction, and cut."""
    source.refuses["R1"] = HOSTILE if form == "json" else HOSTILE.replace("\x07", "")
    answer, waited = post(source, said(), form=form)
    assert (answer.verdict, waited, len(source.heard)) == (Verdict.REFUSED, [], 1)
    assert answer.reason.startswith("“<b>No</b> gnihton =cmd() xxx")
    assert answer.reason.endswith("x…” (400)")
    assert answer.reason.isprintable()
    assert len(answer.reason) < 260


def test_what_is_there_already_has_arrived(source: Source311) -> None:
    """FixMyStreet answers a number that it has with 400: the repeat counts as taken, and is there once."""
    post(source, said())
    assert post(source, said())[0] == Answer(Verdict.TAKEN)
    assert (len(source.heard), len(source.taken)) == (2, 1)


def test_a_busy_source_is_asked_again_when_it_wants(source: Source311) -> None:
    """503 and 429 with Retry-After: the wait is the source's own, by seconds or by a date; then it takes the update."""
    dated = {"Retry-After": "Tue, 13 Oct 2026 12:00:01 GMT", "Date": "Tue, 13 Oct 2026 12:00:00 GMT"}
    source.faults += [Fault(503, headers={"Retry-After": "1"}), Fault(429, headers=dated)]
    answer, waited = post(source, said())
    assert answer.verdict is Verdict.TAKEN
    assert waited[0] == 1.0
    assert len(waited) == 2
    assert len(source.heard) == 3


def test_a_source_that_wants_a_long_rest_gets_it(source: Source311) -> None:
    """A Retry-After beyond patience is not waited for here: the verdict says how long, at most a day."""
    source.faults += [Fault(503, headers={"Retry-After": "600"}), Fault(503, headers={"Retry-After": "9" * 30})]
    answer, waited = post(source, said())
    assert (answer.verdict, answer.wait_s, waited) == (Verdict.AWAY, 600.0, [])
    assert post(source, said())[0].wait_s == 86_400.0


def test_pauses_grow_and_end(source: Source311) -> None:
    """Without Retry-After the pauses grow; after the last attempt the verdict is the source's last word."""
    source.faults += [Fault(502)] * 3
    answer, waited = post(source, said())
    assert answer == Answer(Verdict.AWAY, "it answers 502 without a reason")
    assert len(source.heard) == 3
    assert len(waited) == 2
    assert 0 < waited[0] < waited[1] + 0.006


def test_an_error_of_the_server_is_about_this_update(source: Source311) -> None:
    """500 is repeated and then left for later; others of the source may well be taken."""
    source.faults += [Fault(500, "Could not map category", "text/plain")] * 3
    assert post(source, said())[0] == Answer(Verdict.LATER, "“Could not map category” (500)")


def test_an_answer_that_breaks_off_is_asked_for_again(source: Source311) -> None:
    """The source took the update and its answer broke off: the repeat under the same number is known there."""
    source.faults += [Fault(takes=True, breaks=True)]
    answer, _ = post(source, said())
    assert answer.verdict is Verdict.TAKEN
    assert [one["update_id"] for one in source.heard] == ["1_ab", "1_ab"]
    assert len(source.taken) == 1


def test_a_slow_source_is_given_up_in_time(source: Source311) -> None:
    """No answer within patience counts as silence, in words of ours."""
    source.faults += [Fault(slow_s=0.6)] * 2
    place = Place(source.address, key="geheim")
    with UpdateWriter(place, patience=Patience(answer_s=0.2, attempts=2, pause_s=0.01)) as writer:
        assert writer.post(said()) == Answer(Verdict.AWAY, "it gave no answer in time")
    assert len(source.heard) == 2


def test_nobody_there_is_said_so() -> None:
    """A closed port is silence of the source as a whole."""
    place = Place(f"http://127.0.0.1:{free_port()}/v2", key="geheim")
    with UpdateWriter(place, patience=QUICK, sleep=lambda _: None) as writer:
        assert writer.post(said()) == Answer(Verdict.AWAY, "nobody answers there")


def test_a_wrong_key_shuts_the_source_and_is_never_repeated(
    source: Source311, caplog: pytest.LogCaptureFixture
) -> None:
    """A refused key is the person's to change; the server that repeats it gets it struck out, and no log holds it."""
    with caplog.at_level(logging.DEBUG):
        answer, _ = post(source, said(), key="falsch-4711")
    assert answer == Answer(Verdict.SHUT, "it refuses the key: “The key [key] is not known” (403)")
    assert "falsch-4711" not in caplog.text
    assert "falsch-4711" not in repr(Place("https://x.example", key="falsch-4711"))


def test_a_redirect_is_not_followed(source: Source311) -> None:
    """Whoever a redirect names hears neither key nor words."""
    with serving(Source311()) as other:
        source.faults += [Fault(307, headers={"Location": f"{other.address}/servicerequestupdates.xml"})]
        answer, _ = post(source, said())
        assert answer.verdict is Verdict.SHUT
        assert other.heard == []


@pytest.mark.parametrize(
    ("body", "media_type", "status", "verdict"),
    [
        ("", "text/xml", 200, Verdict.REFUSED),
        ("", "text/xml", 201, Verdict.TAKEN),
        ("<html><body>Log in</body></html>", "text/html", 200, Verdict.REFUSED),
        ("<errors><error><description>no</description></error></errors>", "text/xml", 200, Verdict.REFUSED),
        ("<service_request_updates><request_update><token>7</token></request_update></service_request_updates>",
         "text/xml", 200, Verdict.TAKEN),
        ('{"service_request_updates": {"update_id": 12}}', "application/json", 200, Verdict.TAKEN),
        ('<!DOCTYPE a [<!ENTITY e "x">]><a><update_id>&e;</update_id></a>', "text/xml", 200, Verdict.REFUSED),
        ("[" * 100_000, "application/json", 200, Verdict.REFUSED),
    ],
)  # fmt: skip
def test_taken_is_what_says_so(source: Source311, body: str, media_type: str, status: int, verdict: Verdict) -> None:
    """A good code alone is not enough: a page for people, an error under 200 or broken text is no yes."""
    source.faults += [Fault(status, body, media_type)]
    assert post(source, said())[0].verdict is verdict


def test_a_pages_html_is_no_sentence() -> None:
    """What a server shows people is not kept as its reason."""
    assert told(b"<html><description>boo</description></html>", "text/html; charset=utf-8").fault == ""
    assert told(b"Not today.", "text/plain").fault == "Not today."
