"""Incidents and the reports about them: when each began and ended, who reported it again, and by which channel."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from data.demo.catalogue import SERVICES
from data.demo.city_time import DAY_S, Ints, WorkingTime
from data.demo.frame import Floats
from data.demo.places import Fabric, Sites
from data.demo.plan import DemoPlan
from data.demo.rhythm import Rhythm
from data.demo.texts import APP, EMAIL, KIOSK, PHONE, WEB

REPEAT_SHARE = 0.23  # of all requests repeat an incident
LATE_SHARE = 0.03  # of incidents are fixed after their deadline
_QUICK_SHARE, _QUICK_S, _SLOW_S = 0.45, 2.5 * 3600, 2.2 * DAY_S  # delays of repeats: two exponentials
_DESK_OPENS_S, _DESK_CLOSES_S = 7 * 3600, 22 * 3600  # when the contact centre answers, every day

Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Incidents:
    """True incidents. Wall seconds; `closed_s` may lie after now: then the incident is open."""

    service: Ints
    began_s: Ints
    closed_s: Ints
    sites: Sites


@dataclass(frozen=True, slots=True)
class Reports:
    """Requests in the order of their times: the incident of each, wall seconds, channel."""

    incident: Ints
    requested_s: Ints
    channel: Ints
    turn: Ints  # 0 for the first report of its incident, then 1, 2, ...


def draw_services(rng: np.random.Generator, count: int) -> Ints:
    """The service of each incident."""
    share = np.cumsum([service.share for service in SERVICES])
    return np.asarray(np.searchsorted(share / share[-1], rng.random(count), side="right"), dtype=np.int64)


def draw_times(rng: np.random.Generator, rhythm: Rhythm, service: Ints, last_day: int) -> Ints:
    """When each incident was first reported; at least one on the last day."""
    began = rhythm.draw(rng, service)
    if began.max() < last_day * DAY_S:
        latest = int(began.argmax())
        began[latest] = rhythm.on_last_day(rng, service[latest : latest + 1])[0]
    return began


def draw_closings(rng: np.random.Generator, working: WorkingTime, service: Ints, began_s: Ints) -> Ints:
    """When each incident was or will be fixed: 97 in 100 within the deadline, the rest at leisure, a few never yet."""
    deadline_s = np.array([item.deadline_working_h * 3600 for item in SERVICES])[service]
    kept = rng.beta(2.6, 1.9, len(service)) * 0.985 + 0.015
    late = 1.02 + rng.exponential(0.8, len(service))
    late *= np.where(rng.random(len(service)) < 0.06, rng.uniform(4, 15, len(service)), 1.0)
    share = np.where(rng.random(len(service)) < LATE_SHARE, late, kept)
    # Nobody counts on more than two years of working time.
    taken = np.minimum(share * deadline_s, 5000 * 3600.0)
    return np.maximum(working.wall_at(working.worked_s(began_s) + taken), began_s + 240)


def draw_reports(
    rng: np.random.Generator, incidents: Incidents, requests: int, now_s: int, plan: DemoPlan, fabric: Fabric
) -> Reports:
    """First reports and repeats, `requests` in all, sorted by time."""
    count = len(incidents.service)
    window = np.maximum(np.minimum(incidents.closed_s, now_s) - incidents.began_s, 0)
    again = _repeated(rng, incidents, window, requests - count)
    delay = _delays(rng, window[again], incidents.began_s[again])
    incident = np.concatenate([np.arange(count), again])
    requested = np.concatenate([incidents.began_s, incidents.began_s[again] + delay])
    first = np.concatenate([np.zeros(count, dtype=np.int64), np.ones(len(again), dtype=np.int64)])
    order = np.lexsort((incident, first, requested))
    incident, requested = incident[order], requested[order]
    channel = draw_channels(rng, incidents, incident, plan, fabric)
    return Reports(incident, requested, channel, _turns(incident))


def _repeated(rng: np.random.Generator, incidents: Incidents, window_s: Ints, wanted: int) -> Ints:
    """Incidents that are reported again, each as often as it comes up: few people report most, some everybody."""
    eager = np.array([item.repeats for item in SERVICES])[incidents.service]
    spread = np.minimum(rng.pareto(1.7, len(eager)) + 0.25, 14.0)
    weight = eager * spread * (1 - np.exp(-window_s / (0.7 * DAY_S))) * np.where(incidents.sites.hot, 1.5, 1.0)
    total = np.cumsum(weight + 1e-12)
    return np.asarray(np.searchsorted(total, rng.random(wanted) * total[-1], side="right").clip(0, len(eager) - 1))


def _delays(rng: np.random.Generator, window_s: Ints, began_s: Ints) -> Ints:
    """Seconds until a repeat, while the incident is open; at night people seldom report."""
    mean = np.where(rng.random(len(window_s)) < _QUICK_SHARE, _QUICK_S, _SLOW_S)
    delay = _truncated(rng, mean, window_s)
    again = _truncated(rng, mean, window_s)
    hour = (began_s + delay) % DAY_S // 3600
    asleep = (hour < 6) & (rng.random(len(delay)) < 0.75)
    return np.where(asleep, again, delay)


def _truncated(rng: np.random.Generator, mean_s: Floats, window_s: Ints) -> Ints:
    """Exponential times within windows."""
    full = -np.expm1(-window_s / mean_s)
    return np.minimum((-mean_s * np.log1p(-rng.random(len(mean_s)) * full)).astype(np.int64), window_s)


def _turns(incident: Ints) -> Ints:
    """How many reports of the same incident came before each."""
    order = np.argsort(incident, kind="stable")
    ordered = incident[order]
    start = np.flatnonzero(np.diff(ordered, prepend=-1))
    turn = np.empty(len(incident), dtype=np.int64)
    turn[order] = np.arange(len(ordered)) - np.repeat(start, np.diff(np.append(start, len(ordered))))
    return turn


def draw_channels(
    rng: np.random.Generator, incidents: Incidents, incident: Ints, plan: DemoPlan, fabric: Fabric
) -> Ints:
    """App, web, telephone, kiosk or mail: the app where it is used, the telephone elsewhere and for danger."""
    app = fabric.app_share[plan.piece_quarter[incidents.sites.piece[incident]]]
    urgent = np.array([item.priority >= 85 for item in SERVICES])[incidents.service[incident]]
    app = app * np.where(urgent, 0.75, 1.0)
    rest = 1 - app
    phone = app + rest * np.where(urgent, 0.62, 0.46)
    web = phone + rest * np.where(urgent, 0.30, 0.40)
    kiosk = web + rest * 0.07
    draw = rng.random(len(incident))
    steps = [draw < app, draw < phone, draw < web, draw < kiosk]
    return np.select(steps, [APP, PHONE, WEB, KIOSK], default=EMAIL).astype(np.int64)


def acknowledged(rng: np.random.Generator, requested_s: Ints, closed_s: Ints) -> Ints:
    """When the contact centre answered: within the hour by day, in the morning after a night, a few only later."""
    of_day = requested_s % DAY_S
    early, late = of_day < _DESK_OPENS_S, of_day >= _DESK_CLOSES_S
    midnight = requested_s - of_day
    start = np.where(early, midnight + _DESK_OPENS_S, np.where(late, midnight + DAY_S + _DESK_OPENS_S, requested_s))
    wait = rng.exponential(48 * 60, len(requested_s)) + 60
    slow = rng.random(len(requested_s)) < 0.035
    wait = np.where(slow, rng.uniform(4, 34, len(requested_s)) * 3600, wait)
    half = requested_s + (closed_s - requested_s) // 2  # what is fixed at once is answered before it is closed
    return np.where(start + wait.astype(np.int64) < closed_s, start + wait.astype(np.int64), half)
