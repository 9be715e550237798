"""Make the fictional demo city in a store that holds none, and let it go on while one watches."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import numpy as np

from data.demo.frame import TIMEZONE as DEMO_TIMEZONE
from data.demo.rhythm import NOW_S
from data.errors import RefusedInput
from data.store import new_store
from data.unit_of_work import WriteUnit
from desktop.domain.clock import Clock
from desktop.domain.roster_entries import checked
from desktop.operations.changes import Changes
from desktop.operations.found_city import CityPlan, create_city, refuse_second_city
from desktop.operations.import_streets import StreetImport, build_streets, put_streets
from desktop.operations.judge_points import judge_points
from desktop.operations.outputs import check_output
from desktop.operations.roster_writing import RosterWriter
from desktop.operations.work import Progress, ShouldStop, Stopped, Work

if TYPE_CHECKING:
    from data.demo.chunks import RequestChunk
    from data.demo.city import DemoCity

__all__ = ["DEMO_TIMEZONE", "DemoWish", "go_on_living", "make_demo"]
SOURCE, VERB = "demo", "make demo city"
USUAL_TELLING = "14:32"  # of the last day, in cities whose making did not say
EARLIEST, LATEST = date(1900, 1, 1), date(2200, 12, 31)
LIVE_EVERY_S = 4.0  # a city of this size hears of something new about as often at noon
PLAN_SHARE, STREETS_SHARE = 0.25, 0.45  # how far the act is when the plan, then the streets are done


@dataclass(frozen=True, slots=True)
class DemoWish:
    """Which demo city: equal wishes make equal cities. `told_s`: when its last day is told, in seconds of that day."""

    requests: int
    seed: int
    day: date
    truth: Path | None = None
    told_s: int = NOW_S

    @classmethod
    def of_today(cls, clock: Clock, requests: int, seed: int, truth: Path | None = None) -> DemoWish:
        """A city of which nothing is still to come: told at the last full hour, at 14:32 at the latest."""
        now = clock.now().astimezone(ZoneInfo(DEMO_TIMEZONE))
        return cls(requests, seed, now.date(), truth, min(now.hour * 3600, NOW_S))


def make_demo(work: Work, wish: DemoWish) -> tuple[Changes, DemoCity]:
    """Fill the store with the demo city as one act. RefusedInput where there is a city; Stopped leaves nothing."""
    if not EARLIEST <= wish.day <= LATEST:
        raise RefusedInput(f"The demo city lives between {EARLIEST} and {LATEST}; choose a day of that time.")
    refuse_second_city(work.store)
    if wish.truth is not None:
        check_output(work.store, wish.truth)
    city = _draw(work, wish)
    with tempfile.TemporaryDirectory(prefix="opsmap-demo-") as folder:
        extract = Path(folder) / "demo.osm.pbf"
        city.write_osm(extract)
        work.breathe(PLAN_SHARE, "Reading the streets")
        streets = build_streets(StreetImport(extract), city.crs_epsg)
    with work.store.write(VERB, actor=work.actor, at=work.clock.now()) as unit:
        create_city(work.store, unit, CityPlan(city.name, city.timezone, city.crs_epsg, city.boundary_wkb))
        kilometres = put_streets(unit, streets)["km"]
        work.breathe(STREETS_SHARE, "Storing the areas")
        service_ids, agencies = _catalogue(unit, city)
        _templates(unit, city)
        areas = _layers(unit, city, agencies)
        work.breathe(STREETS_SHARE, "Storing crews and assets")
        RosterWriter(unit).write(checked(city.roster(), "the demo city"))
        asset_ids = _assets(unit, city)
        source_id = unit.create("source", [{"name": SOURCE, "kind": "demo"}])[0]
        for chunk in city.requests():
            _store_chunk(unit, chunk, source_id, service_ids, asset_ids)
            done = (chunk.first + len(chunk)) / wish.requests
            work.breathe(STREETS_SHARE + (0.97 - STREETS_SHARE) * done, f"{chunk.first + len(chunk):,} requests")
        work.breathe(0.98, "Judging the points")
        suspects = judge_points(unit)
        counts = {
            "city": city.name,
            "requests": len(city),
            "seed": wish.seed,
            "until": wish.day.isoformat(),
            "told": f"{city.now:%H:%M}",
            "services": len(service_ids),
            "agencies": len(agencies),
            "areas": areas,
            "crews": len(city.crews),
            "assets": len(asset_ids),
            "street_km": kilometres,
            "suspect_points": suspects,
        }
        unit.summary.update(counts)
        if wish.truth is not None:
            _write_truth(wish.truth, city)
        act_id = unit.commit()
    sentence = (
        f"{city.name}: {len(city):,} requests to {wish.day:%Y-%m-%d}, {len(service_ids)} services, {areas} areas, "
        f"{len(city.crews)} crews, {kilometres:,} km of streets."
    )
    if city.now > work.clock.now():
        sentence += f" Its last day is told at {city.now:%H:%M} there, which is still to come."
    return Changes(act_id, work.actor, VERB, frozenset({"city"}), None, counts, sentence), city


def make_demo_store(
    location: str, actor: str, clock: Clock, requests: int, seed: int, *, progress: Progress, should_stop: ShouldStop
) -> Changes:
    """The demo city of today in a new store, whole or not at all. RefusedInput where there is a file already."""
    if "://" not in location and Path(location).exists():
        raise RefusedInput(f"{location} is there already; choose another name.")
    with new_store(location) as store:
        work = Work(store, actor, clock, progress, should_stop)
        return make_demo(work, DemoWish.of_today(clock, requests, seed))[0]


def made_before(work: Work) -> DemoCity | None:
    """The demo city that the store holds, drawn once more; None where there is no city.

    RefusedInput where it is another city.
    """
    with work.store.read() as unit:
        city, act = unit.city.get(), unit.log.first(VERB)
    if city is None:
        return None
    if act is None:
        raise RefusedInput(f"{work.store.location} holds {city.name}, which is no demo city; name another store.")
    made = act.summary
    hour, minute = (int(part) for part in str(made.get("told", USUAL_TELLING)).split(":"))
    told_s, day = hour * 3600 + minute * 60, date.fromisoformat(str(made["until"]))
    return _draw(work, DemoWish(int(made["requests"]), int(made["seed"]), day, None, told_s))


def go_on_living(
    work: Work, city: DemoCity, *, every_s: float = LIVE_EVERY_S, wait: Callable[[float], None] = time.sleep
) -> None:
    """Add a request every few seconds until the work is told to stop; raises Stopped then. Each stays."""
    from data.demo.live import live_requests

    earlier = _came_before(work, city)
    rng = np.random.default_rng([city.seed, 1, earlier])
    with work.store.read() as read:
        codes = {service.service_code: int(service.id) for service in read.services.all()}
        source = read.sources.by_name(SOURCE)
    assert source is not None
    service_ids = [codes[str(row["service_code"])] for row in city.services()]
    told = 0
    while not work.should_stop():
        now = work.clock.now()
        chunk = live_requests(city, rng, now, count=1, told_before=earlier + told)
        with work.store.write("receive request", actor=SOURCE, at=now) as unit:
            _store_chunk(unit, chunk, int(source.id), service_ids)
            unit.commit()
        told += 1
        work.progress(None, f"{told:,} requests came in; Ctrl-C ends it")
        wait(every_s)
    raise Stopped(f"Stopped after {told:,} live requests; they and the city stay.")


def _came_before(work: Work, city: DemoCity) -> int:
    """How many live requests the store holds already: their numbers go on from there."""
    from data.demo.requests import FIRST_ID

    with work.store.read() as unit:
        source = unit.sources.by_name(SOURCE)
        assert source is not None
        known = [int(key) for key in unit.requests.ids_by_external(int(source.id)) if key.isdigit()]
    return max(0, max(known, default=0) - FIRST_ID - len(city) + 1)


def _draw(work: Work, wish: DemoWish) -> DemoCity:
    from data.demo.city import DemoStopped, make_demo_city

    def progress(fraction: float | None, sentence: str) -> None:
        work.progress(None if fraction is None else fraction * PLAN_SHARE, sentence)

    try:
        return make_demo_city(
            requests=wish.requests,
            seed=wish.seed,
            until=wish.day,
            told_s=wish.told_s,
            progress=progress,
            should_stop=work.should_stop,
        )
    except DemoStopped as stopped:
        raise Stopped("Stopped. Nothing of it was kept.") from stopped


def _catalogue(unit: WriteUnit, city: DemoCity) -> tuple[list[int], dict[str, int]]:
    """Departments, services and questions; ids of the services in the city's order, of the departments by name."""
    names = list(city.agencies)
    agencies = dict(zip(names, unit.create("agency", [{"name": name} for name in names]), strict=True))
    rows = city.services()
    ids = unit.create("service", [_with_id(row, "agency", "agency_id", agencies) for row in rows])
    by_code = dict(zip((str(row["service_code"]) for row in rows), ids, strict=True))
    unit.create("service_question", [_with_id(row, "service_code", "service_id", by_code) for row in city.questions()])
    return ids, agencies


