"""What the layers of the map hold, read in threads and made ready for the page there: the window only passes it on."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from PySide6.QtCore import QCoreApplication

from data.connectors.packing import unpack_texts
from data.records import AssetLayer, Status
from data.store import Store
from data.unit_of_work import ReadUnit
from desktop.controllers.plan_shown import LocksShown, left_marks, route_line
from desktop.domain.act_words import headed
from desktop.domain.statistic_marks import CONTEXT, marked
from desktop.domain.statistic_words import count_word, periods, service_words
from desktop.map.area_shapes import area_layer_json
from desktop.map.assets import AssetSource
from desktop.map.labels import PLACE_ZOOM
from desktop.map.messages import cells_json, left_out_json, mercator, places_json, route_json
from desktop.operations.import_streets import BASEMAP
from desktop.operations.kept_answers import kept_answer
from desktop.views import format as words

translate = QCoreApplication.translate
ATTRIBUTES_MOST, REQUESTS_MOST = 6, 6  # on the card of an asset


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Which layers the store has besides those of areas, and what changed since an earlier reading."""

    head: int
    touched: frozenset[str]  # tables
    assets: tuple[AssetLayer, ...]


@dataclass(frozen=True, slots=True)
class Content:
    """What a layer holds: messages for the page, or where its assets come from; `note` where there is nothing."""

    key: str
    messages: tuple[tuple[str, str], ...] = ()
    source: AssetSource | None = None
    note: str = ""


def read_catalogue(store: Store, after: int | None) -> Catalogue:
    """The layers of assets, and the tables that events after a number of the log are about."""
    with store.read() as unit:
        head = unit.log.head()
        touched = frozenset[str]() if after is None or after == head else unit.log.entities_after(after)
        return Catalogue(head, touched, tuple(unit.assets.layers()))


def read_areas(store: Store, key: str, layer_id: int) -> Content:
    """A layer of areas."""
    with store.read() as unit:
        areas = unit.areas.areas(layer_id)
        places = unit.artifacts.get(BASEMAP) if areas else None
    if not areas:
        return Content(key, (("areas", area_layer_json(key, [], [])),), note=translate("Layers", "No areas in it."))
    text = area_layer_json(key, [area.geometry_wkb for area in areas], [area.name for area in areas], _on_map(places))
    return Content(key, (("areas", text),))


def _on_map(basemap: Mapping[str, Any] | None) -> dict[str, tuple[int, int]]:
    """At which zooms the base map says which names of places."""
    if basemap is None:
        return {}
    names, kinds = (unpack_texts(name, basemap) for name in ("place_name", "place_kind"))
    return {name: PLACE_ZOOM[kind] for name, kind in zip(names, kinds, strict=True) if kind in PLACE_ZOOM}


def read_place_names(store: Store) -> list[dict[str, Any]]:
    """The names of the city and its parts, as the base map has them."""
    with store.read() as unit:
        basemap = unit.artifacts.get(BASEMAP)
    if basemap is None:
        return []
    kinds, names = (unpack_texts(name, basemap) for name in ("place_kind", "place_name"))
    return places_json(basemap["place_lon"], basemap["place_lat"], kinds, names, PLACE_ZOOM)


def read_assets(store: Store, key: str, layer_id: int) -> Content:
    """A layer of assets."""
    with store.read() as unit:
        rows = unit.assets.arrays(["id", "long", "lat"], layer_id=layer_id)
    return Content(key, source=AssetSource(rows["id"], rows["long"], rows["lat"]))


def read_routes(store: Store, key: str, day: date) -> Content:
    """The latest plan of a day."""
    with store.read() as unit:
        plan = unit.plans.latest(day)
        services = {service.service_code: service.service_name for service in unit.services.all()}
    crews: list[Any] = plan.content["crews"] if plan is not None else []
    routes = [_route(number, crew, services) for number, crew in enumerate(crews, 1) if crew["stops"]]
    places = left_marks(plan.content) if plan is not None else []
    note = "" if plan is not None else translate("Layers", "No plan for {0} yet.").format(words.long_date(day))
    return Content(key, (("routes", json.dumps(routes)), ("left_out", json.dumps(left_out_json(places)))), note=note)


