"""Comparing plans and their figures: every stop is told once, by what changed, and figures are sums that hold."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from desktop.domain.plan_diff import compare
from desktop.domain.plan_figures import balance_of, figures_of

START = datetime(2026, 10, 13, 7, tzinfo=UTC)


def plan(*orders: list[tuple[str, int]], left: tuple[str, ...] = (), windows: dict[str, int] | None = None) -> Any:
    """A plan of jobs and their minutes after seven; each takes ten minutes, and a window closes at its minute."""
    crews = []
    for number, order in enumerate(orders):
        stops = []
        for job, minute in order:
            at = START + timedelta(minutes=minute)
            closes = None if windows is None or job not in windows else START + timedelta(minutes=windows[job])
            window = None if closes is None else [None, closes.isoformat()]
            stops.append({"job": job, "arrival": at.isoformat(), "service_start": at.isoformat(), "window": window})
        crews.append({
            "crew": f"Crew {number}", "stops": stops, "drive_s": 60 * len(stops), "work_s": 600 * len(stops),
            "wait_s": 0, "distance_m": 100 * len(stops), "shift_start": START.isoformat(),
            "shift_end": (START + timedelta(hours=8)).isoformat(),
        })  # fmt: skip
    return {"crews": crews, "unassigned": [{"job": job, "detail": f"Why {job}."} for job in left]}


def test_each_kind_of_difference_is_told_with_its_cause() -> None:
    """One stop moves to another crew and pushes the next, one is new, one goes, one stays within five minutes."""
    before = plan([("a", 0), ("b", 20), ("c", 40)], [("d", 0), ("e", 30)], left=("f",))
    after = plan([("a", 2), ("c", 40)], [("b", 10), ("d", 25), ("f", 60)], left=("e",))
    diff = compare(before, after)
    assert diff.untouched == 2
    assert [(one.job["job"], one.kind, one.why) for one in diff.differences] == [
        ("b", "crew", ("", "")),
        ("d", "time", ("added", "b")),
        ("e", "out", ("left out", "Why e.")),
        ("f", "new", ("was left out", "Why f.")),
    ]
    moved = diff.differences[0]
    assert moved.before is not None
    assert moved.after is not None
    assert ((moved.before.name, moved.before.at), (moved.after.name, moved.after.at)) == (("Crew 0", 1), ("Crew 1", 0))


orders = st.lists(
    st.permutations("abcdefgh").flatmap(lambda p: st.integers(0, 8).map(lambda n: p[:n])), min_size=2, max_size=2
)


def _two(split: tuple[list[str], list[str]]) -> Any:
    first, second = split
    second = [job for job in second if job not in first]
    rows = [[(job, 30 * at) for at, job in enumerate(order)] for order in (first, second)]
    return plan(*rows, left=tuple(sorted(set("abcdefgh") - set(first) - set(second))))


@given(orders, orders)
def test_every_job_is_counted_once(one: Any, other: Any) -> None:
    """Untouched and different stops are all that either plan serves; the other way round, new and out change places."""
    before, after = _two(one), _two(other)
    diff, back = compare(before, after), compare(after, before)
    served = {stop["job"] for content in (before, after) for crew in content["crews"] for stop in crew["stops"]}
    assert diff.untouched + len(diff.differences) == len(served)
    assert (diff.count("new"), diff.count("out")) == (back.count("out"), back.count("new"))
    assert compare(before, before).differences == ()


def test_figures_are_sums_and_lateness_is_past_the_window() -> None:
    """Served, left out, sums of crews; a stop that starts ten minutes after its window closed is late by ten."""
    told = figures_of(plan([("a", 0), ("b", 30)], [("c", 50)], left=("d",), windows={"b": 20, "c": 50}))
    assert (told.jobs, told.served, told.left_out, told.due) == (4, 3, 1, None)
    assert (told.drive_s, told.work_s, told.distance_m) == (180, 1800, 300)
    assert (told.late, told.late_s) == (1, 600.0)


def test_due_are_those_the_plan_tells_of() -> None:
    """A deadline of today or before counts where a job is served, left out or waits; not one closed meanwhile.

    A deadline at midnight is of the day that ends then. What waits is neither served nor left out.
    """
    days = {"a": 0, "b": 1, "c": -2, "closed": 0, "d": None}
    waits = [{"job": "w", "due": "2026-10-14T00:00:00+02:00"}, {"job": "v", "due": "2026-10-14T00:00:01+02:00"}]
    content = plan([("a", 0), ("b", 30)], [("d", 0)], left=("c",)) | {
        "date": "2026-10-13",
        "problem": {"jobs": [{"name": name, "deadline_day": day} for name, day in days.items()]},
        "can_wait": [*waits, {"job": "u", "due": None}],
    }
    told = figures_of(content)
    assert (told.due, told.due_served) == (3, 1)
    assert (told.jobs, told.served, told.left_out, told.waits) == (7, 3, 1, 3)


def test_balance_tells_how_evenly_crews_are_busy() -> None:
    """Equal crews are 1, an idle one beside a busy one is 0, and twice beside once is a third less than 1."""
    assert balance_of(plan([("a", 0)], [("b", 0)])) == 1.0
    assert balance_of(plan([("a", 0)], [])) == 0.0
    assert abs(balance_of(plan([("a", 0), ("b", 30)], [("c", 0)])) - 2 / 3) < 1e-9
    assert balance_of(plan([], [])) == 1.0
