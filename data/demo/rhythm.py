"""When things happen: by hour, weekday and season, with weather that belongs to the date alone."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from data.demo.catalogue import SERVICES
from data.demo.city_time import DAY_S, Ints, weekday
from data.demo.frame import Floats

LONGEST_DAYS = 3653  # ten years, counting both ends
SHORTEST_DAYS = 3
GROWTH_A_YEAR = 0.045
NOW_S = 14 * 3600 + 32 * 60  # the demo day is told at 14:32, unless it is not that late yet

# Weight of each month, January first; between middles of months it is interpolated.
SEASONS: dict[str, tuple[float, ...]] = {
    "flat": (1,) * 12,
    "mild": (0.75, 0.75, 0.95, 1.1, 1.15, 1.2, 1.15, 1.1, 1.1, 1.05, 0.9, 0.8),
    "summer": (0.55, 0.55, 0.75, 1.0, 1.3, 1.5, 1.6, 1.5, 1.2, 0.9, 0.65, 0.55),
    "growing": (0.15, 0.15, 0.4, 1.0, 2.0, 2.4, 2.1, 1.6, 1.1, 0.6, 0.3, 0.2),
    "after_winter": (1.2, 1.9, 2.3, 1.6, 1.0, 0.7, 0.6, 0.55, 0.55, 0.6, 0.7, 0.85),
    "winter": (3.2, 2.9, 1.2, 0.1, 0.0, 0.0, 0.0, 0.0, 0.0, 0.02, 0.7, 2.4),
    "dark": (1.5, 1.3, 1.1, 0.85, 0.65, 0.55, 0.55, 0.65, 0.9, 1.2, 1.45, 1.6),
    "cold": (1.7, 1.6, 1.2, 0.9, 0.8, 0.75, 0.75, 0.75, 0.8, 0.9, 1.1, 1.4),
    "autumn": (0.8, 0.75, 0.8, 0.8, 0.85, 0.95, 1.0, 1.0, 1.1, 1.6, 1.7, 1.1),
    "leaves": (0.25, 0.12, 0.1, 0.08, 0.06, 0.06, 0.08, 0.15, 0.9, 3.6, 4.6, 1.6),
    "storms": (1.3, 1.2, 1.1, 0.8, 0.9, 1.1, 1.2, 1.1, 0.9, 1.1, 1.2, 1.2),
}
# Monday first.
WEEKS: dict[str, tuple[float, ...]] = {
    "flat": (1.05, 1.0, 1.0, 1.0, 1.05, 0.95, 0.9),
    "office": (1.25, 1.15, 1.1, 1.1, 1.0, 0.6, 0.5),
    "weekend": (1.05, 0.85, 0.85, 0.9, 1.0, 1.35, 1.4),
    "collection": (1.3, 1.25, 1.2, 1.2, 1.2, 0.35, 0.2),
}
# Weight of each hour of the day, from midnight.
DAYS: dict[str, tuple[float, ...]] = {
    "day": (1, 0.6, 0.4, 0.3, 0.4, 1, 2.5, 5, 8, 9.5, 9.5, 9, 8, 8, 8, 8.5, 9, 9, 8, 6.5, 5, 3.5, 2.5, 1.6),
    "morning": (0.6, 0.3, 0.2, 0.2, 0.5, 2, 6, 11, 12, 11, 9, 8, 7, 6.5, 6, 6, 6, 6, 5.5, 4.5, 3.5, 2.5, 1.6, 1),
    "office": (0.1, 0.1, 0.1, 0.1, 0.1, 0.3, 1.5, 5, 11, 13, 13, 12, 9, 9, 9, 8, 6, 4, 3, 2.5, 2, 1.5, 0.8, 0.3),
    "commute": (0.5, 0.3, 0.2, 0.2, 0.6, 2.5, 8, 13, 12, 8, 6, 6, 6.5, 6.5, 7, 9, 12, 12, 8, 5, 3.5, 2.5, 1.6, 1),
    "evening": (3, 1.6, 1, 0.7, 0.7, 1.2, 2.5, 4, 4.5, 4.5, 4.5, 4.5, 4.5, 4.5, 4.5, 5, 6.5, 8.5, 10, 11, 11.5, 10.5,
        8, 5),
    "afternoon": (0.3, 0.2, 0.1, 0.1, 0.2, 0.5, 1.5, 3, 5, 7, 8, 8, 8, 9, 11, 13, 13, 11, 8, 5, 3, 2, 1, 0.6),
    "early": (1.2, 1, 1, 1.5, 4, 9, 14, 15, 13, 9, 7, 6, 5, 5, 5, 5, 5.5, 5.5, 4.5, 3.5, 2.5, 2, 1.6, 1.4),
    "any": (2.5, 2.2, 2, 2, 2, 2.4, 3.5, 5, 6, 6, 6, 6, 6, 6, 6.5, 7, 7, 7, 6.5, 6, 5, 4, 3.5, 3),
}  # fmt: skip
STORM_SHARE, FROST_SHARE = 0.026, 0.13  # of days; of winter days


def span_days(requests: int) -> int:
    """How many days a city of so many requests looks back.

    20,000 requests are a year and a half, 750,000 ten years, and it grows as a power of the number between and beyond,
    to ten years at most: days = 548 (N / 20,000) ** 0.523.
    """
    power = np.log(10 / 1.5) / np.log(37.5)
    return int(np.clip(round(1.5 * 365.25 * (requests / 20_000) ** power), SHORTEST_DAYS, LONGEST_DAYS))


@dataclass(frozen=True, slots=True)
class Rhythm:
    """For the days up to the last: chances of each day for every service, and of times within a day."""

    first_day: int
    chance: Floats  # [services, days], cumulative, ends at 1
    within: Floats  # [services, 24], cumulative
    until_now: Floats  # [services]: the part of a day's traffic that comes before the last day is told

    def draw(self, rng: np.random.Generator, service: Ints) -> Ints:
        """Wall seconds of one incident for each service given; none on the last day after it is told."""
        day, moment = np.zeros(len(service), dtype=np.int64), np.zeros(len(service), dtype=np.int64)
        pick, inside = rng.random(len(service)), rng.random(len(service))
        last = self.chance.shape[1] - 1
        for at in range(len(self.chance)):
            own = np.flatnonzero(service == at)
            day[own] = np.minimum(np.searchsorted(self.chance[at], pick[own], side="right"), last)
            share = np.where(day[own] == last, self.until_now[at], 1.0) * inside[own]
            moment[own] = _moment(self.within[at], share)
        return np.asarray((self.first_day + day) * DAY_S + moment)

    def on_last_day(self, rng: np.random.Generator, service: Ints) -> Ints:
        """Wall seconds on the last day."""
        share = rng.random(len(service)) * self.until_now[service]
        moments = [_moment(self.within[at], np.array([part])) for at, part in zip(service, share, strict=True)]
        return np.asarray((self.first_day + self.chance.shape[1] - 1) * DAY_S + np.concatenate(moments))


def _moment(within: Floats, share: Floats) -> Ints:
    """Seconds after midnight at which a share of the day's traffic has come."""
    return np.asarray(np.interp(share, np.concatenate([[0.0], within]), np.arange(25) * 3600.0), dtype=np.int64)


