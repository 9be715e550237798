"""The words that a sheet proposes fit what is chosen in it; what a person chose or wrote stays."""

from __future__ import annotations

from datetime import date

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from data.records import AnswerTemplate
from desktop.domain.answers import Facts
from desktop.domain.lifecycle import Outcome, Verb
from desktop.views.act_sheet import ActSheet, SheetState

FIXED = AnswerTemplate(1, "D-5", "Fixed", None, "close", "{service} is fixed.", 1)
RESULT = AnswerTemplate(2, "D-6", "Result", None, "close", "{service}: {outcome}.", 1)
MORE = AnswerTemplate(3, "D-2", "More needed", None, "answer", "We need to know more.", 1)
ANY = AnswerTemplate(4, "D-9", "Thanks", None, "", "Thank you.", 1)


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    """Something that a sheet can lie over."""
    made = QWidget()
    qtbot.addWidget(made)
    made.resize(800, 700)
    made.show()
    return made


def sheet_of(window: QWidget, verb: Verb, *templates: AnswerTemplate) -> ActSheet:
    """The sheet of an act on one pothole, open."""
    facts = Facts(service="Pothole", address="5 Wren Row")
    made = ActSheet(SheetState(verb, 1, 1, date(2026, 10, 13), facts, templates), window)
    made.open()
    return made


def choose(sheet: ActSheet, outcome: Outcome) -> None:
    """Choose how it ended."""
    assert sheet.outcome is not None
    sheet.outcome.setCurrentIndex(sheet.outcome.findData(outcome.value))


def words_of(sheet: ActSheet) -> str:
    """What the resident would read."""
    assert sheet.edit is not None
    return sheet.edit.toPlainText()


def test_fixed_is_not_said_of_what_was_not_found(qtbot: QtBot, window: QWidget) -> None:
    """Another outcome takes the words along that were only proposed, and asks for some; "fixed" brings them back."""
    sheet = sheet_of(window, Verb.CLOSE, FIXED)
    assert words_of(sheet) == "Pothole is fixed."
    choose(sheet, Outcome.NOT_FOUND)
    assert words_of(sheet) == ""
    with qtbot.assertNotEmitted(sheet.decided):
        sheet.decide()
    assert any(label.property("tone") == "danger" and label.text() for label in sheet.findChildren(QLabel))
    choose(sheet, Outcome.FIXED)
    assert words_of(sheet) == "Pothole is fixed."


def test_a_template_that_tells_the_outcome_fits_each(qtbot: QtBot, window: QWidget) -> None:
    """It is proposed where the first one does not fit any more."""
    sheet = sheet_of(window, Verb.CLOSE, FIXED, RESULT)
    choose(sheet, Outcome.NOT_FOUND)
    assert words_of(sheet).startswith("Pothole: ")


def test_what_a_person_chose_or_wrote_stays(qtbot: QtBot, window: QWidget) -> None:
    """An outcome takes neither typed words nor a template that was picked."""
    sheet = sheet_of(window, Verb.CLOSE, FIXED)
    assert sheet.edit is not None
    sheet.edit.setPlainText("Gone when we came.")
    choose(sheet, Outcome.NOT_FOUND)
    assert words_of(sheet) == "Gone when we came."
    sheet = sheet_of(window, Verb.CLOSE, ANY, FIXED)
    assert sheet.templates is not None
    sheet.templates.setFocus()
    QTest.keyClick(sheet.templates, Qt.Key.Key_Home)
    QTest.keyClick(sheet.templates, Qt.Key.Key_Down)
    assert words_of(sheet) == "Thank you."
    choose(sheet, Outcome.NOT_FOUND)
    assert words_of(sheet) == "Thank you."


def test_an_answer_begins_empty(qtbot: QtBot, window: QWidget) -> None:
    """One key would send many residents whatever template comes first."""
    sheet = sheet_of(window, Verb.ANSWER, ANY, MORE)
    assert words_of(sheet) == ""
    with qtbot.assertNotEmitted(sheet.decided):
        sheet.decide()
