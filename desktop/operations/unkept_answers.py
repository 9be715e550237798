"""Answers that a screen asks for and nobody keeps: one side of two periods beside each other."""

from __future__ import annotations

from data.store import open_store
from desktop.domain.clock import Clock
from desktop.operations.spatial_statistics import StatisticAnswer, StatisticQuestion, work_out
from desktop.operations.work import Progress, ShouldStop, Work


def read_unkept(
    location: str, clock: Clock, question: StatisticQuestion, *, progress: Progress, should_stop: ShouldStop
) -> StatisticAnswer:
    """Answer a question about the store at a location and write nothing; what a worker runs."""
    store = open_store(location)
    try:
        return work_out(Work(store, "", clock, progress, should_stop), question)
    finally:
        store.close()
