"""Reports that came after a search: the few around them tell of their pairs what the whole city's index tells."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.inputs.planted import PlantedRequests
from benchmarks.inputs.second_law import make_second_law
from geo.duplicate_arrivals import Scored, group_anew, knowing, rows_around, score_pairs
from geo.duplicate_bounds import learn_bounds
from geo.duplicate_features import FEATURES, pair_features
from geo.duplicate_model import DuplicateModel, learn_model, linked_services
from geo.duplicate_odds import measure_odds, with_odds
from geo.duplicate_particulars import Particulars, reported_before
from geo.duplicates import CandidateIndex, DuplicateSettings, build_candidate_index
from geo.known_laws import AMONG_RIVALS, NEW, KnownLaws, judge_new
from geo.report_order import Ints
from tests.few_trees import few_trees
from tests.soak import examples

DAY_S = 86_400.0
WORDS = ("hole", "lamp", "corner", "kerb", "branch", "sign", "bin", "wall")
LATELY = ("open_at_point", "open_of_a_day", "rank_by_open", "since_last_at_point", "city_day", "city_day_earlier")

Pairs = dict[tuple[int, int], float]


@dataclass(frozen=True, eq=False)
class City:
    """Planted reports and all that they say."""

    made: PlantedRequests
    text: list[str]
    said: Particulars

    @property
    def columns(self) -> list[np.ndarray]:
        """Of the search."""
        made = self.made
        return [made.x_m, made.y_m, made.requested_s, made.closed_s, made.service]

    def telling(self, rows: Ints) -> Callable[[Ints], Particulars]:
        """What tells what some of these rows say, as the store does."""

        def told(at: Ints) -> Particulars:
            own, said = rows[at], self.said
            assert said.asset is not None
            assert said.asset_layer is not None
            assert said.staff is not None
            assert said.reporter is not None
            assert said.reported_before is not None
            return Particulars(
                asset=said.asset[own], asset_layer=said.asset_layer[own], staff=said.staff[own],
                reporter=said.reporter[own], reported_before=said.reported_before[own],
            )  # fmt: skip

        return told


@pytest.fixture(scope="module")
def city() -> City:
    """Twelve thousand reports of many services, some of which are taken for one another; no two at one moment.

    Of two at one moment it is open which came first. They name assets, their reporters and words, by their incident or
    by chance; one in twenty was made by staff.
    """
    count, rng = 12_000, np.random.default_rng(11)
    made = make_second_law(count, 3)
    made = replace(made, requested_s=made.requested_s + np.linspace(0.0, 0.9, count))
    asset = np.where(rng.random(count) < 0.7, made.incident, rng.integers(0, count, count))
    asset[rng.random(count) < 0.6] = -1
    reporter = np.where(rng.random(count) < 0.5, made.incident % 3_000, rng.integers(0, 3_000, count))
    reporter[rng.random(count) < 0.4] = -1
    word = np.where(rng.random(count) < 0.6, made.incident, rng.integers(0, count, count))
    text = [f"{WORDS[one % 7]} and {WORDS[one % 8]} by gate {one % 900}" if one % 3 else "" for one in word.tolist()]
    said = Particulars(
        asset=asset, asset_layer=np.where(asset < 0, -1, asset % 3), staff=rng.random(count) < 0.05,
        reporter=reporter, reported_before=reported_before(reporter, made.requested_s),
    )  # fmt: skip
    return City(made, text, said)


@pytest.fixture(scope="module")
def confirmed(city: City) -> np.ndarray:
    """Of the planted pairs of neighbouring reports of an incident every second, if near and soon: bounds are narrow."""
    made, order = city.made, np.argsort(city.made.incident, kind="stable")
    one, other = order[:-1], order[1:]
    same = made.incident[one] == made.incident[other]
    same &= np.hypot(made.x_m[one] - made.x_m[other], made.y_m[one] - made.y_m[other]) < 45.0
    same &= np.abs(made.requested_s[one] - made.requested_s[other]) < 12 * DAY_S
    return np.stack([one[same], other[same]], axis=1)[::2]


@pytest.fixture(scope="module")
def whole(city: City, confirmed: np.ndarray) -> CandidateIndex:
    """The index of all as a search has it: services that staff link, bounds learned and odds measured."""
    said, made = city.said, city.made
    rule = DuplicateSettings(service_affinity=linked_services(made.service, confirmed))
    index = build_candidate_index(
        *city.columns, city.text, rule, asset=said.asset, asset_layer=said.asset_layer, staff=said.staff,
        reporter=said.reporter,
    )  # fmt: skip
    earlier, later = (index.row[side] for side in index.near_pairs())
    rejected = np.stack([earlier, later], axis=1)[made.incident[earlier] != made.incident[later]][::4]
    rule = with_odds(rule, measure_odds(index, confirmed, rejected))
    return index.told_by(replace(rule, learned_bounds=learn_bounds(index, confirmed)))


@pytest.fixture(scope="module", params=["laws", "model"])
def judge(request: pytest.FixtureRequest, whole: CandidateIndex, confirmed: np.ndarray) -> DuplicateModel | None:
    """Nothing but the laws, or what was learned from staff: few trees, which show as well whether all is told alike."""
    if request.param == "laws":
        return None
    with few_trees():
        return learn_model(whole, confirmed)


@pytest.fixture(scope="module")
def new(city: City) -> np.ndarray:
    """The newest reports, and a few that were told late: others came after them."""
    order = np.argsort(city.made.requested_s)
    return np.sort(np.concatenate([order[-150:], order[5000:5020]]))


def by_rows(index: CandidateIndex, earlier: Ints, later: Ints, rows: Ints) -> list[tuple[int, int]]:
    """Pairs of places in an index by the rows of the city, the earlier report first."""
    ends = (rows[index.row[side]].tolist() for side in (earlier, later))
    return list(zip(*ends, strict=True))


def pairs_of(scored: Scored, rows: np.ndarray) -> Pairs:
    """Scores by the rows of the city."""
    ends = by_rows(scored.index, scored.earlier, scored.later, rows)
    return dict(zip(ends, scored.score.tolist(), strict=True))


def scored_in(whole: CandidateIndex, judge: DuplicateModel | None, some: np.ndarray) -> Pairs:
    """What the search of the whole city says of each pair of which one report is among some."""
    earlier, later = whole.near_pairs()
    score = whole.scores(earlier, later) if judge is None else judge.scores(whole, earlier, later)
    asked = np.isin(whole.row[earlier], some) | np.isin(whole.row[later], some)
    ends = by_rows(whole, earlier[asked], later[asked], np.arange(len(whole.row)))
    return dict(zip(ends, score[asked].tolist(), strict=True))


def around(
    city: City, whole: CandidateIndex, some: np.ndarray, steps: int = AMONG_RIVALS
) -> tuple[CandidateIndex, np.ndarray]:
    """The index of what matters to some reports, by the laws as they are kept, and its rows in the city.

    What the search learned of bounds and odds comes with the laws alone.
    """
    known = KnownLaws.from_arrays(KnownLaws.of(whole).to_arrays())
    assert known is not None
    rule, made = DuplicateSettings(service_affinity=whole.settings.service_affinity), city.made
    goes, reach_m = known.matters(rule, steps), known.reach_m(steps)
    rows = np.sort(rows_around(made.x_m, made.y_m, lambda at: known.place(made.service[at]), goes, some, reach_m))
    apart_m = np.hypot(made.x_m[rows, None] - made.x_m[some], made.y_m[rows, None] - made.y_m[some])
    rows = rows[apart_m.min(axis=1) <= reach_m]  # what is found beyond does no harm; none of it is needed
    times = known.times(made.service, made.requested_s)
    gap_s = np.abs(made.requested_s[rows, None] - made.requested_s[some]).min(axis=1)
    asked = gap_s <= rule.window_h * 3600.0 + 1000.0
    told = [values[rows] for values in city.columns], [city.text[at] for at in rows.tolist()]
    return build_candidate_index(*told[0], told[1], rule, known=known, times=times, asked=asked), rows


def test_bounds_and_odds_are_those_of_the_search(city: City, whole: CandidateIndex, new: np.ndarray) -> None:
    """Both were learned, both matter to near pairs, and both hold among the few around new reports."""
    plain = DuplicateSettings(service_affinity=whole.settings.service_affinity)
    index, _ = around(city, whole, new)
    assert whole.settings.learned_bounds
    assert index.settings == whole.settings
    assert len(whole.near_pairs()[0]) < 0.95 * len(whole.told_by(plain).near_pairs()[0])
    ends = whole.near_pairs()
    assert np.abs(whole.scores(*ends) - whole.told_by(plain).scores(*ends)).max() > 0.05
    own = replace(plain, learned_bounds={})
    assert own == replace(plain, learned_bounds=KnownLaws.of(whole).ruling(own).learned_bounds)  # a model's own hold


def test_the_few_around_new_reports_score_them_as_all_do(
    city: City, whole: CandidateIndex, judge: DuplicateModel | None, new: np.ndarray
) -> None:
    """Every pair with a new report, and no other, has the score of the whole city's index, by laws and by a model."""
    index, rows = around(city, whole, new)
    assert len(rows) < 0.6 * len(city.text)
    found = pairs_of(score_pairs(index, np.isin(rows, new), city.telling(rows), judge), rows)
    expected = scored_in(whole, judge, new)
    assert len(expected) > 100
    assert found == pytest.approx(expected, rel=1e-9)


