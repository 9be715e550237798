"""The sheet before an act: what it needs to know, what residents read, how many they are, and both ways out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from PySide6.QtCore import QDate, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QComboBox,
    QDateEdit,
    QHBoxLayout,
    QLineEdit,
    QWidget,
)

from data.records import AnswerTemplate
from desktop.domain.answer_words import Own, outcome_words, usual_words
from desktop.domain.answers import Facts
from desktop.domain.day_words import USUAL, day_words
from desktop.domain.lifecycle import OUTCOME_WORDS, REFERRALS, TRANSITIONS, Comment, Outcome, Verb
from desktop.views import format as words
from desktop.views.answer_edit import AnswerEdit, TemplateChoice
from desktop.views.choices import LONGEST_LINE, ContactChoice, PickList
from desktop.views.kit import Button, Field, Link, Toggle, Words
from desktop.views.request_acts import leaving_of, title_of
from desktop.views.shell.overlay import Dialog

# The acts that mean a whole incident unless a person says otherwise: it has one status, one crew, one department.
WHOLE = frozenset({Verb.ACKNOWLEDGE, Verb.START, Verb.SCHEDULE, Verb.ASSIGN, Verb.CLOSE, Verb.REFER, Verb.ANSWER})
CLOSINGS = tuple(outcome for outcome in Outcome if outcome is not Outcome.DUPLICATE)


@dataclass(frozen=True, slots=True)
class SheetState:
    """What a sheet must know. `count` requests are acted upon, `told` residents get a message, `left_out` cannot."""

    verb: Verb
    count: int
    told: int
    today: date
    facts: Facts  # of the first request
    templates: tuple[AnswerTemplate, ...] = ()
    entries: tuple[tuple[int, str], ...] = ()  # services or departments to choose from
    left_out: int = 0
    why: str = ""  # of the first that is left out
    undo_s: int = 600
    number: str = ""  # of the only request
    language: str = USUAL  # of what residents read
    own: Own = field(default_factory=dict)  # the city's own words in it
    version: int | None = None  # of the only request, as it was read
    mates: int = 0  # other open reports of the same incidents, which the act can reach too
    mates_told: int = 0  # so many of their residents get a message
    contacts: tuple[str, ...] = ()  # whom residents turn to, as the city lists them
    departments: tuple[tuple[int, str], ...] = ()  # that a request can be handed to instead


class ActSheet(Dialog):
    """`decided` comes with what the operation needs; who hears it closes the sheet or says what is wrong.

    While it is sent nothing in it can be changed; what was written stays until the act is done.
    """

    decided = Signal(object)  # a mapping of values
    look_wanted = Signal()  # at the request, before it is sent again
    WIDTH = 440

    def __init__(self, state: SheetState, parent: QWidget) -> None:
        super().__init__("", width=self.WIDTH, parent=parent)
        self._state = state
        self.pick: PickList | None = None
        self.day: QDateEdit | None = None
        self.outcome: QComboBox | None = None
        self.line: QLineEdit | None = None
        self.templates: TemplateChoice | None = None
        self.edit: AnswerEdit | None = None
        self.whole: Toggle | None = None  # whether the other reports of the incidents are meant too
        self._field: Field | None = None
        self._picked = False  # whether the person chose the template
        self._sending = False
        self._ask()
        self._ask_mates()
        if state.left_out:
            told = self.tr("{0} of {1} are left out; the first of them {2}.")
            whole = words.count(state.count + state.left_out)
            told = told.format(words.count(state.left_out), whole, state.why)
            self.body.addWidget(Words(told, step="table", tone="warning", wrap=True))
        self._add_refusal()
        self.leave = self.add_close(leaving_of(self.verb))
        self.act = self.add_act(Button(title_of(self.verb, self._count()), kind="primary", keys="Ctrl+Return"))
        self.act.clicked.connect(self.decide)
        self._say()

    def set_fault(self, sentence: str) -> None:
        """What is wrong with what was chosen."""
        if self._field is not None:
            self._field.set_fault(sentence)
            self._field.control.setFocus(Qt.FocusReason.OtherFocusReason)

    @property
    def verb(self) -> Verb:
        """The act that it ends in."""
        return self._state.verb

    @property
    def version(self) -> int | None:
        """In which version the only request was seen here."""
        return self._state.version

    def set_sending(self, sending: bool) -> None:
        """Rest while the act is under way."""
        self._sending = sending
        for control in self._controls():
            control.setEnabled(not sending)
        if sending:
            self._say_refused("", look=False)

    def _controls(self) -> list[QWidget]:
        """What can be changed in it."""
        found = (self.pick, self.day, self.outcome, self.line, self.templates, self.edit, self.whole)
        return [control for control in found if control is not None] + [self.leave, self.act]

    def set_refusal(self, sentence: str, now: SheetState | None) -> None:
        """Nothing was done, and why; what was written stays. `now` is how things stand, None where it is not known."""
        self.set_sending(False)
        if now is not None:
            self._state = replace(self._state, facts=now.facts, told=now.told, count=now.count, version=now.version)
            self._facts_changed()
        self._say_refused(sentence, look=bool(self._state.number))
        self.act.setFocus(Qt.FocusReason.OtherFocusReason)

    def accept(self) -> None:
        """Close it, unless it is being sent."""
        if not self._sending:
            super().accept()

    def values(self) -> dict[str, Any]:
        """What was chosen, by the names of the operation's arguments."""
        found: dict[str, Any] = {}
        verb = self.verb
        if self.pick is not None:
            found["agency_id"] = self.pick.value()
        if self.day is not None:
            found["day"] = _python_day(self.day.date())
        if self.outcome is not None:
            found["outcome"] = Outcome(self.outcome.currentData())
        if self.line is not None:
            found["contact" if verb is Verb.REFER else "of"] = " ".join(self.line.text().split())
        if self.edit is not None:
            found["comment"] = self.edit.value()
        if self.whole is not None:
            found["include_incident"] = self.whole.isChecked()
        return found

    def decide(self) -> None:
        """Hand on what was chosen, or say what is missing."""
        if self._sending:
            return
        values = self.values()
        missing = self._missing(values)
        if missing is None:
            self.decided.emit(values)
        else:
            self._field = missing[0]
            self.set_fault(missing[1])

    # inside

    def _add_refusal(self) -> None:
        self.refusal = Words("", step="table", tone="danger", wrap=True)
        self.look = Link(self.tr("Look at the request; what is written here is kept"))
        self.look.clicked.connect(self.look_wanted)
        self.body.addWidget(self.refusal)
        self.body.addWidget(self.look)
        self._say_refused("", look=False)

    def _say_refused(self, sentence: str, *, look: bool) -> None:
        self.refusal.setText(sentence)
        self.refusal.setVisible(bool(sentence))
        self.look.setVisible(look)

    def _ask(self) -> None:
        """The field that the act needs besides words."""
        verb, state = self.verb, self._state
        if verb is Verb.SCHEDULE:
            self.day = QDateEdit(QDate(state.today).addDays(1))  # type: ignore[call-overload]
            self.day.setMinimumDate(QDate(state.today))  # type: ignore[call-overload]
            self.day.setCalendarPopup(True)
            self.day.setDisplayFormat("ddd d MMM yyyy")
            self.day.dateChanged.connect(self._facts_changed)
            self._add(self.tr("Day"), self.day)
        elif verb is Verb.ASSIGN:
            name = self.tr("Department")
            self.pick = PickList(state.entries, name)
            self.pick.picked.connect(self.decide)
            self._add(name, self.pick)
        elif verb in (Verb.DUPLICATE, Verb.REFER):
            self._ask_line(verb)
        if verb in (Verb.CLOSE, Verb.REFER):
            self._ask_outcome(CLOSINGS if verb is Verb.CLOSE else REFERRALS)
        if verb is not Verb.ASSIGN:
            self._ask_words()

    def _ask_line(self, verb: Verb) -> None:
        if verb is Verb.REFER:
            choice = ContactChoice(self._state.contacts)
            self.line = choice.line
            self.line.textChanged.connect(self._facts_changed)
            self._add(self.tr("Whom the resident should contact"), choice)
        else:
            self.line = QLineEdit()
            self.line.setMaxLength(LONGEST_LINE)
            self._add(self.tr("Number of the request that was first"), self.line)
        self.line.returnPressed.connect(self.decide)

    def _ask_outcome(self, outcomes: Sequence[Outcome]) -> None:
        self.outcome = QComboBox()
        for outcome in outcomes:
            self.outcome.addItem(OUTCOME_WORDS[outcome], outcome.value)
        self.outcome.currentIndexChanged.connect(self._outcome_changed)
        field = Field(self.tr("Outcome"), self.outcome)
        self.body.addWidget(field)
        self._field = self._field or field

    def _add(self, caption: str, control: QWidget) -> None:
        self._field = Field(caption, control)
        self.body.addWidget(self._field)

    def _ask_mates(self) -> None:
        """An incident has one status: its other reports are meant too, unless a person says otherwise."""
        count = self._state.mates
        if not count:
            return
        told = self.tr("Also the other open report of the incident")
        if count > 1:
            told = self.tr("Also the {0} other open reports of the incident").format(words.count(count))
        self.whole = Toggle(told)
        self.whole.setChecked(self.verb in WHOLE)
        self.whole.toggled.connect(self._whole_changed)
        row = QHBoxLayout()
        row.addWidget(Words(told, step="table", wrap=True), 1)
        row.addWidget(self.whole)
        self.body.addLayout(row)

    def _whole_changed(self) -> None:
        self.act.setText(title_of(self.verb, self._count()))
        self._say()

    def _with_mates(self) -> bool:
        return self.whole is not None and self.whole.isChecked()

    def _count(self) -> int:
        return self._state.count + (self._state.mates if self._with_mates() else 0)

    def _told(self) -> int:
        return self._state.told + (self._state.mates_told if self._with_mates() else 0)

    def _ask_words(self) -> None:
        state, row = self._state, TRANSITIONS[self.verb]
        if row.tells:
            self.templates = TemplateChoice()
            first = self.tr("Usual words") if row.comment is Comment.USUAL else self.tr("Own words")
            self.templates.set_templates(state.templates, first)
            self.templates.activated.connect(self._template_picked)
            self.body.addWidget(Field(self.tr("Template"), self.templates))
        caption = self.tr("What residents read") if row.tells else self.tr("Note among staff")
        self.edit = AnswerEdit(caption, lines=4)
        self.edit.sent.connect(self.decide)
        self.edit.textChanged.connect(self._say)
        self.words = Field(caption, self.edit)
        self.body.addWidget(self.words)
        self.preview = Words("", step="caption", tone="tertiary", weight=450, wrap=True)
        self.body.addWidget(self.preview)
        self._choose_beforehand()

    def _choose_beforehand(self) -> None:
        """A template made for this act, as long as its words fit the outcome; never one that is only an answer."""
        state = self._state
        usual = self.outcome is None or self.outcome.currentIndex() == 0
        if self.templates is not None and TRANSITIONS[self.verb].comment is Comment.REQUIRED:
            fitting = (
                at
                for at, one in enumerate(state.templates, 1)
                if one.verb == self.verb.value and (usual or "{outcome}" in one.text)
            )
            self.templates.setCurrentIndex(0 if self.verb is Verb.ANSWER else next(fitting, 0))
        self._template_chosen()

    def _template_picked(self) -> None:
        self._picked = True
        self._template_chosen()

    def _outcome_changed(self) -> None:
        """Words that nobody chose or wrote follow the outcome: else "it is fixed" would go with "not found"."""
        edit = self.edit
        if edit is not None and not self._picked and (edit.untouched() or not edit.toPlainText().strip()):
            self._choose_beforehand()
        self._facts_changed()

    def _template_chosen(self) -> None:
        if self.edit is None:
            return
        template = self.templates.template() if self.templates is not None else None
        text = usual_words(self._state.own, self.verb) if template is None else template.text
        self.edit.set_template(text, self._facts(), filled=self._count() == 1)

    def _facts_changed(self) -> None:
        if self._field is not None:
            self._field.set_fault("")
        if self.edit is not None:
            self.edit.set_facts(self._facts())
            self._say()

    def _facts(self) -> Facts:
        facts = self._state.facts
        if self.day is not None:
            facts = replace(facts, date=day_words(_python_day(self.day.date()), self._state.language))
        if self.outcome is not None:
            facts = replace(facts, outcome=outcome_words(self._state.own, Outcome(self.outcome.currentData())))
        if self.line is not None and self.verb is Verb.REFER:
            facts = replace(facts, contact=self.line.text().strip() or facts.contact)
        return facts

    def _say(self) -> None:
        """Title and sentence, and what the first of many reads."""
        state = self._state
        title = title_of(self.verb, self._count())
        self.set_title(f"{title} · {state.number}" if state.number else title, self._sentence())
        if self.edit is not None:
            self.words.set_fault("")
            many = self._count() > 1 and self._tells() and "{" in self.edit.value()
            self.preview.setText(self.tr("The first one reads: {0}").format(self.edit.reading()) if many else "")
            self.preview.setVisible(many)

    def _undo_words(self) -> str:
        """How long the city lets an act be undone."""
        seconds = self._state.undo_s
        if not seconds:
            return self.tr("This cannot be undone.")
        if seconds < 60:
            return self.tr("You can undo this for {0} s.").format(seconds)
        one, many = self.tr("You can undo this for 1 minute."), self.tr("You can undo this for {0} minutes.")
        return one if seconds < 120 else many.format(words.count(seconds // 60))

    def _tells(self) -> bool:
        """Whether residents get a message."""
        return TRANSITIONS[self.verb].tells

    def _sentence(self) -> str:
        undo = self._undo_words()
        if not self._tells():
            return f"{self.tr('Residents are not told.')} {undo}"
        told = self._told()
        if not told:
            return f"{self.tr('The source takes no messages; the words are kept here.')} {undo}"
        template = self.templates.template() if self.templates is not None else None
        kept = template is not None and self.edit is not None and self.edit.untouched()
        name = template.code if template is not None and kept else ""
        one = self.tr("The resident gets answer {1}.") if name else self.tr("The resident gets this answer.")
        many = self.tr("{0} residents get answer {1}.") if name else self.tr("{0} residents get this answer.")
        return f"{(one if told == 1 else many).format(words.count(told), name)} {undo}"

    def _missing(self, values: dict[str, Any]) -> tuple[Field, str] | None:
        fields = [field for field in self.findChildren(Field) if _is_or_holds(field.control, (self.pick, self.line))]
        told = {
            "agency_id": self.tr("Choose the department that takes it."),
            "of": self.tr("Write the number of the request that came first."),
            "contact": self.tr("Write whom the resident should contact."),
        }
        for name, sentence in told.items():
            if name in values and values[name] in (None, ""):
                return fields[0], sentence
        if "comment" in values and not values["comment"] and TRANSITIONS[self.verb].comment is Comment.REQUIRED:
            return self.words, self.tr("Words are missing; write some, or choose a template.")
        return None

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Ctrl Enter decides wherever the focus is."""
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if enter and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.decide()
            event.accept()
            return
        super().keyPressEvent(event)

    def _take_focus(self) -> None:
        first = self.pick or self.line or self.day or self.edit
        (first or self).setFocus(Qt.FocusReason.OtherFocusReason)


def _python_day(day: QDate) -> date:
    return date(day.year(), day.month(), day.day())


def _is_or_holds(control: QWidget, wanted: Sequence[QWidget | None]) -> bool:
    return any(one is not None and (one is control or control.isAncestorOf(one)) for one in wanted)
