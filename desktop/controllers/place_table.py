"""The table of neighbourhoods: counts, smoothed rates with intervals, and which differ from the rest of the city."""

from __future__ import annotations

from PySide6.QtCore import QObject

from desktop.controllers.answer_jobs import AnswerJobs
from desktop.domain.statistic_marks import CONTEXT
from desktop.domain.statistic_words import count_word, per_words, period_words, things
from desktop.operations.place_rates import PlaceRate, PlaceRates, read_place_rates
from desktop.operations.spatial_statistics import StatisticQuestion
from desktop.views import format as words
from desktop.views.language import tr
from desktop.views.neighbourhoods.cells_pane import CellsPane
from desktop.views.neighbourhoods.zones_table import ZoneRow, ZonesState, sorted_rows


class PlaceTable(QObject):
    """Asks for the rates of a question's service and period, the newest question alone."""

    def __init__(self, pane: CellsPane, jobs: AnswerJobs, parent: QObject) -> None:
        super().__init__(parent)
        self._pane, self._jobs = pane, jobs
        self.question: StatisticQuestion | None = None
        self.rates: PlaceRates | None = None

    def ask(self, question: StatisticQuestion) -> None:
        """Work out the rates, unless they are on show; zones, cells and tests of the question do not matter here."""
        wanted = StatisticQuestion(
            statistic="rates",
            service_code=question.service_code,
            first=question.first,
            last=question.last,
            count=question.count,
            exposure=question.exposure,
            exposure_by_area=question.exposure_by_area,
            exposure_file=question.exposure_file,
            exposure_field=question.exposure_field,
        )
        if wanted != self.question or self.rates is None:
            self.question = wanted
            self._start()

    def refresh(self) -> None:
        """The store changed: the same anew."""
        if self.question is not None:
            self._start()

    def _start(self) -> None:
        arguments = {"question": self.question}
        self._jobs.start("places", self.tr("Reading rates"), read_place_rates, arguments, self._told, self._failed)

    def name_of(self, key: int) -> str:
        """A neighbourhood by name."""
        rows = () if self.rates is None else self.rates.rows
        return next((row.name for row in rows if row.key == key), "")

    def _told(self, rates: PlaceRates) -> None:
        self.rates = rates
        assert self.question is not None
        first, last = (None if day is None else day.isoformat() for day in (self.question.first, self.question.last))
        self._pane.set_places(places_state(rates, period_words(first, last, words.language(CONTEXT))))

    def _failed(self, sentence: str) -> None:
        self.rates = None
        self._pane.set_places(None, sentence)


def places_state(rates: PlaceRates, period: str) -> ZonesState:
    """The table in words: of which period, and the highest rate first."""
    decimals = words.decimals_of(rates.city)
    language = words.language(CONTEXT)
    told, per = things(rates.counts, 2, language), per_words(rates.exposure, language)
    title = tr("{0} {1}, {2}; city {3} · smoothed").format(told, per, period, words.number(rates.city, decimals))
    rows = sorted_rows([zone_row(row) for row in rates.rows])
    return ZonesState(title, rows, rates.city, count_word(rates.counts, language), decimals)


def zone_row(row: PlaceRate) -> ZoneRow:
    """A neighbourhood; the verdict is by the false discovery rate over all of them."""
    said = {1: tr("above"), -1: tr("below"), 0: tr("no clear difference")}
    against = tr("no exposure") if row.smoothed is None else said[row.side]
    return ZoneRow(row.key, row.name, row.count, row.smoothed, row.low, row.high, against, row.side != 0)
