"""Acts that the window starts by itself: in the write process, without a word, for nobody asked for them."""

from __future__ import annotations

from PySide6.QtCore import QObject

from desktop.controllers.session import Session
from desktop.job import Job, JobHandle
from desktop.jobs import JobRunner


def start_quietly(runner: JobRunner, session: Session, operation: str, title: str, initiator: QObject) -> JobHandle:
    """Start an operation of the entry by name, without arguments."""
    from desktop.operations.entry import run_operation

    kwargs = {
        "name": operation,
        "location": session.store.location,
        "actor": session.actor,
        "clock": session.clock,
        "arguments": {},
    }
    return runner.start(Job(title, run_operation, kwargs, writes=True, initiator=initiator, quiet=True))
