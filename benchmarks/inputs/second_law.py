"""Requests of a second invented city with known truth, by laws that have nothing in common with the demo city's.

The laws are fixed in docs/adr/0008-laws-of-duplicates.md and are not changed to suit an engine. Streets of an uneven
lattice, houses along them; places told by a receiver with heavy tails, by address or by crossing; reports of one
incident that come in a rush and then linger, some after it was closed; staff who close duplicates before the incident;
services that are taken for one another within a family; places where the same thing happens again and again.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from benchmarks.inputs.planted import PlantedRequests

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

DAY_S, HOUR_S = 86_400.0, 3_600.0
A_DAY = 274.0  # requests in a city of WIDE_M by HIGH_M; a million fill ten years, more of them a larger city
WIDE_M, HIGH_M, MOST_DAYS = 24_000.0, 16_000.0, 3_650.0
FAMILIES, IN_FAMILY = 8, 3
HOUSE_M, OFF_STREET_M = 17.0, 11.0
CHRONIC_SHARE, CHRONIC_PLACES, STORMS = 0.15, 120, 12
ALONE, MOST_REPORTS, TAIL = 0.85, 40, 2.6
SAME_FAMILY, ANY_SERVICE = 0.10, 0.01
APP, ADDRESS, CROSSING, PIN = range(4)
CHANNELS = (0.50, 0.35, 0.10, 0.05)


def make_second_law(count: int, seed: int) -> PlantedRequests:
    """Exactly `count` requests; the same count and seed, the same rows."""
    rng = np.random.default_rng([2, count, seed])
    days = min(count / A_DAY, MOST_DAYS)
    wide_m = WIDE_M * max(1.0, count / (A_DAY * MOST_DAYS))
    reports = _reports(rng, count)
    x_lines, y_lines = _lattice(rng, wide_m), _lattice(rng, HIGH_M)
    service = _services(rng, len(reports))
    x, y, along_x = _places(rng, x_lines, y_lines, service, round(CHRONIC_PLACES * wide_m / WIDE_M))
    began = _times(rng, days, service, x / wide_m)
    open_s = rng.gamma(1.3, 1.0, len(reports)) * rng.uniform(0.5, 12.0, FAMILIES * IN_FAMILY)[service] * DAY_S
    open_s = np.maximum(open_s, HOUR_S)
    incident = np.repeat(np.arange(len(reports)), reports)
    first = np.r_[True, incident[1:] != incident[:-1]]
    requested = began[incident] + np.where(first, 0.0, _delays(rng, open_s[incident]))
    closed = _closings(rng, first, requested, (began + open_s)[incident], incident)
    told_x, told_y = _told(rng, x[incident], y[incident], along_x[incident], x_lines, y_lines)
    own = _told_services(rng, first, service[incident])
    order = np.argsort(requested, kind="stable")[:count]
    columns = (told_x, told_y, requested, closed, own, incident)
    return PlantedRequests(*(column[order] for column in columns))


def _reports(rng: np.random.Generator, count: int) -> Ints:
    """Reports of each incident: one for most, the others by a law with a long tail; at least `count` in all."""
    most = np.arange(2, MOST_REPORTS + 1)
    tail = most**-TAIL
    made = np.where(rng.random(count) < ALONE, 1, rng.choice(most, count, p=tail / tail.sum()))
    return np.asarray(made[: int(np.searchsorted(np.cumsum(made), count)) + 1], dtype=np.int64)


def _lattice(rng: np.random.Generator, length_m: float) -> Floats:
    """Where streets cross a side of the city: uneven, 110 m apart in the middle."""
    steps = rng.lognormal(np.log(110.0), 0.35, int(length_m / 60.0) + 8)
    lines = np.cumsum(steps)
    return np.asarray(lines[lines < length_m])


def _services(rng: np.random.Generator, count: int) -> Ints:
    popular = np.arange(1, FAMILIES * IN_FAMILY + 1) ** -0.8
    popular = popular[np.random.default_rng(7).permutation(len(popular))]  # a family has some of each
    return rng.choice(len(popular), count, p=popular / popular.sum())


def _places(
    rng: np.random.Generator, x_lines: Floats, y_lines: Floats, service: Ints, chronic_places: int
) -> tuple[Floats, Floats, NDArray[np.bool_]]:
    """A place on a street for each incident, denser toward the middle; some at places that never come to rest."""
    count = len(service)
    chronic = rng.random(count) < CHRONIC_SHARE
    spot = rng.integers(0, chronic_places, count)
    usual = rng.integers(0, FAMILIES * IN_FAMILY, (chronic_places, 2))
    service[chronic] = usual[spot[chronic], rng.integers(0, 2, int(chronic.sum()))]
    ends = [rng.triangular(0.0, line[-1] / 2, line[-1], count) for line in (x_lines, y_lines)]
    along_x = rng.random(count) < 0.5
    spots = [rng.triangular(0.0, line[-1] / 2, line[-1], chronic_places) for line in (x_lines, y_lines)]
    x, y = (
        np.where(chronic, places[spot] + rng.normal(0, 4.0, count), free)
        for places, free in zip(spots, ends, strict=True)
    )
    along_x = np.where(chronic, spot % 2 == 0, along_x)
    on = _nearest(y_lines, y), _nearest(x_lines, x)
    kerb = rng.uniform(-6.0, 6.0, count)
    return np.where(along_x, x, on[1] + kerb), np.where(along_x, on[0] + kerb, y), along_x


def _nearest(lines: Floats, at: Floats) -> Floats:
    right = np.clip(np.searchsorted(lines, at), 1, len(lines) - 1)
    left = lines[right - 1]
    return np.where(at - left < lines[right] - at, left, lines[right])


def _times(rng: np.random.Generator, days: float, service: Ints, east: Floats) -> Floats:
    """When incidents begin: fewer at weekends and by night, a yearly wave, and storms of one family in one part."""
    count = len(service)
    day = np.floor(rng.uniform(0.0, days, count * 3))
    keep = rng.random(len(day)) < (0.62 + 0.18 * np.sin(day / 365.25 * 2 * np.pi)) * np.where(day % 7 >= 5, 0.55, 1.0)
    day = np.resize(day[keep], count)
    for storm in rng.uniform(0.0, days, STORMS):
        part, family = rng.uniform(0.0, 0.8), rng.integers(0, FAMILIES)
        struck = (service // IN_FAMILY == family) & (east > part) & (east < part + 0.2)
        struck &= rng.random(count) < 0.01
        day[struck] = np.floor(storm) + rng.integers(0, 2, int(struck.sum()))
    hour = np.where(rng.random(count) < 0.9, rng.normal(13.0, 3.5, count) % 24, rng.uniform(0.0, 24.0, count))
    return day * DAY_S + hour * HOUR_S


def _delays(rng: np.random.Generator, open_s: Floats) -> Floats:
    """A rush at first and stragglers (Weibull, shape below 1); one in twenty after the incident was closed."""
    delay = np.minimum(rng.weibull(0.65, len(open_s)) * 0.4, 1.0) * open_s
    late = rng.random(len(open_s)) < 0.05
    return np.where(late, open_s + rng.exponential(2 * DAY_S, len(open_s)), np.maximum(delay, 30.0))


def _closings(
    rng: np.random.Generator, first: NDArray[np.bool_], requested: Floats, fixed: Floats, incident: Ints
) -> Floats:
    """With the incident, within two hours; one duplicate in ten is closed as such at once; some never."""
    closed = np.maximum(fixed, requested) + rng.uniform(0.0, 2 * HOUR_S, len(first))
    early = ~first & (rng.random(len(first)) < 0.10)
    closed = np.where(early, requested + rng.exponential(6 * HOUR_S, len(first)), closed)
    closed[(rng.random(int(incident[-1]) + 1) < 0.02)[incident]] = np.nan
    return closed


def _told(
    rng: np.random.Generator, x: Floats, y: Floats, along_x: NDArray[np.bool_], x_lines: Floats, y_lines: Floats
) -> tuple[Floats, Floats]:
    """Places as they are told: by a receiver, as an address, as a crossing, by a finger on a map."""
    count = len(x)
    channel = rng.choice(4, count, p=CHANNELS)
    angle = rng.uniform(0.0, 2 * np.pi, count)
    reach = rng.gamma(2.0, 5.0, count)
    reach = np.where(rng.random(count) < 0.06, 80.0 * np.sqrt(rng.random(count)), reach)
    reach = np.where(channel == PIN, np.abs(rng.normal(0.0, 14.0, count)), reach)
    free_x, free_y = x + reach * np.cos(angle), y + reach * np.sin(angle)
    off = rng.choice([0, 1, -1, 2, -2], count, p=[0.67, 0.125, 0.125, 0.04, 0.04])
    along = (np.floor(np.where(along_x, x, y) / HOUSE_M) + 0.5 + off) * HOUSE_M
    line = np.where(along_x, _nearest(y_lines, y), _nearest(x_lines, x))
    side = line + np.where(np.where(along_x, y, x) < line, -OFF_STREET_M, OFF_STREET_M)
    cross_x, cross_y = _nearest(x_lines, x), _nearest(y_lines, y)
    pick = [channel == ADDRESS, channel == CROSSING]
    return (
        np.select(pick, [np.where(along_x, along, side), cross_x], free_x),
        np.select(pick, [np.where(along_x, side, along), cross_y], free_y),
    )


def _told_services(rng: np.random.Generator, first: NDArray[np.bool_], service: Ints) -> Ints:
    """Some name another service of the family, a few any other."""
    draw = rng.random(len(service))
    family = service // IN_FAMILY * IN_FAMILY + (service + rng.integers(1, IN_FAMILY, len(service))) % IN_FAMILY
    other = rng.integers(0, FAMILIES * IN_FAMILY, len(service))
    told = np.where(draw < SAME_FAMILY, family, np.where(draw < SAME_FAMILY + ANY_SERVICE, other, service))
    return np.asarray(np.where(first, service, told), dtype=np.int64)
