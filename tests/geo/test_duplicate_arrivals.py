"""Reports that came after a search: the few around them tell of their pairs what the whole city's index tells."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.inputs.planted import PlantedRequests
from benchmarks.inputs.second_law import make_second_law
from geo.duplicate_arrivals import Scored, group_anew, rows_around, score_pairs
from geo.duplicate_features import times_of
from geo.duplicate_model import DuplicateModel, learn_model, linked_services
from geo.duplicate_particulars import Particulars
from geo.duplicates import CandidateIndex, DuplicateSettings, build_candidate_index
from geo.known_laws import KnownLaws, judge_new

Pairs = dict[tuple[int, int], float]
NOTHING: Callable[[np.ndarray], Particulars] = lambda rows: Particulars()  # noqa: E731 - nobody says anything


@pytest.fixture(scope="module")
def city() -> PlantedRequests:
    """Twelve thousand reports of many services, some of which are taken for one another; no two at one moment.

    Of two at one moment it is open which came first, and a model counts what came before.
    """
    made = make_second_law(12_000, 3)
    return replace(made, requested_s=made.requested_s + np.linspace(0.0, 0.9, len(made.x_m)))


def columns_of(city: PlantedRequests, rows: np.ndarray | slice = slice(None)) -> list[np.ndarray]:
    """The columns of the search, of some reports."""
    columns = city.x_m, city.y_m, city.requested_s, city.closed_s, city.service
    return [values[rows] for values in columns]


@pytest.fixture(scope="module")
def confirmed(city: PlantedRequests) -> np.ndarray:
    """Every second of the planted pairs of neighbouring reports of an incident."""
    order = np.argsort(city.incident, kind="stable")
    same = city.incident[order][1:] == city.incident[order][:-1]
    return np.stack([order[:-1][same], order[1:][same]], axis=1)[::2]


@pytest.fixture(scope="module")
def whole(city: PlantedRequests, confirmed: np.ndarray) -> CandidateIndex:
    """The index of all, with the services that staff link going together."""
    rule = DuplicateSettings(service_affinity=linked_services(city.service, confirmed))
    return build_candidate_index(*columns_of(city), settings=rule)


@pytest.fixture(scope="module", params=["laws", "model"])
def judge(request: pytest.FixtureRequest, whole: CandidateIndex, confirmed: np.ndarray) -> DuplicateModel | None:
    """Nothing but the laws, or what was learned from staff."""
    return None if request.param == "laws" else learn_model(whole, confirmed)


@pytest.fixture(scope="module")
def new(city: PlantedRequests) -> np.ndarray:
    """The newest reports, and a few that were told late: others came after them."""
    order = np.argsort(city.requested_s)
    return np.sort(np.concatenate([order[-150:], order[5000:5020]]))


def pairs_of(scored: Scored, rows: np.ndarray) -> Pairs:
    """Scores by the rows of the city, the earlier report first."""
    ends = (rows[scored.index.row[side]].tolist() for side in (scored.earlier, scored.later))
    return dict(zip(zip(*ends, strict=True), scored.score.tolist(), strict=True))


def around(city: PlantedRequests, whole: CandidateIndex, some: np.ndarray) -> tuple[CandidateIndex, np.ndarray]:
    """The index of what matters to some reports, by the laws as they are kept, and its rows in the city."""
    known = KnownLaws.from_arrays(KnownLaws.of(whole).to_arrays())
    assert known is not None
    goes = known.matters(whole.settings)
    rows = np.sort(rows_around(city.x_m, city.y_m, lambda at: known.place(city.service[at]), goes, some, known.reach_m))
    times = known.times(city.service, city.requested_s)
    gap_s = np.abs(city.requested_s[rows, None] - city.requested_s[some]).min(axis=1)
    asked = gap_s <= whole.settings.window_h * 3600.0 + 1000.0
    told = columns_of(city, rows)
    return build_candidate_index(*told, settings=whole.settings, known=known, times=times, asked=asked), rows


def test_the_few_around_new_reports_score_them_as_all_do(
    city: PlantedRequests, whole: CandidateIndex, judge: DuplicateModel | None, new: np.ndarray
) -> None:
    """Every pair with a new report, and no other, has the score of the whole city's index, by laws and by a model."""
    index, rows = around(city, whole, new)
    assert len(rows) < 0.6 * len(city.x_m)
    found = pairs_of(score_pairs(index, np.isin(rows, new), NOTHING, judge), rows)
    earlier, later = whole.near_pairs()
    score = whole.scores(earlier, later) if judge is None else judge.scores(whole, earlier, later)
    asked = np.isin(whole.row[earlier], new) | np.isin(whole.row[later], new)
    ends = zip(whole.row[earlier[asked]].tolist(), whole.row[later[asked]].tolist(), strict=True)
    expected = dict(zip(ends, score[asked].tolist(), strict=True))
    assert len(expected) > 100
    assert found == pytest.approx(expected, rel=1e-9)


