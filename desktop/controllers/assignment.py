"""The Assignment workspace: a draft of the rules, why a request goes where it goes, and what the draft would move."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any, Protocol

import numpy as np
from PySide6.QtCore import QObject, Signal

from desktop.controllers.rule_draft import RuleDraft
from desktop.controllers.rule_lines import (
    choices_of,
    departments_of,
    explain_state,
    in_force_words,
    replay_state,
    rule_lines,
)
from desktop.controllers.rule_reads import Asked, Shelf, check, read_explanation, read_shelf, run_replay
from desktop.controllers.rule_saving import RuleSaving
from desktop.controllers.session import Session, Snapshot
from desktop.domain.request_filter import ALL, RequestFilter
from desktop.domain.rule_faults import RuleFault
from desktop.domain.rule_text import RuleTextFault, rules_of, text_of
from desktop.domain.rules import NO_RULES, Rule
from desktop.map.found import PlaceMark
from desktop.operations.explain_assignment import Explanation, Supposed
from desktop.operations.replay_rules import Draft, Replay
from desktop.views import format as words
from desktop.views.assignment.place import AssignmentPlace
from desktop.views.assignment.state import RulesState
from desktop.views.workspace import Workspace

SHELF = "shelf"  # a part of the workspace that comes later


class KeptDraft(Protocol):
    """Where the draft of a store is kept between two runs."""

    def load(self) -> str: ...
    def save(self, text: str) -> None: ...


class AssignmentController(QObject):
    """The draft, the chosen rule, what is explained and the replay on show live here and nowhere else."""

    request_wanted = Signal(int)
    filter_wanted = Signal(object)  # RequestFilter
    layers_asked = Signal(object)  # names of the layers that the rules of the draft ask for

    def __init__(self, workspace: Workspace, session: Session, map_view: Any, kept: KeptDraft) -> None:
        super().__init__(workspace)
        self._workspace, self._session, self._map, self._kept = workspace, session, map_view, kept
        self.place = AssignmentPlace(workspace, map_view)
        self.draft = RuleDraft()
        self.shelf: Shelf | None = None
        self.replay: Replay | None = None
        self._faults: tuple[RuleFault, ...] = ()
        self._row = 0
        self._asked: Asked | None = None
        self._about = ""
        self._questions = 0  # so many were asked; a late answer to an earlier one is dropped
        self._turning = False  # whether the next answer comes to the front
        self._running: Any = None  # the replay that is under way
        self._serial = 0
        self._began = self._late = False
        self.lent = False  # whether the replay pane and the map are the areas'
        self.saving = RuleSaving(self, session, self.place, self, lambda: kept.save(""))
        workspace.await_part(SHELF)
        self._connect()
        session.watch(self._loaded)

    def _connect(self) -> None:
        place, rules = self.place, self.place.rules
        acts: Mapping[Any, Any] = {
            rules.list.chosen: self._choose,
            rules.list.edit_asked: self.edit,
            rules.list.move_asked: self._move,
            rules.list.remove_asked: self._remove,
            rules.list.duplicate_asked: self._duplicate,
            rules.list.took_opened: self._open_took,
            rules.list.stop_opened: self.explain,
            rules.list.undo_asked: self._undo,
            rules.list.redo_asked: self._redo,
            rules.add_asked: self.add,
            rules.undo_asked: self._undo,
            rules.redo_asked: self._redo,
            rules.discard_asked: self.discard,
            rules.text_wanted: self._show_text,
            rules.text_changed: self._text_changed,
            place.form.changed: self._form_changed,
            place.explain.number_asked: self.explain,
            place.explain.opened: self._open,
            place.service_chosen: self._other_service,
            place.replay.flow_opened: self._open_flow,
            place.replay.service_opened: self._open_service,
            place.replay.days_chosen: self._other_days,
            place.replay.chosen: self._moving,
            place.replay.opened: self._open,
            place.replay.stop_asked: self.stop_replay,
            place.save.stop_opened: self.explain,
            place.save.flush_asked: self._settle,
            self.saving.saved: self._read_again,
            self.saving.rebased: self._changed,
            self._map.background_clicked: self.explain_place,
            self._map.request_clicked: self.explain,
        }
        for signal, slot in acts.items():
            signal.connect(slot)
        self._session.busy_changed.connect(self._show)

    @property
    def faults(self) -> tuple[RuleFault, ...]:
        """What is wrong with the draft."""
        return self._faults

    @property
    def seen(self) -> Replay | None:
        """The replay of the draft as it stands; None while it runs."""
        return None if self._running is not None else self.replay

    # what comes from the store

    def _loaded(self, snapshot: Snapshot) -> None:
        self._map.set_services({int(one.id): (one.service_name, one.icon) for one in snapshot.services})
        self.place.set_services(tuple((one.service_code, one.service_name) for one in snapshot.services))
        if not self._began:
            self._map.fit(snapshot.bounds)
        self._map.set_columns(snapshot.columns, now_ms=self._session.moment().now_ms, working=snapshot.working)
        self._show_moves()
        self._read_again()

    def _read_again(self) -> None:
        self._session.runner.run_read(read_shelf, self._session.store, self._session.clock, on_result=self._read)

    def shown(self) -> None:
        """The workspace came to the front: what waited for that runs now."""
        if self._late:
            self._late = False
            self._run()
            self._show()

    def _read(self, shelf: Shelf | None) -> None:
        if shelf is None:
            return
        before, self.shelf = self.shelf, shelf
        rules, number = (shelf.last.rules, shelf.last.number) if shelf.last else (NO_RULES, None)
        if self._began:
            self.saving.follow(shelf)
        else:
            self._began = True
            self.draft.begin(rules, number)
            self.draft.take_kept(self._kept.load())
            self.saving.follow(shelf)
            self.place.save.day.set_day(shelf.today)
        if before is None or before.catalogue != shelf.catalogue:
            self.place.form.set_choices(choices_of(shelf.catalogue))
        self._workspace.part_arrived(SHELF)
        self._workspace.set_ready(True)
        if before == shelf and self.replay is not None:
            self._requests_came()
        else:
            self._changed(keep=False)

    def _requests_came(self) -> None:
        """Other requests, the same rules: counts follow, but what a person is about to decide on stays as it is."""
        if not self._workspace.isVisible():
            self._late = True
        elif not self.draft.is_changed:
            self._run()
            self._show()

    def _changed(self, *, keep: bool = True, by_text: bool = False) -> None:
        """The draft is another one, or what it stands beside: check it, show it, and run it."""
        if self.shelf is None:
            return
        if keep:
            self._kept.save(self.draft.kept())
        self._faults = check(self.draft.rules, self.shelf.catalogue)
        self.layers_asked.emit(tuple(dict.fromkeys(name for rule in self.draft.rules for name in rule.layers)))
        self.place.save.seen.setChecked(False)
        if not by_text and (keep or not self.place.rules.text_fault.text()):
            self.place.rules.set_text(text_of(self.draft.rules))
        self._run()
        self._show()
        self._show_form()
        self._ask_again()

    # acts on the draft

    def _settle(self) -> None:
        """Take in at once what was typed last: the act that follows must not undo it."""
        self.place.form.flush()
        self.place.rules.flush()

    def _choose(self, row: int) -> None:
        self.place.form.flush()
        self._row = row
        self._show()
        self._show_form()

    def edit(self, row: int) -> None:
        """The form of a rule."""
        self._settle()
        self._row = row
        self._show_form()
        self.place.show_form()
        self._workspace.open_pane("right")
        self.place.form.name.setFocus()

    def add(self) -> None:
        """A rule more, behind the chosen one: for one service until somebody says more."""
        self._settle()
        if self.shelf is None:
            return
        catalogue = self.shelf.catalogue
        if not catalogue.agencies or not catalogue.services:
            self.place.tell(self.tr("A rule needs a service and a department; import requests and areas first."))
            return
        service = min(catalogue.services, key=lambda one: one.name.casefold())
        name = self.draft.free_name(self.tr("New rule"))
        rule = Rule(name=name, services=(service.code,), agency=min(catalogue.agencies, key=str.casefold))
        place = min(self._row + 1, len(self.draft.rules)) if len(self.draft.rules) else 0
        self.draft.add(rule, place)
        self._row = place
        self._changed()
        self.edit(place)
        self.place.form.name.selectAll()

    def _move(self, start: int, end: int) -> None:
        self._settle()
        self.draft.move(start, end)
        self._row = end
        self._changed()

    def _remove(self, row: int) -> None:
        self._settle()
        self.draft.remove(row)
        self._row = min(row, max(0, len(self.draft.rules) - 1))
        self._changed()

    def _duplicate(self, row: int) -> None:
        self._settle()
        self.draft.duplicate(row)
        self._row = row + 1
        self._changed()

    def _undo(self) -> None:
        self._settle()
        self.draft.undo()
        self._changed()

    def _redo(self) -> None:
        self._settle()
        self.draft.redo()
        self._changed()

    def discard(self) -> None:
        """Back to the set that was saved last, as one step that can be taken back."""
        self._settle()
        self.draft.put(self.draft.saved)
        if self.shelf is not None and self.shelf.last is not None:
            self.draft.base = self.shelf.last.number
        self.place.tell("")
        self._changed()

    def _form_changed(self, values: Mapping[str, Any]) -> None:
        if not 0 <= self._row < len(self.draft.rules):
            return
        wrong = self.draft.change(self._row, values)
        self.place.form.set_faults(wrong)
        if not wrong:
            self._changed()

    def _show_text(self) -> None:
        if not self.place.rules.text_fault.text():  # else the text is mended where it was left
            self.place.rules.set_text(text_of(self.draft.rules))

    def _text_changed(self, text: str) -> None:
        try:
            rules = rules_of(text, self.tr("The text"))
        except RuleTextFault as fault:
            self.place.rules.set_text(text, "\n".join(fault.sentences[:3]))
            self.saving.show()
            return
        self.place.rules.set_text(text)
        self.draft.put(rules)
        self._changed(by_text=True)

    # replay

    def _run(self) -> None:
        """Run the draft; a replay that is under way is of no use any more."""
        self.stop_replay(quiet=True)
        if self.lent:
            return
        self._serial += 1
        serial = self._serial
        draft = Draft(rules=self.draft.rules if self.draft.is_changed else None)
        handle = self._session.runner.run_read(
            run_replay,
            self._session.store,
            self._session.clock,
            draft,
            lambda: serial != self._serial,
            self.place.replay.days(),
        )
        handle.succeeded.connect(self._replayed)
        handle.failed.connect(self._replay_failed)
        self._running = handle
        self.place.replay.set_running(True)

    def _other_days(self) -> None:
        """Over other days other requests would move: what was seen was not these."""
        self.place.save.seen.setChecked(False)
        self._run()
        self._show()

    def stop_replay(self, *, quiet: bool = False) -> None:
        """Stop a replay that is under way."""
        if self._running is not None:
            self._serial += 1
            self._running.cancel()
            self._running = None
            if not quiet:
                self.place.replay.set_empty(self.tr("Change a rule, or come back, to run it anew."), self.tr("Stopped"))

    def _replayed(self, replay: Replay) -> None:
        self._running, self.replay = None, replay
        if replay.requests:
            self.place.replay.set_state(replay_state(replay))
        else:
            self.place.replay.set_empty(self.tr("No request came in these days."))
        self._show_moves()
        self._show()

    def _replay_failed(self, sentence: str) -> None:
        self._running, self.replay = None, None
        self.place.replay.set_empty(sentence, self.tr("Not replayed"))
        self._show()

    def _show_moves(self) -> None:
        """On the map: the requests that would move, and nothing else."""
        snapshot = self._session.snapshot
        if snapshot is not None:
            moves = [] if self.replay is None else [move.request_id for move in self.replay.moves]
            self._map.set_filter(np.isin(snapshot.columns.id, moves))

    # explanations

    def _moving(self, request_id: int) -> None:
        """Explain one that would move; while areas are edited only show it. Who goes through the list stays in it."""
        if self.lent:
            self._map.set_selection([request_id])
        else:
            self.explain(request_id, opens=False)

    def explain(self, asked: Asked, *, opens: bool = True) -> None:
        """Why a request goes where it goes: by its key or its number. `opens`: the pane, where it is a drawer."""
        if asked != "":
            self._map.set_here(None)
            self._ask(asked, "")
            if opens:
                self._workspace.open_pane("right")
            if isinstance(asked, int):
                self._map.set_selection([asked])

    def explain_place(self, lon: float, lat: float) -> None:
        """Where a request of the chosen service would go, if it came from this place."""
        code = self.place.service()
        if code:
            self._ask(Supposed(lat, lon, code), words.coordinates(lat, lon))
            self._workspace.open_pane("right")
            self._map.set_selection([])
            self._map.set_here(PlaceMark(self.place.service_name(), words.coordinates(lat, lon), lon, lat))

    def _other_service(self) -> None:
        if isinstance(self._asked, Supposed):
            self.explain_place(self._asked.long, self._asked.lat)

    def _ask_again(self) -> None:
        """The same question to other rules: the answer changes, and who edits a rule stays at its form."""
        if self._asked is not None and not self.lent:
            self._ask(self._asked, self._about, turn=False)

    def _ask(self, asked: Asked, about: str, *, turn: bool = True) -> None:
        self._asked, self._about, self._turning = asked, about, self._turning or turn
        self._questions += 1
        rules = self.draft.rules if self.draft.is_changed else None
        told = partial(self._explained, self._questions)
        run = self._session.runner.run_read
        run(read_explanation, self._session.store, self._session.clock, asked, rules, on_result=told)

    def _explained(self, question: int, told: Explanation | str) -> None:
        if question != self._questions:
            return
        turn, self._turning = self._turning, False
        if isinstance(told, str):
            self.place.explain.set_refusal(told)
        else:
            self.place.explain.set_state(explain_state(told, self._about))
            if turn and told.point is not None and told.request_id is not None:
                self._map.bring_into_view(*told.point, 12)
        if turn:
            self.place.show_explanation()

    # the replay pane, lent while areas are edited

    def lend(self) -> None:
        """The replay pane and the clicks on the map are the areas'."""
        self.lent = True
        self.stop_replay(quiet=True)
        self.place.ask.hide()
        self.place.replay.period.hide()  # areas are replayed over the usual days

    def show_lent(self, replay: Replay | None, told: str = "", *, running: bool = False) -> None:
        """Show a replay of areas, why there is none, or that it runs."""
        if running:
            self.place.replay.set_running(True)
        elif replay is None:
            self.replay = None
            self.place.replay.set_empty(told, self.tr("Nothing would move"))
            self._show_moves()
        else:
            self._replayed(replay)

    def take_back(self) -> None:
        """The rules' own replay again."""
        self.lent = False
        self.place.ask.show()
        self.place.replay.period.show()
        self._run()

    # to other places

    def _open(self, request_id: int) -> None:
        self.request_wanted.emit(request_id)

    def _open_took(self, row: int) -> None:
        """The requests of the last days that a rule took, or nobody."""
        if self.replay is None:
            return
        last = row >= len(self.draft.rules)
        name = self.tr("No rule takes it") if last else self.draft.rules.rule[row].name
        passage = self.replay.passage
        ids = passage.of_nobody() if last else passage.of_rule(name)
        self._open_these(ids, name)

    def _open_flow(self, row: int, column: int) -> None:
        if self.replay is None:
            return
        state = replay_state(self.replay)
        ids = self.replay.passage.of_flow(*self._flow_key(row, column))
        self._open_these(ids, f"{state.departments[row]} › {state.departments[column]}")

    def _open_service(self, name: str) -> None:
        """The requests of a service that would move."""
        if self.replay is not None:
            ids = tuple(move.request_id for move in self.replay.moves if move.service == name)
            self._open_these(ids, self.tr("{0}, would move").format(name))

    def _flow_key(self, row: int, column: int) -> tuple[str, str]:
        assert self.replay is not None
        departments = departments_of(self.replay)
        return departments[row], departments[column]

    def _open_these(self, ids: tuple[int, ...], about: str) -> None:
        if ids:
            self.filter_wanted.emit(RequestFilter(line=ALL, request_ids=ids, about=about))

    # showing

    def _show(self) -> None:
        if self.shelf is None:
            return
        replay = self.seen
        lines = rule_lines(self.draft.rules, self.draft.saved, self.shelf.catalogue, self._faults, replay)
        next_number = (self.shelf.last.number if self.shelf.last else 0) + 1
        changed = self.draft.is_changed
        last = self.shelf.last
        title = self.tr("Rule set {0}, draft").format(next_number) if changed else ""
        title = title or (self.tr("Rule set {0}").format(last.number) if last else self.tr("No rule set"))
        state = RulesState(
            title=title,
            lines=lines,
            nobody=lines[-1].took,
            in_force=in_force_words(self.shelf),
            can_roll_back=self.shelf.before is not None,
            is_draft=changed,
            can_undo=self.draft.can_undo,
            can_redo=self.draft.can_redo,
            busy=self.saving.busy,
        )
        self.place.rules.set_state(state, self._row)
        self._workspace.set_subtitle(title)
        self.saving.show()

    def _show_form(self) -> None:
        if 0 <= self._row < len(self.draft.rules):
            self.place.form.set_values(self.draft.rules.rule[self._row].model_dump(mode="json"))
            self.place.form.set_faults({})
            self.place.form.setEnabled(True)
        else:
            self.place.form.setEnabled(False)
