"""The service figures as a file: a table for spreadsheets, or the periodic report as a page or on paper."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from data.errors import RefusedInput
from data.unit_of_work import ReadUnit
from desktop.domain.demand_words import CONTEXT as DEMAND
from desktop.domain.language import ENGLISH, Language
from desktop.domain.plain_text import amount
from desktop.domain.service_figures import People, TimeName
from desktop.domain.statistic_marks import CONTEXT as STATISTICS
from desktop.domain.statistic_words import source_words
from desktop.operations.changes import Changes
from desktop.operations.demand import DemandQuestion, expected_demand
from desktop.operations.export_statistic import figure_of
from desktop.operations.figure_groups import By, layer_of
from desktop.operations.kept_answers import sources_of
from desktop.operations.outputs import check_output
from desktop.operations.painting import Painter, paint
from desktop.operations.service_figures import FigureQuestion, FigureSet, service_figures
from desktop.operations.spatial_statistics import StatisticQuestion, work_out
from desktop.operations.translating import user_language
from desktop.operations.work import Work

if TYPE_CHECKING:
    from desktop.domain.demand_records import DemandSet
    from desktop.reports.report_telling import ConcentrationMap, ReportContent, Shape

ENDINGS = (".csv", ".html", ".pdf")
PAGES = Painter("desktop.reports.figure_pdf", "Printing the report", "parts", "report a shorter period")
MAP_DETAIL = 700  # steps across the map, beyond which a border is not bent
MOST_SERVICES = 15  # whose weeks ahead are told
SPANS = (By.MONTH, By.WEEK)


@dataclass(frozen=True, slots=True)
class ReportQuestion:
    """What a report is about: figures, and how many weeks ahead are foretold (0: none)."""

    figures: FigureQuestion
    ahead: int = 8


def check_report(work: Work, path: Path) -> None:
    """RefusedInput for a file that cannot be written or whose ending says nothing."""
    if path.suffix.lower() not in ENDINGS:
        raise RefusedInput(f"{path.name} does not tell its kind; end it with one of {', '.join(ENDINGS)}.")
    check_output(work.store, path)


def write_report(work: Work, question: ReportQuestion, path: Path) -> Changes:
    """Work the figures out and write them, whole or not at all. RefusedInput as service_figures says it.

    Nothing is kept in the store: a report changes nothing.
    """
    check_report(work, path)
    found = service_figures(work, question.figures)
    _check_counted(found)
    ending = path.suffix.lower()
    if ending == ".csv":
        _write_csv(work, found, path)
    else:
        _write_report(work, question, found, path, ending)
    counts = report_counts(found) | {"file": str(path)}
    counted = f"{amount(counts['requests'])} in {amount(counts['groups'], 'group')}"
    words = f"{counted}, {counts['open']:,} open: {path}."
    return Changes(None, work.actor, "report", counts=counts, sentence=words)


def _check_counted(found: FigureSet) -> None:
    """RefusedInput where there is nothing to tell of."""
    city, asked = found.city, found.asked
    if len(city.counted) or len(city.backlog.open):
        return
    period = f"from {asked.first} to {asked.last}"
    if not len(city.opened):
        raise RefusedInput(f"No request was opened {period}; name another period.")
    left = ", ".join(f"{len(ids):,} {reason}" for reason, ids in city.left_out.items())
    raise RefusedInput(f"Nothing that was opened {period} counts; left out are {left}. Name another period or people.")


def report_counts(found: FigureSet) -> dict[str, Any]:
    """What figures are of, in numbers."""
    city, asked = found.city, found.asked
    return {
        "by": asked.by,
        "from": asked.first.isoformat(),
        "to": asked.last.isoformat(),
        "as_of": asked.as_of,
        "requests": len(city.opened),
        "counted": len(city.counted),
        "groups": len(found.rows),
        "open": len(city.backlog.open),
        "median_days": city.times[TimeName.CLOSE].median_days.value,
    }


def service_codes(unit: ReadUnit) -> dict[int, str]:
    """Codes of the services by id."""
    return {int(one.id): one.service_code for one in unit.services.all()}


def _write_csv(work: Work, found: FigureSet, path: Path) -> None:
    from desktop.reports.figure_csv import Made, write_figures

    with work.store.read() as unit:
        codes = service_codes(unit) if found.asked.by == By.SERVICE else {}
        made = Made("; ".join(sources_of(unit)), work.clock.now().isoformat(timespec="seconds"))
    write_figures(path, found.asked, found.city, found.rows, codes, made)


def _write_report(work: Work, question: ReportQuestion, found: FigureSet, path: Path, ending: str) -> None:
    from desktop.reports.figure_report import figure_report
    from desktop.reports.figure_words import CONTEXT
    from desktop.reports.report_page import write_report_page

    language = user_language(CONTEXT, STATISTICS, DEMAND)
    report = figure_report(report_content(work, question, found, language), language)
    if ending == ".html":
        write_report_page(path, report)
    else:
        paint(work, PAGES, {"report": report.to_json()}, path)


def report_content(
    work: Work, question: ReportQuestion, found: FigureSet, language: Language = ENGLISH
) -> ReportContent:
    """Everything that a report tells beside the figures it is by: who reported, months, weeks ahead.

    What it tells in words already, the drawing of its map and the names of its sources, is in the language.
    """
    from desktop.reports.report_telling import ReportContent

    asked = question.figures
    residents, staff = _by_people(work, asked, found)
    months: Sequence[Any] = ()
    if asked.by not in SPANS:
        months = service_figures(work, replace(asked, by=By.MONTH)).rows
    now = work.clock.now()
    with work.store.read() as unit:
        source = source_words(sources_of(unit), language)
    return ReportContent(
        asked=found.asked,
        city=found.city,
        curve=found.curve(TimeName.CLOSE),
        groups=found.rows,
        residents=residents.city if residents else None,
        staff=staff.city if staff else None,
        resident_curve=residents.curve(TimeName.CLOSE) if residents else None,
        staff_curve=staff.curve(TimeName.CLOSE) if staff else None,
        months=months,
        demand=_demand(work, question, now.date()),
        source=source,
        made_at=now,
        limits=chance_limits,
        shapes=_shapes(work, found),
        where=_where(work, question.figures, found, language),
    )


def _where(work: Work, question: FigureQuestion, found: FigureSet, language: Language) -> ConcentrationMap:
    """Gi* of the period's requests in cells; a sentence where the store or the question does not carry it."""
    from desktop.reports.report_telling import ConcentrationMap
    from desktop.reports.statistic_svg import drawing_of
    from geo.errors import GeoError

    if len(question.services) > 1:
        return ConcentrationMap(None, why_not="it is of one service or of all, and this report is of several.")
    asked = StatisticQuestion(
        service_code=next(iter(question.services), None),
        first=found.asked.first,
        last=found.asked.last,
        count=str(question.count),
    )
    try:
        answer = work_out(work, asked)
    except (RefusedInput, GeoError) as reason:
        return ConcentrationMap(None, why_not=str(reason))
    with work.store.read() as unit:
        drawing = drawing_of(figure_of(unit, answer, language))
    return ConcentrationMap(drawing, int(answer.method["requests"]))


