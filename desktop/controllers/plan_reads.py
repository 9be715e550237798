"""The plans of a day, read beside the event loop: the newest, the one that it is compared with, and the day before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from data.records import Plan
from data.store import Store
from data.unit_of_work import ReadUnit
from desktop.domain.plan_figures import PlanFigures, figures_of

Marks = Mapping[tuple[str, str], str]  # by crew and job what was told of a stop last


@dataclass(frozen=True, slots=True, eq=False)
class DayPlans:
    """What a day has. `reference` is the version that was printed last, else the first one; `newest_day` any day's."""

    day: date
    newest: Plan | None = None
    reference: Plan | None = None
    versions: int = 0
    newest_day: date | None = None
    day_before: tuple[date, PlanFigures] | None = None
    is_behind: bool = False  # `newest` is what a draft was begun from, and somebody made a newer plan since
    marks: Marks = field(default_factory=dict)  # whichever version of the day's plan they were told of

    def same_as(self, other: DayPlans) -> bool:
        """Whether the same plans are told."""
        return self._key() == other._key()

    def _key(self) -> tuple[object, ...]:
        ids = (None if plan is None else int(plan.id) for plan in (self.newest, self.reference))
        return self.day, *ids, self.versions, self.printed_at, self.newest_day, dict(self.marks)

    @property
    def printed_at(self) -> datetime | None:
        """When the reference was printed; None where it never was."""
        told = None if self.reference is None else self.reference.content.get("printed_at")
        return None if told is None else datetime.fromisoformat(told)


def plans_of(store: Store, day: date, base: int | None) -> DayPlans:
    """The plans of a day. A draft's `base` is at work instead of a newer plan: nothing of it is lost."""
    with store.read() as unit:
        versions, newest_day = unit.plans.versions(day), unit.plans.newest_day()
        if not versions:
            return DayPlans(day, newest_day=newest_day)
        known = {int(version.id) for version in versions}
        newest = unit.plans.get(base if base in known else int(versions[-1].id))
        printed = [version for version in versions if version.printed_at]
        first = max(printed, key=lambda version: str(version.printed_at)) if printed else versions[0]
        assert newest is not None
        reference = newest if first.id == newest.id else unit.plans.get(int(first.id))
        before = unit.plans.latest_before(day)
        marks = _marks(unit, [int(version.id) for version in versions])
    told = None if before is None else (before.date, figures_of(before.content))
    return DayPlans(day, newest, reference, len(versions), newest_day, told, newest.id != versions[-1].id, marks)


def _marks(unit: ReadUnit, plans: Sequence[int]) -> Marks:
    events = sorted((event for plan in plans for event in unit.stop_events.of_plan(plan)), key=lambda one: one.id)
    return {(event.crew, event.job): event.kind for event in events if event.job}
