"""What a view of the map holds: nothing is lost, nothing is counted twice, nothing unlocated is shown."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from desktop.domain.backlog import NOT_YET
from desktop.map.requests import ColumnsSource
from desktop.map.viewport import View
from tests.desktop.map.city import NOW_MS, requests_at
from tests.soak import examples

WHOLE = View(0.0, 0.0, 1.0, 1.0, 11)


def random_city(seed: int, count: int) -> tuple[ColumnsSource, np.ndarray]:
    """Requests around hot corners, some unlocated, some in incidents, some closed; and which are on the map."""
    rng = np.random.default_rng(seed)
    corner = rng.integers(0, max(1, count // 5), count)
    lon = 8.5 + (corner % 7) * 0.01 + rng.normal(0, 0.0004, count).round(4)
    lat = 53.5 + (corner // 7) * 0.002 + rng.normal(0, 0.0004, count).round(4)
    placement = rng.choice(4, count, p=[0.9, 0.04, 0.03, 0.03]).astype(np.uint8)
    incident = np.where(rng.random(count) < 0.3, corner, -1)
    status = rng.integers(0, 6, count).astype(np.uint8)
    columns = requests_at(lon, lat, placement=placement, incident_id=incident, status=status)  # type: ignore[arg-type]
    return ColumnsSource(columns, now_ms=NOW_MS), placement == 0


@settings(max_examples=examples(40))
@given(st.integers(0, 2**32 - 1), st.integers(1, 400), st.integers(9, 19))
def test_every_located_request_is_shown_once(seed: int, count: int, zoom: int) -> None:
    """Over the whole city, points and clusters together stand for exactly the located requests, at every zoom."""
    source, located = random_city(seed, count)
    answer = source.query(View(0.0, 0.0, 1.0, 1.0, zoom))
    assert answer.total == located.sum()
    assert answer.points.stands_for.sum() + answer.clusters.count.sum() == located.sum()


@settings(max_examples=examples(40))
@given(st.integers(0, 2**32 - 1), st.integers(1, 300), st.floats(0, 1), st.floats(0, 1), st.integers(11, 19))
def test_a_part_of_the_city_holds_what_lies_in_it(seed: int, count: int, a: float, b: float, zoom: int) -> None:
    """Every located request inside a box, found by looking at all of them, is among those the view counts."""
    source, located = random_city(seed, count)
    x, y = source.columns.x, source.columns.y
    west, east = sorted((x.min() + a * np.ptp(x), x.min() + b * np.ptp(x)))
    view = View(float(west), float(y.min()), float(east), float(y.max()), zoom)
    inside = located & (x >= west) & (x <= east) & (y >= y.min()) & (y <= y.max())
    shown = source.query(view)
    assert shown.total >= inside.sum()
    assert sorted(source.inside(view).tolist()) == source.columns.id[inside].tolist()


@settings(max_examples=examples(25))
@given(st.integers(0, 2**32 - 1), st.integers(1, 300))
def test_a_filter_shows_what_it_lets_through(seed: int, count: int) -> None:
    """With a filter the map counts the located requests that pass it; without it all of them again."""
    source, located = random_city(seed, count)
    mask = np.random.default_rng(seed + 1).random(count) < 0.4
    source.set_filter(mask)
    assert source.query(WHOLE).total == (located & mask).sum()
    source.set_filter(None)
    assert source.query(WHOLE).total == located.sum()


def test_the_chosen_request_of_a_later_day_wears_what_it_is_now() -> None:
    """As of a moment before it was opened it has no status; chosen, it is drawn with that of its page."""
    columns = requests_at(np.array([8.5, 8.6]), np.array([53.5, 53.6]), status=np.array([1, 3], dtype=np.uint8))  # type: ignore[arg-type]
    source = ColumnsSource(columns, now_ms=NOW_MS)
    source.set_now(NOW_MS, np.array([0, NOT_YET], dtype=np.uint8))
    chosen = source.chosen([int(columns.id[1])])
    assert chosen.points.status.tolist() == [3]
    assert source.chosen([int(columns.id[0])]).points.status.tolist() == [0]


def test_many_at_one_point_are_a_stack_with_members() -> None:
    """Requests at one exact point become one stack whose members are they, however close one looks."""
    columns = requests_at(np.full(40, 8.5), np.full(40, 53.5))
    source = ColumnsSource(columns, now_ms=NOW_MS)
    answer = source.query(View(0.0, 0.0, 1.0, 1.0, 19))
    assert answer.clusters.stacked.tolist() == [True]
    assert answer.clusters.count.tolist() == [40]
    members = source.members(int(answer.clusters.level[0]), int(answer.clusters.key[0]))
    assert sorted(members.id.tolist()) == columns.id.tolist()


def test_an_incident_is_one_point() -> None:
    """Open reports of one incident in one place are one symbol that says how many they are."""
    lon = np.array([8.5, 8.50001, 8.50002, 8.6])
    incident = np.array([7, 7, 7, -1])
    source = ColumnsSource(requests_at(lon, np.full(4, 53.5), incident_id=incident), now_ms=NOW_MS)
    points = source.query(View(0.0, 0.0, 1.0, 1.0, 19)).points
    assert sorted(zip(points.reports.tolist(), points.stands_for.tolist(), strict=True)) == [(1, 1), (3, 3)]


def test_a_selected_report_shows_its_incident() -> None:
    """The chosen request comes with where the other reports of its incident are."""
    lon = np.array([8.5, 8.52, 8.54])
    incident = np.array([7, 7, -1])
    source = ColumnsSource(requests_at(lon, np.full(3, 53.5), incident_id=incident), now_ms=NOW_MS)
    chosen = source.chosen([1]).to_json()
    assert chosen["points"]["id"] == [1]
    assert len(chosen["reports"]) == 1
