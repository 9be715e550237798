"""Assignment: rules are drafted, tried on the last days, seen, saved and rolled back; any request is explained."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from data.store import open_store
from desktop.app import Application
from desktop.controllers.assignment import AssignmentController
from desktop.controllers.rule_draft import RuleDraft, RuleDrafts
from desktop.domain.clock import FixedClock
from desktop.domain.rules import Rule, Rules
from desktop.operations.assign import assign
from desktop.operations.rule_sets import all_sets, save_rules
from desktop.operations.work import Work
from desktop.settings import SettingsFile
from desktop.views.assignment.replay_pane import MOVED
from tests.demo import MOMENT
from tests.desktop.test_city import WAIT_MS, show

pytestmark = [pytest.mark.slow, pytest.mark.stalls]

NIGHT = Rule(name="Dumping at night", services=("illegal_dumping",), hours="22:00-06:00", agency="Sanitation")
LIGHTS = Rule(name="Lights", services=("street_light_out",), agency="Lighting", queue="Night", priority=70)

BEGINS = MOMENT.date() - timedelta(days=60)


@pytest.fixture
def store(demo_city: Path, tmp_path: Path) -> Path:
    """A copy of the demo city with two rules in force."""
    path = Path(shutil.copy(demo_city, tmp_path / "city.opsmap"))
    opened = open_store(str(path))
    work = Work(opened, "ben", FixedClock(MOMENT - timedelta(days=20)))
    save_rules(work, rules=Rules(rule=(LIGHTS, NIGHT)), based_on=None, without_replay=True, effective_from=BEGINS)
    assign(work)
    opened.close()
    return path


@pytest.fixture
def desk(
    qtbot: QtBot, open_city: Callable[[str, datetime], Application], store: Path
) -> tuple[Application, AssignmentController]:
    """The workspace with its first replay on show."""
    app = open_city(str(store), MOMENT)
    show(qtbot, app, "assignment")
    assert app.content is not None
    made = app.content.rules
    settle(qtbot, made)
    return app, made


def settle(qtbot: QtBot, desk: AssignmentController) -> None:
    """Wait for the replay of the present draft."""
    qtbot.waitUntil(lambda: desk.seen is not None, timeout=WAIT_MS)


def change(qtbot: QtBot, desk: AssignmentController, **values: Any) -> None:
    """Change the chosen rule as the form tells it."""
    desk.place.form.changed.emit({**desk.place.form.values(), **values})
    settle(qtbot, desk)


def rules_are_listed_with_what_they_took(
    desk: tuple[Application, AssignmentController],
) -> None:
    """Number, chips and result of each rule; the counts are those of the replay, the last line is nobody's."""
    _, rules = desk
    lines = [rules.place.rules.list.rules.line(row) for row in range(3)]
    assert [(line.number, line.name) for line in lines] == [(1, "Lights"), (2, "Dumping at night"), (-1, lines[2].name)]
    assert lines[0].chips == ("Street light out",)
    assert lines[0].result == "Lighting, Night"
    assert rules.replay is not None
    assert lines[0].took == len(rules.replay.passage.of_rule("Lights")) > 0
    assert lines[2].took == len(rules.replay.passage.of_nobody())
    assert rules.replay.moved == 0
    assert not rules.place.save.isVisible()


def test_a_draft_is_seen_saved_and_rolled_back(
    qtbot: QtBot, desk: tuple[Application, AssignmentController], store: Path
) -> None:
    """Saving waits for the replay and the tick; the set is stored with its day; rolling back is one act."""
    app, rules = desk
    rules.edit(0)
    change(qtbot, rules, agency="Streets")
    assert rules.replay is not None
    moved = rules.replay.moved
    assert moved > 0
    save = rules.place.save
    assert save.isVisible()
    assert not save.save.isEnabled()
    save.seen.setChecked(True)
    assert save.save.isEnabled()
    with qtbot.waitSignal(app.runner.job_ended, timeout=WAIT_MS):
        QTest.mouseClick(save.save, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not rules.draft.is_changed and rules.draft.base == 2, timeout=WAIT_MS)
    qtbot.waitUntil(lambda: not save.isVisible(), timeout=WAIT_MS)
    settle(qtbot, rules)
    with qtbot.waitSignal(app.runner.job_ended, timeout=WAIT_MS):
        QTest.mouseClick(rules.place.rules.roll_back, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: rules.shelf is not None and len(rules.shelf.sets) == 3, timeout=WAIT_MS)
    opened = open_store(str(store))
    with opened.read() as unit:
        sets = all_sets(unit)
    opened.close()
    assert [one.rules.rule[0].agency for one in sets] == ["Lighting", "Streets", "Lighting"]
    assert [one.holds for one in sets] == [True, False, True]


