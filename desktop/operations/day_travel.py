"""How a day's crews drive: a profile for each vehicle in its hours, and times and ways between places by each."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import ceil
from typing import TYPE_CHECKING, Any

import numpy as np

from data.errors import RefusedInput
from data.records import City
from desktop.domain.direction_words import unreached_words
from desktop.operations.day_records import DayCrew
from desktop.operations.travel_times import TravelTimes, city_profile, travel_times
from desktop.operations.work import Work

if TYPE_CHECKING:
    from geo.progress import Progress
    from geo.travel import Ways
    from geo.travel_profiles import FlowShares, TravelProfile
    from geo.vrp import Problem, Travel

MOST_PROFILES = 6  # matrices of a day; with more, all crews share the hours from the first shift to the last
ALIKE = 0.02  # of driving times: far less than what the shares of free flow leave uncertain
HOUR_S = 3600
Told = Mapping[str, Any]  # a profile as plans tell it: vehicle, most_kmh, hours


def profiles_of(city: City, crews: Sequence[DayCrew]) -> list[Told]:
    """How each crew drives, as its plan tells it: vehicle, the top speed of its own, whole hours of its shift.

    Where shifts differ so little that all their hours together slow streets as each of them does, these are the hours.
    """
    told = _alike(city, [_told(crew) for crew in crews])
    if len({_key(one) for one in told}) <= MOST_PROFILES:
        return told
    begins = min(one["hours"][0] for one in told)
    ends = min(max(one["hours"][1] for one in told), begins + 24)
    return [{**one, "hours": [begins, ends]} for one in told]


def _told(crew: DayCrew) -> dict[str, Any]:
    begins, ends = crew.shift_start_s // HOUR_S, ceil(crew.shift_end_s / HOUR_S)
    day = begins // 24 * 24
    hours = [begins - day, min(ends - day, begins - day + 24)]
    return {"vehicle": crew.vehicle_kind or "car", "most_kmh": crew.max_speed_kmh, "hours": hours}


def _alike(city: City, told: Sequence[Told]) -> list[Told]:
    """The same with hours that are alike put together, for each kind of vehicle from its first shift on."""
    hours: dict[str, tuple[int, int]] = {}
    for kind in {_key({**one, "hours": None}) for one in told}:
        mine = {tuple(one["hours"]) for one in told if _key({**one, "hours": None}) == kind}
        for group in _grouped(city, sorted(mine)):
            hours |= {_key([kind, list(one)]): _whole(group) for one in group}
    return [{**one, "hours": list(hours[_key([_key({**one, "hours": None}), one["hours"]])])} for one in told]


def _grouped(city: City, hours: Sequence[tuple[int, int]]) -> list[list[tuple[int, int]]]:
    """Ranges of hours in groups, each as large as its hours are alike."""
    shares = city_profile(city).shares
    groups: list[list[tuple[int, int]]] = []
    for one in hours:
        wider = [*groups[-1], one] if groups else []
        if wider and _is_alike(shares, wider):
            groups[-1] = wider
        else:
            groups.append([one])
    return groups


def _whole(hours: Sequence[tuple[int, int]]) -> tuple[int, int]:
    return min(begins for begins, _ in hours), max(ends for _, ends in hours)


def _is_alike(shares: FlowShares, hours: Sequence[tuple[int, int]]) -> bool:
    """Whether some ranges of hours slow streets as all of them together do, which may be no more than a day."""
    begins, ends = _whole(hours)
    if ends - begins > 24:
        return False
    whole = shares.slowing(begins, ends)
    each = [shares.slowing(*one) for one in hours]
    return all(abs(a / b - 1) <= ALIKE for one in each for a, b in zip(one, whole, strict=True))


def _key(told: Any) -> str:
    return json.dumps(told, sort_keys=True)


def numbered(told: Sequence[Told | None]) -> tuple[list[Told | None], list[int]]:
    """The profiles that differ, and for each crew which one is its own."""
    number: dict[str, int] = {}
    own = [number.setdefault(_key(one), len(number)) for one in told]
    return [told[own.index(at)] for at in range(len(number))], own


def kept_profiles(content: Mapping[str, Any], travel_of_crew: Sequence[int]) -> list[Told | None]:
    """The profiles of a kept plan in the order of its travel times; None where it names none: a car at free flow."""
    found: list[Told | None] = [None] * (1 + max(travel_of_crew, default=0))
    for crew, travel in zip(content["crews"], travel_of_crew, strict=True):
        found[travel] = crew.get("profile")
    return found


def profile_of(city: City, told: Told | None) -> TravelProfile:
    """The profile that a plan tells, with the city's shares of free flow as they are today."""
    from geo.travel_profiles import CAR

    if told is None:
        return CAR
    begins, ends = told["hours"]
    profile = city_profile(city, told["vehicle"], (float(begins), float(ends)))
    cap = told["most_kmh"]
    return profile if cap is None else replace(profile, most_kmh=min(profile.most_kmh, float(cap)))


