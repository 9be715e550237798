"""Assignment keeps what a person types, sees and drafts, in any window and beside other people."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from data.store import open_store
from desktop.app import Application
from desktop.controllers.assignment import AssignmentController
from desktop.domain.clock import FixedClock
from desktop.domain.rules import Rules
from desktop.operations.rule_sets import save_rules
from desktop.operations.work import Work
from desktop.views.assignment.replay_pane import tip_of
from desktop.views.assignment.state import MoveLine, ReplayState
from desktop.views.theme import theme
from tests.demo import MOMENT
from tests.desktop.test_assignment import BEGINS, LIGHTS, NIGHT, change, desk, drop, settle, store
from tests.desktop.test_city import WAIT_MS

pytestmark = [pytest.mark.slow, pytest.mark.stalls]
__all__ = ["desk", "store"]  # fixtures


def who_edits_stays_at_the_form_while_the_answer_follows(
    qtbot: QtBot, desk: tuple[Application, AssignmentController]
) -> None:
    """After a question every change of a rule answers it anew, and the form is not taken away for that."""
    _, rules = desk
    box = rules.place.ask.service
    box.setCurrentIndex(box.findData("street_light_out"))
    snapshot = rules._session.snapshot
    assert snapshot is not None
    west, south, east, north = snapshot.bounds
    rules.explaining.explain_place((west + east) / 2, (south + north) / 2)
    qtbot.waitUntil(lambda: rules.place.explain._state is not None, timeout=WAIT_MS)
    assert rules.place.right.choice.choice() == "explain"
    rules.edit(0)
    change(qtbot, rules, agency="Streets")
    goes_to = lambda: rules.place.explain._state and rules.place.explain._state.goes_to  # noqa: E731
    qtbot.waitUntil(lambda: goes_to() == "Streets", timeout=WAIT_MS)
    assert rules.place.right.choice.choice() == "form"


def what_was_typed_last_is_not_lost_to_another_rule_or_to_undo(
    qtbot: QtBot, desk: tuple[Application, AssignmentController]
) -> None:
    """Typing is taken in before another rule is chosen, and undo shows in the very field that has the cursor."""
    _, rules = desk
    form, listed = rules.place.form, rules.place.rules.list
    rules.edit(0)
    form.queue.setFocus()
    form.queue.end(False)
    QTest.keyClicks(form.queue, " shift")
    listed.setCurrentIndex(listed.rules.index(1))
    assert rules.draft.rules.rule[0].queue == "Night shift"
    assert rules.draft.rules.rule[1] == NIGHT
    assert form.name.text() == "Dumping at night"
    assert form.queue.text() == ""
    assert listed.row() == 1
    form.name.setFocus()
    form.name.end(False)
    QTest.keyClicks(form.name, ", late")
    form.flush()
    assert rules.draft.rules.rule[1].name == "Dumping at night, late"
    rules.place.rules.undo_asked.emit()
    assert form.name.text() == "Dumping at night"
    listed.setFocus()
    QTest.keyClick(listed, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert not rules.draft.is_changed
    settle(qtbot, rules)


def a_day_that_is_none_is_told_in_words(desk: tuple[Application, AssignmentController]) -> None:
    """The form says how a day is written, not what a library thinks of it."""
    _, rules = desk
    rules.edit(0)
    wrong = rules.draft.change(0, {**rules.place.form.values(), "effective_from": "1.2.2026"})
    assert wrong == {"effective_from": "1.2.2026 does not fit; write 2026-10-13."}


def a_broken_text_waits_to_be_mended(qtbot: QtBot, desk: tuple[Application, AssignmentController]) -> None:
    """A fault is on show beside the list too, nothing is saved meanwhile, and the text is there as it was left."""
    _, rules = desk
    pane = rules.place.rules
    rules.edit(0)
    change(qtbot, rules, agency="Streets")
    pane.form_or_text._segments["text"].click()
    broken = pane.text.toPlainText().replace("22:00-06:00", "22-6")
    pane.text.setPlainText(broken)
    pane.form_or_text._segments["form"].click()
    assert pane.text_fault.isVisible()
    rules.place.save.seen.setChecked(True)
    assert not rules.place.save.save.isEnabled()
    assert "Mend the text first" in rules.place.save.faults.text()
    pane.form_or_text._segments["text"].click()
    assert pane.text.toPlainText() == broken
    pane.undo_asked.emit()  # an act on the draft: the text is that of the draft again
    assert '"22:00-06:00"' in pane.text.toPlainText()
    assert not pane.text_fault.isVisible()
    settle(qtbot, rules)


def test_a_set_that_somebody_else_saves_is_told_and_the_draft_goes_on(
    qtbot: QtBot, desk: tuple[Application, AssignmentController], store: Path
) -> None:
    """Ben saves while Ana drafts: she is told at once, cannot overwrite unseen, goes on from his set and saves."""
    _, rules = desk
    rules.edit(0)
    change(qtbot, rules, agency="Streets")
    opened = open_store(str(store))
    save_rules(
        Work(opened, "ben", FixedClock(MOMENT)),
        rules=Rules(rule=(LIGHTS,)),
        based_on=1,
        without_replay=True,
        effective_from=BEGINS,
    )
    opened.close()
    banner = rules.place.right.banner
    qtbot.waitUntil(banner.isVisible, timeout=WAIT_MS)
    settle(qtbot, rules)
    assert "ben saved set 2 meanwhile" in banner.text.text()
    rules.place.save.seen.setChecked(True)
    assert not rules.place.save.save.isEnabled()
    banner.act.click()
    assert not banner.isVisible()
    assert not rules.place.save.seen.isChecked()
    settle(qtbot, rules)
    rules.place.save.seen.setChecked(True)
    QTest.mouseClick(rules.place.save.save, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: rules.draft.base == 3 and not rules.draft.is_changed, timeout=WAIT_MS)
    settle(qtbot, rules)


def test_rolling_back_keeps_the_draft(
    qtbot: QtBot, desk: tuple[Application, AssignmentController], store: Path
) -> None:
    """The set before holds again; what was drafted meanwhile is still a draft, and can be saved."""
    _, rules = desk
    rules.edit(0)
    change(qtbot, rules, agency="Streets")
    rules.place.save.seen.setChecked(True)
    QTest.mouseClick(rules.place.save.save, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: rules.draft.base == 2, timeout=WAIT_MS)
    settle(qtbot, rules)
    change(qtbot, rules, queue="Day")
    drafted = rules.draft.rules
    QTest.mouseClick(rules.place.rules.roll_back, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: rules.draft.base == 3, timeout=WAIT_MS)
    settle(qtbot, rules)
    assert rules.draft.rules == drafted
    assert rules.draft.is_changed
    assert rules.draft.saved.rule[0].agency == "Lighting"
    assert not rules.place.right.banner.isVisible()


def requests_that_come_do_not_undo_what_was_seen(
    qtbot: QtBot, desk: tuple[Application, AssignmentController], store: Path
) -> None:
    """While a draft is looked at, a change in the city leaves the tick and the replay alone."""
    _, rules = desk
    rules.edit(0)
    change(qtbot, rules, agency="Streets")
    rules.place.save.seen.setChecked(True)
    seen = rules.replay
    read: list[object] = []
    rules._session.loaded.connect(read.append)
    rules._session.reload()
    qtbot.waitUntil(lambda: bool(read), timeout=WAIT_MS)
    qtbot.wait(500)
    assert rules.replay is seen
    assert rules.place.save.seen.isChecked()
    assert rules.place.save.save.isEnabled()


def the_layers_that_rules_ask_for_are_on_the_map(qtbot: QtBot, desk: tuple[Application, AssignmentController]) -> None:
    """A rule about areas brings their layers on the map; while none asks for areas, the first that assigns shows."""
    app, rules = desk
    stack = app.content.maps["assignment"].stack  # type: ignore[union-attr]
    shown = lambda: [layer.label for layer in stack.layers if layer.key.startswith("areas") and layer.visible]  # noqa: E731
    qtbot.waitUntil(lambda: shown() == ["Port area"], timeout=WAIT_MS)
    rules.edit(0)
    change(qtbot, rules, areas={"Park grounds": [], "Districts": []})
    assert sorted(shown()) == ["Districts", "Park grounds"]


def every_cell_can_be_read_in_full_and_as_plain_text(desk: tuple[Application, AssignmentController]) -> None:
    """A cut cell tells all of it where the mouse rests, markup in it as it was written."""
    _, rules = desk
    moves = rules.place.replay.moves
    because = "Rule 1, <b>bold</b> " + "word " * 40
    move = MoveLine(1, "<i>7</i>", "Lights", "Streets › Parks", because)
    moves.set_state(ReplayState("", 1, ("Streets",), ((1,),), (), (move,)))
    assert "&lt;b&gt;bold&lt;/b&gt;" in tip_of(moves.index(0, 3))
    assert tip_of(moves.index(0, 3)).count("word") == 40
    assert "&lt;i&gt;7" in tip_of(moves.index(0, 0))


def the_smallest_window_shows_all_of_the_rules_and_opens_what_is_asked_for(
    qtbot: QtBot, desk: tuple[Application, AssignmentController]
) -> None:
    """At 1024 by 640 the list lies whole in its drawer, Enter brings the form, and an answer comes into view."""
    app, rules = desk
    app.window.resize(1024, 640)
    place, listed = app.window.current(), rules.place.rules.list
    qtbot.waitUntil(lambda: place.folded("left") and place.folded("right"), timeout=WAIT_MS)
    place.open_pane("left")
    add = rules.place.rules.add
    assert not add.visibleRegion().isEmpty()
    assert add.visibleRegion().boundingRect().width() == add.width()
    QTest.keyClick(listed, Qt.Key.Key_Return)
    assert rules.place.form.isVisible()
    assert rules.place.form.name.hasFocus()
    place.close_pane("right")
    number = rules.replay.passage.of_rule("Lights")[0]  # type: ignore[union-attr]
    rules.explaining.explain(number)
    qtbot.waitUntil(lambda: rules.place.explain._state is not None, timeout=WAIT_MS)
    assert rules.place.explain.isVisible()


def the_rule_that_takes_it_stands_out(qtbot: QtBot, desk: tuple[Application, AssignmentController]) -> None:
    """Among the rules that were asked, the one that took the request lies on a tint of its own."""
    _, rules = desk
    rules.explaining.explain(rules.replay.passage.of_rule("Lights")[0])  # type: ignore[union-attr]
    qtbot.waitUntil(lambda: rules.place.explain._state is not None, timeout=WAIT_MS)
    lines = [one for one in rules.place.explain.findChildren(QWidget) if one.property("surface") == "chosen"]
    assert len(lines) == 1
    corner = lines[0].grab().toImage().pixelColor(1, 1)
    assert corner.name() == theme().colour("accent.soft").name()


# A window takes long to open: what does not disturb each other is gone through in one.


def test_what_is_typed_and_seen_stays(
    qtbot: QtBot, desk: tuple[Application, AssignmentController], store: Path
) -> None:
    """Words, faults, answers, ticks and layers stay as a person left them; each step proves its own."""
    the_layers_that_rules_ask_for_are_on_the_map(qtbot, desk)
    drop(qtbot, desk)
    a_day_that_is_none_is_told_in_words(desk)
    drop(qtbot, desk)
    what_was_typed_last_is_not_lost_to_another_rule_or_to_undo(qtbot, desk)
    drop(qtbot, desk)
    a_broken_text_waits_to_be_mended(qtbot, desk)
    drop(qtbot, desk)
    requests_that_come_do_not_undo_what_was_seen(qtbot, desk, store)
    drop(qtbot, desk)
    who_edits_stays_at_the_form_while_the_answer_follows(qtbot, desk)


def test_all_of_it_is_seen(qtbot: QtBot, desk: tuple[Application, AssignmentController]) -> None:
    """In the smallest window, the rule that took a request, and cells that are cut; each step proves its own."""
    the_smallest_window_shows_all_of_the_rules_and_opens_what_is_asked_for(qtbot, desk)
    the_rule_that_takes_it_stands_out(qtbot, desk)
    every_cell_can_be_read_in_full_and_as_plain_text(desk)
