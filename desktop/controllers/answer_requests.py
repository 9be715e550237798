"""Every count of an answer opens its requests: their ids are looked up by a worker, then shown in Operations."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QObject, Signal

from desktop.controllers.answer_jobs import AnswerJobs
from desktop.domain.request_filter import ALL, RequestFilter
from desktop.operations.kept_answers import question_of
from desktop.operations.spatial_statistics import StatisticAnswer, StatisticQuestion
from desktop.operations.zone_requests import BOTH, ZonesOpened, read_zone_requests


class AnswerRequests(QObject):
    """Looks up one figure at a time, the one that was opened last."""

    wanted = Signal(object)  # RequestFilter
    none_left = Signal(str)

    def __init__(self, jobs: AnswerJobs, parent: QObject) -> None:
        super().__init__(parent)
        self._jobs = jobs

    def open(self, answer: StatisticAnswer, opened: ZonesOpened, about: str) -> None:
        """Open a figure of an answer."""
        if answer.method["statistic"] != "compare":
            opened = replace(opened, period=BOTH)
        self._look_up(question_of(answer.method, answer.columns), opened, about)

    def open_place(self, question: StatisticQuestion, key: int, about: str) -> None:
        """Open the count of a neighbourhood."""
        self._look_up(question, ZonesOpened(place=key), about)

    def _look_up(self, question: StatisticQuestion, opened: ZonesOpened, about: str) -> None:
        def show(ids: tuple[int, ...]) -> None:
            if ids:
                self.wanted.emit(RequestFilter(line=ALL, request_ids=ids, about=about))
            else:
                self.none_left.emit(self.tr("Its requests are elsewhere by now. Ask again for an answer that holds."))

        arguments = {"question": question, "opened": opened}
        title = self.tr("Looking up requests")
        self._jobs.start("requests", title, read_zone_requests, arguments, show, self.none_left.emit)
