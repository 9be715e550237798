"""Where a report says it is: the error of a telephone, of a geocoder, of a kiosk, and points that mean nothing."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from data.demo.buildings import house_number, plot_middle_m
from data.demo.city_time import Ints
from data.demo.frame import Floats, to_degrees
from data.demo.incidents import Incidents, Reports
from data.demo.places import Fabric, Sites, beside_piece
from data.demo.plan import DemoPlan
from data.demo.texts import APP, KIOSK, WEB

# How the point of a report came about.
GPS, PIN, HOUSE, CROSSING, KIOSK_MAP, PARK_GATE, STADIUM, DEFAULT, NONE, SWAPPED, AWAY, SLIP = range(12)
LOCATED, MISSING, INVALID, SWAPPED_PLACE, OUT_OF_TOWN, PLACEHOLDER = range(6)  # in the order of data.records.Placement
_PLACEMENT_OF = np.array([LOCATED] * 7 + [PLACEHOLDER, MISSING, SWAPPED_PLACE, OUT_OF_TOWN, INVALID], dtype=np.uint8)
_GEOCODED = (HOUSE, CROSSING, PARK_GATE, STADIUM)
_DEFAULT_SHARE, _NONE_SHARE = 0.052, 0.030  # of what is geocoded
_SWAPPED_SHARE, _AWAY_SHARE, _SLIP_SHARE = 0.0008, 0.0018, 0.0002  # of all
_DEFAULT_PLACE_M = (12.0, 20.0)  # the geocoder's answer to what it does not know: the middle of the market place

Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Positions:
    """Reported points (nan: none), how they came about, and what an address line can be made of."""

    lon: Floats
    lat: Floats
    way: NDArray[np.uint8]
    placement: NDArray[np.uint8]
    street: Ints  # -1: none
    number: Ints  # 0: none
    crossing: Ints  # the other street of a crossing, -1: none


def report_positions(
    rng: np.random.Generator, plan: DemoPlan, fabric: Fabric, incidents: Incidents, reports: Reports
) -> Positions:
    """A point for every report, from the true place of its incident and the manner of its channel."""
    sites, incident, network = incidents.sites, reports.incident, plan.network
    piece, along = sites.piece[incident], sites.along_m[incident]
    way = _ways(rng, sites, incident, reports.channel)
    node, corner_m = _nearest_end(plan, piece, along)
    streets = fabric.crossing[node]
    way[(way == CROSSING) & (streets[:, 1] < 0)] = HOUSE
    number = _numbers(rng, plan, sites, incident, way)
    house_m = plot_middle_m(number) - network.at_m[piece]
    x, y = beside_piece(network, piece, house_m, np.where(number % 2 == 1, 11.0, -11.0))
    x, y = _where(way == CROSSING, network.x_m[node], network.y_m[node], x, y)
    x, y = _special(fabric, sites, incident, way, x, y)
    measured = np.isin(way, (GPS, PIN, KIOSK_MAP))
    x, y = _where(measured, *_measured(rng, sites, incident, way), x, y)
    lon, lat = to_degrees(x, y)
    lon, lat = _spoilt(rng, plan, sites, incident, way, *_kept_inside(plan, sites, incident, way, lon, lat))
    named = (sites.park[incident] < 0) & ~sites.stadium[incident]
    street = np.where(named & ~np.isin(way, (NONE, DEFAULT)), network.street[piece], -1)
    at_crossing = named & ((way == CROSSING) | ((corner_m < 14) & (streets[:, 1] >= 0) & (way == PIN)))
    street = np.where(at_crossing, streets[:, 0], street)
    return Positions(
        lon, lat, way.astype(np.uint8), _PLACEMENT_OF[way], street,
        np.where(named & ~at_crossing, number, 0), np.where(at_crossing, streets[:, 1], -1),
    )  # fmt: skip


def _where(chosen: Flags, x1: Floats, y1: Floats, x2: Floats, y2: Floats) -> tuple[Floats, Floats]:
    return np.where(chosen, x1, x2), np.where(chosen, y1, y2)


def _ways(rng: np.random.Generator, sites: Sites, incident: Ints, channel: Ints) -> Ints:
    """How each point came about."""
    count = len(incident)
    draw = rng.random(count)
    geocoded = np.where(draw < 0.24, CROSSING, HOUSE)
    geocoded = np.where(sites.park[incident] >= 0, PARK_GATE, geocoded)
    geocoded = np.where(sites.stadium[incident], STADIUM, geocoded)
    lost = rng.random(count)
    geocoded = np.where(lost < _DEFAULT_SHARE, DEFAULT, geocoded)
    geocoded = np.where(lost > 1 - _NONE_SHARE, NONE, geocoded)
    pinned = rng.random(count) < 0.58
    steps = [channel == APP, (channel == WEB) & pinned, channel == KIOSK]
    way = np.select(steps, [GPS, PIN, KIOSK_MAP], default=geocoded)
    odd = rng.random(count)
    for share, kind in ((_SWAPPED_SHARE, SWAPPED), (_AWAY_SHARE, AWAY), (_SLIP_SHARE, SLIP)):
        way = np.where((odd >= 0) & (odd < share), kind, way)
        odd = odd - share
    return way.astype(np.int64)


def _nearest_end(plan: DemoPlan, piece: Ints, along_m: Floats) -> tuple[Ints, Floats]:
    """The nearer end of each piece, and how far it is."""
    network = plan.network
    far = along_m > network.length_m[piece] / 2
    node = np.where(far, network.b[piece], network.a[piece])
    return node, np.where(far, network.length_m[piece] - along_m, along_m)


def _numbers(rng: np.random.Generator, plan: DemoPlan, sites: Sites, incident: Ints, way: Ints) -> Ints:
    """House numbers as told: mostly the right one, else a neighbour's or the one across the street."""
    piece = sites.piece[incident]
    number = house_number(plan.network.at_m[piece] + sites.along_m[incident], sites.side[incident])
    off = np.select([rng.random(len(way)) < share for share in (0.62, 0.7, 0.6, 0.5)], [0, 2, -2, 4], default=1)
    return np.maximum(np.where(way == GPS, number, number + off), 1)


