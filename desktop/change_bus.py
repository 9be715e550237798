"""One signal for every change: what changed, and who began it. Each screen decides for itself whether to refresh."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from desktop.operations.changes import Changes


class ChangeBus(QObject):
    """The broadcast. `initiator` is the object that asked for the change, None for one from elsewhere."""

    changed = Signal(object, object)  # Changes, initiator

    def publish(self, changes: Changes, initiator: object | None = None) -> None:
        """Tell every screen, once, after the commit."""
        self.changed.emit(changes, initiator)
