"""The answers about where and when that the store keeps, as a screen shows them, and the questions they answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np

from data.store import Store
from data.unit_of_work import ReadUnit
from desktop.domain.statistic_words import ALL_SERVICES, AnswerFacts
from desktop.operations.figure_groups import layer_of
from desktop.operations.hotspots import HotspotAnswer, last_hotspots
from desktop.operations.spatial_statistics import StatisticAnswer, StatisticQuestion, last_answer
from desktop.operations.spatial_statistics import question_of as asked_of

NOWHERE = -1  # the key of what lies in no neighbourhood


@dataclass(frozen=True, slots=True, eq=False)
class KeptAnswer:
    """An answer, and for each of its zones the neighbourhood (key of the area and name) in which its middle lies.

    `outlines`: of the neighbourhoods by key, rings of longitudes and latitudes, the greatest part of each.
    `middles`: of the zones, longitudes and latitudes [zones, 2]. `seconds`: how long it took, None where nobody knows.
    `facts`: what words about it are made from.
    """

    answer: StatisticAnswer
    keys: tuple[int, ...]
    names: tuple[str, ...]
    middles: np.ndarray
    outlines: Mapping[int, tuple[tuple[float, float], ...]]
    seconds: float | None = None
    facts: AnswerFacts | None = None


def read_kept(store: Store, statistic: str) -> KeptAnswer | None:
    """The answer that a store keeps of a statistic; None where nobody asked for it yet."""
    with store.read() as unit:
        answer = kept_answer(unit, statistic)
        if answer is None:
            return None
        seconds, facts = _seconds(unit, answer), facts_of(unit, answer)
        if statistic == "density":  # cells of a raster are in no neighbourhood, and too many to ask
            return KeptAnswer(answer, (), (), np.zeros((0, 2)), {}, seconds, facts)
        return replace(with_places(unit, answer), seconds=seconds, facts=facts)


def facts_of(unit: ReadUnit, answer: StatisticAnswer) -> AnswerFacts:
    """An answer with what the city calls its service, its layer of areas and its sources."""
    method = answer.method
    service = unit.services.by_code(str(method["service"]))
    layers = {str(layer.id): layer.name for layer in unit.areas.layers()}
    return AnswerFacts(
        method,
        answer.columns,
        len(answer.polygons_wkb),
        service.service_name if service else "",
        layers.get(str(method.get("zones")), ""),
        sources_of(unit),
    )


def sources_of(unit: ReadUnit) -> tuple[str, ...]:
    """Where the requests came from, by name."""
    return tuple(source.name for source in unit.sources.all())


def _seconds(unit: ReadUnit, answer: StatisticAnswer) -> float | None:
    """What the act that worked it out wrote down."""
    moment = datetime.fromisoformat(answer.method["computed_at"])
    for act in reversed(unit.log.acts_between(moment, moment + timedelta(seconds=1))):
        if act.verb in ("ask statistic", "find hotspots") and "seconds" in act.summary:
            return float(act.summary["seconds"])
    return None


def kept_answer(unit: ReadUnit, statistic: str) -> StatisticAnswer | None:
    """The newest answer of a statistic; of Gi*, the hotspots that were found without more being asked for, too."""
    kept = last_answer(unit, statistic)
    plain = last_hotspots(unit) if statistic == "gi_star" else None
    if plain is None or (kept is not None and kept.method["computed_at"] >= plain.method["computed_at"]):
        return kept
    return as_answer(plain)


def as_answer(plain: HotspotAnswer) -> StatisticAnswer:
    """Hotspots of requests in cells as an answer like all others."""
    further = {
        "statistic": "gi_star",
        "zones": plain.method["grid"],
        "counts": "requests",
        "exposure": None,
        "counted": int(np.sum(plain.columns["count"])),
        "repeats": 0,
    }
    return StatisticAnswer(plain.columns, plain.polygons_wkb, {**plain.method, **further})


def with_places(unit: ReadUnit, answer: StatisticAnswer) -> KeptAnswer:
    """An answer with the neighbourhoods of its zones."""
    import shapely

    if not answer.polygons_wkb:
        return KeptAnswer(answer, (), (), np.zeros((0, 2)), {})
    middle = shapely.point_on_surface(shapely.from_wkb(list(answer.polygons_wkb)))
    middles = np.column_stack([shapely.get_x(middle), shapely.get_y(middle)])
    _, areas = layer_of(unit, "")
    if not areas:
        nowhere = len(answer.polygons_wkb)
        return KeptAnswer(answer, (NOWHERE,) * nowhere, ("",) * nowhere, middles, {})
    shapes = shapely.from_wkb([area.geometry_wkb for area in areas])
    first = np.full(len(middles), len(areas))
    zone, area = shapely.STRtree(shapes).query(middle, predicate="intersects")
    np.minimum.at(first, zone, area)  # where areas overlap, the first has it
    keys = (*(int(one.id) for one in areas), NOWHERE)
    names = (*(one.name for one in areas), "")
    outlines = {keys[at]: _outline(shape) for at, shape in enumerate(shapes)}
    return KeptAnswer(
        answer, tuple(keys[at] for at in first.tolist()), tuple(names[at] for at in first.tolist()), middles, outlines
    )


def _outline(shape: Any) -> tuple[tuple[float, float], ...]:
    """The outer ring of the greatest part, without the point that closes it."""
    parts = list(getattr(shape, "geoms", [shape]))
    whole = max(parts, key=lambda part: part.area)
    return tuple((float(x), float(y)) for x, y in list(whole.exterior.coords)[:-1])


def question_of(method: Mapping[str, Any], columns: Mapping[str, Any] | None = None) -> StatisticQuestion:
    """The question that an answer answers, with what the data chose as it came out: the same cells, the same width.

    Values of an exposure given by area are in the question, or else in the columns.
    """
    chosen = {one["parameter"]: one["value"] for one in method.get("parameters", ())}
    asked = asked_of(method) if "question" in method else _plain_question(method)
    if asked.statistic == "density":
        return replace(asked, bandwidth_m=_number(chosen.get("bandwidth_m")))
    if asked.exposure == "given" and not asked.exposure_by_area and columns is not None and "exposure" in columns:
        pairs = zip(map(str, columns["name"]), map(float, columns["exposure"]), strict=True)
        asked = replace(asked, exposure_by_area=tuple(pairs))
    return replace(asked, cell_m=_number(method.get("cell_m")))


def _plain_question(method: Mapping[str, Any]) -> StatisticQuestion:
    """Of hotspots that were found without more being asked for."""
    return StatisticQuestion(
        service_code=None if method["service"] == ALL_SERVICES else method["service"],
        first=_day(method.get("from")),
        last=_day(method.get("to")),
        count=str(method.get("counts", "requests")),
        zones=str(method["zones"]),
        permutations=int(method["permutations"]),
        seed=int(method["seed"]),
    )


def _number(value: Any) -> float | None:
    return None if value is None else float(value)


def _day(text: str | None) -> date | None:
    return None if not text else date.fromisoformat(text)
