"""What is open around a point, told so that a resident can say whether theirs is among it: one line an incident."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

import numpy as np

from data.errors import RefusedInput
from data.records import City, RequestId, Service, ServiceRequest, Status
from data.repositories.arrays import Arrays
from data.unit_of_work import ReadUnit
from desktop.domain.channels import entered_by_staff
from desktop.domain.lifecycle import OPEN, furthest
from desktop.operations.duplicate_columns import MISSING_MS
from desktop.operations.search_duplicates import last_laws, settings_for
from desktop.operations.work import Work

if TYPE_CHECKING:
    from geo.known_laws import KnownLaws

Point = tuple[float, float]  # latitude, longitude
RADIUS_M, LIMIT = 250.0, 5  # what FixMyStreet shows before a report is sent
MOST_M, MOST = 1000.0, 50
LONGEST_TEXT = 5000
_DEGREE_M = 110_500.0  # at least, along a meridian
_OPEN = [status.value for status in OPEN]
_READ = ("id", "status", "service_id", "lat", "long", "requested_at", "closed_at", "incident_id", "description")
_HARDLY = 0.01  # what is likelier is told of another service, too


class UnknownService(RefusedInput):
    """No service has the code that was asked for."""


@dataclass(frozen=True, slots=True)
class NearbyIncident:
    """An open incident, or an open request alone, as the public may see it.

    Number, service, address and text are those of its parent. `status` is that of the furthest open report,
    `distance_m` that of the nearest. `probability`: that a new report is about it; None where nothing judges that: no
    service asked for, beyond the bounds of the laws, no search yet.
    """

    service_request_id: str
    service_code: str
    service_name: str
    status: Status
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
) -> list[NearbyIncident]:
    """Open incidents with a located report within `radius_m` of (latitude, longitude): the likeliest, then the nearest.

    With a service, incidents of it, and of others what the laws take for the same. What the city's own people entered
    is left out. RefusedInput for no point on earth, one outside the city's boundary, and numbers beyond their bounds;
    UnknownService for a code that no service has.
    """
    at = _checked(point, radius_m, limit)
    city = work.city()
    _refuse_outside(city, at)
    with work.store.read() as unit:
        services = {int(one.id): one for one in unit.services.all()}
        own = _service(services.values(), service_code)
        if city.crs_epsg is None:
            return []  # no request has a point yet
        laws = None if own is None else last_laws(unit)
        reach_m = max(radius_m, 0.0 if laws is None else laws.reach_m)
        rows, x_m, y_m = _around(unit, city.crs_epsg, at, reach_m)
        chance = np.full(len(x_m), np.nan)
        if laws is not None and own is not None:
            chance = _judged(unit, city, laws, rows, x_m, y_m, work.clock.now(), own, text[:LONGEST_TEXT])
        shown = np.isin(rows["status"], _OPEN) & (np.hypot(x_m, y_m) <= radius_m)
        if own is not None:
            shown &= (rows["service_id"] == own.id) | (np.nan_to_num(chance) >= _HARDLY)
        found = _found(unit, rows, np.hypot(x_m, y_m), chance, np.flatnonzero(shown))
        return [_told(unit, one, services) for one in sorted(found, key=lambda one: one.order)[:limit]]


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


def _around(unit: ReadUnit, epsg: int, at: Point, reach_m: float) -> tuple[Arrays, np.ndarray, np.ndarray]:
    """Columns of the located requests so near, and how far east and north of the point they lie in metres."""
    from geo.crs import to_metres

    lat, long = at
    high = reach_m / _DEGREE_M
    wide = high / max(math.cos(math.radians(min(abs(lat) + high, 89.0))), 0.01)
    rows = unit.requests.arrays(
        _READ, ids=unit.requests.located_within(long - wide, lat - high, long + wide, lat + high)
    )
    x_m, y_m = to_metres(np.append(rows["long"], long), np.append(rows["lat"], lat), epsg)
    x_m, y_m = x_m[:-1] - x_m[-1], y_m[:-1] - y_m[-1]
    near = np.hypot(x_m, y_m) <= reach_m
    return {name: values[near] for name, values in rows.items()}, x_m[near], y_m[near]


def _judged(
    unit: ReadUnit,
    city: City,
    laws: KnownLaws,
    rows: Arrays,
    x_m: np.ndarray,
    y_m: np.ndarray,
    now: datetime,
    own: Service,
    text: str,
) -> np.ndarray:
    """For each row the probability that a report made now repeats it, nan where nothing judges that."""
    from geo.duplicates import build_candidate_index
    from geo.known_laws import judge_new

    found = np.full(len(x_m), np.nan)
    known = np.flatnonzero(laws.knows(rows["service_id"]))  # services that came after the search are not judged
    if not len(known):
        return found
    closed_s = np.where(rows["closed_at"] == MISSING_MS, np.nan, rows["closed_at"] / 1000.0)
    requested_s, service = rows["requested_at"] / 1000.0, rows["service_id"]
    told = x_m[known], y_m[known], requested_s[known], closed_s[known], service[known]
    texts = [words or "" for words in rows["description"][known].tolist()]
    settings = settings_for(unit, city, None, None)
    index = build_candidate_index(*told, texts, settings, known=laws)
    found[known] = judge_new(index, 0.0, 0.0, now.timestamp(), int(own.id), text)
    return found


def _found(
    unit: ReadUnit, rows: Arrays, distance_m: np.ndarray, chance: np.ndarray, at: np.ndarray
) -> Iterable[_Found]:
    """One of each incident among rows, its nearest report of residents first."""
    at = at[np.lexsort((rows["id"][at], distance_m[at]))]
    residents = {int(one.id) for one in unit.requests.many(rows["id"][at].tolist()) if not entered_by_staff(one.extras)}
    found: dict[tuple[bool, int], _Found] = {}
    for row in at.tolist():
        request, incident = int(rows["id"][row]), int(rows["incident_id"][row])
        if request not in residents:
            continue
        alone = incident == MISSING_MS
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


def _told(unit: ReadUnit, found: _Found, services: dict[int, Service]) -> NearbyIncident:
    reports = _reports(unit, found)
    parent = reports[0]
    still = [one for one in reports if one.status in OPEN]
    service = services[int(parent.service_id)]
    return NearbyIncident(
        service_request_id=parent.service_request_id,
        service_code=service.service_code,
        service_name=service.service_name,
        status=furthest(one.status for one in still),
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