def test_a_report_that_is_not_made_yet_is_judged_by_the_few_around_it(
    city: PlantedRequests, whole: CandidateIndex, judge: DuplicateModel | None, new: np.ndarray
) -> None:
    """What it may repeat, and how likely, is what the whole city's index says, by the laws and by a model."""
    compared = 0
    for at in new[::4].tolist():
        index, rows = around(city, whole, np.array([at]))
        asked = float(city.x_m[at]) + 3.0, float(city.y_m[at]) - 2.0, float(city.requested_s[at]) + 600.0
        expected = whole.candidates(*asked, int(city.service[at]), model=judge)
        told = judge_new(index, *asked, int(city.service[at]), "", judge)
        found = {int(rows[row]): float(told[row]) for row in np.flatnonzero(told > 0.0)}
        assert found == pytest.approx(dict(zip(expected.row.tolist(), expected.score.tolist(), strict=True)), rel=1e-9)
        compared += len(found)
    assert compared > 50


def test_grouped_anew_within_what_staff_said(city: PlantedRequests, whole: CandidateIndex, new: np.ndarray) -> None:
    """The likeliest pair is one group unless staff told it apart; two strangers are one when staff say so."""
    index, rows = around(city, whole, new)
    scored = score_pairs(index, np.isin(rows, new), NOTHING)
    best = int(np.argmax(scored.score))
    one, other = (int(index.row[side[best]]) for side in (scored.earlier, scored.later))
    nobody = np.zeros((0, 2), dtype=np.int64)
    together = group_anew(scored, nobody, nobody).group
    assert together[one] == together[other] >= 0
    apart = group_anew(scored, nobody, [(one, other)]).group
    assert apart[one] != apart[other] or apart[one] < 0
    strangers = int(np.argmin(city.x_m[rows])), int(np.argmax(city.x_m[rows]))
    joined = group_anew(scored, [strangers], nobody).group
    assert joined[strangers[0]] == joined[strangers[1]] >= 0


def test_rows_from_are_those_of_strong_pairs(city: PlantedRequests, whole: CandidateIndex, new: np.ndarray) -> None:
    """Both ends of each pair at least so likely, and nobody else."""
    index, rows = around(city, whole, new)
    scored = score_pairs(index, np.isin(rows, new), NOTHING)
    expected = {row for pair, score in pairs_of(scored, rows).items() if score >= 0.5 for row in pair}
    assert expected
    assert set(rows[scored.rows_from(0.5)].tolist()) == expected


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_all_that_is_within_reach_is_found(data: st.DataObject) -> None:
    """Wherever reports lie, those within reach of one that is asked about and of its kind are found, far ones not."""
    count = data.draw(st.integers(1, 40))
    coordinate = st.one_of(st.floats(-300.0, 300.0), st.integers(-3, 3).map(lambda n: n * 50.0), st.just(np.nan))
    x, y = (np.array(data.draw(st.lists(coordinate, min_size=count, max_size=count))) for _ in range(2))
    kinds = np.array(data.draw(st.lists(st.integers(-1, 2), min_size=count, max_size=count)))
    goes = np.eye(3, dtype=bool) | (np.add.outer(range(3), range(3)) == 1)  # 0 and 1 go together
    rows = np.array(data.draw(st.lists(st.integers(0, count - 1), min_size=1, max_size=5, unique=True)))
    found = set(rows_around(x, y, lambda at: kinds[at], goes, rows, 50.0).tolist())
    apart = np.hypot(x[:, None] - x[rows], y[:, None] - y[rows])
    fits = (kinds[:, None] >= 0) & (kinds[rows] >= 0) & goes[kinds[rows], kinds[:, None]]
    assert found >= set(np.flatnonzero(((apart <= 50.0) & fits).any(axis=1)).tolist())
    assert found <= set(np.flatnonzero(((apart <= 2.0 * np.hypot(50.0, 50.0)) & fits).any(axis=1)).tolist())


def test_what_came_about_then_is_counted_alike(city: PlantedRequests, whole: CandidateIndex) -> None:
    """The rush before a report is the same from the index and from the city's times."""
    r = whole.reports
    told = build_candidate_index(
        *columns_of(city), settings=whole.settings, known=KnownLaws.of(whole),
        times=times_of(r.service, r.t, len(r.services)),
    )  # fmt: skip
    assert whole.rush.max() > 1.0
    assert np.array_equal(told.rush, whole.rush)
