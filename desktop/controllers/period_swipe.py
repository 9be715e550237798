"""Two periods beside each other on the map: Gi* of the earlier left of a line, of the later one right of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from PySide6.QtCore import QObject

from desktop.controllers.answer_jobs import AnswerJobs
from desktop.controllers.answer_requests import AnswerRequests
from desktop.controllers.answer_tables import card_lines, title_of_zone
from desktop.domain.statistic_marks import CONTEXT, marked
from desktop.domain.statistic_words import count_word, period_words
from desktop.map.cells import CellsShown, ToldCells, told_later
from desktop.operations.kept_answers import KeptAnswer, question_of
from desktop.operations.spatial_statistics import StatisticAnswer, StatisticQuestion
from desktop.operations.unkept_answers import read_unkept
from desktop.operations.zone_requests import EARLY, LATE, ZonesOpened
from desktop.views import format as words
from desktop.views.language import language
from desktop.views.neighbourhoods.map_cards import ZoneCard
from desktop.views.neighbourhoods.question import GI_STAR, form_of

SIDES = ("earlier", "later")
PERIODS = {"earlier": EARLY, "later": LATE}
NO_ZONE = -1


class PeriodSwipe(QObject):
    """Asks Gi* of both periods once somebody wants to see them; `failed` says why they cannot be told."""

    def __init__(
        self,
        map_view: Any,
        card: ZoneCard,
        requests: AnswerRequests,
        jobs: AnswerJobs,
        failed: Callable[[str], None],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._map, self._card, self._requests, self._jobs, self._failed = map_view, card, requests, jobs, failed
        self._names: Sequence[str] = ()
        self._found: dict[str, StatisticAnswer] = {}
        self._method: dict[str, Any] = {}
        self._heading = ""
        self.on_show = False
        map_view.cell_clicked.connect(lambda zone: self.choose("earlier", zone))
        map_view.later_cell_clicked.connect(lambda zone: self.choose("later", zone))
        card.opened.connect(self._open)
        for leaves in (card.closed, map_view.escaped):
            leaves.connect(lambda: self.choose("", NO_ZONE))

    def show(self, answer: StatisticAnswer, heading: str, names: Sequence[str] = ()) -> None:
        """Put the periods of a comparison beside each other; `names` are those of its zones."""
        self.on_show = True
        self._heading, self._names = heading, names
        if dict(answer.method) == self._method and len(self._found) == len(SIDES):
            self._draw()
            return
        self._method, self._found = dict(answer.method), {}
        for side, question in zip(SIDES, both_questions(question_of(answer.method, answer.columns)), strict=True):
            told = self._told_of(side)
            title = self.tr("Reading two periods")
            self._jobs.start(side, title, read_unkept, {"question": question}, told, self._refused)

    def hide(self) -> None:
        """Take the line away."""
        if self.on_show:
            self.choose("", NO_ZONE)
        self.on_show = False
        for side in SIDES:
            self._jobs.stop(side)
        self._map.cells.show_later(None)

    def choose(self, side: str, zone: int) -> None:
        """A zone of one side: its card says of which period it is, and its count opens that period's requests."""
        if not self.on_show or len(self._found) < len(SIDES):
            return
        if not side or not 0 <= zone < len(self._found[side].polygons_wkb):
            self._map.cells.choose(NO_ZONE)
            self._card.set_lines("", "", ())
            return
        found = self._found[side]
        kept = KeptAnswer(found, (), (), np.zeros((0, 2)), {})
        lines = [
            line if line.opens is None else replace(line, opens=ZonesOpened((zone,), PERIODS[side]))
            for line in card_lines(kept, zone)
        ]
        kinds = marked(GI_STAR, found.columns, language(CONTEXT))
        told = f"{self._period(side)} · {kinds.words()[kinds.of[zone]]}"
        self._map.cells.choose(zone)
        self._card.set_lines(self._name(zone), told, lines)

    def _open(self, opened: ZonesOpened) -> None:
        """A figure of the card: its requests are those of the answer of its side."""
        if self.on_show:
            side = next(side for side, period in PERIODS.items() if period == opened.period)
            self._requests.open(self._found[side], opened, self._period(side))

    def _period(self, side: str) -> str:
        method = self._found[side].method
        return period_words(method.get("from"), method.get("to"), language(CONTEXT))

    def _name(self, zone: int) -> str:
        same = len(self._names) == len(self._found["later"].polygons_wkb)
        return title_of_zone(self._names[zone]) if same else self.tr("Cell {0}").format(words.count(zone))

    def _refused(self, sentence: str) -> None:
        self._method = {}
        self.hide()
        self._failed(sentence)

    def _told_of(self, side: str) -> Callable[[StatisticAnswer], None]:
        def told(found: StatisticAnswer) -> None:
            self._found[side] = found
            if self.on_show and len(self._found) == len(SIDES):
                self._draw()

        return told

    def _draw(self) -> None:
        earlier, later = (self._cells(self._found[side]) for side in SIDES)
        titles, method = (self._period("earlier"), self._period("later")), self._method

        def told(sides: tuple[ToldCells, ToldCells]) -> None:
            if self.on_show and self._method is method:
                self._map.cells.show_told(sides[0])
                self._map.cells.show_later_told(sides[1])

        self._jobs.write_down(_both_told, earlier, later, titles, told=told)

    def _cells(self, found: StatisticAnswer) -> CellsShown:
        kinds = marked(GI_STAR, found.columns, language(CONTEXT))
        counts = [int(count) for count in found.columns["count"]]
        return CellsShown(
            found.polygons_wkb,
            kinds.of.tolist(),
            counts,
            None,
            kinds.marks,
            self._heading,
            self.tr("Gi*, left the earlier period, right the later one"),
            names=[self._name(zone) for zone in range(len(counts))],
            value_word=count_word(self._method["counts"], language(CONTEXT)),
            form=form_of(str(self._method["zones"])),
        )


def _both_told(earlier: CellsShown, later: CellsShown, titles: tuple[str, str]) -> tuple[ToldCells, ToldCells]:
    return ToldCells(earlier.told()), told_later(later, titles)


def both_questions(asked: StatisticQuestion) -> tuple[StatisticQuestion, StatisticQuestion]:
    """Gi* of the earlier and of the later period of a comparison, in cells of its width."""
    late = replace(asked, statistic="gi_star", exposure=None, before_first=None, before_last=None)
    return replace(late, first=asked.before_first, last=asked.before_last), late
