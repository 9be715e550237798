"""The PDF of the crews' day, read back by a reader of its own: what is on it, what is not, and on how many pages."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QRectF

from data.errors import RefusedInput
from data.store import Store
from desktop.domain.hand_back import StopState, read_code
from desktop.operations.plan_sheets import print_sheets
from desktop.operations.work import Stopped, Work
from desktop.reports.crew_days import is_personal, read_plan_day
from desktop.reports.sheet_maps import DISC, round_length, spread
from tests.desktop.reports.days import CITY, at, content, crew, found, keep, stop
from tests.desktop.reports.pdf import pdf_pages


def printed(work: Work, folder: Path, told: Mapping[str, Any], name: str | None = None) -> list[str]:
    """The words of each page of a plan's sheets, on one line each."""
    path = folder / "sheets.pdf"
    print_sheets(work, plan_id=keep(work, told), path=path, crew=name)
    return [" ".join(page.split()) for page in pdf_pages(path)]


def test_a_sheet_says_what_a_crew_needs(sqlite_store: Store, tmp_path: Path) -> None:
    """Head, what to take along, stops with windows, reports and answers, boxes and foot; nothing about who reported."""
    stops = [stop(1, request_ids=[1, 2], window=[at(480), at(600)]), stop(2, window=[None, at(700)])]
    (page,) = printed(found(sqlite_store), tmp_path, content(crew("Tipper", *stops)))
    for words in (
        "Rivermouth, Sanitation · route sheet", "Wednesday 14 October 2026 · yard Cooper Road ·", "07:00–16:00",
        "2 stops", "3 reports", "38 km", "plan 1, sheet 1", "Before you leave", "loader", "1 Windmill Lane",
        "Illegal dumping · 2 reports, closes all", "Sofa, 6 bags.", "What was left there? sofa, tyres", "08:00–10:00",
        "by 11:40", "photo, 13 Oct", "done", "not found", "other crew", "more", "Break", "Notes", "1 of 1",
        "Plan 1, printed 06:40",
    ):  # fmt: skip
        assert words in page, words
    for words in ("555", "secret", "telephone", "How do we get in"):
        assert words not in page
    assert page.count("Sanitation") == 1  # a department is nothing to take along


@pytest.mark.parametrize(
    ("question", "value", "personal"),
    [
        ("What was left there?", "sofa", False),
        ("Your name", "Ann", True),
        ("E-mail", "-", True),
        ("How do we get in?", "ring 0471 555 0142", True),
        ("How do we get in?", "write to ann@example.org", True),
        ("How many pieces?", "12", False),
        ("Where is it?", "house 12-14, 27580", False),
    ],
)
def test_which_answers_stay_in_the_office(question: str, value: str, personal: bool) -> None:
    """Whoever asks who somebody is, or answers how to reach them, is not on paper."""
    assert is_personal(question, value) is personal


def test_the_code_on_paper_names_the_sheet(sqlite_store: Store) -> None:
    """It is a hand-back of this plan and crew in which nothing is marked."""
    work = found(sqlite_store)
    plan = keep(work, content(crew("Idle"), crew("Tipper", stop(1), stop(2))))
    with work.store.read() as unit:
        kept = unit.plans.get(plan)
        assert kept is not None
        day = read_plan_day(unit, kept)
    (sheet,) = day.crews
    read = read_code(sheet.code)
    assert (read.mark.plan, read.mark.crew) == (plan, 2)
    assert [one.state for one in read.stops] == [StopState.OPEN] * 2


def test_sixty_stops_stand_once_each_in_order(sqlite_store: Store, tmp_path: Path) -> None:
    """Every stop is on exactly one page, in order, and each page says which of how many it is."""
    pages = printed(found(sqlite_store), tmp_path, content(crew("Tipper", *(stop(n) for n in range(1, 61)))))
    lanes = [word for page in pages for word in page.split("Windmill Lane")[:-1]]
    assert [int(words.split()[-1]) for words in lanes] == list(range(1, 61))
    assert all(f"{number} of {len(pages)}" in page for number, page in enumerate(pages, 1))
    assert len(pages) < 15


def test_a_crew_without_stops_has_a_sheet_when_it_is_asked_for(sqlite_store: Store, tmp_path: Path) -> None:
    """Alone, an idle crew's sheet says so; among all it is left out; a plan without any stop says that."""
    work = found(sqlite_store)
    told = content(crew("Idle", **{"break": None}), crew("Tipper", stop(1)))
    assert "No stop on this day." in printed(work, tmp_path, told, "idle")[0]
    assert len(printed(work, tmp_path, told)) == 1
    assert "No crew has a stop on this day." in printed(work, tmp_path, content(crew("Idle")))[0]
    with pytest.raises(RefusedInput, match="The plan has no crew 'Nobody'; it has Idle, Tipper"):
        printed(work, tmp_path, told, "Nobody")


def test_texts_without_an_end_leave_room_for_the_rest(sqlite_store: Store, tmp_path: Path) -> None:
    """Long words and texts end in an ellipsis; what follows them is still on the page, and signs that turn are not."""
    long = stop(1, address="A" * 900, service="S" * 400, description="word " * 4000, job="J" * 300)
    turned = stop(2, description="ends here \u202eback\u202c\u0007", address="شارع النيل 12")
    (page,) = printed(found(sqlite_store), tmp_path, content(crew("C" * 300, long, turned)))
    assert "…" in page
    assert "ends here back" in page
    assert "\u202e" not in page
    assert "1 of 1" in page


