"""Travel times that are kept: never worked out twice on the same streets, never taken from others, bounded."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest
from sqlalchemy import text

from data.records import City
from data.store import Store
from desktop.domain.city_settings import changed, settings_of
from desktop.domain.clock import FixedClock
from desktop.operations import travel_times as operation
from desktop.operations.travel_times import PREFIX, city_profile, travel_times
from desktop.operations.work import Work
from geo.errors import GeoError
from geo.travel import matrix, snap
from geo.travel_profiles import CAR, LORRY
from tests.geo.street_networks import network_of, place

NOW = datetime(2026, 10, 13, 9, tzinfo=UTC)
SPOTS = [(60.0, 3.0), (140.0, -4.0), (200.0, 130.0), (20.0, 200.0), (60.0, 3.0), (900.0, 900.0)]
SQUARE = [
    [(0, 0, 0), (1, 200, 0)], [(1, 200, 0), (2, 200, 200)], [(2, 200, 200), (3, 0, 200)], [(3, 0, 200), (0, 0, 0)],
    [(0, 0, 0), (2, 200, 200)],
]  # fmt: skip


@pytest.fixture
def work(sqlite_store: Store) -> Work:
    """An empty store, and who acts."""
    return Work(sqlite_store, "ana", FixedClock(NOW))


@pytest.fixture
def searched(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many searches each call of the kernel was asked for."""
    counts: list[int] = []

    def counted(*args: object, **kwargs: object) -> object:
        counts.append(len(kwargs["sources"]))  # type: ignore[arg-type]
        return matrix(*args, **kwargs)  # type: ignore[arg-type]

    monkeypatch.setattr("geo.travel.matrix", counted)
    return counts


def degrees(*chosen: int) -> tuple[np.ndarray, np.ndarray]:
    """Some of the spots."""
    lon, lat = np.concatenate([place(*SPOTS[at]) for at in chosen], axis=1)
    return lon, lat


def kept(work: Work) -> list[str]:
    """The matrices in the store."""
    with work.store.read() as unit:
        return [name for name in unit.artifacts.names() if name.startswith(PREFIX)]


def test_what_is_kept_is_what_would_be_worked_out(work: Work, searched: list[int]) -> None:
    """All, fewer and more places after one another: each time the very matrix of the kernel, twins and strays too."""
    network = network_of(SQUARE)
    for chosen in ((0, 1, 2), (2, 0), (0, 1, 2, 3, 4, 5), (5, 4, 3)):
        lon, lat = degrees(*chosen)
        found = travel_times(work, network, lon, lat, profile=CAR)
        whole = matrix(network, snap(network, lon, lat))
        off = ~np.eye(len(chosen), dtype=bool)
        assert np.array_equal(found.duration_s[off], whole[0][off])
        assert np.array_equal(found.distance_m[off], whole[1][off])
        assert [one.place for one in found.unreached] == [at for at, spot in enumerate(chosen) if spot == 5]


def test_nothing_is_worked_out_twice(work: Work, searched: list[int]) -> None:
    """The same day again asks the kernel nothing; one more place asks for its row and for its column alone."""
    network = network_of(SQUARE)
    assert travel_times(work, network, *degrees(0, 1, 2), profile=CAR).computed == 9
    assert searched == [3]
    assert travel_times(work, network, *degrees(1, 2, 0), profile=CAR).computed == 0
    assert searched == [3]
    assert travel_times(work, network, *degrees(0, 1, 2, 3), profile=CAR).computed == 7
    assert searched == [3, 1, 3]


def test_other_streets_and_other_profiles_are_worked_out_anew(work: Work, searched: list[int]) -> None:
    """A street that became one-way takes nothing from before, which leaves the store; a lorry has its own matrix."""
    network, other = network_of(SQUARE), network_of(SQUARE, [1, 0, 0, 0, 0])
    before = travel_times(work, network, *degrees(1, 0), profile=CAR)
    travel_times(work, network, *degrees(1, 0), profile=LORRY)
    assert len(kept(work)) == 2
    after = travel_times(work, other, *degrees(1, 0), profile=CAR)
    assert after.duration_s[0, 1] > before.duration_s[0, 1]
    assert searched == [2, 2, 2]
    assert len(kept(work)) == 1


def test_places_that_nothing_reaches_are_not_one(work: Work) -> None:
    """Two places far from any street are no nearer to each other than to the rest."""
    network = network_of(SQUARE)
    lon, lat = np.concatenate([degrees(0), place(9000.0, 9000.0), place(-9000.0, 0.0)], axis=1)
    for values in (lambda found: found.duration_s, lambda found: found.distance_m):
        found = values(travel_times(work, network, lon, lat, profile=CAR))
        assert np.array_equal(np.isfinite(found), np.eye(3, dtype=bool))
        assert not np.diag(found).any()


def test_what_is_kept_is_bounded(work: Work, monkeypatch: pytest.MonkeyPatch) -> None:
    """No matrix outgrows its bound, and no more of them stay than are allowed; what was cut is worked out again."""
    monkeypatch.setattr(operation, "MOST_PLACES", 3)
    network = network_of(SQUARE)
    found = travel_times(work, network, *degrees(0, 1, 2, 3), profile=CAR)
    assert np.isfinite(found.duration_s).all()
    assert travel_times(work, network, *degrees(0, 1, 2, 3), profile=CAR).computed == 7
    for kmh in range(5, 14):
        travel_times(work, network, *degrees(0, 1), profile=replace(CAR, most_kmh=float(kmh)))
    assert len(kept(work)) == operation.MOST_KEPT


def test_a_spoilt_matrix_is_worked_out_anew(work: Work) -> None:
    """Bytes that changed in the store are not believed."""
    network = network_of(SQUARE)
    good = travel_times(work, network, *degrees(0, 1), profile=CAR)
    with work.store.exclusively() as connection:
        connection.execute(text("UPDATE artifact SET format = 'npz of another' WHERE name LIKE 'travel times %'"))
        connection.commit()
    again = travel_times(work, network, *degrees(0, 1), profile=CAR)
    assert again.computed == 4
    assert np.array_equal(again.duration_s, good.duration_s)


def test_a_city_sets_its_own_shares_of_free_flow() -> None:
    """24 numbers become the profile's shares; anything else is refused with a sentence; empty brings the usual back."""
    city = City("A", "UTC", None, None)
    flow = changed(settings_of(city), {"flow.minor": ",".join(["0.5"] * 24)})
    own = city_profile(replace(city, settings=flow.to_json()), "van", (8.0, 16.0))
    assert (own.name, own.hours, own.shares.minor) == ("van", (8.0, 16.0), (0.5,) * 24)
    assert own.shares.main == CAR.shares.main
    assert not changed(flow, {"flow.minor": ""}).flow
    for wrong in ({"flow.minor": "0.5,0.6"}, {"flow.rail": ",".join(["1"] * 24)}, {"flow.main": "fast"}):
        with pytest.raises(ValueError, match="24 numbers"):
            changed(flow, wrong)
    with pytest.raises(GeoError, match="hours begin"):
        city_profile(city, hours=(9.0, 9.0))
