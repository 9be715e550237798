"""What Neighbourhoods reads beside the event loop: a kept answer, ready to be drawn."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from data.store import Store
from desktop.controllers.answer_tables import cells_of, shown_of
from desktop.controllers.answer_words import legend_words
from desktop.controllers.city_words import CityWords
from desktop.domain.service_figures import Count
from desktop.domain.statistic_marks import CONTEXT, Marked, density_edges, marked
from desktop.map.cells import CellsShown, DensityShown, ToldCells
from desktop.map.density_picture import density_pictures, picture_steps
from desktop.operations.figure_groups import By
from desktop.operations.kept_answers import KeptAnswer, question_of, read_kept
from desktop.operations.service_figures import FigureQuestion
from desktop.operations.spatial_statistics import BY_EXPOSURE, StatisticAnswer, StatisticQuestion
from desktop.views.language import language
from desktop.views.neighbourhoods.cells_table import Cells
from desktop.views.neighbourhoods.question import DENSITY, Question


@dataclass(frozen=True, slots=True, eq=False)
class ReadAnswer:
    """A kept answer with its zones for table and map, or the pictures of its raster."""

    kept: KeptAnswer
    kinds: Marked | None = None
    cells: Cells | None = None
    shown: CellsShown | None = None
    told: ToldCells | None = None
    density: DensityShown | None = None

    @property
    def answer(self) -> StatisticAnswer:
        """The answer."""
        return self.kept.answer


def read_answer(store: Store, statistic: str, city: CityWords) -> ReadAnswer | None:
    """The answer that the store keeps of a statistic; None where nobody asked yet."""
    kept = read_kept(store, statistic)
    if kept is None:
        return None
    title, subtitle, note = legend_words(kept.answer, city)
    kinds = marked(statistic, kept.answer.columns, language(CONTEXT))
    if statistic == DENSITY:
        laid = replace(density_shown(kept.answer, kinds, city.crs_epsg), title=title, subtitle=subtitle)
        return ReadAnswer(kept, density=laid)
    cells = cells_of(kept, kinds)
    shown = shown_of(kept, kinds, cells, title, subtitle, note)
    return ReadAnswer(kept, kinds, cells, shown, ToldCells(shown.told()))


def density_shown(answer: StatisticAnswer, kinds: Marked, crs_epsg: int) -> DensityShown:
    """The raster as the map lays it out, in steps of so many a km²."""
    import shapely

    from geo.crs import to_metres
    from geo.web_raster import web_raster

    middle = shapely.centroid(shapely.from_wkb(list(answer.polygons_wkb)))
    x_m, y_m = to_metres(shapely.get_x(middle), shapely.get_y(middle), crs_epsg)
    values = np.asarray(answer.columns["per_km2"], dtype=float)
    laid = web_raster(x_m, y_m, values, float(answer.method["cell_m"]), crs_epsg)
    return DensityShown(
        density_pictures(picture_steps(laid.values, density_edges(values))),
        laid.west,
        laid.south,
        laid.east,
        laid.north,
        kinds.marks,
    )


def to_statistic(question: Question) -> StatisticQuestion:
    """The question of the form as an operation takes it."""
    compare = question.earlier()
    by = question.exposure if question.statistic in BY_EXPOSURE and not question.lacks_file() else ""
    return StatisticQuestion(
        statistic=question.statistic,
        service_code=question.service_code or None,
        first=question.first,
        last=question.last,
        count=question.count,
        zones=question.zones,
        cell_m=float(question.cell_m) or None,
        exposure=by or None,
        exposure_by_area=question.given if by == "given" else (),
        exposure_file=question.exposure_file if by == "given" else "",
        exposure_field=question.exposure_field if by == "given" else "",
        permutations=question.permutations,
        seed=question.seed,
        weights=question.weights,
        before_first=compare[0],
        before_last=compare[1],
        against=question.against,
        step=question.step or None,
        kernel=question.kernel,
        bandwidth_m=float(question.bandwidth_m) or None,
    )


def figures_of(question: Question) -> FigureQuestion:
    """How the requests of a question were served, by neighbourhood."""
    services = (question.service_code,) if question.service_code else ()
    return FigureQuestion(By.NEIGHBOURHOOD, question.first, question.last, services, count=Count(question.count))


def from_answer(answer: StatisticAnswer, span: tuple[Any, Any], *, as_asked: bool = False) -> Question:
    """The question of an answer; open ends are those of the requests.

    What the data chose is told as it came out or, `as_asked`, as the form asks for it: left to the data.
    """
    asked, method = question_of(answer.method, answer.columns), answer.method
    steps = {one["parameter"]: one for one in method.get("parameters", ())}
    step = steps.get("step", steps.get("steps"))
    return Question(
        statistic=asked.statistic,
        service_code=asked.service_code or "",
        first=asked.first or span[0],
        last=asked.last or span[1],
        count=asked.count,
        exposure=asked.exposure or "",
        given=asked.exposure_by_area,
        exposure_file=asked.exposure_file,
        exposure_field=asked.exposure_field,
        zones=asked.zones,
        cell_m=round(asked.cell_m or 0) if not as_asked or _given(method, "cell_m") else 0,
        weights=asked.weights,
        permutations=asked.permutations,
        seed=asked.seed,
        before_first=asked.before_first,
        before_last=asked.before_last,
        against=asked.against,
        step=_unit(step["value"]) if step is not None and (not as_asked or step["reason"] == "given") else "",
        kernel=asked.kernel,
        bandwidth_m=round(asked.bandwidth_m or 0) if not as_asked or _given(method, "bandwidth_m") else 0,
    )


def _unit(value: Any) -> str:
    return next((unit for unit in ("day", "week", "month") if unit in str(value)), "")


def _given(method: Any, parameter: str) -> bool:
    return any(one["parameter"] == parameter and one["reason"] == "given" for one in method.get("parameters", ()))
