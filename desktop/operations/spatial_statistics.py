"""Questions about where and when: one act each, its answer kept with method, parameters, seed, date and source.

Statistics are of geo: gi_star, moran, emerging, rates, compare and density. What is counted are requests, or incidents
once each; where, in hexagons, squares or the areas of a layer; against what, nothing or an exposure.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from data.errors import RefusedInput
from data.records import City
from data.unit_of_work import ReadUnit
from desktop.domain.plain_text import amount
from desktop.domain.statistic_method import SHUFFLED, TESTED
from desktop.operations.changes import Changes
from desktop.operations.hotspots import ASKED, HOTSPOTS, give_way
from desktop.operations.spatial_requests import Counted, NothingFits, read_requests
from desktop.operations.work import Work

if TYPE_CHECKING:
    from geo.choices import Chosen

STATISTICS = ("gi_star", "moran", "emerging", "rates", "compare", "density")
COUNTS = ("requests", "incidents")
BY_EXPOSURE = ("gi_star", "moran", "rates")
EXPOSURES = ("street_km", "km2", "given")
SOURCES = {
    "gi_star": "Getis and Ord 1992, Ord and Getis 1995; Benjamini and Hochberg 1995",
    "moran": "Anselin 1995; Benjamini and Hochberg 1995",
    "emerging": "Ord and Getis 1995; Mann 1945, Kendall 1975; classes by Esri; Benjamini and Hochberg 1995",
    "rates": "Marshall 1991; Clayton and Kaldor 1987; Garwood 1936",
    "compare": "Przyborowski and Wilenski 1940; Clopper and Pearson 1934; Benjamini and Hochberg 1995",
    "density": "Diggle 1985; Silverman 1986; Habbema et al. 1974",
}


@dataclass(frozen=True, slots=True)
class StatisticQuestion:
    """What is asked. Empty fields mean all, or the default; days are in the city's zone, first and last both counted.

    `zones`: "hexagon", "square" or the number of a layer of areas. `exposure`: one of EXPOSURES; "given" reads
    `exposure_by_area` (name of a zone, value) or else `exposure_file`, a CSV of names or a map layer whose numbers
    (`exposure_field`) are shared out over the zones. `measure`: what Gi* compares, by default the excess where there is
    an exposure.
    `before_first`, `before_last`, `against`: the earlier period of a comparison, and what no change is ("itself" or
    "city"). `step`: day, week or month. `kernel`, `bandwidth_m`: of the density.
    """

    statistic: str = "gi_star"
    service_code: str | None = None
    first: date | None = None
    last: date | None = None
    count: str = "requests"
    zones: str = "hexagon"
    cell_m: float | None = None
    exposure: str | None = None
    exposure_by_area: tuple[tuple[str, float], ...] = ()
    exposure_file: str = ""
    exposure_field: str = ""
    measure: str | None = None
    permutations: int = 999
    seed: int = 1
    weights: str = "edge"
    variance: str = "n"
    before_first: date | None = None
    before_last: date | None = None
    against: str = "itself"
    step: str | None = None
    kernel: str = "quartic"
    bandwidth_m: float | None = None

    def __post_init__(self) -> None:
        for what, value, known in (
            ("statistic", self.statistic, STATISTICS),
            ("count", self.count, COUNTS),
            ("exposure", self.exposure, (None, *EXPOSURES)),
        ):
            if value not in known:
                names = ", ".join(name for name in known if name)
                raise RefusedInput(f"There is no {what} '{value}'; choose one of {names}.")


@dataclass(frozen=True, slots=True)
class StatisticAnswer:
    """Figures by zone (columns of equal length), the zones' polygons in degrees, the method, and further arrays."""

    columns: Mapping[str, Any]
    polygons_wkb: tuple[bytes, ...]
    method: Mapping[str, Any]
    extras: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Found:
    """What a statistic found, before it is told and kept."""

    columns: Mapping[str, Any]
    polygons_wkb: Sequence[bytes]
    chosen: Sequence[Chosen] = ()
    extras: Mapping[str, Any] = field(default_factory=dict)
    told: Mapping[str, Any] = field(default_factory=dict)  # further lines of the method


def ask_statistic(work: Work, question: StatisticQuestion) -> tuple[Changes, StatisticAnswer]:
    """Answer a question and keep the answer under its statistic.

    RefusedInput for what the store does not know, GeoError for what cannot carry the statistic; nothing is kept then.
    """
    started = time.perf_counter()
    answer = work_out(work, question)
    counts = {
        "statistic": question.statistic,
        "requests": answer.method["requests"],
        "counted": answer.method["counted"],
        "zones": len(answer.polygons_wkb),
        **_classes(answer.columns),
        "seconds": round(time.perf_counter() - started, 3),
    }
    act_id = _keep(work, question.statistic, answer, counts)
    classes = "".join(f", {number:,} {name}" for name, number in _classes(answer.columns).items())
    counted = f"{amount(counts['counted'], question.count[:-1])} in {amount(counts['zones'], 'zone')}"
    words = f"{question.statistic}: {counted}{classes}."
    return Changes(act_id, work.actor, "ask statistic", frozenset({"artifact"}), (), counts, words), answer


