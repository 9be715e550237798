"""The sheet of another service: what it is instead, what changes with it, what is asked, who is told, and why."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from data.records import ServiceQuestion
from desktop.domain.answers import Facts
from desktop.domain.lifecycle import MACHINE, OUTCOME_WORDS, PERSON, TRANSITIONS, Outcome, Verb
from desktop.views.act_sheet import WHOLE, ActSheet, SheetState
from desktop.views.answer_edit import AnswerEdit, TemplateChoice
from desktop.views.choices import ContactChoice, PickList
from desktop.views.kit import Field, SegmentedChoice, Words
from desktop.views.question_fields import AskedLine, QuestionFields
from desktop.views.request_acts import leaving_of
from desktop.views.service_changes import ChangeLine, ServiceChanges

__all__ = ["AskedLine", "ChangeLine", "ForeseenState", "RecategoriseSheet"]
SERVICE, DEPARTMENT, SILENT = "service", "department", "silent"
_VERBS = {
    SERVICE: Verb.RECATEGORISE,
    DEPARTMENT: Verb.ASSIGN,
    Outcome.OUT_OF_SCOPE.value: Verb.REFER,
    Outcome.OUTSIDE_JURISDICTION.value: Verb.REFER,
}


@dataclass(frozen=True, slots=True)
class ForeseenState:
    """What the first of the requests would become of a service, and what that service asks."""

    service_id: int
    changes: tuple[ChangeLine, ...]
    reason: str
    facts: Facts
    asked: tuple[AskedLine, ...] = ()

    @property
    def questions(self) -> tuple[ServiceQuestion, ...]:
        """The questions alone."""
        return tuple(line.question for line in self.asked)


class RecategoriseSheet(ActSheet):
    """Another service, another department, or none of the city's: one sheet for what a report is instead."""

    foresee_wanted = Signal(int)  # a service
    WIDTH = 840
    _mode = SERVICE
    _foreseen: ForeseenState | None = None

    def __init__(self, state: SheetState, parent: QWidget) -> None:
        super().__init__(state, parent)
        self._mode_chosen(SERVICE)

    @property
    def verb(self) -> Verb:
        """The act that the choice ends in."""
        return _VERBS[self._mode]

    def show_foreseen(self, foreseen: ForeseenState | None) -> None:
        """What the chosen service would change; one that was chosen before comes too late."""
        if foreseen is None or foreseen.service_id != self._service():
            return
        self._foreseen = foreseen
        self.changes.set_state(foreseen.changes, foreseen.reason, many=self._count() > 1)
        self.questions.set_state(foreseen.asked, self._count())
        self._arrange()
        self._facts_changed()

    def values(self) -> dict[str, Any]:
        """What was chosen, by the names of the arguments of the act that it is."""
        found: dict[str, Any] = {} if self.whole is None else {"include_incident": self.whole.isChecked()}
        mode = self._mode
        if mode == DEPARTMENT:
            return found | {"agency_id": self.departments.value(), "comment": self.why.value()}
        assert self.edit is not None
        assert self.line is not None
        if mode != SERVICE:
            contact = " ".join(self.line.text().split())
            return found | {"outcome": Outcome(mode), "contact": contact, "comment": self.edit.value()}
        told = self.tell.choice()
        return found | {
            "service_id": self._service(),
            "why": self.why.value(),
            "answers": self.questions.answers(),
            "unanswered_ok": self.questions.asked_later(),
            "tell": told,
            "comment": "" if told == SILENT else self.edit.value(),
        }

    # inside

    def _ask(self) -> None:
        choices = (
            (SERVICE, self.tr("Another service")),
            (DEPARTMENT, self.tr("Other department")),
            (Outcome.OUT_OF_SCOPE.value, OUTCOME_WORDS[Outcome.OUT_OF_SCOPE]),
            (Outcome.OUTSIDE_JURISDICTION.value, OUTCOME_WORDS[Outcome.OUTSIDE_JURISDICTION]),
        )
        self.mode = SegmentedChoice(choices, self.tr("What it is instead"), stretch=True)
        self.mode.chosen.connect(self._mode_chosen)
        self.body.addWidget(self.mode)
        row = QHBoxLayout()
        row.setSpacing(20)
        left, right = QVBoxLayout(), QVBoxLayout()
        for column in (left, right):
            column.setSpacing(10)
            row.addLayout(column, 1)
        self.body.addLayout(row, 1)
        self._ask_what(left)
        self._ask_details(right)

    def _ask_what(self, column: QVBoxLayout) -> None:
        """Left: the service, the department or whom to contact; under it the reason."""
        self.services = PickList(self._state.entries, self.tr("Service"))
        self.services.changed.connect(self._service_chosen)
        self.departments = PickList(self._state.departments, self.tr("Department"))
        choice = ContactChoice(self._state.contacts)
        self.line = choice.line
        self.line.textChanged.connect(self._facts_changed)
        self.line.returnPressed.connect(self.decide)
        self.why = AnswerEdit(self.tr("Why, among staff"), lines=3)
        self.why.sent.connect(self.decide)
        self._fields = {
            SERVICE: Field(self.tr("Service"), self.services),
            DEPARTMENT: Field(self.tr("Department"), self.departments),
            "contact": Field(self.tr("Whom the resident should contact"), choice),
            "why": Field(self.tr("Why, among staff"), self.why),
        }
        for pick in (self.services, self.departments):
            pick.picked.connect(self._focus_why)
        for field in self._fields.values():
            column.addWidget(field)
        column.addStretch(1)

    def _ask_details(self, column: QVBoxLayout) -> None:
        """Right: what changes, what is asked, who is told and in which words."""
        self.changes = ServiceChanges()
        told = self.tr("Service, deadline and answers stay, and the request stays open. No rule takes it back.")
        self.stays = Words(told, step="table", tone="secondary", wrap=True)
        self.questions = QuestionFields()
        self.questions.changed.connect(self._say)
        tells = (
            (PERSON, self.tr("From you")),
            (MACHINE, self.tr("As a machine")),
            (SILENT, self.tr("Nobody is told")),
        )
        self.tell = SegmentedChoice(tells, self.tr("Who tells the resident"), stretch=True)
        self.tell.chosen.connect(self._tell_chosen)
        self._tell_field = Field(self.tr("Who tells the resident"), self.tell)
        for part in (self.changes, self.stays, self.questions, self._tell_field):
            column.addWidget(part)
        body, self.body = self.body, column
        self._ask_words()
        self.body = body
        column.addStretch(1)

    def _ask_words(self) -> None:
        super()._ask_words()
        assert self.templates is not None
        self._template_field = next(one for one in self.findChildren(Field) if one.control is self.templates)

    def _mode_chosen(self, mode: str) -> None:
        """Another kind of answer: other fields, other words, another act at the foot."""
        self._mode = mode
        self.leave.setText(leaving_of(self.verb))
        for field in self._fields.values():
            field.set_fault("")
        assert isinstance(self.templates, TemplateChoice)
        fitting = tuple(one for one in self._state.templates if one.verb in ("", self.verb.value))
        self.templates.set_templates(fitting, self.tr("Usual words"))
        if self.whole is not None:
            self.whole.setChecked(self.verb in WHOLE)
        self._arrange()
        self._template_chosen()
        self._whole_changed()
        self._take_focus()

    def _arrange(self) -> None:
        """Show what belongs to the choice."""
        service, told = self._mode == SERVICE, self._mode != DEPARTMENT
        self._fields[SERVICE].setVisible(service)
        self._fields[DEPARTMENT].setVisible(self._mode == DEPARTMENT)
        self._fields["contact"].setVisible(self.verb is Verb.REFER)
        self._fields["why"].setVisible(self.verb is not Verb.REFER)
        self.changes.setVisible(service)
        self.questions.setVisible(service and self.questions.count() > 0)
        self._tell_field.setVisible(service)
        words = told and not (service and (self._foreseen is None or self.tell.choice() == SILENT))
        self.stays.setVisible(not told)
        assert self.templates is not None
        self._template_field.setVisible(words and self.templates.count() > 1)
        self.words.setVisible(words)

    def _tell_chosen(self, _choice: str) -> None:
        self._arrange()
        self._say()

    def _service(self) -> int | None:
        return self.services.value()

    def _service_chosen(self) -> None:
        service = self._service()
        if self._foreseen is not None and self._foreseen.service_id == service:
            return
        self._foreseen = None
        self._fields[SERVICE].set_fault("")
        self.changes.set_state((), "", many=False)
        self.questions.set_state((), 0)
        self._arrange()
        if service is not None:
            self.foresee_wanted.emit(service)

    def _focus_why(self) -> None:
        self.why.setFocus(Qt.FocusReason.OtherFocusReason)

    def _controls(self) -> list[QWidget]:
        own = (self.mode, self.services, self.departments, self.why, self.questions, self.tell)
        return [*super()._controls(), *own]

    def _facts(self) -> Facts:
        if self.verb is Verb.RECATEGORISE:
            return self._state.facts if self._foreseen is None else self._foreseen.facts
        contact = "" if self.line is None else self.line.text().strip()
        return replace(self._state.facts, contact=contact or self._state.facts.contact)

    def _tells(self) -> bool:
        silent = self.verb is Verb.RECATEGORISE and self.tell.choice() == SILENT
        return TRANSITIONS[self.verb].tells and not silent

    def _missing(self, values: dict[str, Any]) -> tuple[Field, str] | None:
        told = {
            "service_id": (SERVICE, self.tr("Choose the service that it is.")),
            "agency_id": (DEPARTMENT, self.tr("Choose the department that takes it.")),
            "contact": ("contact", self.tr("Write whom the resident should contact.")),
        }
        for name, (field, sentence) in told.items():
            if name in values and values[name] in (None, ""):
                return self._fields[field], sentence
        if self.verb is Verb.RECATEGORISE:
            fault = self.questions.fault()
            if fault is not None:
                return fault
        if self.verb is not Verb.REFER and not self.why.value():
            return self._fields["why"], self.tr("Write why; colleagues read it with the request.")
        return None

    def _take_focus(self) -> None:
        focus = {SERVICE: self.services, DEPARTMENT: self.departments}.get(self._mode, self.line)
        assert focus is not None
        focus.setFocus(Qt.FocusReason.OtherFocusReason)