def a_rule_that_stops_is_red_and_keeps_the_set_from_being_saved(
    qtbot: QtBot, desk: tuple[Application, AssignmentController]
) -> None:
    """The line names the request that broke it, the foot says what to mend, and saving is refused."""
    _, rules = desk
    rules.edit(0)
    change(qtbot, rules, when="double(text) > 3.0")
    line = rules.place.rules.list.rules.line(0)
    assert "it reads a number from text that is none" in line.fault
    assert line.stops_on is not None
    rules.place.save.seen.setChecked(True)
    assert not rules.place.save.save.isEnabled()
    assert "Lights stops on" in rules.place.save.faults.text()


def what_the_form_cannot_mean_is_said_at_its_field(
    qtbot: QtBot, desk: tuple[Application, AssignmentController]
) -> None:
    """A wrong time of day changes nothing and is told beneath the field; mended, the rule changes."""
    _, rules = desk
    rules.edit(1)
    before = rules.draft.rules
    rules.place.form.changed.emit({**rules.place.form.values(), "hours": "25:00-26:00"})
    assert rules.place.form.fields["hours"].has_fault()
    assert rules.draft.rules == before
    change(qtbot, rules, hours="23:00-05:00")
    assert rules.draft.rules.rule[1].hours == "23:00-05:00"
    assert not rules.place.form.fields["hours"].has_fault()


def form_and_text_are_one(qtbot: QtBot, desk: tuple[Application, AssignmentController]) -> None:
    """What is written as text is in the list; a fault in the text is told and changes nothing."""
    _, rules = desk
    pane = rules.place.rules
    pane.form_or_text._segments["text"].click()
    text = pane.text.toPlainText()
    assert 'name = "Dumping at night"' in text
    pane.text.setPlainText(text.replace("Dumping at night", "Late dumping"))
    qtbot.waitUntil(lambda: rules.draft.rules.rule[1].name == "Late dumping", timeout=WAIT_MS)
    pane.text.setPlainText(text.replace("22:00-06:00", "22-6"))
    qtbot.waitUntil(lambda: bool(pane.text_fault.text()), timeout=WAIT_MS)
    assert "hours" in pane.text_fault.text()
    assert rules.draft.rules.rule[1].hours == "22:00-06:00"
    pane.form_or_text._segments["form"].click()
    settle(qtbot, rules)


