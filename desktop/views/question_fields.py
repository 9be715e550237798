"""The questions of a service as fields: what fits each is offered or checked, what is required is marked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from data.records import ServiceQuestion
from desktop.domain.questions import LONGEST, MANY, MOMENT, NUMBER, ONE, PARTED_BY, choices_of, fault_of
from desktop.views.filter_popover import CheckList
from desktop.views.fonts import prose
from desktop.views.kit import Caption, Dropdown, Field, Toggle, Words

LIST_PX, MOST_PX, LEAST_PX = 96, 210, 72


@dataclass(frozen=True, slots=True)
class AskedLine:
    """A question with the answer that all requests share already; `open` requests have none that fits."""

    question: ServiceQuestion
    answer: str = ""
    open: int = 0


@dataclass(slots=True)
class _Asked:
    line: AskedLine
    field: Field
    value: Callable[[], str]


class QuestionFields(QWidget):
    """Fields that scroll where they are many, and a switch to ask the resident later."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._asked: list[_Asked] = []
        self._requests = 0
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(Caption(self.tr("What the service asks")))
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setAccessibleName(self.tr("What the service asks"))
        column.addWidget(self._scroll, 1)
        told = self.tr("Ask the resident later what is missing here")
        self.later = Toggle(told)
        self.later.toggled.connect(self._later_chosen)
        self._later_row = QWidget()
        row = QHBoxLayout(self._later_row)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(Words(told, step="table", tone="secondary", wrap=True), 1)
        row.addWidget(self.later)
        column.addWidget(self._later_row)

    def count(self) -> int:
        """How many questions there are."""
        return len(self._asked)

    def set_state(self, asked: Sequence[AskedLine], requests: int) -> None:
        """Ask these of so many requests."""
        self._requests = requests
        self.later.setChecked(False)
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 8, 0)
        column.setSpacing(8)
        self._asked = [self._made(line) for line in asked]
        for one in self._asked:
            column.addWidget(one.field)
        column.addStretch(1)
        self._scroll.setWidget(page)
        wanted = page.sizeHint().height()
        self._scroll.setMinimumHeight(min(wanted, LEAST_PX))
        self._scroll.setMaximumHeight(min(wanted, MOST_PX))
        self._later_row.setVisible(any(line.question.required for line in asked))

    def answers(self) -> dict[str, str]:
        """What is answered here; a former answer that nobody touched is not given anew."""
        found = {one.line.question.code: one.value() for one in self._asked}
        former = {one.line.question.code: one.line.answer for one in self._asked}
        return {code: value for code, value in found.items() if value and value != former[code]}

    def asked_later(self) -> bool:
        """Whether what is required may be missing."""
        return self.later.isChecked()

    def fault(self) -> tuple[Field, str] | None:
        """The first field that does not fit or is missing, and what is wrong with it."""
        for one in self._asked:
            one.field.set_fault("")
        for one in self._asked:
            value, question = one.value(), one.line.question
            if value and (wrong := fault_of(question, value)):
                return one.field, self._wrong(question, wrong)
            if not value and question.required and one.line.open and not self.asked_later():
                return one.field, self.tr("This has to be answered, or asked later.")
        return None

    def _wrong(self, question: ServiceQuestion, fault: str) -> str:
        if question.datatype == NUMBER:
            return self.tr("Write a number.")
        if question.datatype == MOMENT:
            return self.tr("Write a day such as 2026-10-13, or with a time: 2026-10-13T08:00.")
        return self.tr("It {0}.").format(fault)

    def _later_chosen(self) -> None:
        for one in self._asked:
            one.field.set_fault("")
        self.changed.emit()

    def _made(self, line: AskedLine) -> _Asked:
        question = line.question
        text = " ".join(question.question.split())
        caption = self.tr("{0} (required)").format(text) if question.required else text
        if question.values and question.datatype == ONE:
            control, value = self._one_of(line)
        elif question.values and question.datatype == MANY:
            control, value = self._any_of(line)
        else:
            control, value = self._words(line)
        return _Asked(line, Field(caption, control), value)

    def _one_of(self, line: AskedLine) -> tuple[QWidget, Callable[[], str]]:
        choice = Dropdown(line.question.question)
        choice.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        choice.addItem(self._nothing(line), "")
        for text in line.question.values:
            choice.addItem(" ".join(text.split()), text)
        choice.setCurrentIndex(max(0, choice.findData(line.answer)))
        choice.currentIndexChanged.connect(self.changed)
        return choice, lambda: str(choice.currentData() or "")

    def _any_of(self, line: AskedLine) -> tuple[QWidget, Callable[[], str]]:
        choices = CheckList(
            [(text, text) for text in line.question.values], choices_of(line.answer), line.question.code
        )
        choices.list.setFixedHeight(LIST_PX)
        choices.changed.connect(self.changed)
        return choices, lambda: PARTED_BY.join(map(str, choices.ticked()))

    def _words(self, line: AskedLine) -> tuple[QWidget, Callable[[], str]]:
        edit = QLineEdit(line.answer)
        edit.setFont(prose("table"))
        edit.setMaxLength(LONGEST)
        hint = {NUMBER: self.tr("a number"), MOMENT: self.tr("2026-10-13, perhaps with T08:00")}
        edit.setPlaceholderText(self._nothing(line) or hint.get(line.question.datatype, ""))
        edit.textChanged.connect(self.changed)
        return edit, lambda: edit.text().strip()

    def _nothing(self, line: AskedLine) -> str:
        """What an empty field stands for where some of several requests are answered already."""
        answered = self._requests - line.open
        if line.answer or not answered > 0:
            return ""
        return self.tr("as answered; {0} of {1} are").format(answered, self._requests)
