"""A job, where it stands, and the handle that tells how it goes. What runs it is in jobs.py."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from PySide6.QtCore import QObject, Signal

from desktop.worker import Call, Failed, Outcome, Said, Succeeded


@dataclass(frozen=True, slots=True)
class Job:
    """What to run. `writes` puts it into the queue of writes; `initiator` tells a screen that a change is its own.

    `told_there`: who started it shows a failure themselves, where the person is looking; the window adds no toast.
    `quiet`: nobody asked for it and no list shows it. `answers`: somebody waits for it at a screen, so that it never
    stands behind what takes long.
    """

    title: str
    function: Callable[..., Any]
    kwargs: Mapping[str, Any] = field(default_factory=dict)
    writes: bool = False
    initiator: object | None = None
    told_there: bool = False
    quiet: bool = False
    answers: bool = False

    def __post_init__(self) -> None:
        name = self.function.__qualname__
        if "." in name or "<" in name:
            raise ValueError(f"A job's function must stand at the top of a module, {name} does not")

    def call(self) -> Call:
        """The function by name, as it travels to the worker."""
        return Call(self.function.__module__, self.function.__name__, dict(self.kwargs))


class JobState(Enum):
    """Where a job stands."""

    WAITING = "waiting"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    BROKE = "broke"
    CANCELLED = "cancelled"


ENDED = frozenset({JobState.SUCCEEDED, JobState.FAILED, JobState.BROKE, JobState.CANCELLED})


class JobHandle(QObject):
    """One run of a job or of a read. Connect to it before returning to the event loop; it deletes itself at its end."""

    progressed = Signal(object, str)  # fraction or None, sentence
    succeeded = Signal(object)
    failed = Signal(str)  # one sentence for a person
    broke = Signal(str)  # the traceback
    cancelled = Signal()
    ended = Signal(object)  # itself, after any of the above

    def __init__(self, title: str, job: Job | None, parent: QObject) -> None:
        super().__init__(parent)
        self.title, self.job = title, job
        self.state = JobState.WAITING
        self.fraction: float | None = 0.0
        self.sentence = ""
        self.failure: Failed | None = None
        self.value: Any = None

    def cancel(self) -> None:
        """Stop it. From here on nothing of it is delivered, whenever the function ends."""
        if self.state not in ENDED:
            self.state = JobState.CANCELLED
            self.cancelled.emit()
            self._close()

    def report(self, said: Said) -> None:
        """Tell progress, while the job runs; for the runner."""
        if self.state is JobState.RUNNING:
            self.fraction, self.sentence = said.fraction, said.sentence
            self.progressed.emit(said.fraction, said.sentence)

    def deliver(self, outcome: Outcome) -> None:
        """Tell the end, unless it was told already; for the runner."""
        if self.state in ENDED:
            return
        if isinstance(outcome, Succeeded):
            self.value = outcome.value
            self.state = JobState.SUCCEEDED
            self.succeeded.emit(outcome.value)
        elif isinstance(outcome, Failed):
            self.failure = outcome
            self.state = JobState.FAILED
            self.failed.emit(outcome.sentence)
        else:
            self.state = JobState.BROKE
            self.broke.emit(outcome.trace)
        self._close()

    def _close(self) -> None:
        self.ended.emit(self)
        self.deleteLater()
