"""What a named asset says about two reports: nothing without one, much for the same, much against another."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.duplicates import DuplicateSettings, build_candidate_index, group_duplicates
from geo.errors import GeoError

DAY_S = 86_400.0
REPORTS = st.lists(
    st.tuples(st.floats(0, 80), st.floats(0, 80), st.floats(0, 20 * DAY_S), st.integers(1, 2), st.integers(-1, 4)),
    min_size=1,
    max_size=24,
)


def columns(reports: list[tuple[float, float, float, int, int]]) -> tuple[tuple[np.ndarray, ...], np.ndarray]:
    """The columns of the search, and the assets; every asset below 3 is of layer 1, the others of layer 2."""
    x, y, t, service, asset = (np.array(values) for values in zip(*reports, strict=True))
    return (x, y, t, np.full(len(x), np.nan), service), asset


def layers(asset: np.ndarray) -> np.ndarray:
    """The layer of each asset."""
    return np.where(asset < 0, -1, np.where(asset < 3, 1, 2))


@settings(deadline=None)  # the kernels compile on first use
@given(REPORTS)
def test_without_assets_nothing_changes(reports: list[tuple[float, float, float, int, int]]) -> None:
    """Where no report names one, groups and scores are to the bit those of a search that knows of none."""
    plain, _ = columns(reports)
    none = np.full(len(reports), -1)
    one, other = group_duplicates(*plain), group_duplicates(*plain, asset=none, asset_layer=none)
    assert one.group.tolist() == other.group.tolist()
    assert one.score.tolist() == other.score.tolist()


@settings(deadline=None)
@given(REPORTS, st.randoms(use_true_random=False))
def test_the_order_of_the_reports_does_not_matter(reports: list[tuple[float, float, float, int, int]], random) -> None:  # type: ignore[no-untyped-def]
    """The same reports shuffled fall into the same groups."""

    def parts(rows: list[int]) -> set[frozenset[int]]:
        told = [reports[row] for row in rows]
        plain, asset = columns(told)
        group = group_duplicates(*plain, asset=asset, asset_layer=layers(asset)).group
        sets: dict[int, set[int]] = {}
        for at, own in enumerate(group.tolist()):
            sets.setdefault(own if own >= 0 else -1 - at, set()).add(rows[at])
        return {frozenset(members) for members in sets.values()}

    rows = list(range(len(reports)))
    shuffled = rows.copy()
    random.shuffle(shuffled)
    same = len({report[:4] for report in reports}) == len(reports)  # of equal reports either may be the earlier
    if same:
        assert parts(rows) == parts(shuffled)


@pytest.mark.parametrize(
    ("assets", "of_layers", "odds"),
    [
        ((5, 5), (1, 1), DuplicateSettings().same_asset_odds),
        ((5, 6), (1, 1), DuplicateSettings().other_asset_odds),
        ((5, 6), (1, 2), 1.0),
        ((5, -1), (1, -1), 1.0),
    ],
)
def test_odds_are_multiplied(assets: tuple[int, int], of_layers: tuple[int, int], odds: float) -> None:
    """The same asset, two of a layer, of two layers, and one alone: the odds of the pair change by just that."""
    place = (np.array([0.0, 20.0]), np.zeros(2), np.array([0.0, DAY_S]), np.full(2, np.nan), np.ones(2))
    plain = build_candidate_index(*place)
    named = build_candidate_index(*place, asset=assets, asset_layer=of_layers)
    pair = np.array([0], dtype=np.int32), np.array([1], dtype=np.int32)
    before, after = float(plain.scores(*pair)[0]), float(named.scores(*pair)[0])
    assert after / (1 - after) == pytest.approx(odds * before / (1 - before))
    found = named.candidates(20.0, 0.0, DAY_S, 1, asset=assets[1], asset_layer=of_layers[1])
    assert dict(zip(found.row.tolist(), found.score.tolist(), strict=True)).get(0, 0.0) == pytest.approx(
        after, abs=0.01
    )


def test_columns_that_do_not_belong_together_are_refused() -> None:
    """Assets without layers, and too few of them."""
    place = (np.zeros(2), np.zeros(2), np.zeros(2), np.full(2, np.nan), np.ones(2))
    with pytest.raises(GeoError, match="not the layers"):
        group_duplicates(*place, asset=[1, 2])
    with pytest.raises(GeoError, match="do not belong together"):
        group_duplicates(*place, asset=[1], asset_layer=[1])