def features_in(index: CandidateIndex, rows: Ints, asked: set[int]) -> dict[tuple[int, int], np.ndarray]:
    """FEATURES of all pairs of later reports that are asked about, by the rows of the city."""
    earlier, later = index.near_pairs()
    wanted = np.isin(rows[index.row[later]], list(asked))
    features = pair_features(index, earlier, later, np.zeros((len(earlier), 3)))
    return dict(zip(by_rows(index, earlier[wanted], later[wanted], rows), features[wanted], strict=True))


def test_what_lies_about_a_rival_is_within_three_steps() -> None:
    """A chain from a new report to one that repeats it, to another that this one may repeat, to what came there before.

    Each is nearly a radius further off, and of a service that goes with the last one's alone.
    """
    x = np.array([0.0, 78.0, 156.0, 156.5, 220.0, 9_000.0])
    day = np.array([100.0, 101.0, 99.0, 97.0, 30.0, 0.0])
    service = np.array([1, 2, 3, 4, 3, 1])
    made = PlantedRequests(x, np.zeros(6), day * DAY_S, np.full(6, np.nan), service, np.arange(6))
    city = City(made, [""] * 6, Particulars())
    links = {(1, 2): 1.0, (2, 3): 1.0, (3, 4): 1.0, (1, 3): 0.0, (1, 4): 0.0, (2, 4): 0.0}
    whole = build_candidate_index(*city.columns, settings=DuplicateSettings(service_affinity=links))
    expected = features_in(whole, np.arange(6), {1})
    assert set(expected) == {(0, 1), (2, 1)}
    rival = dict(zip(FEATURES, expected[2, 1].tolist(), strict=True))
    assert rival["since_last_at_point"] == pytest.approx(np.log1p(48.0))
    assert rival["seen_before_earlier"] > 0.0
    index, rows = around(city, whole, np.array([0]))
    assert rows.tolist() == [0, 1, 2, 3, 4]
    found = features_in(index, rows, {1})
    for pair, values in expected.items():
        assert found[pair] == pytest.approx(values, rel=1e-9, nan_ok=True)


