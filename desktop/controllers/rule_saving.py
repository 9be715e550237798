"""Saving a draft of the rules: what stands in the way, what has to be seen, and what somebody else saved meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from PySide6.QtCore import QObject, Signal

from desktop.controllers.rule_draft import RuleDraft
from desktop.controllers.rule_reads import Shelf
from desktop.controllers.session import Session
from desktop.domain.rule_faults import RuleFault
from desktop.operations.changes import Changes
from desktop.operations.replay_rules import Replay
from desktop.views import format as words
from desktop.views.assignment.place import AssignmentPlace
from desktop.worker import Failed

SAVE, ROLL_BACK = "save_rules", "roll_back"


class RuleDesk(Protocol):
    """What is there to save."""

    draft: RuleDraft
    shelf: Shelf | None

    @property
    def replay(self) -> Replay | None:
        """The replay on show."""

    @property
    def seen(self) -> Replay | None:
        """The replay of the draft as it stands; None while it runs."""

    @property
    def faults(self) -> tuple[RuleFault, ...]:
        """What is wrong with the draft."""


class RuleSaving(QObject):
    """The foot of the right pane, and the band above it. `saved` comes when a set of ours is in the store."""

    saved = Signal()
    rebased = Signal()  # a person goes on from the set that somebody else saved

    def __init__(
        self, parent: QObject, session: Session, place: AssignmentPlace, desk: RuleDesk, forget: Callable[[], None]
    ) -> None:
        super().__init__(parent)
        self._session, self._place, self._desk, self._forget = session, place, desk, forget
        self._own: int | None = None  # the set that a roll back of ours made, until it was read
        place.save.save_asked.connect(self.save)
        place.save.seen_changed.connect(self.show)
        place.rules.roll_back_asked.connect(self.roll_back)
        place.right.banner.acted.connect(self.rebase)

    @property
    def busy(self) -> bool:
        """Whether a set is being saved."""
        return bool(self._session.busy & {SAVE, ROLL_BACK})

    def save(self) -> None:
        """Save the draft, once what it would move was seen."""
        replay = self._desk.seen
        if not self._can_save() or replay is None:
            return
        arguments = {
            "rules": self._desk.draft.rules,
            "effective_from": self._place.save.day.day(),
            "based_on": self._desk.draft.base,
            "seen": replay.seen,
        }
        self._session.act(SAVE, self.tr("Saving the rules"), arguments, ended=self._saved)

    def roll_back(self) -> None:
        """Take up the set before the last one again; a draft stays one."""
        shelf = self._desk.shelf
        if shelf is None or shelf.before is None or shelf.last is None:
            return
        self._own = shelf.last.number + 1
        arguments = {"to": shelf.before.number, "based_on": shelf.last.number}
        self._session.act(ROLL_BACK, self.tr("Rolling back the rules"), arguments, ended=self._rolled_back)

    def _saved(self, outcome: Changes | Failed | None) -> None:
        if isinstance(outcome, Failed):
            self._place.tell(outcome.sentence)
        elif outcome is not None:
            self._place.tell("")
            self._desk.draft.begin(self._desk.draft.rules, None)  # the shelf brings the number
            self._forget()
            self.saved.emit()

    def _rolled_back(self, outcome: Changes | Failed | None) -> None:
        if isinstance(outcome, Failed):
            self._place.tell(outcome.sentence)
        elif outcome is not None:
            self.saved.emit()

    # what somebody else saved

    def follow(self, shelf: Shelf) -> None:
        """The sets were read anew: a draft goes on, and is told of a set that it does not know."""
        draft, last = self._desk.draft, shelf.last
        if last is None:
            return
        mine = last.number == self._own
        draft.follow(last.rules, last.number)
        if mine:
            draft.base, self._own = last.number, None
        if not draft.is_changed or draft.base == last.number:
            self._place.tell("")
            return
        told = self.tr("{0} saved set {1} meanwhile. Your draft is kept; what it would change in that set is marked.")
        self._place.tell(told.format(last.saved_by, last.number), self.tr("Go on from set {0}").format(last.number))

    def rebase(self) -> None:
        """Let the draft follow the set that somebody else saved: what it would move has to be seen again."""
        shelf = self._desk.shelf
        if shelf is not None and shelf.last is not None:
            self._desk.draft.base = shelf.last.number
            self._place.tell("")
            self.rebased.emit()

    # the foot

    def _refusing(self) -> tuple[str, ...]:
        """What stands in the way of saving."""
        found = [fault.sentence for fault in self._desk.faults if fault.refuses]
        if self._place.rules.text_fault.text():
            found.append(self.tr("The text has a fault, and the draft is as it was before. Mend the text first."))
        if self._desk.replay is not None:
            told = self.tr("{0} stops on {1}. Mend it first.")
            found += [told.format(fault.rule, fault.service_request_id) for fault in self._desk.replay.faults]
        return tuple(found)

    def _behind(self) -> bool:
        """Whether somebody else saved a set since the draft was begun."""
        shelf = self._desk.shelf
        return shelf is not None and shelf.last is not None and self._desk.draft.base != shelf.last.number

    def _can_save(self) -> bool:
        ready = self._desk.seen is not None and self._place.save.seen.isChecked()
        free = not self.busy and not self._behind()
        return self._desk.draft.is_changed and ready and free and not self._refusing()

    def show(self, *_: Any) -> None:
        """The foot as things stand."""
        shelf, refusing, replay = self._desk.shelf, self._refusing(), self._desk.seen
        number = (shelf.last.number if shelf is not None and shelf.last else 0) + 1
        told = refusing[0] if len(refusing) == 1 else ""
        if len(refusing) > 1:
            told = self.tr("{0} And {1} more.").format(refusing[0], len(refusing) - 1)
        seen = self.tr("Running the last days…")
        if replay is not None:
            seen = self.tr("Seen: {0} requests would move").format(words.count(replay.moved))
            seen = self.tr("Seen: 1 request would move") if replay.moved == 1 else seen
        faults = () if self._desk.replay is None else self._desk.replay.faults
        self._place.save.setVisible(self._desk.draft.is_changed)
        self._place.save.set_words(
            told,
            seen,
            self.tr("Save rule set {0}").format(number),
            can_see=replay is not None,
            can_save=self._can_save(),
            stops_on=(faults[0].service_request_id, faults[0].request_id) if faults else None,
        )
