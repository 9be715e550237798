"""What Neighbourhoods asks of the worker that answers: by name, so that of each kind only the newest is told."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject

from desktop.controllers.session import Session
from desktop.job import Job, JobHandle
from desktop.jobs import JobRunner


class AnswerJobs(QObject):
    """Runs functions over the store's location; one asked for again under its name takes the one before away."""

    def __init__(self, session: Session, runner: JobRunner, parent: QObject) -> None:
        super().__init__(parent)
        self._session, self._runner = session, runner
        self._running: dict[str, JobHandle] = {}

    def start(
        self,
        name: str,
        title: str,
        function: Callable[..., Any],
        arguments: dict[str, Any],
        told: Callable[[Any], None],
        failed: Callable[[str], None] | None = None,
    ) -> None:
        """Run a function that stands at the top of a module; `failed` hears the sentence where the world failed."""
        self.stop(name)
        kwargs = {"location": self._session.store.location, "clock": self._session.clock, **arguments}
        handle = self._runner.start(Job(title, function, kwargs, quiet=True, answers=True, told_there=True))
        self._running[name] = handle
        handle.succeeded.connect(told)
        if failed is not None:
            handle.failed.connect(failed)
        handle.ended.connect(self._ended)

    def write_down(self, function: Callable[..., Any], *args: Any, told: Callable[[Any], None]) -> None:
        """Let what is known already be put into words beside the event loop."""
        self._runner.run_read(function, *args, on_result=told)

    def stop(self, name: str) -> None:
        """Whatever runs under a name is not told any more."""
        running = self._running.pop(name, None)
        if running is not None:
            running.cancel()

    def _ended(self, handle: JobHandle) -> None:
        self._running = {name: other for name, other in self._running.items() if other is not handle}
