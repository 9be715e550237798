"""The requests that a question about where and when is of, ready for geo."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import numpy as np

from data.errors import RefusedInput
from data.records import Area, City, LayerId, Placement
from data.repositories.arrays import Arrays
from data.unit_of_work import ReadUnit
from desktop.operations.hotspots import period_ms
from desktop.operations.import_streets import NETWORK

if TYPE_CHECKING:
    from desktop.operations.spatial_statistics import StatisticQuestion

_DAY_MS = 86_400_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FAR_MS = 1900 * 365 * _DAY_MS  # from 1970, either way
_COLUMNS = ("id", "placement", "requested_at", "lat", "long", "incident_id")


class NothingFits(RefusedInput):
    """No located request fits the question."""


@dataclass(frozen=True, slots=True, eq=False)
class Counted:
    """Located requests that count, in order of time: one an incident where incidents are counted.

    `day`: since 1970-01-01 in the city's zone. `early`: those of the earlier period of a comparison. `areas`: of the
    layer that was asked for. `streets`: the network as the store keeps it, where streets are the exposure.
    """

    city: City
    request_id: np.ndarray
    lon: np.ndarray
    lat: np.ndarray
    day: np.ndarray
    early: np.ndarray
    requests: int
    repeats: int
    first: date
    last: date
    areas: tuple[Area, ...]
    streets: dict[str, np.ndarray] | None
    notes: tuple[str, ...]

    @property
    def counted(self) -> int:
        """How many count."""
        return len(self.lon)


def read_requests(unit: ReadUnit, city: City, question: StatisticQuestion) -> Counted:
    """The requests that fit a question; NothingFits where none does, RefusedInput for what the store does not know."""
    from geo.zone_counts import first_reports

    rows = _rows(unit, question, city.timezone)
    fits = rows["placement"] == Placement.LOCATED.value
    known_since = int(rows["requested_at"][fits].min()) if fits.any() else 0
    late, early = _periods(question, rows["requested_at"], city.timezone)
    fits &= late | early
    at = np.flatnonzero(fits)
    if city.crs_epsg is None or not len(at):
        raise NothingFits("No located request fits this service and period; widen the period or choose another.")
    at = at[np.argsort(rows["requested_at"][at], kind="stable")]
    requests = len(at)
    if question.count == "incidents":
        at = at[first_reports(np.maximum(rows["incident_id"][at], -1))]
    moment = rows["requested_at"][at]
    day = local_days(moment, city.timezone)
    return Counted(
        city,
        rows["id"][at],
        rows["long"][at],
        rows["lat"][at],
        day,
        early[at],
        requests,
        requests - len(at),
        question.first or _date(int(day[~early[at]].min(initial=day.max()))),
        question.last or _date(int(day.max())),
        _areas(unit, question.zones),
        _streets(unit, question),
        _notes(question, known_since, city.timezone),
    )


def local_days(moment_ms: np.ndarray, timezone: str) -> np.ndarray:
    """The day of each moment (epoch ms) in a zone, since 1970-01-01; the offset is asked for once an hour."""
    hours, which = np.unique(moment_ms // 3_600_000, return_inverse=True)
    zone = ZoneInfo(timezone)
    offset = [datetime.fromtimestamp(hour * 3_600, tz=UTC).astimezone(zone).utcoffset() for hour in hours.tolist()]
    offset_ms = np.array([int(one.total_seconds() * 1000) if one else 0 for one in offset], dtype=np.int64)
    return np.asarray((moment_ms + offset_ms[which]) // _DAY_MS)


def _rows(unit: ReadUnit, question: StatisticQuestion, timezone: str) -> Arrays:
    """All requests of the service asked for, else those of the time that any period asked for spans."""
    if question.service_code is not None:
        service = unit.services.by_code(question.service_code)
        if service is None:
            raise RefusedInput(f"No service has the code '{question.service_code}'; 'opsmap services list' names them.")
        return unit.requests.arrays(_COLUMNS, service_id=int(service.id))
    spans = [period_ms(question.first, question.last, timezone)]
    if question.statistic == "compare":
        spans.append(period_ms(question.before_first, question.before_last, timezone))
    begins, ends = (min(begin for begin, _ in spans), max(end for _, end in spans))
    return unit.requests.arrays(_COLUMNS, reported=(_moment(begins), _moment(ends)))


def _moment(at_ms: int) -> datetime:
    """A moment that a store can be asked about: an open end is far away."""
    return _EPOCH + timedelta(milliseconds=min(max(at_ms, -_FAR_MS), _FAR_MS))


def _periods(question: StatisticQuestion, moment_ms: np.ndarray, timezone: str) -> tuple[np.ndarray, np.ndarray]:
    """Which requests are of the period, and which of the earlier one of a comparison."""
    first, last = period_ms(question.first, question.last, timezone)
    late = (moment_ms >= first) & (moment_ms < last)
    if question.statistic != "compare":
        return late, np.zeros(len(moment_ms), dtype=bool)
    days = (question.first, question.last, question.before_first, question.before_last)
    if None in days:
        raise RefusedInput("A comparison needs the first and the last day of both periods.")
    start, end = period_ms(question.before_first, question.before_last, timezone)
    if start < last and first < end:
        raise RefusedInput("The two periods overlap; a request would count in both.")
    return late, (moment_ms >= start) & (moment_ms < end)


def _areas(unit: ReadUnit, zones: str) -> tuple[Area, ...]:
    if zones in ("hexagon", "square"):
        return ()
    known = unit.areas.layers()
    layers = {str(one.id): one for one in known} | {one.name: one for one in known}
    if zones not in layers:
        names = ", ".join(f"'{one.name}'" for one in known) or "none yet"
        raise RefusedInput(f"There are no zones '{zones}'; choose hexagon, square or a layer of areas ({names}).")
    areas = tuple(unit.areas.areas(LayerId(layers[zones].id)))
    if not areas:
        raise RefusedInput(f"The layer '{layers[zones].name}' holds no area.")
    return areas


def _streets(unit: ReadUnit, question: StatisticQuestion) -> dict[str, np.ndarray] | None:
    if question.exposure != "street_km":
        return None
    streets = unit.artifacts.get(NETWORK)
    if streets is None:
        raise RefusedInput("Street kilometres need streets; import them first ('opsmap import streets').")
    return streets


def _notes(question: StatisticQuestion, known_since_ms: int, timezone: str) -> tuple[str, ...]:
    """What a reader must know: a service that was not yet when the period began."""
    since = _date(int(local_days(np.array([known_since_ms]), timezone)[0]))
    begins = question.before_first or question.first
    if question.service_code is None or begins is None or since <= begins:
        return ()
    return (f"The first request of this service is of {since.isoformat()}, after the period began.",)


def _date(day: int) -> date:
    return date.fromordinal(date(1970, 1, 1).toordinal() + day)
