"""Written ways on a city's own streets: a sentence a manoeuvre on sheets and pages, none where there are no streets."""

from __future__ import annotations

from pathlib import Path

import pytest

from data.store import Store
from desktop.operations.crew_directions import CrewDirections
from desktop.operations.export_routes import export_routes
from desktop.operations.work import Work
from tests.desktop.operations.one_street import take_streets
from tests.desktop.reports.days import content, crew, found, keep, stop
from tests.desktop.reports.pdf import pdf_text

YARD = (8.56, 53.54)
HOSTILE = "Pike <b>St</b> {0}"


@pytest.fixture
def work(sqlite_store: Store, tmp_path: Path) -> Work:
    """A city of two streets: one east from the yard for 660 m, one north from its end for 440 m."""
    made = found(sqlite_store)
    take_streets(made, tmp_path, {"Cooper Road": [YARD, (8.57, 53.54)], HOSTILE: [(8.57, 53.54), (8.57, 53.544)]})
    return made


DAY = content(
    crew("Tipper", stop(1, long=8.5703, lat=53.543), stop(2, long=8.565, lat=53.5402), stop(3, long=9.5, lat=53.9))
)


def test_a_crew_is_led_from_stop_to_stop(work: Work) -> None:
    """Heading, turns, names, distances and the side of the stop; a stop that no street reaches has no way."""
    city = work.city()
    with work.store.read() as unit:
        ways = CrewDirections(unit, city, DAY).of(DAY["crews"][0])
        brief = CrewDirections(unit, city, DAY).of(DAY["crews"][0], short=True)
        none = CrewDirections(unit, city, DAY | {"straight_line": True}).of(DAY["crews"][0])
    assert none == {}
    assert sorted(ways) == [1, 2]
    assert ways[1][0].startswith("↑ Start towards the east on Cooper Road, 6")
    assert ways[1][1].startswith(f"↰ Turn left onto {HOSTILE}, 3")
    assert ways[1][2] == f"● The stop is on the right of {HOSTILE}"
    assert [line.partition(",")[0] for line in brief[1]] == ["↑ east", f"↰ {HOSTILE}", "● The stop is on the right"]
    assert ways[2][-1] == "● The stop is on the right of Cooper Road"


def test_sheets_and_pages_tell_the_way(work: Work, tmp_path: Path) -> None:
    """Paper holds arrow and street, the page sentences, names as plain text; without a street paper says how far."""
    out = tmp_path / "out"
    export_routes(work, plan_id=keep(work, DAY), folder=out, kinds=("sheets", "pages"))
    printed = " ".join(pdf_text(out / "route_sheets.pdf").split())
    assert f"{HOSTILE}, 3" in printed
    assert "700 m from the stop before, 2 min" in printed
    page = (out / "crew-01-tipper.html").read_text(encoding="utf-8")
    assert "Turn left onto Pike \\u003cb\\u003eSt\\u003c/b\\u003e {0}, 3" in page


def test_the_way_leads_by_the_dump(work: Work) -> None:
    """Between two stops the way goes where the vehicle empties; arriving there is told too."""
    city, halt = work.city(), {"kind": "reload", "before": 1, "long": 8.5702, "lat": 53.542}
    with work.store.read() as unit:
        ways = CrewDirections(unit, city, DAY).of({**DAY["crews"][0], "halts": [halt]}, short=True)
    assert sum(line.startswith("●") for line in ways[1]) == 2
    assert sum(line.startswith("●") for line in ways[2]) == 1
