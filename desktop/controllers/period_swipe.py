"""Two periods beside each other on the map: Gi* of the earlier left of a line, of the later one right of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QObject

from desktop.controllers.answer_jobs import AnswerJobs
from desktop.domain.statistic_marks import CONTEXT, marked
from desktop.domain.statistic_words import count_word, period_words
from desktop.map.cells import CellsShown
from desktop.operations.kept_answers import question_of
from desktop.operations.spatial_statistics import StatisticAnswer, StatisticQuestion
from desktop.operations.unkept_answers import read_unkept
from desktop.views.language import language
from desktop.views.neighbourhoods.question import GI_STAR

SIDES = ("earlier", "later")


class PeriodSwipe(QObject):
    """Asks Gi* of both periods once somebody wants to see them; `failed` says why they cannot be told."""

    def __init__(self, map_view: Any, jobs: AnswerJobs, failed: Callable[[str], None], parent: QObject) -> None:
        super().__init__(parent)
        self._map, self._jobs, self._failed = map_view, jobs, failed
        self._found: dict[str, StatisticAnswer] = {}
        self._method: dict[str, Any] = {}
        self._heading = ""
        self.on_show = False

    def show(self, answer: StatisticAnswer, heading: str) -> None:
        """Put the periods of a comparison beside each other."""
        self.on_show = True
        self._heading = heading
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
        self.on_show = False
        for side in SIDES:
            self._jobs.stop(side)
        self._map.cells.show_later(None)

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
        told = self._method
        spans = ((told["before_from"], told["before_to"]), (told["from"], told["to"]))
        before, after = (period_words(*span, language(CONTEXT)) for span in spans)
        self._map.cells.show(earlier)
        self._map.cells.show_later(later, (before, after))

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
            value_word=count_word(self._method["counts"], language(CONTEXT)),
        )


def both_questions(asked: StatisticQuestion) -> tuple[StatisticQuestion, StatisticQuestion]:
    """Gi* of the earlier and of the later period of a comparison, in cells of its width."""
    late = replace(asked, statistic="gi_star", exposure=None, before_first=None, before_last=None)
    return replace(late, first=asked.before_first, last=asked.before_last), late