def chance_limits(share: float, of: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Within what shares lie by chance alone."""
    from geo.proportions import funnel_limits

    return funnel_limits(share, of)


def _shapes(work: Work, found: FigureSet) -> Sequence[Shape]:
    """The areas that groups are, as they are drawn: degrees with their lengths made alike in the middle of the city."""
    if found.asked.by != By.NEIGHBOURHOOD:
        return ()
    import shapely

    from desktop.reports.report_telling import Shape

    with work.store.read() as unit:
        areas = [area for area in layer_of(unit, found.asked.layer)[1] if int(area.id) in found.groups.keys]
    outlines = shapely.from_wkb([area.geometry_wkb for area in areas])
    west, south, east, north = shapely.total_bounds(outlines)
    outlines = shapely.simplify(outlines, max(east - west, north - south) / MAP_DETAIL)
    width = float(np.cos(np.radians((south + north) / 2)))

    def rings(outline: Any) -> tuple[tuple[tuple[float, float], ...], ...]:
        parts = shapely.get_rings(shapely.get_parts(outline))
        return tuple(tuple((x * width, y) for x, y in shapely.get_coordinates(part).tolist()) for part in parts)

    drawn = (Shape(int(area.id), area.name, rings(one)) for area, one in zip(areas, outlines, strict=True))
    return tuple(shape for shape in drawn if shape.rings)


def _by_people(work: Work, asked: FigureQuestion, found: FigureSet) -> tuple[FigureSet | None, FigureSet | None]:
    """Residents' and staff's figures, where both entered some and nobody asked for one of them."""
    by_staff = len(found.city.staff)
    if asked.people is not People.ALL or not by_staff or by_staff == len(found.city.opened):
        return None, None
    one, other = (
        service_figures(work, replace(asked, by=By.SERVICE, people=people))
        for people in (People.RESIDENTS, People.STAFF)
    )
    return one, other


def _demand(work: Work, question: ReportQuestion, today: date) -> DemandSet | None:
    if not question.ahead:
        return None
    asked = question.figures
    until = asked.as_of if asked.as_of is not None and asked.as_of < today else None
    wanted = DemandQuestion(asked.services, question.ahead, asked.people, MOST_SERVICES, until)
    return expected_demand(work, wanted)