def test_a_photo_that_no_reader_reads_is_told(sqlite_store: Store, tmp_path: Path) -> None:
    """Bytes that are no picture leave a word on the sheet, not a gap or a fault."""
    work = found(sqlite_store)
    with work.store.write("test", actor="ana", at=work.clock.now()) as unit:
        row = {"request_id": 3, "media_type": "image/png", "width_px": 1, "height_px": 1, "content": b"no picture"}
        unit.attach_photos([row])
        unit.commit()
    assert "unreadable photo" in printed(work, tmp_path, content(crew("Tipper", stop(1, request_ids=[3]))))[0]


def test_printing_is_marked_on_the_plan(sqlite_store: Store, tmp_path: Path) -> None:
    """The plan says when it was printed and is otherwise the same; a print that was stopped leaves no file or mark."""
    work = found(sqlite_store)
    told = content(crew("Tipper", *(stop(n) for n in range(1, 40))))
    plan = keep(work, told)
    asked: list[str] = []

    def stop_soon() -> bool:
        asked.append("")
        return len(asked) > 2

    stopping = Work(work.store, "ana", work.clock, should_stop=stop_soon)
    with pytest.raises(Stopped):
        print_sheets(stopping, plan_id=plan, path=tmp_path / "stopped.pdf")
    assert not [path for path in tmp_path.iterdir() if "stopped" in path.name]
    with work.store.read() as unit:
        assert "printed_at" not in unit.plans.all()[-1].content
    changes = print_sheets(work, plan_id=plan, path=tmp_path / "sheets.pdf")
    with work.store.read() as unit:
        kept = unit.plans.all()[-1].content
        act = unit.log.act(changes.act_id or 0)
    assert kept == told | {"printed_at": "2026-10-14T04:40:00+00:00"}
    assert act is not None
    assert (act.summary["plan"], act.summary["crews"]) == (plan, ["Tipper"])


def test_numbers_on_the_map_do_not_hide_each_other() -> None:
    """Stops at one place come to stand apart, each near it; sixty near the edge stay inside the map and can be read."""
    area = QRectF(40, 100, 714, 250)
    truth = np.full((7, 2), [300.0, 200.0])
    placed = spread(truth, area)
    gaps = np.hypot(*(placed[:, None] - placed[None]).transpose(2, 0, 1))[np.triu_indices(7, 1)]
    assert gaps.min() > 1.7 * DISC
    assert np.hypot(*(placed - truth).T).max() <= 34.1
    crowd = spread(np.full((60, 2), [397.0, 320.0]), area)
    assert (crowd >= [area.left(), area.top()]).all()
    assert (crowd <= [area.right(), area.bottom()]).all()
    apart = np.hypot(*(crowd[:, None] - crowd[None]).transpose(2, 0, 1))[np.triu_indices(60, 1)]
    assert np.quantile(apart, 0.01) > 1.2 * DISC


@pytest.mark.parametrize(("metres", "bar"), [(1.0, 1), (99, 50), (100, 100), (4999, 2000), (5000, 5000), (0.3, 0.2)])
def test_a_scale_bar_is_of_a_round_length(metres: float, bar: float) -> None:
    """The longest of 1, 2, 5 times a power of ten that is no longer than there is room."""
    assert round_length(metres) == pytest.approx(bar)


def test_a_day_of_another_zone_is_told_in_the_citys(sqlite_store: Store, tmp_path: Path) -> None:
    """Moments written in UTC are on paper as the city's clocks show them."""
    moment = datetime(2026, 10, 14, 5, 18, tzinfo=UTC).isoformat()
    (page,) = printed(found(sqlite_store), tmp_path, content(crew("Tipper", stop(1, service_start=moment))))
    assert "07:18" in page
    assert CITY in page


def test_dumps_parts_and_company_are_told(sqlite_store: Store, tmp_path: Path) -> None:
    """A place to empty stands before its stop, a break at a place stands once, only the last part closes."""
    halts = [
        {"kind": "reload", "before": 2, "lat": 53.5, "long": 8.5, "start": at(500), "departure": at(510)},
        {"kind": "break", "before": 3, "lat": 53.5, "long": 8.5, "start": at(690), "departure": at(720)},
    ]
    ids = [1, 2]
    stops = [stop(1, request_ids=ids, part=[1, 2], crews=2), stop(2, request_ids=ids, part=[2, 2])]
    (page,) = printed(found(sqlite_store), tmp_path, content(crew("Tipper", *stops, halts=halts)))
    assert page.index("1 Windmill") < page.index("Empty the vehicle 08:20–08:30") < page.index("2 Windmill")
    assert page.index("2 Windmill") < page.index("Break, at its place 11:30–12:00")
    assert page.count("11:30") == 2  # in the head, and once among the stops
    assert "2 reports · part 1 of 2 · together with another crew" in page
    assert "2 reports, closes all · part 2 of 2" in page