def test_the_few_tell_all_that_a_model_asks(city: City, whole: CandidateIndex, new: np.ndarray) -> None:
    """Each feature of every pair of a new report, and of each rival of such a pair, is what it is in the whole city."""
    index, rows = around(city, whole, new)
    index = knowing(index, np.ones(len(rows), dtype=bool), city.telling(rows))
    asked = {later for _, later in scored_in(whole, None, new)}
    found, expected = features_in(index, rows, asked), features_in(whole, np.arange(len(city.text)), asked)
    assert found.keys() == expected.keys()
    ends = sorted(expected)
    few, all_of = (np.array([some[pair] for pair in ends]) for some in (found, expected))
    assert few == pytest.approx(all_of, rel=1e-9, nan_ok=True)
    rivals = np.array([not np.isin(pair, new).any() for pair in ends])
    assert rivals.sum() > 30
    for name in (*LATELY, "seen_before_earlier", "same_asset", "same_reporter", "text_shared"):
        values = all_of[:, FEATURES.index(name)]
        assert np.nanmin(values) < np.nanmax(values), name  # it tells pairs apart, so that equal ones prove something


def test_what_speaks_for_pairs_is_what_speaks_in_the_search(
    city: City, whole: CandidateIndex, judge: DuplicateModel | None, new: np.ndarray
) -> None:
    """Of pairs grouped anew each kind of evidence weighs what it weighs among all, by laws and by a model."""
    likely = [pair for pair, score in scored_in(whole, judge, new).items() if score > 0.3]
    own = np.unique(likely)
    index, rows = around(city, whole, own)
    scored = score_pairs(index, np.isin(rows, own), city.telling(rows), judge, both=True)
    strangers = scored.index.row.argsort()[np.searchsorted(rows, own[[0, -1]])]  # together only because staff say so
    one, other = np.append(scored.earlier, strangers[:1]), np.append(scored.later, strangers[1:])
    place = whole.row.argsort()
    ends = [place[rows[scored.index.row[side]]].astype(np.int32) for side in (one, other)]
    found = scored.index.evidence(one, other) if judge is None else judge.evidence(scored.index, one, other)
    expected = whole.evidence(*ends) if judge is None else judge.evidence(whole, *ends)
    assert len(one) > 20
    assert found == pytest.approx(expected, rel=1e-6, abs=1e-9)


