"""A plan's content in words and rows, without a window: reasons that name stops, what waits, when a crew stands."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from desktop.controllers.plan_shown import LocksShown, left_marks, left_of, route_line, row_of
from desktop.reports.route_sheets import heaviest
from desktop.reports.sheet_rows import rests
from desktop.views.left_out_pane import LeftOutPane, LeftOutState


def at(clock: str) -> str:
    """A moment of the day."""
    return f"2026-10-13T{clock}:00+02:00"


def stop(job: str, arrival: str, leg_drive_s: int = 600, **more: Any) -> dict[str, Any]:
    """Ten minutes of work."""
    begin = datetime.fromisoformat(at(arrival))
    told = {"job": job, "sequence": 1, "address": f"{job} Elm Row", "service": "Litter", "window": None}
    times = {"arrival": at(arrival), "service_start": at(arrival), "leg_drive_s": leg_drive_s, "leg_line": []}
    end = (begin + timedelta(minutes=10)).isoformat()
    return told | times | {"departure": end, "lat": 53.5, "long": 8.5} | more


def crew(*stops: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A crew from seven to four."""
    told = {"crew": "Tow 38", "colour_slot": 1, "break": None, "stops": list(stops), "return_line": [], "halts": []}
    hours = {"shift_start": at("07:00"), "shift_end": at("16:00"), "return_at": at("15:00")}
    return told | hours | {"depot": {"name": "Yard", "lat": 53.5, "long": 8.5}} | more


def test_reasons_name_the_stop_that_would_go_and_what_waits_comes_last(qtbot: QtBot) -> None:
    """A stop is called as the board calls it; a reason about a day that is not on show, or a stop that is elsewhere

    by now, stays as the plan told it. What waits says for when, has no number on the list and is not given to crews.
    """
    left = {"lat": 53.5, "long": 8.5, "address": "1 Oak Row", "service": "Tree", "reason": "price"}
    price = {"crew": "Tow 38", "instead_of": "7", "more_s": 1140, "detail": "As told."}
    rows = [
        {**left, "job": "1", **price},
        {**left, "job": "2", **price, "crew": "Tow 39"},
        {**left, "job": "3", **price, "day": "2026-10-14", "instead_of": "9"},
        {**left, "job": "4", **price, "more_s": 40},
    ]
    waits = {**left, "job": "9", "day": "2026-10-14", "due": "2026-10-16T18:00:00+02:00"}
    content = {"crews": [crew(stop("7", "08:00"))], "unassigned": rows, "can_wait": [waits]}
    found = left_of(content)
    assert [one.detail for one in found] == [
        "Fits Tow 38 if its stop 1 goes (7 Elm Row, Litter): +19 min driving.",
        "As told.",
        "Fits Tow 38 on Wed 14 Oct if 1 Oak Row, Tree goes: +19 min driving.",
        "Fits Tow 38 if its stop 1 goes (7 Elm Row, Litter): +1 min driving.",
        "Meant for Wed 14 Oct; due Fri 16 Oct 18:00.",
    ]
    assert [one.waits for one in found] == [False, False, False, False, True]
    assert [mark[3] for mark in left_marks(content)] == [one.waits for one in found]
    pane = LeftOutPane()
    qtbot.addWidget(pane)
    pane.set_state(LeftOutState(found, 6, editable=True))
    assert pane.header.note.text() == "4 of 6 jobs · 1 can wait"
    wanted: list[int] = []
    pane.list.put_in_asked.connect(wanted.append)
    for number in (4, 5):
        pane.list.choose(number)
        QTest.keyClick(pane.list, Qt.Key.Key_Insert)
        drags = pane.list.model().flags(pane.list.currentIndex()) & Qt.ItemFlag.ItemIsDragEnabled
        assert bool(drags) == (number == 4)
    assert wanted == [4]


def test_a_crew_that_waits_for_a_replan_stands() -> None:
    """From the shift's begin to when it had to leave: way, break and unloading are not standing; a marked stop and a

    dump go to the map as such.
    """
    pause = {"start": at("12:00"), "end": at("12:30")}
    dump = {"kind": "reload", "before": 3, "start": at("13:00"), "departure": at("13:20"), "lat": 53.5, "long": 8.6}
    told = crew(stop("7", "10:40"), stop("8", "12:50", 7200), stop("9", "13:40", 1200), halts=[dump])
    told["break"] = pause
    row = row_of(1, told, {}, LocksShown())
    assert [[f"{moment:%H:%M}" for moment in span] for span in row.stands] == [["07:00", "10:30"]]
    line = route_line(1, told, LocksShown(), marks={("Tow 38", "7"): "not_found", ("Tow 38", "8"): "started"})
    assert [one["mark"] for one in line.stops] == ["not_found", "", ""]
    assert [place["long"] for place in line.dumps] == [8.6]


def test_what_a_sheet_sums_up() -> None:
    """The load is the most at a time, each trip to unload empties the vehicle; a break after the way home is none."""
    trip = {"kind": "reload", "before": 3}
    stops = [stop(str(n), "08:00", sequence=n, load=load) for n, load in enumerate((1.0, 0.8, 1.2, 0.1), 1)]
    assert heaviest(crew(*stops, halts=[trip])) == 1.8
    assert heaviest(crew(stop("7", "08:00"))) == 0.0
    late, early = ({"start": at(clock), "end": at("15:30")} for clock in ("15:00", "14:30"))
    assert not rests(crew(**{"break": late}))
    assert rests(crew(**{"break": early}))
    assert not rests(crew())