def keys_move_copy_and_remove_and_every_step_goes_back(
    qtbot: QtBot, desk: tuple[Application, AssignmentController]
) -> None:
    """Alt with an arrow, Ctrl+Ins and Del change the order; undo and redo walk through the states."""
    _, rules = desk
    names = lambda: [rule.name for rule in rules.draft.rules]  # noqa: E731
    listed = rules.place.rules.list
    listed.setCurrentIndex(listed.rules.index(0))
    QTest.keyClick(listed, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    assert names() == ["Dumping at night", "Lights"]
    QTest.keyClick(listed, Qt.Key.Key_Insert, Qt.KeyboardModifier.ControlModifier)
    assert names() == ["Dumping at night", "Lights", "Lights 2"]
    QTest.keyClick(listed, Qt.Key.Key_Delete)
    assert names() == ["Dumping at night", "Lights"]
    for expected in (3, 2, 2):
        rules.place.rules.undo.click()
        assert len(names()) == expected
    assert names() == ["Lights", "Dumping at night"]
    rules.place.rules.redo.click()
    assert names() == ["Dumping at night", "Lights"]
    settle(qtbot, rules)


def the_table_and_the_map_explain_what_would_move(qtbot: QtBot, desk: tuple[Application, AssignmentController]) -> None:
    """A row that moves is explained by the draft, its cell leads to the requests, the map shows these alone."""
    app, rules = desk
    rules.edit(0)
    change(qtbot, rules, agency="Streets")
    replay = rules.place.replay
    cells = [replay.flows.index(row, column) for row in range(replay.flows.rowCount()) for column in range(1, 4)]
    moving = next(cell for cell in cells if cell.data(MOVED))
    replay.move_table.selectRow(0)
    first = replay.moves.request_id(0)
    told_why = rules.place.explain
    qtbot.waitUntil(
        lambda: (
            told_why._state is not None and (told_why._state.request_id, told_why._state.goes_to) == (first, "Streets")
        ),
        timeout=WAIT_MS,
    )
    assert told_why._state is not None
    assert told_why._state.steps[0].state == "took"
    told: list[Any] = []
    rules.filter_wanted.connect(told.append)
    assert rules.replay is not None
    services = {replay.services.service(row) for row in range(replay.services.rowCount())}
    assert services == {move.service for move in rules.replay.moves}
    for row in range(replay.services.rowCount()):
        replay.service_opened.emit(replay.services.service(row))
    assert rules.replay is not None
    assert sorted(key for one in told for key in one.request_ids) == sorted(m.request_id for m in rules.replay.moves)
    told.clear()
    thirty = rules.replay.requests
    replay.period._segments["7"].click()
    settle(qtbot, rules)
    assert 0 < rules.replay.requests < thirty
    replay.period._segments["30"].click()
    settle(qtbot, rules)
    replay.flow_opened.emit(moving.row(), moving.column() - 1)
    assert rules.replay is not None
    assert set(told[0].request_ids) == {move.request_id for move in rules.replay.moves}
    assert app.window.current().key == "operations"
    assert app.content is not None
    qtbot.waitUntil(lambda: app.content._requests.model.rowCount() == rules.replay.moved, timeout=WAIT_MS)


def any_place_and_any_number_can_be_asked(qtbot: QtBot, desk: tuple[Application, AssignmentController]) -> None:
    """A click on the map asks for the chosen service there; a number that nobody has is refused in words."""
    _, rules = desk
    box = rules.place.ask.service
    box.setCurrentIndex(box.findData("street_light_out"))
    snapshot = rules._session.snapshot
    assert snapshot is not None
    west, south, east, north = snapshot.bounds
    rules._map.background_clicked.emit((west + east) / 2, (south + north) / 2)
    qtbot.waitUntil(lambda: rules.place.explain._state is not None, timeout=WAIT_MS)
    state = rules.place.explain._state
    assert state is not None
    assert (state.request_id, state.goes_to) == (None, "Lighting")
    assert "queue Night · priority 70" in state.promise
    rules.place.explain.number_asked.emit("nothing")
    qtbot.waitUntil(lambda: rules.place.explain.refusal.isVisible(), timeout=WAIT_MS)
    assert rules.place.explain.refusal.text() == "No request has the number nothing."


def a_draft_outlives_the_window(qtbot: QtBot, desk: tuple[Application, AssignmentController], tmp_path: Path) -> None:
    """What was drafted is in the person's settings on the disk, and gone from there once it is dropped."""
    app, rules = desk
    rules.edit(0)
    change(qtbot, rules, queue="Day")
    assert app.store is not None
    kept = RuleDrafts(SettingsFile(tmp_path), app.store.identity)
    again = RuleDraft()
    again.begin(rules.draft.saved, rules.draft.base)
    assert again.take_kept(kept.load())
    assert again.rules == rules.draft.rules
    assert again.is_changed
    rules.discard()
    settle(qtbot, rules)
    assert not rules.draft.is_changed
    assert SettingsFile(tmp_path).settings.rule_drafts == {}


def a_request_in_operations_leads_to_its_rules(qtbot: QtBot, desk: tuple[Application, AssignmentController]) -> None:
    """The page of a request asks Assignment why it has its department."""
    app, rules = desk
    assert app.content is not None
    assert rules.replay is not None
    key = rules.replay.passage.of_rule("Lights")[0]
    app.content._requests.detail.why_wanted.emit(key)
    told = rules.place.explain
    qtbot.waitUntil(lambda: told._state is not None and told._state.request_id == key, timeout=WAIT_MS)
    assert app.window.current().key == "assignment"


# A window takes seconds to open: what does not disturb each other is gone through in one.


def test_a_draft_is_written_ordered_and_kept(
    qtbot: QtBot, desk: tuple[Application, AssignmentController], tmp_path: Path
) -> None:
    """Rules are listed, changed by keys, form and text, and kept until they are dropped; each step proves its own."""
    rules_are_listed_with_what_they_took(desk)
    keys_move_copy_and_remove_and_every_step_goes_back(qtbot, desk)
    drop(qtbot, desk)
    what_the_form_cannot_mean_is_said_at_its_field(qtbot, desk)
    drop(qtbot, desk)
    form_and_text_are_one(qtbot, desk)
    drop(qtbot, desk)
    a_rule_that_stops_is_red_and_keeps_the_set_from_being_saved(qtbot, desk)
    drop(qtbot, desk)
    a_draft_outlives_the_window(qtbot, desk, tmp_path)
    assert desk[1].draft.rules == desk[1].draft.saved


def test_every_request_and_every_place_is_explained(
    qtbot: QtBot, desk: tuple[Application, AssignmentController]
) -> None:
    """By place, by number, from the page of a request, and by what would move; each step proves its own."""
    any_place_and_any_number_can_be_asked(qtbot, desk)
    a_request_in_operations_leads_to_its_rules(qtbot, desk)
    the_table_and_the_map_explain_what_would_move(qtbot, desk)
    assert desk[0].window.current().key == "operations"


def drop(qtbot: QtBot, desk: tuple[Application, AssignmentController]) -> None:
    """Back to the rules that are saved."""
    _, rules = desk
    rules.discard()
    settle(qtbot, rules)
    assert not rules.draft.is_changed
