"""What goes on in the demo city while one watches: new requests, some of them about what is known already."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import numpy as np

from data.demo.chunks import RequestChunk, RequestWriter
from data.demo.city import DemoCity
from data.demo.city_time import DAY_S, Ints, WallClock, WorkingTime
from data.demo.frame import TIMEZONE, one_stream
from data.demo.incidents import REPEAT_SHARE, Incidents, Reports, draw_channels, draw_closings, draw_services
from data.demo.places import Sites, place_incidents
from data.demo.positions import report_positions
from data.demo.requests import CLOSED, FIRST_ID, columns_of
from data.demo.texts import SHARED


def live_requests(
    city: DemoCity, rng: np.random.Generator, now: datetime, *, count: int = 1, told_before: int = 0
) -> RequestChunk:
    """The next `count` requests, submitted at `now` (aware).

    told_before: how many live requests there have been, so that ids go on. A repeat speaks of an incident that was open
    when the city was made.
    """
    moment = now.astimezone(UTC)
    clock = WallClock.of(TIMEZONE, moment.date(), moment.date())
    now_s = int(clock.wall_s(np.array([int(moment.timestamp() * 1000)]))[0])
    incidents, shared = _incidents(city, rng, count, now_s)
    at = np.arange(count)
    channel = draw_channels(rng, incidents, at, city.plan, city.fabric)
    reports = Reports(at, np.full(count, now_s), channel, np.zeros(count, dtype=np.int64))
    positions = report_positions(rng, city.plan, city.fabric, incidents, reports)
    working = WorkingTime.over(now_s // DAY_S - 30, 900)
    columns = columns_of(rng, incidents, reports, positions, shared, working, now_s)
    first_id = FIRST_ID + len(city) + told_before
    writer = RequestWriter(one_stream(rng), city.plan, city.fabric, columns, first_id)
    return next(writer.chunks(count))


def _incidents(city: DemoCity, rng: np.random.Generator, count: int, now_s: int) -> tuple[Incidents, np.ndarray]:
    """New incidents, or known open ones in their stead, and the numbers their texts share."""
    service = draw_services(rng, count)
    shared = rng.random((count, SHARED + 1))
    fresh = place_incidents(rng, city.plan, city.fabric, service)
    known = np.unique(city.columns.reports.incident[city.columns.status != CLOSED])
    again = np.flatnonzero(rng.random(count) < REPEAT_SHARE) if len(known) else np.zeros(0, dtype=np.int64)
    old = known[(rng.random(len(again)) * len(known)).astype(np.int64)] if len(again) else again
    service[again] = city.columns.incidents.service[old]
    shared[again] = city.columns.shared[old]
    sites = _overlaid(fresh, city.columns.incidents.sites, again, old)
    began = np.full(count, now_s)
    working = WorkingTime.over(now_s // DAY_S - 30, 900)
    return Incidents(service, began, draw_closings(rng, working, service, began), sites), shared


def _overlaid(fresh: Sites, known: Sites, again: Ints, old: Ints) -> Sites:
    """Sites with some taken from known ones."""
    columns = {}
    for name in Sites.__slots__:
        column = getattr(fresh, name).copy()
        column[again] = getattr(known, name)[old]
        columns[name] = column
    return replace(fresh, **columns)
