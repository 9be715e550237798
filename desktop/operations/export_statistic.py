"""Take an answer about where and when along: a map or a table with its method, parameters, seed, date and source."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from data.errors import RefusedInput
from data.unit_of_work import ReadUnit
from desktop.domain.language import ENGLISH, Language
from desktop.domain.plain_text import amount
from desktop.domain.statistic_marks import CONTEXT, marked
from desktop.domain.statistic_method import method_lines
from desktop.domain.statistic_words import subtitle, title
from desktop.operations.changes import Changes
from desktop.operations.export import streets_beneath
from desktop.operations.hotspots import places_of
from desktop.operations.import_streets import streets_credit
from desktop.operations.kept_answers import facts_of, kept_answer
from desktop.operations.outputs import check_output
from desktop.operations.painting import Painter, paint
from desktop.operations.spatial_statistics import STATISTICS, StatisticAnswer
from desktop.operations.translating import user_language
from desktop.operations.work import Work

if TYPE_CHECKING:
    from desktop.reports.statistic_figure import StatisticFigure

DRAWN = (".svg", ".png", ".pdf")
ENDINGS = (".geojson", ".gpkg", ".csv", ".html", *DRAWN)
MAPS = Painter("desktop.reports.statistic_paint", "Drawing the map", "maps", "choose wider cells")


def check_kind(path: Path) -> None:
    """RefusedInput where a file's ending says nothing."""
    if path.suffix.lower() not in ENDINGS:
        raise RefusedInput(f"{path.name} does not tell its kind; end it with one of {', '.join(ENDINGS)}.")


def export_statistic(work: Work, *, path: Path, statistic: str = "gi_star") -> Changes:
    """Write the last answer of a statistic that the store keeps, by the file's ending, whole or not at all.

    RefusedInput for an ending or a statistic that nobody knows, and where nothing was asked yet; StoreFailure where it
    cannot be written. Nothing is kept in the store.
    """
    check_kind(path)
    check_output(work.store, path)
    if statistic not in STATISTICS:
        raise RefusedInput(f"There is no statistic '{statistic}'; choose one of {', '.join(STATISTICS)}.")
    with work.store.read() as unit:
        answer = kept_answer(unit, statistic)
    if answer is None:
        first = "No hotspots were found" if statistic == "gi_star" else f"Nobody asked for {statistic}"
        raise RefusedInput(f"{first} yet; find them first." if statistic == "gi_star" else f"{first} yet; ask first.")
    write_answer(work, answer, path)
    counts = {"statistic": statistic, "zones": len(answer.polygons_wkb), "file": str(path)}
    zones = len(answer.polygons_wkb)
    words = f"{amount(zones, 'zone')} with {'its method is' if zones == 1 else 'their method are'} in {path}."
    return Changes(None, work.actor, "export statistic", counts=counts, sentence=words)


def write_answer(work: Work, answer: StatisticAnswer, path: Path) -> None:
    """Write an answer by the file's ending, in the user's language; RefusedInput and StoreFailure as export_statistic.

    The columns of tables keep plain names and figures, for programs read them.
    """
    check_kind(path)
    work.breathe(None, "Writing the answer")
    ending, language = path.suffix.lower(), user_language(CONTEXT)
    if ending == ".csv":  # whose commas part cells, in its comments, too
        language = replace(language, decimal=ENGLISH.decimal)
    with work.store.read() as unit:
        figure, streets, credit = figure_of(unit, answer, language), streets_beneath(unit), streets_credit(unit)
    if ending in DRAWN:
        from desktop.reports.statistic_svg import drawing_of

        drawing = drawing_of(figure, credit)
        paint(work, MAPS, {"drawing": drawing.to_json()}, path)
    elif ending == ".html":
        from desktop.reports.statistic_page import write_statistic_page

        write_statistic_page(path, figure, streets, credit)
    else:
        _tables()[ending](path, figure)


def _tables() -> Mapping[str, Callable[[Path, StatisticFigure], None]]:
    from desktop.reports.statistic_files import write_geojson, write_geopackage, write_table

    return {".geojson": write_geojson, ".gpkg": write_geopackage, ".csv": write_table}


def figure_of(unit: ReadUnit, answer: StatisticAnswer, language: Language = ENGLISH) -> StatisticFigure:
    """An answer with the words of a language and of the city: its name, the service's, those of the places."""
    from desktop.reports.statistic_figure import StatisticFigure

    city, facts = unit.city.get(), facts_of(unit, answer)
    layer = {"layer": facts.layer} if facts.layer else {}
    return StatisticFigure(
        title(facts, city.name if city else "", language),
        subtitle(facts, language),
        method_lines(facts, language),
        {**answer.method, **layer},
        {name: np.asarray(values) for name, values in answer.columns.items()},
        answer.polygons_wkb,
        marked(facts.statistic, answer.columns, language),
        places_of(unit, answer.polygons_wkb),
        city.boundary_wkb if city else None,
        answer.extras,
        language,
    )
