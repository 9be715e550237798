"""What a judge that learned from staff is told of a pair: nothing that is later than its later report."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from geo.duplicate_laws import BANDWIDTH_M
from geo.duplicate_particulars import AT, COMPARED, compared
from geo.report_order import HOUR_S, Flags, Floats, Ints, Ints32, OrderedReports, seen_around

if TYPE_CHECKING:
    from geo.duplicate_index import CandidateIndex

FEATURES = (
    "apart_m", "delay", "open", "closed_for", "service_pair", "service_earlier", "service_later", "staff_pair",
    "open_before", "rank_by_delay",
    "rank_by_distance", "seen_before", "seen_before_earlier", "rush", "rush_earlier", *COMPARED[1:],
    "open_at_point", "open_of_a_day", "rank_by_open", "since_last_at_point", "city_day", "city_day_earlier",
)  # fmt: skip
EVIDENCE_OF = {
    "apart_m": "distance", "rank_by_distance": "distance", "delay": "delay", "rank_by_delay": "delay", "open": "state",
    "closed_for": "state", "service_pair": "services",
    "service_earlier": "services", "service_later": "services", "staff_pair": "staff", "open_before": "place",
    "seen_before": "place", "seen_before_earlier": "place", "rush": "place", "rush_earlier": "place",
    "same_asset": "asset", "address": "address", "text_alike": "text", "text_shared": "text", "text_told": "text",
    "same_reporter": "reporter", "reported_before": "reporter", "photo_bits": "photo", "open_at_point": "place",
    "open_of_a_day": "place", "rank_by_open": "state", "since_last_at_point": "place", "city_day": "place",
    "city_day_earlier": "place",
}  # fmt: skip
RUSH_S, DAY_S = 600.0, 24 * HOUR_S
AT_POINT_M = 1.0  # addresses are points: what is nearer is at one


class Seen(NamedTuple):
    """Reports and what was going on about each when it came; arrays [reports]."""

    x: Floats
    y: Floats
    t: Floats
    closed: Floats
    before: Floats  # reports of the service at the place, long before it; a kernel-weighted count
    rush: Floats  # reports of the service in the whole city within RUSH_S before it
    city_day: Floats  # the same within DAY_S
    last_at_point: Floats  # seconds since the last near report at the very point; nan for none


def pair_features(index: CandidateIndex, earlier: Ints32, later: Ints32, service_rates: Floats) -> Floats:
    """FEATURES of pairs of places in the index, [pairs, features]; all near ones of each later report.

    `service_rates` [pairs, 3]: what is known of their services together, of the earlier one's, of the later one's.
    """
    r = index.reports
    seen = Seen(r.x, r.y, r.t, r.closed, index.seen_before, index.rush, index.city_day, index.last_at_point)
    return features_of(seen, earlier, later, service_rates, compared(index, earlier, later))


def features_of(seen: Seen, earlier: Ints32, later: Ints32, service_rates: Floats, said: Floats) -> Floats:
    """FEATURES of pairs of places in `seen`, of which `said` holds COMPARED."""
    apart_m = np.hypot(seen.x[earlier] - seen.x[later], seen.y[earlier] - seen.y[later])
    whole_m: Floats = np.round(apart_m).astype(np.float64)
    delay_s = seen.t[later] - seen.t[earlier]
    closed_for_s = seen.t[later] - seen.closed[earlier]
    is_open = closed_for_s <= 0.0

    def open_before(counted: Flags) -> Floats:
        return np.bincount(later, counted, len(seen.x))[later].astype(np.float64)

    columns = [
        apart_m,
        np.log1p(delay_s / HOUR_S),
        is_open,
        np.where(is_open, np.nan, np.log1p(np.maximum(closed_for_s, 0.0) / HOUR_S)),
        *service_rates.T,
        said[:, AT["staff_pair"]],
        open_before(is_open),
        _rank(later, delay_s),
        _rank(later, delay_s, whole_m),
        seen.before[later],
        seen.before[earlier],
        seen.rush[later],
        seen.rush[earlier],
        *said[:, 1:].T,
        open_before(is_open & (apart_m < AT_POINT_M)),
        open_before(is_open & (delay_s < DAY_S)),
        _rank(later, delay_s, whole_m, ~is_open),
        np.log1p(seen.last_at_point[earlier] / HOUR_S),
        seen.city_day[later],
        seen.city_day[earlier],
    ]
    return np.column_stack(columns).astype(np.float64)


def seen_before(index: CandidateIndex) -> Floats:
    """Reports of the service at the place of each, long before it; a kernel-weighted count."""
    r, rule = index.reports, index.settings
    blocks = r.x, r.y, r.t, r.block_service, r.starts, r.ahead
    return seen_around(blocks, (rule.radius_m, rule.window_h * HOUR_S), BANDWIDTH_M, index.asked, True)


class ServiceTimes(NamedTuple):
    """When the reports of each service came, one service after the other: those of service s from begins[s] on."""

    t: Floats
    begins: Ints


def service_times(r: OrderedReports) -> ServiceTimes:
    """The times of each service, rising."""
    return times_of(r.service, r.t, len(r.services))


def times_of(service: Ints32 | Ints, t: Floats, services: int) -> ServiceTimes:
    """The same of reports whose services are told by their places."""
    order = np.lexsort((t, service))
    return ServiceTimes(t[order], np.searchsorted(service[order], np.arange(services + 1)))


def came_before(times: ServiceTimes, service: Ints32 | Ints, t: Floats, span_s: float) -> Floats:
    """How many reports of its service, by its place, came in the whole city within a span before each of some.

    What came at the very moment is not before it: which of two was the first nobody knows.
    """
    found = np.zeros(len(t))
    for one in np.unique(service).tolist():
        own, some = times.t[times.begins[one] : times.begins[one + 1]], service == one
        found[some] = np.searchsorted(own, t[some]) - np.searchsorted(own, t[some] - span_s)
    return found


def last_at_point(index: CandidateIndex) -> Floats:
    """Seconds from the last near report at the very point of each to it; nan where there is none."""
    r = index.reports
    earlier, later = index.near_pairs()
    here = np.hypot(r.x[earlier] - r.x[later], r.y[earlier] - r.y[later]) < AT_POINT_M
    return last_of(len(r.x), later[here], r.t[later[here]] - r.t[earlier[here]])


def last_of(count: int, later: Ints32, delay_s: Floats) -> Floats:
    """The shortest delay of each of so many later reports; nan for those without any."""
    found = np.full(count, np.inf)
    np.minimum.at(found, later, delay_s)
    return np.where(np.isinf(found), np.nan, found)


def _rank(of: Ints32, *values: Floats | Flags) -> Floats:
    """The place of each pair among those of the same later report, by values, the last one first, from 0."""
    order = np.lexsort((*values, of))
    first = np.r_[True, of[order][1:] != of[order][:-1]] if len(of) else np.zeros(0, dtype=bool)
    begin = np.maximum.accumulate(np.where(first, np.arange(len(of)), 0))
    rank = np.empty(len(of))
    rank[order] = np.arange(len(of)) - begin
    return rank
