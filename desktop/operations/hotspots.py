"""Where the work concentrates: cells tested with Gi*, kept with their method so that any screen can show them."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from datetime import time as day_time
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from data.errors import RefusedInput
from data.records import City, Placement
from data.schema import epoch_ms
from data.unit_of_work import ReadUnit, WriteUnit
from desktop.domain.plain_text import amount
from desktop.operations.changes import Changes
from desktop.operations.work import Work

HOTSPOTS = "hotspots"  # artifact: the last answer
ASKED = "statistic gi_star"  # artifact: the last answer of Gi* that was asked for as one statistic among others


@dataclass(frozen=True, slots=True)
class HotspotQuestion:
    """What is asked. Empty fields mean all; `first` and `last` are days in the city's zone, both counted."""

    service_code: str | None = None
    first: date | None = None
    last: date | None = None
    cell_m: float | None = None
    permutations: int = 999
    seed: int = 1
    weights: str = "edge"  # neighbours that share an edge plus the cell itself
    grid: str = "hexagon"
    variance: str = "n"


@dataclass(frozen=True, slots=True)
class HotspotAnswer:
    """The cells with their figures (columns of equal length) and the method in words and numbers."""

    columns: Mapping[str, Any]
    polygons_wkb: tuple[bytes, ...]
    method: Mapping[str, Any]


def find_hotspots(work: Work, question: HotspotQuestion) -> tuple[Changes, HotspotAnswer]:
    """Count requests by cell, test every cell that took part, and keep the answer in the store.

    RefusedInput for an unknown service or a period without located requests; GeoError where the cells cannot
    carry a test (too few, constant counts).
    """
    from geo.crs import to_metres
    from geo.hotspots import HotspotSettings, hotspots

    started = time.perf_counter()
    city = work.city()
    work.breathe(0.0, "Reading requests")
    with work.store.read() as unit:
        lon, lat, notes = _points(unit, city, question, work.clock.now())
    if city.crs_epsg is None or not len(lon):
        raise RefusedInput("No located request fits this service and period; widen the period or choose another.")
    x_m, y_m = to_metres(lon, lat, city.crs_epsg)
    settings = HotspotSettings(
        cell_m=question.cell_m,
        permutations=question.permutations,
        seed=question.seed,
        weights=question.weights,
        grid=question.grid,
        variance=question.variance,
    )
    found = hotspots(
        x_m,
        y_m,
        crs_epsg=city.crs_epsg,
        boundary_wkb=city.boundary_wkb,
        settings=settings,
        progress=lambda fraction, words: work.progress(None if fraction is None else 0.1 + 0.8 * fraction, words),
        should_stop=work.should_stop,
    )
    method = _method(work, question, found.zones.cell_m or 0.0, len(lon))
    method["parameters"] = [one.plain() for one in found.chosen]
    method["notes"] = list(notes)
    answer = HotspotAnswer(found.columns(), tuple(found.zones.polygons_wkb()), method)
    significant = found.significant_fdr
    counts = {
        "requests": len(lon),
        "cells": len(answer.polygons_wkb),
        "cell_m": round(found.zones.cell_m or 0.0, 1),
        "hot": int(np.count_nonzero(found.level > 0)),  # of any class, the weakest being q<=0.10
        "cold": int(np.count_nonzero(found.level < 0)),
        "significant": int(np.count_nonzero(significant)),  # as significant_fdr marks them, q<=0.05
        "significant_hot": int(np.count_nonzero(significant & (found.level > 0))),
        "significant_cold": int(np.count_nonzero(significant & (found.level < 0))),
        "seconds": round(time.perf_counter() - started, 3),
    }
    act_id = _keep(work, answer, counts)
    words = (
        f"{counts['hot']:,} hot and {amount(int(counts['cold']), 'cold cell')} of {counts['cells']:,} at q<=0.10, "
        f"{counts['significant_hot']:,} and {counts['significant_cold']:,} of them at q<=0.05; "
        f"{amount(len(lon))}."
    )
    return Changes(act_id, work.actor, "find hotspots", frozenset({"artifact"}), (), counts, words), answer


def last_hotspots(unit: ReadUnit) -> HotspotAnswer | None:
    """The answer kept in the store, if any."""
    arrays = unit.artifacts.get(HOTSPOTS)
    if not arrays:
        return None
    method = json.loads(bytes(arrays.pop("method")).decode())
    ends = arrays.pop("polygon_ends")
    blob = bytes(arrays.pop("polygons"))
    polygons = tuple(blob[a:b] for a, b in zip([0, *ends.tolist()[:-1]], ends.tolist(), strict=True))
    return HotspotAnswer(arrays, polygons, method)