def _templates(unit: WriteUnit, city: DemoCity) -> None:
    """The answers staff send, each with the act it goes with."""
    names = ("code", "name", "text", "verb")
    unit.create("answer_template", [dict(zip(names, row, strict=True)) for row in city.answer_templates])


def _with_id(row: dict[str, object], name: str, key: str, ids: dict[str, int]) -> dict[str, object]:
    """The row with a name replaced by the id it stands for."""
    rest = {column: value for column, value in row.items() if column != name}
    return {**rest, key: ids[str(row[name])]}


def _layers(unit: WriteUnit, city: DemoCity, agencies: dict[str, int]) -> int:
    """All area layers; returns how many areas."""
    count = 0
    for layer in city.layers:
        values = {
            "name": layer.name,
            "position": layer.position,
            "assigns": layer.assigns,
            "service_codes": list(layer.service_codes),
        }
        layer_id = unit.create("area_layer", [values])[0]
        rows = [
            {
                "layer_id": layer_id,
                "name": area.name,
                "agency_id": None if area.agency is None else agencies[area.agency],
                "geometry_wkb": area.geometry_wkb,
            }
            for area in layer.areas
        ]
        count += len(unit.create("area", rows))
    return count


def _assets(unit: WriteUnit, city: DemoCity) -> list[int]:
    """Lights, hydrants and signals; their ids in the city's order."""
    made: list[int] = []
    for layer in city.asset_layers:
        values = {"name": layer.name, "icon": layer.icon, "service_codes": list(layer.service_codes)}
        made += unit.create("asset", layer.rows(unit.create("asset_layer", [values])[0]))
    return made


def _store_chunk(
    unit: WriteUnit, chunk: RequestChunk, source_id: int, service_ids: list[int], asset_ids: Sequence[int] = ()
) -> None:
    """Requests, and what is kept apart from them."""
    ids = unit.create("service_request", chunk.rows(source_id, service_ids, asset_ids))
    for attach, rows in (
        (unit.attach_answers, chunk.answer_rows(ids)),
        (unit.attach_reporters, chunk.reporter_rows(ids)),
        (unit.attach_photos, chunk.photo_rows(ids)),
    ):
        if rows:
            attach(rows)
    notes = chunk.note_rows(ids)
    if notes:
        unit.create("note", notes)


def _write_truth(path: Path, city: DemoCity) -> None:
    from data.connectors.safe_csv import write_csv

    ids, incidents = city.truth()
    rows = zip(ids.tolist(), incidents.tolist(), strict=True)
    write_csv(path, ["service_request_id", "incident_id"], rows)
