"""The week of the roster as its table shows it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date

from PySide6.QtCore import QCoreApplication

from desktop.domain.roster_day import CrewDay
from desktop.domain.roster_faults import clock_of
from desktop.domain.roster_words import CONTEXT, roster_sentence
from desktop.operations.roster import DayRoster, member_words
from desktop.views import format as words
from desktop.views.roster.state import WeekCell, WeekRow, WeekState

translate = QCoreApplication.translate


def week_state(days: Sequence[DayRoster], shown: date, holidays: Collection[date]) -> WeekState:
    """A week as the table shows it."""
    holiday = translate("Roster", "holiday")
    names = list(dict.fromkeys(one.crew.name for day in days for one in day.crews))
    by_day = [{one.crew.name: (one, day) for one in day.crews} for day in days]
    rows = []
    for name in names:
        cells = tuple(_cell(*day[name]) if name in day else WeekCell("–", tone="quiet") for day in by_day)
        latest = next(day[name][0] for day in reversed(by_day) if name in day)
        rows.append(WeekRow(name, "" if latest.vehicle is None else latest.vehicle.name, cells))
    heads = tuple(
        f"{words.weekday(one.day)} {one.day.day}" + (f" · {holiday}" if one.day in holidays else "") for one in days
    )
    return WeekState(heads, shown.weekday(), tuple(rows))


def _cell(crew: CrewDay, day: DayRoster) -> WeekCell:
    """The shift and how many are there; what is missing where something is."""
    people = [member_words(day.rows, int(one.id), one.code) for one in crew.present]
    if crew.why:
        rests = crew.shift is None or "holiday" in crew.why
        return WeekCell("–", "" if rests else _short(crew), "quiet" if rests else "warning", said(crew.why))
    assert crew.shift is not None
    hours = f"{clock_of(crew.shift.start_min)}–{clock_of(crew.shift.end_min)}"
    if crew.missing:
        return WeekCell(hours, _short(crew), "warning", " ".join((*map(said, crew.missing), ", ".join(people))))
    return WeekCell(hours, _short(crew), "plain", ", ".join(people))


def said(sentence: str) -> str:
    """Why a crew does not drive out, or what it lacks, in the language of the window."""
    return roster_sentence(sentence, words.language(CONTEXT))


def _short(crew: CrewDay) -> str:
    """What is to be known at a glance."""
    if crew.missing:
        lacking = sorted(set(crew.crew.skills) - crew.skills)
        return translate("Roster", "no {0}").format(", ".join(lacking))
    if crew.why:
        return translate("Roster", "absent")
    if crew.away:
        return translate("Roster", "{0} of {1} there").format(len(crew.present), len(crew.present) + len(crew.away))
    return translate("Roster", "{0} there").format(len(crew.present)) if crew.present else ""
