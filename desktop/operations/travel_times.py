"""Travel times between a day's places: what was worked out before on the same streets is taken from the store."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from data.derived import SpoiltArrays, keep_derived, read_derived
from data.records import City
from desktop.domain.city_settings import settings_of
from desktop.operations.work import Work

if TYPE_CHECKING:
    from geo.progress import Progress
    from geo.snapping import Snaps, Unreached
    from geo.streets import StreetNetwork
    from geo.travel_profiles import TravelProfile

PREFIX = "travel times "  # artifact: and digests of the streets and of the profile
MOST_PLACES = 1200  # of a matrix that is kept: 23 MB
MOST_KEPT = 6  # matrices, one a profile and its hours
_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, eq=False)
class TravelTimes:
    """Seconds and metres from each place to each, [n, n], and where places meet the streets.

    computed counts the entries between distinct places that no earlier plan had left.
    """

    duration_s: np.ndarray
    distance_m: np.ndarray
    snaps: Snaps
    unreached: tuple[Unreached, ...]
    computed: int


@dataclass(frozen=True, slots=True, eq=False)
class _Known:
    """Entries between distinct places; nan for what nobody has asked yet."""

    place: np.ndarray  # [n, 3]: edge, metres along it, side
    duration_s: np.ndarray
    distance_m: np.ndarray


def city_profile(city: City, name: str = "car", hours: tuple[float, float] | None = None) -> TravelProfile:
    """A usual profile (car, van, lorry) with the city's own shares of free flow, in some hours of the day."""
    from dataclasses import replace

    from geo.travel_profiles import PROFILES, FlowShares

    own = settings_of(city).flow
    usual = FlowShares()
    shares = FlowShares(own.get("main", usual.main), own.get("minor", usual.minor))
    return replace(PROFILES[name], shares=shares, hours=hours)


def travel_times(
    work: Work,
    network: StreetNetwork,
    lon: np.ndarray,
    lat: np.ndarray,
    *,
    profile: TravelProfile,
    progress: Progress | None = None,
) -> TravelTimes:
    """Times between places (degrees). What is new is kept in the store, without an act, until the streets change."""
    from geo.travel import Snaps, snap, unreached

    def pause() -> None:
        work.breathe(None, "Finding the streets of all places")

    network.graph(profile, pause)
    pause()
    snaps = snap(network, lon, lat, profile=profile, should_stop=work.should_stop)
    work.breathe(None, "Reading travel times")
    side = snaps.side if profile.own_side else np.zeros_like(snaps.side)
    keys = np.column_stack([snaps.edge, snaps.along_m, side]).astype(np.float64)
    place, first, inverse = np.unique(keys, axis=0, return_index=True, return_inverse=True)
    inverse = inverse.ravel()
    own = Snaps(snaps.edge[first], snaps.along_m[first], snaps.distance_m[first], snaps.side[first])
    name = f"{PREFIX}{network.fingerprint} {network.digest(profile)}"
    work.breathe(None, "Reading travel times")
    known = _read(work, name)
    work.breathe(None, "Reading travel times")
    found = _looked_up(known, place)
    computed = _fill(network, own, profile, found, work, progress or work.progress)
    if computed:
        work.breathe(None, "Keeping travel times")
        kept = _merged(found, known)
        work.breathe(None, "Keeping travel times")
        _keep(work, name, kept)
    work.breathe(None, "Reading travel times")
    each = np.ix_(inverse, inverse)
    duration_s, distance_m = (
        _apart(values[each], snaps.unreachable) for values in (found.duration_s, found.distance_m)
    )
    return TravelTimes(duration_s, distance_m, snaps, unreached(network, snaps, lon, lat), computed)


def _apart(values: np.ndarray, lost: np.ndarray) -> np.ndarray:
    """What no street reaches is one key, and yet as many places, none of which leads to another."""
    values[lost, :] = np.inf
    values[:, lost] = np.inf
    values[lost, lost] = 0.0
    return values


def _looked_up(known: _Known | None, place: np.ndarray) -> _Known:
    """The entries between some places as far as they are known."""
    count = len(place)
    found = _Known(place, np.full((count, count), np.nan), np.full((count, count), np.nan))
    if known is not None:
        rows = {key: at for at, key in enumerate(map(tuple, known.place.tolist()))}
        at = np.array([rows.get(key, -1) for key in map(tuple, place.tolist())])
        here = np.flatnonzero(at >= 0)
        found.duration_s[np.ix_(here, here)] = known.duration_s[np.ix_(at[here], at[here])]
        found.distance_m[np.ix_(here, here)] = known.distance_m[np.ix_(at[here], at[here])]
    return found


def _fill(
    network: StreetNetwork, snaps: Snaps, profile: TravelProfile, found: _Known, work: Work, progress: Progress
) -> int:
    """Work out what is not known: whole rows of new places, and the new columns of the others."""
    from geo.travel import matrix

    unknown = np.isnan(found.duration_s)
    fresh = unknown.all(axis=1)
    partly = unknown.any(axis=1) & ~fresh
    columns = unknown[partly].any(axis=0)
    for rows, to in ((fresh, np.ones_like(fresh)), (partly, columns)):
        if rows.any():
            sources, targets = np.flatnonzero(rows), np.flatnonzero(to)
            seconds, metres = matrix(
                network,
                snaps,
                profile=profile,
                sources=sources,
                targets=targets,
                progress=progress,
                should_stop=work.should_stop,
            )
            found.duration_s[np.ix_(sources, targets)] = seconds
            found.distance_m[np.ix_(sources, targets)] = metres
    return int(unknown.sum())


def _merged(found: _Known, known: _Known | None) -> _Known:
    """What is kept: the places just asked, then earlier ones while there is room."""
    room = MOST_PLACES - len(found.place)
    if room <= 0 or known is None:
        cut = slice(0, MOST_PLACES)
        return _Known(found.place[cut], found.duration_s[cut, cut], found.distance_m[cut, cut])
    asked = set(map(tuple, found.place.tolist()))
    others = np.array([at for at, key in enumerate(map(tuple, known.place.tolist())) if key not in asked][:room], int)
    place = np.concatenate([found.place, known.place[others]])
    kept = _looked_up(known, place)
    here = len(found.place)
    kept.duration_s[:here, :here], kept.distance_m[:here, :here] = found.duration_s, found.distance_m
    return kept


def _read(work: Work, name: str) -> _Known | None:
    try:
        with work.store.read() as unit:
            arrays = read_derived(unit, name)
    except SpoiltArrays as fault:
        _LOG.warning("%s It is made anew from the streets.", fault)
        return None
    return None if arrays is None else _Known(arrays["place"], arrays["duration_s"], arrays["distance_m"])


def _keep(work: Work, name: str, known: _Known) -> None:
    """Keep a matrix; those of other streets go, and the surplus of these."""
    with work.store.read() as unit:
        others = [one for one in unit.artifacts.names() if one.startswith(PREFIX) and one != name]
    streets = name.rpartition(" ")[0]
    same = [one for one in others if one.rpartition(" ")[0] == streets]
    unwanted = (set(others) - set(same)) | set(same[MOST_KEPT - 1 :])
    arrays = {"place": known.place, "duration_s": known.duration_s, "distance_m": known.distance_m}
    keep_derived(work.store, {name: arrays}, unwanted)
