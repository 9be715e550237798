"""The zones of an answer as rows of the table, as cells of the map, and as the card of one of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from desktop.domain.act_words import headed
from desktop.domain.statistic_marks import CONTEXT, Marked
from desktop.domain.statistic_words import COLUMNS, NEW, cell_words, count_word, per_words, things
from desktop.map.cells import CellsShown
from desktop.operations.kept_answers import KeptAnswer
from desktop.operations.zone_requests import EARLY, LATE, ZonesOpened
from desktop.views import format as words
from desktop.views.language import tr
from desktop.views.neighbourhoods.cells_table import Cells, FigureColumn
from desktop.views.neighbourhoods.map_cards import CardLine
from desktop.views.neighbourhoods.question import COMPARE, EMERGING, GI_STAR, MORAN, RATES, form_of


def column_word(name: str) -> str:
    """What a column of an answer is called."""
    return words.language(CONTEXT).say(COLUMNS[name])


def zone_names(kept: KeptAnswer) -> tuple[str, ...]:
    """Areas by their name; cells by number and the neighbourhood in which their middle lies."""
    answer = kept.answer
    if not answer.method.get("cell_m"):
        return tuple(str(name) for name in answer.columns["name"])
    language, told = words.language(CONTEXT), []
    for number, place in zip(np.asarray(answer.columns["cell"]).tolist(), kept.names, strict=True):
        cell = cell_words(number, language)
        told.append(f"{place} · {cell}" if place else headed(cell))
    return tuple(told)


def cells_of(kept: KeptAnswer, kinds: Marked) -> Cells:
    """The table of an answer."""
    answer = kept.answer
    statistic, columns = str(answer.method["statistic"]), answer.columns
    figures, strength = _FIGURES[statistic](columns)
    titles = {EMERGING: tr("Pattern"), RATES: tr("Class"), COMPARE: tr("Against before"), MORAN: tr("Among neighbours")}
    return Cells(
        names=zone_names(kept),
        count=np.asarray(columns["count"], dtype=np.int64),
        count_word=count_word(answer.method["counts"], words.language(CONTEXT)),
        figures=figures,
        kind=kinds.of,
        words=kinds.words(),
        kind_title=titles.get(statistic, tr("Against chance")),
        rank=kinds.rank,
        strength=strength,
        kind_wide=_kind_px(statistic, kinds),
        alone=statistic == GI_STAR,
    )


def _kind_px(statistic: str, kinds: Marked) -> int:
    """How wide the column of kinds is; rates are spans of figures, which small rates make long."""
    if statistic == RATES:
        return max(104, 28 + 7 * max(map(len, kinds.words())))
    return 172 if statistic == GI_STAR else 164


def _column(columns: Any, name: str) -> np.ndarray:
    return np.asarray(columns[name], dtype=float)


def _gi_figures(columns: Any) -> tuple[tuple[FigureColumn, ...], np.ndarray]:
    z = _column(columns, "gi_z")
    made = []
    if "expected" in columns:
        made.append(FigureColumn(column_word("expected"), _column(columns, "expected"), 1))
    made += [FigureColumn("Gi*", z, wide=64), FigureColumn(column_word("p_sim"), _column(columns, "p_sim"), 3, 104)]
    if "q_fdr" in columns:
        made.append(FigureColumn(tr("q"), _column(columns, "q_fdr"), 3, 72, least=0.001))
    return tuple(made), np.abs(z)


def _moran_figures(columns: Any) -> tuple[tuple[FigureColumn, ...], np.ndarray]:
    i, q = _column(columns, "moran_i"), _column(columns, "q_fdr")
    p = FigureColumn(column_word("p_sim"), _column(columns, "p_sim"), 3, 104)
    return (FigureColumn("I", i), p, FigureColumn(tr("q"), q, 3, 72, least=0.001)), np.abs(i)


def _emerging_figures(columns: Any) -> tuple[tuple[FigureColumn, ...], np.ndarray]:
    hot, cold = _column(columns, "hot_steps"), _column(columns, "cold_steps")
    trend = FigureColumn(column_word("trend_tau"), _column(columns, "trend_tau"), 2)
    figures = (FigureColumn(column_word("hot_steps"), hot, 0), FigureColumn(column_word("cold_steps"), cold, 0), trend)
    return (*figures, FigureColumn(column_word("trend_p"), _column(columns, "trend_p"), 3, 84, least=0.001)), hot + cold


def _rate_figures(columns: Any) -> tuple[tuple[FigureColumn, ...], np.ndarray]:
    smoothed = _column(columns, "rate_smoothed")
    decimals = words.decimals_of(float(np.nanmax(smoothed, initial=0.0)), 3)
    return (
        FigureColumn(column_word("exposure"), _column(columns, "exposure"), 2),
        FigureColumn(column_word("rate_by_exposure"), _column(columns, "rate_by_exposure"), decimals),
        FigureColumn(tr("Smoothed"), smoothed, decimals, 84),
        FigureColumn(words.percent(0.95, 0), *_interval(columns, decimals)),
    ), smoothed


def _interval(columns: Any, decimals: int) -> tuple[np.ndarray, int, int, np.ndarray]:
    """The ends of smoothed rates, and how wide both are with so many decimals."""
    wide = 92 + 14 * max(0, decimals - 2)
    return _column(columns, "smoothed_low"), decimals, wide, _column(columns, "smoothed_high")


def _compare_figures(columns: Any) -> tuple[tuple[FigureColumn, ...], np.ndarray]:
    q = _column(columns, "q_fdr")
    return (
        FigureColumn(column_word("before"), _column(columns, "before"), 0),
        FigureColumn(column_word("expected"), _column(columns, "expected"), 1),
        FigureColumn(column_word("ratio"), _column(columns, "ratio"), 2, endless=words.language(CONTEXT).say(NEW)),
        FigureColumn(tr("q"), q, 3, 72, least=0.001),
    ), 1.0 - np.nan_to_num(q, nan=1.0)


_FIGURES: dict[str, Callable[[Any], tuple[tuple[FigureColumn, ...], np.ndarray]]] = {
    GI_STAR: _gi_figures,
    MORAN: _moran_figures,
    EMERGING: _emerging_figures,
    RATES: _rate_figures,
    COMPARE: _compare_figures,
}


def shown_of(kept: KeptAnswer, kinds: Marked, cells: Cells, title: str, subtitle: str, note: str) -> CellsShown:
    """An answer as the map draws it; the card of a zone under the pointer has the figures of its row."""
    columns = [[figure.told(at) for at in range(len(figure.values))] for figure in cells.figures]
    titles = [figure.title for figure in cells.figures]
    lines = [list(zip(titles, row, strict=True)) for row in zip(*columns, strict=True)]
    return CellsShown(
        kept.answer.polygons_wkb,
        kinds.of.tolist(),
        cells.count.tolist(),
        lines,
        kinds.marks,
        title,
        subtitle,
        note,
        cells.count_word,
        [title_of_zone(name) for name in cells.names],
        form_of(str(kept.answer.method["zones"])),
    )


def title_of_zone(name: str) -> str:
    """Cell 1 207, Orchard Park: the zone first, where it is after it."""
    place, parted, cell = name.rpartition(" · ")
    return f"{cell[:1].upper()}{cell[1:]}, {place}" if parted else name


def card_lines(kept: KeptAnswer, at: int) -> tuple[CardLine, ...]:
    """The card of a zone: its count opens its requests, and of a comparison the one before, too."""
    answer = kept.answer
    columns, statistic, language = answer.columns, str(answer.method["statistic"]), words.language(CONTEXT)
    count = int(columns["count"][at])
    opened = ZonesOpened((at,), LATE) if count else None
    told = [CardLine(count_word(answer.method["counts"], language), words.count(count), opened)]
    figures, _ = _FIGURES[statistic](columns)
    for figure in figures:
        value = float(figure.values[at])
        if statistic == COMPARE and figure is figures[0]:
            told.append(CardLine(figure.title, words.count(int(value)), ZonesOpened((at,), EARLY) if value else None))
            continue
        word = tr("Expected at this exposure") if statistic == GI_STAR and "exposure" in columns else figure.title
        word = word if figure.title == column_word("expected") else figure.title
        word = column_word("q_fdr") if figure.title == tr("q") else word
        told.append(CardLine(word, figure.told(at)))
    if statistic == RATES:
        told.append(CardLine(tr("Told"), per_words(answer.method["exposure"], language)))
    return tuple(told)


def marked_lines(kept: KeptAnswer, zones: Sequence[int]) -> tuple[CardLine, ...]:
    """The card of several zones."""
    answer = kept.answer
    held = int(np.asarray(answer.columns["count"])[list(zones)].sum())
    total, language = int(np.sum(answer.columns["count"])), words.language(CONTEXT)
    opened = ZonesOpened(tuple(zones), LATE) if held else None
    share = words.percent(held / max(1, total), 0)
    return (
        CardLine(count_word(answer.method["counts"], language), words.count(held), opened),
        CardLine(tr("Of all {0}").format(things(answer.method["counts"], total, language)), share),
    )
