"""What a city sets for itself: read, written, and refused where it makes no sense."""

from __future__ import annotations

import json
from datetime import date, time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.records import City, Status
from desktop.domain.answer_words import WORDS, fault_of
from desktop.domain.answers import PLACEHOLDERS
from desktop.domain.city_settings import CitySettings, changed, from_json, settings_of
from desktop.domain.lifecycle import TRANSITIONS, Outcome
from desktop.operations.record_stop import OUTCOMES
from tests.soak import examples

SETTINGS = st.builds(
    CitySettings,
    opens=st.sampled_from([time(6), time(7, 30)]),
    closes=st.sampled_from([time(16), time(18)]),
    weekdays=st.frozensets(st.integers(0, 6), min_size=1),
    holidays_country=st.sampled_from(["", "US", "US-MA", "DE-BE"]),
    holidays=st.frozensets(st.dates(date(2020, 1, 1), date(2030, 1, 1)), max_size=4),
    hold_s=st.integers(0, 600),
    undo_s=st.integers(0, 6000),
    archive_days=st.integers(1, 60),
    goal_share=st.floats(0, 1),
    language=st.sampled_from(["en", "en-US", "de"]),
    contacts=st.dictionaries(st.sampled_from(["rail", "water"]), st.sampled_from(["Railway, 555-0100", "Wasser"])),
    words=st.dictionaries(st.sampled_from(["outcome.fixed", "instead.due"]), st.sampled_from(["Behoben", "bald"])),
)


@settings(max_examples=examples(60))
@given(SETTINGS)
def test_settings_come_back_from_json(wanted: CitySettings) -> None:
    """Written to JSON and read again, nothing is lost; what is usual is not written."""
    assert from_json(json.loads(json.dumps(wanted.to_json()))) == wanted
    assert CitySettings().to_json() == {}


def test_a_city_without_settings_has_the_usual_ones() -> None:
    """And what a later version added does no harm."""
    assert settings_of(City("A", "UTC", None, None)) == CitySettings()
    assert settings_of(City("A", "UTC", None, None, {"hold_s": 5, "mood": "good"})).hold_s == 5
    assert settings_of(City("A", "UTC", None, None, {"words": {"outcome.eaten": "Gefressen"}})).words == {}


@pytest.mark.parametrize(
    ("pairs", "reason"),
    [
        ({"opens": "late"}, "opens cannot be 'late'"),
        ({"opens": "19:00"}, "closes is later than opens"),
        ({"weekdays": "1,9"}, "weekdays are numbers from 0"),
        ({"weekdays": ""}, "weekdays are numbers from 0"),
        ({"hold_s": "-1"}, "hold_s is between"),
        ({"goal_share": "nan"}, "goal_share is between"),
        ({"holidays": "2026-02-30"}, "holidays cannot be"),
        ({"holidays_country": "Atlantis"}, "holidays_country is a country's code"),
        ({"language": "Klingon"}, "language is one of en, en-US, de"),
        ({"mood": "good"}, "there is no setting mood"),
        ({"words": "good"}, "there is no setting words"),
        ({"words.mood": "good"}, "there is no setting words.mood; there are outcome.fixed"),
        ({"contact.": "Somebody"}, "a contact has a key"),
        ({"contact.rail": "x" * 201}, "a contact has a key and a text of at most 200"),
        ({"words.outcome.fixed": "{address}"}, "words.outcome.fixed stand inside a sentence"),
        ({"words.outcome.fixed": "a\nb"}, "words.outcome.fixed stand inside a sentence"),
        ({"words.instead.due": "x" * 201}, "words.instead.due stand inside a sentence"),
        ({"words.usual.start": "We begin at {street}"}, r"words.usual.start: There is no placeholder {street}"),
    ],
)
def test_what_makes_no_sense_is_named(pairs: dict[str, str], reason: str) -> None:
    """Each refusal names the setting and the rule."""
    with pytest.raises(ValueError, match=reason):
        changed(CitySettings(), pairs)


def test_holidays_are_days_without_work_in_any_year() -> None:
    """A country's holidays and the city's own days are not worked; an ordinary Tuesday is."""
    calendar = CitySettings(holidays_country="US-MA", holidays=frozenset({date(2026, 6, 9)})).calendar("UTC")
    assert not calendar.works_on(date(2026, 5, 25))  # Memorial Day
    assert not calendar.works_on(date(2031, 12, 25))
    assert not calendar.works_on(date(2026, 4, 20))  # Patriots' Day, of Massachusetts alone
    assert not calendar.works_on(date(2026, 6, 9))
    assert calendar.works_on(date(2026, 6, 16))
    assert CitySettings(holidays_country="US").calendar("UTC").works_on(date(2026, 4, 20))


def test_words_are_set_one_by_one_and_taken_back() -> None:
    """Others stay as they were; an empty text brings the usual words back, and then nothing of it is kept."""
    own = changed(CitySettings(), {"words.outcome.fixed": " Behoben ", "words.instead.due": "bald"})
    own = changed(own, {"words.instead.due": "demnächst", "language": "de"})
    assert (own.words, own.language) == ({"outcome.fixed": "Behoben", "instead.due": "demnächst"}, "de")
    assert own.shown()["words.outcome.fixed"] == "Behoben"
    assert own.shown()["words.outcome.not_found"] == "Not found"
    assert changed(own, {"words.outcome.fixed": "", "words.instead.due": " "}).words == {}


def test_contacts_are_kept_by_key() -> None:
    """One line each, as it will stand in a sentence; an empty text takes one off; the list is shown as it is set."""
    own = changed(CitySettings(), {"contact.rail": " Railway,\n555-0100 ", "contact.water": "Water board"})
    assert own.contacts == {"rail": "Railway, 555-0100", "water": "Water board"}
    assert own.shown()["contact.rail"] == "Railway, 555-0100"
    assert changed(own, {"contact.rail": ""}).contacts == {"water": "Water board"}


def test_there_are_words_for_everything_that_residents_may_read() -> None:
    """Every outcome, status and placeholder, every act with words of its own, corrections, repeats, ends of stops."""
    told = [f"usual.{verb.name.lower()}" for verb, row in TRANSITIONS.items() if row.usual]
    keys = [f"outcome.{one.value}" for one in Outcome] + [f"status.{one.value}" for one in Status]
    said = {*(f"instead.{name}" for name in PLACEHOLDERS), "correction", "repeats", "apart"}
    stops = {f"stop.{kind.value}" for kind in OUTCOMES}
    assert set(WORDS) == {*told, *keys, *said, *stops}
    assert all(text.strip() for text in WORDS.values())
    assert fault_of(WORDS) == ""
