"""What a draft of the rules would move: run beside the event loop, shown in table and on the map, with its links."""

from __future__ import annotations

from typing import Any

import numpy as np
from PySide6.QtCore import QObject, Signal

from desktop.controllers.rule_draft import RuleDraft
from desktop.controllers.rule_lines import departments_of, replay_state
from desktop.controllers.rule_reads import run_replay
from desktop.controllers.session import Session
from desktop.domain.request_filter import ALL, RequestFilter
from desktop.operations.replay_rules import Draft, Replay
from desktop.views.assignment.place import AssignmentPlace


class RuleReplays(QObject):
    """The replay on show lives here and nowhere else. While areas are edited it is lent: the pane shows theirs."""

    changed = Signal()  # another replay, or none
    filter_wanted = Signal(object)  # RequestFilter
    lent_days_changed = Signal()  # the areas under edit are to be replayed over other days
    lent_stopped = Signal()

    def __init__(
        self, parent: QObject, session: Session, place: AssignmentPlace, map_view: Any, draft: RuleDraft
    ) -> None:
        super().__init__(parent)
        self.place = place
        self._session, self._pane, self._ask, self._map = session, place.replay, place.ask, map_view
        self._draft, self._seen_box = draft, place.save.seen
        self.replay: Replay | None = None
        self.lent = False
        self._running: Any = None  # the one that is under way
        self._serial = 0
        self._pane.days_chosen.connect(self._other_days)
        self._pane.stop_asked.connect(self.stop)
        self._pane.flow_opened.connect(self._open_flow)
        self._pane.service_opened.connect(self._open_service)

    @property
    def seen(self) -> Replay | None:
        """The replay of the draft as it stands; None while it runs."""
        return None if self._running is not None else self.replay

    def run(self) -> None:
        """Run the draft; a replay that is under way is of no use any more."""
        self._cancel()
        if self.lent:
            return
        self._serial += 1
        serial = self._serial
        draft = Draft(rules=self._draft.rules if self._draft.is_changed else None)
        handle = self._session.runner.run_read(
            run_replay,
            self._session.store,
            self._session.clock,
            draft,
            lambda: serial != self._serial,
            self._pane.days(),
        )
        handle.succeeded.connect(self._replayed)
        handle.failed.connect(self._failed)
        self._running = handle
        self._pane.set_running(True)

    def stop(self) -> None:
        """Stop a replay that is under way."""
        if self.lent:
            self.lent_stopped.emit()
            self._pane.set_empty(self.tr("Edit an area, or choose other days, to run it anew."), self.tr("Stopped"))
        elif self._cancel():
            self._pane.set_empty(self.tr("Change a rule, or come back, to run it anew."), self.tr("Stopped"))

    def _cancel(self) -> bool:
        running, self._running = self._running, None
        if running is None:
            return False
        self._serial += 1
        running.cancel()
        return True

    def _other_days(self) -> None:
        """Over other days other requests would move: what was seen was not these."""
        if self.lent:
            self.lent_days_changed.emit()
            return
        self._seen_box.setChecked(False)
        self.run()
        self.changed.emit()

    def _replayed(self, replay: Replay) -> None:
        self._running = None
        self._show(replay)

    def _show(self, replay: Replay) -> None:
        self.replay = replay
        if replay.requests:
            self._pane.set_state(replay_state(replay))
        else:
            self._pane.set_empty(self.tr("No request came in these days."))
        self.show_moves()
        self.changed.emit()

    def _failed(self, sentence: str) -> None:
        self._running, self.replay = None, None
        self._pane.set_empty(sentence, self.tr("Not replayed"))
        self.changed.emit()

    def show_moves(self) -> None:
        """On the map: the requests that would move, and nothing else."""
        snapshot = self._session.snapshot
        if snapshot is not None:
            moves = [] if self.replay is None else [move.request_id for move in self.replay.moves]
            self._map.set_filter(np.isin(snapshot.columns.id, moves))

    # lent while areas are edited

    def lend(self) -> None:
        """The pane and the clicks on the map are the areas'."""
        self.lent = True
        self._cancel()
        self._ask.hide()

    def show_lent(self, replay: Replay | None, told: str = "", *, running: bool = False) -> None:
        """Show a replay of areas, why there is none, or that it runs."""
        if running:
            self._pane.set_running(True)
        elif replay is None:
            self.replay = None
            self._pane.set_empty(told, self.tr("Nothing would move"))
            self.show_moves()
        else:
            self._show(replay)

    def take_back(self) -> None:
        """The rules' own replay again."""
        self.lent = False
        self._ask.show()
        self.run()

    def days(self) -> int:
        """Over how many days is replayed."""
        return self._pane.days()

    # where its figures lead

    def open_took(self, rule: str | None) -> None:
        """The requests that a rule took, or nobody (None)."""
        if self.replay is not None:
            passage = self.replay.passage
            ids = passage.of_nobody() if rule is None else passage.of_rule(rule)
            self._open(ids, self.tr("No rule takes it") if rule is None else rule)

    def _open_flow(self, row: int, column: int) -> None:
        if self.replay is not None:
            departments = departments_of(self.replay)
            shown = replay_state(self.replay).departments
            ids = self.replay.passage.of_flow(departments[row], departments[column])
            self._open(ids, f"{shown[row]} › {shown[column]}")

    def _open_service(self, name: str) -> None:
        if self.replay is not None:
            ids = tuple(move.request_id for move in self.replay.moves if move.service == name)
            self._open(ids, self.tr("{0}, would move").format(name))

    def _open(self, ids: tuple[int, ...], about: str) -> None:
        if ids:
            self.filter_wanted.emit(RequestFilter(line=ALL, request_ids=ids, about=about))
