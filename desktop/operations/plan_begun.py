"""What of a replanned day is over, read from its plan: a draft keeps these times and goes on where crews stand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from desktop.operations.replan_content import read_plan

if TYPE_CHECKING:
    from geo.vrp import Crew, Problem, Route, Visit
    from geo.vrp_rest import CrewNow
    from geo.vrp_soft import Begun

Content = Mapping[str, Any]


def begun_of(content: Content, problem: Problem, midnight: datetime) -> dict[int, Begun]:
    """By crew what is behind it; nothing for a plan that was made before its day began."""
    standing = content.get("standing")
    if not standing:
        return {}
    routes = read_plan(content, problem.crews, problem.jobs, midnight).routes
    crews = zip(problem.crews, routes, content["crews"], standing, strict=True)
    return {number: _begun(problem, crew, route, row, now, midnight) for number, (crew, route, row, now) in
            enumerate(crews)}  # fmt: skip


def _begun(problem: Problem, crew: Crew, route: Route, row: Content, told: Content, midnight: datetime) -> Begun:
    from geo.vrp_rest import crew_from
    from geo.vrp_soft import Begun

    stops = tuple(_over(route, row, told["stops"], told["halts"]))
    now = _now(stops, told, midnight)
    rest = crew_from(crew, now)
    travel, leg = problem.travel_of(crew), (now.place, crew.end)
    way_home = float(travel.duration_s[leg])
    home = (way_home, float(travel.distance_m[leg])) if stops else (0.0, 0.0)
    idle = route.return_s if len(stops) == len(route.stops) else now.free_s + way_home
    pause = route.break_start_s if told["break_over"] else None
    return Begun(tuple(_order(crew, stops)), stops, pause, rest, idle, *home)


def _now(stops: tuple[Visit, ...], told: Content, midnight: datetime) -> CrewNow:
    from geo.vrp_rest import CrewNow

    free_s = round(datetime.fromisoformat(told["free_at"]).timestamp() - midnight.timestamp())
    done = tuple(visit.job for visit in stops if visit.kind == "job")
    return CrewNow(told["place"], free_s, done, None, told["break_over"], told["load"])


def crews_now(content: Content, begun: Mapping[int, Begun], midnight: datetime, gone: tuple[int, ...]) -> list[CrewNow]:
    """Where each crew of a replanned day stands; jobs in `gone` are nobody's any more, they were closed meanwhile."""
    absent = set(content.get("replan", {}).get("absent", ()))
    found = []
    for number, (row, told) in enumerate(zip(content["crews"], content["standing"], strict=True)):
        now = replace(_now(begun[number].stops, told, midnight), absent=row["crew"] in absent)
        found.append(now if number else replace(now, done=(*now.done, *gone)))
    return found


def _over(route: Route, row: Content, jobs: int, halts: int) -> Iterator[Visit]:
    """The first stops and halts, each stop with the whole way from the one before, as the plan tells it."""
    told = iter(row["stops"])
    for visit in route.stops:
        if not jobs and not halts:
            return
        if visit.kind == "job":
            jobs, stop = jobs - 1, next(told)
            yield replace(visit, leg_drive_s=stop["leg_drive_s"], leg_distance_m=stop["leg_distance_m"])
        else:
            halts -= 1
            yield replace(visit, leg_drive_s=0.0, leg_distance_m=0.0)


def _order(crew: Crew, stops: tuple[Visit, ...]) -> Iterator[int]:
    for visit in stops:
        if visit.kind == "job":
            yield visit.job
        elif visit.kind == "reload":
            yield -1 - crew.reloads.index(visit.place)
