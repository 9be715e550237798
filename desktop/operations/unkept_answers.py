"""Answers that a screen asks for and nobody keeps: one side of two periods beside each other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from data.store import open_store
from desktop.domain.clock import Clock
from desktop.operations.spatial_requests import read_requests
from desktop.operations.spatial_statistics import StatisticQuestion
from desktop.operations.work import Progress, ShouldStop, Work


@dataclass(frozen=True, slots=True, eq=False)
class UnkeptAnswer:
    """Figures by zone and the zones' polygons, as `StatisticAnswer` has them."""

    columns: dict[str, Any]
    polygons_wkb: list[bytes]


def read_unkept(
    location: str, clock: Clock, question: StatisticQuestion, *, progress: Progress, should_stop: ShouldStop
) -> UnkeptAnswer:
    """Answer a question about the store at a location and write nothing; what a worker runs."""
    from desktop.operations import spatial_answers

    store = open_store(location)
    try:
        work = Work(store, "", clock, progress, should_stop)
        with store.read() as unit:
            counted = read_requests(unit, work.city(), question)
        found = spatial_answers.answer(work, question, counted)
    finally:
        store.close()
    return UnkeptAnswer(dict(found.columns), list(found.polygons_wkb))
