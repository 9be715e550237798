"""The page of the hand-over: hostile words stay words, it asks for nothing, and it says what it was given."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from lxml import html

from desktop.domain.act_words import CONTEXT as ACTS
from desktop.domain.attention import SameDay
from desktop.domain.shifts import Shift
from desktop.domain.translatable import texts_of
from desktop.operations.hand_over import Deed, HandOver, Line, Person, Said, StormTold, Waiting
from desktop.reports.hand_over_page import CONTEXT, Speech, page_body, whole_page, write_page
from tests.desktop.reports.test_hostile_text import HOSTILE
from tests.desktop.wide import listed, unmarked, wide_language

NOW = datetime(2026, 10, 13, 14, tzinfo=UTC)
MORE = (
    "<style>*{display:none}</style>",
    "a\x00b\x1b[2J",
    "\ud800 alone",
    "\u202eturned\u202c \u2066inside\u2069",
    "'><img src=x onerror=y>",
)
ALLOWED = {
    "html",
    "head",
    "meta",
    "title",
    "style",
    "body",
    "h1",
    "h2",
    "p",
    "table",
    "thead",
    "tbody",
    "tr",
    "th",
    "td",
    "br",
}


def hand_over_of(texts: tuple[str, ...]) -> HandOver:
    """A hand-over in which people wrote these texts wherever they can."""
    lines = tuple(Line(at, text, text, text, NOW - timedelta(days=at)) for at, text in enumerate(texts, 1))
    said = tuple(Said(at, text, NOW, text, text) for at, text in enumerate(texts, 1))
    return HandOver(
        texts[0],
        "Europe/Berlin",
        Shift(NOW - timedelta(hours=8), NOW, NOW + timedelta(hours=4)),
        came_in=1234,
        acknowledged=20,
        by_machine=3,
        closed=7,
        today=SameDay(40, 30, 3),
        goal=0.95,
        missing=8,
        waits=(Waiting("unacknowledged", 99, lines), Waiting("overdue", 0, ()), Waiting("due_next", 2, lines[:2])),
        storms=tuple(StormTold(text, text, 40, 2, 0.125) for text in texts),
        people=tuple(Person(text, (Deed("close", 2, 12),), 1) for text in texts),
        notes=said,
        notes_count=len(said),
        held=said,
        held_count=len(said) + 5,
        failed_count=2,
    )


@pytest.fixture
def page(tmp_path: Path) -> html.HtmlElement:
    """The page with every hostile text in every place, as a browser would read it."""
    path = tmp_path / "page.html"
    write_page(path, hand_over_of((*HOSTILE, *MORE)))
    return html.document_fromstring(path.read_text(encoding="utf-8"))


def test_hostile_words_stay_words(page: html.HtmlElement) -> None:
    """There is no element and no attribute but ours, and every text is there to be read."""
    assert {element.tag for element in page.iter() if isinstance(element.tag, str)} <= ALLOWED
    names = {name for element in page.iter() for name in element.attrib}
    assert names <= {"class", "width", "lang", "charset", "http-equiv", "content", "name"}
    told = page.text_content()
    assert told.count("<style>*{display:none}</style>") > 5
    for text in HOSTILE:
        readable = re.sub(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]", " ", text)[:200]
        squeezed = " ".join(re.sub("[\u202a-\u202e\u2066-\u2069\u200e\u200f\u061c]", "", readable).split())
        assert squeezed in " ".join(told.split())


@pytest.mark.parametrize(
    ("missing", "sentence"),
    [
        (0, "The day's goal of 95 % is reached."),
        (1, "1 more acknowledgement reaches the day's goal of 95 %."),
        (2, "2 more acknowledgements reach the day's goal of 95 %."),
    ],
)
def test_what_the_goal_needs_is_told_in_its_number(missing: int, sentence: str) -> None:
    """None, one and more than one."""
    body = page_body(replace(hand_over_of(("Plain",)), missing=missing), Speech())
    assert sentence in " ".join(html.fromstring(body).text_content().replace("\u202f", " ").split())


def test_the_page_asks_for_nothing_and_turns_nothing(tmp_path: Path) -> None:
    """No address, no script, a policy that forbids the rest, no letter that turns the line around."""
    path = tmp_path / "page.html"
    write_page(path, hand_over_of(("Plain", *MORE)))
    text = path.read_text(encoding="utf-8")
    assert "default-src 'none'" in text
    assert not re.search(r"https?://|<script|url\(|@import|<a |javascript:", text)
    assert not set(text) & set("\x00\x1b\u202e\u202c\u2066\u2069")


def test_the_page_says_what_it_was_given(page: html.HtmlElement) -> None:
    """Figures, headings with their counts, what is left out, and empty parts as such."""
    told = " ".join(page.text_content().split())
    headings = [" ".join(element.text_content().split()) for element in page.xpath("//h2")]
    count = len(HOSTILE) + len(MORE)
    assert headings == [
        "Not acknowledged: 99",
        "Overdue: 0",
        "Due in the next shift: 2",
        f"Unusual rates: {count}",
        "Who did what",
        f"Notes among staff: {count}",
        f"Messages held: {count + 5}",
    ]
    assert [cell.text_content() for cell in page.xpath("//td[@class='figure']")] == [
        "1\u2009234",
        "20",
        "7",
        "75.0\u202f%",
    ]
    for words in (
        "Shift from 13 Oct 2026, 08:00 to 13 Oct 2026, 16:00.",
        "The next one is reckoned until 13 Oct 2026, 20:00.",
        "Answered by a machine alone: 3. 8 more acknowledgements reach the day's goal of 95 %.",
        f"and {99 - count} more",
        "2 could not be sent; try them again.",
        "40 in 2 h",
    ):
        assert " ".join(words.split()) in told


def test_links_are_those_that_are_asked_for() -> None:
    """The window's page links each request by its id and each queue by its key; paper has none."""
    body = page_body(
        hand_over_of(("Plain",)), Speech(link=lambda kind, value, text: f"<a href='{kind}:{value}'>{text}</a>")
    )
    links = {link.get("href") for link in html.fragment_fromstring(body, create_parent="div").iter("a")}
    assert {"request:1", "queue:unacknowledged"} <= links
    assert "queue:overdue" not in links  # nothing to open
    assert "<a" not in page_body(hand_over_of(("Plain",)), Speech())


def test_every_word_of_the_page_is_marked() -> None:
    """With the marked texts in wide letters no plain word is left but those of people; figures have decimal commas."""
    spoken = wide_language(CONTEXT, ACTS)
    told = whole_page(hand_over_of(("0", "1")), Speech(spoken))
    assert '<html lang="de">' in told
    texts = [text.strip() for text in html.fromstring(told).xpath("//text()[not(ancestor::style)]") if text.strip()]
    assert len(texts) > 60
    assert unmarked(texts, ["Rivermouth"]) == []
    assert "75,0\u202f%" in texts
    assert set(texts_of(CONTEXT)) <= listed()[CONTEXT]
