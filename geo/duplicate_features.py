"""What a judge that learned from staff is told of a pair: nothing that is later than its later report."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from geo.duplicate_laws import BANDWIDTH_M
from geo.duplicate_particulars import AT, COMPARED, compared
from geo.report_order import HOUR_S, Floats, Ints, Ints32, OrderedReports, seen_around

if TYPE_CHECKING:
    from geo.duplicate_index import CandidateIndex

FEATURES = (
    "apart_m", "delay", "open", "closed_for", "service_pair", "service_earlier", "service_later", "staff_pair",
    "open_before", "rank_by_delay",
    "rank_by_distance", "seen_before", "seen_before_earlier", "rush", "rush_earlier", *COMPARED[1:],
)  # fmt: skip
EVIDENCE_OF = {
    "apart_m": "distance", "rank_by_distance": "distance", "delay": "delay", "rank_by_delay": "delay", "open": "state",
    "closed_for": "state", "service_pair": "services",
    "service_earlier": "services", "service_later": "services", "staff_pair": "staff", "open_before": "place",
    "seen_before": "place", "seen_before_earlier": "place", "rush": "place", "rush_earlier": "place",
    "same_asset": "asset", "address": "address", "text_alike": "text", "text_shared": "text", "text_told": "text",
    "same_reporter": "reporter", "reported_before": "reporter", "photo_bits": "photo",
}  # fmt: skip
RUSH_S = 600.0


class Seen(NamedTuple):
    """Reports and what was going on about each when it came; arrays [reports]."""

    x: Floats
    y: Floats
    t: Floats
    closed: Floats
    before: Floats  # reports of the service at the place, long before it; a kernel-weighted count
    rush: Floats  # reports of the service in the whole city within RUSH_S before it


def pair_features(index: CandidateIndex, earlier: Ints32, later: Ints32, service_rates: Floats) -> Floats:
    """FEATURES of pairs of places in the index, [pairs, features]; all near ones of each later report.

    `service_rates` [pairs, 3]: what is known of their services together, of the earlier one's, of the later one's.
    """
    r = index.reports
    seen = Seen(r.x, r.y, r.t, r.closed, index.seen_before, index.rush)
    return features_of(seen, earlier, later, service_rates, compared(index, earlier, later))


def features_of(seen: Seen, earlier: Ints32, later: Ints32, service_rates: Floats, said: Floats) -> Floats:
    """FEATURES of pairs of places in `seen`, of which `said` holds COMPARED."""
    apart_m = np.hypot(seen.x[earlier] - seen.x[later], seen.y[earlier] - seen.y[later])
    delay_s = seen.t[later] - seen.t[earlier]
    closed_for_s = seen.t[later] - seen.closed[earlier]
    is_open = closed_for_s <= 0.0
    columns = [
        apart_m,
        np.log1p(delay_s / HOUR_S),
        is_open,
        np.where(is_open, np.nan, np.log1p(np.maximum(closed_for_s, 0.0) / HOUR_S)),
        *service_rates.T,
        said[:, AT["staff_pair"]],
        np.bincount(later, is_open, len(seen.x))[later],
        _rank(later, delay_s),
        _rank(later, np.round(apart_m) + delay_s * 1e-9),
        seen.before[later],
        seen.before[earlier],
        seen.rush[later],
        seen.rush[earlier],
        *said[:, 1:].T,
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
    order: Ints  # of these the places in the index


def service_times(r: OrderedReports) -> ServiceTimes:
    """The times of each service, rising."""
    return times_of(r.service, r.t, len(r.services))


def times_of(service: Ints32 | Ints, t: Floats, services: int) -> ServiceTimes:
    """The same of reports whose services are told by their places."""
    order = np.lexsort((t, service))
    return ServiceTimes(t[order], np.searchsorted(service[order], np.arange(services + 1)), order)


def rush(times: ServiceTimes) -> Floats:
    """How many reports of its service came in the whole city within RUSH_S before each."""
    found = np.empty(len(times.t))
    for begin, end in zip(times.begins[:-1].tolist(), times.begins[1:].tolist(), strict=True):
        t = times.t[begin:end]
        found[times.order[begin:end]] = np.arange(len(t)) - np.searchsorted(t, t - RUSH_S)
    return found


def rush_among(times: ServiceTimes, service: Ints32, t: Floats) -> Floats:
    """The same for some reports, of services by their places, among the times of all that came about then."""
    found = np.zeros(len(t))
    for one in np.unique(service).tolist():
        own, some = times.t[times.begins[one] : times.begins[one + 1]], service == one
        found[some] = np.searchsorted(own, t[some]) - np.searchsorted(own, t[some] - RUSH_S)
    return found


def rush_of_new(times: ServiceTimes, service: int, t: float) -> float:
    """The same for one report more, of a service by its place among the services."""
    own = times.t[times.begins[service] : times.begins[service + 1]]
    return float(np.searchsorted(own, t, side="right") - np.searchsorted(own, t - RUSH_S))


def _rank(of: Ints32, value: Floats) -> Floats:
    """The place of each pair among those of the same later report, by a value, from 0."""
    order = np.lexsort((value, of))
    first = np.r_[True, of[order][1:] != of[order][:-1]] if len(of) else np.zeros(0, dtype=bool)
    begin = np.maximum.accumulate(np.where(first, np.arange(len(of)), 0))
    rank = np.empty(len(of))
    rank[order] = np.arange(len(of)) - begin
    return rank
