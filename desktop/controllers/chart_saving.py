"""Charts of Neighbourhoods into files: asked where, drawn as in the report, with method, date and source on them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QObject, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from desktop.controllers.acts import with_ending
from desktop.controllers.figure_words import drawn_times
from desktop.controllers.file_names import file_stem
from desktop.controllers.session import Session
from desktop.domain.demand_records import Demand
from desktop.domain.demand_words import CONTEXT as DEMAND
from desktop.domain.demand_words import model_words
from desktop.domain.figure_records import Asked
from desktop.domain.service_figures import Count, People
from desktop.operations.place_figures import CITY, PlaceFigures, PlaceTimes
from desktop.reports.chart_files import Rows, write_chart
from desktop.reports.chart_svg import waiting_chart, weeks_chart
from desktop.reports.report_blocks import Chart
from desktop.views import format as words

CURVE_DAYS, PAST_WEEKS = 90, 78
KINDS = "PNG (*.png);;SVG (*.svg);;PDF (*.pdf);;CSV (*.csv)"


class ChartSaving(QObject):
    """Saves the chart that somebody asks for; what is on show is asked of the one who shows it."""

    saved = Signal(str)  # the file's name

    def __init__(self, session: Session, window: QWidget, parent: QObject) -> None:
        super().__init__(parent)
        self._session, self._window = session, window

    def save_close(self, found: PlaceFigures) -> None:
        """Time to close, of the place and the city."""
        path = self._ask(_stem(self.tr("time to close"), found.asked))
        if path is not None:
            self.write_close(path, found)

    def save_ahead(self, demand: Demand, asked: Asked) -> None:
        """The weeks that were, and those expected."""
        path = self._ask(_stem(self.tr("expected weeks"), asked))
        if path is not None:
            self.write_ahead(path, demand, asked)

    def write_close(self, path: Path, found: PlaceFigures) -> None:
        """Into this file."""
        shown = drawn_times([times for times in (found.here, found.city) if times is not None])
        title = self.tr("Time to close: {0}").format(" · ".join(_name(times, found.asked) for times in shown))
        chart = waiting_chart(
            [(_name(times, found.asked), times.curve) for times in shown],
            CURVE_DAYS,
            lambda share: words.percent(share, 0),
            self.tr("Share of requests still open by days since they were opened"),
            "",
            self.tr("days since opened"),
        )
        method = self.tr("Share still open with its 95 % band; open requests are followed until {0} (Kaplan-Meier).")
        self._write(
            path, chart, title, [method.format(found.asked.as_of), *self._source(found.asked)], _curve_rows(shown)
        )

    def write_ahead(self, path: Path, demand: Demand, asked: Asked) -> None:
        """Into this file."""
        chart = weeks_chart(
            demand,
            PAST_WEEKS,
            lambda value: words.count(round(value)),
            words.language().day,
            self.tr("Requests a week, past and expected"),
            "",
            self.tr("last whole week"),
        )
        title = self.tr("Expected requests a week: {0}").format(demand.name)
        method = self.tr("Expected with 80 and 95 % intervals by the model “{0}”.").format(
            model_words(demand.model, words.language(DEMAND))
        )
        self._write(path, chart, title, [method, *self._source(asked)], _week_rows(demand))

    def _ask(self, name: str) -> Path | None:
        chosen, kind = QFileDialog.getSaveFileName(self._window, self.tr("Save this chart"), f"{name}.png", KINDS)
        return with_ending(Path(chosen), kind, KINDS) if chosen else None

    def _source(self, asked: Asked) -> list[str]:
        services = ", ".join(asked.services) or self.tr("all services")
        about = self.tr("{0}; opened {1} to {2}; {3}; {4}.").format(
            services, asked.first.isoformat(), asked.last.isoformat(), self._people(asked), self._count(asked)
        )
        made = self._session.clock.now().isoformat(timespec="minutes")
        source = self.tr("Source: {0}, {1} requests in the store. Made {2} with Opsmap.")
        return [about, source.format(asked.city, words.count(asked.requests), made)]

    def _people(self, asked: Asked) -> str:
        return {
            People.ALL: self.tr("residents’ reports and staff’s work orders"),
            People.RESIDENTS: self.tr("residents’ reports alone"),
            People.STAFF: self.tr("staff’s work orders alone"),
        }[People(asked.people)]

    def _count(self, asked: Asked) -> str:
        each_once = asked.count == Count.INCIDENTS
        return self.tr("each incident once") if each_once else self.tr("each request counts")

    def _write(self, path: Path, chart: Chart, title: str, method: Sequence[str], rows: Rows) -> None:
        self._session.runner.run_read(
            write_chart, path, chart, title, method, rows, on_result=lambda _: self.saved.emit(path.name)
        )


def _stem(what: str, asked: Asked) -> str:
    return file_stem(what, " ".join(asked.services), asked.first, asked.last)


def _name(times: PlaceTimes, asked: Asked) -> str:
    return asked.city if times.key == CITY else times.name


def _curve_rows(shown: Sequence[PlaceTimes]) -> Rows:
    tr = QCoreApplication.translate
    head = [tr("ChartSaving", word) for word in ("place", "days", "share still open", "low", "high")]
    rows = [
        (times.name, *(round(float(value), 5) for value in point))
        for times in shown
        for point in zip(times.curve.days, times.curve.share, times.curve.low, times.curve.high, strict=True)
    ]
    return [head, *rows]


def _week_rows(demand: Demand) -> Rows:
    head = ["week from", "requests", "middle", "low 80", "high 80", "low 95", "high 95"]
    past = [(week.first.isoformat(), week.requests, "", "", "", "", "") for week in demand.weeks]
    ahead = [(week.first.isoformat(), "", *(round(getattr(week, name), 2) for name in _ENDS)) for week in demand.ahead]
    return [head, *past, *ahead]


_ENDS = ("middle", "low_80", "high_80", "low_95", "high_95")
