"""Saving a draft of areas: only once what it would move was seen, and from which day it is to hold."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from desktop.controllers.area_draft import AreaDraft
from desktop.controllers.area_draft_files import DraftFiles
from desktop.controllers.area_words import fault_words
from desktop.controllers.session import Session
from desktop.operations.changes import Changes
from desktop.operations.replay_rules import Replay
from desktop.views import format as words
from desktop.views.assignment.area_pane import AreaPane
from desktop.worker import Failed

SAVE = "save_areas"


class AreaSaving(QObject):
    """The foot of the pane. `free` says whether the draft is at rest and on show."""

    saved = Signal(int)  # layer id

    def __init__(
        self, pane: AreaPane, session: Session, files: DraftFiles, free: Callable[[], bool], parent: QObject
    ) -> None:
        super().__init__(parent)
        self._pane, self._session, self._files, self._free = pane, session, files, free
        self._draft: AreaDraft | None = None
        self._replay: Replay | None = None
        pane.save.save_asked.connect(self.save)
        pane.save.seen_changed.connect(self._again)

    @property
    def busy(self) -> bool:
        """Whether a draft is being saved."""
        return SAVE in self._session.busy

    def show(self, draft: AreaDraft, replay: Replay | None) -> None:
        """Say what stands in the way of saving, and what was seen."""
        self._draft, self._replay = draft, replay
        moved = None if replay is None else replay.moved
        seen = self.tr("Running the last days…")
        if moved is not None:
            told = self.tr("Seen: {0} requests would move").format(words.count(moved))
            seen = self.tr("Seen: 1 request would move") if moved == 1 else told
        bar = self._pane.save
        bar.set_words(fault_words(draft), seen, can_see=moved is not None, can_save=self._can_save())

    def save(self) -> None:
        """Save the draft, once what it would move was seen."""
        draft, replay = self._draft, self._replay
        if draft is None or replay is None or not self._can_save():
            return
        arguments = {
            "layer_id": int(draft.layer.id),
            "areas": draft.drawn(),
            "effective_from": self._pane.save.begins(),
            "based_on": draft.based_on,
            "seen": replay.seen,
        }
        title = self.tr("Saving areas of {0}").format(draft.layer.name)
        layer_id = int(draft.layer.id)
        self._session.act(SAVE, title, arguments, ended=lambda outcome: self._saved(layer_id, outcome))

    # inside

    def _again(self) -> None:
        if self._draft is not None:
            self.show(self._draft, self._replay)

    def _saved(self, layer_id: int, outcome: Changes | Failed | None) -> None:
        if isinstance(outcome, Failed):
            self._pane.refuse(outcome.sentence)
        elif outcome is not None:
            self._files.path(layer_id).unlink(missing_ok=True)
            self.saved.emit(layer_id)

    def _can_save(self) -> bool:
        draft = self._draft
        seen = self._replay is not None and self._pane.save.seen.isChecked()
        free = not self.busy and self._free()
        return draft is not None and draft.is_changed and free and seen and not fault_words(draft)
