"""Laws that are kept: a few reports around a place tell of a new one there what the whole city's reports tell."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.inputs.second_law import make_second_law
from geo.duplicates import CandidateIndex, build_candidate_index
from geo.errors import GeoError
from geo.known_laws import KnownLaws, judge_new

DAY_S = 86_400.0
TEXTS = ("", "big hole in the road", "lamp is out", "lamp out at the corner")


@pytest.fixture(scope="module")
def city():  # type: ignore[no-untyped-def]
    """Thirty thousand reports of many services, some of which are taken for one another."""
    return make_second_law(30_000, 4)


@pytest.fixture(scope="module")
def columns(city):  # type: ignore[no-untyped-def]
    """The columns of the search, texts last."""
    texts = [TEXTS[number % len(TEXTS)] for number in range(len(city.x_m))]
    return city.x_m, city.y_m, city.requested_s, city.closed_s, city.service, texts


@pytest.fixture(scope="module")
def whole(columns) -> CandidateIndex:  # type: ignore[no-untyped-def]
    """The index of all of them."""
    return build_candidate_index(*columns)


def around(columns, x_m: float, y_m: float, known: KnownLaws) -> tuple[CandidateIndex, np.ndarray]:  # type: ignore[no-untyped-def]
    """The index of the reports about a place, by what is known, and their rows."""
    row = np.flatnonzero(np.hypot(columns[0] - x_m, columns[1] - y_m) <= known.reach_m())
    few = [values[row] for values in columns[:5]]
    return build_candidate_index(*few, [columns[5][at] for at in row.tolist()], known=known), row


def test_a_few_reports_tell_what_all_tell(columns, whole) -> None:  # type: ignore[no-untyped-def]
    """For every service, a new report scores the same against the same neighbours, from the laws as they are kept."""
    known = KnownLaws.from_arrays(KnownLaws.of(whole).to_arrays())
    assert known is not None
    x, y, t, _, service, _ = columns
    compared = set()
    for own in np.unique(service).tolist():
        for at in np.flatnonzero(service == own)[:6].tolist():
            new = float(x[at]) + 7.0, float(y[at]) - 4.0, float(t[at]) + DAY_S, own
            expected = whole.candidates(*new, "the lamp is out")
            few, row = around(columns, new[0], new[1], known)
            assert len(row) < 0.05 * len(x)
            found = few.candidates(*new, "the lamp is out")
            assert dict(zip(row[found.row].tolist(), found.score.tolist(), strict=True)) == pytest.approx(
                dict(zip(expected.row.tolist(), expected.score.tolist(), strict=True)), rel=1e-9
            )
            compared |= {own} if len(expected.row) else set()
    assert compared == set(np.unique(service).tolist())


def test_what_is_not_judged_is_told_from_what_is_unlikely(columns, whole) -> None:  # type: ignore[no-untyped-def]
    """Beyond radius or window, and for services that never go together: nan; within them a number, however small."""
    x, y, t, _, service, _ = columns
    new = float(x[0]), float(y[0]), float(t[0]) + 3 * DAY_S, int(service[0])
    score = judge_new(whole, *new, "")
    near = (np.hypot(x - new[0], y - new[1]) <= 80.0) & (np.abs(t - new[2]) <= 21 * DAY_S)
    services = whole.reports.services
    goes = whole.laws.affinity[np.searchsorted(services, new[3]), np.searchsorted(services, service)] > 0.0
    assert np.array_equal(np.isfinite(score), near & goes)
    assert score[0] > 0.0
    assert np.isnan(judge_new(whole, *new[:3], 10**6, "")).all()


def test_another_form_and_another_service_are_refused(columns, whole) -> None:  # type: ignore[no-untyped-def]
    """Laws of another version are none; reports of a service that they do not know cannot be judged by them."""
    known = KnownLaws.of(whole)
    arrays = known.to_arrays()
    assert KnownLaws.from_arrays({**arrays, "told": arrays["told"] + 1.0}) is None
    assert known.knows([10**6, int(columns[4][0])]).tolist() == [False, True]
    with pytest.raises(GeoError, match="search for duplicates anew"):
        build_candidate_index([0.0], [0.0], [0.0], [np.nan], [10**6], known=known)