class DayWays:
    """Travel between places (degrees) by some profiles, along the streets or as straight lines without any."""

    def __init__(
        self,
        city: City,
        arrays: Mapping[str, np.ndarray] | None,
        lon: np.ndarray,
        lat: np.ndarray,
        told: Sequence[Told | None],
    ) -> None:
        from geo.streets import StreetNetwork

        self.city, self.lon, self.lat = city, lon, lat
        self.network = StreetNetwork.from_arrays(dict(arrays)) if arrays is not None else None
        self.profiles = [profile_of(city, one) for one in told]
        self._times: list[TravelTimes] = []
        self._ways: dict[int, Ways] = {}  # by profile, built when the first way is asked for

    def travels(self, work: Work, progress: Progress) -> tuple[Travel, ...]:
        """One a profile, in their order. RefusedInput where neither streets nor a projection are known."""
        from geo.crs import to_metres
        from geo.travel import straight_line_matrix
        from geo.vrp import Travel

        if self.network is None:
            if self.city.crs_epsg is None:
                raise RefusedInput("The city has no projected CRS yet; found it with --crs or import something first.")
            straight = Travel(*straight_line_matrix(*to_metres(self.lon, self.lat, self.city.crs_epsg)))
            return (straight,) * len(self.profiles)
        count = len(self.profiles)
        known: dict[str, TravelTimes] = {}  # a top speed that no street allows makes no other vehicle
        for at, profile in enumerate(self.profiles):

            def tell(fraction: float | None, words: str, at: int = at) -> None:
                progress(None if fraction is None else (at + fraction) / count, words)

            digest = self.network.digest(profile)
            if digest not in known:
                known[digest] = travel_times(work, self.network, self.lon, self.lat, profile=profile, progress=tell)
            self._times.append(known[digest])
        made = {id(times): Travel(times.duration_s, times.distance_m) for times in known.values()}
        return tuple(made[id(times)] for times in self._times)

    def line(self, travel: int, start: int, end: int) -> list[list[float]]:
        """The way from one place to another by a profile, lon and lat to 6 decimals."""
        if self.network is None:
            return [[float(self.lon[at]), float(self.lat[at])] for at in (start, end)]
        from geo.travel import Ways

        if travel not in self._ways:
            snaps = self._times[travel].snaps
            self._ways[travel] = Ways(self.network, snaps, profile=self.profiles[travel])
        lon, lat = self._ways[travel].path(start, end)
        line: list[list[float]] = np.round(np.column_stack([lon, lat]), 6).tolist()
        return line

    def why_unreached(self, problem: Problem, job: int) -> str | None:
        """Why no street leads to a job, or to the crews that could do it; None where streets are not the cause."""
        able = [crew for number, crew in enumerate(problem.crews) if problem.may_do(number, problem.jobs[job])]
        why = [self._unreached(crew.travel, problem.jobs[job].location) for crew in able]
        if why and None not in why:
            return f"No street leads there: {why[0]}."
        for crew in able:
            for place, words in ((crew.start, "begins"), (crew.end, "ends")):
                found = self._unreached(crew.travel, place)
                if found is not None:
                    return f"No street leads to where {crew.name} {words}: {found}."
        return None

    def _unreached(self, travel: int, place: int) -> str | None:
        if not self._times:
            return None
        found = (one for one in self._times[travel].unreached if one.place == place)
        return next((unreached_words(one.why, one.nearest_m) for one in found), None)
