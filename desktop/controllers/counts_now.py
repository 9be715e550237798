"""What questions count at present: the one of the form before anybody asks it, and that of the answer on show."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Signal

from desktop.controllers.answer_jobs import AnswerJobs
from desktop.controllers.answer_reads import to_statistic
from desktop.controllers.figure_words import form_words
from desktop.operations.kept_answers import question_of
from desktop.operations.spatial_statistics import StatisticAnswer
from desktop.operations.zone_requests import CountsNow, read_counts
from desktop.views.format import figured
from desktop.views.neighbourhoods.question_pane import QuestionPane

REST_MS = 250  # after the form rests, what it would count is counted


class CountsNowWatch(QObject):
    """Tells both in the pane of the question."""

    counted = Signal()  # what the form would count is told

    def __init__(self, question: QuestionPane, jobs: AnswerJobs, parent: QObject) -> None:
        super().__init__(parent)
        self._question, self._jobs = question, jobs
        self._checked: StatisticAnswer | None = None
        self._soon = QTimer(self, interval=REST_MS, singleShot=True)
        self._soon.timeout.connect(self._count)
        question.changed.connect(self.count_soon)

    def count_soon(self) -> None:
        """Once the form rests."""
        self._soon.start()

    def check(self, answer: StatisticAnswer | None) -> None:
        """Whether the question of the answer on show would count the same now."""
        self._checked = answer
        if answer is None:
            return
        method = answer.method

        def told(now: CountsNow) -> None:
            if self._checked is answer:  # else another one is on show by now
                same = (now.requests, now.counted) == (int(method["requests"]), int(method["counted"]))
                self._question.foot.set_holds(holds=same)

        asked = {"question": question_of(method, answer.columns)}
        self._jobs.start("holds", self.tr("Checking the answer"), read_counts, asked, told)

    def _count(self) -> None:
        question = self._question.question()
        asked = {"question": to_statistic(question)}

        def told(now: CountsNow) -> None:
            self._say(form_words(now, question.count))

        def refused(why: str) -> None:
            self._say(figured(why))

        self._jobs.start("form", self.tr("Counting"), read_counts, asked, told, refused)

    def _say(self, words: str) -> None:
        self._question.form.counted.setText(words)
        self.counted.emit()
