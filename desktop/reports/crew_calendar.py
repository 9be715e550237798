"""A crew's day as an iCalendar file (RFC 5545): an event a stop, which a later print replaces, for its uid stays.

Times are UTC, which every calendar shows in its own zone.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from icalendar import Calendar, Event

from data.connectors.safe_csv import whole_file
from desktop.domain.language import ENGLISH, Language
from desktop.domain.plain_text import readable
from desktop.domain.translatable import QT_TRANSLATE_NOOP
from desktop.reports.crew_days import CrewDay, PlanDay, StopFacts

PRODUCT = "-//Opsmap//Crew day//EN"
_NAMES = uuid.UUID("7d1f2c54-8b0e-5f0a-9d7c-2f1f0e6a4b11")  # of this format; uids are made within it
SHORTEST = timedelta(minutes=1)
CONTEXT = "CrewCalendar"
_BREAK = QT_TRANSLATE_NOOP("CrewCalendar", "Break")
_REPORTS = QT_TRANSLATE_NOOP("CrewCalendar", "{0} reports")
_JOB = QT_TRANSLATE_NOOP("CrewCalendar", "Job {0}")


def write_calendar(path: Path, day: PlanDay, crew: CrewDay, written_at: datetime, language: Language = ENGLISH) -> None:
    """Write a crew's day, whole or not at all."""
    with whole_file(path) as stream:
        stream.write(calendar_of(day, crew, written_at, language).to_ical().decode())


def calendar_of(day: PlanDay, crew: CrewDay, written_at: datetime, language: Language = ENGLISH) -> Calendar:
    """The calendar of a crew's day: its stops and its break."""
    made = Calendar()
    made.add("prodid", PRODUCT)
    made.add("version", "2.0")
    made.add("method", "PUBLISH")
    made.add("x-wr-calname", _line(crew.crew["crew"]))
    for event in _events(day, crew, language):
        event.add("dtstamp", written_at.astimezone(UTC))
        event.add("last-modified", written_at.astimezone(UTC))
        event.add("sequence", int(written_at.timestamp() // 60))  # a later print goes before an earlier one
        made.add_component(event)
    return made


def stop_uid(city: str, date: str, job: str) -> str:
    """The same for the same job on the same day, whichever crew has it and whenever it is printed."""
    return f"{uuid.uuid5(_NAMES, json.dumps([city, date, job]))}@opsmap"


def _events(day: PlanDay, crew: CrewDay, language: Language) -> Iterator[Event]:
    date = str(day.content["date"])
    for stop in crew.crew["stops"]:
        event = _event(stop_uid(day.city, date, stop["job"]), stop["service_start"], stop["departure"])
        where = _line(stop["address"] or stop["job"])
        event.add("summary", f"{stop['sequence']} · {where} · {_line(stop['service'] or stop['job'])}")
        event.add("location", where)
        event.add("geo", (stop["lat"], stop["long"]))
        event.add("description", _description(stop, crew.facts(stop), language))
        yield event
    if crew.crew["break"]:
        pause = crew.crew["break"]
        event = _event(stop_uid(day.city, date, f"break of {crew.crew['crew']}"), pause["start"], pause["end"])
        event.add("summary", language.say(_BREAK))
        event.add("transp", "TRANSPARENT")
        yield event


def _event(uid: str, start: str, end: str) -> Event:
    event = Event()
    begins = datetime.fromisoformat(start).astimezone(UTC)
    event.add("uid", uid)
    event.add("dtstart", begins)
    event.add("dtend", max(datetime.fromisoformat(end).astimezone(UTC), begins + SHORTEST))
    return event


def _description(stop: Mapping[str, Any], facts: StopFacts, language: Language) -> str:
    """What the resident wrote, what was asked, which reports it closes."""
    parts = [stop["description"], *(f"{question} {answer}" for question, answer in facts.answers)]
    reports = len(stop["request_ids"])
    if reports > 1:
        parts.append(language.say(_REPORTS, language.count(reports)))
    parts.append(language.say(_JOB, stop["job"]))
    return "\n".join(part for part in map(_text, parts) if part)


def _line(text: str) -> str:
    return " ".join(_text(text).split())


def _text(text: str) -> str:
    """What RFC 5545 can hold: no control characters but line ends (section 3.1)."""
    return "".join(sign for sign in readable(text) if sign == "\n" or ord(sign) >= 32).strip()
