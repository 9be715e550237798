"""An answer about where and when as one page that opens with no network: map, legend with counts, figures, method."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from desktop.domain.statistic_words import METHOD, figure_word
from desktop.reports.folium_page import Streets
from desktop.reports.map_page import CellKind, Cells, MapPage, write_map_page
from desktop.reports.statistic_figure import StatisticFigure, colour, ink_on


def write_statistic_page(path: Path, figure: StatisticFigure, streets: Streets | None, credit: str) -> None:
    """Write the page, whole or not at all. StoreFailure when it cannot be written."""
    page = MapPage(
        figure.title,
        figure.subtitle,
        cells=_cells(figure),
        streets=streets,
        attribution=credit,
        method=figure.lines,
        method_word=figure.language.say(METHOD),
        language=figure.language,
    )
    write_map_page(path, page)


def _cells(figure: StatisticFigure) -> Cells:
    told, language = figure.told_columns(), figure.language
    columns = [np.asarray(figure.columns[name]).tolist() for name, _ in told]
    kinds = [
        CellKind(colour(mark), mark.word, mark.dot, mark.sign, ink_on(colour(mark))) for mark in figure.marked.marks
    ]
    legend = [(line.kind, "" if line.count is None else language.count(line.count)) for line in figure.marked.legend()]
    return Cells(
        figure.polygons_wkb,
        figure.marked.of.tolist(),
        kinds,
        [figure.zone_name(at) for at in range(len(figure.polygons_wkb))],
        legend,
        [word for _, word in told],
        [[figure_word(value, language) for value in row] for row in zip(*columns, strict=True)],
    )
