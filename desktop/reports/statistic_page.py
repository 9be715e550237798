"""An answer about where and when as one page that opens with no network: map, legend with counts, figures, method."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from desktop.domain.statistic_words import number
from desktop.reports.folium_page import Streets
from desktop.reports.map_page import CellKind, Cells, MapPage, write_map_page
from desktop.reports.statistic_figure import TOLD, StatisticFigure, colour, ink_on


def write_statistic_page(path: Path, figure: StatisticFigure, streets: Streets | None, credit: str) -> None:
    """Write the page, whole or not at all. StoreFailure when it cannot be written."""
    page = MapPage(
        figure.title, figure.subtitle, cells=_cells(figure), streets=streets, attribution=credit, method=figure.lines
    )
    write_map_page(path, page)


def _cells(figure: StatisticFigure) -> Cells:
    names = [name for name in TOLD if name in figure.columns]
    columns = [np.asarray(figure.columns[name]).tolist() for name in names]
    kinds = [
        CellKind(colour(mark), mark.word, mark.dot, mark.sign, ink_on(colour(mark))) for mark in figure.marked.marks
    ]
    return Cells(
        figure.polygons_wkb,
        figure.marked.of.tolist(),
        kinds,
        [figure.zone_name(at) for at in range(len(figure.polygons_wkb))],
        [TOLD[name] for name in names],
        [[number(value) if np.isfinite(value) else "" for value in row] for row in zip(*columns, strict=True)],
    )