def _route(number: int, crew: Mapping[str, Any], services: Mapping[str, str]) -> dict[str, Any]:
    """A crew's way with its name, each stop with where it is and what for."""
    made = route_json(route_line(number, crew, LocksShown()))
    for place, stop in zip(made["stops"], crew["stops"], strict=True):
        service = services.get(stop["service"], stop["service"])
        place["what"] = ", ".join(part for part in (stop["address"] or stop["job"], service) if part)
    return {**made, "name": str(crew["crew"])}


def read_hotspots(store: Store, key: str) -> Content:
    """The hotspots found last."""
    with store.read() as unit:
        answer = kept_answer(unit, "gi_star")
        services = {service.service_code: service.service_name for service in unit.services.all()}
    if answer is None:
        empty = json.dumps(cells_json((), (), (), None, ()))
        return Content(key, (("cells", empty),), note=translate("Layers", "No hotspots found yet."))
    method, language = answer.method, words.language(CONTEXT)
    kinds = marked("gi_star", answer.columns, language)
    counts = [int(count) for count in answer.columns["count"]]
    cells = cells_json(list(answer.polygons_wkb), kinds.of.tolist(), counts, None, kinds.marks)
    service = headed(service_words(method, services.get(str(method["service"]), ""), language))
    told = {
        "title": f"{translate('Layers', 'Hotspots')} · {service}",
        "subtitle": periods(method, language),
        "note": "",
        "value_word": count_word(method["counts"], language),
    }
    return Content(key, (("cells", json.dumps(cells | told)),))


@dataclass(frozen=True, slots=True)
class AssetCard:
    """An asset in words, for the pointer and for its card."""

    key: str
    asset_id: int
    lon: float
    lat: float
    title: str
    lines: tuple[str, ...]
    rows: tuple[tuple[str, str], ...]
    requests: tuple[tuple[int, str, str], ...]  # id, number, words of the open ones
    open_count: int

    def to_json(self) -> dict[str, Any]:
        """For the page."""
        x, y = mercator([self.lon], [self.lat])
        return {
            "key": self.key,
            "id": self.asset_id,
            "x": float(x[0]),
            "y": float(y[0]),
            "title": self.title,
            "lines": list(self.lines),
            "rows": [list(row) for row in self.rows],
            "requests_title": open_words(self.open_count),
            "requests": [{"id": key, "number": number, "words": told} for key, number, told in self.requests],
        }


def open_words(count: int) -> str:
    """How many open requests name an asset."""
    if count == 0:
        return translate("Layers", "No open request")
    if count == 1:
        return translate("Layers", "1 open request")
    return translate("Layers", "{0} open requests").format(words.count(count))


def read_asset(store: Store, prefix: str, asset_id: int) -> AssetCard | None:
    """One asset and the open requests that name it; None when it is gone."""
    with store.read() as unit:
        asset = unit.assets.get(asset_id)
        if asset is None:
            return None
        layer = next(layer for layer in unit.assets.layers() if layer.id == asset.layer_id)
        opened = _open_requests(unit, asset_id)
        services = {service.id: service.service_name for service in unit.services.all()}
    pairs = [(key.replace("_", " "), " ".join(value.split())) for key, value in asset.attributes.items() if value]
    requests = tuple((int(one.id), one.service_request_id, services[one.service_id]) for one in opened[:REQUESTS_MOST])
    return AssetCard(
        key=f"{prefix}{layer.id}",
        asset_id=int(asset.id),
        lon=asset.long,
        lat=asset.lat,
        title=asset.asset_code,
        lines=tuple(part for part in (layer.name, asset.name) if part),
        rows=tuple(pairs[:ATTRIBUTES_MOST]),
        requests=requests,
        open_count=len(opened),
    )


def _open_requests(unit: ReadUnit, asset_id: int) -> list[Any]:
    """The open requests that name an asset, the newest first."""
    done = (Status.CLOSED, Status.ARCHIVED)
    return [one for one in unit.requests.many(unit.assets.requests(asset_id)) if one.status not in done]
