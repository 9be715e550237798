"""The places that a map showed: laws of going back and forward, and what makes a place of its own."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.map.view_history import NEAR_PX, MapPlace, ViewHistory

FAR = st.builds(
    MapPlace,
    st.integers(-17, 17).map(lambda step: step * 10.0),
    st.integers(-8, 8).map(lambda step: step * 10.0),
    st.integers(3, 19).map(float),
)


def no_repeats(places: list[MapPlace]) -> list[MapPlace]:
    """Without those that are where the one before is."""
    return [place for at, place in enumerate(places) if at == 0 or place != places[at - 1]]


@given(st.lists(FAR, min_size=1, max_size=30))
def test_back_leads_through_every_place_and_forward_again(visited: list[MapPlace]) -> None:
    """Going back to the beginning and forward to the end passes all places, in order, and the ends are ends."""
    history = ViewHistory(kept_most=50)
    for place in visited:
        history.visit(place)
    wanted = no_repeats(visited)
    backwards = []
    while (place := history.back()) is not None:
        backwards.append(place)
    assert backwards == wanted[:-1][::-1]
    assert not history.can_go_back
    forwards = []
    while (place := history.forward()) is not None:
        forwards.append(place)
    assert forwards == wanted[1:]
    assert not history.can_go_forward


@given(st.lists(FAR, min_size=1, max_size=80), st.integers(1, 9))
def test_it_keeps_the_newest(visited: list[MapPlace], most: int) -> None:
    """Never more than its measure, and always where the map is now."""
    history = ViewHistory(kept_most=most)
    for place in visited:
        history.visit(place)
        assert history.here == place
        assert len(history) <= most


def test_elsewhere_forgets_what_lay_ahead() -> None:
    """After going back, a new place takes the way forward's place."""
    history = ViewHistory()
    a, b, c = (MapPlace(lon, 50.0, 12) for lon in (1.0, 2.0, 3.0))
    for place in (a, b):
        history.visit(place)
    assert history.back() == a
    history.visit(c)
    assert history.forward() is None
    assert history.back() == a


def test_small_moves_belong_to_one_place_until_they_lead_away() -> None:
    """Nudges stay one entry that remembers where they ended; added up to a long way, they are a new one."""
    history, px = ViewHistory(), 360 / 256 / 2**15
    for step in range(4):
        history.visit(MapPlace(step * 40 * px, 0.0, 15))
    assert len(history) == 1
    history.visit(MapPlace((NEAR_PX + 1) * px, 0.0, 15))
    assert len(history) == 2
    assert history.back() == MapPlace(120 * px, 0.0, 15)


def test_another_zoom_is_another_place_and_another_size_is_none() -> None:
    """Zooming is remembered; a window that only changed its size is not."""
    history = ViewHistory()
    history.visit(MapPlace(8.5, 53.5, 12))
    history.visit(MapPlace(8.5, 53.5, 13), same=True)
    assert len(history) == 1
    history.visit(MapPlace(8.5, 53.5, 14))
    assert history.back() == MapPlace(8.5, 53.5, 13)


def test_the_place_gone_back_to_is_no_new_one() -> None:
    """The map arrives there a fraction of a pixel beside, and the way forward stays."""
    history = ViewHistory()
    for lon in (8.0, 9.0):
        history.visit(MapPlace(lon, 53.5, 14))
    assert history.back() == MapPlace(8.0, 53.5, 14)
    history.visit(MapPlace(8.000001, 53.5, 14))
    assert history.can_go_forward


@pytest.mark.parametrize("values", [(math.nan, 0.0, 3.0), (0.0, math.inf, 3.0), (0.0, 91.0, 3.0)])
def test_a_place_is_on_the_earth(values: tuple[float, float, float]) -> None:
    """Numbers that name no place are refused."""
    with pytest.raises(ValueError, match=r"place|latitude"):
        MapPlace(*values)
    with pytest.raises(ValueError, match="one place"):
        ViewHistory(kept_most=0)
