"""The Assignment workspace: a draft of the rules, why a request goes where it goes, and what the draft would move."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from PySide6.QtCore import QObject, Signal

from desktop.controllers.rule_draft import RuleDraft
from desktop.controllers.rule_explaining import RuleExplaining
from desktop.controllers.rule_lines import choices_of, in_force_words, rule_lines
from desktop.controllers.rule_reads import Shelf, read_shelf
from desktop.controllers.rule_replays import RuleReplays
from desktop.controllers.rule_saving import RuleSaving
from desktop.controllers.session import Session, Snapshot
from desktop.domain.rule_faults import RuleFault, faults
from desktop.domain.rule_text import RuleTextFault, rules_of, text_of
from desktop.domain.rules import NO_RULES, Rule
from desktop.operations.replay_rules import Replay
from desktop.views.assignment.place import AssignmentPlace
from desktop.views.assignment.state import RulesState
from desktop.views.workspace import Workspace

SHELF, REPLAY = "shelf", "replay"  # parts of the workspace that come later


class KeptDraft(Protocol):
    """Where the draft of a store is kept between two runs."""

    def load(self) -> str: ...
    def save(self, text: str) -> None: ...


class AssignmentController(QObject):
    """The draft and the chosen rule live here and nowhere else; what it would move and why in rooms of their own."""

    request_wanted = Signal(int)
    filter_wanted = Signal(object)  # RequestFilter
    layers_asked = Signal(object)  # names of the layers that the rules of the draft ask for

    def __init__(
        self, workspace: Workspace, place: AssignmentPlace, session: Session, map_view: Any, kept: KeptDraft
    ) -> None:
        super().__init__(workspace)
        self._workspace, self._session, self._map, self._kept = workspace, session, map_view, kept
        self.place = place
        self.draft = RuleDraft()
        self.shelf: Shelf | None = None
        self._faults: tuple[RuleFault, ...] = ()
        self._row = 0
        self._began = self._late = False
        self.replays = RuleReplays(self, session, self.place, map_view, self.draft)
        self.explaining = RuleExplaining(workspace, session, self.place, map_view, self.draft)
        self.saving = RuleSaving(self, session, self.place, self, lambda: kept.save(""))
        for part in (SHELF, REPLAY):
            workspace.await_part(part)
        self.replays.changed.connect(lambda: workspace.part_arrived(REPLAY))
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
            rules.list.undo_asked: self._undo,
            rules.list.redo_asked: self._redo,
            rules.add_asked: self.add,
            rules.undo_asked: self._undo,
            rules.redo_asked: self._redo,
            rules.discard_asked: self.discard,
            rules.text_wanted: self._show_text,
            rules.text_changed: self._text_changed,
            place.form.changed: self._form_changed,
            place.explain.opened: self.request_wanted.emit,
            place.replay.chosen: self._moving,
            place.replay.opened: self.request_wanted.emit,
            place.save.flush_asked: self._settle,
            self.saving.saved: self._read_again,
            self.saving.rebased: self._changed,
            self.replays.changed: self._show,
            self.replays.filter_wanted: self.filter_wanted.emit,
        }
        for signal, slot in acts.items():
            signal.connect(slot)
        self._session.busy_changed.connect(self._show)

    @property
    def faults(self) -> tuple[RuleFault, ...]:
        """What is wrong with the draft."""
        return self._faults

    @property
    def replay(self) -> Replay | None:
        """The replay on show."""
        return self.replays.replay

    @property
    def seen(self) -> Replay | None:
        """The replay of the draft as it stands; None while it runs."""
        return self.replays.seen

    # what comes from the store

    def _loaded(self, snapshot: Snapshot) -> None:
        self._map.set_services({int(one.id): (one.service_name, one.icon) for one in snapshot.services})
        self.place.set_services(tuple((one.service_code, one.service_name) for one in snapshot.services))
        if not self._began:
            self._map.fit(snapshot.bounds)
        self._map.set_columns(snapshot.columns, now_ms=self._session.moment().now_ms, working=snapshot.working)
        self.replays.show_moves()
        self._read_again()

    def _read_again(self) -> None:
        self._session.runner.run_read(read_shelf, self._session.store, self._session.clock, on_result=self._read)

    def shown(self) -> None:
        """The workspace came to the front: what waited for that runs now."""
        if self._late:
            self._late = False
            self.replays.run()
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
            self.replays.run()
            self._show()

    def _changed(self, *, keep: bool = True, by_text: bool = False) -> None:
        """The draft is another one, or what it stands beside: check it, show it, and run it."""
        if self.shelf is None:
            return
        if keep:
            self._kept.save(self.draft.kept())
        self._faults = faults(self.draft.rules, self.shelf.catalogue)
        self.layers_asked.emit(tuple(dict.fromkeys(name for rule in self.draft.rules for name in rule.layers)))
        self.place.save.seen.setChecked(False)
        if not by_text and (keep or not self.place.rules.text_fault.text()):
            self.place.rules.set_text(text_of(self.draft.rules))
        self.replays.run()
        self._show()
        self._show_form()
        if not self.replays.lent:
            self.explaining.again()

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

    def _moving(self, request_id: int) -> None:
        """Explain one that would move; while areas are edited only show it. Who goes through the list stays in it."""
        if self.replays.lent:
            self._map.set_selection([request_id])
        else:
            self.explaining.explain(request_id, opens=False)

    def _open_took(self, row: int) -> None:
        self.replays.open_took(self.draft.rules.rule[row].name if row < len(self.draft.rules) else None)

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
