"""A plan's content as the views and the map show it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from PySide6.QtCore import QCoreApplication

from desktop.controllers.plan_reads import Marks
from desktop.controllers.plan_words import (
    detail_words,
    fault_words,
    faults_told,
    lock_words,
    mark_words,
    place_words,
    reason_word,
    stops_by_job,
    wait_words,
)
from desktop.domain.crew_status import ENDED
from desktop.domain.plain_text import readable
from desktop.views import format as words
from desktop.views.left_out_pane import LeftOut
from desktop.views.timeline_rows import TimelineRow, TimelineStop, Window

translate = QCoreApplication.translate
Content = Mapping[str, Any]
STANDS_FROM = timedelta(minutes=3)  # less is not told


@dataclass(frozen=True, slots=True)
class RouteLine:
    """A crew's way for the map: name, colour slot from 0, the line, the numbered stops, the depot, the dumps."""

    number: int
    name: str
    slot: int
    line: list[list[float]]
    stops: list[dict[str, Any]]
    depot: Mapping[str, Any] | None
    dumps: Sequence[Mapping[str, Any]] = ()


@dataclass(frozen=True, slots=True)
class LocksShown:
    """What is locked in a plan, by names of jobs and numbers of crews from 0."""

    crew: frozenset[str] = frozenset()
    time: frozenset[str] = frozenset()
    first: Mapping[int, int] | None = None
    whole: frozenset[int] = frozenset()

    def of(self, number: int, at: int, job: str) -> frozenset[str]:
        """How a stop is locked."""
        found = {"crew"} if job in self.crew else set()
        found |= {"time"} if job in self.time else set()
        return frozenset(found | ({"order"} if at < (self.first or {}).get(number, 0) else set()))


def locks_of(content: Content) -> LocksShown:
    """The locks that a plan's content tells."""
    locks = content.get("locks")
    if not locks:
        return LocksShown()
    names = [job["name"] for job in content["problem"]["jobs"]]
    return LocksShown(
        frozenset(names[job] for job in locks["crew"]),
        frozenset(names[job] for job, _ in locks["time"]),
        dict(locks["first"]),
        frozenset(locks["whole"]),
    )


def rows_of(content: Content, marks: Marks) -> tuple[TimelineRow, ...]:
    """Every crew's row."""
    locks = locks_of(content)
    return tuple(row_of(number, crew, marks, locks) for number, crew in enumerate(content["crews"], 1))


def row_of(number: int, crew: Mapping[str, Any], marks: Marks, locks: LocksShown) -> TimelineRow:
    """A crew's row, counted from 1; what is over is what was marked, whatever the time is."""
    pause, faults = crew["break"], crew.get("faults", ())
    return TimelineRow(
        number=number,
        name=readable(crew["crew"]),
        note=_note(crew),
        slot=crew["colour_slot"] - 1,
        start=_moment(crew["shift_start"]),
        end=_moment(crew["shift_end"]),
        back=_moment(crew["return_at"]),
        pause=(_moment(pause["start"]), _moment(pause["end"])) if pause else None,
        stops=tuple(
            _stop(stop, marks.get((crew["crew"], stop["job"]), ""), locks.of(number - 1, at, stop["job"]))
            for at, stop in enumerate(crew["stops"])
        ),
        locked=number - 1 in locks.whole,
        reloads=tuple(
            (_moment(halt["start"]), _moment(halt["departure"]))
            for halt in crew.get("halts", ())
            if halt["kind"] == "reload"
        ),
        faults=tuple(_headed(fault_words(fault)) for fault in faults),
        stands=tuple(_stands(crew)),
    )


def _stands(crew: Mapping[str, Any]) -> Iterator[tuple[datetime, datetime]]:
    """When a crew stands before a stop: the time that is left after the way, the break and the trips to unload.

    After a replan a crew may have stood at its depot since its shift began; it did not drive all that time.
    """
    free = _moment(crew["shift_start"])
    rests = [(one["start"], one["end"]) for one in (crew["break"],) if one]
    rests += [(one["start"], one["departure"]) for one in crew.get("halts", ())]
    for stop in crew["stops"]:
        arrival = _moment(stop["arrival"])
        busy = timedelta(seconds=stop.get("leg_drive_s", (arrival - free).total_seconds()))
        for start, end in rests:
            busy += max(min(_moment(end), arrival) - max(_moment(start), free), timedelta())
        if arrival - free - busy > STANDS_FROM:
            yield free, arrival - busy
        free = max(_moment(stop["departure"]), free)


def _note(crew: Mapping[str, Any]) -> str:
    if crew.get("faults"):
        return _headed(faults_told(crew["faults"]))
    stops = len(crew["stops"])
    if not stops:
        return translate("Plan", "no stops")
    told = translate("Plan", "{0} stop, back {1}") if stops == 1 else translate("Plan", "{0} stops, back {1}")
    return told.format(stops, f"{_moment(crew['return_at']):%H:%M}")