def _special(fabric: Fabric, sites: Sites, incident: Ints, way: Ints, x: Floats, y: Floats) -> tuple[Floats, Floats]:
    """Park gates, the stadium's door, and the point that stands for nothing."""
    gates = np.array([shape.points[0] for shape in fabric.parks])[sites.park[incident]]
    x, y = _where(way == PARK_GATE, gates[:, 0], gates[:, 1], x, y)
    door = fabric.stadium.points[len(fabric.stadium.points) // 3]
    x, y = _where(way == STADIUM, np.full_like(x, door[0]), np.full_like(y, door[1]), x, y)
    return _where(way == DEFAULT, np.full_like(x, _DEFAULT_PLACE_M[0]), np.full_like(y, _DEFAULT_PLACE_M[1]), x, y)


def _measured(rng: np.random.Generator, sites: Sites, incident: Ints, way: Ints) -> tuple[Floats, Floats]:
    """True places with the error of a receiver (sometimes a bad one), of a finger on a map, of a coarse map."""
    count = len(way)
    spread = np.select([way == GPS, way == PIN], [np.exp(rng.normal(1.75, 0.55, count)), np.full(count, 8.0)], 14.0)
    angle, reach = rng.uniform(0, 2 * np.pi, count), np.sqrt(-2 * np.log1p(-rng.random(count))) * spread
    x, y = sites.x_m[incident] + np.cos(angle) * reach, sites.y_m[incident] + np.sin(angle) * reach
    return _where(way == KIOSK_MAP, np.round(x / 15) * 15, np.round(y / 15) * 15, x, y)


def _kept_inside(
    plan: DemoPlan, sites: Sites, incident: Ints, way: Ints, lon: Floats, lat: Floats
) -> tuple[Floats, Floats]:
    """Points that an error pushed over the city limits go back to the true place."""
    shapely.prepare(plan.boundary)
    outside = np.flatnonzero(~shapely.contains_xy(plan.boundary, lon, lat))
    if len(outside):
        at = incident[outside]
        lon[outside], lat[outside] = to_degrees(sites.x_m[at], sites.y_m[at])
    return lon, lat


def _spoilt(
    rng: np.random.Generator, plan: DemoPlan, sites: Sites, incident: Ints, way: Ints, lon: Floats, lat: Floats
) -> tuple[Floats, Floats]:
    """Rounded as sources give them, then lost, swapped, far away, or with the decimal point forgotten."""
    true_lon, true_lat = to_degrees(sites.x_m[incident], sites.y_m[incident])
    odd = np.isin(way, (SWAPPED, SLIP))
    lon, lat = _where(odd, true_lon, true_lat, lon, lat)
    lon, lat = np.round(lon, 6), np.round(lat, 6)
    lon, lat = _where(way == SWAPPED, lat, lon, lon, lat)
    angle, reach = rng.uniform(0, 2 * np.pi, len(way)), rng.uniform(0.35, 0.9, len(way))
    west, south, east, north = plan.boundary.bounds
    far = (west + east) / 2 + np.cos(angle) * reach, (south + north) / 2 + np.sin(angle) * reach * 0.6
    lon, lat = _where(way == AWAY, np.round(far[0], 6), np.round(far[1], 6), lon, lat)
    lat = np.where(way == SLIP, np.round(lat * 1e4), lat)
    return np.where(way == NONE, np.nan, lon), np.where(way == NONE, np.nan, lat)
