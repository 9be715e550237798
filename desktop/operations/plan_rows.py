"""What every writer of a plan's content tells alike: moments, windows, breaks, halts, and the way through a day."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from geo.vrp import Visit

Row = dict[str, Any]
Line = list[list[float]]


class Windowed(Protocol):
    """A job with one window or none, in seconds of the day."""

    @property
    def earliest_s(self) -> int | None: ...
    @property
    def latest_s(self) -> int | None: ...


class Moments:
    """Seconds of a day as ISO 8601 with its zone's offset; days of 23 or 25 hours count elapsed time."""

    def __init__(self, midnight: datetime) -> None:
        self.zone, self.midnight_s = midnight.tzinfo, midnight.timestamp()

    def at(self, second: float) -> str:
        """A second of the day."""
        moment = datetime.fromtimestamp(self.midnight_s + round(float(second)), tz=self.zone)
        return moment.isoformat(timespec="seconds")

    def window(self, job: Windowed) -> list[str | None] | None:
        """When the service of a job may start; None at any time."""
        if job.earliest_s is None and job.latest_s is None:
            return None
        return [None if second is None else self.at(second) for second in (job.earliest_s, job.latest_s)]

    def pause(self, start_s: float | None, length_s: int) -> dict[str, str] | None:
        """A crew's break; None without one."""
        return None if start_s is None else {"start": self.at(start_s), "end": self.at(start_s + length_s)}

    def stop(self, visit: Visit) -> Row:
        """The moments of a stop."""
        told = {"arrival": visit.arrival_s, "service_start": visit.service_start_s, "departure": visit.departure_s}
        return {name: self.at(second) for name, second in told.items()}

    def halt(self, visit: Visit, before: int, lon: float, lat: float) -> Row:
        """A trip to unload, or a break at its place, on the way to the stop numbered `before`."""
        told = {"arrival": visit.arrival_s, "start": visit.service_start_s, "departure": visit.departure_s}
        times = {name: self.at(second) for name, second in told.items()}
        return {"kind": visit.kind, "before": before, "lat": lat, "long": lon, **times}


def way_through(
    visits: Iterable[Visit],
    start: int,
    end: int,
    *,
    line: Callable[[int, int], Line],
    stop: Callable[[int, Visit], Row],
    halt: Callable[[Visit, int], Row],
    over: int = 0,
) -> tuple[list[Row], list[Row], Line]:
    """The stops that are jobs, each with the whole way from the job before; the halts between; the way back.

    `over` stops come before these.
    """
    place, way, drive_s, metres = start, list[list[float]](), 0.0, 0.0
    stops: list[Row] = []
    halts: list[Row] = []
    for visit in visits:
        way = joined(way, line(place, visit.place))
        drive_s, metres, place = drive_s + visit.leg_drive_s, metres + visit.leg_distance_m, visit.place
        number = over + len(stops) + 1
        if visit.kind == "job":
            leg = {"leg_distance_m": round(float(metres)), "leg_drive_s": round(float(drive_s)), "leg_line": way}
            stops.append(stop(number, visit) | leg)
            way, drive_s, metres = [], 0.0, 0.0
        else:
            halts.append(halt(visit, number))
    return stops, halts, joined(way, line(place, end))


def joined(line: Line, more: Line) -> Line:
    """Two ways as one, the point between them once."""
    return [*line, *(more[1:] if line and more and line[-1] == more[0] else more)]
