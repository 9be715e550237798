"""What is open around a point, told so that a resident can say whether theirs is among it: one line an incident."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

import numpy as np

from data.columns import Columns
from data.errors import RefusedInput
from data.records import City, Placement, RequestId, Service, ServiceRequest, Status
from data.unit_of_work import ReadUnit
from desktop.domain.channels import entered_by_staff
from desktop.domain.lifecycle import OPEN, furthest
from desktop.operations.held_city import Held
from desktop.operations.reports_around import LOCATED, Ground, Telling
from desktop.operations.search_duplicates import settings_for
from desktop.operations.work import Work

Point = tuple[float, float]  # latitude, longitude
RADIUS_M, LIMIT = 250.0, 5  # what FixMyStreet shows before a report is sent
MOST_M, MOST = 1000.0, 50
LONGEST_TEXT = 5000
_DEGREE_M = 110_500.0  # at least, along a meridian
_OPEN = [place for place, status in enumerate(Status) if status in OPEN]  # the codes of the columns
_HARDLY = 0.01  # what is likelier is told of another service, too


class UnknownService(RefusedInput):
    """No service has the code that was asked for."""


@dataclass(frozen=True, slots=True)
class NearbyIncident:
    """An open incident, or an open request alone, as the public may see it.

    Number, service, place, address and text are those of its parent; where that has no place, the place is the nearest
    report's. `status` is that of the furthest open report, `distance_m` that of the nearest. `probability`: that a new
    report is about it; None where nothing judges that: no service asked for, beyond the bounds of the laws, no search
    yet.
    """

    service_request_id: str
    service_code: str
    service_name: str
    status: Status
    lat: float
    long: float
    address: str
    description: str
    distance_m: float
    reports: int
    requested_at: datetime
    due_at: datetime | None
    probability: float | None


@dataclass(frozen=True, slots=True)
class _Found:
    """What is known of an incident before its reports are read."""

    request_id: int  # the nearest open report
    incident_id: int | None
    distance_m: float
    probability: float | None

    @property
    def order(self) -> tuple[bool, float, float, int]:
        return self.probability is None, -(self.probability or 0.0), self.distance_m, self.request_id


def nearby_incidents(
    work: Work,
    *,
    point: Point | None,
    service_code: str = "",
    text: str = "",
    radius_m: float = RADIUS_M,
    limit: int = LIMIT,
    held: Held | None = None,
) -> list[NearbyIncident]:
    """Open incidents with a located report within `radius_m` of (latitude, longitude): the likeliest, then the nearest.

    With a service, incidents of it, and of others what is taken for the same. What the city's own people entered is
    left out. Who asks again and again gives what is `held` between the questions. RefusedInput for no point on earth,
    one outside the city's boundary, and numbers beyond their bounds; UnknownService for a code that no service has.
    """
    at = _checked(point, radius_m, limit)
    city = work.city()
    _refuse_outside(city, at)
    columns, known = (held or Held()).now(work.store)
    with work.store.read() as unit:
        services = {int(one.id): one for one in unit.services.all()}
        own = _service(services.values(), service_code)
        if city.crs_epsg is None:
            return []  # no request has a point yet
        laws = None if own is None else known.laws
        near = _around(columns, city.crs_epsg, at, max(radius_m, 0.0 if laws is None else laws.reach_m()))
        chance = np.full(len(near.at), np.nan)
        if laws is not None and own is not None:
            ground = Ground(columns, city.crs_epsg, laws, known.model, settings_for(unit, city, known.model, None))
            telling = Telling(unit, columns, columns.id, work.store.identity)
            asked = work.clock.now(), own, text[:LONGEST_TEXT]
            chance = _judged(unit, ground, near, telling, asked)
        shown = np.isin(columns.status[near.at], _OPEN) & (near.distance_m <= radius_m)
        if own is not None:
            shown &= (columns.service_id[near.at] == own.id) | (np.nan_to_num(chance) >= _HARDLY)
        found = sorted(_found(unit, columns, near, chance, np.flatnonzero(shown)), key=lambda one: one.order)
        told = (_told(unit, one, services) for one in found)
        return list(islice((one for one in told if one is not None), limit))


def _checked(point: Point | None, radius_m: float, limit: int) -> Point:
    if point is None:
        raise RefusedInput("There is no point; give a latitude and a longitude.")
    lat, long = point
    if not (math.isfinite(lat) and math.isfinite(long) and abs(lat) <= 90.0 and abs(long) <= 180.0):
        raise RefusedInput(f"{lat} {long} is no place on earth; give latitude and longitude in degrees.")
    if not 0.0 < radius_m <= MOST_M:
        raise RefusedInput(f"The radius {radius_m:g} is not between 0 and {MOST_M:g} metres.")
    if not 1 <= limit <= MOST:
        raise RefusedInput(f"The limit {limit} is not between 1 and {MOST}.")
    return point


def _refuse_outside(city: City, at: Point) -> None:
    """A city that has no boundary yet refuses no point."""
    import shapely

    if city.boundary_wkb is not None and not shapely.intersects_xy(shapely.from_wkb(city.boundary_wkb), at[1], at[0]):
        raise RefusedInput(f"{at[0]} {at[1]} lies outside {city.name}.")


def _service(services: Iterable[Service], code: str) -> Service | None:
    found = next((one for one in services if one.service_code == code), None)
    if code and found is None:
        raise UnknownService(f"There is no service {code[:80]!r}.")
    return found if code else None


@dataclass(frozen=True, slots=True, eq=False)
class _Near:
    """Located requests near a point: where they stand in the columns, and how far off they lie."""

    at: np.ndarray
    distance_m: np.ndarray
    here: tuple[float, float]  # the point, in metres of the city's CRS


def _around(columns: Columns, epsg: int, point: Point, reach_m: float) -> _Near:
    from geo.crs import to_metres

    lat, long = point
    high = reach_m / _DEGREE_M
    wide = high / max(math.cos(math.radians(min(abs(lat) + high, 89.0))), 0.01)
    at = np.flatnonzero((columns.lon >= long - wide) & (columns.lon <= long + wide))
    at = at[(np.abs(columns.lat[at] - lat) <= high) & (columns.placement[at] == LOCATED)]
    x_m, y_m = to_metres(np.append(columns.lon[at], long), np.append(columns.lat[at], lat), epsg)
    distance_m = np.hypot(x_m[:-1] - x_m[-1], y_m[:-1] - y_m[-1])
    near = distance_m <= reach_m
    return _Near(at[near], distance_m[near], (float(x_m[-1]), float(y_m[-1])))


def _judged(
    unit: ReadUnit, ground: Ground, near: _Near, telling: Telling, asked: tuple[datetime, Service, str]
) -> np.ndarray:
    """For each of those near the probability that a report made now repeats it, nan where nothing judges that."""
    from geo.duplicate_arrivals import knowing
    from geo.known_laws import judge_new

    now, own, text = asked
    columns, found = ground.columns, np.full(len(near.at), np.nan)
    some = np.flatnonzero(ground.matters_to(int(own.id), columns.service_id[near.at]))
    if not len(some):
        return found
    now_ms = now.timestamp() * 1000.0
    index, at = ground.index(unit, near.at[some], np.array([now_ms]))
    if ground.model is not None:  # the laws ask only for words where a new report says no more
        soon = np.abs(columns.requested_ms[at] - now_ms) <= ground.window_ms
        close = soon & (near.distance_m[some] <= ground.settings.radius_m)
        index = knowing(index, close, lambda rows: telling(at[rows]))
    found[some] = judge_new(index, *near.here, now_ms / 1000.0, int(own.id), text, ground.model)
    return found


def _found(unit: ReadUnit, columns: Columns, near: _Near, chance: np.ndarray, shown: np.ndarray) -> Iterable[_Found]:
    """One of each incident among those near that are shown, its nearest report of residents first."""
    distance_m, ids = near.distance_m, columns.id[near.at]
    shown = shown[np.lexsort((ids[shown], distance_m[shown]))]
    asked = unit.requests.many(ids[shown].tolist())
    residents = {int(one.id) for one in asked if not entered_by_staff(one.extras)}
    found: dict[tuple[bool, int], _Found] = {}
    for row in shown.tolist():
        request, incident = int(ids[row]), int(columns.incident_id[near.at[row]])
        if request not in residents:
            continue
        alone = incident < 0
        one = _Found(request, None if alone else incident, float(distance_m[row]), _number(chance[row]))
        key = (alone, request if alone else incident)
        found[key] = one if key not in found else _likelier(found[key], one)
    return found.values()


def _number(chance: float) -> float | None:
    return None if math.isnan(chance) else float(chance)


def _likelier(nearest: _Found, other: _Found) -> _Found:
    """An incident is as likely as its likeliest report, and as far as its nearest."""
    chances = [one.probability for one in (nearest, other) if one.probability is not None]
    return _Found(nearest.request_id, nearest.incident_id, nearest.distance_m, max(chances, default=None))


def _told(unit: ReadUnit, found: _Found, services: dict[int, Service]) -> NearbyIncident | None:
    """What the public may see of it; None where it was taken apart or away this moment."""
    reports = _reports(unit, found)
    still = [one for one in reports if one.status in OPEN]
    nearest = next((one for one in still if one.id == found.request_id), None)
    if nearest is None or nearest.lat is None or nearest.long is None:
        return None
    parent = reports[0]
    service = services[int(parent.service_id)]
    located = parent.placement is Placement.LOCATED and parent.lat is not None and parent.long is not None
    place = parent if located else nearest
    return NearbyIncident(
        service_request_id=parent.service_request_id,
        service_code=service.service_code,
        service_name=service.service_name,
        status=furthest(one.status for one in still),
        lat=float(place.lat or 0.0),
        long=float(place.long or 0.0),
        address=parent.address,
        description=parent.description,
        distance_m=round(found.distance_m, 1),
        reports=len(reports),
        requested_at=min(one.requested_at for one in reports),
        due_at=min((one.due_at for one in still if one.due_at is not None), default=None),
        probability=None if found.probability is None else round(found.probability, 4),
    )


def _reports(unit: ReadUnit, found: _Found) -> Sequence[ServiceRequest]:
    """The residents' reports of an incident: its parent, where a resident made that, then the earliest first."""
    if found.incident_id is None:
        return unit.requests.many([RequestId(found.request_id)])
    incident = unit.incidents.get(found.incident_id)
    parent = None if incident is None else incident.parent_request_id
    reports = unit.requests.many(unit.incidents.members(found.incident_id))
    residents = [one for one in reports if not entered_by_staff(one.extras)]
    return sorted(residents, key=lambda one: (one.id != parent, one.requested_at, one.id))