def make_rhythm(rng: np.random.Generator, last_day: int, days: int, told_s: int = NOW_S) -> Rhythm:
    """The rhythm of the last `days` days, the last of them until so many seconds after midnight.

    Weather is drawn for ten years whatever the span.
    """
    every = last_day - LONGEST_DAYS + 1 + np.arange(LONGEST_DAYS)
    weather = _Weather.drawn(rng, every)
    within = np.array([np.cumsum(DAYS[service.day]) / np.sum(DAYS[service.day]) for service in SERVICES])
    until_now = np.array([np.interp(told_s, np.arange(25) * 3600.0, np.concatenate([[0.0], row])) for row in within])
    weights = np.array([_weights(rng, at, every, weather) for at in range(len(SERVICES))])[:, -days:]
    weights[:, -1] *= until_now
    chance = np.cumsum(weights, axis=1)
    # A service out of season may have no weight at all in a short span: then every day is as good.
    chance = np.where(chance[:, -1:] > 0, chance, np.arange(1, days + 1.0))
    return Rhythm(last_day - days + 1, chance / chance[:, -1:], within, until_now)


@dataclass(frozen=True, slots=True)
class _Weather:
    storm: Floats
    after_storm: Floats
    frost: NDArray[np.bool_]

    @classmethod
    def drawn(cls, rng: np.random.Generator, day: Ints) -> _Weather:
        season = _seasonal("storms", day)
        storm = np.where(rng.random(len(day)) < STORM_SHARE * season, rng.uniform(4, 14, len(day)), 0.0)
        winter = _seasonal("winter", day) > 0.5
        calm = np.convolve(rng.normal(size=len(day) + 6), np.ones(7) / np.sqrt(7), mode="valid")
        return cls(
            storm, np.concatenate([[0.0], storm[:-1]]) * 0.4, winter & (calm > np.quantile(calm, 1 - FROST_SHARE))
        )


def _seasonal(name: str, day: Ints) -> Floats:
    """The season's weight of days, interpolated between the middles of months."""
    of_year = (day - 0.25) % 365.2425
    middles = (np.arange(14) - 0.5) * 30.437
    table = np.array(SEASONS[name], dtype=np.float64)
    return np.asarray(np.interp(of_year, middles, np.concatenate([table[-1:], table, table[:1]])))


def _weights(rng: np.random.Generator, at: int, day: Ints, weather: _Weather) -> Floats:
    """Weight of every day for one service: season, week, growth, weather, feast days, and slow noise."""
    service = SERVICES[at]
    weight = _seasonal(service.season, day) * np.array(WEEKS[service.week])[weekday(day)]
    weight *= np.exp(GROWTH_A_YEAR * (day - day[-1]) / 365.25)
    noise = np.convolve(rng.normal(size=len(day) + 20), np.ones(21) / np.sqrt(21), mode="valid")
    weight *= np.exp(0.12 * noise + 0.10 * rng.normal(size=len(day)))
    if service.season == "storms" or service.code in ("clogged_drain", "traffic_signal", "road_obstruction"):
        weight *= 1 + (weather.storm + weather.after_storm) * (1.0 if service.season == "storms" else 0.25)
    if service.season == "winter":
        weight *= np.where(weather.frost, 9.0, 0.25)
    of_year = (day - 0.25) % 365.2425
    feast = (of_year > 357.5) & (of_year < 360)
    weight *= np.where(feast, 0.45, 1.0)
    if service.code in ("litter", "overflowing_bin", "illegal_dumping"):
        weight *= np.where(of_year < 1.8, 2.4, 1.0)  # the morning after the fireworks
    return np.asarray(weight, dtype=np.float64)