def test_a_report_that_is_not_made_yet_is_judged_by_the_few_around_it(
    city: City, whole: CandidateIndex, judge: DuplicateModel | None, new: np.ndarray
) -> None:
    """What it may repeat, and how likely, is what the whole city's index says, by the laws and by a model."""
    compared, made = 0, city.made
    for at in new[::4].tolist():
        index, rows = around(city, whole, np.array([at]), NEW)
        index = knowing(index, np.ones(len(rows), dtype=bool), city.telling(rows))
        asked = float(made.x_m[at]) + 3.0, float(made.y_m[at]) - 2.0, float(made.requested_s[at]) + 600.0
        told = *asked, int(made.service[at]), "a hole at the corner"
        expected = whole.candidates(*told, model=judge)
        score = judge_new(index, *told, judge)
        found = {int(rows[row]): float(score[row]) for row in np.flatnonzero(score > 0.0)}
        assert found == pytest.approx(dict(zip(expected.row.tolist(), expected.score.tolist(), strict=True)), rel=1e-9)
        compared += len(found)
    assert compared > 50


def test_grouped_anew_within_what_staff_said(city: City, whole: CandidateIndex, new: np.ndarray) -> None:
    """The likeliest pair is one group unless staff told it apart; two strangers are one when staff say so."""
    index, rows = around(city, whole, new)
    scored = score_pairs(index, np.isin(rows, new), city.telling(rows))
    best = int(np.argmax(scored.score))
    one, other = (int(index.row[side[best]]) for side in (scored.earlier, scored.later))
    nobody = np.zeros((0, 2), dtype=np.int64)
    together = group_anew(scored, nobody, nobody).group
    assert together[one] == together[other] >= 0
    apart = group_anew(scored, nobody, [(one, other)]).group
    assert apart[one] != apart[other] or apart[one] < 0
    strangers = int(np.argmin(city.made.x_m[rows])), int(np.argmax(city.made.x_m[rows]))
    joined = group_anew(scored, [strangers], nobody).group
    assert joined[strangers[0]] == joined[strangers[1]] >= 0


def test_rows_from_are_those_of_strong_pairs(city: City, whole: CandidateIndex, new: np.ndarray) -> None:
    """Both ends of each pair at least so likely, and nobody else."""
    index, rows = around(city, whole, new)
    scored = score_pairs(index, np.isin(rows, new), city.telling(rows))
    expected = {row for pair, score in pairs_of(scored, rows).items() if score >= 0.5 for row in pair}
    assert expected
    assert set(rows[scored.rows_from(0.5)].tolist()) == expected


@settings(max_examples=examples(100), deadline=None)
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


def test_what_came_about_then_is_counted_alike(city: City, whole: CandidateIndex) -> None:
    """What came in just before a report, and in the day before, is the same from the index and from the city's times.

    Also where times are told by five minutes: what came at the very moment did not come before.
    """
    made, known = city.made, KnownLaws.of(whole)
    told_s = np.floor(made.requested_s / 300.0) * 300.0
    columns = made.x_m, made.y_m, told_s, made.closed_s, made.service
    all_of = build_candidate_index(*columns)
    some = np.flatnonzero(made.x_m < np.median(made.x_m))
    few = build_candidate_index(
        *(values[some] for values in columns), known=known, times=known.times(made.service, told_s)
    )
    place = all_of.row.argsort()[some[few.row]]
    for name, least in (("rush", 1.0), ("city_day", 50.0)):
        expected = getattr(all_of, name)
        assert expected.max() > least
        assert np.array_equal(getattr(few, name), expected[place])
    at = int(np.argmax(all_of.city_day))
    r = all_of.reports
    own = r.t[r.service == r.service[at]]
    assert all_of.city_day[at] == ((own < r.t[at]) & (own >= r.t[at] - DAY_S)).sum()
