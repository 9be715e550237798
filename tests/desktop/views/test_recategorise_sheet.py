"""The sheet of another service: what it asks for, what it hands on for each of its answers, and what it refuses."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from PySide6.QtWidgets import QComboBox, QLabel, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from data.records import AnswerTemplate, ServiceId, ServiceQuestion
from desktop.domain.answers import Facts
from desktop.domain.lifecycle import Outcome, Verb
from desktop.views.act_sheet import ActSheet, SheetState
from desktop.views.filter_popover import CheckList
from desktop.views.kit.buttons import SegmentedChoice
from desktop.views.recategorise_sheet import AskedLine, ChangeLine, ForeseenState, RecategoriseSheet

TREE, LAMP = 7, 8
CHANGES = (ChangeLine("Department", "Streets", "Parks"), ChangeLine("Priority", "50", "50"))
REFERRED = AnswerTemplate(1, "R-1", "Railway", None, "refer", "Please ask {contact}.", 1)
PASSED = AnswerTemplate(2, "P-1", "Passed on", None, "recategorise", "Now with {department}.", 1)


def asked(code: str, datatype: str, *values: str, required: bool = True, answer: str = "", left: int = 1) -> AskedLine:
    """A question of the tree service."""
    question = ServiceQuestion(1, ServiceId(TREE), 1, code, datatype, f"Which {code}?", required, values)
    return AskedLine(question, answer, left)


def foreseen(*lines: AskedLine, service: int = TREE) -> ForeseenState:
    """What becomes of the report as a tree."""
    facts = Facts(service="Tree", address="5 Wren Row", department="Parks")
    return ForeseenState(service, CHANGES, "Its point is in Elm Park.", facts, lines)


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    """Something that a sheet can lie over."""
    made = QWidget()
    qtbot.addWidget(made)
    made.resize(1280, 720)
    made.show()
    return made


@pytest.fixture
def sheet(window: QWidget) -> RecategoriseSheet:
    """The sheet over one report of a hole, open."""
    state = SheetState(
        Verb.RECATEGORISE,
        1,
        1,
        date(2026, 10, 13),
        Facts(service="Pothole", address="5 Wren Row", department="Streets"),
        (REFERRED, PASSED),
        ((TREE, "Tree"), (LAMP, "Lamp")),
        contacts=("Railway, 555-0100",),
        departments=((1, "Streets"), (2, "Parks")),
    )
    made = RecategoriseSheet(state, window)
    made.open()
    return made


def choose(sheet: RecategoriseSheet, *lines: AskedLine) -> None:
    """A tree, whose questions come a moment later."""
    sheet.services.list.setCurrentRow(0)
    sheet.show_foreseen(foreseen(*lines))


def turn(choice: SegmentedChoice, key: str) -> None:
    """Choose one of a few as a hand does."""
    next(one for one in choice.children() if one.objectName() == key).click()  # type: ignore[attr-defined]


def decided(qtbot: QtBot, sheet: ActSheet) -> dict[str, Any]:
    """What the sheet hands on."""
    with qtbot.waitSignal(sheet.decided) as told:
        sheet.decide()
    found: dict[str, Any] = told.args[0]
    return found


def faults(sheet: RecategoriseSheet) -> list[str]:
    """What it says is wrong."""
    return [one.text() for one in sheet.findChildren(QLabel) if one.property("tone") == "danger" and one.text()]


def shown(sheet: RecategoriseSheet) -> str:
    """All words on show."""
    return "\n".join(one.text() for one in sheet.findChildren(QLabel) if one.isVisible())


def test_a_service_is_looked_up_and_shown_with_what_it_changes(qtbot: QtBot, sheet: RecategoriseSheet) -> None:
    """Choosing asks for it once; the answer shows before and after; one for another service comes too late."""
    with qtbot.waitSignal(sheet.foresee_wanted) as told:
        sheet.services.list.setCurrentRow(0)
    assert told.args == [TREE]
    sheet.show_foreseen(foreseen(service=LAMP))
    assert "Elm Park" not in shown(sheet)
    assert not sheet.words.isVisible()  # there is nothing to say of it yet
    sheet.show_foreseen(foreseen())
    qtbot.waitUntil(lambda: "Streets → Parks" in shown(sheet))
    assert "50, as before" in shown(sheet)
    assert "Its point is in Elm Park." in shown(sheet)
    assert sheet.edit is not None
    assert sheet.edit.reading() == "We have passed your report on to Parks as Tree."


def test_narrowing_to_one_service_chooses_it(qtbot: QtBot, sheet: RecategoriseSheet) -> None:
    """Letters that leave one service are enough; letters that leave none choose nothing."""
    with qtbot.waitSignal(sheet.foresee_wanted) as told:
        qtbot.keyClicks(sheet.services.narrow.findChild(QLineEdit), "lam")
    assert told.args == [LAMP]
    qtbot.keyClicks(sheet.services.narrow.findChild(QLineEdit), "x")
    sheet.decide()
    assert faults(sheet) == ["Choose the service that it is."]


def test_questions_are_fields_of_their_kind(qtbot: QtBot, sheet: RecategoriseSheet) -> None:
    """Choices are offered, a number is checked, what is required is marked; all answers are handed on by code."""
    choose(
        sheet,
        asked("kind", "singlevaluelist", "oak", "ash"),
        asked("signs", "multivaluelist", "rot", "moss", "cracks"),
        asked("height", "number"),
        asked("note", "text", required=False),
    )
    assert "Which kind? (required)" in shown(sheet)
    assert "Which note? (required)" not in shown(sheet)
    kind = sheet.questions.findChild(QComboBox)
    kind.setCurrentText("ash")
    ticks = sheet.questions.findChild(CheckList).list
    for row in (0, 2):
        ticks.item(row).setCheckState(ticks.item(row).checkState().Checked)
    height = next(one for one in sheet.questions.findChildren(QLineEdit) if one.placeholderText() == "a number")
    height.setText("tall")
    sheet.why.setPlainText("It is a tree")
    sheet.decide()
    assert faults(sheet) == ["Write a number."]
    height.setText("4.5")
    values = decided(qtbot, sheet)
    assert values["answers"] == {"kind": "ash", "signs": "rot;cracks", "height": "4.5"}
    assert (values["service_id"], values["why"], values["tell"]) == (TREE, "It is a tree", "person")
    assert values["unanswered_ok"] is False


def test_what_is_required_is_answered_or_asked_later(qtbot: QtBot, sheet: RecategoriseSheet) -> None:
    """Missing answers stop the act; the switch lets it go on; a former answer needs no word."""
    choose(sheet, asked("height", "number"), asked("kind", "string", answer="oak", left=0))
    sheet.why.setPlainText("It is a tree")
    sheet.decide()
    assert faults(sheet) == ["This has to be answered, or asked later."]
    sheet.questions.later.click()
    values = decided(qtbot, sheet)
    assert (values["unanswered_ok"], values["answers"]) == (True, {})


def test_a_reason_is_needed(qtbot: QtBot, sheet: RecategoriseSheet) -> None:
    """Colleagues read why, so there is no act without it."""
    choose(sheet)
    with qtbot.assertNotEmitted(sheet.decided):
        sheet.decide()
    assert faults(sheet) == ["Write why; colleagues read it with the request."]


@pytest.mark.parametrize("tell", ["person", "machine", "silent"])
def test_who_tells_is_chosen(qtbot: QtBot, sheet: RecategoriseSheet, tell: str) -> None:
    """Words show only where somebody reads them, and silence hands none on."""
    choose(sheet)
    sheet.why.setPlainText("It is a tree")
    turn(sheet.tell, tell)
    assert sheet.words.isVisible() == (tell != "silent")
    assert ("Residents are not told." in shown(sheet)) == (tell == "silent")
    values = decided(qtbot, sheet)
    assert values["tell"] == tell
    assert bool(values["comment"]) == (tell != "silent")


def test_another_department_is_a_hand_over(qtbot: QtBot, sheet: RecategoriseSheet) -> None:
    """The same sheet gives it to a department with the reason, and ends in that act."""
    turn(sheet.mode, "department")
    assert "Service, deadline and answers stay" in shown(sheet)
    sheet.decide()
    assert faults(sheet) == ["Choose the department that takes it."]
    sheet.departments.list.setCurrentRow(1)
    sheet.why.setPlainText("They mow there")
    assert decided(qtbot, sheet) == {"agency_id": 2, "comment": "They mow there"}
    assert sheet.verb is Verb.ASSIGN


@pytest.mark.parametrize("outcome", [Outcome.OUT_OF_SCOPE, Outcome.OUTSIDE_JURISDICTION])
def test_what_is_not_the_citys_is_referred(qtbot: QtBot, sheet: RecategoriseSheet, outcome: Outcome) -> None:
    """Whom to contact is chosen of the city's list or written; the words follow, and residents read them."""
    turn(sheet.mode, outcome.value)
    assert (sheet.verb, sheet.act.text()) == (Verb.REFER, "Refer and close")
    sheet.decide()
    assert faults(sheet) == ["Write whom the resident should contact."]
    contact = next(one for one in sheet.findChildren(QComboBox) if one.lineEdit() is sheet.line)
    assert [contact.itemText(at) for at in range(contact.count())] == ["Railway, 555-0100"]
    contact.setCurrentIndex(0)
    assert sheet.edit is not None
    assert sheet.edit.reading().endswith("Please contact Railway, 555-0100.")
    values = decided(qtbot, sheet)
    assert (values["outcome"], values["contact"]) == (outcome, "Railway, 555-0100")
    contact.setCurrentText("  the  harbour ")
    assert decided(qtbot, sheet)["contact"] == "the harbour"


def test_texts_fit_the_choice(qtbot: QtBot, sheet: RecategoriseSheet) -> None:
    """A text for referrals is not offered for another service, nor the other way round."""
    assert sheet.templates is not None
    choose(sheet)
    assert [sheet.templates.itemText(at) for at in range(sheet.templates.count())][1:] == ["P-1 Passed on"]
    turn(sheet.mode, "out_of_scope")
    assert [sheet.templates.itemText(at) for at in range(sheet.templates.count())][1:] == ["R-1 Railway"]


def test_it_fits_the_smallest_window(qtbot: QtBot, window: QWidget, sheet: RecategoriseSheet) -> None:
    """With many questions the foot stays in sight: the questions scroll."""
    window.resize(1024, 640)
    choose(sheet, *(asked(f"q{number}", "string") for number in range(12)))
    qtbot.wait(50)
    assert sheet.rect().contains(sheet.card.geometry())
    for part in (sheet.act, sheet.edit, sheet.mode):
        assert part is not None
        within = part.rect().translated(part.mapTo(sheet.card, part.rect().topLeft()))
        assert sheet.card.rect().contains(within)
