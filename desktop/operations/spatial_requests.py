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

    `day`: since 1970-01-01 in the city's zone. `early`: those of the earlier period of a comparison. `first`, `last`:
    the days of the period on which something can have been counted, `before` the same of the earlier one. `areas`: of
    the layer that was asked for. `streets`: the network as the store keeps it, where streets are the exposure.
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
    before: tuple[date, date] | None
    areas: tuple[Area, ...]
    streets: dict[str, np.ndarray] | None
    notes: tuple[str, ...]

    @property
    def counted(self) -> int:
        """How many count."""
        return len(self.lon)


def read_requests(unit: ReadUnit, city: City, question: StatisticQuestion, now: datetime | None = None) -> Counted:
    """The requests that fit a question; NothingFits where none does, RefusedInput for what the store does not know.

    `now`: days after it are not counted, for nothing can have been reported on them.
    """
    from geo.zone_counts import first_reports

    rows, known = _rows(unit, question, city.timezone, now)
    fits = rows["placement"] == Placement.LOCATED.value
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
        *known.within(question.first, question.last),
        known.within(question.before_first, question.before_last) if question.statistic == "compare" else None,
        _areas(unit, question.zones),
        _streets(unit, question),
        known.notes(
            question.before_first if question.statistic == "compare" else question.first,
            question.last,
            of_service=question.service_code is not None,
        ),
    )


@dataclass(frozen=True, slots=True)
class Known:
    """The days that the store knows of: from the first request of what is asked for to the last one of all.

    A file that ends, a day to come and a service that was not yet would else be read as quiet times.
    """

    service_since: date
    until: date

    @classmethod
    def of(
        cls, whole: tuple[int, int] | None, of_service: tuple[int, int] | None, timezone: str, now: datetime | None
    ) -> Known:
        """From the first and the last moment (epoch ms) of all requests, and of those that are asked for."""
        last = -(2**45) if whole is None else whole[1]
        first = of_service or whole
        ends = np.clip([2**47 if first is None else first[0], last], -(2**45), 2**47)
        since, until = (_date(int(day)) for day in local_days(ends.astype(np.int64), timezone))
        return cls(since, until if now is None else min(until, now.astimezone(ZoneInfo(timezone)).date()))

    def within(self, first: date | None, last: date | None) -> tuple[date, date]:
        """The part of a period that is known; open ends are those of what is known. The whole where no part is."""
        begin, end = max(first or self.service_since, self.service_since), min(last or self.until, self.until)
        return (begin, end) if begin <= end else (first or begin, last or end)

    def notes(self, begins: date | None, ends: date | None, *, of_service: bool) -> tuple[str, ...]:
        """What a reader must know of a period: days of which nothing is known, and a service that was not yet."""
        notes = []
        if begins is not None and self.service_since > begins:
            what = "of this service" if of_service else "that is known"
            since = self.service_since.isoformat()
            notes.append(f"The first request {what} is of {since}, after the period began; days before do not count.")
        if ends is not None and ends > self.until:
            last = f"The last request that is known is of {self.until.isoformat()}"
            notes.append(f"{last}, before the period ends; days after do not count.")
        return tuple(notes)


def ends_of(moments_ms: np.ndarray) -> tuple[int, int] | None:
    """The first and the last of some moments; None without any."""
    return (int(moments_ms.min()), int(moments_ms.max())) if len(moments_ms) else None


def local_days(moment_ms: np.ndarray, timezone: str) -> np.ndarray:
    """The day of each moment (epoch ms) in a zone, since 1970-01-01; the offset is asked for once an hour."""
    hours, which = np.unique(moment_ms // 3_600_000, return_inverse=True)
    zone = ZoneInfo(timezone)
    offset = [datetime.fromtimestamp(hour * 3_600, tz=UTC).astimezone(zone).utcoffset() for hour in hours.tolist()]
    offset_ms = np.array([int(one.total_seconds() * 1000) if one else 0 for one in offset], dtype=np.int64)
    return np.asarray((moment_ms + offset_ms[which]) // _DAY_MS)


def _rows(unit: ReadUnit, question: StatisticQuestion, timezone: str, now: datetime | None) -> tuple[Arrays, Known]:
    """All requests of the service asked for, else those of the time that any period asked for spans."""
    service = _service(unit, question)
    spans = [period_ms(question.first, question.last, timezone)]
    if question.statistic == "compare":
        spans.append(period_ms(question.before_first, question.before_last, timezone))
    span = (min(begin for begin, _ in spans), max(end for _, end in spans))
    rows = unit.requests.arrays(_COLUMNS, service_id=service, reported=(_moment(span[0]), _moment(span[1])))
    mine = unit.requests.reported_span(service_id=service, placement=Placement.LOCATED)
    return rows, Known.of(unit.requests.reported_span(), mine, timezone, now)


def _service(unit: ReadUnit, question: StatisticQuestion) -> int | None:
    """The service asked for; None for all."""
    if question.service_code is None:
        return None
    service = unit.services.by_code(question.service_code)
    if service is None:
        raise RefusedInput(f"No service has the code '{question.service_code}'; 'opsmap services list' names them.")
    return int(service.id)


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


def _date(day: int) -> date:
    return date.fromordinal(date(1970, 1, 1).toordinal() + day)