def work_out(work: Work, question: StatisticQuestion) -> StatisticAnswer:
    """Answer a question and keep nothing; RefusedInput and GeoError as `ask` says them."""
    from desktop.operations import spatial_answers

    _refuse_unused(question)
    work.breathe(0.0, "Reading requests")
    with work.store.read() as unit:
        counted = read_requests(unit, work.city(), question, work.clock.now())
    found = spatial_answers.answer(work, question, counted)
    method = _method(work, question, counted, found)
    return StatisticAnswer(found.columns, tuple(found.polygons_wkb), method, found.extras)


def _refuse_unused(question: StatisticQuestion) -> None:
    """What a statistic does not use must not stand beside it as if it did."""
    if question.exposure is not None and question.statistic not in BY_EXPOSURE:
        raise RefusedInput(f"The statistic '{question.statistic}' takes no exposure; leave it out, or ask for rates.")
    if question.measure is not None and question.statistic != "gi_star":
        raise RefusedInput(f"Only gi_star compares a measure; leave '{question.measure}' out.")


def requests_behind(unit: ReadUnit, city: City, method: Mapping[str, Any], polygon_wkb: bytes) -> list[int]:
    """Ids of the requests behind the count of one zone, in order of time; of a comparison, those of both periods.

    What was reported, moved or grouped since the answer is counted as it is now.
    """
    from geo.service_areas import build_area_index

    try:
        counted = read_requests(unit, city, question_of(method))
    except NothingFits:
        return []
    inside = build_area_index([polygon_wkb]).locate(counted.lon, counted.lat) == 0
    ids: list[int] = counted.request_id[inside].tolist()
    return ids


def question_of(method: Mapping[str, Any]) -> StatisticQuestion:
    """The question that an answer's method was of."""
    asked = dict(method["question"])
    for name in ("first", "last", "before_first", "before_last"):
        asked[name] = date.fromisoformat(asked[name]) if asked[name] else None
    asked["exposure_by_area"] = tuple((str(area), float(value)) for area, value in asked["exposure_by_area"])
    return StatisticQuestion(**asked)


def _as_kept(question: StatisticQuestion) -> dict[str, Any]:
    """A question as a file keeps it; `question_of` is the way back."""
    kept = {name: value.isoformat() if isinstance(value, date) else value for name, value in asdict(question).items()}
    # Where a file lay is nobody's business; its values are in the answer's columns.
    file = Path(question.exposure_file).name
    return kept | {"exposure_by_area": [list(pair) for pair in question.exposure_by_area], "exposure_file": file}


def last_answer(unit: ReadUnit, statistic: str) -> StatisticAnswer | None:
    """The last answer of a statistic that the store keeps, if any."""
    arrays = unit.artifacts.get(_name(statistic))
    if not arrays:
        return None
    method = json.loads(bytes(arrays.pop("method")).decode())
    ends, blob = arrays.pop("polygon_ends").tolist(), bytes(arrays.pop("polygons"))
    polygons = tuple(blob[a:b] for a, b in zip([0, *ends[:-1]], ends, strict=True))
    extras = {name[1:]: arrays.pop(name) for name in [name for name in arrays if name.startswith("+")]}
    return StatisticAnswer(arrays, polygons, method, extras)


def _name(statistic: str) -> str:
    return f"statistic {statistic}"


def _classes(columns: Mapping[str, Any]) -> dict[str, int]:
    """How many zones each class has."""
    if "class" not in columns:
        return {}
    names, counts = np.unique(np.asarray(columns["class"]), return_counts=True)
    return {str(name): int(count) for name, count in zip(names, counts, strict=True)}


def _method(work: Work, question: StatisticQuestion, counted: Counted, found: Found) -> dict[str, Any]:
    drawn = question.statistic in SHUFFLED and question.permutations > 0
    corrected = {"correction": "Benjamini-Hochberg false discovery rate"} if question.statistic in TESTED else {}
    return {
        "statistic": question.statistic,
        "zones": question.zones,
        "counts": question.count,
        "exposure": question.exposure,
        "permutations": question.permutations if drawn else 0,
        "seed": question.seed if drawn else None,
        "service": question.service_code or "all services",
        "from": question.first.isoformat() if question.first else None,
        "to": question.last.isoformat() if question.last else None,
        "requests": counted.requests,
        "counted": counted.counted,
        "repeats": counted.repeats,
        **corrected,
        "parameters": [one.plain() for one in found.chosen],
        "notes": list(counted.notes),
        **found.told,
        "question": _as_kept(question),
        "computed_at": work.clock.now().isoformat(timespec="seconds"),
        "source": SOURCES[question.statistic],
    }


def _keep(work: Work, statistic: str, answer: StatisticAnswer, counts: Mapping[str, Any]) -> Any:
    arrays = {name: np.asarray(values) for name, values in answer.columns.items()}
    arrays |= {f"+{name}": np.asarray(values) for name, values in answer.extras.items()}
    arrays["polygons"] = np.frombuffer(b"".join(answer.polygons_wkb), dtype=np.uint8)
    arrays["polygon_ends"] = np.cumsum([len(polygon) for polygon in answer.polygons_wkb], dtype=np.int64)
    arrays["method"] = np.frombuffer(json.dumps(answer.method).encode(), dtype=np.uint8)
    with work.store.write("ask statistic", actor=work.actor, at=work.clock.now()) as unit:
        unit.put_artifact(_name(statistic), arrays)
        if _name(statistic) == ASKED:
            give_way(unit, HOTSPOTS)
        unit.summary.update(counts)
        return unit.commit()
