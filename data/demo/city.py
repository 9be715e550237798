"""The whole demo city: geography, catalogue, crews, and requests with known truth."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from data.demo.assets import DemoAssetLayer, named_assets, place_assets
from data.demo.catalogue import AGENCIES, ANSWER_TEMPLATES, question_rows, service_rows
from data.demo.chunks import CHUNK, RequestChunk, RequestWriter
from data.demo.city_time import Ints
from data.demo.crews import DemoCrew, DemoDepot
from data.demo.frame import CITY_NAME, CRS_EPSG, TIMEZONE, streams
from data.demo.layers import DemoLayer, as_wkb
from data.demo.osm import write_osm
from data.demo.places import Fabric, weave_fabric
from data.demo.plan import DemoPlan, make_streets
from data.demo.requests import RequestColumns, draw_requests
from data.demo.rhythm import NOW_S
from data.demo.roster import Entries, demo_roster

Progress = Callable[[float | None, str], None]
ShouldStop = Callable[[], bool]


class DemoStopped(Exception):
    """should_stop said yes: there is no city."""


@dataclass(frozen=True, slots=True, eq=False)
class DemoCity:
    """Everything a store needs. Equal seeds, numbers of requests and moments give the same bytes.

    Rows are plain mappings named like the tables of data.schema; what refers to another row does so by name: `agency`
    of a service, `service_code` of a question, `depot` and `agency` of a crew. `now` is the moment at which the day is
    told: statuses are those of that moment, and no request is younger.
    """

    seed: int
    until: date
    now: datetime
    boundary_wkb: bytes
    layers: tuple[DemoLayer, ...]
    depots: tuple[DemoDepot, ...]
    crews: tuple[DemoCrew, ...]
    plan: DemoPlan = field(repr=False)
    fabric: Fabric = field(repr=False)
    columns: RequestColumns = field(repr=False)
    asset_layers: tuple[DemoAssetLayer, ...] = field(repr=False)
    asset: Ints = field(repr=False)  # that each request names, counted through all layers; -1 for none
    name: str = CITY_NAME
    timezone: str = TIMEZONE
    crs_epsg: int = CRS_EPSG
    agencies: tuple[str, ...] = AGENCIES
    answer_templates: tuple[tuple[str, str, str, str], ...] = ANSWER_TEMPLATES  # code, title, text, verb

    def __len__(self) -> int:
        return len(self.columns)

    def services(self) -> list[dict[str, object]]:
        """Rows of the service table in the order that request chunks count them."""
        return service_rows()

    def questions(self) -> list[dict[str, object]]:
        """Rows of the service_question table."""
        return question_rows()

    def roster(self) -> Entries:
        """Depots, dumps, vehicles, members, crews, absences and rounds, as a roster file tells them."""
        return demo_roster(self.plan, self.until)

    def requests(self, chunk: int = CHUNK) -> Iterator[RequestChunk]:
        """All requests in the order of their times; again from the start each time it is called."""
        named = (self.asset, [code for layer in self.asset_layers for code in layer.codes])
        writer = RequestWriter(streams(self.seed), self.plan, self.fabric, self.columns, named=named)
        return writer.chunks(chunk)

    def truth(self) -> tuple[Ints, Ints]:
        """service_request_id and true incident of every request."""
        return self.columns.service_request_ids(), self.columns.incident

    def write_osm(self, path: Path) -> None:
        """The streets and the base map as an OSM extract (.osm.pbf)."""
        write_osm(self.plan, path)


def _silent(fraction: float | None, sentence: str) -> None:
    """No one listens."""


def _never() -> bool:
    return False


def make_demo_city(
    *,
    requests: int,
    seed: int,
    until: date,
    told_s: int = NOW_S,
    progress: Progress = _silent,
    should_stop: ShouldStop = _never,
) -> DemoCity:
    """Make the city of a seed, with so many requests, the last of them on `until`, none after it is told.

    told_s: when the last day is told, in seconds after its midnight in the city's zone.

    The number of requests says how far they reach back (rhythm.span_days), never how the city looks. ValueError for
    fewer than one request; DemoStopped when should_stop says so.
    """
    if requests < 1:
        raise ValueError("a demo city has at least one request")

    def breathe(fraction: float, sentence: str) -> None:
        progress(fraction, sentence)
        if should_stop():
            raise DemoStopped("The demo city was not made.")

    breathe(0.0, "Laying out the streets")
    plan = make_streets(seed, lambda: breathe(0.3, "Laying out the streets"))
    random = streams(seed)
    breathe(0.6, "Settling the neighbourhoods")
    fabric = weave_fabric(random.rates, plan)
    breathe(0.7, f"Drawing {requests:,} requests")
    columns = draw_requests(random, plan, fabric, requests, until, told_s)
    assets = place_assets(seed, plan, fabric)
    breathe(1.0, "The city is ready")
    return DemoCity(
        seed=seed,
        until=until,
        now=datetime(until.year, until.month, until.day, tzinfo=ZoneInfo(TIMEZONE)) + timedelta(seconds=told_s),
        boundary_wkb=as_wkb([plan.boundary])[0],
        layers=plan.layers,
        depots=plan.depots,
        crews=plan.crews,
        plan=plan,
        fabric=fabric,
        columns=columns,
        asset_layers=assets,
        asset=named_assets(seed, assets, columns),
    )
