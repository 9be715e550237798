"""The left pane of Neighbourhoods: the question, and what came of it."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.views import format as words
from desktop.views.kit import Button, IconButton, Link, PaneHeader, Rule, ScrollPage, Words, enable_keeping_focus
from desktop.views.neighbourhoods.answer_part import AnswerFoot, AnswerPart
from desktop.views.neighbourhoods.question import Question, of_mode
from desktop.views.neighbourhoods.question_form import QuestionForm
from desktop.views.neighbourhoods.state import AnswerState, EmptyState


class QuestionPane(QWidget):
    """Asks when the button is pressed, never by itself; an answer stays until the next, and says which it answers."""

    asked = Signal(object)  # Question
    changed = Signal()  # what stands in the form
    taken_back = Signal()  # the question of the answer on show is wanted in the form

    def __init__(self, form: QuestionForm | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("surface", "sunken")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName(self.tr("Question"))
        self._answered: Question | None = None
        self._asking = False
        self._acts = ("", "")
        self.form = form or QuestionForm()
        self.ask = Button("", kind="primary", icon="hexagons")
        self.ask.clicked.connect(self.send)
        self.differs = Words("", step="caption", tone="warning", weight=450, wrap=True)
        self.fault = Words("", step="caption", tone="danger", weight=450, wrap=True)
        self.take_back = Link(self.tr("Put its question into the form"), step="caption", weight=450)
        self.take_back.clicked.connect(self.taken_back)
        for told in (self.differs, self.fault, self.take_back):
            told.hide()
        self.kept = IconButton("bookmark", self.tr("Kept questions"))
        self.answer, self.foot = AnswerPart(), AnswerFoot()
        self._layout()
        self.form.changed.connect(self._compare)
        self.form.changed.connect(self.changed)

    def _layout(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        header = PaneHeader(self.tr("Question"))
        header.add(self.kept)
        column.addWidget(header)
        self._area = area = ScrollPage()
        column.addWidget(area, 1)
        column.addWidget(self.foot)
        inner = QVBoxLayout(area.page)
        inner.setContentsMargins(12, 12, 8, 12)
        inner.setSpacing(10)
        inner.addWidget(self.form)
        inner.addWidget(self.ask)
        inner.addWidget(self.fault)
        inner.addWidget(self.differs)
        inner.addWidget(self.take_back, 0, Qt.AlignmentFlag.AlignLeft)
        inner.addWidget(Rule())
        inner.addWidget(self.answer)
        inner.addStretch(1)

    def question(self) -> Question:
        """What stands in the form."""
        return self.form.question()

    def set_mode(self, mode: str, act: str, acting: str) -> None:
        """Ask for this statistic; the act is called so, and so while it runs."""
        self._acts = (act, acting)
        self.form.set_question(of_mode(self.form.question(), mode))
        self._say_act()

    def set_asking(self, *, asking: bool) -> None:
        """While an answer is worked out, no second one is asked for."""
        self._asking = asking
        self._say_act()

    def _say_act(self) -> None:
        enable_keeping_focus(self.ask, self, enabled=not self._asking)
        self.ask.setText(self._acts[self._asking])
        self.ask.setAccessibleName(self._acts[self._asking])

    def set_answer(self, state: AnswerState | None) -> None:
        """Show what came of a question, and whether it is the one in the form; None where nobody asked yet."""
        self._answered = None if state is None else state.question
        self.answer.set_state(state)
        self.foot.set_answer("" if state is None else state.computed)
        self._compare()

    def set_empty(self, state: EmptyState) -> None:
        """Nobody asked for this statistic yet: what it would tell."""
        self.set_answer(None)
        self.answer.set_empty(state)

    def set_fault(self, sentence: str) -> None:
        """Why the last question has no answer and what to do; the answer before stays, as one to another question."""
        self.fault.setText(words.figured(sentence))
        self.fault.setVisible(bool(sentence))
        self._compare()
        if sentence:
            QTimer.singleShot(0, self, self._show_fault)  # once it has its place: a low window ends above it

    def _show_fault(self) -> None:
        if self._area.widget() is not None:  # on show
            self._area.ensureWidgetVisible(self.fault)

    def answers_form(self) -> bool:
        """Whether the answer on show is to what stands in the form."""
        return self._answered is not None and self.question().asks_the_same(self._answered)

    def send(self) -> None:
        """Ask what stands in the form."""
        question = self.question()
        if question.lacks_file():
            told = self.tr("The exposure is from {0}, which is not at hand; choose that file again.")
            self.set_fault(told.format(question.exposure_file))
            return
        self.set_fault("")
        self.asked.emit(question)

    def _compare(self) -> None:
        other = self._answered is not None and not self.answers_form()
        told = self.tr("The answer below is to another question. “{0}” answers this one.")
        self.differs.setText(told.format(self._acts[0]))
        self.differs.setVisible(other)
        self.take_back.setVisible(other)
