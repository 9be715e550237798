"""The right pane of Assignment: where a request goes, and what each rule said when it was asked."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from desktop.views.assignment.state import ExplainState, StepLine
from desktop.views.kit import Caption, Centred, Glyph, Link, Rule, SearchField, StateCard, Words
from desktop.views.kit.focus import INSIDE

MARKS = {"took": "circle-check", "no": "minus", "stops": "circle-alert", "not asked": "dash"}
INKS = {"took": "accent.text", "no": "text.tertiary", "stops": "danger.text", "not asked": "text.tertiary"}
SERVICE_ONLY = "The service does not fit."


class ExplainPane(QWidget):
    """Explains one request. `number_asked` carries what was typed, `opened` the request whose page is wanted."""

    number_asked = Signal(str)
    opened = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("surface", "pane")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName(self.tr("Explain"))
        self._state: ExplainState | None = None
        self._all = False
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self.search = SearchField(self.tr("Number of a request"))
        self.search.edit.returnPressed.connect(lambda: self.number_asked.emit(self.search.edit.text().strip()))
        row = QHBoxLayout()
        row.setContentsMargins(12, 8, 12, 4)
        row.addWidget(self.search)
        column.addLayout(row)
        self.refusal = Words("", step="caption", tone="danger", weight=450, wrap=True)
        self.refusal.setContentsMargins(12, 0, 12, 4)
        self.refusal.hide()
        column.addWidget(self.refusal)
        self._body = QScrollArea()
        self._body.setProperty(INSIDE, True)
        self._body.setWidgetResizable(True)
        self._body.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._body.setAccessibleName(self.tr("Why it goes there"))
        column.addWidget(self._body, 1)
        self.set_state(None)

    def set_refusal(self, sentence: str) -> None:
        """Why what was asked cannot be explained; empty when it can."""
        self.refusal.setText(sentence)
        self.refusal.setVisible(bool(sentence))

    def set_state(self, state: ExplainState | None) -> None:
        """Explain a request; None: nothing was asked yet."""
        if state is None or self._state is None or state.about != self._state.about:
            self._all = False
        self._state = state
        if state is None:
            card = StateCard(
                self.tr("Nothing asked yet"),
                self.tr("Click the map, choose a request that would move, or write a number above."),
                icon="circle-question-mark",
            )
            self._body.setWidget(Centred(card))
            return
        self.set_refusal("")
        self._body.setWidget(self._page(state))

    def _page(self, state: ExplainState) -> QWidget:
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(12, 4, 12, 12)
        column.setSpacing(2)
        head = QHBoxLayout()
        if state.request_id is None:
            head.addWidget(Words(state.about, step="caption", tone="tertiary", weight=450, wrap=True), 1)
        else:
            link = Link(state.about, step="caption")
            link.clicked.connect(lambda: self.opened.emit(state.request_id))
            head.addWidget(link)
            head.addStretch(1)
        column.addLayout(head)
        column.addWidget(Words(self.tr("goes to"), step="caption", tone="tertiary", weight=450))
        column.addWidget(Words(state.goes_to or self.tr("nobody"), step="title", wrap=True))
        for said in (state.promise, state.reason, state.nearest):
            if said:
                column.addWidget(Words(said, step="table", tone="secondary", wrap=True))
        if state.differs:
            column.addWidget(Words(state.differs, step="table", tone="warning", wrap=True))
        column.addSpacing(6)
        column.addWidget(Rule())
        column.addSpacing(6)
        if state.steps:
            column.addWidget(Caption(self.tr("Rules asked, in order")))
        for part in self._steps(state.steps):
            column.addWidget(part)
        column.addStretch(1)
        return page

    def _steps(self, steps: tuple[StepLine, ...]) -> list[QWidget]:
        """The rules; a run of those for another service folds into one line."""
        parts: list[QWidget] = []
        run: list[StepLine] = []
        for step in [*steps, None]:
            if step is not None and step.state == "no" and step.sentence.endswith(SERVICE_ONLY) and not self._all:
                run.append(step)
                continue
            if run:
                parts.append(self._folded(run))
                run = []
            if step is not None:
                parts.append(self._step(step))
        return parts

    def _folded(self, run: list[StepLine]) -> QWidget:
        if len(run) == 1:
            return self._step(run[0])
        line = QWidget()
        row = QHBoxLayout(line)
        row.setContentsMargins(0, 2, 0, 2)
        told = self.tr("{0} to {1}: service does not fit").format(run[0].number, run[-1].number)
        row.addWidget(Words(told, step="caption", tone="tertiary", weight=450))
        link = Link(self.tr("show"), step="caption")
        link.clicked.connect(self._show_all)
        row.addWidget(link)
        row.addStretch(1)
        return line

    def _show_all(self) -> None:
        self._all = True
        self.set_state(self._state)

    def _step(self, step: StepLine) -> QWidget:
        line = QWidget()
        if step.state == "took":
            line.setProperty("surface", "chosen")
            line.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        row = QHBoxLayout(line)
        row.setContentsMargins(4, 4, 4, 4)
        row.setSpacing(8)
        row.addWidget(Glyph(MARKS[step.state], side=16, colour=INKS[step.state]), 0, Qt.AlignmentFlag.AlignTop)
        said = QVBoxLayout()
        said.setSpacing(0)
        muted, title = step.state == "not asked", f"{step.number} {step.name}"
        said.addWidget(Words(title, step="table", weight=600, tone="secondary" if muted else "primary", wrap=True))
        sentence = self.tr("Not asked. {0}").format(step.sentence) if muted else step.sentence
        said.addWidget(Words(sentence, step="caption", tone="secondary", weight=450, wrap=True))
        row.addLayout(said, 1)
        return line
