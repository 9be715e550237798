"""The service figures from a store, on both databases: promises as made, whose requests, and the ids of each number."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest
import shapely

from data.errors import RefusedInput
from data.records import AgencyId, ServiceId, ServiceRequest
from data.store import Store, open_store
from desktop.domain.clock import FixedClock
from desktop.domain.figure_records import GroupFigures, Verdict
from desktop.domain.lifecycle import Outcome
from desktop.domain.service_figures import DAYS, Count, Left, People, ShareName, TimeName
from desktop.operations.figure_columns import RECENT
from desktop.operations.figure_groups import By
from desktop.operations.handle_requests import acknowledge, assign_to, close, reopen
from desktop.operations.recategorise import recategorise
from desktop.operations.service_figures import FigureQuestion, FigureSet, service_figures
from desktop.operations.service_report import ReportQuestion, report_content
from desktop.operations.work import Work
from desktop.reports.figure_report import figure_report
from desktop.reports.report_blocks import Prose, Table
from tests.demo import MOMENT
from tests.desktop.operations.desk import ids, later, make_desk

DAY = date(2026, 5, 4)  # on which the desk's requests were reported, from noon UTC on, a minute apart
NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)


def wait(request: ServiceRequest, now: datetime) -> float:
    return ((request.closed_at or now) - request.requested_at) / timedelta(days=1)


def others(work: Work, found: FigureSet, one: GroupFigures) -> list[ServiceRequest]:
    with work.store.read() as unit:
        return unit.requests.many(np.setdiff1d(found.city.counted, one.counted).tolist())


@pytest.fixture
def work(any_store: Store) -> Work:
    """Eight requests: 1 closed after a day, 2 acknowledged, 3 entered by staff, 4 recategorised after its promise."""
    made = replace(make_desk(any_store), clock=FixedClock(NOON + timedelta(hours=1)))
    with any_store.write("promise", actor="ana", at=NOON) as unit:
        promised = {key: {"due_at": NOON + timedelta(hours=10)} for key in (1, 2, 4)}
        unit.change("service_request", {**promised, 3: {"extras": {"Source": "Employee Generated"}}})
        unit.commit()
    acknowledge(made, request_ids=ids(2))
    recategorise(made, request_ids=ids(4), service_id=ServiceId(2), why="A tree", tell="silent")
    with any_store.write("correct", actor="ana", at=NOON) as unit:  # the promise is moved after the fact
        unit.change("service_request", {1: {"due_at": NOON + timedelta(days=9)}})
        unit.commit()
    close(later(made, days=1), request_ids=ids(1), outcome=Outcome.FIXED, comment="Done")
    RECENT.clear()
    return later(made, days=20)


def question(**more: object) -> FigureQuestion:
    return FigureQuestion(**{"first": DAY, "last": DAY, **more})  # type: ignore[arg-type]


def test_a_promise_is_judged_as_it_was_made(work: Work) -> None:
    """A deadline that was moved later, by hand or by another service, does not make a late request punctual."""
    city = service_figures(work, question()).city
    kept = city.shares[ShareName.ON_TIME]
    assert (kept.some.tolist(), kept.of.tolist()) == ([], [1, 2, 4])
    assert len(kept.left_out[Left.NO_DEADLINE]) == 5
    changed = city.shares[ShareName.RECATEGORISED]
    assert (changed.some.tolist(), len(changed.of)) == ([4], 8)
    closing = city.times[TimeName.CLOSE]
    assert (closing.waiting.tolist(), closing.within_ids[7].tolist()) == ([2, 3, 4, 5, 6, 7, 8], [1])
    assert closing.within[7].value == pytest.approx(1 / 8)
    assert closing.median_days.value is None
    assert city.shares[ShareName.SAME_DAY].some.tolist() == [2]
    assert city.backlog.open.tolist() == [2, 3, 4, 5, 6, 7, 8]


def test_what_a_machine_answered_waits_for_a_person(work: Work) -> None:
    """A machine's acknowledgement answers, but only what a person wrote is a person's; an open city is brought up."""
    service_figures(work, question())  # known already: the rest is read since then
    early = replace(work, clock=FixedClock(NOON + timedelta(hours=2)))
    acknowledge(early, request_ids=ids(5, 6), by_machine=True)
    with work.store.write("answer", actor="ana", at=work.clock.now()) as unit:
        note = {"request_id": 5, "at": NOON + timedelta(hours=30), "author": "ana", "kind": "answer", "text": "Soon"}
        unit.create("note", [note])
        unit.change("service_request", {2: {"due_at": NOON + timedelta(days=30)}})
        unit.commit()
    city = service_figures(work, question()).city
    anybody, person = city.times[TimeName.RESPONSE], city.times[TimeName.PERSON]
    assert anybody.waiting.tolist() == [3, 4, 7, 8]
    assert person.waiting.tolist() == [3, 4, 6, 7, 8]
    assert (person.within_ids[1].tolist(), person.within_ids[7].tolist()) == (
        [2],
        [1, 2, 5],
    )  # 1 was closed after 25 hours
    assert 2 in city.shares[ShareName.ON_TIME].of.tolist()  # its new promise is not the one that was made


def test_groups_and_people_and_incidents(work: Work) -> None:
    """Services, departments and staff part the same requests; an incident counts once where that is asked."""
    assign_to(work, request_ids=ids(5, 6), agency_id=AgencyId(1))
    services = service_figures(work, question())
    assert sum(len(row.opened) for row in services.rows) == 8
    tree = next(row for row in services.rows if row.name == "Tree")
    assert 4 in tree.opened.tolist()
    pot = next(row for row in services.rows if row.name == "Pot")
    assert pot.shares[ShareName.RECATEGORISED].some.tolist() == [4]  # as which it was reported
    assert all(row.times[TimeName.CLOSE].verdict is Verdict.TOO_FEW for row in services.rows)
    agencies = service_figures(work, question(by=By.AGENCY))
    assert [(row.name, len(row.opened)) for row in agencies.rows] == [("Streets", 2), ("no department", 6)]
    assert service_figures(work, question(people=People.STAFF)).city.counted.tolist() == [3]
    with work.store.write("group", actor="ana", at=NOON) as unit:
        row = {"parent_request_id": 5, "accepted_by": "ana", "score": 1.0, "request_count": 2}
        incident = unit.create("incident", [row])[0]
        unit.change("service_request", {5: {"incident_id": incident}, 6: {"incident_id": incident}})
        unit.commit()
    once = service_figures(work, question(count=Count.INCIDENTS)).city
    assert (len(once.counted), once.left_out[Left.REPEATS].tolist()) == (7, [6])


def test_months_tell_their_own_backlog_and_what_came_again(work: Work) -> None:
    """Each month is told with what was open at its end; a request that is open again was not closed."""
    again = later(work, days=1)
    reopen(again, request_ids=ids(1), comment="It is back")
    may = service_figures(again, question(by=By.MONTH, first=date(2026, 4, 1), last=date(2026, 5, 31)))
    assert [row.name for row in may.rows] == ["2026-05"]
    assert len(may.rows[0].backlog.open) == len(may.city.backlog.open) == 8
    assert may.city.shares[ShareName.REOPENED].some.tolist() == [1]
    assert len(may.city.times[TimeName.CLOSE].waiting) == 8
    early = service_figures(again, question(by=By.WEEK, as_of=DAY))
    assert (early.rows[0].name, len(early.city.times[TimeName.CLOSE].waiting)) == ("2026-W19", 8)


def test_the_citys_backlog_is_as_of_the_moment_whatever_its_groups(work: Work) -> None:
    """Looked at weeks after the last month ended, the city has the same backlog by month as by service."""
    much_later = later(work, days=40)
    close(much_later, request_ids=ids(2), outcome=Outcome.FIXED, comment="Done.")
    asked = {"first": date(2026, 5, 1), "last": date(2026, 5, 31)}
    then = later(much_later, days=1)
    by = {one: service_figures(then, question(by=one, **asked)).city.backlog for one in (By.SERVICE, By.MONTH)}
    assert sorted(by[By.MONTH].open.tolist()) == sorted(by[By.SERVICE].open.tolist())
    assert 2 not in by[By.MONTH].open.tolist()
    assert by[By.MONTH].oldest_days == by[By.SERVICE].oldest_days


def test_bad_questions_are_refused_in_a_sentence(work: Work) -> None:
    """A period that ends early, or lies ahead; unknown services and layers; no areas at all."""
    refused = {
        "before it begins": question(last=date(2026, 5, 1)),
        "after the moment": question(first=date(2027, 1, 1), last=date(2027, 1, 2)),
        "No service has the code": question(services=("NONE",)),
        "no layer of areas called": question(by=By.NEIGHBOURHOOD, layer="Wards"),
        "no areas yet": question(by=By.NEIGHBOURHOOD),
        "more than 400 weeks": question(by=By.WEEK, first=date(1990, 1, 1)),
    }
    for words, wrong in refused.items():
        with pytest.raises(RefusedInput, match=words):
            service_figures(work, wrong)
    empty = service_figures(work, question(first=date(2026, 5, 10), last=date(2026, 5, 11)))
    assert len(empty.city.opened) == 0
    assert empty.city.times[TimeName.CLOSE].within[1].value is None
    assert empty.city.shares[ShareName.FIXED].share.value is None


def test_days_of_which_nothing_is_known_are_told(work: Work) -> None:
    """A week after the last thing that is known, and before the first request, the figures say so; till then not."""
    last = later(work, days=-20 + 1)  # when the request that was closed last was closed
    early = {"first": date(2026, 1, 1)}
    ended, begun = "Nothing is known of the days before", "begins before the first request"
    for then, more, told in (
        (last, {}, ()),
        (later(last, days=7), {}, ()),
        (later(last, days=8), {}, (ended,)),
        (last, early, (begun,)),
        (later(last, days=8), {**early, "as_of": date(2026, 5, 6)}, (begun,)),
    ):
        notes = service_figures(then, question(**more)).asked.notes
        assert [words for words in (ended, begun) if any(words in note for note in notes)] == list(told)
    with pytest.raises(RefusedInput, match="No day comes after"):
        service_figures(work, question(last=date.max))


def test_a_report_without_anything_counted_is_a_sentence_and_no_table_of_dashes(work: Work) -> None:
    """What is still open is told, and once that nothing else can be; with one request that counts, all tables are."""
    for day, tables in ((DAY + timedelta(days=5), 0), (DAY, 4)):
        asked = question(first=day, last=day, by=By.SERVICE)
        content = report_content(work, ReportQuestion(asked, 0), service_figures(work, asked))
        report = figure_report(content)
        told = [block.text for block in report.blocks if isinstance(block, Prose)]
        assert sum("neither times nor promises" in text for text in told) == (tables == 0)
        assert "were open at the end" in told[0]
        assert sum(isinstance(block, Table) for block in report.blocks) == tables


def test_neighbourhoods_of_the_demo_city_add_up_and_open_their_requests(location: str) -> None:
    """Parts of town hold every request once, by the point it has; numbers are as counted from single requests."""
    work = Work(open_store(location), "ana", FixedClock(MOMENT))
    asked = FigureQuestion(by=By.NEIGHBOURHOOD, first=date(2026, 1, 1), last=date(2026, 10, 13), layer="Districts")
    found = service_figures(work, asked)
    rows = found.rows
    assert np.array_equal(np.sort(np.concatenate([row.opened for row in rows])), np.sort(found.city.opened))
    with work.store.read() as unit:
        layer = next(one for one in unit.areas.layers() if one.name == "Districts")
        areas = {area.name: shapely.from_wkb(area.geometry_wkb) for area in unit.areas.areas(layer.id)}
        one = next(row for row in rows if len(row.opened) > 50 and row.name in areas)
        told = unit.requests.many(one.opened.tolist())
        late = {int(each.id) for each in told if each.closed_at is None or each.closed_at > each.due_at}
    assert all(shapely.intersects_xy(areas[one.name], each.long, each.lat) for each in told)
    kept = one.shares[ShareName.ON_TIME]
    assert set(kept.of.tolist()) - set(kept.some.tolist()) == late & set(kept.of.tolist())
    closing = one.times[TimeName.CLOSE]
    assert len(closing.of) == len(one.counted)
    shares = [closing.within[days].value for days in DAYS]
    known = [share for share in shares if share is not None]
    assert known == sorted(known)
    place = found.place(one.key or 0)
    assert place is not None
    apart = found.days_apart(TimeName.CLOSE, place, 30)
    assert apart is not None
    assert apart.within_days == 30
    mine, rest = (np.array([wait(each, MOMENT) for each in group]) for group in (told, others(work, found, one)))
    closed = np.minimum(mine, 30).mean() - np.minimum(rest, 30).mean()  # nearly: some are not followed for 30 days
    assert apart.days.value == pytest.approx(closed, abs=1.5)
    curve = found.curve(TimeName.CLOSE, place)
    assert curve.share[0] == 1.0
    assert (np.diff(curve.share) < 0).all()
    assert len(curve.waiting_days) == len(closing.waiting)
    work.store.close()