def places_of(unit: ReadUnit, polygons_wkb: Sequence[bytes]) -> list[str]:
    """For each cell the area in which its middle lies, of the layer with most areas; empty outside of all."""
    import shapely

    layers = [unit.areas.areas(layer.id) for layer in unit.areas.layers()]
    finest = max(layers, key=len, default=[])
    if not finest or not polygons_wkb:
        return [""] * len(polygons_wkb)
    tree = shapely.STRtree(shapely.from_wkb([area.geometry_wkb for area in finest]))
    middles = shapely.centroid(shapely.from_wkb(list(polygons_wkb)))
    places = [""] * len(polygons_wkb)
    lies_in = tree.query(middles, predicate="intersects").T.tolist()
    for cell, area in sorted(lies_in, reverse=True):
        places[cell] = finest[area].name  # on a border between two, the one that came first
    return places


def _points(
    unit: ReadUnit, city: City, question: HotspotQuestion, now: datetime
) -> tuple[np.ndarray, np.ndarray, tuple[str, ...]]:
    """Longitudes and latitudes of the located requests that fit the question, and what to know of its period."""
    from desktop.operations.spatial_requests import Known, ends_of

    rows = unit.requests.arrays(["placement", "service_id", "requested_at", "lat", "long"])
    fits = rows["placement"] == Placement.LOCATED.value
    if question.service_code is not None:
        service = unit.services.by_code(question.service_code)
        if service is None:
            raise RefusedInput(f"No service has the code '{question.service_code}'; 'opsmap services list' names them.")
        fits &= rows["service_id"] == service.id
    known = Known.of(ends_of(rows["requested_at"]), ends_of(rows["requested_at"][fits]), city.timezone, now)
    notes = known.notes(question.first, question.last, of_service=question.service_code is not None)
    first, last = period_ms(question.first, question.last, city.timezone)
    fits &= (rows["requested_at"] >= first) & (rows["requested_at"] < last)
    return rows["long"][fits], rows["lat"][fits], notes


def period_ms(first: date | None, last: date | None, timezone: str) -> tuple[int, int]:
    """Half-open milliseconds of the days first to last (both counted) in the zone; open ends without a day."""
    if first and last and last < first:
        raise RefusedInput(f"The period ends ({last}) before it begins ({first}).")
    zone = ZoneInfo(timezone)
    start = epoch_ms(datetime.combine(first, day_time(), zone)) if first else -(2**62)
    if last is None or last == date.max:  # no day comes after it
        return start, 2**62
    return start, epoch_ms(datetime.combine(last + timedelta(days=1), day_time(), zone))


def _method(work: Work, question: HotspotQuestion, cell_m: float, requests: int) -> dict[str, Any]:
    return {
        "statistic": "Getis-Ord Gi*",
        "grid": question.grid,
        "cell_m": round(cell_m, 1),
        "neighbours": "cells that share an edge, plus the cell itself",
        "weights": "binary" if question.weights == "edge" else question.weights,
        "variance": f"divides by {question.variance}",
        "permutations": question.permutations,
        "correction": "Benjamini-Hochberg false discovery rate over all cells, on p_tail",
        "seed": question.seed,
        "service": question.service_code or "all services",
        "from": question.first.isoformat() if question.first else None,
        "to": question.last.isoformat() if question.last else None,
        "requests": requests,
        "computed_at": work.clock.now().isoformat(timespec="seconds"),
        "source": "Getis and Ord 1992, Ord and Getis 1995; Benjamini and Hochberg 1995",
    }


def _keep(work: Work, answer: HotspotAnswer, counts: Mapping[str, Any]) -> Any:
    arrays = {name: np.asarray(values) for name, values in answer.columns.items()}
    arrays["polygons"] = np.frombuffer(b"".join(answer.polygons_wkb), dtype=np.uint8)
    arrays["polygon_ends"] = np.cumsum([len(polygon) for polygon in answer.polygons_wkb], dtype=np.int64)
    arrays["method"] = np.frombuffer(json.dumps(answer.method).encode(), dtype=np.uint8)
    with work.store.write("find hotspots", actor=work.actor, at=work.clock.now()) as unit:
        unit.put_artifact(HOTSPOTS, arrays)
        give_way(unit, ASKED)
        unit.summary.update(counts)
        return unit.commit()


def give_way(unit: WriteUnit, name: str) -> None:
    """An older answer is emptied: which of two is newer no clock tells, for a program may be told another moment."""
    if unit.artifacts.version(name) is not None:
        unit.put_artifact(name, {})