def _headed(text: str) -> str:
    return text[:1].upper() + text[1:]


def _stop(stop: Mapping[str, Any], mark: str, locked: frozenset[str]) -> TimelineStop:
    start, end = (_moment(stop[key]) for key in ("service_start", "departure"))
    faults = stop.get("faults", ())
    told = f"{stop['sequence']}: {place_words(stop)}, {start:%H:%M}–{end:%H:%M}"
    window = None if stop["window"] is None else _window(stop["window"])
    if window is not None:
        told += "\n" + translate("Plan", "Window {0}").format(window_words(stop["window"]))
    if mark:
        told += "\n" + mark_words(mark)
    return TimelineStop(
        sequence=stop["sequence"],
        arrival=_moment(stop["arrival"]),
        service_start=start,
        departure=end,
        window=window,
        words="\n".join([told, *(_headed(fault_words(fault)) for fault in faults)]),
        done=mark in ENDED,
        mark=mark,
        broken=bool(faults),
        locked=locked,
    )


def window_words(window: Sequence[str | None]) -> str:
    """A window as two times; an open end is a word."""
    opens, closes = (None if end is None else f"{_moment(end):%H:%M}" for end in window)
    if opens is None:
        return translate("Plan", "until {0}").format(closes)
    return translate("Plan", "from {0}").format(opens) if closes is None else words.span(opens, closes)


def left_of(content: Content) -> tuple[LeftOut, ...]:
    """Every job without a crew, then those that wait for a later day; numbered through."""
    left, stops = content["unassigned"], stops_by_job(content)
    found = [
        LeftOut(number, place_words(job), reason_word(job["reason"]), detail_words(job, stops))
        for number, job in enumerate(left, 1)
    ]
    waiting = enumerate(content.get("can_wait", ()), len(left) + 1)
    word = translate("Plan", "Can wait")
    found += [LeftOut(number, place_words(job), word, wait_words(job), waits=True) for number, job in waiting]
    return tuple(found)


def left_marks(content: Content) -> list[tuple[Any, ...]]:
    """Jobs without a crew as the map knows them: number, place, whether it waits, what it is and why."""
    jobs = (*content["unassigned"], *content.get("can_wait", ()))
    return [
        (told.number, job["long"], job["lat"], told.waits, told.title, f"{told.reason_word}: {told.detail}")
        for told, job in zip(left_of(content), jobs, strict=True)
    ]


def route_line(
    number: int,
    crew: Mapping[str, Any],
    locks: LocksShown,
    changed: Mapping[str, str] | None = None,
    marks: Marks | None = None,
) -> RouteLine:
    """A crew's day as one line with its stops, counted from 1. `changed`: what differs from another plan, by job."""
    known = marks or {}
    legs = [stop["leg_line"] for stop in crew["stops"]] + [crew["return_line"]]
    line = [point for leg in legs for point in leg]
    stops = [
        {
            "sequence": stop["sequence"],
            "lon": stop["long"],
            "lat": stop["lat"],
            "time": words.span(*(f"{_moment(stop[key]):%H:%M}" for key in ("service_start", "departure"))),
            "what": place_words(stop),
            "mark": mark if (mark := known.get((crew["crew"], stop["job"]), "")) in ENDED else "",
            "locked": number - 1 in locks.whole or bool(locks.of(number - 1, at, stop["job"])),
            "broken": bool(stop.get("faults")),
            "changed": (changed or {}).get(stop["job"], ""),
        }
        for at, stop in enumerate(crew["stops"])
    ]
    dumps = [halt for halt in crew.get("halts", ()) if halt["kind"] == "reload"]
    return RouteLine(number, readable(crew["crew"]), crew["colour_slot"] - 1, line, stops, crew["depot"], dumps)


def stop_card(number: int, crew: Mapping[str, Any], at: int, locks: LocksShown) -> dict[str, Any]:
    """What the map tells of a crew's stop, the crew counted from 1."""
    stop = crew["stops"][at]
    locked = locks.of(number - 1, at, stop["job"]) | ({"whole"} if number - 1 in locks.whole else set())
    when = words.span(*(f"{_moment(stop[key]):%H:%M}" for key in ("service_start", "departure")))
    if stop["window"] is not None:
        when += " · " + translate("Plan", "window {0}").format(window_words(stop["window"]))
    return {
        "number": number,
        "slot": crew["colour_slot"] - 1,
        "title": translate("Plan", "{0}, stop {1}:").format(readable(crew["crew"]), stop["sequence"]),
        "what": place_words(stop),
        "locked": lock_words(locked) if locked else "",
        "when": when,
        "broken": _headed(faults_told(stop.get("faults", ()))),
    }


def _window(window: Sequence[str | None]) -> Window:
    first, last = (_moment(end) if end else None for end in window)
    return first, last


def _moment(told: str) -> datetime:
    return datetime.fromisoformat(told)
