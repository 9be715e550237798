"""Radius and window of services as they are learned, beside what was planted and what is set."""

from __future__ import annotations

import numpy as np
import pytest

from geo.duplicate_bounds import FEWEST_CONFIRMED, learn_bounds
from geo.duplicates import CandidateIndex, DuplicateSettings, build_candidate_index
from geo.known_laws import KnownLaws

DAY_S = 86_400.0
NEAR, WIDE, RARE = 1, 2, 3


@pytest.fixture(scope="module")
def planted() -> tuple[np.ndarray, ...]:
    """Columns: NEAR repeats within 12 m and 20 h, WIDE within 70 m and 15 d, RARE hardly ever comes at all."""
    rng = np.random.default_rng(7)
    parts = []
    for service, count, apart_m, late_d in ((NEAR, 3_000, 12.0, 20 / 24), (WIDE, 3_000, 70.0, 15.0), (RARE, 60, 5, 1)):
        x, y, t = rng.uniform(0, 12_000, count), rng.uniform(0, 12_000, count), rng.uniform(0, 300, count)
        turn, far = rng.uniform(0, 2 * np.pi, count), apart_m * np.sqrt(rng.uniform(0, 1, count))
        again = x + far * np.cos(turn), y + far * np.sin(turn), t + rng.uniform(0, late_d, count)
        for column in ((x, y, t), again):
            parts.append(np.stack([*column, np.full(count, service)]))
    x, y, day, service = np.hstack(parts)
    return x, y, day * DAY_S, np.full(len(x), np.nan), service.astype(np.int64)


def index_of(planted: tuple[np.ndarray, ...], settings: DuplicateSettings | None = None) -> CandidateIndex:
    """The index of the planted reports."""
    return build_candidate_index(*planted, settings=settings)


def twins(planted: tuple[np.ndarray, ...], service: int) -> np.ndarray:
    """The planted pairs of one service, as rows."""
    rows = np.flatnonzero(planted[4] == service)
    return np.stack(np.split(rows, 2), axis=1)


def test_reports_alone_tell_where_their_repeats_end(planted: tuple[np.ndarray, ...]) -> None:
    """NEAR is narrowed and loses less than 2 % of its pairs, WIDE reaches as far as it was planted, RARE has none."""
    found = learn_bounds(index_of(planted))
    assert 12.0 <= found[NEAR].radius_m <= 20.0
    assert 20.0 <= found[NEAR].window_h <= 48.0
    assert not found[NEAR].by_staff
    assert found[NEAR].pairs == pytest.approx(3_000, rel=0.1)
    assert RARE not in found
    one, other = twins(planted, NEAR).T
    x, y, t = planted[:3]
    inside = np.hypot(x[one] - x[other], y[one] - y[other]) <= found[NEAR].radius_m
    inside &= np.abs(t[one] - t[other]) <= found[NEAR].window_h * 3_600
    assert inside.mean() > 0.98
    if WIDE in found:
        assert found[WIDE].radius_m >= 60.0  # the ring beyond it holds a quarter of the pairs
        assert found[WIDE].window_h >= 14 * 24


def test_staff_tell_by_the_farthest_and_the_longest_that_they_confirmed(planted: tuple[np.ndarray, ...]) -> None:
    """Of just enough pairs the bounds are a quarter beyond the extremes; of one fewer the reports tell as before."""
    index, links = index_of(planted), twins(planted, NEAR)
    x, y, t = planted[:3]
    some = links[:FEWEST_CONFIRMED]
    one, other = some.T
    found = learn_bounds(index, some[:, ::-1])[NEAR]
    assert found.by_staff
    assert found.pairs == FEWEST_CONFIRMED
    assert found.radius_m == pytest.approx(1.25 * np.hypot(x[one] - x[other], y[one] - y[other]).max())
    assert found.window_h == pytest.approx(max(24.0, 1.25 * np.abs(t[one] - t[other]).max() / 3_600))
    assert learn_bounds(index, some[1:])[NEAR] == learn_bounds(index)[NEAR]


def test_what_is_set_rules_over_what_was_learned(planted: tuple[np.ndarray, ...]) -> None:
    """A service with bounds of both kinds has the set ones, wider or narrower; another one the learned ones."""
    learned = learn_bounds(index_of(planted), np.concatenate([twins(planted, NEAR), twins(planted, WIDE)]))
    rule = DuplicateSettings(by_service={NEAR: (60.0, 240.0)}, learned_bounds=learned)
    index = index_of(planted, rule)
    radius_m, window_s = index.bounds
    assert (radius_m[0], window_s[0]) == (60.0, 240.0 * 3_600)
    assert index.is_narrowed
    assert WIDE in learned
    assert (radius_m[1], window_s[1]) == (learned[WIDE].radius_m, learned[WIDE].window_h * 3_600)
    kept = KnownLaws.from_arrays(KnownLaws.of(index).to_arrays())
    assert kept is not None
    assert kept.bounds == learned
    few = build_candidate_index(*(column[:50] for column in planted), known=kept)
    assert few.bounds[0][0] == learned[NEAR].radius_m
