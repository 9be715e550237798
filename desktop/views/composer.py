"""The foot of the detail: an answer to the resident or a note among staff, with templates, and who reads it."""

from __future__ import annotations

from dataclasses import dataclass, field

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from data.records import AnswerTemplate
from desktop.domain.answers import Facts
from desktop.views import format as words
from desktop.views.answer_edit import AnswerEdit, TemplateChoice
from desktop.views.kit import Button, Caption, ElidedWords, Rule, SegmentedChoice, Words

ANSWER, INTERNAL = "answer", "internal"


@dataclass(frozen=True, slots=True)
class ComposerState:
    """Whom an answer about a request reaches, and what it can be made of."""

    request_id: int
    facts: Facts = field(default_factory=Facts)
    templates: tuple[AnswerTemplate, ...] = ()
    reached: int = 0  # reporters whose source takes messages
    unreached: int = 0
    answerable: bool = True  # an archived request takes notes only


class Composer(QWidget):
    """Keeps what was begun for each request until it is sent; `sent` tells kind and words."""

    sent = Signal(str, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state: ComposerState | None = None
        self._drafts: dict[int, tuple[str, str]] = {}  # what was begun: kind and words
        self._faults: dict[int, str] = {}  # why what was written last was not sent
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(Rule())
        inside = QVBoxLayout()
        inside.setContentsMargins(12, 8, 12, 10)
        inside.setSpacing(6)
        column.addLayout(inside)
        inside.addLayout(self._head())
        self.edit = AnswerEdit(self.tr("Answer"))
        self.edit.setPlaceholderText(self.tr("What the resident reads"))
        self.edit.sent.connect(self.send)
        self.edit.textChanged.connect(self._show)
        inside.addWidget(self.edit)
        self.fault = Words("", step="caption", tone="danger", weight=450, wrap=True)
        self.fault.hide()
        inside.addWidget(self.fault)
        foot = QHBoxLayout()
        foot.setSpacing(8)
        self.reach = ElidedWords("", step="caption", tone="tertiary", weight=450)
        foot.addWidget(self.reach, 1)
        self.button = Button(self.tr("Send answer"), kind="primary", keys="Ctrl+Return")
        self.button.clicked.connect(self.send)
        foot.addWidget(self.button)
        inside.addLayout(foot)

    def _head(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(8)
        self.caption = Caption(self.tr("Answer"))
        self.templates = TemplateChoice()
        self.templates.activated.connect(self._template_chosen)
        choices = ((ANSWER, self.tr("Public")), (INTERNAL, self.tr("Internal")))
        self.kind = SegmentedChoice(choices, self.tr("Who reads it"))
        self.kind.chosen.connect(self._show)
        row.addWidget(self.caption)
        row.addWidget(self.templates, 1)
        row.addWidget(self.kind)
        return row

    def set_state(self, state: ComposerState | None) -> None:
        """Show it for a request; what was begun for another one is kept with that one."""
        before, self._state = self._state, state
        if state is None or before == state:
            return
        if before is not None and before.request_id == state.request_id:
            self._renew(before, state)
            return
        if before is not None:
            self._keep(before.request_id)
        kind, text = self._drafts.pop(state.request_id, (ANSWER, ""))
        self.templates.set_templates(state.templates, self.tr("Own words"))
        self.edit.set_template("", state.facts)
        self.edit.setPlainText(text)
        self.kind.choose(kind if state.answerable else INTERNAL)
        self._show()

    def _renew(self, before: ComposerState, state: ComposerState) -> None:
        if before.templates != state.templates:
            self.templates.set_templates(state.templates, self.tr("Own words"))
        self.edit.set_facts(state.facts)
        self._show()

    def _keep(self, request_id: int) -> None:
        text = self.edit.toPlainText()
        if text.strip():
            self._drafts[request_id] = (self.kind.choice(), text)

    def set_fault(self, request_id: int, sentence: str) -> bool:
        """Say why what was written about a request was not sent; False where another one is on show."""
        self._faults[request_id] = sentence
        self._show_fault()
        return self._state is not None and self._state.request_id == request_id

    def _show_fault(self) -> None:
        told = self._faults.get(self._state.request_id, "") if self._state is not None else ""
        self.fault.setText(told)
        self.fault.setVisible(bool(told))

    def clear(self, request_id: int) -> None:
        """What was sent about a request is no longer a draft."""
        self._drafts.pop(request_id, None)
        self._faults.pop(request_id, None)
        if self._state is not None and self._state.request_id == request_id:
            self.templates.setCurrentIndex(0)
            self.edit.set_template("", self._state.facts)

    def send(self) -> None:
        """Hand the words on, if there are any."""
        text = self.edit.value()
        if text and self._state is not None and self.button.isEnabled():
            self._faults.pop(self._state.request_id, None)
            self._show_fault()
            self.sent.emit(self.kind.choice(), self.edit.reading() if self.kind.choice() == INTERNAL else text)

    # inside

    def _template_chosen(self) -> None:
        template, state = self.templates.template(), self._state
        if state is not None:
            self.edit.set_template("" if template is None else template.text, state.facts)

    def _show(self) -> None:
        """Words follow what is chosen."""
        state = self._state
        if state is None:
            return
        self._show_fault()
        public = self.kind.choice() == ANSWER
        self.kind.setEnabled(state.answerable)
        self.templates.setEnabled(public)
        self.caption.setText(self.tr("Answer") if public else self.tr("Note"))
        self.edit.setAccessibleName(self.caption.text())
        hint = self.tr("What the resident reads") if public else self.tr("What colleagues should know")
        self.edit.setPlaceholderText(hint)
        self.button.setText(self.tr("Send answer") if public else self.tr("Keep note"))
        self.button.setAccessibleName(self.button.text())
        self.button.updateGeometry()
        self.button.setEnabled(bool(self.edit.toPlainText().strip()))
        self.reach.setText(self._reach(state) if public else self.tr("Stays among staff"))

    def _reach(self, state: ComposerState) -> str:
        if not state.reached:
            return self.tr("Kept here, not sent on")
        one, many = self.tr("Goes to 1 reporter"), self.tr("Goes to {0} reporters")
        told = one if state.reached == 1 else many.format(words.count(state.reached))
        if not state.unreached:
            return told
        return self.tr("{0} · {1} without contact").format(told, words.count(state.unreached))
